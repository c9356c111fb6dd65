//! The records of a bundle put together into one document.

use anyhow::Result;

use super::bundle::{FileNote, Intake};
use super::decode;
use super::digest::Digest;
use super::files::{FileEntry, Files};
use super::layout::Layout;
use super::listing::{BundlePart, Listing, counted};
use super::parser::{Root, read_into};
use super::refusal;
use super::root_shape;
use crate::evidence::{Builder, Collection, Document, Kind, NodeId, NodeRef};
use crate::language::Text;

/// The document of a bundle, with the digests of the files that it was read from.
pub(super) struct Assembly {
    pub(super) document: Document,
    pub(super) digest: Digest,
    pub(super) remarks: Remarks,
}

/// Files whose shape was read with a remark.
#[derive(Default)]
pub(super) struct Remarks {
    lists: Vec<String>,
    repeated: Vec<String>,
}

impl Assembly {
    /// Reads the manifest and all parts.
    ///
    /// # Errors
    /// A file cannot be read or is refused, or the files exceed a limit together.
    pub(super) fn read(files: &Files<'_>, container: &str, listing: &Listing, intake: Intake<'_>) -> Result<Self> {
        Self::of_parts(files, container, &listing.manifest, listing.parts.iter(), intake)
    }

    fn of_parts<'l>(
        files: &Files<'_>,
        container: &str,
        manifest: &FileEntry,
        parts: impl Iterator<Item = &'l BundlePart>,
        intake: Intake<'_>,
    ) -> Result<Self> {
        let mut builder = Builder::within(intake.limits.budget());
        builder.set_container(container);
        let remarks = Remarks::default();
        let mut reader = RecordReader { files, intake, builder, digest: Digest::new(), bytes: 0, remarks };
        reader.manifest(manifest)?;
        for part in parts {
            reader.part(part)?;
        }
        let RecordReader { mut builder, digest, remarks, .. } = reader;
        builder.close(None).map_err(|twice| *refusal::duplicate(builder.document(), twice))?;
        Ok(Self { document: builder.finish(), digest, remarks })
    }

    /// Returns the references of the list of documents.
    pub(super) fn references(&self, layout: &Layout) -> impl Iterator<Item = &str> {
        layout.documents.iter().flat_map(|(list, field)| {
            let documents = self.document.root().get(list).into_iter().flat_map(NodeRef::items);
            documents.filter_map(move |document| document.get(field)).map(NodeRef::text)
        })
    }
}

/// Returns the references of the list of documents, read from the files that give it only; none where it cannot be read.
pub(super) fn references(files: &Files<'_>, listing: &Listing, intake: Intake<'_>) -> Vec<String> {
    let parts = listing.parts.iter().filter(|part| intake.layout.is_list_of_documents(&part.key));
    let Ok(assembly) = Assembly::of_parts(files, "", &listing.manifest, parts, intake) else { return Vec::new() };
    assembly.references(intake.layout).map(str::to_owned).collect()
}

impl Remarks {
    pub(super) fn into_notes(self) -> impl Iterator<Item = FileNote> {
        let list = Text::new("the file holds a list: each of its entries is read", "파일에 목록이 있어 항목별로 읽음");
        let repeated = Text::new(
            "its only key repeats what the file or folder is called already: what stands below it is read",
            "파일 또는 폴더 이름과 같은 키가 한 번 더 기재되어 그 아래의 내용을 읽음",
        );
        [(self.lists, list), (self.repeated, repeated)].into_iter().filter_map(|(files, remark)| {
            let message = counted(&remark, files.len());
            Some(FileNote { path: files.into_iter().next()?, message })
        })
    }
}

struct RecordReader<'a> {
    files: &'a Files<'a>,
    intake: Intake<'a>,
    builder: Builder,
    digest: Digest,
    bytes: usize,
    remarks: Remarks,
}

impl RecordReader<'_> {
    fn manifest(&mut self, manifest: &FileEntry) -> Result<()> {
        self.file(manifest, Root::Entries, |builder| {
            builder.open(Collection::Mapping, 0, 0);
        })
    }

    fn part(&mut self, part: &BundlePart) -> Result<()> {
        for (position, entry) in part.files.iter().enumerate() {
            let mut root = NodeId::ROOT;
            self.file(entry, Root::Whole, |builder| {
                if position == 0 {
                    builder.decoded_scalar(Kind::Text, 0, 0, &part.key);
                    if part.is_folder {
                        builder.open(Collection::Sequence, 0, 0);
                    }
                }
                root = NodeId::from_index(builder.node_count() as u32);
            })?;
            self.root_shape(part, entry, root)?;
        }
        if part.is_folder {
            // A sequence has no keys that could be given twice.
            self.builder.close(None).map_err(|twice| *refusal::duplicate(self.builder.document(), twice))?;
        }
        Ok(())
    }

    /// Takes away what wraps the records of a file, and refuses a root that cannot be meant.
    fn root_shape(&mut self, part: &BundlePart, entry: &FileEntry, root: NodeId) -> Result<()> {
        let key = self.intake.layout.key(&part.key);
        let has_own_name_inside = key.is_some_and(|key| key.has_own_name_inside);
        loop {
            let node = self.builder.document().node(root);
            match node.kind() {
                Kind::Mapping if !has_own_name_inside && root_shape::repeats_name(node, part, &entry.name) => {
                    self.builder.unwrap(root);
                    self.remarks.repeated.push(entry.name.clone());
                }
                Kind::Sequence if part.is_folder => {
                    self.builder.unwrap(root);
                    self.remarks.lists.push(entry.name.clone());
                    return Ok(());
                }
                _ => {
                    return root_shape::check(self.builder.document(), node, part, key)
                        .map_err(|refused| (*refused).into());
                }
            }
        }
    }

    /// Reads one file into the builder; `before` prepares what it goes into.
    fn file(&mut self, entry: &FileEntry, root: Root, before: impl FnOnce(&mut Builder)) -> Result<()> {
        let Intake { limits, stop, .. } = self.intake;
        let (bytes, digest) = self.files.read(entry, limits, stop)?;
        self.bytes += bytes.len();
        if self.bytes > limits.bundle_bytes {
            return Err(limits.too_many_bytes(&entry.name, self.bytes).into());
        }
        self.digest.add_hashed(&entry.name, digest);
        let text = decode::utf8(&entry.name, &bytes, limits.file_bytes).map_err(|refused| *refused)?;
        self.builder.begin_file(&entry.name, text);
        before(&mut self.builder);
        read_into(&mut self.builder, text, limits, root).map_err(|refused| *refused)?;
        Ok(())
    }
}

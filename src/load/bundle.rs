//! A bundle: one YAML file, or the files of a directory as one tree.
//!
//! In a directory `bundle.yaml` gives the first keys; a file `monitoring.yaml` is the key `monitoring`; a folder
//! `incidents/` of YAML files is a list in file-name order; every other file is an attachment.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use super::decode;
use super::digest::{Digest, FileDigest, sha256_hex};
use super::limits::Limits;
use super::parser::{Root, bundle_document, read_into};
use super::search::{MANIFEST, is_hidden, is_yaml};
use crate::evidence::{Builder, Collection, Document, Kind};
use crate::language::Text;

/// The folder whose files are attachments even where they end like YAML.
const ATTACHMENTS: &str = "attachments";

/// Evidence as it was handed in.
#[derive(Debug)]
pub struct Bundle {
    /// The tree of all YAML files.
    pub document: Document,
    /// Files that are evidence by reference, in path order.
    pub attachments: Vec<Attachment>,
    /// What a reader should know about how the bundle was read.
    pub notes: Vec<Note>,
    /// `sha256:` and the digest over every file of the bundle.
    pub digest: String,
    /// Whether the bundle is a directory, to which files can be added.
    pub is_directory: bool,
}

/// A file handed in beside the YAML evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The path inside the bundle, with `/` between folders.
    pub path: String,
    /// The SHA-256 of the content, 64 hex digits.
    pub sha256: String,
    /// The size in bytes.
    pub bytes: u64,
}

/// A remark on a file that is not a reason to refuse the bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The path inside the bundle.
    pub path: String,
    /// What is remarked.
    pub message: Text,
}

impl Bundle {
    /// Reads the bundle at a path: a directory with a `bundle.yaml`, or one YAML file.
    ///
    /// # Errors
    /// A file cannot be read, leaves the bundle by a symbolic link, or is refused; in the last case the error
    /// is a [`Diagnostic`](super::Diagnostic).
    pub fn load(path: &Path, limits: &Limits) -> Result<Self> {
        let metadata = fs::metadata(path).with_context(|| format!("{}: cannot be read", path.display()))?;
        if metadata.is_dir() { Self::load_directory(path, limits) } else { Self::load_file(path, limits) }
    }

    /// Reads one YAML file from memory; `name` is what places in it are called.
    ///
    /// # Errors
    /// The file is refused with a [`Diagnostic`](super::Diagnostic).
    pub fn from_bytes(name: &str, bytes: &[u8], limits: &Limits) -> Result<Self> {
        let document = bundle_document(name, bytes, limits).map_err(|refused| *refused)?;
        let mut digest = Digest::new();
        digest.add(name, bytes);
        Ok(Self { document, attachments: Vec::new(), notes: Vec::new(), digest: digest.finish(), is_directory: false })
    }

    fn load_file(path: &Path, limits: &Limits) -> Result<Self> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        Self::from_bytes(&name, &read(path, limits)?, limits)
    }

    fn load_directory(root: &Path, limits: &Limits) -> Result<Self> {
        let listing = list(root, limits)?;
        let mut assembly = Assembly { root, limits, builder: Builder::new(), digest: Digest::new(), bytes: 0 };
        assembly.manifest()?;
        for part in &listing.parts {
            assembly.part(part)?;
        }
        let attachments = listing.attachments.iter().map(|file| attach(root, file)).collect::<Result<Vec<_>>>()?;
        let Assembly { mut builder, mut digest, .. } = assembly;
        builder.close(None).map_err(|twice| *super::refusal::duplicate(builder.document(), twice))?;
        for file in &attachments {
            digest.add_hashed(&file.path, file.sha256.clone());
        }
        let document = builder.finish();
        Ok(Self { document, attachments, notes: listing.notes, digest: digest.finish(), is_directory: true })
    }
}

/// One key of the tree that files of the bundle give.
struct Part {
    key: String,
    /// The one file, or the files of a folder.
    files: Vec<String>,
    is_folder: bool,
}

#[derive(Default)]
struct Listing {
    parts: Vec<Part>,
    attachments: Vec<String>,
    notes: Vec<Note>,
}

impl Listing {
    fn add(&mut self, file: String, path: &Path) -> Result<()> {
        let segments: Vec<&str> = file.split('/').collect();
        match segments.as_slice() {
            [ATTACHMENTS, _, ..] => self.attachments.push(file),
            [MANIFEST] => {}
            _ if !is_yaml(path) => self.attachments.push(file),
            [name] => {
                let key = name.rsplit_once('.').map_or(*name, |(stem, _)| stem).to_owned();
                self.parts.push(Part { key, files: vec![file], is_folder: false });
            }
            [folder, _] => match self.parts.last_mut() {
                Some(part) if part.is_folder && part.key == *folder => part.files.push(file),
                _ => self.parts.push(Part { key: (*folder).to_owned(), files: vec![file], is_folder: true }),
            },
            _ => bail!(
                "{file}: evidence lies at most one folder deep; move the file up, or into {ATTACHMENTS}/ if it is \
                 an attachment"
            ),
        }
        Ok(())
    }
}

fn list(root: &Path, limits: &Limits) -> Result<Listing> {
    let mut listing = Listing::default();
    let mut count = 0;
    let mut entries = WalkDir::new(root).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let entry = entry.with_context(|| format!("{}: cannot be read", root.display()))?;
        if entry.depth() == 0 {
            continue;
        }
        let file = path_in_bundle(root, entry.path());
        if is_hidden(entry.file_name()) {
            let message = Text::new("hidden, not read as evidence", "숨김 파일이므로 증빙으로 읽지 않음");
            listing.notes.push(Note { path: file, message });
            if entry.file_type().is_dir() {
                entries.skip_current_dir();
            }
            continue;
        }
        if entry.path_is_symlink() {
            check_link(root, &file, entry.path())?;
        } else if entry.file_type().is_dir() {
            continue;
        }
        count += 1;
        if count > limits.files {
            bail!("{}: more than {} files in one bundle", root.display(), limits.files);
        }
        listing.add(file, entry.path())?;
    }
    Ok(listing)
}

/// Allows a symbolic link only to a file inside the bundle.
fn check_link(root: &Path, file: &str, path: &Path) -> Result<()> {
    let inside = root.canonicalize().with_context(|| format!("{}: cannot be read", root.display()))?;
    let target = path.canonicalize().with_context(|| format!("{file}: the symbolic link leads nowhere"))?;
    if !target.starts_with(&inside) {
        bail!("{file}: this symbolic link leaves the bundle; put the file itself into the bundle");
    }
    if !target.is_file() {
        bail!("{file}: this symbolic link points at a folder; put the files themselves here");
    }
    Ok(())
}

struct Assembly<'a> {
    root: &'a Path,
    limits: &'a Limits,
    builder: Builder,
    digest: Digest,
    bytes: usize,
}

impl Assembly<'_> {
    fn manifest(&mut self) -> Result<()> {
        let bytes = self.read(MANIFEST)?;
        let text = decode::utf8(MANIFEST, &bytes, self.limits.file_bytes).map_err(|refused| *refused)?;
        self.builder.begin_file(MANIFEST, text);
        self.builder.open(Collection::Mapping, 0, 0);
        read_into(&mut self.builder, text, self.limits, Root::Entries).map_err(|refused| *refused)?;
        Ok(())
    }

    fn part(&mut self, part: &Part) -> Result<()> {
        for (position, file) in part.files.iter().enumerate() {
            let bytes = self.read(file)?;
            let text = decode::utf8(file, &bytes, self.limits.file_bytes).map_err(|refused| *refused)?;
            self.builder.begin_file(file, text);
            if position == 0 {
                self.builder.decoded_scalar(Kind::Text, 0, 0, &part.key);
                if part.is_folder {
                    self.builder.open(Collection::Sequence, 0, 0);
                }
            }
            read_into(&mut self.builder, text, self.limits, Root::Whole).map_err(|refused| *refused)?;
        }
        if part.is_folder {
            // A sequence has no keys that could be given twice.
            self.builder.close(None).map_err(|twice| *super::refusal::duplicate(self.builder.document(), twice))?;
        }
        Ok(())
    }

    fn read(&mut self, file: &str) -> Result<Vec<u8>> {
        let bytes = read(&self.root.join(file), self.limits).with_context(|| file.to_owned())?;
        self.bytes += bytes.len();
        if self.bytes > self.limits.bundle_bytes {
            bail!("{file}: the YAML files of this bundle exceed {} bytes together", self.limits.bundle_bytes);
        }
        self.digest.add_hashed(file, sha256_hex(&bytes));
        Ok(bytes)
    }
}

/// Reads a file, at most one byte more than the limit, so that the refusal can name it.
fn read(path: &Path, limits: &Limits) -> Result<Vec<u8>> {
    let shown = || format!("{}: cannot be read", path.display());
    let file = fs::File::open(path).with_context(shown)?;
    // What the file says of its size is a hint: it saves the growing of the buffer, and one more byte finds the end.
    let size = file.metadata().map_or(0, |metadata| metadata.len()).min(limits.file_bytes as u64);
    let mut bytes = Vec::with_capacity(size as usize + 1);
    file.take(limits.file_bytes as u64 + 1).read_to_end(&mut bytes).with_context(shown)?;
    Ok(bytes)
}

fn attach(root: &Path, file: &str) -> Result<Attachment> {
    let path: PathBuf = root.join(file);
    let digest = FileDigest::of(&path).with_context(|| format!("{file}: cannot be read"))?;
    Ok(Attachment { path: file.to_owned(), sha256: digest.sha256, bytes: digest.bytes })
}

fn path_in_bundle(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let segments: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    segments.join("/")
}

//! The files of a bundle sorted by what they are.

use std::collections::{BTreeMap, BTreeSet};

use super::assembly::Assembly;
use super::attachments::Names;
use super::bundle::FileNote;
use super::files::{FileEntry, Files};
use super::layout::Layout;
use super::name::path_order;
use super::reason::Reason;
use super::role::{APPLE_DOUBLE, FileRole, RoleDoubt, is_record, role};
use crate::evidence::Shown;
use crate::language::Text;

/// Names that one message lists; more are counted.
const NAMED: usize = 5;

/// The files of one bundle.
pub(super) struct Listing {
    pub(super) manifest: FileEntry,
    /// In the order of the tree.
    pub(super) parts: Vec<BundlePart>,
    /// In path order.
    pub(super) attachments: Vec<FileEntry>,
    /// Files that could be meant as records.
    pub(super) doubtful: Vec<(FileEntry, RoleDoubt)>,
    left_out: Vec<String>,
    notes: Vec<FileNote>,
}

/// One key of the tree that files of the bundle give.
pub(super) struct BundlePart {
    pub(super) key: String,
    /// The one file, or the files of a folder.
    pub(super) files: Vec<FileEntry>,
    pub(super) is_folder: bool,
    /// The file or folder by which the key is given.
    source: String,
}

impl Listing {
    /// Sorts files, which stand in path order.
    ///
    /// # Errors
    /// There is no manifest or more than one, or two files give one key.
    pub(super) fn new(entries: Vec<FileEntry>, files: &Files<'_>, layout: &Layout) -> Result<Self, Reason> {
        let mut manifests = Vec::new();
        let mut sorted = Sorted::default();
        for entry in entries {
            if entry.is_cp949 {
                sorted.cp949.push(entry.name.clone());
            }
            match role(&entry.name, layout) {
                _ if entry.name.ends_with('/') => sorted.left_out.push(entry.name),
                FileRole::System => sorted.left_out.push(entry.name),
                FileRole::Attachment => sorted.attachments.push(entry),
                FileRole::Manifest => manifests.push(entry),
                FileRole::Record { key, is_item, is_exact } => sorted.record(entry, key, is_item, is_exact),
                FileRole::Doubtful(RoleDoubt::Hidden) if is_apple_double(&entry, files) => {
                    sorted.left_out.push(entry.name)
                }
                FileRole::Doubtful(doubt) => sorted.doubtful.push((entry, doubt)),
            }
        }
        let mut manifests = manifests.into_iter();
        let manifest = match (manifests.next(), manifests.next()) {
            (Some(manifest), None) => manifest,
            (Some(one), Some(other)) => return Err(two_manifests(&one.name, &other.name)),
            (None, _) => return Err(Reason::new("there is no bundle.yaml in it", "bundle.yaml이 없음")),
        };
        check_keys(&sorted.parts)?;
        let notes = sorted.notes();
        let Sorted { parts, attachments, doubtful, left_out, .. } = sorted;
        Ok(Self { manifest, parts, attachments, doubtful, left_out, notes })
    }

    /// Returns the names of records and doubtful files that evidence refers to as documents.
    pub(super) fn documents(&self, references: &[String]) -> BTreeSet<String> {
        let records = self.parts.iter().flat_map(|part| &part.files);
        let mut all: Vec<String> = records.chain(&self.attachments).map(|entry| entry.name.clone()).collect();
        all.extend(self.doubtful.iter().map(|(entry, _)| entry.name.clone()));
        let names = Names::new(all);
        let found = references.iter().filter_map(|reference| names.get(names.find(reference)?.index));
        let attached: BTreeSet<&str> = self.attachments.iter().map(|entry| entry.name.as_str()).collect();
        found.filter(|name| !attached.contains(name)).map(str::to_owned).collect()
    }

    /// Tells whether evidence that was read refers to a document which is called like a record.
    pub(super) fn has_record_among(&self, assembly: &Result<Assembly, anyhow::Error>, layout: &Layout) -> bool {
        let Ok(assembly) = assembly else { return true };
        assembly.references(layout).any(is_record)
    }

    /// Makes attachments of the records and doubtful files that evidence refers to as documents.
    ///
    /// The files that give the list of documents stay what they are.
    pub(super) fn attach(&mut self, names: &BTreeSet<String>, layout: &Layout) {
        let is_meant = |entry: &FileEntry| names.contains(&entry.name);
        for part in self.parts.iter_mut().filter(|part| !layout.is_list_of_documents(&part.key)) {
            let (moved, kept) = std::mem::take(&mut part.files).into_iter().partition(|entry| is_meant(entry));
            part.files = kept;
            let moved: Vec<FileEntry> = moved;
            self.attachments.extend(moved);
        }
        self.parts.retain(|part| !part.files.is_empty());
        let (moved, kept) = std::mem::take(&mut self.doubtful).into_iter().partition(|(entry, _)| is_meant(entry));
        self.doubtful = kept;
        let moved: Vec<(FileEntry, RoleDoubt)> = moved;
        self.attachments.extend(moved.into_iter().map(|(entry, _)| entry));
        self.attachments.sort_unstable_by(|one, other| path_order(&one.name, &other.name));
    }

    /// Refuses files that could be meant as records.
    pub(super) fn refuse_doubtful(&self) -> Result<(), Reason> {
        let Some(((entry, doubt), others)) = self.doubtful.split_first() else { return Ok(()) };
        let name = Shown::of(&entry.name);
        let (en, ko) = match doubt {
            RoleDoubt::Suffix => (
                "it could be meant as a record, but its name does not end in .yaml, .yml or .json; rename it, list it \
                 in documents, or move it to attachments/"
                    .to_owned(),
                "증빙 파일로 보이나 이름이 .yaml, .yml, .json으로 끝나지 않음. 이름을 바꾸거나, documents에 기재하거나, \
                 attachments/로 옮길 것"
                    .to_owned(),
            ),
            RoleDoubt::Hidden => (
                "it ends like a record, but its name is that of a hidden or lock file; rename it or take it out".to_owned(),
                "증빙 파일로 보이나 숨김 파일 또는 잠금 파일의 이름임. 이름을 바꾸거나 제외할 것".to_owned(),
            ),
            RoleDoubt::Deep => (
                "evidence lies at most one folder deep; move the file up, list it in documents, or move it to attachments/"
                    .to_owned(),
                "증빙 파일은 한 단계 폴더까지만 둘 수 있음. 위로 옮기거나, documents에 기재하거나, attachments/로 옮길 것".to_owned(),
            ),
            RoleDoubt::Folder { near } => (
                format!(
                    "no key is called as its folder; did you mean {near}/? Otherwise list it in documents, or move it to \
                     attachments/"
                ),
                format!(
                    "폴더 이름과 같은 키가 없음({near}/의 오기인지 확인할 것). 첨부파일이면 documents에 기재하거나 \
                     attachments/로 옮길 것"
                ),
            ),
        };
        let more: Vec<String> =
            others.iter().take(NAMED).map(|(entry, _)| Shown::of(&entry.name).to_string()).collect();
        let (more_en, more_ko) = match others.len() {
            0 => (String::new(), String::new()),
            count if count > NAMED => {
                let more = more.join(", ");
                let rest = count - NAMED;
                (format!(" (likewise {more} and {rest} more)"), format!(" ({more} 외 {rest}건도 같음)"))
            }
            _ => (format!(" (likewise {})", more.join(", ")), format!(" ({}도 같음)", more.join(", "))),
        };
        Err(Reason::new(format!("{name}: {en}{more_en}"), format!("{name}: {ko}{more_ko}")))
    }

    /// Returns the remarks on names, and how many files are left out.
    pub(super) fn into_notes(self) -> (Vec<FileNote>, usize) {
        (self.notes, self.left_out.len())
    }
}

#[derive(Default)]
struct Sorted {
    parts: Vec<BundlePart>,
    attachments: Vec<FileEntry>,
    doubtful: Vec<(FileEntry, RoleDoubt)>,
    left_out: Vec<String>,
    cp949: Vec<String>,
    /// Files and folders with the key that they give, where the case differs.
    otherwise: Vec<(String, String)>,
}

impl Sorted {
    fn record(&mut self, entry: FileEntry, key: String, is_folder: bool, is_exact: bool) {
        let source = match entry.name.split_once('/') {
            Some((folder, _)) if is_folder => format!("{folder}/"),
            _ => entry.name.clone(),
        };
        if let Some(part) = self.parts.last_mut().filter(|part| part.is_folder && part.source == source) {
            part.files.push(entry);
            return;
        }
        if !is_exact {
            self.otherwise.push((source.clone(), key.clone()));
        }
        self.parts.push(BundlePart { key, files: vec![entry], is_folder, source });
    }

    fn notes(&self) -> Vec<FileNote> {
        let left_out = self.left_out.iter().map(|name| FileNote {
            path: name.clone(),
            message: Text::new("left out: a file of the system, no part of the bundle", "시스템 파일이므로 제외함"),
        });
        let otherwise = self.otherwise.iter().map(|(source, key)| FileNote {
            path: source.clone(),
            message: Text::new(format!("read as the key {key}"), format!("{key} 키로 읽음")),
        });
        let cp949 = self.cp949.first().map(|name| FileNote {
            path: name.clone(),
            message: counted(
                &Text::new("the name is stored in CP949 and was decoded", "CP949로 저장된 파일 이름을 변환하여 읽음"),
                self.cp949.len(),
            ),
        });
        left_out.chain(otherwise).chain(cp949).collect()
    }
}

/// Returns a remark on one file that holds for several.
pub(super) fn counted(remark: &Text, files: usize) -> Text {
    match files {
        0 | 1 => remark.clone(),
        2 => Text::new(format!("{} (and one more file)", remark.en), format!("{} (외 1건)", remark.ko)),
        _ => {
            let more = files - 1;
            Text::new(format!("{} (and {more} more files)", remark.en), format!("{} (외 {more}건)", remark.ko))
        }
    }
}

fn is_apple_double(entry: &FileEntry, files: &Files<'_>) -> bool {
    let name = entry.name.rsplit('/').next().unwrap_or_default();
    name.starts_with("._") && files.begins_with(entry, APPLE_DOUBLE)
}

fn check_keys(parts: &[BundlePart]) -> Result<(), Reason> {
    let mut sources: BTreeMap<&str, &str> = BTreeMap::new();
    for part in parts {
        if let Some(first) = sources.insert(&part.key, &part.source) {
            let (key, second) = (Shown::of(&part.key), Shown::of(&part.source));
            let first = Shown::of(first);
            return Err(Reason::new(
                format!("{first} and {second} both give the key {key}; keep one of the two"),
                format!("두 곳이 모두 {key} 키에 해당함: {first}, {second}. 하나만 남길 것"),
            ));
        }
    }
    Ok(())
}

fn two_manifests(one: &str, other: &str) -> Reason {
    Reason::new(
        format!("{one} and {other} are both manifests; keep one of the two"),
        format!("제출 자료의 기본 파일이 둘임: {one}, {other}. 하나만 남길 것"),
    )
}

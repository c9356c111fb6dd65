//! Walks what was named and sorts every entry: candidates for a bundle, and what is none.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};
use walkdir::{DirEntry, WalkDir};

use super::archive_kind::{self, ArchiveKind};
use super::candidate::{Candidate, CandidateKind, is_single_bundle};
use super::entry::Entry;
use super::folder::first_bytes_of;
use super::layout::Layout;
use super::limits::Limits;
use super::name::{self, decode};
use super::reason::Reason;
use super::role::{is_hidden, is_manifest, is_record, is_system_file, is_system_folder, stem};
use crate::evidence::Shown;
use crate::language::Text;

/// The file that makes a folder a bundle.
pub const MANIFEST: &str = "bundle.yaml";

/// How a search sorts what it finds.
#[derive(Debug)]
pub struct Search<'a> {
    /// The names that are keys.
    pub layout: &'a Layout,
    /// What a file may hold.
    pub limits: &'a Limits,
    /// What the person left out.
    pub exclude: &'a Exclude,
    /// Files that other options of the run name, by their true paths.
    pub named: &'a [PathBuf],
    /// Everything that was named to be audited, by its true path.
    pub roots: &'a [PathBuf],
}

/// Patterns of names that a person left out.
#[derive(Clone, Debug, Default)]
pub struct Exclude(GlobSet);

impl Exclude {
    /// Creates the set; a pattern holds for the name of an entry and for its path below what was named.
    ///
    /// # Errors
    /// A pattern is no glob; the message names it.
    pub fn new(patterns: &[String]) -> Result<Self, String> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            set.add(Glob::new(&name::nfc(pattern)).map_err(|error| format!("{pattern}: {}", error.kind()))?);
        }
        set.build().map(Self).map_err(|error| error.kind().to_string())
    }

    fn holds(&self, path: &str, name: &str) -> bool {
        !self.0.is_empty() && (self.0.is_match(name) || self.0.is_match(path))
    }
}

/// What a search comes across.
#[derive(Debug)]
pub enum Found {
    /// Something that is probably a bundle, or several; it has to be read to be told.
    Candidate(Candidate),
    /// Something that is none.
    Entry(Entry),
    /// A folder that is a group if a bundle is found below it, and not audited if none is.
    Folder(String),
}

impl<'a> Search<'a> {
    /// Walks what a path names, in path order.
    ///
    /// # Errors
    /// The path does not exist or cannot be read.
    pub fn walk(&'a self, path: &Path) -> Result<impl Iterator<Item = Found> + Send + use<'a>, Reason> {
        let shown = path.display().to_string();
        let metadata = std::fs::metadata(path).map_err(|error| Reason::io(&shown, &error))?;
        if !metadata.is_dir() {
            return Ok(FolderWalk {
                search: self,
                root: path.to_owned(),
                first: Some(self.named_file(path, &shown)?),
                entries: None,
            });
        }
        let first = self.folder(path, &shown);
        let goes_on = matches!(first, Found::Folder(_));
        let entries = goes_on.then(|| WalkDir::new(path).min_depth(1).sort_by_file_name().into_iter());
        Ok(FolderWalk { search: self, root: path.to_owned(), first: Some(first), entries })
    }

    /// Sorts a file that was named itself.
    fn named_file(&self, path: &Path, shown: &str) -> Result<Found, Reason> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let candidate = |path: &Path, kind| Ok(Found::Candidate(Candidate { path: path.to_owned(), kind }));
        if self.is_named(path) {
            let reason = Text::new(
                "given with another option of this run, and no bundle",
                "이번 점검의 다른 옵션으로 지정된 파일로, 제출 자료가 아님",
            );
            return Ok(Found::Entry(Entry::not_audited(shown, reason)));
        }
        if is_manifest(&name) {
            // What a person picks in a dialog of files is the folder that it makes a bundle.
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            return candidate(folder, CandidateKind::Folder);
        }
        match archive_kind::of(&name, &first_bytes_of(path, shown)?) {
            Some(ArchiveKind::Read { format, .. }) => candidate(path, CandidateKind::Archive { format, is_sure: true }),
            Some(ArchiveKind::Unread(kind)) => Ok(Found::Entry(Entry::not_audited(shown, unread_archive(&kind)))),
            None if is_record(&name) => candidate(path, CandidateKind::File { is_sure: true }),
            None => Err(Reason::new(
                format!(
                    "{shown}: a bundle is a folder with a {MANIFEST}, one .yaml, .yml or .json file, or a .zip, .tar or .tar.gz of either"
                ),
                format!(
                    "{shown}: 제출 자료는 {MANIFEST}이 있는 폴더, .yaml·.yml·.json 파일 하나, 또는 그 .zip·.tar·.tar.gz이어야 함"
                ),
            )),
        }
    }

    /// Sorts a folder.
    fn folder(&self, path: &Path, shown: &str) -> Found {
        if std::fs::symlink_metadata(path.join(MANIFEST)).is_ok_and(|metadata| !metadata.is_dir()) {
            return Found::Candidate(Candidate { path: path.to_owned(), kind: CandidateKind::Folder });
        }
        let names = match std::fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
            Ok(names) => names,
            Err(error) => return Found::Entry(Entry::not_audited(shown, Reason::io(shown, &error).0)),
        };
        let is_bundle = names.iter().any(|entry| {
            is_manifest(&entry.file_name().to_string_lossy()) && entry.file_type().is_ok_and(|kind| !kind.is_dir())
        });
        if is_bundle {
            return Found::Candidate(Candidate { path: path.to_owned(), kind: CandidateKind::Folder });
        }
        if names.is_empty() {
            return Found::Entry(Entry::not_audited(shown, Text::new("an empty folder", "빈 폴더")));
        }
        if let Some(named) = names.iter().find(|entry| self.gives_key(entry)) {
            let name = named.file_name().to_string_lossy().into_owned();
            return Found::Entry(Entry::not_audited(shown, without_manifest(&name)));
        }
        Found::Folder(shown.to_owned())
    }

    /// Tells whether an entry of a folder without manifest is called as the files of a bundle are.
    fn gives_key(&self, entry: &std::fs::DirEntry) -> bool {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(kind) = entry.file_type() else { return false };
        if kind.is_dir() {
            let is_key = self.layout.key(&name).is_some_and(|key| key.is_list);
            return is_key && is_list_of_records(&entry.path());
        }
        is_record(&name)
            && self.layout.key(stem(&name)).is_some()
            && kind.is_file()
            && !is_single_bundle(&entry.path(), self.layout, self.limits)
    }

    /// Sorts an entry below what was named; tells whether the walk leaves out what is below it.
    fn below(&self, root: &Path, entry: &DirEntry) -> (Found, bool) {
        let shown = entry.path().display().to_string();
        let left_out = |en: &str, ko: &str| Found::Entry(Entry::left_out(&shown, Text::new(en, ko)));
        let name = match decode(entry.file_name().as_encoded_bytes()) {
            Ok(name) => name.text,
            Err(reason) => return (Found::Entry(Entry::not_audited(&shown, reason.0)), true),
        };
        let kind = entry.file_type();
        if is_hidden(&name) || is_system_folder(&name) || is_system_file(&name) {
            return (left_out("a hidden or system name", "숨김 또는 시스템 이름"), true);
        }
        let inside = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy().into_owned();
        if self.exclude.holds(&name::nfc(&inside), &name) {
            return (left_out("left out by --exclude", "--exclude로 제외함"), true);
        }
        if kind.is_symlink() {
            return (Found::Entry(self.link(entry.path(), &shown)), true);
        }
        if kind.is_dir() {
            let found = self.folder(entry.path(), &shown);
            let is_over = !matches!(found, Found::Folder(_));
            return (found, is_over);
        }
        if self.is_named(entry.path()) {
            return (left_out("named by another option of this run", "이번 점검의 다른 옵션으로 지정된 파일"), false);
        }
        (self.loose_file(entry.path(), &shown, &name), false)
    }

    /// Sorts a file outside any bundle.
    fn loose_file(&self, path: &Path, shown: &str, name: &str) -> Found {
        let first = match first_bytes_of(path, shown) {
            Ok(first) => first,
            Err(reason) => return Found::Entry(Entry::not_audited(shown, reason.0)),
        };
        let kind = match archive_kind::of(name, &first) {
            Some(ArchiveKind::Read { format, is_sure }) => CandidateKind::Archive { format, is_sure },
            Some(ArchiveKind::Unread(kind)) => return Found::Entry(Entry::not_audited(shown, unread_archive(&kind))),
            None if is_record(name) => CandidateKind::File { is_sure: false },
            None => return Found::Entry(Entry::left_out(shown, Text::new("no submission", "제출 자료가 아님"))),
        };
        Found::Candidate(Candidate { path: path.to_owned(), kind })
    }

    /// Sorts a symbolic link: the same as what it points at, or not audited. It is not told what is there outside.
    fn link(&self, path: &Path, shown: &str) -> Entry {
        let leaves = || {
            Entry::not_audited(
                shown,
                Text::new(
                    "a link that leaves what was named, or leads nowhere",
                    "점검 대상으로 지정한 범위를 벗어나거나 대상이 없는 링크",
                ),
            )
        };
        let Ok(target) = path.canonicalize() else { return leaves() };
        let Some(root) = self.roots.iter().find(|root| target.starts_with(root)) else { return leaves() };
        let inside = target.strip_prefix(root).unwrap_or(&target);
        let is_left_out = inside.iter().any(|part| is_hidden(&part.to_string_lossy()));
        if is_left_out {
            return leaves();
        }
        let to = inside.display().to_string();
        let to = if to.is_empty() { ".".to_owned() } else { to };
        Entry {
            path: shown.to_owned(),
            state: super::entry::EntryState::SameAs,
            reason: Some(Text::new(format!("a link to {to}"), format!("{to}에 대한 링크"))),
        }
    }

    fn is_named(&self, path: &Path) -> bool {
        let has_name = |named: &&PathBuf| named.file_name() == path.file_name();
        self.named.iter().any(|named| has_name(&named))
            && path.canonicalize().is_ok_and(|path| self.named.contains(&path))
    }
}

struct FolderWalk<'a> {
    search: &'a Search<'a>,
    root: PathBuf,
    first: Option<Found>,
    entries: Option<walkdir::IntoIter>,
}

impl Iterator for FolderWalk<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let entries = self.entries.as_mut()?;
        match entries.next()? {
            Ok(entry) => {
                let (found, is_over) = self.search.below(&self.root, &entry);
                if is_over && entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
                Some(found)
            }
            Err(error) => {
                let shown = error.path().unwrap_or(&self.root).display().to_string();
                let reason = match error.io_error() {
                    Some(error) => Reason::io(&shown, error).0,
                    None => Text::new("cannot be read", "읽을 수 없음"),
                };
                Some(Found::Entry(Entry::not_audited(shown, reason)))
            }
        }
    }
}

/// Tells whether a folder holds records and no bundle.
fn is_list_of_records(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    let names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.iter().any(|name| is_record(name)) && !names.iter().any(|name| is_manifest(name))
}

fn unread_archive(kind: &str) -> Text {
    Text::new(
        format!("an archive of a kind that is not read ({kind}); unpack it, or pack it as .zip"),
        format!("읽지 않는 압축 형식({kind}). 압축을 풀거나 .zip으로 다시 압축할 것"),
    )
}

fn without_manifest(name: &str) -> Text {
    let name = Shown::of(name);
    Text::new(
        format!("{name} is called as the files of a bundle are, but there is no {MANIFEST} beside it; add one"),
        format!("제출 자료의 파일 이름({name})이 있으나 {MANIFEST}이 없음. 추가할 것"),
    )
}

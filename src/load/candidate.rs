//! Reads what a search found: a candidate becomes a bundle, several, or an entry that is none.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::archive::{Archive, ArchiveFormat, format_of};
use super::bundle::{Bundle, Intake};
use super::entry::{Entry, EntryState};
use super::folder::{open_regular, read_file};
use super::layout::Layout;
use super::limits::Limits;
use super::name::path_order;
use super::parser::{bundle_document, document_within};
use super::reason::Reason;
use super::role::{self, is_manifest, is_record, stem};
use super::search::MANIFEST;
use super::{archive_kind, archive_kind::ArchiveKind};
use crate::evidence::{Document, Shown};
use crate::language::Text;

/// Something that is probably a bundle.
#[derive(Debug)]
pub struct Candidate {
    /// Where it is.
    pub path: PathBuf,
    /// What it looks like.
    pub kind: CandidateKind,
}

/// What a candidate looks like.
#[derive(Debug)]
pub enum CandidateKind {
    /// A folder with a manifest.
    Folder,
    /// One file.
    File {
        /// Whether it was named itself; a file that was found is a bundle only if it looks like one.
        is_sure: bool,
    },
    /// An archive.
    Archive {
        /// The format.
        format: ArchiveFormat,
        /// Whether it was named itself, or is called an archive.
        is_sure: bool,
    },
    /// Bytes that came in, as from standard input.
    Input(Vec<u8>),
}

/// What a candidate turned out to be.
#[derive(Debug)]
pub enum Resolved {
    /// A bundle, or why it cannot be read.
    Bundle {
        /// How reports name it.
        path: String,
        /// The bundle.
        bundle: Result<Box<Bundle>>,
    },
    /// No bundle.
    Entry(Entry),
}

impl Candidate {
    /// Reads the candidate; everything in it is accounted for, in path order.
    pub fn resolve(&self, intake: Intake<'_>) -> Vec<Resolved> {
        let shown = self.path.display().to_string();
        match &self.kind {
            CandidateKind::Folder => {
                vec![Resolved::Bundle { bundle: Bundle::load(&self.path, intake).map(Box::new), path: shown }]
            }
            CandidateKind::File { is_sure } => vec![self.file(shown, *is_sure, intake)],
            CandidateKind::Archive { format, is_sure } => {
                let read = open_regular(&self.path, &shown).and_then(|(file, before)| {
                    let archive = Archive::read(*format, &file, intake.limits, intake.stop)?;
                    before.check(&file, &shown, before.bytes(), before.bytes()).map(|()| archive)
                });
                in_archive(shown, read, *is_sure, intake)
            }
            CandidateKind::Input(bytes) => match format_of(bytes) {
                Some(format) => {
                    let read = Archive::read(format, Cursor::new(bytes), intake.limits, intake.stop);
                    in_archive(shown, read, true, intake)
                }
                None => vec![Resolved::Bundle {
                    bundle: Bundle::from_bytes("-", bytes, intake.limits).map(Box::new),
                    path: shown,
                }],
            },
        }
    }

    fn file(&self, shown: String, is_sure: bool, intake: Intake<'_>) -> Resolved {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        match read_file(&self.path, &name, intake.limits.file_bytes, intake.stop) {
            Err(reason) if is_sure => Resolved::Bundle { path: shown, bundle: Err(reason.into()) },
            Err(reason) => Resolved::Entry(Entry::not_audited(shown, reason.0)),
            Ok(bytes) => single_file(shown, "", &name, &bytes, is_sure, intake),
        }
    }
}

/// Reads a file that stands alone: a bundle if it was named, or has one of the keys that make it one.
fn single_file(path: String, container: &str, name: &str, bytes: &[u8], is_sure: bool, intake: Intake<'_>) -> Resolved {
    let read = if is_sure { bundle_document } else { document_within }(container, name, bytes, intake.limits);
    let document = match read {
        Ok(document) => document,
        Err(refused) if is_sure => return Resolved::Bundle { path, bundle: Err((*refused).into()) },
        Err(refused) => {
            let (en, ko) =
                (refused.render(crate::language::Language::English), refused.render(crate::language::Language::Korean));
            let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
            return Resolved::Entry(Entry::not_audited(path, Text::new(first(en), first(ko))));
        }
    };
    let is_bundle = has_mark(&document, intake.layout);
    match marker(&document) {
        Some(marker) if !is_bundle => {
            let reason = Text::new(
                format!("a file of gamsa ({marker}), no submission"),
                format!("gamsa 파일({marker})로, 제출 자료가 아님"),
            );
            if is_sure {
                return Resolved::Bundle { path, bundle: Err(Reason(reason).into()) };
            }
            Resolved::Entry(Entry::left_out(path, reason))
        }
        _ if is_sure || is_bundle => {
            Resolved::Bundle { path, bundle: Ok(Box::new(Bundle::from_document(document, bytes))) }
        }
        _ => {
            let marks = intake.layout.marks.join(" / ");
            Resolved::Entry(Entry::left_out(
                path,
                Text::new(
                    format!("no submission: none of the keys {marks}"),
                    format!("제출 자료가 아님({marks} 키가 없음)"),
                ),
            ))
        }
    }
}

/// Tells whether a file that stands alone has one of the keys that make it a bundle.
pub(super) fn is_single_bundle(path: &Path, layout: &Layout, limits: &Limits) -> bool {
    read_file(path, "", limits.file_bytes, None).is_ok_and(|bytes| stands_alone(&bytes, layout, limits))
}

fn stands_alone(bytes: &[u8], layout: &Layout, limits: &Limits) -> bool {
    document_within("", "", bytes, limits).is_ok_and(|document| has_mark(&document, layout))
}

fn has_mark(document: &Document, layout: &Layout) -> bool {
    layout.marks.iter().any(|mark| document.root().get(mark).is_some())
}

/// Returns what a file of the program says it is, such as `gamsa.report/v2`.
fn marker(document: &Document) -> Option<String> {
    let schema = document.root().get("schema")?.text();
    schema.starts_with("gamsa.").then(|| Shown::of(schema).to_string())
}

/// Accounts for all that an archive holds.
fn in_archive(shown: String, read: Result<Archive, Reason>, is_sure: bool, intake: Intake<'_>) -> Vec<Resolved> {
    let archive = match read {
        Ok(archive) => archive,
        // A file that only looks like an archive inside, as those of office programs do.
        Err(_) if !is_sure => return vec![Resolved::Entry(no_submission(shown))],
        Err(reason) => {
            let Reason(Text { en, ko }) = reason;
            let text = Text::new(format!("an archive that was not read: {en}"), format!("압축 파일을 읽지 못함: {ko}"));
            return vec![Resolved::Entry(Entry::not_audited(shown, text))];
        }
    };
    let roots = bundle_roots(&archive);
    let outside: Vec<&str> =
        archive.names().filter(|name| root_of(&roots, name).is_none() && !is_system(name)).collect();
    let has_record = outside.iter().any(|name| is_record(name));
    match (roots.as_slice(), outside.as_slice()) {
        // One bundle and nothing beside it: the archive is that bundle, whatever folder it was packed in.
        ([root], []) => {
            let container = format!("{shown}!/");
            vec![Resolved::Bundle {
                bundle: Bundle::from_archive(&archive, root, &container, intake).map(Box::new),
                path: shown,
            }]
        }
        ([], [one]) if has_record => {
            let inner = from_single(&archive, one, &shown, intake);
            vec![match inner {
                Resolved::Bundle { bundle, .. } => Resolved::Bundle { path: shown, bundle },
                Resolved::Entry(Entry { reason, .. }) => Resolved::Entry(without_bundle(shown, reason, is_sure)),
            }]
        }
        ([], _) if !has_record => vec![Resolved::Entry(without_bundle(shown, None, is_sure))],
        ([], _) if gives_keys(&archive, &outside, intake) => {
            let reason = Text::new(
                format!(
                    "its files are called as those of a bundle are, but there is no {MANIFEST} beside them; add one"
                ),
                format!("제출 자료의 파일 이름이 있으나 {MANIFEST}이 없음. 추가할 것"),
            );
            vec![Resolved::Entry(without_bundle(shown, Some(reason), is_sure))]
        }
        _ => several(&archive, shown, &roots, &outside, is_sure, intake),
    }
}

/// Accounts for an archive of several bundles, as for a folder of them.
fn several(
    archive: &Archive,
    shown: String,
    roots: &[String],
    outside: &[&str],
    is_sure: bool,
    intake: Intake<'_>,
) -> Vec<Resolved> {
    let mut inner: Vec<(String, Resolved)> = Vec::new();
    for root in roots {
        let path = format!("{shown}!/{}", root.trim_end_matches('/'));
        let bundle = Bundle::from_archive(archive, root, &format!("{path}/"), intake).map(Box::new);
        inner.push((path.clone(), Resolved::Bundle { path, bundle }));
    }
    for name in outside {
        let path = format!("{shown}!/{name}");
        let last = name.rsplit('/').next().unwrap_or(name);
        let resolved = match archive_kind::of(last, &archive.first_bytes(name)) {
            Some(ArchiveKind::Read { is_sure: true, .. } | ArchiveKind::Unread(_)) => {
                Resolved::Entry(Entry::not_audited(
                    &path,
                    Text::new("an archive inside another; unpack it", "압축 파일 안의 압축 파일. 압축을 풀 것"),
                ))
            }
            _ if role::is_hidden(last) || !is_record(name) => Resolved::Entry(no_submission(path.clone())),
            _ => from_single(archive, name, &shown, intake),
        };
        inner.push((path, resolved));
    }
    inner.sort_by(|one, other| path_order(&one.0, &other.0));
    let has_bundle = inner.iter().any(|(_, resolved)| matches!(resolved, Resolved::Bundle { .. }));
    let own = if has_bundle {
        Entry { path: shown, state: EntryState::Group, reason: None }
    } else {
        without_bundle(shown, None, is_sure)
    };
    std::iter::once(Resolved::Entry(own)).chain(inner.into_iter().map(|(_, resolved)| resolved)).collect()
}

fn from_single(archive: &Archive, name: &str, shown: &str, intake: Intake<'_>) -> Resolved {
    let path = format!("{shown}!/{name}");
    let container = format!("{shown}!/");
    match archive.content_of(name, intake.limits) {
        Ok(bytes) => single_file(path, &container, name, bytes, false, intake),
        Err(reason) => Resolved::Entry(Entry::not_audited(path, reason.0)),
    }
}

/// Returns the folders of an archive that are bundles, each with `/` at its end, sorted; the archive itself is the empty
/// one. None lies in another: a bundle inside another is a part of it.
fn bundle_roots(archive: &Archive) -> Vec<String> {
    let manifests = archive.names().filter(|name| !is_system(name)).filter_map(|name| {
        let (folder, last) = name.split_at(name.rfind('/').map_or(0, |slash| slash + 1));
        is_manifest(last).then(|| folder.to_owned())
    });
    let mut roots: Vec<String> = manifests.collect();
    // What begins with a root follows it.
    roots.sort_unstable();
    roots.dedup_by(|root, before| root.starts_with(before.as_str()));
    roots
}

/// Returns the root that a file of an archive lies in: the last one before its name, as no root lies in another.
fn root_of<'r>(roots: &'r [String], name: &str) -> Option<&'r String> {
    let after = roots.partition_point(|root| root.as_str() <= name);
    roots.get(after.checked_sub(1)?).filter(|root| name.starts_with(root.as_str()))
}

/// Tells whether files without a manifest are called as those of a bundle are, and none of them is a bundle by itself.
fn gives_keys(archive: &Archive, names: &[&str], intake: Intake<'_>) -> bool {
    let layout = intake.layout;
    let is_called_so = names.iter().any(|name| {
        let mut parts = name.rsplit('/');
        let last = parts.next().unwrap_or_default();
        let mut in_list = || parts.next().and_then(|folder| layout.key(folder)).is_some_and(|key| key.is_list);
        is_record(last) && (layout.key(stem(last)).is_some() || in_list())
    });
    let is_bundle = |name: &str| {
        let content = archive.content_of(name, intake.limits);
        content.is_ok_and(|bytes| stands_alone(bytes, layout, intake.limits))
    };
    is_called_so && !names.iter().any(|name| is_record(name) && is_bundle(name))
}

fn is_system(name: &str) -> bool {
    name.split('/').any(|part| role::is_system_folder(part) || role::is_system_file(part))
}

fn no_submission(path: String) -> Entry {
    Entry::left_out(path, Text::new("no submission", "제출 자료가 아님"))
}

fn without_bundle(path: String, reason: Option<Text>, is_sure: bool) -> Entry {
    if !is_sure && reason.is_none() {
        return no_submission(path);
    }
    let nothing = || {
        Text::new(
            format!("an archive that holds no bundle (no {MANIFEST} in it)"),
            format!("제출 자료가 없는 압축 파일({MANIFEST}이 없음)"),
        )
    };
    Entry::not_audited(path, reason.unwrap_or_else(nothing))
}

//! What a file of a bundle is, by its name alone.

use unicode_normalization::UnicodeNormalization;

use super::layout::Layout;
use super::name::folded;
use crate::evidence::nearest_name;

/// The folder whose files are attachments even where they end like records.
const ATTACHMENTS: &str = "attachments";
/// Endings of files that are read as records.
const RECORD_SUFFIXES: [&str; 3] = [".yaml", ".yml", ".json"];
/// The name of a manifest without its ending.
const MANIFEST_STEM: &str = "bundle";

/// Folders that systems and version control leave behind; what lies below them is no part of a bundle.
const SYSTEM_FOLDERS: [&str; 9] =
    ["__macosx", ".git", ".svn", ".hg", ".spotlight-v100", ".trashes", ".fseventsd", "$recycle.bin", "@eadir"];
/// Files that systems leave behind.
const SYSTEM_FILES: [&str; 6] = [".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory", ".localized"];
/// The first bytes of an AppleDouble file, in which macOS keeps what a file system cannot (RFC 1740).
pub(super) const APPLE_DOUBLE: &[u8] = b"\x00\x05\x16\x07";

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FileRole {
    /// The file that makes a folder a bundle.
    Manifest,
    /// A record, under a key of the tree.
    Record {
        /// The key.
        key: String,
        /// Whether it is an item of the list that a folder gives.
        is_item: bool,
        /// Whether the file or folder is called exactly as its key.
        is_exact: bool,
    },
    /// Evidence by reference.
    Attachment,
    /// Left behind by a system or an editor: no part of the bundle.
    System,
    /// Could be meant as a record and is not read as one.
    Doubtful(RoleDoubt),
}

/// Why a file that could be meant as a record is not read as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RoleDoubt {
    /// The name does not end in `.yaml`, `.yml` or `.json`.
    Suffix,
    /// The name is that of a hidden or lock file.
    Hidden,
    /// It lies deeper than one folder.
    Deep,
    /// The folder is called almost like a key.
    Folder {
        /// The key that is probably meant.
        near: String,
    },
}

/// How the last part of a name looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// It ends as records do.
    Record,
    /// It could be meant to.
    LikeRecord,
    Other,
}

/// Returns what the file with this path inside the bundle is.
pub(super) fn role(path: &str, layout: &Layout) -> FileRole {
    let segments: Vec<&str> = path.split('/').collect();
    let (name, folders) = match segments.split_last() {
        Some((name, folders)) => (*name, folders),
        None => (path, &[][..]),
    };
    if folders.iter().any(|folder| is_system_folder(folder)) || is_system_file(name) {
        return FileRole::System;
    }
    let form = form(name);
    match folders {
        [] => at_root(name, form, layout),
        [first, ..] if folded(first) == ATTACHMENTS => FileRole::Attachment,
        [folder] => in_folder(folder, name, form, layout),
        [..] if !names_record(name) => FileRole::Attachment,
        [folder, ..] => match (layout.key(folder), layout.near_key(folder)) {
            (Some(_), _) => FileRole::Doubtful(RoleDoubt::Deep),
            (None, Some(near)) => FileRole::Doubtful(RoleDoubt::Folder { near: near.to_owned() }),
            (None, None) => FileRole::Attachment,
        },
    }
}

fn at_root(name: &str, form: Form, layout: &Layout) -> FileRole {
    match form {
        Form::Other => FileRole::Attachment,
        Form::LikeRecord if is_hidden(name) && !names_record(name) => FileRole::Attachment,
        Form::LikeRecord => FileRole::Doubtful(if is_hidden(name) { RoleDoubt::Hidden } else { RoleDoubt::Suffix }),
        Form::Record if is_hidden(name) => FileRole::Doubtful(RoleDoubt::Hidden),
        Form::Record if is_manifest(name) => FileRole::Manifest,
        Form::Record => {
            let stem = stem(name);
            match layout.key(stem) {
                Some(key) => record(&key.name, stem, false),
                None => record(stem, stem, false),
            }
        }
    }
}

fn in_folder(folder: &str, name: &str, form: Form, layout: &Layout) -> FileRole {
    match (layout.key(folder), form) {
        (_, Form::Other) => FileRole::Attachment,
        (Some(_), Form::LikeRecord) if is_hidden(name) && !names_record(name) => FileRole::Attachment,
        (Some(_), _) if is_hidden(name) => FileRole::Doubtful(RoleDoubt::Hidden),
        (Some(_), Form::LikeRecord) => FileRole::Doubtful(RoleDoubt::Suffix),
        (Some(key), Form::Record) => record(&key.name, folder, true),
        (None, _) if !names_record(name) => FileRole::Attachment,
        (None, _) => match layout.near_key(folder) {
            Some(near) => FileRole::Doubtful(RoleDoubt::Folder { near: near.to_owned() }),
            None => FileRole::Attachment,
        },
    }
}

fn record(key: &str, written: &str, is_item: bool) -> FileRole {
    FileRole::Record { key: key.to_owned(), is_item, is_exact: key == written }
}

/// Tells whether a file name makes its folder a bundle: `bundle.yaml`, `.yml` or `.json`, in any case.
pub fn is_manifest(name: &str) -> bool {
    is_record(name) && folded(stem(name)) == MANIFEST_STEM
}

/// Tells whether a file name ends as records do.
pub(super) fn is_record(name: &str) -> bool {
    record_suffix(name).is_some()
}

/// Tells whether a file is hidden, or the lock file of an office program.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name.starts_with("~$")
}

/// Tells whether a folder is one that systems and version control leave behind.
pub(super) fn is_system_folder(name: &str) -> bool {
    name.starts_with(['_', '.', '$', '@']) && SYSTEM_FOLDERS.contains(&&*folded(name))
}

/// Tells whether a file is one that systems and editors leave behind.
///
/// `._NAME` of macOS is not told by its name alone where it ends as a record does: its content begins with
/// [`APPLE_DOUBLE`].
pub(super) fn is_system_file(name: &str) -> bool {
    let is_swap = name.starts_with('.') && matches!(name.rsplit('.').next(), Some("swp" | "swo" | "swn" | "swx"));
    let is_lock = (name.starts_with(".~lock.") && name.ends_with('#')) || name.starts_with(".#");
    let is_office = name.starts_with("~$") && !names_record(name);
    let is_apple_double = name.starts_with("._") && !names_record(name);
    is_swap || is_lock && !is_record(name) || is_office || is_apple_double || SYSTEM_FILES.contains(&&*folded(name))
}

/// Returns a file name without the ending of a record.
pub(super) fn stem(name: &str) -> &str {
    let suffix = record_suffix(name).map_or(0, str::len);
    name.get(..name.len() - suffix).unwrap_or(name)
}

fn record_suffix(name: &str) -> Option<&'static str> {
    let ends = |suffix: &&&str| {
        let at = name.len().checked_sub(suffix.len()).filter(|at| *at > 0);
        at.and_then(|at| name.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
    };
    RECORD_SUFFIXES.iter().find(ends).copied()
}

/// Tells whether the ending of a record stands anywhere in a name.
fn names_record(name: &str) -> bool {
    let name = folded(name);
    RECORD_SUFFIXES.iter().any(|suffix| name.contains(suffix))
}

fn form(name: &str) -> Form {
    if is_record(name) {
        return Form::Record;
    }
    let suffix = name.trim_start_matches('.').rsplit_once('.').map_or("", |(_, suffix)| suffix);
    let ends_oddly = suffix.is_empty() || name.ends_with(char::is_whitespace);
    if names_record(name) || ends_oddly || misspells_record(suffix) { Form::LikeRecord } else { Form::Other }
}

/// Tells whether an ending is that of a record but for one character: `ymal`, `yam`, a Cyrillic `а`. Other formats differ
/// in the first one, as `xml` and `eml` do from `yml`.
fn misspells_record(suffix: &str) -> bool {
    let suffix: String = folded(suffix).nfkc().collect();
    let suffixes = RECORD_SUFFIXES.iter().map(|suffix| suffix.trim_start_matches('.'));
    let near = suffixes.clone().find(|known| *known == suffix).or_else(|| nearest_name(&suffix, suffixes));
    near.is_some_and(|near| !suffix.is_ascii() || suffix.get(..1) == near.get(..1))
}

#[cfg(test)]
mod tests {
    use super::super::layout::Key;
    use super::*;

    fn layout() -> Layout {
        let key = |name: &str| Key {
            name: name.to_owned(),
            is_list: name == "changes",
            is_mapping: false,
            has_own_name_inside: false,
        };
        Layout { keys: ["changes", "monitoring"].map(key).to_vec(), ..Layout::default() }
    }

    fn of(path: &str) -> FileRole {
        role(path, &layout())
    }

    #[test]
    fn records_are_told_by_place_and_suffix_in_any_case() {
        for name in ["bundle.yaml", "Bundle.YML", "BUNDLE.json"] {
            assert_eq!(of(name), FileRole::Manifest, "{name}");
        }
        for name in ["W1.yaml", "W1.YAML", "W1.Yml", "W1.JSON", "작업.yaml"] {
            assert_eq!(of(&format!("changes/{name}")), record("changes", "changes", true), "{name}");
            assert!(matches!(of(&format!("attachments/{name}")), FileRole::Attachment), "{name}");
        }
        assert_eq!(of("Changes/W1.yaml"), record("changes", "Changes", true));
        assert_eq!(of("MONITORING.yaml"), record("monitoring", "MONITORING", false));
        assert_eq!(of("other.yaml"), record("other", "other", false), "an unknown key is told as such");
    }

    #[test]
    fn what_could_be_meant_as_a_record_is_never_an_attachment_in_silence() {
        let suffix = [
            "W2.yaml.txt",
            "W2.yaml ",
            "W2.yaml.",
            "W2",
            "W2.",
            "W2.yaml~",
            "W2.json.bak",
            "W2.yaml\u{3000}",
            "W2.ymal",
            "W2.yam",
            "W2.YAMK",
            "W2.jsn",
            "W2.yml2",
            "W2.y\u{430}ml",
            "W2.ya\u{200b}ml",
            "W2.ｙａｍｌ",
        ];
        for name in suffix {
            assert_eq!(of(&format!("changes/{name}")), FileRole::Doubtful(RoleDoubt::Suffix), "{name:?}");
            assert_eq!(of(name), FileRole::Doubtful(RoleDoubt::Suffix), "{name:?}");
        }
        for name in [".W2.yaml", "~$W2.yaml", "._W2.yaml", ".W2.json"] {
            assert_eq!(of(&format!("changes/{name}")), FileRole::Doubtful(RoleDoubt::Hidden), "{name:?}");
        }
        assert_eq!(of("changes/2024/W2.yaml"), FileRole::Doubtful(RoleDoubt::Deep));
        for folder in ["change", "chagnes", "Monitorng"] {
            assert!(
                matches!(of(&format!("{folder}/W2.yaml")), FileRole::Doubtful(RoleDoubt::Folder { .. })),
                "{folder}"
            );
        }
    }

    #[test]
    fn other_files_stay_attachments() {
        for path in [
            "cover.pdf",
            "changes/W1.xml",
            "changes/mail.eml",
            "changes/form.js",
            "changes/W1.한글",
            "README.txt",
            "changes/W1-report.pdf",
            "changes/W1/log",
            "evidence/config.yaml",
            "attachments/a",
            ".hidden.pdf",
            ".gitignore",
            "attachments/W1.yaml.txt",
            "사전시험 결과.hwp",
        ] {
            assert_eq!(of(path), FileRole::Attachment, "{path}");
        }
    }

    #[test]
    fn system_names_are_a_closed_list() {
        for path in [
            ".DS_Store",
            "changes/.ds_store",
            "Thumbs.db",
            "desktop.ini",
            "__MACOSX/changes/._W1.yaml",
            "changes/.W1.yaml.swp",
            "~$W1.xlsx",
            "._cover.pdf",
            ".git/config",
            "attachments/.~lock.a.ods#",
        ] {
            assert_eq!(of(path), FileRole::System, "{path}");
        }
        assert_ne!(of("thumbs.db.yaml"), FileRole::System);
    }
}

//! Files that are evidence by reference, and how a reference finds one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::name::{folded, nfc};
use crate::evidence::nearest_name;

/// A file handed in beside the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The path inside the bundle in NFC, with `/` between folders.
    pub path: String,
    /// The SHA-256 of the content, 64 hex digits.
    pub sha256: String,
    /// The size in bytes.
    pub bytes: u64,
    /// Lines at its beginning, in the first 64 KiB, in which something is written.
    pub lines: u32,
}

/// The attachments of a bundle.
#[derive(Clone, Debug, Default)]
pub struct Attachments {
    files: Vec<Attachment>,
    names: Names,
}

impl Attachments {
    /// Creates them from files in any order.
    pub fn new(mut files: Vec<Attachment>) -> Self {
        files.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        let names = Names::new(files.iter().map(|file| file.path.clone()).collect());
        Self { files, names }
    }

    /// Returns all of them, in the order of their paths' bytes.
    pub fn all(&self) -> &[Attachment] {
        &self.files
    }

    /// Returns the file that a reference means: the one of that name, else the only one whose name differs from it in
    /// the direction of slashes, in `./`, or in upper and lower case.
    pub fn find(&self, reference: &str) -> Option<&Attachment> {
        self.names.find(reference).and_then(|found| self.files.get(found.index))
    }

    /// Returns the file that a reference means, and whether it spells the name as the file is called.
    pub fn resolve(&self, reference: &str) -> Option<(&Attachment, bool)> {
        let found = self.names.find(reference)?;
        Some((self.files.get(found.index)?, found.is_exact))
    }

    /// Returns the path that is most like a reference to a file that is not there.
    pub fn nearest(&self, reference: &str) -> Option<&str> {
        nearest_name(&normal(reference), self.files.iter().map(|file| file.path.as_str()))
    }
}

/// File names that references are compared with.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// Sorted.
    names: Vec<String>,
    /// The position of each name in one case; nothing where two names differ in case only.
    by_folded: OnceLock<BTreeMap<String, Option<usize>>>,
}

/// What a reference means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AttachmentMatch {
    pub(super) index: usize,
    /// Whether the name is written as the file is called, up to the Unicode form.
    pub(super) is_exact: bool,
}

impl Names {
    pub(super) fn new(mut names: Vec<String>) -> Self {
        names.sort_unstable();
        Self { names, by_folded: OnceLock::new() }
    }

    pub(super) fn find(&self, reference: &str) -> Option<AttachmentMatch> {
        let reference = nfc(reference);
        if let Some(index) = self.position(&reference) {
            return Some(AttachmentMatch { index, is_exact: true });
        }
        let normal = normal(&reference);
        if let Some(index) = self.position(&normal) {
            return Some(AttachmentMatch { index, is_exact: false });
        }
        let by_folded = self.by_folded.get_or_init(|| self.fold());
        let index = by_folded.get(&*folded(&normal)).copied().flatten()?;
        Some(AttachmentMatch { index, is_exact: false })
    }

    pub(super) fn get(&self, index: usize) -> Option<&str> {
        self.names.get(index).map(String::as_str)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.names.binary_search_by(|other| other.as_str().cmp(name)).ok()
    }

    fn fold(&self) -> BTreeMap<String, Option<usize>> {
        let mut by_folded = BTreeMap::new();
        for (index, name) in self.names.iter().enumerate() {
            by_folded.entry(folded(name).into_owned()).and_modify(|other| *other = None).or_insert(Some(index));
        }
        by_folded
    }
}

/// Returns a reference with `/` between folders and without `.` and empty segments.
fn normal(reference: &str) -> Cow<'_, str> {
    let is_normal = !reference.contains('\\') && reference.split('/').all(|part| !part.is_empty() && part != ".");
    if is_normal {
        return Cow::Borrowed(reference);
    }
    let parts = reference.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".");
    let normal = parts.collect::<Vec<_>>().join("/");
    // An absolute path means no file of the bundle.
    if reference.starts_with(['/', '\\']) { Cow::Owned(format!("/{normal}")) } else { Cow::Owned(normal) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Attachments {
        let file = |path: &&str| Attachment { path: (*path).to_owned(), sha256: String::new(), bytes: 0, lines: 0 };
        Attachments::new(names.iter().map(file).collect())
    }

    #[test]
    fn a_reference_spelt_otherwise_finds_the_one_file_that_fits() {
        let files = names(&["attachments/a.txt", "attachments/B.txt", "attachments/b.txt", "시험.txt"]);
        let found = |reference: &str| files.find(reference).map(|file| file.path.clone());
        let otherwise = |reference: &str| files.resolve(reference).is_some_and(|(_, is_exact)| !is_exact);
        for reference in ["attachments\\a.txt", "./attachments/a.txt", "Attachments/A.TXT", ".\\attachments//a.txt"] {
            assert_eq!(found(reference).as_deref(), Some("attachments/a.txt"), "{reference}");
            assert!(otherwise(reference), "{reference}");
        }
        let nfd = "\u{1109}\u{1175}\u{1112}\u{1165}\u{11b7}.txt";
        assert_eq!(found(nfd).as_deref(), Some("시험.txt"));
        assert!(!otherwise(nfd), "the same name in another Unicode form is the same name");
        assert_eq!(found("attachments/b.txt").as_deref(), Some("attachments/b.txt"));
        for reference in ["ATTACHMENTS/B.TXT", "/attachments/a.txt", "../attachments/a.txt", "a.txt", "", "."] {
            assert_eq!(found(reference), None, "{reference}");
        }
        assert_eq!(files.nearest("attachments/aa.txt"), Some("attachments/a.txt"));
    }
}

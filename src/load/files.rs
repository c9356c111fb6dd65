//! The files of a bundle by name, whether they lie in a folder or in an archive.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use super::archive::Archive;
use super::digest::FileDigest;
use super::folder::Folder;
use super::limits::Limits;
use super::reason::Reason;

/// One file.
#[derive(Debug)]
pub(super) struct FileEntry {
    /// The path inside the bundle, in NFC, with `/` between folders. That of a folder that is left out as a whole ends
    /// with `/`.
    pub(super) name: String,
    /// The path as it is stored, where it differs.
    pub(super) stored: Option<PathBuf>,
    /// The position in the archive.
    pub(super) index: usize,
    /// Whether the name was stored in CP949.
    pub(super) is_cp949: bool,
    /// Whether it is a symbolic link.
    pub(super) is_link: bool,
}

/// Where the files are.
pub(super) enum Files<'a> {
    /// In a folder.
    Folder(Folder),
    /// In an archive that was read: the bundle, whose names begin after `prefix`.
    Archive { archive: &'a Archive, prefix: &'a str },
}

impl Files<'_> {
    /// Returns every file, in path order; no two have the same name.
    ///
    /// # Errors
    /// A name cannot be told or is doubled, or there is something that is no file.
    pub(super) fn list(&self, limits: &Limits) -> Result<Vec<FileEntry>, Reason> {
        let entries = match self {
            Self::Folder(folder) => folder.list(limits)?,
            Self::Archive { archive, prefix } => archive.list(prefix),
        };
        let doubled = entries.windows(2).find_map(|pair| match pair {
            [one, other] if one.name == other.name => Some(&one.name),
            _ => None,
        });
        match doubled {
            None => Ok(entries),
            Some(name) => Err(Reason::new(
                format!("{name}: two files have this name (stored in two Unicode forms or encodings); keep one"),
                format!("{name}: 같은 이름의 파일이 둘 있음(유니코드 정규화 또는 인코딩만 다름). 하나만 남길 것"),
            )),
        }
    }

    /// Returns the content of a record with its digest; at most one byte more than the limit of a file.
    pub(super) fn read(
        &self,
        entry: &FileEntry,
        limits: &Limits,
        stop: Option<&AtomicBool>,
    ) -> Result<(Cow<'_, [u8]>, FileDigest), Reason> {
        match self {
            Self::Folder(folder) => {
                let bytes = folder.read(entry, limits.file_bytes, stop)?;
                let digest = FileDigest::of(&bytes);
                Ok((Cow::Owned(bytes), digest))
            }
            Self::Archive { archive, .. } => archive.content(entry.index, &entry.name, limits),
        }
    }

    /// Returns the digest of an attachment; `room` is how many bytes it may have.
    pub(super) fn hash(
        &self,
        entry: &FileEntry,
        room: usize,
        limits: &Limits,
        stop: Option<&AtomicBool>,
    ) -> Result<FileDigest, Reason> {
        match self {
            Self::Folder(folder) => folder.hash(entry, room, limits, stop),
            Self::Archive { archive, .. } => match archive.digest(entry.index) {
                digest if digest.bytes <= room as u64 => Ok(digest),
                _ => Err(limits.too_many_attached(&entry.name)),
            },
        }
    }

    /// Tells whether a file begins with some bytes.
    pub(super) fn begins_with(&self, entry: &FileEntry, bytes: &[u8]) -> bool {
        match self {
            Self::Folder(folder) => folder.first_bytes(entry, bytes.len()).is_ok_and(|first| first.starts_with(bytes)),
            Self::Archive { archive, .. } => archive.begins_with(entry.index, bytes),
        }
    }
}

//! Archives, read in place: every file once, records kept in memory, attachments hashed as they pass.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;
use std::sync::atomic::AtomicBool;

use flate2::read::MultiGzDecoder;

use super::archive_reason::{RATIO, broken, check_folder, no_plain_file, too_dense, zip_error};
use super::digest::FileDigest;
use super::files::FileEntry;
use super::limits::Limits;
use super::metered::{Metered, is_zero_to_end};
use super::name::{self, path_order};
use super::reason::Reason;
use super::role::is_record;
use super::zip_layout::{self, ZipEntry};

/// Unpacked bytes from which on the ratio to the packed ones counts.
const RATIO_FROM: u64 = 64 << 20;
/// Bytes of a tar between the content of two entries: headers and long names, which are kept in memory.
const BETWEEN: u64 = 1 << 20;

/// The kinds of archives that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveFormat {
    /// PKZIP.
    Zip,
    /// POSIX tar.
    Tar,
    /// tar, compressed with gzip.
    TarGz,
}

/// The files of one archive; records with their content.
#[derive(Debug)]
pub(super) struct Archive {
    files: Vec<ArchivedFile>,
}

/// One file of an archive.
#[derive(Debug)]
struct ArchivedFile {
    name: String,
    is_cp949: bool,
    digest: FileDigest,
    /// The content, where the file could be a record.
    content: Option<Vec<u8>>,
    first: [u8; 8],
}

impl Archive {
    /// Reads an archive.
    ///
    /// # Errors
    /// It is broken or encrypted, holds what cannot be told (links, devices, doubled or absolute names), or too much.
    pub(super) fn read<R: Read + Seek>(
        format: ArchiveFormat,
        source: R,
        limits: &Limits,
        stop: Option<&AtomicBool>,
    ) -> Result<Self, Reason> {
        let mut reading = Reading { limits, stop, files: Vec::new(), kept: 0, unpacked: 0, packed: 0 };
        match format {
            ArchiveFormat::Zip => reading.zip(source)?,
            ArchiveFormat::Tar => reading.tar(source)?,
            ArchiveFormat::TarGz => {
                let mut source = source;
                reading.packed = source
                    .seek(SeekFrom::End(0))
                    .and_then(|end| source.rewind().map(|()| end))
                    .map_err(|e| broken(&e))?;
                reading.tar(MultiGzDecoder::new(BufReader::new(source)))?;
            }
        }
        let mut files = reading.files;
        files.sort_by(|one, other| path_order(&one.name, &other.name));
        Ok(Self { files })
    }

    /// Returns the names of all files, in path order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str())
    }

    /// Returns the files below a prefix, with their names after it; in path order they stand together.
    pub(super) fn list(&self, prefix: &str) -> Vec<FileEntry> {
        let start = self.files.partition_point(|file| path_order(&file.name, prefix).is_lt());
        let from_start = self.files.iter().enumerate().skip(start);
        let below = from_start.map_while(|(index, file)| {
            let name = file.name.strip_prefix(prefix)?.to_owned();
            Some(FileEntry { name, stored: None, index, is_cp949: file.is_cp949, is_link: false })
        });
        below.collect()
    }

    pub(super) fn content(
        &self,
        index: usize,
        name: &str,
        limits: &Limits,
    ) -> Result<(Cow<'_, [u8]>, FileDigest), Reason> {
        let file = self.files.get(index);
        match file.and_then(|file| Some((file.content.as_deref()?, file.digest))) {
            Some((content, digest)) => Ok((Cow::Borrowed(content), digest)),
            None => Err(limits.too_large(name)),
        }
    }

    /// Returns the content of a record by its name.
    pub(super) fn content_of(&self, name: &str, limits: &Limits) -> Result<&[u8], Reason> {
        let file = self.file_named(name);
        file.and_then(|file| file.content.as_deref()).ok_or_else(|| limits.too_large(name))
    }

    /// Returns the first bytes of a file.
    pub(super) fn first_bytes(&self, name: &str) -> [u8; 8] {
        self.file_named(name).map_or([0; 8], |file| file.first)
    }

    fn file_named(&self, name: &str) -> Option<&ArchivedFile> {
        let at = self.files.binary_search_by(|file| path_order(&file.name, name)).ok()?;
        self.files.get(at)
    }

    pub(super) fn digest(&self, index: usize) -> FileDigest {
        self.files.get(index).map_or(FileDigest { sha256: [0; 32], bytes: u64::MAX, lines: 0 }, |file| file.digest)
    }

    pub(super) fn begins_with(&self, index: usize, bytes: &[u8]) -> bool {
        self.files.get(index).is_some_and(|file| file.first.starts_with(bytes))
    }
}

/// Tells the format of an archive from its first bytes; `more` are those of the first 512.
pub(super) fn format_of(first: &[u8]) -> Option<ArchiveFormat> {
    if first.starts_with(b"PK\x03\x04") || first.starts_with(b"PK\x05\x06") {
        return Some(ArchiveFormat::Zip);
    }
    if first.starts_with(b"\x1f\x8b") {
        return Some(ArchiveFormat::TarGz);
    }
    (first.get(257..262) == Some(b"ustar")).then_some(ArchiveFormat::Tar)
}

struct Reading<'a> {
    limits: &'a Limits,
    stop: Option<&'a AtomicBool>,
    files: Vec<ArchivedFile>,
    /// Bytes of the records that are kept.
    kept: u64,
    unpacked: u64,
    /// Bytes of the archive that were read, where it is packed as a whole.
    packed: u64,
}

impl Reading<'_> {
    fn zip<R: Read + Seek>(&mut self, mut source: R) -> Result<(), Reason> {
        let size = source.seek(SeekFrom::End(0)).map_err(|error| broken(&error))?;
        let mut entries = Vec::new();
        let mut archive = zip::ZipArchive::new(source).map_err(|error| zip_error(&error))?;
        self.packed = size;
        if archive.has_duplicate_names() {
            return Err(Reason::new("it holds two files of one name", "같은 이름의 파일이 둘 있음"));
        }
        if archive.has_overlapping_files().map_err(|error| zip_error(&error))? {
            return Err(Reason::new("files in it overlap", "압축 파일 안의 파일들이 서로 겹침"));
        }
        for index in 0..archive.len() {
            let raw = archive.by_index_raw(index).map_err(|error| zip_error(&error))?;
            let (is_dir, is_encrypted, mode) = (raw.is_dir(), raw.encrypted(), raw.unix_mode().unwrap_or(0));
            let (compression, bytes) = (raw.compression(), raw.size());
            entries.push(ZipEntry {
                header_start: raw.header_start(),
                name: raw.name_raw().to_vec(),
                packed: raw.compressed_size(),
            });
            // Old tools of Windows write `\` between folders.
            let stored: Vec<u8> = slashes(raw.name_raw());
            drop(raw);
            let Some((name, is_cp949)) = self.name(&stored)? else { continue };
            if is_encrypted {
                return Err(Reason::new("it is encrypted", "암호가 걸려 있음"));
            }
            // S_IFMT, S_IFDIR, S_IFREG of POSIX.
            let kind = mode & 0o170_000;
            if is_dir || kind == 0o040_000 {
                check_folder(&name, bytes)?;
                continue;
            }
            if kind != 0 && kind != 0o100_000 {
                return Err(no_plain_file(&name));
            }
            let mut file = archive.by_index(index).map_err(|error| match error {
                zip::result::ZipError::UnsupportedArchive(_)
                | zip::result::ZipError::CompressionMethodNotSupported(_) => Reason::new(
                    format!("{name} is compressed with {compression}, which is not read; pack it with deflate"),
                    format!("{name}: 지원하지 않는 압축 방식({compression})임. 일반 ZIP(deflate)으로 다시 압축할 것"),
                ),
                error => zip_error(&error),
            })?;
            self.file(name, is_cp949, &mut file)?;
        }
        let (directory_start, comment) = (archive.central_directory_start(), archive.comment().len());
        zip_layout::check(archive.into_inner(), entries, directory_start, comment)
    }

    fn tar<R: Read>(&mut self, source: R) -> Result<(), Reason> {
        let between = Rc::new(Cell::new(BETWEEN));
        let room = self.most_by_ratio();
        let mut archive = tar::Archive::new(Metered::new(source, room, between.clone()));
        let mut is_empty = true;
        for entry in archive.entries().map_err(|error| broken(&error))? {
            let mut entry = entry.map_err(|error| broken(&error))?;
            between.set(BETWEEN);
            is_empty = false;
            let kind = entry.header().entry_type();
            if matches!(kind, tar::EntryType::XGlobalHeader) {
                continue;
            }
            let stored = entry.path_bytes().into_owned();
            let Some((name, is_cp949)) = self.name(&stored)? else { continue };
            if let Some(extensions) = entry.pax_extensions().map_err(|error| broken(&error))? {
                // What one tool skips may be a name to another.
                extensions.into_iter().try_for_each(|one| one.map(|_| ())).map_err(|error| broken(&error))?;
            }
            match kind {
                tar::EntryType::Directory => {
                    check_folder(&name, entry.size())?;
                    continue;
                }
                tar::EntryType::Regular | tar::EntryType::Continuous | tar::EntryType::GNUSparse => {}
                _ => return Err(no_plain_file(&name)),
            }
            // The content of a file has limits of its own.
            between.set(u64::MAX);
            self.file(name, is_cp949, &mut entry)?;
            between.set(BETWEEN);
        }
        between.set(u64::MAX);
        // An archive that was cut between two files has no block of zeros at its end.
        let mut tail = archive.into_inner();
        let goes_on = !is_zero_to_end(&mut tail).map_err(|error| broken(&error))?;
        if is_empty || !goes_on && !tail.ended_in_zeros() {
            return Err(Reason::new("it is broken: its end is missing", "파일이 손상됨: 끝부분이 없음"));
        }
        if goes_on {
            return Err(Reason::new(
                "it goes on after its end, as where two archives are joined; pack the files again",
                "끝 표시 뒤에 데이터가 더 있음(압축 파일을 이어 붙인 경우 등). 다시 압축할 것",
            ));
        }
        self.check_doubled()
    }

    /// Returns the name of an entry; nothing for the root itself.
    fn name(&self, stored: &[u8]) -> Result<Option<(String, bool)>, Reason> {
        let decoded = name::decode(stored)?;
        let text = decoded.text;
        let refuse = || {
            let text = crate::evidence::Shown::of(&text);
            Reason::new(
                format!("the name {text} in it is absolute or leads out of it"),
                format!("압축 파일 안의 이름이 절대 경로이거나 압축 파일 밖을 가리킴: {text}"),
            )
        };
        let has_drive = matches!(text.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
        if text.starts_with('/') || has_drive || text.split('/').any(|segment| segment == "..") {
            return Err(refuse());
        }
        let segments: Vec<&str> = text.split('/').filter(|segment| !segment.is_empty() && *segment != ".").collect();
        if segments.is_empty() {
            return Ok(None);
        }
        Ok(Some((segments.join("/"), decoded.is_cp949)))
    }

    fn file(&mut self, name: String, is_cp949: bool, content: &mut dyn Read) -> Result<(), Reason> {
        if self.files.len() >= self.limits.files {
            return Err(self.limits.too_many_files());
        }
        let mut counted = content.take(self.most_unpacked().saturating_sub(self.unpacked).saturating_add(1));
        let is_kept = is_record(&name);
        let mut first = [0; 8];
        let (digest, content) = if is_kept {
            let limit = self.limits.file_bytes as u64;
            let mut bytes = Vec::new();
            counted.by_ref().take(limit + 1).read_to_end(&mut bytes).map_err(|error| broken(&error))?;
            let is_whole = bytes.len() as u64 <= limit;
            let digest = if is_whole {
                FileDigest::of(&bytes)
            } else {
                FileDigest::of_reader(&mut (&bytes[..]).chain(counted), u64::MAX, self.stop)
                    .map_err(|error| broken(&error))?
            };
            copy_first(&mut first, &bytes);
            (digest, is_whole.then_some(bytes))
        } else {
            let mut head = Vec::new();
            counted.by_ref().take(first.len() as u64).read_to_end(&mut head).map_err(|error| broken(&error))?;
            copy_first(&mut first, &head);
            let digest = FileDigest::of_reader(&mut head.as_slice().chain(counted), u64::MAX, self.stop);
            (digest.map_err(|error| broken(&error))?, None)
        };
        self.unpacked = self.unpacked.saturating_add(digest.bytes);
        self.kept += content.as_ref().map_or(0, |content| content.len() as u64);
        self.check_size(&name)?;
        self.files.push(ArchivedFile { name, is_cp949, digest, content, first });
        Ok(())
    }

    /// Returns how many bytes the archive may unpack to.
    fn most_unpacked(&self) -> u64 {
        self.most_by_ratio().min(self.limits.attachment_bytes as u64)
    }

    fn most_by_ratio(&self) -> u64 {
        if self.packed == 0 { u64::MAX } else { self.packed.saturating_mul(RATIO).max(RATIO_FROM) }
    }

    fn check_size(&self, name: &str) -> Result<(), Reason> {
        if self.kept > self.limits.bundle_bytes as u64 {
            return Err(self.limits.too_many_bytes(name, usize::try_from(self.kept).unwrap_or(usize::MAX)));
        }
        if self.unpacked > self.limits.attachment_bytes as u64 {
            return Err(self.limits.too_many_attached(name));
        }
        if self.unpacked > self.most_unpacked() {
            return Err(too_dense());
        }
        Ok(())
    }

    fn check_doubled(&self) -> Result<(), Reason> {
        let mut seen = BTreeSet::new();
        for file in &self.files {
            if !seen.insert(file.name.as_str()) {
                return Err(Reason::new(
                    format!("it holds two files of the name {}", file.name),
                    format!("{} 파일이 둘 있음", file.name),
                ));
            }
        }
        Ok(())
    }
}

fn copy_first(first: &mut [u8; 8], bytes: &[u8]) {
    for (slot, byte) in first.iter_mut().zip(bytes) {
        *slot = *byte;
    }
}

fn slashes(name: &[u8]) -> Vec<u8> {
    // The second byte of a character of CP949 can be a backslash in no case: it is a letter or above 0x80.
    name.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect()
}

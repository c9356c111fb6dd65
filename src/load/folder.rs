//! The files of a folder, read through an opened directory that cannot be left.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, FileType, OpenOptions};

use super::digest::FileDigest;
use super::files::FileEntry;
use super::limits::Limits;
use super::name::{self, path_order};
use super::reason::Reason;
use super::role::is_system_folder;

/// Folders below one another; no operator needs more.
const DEPTH: usize = 64;
/// Bytes that are read at a time, so that a run can be stopped in between.
const CHUNK: usize = 4 << 20;

/// Bytes that tell what kind of archive a file is.
const FIRST_BYTES: u64 = 512;

/// An opened folder.
#[derive(Debug)]
pub(super) struct Folder {
    dir: Dir,
}

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { dir: Dir::open_ambient_dir(path, ambient_authority())? })
    }

    /// Returns every file below the folder, in path order.
    ///
    /// # Errors
    /// A name cannot be told, something is neither file nor folder, a folder cannot be read, or there are too many.
    pub(super) fn list(&self, limits: &Limits) -> Result<Vec<FileEntry>, Reason> {
        let mut found = Vec::new();
        list_below(
            &self.dir,
            &Below { prefix: "", stored: Path::new(""), depth: 0, is_cp949: false },
            limits,
            &mut found,
        )?;
        found.sort_unstable_by(|one: &FileEntry, other| path_order(&one.name, &other.name));
        Ok(found)
    }

    /// Opens a file for reading, once it is known to be one.
    ///
    /// # Errors
    /// It is no regular file, lies outside the folder, or cannot be opened.
    fn open_file(&self, entry: &FileEntry) -> Result<(File, Stamp), Reason> {
        let opened = self.dir.open_with(entry.stored_path(), &read_only());
        let file = opened
            .map_err(|error| if entry.is_link { leaves(&entry.name) } else { Reason::io(&entry.name, &error) })?;
        let file = file.into_std();
        let stamp = Stamp::of(&file).map_err(|error| Reason::io(&entry.name, &error))?;
        match stamp.kind {
            FileKind::File => Ok((file, stamp)),
            FileKind::Folder => Err(Reason::new(
                format!("{}: this symbolic link points at a folder; put the files themselves here", entry.name),
                format!("{}: 심볼릭 링크가 폴더를 가리킴. 파일 자체를 넣을 것", entry.name),
            )),
            FileKind::Other => Err(no_file(&entry.name)),
        }
    }

    /// Reads a file whole, at most one byte more than the limit, so that the refusal can name it.
    pub(super) fn read(&self, entry: &FileEntry, limit: usize, stop: Option<&AtomicBool>) -> Result<Vec<u8>, Reason> {
        read_opened(self.open_file(entry)?, &entry.name, limit, stop)
    }

    /// Hashes a file that has room for so many bytes.
    pub(super) fn hash(
        &self,
        entry: &FileEntry,
        room: usize,
        limits: &Limits,
        stop: Option<&AtomicBool>,
    ) -> Result<FileDigest, Reason> {
        let (mut file, before) = self.open_file(entry)?;
        let hashed = FileDigest::of_reader(&mut file, room as u64, stop);
        let digest = hashed.map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => limits.too_many_attached(&entry.name),
            _ => Reason::io(&entry.name, &error),
        })?;
        before.check(&file, &entry.name, digest.bytes, u64::MAX)?;
        Ok(digest)
    }

    /// Returns the first bytes of a file, as many as there are.
    pub(super) fn first_bytes(&self, entry: &FileEntry, count: usize) -> Result<Vec<u8>, Reason> {
        self.read(entry, count, None)
    }
}

/// Reads one file that was named, through one handle: opened without waiting, looked at, then read.
///
/// # Errors
/// It is no regular file, cannot be read, or changes meanwhile.
pub(super) fn read_file(path: &Path, name: &str, limit: usize, stop: Option<&AtomicBool>) -> Result<Vec<u8>, Reason> {
    read_opened(open_regular(path, name)?, name, limit, stop)
}

/// Reads a file that an option names, whole, through one handle; `name` is what errors call it.
///
/// # Errors
/// It is no regular file, cannot be read, or changes meanwhile.
pub fn read_named(path: &Path, name: &str) -> Result<Vec<u8>, Reason> {
    read_file(path, name, Limits::default().file_bytes, None)
}

/// Reads every file below a folder, by its path there; what is hidden, or left behind by systems, is left out.
///
/// # Errors
/// A name cannot be told, something is no file or leads out of the folder, or a limit is passed.
pub fn read_folder(path: &Path, limits: &Limits) -> Result<Vec<(String, Vec<u8>)>, Reason> {
    let folder = Folder::open(path).map_err(|error| Reason::io(&path.display().to_string(), &error))?;
    let (mut files, mut bytes) = (Vec::new(), 0);
    for entry in folder.list(limits)? {
        if entry.name.ends_with('/') || entry.name.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        let content = folder.read(&entry, limits.file_bytes, None)?;
        bytes += content.len();
        if content.len() > limits.file_bytes {
            return Err(limits.too_large(&entry.name));
        }
        if bytes > limits.bundle_bytes {
            return Err(limits.too_many_bytes(&entry.name, bytes));
        }
        files.push((entry.name, content));
    }
    Ok(files)
}

/// Returns the first bytes of a file that was found, as many as tell what kind of archive it is.
pub(super) fn first_bytes_of(path: &Path, name: &str) -> Result<Vec<u8>, Reason> {
    let (file, _) = open_regular(path, name)?;
    let mut first = Vec::with_capacity(FIRST_BYTES as usize);
    file.take(FIRST_BYTES).read_to_end(&mut first).map_err(|error| Reason::io(name, &error))?;
    Ok(first)
}

/// Opens a path that is a regular file, without waiting for anything.
pub(super) fn open_regular(path: &Path, name: &str) -> Result<(File, Stamp), Reason> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
    let is_special = |kind: std::fs::FileType| !kind.is_file() && !kind.is_dir();
    if std::fs::metadata(path).is_ok_and(|metadata| is_special(metadata.file_type())) {
        return Err(no_file(name));
    }
    let file = options.open(path).map_err(|error| Reason::io(name, &error))?;
    let stamp = Stamp::of(&file).map_err(|error| Reason::io(name, &error))?;
    if stamp.kind == FileKind::File { Ok((file, stamp)) } else { Err(no_file(name)) }
}

/// Opens for reading without waiting: a pipe must not hold the run before its type is known.
fn read_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    cap_std::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
    options
}

/// Reads an opened file, at most one byte more than the limit, and refuses it if it changed meanwhile.
fn read_opened(
    (mut file, before): (File, Stamp),
    name: &str,
    limit: usize,
    stop: Option<&AtomicBool>,
) -> Result<Vec<u8>, Reason> {
    let bytes = read_up_to(&mut file, before.bytes, limit, stop).map_err(|error| Reason::io(name, &error))?;
    before.check(&file, name, bytes.len().min(limit) as u64, limit as u64)?;
    Ok(bytes)
}

fn read_up_to(file: &mut File, size: u64, limit: usize, stop: Option<&AtomicBool>) -> io::Result<Vec<u8>> {
    // What the file says of its size is a hint: it saves the growing of the buffer, and one more byte finds the end.
    let mut bytes = Vec::with_capacity(size.min(limit as u64) as usize + 1);
    let limit = limit as u64 + 1;
    while (bytes.len() as u64) < limit {
        let chunk = (limit - bytes.len() as u64).min(CHUNK as u64);
        let read = Read::by_ref(file).take(chunk).read_to_end(&mut bytes)?;
        if (read as u64) < chunk {
            break;
        }
        if stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "interrupted"));
        }
    }
    Ok(bytes)
}

/// What an opened file is, and when it was changed last.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    kind: FileKind,
    bytes: u64,
    modified: Option<std::time::SystemTime>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FileKind {
    File,
    Folder,
    Other,
}

impl Stamp {
    /// Returns the size of the file.
    pub(super) fn bytes(self) -> u64 {
        self.bytes
    }

    fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        let kind = match metadata.file_type() {
            kind if kind.is_file() => FileKind::File,
            kind if kind.is_dir() => FileKind::Folder,
            _ => FileKind::Other,
        };
        Ok(Self { kind, bytes: metadata.len(), modified: metadata.modified().ok() })
    }

    /// Refuses a file that changed while it was read; `read` bytes of at most `limit` were read.
    pub(super) fn check(self, file: &File, name: &str, read: u64, limit: u64) -> Result<(), Reason> {
        let after = Self::of(file).map_err(|error| Reason::io(name, &error))?;
        if after == self && (read == self.bytes.min(limit)) {
            return Ok(());
        }
        Err(Reason::new(
            format!("{name}: the file changed while it was read; audit the bundle again"),
            format!("{name}: 읽는 동안 파일이 변경됨. 다시 점검할 것"),
        ))
    }
}

/// Where a listing stands.
struct Below<'a> {
    prefix: &'a str,
    stored: &'a Path,
    depth: usize,
    is_cp949: bool,
}

fn list_below(dir: &Dir, at: &Below<'_>, limits: &Limits, found: &mut Vec<FileEntry>) -> Result<(), Reason> {
    let shown = if at.prefix.is_empty() { "." } else { at.prefix.trim_end_matches('/') };
    let unreadable = |error: &io::Error| Reason::io(shown, error);
    if at.depth > DEPTH {
        return Err(Reason::new(
            format!("{shown}: folders lie more than {DEPTH} deep"),
            format!("{shown}: 폴더가 {DEPTH}단계보다 깊음"),
        ));
    }
    for entry in dir.entries().map_err(|error| unreadable(&error))? {
        let entry = entry.map_err(|error| unreadable(&error))?;
        let stored_name = entry.file_name();
        let decoded = name::decode(stored_name.as_encoded_bytes())?;
        let name = format!("{}{}", at.prefix, decoded.text);
        let kind = entry.file_type().map_err(|error| Reason::io(&name, &error))?;
        let is_cp949 = at.is_cp949 || decoded.is_cp949;
        let stored = at.stored.join(&stored_name);
        if kind.is_dir() {
            if is_system_folder(&decoded.text) {
                // One entry stands for all that lies below: it is no part of the bundle.
                found.push(FileEntry::new(format!("{name}/"), stored, is_cp949, false));
                continue;
            }
            let inner = entry.open_dir().map_err(|error| Reason::io(&name, &error))?;
            let prefix = format!("{name}/");
            let below = Below { prefix: &prefix, stored: &stored, depth: at.depth + 1, is_cp949 };
            list_below(&inner, &below, limits, found)?;
            continue;
        }
        if !is_file_or_link(kind) {
            return Err(no_file(&name));
        }
        if found.len() >= limits.files {
            return Err(limits.too_many_files());
        }
        found.push(FileEntry::new(name, stored, is_cp949, kind.is_symlink()));
    }
    Ok(())
}

fn is_file_or_link(kind: FileType) -> bool {
    kind.is_file() || kind.is_symlink()
}

/// The same words whether the target is outside or nowhere: a refusal must not tell what exists outside.
fn leaves(name: &str) -> Reason {
    Reason::new(
        format!("{name}: this symbolic link leaves its folder or leads nowhere; put the file itself here"),
        format!("{name}: 심볼릭 링크가 폴더 밖을 가리키거나 대상이 없음. 파일 자체를 넣을 것"),
    )
}

pub(super) fn no_file(name: &str) -> Reason {
    Reason::new(
        format!("{name}: not a regular file (a pipe, socket or device); take it out"),
        format!("{name}: 일반 파일이 아님(파이프·소켓·장치). 제외할 것"),
    )
}

impl FileEntry {
    fn new(name: String, stored: PathBuf, is_cp949: bool, is_link: bool) -> Self {
        // Most names are stored as they are compared.
        let stored = if stored.as_os_str() == name.as_str() { None } else { Some(stored) };
        Self { name, stored, index: 0, is_cp949, is_link }
    }

    fn stored_path(&self) -> &Path {
        self.stored.as_deref().unwrap_or(Path::new(&self.name))
    }
}

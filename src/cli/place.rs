//! What the name of an output stands for: the screen, something that is written to, or a file that is replaced.
//!
//! Takes a path as it was typed; gives a [`OutputPlace`] that no other spelling, link or hard link of it can hide.

use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};

use crate::evidence::Shown;

/// Links that are followed before they count as a circle.
const LINKS: usize = 40;

/// Where one report goes.
#[derive(Debug)]
pub(super) enum OutputPlace {
    /// Standard output.
    Screen,
    /// A device, a pipe, or an open file of this process: it is written to and never replaced.
    Stream(StreamPlace),
    /// A file, there or not: it is replaced once the report is whole.
    File(FilePlace),
}

/// What is opened and written to.
#[derive(Debug)]
pub(super) struct StreamPlace {
    /// The path as it was typed.
    pub(super) given: PathBuf,
    identity: Option<Identity>,
    /// The file behind it, where an open file of this process is one that has a name.
    pub(super) file: Option<FilePlace>,
}

/// What is replaced, or made.
#[derive(Debug)]
pub(super) struct FilePlace {
    /// The path as it was typed.
    pub(super) given: PathBuf,
    /// The file that it leads to; its folder has no links in it.
    pub(super) real: PathBuf,
    /// The file as it is now.
    pub(super) before: Option<Metadata>,
    /// The file itself, and the one that takes the report of an interrupted run.
    own: Vec<Identity>,
    /// The folders above it.
    above: Vec<Identity>,
    /// Becomes true when the file turns out to be part of what is audited, so that it must not be replaced.
    is_refused: AtomicBool,
}

/// How a path and an output meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    /// The path is the output, by whatever name.
    Same,
    /// The path is a folder that the output lies in.
    Inside,
}

/// What makes two paths one file. Device and number of the file where the system has them: they see through links,
/// hard links, spellings and letter case.
#[cfg(unix)]
type Identity = (u64, u64);
/// What makes two paths one file. Elsewhere the standard library gives nothing better than the path without links.
#[cfg(not(unix))]
type Identity = PathBuf;

impl OutputPlace {
    /// Finds out what a path leads to.
    ///
    /// # Errors
    /// Nothing can be written there; the error says why and what to name instead.
    pub(super) fn of(given: &Path) -> Result<Self> {
        if given == Path::new("-") {
            return Ok(Self::Screen);
        }
        let real = match follow(given)? {
            Lead::Screen => return Ok(Self::Screen),
            Lead::Descriptor => return Ok(Self::Stream(StreamPlace::of(given)?)),
            Lead::Path(real) => real,
        };
        let before = match fs::symlink_metadata(&real) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error).context("cannot be reached"),
        };
        match &before {
            Some(metadata) if metadata.is_dir() => bail!("is a folder; name a file in it"),
            Some(metadata) if !metadata.is_file() => Ok(Self::Stream(StreamPlace::of(given)?)),
            Some(_) => Ok(Self::File(FilePlace::new(given, real, before))),
            None if names_a_folder(given) => bail!("names a folder that does not exist; name a file"),
            None => Ok(Self::File(FilePlace::new(given, real, None))),
        }
    }

    /// Tells whether two outputs are one file, or would be.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Screen, Self::Screen) => true,
            (Self::Stream(one), Self::Stream(other)) => {
                one.identity.is_some() && one.identity == other.identity && !one.is_null()
            }
            (Self::File(one), Self::File(other)) => one.is_shared_with(other),
            // An open file of this process can be one that another output replaces.
            (Self::Stream(stream), Self::File(file)) | (Self::File(file), Self::Stream(stream)) => {
                stream.identity.as_ref().is_some_and(|identity| file.own.contains(identity))
            }
            (Self::Screen, Self::Stream(_) | Self::File(_)) | (Self::Stream(_) | Self::File(_), Self::Screen) => false,
        }
    }
}

impl StreamPlace {
    fn of(given: &Path) -> Result<Self> {
        let metadata = fs::metadata(given).context("cannot be opened")?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt;
            let kind = metadata.file_type();
            if kind.is_socket() {
                bail!("is a socket; name a file, a pipe or a terminal");
            }
            if kind.is_block_device() {
                bail!("is a disk; name a file");
            }
        }
        if metadata.is_dir() {
            bail!("is a folder; name a file in it");
        }
        let file = given.canonicalize().ok().filter(|_| metadata.is_file());
        let file = file.map(|real| FilePlace::new(given, real, Some(metadata)));
        Ok(Self { given: given.to_owned(), identity: identity(given), file })
    }

    /// Tells whether this is the device that forgets everything; any number of outputs may go there.
    fn is_null(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let device = |path: &Path| fs::metadata(path).ok().map(|metadata| metadata.rdev());
            device(&self.given).is_some_and(|number| number != 0 && Some(number) == device(Path::new("/dev/null")))
        }
        #[cfg(not(unix))]
        {
            false
        }
    }
}

impl FilePlace {
    /// Returns the place of a file that is there and whose path has no links in it.
    pub(super) fn existing(path: PathBuf) -> Self {
        let before = fs::metadata(&path).ok();
        Self::new(&path.clone(), path, before)
    }

    fn new(given: &Path, real: PathBuf, before: Option<Metadata>) -> Self {
        let own = [Some(identity(&real)), Some(identity(&partial(&real)))].into_iter().flatten().flatten().collect();
        let above = real.ancestors().skip(1).filter_map(identity).collect();
        Self { given: given.to_owned(), real, before, own, above, is_refused: AtomicBool::new(false) }
    }

    /// Returns where the report of an interrupted run goes.
    pub(super) fn partial(&self) -> PathBuf {
        partial(&self.real)
    }

    /// Tells how a path, if there is something, meets this output.
    pub(super) fn meets(&self, path: &Path) -> Option<Meeting> {
        let identity = identity(path)?;
        if self.own.contains(&identity) {
            return Some(Meeting::Same);
        }
        self.above.contains(&identity).then_some(Meeting::Inside)
    }

    /// Tells whether a file below a folder is this output by a second name. Links to folders are not followed.
    pub(super) fn is_below(&self, folder: &Path) -> bool {
        if self.own.is_empty() {
            return false;
        }
        let Ok(entries) = fs::read_dir(folder) else { return false };
        entries.flatten().any(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => self.is_below(&entry.path()),
            Ok(_) => self.meets(&entry.path()) == Some(Meeting::Same),
            Err(_) => false,
        })
    }

    /// Tells whether the file has a second name, which may lie anywhere.
    pub(super) fn has_other_names(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            self.before.as_ref().is_some_and(|metadata| metadata.nlink() > 1)
        }
        #[cfg(not(unix))]
        {
            false
        }
    }

    /// Forbids to replace the file.
    pub(super) fn refuse(&self) {
        self.is_refused.store(true, Ordering::Relaxed);
    }

    /// Tells whether the file must stay as it is.
    pub(super) fn is_refused(&self) -> bool {
        self.is_refused.load(Ordering::Relaxed)
    }

    /// Tells whether two files are one, also while either is under the name for an interrupted run.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        let all = |place: &Self| [place.real.clone(), place.partial()];
        all(self).iter().any(|path| all(other).contains(path))
            || self.own.iter().any(|identity| other.own.contains(identity))
            || (self.folded() == other.folded() && folds_case(&self.real))
    }

    /// Returns the path with its name in lower case.
    fn folded(&self) -> Option<(PathBuf, String)> {
        let name = self.real.file_name()?.to_string_lossy().to_lowercase();
        Some((self.real.parent()?.to_owned(), name))
    }
}

/// What a path leads to.
enum Lead {
    Screen,
    /// An open file of a process, such as `/dev/fd/3`.
    Descriptor,
    Path(PathBuf),
}

/// Follows the links at the end of a path, one by one, so that what does not exist yet has a place too.
fn follow(given: &Path) -> Result<Lead> {
    let mut path = given.to_owned();
    for _ in 0..LINKS {
        let Some(name) = path.file_name() else { bail!("is a folder; name a file in it") };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = match parent.canonicalize() {
            Ok(folder) if folder.is_dir() => folder,
            Ok(_) => bail!("{} is no folder; name another file", shown(parent)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                bail!("cannot be written: there is no folder {}; make it, or name another file", shown(parent))
            }
            Err(error) => return Err(error).with_context(|| format!("the folder {} cannot be used", shown(parent))),
        };
        let place = folder.join(name);
        if let Some(is_own) = descriptors(&folder) {
            return Ok(if is_own && name == "1" { Lead::Screen } else { Lead::Descriptor });
        }
        match fs::read_link(&place) {
            Ok(target) => path = folder.join(target),
            Err(_) => return Ok(Lead::Path(place)),
        }
    }
    bail!("is a link that leads round in a circle; name a file")
}

/// Tells whether a folder holds the open files of a process, and whether that is this one.
fn descriptors(folder: &Path) -> Option<bool> {
    if folder == Path::new("/dev/fd") {
        return Some(true);
    }
    let inside = folder.strip_prefix("/proc").ok().filter(|_| folder.ends_with("fd"))?;
    Some(inside.starts_with(std::process::id().to_string()))
}

/// Tells whether a path is typed as that of a folder.
fn names_a_folder(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let text = text.strip_suffix('.').filter(|rest| rest.ends_with(std::path::is_separator)).unwrap_or(&text);
    text.ends_with(std::path::is_separator)
}

fn partial(path: &Path) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(".partial");
    PathBuf::from(path)
}

fn identity(path: &Path) -> Option<Identity> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        path.canonicalize().ok()
    }
}

/// Tells whether names that differ in letter case only are one name in the folder of a file.
fn folds_case(file: &Path) -> bool {
    let Some(folder) = file.parent() else { return false };
    let Ok(probe) = tempfile::Builder::new().prefix(".gamsa-case-").tempfile_in(folder) else { return false };
    let name = probe.path().file_name().map(|name| name.to_string_lossy().to_uppercase()).unwrap_or_default();
    folder.join(name).symlink_metadata().is_ok()
}

/// Returns a path as it may be shown.
pub(super) fn shown(path: &Path) -> String {
    Shown::of(&path.to_string_lossy()).into_text().into_owned()
}

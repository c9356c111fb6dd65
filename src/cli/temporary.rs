//! Files under a temporary name until they are whole, also where a run ends from one moment to the next.

use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

use tempfile::TempPath;

use super::place::FilePlace;

/// The temporary files of this process. Whoever holds the lock may make, rename and remove them.
static NAMES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Time between two looks at the lock.
const LOOK: Duration = Duration::from_millis(5);
/// Looks at the lock before the files are left as they are.
const LOOKS: usize = 400;

/// A file that has its real name only once it is whole.
#[derive(Debug)]
pub(super) struct Temporary {
    file: File,
    /// Nothing once it has its real name.
    path: Option<TempPath>,
}

impl Temporary {
    /// Makes a file beside an output, with the permissions and, where the system allows it, the owner of the file that
    /// is there; a new one has what every new file has.
    pub(super) fn beside(place: &FilePlace) -> io::Result<Self> {
        let folder = place.real.parent().unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".gamsa-");
        #[cfg(unix)]
        builder.permissions(permissions(place));
        let mut names = lock();
        let (file, path) = builder.tempfile_in(folder).map_err(without_name)?.into_parts();
        names.insert(path.to_path_buf());
        drop(names);
        let temporary = Self { file, path: Some(path) };
        temporary.keep_owner_and_mode(place)?;
        Ok(temporary)
    }

    /// Returns the file to write to.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Gives the file its real name; one that `is_new` never takes the place of another.
    pub(super) fn persist(mut self, name: &Path, is_new: bool) -> io::Result<()> {
        let mut names = lock();
        if fs::symlink_metadata(name).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(io::Error::new(ErrorKind::AlreadyExists, "what has this name is no file"));
        }
        let Some(path) = self.path.take() else { return Ok(()) };
        names.remove(path.as_ref() as &Path);
        let kept = if is_new { path.persist_noclobber(name) } else { path.persist(name) };
        // What could not be renamed is removed here, while the lock is held.
        kept.map_err(|error| error.error)
    }

    fn keep_owner_and_mode(&self, place: &FilePlace) -> io::Result<()> {
        #[cfg(unix)]
        if let Some(before) = &place.before {
            use std::os::unix::fs::{MetadataExt, fchown};
            let now = self.file.metadata()?;
            if (now.uid(), now.gid()) != (before.uid(), before.gid()) {
                // Most users may not give files away, and then it is theirs.
                let _ = fchown(&self.file, Some(before.uid()), Some(before.gid()));
            }
            // The umask has taken its part when the file was made.
            self.file.set_permissions(permissions(place))?;
        }
        #[cfg(not(unix))]
        let _ = place;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = self.path.take() {
            let mut names = lock();
            names.remove(path.as_ref() as &Path);
            // Removed while the lock is held.
            drop(path);
        }
    }
}

/// Removes every temporary file, and lets none be made or renamed any more: for a process that ends now.
///
/// It waits for a file that gets its name at this moment, but not for ever.
pub fn discard_temporary_files() {
    for _ in 0..LOOKS {
        let names = match NAMES.try_lock() {
            Ok(names) => names,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {
                thread::sleep(LOOK);
                continue;
            }
        };
        for name in names.iter() {
            let _ = fs::remove_file(name);
        }
        std::mem::forget(names);
        return;
    }
}

#[cfg(unix)]
fn permissions(place: &FilePlace) -> Permissions {
    use std::os::unix::fs::PermissionsExt;
    let mode = place.before.as_ref().map(|metadata| metadata.permissions().mode() & 0o777);
    // As any other new file: the umask decides.
    Permissions::from_mode(mode.unwrap_or(0o666))
}

/// Returns the error without the temporary name, which would say nothing to the reader.
fn without_name(error: io::Error) -> io::Error {
    if error.raw_os_error().is_some() { error } else { io::Error::from(error.kind()) }
}

fn lock() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    NAMES.lock().unwrap_or_else(PoisonError::into_inner)
}

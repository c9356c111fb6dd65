//! Finds the bundles at or below a path.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use walkdir::{DirEntry, WalkDir};

/// The file that makes a directory a bundle.
pub const MANIFEST: &str = "bundle.yaml";

/// What a search comes across.
#[derive(Debug, PartialEq, Eq)]
pub enum Entry {
    /// A bundle: a directory with a `bundle.yaml`, or the one file that was named.
    Bundle(PathBuf),
    /// A YAML file that belongs to no bundle.
    Stray(PathBuf),
}

/// Walks the bundles that `path` names, in path order: itself, or every directory below it with a `bundle.yaml`.
///
/// # Errors
/// The path does not exist, or is a file that is not YAML. A folder that cannot be read is an error on the way.
pub fn walk(path: &Path) -> Result<impl Iterator<Item = Result<Entry>> + use<>> {
    let shown = path.display();
    let metadata = std::fs::metadata(path).with_context(|| format!("{shown}: cannot be read"))?;
    if metadata.is_file() && !is_yaml(path) {
        bail!("{shown}: a bundle is a directory with a {MANIFEST}, or one .yaml file");
    }
    Ok(Walk { root: path.to_owned(), entries: WalkDir::new(path).sort_by_file_name().into_iter() })
}

struct Walk {
    root: PathBuf,
    entries: walkdir::IntoIter,
}

impl Iterator for Walk {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Result<Entry>> {
        loop {
            let entry = match self.entries.next()? {
                Ok(entry) => entry,
                Err(error) => {
                    let shown = error.path().unwrap_or(&self.root).display().to_string();
                    return Some(Err(anyhow::Error::from(error).context(format!("{shown}: cannot be read"))));
                }
            };
            if let Some(found) = self.judge(&entry) {
                return Some(Ok(found));
            }
        }
    }
}

impl Walk {
    fn judge(&mut self, entry: &DirEntry) -> Option<Entry> {
        let is_folder = entry.file_type().is_dir();
        if entry.depth() > 0 && is_hidden(entry.file_name()) {
            if is_folder {
                self.entries.skip_current_dir();
            }
            return None;
        }
        if is_folder {
            let is_bundle = entry.path().join(MANIFEST).is_file();
            if is_bundle {
                self.entries.skip_current_dir();
            }
            return is_bundle.then(|| Entry::Bundle(entry.path().to_owned()));
        }
        let path = entry.path().to_owned();
        match entry.depth() {
            0 => Some(Entry::Bundle(path)),
            _ => is_yaml(&path).then_some(Entry::Stray(path)),
        }
    }
}

/// Tells whether a file name ends like YAML.
pub(super) fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
}

/// Tells whether a file or folder is hidden, as `.git` and `.DS_Store` are.
pub(super) fn is_hidden(name: &std::ffi::OsStr) -> bool {
    name.to_string_lossy().starts_with('.')
}

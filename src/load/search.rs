//! Finds the bundles at or below a path.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use walkdir::WalkDir;

use crate::error::Stage;

/// The file that makes a directory a bundle.
pub const MANIFEST: &str = "bundle.yaml";

/// What a search found.
#[derive(Debug, Default)]
pub struct Found {
    /// Bundles in path order: directories with a `bundle.yaml`, or the one file that was named.
    pub bundles: Vec<PathBuf>,
    /// YAML files that belong to no bundle.
    pub strays: Vec<PathBuf>,
}

/// Finds the bundles that `path` names: itself, or every directory below it that holds a `bundle.yaml`.
///
/// # Errors
/// The path does not exist, cannot be read, or holds no bundle.
pub fn bundles_below(path: &Path) -> Result<Found> {
    let shown = path.display();
    let metadata = std::fs::metadata(path).with_context(|| format!("{shown}: cannot be read")).context(Stage::Load)?;
    if metadata.is_file() {
        if !is_yaml(path) {
            return Err(anyhow!("{shown}: a bundle is a directory with a {MANIFEST}, or one .yaml file"))
                .context(Stage::Load);
        }
        return Ok(Found { bundles: vec![path.to_owned()], strays: Vec::new() });
    }
    let found = walk(path).context(Stage::Load)?;
    if found.bundles.is_empty() {
        return Err(nothing_found(path, &found)).context(Stage::Load);
    }
    Ok(found)
}

/// Tells whether a file name ends like YAML.
pub(super) fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
}

/// Tells whether a file or folder is hidden, as `.git` and `.DS_Store` are.
pub(super) fn is_hidden(name: &std::ffi::OsStr) -> bool {
    name.to_string_lossy().starts_with('.')
}

fn walk(root: &Path) -> Result<Found> {
    let mut found = Found::default();
    let mut entries = WalkDir::new(root).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let entry = entry.with_context(|| format!("{}: cannot be read", root.display()))?;
        if entry.depth() > 0 && is_hidden(entry.file_name()) {
            if entry.file_type().is_dir() {
                entries.skip_current_dir();
            }
        } else if entry.file_type().is_dir() {
            if entry.path().join(MANIFEST).is_file() {
                found.bundles.push(entry.path().to_owned());
                entries.skip_current_dir();
            }
        } else if is_yaml(entry.path()) {
            found.strays.push(entry.path().to_owned());
        }
    }
    Ok(found)
}

fn nothing_found(path: &Path, found: &Found) -> anyhow::Error {
    let shown = path.display();
    match found.strays.first() {
        Some(stray) => anyhow!(
            "{shown}: no {MANIFEST} here or below; add one to make this directory a bundle, or name one file, \
             for example {}",
            stray.display()
        ),
        None => anyhow!("{shown}: nothing to audit: no {MANIFEST} here or below"),
    }
}

//! The file with the decisions of an inspector: it is read from outside the bundles only, and never written over.

use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, anyhow, bail};

use super::bundles::Bundle;
use super::place::{FilePlace, shown};
use crate::assess::Decisions;
use crate::error::Stage;
use crate::load::MANIFEST;
use crate::pack::{Order, Pack};

/// Reads the decisions that a run applies; `paths` are the bundles that the command names.
///
/// # Errors
/// The file is part of a bundle, cannot be read, or is not what it should be.
pub(super) fn read(file: &Path, paths: &[PathBuf], pack: &Pack, order: &Order) -> Result<Decisions> {
    let shown = file.display();
    let bytes = std::fs::read(file).with_context(|| format!("--decisions {shown}: cannot be read"));
    let bytes = bytes.context(Stage::Decisions)?;
    if let Some(bundle) = enclosing_bundle(file).or_else(|| paths.iter().find(|path| is_same(path, file)).cloned()) {
        return Err(anyhow!(
            "--decisions {shown}: lies in the bundle {}; a bundle does not decide on itself: keep the file outside",
            bundle.display()
        ))
        .context(Stage::Usage);
    }
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    Decisions::read(&name, &bytes, &pack.manifest.id, &order.id)
        .with_context(|| format!("--decisions {shown}"))
        .context(Stage::Decisions)
}

/// Refuses a place for the open questions where they would change a bundle or be lost.
pub(super) fn check_template(place: &FilePlace) -> Result<()> {
    let name = format!("--decisions-template {}", shown(&place.given));
    if place.before.is_some() || place.given.symlink_metadata().is_ok() {
        bail!("{name}: exists already, and may be filled in; name a new file");
    }
    if let Some(bundle) = enclosing_bundle(&place.real) {
        bail!("{name}: would lie in the bundle {} and change it; name a file outside", shown(&bundle));
    }
    Ok(())
}

/// Turns the file of decisions itself into an error where it comes up as a bundle.
pub(super) fn guard(bundle: Bundle, decisions: Option<&Path>) -> Bundle {
    match (bundle, decisions) {
        (Ok(path), Some(file)) if is_same(&path, file) => {
            Err((path.display().to_string(), Error::msg("this is the file given with --decisions, and no bundle")))
        }
        (bundle, _) => bundle,
    }
}

fn is_same(path: &Path, file: &Path) -> bool {
    // Most bundles are folders.
    path.is_file() && path.canonicalize().is_ok_and(|path| file.canonicalize().is_ok_and(|file| file == path))
}

/// Returns the bundle that a file lies in, by its name or by what a symbolic link leads to.
fn enclosing_bundle(file: &Path) -> Option<PathBuf> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let by_name = folder.canonicalize().ok();
    let by_target = file.canonicalize().ok().and_then(|target| target.parent().map(Path::to_owned));
    let above = |folder: PathBuf| folder.ancestors().find(|folder| folder.join(MANIFEST).is_file()).map(Path::to_owned);
    [by_name, by_target].into_iter().flatten().find_map(above)
}

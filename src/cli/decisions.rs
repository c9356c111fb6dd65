//! The file with the decisions of an inspector: it is read from outside the bundles only, and never written over.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

use super::place::{FilePlace, shown};
use super::targets::has_manifest;
use crate::assess::{Decisions, MadeWith};
use crate::error::ErrorStage;
use crate::evidence::Shown;
use crate::load::read_named;
use crate::pack::{Order, Pack};

/// Reads the decisions that a run applies; `paths` are the bundles that the command names.
///
/// # Errors
/// The file is part of a bundle, cannot be read, or is not what it should be.
pub(super) fn read(file: &Path, paths: &[PathBuf], pack: &Pack, orders: &[&Order]) -> Result<Decisions> {
    let shown = file.display();
    let bytes = read_named(file, &format!("--decisions {shown}")).context(ErrorStage::Decisions)?;
    if let Some(bundle) = enclosing_bundle(file).or_else(|| paths.iter().find(|path| is_same(path, file)).cloned()) {
        return Err(anyhow!(
            "--decisions {shown}: lies in the bundle {}; a bundle does not decide on itself: keep the file outside",
            bundle.display()
        ))
        .context(ErrorStage::Usage);
    }
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    let orders: Vec<&str> = orders.iter().map(|order| order.id.as_str()).collect();
    let made_with = MadeWith { pack: &pack.manifest.id, orders: &orders, zone: &pack.zone };
    Decisions::read(&name, &bytes, &made_with)
        .with_context(|| format!("--decisions {shown}"))
        .context(ErrorStage::Decisions)
}

/// Refuses a place for the open questions where they would change a bundle or be lost.
pub(super) fn check_template(place: &FilePlace) -> Result<()> {
    let name = format!("--decisions-template {}", shown(&place.given));
    if place.before.is_some() || place.given.symlink_metadata().is_ok() {
        bail!("--decisions-template {}", is_taken(&place.given));
    }
    if let Some(bundle) = enclosing_bundle(&place.real) {
        bail!("{name}: would lie in the bundle {} and change it; name a file outside", shown(&bundle));
    }
    Ok(())
}

/// Says that a file of questions is there already, and how to go on.
pub(super) fn is_taken(file: &Path) -> String {
    let name = |path: &Path| Shown::of(&path.display().to_string()).to_string();
    let (stem, ending) = (file.file_stem().unwrap_or_default(), file.extension());
    let numbered = |number: u32| {
        let mut next = stem.to_owned();
        next.push(format!("-{number}"));
        if let Some(ending) = ending {
            next.push(".");
            next.push(ending);
        }
        file.with_file_name(next)
    };
    let free = (2..100).map(numbered).find(|path| path.symlink_metadata().is_err());
    let such_as = free.map(|free| format!(", such as {}", name(&free))).unwrap_or_default();
    let shown = name(file);
    format!(
        "{shown}: exists already, and may be filled in; name a new file{such_as}. With --decisions {shown} it gets the \
         questions that are still open"
    )
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
    let above = |folder: PathBuf| folder.ancestors().find(|folder| has_manifest(folder)).map(Path::to_owned);
    [by_name, by_target].into_iter().flatten().find_map(above)
}

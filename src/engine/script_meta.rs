//! Reads `META` from the syntax tree of a rule; nothing is executed.

use anyhow::{Context, Result, bail};
use rhai::AST;

use crate::pack::{Manifest, RuleMeta, Script};

/// Characters of one text of a rule; messages are filled with values, so that length multiplies.
const TEXT_CHARS: usize = 500;

/// Returns what a rule says about itself, checked against the pack.
pub(super) fn read(ast: &AST, script: &Script, manifest: &Manifest) -> Result<RuleMeta> {
    let mut constants = ast.iter_literal_variables(true, false);
    let Some((_, _, value)) = constants.find(|(name, ..)| *name == "META") else {
        bail!("`const META = #{{ … }};` is missing, or is not a literal: it may hold no expressions");
    };
    let meta: RuleMeta = rhai::serde::from_dynamic(&value).map_err(|error| {
        let message = error.unwrap_inner().to_string();
        anyhow::anyhow!("META: {}", message.trim_start_matches("Syntax error: ").trim_start_matches("Parsing error: "))
    })?;
    check(&meta, script, manifest).context("META")?;
    Ok(meta)
}

/// Returns the line that `META` stands on, or the first one.
pub(super) fn line(ast: &AST) -> usize {
    ast.statements().first().and_then(|statement| statement.position().line()).unwrap_or(1)
}

fn check(meta: &RuleMeta, script: &Script, manifest: &Manifest) -> Result<()> {
    let (folder, file) = script.path.rsplit_once('/').unwrap_or(("", &script.path));
    if !file.starts_with(&format!("{}-", meta.id)) {
        bail!("id: `{}` does not lead the file name `{file}`", meta.id);
    }
    if meta.control != folder {
        bail!("control: `{}` is not the folder `{folder}` that the rule is in", meta.control);
    }
    if !manifest.controls.iter().any(|control| control.id == meta.control) {
        bail!("control: pack.yaml has no control `{}`", meta.control);
    }
    if meta.stages.is_empty() {
        bail!("stages: a rule needs at least one");
    }
    if let Some(stage) = meta.stages.iter().find(|id| !manifest.stages.iter().any(|stage| stage.id == **id)) {
        bail!("stages: pack.yaml has no stage `{stage}`");
    }
    if meta.basis.is_empty() {
        bail!("basis: a rule needs at least one source");
    }
    if let Some(basis) = meta.basis.iter().find(|basis| !manifest.sources.contains_key(&basis.source)) {
        bail!("basis: pack.yaml has no source `{}`", basis.source);
    }
    let texts = [("title", &meta.title), ("demand", &meta.demand), ("remedy", &meta.remedy)];
    let says = meta.says.iter().map(|(key, text)| (key.as_str(), text));
    for (name, text) in texts.into_iter().chain(says) {
        if text.en.trim().is_empty() || text.ko.trim().is_empty() {
            bail!("{name}: the text is empty in one of the languages");
        }
        if text.en.chars().count().max(text.ko.chars().count()) > TEXT_CHARS {
            bail!("{name}: the text has more than {TEXT_CHARS} characters");
        }
    }
    Ok(())
}

//! The files of a pack, from a folder or from the binary.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::{Script, ScriptText, embedded};
use crate::evidence::{Shown, nearest_name, nearest_of};
use crate::load::{Digest, Limits, read_folder};

/// Levels of folders below a pack that are read.
const DEPTH: usize = 2;
/// Files below a pack, bytes of one of them, and of all.
const FILES: usize = 10_000;
const FILE_BYTES: usize = 8 << 20;
const BYTES: usize = 64 << 20;

/// Every file of a pack by its path inside it.
#[derive(Debug)]
pub(super) struct PackFiles {
    files: BTreeMap<String, Cow<'static, [u8]>>,
    /// Files too deep to be read.
    deep: Vec<String>,
    /// Whether the files are those in the binary.
    pub(super) is_embedded: bool,
}

impl PackFiles {
    pub(super) fn embedded(id: &str) -> Option<Self> {
        let files = embedded::embedded_files(id)?;
        let files = files.into_iter().map(|(path, bytes)| (path, Cow::Borrowed(bytes))).collect();
        Some(Self { files, deep: Vec::new(), is_embedded: true })
    }

    pub(super) fn read_folder(root: &Path) -> Result<Self> {
        let limits = Limits { files: FILES, file_bytes: FILE_BYTES, bundle_bytes: BYTES, ..Limits::default() };
        let is_read = |path: &str| path.matches('/').count() <= DEPTH;
        let (read, deep): (Vec<_>, Vec<_>) =
            read_folder(root, &limits)?.into_iter().partition(|(path, _)| is_read(path));
        let files = read.into_iter().map(|(path, bytes)| (path, Cow::Owned(bytes))).collect();
        Ok(Self { files, deep: deep.into_iter().map(|(path, _)| path).collect(), is_embedded: false })
    }

    /// Returns the text of a file that the pack must have.
    pub(super) fn text(&self, path: &str) -> Result<&str> {
        let Some(bytes) = self.files.get(path) else {
            bail!("{path}: not in the pack; a pack needs pack.yaml, order.yaml, evidence.schema.yaml, holidays.yaml");
        };
        std::str::from_utf8(bytes).with_context(|| format!("{path}: not UTF-8"))
    }

    /// Says which files have no place in a pack, each with what to do; `controls` are the folders that hold rules.
    pub(super) fn misplaced(&self, controls: &[&str]) -> Vec<String> {
        let names = self.files.keys().map(String::as_str).chain(self.deep.iter().map(String::as_str));
        names.filter_map(|path| misplaced(path, controls)).collect()
    }

    /// Returns the Rhai files, in path order.
    pub(super) fn scripts(&self) -> Result<Vec<Script>> {
        let is_script = |path: &str| path.ends_with(".rhai") && path.matches('/').count() == 1;
        let scripts = self.files.iter().filter(|(path, _)| is_script(path));
        let script = |(path, bytes): (&String, &Cow<'static, [u8]>)| {
            let text = match bytes {
                // Those inside the binary were read when it was built and tested; most runs do not look at them again.
                Cow::Borrowed(bytes) => ScriptText::Embedded(bytes),
                Cow::Owned(_) => ScriptText::Read(self.text(path)?.to_owned()),
            };
            Ok(Script { path: path.clone(), text })
        };
        scripts.map(script).collect()
    }

    pub(super) fn digest(&self) -> String {
        let mut digest = Digest::new();
        for (path, bytes) in &self.files {
            digest.add(path, bytes);
        }
        digest.finish()
    }
}

/// Files that a pack has beside its rules.
const OWN_FILES: [&str; 4] = ["pack.yaml", "order.yaml", "evidence.schema.yaml", "holidays.yaml"];
/// What may stand anywhere: words about the pack.
const ABOUT: [&str; 5] = ["readme", "license", "licence", "notice", "changelog"];

/// Says what is wrong with the place or the name of a file, if anything is.
fn misplaced(path: &str, controls: &[&str]) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or_default();
    let lower = name.to_lowercase();
    if lower.ends_with(".md") || ABOUT.contains(&stem.to_lowercase().as_str()) && !lower.contains(".rh") {
        return None;
    }
    let shown = Shown::of(path);
    let refused = |what: &str, hint: &str| Some(format!("{shown}: {what}; {hint}"));
    let rule = name.strip_suffix(".rhai");
    if rule.is_none() && looks_like_a_rule(&lower) {
        return refused("not read: the name of a rule ends in .rhai", &format!("call it {}.rhai", Shown::of(stem)));
    }
    match (folder, rule) {
        ("", None) if OWN_FILES.contains(&name) => None,
        ("", None) => {
            let near = nearest_of(name, OWN_FILES.into_iter()).map(|near| format!("call it {near}"));
            let hint = near.unwrap_or_else(|| format!("a pack has {}, rules and lib/", OWN_FILES.join(", ")));
            refused("not a file of a pack", &hint)
        }
        ("", Some(_)) => refused("not read: a rule stands in the folder of its control", "move it there"),
        (folder, Some(_)) if folder.contains('/') => {
            refused("not read: it is too deep; a rule stands in the folder of its control", "move it there")
        }
        ("lib", Some(module)) if !is_name(module) => refused(
            "no rule can call it: a file of lib/ is called by letters, digits and _, as in lib/work.rhai",
            "call it so",
        ),
        ("lib", Some(_)) => None,
        (folder, Some(_)) if controls.contains(&folder) => None,
        (folder, Some(_)) => {
            let near = nearest_of(folder, controls.iter().copied()).map(|near| format!("did you mean {near}/?"));
            let hint = near.unwrap_or_else(|| format!("pack.yaml has the controls {}", controls.join(", ")));
            refused(&format!("pack.yaml has no control `{}`", Shown::of(folder)), &hint)
        }
        (_, None) => refused("not a file of a pack", "rules end in .rhai, words about them in .md; remove it"),
    }
}

/// Tells whether a file is meant as a rule, though it is not called like one.
fn looks_like_a_rule(name: &str) -> bool {
    let mut endings = name.split('.').skip(1);
    endings.any(|ending| ending == "rhai" || nearest_name(ending, ["rhai"].into_iter()).is_some())
}

fn is_name(name: &str) -> bool {
    let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_word && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

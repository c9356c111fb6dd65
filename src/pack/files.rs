//! The files of a pack, from a folder or from the binary.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use super::{Script, ScriptText, embedded};
use crate::error::Mistakes;
use crate::evidence::{Shown, nearest_name, nearest_of};
use crate::language::{Text, text};
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
            let own = NEEDED.join(", ");
            let message = text!(
                "{path}: not in the pack; a pack needs {own}",
                "{path}: 점검기준에 없음. 점검기준에 필요한 파일: {own}"
            );
            return Err(Mistakes(vec![message]).into());
        };
        std::str::from_utf8(bytes).map_err(|error| {
            let at = error.valid_up_to();
            let message = text!("{path}: not UTF-8 from byte {at}", "{path}: {at}번째 바이트부터 UTF-8이 아님");
            Mistakes(vec![message]).into()
        })
    }

    /// Returns the text of a file that the pack may have.
    pub(super) fn text_if_there(&self, path: &str) -> Result<Option<&str>> {
        if self.files.contains_key(path) { self.text(path).map(Some) } else { Ok(None) }
    }

    /// Says which files have no place in a pack, each with what to do; `controls` are the folders that hold rules, if
    /// they are known.
    pub(super) fn misplaced(&self, controls: Option<&[&str]>) -> Vec<Text> {
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

/// Files that a pack cannot do without.
const NEEDED: [&str; 2] = ["pack.yaml", "evidence.schema.yaml"];
/// Files that a pack has beside its rules.
const OWN_FILES: [&str; 5] = ["pack.yaml", "order.yaml", "evidence.schema.yaml", "holidays.yaml", "glossary.yaml"];
/// What may stand anywhere: words about the pack.
const ABOUT: [&str; 5] = ["readme", "license", "licence", "notice", "changelog"];

/// Says what is wrong with the place or the name of a file, if anything is.
fn misplaced(path: &str, controls: Option<&[&str]>) -> Option<Text> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or_default();
    let lower = name.to_lowercase();
    if lower.ends_with(".md") && !lower.contains(".rhai")
        || ABOUT.contains(&stem.to_lowercase().as_str()) && !lower.contains(".rh")
    {
        return None;
    }
    let shown = Shown::of(path);
    let refused =
        |what: Text, hint: Text| Some(text!("{shown}: {what}; {hint}", "{shown}: {what}. {hint}"; what, hint));
    let move_it = || text!("move it there", "그 폴더로 옮길 것");
    let rule = name.strip_suffix(".rhai");
    if rule.is_none() && looks_like_a_rule(&lower) {
        let stem = Shown::of(stem);
        return refused(
            text!("not read: the name of a rule ends in .rhai", "읽지 않음: 규칙 파일의 이름은 .rhai로 끝나야 함"),
            text!("call it {stem}.rhai", "파일 이름을 바꿀 것: {stem}.rhai"),
        );
    }
    match (folder, rule) {
        ("", None) if OWN_FILES.contains(&name) => None,
        ("", None) => {
            let hint = match nearest_of(name, OWN_FILES.into_iter()) {
                Some(near) => text!("call it {near}", "파일 이름을 바꿀 것: {near}"),
                None => {
                    let own = OWN_FILES.join(", ");
                    text!("a pack has {own}, rules and lib/", "점검기준에 두는 것: {own}, 규칙, lib/")
                }
            };
            refused(text!("not a file of a pack", "점검기준의 파일이 아님"), hint)
        }
        ("", Some(_)) => refused(
            text!(
                "not read: a rule stands in the folder of its control",
                "읽지 않음: 규칙은 점검 분야의 폴더에 두어야 함"
            ),
            move_it(),
        ),
        (folder, Some(_)) if folder.contains('/') => refused(
            text!(
                "not read: it is too deep; a rule stands in the folder of its control",
                "읽지 않음: 폴더가 너무 깊음(규칙은 점검 분야의 폴더에 바로 두어야 함)"
            ),
            move_it(),
        ),
        ("lib", Some(module)) if !is_name(module) => refused(
            text!(
                "no rule can call it: a file of lib/ is called by letters, digits and _, as in lib/work.rhai",
                "규칙에서 호출할 수 없음: lib/ 파일의 이름에는 영문자, 숫자, _만 씀(예: lib/work.rhai)"
            ),
            text!("call it so", "파일 이름을 바꿀 것"),
        ),
        ("lib", Some(_)) => None,
        (folder, Some(_)) if controls.is_none_or(|controls| controls.contains(&folder)) => None,
        (folder, Some(_)) => {
            let controls = controls.unwrap_or_default();
            let hint = match nearest_of(folder, controls.iter().copied()) {
                Some(near) => text!("did you mean {near}/?", "{near}/의 오기인지 확인할 것"),
                None => {
                    let controls = controls.join(", ");
                    text!("pack.yaml has the controls {controls}", "pack.yaml의 점검 분야: {controls}")
                }
            };
            let folder = Shown::of(folder);
            refused(text!("pack.yaml has no control `{folder}`", "pack.yaml에 `{folder}` 점검 분야가 없음"), hint)
        }
        (_, None) => refused(
            text!("not a file of a pack", "점검기준의 파일이 아님"),
            text!(
                "rules end in .rhai, words about them in .md; remove it",
                "규칙은 .rhai, 설명은 .md 파일로 두고 그 밖의 파일은 삭제할 것"
            ),
        ),
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

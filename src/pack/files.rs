//! The files of a pack, from a folder or from the binary.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;

use super::{Script, ScriptText, embedded};
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
    /// What was compiled ahead of an embedded pack: its own files, and its rules.
    pub(super) pack_ahead: Option<&'static [u8]>,
    pub(super) rules_ahead: Option<&'static [u8]>,
    /// Whether the files are those in the binary.
    pub(super) is_embedded: bool,
}

impl PackFiles {
    pub(super) fn embedded(id: &str) -> Option<Self> {
        let files = embedded::embedded_files(id)?;
        let files = files.into_iter().map(|(path, bytes)| (path, Cow::Borrowed(bytes))).collect();
        let ahead = |part| embedded::compiled_ahead(id, part);
        Some(Self { files, pack_ahead: ahead("pack"), rules_ahead: ahead("rules"), is_embedded: true })
    }

    pub(super) fn read_folder(root: &Path) -> Result<Self> {
        let limits = Limits { files: FILES, file_bytes: FILE_BYTES, bundle_bytes: BYTES, ..Limits::default() };
        let read = read_folder(root, &limits)?.into_iter();
        let is_read = |path: &str| path.matches('/').count() <= DEPTH;
        let files = read.filter(|(path, _)| is_read(path)).map(|(path, bytes)| (path, Cow::Owned(bytes))).collect();
        Ok(Self { files, pack_ahead: None, rules_ahead: None, is_embedded: false })
    }

    /// Returns the text of a file that the pack must have.
    pub(super) fn text(&self, path: &str) -> Result<&str> {
        let Some(bytes) = self.files.get(path) else {
            bail!("{path}: not in the pack; a pack needs pack.yaml, order.yaml, evidence.schema.yaml, holidays.yaml");
        };
        std::str::from_utf8(bytes).with_context(|| format!("{path}: not UTF-8"))
    }

    /// Reads a small YAML file of the pack into its type.
    pub(super) fn yaml<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        serde_yaml::from_str(self.text(path)?).with_context(|| path.to_owned())
    }

    /// Returns the Rhai files, in path order.
    pub(super) fn scripts(&self) -> Result<Vec<Script>> {
        let scripts = self.files.iter().filter(|(path, _)| path.ends_with(".rhai"));
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

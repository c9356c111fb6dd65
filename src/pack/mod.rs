//! Rule packs: who demands what. Manifest, order, schema of the evidence, holidays, parameters, rule scripts.
//!
//! Takes a folder or an embedded pack; gives everything about it but the compiled rules.

mod conform;
mod correction;
mod embedded;
mod files;
mod holidays;
pub mod known;
mod literal;
mod manifest;
mod metadata;
mod order;
mod parameter;
mod prose;
mod raw_schema;
mod schema;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, bail};

pub(crate) use crate::evidence::{nearest_name, nearest_of};
pub use conform::{Conformed, Tree, Unknown};
pub(crate) use conform::{Content, Held, expected, short};
pub(crate) use correction::{corrected, expected_instead};
pub use embedded::{DEFAULT_PACK, embedded_ids};
pub use holidays::Holidays;
pub use literal::{Entry, Literal, LiteralMistake, LiteralValue};
pub use manifest::{Control, Manifest, Source, Stage};
pub use metadata::{Basis, BasisStatus, MetaPlaces, ReadMeta, RuleMeta, Severity};
pub use order::Order;
pub use parameter::{Parameter, Parameters, Value, ValueType};
pub use prose::Doubt;
pub use schema::{Format, Schema, Shape, ShapeId, ShapeKind};

use crate::error::Mistakes;
use crate::evidence::{Position, Zone};
use crate::load::Layout;
use files::PackFiles;
use prose::Placeholders;

/// A rule pack as read, before its rules are compiled.
#[derive(Debug)]
pub struct Pack {
    /// Identity, controls, stages, sources.
    pub manifest: Manifest,
    /// The shape of evidence and of the order.
    pub schema: Arc<Schema>,
    /// The order as the pack publishes it.
    pub order: Order,
    /// Public holidays, for periods of law.
    pub holidays: Arc<Holidays>,
    /// The zone in which dates are judged.
    pub zone: Zone,
    /// What the schema says about the files of a bundle.
    pub layout: Layout,
    /// Rule scripts, in path order.
    pub rules: Vec<Script>,
    /// Shared functions by module name.
    pub library: BTreeMap<String, Script>,
    /// What is wrong with the pack though it can be read: files that have no place in it, controls without rules.
    /// Its rules are not compiled before it is mended.
    pub mistakes: Vec<String>,
    files: PackFiles,
    digest: OnceLock<String>,
    origin: OnceLock<Origin>,
}

/// Where a pack comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The binary.
    Embedded,
    /// A folder that holds what is embedded.
    SameAsEmbedded,
    /// A folder of another content.
    Folder,
}

impl Origin {
    /// Returns the name that reports for machines use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::SameAsEmbedded => "same-as-embedded",
            Self::Folder => "folder",
        }
    }
}

/// The source of one Rhai file.
#[derive(Clone, Debug)]
pub struct Script {
    /// The path inside the pack.
    pub path: String,
    text: ScriptText,
}

/// Where the text of a script is.
#[derive(Clone, Debug)]
enum ScriptText {
    /// In the binary.
    Embedded(&'static [u8]),
    Read(String),
}

impl Script {
    /// Returns the text of the file.
    pub fn source(&self) -> &str {
        match &self.text {
            ScriptText::Embedded(bytes) => std::str::from_utf8(bytes).unwrap_or_default(),
            ScriptText::Read(text) => text,
        }
    }

    /// Returns the folder that the script is in: for a rule, its control.
    fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Tells whether the script is the rule with this id, which leads the file name.
    fn has_id(&self, id: &str) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.strip_prefix(id).is_some_and(|rest| rest.starts_with('-'))
    }

    /// Returns the id of the rule where it is this one in any case.
    fn id_like(&self, id: &str) -> Option<&str> {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let (own, rest) = name.split_at_checked(id.len())?;
        (own.eq_ignore_ascii_case(id) && rest.starts_with('-')).then_some(own)
    }

    /// Returns the id that the file name seems to begin with, such as `WRK-07`.
    fn apparent_id(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.match_indices('-').nth(1).and_then(|(at, _)| name.get(..at)).unwrap_or(name)
    }
}

impl Pack {
    /// Reads the pack that `name` means: a folder, or the id of an embedded pack.
    ///
    /// # Errors
    /// There is no such pack, or one of its files is not what it should be; the message names the file.
    pub fn open(name: &str) -> Result<Self> {
        let path = Path::new(name);
        if path.is_dir() {
            return Self::from_files(PackFiles::read_folder(path)?).with_context(|| format!("pack {name}"));
        }
        let Some(files) = PackFiles::embedded(name) else {
            let hint = match nearest_of(name, embedded_ids()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("embedded are: {}", embedded_ids().collect::<Vec<_>>().join(", ")),
            };
            bail!("{name}: neither a folder nor an embedded pack; {hint}");
        };
        Self::from_files(files).with_context(|| format!("embedded pack {name}"))
    }

    /// Tells where the pack comes from, and whether it is the embedded one.
    pub fn origin(&self) -> Origin {
        *self.origin.get_or_init(|| {
            if self.files.is_embedded {
                return Origin::Embedded;
            }
            let embedded = PackFiles::embedded(&self.manifest.id);
            let is_same = embedded.is_some_and(|files| files.digest() == self.digest());
            if is_same { Origin::SameAsEmbedded } else { Origin::Folder }
        })
    }

    /// Returns the digest over every file of the pack ([`Digest`](crate::load::Digest)); it is computed when first asked for.
    pub fn digest(&self) -> &str {
        self.digest.get_or_init(|| self.files.digest())
    }

    /// Returns the ids of the rules and controls that a person names, in any case and as reports print them.
    ///
    /// # Errors
    /// The pack has no such rule or control.
    pub fn ids(&self, names: &[String]) -> Result<Vec<String>> {
        let id = |name: &String| {
            let rule = self.rules.iter().find_map(|script| script.id_like(name));
            let control = || self.manifest.control_named(name).map(|control| control.id.as_str());
            let folder = || self.rules.iter().map(Script::folder).find(|folder| folder == name);
            match rule.or_else(control).or_else(folder) {
                Some(id) => Ok(id.to_owned()),
                None => bail!(
                    "--only {name}: pack {} has no such rule or control; {}",
                    self.manifest.id,
                    self.hint_for_rule(name)
                ),
            }
        };
        names.iter().map(id).collect()
    }

    fn hint_for_rule(&self, name: &str) -> String {
        let controls = self.manifest.controls.iter();
        let controls = controls.flat_map(|control| [&control.id, &control.title.en, &control.title.ko]);
        let names = self.rules.iter().map(Script::apparent_id).chain(controls.map(String::as_str));
        match nearest_of(name, names) {
            Some(near) => format!("did you mean {near}?"),
            None => "`gamsa rules list` shows the ids of rules and controls".to_owned(),
        }
    }

    /// Returns the stage that a person names by its id or title.
    ///
    /// # Errors
    /// The pack has no such stage.
    pub fn stage(&self, name: &str) -> Result<&Stage> {
        let Some(stage) = self.manifest.stage_named(name) else {
            let hint = match self.nearest_stage(name) {
                Some(near) => format!("did you mean {near}?"),
                None => format!(
                    "it has the stages {}",
                    self.manifest.stages.iter().map(|stage| stage.id.as_str()).collect::<Vec<_>>().join(", ")
                ),
            };
            bail!("--stage {name}: pack {} has no such stage; {hint}", self.manifest.id);
        };
        Ok(stage)
    }

    /// Returns the id or title of a stage that is spelled almost like this.
    fn nearest_stage(&self, name: &str) -> Option<&str> {
        let stages = self.manifest.stages.iter();
        let names = stages.flat_map(|stage| [&stage.id, &stage.title.en, &stage.title.ko]);
        nearest_of(name, names.map(String::as_str))
    }

    /// Returns the stage that a text in evidence probably means; evidence itself has to give the id.
    pub fn stage_meant(&self, text: &str) -> Option<&Stage> {
        self.manifest.stage_named(text).or_else(|| self.manifest.stage_named(self.nearest_stage(text)?))
    }

    /// Returns the scripts of the rules or controls that are asked for; all of them where nothing is.
    ///
    /// # Errors
    /// The pack has no such rule or control.
    pub fn select(&self, only: &[String]) -> Result<Vec<&Script>> {
        let ids = self.ids(only)?;
        let is_meant = |script: &Script| ids.iter().any(|id| script.has_id(id) || script.folder() == id);
        Ok(self.rules.iter().filter(|script| ids.is_empty() || is_meant(script)).collect())
    }

    /// Tells whether the pack has a rule with this id.
    pub fn has_rule(&self, id: &str) -> bool {
        self.rules.iter().any(|script| script.has_id(id))
    }

    /// Returns the id of a rule that is spelled almost like this one.
    pub fn nearest_rule(&self, id: &str) -> Option<&str> {
        nearest_of(id, self.rules.iter().map(Script::apparent_id))
    }

    /// Returns a control of the pack.
    pub fn control(&self, id: &str) -> Option<&Control> {
        self.manifest.controls.iter().find(|control| control.id == id)
    }

    fn from_files(files: PackFiles) -> Result<Self> {
        let mut mistakes = Vec::new();
        let (manifest, schema, holidays) = read_all(&files, &mut mistakes);
        let order = schema.as_ref().and_then(|schema| {
            let read = files.text("order.yaml").and_then(|text| Order::read("order.yaml", text.as_bytes(), schema));
            kept(read, &mut mistakes)
        });
        let zone = manifest.as_ref().and_then(|(manifest, _)| Zone::named(&manifest.time_zone));
        let scripts = kept(files.scripts(), &mut mistakes);
        let (Some((manifest, controls_at)), Some(schema), Some(holidays), Some(order), Some(zone), Some(scripts)) =
            (manifest, schema, holidays, order, zone, scripts)
        else {
            return Err(Mistakes(mistakes).into());
        };
        let controls: Vec<&str> = manifest.controls.iter().map(|control| control.id.as_str()).collect();
        mistakes.extend(files.misplaced(&controls));
        let mut rules = Vec::new();
        let mut library = BTreeMap::new();
        for script in scripts {
            match script.path.strip_prefix("lib/").map(|name| name.trim_end_matches(".rhai").to_owned()) {
                Some(name) => _ = library.insert(name, script),
                None => rules.push(script),
            }
        }
        for (control, at) in manifest.controls.iter().zip(controls_at) {
            if !rules.iter().any(|rule| rule.folder() == control.id) {
                let (id, line, column) = (&control.id, at.line, at.column);
                let what = format!("pack.yaml:{line}:{column}: the control `{id}` has no rule");
                mistakes.push(format!("{what}; add {id}/<ID>-<name-in-words>.rhai, or remove the control"));
            }
        }
        if rules.is_empty() {
            return Err(Mistakes(mistakes).into());
        }
        let layout = known::layout(&schema);
        let (schema, holidays) = (Arc::new(schema), Arc::new(holidays));
        let (digest, origin) = (OnceLock::new(), OnceLock::new());
        Ok(Self { manifest, schema, order, holidays, zone, layout, rules, library, mistakes, files, digest, origin })
    }
}

type ReadFiles = (Option<(Manifest, Vec<Position>)>, Option<Schema>, Option<Holidays>);

/// Reads the files that a pack must have; what is wrong with any of them is added to the mistakes.
fn read_all(files: &PackFiles, mistakes: &mut Vec<String>) -> ReadFiles {
    let manifest = files.text("pack.yaml").and_then(|text| Manifest::from_yaml("pack.yaml", text));
    let schema = files.text("evidence.schema.yaml").and_then(|text| {
        Schema::from_yaml("evidence.schema.yaml", text).context("evidence.schema.yaml cannot be used")
    });
    let manifest = kept(manifest, mistakes);
    let placeholders = manifest.as_ref().map(|(manifest, _)| Placeholders::new(&manifest.placeholders));
    let schema = schema.map(|schema| schema.with_placeholders(placeholders.unwrap_or_default()));
    let holidays = files.text("holidays.yaml").and_then(|text| Holidays::from_yaml("holidays.yaml", text));
    (manifest, kept(schema, mistakes), kept(holidays, mistakes))
}

/// Returns what was read; what is wrong instead is added to the mistakes.
fn kept<T>(read: Result<T>, mistakes: &mut Vec<String>) -> Option<T> {
    read.map_err(|error| match error.downcast::<Mistakes>() {
        Ok(Mistakes(several)) => mistakes.extend(several),
        Err(error) => mistakes.push(format!("{error:#}")),
    })
    .ok()
}

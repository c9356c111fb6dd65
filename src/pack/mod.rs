//! Rule packs: who demands what. Manifest, order, schema of the evidence, holidays, parameters, rule scripts.
//!
//! Takes a folder or an embedded pack; gives everything about it but the compiled rules.

mod assertion;
mod correction;
mod embedded;
mod expected;
mod faults;
mod files;
mod glossary;
mod holidays;
pub mod known;
mod literal;
mod manifest;
mod metadata;
mod order;
mod order_facts;
mod parameter;
mod prose;
mod raw_schema;
mod refused;
mod schema;
mod script;
mod usable;
mod validate;
mod wording;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result};

pub(crate) use crate::evidence::{nearest_name, nearest_of};
pub use assertion::{Fault, FaultKind};
pub(crate) use correction::{corrected, expected_instead};
pub use embedded::{DEFAULT_PACK, embedded_ids};
pub(crate) use expected::expected_of;
pub use glossary::{Glossary, Term};
pub use holidays::{Holidays, end_of_period};
pub use literal::{Literal, LiteralEntry, LiteralMistake, LiteralValue};
pub use manifest::{Control, Manifest, Source, SourceKind, Stage};
pub use metadata::{Basis, BasisStatus, CountsFor, MetaPlaces, ReadMeta, RuleMeta, Severity};
pub use order::Order;
pub use order_facts::{OrderFacts, OrderItem};
pub use parameter::{Parameter, ParameterValue, Parameters, ValueType};
pub use prose::Doubt;
pub use schema::{Format, KeyPattern, Others, Schema, Shape, ShapeId, ShapeKind};
pub use script::Script;
pub(crate) use validate::{Content, Validation, short};
pub use validate::{Tree, Unknown, Validated};
pub(crate) use wording::{grouped, yes_or_no};

use crate::error::Mistakes;
use crate::evidence::{Position, Shown, Zone};
use crate::language::{Text, text};
use crate::load::Layout;
use files::PackFiles;
use prose::Placeholders;
pub(crate) use refused::mistakes_of;
use refused::{meant_or, refused};
use script::ScriptText;

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
    /// The words of the pack; none where it has no glossary.
    pub glossary: Glossary,
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
    pub mistakes: Vec<Text>,
    /// Which of its files could be read; a rule is not held against the others.
    pub readable: Readable,
    /// The rule that demands of a bundle as a whole what the schema says, and its control.
    form_rule: Script,
    form_control: Control,
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

/// See [`Pack::form_rule`].
const FORM_RULE: &[u8] = b"fn check(bundle, order) { ensure_usable(bundle); }";

impl Pack {
    /// Reads the pack that `name` means: a folder, or the id of an embedded pack.
    ///
    /// # Errors
    /// There is no such pack, or one of its files is not what it should be; the message names the file.
    pub fn open(name: &str) -> Result<Self> {
        let path = Path::new(name);
        if path.is_dir() {
            return Self::from_files(PackFiles::read_folder(path)?).with_context(|| name.to_owned());
        }
        let Some(files) = PackFiles::embedded(name) else {
            let hint = meant_or(nearest_of(name, embedded_ids()), || {
                let ids = embedded_ids().collect::<Vec<_>>().join(", ");
                text!("embedded are: {ids}", "내장된 것: {ids}")
            });
            let shown = Shown::of(name);
            return Err(refused(text!(
                "{shown}: neither a folder nor an embedded pack; {hint}",
                "{shown}: 폴더도, 내장된 점검기준도 아님. {hint}"; hint
            )));
        };
        Self::from_files(files).with_context(|| name.to_owned())
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
            let form = || Some(RuleMeta::FORM).filter(|form| form.eq_ignore_ascii_case(name));
            match rule.or_else(control).or_else(folder).or_else(form) {
                Some(id) => Ok(id.to_owned()),
                None => {
                    let (pack, shown, hint) = (&self.manifest.id, Shown::of(name), self.hint_for_rule(name));
                    Err(refused(text!(
                        "--only {shown}: pack {pack} has no such rule or control; {hint}",
                        "--only {shown}: 점검기준 {pack}에 없는 규칙 또는 점검 분야임. {hint}"; hint
                    )))
                }
            }
        };
        names.iter().map(id).collect()
    }

    fn hint_for_rule(&self, name: &str) -> Text {
        let controls = self.manifest.controls.iter();
        let controls = controls.flat_map(|control| [&control.id, &control.title.en, &control.title.ko]);
        let names = self.rules.iter().map(Script::apparent_id).chain(controls.map(String::as_str));
        meant_or(nearest_of(name, names), || {
            text!(
                "`gamsa rules list` shows the ids of rules and controls",
                "규칙과 점검 분야의 id는 `gamsa rules list`로 확인할 것"
            )
        })
    }

    /// Returns the stage that a person names by its id or title.
    ///
    /// # Errors
    /// The pack has no such stage.
    pub fn stage(&self, name: &str) -> Result<&Stage> {
        let Some(stage) = self.manifest.stage_named(name) else {
            let hint = meant_or(self.nearest_stage(name), || {
                let stages = self.manifest.stages.iter().map(|stage| stage.id.as_str()).collect::<Vec<_>>().join(", ");
                text!("it has the stages {stages}", "있는 단계: {stages}")
            });
            let (pack, shown) = (&self.manifest.id, Shown::of(name));
            return Err(refused(text!(
                "--stage {shown}: pack {pack} has no such stage; {hint}",
                "--stage {shown}: 점검기준 {pack}에 없는 단계임. {hint}"; hint
            )));
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
        let form = Some(&self.form_rule).filter(|_| ids.iter().any(|id| id == RuleMeta::FORM));
        Ok(self.rules.iter().filter(|script| ids.is_empty() || is_meant(script)).chain(form).collect())
    }

    /// Tells whether the pack has a rule with this id, or the program gives it one.
    pub fn has_rule(&self, id: &str) -> bool {
        id == RuleMeta::FORM || self.rules.iter().any(|script| script.has_id(id))
    }

    /// Returns the id of a rule that is spelled almost like this one.
    pub fn nearest_rule(&self, id: &str) -> Option<&str> {
        nearest_of(id, self.rules.iter().map(Script::apparent_id))
    }

    /// Returns a control of the pack.
    pub fn control(&self, id: &str) -> Option<&Control> {
        self.controls().find(|control| control.id == id)
    }

    /// Returns the rule that demands of a bundle as a whole what the schema says, for a pack in which none does.
    pub fn form_rule(&self) -> &Script {
        &self.form_rule
    }

    /// Returns the controls of the pack, and that of the form of the evidence, which only a rule of the program has.
    pub fn controls(&self) -> impl Iterator<Item = &Control> {
        self.manifest.controls.iter().chain([&self.form_control])
    }

    fn from_files(files: PackFiles) -> Result<Self> {
        let mut mistakes = Vec::new();
        let (manifest, schema, holidays) = read_all(&files, &mut mistakes);
        let order = schema.as_ref().and_then(|schema| {
            // Without an order of its own a pack measures by its criteria alone, under its own id.
            let id = manifest.as_ref().map_or("unread", |(manifest, _)| &manifest.id);
            let text =
                files.text_if_there("order.yaml").map(|text| text.map_or(format!("id: \"{id}\"\n"), str::to_owned));
            kept(text.and_then(|text| Order::read("order.yaml", text.as_bytes(), schema)), &mut mistakes)
        });
        let glossary = files.text_if_there("glossary.yaml").and_then(|text| {
            text.map_or_else(|| Ok(Glossary::default()), |text| Glossary::from_yaml("glossary.yaml", text))
        });
        let glossary = kept(glossary, &mut mistakes).unwrap_or_default();
        let scripts = kept(files.scripts(), &mut mistakes).unwrap_or_default();
        let readable = Readable { manifest: manifest.is_some(), schema: schema.is_some() };
        let controls =
            manifest.as_ref().map(|(manifest, _)| manifest.controls.iter().map(|control| control.id.as_str()));
        // A folder without pack.yaml is hardly a pack.
        if files.text("pack.yaml").is_ok() {
            mistakes.extend(files.misplaced(controls.map(Iterator::collect::<Vec<_>>).as_deref()));
        }
        let (manifest, controls_at) = manifest.unwrap_or_default();
        // The rules are looked at all the same, so that their mistakes are told together with those of the files.
        let schema = schema.map_or_else(|| Schema::from_yaml("evidence.schema.yaml", NO_SCHEMA), Ok)?;
        let order = order.map_or_else(|| Order::read("order.yaml", NO_ORDER, &schema), Ok);
        let zone = Zone::named(if readable.manifest { &manifest.time_zone } else { "UTC" });
        let (Ok(order), Some(zone)) = (order, zone) else { return Err(Mistakes(mistakes).into()) };
        let holidays = holidays.unwrap_or_else(Holidays::none);
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
                mistakes.push(text!(
                    "pack.yaml:{line}:{column}: the control `{id}` has no rule; add {id}/<ID>-<name-in-words>.rhai, or remove \
                     the control",
                    "pack.yaml:{line}:{column}: `{id}` 점검 분야에 규칙이 없음. {id}/<ID>-<짧은-설명>.rhai 파일을 추가하거나 \
                     점검 분야를 삭제할 것"
                ));
            }
        }
        if rules.is_empty() {
            return Err(Mistakes(mistakes).into());
        }
        if readable.schema {
            mistakes.extend(manifest.fields.mistakes(&schema));
        }
        let layout = manifest.fields.layout(&schema);
        let (schema, holidays) = (Arc::new(schema), Arc::new(holidays));
        let (digest, origin) = (OnceLock::new(), OnceLock::new());
        let form_control = Control {
            id: RuleMeta::FORM.to_owned(),
            number: "S".to_owned(),
            title: Text::new("Form of the evidence", "제출 자료의 형식"),
        };
        let mut pack = Self {
            manifest,
            schema,
            order,
            holidays,
            glossary,
            zone,
            layout,
            rules,
            library,
            mistakes,
            readable,
            form_rule: Script { path: "SCHEMA.rhai".to_owned(), text: ScriptText::Embedded(FORM_RULE) },
            form_control,
            files,
            digest,
            origin,
        };
        let mistakes_in_order = pack.mistakes_in(&pack.order);
        pack.mistakes.extend(mistakes_in_order);
        Ok(pack)
    }
}

/// Which files of a pack could be read; where one could not, an empty one stands for it.
#[derive(Clone, Copy, Debug)]
pub struct Readable {
    /// `pack.yaml`.
    pub manifest: bool,
    /// `evidence.schema.yaml`.
    pub schema: bool,
}

/// Stands for a schema that cannot be read.
const NO_SCHEMA: &str = "{title: Evidence, type: object, additionalProperties: false, properties: {}, \
    $defs: {order: {title: Order, type: object, additionalProperties: false, \
    properties: {id: {title: Identifier, type: string}}}}}";
/// Stands for an order that cannot be read.
const NO_ORDER: &[u8] = b"id: unread";

type ReadFiles = (Option<(Manifest, Vec<Position>)>, Option<Schema>, Option<Holidays>);

/// Reads the files of a pack beside its rules and the order; what is wrong with any of them is added to the mistakes.
fn read_all(files: &PackFiles, mistakes: &mut Vec<Text>) -> ReadFiles {
    let manifest = files.text("pack.yaml").and_then(|text| Manifest::from_yaml("pack.yaml", text));
    let schema = files.text("evidence.schema.yaml").and_then(|text| {
        Schema::from_yaml("evidence.schema.yaml", text).context("evidence.schema.yaml cannot be used")
    });
    let manifest = kept(manifest, mistakes);
    let placeholders = manifest.as_ref().map(|(manifest, _)| Placeholders::new(&manifest.placeholders));
    let schema = schema.map(|schema| schema.with_placeholders(placeholders.unwrap_or_default()));
    let holidays = files.text_if_there("holidays.yaml");
    let holidays = holidays
        .and_then(|text| text.map_or_else(|| Ok(Holidays::none()), |text| Holidays::from_yaml("holidays.yaml", text)));
    (manifest, kept(schema, mistakes), kept(holidays, mistakes))
}

/// Returns what was read; what is wrong instead is added to the mistakes.
fn kept<T>(read: Result<T>, mistakes: &mut Vec<Text>) -> Option<T> {
    read.map_err(|error| mistakes.extend(mistakes_of(error))).ok()
}

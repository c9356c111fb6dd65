//! `pack.yaml`: identity, controls, stages, sources and parameters of a pack.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde::Serialize;

use super::known::KnownFields;
use super::literal::{Literal, LiteralEntry, LiteralReader};
use super::parameter::Parameter;
use crate::error::Mistakes;
use crate::evidence::{Position, Zone, has_word};
use crate::language::{Text, text};
use crate::load::{Limits, document};

/// What `pack.yaml` holds.
#[derive(Debug, Default)]
pub struct Manifest {
    /// The id of the pack, in lower case with hyphens.
    pub id: String,
    /// The version of the pack (semantic versioning).
    pub version: String,
    /// What the pack audits.
    pub title: Text,
    /// Whose criteria they are.
    pub authority: Text,
    /// The IANA name of the zone in which dates are judged.
    pub time_zone: String,
    /// Stages of the order, in time order.
    pub stages: Vec<Stage>,
    /// Controls, in the order of the report.
    pub controls: Vec<Control>,
    /// Where criteria come from, by id.
    pub sources: BTreeMap<String, Source>,
    /// What orders are called, by the word for their kind.
    pub order_kinds: BTreeMap<String, Text>,
    /// Numbers that the rules use, by name.
    pub parameters: BTreeMap<String, Parameter>,
    /// The fields of the evidence that the program itself uses.
    pub fields: KnownFields,
    /// Whether its texts may be given in one language, which stands for both.
    pub has_one_language: bool,
    /// Texts that state nothing where the schema expects prose.
    pub placeholders: Vec<String>,
}

/// A stage of an order: what is due by when.
#[derive(Debug)]
pub struct Stage {
    /// The id that bundles and rules use.
    pub id: String,
    /// What is handed in at this stage.
    pub title: Text,
}

/// What the authority's text demands; rules encode its criteria.
#[derive(Clone, Debug, Serialize)]
pub struct Control {
    /// The id that rules use.
    pub id: String,
    /// Its number in the order, or a letter for what the order does not number.
    pub number: String,
    /// Its title.
    pub title: Text,
}

/// A text that criteria come from.
#[derive(Clone, Debug)]
pub struct Source {
    /// What it is called.
    pub title: Text,
    /// Where it was read.
    pub url: Option<String>,
    /// What it is to the operator who is judged.
    pub kind: SourceKind,
}

/// What a source is to the operator who is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SourceKind {
    /// The order of the pack; the order in use stands for it.
    Order,
    /// A law that binds the operator.
    Law,
    /// Anything else that criteria come from.
    #[default]
    Other,
}

impl Manifest {
    /// Returns the stage that a person means: by its id, a title or the last words of one, in any case.
    pub fn stage_named(&self, name: &str) -> Option<&Stage> {
        let name = folded(name);
        let titles = |stage: &Stage| [folded(&stage.title.en), folded(&stage.title.ko)];
        let exact = self.stages.iter().find(|stage| folded(&stage.id) == name || titles(stage).contains(&name));
        exact.or_else(|| {
            let mut near = self.stages.iter().filter(|stage| titles(stage).iter().any(|title| ends_with(title, &name)));
            // What fits several stages names none.
            near.next().filter(|_| near.next().is_none())
        })
    }

    /// Returns the control that a person means: by its id, its number, its title or both as a report prints them.
    pub fn control_named(&self, name: &str) -> Option<&Control> {
        let name = folded(name);
        self.controls.iter().find(|control| {
            let number = folded(&control.number);
            let mut titles = [&control.title.en, &control.title.ko].into_iter().map(|title| folded(title));
            folded(&control.id) == name
                || number == name
                || titles.any(|title| title == name || format!("{number} {title}") == name)
        })
    }

    /// Reads `pack.yaml`; the second part says where each control stands.
    ///
    /// # Errors
    /// Every mistake, each with its place.
    pub(super) fn from_yaml(name: &str, text: &str) -> Result<(Self, Vec<Position>)> {
        let document = document(name, text.as_bytes(), &Limits::default()).map_err(|refused| *refused)?;
        let literal = Literal::of_document(&document);
        // A pack that has its title and its authority in one language has all its texts in it.
        let has_one_language = ["title", "authority"].iter().all(|field| literal.has_one_language(field));
        let mut reader = LiteralReader { has_one_language, ..LiteralReader::default() };
        let mut controls_at = Vec::new();
        let manifest = Self::read(&mut reader, &literal, &mut controls_at);
        if let Some(manifest) = manifest.filter(|_| reader.mistakes.is_empty()) {
            return Ok((manifest, controls_at));
        }
        reader.mistakes.sort_by_key(|mistake| mistake.at);
        let reported = reader.mistakes.iter().map(|mistake| {
            let (Position { line, column }, message) = (mistake.at, &mistake.message);
            match &mistake.hint {
                Some(hint) => text!(
                    "{name}:{line}:{column}: {message}; {hint}",
                    "{name}:{line}:{column}: {message}. {hint}"; message, hint
                ),
                None => text!("{name}:{line}:{column}: {message}", "{name}:{line}:{column}: {message}"; message),
            }
        });
        Err(Mistakes(reported.collect()).into())
    }

    fn read(reader: &mut LiteralReader, literal: &Literal, controls_at: &mut Vec<Position>) -> Option<Self> {
        let mut fields = reader.fields(literal, "pack.yaml")?.at_top();
        let id = fields.required(reader, "id").and_then(|(value, path)| reader.text(value, &path));
        let version = fields.required(reader, "version").and_then(|(value, path)| reader.scalar(value, &path));
        let title = fields.required(reader, "title").and_then(|(value, path)| reader.both(value, &path));
        let authority = fields.required(reader, "authority").and_then(|(value, path)| reader.both(value, &path));
        let time_zone = fields.required(reader, "time_zone").and_then(|(value, path)| {
            let name = reader.text(value, &path)?;
            if Zone::named(&name).is_none() {
                let message = text!(
                    "{path}: `{name}` is not a name of the IANA database",
                    "{path}: IANA 시간대 데이터베이스에 없는 이름임: `{name}`"
                );
                reader.mistake(value.at, message, Some(text!("such as Asia/Seoul", "예: Asia/Seoul")));
            }
            Some(name)
        });
        let mut seen = BTreeSet::new();
        let stages = fields.required(reader, "stages").and_then(|(value, path)| {
            let items = reader.list(value, &path)?.iter().enumerate();
            let read = |(number, item)| Stage::read(reader, item, &format!("{path}[{number}]"), &mut seen);
            Some(items.filter_map(read).collect())
        });
        let controls = fields.required(reader, "controls").and_then(|(value, path)| {
            let items = reader.list(value, &path)?;
            if items.is_empty() {
                let message =
                    text!("{path}: a pack has at least one control", "{path}: 하나 이상의 점검 분야가 있어야 함");
                reader.mistake(value.at, message, None);
            }
            controls_at.extend(items.iter().map(|item| item.at));
            let read = |(number, item)| Control::read(reader, item, &format!("{path}[{number}]"), &mut seen);
            Some(items.iter().enumerate().filter_map(read).collect())
        });
        let sources = fields.required(reader, "sources").and_then(|(value, path)| {
            let entries = reader.entries(value, &path)?.iter();
            let read = |entry: &LiteralEntry| {
                Some((entry.key.clone(), Source::read(reader, &entry.value, &format!("{path}.{}", entry.key))?))
            };
            Some(entries.filter_map(read).collect())
        });
        let order_kinds = fields.optional("order_kinds").and_then(|(value, path)| {
            let entries = reader.entries(value, &path)?.iter();
            let read = |entry: &LiteralEntry| {
                Some((entry.key.clone(), reader.both(&entry.value, &format!("{path}.{}", entry.key))?))
            };
            Some(entries.filter_map(read).collect())
        });
        let parameters = fields.optional("parameters").and_then(|(value, path)| {
            let entries = reader.entries(value, &path)?.iter();
            let read = |entry: &LiteralEntry| {
                Some((
                    entry.key.clone(),
                    Parameter::from_literal(reader, &entry.value, &format!("{path}.{}", entry.key))?,
                ))
            };
            Some(entries.filter_map(read).collect())
        });
        let known = fields.optional("fields").and_then(|(value, path)| KnownFields::read(reader, value, &path));
        let placeholders = fields.optional("placeholders").and_then(|(value, path)| {
            let items = reader.list(value, &path)?.iter().enumerate();
            let read = |(number, item)| placeholder(reader, item, &format!("{path}[{number}]"));
            Some(items.filter_map(read).collect())
        });
        fields.finish(reader);
        Some(Self {
            id: id?,
            version: version?,
            title: title?,
            authority: authority?,
            time_zone: time_zone?,
            stages: stages?,
            controls: controls?,
            sources: sources?,
            order_kinds: order_kinds.unwrap_or_default(),
            parameters: parameters.unwrap_or_default(),
            fields: known.unwrap_or_default(),
            has_one_language: reader.has_one_language,
            placeholders: placeholders.unwrap_or_default(),
        })
    }
}

impl Stage {
    fn read(reader: &mut LiteralReader, literal: &Literal, path: &str, seen: &mut BTreeSet<String>) -> Option<Self> {
        let mut fields = reader.fields(literal, path)?;
        let id = fields.required(reader, "id").and_then(|(value, path)| own_id(reader, value, &path, seen));
        let title = fields.required(reader, "title").and_then(|(value, path)| reader.both(value, &path));
        fields.finish(reader);
        Some(Self { id: id?, title: title? })
    }
}

impl Control {
    fn read(reader: &mut LiteralReader, literal: &Literal, path: &str, seen: &mut BTreeSet<String>) -> Option<Self> {
        let mut fields = reader.fields(literal, path)?;
        let id = fields.required(reader, "id").and_then(|(value, path)| own_id(reader, value, &path, seen));
        let number = fields.required(reader, "number").and_then(|(value, path)| reader.scalar(value, &path));
        let title = fields.required(reader, "title").and_then(|(value, path)| reader.both(value, &path));
        fields.finish(reader);
        Some(Self { id: id?, number: number?, title: title? })
    }
}

impl Source {
    fn read(reader: &mut LiteralReader, literal: &Literal, path: &str) -> Option<Self> {
        let mut fields = reader.fields(literal, path)?;
        let title = fields.required(reader, "title").and_then(|(value, path)| reader.both(value, &path));
        let url = fields.optional("url").and_then(|(value, path)| reader.text(value, &path));
        let kind = fields.optional("kind").and_then(|(value, path)| {
            let words = [("order", SourceKind::Order), ("law", SourceKind::Law), ("other", SourceKind::Other)];
            reader.word(value, &path, &words)
        });
        fields.finish(reader);
        Some(Self { title: title?, url, kind: kind.unwrap_or_default() })
    }
}

/// Reads an id that no other stage or control has.
fn own_id(reader: &mut LiteralReader, literal: &Literal, path: &str, seen: &mut BTreeSet<String>) -> Option<String> {
    let id = reader.text(literal, path)?;
    if !seen.insert(id.clone()) {
        let message = text!("{path}: the id `{id}` is given twice", "{path}: `{id}` id가 두 번 쓰임");
        reader.mistake(literal.at, message, None);
    }
    Some(id)
}

/// Reads a text that states nothing; one without a letter or digit is never given where prose is expected.
fn placeholder(reader: &mut LiteralReader, literal: &Literal, path: &str) -> Option<String> {
    let text = reader.text(literal, path)?;
    if !has_word(&text) {
        let message = text!(
            "{path}: `{text}` has no letter or digit, so that as prose it is not given anyway",
            "{path}: `{text}`에 글자나 숫자가 없어 서술 항목에서는 이미 미제출로 봄"
        );
        reader.mistake(literal.at, message, Some(Text::new("remove it", "삭제할 것")));
    }
    Some(text)
}

/// Returns a name without what people do not write twice in the same way: case and spaces.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Tells whether a title ends with some words; Korean joins a noun to the one before it.
fn ends_with(title: &str, words: &str) -> bool {
    let is_word = |before: &str| before.ends_with(' ') || !words.is_ascii();
    words.chars().nth(1).is_some() && title.strip_suffix(words).is_some_and(is_word)
}

#[cfg(test)]
mod tests {
    use crate::pack::{DEFAULT_PACK, Pack};

    #[test]
    fn what_a_report_prints_of_stages_and_controls_can_be_typed_back() {
        let pack = Pack::open(DEFAULT_PACK).expect("the embedded pack");
        let stage = |name: &str| pack.manifest.stage_named(name).map(|stage| stage.id.as_str());
        for name in
            ["plan", "Plan", "PLAN", "Improvement  plan", "improvement plan", "개선 조치계획", "조치계획", "계획"]
        {
            assert_eq!(stage(name), Some("plan"), "{name}");
        }
        for name in ["result", "Corrective Result", "시정결과", "결과", " 결과 "] {
            assert_eq!(stage(name), Some("result"), "{name}");
        }
        for name in ["", "an", "n", "과", "plans", "improvement", "계획 결과"] {
            assert_eq!(stage(name), None, "{name}");
        }
        let control = |name: &str| pack.manifest.control_named(name).map(|control| control.id.as_str());
        for control_of_pack in &pack.manifest.controls {
            let title = &control_of_pack.title;
            for name in [&control_of_pack.id, &control_of_pack.number, &title.en, &title.ko] {
                assert_eq!(control(&name.to_uppercase()), Some(control_of_pack.id.as_str()), "{name}");
                assert_eq!(control(&name.to_lowercase()), Some(control_of_pack.id.as_str()), "{name}");
            }
            let printed = format!("{}  {}", control_of_pack.number, title.ko);
            assert_eq!(control(&printed), Some(control_of_pack.id.as_str()));
        }
        assert_eq!([control("7"), control("D"), control("")], [None; 3]);
    }

    #[test]
    fn rules_are_chosen_by_what_a_report_prints_and_refused_with_what_was_meant() {
        let pack = Pack::open(DEFAULT_PACK).expect("the embedded pack");
        let ids = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            pack.ids(&names).map_err(|error| error.to_string())
        };
        let named = ids(&["2", "B", "b", "wrk-07", "Work-Control", "제출 자료의 정합성"]).expect("all are known");
        assert_eq!(named, ["work-control", "deadlines", "deadlines", "WRK-07", "work-control", "integrity"]);
        let count = |names: &[&str]| pack.select(&ids(names).expect("known")).expect("known").len();
        assert_eq!((count(&["wrk-07"]), count(&["2"])), (1, count(&["work-control"])));
        for (wrong, meant) in [
            ("wrk-7", "WRK-07"),
            ("WRK07", "WRK-07"),
            ("wrk7", "WRK-07"),
            ("work-contrl", "work-control"),
            ("Work managment control", "Work-management control"),
            ("모니터링 시스템 고도화를 통한 장애탐지 강화", "모니터링 시스템 고도화를 통한 장애 탐지 강화"),
        ] {
            let refused = ids(&[wrong]).expect_err(wrong);
            assert!(refused.contains(&format!("did you mean {meant}?")), "{refused}");
        }
        assert!(ids(&["7"]).expect_err("no such control").contains("`gamsa rules list`"));
        for (wrong, meant) in [("plam", "plan"), ("reslt", "result"), ("시정 결과", "시정결과")] {
            let refused = pack.stage(wrong).expect_err(wrong).to_string();
            assert!(refused.contains(&format!("did you mean {meant}?")), "{refused}");
        }
        assert!(pack.stage("x").expect_err("no such stage").to_string().contains("has the stages plan, result"));
        assert_eq!(pack.stage("계획").expect("a stage").id, "plan");
        assert!(
            Pack::open("kakaotalk2024").expect_err("no such pack").to_string().contains("did you mean kakaotalk-2024?")
        );
    }
}

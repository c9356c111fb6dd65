//! What a rule says about itself: the `META` of its script as data.

use std::collections::BTreeMap;

use serde::Serialize;

use super::literal::{Literal, LiteralFields, LiteralMistake, LiteralReader};
use crate::evidence::Position;
use crate::language::{Text, text};

/// The `META` of a rule.
#[derive(Clone, Debug)]
pub struct RuleMeta {
    /// The id, such as `WRK-07`; it leads the file name and is never reused.
    pub id: String,
    /// The criterion in a few words.
    pub title: Text,
    /// The id of the control that it belongs to.
    pub control: String,
    /// How much is at stake.
    pub severity: Severity,
    /// The stages at which it is judged.
    pub stages: Vec<String>,
    /// Whether it never changes a verdict.
    pub advisory: bool,
    /// The verdict that it counts for, where the order at hand does not say otherwise.
    pub counts_for: CountsFor,
    /// Where it comes from.
    pub basis: Vec<Basis>,
    /// What is demanded, as one sentence.
    pub demand: Text,
    /// What to hand in.
    pub remedy: Text,
    /// Why there may be nothing to judge.
    pub not_applicable: Option<Text>,
    /// Messages of findings, by key, with `{name}` for values.
    pub says: BTreeMap<String, Text>,
}

/// What could be read of a `META`.
#[derive(Debug, Default)]
pub struct ReadMeta {
    /// All of it, where nothing is wrong.
    pub meta: Option<RuleMeta>,
    /// The messages, where they could be read.
    pub says: Option<BTreeMap<String, Text>>,
    /// Where the fields are that the pack is asked about.
    pub places: MetaPlaces,
    /// What is wrong.
    pub mistakes: Vec<LiteralMistake>,
}

/// Where the fields of a `META` stand that are held against the pack.
#[derive(Debug, Default)]
pub struct MetaPlaces {
    /// The id.
    pub id: Option<(String, Position)>,
    /// The control.
    pub control: Option<(String, Position)>,
    /// Each stage.
    pub stages: Vec<(String, Position)>,
    /// The source of each basis.
    pub sources: Vec<(String, Position)>,
}

impl RuleMeta {
    /// The id of the rule that the program adds to a pack in which no rule demands that a whole bundle is usable, and
    /// of its control.
    pub const FORM: &'static str = "SCHEMA";

    /// Returns what the rule says about itself that the program adds, which is judged at every stage.
    pub(crate) fn form(stages: Vec<String>) -> Self {
        Self {
            id: Self::FORM.to_owned(),
            title: Text::new("The evidence has the form of the schema", "제출 자료의 형식 적합"),
            control: Self::FORM.to_owned(),
            severity: Severity::High,
            stages,
            advisory: false,
            counts_for: CountsFor::Order,
            basis: Vec::new(),
            demand: Text::new(
                "Everything in the bundle has the form that the schema of the pack demands.",
                "제출 자료의 모든 항목은 점검기준의 스키마가 정한 형식에 맞아야 함",
            ),
            remedy: Text::new(
                "Give what is required, in the form that the schema demands.",
                "필수 항목을 스키마가 정한 형식에 맞게 기재할 것",
            ),
            not_applicable: None,
            says: BTreeMap::new(),
        }
    }

    /// Reads a `META`, whose texts may be given in one language if the pack has only one; every mistake in it is returned.
    pub fn read(literal: &Literal, has_one_language: bool) -> ReadMeta {
        let mut reader = LiteralReader { has_one_language, ..LiteralReader::default() };
        let mut read = ReadMeta::default();
        if let Some(fields) = reader.fields(literal, "META").map(LiteralFields::at_top) {
            read.meta = Self::read_fields(fields, &mut reader, &mut read.says, &mut read.places);
        }
        read.mistakes = reader.mistakes;
        read.meta = read.meta.filter(|_| read.mistakes.is_empty());
        read
    }

    fn read_fields(
        mut fields: LiteralFields<'_>,
        reader: &mut LiteralReader,
        says: &mut Option<BTreeMap<String, Text>>,
        places: &mut MetaPlaces,
    ) -> Option<Self> {
        let id = fields.required(reader, "id").and_then(|(value, path)| placed(reader, value, &path));
        let title = fields.required(reader, "title").and_then(|(value, path)| said(reader, value, &path));
        let control = fields.required(reader, "control").and_then(|(value, path)| placed(reader, value, &path));
        let severity = fields.required(reader, "severity").and_then(|(value, path)| {
            let words = [("high", Severity::High), ("medium", Severity::Medium), ("low", Severity::Low)];
            reader.word(value, &path, &words)
        });
        let stages = fields.required(reader, "stages").and_then(|(value, path)| {
            let items = some_items(
                reader,
                value,
                &path,
                &text!("a rule has at least one stage", "규칙에는 하나 이상의 단계가 있어야 함"),
            )?;
            places.stages = items.iter().filter_map(|item| placed(reader, item, &path)).collect();
            Some(places.stages.iter().map(|(stage, _)| stage.clone()).collect())
        });
        let advisory = fields.optional("advisory").and_then(|(value, path)| reader.boolean(value, &path));
        let counts_for = fields.optional("verdict").and_then(|(value, path)| {
            let words = [CountsFor::Order, CountsFor::Law].map(|verdict| (verdict.name(), verdict));
            reader.word(value, &path, &words)
        });
        let basis = fields.required(reader, "basis").and_then(|(value, path)| {
            let items = some_items(
                reader,
                value,
                &path,
                &text!("a rule has at least one source", "규칙에는 하나 이상의 근거가 있어야 함"),
            )?;
            let read = items.iter().enumerate();
            Some(
                read.filter_map(|(number, item)| Basis::read(reader, item, &format!("{path}[{number}]"), places))
                    .collect(),
            )
        });
        let demand = fields.required(reader, "demand").and_then(|(value, path)| said(reader, value, &path));
        let remedy = fields.required(reader, "remedy").and_then(|(value, path)| said(reader, value, &path));
        let not_applicable = fields.optional("not_applicable").and_then(|(value, path)| said(reader, value, &path));
        *says = match fields.optional("says") {
            None => Some(BTreeMap::new()),
            Some((value, path)) => messages(reader, value, &path),
        };
        fields.finish(reader);
        (places.id, places.control) = (id.clone(), control.clone());
        Some(Self {
            id: id?.0,
            title: title?,
            control: control?.0,
            severity: severity?,
            stages: stages?,
            advisory: advisory.unwrap_or_default(),
            counts_for: counts_for.unwrap_or(CountsFor::Order),
            basis: basis?,
            demand: demand?,
            remedy: remedy?,
            not_applicable,
            says: says.clone()?,
        })
    }

    /// Tells whether the rule is judged at a stage; where none is known, every rule is.
    pub fn is_due(&self, stage: Option<&str>) -> bool {
        stage.is_none_or(|stage| self.stages.iter().any(|own| own == stage))
    }
}

/// The verdict that a rule counts for: a bundle has one on the order and one on standing duties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CountsFor {
    /// Compliance with the order: the headline and the exit status.
    Order,
    /// Standing duties by law, which bind the operator whether an order names them or not: shown beside the headline.
    Law,
}

impl CountsFor {
    /// Returns the word that `META` uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Law => "law",
        }
    }

    /// Returns the other verdict.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Order => Self::Law,
            Self::Law => Self::Order,
        }
    }
}

/// How much is at stake when a criterion is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Users can lose the service.
    High,
    /// An outage can last longer or come back.
    Medium,
    /// The record is less reliable.
    Low,
}

/// One source of a criterion.
#[derive(Clone, Debug)]
pub struct Basis {
    /// The id of the source in `pack.yaml`.
    pub source: String,
    /// The article, item or page.
    pub clause: Option<Text>,
    /// How sure we are of its wording.
    pub status: BasisStatus,
}

/// How sure the wording of a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BasisStatus {
    /// Read in the text itself.
    Confirmed,
    /// Read in press reports only.
    Press,
    /// Chosen by the pack; no source gives it.
    Own,
    /// From memory or inferred; to be confirmed.
    Unconfirmed,
    /// A law of another country, or a demand made to somebody else, to which the criterion was compared.
    Comparison,
}

impl Basis {
    fn read(reader: &mut LiteralReader, literal: &Literal, path: &str, places: &mut MetaPlaces) -> Option<Self> {
        let mut fields = reader.fields(literal, path)?;
        let source = fields.required(reader, "source").and_then(|(value, path)| placed(reader, value, &path));
        let clause = fields.optional("clause").and_then(|(value, path)| said(reader, value, &path));
        let status =
            fields.required(reader, "status").and_then(|(value, path)| BasisStatus::read(reader, value, &path));
        fields.finish(reader);
        places.sources.extend(source.clone());
        Some(Self { source: source?.0, clause, status: status? })
    }
}

impl BasisStatus {
    pub(super) fn read(reader: &mut LiteralReader, literal: &Literal, path: &str) -> Option<Self> {
        let words = [
            ("confirmed", Self::Confirmed),
            ("press", Self::Press),
            ("own", Self::Own),
            ("unconfirmed", Self::Unconfirmed),
            ("comparison", Self::Comparison),
        ];
        reader.word(literal, path, &words)
    }
}

/// Characters of one text of a rule; messages are filled with values, so that length multiplies.
const TEXT_CHARS: usize = 500;

/// Reads a text in both languages that a report repeats.
fn said(reader: &mut LiteralReader, literal: &Literal, path: &str) -> Option<Text> {
    let text = reader.both(literal, path)?;
    for (language, text) in [("en", &text.en), ("ko", &text.ko)] {
        let count = text.chars().count();
        if count > TEXT_CHARS {
            let message = text!(
                "{path}.{language}: the text has {count} characters, and may have {TEXT_CHARS}",
                "{path}.{language}: 문구의 길이({count}자)가 한도({TEXT_CHARS}자)를 초과함"
            );
            reader.mistake(literal.at, message, None);
        }
    }
    Some(text)
}

fn placed(reader: &mut LiteralReader, literal: &Literal, path: &str) -> Option<(String, Position)> {
    reader.text(literal, path).map(|text| (text, literal.at))
}

fn some_items<'l>(reader: &mut LiteralReader, literal: &'l Literal, path: &str, need: &Text) -> Option<&'l [Literal]> {
    let items = reader.list(literal, path)?;
    if items.is_empty() {
        reader.mistake(literal.at, text!("{path}: {need}", "{path}: {need}"; need), None);
    }
    Some(items)
}

/// Particles that depend on the last sound of the word before them.
const PARTICLES: [&str; 10] = ["은", "는", "이", "가", "을", "를", "과", "와", "으로", "로"];

/// Returns a particle that stands behind a value in braces, with the brace.
fn particle_of_a_value(ko: &str) -> Option<String> {
    let is_over = |rest: &str| !rest.starts_with(|c: char| matches!(c, '가'..='힣'));
    let behind = ko.split('}').skip(1);
    let mut found =
        behind.filter_map(|rest| PARTICLES.iter().find(|word| rest.strip_prefix(**word).is_some_and(is_over)));
    found.next().map(|particle| format!("}}{particle}"))
}

fn messages(reader: &mut LiteralReader, literal: &Literal, path: &str) -> Option<BTreeMap<String, Text>> {
    let entries = reader.entries(literal, path)?;
    let mut says = BTreeMap::new();
    let mut is_whole = true;
    for entry in entries {
        let path = format!("{path}.{}", entry.key);
        let Some(text) = said(reader, &entry.value, &path) else {
            is_whole = false;
            continue;
        };
        if let Some(particle) = particle_of_a_value(&text.ko) {
            let message = text!(
                "{path}: in Korean a value carries no particle, because that depends on its last sound: `{particle}`",
                "{path}: 값에 조사를 붙일 수 없음(조사는 값의 끝소리에 따라 달라짐): `{particle}`"
            );
            let hint = text!("write 장애({{incident}})의", "예: 장애({{incident}})의");
            reader.mistake(entry.value.at, message, Some(hint));
        }
        says.insert(entry.key.clone(), text);
    }
    is_whole.then_some(says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_carries_no_particle() {
        for ko in ["{a}이 늦음", "{a}가", "{a}을 넘음", "{a}는 {b}의", "({a})의 {b}로", "{a}와 {b}", "{a}으로, {b}"]
        {
            assert!(particle_of_a_value(ko).is_some(), "{ko}");
        }
        let fine = [
            "장애({a})가",
            "{a}의",
            "{a}에서",
            "{a}부터 {b}까지",
            "{a}보다",
            "{a} 이내",
            "{a}이내",
            "{a}개월이",
            "{a}",
        ];
        for ko in fine {
            assert_eq!(particle_of_a_value(ko), None, "{ko}");
        }
    }
}

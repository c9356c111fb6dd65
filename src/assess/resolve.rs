//! Turns what rules noted into findings: places, words, and what to hand in.

use std::collections::BTreeSet;

use super::finding::{Finding, FindingKind, Nearest, Related, ScriptPlace, Supply};
use crate::engine::{Note, NoteKind, Outcome, Place, ScriptError, Subject};
use crate::evidence::{Kind, NodeId};
use crate::language::{Text, text};
use crate::load::MANIFEST;
use crate::pack::{FaultKind, Pack, RuleMeta, Shape, ShapeKind, Tree, expected_instead, expected_of, nearest_name};

/// Keys of a mapping that are compared with one that is absent: more than the schema has fields in any mapping.
const KEYS_COMPARED: usize = 256;

/// Looks up places and words for the findings of one bundle.
pub(super) struct Resolver<'a> {
    pub(super) pack: &'a Pack,
    pub(super) order: &'a Tree,
    /// What the order is called.
    pub(super) label: &'a Text,
    pub(super) bundle: &'a Tree,
    /// Whether files can be added to the bundle.
    pub(super) is_directory: bool,
}

impl Resolver<'_> {
    /// Returns the findings of one rule: an error first, then in the order the rule made them, each once.
    pub(super) fn findings(&self, meta: &RuleMeta, outcome: &Outcome) -> Vec<Finding> {
        let mut findings: Vec<Finding> = outcome.error.iter().map(script_error).collect();
        let budget = self.bundle.document.budget();
        for note in &outcome.notes {
            let finding = self.finding(meta, note, &outcome.path);
            budget.spend_text(written_bytes(&finding));
            findings.push(finding);
            if budget.check().is_err() {
                // The whole bundle becomes an error.
                break;
            }
        }
        each_once(&mut findings);
        findings
    }

    fn finding(&self, meta: &RuleMeta, note: &Note, script: &str) -> Finding {
        let tree = self.tree(note.place);
        let node = note.place.node;
        let is_absent = note.kind == NoteKind::Missing;
        let shape = note.shape.or_else(|| tree.validated.shape(node)).and_then(|id| self.pack.schema.shape(id));
        let found = (note.tail.is_empty() && !is_absent).then(|| tree.words(node));
        let remedy_of_doubt = self.remedy_of_doubt(note);
        let pointer = tree.document.pointer(node);
        Finding {
            kind: match note.kind {
                NoteKind::Deviation => FindingKind::Deviation,
                NoteKind::Unusable => FindingKind::Unusable,
                NoteKind::Missing => FindingKind::Missing,
                NoteKind::Undetermined => FindingKind::Undetermined,
                NoteKind::Established => FindingKind::Established,
            },
            path: [pointer.as_str(), &note.tail].concat(),
            is_in_order: note.place.subject == Subject::Order,
            location: Some(tree.document.location(node)),
            excerpt: Some(tree.document.excerpt(node)),
            message: self.message(meta, note, shape),
            expected: requirement(meta, note.kind, shape, tree.document.node(node).text()),
            found,
            nearest: if is_absent { self.nearest(note, tree, &pointer) } else { None },
            related: self.related(note),
            supply: if is_absent { Some(self.supply(note, shape, &pointer)) } else { None },
            is_for_inspector: note.kind == NoteKind::Undetermined && remedy_of_doubt.is_none(),
            remedy: remedy_of_doubt.unwrap_or_else(|| remedy(meta, note)),
            script: note.script.map(|at| ScriptPlace { file: script.to_owned(), line: at.line, column: at.column }),
            decisions: Vec::new(),
        }
    }

    /// Returns the message of a finding; of something absent, with what it depends on and what depends on it.
    fn message(&self, meta: &RuleMeta, note: &Note, shape: Option<&Shape>) -> Text {
        let text = self.question(note, shape).or_else(|| self.fault(note, shape));
        let mut text = text.unwrap_or_else(|| message(meta, note, shape, &self.found(note), self.label));
        if let Some(above) = &note.depends_on {
            let shape = above.shape.or_else(|| self.tree(above.place).validated.shape(above.place.node));
            if let Some(shape) = shape.and_then(|id| self.pack.schema.shape(id)) {
                text.en = format!("{}; whether it is needed depends on: {}", text.en, shape.title.en);
                text.ko = format!("{}(필요 여부는 다음에 따라 정해짐: {})", text.ko, shape.title.ko);
            }
        }
        for stake in &note.stakes {
            let held = message(meta, stake, None, &self.found(stake), self.label);
            let link = if text.en.ends_with('?') { " It" } else { "; it" };
            text.en = format!("{}{link} decides on: {}", text.en, held.en);
            text.ko = format!("{}. 이에 따라 판단할 사항: {}", text.ko, held.ko);
        }
        text
    }

    /// Returns what a note cites, in words; an unusable value as it is written.
    fn found(&self, note: &Note) -> CitedWords {
        let (tree, node) = (self.tree(note.place), note.place.node);
        if !note.tail.is_empty() || note.kind == NoteKind::Missing {
            return CitedWords::Nothing;
        }
        let value = tree.document.node(node);
        match note.kind {
            NoteKind::Unusable if value.kind() == Kind::Sequence && value.is_empty() => CitedWords::EmptyList,
            NoteKind::Unusable if value.kind() == Kind::Null || !value.kind().is_scalar() && value.is_empty() => {
                CitedWords::EmptyValue
            }
            NoteKind::Unusable => CitedWords::Value(tree.words(node)),
            NoteKind::Deviation | NoteKind::Missing | NoteKind::Undetermined | NoteKind::Established => {
                CitedWords::Value(tree.in_message(node, &self.pack.schema, &self.pack.zone))
            }
        }
    }

    /// Returns what the schema finds wrong at a path, where no demand says it in words of its own.
    fn fault(&self, note: &Note, shape: Option<&Shape>) -> Option<Text> {
        let is_missing = match note.kind {
            NoteKind::Missing => true,
            NoteKind::Unusable => false,
            NoteKind::Deviation | NoteKind::Undetermined | NoteKind::Established => return None,
        };
        let faults = self.tree(note.place).faults_at(&self.pack.schema, note.place.node).iter();
        let own = faults.filter(|fault| {
            note.key.is_none() && fault.tail == note.tail && matches!(fault.kind, FaultKind::Missing(_)) == is_missing
        });
        let words: Vec<&Text> = own.map(|fault| &fault.words).collect();
        let join =
            |get: fn(&Text) -> &String| words.iter().map(|text| get(text).as_str()).collect::<Vec<_>>().join("; ");
        let title = shape.map_or_else(|| Text::new("The value", "해당 값"), |shape| shape.title.clone());
        let (en, ko) = (join(|text| &text.en), join(|text| &text.ko));
        (!words.is_empty()).then(|| Text::new(format!("{}: {en}", title.en), format!("{}: {ko}", title.ko)))
    }

    fn tree(&self, place: Place) -> &Tree {
        match place.subject {
            Subject::Bundle => self.bundle,
            Subject::Order => self.order,
        }
    }

    /// Returns what comes nearest to something absent: a key spelled like it, or what its parent does give.
    fn nearest(&self, note: &Note, tree: &Tree, pointer: &str) -> Option<Nearest> {
        let node = tree.document.node(note.place.node);
        let wanted = note.tail.strip_prefix('/')?.split('/').next()?;
        let at = |id: NodeId, text: Text| {
            Some(Nearest { path: tree.document.pointer(id), location: tree.document.location(id), text })
        };
        if node.kind() == Kind::Sequence {
            let count = node.len();
            let text = Text::new(
                if count == 1 {
                    "one entry is given, it does not fit".to_owned()
                } else {
                    format!("{count} entries are given, none of them fits")
                },
                format!("{count}개가 기재되었으나 해당하는 항목이 없음"),
            );
            return if count > 0 { at(node.id(), text) } else { None };
        }
        let unknown = tree.validated.unknown();
        let is_unknown = |key: &NodeId| unknown.binary_search_by_key(key, |unknown| unknown.key).is_ok();
        let keys = node.entries().take(KEYS_COMPARED).map(|(key, _)| key.id());
        let strange: Vec<NodeId> = if unknown.is_empty() { Vec::new() } else { keys.filter(is_unknown).collect() };
        tree.document.budget().spend(strange.len());
        let names = strange.iter().map(|key| tree.document.node(*key).text());
        if let Some(near) = nearest_name(wanted, names) {
            let key = strange.iter().find(|key| tree.document.node(**key).text() == near)?;
            let text = Text::new(
                format!("`{near}` is written here; is `{wanted}` meant?"),
                format!("`{near}` 항목이 기재됨. `{wanted}`의 오기인지 확인할 것"),
            );
            return at(*key, text);
        }
        let given: Vec<String> = node.entries().map(|(key, _)| tree.words_of_key(key.id())).take(8).collect();
        // The keys of a whole entry say nothing about one that is not there.
        let is_entry = pointer.rsplit('/').next().is_some_and(|last| last.parse::<u32>().is_ok());
        if node.id() == NodeId::ROOT || is_entry || given.is_empty() {
            return None;
        }
        let given = given.join(", ");
        at(node.id(), Text::new(format!("given here: {given}"), format!("기재된 항목: {given}")))
    }

    /// Returns the other evidence that what is cited comes from, then what the message speaks of, each once.
    fn related(&self, note: &Note) -> Vec<Related> {
        let is_reported = |place: &Place| {
            let document = &self.tree(*place).document;
            // An id only names what the message already names.
            document.node(place.node).kind().is_scalar() && !document.pointer(place.node).ends_with("/id")
        };
        let spoken_of = note.arguments.iter().flat_map(|argument| &argument.places).filter(|place| is_reported(place));
        let mut seen = BTreeSet::from([note.place]);
        let places = note.related.iter().chain(spoken_of).filter(|place| seen.insert(**place));
        let related = places.map(|place| {
            let document = &self.tree(*place).document;
            let line = document.excerpt(place.node).text.trim().to_owned();
            Related { path: document.pointer(place.node), location: document.location(place.node), line }
        });
        related.collect()
    }

    /// Returns the file that something absent belongs in.
    fn supply(&self, note: &Note, shape: Option<&Shape>, pointer: &str) -> Supply {
        let document = &self.bundle.document;
        let file = document.file_name(note.place.node);
        let top_level = note.tail.strip_prefix('/').and_then(|tail| tail.split('/').next());
        let (file, is_new) = match top_level {
            Some(key) if note.place.node == NodeId::ROOT && self.is_directory => (format!("{key}.yaml"), true),
            // A new entry of a list that is a folder is a new file in it.
            Some("-") if pointer.matches('/').count() == 1 && file.contains('/') => match file.split_once('/') {
                Some((folder, _)) => (format!("{folder}/….yaml"), true),
                None => (file.to_owned(), false),
            },
            _ => (if file.is_empty() { MANIFEST.to_owned() } else { file.to_owned() }, false),
        };
        let key = note.tail.rsplit('/').next().filter(|key| !key.is_empty() && *key != "-").map(str::to_owned);
        let last = || pointer.rsplit('/').next().filter(|key| key.parse::<usize>().is_err()).map(str::to_owned);
        let key = key.or_else(last);
        let example = shape.and_then(|shape| shape.example.as_ref());
        let example = key.zip(example).map(|(key, example)| text!("{key}: {example}", "{key}: {example}"; example));
        Supply { file, is_new, example }
    }
}

/// Keeps the first of findings that say the same of the same place.
fn each_once(findings: &mut Vec<Finding>) {
    if findings.len() < 2 {
        return;
    }
    let mut reported = BTreeSet::new();
    let key = |finding: &Finding| (finding.kind, finding.is_in_order);
    let is_new: Vec<bool> =
        findings.iter().map(|finding| reported.insert((key(finding), &finding.path, &finding.message))).collect();
    let mut is_new = is_new.into_iter();
    findings.retain(|_| is_new.next().unwrap_or(true));
}

/// Returns about how many bytes a report writes for a finding.
fn written_bytes(finding: &Finding) -> usize {
    let texts = [Some(&finding.message), Some(&finding.expected), Some(&finding.remedy), finding.found.as_ref()];
    let nearest = finding.nearest.iter().map(|nearest| nearest.path.len() + nearest.text.en.len());
    let related = finding.related.iter().map(|related| related.path.len() + related.line.len());
    finding.path.len()
        + finding.excerpt.as_ref().map_or(0, |excerpt| excerpt.text.len())
        + texts.into_iter().flatten().map(|text| text.en.len()).sum::<usize>()
        + nearest.chain(related).sum::<usize>()
}

/// What a note cites, in words.
enum CitedWords {
    Nothing,
    EmptyValue,
    EmptyList,
    Value(Text),
}

fn message(meta: &RuleMeta, note: &Note, shape: Option<&Shape>, found: &CitedWords, order: &Text) -> Text {
    if let Some(template) = note.key.as_ref().and_then(|key| meta.says.get(key)) {
        return template.fill(|name| {
            let argument = note.arguments.iter().find(|argument| argument.name == name);
            let nothing = || Text::new("(not given)", "(미기재)");
            match argument {
                Some(argument) => Some(argument.text.clone()),
                None if name == "found" => Some(match found {
                    CitedWords::Value(words) => words.clone(),
                    CitedWords::Nothing | CitedWords::EmptyValue | CitedWords::EmptyList => nothing(),
                }),
                None => None,
            }
        });
    }
    let title = shape.map_or_else(|| Text::new("The value", "해당 값"), |shape| shape.title.clone());
    let (en, ko) = (&title.en, &title.ko);
    match note.kind {
        NoteKind::Missing => {
            let absent = if shape.is_some_and(is_value) { "미기재" } else { "미제출" };
            Text::new(format!("{en}: not given"), format!("{ko} {absent}"))
        }
        NoteKind::Unusable => match found {
            CitedWords::Value(found) => Text::new(
                format!("{en}: `{}` cannot be used", found.en),
                format!("{ko}: `{}` 값은 사용할 수 없음", found.ko),
            ),
            CitedWords::EmptyValue => {
                Text::new(format!("{en}: `nothing` cannot be used"), format!("{ko}: 빈 값은 사용할 수 없음"))
            }
            CitedWords::EmptyList => {
                Text::new(format!("{en}: `an empty list` cannot be used"), format!("{ko}: 빈 목록은 사용할 수 없음"))
            }
            CitedWords::Nothing => Text::new(
                format!("{en}: not given in the form that is read"),
                format!("{ko}: 읽을 수 있는 형식으로 기재되지 않음"),
            ),
        },
        NoteKind::Undetermined if note.place.subject == Subject::Order => {
            Text::new(format!("the order does not state: {en}"), format!("{}에 명시되지 않음: {ko}", order.ko))
        }
        NoteKind::Undetermined => {
            Text::new(format!("{en}: cannot decide by itself"), format!("{ko}만으로 판단할 수 없음"))
        }
        NoteKind::Deviation | NoteKind::Established => meta.title.clone(),
    }
}

/// Tells whether what is absent would be written into a record; anything else is handed in: records, lists, and what has
/// to be attached.
fn is_value(shape: &Shape) -> bool {
    let is_attached = shape.description.as_ref().is_some_and(|description| description.ko.contains("첨부"));
    match shape.kind {
        ShapeKind::Object(_) | ShapeKind::Map(_) | ShapeKind::List(_) | ShapeKind::Union(_) | ShapeKind::Any => false,
        ShapeKind::Text { .. } => !is_attached,
        ShapeKind::Choice(_)
        | ShapeKind::Formatted(_)
        | ShapeKind::Integer { .. }
        | ShapeKind::Number { .. }
        | ShapeKind::Boolean => true,
    }
}

fn requirement(meta: &RuleMeta, kind: NoteKind, shape: Option<&Shape>, text: &str) -> Text {
    match (kind, shape) {
        (NoteKind::Deviation | NoteKind::Undetermined | NoteKind::Established, _) | (_, None) => meta.demand.clone(),
        (NoteKind::Unusable, Some(shape)) => expected_instead(shape, text),
        (NoteKind::Missing, Some(shape)) => match (&shape.description, &shape.kind) {
            (Some(description), _) => description.clone(),
            (None, ShapeKind::Object(_) | ShapeKind::List(_) | ShapeKind::Text { .. }) => shape.title.clone(),
            (None, _) => {
                let (title, kind) = (&shape.title, expected_of(shape));
                Text::new(format!("{}: {}", title.en, kind.en), format!("{}: {}", title.ko, kind.ko))
            }
        },
    }
}

fn remedy(meta: &RuleMeta, note: &Note) -> Text {
    match (note.kind, note.place.subject) {
        (NoteKind::Undetermined, Subject::Order) => Text::new(
            "Ask the authority, and give the order with this fact: --order FILE",
            "시정요구 기관에 해당 사실을 확인하고, 이를 기재한 시정요구 파일을 --order로 지정할 것",
        ),
        (NoteKind::Undetermined, Subject::Bundle) => {
            Text::new("An inspector decides this.", "위 사항을 판단하여 점검자 판단 파일에 기재할 것")
        }
        (NoteKind::Established, _) => Text::new(
            "Nothing more is asked for here: the order found this, and the submission answers for it.",
            "시정요구로 확인된 사실이며 원인분석과 조치가 제시되어 추가 제출 사항 없음",
        ),
        (NoteKind::Unusable, _) => Text::new("Write the value as required.", "요구되는 형식에 맞게 값을 고쳐 쓸 것"),
        (NoteKind::Deviation | NoteKind::Missing, _) => meta.remedy.clone(),
    }
}

fn script_error(error: &ScriptError) -> Finding {
    let place = error.position.map(|at| format!(":{}:{}", at.line, at.column)).unwrap_or_default();
    Finding {
        kind: FindingKind::Error,
        path: String::new(),
        is_in_order: false,
        location: None,
        excerpt: None,
        message: Text::new(
            format!("the rule could not be run: {} ({}{place})", error.message, error.path),
            format!("점검 항목을 실행할 수 없음: {} ({}{place})", error.message, error.path),
        ),
        expected: Text::new("a rule that runs to its end", "점검 항목이 끝까지 실행될 것"),
        found: None,
        nearest: None,
        related: Vec::new(),
        supply: None,
        remedy: Text::new(
            "Report this to the author of the rule pack; it is not a fault of the bundle.",
            "점검기준의 오류이므로 점검기준 작성자에게 알릴 것(제출 자료의 문제가 아님)",
        ),
        is_for_inspector: true,
        script: error.position.map(|at| ScriptPlace { file: error.path.clone(), line: at.line, column: at.column }),
        decisions: Vec::new(),
    }
}

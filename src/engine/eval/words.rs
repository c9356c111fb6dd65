//! Values in words, for messages and mistakes.

use super::absences::SetId;
use super::run::{Eval, Evaluator};
use super::value::{Value, ValueKind, View};
use crate::evidence::{Kind as NodeKind, NodeId};
use crate::language::Text;
use crate::pack::{Tree, grouped, short, yes_or_no};

/// Items of a list that a message names.
const LISTED: usize = 10;
/// Lists in lists that a message writes out.
const DEPTH: usize = 4;
/// Steps that one value in words may take; what is left then is cut.
const EFFORT: u64 = 1 << 12;

impl<'r> Evaluator<'r> {
    /// Returns a value in words, short enough for a message.
    pub(super) fn words(&mut self, value: Value) -> Eval<Text> {
        let mut effort = 0;
        let words = self.words_to(value, DEPTH, &mut effort);
        self.spend(effort)?;
        Ok(words)
    }

    /// Counts a step for each value that is looked at, and for 64 bytes of a text.
    fn words_to(&self, value: Value, depth: usize, effort: &mut u64) -> Text {
        *effort += 1;
        match self.view(value) {
            View::Text(_) | View::Array(_) if *effort > EFFORT => Text::same("…"),
            View::Absent(_, set) => match self.doubtful_place(value) {
                Some(place) => self.tree(place.subject).words(place.node),
                None => self.words_of_absent(set),
            },
            View::Text(text) => {
                *effort += text.len() as u64 / 64;
                let label = value
                    .written_at()
                    .place()
                    .and_then(|place| self.tree(place.subject).label(place.node, text, self.context.schema));
                let text = short(text);
                Text { ko: label.unwrap_or_else(|| text.clone()), en: text }
            }
            View::Length(length) => length.words(),
            View::Moment(moment) => moment.words(self.context.zone),
            View::Day(day) => day.words(),
            View::Time(time) => time.words(),
            View::Collection(place) => self.in_message(self.tree(place.subject), place.node),
            View::Selection(of, nodes) => {
                let tree = self.tree(of.subject);
                join(nodes.len(), nodes.iter().map(|node| self.in_message(tree, *node)))
            }
            View::Array(_) if depth == 0 => Text::same("…"),
            View::Array(array) => {
                let items = self.heap.arrays.items(array);
                join(items.len(), items.iter().map(|item| self.words_to(item.value, depth - 1, effort)))
            }
            View::Bool(answer) => {
                let ko = match value.written_at().place() {
                    Some(place) => self.tree(place.subject).yes_or_no(place.node, answer, self.context.schema),
                    None => yes_or_no(answer).to_owned(),
                };
                Text::new(answer.to_string(), ko)
            }
            View::Int(number) => numeral(&number.to_string()),
            View::Decimal(number) => numeral(&number.to_string()),
            View::Unit => Text::new("nothing", "없음"),
        }
    }

    fn in_message(&self, tree: &Tree, node: NodeId) -> Text {
        tree.in_message(node, self.context.schema, self.context.zone)
    }

    /// Returns that something is absent; of the name of a record, where in its list the record stands.
    fn words_of_absent(&self, set: SetId) -> Text {
        let absence = self.absences.first(set);
        let path = absence.map(|absence| self.absences.note(&absence)).filter(|note| note.tail == "/id").map(|note| {
            let pointer = self.tree(note.place.subject).document.pointer(note.place.node);
            let (list, at) = pointer.rsplit_once('/').unwrap_or_default();
            (list.trim_start_matches('/').to_owned(), at.parse::<usize>().ok())
        });
        match path {
            Some((list, Some(at))) => Text::new("(not given)", format!("(식별자 미기재, {list}의 {}번째)", at + 1)),
            Some(_) => Text::new("(not given)", "(식별자 미기재)"),
            None => Text::new("(not given)", "(미기재)"),
        }
    }

    /// Returns a scalar as text, as `to_string` and interpolation write it.
    pub(super) fn written(&self, value: Value) -> Eval<String> {
        Ok(match self.view(value) {
            View::Text(text) => text.to_owned(),
            View::Bool(value) => value.to_string(),
            View::Int(number) => number.to_string(),
            View::Decimal(number) => number.to_string(),
            View::Moment(moment) => moment.to_string(),
            View::Day(day) => day.to_string(),
            View::Time(time) => time.to_string(),
            View::Length(length) => length.words().en,
            _ => return Err(self.fault(format!("{} cannot be written as text", self.type_name(value)))),
        })
    }

    /// Returns the type of a value, with its article.
    pub(super) fn type_name(&self, value: Value) -> &'static str {
        match value.kind() {
            ValueKind::Unit => "nothing",
            ValueKind::Bool => "true or false",
            ValueKind::Int => "a whole number",
            ValueKind::Decimal => "a number",
            ValueKind::Text => "text",
            ValueKind::Moment | ValueKind::FarMoment => "a date-time",
            ValueKind::Day => "a date",
            ValueKind::Time => "a time of day",
            ValueKind::Length | ValueKind::FarLength => "a duration",
            ValueKind::Selection | ValueKind::Array => "a list",
            ValueKind::Collection => match value.as_collection().map(|place| self.node(place).kind()) {
                Some(NodeKind::Sequence) => "a list",
                _ => "a mapping",
            },
            ValueKind::Absent => "an absent value",
        }
    }
}

/// Returns a number as it is written, and in Korean with commas.
fn numeral(written: &str) -> Text {
    Text::new(written, grouped(written))
}

/// Joins the words of a list, the first of them where it is long.
fn join(count: usize, texts: impl Iterator<Item = Text>) -> Text {
    let (en, ko): (Vec<String>, Vec<String>) = texts.take(LISTED).map(|text| (text.en, text.ko)).unzip();
    let more = count.saturating_sub(LISTED);
    if more == 0 {
        return Text::new(en.join(", "), ko.join(", "));
    }
    Text::new(format!("{} and {more} more", en.join(", ")), format!("{} 외 {more}개", ko.join(", ")))
}

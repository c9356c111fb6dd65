//! The functions of rules, as the direct evaluator runs them.

use smallvec::SmallVec;

use super::super::recorder::Place;
use super::super::verbs;
use super::arrays::Array;
use super::operators::numbers;
use super::plan::{Builtin, Closure, ListFunction};
use super::run::{Given, Run};
use super::value::{Kind, MissingId, Value, View};
use crate::evidence::{Length, NodeId};
use crate::pack;

/// What a condition says of one item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    Unknown,
}

impl<'r> Run<'r> {
    /// Runs `any`, `all`, `filter`, `find` or `map`.
    #[inline(never)]
    pub(super) fn list(&mut self, function: ListFunction, list: Value, condition: &'r Closure) -> Given {
        if let Some(id) = list.as_missing() {
            return self.list_of_missing(function, id);
        }
        if function == ListFunction::Map {
            return self.map(list, condition);
        }
        if let Some(array) = list.as_array() {
            return match (function, array.len() == 0) {
                (ListFunction::Any, true) => Some(Value::bool(false)),
                (ListFunction::All, true) => Some(Value::bool(true)),
                (ListFunction::Filter, true) => Some(list),
                (ListFunction::Any, false) => self.any_of_array(array, condition),
                _ => None,
            };
        }
        let (of, nodes) = self.items(list)?;
        let mut is_open = false;
        let mut kept: SmallVec<[NodeId; 64]> = SmallVec::new();
        let mut lookup = None;
        for (turn, node) in nodes.enumerate() {
            let place = Place { node, ..of };
            if turn == 1 {
                lookup = self.lookup(condition);
            }
            let is_other = match &lookup {
                Some(lookup) => self.is_other(place, lookup)?,
                None => false,
            };
            let answer = if is_other { Answer::No } else { self.ask(place, condition)? };
            is_open |= answer == Answer::Unknown;
            match (function, answer) {
                (ListFunction::Any, Answer::Yes) => return Some(Value::bool(true)),
                (ListFunction::All, Answer::No) => return Some(Value::bool(false)),
                // The item is read again, as the interpreter does.
                (ListFunction::Find, Answer::Yes) => return self.read(place),
                (ListFunction::Filter, Answer::Yes) => kept.push(node),
                _ => {}
            }
        }
        match function {
            ListFunction::Filter => self.selection(of, &kept),
            ListFunction::Find => self.no_item(of),
            ListFunction::Any | ListFunction::All if is_open => Some(Value::UNKNOWN),
            ListFunction::Any => Some(Value::bool(false)),
            ListFunction::All => Some(Value::bool(true)),
            ListFunction::Map => None,
        }
    }

    fn map(&mut self, list: Value, closure: &'r Closure) -> Given {
        let mut made: SmallVec<[Value; 16]> = SmallVec::new();
        if let Some(array) = list.as_array() {
            for at in 0..array.len() {
                let item = self.made.arrays.item(array, at)?;
                made.push(self.make(item, closure)?);
            }
        } else {
            let (of, nodes) = self.items(list)?;
            for node in nodes {
                let item = self.read(Place { node, ..of })?;
                made.push(self.make(item, closure)?);
            }
        }
        self.array(&made)
    }

    fn make(&mut self, item: Value, closure: &'r Closure) -> Given {
        self.spend(1)?;
        self.set(closure.parameter, item);
        self.body(&closure.body)
    }

    fn list_of_missing(&mut self, function: ListFunction, id: MissingId) -> Given {
        match function {
            ListFunction::Any | ListFunction::All => {
                self.rely(id)?;
                Some(Value::UNKNOWN)
            }
            ListFunction::Filter | ListFunction::Map => Some(Value::missing(id)),
            ListFunction::Find => self.no_item_below(id),
        }
    }

    fn any_of_array(&mut self, array: Array, condition: &'r Closure) -> Given {
        let mut is_open = false;
        for at in 0..array.len() {
            self.spend(1)?;
            let item = self.made.arrays.item(array, at)?;
            self.set(condition.parameter, item);
            let answer = self.body(&condition.body)?;
            match self.view(answer) {
                View::Bool(true) => return Some(Value::bool(true)),
                View::Unknown | View::Missing(_) => is_open = true,
                View::Bool(false) => {}
                _ => return None,
            }
        }
        Some(if is_open { Value::UNKNOWN } else { Value::bool(false) })
    }

    fn ask(&mut self, item: Place, condition: &'r Closure) -> Option<Answer> {
        self.spend(1)?;
        let before = self.trees.recorder.absent_count();
        let item = self.read(item)?;
        self.set(condition.parameter, item);
        let answer = self.body(&condition.body)?;
        match answer.kind() {
            Kind::Missing | Kind::Unknown => Some(Answer::Unknown),
            Kind::Bool if answer.as_bool() == Some(true) => Some(Answer::Yes),
            Kind::Bool if self.trees.recorder.absent_count() > before => Some(Answer::Unknown),
            Kind::Bool => Some(Answer::No),
            _ => None,
        }
    }

    /// Runs a function that answers; the receiver of a method is the first argument.
    pub(super) fn builtin(&mut self, builtin: Builtin, arguments: &[Value]) -> Given {
        match (builtin, arguments) {
            (Builtin::Has, [value]) => self.has(*value).map(Value::bool),
            (Builtin::Or, [value, default]) => self.or(*value, *default),
            (Builtin::Contains, [list, wanted]) => self.contains(*list, *wanted),
            (Builtin::AsOf | Builtin::Stage | Builtin::Parameter | Builtin::AttachmentSha256, _) => {
                self.of_case(builtin, arguments)
            }
            (_, [first, rest @ ..]) => match first.kind() {
                Kind::Missing => self.of_missing(builtin, first.as_missing()?, rest),
                Kind::Text => self.of_text(builtin, self.text(*first), rest),
                Kind::Moment if builtin == Builtin::Date => {
                    Some(Value::day(first.as_moment().day_in(&self.trees.recorder.zone)))
                }
                _ => self.of_other(builtin, *first, rest),
            },
            _ => None,
        }
    }

    fn of_other(&mut self, builtin: Builtin, first: Value, rest: &[Value]) -> Given {
        match (builtin, rest) {
            (Builtin::Max | Builtin::Min, [other]) if other.is(Kind::Missing) => Some(*other),
            (Builtin::Max | Builtin::Min, [other]) => extreme(builtin, first, *other),
            (Builtin::Len, []) => self.count(first).map(|len| Value::int(len as i64)),
            (Builtin::IsEmpty, []) => self.count(first).map(|len| Value::bool(len == 0)),
            (_, []) => self.of_number(builtin, first),
            (_, [count]) => self.of_day(builtin, first, count.as_int()?),
            _ => None,
        }
    }

    #[inline]
    pub(super) fn has(&self, value: Value) -> Option<bool> {
        match value.kind() {
            Kind::Missing => {
                self.settle_optional(value.as_missing()?)?;
                Some(false)
            }
            Kind::Collection => Some(!self.node(value.as_collection()?).is_empty()),
            Kind::Selection => Some(!self.nodes_of(value).is_empty()),
            Kind::Unit => None,
            _ => Some(true),
        }
    }

    pub(super) fn or(&self, value: Value, default: Value) -> Given {
        match value.kind() {
            Kind::Missing => {
                self.settle_optional(value.as_missing()?)?;
                Some(default)
            }
            Kind::Unit => None,
            _ => Some(value),
        }
    }

    /// Runs a function that asks for something beside the evidence.
    fn of_case(&mut self, builtin: Builtin, arguments: &[Value]) -> Given {
        let recorder = self.trees.recorder;
        match (builtin, arguments) {
            (Builtin::AsOf, []) => Some(Value::day(recorder.case()?.as_of)),
            (Builtin::Stage, []) => {
                let stage = recorder.case().and_then(|case| case.stage.clone()).unwrap_or_default();
                self.computed(&stage)
            }
            (Builtin::Parameter, [name]) => match recorder.parameters.get(self.as_text(*name)?)? {
                pack::Value::Duration(length) => Value::length(*length),
                pack::Value::Integer(number) => Some(Value::int(*number)),
                pack::Value::Number(number) => Some(Value::float(*number)),
                pack::Value::Date(day) => Some(Value::day(*day)),
                pack::Value::Text(text) => self.made.keep_text(text),
            },
            (Builtin::AttachmentSha256, [path]) if path.is(Kind::Missing) => Some(*path),
            (Builtin::AttachmentSha256, [path]) => match verbs::sha256_of(recorder, self.as_text(*path)?) {
                Some(sha256) => self.computed(&sha256),
                None => self.read_absent(verbs::no_attachment(recorder, self.place_of(*path))),
            },
            _ => None,
        }
    }

    /// Runs a function on something absent.
    fn of_missing(&self, builtin: Builtin, id: MissingId, rest: &[Value]) -> Given {
        match builtin {
            Builtin::IsEmpty => {
                self.rely(id)?;
                Some(Value::bool(true))
            }
            Builtin::StartsWith | Builtin::EndsWith => {
                self.rely(id)?;
                Some(Value::UNKNOWN)
            }
            // The interpreter knows these for a number of days or months only.
            Builtin::AddDays | Builtin::AddMonths | Builtin::Deadline => {
                rest.first()?.as_int().map(|_| Value::missing(id))
            }
            // Any other function of something absent is absent.
            _ => Some(Value::missing(id)),
        }
    }

    fn count(&self, list: Value) -> Option<usize> {
        if let Some(array) = list.as_array() { Some(array.len()) } else { self.length(list) }
    }

    fn of_number(&self, builtin: Builtin, value: Value) -> Given {
        let number = value.as_int();
        let length = |seconds: i64| Value::length(Length::from_seconds(number?.checked_mul(seconds)?));
        match builtin {
            Builtin::Seconds => length(1),
            Builtin::Minutes => length(60),
            Builtin::Hours => length(3_600),
            Builtin::Days => length(86_400),
            Builtin::Abs if value.is(Kind::Float) => Some(Value::float(value.float_number().abs())),
            Builtin::Abs => number?.checked_abs().map(Value::int),
            _ => None,
        }
    }

    fn of_day(&self, builtin: Builtin, day: Value, count: i64) -> Given {
        let View::Day(from) = self.view(day) else { return None };
        let day = match builtin {
            Builtin::AddDays => from.plus_days(count)?,
            Builtin::AddMonths => from.plus_months(count)?,
            Builtin::Deadline => self.trees.recorder.holidays.deadline(from, count).ok()?,
            _ => return None,
        };
        Some(Value::day(day))
    }

    fn of_text(&mut self, builtin: Builtin, text: &'r str, rest: &[Value]) -> Given {
        self.spend(text.len() / 64)?;
        match (builtin, rest) {
            (Builtin::Len, []) => Some(Value::int(text.chars().count() as i64)),
            (Builtin::IsEmpty, []) => Some(Value::bool(text.is_empty())),
            (Builtin::ToLower, []) if is_lower(text) => self.made.keep_text(text),
            (Builtin::ToLower, []) => self.computed(&text.to_lowercase()),
            (Builtin::ToUpper, []) => self.computed(&text.to_uppercase()),
            (Builtin::Trim, []) => self.made.keep_text(trim(text)),
            // With one that is absent, a lesser or greater text is absent too.
            (Builtin::Max | Builtin::Min, [other]) if other.is(Kind::Missing) => Some(*other),
            (Builtin::StartsWith | Builtin::EndsWith, [part]) if part.is(Kind::Missing) => {
                self.rely(part.as_missing()?)?;
                Some(Value::UNKNOWN)
            }
            (Builtin::StartsWith, [part]) => Some(Value::bool(text.starts_with(self.as_text(*part)?))),
            (Builtin::EndsWith, [part]) => Some(Value::bool(text.ends_with(self.as_text(*part)?))),
            _ => None,
        }
    }

    fn contains(&mut self, list: Value, wanted: Value) -> Given {
        if !matches!(list.kind(), Kind::Missing | Kind::Text | Kind::Collection | Kind::Selection | Kind::Array) {
            return None;
        }
        if let Some(id) = list.as_missing().or_else(|| wanted.as_missing()) {
            self.rely(id)?;
            return Some(Value::UNKNOWN);
        }
        if let (Some(text), Some(part)) = (self.as_text(list), self.as_text(wanted)) {
            self.spend(text.len() / 64)?;
            return Some(Value::bool(text.contains(part)));
        }
        if let Some(array) = list.as_array() {
            for at in 0..array.len() {
                let item = self.made.arrays.item(array, at)?;
                if self.are_equal(item, wanted)? {
                    return Some(Value::bool(true));
                }
            }
            return Some(Value::bool(false));
        }
        let (of, nodes) = self.items(list)?;
        let mut is_open = false;
        for node in nodes {
            self.spend(1)?;
            let item = self.read(Place { node, ..of })?;
            if item.is(Kind::Missing) {
                is_open = true;
            } else if self.are_equal(item, wanted)? {
                return Some(Value::bool(true));
            }
        }
        Some(if is_open { Value::UNKNOWN } else { Value::bool(false) })
    }
}

/// Returns the greater or the lesser of two numbers.
fn extreme(builtin: Builtin, a: Value, b: Value) -> Given {
    let is_greater = builtin == Builtin::Max;
    if let (Some(a), Some(b)) = (a.as_int(), b.as_int()) {
        return Some(Value::int(if is_greater { a.max(b) } else { a.min(b) }));
    }
    let (a, b) = numbers(a, b).filter(|(a, b)| !a.is_nan() && !b.is_nan())?;
    let is_first = if is_greater { a >= b } else { a <= b };
    Some(Value::float(if is_first { a } else { b }))
}

/// Tells whether a text has only characters that are known to be their own lower case: of ASCII and of Hangul.
fn is_lower(text: &str) -> bool {
    let is_lower_byte = |byte: &u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    text.as_bytes().iter().all(is_lower_byte)
        || text.chars().all(|c| matches!(c, '\0'..='@' | '['..='\x7f' | '가'..='힣'))
}

/// Returns a text without the spaces around it; most texts begin and end with visible characters of ASCII.
fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

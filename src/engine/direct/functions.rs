//! The functions of rules, as the direct evaluator runs them.

use smallvec::SmallVec;

use super::super::recorder::Place;
use super::super::verbs;
use super::arrays::Array;
use super::operators::{numbers, order};
use super::plan::{Builtin, Closure, ListFunction};
use super::run::{Exit, Given, Run};
use super::value::{Answered, At, Dynamics, MissingId, Value};
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
    pub(super) fn list(&mut self, function: ListFunction, list: Value<'r>, condition: &'r Closure) -> Given<'r> {
        match list {
            Value::Missing(id) => return self.list_of_missing(function, id),
            _ if function == ListFunction::Map => return self.map(list, condition),
            Value::Array(array) => {
                return match (function, array.len() == 0) {
                    (ListFunction::Any, true) => Ok(Value::bool(false)),
                    (ListFunction::All, true) => Ok(Value::bool(true)),
                    (ListFunction::Filter, true) => Ok(list),
                    (ListFunction::Any, false) => self.any_of_array(array, condition),
                    _ => Err(Exit::GiveUp),
                };
            }
            _ => {}
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
                (ListFunction::Any, Answer::Yes) => return Ok(Value::bool(true)),
                (ListFunction::All, Answer::No) => return Ok(Value::bool(false)),
                // The item is read again, as the interpreter does.
                (ListFunction::Find, Answer::Yes) => return self.read(place),
                (ListFunction::Filter, Answer::Yes) => kept.push(node),
                _ => {}
            }
        }
        match function {
            ListFunction::Filter => self.selection(of, &kept),
            ListFunction::Find => self.no_item(of),
            ListFunction::Any | ListFunction::All if is_open => Ok(Value::Unknown),
            ListFunction::Any => Ok(Value::bool(false)),
            ListFunction::All => Ok(Value::bool(true)),
            ListFunction::Map => Err(Exit::GiveUp),
        }
    }

    fn map(&mut self, list: Value<'r>, closure: &'r Closure) -> Given<'r> {
        let mut made: SmallVec<[Value<'r>; 16]> = SmallVec::new();
        if let Value::Array(array) = list {
            for at in 0..array.len() {
                let item = self.arrays.item(array, at).ok_or(Exit::GiveUp)?;
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

    fn make(&mut self, item: Value<'r>, closure: &'r Closure) -> Given<'r> {
        self.spend(1)?;
        self.set(closure.parameter, item);
        self.body(&closure.body)
    }

    fn list_of_missing(&mut self, function: ListFunction, id: MissingId) -> Given<'r> {
        match function {
            ListFunction::Any | ListFunction::All => {
                self.rely(id)?;
                Ok(Value::Unknown)
            }
            ListFunction::Filter | ListFunction::Map => Ok(Value::Missing(id)),
            ListFunction::Find => {
                let missing = self.missing(id)?;
                let shape = missing.absence.shape.and_then(|shape| self.trees.recorder.schema.item(shape));
                let below = missing.below("-", shape);
                self.keep_missing(below)
            }
        }
    }

    fn any_of_array(&mut self, array: Array, condition: &'r Closure) -> Given<'r> {
        let mut is_open = false;
        for at in 0..array.len() {
            self.spend(1)?;
            let item = self.arrays.item(array, at).ok_or(Exit::GiveUp)?;
            self.set(condition.parameter, item);
            match self.body(&condition.body)? {
                Value::Bool(true, _) => return Ok(Value::bool(true)),
                Value::Unknown | Value::Missing(_) => is_open = true,
                Value::Bool(false, _) => {}
                _ => return Err(Exit::GiveUp),
            }
        }
        Ok(if is_open { Value::Unknown } else { Value::bool(false) })
    }

    fn ask(&mut self, item: Place, condition: &'r Closure) -> Result<Answer, Exit> {
        self.spend(1)?;
        let before = self.trees.recorder.absent_count();
        let item = self.read(item)?;
        self.set(condition.parameter, item);
        match self.body(&condition.body)? {
            Value::Missing(_) | Value::Unknown => Ok(Answer::Unknown),
            Value::Bool(true, _) => Ok(Answer::Yes),
            Value::Bool(false, _) if self.trees.recorder.absent_count() > before => Ok(Answer::Unknown),
            Value::Bool(false, _) => Ok(Answer::No),
            _ => Err(Exit::GiveUp),
        }
    }

    /// Runs a function that answers; the receiver of a method is the first argument.
    pub(super) fn builtin(&mut self, builtin: Builtin, arguments: &[Value<'r>]) -> Given<'r> {
        // What is asked most, first.
        match (arguments, builtin) {
            ([value], Builtin::Has) => return self.has(*value),
            ([value, default], Builtin::Or) => return self.or(*value, *default),
            ([list, wanted], Builtin::Contains) => return self.contains(*list, *wanted),
            _ => {}
        }
        match (builtin, arguments) {
            (Builtin::AsOf | Builtin::Stage | Builtin::Parameter | Builtin::AttachmentSha256, _) => {
                self.of_case(builtin, arguments)
            }
            (_, [Value::Missing(id), ..]) => self.of_missing(builtin, *id),
            (Builtin::Max | Builtin::Min, [_, Value::Missing(id)]) => Ok(Value::Missing(*id)),
            (Builtin::StartsWith | Builtin::EndsWith, [Value::Text(..), Value::Missing(id)]) => {
                self.rely(*id)?;
                Ok(Value::Unknown)
            }
            (_, [Value::Text(text, _), rest @ ..]) => self.of_text(builtin, text, rest),
            (Builtin::Len, [list]) => self.count(*list).map(|len| Value::int(len as i64)),
            (Builtin::IsEmpty, [list]) => self.count(*list).map(|len| Value::bool(len == 0)),
            _ => self.of_numbers(builtin, arguments).ok_or(Exit::GiveUp),
        }
    }

    pub(super) fn has(&self, value: Value<'r>) -> Given<'r> {
        Ok(Value::bool(match value {
            Value::Missing(id) => {
                verbs::settle_optional(self.missing(id)?);
                false
            }
            Value::Collection(place) => !self.node(place).is_empty(),
            Value::Selection(_, nodes) => !nodes.is_empty(),
            Value::Unit => return Err(Exit::GiveUp),
            _ => true,
        }))
    }

    pub(super) fn or(&self, value: Value<'r>, default: Value<'r>) -> Given<'r> {
        match value {
            Value::Missing(id) => {
                verbs::settle_optional(self.missing(id)?);
                Ok(default)
            }
            Value::Unit => Err(Exit::GiveUp),
            value => Ok(value),
        }
    }

    /// Runs a function that asks for something beside the evidence.
    fn of_case(&mut self, builtin: Builtin, arguments: &[Value<'r>]) -> Given<'r> {
        let recorder = self.trees.recorder;
        Ok(match (builtin, arguments) {
            (Builtin::AsOf, []) => Value::Day(recorder.case().ok_or(Exit::GiveUp)?.as_of, At::NOWHERE),
            (Builtin::Stage, []) => {
                let stage = recorder.case().and_then(|case| case.stage.clone()).unwrap_or_default();
                return self.computed(&stage);
            }
            (Builtin::Parameter, [Value::Text(name, _)]) => match recorder.parameters.get(name).ok_or(Exit::GiveUp)? {
                pack::Value::Duration(length) => Value::Length(*length, At::NOWHERE),
                pack::Value::Integer(number) => Value::int(*number),
                pack::Value::Number(number) => Value::Float(*number, At::NOWHERE),
                pack::Value::Date(day) => Value::Day(*day, At::NOWHERE),
                pack::Value::Text(text) => Value::Text(text, At::NOWHERE),
            },
            (Builtin::AttachmentSha256, [path]) => {
                let path = self.dynamics().of(*path);
                let found = verbs::attachment_sha256(recorder, path).map_err(|_| Exit::GiveUp)?;
                match Answered::of(&found).ok_or(Exit::GiveUp)? {
                    Answered::Unknown => Value::Unknown,
                    Answered::Missing(missing) => return self.keep_missing(missing),
                    Answered::Text(text) => return self.computed(&text),
                }
            }
            _ => return Err(Exit::GiveUp),
        })
    }

    /// Runs a function on something absent.
    fn of_missing(&self, builtin: Builtin, id: MissingId) -> Given<'r> {
        match builtin {
            Builtin::IsEmpty => {
                self.rely(id)?;
                Ok(Value::bool(true))
            }
            Builtin::StartsWith | Builtin::EndsWith => {
                self.rely(id)?;
                Ok(Value::Unknown)
            }
            // Any other function of something absent is absent.
            _ => Ok(Value::Missing(id)),
        }
    }

    fn count(&self, list: Value<'r>) -> Result<usize, Exit> {
        if let Value::Array(array) = list { Ok(array.len()) } else { self.length(list) }
    }

    fn of_numbers(&self, builtin: Builtin, arguments: &[Value<'r>]) -> Option<Value<'r>> {
        let recorder = self.trees.recorder;
        let day = |day| Value::Day(day, At::NOWHERE);
        Some(match (builtin, arguments) {
            (Builtin::Date, [Value::Moment(moment, _)]) => day(moment.day_in(&recorder.zone)),
            (Builtin::AddDays, [Value::Day(from, _), Value::Int(count, _)]) => day(from.plus_days(*count)?),
            (Builtin::AddMonths, [Value::Day(from, _), Value::Int(count, _)]) => day(from.plus_months(*count)?),
            (Builtin::Deadline, [Value::Day(from, _), Value::Int(months, _)]) => {
                day(recorder.holidays.deadline(*from, *months).ok()?)
            }
            (Builtin::Seconds, [Value::Int(count, _)]) => length(*count, 1)?,
            (Builtin::Minutes, [Value::Int(count, _)]) => length(*count, 60)?,
            (Builtin::Hours, [Value::Int(count, _)]) => length(*count, 3_600)?,
            (Builtin::Days, [Value::Int(count, _)]) => length(*count, 86_400)?,
            (Builtin::Abs, [Value::Int(number, _)]) => Value::int(number.checked_abs()?),
            (Builtin::Abs, [Value::Float(number, _)]) => Value::Float(number.abs(), At::NOWHERE),
            (Builtin::Max, [Value::Int(a, _), Value::Int(b, _)]) => Value::int(*a.max(b)),
            (Builtin::Min, [Value::Int(a, _), Value::Int(b, _)]) => Value::int(*a.min(b)),
            (Builtin::Max | Builtin::Min, [a, b]) => {
                let (a, b) = numbers(*a, *b).filter(|(a, b)| !a.is_nan() && !b.is_nan())?;
                let is_first = if builtin == Builtin::Max { a >= b } else { a <= b };
                Value::Float(if is_first { a } else { b }, At::NOWHERE)
            }
            _ => return None,
        })
    }

    fn of_text(&mut self, builtin: Builtin, text: &'r str, rest: &[Value<'r>]) -> Given<'r> {
        self.spend(text.len() / 64)?;
        Ok(match (builtin, rest) {
            (Builtin::Len, []) => Value::int(text.chars().count() as i64),
            (Builtin::IsEmpty, []) => Value::bool(text.is_empty()),
            (Builtin::ToLower, []) if is_lower(text) => Value::Text(text, At::NOWHERE),
            (Builtin::ToLower, []) => return self.computed(&text.to_lowercase()),
            (Builtin::ToUpper, []) => return self.computed(&text.to_uppercase()),
            (Builtin::Trim, []) => Value::Text(text.trim(), At::NOWHERE),
            (Builtin::StartsWith, [Value::Text(part, _)]) => Value::bool(text.starts_with(part)),
            (Builtin::EndsWith, [Value::Text(part, _)]) => Value::bool(text.ends_with(part)),
            _ => return Err(Exit::GiveUp),
        })
    }

    fn contains(&mut self, list: Value<'r>, wanted: Value<'r>) -> Given<'r> {
        match (list, wanted) {
            (Value::Missing(_) | Value::Text(..), _)
            | (Value::Collection(_) | Value::Selection(..) | Value::Array(_), _) => {}
            _ => return Err(Exit::GiveUp),
        }
        if let (Value::Missing(id), _) | (_, Value::Missing(id)) = (list, wanted) {
            self.rely(id)?;
            return Ok(Value::Unknown);
        }
        if let (Value::Text(text, _), Value::Text(part, _)) = (list, wanted) {
            self.spend(text.len() / 64)?;
            return Ok(Value::bool(text.contains(part)));
        }
        if let Value::Array(array) = list {
            for at in 0..array.len() {
                let item = self.arrays.item(array, at).ok_or(Exit::GiveUp)?;
                self.spend_on_both(item, wanted)?;
                if order(item, wanted).ok_or(Exit::GiveUp)?.is_eq() {
                    return Ok(Value::bool(true));
                }
            }
            return Ok(Value::bool(false));
        }
        let (of, nodes) = self.items(list)?;
        let mut is_open = false;
        for node in nodes {
            self.spend(1)?;
            match self.read(Place { node, ..of })? {
                Value::Missing(_) => is_open = true,
                item => {
                    self.spend_on_both(item, wanted)?;
                    if order(item, wanted).ok_or(Exit::GiveUp)?.is_eq() {
                        return Ok(Value::bool(true));
                    }
                }
            }
        }
        Ok(if is_open { Value::Unknown } else { Value::bool(false) })
    }

    /// Gives values as the interpreter would have them.
    pub(super) fn dynamics(&self) -> Dynamics<'_, 'r> {
        Dynamics { trees: self.trees, arrays: &self.arrays, missing: self.all_missing() }
    }
}

/// Tells whether a text has only characters that are known to be their own lower case: of ASCII and of Hangul.
fn is_lower(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\0'..='@' | '['..='\x7f' | '가'..='힣'))
}

fn length<'r>(count: i64, seconds: i64) -> Option<Value<'r>> {
    Some(Value::Length(Length::from_seconds(count.checked_mul(seconds)?), At::NOWHERE))
}

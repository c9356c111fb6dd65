//! The functions of rules, as the direct evaluator runs them.

use rhai::Map;

use super::super::recorder::Place;
use super::super::verbs::{self, Words};
use super::operators::{numbers, order};
use super::plan::{Builtin, Closure, Demand, ListFunction, Verb};
use super::run::{Exit, Given, Run};
use super::value::Value;
use crate::evidence::{Kind, Length, NodeId};
use crate::pack;

/// What a condition says of one item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    Unknown,
}

impl<'r> Run<'r> {
    /// Runs `any`, `all`, `filter` or `find`.
    pub(super) fn list(&mut self, function: ListFunction, list: &Value<'r>, condition: &'r Closure) -> Given<'r> {
        if let Value::Missing(missing) = list {
            return Ok(match function {
                ListFunction::Any | ListFunction::All => {
                    missing.rely();
                    Value::Unknown
                }
                ListFunction::Filter => list.clone(),
                ListFunction::Find => {
                    let schema = &self.trees.recorder.schema;
                    let shape = missing.absence.shape.and_then(|shape| schema.item(shape));
                    Value::missing(missing.below("-", shape))
                }
            });
        }
        if let Value::Array(items) = list {
            return match (function, items.is_empty()) {
                (ListFunction::Any, true) => Ok(Value::Bool(false, None)),
                (ListFunction::All, true) => Ok(Value::Bool(true, None)),
                (ListFunction::Filter, true) => Ok(list.clone()),
                (ListFunction::Any, false) => self.any_of_array(items, condition),
                _ => Err(Exit::GiveUp),
            };
        }
        let (of, nodes) = self.items(list)?;
        let mut is_open = false;
        let mut kept: Vec<NodeId> = Vec::new();
        for node in nodes {
            let place = Place { node, ..of };
            let answer = self.ask(place, condition)?;
            is_open |= answer == Answer::Unknown;
            match (function, answer) {
                (ListFunction::Any, Answer::Yes) => return Ok(Value::Bool(true, None)),
                (ListFunction::All, Answer::No) => return Ok(Value::Bool(false, None)),
                // The item is read again, as the interpreter does.
                (ListFunction::Find, Answer::Yes) => return Ok(self.read(place)),
                (ListFunction::Filter, Answer::Yes) => kept.push(node),
                _ => {}
            }
        }
        Ok(match function {
            ListFunction::Filter => Value::Selection(of, kept.into()),
            ListFunction::Find => self.no_item(of),
            ListFunction::Any | ListFunction::All if is_open => Value::Unknown,
            ListFunction::Any => Value::Bool(false, None),
            ListFunction::All => Value::Bool(true, None),
        })
    }

    fn any_of_array(&mut self, items: &[Value<'r>], condition: &'r Closure) -> Given<'r> {
        let mut is_open = false;
        for item in items {
            self.spend(1)?;
            self.set(condition.parameter, item.clone());
            match self.answer(condition)? {
                Value::Bool(true, _) => return Ok(Value::Bool(true, None)),
                Value::Unknown | Value::Missing(_) => is_open = true,
                Value::Bool(false, _) => {}
                _ => return Err(Exit::GiveUp),
            }
        }
        Ok(if is_open { Value::Unknown } else { Value::Bool(false, None) })
    }

    fn answer(&mut self, condition: &'r Closure) -> Given<'r> {
        match self.block(&condition.body) {
            Err(Exit::Return(value)) => Ok(value),
            given => given,
        }
    }

    fn ask(&mut self, item: Place, condition: &'r Closure) -> Result<Answer, Exit<'r>> {
        self.spend(1)?;
        let before = self.trees.recorder.absent_count();
        let item = self.read(item);
        self.set(condition.parameter, item);
        match self.answer(condition)? {
            Value::Missing(_) | Value::Unknown => Ok(Answer::Unknown),
            Value::Bool(true, _) => Ok(Answer::Yes),
            Value::Bool(false, _) if self.trees.recorder.absent_count() > before => Ok(Answer::Unknown),
            Value::Bool(false, _) => Ok(Answer::No),
            _ => Err(Exit::GiveUp),
        }
    }

    /// Runs a function that answers; the receiver of a method is the first argument.
    pub(super) fn builtin(&mut self, builtin: Builtin, arguments: &[Value<'r>]) -> Given<'r> {
        let recorder = self.trees.recorder;
        Ok(match (builtin, arguments) {
            (Builtin::Has, [Value::Missing(missing)]) => {
                verbs::settle_optional(missing);
                Value::Bool(false, None)
            }
            (Builtin::Has, [Value::Collection(place)]) => Value::Bool(!self.node(*place).is_empty(), None),
            (Builtin::Has, [Value::Selection(_, nodes)]) => Value::Bool(!nodes.is_empty(), None),
            (Builtin::Has, [Value::Unit]) => return Err(Exit::GiveUp),
            (Builtin::Has, [_]) => Value::Bool(true, None),
            (Builtin::Or, [Value::Missing(missing), default]) => {
                verbs::settle_optional(missing);
                default.clone()
            }
            (Builtin::Or, [Value::Unit, _]) => return Err(Exit::GiveUp),
            (Builtin::Or, [value, _]) => value.clone(),
            (Builtin::AsOf, []) => Value::Day(recorder.case().ok_or(Exit::GiveUp)?.as_of, None),
            (Builtin::Stage, []) => {
                let stage = recorder.case().and_then(|case| case.stage.clone()).unwrap_or_default();
                Value::Computed(stage.into())
            }
            (Builtin::Parameter, [name]) => {
                match name.text().and_then(|name| recorder.parameters.get(name)).ok_or(Exit::GiveUp)? {
                    pack::Value::Duration(length) => Value::Length(*length, None),
                    pack::Value::Integer(number) => Value::Int(*number, None),
                    pack::Value::Number(number) => Value::Float(*number, None),
                    pack::Value::Date(day) => Value::Day(*day, None),
                    pack::Value::Text(text) => Value::Text(text, None),
                }
            }
            (Builtin::AttachmentSha256, [path]) => {
                let found = verbs::attachment_sha256(recorder, self.trees.dynamic(path)).map_err(|_| Exit::GiveUp)?;
                self.trees.answer(found).ok_or(Exit::GiveUp)?
            }
            (Builtin::IsEmpty, [Value::Missing(missing)]) => {
                missing.rely();
                Value::Bool(true, None)
            }
            (Builtin::Contains, [list, wanted]) => return self.contains(list, wanted),
            (Builtin::StartsWith | Builtin::EndsWith, [Value::Missing(missing), _])
            | (
                Builtin::StartsWith | Builtin::EndsWith,
                [Value::Text(..) | Value::Computed(_), Value::Missing(missing)],
            ) => {
                missing.rely();
                Value::Unknown
            }
            // Any other function of something absent is absent.
            (Builtin::Max | Builtin::Min, [_, Value::Missing(missing)]) => Value::Missing(missing.clone()),
            (_, [Value::Missing(missing), ..]) => Value::Missing(missing.clone()),
            (Builtin::Len, [Value::Array(items)]) => Value::Int(items.len() as i64, None),
            (Builtin::IsEmpty, [Value::Array(items)]) => Value::Bool(items.is_empty(), None),
            (Builtin::Len, [list @ (Value::Collection(_) | Value::Selection(..))]) => {
                Value::Int(self.length(list)? as i64, None)
            }
            (Builtin::IsEmpty, [list @ (Value::Collection(_) | Value::Selection(..))]) => {
                Value::Bool(self.length(list)? == 0, None)
            }
            (Builtin::Date, [Value::Moment(moment, _)]) => Value::Day(moment.day_in(&recorder.zone), None),
            (Builtin::AddDays, [Value::Day(day, _), Value::Int(count, _)]) => {
                Value::Day(day.plus_days(*count).ok_or(Exit::GiveUp)?, None)
            }
            (Builtin::AddMonths, [Value::Day(day, _), Value::Int(count, _)]) => {
                Value::Day(day.plus_months(*count).ok_or(Exit::GiveUp)?, None)
            }
            (Builtin::Deadline, [Value::Day(day, _), Value::Int(months, _)]) => {
                Value::Day(recorder.holidays.deadline(*day, *months).map_err(|_| Exit::GiveUp)?, None)
            }
            (Builtin::Seconds, [Value::Int(count, _)]) => length(*count, 1)?,
            (Builtin::Minutes, [Value::Int(count, _)]) => length(*count, 60)?,
            (Builtin::Hours, [Value::Int(count, _)]) => length(*count, 3_600)?,
            (Builtin::Days, [Value::Int(count, _)]) => length(*count, 86_400)?,
            (Builtin::Abs, [Value::Int(number, _)]) => Value::Int(number.checked_abs().ok_or(Exit::GiveUp)?, None),
            (Builtin::Abs, [Value::Float(number, _)]) => Value::Float(number.abs(), None),
            (Builtin::Max, [Value::Int(a, _), Value::Int(b, _)]) => Value::Int(*a.max(b), None),
            (Builtin::Min, [Value::Int(a, _), Value::Int(b, _)]) => Value::Int(*a.min(b), None),
            (Builtin::Max | Builtin::Min, [a, b]) => {
                let (a, b) = numbers(a, b).filter(|(a, b)| !a.is_nan() && !b.is_nan()).ok_or(Exit::GiveUp)?;
                let is_first = if builtin == Builtin::Max { a >= b } else { a <= b };
                Value::Float(if is_first { a } else { b }, None)
            }
            (_, [text, rest @ ..]) if text.text().is_some() => return self.of_text(builtin, text, rest),
            _ => return Err(Exit::GiveUp),
        })
    }

    fn of_text(&mut self, builtin: Builtin, value: &Value<'r>, rest: &[Value<'r>]) -> Given<'r> {
        let text = value.text().ok_or(Exit::GiveUp)?;
        self.spend(text.len() / 64)?;
        Ok(match (builtin, rest) {
            (Builtin::Len, []) => Value::Int(text.chars().count() as i64, None),
            (Builtin::IsEmpty, []) => Value::Bool(text.is_empty(), None),
            (Builtin::ToLower, []) => Value::Computed(text.to_lowercase().into()),
            (Builtin::ToUpper, []) => Value::Computed(text.to_uppercase().into()),
            (Builtin::Trim, []) => Value::Computed(text.trim().into()),
            (Builtin::StartsWith, [part]) => Value::Bool(text.starts_with(part.text().ok_or(Exit::GiveUp)?), None),
            (Builtin::EndsWith, [part]) => Value::Bool(text.ends_with(part.text().ok_or(Exit::GiveUp)?), None),
            _ => return Err(Exit::GiveUp),
        })
    }

    fn contains(&mut self, list: &Value<'r>, wanted: &Value<'r>) -> Given<'r> {
        match (list, wanted) {
            (Value::Unit | Value::Unknown | Value::Bool(..) | Value::Int(..) | Value::Float(..), _)
            | (Value::Moment(..) | Value::Day(..) | Value::Length(..), _) => return Err(Exit::GiveUp),
            (Value::Missing(missing), _) | (_, Value::Missing(missing)) => {
                missing.rely();
                return Ok(Value::Unknown);
            }
            _ => {}
        }
        if let (Some(text), Some(part)) = (list.text(), wanted.text()) {
            self.spend(text.len() / 64)?;
            return Ok(Value::Bool(text.contains(part), None));
        }
        if let Value::Array(items) = list {
            for item in items.iter() {
                self.spend_on_both(item, wanted)?;
                if order(item, wanted).ok_or(Exit::GiveUp)?.is_eq() {
                    return Ok(Value::Bool(true, None));
                }
            }
            return Ok(Value::Bool(false, None));
        }
        let (of, nodes) = self.items(list)?;
        let mut is_open = false;
        for node in nodes {
            self.spend(1)?;
            match self.read(Place { node, ..of }) {
                Value::Missing(_) => is_open = true,
                item => {
                    self.spend_on_both(&item, wanted)?;
                    if order(&item, wanted).ok_or(Exit::GiveUp)?.is_eq() {
                        return Ok(Value::Bool(true, None));
                    }
                }
            }
        }
        Ok(if is_open { Value::Unknown } else { Value::Bool(false, None) })
    }

    /// Makes a demand; what does not hold is written down by the functions of the interpreter.
    pub(super) fn demand(&mut self, demand: &'r Demand) -> Given<'r> {
        let arguments = self.eval_all(&demand.arguments)?;
        let recorder = self.trees.recorder;
        let holds = match (demand.verb, arguments.as_slice()) {
            (Verb::Require, [Value::Unit]) => return Err(Exit::GiveUp),
            (Verb::Require, [Value::Missing(_)]) => false,
            (Verb::Require, [Value::Collection(place)]) => !self.node(*place).is_empty(),
            (Verb::Require, [Value::Selection(_, nodes)]) => !nodes.is_empty(),
            (Verb::Require, [_]) => true,
            (Verb::Ensure, [Value::Bool(holds, _), _]) => *holds,
            (Verb::Ensure, [Value::Unknown | Value::Missing(_), _]) | (Verb::Undetermined, [_]) => false,
            (Verb::EnsureUsable, [Value::Collection(place)]) if self.node(*place).kind() == Kind::Mapping => false,
            _ => return Err(Exit::GiveUp),
        };
        if holds {
            // As the functions of the interpreter do for a demand that holds.
            for (_, value) in &demand.values {
                settle(&self.eval(value)?);
            }
            recorder.count_demands(1);
            if let (Verb::Ensure, [_, Value::Missing(at)]) = (demand.verb, arguments.as_slice()) {
                verbs::settle_optional(at);
            }
            return Ok(Value::Unit);
        }
        let mut values = Map::new();
        for (name, value) in &demand.values {
            let value = self.eval(value)?;
            values.insert(name.as_ref().into(), self.trees.dynamic(&value));
        }
        let words = match &demand.key {
            Some(key) => Words::full(demand.position, key, &values),
            None => Words::none(demand.position),
        };
        let dynamics: Vec<_> = arguments.iter().map(|argument| self.trees.dynamic(argument)).collect();
        match (demand.verb, arguments.as_slice(), dynamics.as_slice()) {
            (Verb::Require, _, [value]) => verbs::require(recorder, value, words).map_err(|_| Exit::GiveUp)?,
            (Verb::Ensure, _, [condition, at]) => {
                verbs::ensure(recorder, condition, at, words).map_err(|_| Exit::GiveUp)?;
            }
            (Verb::Undetermined, _, [at]) => verbs::undetermined(recorder, at, words),
            (Verb::EnsureUsable, [Value::Collection(place)], _) => {
                verbs::ensure_usable(recorder, &self.trees.handle(*place), words);
            }
            _ => return Err(Exit::GiveUp),
        }
        Ok(Value::Unit)
    }
}

fn settle(value: &Value<'_>) {
    if let Value::Missing(missing) = value {
        missing.settle();
    }
}

fn length<'r>(count: i64, seconds: i64) -> Given<'r> {
    let seconds = count.checked_mul(seconds).ok_or(Exit::GiveUp)?;
    Ok(Value::Length(Length::from_seconds(seconds), None))
}

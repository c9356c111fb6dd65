//! Comparisons and arithmetic of the direct evaluator; what the interpreter would refuse is given up.

use std::cmp::Ordering;

use super::plan::{Arithmetic, Comparison};
use super::run::{Exit, Given, Run};
use super::value::{At, Value};

/// Bytes of a computed text, and of the texts of an array.
const TEXT_BYTES: usize = 64 << 10;

/// Items of an array; the interpreter allows more.
const ITEMS: usize = 4_000;

impl<'r> Run<'r> {
    /// Compares two values; nothing where one is absent.
    pub(super) fn compare(&self, operator: Comparison, a: Value<'r>, b: Value<'r>) -> Result<Option<bool>, Exit> {
        let Some(order) = order(a, b) else { return self.compare_others(operator, a, b) };
        Ok(Some(match operator {
            Comparison::Equal => order == Ordering::Equal,
            Comparison::Differ => order != Ordering::Equal,
            Comparison::Less => order == Ordering::Less,
            Comparison::LessOrEqual => order != Ordering::Greater,
            Comparison::Greater => order == Ordering::Greater,
            Comparison::GreaterOrEqual => order != Ordering::Less,
        }))
    }

    fn compare_others(&self, operator: Comparison, a: Value<'r>, b: Value<'r>) -> Result<Option<bool>, Exit> {
        let mut is_absent = false;
        for value in [a, b] {
            if let Value::Missing(id) = value {
                self.rely(id)?;
                is_absent = true;
            }
        }
        if is_absent {
            return Ok(None);
        }
        match (a.as_bool(), b.as_bool(), operator) {
            (Some(a), Some(b), Comparison::Equal) => Ok(Some(a == b)),
            (Some(a), Some(b), Comparison::Differ) => Ok(Some(a != b)),
            _ => Err(Exit::GiveUp),
        }
    }

    /// Computes with two values.
    pub(super) fn compute(&mut self, operator: Arithmetic, a: Value<'r>, b: Value<'r>) -> Given<'r> {
        let computed = match (operator, a, b) {
            (_, Value::Missing(_), _) => Some(a),
            (_, _, Value::Missing(_)) => Some(b),
            (Arithmetic::Subtract, Value::Moment(a, _), Value::Moment(b, _)) => {
                Some(Value::Length(a.since(b), At::NOWHERE))
            }
            (Arithmetic::Add, Value::Moment(a, _), Value::Length(b, _)) => {
                a.plus(b).map(|moment| Value::Moment(moment, At::NOWHERE))
            }
            (Arithmetic::Subtract, Value::Moment(a, _), Value::Length(b, _)) => {
                b.negated().and_then(|b| a.plus(b)).map(|moment| Value::Moment(moment, At::NOWHERE))
            }
            (Arithmetic::Add, Value::Length(a, _), Value::Length(b, _)) => {
                a.plus(b).map(|sum| Value::Length(sum, At::NOWHERE))
            }
            (Arithmetic::Subtract, Value::Length(a, _), Value::Length(b, _)) => {
                b.negated().and_then(|b| a.plus(b)).map(|rest| Value::Length(rest, At::NOWHERE))
            }
            (_, Value::Int(a, _), Value::Int(b, _)) => match operator {
                Arithmetic::Add => a.checked_add(b),
                Arithmetic::Subtract => a.checked_sub(b),
                Arithmetic::Multiply => a.checked_mul(b),
                Arithmetic::Divide => a.checked_div(b),
            }
            .map(Value::int),
            (Arithmetic::Add, Value::Array(a), Value::Array(b)) if a.len() + b.len() <= ITEMS => {
                self.arrays.concat(a, b).map(Value::Array)
            }
            (Arithmetic::Add, Value::Text(a, _), Value::Text(b, _)) if a.len() + b.len() <= TEXT_BYTES => {
                return self.computed(&[a, b].concat());
            }
            (_, a, b) => numbers(a, b).map(|(a, b)| {
                let number = match operator {
                    Arithmetic::Add => a + b,
                    Arithmetic::Subtract => a - b,
                    Arithmetic::Multiply => a * b,
                    Arithmetic::Divide => a / b,
                };
                Value::Float(number, At::NOWHERE)
            }),
        };
        computed.ok_or(Exit::GiveUp)
    }

    /// Makes an array; the interpreter limits its items, and their texts together.
    pub(super) fn array(&mut self, items: &[Value<'r>]) -> Given<'r> {
        let bytes: usize = items.iter().filter_map(|item| item.text()).map(str::len).sum();
        if items.len() > ITEMS || bytes > TEXT_BYTES {
            return Err(Exit::GiveUp);
        }
        self.arrays.create(items).map(Value::Array).ok_or(Exit::GiveUp)
    }

    /// Keeps a text that was computed.
    pub(super) fn computed(&self, text: &str) -> Given<'r> {
        let text = self.arena.try_alloc_str(text).map_err(|_| Exit::GiveUp)?;
        Ok(Value::Text(text, At::NOWHERE))
    }
}

/// Orders two values of one kind; nothing for booleans and for values that do not fit.
pub(super) fn order(a: Value<'_>, b: Value<'_>) -> Option<Ordering> {
    match (a, b) {
        (Value::Text(a, _), Value::Text(b, _)) => Some(a.cmp(b)),
        (Value::Int(a, _), Value::Int(b, _)) => Some(a.cmp(&b)),
        (Value::Moment(a, _), Value::Moment(b, _)) => Some(a.cmp(&b)),
        (Value::Day(a, _), Value::Day(b, _)) => Some(a.cmp(&b)),
        (Value::Length(a, _), Value::Length(b, _)) => Some(a.cmp(&b)),
        _ => numbers(a, b).and_then(|(a, b)| a.partial_cmp(&b)),
    }
}

/// Returns what a variable becomes: a number that is changed stays where it was written.
pub(super) fn update<'r>(before: Value<'r>, computed: Value<'r>) -> Given<'r> {
    Ok(match (before, computed) {
        (Value::Int(_, at), Value::Int(number, _)) => Value::Int(number, at),
        (Value::Float(_, at), Value::Float(number, _)) => Value::Float(number, at),
        (_, Value::Text(..)) => return Err(Exit::GiveUp),
        (_, value) => value,
    })
}

/// Returns two numbers of which at least one is a fraction.
pub(super) fn numbers(a: Value<'_>, b: Value<'_>) -> Option<(f64, f64)> {
    match (a, b) {
        (Value::Float(a, _), Value::Float(b, _)) => Some((a, b)),
        (Value::Float(a, _), Value::Int(b, _)) => Some((a, b as f64)),
        (Value::Int(a, _), Value::Float(b, _)) => Some((a as f64, b)),
        _ => None,
    }
}

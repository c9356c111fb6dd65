//! Comparisons and arithmetic of the direct evaluator; what the interpreter would refuse is given up.

use std::cmp::Ordering;

use super::plan::{Arithmetic, Comparison};
use super::run::{Exit, Given};
use super::value::Value;

/// Bytes of a computed text, and of the texts of an array.
pub(super) const TEXT_BYTES: usize = 64 << 10;

/// Items of an array; the interpreter allows more.
const ITEMS: usize = 4_000;

/// Compares two values.
pub(super) fn compare<'r>(operator: Comparison, a: &Value<'r>, b: &Value<'r>) -> Given<'r> {
    match (a, b) {
        (Value::Missing(a), Value::Missing(b)) => {
            a.rely();
            b.rely();
            return Ok(Value::Unknown);
        }
        (Value::Missing(missing), _) | (_, Value::Missing(missing)) => {
            missing.rely();
            return Ok(Value::Unknown);
        }
        _ => {}
    }
    let holds = match order(a, b) {
        Some(order) => match operator {
            Comparison::Equal => order == Ordering::Equal,
            Comparison::Differ => order != Ordering::Equal,
            Comparison::Less => order == Ordering::Less,
            Comparison::LessOrEqual => order != Ordering::Greater,
            Comparison::Greater => order == Ordering::Greater,
            Comparison::GreaterOrEqual => order != Ordering::Less,
        },
        None => match (a.as_bool(), b.as_bool(), operator) {
            (Some(a), Some(b), Comparison::Equal) => a == b,
            (Some(a), Some(b), Comparison::Differ) => a != b,
            _ => return Err(Exit::GiveUp),
        },
    };
    Ok(Value::Bool(holds, None))
}

/// Orders two values of one kind; nothing for booleans and for values that do not fit.
pub(super) fn order(a: &Value<'_>, b: &Value<'_>) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (a.text(), b.text()) {
        return Some(a.cmp(b));
    }
    match (a, b) {
        (Value::Int(a, _), Value::Int(b, _)) => Some(a.cmp(b)),
        (Value::Moment(a, _), Value::Moment(b, _)) => Some(a.cmp(b)),
        (Value::Day(a, _), Value::Day(b, _)) => Some(a.cmp(b)),
        (Value::Length(a, _), Value::Length(b, _)) => Some(a.cmp(b)),
        _ => match numbers(a, b) {
            Some((a, b)) => a.partial_cmp(&b),
            None => None,
        },
    }
}

/// Computes with two values.
pub(super) fn compute<'r>(operator: Arithmetic, a: &Value<'r>, b: &Value<'r>) -> Given<'r> {
    if let Value::Missing(_) = a {
        return Ok(a.clone());
    }
    if let Value::Missing(_) = b {
        return Ok(b.clone());
    }
    let computed = match (operator, a, b) {
        (Arithmetic::Subtract, Value::Moment(a, _), Value::Moment(b, _)) => Some(Value::Length(a.since(*b), None)),
        (Arithmetic::Add, Value::Moment(a, _), Value::Length(b, _)) => {
            a.plus(*b).map(|moment| Value::Moment(moment, None))
        }
        (Arithmetic::Subtract, Value::Moment(a, _), Value::Length(b, _)) => {
            b.negated().and_then(|b| a.plus(b)).map(|moment| Value::Moment(moment, None))
        }
        (Arithmetic::Add, Value::Length(a, _), Value::Length(b, _)) => a.plus(*b).map(|sum| Value::Length(sum, None)),
        (Arithmetic::Subtract, Value::Length(a, _), Value::Length(b, _)) => {
            b.negated().and_then(|b| a.plus(b)).map(|rest| Value::Length(rest, None))
        }
        (_, Value::Int(a, _), Value::Int(b, _)) => match operator {
            Arithmetic::Add => a.checked_add(*b),
            Arithmetic::Subtract => a.checked_sub(*b),
            Arithmetic::Multiply => a.checked_mul(*b),
            Arithmetic::Divide => a.checked_div(*b),
        }
        .map(|number| Value::Int(number, None)),
        (Arithmetic::Add, Value::Array(a), Value::Array(b)) if a.len() + b.len() <= ITEMS => {
            Some(Value::Array(a.iter().chain(b.iter()).cloned().collect()))
        }
        (Arithmetic::Add, a, b) if a.text().is_some() => match (a.text(), b.text()) {
            (Some(a), Some(b)) if a.len() + b.len() <= TEXT_BYTES => Some(Value::Computed(format!("{a}{b}").into())),
            _ => None,
        },
        (_, a, b) => numbers(a, b).map(|(a, b)| {
            let number = match operator {
                Arithmetic::Add => a + b,
                Arithmetic::Subtract => a - b,
                Arithmetic::Multiply => a * b,
                Arithmetic::Divide => a / b,
            };
            Value::Float(number, None)
        }),
    };
    computed.ok_or(Exit::GiveUp)
}

/// Computes what a variable becomes: a number that is changed stays where it was written.
pub(super) fn update<'r>(operator: Arithmetic, before: &Value<'r>, by: &Value<'r>) -> Given<'r> {
    Ok(match (before, compute(operator, before, by)?) {
        (Value::Int(_, place), Value::Int(number, _)) => Value::Int(number, *place),
        (Value::Float(_, place), Value::Float(number, _)) => Value::Float(number, *place),
        (_, Value::Computed(_)) => return Err(Exit::GiveUp),
        (_, value) => value,
    })
}

/// Returns two numbers of which at least one is a fraction.
pub(super) fn numbers(a: &Value<'_>, b: &Value<'_>) -> Option<(f64, f64)> {
    match (a, b) {
        (Value::Float(a, _), Value::Float(b, _)) => Some((*a, *b)),
        (Value::Float(a, _), Value::Int(b, _)) => Some((*a, *b as f64)),
        (Value::Int(a, _), Value::Float(b, _)) => Some((*a as f64, *b)),
        _ => None,
    }
}

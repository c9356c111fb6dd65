//! Comparisons and arithmetic of the direct evaluator; what the interpreter would refuse is given up.

use std::cmp::Ordering;

use super::plan::{Arithmetic, Comparison};
use super::run::{Given, Run};
use super::value::{Kind, Value};

/// Bytes of a computed text, and of the texts of an array.
const TEXT_BYTES: usize = 64 << 10;

/// Items of an array; the interpreter allows more.
const ITEMS: usize = 4_000;

impl<'r> Run<'r> {
    /// Compares two values; the inner nothing says that one is absent.
    #[inline]
    pub(super) fn compare(&mut self, operator: Comparison, a: Value, b: Value) -> Option<Option<bool>> {
        let Some(order) = self.order(a, b)? else { return self.compare_others(operator, a, b) };
        Some(Some(match operator {
            Comparison::Equal => order == Ordering::Equal,
            Comparison::Differ => order != Ordering::Equal,
            Comparison::Less => order == Ordering::Less,
            Comparison::LessOrEqual => order != Ordering::Greater,
            Comparison::Greater => order == Ordering::Greater,
            Comparison::GreaterOrEqual => order != Ordering::Less,
        }))
    }

    /// Tells whether two values are equal; gives up where they do not fit.
    pub(super) fn are_equal(&mut self, a: Value, b: Value) -> Option<bool> {
        Some(self.order(a, b)??.is_eq())
    }

    #[inline(never)]
    fn compare_others(&self, operator: Comparison, a: Value, b: Value) -> Option<Option<bool>> {
        let mut is_absent = false;
        for id in [a, b].into_iter().filter_map(Value::as_missing) {
            self.rely(id)?;
            is_absent = true;
        }
        if is_absent {
            return Some(None);
        }
        match (a.as_bool(), b.as_bool(), operator) {
            (Some(a), Some(b), Comparison::Equal) => Some(Some(a == b)),
            (Some(a), Some(b), Comparison::Differ) => Some(Some(a != b)),
            _ => None,
        }
    }

    /// Orders two values of one kind; the inner nothing is for booleans and for values that do not fit.
    #[inline]
    fn order(&mut self, a: Value, b: Value) -> Option<Option<Ordering>> {
        match (a.kind(), b.kind()) {
            (Kind::Text, Kind::Text) => {
                let (a, b) = (self.text(a), self.text(b));
                self.spend_on_texts(a, b)?;
                Some(Some(a.cmp(b)))
            }
            (Kind::Int, Kind::Int)
            | (Kind::Moment, Kind::Moment)
            | (Kind::Day, Kind::Day)
            | (Kind::Length, Kind::Length) => Some(Some(a.number().cmp(&b.number()))),
            _ => self.order_others(a, b),
        }
    }

    #[inline(never)]
    fn order_others(&mut self, a: Value, b: Value) -> Option<Option<Ordering>> {
        self.spend_on_arrays(a, b)?;
        Some(numbers(a, b).and_then(|(a, b)| a.partial_cmp(&b)))
    }

    fn spend_on_texts(&mut self, a: &str, b: &str) -> Option<()> {
        self.spend(a.len().min(b.len()) / 64)
    }

    fn spend_on_arrays(&mut self, a: Value, b: Value) -> Option<()> {
        match (a.as_array(), b.as_array()) {
            (Some(a), Some(b)) => self.spend(a.len() + b.len()),
            _ => Some(()),
        }
    }

    /// Computes with two values.
    #[inline(never)]
    pub(super) fn compute(&mut self, operator: Arithmetic, a: Value, b: Value) -> Given {
        self.spend_on_arrays(a, b)?;
        match (operator, a.kind(), b.kind()) {
            (_, Kind::Missing, _) => Some(a),
            // Rhai itself appends anything to a text or an array.
            (Arithmetic::Add, Kind::Text | Kind::Array, Kind::Missing) => None,
            (_, _, Kind::Missing) => Some(b),
            (Arithmetic::Subtract, Kind::Moment, Kind::Moment) | (Arithmetic::Subtract, Kind::Length, Kind::Length) => {
                Value::difference(b, a)
            }
            (Arithmetic::Add, Kind::Moment, Kind::Length) => a.later(b.number()),
            (Arithmetic::Subtract, Kind::Moment, Kind::Length) => a.later(b.number().checked_neg()?),
            (Arithmetic::Add, Kind::Length, Kind::Length) => Value::sum(a, b),
            (_, Kind::Int, Kind::Int) => {
                let (a, b) = (a.number(), b.number());
                match operator {
                    Arithmetic::Add => a.checked_add(b),
                    Arithmetic::Subtract => a.checked_sub(b),
                    Arithmetic::Multiply => a.checked_mul(b),
                    Arithmetic::Divide => a.checked_div(b),
                }
                .map(Value::int)
            }
            (Arithmetic::Add, Kind::Array, Kind::Array) => {
                let (a, b) = (a.as_array()?, b.as_array()?);
                if a.len() + b.len() > ITEMS {
                    return None;
                }
                self.made.arrays.concat(a, b).map(Value::array)
            }
            (Arithmetic::Add, Kind::Text, Kind::Text) => {
                let both = [self.text(a), self.text(b)];
                self.spend_on_texts(both[0], both[1])?;
                if both.iter().map(|text| text.len()).sum::<usize>() > TEXT_BYTES {
                    return None;
                }
                self.computed(&both.concat())
            }
            _ => numbers(a, b).map(|(a, b)| {
                Value::float(match operator {
                    Arithmetic::Add => a + b,
                    Arithmetic::Subtract => a - b,
                    Arithmetic::Multiply => a * b,
                    Arithmetic::Divide => a / b,
                })
            }),
        }
    }

    /// Makes an array; the interpreter limits its items, and their texts together.
    pub(super) fn array(&mut self, items: &[Value]) -> Given {
        let bytes: usize = items.iter().filter_map(|item| self.as_text(*item)).map(str::len).sum();
        if items.len() > ITEMS || bytes > TEXT_BYTES {
            return None;
        }
        self.made.arrays.create(items).map(Value::array)
    }

    /// Keeps a text that was computed.
    pub(super) fn computed(&mut self, text: &str) -> Given {
        let text = self.arena.try_alloc_str(text).ok()?;
        self.made.keep_text(text)
    }
}

/// Returns what a variable becomes: a number that is changed stays where it was written.
pub(super) fn update(before: Value, computed: Value) -> Given {
    match (before.kind(), computed.kind()) {
        (Kind::Int, Kind::Int) | (Kind::Float, Kind::Float) => Some(computed.at(before.written_at())),
        (_, Kind::Text) => None,
        _ => Some(computed),
    }
}

/// Returns two numbers of which at least one is a fraction.
pub(super) fn numbers(a: Value, b: Value) -> Option<(f64, f64)> {
    match (a.kind(), b.kind()) {
        (Kind::Float, Kind::Float) => Some((a.float_number(), b.float_number())),
        (Kind::Float, Kind::Int) => Some((a.float_number(), b.number() as f64)),
        (Kind::Int, Kind::Float) => Some((a.number() as f64, b.float_number())),
        _ => None,
    }
}

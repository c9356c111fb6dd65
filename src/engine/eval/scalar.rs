//! What a value that has no parts is told apart by, so that tables find it.

use std::borrow::Cow;

use super::run::Evaluator;
use super::value::{Value, ValueKind};
use crate::evidence::text_key;

/// A value without parts: two are the same if and only if the values are equal for certain. A text and a number, or a
/// date and a date-time, are never equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum ScalarKey<'r> {
    Text(Cow<'r, str>),
    Number(u8, i64),
}

impl<'r> Evaluator<'r> {
    /// Returns what a value is told apart by; nothing where it is absent, has parts, or needs more room than a word.
    pub(super) fn scalar(&self, value: Value) -> Option<ScalarKey<'r>> {
        match value.kind() {
            ValueKind::Text => Some(ScalarKey::Text(text_key(self.text(value)))),
            // A number that is not whole is kept as another kind, and never equals one of these.
            kind @ (ValueKind::Bool
            | ValueKind::Int
            | ValueKind::Moment
            | ValueKind::Day
            | ValueKind::Time
            | ValueKind::Length) => Some(ScalarKey::Number(kind as u8, value.number())),
            ValueKind::Unit
            | ValueKind::Decimal
            | ValueKind::FarMoment
            | ValueKind::FarLength
            | ValueKind::Collection
            | ValueKind::Selection
            | ValueKind::Array
            | ValueKind::Absent => None,
        }
    }
}

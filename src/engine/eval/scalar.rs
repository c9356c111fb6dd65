//! What a value that has no parts is told apart by, so that tables find it.

use std::borrow::Cow;

use super::run::Run;
use super::value::{Kind, Value};
use crate::evidence::text_key;

/// A value without parts: two are the same if and only if the values are equal for certain. A text and a number, or a
/// date and a date-time, are never equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Scalar<'r> {
    Text(Cow<'r, str>),
    Number(u8, i64),
}

impl<'r> Run<'r> {
    /// Returns what a value is told apart by; nothing where it is absent, has parts, or needs more room than a word.
    pub(super) fn scalar(&self, value: Value) -> Option<Scalar<'r>> {
        match value.kind() {
            Kind::Text => Some(Scalar::Text(text_key(self.text(value)))),
            // A number that is not whole is kept as another kind, and never equals one of these.
            kind @ (Kind::Bool | Kind::Int | Kind::Moment | Kind::Day | Kind::Time | Kind::Length) => {
                Some(Scalar::Number(kind as u8, value.number()))
            }
            Kind::Unit
            | Kind::Decimal
            | Kind::FarMoment
            | Kind::FarLength
            | Kind::Collection
            | Kind::Selection
            | Kind::Array
            | Kind::Absent => None,
        }
    }
}

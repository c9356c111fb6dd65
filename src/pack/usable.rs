//! Whether a scalar is what a kind of value expects.

use super::assertion::is_in_format;
use super::schema::ShapeKind;
use crate::evidence::{Decimal, Kind, NodeRef, core_kind, whole};

/// Tells whether a scalar is what a kind of value expects.
pub(super) fn is_usable(kind: &ShapeKind, node: NodeRef<'_>) -> bool {
    match kind {
        ShapeKind::Object(_) | ShapeKind::Map(_) | ShapeKind::List(_) | ShapeKind::Union(_) => false,
        ShapeKind::Text { .. } | ShapeKind::Choice(_) | ShapeKind::Formatted(_) => {
            node.kind() == Kind::Text && is_usable_text(kind, node.text())
        }
        ShapeKind::Integer { .. } | ShapeKind::Number { .. } => {
            matches!(node.kind(), Kind::Integer | Kind::Float) && is_usable_text(kind, node.text())
        }
        ShapeKind::Boolean => node.kind() == Kind::Boolean,
        // Nobody calculates with an infinity, nor with a number that does not fit.
        ShapeKind::Any => match node.kind() {
            Kind::Integer => node.as_integer().is_some(),
            Kind::Float => Decimal::parse(node.text()).is_some(),
            Kind::Null | Kind::Boolean | Kind::Text => true,
            Kind::Sequence | Kind::Mapping => false,
        },
    }
}

/// Tells whether a text is what a kind of value expects, if YAML reads it as text, number or boolean as the kind needs.
pub(super) fn is_usable_text(kind: &ShapeKind, text: &str) -> bool {
    match kind {
        ShapeKind::Object(_) | ShapeKind::Map(_) | ShapeKind::List(_) | ShapeKind::Union(_) | ShapeKind::Any => false,
        ShapeKind::Text { min, max } => (*min..=*max).contains(&text.chars().count()),
        ShapeKind::Choice(words) => words.iter().any(|word| word == text),
        ShapeKind::Formatted(format) => is_in_format(*format, text),
        ShapeKind::Integer { min, max } => whole(text).is_some_and(|number| (*min..=*max).contains(&number)),
        // What no decimal holds is in no range, also where it has no limits: infinities, and too many digits.
        ShapeKind::Number { min, max } => Decimal::parse(text)
            .is_some_and(|number| min.is_none_or(|limit| limit <= number) && max.is_none_or(|limit| number <= limit)),
        ShapeKind::Boolean => core_kind(text) == Kind::Boolean,
    }
}

//! The kinds of scalars that some subschemas allow.

use std::collections::BTreeSet;

use super::shape::{Format, ShapeKind};
use super::sources::Sources;
use crate::evidence::Decimal;
use crate::pack::assertion::{Assertion, CheckId, Constant, JsonNumber, TypeSet};
use crate::pack::raw_schema::RawSchemas;

/// Returns the kinds of scalars among some types, in the order in which a value is held to them.
pub(super) fn scalars(raw: &RawSchemas, sources: &Sources, types: TypeSet) -> Vec<ShapeKind> {
    let mut kinds = Vec::new();
    if types.meets(TypeSet::TEXT) {
        kinds.extend(texts(raw, sources));
    }
    if types.meets(TypeSet::NUMBER) {
        kinds.push(number(raw, &sources.always, types));
    }
    if types.meets(TypeSet::BOOLEAN) {
        kinds.push(ShapeKind::Boolean);
    }
    kinds
}

/// Returns the kind of text that is always meant, or those of the members of a group.
fn texts(raw: &RawSchemas, sources: &Sources) -> Vec<ShapeKind> {
    let own = text(raw, &sources.always);
    if !matches!(own, ShapeKind::Text { .. }) {
        return vec![own];
    }
    // Where nothing is always meant, each of the branches is one.
    let branches = || vec![sources.at_times.clone()];
    let groups = if sources.always.is_empty() { branches() } else { sources.groups.clone() };
    for members in groups {
        let mut kinds: Vec<ShapeKind> = Vec::new();
        for member in members {
            let member = Sources::of(raw, &[member], &[]);
            if member.types(raw).meets(TypeSet::TEXT) {
                let all: Vec<CheckId> = sources.always.iter().chain(&member.always).copied().collect();
                kinds.push(text(raw, &all));
            }
        }
        if kinds.iter().any(|kind| !matches!(kind, ShapeKind::Text { .. })) {
            return kinds;
        }
    }
    vec![own]
}

fn text(raw: &RawSchemas, checks: &[CheckId]) -> ShapeKind {
    let all = || checks.iter().flat_map(|id| raw.assertions(*id));
    if let Some(words) = words(all()) {
        return ShapeKind::Choice(words);
    }
    let format = all().find_map(|assertion| match assertion {
        Assertion::Format(format) => Some(*format),
        _ => None,
    });
    if let Some(format) = format {
        return ShapeKind::Formatted(format);
    }
    let (mut min, mut max) = (0, usize::MAX);
    for assertion in all() {
        match assertion {
            Assertion::FewestCharacters(fewest) => min = min.max(*fewest),
            Assertion::MostCharacters(most) => max = max.min(*most),
            _ => {}
        }
    }
    ShapeKind::Text { min, max }
}

/// Returns the words that every `enum` and `const` allows, in the order of the first.
fn words<'a>(assertions: impl Iterator<Item = &'a Assertion>) -> Option<Vec<String>> {
    let mut lists = assertions.filter_map(|assertion| match assertion {
        Assertion::Values(values) => Some(values.iter().filter_map(|value| match value {
            Constant::Text(text) => Some(text.clone()),
            _ => None,
        })),
        _ => None,
    });
    let mut words: Vec<String> = lists.next()?.collect();
    for list in lists {
        let list: BTreeSet<String> = list.collect();
        words.retain(|word| list.contains(word));
    }
    Some(words)
}

fn number(raw: &RawSchemas, checks: &[CheckId], types: TypeSet) -> ShapeKind {
    let all = || checks.iter().flat_map(|id| raw.assertions(*id));
    if types.meets(TypeSet::FRACTION) {
        let limits = |get: fn(&Assertion) -> Option<Decimal>| all().filter_map(get);
        return ShapeKind::Number { min: limits(least).max(), max: limits(most).min() };
    }
    let (mut min, mut max) = (i64::MIN, i64::MAX);
    for assertion in all() {
        match assertion {
            Assertion::AtLeast { limit, is_exclusive } => {
                min = whole_limit(limit, *is_exclusive, true).unwrap_or(min).max(min)
            }
            Assertion::AtMost { limit, is_exclusive } => {
                max = whole_limit(limit, *is_exclusive, false).unwrap_or(max).min(max)
            }
            _ => {}
        }
    }
    ShapeKind::Integer { min, max }
}

/// Returns the least number that an assertion allows, if evidence can write it.
fn least(assertion: &Assertion) -> Option<Decimal> {
    match assertion {
        Assertion::AtLeast { limit, is_exclusive: false } => Decimal::parse(&limit.to_string()),
        _ => None,
    }
}

/// Returns the greatest number that an assertion allows, if evidence can write it.
fn most(assertion: &Assertion) -> Option<Decimal> {
    match assertion {
        Assertion::AtMost { limit, is_exclusive: false } => Decimal::parse(&limit.to_string()),
        _ => None,
    }
}

/// Returns the whole number that is the limit of whole numbers.
fn whole_limit(limit: &JsonNumber, is_exclusive: bool, is_lowest: bool) -> Option<i64> {
    let rounded = limit.rounded(is_lowest)?;
    let step = if is_lowest { 1 } else { -1 };
    if is_exclusive && limit.is_whole() { rounded.checked_add(step) } else { Some(rounded) }
}

/// Tells whether a kind says all that an assertion does, so that what is usable satisfies it.
pub(super) fn is_said_by(kind: &ShapeKind, assertion: &Assertion) -> bool {
    match (kind, assertion) {
        (_, Assertion::All(_)) => true,
        (ShapeKind::Choice(_), Assertion::Values(_)) => true,
        (ShapeKind::Text { .. }, Assertion::FewestCharacters(_) | Assertion::MostCharacters(_)) => true,
        (ShapeKind::Formatted(format), Assertion::Format(other)) => format == other,
        (ShapeKind::Formatted(Format::Sha256), Assertion::FewestCharacters(fewest)) => *fewest <= 64,
        (ShapeKind::Formatted(Format::Sha256), Assertion::MostCharacters(most)) => *most >= 64,
        (ShapeKind::Integer { .. }, Assertion::AtLeast { limit, is_exclusive }) => {
            whole_limit(limit, *is_exclusive, true).is_some()
        }
        (ShapeKind::Integer { .. }, Assertion::AtMost { limit, is_exclusive }) => {
            whole_limit(limit, *is_exclusive, false).is_some()
        }
        (ShapeKind::Number { .. }, Assertion::AtLeast { .. }) => least(assertion).is_some(),
        (ShapeKind::Number { .. }, Assertion::AtMost { .. }) => most(assertion).is_some(),
        (ShapeKind::Any, Assertion::Type(_)) => false,
        // The members of a union are of the types that are allowed.
        (_, Assertion::Type(_)) => true,
        (_, assertion) => is_about_values_below(assertion),
    }
}

/// Tells whether an assertion is what the shapes of the values below say.
fn is_about_values_below(assertion: &Assertion) -> bool {
    match assertion {
        Assertion::Items { first, .. } => first.is_empty(),
        Assertion::Fields(fields) => {
            fields.patterns.is_empty() || fields.named.is_empty() && fields.patterns.len() == 1
        }
        _ => false,
    }
}

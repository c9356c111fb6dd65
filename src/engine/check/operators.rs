//! Which operands fit an operator, and what it gives.

use std::collections::BTreeSet;

use super::super::functions::Kinds;
use super::super::ir::{Arithmetic, Comparison, Span};
use super::super::mistake::meant;
use super::types::Type;
use super::walk::Walk;

/// Levels of lists and mappings that are compared for what can never be equal.
const LEVELS: usize = 4;

impl Walk<'_> {
    /// Says where two values can never be equal, or have no order.
    pub(super) fn comparable(&mut self, operator: Comparison, one: &Type, other: &Type, at: Span) {
        let (own, more) = (one.kinds(self.schema), other.kinds(self.schema));
        if own.is_empty() || more.is_empty() {
            return;
        }
        let sign = operator.sign();
        if !own.meets(more) {
            let hint = self.fix(one, other);
            let (one, other) = (self.described(one), self.described(other));
            let what = if operator.is_equality() { "they are never equal" } else { "they have no order" };
            return self.mistake(at, format!("`{sign}` compares {one} with {other}: {what}"), hint);
        }
        if !operator.is_equality() {
            let ordered = Kinds::SCALAR.and(Kinds(!Kinds::BOOLEAN.0));
            if let Some(value) = [one, other].into_iter().find(|value| value.kinds(self.schema).and(ordered).is_empty())
            {
                let found = self.described(value);
                let hint = if own.meets(Kinds::LIST) {
                    Some("list.len() is the number of its items".to_owned())
                } else {
                    None
                };
                self.mistake(at, format!("`{sign}` needs values with an order, found {found}"), hint);
            }
            return;
        }
        let common = own.and(more);
        if common == Kinds::TEXT {
            self.texts_meet(one, other, at);
        } else if (common == Kinds::LIST || common == Kinds::MAPPING)
            && let Some(why) = self.never_equal(one, other, LEVELS)
        {
            let (one, other) = (self.described(one), self.described(other));
            self.mistake(at, format!("`{sign}` compares {one} with {other}: they are never equal, {why}"), None);
        }
    }

    /// Returns why two lists or mappings are never equal, unless both are empty.
    fn never_equal(&self, one: &Type, other: &Type, levels: usize) -> Option<String> {
        let (own, more) = (one.kinds(self.schema), other.kinds(self.schema));
        if levels == 0 || own.is_empty() || more.is_empty() {
            return None;
        }
        if !own.meets(more) {
            return Some(format!("{} and {} are not", self.described(one), self.described(other)));
        }
        let common = own.and(more);
        if common == Kinds::LIST {
            return self.never_equal(&one.item(self.schema), &other.item(self.schema), levels - 1);
        }
        if common != Kinds::MAPPING || one.places.len() != 1 || other.places.len() != 1 {
            return None;
        }
        let (one, other) = (one.places.first()?, other.places.first()?);
        let shared = self.schema.fields(*one).iter().filter_map(|(name, field)| {
            Some((name, Type::place(*field), Type::place(self.schema.field(*other, name)?)))
        });
        let mut shared = shared.peekable();
        if shared.peek().is_none() {
            return Some("they have no field in common".to_owned());
        }
        shared.find_map(|(_, one, other)| self.never_equal(&one, &other, levels - 1))
    }

    /// Says where two texts can never be the same, because it is known what they may be.
    fn texts_meet(&mut self, one: &Type, other: &Type, at: Span) {
        let (Some(own), Some(more)) = (one.known_texts(self.schema), other.known_texts(self.schema)) else { return };
        if own.is_empty() || more.is_empty() || own.intersection(&more).next().is_some() {
            return;
        }
        if !one.places.is_empty() && !other.places.is_empty() {
            let (one, other) = (self.described(one), self.described(other));
            let hint = format!("one is {}, the other {}", words(&own), words(&more));
            return self.mistake(at, format!("{one} and {other} have no value in common"), Some(hint));
        }
        let (literal, known, place) = if one.places.is_empty() { (own, more, other) } else { (more, own, one) };
        let text = literal.into_iter().next().unwrap_or_default();
        self.no_such_text(&text, &known, place, at);
    }

    /// Says that a value of an enum is never this text.
    pub(super) fn no_such_text(&mut self, text: &str, known: &BTreeSet<String>, place: &Type, at: Span) {
        let near = meant(text, known.iter().map(String::as_str));
        let hint = near.unwrap_or_else(|| format!("it may be {}", words(known)));
        let pointers = self.places.pointers(place);
        let what = if pointers.is_empty() { String::new() } else { format!(" at {pointers}") };
        self.mistake(at, format!("the value{what} is never the text `{text}`"), Some(hint));
    }

    /// Says where something can never be an item of a list; `sign` is `in` or `contains`.
    pub(super) fn member(&mut self, list: &Type, item: &Type, sign: &str, at: Span) {
        let kinds = list.kinds(self.schema);
        if kinds.is_empty() {
            return;
        }
        if !kinds.meets(Kinds::LIST) {
            let found = self.described(list);
            let hint = if kinds.meets(Kinds::TEXT) {
                Some("text.contains(part) asks for a part of a text; a list is written [\"a\", \"b\"]".to_owned())
            } else if kinds.meets(Kinds::MAPPING) {
                Some("has(mapping.field) asks whether a field is given, mapping.values() lists the values".to_owned())
            } else {
                None
            };
            return self.mistake(at, format!("`{sign}` looks into a list, found {found}"), hint);
        }
        let inner = list.item(self.schema);
        let (own, more) = (inner.kinds(self.schema), item.kinds(self.schema));
        if own.is_empty() || more.is_empty() {
            return;
        }
        if !own.meets(more) {
            let hint = self.fix(&inner, item);
            let (inner, item) = (self.described(&inner), self.described(item));
            return self.mistake(
                at,
                format!("`{sign}` looks for {item} in a list of {inner}: it is never there"),
                hint,
            );
        }
        if own.and(more) != Kinds::TEXT {
            return;
        }
        let Some(known) = item.known_texts(self.schema).filter(|known| known.len() > 1 && inner.places.is_empty())
        else {
            return self.texts_meet(&inner, item, at);
        };
        // Every text that a list spells out should be one that can be there.
        for text in inner.texts.iter().filter(|text| !known.contains(*text)) {
            self.no_such_text(text, &known, item, at);
        }
        let covers = known.len() > 1 && inner.known_texts(self.schema).is_some_and(|texts| texts.is_superset(&known));
        if covers && list.places.is_empty() {
            let place = self.described(item);
            let message = format!("this is always true: the list has every value of {place}");
            self.mistake(at, message, Some("has(x) asks whether a value is given".to_owned()));
        }
    }

    /// Returns what an operator makes of two values; says where it does not fit them.
    pub(super) fn computed(&mut self, operator: Arithmetic, one: &Type, other: &Type, at: Span) -> Type {
        let (own, more) = (one.kinds(self.schema), other.kinds(self.schema));
        if own.is_empty() || more.is_empty() {
            // Not known yet, or never reached.
            return one.clone().joined(other);
        }
        let both = [one.clone(), other.clone()];
        if operator == Arithmetic::Add && !own.and(Kinds::LIST).is_empty() && !more.and(Kinds::LIST).is_empty() {
            let mut items = one.item(self.schema);
            items.join(&other.item(self.schema));
            return Type::list(items).from(&both);
        }
        let kinds = result(operator, own, more);
        if kinds.is_empty() {
            let has = |kinds: Kinds| !own.or(more).and(kinds).is_empty();
            let hint = match operator {
                Arithmetic::Add if has(Kinds::LIST) => Some("a list grows by a list: list + [item]".to_owned()),
                Arithmetic::Add if has(Kinds::TEXT) => Some("`…${x}…` puts a value into a text".to_owned()),
                Arithmetic::Add | Arithmetic::Subtract
                    if !own.and(Kinds::DATE).is_empty() && !has(Kinds::DATE_TIME) =>
                {
                    Some("date.add_days(n) is the date n days later".to_owned())
                }
                _ => self.fix(one, other),
            };
            let (one, other) = (self.described(one), self.described(other));
            self.mistake(at, format!("`{}` does not fit {one} and {other}", operator.sign()), hint);
            // Nothing is known of it: what relies on it is no mistake of its own.
            return Type::default();
        }
        Type::computed(kinds).from(&both)
    }
}

/// Returns the types that an operator gives for some pair of these.
fn result(operator: Arithmetic, one: Kinds, other: Kinds) -> Kinds {
    use Arithmetic::{Add, Divide, Multiply, Remainder, Subtract};
    let table: &[(Arithmetic, Kinds, Kinds, Kinds)] = &[
        (Add, Kinds::TEXT, Kinds::TEXT, Kinds::TEXT),
        (Add, Kinds::DATE_TIME, Kinds::DURATION, Kinds::DATE_TIME),
        (Add, Kinds::DURATION, Kinds::DATE_TIME, Kinds::DATE_TIME),
        (Add, Kinds::DURATION, Kinds::DURATION, Kinds::DURATION),
        (Subtract, Kinds::DATE_TIME, Kinds::DURATION, Kinds::DATE_TIME),
        (Subtract, Kinds::DATE_TIME, Kinds::DATE_TIME, Kinds::DURATION),
        (Subtract, Kinds::DATE, Kinds::DATE, Kinds::INTEGER),
        (Subtract, Kinds::DURATION, Kinds::DURATION, Kinds::DURATION),
        (Multiply, Kinds::DURATION, Kinds::NUMBER, Kinds::DURATION),
        (Multiply, Kinds::NUMBER, Kinds::DURATION, Kinds::DURATION),
        (Divide, Kinds::DURATION, Kinds::DURATION, Kinds::NUMBER),
        (Divide, Kinds::DURATION, Kinds::NUMBER, Kinds::DURATION),
    ];
    let mut kinds = Kinds::NONE;
    for (own, left, right, gives) in table {
        if *own == operator && !one.and(*left).is_empty() && !other.and(*right).is_empty() {
            kinds = kinds.or(*gives);
        }
    }
    let are_numbers = !one.and(Kinds::NUMBER).is_empty() && !other.and(Kinds::NUMBER).is_empty();
    if are_numbers {
        let are_whole = one.and(Kinds::DECIMAL).is_empty() && other.and(Kinds::DECIMAL).is_empty();
        let is_whole = are_whole && matches!(operator, Add | Subtract | Multiply | Remainder);
        kinds = kinds.or(if is_whole { Kinds::INTEGER } else { Kinds::NUMBER });
    }
    kinds
}

/// Returns some texts as a list of words.
fn words(texts: &BTreeSet<String>) -> String {
    const MOST: usize = 12;
    let mut words: Vec<String> = texts.iter().take(MOST).map(|text| format!("`{text}`")).collect();
    if texts.len() > MOST {
        words.push(format!("{} more", texts.len() - MOST));
    }
    let last = words.pop().unwrap_or_default();
    if words.is_empty() { last } else { format!("{} or {last}", words.join(", ")) }
}

//! Which operands fit an operator, and what it gives.

use std::collections::BTreeSet;

use super::super::ir::{Arithmetic, Comparison, Span};
use super::super::kinds::Kinds;
use super::super::mistake::meant;
use super::checker::Checker;
use super::types::Type;
use crate::language::{Text, text};

/// Levels of lists and mappings that are compared for what can never be equal.
const LEVELS: usize = 4;

impl Checker<'_> {
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
            let message = if operator.is_equality() {
                text!(
                    "`{sign}` compares {one} with {other}: they are never equal",
                    "`{sign}`: 서로 같을 수 없는 값을 비교함: {one} ↔ {other}"; one, other
                )
            } else {
                text!(
                    "`{sign}` compares {one} with {other}: they have no order",
                    "`{sign}`: 대소를 비교할 수 없는 값임: {one} ↔ {other}"; one, other
                )
            };
            return self.mistake(at, message, hint);
        }
        if !operator.is_equality() {
            if let Some(value) =
                [one, other].into_iter().find(|value| value.kinds(self.schema).and(Kinds::ORDERED).is_empty())
            {
                let found = self.described(value);
                let hint = if own.meets(Kinds::LIST) {
                    Some(text!("list.len() is the number of its items", "항목의 수는 list.len()으로 읽음"))
                } else {
                    None
                };
                let message = text!(
                    "`{sign}` needs values with an order, found {found}",
                    "`{sign}`: 대소를 비교할 수 없는 값임: {found}"; found
                );
                self.mistake(at, message, hint);
            } else if self.is_only(one, more, at, || compares(sign, more)) {
                self.is_only(other, own, at, || compares(sign, own));
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
            let message = text!(
                "`{sign}` compares {one} with {other}: they are never equal, {why}",
                "`{sign}`: 서로 같을 수 없는 값을 비교함({why}): {one} ↔ {other}"; one, other, why
            );
            self.mistake(at, message, None);
        }
    }

    /// Returns why two lists or mappings are never equal, unless both are empty.
    fn never_equal(&self, one: &Type, other: &Type, levels: usize) -> Option<Text> {
        let (own, more) = (one.kinds(self.schema), other.kinds(self.schema));
        if levels == 0 || own.is_empty() || more.is_empty() {
            return None;
        }
        if !own.meets(more) {
            let (one, other) = (self.described(one), self.described(other));
            return Some(text!("{one} and {other} are not", "{one} ↔ {other}"; one, other));
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
            return Some(text!("they have no field in common", "공통된 필드가 없음"));
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
            let (own, more) = (words(&own), words(&more));
            let hint = text!("one is {own}, the other {more}", "한쪽은 {own}, 다른 쪽은 {more}"; own, more);
            let message = text!("{one} and {other} have no value in common", "공통된 값이 없는 것을 비교함: {one} ↔ {other}"; one, other);
            return self.mistake(at, message, Some(hint));
        }
        let is_one_literal = if one.places.is_empty() == other.places.is_empty() {
            one.only_text().is_some()
        } else {
            one.places.is_empty()
        };
        let (literal, known, place) = if is_one_literal { (own, more, other) } else { (more, own, one) };
        let text = literal.into_iter().next().unwrap_or_default();
        self.no_such_text(&text, &known, place, at);
    }

    /// Says that a value of an enum is never this text.
    pub(super) fn no_such_text(&mut self, text: &str, known: &BTreeSet<String>, place: &Type, at: Span) {
        let near = meant(text, known.iter().map(String::as_str));
        let hint = near.unwrap_or_else(|| {
            let known = words(known);
            text!("it may be {known}", "가능한 값: {known}"; known)
        });
        let pointers = self.places.pointers(place);
        let message = if pointers.en.is_empty() {
            text!("this is never the text \"{text}\"", "\"{text}\": 나올 수 없는 값임")
        } else {
            text!(
                "the value at {pointers} is never the text \"{text}\"",
                "\"{text}\": {pointers}에 없는 값임"; pointers
            )
        };
        self.mistake(at, message, Some(hint));
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
                Some(text!(
                    "text.contains(part) asks for a part of a text; a list is written [\"a\", \"b\"]",
                    "문자열의 일부는 text.contains(part)로 확인하고, 목록은 [\"a\", \"b\"] 형식으로 씀"
                ))
            } else if kinds.meets(Kinds::MAPPING) {
                Some(text!(
                    "has(mapping.field) asks whether a field is given, mapping.values() lists the values",
                    "필드의 제출 여부는 has(mapping.field)로 묻고, 값의 목록은 mapping.values()로 읽음"
                ))
            } else {
                None
            };
            let message = text!("`{sign}` looks into a list, found {found}", "`{sign}`의 대상은 목록이어야 함. 현재: {found}"; found);
            return self.mistake(at, message, hint);
        }
        let inner = list.item(self.schema);
        let (own, more) = (inner.kinds(self.schema), item.kinds(self.schema));
        if own.is_empty() || more.is_empty() {
            return;
        }
        if !own.meets(more) {
            let hint = self.fix(&inner, item);
            let (inner, item) = (self.described(&inner), self.described(item));
            let message = text!(
                "`{sign}` looks for {item}, and each item is {inner}: it is never there",
                "`{sign}`: 목록에 있을 수 없는 값임. 찾는 값: {item}, 목록의 항목: {inner}"; item, inner
            );
            return self.mistake(at, message, hint);
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
        let covers = inner.known_texts(self.schema).is_some_and(|texts| texts.is_superset(&known));
        if covers && list.places.is_empty() {
            let place = self.described(item);
            let message = text!(
                "this is always true: the list has every value of {place}",
                "언제나 참임: 목록에 모든 값이 있음. 대상: {place}"; place
            );
            let hint = text!("has(x) asks whether a value is given", "제출 여부는 has(x)로 물음");
            self.mistake(at, message, Some(hint));
        }
    }

    /// Returns what an operator makes of two values; says where it does not fit them.
    pub(super) fn computed(&mut self, operator: Arithmetic, one: &Type, other: &Type, at: Span) -> Type {
        let (own, more) = (one.kinds(self.schema), other.kinds(self.schema));
        if own.is_empty() || more.is_empty() {
            // Not known yet, or never reached.
            return one.clone().joined(other);
        }
        if operator == Arithmetic::Add && !own.and(Kinds::LIST).is_empty() && !more.and(Kinds::LIST).is_empty() {
            let mut items = one.item(self.schema);
            items.join(&other.item(self.schema));
            return Type::list(items).from([one, other]);
        }
        let kinds = result(operator, own, more);
        if kinds.is_empty() {
            let has = |kinds: Kinds| !own.or(more).and(kinds).is_empty();
            let hint = match operator {
                Arithmetic::Add if has(Kinds::LIST) => {
                    Some(text!("a list grows by a list: list + [item]", "목록에는 목록을 더함: list + [item]"))
                }
                Arithmetic::Add if has(Kinds::TEXT) => {
                    Some(text!("`…${{x}}…` puts a value into a text", "문자열에 값을 넣을 때는 `…${{x}}…` 형식으로 씀"))
                }
                Arithmetic::Add | Arithmetic::Subtract
                    if !own.and(Kinds::DATE).is_empty() && !has(Kinds::DATE_TIME) =>
                {
                    Some(text!(
                        "date.add_days(n) is the date n days later",
                        "n일 뒤의 날짜는 date.add_days(n)으로 구함"
                    ))
                }
                _ => self.fix(one, other),
            };
            let (one, other) = (self.described(one), self.described(other));
            let sign = operator.sign();
            let message = text!("`{sign}` does not fit {one} and {other}", "`{sign}` 연산을 할 수 없는 값임: {one}, {other}"; one, other);
            self.mistake(at, message, hint);
            // Nothing is known of it: what relies on it is no mistake of its own.
            return Type::default();
        }
        let sign = operator.sign();
        let needs = |kinds: Kinds| {
            let kinds = kinds.words();
            text!("`{sign}` needs {kinds}", "`{sign}`: {kinds} 필요"; kinds)
        };
        let fit = |own: Kinds, is_left: bool| {
            let fits = |kinds: Kinds| {
                let (one, other) = if is_left { (kinds, own) } else { (own, kinds) };
                !result(operator, one, other).is_empty()
            };
            let each = (0..16).map(|bit| Kinds(1 << bit)).filter(|kinds| fits(*kinds));
            each.fold(Kinds::NONE, Kinds::or)
        };
        let (left, right) = (fit(more, true), fit(own, false));
        if self.is_only(one, left, at, || needs(left)) {
            self.is_only(other, right, at, || needs(right));
        }
        Type::computed(kinds).from([one, other])
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

/// Returns that an operator compares values of some types.
fn compares(sign: &str, kinds: Kinds) -> Text {
    let kinds = kinds.words();
    text!("`{sign}` compares {kinds}", "`{sign}`의 비교 대상: {kinds}"; kinds)
}

/// Returns some texts as a list of words.
pub(super) fn words(texts: &BTreeSet<String>) -> Text {
    const MOST: usize = 12;
    let mut words: Vec<String> = texts.iter().take(MOST).map(|text| format!("\"{text}\"")).collect();
    let more = texts.len().saturating_sub(MOST);
    if more > 0 {
        let words = words.join(", ");
        return text!("{words} or {more} more", "{words} 외 {more}개");
    }
    let ko = words.join(", ");
    let last = words.pop().unwrap_or_default();
    Text::new(if words.is_empty() { last } else { format!("{} or {last}", words.join(", ")) }, ko)
}

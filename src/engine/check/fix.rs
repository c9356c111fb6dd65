//! What to write instead where two types do not fit.

use super::super::functions::Kinds;
use super::types::Type;
use super::walk::Walk;
use crate::evidence::Decimal;

impl Walk<'_> {
    /// Returns what to write instead where two values do not fit.
    pub(super) fn fix(&self, one: &Type, other: &Type) -> Option<String> {
        let (own, more) = (one.kinds(self.schema), other.kinds(self.schema));
        let is_pair = |a: Kinds, b: Kinds| own.meets(a) && more.meets(b) || own.meets(b) && more.meets(a);
        let literal = one.only_text().or(other.only_text());
        let hint = if is_pair(Kinds::DATE_TIME, Kinds::DATE) {
            "moment.date() is the date of a date-time".to_owned()
        } else if is_pair(Kinds::LIST, Kinds::SCALAR) {
            if is_pair(Kinds::LIST, Kinds::NUMBER) {
                "list.len() is the number of its items, list.contains(x) asks for one of them".to_owned()
            } else if literal == Some("") {
                "list.is_empty() asks whether it has no items, has(list) whether it is given".to_owned()
            } else {
                "list.contains(x) asks for an item, list.all(|item| …) for every one".to_owned()
            }
        } else if is_pair(Kinds::MAPPING, Kinds::SCALAR.or(Kinds::LIST)) {
            "compare one of its fields; has(mapping) asks whether it is given".to_owned()
        } else if is_pair(Kinds::TEXT, Kinds::NUMBER) {
            match literal {
                Some(text) if Decimal::parse(text).is_some() => format!("a number stands without quotes: {text}"),
                Some(_) => return None,
                None => "text.to_number() is the number that a text writes".to_owned(),
            }
        } else if is_pair(Kinds::TEXT, Kinds::BOOLEAN) {
            "true and false stand without quotes".to_owned()
        } else if is_pair(Kinds::TEXT, Kinds::DATE) {
            written(literal, "to_date", "date")
        } else if is_pair(Kinds::TEXT, Kinds::TIME) {
            written(literal, "to_time", "time of day")
        } else if is_pair(Kinds::TEXT, Kinds::DATE_TIME) {
            format!("moment.date() is the date of a date-time; {}", written(literal, "to_date", "date"))
        } else if is_pair(Kinds::TEXT, Kinds::DURATION) {
            "minutes(n), hours(n) and days(n) are durations".to_owned()
        } else if is_pair(Kinds::DURATION, Kinds::NUMBER) {
            "minutes(n), hours(n) and days(n) are durations; date - date is a number of days".to_owned()
        } else {
            return None;
        };
        Some(hint)
    }
}

impl Walk<'_> {
    /// Returns how a value becomes one of the types that are needed.
    pub(super) fn conversion(&self, value: &Type, kinds: Kinds) -> Option<String> {
        let own = value.kinds(self.schema);
        let is_from = |a: Kinds, b: Kinds| own.meets(a) && kinds.meets(b);
        let hint = if is_from(Kinds::DATE_TIME, Kinds::DATE) {
            "moment.date() is the date of a date-time".to_owned()
        } else if is_from(Kinds::TEXT, Kinds::DATE) {
            written(value.only_text(), "to_date", "date")
        } else if is_from(Kinds::TEXT, Kinds::NUMBER) {
            match value.only_text() {
                Some(text) if Decimal::parse(text).is_some() => format!("a number stands without quotes: {text}"),
                _ => "text.to_number() is the number that a text writes".to_owned(),
            }
        } else if is_from(Kinds::LIST, Kinds::SCALAR) {
            "list.map(|item| …) does it with every item".to_owned()
        } else if is_from(Kinds::MAPPING, Kinds::SCALAR) {
            "read one of its fields".to_owned()
        } else if is_from(Kinds::SCALAR, Kinds::TEXT) {
            "value.to_string() is the value as text".to_owned()
        } else if is_from(Kinds::MAPPING, Kinds::LIST) {
            "mapping.values() lists the values, mapping.keys() the keys".to_owned()
        } else {
            return None;
        };
        Some(hint)
    }
}

/// Returns how a text becomes a value that it writes.
fn written(literal: Option<&str>, function: &str, what: &str) -> String {
    match literal {
        Some(text) => format!("\"{text}\".{function}() is the {what} that the text writes"),
        None => format!("text.{function}() is the {what} that a text writes"),
    }
}

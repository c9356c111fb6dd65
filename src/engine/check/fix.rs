//! What to write instead where two types do not fit.

use super::super::kinds::Kinds;
use super::checker::Checker;
use super::types::Type;
use crate::evidence::Decimal;
use crate::language::{Text, text};

impl Checker<'_> {
    /// Returns what to write instead where two values do not fit.
    pub(super) fn fix(&self, one: &Type, other: &Type) -> Option<Text> {
        let (own, more) = (one.kinds(self.schema), other.kinds(self.schema));
        let is_pair = |a: Kinds, b: Kinds| own.meets(a) && more.meets(b) || own.meets(b) && more.meets(a);
        let literal = one.only_text().or(other.only_text());
        let day = text!("date", "날짜는");
        let hint = if is_pair(Kinds::DATE_TIME, Kinds::DATE) {
            text!("moment.date() is the date of a date-time", "일시의 날짜는 moment.date()로 구함")
        } else if is_pair(Kinds::LIST, Kinds::SCALAR) {
            if is_pair(Kinds::LIST, Kinds::NUMBER) {
                text!(
                    "list.len() is the number of its items, list.contains(x) asks for one of them",
                    "항목의 수는 list.len(), 항목이 있는지는 list.contains(x)로 확인함"
                )
            } else if literal == Some("") {
                text!(
                    "list.is_empty() asks whether it has no items, has(list) whether it is given",
                    "항목이 없는지는 list.is_empty(), 제출 여부는 has(list)로 확인함"
                )
            } else {
                text!(
                    "list.contains(x) asks for an item, list.all(|item| …) for every one",
                    "항목이 있는지는 list.contains(x), 모든 항목은 list.all(|item| …)로 확인함"
                )
            }
        } else if is_pair(Kinds::MAPPING, Kinds::SCALAR.or(Kinds::LIST)) {
            text!(
                "compare one of its fields; has(mapping) asks whether it is given",
                "필드 하나를 비교할 것. 제출 여부는 has(mapping)으로 물음"
            )
        } else if is_pair(Kinds::TEXT, Kinds::NUMBER) {
            match literal {
                Some(text) if Decimal::parse(text).is_some() => {
                    text!("a number stands without quotes: {text}", "숫자는 따옴표 없이 씀: {text}")
                }
                Some(_) => return None,
                None => text!(
                    "text.to_number() is the number that a text writes",
                    "문자열에 적힌 숫자는 text.to_number()로 구함"
                ),
            }
        } else if is_pair(Kinds::TEXT, Kinds::BOOLEAN) {
            text!("true and false stand without quotes", "true와 false는 따옴표 없이 씀")
        } else if is_pair(Kinds::TEXT, Kinds::DATE) {
            written(literal, "to_date", &day)
        } else if is_pair(Kinds::TEXT, Kinds::TIME) {
            written(literal, "to_time", &text!("time of day", "시각은"))
        } else if is_pair(Kinds::TEXT, Kinds::DATE_TIME) {
            let written = written(literal, "to_date", &day);
            text!(
                "moment.date() is the date of a date-time; {written}",
                "일시의 날짜는 moment.date()로 구하고, {written}"; written
            )
        } else if is_pair(Kinds::TEXT, Kinds::DURATION) {
            text!("minutes(n), hours(n) and days(n) are durations", "시간 길이는 minutes(n), hours(n), days(n)으로 씀")
        } else if is_pair(Kinds::DURATION, Kinds::NUMBER) {
            text!(
                "minutes(n), hours(n) and days(n) are durations; date - date is a number of days",
                "시간 길이는 minutes(n), hours(n), days(n)으로 쓰고, 날짜끼리의 차는 일수임"
            )
        } else {
            return None;
        };
        Some(hint)
    }
}

impl Checker<'_> {
    /// Returns how a value becomes one of the types that are needed.
    pub(super) fn conversion(&self, value: &Type, kinds: Kinds) -> Option<Text> {
        let own = value.kinds(self.schema);
        let is_from = |a: Kinds, b: Kinds| own.meets(a) && kinds.meets(b);
        let hint = if is_from(Kinds::DATE_TIME, Kinds::DATE) {
            text!("moment.date() is the date of a date-time", "일시의 날짜는 moment.date()로 구함")
        } else if is_from(Kinds::TEXT, Kinds::DATE) {
            written(value.only_text(), "to_date", &text!("date", "날짜는"))
        } else if is_from(Kinds::TEXT, Kinds::NUMBER) {
            match value.only_text() {
                Some(text) if Decimal::parse(text).is_some() => {
                    text!("a number stands without quotes: {text}", "숫자는 따옴표 없이 씀: {text}")
                }
                _ => text!(
                    "text.to_number() is the number that a text writes",
                    "문자열에 적힌 숫자는 text.to_number()로 구함"
                ),
            }
        } else if is_from(Kinds::LIST, Kinds::SCALAR) {
            text!("list.map(|item| …) does it with every item", "항목마다 적용할 때는 list.map(|item| …)로 씀")
        } else if is_from(Kinds::MAPPING, Kinds::SCALAR) {
            text!("read one of its fields", "필드 하나를 읽을 것")
        } else if is_from(Kinds::SCALAR, Kinds::TEXT) {
            text!("value.to_string() is the value as text", "문자열로 바꿀 때는 value.to_string()으로 씀")
        } else if is_from(Kinds::MAPPING, Kinds::LIST) {
            text!(
                "mapping.values() lists the values, mapping.keys() the keys",
                "값의 목록은 mapping.values(), 키의 목록은 mapping.keys()로 읽음"
            )
        } else {
            return None;
        };
        Some(hint)
    }
}

/// Returns how a text becomes a value that it writes; in Korean the word for the value has its particle.
fn written(literal: Option<&str>, function: &str, what: &Text) -> Text {
    match literal {
        Some(text) => text!(
            "\"{text}\".{function}() is the {what} that the text writes",
            "문자열에 적힌 {what} \"{text}\".{function}()로 구함"; what
        ),
        None => text!(
            "text.{function}() is the {what} that a text writes",
            "문자열에 적힌 {what} text.{function}()로 구함"; what
        ),
    }
}

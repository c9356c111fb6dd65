//! What a value has to be where it is used, and how a type is put in words.

use super::super::ir::{Expr, ExprKind, Span};
use super::super::kinds::Kinds;
use super::checker::Checker;
use super::narrowing::TESTS;
use super::types::Type;
use crate::language::{Text, text};

impl<'a> Checker<'a> {
    /// Walks an expression whose value is used.
    pub(super) fn value(&mut self, expr: &'a Expr) -> Type {
        let value = self.expr(expr);
        let kinds = value.kinds(self.schema);
        if kinds.and(Kinds::NOTHING).is_empty() || value.is_unknown {
            return value;
        }
        let (message, hint) = match (&expr.kind, kinds.and(Kinds::ANY).is_empty()) {
            (ExprKind::Demand(_), _) => (
                text!("a demand gives no value", "요구에는 값이 없음"),
                text!("write it as a statement of its own", "독립된 문장으로 쓸 것"),
            ),
            (ExprKind::Variable(_), _) => return value.without_nothing(),
            (_, true) => (
                text!("this gives no value", "값이 없는 식임"),
                text!("a block is worth its last expression, without `;`", "블록의 값은 `;` 없는 마지막 식의 값임"),
            ),
            (ExprKind::If(_), false) => (
                text!("this `if` gives no value where its condition is not met", "조건이 거짓일 때 값이 없는 `if`임"),
                text!("add `else {{ … }}`", "`else {{ … }}`를 추가할 것"),
            ),
            (_, false) => (
                text!("this gives a value on some ways only", "경우에 따라 값이 없을 수 있음"),
                text!("give one at the end of the function as well", "함수의 끝에서도 값을 돌려줄 것"),
            ),
        };
        self.mistake(expr.at, message, Some(hint));
        // What relies on it is no mistake of its own.
        if kinds.and(Kinds::ANY).is_empty() { Type::default() } else { value.without_nothing() }
    }

    /// Walks a condition.
    pub(super) fn condition(&mut self, expr: &'a Expr) {
        let value = self.value(expr);
        if let Some(truth) = value.only_truth(self.schema) {
            let hint = matches!(expr.kind, ExprKind::Variable(_))
                .then(|| text!("nothing but {truth} is ever assigned to it", "{truth} 외의 값을 넣는 곳이 없음"));
            let message = text!("this condition is always {truth}", "언제나 {truth}인 조건임");
            return self.mistake(expr.at, message, hint);
        }
        let own = value.kinds(self.schema);
        if !own.is_empty() && !own.meets(Kinds::BOOLEAN) {
            let hint = if own.meets(Kinds::NUMBER) {
                text!("compare it, such as x > 0", "x > 0과 같이 비교할 것")
            } else {
                text!("has(x) asks whether x is given", "제출 여부는 has(x)로 물음")
            };
            let found = self.described(&value);
            let message = text!("a condition is true or false, found {found}", "조건은 true/false이어야 함. 현재: {found}"; found);
            self.mistake(expr.at, message, Some(hint));
        } else {
            self.is_only(&value, Kinds::BOOLEAN, expr.at, || {
                text!("a condition is true or false", "조건은 true/false이어야 함")
            });
        }
    }

    /// Says where a value has none of the types that are needed; tells whether it has one.
    pub(super) fn needs(&mut self, value: &Type, kinds: Kinds, at: Span, what: impl FnOnce() -> Text) -> bool {
        let own = value.kinds(self.schema);
        // A fraction that is written down is no whole number, whatever else a number may be.
        let is_fraction = own == Kinds::DECIMAL && kinds.and(Kinds::NUMBER) == Kinds::INTEGER;
        if own.is_empty() || own.meets(kinds) && !is_fraction {
            return self.is_only(value, kinds, at, || {
                let (what, kinds) = (what(), kinds.words());
                text!("{what} {kinds}", "{what}: {kinds} 필요"; what, kinds)
            });
        }
        let hint = self.conversion(value, kinds);
        let found = if is_fraction { text!("a fraction", "소수") } else { self.described(value) };
        let (what, kinds) = (what(), kinds.words());
        let message = text!("{what} {kinds}, found {found}", "{what}: {kinds} 필요. 현재: {found}"; what, kinds, found);
        self.mistake(at, message, hint);
        false
    }

    /// Returns a type in words with the places of the evidence that it stands for.
    pub(super) fn described(&self, value: &Type) -> Text {
        let words = match value.only_text() {
            Some(text) => text!("the text \"{text}\"", "문자열 \"{text}\""),
            None => value.kinds(self.schema).words(),
        };
        let pointers = self.places.pointers(value);
        if pointers.en.is_empty() {
            words
        } else {
            text!("{words} ({pointers})", "{words}({pointers})"; words, pointers)
        }
    }

    /// Returns what an item of a list may be.
    pub(super) fn item_of(&mut self, list: &Type, at: Span, what: impl FnOnce() -> Text) -> Type {
        let kinds = list.kinds(self.schema);
        if !kinds.is_empty() && !kinds.meets(Kinds::LIST) {
            let found = self.described(list);
            let hint = if kinds.meets(Kinds::TEXT) {
                Some(text!(
                    "text.contains(part), text.split(separator) and text.lines() look into a text",
                    "문자열은 text.contains(part), text.split(separator), text.lines()로 확인함"
                ))
            } else if kinds.meets(Kinds::MAPPING) {
                Some(text!(
                    "mapping.values() lists the values, mapping.keys() the keys",
                    "값의 목록은 mapping.values(), 키의 목록은 mapping.keys()로 읽음"
                ))
            } else if kinds.meets(Kinds::INTEGER) {
                Some(text!("0..n are the whole numbers below n", "0..n은 n보다 작은 정수의 목록임"))
            } else {
                None
            };
            let what = what();
            let message = text!("{what} a list, found {found}", "{what}: 목록 필요. 현재: {found}"; what, found);
            self.mistake(at, message, hint);
            return Type::default();
        }
        self.is_only(list, Kinds::LIST, at, || {
            let what = what();
            text!("{what} a list", "{what}: 목록 필요"; what)
        });
        list.item(self.schema)
    }

    /// Says where a value of the evidence may have other types than those that are needed, which the schema allows
    /// there; tells whether it has none.
    pub(super) fn is_only(&mut self, value: &Type, kinds: Kinds, at: Span, what: impl FnOnce() -> Text) -> bool {
        let Some(own) = value.strays(kinds, self.schema) else { return true };
        let test = TESTS.iter().find(|(_, tested)| own.meets(*tested) && kinds.meets(*tested));
        let hint = test
            .and_then(|(test, _)| test.entry())
            .map(|entry| entry.name)
            .map(|test| text!("ask first: if {test}(x) {{ … }}", "먼저 유형을 확인할 것: if {test}(x) {{ … }}"));
        let (what, found) = (what(), self.described(value));
        let message = if own == Kinds::ANY {
            let place = self.places.pointers(value);
            match place.en.is_empty() {
                true => text!("{what}, found any value", "{what}. 현재: 모든 유형의 값"; what),
                false => {
                    text!("{what}, found any value ({place})", "{what}. 현재: 모든 유형의 값({place})"; what, place)
                }
            }
        } else if own == value.kinds(self.schema) {
            text!("{what}, found {found}", "{what}. 현재: {found}"; what, found)
        } else {
            let own = own.words();
            text!(
                "{what}, found {found}, of which one may be {own}",
                "{what}. 현재: {found}, 그중 하나의 유형: {own}"; what, found, own
            )
        };
        self.mistake(at, message, hint);
        false
    }
}

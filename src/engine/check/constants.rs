//! Conditions that are always the same, whatever the evidence is.

use super::super::ir::{Builtin, Comparison, Expr, ExprKind, Field, ListFunction, Otherwise, Span};
use super::super::kinds::Kinds;
use super::checker::Checker;
use super::types::Type;
use crate::language::{Text, text};

impl Checker<'_> {
    /// Says where a comparison is always the same; tells whether it is.
    pub(super) fn constant_comparison(&mut self, operator: Comparison, both: &[Expr; 2], at: Span) -> bool {
        let [one, other] = both;
        let message = if is_literal(one) && is_literal(other) {
            text!("this compares two literals: it is always the same", "상수끼리의 비교이므로 결과가 언제나 같음")
        } else if is_same(one, other) {
            text!(
                "this compares a value with itself: it is always the same",
                "같은 값끼리의 비교이므로 결과가 언제나 같음"
            )
        } else if let Some(why) = known_range(operator, one, other) {
            text!("{why}: this is always the same", "결과가 언제나 같음: {why}"; why)
        } else {
            return false;
        };
        self.mistake(at, message, None);
        true
    }

    /// Says where it is asked for a value whether it is given that is so on every bundle, as a condition and a count
    /// are, whatever they come to; tells whether it may be absent.
    pub(super) fn may_be_absent(&mut self, name: &str, expr: &Expr, value: &Type, hint: impl FnOnce() -> Text) -> bool {
        let is_condition = value.places.is_empty() && value.kinds(self.schema) == Kinds::BOOLEAN && !is_literal(expr);
        if is_condition {
            let message = text!(
                "`{name}` asks whether a value is given, and this is a condition",
                "`{name}`: 값의 제출 여부를 묻는 것이므로 조건을 쓸 수 없음"
            );
            self.mistake(expr.at, message, Some(hint()));
        } else if is_count(expr) {
            let message = text!(
                "`{name}` asks whether a value is given, and a number of items is given even where it is 0",
                "`{name}`: 값의 제출 여부를 묻는 것이나, 개수는 0이어도 값이 있음"
            );
            let hint = text!("compare it, such as list.len() > 0", "list.len() > 0과 같이 비교할 것");
            self.mistake(expr.at, message, Some(hint));
        } else if has_default(expr) {
            let message = text!(
                "`{name}` asks whether a value is given, and `or` gives one always",
                "`{name}`: 값의 제출 여부를 묻는 것이나, `or`로 언제나 값이 있음"
            );
            self.mistake(expr.at, message, Some(text!("leave `or` away", "`or` 부분을 삭제할 것")));
        } else {
            return true;
        }
        false
    }

    /// Says where conditions that are joined can never be true together, or one of them always is.
    pub(super) fn contradiction(&mut self, parts: &[Expr], is_and: bool) {
        let wanted = if is_and { Comparison::Equal } else { Comparison::Differ };
        let mut seen: Vec<(&Expr, &Expr)> = Vec::new();
        for part in parts {
            let ExprKind::Compare(operator, both) = &part.kind else { continue };
            let (value, literal) = match &**both {
                [value, literal] if is_literal(literal) => (value, literal),
                [literal, value] if is_literal(literal) => (value, literal),
                _ => continue,
            };
            if *operator != wanted || is_literal(value) {
                continue;
            }
            let is_other = |(known, other): &&(&Expr, &Expr)| is_same(known, value) && !is_same_literal(other, literal);
            if seen.iter().any(|known| is_other(&known)) {
                let (message, hint) = if is_and {
                    (
                        text!(
                            "this is never true: a value is not two things at once",
                            "언제나 거짓임: 한 값이 동시에 두 값일 수 없음"
                        ),
                        text!(
                            "`||` is \"or\"; x in [a, b] asks for one of several",
                            "'또는'은 `||`로 쓰고, 여럿 중 하나인지는 x in [a, b]로 물음"
                        ),
                    )
                } else {
                    (
                        text!(
                            "this is always true: a value differs from one of the two",
                            "언제나 참임: 한 값은 둘 중 하나와는 반드시 다름"
                        ),
                        text!(
                            "`&&` is \"and\"; x !in [a, b] asks for none of several",
                            "'그리고'는 `&&`로 쓰고, 여럿 중 아무것도 아닌지는 x !in [a, b]로 물음"
                        ),
                    )
                };
                return self.mistake(part.at, message, Some(hint));
            }
            seen.push((value, literal));
        }
    }

    /// Says where it is asked whether a literal is given.
    pub(super) fn always_given(&mut self, value: &Expr, message: impl FnOnce() -> Text) {
        if is_literal(value) || has_default(value) {
            self.mistake(value.at, message(), None);
        }
    }

    /// Returns what `is_text` gives, and the like, which asks for these types.
    pub(super) fn type_test(&self, wanted: Kinds, value: &Type) -> Type {
        let own = value.kinds(self.schema);
        let is_other = !own.and(Kinds(Kinds::ANY.0 & !wanted.0)).is_empty();
        match (own.meets(wanted), is_other) {
            _ if own.is_empty() => Type::default(),
            (true, true) => Type::computed(Kinds::BOOLEAN),
            (is_wanted, _) => Type::truth(is_wanted),
        }
    }

    /// Says what the arms of a `switch` leave out, and where `_` is not needed.
    pub(super) fn otherwise(&mut self, end: &Otherwise) {
        let value = self.known(end.value);
        let kinds = value.kinds(self.schema);
        if kinds.is_empty() {
            return;
        }
        let texts = value.known_texts(self.schema).filter(|_| kinds == Kinds::TEXT);
        let known: Option<Vec<String>> = if kinds == Kinds::BOOLEAN {
            let left = [true, false].into_iter().filter(|truth| !end.truths.contains(truth));
            Some(left.map(|truth| truth.to_string()).collect())
        } else {
            let left = texts.map(|texts| texts.difference(&end.texts).cloned().collect::<Vec<_>>());
            left.map(|left| left.into_iter().map(|text| format!("\"{text}\"")).collect())
        };
        let found = self.described(&value);
        match (known, end.rest) {
            (Some(left), None) if !left.is_empty() => {
                let left = left.join(", ");
                let message = text!(
                    "this `switch` over {found} leaves out {left}",
                    "`switch`에 갈래가 없는 값이 있음: {left}. 대상: {found}"; found
                );
                let hint = text!(
                    "add an arm for it, or `_ => …` for the rest",
                    "그 값의 갈래를 추가하거나 나머지를 `_ => …`로 받을 것"
                );
                self.mistake(end.at, message, Some(hint));
            }
            (None, None) => {
                let message = text!(
                    "this `switch` over {found} has no arm for what is none of these",
                    "`switch`에 그 밖의 값을 받는 갈래가 없음. 대상: {found}"; found
                );
                let hint = text!(
                    "add `_ => …`, or `_ => ()` to do nothing",
                    "`_ => …`를 추가하고, 할 일이 없으면 `_ => ()`로 쓸 것"
                );
                self.mistake(end.at, message, Some(hint));
            }
            (Some(left), Some(rest)) if left.is_empty() => {
                let message = text!(
                    "`_` is never reached: the arms before have every value of {found}",
                    "`_`에 이를 수 없음: 앞의 갈래가 모든 값을 받음. 대상: {found}"; found
                );
                self.mistake(rest, message, Some(text!("remove it", "삭제할 것")));
            }
            _ => {}
        }
    }
}

/// Tells whether a value stands in the script as it is.
pub(super) fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Decimal(_) | ExprKind::Text(_) => true,
        ExprKind::Negate(operand) => is_literal(operand),
        _ => false,
    }
}

/// Tells whether two expressions read the same variable or the same field of it.
fn is_same(one: &Expr, other: &Expr) -> bool {
    fn names(fields: &[Field]) -> impl Iterator<Item = &str> {
        fields.iter().map(|field| &*field.name)
    }
    match (&one.kind, &other.kind) {
        (ExprKind::Variable(own), ExprKind::Variable(more)) => own == more,
        (ExprKind::Path(own, fields), ExprKind::Path(more, others)) => own == more && names(fields).eq(names(others)),
        _ => false,
    }
}

/// Tells whether two literals are the same, as far as it can be seen.
fn is_same_literal(one: &Expr, other: &Expr) -> bool {
    match (&one.kind, &other.kind) {
        (ExprKind::Text(own), ExprKind::Text(more)) => own == more,
        (ExprKind::Int(own), ExprKind::Int(more)) => own == more,
        (ExprKind::Bool(own), ExprKind::Bool(more)) => own == more,
        (
            ExprKind::Text(_) | ExprKind::Int(_) | ExprKind::Bool(_),
            ExprKind::Text(_) | ExprKind::Int(_) | ExprKind::Bool(_),
        ) => false,
        // Fractions and what is negated may be the same in two spellings.
        _ => true,
    }
}

/// Tells whether `or` gives a default that is a literal; an empty text is not given itself.
fn has_default(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Or2(both) => match &**both {
            [_, Expr { kind: ExprKind::Text(_), .. }] => false,
            [_, default] => is_literal(default) || has_default(default),
        },
        _ => false,
    }
}

fn is_count(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Builtin(Builtin::Len, _) | ExprKind::List(ListFunction::Count, ..))
}

/// Returns the range of a value where a comparison with a number can only be so.
fn known_range(operator: Comparison, one: &Expr, other: &Expr) -> Option<Text> {
    use Comparison::{Differ, Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    /// The least, the most, and why.
    type Known = (i64, i64, fn() -> Text);
    let range = |expr: &Expr| -> Option<Known> {
        match expr.kind {
            _ if is_count(expr) => {
                Some((0, i64::MAX, || text!("a length is never less than 0", "개수는 0 미만일 수 없음")))
            }
            ExprKind::Builtin(Builtin::Weekday, _) => Some((1, 7, || {
                text!("a weekday is 1 for Monday to 7 for Sunday", "요일은 월요일 1부터 일요일 7까지임")
            })),
            ExprKind::Builtin(Builtin::Hour, _) => {
                Some((0, 23, || text!("an hour is from 0 to 23", "시는 0부터 23까지임")))
            }
            _ => None,
        }
    };
    let number = |expr: &Expr| match &expr.kind {
        ExprKind::Int(number) => Some(*number),
        ExprKind::Negate(operand) => match operand.kind {
            ExprKind::Int(number) => number.checked_neg(),
            _ => None,
        },
        _ => None,
    };
    let (operator, (least, most, why), number) = match (range(one), number(other), number(one), range(other)) {
        (Some(range), Some(number), ..) => (operator, range, number),
        (.., Some(number), Some(range)) => (operator.swapped(), range, number),
        _ => return None,
    };
    let is_known = match operator {
        GreaterOrEqual | Less => number <= least || number > most,
        Greater | LessOrEqual => number < least || number >= most,
        Equal | Differ => !(least..=most).contains(&number),
    };
    is_known.then(why)
}

//! Conditions that are always the same, whatever the evidence is.

use super::super::functions::Kinds;
use super::super::ir::{Builtin, Comparison, Expr, ExprKind, Field, Otherwise, Span};
use super::types::Type;
use super::walk::Walk;

impl Walk<'_> {
    /// Says where a comparison is always the same; tells whether it is.
    pub(super) fn constant_comparison(&mut self, operator: Comparison, both: &[Expr; 2], at: Span) -> bool {
        let [one, other] = both;
        let message = if is_literal(one) && is_literal(other) {
            "this compares two literals: it is always the same"
        } else if is_same(one, other) {
            "this compares a value with itself: it is always the same"
        } else if is_known_length(operator, one, other) {
            "a length is never less than 0: this is always the same"
        } else {
            return false;
        };
        self.mistake(at, message.to_owned(), None);
        true
    }

    /// Says where it is asked whether a literal is given.
    pub(super) fn always_given(&mut self, value: &Expr, what: &str) {
        if is_literal(value) {
            self.mistake(value.at, format!("{what} a value that is always given"), None);
        }
    }

    /// Returns what `is_text` and `is_number` give.
    pub(super) fn type_test(&self, builtin: Builtin, value: &Type) -> Type {
        let wanted = if builtin == Builtin::IsText { Kinds::TEXT } else { Kinds::NUMBER };
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
                let message = format!("this `switch` over {found} leaves out {}", left.join(", "));
                self.mistake(end.at, message, Some("add an arm for it, or `_ => …` for the rest".to_owned()));
            }
            (None, None) => {
                let message = format!("this `switch` over {found} has no arm for what is none of these");
                self.mistake(end.at, message, Some("add `_ => …`, or `_ => ()` to do nothing".to_owned()));
            }
            (Some(left), Some(rest)) if left.is_empty() => {
                let message = format!("`_` is never reached: the arms before have every value of {found}");
                self.mistake(rest, message, Some("remove it".to_owned()));
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
    let names = |fields: &[Field]| fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    match (&one.kind, &other.kind) {
        (ExprKind::Variable(own), ExprKind::Variable(more)) => own == more,
        (ExprKind::Path(own, fields), ExprKind::Path(more, others)) => own == more && names(fields) == names(others),
        _ => false,
    }
}

/// Tells whether a length is compared with a number so that it can only be so.
fn is_known_length(operator: Comparison, one: &Expr, other: &Expr) -> bool {
    use Comparison::{Differ, Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    let is_length = |expr: &Expr| {
        matches!(
            expr.kind,
            ExprKind::Builtin(Builtin::Len, _) | ExprKind::List(super::super::ir::ListFunction::Count, ..)
        )
    };
    let number = |expr: &Expr| match &expr.kind {
        ExprKind::Int(number) => Some(*number),
        ExprKind::Negate(operand) => match operand.kind {
            ExprKind::Int(number) => number.checked_neg(),
            _ => None,
        },
        _ => None,
    };
    let (operator, number) = match (is_length(one), number(other), number(one), is_length(other)) {
        (true, Some(number), ..) => (operator, number),
        (_, _, Some(number), true) => (operator.swapped(), number),
        _ => return false,
    };
    match operator {
        GreaterOrEqual | Less => number <= 0,
        Greater | LessOrEqual | Equal | Differ => number < 0,
    }
}

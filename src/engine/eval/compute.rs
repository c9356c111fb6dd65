//! Arithmetic with numbers, times, texts and lists.

use super::arrays::Item;
use super::run::{Eval, Evaluator};
use super::value::{At, Value, ValueKind, View};
use crate::engine::ir::Arithmetic;
use crate::evidence::{Decimal, Length};

impl<'r> Evaluator<'r> {
    /// Computes with two values; what one of them comes from is what the result comes from.
    pub(super) fn compute(&mut self, operator: Arithmetic, one: Value, other: Value) -> Eval {
        if operator == Arithmetic::Add && (self.is_list(one) || self.is_list(other)) {
            return self.concatenate(one, other);
        }
        if let Some(absent) = self.absent_of(&[one, other]) {
            return Ok(absent);
        }
        let at = self.heap.places.both(one.written_at(), other.written_at());
        if let (Some(own), Some(more)) = (one.as_int(), other.as_int()) {
            let whole = match operator {
                Arithmetic::Add => own.checked_add(more),
                Arithmetic::Subtract => own.checked_sub(more),
                Arithmetic::Multiply => own.checked_mul(more),
                Arithmetic::Remainder if more != 0 => own.checked_rem(more),
                Arithmetic::Divide | Arithmetic::Remainder => None,
            };
            if let Some(whole) = whole {
                return Ok(Value::int(whole).at(at));
            }
        }
        if let (Some(own), Some(more)) = (self.as_decimal(one), self.as_decimal(other)) {
            return self.numbers(operator, own, more).map(|value| value.at(at));
        }
        self.others(operator, one, other).map(|value| value.at(at))
    }

    /// Tells whether a value is a list, of the evidence or made by the rule.
    pub(super) fn is_list(&self, value: Value) -> bool {
        value.is(ValueKind::Array) || self.nodes(value).is_some()
    }

    fn concatenate(&mut self, one: Value, other: Value) -> Eval {
        if let Some(absent) = self.absent_of(&[one, other]) {
            return Ok(absent);
        }
        let at = self.heap.places.both(one.written_at(), other.written_at());
        let (Some(own), Some(more)) = (self.list_as_array(one)?.as_array(), self.list_as_array(other)?.as_array())
        else {
            let (one, other) = (self.type_name(one), self.type_name(other));
            return Err(self.fault(format!("`+` does not fit {one} and {other}")));
        };
        let moved = self.heap.arrays.moved(own, more);
        self.spend_bytes(moved.saturating_mul(size_of::<Item>()))?;
        self.spend(moved as u64 / 8)?;
        let array = self.heap.arrays.concat(own, more);
        let absences = &mut self.absences;
        self.heap.arrays.set_openness(array, own.len(), |one, other| absences.union(one, other));
        Ok(Value::array(array).at(at))
    }

    fn list_as_array(&mut self, list: Value) -> Eval {
        if list.is(ValueKind::Array) {
            return Ok(list);
        }
        let items = self.items_of(list)?;
        self.make_list(&items, list.written_at())
    }

    fn numbers(&mut self, operator: Arithmetic, one: Decimal, other: Decimal) -> Eval {
        if matches!(operator, Arithmetic::Divide | Arithmetic::Remainder) && other.is_zero() {
            return Err(self.fault("division by zero"));
        }
        let result = match operator {
            Arithmetic::Add => one.checked_add(other),
            Arithmetic::Subtract => one.checked_sub(other),
            Arithmetic::Multiply => one.checked_mul(other),
            Arithmetic::Divide => one.checked_div(other),
            Arithmetic::Remainder => one.checked_rem(other),
        };
        match result {
            Some(number) => Ok(self.heap.keep_decimal(number)),
            None => {
                let sign = operator.sign();
                Err(self.fault(format!("{one} {sign} {other} has more digits than a number can have")))
            }
        }
    }

    fn others(&mut self, operator: Arithmetic, one: Value, other: Value) -> Eval {
        use Arithmetic::{Add, Divide, Multiply, Subtract};
        let (one, other) = match operator {
            Add | Subtract => (self.beside(one, other), self.beside(other, one)),
            Divide => (self.beside(one, other), other),
            Multiply | Arithmetic::Remainder => (one, other),
        };
        let factor = |value: Value| self.as_decimal(value);
        let result = match (operator, self.view(one), self.view(other)) {
            (Add, View::Text(own), View::Text(more)) => {
                let text = [own, more].concat();
                return self.computed_text(&text, At::NOWHERE);
            }
            (Add, View::Moment(moment), View::Length(length)) | (Add, View::Length(length), View::Moment(moment)) => {
                moment.plus(length).map(|moment| self.heap.keep_moment(moment))
            }
            (Subtract, View::Moment(moment), View::Length(length)) => {
                let earlier = length.negated().and_then(|length| moment.plus(length));
                earlier.map(|moment| self.heap.keep_moment(moment))
            }
            (Subtract, View::Moment(later), View::Moment(earlier)) => Some(self.heap.keep_length(later.since(earlier))),
            (Subtract, View::Day(later), View::Day(earlier)) => Some(Value::int(later.days_since(earlier))),
            (Add, View::Length(own), View::Length(more)) => own.plus(more).map(|length| self.heap.keep_length(length)),
            (Subtract, View::Length(own), View::Length(more)) => {
                let difference = more.negated().and_then(|more| own.plus(more));
                difference.map(|length| self.heap.keep_length(length))
            }
            (Multiply, View::Length(length), _) if factor(other).is_some() => {
                let length = factor(other).and_then(|factor| length.checked_mul(factor));
                length.map(|length| self.heap.keep_length(length))
            }
            (Multiply, _, View::Length(length)) if factor(one).is_some() => {
                let length = factor(one).and_then(|factor| length.checked_mul(factor));
                length.map(|length| self.heap.keep_length(length))
            }
            (Divide, View::Length(own), View::Length(more)) => {
                if more.seconds() == 0 && more.to_nanoseconds() == Some(0) {
                    return Err(self.fault("division by zero"));
                }
                own.ratio(more).map(|number| self.heap.keep_decimal(number))
            }
            (Divide, View::Length(length), _) if factor(other).is_some() => {
                if factor(other).is_some_and(Decimal::is_zero) {
                    return Err(self.fault("division by zero"));
                }
                let length = factor(other).and_then(|divisor| length.checked_div(divisor));
                length.map(|length| self.heap.keep_length(length))
            }
            _ => {
                let (one, other) = (self.type_name(one), self.type_name(other));
                return Err(self.fault(format!("`{}` does not fit {one} and {other}", operator.sign())));
            }
        };
        result.ok_or_else(|| self.fault("the result is out of the range of times"))
    }

    /// Returns a value as it is used beside another: the sum of no durations is 0, which beside times is no time.
    pub(super) fn beside(&self, value: Value, other: Value) -> Value {
        let is_time =
            matches!(other.kind(), ValueKind::Length | ValueKind::FarLength | ValueKind::Moment | ValueKind::FarMoment);
        match Value::near_length(Length::from_seconds(0)) {
            Some(none) if is_time && value.as_int() == Some(0) => none.at(value.written_at()),
            _ => value,
        }
    }

    pub(super) fn negated(&mut self, value: Value) -> Eval {
        if value.is_absent() {
            return Ok(value);
        }
        let negative = match self.view(value) {
            View::Int(number) => Some(self.heap.keep_decimal(-Decimal::from_int(number))),
            View::Decimal(number) => Some(self.heap.keep_decimal(-number)),
            View::Length(length) => length.negated().map(|length| self.heap.keep_length(length)),
            _ => return Err(self.fault(format!("`-` does not fit {}", self.type_name(value)))),
        };
        match negative {
            Some(negative) => Ok(negative.at(value.written_at())),
            None => Err(self.fault("the result is out of range")),
        }
    }

    /// Keeps a text that was computed.
    pub(super) fn computed_text(&mut self, text: &str, at: At) -> Eval {
        self.spend_bytes(text.len() + 16)?;
        let text = self.arena.alloc_str(text);
        Ok(self.heap.keep_text(text).at(at))
    }
}

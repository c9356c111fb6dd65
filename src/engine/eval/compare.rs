//! Comparisons in the logic of three values.

use std::cmp::Ordering;

use super::absences::SetId;
use super::run::{Eval, Evaluator};
use super::value::{Grade, Value, ValueKind, View};
use crate::engine::ir::Comparison;
use crate::engine::note::Place;
use crate::evidence::{Kind as NodeKind, text_key};

impl<'r> Evaluator<'r> {
    /// Compares two values: true, false, or absent where it is not known.
    #[inline]
    pub(super) fn compare(&mut self, operator: Comparison, one: Value, other: Value) -> Eval {
        if one.kind() == other.kind() {
            let order = match one.kind() {
                ValueKind::Int | ValueKind::Moment | ValueKind::Day | ValueKind::Time | ValueKind::Length => {
                    Some(one.number().cmp(&other.number()))
                }
                ValueKind::Text => Some(self.order_texts(one, other)?),
                _ => None,
            };
            if let Some(order) = order {
                return Ok(Value::bool(holds(operator, order)));
            }
        }
        self.compare_others(operator, one, other)
    }

    fn order_texts(&mut self, one: Value, other: Value) -> Eval<Ordering> {
        let (one, other) = (self.text(one), self.text(other));
        if one == other {
            return Ok(Ordering::Equal);
        }
        let length = one.len().min(other.len());
        if length > 64 {
            self.spend(length as u64 / 64)?;
        }
        if one.is_ascii() && other.is_ascii() {
            return Ok(one.cmp(other));
        }
        Ok(text_key(one).cmp(&text_key(other)))
    }

    #[inline(never)]
    fn compare_others(&mut self, operator: Comparison, one: Value, other: Value) -> Eval {
        if one.is_absent() || other.is_absent() {
            if let Some(known) = self.compare_bounds(operator, one, other) {
                return Ok(Value::bool(known));
            }
            return Ok(self.absent_of(&[one, other]).unwrap_or(Value::FALSE));
        }
        if operator.is_equality() {
            let equal = self.equal(one, other)?;
            return if operator == Comparison::Equal { Ok(equal) } else { self.not(equal) };
        }
        match self.order(one, other) {
            Ok(order) => Ok(Value::bool(holds(operator, order))),
            Err(_) => {
                let hint = self.date_hint(one, other);
                let (one, other) = (self.type_name(one), self.type_name(other));
                Err(self.fault(format!("`{}` does not fit {one} and {other}{hint}", operator.sign())))
            }
        }
    }

    fn date_hint(&self, one: Value, other: Value) -> &'static str {
        match (self.view(one), self.view(other)) {
            (View::Moment(_), View::Day(_)) | (View::Day(_), View::Moment(_)) => {
                "; moment.date() is the date of a date-time"
            }
            _ => "",
        }
    }

    /// Answers a comparison of an open length with a number, where every length that it can have answers the same.
    fn compare_bounds(&self, operator: Comparison, one: Value, other: Value) -> Option<bool> {
        let bounds = |value: Value| match value.as_int() {
            Some(number) => Some((number, number)),
            None => self.heap.bounds(value.bounds()?),
        };
        let ((least, most), (from, to)) = (bounds(one)?, bounds(other)?);
        let orders = [least.cmp(&to), most.cmp(&from)];
        match operator {
            Comparison::Equal | Comparison::Differ => {
                let is_apart = most < from || to < least;
                let is_one = least == most && from == to && least == from;
                let is_equal = if is_apart { Some(false) } else { is_one.then_some(true) };
                is_equal.map(|equal| equal == (operator == Comparison::Equal))
            }
            operator => {
                let [first, second] = orders.map(|order| holds(operator, order));
                (first == second).then_some(first)
            }
        }
    }

    /// Orders two values of one type.
    pub(super) fn order(&self, one: Value, other: Value) -> Eval<Ordering> {
        if let (Some(one), Some(other)) = (self.as_decimal(one), self.as_decimal(other)) {
            return Ok(one.cmp(&other));
        }
        let (one, other) = (self.beside(one, other), self.beside(other, one));
        Ok(match (self.view(one), self.view(other)) {
            (View::Text(one), View::Text(other)) => text_key(one).cmp(&text_key(other)),
            (View::Moment(one), View::Moment(other)) => one.cmp(&other),
            (View::Day(one), View::Day(other)) => one.cmp(&other),
            (View::Time(one), View::Time(other)) => one.cmp(&other),
            (View::Length(one), View::Length(other)) => one.cmp(&other),
            _ => {
                let (one, other) = (self.type_name(one), self.type_name(other));
                return Err(self.fault(format!("{one} and {other} have no order")));
            }
        })
    }

    /// Tells whether two values that are not absent are equal; what is not known of their parts stays so.
    fn equal(&mut self, one: Value, other: Value) -> Eval {
        if let (Some(one), Some(other)) = (one.as_bool(), other.as_bool()) {
            return Ok(Value::bool(one == other));
        }
        match (self.is_list(one), self.is_list(other)) {
            (true, true) => return self.equal_lists(one, other),
            (true, false) | (false, true) => return Ok(Value::FALSE),
            (false, false) => {}
        }
        if let (Some(one), Some(other)) = (one.as_collection(), other.as_collection()) {
            return self.equal_mappings(one, other);
        }
        // Values of different types are not equal: unions may hold such.
        Ok(Value::bool(self.order(one, other).is_ok_and(Ordering::is_eq)))
    }

    fn equal_lists(&mut self, one: Value, other: Value) -> Eval {
        let (own, more) = (self.openness(one), self.openness(other));
        if own != 0 || more != 0 {
            return Ok(Value::absent(Grade::Undecided, self.absences.union(own, more)));
        }
        if self.length(one) != self.length(other) {
            return Ok(Value::FALSE);
        }
        let (items, others) = (self.items_of(one)?, self.items_of(other)?);
        let mut unknown: SetId = 0;
        for (item, other) in items.into_iter().zip(others) {
            self.spend(1)?;
            let equal = self.compare(Comparison::Equal, item.value, other.value)?;
            match equal.as_absent() {
                Some((_, set)) => unknown = self.absences.union(unknown, set),
                None if equal.as_bool() == Some(false) => return Ok(Value::FALSE),
                None => {}
            }
        }
        Ok(if unknown == 0 { Value::TRUE } else { Value::absent(Grade::Undecided, unknown) })
    }

    fn equal_mappings(&mut self, one: Place, other: Place) -> Eval {
        if one == other {
            return Ok(Value::TRUE);
        }
        let mut unknown: SetId = 0;
        let mut names: Vec<&'r str> = Vec::new();
        for place in [one, other] {
            let node = self.node(place);
            if node.kind() != NodeKind::Mapping {
                return Ok(Value::FALSE);
            }
            names.extend(node.entries().map(|(key, _)| key.text()));
        }
        self.spend(names.len() as u64)?;
        names.sort_unstable();
        names.dedup();
        for name in names {
            self.spend(1)?;
            let mut sides = [Value::UNIT; 2];
            for (side, place) in sides.iter_mut().zip([one, other]) {
                *side = match self.node(place).get(name) {
                    Some(node) => self.read(Place { node: node.id(), ..place }),
                    None => self.absent_at(place, None, false),
                };
            }
            let [own, more] = sides;
            let equal = self.compare(Comparison::Equal, own, more)?;
            match equal.as_absent() {
                Some((_, set)) => unknown = self.absences.union(unknown, set),
                None if equal.as_bool() == Some(false) => return Ok(Value::FALSE),
                None => {}
            }
        }
        Ok(if unknown == 0 { Value::TRUE } else { Value::absent(Grade::Undecided, unknown) })
    }
}

fn holds(operator: Comparison, order: Ordering) -> bool {
    match operator {
        Comparison::Equal => order == Ordering::Equal,
        Comparison::Differ => order != Ordering::Equal,
        Comparison::Less => order == Ordering::Less,
        Comparison::LessOrEqual => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        Comparison::GreaterOrEqual => order != Ordering::Less,
    }
}

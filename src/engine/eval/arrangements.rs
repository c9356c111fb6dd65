//! What is made of whole lists: sorted, grouped, summed, joined, and ranges.

use std::collections::HashMap;

use ahash::RandomState;
use smallvec::SmallVec;

use super::absences::SetId;
use super::arrays::Item;
use super::lists::Fold;
use super::run::{Eval, Evaluator};
use super::scalar::ScalarKey;
use super::value::{At, Grade, Value};
use crate::engine::ir::{Closure, Comparison, Expr};

impl<'r> Evaluator<'r> {
    /// Returns the items with what a closure makes of each.
    fn keyed(&mut self, list: Value, closure: &'r Closure) -> Eval<Vec<(Value, Item)>> {
        let mut keyed = Vec::new();
        self.each_item(list, None, |run, item, why| {
            run.set(closure.parameter, item);
            let key = run.body(&closure.body)?;
            keyed.push((key, Item { value: item, why }));
            Ok(Fold::On)
        })?;
        Ok(keyed)
    }

    /// Sorts by a key. Where a key is absent, the place of every item is only possible.
    pub(super) fn sort_by(&mut self, list: Value, closure: &'r Closure) -> Eval {
        let keyed = self.keyed(list, closure)?;
        let mut unknown: SetId = 0;
        for (key, item) in &keyed {
            let own = self.openness(*key);
            unknown = self.absences.union(unknown, own);
            unknown = self.absences.union(unknown, item.why);
        }
        if unknown != 0 {
            let items: Vec<Item> = keyed.iter().map(|(_, item)| Item { why: unknown, ..*item }).collect();
            return self.make_list(&items, list.written_at());
        }
        let mut sorted: Vec<(Value, Item)> = keyed;
        let mut fault = None;
        let length: usize = sorted.iter().map(|(key, _)| 1 + self.as_text(*key).map_or(0, str::len) / 64).sum();
        self.spend(length as u64 * u64::from(sorted.len().max(1).ilog2() + 1))?;
        sorted.sort_by(|(one, _), (other, _)| match self.order(*one, *other) {
            Ok(order) => order,
            Err(stop) => {
                fault.get_or_insert(stop);
                // An order all the same: sorting panics where there is none.
                (one.kind() as u8).cmp(&(other.kind() as u8))
            }
        });
        match fault {
            Some(stop) => Err(stop),
            None => {
                let items: Vec<Item> = sorted.into_iter().map(|(_, item)| item).collect();
                self.make_list(&items, list.written_at())
            }
        }
    }

    /// Returns a list of lists, one for each key in the order of its first item.
    pub(super) fn group_by(&mut self, list: Value, closure: &'r Closure) -> Eval {
        let keyed = self.keyed(list, closure)?;
        let mut groups: Vec<Vec<Item>> = Vec::new();
        let mut by_key: HashMap<ScalarKey<'r>, usize, RandomState> = HashMap::default();
        // The keys that have no place in a table, with their groups.
        let mut others: Vec<(Value, usize)> = Vec::new();
        let mut possible: Vec<Item> = Vec::new();
        let mut unknown: SetId = 0;
        for (key, item) in keyed {
            let own = self.openness(key);
            if own != 0 {
                unknown = self.absences.union(unknown, own);
                possible.push(Item { why: self.absences.union(item.why, own), ..item });
                continue;
            }
            let next = groups.len();
            let group = match self.scalar(key) {
                Some(key) => *by_key.entry(key).or_insert(next),
                None => self.group_of(key, next, &mut others)?,
            };
            self.spend(1)?;
            match groups.get_mut(group) {
                Some(items) => items.push(item),
                None => groups.push(vec![item]),
            }
        }
        let mut lists = Vec::new();
        for mut items in groups {
            // A group of items that are all only possible is itself only possible.
            let is_certain = items.iter().any(|item| item.why == 0);
            let why = items.iter().fold(0, |why, item| self.absences.union(why, item.why));
            items.extend_from_slice(&possible);
            let value = self.make_list(&items, list.written_at())?;
            lists.push(Item { value, why: if is_certain { 0 } else { why } });
        }
        // Each item whose key is absent may have a group of its own, of which nothing is known.
        let value = Value::absent(Grade::Undecided, unknown);
        lists.extend(possible.iter().map(|_| Item { value, why: unknown }));
        self.make_list(&lists, list.written_at())
    }

    /// Returns the group of a key, which is the next one where no other key equals it.
    fn group_of(&mut self, key: Value, next: usize, known: &mut Vec<(Value, usize)>) -> Eval<usize> {
        for (other, group) in &*known {
            self.spend(1)?;
            if self.compare(Comparison::Equal, *other, key)?.as_bool() == Some(true) {
                return Ok(*group);
            }
        }
        known.push((key, next));
        Ok(next)
    }

    /// Folds the items of a list for `sum`, `min` and `max`; absent where an item is, or is only possible.
    pub(super) fn fold(&mut self, list: Value, step: impl Fn(&mut Self, Value, Value) -> Eval) -> Eval {
        let items = self.items_of(list)?;
        let mut all: Option<Value> = None;
        let mut unknown: Option<(Grade, SetId)> = None;
        for item in items {
            self.spend(1)?;
            if item.why != 0 {
                unknown = Some(self.united(unknown, (Grade::Undecided, item.why)));
            }
            match item.value.as_absent() {
                Some(absent) => unknown = Some(self.united(unknown, absent)),
                None => {
                    all = Some(match all {
                        Some(all) => step(self, all, item.value)?,
                        None => item.value,
                    });
                }
            }
        }
        Ok(match (unknown, all) {
            (Some((grade, set)), _) => Value::absent(grade, set).at(list.written_at()),
            (None, Some(all)) => all,
            (None, None) => Value::UNIT,
        })
    }

    /// Returns the items without those that equal an earlier one.
    pub(super) fn distinct(&mut self, list: Value) -> Eval {
        let mut kept: Vec<Item> = Vec::new();
        // Of values that have a place in a table, whether one is there for certain, and the absences of those that are
        // only possible; and the others.
        let mut by_key: HashMap<ScalarKey<'r>, (bool, SetId), RandomState> = HashMap::default();
        let mut others: Vec<Item> = Vec::new();
        for item in self.items_of(list)? {
            let mut why = item.why;
            let key = self.scalar(item.value);
            self.spend(1)?;
            let same = key.as_ref().and_then(|key| by_key.get(key)).copied();
            let mut is_double = same.is_some_and(|(is_certain, _)| is_certain);
            why = self.absences.union(why, same.map_or(0, |(_, set)| set));
            let earlier = match key {
                _ if is_double => &[],
                Some(_) => &*others,
                None => &*kept,
            };
            for earlier in earlier {
                self.spend(1)?;
                let equal = self.compare(Comparison::Equal, earlier.value, item.value)?;
                match (equal.as_bool(), equal.as_absent()) {
                    (Some(true), _) if earlier.why == 0 => {
                        is_double = true;
                        break;
                    }
                    (Some(false), _) => {}
                    (_, absent) => {
                        let own = absent.map_or(earlier.why, |(_, set)| set);
                        why = self.absences.union(why, own);
                    }
                }
            }
            if is_double {
                continue;
            }
            kept.push(Item { why, ..item });
            match key {
                Some(key) => {
                    let known = by_key.entry(key).or_default();
                    *known = (why == 0, self.absences.union(known.1, why));
                }
                None => others.push(Item { why, ..item }),
            }
        }
        self.make_list(&kept, list.written_at())
    }

    /// Returns the items of a list of lists.
    pub(super) fn flatten(&mut self, list: Value) -> Eval {
        let mut all = Vec::new();
        for outer in self.items_of(list)? {
            self.spend(1)?;
            match outer.value.as_absent() {
                // A list that is not given has no items, but nobody knows.
                Some((_, set)) => {
                    let why = self.absences.union(outer.why, set);
                    all.push(Item { value: Value::absent(Grade::Undecided, set), why });
                }
                None => {
                    let items = self.items_of(outer.value)?;
                    self.room_for((all.len() + items.len()).saturating_mul(size_of::<Item>()))?;
                    for item in items {
                        let why = self.absences.union(outer.why, item.why);
                        all.push(Item { why, ..item });
                    }
                }
            }
        }
        self.make_list(&all, list.written_at())
    }

    /// Returns the whole numbers of a range.
    pub(super) fn range(&mut self, from: Value, to: Value, is_inclusive: bool) -> Eval {
        if let Some(absent) = self.absent_of(&[from, to]) {
            return Ok(absent);
        }
        let (Some(from), Some(to)) = (from.as_int(), to.as_int()) else {
            return Err(self.fault("a range goes from one whole number to another"));
        };
        let to = if is_inclusive { to.saturating_add(1) } else { to };
        let count = to.saturating_sub(from).max(0);
        self.spend(count as u64)?;
        self.spend_bytes(usize::try_from(count).unwrap_or(usize::MAX).saturating_mul(size_of::<Item>()))?;
        let items: Vec<Item> = (from..to).map(|number| Item::certain(Value::int(number))).collect();
        self.make_list(&items, At::NOWHERE)
    }

    /// Writes the parts of an interpolated text one after the other.
    pub(super) fn interpolation(&mut self, parts: &'r [Expr]) -> Eval {
        let mut text = String::new();
        let mut values: SmallVec<[Value; 8]> = SmallVec::new();
        for part in parts {
            let value = self.eval(part)?;
            self.at = part.at;
            values.push(value);
            if !value.is_absent() {
                let written = self.written(value)?;
                self.room_for(text.len() + written.len())?;
                text.push_str(&written);
            }
        }
        match self.absent_of(&values) {
            Some(absent) => Ok(absent),
            None => {
                let at = self.places_of(&values);
                self.computed_text(&text, at)
            }
        }
    }
}

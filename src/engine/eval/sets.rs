//! Lists as sets: each item once, in the order of the first list, in the logic of three values.

use super::absences::SetId;
use super::arrays::Item;
use super::run::{Eval, Evaluator};
use super::value::{Grade, Value};

impl Evaluator<'_> {
    /// Returns the items of two lists, each once.
    pub(super) fn union(&mut self, one: Value, other: Value) -> Eval {
        let mut items = self.items_of(one)?;
        items.extend(self.items_of(other)?);
        self.room_for(std::mem::size_of_val(items.as_slice()))?;
        let at = self.heap.places.both(one.written_at(), other.written_at());
        let both = self.make_list(&items, at)?;
        self.distinct(both)
    }

    /// Returns the items of a list that another has, or has not, each once.
    pub(super) fn shared(&mut self, one: Value, other: Value, wanted: bool) -> Eval {
        let mut kept = Vec::new();
        for item in self.items_of(one)? {
            self.spend(1)?;
            let is_in = self.contains_item(other, item.value)?;
            let why = match (is_in.as_bool(), is_in.as_absent()) {
                (Some(is_in), _) if is_in == wanted => item.why,
                (Some(_), _) => continue,
                (None, absent) => self.absences.union(item.why, absent.map_or(0, |(_, set)| set)),
            };
            kept.push(Item { why, ..item });
        }
        let list = self.make_list(&kept, one.written_at())?;
        self.distinct(list)
    }

    /// Tells whether a list has all items of another.
    pub(super) fn is_subset(&mut self, one: Value, other: Value) -> Eval {
        let mut unknown: SetId = 0;
        for item in self.items_of(one)? {
            self.spend(1)?;
            let is_in = self.contains_item(other, item.value)?;
            match (is_in.as_bool(), is_in.as_absent()) {
                (Some(true), _) => continue,
                (Some(false), _) if item.why == 0 => return Ok(Value::FALSE),
                (_, absent) => {
                    unknown = self.absences.union(unknown, item.why);
                    unknown = self.absences.union(unknown, absent.map_or(0, |(_, set)| set));
                }
            }
        }
        Ok(if unknown == 0 { Value::TRUE } else { Value::absent(Grade::Undecided, unknown) })
    }
}

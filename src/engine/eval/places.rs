//! Where values come from: what is computed of several values comes from all of their places, the first of which is cited.

use std::collections::HashMap;

use ahash::RandomState;

use super::run::Evaluator;
use super::value::{At, Value};
use crate::engine::note::{Place, Subject};
use crate::evidence::NodeId;

/// Places that a value remembers; those of the sum of a long list are cut.
const PLACES: u8 = 16;

/// The places of values that come from several.
#[derive(Default)]
pub(super) struct Places {
    /// The places before, those that were added, and how many they are.
    pairs: Vec<(At, At, u8)>,
    /// The same two are the same places, so that equal calls stay equal.
    known: HashMap<(At, At), At, RandomState>,
}

impl Places {
    /// Returns the places of what is computed of two values.
    pub(super) fn both(&mut self, one: At, other: At) -> At {
        if other == At::NOWHERE || one == other {
            return one;
        }
        if one == At::NOWHERE {
            return other;
        }
        let count = self.count(one);
        if count >= PLACES {
            return one;
        }
        if let Some(known) = self.known.get(&(one, other)) {
            return *known;
        }
        let both = At::several(self.pairs.len() as u32);
        self.pairs.push((one, other, count.saturating_add(self.count(other))));
        self.known.insert((one, other), both);
        both
    }

    fn count(&self, at: At) -> u8 {
        at.as_several().and_then(|number| self.pairs.get(number as usize)).map_or(1, |(_, _, count)| *count)
    }

    /// Returns the places, the first of which is cited, each once.
    fn all(&self, at: At) -> Vec<Place> {
        let mut places = Vec::new();
        let mut open = vec![at];
        while let Some(at) = open.pop() {
            match at.as_several().and_then(|number| self.pairs.get(number as usize)) {
                Some((one, other, _)) => open.extend([*other, *one]),
                None => places.extend(at.place().filter(|place| !places.contains(place))),
            }
            if places.len() >= usize::from(PLACES) {
                break;
            }
        }
        places
    }

    fn first(&self, mut at: At) -> Option<Place> {
        while let Some((one, _, _)) = at.as_several().and_then(|number| self.pairs.get(number as usize)) {
            at = *one;
        }
        at.place()
    }

    /// Returns about how many bytes all of them take.
    pub(super) fn bytes(&self) -> usize {
        self.pairs.len() * 2 * size_of::<(At, At, At)>()
    }

    /// Forgets all of them.
    pub(super) fn clear(&mut self) {
        self.pairs.clear();
        self.known.clear();
    }
}

impl Evaluator<'_> {
    /// Returns the places of what is computed of some values.
    pub(super) fn places_of(&mut self, values: &[Value]) -> At {
        values.iter().fold(At::NOWHERE, |at, value| self.heap.places.both(at, value.written_at()))
    }

    /// Returns the place that is cited of a value.
    pub(super) fn cited_place(&self, value: Value) -> Option<Place> {
        self.heap.places.first(value.written_at())
    }

    /// Returns where a value comes from; the root of the bundle for what comes from no evidence.
    pub(super) fn place_or_root(&self, value: Value) -> Place {
        self.cited_place(value).unwrap_or(Place { subject: Subject::Bundle, node: NodeId::ROOT })
    }

    /// Returns all places that a value comes from, the one that is cited first: those of a list that a rule made, and
    /// of its items.
    pub(super) fn all_places(&self, value: Value) -> Vec<Place> {
        let mut places = self.heap.places.all(value.written_at());
        if let Some(array) = value.as_array() {
            for item in self.heap.arrays.items(array) {
                if places.len() >= usize::from(PLACES) {
                    break;
                }
                let own = self.heap.places.all(item.value.written_at());
                places.extend(own.into_iter().filter(|place| !places.contains(place)).collect::<Vec<_>>());
            }
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(node: u32) -> At {
        At::of(Place { subject: Subject::Bundle, node: NodeId::from_index(node) })
    }

    fn nodes(places: &Places, at: At) -> Vec<usize> {
        places.all(at).iter().map(|place| place.node.index()).collect()
    }

    #[test]
    fn what_is_computed_of_several_comes_from_all_of_them() {
        let mut places = Places::default();
        let sum = places.both(at(3), at(1));
        assert_eq!((nodes(&places, sum), places.first(sum)), (vec![3, 1], at(3).place()));
        assert_eq!((places.both(at(3), at(1)), places.both(sum, At::NOWHERE)), (sum, sum), "nothing new");
        assert_eq!((places.both(At::NOWHERE, at(1)), places.both(at(1), at(1))), (at(1), at(1)));
        let more = places.both(at(7), sum);
        let all = places.both(more, at(3));
        assert_eq!(nodes(&places, all), [7, 3, 1], "each once");
        let long = (0..100).map(at).fold(At::NOWHERE, |all, one| places.both(all, one));
        assert_eq!(nodes(&places, long), (0..16).collect::<Vec<_>>());
    }
}

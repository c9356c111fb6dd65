//! What a run makes besides the evidence: texts, numbers, times and lists that need more room than a value has.

use super::arrays::Arrays;
use super::places::Places;
use super::value::Value;
use crate::engine::note::Place;
use crate::evidence::{Decimal, Length, Moment, NodeId};

/// What was made on one bundle.
pub(super) struct Heap<'r> {
    /// Texts that stand in the rules come first.
    texts: Vec<&'r str>,
    written: usize,
    decimals: Vec<Decimal>,
    moments: Vec<Moment>,
    lengths: Vec<Length>,
    selections: Vec<&'r [NodeId]>,
    /// Between which numbers an absent number lies.
    bounds: Vec<(i64, i64)>,
    pub(super) arrays: Arrays,
    pub(super) places: Places,
}

impl<'r> Heap<'r> {
    pub(super) fn new(texts: impl Iterator<Item = &'r str>) -> Self {
        let texts: Vec<&str> = texts.collect();
        Self {
            written: texts.len(),
            texts,
            decimals: Vec::new(),
            moments: Vec::new(),
            lengths: Vec::new(),
            selections: Vec::new(),
            bounds: Vec::new(),
            arrays: Arrays::default(),
            places: Places::default(),
        }
    }

    pub(super) fn text(&self, number: usize) -> &'r str {
        self.texts.get(number).copied().unwrap_or_default()
    }

    /// Tells whether a text stands in a script.
    pub(super) fn is_written(&self, text: Value) -> bool {
        text.index().checked_sub(1).is_some_and(|number| number < self.written)
    }

    pub(super) fn keep_text(&mut self, text: &'r str) -> Value {
        self.texts.push(text);
        Value::text(self.texts.len() - 1)
    }

    pub(super) fn decimal(&self, number: usize) -> Decimal {
        self.decimals.get(number).copied().unwrap_or(Decimal::from_int(0))
    }

    /// Keeps a number; a whole one of 64 bits needs no keeping.
    pub(super) fn keep_decimal(&mut self, number: Decimal) -> Value {
        match number.to_int() {
            Some(whole) => Value::int(whole),
            None => {
                self.decimals.push(number);
                Value::decimal(self.decimals.len() - 1)
            }
        }
    }

    pub(super) fn moment(&self, number: usize) -> Option<Moment> {
        self.moments.get(number).copied()
    }

    pub(super) fn keep_moment(&mut self, moment: Moment) -> Value {
        Value::near_moment(moment).unwrap_or_else(|| {
            self.moments.push(moment);
            Value::far_moment(self.moments.len() - 1)
        })
    }

    pub(super) fn length(&self, number: usize) -> Option<Length> {
        self.lengths.get(number).copied()
    }

    pub(super) fn keep_length(&mut self, length: Length) -> Value {
        Value::near_length(length).unwrap_or_else(|| {
            self.lengths.push(length);
            Value::far_length(self.lengths.len() - 1)
        })
    }

    pub(super) fn nodes(&self, number: usize) -> &'r [NodeId] {
        self.selections.get(number).copied().unwrap_or_default()
    }

    pub(super) fn keep_nodes(&mut self, of: Place, nodes: &'r [NodeId]) -> Value {
        self.selections.push(nodes);
        Value::selection(of, self.selections.len() - 1)
    }

    /// Keeps between which numbers an absent number lies; no number is 0.
    pub(super) fn keep_bounds(&mut self, least: i64, most: i64) -> u32 {
        self.bounds.push((least, most));
        self.bounds.len() as u32
    }

    pub(super) fn bounds(&self, number: u32) -> Option<(i64, i64)> {
        self.bounds.get((number as usize).checked_sub(1)?).copied()
    }

    /// Returns how many bytes all of it takes, the texts themselves aside.
    pub(super) fn bytes(&self) -> usize {
        (self.texts.len() - self.written) * size_of::<&str>()
            + self.decimals.len() * size_of::<Decimal>()
            + self.moments.len() * size_of::<Moment>()
            + self.lengths.len() * size_of::<Length>()
            + self.selections.len() * size_of::<&[NodeId]>()
            + self.bounds.len() * size_of::<(i64, i64)>()
            + self.arrays.bytes()
            + self.places.bytes()
    }

    /// Forgets all but the texts of the rules.
    pub(super) fn clear(&mut self) {
        self.texts.truncate(self.written);
        self.decimals.clear();
        self.moments.clear();
        self.lengths.clear();
        self.selections.clear();
        self.bounds.clear();
        self.arrays = Arrays::default();
        self.places.clear();
    }
}

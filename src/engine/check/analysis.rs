//! What a walk of a rule finds: what it reads, whether it makes demands, and what is wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ir::{FunctionId, Span};
use super::super::mistake::Mistake;
use crate::pack::ShapeId;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Analysis {
    /// Fields that are read.
    pub(super) places: BTreeSet<ShapeId>,
    /// Places that are read with all that is below them.
    pub(super) whole: BTreeSet<ShapeId>,
    /// Whether attached files are looked at.
    pub(super) attachments: bool,
    /// Names of parameters.
    pub(super) parameters: BTreeSet<String>,
    /// Names of fields that are read of something that is not known.
    pub(super) unplaced: BTreeSet<String>,
    pub(super) makes_demand: bool,
    /// What demands cite: whether it comes from evidence in any of the calls.
    pub(super) cited: BTreeMap<(FunctionId, Span), bool>,
    pub(super) mistakes: BTreeSet<Mistake>,
}

impl Analysis {
    pub(super) fn join(&mut self, other: &Self) {
        self.places.extend(&other.places);
        self.whole.extend(&other.whole);
        self.attachments |= other.attachments;
        self.parameters.extend(other.parameters.iter().cloned());
        self.unplaced.extend(other.unplaced.iter().cloned());
        self.makes_demand |= other.makes_demand;
        self.mistakes.extend(other.mistakes.iter().cloned());
        for (at, is_evidence) in &other.cited {
            *self.cited.entry(*at).or_default() |= is_evidence;
        }
    }
}

//! What values are absent: the paths that an absent value stands for.
//!
//! A set is a node of a tree that only grows: the union of two sets costs one node, whatever their size.

use std::collections::HashSet;

use crate::engine::note::{Absent, Note, NoteKind, Place, Subject};
use crate::evidence::pointer_segment;
use crate::pack::ShapeId;

/// A set of absences; 0 is the empty set, which no absent value has.
pub(super) type SetId = u32;

/// A path at which nothing usable stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Absence {
    /// The deepest node that exists, or the value that says nothing or is unusable.
    pub(super) place: Place,
    /// The rest of the path; 0 for none.
    pub(super) tail: u32,
    pub(super) shape: Option<ShapeId>,
    pub(super) is_unusable: bool,
    /// It is prose of which a person has to say whether it states anything.
    pub(super) is_doubtful: bool,
}

/// One step of the rest of a path.
#[derive(Clone, Copy, Debug)]
pub(super) enum PathPart<'r> {
    Field(&'r str),
    Index(i64),
    /// An item that a list does not have.
    Item,
    /// Steps that are written as a JSON Pointer already.
    Rest(&'r str),
}

#[derive(Clone, Copy, Debug)]
enum Set {
    One(Absence),
    Union(SetId, SetId),
}

/// All absences of a run on one bundle.
#[derive(Debug, Default)]
pub(super) struct Absences<'r> {
    sets: Vec<Set>,
    /// Whether a set holds an unusable value.
    unusable: Vec<bool>,
    /// The step before, and the step.
    tails: Vec<(u32, PathPart<'r>)>,
}

impl<'r> Absences<'r> {
    /// Returns the set of one absence.
    pub(super) fn one(&mut self, absence: Absence) -> SetId {
        self.push(Set::One(absence), absence.is_unusable)
    }

    /// Returns the union of two sets.
    pub(super) fn union(&mut self, one: SetId, other: SetId) -> SetId {
        match (one, other) {
            (0, other) => other,
            (one, 0) => one,
            _ if one == other => one,
            _ => {
                let is_unusable = self.has_unusable(one) || self.has_unusable(other);
                self.push(Set::Union(one, other), is_unusable)
            }
        }
    }

    fn push(&mut self, set: Set, is_unusable: bool) -> SetId {
        self.sets.push(set);
        self.unusable.push(is_unusable);
        self.sets.len() as SetId
    }

    /// Returns how many bytes all of them take.
    pub(super) fn bytes(&self) -> usize {
        self.sets.len() * (size_of::<Set>() + 1) + self.tails.len() * size_of::<(u32, PathPart<'_>)>()
    }

    /// Tells whether a set holds an unusable value.
    pub(super) fn has_unusable(&self, set: SetId) -> bool {
        self.unusable.get((set as usize).wrapping_sub(1)).copied().unwrap_or(false)
    }

    /// Returns the absence that a set of one is.
    pub(super) fn only(&self, set: SetId) -> Option<Absence> {
        match self.sets.get((set as usize).checked_sub(1)?)? {
            Set::One(absence) => Some(*absence),
            Set::Union(..) => None,
        }
    }

    /// Returns the first absence of a set.
    pub(super) fn first(&self, mut set: SetId) -> Option<Absence> {
        loop {
            match self.sets.get((set as usize).checked_sub(1)?)? {
                Set::One(absence) => return Some(*absence),
                Set::Union(one, _) => set = *one,
            }
        }
    }

    /// Returns the path one step further.
    pub(super) fn tail(&mut self, before: u32, part: PathPart<'r>) -> u32 {
        self.tails.push((before, part));
        self.tails.len() as u32
    }

    /// Returns the rest of a path as the rest of a JSON Pointer.
    pub(super) fn pointer(&self, tail: u32) -> String {
        let mut parts = Vec::new();
        let mut at = tail;
        while let Some((before, part)) = (at as usize).checked_sub(1).and_then(|at| self.tails.get(at)) {
            parts.push(part);
            at = *before;
        }
        let mut pointer = String::new();
        for part in parts.into_iter().rev() {
            match part {
                PathPart::Field(name) => pointer.push_str(&format!("/{}", pointer_segment(name))),
                PathPart::Index(index) => pointer.push_str(&format!("/{index}")),
                PathPart::Item => pointer.push_str("/-"),
                PathPart::Rest(rest) => pointer.push_str(rest),
            }
        }
        pointer
    }

    /// Visits the absences of a set from left to right, those of a union that was seen before left out.
    pub(super) fn each(&self, set: SetId, seen: &mut HashSet<SetId>, visit: &mut dyn FnMut(&Absence)) {
        let mut open = vec![set];
        while let Some(set) = open.pop() {
            let Some(node) = (set as usize).checked_sub(1).and_then(|at| self.sets.get(at)) else { continue };
            if !seen.insert(set) {
                continue;
            }
            match node {
                Set::One(absence) => visit(absence),
                Set::Union(one, other) => open.extend([*other, *one]),
            }
        }
    }

    /// Returns the finding that something is absent.
    pub(super) fn note(&self, absence: &Absence) -> Note {
        Note {
            kind: absence.kind(),
            place: absence.place,
            related: Vec::new(),
            tail: self.pointer(absence.tail),
            shape: absence.shape,
            key: None,
            arguments: Vec::new(),
            script: None,
            depends_on: None,
            stakes: Vec::new(),
        }
    }

    /// Returns the first absence of a set as findings name it.
    pub(super) fn named(&self, set: SetId) -> Option<Absent> {
        let Absence { place, tail, shape, .. } = self.first(set)?;
        Some(Absent { place, tail: self.pointer(tail), shape })
    }

    /// Returns how many there are, for [`Absences::forget_since`].
    pub(super) fn mark(&self) -> (usize, usize) {
        (self.sets.len(), self.tails.len())
    }

    /// Forgets those that came up since a mark; no value that stays may be absent for them.
    pub(super) fn forget_since(&mut self, (sets, tails): (usize, usize)) {
        self.sets.truncate(sets);
        self.unusable.truncate(sets);
        self.tails.truncate(tails);
    }

    /// Forgets all of them.
    pub(super) fn clear(&mut self) {
        self.sets.clear();
        self.unusable.clear();
        self.tails.clear();
    }
}

impl Absence {
    /// Returns what kind of finding the absence is, where a demand depends on it.
    pub(super) fn kind(&self) -> NoteKind {
        match self.place.subject {
            // The operator cannot supply what the authority did not say.
            Subject::Order => NoteKind::Undetermined,
            Subject::Bundle if self.is_doubtful => NoteKind::Undetermined,
            Subject::Bundle if self.is_unusable => NoteKind::Unusable,
            Subject::Bundle => NoteKind::Missing,
        }
    }
}

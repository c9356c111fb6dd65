//! What an expression is worth to the direct evaluator, and how it looks to the interpreter's functions.

use std::rc::Rc;
use std::sync::Arc;

use rhai::{Dynamic, INT};

use super::super::handle::{Evidence, Missing, Selection, is_unknown, place_of_tag, tag_of, unknown};
use super::super::reading::Native;
use super::super::recorder::{Place, Recorder, Subject};
use super::arrays::{Array, Arrays};
use crate::evidence::{Day, Length, Moment, NodeId};
use crate::pack::Tree;

/// A value; what is evidence remembers its place. 24 bytes: values are copied at every step.
#[derive(Clone, Copy)]
pub(super) enum Value<'r> {
    Unit,
    /// `false` because something is absent.
    Unknown,
    Bool(bool, At),
    Int(INT, At),
    Float(f64, At),
    Text(&'r str, At),
    Moment(Moment, At),
    Day(Day, At),
    Length(Length, At),
    /// A mapping or a list.
    Collection(Place),
    /// Some items of a list.
    Selection(At, &'r [NodeId]),
    Missing(MissingId),
    Array(Array),
}

/// The place of a value, if it is evidence: the tag that values of the interpreter have.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct At(i32);

/// The number of an absent read among those of a run.
pub(super) type MissingId = u32;

impl At {
    /// Of a value that was computed.
    pub(super) const NOWHERE: Self = Self(0);

    pub(super) fn of(place: Place) -> Self {
        Self(tag_of(place))
    }

    pub(super) fn number(self) -> u64 {
        u64::from(self.0.cast_unsigned())
    }

    pub(super) fn place(self) -> Option<Place> {
        place_of_tag(self.0)
    }
}

impl<'r> Value<'r> {
    pub(super) const fn bool(value: bool) -> Self {
        Self::Bool(value, At::NOWHERE)
    }

    pub(super) const fn int(number: INT) -> Self {
        Self::Int(number, At::NOWHERE)
    }

    /// Returns the value of a condition; nothing stands for "not known".
    pub(super) fn truth(truth: Option<bool>) -> Self {
        truth.map_or(Self::Unknown, Self::bool)
    }

    pub(super) fn of_native(native: Native<'r>, place: Place) -> Self {
        let at = At::of(place);
        match native {
            Native::Text(text) => Self::Text(text, at),
            Native::Bool(value) => Self::Bool(value, at),
            Native::Int(number) => Self::Int(number, at),
            Native::Float(number) => Self::Float(number, at),
            Native::Moment(moment) => Self::Moment(moment, at),
            Native::Day(day) => Self::Day(day, at),
            Native::Length(length) => Self::Length(length, at),
        }
    }

    pub(super) fn text(self) -> Option<&'r str> {
        if let Self::Text(text, _) = self { Some(text) } else { None }
    }

    /// Returns a condition; nothing for what is neither true nor false.
    pub(super) fn as_bool(self) -> Option<bool> {
        match self {
            Self::Bool(value, _) => Some(value),
            Self::Unknown => Some(false),
            _ => None,
        }
    }
}

/// The trees that places are in, for handles.
#[derive(Clone, Copy)]
pub(super) struct Trees<'r> {
    pub(super) recorder: &'r Rc<Recorder>,
    pub(super) bundle: &'r Arc<Tree>,
    pub(super) order: &'r Arc<Tree>,
}

impl<'r> Trees<'r> {
    pub(super) fn tree(&self, subject: Subject) -> &'r Arc<Tree> {
        match subject {
            Subject::Bundle => self.bundle,
            Subject::Order => self.order,
        }
    }

    pub(super) fn handle(&self, place: Place) -> Evidence {
        Evidence { recorder: self.recorder.clone(), tree: self.tree(place.subject).clone(), place }
    }
}

/// Gives values as the interpreter would have them.
pub(super) struct Dynamics<'v, 'r> {
    pub(super) trees: Trees<'r>,
    pub(super) arrays: &'v Arrays<'r>,
    pub(super) missing: &'v [Missing],
}

impl Dynamics<'_, '_> {
    pub(super) fn of(&self, value: Value<'_>) -> Dynamic {
        let (mut value, At(tag)) = match value {
            Value::Unit => (Dynamic::UNIT, At::NOWHERE),
            Value::Unknown => return unknown(),
            Value::Bool(value, at) => (Dynamic::from_bool(value), at),
            Value::Int(number, at) => (Dynamic::from_int(number), at),
            Value::Float(number, at) => (Dynamic::from_float(number), at),
            Value::Text(text, at) => (Dynamic::from(text.to_owned()), at),
            Value::Moment(moment, at) => (Dynamic::from(moment), at),
            Value::Day(day, at) => (Dynamic::from(day), at),
            Value::Length(length, at) => (Dynamic::from(length), at),
            Value::Collection(place) => return Dynamic::from(self.trees.handle(place)),
            Value::Selection(at, nodes) => {
                let of = at.place().map(|place| self.trees.handle(place));
                return of.map_or(Dynamic::UNIT, |of| Dynamic::from(Selection { of, nodes: nodes.into() }));
            }
            Value::Missing(id) => return self.missing.get(id as usize).cloned().map_or(Dynamic::UNIT, Dynamic::from),
            Value::Array(array) => {
                return Dynamic::from_array(self.arrays.items(array).iter().map(|item| self.of(*item)).collect());
            }
        };
        value.set_tag(tag);
        value
    }
}

/// What a function of the interpreter gave, where it is a text or absent.
pub(super) enum Answered {
    Unknown,
    Missing(Missing),
    Text(String),
}

impl Answered {
    pub(super) fn of(value: &Dynamic) -> Option<Self> {
        if is_unknown(value) {
            return Some(Self::Unknown);
        }
        if let Some(missing) = value.read_lock::<Missing>() {
            return Some(Self::Missing(missing.clone()));
        }
        value.as_immutable_string_ref().ok().map(|text| Self::Text(text.to_string()))
    }
}

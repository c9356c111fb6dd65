//! What an expression is worth to the direct evaluator, and how it looks to the interpreter's functions.

use std::rc::Rc;
use std::sync::Arc;

use rhai::{Dynamic, INT};

use super::super::handle::{Evidence, Missing, Selection, is_unknown, tag_of, unknown};
use super::super::reading::Native;
use super::super::recorder::{Place, Recorder, Subject};
use crate::evidence::{Day, Length, Moment, NodeId};
use crate::pack::Tree;

/// A value; what is evidence remembers its place.
#[derive(Clone)]
pub(super) enum Value<'r> {
    Unit,
    /// `false` because something is absent.
    Unknown,
    Bool(bool, Option<Place>),
    Int(INT, Option<Place>),
    Float(f64, Option<Place>),
    Text(&'r str, Option<Place>),
    /// A text that was computed.
    Computed(Rc<str>),
    Moment(Moment, Option<Place>),
    Day(Day, Option<Place>),
    Length(Length, Option<Place>),
    /// A mapping or a list.
    Collection(Place),
    Selection(Place, Rc<[NodeId]>),
    Missing(Rc<Missing>),
    Array(Rc<[Self]>),
}

impl<'r> Value<'r> {
    pub(super) fn of_native(native: Native<'r>, place: Place) -> Self {
        let place = Some(place);
        match native {
            Native::Text(text) => Self::Text(text, place),
            Native::Bool(value) => Self::Bool(value, place),
            Native::Int(number) => Self::Int(number, place),
            Native::Float(number) => Self::Float(number, place),
            Native::Moment(moment) => Self::Moment(moment, place),
            Native::Day(day) => Self::Day(day, place),
            Native::Length(length) => Self::Length(length, place),
        }
    }

    pub(super) fn missing(missing: Missing) -> Self {
        Self::Missing(Rc::new(missing))
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text, _) => Some(text),
            Self::Computed(text) => Some(text),
            _ => None,
        }
    }

    /// Returns a condition; nothing for what is neither true nor false.
    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value, _) => Some(*value),
            Self::Unknown => Some(false),
            _ => None,
        }
    }
}

/// The trees that places are in, for handles.
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

    /// Returns the value as the interpreter would have it.
    pub(super) fn dynamic(&self, value: &Value<'_>) -> Dynamic {
        let (mut value, place) = match value {
            Value::Unit => (Dynamic::UNIT, None),
            Value::Unknown => return unknown(),
            Value::Bool(value, at) => (Dynamic::from_bool(*value), *at),
            Value::Int(number, at) => (Dynamic::from_int(*number), *at),
            Value::Float(number, at) => (Dynamic::from_float(*number), *at),
            Value::Text(text, at) => (Dynamic::from((*text).to_owned()), *at),
            Value::Computed(text) => (Dynamic::from(text.to_string()), None),
            Value::Moment(moment, at) => (Dynamic::from(*moment), *at),
            Value::Day(day, at) => (Dynamic::from(*day), *at),
            Value::Length(length, at) => (Dynamic::from(*length), *at),
            Value::Collection(place) => return Dynamic::from(self.handle(*place)),
            Value::Selection(of, nodes) => {
                return Dynamic::from(Selection { of: self.handle(*of), nodes: nodes.clone() });
            }
            Value::Missing(missing) => return Dynamic::from(Missing::clone(missing)),
            Value::Array(items) => {
                return Dynamic::from_array(items.iter().map(|item| self.dynamic(item)).collect());
            }
        };
        value.set_tag(place.map_or(0, tag_of));
        value
    }

    /// Returns what a function of the interpreter gave, where it is a text or absent.
    pub(super) fn answer(&self, value: Dynamic) -> Option<Value<'r>> {
        if is_unknown(&value) {
            return Some(Value::Unknown);
        }
        if let Some(missing) = value.read_lock::<Missing>() {
            return Some(Value::missing(missing.clone()));
        }
        value.as_immutable_string_ref().ok().map(|text| Value::Computed(text.as_str().into()))
    }
}

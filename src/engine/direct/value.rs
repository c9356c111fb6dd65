//! What an expression is worth to the direct evaluator.

use std::num::NonZeroU64;
use std::rc::Rc;
use std::sync::Arc;

use rhai::INT;

use super::super::handle::{Evidence, place_of_tag, tag_of};
use super::super::reading::Native;
use super::super::recorder::{Place, Recorder, Subject};
use super::arrays::Array;
use super::run::Run;
use crate::evidence::{Day, Length, Moment, NodeId};
use crate::pack::Tree;

/// A value; what is evidence remembers its place.
///
/// 16 bytes that stay in two registers, because values are handed on at every step: what the value is, where it is
/// written, and a word. What needs more than a word is kept by the run, and the word is its number.
#[derive(Clone, Copy)]
pub(super) struct Value {
    /// From the lowest bit: 8 bits [`Kind`], 24 bits offset of a moment from UTC in seconds, 32 bits [`At`].
    tag: NonZeroU64,
    word: u64,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    Unit = 1,
    /// `false` because something is absent.
    Unknown,
    Bool,
    Int,
    Float,
    Text,
    Moment,
    Day,
    Length,
    /// A mapping or a list.
    Collection,
    /// Some items of a list.
    Selection,
    Missing,
    Array,
}

/// A value taken apart.
#[derive(Clone, Copy)]
pub(super) enum View<'r> {
    Unit,
    Unknown,
    Bool(bool),
    Int(INT),
    Float(f64),
    Text(&'r str),
    Moment(Moment),
    Day(Day),
    Length(Length),
    Collection(Place),
    Selection(Place, &'r [NodeId]),
    Missing(MissingId),
    Array(Array),
}

/// The place of a value, if it is evidence: the tag that values of the interpreter have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct At(i32);

/// The number of an absent read among those of a run.
pub(super) type MissingId = u32;

impl At {
    /// Of a value that was computed.
    pub(super) const NOWHERE: Self = Self(0);

    pub(super) fn of(place: Place) -> Self {
        Self(tag_of(place))
    }

    pub(super) fn place(self) -> Option<Place> {
        place_of_tag(self.0)
    }
}

impl Kind {
    const fn tag(self) -> NonZeroU64 {
        // No kind is 0, so the default is never taken.
        match NonZeroU64::new(self as u64) {
            Some(tag) => tag,
            None => NonZeroU64::MIN,
        }
    }
}

impl Value {
    pub(super) const UNIT: Self = Self::of(Kind::Unit, 0);
    pub(super) const UNKNOWN: Self = Self::of(Kind::Unknown, 0);

    const fn of(kind: Kind, word: u64) -> Self {
        Self { tag: kind.tag(), word }
    }

    /// Returns the same value as one that is written at a place.
    pub(super) fn at(self, at: At) -> Self {
        let tag = self.tag.get() & 0xffff_ffff | u64::from(at.0.cast_unsigned()) << 32;
        // The kind is in it.
        Self { tag: NonZeroU64::new(tag).unwrap_or(self.tag), ..self }
    }

    pub(super) const fn bool(value: bool) -> Self {
        Self::of(Kind::Bool, value as u64)
    }

    pub(super) const fn int(number: INT) -> Self {
        Self::of(Kind::Int, number.cast_unsigned())
    }

    pub(super) const fn float(number: f64) -> Self {
        Self::of(Kind::Float, number.to_bits())
    }

    /// A text that the run keeps under a number.
    pub(super) fn text(number: usize) -> Self {
        Self::of(Kind::Text, number as u64)
    }

    /// The text that is written at a place.
    pub(super) fn text_at(place: Place) -> Self {
        Self::of(Kind::Text, 0).at(At::of(place))
    }

    /// Returns a moment, unless it needs more room.
    pub(super) fn moment(moment: Moment) -> Option<Self> {
        let (nanoseconds, offset) = moment.to_numbers()?;
        Some(Self::of(Kind::Moment, nanoseconds.cast_unsigned()).with_offset(offset))
    }

    fn with_offset(self, offset: i32) -> Self {
        Self { tag: self.tag | u64::from(offset.cast_unsigned() << 8), ..self }
    }

    pub(super) fn day(day: Day) -> Self {
        Self::of(Kind::Day, day.to_number().cast_unsigned())
    }

    /// Returns a length of time, unless it needs more room.
    pub(super) fn length(length: Length) -> Option<Self> {
        length.to_nanoseconds().map(Self::nanoseconds)
    }

    fn nanoseconds(nanoseconds: i64) -> Self {
        Self::of(Kind::Length, nanoseconds.cast_unsigned())
    }

    pub(super) fn collection(place: Place) -> Self {
        Self::of(Kind::Collection, 0).at(At::of(place))
    }

    /// Items of a list, which the run keeps under a number.
    pub(super) fn selection(of: Place, number: usize) -> Self {
        Self::of(Kind::Selection, number as u64).at(At::of(of))
    }

    pub(super) fn missing(id: MissingId) -> Self {
        Self::of(Kind::Missing, u64::from(id))
    }

    pub(super) fn array(array: Array) -> Self {
        Self::of(Kind::Array, array.to_word())
    }

    /// Returns the value of a condition; nothing stands for "not known".
    pub(super) fn truth(truth: Option<bool>) -> Self {
        truth.map_or(Self::UNKNOWN, Self::bool)
    }

    /// Returns what is written at a place, unless it needs more room.
    pub(super) fn native(native: &Native<'_>, place: Place) -> Option<Self> {
        let value = match native {
            Native::Text(_) => return Some(Self::text_at(place)),
            Native::Bool(value) => Self::bool(*value),
            Native::Int(number) => Self::int(*number),
            Native::Float(number) => Self::float(*number),
            Native::Moment(moment) => Self::moment(*moment)?,
            Native::Day(day) => Self::day(*day),
            Native::Length(length) => Self::length(*length)?,
        };
        Some(value.at(At::of(place)))
    }

    #[inline]
    pub(super) fn kind(self) -> Kind {
        match self.tag.get() as u8 {
            1 => Kind::Unit,
            2 => Kind::Unknown,
            3 => Kind::Bool,
            4 => Kind::Int,
            5 => Kind::Float,
            6 => Kind::Text,
            7 => Kind::Moment,
            8 => Kind::Day,
            9 => Kind::Length,
            10 => Kind::Collection,
            11 => Kind::Selection,
            12 => Kind::Missing,
            _ => Kind::Array,
        }
    }

    pub(super) fn is(self, kind: Kind) -> bool {
        self.tag.get() as u8 == kind as u8
    }

    /// Returns where the value is written, if it is evidence.
    pub(super) fn written_at(self) -> At {
        At(((self.tag.get() >> 32) as u32).cast_signed())
    }

    /// Returns the word, for what only tells values of a kind apart.
    pub(super) fn word(self) -> u64 {
        self.word
    }

    pub(super) fn tag(self) -> u64 {
        self.tag.get()
    }

    /// Returns the number that a value of a kind is ordered by.
    pub(super) fn number(self) -> i64 {
        self.word.cast_signed()
    }

    /// Returns a fraction.
    pub(super) fn float_number(self) -> f64 {
        f64::from_bits(self.word)
    }

    /// Returns the number of what is absent.
    #[inline]
    pub(super) fn as_missing(self) -> Option<MissingId> {
        self.is(Kind::Missing).then_some(self.word as MissingId)
    }

    pub(super) fn as_array(self) -> Option<Array> {
        self.is(Kind::Array).then(|| Array::of_word(self.word))
    }

    pub(super) fn as_int(self) -> Option<INT> {
        self.is(Kind::Int).then_some(self.number())
    }

    pub(super) fn as_collection(self) -> Option<Place> {
        if self.is(Kind::Collection) { self.written_at().place() } else { None }
    }

    /// Returns a condition, of which "not known" is false; nothing for other kinds.
    #[inline]
    pub(super) fn as_bool(self) -> Option<bool> {
        if self.is(Kind::Bool) { Some(self.word != 0) } else { self.is(Kind::Unknown).then_some(false) }
    }

    /// Returns the moment a length of time later.
    pub(super) fn later(self, nanoseconds: i64) -> Option<Self> {
        let word = self.number().checked_add(nanoseconds)?.cast_unsigned();
        Some(Self { word, ..self }.at(At::NOWHERE))
    }

    /// Returns the length of time from one moment or length to another.
    pub(super) fn difference(from: Self, to: Self) -> Option<Self> {
        to.number().checked_sub(from.number()).map(Self::nanoseconds)
    }

    /// Returns the sum of two lengths of time.
    pub(super) fn sum(a: Self, b: Self) -> Option<Self> {
        a.number().checked_add(b.number()).map(Self::nanoseconds)
    }

    pub(super) fn as_moment(self) -> Moment {
        let offset = (self.tag.get() as u32).cast_signed() >> 8;
        Moment::from_numbers(self.number(), offset)
    }
}

/// The trees that places are in.
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

impl<'r> Run<'r> {
    /// Takes a value apart; what is done often asks for its kind instead.
    #[inline(never)]
    pub(super) fn view(&self, value: Value) -> View<'r> {
        match value.kind() {
            Kind::Unit => View::Unit,
            Kind::Unknown => View::Unknown,
            Kind::Bool => View::Bool(value.word != 0),
            Kind::Int => View::Int(value.number()),
            Kind::Float => View::Float(value.float_number()),
            Kind::Text => View::Text(self.text(value)),
            Kind::Moment => View::Moment(value.as_moment()),
            Kind::Day => Day::from_number(value.number()).map_or(View::Unit, View::Day),
            Kind::Length => View::Length(Length::from_nanoseconds(value.number())),
            Kind::Collection => value.written_at().place().map_or(View::Unit, View::Collection),
            Kind::Selection => {
                value.written_at().place().map_or(View::Unit, |of| View::Selection(of, self.nodes_of(value)))
            }
            Kind::Missing => View::Missing(value.word as MissingId),
            Kind::Array => View::Array(Array::of_word(value.word)),
        }
    }

    /// Returns a text.
    #[inline]
    pub(super) fn text(&self, value: Value) -> &'r str {
        match value.written_at().place() {
            Some(place) => self.node(place).text(),
            None => self.made.texts.get(value.word as usize).copied().unwrap_or_default(),
        }
    }

    /// Returns the items of a selection.
    pub(super) fn nodes_of(&self, selection: Value) -> &'r [NodeId] {
        self.made.selections.get(selection.word as usize).copied().unwrap_or_default()
    }

    #[inline]
    pub(super) fn as_text(&self, value: Value) -> Option<&'r str> {
        if value.is(Kind::Text) { Some(self.text(value)) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_what_it_is_and_where_it_is_written() {
        let place = Place { subject: Subject::Order, node: NodeId::from_index(7) };
        for text in ["2024-05-13T13:44:00+09:00", "2024-05-13T13:44:00-23:59", "1969-12-31T23:59:59.5+23:59"] {
            let moment = Moment::parse(text).expect("valid");
            for value in [Value::moment(moment), Value::moment(moment).map(|value| value.at(At::of(place)))] {
                let value = value.expect("room");
                assert_eq!(value.kind(), Kind::Moment);
                assert_eq!(value.as_moment().to_string(), moment.to_string());
            }
        }
        let number = Value::int(-1).at(At::of(place));
        assert_eq!((number.as_int(), number.written_at().place()), (Some(-1), Some(place)));
        assert_eq!(number.at(At::NOWHERE).written_at().place(), None);
        assert_eq!((Value::UNKNOWN.as_bool(), Value::bool(true).as_bool()), (Some(false), Some(true)));
        assert_eq!(Value::float(-0.5).float_number().to_bits(), (-0.5_f64).to_bits());
        let kinds =
            [Kind::Unit, Kind::Unknown, Kind::Bool, Kind::Int, Kind::Float, Kind::Text, Kind::Moment, Kind::Day];
        let more = [Kind::Length, Kind::Collection, Kind::Selection, Kind::Missing, Kind::Array];
        for kind in kinds.into_iter().chain(more) {
            assert_eq!(Value::of(kind, 1).kind(), kind);
            assert!(Value::of(kind, 1).is(kind));
        }
    }
}

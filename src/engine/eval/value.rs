//! What an expression is worth.

use std::num::NonZeroU64;

use super::absences::SetId;
use super::arrays::Array;
use super::run::Evaluator;
use crate::engine::note::{Place, Subject};
use crate::evidence::{Day, Decimal, Length, Moment, NodeId, TimeOfDay};

/// A value; what comes from evidence remembers the place.
///
/// 16 bytes that stay in two registers, because values are handed on at every step: what the value is, where it is
/// written, and a word. What needs more than a word is kept by the run, and the word is its number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    /// From the lowest bit: 8 bits [`ValueKind`], 24 bits offset of a moment from UTC in seconds or [`Grade`], 32 bits [`At`].
    tag: NonZeroU64,
    word: u64,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum ValueKind {
    Unit = 1,
    Bool,
    Int,
    Decimal,
    Text,
    Moment,
    /// A moment that needs more room than a word.
    FarMoment,
    Day,
    Time,
    Length,
    /// A length that needs more room than a word.
    FarLength,
    /// A mapping or a list of the evidence.
    Collection,
    /// Some items of a list of the evidence, all of them for certain.
    Selection,
    /// A list that a rule made, or items of which some are only possible.
    Array,
    Absent,
}

/// How much is known of what is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Grade {
    /// It is not given.
    NotGiven,
    /// Something is given for certain, but which of several is not known.
    OneOfSeveral,
    /// It is not known whether anything is given.
    Undecided,
}

/// A value taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) enum View<'r> {
    Unit,
    Bool(bool),
    Int(i64),
    Decimal(Decimal),
    Text(&'r str),
    Moment(Moment),
    Day(Day),
    Time(TimeOfDay),
    Length(Length),
    Collection(Place),
    Selection(Place, &'r [NodeId]),
    Array(Array),
    Absent(Grade, SetId),
}

/// Where a value comes from, if it comes from evidence: a place, or the number under which the run keeps several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct At(u32);

/// Marks places in the order.
const ORDER_BIT: u32 = 1 << 31;
/// Marks the number of several places; a document has fewer nodes.
const SEVERAL_BIT: u32 = 1 << 30;

impl At {
    /// Of a value that comes from no evidence.
    pub(super) const NOWHERE: Self = Self(0);

    pub(super) fn of(place: Place) -> Self {
        let bit = if place.subject == Subject::Order { ORDER_BIT } else { 0 };
        Self((place.node.index() as u32 + 1) | bit)
    }

    pub(super) fn several(number: u32) -> Self {
        Self(number | SEVERAL_BIT)
    }

    /// Returns the number of several places.
    pub(super) fn as_several(self) -> Option<u32> {
        (self.0 & (ORDER_BIT | SEVERAL_BIT) == SEVERAL_BIT).then_some(self.0 & !SEVERAL_BIT)
    }

    /// Returns the place, if it is one: what is read comes from one, what is computed may come from several.
    pub(super) fn place(self) -> Option<Place> {
        if self.as_several().is_some() {
            return None;
        }
        let node = (self.0 & !ORDER_BIT).checked_sub(1)?;
        let subject = if self.0 & ORDER_BIT == 0 { Subject::Bundle } else { Subject::Order };
        Some(Place { subject, node: NodeId::from_index(node) })
    }

    /// Returns this place, or another where this is none.
    pub(super) fn or(self, other: Self) -> Self {
        if self == Self::NOWHERE { other } else { self }
    }
}

impl ValueKind {
    const fn tag(self) -> NonZeroU64 {
        // No kind is 0, so the default is never taken.
        match NonZeroU64::new(self as u64) {
            Some(tag) => tag,
            None => NonZeroU64::MIN,
        }
    }
}

impl Value {
    pub(super) const UNIT: Self = Self::of(ValueKind::Unit, 0);
    pub(super) const TRUE: Self = Self::of(ValueKind::Bool, 1);
    pub(super) const FALSE: Self = Self::of(ValueKind::Bool, 0);

    const fn of(kind: ValueKind, word: u64) -> Self {
        Self { tag: kind.tag(), word }
    }

    /// Returns the same value as one that comes from a place.
    pub(super) fn at(self, at: At) -> Self {
        let tag = self.tag.get() & 0xffff_ffff | u64::from(at.0) << 32;
        // The kind is in it.
        Self { tag: NonZeroU64::new(tag).unwrap_or(self.tag), ..self }
    }

    pub(super) const fn bool(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }

    pub(super) const fn int(number: i64) -> Self {
        Self::of(ValueKind::Int, number.cast_unsigned())
    }

    /// A number that the run keeps.
    pub(super) fn decimal(number: usize) -> Self {
        Self::of(ValueKind::Decimal, number as u64)
    }

    /// A text that the run keeps.
    pub(super) fn text(number: usize) -> Self {
        Self::of(ValueKind::Text, number as u64 + 1)
    }

    /// The text that is written at a place.
    pub(super) fn text_at(place: Place) -> Self {
        Self::of(ValueKind::Text, 0).at(At::of(place))
    }

    /// Returns a moment, unless it needs more room.
    pub(super) fn near_moment(moment: Moment) -> Option<Self> {
        let (nanoseconds, offset) = moment.to_numbers()?;
        let value = Self::of(ValueKind::Moment, nanoseconds.cast_unsigned());
        Some(value.with_bits(offset.cast_unsigned()))
    }

    pub(super) fn far_moment(number: usize) -> Self {
        Self::of(ValueKind::FarMoment, number as u64)
    }

    fn with_bits(self, bits: u32) -> Self {
        Self { tag: self.tag | u64::from(bits << 8), ..self }
    }

    pub(super) fn day(day: Day) -> Self {
        Self::of(ValueKind::Day, day.to_number().cast_unsigned())
    }

    pub(super) fn time(time: TimeOfDay) -> Self {
        Self::of(ValueKind::Time, time.to_number())
    }

    /// Returns a length of time, unless it needs more room.
    pub(super) fn near_length(length: Length) -> Option<Self> {
        length.to_nanoseconds().map(|nanoseconds| Self::of(ValueKind::Length, nanoseconds.cast_unsigned()))
    }

    pub(super) fn far_length(number: usize) -> Self {
        Self::of(ValueKind::FarLength, number as u64)
    }

    pub(super) fn collection(place: Place) -> Self {
        Self::of(ValueKind::Collection, 0).at(At::of(place))
    }

    /// Items of a list, which the run keeps under a number.
    pub(super) fn selection(of: Place, number: usize) -> Self {
        Self::of(ValueKind::Selection, number as u64).at(At::of(of))
    }

    pub(super) fn array(array: Array) -> Self {
        Self::of(ValueKind::Array, array.to_word())
    }

    pub(super) fn absent(grade: Grade, set: SetId) -> Self {
        Self::of(ValueKind::Absent, u64::from(set)).with_bits(grade as u32)
    }

    /// Returns an absent number of which it is known between which numbers it lies; the run keeps them.
    pub(super) fn with_bounds(self, number: u32) -> Self {
        Self { word: self.word | u64::from(number) << 32, ..self }
    }

    /// Returns the number under which the run keeps the bounds of an absent number.
    pub(super) fn bounds(self) -> Option<u32> {
        let number = (self.word >> 32) as u32;
        (self.is(ValueKind::Absent) && number > 0).then_some(number)
    }

    #[inline]
    pub(super) fn kind(self) -> ValueKind {
        match self.tag.get() as u8 {
            1 => ValueKind::Unit,
            2 => ValueKind::Bool,
            3 => ValueKind::Int,
            4 => ValueKind::Decimal,
            5 => ValueKind::Text,
            6 => ValueKind::Moment,
            7 => ValueKind::FarMoment,
            8 => ValueKind::Day,
            9 => ValueKind::Time,
            10 => ValueKind::Length,
            11 => ValueKind::FarLength,
            12 => ValueKind::Collection,
            13 => ValueKind::Selection,
            14 => ValueKind::Array,
            _ => ValueKind::Absent,
        }
    }

    #[inline]
    pub(super) fn is(self, kind: ValueKind) -> bool {
        self.tag.get() as u8 == kind as u8
    }

    /// Returns where the value comes from.
    pub(super) fn written_at(self) -> At {
        At((self.tag.get() >> 32) as u32)
    }

    /// Returns what only tells values of a kind apart.
    pub(super) fn bits(self) -> (u64, u64) {
        (self.tag.get(), self.word)
    }

    /// Returns the number that a value of a kind is ordered by.
    pub(super) fn number(self) -> i64 {
        self.word.cast_signed()
    }

    pub(super) fn index(self) -> usize {
        self.word as usize
    }

    /// Returns the absences that an absent value stands for; the empty set of one that is there.
    pub(super) fn absences(self) -> SetId {
        self.as_absent().map_or(0, |(_, set)| set)
    }

    /// Returns the absences that an absent value stands for, and its grade.
    #[inline]
    pub(super) fn as_absent(self) -> Option<(Grade, SetId)> {
        if !self.is(ValueKind::Absent) {
            return None;
        }
        let grade = match (self.tag.get() >> 8) as u8 {
            0 => Grade::NotGiven,
            1 => Grade::OneOfSeveral,
            _ => Grade::Undecided,
        };
        Some((grade, self.word as u32))
    }

    #[inline]
    pub(super) fn is_absent(self) -> bool {
        self.is(ValueKind::Absent)
    }

    pub(super) fn as_array(self) -> Option<Array> {
        self.is(ValueKind::Array).then(|| Array::of_word(self.word))
    }

    pub(super) fn as_int(self) -> Option<i64> {
        self.is(ValueKind::Int).then_some(self.number())
    }

    pub(super) fn as_bool(self) -> Option<bool> {
        self.is(ValueKind::Bool).then_some(self.word != 0)
    }

    #[inline]
    pub(super) fn as_collection(self) -> Option<Place> {
        if self.is(ValueKind::Collection) { self.written_at().place() } else { None }
    }

    fn as_moment(self) -> Moment {
        let offset = (self.tag.get() as u32).cast_signed() >> 8;
        Moment::from_numbers(self.number(), offset)
    }
}

impl<'r> Evaluator<'r> {
    /// Takes a value apart; what is done often asks for its kind instead.
    #[inline(never)]
    pub(super) fn view(&self, value: Value) -> View<'r> {
        match value.kind() {
            ValueKind::Unit => View::Unit,
            ValueKind::Bool => View::Bool(value.word != 0),
            ValueKind::Int => View::Int(value.number()),
            ValueKind::Decimal => View::Decimal(self.heap.decimal(value.index())),
            ValueKind::Text => View::Text(self.text(value)),
            ValueKind::Moment => View::Moment(value.as_moment()),
            ValueKind::FarMoment => self.heap.moment(value.index()).map_or(View::Unit, View::Moment),
            ValueKind::Day => Day::from_number(value.number()).map_or(View::Unit, View::Day),
            ValueKind::Time => View::Time(TimeOfDay::from_number(value.word)),
            ValueKind::Length => View::Length(Length::from_nanoseconds(value.number())),
            ValueKind::FarLength => self.heap.length(value.index()).map_or(View::Unit, View::Length),
            ValueKind::Collection => value.written_at().place().map_or(View::Unit, View::Collection),
            ValueKind::Selection => {
                value.written_at().place().map_or(View::Unit, |of| View::Selection(of, self.nodes_of(value)))
            }
            ValueKind::Array => View::Array(Array::of_word(value.word)),
            ValueKind::Absent => value.as_absent().map_or(View::Unit, |(grade, set)| View::Absent(grade, set)),
        }
    }

    /// Returns a text.
    #[inline]
    pub(super) fn text(&self, value: Value) -> &'r str {
        match (value.index().checked_sub(1), value.written_at().place()) {
            (Some(number), _) => self.heap.text(number),
            (None, Some(place)) => self.node(place).text(),
            (None, None) => "",
        }
    }

    /// Returns the items of a selection.
    pub(super) fn nodes_of(&self, selection: Value) -> &'r [NodeId] {
        self.heap.nodes(selection.index())
    }

    #[inline]
    pub(super) fn as_text(&self, value: Value) -> Option<&'r str> {
        if value.is(ValueKind::Text) { Some(self.text(value)) } else { None }
    }

    /// Returns the number that a value is.
    pub(super) fn as_decimal(&self, value: Value) -> Option<Decimal> {
        match value.kind() {
            ValueKind::Int => Some(Decimal::from_int(value.number())),
            ValueKind::Decimal => Some(self.heap.decimal(value.index())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_what_it_is_and_where_it_comes_from() {
        let place = Place { subject: Subject::Order, node: NodeId::from_index(7) };
        for text in ["2024-05-13T13:44:00+09:00", "2024-05-13T13:44:00-23:59", "1969-12-31T23:59:59.5+23:59"] {
            let moment = Moment::parse(text).expect("valid");
            for value in [Value::near_moment(moment), Value::near_moment(moment).map(|value| value.at(At::of(place)))] {
                let value = value.expect("room");
                assert_eq!(value.kind(), ValueKind::Moment);
                assert_eq!(value.as_moment().to_string(), moment.to_string());
            }
        }
        let number = Value::int(-1).at(At::of(place));
        assert_eq!((number.as_int(), number.written_at().place()), (Some(-1), Some(place)));
        assert_eq!(number.at(At::NOWHERE).written_at().place(), None);
        let sum = Value::int(1).at(At::several(5)).written_at();
        assert_eq!((sum.as_several(), sum.place(), At::of(place).as_several()), (Some(5), None, None));
        let absent = Value::absent(Grade::Undecided, 9).with_bounds(3);
        assert_eq!((absent.as_absent(), absent.bounds()), (Some((Grade::Undecided, 9)), Some(3)));
    }
}

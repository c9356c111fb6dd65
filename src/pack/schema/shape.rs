//! What one place of the tree may hold.

use std::collections::BTreeMap;
use std::num::NonZeroU16;

use crate::evidence::Decimal;
use crate::language::Text;
use crate::pack::assertion::{Assertion, Pattern};

/// The position of a shape in its [`Schema`](super::Schema), counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShapeId(NonZeroU16);

impl ShapeId {
    pub(super) fn index(self) -> usize {
        usize::from(self.0.get()) - 1
    }

    /// Returns the id of the shape at a position, counted from 0, if there can be so many.
    pub(super) fn at(index: usize) -> Option<Self> {
        u16::try_from(index + 1).ok().and_then(NonZeroU16::new).map(Self)
    }
}

/// What one place of the tree may hold.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The kind of value, with its limits.
    pub kind: ShapeKind,
    /// A noun phrase that fits "…: not given".
    pub title: Text,
    /// What to hand in.
    pub description: Option<Text>,
    /// A value as it could be written.
    pub example: Option<Text>,
    /// What the words of a choice are called in Korean.
    pub labels: BTreeMap<String, String>,
    /// Whether it is prose: a text that only holds the place of one is no statement.
    pub is_prose: bool,
    /// Whether it is prose that needs two different letters, and more than placeholders and numbers.
    pub is_strict: bool,
    /// Whether it is a name: a text that only holds the place of one names nobody and nothing.
    pub is_name: bool,
    /// The keys of a mapping beside its fields.
    pub others: Others,
    /// What is demanded of the value beyond its kind.
    pub(crate) assertions: Vec<Assertion>,
    /// What the value looks like, where its kind does not tell.
    pub(crate) form: Option<Text>,
}

/// Kinds of values that evidence has.
#[derive(Clone, Debug)]
pub enum ShapeKind {
    /// Keys with values; the fields are sorted by name.
    Object(Vec<(String, ShapeId)>),
    /// Keys that the one who writes chooses, with values of one shape.
    Map(ShapeId),
    /// A list of values of one shape.
    List(ShapeId),
    /// Free text with limits on its length in characters.
    Text {
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// One of some words.
    Choice(Vec<String>),
    /// Text in a format.
    Formatted(Format),
    /// A whole number in a range; where the schema gives no limit, that of 64 bits.
    Integer {
        /// The smallest number.
        min: i64,
        /// The largest number.
        max: i64,
    },
    /// A number in a range.
    Number {
        /// The smallest number.
        min: Option<Decimal>,
        /// The largest number.
        max: Option<Decimal>,
    },
    /// `true` or `false`.
    Boolean,
    /// One of several kinds: a value has the first that it fits. At most one of them has keys, and one has entries.
    Union(Vec<ShapeId>),
    /// Any value; what is below it is of this kind as well ([`below_any`](super::Schema::below_any)).
    Any,
}

/// The keys of a mapping that are no fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Others {
    /// The schema does not speak of them: they are not read, and the report names them.
    Unknown,
    /// The schema excludes them.
    Refused,
    /// They have a shape; what matches none of the patterns is unknown, or refused if `is_closed`.
    Free {
        /// The patterns of keys with the shapes of their values; the last has no pattern if it is for all other keys.
        shapes: Vec<(Option<KeyPattern>, ShapeId)>,
        /// Whether every other key is excluded.
        is_closed: bool,
    },
}

/// A pattern that keys are found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPattern(pub(crate) Pattern);

/// Formats of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 3339 with offset.
    DateTime,
    /// RFC 3339 full-date.
    Date,
    /// RFC 3339 full-time, with offset.
    Time,
    /// ISO 8601 duration of days, hours, minutes, seconds.
    Duration,
    /// An address of electronic mail.
    Email,
    /// RFC 3986 with a scheme.
    Uri,
    /// RFC 4122.
    Uuid,
    /// 64 hexadecimal digits.
    Sha256,
}

impl Shape {
    /// Creates a shape of which nothing is known but its kind and title.
    pub(crate) fn of(kind: ShapeKind, title: Text) -> Self {
        let (description, example, form) = (None, None, None);
        let (others, assertions, labels) = (Others::Unknown, Vec::new(), BTreeMap::new());
        Self {
            kind,
            title,
            description,
            example,
            labels,
            is_prose: false,
            is_strict: false,
            is_name: false,
            others,
            assertions,
            form,
        }
    }
}

impl ShapeKind {
    /// Tells whether every value is of the kind.
    pub(crate) fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }
}

impl Others {
    /// Returns the shape of the value of a key that is no field.
    pub(crate) fn shape_of(&self, key: &str) -> Option<ShapeId> {
        match self {
            Self::Free { shapes, .. } => {
                let is_for = |pattern: &Option<KeyPattern>| pattern.as_ref().is_none_or(|pattern| pattern.0.is_in(key));
                shapes.iter().find(|(pattern, _)| is_for(pattern)).map(|(_, shape)| *shape)
            }
            Self::Unknown | Self::Refused => None,
        }
    }

    /// Tells whether a key that has no shape is excluded.
    pub(crate) fn is_closed(&self) -> bool {
        match self {
            Self::Unknown => false,
            Self::Refused => true,
            Self::Free { is_closed, .. } => *is_closed,
        }
    }
}

impl Format {
    /// Returns the words for what a text in the format looks like.
    pub(crate) fn words(self) -> Text {
        match self {
            Self::DateTime => Text::new(
                "a date-time with offset, for example 2024-05-13T13:44:00+09:00",
                "시간대를 포함한 일시(예: 2024. 5. 13. 13:44의 경우 2024-05-13T13:44:00+09:00)",
            ),
            Self::Date => Text::new("a date, for example 2024-05-31", "날짜(예: 2024-05-31)"),
            Self::Time => Text::new(
                "a time of day with offset, for example 13:44:00+09:00",
                "시간대를 포함한 시각(예: 13:44:00+09:00)",
            ),
            Self::Duration => Text::new(
                "a duration of days, hours, minutes or seconds, for example PT10M",
                "일·시간·분·초 단위의 시간 길이(예: 10분은 PT10M, 2시간 30분은 PT2H30M)",
            ),
            Self::Email => {
                Text::new("an e-mail address, for example name@example.com", "전자우편 주소(예: name@example.com)")
            }
            Self::Uri => Text::new("a URI, for example https://example.com/", "URI(예: https://example.com/)"),
            Self::Uuid => Text::new("a UUID: 8-4-4-4-12 hexadecimal digits", "UUID(16진수 8-4-4-4-12자리)"),
            Self::Sha256 => Text::new("a SHA-256 digest: 64 hexadecimal digits", "SHA-256 해시값(16진수 64자리)"),
        }
    }
}

//! The types of JSON, as a set.

use std::ops::{BitAnd, BitOr};

use super::json_number::JsonNumber;
use crate::evidence::{Kind, NodeRef};
use crate::language::Text;

/// A set of types. An integer is a number that is whole, so `number` is two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TypeSet(u8);

/// The names of types, with what they stand for and what they are called.
const NAMES: [(&str, TypeSet, &str, &str); 7] = [
    ("object", TypeSet::MAP, "keys with values", "하위 항목(키와 값)"),
    ("array", TypeSet::LIST, "a list", "목록"),
    ("string", TypeSet::TEXT, "text", "문자열"),
    ("number", TypeSet::NUMBER, "a number", "숫자"),
    ("integer", TypeSet::WHOLE, "a whole number", "정수"),
    ("boolean", TypeSet::BOOLEAN, "true or false", "true 또는 false"),
    ("null", TypeSet::NULL, "nothing", "빈 값"),
];

impl TypeSet {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const NULL: Self = Self(1);
    pub(crate) const BOOLEAN: Self = Self(2);
    pub(crate) const WHOLE: Self = Self(4);
    pub(crate) const FRACTION: Self = Self(8);
    pub(crate) const NUMBER: Self = Self(4 | 8);
    pub(crate) const TEXT: Self = Self(16);
    pub(crate) const LIST: Self = Self(32);
    pub(crate) const MAP: Self = Self(64);
    pub(crate) const ALL: Self = Self(127);

    /// Returns the type of this name in a schema.
    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(own, ..)| *own == name).map(|(_, types, ..)| *types)
    }

    /// Returns the names of types.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, ..)| *name)
    }

    /// Returns the type of a node; an infinity has none.
    pub(crate) fn of(node: NodeRef<'_>) -> Self {
        match node.kind() {
            Kind::Null => Self::NULL,
            Kind::Boolean => Self::BOOLEAN,
            Kind::Integer => Self::WHOLE,
            Kind::Float => match JsonNumber::parse(node.text()) {
                Some(number) if number.is_whole() => Self::WHOLE,
                Some(_) => Self::FRACTION,
                None => Self::NONE,
            },
            Kind::Text => Self::TEXT,
            Kind::Sequence => Self::LIST,
            Kind::Mapping => Self::MAP,
        }
    }

    /// Tells whether a type is in both sets.
    pub(crate) fn meets(self, other: Self) -> bool {
        self & other != Self::NONE
    }

    /// Returns what values of these types are called.
    pub(crate) fn words(self) -> Text {
        let is_named = |types: Self| self & types == types && (types != Self::WHOLE || !self.meets(Self::FRACTION));
        let names = NAMES.iter().filter(|(_, types, ..)| is_named(*types));
        let (en, ko): (Vec<&str>, Vec<&str>) = names.map(|(_, _, en, ko)| (*en, *ko)).unzip();
        Text::new(en.join(" or "), ko.join(" 또는 "))
    }
}

impl BitAnd for TypeSet {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for TypeSet {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

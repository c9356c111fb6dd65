//! What a schema demands of a value: one assertion for each keyword of JSON Schema that restricts values.
//!
//! Takes nodes of a document and the checks of a schema; gives whether they hold, and what is wrong where they do not.
//! A value that is not given (null, or blank text) counts as absent, as it does for rules.

mod constant;
mod explain;
mod format;
mod holds;
mod json_number;
mod pattern;
mod types;
mod words;

pub(crate) use constant::Constant;
pub(crate) use explain::Explanation;
pub use explain::{Fault, FaultKind};
pub(crate) use format::{FORMATS, is_in_format};
pub(crate) use holds::Validator;
pub(crate) use json_number::JsonNumber;
pub(crate) use pattern::Pattern;
pub(crate) use types::TypeSet;
pub(crate) use words::phrase;

use super::schema::Format;

/// The position of a subschema among the checks of its schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CheckId(u32);

impl CheckId {
    /// Returns the id of the check at a position, counted from 0.
    pub(crate) fn at(position: usize) -> Self {
        Self(u32::try_from(position).unwrap_or(u32::MAX))
    }

    /// Returns the position of the check.
    pub(crate) fn position(self) -> usize {
        self.0 as usize
    }
}

/// A subschema: everything that it asserts of a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Check {
    pub(crate) assertions: Vec<Assertion>,
}

/// One restriction of values; each holds for values of the types that it does not speak of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Assertion {
    /// The schema `false`.
    Never,
    /// `type`.
    Type(TypeSet),
    /// `enum` and `const`.
    Values(Vec<Constant>),
    /// `minimum` and `exclusiveMinimum`.
    AtLeast { limit: JsonNumber, is_exclusive: bool },
    /// `maximum` and `exclusiveMaximum`.
    AtMost { limit: JsonNumber, is_exclusive: bool },
    /// `multipleOf`.
    MultipleOf(JsonNumber),
    /// `minLength`.
    FewestCharacters(usize),
    /// `maxLength`.
    MostCharacters(usize),
    /// `pattern`.
    Pattern(Pattern),
    /// `format`.
    Format(Format),
    /// `prefixItems` and `items`.
    Items { first: Vec<CheckId>, rest: Option<CheckId> },
    /// `minItems`.
    FewestItems(usize),
    /// `maxItems`.
    MostItems(usize),
    /// `uniqueItems`.
    DistinctItems,
    /// `contains`, `minContains` and `maxContains`.
    Contains { item: CheckId, fewest: usize, most: Option<usize> },
    /// `properties`, `patternProperties` and `additionalProperties`.
    Fields(Fields),
    /// `required`.
    Required(Vec<String>),
    /// `required`, of keys for which `null` is a value.
    Present(Vec<String>),
    /// `minProperties`.
    FewestFields(usize),
    /// `maxProperties`.
    MostFields(usize),
    /// `propertyNames`.
    FieldNames(CheckId),
    /// `dependentRequired`: what each key requires.
    DependentRequired(Vec<(String, Vec<String>)>),
    /// `dependentSchemas`.
    DependentSchemas(Vec<(String, CheckId)>),
    /// `$ref`, and each member of `allOf`.
    All(CheckId),
    /// `anyOf`.
    Any(Vec<CheckId>),
    /// `oneOf`.
    One(Vec<CheckId>),
    /// `not`.
    Not(CheckId),
    /// `if`, `then` and `else`.
    If { condition: CheckId, then: Option<CheckId>, otherwise: Option<CheckId> },
}

/// What the values of keys must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    /// `properties`, sorted by name.
    pub(crate) named: Vec<(String, CheckId)>,
    /// `patternProperties`, in the order of the schema.
    pub(crate) patterns: Vec<(Pattern, CheckId)>,
    /// `additionalProperties`.
    pub(crate) others: Option<CheckId>,
}

impl Fields {
    /// Returns the checks of the value of a key.
    pub(crate) fn checks_of<'f>(&'f self, name: &'f str) -> impl Iterator<Item = CheckId> + 'f {
        let named = self.field(name);
        let patterns = self.patterns.iter().filter(move |(pattern, _)| pattern.is_in(name)).map(|(_, check)| *check);
        let others = self.others.filter(|_| !self.knows(name));
        named.into_iter().chain(patterns).chain(others)
    }

    /// Returns the check that `properties` has for a key.
    pub(crate) fn field(&self, name: &str) -> Option<CheckId> {
        let at = self.named.binary_search_by(|(own, _)| own.as_str().cmp(name)).ok()?;
        self.named.get(at).map(|(_, check)| *check)
    }

    /// Tells whether a key is none of the others.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.field(name).is_some() || self.patterns.iter().any(|(pattern, _)| pattern.is_in(name))
    }
}

impl Assertion {
    /// Returns the types of values that the assertion speaks of.
    pub(crate) fn types(&self) -> TypeSet {
        match self {
            Self::AtLeast { .. } | Self::AtMost { .. } | Self::MultipleOf(_) => TypeSet::NUMBER,
            Self::FewestCharacters(_) | Self::MostCharacters(_) | Self::Pattern(_) | Self::Format(_) => TypeSet::TEXT,
            Self::Items { .. }
            | Self::FewestItems(_)
            | Self::MostItems(_)
            | Self::DistinctItems
            | Self::Contains { .. } => TypeSet::LIST,
            Self::Fields(_)
            | Self::Required(_)
            | Self::Present(_)
            | Self::FewestFields(_)
            | Self::MostFields(_)
            | Self::FieldNames(_)
            | Self::DependentRequired(_)
            | Self::DependentSchemas(_) => TypeSet::MAP,
            Self::Never
            | Self::Type(_)
            | Self::Values(_)
            | Self::All(_)
            | Self::Any(_)
            | Self::One(_)
            | Self::Not(_)
            | Self::If { .. } => TypeSet::ALL,
        }
    }

    /// Returns the checks of the value itself that the assertion applies, whether they have to hold or not.
    pub(crate) fn in_place(&self) -> Vec<CheckId> {
        match self {
            Self::All(check) | Self::Not(check) => vec![*check],
            Self::Any(checks) | Self::One(checks) => checks.clone(),
            Self::DependentSchemas(checks) => checks.iter().map(|(_, check)| *check).collect(),
            Self::If { condition, then, otherwise } => {
                [Some(*condition), *then, *otherwise].into_iter().flatten().collect()
            }
            Self::Never
            | Self::Type(_)
            | Self::Values(_)
            | Self::AtLeast { .. }
            | Self::AtMost { .. }
            | Self::MultipleOf(_)
            | Self::FewestCharacters(_)
            | Self::MostCharacters(_)
            | Self::Pattern(_)
            | Self::Format(_)
            | Self::Items { .. }
            | Self::FewestItems(_)
            | Self::MostItems(_)
            | Self::DistinctItems
            | Self::Contains { .. }
            | Self::Fields(_)
            | Self::Required(_)
            | Self::Present(_)
            | Self::FewestFields(_)
            | Self::MostFields(_)
            | Self::FieldNames(_)
            | Self::DependentRequired(_) => Vec::new(),
        }
    }
}

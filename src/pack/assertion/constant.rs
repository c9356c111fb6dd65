//! A value of JSON, to compare evidence with: `const`, `enum` and `uniqueItems`.

use std::collections::BTreeMap;
use std::fmt;

use super::json_number::JsonNumber;
use super::types::TypeSet;
use crate::evidence::{Kind, NodeRef};

/// A value that is equal to another if JSON Schema says so: `1.0` is `1`, and keys have no order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Constant {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number.
    Number(JsonNumber),
    /// Text; also an infinity, which is no number of JSON.
    Text(String),
    /// Values in order.
    List(Vec<Self>),
    /// Keys with values.
    Map(BTreeMap<String, Self>),
}

impl Constant {
    /// Returns the value of a node.
    pub(crate) fn of(node: NodeRef<'_>) -> Self {
        match node.kind() {
            Kind::Null => Self::Null,
            Kind::Boolean => Self::Boolean(node.as_bool() == Some(true)),
            Kind::Integer | Kind::Float => {
                JsonNumber::parse(node.text()).map_or_else(|| Self::Text(node.text().to_owned()), Self::Number)
            }
            Kind::Text => Self::Text(node.text().to_owned()),
            Kind::Sequence => Self::List(node.items().map(Self::of).collect()),
            Kind::Mapping => {
                Self::Map(node.entries().map(|(key, value)| (key.text().to_owned(), Self::of(value))).collect())
            }
        }
    }

    /// Returns the type of the value.
    pub(crate) fn types(&self) -> TypeSet {
        match self {
            Self::Null => TypeSet::NULL,
            Self::Boolean(_) => TypeSet::BOOLEAN,
            Self::Number(number) if number.is_whole() => TypeSet::WHOLE,
            Self::Number(_) => TypeSet::FRACTION,
            Self::Text(_) => TypeSet::TEXT,
            Self::List(_) => TypeSet::LIST,
            Self::Map(_) => TypeSet::MAP,
        }
    }
}

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(is_true) => write!(f, "{is_true}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Self::Map(entries) => {
                let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                write!(f, "{{{}}}", entries.join(", "))
            }
        }
    }
}

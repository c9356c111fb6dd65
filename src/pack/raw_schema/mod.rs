//! `evidence.schema.yaml` as written: its subschemas in the order in which they stand, with their places.
//!
//! Takes a YAML document; gives what each subschema says of values, and every mistake. It is read as evidence is, so
//! that a mistake has a place, and quickly: every run reads it.

mod circle;
mod keywords;
mod reader;
mod references;
mod values;

use std::collections::BTreeSet;

use super::assertion::{Assertion, CheckId};
use crate::evidence::{Document, NodeId, is_visible};
use crate::language::Text;

/// The subschemas of a schema.
#[derive(Debug)]
pub(super) struct RawSchemas {
    /// The whole schema.
    pub(super) root: CheckId,
    /// The definition of the order, if the schema has one.
    pub(super) order: Option<CheckId>,
    /// All of them, by id.
    pub(super) all: Vec<RawSchema>,
}

/// One subschema.
#[derive(Debug, Default)]
pub(super) struct RawSchema {
    title: Wording,
    description: Wording,
    example: Wording,
    /// What the words of `enum` are called in Korean.
    pub(super) labels: Vec<(String, String)>,
    /// Where it says that its text is prose, in which a placeholder is no statement.
    pub(super) prose: Option<NodeId>,
    /// Whether that prose needs two different letters, and more than placeholders and numbers.
    pub(super) is_strict: bool,
    /// Where it says that its text is a name, in which a placeholder names nobody and nothing.
    pub(super) name: Option<NodeId>,
    /// What it says of values, in the order of the standard's chapters.
    pub(super) assertions: Vec<Placed>,
}

/// An assertion with the place of its keyword.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) keyword: &'static str,
    pub(super) at: NodeId,
    pub(super) assertion: Assertion,
}

/// A text whose Korean stands in `x-ko`, beside the standard keyword.
#[derive(Clone, Debug, Default)]
struct Wording {
    en: Option<String>,
    ko: Option<String>,
}

/// Mistakes by place.
pub(super) type SchemaMistakes = BTreeSet<(NodeId, Text)>;

impl RawSchemas {
    /// Reads a schema, as far as it can be; the mistakes are added to those given.
    pub(super) fn read(document: &Document, mistakes: &mut SchemaMistakes) -> Self {
        let mut reader = reader::SchemaReader::new(document, mistakes);
        let root = reader.schema(document.root());
        let order = document.root().get("$defs").and_then(|definitions| definitions.get("order"));
        let order = order.map(|order| reader.schema(order));
        references::resolve(&mut reader);
        let mut all = reader.into_all();
        circle::refuse(&mut all, mistakes);
        Self { root, order, all }
    }

    /// Returns a subschema.
    pub(super) fn get(&self, id: CheckId) -> Option<&RawSchema> {
        self.all.get(id.position())
    }

    /// Returns what a subschema says of values.
    pub(super) fn assertions(&self, id: CheckId) -> impl DoubleEndedIterator<Item = &Assertion> + Clone {
        self.placed(id).iter().map(|placed| &placed.assertion)
    }

    /// Returns what a subschema says of values, with the places.
    pub(super) fn placed(&self, id: CheckId) -> &[Placed] {
        self.get(id).map_or(&[], |raw| &raw.assertions)
    }
}

impl RawSchema {
    pub(super) fn title(&self) -> Option<Text> {
        self.title.text()
    }

    pub(super) fn description(&self) -> Option<Text> {
        self.description.text()
    }

    /// Returns the first example as it would be written in YAML, on one line.
    pub(super) fn example(&self) -> Option<Text> {
        self.example.text()
    }
}

impl Wording {
    fn text(&self) -> Option<Text> {
        let given = |text: &'_ Option<String>| text.as_deref().filter(|text| is_visible(text)).map(str::to_owned);
        let (en, ko) = (given(&self.en), given(&self.ko));
        match (en, ko) {
            (Some(en), Some(ko)) => Some(Text::new(en, ko)),
            (Some(only), None) | (None, Some(only)) => Some(Text::same(only)),
            (None, None) => None,
        }
    }
}

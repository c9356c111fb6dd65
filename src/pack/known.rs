//! The fields of evidence and of the order that the program itself knows; everything else only rules read.

use super::schema::{Schema, ShapeKind};
use crate::evidence::NodeRef;
use crate::load::{Key, Layout};

/// The name of the operator, in a bundle.
pub const OPERATOR_NAME: Field = Field(&["operator", "name"]);
/// The stage that a bundle is handed in at.
pub const STAGE: Field = Field(&["submission", "stage"]);
/// The order that a bundle answers.
pub const ORDER_ID: Field = Field(&["submission", "order_id"]);
/// The date on which a bundle was handed in, as it says.
pub const SUBMITTED_ON: Field = Field(&["submission", "submitted_on"]);
/// The services of the operator, in a bundle.
pub const SERVICES: Field = Field(&["services"]);
/// The list of documents of a bundle, and the field of its items that names a file.
pub const DOCUMENTS: (&str, &str) = ("documents", "path");
/// The keys of which a file that stands alone must have one to be a bundle.
const MARKS: [&str; 2] = ["operator", "submission"];

/// The id of an order.
pub const ORDER_OWN_ID: Field = Field(&["id"]);
/// Lists of records that are counted: the key of a bundle, that of the order which names some of them, and the words.
pub const COUNTED: [Counted; 2] = [
    Counted { records: "changes", in_order: "works", one: "work", many: "works", ko: "작업" },
    Counted { records: "incidents", in_order: "incidents", one: "incident", many: "incidents", ko: "장애" },
];

/// The place of a value: the keys on the way to it.
#[derive(Clone, Copy, Debug)]
pub struct Field(&'static [&'static str]);

/// A list of records that reports count.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// The key of the list in a bundle.
    pub records: &'static str,
    /// The key of the list in the order that names records of it by their ids.
    pub in_order: &'static str,
    /// What one record is called, in English.
    pub one: &'static str,
    /// What several are called, in English.
    pub many: &'static str,
    /// What they are called in Korean.
    pub ko: &'static str,
}

impl Field {
    /// Returns the keys on the way to the value.
    pub fn keys(self) -> &'static [&'static str] {
        self.0
    }

    /// Returns the value in a tree.
    pub fn node(self, root: NodeRef<'_>) -> Option<NodeRef<'_>> {
        self.0.iter().try_fold(root, |node, key| node.get(key))
    }

    /// Returns the text in a tree, if it says something.
    pub fn text(self, root: NodeRef<'_>) -> Option<&str> {
        self.node(root).map(NodeRef::text).filter(|text| !text.trim().is_empty())
    }
}

/// Returns what a schema says about the files of a bundle.
pub(super) fn layout(schema: &Schema) -> Layout {
    let keys = schema.fields(schema.bundle()).iter().map(|(name, shape)| {
        let is_list = schema.item(*shape).is_some();
        let inside = schema.item(*shape).unwrap_or(*shape);
        let is_mapping = matches!(schema.shape(*shape).map(|shape| &shape.kind), Some(ShapeKind::Object(_)));
        Key { name: name.clone(), is_list, is_mapping, has_own_name_inside: schema.field(inside, name).is_some() }
    });
    Layout { keys: keys.collect(), documents: DOCUMENTS, marks: &MARKS }
}

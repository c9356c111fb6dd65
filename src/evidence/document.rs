//! The document: all files of a bundle in one text and one arena of nodes, in document order.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use super::budget::Budget;
use super::child_index::ChildIndex;
use super::place::{File, Location};
use super::scalar;

/// The index of a node in its [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// The root of every document.
    pub const ROOT: Self = Self(0);

    /// Returns the position of the node in document order, counted from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// Returns the node at a position in document order.
    pub fn from_index(index: u32) -> Self {
        Self(index)
    }
}

/// What a node is in the YAML 1.2 core schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: an empty value, `~` or `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A whole number; it may be too large for 64 bits.
    Integer,
    /// A floating point number.
    Float,
    /// Text, quoted or not.
    Text,
    /// A list of values.
    Sequence,
    /// Keys with values.
    Mapping,
}

impl Kind {
    /// Tells whether the node has no children of its own.
    pub fn is_scalar(self) -> bool {
        !matches!(self, Self::Sequence | Self::Mapping)
    }
}

/// One value or key; 20 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// Byte range in [`Document::text`] where it is written.
    pub(super) start: u32,
    pub(super) end: u32,
    /// Scalar: where its text begins. Collection: how many direct children it has.
    pub(super) a: u32,
    /// Scalar: the length of its text. Collection: the index after its last descendant.
    pub(super) b: u32,
    pub(super) kind: Kind,
    /// The scalar's text stands in [`Document::decoded`] (escapes, folded lines, file names).
    pub(super) is_decoded: bool,
}

/// Sorted keys of one large mapping: `keys[start..end]` by text.
#[derive(Debug)]
pub(super) struct KeyIndex {
    pub(super) mapping: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// All evidence of one bundle as one tree, with the place of every key and value.
#[derive(Debug)]
pub struct Document {
    pub(super) text: String,
    pub(super) decoded: String,
    pub(super) nodes: Vec<Node>,
    pub(super) files: Vec<File>,
    pub(super) indexes: Vec<KeyIndex>,
    pub(super) sorted_keys: Vec<u32>,
    /// Lines `---` at the ends of files, one a file.
    pub(super) empty_ends: Vec<Location>,
    pub(super) plain_files: usize,
    /// What the files lie in, as places begin; empty for a folder.
    pub(super) container: String,
    pub(super) child_index: OnceLock<ChildIndex>,
    /// The steps of work on the bundle that the document belongs to.
    pub(super) budget: Arc<Budget>,
}

/// A node together with its document; cheap to copy.
#[derive(Clone, Copy)]
pub struct NodeRef<'d> {
    document: &'d Document,
    id: NodeId,
}

impl Document {
    /// Returns the root of the tree.
    pub fn root(&self) -> NodeRef<'_> {
        self.node(NodeId::ROOT)
    }

    /// Returns the node with this id.
    pub fn node(&self, id: NodeId) -> NodeRef<'_> {
        NodeRef { document: self, id }
    }

    /// Returns the number of nodes, keys included.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Returns the number of files that make up the tree.
    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// Returns the budget of the bundle that the document belongs to.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Returns how many of the files the plain reader answered; the general reader read the others.
    pub fn plain_file_count(&self) -> usize {
        self.plain_files
    }

    /// Returns the places of lines `---` at the end of a file, with nothing after them.
    pub fn empty_ends(&self) -> &[Location] {
        &self.empty_ends
    }

    pub(super) fn add_index(&mut self, mapping: u32, keys: &[u32]) {
        let start = self.sorted_keys.len() as u32;
        self.sorted_keys.extend_from_slice(keys);
        let end = self.sorted_keys.len() as u32;
        self.indexes.push(KeyIndex { mapping, start, end });
    }

    pub(super) fn raw(&self, id: NodeId) -> Node {
        // Ids are made by the builder only, so the default is never taken.
        self.nodes.get(id.index()).copied().unwrap_or(Node {
            start: 0,
            end: 0,
            a: 0,
            b: 0,
            kind: Kind::Null,
            is_decoded: false,
        })
    }

    pub(super) fn scalar_text(&self, node: Node) -> &str {
        let source = if node.is_decoded { &self.decoded } else { &self.text };
        source.get(node.a as usize..(node.a + node.b) as usize).unwrap_or_default()
    }

    fn key_in_index(&self, index: &KeyIndex, key: &str) -> Option<NodeId> {
        let keys = self.sorted_keys.get(index.start as usize..index.end as usize)?;
        let text = |id: u32| self.scalar_text(self.raw(NodeId(id)));
        let found = keys.binary_search_by(|&id| text(id).cmp(key)).ok()?;
        keys.get(found).map(|&id| NodeId(id))
    }
}

impl<'d> NodeRef<'d> {
    /// Returns the id of the node.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Returns what the node is.
    pub fn kind(self) -> Kind {
        self.document.raw(self.id).kind
    }

    /// Returns the text of a scalar as it is meant (quotes and escapes resolved); empty for a collection.
    pub fn text(self) -> &'d str {
        let node = self.document.raw(self.id);
        if node.kind.is_scalar() { self.document.scalar_text(node) } else { "" }
    }

    /// Returns the boolean that the node is.
    pub fn as_bool(self) -> Option<bool> {
        (self.kind() == Kind::Boolean).then(|| self.text().starts_with(['t', 'T']))
    }

    /// Returns the integer that the node is, if it fits 64 bits; one may be written as `1000.0` or `1e3`.
    pub fn as_integer(self) -> Option<i64> {
        match self.kind() {
            Kind::Integer => scalar::integer(self.text()),
            Kind::Float => scalar::whole(self.text()),
            Kind::Null | Kind::Boolean | Kind::Text | Kind::Sequence | Kind::Mapping => None,
        }
    }

    /// Returns the number that the node is.
    pub fn as_float(self) -> Option<f64> {
        match self.kind() {
            Kind::Integer | Kind::Float => scalar::float(self.text()),
            Kind::Null | Kind::Boolean | Kind::Text | Kind::Sequence | Kind::Mapping => None,
        }
    }

    /// Returns the number of items of a sequence or entries of a mapping; 0 for a scalar.
    pub fn len(self) -> usize {
        let node = self.document.raw(self.id);
        match node.kind {
            Kind::Sequence => node.a as usize,
            Kind::Mapping => node.a as usize / 2,
            Kind::Null | Kind::Boolean | Kind::Integer | Kind::Float | Kind::Text => 0,
        }
    }

    /// Tells whether there is nothing in the collection.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Returns the first node after this one and all inside it.
    pub fn end(self) -> NodeId {
        NodeId(self.subtree_end())
    }

    /// Returns the items of a sequence, in order; nothing for any other node.
    pub fn items(self) -> Children<'d> {
        self.children(Kind::Sequence)
    }

    /// Returns the keys of a mapping with their values, in order; nothing for any other node.
    pub fn entries(self) -> impl Iterator<Item = (NodeRef<'d>, NodeRef<'d>)> {
        let mut children = self.children(Kind::Mapping);
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// Returns the value that a mapping gives for `key`.
    pub fn get(self, key: &str) -> Option<Self> {
        let document = self.document;
        let by_mapping = |index: &super::document::KeyIndex| index.mapping.cmp(&self.id.0);
        if let Ok(at) = document.indexes.binary_search_by(by_mapping) {
            let key = document.key_in_index(document.indexes.get(at)?, key)?;
            return Some(document.node(NodeId(key.0 + 1)));
        }
        self.entries().find(|(k, _)| k.text().cmp(key) == Ordering::Equal).map(|(_, value)| value)
    }

    /// Returns the children of a collection near the one that holds a node, and the position of the first of them.
    pub(super) fn children_near(self, id: NodeId) -> (usize, Children<'d>) {
        let (position, next) = ChildIndex::start(self.document, self.id, id);
        (position, Children { document: self.document, next: next.0, end: self.subtree_end() })
    }

    /// Returns the index after the last descendant of the node.
    pub(super) fn subtree_end(self) -> u32 {
        let node = self.document.raw(self.id);
        if node.kind.is_scalar() { self.id.0 + 1 } else { node.b }
    }

    fn children(self, kind: Kind) -> Children<'d> {
        let is_collection = self.kind() == kind;
        let end = if is_collection { self.subtree_end() } else { 0 };
        Children { document: self.document, next: self.id.0 + 1, end }
    }
}

/// The items of a sequence, or the keys and values of a mapping in turn.
#[derive(Clone)]
pub struct Children<'d> {
    document: &'d Document,
    next: u32,
    end: u32,
}

impl<'d> Iterator for Children<'d> {
    type Item = NodeRef<'d>;

    fn next(&mut self) -> Option<NodeRef<'d>> {
        if self.next >= self.end {
            return None;
        }
        let node = self.document.node(NodeId(self.next));
        self.next = node.subtree_end();
        Some(node)
    }
}

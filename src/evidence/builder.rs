//! Builds a document from a stream of scalars and collection ends, in document order.

use std::sync::{Arc, OnceLock};

use super::budget::Budget;
use super::document::{Document, Kind, Node, NodeId};
use super::place::File;

/// Mappings with more keys than this get a sorted index for look-ups.
const INDEX_ABOVE: usize = 16;

/// A collection to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    /// A list.
    Sequence,
    /// Keys with values.
    Mapping,
}

/// A key that a mapping gives twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The key where it is given first.
    pub first: NodeId,
    /// The key where it is given again.
    pub second: NodeId,
}

/// Collects nodes; offsets count bytes in the file last begun.
#[derive(Debug)]
pub struct Builder {
    document: Document,
    open: Vec<OpenCollection>,
    /// The keys of all open mappings, innermost last.
    keys: Vec<u32>,
    /// Where the file last begun starts in the document's text.
    base: u32,
    copied: Copied,
}

/// What copies added to a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Keys and values.
    pub nodes: usize,
    /// The bytes of their texts.
    pub bytes: usize,
}

#[derive(Debug)]
struct OpenCollection {
    node: u32,
    kind: Kind,
    children: u32,
    /// Where the last child ends.
    end: u32,
    /// Where the keys of this mapping begin in [`Builder::keys`].
    keys_at: usize,
}

/// A moment in building to which [`Builder::roll_back`] returns.
#[derive(Debug)]
pub struct Checkpoint {
    nodes: usize,
    decoded: usize,
    indexes: usize,
    sorted_keys: usize,
    keys: usize,
    depth: usize,
    /// The children of the collection open then, and where the last of them ended.
    children: u32,
    end: u32,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// Creates a builder of an empty document whose work is not limited.
    pub fn new() -> Self {
        Self::within(Budget::unlimited())
    }

    /// Creates a builder of an empty document, whose files give the budget its bytes.
    pub fn within(budget: Budget) -> Self {
        let document = Document {
            text: String::new(),
            decoded: String::new(),
            nodes: Vec::new(),
            files: Vec::new(),
            indexes: Vec::new(),
            sorted_keys: Vec::new(),
            empty_ends: Vec::new(),
            plain_files: 0,
            container: String::new(),
            child_index: OnceLock::new(),
            budget: Arc::new(budget),
        };
        Self { document, open: Vec::new(), keys: Vec::new(), base: 0, copied: Copied::default() }
    }

    /// Names what the files lie in, such as `two.zip!/`; places begin with it.
    pub fn set_container(&mut self, container: &str) {
        container.clone_into(&mut self.document.container);
    }

    /// Adds the text of a file; what follows is written in it.
    pub fn begin_file(&mut self, name: &str, text: &str) {
        self.base = self.document.text.len() as u32;
        self.document.budget.add_bytes(text.len());
        self.document.budget.spend_text(text.len());
        self.document.nodes.reserve(text.len() / 12 + 8);
        self.document.text.push_str(text);
        self.document.files.push(File::new(name, self.base, self.document.text.len() as u32));
        // So that a place at the end of this file is not the start of the next one.
        self.document.text.push('\n');
    }

    /// Adds a scalar whose text stands as it is at `text_at..text_at + length` of the file.
    pub fn scalar(&mut self, kind: Kind, start: usize, end: usize, text_at: usize, length: usize) -> NodeId {
        let a = self.base + text_at as u32;
        self.push(Node { a, b: length as u32, ..self.at(kind, start, end) })
    }

    /// Adds a scalar whose text had to be decoded or comes from a file name.
    pub fn decoded_scalar(&mut self, kind: Kind, start: usize, end: usize, text: &str) -> NodeId {
        let a = self.document.decoded.len() as u32;
        self.document.decoded.push_str(text);
        self.push(Node { a, b: text.len() as u32, is_decoded: true, ..self.at(kind, start, end) })
    }

    /// Opens a collection; the next nodes are its children until [`Builder::close`].
    pub fn open(&mut self, collection: Collection, start: usize, end: usize) -> NodeId {
        let kind = match collection {
            Collection::Sequence => Kind::Sequence,
            Collection::Mapping => Kind::Mapping,
        };
        let id = self.push(self.at(kind, start, end));
        let end = self.base + end as u32;
        self.open.push(OpenCollection { node: id.0, kind, children: 0, end, keys_at: self.keys.len() });
        id
    }

    /// Closes the collection opened last; `end` is where its closing bracket ends, if it has one.
    ///
    /// # Errors
    /// Names the first key that a mapping gives twice.
    pub fn close(&mut self, end: Option<usize>) -> Result<(), Duplicate> {
        let Some(frame) = self.open.pop() else { return Ok(()) };
        let end = end.map_or(frame.end, |end| self.base + end as u32);
        let after = self.document.nodes.len() as u32;
        if let Some(node) = self.document.nodes.get_mut(frame.node as usize) {
            node.a = frame.children;
            node.b = after;
            node.end = node.end.max(end);
            if let Some(parent) = self.open.last_mut() {
                parent.end = parent.end.max(node.end);
            }
        }
        let checked = self.check_keys(&frame);
        self.keys.truncate(frame.keys_at);
        checked
    }

    /// Adds a copy of an earlier, finished node: what an alias stands for.
    ///
    /// The copy keeps the places of the original, where the value is written.
    pub fn copy(&mut self, original: NodeId) {
        let from = original.0;
        let to = self.document.nodes.len() as u32;
        let end = self.document.node(original).subtree_end();
        let copied = self.copy_of(original);
        self.copied = Copied { nodes: self.copied.nodes + copied.nodes, bytes: self.copied.bytes + copied.bytes };
        self.document.budget.spend(copied.nodes);
        let id = self.push(self.document.raw(original));
        for source in from + 1..end {
            let node = self.document.raw(NodeId(source));
            self.document.nodes.push(node);
        }
        for node in self.document.nodes.iter_mut().skip(id.index()) {
            if !node.kind.is_scalar() {
                node.b = node.b - from + to;
            }
        }
        self.copy_indexes(from, end, to);
    }

    /// Returns what a copy of a finished node would add.
    pub fn copy_of(&self, original: NodeId) -> Copied {
        let range = original.index()..self.document.node(original).subtree_end() as usize;
        let nodes = self.document.nodes.get(range).unwrap_or_default();
        let texts = nodes.iter().filter(|node| node.kind.is_scalar());
        Copied { nodes: nodes.len(), bytes: texts.map(|node| node.b as usize).sum() }
    }

    /// Returns what all copies added so far.
    pub fn copied(&self) -> Copied {
        self.copied
    }

    /// Copies the indexes of the mappings among some nodes.
    ///
    /// Indexes stand in the order in which their mappings were closed, which is the order in which those end. So the
    /// wanted ones stand together, but for a mapping around them that ends where they do.
    fn copy_indexes(&mut self, from: u32, end: u32, to: u32) {
        let document = &self.document;
        let end_of = |mapping: u32| document.node(NodeId(mapping)).subtree_end();
        let first = document.indexes.partition_point(|index| end_of(index.mapping) <= from);
        let ending = document.indexes.iter().skip(first).take_while(|index| end_of(index.mapping) <= end);
        let copied: Vec<(u32, u32, u32)> = ending
            .filter(|index| (from..end).contains(&index.mapping))
            .map(|index| (index.mapping, index.start, index.end))
            .collect();
        for (mapping, start, end) in copied {
            let keys = self.document.sorted_keys.get(start as usize..end as usize).unwrap_or_default();
            let keys: Vec<u32> = keys.iter().map(|key| key - from + to).collect();
            self.document.add_index(mapping - from + to, &keys);
        }
    }

    /// Takes a finished collection away that wraps what is meant: its children take its place, as items of the open list.
    ///
    /// `at` is the last child of the open collection, a sequence, or a mapping with one entry, whose key goes too.
    pub fn unwrap(&mut self, at: NodeId) {
        let node = self.document.raw(at);
        let (removed, children) = match node.kind {
            Kind::Sequence => (1, node.a),
            Kind::Mapping if node.a == 2 => (2, 1),
            Kind::Mapping | Kind::Null | Kind::Boolean | Kind::Integer | Kind::Float | Kind::Text => return,
        };
        self.document.nodes.drain(at.index()..at.index() + removed as usize);
        for node in self.document.nodes.iter_mut().skip(at.index()).filter(|node| !node.kind.is_scalar()) {
            node.b -= removed;
        }
        let Document { indexes, sorted_keys, .. } = &mut self.document;
        for index in indexes.iter_mut().filter(|index| index.mapping > at.0) {
            index.mapping -= removed;
            for key in sorted_keys.get_mut(index.start as usize..index.end as usize).unwrap_or_default() {
                *key -= removed;
            }
        }
        if let Some(frame) = self.open.last_mut() {
            frame.children = frame.children - 1 + children;
        }
    }

    /// Remembers what is built so far.
    pub fn checkpoint(&self) -> Checkpoint {
        let open = self.open.last();
        Checkpoint {
            nodes: self.document.nodes.len(),
            decoded: self.document.decoded.len(),
            indexes: self.document.indexes.len(),
            sorted_keys: self.document.sorted_keys.len(),
            keys: self.keys.len(),
            depth: self.open.len(),
            children: open.map_or(0, |frame| frame.children),
            end: open.map_or(0, |frame| frame.end),
        }
    }

    /// Forgets all nodes since a checkpoint; what was open then must still be open.
    pub fn roll_back(&mut self, to: &Checkpoint) {
        self.document.nodes.truncate(to.nodes);
        self.document.decoded.truncate(to.decoded);
        self.document.indexes.truncate(to.indexes);
        self.document.sorted_keys.truncate(to.sorted_keys);
        self.keys.truncate(to.keys);
        self.open.truncate(to.depth);
        if let Some(frame) = self.open.last_mut() {
            frame.children = to.children;
            frame.end = to.end;
        }
    }

    /// Notes that the file last begun was read by the plain reader.
    pub fn count_plain_file(&mut self) {
        self.document.plain_files += 1;
    }

    /// Notes a line `---` at the end of the file last begun, after which the file says nothing.
    pub fn note_empty_end(&mut self, start: usize) {
        let place = self.document.location_in_last_file(start, start + "---".len());
        self.document.empty_ends.push(place);
    }

    /// Tells whether the node is a collection that is still open.
    pub fn is_open(&self, id: NodeId) -> bool {
        self.open.iter().any(|frame| frame.node == id.0)
    }

    /// Returns how many collections are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Returns the number of nodes so far.
    pub fn node_count(&self) -> usize {
        self.document.nodes.len()
    }

    /// Returns the bytes of all files so far.
    pub fn text_len(&self) -> usize {
        self.document.text.len()
    }

    /// Tells whether the next node is a key of the open mapping.
    pub fn expects_key(&self) -> bool {
        self.open.last().is_some_and(|frame| frame.kind == Kind::Mapping && frame.children.is_multiple_of(2))
    }

    /// Returns the document built so far, to report places in it.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Returns the finished document; an empty one has a null root.
    pub fn finish(mut self) -> Document {
        if self.document.nodes.is_empty() {
            self.scalar(Kind::Null, 0, 0, 0, 0);
        }
        self.document.indexes.sort_by_key(|index| index.mapping);
        self.document.nodes.shrink_to_fit();
        self.document
    }

    fn at(&self, kind: Kind, start: usize, end: usize) -> Node {
        let (start, end) = (self.base + start as u32, self.base + end as u32);
        Node { start, end, a: 0, b: 0, kind, is_decoded: false }
    }

    fn push(&mut self, node: Node) -> NodeId {
        let id = self.document.nodes.len() as u32;
        let is_key = self.expects_key();
        self.document.nodes.push(node);
        if let Some(frame) = self.open.last_mut() {
            if is_key {
                self.keys.push(id);
            }
            frame.children += 1;
            frame.end = frame.end.max(node.end);
        }
        NodeId(id)
    }

    fn check_keys(&mut self, frame: &OpenCollection) -> Result<(), Duplicate> {
        let document = &self.document;
        let keys = self.keys.get_mut(frame.keys_at..).unwrap_or_default();
        if keys.len() <= INDEX_ABOVE {
            return check_few_keys(document, keys);
        }
        let text = |id: u32| document.scalar_text(document.raw(NodeId(id)));
        keys.sort_unstable_by(|&a, &b| text(a).cmp(text(b)).then(a.cmp(&b)));
        let pairs = keys.windows(2).filter_map(|pair| match pair {
            [first, second] if text(*first) == text(*second) => Some((*second, *first)),
            _ => None,
        });
        if let Some((second, first)) = pairs.min() {
            return Err(Duplicate { first: NodeId(first), second: NodeId(second) });
        }
        self.document.add_index(frame.node, keys);
        Ok(())
    }
}

/// Compares each key with those before it: cheaper than sorting while they are few.
fn check_few_keys(document: &Document, keys: &[u32]) -> Result<(), Duplicate> {
    for (count, &second) in keys.iter().enumerate() {
        let node = document.raw(NodeId(second));
        let is_same = |first: u32| {
            let other = document.raw(NodeId(first));
            other.b == node.b && document.scalar_text(other) == document.scalar_text(node)
        };
        if let Some(&first) = keys.iter().take(count).find(|&&first| is_same(first)) {
            return Err(Duplicate { first: NodeId(first), second: NodeId(second) });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::NodeRef;
    use super::*;

    #[test]
    fn large_mappings_are_found_by_their_index_also_in_copies() {
        let text: String = (0..40).map(|i| format!("k{i:02}")).collect();
        let mut builder = Builder::new();
        builder.begin_file("a.yaml", &text);
        builder.open(Collection::Sequence, 0, 0);
        let original = builder.open(Collection::Mapping, 0, 0);
        for i in (0..40).rev() {
            builder.scalar(Kind::Text, i * 3, i * 3 + 3, i * 3, 3);
            builder.scalar(Kind::Integer, i * 3 + 1, i * 3 + 3, i * 3 + 1, 2);
        }
        builder.close(None).expect("keys differ");
        builder.copy(original);
        builder.close(None).expect("a sequence has no keys");
        let document = builder.finish();
        for map in document.root().items() {
            assert_eq!(map.len(), 40);
            assert_eq!(map.get("k07").and_then(NodeRef::as_integer), Some(7));
            assert!(map.get("k7").is_none());
        }
        assert_eq!(document.root().len(), 2);
    }

    #[test]
    fn an_unwrapped_collection_leaves_its_children_where_it_stood() {
        let mut builder = Builder::new();
        builder.begin_file("a.yaml", &"k".repeat(99));
        builder.open(Collection::Sequence, 0, 0);
        let wrapper = builder.open(Collection::Mapping, 0, 0);
        builder.scalar(Kind::Text, 0, 1, 0, 1);
        let list = builder.open(Collection::Sequence, 0, 0);
        for start in [1, 40] {
            builder.open(Collection::Mapping, start, start);
            for key in 0..20 {
                builder.decoded_scalar(Kind::Text, start, start + 1, &format!("k{key}"));
                builder.scalar(Kind::Integer, start, start + 1, start, 1);
            }
            builder.close(None).expect("keys differ");
        }
        builder.close(None).expect("a list");
        builder.close(None).expect("one key");
        builder.unwrap(wrapper);
        assert_eq!(list.index(), wrapper.index() + 2);
        builder.unwrap(wrapper);
        builder.scalar(Kind::Null, 1, 1, 1, 0);
        builder.close(None).expect("a list");
        let document = builder.finish();
        let items: Vec<NodeRef<'_>> = document.root().items().collect();
        assert_eq!((document.root().len(), items.len()), (3, 3));
        assert_eq!((items[0].len(), items[1].len(), items[2].kind()), (20, 20, Kind::Null));
        assert!(items[1].get("k19").is_some_and(|value| value.kind() == Kind::Integer));
        assert_eq!(document.pointer(items[1].get("k7").expect("a key").id()), "/1/k7");
    }

    #[test]
    fn a_checkpoint_brings_back_what_was_open() {
        let build = |with_detour: bool| {
            let mut builder = Builder::new();
            builder.begin_file("a.yaml", "abcdef");
            builder.open(Collection::Mapping, 0, 0);
            builder.scalar(Kind::Text, 0, 1, 0, 1);
            let before = builder.checkpoint();
            if with_detour {
                builder.open(Collection::Mapping, 1, 1);
                builder.decoded_scalar(Kind::Text, 1, 6, "a");
                builder.scalar(Kind::Null, 1, 1, 1, 0);
                builder.close(None).expect("one key");
                builder.scalar(Kind::Text, 0, 1, 0, 1);
                builder.open(Collection::Sequence, 1, 1);
                builder.roll_back(&before);
            }
            builder.scalar(Kind::Text, 1, 2, 1, 1);
            builder.close(None).expect("one key");
            format!("{builder:?}")
        };
        assert_eq!(build(true), build(false));
    }

    #[test]
    fn the_first_repeated_key_is_named_with_both_places() {
        let mut builder = Builder::new();
        builder.begin_file("a.yaml", "abab");
        builder.open(Collection::Mapping, 0, 0);
        for at in [0, 1, 2, 3] {
            builder.scalar(Kind::Text, at, at + 1, at, 1);
            builder.scalar(Kind::Null, at, at, at, 0);
        }
        let duplicate = builder.close(None).expect_err("a and b are given twice");
        assert_eq!((duplicate.first.index(), duplicate.second.index()), (1, 5));
    }
}

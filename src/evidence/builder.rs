//! Builds a document from a stream of scalars and collection ends, in document order.

use super::document::{Document, KeyIndex, Kind, Node, NodeId};
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
    open: Vec<Frame>,
    /// The keys of all open mappings, innermost last.
    keys: Vec<u32>,
    /// Where the file last begun starts in the document's text.
    base: u32,
}

#[derive(Debug)]
struct Frame {
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
    /// Creates a builder of an empty document.
    pub fn new() -> Self {
        let document = Document {
            text: String::new(),
            decoded: String::new(),
            nodes: Vec::new(),
            files: Vec::new(),
            indexes: Vec::new(),
            sorted_keys: Vec::new(),
            empty_ends: Vec::new(),
            plain_files: 0,
        };
        Self { document, open: Vec::new(), keys: Vec::new(), base: 0 }
    }

    /// Adds the text of a file; what follows is written in it.
    pub fn begin_file(&mut self, name: &str, text: &str) {
        self.base = self.document.text.len() as u32;
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
        self.open.push(Frame { node: id.0, kind, children: 0, end, keys_at: self.keys.len() });
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
        let copied = |index: &&KeyIndex| (from..end).contains(&index.mapping);
        let indexes: Vec<(u32, u32, u32)> =
            self.document.indexes.iter().filter(copied).map(|i| (i.mapping, i.start, i.end)).collect();
        for (mapping, start, end) in indexes {
            let keys = self.document.sorted_keys.get(start as usize..end as usize).unwrap_or_default();
            let keys: Vec<u32> = keys.iter().map(|key| key - from + to).collect();
            self.document.add_index(mapping - from + to, &keys);
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

    /// Returns how many nodes a finished node stands for, itself included.
    pub fn subtree_size(&self, id: NodeId) -> usize {
        (self.document.node(id).subtree_end() - id.0) as usize
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

    fn check_keys(&mut self, frame: &Frame) -> Result<(), Duplicate> {
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

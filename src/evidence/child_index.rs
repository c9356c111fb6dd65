//! Finds the child of a collection that holds a node without walking over all the children before it.

use super::document::{Document, NodeId};

/// A collection with more children is indexed, at every child whose position is a multiple of this.
///
/// Even, so that the children of a mapping that are kept are keys.
const STRIDE: usize = 64;

/// Some children of every wide collection of a document; made when a place in one is first asked for.
#[derive(Debug, Default)]
pub(super) struct ChildIndex {
    /// Wide collections in document order, each with where its children begin in `children`.
    collections: Vec<(u32, usize)>,
    children: Vec<u32>,
}

impl ChildIndex {
    /// Returns the child of a collection from which to walk to the one that holds a node, and its position.
    pub(super) fn start(document: &Document, collection: NodeId, id: NodeId) -> (usize, NodeId) {
        let first = (0, NodeId(collection.0 + 1));
        if document.raw(collection).a as usize <= STRIDE {
            return first;
        }
        let index = document.child_index.get_or_init(|| Self::of(document));
        index.find(collection, id).unwrap_or(first)
    }

    fn of(document: &Document) -> Self {
        document.budget.spend(document.nodes.len());
        let mut index = Self::default();
        let wide =
            document.nodes.iter().zip(0..).filter(|(node, _)| !node.kind.is_scalar() && node.a as usize > STRIDE);
        for (node, id) in wide {
            index.collections.push((id, index.children.len()));
            let mut child = id + 1;
            for position in 0..node.a as usize {
                if position % STRIDE == 0 {
                    index.children.push(child);
                }
                child = document.node(NodeId(child)).subtree_end();
            }
        }
        index
    }

    fn find(&self, collection: NodeId, id: NodeId) -> Option<(usize, NodeId)> {
        let at = self.collections.binary_search_by_key(&collection.0, |(id, _)| *id).ok()?;
        let (_, begin) = *self.collections.get(at)?;
        let end = self.collections.get(at + 1).map_or(self.children.len(), |(_, begin)| *begin);
        let children = self.children.get(begin..end)?;
        let before = children.partition_point(|child| *child <= id.0).checked_sub(1)?;
        Some((before * STRIDE, NodeId(*children.get(before)?)))
    }
}

//! What of a bundle was looked at, in numbers.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::file_warnings::References;
use crate::evidence::{Document, NodeRef};
use crate::load::Attachments;
use crate::pack::known::{Counted, FieldPath};

/// What a bundle holds and what of it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Files that were read as evidence.
    pub files: usize,
    /// Files handed in beside them.
    pub attachments: usize,
    /// Those that the list of documents does not name.
    pub unlisted: usize,
    /// Files that are no part of the bundle.
    pub left_out: usize,
    /// Records of the lists that are counted, in the order of the pack.
    pub records: Vec<Records>,
}

/// How many records a list of the bundle holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Records {
    /// The list, with the words for its records.
    pub of: Arc<Counted>,
    /// The records.
    pub count: usize,
    /// Those that the order names by their ids.
    pub named_by_order: usize,
}

impl Coverage {
    /// Counts the files of a bundle.
    pub(super) fn of(
        document: &Document,
        attachments: &Attachments,
        references: &References<'_>,
        left_out: usize,
    ) -> Self {
        Self {
            files: document.file_count(),
            attachments: attachments.all().len(),
            unlisted: references.unlisted.len(),
            left_out,
            records: Vec::new(),
        }
    }

    /// Counts records of a bundle; `order` is the root of the order that it is measured against.
    pub(super) fn count(&mut self, counted: &[Arc<Counted>], root: NodeRef<'_>, order: NodeRef<'_>) {
        self.records = counted.iter().map(|counted| records(counted, root, order)).collect();
    }
}

fn records(counted: &Arc<Counted>, root: NodeRef<'_>, order: NodeRef<'_>) -> Records {
    let id = |node: NodeRef<'_>| node.get("id").map(|id| id.text().to_owned()).filter(|id| !id.is_empty());
    let items = |root: NodeRef<'_>, list: &FieldPath| {
        list.node(root).into_iter().flat_map(NodeRef::items).filter_map(id).collect::<Vec<_>>()
    };
    let named: BTreeSet<String> = items(order, &counted.in_order).into_iter().collect();
    let given: BTreeSet<String> = items(root, &counted.records).into_iter().collect();
    Records {
        of: counted.clone(),
        count: counted.records.node(root).map_or(0, |list| list.items().count()),
        named_by_order: named.intersection(&given).count(),
    }
}

//! What of a bundle was looked at, in numbers.

use std::collections::BTreeSet;

use super::file_warnings::References;
use crate::evidence::{Document, NodeRef};
use crate::load::Attachments;
use crate::pack::known::{COUNTED, Counted};

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
    /// Records of the lists that are counted, in a fixed order.
    pub records: Vec<Records>,
}

/// How many records a list of the bundle holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Records {
    /// The key of the list.
    pub list: &'static str,
    /// The words for its records.
    pub words: Words,
    /// The records.
    pub count: usize,
    /// Those that the order names by their ids.
    pub named_by_order: usize,
}

/// What records of a list are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// One, in English.
    pub one: &'static str,
    /// Several, in English.
    pub many: &'static str,
    /// In Korean.
    pub ko: &'static str,
}

impl Coverage {
    /// Counts what a bundle holds; `order` is the root of the order that it is measured against.
    pub(super) fn of(
        document: &Document,
        attachments: &Attachments,
        references: &References<'_>,
        left_out: usize,
        order: NodeRef<'_>,
    ) -> Self {
        let root = document.root();
        Self {
            files: document.file_count(),
            attachments: attachments.all().len(),
            unlisted: references.unlisted.len(),
            left_out,
            records: COUNTED.iter().map(|counted| records(counted, root, order)).collect(),
        }
    }
}

fn records(counted: &Counted, root: NodeRef<'_>, order: NodeRef<'_>) -> Records {
    let id = |node: NodeRef<'_>| node.get("id").map(|id| id.text().to_owned()).filter(|id| !id.is_empty());
    let items = |root: NodeRef<'_>, list: &str| {
        root.get(list).into_iter().flat_map(NodeRef::items).filter_map(id).collect::<Vec<_>>()
    };
    let named: BTreeSet<String> = items(order, counted.in_order).into_iter().collect();
    let given: BTreeSet<String> = items(root, counted.records).into_iter().collect();
    Records {
        list: counted.records,
        words: Words { one: counted.one, many: counted.many, ko: counted.ko },
        count: root.get(counted.records).map_or(0, |list| list.items().count()),
        named_by_order: named.intersection(&given).count(),
    }
}

//! Indexes of lists by the text of a field: conditions that begin with `item.field == x` look only at the items that
//! can meet them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use ahash::RandomState;

use super::run::{Eval, Run};
use super::value::{Kind, Value};
use crate::engine::ir::{Closure, Expr, ExprKind, Field, Stmt};
use crate::engine::note::Place;
use crate::evidence::{NodeId, text_key};
use crate::pack::Content;

/// Items from which on a list has an index; a shorter one is walked.
const LEAST: usize = 16;
/// About what an item takes in an index that has a key of its own, and what is known of a list.
const BYTES_PER_ITEM: usize = 64;
const BYTES_PER_INDEX: usize = 64;

/// The indexes on one bundle, by list and field; nothing where a list is too short.
#[derive(Default)]
pub(super) struct Indexes<'r> {
    known: HashMap<(u64, u64, &'r str), Option<Rc<Index<'r>>>, RandomState>,
    /// Items of lists that have an index, each as often as it stands in one.
    items: usize,
}

impl Indexes<'_> {
    /// Returns about how many bytes all of them take.
    pub(super) fn bytes(&self) -> usize {
        self.items * BYTES_PER_ITEM + self.known.len() * BYTES_PER_INDEX
    }
}

/// The items of a list by the text of a field.
pub(super) struct Index<'r> {
    by_text: HashMap<Cow<'r, str>, Vec<NodeId>, RandomState>,
    /// Items of which the field is not given.
    absent: Vec<NodeId>,
    /// Items of which the field is unusable, or no text.
    other: Vec<NodeId>,
}

impl<'r> Run<'r> {
    /// Returns the items that can meet a condition, in the order of the list; nothing where all have to be asked.
    pub(super) fn candidates(&mut self, list: Value, closure: &'r Closure) -> Eval<Option<Vec<NodeId>>> {
        let Some(join) = closure.join else { return Ok(None) };
        let [Stmt::Expr(condition)] = &*closure.body else { return Ok(None) };
        let part = match &condition.kind {
            ExprKind::And(parts) => parts.get(join.part as usize),
            _ => Some(condition),
        };
        let Some(ExprKind::Compare(_, both)) = part.map(|part| &part.kind) else { return Ok(None) };
        let [one, other] = &**both;
        let (own, wanted) = if join.side == 0 { (one, other) } else { (other, one) };
        let Some((field, default)) = field_of(own) else { return Ok(None) };
        let Some(index) = self.index_of(list, field)? else { return Ok(None) };
        let wanted = self.eval(wanted)?;
        let Some(wanted) = self.as_text(wanted) else { return Ok(None) };
        let key = text_key(wanted);
        let mut nodes = index.by_text.get(&key).cloned().unwrap_or_default();
        nodes.extend_from_slice(&index.other);
        let default = default.map(|expr| self.eval(expr)).transpose()?.and_then(|value| self.as_text(value));
        if default.is_none_or(|default| text_key(default) == key) {
            nodes.extend_from_slice(&index.absent);
        }
        // They are put together and sorted, whether all of them are asked or not.
        self.spend(nodes.len() as u64 / 8)?;
        nodes.sort_unstable();
        Ok(Some(nodes))
    }

    fn index_of(&mut self, list: Value, field: &'r Field) -> Eval<Option<Rc<Index<'r>>>> {
        let identity = match list.kind() {
            Kind::Collection => list.bits(),
            // What is selected again is another selection of the same items.
            Kind::Selection => {
                let nodes = self.nodes_of(list);
                (nodes.as_ptr() as u64, (nodes.len() as u64) << 8 | 1)
            }
            _ => return Ok(None),
        };
        let key = (identity.0, identity.1, &*field.name);
        if let Some(known) = self.indexes.known.get(&key) {
            return Ok(known.clone());
        }
        self.look()?;
        let index = self.build_index(list, field)?.map(Rc::new);
        self.indexes.known.insert(key, index.clone());
        Ok(index)
    }

    fn build_index(&mut self, list: Value, field: &'r Field) -> Eval<Option<Index<'r>>> {
        let Some((of, nodes)) = self.nodes(list) else { return Ok(None) };
        let count = match list.as_collection() {
            Some(place) => self.node(place).len(),
            None => self.nodes_of(list).len(),
        };
        if count < LEAST {
            return Ok(None);
        }
        // All rules share it: the bundle pays.
        self.tree(of.subject).document.budget().spend(count);
        self.indexes.items += count;
        let mut index = Index { by_text: HashMap::default(), absent: Vec::new(), other: Vec::new() };
        for node in nodes {
            let place = Place { node, ..of };
            let tree = self.tree(of.subject);
            match tree.conformed.held(node).content {
                Content::Collection => {}
                Content::Nothing => {
                    index.absent.push(node);
                    continue;
                }
                _ => {
                    index.other.push(node);
                    continue;
                }
            }
            let Some(given) = self.field(place, field)?.1 else {
                index.absent.push(node);
                continue;
            };
            match tree.conformed.held(given.node).content {
                Content::Text => {
                    let text = self.node(given).text();
                    index.by_text.entry(text_key(text)).or_default().push(node);
                }
                Content::Nothing => index.absent.push(node),
                _ => index.other.push(node),
            }
        }
        Ok(Some(index))
    }
}

/// Returns the field of the item that an expression is, and its default.
fn field_of(expr: &Expr) -> Option<(&Field, Option<&Expr>)> {
    match &expr.kind {
        ExprKind::Path(_, fields) => Some((fields.first()?, None)),
        ExprKind::Or2(both) => {
            let [of, default] = &**both;
            field_of(of).map(|(field, _)| (field, Some(default)))
        }
        _ => None,
    }
}

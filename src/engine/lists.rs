//! List functions on evidence: `len`, `filter`, `any`, `all`, `find`, `map`, `contains` and `for`.
//!
//! Where a condition reads something absent, `any` and `all` do not know, and say so.

use std::rc::Rc;

use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, INT, NativeCallContext};

use super::comparison;
use super::handle::{Evidence, Missing, Selection, as_missing, is_unknown, unknown};
use super::reading::value;
use crate::evidence::NodeId;

type Called<T> = Result<T, Box<EvalAltResult>>;

/// A list of nodes of one tree.
trait List: Clone + 'static {
    /// Returns the handle of the whole list.
    fn whole(&self) -> &Evidence;
    /// Returns the nodes in it.
    fn nodes(&self) -> Vec<NodeId>;
}

impl List for Evidence {
    fn whole(&self) -> &Evidence {
        self
    }

    fn nodes(&self) -> Vec<NodeId> {
        if !self.is_list() {
            self.recorder.fault("keys with values were used as a list".to_owned());
        }
        self.items().collect()
    }
}

impl List for Selection {
    fn whole(&self) -> &Evidence {
        &self.of
    }

    fn nodes(&self) -> Vec<NodeId> {
        self.nodes.to_vec()
    }
}

/// Registers the list functions for every type that is a list, and for absent ones.
pub(super) fn register(engine: &mut Engine) {
    register_list::<Evidence>(engine);
    register_list::<Selection>(engine);
    engine.register_iterator::<Evidence>();
    engine.register_iterator::<Selection>();
    engine.register_iterator::<Missing>();
    // An absent list is empty, and every answer about it is not known.
    engine.register_fn("len", |list: Missing| list);
    engine.register_fn("is_empty", |list: Missing| {
        list.rely();
        true
    });
    engine.register_fn("contains", |list: Missing, _: Dynamic| list.answer());
    engine.register_fn("any", |list: Missing, _: FnPtr| list.answer());
    engine.register_fn("all", |list: Missing, _: FnPtr| list.answer());
    engine.register_fn("filter", |list: Missing, _: FnPtr| list);
    engine.register_fn("map", |list: Missing, _: FnPtr| list);
    engine.register_fn("map", map_array);
    engine.register_fn("find", |list: Missing, _: FnPtr| {
        let shape = list.absence.shape.and_then(|shape| list.recorder.schema.item(shape));
        list.below("-", shape)
    });
}

fn register_list<L: List>(engine: &mut Engine) {
    // By value: a `&mut` receiver in a chain makes Rhai look for a setter.
    engine.register_fn("len", |list: L| list.nodes().len() as INT);
    engine.register_fn("is_empty", |list: L| list.nodes().is_empty());
    engine.register_fn("contains", |list: L, wanted: Dynamic| contains(&list, &wanted));
    engine.register_fn("any", |context: NativeCallContext, list: L, condition: FnPtr| any(&context, &list, &condition));
    engine.register_fn("all", |context: NativeCallContext, list: L, condition: FnPtr| all(&context, &list, &condition));
    engine
        .register_fn("find", |context: NativeCallContext, list: L, condition: FnPtr| find(&context, &list, &condition));
    engine.register_fn("filter", |context: NativeCallContext, list: L, condition: FnPtr| {
        filter(&context, &list, &condition)
    });
    engine.register_fn("map", |context: NativeCallContext, list: L, closure: FnPtr| map(&context, &list, &closure));
}

/// What a condition says of one item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    Unknown,
}

fn ask(context: &NativeCallContext<'_>, list: &Evidence, node: NodeId, condition: &FnPtr) -> Called<Answer> {
    let before = list.recorder.absent_count();
    let item = value(list, list.tree.document.node(node));
    let answer = condition.call_raw(context, None, [item])?;
    if as_missing(&answer).is_some() || is_unknown(&answer) {
        return Ok(Answer::Unknown);
    }
    match answer.as_bool() {
        Ok(true) => Ok(Answer::Yes),
        Ok(false) if list.recorder.absent_count() > before => Ok(Answer::Unknown),
        Ok(false) => Ok(Answer::No),
        Err(found) => Err(format!("the condition of a list function must be true or false, found {found}").into()),
    }
}

fn any<L: List>(context: &NativeCallContext<'_>, list: &L, condition: &FnPtr) -> Called<Dynamic> {
    let mut is_unknown = false;
    for node in list.nodes() {
        match ask(context, list.whole(), node, condition)? {
            Answer::Yes => return Ok(Dynamic::TRUE),
            Answer::No => {}
            Answer::Unknown => is_unknown = true,
        }
    }
    Ok(if is_unknown { unknown() } else { Dynamic::FALSE })
}

fn all<L: List>(context: &NativeCallContext<'_>, list: &L, condition: &FnPtr) -> Called<Dynamic> {
    let mut is_unknown = false;
    for node in list.nodes() {
        match ask(context, list.whole(), node, condition)? {
            Answer::Yes => {}
            Answer::No => return Ok(Dynamic::FALSE),
            Answer::Unknown => is_unknown = true,
        }
    }
    Ok(if is_unknown { unknown() } else { Dynamic::TRUE })
}

fn find<L: List>(context: &NativeCallContext<'_>, list: &L, condition: &FnPtr) -> Called<Dynamic> {
    let whole = list.whole();
    for node in list.nodes() {
        if ask(context, whole, node, condition)? == Answer::Yes {
            return Ok(value(whole, whole.tree.document.node(node)));
        }
    }
    let shape = whole.shape().and_then(|shape| whole.recorder.schema.item(shape));
    Ok(whole.missing("/-", shape))
}

fn filter<L: List>(context: &NativeCallContext<'_>, list: &L, condition: &FnPtr) -> Called<Selection> {
    let whole = list.whole();
    let mut kept = Vec::new();
    for node in list.nodes() {
        if ask(context, whole, node, condition)? == Answer::Yes {
            kept.push(node);
        }
    }
    Ok(Selection { of: whole.clone(), nodes: kept.into() })
}

/// What is absent in an item is absent in the array, too, and stays recorded.
fn map<L: List>(context: &NativeCallContext<'_>, list: &L, closure: &FnPtr) -> Called<Array> {
    let whole = list.whole();
    let items = list.nodes().into_iter().map(|node| value(whole, whole.tree.document.node(node)));
    items.map(|item| closure.call_raw(context, None, [item])).collect()
}

/// As Rhai's own, which gives a closure the position of the item as well.
fn map_array(context: NativeCallContext<'_>, array: &mut Array, closure: FnPtr) -> Called<Array> {
    array.iter().map(|item| closure.call_raw(&context, None, [item.clone()])).collect()
}

fn contains<L: List>(list: &L, wanted: &Dynamic) -> Dynamic {
    if let Some(wanted) = as_missing(wanted) {
        return wanted.answer();
    }
    let whole = list.whole();
    let mut is_unknown = false;
    for node in list.nodes() {
        let item = value(whole, whole.tree.document.node(node));
        if as_missing(&item).is_some() {
            is_unknown = true;
        } else if comparison::is_same(&item, wanted) {
            return Dynamic::TRUE;
        }
    }
    if is_unknown { unknown() } else { Dynamic::FALSE }
}

/// The values of a list, one after the other.
pub(super) struct Values {
    of: Evidence,
    nodes: Rc<[NodeId]>,
    next: usize,
}

impl Iterator for Values {
    type Item = Dynamic;

    fn next(&mut self) -> Option<Dynamic> {
        let node = *self.nodes.get(self.next)?;
        self.next += 1;
        Some(value(&self.of, self.of.tree.document.node(node)))
    }
}

impl IntoIterator for Evidence {
    type Item = Dynamic;
    type IntoIter = Values;

    fn into_iter(self) -> Values {
        Values { nodes: self.nodes().into(), of: self, next: 0 }
    }
}

impl IntoIterator for Selection {
    type Item = Dynamic;
    type IntoIter = Values;

    fn into_iter(self) -> Values {
        Values { nodes: self.nodes, of: self.of, next: 0 }
    }
}

impl IntoIterator for Missing {
    type Item = Dynamic;
    type IntoIter = std::iter::Empty<Dynamic>;

    fn into_iter(self) -> Self::IntoIter {
        self.rely();
        std::iter::empty()
    }
}

//! Indexes of lists: a condition that compares a key of the item with what does not depend on it is asked only of the
//! items that can meet it.
//!
//! An item is left out where a part of the condition is false for certain, which makes the condition false whatever its
//! other parts are. An item of which a key is not known is always asked.

use std::collections::HashMap;
use std::rc::Rc;

use ahash::RandomState;

use super::arrays::Item;
use super::group::{Bounds, Group};
use super::run::{Cost, Eval, Evaluator};
use super::scalar::ScalarKey;
use super::value::{Grade, Value, ValueKind};
use crate::engine::ir::{Closure, Expr, ExprKind, Join, Side, Stmt};
use crate::engine::note::{Place, Subject};

/// Items from which on a list has an index; a shorter one is walked.
const LEAST: usize = 16;
/// About what an item takes in an index that has a key of its own, and what is known of a list.
const BYTES_PER_ITEM: usize = 64;
const BYTES_PER_INDEX: usize = 64;

/// The indexes on one bundle, by list and by what is compared.
#[derive(Default)]
pub(super) struct Indexes<'r> {
    known: HashMap<(u64, u64, &'r str), Rc<Index<'r>>, RandomState>,
    /// Items of lists that have an index, each as often as it stands in one.
    items: usize,
}

impl Indexes<'_> {
    /// Returns about how many bytes all of them take.
    pub(super) fn bytes(&self) -> usize {
        self.items * BYTES_PER_ITEM + self.known.len() * BYTES_PER_INDEX
    }
}

/// The items of a list by a key. An item is its node in a list of the evidence, and its position in one that a rule made.
pub(super) struct Index<'r> {
    /// Where no key has to be the same, all stand under nothing.
    by_key: HashMap<Option<ScalarKey<'r>>, Group, RandomState>,
    /// Items of which the key is not given.
    absent: Group,
    /// Items of which the key is not known, unusable, or nothing that has an index.
    other: Group,
    /// What the ends of the range are.
    kinds: [Option<ValueKind>; 2],
}

/// What a join compares, as it stands in the condition.
struct Sides<'r> {
    /// The key of the item, what it is compared with, and the default of the key.
    same: Option<(&'r Expr, &'r Expr, Option<&'r Expr>)>,
    /// The keys that are the ends of the range, and what they are compared with.
    range: Option<[(&'r Expr, &'r Expr); 2]>,
}

impl<'r> Evaluator<'r> {
    /// Returns the items that can meet a condition, in the order of the list; nothing where all have to be asked.
    pub(super) fn candidates(&mut self, list: Value, closure: &'r Closure) -> Eval<Option<Vec<u32>>> {
        let Some(join) = &closure.join else { return Ok(None) };
        if self.length(list) < LEAST {
            return Ok(None);
        }
        let Some(sides) = sides_of(join, closure) else { return Ok(None) };
        let Some(index) = self.index_of(list, closure, join, &sides)? else { return Ok(None) };
        let mut key = None;
        let mut has_default = false;
        if let Some((_, wanted, default)) = sides.same {
            let wanted = self.eval(wanted)?;
            let Some(wanted) = self.scalar(wanted) else { return Ok(None) };
            let default = default.map(|expr| self.eval(expr)).transpose()?.and_then(|value| self.scalar(value));
            has_default = default.as_ref().is_none_or(|default| *default == wanted);
            key = Some(wanted);
        }
        let mut bounds = Bounds::ALL;
        if let Some([(_, up_to), (_, from)]) = sides.range {
            let ends = [self.eval(up_to)?, self.eval(from)?].map(end_of);
            // What is not known, or cannot be compared, leaves nothing out.
            let [first, second] = index.kinds;
            let known = |end: Option<(ValueKind, i64)>, kind| {
                end.filter(|(own, _)| Some(*own) == kind).map(|(_, number)| number)
            };
            let [up_to, from] = ends;
            bounds = Bounds {
                up_to: known(up_to, first).unwrap_or(bounds.up_to),
                from: known(from, second).unwrap_or(bounds.from),
            };
        }
        let mut items = Vec::new();
        let mut visited = 0;
        let groups = index.by_key.get(&key).into_iter().chain([&index.other]);
        for group in groups.chain(has_default.then_some(&index.absent)) {
            visited += group.within(bounds, &mut items);
        }
        // They are put together and sorted, whether all of them are asked or not.
        self.spend((items.len() + visited) as u64 / 8)?;
        items.sort_unstable();
        Ok(Some(items))
    }

    fn index_of(
        &mut self,
        list: Value,
        closure: &'r Closure,
        join: &'r Join,
        sides: &Sides<'r>,
    ) -> Eval<Option<Rc<Index<'r>>>> {
        let identity = match list.kind() {
            ValueKind::Collection | ValueKind::Selection => self.identity(list),
            // One that grows is another list each time.
            ValueKind::Array if list.as_array().is_some_and(|array| self.heap.arrays.is_whole(array)) => list.bits(),
            _ => return Ok(None),
        };
        let key = (identity.0, identity.1, &*join.name);
        if let Some(known) = self.indexes.known.get(&key) {
            return Ok(Some(known.clone()));
        }
        self.look()?;
        let Some(index) = self.build_index(list, closure, sides) else { return Ok(None) };
        let index = Rc::new(index);
        self.indexes.known.insert(key, index.clone());
        Ok(Some(index))
    }

    /// Builds an index. All rules share it, so that the bundle pays for it, and not the rule that happens to be first;
    /// nor may it matter where this rule stands.
    fn build_index(&mut self, list: Value, closure: &'r Closure, sides: &Sides<'r>) -> Option<Index<'r>> {
        let outside = (self.cost, self.profiled, self.profile.take(), self.level, self.guard);
        (self.cost, self.level, self.guard) = (Cost::default(), 0, 0);
        let (at, absences, item) = (self.at, self.absences.mark(), self.variable(closure.parameter));
        let index = self.index_items(list, closure, sides);
        self.set(closure.parameter, item);
        self.absences.forget_since(absences);
        self.at = at;
        (self.cost, self.profiled, self.profile, self.level, self.guard) = outside;
        index
    }

    fn index_items(&mut self, list: Value, closure: &'r Closure, sides: &Sides<'r>) -> Option<Index<'r>> {
        let items = self.indexed_items(list)?;
        self.tree(Subject::Bundle).document.budget().spend(items.len());
        self.indexes.items += items.len();
        let group = || Group::new(sides.range.is_some());
        let mut index = Index { by_key: HashMap::default(), absent: group(), other: group(), kinds: [None; 2] };
        for (number, item) in items {
            self.set(closure.parameter, item);
            // An item without an end, or with one of another kind than the first, is in every answer.
            let mut ends = Bounds::ANY;
            if let Some([(up_to, _), (from, _)]) = sides.range {
                let [first, second] = &mut index.kinds;
                self.end_of_item(up_to, first).inspect(|number| ends.up_to = *number);
                self.end_of_item(from, second).inspect(|number| ends.from = *number);
            }
            let group = match sides.same {
                None => index.by_key.entry(None).or_insert_with(group),
                Some((key, ..)) => {
                    let value = self.eval(key).ok();
                    match value.map(|value| (value.as_absent(), self.scalar(value))) {
                        Some((Some((Grade::NotGiven, set)), _)) if !self.absences.has_unusable(set) => {
                            &mut index.absent
                        }
                        Some((None, Some(key))) => index.by_key.entry(Some(key)).or_insert_with(group),
                        _ => &mut index.other,
                    }
                }
            };
            group.push(number, ends);
        }
        index.by_key.values_mut().chain([&mut index.absent, &mut index.other]).for_each(Group::close);
        Some(index)
    }

    fn end_of_item(&mut self, key: &'r Expr, kind: &mut Option<ValueKind>) -> Option<i64> {
        let (own, number) = self.eval(key).ok().and_then(end_of)?;
        (*kind.get_or_insert(own) == own).then_some(number)
    }

    /// Returns the items of a list with their numbers in an index.
    fn indexed_items(&mut self, list: Value) -> Option<Vec<(u32, Value)>> {
        if let Some(array) = list.as_array() {
            let items = self.heap.arrays.items(array).iter().enumerate();
            return Some(items.map(|(at, Item { value, .. })| (at as u32, *value)).collect());
        }
        let (of, nodes) = self.nodes(list)?;
        Some(nodes.map(|node| (node.index() as u32, self.read(Place { node, ..of }))).collect())
    }
}

/// Returns what a join compares.
fn sides_of<'r>(join: &Join, closure: &'r Closure) -> Option<Sides<'r>> {
    let [Stmt::Expr(condition)] = &*closure.body else { return None };
    let both = |side: Side| {
        let part = match &condition.kind {
            ExprKind::And(parts) => parts.get(side.part as usize)?,
            _ => condition,
        };
        let part = match &part.kind {
            ExprKind::Or(parts) if side.is_optional => parts.get(1)?,
            _ => part,
        };
        let ExprKind::Compare(_, both) = &part.kind else { return None };
        let [one, other] = &**both;
        Some(if side.side == 0 { (one, other) } else { (other, one) })
    };
    let same = match join.same {
        None => None,
        Some(side) => {
            let (own, wanted) = both(side)?;
            Some(match &own.kind {
                ExprKind::Or2(of) => {
                    let [of, default] = &**of;
                    (of, wanted, Some(default))
                }
                _ => (own, wanted, None),
            })
        }
    };
    let range = match join.range {
        None => None,
        Some((up_to, from)) => Some([both(up_to)?, both(from)?]),
    };
    Some(Sides { same, range })
}

/// Returns what an end of a range is, and the number that values of its kind are ordered by.
fn end_of(value: Value) -> Option<(ValueKind, i64)> {
    match value.kind() {
        kind @ (ValueKind::Int | ValueKind::Moment | ValueKind::Day | ValueKind::Time | ValueKind::Length) => {
            Some((kind, value.number()))
        }
        _ => None,
    }
}

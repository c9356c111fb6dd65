//! The functions of lists that take a closure.

use smallvec::SmallVec;

use super::absences::SetId;
use super::arrays::Item;
use super::run::{Eval, Evaluator};
use super::statements::Truth;
use super::value::{Grade, Value, ValueKind};
use crate::engine::ir::{Closure, Comparison, ListFunction, Stmt};
use crate::engine::note::Place;
use crate::evidence::NodeId;

/// Whether a fold over a list is over.
#[derive(PartialEq, Eq)]
pub(super) enum Fold {
    On,
    Over,
}

impl<'r> Evaluator<'r> {
    /// Runs a function of lists.
    #[inline(never)]
    pub(super) fn list(&mut self, function: ListFunction, list: Value, closure: &'r Closure) -> Eval {
        if let Some((grade, set)) = list.as_absent() {
            return Ok(match function {
                // Whether something in it meets the condition is not known, whether the list is given or not.
                ListFunction::Filter | ListFunction::Find => Value::absent(Grade::Undecided, set).at(list.written_at()),
                _ => Value::absent(grade, set).at(list.written_at()),
            });
        }
        match function {
            ListFunction::Any => self.any(list, closure, true),
            ListFunction::None => self.any(list, closure, true).and_then(|any| self.not(any)),
            ListFunction::All => self.any(list, closure, false).and_then(|any| self.not(any)),
            ListFunction::Find => self.first_where(list, Some(closure)),
            ListFunction::Filter => self.filter(list, closure),
            ListFunction::Count => {
                let kept = self.filter(list, closure)?;
                self.len(kept)
            }
            ListFunction::Map => self.map(list, closure),
            ListFunction::SortBy => self.sort_by(list, closure),
            ListFunction::GroupBy => self.group_by(list, closure),
        }
    }

    /// Visits the items of a list in their order, those left out that an index knows not to meet the condition.
    pub(super) fn each_item(
        &mut self,
        list: Value,
        closure: Option<&'r Closure>,
        mut visit: impl FnMut(&mut Self, Value, SetId) -> Eval<Fold>,
    ) -> Eval<()> {
        let candidates = match closure {
            Some(closure) => self.candidates(list, closure)?,
            None => None,
        };
        if let Some(array) = list.as_array() {
            let count = candidates.as_ref().map_or(array.len(), Vec::len);
            for number in 0..count {
                self.spend(1)?;
                let at = match &candidates {
                    Some(candidates) => candidates.get(number).map_or(array.len(), |at| *at as usize),
                    None => number,
                };
                let Some(Item { value, why }) = self.heap.arrays.item(array, at) else { break };
                if visit(self, value, why)? == Fold::Over {
                    break;
                }
            }
            return Ok(());
        }
        let Some((of, nodes)) = self.nodes(list) else {
            return Err(self.fault(format!("a list is expected, found {}", self.type_name(list))));
        };
        if let Some(candidates) = candidates {
            for node in candidates {
                self.spend(1)?;
                let item = self.read(Place { node: NodeId::from_index(node), ..of });
                if visit(self, item, 0)? == Fold::Over {
                    break;
                }
            }
            return Ok(());
        }
        for node in nodes {
            self.spend(1)?;
            let item = self.read(Place { node, ..of });
            if visit(self, item, 0)? == Fold::Over {
                break;
            }
        }
        Ok(())
    }

    /// Tells whether an item meets a condition, or does not where that is wanted, if it belongs to the list only under a
    /// condition of its own.
    fn meets(&mut self, closure: &'r Closure, item: Value, why: SetId, wanted: bool) -> Eval<(Truth, Grade)> {
        self.set(closure.parameter, item);
        let value = self.body(&closure.body)?;
        let truth = match self.truth(value)? {
            Truth::Yes if !wanted => Truth::No,
            Truth::No if !wanted => Truth::Yes,
            truth => truth,
        };
        let grade = value.as_absent().map_or(Grade::NotGiven, |(grade, _)| grade);
        Ok(match (why, truth) {
            (0, truth) | (_, truth @ Truth::No) => (truth, grade),
            (why, Truth::Yes) => (Truth::Unknown(why), Grade::Undecided),
            (why, Truth::Unknown(set)) => (Truth::Unknown(self.absences.union(why, set)), Grade::Undecided),
        })
    }

    /// Runs the body of a closure or function.
    #[inline]
    pub(super) fn body(&mut self, body: &'r [Stmt]) -> Eval {
        if let [Stmt::Expr(only)] = body {
            // Most closures.
            self.step();
            return self.eval(only);
        }
        let flow = self.block(body)?;
        Ok(self.value_of(flow))
    }

    /// Tells whether an item meets a condition, or whether one does not.
    fn any(&mut self, list: Value, closure: &'r Closure, wanted: bool) -> Eval {
        let mut unknown: Option<(Grade, SetId)> = None;
        let mut is_found = false;
        let indexed = if wanted { Some(closure) } else { None };
        self.each_item(list, indexed, |run, item, why| {
            let (truth, grade) = run.meets(closure, item, why, wanted)?;
            match truth {
                Truth::Yes => {
                    is_found = true;
                    return Ok(Fold::Over);
                }
                Truth::No => {}
                Truth::Unknown(set) => unknown = Some(run.united(unknown, (grade, set))),
            }
            Ok(Fold::On)
        })?;
        Ok(match (is_found, unknown) {
            (true, _) => Value::TRUE.at(list.written_at()),
            (false, Some((grade, set))) => Value::absent(grade, set).at(list.written_at()),
            (false, None) => Value::FALSE.at(list.written_at()),
        })
    }

    /// Returns the first item that meets a condition, or the first item.
    pub(super) fn first_where(&mut self, list: Value, closure: Option<&'r Closure>) -> Eval {
        let mut unknown: SetId = 0;
        let mut found = None;
        self.each_item(list, closure, |run, item, why| {
            let truth = match closure {
                Some(closure) => run.meets(closure, item, why, true)?.0,
                None if why == 0 => Truth::Yes,
                None => Truth::Unknown(why),
            };
            let truth = match truth {
                // An item that is not given counts as unknown.
                Truth::Yes => match run.given(item)?.as_bool() {
                    Some(true) => Truth::Yes,
                    _ => Truth::Unknown(run.empties(item)?),
                },
                truth => truth,
            };
            match truth {
                Truth::Yes => {
                    found = Some(item);
                    return Ok(Fold::Over);
                }
                Truth::No => {}
                Truth::Unknown(set) => unknown = run.absences.union(unknown, set),
            }
            Ok(Fold::On)
        })?;
        Ok(match (found, unknown) {
            (Some(item), 0) => item,
            (Some(item), set) => Value::absent(Grade::OneOfSeveral, set).at(item.written_at()),
            (None, 0) => self.no_item(list),
            (None, set) => Value::absent(Grade::Undecided, set).at(list.written_at()),
        })
    }

    fn filter(&mut self, list: Value, closure: &'r Closure) -> Eval {
        let is_evidence = !list.is(ValueKind::Array);
        let mut nodes: SmallVec<[NodeId; 64]> = SmallVec::new();
        let mut kept: Vec<Item> = Vec::new();
        let mut is_open = !is_evidence;
        self.each_item(list, Some(closure), |run, item, why| {
            let why = match run.meets(closure, item, why, true)?.0 {
                Truth::Yes => 0,
                Truth::No => return Ok(Fold::On),
                Truth::Unknown(set) => set,
            };
            if !is_open && (why != 0 || item.is_absent()) {
                // From here on the list has items that are only possible.
                is_open = true;
                let of = run.place_or_root(list);
                for node in &nodes {
                    let value = run.read(Place { node: *node, ..of });
                    kept.push(Item::certain(value));
                }
            }
            match item.written_at().place() {
                Some(place) if !is_open => nodes.push(place.node),
                _ => kept.push(Item { value: item, why }),
            }
            Ok(Fold::On)
        })?;
        if is_open {
            return self.make_list(&kept, list.written_at());
        }
        let of = self.place_or_root(list);
        self.select(of, &nodes)
    }

    /// Makes a list of some items of a list of the evidence.
    pub(super) fn select(&mut self, of: Place, nodes: &[NodeId]) -> Eval {
        self.spend_bytes(std::mem::size_of_val(nodes) + 16)?;
        Ok(self.heap.keep_nodes(of, self.arena.alloc_slice_copy(nodes)))
    }

    fn map(&mut self, list: Value, closure: &'r Closure) -> Eval {
        let mut made: Vec<Item> = Vec::new();
        self.each_item(list, None, |run, item, why| {
            run.set(closure.parameter, item);
            let value = run.body(&closure.body)?;
            made.push(Item { value, why });
            Ok(Fold::On)
        })?;
        self.make_list(&made, list.written_at())
    }

    /// Returns how many items of a list are given.
    pub(super) fn len(&mut self, list: Value) -> Eval {
        let (mut certain, mut most, mut open) = (0_i64, 0_i64, 0);
        if let Some((of, nodes)) = self.nodes(list) {
            self.spend(self.length(list) as u64 / 8)?;
            for node in nodes {
                match self.is_given(Place { node, ..of }) {
                    Truth::Yes => certain += 1,
                    Truth::No => continue,
                    Truth::Unknown(set) => open = self.absences.union(open, set),
                }
                most += 1;
            }
            return Ok(self.length_between(list, certain, most, open));
        }
        let Some(array) = list.as_array() else {
            return Err(self.fault(format!("a list is expected, found {}", self.type_name(list))));
        };
        for at in 0..array.len() {
            self.spend(1)?;
            let Some(item) = self.heap.arrays.item(array, at) else { break };
            let given = self.given(item.value)?;
            match given.as_bool() {
                Some(false) if item.why == 0 => continue,
                Some(true) if item.why == 0 => certain += 1,
                // Also a possible item that is not given: were it given, it might belong to the list.
                _ => {
                    open = self.absences.union(open, item.why);
                    let own = given.absences();
                    open = self.absences.union(open, own);
                }
            }
            most += 1;
        }
        Ok(self.length_between(list, certain, most, open))
    }

    /// Returns the length of a list of which only the bounds are known, where they differ.
    fn length_between(&mut self, list: Value, certain: i64, most: i64, open: SetId) -> Value {
        if certain == most {
            return Value::int(certain).at(list.written_at());
        }
        let bounds = self.heap.keep_bounds(certain, most);
        Value::absent(Grade::OneOfSeveral, open).with_bounds(bounds).at(list.written_at())
    }

    /// Tells whether an item of a list equals a value.
    pub(super) fn contains_item(&mut self, list: Value, wanted: Value) -> Eval {
        let mut unknown: Option<(Grade, SetId)> = None;
        let mut is_found = false;
        self.each_item(list, None, |run, item, why| {
            let equal = run.compare(Comparison::Equal, item, wanted)?;
            match (equal.as_bool(), equal.as_absent()) {
                (Some(true), _) if why == 0 => {
                    is_found = true;
                    return Ok(Fold::Over);
                }
                (Some(false), _) => {}
                (_, absent) => {
                    let (grade, set) = absent.unwrap_or((Grade::Undecided, 0));
                    let set = run.absences.union(why, set);
                    let grade = if why == 0 { grade } else { Grade::Undecided };
                    unknown = Some(run.united(unknown, (grade, set)));
                }
            }
            Ok(Fold::On)
        })?;
        Ok(match (is_found, unknown) {
            (true, _) => Value::TRUE.at(list.written_at()),
            (false, Some((grade, set))) => Value::absent(grade, set),
            (false, None) => Value::FALSE.at(list.written_at()),
        })
    }
}

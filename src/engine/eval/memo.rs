//! Calls of functions, and results that are asked for more than once.
//!
//! A function that makes no demand sees its arguments, the bundle and nothing else: its result is the same whichever
//! rule calls it. It is kept where the call found nothing, and what it cost is counted again each time.

use std::collections::HashMap;

use ahash::RandomState;

use super::run::{Cost, Eval, Evaluator};
use super::value::{Grade, Value, ValueKind};
use crate::engine::ir::{Function, FunctionId};

/// Arguments of a call whose result is kept.
const ARGUMENTS: usize = 4;
/// Results that are kept for one bundle.
const RESULTS: usize = 1 << 18;
/// Functions that call each other.
const CALL_LEVELS: usize = 32;
/// What it costs to keep a result, in steps.
const PRICE: i64 = 4;
/// Steps of a call to each step that keeping its result may cost in vain.
const LONG: i64 = 64;
/// Where a function has cost more than this, its results are not kept any more.
const PATIENCE: i64 = 200;

/// A call: texts and lists are told apart by where they are, which costs nothing to compare.
#[derive(PartialEq, Eq, Hash)]
struct Call(FunctionId, [(u64, u64); ARGUMENTS]);

#[derive(Clone, Copy)]
struct CachedResult {
    value: Value,
    cost: Cost,
}

/// The results on one bundle.
#[derive(Default)]
pub(super) struct Memo {
    kept: HashMap<Call, CachedResult, RandomState>,
    /// For each function, the steps that its kept results saved, less what keeping them cost.
    saved: Vec<i64>,
}

impl Memo {
    fn pays(&self, function: FunctionId) -> bool {
        self.saved.get(function as usize).is_none_or(|saved| *saved > -PATIENCE)
    }

    fn count(&mut self, function: FunctionId, steps: i64) {
        let at = function as usize;
        if at >= self.saved.len() {
            self.saved.resize(at + 1, 0);
        }
        if let Some(saved) = self.saved.get_mut(at) {
            *saved = saved.saturating_add(steps);
        }
    }
}

impl<'r> Evaluator<'r> {
    /// Calls a function whose arguments are the last values of the stack, or takes the result that it gave before.
    #[inline(never)]
    pub(super) fn ask_function(&mut self, id: FunctionId, base: usize) -> Eval {
        let Some(function) = self.context.module.functions.get(id as usize) else { return Ok(Value::UNIT) };
        if self.guard != 0 && self.running.contains(&id) {
            // What is already running is not entered where it is not known whether it is called.
            self.variables.truncate(base);
            return Ok(Value::absent(Grade::Undecided, self.guard));
        }
        let is_inside = function.is_recursive && self.guard != 0 && !self.running.is_empty();
        if function.demands || is_inside {
            return self.call(id, base);
        }
        // Without a demand the conditions around the call do not matter.
        let guard = std::mem::take(&mut self.guard);
        let running = std::mem::take(&mut self.running);
        let value = self.ask_pure(function, id, base);
        self.running = running;
        self.guard = guard;
        value
    }

    fn ask_pure(&mut self, function: &'r Function, id: FunctionId, base: usize) -> Eval {
        if !function.is_long {
            return self.call(id, base);
        }
        // What a call costs must not depend on whether its result, or another one, is kept: no list that goes in or
        // comes out grows in place.
        for argument in self.variables.get(base..).unwrap_or_default() {
            self.heap.arrays.freeze(*argument);
        }
        let value = self.ask_long(id, base)?;
        self.heap.arrays.freeze(value);
        Ok(value)
    }

    fn ask_long(&mut self, id: FunctionId, base: usize) -> Eval {
        let call = if self.memo.pays(id) { self.key_of(id, base) } else { None };
        let Some(call) = call else { return self.call(id, base) };
        if let Some(answer) = self.memo.kept.get(&call).copied() {
            self.memo.count(id, answer.cost.steps as i64 - PRICE);
            self.variables.truncate(base);
            self.cost.bytes += answer.cost.bytes;
            self.spend(answer.cost.steps)?;
            return Ok(answer.value);
        }
        let (before, findings) = (self.cost, self.record.depends.len());
        let value = self.call(id, base)?;
        // What costs much is worth keeping although it was not asked for again so far.
        self.memo.count(id, self.cost.since(before).steps as i64 / LONG - PRICE);
        // A function that meets an unusable value leaves a finding each time.
        if self.record.depends.len() == findings {
            // Of many records some functions have a result each: what is asked for next must find room all the same.
            if self.memo.kept.len() >= RESULTS {
                self.memo.kept.clear();
            }
            let cost = self.cost.since(before);
            self.memo.kept.insert(call, CachedResult { value, cost });
        }
        Ok(value)
    }

    fn key_of(&self, id: FunctionId, base: usize) -> Option<Call> {
        let arguments = self.variables.get(base..).unwrap_or_default();
        let mut call = Call(id, [(0, 0); ARGUMENTS]);
        if arguments.len() > ARGUMENTS {
            return None;
        }
        for (value, slot) in arguments.iter().zip(&mut call.1) {
            *slot = self.identity(*value);
        }
        Some(call)
    }

    /// Returns what tells a value from every other; what is selected again is another selection of the same items.
    pub(super) fn identity(&self, value: Value) -> (u64, u64) {
        match value.kind() {
            ValueKind::Selection => match self.nodes_of(value) {
                [] => (0, value.bits().0),
                nodes => (nodes.as_ptr() as u64, (nodes.len() as u64) << 8 | ValueKind::Selection as u64),
            },
            _ => value.bits(),
        }
    }

    /// Calls a function whose arguments are the last values of the stack, from `base` on.
    pub(super) fn call(&mut self, id: FunctionId, base: usize) -> Eval {
        let Some(function) = self.context.module.functions.get(id as usize) else { return Ok(Value::UNIT) };
        if self.level >= CALL_LEVELS {
            return Err(self.fault(format!("functions call each other more than {CALL_LEVELS} levels deep")));
        }
        self.spend(1)?;
        self.variables.resize(base + function.slots as usize, Value::UNIT);
        let outside = (self.base, self.slots, self.file, self.at);
        (self.base, self.slots, self.file) = (base, function.slots as usize, function.file);
        self.running.push(id);
        self.level += 1;
        let value = self.body(&function.body);
        self.running.pop();
        self.level -= 1;
        self.variables.truncate(base);
        (self.base, self.slots, self.file, self.at) = outside;
        value
    }
}

//! What runs where a condition is not known: both ways, and what they leave where they meet.
//!
//! A demand that is reached on one way only is made under the absences of the condition (see `demands.rs`). A variable
//! that the ways leave with different values is undecided.

use super::absences::SetId;
use super::run::{Eval, Evaluator};
use super::statements::Flow;
use super::value::{Grade, Value};
use crate::engine::calls::{Child, each_child};
use crate::engine::ir::{Expr, ExprKind, For, If, Slot, Stmt, While};

/// The variables of a call at one point.
type Frame = Vec<Value>;

/// The ways in which a part of a function may have ended, and the absences that it depends on which.
#[derive(Default)]
pub(super) struct Ways {
    pub(super) depends: SetId,
    next: Option<(Frame, Value)>,
    continued: Option<Frame>,
    broken: Option<Frame>,
    returned: Option<Value>,
}

impl<'r> Evaluator<'r> {
    fn frame(&mut self) -> Frame {
        self.cost.steps += self.slots as u64 / 8;
        self.variables.get(self.base..self.base + self.slots).unwrap_or_default().to_vec()
    }

    fn restore(&mut self, frame: &Frame) {
        for (slot, value) in frame.iter().enumerate() {
            self.set(slot as Slot, *value);
        }
    }

    /// Returns what is assigned to a variable. Under a condition that is not known, an absent variable that stays as
    /// absent depends on that condition as well: else the first of several such conditions would be the only one named.
    #[inline]
    pub(super) fn assigned(&mut self, slot: Slot, value: Value) -> Value {
        match value.as_absent() {
            Some((grade, set)) if self.guard != 0 && value.bits() == self.variable(slot).bits() => {
                Value::absent(grade, self.absences.union(set, self.guard)).at(value.written_at())
            }
            _ => value,
        }
    }

    /// Returns what two ways leave of a value.
    pub(super) fn join(&mut self, one: Value, other: Value, depends: SetId) -> Value {
        let is_same_truth = one.as_bool().is_some() && one.as_bool() == other.as_bool();
        if one.bits() == other.bits() || is_same_truth || self.are_same_texts(one, other) {
            return one;
        }
        let (own, more) = (self.openness(one), self.openness(other));
        let set = self.absences.union(depends, own);
        let set = self.absences.union(set, more);
        Value::absent(Grade::Undecided, set).at(one.written_at())
    }

    fn are_same_texts(&self, one: Value, other: Value) -> bool {
        let both = (self.as_text(one), self.as_text(other));
        one.written_at() == other.written_at() && matches!(both, (Some(one), Some(other)) if one == other)
    }

    fn join_frames(&mut self, one: Frame, other: &Frame, depends: SetId) -> Frame {
        self.cost.steps += other.len() as u64 / 8;
        let pairs = one.into_iter().zip(other);
        pairs.map(|(one, other)| self.join(one, *other, depends)).collect()
    }

    fn join_some<T>(&mut self, one: Option<T>, other: Option<T>, join: impl FnOnce(&mut Self, T, T) -> T) -> Option<T> {
        match (one, other) {
            (Some(one), Some(other)) => Some(join(self, one, other)),
            (one, other) => one.or(other),
        }
    }

    fn merge(&mut self, one: Ways, other: Ways, depends: SetId) -> Ways {
        Ways {
            depends,
            next: self.join_some(one.next, other.next, |run, one, other| {
                (run.join_frames(one.0, &other.0, depends), run.join(one.1, other.1, depends))
            }),
            continued: self
                .join_some(one.continued, other.continued, |run, one, other| run.join_frames(one, &other, depends)),
            broken: self.join_some(one.broken, other.broken, |run, one, other| run.join_frames(one, &other, depends)),
            returned: self.join_some(one.returned, other.returned, |run, one, other| run.join(one, other, depends)),
        }
    }

    /// Returns how a part ended, with the variables as they are now.
    fn ways_of(&mut self, flow: Flow) -> Ways {
        match flow {
            Flow::Next(value) => Ways { next: Some((self.frame(), value)), ..Ways::default() },
            Flow::Continue => Ways { continued: Some(self.frame()), ..Ways::default() },
            Flow::Break => Ways { broken: Some(self.frame()), ..Ways::default() },
            Flow::Return(value) => Ways { returned: Some(value), ..Ways::default() },
            Flow::Ways(ways) => *ways,
        }
    }

    /// Returns a part that may have ended in several ways; one way is what it is.
    fn flow_of(&mut self, ways: Ways) -> Flow {
        match ways {
            Ways { next: Some((frame, value)), continued: None, broken: None, returned: None, .. } => {
                self.restore(&frame);
                Flow::Next(value)
            }
            Ways { next: None, continued: Some(frame), broken: None, returned: None, .. } => {
                self.restore(&frame);
                Flow::Continue
            }
            Ways { next: None, continued: None, broken: Some(frame), returned: None, .. } => {
                self.restore(&frame);
                Flow::Break
            }
            Ways { next: None, continued: None, broken: None, returned: Some(value), .. } => Flow::Return(value),
            ways => Flow::Ways(Box::new(ways)),
        }
    }

    /// Runs something under a condition that is not known.
    fn under<T>(&mut self, set: SetId, work: impl FnOnce(&mut Self) -> Eval<T>) -> Eval<T> {
        let outside = self.guard;
        self.guard = self.absences.union(outside, set);
        let done = work(self);
        self.guard = outside;
        done
    }

    /// Runs a part of a function under a condition that is not known. A mistake there is none of the rule for certain:
    /// what it depends on is reported, and the way ends.
    fn way(&mut self, set: SetId, work: impl FnOnce(&mut Self) -> Eval<Flow>) -> Eval<Ways> {
        match self.under(set, work) {
            Ok(flow) => Ok(self.ways_of(flow)),
            Err(stop) if stop.is_limit || set == 0 => Err(stop),
            Err(_) => {
                self.depend_on(set);
                Ok(Ways { returned: Some(Value::absent(Grade::Undecided, set)), ..Ways::default() })
            }
        }
    }

    /// Runs both branches of an `if` whose condition is not known.
    #[inline(never)]
    pub(super) fn both_branches(&mut self, flow: &'r If, set: SetId) -> Eval<Flow> {
        let before = self.frame();
        let yes = self.way(set, |run| run.block(&flow.yes))?;
        self.restore(&before);
        let no = self.way(set, |run| run.block(&flow.no))?;
        let depends = self.absences.union(set, yes.depends);
        let depends = self.absences.union(depends, no.depends);
        let ways = self.merge(yes, no, depends);
        Ok(self.flow_of(ways))
    }

    /// Runs the rest of a block after a statement that may have left it.
    #[inline(never)]
    pub(super) fn rest(&mut self, mut ways: Ways, rest: &'r [Stmt]) -> Eval<Flow> {
        let Some((frame, value)) = ways.next.take() else { return Ok(self.flow_of(ways)) };
        self.restore(&frame);
        let depends = ways.depends;
        let end = match rest {
            [] => self.ways_of(Flow::Next(value)),
            rest => self.way(depends, |run| run.block(rest))?,
        };
        let depends = self.absences.union(depends, end.depends);
        let ways = self.merge(ways, end, depends);
        Ok(self.flow_of(ways))
    }

    /// Returns the value of a function or closure whose body may have ended in several ways.
    pub(super) fn value_of(&mut self, flow: Flow) -> Value {
        match flow {
            Flow::Next(value) | Flow::Return(value) => value,
            Flow::Continue | Flow::Break => Value::UNIT,
            Flow::Ways(ways) => {
                let next = ways.next.map(|(_, value)| value);
                let depends = ways.depends;
                let value = self.join_some(next, ways.returned, |run, one, other| run.join(one, other, depends));
                value.unwrap_or(Value::UNIT)
            }
        }
    }

    /// Goes on with the turns of a loop after one that may have left it.
    #[inline(never)]
    pub(super) fn turns_after(&mut self, each: &'r For, list: Value, turn: usize, ways: Ways) -> Eval<Flow> {
        let mut state = Turns::default();
        match self.end_turn(&mut state, ways, 0, None) {
            Some(left) => Ok(left),
            None => self.go_on(each, list, turn + 1, state),
        }
    }

    /// Goes on with the turns of a loop from one whose item is only possible.
    #[inline(never)]
    pub(super) fn turns_from(&mut self, each: &'r For, list: Value, turn: usize) -> Eval<Flow> {
        self.go_on(each, list, turn, Turns::default())
    }

    fn go_on(&mut self, each: &'r For, list: Value, first: usize, mut state: Turns) -> Eval<Flow> {
        let items = self.items_of(list)?;
        for (turn, item) in items.into_iter().enumerate().skip(first) {
            let before = (item.why != 0).then(|| self.frame());
            let under = self.absences.union(state.depends, item.why);
            let ways = self.way(under, |run| run.turn(each, turn, item.value))?;
            if let Some(left) = self.end_turn(&mut state, ways, item.why, before) {
                return Ok(left);
            }
        }
        Ok(self.end_loop(state))
    }

    /// Takes in how a turn ended; gives how the loop ends where no further turn is made.
    fn end_turn(&mut self, state: &mut Turns, ways: Ways, why: SetId, before: Option<Frame>) -> Option<Flow> {
        let leaves = ways.broken.is_some() || ways.returned.is_some();
        let depends = self.absences.union(ways.depends, why);
        let all = self.absences.union(state.depends, depends);
        let next = ways.next.map(|(frame, _)| frame);
        let mut next = self.join_some(next, ways.continued, |run, one, other| run.join_frames(one, &other, depends));
        if let Some(broken) = ways.broken {
            state.broken =
                self.join_some(state.broken.take(), Some(broken), |run, one, other| run.join_frames(one, &other, all));
        }
        if let Some(returned) = ways.returned {
            state.returned =
                self.join_some(state.returned.take(), Some(returned), |run, one, other| run.join(one, other, all));
        }
        if let Some(before) = before {
            next = self.join_some(next, Some(before), |run, one, other| run.join_frames(one, &other, depends));
        }
        if leaves {
            state.depends = all;
        }
        match next {
            Some(frame) => {
                self.restore(&frame);
                None
            }
            None => {
                // Every way leaves: no further turn is made.
                let ways = Ways {
                    depends: all,
                    next: state.broken.take().map(|frame| (frame, Value::UNIT)),
                    returned: state.returned.take(),
                    ..Ways::default()
                };
                Some(self.flow_of(ways))
            }
        }
    }

    fn end_loop(&mut self, state: Turns) -> Flow {
        if let Some(broken) = &state.broken {
            let frame = self.frame();
            let frame = self.join_frames(frame, broken, state.depends);
            self.restore(&frame);
        }
        let next = Some((self.frame(), Value::UNIT));
        self.flow_of(Ways { depends: state.depends, next, returned: state.returned, ..Ways::default() })
    }

    /// A loop over an absent list: its body does not run, and what it would do is not known.
    #[inline(never)]
    pub(super) fn turns_of_absent(&mut self, each: &'r For, set: SetId) -> Eval<Flow> {
        Ok(self.not_run(&each.body, set))
    }

    /// A loop whose condition is not known is left.
    pub(super) fn left_loop(&mut self, flow: &'r While, set: SetId) -> Flow {
        self.not_run(&flow.body, set)
    }

    /// Ends a `while` or `loop` of which a turn may have left it; nothing where every way goes on.
    pub(super) fn turn_of_loop(&mut self, flow: &'r While, ways: Ways) -> Option<Flow> {
        let depends = ways.depends;
        let next = ways.next.map(|(frame, _)| frame);
        let next = self.join_some(next, ways.continued, |run, one, other| run.join_frames(one, &other, depends));
        if ways.broken.is_none() && ways.returned.is_none() {
            self.restore(&next?);
            return None;
        }
        let frame = self.join_some(next, ways.broken, |run, one, other| run.join_frames(one, &other, depends));
        match frame {
            Some(frame) => self.restore(&frame),
            None => return ways.returned.map(Flow::Return),
        }
        let end = self.not_run(&flow.body, depends);
        let end = self.ways_of(end);
        let returned = Ways { returned: ways.returned, ..Ways::default() };
        let ways = self.merge(end, returned, depends);
        Some(self.flow_of(ways))
    }

    /// Leaves a body that may have run: what it assigns is undecided, and what it demands depends on the absences.
    fn not_run(&mut self, body: &'r [Stmt], set: SetId) -> Flow {
        let mut effects = Effects::default();
        self.effects(body, &mut effects);
        self.cost.steps += effects.visited / 4;
        if effects.demands {
            self.depend_on(set);
        }
        for slot in effects.assigned {
            let own = self.openness(self.variable(slot));
            let set = self.absences.union(set, own);
            self.set(slot, Value::absent(Grade::Undecided, set));
        }
        if !effects.returns {
            return Flow::Next(Value::UNIT);
        }
        Flow::Ways(Box::new(Ways {
            depends: set,
            next: Some((self.frame(), Value::UNIT)),
            returned: Some(Value::absent(Grade::Undecided, set)),
            ..Ways::default()
        }))
    }

    /// Collects what a body may do.
    fn effects(&self, body: &[Stmt], effects: &mut Effects) {
        for stmt in body {
            match stmt {
                Stmt::Expr(expr) => self.effects_of(expr, effects),
                Stmt::Set(slot, expr) | Stmt::Update(_, slot, expr) => {
                    effects.assigned.push(*slot);
                    self.effects_of(expr, effects);
                }
                Stmt::If(flow) => {
                    self.effects_of(&flow.condition, effects);
                    self.effects(&flow.yes, effects);
                    self.effects(&flow.no, effects);
                }
                Stmt::For(each) => {
                    self.effects_of(&each.list, effects);
                    self.effects(&each.body, effects);
                }
                Stmt::While(flow) => {
                    flow.condition.iter().for_each(|condition| self.effects_of(condition, effects));
                    self.effects(&flow.body, effects);
                }
                Stmt::Return(value) => {
                    effects.returns = true;
                    value.iter().for_each(|value| self.effects_of(value, effects));
                }
                Stmt::Otherwise(_) | Stmt::Continue | Stmt::Break => {}
            }
        }
    }

    fn effects_of(&self, expr: &Expr, effects: &mut Effects) {
        effects.visited += 1;
        match &expr.kind {
            ExprKind::Demand(_) => effects.demands = true,
            ExprKind::Call(id, _) => {
                let function = self.context.module.functions.get(*id as usize);
                effects.demands |= function.is_some_and(|function| function.demands);
            }
            // A closure makes no demands, and assigns and returns nothing outside of itself.
            ExprKind::List(_, list, _) => return self.effects_of(list, effects),
            _ => {}
        }
        each_child(expr, &mut |child| match child {
            Child::Expr(expr) => self.effects_of(expr, effects),
            Child::Block(block) => self.effects(block, effects),
        });
    }
}

/// What is known of a loop after some of its turns.
#[derive(Default)]
struct Turns {
    /// The absences on which it depends whether a further turn is made.
    depends: SetId,
    broken: Option<Frame>,
    returned: Option<Value>,
}

/// What a body may do.
#[derive(Default)]
struct Effects {
    demands: bool,
    returns: bool,
    assigned: Vec<Slot>,
    /// Expressions that were looked at.
    visited: u64,
}

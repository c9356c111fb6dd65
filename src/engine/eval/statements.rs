//! Runs statements where every condition is known; what is not known is in `ways.rs`.

use super::absences::SetId;
use super::run::{Eval, Evaluator};
use super::value::{Value, ValueKind};
use super::ways::Ways;
use crate::engine::ir::{Expr, ExprKind, For, If, Stmt, While};

/// How a block ends.
pub(super) enum Flow {
    /// At its end, with the value of its last statement.
    Next(Value),
    Continue,
    Break,
    Return(Value),
    /// It is not known which way.
    Ways(Box<Ways>),
}

/// What is known of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    Yes,
    No,
    Unknown(SetId),
}

impl<'r> Evaluator<'r> {
    pub(super) fn block(&mut self, block: &'r [Stmt]) -> Eval<Flow> {
        let mut last = Value::UNIT;
        for (at, stmt) in block.iter().enumerate() {
            match self.statement(stmt)? {
                Flow::Next(value) => last = value,
                Flow::Ways(ways) => return self.rest(*ways, block.get(at + 1..).unwrap_or_default()),
                left => return Ok(left),
            }
        }
        Ok(Flow::Next(last))
    }

    pub(super) fn statement(&mut self, stmt: &'r Stmt) -> Eval<Flow> {
        self.step();
        match stmt {
            Stmt::Expr(Expr { kind: ExprKind::Demand(demand), .. }) => {
                self.demand(demand)?;
                Ok(Flow::Next(Value::UNIT))
            }
            Stmt::Expr(expr) => Ok(Flow::Next(self.eval(expr)?)),
            Stmt::Set(slot, expr) => {
                let value = self.kept(expr)?;
                let value = self.assigned(*slot, value);
                self.set(*slot, value);
                Ok(Flow::Next(Value::UNIT))
            }
            Stmt::Update(operator, slot, expr) => {
                let by = self.eval(expr)?;
                self.at = expr.at;
                let value = self.compute(*operator, self.variable(*slot), by)?;
                let value = self.assigned(*slot, value);
                self.set(*slot, value);
                Ok(Flow::Next(Value::UNIT))
            }
            Stmt::If(flow) => self.branch(flow),
            Stmt::For(each) => self.each(each),
            Stmt::While(flow) => self.repeat(flow),
            Stmt::Return(value) => {
                let value = match value {
                    Some(value) => self.eval(value)?,
                    None => Value::UNIT,
                };
                Ok(Flow::Return(value))
            }
            Stmt::Otherwise(_) => Ok(Flow::Next(Value::UNIT)),
            Stmt::Continue => Ok(Flow::Continue),
            Stmt::Break => Ok(Flow::Break),
        }
    }

    pub(super) fn branch(&mut self, flow: &'r If) -> Eval<Flow> {
        match self.condition(&flow.condition)? {
            Truth::Yes => self.block(&flow.yes),
            Truth::No => self.block(&flow.no),
            Truth::Unknown(set) => self.both_branches(flow, set),
        }
    }

    #[inline(never)]
    fn each(&mut self, each: &'r For) -> Eval<Flow> {
        let list = self.eval(&each.list)?;
        self.at = each.list.at;
        if let Some((_, set)) = list.as_absent() {
            return self.turns_of_absent(each, set);
        }
        if let Some(array) = list.as_array() {
            for turn in 0..array.len() {
                let Some(item) = self.heap.arrays.item(array, turn) else { break };
                if item.why != 0 {
                    return self.turns_from(each, list, turn);
                }
                match self.turn(each, turn, item.value)? {
                    Flow::Next(_) | Flow::Continue => {}
                    Flow::Break => break,
                    Flow::Return(value) => return Ok(Flow::Return(value)),
                    Flow::Ways(ways) => return self.turns_after(each, list, turn, *ways),
                }
            }
            return Ok(Flow::Next(Value::UNIT));
        }
        let Some((of, nodes)) = self.nodes(list) else {
            return Err(self.fault(format!("`for` walks a list, found {}", self.type_name(list))));
        };
        for (turn, node) in nodes.enumerate() {
            let item = self.read(crate::engine::note::Place { node, ..of });
            match self.turn(each, turn, item)? {
                Flow::Next(_) | Flow::Continue => {}
                Flow::Break => break,
                Flow::Return(value) => return Ok(Flow::Return(value)),
                Flow::Ways(ways) => return self.turns_after(each, list, turn, *ways),
            }
        }
        Ok(Flow::Next(Value::UNIT))
    }

    /// Runs the body of a loop once.
    pub(super) fn turn(&mut self, each: &'r For, turn: usize, item: Value) -> Eval<Flow> {
        self.at = each.list.at;
        self.spend(1)?;
        self.set(each.item, item);
        if let Some(counter) = each.counter {
            self.set(counter, Value::int(turn as i64));
        }
        self.block(&each.body)
    }

    #[inline(never)]
    fn repeat(&mut self, flow: &'r While) -> Eval<Flow> {
        loop {
            self.at = flow.at;
            self.spend(1)?;
            if let Some(condition) = &flow.condition {
                match self.condition(condition)? {
                    Truth::Yes => {}
                    Truth::No => break,
                    Truth::Unknown(set) => return Ok(self.left_loop(flow, set)),
                }
            }
            match self.block(&flow.body)? {
                Flow::Next(_) | Flow::Continue => {}
                Flow::Break => break,
                Flow::Return(value) => return Ok(Flow::Return(value)),
                Flow::Ways(ways) => match self.turn_of_loop(flow, *ways) {
                    Some(left) => return Ok(left),
                    None => continue,
                },
            }
        }
        Ok(Flow::Next(Value::UNIT))
    }

    pub(super) fn condition(&mut self, expr: &'r Expr) -> Eval<Truth> {
        let value = self.eval(expr)?;
        if value.is(ValueKind::Bool) {
            return Ok(if value.number() == 0 { Truth::No } else { Truth::Yes });
        }
        self.at = expr.at;
        self.truth(value)
    }

    /// Returns what a value says as a condition.
    pub(super) fn truth(&self, value: Value) -> Eval<Truth> {
        match value.kind() {
            ValueKind::Bool => Ok(if value.number() == 0 { Truth::No } else { Truth::Yes }),
            ValueKind::Absent => Ok(Truth::Unknown(value.absences())),
            _ => Err(self.fault(format!("a condition is true or false, found {}", self.type_name(value)))),
        }
    }
}

//! Which functions make demands and which may call themselves, through whatever they call.

use super::functions::Builtin;
use super::ir::{Expr, ExprKind, FunctionId, Module, Stmt};

/// What the body of a function does itself.
#[derive(Default)]
struct Own {
    demands: bool,
    calls: Vec<FunctionId>,
}

/// Sets what every function does through those that it calls.
pub(super) fn complete(module: &mut Module) {
    let own: Vec<Own> = module.functions.iter().map(|function| Own::of(&function.body)).collect();
    let mut demands: Vec<bool> = own.iter().map(|own| own.demands).collect();
    loop {
        let mut is_changed = false;
        for (at, own) in own.iter().enumerate() {
            let through = own.calls.iter().any(|id| demands.get(*id as usize).copied().unwrap_or(false));
            if let Some(demands) = demands.get_mut(at)
                && through
                && !*demands
            {
                *demands = true;
                is_changed = true;
            }
        }
        if !is_changed {
            break;
        }
    }
    for (at, function) in module.functions.iter_mut().enumerate() {
        function.demands = demands.get(at).copied().unwrap_or(false);
        function.is_recursive = reaches_itself(&own, at as FunctionId);
    }
}

fn reaches_itself(own: &[Own], start: FunctionId) -> bool {
    let calls = |id: FunctionId| own.get(id as usize).map_or(&[][..], |own| &own.calls);
    let mut seen = vec![false; own.len()];
    let mut open: Vec<FunctionId> = calls(start).to_vec();
    while let Some(id) = open.pop() {
        if id == start {
            return true;
        }
        if let Some(seen) = seen.get_mut(id as usize)
            && !std::mem::replace(seen, true)
        {
            open.extend_from_slice(calls(id));
        }
    }
    false
}

impl Own {
    fn of(body: &[Stmt]) -> Self {
        let mut own = Self::default();
        own.block(body);
        own
    }

    fn block(&mut self, block: &[Stmt]) {
        for stmt in block {
            match stmt {
                Stmt::Expr(expr) | Stmt::Set(_, expr) | Stmt::Update(_, _, expr) => self.expr(expr),
                Stmt::If(flow) => {
                    self.expr(&flow.condition);
                    self.block(&flow.yes);
                    self.block(&flow.no);
                }
                Stmt::For(each) => {
                    self.expr(&each.list);
                    self.block(&each.body);
                }
                Stmt::While(flow) => {
                    flow.condition.iter().for_each(|condition| self.expr(condition));
                    self.block(&flow.body);
                }
                Stmt::Return(value) => value.iter().for_each(|value| self.expr(value)),
                Stmt::Otherwise(_) | Stmt::Continue | Stmt::Break => {}
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        each_child(expr, &mut |child| match child {
            Child::Expr(expr) => self.expr(expr),
            Child::Block(block) => self.block(block),
        });
        match &expr.kind {
            ExprKind::Demand(_) | ExprKind::Builtin(Builtin::Print, _) => self.demands = true,
            ExprKind::Call(id, _) => self.calls.push(*id),
            _ => {}
        }
    }
}

/// A part of an expression.
pub(super) enum Child<'e> {
    Expr(&'e Expr),
    Block(&'e [Stmt]),
}

/// Visits the parts of an expression.
pub(super) fn each_child<'e>(expr: &'e Expr, visit: &mut dyn FnMut(Child<'e>)) {
    match &expr.kind {
        ExprKind::Invalid
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Decimal(_)
        | ExprKind::Text(_)
        | ExprKind::Variable(_)
        | ExprKind::Path(..) => {}
        ExprKind::Array(exprs)
        | ExprKind::And(exprs)
        | ExprKind::Or(exprs)
        | ExprKind::Interpolation(exprs)
        | ExprKind::Builtin(_, exprs)
        | ExprKind::Call(_, exprs) => exprs.iter().for_each(|expr| visit(Child::Expr(expr))),
        ExprKind::Not(expr) | ExprKind::Negate(expr) | ExprKind::Fields(expr, _) => visit(Child::Expr(expr)),
        ExprKind::Compare(_, both)
        | ExprKind::Compute(_, both)
        | ExprKind::Index(both)
        | ExprKind::Member(both)
        | ExprKind::Or2(both)
        | ExprKind::Range(both, _) => both.iter().for_each(|expr| visit(Child::Expr(expr))),
        ExprKind::If(flow) => {
            visit(Child::Expr(&flow.condition));
            visit(Child::Block(&flow.yes));
            visit(Child::Block(&flow.no));
        }
        ExprKind::Block(block) => visit(Child::Block(block)),
        ExprKind::List(_, list, closure) => {
            visit(Child::Expr(list));
            visit(Child::Block(&closure.body));
        }
        ExprKind::Demand(demand) => {
            visit(Child::Expr(&demand.subject));
            demand.at.iter().for_each(|at| visit(Child::Expr(at)));
            demand.values.iter().for_each(|(_, value)| visit(Child::Expr(value)));
        }
    }
}

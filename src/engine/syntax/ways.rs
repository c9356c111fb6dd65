//! Which ways lead out of statements: what is never reached, and loops that never end.

use std::collections::BTreeSet;

use super::super::calls::{Child, each_child};
use super::super::ir::{Expr, ExprKind, FunctionId, Slot, Stmt, While};
use crate::language::{Text, text};

/// Tells whether nothing behind a statement is ever reached.
pub(super) fn leaves(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Return(_) | Stmt::Continue | Stmt::Break => true,
        Stmt::If(flow) => flow.yes.iter().any(leaves) && flow.no.iter().any(leaves),
        Stmt::While(turn) => turn.condition.is_none() && !breaks(&turn.body),
        Stmt::Expr(Expr { kind: ExprKind::Block(block), .. }) => block.iter().any(leaves),
        Stmt::Expr(_) | Stmt::Set(..) | Stmt::Update(..) | Stmt::For(_) | Stmt::Otherwise(_) => false,
    }
}

/// Returns why a loop never ends, if it does not.
pub(super) fn never_ends(turn: &While) -> Option<Text> {
    if breaks(&turn.body) || returns(&turn.body) {
        return None;
    }
    let Some(condition) = &turn.condition else {
        return Some(text!("nothing leaves it", "벗어나는 문장이 없음"));
    };
    let mut assigned = BTreeSet::new();
    assignments(&turn.body, &mut assigned);
    let mut read = BTreeSet::new();
    reads(condition, &mut read);
    read.is_disjoint(&assigned)
        .then(|| text!("nothing in it changes what its condition reads", "조건이 읽는 값을 바꾸는 문장이 안에 없음"))
}

/// Tells whether a function always calls itself before it gives a value.
pub(super) fn always_calls(body: &[Stmt], function: FunctionId) -> bool {
    let always = |expr: &Expr| always_evaluates(expr, function);
    for stmt in body {
        let is_call = match stmt {
            Stmt::Expr(expr) | Stmt::Set(_, expr) | Stmt::Update(_, _, expr) => always(expr),
            Stmt::If(flow) => always(&flow.condition),
            Stmt::For(each) => always(&each.list),
            Stmt::While(turn) => turn.condition.as_ref().is_some_and(always),
            Stmt::Return(value) => return value.as_ref().is_some_and(always),
            Stmt::Otherwise(_) | Stmt::Continue | Stmt::Break => false,
        };
        if is_call {
            return true;
        }
        if returns(std::slice::from_ref(stmt)) {
            return false;
        }
    }
    false
}

fn always_evaluates(expr: &Expr, function: FunctionId) -> bool {
    let mut is_call = matches!(&expr.kind, ExprKind::Call(id, _) if *id == function);
    let first_only = matches!(expr.kind, ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Or2(_));
    let mut is_first = true;
    each_child(expr, &mut |child| {
        let is_evaluated = !first_only || std::mem::take(&mut is_first);
        if let Child::Expr(child) = child {
            is_call |= is_evaluated && always_evaluates(child, function);
        }
    });
    is_call
}

/// Tells whether a body may leave the loop that it is the body of.
fn breaks(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match stmt {
        Stmt::Break => true,
        Stmt::If(flow) => breaks(&flow.yes) || breaks(&flow.no),
        Stmt::Expr(Expr { kind: ExprKind::Block(block), .. }) => breaks(block),
        _ => false,
    })
}

fn returns(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match stmt {
        Stmt::Return(_) => true,
        Stmt::If(flow) => returns(&flow.yes) || returns(&flow.no),
        Stmt::For(each) => returns(&each.body),
        Stmt::While(turn) => returns(&turn.body),
        Stmt::Expr(Expr { kind: ExprKind::Block(block), .. }) => returns(block),
        _ => false,
    })
}

fn assignments(body: &[Stmt], into: &mut BTreeSet<Slot>) {
    for stmt in body {
        match stmt {
            Stmt::Set(slot, _) | Stmt::Update(_, slot, _) => _ = into.insert(*slot),
            Stmt::If(flow) => {
                assignments(&flow.yes, into);
                assignments(&flow.no, into);
            }
            Stmt::For(each) => assignments(&each.body, into),
            Stmt::While(turn) => assignments(&turn.body, into),
            Stmt::Expr(Expr { kind: ExprKind::Block(block), .. }) => assignments(block, into),
            Stmt::Expr(_) | Stmt::Otherwise(_) | Stmt::Return(_) | Stmt::Continue | Stmt::Break => {}
        }
    }
}

/// Collects the variables that an expression reads; those of its blocks and closures are its own but for what they read
/// of outside.
fn reads(expr: &Expr, into: &mut BTreeSet<Slot>) {
    if let ExprKind::Variable(slot) | ExprKind::Path(slot, _) = &expr.kind {
        into.insert(*slot);
    }
    each_child(expr, &mut |child| match child {
        Child::Expr(expr) => reads(expr, into),
        Child::Block(block) => reads_of(block, into),
    });
}

fn reads_of(block: &[Stmt], into: &mut BTreeSet<Slot>) {
    for stmt in block {
        match stmt {
            Stmt::Expr(expr) | Stmt::Set(_, expr) => reads(expr, into),
            Stmt::Update(_, slot, expr) => {
                into.insert(*slot);
                reads(expr, into);
            }
            Stmt::If(flow) => {
                reads(&flow.condition, into);
                reads_of(&flow.yes, into);
                reads_of(&flow.no, into);
            }
            Stmt::For(each) => {
                reads(&each.list, into);
                reads_of(&each.body, into);
            }
            Stmt::While(turn) => {
                turn.condition.iter().for_each(|condition| reads(condition, into));
                reads_of(&turn.body, into);
            }
            Stmt::Return(value) => value.iter().for_each(|value| reads(value, into)),
            Stmt::Otherwise(_) | Stmt::Continue | Stmt::Break => {}
        }
    }
}

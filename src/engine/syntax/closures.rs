//! Lowers closures, and finds the comparison in them that an index can answer.

use rhai::{Dynamic, Expr as Node, FnPtr, Stmt as Statement};

use super::super::ir::{Closure, Comparison, Expr, ExprKind, Join, Slot, Span, Stmt};
use super::scope::Scope;

impl Scope<'_> {
    /// Lowers a closure; what it captures are variables of the function around it.
    pub(super) fn closure(&mut self, node: &Node, at: Span) -> Option<Closure> {
        let parsed = self.parsed;
        let (name, captures) = pointer_name(node).unzip();
        let function = name.and_then(|name| parsed.functions.iter().find(|function| function.name == name));
        let Some(function) = function else {
            // What stands there is meant to be used.
            if let Node::Variable(variable, ..) = node
                && !self.own.keys().any(|(own, _)| **own == *variable.1)
            {
                self.read(&variable.1, at);
            }
            let hint = match node {
                Node::Variable(variable, ..) if self.own.contains_key(&(variable.1.to_string(), 1)) => {
                    self.called.insert((variable.1.to_string(), 1));
                    format!("write |item| {}(item)", variable.1)
                }
                _ => "write |item| item.id == id".to_owned(),
            };
            self.mistake(at, "a closure is expected here", Some(hint));
            return None;
        };
        let own = function.parameters.len().saturating_sub(captures.unwrap_or(0));
        let parameter = function.parameters.last().filter(|_| own == 1);
        let Some(parameter) = parameter else {
            let hint = Some("write |item| …".to_owned());
            self.mistake(at, format!("a closure takes one parameter, found {own}"), hint);
            return None;
        };
        let level = self.level();
        let (captured, loops, values) = (self.captured, self.loops, self.values);
        self.captured = self.slots();
        (self.loops, self.values) = (0, 0);
        self.closures += 1;
        let start = function.body.first().map_or(at, |first| super::parser::span(first.position()));
        let parameter = self.declare(parameter, start);
        let body = self.block(&function.body);
        // `list.find(|it| true)` takes the first.
        if let [Stmt::Expr(Expr { kind: ExprKind::Bool(_), .. })] = &*body {
            self.forgive(level);
        }
        self.close(level);
        self.closures -= 1;
        (self.captured, self.loops, self.values) = (captured, loops, values);
        let join = join_of(&body, parameter);
        Some(Closure { parameter, body, join })
    }
}

/// Returns the name of the function that a closure is, and how many variables it captures.
fn pointer_name(node: &Node) -> Option<(String, usize)> {
    match node {
        Node::DynamicConstant(value, _) => pointer(value).map(|name| (name, 0)),
        Node::Stmt(block) => pointer_of(block.iter()),
        _ => None,
    }
}

/// Returns the name of the closure that captures variables in a block, and how many: they stand behind it as the
/// arguments of a call of `curry`.
pub(super) fn pointer_of<'s>(statements: impl Iterator<Item = &'s Statement>) -> Option<(String, usize)> {
    statements.into_iter().find_map(|statement| {
        let call = match statement {
            Statement::FnCall(call, _) => call,
            Statement::Expr(expr) => match &**expr {
                Node::FnCall(call, _) => call,
                _ => return None,
            },
            _ => return None,
        };
        match call.args.first() {
            Some(Node::DynamicConstant(value, _)) if call.name == "curry" => {
                pointer(value).map(|name| (name, call.args.len().saturating_sub(1)))
            }
            _ => None,
        }
    })
}

fn pointer(value: &Dynamic) -> Option<String> {
    value.read_lock::<FnPtr>().map(|pointer| pointer.fn_name().to_owned())
}

/// Finds the comparison `item.field == x` in a condition that cannot hold without it.
fn join_of(body: &[Stmt], parameter: Slot) -> Option<Join> {
    let [Stmt::Expr(condition)] = body else { return None };
    let parts = match &condition.kind {
        ExprKind::And(parts) => &**parts,
        _ => std::slice::from_ref(condition),
    };
    parts.iter().enumerate().find_map(|(part, expr)| {
        let ExprKind::Compare(Comparison::Equal, both) = &expr.kind else { return None };
        let sides = both.iter().zip(both.iter().rev()).enumerate();
        sides.into_iter().find_map(|(side, (own, other))| {
            let has_default = field_of(own, parameter)?;
            let join = Join { part: part as u32, side: side as u32, has_default };
            (!mentions(other, parameter)).then_some(join)
        })
    })
}

/// Tells whether an expression is a field of the item, and whether it has a default; nothing for anything else.
fn field_of(expr: &Expr, parameter: Slot) -> Option<bool> {
    match &expr.kind {
        ExprKind::Path(slot, fields) => (*slot == parameter && fields.len() == 1).then_some(false),
        ExprKind::Or2(both) => {
            let [of, default] = &**both;
            let is_text = matches!(default.kind, ExprKind::Text(_));
            if is_text && field_of(of, parameter) == Some(false) { Some(true) } else { None }
        }
        _ => None,
    }
}

/// Tells whether an expression may read a variable.
fn mentions(expr: &Expr, slot: Slot) -> bool {
    let any = |exprs: &[Expr]| exprs.iter().any(|expr| mentions(expr, slot));
    match &expr.kind {
        ExprKind::Invalid | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Decimal(_) | ExprKind::Text(_) => false,
        ExprKind::Variable(own) | ExprKind::Path(own, _) => *own == slot,
        ExprKind::Array(exprs) | ExprKind::And(exprs) | ExprKind::Or(exprs) | ExprKind::Interpolation(exprs) => {
            any(exprs)
        }
        ExprKind::Builtin(_, exprs) | ExprKind::Call(_, exprs) => any(exprs),
        ExprKind::Not(expr) | ExprKind::Negate(expr) | ExprKind::Fields(expr, _) => mentions(expr, slot),
        ExprKind::Compare(_, both)
        | ExprKind::Compute(_, both)
        | ExprKind::Index(both)
        | ExprKind::Member(both)
        | ExprKind::Or2(both)
        | ExprKind::Range(both, _) => any(&**both),
        // Blocks and closures in the other side of a comparison are rare, and nothing is lost without an index.
        ExprKind::If(_) | ExprKind::Block(_) | ExprKind::List(..) | ExprKind::Demand(_) => true,
    }
}

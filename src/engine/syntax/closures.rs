//! Lowers closures.

use rhai::{Dynamic, Expr as Node, FnPtr, Stmt as Statement};

use super::super::ir::{Closure, Expr, ExprKind, Span, Stmt};
use super::joins::join_of;
use super::scope::FunctionScope;
use crate::language::text;

impl FunctionScope<'_> {
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
                    let name = &variable.1;
                    text!("write |item| {name}(item)", "|item| {name}(item) 형식으로 쓸 것")
                }
                _ => text!("write |item| item.id == id", "|item| item.id == id 형식으로 쓸 것"),
            };
            self.mistake(at, text!("a closure is expected here", "여기에는 클로저가 와야 함"), Some(hint));
            return None;
        };
        let own = function.parameters.len().saturating_sub(captures.unwrap_or(0));
        let parameter = function.parameters.last().filter(|_| own == 1);
        let Some(parameter) = parameter else {
            let message = text!(
                "a closure takes one parameter, found {own}",
                "클로저의 매개변수는 1개이어야 하나 {own}개가 쓰임"
            );
            self.mistake(at, message, Some(text!("write |item| …", "|item| … 형식으로 쓸 것")));
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

//! The functions of a script with their bodies, as the trace of what it reads walks them.

use std::collections::BTreeMap;

use rhai::{AST, ASTNode, Dynamic, Expr, FnPtr, Stmt};

/// A script: a rule or a file of the library.
#[derive(Debug)]
pub(super) struct Source {
    /// The path inside the pack.
    pub(super) path: String,
    /// Functions and closures; Rhai tells them apart by name and number of parameters.
    functions: BTreeMap<(String, usize), Function>,
}

#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) parameters: Vec<String>,
    pub(super) body: Vec<Stmt>,
}

impl Source {
    pub(super) fn of(ast: &AST) -> Self {
        let functions = ast.iter_functions().map(|function| {
            let (name, arity) = (function.name.to_owned(), function.params.len());
            let parameters = function.params.iter().map(|&parameter| parameter.to_owned()).collect();
            let body = body(ast, &name, arity);
            ((name.clone(), arity), Function { name, parameters, body })
        });
        Self { path: ast.source().unwrap_or_default().to_owned(), functions: functions.collect() }
    }

    pub(super) fn function(&self, name: &str, arity: usize) -> Option<&Function> {
        self.functions.get(&(name.to_owned(), arity))
    }

    /// Returns the closure that an expression is. Its last parameter is the item; the others are the variables that
    /// it captures, under their own names.
    pub(super) fn closure(&self, expr: &Expr) -> Option<&Function> {
        let name = match expr {
            Expr::DynamicConstant(value, _) => pointer(value)?,
            Expr::Stmt(block) => block.iter().find_map(captured)?,
            _ => return None,
        };
        self.functions.values().find(|function| function.name == name)
    }
}

/// Rhai shows the body of a function only in a walk of a tree.
fn body(ast: &AST, name: &str, arity: usize) -> Vec<Stmt> {
    let mut alone = ast.clone_functions_only();
    alone.retain_functions(|_, _, other, params| other == name && params == arity);
    let mut body = Vec::new();
    alone.walk(&mut |path: &[ASTNode<'_>]| {
        if let [ASTNode::Stmt(statement)] = path {
            body.push((*statement).clone());
        }
        true
    });
    body
}

/// Returns the name of the closure that captures variables here: the first argument of a call of `curry`.
fn captured(statement: &Stmt) -> Option<String> {
    let call = match statement {
        Stmt::FnCall(call, _) => call,
        Stmt::Expr(expr) => match &**expr {
            Expr::FnCall(call, _) => call,
            _ => return None,
        },
        _ => return None,
    };
    match call.args.first() {
        Some(Expr::DynamicConstant(value, _)) if call.name == "curry" => pointer(value),
        _ => None,
    }
}

fn pointer(value: &Dynamic) -> Option<String> {
    value.read_lock::<FnPtr>().map(|pointer| pointer.fn_name().to_owned())
}

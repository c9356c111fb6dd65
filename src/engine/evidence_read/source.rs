//! The functions of a script with their bodies, as the trace of what it reads walks them.

use std::collections::BTreeMap;

use rhai::{AST, Expr, Stmt};

use super::super::syntax;

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
            let mut body = Vec::new();
            syntax::each_statement(ast, &name, arity, |statement| body.push(statement.clone()));
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
        let name = syntax::closure(expr)?;
        self.functions.values().find(|function| function.name == name)
    }
}

//! What Rhai's syntax tree does not show plainly: the bodies of functions, and the functions behind closures.

use rhai::{AST, ASTNode, Dynamic, Expr, FnPtr, Stmt};

/// Visits the statements of a function in order; Rhai shows the body of a function only in a walk of a tree.
pub(super) fn each_statement(ast: &AST, name: &str, arity: usize, mut visit: impl FnMut(&Stmt)) {
    let mut alone = ast.clone_functions_only();
    alone.retain_functions(|_, _, other, params| other == name && params == arity);
    alone.walk(&mut |path: &[ASTNode<'_>]| {
        if let [ASTNode::Stmt(statement)] = path {
            visit(statement);
        }
        true
    });
}

/// Returns the name of the function that a closure is.
pub(super) fn closure(expr: &Expr) -> Option<String> {
    match expr {
        Expr::DynamicConstant(value, _) => pointer(value),
        Expr::Stmt(block) => block.iter().find_map(captured),
        _ => None,
    }
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

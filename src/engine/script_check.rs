//! Checks a script before anything runs: a rule that could only pass by mistake is refused when it is loaded.
//!
//! Found here: fields that the schema does not know, functions that do not exist, messages and parameters that are
//! not defined, redefined verbs, assignments to anything but a variable, and `&&` in the condition of `ensure`.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{AST, ASTNode, Expr, FnCallExpr, Position, Stmt};

use super::vocabulary::{self, is_demand};
use crate::pack::{Manifest, RuleMeta, Schema, nearest_name};

/// What a script may refer to.
pub(super) struct Known<'k> {
    pub(super) schema: &'k Schema,
    pub(super) manifest: &'k Manifest,
    /// Functions of each library module.
    pub(super) library: &'k BTreeMap<String, Functions>,
}

/// Functions of a script by name and number of parameters: Rhai tells functions apart by both.
pub(super) type Functions = BTreeSet<(String, usize)>;

/// What a script is.
#[derive(Clone, Copy)]
pub(super) enum Role<'m> {
    /// A rule with its metadata.
    Rule(&'m RuleMeta),
    /// A file of shared functions.
    Library,
}

/// Returns the functions that a script defines, closures left out.
pub(super) fn functions(ast: &AST) -> Functions {
    let named = ast.iter_functions().filter(|function| !function.name.starts_with("anon$"));
    named.map(|function| (function.name.to_owned(), function.params.len())).collect()
}

/// Returns the names of all properties that a script reads.
pub(super) fn properties(ast: &AST) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Expr(Expr::Property(property, _))) = path.last() {
            names.insert(property.2.to_string());
        }
        true
    });
    names
}

/// Returns the names of the parameters that a script reads, sorted.
pub(super) fn parameters(ast: &AST) -> Vec<String> {
    let mut names = BTreeSet::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Expr(Expr::FnCall(call, _))) = path.last()
            && call.name == "parameter"
            && let Some(Expr::StringConstant(name, _)) = call.args.first()
        {
            names.insert(name.to_string());
        }
        true
    });
    names.into_iter().collect()
}

/// Returns what is wrong with a script, each with its place, in the order of the text.
pub(super) fn check(ast: &AST, path: &str, known: &Known<'_>, role: Role<'_>) -> Vec<String> {
    let own = functions(ast);
    let mut check = Check { known, role, own, said: Vec::new() };
    check.functions(ast);
    check.top_level(ast);
    ast.walk(&mut |nodes: &[ASTNode<'_>]| {
        if let Some((node, above)) = nodes.split_last() {
            check.node(node);
            check.closure(node, above);
        }
        true
    });
    let mut said = check.said;
    said.sort();
    said.dedup();
    said.into_iter().map(|(line, column, message)| format!("{path}:{line}:{column}: {message}")).collect()
}

/// How a function is called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `f(x)`
    Function,
    /// `x.f()`
    Method,
}

struct Check<'k> {
    known: &'k Known<'k>,
    role: Role<'k>,
    own: Functions,
    said: Vec<(usize, usize, String)>,
}

impl Check<'_> {
    fn say(&mut self, position: Position, message: String) {
        let line = position.line().unwrap_or(1);
        self.said.push((line, position.position().unwrap_or(1), message));
    }

    fn functions(&mut self, ast: &AST) {
        for function in ast.iter_functions() {
            if vocabulary::is_known(function.name) {
                self.say(Position::NONE, format!("`fn {}` redefines a function of gamsa", function.name));
            }
        }
        let has_check = ast.iter_functions().any(|function| function.name == "check" && function.params.len() == 2);
        if matches!(self.role, Role::Rule(_)) && !has_check {
            self.say(Position::NONE, "`fn check(bundle, order)` is missing".to_owned());
        }
    }

    /// Nothing at the top of a script is executed, so nothing but `META` and functions may stand there.
    fn top_level(&mut self, ast: &AST) {
        for statement in ast.statements() {
            let is_meta = matches!(statement, Stmt::Var(definition, ..) if definition.0.name == "META");
            if !is_meta || matches!(self.role, Role::Library) {
                self.say(statement.position(), "only functions (and META in a rule) may stand here".to_owned());
            }
        }
    }

    fn node(&mut self, node: &ASTNode<'_>) {
        match node {
            ASTNode::Expr(Expr::Property(property, position)) => self.property(&property.2, *position),
            ASTNode::Expr(Expr::FnCall(call, position)) | ASTNode::Stmt(Stmt::FnCall(call, position)) => {
                self.call(call, *position, Form::Function);
            }
            ASTNode::Expr(Expr::MethodCall(call, position)) => self.call(call, *position, Form::Method),
            // A closure does not capture a variable that has the name of a function: it would see the function.
            ASTNode::Expr(Expr::Variable(variable, None, position))
                if variable.0.is_none() && self.own.iter().any(|(own, _)| *own == *variable.1) =>
            {
                self.say(*position, format!("`{}` is a function here; give the variable another name", variable.1));
            }
            ASTNode::Stmt(Stmt::BreakLoop(Some(_), _, position)) => {
                // Rhai's walk of the syntax tree leaves that value out, so that nothing in it would be checked.
                self.say(*position, "`break` takes no value".to_owned());
            }
            // Rhai puts a unit without a place where a loop has no condition.
            ASTNode::Expr(Expr::Unit(position)) if !position.is_none() => {
                self.say(*position, "`()` is not a value: it would compare as if it were one".to_owned());
            }
            ASTNode::Stmt(Stmt::Assignment(assignment)) if !matches!(assignment.1.lhs, Expr::Variable(..)) => {
                self.say(node.position(), "only variables can be assigned to".to_owned());
            }
            _ => {}
        }
    }

    fn property(&mut self, name: &str, position: Position) {
        let fields = self.known.schema.field_names();
        if fields.binary_search_by(|field| field.as_str().cmp(name)).is_err() {
            let hint = match nearest_name(name, fields.iter().map(String::as_str)) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => String::new(),
            };
            self.say(position, format!("the evidence schema has no field `{name}`{hint}"));
        }
    }

    /// A closure may only be given to a list function: a chain of kept closures outgrows the stack.
    fn closure(&mut self, node: &ASTNode<'_>, above: &[ASTNode<'_>]) {
        let ASTNode::Expr(Expr::DynamicConstant(value, position)) = node else { return };
        if !value.is_fnptr() {
            return;
        }
        // A closure that captures variables stands in a block and a call of `curry`.
        let user = above.iter().rev().find(|node| match node {
            ASTNode::Expr(Expr::Stmt(_)) | ASTNode::Stmt(Stmt::Expr(_) | Stmt::Block(_)) => false,
            ASTNode::Expr(Expr::FnCall(call, _)) => call.name != "curry",
            _ => true,
        });
        let is_given = matches!(user, Some(ASTNode::Expr(Expr::MethodCall(call, _) | Expr::FnCall(call, _)))
            if matches!(call.name.as_str(), "any" | "all" | "filter" | "find" | "map"));
        if !is_given {
            self.say(*position, "a closure may only be given to any, all, filter, find or map".to_owned());
        }
    }

    fn call(&mut self, call: &FnCallExpr, position: Position, form: Form) {
        let name = call.name.as_str();
        if call.op_token.is_some() || name == "curry" {
            // An operator, or a closure that captures variables; `curry` cannot be written in a script.
            return;
        }
        if !call.namespace.is_empty() {
            self.library_call(&call.namespace.to_string(), name, call.args.len(), position);
        } else if is_demand(name) {
            self.demand(call, position);
        } else if name == "parameter" {
            self.parameter(call, position);
        } else if !vocabulary::is_known(name) && !self.is_own(name, call.args.len(), form) {
            let names = vocabulary::VERBS.into_iter().chain(vocabulary::VOCABULARY);
            let own = self.own.iter().map(|(name, _)| name.as_str());
            if own.clone().any(|own| own == name) {
                let message = format!("`{name}` is called with other arguments than its definition has parameters");
                return self.say(position, message);
            }
            let hint = match nearest_name(name, names.chain(own)) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => String::new(),
            };
            self.say(position, format!("there is no function `{name}`{hint}"));
        }
    }

    /// Tells whether a call reaches a function of the script itself, and not one of Rhai's of the same name.
    fn is_own(&self, name: &str, arguments: usize, form: Form) -> bool {
        form == Form::Function && self.own.contains(&(name.to_owned(), arguments))
    }

    fn library_call(&mut self, namespace: &str, name: &str, arguments: usize, position: Position) {
        let module = namespace.trim_end_matches("::");
        match self.known.library.get(module) {
            None => self.say(position, format!("the pack has no lib/{module}.rhai")),
            Some(functions) if !functions.contains(&(name.to_owned(), arguments)) => {
                self.say(position, format!("lib/{module}.rhai has no function `{name}` of {arguments} parameters"));
            }
            Some(_) => {}
        }
    }

    fn demand(&mut self, call: &FnCallExpr, position: Position) {
        let Role::Rule(meta) = self.role else {
            self.say(position, format!("`{}` belongs into a rule; a library function only answers", call.name));
            return;
        };
        let (key_at, arguments) = match call.name.as_str() {
            "require" => (1, 1..=3),
            "undetermined" => (1, 2..=3),
            "ensure" => (2, 3..=4),
            _ => return,
        };
        if !arguments.contains(&call.args.len()) {
            let (least, most) = (arguments.start(), arguments.end());
            self.say(position, format!("`{}` takes {least} to {most} arguments, not {}", call.name, call.args.len()));
        }
        if call.name == "ensure" && matches!(call.args.first(), Some(Expr::And(..) | Expr::Or(..))) {
            self.say(position, "`&&` and `||` hide what is absent: write one `ensure` for each demand".to_owned());
        }
        match call.args.get(key_at) {
            Some(Expr::StringConstant(key, _)) if meta.says.contains_key(key.as_str()) => {
                self.placeholders(meta, key, call.args.get(key_at + 1), position);
            }
            Some(Expr::StringConstant(key, _)) => {
                self.say(position, format!("META has no message `{key}` in `says`"));
            }
            Some(_) => self.say(position, "the key of a message must be a literal text".to_owned()),
            None => {}
        }
    }

    /// Every `{name}` of a message needs a value.
    fn placeholders(&mut self, meta: &RuleMeta, key: &str, arguments: Option<&Expr>, position: Position) {
        let given: Vec<&str> = match arguments {
            Some(Expr::Map(map, _)) => map.0.iter().map(|(name, _)| name.name.as_str()).collect(),
            Some(_) => return self.say(position, "the values of a message must be a literal map".to_owned()),
            None => Vec::new(),
        };
        let Some(text) = meta.says.get(key) else { return };
        for name in text.placeholders() {
            if name != "found" && !given.contains(&name) {
                self.say(position, format!("the message `{key}` needs a value for `{{{name}}}`"));
            }
        }
    }

    fn parameter(&mut self, call: &FnCallExpr, position: Position) {
        match call.args.first() {
            Some(Expr::StringConstant(name, _)) if self.known.manifest.parameters.contains_key(name.as_str()) => {}
            Some(Expr::StringConstant(name, _)) => {
                let names = self.known.manifest.parameters.keys().map(String::as_str);
                let hint = match nearest_name(name, names) {
                    Some(near) => format!("; did you mean `{near}`?"),
                    None => String::new(),
                };
                self.say(position, format!("pack.yaml has no parameter `{name}`{hint}"));
            }
            _ => self.say(position, "the name of a parameter must be a literal text".to_owned()),
        }
    }
}

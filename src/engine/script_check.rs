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
    pub(super) library: &'k BTreeMap<String, BTreeSet<String>>,
}

/// What a script is.
#[derive(Clone, Copy)]
pub(super) enum Role<'m> {
    /// A rule with its metadata.
    Rule(&'m RuleMeta),
    /// A file of shared functions.
    Library,
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

/// Returns what is wrong with a script, each with its place, in the order of the text.
pub(super) fn check(ast: &AST, path: &str, known: &Known<'_>, role: Role<'_>) -> Vec<String> {
    let own = ast.iter_functions().map(|function| function.name.to_owned()).collect();
    let fields = known.schema.field_names();
    let mut check = Check { known, role, own, fields, said: Vec::new() };
    check.functions(ast);
    check.top_level(ast);
    ast.walk(&mut |nodes: &[ASTNode<'_>]| {
        if let Some(node) = nodes.last() {
            check.node(node);
        }
        true
    });
    let mut said = check.said;
    said.sort();
    said.dedup();
    said.into_iter().map(|(line, column, message)| format!("{path}:{line}:{column}: {message}")).collect()
}

struct Check<'k> {
    known: &'k Known<'k>,
    role: Role<'k>,
    own: BTreeSet<String>,
    fields: Vec<&'k str>,
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
            ASTNode::Expr(Expr::FnCall(call, position) | Expr::MethodCall(call, position))
            | ASTNode::Stmt(Stmt::FnCall(call, position)) => self.call(call, *position),
            ASTNode::Expr(Expr::Unit(position)) => {
                self.say(*position, "`()` is not a value: it would compare as if it were one".to_owned());
            }
            ASTNode::Stmt(Stmt::Assignment(assignment)) if !matches!(assignment.1.lhs, Expr::Variable(..)) => {
                self.say(node.position(), "only variables can be assigned to".to_owned());
            }
            _ => {}
        }
    }

    fn property(&mut self, name: &str, position: Position) {
        if self.fields.binary_search(&name).is_err() {
            let hint = match nearest_name(name, self.fields.iter().copied()) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => String::new(),
            };
            self.say(position, format!("the evidence schema has no field `{name}`{hint}"));
        }
    }

    fn call(&mut self, call: &FnCallExpr, position: Position) {
        let name = call.name.as_str();
        if call.op_token.is_some() || name == "curry" {
            // An operator, or a closure that captures variables; `curry` cannot be written in a script.
            return;
        }
        if !call.namespace.is_empty() {
            self.library_call(&call.namespace.to_string(), name, position);
        } else if is_demand(name) {
            self.demand(call, position);
        } else if name == "parameter" {
            self.parameter(call, position);
        } else if !self.own.contains(name) && !vocabulary::is_known(name) {
            let names = vocabulary::VERBS.into_iter().chain(vocabulary::VOCABULARY);
            let hint = match nearest_name(name, names.chain(self.own.iter().map(String::as_str))) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => String::new(),
            };
            self.say(position, format!("there is no function `{name}`{hint}"));
        }
    }

    fn library_call(&mut self, namespace: &str, name: &str, position: Position) {
        let module = namespace.trim_end_matches("::");
        match self.known.library.get(module) {
            None => self.say(position, format!("the pack has no lib/{module}.rhai")),
            Some(functions) if !functions.contains(name) => {
                self.say(position, format!("lib/{module}.rhai has no function `{name}`"));
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

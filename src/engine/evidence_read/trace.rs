//! Walks a rule and all that it calls, with what each expression may stand for, until nothing new is learnt.
//!
//! Variables are not followed in time: a variable is all that is ever assigned to it. What is found covers every run
//! of the rule on every bundle.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{ASTFlags, BinaryExpr, Expr, Stmt};

use super::expressions::combined;
use super::source::Source;
use super::value::Value;
use crate::pack::{Schema, ShapeId};

/// Walks until the trace gives up; real rules need three or four.
const PASSES: usize = 16;
/// Calls with different arguments until the trace gives up.
const CALLS: usize = 1000;
/// Functions that call each other, as in the sandbox.
const CALL_LEVELS: usize = 32;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Fields that are read.
    pub(super) places: BTreeSet<ShapeId>,
    /// Places that are read with all that is below them.
    pub(super) whole: BTreeSet<ShapeId>,
    /// Whether attached files are looked at.
    pub(super) attachments: bool,
    /// Names of parameters.
    pub(super) parameters: BTreeSet<String>,
    /// Names of fields that are read of something that is not known.
    pub(super) unplaced: BTreeSet<String>,
    /// Fields that the schema does not have where they are read.
    pub(super) misplaced: BTreeSet<Misplaced>,
    /// The rule is more than can be followed: of all this, nothing is certain.
    pub(super) is_given_up: bool,
}

/// A field that the schema does not have at any place where it may be read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Misplaced {
    pub(super) path: String,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) name: String,
    pub(super) places: BTreeSet<ShapeId>,
}

/// Follows `check` of a rule.
pub(super) fn follow(schema: &Schema, library: &BTreeMap<String, Source>, rule: &Source) -> Found {
    let frame = Frame { source: rule, context: 0, visible: Vec::new(), declared: 0, level: 0 };
    let mut trace = Trace {
        schema,
        library,
        contexts: Vec::new(),
        calls: BTreeMap::new(),
        pass: 0,
        is_changed: false,
        frame,
        found: Found::default(),
    };
    let roots = || vec![Value::place(schema.bundle()), Value::place(schema.order())];
    loop {
        trace.pass += 1;
        trace.is_changed = false;
        trace.found = Found::default();
        trace.invoke(rule, "check", roots());
        trace.found.is_given_up |= trace.is_changed && trace.pass == PASSES;
        if !trace.is_changed || trace.found.is_given_up {
            return trace.found;
        }
    }
}

pub(super) struct Trace<'a> {
    pub(super) schema: &'a Schema,
    pub(super) library: &'a BTreeMap<String, Source>,
    contexts: Vec<Context>,
    calls: BTreeMap<Call<'a>, usize>,
    pass: usize,
    /// Whether this pass has learnt anything.
    is_changed: bool,
    pub(super) frame: Frame<'a>,
    pub(super) found: Found,
}

/// A function and what it is called with.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Call<'a> {
    path: &'a str,
    name: &'a str,
    arguments: Vec<Value>,
}

/// What is known of a call.
#[derive(Default)]
struct Context {
    /// Variables in the order of their declarations.
    variables: Vec<Value>,
    result: Value,
    /// The last pass that walked it.
    pass: usize,
}

/// The call that is walked.
pub(super) struct Frame<'a> {
    pub(super) source: &'a Source,
    context: usize,
    pub(super) visible: Vec<(&'a str, usize)>,
    declared: usize,
    level: usize,
}

impl<'a> Trace<'a> {
    pub(super) fn invoke(&mut self, source: &'a Source, name: &str, arguments: Vec<Value>) -> Value {
        let Some(function) = source.function(name, arguments.len()) else { return Value::unknown() };
        if self.frame.level == CALL_LEVELS || self.contexts.len() == CALLS {
            self.found.is_given_up = true;
            return Value::unknown();
        }
        let call = Call { path: &source.path, name: &function.name, arguments };
        let arguments = call.arguments.clone();
        let context = *self.calls.entry(call).or_insert(self.contexts.len());
        if context == self.contexts.len() {
            self.contexts.push(Context::default());
        }
        let Some(state) = self.contexts.get_mut(context) else { return Value::unknown() };
        if state.pass != self.pass {
            state.pass = self.pass;
            let frame = Frame { source, context, visible: Vec::new(), declared: 0, level: self.frame.level + 1 };
            let outer = std::mem::replace(&mut self.frame, frame);
            for (parameter, argument) in function.parameters.iter().zip(arguments) {
                self.declare(parameter, argument);
            }
            let last = self.block(&function.body);
            self.give(last);
            self.frame = outer;
        }
        self.contexts.get(context).map_or_else(Value::unknown, |state| state.result.clone())
    }

    /// Returns what the function that is walked may return, as far as it is known.
    pub(super) fn returned(&self) -> Value {
        self.contexts.get(self.frame.context).map_or_else(Value::unknown, |state| state.result.clone())
    }

    /// Adds to what the function that is walked may return.
    fn give(&mut self, value: Value) {
        if let Some(state) = self.contexts.get_mut(self.frame.context) {
            self.is_changed |= state.result.join(value);
        }
    }

    pub(super) fn declare(&mut self, name: &'a str, value: Value) {
        let variable = self.frame.declared;
        self.frame.declared += 1;
        self.frame.visible.push((name, variable));
        self.assign(variable, value);
    }

    fn assign(&mut self, variable: usize, value: Value) {
        let Some(state) = self.contexts.get_mut(self.frame.context) else { return };
        if state.variables.len() <= variable {
            state.variables.resize_with(variable + 1, Value::default);
        }
        if let Some(known) = state.variables.get_mut(variable) {
            self.is_changed |= known.join(value);
        }
    }

    /// Returns all that a variable may be.
    pub(super) fn known(&self, name: &str) -> Value {
        let variables = self.contexts.get(self.frame.context).map(|state| state.variables.as_slice());
        let known = self.variable(name).and_then(|variable| variables?.get(variable));
        known.cloned().unwrap_or_else(Value::unknown)
    }

    fn variable(&self, name: &str) -> Option<usize> {
        self.frame.visible.iter().rev().find(|(visible, _)| *visible == name).map(|(_, variable)| *variable)
    }

    pub(super) fn block(&mut self, statements: &'a [Stmt]) -> Value {
        let outside = self.frame.visible.len();
        let mut last = Value::default();
        for statement in statements {
            last = self.statement(statement);
        }
        self.frame.visible.truncate(outside);
        last
    }

    /// Walks a statement; gives what its block is worth if it stands last.
    fn statement(&mut self, statement: &'a Stmt) -> Value {
        match statement {
            Stmt::Expr(expr) => return self.expr(expr),
            Stmt::FnCall(call, _) => return self.call(call),
            Stmt::Block(block) => return self.block(block.statements()),
            Stmt::Var(definition, ..) => {
                let value = self.expr(&definition.1);
                self.declare(&definition.0.name, value);
            }
            Stmt::Assignment(assignment) => {
                let (operator, BinaryExpr { lhs, rhs }) = &**assignment;
                let before = self.expr(lhs);
                let value = self.expr(rhs);
                let value = if operator.is_op_assignment() { combined(&[before, value]) } else { value };
                if let Expr::Variable(variable, ..) = lhs
                    && let Some(variable) = self.variable(&variable.1)
                {
                    self.assign(variable, value);
                }
            }
            Stmt::If(flow, _) => {
                self.expr(&flow.expr);
                let value = self.block(flow.body.statements());
                return value.joined(self.block(flow.branch.statements()));
            }
            Stmt::While(flow, _) | Stmt::Do(flow, ..) => {
                self.expr(&flow.expr);
                self.block(flow.body.statements());
            }
            Stmt::For(each, _) => {
                let (item, counter, flow) = &**each;
                let list = self.expr(&flow.expr);
                let outside = self.frame.visible.len();
                self.declare(&item.name, list.item(self.schema));
                if let Some(counter) = counter {
                    self.declare(&counter.name, Value::computed());
                }
                self.block(flow.body.statements());
                self.frame.visible.truncate(outside);
            }
            Stmt::Switch(switch, _) => {
                let (of, cases) = &**switch;
                self.expr(of);
                let mut value = Value::default();
                for case in &cases.expressions {
                    self.expr(&case.lhs);
                    value.join(self.expr(&case.rhs));
                }
                return value;
            }
            Stmt::Return(Some(value), flags, _) => {
                let value = self.expr(value);
                if !flags.contains(ASTFlags::BREAK) {
                    self.give(value);
                }
            }
            Stmt::Noop(_) | Stmt::Share(_) | Stmt::Return(None, ..) | Stmt::BreakLoop(None, ..) => {}
            _ => self.found.is_given_up = true,
        }
        Value::default()
    }
}

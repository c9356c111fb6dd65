//! What the expressions of a rule stand for, and what they read on the way.

use std::collections::BTreeSet;

use rhai::{ASTFlags, BinaryExpr, Expr, FnCallExpr, Position, Token};

use super::source::Function;
use super::trace::{Misplaced, Trace};
use super::value::Value;
use crate::pack::ShapeId;

impl<'a> Trace<'a> {
    fn exprs(&mut self, exprs: &'a [Expr]) -> Vec<Value> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    /// Walks an expression.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Value {
        match expr {
            Expr::Unit(_) => Value::default(),
            Expr::BoolConstant(..) | Expr::IntegerConstant(..) | Expr::FloatConstant(..) | Expr::CharConstant(..) => {
                Value::computed()
            }
            Expr::StringConstant(text, _) => Value::text(text),
            Expr::DynamicConstant(constant, _) => Value::constant(constant),
            Expr::Array(items, _) => Value::array(any_of(self.exprs(items))),
            Expr::Map(map, _) => {
                for (_, value) in &map.0 {
                    self.expr(value);
                }
                Value::unknown()
            }
            Expr::Variable(variable, ..) if variable.2.is_empty() => self.known(&variable.1),
            Expr::InterpolatedString(parts, _) => {
                self.exprs(parts);
                Value::computed()
            }
            Expr::And(parts, _) | Expr::Or(parts, _) => {
                self.exprs(parts);
                Value::computed()
            }
            Expr::Stmt(block) => self.block(block.statements()),
            Expr::FnCall(call, _) => self.call(call),
            Expr::Dot(both, ..) | Expr::Index(both, ..) => self.chain(expr, both),
            _ => {
                self.found.is_given_up = true;
                Value::unknown()
            }
        }
    }

    /// Walks `base.step.step…`, which Rhai nests to the right.
    fn chain(&mut self, node: &'a Expr, both: &'a BinaryExpr) -> Value {
        let mut value = self.expr(&both.lhs);
        let (mut parent, mut rest) = (node, &both.rhs);
        loop {
            let ends = matches!(parent, Expr::Dot(_, flags, _) | Expr::Index(_, flags, _)
                if flags.contains(ASTFlags::BREAK));
            match rest {
                Expr::Dot(next, ..) | Expr::Index(next, ..) if !ends => {
                    value = self.step(parent, &next.lhs, &value);
                    (parent, rest) = (rest, &next.rhs);
                }
                last => return self.step(parent, last, &value),
            }
        }
    }

    fn step(&mut self, parent: &Expr, step: &'a Expr, of: &Value) -> Value {
        match step {
            _ if matches!(parent, Expr::Index(..)) => {
                let index = self.expr(step);
                self.index(of, &index, step.position())
            }
            Expr::Property(property, position) => {
                let names = BTreeSet::from([property.2.to_string()]);
                self.fields(of, &names, *position)
            }
            Expr::MethodCall(call, _) => self.builtin(&call.name, vec![of.clone()], &call.args),
            _ => {
                self.found.is_given_up = true;
                Value::unknown()
            }
        }
    }

    fn index(&mut self, of: &Value, index: &Value, position: Position) -> Value {
        let item = of.item(self.schema);
        let is_mapping = |place: &&ShapeId| !self.schema.fields(**place).is_empty();
        let mappings: BTreeSet<ShapeId> = of.places.iter().filter(is_mapping).copied().collect();
        if mappings.is_empty() {
            return item;
        }
        if let Some(names) = index.known_texts(self.schema) {
            return item.joined(self.fields(&Value { places: mappings, ..of.clone() }, &names, position));
        }
        self.found.unplaced.insert("[…]".to_owned());
        Value::unknown()
    }

    /// Reads one of some fields.
    fn fields(&mut self, of: &Value, names: &BTreeSet<String>, position: Position) -> Value {
        if names.is_empty() {
            return Value::default();
        }
        let fields = of.places.iter().flat_map(|place| names.iter().map(|name| self.schema.field(*place, name)));
        let places: BTreeSet<ShapeId> = fields.flatten().collect();
        self.found.places.extend(&places);
        if of.is_unknown || places.is_empty() && *of != Value::default() {
            if of.is_evidence() {
                let line = position.line().unwrap_or(1);
                let (path, column) = (self.frame.source.path.clone(), position.position().unwrap_or(1));
                self.found.misplaced.extend(names.iter().map(|name| Misplaced {
                    path: path.clone(),
                    line,
                    column,
                    name: name.clone(),
                    places: of.places.clone(),
                }));
            } else {
                self.found.unplaced.extend(names.iter().cloned());
            }
            return Value { places, is_unknown: true, ..Value::default() };
        }
        Value { places, ..Value::default() }
    }

    pub(super) fn call(&mut self, call: &'a FnCallExpr) -> Value {
        let name = call.name.as_str();
        if let Some(token) = &call.op_token {
            let operands = self.exprs(&call.args);
            return if matches!(token, Token::Plus) { combined(&operands) } else { Value::computed() };
        }
        if !call.namespace.is_empty() {
            let module = call.namespace.to_string();
            let arguments = self.exprs(&call.args);
            let library = self.library.get(module.trim_end_matches("::"));
            return library.map_or_else(Value::unknown, |source| self.invoke(source, name, arguments));
        }
        if self.frame.source.function(name, call.args.len()).is_some() {
            let arguments = self.exprs(&call.args);
            return self.invoke(self.frame.source, name, arguments);
        }
        self.builtin(name, Vec::new(), &call.args)
    }

    /// Walks a call of a function of gamsa or of Rhai; the receiver of a method is the first of what is given.
    fn builtin(&mut self, name: &str, mut given: Vec<Value>, arguments: &'a [Expr]) -> Value {
        let mut made = Value::default();
        for argument in arguments {
            match self.frame.source.closure(argument) {
                Some(closure) => {
                    made = self.closure(closure, given.first().cloned().unwrap_or_else(Value::unknown));
                }
                None => given.push(self.expr(argument)),
            }
        }
        let first = given.first().cloned().unwrap_or_default();
        match name {
            "filter" => return first,
            "find" => return first.item(self.schema),
            "map" => return Value::array(made),
            "or" => return any_of(given),
            "parameter" => self.found.parameters.extend(first.texts),
            "attachment_sha256" => self.found.attachments = true,
            "ensure_usable" => self.found.whole.extend(first.places),
            _ => {}
        }
        Value::computed()
    }

    /// Walks the closure of a list function; what it captures are variables of the function around it, and what it
    /// returns early is counted among what that function returns.
    fn closure(&mut self, closure: &'a Function, list: Value) -> Value {
        let outside = self.frame.visible.len();
        if let Some(item) = closure.parameters.last() {
            self.declare(item, list.item(self.schema));
        }
        let made = self.block(&closure.body);
        self.frame.visible.truncate(outside);
        made.joined(self.returned())
    }
}

fn any_of(values: Vec<Value>) -> Value {
    values.into_iter().fold(Value::default(), Value::joined)
}

/// Returns the sum of operands: something computed, or an array with the items of both.
pub(super) fn combined(operands: &[Value]) -> Value {
    if operands.iter().all(|operand| operand.items.is_none()) {
        return Value::computed();
    }
    let items = operands.iter().map(|operand| operand.items.as_deref().unwrap_or(operand).clone());
    Value::array(any_of(items.collect())).joined(Value::computed())
}

//! Runs a plan on one bundle.

use std::cell::Cell;
use std::rc::Rc;

use rhai::ImmutableString;

use super::super::handle::Missing;
use super::super::reading::{self, Reading};
use super::super::recorder::{Absence, Place};
use super::operators::{TEXT_BYTES, compare, compute, update};
use super::plan::{Chain, Expr, Function, FunctionId, Property, Slot, Step, Stmt};
use super::value::{Trees, Value};
use crate::evidence::{Kind, NodeId, NodeRef, pointer_segment};
use crate::pack::ShapeId;

/// Functions that call each other; the interpreter allows more.
const CALL_LEVELS: usize = 12;
/// Keys of a mapping up to which its fields are found by their shapes, one after the other.
const FEW_KEYS: usize = 48;

/// Why evaluation leaves a block.
pub(super) enum Exit<'r> {
    /// The interpreter has to run the rule, from its start.
    GiveUp,
    Return(Value<'r>),
    Continue,
    Break,
}

pub(super) type Given<'r> = Result<Value<'r>, Exit<'r>>;

/// One run of a rule.
pub(super) struct Run<'r> {
    pub(super) trees: Trees<'r>,
    functions: &'r [Function],
    /// Variables of all calls; those of the present call begin at `base`.
    variables: Vec<Value<'r>>,
    base: usize,
    level: usize,
    steps: u64,
    allowed: u64,
}

impl<'r> Run<'r> {
    pub(super) fn new(trees: Trees<'r>, functions: &'r [Function], allowed: u64) -> Self {
        Self { trees, functions, variables: Vec::new(), base: 0, level: 0, steps: 0, allowed }
    }

    /// Returns how many steps were made.
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    /// Counts steps; a rule that makes many is run by the interpreter, which has the limits.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Exit<'r>> {
        self.steps += steps as u64;
        if self.steps > self.allowed { Err(Exit::GiveUp) } else { Ok(()) }
    }

    pub(super) fn call(&mut self, id: FunctionId, arguments: Vec<Value<'r>>) -> Given<'r> {
        let function = self.functions.get(id).ok_or(Exit::GiveUp)?;
        if self.level >= CALL_LEVELS || arguments.len() != function.parameters {
            return Err(Exit::GiveUp);
        }
        let (base, end) = (self.base, self.variables.len());
        self.variables.extend(arguments);
        self.variables.resize(end + function.slots, Value::Unit);
        (self.base, self.level) = (end, self.level + 1);
        let given = self.block(&function.body);
        self.variables.truncate(end);
        (self.base, self.level) = (base, self.level - 1);
        match given {
            Err(Exit::Return(value)) => Ok(value),
            given => given,
        }
    }

    pub(super) fn set(&mut self, slot: Slot, value: Value<'r>) {
        if let Some(variable) = self.variables.get_mut(self.base + slot) {
            *variable = value;
        }
    }

    pub(super) fn block(&mut self, block: &'r [Stmt]) -> Given<'r> {
        let mut last = Value::Unit;
        for stmt in block {
            last = self.statement(stmt)?;
        }
        Ok(last)
    }

    fn statement(&mut self, stmt: &'r Stmt) -> Given<'r> {
        self.spend(1)?;
        match stmt {
            Stmt::Expr(expr) => return self.eval(expr),
            Stmt::Set(slot, expr) => {
                let value = self.eval(expr)?;
                self.set(*slot, value);
            }
            Stmt::If(condition, yes, no) => {
                let holds = self.condition(condition)?;
                return self.block(if holds { yes } else { no });
            }
            Stmt::Update(operator, slot, expr) => {
                let by = self.eval(expr)?;
                let before = self.variables.get(self.base + slot).cloned().ok_or(Exit::GiveUp)?;
                self.spend_on_both(&before, &by)?;
                let value = update(*operator, &before, &by)?;
                self.set(*slot, value);
            }
            Stmt::For(slot, counter, list, body) => self.each(*slot, *counter, list, body)?,
            Stmt::Return(value) => {
                let value = value.as_ref().map_or(Ok(Value::Unit), |value| self.eval(value))?;
                return Err(Exit::Return(value));
            }
            Stmt::Continue => return Err(Exit::Continue),
            Stmt::Break => return Err(Exit::Break),
        }
        Ok(Value::Unit)
    }

    fn each(&mut self, slot: Slot, counter: Option<Slot>, list: &'r Expr, body: &'r [Stmt]) -> Result<(), Exit<'r>> {
        let list = self.eval(list)?;
        let (of, nodes) = match &list {
            Value::Array(_) => (None, Rc::default()),
            Value::Missing(missing) => {
                missing.rely();
                (None, Rc::default())
            }
            list => {
                let (of, nodes) = self.items(list)?;
                (Some(of), nodes)
            }
        };
        let ready: &[Value<'r>] = if let Value::Array(items) = &list { items } else { &[] };
        for turn in 0..ready.len().max(nodes.len()) {
            let item = match (ready.get(turn), nodes.get(turn), of) {
                (Some(item), ..) => item.clone(),
                (None, Some(node), Some(of)) => self.read(Place { node: *node, ..of }),
                _ => return Err(Exit::GiveUp),
            };
            self.set(slot, item);
            if let Some(counter) = counter {
                self.set(counter, Value::Int(turn as i64, None));
            }
            match self.block(body) {
                Ok(_) | Err(Exit::Continue) => {}
                Err(Exit::Break) => break,
                Err(exit) => return Err(exit),
            }
        }
        Ok(())
    }

    pub(super) fn condition(&mut self, expr: &'r Expr) -> Result<bool, Exit<'r>> {
        // An absent condition ends the rule: the interpreter says how.
        self.eval(expr)?.as_bool().ok_or(Exit::GiveUp)
    }

    pub(super) fn eval(&mut self, expr: &'r Expr) -> Given<'r> {
        self.spend(1)?;
        Ok(match expr {
            Expr::Unit => Value::Unit,
            Expr::Bool(value) => Value::Bool(*value, None),
            Expr::Int(number) => Value::Int(*number, None),
            Expr::Float(number) => Value::Float(*number, None),
            Expr::Text(text) => Value::Text(text, None),
            Expr::Variable(slot) => self.variables.get(self.base + slot).cloned().ok_or(Exit::GiveUp)?,
            Expr::Array(items) => {
                let items = self.eval_all(items)?;
                // The interpreter limits the texts of an array together.
                if items.iter().filter_map(Value::text).map(str::len).sum::<usize>() > TEXT_BYTES {
                    return Err(Exit::GiveUp);
                }
                Value::Array(items.into())
            }
            Expr::And(parts) => Value::Bool(self.decided_by(parts, false)?, None),
            Expr::Or(parts) => Value::Bool(self.decided_by(parts, true)?, None),
            Expr::Not(operand) => match self.eval(operand)? {
                Value::Missing(missing) => {
                    missing.rely();
                    Value::Unknown
                }
                value => Value::Bool(!value.as_bool().ok_or(Exit::GiveUp)?, None),
            },
            Expr::Negate(operand) => match self.eval(operand)? {
                Value::Int(number, _) => Value::Int(number.checked_neg().ok_or(Exit::GiveUp)?, None),
                Value::Missing(missing) => Value::Missing(missing),
                _ => return Err(Exit::GiveUp),
            },
            Expr::Compare(operator, both) => {
                let [a, b] = &**both;
                let (a, b) = (self.eval(a)?, self.eval(b)?);
                self.spend_on_both(&a, &b)?;
                return compare(*operator, &a, &b);
            }
            Expr::Compute(operator, both) => {
                let [a, b] = &**both;
                let (a, b) = (self.eval(a)?, self.eval(b)?);
                self.spend_on_both(&a, &b)?;
                return compute(*operator, &a, &b);
            }
            Expr::Block(block) => return self.block(block),
            Expr::Chain(chain) => return self.chain(chain),
            Expr::Builtin(builtin, arguments) => {
                let arguments = self.eval_all(arguments)?;
                return self.builtin(*builtin, &arguments);
            }
            Expr::Call(function, arguments) => {
                let arguments = self.eval_all(arguments)?;
                return self.call(*function, arguments);
            }
            Expr::Demand(demand) => return self.demand(demand),
            Expr::GiveUp => return Err(Exit::GiveUp),
        })
    }

    fn eval_all(&mut self, exprs: &'r [Expr]) -> Result<Vec<Value<'r>>, Exit<'r>> {
        exprs.iter().map(|expr| self.eval(expr)).collect()
    }

    /// Evaluates `&&` or `||`: the first part with this value decides.
    fn decided_by(&mut self, parts: &'r [Expr], value: bool) -> Result<bool, Exit<'r>> {
        for part in parts {
            if self.condition(part)? == value {
                return Ok(value);
            }
        }
        Ok(!value)
    }

    pub(super) fn spend_on_both(&mut self, a: &Value<'r>, b: &Value<'r>) -> Result<(), Exit<'r>> {
        match (a.text(), b.text()) {
            (Some(a), Some(b)) => self.spend(a.len().min(b.len()) / 64),
            _ => match (a, b) {
                (Value::Array(a), Value::Array(b)) => self.spend(a.len() + b.len()),
                _ => Ok(()),
            },
        }
    }

    fn chain(&mut self, chain: &'r Chain) -> Given<'r> {
        let mut arguments = self.eval_all(&chain.arguments)?.into_iter();
        let mut value = self.eval(&chain.base)?;
        for step in &chain.steps {
            self.spend(1)?;
            value = match step {
                Step::Property(property) => self.property(&value, property)?,
                Step::Index => self.index(&value, &arguments.next().ok_or(Exit::GiveUp)?)?,
                Step::Method(builtin, count) => {
                    let mut all = Vec::with_capacity(count + 1);
                    all.push(value);
                    all.extend(arguments.by_ref().take(*count));
                    self.builtin(*builtin, &all)?
                }
                Step::List(function, condition) => self.list(*function, &value, condition)?,
            };
        }
        Ok(value)
    }

    fn property(&mut self, of: &Value<'r>, property: &Property) -> Given<'r> {
        match of {
            Value::Collection(place) => {
                let tree = self.trees.tree(place.subject);
                let shape = tree.conformed.shape(place.node).ok_or(Exit::GiveUp)?;
                let field = self.field(shape, property)?;
                let node = tree.document.node(place.node);
                let found = if node.len() > FEW_KEYS {
                    node.get(&property.name)
                } else {
                    node.entries().map(|(_, value)| value).find(|v| tree.conformed.shape(v.id()) == Some(field))
                };
                Ok(match found {
                    Some(node) => self.read(Place { node: node.id(), ..*place }),
                    None => self.absent(*place, &format!("/{}", pointer_segment(&property.name)), Some(field)),
                })
            }
            Value::Missing(missing) => {
                let shape = missing.absence.shape.ok_or(Exit::GiveUp)?;
                let field = self.field(shape, property)?;
                Ok(Value::missing(missing.below(&pointer_segment(&property.name), Some(field))))
            }
            _ => Err(Exit::GiveUp),
        }
    }

    /// Returns the shape of a field; one that the schema does not know is a mistake of the rule.
    fn field(&self, shape: ShapeId, property: &Property) -> Result<ShapeId, Exit<'r>> {
        match property.last.get() {
            Some((last, field)) if last == shape => Ok(field),
            _ => {
                let field = self.trees.recorder.schema.field(shape, &property.name).ok_or(Exit::GiveUp)?;
                property.last.set(Some((shape, field)));
                Ok(field)
            }
        }
    }

    fn index(&mut self, of: &Value<'r>, index: &Value<'r>) -> Given<'r> {
        if let (Value::Collection(_) | Value::Missing(_), Some(name)) = (of, index.text()) {
            return self.property(of, &Property { name: name.into(), last: Cell::new(None) });
        }
        let Value::Int(index, _) = index else { return Err(Exit::GiveUp) };
        match of {
            Value::Missing(missing) => {
                let shape = missing.absence.shape.and_then(|shape| self.trees.recorder.schema.item(shape));
                Ok(Value::missing(missing.below(&index.to_string(), shape)))
            }
            Value::Collection(_) | Value::Selection(..) => {
                let (of, nodes) = self.items(of)?;
                let from_start = if *index < 0 { index.saturating_add(nodes.len() as i64) } else { *index };
                match usize::try_from(from_start).ok().and_then(|at| nodes.get(at)) {
                    Some(node) => Ok(self.read(Place { node: *node, ..of })),
                    None => Ok(self.no_item(of)),
                }
            }
            Value::Array(items) => {
                usize::try_from(*index).ok().and_then(|at| items.get(at)).cloned().ok_or(Exit::GiveUp)
            }
            _ => Err(Exit::GiveUp),
        }
    }

    /// Returns the items of a list, and the place of the list.
    pub(super) fn items(&mut self, list: &Value<'r>) -> Result<(Place, Rc<[NodeId]>), Exit<'r>> {
        let (of, nodes): (Place, Rc<[NodeId]>) = match list {
            Value::Collection(place) => {
                let node = self.node(*place);
                if node.kind() != Kind::Sequence {
                    return Err(Exit::GiveUp);
                }
                (*place, node.items().map(NodeRef::id).collect())
            }
            Value::Selection(of, nodes) => (*of, nodes.clone()),
            _ => return Err(Exit::GiveUp),
        };
        self.spend(nodes.len())?;
        Ok((of, nodes))
    }

    pub(super) fn node(&self, place: Place) -> NodeRef<'r> {
        self.trees.tree(place.subject).document.node(place.node)
    }

    /// Reads what stands at a place.
    pub(super) fn read(&self, place: Place) -> Value<'r> {
        let tree = self.trees.tree(place.subject);
        let recorder = self.trees.recorder;
        recorder.touch(place);
        match reading::read(tree, &recorder.schema, tree.document.node(place.node)) {
            Reading::Absent { is_unusable } => {
                let shape = tree.conformed.shape(place.node);
                let absence = Absence { place, tail: ImmutableString::new(), shape, is_unusable };
                Value::missing(Missing::read(recorder.clone(), absence))
            }
            Reading::Collection => Value::Collection(place),
            Reading::Native(native) => Value::of_native(native, place),
        }
    }

    fn absent(&self, place: Place, tail: &str, shape: Option<ShapeId>) -> Value<'r> {
        let absence = Absence { place, tail: tail.into(), shape, is_unusable: false };
        Value::missing(Missing::read(self.trees.recorder.clone(), absence))
    }

    /// Returns the item that a list does not have.
    pub(super) fn no_item(&self, list: Place) -> Value<'r> {
        let shape = self.trees.tree(list.subject).conformed.shape(list.node);
        self.absent(list, "/-", shape.and_then(|shape| self.trees.recorder.schema.item(shape)))
    }
}

//! Runs a plan on one bundle.

use bumpalo::Bump;
use smallvec::SmallVec;

use super::super::handle::Missing;
use super::super::recorder::Place;
use super::answers::Answers;
use super::arrays::Arrays;
use super::operators::update;
use super::plan::{Chain, Comparison, Expr, Function, Property, Slot, Step, Stmt};
use super::value::{At, Trees, Value};

/// Why evaluation leaves a block.
#[derive(Clone, Copy)]
pub(super) enum Exit {
    /// The interpreter has to run the rule, from its start.
    GiveUp,
    /// With the value that the run holds.
    Return,
    Continue,
    Break,
}

/// Arguments of a call.
pub(super) type Values<'r> = SmallVec<[Value<'r>; 3]>;

pub(super) type Given<'r> = Result<Value<'r>, Exit>;

/// Runs rules on one bundle, one after the other.
pub(in super::super) struct Run<'r> {
    pub(super) trees: Trees<'r>,
    pub(super) functions: &'r [Function],
    /// Holds computed texts and selections.
    pub(super) arena: &'r Bump,
    pub(super) arrays: Arrays<'r>,
    pub(super) answers: Answers<'r>,
    /// What the rule read and is absent.
    pub(super) missing: Vec<Missing>,
    /// Variables of all calls; those of the present call begin at `base`.
    pub(super) variables: Vec<Value<'r>>,
    pub(super) base: usize,
    pub(super) level: usize,
    /// What the present function returns early.
    pub(super) returned: Value<'r>,
    pub(super) steps: u64,
    pub(super) allowed: u64,
}

impl<'r> Run<'r> {
    pub(super) fn new(trees: Trees<'r>, functions: &'r [Function], arena: &'r Bump, allowed: u64) -> Self {
        Self {
            trees,
            functions,
            arena,
            arrays: Arrays::default(),
            answers: Answers::default(),
            missing: Vec::new(),
            variables: Vec::new(),
            base: 0,
            level: 0,
            returned: Value::Unit,
            steps: 0,
            allowed,
        }
    }

    /// Counts steps. What a plan does between two turns of loops and two calls is bounded by its length.
    pub(super) fn step(&mut self, steps: u64) {
        self.steps += steps;
    }

    /// Counts steps; a rule that makes many is run by the interpreter, which has the limits.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Exit> {
        self.steps += steps as u64;
        if self.steps > self.allowed { Err(Exit::GiveUp) } else { Ok(()) }
    }

    pub(super) fn set(&mut self, slot: Slot, value: Value<'r>) {
        if let Some(variable) = self.variables.get_mut(self.base + slot) {
            *variable = value;
        }
    }

    pub(super) fn variable(&self, slot: Slot) -> Given<'r> {
        self.variables.get(self.base + slot).copied().ok_or(Exit::GiveUp)
    }

    pub(super) fn block(&mut self, block: &'r [Stmt]) -> Given<'r> {
        let mut last = Value::Unit;
        for stmt in block {
            last = self.statement(stmt)?;
        }
        Ok(last)
    }

    fn statement(&mut self, stmt: &'r Stmt) -> Given<'r> {
        self.step(1);
        match stmt {
            Stmt::Expr(Expr::Demand(demand)) => {
                self.step(1);
                return self.demand(demand);
            }
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
                let before = self.variable(*slot)?;
                self.spend_on_both(before, by)?;
                let value = update(before, self.compute(*operator, before, by)?)?;
                self.set(*slot, value);
            }
            Stmt::For(slot, counter, list, body) => self.each(*slot, *counter, list, body)?,
            Stmt::Return(value) => {
                self.returned = match value {
                    Some(value) => self.eval(value)?,
                    None => Value::Unit,
                };
                return Err(Exit::Return);
            }
            Stmt::Continue => return Err(Exit::Continue),
            Stmt::Break => return Err(Exit::Break),
        }
        Ok(Value::Unit)
    }

    #[inline(never)]
    fn each(&mut self, slot: Slot, counter: Option<Slot>, list: &'r Expr, body: &'r [Stmt]) -> Result<(), Exit> {
        let list = self.eval(list)?;
        if let Value::Missing(id) = list {
            return self.rely(id);
        }
        if let Value::Array(array) = list {
            for turn in 0..array.len() {
                let item = self.arrays.item(array, turn).ok_or(Exit::GiveUp)?;
                if self.turn(slot, counter, (turn, item), body)? {
                    break;
                }
            }
            return Ok(());
        }
        let (of, nodes) = self.items(list)?;
        for (turn, node) in nodes.enumerate() {
            let item = self.read(Place { node, ..of })?;
            if self.turn(slot, counter, (turn, item), body)? {
                break;
            }
        }
        Ok(())
    }

    /// Runs the body of a loop once; tells whether the loop ends.
    fn turn(
        &mut self,
        slot: Slot,
        counter: Option<Slot>,
        (turn, item): (usize, Value<'r>),
        body: &'r [Stmt],
    ) -> Result<bool, Exit> {
        self.spend(1)?;
        self.set(slot, item);
        if let Some(counter) = counter {
            self.set(counter, Value::int(turn as i64));
        }
        match self.block(body) {
            Ok(_) | Err(Exit::Continue) => Ok(false),
            Err(Exit::Break) => Ok(true),
            Err(exit) => Err(exit),
        }
    }

    fn condition(&mut self, expr: &'r Expr) -> Result<bool, Exit> {
        let truth = match expr {
            Expr::And(parts) => {
                self.step(1);
                return self.decided_by(parts, false);
            }
            Expr::Or(parts) => {
                self.step(1);
                return self.decided_by(parts, true);
            }
            Expr::Compare(operator, both) => {
                self.step(1);
                self.comparison(*operator, both)?.unwrap_or(false)
            }
            Expr::Has(given) => {
                self.step(1);
                let given = self.eval(given)?;
                self.has(given)?.as_bool().ok_or(Exit::GiveUp)?
            }
            // What is known to answer true, false or unknown, and never to be absent.
            Expr::Not(operand)
                if matches!(**operand, Expr::Has(_) | Expr::And(_) | Expr::Or(_) | Expr::Compare(..)) =>
            {
                self.step(1);
                !self.condition(operand)?
            }
            // An absent condition ends the rule: the interpreter says how.
            expr => self.eval(expr)?.as_bool().ok_or(Exit::GiveUp)?,
        };
        Ok(truth)
    }

    fn comparison(&mut self, operator: Comparison, both: &'r [Expr; 2]) -> Result<Option<bool>, Exit> {
        let [a, b] = both;
        let (a, b) = (self.eval(a)?, self.eval(b)?);
        self.spend_on_both(a, b)?;
        self.compare(operator, a, b)
    }

    /// Evaluates what most operands are; the rest elsewhere, because it needs more room on the stack.
    #[inline(always)]
    pub(super) fn eval(&mut self, expr: &'r Expr) -> Given<'r> {
        self.step(1);
        match expr {
            Expr::Path(slot, fields) => self.path(*slot, fields),
            Expr::Variable(slot) => self.variable(*slot),
            Expr::Text(text) => Ok(Value::Text(text, At::NOWHERE)),
            Expr::Chain(chain) => self.chain(chain),
            expr => self.eval_other(expr),
        }
    }

    fn path(&mut self, slot: Slot, fields: &'r [Property]) -> Given<'r> {
        self.step(1);
        let mut value = self.variable(slot)?;
        for field in fields {
            self.step(1);
            value = self.property(value, field)?;
        }
        Ok(value)
    }

    fn eval_other(&mut self, expr: &'r Expr) -> Given<'r> {
        Ok(match expr {
            // The first four never come here.
            Expr::Path(..) | Expr::Variable(_) | Expr::Text(_) | Expr::Chain(_) | Expr::GiveUp => {
                return Err(Exit::GiveUp);
            }
            Expr::Unit => Value::Unit,
            Expr::Bool(value) => Value::bool(*value),
            Expr::Int(number) => Value::int(*number),
            Expr::Float(number) => Value::Float(*number, At::NOWHERE),
            Expr::Array(items) => {
                let items = self.eval_all(items)?;
                return self.array(&items);
            }
            Expr::And(parts) => Value::bool(self.decided_by(parts, false)?),
            Expr::Or(parts) => Value::bool(self.decided_by(parts, true)?),
            Expr::Not(operand) => match self.eval(operand)? {
                Value::Missing(id) => {
                    self.rely(id)?;
                    Value::Unknown
                }
                value => Value::bool(!value.as_bool().ok_or(Exit::GiveUp)?),
            },
            Expr::Negate(operand) => match self.eval(operand)? {
                Value::Int(number, _) => Value::int(number.checked_neg().ok_or(Exit::GiveUp)?),
                Value::Missing(missing) => Value::Missing(missing),
                _ => return Err(Exit::GiveUp),
            },
            Expr::Compare(operator, both) => Value::truth(self.comparison(*operator, both)?),
            Expr::Compute(operator, both) => {
                let [a, b] = &**both;
                let (a, b) = (self.eval(a)?, self.eval(b)?);
                self.spend_on_both(a, b)?;
                return self.compute(*operator, a, b);
            }
            Expr::Block(block) => return self.block(block),
            Expr::Has(given) => {
                let given = self.eval(given)?;
                return self.has(given);
            }
            Expr::Builtin(builtin, arguments) => {
                return match arguments.as_slice() {
                    [] => self.builtin(*builtin, &[]),
                    [one] => {
                        let one = self.eval(one)?;
                        self.builtin(*builtin, &[one])
                    }
                    [one, other] => {
                        let both = [self.eval(one)?, self.eval(other)?];
                        self.builtin(*builtin, &both)
                    }
                    _ => Err(Exit::GiveUp),
                };
            }
            Expr::Call(function, arguments) => {
                let base = self.variables.len();
                for argument in arguments {
                    let argument = self.eval(argument)?;
                    self.variables.push(argument);
                }
                return self.ask_function(*function, base);
            }
            Expr::Demand(demand) => return self.demand(demand),
        })
    }

    pub(super) fn eval_all(&mut self, exprs: &'r [Expr]) -> Result<Values<'r>, Exit> {
        let mut values = Values::with_capacity(exprs.len());
        for expr in exprs {
            values.push(self.eval(expr)?);
        }
        Ok(values)
    }

    /// Evaluates `&&` or `||`: the first part with this value decides.
    fn decided_by(&mut self, parts: &'r [Expr], value: bool) -> Result<bool, Exit> {
        for part in parts {
            if self.condition(part)? == value {
                return Ok(value);
            }
        }
        Ok(!value)
    }

    pub(super) fn spend_on_both(&mut self, a: Value<'r>, b: Value<'r>) -> Result<(), Exit> {
        match (a, b) {
            (Value::Text(a, _), Value::Text(b, _)) => self.spend(a.len().min(b.len()) / 64),
            (Value::Array(a), Value::Array(b)) => self.spend(a.len() + b.len()),
            _ => Ok(()),
        }
    }

    #[inline(never)]
    fn chain(&mut self, chain: &'r Chain) -> Given<'r> {
        // Arguments wait on the stack until their step takes them.
        let first = self.variables.len();
        for argument in &chain.arguments {
            let argument = self.eval(argument)?;
            self.variables.push(argument);
        }
        let mut next = first;
        let mut value = self.eval(&chain.base)?;
        for step in &chain.steps {
            self.step(1);
            value = match step {
                Step::Property(property) => self.property(value, property)?,
                Step::Index => {
                    let index = self.take(&mut next)?;
                    self.index(value, index)?
                }
                Step::Method(builtin, 0) => self.builtin(*builtin, &[value])?,
                Step::Method(builtin, 1) => {
                    let argument = self.take(&mut next)?;
                    self.builtin(*builtin, &[value, argument])?
                }
                Step::Method(..) => return Err(Exit::GiveUp),
                Step::Or(default) => match value {
                    Value::Missing(_) | Value::Unit => {
                        let default = self.eval(default)?;
                        self.or(value, default)?
                    }
                    given => {
                        // The default counts as evaluated.
                        self.step(1);
                        given
                    }
                },
                Step::MethodOf(builtin, literal) => {
                    let argument = self.eval(literal)?;
                    self.builtin(*builtin, &[value, argument])?
                }
                Step::List(function, condition) => self.list(*function, value, condition)?,
            };
        }
        self.variables.truncate(first);
        Ok(value)
    }

    /// Takes an argument that waits on the stack.
    fn take(&self, next: &mut usize) -> Given<'r> {
        let argument = self.variables.get(*next).copied().ok_or(Exit::GiveUp);
        *next += 1;
        argument
    }
}

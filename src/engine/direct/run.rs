//! Runs a plan on one bundle.

use smallvec::SmallVec;

use super::super::recorder::Place;
use super::operators::{TEXT_BYTES, compare, compute, update};
use super::plan::{Chain, Expr, Function, FunctionId, Slot, Step, Stmt};
use super::value::{Trees, Value};

/// Functions that call each other; the interpreter allows more.
const CALL_LEVELS: usize = 12;

/// Why evaluation leaves a block.
pub(super) enum Exit<'r> {
    /// The interpreter has to run the rule, from its start.
    GiveUp,
    Return(Value<'r>),
    Continue,
    Break,
}

/// Arguments of a call.
pub(super) type Values<'r> = SmallVec<[Value<'r>; 3]>;

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

    /// Calls a function whose arguments are the last values of the stack, from `base` on.
    pub(super) fn call(&mut self, id: FunctionId, base: usize) -> Given<'r> {
        let function = self.functions.get(id).ok_or(Exit::GiveUp)?;
        if self.level >= CALL_LEVELS || self.variables.len() - base != function.parameters {
            return Err(Exit::GiveUp);
        }
        self.variables.resize(base + function.slots, Value::Unit);
        let outside = std::mem::replace(&mut self.base, base);
        self.level += 1;
        let given = self.block(&function.body);
        self.variables.truncate(base);
        self.base = outside;
        self.level -= 1;
        match given {
            Err(Exit::Return(value)) => Ok(value),
            given => given,
        }
    }

    /// Puts an argument on the stack.
    pub(super) fn push(&mut self, argument: Value<'r>) {
        self.variables.push(argument);
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
        if let Value::Missing(missing) = &list {
            missing.rely();
            return Ok(());
        }
        if let Value::Array(items) = &list {
            for (turn, item) in items.iter().enumerate() {
                if self.turn(slot, counter, (turn, item.clone()), body)? {
                    break;
                }
            }
            return Ok(());
        }
        let (of, nodes) = self.items(&list)?;
        for (turn, node) in nodes.enumerate() {
            let item = self.read(Place { node, ..of });
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
    ) -> Result<bool, Exit<'r>> {
        self.spend(1)?;
        self.set(slot, item);
        if let Some(counter) = counter {
            self.set(counter, Value::Int(turn as i64, None));
        }
        match self.block(body) {
            Ok(_) | Err(Exit::Continue) => Ok(false),
            Err(Exit::Break) => Ok(true),
            Err(exit) => Err(exit),
        }
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
                Value::Array(items.into_iter().collect())
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
                    self.push(argument);
                }
                return self.call(*function, base);
            }
            Expr::Demand(demand) => return self.demand(demand),
            Expr::GiveUp => return Err(Exit::GiveUp),
        })
    }

    pub(super) fn eval_all(&mut self, exprs: &'r [Expr]) -> Result<Values<'r>, Exit<'r>> {
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
        // Arguments wait on the stack until their step takes them.
        let first = self.variables.len();
        for argument in &chain.arguments {
            let argument = self.eval(argument)?;
            self.push(argument);
        }
        let mut next = first;
        let mut value = self.eval(&chain.base)?;
        for step in &chain.steps {
            self.spend(1)?;
            value = match step {
                Step::Property(property) => self.property(&value, property)?,
                Step::Index => {
                    let index = self.take(&mut next)?;
                    self.index(&value, &index)?
                }
                Step::Method(builtin, 0) => self.builtin(*builtin, &[value])?,
                Step::Method(builtin, 1) => {
                    let argument = self.take(&mut next)?;
                    self.builtin(*builtin, &[value, argument])?
                }
                Step::Method(..) => return Err(Exit::GiveUp),
                Step::List(function, condition) => self.list(*function, &value, condition)?,
            };
        }
        self.variables.truncate(first);
        Ok(value)
    }

    /// Takes an argument that waits on the stack.
    fn take(&mut self, next: &mut usize) -> Given<'r> {
        let argument = self.variables.get_mut(*next).ok_or(Exit::GiveUp)?;
        *next += 1;
        Ok(std::mem::replace(argument, Value::Unit))
    }
}

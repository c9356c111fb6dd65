//! Runs a plan on one bundle.

use bumpalo::Bump;
use smallvec::SmallVec;

use super::super::recorder::Place;
use super::Functions;
use super::answers::Answers;
use super::made::Made;
use super::operators::update;
use super::plan::{Comparison, Expr, Function, Slot, Stmt};
use super::reads::Absent;
use super::value::{At, Kind, Trees, Value};

/// Why evaluation leaves a block without a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// The interpreter has to run the rule, from its start.
    GiveUp,
    /// With the value that the run holds.
    Return,
    Continue,
    Break,
}

/// A value; nothing where the block is left, for the reason that the run holds.
pub(super) type Given = Option<Value>;

/// Runs rules on one bundle, one after the other.
pub(in super::super) struct Run<'r> {
    pub(super) trees: Trees<'r>,
    pub(super) functions: &'r [Function],
    /// Holds computed texts and selections.
    pub(super) arena: &'r Bump,
    pub(super) made: Made<'r>,
    pub(super) answers: Answers,
    /// What the rule read and is absent.
    pub(super) missing: Vec<Absent>,
    /// Variables of all calls; those of the present call begin at `base`.
    pub(super) variables: Vec<Value>,
    pub(super) base: usize,
    pub(super) level: usize,
    /// Why a block is left.
    pub(super) exit: Exit,
    /// What the present function returns early.
    pub(super) returned: Value,
    pub(super) steps: u64,
    pub(super) allowed: u64,
}

impl<'r> Run<'r> {
    pub(super) fn new(trees: Trees<'r>, functions: &'r Functions, arena: &'r Bump, allowed: u64) -> Self {
        Self {
            trees,
            functions: &functions.bodies,
            arena,
            made: Made::new(functions.texts.iter()),
            answers: Answers::default(),
            missing: Vec::new(),
            variables: Vec::new(),
            base: 0,
            level: 0,
            exit: Exit::GiveUp,
            returned: Value::UNIT,
            steps: 0,
            allowed,
        }
    }

    /// Counts steps. What a plan does between two turns of loops and two calls is bounded by its length.
    pub(super) fn step(&mut self, steps: u64) {
        self.steps += steps;
    }

    /// Counts steps; a rule that makes many is run by the interpreter, which has the limits.
    pub(super) fn spend(&mut self, steps: usize) -> Option<()> {
        self.steps += steps as u64;
        if self.steps > self.allowed { None } else { Some(()) }
    }

    /// Leaves a block.
    fn leave(&mut self, exit: Exit) -> Given {
        self.exit = exit;
        None
    }

    /// Tells whether a block was left for this reason, which is then done with.
    pub(super) fn leaves_by(&mut self, exit: Exit) -> bool {
        let is_so = self.exit == exit;
        if is_so {
            self.exit = Exit::GiveUp;
        }
        is_so
    }

    pub(super) fn set(&mut self, slot: Slot, value: Value) {
        if let Some(variable) = self.variables.get_mut(self.base + slot as usize) {
            *variable = value;
        }
    }

    pub(super) fn variable(&self, slot: Slot) -> Given {
        self.variables.get(self.base + slot as usize).copied()
    }

    pub(super) fn block(&mut self, block: &'r [Stmt]) -> Given {
        let mut last = Value::UNIT;
        for stmt in block {
            last = self.statement(stmt)?;
        }
        Some(last)
    }

    fn statement(&mut self, stmt: &'r Stmt) -> Given {
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
            Stmt::Let(slot, expr) => {
                let value = self.eval(expr)?;
                let value = self.declared(value)?;
                self.set(*slot, value);
            }
            Stmt::If(condition, yes, no) => {
                let holds = self.condition(condition)?;
                return self.block(if holds { yes } else { no });
            }
            Stmt::Update(operator, slot, expr) => {
                let by = self.eval(expr)?;
                let before = self.variable(*slot)?;
                let value = update(before, self.compute(*operator, before, by)?)?;
                self.set(*slot, value);
            }
            Stmt::For(slot, counter, list, body) => self.each(*slot, *counter, list, body)?,
            Stmt::Return(value) => {
                self.returned = match value {
                    Some(value) => self.eval(value)?,
                    None => Value::UNIT,
                };
                return self.leave(Exit::Return);
            }
            Stmt::Continue => return self.leave(Exit::Continue),
            Stmt::Break => return self.leave(Exit::Break),
        }
        Some(Value::UNIT)
    }

    /// Returns what a new variable holds: a text that Rhai keeps once forgets where it is written.
    fn declared(&mut self, value: Value) -> Given {
        if value.is(Kind::Text) && value.written_at() != At::NOWHERE {
            return self.made.keep_text(self.text(value));
        }
        Some(value)
    }

    #[inline(never)]
    fn each(&mut self, slot: Slot, counter: Option<Slot>, list: &'r Expr, body: &'r [Stmt]) -> Option<()> {
        let list = self.eval(list)?;
        if let Some(id) = list.as_missing() {
            return self.rely(id);
        }
        if let Some(array) = list.as_array() {
            for turn in 0..array.len() {
                let item = self.made.arrays.item(array, turn)?;
                if self.turn(slot, counter, (turn, item), body)? {
                    break;
                }
            }
            return Some(());
        }
        let (of, nodes) = self.items(list)?;
        for (turn, node) in nodes.enumerate() {
            let item = self.read(Place { node, ..of })?;
            if self.turn(slot, counter, (turn, item), body)? {
                break;
            }
        }
        Some(())
    }

    /// Runs the body of a loop once; tells whether the loop ends.
    fn turn(
        &mut self,
        slot: Slot,
        counter: Option<Slot>,
        (turn, item): (usize, Value),
        body: &'r [Stmt],
    ) -> Option<bool> {
        self.spend(1)?;
        self.set(slot, item);
        if let Some(counter) = counter {
            self.set(counter, Value::int(turn as i64));
        }
        match self.block(body) {
            Some(_) => Some(false),
            None if self.leaves_by(Exit::Continue) => Some(false),
            None if self.leaves_by(Exit::Break) => Some(true),
            None => None,
        }
    }

    fn condition(&mut self, expr: &'r Expr) -> Option<bool> {
        match expr {
            Expr::And(parts) => {
                self.step(1);
                self.decided_by(parts, false)
            }
            Expr::Or(parts) => {
                self.step(1);
                self.decided_by(parts, true)
            }
            Expr::Compare(operator, both) => {
                self.step(1);
                self.comparison(*operator, both).map(|truth| truth.unwrap_or(false))
            }
            Expr::Has(given) => {
                self.step(1);
                self.is_given(given)
            }
            // What is known to answer true, false or unknown, and never to be absent.
            Expr::Not(operand)
                if matches!(**operand, Expr::Has(_) | Expr::And(_) | Expr::Or(_) | Expr::Compare(..)) =>
            {
                self.step(1);
                self.condition(operand).map(|holds| !holds)
            }
            // An absent condition ends the rule: the interpreter says how.
            expr => self.eval(expr)?.as_bool(),
        }
    }

    /// Compares; the inner nothing says that one side is absent.
    fn comparison(&mut self, operator: Comparison, both: &'r [Expr; 2]) -> Option<Option<bool>> {
        let [a, b] = both;
        let (a, b) = (self.eval(a)?, self.eval(b)?);
        self.compare(operator, a, b)
    }

    /// Evaluates `has(…)`.
    fn is_given(&mut self, given: &'r Expr) -> Option<bool> {
        if let Expr::Path(slot, fields) = given {
            self.step(1);
            return match self.optional_path(*slot, fields)? {
                Some(value) => self.has(value),
                None => Some(false),
            };
        }
        let given = self.eval(given)?;
        self.has(given)
    }

    /// Evaluates what most operands are; the rest elsewhere, because it needs more room on the stack.
    #[inline(always)]
    pub(super) fn eval(&mut self, expr: &'r Expr) -> Given {
        self.step(1);
        match expr {
            Expr::Path(slot, fields) => self.path(*slot, fields),
            Expr::Variable(slot) => self.variable(*slot),
            Expr::Text(text) => Some(Value::text(*text as usize)),
            Expr::Chain(chain) => self.chain(chain),
            expr => self.eval_other(expr),
        }
    }

    fn eval_other(&mut self, expr: &'r Expr) -> Given {
        match expr {
            // The first four never come here.
            Expr::Path(..) | Expr::Variable(_) | Expr::Text(_) | Expr::Chain(_) | Expr::GiveUp => None,
            Expr::PathOr(slot, path) => self.path_or(*slot, path),
            Expr::Unit => Some(Value::UNIT),
            Expr::Bool(value) => Some(Value::bool(*value)),
            Expr::Int(number) => Some(Value::int(*number)),
            Expr::Float(number) => Some(Value::float(*number)),
            Expr::Array(items) => self.array_of(items),
            Expr::And(parts) => self.decided_by(parts, false).map(Value::bool),
            Expr::Or(parts) => self.decided_by(parts, true).map(Value::bool),
            Expr::Not(operand) => self.not(operand),
            Expr::Negate(operand) => self.negated(operand),
            Expr::Compare(operator, both) => self.comparison(*operator, both).map(Value::truth),
            Expr::Compute(operator, both) => {
                let [a, b] = &**both;
                let (a, b) = (self.eval(a)?, self.eval(b)?);
                self.compute(*operator, a, b)
            }
            Expr::Block(block) => self.block(block),
            Expr::Has(given) => self.is_given(given).map(Value::bool),
            Expr::Builtin(builtin, arguments) => match &**arguments {
                [] => self.builtin(*builtin, &[]),
                [one] => {
                    let one = self.eval(one)?;
                    self.builtin(*builtin, &[one])
                }
                [one, other] => {
                    let both = [self.eval(one)?, self.eval(other)?];
                    self.builtin(*builtin, &both)
                }
                _ => None,
            },
            Expr::Call(function, arguments) => {
                let base = self.variables.len();
                for argument in arguments {
                    let argument = self.eval(argument)?;
                    self.variables.push(argument);
                }
                self.ask_function(*function, base)
            }
            Expr::Demand(demand) => self.demand(demand),
        }
    }

    #[inline(never)]
    fn array_of(&mut self, exprs: &'r [Expr]) -> Given {
        let mut values: SmallVec<[Value; 16]> = SmallVec::new();
        for expr in exprs {
            values.push(self.eval(expr)?);
        }
        self.array(&values)
    }

    #[inline(never)]
    fn not(&mut self, operand: &'r Expr) -> Given {
        let operand = self.eval(operand)?;
        match operand.as_missing() {
            Some(id) => {
                self.rely(id)?;
                Some(Value::UNKNOWN)
            }
            None => operand.as_bool().map(|holds| Value::bool(!holds)),
        }
    }

    #[inline(never)]
    fn negated(&mut self, operand: &'r Expr) -> Given {
        let operand = self.eval(operand)?;
        match operand.as_int() {
            Some(number) => number.checked_neg().map(Value::int),
            None => operand.as_missing().map(Value::missing),
        }
    }

    /// Evaluates `&&` or `||`: the first part with this value decides.
    fn decided_by(&mut self, parts: &'r [Expr], value: bool) -> Option<bool> {
        for part in parts {
            if self.condition(part)? == value {
                return Some(value);
            }
        }
        Some(!value)
    }
}

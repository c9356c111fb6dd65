//! Evaluates expressions.

use smallvec::SmallVec;

use super::absences::SetId;
use super::arrays::Item;
use super::run::{Eval, Evaluator};
use super::statements::Truth;
use super::value::{At, Grade, Value, ValueKind};
use crate::engine::ir::{Comparison, Expr, ExprKind};

impl<'r> Evaluator<'r> {
    /// Evaluates what most operands are; the rest elsewhere, because it needs more room on the stack.
    #[inline(always)]
    pub(super) fn eval(&mut self, expr: &'r Expr) -> Eval {
        self.step();
        match &expr.kind {
            ExprKind::Path(slot, fields) => self.path(*slot, fields),
            ExprKind::Variable(slot) => Ok(self.variable(*slot)),
            ExprKind::Text(text) => Ok(Value::text(*text as usize)),
            _ => self.eval_other(expr),
        }
    }

    fn eval_other(&mut self, expr: &'r Expr) -> Eval {
        match &expr.kind {
            ExprKind::Path(slot, fields) => self.path(*slot, fields),
            ExprKind::Variable(slot) => Ok(self.variable(*slot)),
            ExprKind::Text(text) => Ok(Value::text(*text as usize)),
            ExprKind::Invalid => Ok(Value::UNIT),
            ExprKind::Bool(value) => Ok(Value::bool(*value)),
            ExprKind::Int(number) => Ok(Value::int(*number)),
            ExprKind::Decimal(number) => Ok(self.heap.keep_decimal(**number)),
            ExprKind::Array(items) => self.array_of(items),
            ExprKind::And(parts) => self.junction(parts, false),
            ExprKind::Or(parts) => self.junction(parts, true),
            ExprKind::Not(operand) => {
                let value = self.eval(operand)?;
                self.at = operand.at;
                self.not(value)
            }
            ExprKind::Negate(operand) => {
                let value = self.eval(operand)?;
                self.at = operand.at;
                self.negated(value)
            }
            ExprKind::Compare(operator, both) => self.comparison(*operator, both, expr),
            ExprKind::Compute(operator, both) => {
                let [one, other] = &**both;
                let (one, other) = (self.eval(one)?, self.eval(other)?);
                self.at = expr.at;
                self.compute(*operator, one, other)
            }
            ExprKind::If(flow) => {
                let flow = self.branch(flow)?;
                Ok(self.value_of(flow))
            }
            ExprKind::Block(block) => {
                let flow = self.block(block)?;
                Ok(self.value_of(flow))
            }
            ExprKind::Fields(of, fields) => {
                let of = self.eval(of)?;
                self.at = expr.at;
                self.fields_of(of, fields)
            }
            ExprKind::Index(both) => {
                let [of, index] = &**both;
                let (of, index) = (self.eval(of)?, self.eval(index)?);
                self.at = expr.at;
                self.index(of, index)
            }
            ExprKind::Member(both) => {
                let [list, item] = &**both;
                let (list, item) = (self.eval(list)?, self.eval(item)?);
                self.at = expr.at;
                self.builtin(crate::engine::ir::Builtin::Contains, &[list, item])
            }
            ExprKind::Or2(both) => {
                let [of, default] = &**both;
                self.or(of, default)
            }
            ExprKind::List(function, list, closure) => {
                let list = self.eval(list)?;
                self.at = expr.at;
                self.list(*function, list, closure)
            }
            ExprKind::Builtin(builtin, arguments) => {
                let mut values: SmallVec<[Value; 3]> = SmallVec::new();
                if let (crate::engine::ir::Builtin::Has, [given]) = (builtin, &**arguments) {
                    return self.has_expr(given);
                }
                for argument in arguments {
                    values.push(self.eval(argument)?);
                }
                self.at = expr.at;
                self.builtin(*builtin, &values)
            }
            ExprKind::Call(function, arguments) => {
                let base = self.variables.len();
                for argument in arguments {
                    let argument = self.eval(argument)?;
                    self.variables.push(argument);
                }
                self.at = expr.at;
                self.ask_function(*function, base)
            }
            ExprKind::Demand(demand) => {
                self.demand(demand)?;
                Ok(Value::UNIT)
            }
            ExprKind::Interpolation(parts) => self.interpolation(parts),
            ExprKind::Range(both, is_inclusive) => {
                let [from, to] = &**both;
                let (from, to) = (self.eval(from)?, self.eval(to)?);
                self.at = expr.at;
                self.range(from, to, *is_inclusive)
            }
        }
    }

    #[inline(never)]
    fn array_of(&mut self, exprs: &'r [Expr]) -> Eval {
        let mut items: SmallVec<[Item; 16]> = SmallVec::new();
        for expr in exprs {
            items.push(Item::certain(self.eval(expr)?));
        }
        self.make_list(&items, At::NOWHERE)
    }

    /// Evaluates `&&` or `||`: a part with this value decides; where none does, what is not known stays so.
    fn junction(&mut self, parts: &'r [Expr], decisive: bool) -> Eval {
        let mut unknown: Option<(Grade, SetId)> = None;
        let guard = self.guard;
        for part in parts {
            let value = self.eval(part)?;
            if value.as_bool() == Some(decisive) {
                self.guard = guard;
                return Ok(value);
            }
            if value.is(ValueKind::Bool) {
                continue;
            }
            self.at = part.at;
            match value.as_absent() {
                Some(absent) => {
                    unknown = Some(self.united(unknown, absent));
                    // Whether the next part is reached depends on this one.
                    self.guard = self.absences.union(self.guard, absent.1);
                }
                None => {
                    self.truth(value)?;
                }
            }
        }
        self.guard = guard;
        Ok(match unknown {
            Some((grade, set)) => Value::absent(grade, set),
            None => Value::bool(!decisive),
        })
    }

    /// Returns the union of what several values are absent for.
    pub(super) fn united(&mut self, before: Option<(Grade, SetId)>, absent: (Grade, SetId)) -> (Grade, SetId) {
        let Some((grade, set)) = before else { return (computed(absent.0), absent.1) };
        (grade.max(computed(absent.0)), self.absences.union(set, absent.1))
    }

    /// Returns what is computed of some values of which at least one is absent; nothing where none is.
    #[inline]
    pub(super) fn absent_of(&mut self, values: &[Value]) -> Option<Value> {
        if !values.iter().any(|value| value.is_absent()) {
            return None;
        }
        let mut all = None;
        for absent in values.iter().filter_map(|value| value.as_absent()) {
            all = Some(self.united(all, absent));
        }
        let at = values.iter().fold(At::NOWHERE, |at, value| at.or(value.written_at()));
        all.map(|(grade, set)| Value::absent(grade, set).at(at))
    }

    pub(super) fn not(&self, value: Value) -> Eval {
        Ok(match self.truth(value)? {
            Truth::Yes => Value::FALSE.at(value.written_at()),
            Truth::No => Value::TRUE.at(value.written_at()),
            Truth::Unknown(_) => value,
        })
    }

    #[inline]
    fn comparison(&mut self, operator: Comparison, both: &'r [Expr; 2], expr: &'r Expr) -> Eval {
        let [one, other] = both;
        let (one, other) = (self.eval(one)?, self.eval(other)?);
        self.at = expr.at;
        let value = self.compare(operator, one, other)?;
        // Few are cited, and then as what is kept in a variable (see below): the first place is enough elsewhere.
        Ok(if value.is(ValueKind::Bool) { value.at(one.written_at().or(other.written_at())) } else { value })
    }

    /// Evaluates what a variable keeps: a comparison comes from all the places of its two sides.
    pub(super) fn kept(&mut self, expr: &'r Expr) -> Eval {
        let ExprKind::Compare(operator, both) = &expr.kind else { return self.eval(expr) };
        self.step();
        let [one, other] = &**both;
        let (one, other) = (self.eval(one)?, self.eval(other)?);
        self.at = expr.at;
        let value = self.compare(*operator, one, other)?;
        let at = self.places_of(&[one, other]);
        Ok(if value.is(ValueKind::Bool) { value.at(at) } else { value })
    }
}

/// What is computed of something of which is not known what it is, is undecided.
fn computed(grade: Grade) -> Grade {
    if grade == Grade::NotGiven { grade } else { Grade::Undecided }
}

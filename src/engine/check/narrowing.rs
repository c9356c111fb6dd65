//! What conditions tell of values for which the schema allows several types: below `if is_text(x)`, x is text.

use super::super::ir::{Builtin, Expr, ExprKind, Field, If, Slot, Stmt};
use super::super::kinds::Kinds;
use super::checker::Checker;
use super::types::Type;

/// What is known of `variable.field.field…` where the walk is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    slot: Slot,
    fields: Vec<Box<str>>,
    kinds: Kinds,
}

impl<'a> Checker<'a> {
    /// Returns a value that is read at a path without the types that it does not have here.
    pub(super) fn narrowed(&self, value: Type, slot: Slot, fields: &[Field]) -> Type {
        let is_same = |fact: &Fact| {
            let names = fact.fields.iter().map(|name| &**name);
            fact.slot == slot && fact.kinds != Kinds::ANY && names.eq(fields.iter().map(|field| &*field.name))
        };
        self.facts
            .iter()
            .filter(|fact| is_same(fact))
            .fold(value, |value, fact| value.narrowed(fact.kinds, self.schema))
    }

    /// Walks what is reached only if a condition holds, or only if it does not.
    pub(super) fn under<T>(&mut self, condition: &Expr, holds: bool, walk: impl FnOnce(&mut Self) -> T) -> T {
        let known = self.facts.len();
        self.learn(condition, holds);
        let result = walk(self);
        self.facts.truncate(known);
        result
    }

    /// Takes in what a condition tells by holding, or by not holding.
    pub(super) fn learn(&mut self, condition: &Expr, holds: bool) {
        match &condition.kind {
            ExprKind::Not(operand) => self.learn(operand, !holds),
            ExprKind::And(parts) if holds => parts.iter().for_each(|part| self.learn(part, true)),
            ExprKind::Or(parts) if !holds => parts.iter().for_each(|part| self.learn(part, false)),
            ExprKind::Builtin(test, arguments) => {
                let (Some(tested), [value]) = (tested(*test), arguments.as_ref()) else { return };
                let kinds = if holds { tested } else { Kinds(Kinds::ANY.0 & !tested.0) };
                let (slot, fields) = match &value.kind {
                    ExprKind::Variable(slot) => (*slot, Vec::new()),
                    ExprKind::Path(slot, fields) => (*slot, fields.iter().map(|field| field.name.clone()).collect()),
                    _ => return,
                };
                self.facts.push(Fact { slot, fields, kinds });
            }
            _ => {}
        }
    }

    /// Takes in what is known after an `if` whose condition ends the block.
    pub(super) fn learn_after(&mut self, flow: &If) {
        let leaves = |block: &[Stmt]| matches!(block.last(), Some(Stmt::Return(_) | Stmt::Continue | Stmt::Break));
        match (leaves(&flow.yes), leaves(&flow.no)) {
            (true, false) => self.learn(&flow.condition, false),
            (false, true) => self.learn(&flow.condition, true),
            _ => {}
        }
    }

    /// Walks the turns of a loop: what one of them assigns is not known by those after it.
    pub(super) fn turns(&mut self, turn: impl Fn(&mut Self)) {
        if self.facts.is_empty() {
            return turn(self);
        }
        let (facts, mistakes) = (self.facts.clone(), self.found.mistakes.clone());
        turn(self);
        if self.facts != facts {
            self.found.mistakes = mistakes;
            turn(self);
        }
    }

    /// Forgets what is known of a variable that gets another value. The facts keep their positions, by which those that
    /// a condition told are taken back.
    pub(super) fn forget(&mut self, slot: Slot) {
        self.facts.iter_mut().filter(|fact| fact.slot == slot).for_each(|fact| fact.kinds = Kinds::ANY);
    }
}

/// Returns the types that a function asks for, if it is one that asks for types.
pub(super) fn tested(builtin: Builtin) -> Option<Kinds> {
    TESTS.iter().find(|(test, _)| *test == builtin).map(|(_, kinds)| *kinds)
}

/// The functions that ask for a type, in the order in which one is proposed to authors.
pub(super) const TESTS: [(Builtin, Kinds); 8] = [
    (Builtin::IsText, Kinds::TEXT),
    (Builtin::IsNumber, Kinds::NUMBER),
    (Builtin::IsBoolean, Kinds::BOOLEAN),
    (Builtin::IsDateTime, Kinds::DATE_TIME),
    (Builtin::IsDate, Kinds::DATE),
    (Builtin::IsDuration, Kinds::DURATION),
    (Builtin::IsList, Kinds::LIST),
    (Builtin::IsMapping, Kinds::MAPPING),
];

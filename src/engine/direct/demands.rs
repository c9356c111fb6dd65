//! The demands of rules, as the direct evaluator makes them.

use rhai::Map;

use super::super::verbs::{self, Words};
use super::plan::{Demand, Expr, Verb};
use super::run::{Exit, Given, Run};
use super::value::Value;
use crate::evidence::Kind;

impl<'r> Run<'r> {
    /// Makes a demand; what does not hold is written down by the functions of the interpreter.
    pub(super) fn demand(&mut self, demand: &'r Demand) -> Given<'r> {
        let arguments = match demand.arguments.as_slice() {
            [one] => &[self.eval(one)?][..],
            [one, other] => &[self.eval(one)?, self.eval(other)?],
            _ => return Err(Exit::GiveUp),
        };
        let holds = match (demand.verb, arguments) {
            (Verb::Require, [Value::Unit]) => return Err(Exit::GiveUp),
            (Verb::Require, [Value::Missing(_)]) => false,
            (Verb::Require, [Value::Collection(place)]) => !self.node(*place).is_empty(),
            (Verb::Require, [Value::Selection(_, nodes)]) => !nodes.is_empty(),
            (Verb::Require, [_]) => true,
            (Verb::Ensure, [Value::Bool(holds, _), _]) => *holds,
            (Verb::Ensure, [Value::Unknown | Value::Missing(_), _]) | (Verb::Undetermined, [_]) => false,
            (Verb::EnsureUsable, [Value::Collection(place)]) if self.node(*place).kind() == Kind::Mapping => false,
            _ => return Err(Exit::GiveUp),
        };
        if holds { self.demand_holds(demand, arguments) } else { self.demand_fails(demand, arguments) }
    }

    /// Does what the functions of the interpreter do for a demand that holds.
    fn demand_holds(&mut self, demand: &'r Demand, arguments: &[Value<'r>]) -> Given<'r> {
        for (_, value) in &demand.values {
            let is_given = match value {
                Expr::Path(slot, fields) => self.pass_by(*slot, fields),
                _ => false,
            };
            if !is_given && let Value::Missing(id) = self.eval(value)? {
                self.missing(id)?.settle();
            }
        }
        self.trees.recorder.count_demands(1);
        if let (Verb::Ensure, [_, Value::Missing(at)]) = (demand.verb, arguments) {
            verbs::settle_optional(self.missing(*at)?);
        }
        Ok(Value::Unit)
    }

    fn demand_fails(&mut self, demand: &'r Demand, arguments: &[Value<'r>]) -> Given<'r> {
        let recorder = self.trees.recorder;
        let mut values = Map::new();
        for (name, value) in &demand.values {
            let value = self.eval(value)?;
            values.insert(name.as_ref().into(), self.dynamics().of(value));
        }
        let words = match &demand.key {
            Some(key) => Words::full(demand.position, key, &values),
            None => Words::none(demand.position),
        };
        let dynamics: Vec<_> = arguments.iter().map(|argument| self.dynamics().of(*argument)).collect();
        match (demand.verb, arguments, dynamics.as_slice()) {
            (Verb::Require, _, [value]) => verbs::require(recorder, value, words).map_err(|_| Exit::GiveUp)?,
            (Verb::Ensure, _, [condition, at]) => {
                verbs::ensure(recorder, condition, at, words).map_err(|_| Exit::GiveUp)?;
            }
            (Verb::Undetermined, _, [at]) => verbs::undetermined(recorder, at, words),
            (Verb::EnsureUsable, [Value::Collection(place)], _) => {
                verbs::ensure_usable(recorder, &self.trees.handle(*place), words);
            }
            _ => return Err(Exit::GiveUp),
        }
        Ok(Value::Unit)
    }
}

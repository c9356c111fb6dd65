//! The demands of rules, as the direct evaluator makes them.

use rhai::Map;

use super::super::verbs::{self, Words};
use super::plan::{Demand, Expr, Verb};
use super::run::{Given, Run};
use super::value::{Value, View};
use crate::evidence::Kind;

impl<'r> Run<'r> {
    /// Makes a demand; what does not hold is written down by the functions of the interpreter.
    pub(super) fn demand(&mut self, demand: &'r Demand) -> Given {
        let arguments = match &*demand.arguments {
            [one] => &[self.eval(one)?][..],
            [one, other] => &[self.eval(one)?, self.eval(other)?],
            _ => return None,
        };
        let holds = match (demand.verb, arguments) {
            (Verb::Require, [value]) => match self.view(*value) {
                View::Unit => return None,
                View::Missing(_) => false,
                View::Collection(place) => !self.node(place).is_empty(),
                View::Selection(_, nodes) => !nodes.is_empty(),
                _ => true,
            },
            (Verb::Ensure, [condition, _]) => match self.view(*condition) {
                View::Bool(holds) => holds,
                View::Unknown | View::Missing(_) => false,
                _ => return None,
            },
            (Verb::Undetermined, [_]) => false,
            (Verb::EnsureUsable, [root]) if self.node(root.as_collection()?).kind() == Kind::Mapping => false,
            _ => return None,
        };
        if holds { self.demand_holds(demand, arguments) } else { self.demand_fails(demand, arguments) }
    }

    /// Does what the functions of the interpreter do for a demand that holds.
    fn demand_holds(&mut self, demand: &'r Demand, arguments: &[Value]) -> Given {
        for (_, value) in &demand.values {
            let is_given = match value {
                Expr::Path(slot, fields) => self.pass_by(*slot, fields),
                _ => false,
            };
            if !is_given && let Some(id) = self.eval(value)?.as_missing() {
                self.settle(id)?;
            }
        }
        self.trees.recorder.count_demands(1);
        if let (Verb::Ensure, [_, at]) = (demand.verb, arguments)
            && let Some(id) = at.as_missing()
        {
            self.settle_optional(id)?;
        }
        Some(Value::UNIT)
    }

    fn demand_fails(&mut self, demand: &'r Demand, arguments: &[Value]) -> Given {
        let recorder = self.trees.recorder;
        let mut values = Map::new();
        for (name, value) in &demand.values {
            let value = self.eval(value)?;
            values.insert(name.as_ref().into(), self.dynamic(value));
        }
        let words = match &demand.key {
            Some(key) => Words::full(demand.position, key, &values),
            None => Words::none(demand.position),
        };
        let dynamics: Vec<_> = arguments.iter().map(|argument| self.dynamic(*argument)).collect();
        match (demand.verb, arguments, dynamics.as_slice()) {
            (Verb::Require, _, [value]) => verbs::require(recorder, value, words).ok()?,
            (Verb::Ensure, _, [condition, at]) => {
                verbs::ensure(recorder, condition, at, words).ok()?;
            }
            (Verb::Undetermined, _, [at]) => verbs::undetermined(recorder, at, words),
            (Verb::EnsureUsable, [root], _) => {
                verbs::ensure_usable(recorder, &self.trees.handle(root.as_collection()?), words);
            }
            _ => return None,
        }
        Some(Value::UNIT)
    }
}

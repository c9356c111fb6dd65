//! The demands of rules, as the direct evaluator makes them.

use rhai::Dynamic;

use super::super::recorder::{Argument, Place};
use super::super::verbs::{self, Cited, Words};
use super::plan::{Demand, Expr, Verb};
use super::run::{Given, Run};
use super::value::{Kind, MissingId, Value, View};
use crate::evidence::Kind as NodeKind;
use crate::language::Text;
use crate::pack::short;

impl<'r> Run<'r> {
    /// Makes a demand; what does not hold is written down by the functions of the interpreter.
    pub(super) fn demand(&mut self, demand: &'r Demand) -> Given {
        let arguments = match &*demand.arguments {
            [one] => &[self.eval(one)?][..],
            [one, other] => &[self.eval(one)?, self.eval(other)?],
            _ => return None,
        };
        let holds = match (demand.verb, arguments) {
            (Verb::Require, [value]) => match value.kind() {
                Kind::Unit => return None,
                Kind::Missing => false,
                Kind::Collection => !self.node(value.as_collection()?).is_empty(),
                Kind::Selection => !self.nodes_of(*value).is_empty(),
                _ => true,
            },
            (Verb::Ensure, [condition, _]) => match condition.as_bool() {
                Some(holds) => holds,
                None if condition.is(Kind::Missing) => false,
                None => return None,
            },
            (Verb::Undetermined, [_]) => false,
            (Verb::EnsureUsable, [root]) if self.node(root.as_collection()?).kind() == NodeKind::Mapping => false,
            _ => return None,
        };
        if holds { self.demand_holds(demand, arguments) } else { self.demand_fails(demand, arguments) }
    }

    /// Does what the functions of the interpreter do for a demand that holds.
    fn demand_holds(&mut self, demand: &'r Demand, arguments: &[Value]) -> Given {
        let mut absent: Vec<MissingId> = Vec::new();
        for (_, value) in &demand.values {
            let is_given = match value {
                Expr::Path(slot, fields) => self.pass_by(*slot, fields),
                _ => false,
            };
            if !is_given && let Some(id) = self.eval(value)?.as_missing() {
                absent.push(id);
            }
        }
        for id in absent {
            self.settle(id)?;
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
        let words = self.words_of_demand(demand)?;
        let recorder = self.trees.recorder;
        if demand.verb != Verb::EnsureUsable {
            recorder.count_demands(1);
        }
        match (demand.verb, arguments) {
            (Verb::Require, [value]) => match self.cited(*value)? {
                Cited::Absent(absence, read) => verbs::require_absent(recorder, absence, read, words),
                Cited::Given(place) => verbs::require_empty(recorder, place?, words),
            },
            (Verb::Ensure, [condition, at]) => {
                verbs::ensure_fails(recorder, condition.is(Kind::Bool), &self.cited(*at)?, words);
            }
            (Verb::Undetermined, [at]) => verbs::leave_undetermined(recorder, &self.cited(*at)?, words),
            (Verb::EnsureUsable, [root]) => {
                verbs::ensure_usable(recorder, &self.trees.handle(root.as_collection()?), words);
            }
            _ => return None,
        }
        Some(Value::UNIT)
    }

    /// Returns the message of a demand, its values in the order of their names.
    fn words_of_demand(&mut self, demand: &'r Demand) -> Option<Words> {
        let mut values: Vec<(&str, Value)> = Vec::with_capacity(demand.values.len());
        for (name, value) in &demand.values {
            values.push((name, self.eval(value)?));
        }
        values.sort_unstable_by_key(|(name, _)| *name);
        let mut arguments = Vec::with_capacity(values.len());
        for (name, value) in values {
            if let Some(id) = value.as_missing() {
                // A message may speak of what is absent; the demand does not rely on it.
                self.settle(id)?;
            }
            arguments.push(Argument { name: name.to_owned(), text: self.words(value), place: self.place_of(value) });
        }
        Some(Words { key: demand.key.as_deref().map(str::to_owned), arguments, script: demand.position })
    }

    fn cited(&self, value: Value) -> Option<Cited<'_>> {
        match value.as_missing() {
            Some(id) => self.missing(id).map(|absent| Cited::Absent(&absent.absence, absent.read)),
            None => Some(Cited::Given(self.place_of(value))),
        }
    }

    /// Returns where a value is written, or where it is absent.
    pub(super) fn place_of(&self, value: Value) -> Option<Place> {
        match value.as_missing() {
            Some(id) => self.missing(id).map(|absent| absent.absence.place),
            None => value.written_at().place(),
        }
    }

    /// Returns a value in words, short enough for a message: as the interpreter's values are said.
    fn words(&self, value: Value) -> Text {
        match self.view(value) {
            View::Missing(_) => verbs::not_given(),
            View::Text(text) => Text::same(short(text)),
            View::Length(length) => length.words(),
            View::Moment(moment) => Text::same(moment.to_string()),
            View::Day(day) => Text::same(day.to_string()),
            View::Collection(place) => self.trees.tree(place.subject).words(place.node),
            View::Selection(of, nodes) => {
                let tree = self.trees.tree(of.subject);
                verbs::join(nodes.len(), nodes.iter().map(|node| tree.words(*node)))
            }
            View::Array(array) => {
                let items = self.made.arrays.items(array);
                verbs::join(items.len(), items.iter().map(|item| self.words(*item)))
            }
            View::Bool(value) => Text::same(value.to_string()),
            View::Unknown => Text::same(false.to_string()),
            View::Int(number) => Text::same(number.to_string()),
            // Rhai writes fractions in a way of its own, and nothing for nothing.
            View::Float(number) => Text::same(short(&Dynamic::from_float(number).to_string())),
            View::Unit => Text::same(short(&Dynamic::UNIT.to_string())),
        }
    }
}

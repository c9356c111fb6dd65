//! Conditions that begin with a comparison of texts, `|it| it.id == id`: most items of a list are told apart by one look
//! at the field, without running the condition.

use super::super::recorder::Place;
use super::plan::{Closure, Comparison, Expr, Property, Slot, Step, Stmt, TextId};
use super::run::Run;
use super::value::Value;
use crate::pack::Content;

/// Bytes of texts whose comparison is no step of its own.
const SHORT: usize = 64;

/// What a condition compares first.
pub(super) struct Lookup<'r> {
    field: &'r Property,
    wanted: &'r str,
    /// The evidence that the other side of the comparison is.
    other: Option<Place>,
    /// Steps of a condition that fails here.
    steps: usize,
}

/// A side of the comparison that can be looked at without leaving a trace.
enum Side<'r> {
    Text(TextId),
    Variable(Slot),
    Fields(Slot, &'r [Property]),
    /// An item of an array.
    Item(Slot, usize),
}

impl<'r> Run<'r> {
    /// Returns how a condition can be answered by a look; its other side has been evaluated before, for another item.
    pub(super) fn lookup(&self, condition: &'r Closure) -> Option<Lookup<'r>> {
        let [Stmt::Expr(body)] = &*condition.body else { return None };
        let (first, above) = match body {
            Expr::And(parts) => (parts.first()?, 1),
            first => (first, 0),
        };
        let Expr::Compare(Comparison::Equal, both) = first else { return None };
        let [one, other] = &**both;
        let (Side::Fields(slot, [field]), own_steps) = side(one)? else { return None };
        let (other, other_steps) = side(other)?;
        if slot != condition.parameter || other.slot() == Some(slot) {
            return None;
        }
        let (wanted, other) = self.look(&other)?;
        // The item, the statement, the comparison, and what it compares.
        Some(Lookup { field, wanted, other, steps: 3 + above + own_steps + other_steps })
    }

    /// Tells whether the condition is false for an item, and nothing else came of it.
    pub(super) fn is_other(&mut self, item: Place, lookup: &Lookup<'r>) -> Option<bool> {
        let Some((text, place)) = self.text_of(item, lookup.field) else { return Some(false) };
        if text == lookup.wanted || text.len().min(lookup.wanted.len()) >= SHORT {
            return Some(false);
        }
        self.trees.recorder.touch(lookup.other.unwrap_or(place));
        self.spend(lookup.steps)?;
        Some(true)
    }

    /// Reads a field whose value nobody looks at; tells whether it is given.
    pub(super) fn pass_by(&mut self, slot: Slot, fields: &[Property]) -> bool {
        let ([field], Some(of)) = (fields, self.variable(slot).and_then(Value::as_collection)) else { return false };
        let Some(place) = self.given(of, field, Content::Text) else { return false };
        self.trees.recorder.touch(place);
        self.step(3);
        true
    }

    /// Returns the text of a side, and where it is evidence that is read anew.
    fn look(&self, side: &Side<'r>) -> Option<(&'r str, Option<Place>)> {
        match side {
            Side::Text(text) => Some((self.as_text(Value::text(*text as usize))?, None)),
            Side::Variable(slot) => Some((self.as_text(self.variable(*slot)?)?, None)),
            Side::Item(slot, at) => {
                let array = self.variable(*slot)?.as_array()?;
                Some((self.as_text(self.made.arrays.item(array, *at)?)?, None))
            }
            Side::Fields(slot, fields) => {
                let (last, above) = fields.split_last()?;
                let base = self.variable(*slot)?.as_collection()?;
                let of = above.iter().try_fold(base, |of, field| self.given(of, field, Content::Collection))?;
                self.text_of(of, last).map(|(text, place)| (text, Some(place)))
            }
        }
    }

    fn text_of(&self, of: Place, field: &Property) -> Option<(&'r str, Place)> {
        let place = self.given(of, field, Content::Text)?;
        Some((self.node(place).text(), place))
    }

    /// Returns the place of a field that holds what is expected.
    fn given(&self, of: Place, field: &Property, content: Content) -> Option<Place> {
        let (_, given) = self.field(of, field)?;
        given.filter(|given| self.trees.tree(given.subject).conformed.held(given.node).content == content)
    }
}

impl Side<'_> {
    fn slot(&self) -> Option<Slot> {
        match self {
            Self::Text(_) => None,
            Self::Variable(slot) | Self::Fields(slot, _) | Self::Item(slot, _) => Some(*slot),
        }
    }
}

/// Returns what an expression looks at, and the steps of evaluating it. `x.f.or(…)` is the field where that is given.
fn side(expr: &Expr) -> Option<(Side<'_>, usize)> {
    match expr {
        Expr::Text(text) => Some((Side::Text(*text), 1)),
        Expr::Variable(slot) => Some((Side::Variable(*slot), 1)),
        Expr::Path(slot, fields) => Some((Side::Fields(*slot, fields), 2 + fields.len())),
        Expr::PathOr(slot, path) => match &path.0 {
            fields if fields.len() == 1 => Some((Side::Fields(*slot, fields), 5)),
            _ => None,
        },
        Expr::Chain(chain) => match (&chain.base, chain.steps.as_slice(), chain.arguments.as_slice()) {
            (Expr::Variable(slot), [Step::Index], [Expr::Int(at)]) => {
                Some((Side::Item(*slot, usize::try_from(*at).ok()?), 4))
            }
            _ => None,
        },
        _ => None,
    }
}

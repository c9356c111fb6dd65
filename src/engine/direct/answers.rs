//! Answers of library functions that the rules of a pack ask for more than once.
//!
//! A function sees its arguments, the bundle and nothing else, and its answer is the same whichever rule asks. It is
//! kept only where the call changed nothing in the record: it found nothing, demanded nothing, and relied on nothing
//! that is absent.

use std::collections::HashMap;

use ahash::RandomState;

use super::super::recorder::Traces;
use super::plan::FunctionId;
use super::value::{At, Value};

/// Arguments that a question may have.
const ARGUMENTS: usize = 3;
/// Answers that are kept for one bundle.
const ANSWERS: usize = 1 << 16;

/// What was asked: a function and its arguments. Texts and selections are told apart by where they are, which costs
/// nothing to compare: the same text at another place is another question.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Question(FunctionId, [Argument; ARGUMENTS]);

/// An argument that can be told from any other: the value, its address or its place, then the kind with the place or
/// the length.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Argument(u64, u64);

/// What a function answered.
#[derive(Clone, Copy)]
pub(super) struct Answer<'r> {
    pub(super) value: Value<'r>,
    pub(super) steps: u64,
    pub(super) traces: Traces,
}

/// The answers on one bundle.
#[derive(Default)]
pub(super) struct Answers<'r> {
    kept: HashMap<Question, Answer<'r>, RandomState>,
    /// For each function, the steps that its kept answers saved, less what keeping them cost.
    saved: Vec<i32>,
}

/// What it costs to keep an answer, in steps.
const COST: i32 = 4;
/// Where a function has cost more than this, its answers are not asked for any more.
const PATIENCE: i32 = 200;

impl Question {
    /// Returns the question of a call; nothing for a call with arguments of other types.
    pub(super) fn of(function: FunctionId, arguments: &[Value<'_>]) -> Option<Self> {
        let mut question = Self(function, [Argument::default(); ARGUMENTS]);
        if arguments.len() > ARGUMENTS {
            return None;
        }
        for (value, slot) in arguments.iter().zip(&mut question.1) {
            let (word, kind, more) = match *value {
                Value::Bool(value, at) => (u64::from(value), 1, at.number()),
                Value::Int(number, at) => (number.cast_unsigned(), 2, at.number()),
                Value::Text(text, At::NOWHERE) => (text.as_ptr() as u64, 3, text.len() as u64),
                Value::Text(_, at) => (0, 4, at.number()),
                Value::Collection(place) => (0, 5, At::of(place).number()),
                // A selection of nothing has no address of its own.
                Value::Selection(at, []) => (0, 6, at.number()),
                Value::Selection(_, nodes) => (nodes.as_ptr() as u64, 7, nodes.len() as u64),
                _ => return None,
            };
            *slot = Argument(word, more << 4 | kind);
        }
        Some(question)
    }
}

impl<'r> Answers<'r> {
    /// Tells whether it is worth while to ask for the answers of a function.
    pub(super) fn are_asked_for(&self, function: FunctionId) -> bool {
        self.saved.get(function).is_none_or(|saved| *saved > -PATIENCE)
    }

    pub(super) fn to(&mut self, question: &Question) -> Option<Answer<'r>> {
        let answer = self.kept.get(question).copied();
        self.count(question.0, answer.map_or(-COST, |answer| i32::try_from(answer.steps).unwrap_or(i32::MAX)));
        answer
    }

    /// Keeps an answer.
    pub(super) fn keep(&mut self, question: Question, answer: Answer<'r>) {
        if self.kept.len() < ANSWERS {
            self.kept.insert(question, answer);
        }
    }

    fn count(&mut self, function: FunctionId, steps: i32) {
        if function >= self.saved.len() {
            self.saved.resize(function + 1, 0);
        }
        if let Some(saved) = self.saved.get_mut(function) {
            *saved = saved.saturating_add(steps);
        }
    }
}

//! Answers of library functions that the rules of a pack ask for more than once.
//!
//! A function sees its arguments, the bundle and nothing else, and its answer is the same whichever rule asks. It is
//! kept only where the call changed nothing in the record: it found nothing, demanded nothing, and relied on nothing
//! that is absent.

use std::collections::HashMap;

use ahash::RandomState;
use smallvec::SmallVec;

use super::super::recorder::Traces;
use super::plan::FunctionId;
use super::value::{At, Value};

/// Answers that are kept for one bundle.
const ANSWERS: usize = 1 << 16;

/// What was asked. Texts and selections are told apart by where they are, which costs nothing to compare: the same
/// text at another place is another question.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Question {
    function: FunctionId,
    arguments: SmallVec<[Argument; 2]>,
}

/// An argument that can be told from any other: the kind, the value or its address, the place or the length.
#[derive(PartialEq, Eq, Hash)]
struct Argument(u8, u64, u64);

/// What a function answered.
#[derive(Clone, Copy)]
pub(super) struct Answer<'r> {
    pub(super) value: Value<'r>,
    pub(super) steps: u64,
    pub(super) traces: Traces,
}

/// The answers on one bundle.
#[derive(Default)]
pub(super) struct Answers<'r>(HashMap<Question, Answer<'r>, RandomState>);

impl Question {
    /// Returns the question of a call; nothing for a call with arguments of other types.
    pub(super) fn of(function: FunctionId, arguments: &[Value<'_>]) -> Option<Self> {
        let argument = |value: &Value<'_>| {
            Some(match *value {
                Value::Bool(value, at) => Argument(0, u64::from(value), at.number()),
                Value::Int(number, at) => Argument(1, number as u64, at.number()),
                Value::Text(text, At::NOWHERE) => Argument(2, text.as_ptr() as u64, text.len() as u64),
                Value::Text(_, at) => Argument(3, 0, at.number()),
                Value::Collection(place) => Argument(4, 0, At::of(place).number()),
                Value::Selection(at, nodes) => {
                    Argument(5, nodes.as_ptr() as u64, at.number() << 32 | nodes.len() as u64)
                }
                _ => return None,
            })
        };
        Some(Self { function, arguments: arguments.iter().map(argument).collect::<Option<_>>()? })
    }
}

impl<'r> Answers<'r> {
    pub(super) fn to(&self, question: &Question) -> Option<Answer<'r>> {
        self.0.get(question).copied()
    }

    /// Keeps an answer, unless it belongs to one rule only.
    pub(super) fn keep(&mut self, question: Question, answer: Answer<'r>) {
        if !matches!(answer.value, Value::Missing(_)) && self.0.len() < ANSWERS {
            self.0.insert(question, answer);
        }
    }
}

//! Answers of functions, those of the library and of the rules, that are asked for more than once.
//!
//! A function sees its arguments, the bundle and nothing else, and its answer is the same whichever rule asks. It is
//! kept only where the call changed nothing in the record: it found nothing, demanded nothing, and relied on nothing
//! that is absent.

use std::collections::HashMap;

use ahash::RandomState;

use super::super::recorder::Traces;
use super::plan::FunctionId;
use super::run::Run;
use super::value::{At, Kind, Value};

/// Arguments that a question may have.
const ARGUMENTS: usize = 3;
/// Answers that are kept for one bundle.
const ANSWERS: usize = 1 << 16;

/// What was asked: a function and its arguments. Texts and selections are told apart by where they are, which costs
/// nothing to compare: the same text at another place is another question.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Question(FunctionId, [Argument; ARGUMENTS]);

/// An argument that can be told from any other: the word and the tag of the value; of what the run keeps, the address and
/// the length with the kind.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Argument(u64, u64);

/// What a function answered.
#[derive(Clone, Copy)]
pub(super) struct Answer {
    pub(super) value: Value,
    pub(super) steps: u64,
    pub(super) traces: Traces,
}

/// The answers on one bundle.
#[derive(Default)]
pub(super) struct Answers {
    kept: HashMap<Question, Answer, RandomState>,
    /// For each function, the steps that its kept answers saved, less what keeping them cost.
    saved: Vec<i32>,
}

/// What it costs to keep an answer, in steps.
const COST: i32 = 4;
/// Where a function has cost more than this, its answers are not asked for any more.
const PATIENCE: i32 = 200;

impl Question {
    /// Returns the question of a call; nothing for a call with arguments of other types.
    pub(super) fn of(run: &Run<'_>, function: FunctionId, arguments: &[Value]) -> Option<Self> {
        let mut question = Self(function, [Argument::default(); ARGUMENTS]);
        if arguments.len() > ARGUMENTS {
            return None;
        }
        for (value, slot) in arguments.iter().zip(&mut question.1) {
            *slot = match value.kind() {
                Kind::Missing | Kind::Array => return None,
                Kind::Text if value.written_at() == At::NOWHERE => {
                    let text = run.text(*value);
                    Argument(text.as_ptr() as u64, (text.len() as u64) << 8 | Kind::Text as u64)
                }
                Kind::Selection => match run.nodes_of(*value) {
                    // A selection of nothing has no address of its own.
                    [] => Argument(0, value.tag()),
                    nodes => Argument(nodes.as_ptr() as u64, (nodes.len() as u64) << 8 | Kind::Selection as u64),
                },
                _ => Argument(value.word(), value.tag()),
            };
        }
        Some(question)
    }
}

impl Answers {
    /// Tells whether it is worth while to ask for the answers of a function.
    pub(super) fn are_asked_for(&self, function: FunctionId) -> bool {
        self.saved.get(function as usize).is_none_or(|saved| *saved > -PATIENCE)
    }

    pub(super) fn to(&mut self, question: &Question) -> Option<Answer> {
        let answer = self.kept.get(question).copied();
        self.count(question.0, answer.map_or(-COST, |answer| i32::try_from(answer.steps).unwrap_or(i32::MAX)));
        answer
    }

    /// Keeps an answer.
    pub(super) fn keep(&mut self, question: Question, answer: Answer) {
        if self.kept.len() < ANSWERS {
            self.kept.insert(question, answer);
        }
    }

    fn count(&mut self, function: FunctionId, steps: i32) {
        let at = function as usize;
        if at >= self.saved.len() {
            self.saved.resize(at + 1, 0);
        }
        if let Some(saved) = self.saved.get_mut(at) {
            *saved = saved.saturating_add(steps);
        }
    }
}

//! Calls of functions: of a rule's `check`, of its own functions and of those of the library.

use super::answers::{Answer, Answers, Question};
use super::plan::{Function, FunctionId, Stmt};
use super::run::{Exit, Given, Run};
use super::value::Value;

/// Functions that call each other. The interpreter allows more than twice as many: a kept answer stands for a call that
/// was so deep by itself.
const CALL_LEVELS: usize = 12;

impl<'r> Run<'r> {
    /// Runs a `check` with its arguments; gives the steps that it took.
    pub(super) fn check(&mut self, id: FunctionId, arguments: &[Value]) -> Option<u64> {
        self.missing.clear();
        self.variables.clear();
        self.variables.extend_from_slice(arguments);
        (self.base, self.level, self.steps, self.exit) = (0, 0, 0, Exit::GiveUp);
        if self.made.is_nearly_full() {
            self.made.clear();
            self.answers = Answers::default();
        }
        let function = self.functions.get(id as usize)?;
        self.call(function, 0)?;
        self.spend(0)?;
        Some(self.steps)
    }

    /// Calls a function, or takes the answer that it gave before.
    #[inline(never)]
    pub(super) fn ask_function(&mut self, id: FunctionId, base: usize) -> Given {
        let recorder = self.trees.recorder;
        let function = self.functions.get(id as usize)?;
        let arguments = self.variables.get(base..).unwrap_or_default();
        let is_asked = function.is_long && self.answers.are_asked_for(id);
        let question = if is_asked { Question::of(self, id, arguments) } else { None };
        let Some(question) = question else { return self.call(function, base) };
        if let Some(answer) = self.answers.to(&question)
            && recorder.leave(answer.traces)
        {
            self.variables.truncate(base);
            self.spend(answer.steps as usize)?;
            return Some(answer.value);
        }
        let (mark, steps) = (recorder.mark(), self.steps);
        let value = self.call(function, base)?;
        // What is absent has a number that only this rule knows.
        if let Some(traces) = recorder.traces(mark)
            && !self.made.arrays.has_missing(value)
        {
            self.answers.keep(question, Answer { value, steps: self.steps - steps, traces });
        }
        Some(value)
    }

    /// Calls a function whose arguments are the last values of the stack, from `base` on.
    fn call(&mut self, function: &'r Function, base: usize) -> Given {
        if self.level >= CALL_LEVELS || self.variables.len() - base != function.parameters as usize {
            return None;
        }
        self.spend(0)?;
        self.variables.resize(base + function.slots as usize, Value::UNIT);
        let outside = std::mem::replace(&mut self.base, base);
        self.level += 1;
        let given = self.body(&function.body);
        self.variables.truncate(base);
        self.base = outside;
        self.level -= 1;
        given
    }

    /// Runs the body of a function or a closure.
    pub(super) fn body(&mut self, body: &'r [Stmt]) -> Given {
        let given = match body {
            // Most closures.
            [Stmt::Expr(only)] => {
                self.step(1);
                self.eval(only)
            }
            body => self.block(body),
        };
        match given {
            None if self.leaves_by(Exit::Return) => Some(self.returned),
            given => given,
        }
    }
}

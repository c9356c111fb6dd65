//! Runs rules without the interpreter, where they are of the usual kind.
//!
//! A rule is lowered from Rhai's syntax tree into a plan whose values are places in the evidence: nothing is cloned,
//! no name is hashed, and no text is built for a demand that holds. Whatever is out of the ordinary (a part of the
//! language that no rule needs, a value of a type that does not fit, an absent condition, many steps) is given up, and
//! the interpreter runs the rule from its start. So the direct evaluator has no errors of its own, and what it says is
//! what the interpreter would say: `tests/it/evaluators.rs` compares the two.

mod answers;
mod arrays;
mod calls;
mod chains;
mod demands;
mod functions;
mod lookups;
mod lower;
mod made;
mod operators;
mod plan;
mod reads;
mod run;
mod texts;
mod value;

use std::rc::Rc;
use std::sync::Arc;

use bumpalo::Bump;

pub(super) use self::lower::Functions;
pub(super) use self::plan::FunctionId;
pub(super) use self::run::Run;
use self::value::{Trees, Value};
use super::recorder::{Place, Recorder, Subject};
use crate::evidence::NodeId;
use crate::pack::Tree;

/// Steps that the direct evaluator makes on any bundle, and for each node of it. The interpreter uses at most four
/// operations for one step, so that what ends here would end there within its limits too.
const STEPS: u64 = 70_000;
const STEPS_PER_NODE: u64 = 80;
/// Bytes of computed texts and selections on one bundle; where more are needed, the interpreter takes over.
const ARENA_BYTES: usize = 16 << 20;

impl Functions {
    /// Makes ready to run rules on one bundle.
    pub(super) fn on<'r>(
        &'r self,
        recorder: &'r Rc<Recorder>,
        [bundle, order]: [&'r Arc<Tree>; 2],
        arena: &'r Bump,
    ) -> Run<'r> {
        arena.set_allocation_limit(Some(ARENA_BYTES));
        let trees = Trees { recorder, bundle, order };
        let allowed = STEPS + STEPS_PER_NODE * bundle.document.node_count() as u64;
        Run::new(trees, self, arena, allowed)
    }
}

impl Run<'_> {
    /// Runs the `check` of a rule; gives the steps it took, or nothing where the interpreter has to run the rule on a
    /// fresh record.
    pub(super) fn rule(&mut self, check: FunctionId) -> Option<u64> {
        let root = |subject| Value::collection(Place { subject, node: NodeId::ROOT });
        self.check(check, &[root(Subject::Bundle), root(Subject::Order)])
    }
}

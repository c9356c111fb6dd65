//! Runs rules: a sandboxed Rhai engine, evidence as script values, and the record of what each rule found.
//!
//! Takes a [`Pack`](crate::pack::Pack) and a [`Case`]; gives an [`Outcome`] for each rule. A rule that throws, hits
//! a limit or panics is an outcome too.

mod absence;
mod comparison;
mod direct;
mod handle;
mod lists;
mod memory;
mod program;
mod reading;
mod recorder;
mod sandbox;
mod script_check;
mod script_meta;
mod times;
mod verbs;
mod vocabulary;

pub use memory::CountingAllocator;
pub use program::{Case, CompiledRule, Effort, Evaluator, Outcome, Program, ScriptError};
pub use recorder::{Argument, Note, NoteKind, Place, ScriptPosition, Subject};
pub use sandbox::{WORKER_STACK_BYTES, on_worker};
pub use vocabulary::{VERBS, VOCABULARY};

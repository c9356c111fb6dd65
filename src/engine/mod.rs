//! Runs rules: a sandboxed Rhai engine, evidence as script values, and the record of what each rule found.
//!
//! Takes a [`Pack`](crate::pack::Pack) and a [`Case`]; gives an [`Outcome`] for each rule. A rule that throws, hits
//! a limit or panics is an outcome too.

mod absence;
mod ahead;
mod comparison;
mod direct;
mod evidence_read;
mod handle;
mod interpreter;
mod lists;
mod memory;
mod outcome;
mod program;
mod reading;
mod recorder;
mod sandbox;
mod script_check;
mod script_meta;
mod syntax;
mod times;
mod verbs;
mod vocabulary;

pub use ahead::compile_ahead;
pub use evidence_read::{EvidencePath, Reads};
pub use memory::{CountingAllocator, grow_memory_in_large_steps};
pub use outcome::{Effort, Outcome, ScriptError};
pub use program::{Case, CompiledRule, Evaluator, Program};
pub use recorder::{Argument, Note, NoteKind, Place, ScriptPosition, Subject};
pub use sandbox::{WORKER_STACK_BYTES, on_worker};
pub use vocabulary::{VERBS, VOCABULARY};

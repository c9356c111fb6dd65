//! The rule language: scripts in Rhai's syntax, checked when they are loaded, and run on evidence.
//!
//! `syntax` parses a script and lowers it to the representation of `ir`; `check` infers types from the evidence schema
//! and refuses what could only pass by mistake; `eval` runs it. Takes a [`Pack`](crate::pack::Pack) and a [`Case`];
//! gives an [`Outcome`] for each rule. A rule that hits a limit is an outcome too.

mod calls;
mod check;
mod eval;
mod functions;
mod ir;
mod kinds;
mod mistake;
mod note;
mod outcome;
mod pattern;
mod program;
mod syntax;
mod threads;

pub use check::{EvidencePath, Reads};
pub use functions::reference;
pub use note::{Absent, Argument, Note, NoteKind, Place, ScriptPosition, Subject};
pub use outcome::{Outcome, ScriptError};
pub use program::{Case, CompiledRule, Program};
pub use threads::{WORKER_STACK_BYTES, on_worker};

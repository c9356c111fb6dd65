//! The command line: what was asked for, and which modules answer it.
//!
//! Takes parsed arguments, the environment and two writers; gives an [`ExitStatus`]. Streams and the exit itself
//! belong to `main.rs`.

mod arguments;
mod audit;
mod bundles;
mod decisions;
mod exit;
mod failure;
mod limits;
mod output;
mod progress;
mod rules;
mod workers;

use std::io::Write;
use std::sync::atomic::AtomicBool;

use anyhow::Result;

pub use arguments::{Arguments, AuditArguments, Color, Command, Format, Lang, RulesCommand, RulesFormat};
pub use exit::ExitStatus;
pub use failure::{describe, shown_usage};

use crate::evidence::{Day, Zone};
use crate::language::Language;

/// What the program is told by the machine it runs on.
#[derive(Clone, Copy, Debug)]
pub struct Environment {
    /// The language of the locale.
    pub language: Language,
    /// Columns of the screen.
    pub width: usize,
    /// Gives today's date in a zone.
    pub today: fn(&Zone) -> Day,
    /// Processors to use.
    pub processors: std::num::NonZeroUsize,
    /// Whether somebody sees notes as they are written, and so a progress bar.
    pub shows_progress: bool,
    /// Becomes true when the person who runs the program wants it to stop.
    pub stop: &'static AtomicBool,
}

/// Does what the arguments ask for.
///
/// # Errors
/// Nothing could be judged; the error says at which [`Stage`](crate::error::Stage) it broke.
pub fn run(
    arguments: &Arguments,
    environment: Environment,
    out: &mut (dyn Write + Send),
    notes: &mut (dyn Write + Send),
) -> Result<ExitStatus> {
    match &arguments.command {
        Command::Audit(audit) => audit::run(audit, environment, out, notes),
        Command::Rules { command } => rules::run(command, environment, out),
    }
}

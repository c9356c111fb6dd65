//! The command line: what was asked for, and which modules answer it.
//!
//! Takes parsed arguments, the environment and two writers; gives an [`ExitStatus`]. Streams and the exit itself
//! belong to `main.rs`.

mod accounts;
mod arguments;
mod audit;
mod batch;
mod decisions;
mod exit;
mod failure;
mod intake;
mod judging;
mod limits;
mod orders;
mod output;
mod place;
mod progress;
mod rules;
mod targets;
mod temporary;
mod watchdog;
mod workers;

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use anyhow::Result;

pub use arguments::{Arguments, AuditArguments, Color, Command, Lang, ReportFormat, RulesCommand, RulesFormat};
pub use exit::ExitStatus;
pub use failure::{describe, shown_usage};
pub use temporary::discard_temporary_files;

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
    /// Ends the program at once as interrupted, after a note, for a run that does not come to its end by itself.
    pub give_up: fn(&str) -> !,
    /// Returns the file that standard output was sent to, without links, where it is one.
    pub screen_file: fn() -> Option<PathBuf>,
}

/// Does what the arguments ask for.
///
/// # Errors
/// Nothing could be judged; the error says at which [`ErrorStage`](crate::error::ErrorStage) it broke.
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

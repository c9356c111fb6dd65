//! The command line: what was asked for, and which modules answer it.
//!
//! Takes parsed arguments, the environment and two writers; gives an [`ExitStatus`]. Streams and the exit itself
//! belong to `main.rs`.

mod arguments;
mod audit;
mod exit;
mod output;
mod rules;

use std::io::Write;

use anyhow::Result;

pub use arguments::{Arguments, AuditArguments, Color, Command, Format, Lang, RulesCommand};
pub use exit::ExitStatus;

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
}

/// Does what the arguments ask for.
///
/// # Errors
/// Nothing could be judged; the error says at which [`Stage`](crate::error::Stage) it broke.
pub fn run(
    arguments: &Arguments,
    environment: Environment,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<ExitStatus> {
    match &arguments.command {
        Command::Audit(audit) => audit::run(audit, environment, out, notes),
        Command::Rules { command } => rules::run(command, environment, out),
    }
}

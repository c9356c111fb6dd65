//! Where an audit broke: context on an error that picks the headline. Every such error is exit status 2.
//!
//! An error is one line, whatever it repeats of a file or of the command; several mistakes have a type of their own.

use std::fmt;

/// What could not be done; attached to an `anyhow` error as context and found again at the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The command line asks for something that does not exist.
    Usage,
    /// The bundle, or the path to it, could not be read.
    Load,
    /// The rule pack or the order is not usable.
    Pack,
    /// The file with the decisions of the inspector is not usable.
    Decisions,
    /// The report could not be written.
    Write,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Usage => "the command cannot be run as given",
            Self::Load => "the evidence cannot be read",
            Self::Pack => "the rule pack cannot be used",
            Self::Decisions => "the decisions cannot be used",
            Self::Write => "the report cannot be written",
        })
    }
}

/// Several mistakes in the scripts of a pack, each of which is told on a line of its own.
#[derive(Debug)]
pub struct Mistakes(pub Vec<String>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Mistakes {}

//! Writes assessments: for a person at a terminal, and for programs.
//!
//! Takes plain data and a writer; the formats know nothing of each other.

mod json;
mod layout;
mod text;
mod text_findings;
mod text_lists;
mod text_rules;
mod words;

pub use json::write as write_json;
pub use text::{TextOptions, write as write_text};
pub use text_rules::{RulePage, write_rule, write_rules};

use crate::assess::{Assessment, Request, Verdict};
use crate::pack::{Order, Pack, Parameters};

/// Everything that a report says.
#[derive(Debug)]
pub struct Report<'r> {
    /// The pack that was used.
    pub pack: &'r Pack,
    /// The order that bundles were measured against.
    pub order: &'r Order,
    /// The parameters in force.
    pub parameters: &'r Parameters,
    /// What was asked for.
    pub request: &'r Request,
    /// One assessment for each bundle.
    pub assessments: &'r [Assessment],
}

/// How many bundles have each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// All bundles.
    pub bundles: usize,
    /// Those that pass.
    pub pass: usize,
    /// Those that fail.
    pub fail: usize,
    /// Those that an inspector has to decide.
    pub undetermined: usize,
    /// Those that could not be read or judged.
    pub error: usize,
}

impl Summary {
    /// Counts verdicts.
    pub fn of<'a>(assessments: impl IntoIterator<Item = &'a Assessment>) -> Self {
        let mut summary = Self::default();
        for assessment in assessments {
            summary.bundles += 1;
            match assessment.verdict {
                Verdict::Pass => summary.pass += 1,
                Verdict::Fail => summary.fail += 1,
                Verdict::Undetermined => summary.undetermined += 1,
                Verdict::Error => summary.error += 1,
            }
        }
        summary
    }
}

//! Writes assessments: for a person at a terminal, and for programs.
//!
//! Takes plain data and a writer; the formats know nothing of each other.

mod basis;
mod json;
mod json_decisions;
mod json_escape;
mod json_findings;
mod json_order;
mod layout;
mod template;
mod template_words;
mod text;
mod text_controls;
mod text_decisions;
mod text_duties;
mod text_entries;
mod text_findings;
mod text_identity;
mod text_lists;
mod text_rules;
mod words;

pub use json::{JsonWriter, NdjsonWriter};
pub(crate) use json_escape::to_writer_pretty;
pub use template::TemplateWriter;
pub use text::{TextOptions, TextWriter};
pub use text_rules::{RulePage, write_rule, write_rules};

use std::io::{self, Write};

use crate::assess::{Assessment, Idle, Request, Verdict};
use crate::load::{Entry, EntryState};
use crate::pack::{Order, Pack, Parameters};

/// What a report says about itself, whatever bundles it is about.
#[derive(Clone, Copy, Debug)]
pub struct Run<'r> {
    /// The pack that was used.
    pub pack: &'r Pack,
    /// The orders that bundles can be measured against: those that were given, and that of the pack.
    pub orders: &'r [&'r Order],
    /// The parameters in force.
    pub parameters: &'r Parameters,
    /// What was asked for.
    pub request: &'r Request,
    /// Whether exactly one bundle is judged.
    pub is_single: bool,
}

/// A format of reports. Each bundle is a page of its own, so that a report of any length needs no memory and pages can
/// be written side by side; whoever puts them together writes what stands before each.
pub trait ReportWriter: Sync {
    /// Writes what comes before the first page.
    ///
    /// # Errors
    /// The writer fails.
    fn begin(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()>;

    /// Writes an entry of what was named that is no bundle, where it was found; what a format writes at its end, it
    /// finds in the summary.
    ///
    /// # Errors
    /// The writer fails.
    fn entry(&self, run: &Run<'_>, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        let _ = (run, entry, out);
        Ok(())
    }

    /// Writes the page of one bundle; it may be empty.
    ///
    /// # Errors
    /// The writer fails.
    fn page(&self, run: &Run<'_>, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()>;

    /// Returns what stands before a page that is not empty.
    fn before_page(&self, is_first: bool) -> &'static str {
        let _ = is_first;
        ""
    }

    /// Writes what comes after the last page.
    ///
    /// # Errors
    /// The writer fails.
    fn end(&self, run: &Run<'_>, summary: &Summary, has_pages: bool, out: &mut dyn Write) -> io::Result<()>;
}

/// How many bundles have each verdict, what became of every entry, and what concerns no bundle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// All bundles that were judged.
    pub bundles: usize,
    /// Those that pass.
    pub pass: usize,
    /// Those that fail.
    pub fail: usize,
    /// Those that an inspector has to decide.
    pub undetermined: usize,
    /// Those that could not be read or judged.
    pub error: usize,
    /// How many bundles have each verdict on standing duties by law.
    pub duties: DutiesSummary,
    /// Every entry of what was named, in the order of the input.
    pub entries: Vec<Entry>,
    /// Decisions that are about no bundle of the run.
    pub idle: Vec<Idle>,
    /// Whether the run was cut short, so that bundles are not in the report.
    pub interrupted: bool,
    /// How many bundles are not in the report of an interrupted run, where that is known.
    pub left: Option<usize>,
}

/// How many bundles have each verdict on standing duties by law; a bundle on which none was due has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DutiesSummary {
    /// Those that pass.
    pub pass: usize,
    /// Those that fail.
    pub fail: usize,
    /// Those that an inspector has to decide.
    pub undetermined: usize,
    /// Those on which a rule could not be run.
    pub error: usize,
}

impl Summary {
    /// Counts the verdicts on one more bundle.
    pub fn add(&mut self, verdict: Verdict, duties: Option<Verdict>) {
        self.bundles += 1;
        match verdict {
            Verdict::Pass => self.pass += 1,
            Verdict::Fail => self.fail += 1,
            Verdict::Undetermined => self.undetermined += 1,
            Verdict::Error => self.error += 1,
        }
        match duties {
            Some(Verdict::Pass) => self.duties.pass += 1,
            Some(Verdict::Fail) => self.duties.fail += 1,
            Some(Verdict::Undetermined) => self.duties.undetermined += 1,
            Some(Verdict::Error) => self.duties.error += 1,
            None => {}
        }
    }

    /// Returns how many entries have a state.
    pub fn count(&self, state: EntryState) -> usize {
        self.entries.iter().filter(|entry| entry.state == state).count()
    }
}

//! What a rule found on a bundle, and how a rule that went wrong is described.

use std::collections::BTreeMap;

use rhai::EvalAltResult;

use super::comparison;
use super::handle::ABSENT_TYPE;
use super::recorder::{Absence, Note, NoteKind, Record, ScriptPosition};
use crate::evidence::Shown;

/// Characters of an error text from a script that are kept.
const ERROR_CHARS: usize = 300;

/// What one rule found on one bundle.
#[derive(Debug)]
pub struct Outcome {
    /// The path of the rule's script inside the pack.
    pub path: String,
    /// Demands that were evaluated.
    pub demands: u64,
    /// Findings in the order they were made, then absent paths that were read.
    pub notes: Vec<Note>,
    /// Findings beyond those that are kept, by kind.
    pub dropped: BTreeMap<NoteKind, u64>,
    /// What the script printed.
    pub printed: String,
    /// Why the rule could not be run to its end.
    pub error: Option<ScriptError>,
    /// What it took to run the rule.
    pub effort: Effort,
}

/// What it took to run a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Steps of the direct evaluator.
    Direct(u64),
    /// Operations of the interpreter.
    Interpreted(u64),
}

/// A mistake of a rule, or a limit that it hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// What went wrong.
    pub message: String,
    /// The script, as a path inside the pack.
    pub path: String,
    /// Where in the script.
    pub position: Option<ScriptPosition>,
}

impl Outcome {
    /// Returns what the record of a rule says.
    pub(super) fn of(path: &str, record: Record, error: Option<ScriptError>, effort: Effort) -> Self {
        let absent: Vec<Note> = record.absences().map(Absence::note).collect();
        let mut notes = record.notes;
        notes.extend(untold(&notes, absent));
        let Record { demands, dropped, printed, .. } = record;
        Self { path: path.to_owned(), demands, notes, dropped, printed, error, effort }
    }
}

/// Returns the absent paths, each once, of which nothing else says more.
fn untold(notes: &[Note], absent: Vec<Note>) -> Vec<Note> {
    let mut by_place: Vec<&Note> = notes.iter().chain(&absent).collect();
    by_place.sort_by_key(|note| (note.kind, note.place));
    let is_untold = |note: &Note| {
        let key = (note.kind, note.place);
        let others = by_place.iter().skip(by_place.partition_point(|other| (other.kind, other.place) < key));
        let others = others.take_while(|other| (other.kind, other.place) == key);
        // Of notes that are equal the first one tells it.
        let is_first = others.clone().find(|other| **other == note).is_some_and(|first| std::ptr::eq(*first, note));
        is_first && !others.clone().any(|other| tells_more(other, note))
    };
    let untold: Vec<bool> = absent.iter().map(is_untold).collect();
    absent.into_iter().zip(untold).filter_map(|(note, is_untold)| is_untold.then_some(note)).collect()
}

/// Tells whether a finding says all that an absent path says: it is about the same path, or about one below it.
fn tells_more(finding: &Note, absent: &Note) -> bool {
    let is_same = finding.kind == absent.kind && finding.place == absent.place;
    let deeper = finding.tail.strip_prefix(&absent.tail);
    let is_demand = finding.script.is_some();
    is_same && deeper.is_some_and(|rest| if rest.is_empty() { is_demand } else { rest.starts_with('/') })
}

/// Tells whether a rule ended because it used an absent value as a condition or in a function that does not know
/// absent values: the absence is its finding.
pub(super) fn is_about_absence(error: &EvalAltResult) -> bool {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => is_about_absence(inner),
        EvalAltResult::ErrorMismatchDataType(_, actual, _) => actual.contains("Missing") || actual == ABSENT_TYPE,
        EvalAltResult::ErrorFunctionNotFound(signature, _) => signature.contains(ABSENT_TYPE),
        _ => false,
    }
}

/// Returns the innermost message of an error and where it happened.
pub(super) fn describe(error: &EvalAltResult) -> (String, Option<ScriptPosition>) {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) | EvalAltResult::ErrorInModule(_, inner, _) => {
            describe(inner)
        }
        EvalAltResult::ErrorTerminated(reason, position) => {
            (format!("the rule used {reason}"), ScriptPosition::of(*position))
        }
        EvalAltResult::ErrorRuntime(thrown, position) => {
            let thrown = if thrown.is_string() { thrown.to_string() } else { comparison::type_name(thrown).to_owned() };
            (shorten(&thrown), ScriptPosition::of(*position))
        }
        EvalAltResult::ErrorDataRace(_, position) => {
            let message = "a closure uses the variable whose function it is given to; put the list into a variable \
                           of its own first";
            (message.to_owned(), ScriptPosition::of(*position))
        }
        error => {
            let mut bare = error.to_string();
            if let Some(at) = bare.rfind(" (line ") {
                bare.truncate(at);
            }
            (shorten(&bare), ScriptPosition::of(error.position()))
        }
    }
}

pub(super) fn shorten(text: &str) -> String {
    Shown::cut(text, ERROR_CHARS).into_text().into_owned()
}

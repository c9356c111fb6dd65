//! What a rule found on a bundle, and how a rule that went wrong is described.

use std::collections::BTreeMap;

use super::note::{Note, NoteKind, ScriptPosition};

/// What one rule found on one bundle.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The path of the rule's script inside the pack.
    pub path: String,
    /// Demands that were evaluated for certain.
    pub demands: u64,
    /// Findings in the order in which the rule made them, then absences that demands depend on.
    pub notes: Vec<Note>,
    /// Findings beyond those that are kept, by kind.
    pub dropped: BTreeMap<NoteKind, u64>,
    /// What the script printed.
    pub printed: String,
    /// Why the rule could not be run to its end.
    pub error: Option<ScriptError>,
    /// Steps that the rule took.
    pub steps: u64,
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

/// Returns the absences of which nothing else says more, each once.
pub(super) fn unreported(notes: &[Note], absent: Vec<Note>) -> Vec<Note> {
    let mut by_place: Vec<&Note> = notes.iter().chain(&absent).collect();
    by_place.sort_by_key(|note| (note.kind, note.place));
    let is_unreported = |note: &Note| {
        let key = (note.kind, note.place);
        let others = by_place.iter().skip(by_place.partition_point(|other| (other.kind, other.place) < key));
        let mut others = others.take_while(|other| (other.kind, other.place) == key);
        !others.any(|other| tells_more(other, note))
    };
    let unreported: Vec<bool> = absent.iter().map(is_unreported).collect();
    absent.into_iter().zip(unreported).filter_map(|(note, is_unreported)| is_unreported.then_some(note)).collect()
}

/// Tells whether a finding says all that an absence says: it is about the same path, or about one below it.
fn tells_more(finding: &Note, absent: &Note) -> bool {
    let is_same = finding.kind == absent.kind && finding.place == absent.place;
    let deeper = finding.tail.strip_prefix(&absent.tail);
    let is_demand = finding.script.is_some();
    is_same && deeper.is_some_and(|rest| if rest.is_empty() { is_demand } else { rest.starts_with('/') })
}

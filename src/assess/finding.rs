//! Why a criterion is not satisfied: what, where, what was expected, and what to hand in.

use std::sync::Arc;

use serde::Serialize;

use super::decision::Decision;
use crate::evidence::{Excerpt, Location};
use crate::language::Text;

/// What a finding says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingKind {
    /// The rule itself is broken or hit a limit.
    Error,
    /// Evidence contradicts the criterion.
    Deviation,
    /// A value is not what the schema expects.
    Unusable,
    /// Required evidence is absent: a missing item.
    Missing,
    /// An inspector has to decide.
    Undetermined,
    /// The order found it, and the submission answers for it.
    Established,
}

/// One reason why a rule did not pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it says.
    pub kind: FindingKind,
    /// The JSON Pointer of the evidence, or of the place where it belongs; empty for an error.
    pub path: String,
    /// Whether the path is in the order and not in the bundle.
    pub is_in_order: bool,
    /// Where the evidence is written; for what is absent, its nearest existing parent; nothing for an error.
    pub location: Option<Location>,
    /// The line at the location.
    pub excerpt: Option<Excerpt>,
    /// What was found, as one sentence.
    pub message: Text,
    /// What is required.
    pub expected: Text,
    /// What stands there.
    pub found: Option<Text>,
    /// What comes nearest to what is absent.
    pub nearest: Option<Nearest>,
    /// Other evidence that the value which is cited comes from, or that the message speaks of.
    pub related: Vec<Related>,
    /// Where to hand in what is absent.
    pub supply: Option<Supply>,
    /// What to hand in or do.
    pub remedy: Text,
    /// Whether it is the inspector who has to do it.
    pub is_for_inspector: bool,
    /// The demand in the rule.
    pub script: Option<ScriptPlace>,
    /// What an inspector decided about it.
    pub decisions: Vec<Arc<Decision>>,
}

/// Evidence that comes nearest to what is absent.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    /// Its JSON Pointer.
    pub path: String,
    /// Where it is written.
    pub location: Location,
    /// What it is.
    pub text: Text,
}

/// Other evidence that a message speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct Related {
    /// Its JSON Pointer.
    pub path: String,
    /// Where it is written.
    pub location: Location,
    /// The line at the location, without indentation.
    pub line: String,
}

/// Where to hand in something that is absent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Supply {
    /// The file that it belongs in.
    pub file: String,
    /// Whether the file does not exist yet.
    pub is_new: bool,
    /// A line as it could be written.
    pub example: Option<Text>,
}

/// A place in a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptPlace {
    /// The path of the script in the pack.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

//! What a rule found, and where.

use super::ir::Span;
use crate::evidence::NodeId;
use crate::language::Text;
use crate::pack::ShapeId;

/// Which of the two trees a place is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The evidence of the operator.
    Bundle,
    /// The order of the authority.
    Order,
}

/// A node of one of the two trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The tree.
    pub subject: Subject,
    /// The node.
    pub node: NodeId,
}

/// What a note says about the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// It contradicts the criterion.
    Deviation,
    /// It is not what the schema expects.
    Unusable,
    /// It is absent.
    Missing,
    /// It cannot decide, or the order does not say.
    Undetermined,
    /// It contradicts the criterion as the order found, and the remedy is there.
    Established,
}

/// One thing a rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// What it says.
    pub kind: NoteKind,
    /// The evidence, or where something is absent the deepest node that exists.
    pub place: Place,
    /// Other evidence that the value which is cited comes from.
    pub related: Vec<Place>,
    /// The path from there to what is absent, as the rest of a JSON Pointer; empty for what exists.
    pub tail: String,
    /// The shape that the schema gives what is absent or unusable.
    pub shape: Option<ShapeId>,
    /// The key of the message in the rule's `says`.
    pub key: Option<String>,
    /// Values for the message.
    pub arguments: Vec<Argument>,
    /// Where in the rule the demand stands; nothing for an absence that a condition depends on.
    pub script: Option<ScriptPosition>,
    /// What is absent as well and decides whether this is needed.
    pub depends_on: Option<Box<Absent>>,
    /// Deviations that are held back until it is known what is absent here.
    pub stakes: Vec<Self>,
}

/// A path at which nothing usable stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Absent {
    /// The deepest node that exists, or the value that says nothing or is unusable.
    pub place: Place,
    /// The rest of the path, as the rest of a JSON Pointer.
    pub tail: String,
    /// The shape that the schema gives it.
    pub shape: Option<ShapeId>,
}

/// A value for a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The name that stands in braces.
    pub name: String,
    /// The value in words.
    pub text: Text,
    /// Where the evidence is written that the value comes from.
    pub places: Vec<Place>,
}

/// A line and column in a script, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScriptPosition {
    /// The line.
    pub line: usize,
    /// The column in characters.
    pub column: usize,
}

impl From<Span> for ScriptPosition {
    fn from(span: Span) -> Self {
        Self { line: span.line as usize, column: span.column as usize }
    }
}

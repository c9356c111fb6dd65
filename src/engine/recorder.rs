//! What a rule found while it ran: demands, findings, and paths it read that are absent.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use rhai::{ImmutableString, Position};
use serde::{Deserialize, Serialize};

use super::program::Case;
use crate::evidence::{NodeId, Zone};
use crate::language::Text;
use crate::pack::{Holidays, Pack, Parameters, Schema, ShapeId};

/// Findings and absent paths that one rule keeps on one bundle; more are counted, not kept.
const KEPT: usize = 1_000;
/// Bytes that `print` and `debug` of one rule may write on one bundle.
const PRINTED_BYTES: usize = 4 << 10;

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
}

/// One thing a rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// What it says.
    pub kind: NoteKind,
    /// The evidence, or where something is absent the deepest node that exists.
    pub place: Place,
    /// The path from there to what is absent, as the rest of a JSON Pointer; empty for what exists.
    pub tail: String,
    /// The shape that the schema gives what is absent or unusable.
    pub shape: Option<ShapeId>,
    /// The key of the message in the rule's `says`.
    pub key: Option<String>,
    /// Values for the message.
    pub arguments: Vec<Argument>,
    /// Where in the rule the demand stands; nothing for a path that was read and is absent.
    pub script: Option<ScriptPosition>,
}

/// A value for a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The name that stands in braces.
    pub name: String,
    /// The value in words.
    pub text: Text,
    /// Where the value is written, if it is evidence.
    pub place: Option<Place>,
}

/// A line and column in a script, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ScriptPosition {
    /// The line.
    pub line: usize,
    /// The column in characters.
    pub column: usize,
}

impl ScriptPosition {
    pub(super) fn of(position: Position) -> Option<Self> {
        Some(Self { line: position.line()?, column: position.position()? })
    }
}

/// A path that was read and is absent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Absence {
    /// The deepest node that exists, or the value that says nothing or is unusable.
    pub(super) place: Place,
    /// The rest of the path as a JSON Pointer.
    pub(super) tail: ImmutableString,
    pub(super) shape: Option<ShapeId>,
    pub(super) is_unusable: bool,
}

impl Absence {
    /// Returns what kind of finding the absence is, where a rule relies on it.
    pub(super) fn kind(&self) -> NoteKind {
        match self.place.subject {
            // The operator cannot supply what the authority did not say.
            Subject::Order => NoteKind::Undetermined,
            Subject::Bundle if self.is_unusable => NoteKind::Unusable,
            Subject::Bundle => NoteKind::Missing,
        }
    }

    /// Returns the finding that something the rule relies on is absent.
    pub(super) fn note(&self) -> Note {
        Note {
            kind: self.kind(),
            place: self.place,
            tail: self.tail.to_string(),
            shape: self.shape,
            key: None,
            arguments: Vec::new(),
            script: None,
        }
    }
}

/// What stays the same for all rules of a program, and the record of the rule that runs.
pub(super) struct Recorder {
    pub(super) schema: Arc<Schema>,
    pub(super) parameters: Parameters,
    pub(super) zone: Zone,
    pub(super) holidays: Arc<Holidays>,
    case: RefCell<Option<Rc<Case>>>,
    record: RefCell<Record>,
    /// The evidence touched last: where a computed value has lost its own place.
    last: Cell<Option<Place>>,
    /// How often evidence was touched.
    touches: Cell<u64>,
}

/// A state of the record, to tell what a part of a rule changes in it.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    demands: u64,
    notes: usize,
    absent: u64,
    reads: u32,
    touches: u64,
    last: Option<Place>,
}

/// What a part of a rule left behind that found nothing and demanded nothing.
#[derive(Clone, Copy)]
pub(super) struct Traces {
    /// Absent paths that it read and took back.
    reads: u32,
    /// The evidence that it touched last.
    last: Option<Place>,
}

/// The record of one run of one rule.
#[derive(Default)]
pub(super) struct Record {
    /// Demands that were evaluated.
    pub(super) demands: u64,
    pub(super) notes: Vec<Note>,
    /// Absent paths that were read and are not optional, in the order of the reads.
    absent: Vec<AbsentRead>,
    reads: u32,
    /// Notes and absent paths that were not kept, by kind.
    pub(super) dropped: BTreeMap<NoteKind, u64>,
    pub(super) printed: String,
    /// A mistake of the rule that could not be thrown where it happened.
    pub(super) fault: Option<String>,
}

/// A read of an absent path that was not taken back.
struct AbsentRead {
    number: u32,
    /// A comparison or a loop relied on it; nothing takes it back.
    is_relied_on: bool,
    absence: Absence,
}

impl Record {
    /// Returns the absent paths that the rule relies on, in the order of the reads.
    pub(super) fn absences(&self) -> impl Iterator<Item = &Absence> {
        self.absent.iter().map(|read| &read.absence)
    }

    fn absent_count(&self) -> u64 {
        let kept = self.absent.len() as u64;
        if self.dropped.is_empty() { kept } else { kept + self.dropped.values().sum::<u64>() }
    }

    /// Finds a read that was kept; it is mostly one of the last.
    fn position(&self, number: u32) -> Option<usize> {
        match self.absent.last() {
            Some(last) if last.number == number => Some(self.absent.len() - 1),
            _ => self.absent.binary_search_by_key(&number, |read| read.number).ok(),
        }
    }
}

impl Recorder {
    pub(super) fn new(pack: &Pack, parameters: Parameters) -> Self {
        Self {
            schema: pack.schema.clone(),
            parameters,
            zone: pack.zone.clone(),
            holidays: pack.holidays.clone(),
            case: RefCell::new(None),
            record: RefCell::new(Record::default()),
            last: Cell::new(None),
            touches: Cell::new(0),
        }
    }

    /// Sets the bundle that rules run on.
    pub(super) fn set_case(&self, case: Option<Rc<Case>>) {
        self.case.replace(case);
    }

    pub(super) fn case(&self) -> Option<Rc<Case>> {
        self.case.borrow().clone()
    }

    /// Begins the record of a rule, and gives the record of the one before.
    pub(super) fn restart(&self) -> Record {
        self.last.set(None);
        self.record.take()
    }

    pub(super) fn touch(&self, place: Place) {
        self.last.set(Some(place));
        self.touches.set(self.touches.get() + 1);
    }

    pub(super) fn last_touched(&self) -> Option<Place> {
        self.last.get()
    }

    /// Returns the present state of the record.
    pub(super) fn mark(&self) -> Mark {
        let touches = self.touches.get();
        let record = self.record.borrow();
        Mark {
            demands: record.demands,
            notes: record.notes.len(),
            absent: record.absent_count(),
            reads: record.reads,
            touches,
            last: self.last.get(),
        }
    }

    /// Returns what was left behind since a mark; nothing where the record says more than before, or where it cannot be
    /// told what the part of the rule touched by itself.
    pub(super) fn traces(&self, since: Mark) -> Option<Traces> {
        let now = self.mark();
        let is_as_before = (now.demands, now.notes, now.absent) == (since.demands, since.notes, since.absent);
        let last = if now.touches > since.touches { now.last } else { None };
        // A function may touch once more what was touched before it, and that may be another place the next time.
        let is_its_own = last.is_none() || last != since.last;
        (is_as_before && is_its_own).then_some(Traces { reads: now.reads - since.reads, last })
    }

    /// Leaves the traces once more; tells whether that is the same as doing the part of the rule once more.
    pub(super) fn leave(&self, traces: Traces) -> bool {
        if traces.reads > 0 && self.record.borrow().absent.len() + traces.reads as usize > KEPT {
            // Some of the reads would be counted instead of kept.
            return false;
        }
        self.record.borrow_mut().reads += traces.reads;
        if let Some(place) = traces.last {
            self.touch(place);
        }
        true
    }

    pub(super) fn count_demands(&self, more: u64) {
        self.record.borrow_mut().demands += more;
    }

    /// Records that an absent path was read; returns the number of the read.
    pub(super) fn read_absent(&self, absence: &Absence) -> u32 {
        let mut record = self.record.borrow_mut();
        record.reads += 1;
        let number = record.reads;
        if record.absent.len() < KEPT {
            record.absent.push(AbsentRead { number, is_relied_on: false, absence: absence.clone() });
        } else {
            *record.dropped.entry(absence.kind()).or_default() += 1;
        }
        number
    }

    /// Reads absent paths at a place and takes them back at once; tells whether that leaves nothing but the reads.
    pub(super) fn pass_absent(&self, place: Place, reads: u32) -> bool {
        let mut record = self.record.borrow_mut();
        if record.absent.len() >= KEPT {
            // They would be counted instead of kept.
            return false;
        }
        record.reads += reads;
        if reads > 0 {
            self.touch(place);
        }
        true
    }

    /// Takes a read back: it was optional, or is reported with words of its own, or goes deeper.
    ///
    /// A read that something relied on stays: `let t = x.at; if t < y { … } has(t)` must not excuse the comparison.
    pub(super) fn settle(&self, read: u32) {
        let mut record = self.record.borrow_mut();
        if let Some(at) = record.position(read)
            && record.absent.get(at).is_some_and(|read| !read.is_relied_on)
        {
            record.absent.remove(at);
        }
    }

    /// Takes an optional read back; an unusable value is never optional: it stays a finding.
    pub(super) fn settle_optional(&self, absence: &Absence, read: u32) {
        if !absence.is_unusable {
            self.settle(read);
        }
    }

    /// Marks a read that a comparison or a loop relies on.
    pub(super) fn rely(&self, read: u32) {
        let mut record = self.record.borrow_mut();
        if let Some(read) = record.position(read).and_then(|at| record.absent.get_mut(at)) {
            read.is_relied_on = true;
        }
    }

    /// Returns how many absent paths the rule relies on so far.
    pub(super) fn absent_count(&self) -> u64 {
        self.record.borrow().absent_count()
    }

    pub(super) fn note(&self, note: Note) {
        let mut record = self.record.borrow_mut();
        if record.notes.len() < KEPT {
            record.notes.push(note);
        } else {
            *record.dropped.entry(note.kind).or_default() += 1;
        }
    }

    pub(super) fn fault(&self, message: String) {
        self.record.borrow_mut().fault.get_or_insert(message);
    }

    pub(super) fn print(&self, text: &str) {
        let printed = &mut self.record.borrow_mut().printed;
        let room = PRINTED_BYTES.saturating_sub(printed.len() + 1);
        let cut = text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= room).last();
        printed.push_str(text.get(..cut.unwrap_or(0)).unwrap_or_default());
        if room > 0 {
            printed.push('\n');
        }
    }
}

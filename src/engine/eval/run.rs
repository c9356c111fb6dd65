//! Runs rules on one bundle, one after the other.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use bumpalo::Bump;

use super::absences::{Absences, SetId};
use super::heap::Heap;
use super::index::Indexes;
use super::memo::Memo;
use super::value::Value;
use crate::engine::ir::{FileId, FunctionId, Module, Slot, Span};
use crate::engine::note::{Note, NoteKind, Place, Subject};
use crate::engine::program::Case;
use crate::evidence::{NodeId, NodeRef, Zone};
use crate::pack::{Holidays, Parameters, Schema, ShapeId, Tree};

/// Findings that one rule keeps on one bundle; more are counted, not kept.
pub(super) const KEPT: usize = 1_000;
/// Deviations that are named beside what holds them back.
const STAKES: usize = 3;
/// Steps that a rule may make on any bundle, and for each node of the bundle.
const STEPS: u64 = 400_000;
const STEPS_PER_NODE: u64 = 400;
/// Bytes that a rule may make of texts and lists on any bundle, and for each node.
const BYTES: u64 = 16 << 20;
const BYTES_PER_NODE: u64 = 256;
/// Bytes that a run may hold of all that rules make, for any bundle and for each node.
const HELD: usize = 64 << 20;
const HELD_PER_NODE: usize = 1 << 10;
/// Steps from one look at what the run holds to the next.
const STEPS_TO_LOOK: u64 = 1 << 12;

/// Why a rule could not be run to its end.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Stop {
    pub(in crate::engine) message: String,
    pub(in crate::engine) file: FileId,
    pub(in crate::engine) at: Span,
    /// The rule passed a limit.
    pub(in crate::engine) is_limit: bool,
}

/// A value, or why the rule ends.
pub(super) type Eval<T = Value> = Result<T, Box<Stop>>;

/// What stays the same for all rules on a bundle.
#[derive(Clone, Copy)]
pub(in crate::engine) struct EvalContext<'r> {
    pub(in crate::engine) module: &'r Module,
    pub(in crate::engine) schema: &'r Schema,
    pub(in crate::engine) parameters: &'r Parameters,
    pub(in crate::engine) zone: &'r Zone,
    pub(in crate::engine) holidays: &'r Holidays,
    pub(in crate::engine) case: &'r Case,
}

/// What a rule found so far.
#[derive(Default)]
pub(super) struct Record {
    /// Demands that were evaluated.
    pub(super) demands: u64,
    /// Findings of demands, in their order.
    pub(super) notes: Vec<Note>,
    /// Findings that were not kept, by kind.
    pub(super) dropped: BTreeMap<NoteKind, u64>,
    /// Absences that demands or conditions depend on, in the order in which they came up.
    pub(super) depends: Vec<SetId>,
    /// Absences that matter only where something else that is absent calls for them.
    pub(super) depends_under: Vec<(SetId, SetId)>,
    /// Deviations that are held back by what is absent.
    pub(super) stakes: Vec<(SetId, Note)>,
    /// Absences of the conditions under which demands hold.
    pub(super) satisfied_under: SetId,
    pub(super) printed: String,
}

impl Record {
    /// Returns about how many bytes the absences take that demands depend on.
    fn bytes(&self) -> usize {
        self.depends.len() * size_of::<SetId>() + self.depends_under.len() * size_of::<(SetId, SetId)>()
    }
}

/// What was known of a field the last time that it was read: mostly records of one kind are read.
#[derive(Clone, Copy)]
pub(super) struct FieldCache {
    pub(super) mapping: ShapeId,
    /// Its position among those of the object.
    pub(super) at: u16,
    pub(super) shape: ShapeId,
}

/// A run of rules on one bundle.
pub(in crate::engine) struct Evaluator<'r> {
    pub(super) context: EvalContext<'r>,
    /// Holds computed texts and selections.
    pub(super) arena: &'r Bump,
    pub(super) heap: Heap<'r>,
    pub(super) absences: Absences<'r>,
    pub(super) memo: Memo,
    pub(super) indexes: Indexes<'r>,
    pub(super) fields: Vec<Option<FieldCache>>,
    /// Regular expressions that stand in scripts, and those that were computed.
    pub(super) patterns: BTreeMap<String, Option<regex::Regex>>,
    pub(super) computed_patterns: BTreeMap<String, Option<regex::Regex>>,
    pub(super) record: Record,
    /// Variables of all calls; those of the present call begin at `base`.
    pub(super) variables: Vec<Value>,
    pub(super) base: usize,
    /// Slots of the present call.
    pub(super) slots: usize,
    /// The functions that are running.
    pub(super) running: Vec<FunctionId>,
    /// Functions that have called each other.
    pub(super) level: usize,
    /// The absences of the conditions of which it is not known whether they hold; 0 where all are known.
    pub(super) guard: SetId,
    pub(super) cost: Cost,
    allowed: Cost,
    /// Bytes that all of it may take, and those of the arena that are not in use any more.
    room: usize,
    idle: usize,
    /// Steps at which to look at what the run holds.
    next_look: u64,
    is_crowded: bool,
    /// Where the rule is.
    pub(super) file: FileId,
    pub(super) at: Span,
    /// What was used in each line, where it is asked where most of it went.
    pub(super) profile: Option<BTreeMap<(FileId, u32), Cost>>,
    pub(super) profiled: Cost,
}

/// What a rule has used.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cost {
    pub(super) steps: u64,
    pub(super) bytes: u64,
}

impl Cost {
    pub(super) fn since(self, earlier: Self) -> Self {
        Self { steps: self.steps - earlier.steps, bytes: self.bytes - earlier.bytes }
    }
}

impl<'r> Evaluator<'r> {
    pub(in crate::engine) fn new(context: EvalContext<'r>, arena: &'r Bump) -> Self {
        let module = context.module;
        let nodes = context.case.bundle.document.node_count() as u64;
        Self {
            context,
            arena,
            heap: Heap::new(module.texts.iter().map(|text| &**text)),
            absences: Absences::default(),
            memo: Memo::default(),
            indexes: Indexes::default(),
            fields: vec![None; module.fields as usize],
            patterns: BTreeMap::new(),
            computed_patterns: BTreeMap::new(),
            record: Record::default(),
            variables: Vec::new(),
            base: 0,
            slots: 0,
            running: Vec::new(),
            level: 0,
            guard: 0,
            cost: Cost::default(),
            allowed: Cost { steps: STEPS + STEPS_PER_NODE * nodes, bytes: BYTES + BYTES_PER_NODE * nodes },
            room: HELD + HELD_PER_NODE * nodes as usize,
            idle: 0,
            next_look: STEPS_TO_LOOK,
            is_crowded: false,
            file: 0,
            at: Span::default(),
            profile: None,
            profiled: Cost::default(),
        }
    }

    /// Runs the `check` of a rule from a fresh state; says why, where it did not come to its end.
    pub(in crate::engine) fn rule(&mut self, check: FunctionId) -> Option<Stop> {
        let is_alone = self.kept_bytes() == 0;
        let stop = self.attempt(check);
        self.is_crowded = !is_alone && self.is_full();
        let stop = stop?;
        if !stop.is_limit || self.is_crowded {
            return Some(stop);
        }
        let is_by_steps = self.cost.steps > self.allowed.steps;
        // Once more, to tell where the steps or bytes went.
        self.forget();
        self.profile = Some(BTreeMap::new());
        self.attempt(check);
        let lines = self.profile.take().unwrap_or_default();
        let used = |cost: Cost| if is_by_steps { cost.steps } else { cost.bytes };
        let most = lines.into_iter().max_by_key(|(line, cost)| (used(*cost), std::cmp::Reverse(*line)));
        match most {
            Some(((file, line), _)) => Some(Stop { file, at: Span { line, column: 1 }, ..stop }),
            None => Some(stop),
        }
    }

    fn attempt(&mut self, check: FunctionId) -> Option<Stop> {
        let root = |subject| Value::collection(Place { subject, node: NodeId::ROOT });
        self.record = Record::default();
        (self.guard, self.cost, self.profiled, self.level) = (0, Cost::default(), Cost::default(), 0);
        if let Some(function) = self.context.module.functions.get(check as usize) {
            (self.file, self.at) = (function.file, function.at);
        }
        self.next_look = STEPS_TO_LOOK;
        self.variables.clear();
        self.running.clear();
        self.variables.extend([root(Subject::Bundle), root(Subject::Order)]);
        self.call(check, 0).and_then(|_| self.look()).err().map(|stop| *stop)
    }

    /// Returns about how many bytes the run holds of all that rules made.
    fn kept_bytes(&self) -> usize {
        let texts = self.arena.allocated_bytes().saturating_sub(self.idle);
        texts + self.heap.bytes() + self.absences.bytes() + self.indexes.bytes() + self.record.bytes()
    }

    /// Tells whether the run holds as much as it may.
    pub(in crate::engine) fn is_full(&self) -> bool {
        self.kept_bytes() > self.room
    }

    /// Tells whether the last rule met with what others had made, so that there was too little room for it: it has to
    /// run again from a fresh state, because what others made must not matter.
    pub(in crate::engine) fn is_crowded(&self) -> bool {
        self.is_crowded
    }

    /// Ends the rule where the run holds too much.
    pub(super) fn look(&mut self) -> Eval<()> {
        self.next_look = self.cost.steps + STEPS_TO_LOOK;
        if self.is_full() {
            return Err(self.limit(format!("more than {} MiB of memory", self.room >> 20)));
        }
        Ok(())
    }

    fn forget(&mut self) {
        self.heap.clear();
        self.absences.clear();
        self.memo = Memo::default();
        self.indexes = Indexes::default();
        self.idle = self.arena.allocated_bytes();
    }

    /// Returns the steps of the last rule.
    pub(in crate::engine) fn steps(&self) -> u64 {
        self.cost.steps
    }

    /// Counts a step. What a rule does between two turns of loops and two calls is bounded by its length.
    #[inline(always)]
    pub(super) fn step(&mut self) {
        self.cost.steps += 1;
    }

    /// Counts steps, and ends the rule where they are too many.
    #[inline]
    pub(super) fn spend(&mut self, steps: u64) -> Eval<()> {
        let before = self.cost.steps;
        self.cost.steps = before.saturating_add(steps);
        if self.cost.steps > self.allowed.steps {
            // What was not done does not count.
            self.cost.steps = before.max(self.allowed.steps + 1);
        }
        if self.profile.is_some() {
            self.profile_line();
        }
        if self.cost.steps > self.allowed.steps {
            return Err(self.limit(format!("more than {} steps", self.allowed.steps)));
        }
        if self.cost.steps > self.next_look { self.look() } else { Ok(()) }
    }

    /// Ends the rule where it could not make so many bytes more; none are counted.
    pub(super) fn room_for(&self, bytes: usize) -> Eval<()> {
        if self.cost.bytes.saturating_add(bytes as u64) > self.allowed.bytes {
            return Err(self.limit(format!("more than {} MiB of texts and lists", self.allowed.bytes >> 20)));
        }
        Ok(())
    }

    /// Counts bytes that are made.
    pub(super) fn spend_bytes(&mut self, bytes: usize) -> Eval<()> {
        self.cost.steps += bytes as u64 / 64;
        let room = self.room_for(bytes);
        if room.is_ok() {
            self.cost.bytes += bytes as u64;
        }
        if self.profile.is_some() {
            self.profile_line();
        }
        room
    }

    #[cold]
    fn profile_line(&mut self) {
        let (file, line, used) = (self.file, self.at.line, self.cost.since(self.profiled));
        self.profiled = self.cost;
        if let Some(profile) = &mut self.profile {
            let cost = profile.entry((file, line)).or_default();
            cost.steps += used.steps;
            cost.bytes += used.bytes;
        }
    }

    fn limit(&self, used: String) -> Box<Stop> {
        let message = format!("the rule used {used}; most of them went into this line");
        Box::new(Stop { message, file: self.file, at: self.at, is_limit: true })
    }

    /// Returns a mistake of the rule that shows only where it runs.
    #[cold]
    pub(super) fn fault(&self, message: impl Into<String>) -> Box<Stop> {
        Box::new(Stop { message: message.into(), file: self.file, at: self.at, is_limit: false })
    }

    pub(super) fn set(&mut self, slot: Slot, value: Value) {
        if let Some(variable) = self.variables.get_mut(self.base + slot as usize) {
            *variable = value;
        }
    }

    #[inline]
    pub(super) fn variable(&self, slot: Slot) -> Value {
        self.variables.get(self.base + slot as usize).copied().unwrap_or(Value::UNIT)
    }

    pub(super) fn tree(&self, subject: Subject) -> &'r Arc<Tree> {
        match subject {
            Subject::Bundle => &self.context.case.bundle,
            Subject::Order => &self.context.case.order,
        }
    }

    #[inline]
    pub(super) fn node(&self, place: Place) -> NodeRef<'r> {
        self.tree(place.subject).document.node(place.node)
    }

    /// Returns what the rule that ran found: its findings, then what is absent and nothing else tells more of.
    pub(in crate::engine) fn outcome(&mut self) -> (u64, Vec<Note>, Vec<Note>, BTreeMap<NoteKind, u64>, String) {
        let mut record = std::mem::take(&mut self.record);
        if record.demands == 0 && record.depends.is_empty() && record.satisfied_under != 0 {
            // Nobody knows whether the criterion applies.
            record.depends.push(record.satisfied_under);
        }
        let mut absent: Vec<Note> = Vec::new();
        let mut reported = HashSet::new();
        let mut seen = HashSet::new();
        let absences = &self.absences;
        let certain = record.depends.iter().map(|set| (*set, 0));
        for (set, under) in certain.chain(record.depends_under.iter().copied()) {
            absences.each(set, &mut seen, &mut |absence| {
                let note = absences.note(absence);
                if !reported.insert((note.kind, note.place, note.tail.clone())) {
                    return;
                }
                if absent.len() < KEPT {
                    absent.push(Note { depends_on: absences.named(under).map(Box::new), ..note });
                } else {
                    *record.dropped.entry(note.kind).or_default() += 1;
                }
            });
        }
        for (guard, stake) in record.stakes {
            let Some(holder) = absences.named(guard) else { continue };
            let mut all = record.notes.iter_mut().chain(&mut absent);
            if let Some(note) = all.find(|note| note.place == holder.place && note.tail == holder.tail)
                && note.stakes.len() < STAKES
            {
                note.stakes.push(stake);
            }
        }
        (record.demands, record.notes, absent, record.dropped, record.printed)
    }
}

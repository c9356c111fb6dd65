//! Demands: what a rule says of the evidence, and when an absence becomes a finding.

use super::absences::SetId;
use super::run::{Eval, Evaluator, KEPT};
use super::statements::Truth;
use super::value::{Grade, Value, ValueKind};
use crate::engine::ir::{Demand, Expr, Verb};
use crate::engine::note::{Argument, Note, NoteKind, Place, ScriptPosition};
use crate::evidence::Kind as NodeKind;

/// How a demand ended.
enum End {
    Holds,
    /// It depends on what is absent whether it holds.
    Depends(SetId),
    /// What it asks for is not given.
    NotGiven(SetId),
    /// It depends on what is absent whether what it asks for is given.
    Undecided(SetId),
    /// The evidence at places contradicts it, or cannot decide; the first is cited.
    Found(NoteKind, Place, Vec<Place>),
}

impl<'r> Evaluator<'r> {
    /// Makes a demand.
    pub(super) fn demand(&mut self, demand: &'r Demand) -> Eval<()> {
        self.step();
        match demand.verb {
            Verb::Require | Verb::RequireAny => {
                let value = self.eval(&demand.subject)?;
                self.at = demand.span;
                let given = self.given(value)?;
                let end = match (given.as_bool(), given.as_absent()) {
                    (Some(true), _) => End::Holds,
                    (_, Some((_, set))) => End::Undecided(set),
                    _ => End::NotGiven(self.empties(value)?),
                };
                self.end(demand, end)
            }
            Verb::Ensure => {
                let condition = self.eval(&demand.subject)?;
                self.at = demand.subject.at;
                match self.truth(condition)? {
                    Truth::Yes => self.end(demand, End::Holds),
                    Truth::Unknown(set) => self.end(demand, End::Depends(set)),
                    Truth::No => {
                        let at = match &demand.at {
                            Some(at) => self.eval(at)?,
                            None => Value::UNIT,
                        };
                        self.at = demand.span;
                        let end = match at.as_absent() {
                            // What is undecided may turn out not to be given: then the demand is about a missing item.
                            Some((Grade::NotGiven | Grade::Undecided, set)) if self.doubtful_place(at).is_none() => {
                                End::Depends(set)
                            }
                            // Doubtful prose stands there.
                            _ => self.found(NoteKind::Deviation, at),
                        };
                        self.end(demand, end)
                    }
                }
            }
            Verb::Undetermined => self.told(demand, NoteKind::Undetermined),
            Verb::Established => self.told(demand, NoteKind::Established),
            Verb::EnsureUsable => self.ensure_usable(demand),
        }
    }

    /// Makes a demand that asks for nothing but says something of the evidence.
    fn told(&mut self, demand: &'r Demand, kind: NoteKind) -> Eval<()> {
        let at = self.eval(&demand.subject)?;
        self.at = demand.span;
        let end = match at.as_absent() {
            Some((_, set)) => End::NotGiven(set),
            None => self.found(kind, at),
        };
        self.end(demand, end)
    }

    fn end(&mut self, demand: &'r Demand, end: End) -> Eval<()> {
        if self.guard != 0 {
            // Nobody is accused on the ground of what is not known.
            match end {
                End::Holds => {
                    self.record.satisfied_under = self.absences.union(self.record.satisfied_under, self.guard)
                }
                End::Depends(set) | End::NotGiven(set) | End::Undecided(set) => {
                    self.record.depends.push(self.guard);
                    self.record.depends_under.push((set, self.guard));
                }
                End::Found(kind, place, related) => {
                    self.record.depends.push(self.guard);
                    if kind == NoteKind::Deviation && self.record.stakes.len() < KEPT {
                        let arguments = self.arguments(demand)?;
                        self.record
                            .stakes
                            .push((self.guard, Note { arguments, related, ..plain(kind, place, demand) }));
                    }
                }
            }
            return Ok(());
        }
        self.record.demands += 1;
        match end {
            End::Holds => Ok(()),
            End::NotGiven(set) => self.tell_absent(demand, set, false),
            End::Undecided(set) => self.tell_absent(demand, set, true),
            End::Depends(set) => {
                self.record.depends.push(set);
                Ok(())
            }
            End::Found(kind, place, related) => {
                let arguments = self.arguments(demand)?;
                self.note(Note { arguments, related, ..plain(kind, place, demand) });
                Ok(())
            }
        }
    }

    /// Tells what is absent in the words of the demand.
    fn tell_absent(&mut self, demand: &'r Demand, set: SetId, is_undecided: bool) -> Eval<()> {
        let absence = match demand.verb {
            // One finding, whose message names the alternatives.
            Verb::RequireAny => self.absences.first(set),
            _ => self.absences.only(set),
        };
        let Some(absence) = absence else {
            self.record.depends.push(set);
            return Ok(());
        };
        let note = self.absences.note(&absence);
        let is_list = absence.shape.is_some_and(|shape| self.context.schema.item(shape).is_some());
        if is_undecided && !is_list {
            // What is asked for may be given: the words of the demand are what is at stake.
            self.record.depends.push(set);
            if demand.key.is_some() && self.record.stakes.len() < KEPT {
                let arguments = self.arguments(demand)?;
                self.record.stakes.push((set, Note { arguments, ..plain(note.kind, note.place, demand) }));
            }
            return Ok(());
        }
        // A message that says "not given" would be wrong of a value that is given and unusable. What the operator did
        // not hand in is missing; what the authority did not say is the question.
        let keeps_words = match demand.verb {
            Verb::Undetermined => note.kind == NoteKind::Undetermined,
            Verb::Established => false,
            Verb::Require | Verb::RequireAny | Verb::Ensure | Verb::EnsureUsable => !absence.is_unusable,
        };
        let words = plain(note.kind, note.place, demand);
        let note = if keeps_words {
            Note { arguments: self.arguments(demand)?, tail: note.tail, shape: note.shape, ..words }
        } else {
            Note { key: None, tail: note.tail, shape: note.shape, ..words }
        };
        self.note(note);
        Ok(())
    }

    fn ensure_usable(&mut self, demand: &'r Demand) -> Eval<()> {
        let root = self.eval(&demand.subject)?;
        self.at = demand.span;
        let place = root.as_collection().filter(|place| self.node(*place).kind() == NodeKind::Mapping);
        let Some(place) = place else {
            if let Some((_, set)) = root.as_absent() {
                return self.end(demand, End::Depends(set));
            }
            return Err(self.fault(format!("ensure_usable() needs a mapping, found {}", self.type_name(root))));
        };
        let tree = self.tree(place.subject);
        self.record.demands += tree.validated.value_count() as u64;
        for &node in tree.unusable_below(place.node) {
            self.spend(4)?;
            let cited = Place { node, ..place };
            let note = plain(NoteKind::Unusable, cited, demand);
            self.note(Note { shape: tree.validated.shape(node), key: None, ..note });
        }
        self.depend_on_faults_below(place);
        Ok(())
    }

    /// Marks that the result of the rule depends on what is absent.
    pub(super) fn depend_on(&mut self, set: SetId) {
        self.record.depends.push(self.guard);
        self.record.depends.push(set);
    }

    fn note(&mut self, note: Note) {
        if self.record.notes.len() < KEPT {
            self.record.notes.push(note);
        } else {
            *self.record.dropped.entry(note.kind).or_default() += 1;
        }
    }

    /// Returns the values of a message, in the order of their names.
    fn arguments(&mut self, demand: &'r Demand) -> Eval<Vec<Argument>> {
        let mut values: Vec<(&'r str, Value)> = Vec::with_capacity(demand.values.len());
        for (name, value) in &demand.values {
            let value: &'r Expr = value;
            values.push((name, self.eval(value)?));
        }
        values.sort_unstable_by_key(|(name, _)| *name);
        let argument = |(name, value): (&str, Value)| {
            // A list is named by what it was made from, not by each of its items.
            let is_list = value.is(ValueKind::Array);
            let places = if is_list { self.cited_place(value).into_iter().collect() } else { self.all_places(value) };
            Ok(Argument { name: name.to_owned(), text: self.words(value)?, places })
        };
        values.into_iter().map(argument).collect()
    }

    /// Returns that evidence contradicts a demand, or cannot decide: what comes from several places cites the first.
    fn found(&self, kind: NoteKind, at: Value) -> End {
        if let Some(absence) = at.as_absent().and_then(|(_, set)| self.absences.first(set)) {
            return End::Found(kind, self.doubtful_place(at).unwrap_or(absence.place), Vec::new());
        }
        let cited = self.place_or_root(at);
        let related = self.all_places(at).into_iter().filter(|place| *place != cited).collect();
        End::Found(kind, cited, related)
    }
}

fn plain(kind: NoteKind, place: Place, demand: &Demand) -> Note {
    Note {
        kind,
        place,
        related: Vec::new(),
        tail: String::new(),
        shape: None,
        key: demand.key.as_deref().map(str::to_owned),
        arguments: Vec::new(),
        script: Some(ScriptPosition::from(demand.span)),
        depends_on: None,
        stakes: Vec::new(),
    }
}

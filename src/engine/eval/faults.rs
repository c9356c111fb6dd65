//! What the schema finds wrong with mappings and lists: findings of the rules that read them, or demand that they are
//! usable.

use std::collections::BTreeSet;

use super::absences::{Absence, PathPart, SetId};
use super::run::Evaluator;
use crate::engine::note::{Place, Subject};
use crate::evidence::NodeId;
use crate::pack::{Fault, FaultKind, ShapeId};

impl<'r> Evaluator<'r> {
    /// Takes in what is wrong with the nodes of the bundle that a rule reads, by their shapes. An order with faults is
    /// refused when it is read.
    ///
    /// It goes by what the rule reads on any bundle, so that neither the order of a list nor a result that is asked for
    /// again decides what is found.
    pub(in crate::engine) fn depend_on_what_is_read(&mut self, nodes: &BTreeSet<ShapeId>) {
        let tree = self.tree(Subject::Bundle);
        for fault in tree.faults(self.context.schema) {
            self.step();
            if tree.validated.shape(fault.node).is_some_and(|shape| nodes.contains(&shape)) {
                let set = self.fault_set(Subject::Bundle, fault);
                self.record.depends.push(set);
            }
        }
    }

    /// Takes in what is wrong with a node and with all below it, for a demand that it is usable.
    pub(super) fn depend_on_faults_below(&mut self, place: Place) {
        for fault in self.tree(place.subject).faults_below(self.context.schema, place.node) {
            self.step();
            let set = self.fault_set(place.subject, fault);
            if self.guard == 0 {
                self.record.depends.push(set);
            } else {
                self.record.depends.push(self.guard);
                self.record.depends_under.push((set, self.guard));
            }
        }
    }

    fn fault_set(&mut self, subject: Subject, fault: &'r Fault) -> SetId {
        let node: NodeId = fault.node;
        let tail = if fault.tail.is_empty() { 0 } else { self.absences.tail(0, PathPart::Rest(&fault.tail)) };
        let (shape, is_unusable) = match fault.kind {
            FaultKind::Missing(shape) => (shape, false),
            FaultKind::Unusable => (self.tree(subject).validated.shape(node), true),
        };
        self.absences.one(Absence { place: Place { subject, node }, tail, shape, is_unusable, is_doubtful: false })
    }
}

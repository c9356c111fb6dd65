//! What the schema demands of keys, entries and the values together, held to a tree.

use super::assertion::{Explanation, Fault, FaultKind, Validator};
use super::schema::Schema;
use super::validate::{Content, Tree};
use crate::evidence::NodeId;

impl Tree {
    /// Returns what the schema finds wrong beyond values that are unusable, in document order, each once: a key that is
    /// required and absent, too few entries, a case that demands more. It is worked out when first asked for.
    ///
    /// A fault stands at the deepest node that it concerns, also where a demand on a whole above makes it one. A scalar
    /// that is wrong is among the [unusable](super::Validated::unusable) values and not here.
    pub fn faults(&self, schema: &Schema) -> &[Fault] {
        self.faults.get_or_init(|| self.all_faults(schema))
    }

    /// Returns the faults of a node itself: what it lacks, and what is wrong with it.
    pub fn faults_at(&self, schema: &Schema, node: NodeId) -> &[Fault] {
        let next = u32::try_from(node.index() + 1).unwrap_or(u32::MAX);
        self.faults_between(schema, node, NodeId::from_index(next))
    }

    /// Returns the faults of a node and of all that is below it.
    pub fn faults_below(&self, schema: &Schema, node: NodeId) -> &[Fault] {
        self.faults_between(schema, node, self.document.node(node).end())
    }

    /// Returns the unusable values in a node and in all that is below it, in the order of the document.
    pub(crate) fn unusable_below(&self, node: NodeId) -> &[NodeId] {
        let (all, end) = (self.validated.unusable(), self.document.node(node).end());
        let position = |bound: NodeId| all.partition_point(|own| *own < bound);
        all.get(position(node)..position(end)).unwrap_or_default()
    }

    fn faults_between(&self, schema: &Schema, start: NodeId, end: NodeId) -> &[Fault] {
        let faults = self.faults(schema);
        let position = |node: NodeId| faults.partition_point(|fault| fault.node < node);
        faults.get(position(start)..position(end)).unwrap_or_default()
    }

    fn all_faults(&self, schema: &Schema) -> Vec<Fault> {
        if !schema.has_demands() {
            return Vec::new();
        }
        let validator = Validator::new(schema.checks(), self.document.budget());
        let count = u32::try_from(self.document.node_count()).unwrap_or(u32::MAX);
        let nodes = (0..count).map(NodeId::from_index);
        let mut faults: Vec<Fault> = nodes.flat_map(|node| self.faults_of(&validator, schema, node)).collect();
        faults.sort_by(|one, other| {
            (one.node, &one.tail, &one.words.en).cmp(&(other.node, &other.tail, &other.words.en))
        });
        faults.dedup();
        faults
    }

    fn faults_of(&self, validator: &Validator<'_>, schema: &Schema, id: NodeId) -> Vec<Fault> {
        let validation = self.validated.validation(id);
        let shape = validation.shape.and_then(|shape| schema.shape(shape));
        let shape = shape.filter(|shape| validation.content == Content::Collection && !shape.assertions.is_empty());
        let Some(shape) = shape else { return Vec::new() };
        let node = self.document.node(id);
        let mut explanation = Explanation::new(validator);
        shape.assertions.iter().for_each(|assertion| explanation.add(assertion, node));
        let mut faults = explanation.into_faults();
        faults.retain(|fault| !fault.tail.is_empty() || !self.is_unusable(fault.node));
        for fault in &mut faults {
            self.give_shape(schema, fault);
        }
        faults
    }

    fn is_unusable(&self, node: NodeId) -> bool {
        self.validated.validation(node).content == Content::Unusable
    }

    /// Finds the shape of what is missing, by the shape of the mapping that lacks it.
    fn give_shape(&self, schema: &Schema, fault: &mut Fault) {
        let FaultKind::Missing(shape) = &mut fault.kind else { return };
        let name = fault.tail.trim_start_matches('/').replace("~1", "/").replace("~0", "~");
        *shape = self.validated.shape(fault.node).and_then(|parent| schema.value_of_key(parent, &name));
    }
}

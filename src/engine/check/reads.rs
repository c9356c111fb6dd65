//! What a rule reads of the evidence and of the order, on any bundle.

use std::collections::{BTreeMap, BTreeSet};

use super::super::note::Subject;
use super::analysis::Analysis;
use super::types::Type;
use crate::evidence::pointer_segment;
use crate::language::{Text, text};
use crate::pack::{Schema, ShapeId};

/// What a rule reads, on any bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Places of the evidence, then of the order, each in the order of the schema. A place stands for what is above
    /// it as well.
    pub evidence: Vec<EvidencePath>,
    /// Whether it looks at the content of attached files.
    pub attachments: bool,
    /// Names of the parameters.
    pub parameters: BTreeSet<String>,
    /// Names of fields whose place could not be told.
    pub unplaced: BTreeSet<String>,
    /// The shapes of the mappings, lists and values that are read, also on the way to others, but for the two trees as
    /// a whole: what the schema finds wrong with such a node is a finding of the rule.
    pub nodes: BTreeSet<ShapeId>,
}

impl Reads {
    /// Tells whether the rule demands that everything below a shape is as the schema says.
    pub fn covers(&self, whole: ShapeId) -> bool {
        let is_whole = |path: &EvidencePath| path.shape == whole && path.subject == Subject::Bundle;
        self.evidence.iter().any(is_whole)
    }
}

/// A place of the evidence or of the order, whatever the number of items in its lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidencePath {
    /// The tree that the place is in.
    pub subject: Subject,
    /// A JSON Pointer with `-` for every item of a list, such as `/changes/-/pretest/result`.
    pub pointer: String,
    /// Its shape.
    pub shape: ShapeId,
}

/// Where each shape of a schema stands: a shape has one place.
pub(super) struct SchemaPlaces(BTreeMap<ShapeId, SchemaPlace>);

struct SchemaPlace {
    subject: Subject,
    pointer: String,
    parent: Option<ShapeId>,
}

impl SchemaPlaces {
    pub(super) fn of(schema: &Schema) -> Self {
        let mut places = Self(BTreeMap::new());
        places.add(schema, Subject::Bundle, schema.bundle(), String::new(), None);
        places.add(schema, Subject::Order, schema.order(), String::new(), None);
        places
    }

    fn add(&mut self, schema: &Schema, subject: Subject, shape: ShapeId, pointer: String, parent: Option<ShapeId>) {
        if self.0.contains_key(&shape) {
            return;
        }
        self.0.insert(shape, SchemaPlace { subject, pointer: pointer.clone(), parent });
        for (name, field) in schema.fields(shape) {
            self.add(schema, subject, *field, format!("{pointer}/{}", pointer_segment(name)), Some(shape));
        }
        if let Some(item) = schema.item(shape) {
            self.add(schema, subject, item, format!("{pointer}/-"), Some(shape));
        }
        for value in schema.free_values(shape) {
            self.add(schema, subject, value, format!("{pointer}/*"), Some(shape));
        }
        // A value has the shape of a member, and stands where the union does.
        for member in schema.members(shape) {
            self.add(schema, subject, member, pointer.clone(), Some(shape));
        }
    }

    pub(super) fn reads(&self, schema: &Schema, found: Analysis) -> Reads {
        let nodes = self.nodes(schema, &found);
        let above: BTreeSet<ShapeId> = found.places.iter().flat_map(|place| self.above(*place)).collect();
        let is_within = |place: ShapeId| self.above(place).any(|above| found.whole.contains(&above));
        let all = found.places.union(&found.whole).copied();
        let last = all.filter(|place| found.whole.contains(place) || !above.contains(place) && !is_within(*place));
        let evidence = last.filter_map(|shape| {
            let SchemaPlace { subject, pointer, .. } = self.0.get(&shape)?;
            let pointer = if pointer.is_empty() { "/" } else { pointer };
            Some(EvidencePath { subject: *subject, pointer: pointer.to_owned(), shape })
        });
        Reads {
            evidence: evidence.collect(),
            attachments: found.attachments,
            parameters: found.parameters,
            unplaced: found.unplaced,
            nodes,
        }
    }

    /// Returns the shapes of the nodes that are read, those on the way included; who reads a list reads its items.
    fn nodes(&self, schema: &Schema, found: &Analysis) -> BTreeSet<ShapeId> {
        let roots = [schema.bundle(), schema.order()];
        let mut open: Vec<ShapeId> = found.places.iter().flat_map(|place| self.above(*place)).collect();
        open.extend(&found.places);
        open.retain(|shape| !roots.contains(shape));
        let mut nodes = BTreeSet::new();
        while let Some(shape) = open.pop() {
            if nodes.insert(shape) {
                open.extend(schema.item(shape));
                open.extend(schema.members(shape));
            }
        }
        nodes
    }

    /// Returns the shapes that a shape is part of.
    fn above(&self, shape: ShapeId) -> impl Iterator<Item = ShapeId> {
        let parent = |shape: &ShapeId| self.0.get(shape)?.parent;
        std::iter::successors(parent(&shape), parent)
    }

    /// Returns where fields of this name stand, at most three of them; those of the order say so.
    pub(super) fn named(&self, name: &str) -> Text {
        let end = format!("/{}", pointer_segment(name));
        let places = self.0.values().filter(|place| place.pointer.ends_with(&end));
        let (en, ko): (Vec<_>, Vec<_>) =
            places.take(3).map(SchemaPlace::shown).map(|shown| (shown.en, shown.ko)).unzip();
        Text::new(en.join(", "), ko.join(", "))
    }

    /// Returns where in the schema something may stand, such as "/changes/-/id or /incidents/-/id".
    pub(super) fn pointers(&self, of: &Type) -> Text {
        let pointers: BTreeSet<Text> =
            of.places.iter().filter_map(|place| self.0.get(place)).map(SchemaPlace::shown).collect();
        let (en, ko): (Vec<_>, Vec<_>) = pointers.into_iter().take(3).map(|shown| (shown.en, shown.ko)).unzip();
        Text::new(en.join(" or "), ko.join(", "))
    }
}

impl SchemaPlace {
    /// Returns the pointer; a place of the order says so.
    fn shown(&self) -> Text {
        match (self.subject, self.pointer.as_str()) {
            (Subject::Bundle, "") => text!("the top of the bundle", "제출 자료 최상위"),
            (Subject::Order, "") => text!("the top of the order", "시정요구 최상위"),
            (Subject::Bundle, pointer) => Text::same(pointer),
            (Subject::Order, pointer) => text!("{pointer} of the order", "시정요구의 {pointer}"),
        }
    }
}

//! How a plan reads evidence: fields, items, and what is absent.

use rhai::ImmutableString;

use super::super::handle::Missing;
use super::super::reading::{self, Reading};
use super::super::recorder::{Absence, Place};
use super::plan::{Found, Property};
use super::run::{Exit, Given, Run};
use super::value::{At, Value};
use crate::evidence::{Children, Kind, NodeId, NodeRef, pointer_segment};
use crate::pack::ShapeId;

/// Keys of a mapping up to which its fields are found by their shapes, one after the other.
const FEW_KEYS: usize = 48;

/// The items of a list.
pub(super) enum Items<'r> {
    All(Children<'r>),
    Kept(std::slice::Iter<'r, NodeId>),
}

impl Iterator for Items<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        match self {
            Self::All(children) => children.next().map(NodeRef::id),
            Self::Kept(nodes) => nodes.next().copied(),
        }
    }
}

impl<'r> Run<'r> {
    pub(super) fn property(&mut self, of: Value<'r>, property: &Property) -> Given<'r> {
        match of {
            Value::Collection(place) => self.field_value(place, property),
            Value::Missing(id) => {
                let missing = self.missing(id)?;
                let shape = missing.absence.shape.ok_or(Exit::GiveUp)?;
                let field = self.field(shape, property)?.field;
                let below = missing.below(&pointer_segment(&property.name), Some(field));
                self.keep_missing(below)
            }
            _ => Err(Exit::GiveUp),
        }
    }

    fn field_value(&mut self, place: Place, property: &Property) -> Given<'r> {
        let tree = self.trees.tree(place.subject);
        let mapping = tree.conformed.shape(place.node).ok_or(Exit::GiveUp)?;
        let found = self.field(mapping, property)?;
        let node = tree.document.node(place.node);
        let has_shape = |id: NodeId| tree.conformed.shape(id) == Some(found.field);
        // A value of that shape inside the mapping is the field: shapes are not nested in themselves.
        let guess = place.node.after(found.after);
        let id = if guess < node.end() && has_shape(guess) {
            return self.read(Place { node: guess, ..place });
        } else if node.len() > FEW_KEYS {
            node.get(&property.name).map(NodeRef::id)
        } else {
            node.entries().map(|(_, value)| value.id()).find(|id| has_shape(*id))
        };
        match id {
            Some(id) => {
                property.found(Found { after: (id.index() - place.node.index()) as u32, ..found });
                self.read(Place { node: id, ..place })
            }
            None => self.absent(place, property.tail(), Some(found.field)),
        }
    }

    /// Returns the shape of a field; one that the schema does not know is a mistake of the rule.
    fn field(&self, mapping: ShapeId, property: &Property) -> Result<Found, Exit> {
        if let Some(found) = property.last_in(mapping) {
            return Ok(found);
        }
        let field = self.trees.recorder.schema.field(mapping, &property.name).ok_or(Exit::GiveUp)?;
        let found = Found { mapping, field, after: 0 };
        property.found(found);
        Ok(found)
    }

    pub(super) fn index(&mut self, of: Value<'r>, index: Value<'r>) -> Given<'r> {
        if let (Value::Collection(_) | Value::Missing(_), Value::Text(name, _)) = (of, index) {
            return self.property(of, &Property::new(name));
        }
        let Value::Int(index, _) = index else { return Err(Exit::GiveUp) };
        match of {
            Value::Missing(id) => {
                let missing = self.missing(id)?;
                let shape = missing.absence.shape.and_then(|shape| self.trees.recorder.schema.item(shape));
                let below = missing.below(&index.to_string(), shape);
                self.keep_missing(below)
            }
            Value::Collection(_) | Value::Selection(..) => {
                let length = self.length(of)? as i64;
                let (of, mut nodes) = self.items(of)?;
                let from_start = if index < 0 { index.saturating_add(length) } else { index };
                match usize::try_from(from_start).ok().and_then(|at| nodes.nth(at)) {
                    Some(node) => self.read(Place { node, ..of }),
                    None => self.no_item(of),
                }
            }
            Value::Array(array) => {
                usize::try_from(index).ok().and_then(|at| self.arrays.item(array, at)).ok_or(Exit::GiveUp)
            }
            _ => Err(Exit::GiveUp),
        }
    }

    /// Returns how many items a list has.
    pub(super) fn length(&self, list: Value<'r>) -> Result<usize, Exit> {
        match list {
            Value::Collection(place) if self.node(place).kind() == Kind::Sequence => Ok(self.node(place).len()),
            Value::Selection(_, nodes) => Ok(nodes.len()),
            _ => Err(Exit::GiveUp),
        }
    }

    /// Returns the items of a list, and the place of the list.
    pub(super) fn items(&self, list: Value<'r>) -> Result<(Place, Items<'r>), Exit> {
        match list {
            Value::Collection(place) if self.node(place).kind() == Kind::Sequence => {
                Ok((place, Items::All(self.node(place).items())))
            }
            Value::Selection(at, nodes) => Ok((at.place().ok_or(Exit::GiveUp)?, Items::Kept(nodes.iter()))),
            _ => Err(Exit::GiveUp),
        }
    }

    /// Returns some items of a list as a list.
    pub(super) fn selection(&self, of: Place, nodes: &[NodeId]) -> Given<'r> {
        let nodes = self.arena.try_alloc_slice_copy(nodes).map_err(|_| Exit::GiveUp)?;
        Ok(Value::Selection(At::of(of), nodes))
    }

    pub(super) fn node(&self, place: Place) -> NodeRef<'r> {
        self.trees.tree(place.subject).document.node(place.node)
    }

    /// Reads what stands at a place.
    pub(super) fn read(&mut self, place: Place) -> Given<'r> {
        let tree = self.trees.tree(place.subject);
        let recorder = self.trees.recorder;
        recorder.touch(place);
        match reading::read(tree, tree.document.node(place.node)) {
            Reading::Absent { is_unusable } => {
                let shape = tree.conformed.shape(place.node);
                let absence = Absence { place, tail: ImmutableString::new(), shape, is_unusable };
                self.keep_missing(Missing::read(recorder.clone(), absence))
            }
            Reading::Collection => Ok(Value::Collection(place)),
            Reading::Native(native) => Ok(Value::of_native(native, place)),
        }
    }

    fn absent(&mut self, place: Place, tail: ImmutableString, shape: Option<ShapeId>) -> Given<'r> {
        let absence = Absence { place, tail, shape, is_unusable: false };
        self.keep_missing(Missing::read(self.trees.recorder.clone(), absence))
    }

    /// Returns the item that a list does not have.
    pub(super) fn no_item(&mut self, list: Place) -> Given<'r> {
        let shape = self.trees.tree(list.subject).conformed.shape(list.node);
        self.absent(list, "/-".into(), shape.and_then(|shape| self.trees.recorder.schema.item(shape)))
    }
}

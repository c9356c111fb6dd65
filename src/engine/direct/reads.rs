//! How a plan reads evidence: fields, items, and what is absent.

use std::cell::Cell;
use std::rc::Rc;

use rhai::ImmutableString;

use super::super::handle::Missing;
use super::super::reading::{self, Reading};
use super::super::recorder::{Absence, Place};
use super::plan::{Found, Property};
use super::run::{Exit, Given, Run};
use super::value::Value;
use crate::evidence::{Children, Kind, NodeId, NodeRef, pointer_segment};
use crate::pack::ShapeId;

/// Keys of a mapping up to which its fields are found by their shapes, one after the other.
const FEW_KEYS: usize = 48;

/// The items of a list.
pub(super) enum Items<'r> {
    All(Children<'r>),
    Kept(Rc<[NodeId]>, usize),
}

impl Iterator for Items<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        match self {
            Self::All(children) => children.next().map(NodeRef::id),
            Self::Kept(nodes, next) => {
                *next += 1;
                nodes.get(*next - 1).copied()
            }
        }
    }
}

impl<'r> Run<'r> {
    pub(super) fn property(&mut self, of: &Value<'r>, property: &Property) -> Given<'r> {
        match of {
            Value::Collection(place) => {
                let tree = self.trees.tree(place.subject);
                let mapping = tree.conformed.shape(place.node).ok_or(Exit::GiveUp)?;
                let found = self.field(mapping, property)?;
                let node = tree.document.node(place.node);
                let has_shape = |id: NodeId| tree.conformed.shape(id) == Some(found.field);
                // A value of that shape inside the mapping is the field: shapes are not nested in themselves.
                let guess = NodeId::from_index((place.node.index() + found.after) as u32);
                let id = if guess < node.end() && has_shape(guess) {
                    Some(guess)
                } else if node.len() > FEW_KEYS {
                    node.get(&property.name).map(NodeRef::id)
                } else {
                    node.entries().map(|(_, value)| value.id()).find(|id| has_shape(*id))
                };
                Ok(match id {
                    Some(id) => {
                        property.last.set(Some(Found { after: id.index() - place.node.index(), ..found }));
                        self.read(Place { node: id, ..*place })
                    }
                    None => self.absent(*place, &format!("/{}", pointer_segment(&property.name)), Some(found.field)),
                })
            }
            Value::Missing(missing) => {
                let shape = missing.absence.shape.ok_or(Exit::GiveUp)?;
                let field = self.field(shape, property)?.field;
                Ok(Value::missing(missing.below(&pointer_segment(&property.name), Some(field))))
            }
            _ => Err(Exit::GiveUp),
        }
    }

    /// Returns the shape of a field; one that the schema does not know is a mistake of the rule.
    fn field(&self, mapping: ShapeId, property: &Property) -> Result<Found, Exit<'r>> {
        match property.last.get() {
            Some(found) if found.mapping == mapping => Ok(found),
            _ => {
                let field = self.trees.recorder.schema.field(mapping, &property.name).ok_or(Exit::GiveUp)?;
                let found = Found { mapping, field, after: 0 };
                property.last.set(Some(found));
                Ok(found)
            }
        }
    }

    pub(super) fn index(&mut self, of: &Value<'r>, index: &Value<'r>) -> Given<'r> {
        if let (Value::Collection(_) | Value::Missing(_), Some(name)) = (of, index.text()) {
            return self.property(of, &Property { name: name.into(), last: Cell::new(None) });
        }
        let Value::Int(index, _) = index else { return Err(Exit::GiveUp) };
        match of {
            Value::Missing(missing) => {
                let shape = missing.absence.shape.and_then(|shape| self.trees.recorder.schema.item(shape));
                Ok(Value::missing(missing.below(&index.to_string(), shape)))
            }
            Value::Collection(_) | Value::Selection(..) => {
                let length = self.length(of)? as i64;
                let (of, mut nodes) = self.items(of)?;
                let from_start = if *index < 0 { index.saturating_add(length) } else { *index };
                match usize::try_from(from_start).ok().and_then(|at| nodes.nth(at)) {
                    Some(node) => Ok(self.read(Place { node, ..of })),
                    None => Ok(self.no_item(of)),
                }
            }
            Value::Array(items) => {
                usize::try_from(*index).ok().and_then(|at| items.get(at)).cloned().ok_or(Exit::GiveUp)
            }
            _ => Err(Exit::GiveUp),
        }
    }

    /// Returns how many items a list has.
    pub(super) fn length(&self, list: &Value<'r>) -> Result<usize, Exit<'r>> {
        match list {
            Value::Collection(place) if self.node(*place).kind() == Kind::Sequence => Ok(self.node(*place).len()),
            Value::Selection(_, nodes) => Ok(nodes.len()),
            _ => Err(Exit::GiveUp),
        }
    }

    /// Returns the items of a list, and the place of the list.
    pub(super) fn items(&self, list: &Value<'r>) -> Result<(Place, Items<'r>), Exit<'r>> {
        let (of, items) = match list {
            Value::Collection(place) => {
                let node = self.node(*place);
                if node.kind() != Kind::Sequence {
                    return Err(Exit::GiveUp);
                }
                (*place, Items::All(node.items()))
            }
            Value::Selection(of, nodes) => (*of, Items::Kept(nodes.clone(), 0)),
            _ => return Err(Exit::GiveUp),
        };
        Ok((of, items))
    }

    pub(super) fn node(&self, place: Place) -> NodeRef<'r> {
        self.trees.tree(place.subject).document.node(place.node)
    }

    /// Reads what stands at a place.
    pub(super) fn read(&self, place: Place) -> Value<'r> {
        let tree = self.trees.tree(place.subject);
        let recorder = self.trees.recorder;
        recorder.touch(place);
        match reading::read(tree, &recorder.schema, tree.document.node(place.node)) {
            Reading::Absent { is_unusable } => {
                let shape = tree.conformed.shape(place.node);
                let absence = Absence { place, tail: ImmutableString::new(), shape, is_unusable };
                Value::missing(Missing::read(recorder.clone(), absence))
            }
            Reading::Collection => Value::Collection(place),
            Reading::Native(native) => Value::of_native(native, place),
        }
    }

    fn absent(&self, place: Place, tail: &str, shape: Option<ShapeId>) -> Value<'r> {
        let absence = Absence { place, tail: tail.into(), shape, is_unusable: false };
        Value::missing(Missing::read(self.trees.recorder.clone(), absence))
    }

    /// Returns the item that a list does not have.
    pub(super) fn no_item(&self, list: Place) -> Value<'r> {
        let shape = self.trees.tree(list.subject).conformed.shape(list.node);
        self.absent(list, "/-", shape.and_then(|shape| self.trees.recorder.schema.item(shape)))
    }
}

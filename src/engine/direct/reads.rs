//! How a plan reads evidence: fields, items, and what is absent.

use rhai::ImmutableString;

use super::super::handle::Missing;
use super::super::reading::{self, Reading};
use super::super::recorder::{Absence, Place};
use super::plan::{Field, Property};
use super::run::{Exit, Given, Run};
use super::value::{At, MissingId, Value};
use crate::evidence::{Children, Kind, NodeId, NodeRef, pointer_segment};
use crate::pack::{Content, ShapeId, Tree};

/// Absent paths that a rule may read; what reads more is left to the interpreter.
const ABSENT_READS: usize = 1 << 19;

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
            Value::Collection(place) => {
                let (field, given) = self.field(place, property).ok_or(Exit::GiveUp)?;
                match given {
                    Some(given) => self.read(given),
                    None => self.absent(place, property.tail(), Some(field.shape)),
                }
            }
            Value::Missing(id) => {
                let missing = self.missing(id)?;
                let shape = missing.absence.shape.ok_or(Exit::GiveUp)?;
                let field = property.of(shape, &self.trees.recorder.schema).ok_or(Exit::GiveUp)?;
                let below = missing.below(&pointer_segment(&property.name), Some(field.shape));
                self.keep_missing(below)
            }
            _ => Err(Exit::GiveUp),
        }
    }

    /// Returns what the schema says of a field, and where its value is, if it is given. A field that the schema does not
    /// know is a mistake of the rule.
    #[inline]
    pub(super) fn field(&self, of: Place, property: &Property) -> Option<(Field, Option<Place>)> {
        let tree = self.trees.tree(of.subject);
        let field = property.of(tree.conformed.shape(of.node)?, &self.trees.recorder.schema)?;
        let node = tree.field(of.node, field.at, &property.name);
        Some((field, node.map(|node| Place { node, ..of })))
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
    #[inline]
    pub(super) fn read(&mut self, place: Place) -> Given<'r> {
        let tree = self.trees.tree(place.subject);
        self.trees.recorder.touch(place);
        match tree.conformed.held(place.node).content {
            Content::Collection => Ok(Value::Collection(place)),
            Content::Text => Ok(Value::Text(tree.document.node(place.node).text(), At::of(place))),
            Content::DateTime => {
                let moment = tree.conformed.moment(place.node).ok_or(Exit::GiveUp)?;
                Ok(Value::Moment(moment, At::of(place)))
            }
            _ => self.read_other(tree, place),
        }
    }

    #[inline(never)]
    fn read_other(&mut self, tree: &'r Tree, place: Place) -> Given<'r> {
        match reading::read(tree, tree.document.node(place.node)) {
            Reading::Absent { is_unusable } => {
                let shape = tree.conformed.shape(place.node);
                let absence = Absence { place, tail: ImmutableString::new(), shape, is_unusable };
                self.keep_missing(Missing::read(self.trees.recorder.clone(), absence))
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

    /// Keeps what was read and is absent.
    pub(super) fn keep_missing(&mut self, missing: Missing) -> Given<'r> {
        if self.missing.len() >= ABSENT_READS {
            return Err(Exit::GiveUp);
        }
        self.missing.push(missing);
        Ok(Value::Missing((self.missing.len() - 1) as MissingId))
    }

    pub(super) fn all_missing(&self) -> &[Missing] {
        &self.missing
    }

    pub(super) fn missing(&self, id: MissingId) -> Result<&Missing, Exit> {
        self.missing.get(id as usize).ok_or(Exit::GiveUp)
    }

    pub(super) fn rely(&self, id: MissingId) -> Result<(), Exit> {
        self.missing(id).map(Missing::rely)
    }
}

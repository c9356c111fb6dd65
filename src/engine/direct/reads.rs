//! How a plan reads evidence: fields, items, and what is absent.

use rhai::ImmutableString;

use super::super::reading::{self, Reading};
use super::super::recorder::{Absence, Place};
use super::plan::{Field, Property, Slot};
use super::run::{Given, Run};
use super::value::{At, Kind, MissingId, Value, View};
use crate::evidence::{Children, Kind as NodeKind, NodeId, NodeRef};
use crate::pack::{Content, Held, ShapeId, Tree};

/// Absent paths that a rule may read; what reads more is left to the interpreter.
const ABSENT_READS: usize = 1 << 19;

/// A path that was read and is absent, or whose value is unusable.
pub(super) struct Absent {
    pub(super) absence: Absence,
    /// The number of the read in the record.
    pub(super) read: u32,
}

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

/// How far fields could be read.
enum Walk<'p> {
    To(Value),
    /// A mapping does not give the first of these fields, of which the schema says this.
    Until(Place, &'p [Property], Field),
}

impl<'r> Run<'r> {
    /// Reads `variable.field.field…`.
    pub(super) fn path(&mut self, slot: Slot, fields: &[Property]) -> Given {
        self.step(1 + fields.len() as u64);
        let base = self.variable(slot)?;
        match self.walk(base, fields)? {
            Walk::To(value) => Some(value),
            Walk::Until(place, rest, field) => self.absent_path(place, rest, field),
        }
    }

    /// Reads `variable.field…` where a field that is not given does not matter: the inner nothing says so, and no read is
    /// left in the record. What is null or unusable is a value, which the caller settles.
    pub(super) fn optional_path(&mut self, slot: Slot, fields: &[Property]) -> Option<Option<Value>> {
        self.step(1 + fields.len() as u64);
        let base = self.variable(slot)?;
        match self.walk(base, fields)? {
            Walk::To(value) => Some(Some(value)),
            Walk::Until(place, rest, field) if self.trees.recorder.pass_absent(place, rest.len() as u32) => {
                self.shape_below(field.shape, rest.get(1..)?)?;
                Some(None)
            }
            Walk::Until(place, rest, field) => self.absent_path(place, rest, field).map(Some),
        }
    }

    /// Reads a field, one step of a chain.
    pub(super) fn property(&mut self, of: Value, property: &Property) -> Given {
        match self.walk(of, std::slice::from_ref(property))? {
            Walk::To(value) => Some(value),
            Walk::Until(place, rest, field) => self.absent_path(place, rest, field),
        }
    }

    /// Reads fields of fields as far as they are given.
    #[inline(always)]
    fn walk<'p>(&mut self, base: Value, fields: &'p [Property]) -> Option<Walk<'p>> {
        let (mut value, mut rest) = (base, fields);
        while let Some((field, deeper)) = rest.split_first() {
            let Some(place) = value.as_collection() else { return self.path_below(value, rest).map(Walk::To) };
            value = match self.field(place, field)? {
                (_, Some(given)) => self.read(given)?,
                (found, None) => return Some(Walk::Until(place, rest, found)),
            };
            rest = deeper;
        }
        Some(Walk::To(value))
    }

    /// Returns what the schema says of a field, and where its value is, if it is given. A field that the schema does not
    /// know is a mistake of the rule.
    #[inline]
    pub(super) fn field(&self, of: Place, property: &Property) -> Option<(Field, Option<Place>)> {
        let tree = self.trees.tree(of.subject);
        let held = tree.conformed.held(of.node);
        let field = property.of(held.shape?, &self.trees.recorder.schema)?;
        let node = tree.field(of.node, held, field.at, &property.name);
        Some((field, node.map(|node| Place { node, ..of })))
    }

    pub(super) fn index(&mut self, of: Value, index: Value) -> Given {
        if let (Kind::Collection | Kind::Missing, Some(name)) = (of.kind(), self.as_text(index)) {
            return self.property(of, &Property::new(name));
        }
        let index = index.as_int()?;
        match self.view(of) {
            View::Missing(id) => {
                let shape = self.missing(id)?.absence.shape.and_then(|shape| self.trees.recorder.schema.item(shape));
                self.below(id, &format!("/{index}"), shape)
            }
            View::Collection(_) | View::Selection(..) => {
                let length = self.length(of)? as i64;
                let (of, mut nodes) = self.items(of)?;
                let from_start = if index < 0 { index.saturating_add(length) } else { index };
                match usize::try_from(from_start).ok().and_then(|at| nodes.nth(at)) {
                    Some(node) => self.read(Place { node, ..of }),
                    None => self.no_item(of),
                }
            }
            View::Array(array) => self.made.arrays.item(array, usize::try_from(index).ok()?),
            _ => None,
        }
    }

    /// Returns how many items a list has.
    pub(super) fn length(&self, list: Value) -> Option<usize> {
        match list.as_collection() {
            Some(place) if self.node(place).kind() == NodeKind::Sequence => Some(self.node(place).len()),
            None if list.is(Kind::Selection) => Some(self.nodes_of(list).len()),
            _ => None,
        }
    }

    /// Returns the items of a list, and the place of the list.
    pub(super) fn items(&self, list: Value) -> Option<(Place, Items<'r>)> {
        match list.as_collection() {
            Some(place) if self.node(place).kind() == NodeKind::Sequence => {
                Some((place, Items::All(self.node(place).items())))
            }
            None if list.is(Kind::Selection) => {
                Some((list.written_at().place()?, Items::Kept(self.nodes_of(list).iter())))
            }
            _ => None,
        }
    }

    /// Returns some items of a list as a list.
    pub(super) fn selection(&mut self, of: Place, nodes: &[NodeId]) -> Given {
        let nodes = self.arena.try_alloc_slice_copy(nodes).ok()?;
        self.made.keep_selection(of, nodes)
    }

    #[inline]
    pub(super) fn node(&self, place: Place) -> NodeRef<'r> {
        self.trees.tree(place.subject).document.node(place.node)
    }

    /// Reads what stands at a place.
    #[inline]
    pub(super) fn read(&mut self, place: Place) -> Given {
        let tree = self.trees.tree(place.subject);
        self.trees.recorder.touch(place);
        let held = tree.conformed.held(place.node);
        match held.content {
            Content::Collection => Some(Value::collection(place)),
            Content::Text => Some(Value::text_at(place)),
            Content::DateTime => Value::moment(tree.conformed.moment(held)?).map(|moment| moment.at(At::of(place))),
            _ => self.read_other(tree, place, held),
        }
    }

    #[inline(never)]
    fn read_other(&mut self, tree: &Tree, place: Place, held: Held) -> Given {
        match reading::read(tree, tree.document.node(place.node)) {
            Reading::Absent { is_unusable } => {
                let absence = Absence { place, tail: ImmutableString::new(), shape: held.shape, is_unusable };
                self.read_absent(absence)
            }
            Reading::Collection => Some(Value::collection(place)),
            Reading::Native(native) => Value::native(&native, place),
        }
    }

    fn absent(&mut self, place: Place, tail: ImmutableString, shape: Option<ShapeId>) -> Given {
        self.read_absent(Absence { place, tail, shape, is_unusable: false })
    }

    /// Reads the rest of a path whose first field is absent: one read, the deepest, is recorded.
    #[inline(never)]
    fn absent_path(&mut self, place: Place, fields: &[Property], first: Field) -> Given {
        let (name, deeper) = fields.split_first()?;
        if !self.trees.recorder.pass_absent(place, deeper.len() as u32) {
            let absent = self.absent(place, name.tail().into(), Some(first.shape))?;
            return self.path_below(absent, deeper);
        }
        let shape = self.shape_below(first.shape, deeper)?;
        self.absent(place, Property::rest(fields), Some(shape))
    }

    /// Reads the rest of a path below something absent.
    #[inline(never)]
    fn path_below(&mut self, above: Value, fields: &[Property]) -> Given {
        fields.iter().try_fold(above, |above, field| {
            let id = above.as_missing()?;
            let shape = self.shape_below(self.missing(id)?.absence.shape?, std::slice::from_ref(field))?;
            self.below(id, &field.tail(), Some(shape))
        })
    }

    /// Returns the shape of a path below a shape. A field that the schema does not know is a mistake of the rule.
    fn shape_below(&self, shape: ShapeId, fields: &[Property]) -> Option<ShapeId> {
        let schema = &self.trees.recorder.schema;
        fields.iter().try_fold(shape, |shape, field| field.of(shape, schema).map(|field| field.shape))
    }

    /// Reads what lies deeper in what is absent; one read, the deepest, is recorded.
    fn below(&mut self, id: MissingId, tail: &str, shape: Option<ShapeId>) -> Given {
        let above = self.missing(id)?;
        let tail = [&above.absence.tail, tail].concat().into();
        let absence = Absence { tail, shape, ..above.absence };
        self.trees.recorder.settle(above.read);
        self.read_absent(absence)
    }

    /// Returns an item that something absent does not have.
    pub(super) fn no_item_below(&mut self, id: MissingId) -> Given {
        let shape = self.missing(id)?.absence.shape.and_then(|shape| self.trees.recorder.schema.item(shape));
        self.below(id, "/-", shape)
    }

    /// Returns the item that a list does not have.
    pub(super) fn no_item(&mut self, list: Place) -> Given {
        let shape = self.trees.tree(list.subject).conformed.shape(list.node);
        self.absent(list, "/-".into(), shape.and_then(|shape| self.trees.recorder.schema.item(shape)))
    }

    /// Reads what is absent.
    pub(super) fn read_absent(&mut self, absence: Absence) -> Given {
        self.trees.recorder.touch(absence.place);
        let read = self.trees.recorder.read_absent(&absence);
        if self.missing.len() >= ABSENT_READS {
            return None;
        }
        self.missing.push(Absent { absence, read });
        Some(Value::missing((self.missing.len() - 1) as MissingId))
    }

    pub(super) fn missing(&self, id: MissingId) -> Option<&Absent> {
        self.missing.get(id as usize)
    }

    /// Marks that the rule relies on what is absent.
    pub(super) fn rely(&self, id: MissingId) -> Option<()> {
        self.trees.recorder.rely(self.missing(id)?.read);
        Some(())
    }

    /// Takes a read back, unless something relied on it.
    pub(super) fn settle(&self, id: MissingId) -> Option<()> {
        self.trees.recorder.settle(self.missing(id)?.read);
        Some(())
    }

    /// Takes an optional read back, unless something relied on it.
    pub(super) fn settle_optional(&self, id: MissingId) -> Option<()> {
        let absent = self.missing(id)?;
        self.trees.recorder.settle_optional(&absent.absence, absent.read);
        Some(())
    }
}

//! Reads evidence: fields, items, and what is absent.

use super::absences::{Absence, PathPart, SetId};
use super::run::{Eval, Evaluator, FieldCache};
use super::value::{At, Grade, Value, ValueKind, View};
use crate::engine::ir::{Expr, ExprKind, Field, Slot};
use crate::engine::note::Place;
use crate::evidence::{Children, Day, Decimal, Kind as NodeKind, Length, NodeId, NodeRef};
use crate::pack::{Content, ShapeId, Validation};

/// The items of a list of the evidence.
pub(super) enum Nodes<'r> {
    All(Children<'r>),
    Some(std::slice::Iter<'r, NodeId>),
}

impl Iterator for Nodes<'_> {
    type Item = NodeId;

    #[inline]
    fn next(&mut self) -> Option<NodeId> {
        match self {
            Self::All(children) => children.next().map(NodeRef::id),
            Self::Some(nodes) => nodes.next().copied(),
        }
    }
}

/// How far fields could be read.
enum Walked<'p> {
    To(Value),
    /// A mapping does not give the first of these fields, which has this shape.
    Until(Place, &'p [Field], ShapeId),
}

impl<'r> Evaluator<'r> {
    /// Reads `variable.field.field…`.
    pub(super) fn path(&mut self, slot: Slot, fields: &'r [Field]) -> Eval {
        self.cost.steps += 1 + fields.len() as u64;
        let base = self.variable(slot);
        match self.walk(base, fields)? {
            Walked::To(value) => Ok(value),
            Walked::Until(place, rest, shape) => self.absent_path(place, rest, shape),
        }
    }

    pub(super) fn fields_of(&mut self, of: Value, fields: &'r [Field]) -> Eval {
        match self.walk(of, fields)? {
            Walked::To(value) => Ok(value),
            Walked::Until(place, rest, shape) => self.absent_path(place, rest, shape),
        }
    }

    /// Evaluates `has(x)`; a field that is not given leaves nothing behind.
    pub(super) fn has_expr(&mut self, given: &'r Expr) -> Eval {
        if let ExprKind::Path(slot, fields) = &given.kind {
            self.cost.steps += 1 + fields.len() as u64;
            let base = self.variable(*slot);
            return match self.walk(base, fields)? {
                Walked::To(value) => self.has(value),
                Walked::Until(place, rest, shape) => {
                    self.shape_below(shape, rest.get(1..).unwrap_or_default())?;
                    Ok(Value::FALSE.at(At::of(place)))
                }
            };
        }
        let given = self.eval(given)?;
        self.has(given)
    }

    /// Evaluates `x.or(default)`.
    pub(super) fn or(&mut self, of: &'r Expr, default: &'r Expr) -> Eval {
        let value = if let ExprKind::Path(slot, fields) = &of.kind {
            self.cost.steps += 1 + fields.len() as u64;
            let base = self.variable(*slot);
            match self.walk(base, fields)? {
                Walked::To(value) => value,
                Walked::Until(place, rest, shape) => {
                    self.shape_below(shape, rest.get(1..).unwrap_or_default())?;
                    return self.default(default, At::of(place));
                }
            }
        } else {
            self.eval(of)?
        };
        match value.as_absent() {
            None | Some((Grade::OneOfSeveral, _)) => Ok(value),
            Some((Grade::Undecided, set)) => Ok(Value::absent(Grade::Undecided, set)),
            Some((Grade::NotGiven, set)) => {
                self.keep_unusable(set);
                self.default(default, value.written_at())
            }
        }
    }

    /// Evaluates a default. One that comes from no evidence comes from where the value would stand; a list does not, since
    /// what it lacks is not what the evidence lacks.
    fn default(&mut self, default: &'r Expr, at: At) -> Eval {
        let value = self.eval(default)?;
        Ok(if value.is(ValueKind::Array) { value } else { value.at(value.written_at().or(at)) })
    }

    /// Reads fields of fields as far as they are given.
    #[inline(always)]
    fn walk<'p>(&mut self, base: Value, fields: &'p [Field]) -> Eval<Walked<'p>>
    where
        'p: 'r,
    {
        let (mut value, mut rest) = (base, fields);
        while let Some((field, deeper)) = rest.split_first() {
            let Some(place) = value.as_collection() else { return self.path_below(value, rest).map(Walked::To) };
            value = match self.field(place, field)? {
                (_, Some(given)) => self.read(given),
                (shape, None) => return Ok(Walked::Until(place, rest, shape)),
            };
            rest = deeper;
        }
        Ok(Walked::To(value))
    }

    /// Returns the shape of a field, and where its value is, if it is given.
    #[inline]
    pub(super) fn field(&mut self, of: Place, field: &'r Field) -> Eval<(ShapeId, Option<Place>)> {
        let tree = self.tree(of.subject);
        let validation = tree.validated.validation(of.node);
        let cached = self.fields.get(field.id as usize).copied().flatten();
        let known = match (cached, validation.shape) {
            (Some(known), Some(shape)) if known.mapping == shape => known,
            _ => self.learn_field(of, validation, field)?,
        };
        let node = tree.field(of.node, validation, known.at, &field.name);
        Ok((known.shape, node.map(|node| Place { node, ..of })))
    }

    #[inline(never)]
    fn learn_field(&mut self, of: Place, validation: Validation, field: &'r Field) -> Eval<FieldCache> {
        let known = validation.shape.and_then(|mapping| {
            let (at, shape) = self.context.schema.field_at(mapping, &field.name)?;
            Some(FieldCache { mapping, at, shape })
        });
        let Some(known) = known else { return Err(self.no_field(of, &field.name)) };
        if let Some(cache) = self.fields.get_mut(field.id as usize) {
            *cache = Some(known);
        }
        Ok(known)
    }

    /// A field that the schema does not know must never read as absent: the rule is wrong, not the evidence.
    #[cold]
    fn no_field(&self, of: Place, name: &str) -> Box<super::run::Stop> {
        let tree = self.tree(of.subject);
        let pointer = tree.document.pointer(of.node);
        let pointer = if pointer.is_empty() { "/" } else { &pointer };
        let name = crate::pack::short(name);
        self.fault(format!("the evidence schema has no field `{name}` at {pointer}"))
    }

    /// Reads a field whose name was computed.
    fn named_field(&mut self, of: Value, name: &'r str) -> Eval {
        match self.view(of) {
            View::Collection(place) => {
                let tree = self.tree(place.subject);
                let validation = tree.validated.validation(place.node);
                let schema = self.context.schema;
                let field = validation.shape.and_then(|mapping| schema.field_at(mapping, name));
                let (shape, node) = match field {
                    Some((at, shape)) => (shape, tree.field(place.node, validation, at, name)),
                    // A key that is chosen freely.
                    None => match validation.shape.and_then(|mapping| schema.value_of_key(mapping, name)) {
                        Some(shape) => (shape, self.node(place).get(name).map(NodeRef::id)),
                        None => return Err(self.no_field(place, name)),
                    },
                };
                match node {
                    Some(node) => Ok(self.read(Place { node, ..place })),
                    None => Ok(self.absent(place, 0, PathPart::Field(name), Some(shape))),
                }
            }
            View::Absent(Grade::NotGiven, set) => {
                let Some(shape) = self.absences.only(set).and_then(|absence| absence.shape) else {
                    return Ok(Value::absent(Grade::NotGiven, set).at(of.written_at()));
                };
                match self.context.schema.value_of_key(shape, name) {
                    Some(shape) => Ok(self.below(set, PathPart::Field(name), Some(shape))),
                    None => {
                        Err(self.fault(format!("the evidence schema has no field `{}` here", crate::pack::short(name))))
                    }
                }
            }
            View::Absent(_, set) => Ok(Value::absent(Grade::Undecided, set)),
            _ => Err(self.fault(format!("{} has no fields", self.type_name(of)))),
        }
    }

    pub(super) fn index(&mut self, of: Value, index: Value) -> Eval {
        if let Some(absent) = index.as_absent() {
            let both = self.united(of.as_absent(), absent);
            return Ok(Value::absent(both.0, both.1));
        }
        if let Some(name) = self.as_text(index) {
            return self.named_field(of, name);
        }
        let Some(index) = index.as_int() else {
            return Err(self.fault(format!("`[…]` takes a whole number or a name, found {}", self.type_name(index))));
        };
        if let Some(absent) = of.as_absent() {
            return Ok(self.item_of_absent(absent, PathPart::Index(index)));
        }
        let open = self.openness(of);
        if open != 0 {
            return Ok(Value::absent(Grade::Undecided, open));
        }
        if !self.is_list(of) {
            return Err(self.fault(format!("a list is expected, found {}", self.type_name(of))));
        }
        let length = self.length(of);
        let from_start = if index < 0 { index.saturating_add(length as i64) } else { index };
        match usize::try_from(from_start).ok().filter(|at| *at < length) {
            Some(at) => self.item_at(of, at),
            None => Ok(self.no_item(of)),
        }
    }

    /// Returns the item of a list that stands there.
    fn item_at(&mut self, list: Value, at: usize) -> Eval {
        if let Some(array) = list.as_array() {
            return Ok(self.heap.arrays.item(array, at).map_or(Value::UNIT, |item| item.value));
        }
        if let ValueKind::Collection = list.kind() {
            // Items are reached one after the other.
            self.spend(at as u64 / 8)?;
        }
        let node = match self.nodes(list) {
            Some((of, Nodes::Some(nodes))) => nodes.as_slice().get(at).map(|node| Place { node: *node, ..of }),
            Some((of, Nodes::All(mut nodes))) => nodes.nth(at).map(|node| Place { node: node.id(), ..of }),
            None => None,
        };
        Ok(node.map_or(Value::UNIT, |place| self.read(place)))
    }

    /// Returns the nodes of a list of the evidence, and the place of the list.
    #[inline]
    pub(super) fn nodes(&self, list: Value) -> Option<(Place, Nodes<'r>)> {
        match list.as_collection() {
            Some(place) if self.node(place).kind() == NodeKind::Sequence => {
                Some((place, Nodes::All(self.node(place).items())))
            }
            None if list.is(ValueKind::Selection) => {
                Some((list.written_at().place()?, Nodes::Some(self.nodes_of(list).iter())))
            }
            _ => None,
        }
    }

    /// Reads what stands at a place.
    #[inline]
    pub(super) fn read(&mut self, place: Place) -> Value {
        let tree = self.tree(place.subject);
        let validation = tree.validated.validation(place.node);
        match validation.content {
            Content::Collection => Value::collection(place),
            Content::Text => Value::text_at(place),
            Content::DateTime => match tree.validated.moment(validation) {
                Some(moment) => self.heap.keep_moment(moment).at(At::of(place)),
                None => self.absent_at(place, validation.shape, true),
            },
            _ => self.read_other(place, validation),
        }
    }

    #[inline(never)]
    fn read_other(&mut self, place: Place, validation: Validation) -> Value {
        let node = self.node(place);
        let value = match validation.content {
            Content::Nothing => return self.absent_at(place, validation.shape, false),
            Content::Doubtful => return self.doubtful(place),
            Content::Unusable | Content::Unknown => None,
            Content::Collection => Some(Value::collection(place)),
            Content::Text => Some(Value::text_at(place)),
            Content::Boolean => node.as_bool().map(Value::bool),
            Content::Integer => node.as_integer().map(Value::int),
            Content::Number => Decimal::parse(node.text()).map(|number| self.heap.keep_decimal(number)),
            Content::DateTime => None,
            Content::Date => Day::parse(node.text()).map(Value::day),
            Content::Duration => Length::parse(node.text()).map(|length| self.heap.keep_length(length)),
        };
        match value {
            Some(value) => value.at(At::of(place)),
            None => self.absent_at(place, validation.shape, true),
        }
    }

    /// Returns that a node says nothing, or nothing usable.
    pub(super) fn absent_at(&mut self, place: Place, shape: Option<ShapeId>, is_unusable: bool) -> Value {
        let set = self.absences.one(Absence { place, tail: 0, shape, is_unusable, is_doubtful: false });
        Value::absent(Grade::NotGiven, set).at(At::of(place))
    }

    fn absent(&mut self, place: Place, before: u32, part: PathPart<'r>, shape: Option<ShapeId>) -> Value {
        let tail = self.absences.tail(before, part);
        let set = self.absences.one(Absence { place, tail, shape, is_unusable: false, is_doubtful: false });
        Value::absent(Grade::NotGiven, set).at(At::of(place))
    }

    /// Returns that the rest of a path is absent, whose first field has this shape: the deepest path.
    #[inline(never)]
    fn absent_path(&mut self, place: Place, fields: &'r [Field], first: ShapeId) -> Eval {
        let Some((last, above)) = fields.split_last() else { return Ok(Value::UNIT) };
        let shape = self.shape_below(first, fields.get(1..).unwrap_or_default())?;
        let before = above.iter().fold(0, |tail, field| self.absences.tail(tail, PathPart::Field(&field.name)));
        Ok(self.absent(place, before, PathPart::Field(&last.name), Some(shape)))
    }

    /// Reads the rest of a path below something that is no mapping.
    #[inline(never)]
    fn path_below(&mut self, above: Value, fields: &'r [Field]) -> Eval {
        let Some((grade, mut set)) = above.as_absent() else {
            // The schema says which keys stand here, and does not say that there are any.
            if let Some(place) = above.written_at().place().filter(|place| self.is_open(*place)) {
                let shape = self.tree(place.subject).validated.shape(place.node);
                return Ok(self.absent_at(place, shape, true));
            }
            let name = fields.first().map_or("", |field| &field.name);
            return Err(self.fault(format!("{} has no field `{name}`", self.type_name(above))));
        };
        if grade != Grade::NotGiven {
            return Ok(Value::absent(Grade::Undecided, set).at(above.written_at()));
        }
        for field in fields {
            let Some(absence) = self.absences.only(set) else { break };
            // What a made list lacks has no path of its own: what lies below it cites the list.
            let Some(shape) = absence.shape.and_then(|above| self.context.schema.field(above, &field.name)) else {
                break;
            };
            set = self.set_below(absence, PathPart::Field(&field.name), Some(shape));
        }
        Ok(Value::absent(Grade::NotGiven, set).at(above.written_at()))
    }

    /// Tells whether the schema allows any value at a place.
    fn is_open(&self, place: Place) -> bool {
        let shape = self.tree(place.subject).validated.shape(place.node);
        shape.and_then(|shape| self.context.schema.shape(shape)).is_some_and(|shape| shape.kind.is_any())
    }

    /// Returns the shape of a path below a shape. A field that the schema does not know is a mistake of the rule.
    fn shape_below(&self, shape: ShapeId, fields: &[Field]) -> Eval<ShapeId> {
        fields.iter().try_fold(shape, |shape, field| {
            let deeper = self.context.schema.field(shape, &field.name);
            deeper.ok_or_else(|| self.fault(format!("the evidence schema has no field `{}` here", field.name)))
        })
    }

    fn set_below(&mut self, absence: Absence, part: PathPart<'r>, shape: Option<ShapeId>) -> SetId {
        let tail = self.absences.tail(absence.tail, part);
        // What lies below an unusable value is as unusable.
        self.absences.one(Absence { tail, shape, ..absence })
    }

    /// Reads what lies deeper in what is absent.
    fn below(&mut self, set: SetId, part: PathPart<'r>, shape: Option<ShapeId>) -> Value {
        let set = match self.absences.only(set) {
            Some(absence) => self.set_below(absence, part, shape),
            None => set,
        };
        Value::absent(Grade::NotGiven, set)
    }

    fn item_of_absent(&mut self, (grade, set): (Grade, SetId), part: PathPart<'r>) -> Value {
        if grade != Grade::NotGiven {
            return Value::absent(Grade::Undecided, set);
        }
        let shape = self.absences.only(set).and_then(|absence| absence.shape);
        let item = shape.and_then(|shape| self.context.schema.item(shape));
        self.below(set, part, item)
    }

    /// Returns an item that a list does not have, or that something absent does not have.
    pub(super) fn no_item(&mut self, list: Value) -> Value {
        if let Some(absent) = list.as_absent() {
            return self.item_of_absent(absent, PathPart::Item);
        }
        // What a list lacks that was made of no evidence stands for the bundle as a whole.
        let place = self.place_or_root(list);
        let shape = self.tree(place.subject).validated.shape(place.node);
        match shape.and_then(|shape| self.context.schema.item(shape)) {
            Some(item) => self.absent(place, 0, PathPart::Item, Some(item)),
            None => self.absent_at(place, None, false),
        }
    }
}

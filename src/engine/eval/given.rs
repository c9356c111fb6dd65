//! Whether something is given: not absent, and something in it is given.

use super::absences::{Absence, SetId};
use super::arrays::{Array, Item};
use super::run::{Eval, Evaluator};
use super::statements::Truth;
use super::value::{At, Grade, Value, ValueKind};
use crate::engine::note::Place;
use crate::evidence::{Kind as NodeKind, NodeId, NodeRef};
use crate::pack::{Content, Doubt};

impl<'r> Evaluator<'r> {
    /// Evaluates `has(x)`: true, false, or absent where it is not known.
    pub(super) fn has(&mut self, value: Value) -> Eval {
        if value.is(ValueKind::Unit) {
            return Err(self.fault("has() needs a value, found nothing"));
        }
        let given = self.given(value)?;
        if given.as_bool() == Some(false) {
            let set = self.empties(value)?;
            self.keep_unusable(set);
        }
        Ok(if given.is(ValueKind::Bool) { given.at(value.written_at()) } else { given })
    }

    /// Tells whether a value is given.
    pub(super) fn given(&mut self, value: Value) -> Eval {
        Ok(match value.kind() {
            ValueKind::Absent => match value.as_absent() {
                Some((Grade::OneOfSeveral, _)) => Value::TRUE,
                Some((Grade::Undecided, set)) => Value::absent(Grade::Undecided, set),
                _ => Value::FALSE,
            },
            ValueKind::Collection => match value.as_collection() {
                Some(place) => self.given_in(place, &[place.node])?,
                None => Value::FALSE,
            },
            ValueKind::Selection => {
                let nodes = self.nodes_of(value);
                self.cost.steps += nodes.len() as u64 / 8;
                self.given_in(self.place_or_root(value), nodes)?
            }
            ValueKind::Array => {
                let Some(array) = value.as_array() else { return Ok(Value::FALSE) };
                let mut unknown: SetId = 0;
                for at in 0..array.len() {
                    self.spend(1)?;
                    let Some(Item { value, why }) = self.heap.arrays.item(array, at) else { break };
                    let given = self.given(value)?;
                    match given.as_bool() {
                        Some(true) if why == 0 => return Ok(Value::TRUE),
                        Some(false) if why == 0 => {}
                        _ => {
                            let own = given.absences();
                            unknown = self.absences.union(unknown, why);
                            unknown = self.absences.union(unknown, own);
                        }
                    }
                }
                if unknown == 0 { Value::FALSE } else { Value::absent(Grade::Undecided, unknown) }
            }
            _ => Value::TRUE,
        })
    }

    /// Tells whether something in one of some nodes of a tree is given.
    fn given_in(&mut self, of: Place, nodes: &[NodeId]) -> Eval {
        let mut doubtful = 0;
        for node in nodes {
            match self.is_given(Place { node: *node, ..of }) {
                Truth::Yes => {
                    self.spend(0)?;
                    return Ok(Value::TRUE);
                }
                Truth::No => {}
                Truth::Unknown(set) => doubtful = self.absences.union(doubtful, set),
            }
        }
        self.spend(0)?;
        Ok(if doubtful == 0 { Value::FALSE } else { Value::absent(Grade::Undecided, doubtful) })
    }

    /// Tells whether something in a node is given; where only doubtful prose is, nobody knows.
    pub(super) fn is_given(&mut self, place: Place) -> Truth {
        let (mut visited, mut doubtful) = (0, Vec::new());
        let is_given = self.is_given_in(place, &mut visited, &mut doubtful);
        self.cost.steps += visited / 4;
        if is_given {
            return Truth::Yes;
        }
        let mut unknown: SetId = 0;
        for node in doubtful {
            let set = self.doubtful(Place { node, ..place }).absences();
            unknown = self.absences.union(unknown, set);
        }
        if unknown == 0 { Truth::No } else { Truth::Unknown(unknown) }
    }

    fn is_given_in(&self, place: Place, visited: &mut u64, doubtful: &mut Vec<NodeId>) -> bool {
        *visited += 1;
        let tree = self.tree(place.subject);
        match tree.validated.validation(place.node).content {
            Content::Nothing | Content::Unusable | Content::Unknown => false,
            Content::Doubtful => {
                doubtful.push(place.node);
                false
            }
            Content::Collection => {
                let node = self.node(place);
                let mut is_in =
                    |inner: NodeRef<'_>| self.is_given_in(Place { node: inner.id(), ..place }, visited, doubtful);
                match node.kind() {
                    NodeKind::Sequence => node.items().any(is_in),
                    _ => node.entries().any(|(_, value)| is_in(value)),
                }
            }
            _ => true,
        }
    }

    /// Returns that a person has to say whether prose states anything: what the entries of a list have in common is
    /// asked once, at the first of them.
    pub(super) fn doubtful(&mut self, place: Place) -> Value {
        let validated = &self.tree(place.subject).validated;
        let node = match validated.doubt(place.node) {
            Some(Doubt::Repeated { first, .. }) => first,
            _ => place.node,
        };
        let absence = Absence {
            place: Place { node, ..place },
            tail: 0,
            shape: validated.shape(node),
            is_unusable: false,
            is_doubtful: true,
        };
        let set = self.absences.one(absence);
        Value::absent(Grade::Undecided, set).at(At::of(place))
    }

    /// Returns where the doubtful prose stands that a value is or was computed of.
    pub(super) fn doubtful_place(&self, value: Value) -> Option<Place> {
        let set = value.as_absent().filter(|(grade, _)| *grade == Grade::Undecided)?.1;
        self.absences.only(set).filter(|absence| absence.is_doubtful)?;
        let place = self.cited_place(value)?;
        let content = self.tree(place.subject).validated.validation(place.node).content;
        (content == Content::Doubtful).then_some(place)
    }

    /// An unusable value is never optional: it stays a finding, also where it is only asked whether it is given.
    pub(super) fn keep_unusable(&mut self, set: SetId) {
        if self.absences.has_unusable(set) {
            self.record.depends.push(set);
        }
    }

    /// Returns what is not given where a value is required.
    pub(super) fn empties(&mut self, value: Value) -> Eval<SetId> {
        match value.kind() {
            ValueKind::Absent => Ok(value.absences()),
            ValueKind::Collection | ValueKind::Selection | ValueKind::Array => {
                if let Some((_, set)) = self.given(value)?.as_absent() {
                    return Ok(set);
                }
                let open = self.openness(value);
                let mut set = open;
                if self.is_list(value) {
                    for item in self.items_of(value)? {
                        self.spend(1)?;
                        if let Some((_, own)) = item.value.as_absent() {
                            set = self.absences.union(set, own);
                        }
                    }
                }
                let of = self.place_or_root(value);
                for node in match value.kind() {
                    ValueKind::Collection => vec![of.node],
                    ValueKind::Selection => self.nodes_of(value).to_vec(),
                    _ => Vec::new(),
                } {
                    let unusable = self.unusable_in(Place { node, ..of })?;
                    set = self.absences.union(set, unusable);
                }
                if set == 0 {
                    let place = self.place_or_root(value);
                    let shape = self.tree(place.subject).validated.shape(place.node);
                    let none = self.absent_at(place, shape, false);
                    set = none.absences();
                }
                Ok(set)
            }
            _ => Ok(0),
        }
    }

    /// Returns the unusable values in a node.
    fn unusable_in(&mut self, place: Place) -> Eval<SetId> {
        let tree = self.tree(place.subject);
        let mut set = 0;
        for node in tree.unusable_below(place.node) {
            self.spend(4)?;
            let shape = tree.validated.shape(*node);
            let one = self.absent_at(Place { node: *node, ..place }, shape, true);
            set = self.absences.union(set, one.absences());
        }
        Ok(set)
    }

    /// Returns the absences of the conditions under which items belong to a list, or for which a value is absent.
    pub(super) fn openness(&self, value: Value) -> SetId {
        if let Some((_, set)) = value.as_absent() {
            return set;
        }
        value.as_array().map_or(0, |array| self.heap.arrays.openness(array))
    }

    /// Returns the items of a list.
    pub(super) fn items_of(&mut self, list: Value) -> Eval<Vec<Item>> {
        self.spend(self.length(list) as u64 / 8)?;
        if let Some(array) = list.as_array() {
            return Ok(self.heap.arrays.items(array).to_vec());
        }
        let Some((of, nodes)) = self.nodes(list) else {
            return Err(self.fault(format!("a list is expected, found {}", self.type_name(list))));
        };
        Ok(nodes.map(|node| Item::certain(self.read(Place { node, ..of }))).collect())
    }

    /// Returns how many items a list has, those counted in that are not given.
    pub(super) fn length(&self, list: Value) -> usize {
        match list.kind() {
            ValueKind::Array => list.as_array().map_or(0, Array::len),
            ValueKind::Selection => self.nodes_of(list).len(),
            _ => list.as_collection().map_or(0, |place| self.node(place).len()),
        }
    }

    /// Makes a list of some items.
    pub(super) fn make_list(&mut self, items: &[Item], at: At) -> Eval {
        self.spend_bytes(std::mem::size_of_val(items))?;
        let array = self.heap.arrays.create(items);
        let absences = &mut self.absences;
        self.heap.arrays.set_openness(array, 0, |one, other| absences.union(one, other));
        let list = Value::array(array);
        if self.heap.arrays.depth(list) > DEPTH {
            return Err(self.fault(format!("lists nest at most {DEPTH} levels")));
        }
        // A made list cites the list or the first item that it was made from.
        let first = items.iter().fold(at, |at, item| at.or(item.value.written_at()));
        Ok(list.at(first))
    }
}

/// Lists in lists.
const DEPTH: u32 = 16;

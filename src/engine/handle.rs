//! What scripts hold: evidence as handles on the document, and values that are absent.

use std::rc::Rc;
use std::sync::Arc;

use rhai::{Dynamic, ImmutableString};

use super::recorder::{Absence, Place, Recorder, Subject};
use crate::evidence::{Kind, NodeId, NodeRef};
use crate::pack::{ShapeId, Tree};

/// A mapping or a list of the bundle or the order.
#[derive(Clone)]
pub(super) struct Evidence {
    pub(super) recorder: Rc<Recorder>,
    pub(super) tree: Arc<Tree>,
    pub(super) place: Place,
}

/// Some items of a list: what `filter` leaves.
#[derive(Clone)]
pub(super) struct Selection {
    pub(super) of: Evidence,
    pub(super) nodes: Rc<[NodeId]>,
}

/// A path that was read and is absent, or whose value is unusable.
#[derive(Clone)]
pub(super) struct Missing {
    pub(super) recorder: Rc<Recorder>,
    pub(super) absence: Absence,
    /// The number of the read in the record.
    pub(super) read: u32,
}

/// What scripts and messages call the type of [`Missing`].
pub(super) const ABSENT_TYPE: &str = "absent value";
/// The tag of a `false` that stands for "not known, something is absent".
const UNKNOWN: i32 = i32::MIN;
/// Marks tags of places in the order.
const ORDER_BIT: i32 = 1 << 30;

impl Evidence {
    pub(super) fn node(&self) -> NodeRef<'_> {
        self.tree.document.node(self.place.node)
    }

    pub(super) fn shape(&self) -> Option<ShapeId> {
        self.tree.conformed.shape(self.place.node)
    }

    /// Returns the nodes of a list, in order.
    pub(super) fn items(&self) -> impl Iterator<Item = NodeId> {
        self.node().items().map(NodeRef::id)
    }

    /// Returns the handle of another node of the same tree.
    pub(super) fn at(&self, node: NodeId) -> Self {
        let place = Place { subject: self.place.subject, node };
        Self { recorder: self.recorder.clone(), tree: self.tree.clone(), place }
    }

    /// Records that a path below this node was read and is absent.
    pub(super) fn missing(&self, tail: &str, shape: Option<ShapeId>) -> Dynamic {
        let absence = Absence { place: self.place, tail: tail.into(), shape, is_unusable: false };
        Dynamic::from(Missing::read(self.recorder.clone(), absence))
    }

    /// Tells whether the evidence is a list; a mapping cannot be walked.
    pub(super) fn is_list(&self) -> bool {
        self.node().kind() == Kind::Sequence
    }
}

impl Missing {
    /// Records an absent read and returns its value.
    pub(super) fn read(recorder: Rc<Recorder>, absence: Absence) -> Self {
        recorder.touch(absence.place);
        let read = recorder.read_absent(&absence);
        Self { recorder, absence, read }
    }

    /// Returns the value of a path that goes deeper into what is absent; one read, the deepest, is recorded.
    pub(super) fn below(&self, segment: &str, shape: Option<ShapeId>) -> Self {
        self.settle();
        let tail: ImmutableString = [&self.absence.tail, "/", segment].concat().into();
        let absence = Absence { place: self.absence.place, tail, shape, is_unusable: self.absence.is_unusable };
        Self::read(self.recorder.clone(), absence)
    }

    /// Takes the read back, unless something relied on it.
    pub(super) fn settle(&self) {
        self.recorder.settle(self.read);
    }

    /// Marks that the rule relies on the value.
    pub(super) fn rely(&self) {
        self.recorder.rely(self.read);
    }

    /// Returns the answer to a question about the value: not known.
    pub(super) fn answer(&self) -> Dynamic {
        self.rely();
        unknown()
    }
}

/// Returns a `false` that is not known to be false.
pub(super) fn unknown() -> Dynamic {
    let mut value = Dynamic::FALSE;
    value.set_tag(UNKNOWN);
    value
}

/// Tells whether a value is a `false` that is not known to be false.
pub(super) fn is_unknown(value: &Dynamic) -> bool {
    value.tag() == UNKNOWN && value.is_bool()
}

/// Returns the tag that lets a native value remember its place.
pub(super) fn tag_of(place: Place) -> i32 {
    let node = i32::try_from(place.node.index() + 1).unwrap_or(0);
    match place.subject {
        Subject::Bundle => node,
        Subject::Order => node | ORDER_BIT,
    }
}

/// Returns the place of a value that is evidence.
pub(super) fn place_of(value: &Dynamic) -> Option<Place> {
    if let Some(evidence) = value.read_lock::<Evidence>() {
        return Some(evidence.place);
    }
    if let Some(selection) = value.read_lock::<Selection>() {
        return Some(selection.of.place);
    }
    if let Some(missing) = value.read_lock::<Missing>() {
        return Some(missing.absence.place);
    }
    place_of_tag(value.tag())
}

/// Returns the place that a tag stands for.
pub(super) fn place_of_tag(tag: i32) -> Option<Place> {
    if tag <= 0 {
        return None;
    }
    let subject = if tag & ORDER_BIT != 0 { Subject::Order } else { Subject::Bundle };
    Some(Place { subject, node: NodeId::from_index((tag & !ORDER_BIT) as u32 - 1) })
}

/// Returns the absent path that a value stands for.
pub(super) fn as_missing(value: &Dynamic) -> Option<Missing> {
    if value.is::<Missing>() { value.read_lock::<Missing>().map(|missing| missing.clone()) } else { None }
}

//! Reading evidence from scripts: properties, indexes, and nodes as native values.

use rhai::{Dynamic, Engine, EvalAltResult, INT, ImmutableString};

use super::handle::{ABSENT_TYPE, Evidence, Missing, Selection, tag_of};
use super::recorder::{Absence, Place, Recorder, Subject};
use crate::evidence::{Day, Length, Moment, NodeId, NodeRef, pointer_segment};
use crate::pack::{Content, ShapeId, Tree, nearest_name};

type Read = Result<Dynamic, Box<EvalAltResult>>;

/// Registers what does not depend on the names that rules use.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Evidence>("Evidence");
    engine.register_type_with_name::<Selection>("Evidence list");
    engine.register_type_with_name::<Missing>(ABSENT_TYPE);
    engine.register_indexer_get(|evidence: &mut Evidence, key: ImmutableString| property(evidence, &key));
    engine.register_indexer_get(|missing: &mut Missing, key: ImmutableString| deeper(missing, &key));
    engine.register_indexer_get(|evidence: &mut Evidence, index: INT| {
        item(evidence, evidence.node().len(), index, |at| evidence.items().nth(at))
    });
    engine.register_indexer_get(|selection: &mut Selection, index: INT| {
        item(&selection.of, selection.nodes.len(), index, |at| selection.nodes.get(at).copied())
    });
    engine.register_indexer_get(|missing: &mut Missing, index: INT| {
        let shape = missing.absence.shape.and_then(|shape| missing.recorder.schema.item(shape));
        Dynamic::from(missing.below(&index.to_string(), shape))
    });
}

/// Registers a getter for a name; without one, Rhai formats an error on every access before it asks the indexer.
pub(super) fn register_property(engine: &mut Engine, name: &str) {
    let key = name.to_owned();
    engine.register_get(name, move |evidence: &mut Evidence| property(evidence, &key));
    let key = name.to_owned();
    engine.register_get(name, move |missing: &mut Missing| deeper(missing, &key));
}

/// What a node says.
pub(super) enum Reading<'d> {
    /// Nothing, or nothing that the schema allows.
    Absent {
        is_unusable: bool,
    },
    Collection,
    Native(Native<'d>),
}

/// A scalar in the type that the schema gives it.
pub(super) enum Native<'d> {
    Text(&'d str),
    Bool(bool),
    Int(INT),
    Float(f64),
    Moment(Moment),
    Day(Day),
    Length(Length),
}

/// Reads a node.
pub(super) fn read<'d>(tree: &Tree, node: NodeRef<'d>) -> Reading<'d> {
    let held = tree.conformed.held(node.id());
    let native = match held.content {
        Content::Nothing => return Reading::Absent { is_unusable: false },
        Content::Unusable | Content::Unknown => return Reading::Absent { is_unusable: true },
        Content::Collection => return Reading::Collection,
        Content::Text => Some(Native::Text(node.text())),
        Content::Boolean => node.as_bool().map(Native::Bool),
        Content::Integer => node.as_integer().map(Native::Int),
        Content::Number => node.as_float().map(Native::Float),
        Content::DateTime => tree.conformed.moment(held).map(Native::Moment),
        Content::Date => Day::parse(node.text()).map(Native::Day),
        Content::Duration => Length::parse(node.text()).map(Native::Length),
    };
    // What the schema allows can be read.
    native.map_or(Reading::Absent { is_unusable: true }, Reading::Native)
}

/// Returns a node as a script value: native where it is a scalar, a handle where it is not.
pub(super) fn value(of: &Evidence, node: NodeRef<'_>) -> Dynamic {
    let place = Place { subject: of.place.subject, node: node.id() };
    of.recorder.touch(place);
    let native = match read(&of.tree, node) {
        Reading::Absent { is_unusable } => {
            let shape = of.tree.conformed.shape(node.id());
            let absence = Absence { place, tail: ImmutableString::new(), shape, is_unusable };
            return Dynamic::from(Missing::read(of.recorder.clone(), absence));
        }
        Reading::Collection => return Dynamic::from(of.at(node.id())),
        Reading::Native(native) => native,
    };
    let mut value = match native {
        Native::Text(text) => text.into(),
        Native::Bool(value) => Dynamic::from_bool(value),
        Native::Int(number) => Dynamic::from_int(number),
        Native::Float(number) => Dynamic::from_float(number),
        Native::Moment(moment) => Dynamic::from(moment),
        Native::Day(day) => Dynamic::from(day),
        Native::Length(length) => Dynamic::from(length),
    };
    value.set_tag(tag_of(place));
    value
}

/// Returns the handles that `check` gets.
pub(super) fn roots(recorder: &std::rc::Rc<Recorder>) -> Option<(Evidence, Evidence)> {
    let case = recorder.case()?;
    let root =
        |subject, tree| Evidence { recorder: recorder.clone(), tree, place: Place { subject, node: NodeId::ROOT } };
    Some((root(Subject::Bundle, case.bundle.clone()), root(Subject::Order, case.order.clone())))
}

fn property(evidence: &Evidence, name: &str) -> Read {
    let Some(shape) = evidence.shape() else {
        return Err(format!("`{name}` was read below a key that the evidence schema does not know").into());
    };
    let Some(field) = evidence.recorder.schema.field(shape, name) else {
        return Err(unknown_field(
            &evidence.recorder,
            shape,
            name,
            &evidence.tree.document.pointer(evidence.place.node),
        ));
    };
    match evidence.node().get(name) {
        Some(node) => Ok(value(evidence, node)),
        None => Ok(evidence.missing(&format!("/{}", pointer_segment(name)), Some(field))),
    }
}

fn deeper(missing: &Missing, name: &str) -> Read {
    let shape = missing.absence.shape;
    let field = shape.and_then(|shape| missing.recorder.schema.field(shape, name));
    match (shape, field) {
        (_, Some(field)) => Ok(Dynamic::from(missing.below(&pointer_segment(name), Some(field)))),
        (Some(shape), None) => Err(unknown_field(&missing.recorder, shape, name, &missing.absence.tail)),
        (None, None) => Err("an absent value that is no evidence has no fields".into()),
    }
}

/// A misspelled field must never read as absent: the rule is wrong, not the evidence.
fn unknown_field(recorder: &Recorder, shape: ShapeId, name: &str, path: &str) -> Box<EvalAltResult> {
    let names = recorder.schema.fields(shape).iter().map(|(field, _)| field.as_str());
    let hint = match nearest_name(name, names) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => String::new(),
    };
    let path = if path.is_empty() { "/" } else { path };
    format!("the evidence schema has no field `{name}` at {path}{hint}").into()
}

fn item(of: &Evidence, len: usize, index: INT, nth: impl Fn(usize) -> Option<NodeId>) -> Dynamic {
    let from_start = if index < 0 { index.saturating_add(len as INT) } else { index };
    let found = usize::try_from(from_start).ok().and_then(nth);
    match found {
        Some(node) => value(of, of.tree.document.node(node)),
        None => {
            let shape = of.shape().and_then(|shape| of.recorder.schema.item(shape));
            of.missing("/-", shape)
        }
    }
}

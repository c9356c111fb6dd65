//! Holds a document to the schema: the shape of every node, values that cannot be used, keys that are not known.

use std::sync::OnceLock;

use super::assertion::{Fault, TypeSet, Validator};
use super::prose::{Doubt, Entries};
use super::schema::{Format, Schema, Shape, ShapeId, ShapeKind};
use super::usable::is_usable;
use crate::evidence::{Document, Kind, Moment, NodeId, NodeRef, Shown, is_visible, nearest_name};
use crate::language::Text;

/// A document together with what the schema says of it.
#[derive(Debug)]
pub struct Tree {
    /// The values and their places.
    pub document: Document,
    /// Their shapes.
    pub validated: Validated,
    /// What is wrong beyond values that are unusable, once it is asked for.
    pub(super) faults: OnceLock<Vec<Fault>>,
}

impl Tree {
    /// Holds the document of a bundle to the schema.
    pub fn bundle(document: Document, schema: &Schema) -> Self {
        Self { validated: Validated::root(&document, schema, schema.bundle()), document, faults: OnceLock::new() }
    }

    /// Holds the document of an order to the schema.
    pub fn order(document: Document, schema: &Schema) -> Self {
        Self { validated: Validated::root(&document, schema, schema.order()), document, faults: OnceLock::new() }
    }
}

impl Tree {
    /// Returns the value that a mapping gives for a field, which the schema knows at a position and by a name. What the
    /// schema says of the mapping is given with it.
    #[inline]
    pub(crate) fn field(&self, mapping: NodeId, validation: Validation, at: u16, name: &str) -> Option<NodeId> {
        if validation.at == Validation::NOWHERE {
            return self.document.node(mapping).get(name).map(NodeRef::id);
        }
        let value = self.validated.fields.get(validation.at as usize + usize::from(at));
        value.copied().filter(|value| *value != NodeId::ROOT)
    }
}

/// Characters of a value that a message repeats.
const QUOTED_CHARS: usize = 120;

impl Tree {
    /// Returns the text of a key, short enough for a message.
    pub(crate) fn words_of_key(&self, key: NodeId) -> String {
        short(self.document.node(key).text())
    }

    /// Returns the field that an unknown key was probably meant to be: spelled almost like it, and not given.
    pub(crate) fn suggestion<'s>(&self, unknown: &Unknown, schema: &'s Schema) -> Option<&'s str> {
        let mapping = self.document.node(unknown.mapping);
        let fields = schema.fields(self.validated.shape(unknown.mapping)?);
        self.document.budget().spend(fields.len());
        let names = fields.iter().map(|(name, _)| name.as_str()).filter(|name| mapping.get(name).is_none());
        nearest_name(self.document.node(unknown.key).text(), names)
    }

    /// Returns what a node says, short enough for a message: its text, or its items.
    pub fn words(&self, id: NodeId) -> Text {
        let node = self.document.node(id);
        match node.kind() {
            Kind::Null => Text::new("nothing", "빈 값"),
            Kind::Mapping if node.is_empty() => Text::new("nothing", "빈 값"),
            Kind::Mapping => Text::same(short(&first_words(node.entries().map(|(key, _)| key.text())))),
            Kind::Sequence if node.is_empty() => Text::new("an empty list", "빈 목록"),
            Kind::Sequence if node.items().take(QUOTED_CHARS).all(|item| item.kind().is_scalar()) => {
                Text::same(short(&first_words(node.items().map(NodeRef::text))))
            }
            Kind::Sequence => Text::new(format!("a list of {}", node.len()), format!("{}개 항목의 목록", node.len())),
            Kind::Boolean | Kind::Integer | Kind::Float | Kind::Text => Text::same(short(node.text())),
        }
    }
}

/// Joins texts as far as a message may repeat them, and a little further, so that the cut shows.
fn first_words<'d>(texts: impl Iterator<Item = &'d str>) -> String {
    let mut words = String::new();
    let mut room = QUOTED_CHARS + 1;
    for (position, text) in texts.enumerate() {
        let separator = if position == 0 { "" } else { ", " };
        for c in separator.chars().chain(text.chars()).take(room) {
            words.push(c);
            room -= 1;
        }
        if room == 0 {
            break;
        }
    }
    words
}

/// Cuts a text that comes from evidence or a script to what a message can hold.
pub(crate) fn short(text: &str) -> String {
    // The line break at the end of a block of text belongs to the layout of the file.
    Shown::cut(text.trim_end_matches(['\r', '\n']), QUOTED_CHARS).into_text().into_owned()
}

/// What a node holds, after the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// It lies below a key that the schema does not know, or inside an unusable value.
    Unknown,
    /// Null, or text without a visible character; prose or a name without a letter or digit.
    Nothing,
    /// A value that the schema does not allow.
    Unusable,
    /// The keys with values, or the list, that the schema expects.
    Collection,
    /// Text.
    Text,
    /// Prose or a name of which a person has to say whether it states anything.
    Doubtful,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A date-time.
    DateTime,
    /// A date.
    Date,
    /// A length of time.
    Duration,
}

impl Content {
    /// Returns what a usable scalar of a kind holds.
    fn of_kind(kind: &ShapeKind, node: NodeRef<'_>) -> Self {
        match kind {
            ShapeKind::Object(_) | ShapeKind::Map(_) | ShapeKind::List(_) | ShapeKind::Union(_) => Self::Collection,
            ShapeKind::Text { .. } | ShapeKind::Choice(_) => Self::Text,
            ShapeKind::Formatted(Format::DateTime) => Self::DateTime,
            ShapeKind::Formatted(Format::Date) => Self::Date,
            ShapeKind::Formatted(Format::Duration) => Self::Duration,
            ShapeKind::Formatted(Format::Time | Format::Email | Format::Uri | Format::Uuid | Format::Sha256) => {
                Self::Text
            }
            ShapeKind::Any => match node.kind() {
                Kind::Boolean => Self::Boolean,
                Kind::Integer => Self::Integer,
                Kind::Float => Self::Number,
                Kind::Null | Kind::Text | Kind::Sequence | Kind::Mapping => Self::Text,
            },
            ShapeKind::Integer { .. } => Self::Integer,
            ShapeKind::Number { .. } => Self::Number,
            ShapeKind::Boolean => Self::Boolean,
        }
    }
}

/// Positions of fields that are kept for each node of a document; what has more is found by name.
const FIELDS_PER_NODE: usize = 4;

/// What the schema says of one node; 8 bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Validation {
    /// Its shape, unless it is unknown.
    pub(crate) shape: Option<ShapeId>,
    /// What it holds.
    pub(crate) content: Content,
    /// Mapping: where the values of its fields begin. Date-time, doubtful prose: which of those that are kept.
    pub(super) at: u32,
}

impl Validation {
    const NOWHERE: u32 = u32::MAX;
    const UNKNOWN: Self = Self { shape: None, content: Content::Unknown, at: Self::NOWHERE };
}

/// What the schema says of a document.
#[derive(Debug, Default)]
pub struct Validated {
    /// What it says of each node, by position in the document.
    pub(super) nodes: Vec<Validation>,
    /// The values of mappings, in the order in which the schema has their fields; the root stands for no value.
    fields: Vec<NodeId>,
    /// The usable date-times: they are compared often, and reading one takes long.
    moments: Vec<Moment>,
    pub(super) doubts: Vec<Doubt>,
    /// The prose in the list that is read.
    pub(super) entries: Entries,
    unusable: Vec<NodeId>,
    unknown: Vec<Unknown>,
    pub(super) values: usize,
    /// The bytes of the values, with those that aliases repeat.
    text_bytes: usize,
}

/// What a document is held to.
pub(super) struct Against<'s> {
    pub(super) document: &'s Document,
    schema: &'s Schema,
    validator: Validator<'s>,
}

/// A key that the schema does not know.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// The key.
    pub key: NodeId,
    /// The mapping that gives it.
    pub mapping: NodeId,
}

impl Validated {
    /// Returns the shape of a node; nothing below an unknown key or an unusable value.
    pub fn shape(&self, node: NodeId) -> Option<ShapeId> {
        self.validation(node).shape
    }

    /// Returns what the schema says of a node.
    #[inline]
    pub(crate) fn validation(&self, node: NodeId) -> Validation {
        self.nodes.get(node.index()).copied().unwrap_or(Validation::UNKNOWN)
    }

    /// Returns the date-time that a node is.
    #[inline]
    pub(crate) fn moment(&self, validation: Validation) -> Option<Moment> {
        if validation.content == Content::DateTime { self.moments.get(validation.at as usize).copied() } else { None }
    }

    /// Returns the values that are not what the schema expects, in document order; every rule reads them as absent.
    pub fn unusable(&self) -> &[NodeId] {
        &self.unusable
    }

    /// Returns the unknown keys, in document order.
    pub fn unknown(&self) -> &[Unknown] {
        &self.unknown
    }

    /// Returns how many values (not lists or mappings) were held to the schema.
    pub fn value_count(&self) -> usize {
        self.values
    }

    fn root(document: &Document, schema: &Schema, shape: ShapeId) -> Self {
        let nodes = vec![Validation::UNKNOWN; document.node_count()];
        let mut validated = Self { nodes, ..Self::default() };
        let against = Against { document, schema, validator: Validator::new(schema.checks(), document.budget()) };
        validated.visit(document.root(), &against, shape);
        validated.entries = Entries::default();
        document.budget().spend(document.node_count());
        document.budget().spend_text(validated.text_bytes);
        validated
    }

    pub(super) fn visit(&mut self, node: NodeRef<'_>, against: &Against<'_>, id: ShapeId) {
        let Some((id, shape)) = member(against.schema, id, node) else { return };
        let mut content = self.content_of(node, against, shape);
        if (shape.is_prose || shape.is_name) && content == Content::Text {
            content = self.statement(node, shape, against.schema);
        }
        let at = match (content, &shape.kind) {
            (Content::Collection, ShapeKind::List(item)) => {
                self.visit_items(node, against, *item);
                Validation::NOWHERE
            }
            (Content::Collection, ShapeKind::Any) => {
                let below = against.schema.below_any(id);
                node.items().for_each(|node| self.visit(node, against, below));
                node.entries().for_each(|(_, node)| self.visit(node, against, below));
                Validation::NOWHERE
            }
            (Content::Collection, _) => self.visit_fields(node, against, id),
            (Content::DateTime, _) => self.moments.len() as u32 - 1,
            (Content::Doubtful, _) => self.doubts.len() as u32 - 1,
            _ => Validation::NOWHERE,
        };
        if let Some(validation) = self.nodes.get_mut(node.id().index()) {
            *validation = Validation { shape: Some(id), content, at };
        }
        if shape.is_prose && matches!(content, Content::Text | Content::Doubtful) {
            self.entries.add(id, node.id(), |node| against.document.node(node).text());
        }
    }

    fn content_of(&mut self, node: NodeRef<'_>, against: &Against<'_>, shape: &Shape) -> Content {
        if is_absent(node) {
            return Content::Nothing;
        }
        self.values += usize::from(node.kind().is_scalar());
        self.text_bytes += node.text().len();
        if !node.kind().is_scalar() && fits(&shape.kind, node) {
            return Content::Collection;
        }
        let is_satisfied = || shape.assertions.iter().all(|assertion| against.validator.holds(assertion, node));
        // A date-time is kept where it is found usable.
        let mut is_usable = || match (&shape.kind, node.kind()) {
            (ShapeKind::Formatted(Format::DateTime), Kind::Text) => self.keep_moment(node),
            (kind, _) => is_usable(kind, node),
        };
        if is_satisfied() && is_usable() {
            return Content::of_kind(&shape.kind, node);
        }
        self.unusable.push(node.id());
        Content::Unusable
    }

    /// Keeps a node that is a date-time; tells whether it is one.
    fn keep_moment(&mut self, node: NodeRef<'_>) -> bool {
        let moment = Moment::parse(node.text());
        self.moments.extend(moment);
        moment.is_some()
    }

    /// Holds the values of a mapping to the schema; returns where they are kept.
    fn visit_fields(&mut self, node: NodeRef<'_>, against: &Against<'_>, id: ShapeId) -> u32 {
        let first = self.fields.len();
        let schema = against.schema;
        let end = first + schema.fields(id).len();
        let is_kept = end <= FIELDS_PER_NODE * (self.nodes.len() + 100);
        if is_kept {
            self.fields.resize(end, NodeId::ROOT);
        }
        for (key, value) in node.entries() {
            match schema.field_at(id, key.text()) {
                Some((at, field)) => {
                    if is_kept && let Some(kept) = self.fields.get_mut(first + usize::from(at)) {
                        *kept = value.id();
                    }
                    self.visit(value, against, field);
                }
                None => match schema.shape(id).and_then(|shape| shape.others.shape_of(key.text())) {
                    Some(shape) => self.visit(value, against, shape),
                    None => self.unknown.push(Unknown { key: key.id(), mapping: node.id() }),
                },
            }
        }
        if is_kept { first as u32 } else { Validation::NOWHERE }
    }
}

/// Returns the shape of a node: the member of a union that it fits, or else the one whose type it has.
fn member<'s>(schema: &'s Schema, id: ShapeId, node: NodeRef<'_>) -> Option<(ShapeId, &'s Shape)> {
    let shape = schema.shape(id)?;
    let ShapeKind::Union(members) = &shape.kind else { return Some((id, shape)) };
    let shapes = || members.iter().filter_map(|member| Some((*member, schema.shape(*member)?)));
    let of_type = || shapes().filter(|(_, shape)| fits(&shape.kind, node));
    let usable = of_type().find(|(_, shape)| !node.kind().is_scalar() || is_usable(&shape.kind, node));
    usable.or_else(|| of_type().next()).or(Some((id, shape)))
}

/// Tells whether a node has the type of a kind of value.
fn fits(kind: &ShapeKind, node: NodeRef<'_>) -> bool {
    match kind {
        ShapeKind::Object(_) | ShapeKind::Map(_) => node.kind() == Kind::Mapping,
        ShapeKind::List(_) => node.kind() == Kind::Sequence,
        ShapeKind::Text { .. } | ShapeKind::Choice(_) | ShapeKind::Formatted(_) => node.kind() == Kind::Text,
        ShapeKind::Integer { .. } => TypeSet::of(node).meets(TypeSet::WHOLE),
        ShapeKind::Number { .. } => matches!(node.kind(), Kind::Integer | Kind::Float),
        ShapeKind::Boolean => node.kind() == Kind::Boolean,
        ShapeKind::Union(_) => false,
        ShapeKind::Any => true,
    }
}

/// Tells whether a node says nothing: null, or text without a visible character.
pub(super) fn is_absent(node: NodeRef<'_>) -> bool {
    match node.kind() {
        Kind::Null => true,
        Kind::Text => !is_visible(node.text()),
        Kind::Boolean | Kind::Integer | Kind::Float | Kind::Sequence | Kind::Mapping => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Limits, document};

    const SCHEMA: &str = "title: T\nx-ko: {title: t}\ntype: object\nadditionalProperties: false\nproperties:\n  \
                          text: {title: T, x-ko: {title: t}, type: string}\n  \
                          number: {title: N, x-ko: {title: n}, type: number, minimum: -10}\n\
                          $defs:\n  order: {title: O, x-ko: {title: o}, type: object, additionalProperties: false, properties: {}}\n";

    /// Returns what the value of a field holds.
    fn content(field: &str, value: &str) -> Content {
        let schema = Schema::from_yaml("schema.yaml", SCHEMA).expect("a schema");
        let text = format!("{field}: {value}\n");
        let document = document("bundle.yaml", text.as_bytes(), &Limits::default()).expect("a document");
        let tree = Tree::bundle(document, &schema);
        let node = tree.document.root().get(field).expect("a value").id();
        tree.validated.validation(node).content
    }

    #[test]
    fn case_08_a_text_without_a_visible_character_is_not_given() {
        let unseen = [
            "\"\"",
            "\"  \"",
            "\"\\u3164\"",
            "\u{3164}",
            "\"\\u200b\"",
            "\"\\u2800\"",
            "\"\\ufeff\"",
            "\"\\u00a0\"",
            "\"\\u115f\\u1160\"",
            "\"\\uffa0\"",
            "\"\\u00ad\"",
            "\"\\u2060\"",
            "\"\\u180e\"",
            "\"\\u202e\"",
            "\"\\u0301\"",
            "\"\\U000e0041\"",
            "\"\\ufffc\"",
            "\"\\n\\t\\u3000\\u2003\"",
            "\"\\ue000\"",
            "|\n  \u{200b}\n  \u{2800}",
        ];
        for value in unseen {
            assert_eq!(content("text", value), Content::Nothing, "{value:?}");
        }
        for value in ["\"\\u200ba\"", "가", "\"-\"", "\"\\u3164.\"", "'e\u{301}'"] {
            assert_eq!(content("text", value), Content::Text, "{value:?}");
        }
    }

    #[test]
    fn a_number_is_used_only_if_it_can_be_calculated_with() {
        for value in ["0", "0.1", "-10.0", "1e3", "0x1f", "1234567890.123456789012345678", "1e63"] {
            assert_eq!(content("number", value), Content::Number, "{value}");
        }
        let unusable = [
            ".inf",
            "-.inf",
            "+.INF",
            ".nan",
            "1e400",
            "1e92",
            "1e-300",
            "1234567890.1234567890123456789",
            "-10.1",
            "\"5\"",
            "123456789012345678901234567890",
            "0xffffffffffffffffffffffff",
        ];
        for value in unusable {
            assert_eq!(content("number", value), Content::Unusable, "{value}");
        }
        assert_eq!(content("number", "\"\\u3164\""), Content::Nothing);
    }
}

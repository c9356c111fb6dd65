//! Holds a document to the schema: the shape of every node, values that cannot be used, keys that are not known.

use super::prose::{Doubt, Entries};
use super::schema::{Format, Schema, ShapeId, ShapeKind};
use crate::evidence::{
    Day, Decimal, Document, Kind, Length, Moment, NodeId, NodeRef, Shown, core_kind, float, is_visible, nearest_name,
    whole,
};
use crate::language::Text;

/// A document together with what the schema says of it.
#[derive(Debug)]
pub struct Tree {
    /// The values and their places.
    pub document: Document,
    /// Their shapes.
    pub conformed: Conformed,
}

impl Tree {
    /// Holds the document of a bundle to the schema.
    pub fn bundle(document: Document, schema: &Schema) -> Self {
        Self { conformed: Conformed::root(&document, schema, schema.bundle()), document }
    }

    /// Holds the document of an order to the schema.
    pub fn order(document: Document, schema: &Schema) -> Self {
        Self { conformed: Conformed::root(&document, schema, schema.order()), document }
    }
}

impl Tree {
    /// Returns the value that a mapping gives for a field, which the schema knows at a position and by a name. What the
    /// schema says of the mapping is given with it.
    #[inline]
    pub(crate) fn field(&self, mapping: NodeId, held: Held, at: u16, name: &str) -> Option<NodeId> {
        if held.at == Held::NOWHERE {
            return self.document.node(mapping).get(name).map(NodeRef::id);
        }
        let value = self.conformed.fields.get(held.at as usize + usize::from(at));
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
        let fields = schema.fields(self.conformed.shape(unknown.mapping)?);
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
            Kind::Sequence => Text::new(format!("a list of {}", node.len()), format!("{}건의 목록", node.len())),
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
    /// Null, or text without a visible character; prose without a letter or digit.
    Nothing,
    /// A value that the schema does not allow.
    Unusable,
    /// The keys with values, or the list, that the schema expects.
    Collection,
    /// Text.
    Text,
    /// Prose of which a person has to say whether it states anything.
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
    fn of_kind(kind: &ShapeKind) -> Self {
        match kind {
            ShapeKind::Object(_) | ShapeKind::List(_) => Self::Collection,
            ShapeKind::Text { .. } | ShapeKind::Choice(_) | ShapeKind::Formatted(Format::Sha256) => Self::Text,
            ShapeKind::Formatted(Format::DateTime) => Self::DateTime,
            ShapeKind::Formatted(Format::Date) => Self::Date,
            ShapeKind::Formatted(Format::Duration) => Self::Duration,
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
pub(crate) struct Held {
    /// Its shape, unless it is unknown.
    pub(crate) shape: Option<ShapeId>,
    /// What it holds.
    pub(crate) content: Content,
    /// Mapping: where the values of its fields begin. Date-time, doubtful prose: which of those that are kept.
    pub(super) at: u32,
}

impl Held {
    const NOWHERE: u32 = u32::MAX;
    const UNKNOWN: Self = Self { shape: None, content: Content::Unknown, at: Self::NOWHERE };
}

/// What the schema says of a document.
#[derive(Debug, Default)]
pub struct Conformed {
    /// What it says of each node, by position in the document.
    pub(super) nodes: Vec<Held>,
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

/// A key that the schema does not know.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// The key.
    pub key: NodeId,
    /// The mapping that gives it.
    pub mapping: NodeId,
}

impl Conformed {
    /// Returns the shape of a node; nothing below an unknown key or an unusable value.
    pub fn shape(&self, node: NodeId) -> Option<ShapeId> {
        self.held(node).shape
    }

    /// Returns what the schema says of a node.
    #[inline]
    pub(crate) fn held(&self, node: NodeId) -> Held {
        self.nodes.get(node.index()).copied().unwrap_or(Held::UNKNOWN)
    }

    /// Returns the date-time that a node is.
    #[inline]
    pub(crate) fn moment(&self, held: Held) -> Option<Moment> {
        if held.content == Content::DateTime { self.moments.get(held.at as usize).copied() } else { None }
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
        let nodes = vec![Held::UNKNOWN; document.node_count()];
        let mut conformed = Self { nodes, ..Self::default() };
        conformed.visit(document.root(), document, schema, shape);
        conformed.entries = Entries::default();
        document.budget().spend(document.node_count());
        document.budget().spend_text(conformed.text_bytes);
        conformed
    }

    pub(super) fn visit(&mut self, node: NodeRef<'_>, document: &Document, schema: &Schema, id: ShapeId) {
        let Some(shape) = schema.shape(id) else { return };
        let mut content = self.content_of(node, &shape.kind);
        if shape.is_prose && content == Content::Text {
            content = self.prose(node, schema);
        }
        let at = match (content, &shape.kind) {
            (Content::Collection, ShapeKind::List(item)) => {
                self.visit_items(node, document, schema, *item);
                Held::NOWHERE
            }
            (Content::Collection, _) => self.visit_fields(node, document, schema, id),
            (Content::DateTime, _) => self.moments.len() as u32 - 1,
            (Content::Doubtful, _) => self.doubts.len() as u32 - 1,
            _ => Held::NOWHERE,
        };
        if let Some(held) = self.nodes.get_mut(node.id().index()) {
            *held = Held { shape: Some(id), content, at };
        }
        if shape.is_prose && matches!(content, Content::Text | Content::Doubtful) {
            self.entries.add(id, node.id(), |node| document.node(node).text());
        }
    }

    fn content_of(&mut self, node: NodeRef<'_>, kind: &ShapeKind) -> Content {
        if is_absent(node) {
            return Content::Nothing;
        }
        self.values += usize::from(node.kind().is_scalar());
        self.text_bytes += node.text().len();
        match (kind, node.kind()) {
            (ShapeKind::Object(_), Kind::Mapping) | (ShapeKind::List(_), Kind::Sequence) => Content::Collection,
            (ShapeKind::Formatted(Format::DateTime), Kind::Text) if self.keep_moment(node) => Content::DateTime,
            _ if is_usable(kind, node) => Content::of_kind(kind),
            _ => {
                self.unusable.push(node.id());
                Content::Unusable
            }
        }
    }

    /// Keeps a node that is a date-time; tells whether it is one.
    fn keep_moment(&mut self, node: NodeRef<'_>) -> bool {
        let moment = Moment::parse(node.text());
        self.moments.extend(moment);
        moment.is_some()
    }

    /// Holds the values of a mapping to the schema; returns where they are kept.
    fn visit_fields(&mut self, node: NodeRef<'_>, document: &Document, schema: &Schema, id: ShapeId) -> u32 {
        let first = self.fields.len();
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
                    self.visit(value, document, schema, field);
                }
                None => {
                    self.unknown.push(Unknown { key: key.id(), mapping: node.id() });
                }
            }
        }
        if is_kept { first as u32 } else { Held::NOWHERE }
    }
}

/// Tells whether a node says nothing: null, or text without a visible character.
fn is_absent(node: NodeRef<'_>) -> bool {
    match node.kind() {
        Kind::Null => true,
        Kind::Text => !is_visible(node.text()),
        Kind::Boolean | Kind::Integer | Kind::Float | Kind::Sequence | Kind::Mapping => false,
    }
}

/// Returns the words for what a kind of value looks like.
pub(crate) fn expected(kind: &ShapeKind) -> Text {
    match kind {
        ShapeKind::Object(_) => Text::new("keys with values", "하위 항목(키와 값)"),
        ShapeKind::List(_) => Text::new("a list", "목록"),
        ShapeKind::Text { min, max } => {
            let limit = if *max < usize::MAX { format!(" of at most {max} characters") } else { String::new() };
            let limit_ko = if *max < usize::MAX { format!("({max}자 이내)") } else { String::new() };
            let least = if *min > 1 { format!(" of at least {min} characters") } else { String::new() };
            Text::new(
                format!("text{least}{limit} (numbers and dates in quotes)"),
                format!("문자열{limit_ko}(숫자는 따옴표로 표기)"),
            )
        }
        ShapeKind::Choice(words) => {
            let words = words.join(", ");
            Text::new(format!("one of {words}"), format!("다음 중 하나: {words}"))
        }
        ShapeKind::Formatted(Format::DateTime) => Text::new(
            "a date-time with offset, for example 2024-05-13T13:44:00+09:00",
            "시간대를 포함한 일시(예: 2024-05-13T13:44:00+09:00)",
        ),
        ShapeKind::Formatted(Format::Date) => Text::new("a date, for example 2024-05-31", "날짜(예: 2024-05-31)"),
        ShapeKind::Formatted(Format::Duration) => Text::new(
            "a duration of days, hours, minutes or seconds, for example PT10M",
            "일·시간·분·초 단위의 시간 길이(예: PT10M)",
        ),
        ShapeKind::Formatted(Format::Sha256) => {
            Text::new("a SHA-256 digest: 64 hexadecimal digits", "SHA-256 해시값(16진수 64자리)")
        }
        ShapeKind::Integer { min, max } => {
            let limit = |limit: i64, none| (limit != none).then(|| limit.to_string());
            range("a whole number", "정수", limit(*min, i64::MIN), limit(*max, i64::MAX))
        }
        ShapeKind::Number { min, max } => {
            let limit = |limit: f64| limit.is_finite().then(|| limit.to_string());
            range("a number", "숫자", limit(*min), limit(*max))
        }
        ShapeKind::Boolean => Text::new("true or false", "true 또는 false"),
    }
}

fn range(en: &str, ko: &str, min: Option<String>, max: Option<String>) -> Text {
    match (min, max) {
        (Some(min), Some(max)) => {
            Text::new(format!("{en} from {min} to {max}"), format!("{min} 이상 {max} 이하의 {ko}"))
        }
        (Some(min), None) => Text::new(format!("{en} of {min} or more"), format!("{min} 이상의 {ko}")),
        (None, Some(max)) => Text::new(format!("{en} of {max} or less"), format!("{max} 이하의 {ko}")),
        (None, None) => Text::new(en, ko),
    }
}

/// Tells whether a scalar is what a kind of value expects.
fn is_usable(kind: &ShapeKind, node: NodeRef<'_>) -> bool {
    match kind {
        // A date-time is kept where it is found usable.
        ShapeKind::Object(_) | ShapeKind::List(_) | ShapeKind::Formatted(Format::DateTime) => false,
        ShapeKind::Text { .. } | ShapeKind::Choice(_) | ShapeKind::Formatted(_) => {
            node.kind() == Kind::Text && is_usable_text(kind, node.text())
        }
        ShapeKind::Integer { .. } | ShapeKind::Number { .. } => {
            matches!(node.kind(), Kind::Integer | Kind::Float) && is_usable_text(kind, node.text())
        }
        ShapeKind::Boolean => node.kind() == Kind::Boolean,
    }
}

/// Tells whether a text is what a kind of value expects, if YAML reads it as text, number or boolean as the kind needs.
pub(super) fn is_usable_text(kind: &ShapeKind, text: &str) -> bool {
    match kind {
        ShapeKind::Object(_) | ShapeKind::List(_) => false,
        ShapeKind::Text { min, max } => (*min..=*max).contains(&text.chars().count()),
        ShapeKind::Choice(words) => words.iter().any(|word| word == text),
        ShapeKind::Formatted(Format::DateTime) => Moment::parse(text).is_some(),
        ShapeKind::Formatted(Format::Date) => Day::parse(text).is_some(),
        ShapeKind::Formatted(Format::Duration) => Length::parse(text).is_some(),
        ShapeKind::Formatted(Format::Sha256) => text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()),
        ShapeKind::Integer { min, max } => whole(text).is_some_and(|number| (*min..=*max).contains(&number)),
        // What no decimal holds is in no range, also where it has no limits: infinities, and too many digits.
        ShapeKind::Number { min, max } => {
            Decimal::parse(text).is_some() && float(text).is_some_and(|number| (*min..=*max).contains(&number))
        }
        ShapeKind::Boolean => core_kind(text) == Kind::Boolean,
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
        tree.conformed.held(node).content
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

//! The fields of the evidence that the program itself uses, as `fields` in `pack.yaml` names them; everything else only
//! rules read.

use std::sync::Arc;

use super::literal::{Literal, LiteralFields, LiteralReader};
use super::schema::{Format, Schema, ShapeId, ShapeKind};
use super::validate::is_absent;
use crate::evidence::{NodeRef, Position, Shown, nearest_name};
use crate::language::{Text, text};
use crate::load::{Key, Layout};

/// The id of an order, which every order has.
pub(super) const ORDER_OWN_ID: &str = "id";
/// Stands in a pointer for every item of a list.
const ITEM: &str = "-";

/// The fields that a pack names; the program does without those that it does not name.
#[derive(Clone, Debug, Default)]
pub struct KnownFields {
    /// The name of the operator.
    pub operator: FieldPath,
    /// The services of the operator: a list of mappings with `name` or `id`.
    pub services: FieldPath,
    /// The stage that a bundle is handed in at.
    pub stage: FieldPath,
    /// The id of the order that a bundle answers.
    pub order: FieldPath,
    /// The date on which a bundle was handed in, as it says.
    pub submitted_on: FieldPath,
    /// What names files, in the items of the list of documents.
    pub documents: FieldPath,
    /// Lists of records that reports count.
    pub counted: Vec<Arc<Counted>>,
    /// The fields of an order.
    pub of_order: OrderFields,
    named: Vec<Named>,
}

/// The fields of an order that the program itself uses.
#[derive(Clone, Debug, Default)]
pub struct OrderFields {
    /// What kind of order it is, in a word of `order_kinds`.
    pub kind: FieldPath,
    /// The number of its document.
    pub document_no: FieldPath,
    /// Who made it.
    pub authority: FieldPath,
    /// To whom it is addressed.
    pub operator: FieldPath,
    /// The law that it rests on.
    pub legal_basis: FieldPath,
    /// The date on which it was announced.
    pub announced_on: FieldPath,
    /// The date on which the operator was notified of it.
    pub notified_on: FieldPath,
    /// What it demands: a list of mappings with `number`, `title` and `title_ko`.
    pub items: FieldPath,
    /// The rules that it moves to the other verdict, by their ids.
    pub duties: FieldPath,
}

/// The place of a value: the keys on the way to it; none where the pack does not name it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldPath(Vec<String>);

/// A list of records that reports count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// The list in a bundle.
    pub records: FieldPath,
    /// The list in the order that names records of it by their ids.
    pub in_order: FieldPath,
    /// What one record is called, in English.
    pub one: String,
    /// What several are called, in English.
    pub many: String,
    /// What they are called in Korean.
    pub ko: String,
}

/// A pointer as it is written, which the schema has to know.
#[derive(Clone, Debug)]
struct Named {
    path: String,
    at: Position,
    field: FieldPath,
    wanted: Wanted,
    is_in_order: bool,
}

/// What the program needs at a place.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    Text,
    Date,
    List,
}

impl FieldPath {
    fn parse(pointer: &str) -> Option<Self> {
        let keys = pointer.strip_prefix('/')?.split('/');
        let keys: Vec<String> = keys.map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
        keys.iter().all(|key| !key.is_empty()).then_some(Self(keys))
    }

    /// Returns the keys on the way to the value.
    pub fn keys(&self) -> &[String] {
        &self.0
    }

    /// Returns the keys on the way to the value with points between them; nothing where the pack names no such field.
    pub fn dotted(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.join("."))
    }

    /// Returns the value in a tree.
    pub fn node<'d>(&self, root: NodeRef<'d>) -> Option<NodeRef<'d>> {
        let (first, rest) = self.0.split_first()?;
        rest.iter().try_fold(root.get(first)?, |node, key| node.get(key))
    }

    /// Returns the text in a tree, if it says something.
    pub fn text<'d>(&self, root: NodeRef<'d>) -> Option<&'d str> {
        self.node(root).filter(|node| !is_absent(*node)).map(NodeRef::text).filter(|text| !text.is_empty())
    }
}

impl KnownFields {
    /// Reads `fields` of a manifest.
    pub(super) fn read(reader: &mut LiteralReader, literal: &Literal, path: &str) -> Option<Self> {
        let mut fields = reader.fields(literal, path)?;
        let mut known = Self::default();
        known.operator = known.field(reader, &mut fields, "operator", Wanted::Text);
        known.services = known.field(reader, &mut fields, "services", Wanted::List);
        known.stage = known.field(reader, &mut fields, "stage", Wanted::Text);
        known.order = known.field(reader, &mut fields, "order", Wanted::Text);
        known.submitted_on = known.field(reader, &mut fields, "submitted_on", Wanted::Date);
        if let Some((value, path)) = fields.optional("documents") {
            known.documents = known.pointer(reader, value, &path, Wanted::Text, false);
            if !matches!(known.documents.keys(), [] | [_, _, _])
                || known.documents.0.get(1).is_some_and(|key| key != ITEM)
            {
                let message = text!(
                    "{path}: expected a field of the items of a list",
                    "{path}: 목록 항목의 필드를 지정하여야 함"
                );
                let hint = text!("write /documents/-/path", "/documents/-/path와 같이 쓸 것");
                reader.mistake(value.at, message, Some(hint));
            }
        }
        if let Some((value, path)) = fields.optional("counted") {
            for (number, item) in reader.list(value, &path)?.iter().enumerate() {
                let counted = known.counted(reader, item, &format!("{path}[{number}]"));
                known.counted.extend(counted.map(Arc::new));
            }
        }
        if let Some((value, path)) = fields.optional("of_order") {
            known.of_order = known.fields_of_order(reader, value, &path)?;
        }
        fields.finish(reader);
        Some(known)
    }

    fn fields_of_order(&mut self, reader: &mut LiteralReader, literal: &Literal, path: &str) -> Option<OrderFields> {
        let mut fields = reader.fields(literal, path)?;
        let mut field = |reader: &mut LiteralReader, name: &'static str, wanted: Wanted| {
            let given = fields.optional(name);
            given.map(|(value, path)| self.pointer(reader, value, &path, wanted, true)).unwrap_or_default()
        };
        let read = OrderFields {
            kind: field(reader, "kind", Wanted::Text),
            document_no: field(reader, "document_no", Wanted::Text),
            authority: field(reader, "authority", Wanted::Text),
            operator: field(reader, "operator", Wanted::Text),
            legal_basis: field(reader, "legal_basis", Wanted::Text),
            announced_on: field(reader, "announced_on", Wanted::Date),
            notified_on: field(reader, "notified_on", Wanted::Date),
            items: field(reader, "items", Wanted::List),
            duties: field(reader, "duties", Wanted::List),
        };
        fields.finish(reader);
        Some(read)
    }

    fn field(
        &mut self,
        reader: &mut LiteralReader,
        fields: &mut LiteralFields<'_>,
        name: &'static str,
        wanted: Wanted,
    ) -> FieldPath {
        let given = fields.optional(name);
        given.map(|(value, path)| self.pointer(reader, value, &path, wanted, false)).unwrap_or_default()
    }

    fn counted(&mut self, reader: &mut LiteralReader, literal: &Literal, path: &str) -> Option<Counted> {
        let mut fields = reader.fields(literal, path)?;
        let records = fields.required(reader, "records");
        let records = records.map(|(value, path)| self.pointer(reader, value, &path, Wanted::List, false));
        let in_order = fields.optional("in_order");
        let in_order = in_order.map(|(value, path)| self.pointer(reader, value, &path, Wanted::List, true));
        let one = fields.required(reader, "one").and_then(|(value, path)| reader.text(value, &path));
        let many = fields.optional("many").and_then(|(value, path)| reader.text(value, &path));
        let ko = fields.optional("ko").and_then(|(value, path)| reader.text(value, &path));
        fields.finish(reader);
        let one = one?;
        Some(Counted {
            records: records?,
            in_order: in_order.unwrap_or_default(),
            many: many.unwrap_or_else(|| one.clone()),
            ko: ko.unwrap_or_else(|| one.clone()),
            one,
        })
    }

    /// Reads a JSON Pointer into the schema.
    fn pointer(
        &mut self,
        reader: &mut LiteralReader,
        literal: &Literal,
        path: &str,
        wanted: Wanted,
        is_in_order: bool,
    ) -> FieldPath {
        let Some(text) = reader.text(literal, path) else { return FieldPath::default() };
        let Some(field) = FieldPath::parse(&text) else {
            let text = Shown::cut(&text, 60).into_text();
            let message = text!(
                "{path}: expected a pointer into the evidence, found `{text}`",
                "{path}: 제출 자료의 항목을 가리키는 포인터 필요. 현재: `{text}`"
            );
            reader.mistake(literal.at, message, Some(text!("such as /operator/name", "예: /operator/name")));
            return FieldPath::default();
        };
        self.named.push(Named { path: path.to_owned(), at: literal.at, field: field.clone(), wanted, is_in_order });
        field
    }

    /// Returns what is wrong with the fields, by the schema.
    pub(super) fn mistakes(&self, schema: &Schema) -> Vec<Text> {
        let reported = self.named.iter().filter_map(|named| {
            let what = named.mistake(schema)?;
            let (Position { line, column }, path) = (named.at, &named.path);
            Some(text!("pack.yaml:{line}:{column}: {path}: {what}", "pack.yaml:{line}:{column}: {path}: {what}"; what))
        });
        reported.collect()
    }

    /// Returns what the schema, and the fields that the pack names, say about the files of a bundle.
    pub(super) fn layout(&self, schema: &Schema) -> Layout {
        let keys: Vec<Key> =
            schema.fields(schema.bundle()).iter().map(|(name, shape)| key(schema, name, *shape)).collect();
        let documents = match self.documents.keys() {
            [list, _, field] => Some((list.clone(), field.clone())),
            _ => None,
        };
        let mut marks: Vec<String> = Vec::new();
        for field in [&self.operator, &self.stage, &self.order, &self.submitted_on] {
            marks.extend(field.keys().first().filter(|key| !marks.contains(*key)).cloned());
        }
        if marks.is_empty() {
            marks = keys.iter().map(|key| key.name.clone()).collect();
        }
        Layout { keys, documents, marks }
    }
}

fn key(schema: &Schema, name: &str, shape: ShapeId) -> Key {
    let is_list = schema.item(shape).is_some();
    let inside = schema.item(shape).unwrap_or(shape);
    let kinds = schema.members(shape);
    let is_mapping = kinds
        .iter()
        .filter_map(|member| schema.shape(*member))
        .any(|shape| matches!(shape.kind, ShapeKind::Object(_) | ShapeKind::Map(_)));
    Key { name: name.to_owned(), is_list, is_mapping, has_own_name_inside: schema.field(inside, name).is_some() }
}

impl Named {
    fn mistake(&self, schema: &Schema) -> Option<Text> {
        let (mut shape, whose) = match self.is_in_order {
            true => (schema.order(), text!("order", "시정요구")),
            false => (schema.bundle(), text!("evidence", "제출 자료")),
        };
        for key in self.field.keys() {
            let below = if key == ITEM { schema.item(shape) } else { schema.field(shape, key) };
            let Some(below) = below else {
                let names = schema.fields(shape).iter().map(|(name, _)| name.as_str());
                let near = nearest_name(key, names)
                    .map(|near| text!("; did you mean `{near}`?", ". `{near}`의 오기인지 확인할 것"));
                let (key, near) = (Shown::cut(key, 60).into_text(), near.unwrap_or_default());
                return Some(text!(
                    "the schema of the {whose} has no `{key}` there{near}",
                    "{whose} 스키마의 해당 위치에 `{key}` 항목이 없음{near}"; whose, near
                ));
            };
            shape = below;
        }
        let kinds = || schema.members(shape).into_iter().filter_map(|member| Some(&schema.shape(member)?.kind));
        let (fits, words) = match self.wanted {
            Wanted::Text => (kinds().any(is_text), text!("text", "문자열")),
            Wanted::Date => {
                (kinds().any(|kind| matches!(kind, ShapeKind::Formatted(Format::Date))), text!("a date", "날짜"))
            }
            Wanted::List => (kinds().any(|kind| matches!(kind, ShapeKind::List(_))), text!("a list", "목록")),
        };
        let found = super::expected_of(schema.shape(shape)?);
        (!fits).then(|| {
            text!(
                "the program needs {words} there, and the schema has {found}",
                "{words} 필요. 스키마: {found}"; words, found
            )
        })
    }
}

fn is_text(kind: &ShapeKind) -> bool {
    matches!(kind, ShapeKind::Text { .. } | ShapeKind::Choice(_) | ShapeKind::Formatted(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Limits, document};

    #[test]
    fn a_field_that_is_not_given_says_nothing() {
        let field = FieldPath::parse("/submission/order_id").expect("a pointer");
        for (value, expected) in [
            ("A-1", Some("A-1")),
            ("7", Some("7")),
            ("null", None),
            ("~", None),
            ("", None),
            ("\"\"", None),
            ("\" \"", None),
            ("\"\\u3164\"", None),
            ("[A]", None),
        ] {
            let text = format!("submission:\n  order_id: {value}\n");
            let document = document("bundle.yaml", text.as_bytes(), &Limits::default()).expect(value);
            assert_eq!(field.text(document.root()), expected, "{value}");
        }
    }
}

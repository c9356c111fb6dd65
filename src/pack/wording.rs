//! What evidence says in a message: as it is written, and in Korean as documents write it.
//!
//! Takes values that the schema can use; what is quoted, and what JSON gives, stays as it is written.

use super::schema::{Schema, Shape, ShapeKind};
use super::validate::{Content, Tree, short};
use crate::evidence::{Day, Decimal, Kind, Length, NodeId, NodeRef, Zone};
use crate::language::Text;

/// Items of a list that a message names.
const LISTED: usize = 20;

impl Tree {
    /// Returns what a node says, short enough for a message: in Korean with the labels of the schema, dates as
    /// `2024. 5. 13.` and numbers as `1,000`.
    pub(crate) fn in_message(&self, id: NodeId, schema: &Schema, zone: &Zone) -> Text {
        let node = self.document.node(id);
        let written = self.words(id);
        let ko = match node.kind() {
            Kind::Mapping if !node.is_empty() => self.titles_of_fields(node, schema),
            Kind::Sequence if !node.is_empty() && node.items().take(LISTED + 1).all(|item| item.kind().is_scalar()) => {
                let items = node.items().take(LISTED).map(|item| self.scalar(item, schema, zone));
                let listed = items.collect::<Vec<_>>().join(", ");
                let more = node.len().saturating_sub(LISTED);
                short(&if more > 0 { format!("{listed} 외 {more}개") } else { listed })
            }
            kind if kind.is_scalar() && kind != Kind::Null => self.scalar(node, schema, zone),
            _ => return written,
        };
        Text { ko, ..written }
    }

    /// Returns the Korean label of a word that stands at a node, if the schema has one.
    pub(crate) fn label(&self, node: NodeId, word: &str, schema: &Schema) -> Option<String> {
        self.shape_of(node, schema)?.labels.get(word).cloned()
    }

    /// Returns true or false in Korean, with the name of its field where it is the value of a node.
    pub(crate) fn yes_or_no(&self, node: NodeId, value: bool, schema: &Schema) -> String {
        let answer = yes_or_no(value);
        let shape = self.shape_of(node, schema).filter(|shape| matches!(shape.kind, ShapeKind::Boolean));
        shape.map_or_else(|| answer.to_owned(), |shape| format!("{}: {answer}", shape.title.ko))
    }

    fn shape_of<'s>(&self, node: NodeId, schema: &'s Schema) -> Option<&'s Shape> {
        self.validated.shape(node).and_then(|id| schema.shape(id))
    }

    /// Returns a scalar in Korean.
    fn scalar(&self, node: NodeRef<'_>, schema: &Schema, zone: &Zone) -> String {
        let text = node.text();
        let validation = self.validated.validation(node.id());
        let words = match validation.content {
            Content::DateTime => self.validated.moment(validation).map(|moment| moment.words(zone).ko),
            Content::Date => Day::parse(text).map(|day| day.words().ko),
            Content::Duration => Length::parse(text).map(|length| length.words().ko),
            Content::Integer | Content::Number => Decimal::parse(text).map(|number| grouped(&number.to_string())),
            Content::Boolean => node.as_bool().map(|value| self.yes_or_no(node.id(), value, schema)),
            Content::Text => self.label(node.id(), text, schema),
            Content::Unknown | Content::Nothing | Content::Unusable | Content::Collection | Content::Doubtful => None,
        };
        words.unwrap_or_else(|| short(text))
    }

    /// Returns what the fields of a mapping are called, those that are given.
    fn titles_of_fields(&self, mapping: NodeRef<'_>, schema: &Schema) -> String {
        let title = |(key, value): (NodeRef<'_>, NodeRef<'_>)| {
            self.shape_of(value.id(), schema).map_or_else(|| key.text().to_owned(), |shape| shape.title.ko.clone())
        };
        short(&mapping.entries().take(LISTED).map(title).collect::<Vec<_>>().join(", "))
    }
}

/// Returns true or false in Korean.
pub(crate) fn yes_or_no(value: bool) -> &'static str {
    if value { "예" } else { "아니오" }
}

/// Returns a number with a comma after every three digits of its whole part.
pub(crate) fn grouped(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut text = sign.to_owned();
    for (position, digit) in whole.char_indices() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Limits, document};

    const SCHEMA: &str = "type: object\nadditionalProperties: false\nproperties:\n  \
        at: {title: Time, x-ko: {title: 시각}, type: string, format: date-time}\n  \
        on: {title: Day, x-ko: {title: 날짜}, type: string, format: date}\n  \
        limit: {title: Limit, x-ko: {title: 시한}, type: string, format: duration}\n  \
        won: {title: Revenue, x-ko: {title: 매출액}, type: number}\n  \
        major: {title: Major, x-ko: {title: 주요 작업 여부}, type: boolean}\n  \
        by: {title: Way, x-ko: {title: 경로, enum: {users: 이용자 신고}}, type: string, enum: [users, staff]}\n  \
        all: {title: Ways, type: array, items: {title: Way, x-ko: {title: 경로, enum: {users: 이용자 신고}}, \
        type: string, enum: [users, staff]}}\n";

    #[test]
    fn values_are_written_as_korean_documents_write_them() {
        let schema = Schema::from_yaml("evidence.schema.yaml", SCHEMA).expect("a schema");
        let zone = Zone::named("Asia/Seoul").expect("a zone");
        let said = |yaml: &str| {
            let document = document("a.yaml", yaml.as_bytes(), &Limits::default()).expect("YAML");
            let tree = Tree::bundle(document, &schema);
            let (_, value) = tree.document.root().entries().next().expect("a value");
            tree.in_message(value.id(), &schema, &zone)
        };
        for (yaml, ko) in [
            ("at: 2024-05-13T13:59:00+09:00", "2024. 5. 13. 13:59"),
            ("at: 2024-05-13T13:59:30+09:00", "2024. 5. 13. 13:59:30"),
            ("at: 2024-05-13T23:59:00Z", "2024. 5. 14. 08:59, 원문 표기 2024-05-13T23:59:00+00:00"),
            ("on: 2024-05-01", "2024. 5. 1."),
            ("limit: PT10M", "10분"),
            ("limit: PT2H30M", "2시간 30분"),
            ("won: 10000000000", "10,000,000,000"),
            ("won: -1234.50", "-1,234.5"),
            ("won: 999", "999"),
            ("major: true", "주요 작업 여부: 예"),
            ("major: false", "주요 작업 여부: 아니오"),
            ("by: users", "이용자 신고"),
            ("by: staff", "staff"),
            ("all: [users, staff]", "이용자 신고, staff"),
            ("all: []", "빈 목록"),
            // What cannot be used is repeated as it stands.
            ("on: 2024. 5. 1", "2024. 5. 1"),
            ("by: user", "user"),
        ] {
            assert_eq!(said(yaml).ko, ko, "{yaml}");
        }
        assert_eq!(said("at: 2024-05-13T13:59:00+09:00").en, "2024-05-13T13:59:00+09:00");
        assert_eq!(said("by: users").en, "users");
    }

    #[test]
    fn a_label_is_of_a_word_that_stands_beside_it() {
        let schema = |korean: &str| {
            let text = format!("properties:\n  by: {{type: string, enum: [users, staff], x-ko: {korean}}}\n");
            Schema::from_yaml("evidence.schema.yaml", &text).map_err(|error| format!("{error:?}"))
        };
        for korean in ["{enum: {users: 이용자}}", "{enum: {staff: 담당자, users: 이용자}}", "{title: 경로}"]
        {
            assert!(schema(korean).is_ok(), "{korean}");
        }
        for korean in ["{enum: {user: 이용자}}", "{enum: [users]}", "{enum: {users: 1}}", "{enums: {users: 이용자}}"]
        {
            assert!(schema(korean).is_err_and(|error| error.contains(":2:")), "{korean}");
        }
    }
}

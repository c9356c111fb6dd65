//! What an author wrote as data, with the place of every value: `pack.yaml`, and the `META` of a rule.
//!
//! Both are read into their types by one reader, which goes on after a mistake, so that all of them are reported.

use crate::evidence::{Document, Kind, NodeRef, Position, Shown, nearest_name};
use crate::language::{Text, text};

/// A value as it is written.
#[derive(Clone, Debug)]
pub struct Literal {
    /// Where it begins.
    pub at: Position,
    /// What it is.
    pub value: LiteralValue,
}

/// The kinds of values.
#[derive(Clone, Debug)]
pub enum LiteralValue {
    /// Keys with values, in the order of the text.
    Mapping(Vec<LiteralEntry>),
    /// A list.
    List(Vec<Literal>),
    /// Text.
    Text(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A number as it is written.
    Number(String),
    /// Nothing.
    Nothing,
    /// What would have to be computed.
    Expression,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub struct LiteralEntry {
    /// The key.
    pub key: String,
    /// Where it stands.
    pub at: Position,
    /// Its value.
    pub value: Literal,
}

/// What is wrong with a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiteralMistake {
    /// Where.
    pub at: Position,
    /// What, with the path of the value.
    pub message: Text,
    /// What to do.
    pub hint: Option<Text>,
}

impl Literal {
    /// Takes a YAML document as a literal.
    pub(super) fn of_document(document: &Document) -> Self {
        Self::of_node(document, document.root())
    }

    fn of_node(document: &Document, node: NodeRef<'_>) -> Self {
        let at = |node: NodeRef<'_>| document.location(node.id()).start;
        let value = match node.kind() {
            Kind::Null => LiteralValue::Nothing,
            Kind::Boolean => LiteralValue::Boolean(node.as_bool().unwrap_or_default()),
            Kind::Integer | Kind::Float => LiteralValue::Number(node.text().to_owned()),
            Kind::Text => LiteralValue::Text(node.text().to_owned()),
            Kind::Sequence => LiteralValue::List(node.items().map(|item| Self::of_node(document, item)).collect()),
            Kind::Mapping => {
                let entry = |(key, value): (NodeRef<'_>, NodeRef<'_>)| LiteralEntry {
                    key: key.text().to_owned(),
                    at: at(key),
                    value: Self::of_node(document, value),
                };
                LiteralValue::Mapping(node.entries().map(entry).collect())
            }
        };
        Self { at: at(node), value }
    }

    /// Returns what it is, in words.
    fn found(&self) -> Text {
        match &self.value {
            LiteralValue::Mapping(_) => text!("keys with values", "하위 항목(키와 값)"),
            LiteralValue::List(_) => text!("a list", "목록"),
            LiteralValue::Text(text) => {
                let text = Shown::cut(text, 40);
                text!("the text \"{text}\"", "문자열 \"{text}\"")
            }
            LiteralValue::Boolean(value) => Text::same(value.to_string()),
            LiteralValue::Number(number) => text!("the number {number}", "숫자 {number}"),
            LiteralValue::Nothing => text!("nothing", "빈 값"),
            LiteralValue::Expression => text!("an expression, which is not computed", "계산식(계산하지 않음)"),
        }
    }
}

fn meant(near: &str) -> Text {
    text!("did you mean `{near}`?", "`{near}`의 오기인지 확인할 것")
}

/// Reads literals into types, and keeps what is wrong.
#[derive(Debug, Default)]
pub(super) struct LiteralReader {
    pub(super) mistakes: Vec<LiteralMistake>,
    /// Whether texts may be given in one of the two languages: the pack has only one.
    pub(super) has_one_language: bool,
}

/// The fields of a mapping that are still to be read.
pub(super) struct LiteralFields<'l> {
    /// The path of the mapping, empty for the whole.
    path: String,
    at: Position,
    entries: &'l [LiteralEntry],
    known: Vec<&'static str>,
}

impl LiteralReader {
    pub(super) fn mistake(&mut self, at: Position, message: Text, hint: Option<Text>) {
        self.mistakes.push(LiteralMistake { at, message, hint });
    }

    fn wrong(&mut self, literal: &Literal, path: &str, expected: &Text) {
        let found = literal.found();
        let message = text!(
            "{path}: expected {expected}, found {found}",
            "{path}: {expected} 필요. 현재: {found}"; expected, found
        );
        self.mistake(literal.at, message, None);
    }

    /// Reads a mapping whose fields are known.
    pub(super) fn fields<'l>(&mut self, literal: &'l Literal, path: &str) -> Option<LiteralFields<'l>> {
        let entries = self.entries(literal, path)?;
        Some(LiteralFields { path: path.to_owned(), at: literal.at, entries, known: Vec::new() })
    }

    /// Reads a mapping whose keys are names that the author chose.
    pub(super) fn entries<'l>(&mut self, literal: &'l Literal, path: &str) -> Option<&'l [LiteralEntry]> {
        match &literal.value {
            LiteralValue::Mapping(entries) => Some(entries),
            _ => {
                self.wrong(literal, path, &text!("keys with values", "하위 항목(키와 값)"));
                None
            }
        }
    }

    pub(super) fn list<'l>(&mut self, literal: &'l Literal, path: &str) -> Option<&'l [Literal]> {
        match &literal.value {
            LiteralValue::List(items) => Some(items),
            _ => {
                self.wrong(literal, path, &text!("a list", "목록"));
                None
            }
        }
    }

    /// Reads a text that says something.
    pub(super) fn text(&mut self, literal: &Literal, path: &str) -> Option<String> {
        match &literal.value {
            LiteralValue::Text(text) if text.trim().is_empty() => {
                self.mistake(literal.at, text!("{path}: the text is empty", "{path}: 문자열이 비어 있음"), None);
                None
            }
            LiteralValue::Text(text) => Some(text.clone()),
            _ => {
                self.wrong(literal, path, &text!("text", "문자열"));
                None
            }
        }
    }

    /// Reads a number or a text as it is written.
    pub(super) fn scalar(&mut self, literal: &Literal, path: &str) -> Option<String> {
        match &literal.value {
            LiteralValue::Number(text) => Some(text.clone()),
            _ => self.text(literal, path),
        }
    }

    pub(super) fn boolean(&mut self, literal: &Literal, path: &str) -> Option<bool> {
        match &literal.value {
            LiteralValue::Boolean(value) => Some(*value),
            _ => {
                self.wrong(literal, path, &text!("true or false", "true 또는 false"));
                None
            }
        }
    }

    /// Reads one of some words.
    pub(super) fn word<T: Copy>(&mut self, literal: &Literal, path: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(literal, path)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let near = nearest_name(&text, names.iter().copied()).map(meant);
            let (names, found) = (names.join(", "), literal.found());
            let message = text!(
                "{path}: expected one of {names}, found {found}",
                "{path}: {names} 중 하나 필요. 현재: {found}"; found
            );
            self.mistake(literal.at, message, near);
        }
        found
    }

    /// Reads a text in both languages.
    pub(super) fn both(&mut self, literal: &Literal, path: &str) -> Option<Text> {
        if self.has_one_language {
            return self.one(literal, path);
        }
        if let LiteralValue::Text(text) = &literal.value {
            let text = Shown::cut(text, 40);
            let message = text!(
                "{path}: expected the text in both languages, found one text",
                "{path}: 두 언어의 문구 필요. 현재: 문구 하나"
            );
            let hint = text!("write en: \"{text}\" and ko: \"…\"", "en: \"…\", ko: \"…\" 형식으로 함께 쓸 것");
            self.mistake(literal.at, message, Some(hint));
            return None;
        }
        let mut fields = self.fields(literal, path)?;
        let en = fields.required(self, "en").map(|(en, path)| self.text(en, &path));
        let ko = fields.required(self, "ko").map(|(ko, path)| self.text(ko, &path));
        fields.finish(self);
        Some(Text::new(en??, ko??))
    }

    /// Reads a text in one language or in both; what is given in one stands for the other.
    pub(super) fn one(&mut self, literal: &Literal, path: &str) -> Option<Text> {
        if matches!(literal.value, LiteralValue::Text(_)) {
            return self.text(literal, path).map(Text::same);
        }
        let mut fields = self.fields(literal, path)?;
        let en = fields.optional("en").and_then(|(en, path)| self.text(en, &path));
        let ko = fields.optional("ko").and_then(|(ko, path)| self.text(ko, &path));
        fields.finish(self);
        match (en, ko) {
            (Some(en), Some(ko)) => Some(Text::new(en, ko)),
            (Some(only), None) | (None, Some(only)) => Some(Text::same(only)),
            (None, None) => {
                let message = text!("{path}: is missing, in `en` or in `ko`", "{path}: 누락됨(`en` 또는 `ko`에 쓸 것)");
                self.mistake(literal.at, message, None);
                None
            }
        }
    }
}

impl Literal {
    /// Tells whether a field is a text in one language only.
    pub(super) fn has_one_language(&self, field: &str) -> bool {
        let LiteralValue::Mapping(entries) = &self.value else { return false };
        let value = entries.iter().find(|entry| entry.key == field).map(|entry| &entry.value.value);
        match value {
            Some(LiteralValue::Text(_)) => true,
            Some(LiteralValue::Mapping(texts)) => {
                texts.len() == 1 && texts.iter().all(|text| text.key == "en" || text.key == "ko")
            }
            _ => false,
        }
    }
}

impl<'l> LiteralFields<'l> {
    /// Returns the same as the whole, whose fields need no path before their names.
    pub(super) fn at_top(self) -> Self {
        Self { path: String::new(), ..self }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Returns a field with its path, where it is given.
    pub(super) fn optional(&mut self, name: &'static str) -> Option<(&'l Literal, String)> {
        self.known.push(name);
        let entry = self.entries.iter().find(|entry| entry.key == name)?;
        let is_nothing = matches!(entry.value.value, LiteralValue::Nothing);
        (!is_nothing).then(|| (&entry.value, self.path_of(name)))
    }

    /// Returns a field with its path.
    pub(super) fn required(&mut self, reader: &mut LiteralReader, name: &'static str) -> Option<(&'l Literal, String)> {
        let found = self.optional(name);
        if found.is_none() {
            let near = |entry: &&LiteralEntry| nearest_name(&entry.key, [name].into_iter()).is_some();
            let misspelled = self.entries.iter().find(near);
            // The misspelled key is told with what it should be.
            if misspelled.is_none() {
                let path = self.path_of(name);
                reader.mistake(self.at, text!("{path}: is missing", "{path}: 누락됨"), None);
            }
        }
        found
    }

    /// Says which keys are no fields.
    pub(super) fn finish(self, reader: &mut LiteralReader) {
        for entry in self.entries.iter().filter(|entry| !self.known.contains(&entry.key.as_str())) {
            let hint = match nearest_name(&entry.key, self.known.iter().copied()) {
                Some(near) => meant(near),
                None => {
                    let known = self.known.join(", ");
                    text!("it has {known}", "쓸 수 있는 것: {known}")
                }
            };
            let path = self.path_of(&entry.key);
            reader.mistake(entry.at, text!("{path}: is no field", "{path}: 없는 필드임"), Some(hint));
        }
    }
}

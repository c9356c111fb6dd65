//! Reads subschemas, keyword by keyword; what cannot be read is noted, and the rest is read on.

use std::collections::BTreeMap;

use super::{Placed, RawSchema, SchemaMistakes, keywords};
use crate::evidence::{Document, Kind, NodeId, NodeRef, Shown, nearest_of};
use crate::language::{Text, text};
use crate::pack::assertion::{Assertion, CheckId, Constant, Fields, Pattern, TypeSet};

pub(super) struct SchemaReader<'d, 'm> {
    document: &'d Document,
    mistakes: &'m mut SchemaMistakes,
    all: Vec<RawSchema>,
    by_node: BTreeMap<NodeId, CheckId>,
    anchors: BTreeMap<String, CheckId>,
    references: Vec<(CheckId, NodeRef<'d>)>,
}

/// Keywords that mean something only together.
#[derive(Default)]
struct Parts<'d> {
    fields: Option<(&'static str, NodeId)>,
    named: Vec<(String, CheckId)>,
    patterns: Vec<(Pattern, CheckId)>,
    others: Option<CheckId>,
    is_closed: bool,
    required: Option<NodeRef<'d>>,
    first_items: Option<(NodeId, Vec<CheckId>)>,
    items: Option<(NodeId, CheckId)>,
    contains: Option<(NodeId, CheckId)>,
    fewest: Option<(NodeId, usize)>,
    most: Option<(NodeId, usize)>,
    condition: Option<(NodeId, CheckId)>,
    then: Option<(NodeId, CheckId)>,
    otherwise: Option<(NodeId, CheckId)>,
}

impl<'d, 'm> SchemaReader<'d, 'm> {
    pub(super) fn new(document: &'d Document, mistakes: &'m mut SchemaMistakes) -> Self {
        let (by_node, anchors) = (BTreeMap::new(), BTreeMap::new());
        Self { document, mistakes, all: Vec::new(), by_node, anchors, references: Vec::new() }
    }

    pub(super) fn into_all(self) -> Vec<RawSchema> {
        self.all
    }

    pub(super) fn root(&self) -> NodeRef<'d> {
        self.document.root()
    }

    pub(super) fn anchor(&self, name: &str) -> Option<CheckId> {
        self.anchors.get(name).copied()
    }

    /// Returns a reference that has no target yet, and takes it off the list.
    pub(super) fn take_reference(&mut self) -> Option<(CheckId, NodeRef<'d>)> {
        self.references.pop()
    }

    /// Puts the target of a reference before everything else that a subschema says.
    pub(super) fn refer(&mut self, from: CheckId, node: NodeRef<'d>, assertion: Assertion) {
        if let Some(raw) = self.all.get_mut(from.position()) {
            raw.assertions.insert(0, Placed { keyword: "$ref", at: node.id(), assertion });
        }
    }

    pub(super) fn mistake(&mut self, node: NodeRef<'d>, message: Text) {
        self.mistakes.insert((node.id(), message));
    }

    /// Reads the subschema that stands at a node, once.
    pub(super) fn schema(&mut self, node: NodeRef<'d>) -> CheckId {
        if let Some(id) = self.by_node.get(&node.id()) {
            return *id;
        }
        let id = CheckId::at(self.all.len());
        self.all.push(RawSchema::default());
        self.by_node.insert(node.id(), id);
        let raw = match (node.kind(), node.as_bool()) {
            (_, Some(true)) => RawSchema::default(),
            (_, Some(false)) => {
                let never = Placed { keyword: "false", at: node.id(), assertion: Assertion::Never };
                RawSchema { assertions: vec![never], ..RawSchema::default() }
            }
            (Kind::Mapping, _) => self.object(id, node),
            _ => {
                self.expected(
                    node,
                    &text!("a schema: keys with values, true or false", "스키마(키와 값, 또는 true/false)"),
                );
                RawSchema::default()
            }
        };
        if let Some(slot) = self.all.get_mut(id.position()) {
            *slot = raw;
        }
        id
    }

    fn object(&mut self, id: CheckId, node: NodeRef<'d>) -> RawSchema {
        let mut raw = RawSchema::default();
        let mut parts = Parts::default();
        for (key, value) in node.entries() {
            let known = self.about(id, key, value, &mut raw)
                || self.part(key, value, &mut parts)
                || self.assertion(key, value, &mut raw);
            if !known && !keywords::is_void(key.text(), value) {
                self.mistake(key, keywords::unknown(key.text(), value));
                // What an older draft calls otherwise is read, for the mistakes in it.
                if matches!(key.text(), "definitions" | "dependencies") {
                    value.entries().filter(|(_, value)| value.kind() == Kind::Mapping).for_each(|(_, value)| {
                        self.schema(value);
                    });
                }
            }
        }
        self.refuse_alone(&parts);
        self.refuse_labels(node, &raw);
        self.join(parts, &mut raw);
        raw
    }

    /// Reads a keyword that says nothing of values.
    fn about(&mut self, id: CheckId, key: NodeRef<'d>, value: NodeRef<'d>, raw: &mut RawSchema) -> bool {
        match key.text() {
            "$id" if id != CheckId::at(0) => {
                let message = text!(
                    "`$id` stands at the top only: a schema is one resource",
                    "`$id`는 파일의 최상위에만 쓸 수 있음"
                );
                self.mistake(key, message);
            }
            "$schema" | "$id" | "$comment" | "contentEncoding" | "contentMediaType" => _ = self.text(value),
            "default" => {}
            "deprecated" | "readOnly" | "writeOnly" => _ = self.flag(value),
            "title" => raw.title.en = self.text(value),
            "description" => raw.description.en = self.text(value),
            "x-ko" => self.korean(value, raw),
            "x-name" => raw.name = self.flag(value).filter(|is_name| *is_name).map(|_| key.id()),
            "x-prose" if value.text() == "strict" => {
                raw.prose = Some(key.id());
                raw.is_strict = true;
            }
            "x-prose" => raw.prose = self.flag(value).filter(|is_prose| *is_prose).map(|_| key.id()),
            "examples" => raw.example.en = self.example(value),
            "$defs" => _ = self.schemas(value),
            "$anchor" => {
                let known = self.text(value).and_then(|name| self.anchors.insert(name, id));
                if known.is_some() {
                    let name = Shown::cut(value.text(), 60).into_text();
                    let message = text!("the anchor `{name}` is given twice", "앵커가 두 번 쓰임: `{name}`");
                    self.mistake(value, message);
                }
            }
            "$ref" => {
                if self.text(value).is_some() {
                    self.references.push((id, value));
                }
            }
            _ => return false,
        }
        true
    }

    /// Reads what stands beside the keywords of the same names, in Korean.
    fn korean(&mut self, node: NodeRef<'d>, raw: &mut RawSchema) {
        for (key, value) in self.entries(node) {
            match key.text() {
                "title" => raw.title.ko = self.text(value),
                "description" => raw.description.ko = self.text(value),
                "examples" => raw.example.ko = self.example(value),
                "enum" => {
                    for (word, label) in self.entries(value) {
                        let label = self.text(label).map(|label| (word.text().to_owned(), label));
                        raw.labels.extend(label);
                    }
                }
                _ => self.expected(
                    key,
                    &text!(
                        "`title`, `description`, `examples` or `enum`",
                        "`title`, `description`, `examples`, `enum` 중 하나"
                    ),
                ),
            }
        }
    }

    /// Notes what is called something in Korean and is none of the words of the same subschema.
    fn refuse_labels(&mut self, node: NodeRef<'d>, raw: &RawSchema) {
        let Some(labels) = node.get("x-ko").and_then(|korean| korean.get("enum")) else { return };
        let words = raw.assertions.iter().filter_map(|placed| match &placed.assertion {
            Assertion::Values(values) if placed.keyword == "enum" => Some(values),
            _ => None,
        });
        let words: Vec<&Constant> = words.flatten().collect();
        let is_word =
            |key: NodeRef<'_>| words.iter().any(|word| matches!(word, Constant::Text(text) if text == key.text()));
        for (key, _) in labels.entries().filter(|(key, _)| !is_word(*key)) {
            let word = Shown::cut(key.text(), 60).into_text();
            let message =
                text!("`enum` beside `x-ko` has no word `{word}`", "`x-ko` 옆의 `enum`에 없는 값임: `{word}`");
            self.mistake(key, message);
        }
    }

    fn example(&mut self, node: NodeRef<'d>) -> Option<String> {
        self.list(node, &text!("a list", "목록")).into_iter().next().and_then(one_line)
    }

    /// Reads a keyword that means something only with others.
    fn part(&mut self, key: NodeRef<'d>, value: NodeRef<'d>, parts: &mut Parts<'d>) -> bool {
        let at = key.id();
        match key.text() {
            "properties" => {
                parts.fields = Some(("properties", at));
                parts.named = self.schemas(value);
                parts.named.sort();
            }
            "patternProperties" => {
                parts.fields = parts.fields.or(Some(("patternProperties", at)));
                for (name, value) in self.entries(value) {
                    let schema = self.schema(value);
                    parts.patterns.extend(self.pattern(name).map(|pattern| (pattern, schema)));
                }
            }
            "additionalProperties" => {
                parts.fields = parts.fields.or(Some(("additionalProperties", at)));
                parts.is_closed = value.as_bool() == Some(false);
                parts.others = Some(self.schema(value));
            }
            "required" => parts.required = Some(value),
            "prefixItems" => parts.first_items = Some((at, self.members(value))),
            "items" if value.kind() == Kind::Sequence => {
                let one = text!(
                    "one schema for all entries; `prefixItems` has one for each of the first",
                    "모든 항목에 대한 스키마 하나(앞쪽 항목별 스키마는 `prefixItems`에 쓸 것)"
                );
                self.expected(value, &one);
            }
            "items" => parts.items = Some((at, self.schema(value))),
            "contains" => parts.contains = Some((at, self.schema(value))),
            "minContains" => parts.fewest = self.count(value).map(|count| (at, count)),
            "maxContains" => parts.most = self.count(value).map(|count| (at, count)),
            "if" => parts.condition = Some((at, self.schema(value))),
            "then" => parts.then = Some((at, self.schema(value))),
            "else" => parts.otherwise = Some((at, self.schema(value))),
            _ => return false,
        }
        true
    }

    /// Reads a keyword that asserts something by itself.
    fn assertion(&mut self, key: NodeRef<'d>, value: NodeRef<'d>, raw: &mut RawSchema) -> bool {
        let (keyword, found) = match key.text() {
            "type" => ("type", self.types(value).map(Assertion::Type)),
            "enum" => {
                let values = self.list(value, &text!("a list of values", "값의 목록"));
                ("enum", Some(Assertion::Values(values.into_iter().map(Constant::of).collect())))
            }
            "const" => ("const", Some(Assertion::Values(vec![Constant::of(value)]))),
            "minimum" => ("minimum", self.number(value).map(|limit| Assertion::AtLeast { limit, is_exclusive: false })),
            "exclusiveMinimum" => {
                ("exclusiveMinimum", self.number(value).map(|limit| Assertion::AtLeast { limit, is_exclusive: true }))
            }
            "maximum" => ("maximum", self.number(value).map(|limit| Assertion::AtMost { limit, is_exclusive: false })),
            "exclusiveMaximum" => {
                ("exclusiveMaximum", self.number(value).map(|limit| Assertion::AtMost { limit, is_exclusive: true }))
            }
            "multipleOf" => ("multipleOf", self.divisor(value).map(Assertion::MultipleOf)),
            "minLength" => ("minLength", self.count(value).map(Assertion::FewestCharacters)),
            "maxLength" => ("maxLength", self.count(value).map(Assertion::MostCharacters)),
            "pattern" => ("pattern", self.pattern(value).map(Assertion::Pattern)),
            "format" => ("format", self.format(value).map(Assertion::Format)),
            "minItems" => ("minItems", self.count(value).map(Assertion::FewestItems)),
            "maxItems" => ("maxItems", self.count(value).map(Assertion::MostItems)),
            "uniqueItems" => ("uniqueItems", self.flag(value).filter(|flag| *flag).map(|_| Assertion::DistinctItems)),
            "minProperties" => ("minProperties", self.count(value).map(Assertion::FewestFields)),
            "maxProperties" => ("maxProperties", self.count(value).map(Assertion::MostFields)),
            "propertyNames" => ("propertyNames", Some(Assertion::FieldNames(self.schema(value)))),
            "dependentRequired" => {
                let entries = self.entries(value).into_iter();
                let keys = entries.map(|(key, value)| (key.text().to_owned(), self.names(value))).collect();
                ("dependentRequired", Some(Assertion::DependentRequired(keys)))
            }
            "dependentSchemas" => ("dependentSchemas", Some(Assertion::DependentSchemas(self.schemas(value)))),
            "allOf" => {
                let members = self.members(value).into_iter().map(Assertion::All);
                raw.assertions.extend(members.map(|assertion| Placed { keyword: "allOf", at: key.id(), assertion }));
                return true;
            }
            "anyOf" => ("anyOf", Some(Assertion::Any(self.members(value)))),
            "oneOf" => ("oneOf", Some(Assertion::One(self.members(value)))),
            "not" => ("not", Some(Assertion::Not(self.schema(value)))),
            _ => return false,
        };
        raw.assertions.extend(found.map(|assertion| Placed { keyword, at: key.id(), assertion }));
        true
    }

    /// Notes the keywords that mean nothing without another, which is not given.
    fn refuse_alone(&mut self, parts: &Parts<'d>) {
        let needs = |needed: bool, part: Option<NodeId>| part.filter(|_| !needed);
        let (has_if, has_contains) = (parts.condition.is_some(), parts.contains.is_some());
        let alone = [
            (needs(has_if, parts.then.map(|(at, _)| at)), ["then", "if"]),
            (needs(has_if, parts.otherwise.map(|(at, _)| at)), ["else", "if"]),
            (needs(has_contains, parts.fewest.map(|(at, _)| at)), ["minContains", "contains"]),
            (needs(has_contains, parts.most.map(|(at, _)| at)), ["maxContains", "contains"]),
        ];
        for (at, [keyword, other]) in alone {
            let message =
                || text!("`{keyword}` means nothing without `{other}`", "`{other}` 없이는 의미가 없음: `{keyword}`");
            self.mistakes.extend(at.map(|at| (at, message())));
        }
    }

    /// Makes assertions of the keywords that mean something only together.
    fn join(&mut self, parts: Parts<'d>, raw: &mut RawSchema) {
        let mut add = |keyword, at, assertion| raw.assertions.push(Placed { keyword, at, assertion });
        let Parts { named, patterns, others, .. } = parts;
        let fields = Fields { named, patterns, others };
        if let Some(required) = parts.required {
            let names = self.names(required).into_iter();
            let (present, names): (Vec<_>, Vec<_>) = names.partition(|name| self.is_null_a_value(&fields, name));
            for item in required.items().filter(|_| parts.is_closed) {
                if item.kind() == Kind::Text && !fields.knows(item.text()) {
                    let names = fields.named.iter().map(|(name, _)| name.as_str());
                    let near = nearest_of(item.text(), names);
                    let hint = near.map(|near| text!("; did you mean `{near}`?", ". `{near}`의 오기인지 확인할 것"));
                    let hint = hint.unwrap_or_default();
                    let name = Shown::cut(item.text(), 60).into_text();
                    let message = text!(
                        "`{name}` is required, and no key of `properties`{hint}",
                        "`required`에 있으나 `properties`에 없는 키임: `{name}`{hint}"; hint
                    );
                    self.mistake(item, message);
                }
            }
            add("required", required.id(), Assertion::Required(names));
            if !present.is_empty() {
                add("required", required.id(), Assertion::Present(present));
            }
        }
        if let Some((keyword, at)) = parts.fields {
            add(keyword, at, Assertion::Fields(fields));
        }
        let at = parts.items.map(|(at, _)| at).or(parts.first_items.as_ref().map(|(at, _)| *at));
        if let Some(at) = at {
            let first = parts.first_items.map_or_else(Vec::new, |(_, first)| first);
            add("items", at, Assertion::Items { first, rest: parts.items.map(|(_, schema)| schema) });
        }
        if let Some((at, item)) = parts.contains {
            let fewest = parts.fewest.map_or(1, |(_, count)| count);
            add("contains", at, Assertion::Contains { item, fewest, most: parts.most.map(|(_, count)| count) });
        }
        if let Some((at, condition)) = parts.condition {
            let (then, otherwise) = (parts.then.map(|(_, then)| then), parts.otherwise.map(|(_, schema)| schema));
            add("if", at, Assertion::If { condition, then, otherwise });
        }
    }

    /// Tells whether the schema of a field names `null` among its types, so that it is a statement there.
    fn is_null_a_value(&self, fields: &Fields, name: &str) -> bool {
        let raw = fields.field(name).and_then(|field| self.all.get(field.position()));
        raw.is_some_and(|raw| {
            let mut all = raw.assertions.iter().map(|placed| &placed.assertion);
            all.any(|assertion| matches!(assertion, Assertion::Type(types) if types.meets(TypeSet::NULL)))
        })
    }

    fn schemas(&mut self, node: NodeRef<'d>) -> Vec<(String, CheckId)> {
        let entries = self.entries(node).into_iter();
        entries.map(|(key, value)| (key.text().to_owned(), self.schema(value))).collect()
    }

    fn members(&mut self, node: NodeRef<'d>) -> Vec<CheckId> {
        let schemas = text!("a list of schemas", "스키마의 목록");
        let items = self.list(node, &schemas);
        if node.kind() == Kind::Sequence && items.is_empty() {
            self.expected(node, &schemas);
        }
        items.into_iter().map(|item| self.schema(item)).collect()
    }
}

/// Returns a value as it would be written in YAML, on one line.
pub(super) fn one_line(node: NodeRef<'_>) -> Option<String> {
    match node.kind() {
        Kind::Sequence => {
            let items: Vec<String> = node.items().filter_map(one_line).collect();
            Some(format!("[{}]", items.join(", ")))
        }
        Kind::Mapping | Kind::Null => None,
        Kind::Boolean | Kind::Integer | Kind::Float | Kind::Text => Some(node.text().to_owned()),
    }
}

//! The part of JSON Schema 2020-12 that `evidence.schema.yaml` may use, as written.
//!
//! It is read as evidence is, so that a mistake in it has a place, and quickly: every run reads it.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow, bail};

use crate::evidence::{Document, Kind, NodeRef};
use crate::language::Text;

/// One schema object; any other keyword is refused.
#[derive(Clone, Debug, Default)]
pub(super) struct RawSchema {
    pub(super) reference: Option<String>,
    pub(super) definitions: BTreeMap<String, Self>,
    title: Wording,
    description: Wording,
    pub(super) type_name: Option<TypeName>,
    pub(super) properties: BTreeMap<String, Self>,
    pub(super) additional_properties: Option<bool>,
    pub(super) items: Option<Box<Self>>,
    pub(super) choices: Vec<String>,
    pub(super) format: Option<FormatName>,
    pub(super) minimum: Option<Limit>,
    pub(super) maximum: Option<Limit>,
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
    /// Whether its text is prose, in which a placeholder is no statement.
    pub(super) is_prose: bool,
    example: Option<String>,
}

/// A limit of a range; as a whole number it is exact, which a floating point number is only up to 2^53.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) number: f64,
    pub(super) whole: Option<i64>,
}

/// A text whose Korean stands in `x-ko`, beside the standard keyword.
#[derive(Clone, Debug, Default)]
struct Wording {
    en: Option<String>,
    ko: Option<String>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum TypeName {
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum FormatName {
    DateTime,
    Date,
    Duration,
    Sha256,
}

impl RawSchema {
    /// Reads a schema object.
    pub(super) fn read(document: &Document, node: NodeRef<'_>) -> Result<Self> {
        let reader = Reader { document };
        reader.schema(node)
    }

    pub(super) fn title(&self) -> Option<Text> {
        self.title.text()
    }

    pub(super) fn description(&self) -> Option<Text> {
        self.description.text()
    }

    /// Returns the first example as it would be written in YAML, on one line.
    pub(super) fn example(&self) -> Option<&str> {
        self.example.as_deref()
    }
}

impl Wording {
    fn text(&self) -> Option<Text> {
        let en = self.en.as_ref().or(self.ko.as_ref())?;
        Some(Text::new(en, self.ko.as_ref().unwrap_or(en)))
    }
}

struct Reader<'d> {
    document: &'d Document,
}

impl Reader<'_> {
    fn schema(&self, node: NodeRef<'_>) -> Result<RawSchema> {
        let mut raw = RawSchema::default();
        for (key, value) in self.entries(node)? {
            match key.text() {
                "$schema" | "$id" => {}
                "$ref" => raw.reference = Some(self.text(value)?),
                "$defs" => raw.definitions = self.schemas(value)?,
                "title" => raw.title.en = Some(self.text(value)?),
                "description" => raw.description.en = Some(self.text(value)?),
                "x-ko" => self.korean(value, &mut raw)?,
                "type" => raw.type_name = Some(self.type_name(value)?),
                "properties" => raw.properties = self.schemas(value)?,
                "additionalProperties" => raw.additional_properties = Some(self.boolean(value)?),
                "items" => raw.items = Some(Box::new(self.schema(value)?)),
                "enum" => raw.choices = value.items().map(|item| self.text(item)).collect::<Result<_>>()?,
                "format" => raw.format = Some(self.format(value)?),
                "minimum" => raw.minimum = Some(self.limit(value)?),
                "maximum" => raw.maximum = Some(self.limit(value)?),
                "minLength" => raw.min_length = Some(self.length(value)?),
                "maxLength" => raw.max_length = Some(self.length(value)?),
                "x-prose" => raw.is_prose = self.boolean(value)?,
                "examples" => raw.example = value.items().next().and_then(one_line),
                _ => return Err(self.refuse(key, "a keyword that gamsa reads (see docs/evidence.md)")),
            }
        }
        Ok(raw)
    }

    fn schemas(&self, node: NodeRef<'_>) -> Result<BTreeMap<String, RawSchema>> {
        let read = |(key, value): (NodeRef<'_>, NodeRef<'_>)| Ok((key.text().to_owned(), self.schema(value)?));
        self.entries(node)?.map(read).collect()
    }

    fn korean(&self, node: NodeRef<'_>, raw: &mut RawSchema) -> Result<()> {
        for (key, value) in self.entries(node)? {
            match key.text() {
                "title" => raw.title.ko = Some(self.text(value)?),
                "description" => raw.description.ko = Some(self.text(value)?),
                _ => return Err(self.refuse(key, "`title` or `description`")),
            }
        }
        Ok(())
    }

    fn type_name(&self, node: NodeRef<'_>) -> Result<TypeName> {
        Ok(match node.text() {
            "object" => TypeName::Object,
            "array" => TypeName::Array,
            "string" => TypeName::String,
            "integer" => TypeName::Integer,
            "number" => TypeName::Number,
            "boolean" => TypeName::Boolean,
            _ => return Err(self.refuse(node, "object, array, string, integer, number or boolean")),
        })
    }

    fn format(&self, node: NodeRef<'_>) -> Result<FormatName> {
        Ok(match node.text() {
            "date-time" => FormatName::DateTime,
            "date" => FormatName::Date,
            "duration" => FormatName::Duration,
            "sha256" => FormatName::Sha256,
            _ => return Err(self.refuse(node, "date-time, date, duration or sha256")),
        })
    }

    fn entries<'n>(&self, node: NodeRef<'n>) -> Result<impl Iterator<Item = (NodeRef<'n>, NodeRef<'n>)> + use<'n>> {
        if node.kind() != Kind::Mapping {
            bail!(self.refuse(node, "keys with values"));
        }
        Ok(node.entries())
    }

    fn text(&self, node: NodeRef<'_>) -> Result<String> {
        if node.kind() == Kind::Text { Ok(node.text().to_owned()) } else { Err(self.refuse(node, "text")) }
    }

    fn limit(&self, node: NodeRef<'_>) -> Result<Limit> {
        let number = node.as_float().filter(|number| number.is_finite());
        let number = number.ok_or_else(|| self.refuse(node, "a number"))?;
        Ok(Limit { number, whole: node.as_integer() })
    }

    fn length(&self, node: NodeRef<'_>) -> Result<usize> {
        let length = node.as_integer().and_then(|length| usize::try_from(length).ok());
        length.ok_or_else(|| self.refuse(node, "a whole number of 0 or more"))
    }

    fn boolean(&self, node: NodeRef<'_>) -> Result<bool> {
        node.as_bool().ok_or_else(|| self.refuse(node, "true or false"))
    }

    fn refuse(&self, node: NodeRef<'_>, expected: &str) -> anyhow::Error {
        let at = self.document.location(node.id());
        let text = node.text();
        anyhow!("{}:{}:{}: expected {expected}, found `{text}`", at.file, at.start.line, at.start.column)
    }
}

fn one_line(node: NodeRef<'_>) -> Option<String> {
    match node.kind() {
        Kind::Sequence => {
            let items: Vec<String> = node.items().filter_map(one_line).collect();
            Some(format!("[{}]", items.join(", ")))
        }
        Kind::Mapping | Kind::Null => None,
        Kind::Boolean | Kind::Integer | Kind::Float | Kind::Text => Some(node.text().to_owned()),
    }
}

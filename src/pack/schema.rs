//! The shape of evidence: what each key means, of which kind its value is, how it is called.

use std::num::NonZeroU16;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::prose::Placeholders;
use super::raw_schema::{FormatName, Limit, RawSchema, TypeName};
use crate::language::Text;
use crate::load::{Limits, document};

/// Levels of `$ref` and nesting; a schema that needs more refers to itself.
const DEPTH: usize = 24;
const DEFINITION: &str = "#/$defs/";

/// The position of a shape in its [`Schema`], counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ShapeId(NonZeroU16);

impl ShapeId {
    fn index(self) -> usize {
        usize::from(self.0.get()) - 1
    }
}

/// A schema with every reference resolved.
#[derive(Debug, Serialize, Deserialize)]
pub struct Schema {
    shapes: Vec<Shape>,
    bundle: ShapeId,
    order: ShapeId,
    field_names: Vec<String>,
    placeholders: Placeholders,
}

/// What one place of the tree may hold.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shape {
    /// The kind of value, with its limits.
    pub kind: ShapeKind,
    /// A noun phrase that fits "…: not given".
    pub title: Text,
    /// What to hand in.
    pub description: Option<Text>,
    /// A value as it could be written.
    pub example: Option<String>,
    /// Whether it is prose: a text that only holds the place of one is no statement.
    pub is_prose: bool,
}

/// Kinds of values that evidence has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ShapeKind {
    /// Keys with values; the fields are sorted by name.
    Object(Vec<(String, ShapeId)>),
    /// A list of values of one shape.
    List(ShapeId),
    /// Free text with limits on its length in characters.
    Text {
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// One of some words.
    Choice(Vec<String>),
    /// Text in a format.
    Formatted(Format),
    /// A whole number in a range; where the schema gives no limit, that of 64 bits.
    Integer {
        /// The smallest number.
        min: i64,
        /// The largest number.
        max: i64,
    },
    /// A number in a range.
    Number {
        /// The smallest number.
        min: f64,
        /// The largest number.
        max: f64,
    },
    /// `true` or `false`.
    Boolean,
}

/// Formats of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// RFC 3339 with offset.
    DateTime,
    /// RFC 3339 full-date.
    Date,
    /// ISO 8601 duration of days, hours, minutes, seconds.
    Duration,
    /// 64 hexadecimal digits.
    Sha256,
}

impl Schema {
    /// Reads `evidence.schema.yaml`.
    ///
    /// # Errors
    /// A keyword outside the part we read, a reference to nothing, a schema that refers to itself.
    pub fn from_yaml(name: &str, text: &str) -> Result<Self> {
        let document = document(name, text.as_bytes(), &Limits::default()).map_err(|refused| *refused)?;
        let root = RawSchema::read(&document, document.root())?;
        let mut shapes = Vec::new();
        let bundle = resolve(&root, &root, &mut shapes, DEPTH)?;
        let Some(order) = root.definitions.get("order") else {
            bail!("$defs: `order` is missing, the shape of order.yaml");
        };
        let order = resolve(order, &root, &mut shapes, DEPTH).context("$defs: order")?;
        let field_names = field_names(&shapes);
        Ok(Self { shapes, bundle, order, field_names, placeholders: Placeholders::default() })
    }

    /// Returns the same schema with the texts that state nothing where prose is expected.
    pub(super) fn with_placeholders(self, placeholders: Placeholders) -> Self {
        Self { placeholders, ..self }
    }

    /// Returns the texts that state nothing where prose is expected.
    pub(super) fn placeholders(&self) -> &Placeholders {
        &self.placeholders
    }

    /// Returns the shape of a whole bundle.
    pub fn bundle(&self) -> ShapeId {
        self.bundle
    }

    /// Returns the shape of the order.
    pub fn order(&self) -> ShapeId {
        self.order
    }

    /// Returns a shape.
    pub fn shape(&self, id: ShapeId) -> Option<&Shape> {
        self.shapes.get(id.index())
    }

    /// Returns the shape of a field of an object.
    pub fn field(&self, id: ShapeId, name: &str) -> Option<ShapeId> {
        self.field_at(id, name).map(|(_, shape)| shape)
    }

    /// Returns the position of a field among those of an object, and its shape; a schema has fewer shapes than 65,536.
    pub(crate) fn field_at(&self, id: ShapeId, name: &str) -> Option<(u16, ShapeId)> {
        let fields = self.fields(id);
        let at = fields.binary_search_by(|(field, _)| field.as_str().cmp(name)).ok()?;
        fields.get(at).map(|(_, shape)| (at as u16, *shape))
    }

    /// Returns the fields of an object, sorted by name; nothing for any other shape.
    pub fn fields(&self, id: ShapeId) -> &[(String, ShapeId)] {
        match self.shape(id).map(|shape| &shape.kind) {
            Some(ShapeKind::Object(fields)) => fields,
            _ => &[],
        }
    }

    /// Returns the shape of the items of a list.
    pub fn item(&self, id: ShapeId) -> Option<ShapeId> {
        match self.shape(id)?.kind {
            ShapeKind::List(item) => Some(item),
            _ => None,
        }
    }

    /// Returns every name that any object has as a field, sorted.
    pub fn field_names(&self) -> &[String] {
        &self.field_names
    }
}

fn field_names(shapes: &[Shape]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for shape in shapes {
        if let ShapeKind::Object(fields) = &shape.kind {
            names.extend(fields.iter().map(|(name, _)| name.clone()));
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

fn resolve(raw: &RawSchema, root: &RawSchema, shapes: &mut Vec<Shape>, depth: usize) -> Result<ShapeId> {
    if depth == 0 {
        bail!("nested too deep: a definition must not refer to itself");
    }
    let mut target = raw;
    let mut chain = vec![raw];
    while let Some(reference) = &target.reference {
        let name = reference.strip_prefix(DEFINITION).unwrap_or_default();
        let Some(definition) = root.definitions.get(name) else {
            bail!("$ref: {reference} is not defined");
        };
        if chain.len() > DEPTH {
            bail!("$ref: {reference} refers to itself");
        }
        target = definition;
        chain.push(target);
    }
    // Reserve the place first, so that the root is the first shape.
    let position = u16::try_from(shapes.len() + 1).ok().and_then(NonZeroU16::new);
    let id = ShapeId(position.context("more than 65,535 shapes")?);
    let pick = |get: fn(&RawSchema) -> Option<Text>| chain.iter().find_map(|raw| get(raw));
    let Some(title) = pick(RawSchema::title) else { bail!("a title is missing") };
    let shape = Shape {
        kind: ShapeKind::Boolean,
        title,
        description: pick(RawSchema::description),
        example: chain.iter().find_map(|raw| raw.example().map(str::to_owned)),
        is_prose: chain.iter().any(|raw| raw.is_prose),
    };
    let is_prose = shape.is_prose;
    shapes.push(shape);
    let kind = kind_of(target, root, shapes, depth)?;
    if is_prose && !matches!(kind, ShapeKind::Text { .. }) {
        bail!("`x-prose` stands beside `type: string` without `enum` or `format`: only free text is prose");
    }
    if let Some(shape) = shapes.get_mut(id.index()) {
        shape.kind = kind;
    }
    Ok(id)
}

fn kind_of(raw: &RawSchema, root: &RawSchema, shapes: &mut Vec<Shape>, depth: usize) -> Result<ShapeKind> {
    let Some(type_name) = raw.type_name else { bail!("`type` is missing") };
    Ok(match type_name {
        TypeName::Object => {
            if raw.additional_properties != Some(false) {
                bail!("an object needs `additionalProperties: false`, so that unknown keys are noticed");
            }
            let mut fields = Vec::new();
            for (name, field) in &raw.properties {
                let shape = resolve(field, root, shapes, depth - 1).with_context(|| format!("properties: {name}"))?;
                fields.push((name.clone(), shape));
            }
            ShapeKind::Object(fields)
        }
        TypeName::Array => {
            let Some(items) = &raw.items else { bail!("`items` is missing") };
            ShapeKind::List(resolve(items, root, shapes, depth - 1).context("items")?)
        }
        TypeName::String if !raw.choices.is_empty() => ShapeKind::Choice(raw.choices.clone()),
        TypeName::String => match raw.format {
            Some(FormatName::DateTime) => ShapeKind::Formatted(Format::DateTime),
            Some(FormatName::Date) => ShapeKind::Formatted(Format::Date),
            Some(FormatName::Duration) => ShapeKind::Formatted(Format::Duration),
            Some(FormatName::Sha256) => ShapeKind::Formatted(Format::Sha256),
            None => ShapeKind::Text { min: raw.min_length.unwrap_or(0), max: raw.max_length.unwrap_or(usize::MAX) },
        },
        TypeName::Integer => ShapeKind::Integer {
            min: whole_limit(raw.minimum, i64::MIN).context("minimum")?,
            max: whole_limit(raw.maximum, i64::MAX).context("maximum")?,
        },
        TypeName::Number => ShapeKind::Number {
            min: raw.minimum.map_or(f64::NEG_INFINITY, |limit| limit.number),
            max: raw.maximum.map_or(f64::INFINITY, |limit| limit.number),
        },
        TypeName::Boolean => ShapeKind::Boolean,
    })
}

fn whole_limit(limit: Option<Limit>, none: i64) -> Result<i64> {
    limit.map_or(Ok(none), |limit| limit.whole.context("the limit of an integer is a whole number of 64 bits"))
}

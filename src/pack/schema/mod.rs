//! The shape of evidence: what each key means, of which kind its value is, how it is called.

mod fit;
mod kinds;
mod resolve;
mod shape;
mod sources;

use anyhow::Result;

use super::assertion::Check;
use super::prose::Placeholders;
use super::raw_schema::{RawSchemas, SchemaMistakes};
use crate::error;
use crate::evidence::Position;
use crate::language::text;
use crate::load::{Limits, document};

pub use shape::{Format, KeyPattern, Others, Shape, ShapeId, ShapeKind};

/// A schema as a graph of shapes, one for each place of the tree; a recursive definition leads back to the shape of the
/// place at which it begins.
#[derive(Debug)]
pub struct Schema {
    shapes: Vec<Shape>,
    bundle: ShapeId,
    order: ShapeId,
    checks: Vec<Check>,
    placeholders: Placeholders,
}

impl Schema {
    /// Reads `evidence.schema.yaml`, or the same in JSON.
    ///
    /// # Errors
    /// The file is not YAML; or [`SchemaMistakes`](error::Mistakes), all of them with their places: keywords that are not
    /// read or do not fit the type, references to nothing, definitions that no value can be held to.
    pub fn from_yaml(name: &str, text: &str) -> Result<Self> {
        let document = document(name, text.as_bytes(), &Limits::default()).map_err(|refused| *refused)?;
        let mut mistakes = SchemaMistakes::new();
        let raw = RawSchemas::read(&document, &mut mistakes);
        let resolved = resolve::shapes(&raw, &mut mistakes);
        let (Some(resolved), true) = (resolved, mistakes.is_empty()) else {
            let lines = mistakes.into_iter().map(|(node, message)| {
                let at = document.location(node);
                let (file, Position { line, column }) = (at.file, at.start);
                text!("{file}:{line}:{column}: {message}", "{file}:{line}:{column}: {message}"; message)
            });
            return Err(error::Mistakes(lines.collect()).into());
        };
        let resolve::ResolvedShapes { shapes, bundle, order } = resolved;
        let assertions = raw.all.into_iter().map(|raw| raw.assertions.into_iter().map(|placed| placed.assertion));
        let checks = assertions.map(|assertions| Check { assertions: assertions.collect() }).collect();
        Ok(Self { shapes, bundle, order, checks, placeholders: Placeholders::default() })
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

    /// Returns the shape of the order: `$defs/order`, or else that of a mapping with an `id`.
    pub fn order(&self) -> ShapeId {
        self.order
    }

    /// Returns a shape.
    pub fn shape(&self, id: ShapeId) -> Option<&Shape> {
        self.shapes.get(id.index())
    }

    /// Returns the shape of a field of an object; of a union, that of its member with keys.
    pub fn field(&self, id: ShapeId, name: &str) -> Option<ShapeId> {
        self.field_at(id, name).map(|(_, shape)| shape)
    }

    /// Returns the position of a field among those of an object, and its shape; a schema has fewer shapes than 65,536.
    pub(crate) fn field_at(&self, id: ShapeId, name: &str) -> Option<(u16, ShapeId)> {
        let fields = self.fields(id);
        let at = fields.binary_search_by(|(field, _)| field.as_str().cmp(name)).ok()?;
        fields.get(at).map(|(_, shape)| (at as u16, *shape))
    }

    /// Returns the shape of the value of a key: that of the field, or else that of keys which are chosen freely.
    pub fn value_of_key(&self, id: ShapeId, key: &str) -> Option<ShapeId> {
        self.field(id, key).or_else(|| match &self.shape(id)?.kind {
            ShapeKind::Any => Some(self.below_any(id)),
            ShapeKind::Union(members) => members.iter().find_map(|member| self.value_of_key(*member, key)),
            _ => self.shape(id)?.others.shape_of(key),
        })
    }

    /// Returns the shape of everything below a shape of the kind [`ShapeKind::Any`].
    pub fn below_any(&self, id: ShapeId) -> ShapeId {
        self.shape(id).and_then(|shape| shape.others.shape_of("")).unwrap_or(id)
    }

    /// Returns the shapes that the values of freely chosen keys have; of a union, those of its members.
    pub fn free_values(&self, id: ShapeId) -> Vec<ShapeId> {
        match self.shape(id) {
            Some(Shape { kind: ShapeKind::Any, .. }) => vec![self.below_any(id)],
            Some(Shape { kind: ShapeKind::Union(members), .. }) => {
                members.iter().flat_map(|member| self.free_values(*member)).collect()
            }
            Some(Shape { others: Others::Free { shapes, .. }, .. }) => shapes.iter().map(|(_, shape)| *shape).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the members of a union; of any other shape, the shape itself.
    pub fn members(&self, id: ShapeId) -> Vec<ShapeId> {
        match self.shape(id).map(|shape| &shape.kind) {
            Some(ShapeKind::Union(members)) => members.clone(),
            _ => vec![id],
        }
    }

    /// Returns the fields of an object, sorted by name; of a union, those of its member with keys.
    pub fn fields(&self, id: ShapeId) -> &[(String, ShapeId)] {
        match self.shape(id).map(|shape| &shape.kind) {
            Some(ShapeKind::Object(fields)) => fields,
            Some(ShapeKind::Union(members)) => {
                members.iter().map(|member| self.fields(*member)).find(|fields| !fields.is_empty()).unwrap_or(&[])
            }
            _ => &[],
        }
    }

    /// Returns the shape of the items of a list; of a union, that of its member with entries.
    pub fn item(&self, id: ShapeId) -> Option<ShapeId> {
        match &self.shape(id)?.kind {
            ShapeKind::List(item) => Some(*item),
            ShapeKind::Union(members) => members.iter().find_map(|member| self.item(*member)),
            _ => None,
        }
    }

    /// Tells whether the schema excludes every key of a mapping that has no shape.
    pub fn excludes_others(&self, id: ShapeId) -> bool {
        self.shape(id).is_some_and(|shape| shape.others.is_closed())
    }

    /// Tells whether anything is demanded of a mapping or a list beyond what its fields or entries are.
    pub(crate) fn has_demands(&self) -> bool {
        self.shapes.iter().any(|shape| {
            // What is demanded of a union is demanded of its members as well.
            let is_collection =
                matches!(shape.kind, ShapeKind::Object(_) | ShapeKind::Map(_) | ShapeKind::List(_) | ShapeKind::Any);
            is_collection && !shape.assertions.is_empty()
        })
    }

    /// Returns the subschemas, which assertions refer to.
    pub(crate) fn checks(&self) -> &[Check] {
        &self.checks
    }
}

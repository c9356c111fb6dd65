//! Which fields values have.

use std::collections::BTreeSet;

use super::super::functions::{self, Kinds};
use super::super::ir::Span;
use super::super::mistake::meant;
use super::types::Type;
use super::walk::Walk;
use crate::pack::ShapeId;

impl Walk<'_> {
    /// Reads one of some fields.
    pub(super) fn fields(&mut self, of: &Type, names: &BTreeSet<String>, at: Span) -> Type {
        if names.is_empty() || of.is_nowhere() {
            return Type::default();
        }
        let fields = of.places.iter().flat_map(|place| names.iter().map(|name| self.schema.field(*place, name)));
        let places: BTreeSet<ShapeId> = fields.flatten().collect();
        self.found.places.extend(&places);
        if of.is_unknown {
            self.found.unplaced.extend(names.iter().cloned());
            return Type { places, ..Type::unknown() };
        }
        // A name that was put together may be one of several, some of which are meant for other places.
        if places.is_empty()
            && let Some(name) = names.first()
        {
            self.no_field(of, name, at);
        }
        Type { places, is_evidence: true, ..Type::default() }
    }

    fn no_field(&mut self, of: &Type, name: &str, at: Span) {
        let kinds = of.kinds(self.schema);
        let found = self.described(of);
        let function = if functions::is_known(name) { Some(name) } else { functions::alias(name) };
        if !kinds.meets(Kinds::MAPPING) {
            let hint = match function {
                Some(function) => format!("`{function}` is a function: write x.{function}(…)"),
                None if kinds.meets(Kinds::LIST) => "for x in list walks its items, list[0] is the first".to_owned(),
                None => return self.mistake(at, format!("{found} has no fields, and no `{name}`"), None),
            };
            return self.mistake(at, format!("{found} has no field `{name}`"), Some(hint));
        }
        let names: BTreeSet<&str> =
            of.places.iter().flat_map(|place| self.schema.fields(*place)).map(|(name, _)| name.as_str()).collect();
        let elsewhere = self.places.named(name);
        let hint = match meant(name, names.iter().copied()) {
            Some(near) => near,
            None if !elsewhere.is_empty() => format!("there is one at {elsewhere}"),
            None => match function {
                Some(function) => format!("`{function}` is a function: write x.{function}(…)"),
                None => format!("it has {}", names.into_iter().collect::<Vec<_>>().join(", ")),
            },
        };
        let pointers = self.places.pointers(of);
        self.mistake(at, format!("the evidence schema has no field `{name}` at {pointers}"), Some(hint));
    }
}

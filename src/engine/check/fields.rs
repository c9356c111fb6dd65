//! Which fields values have.

use std::collections::BTreeSet;

use super::super::functions::{self, Kinds};
use super::super::ir::Span;
use super::super::mistake::{choices, meant};
use super::types::Type;
use super::walk::Walk;
use crate::language::text;
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
        let call = |function: &str| {
            let arguments = if functions::counts(function).is_some_and(|(_, most)| most == 1) { "()" } else { "(…)" };
            text!(
                "`{function}` is a function: write x.{function}{arguments}",
                "`{function}`: 함수이므로 x.{function}{arguments} 형식으로 쓸 것"
            )
        };
        if !kinds.meets(Kinds::MAPPING) {
            let hint = match function {
                Some(function) => call(function),
                None if kinds.meets(Kinds::LIST) => text!(
                    "for x in list walks its items, list[0] is the first",
                    "항목은 for x in list로 차례로 읽고, 첫 항목은 list[0]으로 읽음"
                ),
                None => {
                    let message = text!(
                        "{found} has no fields, so no `{name}`",
                        "필드가 없는 값에서 `{name}` 필드를 읽음: {found}"; found
                    );
                    return self.mistake(at, message, None);
                }
            };
            let message = text!("{found} has no field `{name}`", "`{name}` 필드가 없는 값임: {found}"; found);
            return self.mistake(at, message, Some(hint));
        }
        let names: BTreeSet<&str> =
            of.places.iter().flat_map(|place| self.schema.fields(*place)).map(|(name, _)| name.as_str()).collect();
        let elsewhere = self.places.named(name);
        let hyphen = names.iter().find(|known| known.strip_prefix(name).is_some_and(|rest| rest.starts_with('-')));
        let hint = match meant(name, names.iter().copied()) {
            _ if hyphen.is_some() => {
                let key = hyphen.copied().unwrap_or_default();
                text!(
                    "a key with a hyphen stands in brackets: x[\"{key}\"]",
                    "붙임표가 있는 키는 대괄호로 씀: x[\"{key}\"]"
                )
            }
            Some(near) => near,
            None if !elsewhere.en.is_empty() => text!("there is one at {elsewhere}", "있는 곳: {elsewhere}"; elsewhere),
            None => match function {
                Some(function) => call(function),
                None => choices(&names.into_iter().collect::<Vec<_>>().join(", ")),
            },
        };
        let pointers = self.places.pointers(of);
        let message = text!(
            "the evidence schema has no field `{name}` at {pointers}",
            "제출 자료 스키마에 `{name}` 필드가 없음: {pointers}"; pointers
        );
        self.mistake(at, message, Some(hint));
    }
}

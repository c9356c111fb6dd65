//! Which fields values have.

use std::collections::BTreeSet;

use super::super::functions;
use super::super::ir::Span;
use super::super::kinds::Kinds;
use super::super::mistake::{choices, meant};
use super::checker::Checker;
use super::types::Type;
use crate::language::text;
use crate::pack::ShapeId;

impl Checker<'_> {
    /// Reads one of some fields.
    pub(super) fn fields(&mut self, of: &Type, names: &[&str], at: Span) -> Type {
        if names.is_empty() || of.is_nowhere() {
            return Type::default();
        }
        let is_mapping = names.first().is_none_or(|name| {
            self.is_only(of, Kinds::MAPPING, at, || {
                text!("`{name}` is a field of a mapping", "`{name}`: 하위 항목을 가진 값의 필드임")
            })
        });
        let fields = of.places.iter().flat_map(|place| names.iter().map(|name| self.schema.field(*place, name)));
        let places: BTreeSet<ShapeId> = fields.flatten().collect();
        self.found.places.extend(&places);
        if of.is_unknown {
            self.found.unplaced.extend(names.iter().map(|name| (*name).to_owned()));
            return Type { places, ..Type::unknown() };
        }
        // A name that was put together may be one of several, some of which are meant for other places.
        if places.is_empty()
            && is_mapping
            && let Some(name) = names.first()
        {
            self.no_field(of, name, at);
        }
        Type { places, is_evidence: true, ..Type::default() }
    }

    /// Reads the value of one of some keys, or of any key; keys that are no fields may be chosen freely.
    pub(super) fn keyed(&mut self, of: &Type, names: Option<&BTreeSet<String>>, at: Span) -> Type {
        let free: BTreeSet<ShapeId> = of.places.iter().flat_map(|place| self.schema.free_values(*place)).collect();
        let has_fields = of.places.iter().any(|place| !self.schema.fields(*place).is_empty());
        let Some(names) = names else {
            if has_fields || of.is_unknown || of.places.is_empty() {
                self.found.unplaced.insert("[…]".to_owned());
                return Type::unknown();
            }
            return self.free(free);
        };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let is_field = |name: &&str| of.places.iter().any(|place| self.schema.field(*place, name).is_some());
        let (fields, keys): (Vec<&str>, Vec<&str>) = names.iter().copied().partition(is_field);
        if free.is_empty() {
            return if of.places.is_empty() && !of.is_unknown { Type::default() } else { self.fields(of, &names, at) };
        }
        let values = keys.iter().flat_map(|key| of.places.iter().map(move |place| (key, *place)));
        let values: BTreeSet<ShapeId> =
            values.filter_map(|(key, place)| self.schema.value_of_key(place, key)).collect();
        if let (Some(key), true) = (keys.first(), values.is_empty() && fields.is_empty()) {
            let found = self.described(of);
            let message = text!(
                "the evidence schema excludes the key `{key}` from {found}",
                "제출 자료 스키마가 배제한 키임: `{key}`. 읽는 곳: {found}"; found
            );
            self.mistake(at, message, None);
        }
        self.fields(of, &fields, at).joined(&self.free(values))
    }

    /// Reads values whose keys are chosen freely.
    pub(super) fn free(&mut self, values: BTreeSet<ShapeId>) -> Type {
        self.found.places.extend(&values);
        Type { places: values, is_evidence: true, ..Type::default() }
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
            None if of.places.iter().any(|place| !self.schema.free_values(*place).is_empty()) => text!(
                "its keys are chosen freely: write x[\"{name}\"]",
                "키를 자유롭게 정하는 항목이므로 x[\"{name}\"]로 읽을 것"
            ),
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

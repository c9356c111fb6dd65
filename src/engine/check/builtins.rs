//! Which arguments fit the functions of the language, and what they give.

use super::super::functions::{self, Entry, Gives, Kinds};
use super::super::ir::{Builtin, Span};
use super::super::pattern;
use super::types::Type;
use super::walk::Walk;
use crate::evidence::{Day, Decimal, TimeOfDay, compare_versions};
use crate::pack::ValueType;

/// Types whose values have an order.
const ORDERED: Kinds = Kinds(Kinds::SCALAR.0 & !Kinds::BOOLEAN.0);

impl Walk<'_> {
    /// Says where arguments do not fit; returns what the function gives.
    pub(super) fn builtin(&mut self, builtin: Builtin, arguments: &[Type], at: Span) -> Type {
        let Some(entry) = functions::BUILTINS.iter().find(|entry| entry.builtin == builtin) else {
            return Type::unknown();
        };
        let first = arguments.first().cloned().unwrap_or_default();
        let is_fold = matches!(builtin, Builtin::Max | Builtin::Min) && arguments.len() == 1;
        if !self.fit(entry, arguments, is_fold, at) {
            return Type::default();
        }
        self.spelled_out(builtin, arguments, at);
        match builtin {
            Builtin::Parameter => return self.parameter(&first),
            Builtin::StageOf => return self.stage(),
            Builtin::IsText | Builtin::IsNumber => return self.type_test(builtin, &first).from(arguments),
            Builtin::AttachmentSha256 => self.found.attachments = true,
            Builtin::Contains if !first.kinds(self.schema).meets(Kinds::TEXT) => {
                if let Some(item) = arguments.get(1) {
                    self.member(&first, item, "contains", at);
                }
            }
            Builtin::Difference | Builtin::Intersection | Builtin::IsSubset | Builtin::Union => {
                let others = arguments.get(1).map(|list| list.item(self.schema));
                if let Some(others) = others {
                    self.member(&first, &others, entry.name, at);
                }
            }
            Builtin::Sum => {
                let item = first.item(self.schema);
                if !self.needs(&item, Kinds::NUMBER.or(Kinds::DURATION), at, "`sum` adds items, each of which is") {
                    return Type::default();
                }
            }
            Builtin::Max | Builtin::Min => self.ordered(entry.name, arguments, is_fold, at),
            _ => {}
        }
        let result = match entry.gives {
            Gives::Kinds(kinds) => Type::computed(kinds),
            Gives::First => match builtin {
                Builtin::Abs => Type::computed(first.kinds(self.schema).and(Kinds::NUMBER.or(Kinds::DURATION))),
                _ => first.clone(),
            },
            Gives::Any if is_fold => first.item(self.schema),
            Gives::Any => arguments.iter().fold(Type::default(), Type::joined_with),
            Gives::Item => first.item(self.schema),
            Gives::ListOfItems => Type::list(first.item(self.schema).item(self.schema)),
            Gives::Texts => Type::list(Type::computed(Kinds::TEXT)),
            Gives::Values => {
                let mut values = Type::default();
                for place in &first.places {
                    for (_, field) in self.schema.fields(*place) {
                        values.join(&Type::place(*field));
                    }
                }
                Type::list(values)
            }
            Gives::Parameter => Type::unknown(),
        };
        match builtin {
            Builtin::Sum => {
                Type::computed(result.kinds(self.schema).and(Kinds::NUMBER.or(Kinds::DURATION))).from(arguments)
            }
            _ => result.from(arguments),
        }
    }

    /// Says where an argument is of another type; tells whether all fit.
    fn fit(&mut self, entry: &Entry, arguments: &[Type], is_fold: bool, at: Span) -> bool {
        let mut fits = true;
        for (argument, kinds) in arguments.iter().zip(entry.arguments) {
            let kinds = if is_fold { Kinds::LIST } else { *kinds };
            fits &= self.needs(argument, kinds, at, &format!("`{}` needs", entry.name));
        }
        fits
    }

    /// Says where a text that the script spells out is not what the function reads.
    fn spelled_out(&mut self, builtin: Builtin, arguments: &[Type], at: Span) {
        let texts = match builtin {
            Builtin::Matches => arguments.get(1..),
            Builtin::CompareVersions => Some(arguments),
            _ => arguments.get(..1),
        };
        for text in texts.unwrap_or_default().iter().filter_map(Type::only_text) {
            self.spelled_out_text(builtin, text, at);
        }
    }

    fn spelled_out_text(&mut self, builtin: Builtin, text: &str, at: Span) {
        let message = match builtin {
            Builtin::Matches => match pattern::compile(text) {
                Ok(_) => return,
                Err(why) => format!("the regular expression \"{text}\" cannot be read: {why}"),
            },
            Builtin::CompareVersions if compare_versions(text, text).is_none() => {
                format!("\"{text}\" is no version such as 1.10.2")
            }
            Builtin::ToDate if Day::parse(text).is_none() => format!("\"{text}\" is no date such as 2024-05-31"),
            Builtin::ToTime if TimeOfDay::parse(text).is_none() => {
                format!("\"{text}\" is no time of day such as 09:00")
            }
            Builtin::ToNumber if Decimal::parse(text).is_none() => format!("\"{text}\" is no number"),
            _ => return,
        };
        self.mistake(at, message, None);
    }

    /// Says where values that are put in order have none, or not the same.
    fn ordered(&mut self, name: &str, arguments: &[Type], is_fold: bool, at: Span) {
        let what = format!("`{name}` compares values, each of which is");
        match arguments {
            [list] if is_fold => _ = self.needs(&list.item(self.schema), ORDERED, at, &what),
            [one, other] => {
                let (own, more) = (one.kinds(self.schema), other.kinds(self.schema));
                if !own.is_empty() && !more.is_empty() && !own.meets(more) {
                    let hint = self.fix(one, other);
                    let (one, other) = (self.described(one), self.described(other));
                    self.mistake(at, format!("`{name}` compares {one} with {other}: they have no order"), hint);
                } else if self.needs(one, ORDERED, at, &what) {
                    self.needs(other, ORDERED, at, &what);
                }
            }
            _ => {}
        }
    }

    /// Returns what `stage()` may be.
    fn stage(&self) -> Type {
        let mut stage = Type::text("");
        for own in &self.manifest.stages {
            stage.join(&Type::text(&own.id));
        }
        stage
    }

    fn parameter(&mut self, name: &Type) -> Type {
        self.found.parameters.extend(name.texts.iter().cloned());
        let mut kinds = Kinds::NONE;
        for name in &name.texts {
            kinds = kinds.or(match self.manifest.parameters.get(name).map(|parameter| parameter.value_type) {
                Some(ValueType::Duration) => Kinds::DURATION,
                Some(ValueType::Integer) => Kinds::INTEGER,
                Some(ValueType::Number) => Kinds::NUMBER,
                Some(ValueType::Date) => Kinds::DATE,
                Some(ValueType::Text) => Kinds::TEXT,
                None => Kinds::NONE,
            });
        }
        Type::computed(kinds)
    }
}

impl Type {
    fn joined_with(self, other: &Self) -> Self {
        self.joined(other)
    }
}

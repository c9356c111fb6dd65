//! Which arguments fit the functions of the language, and what they give.

use std::collections::BTreeSet;

use super::super::functions::{FunctionEntry, Gives};
use super::super::ir::{Builtin, Span};
use super::super::kinds::Kinds;
use super::super::pattern;
use super::checker::Checker;
use super::narrowing;
use super::operators::words;
use super::types::Type;
use crate::evidence::{Day, Decimal, TimeOfDay, compare_versions};
use crate::language::{Text, text};
use crate::pack::ValueType;

impl Checker<'_> {
    /// Says where arguments do not fit; returns what the function gives.
    pub(super) fn builtin(&mut self, builtin: Builtin, arguments: &[Type], at: Span) -> Type {
        let Some(entry) = builtin.entry() else { return Type::unknown() };
        let none = Type::default();
        let first = arguments.first().unwrap_or(&none);
        let is_fold = matches!(builtin, Builtin::Max | Builtin::Min) && arguments.len() == 1;
        if !self.fit(entry, arguments, is_fold, at) {
            return Type::default();
        }
        self.spelled_out(builtin, arguments, at);
        if let Some(tested) = narrowing::tested(builtin) {
            return self.type_test(tested, first).from(arguments);
        }
        self.known_answer(builtin, arguments, at);
        match builtin {
            Builtin::Parameter => return self.parameter(first),
            Builtin::StageOf => return self.stage(),
            Builtin::AttachmentBytes | Builtin::AttachmentLines | Builtin::AttachmentSha256 => {
                self.found.attachments = true;
            }
            Builtin::Contains if !first.kinds(self.schema).meets(Kinds::TEXT) => {
                if let Some(item) = arguments.get(1) {
                    self.member(first, item, "contains", at);
                }
            }
            Builtin::Difference | Builtin::Intersection | Builtin::IsSubset | Builtin::Union => {
                let others = arguments.get(1).map(|list| list.item(self.schema));
                if let Some(others) = others {
                    self.member(first, &others, entry.name, at);
                }
            }
            Builtin::Sum => {
                let item = first.item(self.schema);
                if !self.needs(&item, Kinds::NUMBER.or(Kinds::DURATION), at, summed) {
                    return Type::default();
                }
            }
            Builtin::Max | Builtin::Min => self.ordered(entry.name, arguments, is_fold, at),
            _ => {}
        }
        let result = match entry.gives {
            Gives::Kinds(kinds) => match (spelling(builtin), first.known_texts(self.schema)) {
                (Some(spelled), Some(texts)) => {
                    texts.iter().fold(Type::default(), |all, text| all.joined(&Type::text(&spelled(text))))
                }
                _ => Type::computed(kinds),
            },
            Gives::First => match builtin {
                Builtin::Abs => Type::computed(first.kinds(self.schema).and(Kinds::NUMBER.or(Kinds::DURATION))),
                _ => first.clone(),
            },
            Gives::Any if is_fold => first.item(self.schema),
            Gives::Any => arguments.iter().fold(Type::default(), Type::joined),
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
                let free = first.places.iter().flat_map(|place| self.schema.free_values(*place)).collect();
                values.join(&self.free(free));
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
    fn fit(&mut self, entry: &FunctionEntry, arguments: &[Type], is_fold: bool, at: Span) -> bool {
        let mut fits = true;
        for (argument, kinds) in arguments.iter().zip(entry.arguments) {
            let kinds = if is_fold { Kinds::LIST } else { *kinds };
            let name = entry.name;
            fits &= self.needs(argument, kinds, at, || text!("`{name}` needs", "`{name}`의 인수"));
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
                Err(why) => {
                    let why = pattern::reason(&why);
                    text!(
                        "the regular expression \"{text}\" cannot be read: {why}",
                        "정규식을 읽을 수 없음: \"{text}\"({why})"; why
                    )
                }
            },
            Builtin::CompareVersions if compare_versions(text, text).is_none() => {
                text!("\"{text}\" is no version such as 1.10.2", "1.10.2 형식의 버전이 아님: \"{text}\"")
            }
            Builtin::ToDate if Day::parse(text).is_none() => {
                text!("\"{text}\" is no date such as 2024-05-31", "2024-05-31 형식의 날짜가 아님: \"{text}\"")
            }
            Builtin::ToTime if TimeOfDay::parse(text).is_none() => {
                text!("\"{text}\" is no time of day such as 09:00", "09:00 형식의 시각이 아님: \"{text}\"")
            }
            Builtin::ToNumber if Decimal::parse(text).is_none() => {
                text!("\"{text}\" is no number", "숫자가 아님: \"{text}\"")
            }
            _ => return,
        };
        self.mistake(at, message, None);
    }

    /// Says where a part is asked for that is in all of the texts that a value may be, or in none.
    fn known_answer(&mut self, builtin: Builtin, arguments: &[Type], at: Span) {
        let [value, part] = arguments else { return };
        // Only what stands in the evidence: a function may be called with literals of which each has another answer.
        if value.places.is_empty() {
            return;
        }
        let (Some(texts), Some(part)) = (value.known_texts(self.schema), part.only_text()) else { return };
        let holds = |text: &String| {
            Some(match builtin {
                Builtin::StartsWith => text.starts_with(part),
                Builtin::EndsWith => text.ends_with(part),
                Builtin::Contains if value.kinds(self.schema) == Kinds::TEXT => text.contains(part),
                Builtin::Matches => pattern::compile(part).ok()?.is_match(text),
                _ => return None,
            })
        };
        let Some(answers) = texts.iter().map(holds).collect::<Option<BTreeSet<bool>>>() else { return };
        let mut answers = answers.into_iter();
        let (Some(answer), None) = (answers.next(), answers.next()) else { return };
        let found = self.described(value);
        let message = text!("this is always {answer} for {found}", "언제나 {answer}임. 대상: {found}"; found);
        let words = words(&texts);
        self.mistake(at, message, Some(text!("it may be {words}", "가능한 값: {words}"; words)));
    }

    /// Says where values that are put in order have none, or not the same.
    fn ordered(&mut self, name: &str, arguments: &[Type], is_fold: bool, at: Span) {
        let what = || text!("`{name}` compares values, each of which is", "`{name}` 함수가 비교하는 값");
        match arguments {
            [list] if is_fold => _ = self.needs(&list.item(self.schema), Kinds::ORDERED, at, what),
            [one, other] => {
                let (own, more) = (one.kinds(self.schema), other.kinds(self.schema));
                if !own.is_empty() && !more.is_empty() && !own.meets(more) {
                    let hint = self.fix(one, other);
                    let (one, other) = (self.described(one), self.described(other));
                    let message = text!(
                        "`{name}` compares {one} with {other}: they have no order",
                        "`{name}`: 대소를 비교할 수 없는 값임: {one} ↔ {other}"; one, other
                    );
                    self.mistake(at, message, hint);
                } else if self.needs(one, Kinds::ORDERED, at, what) {
                    self.needs(other, Kinds::ORDERED, at, what);
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

/// Returns what a function makes of a text, where that is another spelling of it.
fn spelling(builtin: Builtin) -> Option<fn(&str) -> String> {
    match builtin {
        Builtin::ToLower => Some(str::to_lowercase),
        Builtin::ToUpper => Some(str::to_uppercase),
        Builtin::Trim => Some(|text| text.trim().to_owned()),
        _ => None,
    }
}

fn summed() -> Text {
    text!("`sum` adds items, each of which is", "`sum`으로 더하는 항목")
}

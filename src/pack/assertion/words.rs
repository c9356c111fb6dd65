//! What an assertion demands, in words.

use super::{Assertion, CheckId};
use crate::language::Text;

/// Values of an `enum` that a message names.
const NAMED: usize = 12;

/// Returns what an assertion demands of a value, as a phrase that completes "expected …".
pub(crate) fn phrase(assertion: &Assertion) -> Text {
    match assertion {
        Assertion::Never => Text::new("nothing here", "기재하지 아니할 것"),
        Assertion::Type(types) => types.words(),
        Assertion::Values(values) => {
            let mut words: Vec<String> = values.iter().take(NAMED).map(|value| value.to_string()).collect();
            if values.len() > NAMED {
                words.push("…".to_owned());
            }
            let words = words.join(", ");
            match values.len() {
                1 => Text::same(words),
                _ => Text::new(format!("one of {words}"), format!("다음 중 하나: {words}")),
            }
        }
        Assertion::AtLeast { limit, is_exclusive: false } => {
            Text::new(format!("{limit} or more"), format!("{limit} 이상"))
        }
        Assertion::AtLeast { limit, is_exclusive: true } => {
            Text::new(format!("more than {limit}"), format!("{limit} 초과"))
        }
        Assertion::AtMost { limit, is_exclusive: false } => {
            Text::new(format!("{limit} or less"), format!("{limit} 이하"))
        }
        Assertion::AtMost { limit, is_exclusive: true } => {
            Text::new(format!("less than {limit}"), format!("{limit} 미만"))
        }
        Assertion::MultipleOf(divisor) => Text::new(format!("a multiple of {divisor}"), format!("{divisor}의 배수")),
        Assertion::FewestCharacters(fewest) => {
            Text::new(format!("at least {}", counted(*fewest, "character")), format!("{fewest}자 이상"))
        }
        Assertion::MostCharacters(most) => {
            Text::new(format!("at most {}", counted(*most, "character")), format!("{most}자 이하"))
        }
        Assertion::Pattern(pattern) => {
            let pattern = pattern.text();
            Text::new(format!("text that matches {pattern}"), format!("다음 형식에 맞는 문자열: {pattern}"))
        }
        Assertion::Format(format) => format.words(),
        Assertion::Items { .. } => Text::new("entries in their form", "형식에 맞는 항목"),
        Assertion::FewestItems(fewest) => {
            Text::new(format!("at least {}", counted(*fewest, "entry")), format!("{fewest}건 이상"))
        }
        Assertion::MostItems(most) => {
            Text::new(format!("at most {}", counted(*most, "entry")), format!("{most}건 이하"))
        }
        Assertion::DistinctItems => Text::new("entries that differ", "서로 다른 항목"),
        Assertion::Contains { fewest, most, .. } => matching(*fewest, *most),
        Assertion::Fields(_) => Text::new("keys with values in their form", "형식에 맞는 하위 항목"),
        Assertion::Required(names) | Assertion::Present(names) => Text::same(names.join(", ")),
        Assertion::FewestFields(fewest) => {
            Text::new(format!("at least {}", counted(*fewest, "key")), format!("하위 항목 {fewest}개 이상"))
        }
        Assertion::MostFields(most) => {
            Text::new(format!("at most {}", counted(*most, "key")), format!("하위 항목 {most}개 이하"))
        }
        Assertion::FieldNames(_) => Text::new("keys in their form", "형식에 맞는 키"),
        Assertion::DependentRequired(_) | Assertion::DependentSchemas(_) => {
            Text::new("what the given keys require", "기재된 항목에 따라 필요한 항목")
        }
        Assertion::All(_) | Assertion::Any(_) => {
            Text::new("one of the forms that the schema has", "스키마가 정한 형식 중 하나")
        }
        Assertion::One(checks) => exactly_one(checks),
        Assertion::Not(_) => Text::new("none of what the schema excludes", "스키마가 배제하지 아니한 값"),
        Assertion::If { .. } => Text::new("what the schema demands in this case", "이 경우 스키마가 요구하는 내용"),
    }
}

fn exactly_one(checks: &[CheckId]) -> Text {
    let count = checks.len();
    Text::new(
        format!("exactly one of the {count} forms that the schema has"),
        format!("스키마가 정한 {count}개 형식 중 정확히 하나"),
    )
}

fn matching(fewest: usize, most: Option<usize>) -> Text {
    let least = counted(fewest, "entry");
    match most {
        Some(most) if fewest == 0 => Text::new(
            format!("at most {} of the kind that the schema names", counted(most, "entry")),
            format!("스키마가 정한 항목 {most}건 이하"),
        ),
        Some(most) => Text::new(
            format!("{fewest} to {} of the kind that the schema names", counted(most, "entry")),
            format!("스키마가 정한 항목 {fewest}건 이상 {most}건 이하"),
        ),
        None => Text::new(
            format!("at least {least} of the kind that the schema names"),
            format!("스키마가 정한 항목 {fewest}건 이상"),
        ),
    }
}

/// Returns a number with the noun in its form.
pub(super) fn counted(count: usize, noun: &str) -> String {
    match noun.strip_suffix('y') {
        _ if count == 1 => format!("1 {noun}"),
        Some(stem) if noun != "key" => format!("{count} {stem}ies"),
        _ => format!("{count} {noun}s"),
    }
}

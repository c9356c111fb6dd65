//! What a kind of value looks like, in words.

use super::schema::{Shape, ShapeKind};
use crate::evidence::Decimal;
use crate::language::Text;

/// Returns the words for what the values of a shape look like.
pub(crate) fn expected_of(shape: &Shape) -> Text {
    match (&shape.form, &shape.kind) {
        (Some(form), _) => form.clone(),
        (None, ShapeKind::Choice(words)) if !shape.labels.is_empty() => {
            let labelled = |word: &String| match shape.labels.get(word) {
                Some(label) => format!("{word}({label})"),
                None => word.clone(),
            };
            let words_ko: Vec<String> = words.iter().map(labelled).collect();
            Text::new(expected(&shape.kind).en, format!("다음 중 하나: {}", words_ko.join(", ")))
        }
        (None, kind) => expected(kind),
    }
}

/// Returns the words for what a kind of value looks like.
pub(crate) fn expected(kind: &ShapeKind) -> Text {
    match kind {
        ShapeKind::Object(_) | ShapeKind::Map(_) => Text::new("keys with values", "하위 항목(키와 값)"),
        ShapeKind::List(_) => Text::new("a list", "목록"),
        ShapeKind::Text { min, max } => {
            let limit = if *max < usize::MAX { format!(" of at most {max} characters") } else { String::new() };
            let limit_ko = if *max < usize::MAX { format!("{max}자 이내, ") } else { String::new() };
            let least = if *min > 1 { format!(" of at least {min} characters") } else { String::new() };
            let least_ko = if *min > 1 { format!("{min}자 이상, ") } else { String::new() };
            Text::new(
                format!("text{least}{limit} (numbers and dates in quotes)"),
                format!("문자열({least_ko}{limit_ko}숫자와 날짜는 따옴표로 표기)"),
            )
        }
        ShapeKind::Choice(words) => {
            let words = words.join(", ");
            Text::new(format!("one of {words}"), format!("다음 중 하나: {words}"))
        }
        ShapeKind::Formatted(format) => format.words(),
        ShapeKind::Integer { min, max } => {
            let limit = |limit: i64, none| (limit != none).then(|| limit.to_string());
            range("a whole number", "정수", limit(*min, i64::MIN), limit(*max, i64::MAX))
        }
        ShapeKind::Number { min, max } => {
            let limit = |limit: &Option<Decimal>| limit.map(|limit| limit.to_string());
            range("a number", "숫자", limit(min), limit(max))
        }
        ShapeKind::Boolean => Text::new("true or false", "true(예) 또는 false(아니오)"),
        ShapeKind::Union(_) => Text::new("one of the forms that the schema has", "스키마가 정한 형식 중 하나"),
        ShapeKind::Any => Text::new("a value", "값"),
    }
}

fn range(en: &str, ko: &str, min: Option<String>, max: Option<String>) -> Text {
    match (min, max) {
        (Some(min), Some(max)) => {
            Text::new(format!("{en} from {min} to {max}"), format!("{min} 이상 {max} 이하의 {ko}"))
        }
        (Some(min), None) => Text::new(format!("{en} of {min} or more"), format!("{min} 이상의 {ko}")),
        (None, Some(max)) => Text::new(format!("{en} of {max} or less"), format!("{max} 이하의 {ko}")),
        (None, None) => Text::new(en, ko),
    }
}

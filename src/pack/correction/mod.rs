//! What a value that cannot be used was probably meant to be: `2024.6.28` is the date 2024-06-28.
//!
//! A corrected form is only ever shown to the person who can write it; nothing reads it as evidence. It is usable as it
//! stands, and says what was written, unless it lacks an offset, which only that person knows.

mod number;
mod time;

use super::expected::expected_of;
use super::schema::{Format, Shape, ShapeKind};
use super::usable::is_usable_text;
use crate::evidence::nearest_of;
use crate::evidence::{Decimal, Kind, core_kind, float, whole};
use crate::language::Text;

/// Bytes of a text that is looked at; what is longer is no slip of the pen.
const LONGEST: usize = 100;

/// A form of a value that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Correction {
    /// The value as YAML writes it.
    text: String,
    caveat: Option<Caveat>,
}

/// What there is to say of a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caveat {
    /// The value was right but for its quotes.
    WithoutQuotes,
    /// The offset from UTC was not written and stands for an example.
    LacksOffset,
}

impl Correction {
    fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), caveat: None }
    }

    /// Returns the question whether this was meant.
    pub(crate) fn question(&self) -> Text {
        let text = &self.text;
        match self.caveat {
            None => Text::new(format!("did you mean {text}?"), format!("{text}의 오기인지 확인할 것")),
            Some(Caveat::WithoutQuotes) => {
                Text::new(format!("did you mean {text}, without quotes?"), format!("따옴표 없이 기재할 것: {text}"))
            }
            Some(Caveat::LacksOffset) => Text::new(
                format!("did you mean {text}? The offset from UTC is not given and has to be added (+09:00 in Korea)"),
                format!("{text}의 오기인지 확인하고, 빠진 시간대를 덧붙일 것(+09:00은 한국 시간)"),
            ),
        }
    }
}

/// Returns what is expected instead of a scalar with this text, which a shape cannot use: what such a value looks like,
/// and what was probably meant or why the text is none.
pub(crate) fn expected_instead(shape: &Shape, text: &str) -> Text {
    let expected = expected_of(shape);
    // Where more is demanded than the kind says, a text of the kind is not what was meant.
    if text.is_empty() || shape.form.is_some() && is_usable_text(&shape.kind, text) {
        return expected;
    }
    let correction = corrected(&shape.kind, text).or_else(|| described(shape, text));
    match correction.map(|correction| correction.question()).or_else(|| beyond_range(&shape.kind, text)) {
        Some(more) => Text::new(format!("{}; {}", expected.en, more.en), format!("{}, {}", expected.ko, more.ko)),
        None => expected,
    }
}

/// Returns the word of a choice that has this text as its Korean label, or that the description explains with it, as in
/// "시정결과 제출은 result".
fn described(shape: &Shape, text: &str) -> Option<Correction> {
    let label = plain(text).to_lowercase();
    if let Some((word, _)) = shape.labels.iter().find(|(_, own)| plain(own).to_lowercase() == label) {
        return Some(Correction::of(word));
    }
    let (ShapeKind::Choice(words), Some(description)) = (&shape.kind, &shape.description) else { return None };
    if text.len() > LONGEST || label.chars().nth(1).is_none() {
        return None;
    }
    let is_joint = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let clauses = [&description.en, &description.ko].into_iter().flat_map(|text| text.split(','));
    let clauses = clauses.filter(|clause| clause.to_lowercase().contains(&label));
    let mut meant: Vec<&String> = clauses
        .flat_map(|clause| words.iter().filter(move |word| clause.split(is_joint).any(|part| part == *word)))
        .collect();
    meant.sort_unstable();
    meant.dedup();
    match meant.as_slice() {
        [one] => Some(Correction::of(*one)),
        _ => None,
    }
}

/// Says why a number is none that can be calculated with.
fn beyond_range(kind: &ShapeKind, text: &str) -> Option<Text> {
    let number = float(text).filter(|_| matches!(core_kind(text), Kind::Integer | Kind::Float))?;
    match kind {
        ShapeKind::Number { .. } if Decimal::parse(text).is_none() => Some(Text::new(
            "only finite numbers of at most 28 significant digits are read, from 1e-64 to 1e91 in size",
            "유효숫자 28자리 이내의 유한한 수만 읽음(크기는 1e-64 이상 1e91 미만)",
        )),
        ShapeKind::Integer { .. } if whole(text).is_none() => {
            let (min, max) = (i64::MIN, i64::MAX);
            let words = Text::new(
                format!("whole numbers are read from {min} to {max}"),
                format!("정수는 {min} 이상 {max} 이하만 읽음"),
            );
            // A fraction may be too small for a floating point number to show.
            let is_beyond = !number.is_finite() || number.fract() == 0.0 && number.abs() >= max as f64;
            is_beyond.then_some(words)
        }
        _ => None,
    }
}

/// Returns what a scalar with this text, which a kind of value cannot use, was probably meant to be.
pub(crate) fn corrected(kind: &ShapeKind, text: &str) -> Option<Correction> {
    if text.len() > LONGEST {
        return None;
    }
    if is_usable_text(kind, text) {
        // Only the quotes are wrong: YAML reads a number as text, or a text as a number.
        return Some(match kind {
            ShapeKind::Integer { .. } | ShapeKind::Number { .. } | ShapeKind::Boolean => {
                Correction { caveat: Some(Caveat::WithoutQuotes), ..Correction::of(text) }
            }
            _ => Correction::of(format!("\"{text}\"")),
        });
    }
    let plain = plain(text);
    let correction = match kind {
        ShapeKind::Object(_)
        | ShapeKind::Map(_)
        | ShapeKind::List(_)
        | ShapeKind::Text { .. }
        | ShapeKind::Formatted(Format::Time | Format::Email | Format::Uri | Format::Uuid)
        | ShapeKind::Union(_)
        | ShapeKind::Any => None,
        ShapeKind::Choice(words) => nearest_of(&plain, words.iter().map(String::as_str)).map(Correction::of),
        ShapeKind::Formatted(Format::DateTime) => time::moment(&plain).map(|(text, lacks_offset)| Correction {
            caveat: lacks_offset.then_some(Caveat::LacksOffset),
            ..Correction::of(text)
        }),
        ShapeKind::Formatted(Format::Date) => time::day(&plain).map(Correction::of),
        ShapeKind::Formatted(Format::Duration) => time::duration(&plain).map(Correction::of),
        ShapeKind::Formatted(Format::Sha256) => Some(Correction::of(digest(&plain))),
        ShapeKind::Integer { .. } | ShapeKind::Number { .. } => number::number(&plain).map(Correction::of),
        ShapeKind::Boolean => boolean(&plain).map(Correction::of),
    };
    correction.filter(|correction| is_usable_text(kind, &correction.text))
}

/// Returns a text with the characters of Korean and typographic input in their ASCII form.
fn plain(text: &str) -> String {
    let plain = text.chars().map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    });
    plain.collect::<String>().trim().to_owned()
}

fn boolean(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "y" | "on" | "o" | "○" | "◯" | "예" | "네" | "참" | "있음" | "유" | "해당" => {
            Some("true")
        }
        "false" | "no" | "n" | "off" | "x" | "×" | "아니오" | "아니요" | "거짓" | "없음" | "무" | "미해당" => {
            Some("false")
        }
        _ => None,
    }
}

/// Returns a digest without the name of its function and without spaces.
fn digest(text: &str) -> String {
    let digits: String = text.chars().filter(|c| *c != ' ').collect();
    let lower = digits.to_lowercase();
    let digits = ["sha256", "sha-256"].iter().find_map(|name| lower.strip_prefix(name)).unwrap_or(&lower);
    digits.trim_start_matches([':', '=', '-']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(kind: &ShapeKind, text: &str) -> Option<String> {
        corrected(kind, text).map(|correction| correction.question().en)
    }

    fn check(kind: &ShapeKind, cases: &[(&str, &str)], none: &[&str]) {
        for (text, expected) in cases {
            assert_eq!(meant(kind, text), Some(format!("did you mean {expected}?")), "{text}");
        }
        for text in none {
            assert_eq!(meant(kind, text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_is_shown_as_the_standard_writes_it() {
        let whole = [
            "2024-05-13 13:44:00+09:00",
            "2024-05-13 13:44:00 +09:00",
            "2024-05-13T13:44+09:00",
            "2024-05-13T13:44:00+0900",
            "2024-05-13T13:44:00+09",
            "2024-05-13T13:44:00 KST",
            "2024-05-13 13:44 (KST)",
            "2024-05-13T13:44:00+09:00[Asia/Seoul]",
            "2024-05-13T13:44:00 UTC+9",
            "2024. 5. 13. 오후 1:44 KST",
            "2024.05.13(월) 13:44 +9",
            "2024년 5월 13일 13시 44분 KST",
            "2024/5/13 1:44 PM +09:00",
            "20240513T134400+0900",
            "２０２４－０５－１３Ｔ１３：４４：００＋０９：００",
            "2024-05-13T13:44:00\u{2212}\u{ff0b}09:00",
        ];
        let kind = ShapeKind::Formatted(Format::DateTime);
        for text in &whole[..15] {
            check(&kind, &[(text, "2024-05-13T13:44:00+09:00")], &[]);
        }
        check(
            &kind,
            &[
                ("2024-05-13T9:05:07Z", "2024-05-13T09:05:07Z"),
                ("2024-05-13 09:05:07,25 GMT", "2024-05-13T09:05:07.25Z"),
                ("2024-12-31T24:00:00+09:00", "2025-01-01T00:00:00+09:00"),
                ("2024-05-13 오전 12:30 -03:00", "2024-05-13T00:30:00-03:00"),
                ("2024-05-13T13:44:00-3:30", "2024-05-13T13:44:00-03:30"),
            ],
            &[
                whole[15],
                "13:44",
                "2024-05-13",
                "13.5.2024 13:44",
                "2024-05-13T13:44:00+24:00",
                "2024-05-13T13:44:60+09:00",
                "2024-05-13T25:00:00+09:00",
                "2024-05-32T13:44:00+09:00",
                "2024-05-13 13:44 내지 14:00",
                "2024-05-13 13:44 +09:00 이후",
                "2024-05-13 오후 13:44",
                "2024-05-13T13:44:00+09:00Z",
                "",
            ],
        );
        let asked = meant(&kind, "2024-05-13 13:44");
        assert_eq!(
            asked.as_deref(),
            Some(
                "did you mean 2024-05-13T13:44:00+09:00? \
                 The offset from UTC is not given and has to be added (+09:00 in Korea)"
            )
        );
    }

    #[test]
    fn a_day_is_shown_with_its_year_first() {
        let texts = ["2024.6.28", "2024. 6. 28.", "2024/06/28", "2024-6-28", "20240628", "2024년 6월 28일"];
        for text in
            texts.into_iter().chain(["2024.6.28.(금)", "2024-06-28 (Fri)", "2024–06–28", "2024-06-28T10:00:00Z"])
        {
            check(&ShapeKind::Formatted(Format::Date), &[(text, "2024-06-28")], &[]);
        }
        let none =
            ["28.6.2024", "24.6.28", "2024.6", "2024-06-31", "06/28/2024", "2024-06-28 경", "6월 28일", "202406281"];
        check(&ShapeKind::Formatted(Format::Date), &[], &none);
    }

    #[test]
    fn a_length_of_time_is_shown_in_its_units() {
        check(
            &ShapeKind::Formatted(Format::Duration),
            &[
                ("10분", "PT10M"),
                ("10분간", "PT10M"),
                ("1시간 30분", "PT1H30M"),
                ("2일", "P2D"),
                ("1주", "P7D"),
                ("P2W", "P14D"),
                ("1일 2시간 3분 4초", "P1DT2H3M4S"),
                ("1.5시간", "PT1H30M"),
                ("0.25 s", "PT0.25S"),
                ("10 minutes", "PT10M"),
                ("1h30m", "PT1H30M"),
                ("90 min", "PT90M"),
                ("P10M", "PT10M"),
                ("T10M", "PT10M"),
                ("pt10m", "PT10M"),
                ("PT 10 M", "PT10M"),
                ("1,000초", "PT1000S"),
            ],
            &[
                "10",
                "P1M2D",
                "1개월",
                "1년",
                "-10분",
                "10분 이내",
                "5~10분",
                "10:30",
                "분",
                "1.0000000000001초",
                "",
                // The sum is beyond what any number holds.
                "0.5일 340282366920938463463374607431초",
            ],
        );
    }

    #[test]
    fn a_number_is_shown_without_what_is_no_number() {
        check(
            &ShapeKind::Integer { min: 0, max: i64::MAX },
            &[
                ("4,000,000", "4000000"),
                ("4000000", "4000000, without quotes"),
                ("1e3", "1e3, without quotes"),
                ("1_000", "1000"),
                ("1 000 000", "1000000"),
                ("2명", "2"),
                ("3 건", "3"),
                ("80%", "80"),
                ("４００", "400"),
                ("120억", "12000000000"),
                ("4만", "40000"),
                ("1억 2,000만", "120000000"),
                ("3천만 명", "30000000"),
                ("1.5만", "15000"),
                ("1만 2345", "12345"),
            ],
            &[
                "3,5",
                "약 100",
                "100여 명",
                "1~2",
                "2시간",
                "54분",
                "1.5",
                "1.23456만",
                "만",
                "-3",
                "4만 5억",
                "",
                "1,00",
            ],
        );
        check(
            &ShapeKind::Number { min: Some(Decimal::from_int(0)), max: Some(Decimal::from_int(100)) },
            &[("80.5 %", "80.5"), ("80 퍼센트", "80")],
            &["120%", ".inf"],
        );
        check(&ShapeKind::Integer { min: 1, max: 6 }, &[], &["7건"]);
    }

    #[test]
    fn numbers_that_cannot_be_compared_are_explained() {
        let shape = |kind| Shape::of(kind, Text::same("t"));
        let count = shape(ShapeKind::Integer { min: 0, max: i64::MAX });
        let expected = |shape, text| expected_instead(shape, text).en;
        for text in ["99999999999999999999", "9223372036854775808", "1e30", "1e400", ".inf", ".nan"] {
            let range = "whole numbers are read from -9223372036854775808 to 9223372036854775807";
            assert_eq!(expected(&count, text), format!("a whole number of 0 or more; {range}"), "{text}");
        }
        let any = shape(ShapeKind::Number { min: None, max: None });
        for text in [
            ".inf",
            "-.Inf",
            ".nan",
            "1e400",
            "1e92",
            "1e-65",
            "0.12345678901234567890123456789",
            "1.0000000000000000000000000001",
        ] {
            assert!(expected(&any, text).starts_with("a number; only finite numbers of at most 28"), "{text}");
        }
        assert_eq!(expected(&count, "1.5"), "a whole number of 0 or more");
        // A collection has no text.
        let text = shape(ShapeKind::Text { min: 0, max: 9 });
        assert!(!expected(&text, "").contains("did you mean"));
    }

    #[test]
    fn words_digests_and_texts_are_shown_as_the_schema_has_them() {
        let progress = ShapeKind::Choice(["planned", "in_progress", "done"].map(str::to_owned).to_vec());
        let cases = [("Planned", "planned"), ("IN PROGRESS", "in_progress"), ("in-progress", "in_progress")];
        check(&progress, &cases, &["later", ""]);
        check(&progress, &[("plannd", "planned"), (" done ", "done"), ("done", "\"done\"")], &[]);
        check(
            &ShapeKind::Boolean,
            &[("true", "true, without quotes"), ("예", "true"), ("O", "true"), ("Yes", "true"), ("아니오", "false")],
            &["1", "일부"],
        );
        let digits = "0123456789abcdef".repeat(4);
        let with_name = format!("SHA-256: {}", digits.to_uppercase());
        check(&ShapeKind::Formatted(Format::Sha256), &[(&with_name, &digits)], &["sha256:0123"]);
        check(&ShapeKind::Text { min: 1, max: 9 }, &[("1.0", "\"1.0\""), ("true", "\"true\"")], &["1234567890"]);
    }

    #[test]
    fn a_choice_is_found_by_what_its_description_calls_it() {
        let words = ["plan", "result", "other"].map(str::to_owned).to_vec();
        let shape = Shape {
            description: Some(Text::new(
                "Give plan for the improvement plan, result for the corrective result.",
                "개선 조치계획 제출은 plan, 시정결과 제출은 result, 그 밖에는 other로 기재할 것",
            )),
            ..Shape::of(ShapeKind::Choice(words), Text::same("Stage"))
        };
        let meant = |text: &str| described(&shape, text).map(|correction| correction.text);
        for (text, word) in [("결과", "result"), ("시정결과", "result"), ("조치계획", "plan"), ("그 밖", "other")]
        {
            assert_eq!(meant(text).as_deref(), Some(word), "{text}");
        }
        assert_eq!(meant("Corrective Result").as_deref(), Some("result"));
        for text in ["제출", "과", "", "for the", "이행결과"] {
            assert_eq!(meant(text), None, "{text}");
        }
        assert!(expected_instead(&shape, "결과").ko.ends_with("result의 오기인지 확인할 것"));
    }
}

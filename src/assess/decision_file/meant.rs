//! What a person means by a word, a key or a date that a file of decisions does not know.

use crate::evidence::{Day, Moment, Zone};
use crate::pack::nearest_name;

const PASS: &[&str] = &[
    "pass",
    "passed",
    "ok",
    "okay",
    "yes",
    "y",
    "true",
    "o",
    "○",
    "met",
    "fulfilled",
    "satisfied",
    "compliant",
    "적합",
    "적정",
    "충족",
    "합격",
    "통과",
    "인정",
    "이행",
    "예",
    "네",
];

const FAIL: &[&str] = &[
    "fail",
    "failed",
    "no",
    "n",
    "false",
    "x",
    "×",
    "notmet",
    "unmet",
    "notfulfilled",
    "unsatisfied",
    "noncompliant",
    "부적합",
    "부적정",
    "미충족",
    "불충족",
    "불합격",
    "미통과",
    "불인정",
    "미이행",
    "미흡",
    "아니오",
    "아니요",
];

/// Words that people write for keys; a key that an entry does not have is not suggested.
const KEYS: &[(&str, &str)] = &[
    ("answer", "result"),
    ("verdict", "result"),
    ("판단", "result"),
    ("판단결과", "result"),
    ("결과", "result"),
    ("justification", "reason"),
    ("why", "reason"),
    ("comment", "reason"),
    ("사유", "reason"),
    ("이유", "reason"),
    ("author", "by"),
    ("inspector", "by"),
    ("name", "by"),
    ("decided_by", "by"),
    ("approver", "by"),
    ("판단자", "by"),
    ("점검관", "by"),
    ("성명", "by"),
    ("by", "approver"),
    ("approved", "approver"),
    ("approved_by", "approver"),
    ("승인자", "approver"),
    ("결재자", "approver"),
    ("date", "on"),
    ("at", "on"),
    ("decided_on", "on"),
    ("판단일", "on"),
    ("일자", "on"),
    ("날짜", "on"),
    ("start", "from"),
    ("since", "from"),
    ("valid_from", "from"),
    ("시작", "from"),
    ("시작일", "from"),
    ("to", "until"),
    ("end", "until"),
    ("expires", "until"),
    ("valid_until", "until"),
    ("종료", "until"),
    ("종료일", "until"),
    ("기한", "until"),
    ("digest", "bundle"),
    ("제출자료", "bundle"),
    ("company", "operator"),
    ("사업자", "operator"),
    ("사업자명", "operator"),
    ("id", "rule"),
    ("rule_id", "rule"),
    ("규칙", "rule"),
    ("항목", "rule"),
    ("pointer", "path"),
    ("경로", "path"),
    ("질문", "question"),
    ("판단사항", "question"),
    ("whole", "whole_rule"),
    ("전체", "whole_rule"),
    ("version", "schema"),
    ("시정요구", "order"),
    ("decisions", "determinations"),
    ("예외", "waivers"),
    ("예외인정", "waivers"),
];

/// Returns `pass` or `fail`.
pub(super) fn result(text: &str) -> Option<&'static str> {
    let word: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric() || matches!(c, '○' | '×')).collect();
    let stem = word.strip_suffix(['함', '임', '됨']).unwrap_or(&word);
    let is_one = |words: &[&str]| words.contains(&word.as_str()) || words.contains(&stem);
    match (is_one(PASS), is_one(FAIL)) {
        (true, _) => Some("pass"),
        (_, true) => Some("fail"),
        _ => nearest_name(&word, ["pass", "fail"].into_iter()),
    }
}

/// Returns the key that is meant by another one.
pub(super) fn key(text: &str, keys: &[&'static str]) -> Option<&'static str> {
    let word = text.trim().to_lowercase().replace(['-', ' '], "_");
    let same = keys.iter().copied().find(|key| *key == word);
    let synonym =
        || KEYS.iter().filter(|(other, _)| *other == word).find_map(|(_, key)| keys.iter().find(|k| *k == key));
    same.or_else(|| synonym().copied()).or_else(|| nearest_name(&word, keys.iter().copied()))
}

/// Returns the date that a text begins with, however it is written.
pub(super) fn day(text: &str) -> Option<Day> {
    date(&mut text.trim())
}

/// Returns how a moment is written that a text means: a date, a date-time without offset or seconds, with a space.
pub(super) fn moment(key: &str, text: &str, is_end: bool, zone: &Zone) -> Option<String> {
    let mut rest = text.trim();
    let day = date(&mut rest)?;
    rest = rest.trim_start_matches(['T', 't', ' ']);
    if rest.is_empty() {
        let start = midnight(day, zone)?;
        return Some(match day.plus_days(1).and_then(|next| midnight(next, zone)) {
            Some(next) if is_end => {
                format!(
                    "write {key}: {next} if the waiver holds on {day}, or {key}: {start} if it ends before that day"
                )
            }
            _ => format!("write {key}: {start} for the beginning of that day"),
        });
    }
    let hour = digits(&mut rest, 2)?;
    let minute = strip(&mut rest, ":").then(|| digits(&mut rest, 2))??;
    let second = if strip(&mut rest, ":") { digits(&mut rest, 2)? } else { 0 };
    let offset = match rest.trim() {
        "" => midnight(day, zone)?.get("2024-07-01T00:00:00".len()..)?.to_owned(),
        "Z" | "z" => "Z".to_owned(),
        offset => {
            let (sign, mut rest) = (offset.get(..1)?, offset.get(1..)?);
            let hours = digits(&mut rest, 2)?;
            strip(&mut rest, ":");
            let minutes = if rest.is_empty() { 0 } else { digits(&mut rest, 2)? };
            rest.is_empty().then(|| format!("{sign}{hours:02}:{minutes:02}"))?
        }
    };
    let written = format!("{day}T{hour:02}:{minute:02}:{second:02}{offset}");
    Moment::parse(&written).map(|_| format!("write {key}: {written}"))
}

fn midnight(day: Day, zone: &Zone) -> Option<String> {
    day.start_in(zone).map(|start| start.to_string())
}

/// Takes a date off a text: `2024-07-01`, `2024.7.1`, `2024. 7. 1.`, `20240701`, `2024년 7월 1일`.
fn date(rest: &mut &str) -> Option<Day> {
    let year = digits(rest, 4).filter(|year| *year >= 1000)?;
    let separators: &[char] = &['-', '.', '/', '년', '월', ' '];
    let mut part = || {
        *rest = rest.trim_start_matches(separators);
        digits(rest, 2)
    };
    let (month, day) = (part()?, part()?);
    *rest = rest.trim_start_matches(['.', '일']);
    Day::parse(&format!("{year:04}-{month:02}-{day:02}"))
}

/// Takes a number of a few digits off a text.
fn digits(rest: &mut &str, most: usize) -> Option<u32> {
    let length = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, after) = rest.split_at_checked(length)?;
    *rest = after;
    number.parse().ok()
}

fn strip(rest: &mut &str, prefix: &str) -> bool {
    let after = rest.strip_prefix(prefix);
    *rest = after.unwrap_or(rest);
    after.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_pass_and_fail_are_understood() {
        for word in ["Pass", "PASS", "pas", "yes", "OK", "적합", "적합함", "충족", "예", "O", "passed."] {
            assert_eq!(result(word), Some("pass"), "{word}");
        }
        for word in ["Fail", "fial", "no", "부적합", "부적합함", "미충족", "아니오", "not met", "X"] {
            assert_eq!(result(word), Some("fail"), "{word}");
        }
        for word in ["", "undetermined", "보류", "maybe", "1"] {
            assert_eq!(result(word), None, "{word}");
        }
    }

    #[test]
    fn keys_are_found_by_spelling_case_and_meaning() {
        let answer = ["bundle", "rule", "path", "question", "result", "reason", "by", "on"];
        for (word, expected) in [
            ("Result", Some("result")),
            ("reson", Some("reason")),
            ("사유", Some("reason")),
            ("approver", Some("by")),
            ("DATE", Some("on")),
            ("until", None),
            ("note to myself", None),
        ] {
            assert_eq!(key(word, &answer), expected, "{word}");
        }
        assert_eq!(key("by", &["approver", "reason"]), Some("approver"));
        assert_eq!(key("whole-rule", &["whole_rule"]), Some("whole_rule"));
    }

    #[test]
    fn a_date_time_is_completed_and_a_date_becomes_the_moments_around_it() {
        let zone = Zone::named("Asia/Seoul").expect("a zone");
        let start = "write from: 2024-07-01T00:00:00+09:00 for the beginning of that day";
        for text in ["2024-07-01", "2024-7-1", "2024.7.1", "2024. 7. 1.", "2024/07/01", "20240701", "2024년 7월 1일"]
        {
            assert_eq!(moment("from", text, false, &zone).as_deref(), Some(start), "{text}");
            assert_eq!(day(text), Day::parse("2024-07-01"), "{text}");
        }
        assert_eq!(
            moment("until", "2024-07-31", true, &zone).as_deref(),
            Some(
                "write until: 2024-08-01T00:00:00+09:00 if the waiver holds on 2024-07-31, or until: \
                 2024-07-31T00:00:00+09:00 if it ends before that day"
            )
        );
        for (text, expected) in [
            ("2024-07-01 9:30", "2024-07-01T09:30:00+09:00"),
            ("2024-07-01T09:30:00", "2024-07-01T09:30:00+09:00"),
            ("2024-07-01 09:30:15 +0900", "2024-07-01T09:30:15+09:00"),
            ("2024-07-01T09:30Z", "2024-07-01T09:30:00Z"),
            ("2024-07-01T09:30:00+09", "2024-07-01T09:30:00+09:00"),
        ] {
            assert_eq!(moment("from", text, false, &zone), Some(format!("write from: {expected}")), "{text}");
        }
        for text in ["", "soon", "1.7.2024", "2024-02-30", "2024-07-01 noon", "2024-07-01T25:00:00Z", "가나다라"] {
            assert_eq!(moment("from", text, false, &zone), None, "{text}");
        }
    }
}

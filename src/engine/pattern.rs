//! Regular expressions of rules, within a limit; `check` reads those that a script spells out, `eval` all of them.

use regex::{Regex, RegexBuilder};

use crate::evidence::text_key;
use crate::language::{Text, text};

/// Bytes of a compiled regular expression, and of what it keeps while it searches.
const PATTERN_BYTES: usize = 64 << 10;

/// Compiles a regular expression; its letters are composed as those of the texts are that it is searched in.
///
/// # Errors
/// It is none, or one that is too large; the text says what is wrong on one line.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(&text_key(pattern)).size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES).build().map_err(
        |error| {
            match error {
                regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
                // The last line says what is wrong; those before it show where.
                error => {
                    let text = error.to_string();
                    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
                }
            }
        },
    )
}

/// Returns in both languages why a regular expression cannot be compiled; what the table does not have stays English.
pub(super) fn reason(why: &str) -> Text {
    let why = why.trim();
    match REASONS.iter().find(|(en, _)| why.starts_with(en)) {
        Some((_, ko)) => Text::new(why, *ko),
        None => text!("{why}", "문법 오류({why})"),
    }
}

/// What the compiler says, by its first words, and the same in Korean.
const REASONS: &[(&str, &str)] = &[
    ("backreferences", "역참조는 쓸 수 없음"),
    ("decimal literal", "숫자를 읽을 수 없음"),
    ("duplicate capture group name", "그룹 이름이 두 번 쓰임"),
    ("duplicate flag", "같은 플래그가 두 번 쓰임"),
    ("empty capture group name", "그룹 이름이 비어 있음"),
    ("exceed", "괄호의 중첩이나 그룹의 수가 한도를 초과함"),
    ("expected flag", "플래그가 끝나지 않음"),
    ("hexadecimal literal", "16진수 문자 코드를 읽을 수 없음"),
    ("incomplete escape sequence", "`\\` 뒤에 문자가 없음"),
    ("invalid Unicode character class", "알 수 없는 유니코드 문자 부류임"),
    ("invalid capture group character", "그룹 이름에 쓸 수 없는 문자가 있음"),
    ("invalid character class range", "문자 부류 `[…]`에서 범위의 시작이 끝보다 뒤임"),
    ("invalid escape sequence", "문자 부류 `[…]`에 쓸 수 없는 이스케이프임"),
    ("invalid hexadecimal digit", "16진수 문자 코드를 읽을 수 없음"),
    ("invalid range boundary", "문자 부류 `[…]`에서 범위의 양끝은 한 문자이어야 함"),
    ("invalid repetition count range", "반복 횟수 `{…}`의 최소가 최대보다 큼"),
    ("it is too large", "정규식이 너무 큼"),
    ("look-around", "전방·후방 탐색은 쓸 수 없음"),
    ("repetition operator missing expression", "`*`, `+`, `?`, `{…}` 앞에 반복할 것이 없음"),
    ("repetition quantifier expects", "반복 횟수 `{…}`에는 숫자가 와야 함"),
    ("unclosed capture group name", "그룹 이름이 닫히지 않음"),
    ("unclosed character class", "문자 부류 `[…]`가 닫히지 않음"),
    ("unclosed counted repetition", "반복 횟수 `{…}`가 닫히지 않음"),
    ("unclosed group", "괄호가 닫히지 않음"),
    ("unopened group", "여는 괄호가 없음"),
    ("unrecognized escape sequence", "알 수 없는 이스케이프임"),
    ("unrecognized flag", "알 수 없는 플래그임"),
    ("Unicode property", "알 수 없는 유니코드 속성임"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_regular_expression_is_said_in_both_languages() {
        for pattern in [
            "(",
            ")",
            "[a",
            "a{2",
            "*",
            "a**",
            "\\",
            "\\y",
            "[b-a]",
            "(?=a)",
            "\\1",
            "\\p{No}",
            "a{3,2}",
            "(?<a",
            "x{9999999}",
        ] {
            if let Err(why) = compile(pattern) {
                let reason = reason(&why);
                assert!(!reason.ko.contains(&why), "{pattern}: {why}");
            }
        }
    }
}

//! Regular expressions of a schema: ECMA-262 as people write it, matched in linear time.

use regex::{Regex, RegexBuilder};

use crate::language::{Text, text};

/// Bytes that a compiled pattern may take.
const LARGEST: usize = 1 << 20;

/// A `pattern` of a schema.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// As the schema writes it.
    text: String,
    regex: Regex,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// It is no regular expression, or one that cannot be matched in linear time; in words.
    pub(crate) fn new(text: &str) -> Result<Self, Text> {
        let regex = compile(text).map_err(|error| reason(text, &error))?;
        Ok(Self { text: text.to_owned(), regex })
    }

    /// Returns the pattern as the schema writes it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Tells whether the pattern is found in a text.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

fn compile(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&translated(text)).size_limit(LARGEST).build()
}

fn reason(text: &str, error: &regex::Error) -> Text {
    let has = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    if has(&["(?=", "(?!", "(?<=", "(?<!"]) {
        return text!(
            "looking ahead and behind is not possible in linear time",
            "앞뒤를 미리 살피는 구문은 선형 시간에 처리할 수 없음"
        );
    }
    match error {
        regex::Error::CompiledTooBig(_) => text!("the pattern is too large", "정규식이 너무 큼"),
        error => {
            let words = error.to_string();
            let last = words.lines().last().unwrap_or_default();
            Text::same(last.strip_prefix("error: ").unwrap_or(last))
        }
    }
}

/// Returns the pattern in the syntax of the crate: `\d` and `\w` mean ASCII, and in a class `[`, `&`, `~` are themselves.
fn translated(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut is_in_class = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('d') if is_in_class => out.push_str("0-9"),
                Some('w') if is_in_class => out.push_str("A-Za-z0-9_"),
                Some('s') if is_in_class => out.push_str("\\s\\x{feff}"),
                Some('s') => out.push_str("[\\s\\x{feff}]"),
                Some('S') => out.push_str("[^\\s\\x{feff}]"),
                Some('d') => out.push_str("[0-9]"),
                Some('w') => out.push_str("[A-Za-z0-9_]"),
                Some('D') => out.push_str("[^0-9]"),
                Some('W') => out.push_str("[^A-Za-z0-9_]"),
                Some('b' | 'B') if is_in_class => out.push_str("\\x08"),
                Some('b') => out.push_str("(?-u:\\b)"),
                Some('c') => match chars.next() {
                    Some(letter) if letter.is_ascii_alphabetic() => {
                        out.push_str(&format!("\\x{:02x}", u32::from(letter) % 32));
                    }
                    letter => {
                        out.push_str("\\c");
                        out.extend(letter);
                    }
                },
                Some(escaped) => out.extend(['\\', escaped]),
                None => out.push('\\'),
            },
            '[' if !is_in_class => {
                is_in_class = true;
                out.push('[');
                if chars.peek() == Some(&'^') {
                    out.extend(chars.next());
                }
                // The empty class matches nothing; the crate would read `]` as its first member.
                if chars.peek() == Some(&']') {
                    out.push_str("a&&b");
                }
            }
            '[' | '&' | '~' if is_in_class => out.extend(['\\', c]),
            ']' if is_in_class => {
                is_in_class = false;
                out.push(']');
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_they_mean_in_json_schema() {
        for (pattern, text, is_match) in [
            ("^\\d+$", "12", true),
            ("^\\d+$", "१२", false),
            ("^[\\d-]+$", "1-2", true),
            ("^\\w$", "é", false),
            ("^[^\\d]$", "a", true),
            ("[[&~]", "&", true),
            ("a\\/b", "a/b", true),
            ("^[A-Z0-9]{18}[0-9]{2}$", "529900T8BM49AURSDO55", true),
            ("es", "expression", true),
            ("[]", "a", false),
            ("^\\p{Letter}+$", "한글", true),
            ("^가-?나$", "가나", true),
        ] {
            assert_eq!(Pattern::new(pattern).expect(pattern).is_in(text), is_match, "{pattern} {text}");
        }
        let refused = |text: &str| Pattern::new(text).expect_err(text).en;
        assert_eq!(refused("(?=a)b"), "looking ahead and behind is not possible in linear time");
        assert_eq!(refused("a{99999}{99999}"), "the pattern is too large");
        assert_eq!(refused("(a"), "unclosed group");
    }
}

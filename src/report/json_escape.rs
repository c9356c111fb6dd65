//! JSON in which no text acts on a screen: what `serde_json` leaves as it is, but a terminal obeys, is escaped.
//!
//! Takes what `serde_json` takes; gives the same bytes but for C1 controls, DEL, direction controls and the separators of
//! lines and paragraphs, which become `\uXXXX`. Whoever reads the JSON gets the same text.

use std::io::{self, Write};

use memchr::{memchr, memchr3};
use serde::Serialize;

/// Writes a value on one line.
///
/// # Errors
/// The writer fails.
pub(crate) fn to_writer(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    write_escaped(out, &serde_json::to_string(value)?)
}

/// Writes a value on several lines, indented by two spaces.
///
/// # Errors
/// The writer fails.
pub(crate) fn to_writer_pretty(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    write_escaped(out, &serde_json::to_string_pretty(value)?)
}

/// Returns a value on several lines, indented by two spaces.
///
/// # Errors
/// The value cannot be written as JSON.
pub(super) fn to_string_pretty(value: &impl Serialize) -> io::Result<String> {
    let mut out = Vec::new();
    to_writer_pretty(&mut out, value)?;
    String::from_utf8(out).map_err(io::Error::other)
}

/// Writes JSON in which only texts can hold what acts, so that an escape may stand wherever it does.
fn write_escaped(out: &mut dyn Write, json: &str) -> io::Result<()> {
    let mut rest = json;
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|tail| next_candidate(tail.as_bytes())).map(|at| from + at) {
        let c = rest.get(at..).and_then(|tail| tail.chars().next()).unwrap_or_default();
        from = at + c.len_utf8();
        if acts(c) {
            let (before, after) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            write!(out, "\\u{:04x}", u32::from(c))?;
            rest = after.get(c.len_utf8()..).unwrap_or_default();
            from = 0;
        }
    }
    out.write_all(rest.as_bytes())
}

/// Returns where the next character that may act begins: every one is DEL, or begins with one of these bytes in UTF-8.
/// Hangul has none of them.
fn next_candidate(bytes: &[u8]) -> Option<usize> {
    let other = memchr3(0xc2, 0xd8, 0xe2, bytes);
    memchr(0x7f, other.map_or(bytes, |at| bytes.get(..at).unwrap_or(bytes))).or(other)
}

fn acts(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn value(text: &str) -> BTreeMap<String, Vec<(String, Option<u8>)>> {
        let list = vec![(text.to_owned(), None), (String::new(), Some(1))];
        [(text.to_owned(), list), ("empty".to_owned(), Vec::new())].into()
    }

    #[test]
    fn harmless_text_is_written_as_serde_json_writes_it() {
        for text in ["", "a \"b\" \\ \u{1b}\n\t", "한빛 \u{301}·\u{200b}😀"] {
            let (mut out, value) = (Vec::new(), value(text));
            to_writer(&mut out, &value).expect("memory");
            assert_eq!(String::from_utf8(out).expect("text"), serde_json::to_string(&value).expect("JSON"));
            assert_eq!(to_string_pretty(&value).expect("memory"), serde_json::to_string_pretty(&value).expect("JSON"));
        }
    }

    #[test]
    fn what_acts_is_escaped_and_read_back_the_same() {
        let acting = "\u{1b}\u{7f}\u{80}\u{85}\u{9b}\u{9f}\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2066}\u{2069}";
        for text in acting.chars().map(|c| format!("{c}한{c}{c}a")) {
            let (mut out, value) = (Vec::new(), value(&text));
            to_writer(&mut out, &value).expect("memory");
            assert!(!String::from_utf8(out.clone()).expect("text").chars().any(|c| c.is_control() || acts(c)));
            assert_eq!(serde_json::from_slice::<BTreeMap<_, _>>(&out).expect("JSON"), value);
            let pretty = to_string_pretty(&value).expect("memory");
            assert!(!pretty.contains(acts) && pretty.contains("\\u"));
        }
    }
}

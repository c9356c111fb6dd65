//! JSON in which no text acts on a screen: what `serde_json` leaves as it is, but a terminal obeys, is escaped.
//!
//! Takes what `serde_json` takes; gives the same bytes but for C1 controls, DEL, direction controls and the separators of
//! lines and paragraphs, which become `\uXXXX`. Whoever reads the JSON gets the same text.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

/// Writes a value on one line.
///
/// # Errors
/// The writer fails.
pub(crate) fn to_writer(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(out, Escaping(CompactFormatter)))?)
}

/// Writes a value on several lines, indented by two spaces.
///
/// # Errors
/// The writer fails.
pub(crate) fn to_writer_pretty(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(out, Escaping(PrettyFormatter::new())))?)
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

/// Writes as another formatter does, but for texts.
struct Escaping<F>(F);

impl<F: Formatter> Formatter for Escaping<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.is_ascii() && !fragment.as_bytes().contains(&0x7f) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| acts(*c)) {
            let (before, from) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            write!(writer, "\\u{:04x}", u32::from(c))?;
            rest = from.get(c.len_utf8()..).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

/// Tells whether a terminal acts on a character, of those that JSON allows in a text; all lie below U+10000.
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

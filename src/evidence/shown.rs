//! The only way for text that is not the program's own to reach a screen, a text report, a note or an error.
//!
//! Takes any text; gives one line that cannot act on a terminal, hide, or turn around what stands beside it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use unicode_width::UnicodeWidthChar;

/// A text from outside as it may be shown: one line, without characters that act or cannot be seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown<'t>(Cow<'t, str>);

impl<'t> Shown<'t> {
    /// Returns the text with everything that could act, or could not be seen, as a visible mark such as `\u{1b}`.
    pub fn of(text: &'t str) -> Self {
        if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Self(Cow::Borrowed(text));
        }
        let mut shown = String::with_capacity(text.len());
        for c in text.chars() {
            if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
        }
        Self(Cow::Owned(shown))
    }

    /// Returns the text that may be shown.
    pub fn into_text(self) -> Cow<'t, str> {
        self.0
    }
}

impl Deref for Shown<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Tells whether a reader sees anything of a text: blanks, fillers and characters without width are nothing.
pub fn has_visible(text: &str) -> bool {
    text.chars().any(|c| {
        // Hangul fillers, the blank of Braille, anchors of annotations, and a note without its head have a width.
        let is_blank = matches!(
            c,
            '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}' | '\u{fff9}'..='\u{fffb}' | '\u{1d159}'
        );
        let is_no_character = u32::from(c) & 0xfffe == 0xfffe;
        !(c.is_whitespace() || is_blank || is_no_character) && c.width().is_some_and(|width| width > 0)
    })
}

#[cfg(test)]
mod visible_tests {
    use super::has_visible;

    #[test]
    fn only_what_leaves_a_mark_is_visible() {
        for seen in ["a", "가", "\u{1100}", ".", "\u{feff}x", "  -  ", "😀"] {
            assert!(has_visible(seen), "{seen:?}");
        }
        let unseen = [
            "",
            " ",
            "\t\r\n",
            "\0",
            "\u{1b}",
            "\u{85}",
            "\u{a0}",
            "\u{ad}",
            "\u{34f}",
            "\u{61c}",
            "\u{115f}",
            "\u{1160}",
            "\u{17b4}",
            "\u{180e}",
            "\u{200b}",
            "\u{200d}\u{200c}",
            "\u{202e}",
            "\u{2028}",
            "\u{2060}",
            "\u{2066}",
            "\u{206a}",
            "\u{2800}\u{2800}",
            "\u{3000}",
            "\u{3164}",
            "\u{fe0f}",
            "\u{feff}",
            "\u{ffa0}",
            "\u{fffb}",
            "\u{ffff}",
            "\u{e0041}",
            "\u{1d173}",
            "\u{1d159}",
            "\u{1bca0}",
        ];
        for unseen in unseen {
            assert!(!has_visible(unseen), "{unseen:?}");
        }
    }
}

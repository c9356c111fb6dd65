//! The only way for text that is not the program's own to reach a screen, a text report, a note or an error.
//!
//! Takes any text; gives one line that cannot act on a terminal, hide, or turn around what stands beside it.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::ops::Deref;

use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_width::UnicodeWidthChar;

/// Characters of a text that are shown at most: more than any path of a file system and any sentence of a pack has.
const LONGEST: usize = 4_000;
/// Characters without a width of their own that may follow one another; no script in use needs more.
const JOINED: usize = 4;

/// A text from outside as it may be shown: one line, without characters that act or cannot be seen.
///
/// What may not be shown as it is becomes a mark of ASCII characters such as `\n` or `\u{202e}`, so that showing a
/// text twice changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown<'t>(Cow<'t, str>);

impl<'t> Shown<'t> {
    /// Returns the text as one line; only one longer than any sentence is cut.
    pub fn of(text: &'t str) -> Self {
        Self::cut(text, LONGEST)
    }

    /// Returns the beginning of the text as one line of at most so many characters; where something is left out, the
    /// end says how many characters were shown of how many: `… (120/200000)`.
    pub fn cut(text: &'t str, limit: usize) -> Self {
        if is_plain(text) && fits(text, limit) {
            return Self(Cow::Borrowed(text));
        }
        let mut shown = String::new();
        let (mut line, mut length) = (Line::default(), 0);
        for (position, c) in text.chars().enumerate() {
            let start = shown.len();
            line.push(c, &mut shown);
            length += shown.get(start..).unwrap_or_default().chars().count();
            if length > limit {
                shown.truncate(start);
                let whole = text.chars().count();
                // Writing to a string cannot fail.
                let _ = write!(shown, "… ({position}/{whole})");
                break;
            }
        }
        Self(Cow::Owned(shown))
    }

    /// Returns the whole text as one line, in which `mark` writes what may not be shown as it is: for formats that have
    /// marks of their own.
    pub fn marked(text: &str, mark: impl Fn(char, &mut String)) -> String {
        let mut marked = String::with_capacity(text.len());
        let mut line = Line::default();
        for c in text.chars() {
            if line.shows(c) { marked.push(c) } else { mark(c, &mut marked) }
        }
        marked
    }

    /// Returns the text that may be shown.
    pub fn into_text(self) -> Cow<'t, str> {
        self.0
    }
}

impl<'t> From<&'t str> for Shown<'t> {
    fn from(text: &'t str) -> Self {
        Self::of(text)
    }
}

impl<'t> From<&'t String> for Shown<'t> {
    fn from(text: &'t String) -> Self {
        Self::of(text)
    }
}

impl From<String> for Shown<'_> {
    fn from(text: String) -> Self {
        if is_plain(&text) && fits(&text, LONGEST) {
            return Self(Cow::Owned(text));
        }
        Self(Cow::Owned(Shown::of(&text).into_text().into_owned()))
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

/// The line that is being written, one character after another.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Whether the character before can carry one that has no width of its own.
    has_base: bool,
    /// Characters without a width since then.
    joined: usize,
}

impl Line {
    /// Writes a character, or its mark.
    pub(super) fn push(&mut self, c: char, out: &mut String) {
        if self.shows(c) { out.push(c) } else { out.extend(c.escape_default()) }
    }

    /// Tells whether the next character is shown as it is.
    fn shows(&mut self, c: char) -> bool {
        if is_simple(c) {
            (self.has_base, self.joined) = (!c.is_whitespace(), 0);
            return true;
        }
        let is_joining = c.width() == Some(0);
        // At the beginning of a text, or where a line may be broken, it would join what the program wrote.
        let is_free = is_joining && (!self.has_base || self.joined == JOINED);
        if is_free || acts(c) || is_blank(c) {
            *self = Self::default();
            return false;
        }
        if is_joining {
            self.joined += 1;
        } else {
            (self.has_base, self.joined) = (!c.is_whitespace(), 0);
        }
        true
    }
}

/// Tells whether a text has only characters that need no look at tables: it is shown as it is.
pub(super) fn is_plain(text: &str) -> bool {
    if text.is_ascii() {
        // Without a way out in the middle many bytes are looked at in one step.
        return text.bytes().fold(true, |is_plain, byte| is_plain & (b' '..=b'~').contains(&byte));
    }
    text.chars().all(is_simple)
}

/// Tells whether a text has at most so many characters.
fn fits(text: &str, limit: usize) -> bool {
    text.len() <= limit || text.chars().nth(limit).is_none()
}

/// Tells whether a character belongs to the bulk of what reports are written in: every one of these ranges is assigned,
/// visible (or a space of ASCII or of full width), and joins nothing.
fn is_simple(c: char) -> bool {
    matches!(c,
        ' '..='~'
        // Syllables of Hangul, ideographs.
        | '\u{ac00}'..='\u{d7a3}' | '\u{4e00}'..='\u{9fff}'
        // Letters of Latin, punctuation, lines and shapes, punctuation of full width.
        | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{2010}'..='\u{2027}' | '\u{2500}'..='\u{25ff}'
        | '\u{3000}'..='\u{3029}')
}

/// Tells whether a character ends a line, commands a terminal, changes direction, or has no meaning that all share.
fn acts(c: char) -> bool {
    use GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, Surrogate, Unassigned};
    matches!(
        get_general_category(c),
        Control | Format | LineSeparator | ParagraphSeparator | PrivateUse | Surrogate | Unassigned
    )
}

/// Tells whether a character that counts as a letter, a mark or a symbol is invisible: those with the property
/// Default_Ignorable_Code_Point, and those that are drawn as nothing. Spaces are not meant.
fn is_blank(c: char) -> bool {
    matches!(c,
        // Combining grapheme joiner, Hangul fillers, inherent vowels of Khmer.
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}'
        // Variation selectors, of Mongolian too.
        | '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}'
        // Braille without dots, the filler of Khitan, blanks of hieroglyphs, the null note.
        | '\u{2800}' | '\u{16fe4}' | '\u{13441}' | '\u{13442}' | '\u{1d159}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_text_is_borrowed_or_stays_as_it_is() {
        assert!(matches!(Shown::of("a-b: 1~").into_text(), Cow::Borrowed(_)));
        assert!(matches!(Shown::from("owned".to_owned()).into_text(), Cow::Owned(_)));
        let decomposed = "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}";
        for text in [
            "",
            "한빛 메시지 · 작업",
            "전각\u{3000}공백",
            decomposed,
            "e\u{301}a\u{308}\u{301}",
            "日本語カナ",
            "①→‘’…",
            "a\u{a0}b",
            "😀",
        ] {
            assert_eq!(&*Shown::of(text), text, "{text:?}");
        }
    }

    #[test]
    fn what_acts_or_cannot_be_seen_becomes_a_mark() {
        let marked = "\0\u{7}\u{8}\t\n\u{b}\r\u{1b}\u{7f}\u{80}\u{85}\u{9b}\u{9d}\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\
                      \u{180b}\u{180e}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2060}\
                      \u{2064}\u{2065}\u{2066}\u{2069}\u{206a}\u{206f}\u{2800}\u{3164}\u{e000}\u{fdd0}\u{fe00}\u{fe0f}\
                      \u{feff}\u{ffa0}\u{fff9}\u{fffe}\u{378}\u{1bca0}\u{1d173}\u{e0001}\u{e0041}\u{e0100}\u{f0000}\
                      \u{10ffff}";
        for c in marked.chars() {
            let text = format!("a{c}b");
            let shown = Shown::of(&text);
            assert_eq!(*shown, format!("a{}b", c.escape_default()), "{c:?}");
            assert!(shown.is_ascii(), "{c:?}");
            assert_eq!(Shown::marked(&text, |_, out| out.push('?')), "a?b");
        }
    }

    /// Every character there is: nothing that is shown takes no column, unless it joins the one before.
    #[test]
    fn no_character_is_shown_that_has_no_width_of_its_own() {
        for c in '\0'..=char::MAX {
            let is_shown = Line::default().shows(c);
            assert!(!is_shown || (c.width() > Some(0) && !c.is_control()), "{c:?}");
            assert!(!is_simple(c) || !(acts(c) || is_blank(c) || c.width() == Some(0)), "{c:?}");
        }
    }

    #[test]
    fn marks_join_what_stands_before_them_in_the_same_text_only() {
        assert_eq!(&*Shown::of("\u{336}a"), "\\u{336}a");
        assert_eq!(&*Shown::of("a \u{336}b"), "a \\u{336}b");
        assert_eq!(&*Shown::of("\u{1161}가"), "\\u{1161}가");
        let piled = format!("a{}", "\u{301}".repeat(7));
        let shown = Shown::of(&piled);
        assert_eq!(*shown, format!("a{}{}", "\u{301}".repeat(4), "\\u{301}".repeat(3)));
        assert_eq!(Shown::of(&shown), shown);
    }

    #[test]
    fn long_texts_are_cut_and_their_length_is_given() {
        let long = "x".repeat(200_000);
        assert_eq!(&*Shown::cut(&long, 3), "xxx… (3/200000)");
        assert_eq!(&*Shown::cut("가나다라", 3), "가나다… (3/4)");
        assert_eq!(&*Shown::cut("가나다", 3), "가나다");
        // What marks would make longer is cut too.
        assert_eq!(&*Shown::cut("\u{1b}\u{1b}", 8), "\\u{1b}… (1/2)");
        assert!(Shown::of(&long).ends_with("… (4000/200000)"));
        assert!(Shown::from(long).len() < 4_100);
    }
}

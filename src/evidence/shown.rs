//! The only way for text that is not the program's own to reach a screen, a text report, a note or an error.
//!
//! Takes any text; gives one line that cannot act on a terminal, hide, or turn around what stands beside it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

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

//! Why a file was refused: the place, the line, the reason and the way out.

use std::fmt;

use crate::evidence::{Excerpt, Location, Shown};
use crate::language::{Language, Text};

/// A refusal to read a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where in the file.
    pub location: Location,
    /// What is wrong there.
    pub message: Text,
    /// What to do about it.
    pub hint: Option<Text>,
    /// The line itself; absent where the file is not text.
    pub excerpt: Option<Excerpt>,
}

impl Diagnostic {
    /// Writes the diagnostic in one language: place and reason, then the line, then the hint. Each is one line, whatever
    /// the file and its name hold.
    pub fn render(&self, language: Language) -> String {
        let mut out = format!("{}: {}", Shown::of(&self.place()), Shown::of(self.message.get(language)));
        if let Some(excerpt) = &self.excerpt {
            let gutter = excerpt.line.to_string().len();
            let indent = " ".repeat(excerpt.indent);
            let marker = "^".repeat(excerpt.width);
            out.push_str(&format!("\n {} │ {}\n {:gutter$} │ {indent}{marker}", excerpt.line, excerpt.text, ""));
        }
        if let Some(hint) = &self.hint {
            let gutter = self.excerpt.as_ref().map_or(1, |excerpt| excerpt.line.to_string().len());
            out.push_str(&format!("\n {:gutter$} = {}", "", Shown::of(hint.get(language))));
        }
        out
    }

    /// Returns file:line:column.
    pub fn place(&self) -> String {
        format!("{}:{}:{}", self.location.file, self.location.start.line, self.location.start.column)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Language::English))
    }
}

impl std::error::Error for Diagnostic {}

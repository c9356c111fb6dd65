//! What is wrong with a script, told at its place.

use super::ir::Span;

/// A mistake of a script.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mistake {
    /// The script, as a path inside the pack.
    pub(super) path: String,
    pub(super) at: Span,
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// For what is wrong only as it is called: where the call stands, with its path.
    pub(super) called: Option<String>,
}

impl Mistake {
    pub(super) fn new(path: &str, at: Span, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), at, message: message.into(), hint: None, called: None }
    }

    pub(super) fn with_hint(self, hint: Option<String>) -> Self {
        Self { hint, ..self }
    }

    /// Writes the mistake with the line of the script, marked where it is.
    pub(super) fn render(&self, source: &str) -> String {
        let Span { line, column } = self.at;
        let mut out = format!("{}:{line}:{column}: {}", self.path, self.message);
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        if let Some(text) = source.lines().nth(line.saturating_sub(1) as usize) {
            let gutter = line.to_string().len();
            let shown = crate::evidence::Shown::cut(text, LINE_CHARS).into_text().into_owned();
            let before: String = text.chars().take(column.saturating_sub(1) as usize).collect();
            let indent = " ".repeat(crate::evidence::display_width(&before).min(LINE_CHARS));
            out.push_str(&format!("\n {line} │ {shown}\n {:gutter$} │ {indent}^", ""));
        }
        if let Some(call) = &self.called {
            out.push_str(&format!("\n   = called at {call}"));
        }
        if let Some(hint) = &self.hint {
            out.push_str(&format!("\n   = {hint}"));
        }
        out
    }
}

/// Characters of a line that a mistake repeats.
const LINE_CHARS: usize = 160;

/// Returns the hint that names what was probably meant.
pub(super) fn meant<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    crate::evidence::nearest_name(name, names).map(|near| format!("did you mean `{near}`?"))
}

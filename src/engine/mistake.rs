//! What is wrong with a script, told at its place.

use super::ir::Span;
use crate::evidence::{Shown, display_width, nearest_name};
use crate::language::{Language, Text, text};

/// A mistake of a script.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mistake {
    /// The script, as a path inside the pack.
    pub(super) path: String,
    pub(super) at: Span,
    pub(super) message: Text,
    pub(super) hint: Option<Text>,
    /// For what is wrong only as it is called: where the call stands, with its path.
    pub(super) called: Option<String>,
    /// Whether what it stands in is understood all the same, so that no demand is lost by it.
    pub(super) is_understood: bool,
}

impl Mistake {
    pub(super) fn new(path: &str, at: Span, message: Text) -> Self {
        Self { path: path.to_owned(), at, message, hint: None, called: None, is_understood: false }
    }

    /// The mistake of something that nothing uses.
    pub(super) fn unused(path: &str, at: Span, message: Text, hint: Option<Text>) -> Self {
        Self { is_understood: true, hint, ..Self::new(path, at, message) }
    }

    pub(super) fn with_hint(self, hint: Option<Text>) -> Self {
        Self { hint, ..self }
    }

    /// Writes the mistake with the line of the script, marked where it is.
    pub(super) fn render(&self, source: &str) -> Text {
        Text::new(self.render_in(source, Language::English), self.render_in(source, Language::Korean))
    }

    fn render_in(&self, source: &str, language: Language) -> String {
        let Span { line, column } = self.at;
        let mut out = format!("{}:{line}:{column}: {}", self.path, self.message.get(language));
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        if let Some(text) = source.lines().nth(line.saturating_sub(1) as usize) {
            let gutter = line.to_string().len();
            let shown = Shown::cut(text, LINE_CHARS).into_text().into_owned();
            let before: String = text.chars().take(column.saturating_sub(1) as usize).collect();
            let indent = " ".repeat(display_width(&before).min(LINE_CHARS));
            out.push_str(&format!("\n {line} │ {shown}\n {:gutter$} │ {indent}^", ""));
        }
        if let Some(call) = &self.called {
            let called = text!("called at {call}", "호출 위치: {call}");
            out.push_str(&format!("\n   = {}", called.get(language)));
        }
        if let Some(hint) = &self.hint {
            out.push_str(&format!("\n   = {}", hint.get(language)));
        }
        out
    }
}

/// Characters of a line that a mistake repeats.
const LINE_CHARS: usize = 160;

/// Returns the hint that lists what there is to choose from.
pub(super) fn choices(names: &str) -> Text {
    text!("it has {names}", "쓸 수 있는 것: {names}")
}

/// Returns the hint that names what was probably meant.
pub(super) fn meant<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<Text> {
    nearest_name(name, names).map(|near| text!("did you mean `{near}`?", "`{near}`의 오기인지 확인할 것"))
}

//! Columns, wrapping and colour for text in which Hangul takes two columns.

use anstyle::{AnsiColor, Style};
use textwrap::{Options, WordSeparator, WrapAlgorithm};

use crate::assess::{RuleResult, Verdict};
use crate::evidence::display_width;

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const RED: Style = AnsiColor::Red.on_default().bold();
pub(super) const GREEN: Style = AnsiColor::Green.on_default().bold();
pub(super) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();

/// Returns the text in a style.
pub(super) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Returns the text followed by spaces up to a width.
pub(super) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(display_width(text))))
}

/// Returns the text after spaces up to a width.
pub(super) fn pad_left(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(display_width(text))))
}

/// Breaks a text into lines of a width, at spaces; only a word that is too long for a line is broken.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let options = Options::new(width.max(20))
        .word_separator(WordSeparator::AsciiSpace)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// Returns a title followed by a rule up to the width.
pub(super) fn heading(title: &str, width: usize) -> String {
    let line = "─".repeat(width.saturating_sub(display_width(title) + 1));
    format!("{} {}", styled(BOLD, title), styled(DIM, &line))
}

pub(super) fn result_style(result: RuleResult) -> Style {
    match result {
        RuleResult::Error | RuleResult::Fail => RED,
        RuleResult::Missing | RuleResult::Undetermined | RuleResult::Waived => YELLOW,
        RuleResult::Pass => GREEN,
        RuleResult::NotApplicable => DIM,
    }
}

pub(super) fn verdict_style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Error | Verdict::Fail => RED,
        Verdict::Undetermined => YELLOW,
        Verdict::Pass => GREEN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_takes_two_columns() {
        assert_eq!(pad("감사", 6), "감사  ");
        assert_eq!(pad_left("a", 3), "  a");
        let lines = wrap("장애 원인이 해소되기 전에 새로운 작업에 착수함", 24);
        assert!(lines.iter().all(|line| display_width(line) <= 24), "{lines:?}");
        assert_eq!(lines.join(" "), "장애 원인이 해소되기 전에 새로운 작업에 착수함");
    }
}

//! Columns, wrapping and colour for text in which Hangul takes two columns.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use textwrap::{Options, WordSeparator, WrapAlgorithm};

use crate::assess::{RuleResult, Verdict};
use crate::evidence::{Shown, display_width};

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const RED: Style = AnsiColor::Red.on_default().bold();
pub(super) const GREEN: Style = AnsiColor::Green.on_default().bold();
pub(super) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();

/// Characters of a name that a line shows; JSON has all of them.
const NAME_CHARS: usize = 120;

/// Where a text report is written: lines of pieces, each of which is shown text. It is no `Write`, so that nothing gets
/// to the screen in another way: whatever a text holds, it ends no line and commands no terminal.
pub(super) struct Screen<'o>(&'o mut dyn Write);

/// A part of a line in one style.
#[derive(Clone, Debug)]
pub(super) struct Piece<'t> {
    style: Style,
    before: usize,
    text: Shown<'t>,
    after: usize,
}

/// Writes a line of pieces; texts are pieces in no style.
macro_rules! line {
    ($out:expr $(, $piece:expr)* $(,)?) => {
        $out.line(&[$($crate::report::layout::Piece::from($piece)),*])
    };
}
pub(super) use line;

impl<'o> Screen<'o> {
    pub(super) fn on(out: &'o mut dyn Write) -> Self {
        Self(out)
    }

    /// Writes a line.
    pub(super) fn line(&mut self, pieces: &[Piece<'_>]) -> io::Result<()> {
        for Piece { style, before, text, after } in pieces {
            let is_plain = *style == Style::new();
            if !is_plain {
                write!(self.0, "{style}")?;
            }
            self.spaces(*before)?;
            self.0.write_all(text.as_bytes())?;
            self.spaces(*after)?;
            if !is_plain {
                write!(self.0, "{style:#}")?;
            }
        }
        self.0.write_all(b"\n")
    }

    pub(super) fn blank_line(&mut self) -> io::Result<()> {
        self.0.write_all(b"\n")
    }

    /// Writes a title after a blank line, followed by a rule up to the width.
    pub(super) fn heading<'t>(&mut self, title: impl Into<Shown<'t>>, width: usize) -> io::Result<()> {
        let title = title.into();
        let rule = "─".repeat(width.saturating_sub(display_width(&title) + 1));
        self.blank_line()?;
        line!(self, styled(BOLD, title), " ", styled(DIM, rule))
    }

    fn spaces(&mut self, mut count: usize) -> io::Result<()> {
        const SPACES: &str = "                                                                ";
        while count > 0 {
            let part = SPACES.get(..count).unwrap_or(SPACES);
            self.0.write_all(part.as_bytes())?;
            count -= part.len();
        }
        Ok(())
    }
}

impl<'t, T: Into<Shown<'t>>> From<T> for Piece<'t> {
    fn from(text: T) -> Self {
        Self { style: Style::new(), before: 0, text: text.into(), after: 0 }
    }
}

/// Returns the text in a style.
pub(super) fn styled<'t>(style: Style, piece: impl Into<Piece<'t>>) -> Piece<'t> {
    Piece { style, ..piece.into() }
}

/// Returns so many spaces.
pub(super) fn spaces(count: usize) -> Piece<'static> {
    Piece { before: count, ..Piece::from("") }
}

/// Returns the text followed by spaces up to a width.
pub(super) fn pad<'t>(text: impl Into<Shown<'t>>, width: usize) -> Piece<'t> {
    let piece = Piece::from(text);
    Piece { after: width.saturating_sub(display_width(&piece.text)), ..piece }
}

/// Returns the text after spaces up to a width.
pub(super) fn pad_left<'t>(text: impl Into<Shown<'t>>, width: usize) -> Piece<'t> {
    let piece = Piece::from(text);
    Piece { before: width.saturating_sub(display_width(&piece.text)), ..piece }
}

/// Returns how many columns a text takes as it is shown.
pub(super) fn columns<'t>(text: impl Into<Shown<'t>>) -> usize {
    display_width(&text.into())
}

/// Returns a name as it is shown.
pub(super) fn name(text: &str) -> Shown<'_> {
    Shown::cut(text, NAME_CHARS)
}

/// Breaks a text into lines of a width, at spaces; only a word that is too long for a line is broken.
pub(super) fn wrap<'t>(text: impl Into<Shown<'t>>, width: usize) -> Vec<String> {
    let options = Options::new(width.max(20))
        .word_separator(WordSeparator::AsciiSpace)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::wrap(&text.into(), options).into_iter().map(Cow::into_owned).collect()
}

pub(super) fn result_style(result: RuleResult) -> Style {
    match result {
        RuleResult::Error | RuleResult::Fail => RED,
        RuleResult::Missing | RuleResult::Undetermined | RuleResult::Waived => YELLOW,
        RuleResult::Pass => GREEN,
        RuleResult::Established | RuleResult::NotApplicable => DIM,
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

    fn written(pieces: &[Piece<'_>]) -> String {
        let mut out = Vec::new();
        Screen::on(&mut out).line(pieces).expect("memory");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_line_stays_one_line_whatever_its_pieces_hold() {
        let hostile = "a\n  PASS\u{1b}[2K".to_owned();
        let bold = styled(BOLD, pad(&hostile, 20));
        assert_eq!(written(&[bold]), format!("{BOLD}a\\n  PASS\\u{{1b}}[2K  {BOLD:#}\n"));
        assert_eq!(wrap(&hostile, 72), ["a\\n  PASS\\u{1b}[2K"]);
        let mut out = Vec::new();
        line!(Screen::on(&mut out), "- ", hostile, spaces(1), name(&"x".repeat(200))).expect("memory");
        let line = String::from_utf8(out).expect("text");
        assert!(line.starts_with("- a\\n") && line.ends_with("x… (120/200)\n") && line.lines().count() == 1, "{line}");
    }

    #[test]
    fn hangul_takes_two_columns() {
        assert_eq!(written(&[pad("감사", 6), pad_left("a", 3)]), "감사    a\n");
        let lines = wrap("장애 원인이 해소되기 전에 새로운 작업에 착수함", 24);
        assert!(lines.iter().all(|line| display_width(line) <= 24), "{lines:?}");
        assert_eq!(lines.join(" "), "장애 원인이 해소되기 전에 새로운 작업에 착수함");
    }
}

//! Block scalars: `|` and `>`, whose indentation is that of their first line.

use super::PlainReader;
use crate::evidence::Kind;

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Clip,
    Strip,
    Keep,
}

impl PlainReader<'_> {
    /// Reads the block scalar whose header begins here; returns where the line after it begins.
    pub(super) fn block_scalar(&mut self, at: usize, floor: usize) -> Option<usize> {
        self.enter_root(false)?;
        let is_folded = self.source.byte(at) == b'>';
        let (chomping, after) = match self.source.byte(at + 1) {
            b'-' => (Chomping::Strip, at + 2),
            b'+' => (Chomping::Keep, at + 2),
            _ => (Chomping::Clip, at + 1),
        };
        let (start, indent, mut breaks) = self.first_line(self.rest_of_line(after)?)?;
        if indent < floor.max(1) {
            return None;
        }
        self.decoded.clear();
        let (mut line, mut end) = (start - indent, start);
        let (mut is_first, mut was_spaced) = (true, false);
        while !self.source.is_end(line) {
            let text = self.source.after_spaces(line).min(line + indent);
            if self.source.is_break(text) {
                if self.source.is_end(text) {
                    break;
                }
                breaks += 1;
                line = self.source.next_line(text);
                continue;
            }
            if text < line + indent {
                break;
            }
            // Lines that are indented further are not folded, nor are their neighbours.
            let is_spaced = self.source.byte(text) == b' ';
            if is_folded && !is_first && !was_spaced && !is_spaced {
                if breaks == 0 {
                    self.decoded.push(' ');
                }
            } else if !is_first {
                self.decoded.push('\n');
            }
            self.decoded.extend(std::iter::repeat_n('\n', breaks));
            end = self.source.line_end(text);
            self.decoded.push_str(self.source.slice(text, end)?);
            (is_first, was_spaced, breaks) = (false, is_spaced, 0);
            line = self.source.next_line(end);
        }
        if chomping != Chomping::Strip {
            self.decoded.push('\n');
        }
        if chomping == Chomping::Keep {
            self.decoded.extend(std::iter::repeat_n('\n', breaks));
        }
        let end = start + self.source.slice(start, end)?.trim_end().len();
        self.decoded_scalar(Kind::Text, start, end)?;
        Some(line)
    }

    /// Returns where the first line that is not blank begins after its indentation, that, and the lines before it.
    fn first_line(&self, mut line: usize) -> Option<(usize, usize, usize)> {
        let (mut blank_lines, mut widest) = (0, 0);
        while !self.source.is_end(line) {
            let at = self.source.after_spaces(line);
            let indent = at - line;
            if !self.source.is_break(at) {
                return (indent >= widest).then_some((at, indent, blank_lines));
            }
            widest = widest.max(indent);
            blank_lines += 1;
            line = self.source.next_line(at);
        }
        None
    }
}

//! Flow collections: brackets and braces, on one line or several.

use super::source::WordSpan;
use super::{Continuation, KEY_BYTES, PlainReader};
use crate::evidence::{Collection, core_kind};

impl PlainReader<'_> {
    /// Reads the flow collection that begins here; returns where it ends.
    pub(super) fn flow(&mut self, at: usize, floor: usize) -> Option<usize> {
        let (collection, close) = self.source.bracket(at)?;
        self.open(collection, at, at + 1)?;
        let mut at = self.space(at + 1, floor)?;
        while self.source.byte(at) != close {
            at = match collection {
                Collection::Sequence => at,
                Collection::Mapping => self.flow_key(at, floor)?,
            };
            at = match self.source.byte(at) {
                b'[' | b'{' => self.flow(at, floor)?,
                _ => self.flow_scalar(at, floor)?,
            };
            at = self.space(at, floor)?;
            match self.source.byte(at) {
                b',' => at = self.space(at + 1, floor)?,
                b if b == close => break,
                _ => return None,
            }
        }
        self.builder.close(Some(at + 1)).ok()?;
        Some(at + 1)
    }

    /// Reads a key with its colon; returns where the value begins.
    fn flow_key(&mut self, at: usize, floor: usize) -> Option<usize> {
        let key = self.flow_word(at)?;
        // After a quoted key, as in JSON, no space is needed.
        let is_key = if key.is_plain { self.source.is_key(key) } else { self.source.byte(key.stop) == b':' };
        if !is_key || key.stop - at > KEY_BYTES {
            return None;
        }
        self.word(at, key)?;
        self.space(key.stop + 1, floor)
    }

    fn flow_scalar(&mut self, at: usize, floor: usize) -> Option<usize> {
        let first = self.flow_word(at)?;
        if !first.is_plain {
            self.word(at, first)?;
            return Some(first.end);
        }
        let mut last = first;
        while self.source.is_break(last.stop) {
            let next = self.flow_continuation(last.stop, floor)?;
            if matches!(self.source.byte(next.at), b',' | b']' | b'}') {
                break;
            }
            if last.stop == first.stop {
                self.decoded.clear();
                self.decoded.push_str(self.source.slice(at, first.end)?);
            }
            last = self.source.flow_line(next.at)?;
            self.fold(next, last.end)?;
        }
        if !matches!(self.source.byte(last.stop), b',' | b']' | b'}' | b'\n' | b'\r') {
            return None;
        }
        if last.stop == first.stop {
            self.word(at, first)?;
        } else {
            self.decoded_scalar(core_kind(&self.decoded), at, last.end)?;
        }
        Some(last.stop)
    }

    fn flow_word(&self, at: usize) -> Option<WordSpan> {
        match self.source.byte(at) {
            b'"' | b'\'' => self.source.quoted(at),
            b'-' if !matches!(self.source.byte(at + 1), b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'-') => None,
            b'?' | b':' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@'
            | b'`' => None,
            _ => self.source.flow_line(at),
        }
    }

    /// Returns where a plain scalar goes on after a line break, or what follows it there.
    fn flow_continuation(&self, at: usize, floor: usize) -> Option<Continuation> {
        let mut line = self.source.next_line(at);
        let mut blank_lines = 0;
        while !self.source.is_end(line) {
            let at = self.source.after_spaces(line);
            if !self.source.is_break(at) {
                let is_sure = self.is_inside(at - line, at, floor) && self.source.byte(at) != b'#';
                return is_sure.then_some(Continuation { at, blank_lines });
            }
            blank_lines += 1;
            line = self.source.next_line(at);
        }
        None
    }

    /// Skips spaces, comments and line breaks.
    fn space(&self, at: usize, floor: usize) -> Option<usize> {
        let mut line = None;
        let mut at = self.source.after_spaces(at);
        loop {
            match self.source.byte(at) {
                b'\n' | b'\r' => {
                    let next = self.source.next_line(at);
                    if self.source.is_end(next) {
                        return None;
                    }
                    line = Some(next);
                    at = self.source.after_spaces(next);
                }
                b'#' if self.source.is_comment(at) => at = self.source.line_end(at),
                _ => break,
            }
        }
        let is_inside = line.is_none_or(|line| self.is_inside(at - line, at, floor));
        is_inside.then_some(at)
    }

    /// Tells whether what stands in a column of a further line surely belongs to the collection.
    fn is_inside(&self, column: usize, at: usize, floor: usize) -> bool {
        column >= floor && (column > 0 || !self.source.has_marker(at))
    }
}

//! Reads the plain subset of YAML, which nearly every file keeps to, line by line and several times faster.
//!
//! Takes what the general reader takes and gives the same nodes. It gives up on whatever it is not sure of, on
//! mistakes and passed limits too, and the general reader then reads the whole file: so it never reports anything
//! and never decides what is valid. `tests/it/plain_reader.rs` holds it to the general reader's result.

mod block_scalar;
mod flow;
mod source;

use self::source::{SourceText, WordSpan};
use super::limits::Limits;
use super::parser::Root;
use crate::evidence::{Builder, Collection, Kind, core_kind};

/// The general reader takes keys up to 1,024 characters.
const KEY_BYTES: usize = 1_000;
/// The general reader's parser takes 255 levels, whatever the limits say.
const DEPTH: usize = 250;

/// Adds a file to a tree that is being built; tells whether it did, or gave up and left the tree as it was.
pub(super) fn read(builder: &mut Builder, text: &str, limits: &Limits, root: Root) -> bool {
    let Some(source) = SourceText::new(text) else { return false };
    let before = builder.checkpoint();
    let mut reader = PlainReader {
        depth: builder.depth() + limits.depth.min(DEPTH) - usize::from(root == Root::Entries),
        builder,
        source,
        limits,
        root,
        levels: Vec::with_capacity(16),
        absent: None,
        line: 0,
        is_begun: false,
        is_root_seen: false,
        decoded: String::new(),
    };
    let is_read = reader.document().is_some();
    if is_read {
        builder.count_plain_file();
    } else {
        builder.roll_back(&before);
    }
    is_read
}

struct PlainReader<'r> {
    builder: &'r mut Builder,
    source: SourceText<'r>,
    limits: &'r Limits,
    root: Root,
    /// How many collections may be open in the builder.
    depth: usize,
    /// Block collections that are open.
    levels: Vec<Level>,
    /// Where the value of the last key or item is absent, unless it follows on a later line.
    absent: Option<usize>,
    /// Where the line that is read begins.
    line: usize,
    /// Whether the line `---` was read.
    is_begun: bool,
    is_root_seen: bool,
    /// Text that does not stand in the source as it is meant.
    decoded: String,
}

#[derive(Clone, Copy)]
struct Level {
    indent: usize,
    collection: Collection,
    /// Whether the items stand in the column of the key that holds them.
    is_indentless: bool,
}

impl PlainReader<'_> {
    fn document(&mut self) -> Option<()> {
        let mut at = 0;
        while !self.source.is_end(at) {
            self.line = at;
            at = self.source.after_spaces(at);
            at = match self.source.byte(at) {
                b'\n' | b'\r' => self.source.next_line(at),
                b'#' => self.source.next_line(at),
                _ => self.content(at)?,
            };
        }
        if let Some(absent) = self.absent {
            self.null(absent)?;
        }
        while !self.levels.is_empty() {
            self.close_level()?;
        }
        self.is_root_seen.then_some(())
    }

    /// Reads what begins on a line; returns where the next line to read begins, as all that read to a line's end.
    fn content(&mut self, at: usize) -> Option<usize> {
        let column = at - self.line;
        if column == 0 && self.source.has_marker(at) {
            let is_first = !self.is_begun && !self.is_root_seen && self.source.byte(at) == b'-';
            self.is_begun = true;
            return if is_first { self.rest_of_line(at + 3) } else { None };
        }
        let is_item = self.source.is_item(at);
        if let Some(absent) = self.absent.take() {
            let level = *self.levels.last()?;
            if column > level.indent {
                return self.node(at, level.indent + 1);
            }
            if is_item && column == level.indent && level.collection == Collection::Mapping {
                // The general reader has such a list begin after the first dash.
                self.open_level(Collection::Sequence, self.source.item_start(at), column, true)?;
                return self.item(at, column);
            }
            self.null(absent)?;
        }
        while let Some(level) = self.levels.last() {
            let is_over = level.indent > column || level.is_indentless && level.indent == column && !is_item;
            if !is_over {
                break;
            }
            self.close_level()?;
        }
        match self.levels.last() {
            None if !self.is_root_seen => self.node(at, 0),
            Some(level) if level.indent == column => match level.collection {
                Collection::Sequence if is_item => self.item(at, column),
                Collection::Mapping if !is_item => {
                    let word = self.source.word(at)?;
                    self.entry(at, word, column)
                }
                Collection::Sequence | Collection::Mapping => None,
            },
            Some(_) | None => None,
        }
    }

    fn item(&mut self, at: usize, indent: usize) -> Option<usize> {
        let start = self.source.item_start(at);
        if self.source.is_break(start) {
            self.absent = Some(start);
            return Some(self.source.next_line(start));
        }
        self.node(start, indent + 1)
    }

    /// Reads a node that may be a block collection; its further lines stand in column `floor` or after it.
    fn node(&mut self, at: usize, floor: usize) -> Option<usize> {
        let column = at - self.line;
        if self.source.is_item(at) {
            self.open_level(Collection::Sequence, at, column, false)?;
            return self.item(at, column);
        }
        if matches!(self.source.byte(at), b'[' | b'{' | b'|' | b'>') {
            return self.value(at, floor);
        }
        let word = self.source.word(at)?;
        if self.source.is_key(word) {
            self.open_level(Collection::Mapping, at, column, false)?;
            return self.entry(at, word, column);
        }
        self.text(at, word, floor)
    }

    fn entry(&mut self, at: usize, key: WordSpan, indent: usize) -> Option<usize> {
        if !self.source.is_key(key) || key.stop - at > KEY_BYTES {
            return None;
        }
        self.word(at, key)?;
        let value = self.source.after_spaces(key.stop + 1);
        if matches!(self.source.byte(value), b'\n' | b'\r' | b'#') {
            self.absent = Some(key.stop);
            return Some(self.source.next_line(value));
        }
        self.value(value, indent + 1)
    }

    /// Reads a value that stands on the line of its key, or is no block collection.
    fn value(&mut self, at: usize, floor: usize) -> Option<usize> {
        match self.source.byte(at) {
            bracket @ (b'[' | b'{') => {
                self.enter_root(self.root == Root::Mapping && bracket == b'{')?;
                let end = self.flow(at, floor)?;
                self.rest_of_line(end)
            }
            b'|' | b'>' => self.block_scalar(at, floor),
            _ => {
                let word = self.source.word(at)?;
                if self.source.is_key(word) { None } else { self.text(at, word, floor) }
            }
        }
    }

    /// Reads a quoted scalar, or a plain one that may go on in further lines.
    fn text(&mut self, at: usize, word: WordSpan, floor: usize) -> Option<usize> {
        self.enter_root(false)?;
        if !word.is_plain || !self.source.is_break(word.stop) {
            self.word(at, word)?;
            return self.rest_of_line(word.end);
        }
        let Some(next) = self.continuation(word.stop, floor) else {
            self.word(at, word)?;
            return Some(self.source.next_line(word.stop));
        };
        self.folded(at, word, next, floor)
    }

    fn folded(&mut self, at: usize, first: WordSpan, next: Continuation, floor: usize) -> Option<usize> {
        self.decoded.clear();
        self.decoded.push_str(self.source.slice(at, first.end)?);
        let (mut last, mut next) = (first, Some(next));
        while let Some(line) = next {
            last = self.source.plain_line(line.at)?;
            if self.source.is_key(last) {
                return None;
            }
            self.fold(line, last.end)?;
            next = if self.source.is_break(last.stop) { self.continuation(last.stop, floor) } else { None };
        }
        self.decoded_scalar(core_kind(&self.decoded), at, last.end)?;
        Some(self.source.next_line(last.stop))
    }

    /// Joins a further line to the decoded text: one line break is a space, the blank lines are line breaks.
    fn fold(&mut self, line: Continuation, end: usize) -> Option<()> {
        if line.blank_lines == 0 {
            self.decoded.push(' ');
        }
        self.decoded.extend(std::iter::repeat_n('\n', line.blank_lines));
        self.decoded.push_str(self.source.slice(line.at, end)?);
        Some(())
    }

    /// Returns where a plain scalar goes on after a line break.
    fn continuation(&self, at: usize, floor: usize) -> Option<Continuation> {
        let mut line = self.source.next_line(at);
        let mut blank_lines = 0;
        while !self.source.is_end(line) {
            let at = self.source.after_spaces(line);
            if !self.source.is_break(at) {
                // At the root of a document the line after a scalar may be a marker: not sure.
                let goes_on = floor > 0 && at - line >= floor && self.source.byte(at) != b'#';
                return goes_on.then_some(Continuation { at, blank_lines });
            }
            blank_lines += 1;
            line = self.source.next_line(at);
        }
        None
    }

    /// Returns where the next line begins, if only spaces and a comment come before it.
    fn rest_of_line(&self, at: usize) -> Option<usize> {
        let end = self.source.after_spaces(at);
        let is_comment = self.source.byte(end) == b'#' && end > at;
        (is_comment || self.source.is_break(end)).then(|| self.source.next_line(end))
    }

    fn open_level(&mut self, collection: Collection, start: usize, indent: usize, is_indentless: bool) -> Option<()> {
        let is_outside = !self.is_root_seen && self.root == Root::Entries;
        self.enter_root(collection == Collection::Mapping)?;
        if !is_outside {
            self.open(collection, start, start)?;
        }
        self.levels.push(Level { indent, collection, is_indentless });
        Some(())
    }

    fn close_level(&mut self) -> Option<()> {
        self.levels.pop()?;
        if self.levels.is_empty() && self.root == Root::Entries {
            return Some(());
        }
        self.builder.close(None).ok()
    }

    /// Notes the first node; a file that has to be a mapping, or joins one as a block mapping, is left to the general
    /// reader if it is not.
    fn enter_root(&mut self, is_mapping: bool) -> Option<()> {
        let is_wrong = !self.is_root_seen && self.root != Root::Whole && !is_mapping;
        self.is_root_seen = true;
        (!is_wrong).then_some(())
    }

    fn open(&mut self, collection: Collection, start: usize, end: usize) -> Option<()> {
        if self.builder.depth() >= self.depth || !self.has_room() || self.builder.expects_key() {
            return None;
        }
        self.builder.open(collection, start, end);
        Some(())
    }

    fn null(&mut self, at: usize) -> Option<()> {
        self.absent = None;
        self.scalar(Kind::Null, at, at, at, 0)
    }

    /// Adds a key or value that stands on one line.
    fn word(&mut self, at: usize, word: WordSpan) -> Option<()> {
        if word.is_plain {
            let text = self.source.slice(at, word.end)?;
            return self.scalar(core_kind(text), at, word.end, at, text.len());
        }
        if word.is_escaped {
            self.decoded.clear();
            self.source.unescape(at, word.end, &mut self.decoded)?;
            return self.decoded_scalar(Kind::Text, at, word.end);
        }
        let length = word.end - at - 2;
        // The general reader places an empty text at the quote.
        let text_at = if length == 0 { at } else { at + 1 };
        self.scalar(Kind::Text, at, word.end, text_at, length)
    }

    fn scalar(&mut self, kind: Kind, start: usize, end: usize, text_at: usize, length: usize) -> Option<()> {
        self.check(kind, length)?;
        if length == 2 && self.builder.expects_key() && self.source.slice(start, end)? == "<<" {
            return None;
        }
        self.builder.scalar(kind, start, end, text_at, length);
        Some(())
    }

    fn decoded_scalar(&mut self, kind: Kind, start: usize, end: usize) -> Option<()> {
        self.check(kind, self.decoded.len())?;
        self.builder.decoded_scalar(kind, start, end, &self.decoded);
        Some(())
    }

    fn check(&self, kind: Kind, length: usize) -> Option<()> {
        let is_wrong_key = kind != Kind::Text && self.builder.expects_key();
        (self.has_room() && length <= self.longest() && !is_wrong_key).then_some(())
    }

    /// Returns how many bytes the next key or value may have.
    fn longest(&self) -> usize {
        if self.builder.expects_key() { self.limits.key_bytes } else { self.limits.value_bytes }
    }

    fn has_room(&self) -> bool {
        self.builder.node_count() < self.limits.values
    }
}

/// A further line of a plain scalar.
#[derive(Clone, Copy)]
struct Continuation {
    at: usize,
    /// Blank lines before it.
    blank_lines: usize,
}

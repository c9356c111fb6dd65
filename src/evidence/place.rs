//! Where a node stands: file, line, column, JSON Pointer and the line itself.

use std::borrow::Cow;
use std::sync::OnceLock;

use memchr::{memchr2, memchr2_iter};
use unicode_width::UnicodeWidthChar;

use super::document::{Document, Kind, NodeId, NodeRef};
use super::shown::{Line, is_plain};

/// A line and a column, both counted from 1; columns count characters, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// A range in a file of the bundle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file's path inside the bundle, with `/` between folders; in an archive, `two.zip!/` stands before it.
    pub file: String,
    /// Where the range begins.
    pub start: Position,
    /// Where it ends, exclusive.
    pub end: Position,
}

/// The line that a range begins on, ready to be shown with a marker under the range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line number, from 1.
    pub line: u32,
    /// The line as it may be shown, cut to a window around the range.
    pub text: String,
    /// Columns on the screen before the marker (Hangul takes two).
    pub indent: usize,
    /// Columns on the screen that the marker is wide, at least 1.
    pub width: usize,
}

/// Characters of a line that an excerpt shows at most.
const EXCERPT_CHARS: usize = 100;
/// Characters kept before the range when a long line is cut.
const EXCERPT_BEFORE: usize = 40;
/// Bytes after which characters are counted anew, so that a column does not cost as much as its line is long.
const BLOCK_BYTES: u32 = 1024;

#[derive(Debug)]
pub(super) struct File {
    name: String,
    start: u32,
    end: u32,
    line_starts: OnceLock<Vec<u32>>,
    /// Characters of the file before each block of it; counted once a line is longer than a block.
    chars_before_block: OnceLock<Vec<u32>>,
}

impl File {
    pub(super) fn new(name: &str, start: u32, end: u32) -> Self {
        Self { name: name.to_owned(), start, end, line_starts: OnceLock::new(), chars_before_block: OnceLock::new() }
    }
}

impl Document {
    /// Returns the name of the file that a node is written in, inside the bundle.
    pub fn file_name(&self, id: NodeId) -> &str {
        self.file_at(self.raw(id).start).map_or("", |file| &file.name)
    }

    /// Returns the name of the file last begun.
    pub fn last_file_name(&self) -> &str {
        self.files.last().map_or("", |file| &file.name)
    }

    /// Returns where a node is written.
    pub fn location(&self, id: NodeId) -> Location {
        let node = self.raw(id);
        self.location_of_bytes(node.start, node.end)
    }

    /// Returns the line on which a node begins, with a marker for the node's part of it.
    pub fn excerpt(&self, id: NodeId) -> Excerpt {
        let node = self.raw(id);
        let is_on_one_line = node.kind.is_scalar()
            || self.file_at(node.start).is_some_and(|file| {
                self.line_at(file, node.start) == self.line_at(file, node.end.clamp(node.start, file.end))
            });
        self.excerpt_of_bytes(node.start, if is_on_one_line { node.end } else { node.start })
    }

    /// Returns the JSON Pointer (RFC 6901) of a node; that of a key is the pointer of its value.
    pub fn pointer(&self, id: NodeId) -> String {
        let mut pointer = String::new();
        let mut at = self.root();
        while at.id() != id {
            let Some((segment, child)) = self.child_towards(at, id) else { break };
            pointer.push('/');
            match segment {
                Segment::Index(index) => pointer.push_str(&index.to_string()),
                Segment::Key(key) => pointer.push_str(&pointer_segment(key)),
            }
            at = child;
        }
        pointer
    }

    /// Returns the location of a byte range given in offsets of the file last loaded.
    pub(crate) fn location_in_last_file(&self, start: usize, end: usize) -> Location {
        let base = self.files.last().map_or(0, |file| file.start);
        self.location_of_bytes(base + start as u32, base + end as u32)
    }

    /// Returns the excerpt at a byte range given in offsets of the file last loaded.
    pub(crate) fn excerpt_in_last_file(&self, start: usize, end: usize) -> Excerpt {
        let base = self.files.last().map_or(0, |file| file.start);
        self.excerpt_of_bytes(base + start as u32, base + end as u32)
    }

    fn location_of_bytes(&self, start: u32, end: u32) -> Location {
        let Some(file) = self.file_at(start) else {
            let origin = Position { line: 1, column: 1 };
            return Location { file: String::new(), start: origin, end: origin };
        };
        let end = end.clamp(start, file.end);
        Location {
            file: [self.container.as_str(), &file.name].concat(),
            start: self.position(file, start),
            end: self.position(file, end),
        }
    }

    /// Looks at no more of a line than it shows: a file may be one line.
    fn excerpt_of_bytes(&self, start: u32, end: u32) -> Excerpt {
        let Some(file) = self.file_at(start) else {
            return Excerpt { line: 1, text: String::new(), indent: 0, width: 1 };
        };
        let line = self.line_at(file, start);
        let text = self.text.get(self.line_start(file, line) as usize..file.end as usize).unwrap_or_default();
        // Most lines are short and hold nothing but visible ASCII: a byte is a character is a column.
        let near = text.as_bytes().get(..EXCERPT_CHARS + 1).unwrap_or(text.as_bytes());
        let length = memchr2(b'\n', b'\r', near).or_else(|| (text.len() <= EXCERPT_CHARS).then_some(text.len()));
        if let Some(line_text) =
            length.and_then(|length| text.get(..length)).filter(|text| text.is_ascii() && is_plain(text))
        {
            let line_start = file.end as usize - text.len();
            let column = |offset: u32| (offset as usize - line_start).min(line_text.len());
            let (from, to) = (column(start), column(end.max(start)));
            return Excerpt { line, text: line_text.to_owned(), indent: from, width: (to - from).max(1) };
        }
        let is_within = |(_, c): &(usize, char)| !matches!(c, '\n' | '\r');
        let is_long = text.char_indices().take_while(is_within).nth(EXCERPT_CHARS).is_some();
        let first = if is_long { self.before(file, line, start) } else { file.end as usize - text.len() };
        let window = self.text.get(first..file.end as usize).unwrap_or_default();
        let mut excerpt = Excerpt { line, text: String::new(), indent: 0, width: 0 };
        let mut shown = Line::default();
        for (at, c) in window.char_indices().take_while(is_within).take(EXCERPT_CHARS) {
            let (at, shown_from) = (first + at, excerpt.text.len());
            shown.push(c, &mut excerpt.text);
            let width: usize = excerpt.text.get(shown_from..).unwrap_or_default().chars().filter_map(char::width).sum();
            if at < start as usize {
                excerpt.indent += width;
            } else if at < end as usize {
                excerpt.width += width;
            }
        }
        Excerpt { width: excerpt.width.max(1), ..excerpt }
    }

    /// Returns where a window on a long line begins, so that it shows what stands before an offset.
    fn before(&self, file: &File, line: u32, offset: u32) -> usize {
        let start = self.line_start(file, line) as usize;
        let before = self.text.get(start..offset as usize).unwrap_or_default();
        before.char_indices().rev().take(EXCERPT_BEFORE).last().map_or(offset as usize, |(at, _)| start + at)
    }

    fn file_at(&self, offset: u32) -> Option<&File> {
        let after = self.files.partition_point(|file| file.start <= offset);
        // An empty file shares its start with the next one; the last that begins here holds the offset.
        self.files.get(after.checked_sub(1)?)
    }

    fn position(&self, file: &File, offset: u32) -> Position {
        let line = self.line_at(file, offset);
        let start = self.line_start(file, line);
        let before = if offset - start <= BLOCK_BYTES {
            self.chars(start, offset)
        } else {
            self.chars_before(file, offset) - self.chars_before(file, start)
        };
        Position { line, column: before + 1 }
    }

    /// Returns how many characters of a file stand before an offset: those before its block, and those in it.
    fn chars_before(&self, file: &File, offset: u32) -> u32 {
        let counts = file.chars_before_block.get_or_init(|| {
            let starts = (file.start..=file.end).step_by(BLOCK_BYTES as usize);
            let mut before = 0;
            let count = |start| {
                let here = before;
                before += self.chars(start, file.end.min(start + BLOCK_BYTES));
                here
            };
            starts.map(count).collect()
        });
        let block = (offset - file.start) / BLOCK_BYTES;
        let before = counts.get(block as usize).copied().unwrap_or(0);
        before + self.chars(file.start + block * BLOCK_BYTES, offset)
    }

    /// Returns how many characters begin in a range of bytes.
    fn chars(&self, start: u32, end: u32) -> u32 {
        let bytes = self.text.as_bytes().get(start as usize..end as usize).unwrap_or_default();
        self.budget.spend_text(bytes.len());
        bytes.iter().map(|byte| u32::from(byte & 0xc0 != 0x80)).sum()
    }

    fn line_at(&self, file: &File, offset: u32) -> u32 {
        let starts = file.line_starts.get_or_init(|| self.find_line_starts(file));
        starts.partition_point(|&start| start <= offset).max(1) as u32
    }

    fn line_start(&self, file: &File, line: u32) -> u32 {
        let starts = file.line_starts.get_or_init(|| self.find_line_starts(file));
        starts.get(line as usize - 1).copied().unwrap_or(file.start)
    }

    /// Lines end as YAML says: LF, CRLF or a lone CR.
    fn find_line_starts(&self, file: &File) -> Vec<u32> {
        let text = self.text.get(file.start as usize..file.end as usize).unwrap_or_default().as_bytes();
        self.budget.spend_text(text.len());
        let mut starts = vec![file.start];
        let is_crlf = |at: usize| text.get(at..at + 2) == Some(b"\r\n");
        let ends = memchr2_iter(b'\n', b'\r', text).filter(|at| !is_crlf(*at));
        starts.extend(ends.map(|at| file.start + at as u32 + 1));
        starts
    }
}

/// Returns how many columns a text takes on a screen; Hangul takes two a character.
pub fn display_width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// Returns a key as a segment of a JSON Pointer, with `~` and `/` escaped.
pub fn pointer_segment(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1").into() } else { key.into() }
}

/// One step down the tree.
enum Segment<'d> {
    Index(usize),
    Key(&'d str),
}

impl Document {
    /// Returns the child of a collection that holds a node.
    fn child_towards<'d>(&self, parent: NodeRef<'d>, id: NodeId) -> Option<(Segment<'d>, NodeRef<'d>)> {
        let holds = |node: NodeRef<'_>| (node.id().0..node.subtree_end()).contains(&id.0);
        let (first, mut children) = parent.children_near(id);
        let mut position = first;
        let found = loop {
            let child = children.next()?;
            position += 1;
            if parent.kind() == Kind::Sequence {
                if holds(child) {
                    break (Segment::Index(position - 1), child);
                }
                continue;
            }
            let value = children.next()?;
            position += 1;
            if child.id() == id {
                // Asked for a key: stop at it; its pointer is that of its value.
                break (Segment::Key(child.text()), child);
            }
            if holds(value) {
                break (Segment::Key(child.text()), value);
            }
        };
        self.budget.spend(position - first);
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::evidence::{Builder, Shown};

    /// Returns a document of one file.
    fn built(text: &str) -> Document {
        let mut builder = Builder::new();
        builder.begin_file("a.yaml", text);
        builder.finish()
    }

    #[test]
    fn the_marker_stands_below_what_is_shown() {
        for before in
            ["", "key: ", "이름: ", "\t", "a\u{202e}\u{200b}", "e\u{301}: ", "\u{336}", "\u{1112}\u{1161}\u{11ab} "]
        {
            let line = format!("{before}한빛\u{1b} rest");
            let start = "first: 1\n".len() + before.len();
            let excerpt = built(&format!("first: 1\n{line}\nlast: 1\n")).excerpt_in_last_file(start, start + 7);
            assert_eq!(*Shown::of(&line), excerpt.text);
            assert_eq!(excerpt.indent, display_width(&Shown::of(before)), "{line:?}");
            assert_eq!(excerpt.width, "한빛".len() - 2 + "\\u{1b}".len(), "{line:?}");
        }
    }

    #[test]
    fn of_a_long_line_no_more_is_held_than_is_shown() {
        let text = format!("a: 1\nb: [{}\n", "값, x, ".repeat(100_000));
        let document = built(&text);
        let starts = text.char_indices().enumerate().filter(|(_, (_, c))| *c == '값').step_by(997);
        for (chars, (start, _)) in starts {
            let end = start + "값".len();
            let (excerpt, location) =
                (document.excerpt_in_last_file(start, end), document.location_in_last_file(start, end));
            assert_eq!(location.start, Position { line: 2, column: (chars - "a: 1\n".len()) as u32 + 1 });
            assert!(excerpt.text.chars().count() <= EXCERPT_CHARS && excerpt.text.capacity() < 1_000);
            assert_eq!(excerpt.width, 2);
            let (before, marked) =
                excerpt.text.split_at(excerpt.text.char_indices().nth(chars.min(45) - 5).expect("shown").0);
            assert_eq!(display_width(before), excerpt.indent);
            assert!(marked.starts_with('값'), "{marked}");
        }
    }
}

//! Where a node stands: file, line, column, JSON Pointer and the line itself.

use std::borrow::Cow;
use std::sync::OnceLock;

use memchr::memchr2_iter;
use unicode_width::UnicodeWidthChar;

use super::document::{Document, Kind, NodeId, NodeRef};

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
    /// The file's path inside the bundle, with `/` between folders.
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
    /// The line, cut to a window around the range; control characters are replaced.
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
/// Bytes of a line whose characters are counted one by one; on longer lines a column starts from a count that is kept.
const COUNTED_BYTES: usize = 4 << 10;

#[derive(Debug)]
pub(super) struct File {
    name: String,
    start: u32,
    end: u32,
    line_starts: OnceLock<Vec<u32>>,
    /// The characters of the file before each block of [`COUNTED_BYTES`]; only for files with long lines.
    characters: OnceLock<Vec<u32>>,
}

impl File {
    pub(super) fn new(name: &str, start: u32, end: u32) -> Self {
        Self { name: name.to_owned(), start, end, line_starts: OnceLock::new(), characters: OnceLock::new() }
    }
}

impl Document {
    /// Returns the name of the file that a node is written in.
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
        let line = |offset: u32| self.file_at(node.start).map(|file| self.position(file, offset).line);
        let is_on_one_line = node.kind.is_scalar() || line(node.start) == line(node.end);
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
        Location { file: file.name.clone(), start: self.position(file, start), end: self.position(file, end) }
    }

    fn excerpt_of_bytes(&self, start: u32, end: u32) -> Excerpt {
        let Some(file) = self.file_at(start) else {
            return Excerpt { line: 1, text: String::new(), indent: 0, width: 1 };
        };
        let position = self.position(file, start);
        let line_start = self.line_start(file, position.line) as usize;
        let rest = self.text.get(line_start..file.end as usize).unwrap_or_default();
        let line = rest.split(['\n', '\r']).next().unwrap_or_default();
        let before = self.text.get(line_start..start as usize).unwrap_or_default().chars().count();
        let marked = self.text.get(start as usize..end as usize).unwrap_or_default();
        let marked = marked.split(['\n', '\r']).next().unwrap_or_default().chars().count();
        let skip = if line.chars().count() > EXCERPT_CHARS { before.saturating_sub(EXCERPT_BEFORE) } else { 0 };
        let (from, to) = (before - skip, before - skip + marked);
        let mut excerpt = Excerpt { line: position.line, text: String::with_capacity(line.len()), indent: 0, width: 0 };
        for (at, c) in line.chars().skip(skip).take(EXCERPT_CHARS).map(printable).enumerate() {
            let width = c.width().unwrap_or(0);
            if at < from {
                excerpt.indent += width;
            } else if at < to {
                excerpt.width += width;
            }
            excerpt.text.push(c);
        }
        Excerpt { width: excerpt.width.max(1), ..excerpt }
    }

    fn file_at(&self, offset: u32) -> Option<&File> {
        let after = self.files.partition_point(|file| file.start <= offset);
        // An empty file shares its start with the next one; the last that begins here holds the offset.
        self.files.get(after.checked_sub(1)?)
    }

    fn position(&self, file: &File, offset: u32) -> Position {
        let starts = self.line_starts(file);
        let line = starts.partition_point(|&start| start <= offset).max(1);
        let line_start = starts.get(line - 1).copied().unwrap_or(file.start);
        Position { line: line as u32, column: self.characters(file, line_start, offset) + 1 }
    }

    /// Returns how many characters stand between two offsets of a file, in steps that do not grow with their distance.
    fn characters(&self, file: &File, from: u32, to: u32) -> u32 {
        self.budget.spend_text((to.saturating_sub(from) as usize).min(2 * COUNTED_BYTES));
        if to.saturating_sub(from) as usize <= COUNTED_BYTES {
            return count_characters(self.bytes(from, to));
        }
        let counts = file.characters.get_or_init(|| self.count_blocks(file));
        let before = |offset: u32| {
            let block = (offset - file.start) as usize / COUNTED_BYTES;
            let start = file.start + (block * COUNTED_BYTES) as u32;
            counts.get(block).copied().unwrap_or(0) + count_characters(self.bytes(start, offset))
        };
        before(to) - before(from)
    }

    /// Counts the characters before each block of a file.
    fn count_blocks(&self, file: &File) -> Vec<u32> {
        let text = self.bytes(file.start, file.end);
        self.budget.spend_text(text.len());
        let mut before = 0;
        let counts = text.chunks(COUNTED_BYTES).map(|block| {
            let count = before;
            before += count_characters(block);
            count
        });
        let mut counts: Vec<u32> = counts.collect();
        // The end of a file whose last block is full begins a block of its own.
        counts.push(before);
        counts
    }

    fn bytes(&self, from: u32, to: u32) -> &[u8] {
        self.text.as_bytes().get(from as usize..to as usize).unwrap_or_default()
    }

    fn line_starts<'f>(&self, file: &'f File) -> &'f [u32] {
        file.line_starts.get_or_init(|| self.find_line_starts(file))
    }

    fn line_start(&self, file: &File, line: u32) -> u32 {
        self.line_starts(file).get(line as usize - 1).copied().unwrap_or(file.start)
    }

    /// Lines end as YAML says: LF, CRLF or a lone CR.
    fn find_line_starts(&self, file: &File) -> Vec<u32> {
        let text = self.bytes(file.start, file.end);
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

/// Counts the characters that begin in some bytes.
fn count_characters(bytes: &[u8]) -> u32 {
    let is_start = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
    bytes.iter().filter(is_start).count() as u32
}

fn printable(c: char) -> char {
    match c {
        '\t' => '→',
        // Direction marks could make a line read differently from what it says.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

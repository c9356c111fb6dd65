//! The text of a file as the plain reader sees it: bytes, lines, and scalars that stand on one line.

use crate::evidence::Collection;

/// A text without odd characters; positions count bytes, and a line break is LF or CRLF.
#[derive(Clone, Copy)]
pub(super) struct SourceText<'s> {
    text: &'s str,
    bytes: &'s [u8],
}

/// A scalar, or its part on one line.
#[derive(Clone, Copy)]
pub(super) struct WordSpan {
    /// Where it ends: after its quote, or after the last character that is not a space.
    pub(super) end: usize,
    /// What ended it: the quote's end, or a colon, a comment, a line break, an indicator of flow collections.
    pub(super) stop: usize,
    pub(super) is_plain: bool,
    /// Whether escapes stand in it.
    pub(super) is_escaped: bool,
}

impl<'s> SourceText<'s> {
    /// Takes a text that is printable throughout, without tabs and lone carriage returns.
    pub(super) fn new(text: &'s str) -> Option<Self> {
        let bytes = text.as_bytes();
        let is_control = |b: u8| ((b < b' ') & (b != b'\n') & (b != b'\r')) | (b == 0x7f);
        // Lead bytes of odd characters, and of others.
        let is_suspect = |b: u8| (b == 0xc2) | (b == 0xef);
        let is_odd = has(bytes, is_control)
            || has(bytes, is_suspect) && text.contains(is_odd)
            || has(bytes, |b| b == b'\r') && text.split('\r').skip(1).any(|after| !after.starts_with('\n'));
        (!is_odd).then_some(Self { text, bytes })
    }

    /// Returns the byte at a position; the end of the text reads as a line break.
    #[inline]
    pub(super) fn byte(self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    pub(super) fn slice(self, start: usize, end: usize) -> Option<&'s str> {
        self.text.get(start..end)
    }

    #[inline]
    pub(super) fn is_end(self, at: usize) -> bool {
        at >= self.bytes.len()
    }

    #[inline]
    pub(super) fn is_break(self, at: usize) -> bool {
        matches!(self.byte(at), b'\n' | b'\r')
    }

    #[inline]
    pub(super) fn after_spaces(self, mut at: usize) -> usize {
        while self.byte(at) == b' ' {
            at += 1;
        }
        at
    }

    /// Returns where the line of a position ends, at its line break.
    pub(super) fn line_end(self, at: usize) -> usize {
        self.find(at, |b| matches!(b, b'\n' | b'\r'))
    }

    /// Returns where the line after that of a position begins.
    #[inline]
    pub(super) fn next_line(self, at: usize) -> usize {
        let end = self.line_end(at);
        if self.byte(end) == b'\r' { end + 2 } else { end + 1 }
    }

    /// Tells whether `---` or `...` stand here, or a directive.
    pub(super) fn has_marker(self, at: usize) -> bool {
        self.bytes.get(at..).is_some_and(|b| b.starts_with(b"---") || b.starts_with(b"...") || b.starts_with(b"%"))
    }

    /// Tells whether the dash of a list item stands here.
    #[inline]
    pub(super) fn is_item(self, at: usize) -> bool {
        self.byte(at) == b'-' && self.is_blank(at + 1)
    }

    /// Returns where the node of a list item begins; if it is absent on this line, where the line ends.
    pub(super) fn item_start(self, at: usize) -> usize {
        let start = self.after_spaces(at + 1);
        if self.byte(start) == b'#' { self.line_end(start) } else { start }
    }

    /// Tells whether a colon that makes a key ended the word.
    #[inline]
    pub(super) fn is_key(self, word: WordSpan) -> bool {
        self.byte(word.stop) == b':' && self.is_blank(word.stop + 1)
    }

    /// Returns the quoted scalar, or the first line of the plain scalar, that begins here.
    pub(super) fn word(self, at: usize) -> Option<WordSpan> {
        match self.byte(at) {
            b'"' | b'\'' => self.quoted(at),
            b'-' if self.is_blank(at + 1) => None,
            b'?' | b':' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@'
            | b'`' => None,
            _ => self.plain_line(at),
        }
    }

    /// Returns a line of a plain scalar outside of flow collections.
    pub(super) fn plain_line(self, at: usize) -> Option<WordSpan> {
        let mut stop = at;
        loop {
            stop = self.find(stop, |b| matches!(b, b':' | b'#' | b'\n' | b'\r'));
            let is_stop = match self.byte(stop) {
                b':' => self.is_blank(stop + 1),
                b'#' => self.is_comment(stop),
                _ => true,
            };
            if is_stop {
                return Some(self.plain(at, stop));
            }
            stop += 1;
        }
    }

    /// Returns a line of a plain scalar inside a flow collection.
    pub(super) fn flow_line(self, at: usize) -> Option<WordSpan> {
        let mut stop = at;
        loop {
            stop = self.find(stop, |b| matches!(b, b':' | b'#' | b'\n' | b'\r' | b',' | b'[' | b']' | b'{' | b'}'));
            let is_stop = match self.byte(stop) {
                b':' => self.is_blank(stop + 1) || matches!(self.byte(stop + 1), b',' | b'[' | b']' | b'{' | b'}'),
                b'#' => self.is_comment(stop),
                _ => true,
            };
            if is_stop {
                return Some(self.plain(at, stop));
            }
            stop += 1;
        }
    }

    /// Returns the quoted scalar that begins here, if it ends on the same line.
    pub(super) fn quoted(self, at: usize) -> Option<WordSpan> {
        let quote = self.byte(at);
        let mut end = at + 1;
        let mut is_escaped = false;
        loop {
            end = self.find(end, |b| b == quote || matches!(b, b'\\' | b'\n' | b'\r'));
            match self.byte(end) {
                b'\'' if quote == b'\'' && self.byte(end + 1) == b'\'' => {
                    is_escaped = true;
                    end += 2;
                }
                b'\\' if quote == b'"' => {
                    is_escaped = true;
                    // An escaped line break is found by the next turn.
                    end += if self.is_break(end + 1) { 1 } else { 2 };
                }
                b'\\' => end += 1,
                b'\n' | b'\r' => return None,
                _ => return Some(WordSpan { end: end + 1, stop: end + 1, is_plain: false, is_escaped }),
            }
        }
    }

    /// Adds what a quoted scalar with escapes means to a text.
    pub(super) fn unescape(self, start: usize, end: usize, decoded: &mut String) -> Option<()> {
        let mut rest = self.slice(start + 1, end - 1)?;
        if self.byte(start) == b'\'' {
            decoded.extend(rest.split("''").enumerate().flat_map(|(i, part)| [if i == 0 { "" } else { "'" }, part]));
            return Some(());
        }
        while let Some((before, escape)) = rest.split_once('\\') {
            decoded.push_str(before);
            let (c, length) = escaped(escape)?;
            decoded.push(c);
            rest = escape.get(length..)?;
        }
        decoded.push_str(rest);
        Some(())
    }

    /// Returns which collection a bracket opens.
    pub(super) fn bracket(self, at: usize) -> Option<(Collection, u8)> {
        match self.byte(at) {
            b'[' => Some((Collection::Sequence, b']')),
            b'{' => Some((Collection::Mapping, b'}')),
            _ => None,
        }
    }

    /// Tells whether a `#` here begins a comment.
    pub(super) fn is_comment(self, at: usize) -> bool {
        at == 0 || matches!(self.byte(at - 1), b' ' | b'\n' | b'\r')
    }

    #[inline]
    fn is_blank(self, at: usize) -> bool {
        matches!(self.byte(at), b' ' | b'\n' | b'\r')
    }

    #[inline]
    fn find(self, at: usize, is_it: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + rest.iter().position(|&b| is_it(b)).unwrap_or(rest.len())
    }

    fn plain(self, start: usize, stop: usize) -> WordSpan {
        let mut end = stop;
        while end > start && self.byte(end - 1) == b' ' {
            end -= 1;
        }
        WordSpan { end, stop, is_plain: true, is_escaped: false }
    }
}

/// Tells whether a byte occurs; without branches, so that the compiler takes many at a time.
fn has(bytes: &[u8], is_it: impl Fn(u8) -> bool) -> bool {
    bytes.iter().fold(false, |found, &b| found | is_it(b))
}

/// Tells whether the general reader might not take a character as text.
fn is_odd(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Returns the character that an escape after its backslash means, and how many bytes say so.
fn escaped(escape: &str) -> Option<(char, usize)> {
    let simple = match escape.bytes().next()? {
        b'0' => '\0',
        b'a' => '\x07',
        b'b' => '\x08',
        b't' => '\t',
        b'n' => '\n',
        b'v' => '\x0b',
        b'f' => '\x0c',
        b'r' => '\r',
        b'e' => '\x1b',
        b' ' => ' ',
        b'"' => '"',
        b'/' => '/',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        b'x' => return hexadecimal(escape, 2),
        b'u' => return hexadecimal(escape, 4),
        b'U' => return hexadecimal(escape, 8),
        _ => return None,
    };
    Some((simple, 1))
}

fn hexadecimal(escape: &str, length: usize) -> Option<(char, usize)> {
    let digits = escape.get(1..=length)?;
    let is_hexadecimal = digits.bytes().all(|b| b.is_ascii_hexdigit());
    let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
    is_hexadecimal.then_some((c, length + 1))
}

//! Reads a literal of Rhai: a map of texts, numbers, `true`, `false`, lists and maps. Nothing is executed.

use super::super::ir::Span;
use crate::evidence::Position;
use crate::language::{Text, text};
use crate::pack::{Literal, LiteralEntry, LiteralValue};

/// Levels of lists and maps in each other.
const DEPTH: usize = 16;

/// Why a literal cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) at: Span,
    pub(super) message: Text,
    pub(super) hint: Option<Text>,
}

/// Where `META` stands in a script: its literal, or why it cannot be read, and the bytes of it.
#[derive(Clone, Debug)]
pub(super) struct MetaLiteral {
    pub(super) literal: Result<Literal, Unreadable>,
    pub(super) bytes: std::ops::Range<usize>,
}

/// Finds `const META = #{ … }` in a script.
pub(super) fn find(source: &str) -> Option<MetaLiteral> {
    let mut line_start = 0;
    for line in source.split_inclusive('\n') {
        let declared = line.trim_start();
        let rest = declared.strip_prefix("const META").or_else(|| declared.strip_prefix("let META"));
        if let Some(rest) = rest.and_then(|rest| rest.trim_start().strip_prefix('=')) {
            let start = line_start + line.len() - rest.trim_start().len();
            let (literal, end) = match read(source, start) {
                Ok((literal, end)) => (Ok(literal), end),
                Err(unreadable) => (Err(unreadable), end_of(source, start)),
            };
            let literal = match declared.starts_with("let") {
                true => {
                    let message = text!(
                        "META is a constant: write const META = #{{ … }};",
                        "META는 상수이므로 const META = #{{ … }}; 형식으로 쓸 것"
                    );
                    Err(Unreadable { at: span_of(source, line_start), message, hint: None })
                }
                false => literal,
            };
            return Some(MetaLiteral { literal, bytes: start..end });
        }
        line_start += line.len();
    }
    None
}

/// Returns the byte after a literal that cannot be read, by its brackets: the rest of the script is looked at all the
/// same. Where they are not closed, the parser says so.
fn end_of(source: &str, start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(c) = source.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = source.get(at..).unwrap_or_default();
        let skipped = match c {
            '"' => end_of_text(rest),
            '`' => rest.get(1..).and_then(|inner| inner.find('`')).map(|end| end + 2),
            '/' if rest.starts_with("//") => rest.find('\n'),
            '/' if rest.starts_with("/*") => rest.find("*/").map(|end| end + 2),
            ';' if depth == 0 => return at,
            _ => Some(c.len_utf8()),
        };
        let Some(skipped) = skipped else { return start };
        match c {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' if depth <= 1 => return at + 1,
            '}' | ']' | ')' => depth -= 1,
            _ => {}
        }
        at += skipped;
    }
    start
}

/// Returns the byte after a text in double quotes, or where its line ends.
fn end_of_text(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return Some(at),
            '"' if !is_escaped => return Some(at + 1),
            _ => is_escaped = c == '\\' && !is_escaped,
        }
    }
    None
}

/// Reads the literal that stands at a byte of a text; gives the byte after it as well.
pub(super) fn read(text: &str, start: usize) -> Result<(Literal, usize), Unreadable> {
    let mut reader = LiteralScanner { text, at: start, counted: (0, 1, 0) };
    let literal = reader.literal(DEPTH)?;
    Ok((literal, reader.at))
}

struct LiteralScanner<'t> {
    text: &'t str,
    at: usize,
    /// A byte, the line that it is in, and the byte where that line begins.
    counted: (usize, u32, usize),
}

impl<'t> LiteralScanner<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn refuse<T>(&self, message: Text) -> Result<T, Unreadable> {
        let hint = text!(
            "META is a literal: texts, numbers, true, false, lists and maps",
            "META에는 문자열, 숫자, true, false, 목록, 맵만 쓸 수 있음"
        );
        Err(Unreadable { at: span_of(self.text, self.at), message, hint: Some(hint) })
    }

    /// Passes white space and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let end = if trimmed.starts_with("//") {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else if trimmed.starts_with("/*") {
                trimmed.find("*/").map_or(trimmed.len(), |end| end + 2)
            } else {
                return;
            };
            self.at += end;
        }
    }

    /// Takes a mark, if it stands here.
    fn takes(&mut self, mark: &str) -> bool {
        self.skip();
        let is_here = self.rest().starts_with(mark);
        if is_here {
            self.at += mark.len();
        }
        is_here
    }

    fn literal(&mut self, depth: usize) -> Result<Literal, Unreadable> {
        if depth == 0 {
            return self.refuse(text!(
                "more than {DEPTH} levels of lists and maps",
                "목록과 맵의 중첩이 {DEPTH}단계를 초과함"
            ));
        }
        self.skip();
        let at = self.position();
        let rest = self.rest();
        let value = match rest.as_bytes().first() {
            Some(b'#') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.quoted().map(LiteralValue::Text),
            Some(b'`') => self.raw().map(LiteralValue::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => match first_word(rest) {
                "true" => Ok(self.word(LiteralValue::Boolean(true), 4)),
                "false" => Ok(self.word(LiteralValue::Boolean(false), 5)),
                _ => self.refuse(text!(
                    "a literal is expected here: a text, a number, true, false, a list or a map",
                    "여기에는 문자열, 숫자, true, false, 목록, 맵 중 하나가 와야 함"
                )),
            },
        };
        Ok(Literal { at, value: value? })
    }

    fn word(&mut self, value: LiteralValue, bytes: usize) -> LiteralValue {
        self.at += bytes;
        value
    }

    /// Returns where the reader is; it only goes on.
    fn position(&mut self) -> Position {
        let passed = self.text.get(self.counted.0..self.at).unwrap_or_default();
        let (_, line, start) = self.counted;
        let lines = passed.matches('\n').count();
        let start = passed.rfind('\n').map_or(start, |last| self.counted.0 + last + 1);
        self.counted = (self.at, line + lines as u32, start);
        let column = self.text.get(start..self.at).unwrap_or_default().chars().count() as u32 + 1;
        Position { line: line + lines as u32, column }
    }

    fn map(&mut self, depth: usize) -> Result<LiteralValue, Unreadable> {
        if !self.takes("#{") {
            return self.refuse(text!("`#{{` begins a map", "맵은 `#{{`로 시작함"));
        }
        let mut entries: Vec<LiteralEntry> = Vec::new();
        while !self.takes("}") {
            let start = self.at;
            let at = self.position();
            let key = match self.rest().as_bytes().first() {
                Some(b'"') => self.quoted()?,
                _ => {
                    let name = first_word(self.rest()).to_owned();
                    self.at += name.len();
                    name
                }
            };
            if key.is_empty() {
                return self.refuse(text!("a name is expected here, or `}}`", "여기에는 이름이나 `}}`가 와야 함"));
            }
            if entries.iter().any(|entry| entry.key == key) {
                let message = text!("`{key}` is given twice", "`{key}` 키가 두 번 쓰임");
                return Err(Unreadable { at: span_of(self.text, start), message, hint: None });
            }
            if !self.takes(":") {
                return self.refuse(text!("`:` is expected after `{key}`", "`{key}` 뒤에 `:`가 와야 함"));
            }
            let value = self.literal(depth - 1)?;
            entries.push(LiteralEntry { key, at, value });
            if !self.takes(",") {
                if self.takes("}") {
                    break;
                }
                return self.refuse(text!("`,` or `}}` is expected here", "여기에는 `,`나 `}}`가 와야 함"));
            }
        }
        Ok(LiteralValue::Mapping(entries))
    }

    fn list(&mut self, depth: usize) -> Result<LiteralValue, Unreadable> {
        self.at += 1;
        let mut items = Vec::new();
        while !self.takes("]") {
            items.push(self.literal(depth - 1)?);
            if !self.takes(",") {
                if self.takes("]") {
                    break;
                }
                return self.refuse(text!("`,` or `]` is expected here", "여기에는 `,`나 `]`가 와야 함"));
            }
        }
        Ok(LiteralValue::List(items))
    }

    /// Reads a text in double quotes, with the escapes that Rhai has.
    /// Returns the bytes of the spaces up to a column of a line: as in Rhai, a text that goes on in the next line is written
    /// below where it begins.
    fn indent(&self, column: u32) -> usize {
        let spaces = self.rest().chars().take(column as usize).take_while(|c| matches!(c, ' ' | '\t'));
        spaces.count()
    }

    fn quoted(&mut self) -> Result<String, Unreadable> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let Some(plain) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | b'\n')) else {
                self.at = start;
                return self.refuse(text!("this text has no closing quote", "문자열의 닫는 따옴표가 없음"));
            };
            text.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            let rest = self.rest();
            match rest.as_bytes() {
                [b'"', ..] => {
                    self.at += 1;
                    return Ok(text);
                }
                [b'\\', ..] => {
                    let (c, bytes) = match escape(rest) {
                        Some(escape) => escape,
                        None => return self.refuse(text!("this escape is not known", "알 수 없는 이스케이프임")),
                    };
                    text.extend(c);
                    self.at += bytes;
                    if c.is_none() {
                        self.at += self.indent(span_of(self.text, start).column);
                    }
                }
                _ => {
                    self.at = start;
                    return self.refuse(text!(
                        "this text has no closing quote on its line",
                        "같은 줄에 문자열의 닫는 따옴표가 없음"
                    ));
                }
            }
        }
    }

    /// Reads a text in backticks, which may have several lines.
    fn raw(&mut self) -> Result<String, Unreadable> {
        let rest = self.rest();
        let inner = rest.get(1..).unwrap_or_default();
        let Some(end) = inner.find('`') else {
            return self.refuse(text!("this text has no closing backtick", "문자열의 닫는 역따옴표(`)가 없음"));
        };
        let text = inner.get(..end).unwrap_or_default();
        if text.contains("${") {
            return self.refuse(text!("`${{…}}` is no literal", "`${{…}}`는 META에 쓸 수 없음"));
        }
        self.at += end + 2;
        // A line break right after the first backtick belongs to the layout.
        Ok(text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')).unwrap_or(text).to_owned())
    }

    fn number(&mut self) -> Result<LiteralValue, Unreadable> {
        let rest = self.rest();
        let is_part = |(at, c): &(usize, char)| c.is_ascii_digit() || *c == '_' || *at == 0 && *c == '-';
        let end = rest.char_indices().take_while(is_part).count();
        let digits = rest.get(..end).unwrap_or_default().replace('_', "");
        match digits.parse::<i64>() {
            Ok(number) => Ok(self.word(LiteralValue::Number(number.to_string()), end)),
            Err(_) => self.refuse(text!("a whole number is expected here", "여기에는 정수가 와야 함")),
        }
    }
}

/// Returns the name that a text begins with.
pub(super) fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Returns the character of an escape, and its length; no character for the end of a line, after which a text goes on.
fn escape(text: &str) -> Option<(Option<char>, usize)> {
    let code = |from: usize, digits: usize| {
        let code = u32::from_str_radix(text.get(from..from + digits)?, 16).ok()?;
        Some((Some(char::from_u32(code)?), from + digits))
    };
    Some(match text.as_bytes().get(1)? {
        b'n' => (Some('\n'), 2),
        b'r' => (Some('\r'), 2),
        b't' => (Some('\t'), 2),
        b'"' => (Some('"'), 2),
        b'\\' => (Some('\\'), 2),
        b'x' => return code(2, 2),
        b'u' => return code(2, 4),
        b'U' => return code(2, 8),
        b'\n' => (None, 2),
        _ => return None,
    })
}

/// Returns the line and column of a byte.
pub(super) fn span_of(text: &str, at: usize) -> Span {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    Span { line: line as u32, column: column as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_as_they_are_written() {
        let text = "#{ a: \"x\\n\\u00e9\", // a comment\n \"b c\": [1, -2, true], d: #{ e: `two\nlines` }, }; rest";
        let (literal, end) = read(text, 0).expect("a literal");
        assert_eq!(text.get(end..), Some("; rest"));
        assert_eq!(
            shown(&literal),
            "{a@1:4: x\né@1:7, b c@2:2: [1@2:10, -2@2:13, true@2:17]@2:9, d@2:24: {e@2:30: two\nlines@2:33}@2:27}@1:1"
        );
    }

    #[test]
    fn a_text_goes_on_below_where_it_begins() {
        let (literal, _) = read("#{ a: \"one \\\n       two\\\n        \\\n  three\" }", 0).expect("a literal");
        assert_eq!(shown(&literal), "{a@1:4: one two three@1:7}@1:1");
    }

    /// Writes a literal with the place of each part.
    fn shown(literal: &Literal) -> String {
        let place = |at: Position| format!("@{}:{}", at.line, at.column);
        let value = match &literal.value {
            LiteralValue::Mapping(entries) => {
                let entry = |entry: &LiteralEntry| format!("{}{}: {}", entry.key, place(entry.at), shown(&entry.value));
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            LiteralValue::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
            LiteralValue::Text(text) | LiteralValue::Number(text) => text.clone(),
            LiteralValue::Boolean(value) => value.to_string(),
            LiteralValue::Nothing | LiteralValue::Expression => "?".to_owned(),
        };
        format!("{value}{}", place(literal.at))
    }

    #[test]
    fn what_is_no_literal_is_refused_at_its_place() {
        for (text, line, column) in [
            ("#{ a: f(1) }", 1, 7),
            ("#{ a: 1,\n  a: 2 }", 2, 3),
            ("#{ a 1 }", 1, 6),
            ("#{ a: \"x\n }", 1, 7),
            ("#{ a: `${x}` }", 1, 7),
            ("#{ a: [1 2] }", 1, 10),
            ("#{ a: 1.5 }", 1, 8),
            ("#{ : 1 }", 1, 4),
        ] {
            let refused = read(text, 0).expect_err(text);
            assert_eq!(refused.at, Span { line, column }, "{text}: {}", refused.message.en);
        }
        let deep = "[".repeat(DEPTH + 1);
        assert!(read(&deep, 0).is_err());
    }
}

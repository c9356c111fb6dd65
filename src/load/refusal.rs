//! What we refuse in a YAML file, in words for the person who edits it.

use granit_parser::{ErrorKind, ScanError};

use super::diagnostic::Diagnostic;
use super::limits::{Limits, raised};
use crate::evidence::{Document, Duplicate, Exceeded, Kind, Location, Position, Shown};
use crate::language::Text;

/// Characters of a file's own text that a message repeats at most.
const QUOTED_CHARS: usize = 60;
/// Lines that are searched for the tab which a parser error complains about.
const TAB_SEARCH_LINES: usize = 50;

/// A rule of ours that a file breaks, or a limit.
pub(super) enum Refusal {
    SeveralDocuments,
    /// The root of the file is of another kind; with the first line as it was probably meant.
    NotAMapping {
        kind: Kind,
        colon: Option<String>,
    },
    CollectionKey,
    KeyNotText {
        text: String,
    },
    MergeKey,
    Tag {
        tag: String,
    },
    UnknownAnchor,
    CyclicAlias,
    ManyCopies {
        values: usize,
        limit: usize,
        aliases: usize,
    },
    LongCopies {
        bytes: usize,
        limit: usize,
        aliases: usize,
    },
    ManyValues {
        limit: usize,
    },
    LongValue {
        bytes: usize,
        limit: usize,
    },
    LongKey {
        bytes: usize,
        limit: usize,
    },
    TooDeep {
        limit: usize,
    },
}

/// Refuses a byte range of the file last loaded.
pub(super) fn at(document: &Document, start: usize, end: usize, refusal: &Refusal) -> Box<Diagnostic> {
    let (message, hint) = refusal.words();
    place(document, start, end, message, hint)
}

/// Refuses a bundle on which more work was done than its size allows.
pub fn overspent(document: &Document, exceeded: Exceeded) -> Diagnostic {
    let start = Position { line: 1, column: 1 };
    let location = Location { file: document.last_file_name().to_owned(), start, end: start };
    let steps = exceeded.allowed;
    let raise = raised("steps", usize::try_from(steps).unwrap_or(usize::MAX), None);
    Diagnostic {
        location,
        message: Text::new(
            format!("this bundle takes more than {steps} steps of work, which is all that its size allows (steps)"),
            format!("이 자료의 처리량이 자료 크기에 따른 한도({steps}단계, steps)를 초과함"),
        ),
        hint: Some(Text::new(
            format!("hand in logs and measurements as attachments, or audit with {raise}"),
            format!("로그·측정자료는 첨부파일로 제출하거나 {raise}로 점검할 것"),
        )),
        excerpt: None,
    }
}

/// Refuses a key that is given twice.
pub(super) fn duplicate(document: &Document, twice: Duplicate) -> Box<Diagnostic> {
    let key = quoted(document.node(twice.second).text());
    let first = document.location(twice.first);
    let first = format!("{}:{}:{}", first.file, first.start.line, first.start.column);
    Box::new(Diagnostic {
        location: document.location(twice.second),
        message: Text::new(format!("the key {key} is given twice"), format!("{key} 키가 두 번 기재됨")),
        hint: Some(Text::new(
            format!("first given at {first}: keep one of the two"),
            format!("{first}에 이미 기재됨. 둘 중 하나만 남길 것"),
        )),
        excerpt: Some(document.excerpt(twice.second)),
    })
}

/// Says what the parser could not read, at the place that has to be edited.
pub(super) fn scan(document: &Document, source: &str, error: &ScanError, limits: &Limits) -> Box<Diagnostic> {
    let marker = error.marker();
    let byte = marker.byte_offset().unwrap_or_else(|| nth_char(source, marker.index()));
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return at(document, byte, byte, &Refusal::TooDeep { limit: limits.depth });
    }
    if let Some(tab) = tab_in_indentation(source, byte, error.kind()) {
        let message = Text::new("a tab is used for indentation", "들여쓰기에 탭 문자가 사용됨");
        let hint = Text::new("indent with spaces", "공백으로 들여쓸 것");
        return place(document, tab, tab + 1, message, Some(hint));
    }
    let info = error.info();
    let reason = short(&info);
    let message = Text::new(&*reason, format!("YAML 문법 오류: {}", fault(error.kind())));
    place(document, byte, byte, message, hint_for(error.kind()))
}

impl Refusal {
    fn words(&self) -> (Text, Option<Text>) {
        let (en, ko, hint_en, hint_ko) = match self {
            Self::SeveralDocuments => (
                "a second document begins here; a file holds one".to_owned(),
                "한 파일에 두 번째 문서가 시작됨".to_owned(),
                "put each document into a file of its own, in a folder".to_owned(),
                "문서마다 파일을 나누어 한 폴더에 둘 것".to_owned(),
            ),
            Self::NotAMapping { kind, colon } => return not_a_mapping(*kind, colon.as_deref()),
            Self::CollectionKey => (
                "a key must be one word or text".to_owned(),
                "키는 하나의 단어 또는 문자열이어야 함".to_owned(),
                "give the list or mapping a key of its own".to_owned(),
                "목록이나 하위 항목에는 별도의 키를 붙일 것".to_owned(),
            ),
            Self::KeyNotText { text } => {
                let text = short(text);
                (
                    format!("the key `{text}` is not text"),
                    format!("`{text}` 키가 문자열이 아님"),
                    "put the key in quotes".to_owned(),
                    "키를 따옴표로 묶을 것".to_owned(),
                )
            }
            Self::MergeKey => (
                "merge keys (<<) are not part of YAML 1.2".to_owned(),
                "병합 키(<<)는 YAML 1.2에 없음".to_owned(),
                "write the keys out".to_owned(),
                "해당 키를 모두 풀어 쓸 것".to_owned(),
            ),
            Self::Tag { tag } => {
                let tag = short(tag);
                (
                    format!("the tag {tag} is not allowed here"),
                    format!("{tag} 태그는 사용할 수 없음"),
                    "write the value without a tag".to_owned(),
                    "태그 없이 값을 기재할 것".to_owned(),
                )
            }
            Self::UnknownAnchor => (
                "this alias names no anchor above it".to_owned(),
                "이 별칭이 가리키는 앵커가 앞에 없음".to_owned(),
                "write the value out".to_owned(),
                "값을 직접 기재할 것".to_owned(),
            ),
            Self::CyclicAlias => (
                "this alias stands inside the value it points at".to_owned(),
                "이 별칭이 자기 자신을 포함하는 값을 가리킴".to_owned(),
                "write the value out".to_owned(),
                "값을 직접 기재할 것".to_owned(),
            ),
            Self::ManyCopies { values, limit, aliases } => (
                format!("aliases add at least {values} keys and values to the bundle, its size allows {limit}"),
                format!("별칭을 펼치면 키와 값이 {values}개 이상 늘어나 자료 크기에 따른 한도({limit}개)를 초과함"),
                format!("write the repeated part once, or audit with {}", raised("aliases", *aliases, None)),
                format!("반복 부분은 한 번만 기재하거나 {}로 점검할 것", raised("aliases", *aliases, None)),
            ),
            Self::LongCopies { bytes, limit, aliases } => (
                format!("aliases add at least {bytes} bytes of text to the bundle, its size allows {limit}"),
                format!("별칭을 펼치면 글이 {bytes}바이트 이상 늘어나 자료 크기에 따른 한도({limit}바이트)를 초과함"),
                format!("write the repeated text once, or audit with {}", raised("aliases", *aliases, None)),
                format!("반복되는 글은 한 번만 기재하거나 {}로 점검할 것", raised("aliases", *aliases, None)),
            ),
            Self::ManyValues { limit } => (
                format!("more than {limit} keys and values in one bundle (values)"),
                format!("제출 자료 한 건의 키와 값이 한도({limit}개, values)를 초과함"),
                format!(
                    "hand in logs and measurements as attachments, or audit with {}",
                    raised("values", *limit, None)
                ),
                format!("로그·측정자료는 첨부파일로 제출하거나 {}로 점검할 것", raised("values", *limit, None)),
            ),
            Self::LongValue { bytes, limit } => (
                format!("a value of {bytes} bytes is over the limit of {limit} (value-bytes)"),
                format!("값의 크기({bytes}바이트)가 한도({limit}바이트, value-bytes)를 초과함"),
                format!(
                    "hand in long texts as attachments, or audit with {}",
                    raised("value-bytes", *limit, Some(*bytes))
                ),
                format!("긴 글은 첨부파일로 제출하거나 {}로 점검할 것", raised("value-bytes", *limit, Some(*bytes))),
            ),
            Self::LongKey { bytes, limit } => (
                format!("a key of {bytes} bytes is over the limit of {limit} (key-bytes)"),
                format!("키의 크기({bytes}바이트)가 한도({limit}바이트, key-bytes)를 초과함"),
                format!("give long texts as values, or audit with {}", raised("key-bytes", *limit, Some(*bytes))),
                format!("긴 글은 값으로 기재하거나 {}로 점검할 것", raised("key-bytes", *limit, Some(*bytes))),
            ),
            Self::TooDeep { limit } => (
                format!("nested deeper than {limit} levels (depth)"),
                format!("{limit}단계(depth)를 넘는 중첩임"),
                "no evidence needs this many levels: check the brackets and the indentation".to_owned(),
                "괄호와 들여쓰기를 확인할 것".to_owned(),
            ),
        };
        (Text::new(en, ko), Some(Text::new(hint_en, hint_ko)))
    }
}

fn not_a_mapping(kind: Kind, colon: Option<&str>) -> (Text, Option<Text>) {
    let message = match kind {
        Kind::Sequence => Text::new(
            "this file is a list; keys with values are expected",
            "파일 전체가 목록임: ‘키: 값’ 형식이어야 함",
        ),
        Kind::Text => Text::new(
            "this file is one text; keys with values are expected",
            "파일 전체가 하나의 문자열임: ‘키: 값’ 형식이어야 함",
        ),
        Kind::Null | Kind::Boolean | Kind::Integer | Kind::Float | Kind::Mapping => {
            Text::new("this file must hold keys with values", "이 파일은 ‘키: 값’ 형식이어야 함")
        }
    };
    let hint = match (kind, colon) {
        (Kind::Sequence, _) => Text::new(
            "write the key of the list above it, for example   changes:",
            "목록 위에 해당 키를 기재할 것. 예:   changes:",
        ),
        (_, Some(line)) => {
            let line = short(line);
            Text::new(
                format!("a colon is missing after the key: did you mean   {line}"),
                format!("키 뒤에 콜론이 빠졌는지 확인할 것. 예:   {line}"),
            )
        }
        (_, None) => Text::new("begin with a key, for example   operator:", "키로 시작할 것. 예:   operator:"),
    };
    (message, Some(hint))
}

/// Returns what the parser could not read, in Korean.
fn fault(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::UnexpectedCharacter { .. } => "이 위치에 쓸 수 없는 문자임",
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => "키의 형식에 맞지 않음",
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::InvalidIndentation | ErrorKind::ExpectedBlockSequenceEntry => {
            "들여쓰기가 맞지 않음"
        }
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::DocumentIndicatorInQuotedScalar
        | ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => "따옴표가 맞지 않음",
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => "콜론(:)의 위치가 맞지 않음",
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator => "괄호 또는 쉼표가 맞지 않음",
        ErrorKind::UnknownAnchor => "별칭이 가리키는 앵커가 없음",
        _ => "이 위치를 해석할 수 없음",
    }
}

fn hint_for(kind: &ErrorKind) -> Option<Text> {
    let (en, ko) = match kind {
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            ("remove the control character", "제어 문자를 삭제할 것")
        }
        ErrorKind::UnexpectedCharacter { .. } => ("put the value in quotes", "값을 따옴표로 묶을 것"),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            ("a colon and a space are missing after the key", "키 뒤에 콜론과 공백이 빠졌는지 확인할 것")
        }
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::InvalidIndentation | ErrorKind::ExpectedBlockSequenceEntry => (
            "this line is indented differently from the lines it belongs to",
            "같은 수준의 다른 줄과 들여쓰기를 맞출 것",
        ),
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::DocumentIndicatorInQuotedScalar
        | ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => (
            "a quote is probably not closed, here or on an earlier line",
            "이 줄이나 앞줄에서 따옴표가 닫혔는지 확인할 것",
        ),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => (
            "a colon may be missing on the line above; a value that contains ': ' needs quotes",
            "윗줄에 콜론이 빠졌는지 확인하고, 값에 ': '가 있으면 따옴표로 묶을 것",
        ),
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator => {
            ("check that every bracket is closed and items are separated by commas", "괄호와 쉼표를 확인할 것")
        }
        ErrorKind::UnknownAnchor => {
            ("the anchor is not defined above", "앵커(&)를 앞에 정의하거나 값을 직접 기재할 것")
        }
        _ => return None,
    };
    Some(Text::new(en, ko))
}

/// Finds a tab in the indentation of the line of an error or of a line after it.
fn tab_in_indentation(source: &str, byte: usize, kind: &ErrorKind) -> Option<usize> {
    let is_about_tabs =
        matches!(kind, ErrorKind::TabNotAllowed | ErrorKind::TabInBlockIndentation | ErrorKind::TabInIndentation);
    if !is_about_tabs {
        return None;
    }
    let mut start = source.get(..byte)?.rfind('\n').map_or(0, |newline| newline + 1);
    for line in source.get(start..)?.split_inclusive('\n').take(TAB_SEARCH_LINES) {
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line.get(..indentation).and_then(|blank| blank.find('\t')) {
            return Some(start + tab);
        }
        start += line.len();
    }
    None
}

fn place(document: &Document, start: usize, end: usize, message: Text, hint: Option<Text>) -> Box<Diagnostic> {
    let location = document.location_in_last_file(start, end);
    Box::new(Diagnostic { location, message, hint, excerpt: Some(document.excerpt_in_last_file(start, end)) })
}

fn nth_char(source: &str, index: usize) -> usize {
    source.char_indices().nth(index).map_or(source.len(), |(byte, _)| byte)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", short(text))
}

/// Cuts a text that comes from a file to what a message can hold.
fn short(text: &str) -> Shown<'_> {
    Shown::cut(text, QUOTED_CHARS)
}

//! What we refuse in a YAML file, in words for the person who edits it.

use granit_parser::{ErrorKind, ScanError};

use super::diagnostic::Diagnostic;
use super::limits::Limits;
use crate::evidence::{Document, Duplicate, Kind};
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
    ManyAliases {
        limit: usize,
    },
    ManyNodes {
        limit: usize,
        by_alias: bool,
    },
    LongScalar {
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
            format!("처음 기재된 곳은 {first}임: 둘 중 하나만 남길 것"),
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
    let reason = quoted_plain(&error.info());
    let message = Text::new(reason.clone(), format!("YAML 문법 오류 ({reason})"));
    place(document, byte, byte, message, hint_for(error.kind()))
}

impl Refusal {
    fn words(&self) -> (Text, Option<Text>) {
        let (en, ko, hint_en, hint_ko) = match self {
            Self::SeveralDocuments => (
                "a second document begins here; a file holds one".to_owned(),
                "한 파일에 두 번째 문서가 시작됨".to_owned(),
                "put each document into a file of its own, in a folder",
                "문서마다 파일을 나누어 한 폴더에 둘 것",
            ),
            Self::NotAMapping { kind, colon } => return not_a_mapping(*kind, colon.as_deref()),
            Self::CollectionKey => (
                "a key must be one word or text".to_owned(),
                "키는 하나의 단어 또는 문자열이어야 함".to_owned(),
                "give the list or mapping a key of its own",
                "목록이나 하위 항목에는 별도의 키를 붙일 것",
            ),
            Self::KeyNotText { text } => {
                let text = quoted_plain(text);
                (
                    format!("the key `{text}` is not text"),
                    format!("키 `{text}`은(는) 문자열이 아님"),
                    "put the key in quotes",
                    "키를 따옴표로 묶을 것",
                )
            }
            Self::MergeKey => (
                "merge keys (<<) are not part of YAML 1.2".to_owned(),
                "병합 키(<<)는 YAML 1.2에 없음".to_owned(),
                "write the keys out",
                "해당 키를 모두 풀어 쓸 것",
            ),
            Self::Tag { tag } => {
                let tag = quoted_plain(tag);
                (
                    format!("the tag {tag} is not allowed here"),
                    format!("태그 {tag}은(는) 허용되지 않음"),
                    "write the value without a tag",
                    "태그 없이 값을 기재할 것",
                )
            }
            Self::UnknownAnchor => (
                "this alias names no anchor above it".to_owned(),
                "이 별칭이 가리키는 앵커가 앞에 없음".to_owned(),
                "write the value out",
                "값을 직접 기재할 것",
            ),
            Self::CyclicAlias => (
                "this alias stands inside the value it points at".to_owned(),
                "이 별칭이 자기 자신을 포함하는 값을 가리킴".to_owned(),
                "write the value out",
                "값을 직접 기재할 것",
            ),
            Self::ManyAliases { limit } => (
                format!("more than {limit} aliases in one file"),
                format!("한 파일의 별칭이 한도({limit}개)를 초과함"),
                "write the values out",
                "값을 직접 기재할 것",
            ),
            Self::ManyNodes { limit, by_alias: true } => (
                format!("this alias expands the bundle to more than {limit} values"),
                format!("이 별칭을 펼치면 값의 수가 한도({limit}개)를 초과함"),
                "aliases of aliases multiply: write the repeated part once",
                "별칭이 별칭을 가리켜 값이 불어남: 반복 부분은 한 번만 기재할 것",
            ),
            Self::ManyNodes { limit, by_alias: false } => (
                format!("more than {limit} keys and values in one bundle"),
                format!("한 묶음의 키와 값이 한도({limit}개)를 초과함"),
                "hand in logs and measurements as attachments",
                "로그·측정자료는 첨부파일로 제출할 것",
            ),
            Self::LongScalar { bytes, limit } => (
                format!("a value of {bytes} bytes is over the limit of {limit}"),
                format!("값의 크기({bytes}바이트)가 한도({limit}바이트)를 초과함"),
                "hand in long texts as attachments",
                "긴 글은 첨부파일로 제출할 것",
            ),
            Self::TooDeep { limit } => (
                format!("nested deeper than {limit} levels"),
                format!("{limit}단계를 넘는 중첩임"),
                "no evidence needs this many levels: check the brackets and the indentation",
                "괄호와 들여쓰기를 확인할 것",
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
            let line = quoted_plain(line);
            Text::new(
                format!("a colon is missing after the key: did you mean   {line}"),
                format!("키 뒤에 콜론이 빠졌는지 확인할 것. 예:   {line}"),
            )
        }
        (_, None) => Text::new("begin with a key, for example   operator:", "키로 시작할 것. 예:   operator:"),
    };
    (message, Some(hint))
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
        ErrorKind::UnknownAnchor => ("the anchor is not defined above", "앞에 정의된 앵커가 없음"),
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
    format!("\"{}\"", quoted_plain(text))
}

/// Cuts a text that comes from a file to what a message can hold.
fn quoted_plain(text: &str) -> String {
    let mut cut: String =
        text.chars().take(QUOTED_CHARS).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(QUOTED_CHARS).is_some() {
        cut.push('…');
    }
    cut
}

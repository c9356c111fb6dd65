//! What the parser complains of, in plain words: where it stopped, what stands there, and what to write instead.
//!
//! Rhai's own text names the token that it wanted. An author more often wrote a word of another language, or left out
//! a bracket, so what stands at the place is looked at first.

use rhai::{LexError, ParseError, ParseErrorType, Position};

use super::super::ir::Span;
use super::foreign::{SIGNS, WORDS, both, disabled, known, plain, reserved};
use super::literal::first_word;
use super::parser::span;
use crate::evidence::{Shown, is_visible};
use crate::language::{Text, text};

/// Characters of an error text from the parser that are kept.
const ERROR_CHARS: usize = 300;

/// A complaint: where, what, and what to write instead.
pub(super) struct Complaint {
    pub(super) at: Span,
    pub(super) message: Text,
    pub(super) hint: Option<Text>,
}

/// Returns what the parser complains of.
pub(super) fn complaint(error: &ParseError, source: &str) -> Complaint {
    let place = Here::new(source, error.position());
    let (message, hint) = place.foreign(error.err_type()).unwrap_or_else(|| place.own(error.err_type()));
    Complaint { at: place.at, message, hint }
}

type Told = (Text, Option<Text>);

/// The place where the parser stopped.
struct Here<'s> {
    at: Span,
    /// What stands before it, on its line.
    before: &'s str,
    /// What stands from there on, on its line.
    rest: &'s str,
}

impl<'s> Here<'s> {
    fn new(source: &'s str, position: Position) -> Self {
        let lines: Vec<&str> = source.lines().collect();
        let mut at = span(position);
        // Past the end it is the end of the last line with something on it that is worth showing.
        if position.is_none() || at.line as usize > lines.len() || is_end(&lines, at) {
            let last = lines.iter().rposition(|line| !line.trim().is_empty()).unwrap_or(0);
            let column = lines.get(last).map_or(0, |line| line.trim_end().chars().count());
            at = Span { line: last as u32 + 1, column: column as u32 + 1 };
        }
        let line = lines.get(at.line as usize - 1).copied().unwrap_or_default();
        let start = line.char_indices().nth(at.column.saturating_sub(1) as usize).map_or(line.len(), |(at, _)| at);
        let (before, rest) = line.split_at(start);
        Self { at, before, rest }
    }

    /// What was written for another language, or cannot be seen.
    fn foreign(&self, error: &ParseErrorType) -> Option<Told> {
        if matches!(
            error,
            ParseErrorType::BadInput(LexError::UnterminatedString | LexError::MalformedEscapeSequence(_))
        ) {
            return None;
        }
        let next = self.rest.chars().next();
        if let Some(c) = next.filter(|c| !c.is_ascii() && !is_visible(&c.to_string())) {
            let code = c as u32;
            let message = text!(
                "an invisible character (U+{code:04X}) stands here",
                "여기에 보이지 않는 문자(U+{code:04X})가 있음"
            );
            return Some((message, Some(text!("delete it", "삭제할 것"))));
        }
        if let Some((c, plain)) = next.and_then(|c| Some((c, plain(c)?))) {
            let message = text!("`{c}` is not `{plain}`", "모양은 비슷하나 `{plain}` 문자가 아님: `{c}`");
            return Some((message, Some(text!("write {plain}", "다음 문자로 바꿀 것: {plain}"))));
        }
        // A reserved word after a dot is a field; elsewhere it may be a word of another language.
        if let ParseErrorType::Reserved(word) = error {
            return Some(self.reserved(word));
        }
        if let ParseErrorType::BadInput(LexError::ImproperSymbol(symbol, _)) = error
            && let Some((message, hint)) = disabled(symbol)
        {
            return Some((message, Some(hint)));
        }
        let (word, before) = (first_word(self.rest), last_word(self.before));
        if let Some((word, hint)) = known(WORDS, word).or_else(|| known(WORDS, before)) {
            let message = text!("`{word}` is not a word of the rule language", "규칙 언어에 없는 낱말임: `{word}`");
            return Some((message, Some(hint)));
        }
        // The parser may stop behind the first character of a sign.
        let joined = self.before.chars().next_back().map(|c| format!("{c}{}", self.rest)).unwrap_or_default();
        let sign =
            SIGNS.iter().find(|(sign, ..)| self.rest.starts_with(sign) || sign.len() > 1 && joined.starts_with(sign));
        sign.map(|(_, message, hint)| (both(message), Some(both(hint))))
    }

    fn reserved(&self, word: &str) -> Told {
        if let Some(reported) = disabled(word) {
            return (reported.0, Some(reported.1));
        }
        if let Some((word, hint)) = known(WORDS, word) {
            let hint = text!(
                "{hint}; if it is a name, choose another",
                "{hint}. 이름으로 쓰려면 다른 이름을 고를 것"; hint
            );
            return (reserved(word), Some(hint));
        }
        let hint = if self.before.trim_end().ends_with('.') {
            text!(
                "a field of this name stands in brackets: x[\"{word}\"]",
                "이 이름의 필드는 대괄호로 씀: x[\"{word}\"]"
            )
        } else if self.rest.get(word.len()..).is_some_and(|rest| rest.starts_with("::")) {
            text!("give lib/{word}.rhai another name", "lib/{word}.rhai 파일의 이름을 바꿀 것")
        } else {
            text!("choose another name", "다른 이름을 쓸 것")
        };
        (reserved(word), Some(hint))
    }

    /// What the parser says, in plain words.
    fn own(&self, error: &ParseErrorType) -> Told {
        use ParseErrorType as E;
        let next = self.rest.chars().next();
        let with_hint = |message: Text, hint: Text| (message, Some(hint));
        let assigns = || {
            with_hint(
                text!("`=` assigns a value, and cannot stand here", "`=`: 값을 넣는 기호이므로 여기에 쓸 수 없음"),
                text!("`==` compares", "비교는 `==`로 씀"),
            )
        };
        match error {
            E::BadInput(LexError::UnterminatedString) => with_hint(
                text!("this text has no end", "문자열이 끝나지 않음"),
                text!("add the closing quote", "닫는 따옴표를 추가할 것"),
            ),
            E::BadInput(LexError::MalformedEscapeSequence(sequence)) => {
                let message = text!(
                    "`{sequence}` is not one of the escapes of a text",
                    "문자열에 쓸 수 없는 이스케이프임: `{sequence}`"
                );
                let hint = text!(
                    "write \\{sequence}, or the text between backticks: `…{sequence}…`",
                    "\\{sequence} 형식으로 쓰거나 문자열을 역따옴표로 묶을 것: `…{sequence}…`"
                );
                (message, Some(hint))
            }
            E::BadInput(LexError::MalformedNumber(number)) => {
                (text!("`{number}` is not a number", "숫자가 아님: `{number}`"), None)
            }
            E::BadInput(LexError::MalformedChar(text)) => {
                let message = text!(
                    "a text stands between double quotes, not '{text}'",
                    "문자열은 큰따옴표로 묶어야 함: '{text}'"
                );
                (message, Some(text!("write \"{text}\"", "\"{text}\" 형식으로 쓸 것")))
            }
            E::BadInput(LexError::MalformedIdentifier(name)) => {
                (text!("`{name}` cannot be a name", "이름으로 쓸 수 없음: `{name}`"), None)
            }
            E::BadInput(LexError::UnexpectedInput(_)) | E::MissingSymbol(_) if self.rest.starts_with('=') => assigns(),
            E::UnexpectedEOF => ends_early(),
            E::MissingToken(token, purpose) => self.missing(token, purpose),
            E::ExprTooDeep => with_hint(
                text!("this expression is nested too deeply", "식의 중첩이 너무 깊음"),
                text!("name parts of it: let x = …", "일부를 변수로 나눌 것: let x = …"),
            ),
            E::TooManyFunctions => with_hint(
                text!("the script has too many functions and closures", "함수와 클로저가 너무 많음"),
                text!("divide it", "스크립트를 나눌 것"),
            ),
            E::WrongFnDefinition => with_hint(
                text!("a function cannot stand in another", "함수 안에 함수를 둘 수 없음"),
                text!("write it behind the function", "바깥 함수의 뒤에 쓸 것"),
            ),
            E::FnDuplicatedDefinition(name, count) => {
                let message = text!(
                    "`fn {name}` with {count} parameters is defined twice",
                    "`fn {name}` 함수(매개변수 {count}개)가 두 번 정의됨"
                );
                (message, None)
            }
            E::FnDuplicatedParam(name, parameter) => {
                let message = text!(
                    "`fn {name}` has two parameters called `{parameter}`",
                    "`fn {name}` 함수에 `{parameter}` 매개변수가 두 번 쓰임"
                );
                (message, None)
            }
            E::DuplicatedProperty(name) => {
                (text!("`{name}` stands twice in this map", "맵에 `{name}` 키가 두 번 쓰임"), None)
            }
            E::VariableExpected if self.before.trim_end().trim_end_matches('(').trim_end().ends_with("for") => {
                with_hint(
                    text!("a name is expected behind `for`", "`for` 뒤에는 이름이 와야 함"),
                    text!(
                        "write for x in list {{ … }}, or for n in 0..3 {{ … }}",
                        "for x in list {{ … }} 또는 for n in 0..3 {{ … }} 형식으로 쓸 것"
                    ),
                )
            }
            E::VariableExpected => {
                let found = self.found();
                with_hint(
                    text!("a name is expected here, found {found}", "여기에는 이름이 와야 함. 현재: {found}"; found),
                    text!(
                        "a name begins with a letter, and has letters, digits and _",
                        "이름은 글자로 시작하고 글자, 숫자, _만 쓸 수 있음"
                    ),
                )
            }
            E::PropertyExpected => {
                let found = self.found();
                let message = text!(
                    "the name of a field is expected here, found {found}",
                    "여기에는 필드의 이름이 와야 함. 현재: {found}"; found
                );
                (message, None)
            }
            E::LoopBreak => {
                let word = first_word(self.rest);
                (text!("`{word}` stands outside a loop", "반복문 밖에 `{word}` 문이 있음"), None)
            }
            E::AssignmentToConstant(name) => with_hint(
                text!("`{name}` is a constant, and keeps its value", "`{name}`: 상수이므로 값을 바꿀 수 없음"),
                text!("write let {name} = …", "let {name} = … 형식으로 쓸 것"),
            ),
            E::WrongSwitchDefaultCase => with_hint(
                text!("an arm stands behind `_`, which takes every value", "모든 값을 받는 `_` 뒤에 갈래가 있음"),
                text!("put `_` last", "`_`를 맨 뒤에 둘 것"),
            ),
            E::WrongSwitchIntegerCase => with_hint(
                text!("a number stands behind a range", "범위 뒤에 숫자 갈래가 있음"),
                text!("put the numbers before the ranges", "숫자 갈래를 범위보다 앞에 둘 것"),
            ),
            E::WrongSwitchCaseCondition => with_hint(
                text!("this arm cannot have a condition", "이 갈래에는 조건을 붙일 수 없음"),
                text!("write it as `if` in the arm", "갈래 안에서 `if`로 쓸 것"),
            ),
            E::ExprExpected(what) if what.contains("literal") => with_hint(
                text!("the value of an arm is a literal", "갈래의 값은 그대로 쓴 문자열·숫자·true·false이어야 함"),
                text!(
                    "write if x == … {{ … }} else if …, or an arm _ if x == … => …",
                    "if x == … {{ … }} else if …로 쓰거나 _ if x == … => … 갈래로 쓸 것"
                ),
            ),
            E::MalformedIndexExpr(_) => with_hint(
                text!("nothing can be taken of this with `[…]`", "`[…]`로 꺼낼 것이 없는 값임"),
                text!("list[0], mapping[\"field\"]", "list[0], mapping[\"field\"] 형식으로 씀"),
            ),
            E::BadInput(LexError::UnexpectedInput(_)) | E::ExprExpected(_) => self.unexpected(next),
            other => {
                let text = other.to_string();
                if text.starts_with("Unexpected") {
                    return self.unexpected(next);
                }
                if text.contains("typo of '=='") {
                    return assigns();
                }
                let why = Shown::cut(&text, ERROR_CHARS);
                (text!("{why}", "문법 오류({why})"), None)
            }
        }
    }

    fn unexpected(&self, next: Option<char>) -> Told {
        match next {
            None => ends_early(),
            Some(c @ (')' | ']' | '}')) => (
                text!(
                    "a value is missing before `{c}`, or it closes nothing",
                    "`{c}` 앞에 값이 빠졌거나 짝이 없는 괄호임"
                ),
                Some(text!("count the brackets", "괄호의 짝을 확인할 것")),
            ),
            Some(c @ (',' | ';')) => (text!("a value is missing before `{c}`", "`{c}` 앞에 값이 빠짐"), None),
            Some(_) if first_word(self.rest) == "else" => (
                text!("`else` follows no `if`", "`else` 앞에 `if`가 없음"),
                Some(text!("write if … {{ … }} else {{ … }}", "if … {{ … }} else {{ … }} 형식으로 쓸 것")),
            ),
            Some(_) => {
                let found = self.found();
                (text!("{found} cannot stand here", "여기에 올 수 없음: {found}"; found), None)
            }
        }
    }

    fn missing(&self, token: &str, purpose: &str) -> Told {
        let next = self.rest.chars().next();
        let is_open =
            |bracket: char, close: char| self.before.matches(bracket).count() > self.before.matches(close).count();
        let found = self.found();
        match (token, next) {
            (";", Some(c @ (')' | ']' | '}'))) => (
                text!("`{c}` closes nothing", "짝이 없는 괄호임: `{c}`"),
                Some(text!("remove it, or open the bracket before", "삭제하거나 앞에 여는 괄호를 추가할 것")),
            ),
            (_, Some('\'' | '"')) if token != ";" => {
                (text!("`{token}` is missing before this text", "이 문자열 앞에 `{token}` 기호가 빠짐"), None)
            }
            (",", Some(c)) if self.before.ends_with(|c: char| c.is_ascii_digit()) && c.is_alphabetic() => {
                let unit = first_word(self.rest);
                let message = text!("a number has no unit, found `{unit}`", "숫자에는 단위를 붙일 수 없음: `{unit}`");
                let hint = text!(
                    "minutes(n), hours(n) and days(n) are durations",
                    "시간 길이는 minutes(n), hours(n), days(n)으로 씀"
                );
                (message, Some(hint))
            }
            (",", _) => {
                let what = if is_open('(', ')') {
                    text!("`,` or `)`", "`,` 또는 `)`")
                } else if is_open('[', ']') {
                    text!("`,` or `]`", "`,` 또는 `]`")
                } else {
                    text!("`,`", "`,`")
                };
                let call = purpose.rsplit_once("function call '").map(|(_, name)| name.trim_end_matches('\''));
                let of = call.map(|name| text!(", in the arguments of `{name}`", "(`{name}`의 인수)"));
                let of = of.unwrap_or_default();
                let message = text!("{what} is missing before {found}{of}", "{found} 앞에 {what} 기호가 빠짐{of}"; what, found, of);
                (message, None)
            }
            (";", _) => (
                text!("`;` is missing before {found}", "{found} 앞에 `;` 기호가 빠짐"; found),
                Some(text!("statements end with `;`", "문장은 `;`로 끝냄")),
            ),
            ("{", _) => (
                text!("a block `{{ … }}` is missing before {found}", "{found} 앞에 블록 `{{ … }}` 부분이 빠짐"; found),
                None,
            ),
            ("}", None) => (
                text!("a block is not closed: `}}` is missing", "블록이 닫히지 않음: `}}` 기호가 빠짐"),
                Some(text!(
                    "count the braces; a comment `/*` needs its `*/`",
                    "중괄호의 짝과 주석 `/* … */`의 끝을 확인할 것"
                )),
            ),
            (token, None) => (text!("`{token}` is missing at the end", "끝에 `{token}` 기호가 빠짐"), None),
            (token, _) => {
                (text!("`{token}` is missing before {found}", "{found} 앞에 `{token}` 기호가 빠짐"; found), None)
            }
        }
    }

    /// Returns what stands at the place.
    fn found(&self) -> Text {
        let word = first_word(self.rest);
        match self.rest.chars().next() {
            None => text!("the end", "줄의 끝"),
            Some(_) if !word.is_empty() => Text::same(format!("`{word}`")),
            Some(c) => Text::same(format!("`{c}`")),
        }
    }
}

/// Tells whether nothing but blank lines follows a place.
fn is_end(lines: &[&str], at: Span) -> bool {
    let line = lines.get(at.line.saturating_sub(1) as usize).copied().unwrap_or_default();
    let is_behind = line.chars().count() < at.column as usize;
    is_behind && lines.iter().skip(at.line as usize).all(|line| line.trim().is_empty())
}

fn ends_early() -> Told {
    let hint = text!("a bracket or a value is missing at its end", "끝에 괄호나 값이 빠졌는지 확인할 것");
    (text!("the script ends too early", "스크립트가 중간에 끝남"), Some(hint))
}

/// Returns the word that ends a text but for spaces.
fn last_word(text: &str) -> &str {
    let text = text.trim_end();
    text.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

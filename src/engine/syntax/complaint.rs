//! What the parser complains of, in plain words: where it stopped, what stands there, and what to write instead.
//!
//! Rhai's own text names the token that it wanted. An author more often wrote a word of another language, or left out
//! a bracket, so what stands at the place is looked at first.

use rhai::{LexError, ParseError, ParseErrorType, Position};

use super::super::ir::Span;
use super::parser::span;
use crate::evidence::{Shown, is_visible};

/// Characters of an error text from the parser that are kept.
const ERROR_CHARS: usize = 300;

/// A complaint: where, what, and what to write instead.
pub(super) struct Complaint {
    pub(super) at: Span,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// Words of other languages, and what is meant.
const WORDS: &[(&str, &str)] = &[
    ("and", "`&&` is \"and\""),
    ("or", "`||` is \"or\""),
    ("not", "`!x` is \"not x\""),
    ("is", "`==` compares"),
    ("then", "write if condition { … }"),
    ("elif", "write else if condition { … }"),
    ("elsif", "write else if condition { … }"),
    ("elseif", "write else if condition { … }"),
    ("unless", "write if !condition { … }"),
    ("of", "write for x in list { … }"),
    ("def", "write fn name(parameter) { … }"),
    ("function", "write fn name(parameter) { … }"),
    ("func", "write fn name(parameter) { … }"),
    ("var", "write let x = …"),
    ("null", "has(x) asks whether x is given"),
    ("nil", "has(x) asks whether x is given"),
    ("None", "has(x) asks whether x is given"),
    ("undefined", "has(x) asks whether x is given"),
    ("match", "write switch x { … }, or text.matches(pattern)"),
    ("case", "write switch x { \"a\" => …, _ => … }"),
    ("True", "write true"),
    ("False", "write false"),
    ("let", "a condition holds no `let`; name the value before it"),
];

/// Words that Rhai has and rules do not, and what to do instead.
const NOT_IN_RULES: &[(&str, &str)] = &[
    ("import", "the functions of lib/name.rhai are called as name::function(…)"),
    ("export", "every function of a file in lib/ can be called"),
    ("try", "has(x) asks whether x is given, x.or(default) gives a default"),
    ("catch", "has(x) asks whether x is given, x.or(default) gives a default"),
    ("throw", "make a demand: ensure(condition, evidence, \"key\")"),
    ("eval", "write what is to be run"),
    ("Fn", "a function is called by its name"),
    ("curry", "a closure may use the variables around it"),
    ("call", "a function is called by its name"),
    ("sync", "choose another name"),
    ("async", "write fn name(parameter) { … }"),
    ("new", "evidence is read, not made"),
    ("this", "the evidence is `bundle`"),
    ("type_of", "is_text(x) and is_number(x) ask for the type where the schema allows several"),
];

/// Signs of other languages, and what is meant; longer ones first.
const SIGNS: &[(&str, &str, &str)] = &[
    ("===", "`===` is no operator", "`==` compares"),
    ("!==", "`!==` is no operator", "`!=` compares"),
    ("=~", "`=~` is no operator", "text.matches(\"pattern\") asks for a regular expression"),
    ("=>", "`=>` is no closure", "write |item| item.field"),
    ("->", "`->` is no closure", "write |item| item.field"),
    ("<>", "`<>` is no operator", "`!=` compares"),
    (":=", "`:=` is no operator", "write let x = …"),
    ("++", "`++` is no operator", "write x += 1"),
    ("--", "`--` is no operator", "write x -= 1"),
    ("??", "`??` is no operator", "x.or(default) gives a default"),
    ("?.", "`?.` is not needed", "write x.field: what is not given stays absent"),
    ("?[", "`?[` is not needed", "write x[…]: what is not given stays absent"),
    ("?", "`? :` is no operator", "write if condition { a } else { b }"),
    ("#", "`#` begins no comment", "write // …; a map is written #{ … }"),
    ("@", "`@` means nothing here", "remove it"),
    ("$", "`$` stands only in texts between backticks", "write `…${x}…`"),
    (":", "`:` means nothing here", "a map is written #{ key: value }"),
    ("~", "`~` is no operator", "text.matches(\"pattern\") asks for a regular expression"),
    ("\\", "`\\` means nothing here", "remove it"),
];

/// Returns what the parser complains of.
pub(super) fn complaint(error: &ParseError, source: &str) -> Complaint {
    let place = Here::new(source, error.position());
    let (message, hint) = place.foreign(error.err_type()).unwrap_or_else(|| place.own(error.err_type()));
    Complaint { at: place.at, message, hint }
}

type Told = (String, Option<String>);

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
            let message = format!("an invisible character (U+{:04X}) stands here", c as u32);
            return Some((message, Some("delete it".to_owned())));
        }
        if let Some((c, plain)) = next.and_then(|c| Some((c, plain(c)?))) {
            return Some((format!("`{c}` is not `{plain}`"), Some(format!("write {plain}"))));
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
            return Some((format!("`{word}` is not a word of the rule language"), Some(hint.to_owned())));
        }
        // The parser may stop behind the first character of a sign.
        let joined = self.before.chars().next_back().map(|c| format!("{c}{}", self.rest)).unwrap_or_default();
        let sign =
            SIGNS.iter().find(|(sign, ..)| self.rest.starts_with(sign) || sign.len() > 1 && joined.starts_with(sign));
        sign.map(|(_, message, hint)| ((*message).to_owned(), Some((*hint).to_owned())))
    }

    fn reserved(&self, word: &str) -> Told {
        if let Some(told) = disabled(word) {
            return (told.0, Some(told.1));
        }
        if let Some((word, hint)) = known(WORDS, word) {
            return (format!("`{word}` is not a word of the rule language"), Some(hint.to_owned()));
        }
        if let Some((_, message, hint)) = SIGNS.iter().find(|(sign, ..)| *sign == word) {
            return ((*message).to_owned(), Some((*hint).to_owned()));
        }
        let hint = if self.before.trim_end().ends_with('.') {
            format!("a field of this name stands in brackets: x[\"{word}\"]")
        } else if self.rest.get(word.len()..).is_some_and(|rest| rest.starts_with("::")) {
            format!("give lib/{word}.rhai another name")
        } else {
            "choose another name".to_owned()
        };
        (format!("the word `{word}` is reserved and cannot be used here"), Some(hint))
    }

    /// What the parser says, in plain words.
    fn own(&self, error: &ParseErrorType) -> Told {
        use ParseErrorType as E;
        let next = self.rest.chars().next();
        let told = |message: &str, hint: &str| (message.to_owned(), Some(hint.to_owned()));
        match error {
            E::BadInput(LexError::UnterminatedString) => told("this text has no end", "add the closing quote"),
            E::BadInput(LexError::MalformedEscapeSequence(sequence)) => {
                let message = format!("`{sequence}` is not one of the escapes of a text");
                (message, Some(format!("write \\{sequence}, or the text between backticks: `…{sequence}…`")))
            }
            E::BadInput(LexError::MalformedNumber(number)) => (format!("`{number}` is not a number"), None),
            E::BadInput(LexError::MalformedChar(text)) => {
                (format!("a text stands between double quotes, not '{text}'"), Some(format!("write \"{text}\"")))
            }
            E::BadInput(LexError::MalformedIdentifier(name)) => (format!("`{name}` cannot be a name"), None),
            E::BadInput(LexError::UnexpectedInput(_)) | E::MissingSymbol(_) if self.rest.starts_with('=') => {
                told("`=` assigns a value, and cannot stand here", "`==` compares")
            }
            E::UnexpectedEOF => told("the script ends too early", "a bracket or a value is missing at its end"),
            E::MissingToken(token, purpose) => self.missing(token, purpose),
            E::ExprTooDeep => told("this expression is nested too deeply", "name parts of it: let x = …"),
            E::TooManyFunctions => told("the script has too many functions and closures", "divide it"),
            E::WrongFnDefinition => told("a function cannot stand in another", "write it behind the function"),
            E::FnDuplicatedDefinition(name, count) => {
                (format!("`fn {name}` with {count} parameters is defined twice"), None)
            }
            E::FnDuplicatedParam(name, parameter) => {
                (format!("`fn {name}` has two parameters called `{parameter}`"), None)
            }
            E::DuplicatedProperty(name) => (format!("`{name}` stands twice in this map"), None),
            E::VariableExpected if self.before.trim_end().ends_with("for") => {
                told("a name is expected behind `for`", "write for x in list { … }, or for n in 0..3 { … }")
            }
            E::VariableExpected => (format!("a name is expected here, found {}", self.found()), None),
            E::PropertyExpected => (format!("the name of a field is expected here, found {}", self.found()), None),
            E::LoopBreak => (format!("`{}` stands outside a loop", first_word(self.rest)), None),
            E::AssignmentToConstant(name) => {
                (format!("`{name}` is a constant, and keeps its value"), Some(format!("write let {name} = …")))
            }
            E::WrongSwitchDefaultCase => told("an arm stands behind `_`, which takes every value", "put `_` last"),
            E::WrongSwitchIntegerCase => told("a number stands behind a range", "put the numbers before the ranges"),
            E::WrongSwitchCaseCondition => told("this arm cannot have a condition", "write it as `if` in the arm"),
            E::ExprExpected(what) if what.contains("literal") => {
                told("the value of an arm is a literal", "write if x == … { … } else if …, or an arm _ if x == … => …")
            }
            E::MalformedIndexExpr(_) => told("nothing can be taken of this with `[…]`", "list[0], mapping[\"field\"]"),
            E::BadInput(LexError::UnexpectedInput(_)) | E::ExprExpected(_) => self.unexpected(next),
            other => {
                let text = other.to_string();
                if text.starts_with("Unexpected") {
                    return self.unexpected(next);
                }
                if text.contains("typo of '=='") {
                    return told("`=` assigns a value, and cannot stand here", "`==` compares");
                }
                (Shown::cut(&text, ERROR_CHARS).into_text().into_owned(), None)
            }
        }
    }

    fn unexpected(&self, next: Option<char>) -> Told {
        let told = |message: String, hint: &str| (message, Some(hint.to_owned()));
        match next {
            None => told("the script ends too early".to_owned(), "a bracket or a value is missing at its end"),
            Some(c @ (')' | ']' | '}')) => {
                told(format!("a value is missing before `{c}`, or it closes nothing"), "count the brackets")
            }
            Some(c @ (',' | ';')) => (format!("a value is missing before `{c}`"), None),
            Some(_) if first_word(self.rest) == "else" => {
                told("`else` follows no `if`".to_owned(), "write if … { … } else { … }")
            }
            Some(_) => (format!("{} cannot stand here", self.found()), None),
        }
    }

    fn missing(&self, token: &str, purpose: &str) -> Told {
        let next = self.rest.chars().next();
        let is_open =
            |bracket: char, close: char| self.before.matches(bracket).count() > self.before.matches(close).count();
        let hint = |text: &str| Some(text.to_owned());
        match (token, next) {
            (";", Some(c @ (')' | ']' | '}'))) => {
                (format!("`{c}` closes nothing"), hint("remove it, or open the bracket before"))
            }
            (_, Some('\'' | '"')) if token != ";" => (format!("`{token}` is missing before this text"), None),
            (",", Some(c)) if self.before.ends_with(|c: char| c.is_ascii_digit()) && c.is_alphabetic() => {
                let message = format!("a number has no unit, found `{}`", first_word(self.rest));
                (message, hint("minutes(n), hours(n) and days(n) are durations"))
            }
            (",", _) => {
                let what = if is_open('(', ')') {
                    "`,` or `)`"
                } else if is_open('[', ']') {
                    "`,` or `]`"
                } else {
                    "`,`"
                };
                let call = purpose.rsplit_once("function call '").map(|(_, name)| name.trim_end_matches('\''));
                let of = call.map(|name| format!(", in the arguments of `{name}`")).unwrap_or_default();
                (format!("{what} is missing before {}{of}", self.found()), None)
            }
            (";", _) => (format!("`;` is missing before {}", self.found()), hint("statements end with `;`")),
            ("{", _) => (format!("a block `{{ … }}` is missing before {}", self.found()), None),
            ("}", None) => (
                "a block is not closed: `}` is missing".to_owned(),
                hint("count the braces; a comment `/*` needs its `*/`"),
            ),
            (token, None) => (format!("`{token}` is missing at the end"), None),
            (token, _) => (format!("`{token}` is missing before {}", self.found()), None),
        }
    }

    /// Returns what stands at the place.
    fn found(&self) -> String {
        let word = first_word(self.rest);
        match self.rest.chars().next() {
            None => "the end".to_owned(),
            Some(_) if !word.is_empty() => format!("`{word}`"),
            Some(c) => format!("`{c}`"),
        }
    }
}

/// Tells whether nothing but blank lines follows a place.
fn is_end(lines: &[&str], at: Span) -> bool {
    let line = lines.get(at.line.saturating_sub(1) as usize).copied().unwrap_or_default();
    let is_behind = line.chars().count() < at.column as usize;
    is_behind && lines.iter().skip(at.line as usize).all(|line| line.trim().is_empty())
}

fn disabled(word: &str) -> Option<(String, String)> {
    if let Some((word, hint)) = known(NOT_IN_RULES, word) {
        return Some((format!("`{word}` is not part of the rule language"), hint.to_owned()));
    }
    let sign = SIGNS.iter().find(|(sign, ..)| *sign == word);
    sign.map(|(_, message, hint)| ((*message).to_owned(), (*hint).to_owned()))
}

fn known(words: &[(&'static str, &'static str)], word: &str) -> Option<(&'static str, &'static str)> {
    words.iter().find(|(known, _)| *known == word).copied()
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Returns the word that ends a text but for spaces.
fn last_word(text: &str) -> &str {
    let text = text.trim_end();
    text.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// Returns the character that a look-alike stands for.
fn plain(c: char) -> Option<char> {
    Some(match c {
        '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '＂' | '「' | '」' => '"',
        '–' | '—' | '−' => '-',
        '×' => '*',
        // The full-width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0)?,
        '、' => ',',
        '。' => '.',
        _ => return None,
    })
}

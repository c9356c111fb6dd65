//! Words and signs of other languages, and what a rule author writes instead.

use crate::language::{Text, text};

/// A word, and what to write instead in English and in Korean.
type ForeignWord = (&'static str, &'static str, &'static str);

/// Words of other languages, and what is meant.
pub(super) const WORDS: &[ForeignWord] = &[
    ("and", "`&&` is \"and\"", "'그리고'는 `&&`로 씀"),
    ("or", "`||` is \"or\"", "'또는'은 `||`로 씀"),
    ("not", "`!x` is \"not x\"", "부정은 `!x`로 씀"),
    ("is", "`==` compares", "비교는 `==`로 씀"),
    ("then", "write if condition { … }", "if 조건 { … } 형식으로 쓸 것"),
    ("elif", "write else if condition { … }", "else if 조건 { … } 형식으로 쓸 것"),
    ("elsif", "write else if condition { … }", "else if 조건 { … } 형식으로 쓸 것"),
    ("elseif", "write else if condition { … }", "else if 조건 { … } 형식으로 쓸 것"),
    ("unless", "write if !condition { … }", "if !조건 { … } 형식으로 쓸 것"),
    ("of", "write for x in list { … }", "for x in list { … } 형식으로 쓸 것"),
    ("def", "write fn name(parameter) { … }", "fn name(parameter) { … } 형식으로 쓸 것"),
    ("function", "write fn name(parameter) { … }", "fn name(parameter) { … } 형식으로 쓸 것"),
    ("func", "write fn name(parameter) { … }", "fn name(parameter) { … } 형식으로 쓸 것"),
    ("var", "write let x = …", "let x = … 형식으로 쓸 것"),
    ("null", "has(x) asks whether x is given", "제출 여부는 has(x)로 물음"),
    ("nil", "has(x) asks whether x is given", "제출 여부는 has(x)로 물음"),
    ("None", "has(x) asks whether x is given", "제출 여부는 has(x)로 물음"),
    ("undefined", "has(x) asks whether x is given", "제출 여부는 has(x)로 물음"),
    (
        "match",
        "write switch x { … }, or text.matches(pattern)",
        "switch x { … } 또는 text.matches(pattern) 형식으로 쓸 것",
    ),
    ("case", "write switch x { \"a\" => …, _ => … }", "switch x { \"a\" => …, _ => … } 형식으로 쓸 것"),
    ("True", "write true", "true로 쓸 것"),
    ("False", "write false", "false로 쓸 것"),
];

/// Words that Rhai has and rules do not, and what to do instead.
pub(super) const NOT_IN_RULES: &[ForeignWord] = &[
    (
        "import",
        "the functions of lib/name.rhai are called as name::function(…)",
        "lib/name.rhai의 함수는 name::function(…) 형식으로 호출함",
    ),
    ("export", "every function of a file in lib/ can be called", "lib/ 파일의 함수는 모두 호출할 수 있음"),
    (
        "try",
        "has(x) asks whether x is given, x.or(default) gives a default",
        "제출 여부는 has(x)로 묻고, 없을 때의 값은 x.or(default)로 정함",
    ),
    (
        "catch",
        "has(x) asks whether x is given, x.or(default) gives a default",
        "제출 여부는 has(x)로 묻고, 없을 때의 값은 x.or(default)로 정함",
    ),
    (
        "throw",
        "make a demand: ensure(condition, evidence, \"key\")",
        "요구로 쓸 것: ensure(condition, evidence, \"key\")",
    ),
    ("eval", "write what is to be run", "실행할 내용을 직접 쓸 것"),
    ("Fn", "a function is called by its name", "함수는 이름으로 호출함"),
    ("curry", "a closure may use the variables around it", "클로저는 바깥 변수를 그대로 쓸 수 있음"),
    ("call", "a function is called by its name", "함수는 이름으로 호출함"),
    ("sync", "choose another name", "다른 이름을 쓸 것"),
    ("async", "write fn name(parameter) { … }", "fn name(parameter) { … } 형식으로 쓸 것"),
    ("new", "evidence is read, not made", "제출 자료는 읽기만 하고 만들지 않음"),
    ("this", "the evidence is `bundle`", "제출 자료는 `bundle`로 읽음"),
    (
        "type_of",
        "is_text(x) and is_number(x) ask for the type where the schema allows several",
        "스키마가 여러 유형을 허용하는 곳에서는 is_text(x), is_number(x)로 유형을 물음",
    ),
];

/// Signs of other languages, and what is meant; longer ones first; each in English and in Korean.
pub(super) const SIGNS: &[(&str, [&str; 2], [&str; 2])] = &[
    ("===", ["`===` is no operator", "`===` 연산자는 없음"], ["`==` compares", "비교는 `==`로 씀"]),
    ("!==", ["`!==` is no operator", "`!==` 연산자는 없음"], ["`!=` compares", "다른지는 `!=`로 비교함"]),
    (
        "=~",
        ["`=~` is no operator", "`=~` 연산자는 없음"],
        ["text.matches(\"pattern\") asks for a regular expression", "정규식은 text.matches(\"pattern\")로 확인함"],
    ),
    (
        "=>",
        ["`=>` is no closure", "클로저를 쓰는 기호가 아님: `=>`"],
        ["write |item| item.field", "|item| item.field 형식으로 쓸 것"],
    ),
    (
        "->",
        ["`->` is no closure", "클로저를 쓰는 기호가 아님: `->`"],
        ["write |item| item.field", "|item| item.field 형식으로 쓸 것"],
    ),
    ("<>", ["`<>` is no operator", "`<>` 연산자는 없음"], ["`!=` compares", "다른지는 `!=`로 비교함"]),
    (":=", ["`:=` is no operator", "`:=` 연산자는 없음"], ["write let x = …", "let x = … 형식으로 쓸 것"]),
    ("++", ["`++` is no operator", "`++` 연산자는 없음"], ["write x += 1", "x += 1 형식으로 쓸 것"]),
    ("--", ["`--` is no operator", "`--` 연산자는 없음"], ["write x -= 1", "x -= 1 형식으로 쓸 것"]),
    (
        "??",
        ["`??` is no operator", "`??` 연산자는 없음"],
        ["x.or(default) gives a default", "없을 때의 값은 x.or(default)로 정함"],
    ),
    (
        "?.",
        ["`?.` is not needed", "`?.` 기호는 필요하지 않음"],
        ["write x.field: what is not given stays absent", "x.field 형식으로 쓸 것(제출되지 않았으면 값 없음이 됨)"],
    ),
    (
        "?[",
        ["`?[` is not needed", "`?[` 기호는 필요하지 않음"],
        ["write x[…]: what is not given stays absent", "x[…] 형식으로 쓸 것(제출되지 않았으면 값 없음이 됨)"],
    ),
    (
        "?",
        ["`? :` is no operator", "`? :` 연산자는 없음"],
        ["write if condition { a } else { b }", "if 조건 { a } else { b } 형식으로 쓸 것"],
    ),
    (
        "#",
        ["`#` begins no comment", "`#` 기호로는 주석을 쓸 수 없음"],
        ["write // …; a map is written #{ … }", "주석은 // …, 맵은 #{ … } 형식으로 씀"],
    ),
    ("@", ["`@` means nothing here", "여기에 쓸 수 없는 기호임: `@`"], ["remove it", "삭제할 것"]),
    (
        "$",
        ["`$` stands only in texts between backticks", "`$` 기호는 역따옴표로 묶은 문자열에서만 씀"],
        ["write `…${x}…`", "`…${x}…` 형식으로 쓸 것"],
    ),
    (
        ":",
        ["`:` means nothing here", "여기에 쓸 수 없는 기호임: `:`"],
        ["a map is written #{ key: value }", "맵은 #{ key: value } 형식으로 씀"],
    ),
    (
        "~",
        ["`~` is no operator", "`~` 연산자는 없음"],
        ["text.matches(\"pattern\") asks for a regular expression", "정규식은 text.matches(\"pattern\")로 확인함"],
    ),
    ("\\", ["`\\` means nothing here", "여기에 쓸 수 없는 기호임: `\\`"], ["remove it", "삭제할 것"]),
];

/// Says that a word or sign of Rhai is not part of the rule language.
pub(super) fn disabled(word: &str) -> Option<(Text, Text)> {
    if let Some((word, hint)) = known(NOT_IN_RULES, word) {
        return Some((text!("`{word}` is not part of the rule language", "규칙 언어에 없는 낱말임: `{word}`"), hint));
    }
    let sign = SIGNS.iter().find(|(sign, ..)| *sign == word);
    sign.map(|(_, message, hint)| (both(message), both(hint)))
}

/// Returns the entry of a word, with what to write instead.
pub(super) fn known(words: &[ForeignWord], word: &str) -> Option<(&'static str, Text)> {
    let found = words.iter().find(|(known, ..)| *known == word);
    found.map(|(word, en, ko)| (*word, Text::new(*en, *ko)))
}

pub(super) fn both([en, ko]: &[&str; 2]) -> Text {
    Text::new(*en, *ko)
}

pub(super) fn reserved(word: &str) -> Text {
    text!("the word `{word}` is reserved and cannot be used here", "예약어이므로 여기에 쓸 수 없음: `{word}`")
}

/// Returns the character that a look-alike stands for.
pub(super) fn plain(c: char) -> Option<char> {
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

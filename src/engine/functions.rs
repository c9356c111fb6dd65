//! The functions of the rule language: one table with names, types and the line that documents each.
//!
//! `syntax` resolves calls with it, `check` takes the types from it, the reference page is printed from it. How a
//! function is computed stands in `eval/builtins.rs`.

use super::kinds::Kinds;
use crate::language::Text;

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gives {
    /// A value of these types.
    Kinds(Kinds),
    /// What its first argument is.
    First,
    /// What any of its arguments is.
    Any,
    /// An item of its first argument.
    Item,
    /// A list of items of its first argument.
    ListOfItems,
    /// A list of texts.
    Texts,
    /// The type of the parameter that is named.
    Parameter,
    /// A list of the values of a mapping.
    Values,
}

/// A function of the language.
pub(super) struct FunctionEntry {
    pub(super) builtin: Builtin,
    pub(super) name: &'static str,
    /// The types of its arguments, the receiver first; the last ones may be left out from `least` on.
    pub(super) arguments: &'static [Kinds],
    pub(super) least: usize,
    pub(super) gives: Gives,
    /// What it gives, in one line of English.
    pub(super) doc: &'static str,
    /// The same in Korean.
    doc_ko: &'static str,
}

macro_rules! builtins {
    ($($builtin:ident $name:literal ($($argument:expr),*) $least:literal $gives:expr, $doc:literal, $doc_ko:literal;)*) => {
        /// The functions that compute a value.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Builtin { $($builtin),* }

        /// All of them, in the order of their names.
        pub(super) const BUILTINS: &[FunctionEntry] = &[$(FunctionEntry {
            builtin: Builtin::$builtin, name: $name, arguments: &[$($argument),*], least: $least, gives: $gives, doc: $doc,
            doc_ko: $doc_ko,
        }),*];
    };
}

use Gives::{Any, First, Item, ListOfItems, Parameter, Texts, Values};
const TEXT: Kinds = Kinds::TEXT;
const INT: Kinds = Kinds::INTEGER;
const NUM: Kinds = Kinds::NUMBER;
const DAY: Kinds = Kinds::DATE;
const MOMENT: Kinds = Kinds::DATE_TIME;
const LIST: Kinds = Kinds::LIST;
const MAP: Kinds = Kinds::MAPPING;
const ANY: Kinds = Kinds::ANY;
const BOOL: Gives = Gives::Kinds(Kinds::BOOLEAN);
const GIVES_TEXT: Gives = Gives::Kinds(TEXT);
const GIVES_INT: Gives = Gives::Kinds(INT);
const GIVES_NUM: Gives = Gives::Kinds(NUM);
const GIVES_DAY: Gives = Gives::Kinds(DAY);
const LENGTH: Gives = Gives::Kinds(Kinds::DURATION);

builtins! {
    Abs "abs" (NUM.or(Kinds::DURATION)) 1 First, "abs(n): the number or duration without its sign",
        "abs(n): 부호를 뗀 숫자나 시간 길이";
    AddDays "add_days" (DAY, INT) 2 GIVES_DAY, "date.add_days(n): the date n days later",
        "date.add_days(n): n일 뒤의 날짜";
    AddMonths "add_months" (DAY, INT) 2 GIVES_DAY, "date.add_months(n): the same day n months later; in a month that is too short, its last day",
        "date.add_months(n): n개월 뒤의 같은 날, 그 달에 그 날이 없으면 말일";
    AsOf "as_of" () 0 GIVES_DAY, "as_of(): the date of judgement",
        "as_of(): 점검 기준일";
    AttachmentBytes "attachment_bytes" (TEXT) 1 GIVES_INT, "attachment_bytes(path): the size of an attached file in bytes; absent if the bundle has no such file",
        "attachment_bytes(path): 첨부파일의 크기(바이트), 그 파일이 없으면 값 없음";
    AttachmentLines "attachment_lines" (TEXT) 1 GIVES_INT, "attachment_lines(path): in how many lines of an attached file something is written, counted in its first 64 KiB; absent if the bundle has no such file",
        "attachment_lines(path): 첨부파일의 처음 64 KiB에서 내용이 있는 줄의 수, 그 파일이 없으면 값 없음";
    AttachmentSha256 "attachment_sha256" (TEXT) 1 GIVES_TEXT, "attachment_sha256(path): the SHA-256 of an attached file as 64 hexadecimal digits; absent if the bundle has no such file",
        "attachment_sha256(path): 첨부파일의 SHA-256 해시값(16진수 64자리), 그 파일이 없으면 값 없음";
    Chars "chars" (TEXT) 1 Texts, "text.chars(): its characters, each as a text",
        "text.chars(): 문자열의 글자 목록";
    CompareVersions "compare_versions" (TEXT, TEXT) 2 GIVES_INT, "compare_versions(a, b): -1 if the version a comes before b, 0 if they are the same, 1 if it comes after; 1.10 comes after 1.9, 2.0-rc.1 before 2.0; absent if one is no version",
        "compare_versions(a, b): 버전 a가 b보다 앞이면 -1, 같으면 0, 뒤이면 1(1.10은 1.9보다 뒤, 2.0-rc.1은 2.0보다 앞), 어느 하나가 버전이 아니면 값 없음";
    Contains "contains" (TEXT.or(LIST), ANY) 2 BOOL, "list.contains(x), also x in list: whether an item equals x; text.contains(part): whether the part stands in it",
        "list.contains(x) 또는 x in list: x와 같은 항목이 있는지 여부, text.contains(part): 그 부분이 들어 있는지 여부";
    Date "date" (MOMENT) 1 GIVES_DAY, "moment.date(): the date of a date-time in the time zone of the pack",
        "moment.date(): 점검기준의 시간대에 따른 일시의 날짜";
    Days "days" (NUM) 1 LENGTH, "days(n): a duration of n times 24 hours",
        "days(n): 24시간의 n배인 시간 길이";
    DaysBetween "days_between" (DAY, DAY) 2 GIVES_INT, "days_between(from, to): the days from one date to another; also to - from",
        "days_between(from, to): 두 날짜 사이의 일수, to - from과 같음";
    Deadline "deadline" (DAY, INT) 2 GIVES_DAY, "deadline(date, months): the last day of a period under the Korean Civil Act",
        "deadline(date, months): 민법에 따른 기간의 만료일";
    Difference "difference" (LIST, LIST) 2 First, "list.difference(other): the items that the other list does not have, each once",
        "list.difference(other): 다른 목록에 없는 항목(중복 제외)";
    Distinct "distinct" (LIST) 1 First, "list.distinct(): the items without those that equal an earlier one",
        "list.distinct(): 앞의 것과 같은 항목을 뺀 목록";
    Div "div" (NUM, NUM) 2 GIVES_NUM, "div(a, b): the whole part of a / b",
        "div(a, b): a / b의 정수 부분";
    EndOfPeriod "end_of_period" (DAY, INT) 2 GIVES_DAY, "end_of_period(date, months): the same as deadline, but not moved on where it is a Saturday, a Sunday or a public holiday",
        "end_of_period(date, months): deadline와 같으나 토요일·일요일·공휴일이어도 다음 날로 넘기지 않은 날";
    EndsWith "ends_with" (TEXT, TEXT) 2 BOOL, "text.ends_with(part)",
        "text.ends_with(part): 그 부분으로 끝나는지 여부";
    FileOf "file_of" (ANY) 1 GIVES_TEXT, "file_of(x): the file of the bundle in which x is written",
        "file_of(x): x가 기재된 제출 자료의 파일";
    First "first" (LIST) 1 Item, "list.first(): the first item; absent if there is none",
        "list.first(): 첫 항목, 없으면 값 없음";
    Flatten "flatten" (LIST) 1 ListOfItems, "list.flatten(): the items of a list of lists as one list",
        "list.flatten(): 목록의 목록을 하나로 이은 목록";
    Has "has" (ANY) 1 BOOL, "has(x): whether x is given: not absent, and something in it is given",
        "has(x): x가 제출되었는지 여부(값이 있고 그 안에 내용이 있음)";
    Hour "hour" (MOMENT.or(Kinds::TIME)) 1 GIVES_INT, "moment.hour(): the hour from 0 to 23 in the time zone of the pack",
        "moment.hour(): 점검기준의 시간대에 따른 시(0~23)";
    Hours "hours" (NUM) 1 LENGTH, "hours(n): a duration",
        "hours(n): n시간의 길이";
    Intersection "intersection" (LIST, LIST) 2 First, "list.intersection(other): the items that the other list has as well, each once",
        "list.intersection(other): 다른 목록에도 있는 항목(중복 제외)";
    IsBoolean "is_boolean" (ANY) 1 BOOL, "is_boolean(x): whether x is true or false, where the schema allows several types",
        "is_boolean(x): 스키마가 여러 유형을 허용하는 곳에서 x가 참·거짓 값인지 여부";
    IsDate "is_date" (ANY) 1 BOOL, "is_date(x): whether x is a date, where the schema allows several types",
        "is_date(x): 스키마가 여러 유형을 허용하는 곳에서 x가 날짜인지 여부";
    IsDateTime "is_date_time" (ANY) 1 BOOL, "is_date_time(x): whether x is a date-time, where the schema allows several types",
        "is_date_time(x): 스키마가 여러 유형을 허용하는 곳에서 x가 일시인지 여부";
    IsDuration "is_duration" (ANY) 1 BOOL, "is_duration(x): whether x is a duration, where the schema allows several types",
        "is_duration(x): 스키마가 여러 유형을 허용하는 곳에서 x가 시간 길이인지 여부";
    IsEmpty "is_empty" (TEXT.or(LIST)) 1 BOOL, "whether no item of a list is given, or a text has no characters",
        "is_empty(): 목록에 제출된 항목이 없거나 문자열에 글자가 없는지 여부";
    IsList "is_list" (ANY) 1 BOOL, "is_list(x): whether x is a list, where the schema allows several types",
        "is_list(x): 스키마가 여러 유형을 허용하는 곳에서 x가 목록인지 여부";
    IsMapping "is_mapping" (ANY) 1 BOOL, "is_mapping(x): whether x has keys, where the schema allows several types",
        "is_mapping(x): 스키마가 여러 유형을 허용하는 곳에서 x가 하위 항목을 가진 값인지 여부";
    IsNumber "is_number" (ANY) 1 BOOL, "is_number(x): whether x is a number, where the schema allows several types",
        "is_number(x): 스키마가 여러 유형을 허용하는 곳에서 x가 숫자인지 여부";
    IsPresent "is_present" (ANY) 1 BOOL, "is_present(x): whether anything stands there, [] and {} included",
        "is_present(x): []와 {}를 포함하여 무엇이든 기재되어 있는지 여부";
    IsSubset "is_subset" (LIST, LIST) 2 BOOL, "list.is_subset(other): whether the other list has every item",
        "list.is_subset(other): 모든 항목이 다른 목록에 있는지 여부";
    IsText "is_text" (ANY) 1 BOOL, "is_text(x): whether x is text, where the schema allows several types",
        "is_text(x): 스키마가 여러 유형을 허용하는 곳에서 x가 문자열인지 여부";
    Keys "keys" (MAP) 1 Texts, "mapping.keys(): the keys that are given",
        "mapping.keys(): 제출된 키의 목록";
    Last "last" (LIST) 1 Item, "list.last(): the last item; absent if there is none",
        "list.last(): 마지막 항목, 없으면 값 없음";
    Len "len" (TEXT.or(LIST)) 1 GIVES_INT, "the number of items of a list that are given, or of characters of a text",
        "len(): 목록에서 제출된 항목의 수, 문자열의 글자 수";
    Lines "lines" (TEXT) 1 Texts, "text.lines(): its lines",
        "text.lines(): 문자열의 줄 목록";
    Matches "matches" (TEXT, TEXT) 2 BOOL, "text.matches(pattern): whether the regular expression fits somewhere in the text",
        "text.matches(pattern): 정규식에 맞는 부분이 있는지 여부";
    Max "max" (ANY, ANY) 1 Any, "max(a, b): the larger of two; list.max(): the largest item",
        "max(a, b): 둘 중 큰 값, list.max(): 가장 큰 항목";
    Min "min" (ANY, ANY) 1 Any, "min(a, b): the smaller of two; list.min(): the smallest item",
        "min(a, b): 둘 중 작은 값, list.min(): 가장 작은 항목";
    Minutes "minutes" (NUM) 1 LENGTH, "minutes(n): a duration",
        "minutes(n): n분의 길이";
    Parameter "parameter" (TEXT) 1 Parameter, "parameter(name): the value of a parameter of the pack",
        "parameter(name): 점검기준에 정한 기준값";
    PlainName "plain_name" (TEXT) 1 GIVES_TEXT, "plain_name(text): what people tell a name by: its letters and digits without capitals, width, spaces and signs; between two digits a sign or space is kept as -",
        "plain_name(text): 이름을 구별하는 글자와 숫자(대소문자·전각·공백·기호는 무시하되 숫자 사이의 기호나 공백은 -로 남김)";
    Print "print" (ANY) 1 Gives::Kinds(Kinds::NOTHING), "print(value): a note for the rule author; --verbose shows it for a rule that did not pass",
        "print(value): 규칙 작성자를 위한 출력(적합이 아닌 규칙에 대하여 --verbose로 표시)";
    RangeOf "range" (INT, INT) 2 Gives::Kinds(LIST), "range(a, b): the whole numbers from a to b - 1; also a..b",
        "range(a, b): a부터 b - 1까지의 정수, a..b와 같음";
    Replace "replace" (TEXT, TEXT, TEXT) 3 GIVES_TEXT, "text.replace(part, by): the text with every such part replaced",
        "text.replace(part, by): 그 부분을 모두 바꾼 문자열";
    Round "round" (NUM, INT) 1 GIVES_NUM, "n.round(digits): rounded half to even; without digits to a whole number",
        "n.round(digits): 반올림한 값(절반은 짝수 쪽으로), 자릿수를 생략하면 정수";
    SameName "same_name" (TEXT, TEXT) 2 BOOL, "same_name(a, b): whether two names are the same but for capitals, spaces, width and invisible characters",
        "same_name(a, b): 대소문자·공백·전각·보이지 않는 문자를 무시하고 같은 이름인지 여부";
    Seconds "seconds" (NUM) 1 LENGTH, "seconds(n): a duration",
        "seconds(n): n초의 길이";
    Split "split" (TEXT, TEXT) 2 Texts, "text.split(separator): the parts between",
        "text.split(separator): 구분자로 나눈 부분의 목록";
    StageOf "stage" () 0 GIVES_TEXT, "stage(): the id of the stage that the bundle is judged at; empty text if it is not known",
        "stage(): 제출 단계의 id, 알 수 없으면 빈 문자열";
    StartsWith "starts_with" (TEXT, TEXT) 2 BOOL, "text.starts_with(part)",
        "text.starts_with(part): 그 부분으로 시작하는지 여부";
    Sum "sum" (LIST) 1 Item, "list.sum(): the sum of its numbers or durations",
        "list.sum(): 숫자나 시간 길이의 합계";
    Time "time" (MOMENT) 1 Gives::Kinds(Kinds::TIME), "moment.time(): the time of day of a date-time in the time zone of the pack",
        "moment.time(): 점검기준의 시간대에 따른 일시의 시각";
    ToDate "to_date" (TEXT) 1 GIVES_DAY, "text.to_date(): the date that it writes as 2024-05-31; absent if it is none",
        "text.to_date(): 2024-05-31 형식으로 적힌 날짜, 아니면 값 없음";
    ToLower "to_lower" (TEXT) 1 GIVES_TEXT, "text.to_lower(): the text in lower case",
        "text.to_lower(): 소문자로 바꾼 문자열";
    ToNumber "to_number" (TEXT) 1 GIVES_NUM, "text.to_number(): the number that it writes; absent if it is none",
        "text.to_number(): 문자열에 적힌 숫자, 아니면 값 없음";
    ToString "to_string" (Kinds::SCALAR) 1 GIVES_TEXT, "value.to_string(): the value as text",
        "value.to_string(): 값을 문자열로 바꾼 것";
    ToTime "to_time" (TEXT) 1 Gives::Kinds(Kinds::TIME), "text.to_time(): the time of day that it writes as 09:00; absent if it is none",
        "text.to_time(): 09:00 형식으로 적힌 시각, 아니면 값 없음";
    ToUpper "to_upper" (TEXT) 1 GIVES_TEXT, "text.to_upper(): the text in upper case",
        "text.to_upper(): 대문자로 바꾼 문자열";
    Trim "trim" (TEXT) 1 GIVES_TEXT, "text.trim(): the text without spaces at both ends",
        "text.trim(): 양끝의 공백을 뺀 문자열";
    Union "union" (LIST, LIST) 2 Any, "list.union(other): the items of both lists, each once",
        "list.union(other): 두 목록의 항목을 합친 것(중복 제외)";
    ValuesOf "values" (MAP) 1 Values, "mapping.values(): the values that are given",
        "mapping.values(): 제출된 값의 목록";
    Weekday "weekday" (MOMENT.or(DAY)) 1 GIVES_INT, "date.weekday(): 1 for Monday to 7 for Sunday, in the time zone of the pack",
        "date.weekday(): 요일(월요일 1 ~ 일요일 7), 점검기준의 시간대 기준";
}

/// Functions with a closure, `or`, and the demands: they have a form of their own in the representation.
pub(super) const FORMS: &[(&str, &str, &str)] = &[
    (
        "all",
        "list.all(condition): whether every item meets the condition",
        "list.all(condition): 모든 항목이 조건을 충족하는지 여부",
    ),
    (
        "any",
        "list.any(condition): whether an item meets the condition",
        "list.any(condition): 조건을 충족하는 항목이 있는지 여부",
    ),
    (
        "count",
        "list.count(condition): how many items meet the condition; list.count(): how many are given",
        "list.count(condition): 조건을 충족하는 항목의 수, list.count(): 제출된 항목의 수",
    ),
    ("ensure", "a demand: a condition must be true", "요구: 조건이 참이어야 함"),
    ("ensure_usable", "a demand: every value has the form of the schema", "요구: 모든 값이 스키마의 형식에 맞아야 함"),
    (
        "established",
        "a fault that the order found and the submission answers for: no fail",
        "시정요구로 확인되었고 조치가 제출된 사실: 부적합으로 보지 않음",
    ),
    (
        "filter",
        "list.filter(condition): the items that meet the condition",
        "list.filter(condition): 조건을 충족하는 항목의 목록",
    ),
    (
        "find",
        "list.find(condition): the first item that meets the condition; absent if none does",
        "list.find(condition): 조건을 충족하는 첫 항목, 없으면 값 없음",
    ),
    (
        "group_by",
        "list.group_by(key): a list of lists, one for each key",
        "list.group_by(key): 키마다 하나씩 묶은 목록의 목록",
    ),
    (
        "map",
        "list.map(closure): a list with what the closure gives for each item",
        "list.map(closure): 항목마다 클로저가 낸 값의 목록",
    ),
    (
        "none",
        "list.none(condition): whether no item meets the condition",
        "list.none(condition): 조건을 충족하는 항목이 없는지 여부",
    ),
    (
        "or",
        "value.or(default): the value, or the default if it is not given",
        "value.or(default): 값, 제출되지 않았으면 default",
    ),
    ("require", "a demand: a value must be given", "요구: 값이 제출되어야 함"),
    ("require_any", "a demand: one of several values must be given", "요구: 여러 값 중 하나가 제출되어야 함"),
    ("sort_by", "list.sort_by(key): the items in the order of the key", "list.sort_by(key): 키의 순서로 정렬한 목록"),
    ("undetermined", "a question for the inspector", "점검자에게 묻는 질문"),
];

impl Builtin {
    /// Returns its entry in the table.
    pub(super) fn entry(self) -> Option<&'static FunctionEntry> {
        // Both are written in one order by one macro.
        BUILTINS.get(self as usize)
    }
}

fn entry_of(name: &str) -> Option<&'static FunctionEntry> {
    let at = BUILTINS.binary_search_by(|entry| entry.name.cmp(name)).ok()?;
    BUILTINS.get(at)
}

/// Returns the entry of a function with so many arguments, the receiver of a method included.
pub(super) fn named(name: &str, arguments: usize) -> Option<&'static FunctionEntry> {
    entry_of(name).filter(|entry| (entry.least..=entry.arguments.len()).contains(&arguments))
}

/// Returns the fewest and the most arguments of a function, the receiver of a method included.
pub(super) fn counts(name: &str) -> Option<(usize, usize)> {
    entry_of(name).map(|entry| (entry.least, entry.arguments.len()))
}

/// Returns the function that authors mean who know other languages.
pub(super) fn alias(name: &str) -> Option<&'static str> {
    ALIASES.iter().find(|(_, names)| names.contains(&name)).map(|(function, _)| *function)
}

/// Functions with what other languages call them.
const ALIASES: &[(&str, &[&str])] = &[
    ("all", &["every"]),
    ("any", &["some", "exists"]),
    ("as_of", &["today", "now", "timestamp"]),
    ("contains", &["includes", "index_of", "has_key"]),
    ("compare_versions", &["version_order", "semver"]),
    ("difference", &["except", "without", "minus"]),
    ("distinct", &["unique", "dedup"]),
    ("ends_with", &["endsWith", "endswith"]),
    ("ensure", &["assert"]),
    ("has", &["is_def", "is_defined", "defined", "is_def_var", "is_null"]),
    ("intersection", &["intersect"]),
    ("is_subset", &["subset", "contains_all"]),
    ("is_text", &["type_of", "typeof"]),
    ("len", &["length", "size"]),
    ("matches", &["regex", "match", "test"]),
    ("print", &["debug", "log", "println"]),
    ("sort_by", &["sort", "order_by"]),
    ("split", &["sub_string", "substring", "substr", "slice"]),
    ("starts_with", &["startsWith", "startswith"]),
    ("to_lower", &["lower", "lowercase", "to_lowercase"]),
    ("to_number", &["parse_int", "parse_float", "int", "float", "to_int", "to_float"]),
    ("to_upper", &["upper", "uppercase", "to_uppercase"]),
];

/// Tells whether a name is a function of the language.
pub(super) fn is_known(name: &str) -> bool {
    entry_of(name).is_some() || FORMS.iter().any(|(known, ..)| *known == name)
}

/// Returns the line that documents a function of the language.
pub(super) fn documented(name: &str) -> Option<Text> {
    let builtin = entry_of(name).map(|entry| (entry.doc, entry.doc_ko));
    let form = || FORMS.iter().find(|(known, ..)| *known == name).map(|(_, doc, doc_ko)| (*doc, *doc_ko));
    builtin.or_else(form).map(|(en, ko)| Text::new(en, ko))
}

/// Returns the names of all functions of the language with the line that documents each, sorted.
pub fn reference() -> Vec<(&'static str, &'static str)> {
    let forms = FORMS.iter().map(|(name, doc, _)| (*name, *doc));
    let mut all: Vec<(&str, &str)> = BUILTINS.iter().map(|entry| (entry.name, entry.doc)).chain(forms).collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_names_are_defined_once() {
        assert!(BUILTINS.is_sorted_by(|a, b| a.name < b.name));
        assert!(BUILTINS.iter().all(|entry| entry.builtin.entry().is_some_and(|own| own.name == entry.name)));
        let all = reference();
        assert!(all.is_sorted_by(|a, b| a.0 < b.0), "each name once");
    }
}

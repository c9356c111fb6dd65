//! The functions of the rule language: one table with names, types and the line that documents each.
//!
//! `syntax` resolves calls with it, `check` takes the types from it, the reference page is printed from it. How a
//! function is computed stands in `eval/builtins.rs`.

/// Types that an argument may have, or a result has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(pub(super) u16);

impl Kinds {
    pub(super) const NONE: Self = Self(0);
    pub(super) const TEXT: Self = Self(1);
    pub(super) const INTEGER: Self = Self(1 << 1);
    pub(super) const DECIMAL: Self = Self(1 << 2);
    pub(super) const NUMBER: Self = Self(Self::INTEGER.0 | Self::DECIMAL.0);
    pub(super) const BOOLEAN: Self = Self(1 << 3);
    pub(super) const DATE_TIME: Self = Self(1 << 4);
    pub(super) const DATE: Self = Self(1 << 5);
    pub(super) const TIME: Self = Self(1 << 6);
    pub(super) const DURATION: Self = Self(1 << 7);
    pub(super) const LIST: Self = Self(1 << 8);
    pub(super) const MAPPING: Self = Self(1 << 9);
    /// No value at all: a block that ends without one.
    pub(super) const NOTHING: Self = Self(1 << 10);
    pub(super) const SCALAR: Self = Self(0xff);
    pub(super) const ANY: Self = Self(0x3ff);

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Tells whether the two have a type in common; whole numbers and fractions are one.
    pub(super) fn meets(self, other: Self) -> bool {
        let widen = |kinds: Self| if kinds.and(Self::NUMBER).is_empty() { kinds } else { kinds.or(Self::NUMBER) };
        !widen(self).and(widen(other)).is_empty()
    }

    /// Returns the types in words, such as "text or a number".
    pub(super) fn words(self) -> String {
        const NAMES: [(Kinds, &str); 10] = [
            (Kinds::TEXT, "text"),
            (Kinds::NUMBER, "a number"),
            (Kinds::INTEGER, "a whole number"),
            (Kinds::BOOLEAN, "true or false"),
            (Kinds::DATE_TIME, "a date-time"),
            (Kinds::DATE, "a date"),
            (Kinds::TIME, "a time of day"),
            (Kinds::DURATION, "a duration"),
            (Kinds::LIST, "a list"),
            (Kinds::MAPPING, "a mapping"),
        ];
        if self.and(Self::ANY).is_empty() {
            return "nothing".to_owned();
        }
        if self.and(Self::ANY) == Self::SCALAR {
            return "a single value".to_owned();
        }
        let has_fractions = !self.and(Self::DECIMAL).is_empty();
        let named = NAMES.iter().filter(|(kinds, _)| {
            let is_held = !self.and(*kinds).is_empty();
            is_held && (*kinds != Self::NUMBER || has_fractions) && (*kinds != Self::INTEGER || !has_fractions)
        });
        named.map(|(_, name)| *name).collect::<Vec<_>>().join(" or ")
    }
}

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
pub(super) struct Entry {
    pub(super) builtin: Builtin,
    pub(super) name: &'static str,
    /// The types of its arguments, the receiver first; the last ones may be left out from `least` on.
    pub(super) arguments: &'static [Kinds],
    pub(super) least: usize,
    pub(super) gives: Gives,
    pub(super) doc: &'static str,
}

macro_rules! builtins {
    ($($builtin:ident $name:literal ($($argument:expr),*) $least:literal $gives:expr, $doc:literal;)*) => {
        /// The functions that compute a value.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Builtin { $($builtin),* }

        /// All of them, in the order of their names.
        pub(super) const BUILTINS: &[Entry] = &[$(Entry {
            builtin: Builtin::$builtin, name: $name, arguments: &[$($argument),*], least: $least, gives: $gives, doc: $doc,
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
    Abs "abs" (NUM.or(Kinds::DURATION)) 1 First, "abs(n): the number or duration without its sign";
    AddDays "add_days" (DAY, INT) 2 GIVES_DAY, "date.add_days(n): the date n days later";
    AddMonths "add_months" (DAY, INT) 2 GIVES_DAY, "date.add_months(n): the same day n months later; in a month that is too short, its last day";
    AsOf "as_of" () 0 GIVES_DAY, "as_of(): the date of judgement";
    AttachmentSha256 "attachment_sha256" (TEXT) 1 GIVES_TEXT, "attachment_sha256(path): the SHA-256 of an attached file as 64 hexadecimal digits; absent if the bundle has no such file";
    Chars "chars" (TEXT) 1 Texts, "text.chars(): its characters, each as a text";
    CompareVersions "compare_versions" (TEXT, TEXT) 2 GIVES_INT, "compare_versions(a, b): -1 if the version a comes before b, 0 if they are the same, 1 if it comes after; 1.10 comes after 1.9, 2.0-rc.1 before 2.0; absent if one is no version";
    Contains "contains" (TEXT.or(LIST), ANY) 2 BOOL, "list.contains(x), also x in list: whether an item equals x; text.contains(part): whether the part stands in it";
    Date "date" (MOMENT) 1 GIVES_DAY, "moment.date(): the date of a date-time in the time zone of the pack";
    Days "days" (NUM) 1 LENGTH, "days(n): a duration of n times 24 hours";
    DaysBetween "days_between" (DAY, DAY) 2 GIVES_INT, "days_between(from, to): the days from one date to another; also to - from";
    Deadline "deadline" (DAY, INT) 2 GIVES_DAY, "deadline(date, months): the last day of a period under the Korean Civil Act";
    Difference "difference" (LIST, LIST) 2 First, "list.difference(other): the items that the other list does not have, each once";
    Distinct "distinct" (LIST) 1 First, "list.distinct(): the items without those that equal an earlier one";
    Div "div" (NUM, NUM) 2 GIVES_NUM, "div(a, b): the whole part of a / b";
    EndsWith "ends_with" (TEXT, TEXT) 2 BOOL, "text.ends_with(part)";
    FileOf "file_of" (ANY) 1 GIVES_TEXT, "file_of(x): the file of the bundle in which x is written";
    First "first" (LIST) 1 Item, "list.first(): the first item; absent if there is none";
    Flatten "flatten" (LIST) 1 ListOfItems, "list.flatten(): the items of a list of lists as one list";
    Has "has" (ANY) 1 BOOL, "has(x): whether x is given: not absent, and something in it is given";
    Hour "hour" (MOMENT.or(Kinds::TIME)) 1 GIVES_INT, "moment.hour(): the hour from 0 to 23 in the time zone of the pack";
    Hours "hours" (NUM) 1 LENGTH, "hours(n): a duration";
    Intersection "intersection" (LIST, LIST) 2 First, "list.intersection(other): the items that the other list has as well, each once";
    IsEmpty "is_empty" (TEXT.or(LIST)) 1 BOOL, "whether no item of a list is given, or a text has no characters";
    IsNumber "is_number" (ANY) 1 BOOL, "is_number(x): whether x is a number, where the schema allows several types";
    IsPresent "is_present" (ANY) 1 BOOL, "is_present(x): whether anything stands there, [] and {} included";
    IsSubset "is_subset" (LIST, LIST) 2 BOOL, "list.is_subset(other): whether the other list has every item";
    IsText "is_text" (ANY) 1 BOOL, "is_text(x): whether x is text, where the schema allows several types";
    Keys "keys" (MAP) 1 Texts, "mapping.keys(): the keys that are given";
    Last "last" (LIST) 1 Item, "list.last(): the last item; absent if there is none";
    Len "len" (TEXT.or(LIST)) 1 GIVES_INT, "the number of items of a list that are given, or of characters of a text";
    Lines "lines" (TEXT) 1 Texts, "text.lines(): its lines";
    Matches "matches" (TEXT, TEXT) 2 BOOL, "text.matches(pattern): whether the regular expression fits somewhere in the text";
    Max "max" (ANY, ANY) 1 Any, "max(a, b): the larger of two; list.max(): the largest item";
    Min "min" (ANY, ANY) 1 Any, "min(a, b): the smaller of two; list.min(): the smallest item";
    Minutes "minutes" (NUM) 1 LENGTH, "minutes(n): a duration";
    Parameter "parameter" (TEXT) 1 Parameter, "parameter(name): the value of a parameter of the pack";
    Print "print" (ANY) 1 Gives::Kinds(Kinds::NOTHING), "print(value): a note for the rule author; --verbose shows it for a rule that did not pass";
    RangeOf "range" (INT, INT) 2 Gives::Kinds(LIST), "range(a, b): the whole numbers from a to b - 1; also a..b";
    Replace "replace" (TEXT, TEXT, TEXT) 3 GIVES_TEXT, "text.replace(part, by): the text with every such part replaced";
    Round "round" (NUM, INT) 1 GIVES_NUM, "n.round(digits): rounded half to even; without digits to a whole number";
    SameName "same_name" (TEXT, TEXT) 2 BOOL, "same_name(a, b): whether two names are the same but for capitals, spaces, width and invisible characters";
    Seconds "seconds" (NUM) 1 LENGTH, "seconds(n): a duration";
    Split "split" (TEXT, TEXT) 2 Texts, "text.split(separator): the parts between";
    StageOf "stage" () 0 GIVES_TEXT, "stage(): the id of the stage that the bundle is judged at; empty text if it is not known";
    StartsWith "starts_with" (TEXT, TEXT) 2 BOOL, "text.starts_with(part)";
    Sum "sum" (LIST) 1 Item, "list.sum(): the sum of its numbers or durations";
    Time "time" (MOMENT) 1 Gives::Kinds(Kinds::TIME), "moment.time(): the time of day of a date-time in the time zone of the pack";
    ToDate "to_date" (TEXT) 1 GIVES_DAY, "text.to_date(): the date that it writes as 2024-05-31; absent if it is none";
    ToLower "to_lower" (TEXT) 1 GIVES_TEXT, "text.to_lower(): the text in lower case";
    ToNumber "to_number" (TEXT) 1 GIVES_NUM, "text.to_number(): the number that it writes; absent if it is none";
    ToString "to_string" (Kinds::SCALAR) 1 GIVES_TEXT, "value.to_string(): the value as text";
    ToTime "to_time" (TEXT) 1 Gives::Kinds(Kinds::TIME), "text.to_time(): the time of day that it writes as 09:00; absent if it is none";
    ToUpper "to_upper" (TEXT) 1 GIVES_TEXT, "text.to_upper(): the text in upper case";
    Trim "trim" (TEXT) 1 GIVES_TEXT, "text.trim(): the text without spaces at both ends";
    Union "union" (LIST, LIST) 2 Any, "list.union(other): the items of both lists, each once";
    ValuesOf "values" (MAP) 1 Values, "mapping.values(): the values that are given";
    Weekday "weekday" (MOMENT.or(DAY)) 1 GIVES_INT, "date.weekday(): 1 for Monday to 7 for Sunday, in the time zone of the pack";
}

/// Functions with a closure, `or`, and the demands: they have a form of their own in the representation.
pub(super) const FORMS: &[(&str, &str)] = &[
    ("all", "list.all(condition): whether every item meets the condition"),
    ("any", "list.any(condition): whether an item meets the condition"),
    ("count", "list.count(condition): how many items meet the condition; list.count(): how many are given"),
    ("ensure", "a demand: a condition must be true"),
    ("ensure_usable", "a demand: every value has the form of the schema"),
    ("filter", "list.filter(condition): the items that meet the condition"),
    ("find", "list.find(condition): the first item that meets the condition; absent if none does"),
    ("group_by", "list.group_by(key): a list of lists, one for each key"),
    ("map", "list.map(closure): a list with what the closure gives for each item"),
    ("none", "list.none(condition): whether no item meets the condition"),
    ("or", "value.or(default): the value, or the default if it is not given"),
    ("require", "a demand: a value must be given"),
    ("require_any", "a demand: one of several values must be given"),
    ("sort_by", "list.sort_by(key): the items in the order of the key"),
    ("undetermined", "a question for the inspector"),
];

/// Returns the entry of a function with so many arguments, the receiver of a method included.
pub(super) fn named(name: &str, arguments: usize) -> Option<&'static Entry> {
    let at = BUILTINS.binary_search_by(|entry| entry.name.cmp(name)).ok()?;
    BUILTINS.get(at).filter(|entry| (entry.least..=entry.arguments.len()).contains(&arguments))
}

/// Returns the fewest and the most arguments of a function, the receiver of a method included.
pub(super) fn counts(name: &str) -> Option<(usize, usize)> {
    let at = BUILTINS.binary_search_by(|entry| entry.name.cmp(name)).ok()?;
    BUILTINS.get(at).map(|entry| (entry.least, entry.arguments.len()))
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
    BUILTINS.binary_search_by(|entry| entry.name.cmp(name)).is_ok() || FORMS.iter().any(|(known, _)| *known == name)
}

/// Returns the names of all functions of the language with the line that documents each, sorted.
pub fn reference() -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<(&str, &str)> =
        BUILTINS.iter().map(|entry| (entry.name, entry.doc)).chain(FORMS.iter().copied()).collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_names_are_defined_once() {
        assert!(BUILTINS.is_sorted_by(|a, b| a.name < b.name));
        let all = reference();
        assert!(all.is_sorted_by(|a, b| a.0 < b.0), "each name once");
    }

    #[test]
    fn types_read_as_a_list_of_words() {
        assert_eq!(Kinds::TEXT.or(Kinds::NUMBER).words(), "text or a number");
        assert_eq!(Kinds::INTEGER.words(), "a whole number");
        assert_eq!(Kinds::NOTHING.words(), "nothing");
    }
}

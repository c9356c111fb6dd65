//! The two languages of every message, and text that is given in both.

use serde::Serialize;

/// The language a reader asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Korean.
    Korean,
}

impl Language {
    /// Returns the ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Text {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

impl Text {
    /// Creates a text from its English and Korean wording.
    pub fn new(en: impl Into<String>, ko: impl Into<String>) -> Self {
        Self { en: en.into(), ko: ko.into() }
    }

    /// Creates a text that reads the same in both languages: a name, a number, a place.
    pub fn same(text: impl Into<String>) -> Self {
        let en = text.into();
        Self { ko: en.clone(), en }
    }

    /// Returns the wording in one language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Korean => &self.ko,
        }
    }

    /// Returns the text with every `{name}` replaced by the value of that name; unknown names stay.
    #[must_use]
    pub fn fill(&self, value_of: impl Fn(&str) -> Option<Self>) -> Self {
        let en = fill_one(&self.en, |name| value_of(name).map(|text| text.en));
        let ko = fill_one(&self.ko, |name| value_of(name).map(|text| text.ko));
        Self { en, ko }
    }

    /// Returns the names that stand in braces in either wording.
    pub fn placeholders(&self) -> Vec<&str> {
        let mut names: Vec<&str> = [&self.en, &self.ko].into_iter().flat_map(|text| names_in(text)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Writes a text in both languages, each as `format!` does; behind a semicolon stand variables that are texts themselves.
///
/// A Korean wording adds no particle to what is inserted, because the particle would depend on its last sound.
macro_rules! text {
    ($en:literal, $ko:literal $(; $($part:ident),+)?) => {
        $crate::language::Text {
            en: { $($(let $part = $crate::language::Text::get(&$part, $crate::language::Language::English);)+)? format!($en) },
            ko: { $($(let $part = $crate::language::Text::get(&$part, $crate::language::Language::Korean);)+)? format!($ko) },
        }
    };
}
pub(crate) use text;

fn fill_one(template: &str, value_of: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let value = after.split_once('}').and_then(|(name, tail)| Some((value_of(name)?, tail)));
        match value {
            Some((value, tail)) => {
                filled.push_str(&value);
                rest = tail;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

fn names_in(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces_are_filled_and_unknown_ones_stay() {
        let text = Text::new("{a} of {b}, {c}", "{b} 중 {a} {");
        let filled = text.fill(|name| match name {
            "a" => Some(Text::new("one", "하나")),
            "b" => Some(Text::same("{a}")),
            _ => None,
        });
        assert_eq!(filled, Text::new("one of {a}, {c}", "{a} 중 하나 {"));
        assert_eq!(text.placeholders(), ["a", "b", "c"]);
    }
}

//! The glossary of a pack: which word stands for a concept, and which words do not.

use anyhow::Result;

use super::literal::{Literal, LiteralReader};
use crate::error::Mistakes;
use crate::evidence::Position;
use crate::language::text;
use crate::load::{Limits, document};

/// The words of a pack.
#[derive(Clone, Debug, Default)]
pub struct Glossary {
    /// One for each concept, in the order of the file.
    pub terms: Vec<Term>,
}

/// The word for one concept.
#[derive(Clone, Debug)]
pub struct Term {
    /// The concept in English.
    pub en: String,
    /// Its Korean word.
    pub ko: String,
    /// Korean words that are never used for it.
    pub not: Vec<String>,
}

/// What stands between the Korean words of one term.
const SEPARATORS: [char; 4] = ['/', ';', ',', ':'];

impl Glossary {
    /// Reads `glossary.yaml`.
    ///
    /// # Errors
    /// Every mistake, each with its place.
    pub(super) fn from_yaml(name: &str, text: &str) -> Result<Self> {
        let document = document(name, text.as_bytes(), &Limits::default()).map_err(|refused| *refused)?;
        let literal = Literal::of_document(&document);
        let mut reader = LiteralReader::default();
        let glossary = Self::read(&mut reader, &literal);
        if let Some(glossary) = glossary.filter(|_| reader.mistakes.is_empty()) {
            return Ok(glossary);
        }
        let reported = reader.mistakes.iter().map(|mistake| {
            let (Position { line, column }, message) = (mistake.at, &mistake.message);
            let hint = mistake.hint.as_ref().map(|hint| text!("; {hint}", ". {hint}"; hint)).unwrap_or_default();
            text!("{name}:{line}:{column}: {message}{hint}", "{name}:{line}:{column}: {message}{hint}"; message, hint)
        });
        Err(Mistakes(reported.collect()).into())
    }

    fn read(reader: &mut LiteralReader, literal: &Literal) -> Option<Self> {
        let mut fields = reader.fields(literal, "glossary.yaml")?.at_top();
        let terms = fields.required(reader, "terms").and_then(|(value, path)| {
            let items = reader.list(value, &path)?.iter().enumerate();
            Some(items.filter_map(|(number, item)| Term::read(reader, item, &format!("{path}[{number}]"))).collect())
        });
        fields.finish(reader);
        Some(Self { terms: terms? })
    }

    /// Returns a word of a Korean text that the glossary excludes, with the term that stands for it.
    pub fn excluded<'g>(&'g self, text: &str) -> Option<(&'g str, &'g Term)> {
        self.terms.iter().find_map(|term| {
            let word = term.not.iter().find(|word| {
                // It may only be a part of the right word: 테스트 환경 in 사전테스트 환경.
                let right = term.ko.split(SEPARATORS).map(str::trim).filter(|right| right.contains(word.as_str()));
                right.fold(text.to_owned(), |text, right| text.replace(right, " ")).contains(word.as_str())
            })?;
            Some((word.as_str(), term))
        })
    }
}

impl Term {
    fn read(reader: &mut LiteralReader, literal: &Literal, path: &str) -> Option<Self> {
        let mut fields = reader.fields(literal, path)?;
        let en = fields.required(reader, "en").and_then(|(value, path)| reader.text(value, &path));
        let ko = fields.required(reader, "ko").and_then(|(value, path)| reader.text(value, &path));
        let not = match fields.optional("not") {
            None => Some(Vec::new()),
            Some((value, path)) => {
                let items = reader.list(value, &path)?.iter();
                Some(items.filter_map(|item| reader.text(item, &path)).collect())
            }
        };
        fields.finish(reader);
        Some(Self { en: en?, ko: ko?, not: not? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excluded_words_are_found_with_the_word_that_stands_for_them() {
        let yaml = "terms:\n  - {en: artefact, ko: 배포본, not: [산출물]}\n  - {en: control, ko: 점검 분야}\n";
        let glossary = Glossary::from_yaml("glossary.yaml", yaml).expect("a glossary");
        let found = glossary.excluded("배포 산출물의 해시값").map(|(word, term)| (word, term.ko.as_str()));
        assert_eq!(found, Some(("산출물", "배포본")));
        assert!(glossary.excluded("배포본의 해시값").is_none());
        let yaml = "terms:\n  - {en: work, ko: 작업 / 주요 작업, not: [요 작업, 작업통제]}\n";
        let glossary = Glossary::from_yaml("glossary.yaml", yaml).expect("a glossary");
        assert!(glossary.excluded("주요 작업").is_none() && glossary.excluded("중요 작업").is_some());
        assert!(glossary.excluded("주요 작업의 작업통제").is_some());
    }

    #[test]
    fn mistakes_of_a_glossary_have_their_place() {
        let error = Glossary::from_yaml("glossary.yaml", "terms:\n  - {en: a, nott: [b]}\n").expect_err("mistakes");
        let text = format!("{error:?}");
        assert!(text.contains("glossary.yaml:2:") && text.contains("nott"), "{text}");
    }
}

//! Prose and names that are given and state nothing: placeholders, hardly a letter, one text in every entry of a list.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::schema::{Schema, Shape, ShapeId};
use super::validate::{Against, Content, Validated, Validation};
use crate::evidence::{NodeId, NodeRef, has_letters, has_word, name_key, same_name};

/// Entries of a list from which on the same text in all of them is one text that was copied.
const ENTRIES: usize = 3;
/// Letters by which most texts differ from every placeholder.
const BEGINNING: usize = 2;

/// Why it is for a person to say whether prose states anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It is one of the placeholders of the pack, or made of them.
    Placeholder,
    /// It has no two different letters.
    Scant,
    /// All entries of a list have the same text.
    Repeated {
        /// The list.
        list: NodeId,
        /// The text in its first entry.
        first: NodeId,
    },
}

/// The placeholders of a pack.
#[derive(Clone, Debug, Default)]
pub(super) struct Placeholders {
    keys: BTreeSet<String>,
    /// Letters and digits of the longest.
    longest: usize,
}

impl Placeholders {
    pub(super) fn new(texts: &[String]) -> Self {
        let keys: BTreeSet<String> = texts.iter().map(|text| words_of(text)).collect();
        let longest = keys.iter().map(|key| key.chars().count()).max().unwrap_or(0);
        Self { keys, longest }
    }

    /// Tells whether a text is a placeholder: names are compared, and what stands around and between letters and digits
    /// makes no difference. Most texts are of ASCII and Hangul, and longer than any placeholder.
    pub(super) fn contain(&self, text: &str) -> bool {
        let (mut key, mut count) = (String::new(), 0);
        for c in text.chars() {
            match c {
                '0'..='9' | 'A'..='Z' | 'a'..='z' | '가'..='힣' if count == self.longest => return false,
                // What follows a letter may still be joined with it, so that it is complete only where another begins.
                '0'..='9' | 'A'..='Z' | 'a'..='z' | '가'..='힣' if count == BEGINNING && !self.begin_with(&key) => {
                    return false;
                }
                '0'..='9' | 'A'..='Z' | 'a'..='z' | '가'..='힣' => {
                    key.push(c.to_ascii_lowercase());
                    count += 1;
                }
                // Of other characters only those that no form of a name turns into a letter or digit are passed over here.
                '\0'..='\x7f' | '·' | '\u{2010}'..='\u{2027}' | '\u{2190}'..='\u{21ff}' | '\u{3008}'..='\u{3011}' => {}
                _ => return self.contain_any(text),
            }
        }
        self.keys.contains(&key)
    }

    /// Tells whether one of the placeholders begins with these letters.
    fn begin_with(&self, letters: &str) -> bool {
        self.keys
            .range::<str, _>((Bound::Included(letters), Bound::Unbounded))
            .next()
            .is_some_and(|key| key.starts_with(letters))
    }

    fn contain_any(&self, text: &str) -> bool {
        // A letter may be written as a few characters that are composed, or as one that stands for a few.
        let most = self.longest.saturating_mul(4);
        text.chars().filter(|c| c.is_alphanumeric()).nth(most).is_none() && self.keys.contains(&words_of(text))
    }

    /// Tells whether a text is made of placeholders, with numbers before and after. Most texts do not begin with one.
    fn fill(&self, text: &str) -> bool {
        let (mut key, mut count) = (String::new(), 0);
        for c in text.chars() {
            match c {
                '0'..='9' if key.is_empty() => {}
                '0'..='9' | 'A'..='Z' | 'a'..='z' | '가'..='힣' => {
                    key.push(c.to_ascii_lowercase());
                    count += 1;
                    if count == self.longest && !self.begin(&key) {
                        return false;
                    }
                }
                // As in `contain`.
                '\0'..='\x7f' | '·' | '\u{2010}'..='\u{2027}' | '\u{2190}'..='\u{21ff}' | '\u{3008}'..='\u{3011}' => {}
                _ => return self.make(&words_of(text)),
            }
        }
        self.make(&key)
    }

    /// Tells whether a key begins with a placeholder.
    fn begin(&self, key: &str) -> bool {
        let mut heads = key.char_indices().filter_map(|(at, c)| key.get(..at + c.len_utf8()));
        heads.any(|head| self.keys.contains(head))
    }

    /// Tells whether a key is made of placeholders, with numbers before and after.
    fn make(&self, key: &str) -> bool {
        let key = key.trim_matches(|c: char| c.is_ascii_digit());
        if key.is_empty() {
            return false;
        }
        // From which positions on the rest is to be made of placeholders.
        let mut open = BTreeSet::from([0]);
        while let Some(at) = open.pop_first() {
            let Some(rest) = key.get(at..).filter(|rest| !rest.is_empty()) else { return true };
            for length in rest.char_indices().map(|(start, c)| start + c.len_utf8()).take(self.longest) {
                if rest.get(..length).is_some_and(|head| self.keys.contains(head)) {
                    open.insert(at + length);
                }
            }
        }
        false
    }
}

/// Returns the letters and digits of a name.
fn words_of(text: &str) -> String {
    let key = name_key(text);
    key.chars().filter(|c| has_word(c.encode_utf8(&mut [0; 4]))).collect()
}

/// Texts of one field that are the same in every entry of a list so far.
#[derive(Debug)]
struct ProseField {
    shape: ShapeId,
    texts: Vec<NodeId>,
    /// Entries that have one.
    entries: usize,
    /// The entry that had the last.
    last: usize,
    is_same: bool,
}

/// Prose in the entries of a list, as long as the list is read.
#[derive(Debug, Default)]
pub(super) struct Entries {
    fields: Vec<ProseField>,
    /// The entry that is read, from 1; 0 outside of lists that are long enough.
    entry: usize,
}

impl Entries {
    /// Begins with a list of so many entries.
    pub(super) fn of_list(length: usize) -> Self {
        Self { fields: Vec::new(), entry: usize::from(length >= ENTRIES) }
    }

    /// Goes on to the next entry.
    pub(super) fn next(&mut self) {
        self.entry += usize::from(self.entry > 0);
    }

    /// Takes in prose; `text_of` gives the text of a node.
    pub(super) fn add<'t>(&mut self, shape: ShapeId, node: NodeId, text_of: impl Fn(NodeId) -> &'t str) {
        if self.entry == 0 {
            return;
        }
        let Some(field) = self.fields.iter_mut().find(|field| field.shape == shape) else {
            let (texts, entries, last) = (vec![node], 1, self.entry);
            // What the first entry does not have is not in all of them.
            self.fields.push(ProseField { shape, texts, entries, last, is_same: self.entry == 1 });
            return;
        };
        let first = field.texts.first().copied().unwrap_or(node);
        field.is_same = field.is_same && same_name(text_of(first), text_of(node));
        if !field.is_same {
            // Nothing more is compared.
            return field.texts.truncate(1);
        }
        field.texts.push(node);
        field.entries += usize::from(field.last != self.entry);
        field.last = self.entry;
    }

    /// Returns the texts that are the same in all entries of a list of this length, field by field.
    pub(super) fn repeated(self, length: usize) -> impl Iterator<Item = Vec<NodeId>> {
        let all = self.fields.into_iter().filter(move |field| field.is_same && field.entries == length);
        all.filter(move |_| length >= ENTRIES).map(|field| field.texts)
    }
}

impl Validated {
    /// Returns why a node is doubtful prose.
    pub(crate) fn doubt(&self, node: NodeId) -> Option<Doubt> {
        let validation = self.validation(node);
        if validation.content == Content::Doubtful { self.doubts.get(validation.at as usize).copied() } else { None }
    }

    /// Holds the items of a list to the schema; prose that all of them have in common is doubtful.
    pub(super) fn visit_items(&mut self, list: NodeRef<'_>, against: &Against<'_>, item: ShapeId) {
        let length = list.len();
        let outer = std::mem::replace(&mut self.entries, Entries::of_list(length));
        for node in list.items() {
            self.visit(node, against, item);
            self.entries.next();
        }
        for texts in std::mem::replace(&mut self.entries, outer).repeated(length) {
            let Some(first) = texts.first().copied() else { continue };
            self.doubts.push(Doubt::Repeated { list: list.id(), first });
            let at = self.doubts.len() as u32 - 1;
            for text in texts {
                if let Some(validation) = self.nodes.get_mut(text.index()) {
                    *validation = Validation { content: Content::Doubtful, at, ..*validation };
                }
            }
        }
    }

    /// Returns what prose or a name holds.
    pub(super) fn statement(&mut self, node: NodeRef<'_>, shape: &Shape, schema: &Schema) -> Content {
        if !has_word(node.text()) {
            self.values -= 1;
            return Content::Nothing;
        }
        let (text, placeholders) = (node.text(), schema.placeholders());
        let is_loose = shape.is_strict || shape.is_name;
        let doubt = if placeholders.contain(text) || is_loose && placeholders.fill(text) {
            Doubt::Placeholder
        } else if shape.is_strict && !has_letters(text) {
            Doubt::Scant
        } else {
            return Content::Text;
        };
        self.doubts.push(doubt);
        Content::Doubtful
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack() -> Placeholders {
        let texts = ["TBD", "N/A", "없음", "해당 없음", "미정", "추후 작성", "확인 중", "to be determined"];
        Placeholders::new(&texts.map(str::to_owned))
    }

    #[test]
    fn placeholders_are_known_however_they_are_written() {
        let same = [
            "TBD",
            "tbd.",
            "(T.B.D)",
            "ＴＢＤ",
            "T\u{200d}B\u{200b}D",
            "T\u{ad}BD",
            "T\u{336}B\u{336}D\u{336}",
            "- TBD -",
            "n/a",
            "N / A",
            "N.A.",
            "ＮＡ",
            "없음",
            "없 음",
            "없\u{200b}음.",
            "\u{110b}\u{1165}\u{11b9}\u{110b}\u{1173}\u{11b7}",
            "「해당없음」",
            "해당\u{3000}없음",
            "해당\u{a0}\u{3164}없음!",
            "※ 미정 ※",
            "[추후작성]",
            "확인 중…",
            "확인\n중",
            "To be  Determined",
            "\u{feff}미정\u{2800}",
        ];
        for text in same {
            assert!(pack().contain(text), "{text:?}");
        }
        let other = [
            "",
            "...",
            "TBDx",
            "TBD 2",
            "원인 없음",
            "없음을 확인함",
            "미정의 변수 참조",
            "추후 작성한 보고서에 따라 조치함",
            "확인 중 오류 발견",
            "해당 없음: 이중화 대상이 아님",
            "a text that is longer than any of the placeholders, which ends in TBD",
        ];
        for text in other {
            assert!(!pack().contain(text), "{text:?}");
        }
        assert!(!Placeholders::default().contain("") && !Placeholders::default().contain("a"));
    }

    #[test]
    fn placeholders_in_a_row_with_numbers_say_no_more() {
        for text in ["TBD", "TBD 2", "1. 미정", "미정 미정 미정", "확인 중, 추후 작성 (3)", "N/A·N/A", "(1) 없 음"]
        {
            assert!(pack().fill(text), "{text:?}");
        }
        assert!(pack().fill(&"미정 ".repeat(99)));
        for text in ["", "2", "미정 서버", "원인 없음", "TBDx", "확인 중 오류 발견", "해당 없음: 이중화 대상이 아님"]
        {
            assert!(!pack().fill(text), "{text:?}");
        }
        assert!(!Placeholders::default().fill("a") && !Placeholders::default().fill(""));
    }

    #[test]
    fn what_is_passed_over_has_no_letter_or_digit_in_any_form() {
        for c in
            "·".chars().chain('\u{2010}'..='\u{2027}').chain('\u{2190}'..='\u{21ff}').chain('\u{3008}'..='\u{3011}')
        {
            assert_eq!(words_of(&c.to_string()), "", "{c:?}");
        }
    }
}

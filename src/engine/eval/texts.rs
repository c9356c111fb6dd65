//! Functions of texts. They see the composed form of a text (NFC), so that one that is written otherwise is the same
//! text; what is cut out of it keeps the place of the whole.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::arrays::Item;
use super::plain_text::{is_lower, trim};
use super::run::{Eval, Evaluator};
use super::value::{At, Value};
use crate::engine::ir::Builtin;
use crate::engine::pattern;
use crate::evidence::{Decimal, compare_versions, plain_name, same_name, text_key};
use crate::pack;

/// Computed regular expressions that are kept, and the steps that one costs each time.
const COMPUTED_PATTERNS: usize = 64;
const STEPS_PER_PATTERN: u64 = 1 << 10;

impl<'r> Evaluator<'r> {
    /// Computes a function of one text.
    pub(super) fn of_text(&mut self, builtin: Builtin, text: &'r str, value: Value, at: At) -> Eval {
        self.spend(text.len() as u64 / 64)?;
        match builtin {
            Builtin::ToLower if is_lower(text) => Ok(value),
            Builtin::ToLower => self.computed_text(&text.to_lowercase(), at),
            Builtin::PlainName => {
                self.spend(text.len() as u64 / 16)?;
                self.computed_text(&plain_name(text), at)
            }
            Builtin::ToUpper => self.computed_text(&text.to_uppercase(), at),
            Builtin::Trim if trim(text).len() == text.len() => Ok(value),
            Builtin::Trim => Ok(self.heap.keep_text(trim(text))),
            Builtin::Chars => {
                let text = self.composed(text)?;
                self.room_for(text.len().saturating_mul(size_of::<Item>()))?;
                let ends = text.char_indices().map(|(at, c)| text.get(at..at + c.len_utf8()).unwrap_or_default());
                self.texts(ends, at)
            }
            Builtin::Lines => {
                self.room_for(text.matches('\n').count().saturating_mul(size_of::<Item>()))?;
                self.texts(text.lines(), at)
            }
            Builtin::ToNumber => match Decimal::parse(text.trim()) {
                Some(number) => Ok(self.heap.keep_decimal(number)),
                None => Ok(self.unreadable(value)),
            },
            Builtin::ToDate => match crate::evidence::Day::parse(text.trim()) {
                Some(day) => Ok(Value::day(day)),
                None => Ok(self.unreadable(value)),
            },
            Builtin::ToTime => match crate::evidence::TimeOfDay::parse(text.trim()) {
                Some(time) => Ok(Value::time(time)),
                None => Ok(self.unreadable(value)),
            },
            _ => Err(self.does_not_fit(builtin, &[value])),
        }
    }

    /// Returns that a text does not write what was expected of it.
    fn unreadable(&mut self, value: Value) -> Value {
        let place = self.place_or_root(value);
        let shape = self.tree(place.subject).validated.shape(place.node);
        self.absent_at(place, shape, value.written_at() != At::NOWHERE)
    }

    /// Computes a function of two texts.
    pub(super) fn of_texts(&mut self, builtin: Builtin, one: Value, other: Value) -> Eval {
        let (Some(text), Some(part)) = (self.as_text(one), self.as_text(other)) else {
            return Err(self.does_not_fit(builtin, &[one, other]));
        };
        match builtin {
            Builtin::Contains => {
                self.spend(text.len() as u64 / 16)?;
                Ok(Value::bool(text_key(text).contains(&*text_key(part))))
            }
            Builtin::StartsWith => {
                self.spend(text.len() as u64 / 64)?;
                Ok(Value::bool(text_key(text).starts_with(&*text_key(part))))
            }
            Builtin::EndsWith => {
                self.spend(text.len() as u64 / 64)?;
                Ok(Value::bool(text_key(text).ends_with(&*text_key(part))))
            }
            Builtin::SameName => {
                self.spend((text.len() + part.len()) as u64 / 16)?;
                Ok(Value::bool(same_name(text, part)))
            }
            Builtin::CompareVersions => {
                self.spend((text.len() + part.len()) as u64 / 16)?;
                match compare_versions(text.trim(), part.trim()) {
                    Some(order) => Ok(Value::int(match order {
                        Ordering::Less => -1,
                        Ordering::Equal => 0,
                        Ordering::Greater => 1,
                    })),
                    None => {
                        let is_version = compare_versions(text.trim(), text.trim()).is_some();
                        Ok(self.unreadable(if is_version { other } else { one }))
                    }
                }
            }
            Builtin::Split => {
                self.spend(text.len() as u64 / 16)?;
                let at = one.written_at();
                let (text, separator) = (self.composed(text)?, text_key(part));
                if separator.is_empty() {
                    return self.texts(std::iter::once(text), at);
                }
                self.room_for(text.matches(&*separator).count().saturating_mul(size_of::<Item>()))?;
                self.texts(text.split(&*separator), at)
            }
            Builtin::Matches => {
                let is_written = self.heap.is_written(other);
                self.matches(text, part, is_written)
            }
            _ => Err(self.does_not_fit(builtin, &[one, other])),
        }
    }

    /// Replaces every part of a text.
    pub(super) fn replace(&mut self, text: Value, part: Value, by: Value, at: At) -> Eval {
        let (text, part, by) = (self.needs_text(text)?, self.needs_text(part)?, self.needs_text(by)?);
        self.spend(text.len() as u64 / 16)?;
        let (text, part) = (text_key(text), text_key(part));
        if part.is_empty() {
            return self.computed_text(&text, at);
        }
        self.room_for(text.len().saturating_add(text.matches(&*part).count().saturating_mul(by.len())))?;
        let replaced = text.replace(&*part, by);
        self.computed_text(&replaced, at)
    }

    /// Returns the composed form of a text.
    fn composed(&mut self, text: &'r str) -> Eval<&'r str> {
        match text_key(text) {
            Cow::Borrowed(text) => Ok(text),
            Cow::Owned(composed) => {
                self.spend_bytes(composed.len())?;
                Ok(self.arena.alloc_str(&composed))
            }
        }
    }

    fn matches(&mut self, text: &str, pattern: &'r str, is_written: bool) -> Eval {
        self.spend(text.len() as u64)?;
        if !is_written {
            // It may be another one each time, and nothing says how long it takes to compile.
            self.spend(STEPS_PER_PATTERN + pattern.len() as u64)?;
        }
        let known = if is_written { &mut self.patterns } else { &mut self.computed_patterns };
        if !known.contains_key(pattern) {
            if !is_written && known.len() >= COMPUTED_PATTERNS {
                known.clear();
            }
            let compiled = pattern::compile(pattern).ok();
            known.insert(pattern.to_owned(), compiled);
        }
        match known.get(pattern) {
            Some(Some(compiled)) => Ok(Value::bool(compiled.is_match(&text_key(text)))),
            _ => Err(self.fault(format!("`{}` is no regular expression, or too large a one", pack::short(pattern)))),
        }
    }

    fn texts(&mut self, texts: impl Iterator<Item = &'r str>, at: At) -> Eval {
        let items: Vec<Item> = texts.map(|text| Item::certain(self.heap.keep_text(text).at(at))).collect();
        self.make_list(&items, at)
    }

    fn needs_text(&self, value: Value) -> Eval<&'r str> {
        self.as_text(value).ok_or_else(|| self.fault(format!("text is expected, found {}", self.type_name(value))))
    }
}

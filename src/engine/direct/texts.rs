//! The texts that stand in the rules of a program, each once.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::plan::TextId;

/// Texts under numbers.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Texts {
    all: Vec<Box<str>>,
    /// Needed to add texts, not to read them.
    #[serde(skip)]
    numbers: HashMap<Box<str>, TextId>,
}

impl Texts {
    /// Returns the number of a text, which is added if it is new.
    pub(super) fn number(&mut self, text: &str) -> TextId {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.all.len() as TextId;
        self.all.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }

    /// Returns the texts in the order of their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|text| &**text)
    }
}

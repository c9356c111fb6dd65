//! What the rules of a run made themselves and what needs more than a word: texts, selections, arrays.

use super::super::recorder::Place;
use super::arrays::Arrays;
use super::value::Value;
use crate::evidence::NodeId;

/// Texts, and selections, that one bundle may need; what needs more is left to the interpreter.
const KEPT: usize = 1 << 20;

/// What values refer to by number.
pub(super) struct Made<'r> {
    /// The texts that stand in the rules, then those that were computed.
    pub(super) texts: Vec<&'r str>,
    written: usize,
    pub(super) selections: Vec<&'r [NodeId]>,
    pub(super) arrays: Arrays,
}

impl<'r> Made<'r> {
    /// Begins with the texts that stand in the rules.
    pub(super) fn new(texts: impl Iterator<Item = &'r str>) -> Self {
        let texts: Vec<&str> = texts.collect();
        Self { written: texts.len(), texts, selections: Vec::new(), arrays: Arrays::default() }
    }

    /// Keeps a text; nothing where there are too many.
    pub(super) fn keep_text(&mut self, text: &'r str) -> Option<Value> {
        if self.texts.len() - self.written >= KEPT {
            return None;
        }
        self.texts.push(text);
        Some(Value::text(self.texts.len() - 1))
    }

    /// Keeps some items of a list; nothing where there are too many.
    pub(super) fn keep_selection(&mut self, of: Place, nodes: &'r [NodeId]) -> Option<Value> {
        if self.selections.len() >= KEPT {
            return None;
        }
        self.selections.push(nodes);
        Some(Value::selection(of, self.selections.len() - 1))
    }

    /// Tells whether there is little room left.
    pub(super) fn is_nearly_full(&self) -> bool {
        let most = self.selections.len().max(self.texts.len() - self.written);
        most > KEPT / 2 || self.arrays.is_nearly_full()
    }

    /// Forgets all but the texts of the rules.
    pub(super) fn clear(&mut self) {
        self.texts.truncate(self.written);
        self.selections.clear();
        self.arrays = Arrays::default();
    }
}

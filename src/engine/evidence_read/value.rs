//! What an expression of a rule may stand for, whatever the evidence is.

use std::collections::BTreeSet;

use rhai::{Array, Dynamic};

use crate::pack::{Schema, ShapeId, ShapeKind};

/// Levels of arrays in arrays that are told apart.
const DEPTH: usize = 4;
/// Texts that are told apart; more are anything.
const TEXTS: usize = 64;

/// All that an expression may stand for. It only ever grows.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Value {
    /// Evidence at one of these places of the schema.
    pub(super) places: BTreeSet<ShapeId>,
    /// An array of the script with such items.
    pub(super) items: Option<Box<Self>>,
    /// One of these texts of the script.
    pub(super) texts: BTreeSet<String>,
    /// A value without fields that was computed: a number, a time, a condition, a text.
    pub(super) is_computed: bool,
    /// Anything, so that texts do not matter.
    pub(super) is_unknown: bool,
}

impl Value {
    pub(super) fn place(place: ShapeId) -> Self {
        Self { places: BTreeSet::from([place]), ..Self::default() }
    }

    pub(super) fn text(text: &str) -> Self {
        Self { texts: BTreeSet::from([text.to_owned()]), ..Self::default() }
    }

    pub(super) fn array(items: Self) -> Self {
        let items = if items.depth() < DEPTH { items } else { Self::unknown() };
        Self { items: Some(Box::new(items)), ..Self::default() }
    }

    pub(super) fn computed() -> Self {
        Self { is_computed: true, ..Self::default() }
    }

    pub(super) fn unknown() -> Self {
        Self { is_unknown: true, ..Self::default() }
    }

    /// Returns the value that a constant of a script is.
    pub(super) fn constant(constant: &Dynamic) -> Self {
        if let Ok(text) = constant.as_immutable_string_ref() {
            return Self::text(&text);
        }
        if let Ok(items) = constant.as_array_ref() {
            return Self::array(join(&items));
        }
        if constant.is_map() { Self::unknown() } else { Self::computed() }
    }

    /// Adds what another value may be; tells whether that is new.
    pub(super) fn join(&mut self, other: Self) -> bool {
        let before = self.clone();
        self.places.extend(other.places);
        self.texts.extend(other.texts);
        self.is_computed |= other.is_computed;
        self.is_unknown |= other.is_unknown;
        self.is_unknown |= self.texts.len() > TEXTS;
        if self.is_unknown {
            self.texts.clear();
        }
        if let Some(items) = other.items {
            self.items.get_or_insert_default().join(*items);
        }
        *self != before
    }

    pub(super) fn joined(mut self, other: Self) -> Self {
        self.join(other);
        self
    }

    /// Returns what an item of this list may be.
    pub(super) fn item(&self, schema: &Schema) -> Self {
        let mut item = self.items.as_deref().cloned().unwrap_or_default();
        item.places.extend(self.places.iter().filter_map(|place| schema.item(*place)));
        item.is_computed |= self.is_computed;
        item.is_unknown |= self.is_unknown;
        item
    }

    /// Returns the texts that this may be, if they are all known.
    pub(super) fn known_texts(&self, schema: &Schema) -> Option<BTreeSet<String>> {
        let mut texts = self.texts.clone();
        for place in &self.places {
            match schema.shape(*place).map(|shape| &shape.kind) {
                Some(ShapeKind::Choice(words)) => texts.extend(words.iter().cloned()),
                _ => return None,
            }
        }
        (!self.is_computed && !self.is_unknown && self.items.is_none()).then_some(texts)
    }

    /// Tells whether this is evidence and nothing else.
    pub(super) fn is_evidence(&self) -> bool {
        let is_other = self.is_computed || self.is_unknown || self.items.is_some() || !self.texts.is_empty();
        !self.places.is_empty() && !is_other
    }

    fn depth(&self) -> usize {
        self.items.as_ref().map_or(0, |items| 1 + items.depth())
    }
}

fn join(items: &Array) -> Value {
    items.iter().map(Value::constant).fold(Value::default(), Value::joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_grow_until_they_are_unknown() {
        let mut value = Value::default();
        assert!(value.join(Value::text("a")));
        assert!(!value.join(Value::text("a")), "nothing new");
        assert!(value.join(Value::array(Value::text("b"))));
        for number in 0..=TEXTS {
            value.join(Value::text(&number.to_string()));
        }
        assert!(value.texts.is_empty() && value.is_unknown, "too many texts are anything");
        assert!(!value.join(Value::text("a")), "and stay it");
        let mut nested = Value::computed();
        for _ in 0..=DEPTH + 2 {
            nested = Value::array(nested);
        }
        assert!(nested.depth() <= DEPTH + 1, "arrays in arrays end somewhere: {nested:?}");
    }

    #[test]
    fn constants_of_a_script_are_values() {
        let list: Array = vec!["a".into(), Dynamic::from_int(1)];
        let expected = Value::array(Value::text("a").joined(Value::computed()));
        assert_eq!(Value::constant(&list.into()), expected);
    }
}

//! What an expression may stand for, whatever the evidence is.

use std::collections::BTreeSet;

use super::super::kinds::Kinds;
use crate::pack::{Format, Schema, ShapeId, ShapeKind};

/// Levels of lists in lists that are told apart.
const DEPTH: usize = 4;
/// Texts that are told apart; more are any text.
const TEXTS: usize = 64;
/// The bits of [`Type::computed`] for `true` and for `false`, where it is known which; past those of [`Kinds`].
const TRUE: u16 = 1 << 11;
const FALSE: u16 = 1 << 12;

/// All that an expression may stand for. It only ever grows.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Type {
    /// Evidence at one of these places of the schema.
    pub(super) places: BTreeSet<ShapeId>,
    /// A made list with such items.
    pub(super) items: Option<Box<Self>>,
    /// One of these texts of the script.
    pub(super) texts: BTreeSet<String>,
    /// A value of these types that was computed, so that no more is known of it.
    pub(super) computed: u16,
    /// Types of which a value at one place may have any, after others were excluded there.
    pub(super) one_of: u16,
    /// It comes from evidence, so that a finding can cite it.
    pub(super) is_evidence: bool,
    /// Anything: more than can be followed.
    pub(super) is_unknown: bool,
}

impl Type {
    pub(super) fn place(place: ShapeId) -> Self {
        Self { places: BTreeSet::from([place]), is_evidence: true, ..Self::default() }
    }

    pub(super) fn text(text: &str) -> Self {
        Self { texts: BTreeSet::from([text.to_owned()]), ..Self::default() }
    }

    pub(super) fn list(items: Self) -> Self {
        let items = if items.depth() < DEPTH { items } else { Self::unknown() };
        let is_evidence = items.is_evidence;
        Self { items: Some(Box::new(items)), is_evidence, ..Self::default() }
    }

    pub(super) fn computed(kinds: Kinds) -> Self {
        Self { computed: kinds.0, ..Self::default() }
    }

    /// Returns the type of one of the two booleans.
    pub(super) fn truth(value: bool) -> Self {
        Self { computed: if value { TRUE } else { FALSE }, ..Self::default() }
    }

    /// Returns the only boolean that this may be.
    pub(super) fn only_truth(&self, schema: &Schema) -> Option<bool> {
        let has = |bit: u16| self.computed & bit != 0;
        let is_computed = has(Kinds::BOOLEAN.0) || self.is_unknown;
        let is_evidence = self.places.iter().any(|place| !kinds_of(schema, *place).and(Kinds::BOOLEAN).is_empty());
        if is_computed || is_evidence || has(TRUE) == has(FALSE) { None } else { Some(has(TRUE)) }
    }

    /// Tells whether it is a made list into which nothing is ever put.
    pub(super) fn is_always_empty(&self) -> bool {
        let is_list_only = self.places.is_empty() && !self.is_unknown && self.computed & Kinds::LIST.0 == 0;
        is_list_only && self.items.as_ref().is_some_and(|items| items.is_nowhere())
    }

    pub(super) fn nothing() -> Self {
        Self::computed(Kinds::NOTHING)
    }

    pub(super) fn unknown() -> Self {
        Self { is_unknown: true, is_evidence: true, ..Self::default() }
    }

    /// Returns the same as something that comes from what others come from.
    pub(super) fn from<'t>(mut self, others: impl IntoIterator<Item = &'t Self>) -> Self {
        self.is_evidence |= others.into_iter().any(|other| other.is_evidence);
        self
    }

    /// Returns the same where it has a value.
    pub(super) fn without_nothing(mut self) -> Self {
        self.computed &= !Kinds::NOTHING.0;
        self
    }

    /// Tells whether nothing is known yet of what it may be.
    pub(super) fn is_nowhere(&self) -> bool {
        let Self { places, items, texts, computed, is_unknown, .. } = self;
        places.is_empty() && items.is_none() && texts.is_empty() && *computed == 0 && !is_unknown
    }

    /// Adds what another may be; tells whether that is new.
    pub(super) fn join(&mut self, other: &Self) -> bool {
        let state =
            |own: &Self| (own.places.len(), own.texts.len(), own.computed, own.one_of, own.is_evidence, own.is_unknown);
        let before = state(self);
        self.places.extend(&other.places);
        if self.computed & Kinds::TEXT.0 == 0 {
            self.texts.extend(other.texts.iter().cloned());
        }
        self.computed |= other.computed;
        self.one_of |= other.one_of;
        self.is_evidence |= other.is_evidence;
        self.is_unknown |= other.is_unknown;
        if self.texts.len() > TEXTS || self.computed & Kinds::TEXT.0 != 0 && !self.texts.is_empty() {
            self.computed |= Kinds::TEXT.0;
            self.texts.clear();
        }
        let mut is_new = before != state(self);
        if let Some(items) = &other.items {
            is_new |= self.items.is_none();
            is_new |= self.items.get_or_insert_default().join(items);
        }
        is_new
    }

    pub(super) fn joined(mut self, other: &Self) -> Self {
        self.join(other);
        self
    }

    /// Returns what an item of this list may be.
    pub(super) fn item(&self, schema: &Schema) -> Self {
        let mut item = self.items.as_deref().cloned().unwrap_or_default();
        for place in &self.places {
            if let Some(inner) = schema.item(*place) {
                item.join(&Self::place(inner));
            }
            for member in schema.members(*place) {
                if matches!(schema.shape(member).map(|shape| &shape.kind), Some(ShapeKind::Any)) {
                    item.join(&Self::place(schema.below_any(member)));
                }
            }
        }
        item.is_unknown |= self.is_unknown;
        item.is_evidence |= self.is_evidence;
        item
    }

    /// Returns the text of the script that this is, if it is one and nothing else.
    pub(super) fn only_text(&self) -> Option<&str> {
        let mut texts = self.texts.iter();
        let only = texts.next().filter(|_| texts.next().is_none())?;
        let is_other = !self.places.is_empty() || self.computed != 0 || self.is_unknown || self.items.is_some();
        (!is_other).then_some(only)
    }

    /// Returns the types that it may have.
    pub(super) fn kinds(&self, schema: &Schema) -> Kinds {
        let mut kinds = Kinds(self.computed & !(TRUE | FALSE));
        if self.computed & (TRUE | FALSE) != 0 {
            kinds = kinds.or(Kinds::BOOLEAN);
        }
        if !self.texts.is_empty() {
            kinds = kinds.or(Kinds::TEXT);
        }
        if self.items.is_some() {
            kinds = kinds.or(Kinds::LIST);
        }
        for place in &self.places {
            kinds = kinds.or(kinds_of(schema, *place));
        }
        if self.is_unknown { Kinds::ANY } else { kinds }
    }

    /// Returns the texts that this may be as text, if they are all known.
    pub(super) fn known_texts(&self, schema: &Schema) -> Option<BTreeSet<String>> {
        if self.is_unknown || self.computed & Kinds::TEXT.0 != 0 {
            return None;
        }
        let mut texts = self.texts.clone();
        for place in &self.places {
            match schema.shape(*place).map(|shape| &shape.kind) {
                Some(ShapeKind::Choice(words)) => texts.extend(words.iter().cloned()),
                _ if kinds_of(schema, *place).and(Kinds::TEXT).is_empty() => {}
                _ => return None,
            }
        }
        Some(texts)
    }

    /// Returns the same without the types that it does not have, of those that the schema allows at one place.
    pub(super) fn narrowed(&self, kinds: Kinds, schema: &Schema) -> Self {
        let mut narrowed = Self { places: BTreeSet::new(), one_of: self.one_of & kinds.0, ..self.clone() };
        for place in &self.places {
            match schema.shape(*place).map(|shape| &shape.kind) {
                Some(ShapeKind::Union(members)) => {
                    let members = Self { places: members.iter().copied().collect(), ..Self::default() };
                    let members = members.narrowed(kinds, schema);
                    if members.places.len() > 1 {
                        narrowed.one_of |= members.kinds(schema).0;
                    }
                    narrowed.join(&members);
                }
                Some(ShapeKind::Any) => {
                    let scalars = kinds.and(Kinds::SCALAR);
                    let has_more = !kinds.and(Kinds::LIST.or(Kinds::MAPPING)).is_empty();
                    let scalars = Self { one_of: scalars.0, ..Self::computed(scalars) };
                    narrowed.join(&if has_more { Self::unknown() } else { scalars });
                }
                _ if kinds_of(schema, *place).meets(kinds) => _ = narrowed.places.insert(*place),
                _ => {}
            }
        }
        narrowed
    }

    /// Returns the types of a place at which the schema allows others than these as well.
    pub(super) fn strays(&self, kinds: Kinds, schema: &Schema) -> Option<Kinds> {
        let wide = if kinds.meets(Kinds::NUMBER) { kinds.or(Kinds::NUMBER) } else { kinds };
        let of_place = |place: &ShapeId| {
            let own = match &schema.shape(*place)?.kind {
                ShapeKind::Union(members) => {
                    let is_any = |id: &ShapeId| schema.shape(*id).is_some_and(|shape| shape.kind.is_any());
                    let named = members.iter().filter(|member| !is_any(member));
                    let named = named.fold(Kinds::NONE, |kinds, member| kinds.or(kinds_of(schema, *member)));
                    // A schema that says what keys or entries are, and not that there are some, means that there are.
                    let is_meant = named == Kinds::MAPPING || named == Kinds::LIST;
                    if is_meant && kinds.meets(named) { named } else { kinds_of(schema, *place) }
                }
                ShapeKind::Any => Kinds::ANY,
                _ => return None,
            };
            (!own.and(Kinds(!wide.0)).is_empty()).then_some(own)
        };
        let excluded = || {
            let own = Kinds(self.one_of);
            (!own.and(Kinds(!wide.0)).is_empty()).then_some(own)
        };
        self.places.iter().find_map(of_place).or_else(excluded)
    }

    fn depth(&self) -> usize {
        self.items.as_ref().map_or(0, |items| 1 + items.depth())
    }
}

fn kinds_of(schema: &Schema, place: ShapeId) -> Kinds {
    match schema.shape(place).map(|shape| &shape.kind) {
        Some(ShapeKind::Object(_) | ShapeKind::Map(_)) => Kinds::MAPPING,
        Some(ShapeKind::List(_)) => Kinds::LIST,
        Some(ShapeKind::Text { .. } | ShapeKind::Choice(_)) => Kinds::TEXT,
        Some(ShapeKind::Formatted(Format::DateTime)) => Kinds::DATE_TIME,
        Some(ShapeKind::Formatted(Format::Date)) => Kinds::DATE,
        Some(ShapeKind::Formatted(Format::Duration)) => Kinds::DURATION,
        Some(ShapeKind::Formatted(Format::Time | Format::Email | Format::Uri | Format::Uuid | Format::Sha256)) => {
            Kinds::TEXT
        }
        Some(ShapeKind::Integer { .. }) => Kinds::INTEGER,
        Some(ShapeKind::Number { .. }) => Kinds::NUMBER,
        Some(ShapeKind::Boolean) => Kinds::BOOLEAN,
        Some(ShapeKind::Union(members)) => {
            members.iter().fold(Kinds::NONE, |kinds, member| kinds.or(kinds_of(schema, *member)))
        }
        Some(ShapeKind::Any) | None => Kinds::ANY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_grow_until_they_are_any_text() {
        let mut value = Type::default();
        assert!(value.is_nowhere());
        assert!(value.join(&Type::text("a")));
        assert!(!value.join(&Type::text("a")), "nothing new");
        assert!(value.join(&Type::list(Type::text("b"))));
        for number in 0..=TEXTS {
            value.join(&Type::text(&number.to_string()));
        }
        assert!(value.texts.is_empty(), "too many texts are any text");
        assert!(!value.join(&Type::text("a")), "and stay it");
        let mut nested = Type::nothing();
        for _ in 0..=DEPTH + 2 {
            nested = Type::list(nested);
        }
        assert!(nested.depth() <= DEPTH + 1, "lists in lists end somewhere: {nested:?}");
    }
}

//! Which subschemas speak of one place: those that always do, and those that do so in some cases.

use crate::pack::assertion::{Assertion, CheckId, TypeSet};
use crate::pack::raw_schema::RawSchemas;

/// The subschemas that speak of one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    /// Those that every value has to satisfy: each with what it refers to, in the order in which a reader comes by.
    pub(super) always: Vec<CheckId>,
    /// Members of `anyOf` and `oneOf`, branches of `if`, and the like, with all that they apply.
    pub(super) at_times: Vec<CheckId>,
    /// `anyOf` and `oneOf` among what is always applied: one of the members of each is satisfied.
    pub(super) groups: Vec<Vec<CheckId>>,
}

impl Sources {
    /// Gathers all that some subschemas apply to the same value.
    pub(super) fn of(raw: &RawSchemas, always: &[CheckId], at_times: &[CheckId]) -> Self {
        let mut sources = Self::default();
        let mut branches = Vec::new();
        always.iter().for_each(|id| sources.add_always(raw, *id, &mut branches));
        branches.extend(at_times);
        branches.iter().for_each(|id| sources.add_at_times(raw, *id));
        sources
    }

    fn add_always(&mut self, raw: &RawSchemas, id: CheckId, branches: &mut Vec<CheckId>) {
        if self.always.contains(&id) {
            return;
        }
        self.always.push(id);
        for assertion in raw.assertions(id) {
            match assertion {
                Assertion::All(target) => self.add_always(raw, *target, branches),
                Assertion::Any(members) | Assertion::One(members) => {
                    self.groups.push(members.clone());
                    branches.extend(members);
                }
                // What is excluded gives no value a shape.
                Assertion::Not(_) => {}
                assertion => branches.extend(assertion.in_place()),
            }
        }
    }

    fn add_at_times(&mut self, raw: &RawSchemas, id: CheckId) {
        if self.always.contains(&id) || self.at_times.contains(&id) {
            return;
        }
        self.at_times.push(id);
        for assertion in raw.assertions(id).filter(|assertion| !matches!(assertion, Assertion::Not(_))) {
            assertion.in_place().into_iter().for_each(|next| self.add_at_times(raw, next));
        }
    }

    /// Returns the types that a value can have, as far as `type`, `enum` and `const` tell.
    pub(super) fn stated_types(&self, raw: &RawSchemas) -> TypeSet {
        let all = self.always.iter().flat_map(|id| raw.assertions(*id));
        all.fold(TypeSet::ALL, |types, assertion| match assertion {
            Assertion::Type(stated) => types & *stated,
            Assertion::Values(values) => {
                types & values.iter().fold(TypeSet::NONE, |types, value| types | value.types())
            }
            Assertion::Never => TypeSet::NONE,
            _ => types,
        })
    }

    /// Returns the types that a value can have; one of the members of each group tells as well.
    pub(super) fn types(&self, raw: &RawSchemas) -> TypeSet {
        self.groups.iter().fold(self.stated_types(raw), |types, members| {
            let of_member = |member: &CheckId| Self::of(raw, &[*member], &[]).types(raw);
            types & members.iter().fold(TypeSet::NONE, |types, member| types | of_member(member))
        })
    }

    /// Returns the types of values that some keyword speaks of.
    pub(super) fn spoken_of(&self, raw: &RawSchemas) -> TypeSet {
        let all = self.always.iter().chain(&self.at_times).flat_map(|id| raw.assertions(*id));
        all.fold(TypeSet::NONE, |types, assertion| match assertion {
            Assertion::Type(stated) => types | *stated,
            Assertion::Values(values) => values.iter().fold(types, |types, value| types | value.types()),
            assertion if assertion.types() == TypeSet::ALL => types,
            assertion => types | assertion.types(),
        })
    }
}

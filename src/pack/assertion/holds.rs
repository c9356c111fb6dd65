//! Tells whether assertions hold for a value.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use super::{Assertion, Check, CheckId, Constant, JsonNumber, TypeSet, is_in_format};
use crate::evidence::{Budget, Kind, NodeId, NodeRef};
use crate::pack::validate::is_absent;

/// Evaluates the checks of a schema on the nodes of one document.
///
/// The answer for a check and a collection is remembered, so that a schema which looks at the same value in several
/// ways (`if` and `then`, the members of `oneOf`, recursion) costs at most one evaluation for each pair of them.
pub(crate) struct Validator<'s> {
    checks: &'s [Check],
    budget: &'s Budget,
    known: RefCell<HashMap<(CheckId, NodeId), bool>>,
}

impl<'s> Validator<'s> {
    /// Creates a validator without remembered answers.
    pub(crate) fn new(checks: &'s [Check], budget: &'s Budget) -> Self {
        Self { checks, budget, known: RefCell::default() }
    }

    /// Returns the assertions of a check.
    pub(crate) fn assertions(&self, check: CheckId) -> &'s [Assertion] {
        self.checks.get(check.position()).map_or(&[], |check| &check.assertions)
    }

    /// Counts one step of work.
    pub(super) fn spend(&self) {
        self.budget.spend(1);
    }

    /// Tells whether a node satisfies a check; what is not given satisfies every check.
    pub(crate) fn is_valid(&self, check: CheckId, node: NodeRef<'_>) -> bool {
        is_absent(node) || self.satisfies(check, node)
    }

    fn satisfies(&self, check: CheckId, node: NodeRef<'_>) -> bool {
        let key = (check, node.id());
        if let Some(is_valid) = self.known.borrow().get(&key) {
            return *is_valid;
        }
        let assertions = self.assertions(check);
        self.budget.spend(assertions.len());
        let is_valid = assertions.iter().all(|assertion| self.holds(assertion, node));
        if !node.kind().is_scalar() {
            self.known.borrow_mut().insert(key, is_valid);
        }
        is_valid
    }

    /// Tells whether an assertion holds for a node that is given.
    pub(crate) fn holds(&self, assertion: &Assertion, node: NodeRef<'_>) -> bool {
        match node.kind() {
            Kind::Sequence if assertion.types() == TypeSet::LIST => self.holds_for_list(assertion, node),
            Kind::Mapping if assertion.types() == TypeSet::MAP => self.holds_for_mapping(assertion, node),
            Kind::Text if assertion.types() == TypeSet::TEXT => holds_for_text(assertion, node.text()),
            Kind::Integer | Kind::Float if assertion.types() == TypeSet::NUMBER => {
                // What is no number of JSON has no type and fails where a type is asserted.
                JsonNumber::parse(node.text()).is_none_or(|number| holds_for_number(assertion, &number))
            }
            _ => self.holds_for_any(assertion, node),
        }
    }

    fn holds_for_any(&self, assertion: &Assertion, node: NodeRef<'_>) -> bool {
        match assertion {
            Assertion::Never => false,
            Assertion::Type(types) => types.meets(TypeSet::of(node)),
            Assertion::Values(values) => {
                self.budget.spend_text(node.text().len());
                values.contains(&Constant::of(node))
            }
            Assertion::All(check) => self.is_valid(*check, node),
            Assertion::Any(checks) => checks.iter().any(|check| self.is_valid(*check, node)),
            Assertion::One(checks) => self.valid_among(checks, node).take(2).count() == 1,
            Assertion::Not(check) => !self.is_valid(*check, node),
            Assertion::If { condition, then, otherwise } => {
                let chosen = if self.is_valid(*condition, node) { then } else { otherwise };
                chosen.is_none_or(|check| self.is_valid(check, node))
            }
            // They speak of values of another type.
            _ => true,
        }
    }

    /// Returns those of some checks that a node satisfies.
    pub(crate) fn valid_among(&self, checks: &[CheckId], node: NodeRef<'_>) -> impl Iterator<Item = CheckId> {
        checks.iter().copied().filter(move |check| self.is_valid(*check, node))
    }

    fn holds_for_list(&self, assertion: &Assertion, node: NodeRef<'_>) -> bool {
        let given = || node.items().filter(|item| !is_absent(*item));
        match assertion {
            Assertion::Items { first, rest } => node.items().enumerate().all(|(position, item)| {
                first.get(position).or(rest.as_ref()).is_none_or(|check| self.is_valid(*check, item))
            }),
            Assertion::FewestItems(fewest) => given().take(*fewest).count() == *fewest,
            Assertion::MostItems(most) => given().nth(*most).is_none(),
            Assertion::DistinctItems => {
                self.budget.spend(node.end().index() - node.id().index());
                let mut seen = BTreeSet::new();
                given().all(|item| seen.insert(Constant::of(item)))
            }
            Assertion::Contains { item, fewest, most } => {
                let count = given().filter(|node| self.is_valid(*item, *node)).count();
                count >= *fewest && most.is_none_or(|most| count <= most)
            }
            _ => true,
        }
    }

    fn holds_for_mapping(&self, assertion: &Assertion, node: NodeRef<'_>) -> bool {
        let count = || node.entries().filter(|(_, value)| !is_absent(*value)).count();
        match assertion {
            Assertion::Fields(fields) => node.entries().all(|(key, value)| {
                is_absent(value) || fields.checks_of(key.text()).all(|check| self.is_valid(check, value))
            }),
            Assertion::Required(names) => names.iter().all(|name| is_given(node, name)),
            Assertion::Present(names) => names.iter().all(|name| node.get(name).is_some()),
            Assertion::FewestFields(fewest) => count() >= *fewest,
            Assertion::MostFields(most) => count() <= *most,
            Assertion::FieldNames(check) => {
                node.entries().all(|(key, value)| is_absent(value) || self.is_valid(*check, key))
            }
            Assertion::DependentRequired(keys) => {
                keys.iter().all(|(key, names)| !is_given(node, key) || names.iter().all(|name| is_given(node, name)))
            }
            Assertion::DependentSchemas(keys) => {
                keys.iter().all(|(key, check)| !is_given(node, key) || self.is_valid(*check, node))
            }
            _ => true,
        }
    }
}

/// Tells whether a mapping gives a value for a key.
pub(super) fn is_given(node: NodeRef<'_>, name: &str) -> bool {
    node.get(name).is_some_and(|value| !is_absent(value))
}

fn holds_for_text(assertion: &Assertion, text: &str) -> bool {
    match assertion {
        Assertion::FewestCharacters(fewest) => text.chars().take(*fewest).count() == *fewest,
        Assertion::MostCharacters(most) => text.chars().nth(*most).is_none(),
        Assertion::Pattern(pattern) => pattern.is_in(text),
        Assertion::Format(format) => is_in_format(*format, text),
        _ => true,
    }
}

fn holds_for_number(assertion: &Assertion, number: &JsonNumber) -> bool {
    match assertion {
        Assertion::AtLeast { limit, is_exclusive } => number > limit || !is_exclusive && number == limit,
        Assertion::AtMost { limit, is_exclusive } => number < limit || !is_exclusive && number == limit,
        Assertion::MultipleOf(divisor) => number.is_multiple_of(divisor),
        _ => true,
    }
}

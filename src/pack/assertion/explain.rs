//! What is wrong with a value for which an assertion does not hold: what is absent, and what cannot be used.

use std::collections::HashSet;

use super::holds::is_given;
use super::words::counted;
use super::{Assertion, CheckId, Validator, phrase};
use crate::evidence::{NodeId, NodeRef, Shown, pointer_segment};
use crate::language::Text;
use crate::pack::schema::ShapeId;
use crate::pack::validate::is_absent;

/// What the schema finds wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The deepest node that exists on the way to the fault.
    pub node: NodeId,
    /// The rest of the way, as a JSON Pointer; empty where the node itself is wrong.
    pub tail: String,
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// What was found and what was expected, as a sentence without its end.
    pub words: Text,
}

/// Kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A value that is required is not given; its shape, where the schema has one for it.
    Missing(Option<ShapeId>),
    /// A value is there and is not what the schema demands.
    Unusable,
}

/// Alternatives within alternatives that are explained; what lies deeper is only said to fit none.
const DEPTH: usize = 2;

/// Gathers what is wrong with a node and, where a demand on it concerns them, with the nodes below.
///
/// Each check is explained once for each node, so that the work grows with the evidence and not with the ways through
/// the schema.
pub(crate) struct Explanation<'v, 's> {
    validator: &'v Validator<'s>,
    /// Alternatives around what is explained.
    depth: usize,
    explained: HashSet<(CheckId, NodeId)>,
    faults: Vec<Fault>,
}

impl<'v, 's> Explanation<'v, 's> {
    /// Creates an explanation of nothing yet.
    pub(crate) fn new(validator: &'v Validator<'s>) -> Self {
        Self { validator, depth: 0, explained: HashSet::new(), faults: Vec::new() }
    }

    /// Returns what was found wrong.
    pub(crate) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// Adds what is wrong with a node that is held to an assertion; nothing where it holds.
    pub(crate) fn add(&mut self, assertion: &Assertion, node: NodeRef<'_>) {
        self.validator.spend();
        if self.validator.holds(assertion, node) {
            return;
        }
        match assertion {
            Assertion::Required(names) => {
                let absent = names.iter().filter(|name| !is_given(node, name));
                self.faults.extend(absent.map(|name| required(node, name)));
            }
            Assertion::Present(names) => {
                let absent = names.iter().filter(|name| node.get(name).is_none());
                self.faults.extend(absent.map(|name| required(node, name)));
            }
            Assertion::DependentRequired(keys) => {
                for (key, names) in keys.iter().filter(|(key, _)| is_given(node, key)) {
                    let absent = names.iter().filter(|name| !is_given(node, name));
                    self.faults.extend(absent.map(|name| required_by(node, name, key)));
                }
            }
            Assertion::DependentSchemas(keys) => {
                let given = keys.iter().filter(|(key, _)| is_given(node, key));
                given.for_each(|(_, check)| self.add_check(*check, node));
            }
            Assertion::All(check) => self.add_check(*check, node),
            Assertion::If { condition, then, otherwise } => {
                let chosen = if self.validator.is_valid(*condition, node) { then } else { otherwise };
                chosen.iter().for_each(|check| self.add_check(*check, node));
            }
            Assertion::Fields(fields) => {
                for (key, value) in node.entries() {
                    fields.checks_of(key.text()).for_each(|check| self.add_check(check, value));
                }
            }
            Assertion::Items { first, rest } => {
                for (position, item) in node.items().enumerate() {
                    let check = first.get(position).or(rest.as_ref());
                    check.iter().for_each(|check| self.add_check(**check, item));
                }
            }
            Assertion::FieldNames(check) => {
                let given = node.entries().filter(|(_, value)| !is_absent(*value));
                given.for_each(|(key, _)| self.add_check(*check, key));
            }
            Assertion::Any(checks) => self.add_alternatives(assertion, checks, node),
            Assertion::One(checks) => match self.validator.valid_among(checks, node).count() {
                0 => self.add_alternatives(assertion, checks, node),
                count => self.faults.push(ambiguous(assertion, count, node)),
            },
            _ => self.faults.push(unusable(assertion, node)),
        }
    }

    fn add_check(&mut self, check: CheckId, node: NodeRef<'_>) {
        if !is_absent(node) && self.explained.insert((check, node.id())) {
            self.validator.assertions(check).iter().for_each(|assertion| self.add(assertion, node));
        }
    }

    /// Explains a node that fits none of some alternatives: by the only one that it can be meant to be, else by all.
    fn add_alternatives(&mut self, assertion: &Assertion, checks: &[CheckId], node: NodeRef<'_>) {
        if self.depth == DEPTH {
            return self.faults.push(unusable(assertion, node));
        }
        let explained = checks.iter().map(|check| {
            let mut explanation = Self { depth: self.depth + 1, ..Self::new(self.validator) };
            explanation.add_check(*check, node);
            explanation.faults
        });
        // What is only absent can be supplied; a wrong value, such as that of a field that tells the kinds apart, means
        // that another alternative is meant.
        let mut near: Vec<Vec<Fault>> = explained.filter(|faults| faults.iter().all(is_missing)).collect();
        match near.pop() {
            Some(only) if near.is_empty() => self.faults.extend(only),
            Some(last) => {
                near.push(last);
                self.faults.extend(one_of(near));
            }
            None => self.faults.push(unusable(assertion, node)),
        }
    }
}

/// Returns the fault that one of several sets of absent values has to be supplied.
fn one_of(sets: Vec<Vec<Fault>>) -> Option<Fault> {
    let mut names: Vec<String> = sets.iter().map(|faults| together(faults)).collect();
    names.dedup();
    let names = names.join(" / ");
    let words = Text::new(format!("one of these is required: {names}"), format!("다음 중 하나 기재 필요: {names}"));
    let first = sets.into_iter().flatten().next();
    first.map(|fault| Fault { words, ..fault })
}

fn ambiguous(assertion: &Assertion, count: usize, node: NodeRef<'_>) -> Fault {
    let expected = phrase(assertion);
    let words = Text::new(
        format!("it fits {count} of them, expected {}", expected.en),
        format!("{count}개 형식에 해당함: {}에 해당하여야 함", expected.ko),
    );
    Fault { node: node.id(), tail: String::new(), kind: FaultKind::Unusable, words }
}

fn required_by(node: NodeRef<'_>, name: &str, key: &str) -> Fault {
    let words = Text::new(
        format!("`{name}` is required where `{key}` is given"),
        format!("`{key}` 기재 시 `{name}` 기재 필요"),
    );
    missing(node, name, words)
}

fn is_missing(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Missing(_))
}

fn together(faults: &[Fault]) -> String {
    let names: Vec<String> = faults.iter().map(|fault| format!("`{}`", fault.tail.trim_start_matches('/'))).collect();
    names.join(" + ")
}

fn required(node: NodeRef<'_>, name: &str) -> Fault {
    missing(node, name, Text::new(format!("`{name}` is required"), format!("`{name}` 기재 필요")))
}

fn missing(node: NodeRef<'_>, name: &str, words: Text) -> Fault {
    let tail = format!("/{}", pointer_segment(name));
    Fault { node: node.id(), tail, kind: FaultKind::Missing(None), words }
}

fn unusable(assertion: &Assertion, node: NodeRef<'_>) -> Fault {
    let (expected, found) = (phrase(assertion), found(assertion, node));
    let words = match assertion {
        Assertion::Never => Text::new("it is not allowed here", "이 자리에 기재할 수 없음"),
        Assertion::Not(_) => Text::new("the schema excludes this value", "스키마가 배제한 값임"),
        _ => Text::new(
            format!("expected {}, found {}", expected.en, found.en),
            format!("{} 필요: {} 기재됨", expected.ko, found.ko),
        ),
    };
    Fault { node: node.id(), tail: String::new(), kind: FaultKind::Unusable, words }
}

/// Returns what a node gives, in the terms of an assertion.
fn found(assertion: &Assertion, node: NodeRef<'_>) -> Text {
    let entries = || node.items().filter(|item| !is_absent(*item)).count();
    let keys = || node.entries().filter(|(_, value)| !is_absent(*value)).count();
    match assertion {
        Assertion::FewestItems(_) | Assertion::MostItems(_) | Assertion::Contains { .. } => {
            Text::new(counted(entries(), "entry"), format!("{}건", entries()))
        }
        Assertion::DistinctItems => Text::new("the same entry twice", "같은 항목이 두 번"),
        Assertion::FewestFields(_) | Assertion::MostFields(_) => {
            Text::new(counted(keys(), "key"), format!("{}개", keys()))
        }
        _ if node.kind().is_scalar() => {
            let text = Shown::cut(node.text(), 120).into_text();
            Text::same(format!("`{text}`"))
        }
        _ => Text::new("other content", "다른 내용"),
    }
}

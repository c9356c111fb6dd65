//! The assessment of one bundle.

use std::sync::Arc;

use super::coverage::Coverage;
use super::decision::Idle;
use super::finding::Finding;
use super::result::{RuleResult, Verdict};
use super::stage::UnusableStage;
use super::verdict::{ControlReport, Duties};
use crate::evidence::{Day, Location, Shown};
use crate::language::{Language, Text};
use crate::load::Diagnostic;
use crate::pack::{CountsFor, OrderFacts, RuleMeta};

/// What was found on one bundle.
#[derive(Debug)]
pub struct Assessment {
    /// The path of the bundle as it was named.
    pub path: String,
    /// `gamsa2:` and the digest over the bundle's files; nothing if it could not be read.
    pub digest: Option<String>,
    /// The order that it was measured against; nothing if it could not be read.
    pub order: Option<OrderIdentity>,
    /// The date of judgement; nothing if it was not judged.
    pub as_of: Option<Day>,
    /// The date on which it was submitted, as it says.
    pub submitted_on: Option<Day>,
    /// What of it was looked at.
    pub coverage: Coverage,
    /// The operator, as the bundle names itself.
    pub operator: Option<String>,
    /// The services, as the bundle names them.
    pub service: Option<String>,
    /// The stage that the bundle was judged at; nothing if it states none: then every rule applies.
    pub stage: Option<String>,
    /// What the bundle states as its stage, if that is none.
    pub unusable_stage: Option<UnusableStage>,
    /// The verdict on the order; of a partial audit that on the chosen rules.
    pub verdict: Verdict,
    /// The verdict on standing duties by law; nothing where none is due that the order does not name itself.
    pub duties: Option<Duties>,
    /// The rules in the order of the pack.
    pub rules: Vec<RuleReport>,
    /// The controls in the order of the pack.
    pub controls: Vec<ControlReport>,
    /// What to know about the bundle that changes no result.
    pub warnings: Vec<Warning>,
    /// Warnings beyond those that are listed.
    pub unlisted_warnings: u64,
    /// Decisions on this bundle that changed no result.
    pub idle: Vec<Idle>,
    /// The steps of work that the bundle took, of those that its size allows.
    pub steps: u64,
    /// Why the bundle could not be read.
    pub failure: Option<LoadFailure>,
}

/// The order that a bundle was measured against.
#[derive(Clone, Debug)]
pub struct OrderIdentity {
    /// The id that the order gives itself.
    pub id: String,
    /// `sha256:` and the digest of its file.
    pub digest: String,
    /// What it is called, whose it is, and which rules it moves.
    pub facts: Arc<OrderFacts>,
}

/// The result of one rule with its reasons.
#[derive(Debug)]
pub struct RuleReport {
    /// What the rule says about itself.
    pub meta: Arc<RuleMeta>,
    /// The verdict that it counts for, by the order at hand.
    pub counts_for: CountsFor,
    /// The result, with the decisions of the inspector.
    pub result: RuleResult,
    /// The result without them; nothing where no decision is about a finding of the rule.
    pub underlying: Option<RuleResult>,
    /// Demands that were evaluated.
    pub examined: u64,
    /// Why the rule does not apply.
    pub reason: Option<Text>,
    /// Why it did not pass.
    pub findings: Vec<Finding>,
    /// Findings beyond those that are listed.
    pub unlisted: u64,
    /// What the script printed.
    pub printed: String,
}

/// A remark that changes no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The JSON Pointer of what it is about; empty for a file.
    pub path: String,
    /// Where it is written; nothing for a file that was not read.
    pub location: Option<Location>,
    /// What is remarked.
    pub message: Text,
}

/// Why a bundle could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadFailure {
    /// A file was refused at a place.
    Refused(Box<Diagnostic>),
    /// A file or folder could not be read at all.
    Unreadable(Text),
}

impl LoadFailure {
    /// Writes the reason for a person; several lines where a file was refused at a place.
    pub fn render(&self, language: Language) -> String {
        match self {
            Self::Refused(refused) => refused.render(language),
            Self::Unreadable(message) => Shown::of(message.get(language)).into_text().into_owned(),
        }
    }
}

/// How many rules have each result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([usize; RuleResult::ALL.len()]);

impl Counts {
    /// Counts the results of some rules.
    pub fn of<'r>(rules: impl IntoIterator<Item = &'r RuleReport>) -> Self {
        let mut counts = Self::default();
        for rule in rules {
            if let Some(count) = counts.0.get_mut(rule.result as usize) {
                *count += 1;
            }
        }
        counts
    }

    /// Returns how many rules have a result.
    pub fn get(&self, result: RuleResult) -> usize {
        self.0.get(result as usize).copied().unwrap_or(0)
    }
}

impl Assessment {
    /// Returns the rules that count for a verdict.
    pub fn rules_of(&self, side: CountsFor) -> impl Iterator<Item = &RuleReport> {
        self.rules.iter().filter(move |rule| rule.counts_for == side)
    }

    /// Counts the results of all rules.
    pub fn counts(&self) -> Counts {
        Counts::of(&self.rules)
    }
}

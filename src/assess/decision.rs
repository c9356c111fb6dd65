//! What an inspector decided: answers to open questions, and waivers of findings for a time.
//!
//! A decision names one rule, one place and one bundle (or, for some waivers, one operator), so that it is never
//! carried over to something that the inspector did not see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::assessment::Assessment;
use crate::evidence::{Day, Location, Moment};
use crate::language::Text;
use crate::load::DIGEST_PREFIX;
use crate::pack::Pack;

/// The decisions of one file.
#[derive(Debug)]
pub struct Decisions {
    /// The file's name, as places in it are called.
    pub file: String,
    /// `sha256:` and the digest of the file.
    pub digest: String,
    entries: Vec<Arc<Decision>>,
    by_bundle: BTreeMap<String, Vec<usize>>,
    by_operator: BTreeMap<String, Vec<usize>>,
}

/// One decision.
#[derive(Debug, PartialEq)]
pub struct Decision {
    /// The id of the rule.
    pub rule: Arc<str>,
    /// The id of the order that it was made with.
    pub order: Arc<str>,
    /// What of the rule it is about.
    pub scope: Scope,
    /// Whether the path is in the order and not in the bundle.
    pub is_in_order: bool,
    /// Whose finding it is about.
    pub target: Target,
    /// What was decided; shared by the decisions that one entry makes on several bundles.
    pub ruling: Arc<Ruling>,
    /// Where the entry is written.
    pub location: Location,
    /// The place of another entry that decides the same, and holds instead of this one.
    pub repeats: Option<String>,
}

/// Which findings of a rule a decision is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Those at a JSON Pointer.
    Path(Arc<str>),
    /// All of them; for waivers only.
    WholeRule,
}

/// Whose findings a decision is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The bundle with this digest.
    Bundle(String),
    /// Every bundle that names this operator; for waivers only.
    Operator(String),
}

/// What was decided.
#[derive(Debug, PartialEq)]
pub enum Ruling {
    /// A question is answered, or waits for its answer.
    Determination(Determination),
    /// A finding is tolerated for a time.
    Waiver(Waiver),
}

/// The answer to one open question.
#[derive(Debug, PartialEq)]
pub struct Determination {
    /// The question as the report puts it, in either language.
    pub question: String,
    /// The answer; nothing where the entry is not filled in.
    pub answer: Option<Answer>,
}

/// How a question was answered.
#[derive(Debug, PartialEq)]
pub struct Answer {
    /// Whether the criterion is met in this respect.
    pub is_met: bool,
    /// Why.
    pub reason: String,
    /// Who answered it.
    pub by: String,
    /// On what date: a record, which no date of judgement is compared with.
    pub on: Day,
}

/// A dated exception.
#[derive(Debug, PartialEq)]
pub struct Waiver {
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approver: String,
    /// The first moment at which it holds.
    pub from: Moment,
    /// The first moment at which it does not hold any more.
    pub until: Moment,
}

/// A decision that changed no result, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Idle {
    /// The decision.
    pub decision: Arc<Decision>,
    /// Why, in one word.
    pub status: IdleStatus,
    /// Why, as a sentence.
    pub message: Text,
}

/// Why a decision changed no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdleStatus {
    /// The entry is not filled in.
    Unanswered,
    /// The waiver is over, at the latest during the date of judgement.
    Expired,
    /// The waiver begins after the date of judgement, or during it.
    NotYet,
    /// The rule found nothing there.
    Unused,
    /// The rule now asks something else there.
    QuestionChanged,
    /// A determination answers questions only, not what is wrong or missing.
    NotAQuestion,
    /// A value that cannot be used, or a rule that could not be run, is not waived.
    NotWaivable,
    /// The pack has no such rule.
    UnknownRule,
    /// No bundle of the run is meant.
    OtherBundle,
    /// It was made with another order than the one that the bundle is judged by.
    OtherOrder,
    /// Another entry of the file decides the same.
    Repeated,
    /// It is bound to a digest as earlier versions of the program computed it.
    EarlierVersion,
}

impl Decisions {
    pub(super) fn new(file: &str, digest: String, entries: Vec<Decision>) -> Self {
        let (mut by_bundle, mut by_operator) = (BTreeMap::<String, Vec<usize>>::new(), BTreeMap::new());
        for (position, entry) in entries.iter().enumerate() {
            match &entry.target {
                Target::Bundle(digest) => by_bundle.entry(digest.clone()).or_default().push(position),
                Target::Operator(name) => by_operator.entry(name.clone()).or_insert_with(Vec::new).push(position),
            }
        }
        let entries = entries.into_iter().map(Arc::new).collect();
        Self { file: file.to_owned(), digest, entries, by_bundle, by_operator }
    }

    /// Returns every decision, determinations first, in the order of the file.
    pub fn entries(&self) -> &[Arc<Decision>] {
        &self.entries
    }

    /// Returns the decisions on a bundle, in the same order.
    pub(super) fn on(&self, digest: &str, operator: Option<&str>) -> Vec<&Arc<Decision>> {
        self.positions(digest, operator).into_iter().filter_map(|position| self.entries.get(position)).collect()
    }

    fn positions(&self, digest: &str, operator: Option<&str>) -> BTreeSet<usize> {
        let by_operator = operator.and_then(|name| self.by_operator.get(&words(name)));
        self.by_bundle.get(digest).into_iter().chain(by_operator).flatten().copied().collect()
    }
}

impl Decision {
    /// Tells whether it is bound to a digest that no bundle has any more, whatever is in it.
    fn is_of_earlier_version(&self) -> bool {
        matches!(&self.target, Target::Bundle(digest) if !digest.starts_with(DIGEST_PREFIX))
    }

    /// Returns file:line:column of the entry.
    pub fn place(&self) -> String {
        format!("{}:{}:{}", self.location.file, self.location.start.line, self.location.start.column)
    }
}

/// Which decisions were met by a bundle of the run.
#[derive(Debug)]
pub struct Ledger<'d> {
    decisions: &'d Decisions,
    met: BTreeSet<usize>,
}

impl<'d> Ledger<'d> {
    /// Creates a ledger in which no decision was met.
    pub fn new(decisions: &'d Decisions) -> Self {
        Self { decisions, met: BTreeSet::new() }
    }

    /// Notes the decisions on a bundle that was judged.
    pub fn meet(&mut self, assessment: &Assessment) {
        if let Some(digest) = &assessment.digest {
            self.met.extend(self.decisions.positions(digest, assessment.operator.as_deref()));
        }
    }

    /// Returns the decisions that no bundle could meet: the pack has no such rule, or no bundle is meant.
    ///
    /// Where the run was `cut_short`, bundles that were not judged are no reason.
    pub fn close(&self, pack: &Pack, cut_short: bool) -> Vec<Idle> {
        let entries = self.decisions.entries.iter().enumerate();
        let idle = entries.filter_map(|(position, decision)| {
            let (status, message) = if decision.is_of_earlier_version() {
                (IdleStatus::EarlierVersion, earlier_version())
            } else if !pack.has_rule(&decision.rule) {
                (IdleStatus::UnknownRule, unknown_rule(pack, &decision.rule))
            } else if !self.met.contains(&position) && !cut_short {
                (IdleStatus::OtherBundle, other_bundle(&decision.target))
            } else {
                return None;
            };
            Some(Idle { decision: decision.clone(), status, message })
        });
        idle.collect()
    }
}

/// Returns a text with its words one space apart, so that the layout of a file does not matter.
pub(super) fn words(text: &str) -> String {
    let is_space = |c: char| c.is_whitespace() || c.is_control();
    text.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn unknown_rule(pack: &Pack, rule: &str) -> Text {
    let id = &pack.manifest.id;
    match pack.nearest_rule(rule) {
        Some(near) => Text::new(
            format!("pack {id} has no rule {rule}; did you mean {near}?"),
            format!("점검기준 {id}에 없는 점검 항목임: {rule}({near}의 오기인지 확인할 것)"),
        ),
        None => Text::new(format!("pack {id} has no rule {rule}"), format!("점검기준 {id}에 없는 점검 항목임: {rule}")),
    }
}

fn earlier_version() -> Text {
    Text::new(
        "made with an earlier version of gamsa: write the template anew (--decisions-template)",
        "이전 버전의 gamsa로 작성된 판단임: 양식을 다시 생성할 것(--decisions-template)",
    )
}

fn other_bundle(target: &Target) -> Text {
    match target {
        Target::Bundle(_) => Text::new(
            "no audited bundle has this digest: it was changed since, or is not part of this run",
            "해시값이 같은 제출 자료가 없음(제출 자료가 변경되었거나 이번 점검 대상이 아님)",
        ),
        Target::Operator(name) => Text::new(
            format!("no audited bundle names the operator {name}"),
            format!("사업자명({name})이 같은 제출 자료가 없음"),
        ),
    }
}

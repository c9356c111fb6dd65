//! Decisions of the inspector as the JSON report writes them.

use serde::Serialize;

use super::json_findings::{PlaceObject, place};
use crate::assess::{
    Decision, Decisions, Determination, Finding, FindingKind, Idle, IdleStatus, RuleReport, RuleResult, Ruling, Scope,
    Target,
};
use crate::language::Language;

/// Which decisions were given.
#[derive(Serialize)]
pub(super) struct DecisionsIdentity<'r> {
    file: &'r str,
    digest: &'r str,
    determinations: usize,
    waivers: usize,
}

/// What decisions make of one rule, by findings.
#[derive(Serialize)]
pub(super) struct Overlay {
    answered: usize,
    waived: usize,
    open: usize,
}

/// One decision.
#[derive(Serialize)]
pub(super) struct DecisionObject<'r> {
    kind: &'static str,
    rule: &'r str,
    order: &'r str,
    subject: &'static str,
    path: Option<&'r str>,
    whole_rule: bool,
    bundle: Option<&'r str>,
    operator: Option<&'r str>,
    question: Option<&'r str>,
    result: Option<RuleResult>,
    reason: Option<&'r str>,
    by: Option<&'r str>,
    on: Option<String>,
    from: Option<String>,
    until: Option<String>,
    location: PlaceObject<'r>,
}

/// A decision that changed nothing.
#[derive(Serialize)]
pub(super) struct IdleObject<'r> {
    status: IdleStatus,
    message: &'r str,
    decision: DecisionObject<'r>,
}

pub(super) fn decisions_identity(decisions: &Decisions) -> DecisionsIdentity<'_> {
    let is_waiver = |decision: &Decision| matches!(*decision.ruling, Ruling::Waiver(_));
    let waivers = decisions.entries().iter().filter(|decision| is_waiver(decision)).count();
    DecisionsIdentity {
        file: &decisions.file,
        digest: &decisions.digest,
        determinations: decisions.entries().len() - waivers,
        waivers,
    }
}

/// Returns nothing where no finding of the rule was decided on.
pub(super) fn overlay(rule: &RuleReport) -> Option<Overlay> {
    rule.underlying?;
    let count = |wanted: fn(&Finding) -> bool| rule.findings.iter().filter(|f| wanted(f)).count();
    let waived = count(|finding| finding.result() == RuleResult::Waived);
    let decided = count(|finding| !finding.decisions.is_empty());
    let open = count(|finding| finding.decisions.is_empty() && finding.kind != FindingKind::Established);
    Some(Overlay { answered: decided - waived, waived, open })
}

pub(super) fn idle_objects(idle: &[Idle], language: Language) -> Vec<IdleObject<'_>> {
    let objects = idle.iter().map(|Idle { decision, status, message }| IdleObject {
        status: *status,
        message: message.get(language),
        decision: decision_object(decision),
    });
    objects.collect()
}

pub(super) fn decision_object(decision: &Decision) -> DecisionObject<'_> {
    let mut object = DecisionObject {
        kind: "waiver",
        rule: &decision.rule,
        order: &decision.order,
        subject: if decision.is_in_order { "order" } else { "bundle" },
        path: match &decision.scope {
            Scope::Path(path) => Some(&**path),
            Scope::WholeRule => None,
        },
        whole_rule: decision.scope == Scope::WholeRule,
        bundle: None,
        operator: None,
        question: None,
        result: None,
        reason: None,
        by: None,
        on: None,
        from: None,
        until: None,
        location: place(&decision.location),
    };
    match &decision.target {
        Target::Bundle(digest) => object.bundle = Some(digest),
        Target::Operator(name) => object.operator = Some(name),
    }
    match &*decision.ruling {
        Ruling::Determination(Determination { question, answer }) => {
            object.kind = "determination";
            object.question = Some(question);
            if let Some(answer) = answer {
                object.result = Some(if answer.is_met { RuleResult::Pass } else { RuleResult::Fail });
                object.reason = Some(&answer.reason);
                object.by = Some(&answer.by);
                object.on = Some(answer.on.to_string());
            }
        }
        Ruling::Waiver(waiver) => {
            object.reason = Some(&waiver.reason);
            object.by = Some(&waiver.approver);
            object.from = Some(waiver.from.to_string());
            object.until = Some(waiver.until.to_string());
        }
    }
    object
}

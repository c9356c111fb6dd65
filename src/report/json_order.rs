//! The order, the basis of rules in it and in law, and standing duties as the JSON report writes them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::DutiesSummary;
use super::basis::{self, BasisRole};
use crate::assess::{Assessment, Counts, OrderIdentity, RuleReport, RuleResult, Verdict};
use crate::language::Language;
use crate::pack::{BasisStatus, Order, OrderFacts, Pack};

#[derive(Serialize)]
pub(super) struct OrderObject<'r> {
    id: &'r str,
    digest: &'r str,
    label: &'r str,
    document_no: Option<&'r str>,
    authority: Option<&'r str>,
    operator: Option<&'r str>,
    legal_basis: Option<&'r str>,
    announced_on: Option<String>,
    notified_on: Option<String>,
    duties: Vec<&'r str>,
}

#[derive(Serialize)]
pub(super) struct BasisObject<'r> {
    source: &'r str,
    clause: Option<&'r str>,
    status: BasisStatus,
    role: &'static str,
    text: String,
}

#[derive(Serialize)]
pub(super) struct DutiesObject<'r> {
    verdict: Verdict,
    counts: BTreeMap<&'static str, usize>,
    legal_basis: Vec<&'r str>,
}

#[derive(Serialize)]
pub(super) struct DutiesSummaryObject {
    pass: usize,
    fail: usize,
    undetermined: usize,
    error: usize,
}

/// Returns an order that bundles can be measured against.
pub(super) fn order<'r>(order: &'r Order, pack: &'r Pack, language: Language) -> OrderObject<'r> {
    order_object(&order.id, &order.digest, order.facts(&pack.manifest), language)
}

/// Returns the order that a bundle was measured against.
pub(super) fn order_of(order: &OrderIdentity, language: Language) -> OrderObject<'_> {
    order_object(&order.id, &order.digest, &order.facts, language)
}

fn order_object<'r>(id: &'r str, digest: &'r str, facts: &'r OrderFacts, language: Language) -> OrderObject<'r> {
    OrderObject {
        id,
        digest,
        label: facts.label.get(language),
        document_no: facts.document_no.as_deref(),
        authority: facts.authority.as_deref(),
        operator: facts.operator.as_deref(),
        legal_basis: facts.legal_basis.as_deref(),
        announced_on: facts.announced_on.map(|day| day.to_string()),
        notified_on: facts.notified_on.map(|day| day.to_string()),
        duties: facts.duties.iter().map(String::as_str).collect(),
    }
}

/// Returns where the criterion of a rule comes from, by the order in use.
pub(super) fn basis<'r>(
    rule: &'r RuleReport,
    pack: &Pack,
    order: Option<&OrderIdentity>,
    language: Language,
) -> Vec<BasisObject<'r>> {
    let basis = rule.meta.basis.iter().map(|basis| BasisObject {
        source: &basis.source,
        clause: basis.clause.as_ref().map(|clause| clause.get(language)),
        status: basis.status,
        role: BasisRole::of(basis, pack).name(),
        text: basis::text(&rule.meta, basis, pack, order, language),
    });
    basis.collect()
}

/// Returns how many rules have each result.
pub(super) fn counts(counts: &Counts) -> BTreeMap<&'static str, usize> {
    RuleResult::ALL.into_iter().map(|result| (result.name(), counts.get(result))).collect()
}

/// Returns the verdict on standing duties by law, and what it rests on.
pub(super) fn duties<'r>(assessment: &Assessment, pack: &'r Pack, language: Language) -> Option<DutiesObject<'r>> {
    let duties = assessment.duties.as_ref()?;
    let legal_basis = basis::laws_of_duties(assessment, pack, language);
    Some(DutiesObject { verdict: duties.verdict, counts: counts(&duties.counts), legal_basis })
}

/// Returns how many bundles have each verdict on standing duties by law.
pub(super) fn duties_summary(duties: DutiesSummary) -> DutiesSummaryObject {
    let DutiesSummary { pass, fail, undetermined, error } = duties;
    DutiesSummaryObject { pass, fail, undetermined, error }
}

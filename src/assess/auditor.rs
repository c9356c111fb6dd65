//! Audits bundles with one pack: runs the rules that apply and assesses what they found.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context, Result};

use super::assessment::{Assessment, LoadFailure, OrderIdentity, RuleReport};
use super::coverage::Coverage;
use super::decide::{Judgement, decide};
use super::decision::{Decisions, Idle};
use super::file_warnings::References;
use super::resolve::Resolver;
use super::result::{RuleResult, Verdict};
use super::stage::{UnusableStage, stated_stage};
use super::verdict::{self, ControlReport};
use super::warnings::{Warnings, warnings};
use crate::engine::{Case, NoteKind, Outcome, Program};
use crate::error::ErrorStage;
use crate::evidence::{Day, NodeRef};
use crate::language::Text;
use crate::load::{Bundle, Diagnostic, Reason, overspent};
use crate::pack::known::{FieldPath, KnownFields};
use crate::pack::{Order, Pack, Parameters, RuleMeta, Tree};

/// What to judge, besides the bundle.
#[derive(Clone, Debug)]
pub struct Request {
    /// The date of judgement.
    pub as_of: AsOf,
    /// The stage to judge at; nothing takes the one that the bundle states.
    pub stage: Option<String>,
    /// Ids of rules or controls; empty takes all.
    pub only: Vec<String>,
    /// What an inspector decided.
    pub decisions: Option<Arc<Decisions>>,
}

/// The date at which bundles are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// One date for all.
    Day(Day),
    /// For each bundle the date on which it says that it was submitted.
    Submitted,
}

impl std::fmt::Display for AsOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Submitted => f.write_str("submitted"),
        }
    }
}

/// A pack that is ready to audit bundles; all threads share one.
pub struct Auditor<'p> {
    pack: &'p Pack,
    order: &'p Order,
    program: Program<'p>,
    request: Request,
    /// The rules that were asked for.
    rules: Vec<Arc<RuleMeta>>,
}

impl<'p> Auditor<'p> {
    /// Compiles a pack for an order and a request.
    ///
    /// # Errors
    /// A rule of the pack is broken, or the request names a stage, rule or control that does not exist.
    pub fn new(pack: &'p Pack, order: &'p Order, parameters: Parameters, mut request: Request) -> Result<Self> {
        let scripts = pack.select(&request.only).context(ErrorStage::Usage)?;
        let program = Program::compile(pack, parameters, &scripts).context(ErrorStage::Pack)?;
        let rules: Vec<Arc<RuleMeta>> = program.rules().map(|rule| rule.meta.clone()).collect();
        let stage = request.stage.map(|stage| pack.stage(&stage).map(|stage| stage.id.clone())).transpose();
        request.stage = stage.context(ErrorStage::Usage)?;
        Ok(Self { pack, order, program, request, rules })
    }

    /// Returns what the rules say about themselves, in the order of the pack.
    pub fn rules(&self) -> &[Arc<RuleMeta>] {
        &self.rules
    }

    /// Assesses one bundle by the order that the auditor was made with; `path` is how the report names it.
    pub fn assess(&self, path: &str, bundle: Bundle) -> Assessment {
        self.assess_by(self.order, path, bundle)
    }

    /// Assesses one bundle by an order.
    pub fn assess_by(&self, order: &Order, path: &str, bundle: Bundle) -> Assessment {
        let Bundle { document, attachments, notes, digest, is_directory, left_out } = bundle;
        let tree = Arc::new(Tree::bundle(document, &self.pack.schema));
        let root = tree.document.root();
        let known = &self.pack.manifest.fields;
        let submitted_on = known.submitted_on.text(root).and_then(Day::parse);
        let as_of = match (self.request.as_of, submitted_on) {
            (AsOf::Day(day), _) | (AsOf::Submitted, Some(day)) => day,
            (AsOf::Submitted, None) => {
                return Assessment { digest: Some(digest), ..failed(path, not_submitted(known)) };
            }
        };
        let stage = self.request.stage.clone().or_else(|| stated_stage(&tree, self.pack));
        let due = self.rules.iter().enumerate().filter(|(_, rule)| rule.is_due(stage.as_deref()));
        let chosen: Vec<usize> = due.map(|(index, _)| index).collect();
        let references = References::of(&tree.document, &attachments, &self.pack.layout);
        let mut coverage = Coverage::of(&tree.document, &attachments, &references, left_out);
        coverage.count(&known.counted, root, order.tree.document.root());
        let unusable_stage = UnusableStage::of(&tree, self.pack);
        let Warnings { mut listed, unlisted } = warnings(&tree, &self.pack.schema, &notes, &attachments, &references);
        listed.splice(..0, unusable_stage.as_ref().map(UnusableStage::warning));
        let case = Case { bundle: tree.clone(), attachments, stage: stage.clone(), as_of, order: order.tree.clone() };
        let mut outcomes = chosen.iter().copied().zip(self.program.run(&case, &chosen)).peekable();
        let facts = order.facts(&self.pack.manifest);
        let resolver =
            Resolver { pack: self.pack, order: &order.tree, label: &facts.label, bundle: &tree, is_directory };
        let mut rules = Vec::new();
        for (index, meta) in self.rules.iter().enumerate() {
            let counts_for = match facts.duties.contains(&meta.id) {
                true => meta.counts_for.other(),
                false => meta.counts_for,
            };
            let report = match outcomes.next_if(|(ran, _)| *ran == index) {
                Some((_, outcome)) => report(meta, outcome, &resolver),
                None => self.other_stage(meta),
            };
            rules.push(RuleReport { counts_for, ..report });
        }
        if let Err(exceeded) = tree.document.budget().check() {
            return unreadable(path, &overspent(&tree.document, exceeded).into());
        }
        let operator = known.operator.text(root).map(str::to_owned);
        let idle = self.decide(&mut rules, &digest, operator.as_deref(), &order.id, as_of);
        let controls = self.controls(&rules, stage.as_deref());
        let verdict = match self.request.only.is_empty() {
            true => verdict::of_order(&controls),
            false => verdict::of_chosen(&controls),
        };
        Assessment {
            path: path.to_owned(),
            digest: Some(digest),
            order: Some(OrderIdentity { id: order.id.clone(), digest: order.digest.clone(), facts: facts.clone() }),
            as_of: Some(as_of),
            submitted_on,
            coverage,
            operator,
            service: services(&known.services, root),
            stage,
            unusable_stage,
            verdict,
            duties: verdict::of_duties(&controls, &rules),
            rules,
            controls,
            warnings: listed,
            unlisted_warnings: unlisted,
            idle,
            steps: tree.document.budget().used(),
            failure: None,
        }
    }

    /// Lays the decisions on a bundle over its results; returns those that changed nothing.
    fn decide(
        &self,
        rules: &mut [RuleReport],
        digest: &str,
        operator: Option<&str>,
        order: &str,
        as_of: Day,
    ) -> Vec<Idle> {
        let Some(decisions) = &self.request.decisions else { return Vec::new() };
        let judgement = Judgement::new(order, as_of, &self.pack.zone);
        decide(rules, &decisions.on(digest, operator), judgement)
    }

    fn other_stage(&self, meta: &Arc<RuleMeta>) -> RuleReport {
        let titles: Vec<&Text> =
            self.pack.manifest.stages.iter().filter(|s| meta.stages.contains(&s.id)).map(|s| &s.title).collect();
        let join =
            |pick: fn(&Text) -> &String| titles.iter().map(|title| pick(title).as_str()).collect::<Vec<_>>().join(", ");
        let reason = Text::new(
            format!("asked for at another stage: {}", join(|t| &t.en)),
            format!("다른 제출 단계의 점검 항목: {}", join(|t| &t.ko)),
        );
        RuleReport {
            meta: meta.clone(),
            counts_for: meta.counts_for,
            result: RuleResult::NotApplicable,
            underlying: None,
            examined: 0,
            reason: Some(reason),
            findings: Vec::new(),
            unlisted: 0,
            printed: String::new(),
        }
    }

    fn controls(&self, rules: &[RuleReport], stage: Option<&str>) -> Vec<ControlReport> {
        let with_rules =
            self.pack.controls().filter(|control| rules.iter().any(|rule| rule.meta.control == control.id));
        with_rules.map(|control| ControlReport::of(&control.id, rules, stage)).collect()
    }
}

/// Returns the assessment of a bundle that could not be read.
pub fn unreadable(path: &str, error: &anyhow::Error) -> Assessment {
    let refused = error.downcast_ref::<Diagnostic>().map(|refused| LoadFailure::Refused(Box::new(refused.clone())));
    let reason = error.downcast_ref::<Reason>().map(|reason| LoadFailure::Unreadable(reason.0.clone()));
    failed(path, refused.or(reason).unwrap_or_else(|| LoadFailure::Unreadable(Text::same(format!("{error:#}")))))
}

fn failed(path: &str, failure: LoadFailure) -> Assessment {
    Assessment {
        path: path.to_owned(),
        digest: None,
        order: None,
        as_of: None,
        submitted_on: None,
        coverage: Coverage::default(),
        operator: None,
        service: None,
        stage: None,
        unusable_stage: None,
        verdict: Verdict::Error,
        duties: None,
        rules: Vec::new(),
        controls: Vec::new(),
        warnings: Vec::new(),
        unlisted_warnings: 0,
        idle: Vec::new(),
        steps: 0,
        failure: Some(failure),
    }
}

fn not_submitted(known: &KnownFields) -> LoadFailure {
    let Some(field) = known.submitted_on.dotted() else {
        return LoadFailure::Unreadable(Text::new(
            "the pack names no field for the date of submission (fields.submitted_on in pack.yaml); give --as-of a date",
            "점검기준에 제출일 항목(pack.yaml의 fields.submitted_on)이 정해져 있지 않음. --as-of에 날짜를 지정할 것",
        ));
    };
    LoadFailure::Unreadable(Text::new(
        format!(
            "it does not state when it was submitted ({field}), so it cannot be judged as filed; give --as-of a date"
        ),
        format!("제출일({field})이 없어 제출일 기준으로 점검할 수 없음. --as-of에 날짜를 지정할 것"),
    ))
}

fn report(meta: &Arc<RuleMeta>, outcome: Outcome, resolver: &Resolver<'_>) -> RuleReport {
    let result = result_of(&outcome);
    let reason = (result == RuleResult::NotApplicable).then(|| {
        let nothing =
            || Text::new("nothing in the bundle that the criterion speaks of", "해당 사항이 제출 자료에 없음");
        meta.not_applicable.clone().unwrap_or_else(nothing)
    });
    RuleReport {
        meta: meta.clone(),
        counts_for: meta.counts_for,
        result,
        underlying: None,
        examined: outcome.demands,
        reason,
        findings: resolver.findings(meta, &outcome),
        unlisted: outcome.dropped.values().sum(),
        printed: outcome.printed,
    }
}

fn result_of(outcome: &Outcome) -> RuleResult {
    if outcome.error.is_some() {
        return RuleResult::Error;
    }
    let kinds: BTreeSet<NoteKind> =
        outcome.notes.iter().map(|note| note.kind).chain(outcome.dropped.keys().copied()).collect();
    // Kinds are ordered as their results are: worst first.
    match kinds.first() {
        Some(NoteKind::Deviation | NoteKind::Unusable) => RuleResult::Fail,
        Some(NoteKind::Missing) => RuleResult::Missing,
        Some(NoteKind::Undetermined) => RuleResult::Undetermined,
        Some(NoteKind::Established) => RuleResult::Established,
        None if outcome.demands > 0 => RuleResult::Pass,
        None => RuleResult::NotApplicable,
    }
}

fn services(services: &FieldPath, root: NodeRef<'_>) -> Option<String> {
    let names: Vec<&str> = services
        .node(root)?
        .items()
        .filter_map(|service| service.get("name").or_else(|| service.get("id")))
        .map(NodeRef::text)
        .collect();
    Some(names.join(", ")).filter(|names| !names.is_empty())
}

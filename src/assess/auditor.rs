//! Audits bundles with one pack: runs the rules that apply and assesses what they found.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context, Result};

use super::assessment::{Assessment, LoadFailure, RuleReport};
use super::decide::{JudgedDay, decide};
use super::decision::{Decisions, Idle};
use super::resolve::Resolver;
use super::result::{RuleResult, Verdict};
use super::stage::{UnusableStage, stated_stage};
use super::verdict::{self, ControlReport};
use super::warnings::warnings;
use crate::engine::{Case, Evaluator, NoteKind, Outcome, Program};
use crate::error::Stage;
use crate::evidence::{Day, NodeRef};
use crate::language::Text;
use crate::load::{Bundle, Diagnostic};
use crate::pack::{Order, Pack, Parameters, RuleMeta, Tree};

/// What to judge, besides the bundle.
#[derive(Clone, Debug)]
pub struct Request {
    /// The date of judgement.
    pub as_of: Day,
    /// The stage to judge at; nothing takes the one that the bundle states.
    pub stage: Option<String>,
    /// Ids of rules or controls; empty takes all.
    pub only: Vec<String>,
    /// What runs the rules.
    pub evaluator: Evaluator,
    /// What an inspector decided.
    pub decisions: Option<Arc<Decisions>>,
}

/// A pack that is ready to audit bundles; one for each thread.
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
        let scripts = pack.select(&request.only).context(Stage::Usage)?;
        let program = Program::compile(pack, order, parameters, &scripts, request.evaluator).context(Stage::Pack)?;
        let rules: Vec<Arc<RuleMeta>> = program.rules().map(|rule| Arc::new(rule.meta.clone())).collect();
        let stage = request.stage.map(|stage| pack.stage(&stage).map(|stage| stage.id.clone())).transpose();
        request.stage = stage.context(Stage::Usage)?;
        Ok(Self { pack, order, program, request, rules })
    }

    /// Returns what the rules say about themselves, in the order of the pack.
    pub fn rules(&self) -> &[Arc<RuleMeta>] {
        &self.rules
    }

    /// Assesses one bundle; `path` is how the report names it.
    pub fn assess(&self, path: &str, bundle: Bundle) -> Assessment {
        let Bundle { document, attachments, notes, digest, is_directory } = bundle;
        let (files, attachment_count) = (document.file_count(), attachments.len());
        let tree = Arc::new(Tree::bundle(document, &self.pack.schema));
        let stage = self.request.stage.clone().or_else(|| stated_stage(&tree, self.pack));
        let due = self.rules.iter().enumerate().filter(|(_, rule)| rule.is_due(stage.as_deref()));
        let chosen: Vec<usize> = due.map(|(index, _)| index).collect();
        let unusable_stage = UnusableStage::of(&tree, self.pack);
        let mut warnings = warnings(&tree, &notes, &attachments);
        warnings.splice(..0, unusable_stage.as_ref().map(UnusableStage::warning));
        let case = Case { bundle: tree.clone(), attachments, stage: stage.clone(), as_of: self.request.as_of };
        let mut outcomes = chosen.iter().copied().zip(self.program.run(case, &chosen)).peekable();
        let resolver = Resolver { pack: self.pack, order: &self.order.tree, bundle: &tree, is_directory };
        let mut rules = Vec::new();
        for (index, meta) in self.rules.iter().enumerate() {
            rules.push(match outcomes.next_if(|(ran, _)| *ran == index) {
                Some((_, outcome)) => report(meta, outcome, &resolver),
                None => self.other_stage(meta),
            });
        }
        let root = tree.document.root();
        let operator = text_at(root, &["operator", "name"]);
        let idle = self.decide(&mut rules, &digest, operator.as_deref());
        let controls = self.controls(&rules, stage.as_deref());
        Assessment {
            path: path.to_owned(),
            digest: Some(digest),
            files,
            attachments: attachment_count,
            operator,
            service: services(root),
            stage,
            unusable_stage,
            verdict: verdict::of_bundle(&controls),
            rules,
            controls,
            warnings,
            idle,
            failure: None,
        }
    }

    /// Lays the decisions on a bundle over its results; returns those that changed nothing.
    fn decide(&self, rules: &mut [RuleReport], digest: &str, operator: Option<&str>) -> Vec<Idle> {
        let Some(decisions) = &self.request.decisions else { return Vec::new() };
        let Some(day) = JudgedDay::new(self.request.as_of, &self.pack.zone) else { return Vec::new() };
        decide(rules, &decisions.on(digest, operator), day)
    }

    fn other_stage(&self, meta: &Arc<RuleMeta>) -> RuleReport {
        let titles: Vec<&Text> =
            self.pack.manifest.stages.iter().filter(|s| meta.stages.contains(&s.id)).map(|s| &s.title).collect();
        let join =
            |pick: fn(&Text) -> &String| titles.iter().map(|title| pick(title).as_str()).collect::<Vec<_>>().join(", ");
        let reason = Text::new(
            format!("asked for at another stage: {}", join(|t| &t.en)),
            format!("다른 단계의 점검 항목: {}", join(|t| &t.ko)),
        );
        RuleReport {
            meta: meta.clone(),
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
        let controls = self.pack.manifest.controls.iter();
        let reports = controls.filter_map(|control| {
            let own: Vec<&RuleReport> = rules.iter().filter(|rule| rule.meta.control == control.id).collect();
            let verdict = verdict::of_control(&own, stage);
            (!own.is_empty()).then(|| ControlReport { id: control.id.clone(), verdict })
        });
        reports.collect()
    }
}

/// Returns the assessment of a bundle that could not be read.
pub fn unreadable(path: &str, error: &anyhow::Error) -> Assessment {
    let failure = match error.downcast_ref::<Diagnostic>() {
        Some(refused) => LoadFailure::Refused(Box::new(refused.clone())),
        None => LoadFailure::Unreadable(format!("{error:#}")),
    };
    Assessment {
        path: path.to_owned(),
        digest: None,
        files: 0,
        attachments: 0,
        operator: None,
        service: None,
        stage: None,
        unusable_stage: None,
        verdict: Verdict::Error,
        rules: Vec::new(),
        controls: Vec::new(),
        warnings: Vec::new(),
        idle: Vec::new(),
        failure: Some(failure),
    }
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
        None if outcome.demands > 0 => RuleResult::Pass,
        None => RuleResult::NotApplicable,
    }
}

fn services(root: NodeRef<'_>) -> Option<String> {
    let names: Vec<&str> = root
        .get("services")?
        .items()
        .filter_map(|service| service.get("name").or_else(|| service.get("id")))
        .map(NodeRef::text)
        .collect();
    Some(names.join(", ")).filter(|names| !names.is_empty())
}

fn text_at(root: NodeRef<'_>, path: &[&str]) -> Option<String> {
    let node = path.iter().try_fold(root, |node, key| node.get(key))?;
    Some(node.text().to_owned()).filter(|text| !text.trim().is_empty())
}

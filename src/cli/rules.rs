//! `gamsa rules`: what a pack checks.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use anyhow::{Context, Result, bail};
use serde::Serialize;

use super::Environment;
use super::arguments::{RulesArguments, RulesCommand, RulesFormat};
use super::exit::ExitStatus;
use crate::engine::{CompiledRule, EvidencePath, Program, Reads, Subject};
use crate::error::ErrorStage;
use crate::language::{Language, Text};
use crate::pack::{BasisStatus, Control, CountsFor, Pack, Parameters, Severity, nearest_of};
use crate::report::{RulePage, to_writer_pretty, write_rule, write_rules};

/// Shows the rules of a pack.
pub(super) fn run(command: &RulesCommand, environment: Environment, out: &mut dyn Write) -> Result<ExitStatus> {
    let (wanted, arguments) = match command {
        RulesCommand::List(arguments) => (None, arguments),
        RulesCommand::Show { id, arguments } => (Some(id), arguments),
    };
    let pack = Pack::open(&arguments.pack).context(ErrorStage::Pack)?;
    let parameters = Parameters::new(&pack.manifest, &[]).context(ErrorStage::Pack)?;
    let program = Program::compile(&pack, parameters, &pack.select(&[])?).context(ErrorStage::Pack)?;
    let rules: Vec<RuleWithReads<'_>> = program.rules().zip(program.reads()).collect();
    let language = arguments.lang.map_or(environment.language, Language::from);
    let page = RulePage { pack: &pack, language, width: environment.width };
    match wanted {
        None => list(&rules, arguments, &page, out).context(ErrorStage::Write)?,
        Some(id) => {
            let rule = find(&rules, id, &pack).context(ErrorStage::Usage)?;
            show(rule, arguments, &page, out).context(ErrorStage::Write)?;
        }
    }
    Ok(ExitStatus::Pass)
}

/// A rule and what it reads.
type RuleWithReads<'r> = (&'r CompiledRule, &'r Reads);

fn find<'r>(rules: &[RuleWithReads<'r>], id: &str, pack: &Pack) -> Result<RuleWithReads<'r>> {
    if let Some(rule) = rules.iter().find(|(rule, _)| rule.meta.id.eq_ignore_ascii_case(id)) {
        return Ok(*rule);
    }
    let hint = match nearest_of(id, rules.iter().map(|(rule, _)| rule.meta.id.as_str())) {
        _ if pack.manifest.control_named(id).is_some() => {
            "this is a control; `gamsa rules list` shows its rules".to_owned()
        }
        Some(near) => format!("did you mean {near}?"),
        None => "`gamsa rules list` shows them all".to_owned(),
    };
    bail!("{id}: pack {} has no such rule; {hint}", pack.manifest.id)
}

fn list(
    rules: &[RuleWithReads<'_>],
    arguments: &RulesArguments,
    page: &RulePage<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    match arguments.format {
        RulesFormat::Text => {
            let rules: Vec<&CompiledRule> = rules.iter().map(|(rule, _)| *rule).collect();
            write_rules(page, &rules, out)
        }
        RulesFormat::Json => {
            let rules: Vec<ListedRule<'_>> = rules.iter().map(|rule| object(*rule, page.pack)).collect();
            json(&RuleList { schema: "gamsa.rules/v1", pack: identity(page.pack), rules }, out)
        }
    }
}

fn show(
    rule: RuleWithReads<'_>,
    arguments: &RulesArguments,
    page: &RulePage<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    match arguments.format {
        RulesFormat::Text => write_rule(page, rule.0, rule.1, out),
        RulesFormat::Json => json(&object(rule, page.pack), out),
    }
}

fn json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    to_writer_pretty(out, value)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct RuleList<'r> {
    schema: &'static str,
    pack: ListedPack<'r>,
    rules: Vec<ListedRule<'r>>,
}

#[derive(Serialize)]
struct ListedPack<'r> {
    id: &'r str,
    version: &'r str,
    digest: &'r str,
    title: &'r Text,
}

#[derive(Serialize)]
struct ListedRule<'r> {
    id: &'r str,
    title: &'r Text,
    control: Option<&'r Control>,
    severity: Severity,
    advisory: bool,
    verdict: CountsFor,
    stages: &'r [String],
    basis: Vec<ListedBasis<'r>>,
    demand: &'r Text,
    remedy: &'r Text,
    not_applicable: Option<&'r Text>,
    parameters: BTreeMap<&'r str, ParameterObject<'r>>,
    reads: ReadsObject<'r>,
    says: &'r BTreeMap<String, Text>,
    script: &'r str,
}

#[derive(Serialize)]
struct ParameterObject<'r> {
    value: String,
    title: &'r Text,
    unit: Option<&'r Text>,
    basis: BasisStatus,
    source: &'r str,
}

#[derive(Serialize)]
struct ListedBasis<'r> {
    source: &'r str,
    title: Option<&'r Text>,
    url: Option<&'r str>,
    clause: Option<&'r Text>,
    status: BasisStatus,
}

#[derive(Serialize)]
struct ReadsObject<'r> {
    evidence: Vec<PathObject<'r>>,
    order: Vec<PathObject<'r>>,
    attachments: bool,
    unplaced: &'r BTreeSet<String>,
}

#[derive(Serialize)]
struct PathObject<'r> {
    path: &'r str,
    title: Option<&'r Text>,
}

fn identity(pack: &Pack) -> ListedPack<'_> {
    let manifest = &pack.manifest;
    ListedPack { id: &manifest.id, version: &manifest.version, digest: pack.digest(), title: &manifest.title }
}

fn object<'r>((rule, reads): RuleWithReads<'r>, pack: &'r Pack) -> ListedRule<'r> {
    let meta = &rule.meta;
    let basis = meta.basis.iter().map(|basis| {
        let source = pack.manifest.sources.get(&basis.source);
        ListedBasis {
            source: &basis.source,
            title: source.map(|source| &source.title),
            url: source.and_then(|source| source.url.as_deref()),
            clause: basis.clause.as_ref(),
            status: basis.status,
        }
    });
    let parameters = reads.parameters.iter().filter_map(|name| {
        let parameter = pack.manifest.parameters.get(name)?;
        let object = ParameterObject {
            value: parameter.default_value().map(|value| value.to_string()).unwrap_or_default(),
            title: &parameter.title,
            unit: parameter.unit.as_ref(),
            basis: parameter.basis,
            source: &parameter.source.en,
        };
        Some((name.as_str(), object))
    });
    let paths = |subject| {
        let of = reads.evidence.iter().filter(move |path| path.subject == subject);
        of.map(|EvidencePath { pointer, shape, .. }| {
            let title = pack.schema.shape(*shape).map(|shape| &shape.title);
            PathObject { path: pointer, title }
        })
        .collect()
    };
    ListedRule {
        id: &meta.id,
        title: &meta.title,
        control: pack.control(&meta.control),
        severity: meta.severity,
        advisory: meta.advisory,
        verdict: meta.counts_for,
        stages: &meta.stages,
        basis: basis.collect(),
        demand: &meta.demand,
        remedy: &meta.remedy,
        not_applicable: meta.not_applicable.as_ref(),
        parameters: parameters.collect(),
        reads: ReadsObject {
            evidence: paths(Subject::Bundle),
            order: paths(Subject::Order),
            attachments: reads.attachments,
            unplaced: &reads.unplaced,
        },
        says: &meta.says,
        script: &rule.path,
    }
}

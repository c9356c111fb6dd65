//! The report `gamsa.report/v2` for programs: a contract of its own, described in `docs/report-v2.schema.json`.
//!
//! These structs are the format. They change only with its version, whatever happens to the internal types.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::json_decisions::{DecisionsIdentity, IdleObject, Overlay, decisions_identity, idle_objects, overlay};
use super::json_escape::{to_string_pretty, to_writer};
use super::json_findings::{FindingObject, PlaceObject, finding_object, get, place};
use super::json_order::{
    self, BasisObject, DutiesObject, DutiesSummaryObject, OrderObject, counts, duties, duties_summary, order_of,
};
use super::{ReportWriter, Run, Summary};
use crate::assess::{Assessment, LoadFailure, OrderIdentity, Records, RuleReport, RuleResult, Verdict};
use crate::language::Language;
use crate::load::{Entry, EntryState};
use crate::pack::{CountsFor, Pack, Severity};

const SCHEMA: &str = "gamsa.report/v2";

/// Writes one JSON object that holds every bundle.
#[derive(Debug)]
pub struct JsonWriter {
    language: Language,
}

/// Writes one bundle a line, and last a line with the summary.
#[derive(Debug)]
pub struct NdjsonWriter {
    language: Language,
}

impl JsonWriter {
    /// Creates a writer in one language.
    pub fn new(language: Language) -> Self {
        Self { language }
    }
}

impl NdjsonWriter {
    /// Creates a writer in one language.
    pub fn new(language: Language) -> Self {
        Self { language }
    }
}

impl ReportWriter for JsonWriter {
    fn begin(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let head = to_string_pretty(&head(run, self.language))?;
        // The object stays open for the bundles.
        out.write_all(head.trim_end_matches('}').trim_end().as_bytes())?;
        out.write_all(b",\n  \"bundles\": [")
    }

    fn page(&self, run: &Run<'_>, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
        let text = to_string_pretty(&bundle(run.pack, assessment, self.language))?;
        // A line break inside a text is written as \n, so that every line here is one of the layout.
        text.lines().try_for_each(|line| write!(out, "\n    {line}"))
    }

    fn before_page(&self, is_first: bool) -> &'static str {
        if is_first { "" } else { "," }
    }

    fn end(&self, _: &Run<'_>, summary: &Summary, has_pages: bool, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if has_pages { b"\n  ]," } else { b"]," })?;
        let idle = to_string_pretty(&idle_objects(&summary.idle, self.language))?;
        let text = to_string_pretty(&summary_object(summary))?;
        let entries =
            to_string_pretty(&summary.entries.iter().map(|e| entry_object(e, self.language)).collect::<Vec<_>>())?;
        write!(out, "\n  \"interrupted\": {},", summary.interrupted)?;
        for (key, value) in
            [("\n  \"entries\": ", entries), (",\n  \"idle_decisions\": ", idle), (",\n  \"summary\": ", text)]
        {
            out.write_all(key.as_bytes())?;
            out.write_all(value.replace('\n', "\n  ").as_bytes())?;
        }
        out.write_all(b"\n}\n")
    }
}

impl ReportWriter for NdjsonWriter {
    fn begin(&self, _: &Run<'_>, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn page(&self, run: &Run<'_>, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
        to_writer(out, &bundle(run.pack, assessment, self.language))?;
        out.write_all(b"\n")
    }

    fn entry(&self, _: &Run<'_>, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        to_writer(&mut *out, &EntryLine { entry: entry_object(entry, self.language) })?;
        out.write_all(b"\n")
    }

    fn end(&self, run: &Run<'_>, summary: &Summary, _: bool, out: &mut dyn Write) -> io::Result<()> {
        let line = Last {
            head: head(run, self.language),
            interrupted: summary.interrupted,
            idle_decisions: idle_objects(&summary.idle, self.language),
            summary: summary_object(summary),
        };
        to_writer(out, &line)?;
        out.write_all(b"\n")
    }
}

/// What the report says about itself.
#[derive(Serialize)]
struct Head<'r> {
    schema: &'static str,
    tool: Tool,
    pack: PackIdentity<'r>,
    orders: Vec<OrderObject<'r>>,
    as_of: String,
    time_zone: &'r str,
    language: &'static str,
    parameters: BTreeMap<&'r str, String>,
    only: &'r [String],
    decisions: Option<DecisionsIdentity<'r>>,
}

/// The last line of `ndjson`.
#[derive(Serialize)]
struct Last<'r> {
    #[serde(flatten)]
    head: Head<'r>,
    interrupted: bool,
    idle_decisions: Vec<IdleObject<'r>>,
    summary: SummaryObject,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct PackIdentity<'r> {
    id: &'r str,
    version: &'r str,
    digest: &'r str,
    title: &'r str,
    origin: &'static str,
}

/// A line of `ndjson` on an entry that is no bundle.
#[derive(Serialize)]
struct EntryLine<'r> {
    entry: EntryObject<'r>,
}

#[derive(Serialize)]
struct EntryObject<'r> {
    path: &'r str,
    state: &'static str,
    reason: Option<&'r str>,
}

#[derive(Serialize)]
struct SummaryObject {
    bundles: usize,
    pass: usize,
    fail: usize,
    undetermined: usize,
    error: usize,
    duties: DutiesSummaryObject,
    entries: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct BundleObject<'r> {
    path: &'r str,
    state: &'static str,
    digest: Option<&'r str>,
    order: Option<OrderObject<'r>>,
    as_of: Option<String>,
    submitted_on: Option<String>,
    files: usize,
    attachments: usize,
    unlisted_attachments: usize,
    left_out: usize,
    records: BTreeMap<String, RecordsObject>,
    operator: Option<&'r str>,
    service: Option<&'r str>,
    stage: Option<&'r str>,
    verdict: Verdict,
    duties: Option<DutiesObject<'r>>,
    counts: BTreeMap<&'static str, usize>,
    controls: Vec<ControlObject<'r>>,
    warnings: Vec<WarningObject<'r>>,
    unlisted_warnings: u64,
    idle_decisions: Vec<IdleObject<'r>>,
    error: Option<Failure<'r>>,
    results: Vec<RuleObject<'r>>,
}

#[derive(Serialize)]
struct RecordsObject {
    count: usize,
    named_by_order: usize,
}

#[derive(Serialize)]
struct ControlObject<'r> {
    control: &'r str,
    number: &'r str,
    title: &'r str,
    verdict: Option<Verdict>,
    duties: Option<Verdict>,
}

#[derive(Serialize)]
struct WarningObject<'r> {
    path: &'r str,
    location: Option<PlaceObject<'r>>,
    message: &'r str,
}

#[derive(Serialize)]
struct Failure<'r> {
    message: &'r str,
    location: Option<PlaceObject<'r>>,
    hint: Option<&'r str>,
}

#[derive(Serialize)]
struct RuleObject<'r> {
    rule: &'r str,
    title: &'r str,
    control: &'r str,
    severity: Severity,
    advisory: bool,
    counts_for: CountsFor,
    basis: Vec<BasisObject<'r>>,
    result: RuleResult,
    underlying: Option<RuleResult>,
    decision: Option<Overlay>,
    examined: u64,
    reason: Option<&'r str>,
    findings: Vec<FindingObject<'r>>,
    unlisted: u64,
}

fn head<'r>(run: &Run<'r>, language: Language) -> Head<'r> {
    let pack = run.pack;
    let changed = run.parameters.changed().iter();
    Head {
        schema: SCHEMA,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        pack: PackIdentity {
            id: &pack.manifest.id,
            version: &pack.manifest.version,
            digest: pack.digest(),
            title: pack.manifest.title.get(language),
            origin: pack.origin().name(),
        },
        orders: run.orders.iter().map(|order| json_order::order(order, pack, language)).collect(),
        as_of: run.request.as_of.to_string(),
        time_zone: pack.zone.name(),
        language: language.code(),
        parameters: changed.map(|(name, value)| (name.as_str(), value.to_string())).collect(),
        only: &run.request.only,
        decisions: run.request.decisions.as_deref().map(decisions_identity),
    }
}

fn summary_object(summary: &Summary) -> SummaryObject {
    let Summary { bundles, pass, fail, undetermined, error, .. } = *summary;
    let entries = EntryState::ALL.into_iter().map(|state| (state.name(), summary.count(state))).collect();
    let duties = duties_summary(summary.duties);
    SummaryObject { bundles, pass, fail, undetermined, error, duties, entries }
}

fn entry_object(entry: &Entry, language: Language) -> EntryObject<'_> {
    EntryObject { path: &entry.path, state: entry.state.name(), reason: get(entry.reason.as_ref(), language) }
}

fn bundle<'r>(pack: &'r Pack, assessment: &'r Assessment, language: Language) -> BundleObject<'r> {
    let coverage = &assessment.coverage;
    let records = coverage.records.iter().map(|records| {
        let Records { of, count, named_by_order } = records;
        let list = of.records.dotted().unwrap_or_default();
        (list, RecordsObject { count: *count, named_by_order: *named_by_order })
    });
    let controls = assessment.controls.iter().filter_map(|report| {
        let control = pack.control(&report.id)?;
        let title = control.title.get(language);
        Some(ControlObject {
            control: &control.id,
            number: &control.number,
            title,
            verdict: report.verdict,
            duties: report.duties,
        })
    });
    let warnings = assessment.warnings.iter().map(|warning| WarningObject {
        path: &warning.path,
        location: warning.location.as_ref().map(place),
        message: warning.message.get(language),
    });
    BundleObject {
        path: &assessment.path,
        state: EntryState::Judged.name(),
        digest: assessment.digest.as_deref(),
        order: assessment.order.as_ref().map(|order| order_of(order, language)),
        as_of: assessment.as_of.map(|day| day.to_string()),
        submitted_on: assessment.submitted_on.map(|day| day.to_string()),
        files: coverage.files,
        attachments: coverage.attachments,
        unlisted_attachments: coverage.unlisted,
        left_out: coverage.left_out,
        records: records.collect(),
        operator: assessment.operator.as_deref(),
        service: assessment.service.as_deref(),
        stage: assessment.stage.as_deref(),
        verdict: assessment.verdict,
        duties: duties(assessment, pack, language),
        counts: counts(&assessment.counts()),
        controls: controls.collect(),
        warnings: warnings.collect(),
        unlisted_warnings: assessment.unlisted_warnings,
        idle_decisions: idle_objects(&assessment.idle, language),
        error: assessment.failure.as_ref().map(|failure| match failure {
            LoadFailure::Refused(refused) => Failure {
                message: refused.message.get(language),
                location: Some(place(&refused.location)),
                hint: refused.hint.as_ref().map(|hint| hint.get(language)),
            },
            LoadFailure::Unreadable(message) => Failure { message: message.get(language), location: None, hint: None },
        }),
        results: assessment.rules.iter().map(|rule| result(rule, pack, assessment.order.as_ref(), language)).collect(),
    }
}

fn result<'r>(rule: &'r RuleReport, pack: &Pack, order: Option<&OrderIdentity>, language: Language) -> RuleObject<'r> {
    let meta = &rule.meta;
    RuleObject {
        rule: &meta.id,
        title: meta.title.get(language),
        control: &meta.control,
        severity: meta.severity,
        advisory: meta.advisory,
        counts_for: rule.counts_for,
        basis: json_order::basis(rule, pack, order, language),
        result: rule.result,
        underlying: rule.underlying,
        decision: overlay(rule),
        examined: rule.examined,
        reason: get(rule.reason.as_ref(), language),
        findings: rule.findings.iter().map(|finding| finding_object(finding, language)).collect(),
        unlisted: rule.unlisted,
    }
}

//! `gamsa audit`.

use std::io::Write;
use std::num::NonZeroUsize;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, anyhow};

use super::Environment;
use super::arguments::{AuditArguments, Format};
use super::accounts::Accounts;
use super::exit::ExitStatus;
use super::intake::{self, Asked};
use super::judging::{Item, Judging, Made};
use super::orders::Orders;
use super::output::{Content, Formats, Outputs, targets};
use super::workers::{self, Plan};
use super::{decisions, progress};
use crate::assess::{AsOf, Auditor, Ledger, Request};
use crate::engine::Evaluator;
use crate::error::Stage;
use crate::evidence::Day;
use crate::language::Language;
use crate::load::{Intake, Limits};
use crate::pack::{Pack, Parameters};
use crate::report::{JsonWriter, NdjsonWriter, ReportWriter, Run, Summary, TemplateWriter, TextOptions, TextWriter};

/// Audits every bundle that is named and writes the reports.
pub(super) fn run(
    arguments: &AuditArguments,
    environment: Environment,
    out: &mut (dyn Write + Send),
    notes: &mut (dyn Write + Send),
) -> Result<ExitStatus> {
    let questions = arguments.decisions_template.as_deref();
    let targets = targets(&arguments.format, &arguments.output, questions).context(Stage::Usage)?;
    let asked = Asked::new(arguments)?;
    let pack = Pack::open(&arguments.pack).context(Stage::Pack)?;
    let parameters = Parameters::new(&pack.manifest, &arguments.param).context(Stage::Usage)?;
    let orders = Orders::read(&arguments.order, &pack)?;
    let all_orders = orders.all();
    let decided = arguments.decisions.as_deref();
    let decisions = decided.map(|file| decisions::read(file, &arguments.paths, &pack, &all_orders)).transpose()?;
    let request = Request {
        as_of: as_of(arguments.as_of.as_deref(), &pack, environment)?,
        stage: arguments.stage.clone(),
        only: arguments.only.clone(),
        evaluator: if arguments.interpreter { Evaluator::Interpreter } else { Evaluator::Direct },
        decisions: decisions.map(Arc::new),
    };
    // Compiles the rules before anything is written: a broken pack is no report.
    let auditor = || Auditor::new(&pack, &pack.order, parameters.clone(), request.clone());
    let checked = auditor()?;

    let limits = Limits { plain_reader: !arguments.general_reader, ..Limits::default() };
    let intake = Intake { layout: &pack.layout, limits: &limits, stop: Some(environment.stop) };
    let search = asked.search(&pack, &limits);
    let mut found = intake::find(arguments, &search)?;
    let mut first: Vec<Item> = Vec::new();
    while first.iter().filter(|item| item.is_candidate()).count() < 2 {
        let Some(found) = found.next() else { break };
        first.push(Item::of(found));
    }
    if first.is_empty() {
        return Err(anyhow!("nothing to audit: the list of bundles is empty")).context(Stage::Load);
    }
    // Only what it holds tells whether one candidate is one bundle.
    let is_single = first.iter().filter(|item| item.is_candidate()).count() < 2 && {
        first.iter_mut().for_each(|item| item.resolve(intake));
        first.iter().map(Item::bundles).sum::<usize>() < 2
    };
    let items = first.into_iter().chain(found.map(Item::of));
    let run = Run { pack: &pack, orders: &all_orders, parameters: &parameters, request: &request, is_single };
    let formats = Formats::new(&targets, |content| writer(content, arguments, environment));
    let outputs = Outputs::open(&formats, &targets, out)?;
    let jobs = arguments.jobs.unwrap_or(environment.processors);
    let jobs = if is_single { NonZeroUsize::MIN } else { jobs };
    let plan = Plan { jobs, is_unordered: arguments.unordered, stop: environment.stop };
    let judging = Judging { intake, orders: &orders, run: &run };
    let status = if environment.shows_progress && !is_single {
        let items: Vec<Item> = items.collect();
        let bar = progress::bar(items.len() as u64);
        judge(&plan, checked, &auditor, items.into_iter(), &judging, outputs, || bar.inc(1))?
    } else {
        judge(&plan, checked, &auditor, items, &judging, outputs, || {})?
    };
    if status == ExitStatus::Interrupted {
        writeln!(notes, "note: {}", status.meaning()).context(Stage::Write)?;
    }
    Ok(status)
}

/// Audits what was found and hands each result to the reports.
fn judge<'p>(
    plan: &Plan<'_>,
    checked: Auditor<'p>,
    auditor: &(impl Fn() -> Result<Auditor<'p>> + Sync),
    items: impl Iterator<Item = Item> + Send,
    judging: &Judging<'_>,
    mut outputs: Outputs<'_>,
    tick: impl Fn() + Sync,
) -> Result<ExitStatus> {
    let run = judging.run;
    let (mut summary, mut accounts) = (Summary::default(), Accounts::default());
    let ledger = run.request.decisions.as_deref().map(|decisions| Mutex::new(Ledger::new(decisions)));
    outputs.begin(run)?;
    let formats = outputs.formats;
    let page = |auditor: &Auditor<'p>, item: Item| {
        judging.judge(auditor, item, |assessment| {
            if let Some(ledger) = &ledger {
                ledger.lock().unwrap_or_else(PoisonError::into_inner).meet(assessment);
            }
            formats.pages(run, assessment)
        })
    };
    workers::run(plan, checked, auditor, items, &page, |made: Vec<Made>| {
        tick();
        for made in made {
            match made {
                Made::Bundle { path, digest, verdict, pages } => match accounts.bundle(&path, digest.as_deref()) {
                    Some(same) => outputs.entry(run, &same)?,
                    None => {
                        summary.add(verdict);
                        outputs.add(&pages)?;
                    }
                },
                Made::Entry(entry) => {
                    outputs.entry(run, &entry)?;
                    accounts.entry(entry);
                }
                Made::Folder(path) => accounts.folder(path),
            }
        }
        Ok(())
    })?;
    let is_stopped = plan.stop.load(Ordering::Relaxed);
    let (entries, told) = accounts.close();
    for folder in &told {
        outputs.entry(run, folder)?;
    }
    summary.entries = entries;
    let ledger = ledger.map(|ledger| ledger.into_inner().unwrap_or_else(PoisonError::into_inner));
    summary.idle = ledger.map(|ledger| ledger.close(run.pack, is_stopped)).unwrap_or_default();
    outputs.end(run, &summary)?;
    if is_stopped { Ok(ExitStatus::Interrupted) } else { Ok(ExitStatus::of(&summary)) }
}

fn writer(content: Content, arguments: &AuditArguments, environment: Environment) -> Box<dyn ReportWriter> {
    let language = arguments.lang.map_or(environment.language, Language::from);
    match content {
        Content::Report(Format::Text) => Box::new(TextWriter(TextOptions {
            language,
            width: environment.width,
            is_quiet: arguments.quiet,
            is_verbose: arguments.verbose,
        })),
        Content::Report(Format::Json) => Box::new(JsonWriter::new(language)),
        Content::Report(Format::Ndjson) => Box::new(NdjsonWriter::new(language)),
        Content::Questions => Box::new(TemplateWriter::new(language)),
    }
}

fn as_of(given: Option<&str>, pack: &Pack, environment: Environment) -> Result<AsOf> {
    match given {
        None => Ok(AsOf::Day((environment.today)(&pack.zone))),
        Some("submitted") => Ok(AsOf::Submitted),
        Some(text) => Day::parse(text)
            .map(AsOf::Day)
            .ok_or_else(|| anyhow!("--as-of {text}: expected a date, for example 2024-07-01, or `submitted`"))
            .context(Stage::Usage),
    }
}

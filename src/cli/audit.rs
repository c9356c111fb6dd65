//! `gamsa audit`.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, anyhow};

use super::Environment;
use super::arguments::{AuditArguments, Format};
use super::bundles::{self, Bundle};
use super::exit::ExitStatus;
use super::output::{Content, Formats, Outputs, targets};
use super::workers::{self, Plan};
use super::{decisions, progress};
use crate::assess::{Assessment, Auditor, Ledger, Request};
use crate::engine::Evaluator;
use crate::error::Stage;
use crate::evidence::Day;
use crate::language::Language;
use crate::load::Limits;
use crate::pack::{self, Order, Pack, Parameters, ShapeKind, corrected};
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
    let pack = Pack::open(&arguments.pack).context(Stage::Pack)?;
    let parameters = Parameters::new(&pack.manifest, &arguments.param).context(Stage::Usage)?;
    let given = arguments.order.as_deref().map(|file| read_order(file, &pack)).transpose()?;
    let order = given.as_ref().unwrap_or(&pack.order);
    let decided = arguments.decisions.as_deref();
    let decisions = decided.map(|file| decisions::read(file, &arguments.paths, &pack, order)).transpose()?;
    let request = Request {
        as_of: as_of(arguments.as_of.as_deref(), &pack, environment)?,
        stage: arguments.stage.clone(),
        only: pack.ids(&arguments.only).context(Stage::Usage)?,
        evaluator: if arguments.interpreter { Evaluator::Interpreter } else { Evaluator::Direct },
        decisions: decisions.map(Arc::new),
    };
    // Compiles the rules before anything is written: a broken pack is no report.
    let auditor = || Auditor::new(&pack, order, parameters.clone(), request.clone());
    let checked = auditor()?;

    let status = {
        let mut found = bundles::find(arguments, notes)?.map(|bundle| decisions::guard(bundle, decided));
        let first: Vec<Bundle> = found.by_ref().take(2).collect();
        let is_single = first.len() < 2;
        if is_single {
            check_single(&first)?;
        }
        let bundles = first.into_iter().chain(found);
        let run = Run { pack: &pack, order, parameters: &parameters, request: &request, is_single };
        let formats = Formats::new(&targets, |content| writer(content, arguments, environment));
        let outputs = Outputs::open(&formats, &targets, out)?;
        let jobs = arguments.jobs.unwrap_or(environment.processors);
        let jobs = if is_single { NonZeroUsize::MIN } else { jobs };
        let limits = Limits { plain_reader: !arguments.general_reader, ..Limits::default() };
        let plan = Plan { jobs, is_unordered: arguments.unordered, limits, stop: environment.stop };
        if environment.shows_progress && !is_single {
            let bundles: Vec<Bundle> = bundles.collect();
            let bar = progress::bar(bundles.len() as u64);
            judge(&plan, checked, &auditor, bundles.into_iter(), &run, outputs, || bar.inc(1))?
        } else {
            judge(&plan, checked, &auditor, bundles, &run, outputs, || {})?
        }
    };
    if status == ExitStatus::Interrupted {
        writeln!(notes, "note: {}", status.meaning()).context(Stage::Write)?;
    }
    Ok(status)
}

/// Audits the bundles and hands each result to the reports.
fn judge<'p>(
    plan: &Plan<'_>,
    checked: Auditor<'p>,
    auditor: &(impl Fn() -> Result<Auditor<'p>> + Sync),
    bundles: impl Iterator<Item = Bundle> + Send,
    run: &Run<'_>,
    mut outputs: Outputs<'_>,
    tick: impl Fn() + Sync,
) -> Result<ExitStatus> {
    let mut summary = Summary::default();
    let ledger = run.request.decisions.as_deref().map(|decisions| Mutex::new(Ledger::new(decisions)));
    outputs.begin(run)?;
    let formats = outputs.formats;
    let page = |assessment: Assessment| {
        if let Some(ledger) = &ledger {
            ledger.lock().unwrap_or_else(PoisonError::into_inner).meet(&assessment);
        }
        Ok((assessment.verdict, formats.pages(run, &assessment)?))
    };
    workers::run(plan, checked, auditor, bundles, &page, |(verdict, pages)| {
        summary.add(verdict);
        tick();
        outputs.add(&pages)
    })?;
    let is_stopped = plan.stop.load(Ordering::Relaxed);
    let ledger = ledger.map(|ledger| ledger.into_inner().unwrap_or_else(PoisonError::into_inner));
    summary.idle = ledger.map(|ledger| ledger.close(run.pack, is_stopped)).unwrap_or_default();
    outputs.end(run, &summary)?;
    if is_stopped { Ok(ExitStatus::Interrupted) } else { Ok(ExitStatus::of(&summary)) }
}

/// A run that finds nothing, or one path that is no bundle, is a mistake of the command and no report.
fn check_single(first: &[Bundle]) -> Result<()> {
    match first {
        [Ok(_)] => Ok(()),
        [Err((_, error))] => Err(anyhow!("{error:#}")).context(Stage::Load),
        _ => Err(anyhow!("nothing to audit: the list of bundles is empty")).context(Stage::Load),
    }
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

/// Reads the order; reports name it by its file name, so that they do not depend on where it lies.
fn read_order(file: &Path, pack: &Pack) -> Result<Order> {
    let shown = file.display();
    let bytes = std::fs::read(file).with_context(|| format!("--order {shown}: cannot be read")).context(Stage::Pack)?;
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    Order::read(&name, &bytes, &pack.schema).with_context(|| format!("--order {shown}")).context(Stage::Pack)
}

fn as_of(given: Option<&str>, pack: &Pack, environment: Environment) -> Result<Day> {
    match given {
        None => Ok((environment.today)(&pack.zone)),
        Some(text) => Day::parse(text)
            .ok_or_else(|| {
                let correction = corrected(&ShapeKind::Formatted(pack::Format::Date), text);
                let question = correction.map(|correction| format!("; {}", correction.question().en));
                let question = question.unwrap_or_default();
                anyhow!("--as-of {text}: expected a date, for example 2024-07-01{question}")
            })
            .context(Stage::Usage),
    }
}

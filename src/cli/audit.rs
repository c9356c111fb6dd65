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
use super::output::{Formats, Outputs, Partial};
use super::place::FilePlace;
use super::targets::{Content, Guard, targets};
use super::watchdog::watched;
use super::workers::{self, Plan};
use super::{decisions, progress};
use crate::assess::{Assessment, Auditor, Ledger, Request};
use crate::engine::Evaluator;
use crate::error::Stage;
use crate::evidence::Day;
use crate::language::Language;
use crate::load::Limits;
use crate::pack::{Order, Pack, Parameters};
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
    let screen = (environment.screen_file)().map(FilePlace::existing);
    let guard = Guard::new(&targets, screen.as_ref());
    guard.check(arguments).context(Stage::Usage)?;
    let pack = Pack::open(&arguments.pack).context(Stage::Pack)?;
    let parameters = Parameters::new(&pack.manifest, &arguments.param).context(Stage::Usage)?;
    let given = arguments.order.as_deref().map(|file| read_order(file, &pack)).transpose()?;
    let order = given.as_ref().unwrap_or(&pack.order);
    let decided = arguments.decisions.as_deref();
    let decisions = decided.map(|file| decisions::read(file, &arguments.paths, &pack, order)).transpose()?;
    let request = Request {
        as_of: as_of(arguments.as_of.as_deref(), &pack, environment)?,
        stage: arguments.stage.clone(),
        only: arguments.only.clone(),
        evaluator: if arguments.interpreter { Evaluator::Interpreter } else { Evaluator::Direct },
        decisions: decisions.map(Arc::new),
    };
    // Compiles the rules before anything is written: a broken pack is no report.
    let auditor = || Auditor::new(&pack, order, parameters.clone(), request.clone());
    let checked = auditor()?;

    let (status, partial) = {
        let found = bundles::find(arguments, notes)?.map(|bundle| decisions::guard(bundle, decided));
        let mut found = found.map(|bundle| guard.admit(bundle));
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
        let ends = Ends { total: None, give_up: environment.give_up };
        if environment.shows_progress && !is_single {
            let bundles: Vec<Bundle> = bundles.collect();
            let bar = progress::bar(bundles.len() as u64);
            let ends = Ends { total: Some(bundles.len()), ..ends };
            let judged = judge(&plan, checked, &auditor, bundles.into_iter(), &run, &outputs, ends, || bar.inc(1));
            bar.finish_and_clear();
            judged?
        } else {
            judge(&plan, checked, &auditor, bundles, &run, &outputs, ends, || {})?
        }
    };
    if status == ExitStatus::Interrupted {
        // The terminal may be what went away.
        let _ = writeln!(notes, "{}", interruption(&partial));
    }
    Ok(status)
}

/// How a run ends that is cut short.
#[derive(Clone, Copy)]
struct Ends {
    /// The bundles of the run, where they are known.
    total: Option<usize>,
    /// Ends the program at once, after a note.
    give_up: fn(&str) -> !,
}

/// Returns the note on a run that was cut short.
fn interruption(partial: &[Partial]) -> String {
    let meaning = ExitStatus::Interrupted.meaning();
    let files: Vec<String> = partial.iter().map(|partial| format!("\nnote: {}", partial.note())).collect();
    format!("note: {meaning}{}", files.concat())
}

/// Audits the bundles and hands each result to the reports.
#[expect(clippy::too_many_arguments, reason = "what a run needs, and how it ends")]
fn judge<'p>(
    plan: &Plan<'_>,
    checked: Auditor<'p>,
    auditor: &(impl Fn() -> Result<Auditor<'p>> + Sync),
    bundles: impl Iterator<Item = Bundle> + Send,
    run: &Run<'_>,
    outputs: &Outputs<'_>,
    ends: Ends,
    tick: impl Fn() + Sync,
) -> Result<(ExitStatus, Vec<Partial>)> {
    let ledger = run.request.decisions.as_deref().map(|decisions| Mutex::new(Ledger::new(decisions)));
    let ledger = ledger.as_ref().map(|ledger| || ledger.lock().unwrap_or_else(PoisonError::into_inner));
    let page = |assessment: Assessment| {
        if let Some(ledger) = &ledger {
            ledger().meet(&assessment);
        }
        Ok((assessment.verdict, outputs.formats().pages(run, &assessment)?))
    };
    let close = |summary: &mut Summary, is_interrupted: bool| {
        summary.interrupted = is_interrupted;
        summary.left = ends.total.filter(|_| is_interrupted).map(|total| total.saturating_sub(summary.bundles));
        summary.idle = ledger.as_ref().map(|ledger| ledger().close(run.pack, is_interrupted)).unwrap_or_default();
    };
    let work = || {
        outputs.begin(run)?;
        let judged = workers::run(plan, checked, auditor, bundles, &page, |(verdict, pages)| {
            tick();
            outputs.add(|summary| summary.add(verdict), &pages)
        });
        let is_stopped = plan.stop.load(Ordering::Relaxed);
        let is_complete = match judged {
            // Once a run is to stop, what fails ends it no other way: a hangup takes the screen away too.
            Err(_) if is_stopped => false,
            judged => judged?,
        };
        let is_complete = |summary: &Summary| is_complete || (run.is_single && summary.bundles == 1);
        let (summary, partial) = outputs.end(run, |summary| close(summary, is_stopped && !is_complete(summary)))?;
        Ok((ExitStatus::of(&summary), partial))
    };
    let rescue = || {
        let mut note = String::new();
        let done = |partial: Result<Vec<Partial>>| {
            note = match partial {
                Ok(partial) => interruption(&partial),
                Err(error) => format!("note: interrupted: {error:#}"),
            };
        };
        if outputs.give_up(run, |summary| close(summary, true), done) {
            (ends.give_up)(&note);
        }
    };
    watched(plan.stop, work, rescue)?
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
            .ok_or_else(|| anyhow!("--as-of {text}: expected a date, for example 2024-07-01"))
            .context(Stage::Usage),
    }
}

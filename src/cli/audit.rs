//! `gamsa audit`.

use std::io::Write;
use std::num::NonZeroUsize;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};

use super::Environment;
use super::arguments::{AuditArguments, ReportFormat};
use super::batch::{Batch, interruption};
use super::exit::ExitStatus;
use super::intake::{self, SearchOptions};
use super::judging::{Judging, WorkItem};
use super::orders::Orders;
use super::output::{Formats, Outputs};
use super::place::FilePlace;
use super::targets::{Guard, OutputContent, targets};
use super::workers::Plan;
use super::{decisions, limits, progress};
use crate::assess::{AsOf, Auditor, Request};
use crate::engine::Program;
use crate::error::ErrorStage;
use crate::evidence::Day;
use crate::language::Language;
use crate::load::{Intake, Limits};
use crate::pack::{self, Order, Pack, Parameters, ShapeKind, corrected};
use crate::report::{JsonWriter, NdjsonWriter, ReportWriter, Run, TemplateWriter, TextOptions, TextWriter};

/// Audits every bundle that is named and writes the reports.
pub(super) fn run(
    arguments: &AuditArguments,
    environment: Environment,
    out: &mut (dyn Write + Send),
    notes: &mut (dyn Write + Send),
) -> Result<ExitStatus> {
    let questions = arguments.decisions_template.as_deref();
    let targets = targets(&arguments.format, &arguments.output, questions).context(ErrorStage::Usage)?;
    let screen = (environment.screen_file)().map(FilePlace::existing);
    let guard = Guard::new(&targets, screen.as_ref());
    guard.check(arguments).context(ErrorStage::Usage)?;
    let asked = SearchOptions::new(arguments)?;
    let limits = limits::read(&arguments.limit).context(ErrorStage::Usage)?;
    let pack = Pack::open(&arguments.pack).context(ErrorStage::Pack)?;
    if !pack.mistakes.is_empty() {
        // Before what the command says of it: nothing can be held against a pack that is broken.
        Program::compile(&pack, Parameters::default(), &pack.select(&[])?).context(ErrorStage::Pack)?;
    }
    let parameters = Parameters::new(&pack.manifest, &arguments.param).context(ErrorStage::Usage)?;
    let orders = Orders::read(&arguments.order, &pack)?;
    let all_orders: Vec<&Order> = orders.known().collect();
    let decided = arguments.decisions.as_deref();
    let decisions = decided.map(|file| decisions::read(file, &arguments.paths, &pack, &all_orders)).transpose()?;
    let request = Request {
        as_of: as_of(arguments.as_of.as_deref(), &pack, environment)?,
        stage: arguments.stage.clone(),
        only: pack.ids(&arguments.only).context(ErrorStage::Usage)?,
        decisions: decisions.map(Arc::new),
    };
    // Compiles the rules before anything is written: a broken pack is no report.
    let auditor = Auditor::new(&pack, &pack.order, parameters.clone(), request.clone())?;

    let limits = Limits { plain_reader: !arguments.general_reader, ..limits };
    let intake = Intake { layout: &pack.layout, limits: &limits, stop: Some(environment.stop) };
    let search = asked.search(&pack, &limits);
    let mut found = intake::find(arguments, &search)?;
    let (mut first, mut candidates): (Vec<WorkItem>, usize) = (Vec::new(), 0);
    while candidates < 2 {
        let Some(found) = found.next() else { break };
        let item = WorkItem::of(found, &guard, intake);
        candidates += usize::from(item.is_candidate());
        first.push(item);
    }
    if first.is_empty() {
        return Err(anyhow!("nothing to audit: the list of bundles is empty")).context(ErrorStage::Load);
    }
    // Only what it holds tells whether one candidate is one bundle.
    let is_single = candidates < 2 && {
        first.iter_mut().for_each(|item| item.resolve(intake));
        first.iter().map(WorkItem::bundles).sum::<usize>() == 1
    };
    let items = first.into_iter().chain(found.map(|found| WorkItem::of(found, &guard, intake)));
    let run = Run { pack: &pack, orders: &all_orders, parameters: &parameters, request: &request, is_single };
    let formats = Formats::new(&targets, |content| writer(content, arguments, environment));
    let outputs = Outputs::open(&formats, &targets, out)?;
    let jobs = arguments.jobs.unwrap_or(environment.processors);
    let jobs = if is_single { NonZeroUsize::MIN } else { jobs };
    let plan = Plan { jobs, is_unordered: arguments.unordered, stop: environment.stop };
    let judging = Judging { intake, orders: &orders, run: &run };
    let batch = Batch { plan: &plan, judging: &judging, outputs: &outputs, total: None, give_up: environment.give_up };
    let (status, partial) = if environment.shows_progress && !is_single {
        let items: Vec<WorkItem> = items.collect();
        let total = items.iter().filter(|item| item.is_candidate()).count();
        let bar = progress::bar(items.len() as u64);
        let judged = Batch { total: Some(total), ..batch }.judge(&auditor, items.into_iter(), || bar.inc(1));
        bar.finish_and_clear();
        judged?
    } else {
        batch.judge(&auditor, items, || {})?
    };
    if status == ExitStatus::Interrupted {
        // The terminal may be what went away.
        let _ = writeln!(notes, "{}", interruption(&partial));
    }
    Ok(status)
}

fn writer(content: OutputContent, arguments: &AuditArguments, environment: Environment) -> Box<dyn ReportWriter> {
    let language = arguments.lang.map_or(environment.language, Language::from);
    match content {
        OutputContent::Report(ReportFormat::Text) => Box::new(TextWriter(TextOptions {
            language,
            width: environment.width,
            is_quiet: arguments.quiet,
            is_verbose: arguments.verbose,
        })),
        OutputContent::Report(ReportFormat::Json) => Box::new(JsonWriter::new(language)),
        OutputContent::Report(ReportFormat::Ndjson) => Box::new(NdjsonWriter::new(language)),
        OutputContent::Questions => Box::new(TemplateWriter::new(language)),
    }
}

fn as_of(given: Option<&str>, pack: &Pack, environment: Environment) -> Result<AsOf> {
    match given {
        None => Ok(AsOf::Day((environment.today)(&pack.zone))),
        Some("submitted") => Ok(AsOf::Submitted),
        Some(text) => Day::parse(text)
            .map(AsOf::Day)
            .ok_or_else(|| {
                let correction = corrected(&ShapeKind::Formatted(pack::Format::Date), text);
                let question = correction.map(|correction| format!("; {}", correction.question().en));
                let question = question.unwrap_or_default();
                anyhow!("--as-of {text}: expected a date, for example 2024-07-01, or `submitted`{question}")
            })
            .context(ErrorStage::Usage),
    }
}

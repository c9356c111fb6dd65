//! `gamsa audit`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use super::Environment;
use super::arguments::{AuditArguments, Format};
use super::exit::ExitStatus;
use super::output::{Target, targets, write_file};
use crate::assess::{Assessment, Auditor, Request, unreadable};
use crate::error::Stage;
use crate::evidence::Day;
use crate::language::Language;
use crate::load::{Bundle, Limits, bundles_below};
use crate::pack::{Order, Pack, Parameters};
use crate::report::{Report, Summary, TextOptions, write_json, write_text};

/// YAML files outside any bundle that are named in notes; more are counted.
const STRAYS_NAMED: usize = 5;

/// Audits every bundle that is named and writes the reports.
pub(super) fn run(
    arguments: &AuditArguments,
    environment: Environment,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<ExitStatus> {
    let targets = targets(&arguments.format, &arguments.output).context(Stage::Usage)?;
    let pack = Pack::open(&arguments.pack).context(Stage::Pack)?;
    let parameters = Parameters::new(&pack.manifest, &arguments.param).context(Stage::Usage)?;
    let given = arguments.order.as_deref().map(|file| read_order(file, &pack)).transpose()?;
    let order = given.as_ref().unwrap_or(&pack.order);
    let request = Request {
        as_of: as_of(arguments.as_of.as_deref(), &pack, environment)?,
        stage: arguments.stage.clone(),
        only: arguments.only.clone(),
    };
    let auditor = Auditor::new(&pack, order, parameters.clone(), request.clone())?;
    let paths = find(&arguments.paths, notes)?;
    let assessments: Vec<Assessment> = paths.iter().map(|path| assess(&auditor, path)).collect();

    let report = Report { pack: &pack, order, parameters: &parameters, request: &request, assessments: &assessments };
    let options = TextOptions {
        language: arguments.lang.map_or(environment.language, Language::from),
        width: environment.width,
        is_quiet: arguments.quiet,
        is_verbose: arguments.verbose,
    };
    for target in &targets {
        write(target, &report, options, out)?;
    }
    Ok(ExitStatus::of(&Summary::of(&assessments)))
}

fn write(target: &Target, report: &Report<'_>, options: TextOptions, out: &mut dyn Write) -> Result<()> {
    let write = |out: &mut dyn Write| match target.format {
        Format::Text => write_text(report, options, out),
        Format::Json => write_json(report, options.language, out),
    };
    match &target.file {
        Some(file) => write_file(file, write),
        None => write(out).context(Stage::Write),
    }
}

fn assess(auditor: &Auditor<'_>, path: &Path) -> Assessment {
    let shown = path.display().to_string();
    match Bundle::load(path, &Limits::default()) {
        Ok(bundle) => auditor.assess(&shown, bundle),
        Err(error) => unreadable(&shown, &error),
    }
}

fn find(paths: &[PathBuf], notes: &mut dyn Write) -> Result<Vec<PathBuf>> {
    let mut bundles = Vec::new();
    for path in paths {
        let found = bundles_below(path)?;
        for stray in found.strays.iter().take(STRAYS_NAMED) {
            writeln!(notes, "note: not audited, belongs to no bundle: {}", stray.display()).context(Stage::Write)?;
        }
        if found.strays.len() > STRAYS_NAMED {
            let more = found.strays.len() - STRAYS_NAMED;
            writeln!(notes, "note: and {more} more YAML files below {}", path.display()).context(Stage::Write)?;
        }
        bundles.extend(found.bundles);
    }
    Ok(bundles)
}

fn read_order(file: &Path, pack: &Pack) -> Result<Order> {
    let shown = file.display().to_string();
    let bytes = std::fs::read(file).with_context(|| format!("--order {shown}: cannot be read")).context(Stage::Pack)?;
    Order::read(&shown, &bytes, &pack.schema).context("--order").context(Stage::Pack)
}

fn as_of(given: Option<&str>, pack: &Pack, environment: Environment) -> Result<Day> {
    match given {
        None => Ok((environment.today)(&pack.zone)),
        Some(text) => Day::parse(text)
            .ok_or_else(|| anyhow!("--as-of {text}: expected a date, for example 2024-07-01"))
            .context(Stage::Usage),
    }
}

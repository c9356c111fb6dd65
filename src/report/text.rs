//! The report for a person at a terminal: the verdict first, then why, then what to hand in.

use std::io::{self, Write};

use super::layout::{BOLD, DIM, heading, pad, pad_left, result_style, styled, verdict_style, wrap};
use super::words::{self, Words};
use super::{ReportWriter, Run, Summary, text_decisions, text_findings, text_lists};
use crate::assess::{Assessment, ControlReport, Counts, LoadFailure, RuleReport, RuleResult, Verdict};
use crate::evidence::display_width;
use crate::language::Language;
use crate::pack::Control;

/// Characters of a digest that are shown.
const DIGEST_CHARS: usize = "sha256:".len() + 12;
/// Columns that the verdict of a control takes in the table.
const VERDICT_COLUMNS: usize = "   UNDETERMINED".len();
/// Results in the order of the table's columns.
const COLUMNS: [RuleResult; 7] = [
    RuleResult::Pass,
    RuleResult::Fail,
    RuleResult::Missing,
    RuleResult::Undetermined,
    RuleResult::Waived,
    RuleResult::NotApplicable,
    RuleResult::Error,
];

/// How a text report is written.
#[derive(Clone, Copy, Debug)]
pub struct TextOptions {
    /// The language.
    pub language: Language,
    /// Columns of the screen.
    pub width: usize,
    /// Only the verdict.
    pub is_quiet: bool,
    /// Also what passed and what does not apply; several bundles in full.
    pub is_verbose: bool,
}

/// Writes reports for a person; styles are ANSI sequences that the stream may strip.
#[derive(Debug)]
pub struct TextWriter(pub TextOptions);

impl ReportWriter for TextWriter {
    fn begin(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        if run.is_single || self.0.is_quiet { Ok(()) } else { self.layout(run).several_head(out) }
    }

    fn page(&self, run: &Run<'_>, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
        let page = self.layout(run);
        if self.0.is_quiet || !(run.is_single || self.0.is_verbose) {
            return page.line(assessment, out);
        }
        page.bundle(assessment, out)?;
        if run.is_single { Ok(()) } else { writeln!(out) }
    }

    fn end(&self, run: &Run<'_>, summary: &Summary, _: bool, out: &mut dyn Write) -> io::Result<()> {
        let page = self.layout(run);
        if self.0.is_quiet {
            return Ok(());
        }
        if !run.is_single {
            page.summary(summary, out)?;
        }
        text_decisions::of_run(&page, summary, out)
    }
}

impl TextWriter {
    fn layout<'p>(&self, report: &'p Run<'p>) -> Page<'p> {
        Page { report, options: self.0, words: Words::of(self.0.language) }
    }
}

pub(super) struct Page<'p> {
    pub(super) report: &'p Run<'p>,
    pub(super) options: TextOptions,
    pub(super) words: &'static Words,
}

impl Page<'_> {
    fn bundle(&self, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
        self.head(assessment, out)?;
        if let Some(failure) = &assessment.failure {
            return self.failure(failure, out);
        }
        self.table(assessment, out)?;
        for control in &assessment.controls {
            self.control(assessment, control, out)?;
        }
        text_lists::to_supply(self, assessment, out)?;
        text_lists::to_decide(self, assessment, out)?;
        text_decisions::of_bundle(self, assessment, out)?;
        text_lists::warnings(self, assessment, out)?;
        if self.options.is_verbose {
            text_lists::others(self, assessment, out)?;
        }
        self.foot(assessment, out)
    }

    /// What several bundles are judged by.
    fn several_head(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = self.report;
        let date = report.request.as_of.to_string();
        writeln!(out, "\n  {}", styled(DIM, &words::date(&date, report.pack.zone.name(), self.options.language)))?;
        for line in self.yardstick() {
            writeln!(out, "  {}", styled(DIM, &line))?;
        }
        writeln!(out)
    }

    /// The verdict and what it is about.
    fn head(&self, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
        let Self { options, .. } = self;
        let language = options.language;
        let verdict = assessment.verdict.word().get(language).to_uppercase();
        let indent = " ".repeat(display_width(&verdict) + 4);
        let name = match (&assessment.operator, &assessment.service) {
            (Some(operator), Some(service)) => format!("{operator} · {service}"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => assessment.path.clone(),
        };
        writeln!(out)?;
        writeln!(out, "  {}  {}", styled(verdict_style(assessment.verdict), &verdict), styled(BOLD, &name))?;
        let mut lines: Vec<String> = text_decisions::overlaid(assessment, language).into_iter().collect();
        lines.extend(self.occasion(assessment));
        let mut identity = vec![assessment.path.clone()];
        if let Some(digest) = &assessment.digest {
            identity.push(words::files(assessment.files, language));
            if assessment.attachments > 0 {
                identity.push(words::attachments(assessment.attachments, language));
            }
            identity.push(format!("{}…", digest.get(..DIGEST_CHARS).unwrap_or(digest)));
        }
        lines.push(identity.join(" · "));
        lines.extend(self.yardstick());
        for line in lines.iter().flat_map(|line| wrap(line, options.width.saturating_sub(indent.len()))) {
            writeln!(out, "{indent}{}", styled(DIM, &line))?;
        }
        Ok(())
    }

    /// The stage and the date that a bundle is judged at, and what it states as its stage if that is none.
    fn occasion(&self, assessment: &Assessment) -> Vec<String> {
        let Self { report, options, .. } = self;
        let (date, zone) = (report.request.as_of.to_string(), report.pack.zone.name());
        if assessment.failure.is_some() {
            return vec![words::date(&date, zone, options.language)];
        }
        let stages = &report.pack.manifest.stages;
        let stage = assessment.stage.as_ref().and_then(|id| stages.iter().find(|stage| stage.id == *id));
        let title = stage.map(|stage| stage.title.get(options.language));
        let stated =
            assessment.unusable_stage.as_ref().map(|stated| stated.sentence().get(options.language).to_owned());
        let occasion = match title {
            None if stated.is_some() => words::every_stage(&date, zone, options.language),
            _ => words::as_of(title, &date, zone, options.language),
        };
        stated.into_iter().chain([occasion]).collect()
    }

    /// What bundles are measured against: pack, order, a selection, changed parameters.
    fn yardstick(&self) -> Vec<String> {
        let Self { report, words, .. } = self;
        let manifest = &report.pack.manifest;
        let order = &report.order.id;
        let mut lines = vec![format!("{} {} {} · {} {order}", words.pack, manifest.id, manifest.version, words.order)];
        if let Some(decisions) = &report.request.decisions {
            let digest = decisions.digest.get(..DIGEST_CHARS).unwrap_or(&decisions.digest);
            lines.push(format!("{}: {} · {digest}…", words.decisions, decisions.file));
        }
        if !report.request.only.is_empty() {
            lines.push(format!("{}: {}", words.only, report.request.only.join(", ")));
        }
        let changed: Vec<String> =
            report.parameters.changed().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !changed.is_empty() {
            lines.push(format!("{}: {}", words.parameters, changed.join(", ")));
        }
        lines
    }

    fn failure(&self, failure: &LoadFailure, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "\n  {}\n", styled(BOLD, self.words.unreadable))?;
        for line in failure.render(self.options.language).lines() {
            writeln!(out, "  {line}")?;
        }
        Ok(())
    }

    /// How many rules of each control have which result.
    fn table(&self, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
        let language = self.options.language;
        let all = assessment.counts();
        let is_rare = |result: &RuleResult| matches!(result, RuleResult::Error | RuleResult::Waived);
        let columns: Vec<RuleResult> =
            COLUMNS.into_iter().filter(|result| !is_rare(result) || all.get(*result) > 0).collect();
        let cells_width: usize =
            columns.iter().map(|result| display_width(result.word().get(language)) + 2).sum::<usize>()
                + VERDICT_COLUMNS;
        let widest = self.controls(assessment).map(|(_, control)| display_width(control.title.get(language))).max();
        let wanted = widest.unwrap_or(0).max(display_width(self.words.control)) + 3;
        let title_width = wanted.min(self.options.width.saturating_sub(cells_width + 2));
        let cells = columns.iter().map(|result| format!("  {}", result.word().get(language)));
        let header = format!("  {}{}", pad(self.words.control, title_width), cells.collect::<String>());
        writeln!(out, "\n{}", styled(DIM, &header))?;
        for (report, control) in self.controls(assessment) {
            let counts = Counts::of(assessment.rules.iter().filter(|rule| rule.meta.control == report.id));
            let mut lines = wrap(control.title.get(language), title_width.saturating_sub(3)).into_iter();
            let title = format!("{}  {}", control.number, lines.next().unwrap_or_default());
            write!(out, "  {}", pad(&title, title_width))?;
            for result in &columns {
                let width = display_width(result.word().get(language)) + 2;
                let (count, style) = match counts.get(*result) {
                    0 => ("-".to_owned(), DIM),
                    count => (count.to_string(), result_style(*result)),
                };
                write!(out, "{}", styled(style, &pad_left(&count, width)))?;
            }
            match report.verdict {
                Some(verdict) => {
                    let word = verdict.word().get(language).to_uppercase();
                    writeln!(out, "   {}", styled(verdict_style(verdict), &word))?;
                }
                None => writeln!(out, "   {}", styled(DIM, RuleResult::NotApplicable.word().get(language)))?,
            }
            for line in lines {
                writeln!(out, "     {line}")?;
            }
        }
        Ok(())
    }

    /// The rules of a control that did not pass, or were decided on.
    fn control(&self, assessment: &Assessment, report: &ControlReport, out: &mut dyn Write) -> io::Result<()> {
        let rules: Vec<&RuleReport> =
            assessment.rules.iter().filter(|rule| rule.meta.control == report.id && is_shown(rule)).collect();
        let has_no_pass = report.verdict == Some(Verdict::Undetermined) && !rules.iter().any(|rule| is_open(rule));
        let Some(control) = self.report.pack.control(&report.id) else { return Ok(()) };
        if rules.is_empty() && !has_no_pass {
            return Ok(());
        }
        let title = format!("{}  {}", control.number, control.title.get(self.options.language));
        writeln!(out, "\n{}", heading(&title, self.options.width))?;
        if has_no_pass {
            writeln!(out, "\n  {}", self.words.no_pass_in_control)?;
        }
        for rule in rules {
            text_findings::rule(self, rule, out)?;
        }
        Ok(())
    }

    fn foot(&self, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
        let language = self.options.language;
        let counts = assessment.counts();
        let parts: Vec<String> = COLUMNS
            .into_iter()
            .filter(|result| counts.get(*result) > 0)
            .map(|result| words::count(counts.get(result), result.word().get(language), language))
            .collect();
        writeln!(out, "\n{}: {}", words::rules(assessment.rules.len(), language), parts.join(", "))?;
        if !self.options.is_verbose {
            writeln!(out, "{}", styled(DIM, words::verbose_hint(language)))?;
        }
        Ok(())
    }

    /// One bundle among several.
    fn line(&self, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
        let language = self.options.language;
        let widths = [Verdict::Error, Verdict::Fail, Verdict::Undetermined, Verdict::Pass];
        let width = widths.iter().map(|verdict| display_width(verdict.word().get(language))).max().unwrap_or(0);
        let verdict = pad(&assessment.verdict.word().get(language).to_uppercase(), width);
        let counts = assessment.counts();
        let open = [RuleResult::Error, RuleResult::Fail, RuleResult::Missing, RuleResult::Undetermined];
        let open: Vec<String> = open
            .into_iter()
            .filter(|result| counts.get(*result) > 0)
            .map(|result| words::count(counts.get(result), result.word().get(language), language))
            .collect();
        let mut parts = vec![assessment.path.clone()];
        parts.extend(assessment.operator.clone());
        parts.extend(Some(open.join(", ")).filter(|open| !open.is_empty()));
        parts.extend(text_decisions::overlaid(assessment, language));
        writeln!(out, "  {}  {}", styled(verdict_style(assessment.verdict), &verdict), parts.join(" · "))?;
        if let Some(failure) = &assessment.failure {
            for line in failure.render(language).lines() {
                writeln!(out, "  {}  {}", " ".repeat(width), styled(DIM, line))?;
            }
        }
        Ok(())
    }

    fn summary(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let language = self.options.language;
        let counts = [
            (summary.pass, Verdict::Pass),
            (summary.fail, Verdict::Fail),
            (summary.undetermined, Verdict::Undetermined),
            (summary.error, Verdict::Error),
        ];
        let parts: Vec<String> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, verdict)| words::count(count, verdict.word().get(language), language))
            .collect();
        writeln!(out, "\n{}: {}", words::bundles(summary.bundles, language), parts.join(", "))?;
        if !self.options.is_verbose {
            writeln!(out, "{}", styled(DIM, words::detail_hint(language)))?;
        }
        Ok(())
    }

    fn controls<'a>(&'a self, assessment: &'a Assessment) -> impl Iterator<Item = (&'a ControlReport, &'a Control)> {
        let known = |report: &'a ControlReport| Some((report, self.report.pack.control(&report.id)?));
        assessment.controls.iter().filter_map(known)
    }
}

/// Tells whether a rule is shown in full: something has to be done about it, or an inspector decided on it.
fn is_shown(rule: &RuleReport) -> bool {
    is_open(rule) || rule.underlying.is_some()
}

/// Tells whether someone has to do something about a rule.
fn is_open(rule: &RuleReport) -> bool {
    match rule.result {
        RuleResult::Error | RuleResult::Fail | RuleResult::Missing | RuleResult::Undetermined => true,
        RuleResult::Waived | RuleResult::Pass | RuleResult::NotApplicable => false,
    }
}

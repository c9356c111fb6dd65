//! The report for a person at a terminal: the verdict first, then why, then what to hand in.

use std::io::{self, Write};

use super::layout::{
    BOLD, DIM, Piece, Screen, columns, line, name, pad, pad_left, result_style, spaces, styled, verdict_style, wrap,
};
use super::words::{self, Words};
use super::{ReportWriter, Run, Summary, text_decisions, text_entries, text_findings, text_identity, text_lists};
use crate::assess::{Assessment, ControlReport, Counts, LoadFailure, RuleReport, RuleResult, Verdict};
use crate::evidence::display_width;
use crate::language::Language;
use crate::load::{Entry, EntryState};
use crate::pack::Control;

/// Columns that the verdict of a control takes in the table.
const VERDICT_COLUMNS: usize = "   UNDETERMINED".len();
/// Results in the order of the table's columns.
const COLUMNS: [RuleResult; 8] = [
    RuleResult::Pass,
    RuleResult::Fail,
    RuleResult::Missing,
    RuleResult::Undetermined,
    RuleResult::Established,
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
        if run.is_single || self.0.is_quiet { Ok(()) } else { self.layout(run).several_head(&mut Screen::on(out)) }
    }

    fn page(&self, run: &Run<'_>, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
        let (page, out) = (self.layout(run), &mut Screen::on(out));
        if self.0.is_quiet || !(run.is_single || self.0.is_verbose) {
            return page.line(assessment, out);
        }
        page.bundle(assessment, out)?;
        if run.is_single { Ok(()) } else { out.blank_line() }
    }

    fn entry(&self, run: &Run<'_>, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        // Beside one report in full, all entries stand at its end.
        if run.is_single && !self.0.is_quiet {
            return Ok(());
        }
        let (page, out) = (self.layout(run), &mut Screen::on(out));
        text_entries::problem(&page, entry, page.verdict_width(), out)
    }

    fn end(&self, run: &Run<'_>, summary: &Summary, _: bool, out: &mut dyn Write) -> io::Result<()> {
        let (page, out) = (self.layout(run), &mut Screen::on(out));
        if !self.0.is_quiet {
            if !run.is_single {
                page.summary(summary, out)?;
            }
            text_entries::read(&page, summary, out)?;
            text_decisions::of_run(&page, summary, out)?;
        }
        if summary.interrupted {
            let line = words::interrupted(summary.bundles, summary.left, self.0.language);
            out.blank_line()?;
            line!(out, styled(BOLD, line))?;
        }
        Ok(())
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
    fn bundle(&self, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
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
        text_lists::established(self, assessment, out)?;
        text_decisions::of_bundle(self, assessment, out)?;
        text_lists::warnings(self, assessment, out)?;
        if self.options.is_verbose {
            text_lists::others(self, assessment, out)?;
        }
        self.foot(assessment, out)
    }

    /// What several bundles are judged by.
    fn several_head(&self, out: &mut Screen<'_>) -> io::Result<()> {
        let zone = self.report.pack.zone.name();
        let as_of = match self.options.language {
            Language::English => format!("as of {} ({zone})", text_identity::asked(self)),
            Language::Korean => {
                format!("점검 기준일 {}({})", text_identity::asked(self), text_identity::zone_in_korean(zone))
            }
        };
        out.blank_line()?;
        line!(out, "  ", styled(DIM, as_of))?;
        for line in text_identity::of_run(self, None) {
            line!(out, "  ", styled(DIM, line))?;
        }
        out.blank_line()
    }

    /// The verdict and what it is about.
    fn head(&self, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
        let Self { options, .. } = self;
        let language = options.language;
        let verdict = assessment.verdict.word().get(language).to_uppercase();
        let indent = " ".repeat(display_width(&verdict) + 4);
        let names = match (&assessment.operator, &assessment.service) {
            (Some(operator), Some(service)) => format!("{} · {}", name(operator), name(service)),
            (Some(one), None) | (None, Some(one)) => name(one).to_string(),
            (None, None) => assessment.path.clone(),
        };
        out.blank_line()?;
        line!(out, "  ", styled(verdict_style(assessment.verdict), verdict), "  ", styled(BOLD, names))?;
        let mut lines: Vec<String> = text_identity::drift(assessment, language).into_iter().collect();
        lines.extend(text_decisions::overlaid(assessment, language));
        lines.extend(self.occasion(assessment));
        lines.extend(text_identity::of_bundle(self, assessment));
        for line in lines.iter().flat_map(|line| wrap(line, options.width.saturating_sub(indent.len()))) {
            line!(out, &indent, styled(DIM, line))?;
        }
        Ok(())
    }

    /// The stage and the dates that a bundle is judged at, and what it states as its stage if that is none.
    fn occasion(&self, assessment: &Assessment) -> Vec<String> {
        let Self { report, options, .. } = self;
        let dates = text_identity::dates(self, assessment);
        if assessment.failure.is_some() {
            return vec![dates];
        }
        let stages = &report.pack.manifest.stages;
        let stage = assessment.stage.as_ref().and_then(|id| stages.iter().find(|stage| stage.id == *id));
        let title = stage.map(|stage| stage.title.get(options.language));
        let stated =
            assessment.unusable_stage.as_ref().map(|stated| stated.sentence().get(options.language).to_owned());
        let occasion = match title {
            None if stated.is_some() => words::every_stage(&dates, options.language),
            _ => words::stage(title, &dates, options.language),
        };
        stated.into_iter().chain([occasion]).collect()
    }

    fn failure(&self, failure: &LoadFailure, out: &mut Screen<'_>) -> io::Result<()> {
        out.blank_line()?;
        line!(out, "  ", styled(BOLD, self.words.unreadable))?;
        out.blank_line()?;
        for line in failure.render(self.options.language).lines() {
            line!(out, "  ", line)?;
        }
        Ok(())
    }

    /// How many rules of each control have which result.
    fn table(&self, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
        let language = self.options.language;
        let all = assessment.counts();
        let is_rare =
            |result: &RuleResult| matches!(result, RuleResult::Error | RuleResult::Established | RuleResult::Waived);
        let shown: Vec<RuleResult> =
            COLUMNS.into_iter().filter(|result| !is_rare(result) || all.get(*result) > 0).collect();
        let cells_width: usize =
            shown.iter().map(|result| display_width(result.column().get(language)) + 2).sum::<usize>()
                + VERDICT_COLUMNS;
        let widest = self.controls(assessment).map(|(_, control)| columns(control.title.get(language))).max();
        let wanted = widest.unwrap_or(0).max(display_width(self.words.control)) + 3;
        let title_width = wanted.min(self.options.width.saturating_sub(cells_width + 2));
        let cells = shown.iter().map(|result| format!("  {}", result.column().get(language)));
        let gap = " ".repeat(title_width.saturating_sub(columns(self.words.control)));
        out.blank_line()?;
        line!(out, styled(DIM, format!("  {}{gap}{}", self.words.control, cells.collect::<String>())))?;
        for (report, control) in self.controls(assessment) {
            let counts = Counts::of(assessment.rules.iter().filter(|rule| rule.meta.control == report.id));
            let mut lines = wrap(control.title.get(language), title_width.saturating_sub(3)).into_iter();
            let title = format!("{}  {}", control.number, lines.next().unwrap_or_default());
            let mut row = vec![Piece::from("  "), pad(title, title_width)];
            for result in &shown {
                let width = display_width(result.column().get(language)) + 2;
                let (count, style) = match counts.get(*result) {
                    0 => ("-".to_owned(), DIM),
                    count => (count.to_string(), result_style(*result)),
                };
                row.push(styled(style, pad_left(count, width)));
            }
            row.push(Piece::from("   "));
            row.push(match report.verdict {
                Some(verdict) => styled(verdict_style(verdict), verdict.word().get(language).to_uppercase()),
                None => styled(DIM, RuleResult::NotApplicable.word().get(language).to_owned()),
            });
            out.line(&row)?;
            for line in lines {
                line!(out, "     ", line)?;
            }
        }
        Ok(())
    }

    /// The rules of a control that did not pass, or were decided on.
    fn control(&self, assessment: &Assessment, report: &ControlReport, out: &mut Screen<'_>) -> io::Result<()> {
        let rules: Vec<&RuleReport> =
            assessment.rules.iter().filter(|rule| rule.meta.control == report.id && is_shown(rule)).collect();
        let has_no_pass = report.verdict == Some(Verdict::Undetermined) && !rules.iter().any(|rule| is_open(rule));
        let Some(control) = self.report.pack.control(&report.id) else { return Ok(()) };
        if rules.is_empty() && !has_no_pass {
            return Ok(());
        }
        let title = format!("{}  {}", control.number, control.title.get(self.options.language));
        out.heading(title, self.options.width)?;
        if has_no_pass {
            out.blank_line()?;
            line!(out, "  ", self.words.no_pass_in_control)?;
        }
        for rule in rules {
            text_findings::rule(self, rule, out)?;
        }
        Ok(())
    }

    fn foot(&self, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
        let language = self.options.language;
        let counts = assessment.counts();
        let parts: Vec<String> = COLUMNS
            .into_iter()
            .filter(|result| counts.get(*result) > 0)
            .map(|result| words::count(counts.get(result), result.word().get(language), language))
            .collect();
        out.blank_line()?;
        line!(out, words::rules(assessment.rules.len(), language), ": ", parts.join(", "))?;
        if !self.options.is_verbose {
            line!(out, styled(DIM, words::verbose_hint(language)))?;
        }
        Ok(())
    }

    /// One bundle among several.
    fn line(&self, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
        let language = self.options.language;
        let width = self.verdict_width();
        let verdict = pad(assessment.verdict.word().get(language).to_uppercase(), width);
        let counts = assessment.counts();
        let open = [RuleResult::Error, RuleResult::Fail, RuleResult::Missing, RuleResult::Undetermined];
        let open: Vec<String> = open
            .into_iter()
            .filter(|result| counts.get(*result) > 0)
            .map(|result| words::count(counts.get(result), result.word().get(language), language))
            .collect();
        let mut parts = vec![assessment.path.clone()];
        parts.extend(assessment.operator.as_ref().map(|operator| name(operator).to_string()));
        parts.extend(Some(open.join(", ")).filter(|open| !open.is_empty()));
        parts.extend(text_decisions::overlaid(assessment, language));
        line!(out, "  ", styled(verdict_style(assessment.verdict), verdict), "  ", parts.join(" · "))?;
        if let Some(failure) = &assessment.failure {
            for line in failure.render(language).lines() {
                line!(out, spaces(width + 4), styled(DIM, line))?;
            }
        }
        Ok(())
    }

    /// Columns of the widest verdict in a list.
    fn verdict_width(&self) -> usize {
        let verdicts = [Verdict::Error, Verdict::Fail, Verdict::Undetermined, Verdict::Pass];
        let words = verdicts.iter().map(|verdict| verdict.word()).chain([EntryState::NotAudited.word()]);
        words.map(|word| display_width(word.get(self.options.language))).max().unwrap_or(0)
    }

    fn summary(&self, summary: &Summary, out: &mut Screen<'_>) -> io::Result<()> {
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
            .map(|(count, verdict)| words::count_of_bundles(count, verdict.word().get(language), language))
            .collect();
        out.blank_line()?;
        let total = words::bundles(summary.bundles, language);
        line!(out, if parts.is_empty() { total } else { format!("{total}: {}", parts.join(", ")) })?;
        if !self.options.is_verbose {
            line!(out, styled(DIM, words::detail_hint(language)))?;
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
        RuleResult::Waived | RuleResult::Established | RuleResult::Pass | RuleResult::NotApplicable => false,
    }
}

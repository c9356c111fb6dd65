//! The report for a person at a terminal: the verdict first, then why, then what to hand in.

use std::io::{self, Write};

use super::layout::{BOLD, DIM, Screen, line, name, pad, spaces, styled, verdict_style, wrap};
use super::words::{self, Words};
use super::{
    ReportWriter, Run, Summary, text_controls, text_decisions, text_duties, text_entries, text_identity, text_lists,
};
use crate::assess::{Assessment, Counts, LoadFailure, OrderIdentity, RuleResult, Verdict};
use crate::evidence::display_width;
use crate::language::Language;
use crate::load::{Entry, EntryState};
use crate::pack::CountsFor;

/// Results in the order of the table's columns.
pub(super) const COLUMNS: [RuleResult; 8] = [
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
        let (page, out) = (Page { order: assessment.order.as_ref(), ..self.layout(run) }, &mut Screen::on(out));
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
        Page { report, options: self.0, words: Words::of(self.0.language), order: None }
    }
}

pub(super) struct Page<'p> {
    pub(super) report: &'p Run<'p>,
    pub(super) options: TextOptions,
    pub(super) words: &'static Words,
    /// The order that the bundle of the page was measured against.
    pub(super) order: Option<&'p OrderIdentity>,
}

impl Page<'_> {
    /// Returns what the order is called.
    pub(super) fn order_label(&self) -> &str {
        self.order.map_or(self.words.order, |order| order.facts.label.get(self.options.language))
    }

    fn bundle(&self, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
        self.head(assessment, out)?;
        if let Some(failure) = &assessment.failure {
            return self.failure(failure, out);
        }
        text_controls::table(self, assessment, out)?;
        text_controls::findings(self, assessment, out)?;
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
        text_duties::head(self, assessment, &indent, out)?;
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

    fn foot(&self, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
        let language = self.options.language;
        let counts = assessment.counts();
        let parts: Vec<String> = COLUMNS
            .into_iter()
            .filter(|result| counts.get(*result) > 0)
            .map(|result| words::count(counts.get(result), result.word().get(language), language))
            .collect();
        out.blank_line()?;
        let total = format!("{}: {}", words::rules(assessment.rules.len(), language), parts.join(", "));
        for text in wrap(total, self.options.width) {
            line!(out, text)?;
        }
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
        let counts = match self.report.request.only.is_empty() {
            true => Counts::of(assessment.rules_of(CountsFor::Order)),
            false => assessment.counts(),
        };
        let mut parts = vec![assessment.path.clone()];
        parts.extend(assessment.operator.as_ref().map(|operator| name(operator).to_string()));
        parts.extend(Some(open_counts(&counts, language)).filter(|open| !open.is_empty()));
        parts.extend(text_duties::beside(self, assessment));
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
        text_duties::summary(self, summary, out)?;
        if !self.options.is_verbose {
            line!(out, styled(DIM, words::detail_hint(language)))?;
        }
        Ok(())
    }
}

/// Returns how many rules have each result about which somebody has to do something.
pub(super) fn open_counts(counts: &Counts, language: Language) -> String {
    let open = [RuleResult::Error, RuleResult::Fail, RuleResult::Missing, RuleResult::Undetermined];
    let open = open.into_iter().filter(|result| counts.get(*result) > 0);
    let open = open.map(|result| words::count(counts.get(result), result.word().get(language), language));
    open.collect::<Vec<_>>().join(", ")
}

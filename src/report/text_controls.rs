//! The rules of a bundle by control in the text report: a table of results, then what did not pass; first those of the
//! order, then those on standing duties by law.

use std::io;

use super::layout::{DIM, Piece, Screen, columns, line, pad, pad_left, result_style, styled, verdict_style, wrap};
use super::text::{COLUMNS, Page};
use super::{text_duties, text_findings};
use crate::assess::{Assessment, ControlReport, Counts, RuleReport, RuleResult, Verdict};
use crate::evidence::display_width;
use crate::pack::{Control, CountsFor};

/// Columns that the verdict of a control takes in the table.
const VERDICT_COLUMNS: usize = "   UNDETERMINED".len();

/// Widths of the table.
struct TableShape {
    title: usize,
    results: Vec<RuleResult>,
}

/// Writes how many rules of each control have which result.
pub(super) fn table(page: &Page<'_>, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
    let language = page.options.language;
    let all = assessment.counts();
    let is_rare =
        |result: &RuleResult| matches!(result, RuleResult::Error | RuleResult::Established | RuleResult::Waived);
    let results: Vec<RuleResult> =
        COLUMNS.into_iter().filter(|result| !is_rare(result) || all.get(*result) > 0).collect();
    let cells_width: usize =
        results.iter().map(|result| display_width(result.column().get(language)) + 2).sum::<usize>() + VERDICT_COLUMNS;
    let titles = assessment.controls.iter().filter_map(|report| page.report.pack.control(&report.id));
    let widest = titles.map(|control| columns(control.title.get(language))).max();
    let wanted = widest.unwrap_or(0).max(display_width(page.words.control)) + 3;
    let title = wanted.min(page.options.width.saturating_sub(cells_width + 2));
    let layout = TableShape { title, results };
    let cells = layout.results.iter().map(|result| format!("  {}", result.column().get(language)));
    let gap = " ".repeat(layout.title.saturating_sub(columns(page.words.control)));
    out.blank_line()?;
    line!(out, styled(DIM, format!("  {}{gap}{}", page.words.control, cells.collect::<String>())))?;
    for (report, control) in controls(page, assessment, CountsFor::Order) {
        row(page, assessment, (report, control, CountsFor::Order), &layout, out)?;
    }
    let mut duties = controls(page, assessment, CountsFor::Law).peekable();
    if duties.peek().is_some() {
        line!(out, styled(DIM, format!("  {}", text_duties::title(language))))?;
    }
    for (report, control) in duties {
        row(page, assessment, (report, control, CountsFor::Law), &layout, out)?;
    }
    Ok(())
}

/// Writes the rules that did not pass, or were decided on.
pub(super) fn findings(page: &Page<'_>, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
    for side in [CountsFor::Order, CountsFor::Law] {
        for (report, control) in controls(page, assessment, side) {
            of_control(page, assessment, (report, control, side), out)?;
        }
    }
    Ok(())
}

fn row(
    page: &Page<'_>,
    assessment: &Assessment,
    (report, control, side): (&ControlReport, &Control, CountsFor),
    layout: &TableShape,
    out: &mut Screen<'_>,
) -> io::Result<()> {
    let language = page.options.language;
    let counts = Counts::of(assessment.rules_of(side).filter(|rule| rule.meta.control == report.id));
    let mut lines = wrap(control.title.get(language), layout.title.saturating_sub(3)).into_iter();
    let title = format!("{}  {}", control.number, lines.next().unwrap_or_default());
    let mut row = vec![Piece::from("  "), pad(title, layout.title)];
    for result in &layout.results {
        let width = display_width(result.column().get(language)) + 2;
        let (count, style) = match counts.get(*result) {
            0 => ("-".to_owned(), DIM),
            count => (count.to_string(), result_style(*result)),
        };
        row.push(styled(style, pad_left(count, width)));
    }
    row.push(Piece::from("   "));
    row.push(match verdict(report, side) {
        Some(verdict) => styled(verdict_style(verdict), verdict.word().get(language).to_uppercase()),
        None => styled(DIM, RuleResult::NotApplicable.word().get(language).to_owned()),
    });
    out.line(&row)?;
    for line in lines {
        line!(out, "     ", line)?;
    }
    Ok(())
}

fn of_control(
    page: &Page<'_>,
    assessment: &Assessment,
    (report, control, side): (&ControlReport, &Control, CountsFor),
    out: &mut Screen<'_>,
) -> io::Result<()> {
    let own = assessment.rules_of(side).filter(|rule| rule.meta.control == report.id);
    let rules: Vec<&RuleReport> = own.filter(|rule| is_shown(rule)).collect();
    let has_no_pass = verdict(report, side) == Some(Verdict::Undetermined) && !rules.iter().any(|rule| is_open(rule));
    if rules.is_empty() && !has_no_pass {
        return Ok(());
    }
    let title = format!("{}  {}", control.number, control.title.get(page.options.language));
    let title = match side {
        CountsFor::Order => title,
        CountsFor::Law => format!("{} · {title}", text_duties::title(page.options.language)),
    };
    out.heading(title, page.options.width)?;
    if has_no_pass {
        out.blank_line()?;
        line!(out, "  ", page.words.no_pass_in_control)?;
    }
    for rule in rules {
        text_findings::rule(page, rule, out)?;
    }
    Ok(())
}

/// Returns the controls that have rules for a verdict.
fn controls<'a>(
    page: &'a Page<'_>,
    assessment: &'a Assessment,
    side: CountsFor,
) -> impl Iterator<Item = (&'a ControlReport, &'a Control)> {
    let has_rules = move |report: &&ControlReport| assessment.rules_of(side).any(|rule| rule.meta.control == report.id);
    let with_rules = assessment.controls.iter().filter(has_rules);
    with_rules.filter_map(|report| Some((report, page.report.pack.control(&report.id)?)))
}

fn verdict(report: &ControlReport, side: CountsFor) -> Option<Verdict> {
    match side {
        CountsFor::Order => report.verdict,
        CountsFor::Law => report.duties,
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

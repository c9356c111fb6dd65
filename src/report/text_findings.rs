//! One rule in the text report: its result, each finding with the line of evidence, what is required.

use std::io;

use super::layout::{BOLD, DIM, Screen, line, pad, result_style, spaces, styled, wrap};
use super::text::Page;
use super::{basis, text_decisions, words};
use crate::assess::{Finding, FindingKind, RuleReport, RuleResult, Ruling};
use crate::evidence::{Excerpt, Location, Shown, display_width};
use crate::language::Text;
use crate::pack::CountsFor;

/// Missing items of one rule that are shown in full; the list at the end has all of them.
const MISSING_SHOWN: usize = 6;
/// Other findings of one rule that are shown; no list has them.
const OTHERS_SHOWN: usize = 30;
/// Columns that the result of a rule takes.
const WORD: usize = "undetermined  ".len();
/// Columns before the text of a finding.
const INDENT: usize = 11;

/// Writes a rule that did not pass, or that was decided on.
pub(super) fn rule(page: &Page<'_>, rule: &RuleReport, out: &mut Screen<'_>) -> io::Result<()> {
    let language = page.options.language;
    head(page, rule, out)?;
    let is_missing = |finding: &&Finding| finding.kind == FindingKind::Missing;
    // What the order established has a list of its own.
    let open = || rule.findings.iter().filter(|finding| finding.kind != FindingKind::Established);
    // What contradicts the criterion comes first: it decides.
    let others = open().filter(|finding| !is_missing(finding)).take(OTHERS_SHOWN);
    let shown: Vec<&Finding> = others.chain(open().filter(is_missing).take(MISSING_SHOWN)).collect();
    for finding in &shown {
        write_finding(page, finding, out)?;
        decisions(page, finding, out)?;
    }
    let hidden = open().count().saturating_sub(shown.len()) as u64 + rule.unlisted;
    if hidden > 0 {
        line!(out, spaces(INDENT), styled(DIM, words::more(hidden, language)))?;
    }
    if rule.result != RuleResult::Error {
        labelled(page, page.words.required, rule.meta.demand.get(language), out)?;
        remedies(page, rule, out)?;
    }
    basis_of(page, rule, out)?;
    if !rule.printed.is_empty() && page.options.is_verbose {
        for printed in rule.printed.lines() {
            labelled(page, page.words.printed, printed, out)?;
        }
    }
    Ok(())
}

/// What the operator has to do about a rule, then what the inspector has to, each once.
fn remedies(page: &Page<'_>, rule: &RuleReport, out: &mut Screen<'_>) -> io::Result<()> {
    for (is_for_inspector, label) in [(false, page.words.hand_in), (true, page.words.inspector)] {
        let open = rule.findings.iter().filter(|finding| finding.result() < RuleResult::Waived);
        let open = open.map(|finding| remedy(rule, finding)).filter(|(whose, _)| *whose == is_for_inspector);
        let mut reported: Vec<&str> = Vec::new();
        for (_, remedy) in open {
            let remedy = remedy.get(page.options.language);
            if !reported.contains(&remedy) {
                let label = if reported.is_empty() { label } else { "" };
                labelled(page, label, remedy, out)?;
                reported.push(remedy);
            }
        }
    }
    Ok(())
}

/// Returns what to do about a finding, and whether it is for the inspector. A question that was answered against the
/// bundle asks for what the rule asks for.
fn remedy<'r>(rule: &'r RuleReport, finding: &'r Finding) -> (bool, &'r Text) {
    if finding.decisions.is_empty() { (finding.is_for_inspector, &finding.remedy) } else { (false, &rule.meta.remedy) }
}

/// What an inspector decided on a finding.
fn decisions(page: &Page<'_>, finding: &Finding, out: &mut Screen<'_>) -> io::Result<()> {
    for decision in &finding.decisions {
        let label = match *decision.ruling {
            Ruling::Determination(_) => page.words.decided,
            Ruling::Waiver(_) => page.words.waived,
        };
        labelled(page, label, &text_decisions::describe(decision, page.options.language), out)?;
    }
    Ok(())
}

fn head(page: &Page<'_>, rule: &RuleReport, out: &mut Screen<'_>) -> io::Result<()> {
    let language = page.options.language;
    let word = rule.result.word();
    let word = pad(word.get(language), WORD);
    let mut right = words::severity(rule.meta.severity, language).to_owned();
    if let Some(underlying) = rule.underlying.filter(|underlying| *underlying != rule.result) {
        right = format!("{} {}, {right}", page.words.underlying, underlying.word().get(language));
    }
    if rule.meta.advisory {
        right = format!("{}, {right}", page.words.advisory);
    }
    if rule.counts_for == CountsFor::Law {
        right = format!("{}, {right}", page.words.duty);
    }
    let title = format!("{}  {}", rule.meta.id, rule.meta.title.get(language));
    let room = page.options.width.saturating_sub(WORD + 2 + display_width(&right));
    out.blank_line()?;
    line!(out, "  ", styled(result_style(rule.result), word), styled(BOLD, pad(title, room)), styled(DIM, right))
}

fn write_finding(page: &Page<'_>, finding: &Finding, out: &mut Screen<'_>) -> io::Result<()> {
    match (finding.kind, &finding.location, &finding.excerpt) {
        (FindingKind::Missing, Some(location), _) => missing(page, finding, location, out),
        // What the order does not say has no line to show.
        (FindingKind::Undetermined, Some(location), _) if finding.found.is_none() => {
            missing(page, finding, location, out)
        }
        (FindingKind::Deviation | FindingKind::Unusable | FindingKind::Undetermined, Some(location), Some(excerpt)) => {
            cited(page, finding, location, excerpt, out)
        }
        (_, _, _) => {
            for text in wrap(finding.message.get(page.options.language), text_width(page)) {
                line!(out, spaces(INDENT), text)?;
            }
            Ok(())
        }
    }
}

/// Evidence that is there: its line, marked, with what is wrong about it.
fn cited(
    page: &Page<'_>,
    finding: &Finding,
    location: &Location,
    excerpt: &Excerpt,
    out: &mut Screen<'_>,
) -> io::Result<()> {
    let language = page.options.language;
    let (indent, bar) = (spaces(INDENT), styled(DIM, "│"));
    let place = format!("{}  {}", place_of(finding, location, page), finding.path);
    line!(out, indent.clone(), styled(DIM, "╭─"), " ", styled(DIM, place))?;
    let number = excerpt.line.to_string();
    let gutter = spaces((INDENT - 1).saturating_sub(number.len()));
    line!(out, gutter, styled(DIM, number), " ", bar.clone(), " ", &excerpt.text)?;
    let marker = "^".repeat(excerpt.width.min(text_width(page).saturating_sub(excerpt.indent + 2)).max(1));
    let message = Shown::of(finding.message.get(language));
    let marker_line = format!("{}{marker}", " ".repeat(excerpt.indent));
    let style = if finding.kind == FindingKind::Undetermined { super::layout::YELLOW } else { super::layout::RED };
    if display_width(&marker_line) + display_width(&message) + 3 <= text_width(page) {
        line!(out, indent.clone(), bar.clone(), " ", styled(style, marker_line), " ", styled(BOLD, message))?;
    } else {
        line!(out, indent.clone(), bar.clone(), " ", styled(style, marker_line))?;
        for text in wrap(message, text_width(page) - 2) {
            line!(out, indent.clone(), bar.clone(), " ", styled(BOLD, text))?;
        }
    }
    if finding.kind == FindingKind::Unusable {
        let expected = finding.expected.get(language);
        line!(out, indent.clone(), bar.clone(), " ", page.words.required, " ", expected)?;
    }
    for related in &finding.related {
        let place = short_place(&related.location);
        let see = styled(DIM, page.words.see);
        line!(out, indent.clone(), bar.clone(), " ", see, " ", place, "  ", &related.line)?;
    }
    line!(out, indent, styled(DIM, "╰─"))
}

/// Evidence that is absent: where it belongs, what comes nearest, and how it could be written.
fn missing(page: &Page<'_>, finding: &Finding, location: &Location, out: &mut Screen<'_>) -> io::Result<()> {
    let language = page.options.language;
    for (position, text) in wrap(finding.message.get(language), text_width(page) - 2).iter().enumerate() {
        let bullet = if position == 0 { "•" } else { " " };
        line!(out, spaces(INDENT), bullet, " ", styled(BOLD, text))?;
    }
    let target = finding.supply.as_ref().filter(|supply| supply.is_new);
    let place = match target {
        Some(supply) => format!("{} ({})", supply.file, page.words.new_file),
        None => place_of(finding, location, page),
    };
    let label = if finding.is_in_order { page.words.looked_in } else { page.words.belongs_to };
    inner(page, label, &format!("{place}  {}", finding.path), out)?;
    if let Some(nearest) = &finding.nearest {
        let is_elsewhere = nearest.location != *location;
        let place = if is_elsewhere { format!(" ({})", short_place(&nearest.location)) } else { String::new() };
        inner(page, page.words.nearest, &format!("{}{place}", nearest.text.get(language)), out)?;
    }
    if let Some(example) = finding.supply.as_ref().and_then(|supply| supply.example.as_ref()) {
        inner(page, page.words.example, example.get(language), out)?;
    }
    Ok(())
}

fn basis_of(page: &Page<'_>, rule: &RuleReport, out: &mut Screen<'_>) -> io::Result<()> {
    let language = page.options.language;
    if rule.meta.basis.is_empty() {
        return labelled(page, page.words.basis, basis::schema_as_basis(language), out);
    }
    let lines = basis::of_rule(rule, page.report.pack, page.order, language);
    for (label, lines) in [(page.words.basis, lines.basis), (page.words.criterion, lines.criterion)] {
        if !lines.is_empty() {
            labelled(page, label, &lines.join("; "), out)?;
        }
    }
    Ok(())
}

/// Writes a label and a text that may take several lines.
fn labelled(page: &Page<'_>, label: &str, text: &str, out: &mut Screen<'_>) -> io::Result<()> {
    write_labelled(page, label, text, 0, out)
}

fn inner(page: &Page<'_>, label: &str, text: &str, out: &mut Screen<'_>) -> io::Result<()> {
    write_labelled(page, label, text, 2, out)
}

fn write_labelled(page: &Page<'_>, label: &str, text: &str, indent: usize, out: &mut Screen<'_>) -> io::Result<()> {
    let column = label_width(page);
    for (position, text) in wrap(text, text_width(page).saturating_sub(column + indent)).iter().enumerate() {
        let label = if position == 0 { label } else { "" };
        line!(out, spaces(INDENT + indent), styled(DIM, pad(label, column)), text)?;
    }
    Ok(())
}

/// Columns of the widest label, so that all texts of a rule begin in one column.
fn label_width(page: &Page<'_>) -> usize {
    let words = page.words;
    let labels = [
        words.required,
        words.hand_in,
        words.inspector,
        words.basis,
        words.criterion,
        words.belongs_to,
        words.looked_in,
        words.nearest,
        words.example,
    ];
    labels.iter().map(|label| display_width(label)).max().unwrap_or(0) + 2
}

fn place_of(finding: &Finding, location: &Location, page: &Page<'_>) -> String {
    let place = short_place(location);
    if finding.is_in_order { format!("{} {place}", page.order_label()) } else { place }
}

pub(super) fn short_place(location: &Location) -> String {
    format!("{}:{}:{}", location.file, location.start.line, location.start.column)
}

fn text_width(page: &Page<'_>) -> usize {
    page.options.width.saturating_sub(INDENT).max(40)
}

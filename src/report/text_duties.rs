//! Standing duties by law in the text report: their verdict beside the headline, and the rules that the order moves.

use std::io;

use super::layout::{DIM, Screen, columns, line, styled, verdict_style, wrap};
use super::text::{Page, open_counts};
use super::{Summary, basis, words};
use crate::assess::{Assessment, Duties, Verdict};
use crate::language::Language;
use crate::pack::CountsFor;

/// Returns what the duties are called.
pub(super) fn title(language: Language) -> &'static str {
    match language {
        Language::English => "Standing duties by law",
        Language::Korean => "상시 법정의무",
    }
}

/// Writes the verdict on the duties, what it rests on, and which rules the order moved.
pub(super) fn head(page: &Page<'_>, assessment: &Assessment, indent: &str, out: &mut Screen<'_>) -> io::Result<()> {
    let language = page.options.language;
    if let Some(Duties { verdict, counts }) = assessment.duties.filter(|_| page.report.request.only.is_empty()) {
        let open = Some(open_counts(&counts, language)).filter(|open| !open.is_empty());
        let open = open.map(|open| format!(" ({open})")).unwrap_or_default();
        let word = verdict.word().get(language).to_uppercase();
        let label = format!("{}: ", title(language));
        let is_wide = indent.len() + columns(format!("{label}{word}{open}")) > page.options.width;
        let beside = if is_wide { "" } else { open.as_str() };
        line!(out, indent, styled(DIM, label), styled(verdict_style(verdict), word), beside)?;
        if is_wide {
            write_lines(page, open.trim(), indent, out)?;
        }
        let laws = basis::laws_of_duties(assessment, page.report.pack, language).join(", ");
        if !laws.is_empty() {
            let laws = match language {
                Language::English => format!("legal basis: {laws}"),
                Language::Korean => format!("법적 근거: {laws}"),
            };
            write_lines(page, &laws, indent, out)?;
        }
    }
    for line in moved(assessment, language) {
        write_lines(page, &line, indent, out)?;
    }
    Ok(())
}

/// Returns the verdict on the duties for the line of one bundle among several.
pub(super) fn beside(page: &Page<'_>, assessment: &Assessment) -> Option<String> {
    let language = page.options.language;
    let Duties { verdict, counts } = assessment.duties.filter(|_| page.report.request.only.is_empty())?;
    let open = Some(open_counts(&counts, language)).filter(|open| !open.is_empty());
    let open = open.map(|open| format!(" ({open})")).unwrap_or_default();
    Some(match language {
        Language::English => format!("duties by law: {}{open}", verdict.word().en),
        Language::Korean => format!("{}: {}{open}", title(language), verdict.word().ko),
    })
}

/// Writes how many bundles have each verdict on the duties.
pub(super) fn summary(page: &Page<'_>, summary: &Summary, out: &mut Screen<'_>) -> io::Result<()> {
    let language = page.options.language;
    let duties = summary.duties;
    let counts = [
        (duties.pass, Verdict::Pass),
        (duties.fail, Verdict::Fail),
        (duties.undetermined, Verdict::Undetermined),
        (duties.error, Verdict::Error),
    ];
    let given = counts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> =
        given.map(|(count, verdict)| words::count(count, verdict.word().get(language), language)).collect();
    if parts.is_empty() || !page.report.request.only.is_empty() {
        return Ok(());
    }
    line!(out, format!("{}: {}", title(language), parts.join(", ")))
}

/// Returns which rules count for another verdict than the pack says, because the order moves them.
fn moved(assessment: &Assessment, language: Language) -> Vec<String> {
    let of = |side| {
        let own = assessment.rules_of(side).filter(|rule| rule.counts_for != rule.meta.counts_for);
        own.map(|rule| rule.meta.id.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (order, law) = (of(CountsFor::Order), of(CountsFor::Law));
    let lines = match language {
        Language::English => [
            (&order, format!("counted for the order, which names them (duties): {order}")),
            (&law, format!("counted as standing duties, as the order says (duties): {law}")),
        ],
        Language::Korean => [
            (&order, format!("시정요구의 지정(duties)에 따라 시정요구 이행 판정에 반영한 항목: {order}")),
            (&law, format!("시정요구의 지정(duties)에 따라 상시 법정의무 판정에 반영한 항목: {law}")),
        ],
    };
    lines.into_iter().filter(|(ids, _)| !ids.is_empty()).map(|(_, line)| line).collect()
}

fn write_lines(page: &Page<'_>, text: &str, indent: &str, out: &mut Screen<'_>) -> io::Result<()> {
    for text in wrap(text, page.options.width.saturating_sub(indent.len())) {
        line!(out, indent, styled(DIM, text))?;
    }
    Ok(())
}

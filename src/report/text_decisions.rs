//! Decisions of the inspector in the text report: beside each finding, and those that changed nothing.

use std::io;

use super::layout::{DIM, Screen, line, name, styled, wrap};
use super::text::Page;
use super::{Summary, words};
use crate::assess::{Answer, Assessment, Decision, Determination, Finding, Idle, RuleResult, Ruling, Scope, Target};
use crate::evidence::Shown;
use crate::language::Language;

/// Decisions that are named at the end of a run; more are counted.
const NAMED: usize = 5;
/// Characters of a reason that are shown.
const REASON_CHARS: usize = 1_000;

/// Returns how many questions of a bundle are answered and how many findings are waived; nothing where none is.
pub(super) fn overlaid(assessment: &Assessment, language: Language) -> Option<String> {
    let findings = assessment.rules.iter().flat_map(|rule| &rule.findings);
    let decided: Vec<&Finding> = findings.filter(|finding| !finding.decisions.is_empty()).collect();
    let waived = decided.iter().filter(|finding| finding.result() == RuleResult::Waived).count();
    (!decided.is_empty()).then(|| words::overlaid(decided.len() - waived, waived, language))
}

/// Returns what was decided, by whom, when, why, and until when.
pub(super) fn describe(decision: &Decision, language: Language) -> String {
    Shown::of(&described(decision, language)).to_string()
}

fn described(decision: &Decision, language: Language) -> String {
    let place = decision.place();
    match (&*decision.ruling, language) {
        (Ruling::Determination(Determination { answer: Some(answer), .. }), _) => {
            let Answer { is_met, reason, by, on } = answer;
            let result = if *is_met { RuleResult::Pass } else { RuleResult::Fail };
            let (result, reason, by) = (result.word(), Shown::cut(reason, REASON_CHARS), name(by));
            format!("{}: {reason} ({by}, {}; {place})", result.get(language), on.words().get(language))
        }
        // An entry that is not filled in is never laid over a finding.
        (Ruling::Determination(_), _) => place,
        (Ruling::Waiver(waiver), Language::English) => {
            format!(
                "until {} ({}): {} ({}, from {}; {place})",
                waiver.until,
                scope(decision, language),
                Shown::cut(&waiver.reason, REASON_CHARS),
                name(&waiver.approver),
                waiver.from
            )
        }
        (Ruling::Waiver(waiver), Language::Korean) => {
            format!(
                "{} 전까지({}): {} ({}, {}부터; {place})",
                waiver.until.written_words().ko,
                scope(decision, language),
                Shown::cut(&waiver.reason, REASON_CHARS),
                name(&waiver.approver),
                waiver.from.written_words().ko
            )
        }
    }
}

/// Returns how far a waiver reaches.
fn scope(decision: &Decision, language: Language) -> String {
    let whose = match (&decision.target, language) {
        (Target::Bundle(_), Language::English) => "this bundle".to_owned(),
        (Target::Bundle(_), Language::Korean) => "이 제출 자료".to_owned(),
        (Target::Operator(name), Language::English) => format!("every bundle of {name}"),
        (Target::Operator(name), Language::Korean) => format!("{name}의 모든 제출 자료"),
    };
    match (&decision.scope, language) {
        (Scope::Path(_), _) => whose,
        (Scope::WholeRule, Language::English) => format!("{whose}, the whole rule"),
        (Scope::WholeRule, Language::Korean) => format!("{whose}, 항목 전체"),
    }
}

/// Writes the decisions on a bundle that changed nothing.
pub(super) fn of_bundle(page: &Page<'_>, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
    list(page, page.words.idle, &assessment.idle, assessment.idle.len(), out)
}

/// Writes the decisions that no bundle of the run could meet.
pub(super) fn of_run(page: &Page<'_>, summary: &Summary, out: &mut Screen<'_>) -> io::Result<()> {
    let shown = if page.options.is_verbose { summary.idle.len() } else { NAMED };
    list(page, page.words.idle_in_run, &summary.idle, shown, out)
}

fn list(page: &Page<'_>, title: &str, idle: &[Idle], shown: usize, out: &mut Screen<'_>) -> io::Result<()> {
    if idle.is_empty() {
        return Ok(());
    }
    let language = page.options.language;
    out.heading(title, page.options.width)?;
    out.blank_line()?;
    for Idle { decision, message, .. } in idle.iter().take(shown) {
        let path = match &decision.scope {
            Scope::Path(path) => format!(" {path}"),
            Scope::WholeRule => String::new(),
        };
        let kind = match &*decision.ruling {
            Ruling::Determination(_) => page.words.determination,
            Ruling::Waiver(_) => page.words.waiver,
        };
        let text = format!("{}  {kind} {}{path}: {}", decision.place(), decision.rule, message.get(language));
        for (position, text) in wrap(text, page.options.width.saturating_sub(6)).iter().enumerate() {
            line!(out, if position == 0 { "  " } else { "      " }, text)?;
        }
    }
    let hidden = idle.len().saturating_sub(shown);
    if hidden > 0 {
        line!(out, "  ", styled(DIM, words::more_idle(hidden, language)))?;
    }
    Ok(())
}

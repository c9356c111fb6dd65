//! What is written to the error stream: why a run could not be done, and notes on what it met.
//!
//! Errors and notes repeat arguments, names of files and texts of files. Here is the rule by which these add no line of
//! their own and act on nothing: every cause of an error is one line, except the two types that have several, each of
//! which sees to its own.

use anyhow::Error;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue};

use crate::assess::RefusedDecisions;
use crate::error::{ErrorStage, Mistakes};
use crate::evidence::Shown;
use crate::language::Language;
use crate::load::{Diagnostic, Reason};

/// Returns an error as it is written for a person: the stage at which the run broke, then the causes.
pub fn describe(error: &Error, language: Language) -> String {
    let mut text = String::from(match language {
        Language::English => "error",
        Language::Korean => "오류",
    });
    let stage = error.downcast_ref::<ErrorStage>();
    if let Some(stage) = stage {
        text.push_str(&format!(": {}", stage.words().get(language)));
    }
    let causes: Vec<String> =
        error.chain().skip(usize::from(stage.is_some())).map(|error| cause(error, language)).collect();
    for line in causes.join(": ").lines() {
        text.push_str(&format!("\n  {line}"));
    }
    text
}

fn cause(cause: &(dyn std::error::Error + 'static), language: Language) -> String {
    if let Some(refused) = cause.downcast_ref::<Diagnostic>() {
        return refused.render(language);
    }
    if let Some(refused) = cause.downcast_ref::<RefusedDecisions>() {
        return refused.render(language);
    }
    if let Some(Reason(reason)) = cause.downcast_ref() {
        return Shown::of(reason.get(language)).into_text().into_owned();
    }
    if let Some(mistakes) = cause.downcast_ref::<Mistakes>() {
        // A mistake has its line of the script below it.
        let text = mistakes.render(language);
        return text.lines().map(|line| Shown::of(line).into_text()).collect::<Vec<_>>().join("\n");
    }
    Shown::from(cause.to_string()).into_text().into_owned()
}

/// Returns a refusal of the command line in which what was typed can be shown.
#[must_use]
pub fn shown_usage(mut error: clap::Error) -> clap::Error {
    let typed: Vec<_> = error.context().filter_map(|(kind, value)| Some((kind, shown_value(value)?))).collect();
    if typed.is_empty() {
        return error;
    }
    // Advice repeats what was typed between styles of its own, which it loses here.
    let advice: Vec<_> = error.context().filter_map(|(kind, value)| Some((kind, shown_advice(kind, value)?))).collect();
    for (kind, value) in typed.into_iter().chain(advice) {
        error.insert(kind, value);
    }
    error
}

/// Returns what was typed as it can be shown; nothing where it is shown as it is.
fn shown_value(value: &ContextValue) -> Option<ContextValue> {
    let shown = |text: &String| Shown::of(text).into_text().into_owned();
    match value {
        ContextValue::String(text) => Some(shown(text)).filter(|shown| shown != text).map(ContextValue::String),
        ContextValue::Strings(texts) => {
            let shown: Vec<String> = texts.iter().map(shown).collect();
            (shown != *texts).then_some(ContextValue::Strings(shown))
        }
        _ => None,
    }
}

fn shown_advice(kind: ContextKind, value: &ContextValue) -> Option<ContextValue> {
    let shown = |text: &StyledStr| StyledStr::from(Shown::from(text.to_string()).into_text().into_owned());
    match value {
        // The usage has lines, and holds names of the program only.
        _ if kind == ContextKind::Usage => None,
        ContextValue::StyledStr(text) => Some(ContextValue::StyledStr(shown(text))),
        ContextValue::StyledStrs(texts) => Some(ContextValue::StyledStrs(texts.iter().map(shown).collect())),
        _ => None,
    }
}

//! Folds rule results into the verdict on a control and on a bundle.

use super::assessment::{Counts, RuleReport};
use super::result::{RuleResult, Verdict};
use crate::pack::CountsFor;

/// What the rules of one control say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlReport {
    /// The id of the control in the pack.
    pub id: String,
    /// The verdict of the rules that count for the order; nothing where every one is for another stage.
    pub verdict: Option<Verdict>,
    /// The verdict of the rules on standing duties by law; nothing where every one is for another stage.
    pub duties: Option<Verdict>,
}

/// What the rules on standing duties by law say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duties {
    /// The verdict.
    pub verdict: Verdict,
    /// How many of these rules have each result.
    pub counts: Counts,
}

impl ControlReport {
    /// Folds the rules of one control, each into the verdict that it counts for.
    pub(super) fn of(id: &str, rules: &[RuleReport], stage: Option<&str>) -> Self {
        let of = |side| {
            let own: Vec<&RuleReport> =
                rules.iter().filter(|rule| rule.meta.control == id && rule.counts_for == side).collect();
            of_control(&own, stage)
        };
        Self { id: id.to_owned(), verdict: of(CountsFor::Order), duties: of(CountsFor::Law) }
    }
}

/// Returns the verdict on one control from rules that count for the same verdict.
///
/// Advisory rules count only where they could not be run. A control none of whose mandatory rules passed is not
/// passed, whatever the reason: a bundle that says `changes: []` must not escape it, nor one that is waived throughout.
fn of_control(rules: &[&RuleReport], stage: Option<&str>) -> Option<Verdict> {
    let due: Vec<&&RuleReport> = rules.iter().filter(|rule| rule.meta.is_due(stage)).collect();
    if due.iter().any(|rule| rule.result == RuleResult::Error) {
        return Some(Verdict::Error);
    }
    let mandatory: Vec<RuleResult> = due.iter().filter(|rule| !rule.meta.advisory).map(|rule| rule.result).collect();
    if mandatory.is_empty() {
        return None;
    }
    if mandatory.iter().any(|result| matches!(result, RuleResult::Fail | RuleResult::Missing)) {
        return Some(Verdict::Fail);
    }
    let has_passed = mandatory.iter().any(|result| matches!(result, RuleResult::Pass | RuleResult::Established));
    let is_open = mandatory.contains(&RuleResult::Undetermined) || !has_passed;
    Some(if is_open { Verdict::Undetermined } else { Verdict::Pass })
}

/// Returns the verdict on compliance with the order from its controls; a bundle on which nothing was due is not passed.
pub(super) fn of_order(controls: &[ControlReport]) -> Verdict {
    controls.iter().filter_map(|control| control.verdict).min().unwrap_or(Verdict::Undetermined)
}

/// Returns the verdict on a bundle from all rules, whichever verdict they count for.
pub(super) fn of_chosen(controls: &[ControlReport]) -> Verdict {
    let both = controls.iter().flat_map(|control| [control.verdict, control.duties]);
    both.flatten().min().unwrap_or(Verdict::Undetermined)
}

/// Returns the verdict on standing duties by law, where any is due.
pub(super) fn of_duties(controls: &[ControlReport], rules: &[RuleReport]) -> Option<Duties> {
    let verdict = controls.iter().filter_map(|control| control.duties).min()?;
    let counts = Counts::of(rules.iter().filter(|rule| rule.counts_for == CountsFor::Law));
    Some(Duties { verdict, counts })
}

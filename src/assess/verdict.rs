//! Folds rule results into the verdict on a control and on a bundle.

use super::assessment::RuleReport;
use super::result::{RuleResult, Verdict};

/// What the rules of one control say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlReport {
    /// The id of the control in the pack.
    pub id: String,
    /// The verdict; nothing where every rule is for another stage.
    pub verdict: Option<Verdict>,
}

/// Returns the verdict on one control from its rules.
///
/// Advisory rules count only where they could not be run. A control none of whose mandatory rules passed is not
/// passed, whatever the reason: a bundle that says `changes: []` must not escape it, nor one that is waived throughout.
pub(super) fn of_control(rules: &[&RuleReport], stage: Option<&str>) -> Option<Verdict> {
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

/// Returns the verdict on a bundle from its controls; a bundle on which nothing was due is not passed.
pub(super) fn of_bundle(controls: &[ControlReport]) -> Verdict {
    controls.iter().filter_map(|control| control.verdict).min().unwrap_or(Verdict::Undetermined)
}

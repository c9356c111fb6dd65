//! The result of a rule on a bundle, and the verdict on the bundle.

use serde::Serialize;

use crate::language::Text;

/// The result of one rule on one bundle (XCCDF `rule-result`), worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleResult {
    /// The rule could not be run; never counts as pass. XCCDF: error.
    Error,
    /// Evidence contradicts the criterion, or cannot be used. XCCDF: fail.
    Fail,
    /// No contradiction, but required evidence is absent. XCCDF: fail.
    Missing,
    /// Evidence cannot decide; an inspector does. XCCDF: unknown.
    Undetermined,
    /// An inspector's waiver covers what speaks against it; not a pass. XCCDF: fail, with an override.
    Waived,
    /// A fault that the order found, and that the submission answers for. XCCDF: informational.
    Established,
    /// Everything examined meets the criterion, and something was examined. XCCDF: pass.
    Pass,
    /// Another stage, or nothing that the criterion speaks of. XCCDF: notapplicable.
    NotApplicable,
}

impl RuleResult {
    /// Every result, worst first.
    pub const ALL: [Self; 8] = [
        Self::Error,
        Self::Fail,
        Self::Missing,
        Self::Undetermined,
        Self::Waived,
        Self::Established,
        Self::Pass,
        Self::NotApplicable,
    ];

    /// Returns the name that reports for machines use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Fail => "fail",
            Self::Missing => "missing",
            Self::Undetermined => "undetermined",
            Self::Waived => "waived",
            Self::Established => "established",
            Self::Pass => "pass",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// Returns the word that heads a column of counts.
    pub fn column(self) -> Text {
        match self {
            Self::Established => Text::new("established", "확인된 사실"),
            other => other.word(),
        }
    }

    /// Returns the word that a person reads.
    pub fn word(self) -> Text {
        match self {
            Self::Error => Text::new("error", "점검 불가"),
            Self::Fail => Text::new("fail", "부적합"),
            Self::Missing => Text::new("missing", "미제출"),
            Self::Undetermined => Text::new("undetermined", "판단 필요"),
            Self::Waived => Text::new("waived", "한시적 예외 인정"),
            Self::Established => Text::new("established by the order", "시정요구로 확인된 사실"),
            Self::Pass => Text::new("pass", "적합"),
            Self::NotApplicable => Text::new("n/a", "해당 없음"),
        }
    }
}

/// The verdict on a bundle or a control, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The bundle could not be read, or a rule could not be run.
    Error,
    /// A mandatory rule is fail or missing.
    Fail,
    /// Nothing fails, but an inspector has to decide something, or a control has no mandatory rule that passed or is
    /// established.
    Undetermined,
    /// Every control has mandatory rules that passed or are established, and nothing speaks against it that is not waived.
    Pass,
}

impl Verdict {
    /// Returns the name that reports for machines use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Fail => "fail",
            Self::Undetermined => "undetermined",
            Self::Pass => "pass",
        }
    }

    /// Returns the word that a person reads.
    pub fn word(self) -> Text {
        match self {
            Self::Error => Text::new("error", "점검 불가"),
            Self::Fail => Text::new("fail", "부적합"),
            Self::Undetermined => Text::new("undetermined", "판단 필요"),
            Self::Pass => Text::new("pass", "적합"),
        }
    }
}

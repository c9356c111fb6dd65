//! What a rule says about itself: the `META` of its script as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::language::Text;

/// The `META` of a rule.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RuleMeta {
    /// The id, such as `WRK-07`; it leads the file name and is never reused.
    pub id: String,
    /// The criterion in a few words.
    pub title: Text,
    /// The id of the control that it belongs to.
    pub control: String,
    /// How much is at stake.
    pub severity: Severity,
    /// The stages at which it is judged.
    pub stages: Vec<String>,
    /// Whether it never changes the verdict.
    #[serde(default)]
    pub advisory: bool,
    /// Where it comes from.
    pub basis: Vec<Basis>,
    /// What is demanded, as one sentence.
    pub demand: Text,
    /// What to hand in.
    pub remedy: Text,
    /// Why there may be nothing to judge.
    #[serde(default)]
    pub not_applicable: Option<Text>,
    /// Messages of findings, by key, with `{name}` for values.
    #[serde(default)]
    pub says: BTreeMap<String, Text>,
}

impl RuleMeta {
    /// Tells whether the rule is judged at a stage; where none is known, every rule is.
    pub fn is_due(&self, stage: Option<&str>) -> bool {
        stage.is_none_or(|stage| self.stages.iter().any(|own| own == stage))
    }
}

/// How much is at stake when a criterion is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Users can lose the service.
    High,
    /// An outage can last longer or come back.
    Medium,
    /// The record is less reliable.
    Low,
}

/// One source of a criterion.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The id of the source in `pack.yaml`.
    pub source: String,
    /// The article, item or page.
    #[serde(default)]
    pub clause: Option<Text>,
    /// How sure we are of its wording.
    pub status: BasisStatus,
}

/// How sure the wording of a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BasisStatus {
    /// Read in the text itself.
    Confirmed,
    /// Read in press reports only.
    Press,
    /// Chosen by the pack; no source gives it.
    Own,
    /// From memory or inferred; to be confirmed.
    Unconfirmed,
}

//! `pack.yaml`: identity, controls, stages, sources and parameters of a pack.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::parameter::Parameter;
use crate::language::Text;

/// What `pack.yaml` holds.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The id of the pack, in lower case with hyphens.
    pub id: String,
    /// The version of the pack (semantic versioning).
    pub version: String,
    /// What the pack audits.
    pub title: Text,
    /// Whose criteria they are.
    pub authority: Text,
    /// The IANA name of the zone in which dates are judged.
    pub time_zone: String,
    /// Stages of the order, in time order.
    pub stages: Vec<Stage>,
    /// Controls, in the order of the report.
    pub controls: Vec<Control>,
    /// Where criteria come from, by id.
    pub sources: BTreeMap<String, Source>,
    /// Numbers that the rules use, by name.
    #[serde(default)]
    pub parameters: BTreeMap<String, Parameter>,
}

/// A stage of an order: what is due by when.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// The id that bundles and rules use.
    pub id: String,
    /// What is handed in at this stage.
    pub title: Text,
}

/// What the authority's text demands; rules encode its criteria.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// The id that rules use.
    pub id: String,
    /// Its number in the order, or a letter for what the order does not number.
    pub number: String,
    /// Its title.
    pub title: Text,
}

/// A text that criteria come from.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is called.
    pub title: Text,
    /// Where it was read.
    #[serde(default)]
    pub url: Option<String>,
}

impl Manifest {
    /// Checks what the types cannot: that there is something, that ids differ, that parameters are in range.
    pub(super) fn check(&self) -> Result<()> {
        if self.controls.is_empty() {
            bail!("controls: a pack needs at least one");
        }
        let ids = self.controls.iter().map(|control| &control.id).chain(self.stages.iter().map(|stage| &stage.id));
        let mut seen: Vec<&String> = Vec::new();
        for id in ids {
            if seen.contains(&id) {
                bail!("the id `{id}` is given twice");
            }
            seen.push(id);
        }
        for (name, parameter) in &self.parameters {
            parameter.default_value().with_context(|| format!("parameters: {name}"))?;
        }
        Ok(())
    }
}

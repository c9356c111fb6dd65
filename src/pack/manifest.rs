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
    /// Returns the stage that a person means: by its id, a title or the last words of one, in any case.
    pub fn stage_named(&self, name: &str) -> Option<&Stage> {
        let name = folded(name);
        let titles = |stage: &Stage| [folded(&stage.title.en), folded(&stage.title.ko)];
        let exact = self.stages.iter().find(|stage| folded(&stage.id) == name || titles(stage).contains(&name));
        exact.or_else(|| {
            let mut near = self.stages.iter().filter(|stage| titles(stage).iter().any(|title| ends_with(title, &name)));
            // What fits several stages names none.
            near.next().filter(|_| near.next().is_none())
        })
    }

    /// Returns the control that a person means: by its id, its number, its title or both as a report prints them.
    pub fn control_named(&self, name: &str) -> Option<&Control> {
        let name = folded(name);
        self.controls.iter().find(|control| {
            let number = folded(&control.number);
            let mut titles = [&control.title.en, &control.title.ko].into_iter().map(|title| folded(title));
            folded(&control.id) == name
                || number == name
                || titles.any(|title| title == name || format!("{number} {title}") == name)
        })
    }

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

/// Returns a name without what people do not write twice in the same way: case and spaces.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Tells whether a title ends with some words; Korean joins a noun to the one before it.
fn ends_with(title: &str, words: &str) -> bool {
    let is_word = |before: &str| before.ends_with(' ') || !words.is_ascii();
    words.chars().nth(1).is_some() && title.strip_suffix(words).is_some_and(is_word)
}

#[cfg(test)]
mod tests {
    use crate::pack::{DEFAULT_PACK, Pack};

    #[test]
    fn what_a_report_prints_of_stages_and_controls_can_be_typed_back() {
        let pack = Pack::open(DEFAULT_PACK).expect("the embedded pack");
        let stage = |name: &str| pack.manifest.stage_named(name).map(|stage| stage.id.as_str());
        for name in
            ["plan", "Plan", "PLAN", "Improvement  plan", "improvement plan", "개선 조치계획", "조치계획", "계획"]
        {
            assert_eq!(stage(name), Some("plan"), "{name}");
        }
        for name in ["result", "Corrective Result", "시정결과", "결과", " 결과 "] {
            assert_eq!(stage(name), Some("result"), "{name}");
        }
        for name in ["", "an", "n", "과", "plans", "improvement", "계획 결과"] {
            assert_eq!(stage(name), None, "{name}");
        }
        let control = |name: &str| pack.manifest.control_named(name).map(|control| control.id.as_str());
        for control_of_pack in &pack.manifest.controls {
            let title = &control_of_pack.title;
            for name in [&control_of_pack.id, &control_of_pack.number, &title.en, &title.ko] {
                assert_eq!(control(&name.to_uppercase()), Some(control_of_pack.id.as_str()), "{name}");
                assert_eq!(control(&name.to_lowercase()), Some(control_of_pack.id.as_str()), "{name}");
            }
            let printed = format!("{}  {}", control_of_pack.number, title.ko);
            assert_eq!(control(&printed), Some(control_of_pack.id.as_str()));
        }
        assert_eq!([control("7"), control("D"), control("")], [None; 3]);
    }

    #[test]
    fn rules_are_chosen_by_what_a_report_prints_and_refused_with_what_was_meant() {
        let pack = Pack::open(DEFAULT_PACK).expect("the embedded pack");
        let ids = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            pack.ids(&names).map_err(|error| error.to_string())
        };
        let named = ids(&["2", "B", "b", "wrk-07", "Work-Control", "증빙 무결성"]).expect("all are known");
        assert_eq!(named, ["work-control", "deadlines", "deadlines", "WRK-07", "work-control", "integrity"]);
        let count = |names: &[&str]| pack.select(&ids(names).expect("known")).expect("known").len();
        assert_eq!((count(&["wrk-07"]), count(&["2"])), (1, count(&["work-control"])));
        for (wrong, meant) in [
            ("wrk-7", "WRK-07"),
            ("WRK07", "WRK-07"),
            ("wrk7", "WRK-07"),
            ("work-contrl", "work-control"),
            ("Work managment control", "Work-management control"),
            ("모니터링 시스템 고도화를 통한 장애탐지 강화", "모니터링 시스템 고도화를 통한 장애 탐지 강화"),
        ] {
            let refused = ids(&[wrong]).expect_err(wrong);
            assert!(refused.contains(&format!("did you mean {meant}?")), "{refused}");
        }
        assert!(ids(&["7"]).expect_err("no such control").contains("`gamsa rules list`"));
        for (wrong, meant) in [("plam", "plan"), ("reslt", "result"), ("시정 결과", "시정결과")] {
            let refused = pack.stage(wrong).expect_err(wrong).to_string();
            assert!(refused.contains(&format!("did you mean {meant}?")), "{refused}");
        }
        assert!(pack.stage("x").expect_err("no such stage").to_string().contains("has the stages plan, result"));
        assert_eq!(pack.stage("계획").expect("a stage").id, "plan");
        assert!(
            Pack::open("kakaotalk2024").expect_err("no such pack").to_string().contains("did you mean kakaotalk-2024?")
        );
    }
}

//! Test vectors: rules, evidence and what a model of the semantics finds.
//!
//! The evaluator differs from the model on purpose in how it names what a list lacks:
//! - A list in which nothing is given is cited itself where it is required: `/list`, in the model `/list/-`.
//! - The first item of an absent list is cited as the item: `/list/-`, in the model `/list`.
//! - What a made list lacks is cited as the first value that it was made from, or as the whole bundle; in the model it
//!   has no name.
//! - A path is left out where one below it is reported: `/s` beside `/s/m`.
//!
//! Vectors that are refused when they are loaded are counted, and named in [`REFUSED`].

use std::collections::BTreeSet;
use std::fmt::Write;

use gamsa::engine::on_worker;
use serde_json::Value;

use crate::audits::project;
use crate::trial::{Found, Rule, deepest, in_packs};

/// Rules in a pack.
const SIZE: usize = 400;

/// Vectors whose rules are refused, and why.
const REFUSED: &[(&str, &str)] = &[
    ("this expression is nested too deeply", "closures in closures in closures"),
    ("this condition is always", "a variable that is only ever false"),
    ("a length is never less than 0", "`len() < 0` and `0 <= len()`"),
    ("asks whether a value is given, and this is a condition", "a variable that holds a condition"),
];

struct Vector {
    id: String,
    rule: Rule,
    evidence: Value,
    result: String,
    deviating: BTreeSet<String>,
    absent: BTreeSet<String>,
    /// Some absence has no place in the evidence.
    is_nameless: bool,
}

impl Vector {
    fn read(line: &str) -> Self {
        let vector: Value = serde_json::from_str(line).expect("a line of JSON");
        let text = |name: &str| vector[name].as_str().unwrap_or_else(|| panic!("{name}: {line}")).to_owned();
        let texts = |name: &str| {
            let list = vector[name].as_array().unwrap_or_else(|| panic!("{name}: {line}"));
            list.iter().map(|item| item.as_str().expect("a text").to_owned()).collect()
        };
        Self {
            id: text("id"),
            rule: Rule { functions: text("functions"), check: text("check") },
            evidence: vector["evidence"].clone(),
            result: text("result"),
            deviating: texts("deviating"),
            absent: texts("absent"),
            is_nameless: vector["nameless"].as_bool().expect("a flag"),
        }
    }

    /// Says in what an outcome differs.
    fn difference(&self, found: &Found) -> Option<String> {
        let mut told = String::new();
        let mut differ = |what: &str, expected: &dyn std::fmt::Debug, found: &dyn std::fmt::Debug| {
            write!(told, "\n  {what}: expected {expected:?}, found {found:?}").expect("a string");
        };
        if self.result != found.result {
            differ("result", &self.result, &found.result);
        }
        let sites: BTreeSet<String> = found.sites().into_iter().map(str::to_owned).collect();
        if self.deviating != sites {
            differ("deviations", &self.deviating, &sites);
        }
        let (expected, own) = (names(&self.absent), names(&found.absent));
        let is_same = if self.is_nameless { expected.is_subset(&own) } else { expected == own };
        if !is_same {
            differ("absent", &expected, &own);
        }
        (!told.is_empty()).then_some(told)
    }
}

/// Returns paths without what the evaluator and the model name differently.
fn names(paths: &BTreeSet<String>) -> BTreeSet<String> {
    deepest(&paths.iter().map(|path| path.strip_suffix("/-").unwrap_or(path).to_owned()).collect())
}

#[test]
fn the_evaluator_finds_what_the_model_finds() {
    on_worker(compare).expect("a worker");
}

fn compare() {
    let text = std::fs::read_to_string(project().join("tests/vectors/kleene.jsonl")).expect("the vectors");
    let vectors: Vec<Vector> = text.lines().map(Vector::read).collect();
    let mut rules: Vec<Rule> = vectors.iter().map(|vector| vector.rule.clone()).collect();
    rules.sort();
    rules.dedup();
    let mut told = String::new();
    let mut count = 0;
    let mut agreed = 0;
    let refused = in_packs(&rules, SIZE, |bench, rules| {
        for (index, rule) in rules.iter().enumerate() {
            for vector in vectors.iter().filter(|vector| vector.rule == *rule) {
                count += 1;
                let found = bench.run(index, &vector.evidence);
                match vector.difference(&found) {
                    None => agreed += 1,
                    Some(difference) => {
                        let Rule { functions, check } = rule;
                        let error = found.error.unwrap_or_default();
                        writeln!(
                            told,
                            "{}\n{functions}\n{check}\n{}{difference} {error}\n",
                            vector.id, vector.evidence
                        )
                        .expect("a string");
                    }
                }
            }
        }
    });
    for (rule, error) in &refused {
        if REFUSED.iter().any(|(message, _)| error.contains(message)) {
            continue;
        }
        writeln!(told, "refused: {rule:?}\n{error}\n").expect("a string");
    }
    for (message, why) in REFUSED {
        assert!(refused.iter().any(|(_, error)| error.contains(message)), "no vector is refused for {why}");
    }
    println!("{agreed} of {count} agree, {} refused", refused.len());
    assert!(told.is_empty(), "{told}");
    assert!(count > 1_000, "{count} vectors");
}

//! The tables of `fixtures/adversary`: alterations of a submission that passes, and what becomes of each.
//!
//! A file is one kind of alteration. Each entry names what the rules make of it: an adversary's is no pass of the rules
//! that it aims at, an honest operator's passes them or is put before an inspector.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use gamsa::assess::{Auditor, Request, RuleResult, Verdict};
use gamsa::pack::Order;

use crate::alterations::{Edit, PLAN, RESULT};
use crate::audits::{Bench, fixture, request, sorted};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    /// The submission that is altered: `plan` or `result`.
    base: String,
    edits: Vec<Edit>,
    /// The results of rules; the rest of the pack is not asked.
    #[serde(default)]
    expect: BTreeMap<String, String>,
    /// The verdict of the whole pack.
    verdict: Option<String>,
}

struct Benches<'b> {
    bench: &'b Bench,
    order: Order,
}

impl Benches<'_> {
    fn auditor(&self, base: &str, only: Vec<String>) -> Auditor<'_> {
        let as_of = if base == "plan" { "2024-07-15" } else { "2024-09-12" };
        self.bench.auditor(&self.order, Request { only, ..request(as_of, None) })
    }
}

#[test]
fn what_an_adversary_alters_is_seen() {
    let bench = Bench::new();
    let order = bench.order(&fixture("orders/hanbit-2024.yaml"));
    let benches = Benches { bench: &bench, order };
    let mut auditors: BTreeMap<(String, Vec<String>), Auditor<'_>> = BTreeMap::new();
    let mut wrong = String::new();
    let mut count = 0;
    for file in sorted(&fixture("adversary")).iter().filter(|path| path.extension().is_some_and(|e| e == "yaml")) {
        for entry in entries(file) {
            count += 1;
            let only: Vec<String> =
                if entry.verdict.is_some() { Vec::new() } else { entry.expect.keys().cloned().collect() };
            let key = (entry.base.clone(), only.clone());
            let auditor = auditors.entry(key).or_insert_with(|| benches.auditor(&entry.base, only));
            let mut submission = if entry.base == "plan" { PLAN.clone() } else { RESULT.clone() };
            entry.edits.iter().for_each(|edit| submission.alter(edit));
            let assessment = submission.assess(auditor);
            let at = format!("{}: {}", file.file_name().expect("a name").to_string_lossy(), entry.name);
            for (rule, expected) in &entry.expect {
                let found = assessment.rules.iter().find(|report| report.meta.id == *rule);
                let found = found.unwrap_or_else(|| panic!("{at}: there is no rule {rule}"));
                if found.result.name() != expected {
                    writeln!(wrong, "{at}: {rule}: expected {expected}, found {}", found.result.name())
                        .expect("a text");
                }
            }
            if let Some(expected) = &entry.verdict
                && assessment.verdict.name() != expected
            {
                let loud = assessment
                    .rules
                    .iter()
                    .filter(|rule| !matches!(rule.result, RuleResult::Pass | RuleResult::NotApplicable));
                let loud: Vec<String> = loud.map(|rule| format!("{} {}", rule.meta.id, rule.result.name())).collect();
                writeln!(wrong, "{at}: expected {expected}, found {} {loud:?}", assessment.verdict.name())
                    .expect("a text");
            }
        }
    }
    assert!(count > 0, "the tables are found");
    assert_eq!(wrong, "");
}

/// An entry without an alteration would show nothing, and one without an expectation either.
fn entries(file: &Path) -> Vec<Entry> {
    let text = std::fs::read_to_string(file).expect("a table");
    let entries: Vec<Entry> = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    for entry in &entries {
        assert!(!entry.edits.is_empty(), "{}: {}", file.display(), entry.name);
        assert!(!entry.expect.is_empty() || entry.verdict.is_some(), "{}: {}", file.display(), entry.name);
        assert!(matches!(&*entry.base, "plan" | "result"), "{}: {}", file.display(), entry.name);
    }
    entries
}

#[test]
fn the_submissions_that_are_altered_pass_as_they_stand() {
    let bench = Bench::new();
    let order = bench.order(&fixture("orders/hanbit-2024.yaml"));
    let benches = Benches { bench: &bench, order };
    for (base, submission) in [("plan", &PLAN), ("result", &RESULT)] {
        assert_eq!(submission.assess(&benches.auditor(base, Vec::new())).verdict, Verdict::Pass, "{base}");
    }
}

//! The rule language on evidence: what is absent, unusable or misspelled, and the traps of Rhai that were measured.

use std::fmt::Write;
use std::path::Path;

use gamsa::assess::{Auditor, RuleReport};
use gamsa::engine::on_worker;
use gamsa::load::{Bundle, Limits};
use gamsa::pack::{Order, Pack, Parameters, RuleMeta};

use crate::audits::request;
use crate::program::copy_pack_without_rules;

const EVIDENCE: &str = "\
services:
  - {id: messenger, core: true, free: true, daily_users: 100}
  - {id: pay, core: false, free: false}
incidents:
  - id: I1
    service: messenger
    started_at: 2024-05-13T13:44:00+09:00
    restored_at: 2024-05-13T13:50:00+09:00
    detected_at: 13:44
    summary: ''
    closed_at: ~
    planned: 'no'
    effects: [a, b]
changes:
  - id: W1
    kind: software_update
    major: true
    workers: [kim, lee]
    open_incidents: []
    rollback: {}
";

/// Runs one rule body on the evidence and tells what came of it.
pub(crate) struct Stand {
    pub(crate) directory: tempfile::TempDir,
}

impl Stand {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("temporary directory");
        copy_pack_without_rules(directory.path(), "pre-test");
        Self { directory }
    }

    /// Writes a rule with this body.
    pub(crate) fn add(&self, id: &str, body: &str) {
        // A message that no demand uses is a mistake.
        let says = MESSAGES.iter().filter(|(key, _)| body.contains(&format!("\"{key}\"")));
        let says: String = says.map(|(_, text)| *text).collect();
        let meta = META.replace("PRE-03", id).replace("SAYS", &says);
        let rule = format!("{meta}\nfn check(bundle, order) {{\n{body}\n}}\n");
        let folder = self.directory.path().join("pre-test");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(format!("{id}-trial.rhai")), rule).expect("a rule");
    }

    /// Returns the outcome as text: a load error, or the result with its findings.
    fn run(&self, body: &str) -> String {
        self.add("PRE-03", body);
        on_worker(|| audit(self.directory.path())).expect("a worker")
    }
}

const META: &str = r#"const META = #{
    id: "PRE-03", title: #{ en: "Trial", ko: "시험" }, control: "pre-test", severity: "low", stages: ["plan"],
    basis: [#{ source: "own", status: "own" }],
    demand: #{ en: "Demand.", ko: "요구" }, remedy: #{ en: "Remedy.", ko: "조치" },
    says: #{ SAYS },
};"#;

const MESSAGES: [(&str, &str); 2] = [
    ("k", r#"k: #{ en: "said {found}", ko: "{found} 지적" }, "#),
    ("about", r#"about: #{ en: "said {a}", ko: "{a} 지적" }, "#),
];

fn audit(pack: &Path) -> String {
    let pack = Pack::open(&pack.display().to_string()).expect("the pack is read");
    let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
    let order: &Order = &pack.order;
    let auditor = match Auditor::new(&pack, order, parameters, request("2024-07-01", None)) {
        Ok(auditor) => auditor,
        Err(error) => return format!("refused: {}\n", error.root_cause()),
    };
    let bundle = Bundle::from_bytes("e.yaml", EVIDENCE.as_bytes(), &Limits::default()).expect("evidence");
    let assessment = auditor.assess("e.yaml", bundle);
    // The rule that the program adds is not spoken of here.
    assessment.rules.iter().filter(|rule| rule.meta.id != RuleMeta::FORM).map(tell).collect()
}

fn tell(rule: &RuleReport) -> String {
    let mut told = format!("{} (examined {})\n", rule.result.name(), rule.examined);
    for finding in &rule.findings {
        let at = finding.location.as_ref().map(|at| format!("{}:{} ", at.start.line, at.start.column));
        let subject = if finding.is_in_order { "order " } else { "" };
        let (at, path, message) = (at.unwrap_or_default(), &finding.path, &finding.message.en);
        writeln!(told, "  {:?} {subject}{at}{path} | {message}", finding.kind).expect("a string");
    }
    if rule.unlisted > 0 {
        writeln!(told, "  and {} more", rule.unlisted).expect("a string");
    }
    if !rule.printed.is_empty() {
        writeln!(told, "  printed {:?}", rule.printed).expect("a string");
    }
    told
}

/// Each group is one snapshot: bodies of `check`, and what comes of them.
fn snapshot(name: &str, bodies: &[&str]) {
    let stand = Stand::new();
    let mut told = String::new();
    for body in bodies {
        writeln!(told, "{body}\n=> {}", stand.run(body)).expect("a string");
    }
    insta::assert_snapshot!(name, told);
}

#[test]
fn what_is_absent_never_passes() {
    snapshot(
        "absent",
        &[
            "require(bundle.changes[0].approval.at);",
            "require(bundle.changes[0].approval.at, \"k\");",
            "if bundle.changes[0].approval.by == \"kim\" { require(bundle.changes[0].id); }",
            "if bundle.changes[0].approval.by != \"kim\" { require(bundle.changes[0].id); }",
            "if !(bundle.changes[0].started_at > bundle.incidents[0].started_at) { require(bundle.changes[0].id); }",
            "ensure(bundle.changes[0].started_at <= bundle.incidents[0].started_at, bundle.changes[0].id, \"k\");",
            "ensure(!(bundle.changes[0].started_at <= bundle.incidents[0].started_at), bundle.changes[0].id, \"k\");",
            "ensure(bundle.changes[0].started_at <= bundle.incidents[0].started_at, bundle.changes[0].started_at, \"k\");",
            "if bundle.changes[0].controlled { require(bundle.changes[0].id); }",
            "ensure(bundle.changes[0].controlled, bundle.changes[0].id, \"k\");",
            "for step in bundle.changes[0].rollback.steps { require(step); } require(bundle.changes[0].id);",
            "switch bundle.changes[0].grade { \"high\" => require(bundle.changes[0].id), _ => require(bundle.changes[0].id) }",
            "require(bundle.incidents[0].summary); // blank",
            "require(bundle.incidents[0].closed_at); // null",
            "require(bundle.changes[0].open_incidents); // an empty list",
            "require(bundle.changes[0].rollback); // an empty mapping",
            "require(bundle.changes[5].id);",
            "require(bundle.analyses.find(|it| it.incident == \"I1\").root_cause);",
            "require(bundle.incidents.find(|it| it.id == \"I9\"), \"k\");",
            "ensure(\"I1\" in bundle.changes[0].scope.planned, bundle.changes[0].id, \"k\");",
            "ensure(bundle.changes[0].grade in [\"a\", \"b\"], bundle.changes[0].id, \"k\");",
            "ensure(bundle.drills.len() >= 1, bundle.drills, \"k\");",
            "let grade = bundle.changes[0].grade; ensure(grade == \"high\", grade, \"k\");",
            "ensure(bundle.changes[0].grade.to_upper() == \"A\", bundle.changes[0].grade, \"k\");",
            "ensure(bundle.changes[0].grade.starts_with(\"A\"), bundle.changes[0].id, \"k\");",
            "ensure(bundle.changes[0].id.trim() != \"W1\", bundle.changes[0].id, \"k\"); // trim answers, it changes nothing",
            "ensure(max(bundle.services[1].daily_users, 3) > 2, bundle.changes[0].id, \"k\");",
            "ensure(minutes(bundle.incidents[0].stated_minutes) > minutes(1), bundle.changes[0].id, \"k\");",
            "let known = bundle.changes[0].grade == \"a\" && has(bundle.changes); ensure(known, bundle.changes[0].id, \"k\");",
            "ensure(bundle.changes[0].grade == \"a\" || has(bundle.changes), bundle.changes[0].id, \"k\"); // decided",
            "if bundle.changes[0].controlled { ensure(bundle.changes[0].major == false, bundle.changes[0].major, \"k\"); } // held back",
            "require(bundle.changes[0].id); // nothing is absent",
        ],
    );
}

#[test]
fn optional_evidence_is_read_with_has_and_or() {
    snapshot(
        "optional",
        &[
            "if has(bundle.changes[0].approval.at) { require(bundle.changes[0].grade); } require(bundle.changes[0].id);",
            "ensure(bundle.changes[0].controlled.or(true), bundle.changes[0].controlled, \"k\");",
            "ensure(bundle.changes[0].controlled.or(false), bundle.changes[0].controlled, \"k\");",
            "let at = bundle.changes[0].ended_at; ensure(at == at, bundle.changes[0].id, \"about\", #{ a: at });",
            "let grade = bundle.changes[0].grade.or(bundle.services[1].name); ensure(grade == \"x\", grade, \"k\"); // both absent",
            "let id = bundle.changes[0].id.or(bundle.services[1].name); require(id); // the default is not looked at",
            "if has(bundle.changes[0].approval) { require(bundle.changes[0].id); }",
            "let approval = bundle.changes[0].approval; if has(approval) { require(approval.at); } require(approval.by);",
            "require(bundle.changes[0].id, \"about\", #{ a: bundle.changes[0].grade }); // a message may speak of it",
            "ensure(1 > 2, bundle.changes[0].id, \"about\", #{ a: bundle.changes[0].grade });",
            "if has(bundle.incidents[0].detected_at) { require(bundle.incidents[0].id); } require(bundle.changes[0].id); // unusable",
            "ensure(has(bundle.changes), bundle.incidents[0].planned, \"k\"); // what is cited is not looked at",
            "ensure(!bundle.incidents[0].planned.or(false), bundle.incidents[0].id, \"k\"); // unusable",
        ],
    );
}

#[test]
fn what_is_absent_in_an_answer_belongs_to_the_rule_that_asked() {
    let stand = Stand::new();
    let library = "fn unknown(bundle) {
    let users = bundle.services[1].daily_users;
    let list = [];
    for it in bundle.services { if it.id == \"pay\" && !has(users) { list += [users]; } }
    list
}";
    std::fs::write(stand.directory.path().join("lib/trial.rhai"), library).expect("a library");
    stand.add("PRE-02", "for it in trial::unknown(bundle) { require(it); }");
    let told = stand.run("require(bundle.changes[0].origin); for it in trial::unknown(bundle) { require(it); }");
    assert_eq!(
        told,
        "missing (examined 1)\n  Missing 3:5 /services/1/daily_users | Average number of users a day in the last three months of the previous year: not given\n\
         missing (examined 2)\n  Missing 15:5 /changes/0/origin | Origin of the changed product: not given\n  \
         Missing 3:5 /services/1/daily_users | Average number of users a day in the last three months of the previous year: not given\n",
    );
}

#[test]
fn lists_know_what_they_do_not_know() {
    snapshot(
        "lists",
        &[
            "ensure(bundle.services.any(|it| it.daily_users == 100), bundle.services, \"k\");",
            "ensure(bundle.services.any(|it| it.daily_users == 7), bundle.services, \"k\");",
            "ensure(bundle.services.all(|it| it.daily_users == 100), bundle.services, \"k\");",
            "ensure(bundle.services.all(|it| it.core), bundle.services, \"k\");",
            "ensure(bundle.services.any(|it| it.id == \"x\"), bundle.services, \"k\");",
            "ensure(bundle.services.all(|it| it.daily_users.or(100) == 100), bundle.services, \"k\");",
            "for it in bundle.services.filter(|it| it.core) { ensure(it.id == \"messenger\", it.id, \"k\"); }",
            "ensure(bundle.services.filter(|it| it.core).len() == 2, bundle.services, \"k\");",
            "require(bundle.services.filter(|it| it.id == \"x\"), \"k\");",
            "ensure(\"lee\" in bundle.changes[0].workers, bundle.changes[0].workers, \"k\");",
            "ensure(\"park\" in bundle.changes[0].workers, bundle.changes[0].workers, \"k\");",
            "ensure(\"lee\" !in bundle.changes[0].workers, bundle.changes[0].workers, \"k\");",
            "ensure(bundle.changes[0].workers[-1] == \"kim\", bundle.changes[0].workers[-1], \"k\");",
            "ensure([\"a\", \"b\"].any(|it| it == \"b\"), bundle.services, \"k\"); // literal lists, too",
            "ensure(bundle.services.none(|it| it.daily_users == 100), bundle.services, \"k\");",
            "ensure(bundle.services.count(|it| it.daily_users == 100) >= 1, bundle.services, \"k\"); // decided",
            "ensure(bundle.services.filter(|it| it.daily_users == 100).len() == 1, bundle.services, \"k\");",
            "ensure(bundle.services.map(|it| it.daily_users).sum() > 50, bundle.services, \"k\");",
            "ensure(bundle.services.map(|it| it.daily_users.or(1)).max() == 100, bundle.services, \"k\");",
            "ensure(bundle.services.sort_by(|it| it.id).last().id == \"pay\", bundle.services, \"k\");",
            "ensure(bundle.services.group_by(|it| it.core).len() == 2, bundle.services, \"k\");",
            "ensure(bundle.changes[0].workers == [\"kim\", \"lee\"], bundle.changes[0].workers, \"k\");",
            "ensure(bundle.services.map(|it| it.id).contains(\"messenger\"), bundle.services, \"k\");",
            "ensure(\"x\" in bundle.services.map(|it| it.id), bundle.services, \"k\", #{ ids: bundle.services.map(|it| it.id) });",
            "for users in bundle.services.map(|it| it.daily_users) { require(users); }",
            "ensure(bundle.services.map(|it| it.daily_users.or(0)).len() == 2, bundle.services, \"k\");",
            "let ids = bundle.guidelines.map(|it| it.id); for id in ids { require(id); }",
            "ensure([1, 2].map(|it| it + 1).map(|it| it * 2).contains(6), bundle.services, \"k\");",
            "for it in bundle.services.map(|it| if it.core { return it; } else { it.id }) { require(it); }",
        ],
    );
}

#[test]
fn a_finding_cites_the_evidence_it_is_about() {
    snapshot(
        "places",
        &[
            "ensure(bundle.changes[0].kind == \"data\", bundle.changes[0].kind, \"k\");",
            "let kind = bundle.changes[0].kind; ensure(kind == \"data\", kind, \"k\"); // a text keeps its place",
            "let users = bundle.services[0].daily_users; ensure(users > 100, users, \"k\");",
            "fn_of(bundle.changes[0].kind);\n}\nfn fn_of(kind) {\n    ensure(kind == \"data\", kind, \"k\");",
            "for worker in bundle.changes[0].workers { ensure(worker == \"kim\", worker, \"k\"); }",
            "ensure(bundle.incidents[0].restored_at - bundle.incidents[0].started_at < minutes(6), bundle.incidents[0], \"k\");",
            "ensure(1 > 2, bundle, \"about\", #{ a: bundle.incidents[0].restored_at - bundle.incidents[0].started_at });",
            "ensure(1 > 2, bundle, \"about\", #{ a: bundle.changes[0].workers });",
            "let users = bundle.services[0].daily_users; users += 1; ensure(users < 1, users, \"k\");",
            "let at = bundle.incidents[0].started_at + minutes(1); ensure(at < at, at, \"k\");",
            "let ids = bundle.changes[0].workers.map(|it| it.to_upper()); for id in ids { ensure(id == \"KIM\", id, \"k\"); }",
            "let file = file_of(bundle.changes[0]); ensure(file == \"x\", file, \"k\");",
            "undetermined(bundle.changes[0].kind, \"k\");",
            "require(order.notified_on); // what the order does not say, the operator cannot supply",
            "undetermined(order.notified_on, \"k\");",
            "ensure(bundle.incidents[0].started_at.date() >= order.notified_on, bundle.incidents[0].started_at, \"k\");",
        ],
    );
}

#[test]
fn times_follow_the_calendar() {
    snapshot(
        "times",
        &[
            "ensure(bundle.incidents[0].restored_at - bundle.incidents[0].started_at == minutes(6), bundle, \"k\");",
            "ensure(bundle.incidents[0].started_at + minutes(6) == bundle.incidents[0].restored_at, bundle, \"k\");",
            "ensure(bundle.incidents[0].started_at.date() <= as_of(), bundle, \"k\");",
            "ensure(deadline(order.announced_on, 1) == order.announced_on.add_days(31), bundle, \"k\");",
            "ensure(deadline(order.announced_on, 48) == as_of(), bundle, \"k\"); // beyond the holiday table",
            "ensure(parameter(\"detection_delay\") == minutes(5), bundle, \"k\");",
            "ensure(hours(1) + minutes(1) > minutes(60), bundle, \"k\");",
            "ensure(order.announced_on.add_months(-1) < order.announced_on, bundle, \"k\");",
            "let late = bundle.changes[0].started_at - minutes(5); ensure(late < bundle.incidents[0].started_at, bundle, \"k\");",
            "require(days(9223372036854775807));",
        ],
    );
}

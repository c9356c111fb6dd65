//! The rule language on evidence: what is absent, unusable or misspelled, and the traps of Rhai that were measured.

use std::fmt::Write;
use std::path::Path;

use gamsa::assess::{Auditor, Request, RuleReport};
use gamsa::engine::{Evaluator, on_worker};
use gamsa::load::{Bundle, Limits};
use gamsa::pack::{Order, Pack, Parameters};

use crate::audits::request;
use crate::program::copy_pack;

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
        copy_pack(directory.path());
        for folder in std::fs::read_dir(directory.path()).expect("a folder") {
            let path = folder.expect("an entry").path();
            if path.is_dir() && !path.ends_with("lib") {
                std::fs::remove_dir_all(path).expect("removed");
            }
        }
        Self { directory }
    }

    /// Writes a rule with this body.
    pub(crate) fn add(&self, id: &str, body: &str) {
        let meta = META.replace("PRE-03", id);
        let rule = format!("{meta}\nfn check(bundle, order) {{\n{body}\n}}\n");
        let folder = self.directory.path().join("pre-test");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(format!("{id}-trial.rhai")), rule).expect("a rule");
    }

    /// Returns the outcome as text: a load error, or the result with its findings.
    fn run(&self, body: &str) -> String {
        self.add("PRE-03", body);
        let [told, by_the_interpreter] = on_worker(|| {
            [Evaluator::Direct, Evaluator::Interpreter].map(|evaluator| audit(self.directory.path(), evaluator))
        })
        .expect("a worker");
        assert_eq!(told, by_the_interpreter, "{body}");
        told
    }
}

const META: &str = r#"const META = #{
    id: "PRE-03", title: #{ en: "Trial", ko: "시험" }, control: "pre-test", severity: "low", stages: ["plan"],
    basis: [#{ source: "own", status: "own" }],
    demand: #{ en: "Demand.", ko: "요구" }, remedy: #{ en: "Remedy.", ko: "조치" },
    says: #{ k: #{ en: "said {found}", ko: "{found} 지적" }, about: #{ en: "said {a}", ko: "{a} 지적" } },
};"#;

fn audit(pack: &Path, evaluator: Evaluator) -> String {
    let pack = Pack::open(&pack.display().to_string()).expect("the pack is read");
    let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
    let order: &Order = &pack.order;
    let auditor = match Auditor::new(&pack, order, parameters, Request { evaluator, ..request("2024-07-01", None) }) {
        Ok(auditor) => auditor,
        Err(error) => return format!("refused: {}\n", error.root_cause()),
    };
    let bundle = Bundle::from_bytes("e.yaml", EVIDENCE.as_bytes(), &Limits::default()).expect("evidence");
    let assessment = auditor.assess("e.yaml", bundle);
    assessment.rules.iter().map(tell).collect()
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
            "let known = bundle.changes[0].grade == \"a\" && true; ensure(known, bundle.changes[0].id, \"k\"); // never a pass",
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
            "let at = bundle.changes[0].ended_at; if at < as_of() { } if has(at) { } require(bundle.changes[0].id); // relied on",
            "let at = bundle.changes[0].ended_at; ensure(at == at, bundle.changes[0].id, \"about\", #{ a: at });",
            "let at = bundle.changes[0].ended_at; for x in at { } ensure(true, at, \"k\"); // relied on",
            "if has(bundle.changes[0].approval) { require(bundle.changes[0].id); }",
            "let approval = bundle.changes[0].approval; if has(approval) { } require(approval.by);",
            "require(bundle.changes[0].id, \"about\", #{ a: bundle.changes[0].grade }); // a message may speak of it",
            "ensure(false, bundle.changes[0].id, \"about\", #{ a: bundle.changes[0].grade });",
            "if has(bundle.incidents[0].detected_at) { } require(bundle.changes[0].id); // unusable is not optional",
            "ensure(true, bundle.incidents[0].planned, \"k\"); // unusable is not optional",
            "ensure(!bundle.incidents[0].planned.or(false), bundle.incidents[0].id, \"k\"); // unusable is not optional",
        ],
    );
}

#[test]
fn what_a_function_answers_twice_leaves_the_same_traces() {
    // The first body cites what the second call touched last; in the others, the reads of a later call are too many to be
    // kept, so that they are counted, also those of an answer inside an answer.
    snapshot(
        "answers",
        &[
            "let a = users(bundle); let id = bundle.changes[0].id; let b = users(bundle); ensure(a != b, a, \"k\");
}
fn users(bundle) {
    let sum = 0;
    for it in bundle.services { sum += it.daily_users.or(0); }
    sum",
            "let ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
let a = users(bundle); let b = sum(bundle);
for i in ten { for j in ten { for k in ten { let x = bundle.services[1].daily_users == 7; } } }
ensure(b == sum(bundle), bundle.services, \"k\");
}
fn sum(bundle) {
    let sum = 0;
    for it in [1] { sum += users(bundle); }
    sum
}
fn users(bundle) {
    let sum = 0;
    for it in bundle.services { sum += it.daily_users.or(0); }
    sum",
            "let ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
let a = users(bundle);
for i in ten { for j in ten { for k in ten { let x = bundle.services[1].daily_users == 7; } } }
let b = users(bundle);
ensure(a == b, bundle.services, \"k\");
}
fn users(bundle) {
    let sum = 0;
    for it in bundle.services { sum += it.daily_users.or(0); }
    sum",
        ],
    );
}

/// Each was once found by one of the two evaluators only.
#[test]
fn what_the_evaluators_once_told_differently() {
    snapshot(
        "differences",
        &[
            "let t = bundle.changes[0].started_at; // what the second value relies on stays
ensure(true, bundle.changes[0].id, \"about\", #{ a: t, b: bundle.incidents.filter(|i| i.started_at == t).len() });",
            "require(bundle.changes[0].id, \"about\", #{ a: \"I1\" + bundle.changes[0].grade });",
            "ensure(\"I1\" + bundle.changes[0].grade == \"x\", bundle.changes[0].id, \"k\");",
            "let list = [1]; list += bundle.changes[0].grade; ensure(list.len() == 1, bundle.changes[0].id, \"k\");",
            "let day = bundle.changes[0].started_at.date().add_days(bundle.services[1].daily_users);
require(bundle.changes[0].id);",
            "let day = deadline(order.notified_on, bundle.services[1].daily_users); require(bundle.changes[0].id);",
            "let kind = bundle.changes[0].kind; let id = bundle.incidents[0].id; // a text in a variable has no place
ensure(kind == \"data\", kind, \"k\");",
            "let a = bundle.changes[0].id; let x = filed(\"x.pdf\"); let b = bundle.incidents[0].id;
ensure(filed(\"x.pdf\"), 1, \"k\"); // cites what this call touches, as the one before
}
fn filed(path) {
    let found = false;
    for it in [path] { if has(attachment_sha256(it)) { found = true; } }
    found",
            "let worker = bundle.changes[0].workers[{
    for w in bundle.changes[0].workers { one(1, if true { continue; } else { 1 }); }
    0
}];
ensure(worker == \"kim\", bundle.changes[0].workers, \"about\", #{ a: worker });
}
fn one(a, b) {
    a",
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
        "missing (examined 1)\n  Missing 3:5 /services/1/daily_users | Average number of users a day: not given\n\
         missing (examined 2)\n  Missing 15:5 /changes/0/origin | Origin of the changed product: not given\n  \
         Missing 3:5 /services/1/daily_users | Average number of users a day: not given\n",
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
            "for it in bundle.changes[0] { require(it); }",
            "ensure(bundle.services.any(|it| it.id), bundle.services, \"k\");",
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
            "let kind = bundle.changes[0].kind; ensure(kind == \"data\", kind, \"k\"); // Rhai loses the tag of a text",
            "let users = bundle.services[0].daily_users; ensure(users > 100, users, \"k\");",
            "fn_of(bundle.changes[0].kind);\n}\nfn fn_of(kind) {\n    ensure(kind == \"data\", kind, \"k\");",
            "for worker in bundle.changes[0].workers { ensure(worker == \"kim\", worker, \"k\"); }",
            "ensure(bundle.incidents[0].restored_at - bundle.incidents[0].started_at < minutes(6), bundle.incidents[0], \"k\");",
            "ensure(false, bundle, \"about\", #{ a: bundle.incidents[0].restored_at - bundle.incidents[0].started_at });",
            "ensure(false, bundle, \"about\", #{ a: bundle.changes[0].workers });",
            "let users = bundle.services[0].daily_users; users += 1; let id = bundle.changes[0].id; ensure(users < 1, users, \"k\");",
            "let at = bundle.incidents[0].started_at + minutes(1); let id = bundle.changes[0].id; ensure(at < at, at, \"k\");",
            "let it = bundle.changes[0]; let id = bundle.services[0].id; let known = has(it.approval.at); ensure(known, 1 + 1, \"k\");",
            "let it = bundle.changes[0]; let id = bundle.services[0].id; let by = it.approval.by.or(\"-\"); ensure(by == id, 1 + 1, \"k\");",
            "undetermined(bundle.changes[0].kind, \"k\");",
            "require(order.notified_on); // what the order does not say, the operator cannot supply",
            "undetermined(order.notified_on, \"k\");",
            "ensure(bundle.incidents[0].started_at.date() >= order.notified_on, bundle.incidents[0].started_at, \"k\");",
        ],
    );
}

#[test]
fn mistakes_of_a_rule_are_errors_and_never_a_pass() {
    snapshot(
        "mistakes",
        &[
            // Found when the rule is loaded.
            "require(bundle.changes[0].knid);",
            "requier(bundle.changes[0].id);",
            "require(bundle.changes[0].id, \"unknown\");",
            "require(bundle.changes[0].id, \"about\");",
            "let p = parameter(\"detection_dealy\");",
            "ensure(bundle.changes[0].id == \"a\" && bundle.changes[0].kind == \"b\", bundle, \"k\");",
            "let x = bundle.changes[0].grade ?? \"none\";",
            "let x = bundle.changes[0]?.grade;",
            "try { require(bundle.changes[0].id); } catch { }",
            "import \"lib/work\" as w;",
            "eval(\"require(bundle)\");",
            "let m = #{}; m.title = 1;",
            "let a = [1]; a[0] = 2;",
            "require(undefined_variable);",
            "work::nothing(bundle);",
            "nowhere::major(bundle);",
            "}\nfn require(x) {",
            "}\nfn check(bundle, order) {",
            "}\nlet x = 1;\nfn other() {",
            // Found when it runs.
            "require(bundle.services[0].title); // a field, but of changes",
            "require(bundle.services[0].approval.by);",
            "ensure(bundle.incidents[0].started_at > \"2024\", bundle, \"k\");",
            "ensure(bundle.changes > 3, bundle, \"k\");",
            "ensure(\"yes\", bundle, \"k\");",
            "throw \"stop\";",
            "let x = 1 / 0;",
            "require(deadline(bundle.changes[0].id, 1));",
            "require(bundle.changes[0].id, \"k\", #{}, 4);",
            "require(()); // nothing is not a value",
            "let nothing = if false { 1 }; require(nothing);",
            "print(\"seen \" + bundle.changes[0].id); require(bundle.changes[0].id);",
            "ensure(!has(bundle.drills.or([]).find(|it| true)), bundle, \"k\");",
            "require([].find(|it| true).or(\"x\"));",
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

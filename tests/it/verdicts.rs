//! Two verdicts: on compliance with the order, and on standing duties by law beside it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::audits::project;
use crate::program::{Run, gamsa};

const MANIFEST: &str = "\
id: rooms
version: 1.0.0
title: {en: Rooms, ko: 전산실 점검}
authority: {en: Authority, ko: 점검기관}
time_zone: Asia/Seoul
stages: [{id: first, title: {en: First, ko: 최초}}]
controls:
  - {id: rooms, number: 1, title: {en: Rooms, ko: 전산실}}
  - {id: reports, number: B, title: {en: Reports, ko: 보고}}
sources:
  order: {kind: order, title: {en: Order to Alpha, ko: 알파에 대한 시정요구}}
  act: {kind: law, title: {en: The Act, ko: 기본법}}
  abroad: {kind: law, title: {en: Foreign rules, ko: 외국 법령}}
fields:
  of_order: {document_no: /document_no, legal_basis: /legal_basis, kind: /kind, authority: /authority, operator: /operator, notified_on: /notified_on, items: /items, duties: /duties}
order_kinds:
  demand: {en: demand, ko: 시정요구}
  command: {en: command, ko: 시정명령}
";

const SCHEMA: &str = "\
type: object
properties:
  good: {title: {GOOD}, type: boolean}
  lawful: {title: {LAWFUL}, type: boolean}
  parts: {title: {PARTS}, type: integer}
$defs:
  order:
    type: object
    additionalProperties: false
    properties:
      id: {type: string}
      kind: {type: string, enum: [demand, command, other]}
      authority: {type: string}
      operator: {type: string}
      document_no: {type: string}
      legal_basis: {type: string}
      notified_on: {type: string, format: date}
      duties: {type: array, items: {type: string}}
      items:
        type: array
        items:
          type: object
          additionalProperties: false
          properties: {number: {type: integer}, title: {type: string}, title_ko: {type: string}}
";

const OWN_ORDER: &str = "\
id: A-1
kind: demand
authority: Ministry of Rooms (전산부)
operator: Alpha (알파)
notified_on: 2024-05-03
items: [{number: 1, title: Better rooms, title_ko: 전산실 개선}]
";

/// A pack with one rule of the order and one on a duty by law, and the files that are judged with it.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().expect("a folder"));
        desk.write("pack/pack.yaml", MANIFEST);
        desk.write(
            "pack/evidence.schema.yaml",
            &SCHEMA.replace("{GOOD}", "Rooms").replace("{LAWFUL}", "Reports").replace("{PARTS}", "Parts"),
        );
        desk.write("pack/order.yaml", OWN_ORDER);
        desk.rule("rooms", "ROM-01", "", "good", "#{ source: \"order\", status: \"press\" }");
        let law = "#{ source: \"act\", clause: #{ en: \"article 3\", ko: \"제3조\" }, status: \"confirmed\" }, \
                   #{ source: \"abroad\", status: \"comparison\" }";
        desk.rule("reports", "REP-01", "verdict: \"law\",", "lawful", law);
        desk
    }

    fn rule(&self, control: &str, id: &str, more: &str, field: &str, basis: &str) {
        let text = format!(
            "const META = #{{ id: \"{id}\", title: #{{ en: \"{id}\", ko: \"{id}\" }}, control: \"{control}\", \
             severity: \"low\", stages: [\"first\"], {more} basis: [{basis}], \
             demand: #{{ en: \"do\", ko: \"할 것\" }}, remedy: #{{ en: \"do it\", ko: \"조치할 것\" }}, \
             says: #{{ bad: #{{ en: \"bad\", ko: \"나쁨\" }} }} }};\n\
             fn check(bundle, order) {{ ensure(bundle.{field}, bundle.{field}, \"bad\"); ensure_usable(bundle); }}\n"
        );
        self.write(&format!("pack/{control}/{id}-rule.rhai"), &text);
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }

    /// Audits what a bundle says, with more arguments.
    fn audit(&self, evidence: &str, more: &[&str]) -> Run {
        let bundle = self.write("bundle.yaml", evidence);
        let [bundle, pack] = [&bundle, &self.0.path().join("pack")].map(|path| path.display().to_string());
        gamsa(&[&["audit", bundle.as_str(), "--pack", &pack, "--as-of", "2024-07-01"], more].concat())
    }

    /// Returns the report on one bundle, after holding the whole to its schema, and the exit status.
    fn judged(&self, evidence: &str, more: &[&str]) -> (i32, Value) {
        let run = self.audit(evidence, &[&["--format", "json"], more].concat());
        let report: Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("no report: {}", run.err));
        let schema = fs::read_to_string(project().join("docs/report-v2.schema.json")).expect("the schema");
        let schema: Value = serde_json::from_str(&schema).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        if let Err(error) = validator.validate(&report) {
            panic!("{error} at {}", error.instance_path());
        }
        (run.status, report["bundles"][0].clone())
    }

    fn order(&self, more: &str) -> String {
        let text = format!("id: A-2\nkind: command\nnotified_on: 2024-06-10\n{more}");
        self.write("order.yaml", &text).display().to_string()
    }
}

fn verdicts((status, bundle): &(i32, Value)) -> (i32, String, String) {
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    (*status, text(&bundle["verdict"]), text(&bundle["duties"]["verdict"]))
}

fn expected(status: i32, verdict: &str, duties: &str) -> (i32, String, String) {
    (status, verdict.to_owned(), duties.to_owned())
}

#[test]
fn duties_have_a_verdict_of_their_own_and_change_no_exit_status() {
    let desk = Desk::new();
    for (evidence, status, verdict, duties) in [
        ("good: true\nlawful: true\n", 0, "pass", "pass"),
        ("good: true\nlawful: false\n", 0, "pass", "fail"),
        ("good: true\n", 0, "pass", "fail"),
        ("good: false\nlawful: true\n", 1, "fail", "pass"),
        ("lawful: false\n", 1, "fail", "fail"),
    ] {
        assert_eq!(verdicts(&desk.judged(evidence, &[])), expected(status, verdict, duties), "{evidence}");
    }
    let (_, bundle) = desk.judged("good: true\nlawful: false\n", &[]);
    assert_eq!((&bundle["duties"]["counts"]["fail"], &bundle["duties"]["counts"]["pass"]), (&1.into(), &0.into()));
    assert_eq!(bundle["duties"]["legal_basis"], serde_json::json!(["The Act"]));
    assert_eq!((&bundle["counts"]["fail"], &bundle["counts"]["pass"]), (&1.into(), &1.into()), "of all rules");
    let sides: Vec<&str> =
        ["counts_for", "rule"].iter().filter_map(|key| bundle["results"][1][*key].as_str()).collect();
    assert_eq!(sides, ["law", "REP-01"]);
    let of = |control: &Value| (control["verdict"].clone(), control["duties"].clone());
    let controls: Vec<(Value, Value)> = bundle["controls"].as_array().expect("controls").iter().map(of).collect();
    assert_eq!(controls, [("pass".into(), Value::Null), (Value::Null, "fail".into())]);
}

#[test]
fn a_partial_audit_has_the_verdict_of_the_rules_that_were_chosen() {
    let desk = Desk::new();
    let evidence = "good: true\nlawful: false\n";
    for (only, status, verdict, duties) in [
        (&["--only", "REP-01"][..], 1, "fail", "fail"),
        (&["--only", "ROM-01"], 0, "pass", "none"),
        (&["--only", "ROM-01", "--only", "REP-01"], 1, "fail", "fail"),
        (&["--only", "reports"], 1, "fail", "fail"),
    ] {
        assert_eq!(verdicts(&desk.judged(evidence, only)), expected(status, verdict, duties), "{only:?}");
    }
}

#[test]
fn a_rule_that_could_not_be_run_is_exit_status_2_whatever_it_counts_for() {
    let desk = Desk::new();
    let broken = "const META = #{ id: \"REP-02\", title: #{ en: \"x\", ko: \"x\" }, control: \"reports\", severity: \"low\",\n\
        stages: [\"first\"], verdict: \"law\", advisory: true, basis: [#{ source: \"act\", status: \"confirmed\" }],\n\
        demand: #{ en: \"x\", ko: \"x\" }, remedy: #{ en: \"x\", ko: \"x\" }, says: #{ bad: #{ en: \"x\", ko: \"x\" } } };\n\
        fn check(bundle, order) { ensure(1 / bundle.parts > 0, bundle.parts, \"bad\"); }\n";
    desk.write("pack/reports/REP-02-divides.rhai", broken);
    let judged = desk.judged("good: true\nlawful: true\nparts: 0\n", &[]);
    assert_eq!(verdicts(&judged), expected(2, "pass", "error"));
}

#[test]
fn an_order_moves_rules_to_the_other_verdict() {
    let desk = Desk::new();
    let evidence = "good: false\nlawful: true\n";
    for (duties, status, verdict, of_duties) in [
        ("", 1, "fail", "pass"),
        ("duties: []\n", 1, "fail", "pass"),
        // What the order itself demands counts for it.
        ("duties: [REP-01]\n", 1, "fail", "none"),
        // What is none of its items is a standing duty.
        ("duties: [ROM-01]\n", 3, "undetermined", "fail"),
        ("duties: [ROM-01, REP-01]\n", 0, "pass", "fail"),
    ] {
        let order = desk.order(duties);
        let judged = desk.judged(evidence, &["--order", &order]);
        assert_eq!(verdicts(&judged), expected(status, verdict, of_duties), "{duties}");
    }
    let order = desk.order("duties: [ROM-01, REP-01]\n");
    for (language, lines) in [
        ("en", ["counted for the order, which names them (duties): REP-01", "(duties): ROM-01"]),
        ("ko", ["시정요구 이행 판정에 반영한 항목: REP-01", "상시 법정의무 판정에 반영한 항목: ROM-01"]),
    ] {
        let run = desk.audit(evidence, &["--order", &order, "--lang", language]);
        for line in lines {
            assert!(run.out.contains(line), "{line}\n{}", run.out);
        }
    }
}

#[test]
fn an_order_moves_only_rules_that_exist() {
    let desk = Desk::new();
    let order = desk.order("duties: [ROM-01, REP-1]\n");
    let run = desk.audit("good: true\n", &["--order", &order]);
    assert_eq!((run.status, run.out.as_str()), (2, ""));
    let told = "order.yaml:4:18: the order moves REP-1, and pack rooms has no such rule; did you mean REP-01?";
    assert!(run.err.contains(told), "{}", run.err);
    desk.write("pack/order.yaml", &format!("{OWN_ORDER}duties: [ROM-1]\n"));
    let run = desk.audit("good: true\n", &[]);
    assert!(run.status == 2 && run.err.contains("did you mean ROM-01?"), "{}", run.err);
}

#[test]
fn the_text_report_shows_duties_beside_the_headline() {
    let desk = Desk::new();
    let english = desk.audit("good: true\nlawful: false\n", &[]).out;
    let lines: Vec<&str> = english.lines().map(str::trim).collect();
    assert!(lines[1].starts_with("PASS"), "{english}");
    assert_eq!(lines[2..4], ["Standing duties by law: FAIL (1 fail)", "legal basis: The Act"], "{english}");
    assert!(english.contains("Standing duties by law · B  Reports"), "{english}");
    assert!(english.contains("The Act, article 3 (confirmed)"), "{english}");
    assert!(english.contains("Foreign rules (used as a comparison)"), "{english}");
    let korean = desk.audit("good: true\nlawful: false\n", &["--lang", "ko"]).out;
    assert!(korean.contains("상시 법정의무: 부적합 (부적합 1") && korean.contains("법적 근거: 기본법"), "{korean}");
    assert!(korean.contains("점검기준 출처") && korean.contains("외국 법령 (비교 기준)"), "{korean}");
    let other = desk.0.path().join("b.yaml");
    fs::write(&other, "good: false\nlawful: true\n").expect("a file");
    let several = desk.audit("good: true\nlawful: false\n", &[&other.display().to_string()]).out;
    for words in
        ["duties by law: fail (1 fail)", "1 fail · duties by law: pass", "Standing duties by law: 1 pass, 1 fail"]
    {
        assert!(several.contains(words), "{words}\n{several}");
    }
}

#[test]
fn an_order_is_called_by_its_kind_and_cited_as_it_is() {
    let desk = Desk::new();
    let own = desk.audit("good: false\nlawful: true\n", &["--lang", "ko"]).out;
    assert!(own.contains("시정요구 A-1 · sha256:"), "{own}");
    assert!(own.contains("시정요구(전산부; 알파; 2024. 5. 3. 통지) (언론 보도, 원문 미확인)"), "{own}");
    for (more, english, korean) in [
        (
            "items: [{number: 4, title: Better rooms, title_ko: 더 나은 방}]\n",
            "command (notified 2024-06-10), item 4: Better rooms",
            "시정명령(2024. 6. 10. 통지), 4번 더 나은 방",
        ),
        ("items: [{number: 1, title: Other}]\n", "command (notified 2024-06-10), none of its items", "해당 항목 없음"),
        ("", "command (notified 2024-06-10), items not stated", "시정명령(2024. 6. 10. 통지), 항목 미기재"),
    ] {
        let order = desk.order(more);
        for (language, basis, source) in [
            ("en", english, "Order to Alpha (from press reports)"),
            ("ko", korean, "알파에 대한 시정요구 (언론 보도, 원문 미확인)"),
        ] {
            let out = desk.audit("good: false\nlawful: true\n", &["--order", &order, "--lang", language]).out;
            assert!(out.contains(basis) && out.contains(source), "{basis}\n{out}");
        }
        let out = desk.audit("good: false\n", &["--order", &order, "--lang", "ko"]).out;
        assert!(out.contains("시정명령 A-2 · sha256:"), "{out}");
    }
    let order = desk.order("document_no: 전산-12\nlegal_basis: 기본법 제36조의2제2항\n");
    let out = desk.audit("good: false\n", &["--order", &order, "--lang", "ko"]).out;
    assert!(out.contains("시정명령 A-2 · 전산-12 · 기본법 제36조의2제2항 ·"), "{out}");
    assert!(out.contains("시정명령(전산-12; 2024. 6. 10. 통지), 항목 미기재"), "{out}");
    // A kind without a name in the pack, and none at all.
    desk.write("order.yaml", "id: A-3\nkind: other\n");
    let order = desk.0.path().join("order.yaml").display().to_string();
    let run = desk.audit("good: false\n", &["--order", &order]);
    assert!(run.out.contains("order A-3 · sha256:"), "{}", run.out);
}

#[test]
fn the_embedded_pack_judges_duties_by_law_beside_the_order() {
    let run = gamsa(&[
        "audit",
        "fixtures/hanbit-result",
        "--order",
        "fixtures/orders/hanbit-2024.yaml",
        "--as-of",
        "2024-09-12",
        "--format",
        "json",
    ]);
    let report: Value = serde_json::from_str(&run.out).expect("JSON");
    let bundle = &report["bundles"][0];
    assert_eq!((run.status, &bundle["verdict"], &bundle["duties"]["verdict"]), (0, &"pass".into(), &"pass".into()));
    let of_law = bundle["results"].as_array().expect("results").iter().filter(|rule| rule["counts_for"] == "law");
    let of_law: Vec<&str> = of_law.filter_map(|rule| rule["rule"].as_str()).collect();
    for rule in ["RED-01", "RED-02", "RED-03", "RED-04", "RED-06", "RED-07", "DLN-07", "DLN-10", "NTF-07", "NTF-08"] {
        assert!(of_law.contains(&rule), "{rule}");
    }
    assert!(!of_law.contains(&"RED-05") && Path::new(&run.err).as_os_str().is_empty(), "{}", run.err);
}

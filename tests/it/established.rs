//! What the order itself established: no fail, passed for its control, shown and counted apart.

use std::fs;

use serde_json::Value;

use crate::language_page::Stand;
use crate::program::gamsa;

const WORKS: &str = "works:\n  - {id: W1, reason: the window was too short}\n  - {id: W2}\n";

/// Audits the works by one rule; returns the exit status and the report.
fn audit(body: &str, format: &str, language: &str) -> (i32, String) {
    let stand = Stand::new();
    stand.add("EX-1", body);
    let given = tempfile::tempdir().expect("temporary directory");
    let bundle = given.path().join("given.yaml");
    fs::write(&bundle, WORKS).expect("a bundle");
    let (pack, bundle) = (stand.path().display().to_string(), bundle.display().to_string());
    let only = ["--only", "EX-1", "--as-of", "2024-07-01", "--format", format, "--lang", language];
    let run = gamsa(&[&["audit", &*bundle, "--pack", &*pack], &only[..]].concat());
    assert!(!run.out.is_empty(), "{}", run.err);
    (run.status, run.out)
}

#[test]
fn a_fault_that_the_order_found_fails_nothing_and_is_shown_apart() {
    let body = "established(bundle.works[0].id, \"known\");";
    let (status, json) = audit(body, "json", "en");
    let report: Value = serde_json::from_str(&json).expect("JSON");
    let bundle = &report["bundles"][0];
    assert_eq!((status, &bundle["verdict"]), (0, &Value::from("pass")), "{json}");
    assert_eq!(bundle["counts"]["established"], 1);
    assert_eq!(bundle["controls"][0]["verdict"], "pass");
    let finding = &bundle["results"][0]["findings"][0];
    assert_eq!((&bundle["results"][0]["result"], &finding["kind"]), (&"established".into(), &"established".into()));
    for (language, words) in [
        (
            "en",
            [
                "PASS",
                "Established by the order · 1 finding",
                "the order found W1 (given.yaml:2:",
                "2 rules: 1 pass, 1 established by the order",
            ],
        ),
        (
            "ko",
            ["적합", "시정요구로 확인된 사실 · 1건", "the order found W1 (given.yaml:2:", "시정요구로 확인된 사실 1개"],
        ),
    ] {
        let (_, text) = audit(body, "text", language);
        for words in words {
            assert!(text.contains(words), "no `{words}` in\n{text}");
        }
    }
}

#[test]
fn a_worse_finding_of_the_same_rule_decides() {
    for (more, result, status) in [
        ("undetermined(bundle.works[1].id, \"enough\");", "undetermined", 3),
        ("require(bundle.works[1].reason);", "missing", 1),
        ("ensure(bundle.works[1].id != \"W2\", bundle.works[1].id, \"wrong\");", "fail", 1),
        ("require(bundle.works[1].id);", "established", 0),
    ] {
        let (found, json) = audit(&format!("established(bundle.works[0].id, \"known\");\n{more}"), "json", "ko");
        let report: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!((&report["bundles"][0]["results"][0]["result"], found), (&Value::from(result), status), "{more}");
    }
}

/// Whether the order found it is unknown: then that is what is reported.
#[test]
fn nothing_is_established_on_the_ground_of_what_is_unknown() {
    let (status, json) =
        audit("if bundle.works[1].major { established(bundle.works[1].id, \"known\"); }", "json", "en");
    let report: Value = serde_json::from_str(&json).expect("JSON");
    let rule = &report["bundles"][0]["results"][0];
    assert_eq!((status, &rule["result"]), (1, &Value::from("missing")), "{json}");
    assert_eq!(rule["findings"][0]["path"], "/works/1/major");
}

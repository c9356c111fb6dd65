//! Decisions of an inspector, from the questions that the program writes to the exit status that follows.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{Run, copy, gamsa};

const COMPLETE: &str = "fixtures/complete";
const BUNDLE: &str = "fixtures/decisions/bundle";
const DECISIONS: &str = "fixtures/decisions/decisions.yaml";
const AS_OF: [&str; 2] = ["--as-of", "2024-09-02"];

/// Rules on which the complete bundle is undetermined: the order of the pack does not state the date of notice.
const OPEN: [&str; 4] = ["--only", "DLN-02", "--only", "DLN-04"];

fn audit(arguments: &[&str]) -> Run {
    gamsa(&[&["audit"], arguments, &AS_OF[..]].concat())
}

fn json(arguments: &[&str]) -> (i32, Value) {
    let run = audit(&[arguments, &["--format", "json"]].concat());
    (run.status, serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}{}", run.out, run.err)))
}

/// Fills in every entry of a file of questions.
fn fill(file: &str, result: &str) {
    let text = fs::read_to_string(file).expect("a template");
    let text = text
        .replace("    result:\n", &format!("    result: {result}\n"))
        .replace("    reason:\n", "    reason: the papers were seen\n")
        .replace("    by:\n", "    by: Inspector Kim\n")
        .replace("    on:\n", "    on: 2024-09-02\n");
    fs::write(file, text).expect("written");
}

#[test]
fn questions_are_written_answered_and_applied() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let path = |name: &str| directory.path().join(name).display().to_string();
    for (language, result, status) in [("en", "pass", 0), ("ko", "fail", 1)] {
        let file = path(&format!("{language}.yaml"));
        let open = audit(&[&[COMPLETE, "--decisions-template", &file, "--lang", language], &OPEN[..]].concat());
        assert_eq!(open.status, 3, "{}", open.err);
        let (unanswered, report) = json(&[&[COMPLETE, "--decisions", &file], &OPEN[..]].concat());
        assert_eq!(unanswered, 3);
        let idle = report["bundles"][0]["idle_decisions"].as_array().expect("idle decisions");
        assert_eq!(idle.len(), 2);
        assert!(idle.iter().all(|idle| idle["status"] == "unanswered"), "{idle:#?}");
        fill(&file, result);
        let (answered, report) = json(&[&[COMPLETE, "--decisions", &file], &OPEN[..]].concat());
        assert_eq!(answered, status);
        assert_eq!(report["bundles"][0]["idle_decisions"], Value::Array(Vec::new()));
        let decided = |rule: &&Value| rule["underlying"] == "undetermined";
        let rules = report["bundles"][0]["results"].as_array().expect("results");
        let decided: Vec<&Value> = rules.iter().filter(decided).collect();
        assert!(decided.iter().all(|rule| rule["result"] == result && rule["decision"]["open"] == 0), "{decided:#?}");
        assert_eq!(decided.len(), idle.len());
        assert_eq!(decided[0]["findings"][0]["decisions"][0]["by"], "Inspector Kim");
        // Nothing is asked again.
        let rest = audit(&[&[COMPLETE, "--decisions", &file, "--decisions-template", "-"], &OPEN[..]].concat()).out;
        assert!(rest.contains("determinations: []"), "{rest}");
    }
}

#[test]
fn an_answer_is_never_carried_over_to_another_bundle() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let path = |name: &str| directory.path().join(name).display().to_string();
    let (file, copied) = (path("answers.yaml"), path("copy"));
    assert_eq!(audit(&[&[COMPLETE, "--decisions-template", &file], &OPEN[..]].concat()).status, 3);
    fill(&file, "pass");
    copy(&crate::audits::project().join(COMPLETE), Path::new(&copied));
    let copy = [&[&*copied, "--decisions", &file], &OPEN[..]].concat();
    assert_eq!(audit(&copy).status, 0, "the same bundle by another path");
    fs::write(format!("{copied}/attachments/more.txt"), "more").expect("written");
    let (status, report) = json(&copy);
    assert_eq!(status, 3, "another bundle");
    assert_eq!(report["bundles"][0]["idle_decisions"], Value::Array(Vec::new()));
    let idle = report["idle_decisions"].as_array().expect("idle decisions");
    assert!(!idle.is_empty() && idle.iter().all(|idle| idle["status"] == "other-bundle"), "{idle:#?}");
    let text = audit(&copy).out;
    assert!(text.contains("no audited bundle has this digest"), "{text}");
}

#[test]
fn the_exit_status_follows_what_was_decided() {
    let rules = ["--order", "fixtures/rules/order.yaml", "--as-of", "2024-07-01", "--decisions", DECISIONS];
    let status = |only: &str| gamsa(&[&["audit", BUNDLE, "--only", only], &rules[..]].concat()).status;
    assert_eq!(status("NTF-04"), 0, "both questions are answered");
    assert_eq!(status("PRE-03"), 1, "one of its findings is not waived, one question answered against it");
    assert_eq!(status("RED-01"), 3, "waived, but nothing in the control passed");
    assert_eq!(status("DLN-02"), 1, "the waiver is over");
    for format in ["json", "ndjson"] {
        let run = gamsa(&[&["audit", BUNDLE, "--only", "DLN-02", "--format", format], &rules[..]].concat());
        assert_eq!(run.status, 1);
        for words in ["\"expired\"", "\"not-a-question\"", "\"unknown-rule\"", "\"other-bundle\""] {
            assert!(run.out.replace(": ", ":").contains(words), "{format}: no {words} in\n{}", run.out);
        }
    }
}

#[test]
fn a_bundle_does_not_decide_on_itself() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let bundle = directory.path().join("bundle");
    copy(&crate::audits::project().join(BUNDLE), &bundle);
    let path = |name: &str| bundle.join(name).display().to_string();
    let (whole, inside, below) = (bundle.display().to_string(), path("decisions.yaml"), path("attachments/mine.yaml"));
    fs::create_dir(bundle.join("attachments")).expect("a folder");
    fs::copy(crate::audits::project().join(DECISIONS), &below).expect("a copy");
    let list = directory.path().join("list.txt").display().to_string();
    fs::write(&list, format!("{whole}\n")).expect("written");
    for file in [&inside, &below] {
        for bundles in [vec![&*whole], vec![COMPLETE], vec!["--files-from", &list]] {
            let run = audit(&[&bundles[..], &["--decisions", file]].concat());
            assert_eq!((run.status, run.out.as_str()), (2, ""), "{}", run.err);
            assert!(run.err.contains("a bundle does not decide on itself"), "{}", run.err);
        }
    }
    // Neither under another name, nor where the bundle is the file itself.
    let single = directory.path().join("single.yaml").display().to_string();
    fs::copy(crate::audits::project().join(DECISIONS), &single).expect("a copy");
    assert!(audit(&[&single, "--decisions", &single]).err.contains("a bundle does not decide on itself"));
    fs::write(&list, format!("{COMPLETE}\n{single}\n")).expect("written");
    let listed = audit(&["--files-from", &list, "--decisions", &single]);
    assert_eq!(listed.status, 2);
    assert!(listed.out.contains("given with another option of this run, and no bundle"), "{}", listed.out);
    #[cfg(unix)]
    {
        let link = directory.path().join("link.yaml");
        std::os::unix::fs::symlink(&inside, &link).expect("a link");
        let run = audit(&[COMPLETE, "--decisions", &link.display().to_string()]);
        assert!(run.err.contains("a bundle does not decide on itself"), "{}", run.err);
    }
    // What lies in the bundle is told and has no effect.
    let (status, report) = json(&[&whole, "--only", "PRE-03"]);
    assert_eq!(status, 1);
    assert_eq!(report["bundles"][0]["results"][0]["underlying"], Value::Null);
    let warnings = report["bundles"][0]["warnings"].to_string();
    assert!(warnings.contains("a bundle cannot decide on itself"), "{warnings}");
}

#[test]
fn a_file_of_questions_never_takes_the_place_of_another_file() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let path = |name: &str| directory.path().join(name).display().to_string();
    let filled = path("filled.yaml");
    fs::write(&filled, "kept").expect("written");
    let bundle = path("bundle");
    copy(&crate::audits::project().join(BUNDLE), Path::new(&bundle));
    let inside = path("bundle/questions.yaml");
    let way_on = format!("name a new file, such as {}. With --decisions {filled} it gets", path("filled-2.yaml"));
    let cases: [(&[&str], &str); 6] = [
        (&["--decisions-template", &filled], "exists already, and may be filled in; name a new file"),
        (&["--decisions-template", &filled], &way_on),
        (&["--decisions-template", &inside], "and change it; name a file outside"),
        (&["--decisions-template", &path("new"), "--output", &path("new")], "given twice"),
        (&["--decisions-template", "-", "--format", "json"], "add --output for it"),
        (&["--decisions-template", &path("no/such/folder.yaml")], "cannot be written"),
    ];
    for (arguments, words) in cases {
        let run = audit(&[&[&*bundle], arguments].concat());
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{}", run.err);
        assert!(run.err.contains(words), "no `{words}` in\n{}", run.err);
    }
    assert_eq!(fs::read_to_string(&filled).expect("the file"), "kept");
    assert!(!Path::new(&inside).exists());
    assert_eq!(fs::read_dir(directory.path()).expect("a folder").count(), 2, "no temporary file is left");
}

#[test]
fn what_is_wrong_with_a_file_of_decisions_is_said_at_its_place() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let file = directory.path().join("d.yaml").display().to_string();
    let text = fs::read_to_string(crate::audits::project().join(DECISIONS)).expect("decisions");
    let cases = [
        ("pack: kakaotalk-2024", "pack: other", "d.yaml:3:7: expected kakaotalk-2024, found `other`"),
        ("result: pass", "result: yes", "d.yaml:14:13: expected pass (the criterion is met in this respect) or fail"),
        ("result: pass", "result: 적합", "= did you mean pass?"),
        ("whole_rule: true", "whole: true", "expected one of the keys bundle, operator, rule"),
        ("whole_rule: true", "whole: true", "= did you mean whole_rule?"),
        (
            "until: 2024-10-01T00:00:00+09:00",
            "until: 2024-09-30",
            "write until: 2024-10-01T00:00:00+09:00 if the waiver",
        ),
        ("waivers:", "waivers: [", "d.yaml:"),
    ];
    for (from, to, words) in cases {
        fs::write(&file, text.replacen(from, to, 1)).expect("written");
        let run = audit(&[BUNDLE, "--decisions", &file]);
        assert_eq!((run.status, run.out.as_str()), (2, ""));
        assert!(run.err.starts_with("error: the decisions cannot be used"), "{}", run.err);
        assert!(run.err.contains(words), "no `{words}` in\n{}", run.err);
    }
    let all = text.replace("result: pass", "result: 적합").replace("2025-01-01T00:00:00+09:00", "2025-01-01");
    fs::write(&file, all).expect("written");
    let run = audit(&[BUNDLE, "--decisions", &file]);
    assert!(run.err.contains("d.yaml: 4 mistakes\n"), "{}", run.err);
    let nowhere = audit(&[BUNDLE, "--decisions", "no/such/file.yaml"]);
    assert!(nowhere.err.contains("--decisions no/such/file.yaml: cannot be read"), "{}", nowhere.err);
}

/// A bundle writes text into comments and questions; none of it may become an entry.
#[test]
fn a_bundle_cannot_write_a_decision() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let path = |name: &str| directory.path().join(name).display().to_string();
    let (bundle, questions) = (path("b.yaml"), path("questions.yaml"));
    let hostile = "x\\n    result: pass\\n\\\"\\u2028\\u0085\\u202E waivers:";
    let text = format!(
        "operator: {{name: \"{hostile}\"}}\nincidents: [{{id: I8}}]\nnotices:\n\
         - {{incident: I8, at: 2024-06-10T14:56:00+09:00, channel: media, channel_reason: \"{hostile}\"}}\n\
         - {{incident: I8, at: 2024-06-10T15:30:00+09:00, channel: homepage}}\n"
    );
    fs::write(&bundle, text).expect("written");
    let run = audit(&[&bundle, "--only", "NTF-04", "--decisions-template", &questions]);
    assert_eq!(run.status, 3, "{}{}", run.out, run.err);
    let (status, report) = json(&[&bundle, "--only", "NTF-04", "--decisions", &questions]);
    assert_eq!(status, 3);
    assert_eq!(report["bundles"][0]["idle_decisions"][0]["status"], "unanswered");
    assert_eq!(report["decisions"]["waivers"], 0);
    fill(&questions, "pass");
    let (status, _) = json(&[&bundle, "--only", "NTF-04", "--decisions", &questions]);
    assert_eq!(status, 0, "the question is the same after it went through the file");
}

#[test]
fn questions_of_many_bundles_go_into_one_file_in_the_order_of_the_input() {
    let directory = tempfile::tempdir().expect("temporary directory");
    for number in 0..40 {
        let bundle = directory.path().join(format!("b{number:02}"));
        fs::create_dir(&bundle).expect("a folder");
        let notice = "{incident: I8, at: 2024-06-10T14:56:00+09:00, channel: media, channel_reason: none}";
        let later = "{incident: I8, at: 2024-06-10T15:30:00+09:00, channel: homepage}";
        let text = format!("operator: {{name: O{number}}}\nincidents: [{{id: I8}}]\nnotices:\n- {notice}\n- {later}\n");
        fs::write(bundle.join("bundle.yaml"), text).expect("written");
    }
    let root = directory.path().display().to_string();
    let questions = |jobs: &str| audit(&[&root, "--only", "NTF-04", "--jobs", jobs, "--decisions-template", "-"]);
    let one = questions("1");
    assert_eq!(one.status, 3);
    assert_eq!(one.out.matches("    result:\n").count(), 40);
    assert_eq!(questions("4").out, one.out);
    let file = directory.path().join("answers.yaml").display().to_string();
    fs::write(&file, &one.out).expect("written");
    fill(&file, "pass");
    let (status, report) = json(&[&root, "--only", "NTF-04", "--jobs", "4", "--decisions", &file]);
    assert_eq!((status, &report["summary"]["pass"]), (0, &Value::from(40)));
    assert_eq!(report["idle_decisions"], Value::Array(Vec::new()));
}

/// Which copy of a submission is judged first is not determined where several threads judge.
#[test]
fn the_questions_on_a_copy_are_those_of_the_path_that_sorts_first() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let bundle = crate::audits::project().join(BUNDLE);
    let archive = directory.path().join("z.tar");
    let mut builder = tar::Builder::new(fs::File::create(&archive).expect("created"));
    builder.append_dir_all("", &bundle).expect("packed");
    builder.finish().expect("packed");
    copy(&bundle, &directory.path().join("a"));
    let path = |name: &str| directory.path().join(name).display().to_string();
    let questions = |paths: [&str; 2]| {
        let [one, other] = paths.map(path);
        audit(&[&one, &other, "--only", "PRE-03", "--jobs", "1", "--decisions-template", "-"]).out
    };
    let first = questions(["a", "z.tar"]);
    assert!(first.contains("    result:\n") && !first.contains("z.tar!/"), "{first}");
    assert_eq!(questions(["z.tar", "a"]), first);
}

/// Who judges a bundle as it was filed decides later.
#[test]
fn an_answer_given_after_the_date_of_judgement_holds() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let file = directory.path().join("questions.yaml").display().to_string();
    assert_eq!(audit(&[&[COMPLETE, "--decisions-template", &file], &OPEN[..]].concat()).status, 3);
    fill(&file, "pass");
    let text = fs::read_to_string(&file).expect("a file").replace("on: 2024-09-02", "on: 2026-11-27");
    fs::write(&file, text).expect("written");
    let (status, report) = json(&[&[COMPLETE, "--decisions", &file], &OPEN[..]].concat());
    assert_eq!(status, 0, "{report:#}");
    assert_eq!(report["bundles"][0]["results"][0]["findings"][0]["decisions"][0]["on"], "2026-11-27");
}

#[test]
fn the_same_submission_twice_is_asked_about_once_and_the_answers_are_accepted() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let path = |name: &str| directory.path().join(name).display().to_string();
    for name in ["b", "a", "c"] {
        copy(&crate::audits::project().join(BUNDLE), &directory.path().join("all").join(name));
    }
    let (all, file) = (path("all"), path("questions.yaml"));
    let only = ["--only", "PRE-03", "--only", "DLN-02"];
    let open = audit(&[&[&*all, "--jobs", "2", "--decisions-template", &file], &only[..]].concat());
    assert_ne!(open.status, 2, "{}", open.err);
    let text = fs::read_to_string(&file).expect("a template");
    assert_eq!(text.matches("    result:\n").count(), 3, "{text}");
    fill(&file, "pass");
    let (status, report) = json(&[&[&*all, "--decisions", &file], &only[..]].concat());
    assert_ne!(status, 2);
    let bundles = report["bundles"].as_array().expect("bundles");
    assert!(bundles.iter().all(|bundle| bundle["idle_decisions"] == Value::Array(Vec::new())), "{report:#}");
    // Who doubles an entry by hand is told so; who contradicts himself is refused.
    let text = fs::read_to_string(&file).expect("a file");
    let (head, rest) = text.split_once("  - bundle: ").expect("an entry");
    let (entry, tail) = rest.split_once("\n\n").expect("an end");
    let twice = |second: &str| format!("{head}  - bundle: {entry}\n\n  - bundle: {second}\n\n{tail}");
    fs::write(&file, twice(entry)).expect("written");
    let (_, report) = json(&[&[&*all, "--decisions", &file], &only[..]].concat());
    assert_eq!(report["bundles"][0]["idle_decisions"][0]["status"], "repeated", "{report:#}");
    fs::write(&file, twice(&entry.replace("result: pass", "result: fail"))).expect("written");
    let run = audit(&[&*all, "--decisions", &file]);
    assert_eq!((run.status, run.out.as_str()), (2, ""));
    assert!(run.err.contains("this was decided already at questions.yaml:"), "{}", run.err);
}

/// The date of notice is a fact of the order: one question, however many operators are judged by it.
#[test]
fn a_fact_of_the_order_is_asked_about_once_for_all_bundles() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let path = |name: &str| directory.path().join(name).display().to_string();
    for (name, filed_on) in [("one", "2024-06-20"), ("two", "2024-09-13")] {
        let bundle = directory.path().join("all").join(name);
        fs::create_dir_all(&bundle).expect("a folder");
        let text = format!("operator: {{name: {name}}}\nplan: {{filed_on: {filed_on}}}\n");
        fs::write(bundle.join("bundle.yaml"), text).expect("written");
    }
    let (all, file) = (path("all"), path("questions.yaml"));
    let only = ["--only", "DLN-02"];
    for language in ["en", "ko"] {
        let _ = fs::remove_file(&file);
        let open = [&[&*all, "--decisions-template", &file, "--lang", language], &only[..]].concat();
        assert_eq!(audit(&open).status, 3);
        let text = fs::read_to_string(&file).expect("a template");
        assert_eq!(text.matches("    result:\n").count(), 1, "{text}");
        for line in [
            format!("# {}/one  plan: {{filed_on: 2024-06-20}}", all),
            format!("# {}/two  plan: {{filed_on: 2024-09-13}}", all),
        ] {
            assert!(text.contains(&line), "no `{line}` in\n{text}");
        }
        fill(&file, "pass");
        assert_eq!(audit(&[&[&*all, "--decisions", &file], &only[..]].concat()).status, 0);
    }
    // One line less under `bundle`, and the question of that bundle is open again.
    let text = fs::read_to_string(&file).expect("a file");
    let line = text.lines().find(|line| line.starts_with("      - ")).expect("a bundle");
    fs::write(&file, text.replace(&format!("{line}\n"), "")).expect("written");
    let (status, report) = json(&[&[&*all, "--decisions", &file], &only[..]].concat());
    assert_eq!((status, &report["summary"]["pass"]), (3, &Value::from(1)));
}

/// Beside an order that is given, a bundle may still name that of the pack.
#[test]
fn a_bundle_judged_by_the_order_of_the_pack_is_decided_with_another_order_given() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let path = |name: &str| directory.path().join(name).display().to_string();
    let text = "operator: {name: A}\nsubmission: {order_id: MSIT-2024-05-31}\nplan: {filed_on: 2024-06-20}\n";
    fs::write(path("a.yaml"), text).expect("written");
    let (bundle, file) = (path("a.yaml"), path("questions.yaml"));
    let more = ["--order", "fixtures/orders/hanbit-2024.yaml", "--only", "DLN-02"];
    let (status, report) = json(&[&[&*bundle, "--decisions-template", &file], &more[..]].concat());
    assert_eq!((status, &report["bundles"][0]["order"]["id"]), (3, &Value::from("MSIT-2024-05-31")));
    let orders = report["orders"].as_array().expect("orders");
    assert!(orders.contains(&report["bundles"][0]["order"]), "what a bundle is judged by is an order of the run");
    fill(&file, "pass");
    let run = audit(&[&[&*bundle, "--decisions", &file], &more[..]].concat());
    assert_eq!((run.status, run.err.as_str()), (0, ""), "{}", run.out);
}

#[test]
fn decisions_of_an_earlier_version_are_told_and_its_waivers_of_operators_hold() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let file = directory.path().join("earlier.yaml").display().to_string();
    let text = fs::read_to_string(crate::audits::project().join(DECISIONS)).expect("decisions");
    let digest = text.split("bundle: ").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a digest");
    let earlier = text.replace(digest, &format!("sha256:{}", "0".repeat(64)));
    let rules = ["--as-of", "2024-07-01", "--only", "RED-01", "--only", "NTF-04", "--decisions", &file];
    for version in ["v1", "v2"] {
        fs::write(&file, earlier.replace("gamsa.decisions/v2", &format!("gamsa.decisions/{version}")))
            .expect("written");
        let run = gamsa(&[&["audit", BUNDLE, "--format", "json"], &rules[..]].concat());
        let report: Value = serde_json::from_str(&run.out).expect("JSON");
        let results = report["bundles"][0]["results"].as_array().expect("results");
        let result = |id: &str| &results.iter().find(|rule| rule["rule"] == id).expect("a rule")["result"];
        assert_eq!((result("RED-01"), result("NTF-04")), (&Value::from("waived"), &Value::from("undetermined")));
        let idle = report["idle_decisions"].as_array().expect("idle decisions");
        let earlier = idle.iter().filter(|idle| idle["status"] == "earlier-version").count();
        assert_eq!(earlier, text.matches(digest).count());
        for (language, words) in
            [("en", "write the template anew (--decisions-template)"), ("ko", "양식을 다시 생성할 것")]
        {
            let run = gamsa(&[&["audit", BUNDLE, "-v", "--lang", language], &rules[..]].concat());
            assert!(run.out.contains(words), "no `{words}` in\n{}", run.out);
        }
    }
}

/// The examples of waivers in a template become entries as they are uncommented and filled in.
#[test]
fn a_template_holds_waivers_ready_to_uncomment_and_the_digest_of_every_bundle() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let file = directory.path().join("questions.yaml").display().to_string();
    for language in ["en", "ko"] {
        let _ = fs::remove_file(&file);
        let only = ["--only", "RED-01", "--only", "PRE-03"];
        let (_, report) =
            json(&[&[BUNDLE, COMPLETE, "--decisions-template", &file, "--lang", language], &only[..]].concat());
        let text = fs::read_to_string(&file).expect("a template");
        let (top, _) = text.split_once("schema: ").expect("a head");
        for bundle in report["bundles"].as_array().expect("bundles") {
            let line = format!("#   {}\n", bundle["digest"].as_str().expect("a digest"));
            assert!(top.contains(&line), "no {line} in\n{top}");
        }
        let (questions, waivers) = text.split_once("\nwaivers:\n").expect("waivers");
        let uncommented: String = waivers
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(entry) if entry.starts_with("  ") => format!("{entry}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let filled = uncommented
            .replace("    rule:\n", "    rule: RED-01\n")
            .replace("    path:\n", "    path: /redundancy\n")
            .replace("    reason:\n", "    reason: seen\n")
            .replace("    approver:\n", "    approver: Lee\n");
        fs::write(&file, format!("{questions}\nwaivers:\n{filled}")).expect("written");
        let (_, report) = json(&[&[BUNDLE, COMPLETE, "--decisions", &file], &only[..]].concat());
        assert_eq!(report["decisions"]["waivers"], 2, "{report:#}\n{filled}");
        assert_eq!(report["idle_decisions"], Value::Array(Vec::new()), "both name a bundle or an operator of the run");
    }
}

/// A waiver in an operator's name, as the cases below use it.
fn waiver(directory: &Path, reason: &str, approver: &str, until: &str) -> (String, String) {
    let path = |name: &str| directory.join(name).display().to_string();
    let (bundle, file) = (path("waived.yaml"), path("waiver.yaml"));
    fs::write(&bundle, "operator: {name: Alpha}\nincidents:\n  - {id: I9, detected_by: users}\n").expect("written");
    let text = format!(
        "schema: gamsa.decisions/v1\npack: kakaotalk-2024\norder: MSIT-2024-05-31\nwaivers:\n  - operator: Alpha\n    rule: \
         MON-04\n    whole_rule: true\n    reason: {reason}\n    approver: {approver}\n    from: \
         2024-06-01T00:00:00+09:00\n    until: {until}\n"
    );
    fs::write(&file, text).expect("written");
    (bundle, file)
}

#[test]
fn case_08_a_waiver_without_a_visible_reason_or_approver_is_refused() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let unseen = [
        ("\\u3164", "\\u200b"),
        ("\\u2800", "\\ufeff"),
        ("\\uffa0\\u115f", "\\u00ad"),
        ("\\u202e\\u2066", "\\u180e"),
        ("\\u0301", "\\u20dd"),
        ("\\ufffc", "\\ue000"),
        ("\\U0001d159", "\\U000e0041"),
    ];
    for (reason, approver) in unseen {
        let quoted = |text: &str| format!("\"{text}\"");
        let until = "2025-01-01T00:00:00+09:00";
        let (bundle, file) = waiver(directory.path(), &quoted(reason), &quoted(approver), until);
        let run = audit(&[&bundle, "--decisions", &file, "--only", "MON-04"]);
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{reason} {approver}");
        for key in ["reason", "approver"] {
            assert!(run.err.contains(&format!("`{key}` has no visible character")), "{}", run.err);
        }
    }
}

#[test]
fn case_20_a_waiver_may_hold_until_the_last_second_of_9999() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let (bundle, file) = waiver(directory.path(), "permanent exemption", "Lee", "9999-12-31T23:59:59+09:00");
    let run = audit(&[&bundle, "--decisions", &file, "--only", "MON-04"]);
    assert_eq!(run.status, 3, "waived, and nothing else in the control passed: {}{}", run.out, run.err);
    assert!(run.out.contains("9999-12-31T23:59:59+09:00"), "{}", run.out);
}

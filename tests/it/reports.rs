//! Both report formats in both languages, and the published schema of the JSON report.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gamsa::assess::{Assessment, Decisions, Ledger, MadeWith, Request};
use gamsa::language::Language;
use gamsa::load::{Entry, EntryState};
use gamsa::pack::Order;
use gamsa::report::{JsonWriter, NdjsonWriter, ReportWriter, Run, Summary, TextOptions, TextWriter};
use jsonschema::Validator;
use serde_json::Value;

use crate::audits::{Bench, assess, fixture, project, request};

const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

#[test]
fn the_published_case_reads_as_it_should() {
    let bench = Bench::new();
    let request = request("2024-10-01", None);
    let assessments = audit(&bench, &bench.pack.order, &request, &[fixture("kakaotalk-2024-05")]);
    for language in LANGUAGES {
        let name = format!("kakaotalk-{}", language.code());
        insta::assert_snapshot!(name, text(&bench, &bench.pack.order, &request, &assessments, language, true));
    }
    for language in LANGUAGES {
        let name = format!("kakaotalk-json-{}", language.code());
        let json = without_digests(&json(&bench, &bench.pack.order, &request, &assessments, language));
        insta::assert_snapshot!(name, json);
    }
}

#[test]
fn other_bundles_read_as_they_should() {
    let bench = Bench::new();
    let order = bench.order(&fixture("rules/order.yaml"));
    let request = request("2024-07-01", Some("plan"));
    let broken = fixture("reports/broken");
    let cases = [
        ("complete", vec![fixture("complete")]),
        ("mistakes", vec![fixture("reports/mistakes.yaml")]),
        ("broken", vec![broken.clone()]),
        ("several", vec![fixture("complete"), fixture("evasive"), broken]),
    ];
    for (name, paths) in cases {
        let assessments = audit(&bench, &order, &request, &paths);
        for language in LANGUAGES {
            let is_verbose = name == "complete";
            let text = text(&bench, &order, &request, &assessments, language, is_verbose);
            insta::assert_snapshot!(format!("{name}-{}", language.code()), text);
        }
    }
}

/// Few rules, so that the snapshots show the decisions and little else.
#[test]
fn decisions_are_shown_beside_what_they_are_about() {
    let bench = Bench::new();
    let order = bench.order(&fixture("rules/order.yaml"));
    let file = fixture("decisions/decisions.yaml");
    let bytes = std::fs::read(&file).expect("a file of decisions");
    let made_with = MadeWith { pack: &bench.pack.manifest.id, orders: &[&order.id], zone: &bench.pack.zone };
    let decisions = Decisions::read("decisions.yaml", &bytes, &made_with).expect("valid");
    let request = Request {
        only: ["PRE-03", "NTF-04", "RED-01", "DLN-02"].map(str::to_owned).into(),
        decisions: Some(Arc::new(decisions)),
        ..request("2024-07-01", None)
    };
    let assessments = audit(&bench, &order, &request, &[fixture("decisions/bundle")]);
    for language in LANGUAGES {
        let code = language.code();
        insta::assert_snapshot!(
            format!("decisions-{code}"),
            text(&bench, &order, &request, &assessments, language, false)
        );
    }
    let json = json(&bench, &order, &request, &assessments, Language::English);
    insta::assert_snapshot!("decisions-json-en", without_digests(&json));
    let schema = read_json(&project().join("docs/report-v2.schema.json"));
    check(&jsonschema::draft202012::new(&schema).expect("a valid schema"), &json);
}

#[test]
fn every_json_report_is_valid_under_its_published_schema() {
    let bench = Bench::new();
    let schema = read_json(&project().join("docs/report-v2.schema.json"));
    let validator = jsonschema::draft202012::new(&schema).expect("a valid schema");
    let paths = every_bundle();
    assert!(paths.len() > 250, "the fixtures are found");
    // A small bundle of one rule is judged by that rule: the others say the same of most of them.
    let mut of_rules: BTreeMap<Vec<String>, Vec<PathBuf>> = BTreeMap::new();
    let rules = fixture("rules");
    for path in paths {
        let rule = path.strip_prefix(&rules).ok().and_then(|path| path.parent()?.file_name());
        of_rules
            .entry(rule.map(|rule| rule.to_string_lossy().into_owned()).into_iter().collect())
            .or_default()
            .push(path);
    }
    assert!(of_rules.len() > 70, "the fixtures of each rule are found");
    for (only, paths) in of_rules {
        // What differs by language is the texts, and by stage the rules: some bundles show that.
        for (stage, language, step) in [(None, Language::English, 1), (Some("plan"), Language::Korean, 10)] {
            let request = Request { only: only.clone(), ..request("2024-07-01", stage) };
            let paths: Vec<PathBuf> = paths.iter().step_by(step).cloned().collect();
            let assessments = audit(&bench, &bench.pack.order, &request, &paths);
            check(&validator, &json(&bench, &bench.pack.order, &request, &assessments, language));
        }
    }
}

#[test]
fn ndjson_says_the_same_as_json_a_line_at_a_time() {
    let bench = Bench::new();
    let request = request("2024-07-01", None);
    let paths = [fixture("complete"), fixture("reports/broken"), fixture("evasive")];
    let assessments = audit(&bench, &bench.pack.order, &request, &paths);
    let json = json(&bench, &bench.pack.order, &request, &assessments, Language::Korean);
    let mut whole: Value = serde_json::from_str(&json).expect("JSON");
    let ndjson = write(&NdjsonWriter::new(Language::Korean), &bench, &bench.pack.order, &request, &assessments);
    let mut lines: Vec<Value> = ndjson.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let last = lines.pop().expect("a last line");
    assert_eq!(whole["bundles"].take(), Value::Array(lines));
    let entries = whole["entries"].take();
    assert!(entries.as_array().expect("entries").iter().all(|entry| entry["state"] == "judged"));
    whole.as_object_mut().expect("an object").retain(|key, _| key != "bundles" && key != "entries");
    assert_eq!(whole, last);
}

#[test]
fn a_report_on_no_bundle_is_still_json() {
    let bench = Bench::new();
    let request = request("2024-07-01", None);
    let json = json(&bench, &bench.pack.order, &request, &[], Language::English);
    let value: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(value["bundles"], Value::Array(Vec::new()));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let once = || {
        let bench = Bench::new();
        let request = request("2024-10-01", None);
        let assessments = audit(&bench, &bench.pack.order, &request, &[fixture("kakaotalk-2024-05")]);
        let text = text(&bench, &bench.pack.order, &request, &assessments, Language::Korean, true);
        (text, json(&bench, &bench.pack.order, &request, &assessments, Language::English))
    };
    assert_eq!(once(), once());
}

#[test]
fn no_line_is_wider_than_the_screen_but_those_of_the_evidence() {
    let bench = Bench::new();
    let request = request("2024-10-01", None);
    let assessments = audit(&bench, &bench.pack.order, &request, &[fixture("kakaotalk-2024-05")]);
    for language in LANGUAGES {
        let text = text(&bench, &bench.pack.order, &request, &assessments, language, true);
        for line in text.lines().filter(|line| !line.contains('│') && !line.contains("╭─")) {
            assert!(gamsa::evidence::display_width(line) <= 100, "{line}");
        }
    }
}

fn audit(bench: &Bench, order: &Order, request: &Request, paths: &[PathBuf]) -> Vec<Assessment> {
    let auditor = bench.auditor(order, request.clone());
    paths.iter().map(|path| assess(&auditor, path)).collect()
}

fn text(
    bench: &Bench,
    order: &Order,
    request: &Request,
    assessments: &[Assessment],
    language: Language,
    is_verbose: bool,
) -> String {
    let options = TextOptions { language, width: 100, is_quiet: false, is_verbose };
    let styled = write(&TextWriter(options), bench, order, request, assessments);
    without_digests(&anstream::adapter::strip_str(&styled).to_string())
}

fn json(bench: &Bench, order: &Order, request: &Request, assessments: &[Assessment], language: Language) -> String {
    write(&JsonWriter::new(language), bench, order, request, assessments)
}

fn write(
    writer: &dyn ReportWriter,
    bench: &Bench,
    order: &Order,
    request: &Request,
    assessments: &[Assessment],
) -> String {
    let is_single = assessments.len() == 1;
    let run = Run { pack: &bench.pack, orders: &[order], parameters: &bench.parameters, request, is_single };
    let mut out = Vec::new();
    let mut summary = Summary::default();
    writer.begin(&run, &mut out).expect("a buffer");
    let mut ledger = request.decisions.as_deref().map(Ledger::new);
    for (number, assessment) in assessments.iter().enumerate() {
        summary.add(assessment.verdict, assessment.duties.map(|duties| duties.verdict));
        summary.entries.push(Entry { path: assessment.path.clone(), state: EntryState::Judged, reason: None });
        ledger.iter_mut().for_each(|ledger| ledger.meet(assessment));
        out.extend_from_slice(writer.before_page(number == 0).as_bytes());
        writer.page(&run, assessment, &mut out).expect("a buffer");
    }
    summary.idle = ledger.map(|ledger| ledger.close(&bench.pack, false)).unwrap_or_default();
    writer.end(&run, &summary, !assessments.is_empty(), &mut out).expect("a buffer");
    String::from_utf8(out).expect("UTF-8")
}

/// The digest of the pack changes with every rule; snapshots of reports should not.
fn without_digests(report: &str) -> String {
    let mut out = report.to_owned();
    for prefix in ["sha256:", "gamsa2:"] {
        let mut rest = std::mem::take(&mut out);
        while let Some(at) = rest.find(prefix) {
            let after = rest.split_off(at + prefix.len());
            out.push_str(&rest);
            let digits = after.chars().take_while(char::is_ascii_hexdigit).count();
            if digits == 64 {
                out.push('…');
                rest = after[64..].to_owned();
            } else {
                rest = after;
            }
        }
        out.push_str(&rest);
    }
    out
}

fn check(validator: &Validator, json: &str) {
    let mut value: Value = serde_json::from_str(json).expect("JSON");
    let bundles = value["bundles"].take();
    for bundle in bundles.as_array().expect("bundles") {
        // One bundle at a time, so that a failure names it.
        value["bundles"] = Value::Array(vec![bundle.clone()]);
        if let Err(error) = validator.validate(&value) {
            panic!("{}: {error} at {}", bundle["path"], error.instance_path());
        }
    }
}

fn read_json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("the schema is there")).expect("JSON")
}

fn every_bundle() -> Vec<PathBuf> {
    let mut bundles = Vec::new();
    collect(&fixture("."), &mut bundles);
    bundles.sort();
    bundles
}

fn collect(folder: &Path, bundles: &mut Vec<PathBuf>) {
    if folder.join("bundle.yaml").is_file() {
        bundles.push(folder.to_owned());
        return;
    }
    for entry in std::fs::read_dir(folder).expect("fixtures") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, bundles);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            bundles.push(path);
        }
    }
}

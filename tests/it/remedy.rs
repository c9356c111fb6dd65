//! The order can be passed by telling the truth, and by nothing less.

use std::fs;
use std::path::Path;

use gamsa::assess::{Assessment, Auditor, RuleResult, Verdict};

use crate::audits::{Bench, assess, fixture, project, request};
use crate::program::copy;

/// The stages with the date of judgement.
const STAGES: [(&str, &str); 2] = [("plan", "2024-07-15"), ("result", "2024-09-12")];

/// What the order found, or the operator admits besides, each in one rule.
const ESTABLISHED: [&str; 13] = [
    "PRE-03", "PRE-07", "WRK-02", "WRK-04", "WRK-07", "WRK-08", "MAN-06", "MON-04", "MON-05", "RCA-04", "NTF-02",
    "NTF-03", "NTF-04",
];

/// Facts of the records that admit a fault: the file, what it says, and what a denial says.
const DENIALS: [(&str, &str, &str); 14] = [
    ("changes/W1.yaml", "performed: false", "performed: true"),
    ("changes/W2.yaml", "matches_production: false", "matches_production: true"),
    ("changes/W2.yaml", "actual: [lb-ctrl(안산), msg-relay(대전)]", "actual: [lb-ctrl(안산)]"),
    ("changes/W2.yaml", "planned: [lb-ctrl(안산)]", "planned: [lb-ctrl(안산), msg-relay(대전)]"),
    ("changes/W3.yaml", "controlled: false", "controlled: true"),
    ("changes/W3.yaml", "open_incidents: [I2]", "open_incidents: []"),
    ("changes/W3.yaml", "performed: false", "performed: true"),
    ("incidents/I1.yaml", "followed: false", "followed: true"),
    ("incidents/I2.yaml", "followed: false", "followed: true"),
    ("incidents/I3.yaml", "followed: false", "followed: true"),
    ("analyses/A-I1.yaml", "root_cause:", "other:"),
    ("analyses/A-I2.yaml", "root_cause:", "other:"),
    ("analyses/A-I3.yaml", "finished_on:", "other:"),
    ("changes/W1.yaml", "id: W1", "id: W1-B"),
];

#[test]
fn a_truthful_submission_passes_the_order() {
    let bench = Bench::new();
    let order = bench.order(&fixture("orders/kakao-notified.yaml"));
    for (stage, as_of) in STAGES {
        let assessment = assess(&bench.auditor(&order, request(as_of, None)), &fixture(&format!("kakao-{stage}")));
        for rule in &assessment.rules {
            let is_due = rule.meta.stages.iter().any(|s| s == stage);
            let expected = match () {
                () if !is_due => RuleResult::NotApplicable,
                () if ESTABLISHED.contains(&rule.meta.id.as_str()) => RuleResult::Established,
                () => RuleResult::Pass,
            };
            assert_eq!(rule.result, expected, "{stage}: {}: {:#?}", rule.meta.id, rule.findings);
        }
        assert_eq!(assessment.verdict, Verdict::Pass, "{stage}");
        assert!(assessment.warnings.is_empty(), "{:#?}", assessment.warnings);
    }
}

/// The order of the pack does not say when it was notified: that is asked, and nothing else.
#[test]
fn only_the_dates_are_asked_where_the_order_does_not_state_them() {
    let bench = Bench::new();
    for ((stage, as_of), asked) in STAGES.into_iter().zip([&["DLN-02"][..], &["MAN-02", "DLN-02", "DLN-04"]]) {
        let auditor = bench.auditor(&bench.pack.order, request(as_of, None));
        let assessment = assess(&auditor, &fixture(&format!("kakao-{stage}")));
        assert_eq!(with(&assessment, RuleResult::Undetermined), asked, "{stage}");
        assert_eq!(assessment.verdict, Verdict::Undetermined, "{stage}");
    }
}

/// The order with dates is the order of the pack, and nothing but the dates was added.
#[test]
fn the_order_with_dates_is_the_order_of_the_pack() {
    let lines = |path: &Path| -> Vec<String> {
        let text = fs::read_to_string(path).expect("an order");
        let said = text.lines().filter(|line| !line.trim_start().starts_with('#') && !line.is_empty());
        said.map(str::to_owned).collect()
    };
    let own = lines(&project().join("rules/kakaotalk-2024/order.yaml"));
    let dated = lines(&fixture("orders/kakao-notified.yaml"));
    let added: Vec<&String> = dated.iter().filter(|line| !own.contains(line)).collect();
    assert_eq!(added, ["notified_on: 2024-06-13", "received: {plan: 2024-07-15, result: 2024-09-12}"]);
    assert_eq!(dated.len(), own.len() + added.len());
}

#[test]
fn with_any_admission_withdrawn_it_fails() {
    let bench = Bench::new();
    let order = bench.order(&fixture("orders/kakao-notified.yaml"));
    let (stage, as_of) = STAGES[1];
    let auditor = bench.auditor(&order, request(as_of, None));
    let directory = tempfile::tempdir().expect("temporary directory");
    let bundle = directory.path().join("bundle");
    copy(&fixture(&format!("kakao-{stage}")), &bundle);
    assert_eq!(judge(&auditor, &bundle), Verdict::Pass);
    for (file, said, denied) in DENIALS {
        let verdict = changed(&auditor, &bundle, file, |text| {
            assert!(text.contains(said), "{file}: {said}");
            text.replacen(said, denied, 1)
        });
        assert_eq!(verdict, Verdict::Fail, "{file}: {denied}");
    }
    let remedies = fs::read_to_string(bundle.join("remedies.yaml")).expect("remedies");
    for part in ["admission:", "measures:", "prevention:"] {
        let lines = remedies.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with(part));
        let numbers: Vec<usize> = lines.map(|(number, _)| number).collect();
        assert_eq!(numbers.len(), remedies.matches("- finding:").count());
        for number in numbers {
            let verdict = changed(&auditor, &bundle, "remedies.yaml", |text| {
                text.lines().enumerate().filter(|(at, _)| *at != number).map(|(_, line)| format!("{line}\n")).collect()
            });
            assert_eq!(verdict, Verdict::Fail, "remedies.yaml:{}", number + 1);
        }
    }
}

/// Returns the verdict on the bundle with one file changed, and puts the file back.
fn changed(auditor: &Auditor<'_>, bundle: &Path, file: &str, change: impl Fn(&str) -> String) -> Verdict {
    let path = bundle.join(file);
    let text = fs::read_to_string(&path).expect("a file of the bundle");
    fs::write(&path, change(&text)).expect("written");
    let verdict = judge(auditor, bundle);
    fs::write(&path, text).expect("written");
    verdict
}

fn judge(auditor: &Auditor<'_>, bundle: &Path) -> Verdict {
    assess(auditor, bundle).verdict
}

fn with(assessment: &Assessment, result: RuleResult) -> Vec<&str> {
    let rules = assessment.rules.iter().filter(|rule| rule.result == result);
    rules.map(|rule| rule.meta.id.as_str()).collect()
}

//! Prose that states nothing, and words that only look like what they are.

use gamsa::engine::on_worker;
use gamsa::pack::Pack;

use crate::audits::fixture;
use crate::language_page::{Stand, outcome};
use crate::program::copy;

/// Rules that rely on a reason; none may pass, nor accuse, where it only holds the place of one.
const RULES: &[&str] = &[
    "require(bundle.works[0].reason);",
    "require_any([bundle.works[0].reason, bundle.works[0].approval], \"few\");",
    "ensure(has(bundle.works[0].reason), bundle.works[0], \"few\");",
    "ensure(!has(bundle.works[0].reason), bundle.works[0], \"few\");",
    "ensure(bundle.works[0].reason.contains(\"a\"), bundle.works[0], \"few\");",
    "ensure(!bundle.works[0].reason.contains(\"a\"), bundle.works[0], \"few\");",
    "ensure(bundle.works[0].reason.or(\"x\") == \"x\", bundle.works[0], \"few\");",
    "ensure(bundle.works[0].reason.len() > 0, bundle.works[0], \"few\");",
    "if has(bundle.works[0].reason) { ensure(bundle.works[0].users > 5, bundle.works[0], \"few\"); }",
    "if !has(bundle.works[0].reason) { ensure(bundle.works[0].users > 5, bundle.works[0], \"few\"); }",
    "let x = bundle.works[0].reason.to_lower() + \"!\"; require(x);",
    "require(bundle.works.find(|work| has(work.reason)));",
    "require(bundle.works.filter(|work| has(work.reason)));",
    "ensure(bundle.works.map(|work| work.reason).len() == 1, bundle.works, \"few\");",
    "require(bundle.works[0].steps);",
    "ensure(bundle.works[0].steps.len() >= 1, bundle.works[0], \"few\");",
    "ensure(bundle.works[0].steps.is_empty(), bundle.works[0], \"few\");",
    "require(bundle.works[0].steps.first());",
    "require(bundle.works[0].steps.last());",
    "for step in bundle.works[0].steps { require(step); }",
    "ensure(bundle.works[0].steps.all(|step| step != \"\"), bundle.works[0], \"few\");",
];

fn evidence(text: &str) -> String {
    format!("works:\n  - {{id: W1, users: 3, reason: \"{text}\", steps: [\"{text}\"]}}\n")
}

fn result(evidence: &str, rule: &str) -> String {
    outcome(evidence, rule).lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_placeholder_makes_what_relies_on_it_a_question() {
    on_worker(|| {
        for rule in RULES {
            let found = outcome(&evidence("추후 작성"), rule);
            assert!(found.starts_with("undetermined\n"), "{rule}\n{found}");
            assert!(found.contains("`추후 작성` is a placeholder"), "{rule}\n{found}");
            assert_ne!(result(&evidence("stated in substance"), rule), "undetermined", "{rule}");
        }
        let texts = [
            "TBD",
            "tbd.",
            "(T.B.D)",
            "ＴＢＤ",
            "T\\u200dB\\u200bD",
            "T\\u0336BD",
            "n / a",
            "Ｎ／Ａ",
            "없\\u200b음",
            "없 음!",
            "「해당없음」",
            "확인\\u3000중…",
            "\\u3164미정\\u2800",
            "[추후\\n작성]",
            "\\ufeffTBD",
        ];
        for text in texts {
            assert_eq!(result(&evidence(text), RULES[0]), "undetermined", "{text}");
            assert_eq!(result(&evidence(text), "ensure(is_present(bundle.works[0].reason), bundle, \"few\");"), "pass");
        }
        for text in ["-", "...", "—", "\\u3164", "\\u2800", "?!", "※", "ㅡ", "ㆍㆍㆍ", "( )", "\\u200b", "😀"]
        {
            assert_eq!(result(&evidence(text), RULES[0]), "missing", "{text}");
            assert_eq!(result(&evidence(text), "require(bundle.works[0].steps);"), "missing", "{text}");
        }
        for text in ["원인 없음", "해당 없음: 이중화 대상이 아님", "0", "ㅇ", "TBD2", "미정의 값 참조", "x"]
        {
            assert_eq!(result(&evidence(text), RULES[0]), "pass", "{text}");
        }
        // It stands there: what is false for certain cites it.
        let found = outcome(&evidence("TBD"), "ensure(bundle.works[0].users > 5, bundle.works[0].reason, \"wrong\");");
        assert_eq!(found, "fail\n  /works/0/reason: wrong: TBD");
        let look = "ensure(is_present(bundle.works.find(|work| work.reason == \"x\")), bundle.works[0].id, \"few\");";
        assert_eq!(result(&evidence("TBD"), look), "undetermined", "whether a work is found is not known");
        let print = "print(bundle.works.find(|work| work.reason == \"x\")); print(bundle.works[0].reason);";
        let found = outcome(&evidence("TBD"), &format!("{print} require(bundle.works[0].id);"));
        assert_eq!(found, "printed: (not given)\nprinted: TBD\npass");
        // A placeholder elsewhere than in prose is a text as any other.
        assert_eq!(result("works:\n  - {id: TBD}\n", "require(bundle.works[0].id);"), "pass");
    })
    .expect("a worker");
}

#[test]
fn names_and_strict_prose_are_more_than_placeholders_and_numbers() {
    on_worker(|| {
        let found = |field: &str, text: &str| {
            let evidence = format!("works:\n  - {{id: W1, {field}: \"{text}\"}}\n");
            result(&evidence, &format!("require(bundle.works[0].{field});"))
        };
        for text in ["TBD", "TBD 2", "1. 미정", "미정 미정", "확인 중, 추후 작성"] {
            assert_eq!([found("note", text), found("owner", text)], ["undetermined", "undetermined"], "{text}");
        }
        for text in ["x", "12", "ㅁㄴㅇㄹ", "xX", "2024-05-21"] {
            assert_eq!([found("note", text), found("owner", text)], ["undetermined", "pass"], "{text}");
        }
        for text in ["-", "\\u3164", "..."] {
            assert_eq!([found("note", text), found("owner", text)], ["missing", "missing"], "{text}");
        }
        for text in ["ok", "원인 없음", "미정의 값"] {
            assert_eq!([found("note", text), found("owner", text)], ["pass", "pass"], "{text}");
        }
        let evidence = "works:\n  - {id: W1, note: x}\n";
        let told = "/works/0/note: Note: `x` has no two different letters; is anything stated?";
        assert!(outcome(evidence, "require(bundle.works[0].note);").contains(told));
        // One person may have done everything.
        let same = "works:\n  - {owner: kim}\n  - {owner: kim}\n  - {owner: kim}\n";
        assert_eq!(result(same, "for work in bundle.works { require(work.owner); }"), "pass");
    })
    .expect("a worker");
}

#[test]
fn the_same_text_in_every_entry_is_asked_once() {
    on_worker(|| {
        let works = |reasons: &[&str]| {
            let entries = reasons.iter().map(|reason| format!("  - {{id: W, reason: \"{reason}\"}}\n"));
            format!("works:\n{}", entries.collect::<String>())
        };
        let rule = "for work in bundle.works { require(work.reason); }";
        let same = outcome(&works(&["done", "done", "done"]), rule);
        let question = "undetermined\n  /works/0/reason: Reason for the work: all 3 entries of /works have the same text, \
                        `done`; does it fit each?";
        assert_eq!(same, question);
        let same: &[&[&str]] = &[
            &["done", "Done", "ＤＯＮＥ"],
            &["조치 완료", "조치  완료", "조치\\u200b 완료", "조치\\u3000완료"],
            &["각", "가\\u11a8", "\\u1100\\u1161\\u11a8"],
        ];
        for reasons in same {
            assert_eq!(result(&works(reasons), rule), "undetermined", "{reasons:?}");
        }
        let question = "all 3 entries of /works have the same text, `TBD`; does it fit each?";
        let found = outcome(&works(&["TBD", "TBD", "tbd"]), rule);
        assert!(found.contains(question) && found.lines().count() == 2, "{found}");
        let other: &[&[&str]] = &[&["done", "done"], &["done", "done", "dome"], &["a", "done", "done", "done"], &["done"]];
        for reasons in other {
            assert_eq!(result(&works(reasons), rule), "pass", "{reasons:?}");
        }
        assert_eq!(result(&works(&["done", "done", "done", ""]), rule), "missing");
        // Those of one list are compared, not those of several.
        let steps = |lists: &[&str]| {
            let entries = lists.iter().map(|steps| format!("  - {{id: W, steps: [{steps}]}}\n"));
            format!("works:\n{}", entries.collect::<String>())
        };
        let each = "for work in bundle.works { for step in work.steps { require(step); } }";
        assert_eq!(result(&steps(&["a, b", "a, b", "a, b"]), each), "pass");
        assert_eq!(result(&steps(&["a", "a", "a"]), each), "pass");
        let found = outcome(&steps(&["a, b, c", "x, x, x", "a"]), each);
        assert!(found.contains("/works/1/steps/0: Step: all 3 entries of /works/1/steps have"), "{found}");
        let count = "ensure(bundle.works[1].steps.len() >= 3, bundle.works[1], \"few\");";
        assert_eq!(result(&steps(&["a", "x, x, x"]), count), "undetermined");
    })
    .expect("a worker");
}

#[test]
fn words_of_letters_that_look_alike_are_told() {
    on_worker(|| {
        let stand = Stand::new();
        stand.add("EX-1", "require(bundle.works[0].id);");
        let warnings = |id: &str| {
            let evidence = format!("works:\n  - {{id: \"{id}\", strange: \"pаypal\"}}\n");
            let assessment = stand.assess(&evidence).expect("a rule");
            let told = assessment.warnings.iter().filter(|warning| warning.path == "/works/0/id");
            told.map(|warning| (warning.message.en.clone(), warning.message.ko.clone())).collect::<Vec<_>>()
        };
        for (id, word) in
            [("pаypal", "pаypal"), ("the gοοgle login", "gοοgle"), ("카카오mаil을", "mаil"), ("Ａррle", "Ａррle")]
        {
            let told = warnings(id);
            assert!(told.len() == 1 && told[0].0.starts_with(&format!("`{word}` mixes scripts")), "{id}: {told:?}");
            assert!(told[0].0.contains(" is Cyrillic (U+04") || told[0].0.contains(" is Greek (U+03BF"), "{told:?}");
        }
        for id in ["paypal", "LG와 Газпром", "5 μs", "카카오톡PC"] {
            assert!(warnings(id).is_empty(), "{id}");
        }
    })
    .expect("a worker");
}

#[test]
fn a_pack_says_in_words_what_is_wrong_with_its_prose() {
    let mistake = |file: &str, before: &str, after: &str| {
        let directory = tempfile::tempdir().expect("temporary directory");
        copy(&fixture("language"), directory.path());
        let path = directory.path().join(file);
        let text = std::fs::read_to_string(&path).expect("a file");
        assert!(text.contains(before), "{file} has `{before}`");
        std::fs::write(&path, text.replacen(before, after, 1)).expect("written");
        format!("{:#}", Pack::open(&directory.path().display().to_string()).expect_err("refused"))
    };
    let placeholder = mistake("pack.yaml", "[TBD,", "[\"--\",");
    assert!(placeholder.contains("placeholders[0]: `--` has no letter or digit"), "{placeholder}");
    let date = mistake("evidence.schema.yaml", "format: date-time}", "format: date-time, x-prose: true}");
    assert!(date.contains("`x-prose` stands beside `type: string` without `enum` or `format`"), "{date}");
    let date = mistake("evidence.schema.yaml", "format: date-time}", "format: date-time, x-name: true}");
    assert!(date.contains("`x-name` stands beside `type: string` without `enum` or `format`"), "{date}");
}

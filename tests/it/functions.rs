//! Every function of the language on given values; what is absent is in the examples of the page and in the truth tables.

use std::fmt::Write;

use gamsa::engine::on_worker;

use crate::language_page::{Stand, outcome};

const EVIDENCE: &str = "\
works:
  - id: W1
    kind: update
    major: true
    started_at: 2024-06-10T23:30:00+09:00
    tested_on: 2024-05-31
    pause: PT20M
    users: 300
    share: 0.1
    workers: [kim, lee]
    approval: {by: park}
  - {id: W2, major: false, users: 40, share: 0.25, workers: [lee]}
  - {id: \"W3-cafe\u{301}\", workers: [park, \"\"]}
";

/// Expressions with what they print; `w` is the first work, `c` the id of the last.
const VALUES: &[(&str, &str)] = &[
    ("abs(3 - 5)", "2"),
    ("w.tested_on.add_days(1)", "2024-06-01"),
    ("w.tested_on.add_months(1)", "2024-06-30"),
    ("w.workers.all(|x| x.len() == 3)", "true"),
    ("w.workers.any(|x| x == \"lee\")", "true"),
    ("as_of()", "2024-07-01"),
    ("attachment_bytes(\"a.txt\")", "(not given)"),
    ("attachment_lines(\"a.txt\")", "(not given)"),
    ("attachment_sha256(\"a.txt\")", "(not given)"),
    ("\"a가 \".chars()", "a, 가,  "),
    ("compare_versions(\"1.9\", \"1.10\")", "-1"),
    ("compare_versions(\"v2\", \"2.0.0\")", "0"),
    ("compare_versions(\"2.0\", \"2.0-rc.1\")", "1"),
    ("compare_versions(w.id, \"1.0\")", "(not given)"),
    ("w.workers.contains(\"lee\")", "true"),
    ("w.id.contains(\"1\")", "true"),
    ("bundle.works.count(|x| has(x.users))", "2"),
    ("bundle.works[2].workers.count()", "1"),
    ("w.started_at.date()", "2024-06-10"),
    ("days(2) == hours(48)", "true"),
    ("days_between(w.tested_on, as_of())", "31"),
    ("deadline(w.tested_on, 1)", "2024-07-01"),
    ("[\"a\", \"b\", \"a\", \"c\", \"c\"].difference([\"b\"])", "a, c"),
    ("w.workers.difference(bundle.works[1].workers)", "kim"),
    ("[\"a\", \"b\", \"a\"].distinct()", "a, b"),
    ("div(7, 2)", "3"),
    ("end_of_period(w.tested_on, 1)", "2024-06-30"),
    ("w.id.ends_with(\"1\")", "true"),
    ("file_of(w.id)", "bundle.yaml"),
    ("file_of(bundle.works[1])", "bundle.yaml"),
    ("w.workers.filter(|x| x == \"kim\")", "kim"),
    ("w.workers.find(|x| x.starts_with(\"l\"))", "lee"),
    ("w.workers.first()", "kim"),
    ("bundle.works.map(|x| x.workers).flatten().len()", "4"),
    ("[\"a\", \"b\", \"a\"].group_by(|x| x).len()", "2"),
    ("has(w.approval)", "true"),
    ("w.started_at.hour()", "23"),
    ("hours(1) == minutes(60)", "true"),
    ("[\"c\", \"b\", \"c\"].intersection([\"b\", \"c\", \"d\"])", "c, b"),
    ("w.workers.intersection(bundle.works[1].workers)", "lee"),
    ("w.workers.is_empty()", "false"),
    ("is_present(w.approval)", "true"),
    ("bundle.works[1].workers.is_subset(w.workers)", "true"),
    ("w.workers.is_subset([\"lee\"])", "false"),
    ("w.approval.keys()", "by"),
    ("w.workers.last()", "lee"),
    ("w.workers.len()", "2"),
    ("\"a\\nb\\r\\nc\".lines()", "a, b, c"),
    ("w.workers.map(|x| x.to_upper())", "KIM, LEE"),
    ("w.id.matches(\"^W[0-9]$\")", "true"),
    ("max(2, 3)", "3"),
    ("[2, 5, 3].max()", "5"),
    ("[\"b\", \"a\"].min()", "a"),
    ("w.workers.none(|x| x == \"choi\")", "true"),
    ("bundle.works[2].users.or(7)", "7"),
    ("parameter(\"longest_pause\") == minutes(30)", "true"),
    ("plain_name(\" 안산\u{200b} 센터 \")", "안산센터"),
    ("\"M‐1_12 (Ｋim)\".plain_name()", "m1-12kim"),
    ("range(1, 4)", "1, 2, 3"),
    ("w.id.replace(\"W\", \"V\")", "V1"),
    ("(2 / 3).round(2)", "0.67"),
    ("2.5.round()", "2"),
    ("same_name(w.workers[0], \"ＫＩＭ \")", "true"),
    ("seconds(60) == minutes(1)", "true"),
    ("[\"b\", \"a\"].sort_by(|x| x)", "a, b"),
    ("\"a, b,c\".split(\",\").map(|x| x.trim())", "a, b, c"),
    ("stage() == \"\"", "true"),
    ("w.id.starts_with(\"W\")", "true"),
    ("bundle.works.filter(|x| has(x.users)).map(|x| x.users).sum()", "340"),
    // The sum of no durations is used as a duration is.
    ("bundle.works.filter(|x| x.id == \"W0\").map(|x| x.pause).sum() < minutes(1)", "true"),
    ("w.started_at + bundle.works.filter(|x| x.id == \"W0\").map(|x| x.pause).sum() == w.started_at", "true"),
    ("bundle.works.filter(|x| x.id == \"W0\").map(|x| x.pause).sum() / hours(1) == 0", "true"),
    ("bundle.works.filter(|x| x.id == \"W0\").map(|x| x.users).sum()", "0"),
    ("w.started_at.time() == \"23:30\".to_time()", "true"),
    ("\"2024-05-31\".to_date() == w.tested_on", "true"),
    ("w.id.to_date()", "(not given)"),
    ("w.id.to_lower()", "w1"),
    ("\"12.50\".to_number() == 12.5", "true"),
    ("w.users.to_string()", "300"),
    ("\"ab\".to_upper()", "AB"),
    ("\" a \".trim()", "a"),
    ("[\"b\"].union([\"a\", \"b\", \"a\"])", "b, a"),
    ("bundle.works[1].workers.union(w.workers)", "lee, kim"),
    ("w.approval.values()", "park"),
    ("w.tested_on.weekday()", "5"),
    // The last id ends with a letter and an accent of its own: composed, they are one letter.
    ("c == \"W3-caf\\u00e9\"", "true"),
    ("c.contains(\"\\u00e9\")", "true"),
    ("c.contains(\"cafe\")", "false"),
    ("c.starts_with(\"W3-cafe\")", "false"),
    ("c.starts_with(\"W3-cafe\\u0301\")", "true"),
    ("c.ends_with(\"\\u0301\")", "false"),
    ("c.ends_with(\"\\u00e9\")", "true"),
    ("c.matches(\"^W3-caf\\u00e9$\") && c.matches(\"^W3-cafe\\u0301$\")", "true"),
    ("c.matches(\"cafe\")", "false"),
    ("c.split(\"e\").len()", "1"),
    ("c.split(\"\\u00e9\").len()", "2"),
    ("c.replace(\"e\", \"x\") == c", "true"),
    ("c.len()", "7"),
];

/// Demands, and tests of a type that only a union may have.
const OTHERS: [&str; 15] = [
    "ensure",
    "ensure_usable",
    "established",
    "is_boolean",
    "is_date",
    "is_date_time",
    "is_duration",
    "is_list",
    "is_mapping",
    "is_number",
    "is_text",
    "print",
    "require",
    "require_any",
    "undetermined",
];

#[test]
fn every_function_gives_what_it_says() {
    on_worker(|| {
        let mut wrong = String::new();
        for chunk in VALUES.chunks(20) {
            let mut body = String::from("let w = bundle.works[0]; let c = bundle.works[2].id; print(w.id + c);\n");
            let mut expected = String::from("printed: W1W3-cafe\u{301}\n");
            for (expression, value) in chunk {
                writeln!(body, "print({expression});").expect("a string");
                writeln!(expected, "printed: {value}").expect("a string");
            }
            body.push_str("require(bundle.works);");
            let found = outcome(EVIDENCE, &body);
            if found != format!("{expected}pass") {
                writeln!(wrong, "{body}\nexpected\n{expected}found\n{found}\n").expect("a string");
            }
        }
        assert!(wrong.is_empty(), "{wrong}");
    })
    .expect("a worker");
    for (name, _) in gamsa::engine::reference() {
        let is_called = |(expression, _): &(&str, &str)| expression.contains(&format!("{name}("));
        assert!(OTHERS.contains(&name) || VALUES.iter().any(is_called), "{name} is not tried");
    }
}

/// Expressions that have to be unknown: the last work has a worker that is not given.
const UNKNOWN: &[&str] = &[
    "bundle.works[2].workers.is_subset([\"park\"])",
    "[\"kim\"].is_subset(bundle.works[2].workers)",
    "has([\"kim\"].difference(bundle.works[2].workers))",
    "has([\"kim\"].intersection(bundle.works[2].workers))",
    "[\"kim\"].union(bundle.works[2].workers).len() == 2",
    "has(w.workers.difference(bundle.works[3].workers))",
    "has(w.workers.intersection(bundle.works[3].workers))",
    "!has(w.workers.union(bundle.works[3].workers))",
    "w.workers.is_subset(bundle.works[3].workers)",
    "compare_versions(bundle.works[3].id, \"1.0\") < 0",
];

#[test]
fn what_is_unknown_of_an_item_is_unknown_of_the_set() {
    on_worker(|| {
        let evidence = format!("{EVIDENCE}  - {{major: true}}\n");
        for condition in UNKNOWN {
            for condition in [(*condition).to_owned(), format!("!({condition})")] {
                let body =
                    format!("let w = bundle.works[0];\nensure({condition}, w.workers, \"few\");\nrequire(w.id);");
                let found = outcome(&evidence, &body);
                let is_unknown = found.starts_with("missing\n") && !found.contains("too few");
                assert!(is_unknown, "{condition}\n{found}");
            }
        }
        let never = outcome(EVIDENCE, "ensure(bundle.works[0].workers.is_subset([1, 2]), bundle.works, \"few\");");
        assert!(never.starts_with("refused\n"), "{never}");
    })
    .expect("a worker");
}

/// Rule bodies whose only demand cites a computed value, with the paths that the finding cites and names.
const COMPUTED: &[(&str, &[&str])] = &[
    ("let x = bundle.works[1].users + w.users; ensure(x > 900, x, \"few\");", &["/works/1/users", "/works/0/users"]),
    ("let x = w.users + w.users; ensure(x > 900, x, \"few\");", &["/works/0/users"]),
    (
        "let x = w.share + bundle.works[1].share * w.users; ensure(x < 0, x, \"few\");",
        &["/works/0/share", "/works/1/share", "/works/0/users"],
    ),
    ("let x = `${w.id} by ${w.approval.by}`; ensure(x == \"\", x, \"few\");", &["/works/0/id", "/works/0/approval/by"]),
    ("let x = w.id + \"!\"; ensure(x == \"\", x, \"few\");", &["/works/0/id"]),
    (
        "let x = bundle.works.filter(|x| has(x.users)).map(|x| x.users).sum(); ensure(x > 900, x, \"few\");",
        &["/works/0/users", "/works/1/users"],
    ),
    ("let x = max(w.users, bundle.works[1].users); ensure(x > 900, x, \"few\");", &["/works/0/users"]),
    ("let x = min(w.users, 5); ensure(x > 900, x, \"few\");", &["/works/0/users"]),
    ("let x = bundle.works[2].users.or(5); ensure(x > 900, x, \"few\");", &["/works/2"]),
    ("let x = bundle.works[2].approval.by.or(w.id); ensure(x == \"\", x, \"few\");", &["/works/0/id"]),
    ("let x = w.users > bundle.works[1].users; ensure(!x, x, \"few\");", &["/works/0/users", "/works/1/users"]),
    ("let x = w.workers.any(|y| y == \"kim\"); ensure(!x, x, \"few\");", &["/works/0/workers"]),
    ("let x = w.workers.contains(\"kim\"); ensure(!x, x, \"few\");", &["/works/0/workers"]),
    ("let x = has(w.approval.by); ensure(!x, x, \"few\");", &["/works/0/approval/by"]),
    ("let x = has(bundle.works[2].approval.by); ensure(x, x, \"few\");", &["/works/2"]),
    ("let x = is_present(w.users); ensure(!x, x, \"few\");", &["/works/0/users"]),
    ("let x = w.workers.is_empty(); ensure(x, x, \"few\");", &["/works/0/workers"]),
    ("let x = w.id.split(\"1\").first(); ensure(x == \"\", x, \"few\");", &["/works/0/id"]),
    ("let x = w.id.replace(\"W\", w.kind); ensure(x == \"\", x, \"few\");", &["/works/0/id", "/works/0/kind"]),
    ("let x = bundle.works.sort_by(|y| y.id).last().id; ensure(x == \"\", x, \"few\");", &["/works/2/id"]),
    ("let x = if w.major { w.users } else { 0 }; ensure(x > 900, x, \"few\");", &["/works/0/users"]),
    (
        "let x = 0; for y in bundle.works { x += y.users.or(0); } ensure(x > 900, x, \"few\");",
        &["/works/0/users", "/works/1/users", "/works/2"],
    ),
    (
        "let x = later(w.tested_on, w.users); ensure(x < w.tested_on, x, \"few\");",
        &["/works/0/tested_on", "/works/0/users"],
    ),
    ("let x = [w.kind, w.id]; ensure(x == [\"a\"], x, \"few\");", &["/works/0/kind", "/works/0/id"]),
    (
        "let x = w.workers + bundle.works[1].workers; ensure(x == [\"a\"], x, \"few\");",
        &["/works/0/workers", "/works/1/workers", "/works/0/workers/0", "/works/0/workers/1", "/works/1/workers/0"],
    ),
    (
        "let x = w.users * 2; ensure(x > 900, x, \"late\", #{ limit: bundle.works[1].users + w.share });",
        &["/works/0/users", "/works/1/users", "/works/0/share"],
    ),
];

#[test]
fn a_value_that_is_computed_of_several_cites_the_first_and_names_the_others() {
    on_worker(|| {
        for (body, expected) in COMPUTED {
            let stand = Stand::new();
            let function = "\n\nfn later(day, count) { day.add_days(count) }";
            let function = if body.contains("later(") { function } else { "" };
            let first = if body.contains("w.") { "let w = bundle.works[0];\n" } else { "" };
            stand.add("EX-1", &format!("{first}{body}{function}"));
            let assessment = stand.assess(EVIDENCE).expect("a rule");
            let finding = assessment.rules[0].findings.first().unwrap_or_else(|| panic!("{body}"));
            let related = finding.related.iter().map(|related| related.path.as_str());
            let found: Vec<&str> = std::iter::once(finding.path.as_str()).chain(related).collect();
            assert_eq!(&found, expected, "{body}");
            assert!(finding.related.iter().all(|related| !related.line.is_empty()));
        }
    })
    .expect("a worker");
}

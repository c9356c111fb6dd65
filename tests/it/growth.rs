//! What a bundle costs grows with its bytes and with nothing else: steps are counted, and the bytes of the reports.

use std::fmt::Write as _;
use std::sync::Arc;

use gamsa::assess::{Assessment, Auditor, LoadFailure, Request, Verdict, unreadable};
use gamsa::engine::{Case, Program};
use gamsa::evidence::Day;
use gamsa::language::Language;
use gamsa::load::{Attachments, Bundle, Limits};
use gamsa::pack::Tree;
use gamsa::report::{JsonWriter, NdjsonWriter, ReportWriter, Run, TextOptions, TextWriter};

use crate::audits::{Bench, assess, fixture, request};

#[path = "../../benches/grow/submission.rs"]
mod submission;

use submission::Submission;

/// Rules that need something of every change, and are cheap.
const RULES: [&str; 3] = ["WRK-02", "WRK-05", "WRK-08"];
/// Warnings that are listed for one bundle.
const LISTED: usize = 100;

/// Returns some text for each number below a count.
fn each(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

/// A text of a bundle for a size.
type Kind = (&'static str, fn(usize) -> String);

/// Texts that once cost more than their bytes, and their like.
const KINDS: [Kind; 22] = [
    ("unknown keys", |n| each(n, |i| format!("k{i}: {i}\n"))),
    ("unknown keys of a change", |n| format!("changes:\n- id: W1\n{}", each(n, |i| format!("  k{i}: {i}\n")))),
    ("unknown keys on a line", |n| format!("changes: [{{{}}}]\n", each(n, |i| format!("k{i}: {i}, ")))),
    ("one unknown key in many changes", |n| format!("changes:\n{}", each(n, |_| "- servce: a\n".into()))),
    ("keys that are no field of an item", |n| each(n, |i| format!("k{i}: {{waivers: 1}}\n"))),
    ("nulls", |n| format!("changes:\n{}", "-\n".repeat(n))),
    ("changes", |n| format!("changes:\n{}", "- id: W1\n".repeat(n))),
    ("changes on a line", |n| format!("changes: [{}]\n", "{id: W1}, ".repeat(n))),
    ("empty mappings on a line", |n| format!("changes: [{}]\n", "{}, ".repeat(n))),
    ("lists on a line", |n| format!("changes: [{}]\n", "[[]], ".repeat(n))),
    ("unusable values", |n| format!("changes:\n{}", "- {id: [], started_at: never}\n".repeat(n))),
    ("a long line of Hangul", |n| format!("changes: [{}]\n", "{title: 한빛, started_at: 언젠가}, ".repeat(n))),
    ("aliases", |n| format!("changes: [&w {{id: W1, a: 1, b: 2}}, {}]\n", "*w, ".repeat(n))),
    ("aliases of wide mappings", |n| {
        let wide = each(17, |i| format!("k{i}: 1, "));
        let originals = each(n, |i| format!("- &a{i} {{{wide}}}\n"));
        format!("x:\n{originals}y:\n{}", each(n, |i| format!("- *a{i}\n")))
    }),
    ("long keys", |n| format!("changes:\n{}", each(n, |i| format!("- ? {}{i}\n  : 1\n", "k".repeat(400))))),
    ("a long text", |n| format!("operator: {{name: \"{}\"}}\n", "한빛".repeat(n))),
    ("deep nesting", |n| format!("x:\n{}", each(n, |_| format!("- {}{}\n", "[".repeat(28), "]".repeat(28))))),
    ("deep changes", |n| format!("changes:\n{}", "- pretest: {results: [{}]}\n".repeat(n))),
    ("blank lines", |n| format!("operator:\n  name: a\n{}services: []\n", "\n".repeat(n))),
    ("escapes", |n| format!("changes:\n{}", "- {id: \"W\\u0031\", title: \"\\L\\P\"}\n".repeat(n))),
    ("the general reader", |n| format!("changes: !!seq\n{}", "- id: W1\n".repeat(n))),
    ("the general reader on a line", |n| format!("changes: !!seq [{}]\n", "{id: W1}, ".repeat(n))),
];

/// What an audit cost.
struct Cost {
    bytes: usize,
    steps: u64,
    written: usize,
}

fn cost(bench: &Bench, auditor: &Auditor<'_>, request: &Request, text: &str) -> Cost {
    let bundle = Bundle::from_bytes("a.yaml", text.as_bytes(), &Limits::default()).expect("a bundle within limits");
    let assessment = auditor.assess("a.yaml", bundle);
    assert_eq!(assessment.failure, None);
    Cost { bytes: text.len(), steps: assessment.steps, written: written(bench, request, &assessment) }
}

/// Returns the bytes of all reports on one bundle.
fn written(bench: &Bench, request: &Request, assessment: &Assessment) -> usize {
    let order = &bench.pack.order;
    let run = Run { pack: &bench.pack, orders: &[order], parameters: &bench.parameters, request, is_single: true };
    let options = TextOptions { language: Language::Korean, width: 100, is_quiet: false, is_verbose: true };
    let writers: [Box<dyn ReportWriter>; 3] = [
        Box::new(TextWriter(options)),
        Box::new(JsonWriter::new(Language::English)),
        Box::new(NdjsonWriter::new(Language::English)),
    ];
    let mut out = Vec::new();
    for writer in writers {
        writer.page(&run, assessment, &mut out).expect("a report");
    }
    out.len()
}

#[test]
fn ten_times_the_bytes_cost_at_most_ten_times_the_steps() {
    let bench = Bench::new();
    let request = Request { only: RULES.map(str::to_owned).into(), ..request("2024-09-02", None) };
    let auditor = bench.auditor(&bench.pack.order, request.clone());
    let mut wrong = String::new();
    for (name, text) in KINDS {
        let (small, large) =
            (cost(&bench, &auditor, &request, &text(60)), cost(&bench, &auditor, &request, &text(600)));
        let times = |small: u64, large: u64| large as f64 / small as f64;
        let (steps, written) = (times(small.steps, large.steps), times(small.written as u64, large.written as u64));
        if steps > 11.0 || written > 11.0 {
            writeln!(
                wrong,
                "{name}: {} and {} bytes: {steps:.1} times the steps, {written:.1} times the reports",
                small.bytes, large.bytes
            )
            .expect("a text");
        }
    }
    assert_eq!(wrong, "");
}

#[test]
fn the_whole_pack_takes_five_times_the_steps_for_five_times_the_records() {
    let bench = Bench::new();
    let order = bench.order(&fixture("orders/hanbit-2024.yaml"));
    let scripts = bench.pack.select(&[]).expect("all rules");
    let program = Program::compile(&bench.pack, bench.parameters.clone(), &scripts).expect("the pack compiles");
    let all: Vec<usize> = (0..program.rules().count()).collect();
    // The copies lie a month apart, so that as many records meet in a large submission as in a small one.
    let run = |works: usize| {
        let text = Submission::grow(&fixture("hanbit-result"), works, works * 30 / 58).one_file();
        let bundle = Bundle::from_bytes("a.yaml", text.as_bytes(), &Limits::default()).expect("a bundle within limits");
        let case = Case {
            bundle: Arc::new(Tree::bundle(bundle.document, &bench.pack.schema)),
            attachments: Attachments::default(),
            stage: Some("result".to_owned()),
            as_of: Day::parse("2024-09-12").expect("a date"),
            order: order.tree.clone(),
        };
        program.run(&case, &all)
    };
    let mut wrong = String::new();
    for (small, large) in run(450).iter().zip(run(2_250)) {
        assert!(large.error.is_none(), "{}: {:?}", large.path, large.error);
        // Failures whose root causes have the same words are compared in pairs: at the most seven copies, six months.
        let allowance = if large.path.contains("RCA-08") { 100_000 } else { 1_000 };
        if large.steps > 6 * small.steps + allowance {
            writeln!(wrong, "{}: {} and {} steps", large.path, small.steps, large.steps).expect("a text");
        }
    }
    assert_eq!(wrong, "");
}

#[test]
fn warnings_are_counted_and_those_on_decisions_are_always_listed() {
    let bench = Bench::new();
    let auditor =
        bench.auditor(&bench.pack.order, Request { only: vec!["WRK-01".into()], ..request("2024-09-02", None) });
    let assess = |text: String| {
        let bundle = Bundle::from_bytes("a.yaml", text.as_bytes(), &Limits::default()).expect("a bundle");
        auditor.assess("a.yaml", bundle)
    };
    let few = assess(each(LISTED, |i| format!("k{i}: 1\n")));
    assert_eq!((few.warnings.len(), few.unlisted_warnings), (LISTED, 0));
    let many = assess(format!("{}servces: []\nwaivers: []\n", each(1_000, |i| format!("k{i}: 1\n"))));
    assert_eq!((many.warnings.len(), many.unlisted_warnings), (LISTED, 902));
    let last = &many.warnings[LISTED - 1];
    assert_eq!((last.path.as_str(), last.location.as_ref().map(|at| at.start.line)), ("/waivers", Some(1_002)));
    assert!(many.warnings[LISTED - 2].message.en.contains("`k98`"));
    let early = assess(format!("servces: []\n{}", each(1_000, |i| format!("k{i}: 1\n"))));
    assert!(early.warnings[0].message.en.contains("did you mean `services`?"), "{:?}", early.warnings[0]);
}

#[test]
fn a_bundle_that_takes_more_steps_than_its_size_allows_is_an_error() {
    let bench = Bench::new();
    let auditor = bench.auditor(&bench.pack.order, request("2024-09-02", None));
    let text = format!("changes:\n{}", "- id: W1\n".repeat(300));
    let assess = |limits: &Limits| match Bundle::from_bytes("a.yaml", text.as_bytes(), limits) {
        Ok(bundle) => auditor.assess("a.yaml", bundle),
        Err(error) => unreadable("a.yaml", &error),
    };
    // The first is exceeded while the file is read, the others while findings are placed.
    for (steps, byte_steps) in [(1, 0), (1_000, 1), (10_000, 1)] {
        let assessment = assess(&Limits { steps, byte_steps, ..Limits::default() });
        assert_eq!(assessment.verdict, Verdict::Error);
        assert!(assessment.rules.is_empty(), "nothing half judged is shown");
        let Some(LoadFailure::Refused(refused)) = &assessment.failure else { panic!("no refusal") };
        let allowed = steps + byte_steps * text.len();
        let expected = format!("more than {allowed} steps of work");
        assert!(refused.message.en.contains(&expected), "{refused}");
        let hint = refused.hint.as_ref().expect("a way on");
        assert!(hint.en.contains(&format!("--limit steps={}", 2 * allowed)), "{refused}");
    }
    assert_eq!(assess(&Limits::default()).failure, None);
}

/// So that the budget never ends the audit of an honest bundle.
#[test]
fn honest_bundles_take_a_twentieth_of_their_budget_at_most() {
    let bench = Bench::new();
    let order = bench.order(&fixture("rules/order.yaml"));
    let auditor = bench.auditor(&order, request("2024-09-02", None));
    let limits = Limits::default();
    for name in ["complete", "empty", "evasive", "hanbit-plan", "hanbit-result", "kt-2021-10-25", "naver-2024-06-11"] {
        let bytes = crate::audits::load(&fixture(name), &limits).expect("a bundle").document.budget().allowed();
        let assessment = assess(&auditor, &fixture(name));
        assert!(assessment.steps > 0 && assessment.steps * 20 <= bytes, "{name}: {} of {bytes}", assessment.steps);
    }
}

#[test]
fn aliases_add_what_the_bytes_of_a_bundle_allow() {
    let read = |text: &str| Bundle::from_bytes("a.yaml", text.as_bytes(), &Limits::default()).map(|_| ());
    let list = |count: usize| format!("x: &x [{}]\n", "1, ".repeat(count));
    // A register in which thousands of entries name one team.
    let team = "team: &t {name: a, lead: b, phone: \"1\"}\nchanges:\n";
    let honest = format!("{team}{}", each(5_000, |i| format!("- {{id: W{i}, approved_by: *t}}\n")));
    assert!(read(&honest).is_ok());
    let small = format!("{}y: [{}]\n", list(1_000), "*x, ".repeat(18));
    assert!(read(&small).is_ok());
    let bomb = (1..20).fold(list(100), |text, i| {
        let last = if i == 1 { "x".to_owned() } else { format!("a{}", i - 1) };
        format!("{text}a{i}: &a{i} [*{last}, *{last}]\n")
    });
    let long = format!("x: &x {}\ny: [{}]\n", "a".repeat(100_000), "*x, ".repeat(30));
    for (text, expected) in [
        (format!("{}y: [{}]\n", list(1_000), "*x, ".repeat(40)), "keys and values to the bundle"),
        (bomb, "keys and values to the bundle"),
        (long, "bytes of text to the bundle"),
    ] {
        let refused = format!("{:#}", read(&text).expect_err(expected));
        assert!(refused.contains(expected) && refused.contains("--limit aliases=40000"), "{refused}");
    }
}

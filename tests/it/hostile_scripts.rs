//! Hostile scripts: each is refused, ends as an error that says which limit it hit, or ends with a finding; never a
//! pass, never a panic, and the same every time.
//!
//! They are the files of `fixtures/hostile/`, whose first line says what must come of them. What is too long to be read
//! is generated here. Limits are asserted by what is counted, not by time.

use std::fs;
use std::sync::Arc;

use gamsa::engine::{Case, Outcome, Program, on_worker};
use gamsa::evidence::{Day, Document};
use gamsa::load::{Attachments, Limits, document};
use gamsa::pack::{Pack, Parameters, Tree};
use tempfile::TempDir;

use crate::audits::{fixture, sorted};
use crate::program::copy_pack_without_rules;

const SCRIPT: &str = "pre-test/PRE-03-hostile.rhai";
/// A rule that fills what rules share: results that are kept, indexes, lists that grow.
const GOOD: &str = include_str!("../../fixtures/hostile/good_neighbour.rhai");
/// Steps and MiB that a rule may take on any bundle, and steps for each node.
const STEPS: u64 = 400_000;
const STEPS_PER_NODE: u64 = 400;
/// A loop that does not end, which nobody can tell before it runs: one that plainly does not is refused.
const ENDLESS: &str = "loop { if as_of().weekday() + 1 > 8 { break; } ";
/// Steps between two looks at the limit: what one expression does in one go.
const OVERSHOOT: u64 = 400_000;

/// What came of a script: why it was refused, or its outcomes alone, again, and after another rule.
enum Ending {
    Refused(String),
    Ran(Box<[Outcome; 3]>),
}

/// A pack whose rules are those of a test.
struct Cage {
    folder: TempDir,
}

impl Cage {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy_pack_without_rules(folder.path(), "pre-test");
        fs::create_dir(folder.path().join("pre-test")).expect("a folder for rules");
        let cage = Self { folder };
        cage.put("pre-test/PRE-02-good.rhai", &rule("PRE-02", GOOD));
        cage
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).expect("a file that can be written");
    }

    /// Runs a script as a rule on evidence.
    fn run(&self, script: &str, evidence: &str) -> Ending {
        self.put(SCRIPT, &rule("PRE-03", script));
        let pack = Pack::open(&self.folder.path().display().to_string()).expect("a pack");
        let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
        let program = |only: &[String]| {
            let scripts = pack.select(only).expect("rules");
            Program::compile(&pack, parameters.clone(), &scripts).map_err(|error| format!("{error:#}"))
        };
        let (all, only) = match (program(&[]), program(&["PRE-03".to_owned()])) {
            (Ok(all), Ok(only)) => (all, only),
            (Err(told), _) | (_, Err(told)) => return Ending::Refused(told),
        };
        let case = Case {
            bundle: Arc::new(Tree::bundle(read(evidence), &pack.schema)),
            attachments: Attachments::default(),
            stage: Some("result".to_owned()),
            as_of: Day::parse("2024-10-01").expect("a date"),
            order: pack.order.tree.clone(),
        };
        let [alone] = <[Outcome; 1]>::try_from(only.run(&case, &[0])).expect("an outcome");
        let [again, _, after] = <[Outcome; 3]>::try_from(all.run(&case, &[1, 0, 1])).expect("outcomes");
        Ending::Ran(Box::new([alone, again, after]))
    }
}

fn read(evidence: &str) -> Document {
    document("bundle.yaml", evidence.as_bytes(), &Limits::default()).expect("evidence")
}

/// Returns a rule that has the functions of a script.
fn rule(id: &str, script: &str) -> String {
    let message =
        |key: &str, text: &str| if script.contains(&format!("\"{key}\"")) { text.to_owned() } else { String::new() };
    let says = [
        message("ok", "ok: #{ en: \"fits\", ko: \"적합\" }, "),
        message("big", "big: #{ en: \"found {value}\", ko: \"{value} 확인\" }, "),
    ]
    .concat();
    format!(
        r##"const META = #{{
    id: "{id}", title: #{{ en: "Hostile", ko: "적대적 규칙" }}, control: "pre-test", severity: "high",
    stages: ["plan", "result"], basis: [#{{ source: "own", status: "own" }}],
    demand: #{{ en: "The rule ends.", ko: "규칙이 끝날 것" }}, remedy: #{{ en: "Nothing.", ko: "없음" }},
    says: #{{ {says}}},
}};
{script}"##,
        script = script.replace("loop {", ENDLESS)
    )
}

/// Lines of a rule before its script.
fn lines_before() -> usize {
    rule("PRE-03", "").lines().count()
}

fn small() -> String {
    fs::read_to_string(fixture("hostile/evidence.yaml")).expect("evidence")
}

/// Returns the evidence with some more services.
fn large(services: usize) -> String {
    let more: String = (0..services).map(|number| format!("  - {{id: s{number}, core: true}}\n")).collect();
    small().replace("services:\n", &format!("services:\n{more}"))
}

/// Returns a script whose `check` has this body after a demand that does not hold.
fn check(body: &str) -> String {
    format!("fn check(bundle, order) {{\n    require(bundle.work_control);\n    {body}\n}}\n")
}

/// Returns what is wrong with how a script ended, if anything is.
fn complaint(ending: &Ending, expected: &str, nodes: u64) -> Option<String> {
    let (kind, part) = expected.split_once(": ").unwrap_or((expected, ""));
    let outcomes = match ending {
        Ending::Refused(told) => {
            let is_expected = kind == "refused" && told.contains(SCRIPT) && told.contains(part);
            return (!is_expected).then(|| format!("refused: {told}"));
        }
        Ending::Ran(outcomes) => outcomes,
    };
    let [alone, again, after] = &**outcomes;
    if alone != again || alone != after {
        return Some(format!("not the same every time:\n{alone:?}\n{again:?}\n{after:?}"));
    }
    let most = STEPS + STEPS_PER_NODE * nodes + OVERSHOOT;
    if alone.steps > most {
        return Some(format!("{} steps", alone.steps));
    }
    let found = alone.notes.iter().map(|note| format!("{:?}", note.kind).to_lowercase());
    let found: Vec<String> = found.collect();
    let (ended, told) = match &alone.error {
        Some(error) if error.path == SCRIPT && error.position.is_some() => ("error", error.message.clone()),
        Some(error) => ("error without its place", format!("{error:?}")),
        None if found.is_empty() => ("pass", String::new()),
        None => ("ends", found.join(" ")),
    };
    (ended != kind || !told.contains(part)).then(|| format!("{ended}: {told}"))
}

/// Asserts of some scripts that each ends as it must.
fn survive<'s>(scripts: impl IntoIterator<Item = (&'s str, &'s str, String)>, evidence: &str) {
    let scripts: Vec<(&str, &str, String)> = scripts.into_iter().collect();
    let nodes = read(evidence).node_count() as u64;
    let complaints = on_worker(|| {
        let cage = Cage::new();
        let complaints = scripts.iter().filter_map(|(name, expected, script)| {
            let complaint = complaint(&cage.run(script, evidence), expected, nodes)?;
            Some(format!("{name}: expected {expected}\n  {complaint}"))
        });
        complaints.collect::<Vec<String>>()
    });
    let complaints = complaints.expect("a worker that does not panic");
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// Returns the scripts of the folder whose first line begins so, each with what it says.
fn files(kind: &str) -> Vec<(String, String, String)> {
    let paths =
        sorted(&fixture("hostile")).into_iter().filter(|path| path.extension().is_some_and(|own| own == "rhai"));
    let scripts = paths.map(|path| {
        let script = fs::read_to_string(&path).expect("a script");
        let first = script.lines().next().and_then(|line| line.strip_prefix("// ")).expect("what must come of it");
        (path.file_stem().expect("a name").display().to_string(), first.to_owned(), script)
    });
    let scripts: Vec<_> = scripts.filter(|(_, expected, _)| expected.split(':').next() == Some(kind)).collect();
    assert!(!scripts.is_empty(), "no script is {kind}");
    scripts
}

fn survive_files(kind: &str) {
    let files = files(kind);
    survive(files.iter().map(|(name, expected, script)| (&**name, &**expected, script.clone())), &small());
}

#[test]
fn scripts_that_are_refused_say_why_at_their_place() {
    survive_files("refused");
}

#[test]
fn scripts_that_end_as_errors_say_why_at_their_place() {
    survive_files("error");
}

#[test]
fn scripts_that_come_to_their_end_have_findings() {
    survive_files("ends");
}

#[test]
fn every_line_that_is_wrong_is_told() {
    on_worker(|| {
        let cage = Cage::new();
        for (name, _, script) in files("refused") {
            let Ending::Refused(told) = cage.run(&script, &small()) else { panic!("{name}") };
            for (number, _) in script.lines().enumerate().filter(|(_, line)| line.ends_with("// refused")) {
                let place = format!("{SCRIPT}:{}:", lines_before() + number + 1);
                assert!(told.contains(&place), "{name}: line {} of it is not refused", number + 1);
            }
        }
    })
    .expect("a worker that does not panic");
}

#[test]
fn words_that_are_not_part_of_the_language_are_refused() {
    let words = [
        ("eval", "eval(\"1\");"),
        ("curry", "curry(1);"),
        ("Fn", "Fn(\"x\");"),
        ("import", "import \"/etc/passwd\" as p;"),
        ("export", "export bundle;"),
        ("try", "try { } catch { }"),
        ("catch", "catch"),
        ("throw", "throw bundle;"),
        ("??", "let x = 1 ?? 2;"),
        ("?.", "bundle?.changes;"),
        ("?[", "bundle?[\"changes\"];"),
        ("sync", "let sync = 1;"),
    ];
    let expected: Vec<String> = words.iter().map(|(word, _)| format!("refused: {word}")).collect();
    let scripts = words.iter().zip(&expected).map(|((word, script), expected)| (*word, &**expected, check(script)));
    survive(scripts, &small());
}

fn nested(open: &str, inner: &str, close: &str, levels: usize) -> String {
    [&open.repeat(levels), inner, &close.repeat(levels)].concat()
}

fn each(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

/// Bytes of a script, so that the parser sees it: a script has at most 32 KiB.
const ROOM: usize = 31_000;

#[test]
fn texts_that_are_hard_to_parse_are_refused() {
    const DEEP: &str = "refused: nested too deeply";
    let n = |bytes: usize| ROOM / bytes;
    let cases = [
        ("parentheses", DEEP, nested("(", "1", ")", n(2))),
        ("brackets", DEEP, nested("[", "", "]", n(2))),
        ("braces", DEEP, nested("{", "", "}", n(2))),
        ("maps", "refused: begins no comment", nested("#{a:", "1", "}", n(5))),
        ("minus", DEEP, nested("-(", "1", ")", n(3))),
        ("not", DEEP, nested("!", "true", "", n(1))),
        ("ifs", DEEP, nested("if x {", "1", "}", n(7))),
        ("else ifs", DEEP, format!("if x {{1}} {}", "else if x {1} ".repeat(n(14)))),
        ("closures", DEEP, nested("||", "1", "", n(2))),
        ("closures with parameters", DEEP, nested("|a| ", "1", "", n(4))),
        ("dots", DEEP, format!("bundle{}", ".a".repeat(n(2)))),
        ("indexes", DEEP, format!("bundle{}", "[0]".repeat(n(3)))),
        ("methods", DEEP, format!("bundle{}", ".len()".repeat(n(6)))),
        ("sums", DEEP, format!("1{}", "+1".repeat(n(2)))),
        ("conjunctions", DEEP, format!("true{}", "&&true".repeat(n(6)))),
        ("mixed operators", DEEP, format!("1{}", "*1+1".repeat(n(4)))),
        ("interpolations", "refused", nested("`${", "x", "}`", n(5))),
        ("interpolation without end", "refused", format!("`{}", "${`".repeat(n(3)))),
        ("operators of one's own", "refused", format!("1 {} 1", "@@@@@".repeat(n(5)))),
        ("a long name", "refused", format!("let {} = 1;", "x".repeat(n(1)))),
        ("a long number", "refused", format!("print({});", "9".repeat(n(1)))),
        ("a long fraction", "refused", format!("print(0.{});", "9".repeat(n(1)))),
        ("garbage", "refused", each(n(1), |i| char::from(33 + (i * 7_919 % 90) as u8).to_string())),
        ("zeros", "refused", "\0".repeat(n(1))),
        ("variables", "refused: at most 256 variables", each(n(18), |i| format!("let a{i}={i};"))),
        ("mistakes", "refused: more mistakes", "nothing;".repeat(n(8))),
        ("a long list", "ends", format!("print([{}]);", "1,".repeat(n(2) - 20))),
        ("a long text", "ends", format!("print(\"{}\");", "x".repeat(n(1) - 20))),
        ("comments", "ends", "// x\n".repeat(n(5) - 20)),
        ("comments in comments", "ends", nested("/*", "", "*/", n(4) - 20)),
    ];
    survive(cases.into_iter().map(|(name, expected, body)| (name, expected, check(&body))), &small());
}

#[test]
fn an_interpolation_of_long_texts_is_stopped_before_it_is_written() {
    let text = "let s = \"0123456789abcdef\"; for _i in 0..14 { s += s; }";
    let body = format!("{text} print(`{}`);", "${s}".repeat(6_000));
    survive([("interpolation", "error: MiB of texts and lists", check(&body))], &small());
}

/// A body that sets many variables under a condition that is not known.
fn unknown_variables(value: &str) -> String {
    let declared = each(200, |i| format!("let v{i} = 0;\n"));
    let assigned = each(200, |i| format!("v{i} = {value};\n"));
    let read = each(200, |i| format!("print(v{i});\n"));
    format!(
        "let u = bundle.services[1].daily_users; let a = (0..3000).filter(|i| i == u);
        {declared} loop {{ if u == 1 {{ {assigned} }} if u == 2 {{ break; }} }} print(a); {read}"
    )
}

#[test]
fn variables_that_may_be_assigned_are_counted() {
    let scripts = [("numbers", "v1 + 1"), ("lists with possible items", "a")];
    survive(scripts.map(|(name, value)| (name, "ends", check(&unknown_variables(value)))), &small());
    let endless = |value| check(&unknown_variables(value).replace("if u == 2 { break; }", "print(u);"));
    survive(scripts.map(|(name, value)| (name, "error: steps", endless(value))), &small());
}

#[test]
fn conditions_that_are_not_known_do_not_multiply() {
    let unknown = "let u = bundle.services[1].daily_users;";
    let functions = |call: &str| {
        let function = |i: usize| {
            format!("fn f{}(b) {{ if b.services[1].daily_users == 1 {{ {call} }} else {{ {call} }} }}\n", i + 1)
                .replace("CALL", &format!("f{i}(b)"))
        };
        each(25, function)
    };
    let asked = format!("{}fn f0(b) {{ b.services.len() }}", functions("CALL"));
    let demanded = format!("{}fn f0(b) {{ require(b.services[1].id); }}", functions("CALL;"));
    let cases = [
        (
            "nested",
            "ends",
            check(&format!("{unknown}{}", nested("if u == 1 { ", "require(u);", " } else { require(u); }", 7))),
        ),
        (
            "one after the other",
            "ends",
            check(&format!("{unknown}{}", each(1_000, |i| format!("if u == {i} {{ print(u); }}")))),
        ),
        (
            "leaving",
            "ends",
            check(&format!("{unknown}{} require(u);", each(1_200, |i| format!("if u == {i} {{ return; }}")))),
        ),
        ("functions", "error: steps", [check("print(f25(bundle));"), asked].concat()),
        ("functions with demands", "error: steps", [check("f25(bundle);"), demanded].concat()),
        (
            "recursion",
            "ends",
            [
                check("print(f(bundle, bundle.services[1].daily_users));"),
                "fn f(b, n) { if n > 0 { f(b, n - 1) } else { f(b, n + 1) } }".to_owned(),
            ]
            .concat(),
        ),
    ];
    survive(cases, &small());
}

#[test]
fn what_is_not_given_is_counted_where_it_is_looked_for() {
    let with = |effect: &str| small().replace("effects: [a, b]", &format!("effects: [{}]", effect.repeat(4_000)));
    let has = check("loop { if has(bundle.incidents[0].effects) { break; } }");
    let len = check("loop { if bundle.incidents[0].effects.len() > 0 { break; } }");
    let usable = check("loop { ensure_usable(bundle); }");
    for effect in ["~, ", "[], "] {
        let scripts = [("has", &has), ("len", &len), ("ensure_usable", &usable)];
        survive(scripts.map(|(name, script)| (name, "error: steps", script.clone())), &with(effect));
    }
}

#[test]
fn joins_on_a_large_list_are_counted() {
    let scripts = [
        (
            "same key",
            "loop { if has(bundle.services.find(|x| x.name.or(\"q\") == \"q\" && x.core == false && x.free == true)) { break; } }",
        ),
        ("absent key", "loop { print(bundle.services.any(|x| x.name == \"q\")); }"),
        ("selections", "loop { let s = bundle.services.filter(|x| x.core); if s.any(|x| x.id == \"q\") { break; } }"),
        ("items", "loop { if bundle.services[-1].core { continue; } }"),
    ];
    survive(scripts.map(|(name, body)| (name, "error: steps", check(body))), &large(500));
}

/// The rule runs three times; the last time, keeping results does not pay any more.
#[test]
fn what_a_call_costs_does_not_depend_on_what_is_kept() {
    let body = "let a = [];
        for i in 0..100 { a += [i]; }
        print(longer(a).len() + longer(a).len());
        let names = ids(bundle);
        names += [\"x\"];
        for i in 0..100 { print(longer([i, i + 1]).len() + names.len()); }";
    let functions = "fn longer(list) { for i in 0..2 { list += [i]; } list }
        fn ids(bundle) { let ids = []; for s in bundle.services { ids += [s.id]; } ids }";
    survive([("kept", "ends", [check(body), functions.to_owned()].concat())], &small());
}

#[test]
fn a_switch_has_no_more_arms_than_the_stack_holds() {
    let switch = |arms: usize, last: &str| {
        format!("switch n {{ {}_ => {last} }}", each(arms, |i| format!("{} => 1, ", i + 1_000)))
    };
    let function = |body: &str| [check("print(f(0));"), format!("fn f(n) {{ {body} }}\n")].concat();
    let cases = [
        ("thousands", "refused: at most 256 arms", function(&switch(2_500, "1"))),
        ("nested", "refused: at most 256 arms", function(&switch(150, &format!("{{ {} }}", switch(150, "1"))))),
        ("one after the other", "ends", function(&format!("{}\n{}", switch(200, "1"), switch(200, "1")))),
        ("recursion in the last", "error: 32 levels", function(&switch(255, "f(n + 1)"))),
        ("many", "ends", check(&format!("let n = 1; {}", "switch n { 1 => print(n), _ => print(n) }\n".repeat(200)))),
    ];
    survive(cases, &small());
}

#[test]
fn functions_without_number_are_refused() {
    let functions = each(ROOM / 13, |i| format!("fn f{i}(){{1}}\n"));
    let parameters = format!("fn f({}) {{ 1 }}\n", each(4_000, |i| format!("a{i},")));
    let closures = each(250, |i| format!("fn f{i}(x) {{ [1].any(|a| [a].any(|b| a == b && b == x)) }}\n"));
    let calls = each(700, |i| format!("f(\"t{i}\");"));
    let called =
        format!("fn g() {{ {calls} }}\nfn f(a) {{ {} }}\n", "if a.contains(\"x\") { print(a); }\n".repeat(300));
    let long = format!("// {}\n", "x".repeat(32 << 10));
    let cases = [
        ("functions", "refused: too many functions", functions),
        ("parameters", "refused", parameters),
        ("closures", "refused: too many functions", closures),
        ("calls with other texts", "error: steps", called),
        ("bytes", "refused: bytes, and may have 32768", long),
    ];
    let script = |more: String| [check(if more.contains("fn g()") { "g();" } else { "" }), more].concat();
    survive(cases.into_iter().map(|(name, expected, more)| (name, expected, script(more))), &small());
}

#[test]
fn a_byte_order_mark_before_a_script_is_none_of_it() {
    let ending = on_worker(|| {
        let cage = Cage::new();
        let text = rule("PRE-03", &check(""));
        cage.put(SCRIPT, &format!("\u{feff}{text}"));
        Pack::open(&cage.folder.path().display().to_string()).map(|pack| {
            let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
            Program::compile(&pack, parameters, &pack.select(&[]).expect("rules"))
                .map(|program| program.rules().any(|rule| rule.meta.id == "PRE-03"))
        })
    });
    assert!(matches!(ending, Ok(Ok(Ok(true)))));
}

#[test]
fn what_absences_take_on_a_large_bundle_is_limited() {
    let sum = "s.name + ".repeat(10);
    let scripts = [
        ("absences", "error: more than", format!("loop {{ print(bundle.services.all(|s| {sum} s.name == \"x\")); }}")),
        ("room for the next rule", "ends", "print(bundle.services.len());".to_owned()),
    ];
    survive(scripts.map(|(name, expected, body)| (name, expected, check(&body))), &large(2_000));
}

#[test]
fn limits_grow_with_the_bundle() {
    let bundles = [small(), large(50), large(1_500)];
    on_worker(|| {
        let cage = Cage::new();
        let mut before = (0, 0);
        for bundle in &bundles {
            let nodes = read(bundle).node_count() as u64;
            let steps = STEPS + STEPS_PER_NODE * nodes;
            let told = |script: &str| match cage.run(&check(script), bundle) {
                Ending::Refused(told) => panic!("{told}"),
                Ending::Ran(outcomes) => {
                    let error = outcomes[0].error.clone().expect("an error");
                    (error.message, error.position.expect("a place").line)
                }
            };
            let line = lines_before() + 3;
            let expected = format!("the rule used more than {steps} steps; most of them went into this line");
            assert_eq!(told("loop { }"), (expected, line));
            let (text, _) = told("let s = \"0123456789abcdef\"; loop { s += s; }");
            let mib: u64 = text.split(' ').find_map(|word| word.parse().ok()).expect("a number");
            assert!(steps > before.0 && mib >= before.1, "{steps} and {mib} after {before:?}");
            before = (steps, mib);
        }
        assert!(before.1 > 16, "{before:?}");
    })
    .expect("a worker that does not panic");
}

#[test]
fn the_line_is_where_most_steps_went() {
    let body = "for i in 0..5 { print(i); }
    let n = 0;
    loop {
        if n % 1000 == 0 { print(n); }
        for i in 0..50 { n += i; }
    }";
    on_worker(|| {
        let bytes = "let s = \"0123456789abcdef\";
    for i in 0..20000 { print(i); }
    loop {
        s += s;
    }";
        for (body, line) in [(body, 7), (bytes, 6)] {
            let Ending::Ran(outcomes) = Cage::new().run(&check(body), &small()) else { panic!("refused") };
            let error = outcomes[0].error.clone().expect("an error");
            assert_eq!(error.position.map(|at| at.line), Some(lines_before() + line), "{error:?}");
        }
    })
    .expect("a worker that does not panic");
}

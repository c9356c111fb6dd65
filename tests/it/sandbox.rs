//! Hostile rules: each is refused or ends as an error, in time, and never takes the process with it.
//!
//! The first set was collected when Rhai 1.27.0 was measured, before gamsa had a vocabulary; names and scripts are
//! those of the measurement. Most of it is refused at load today, so the second set keeps to what a rule may call.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use gamsa::assess::{Assessment, Auditor, FindingKind, RuleReport, RuleResult, Verdict};
use gamsa::engine::on_worker;
use gamsa::pack::{DEFAULT_PACK, Pack, Parameters};
use tempfile::TempDir;

use crate::audits::{assess, fixture, project, request};
use crate::program::gamsa;

/// What the sandbox promises: it stops a rule after about 4 seconds. Debug builds may take 20, because there the
/// parser, and whatever the engine does between two looks at the clock, is several times slower.
const TIME_LIMIT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 5 });

const BUNDLE: &str = "kakaotalk-2024-05";
const AS_OF: &str = "2024-10-01";
const HOSTILE: &str = "pre-test/PRE-03-hostile.rhai";

/// Bytes of a script beside its metadata, so that the parser sees it: the limit is 32 KiB.
const WITHIN_THE_LIMIT: usize = 30_000;

/// Scripts of the first set that do no harm: they only have to end in time.
const HARMLESS: [&str; 17] = [
    "step_overflow",
    "int_shift",
    "int_shift_neg",
    "bit_range",
    "bit_range_63",
    "bit_range_incl",
    "bit_range_incl62",
    "bit_range_incl1_63",
    "str_range_empty",
    "str_range_incl_empty",
    "str_range_incl_neg",
    "str_range_rev",
    "range_neg_step",
    "shadow_const",
    "parse_switch_range",
    "cap64_switch",
    "cap64_params",
];

/// The same for texts that are cut to what a script may hold: they are only long.
const HARMLESS_WHEN_CUT: [&str; 10] = [
    "parse_big_string",
    "parse_big_map",
    "parse_big_switch",
    "parse_switch_range",
    "parse_many_params",
    "parse_comment_nest",
    "parse_comments",
    "parse_ident_long",
    "parse_num_long",
    "parse_float_long",
];

type Cases = Vec<(&'static str, String)>;

/// The assessment, or why the pack was refused.
type Ending = Result<Assessment, String>;

// The measured set.

#[test]
fn hostile_loops_end() {
    survive(&scripts(LOOPS), &HARMLESS);
}

#[test]
fn hostile_memory_ends() {
    survive(&memory(), &[]);
}

#[test]
fn hostile_recursion_ends() {
    survive(&scripts(RECURSION), &[]);
}

#[test]
fn hostile_depth_of_data_ends() {
    survive(&scripts(DEPTH), &[]);
}

#[test]
fn hostile_native_functions_end() {
    survive(&scripts(NATIVES), &[]);
}

#[test]
fn hostile_arithmetic_ends() {
    survive(&scripts(ARITHMETIC), &HARMLESS);
}

#[test]
fn hostile_escapes_end() {
    survive(&scripts(ESCAPE), &HARMLESS);
}

#[test]
fn hostile_texts_are_parsed_in_time() {
    survive(&parse_time(usize::MAX), &HARMLESS);
}

#[test]
fn hostile_texts_within_the_size_of_a_script_are_parsed_in_time() {
    survive(&parse_time(WITHIN_THE_LIMIT), &HARMLESS_WHEN_CUT);
}

#[test]
fn gaps_of_rhai_are_closed() {
    survive(&closed_gaps(), &HARMLESS);
}

#[test]
fn the_measured_set_is_complete() {
    let mut names: Vec<&str> = cases().iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), 196);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 196, "a name is given twice");
    for name in HARMLESS.iter().chain(&HARMLESS_WHEN_CUT) {
        assert!(names.contains(name), "{name} is not a case");
    }
}

// The set that keeps to the vocabulary.

#[test]
fn hostile_loops_over_evidence_end() {
    survive(&scripts(SPOKEN_LOOPS), &[]);
}

#[test]
fn hostile_values_end() {
    survive(&scripts(SPOKEN_VALUES), &[]);
}

#[test]
fn hostile_closures_end() {
    survive(&scripts(SPOKEN_CLOSURES), &[]);
}

#[test]
fn hostile_demands_end() {
    survive(&scripts(SPOKEN_DEMANDS), &[]);
}

#[test]
fn hostile_names_end() {
    survive(&scripts(SPOKEN_NAMES), &[]);
}

#[test]
fn a_variable_named_like_a_verb_does_not_replace_it() {
    on_a_worker(|| {
        let ending = Cage::new().run("let require = true; require(bundle.plan);");
        assert_eq!(only(&ending).result, RuleResult::Missing);
    });
}

#[test]
fn a_function_outside_the_vocabulary_is_refused_wherever_it_stands() {
    refused_wherever_it_stands(PLACES);
}

#[test]
fn words_that_are_not_part_of_the_language_are_refused() {
    on_a_worker(|| {
        let cage = Cage::new();
        for (word, script) in scripts(DISABLED) {
            let told = told(&cage.run(&script));
            assert!(told.contains(HOSTILE) && told.contains(word), "{word}: {told}");
        }
    });
}

// Limits.

/// The limit on modules cannot be reached: `import` is no word of the language.
#[test]
fn every_limit_says_which_it_is() {
    let limits = [
        ("operations", "loop { }".to_owned(), "operations"),
        ("operations in closures", "loop { bundle.changes.all(|change| true); }".to_owned(), "operations"),
        (
            "memory",
            format!(
                "{DOUBLE_16}{}",
                each(200, |i| format!(
                    "let v{i} = s + {i};
"
                ))
            ),
            "128 MiB of memory",
        ),
        ("time", format!("{DOUBLE_16}let t = s + \"x\"; loop {{ s.contains(t); (s + s).contains(t); }}"), "more time"),
        ("call levels", "fn f(n) { f(n + 1) } f(0)".to_owned(), "Stack overflow"),
        ("expression depth", nested("(", "1", ")", 40), "Expression exceeds maximum complexity"),
        ("variables", each(300, |i| format!("let v{i} = 1;\n")), "Too many variables defined"),
        ("functions", each(300, |i| format!("fn f{i}() {{}}\n")), "Number of functions defined exceeds maximum limit"),
        ("string size", format!("{DOUBLE_16}s += s; s += s;"), "Length of string too large"),
        ("array size", "let a = [0]; loop { a += a; }".to_owned(), "Size of array/BLOB too large"),
        ("array literal", format!("[{}]", "0,".repeat(10_001)), "Size of array literal exceeds the maximum limit"),
        ("map size", "let m = #{ id: 1 }; loop { m = #{ id: m, kind: m }; }".to_owned(), "Size of object map"),
        ("script bytes", format!("// {}", "x".repeat(32 << 10)), "bytes, a script has at most 32768"),
    ];
    on_a_worker(|| {
        let cage = Cage::new();
        for (limit, script, expected) in limits {
            let told = told(&cage.run(&script));
            assert!(told.contains(HOSTILE) && told.contains(expected), "{limit}: {told}");
        }
    });
}

#[test]
fn what_stays_within_the_limits_passes() {
    let room = (32 << 10) - rule("//").len();
    let scripts = [
        ("nothing", String::new()),
        ("call levels", "fn f(n) { if n > 0 { f(n - 1) } } f(25)".to_owned()),
        ("expression depth", nested("(", "1", ")", 10)),
        ("variables", each(250, |i| format!("let v{i} = 1;\n"))),
        ("functions", each(250, |i| format!("fn f{i}() {{}}\n"))),
        ("string size", format!("{DOUBLE_16}s += s;")),
        ("array size", "let a = [0]; for i in 0..13 { a += a; }".to_owned()),
        ("script bytes", format!("//{}", "x".repeat(room))),
    ];
    on_a_worker(|| {
        let cage = Cage::new();
        for (limit, script) in scripts {
            let ending = cage.run(&script);
            assert_eq!(told(&ending), "pass", "{limit}");
        }
    });
}

#[test]
fn a_limit_is_hit_at_the_same_operation_every_time() {
    on_a_worker(|| {
        let cage = Cage::new();
        let script = "let n = 0; loop { n += 1; if n % 1000 == 0 { print(n); } }";
        let printed = || only(&cage.run(script)).printed.clone();
        assert_eq!(printed(), printed());
        assert_eq!(told(&cage.run(script)), told(&cage.run(script)));
    });
}

#[test]
fn a_rule_that_throws_is_an_error_at_its_place_and_the_others_still_run() {
    on_a_worker(|| {
        let cage = Cage::new();
        let thrower = rule("let count = 1;\n    throw `nothing fits ${count}`;");
        cage.put(HOSTILE, &thrower);
        cage.put("pre-test/PRE-04-good.rhai", &rule("").replace("PRE-03", "PRE-04"));
        let ending = cage.audit();
        let assessment = ending.as_ref().expect("both rules load");
        let report = |id: &str| assessment.rules.iter().find(|rule| rule.meta.id == id).expect("a rule");
        let line = thrower.lines().position(|line| line.trim_start().starts_with("throw")).expect("a line") + 1;
        let error = report("PRE-03").findings.first().expect("a finding");
        assert_eq!(report("PRE-03").result, RuleResult::Error);
        assert_eq!(error.kind, FindingKind::Error);
        assert!(error.message.en.contains("nothing fits 1"), "{}", error.message.en);
        let script = error.script.as_ref().map(|at| (at.file.as_str(), at.line, at.column));
        assert_eq!(script, Some((HOSTILE, line, 5)));
        assert_eq!(report("PRE-04").result, RuleResult::Pass);
        assert_eq!(assessment.verdict, Verdict::Error);
    });
}

#[test]
fn what_a_rule_throws_is_shortened() {
    on_a_worker(|| {
        let told = told(&Cage::new().run(&format!("{DOUBLE_16}throw s;")));
        assert!(told.contains("0123456789") && told.len() < 1_000, "{} bytes", told.len());
    });
}

#[test]
fn what_a_rule_prints_is_cut() {
    let flood = "for i in 0..1000 { print(\"xxxxxxxxxxxxxxxxxxxxxxxx\"); debug(i); }";
    let scripts = [
        ("many lines", flood.to_owned(), RuleResult::Pass),
        ("one line", format!("{DOUBLE_16}print(s);"), RuleResult::Pass),
        ("without end", format!("{flood} loop {{ print(\"x\"); }}"), RuleResult::Error),
    ];
    on_a_worker(|| {
        let cage = Cage::new();
        for (name, script, expected) in scripts {
            let ending = cage.run(&script);
            let report = only(&ending);
            assert_eq!(report.result, expected, "{name}");
            let bytes = report.printed.len();
            assert!((4_000..=4_096).contains(&bytes), "{name}: {bytes} bytes were printed");
        }
    });
}

// Gaps that were found in this sandbox and closed.

#[test]
fn nothing_may_stand_after_break() {
    refused_with(PLACES_AFTER_BREAK, "`break` takes no value");
}

#[test]
fn an_own_function_opens_no_native_one_of_the_same_name() {
    on_a_worker(|| {
        let cage = Cage::new();
        for (name, script) in scripts(OPENERS) {
            let ending = cage.run(&script);
            assert!(ending.is_err(), "{name}: {}", told(&ending));
        }
    });
}

#[test]
fn a_closure_does_not_take_a_function_for_a_variable_of_the_same_name() {
    on_a_worker(|| {
        let cage = Cage::new();
        let script = "let first = 1; ensure(bundle.changes.any(|it| first == 1), bundle, \"ok\");";
        cage.put(HOSTILE, &rule(script));
        assert!(cage.audit().is_ok());
        cage.put(HOSTILE, &format!("{}\nfn first(x) {{ x }}\n", rule(script)));
        let told = told(&cage.audit());
        assert!(told.contains("`first` is a function here; give the variable another name"), "{told}");
    });
}

#[test]
fn a_message_repeats_no_long_value() {
    on_a_worker(|| {
        let cage = Cage::new();
        let script = format!("{DOUBLE_16}ensure(false, bundle, \"big\", #{{ value: s }});");
        cage.put(HOSTILE, &rule(&script).replace("{value}", &"{value}".repeat(20)));
        let ending = cage.audit();
        let longest = only(&ending).findings.iter().map(|finding| finding.message.en.len()).max();
        assert!(longest.is_some_and(|bytes| bytes < 1 << 20), "{longest:?} bytes");
    });
}

#[test]
fn a_message_names_the_first_items_of_a_long_list() {
    let list = format!("let a = [\"{}\"]; for i in 0..13 {{ a += a; }}", "x".repeat(200));
    on_a_worker(|| {
        let cage = Cage::new();
        let ending = cage.run(&format!("{list} ensure(false, bundle, \"big\", #{{ value: a }});"));
        let message = &only(&ending).findings[0].message.en;
        assert!(message.ends_with("and 8182 more"), "{message}");
    });
}

#[test]
fn a_chain_of_closures_on_a_large_bundle_ends() {
    let cage = Cage::new();
    let chain = "let f = |x| x; for i in 0..1000000 { let g = f; f = |x| g; }";
    cage.put(HOSTILE, &rule(chain));
    let numbers = "1,".repeat(60_000);
    cage.put("bundle.yaml", &format!("operator: {{name: x}}\nsubmission: {{stage: result}}\nunknown: [{numbers}1]\n"));
    let path = |name: &str| cage.folder.path().join(name).display().to_string();
    // A process of its own: this one would be aborted with it.
    let run = gamsa(&["audit", &path("bundle.yaml"), "--pack", &path(""), "--as-of", AS_OF, "--quiet"]);
    assert_eq!(run.status, 2, "{}", run.err);
}

/// A pack whose rules are those of a test.
struct Cage {
    folder: TempDir,
}

impl Cage {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let source = project().join("rules").join(DEFAULT_PACK);
        for name in ["pack.yaml", "order.yaml", "evidence.schema.yaml", "holidays.yaml"] {
            fs::copy(source.join(name), folder.path().join(name)).expect("a file of the pack");
        }
        fs::create_dir(folder.path().join("pre-test")).expect("a folder for rules");
        Self { folder }
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).expect("a file that can be written");
    }

    /// Audits the published case with the rules that were put in.
    fn audit(&self) -> Ending {
        self.audit_bundle(&fixture(BUNDLE)).map_err(|error| format!("{error:#}"))
    }

    /// Audits the published case with one script, made a rule.
    fn run(&self, script: &str) -> Ending {
        self.put(HOSTILE, &rule(script));
        self.audit()
    }

    fn audit_bundle(&self, bundle: &Path) -> anyhow::Result<Assessment> {
        let pack = Pack::open(&self.folder.path().display().to_string())?;
        let parameters = Parameters::new(&pack.manifest, &[])?;
        let auditor = Auditor::new(&pack, &pack.order, parameters, request(AS_OF, None))?;
        Ok(assess(&auditor, bundle))
    }
}

/// Runs a test on a thread with the stack that rules need.
fn on_a_worker(test: impl FnOnce() + Send) {
    on_worker(test).expect("a worker that does not panic");
}

/// Asserts that every script is refused or ends as an error, and that all of them end in time.
fn survive(cases: &[(&str, String)], harmless: &[&str]) {
    let complaints = on_worker(|| {
        let cage = Cage::new();
        let complaints = cases.iter().filter_map(|(name, script)| {
            let began = Instant::now();
            let ending = cage.run(script);
            complaint(&ending, began.elapsed(), harmless.contains(name)).map(|text| format!("{name}: {text}"))
        });
        complaints.collect::<Vec<String>>()
    });
    let complaints = complaints.expect("a worker that does not panic");
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

fn complaint(ending: &Ending, took: Duration, is_harmless: bool) -> Option<String> {
    let told = told(ending);
    if took > TIME_LIMIT {
        return Some(format!("took {took:?}: {told}"));
    }
    // A panic is caught and would be an error too, but Rhai is not known to panic.
    if told.contains("panic") {
        return Some(told);
    }
    match ending {
        // The script has to be what is refused, not the pack or the metadata around it.
        Err(refused) => (!refused.contains(HOSTILE) || refused.contains("META: ")).then_some(told),
        Ok(_) if only(ending).result == RuleResult::Error || is_harmless => None,
        Ok(_) => Some(told),
    }
}

fn refused_wherever_it_stands(places: &'static str) {
    refused_with(places, "there is no function `sleep`");
}

fn refused_with(places: &'static str, words: &'static str) {
    on_a_worker(move || {
        let cage = Cage::new();
        for (place, script) in scripts(places) {
            let told = told(&cage.run(&script.replace("HERE", "sleep(0)")));
            assert!(told.contains(words), "{place}: {told}");
        }
    });
}

/// Returns why a pack was refused, why the rule ended, or its result.
fn told(ending: &Ending) -> String {
    match ending {
        Err(refused) => refused.clone(),
        Ok(_) => {
            let report = only(ending);
            let error = report.findings.iter().find(|finding| finding.kind == FindingKind::Error);
            error.map_or_else(|| report.result.name().to_owned(), |error| error.message.en.clone())
        }
    }
}

/// Returns the report of the only rule.
fn only(ending: &Ending) -> &RuleReport {
    let assessment = ending.as_ref().expect("a pack that loads");
    assert!(assessment.failure.is_none(), "the bundle is refused: {:?}", assessment.failure);
    assessment.rules.first().expect("a rule")
}

/// Returns a rule that would pass if its script did nothing; functions that lead the script go to the top.
fn rule(script: &str) -> String {
    let (mark, script) = script.split_at(if script.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 });
    let (functions, body) = script.split_at(functions_end(script));
    format!("{mark}{META}{functions}\nfn check(bundle, order) {{\n    ensure(true, bundle, \"ok\");\n    {body}\n}}\n")
}

/// Returns where the functions that lead a script end.
fn functions_end(script: &str) -> usize {
    let mut rest = script.trim_start();
    while rest.starts_with("fn ") {
        let mut depth = 0_usize;
        let end = rest.char_indices().find_map(|(at, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            (c == '}' && depth == 0).then_some(at + 1)
        });
        let Some((_, after)) = end.and_then(|end| rest.split_at_checked(end)) else { break };
        rest = after.trim_start();
    }
    script.len() - rest.len()
}

/// Reads `== name` lines, each with its script below it.
fn scripts(text: &'static str) -> Cases {
    let parts = text.split("\n== ").skip(1).filter_map(|part| part.split_once('\n'));
    parts.map(|(name, script)| (name, script.trim_end().to_owned())).collect()
}

/// Returns the measured set.
fn cases() -> Cases {
    let themes = [
        scripts(LOOPS),
        memory(),
        scripts(RECURSION),
        scripts(DEPTH),
        scripts(NATIVES),
        scripts(ARITHMETIC),
        scripts(ESCAPE),
        parse_time(usize::MAX),
        closed_gaps(),
    ];
    themes.concat()
}

fn memory() -> Cases {
    let mut cases = scripts(MEMORY);
    cases.push(("many_vars", each(50_000, |i| format!("let v{i} = \"x\"; v{i}.pad(1000000, \"y\");\n"))));
    cases
}

/// Returns texts that are hard to parse, each of about `most` bytes or of the size that was measured.
fn parse_time(most: usize) -> Cases {
    // How often a part of so many bytes is repeated.
    let n = |times: usize, bytes: usize| times.min(most / bytes);
    let mut cases = scripts(PARSE_TIME);
    cases.extend([
        ("parse_parens", nested("(", "1", ")", n(100_000, 2))),
        ("parse_brackets", nested("[", "", "]", n(100_000, 2))),
        ("parse_braces", nested("{", "", "}", n(100_000, 2))),
        ("parse_maps", nested("#{a:", "1", "}", n(100_000, 5))),
        ("parse_neg", nested("-", "1", "", n(100_000, 1))),
        ("parse_not", nested("!", "true", "", n(100_000, 1))),
        ("parse_ifs", nested("if true {", "1", "}", n(50_000, 10))),
        ("parse_else_if", format!("if true {{1}} {}", "else if true {1} ".repeat(n(100_000, 17)))),
        ("parse_closures", nested("||", "1", "", n(50_000, 2))),
        ("parse_closures_sp", nested("|a| ", "1", "", n(50_000, 4))),
        ("parse_dots", format!("let a = #{{}}; a{}", ".a".repeat(n(100_000, 2)))),
        ("parse_index_chain", format!("let a = []; a{}", "[0]".repeat(n(100_000, 3)))),
        ("parse_call_chain", format!("let a = []; a{}", ".len()".repeat(n(100_000, 6)))),
        ("parse_plus_chain", format!("1{}", "+1".repeat(n(100_000, 2)))),
        ("parse_pow_chain", format!("1{}", "**1".repeat(n(100_000, 3)))),
        ("parse_and_chain", format!("true{}", "&&true".repeat(n(100_000, 6)))),
        ("parse_mixed_chain", format!("1{}", "*1+1".repeat(n(50_000, 4)))),
        ("parse_coalesce_chain", format!("(){}", "??()".repeat(n(100_000, 4)))),
        ("parse_assign_chain", format!("let a = 1; {}", "a=a+a;".repeat(n(100_000, 6)))),
        ("parse_big_string", format!("\"{}\"", "x".repeat(n(50_000_000, 1)))),
        ("parse_big_array", format!("[{}]", "1,".repeat(n(1_000_000, 2)))),
        ("parse_big_map", format!("#{{{}}}", each(n(200_000, 9), |i| format!("k{i}:1,")))),
        ("parse_big_switch", format!("switch 1 {{{}_=>0}}", each(n(100_000, 9), |i| format!("{i}=>1,")))),
        ("parse_switch_range", {
            let ranges = each(n(2_000, 30), |i| format!("0..9999999999 if {i}==1 =>1,"));
            format!("switch 1 {{{ranges}_=>0}}")
        }),
        ("parse_many_fns", each(n(100_000, 13), |i| format!("fn f{i}(){{}}\n"))),
        ("parse_many_params", format!("fn f({}){{}} 1", each(n(20_000, 7), |i| format!("a{i},")))),
        ("parse_many_lets", format!("let a0=1;{}", each(n(49_999, 18), |i| format!("let a{}=a{i};", i + 1)))),
        ("parse_many_consts", each(n(30_000, 17), |i| format!("const A{i}={i};"))),
        ("parse_interp_nest", nested("`${", "x", "}`", n(20_000, 5))),
        ("parse_comment_nest", format!("{} 1", nested("/*", "", "*/", n(500_000, 4)))),
        ("parse_comments", format!("{} 1", "// x\n".repeat(n(1_000_000, 5)))),
        ("parse_unterminated", format!("`{}", "${`".repeat(n(20_000, 3)))),
        ("parse_custom_op", format!("1 {} 1", "@@@@@".repeat(n(10_000, 5)))),
        ("parse_ident_long", format!("let {} = 1;", "x".repeat(n(5_000_000, 1)))),
        ("parse_num_long", "9".repeat(n(2_000_000, 1))),
        ("parse_float_long", format!("0.{}", "9".repeat(n(2_000_000, 1)))),
        ("parse_garbage", each(n(200_000, 1), |i| char::from(33 + (i * 7_919 % 90) as u8).to_string())),
        ("parse_nul", "\0".repeat(n(100_000, 1))),
        // Leads the whole file, not the body.
        ("parse_utf8_bom", "\u{feff}1".to_owned()),
    ]);
    cases
}

/// Returns what passed Rhai's own limits when it was measured, and what was tried at a limit of 64 and 256 KiB.
fn closed_gaps() -> Cases {
    let recursive = |body: String| format!("fn f(n) {{ {body} }} f(0)");
    let mut cases = scripts(GAPS);
    cases.extend([
        ("cap64_map", format!("#{{{}}}", each(9_000, |i| format!("k{i}:1,")))),
        ("cap64_switch", format!("switch 1 {{{}_=>0}}", each(7_500, |i| format!("{i}=>1,")))),
        ("cap64_params", format!("fn f({}){{}} 1", each(9_000, |i| format!("a{i},")))),
        ("cap64_lets", each(5_000, |i| format!("let a{i}=1;"))),
        ("cap64_consts", each(4_500, |i| format!("const A{i}={i};"))),
        ("cap256_map", format!("#{{{}}}", each(33_000, |i| format!("k{i}:1,")))),
        ("cap256_switch", format!("switch 1 {{{}_=>0}}", each(27_000, |i| format!("{i}=>1,")))),
        ("cap64_nested_closures", {
            each(250, |i| format!("fn f{i}(x) {{ [1].map(|a| [a].map(|b| [b].map(|c| a+b+c+x))) }}\n"))
        }),
        ("worst_stack", recursive(nested("if true { ", "f(n+1)", " } else { 0 }", 20))),
        ("worst_stack_cb", recursive(nested("[1].map(|x| ", "f(n+1)", ")", 4))),
        ("worst_stack_args", recursive(nested("max(1, ", "f(n+1)", ")", 20))),
        ("worst_stack_chain", recursive(nested("[", "f(n+1)", "][0]", 20))),
    ]);
    cases
}

fn nested(open: &str, inner: &str, close: &str, levels: usize) -> String {
    [&open.repeat(levels), inner, &close.repeat(levels)].concat()
}

fn each(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

const META: &str = r##"const META = #{
    id: "PRE-03",
    title: #{ en: "Hostile", ko: "적대적 규칙" },
    control: "pre-test",
    severity: "high",
    stages: ["plan", "result"],
    basis: [#{ source: "own", status: "own" }],
    demand: #{ en: "The rule ends.", ko: "규칙이 끝날 것" },
    remedy: #{ en: "Nothing.", ko: "없음" },
    says: #{ ok: #{ en: "fits", ko: "적합" }, big: #{ en: "found {value}", ko: "{value} 확인" } },
};

"##;

/// A text of 1 MiB.
const DOUBLE_16: &str = "let s = \"0123456789abcdef\"; for i in 0..16 { s += s; }\n";

const LOOPS: &str = r##"
== loop
loop { }
== while
let x = 0; while true { x += 1; }
== range_big
let x = 0; for i in 0..9999999999 { x += i; } x
== range_incl_max
let x = 0; for i in 0..=9223372036854775807 { x += 1; } x
== range_fn_step
for i in range(0, 9223372036854775807, 1) { }
== step_overflow
let n=0; for i in range(9223372036854775800, 9223372036854775807, 5) { n+=1; } n
== empty_for_native_iter
let n=0; for c in "x".chars(0..9999999999) { n+=1; } n
== bits_iter
let n=0; for b in (-1).bits() { n+=1; } n
"##;

const MEMORY: &str = r##"
== str_double
let s = "0123456789abcdef"; loop { s += s; }
== str_double_plus
let s = "0123456789abcdef"; loop { s = s + s; }
== arr_double
let a = [0]; loop { a += a; }
== arr_append
let a = [0]; loop { a.append(a); }
== arr_push_loop
let a = []; loop { a.push(a.len()); }
== arr_nested_double
let a = [0]; loop { a = [a, a]; }
== arr_push_self
let a = [0]; loop { a.push(a); }
== map_index_assign
let m = #{}; let i = 0; loop { m[`k${i}`] = i; i += 1; }
== map_nested
let m = #{a: 1}; loop { m = #{x: m, y: m}; }
== map_mixin
let m = #{}; let i = 0; loop { m.mixin(#{}); m[`k${i}`] = i; i += 1; }
== many_strings
let a = []; loop { let s = "x"; s.pad(1000000, "y"); a.push(s); }
== str_pad_huge
let s = "x"; s.pad(9223372036854775807, "y"); s.len()
== str_pad_1g
let s = "x"; s.pad(1000000000, "y"); s.len()
== arr_pad_huge
let a = []; a.pad(9223372036854775807, 0); a.len()
== arr_pad_1g
let a = []; a.pad(1000000000, 0); a.len()
== blob_huge
let b = blob(9223372036854775807); b.len()
== blob_4g
let b = blob(4000000000); b.len()
== blob_1g_fill
let b = blob(1000000000, 1); b.len()
== blob_pad
let b = blob(); b.pad(4000000000, 1); b.len()
== str_mul
"x" * 1000000000
== arr_of_range
let a = []; for i in 0..1000 { a.push(i) } let b = a; for i in 0..30 { b += b; } b.len()
== split_bomb
let s = "a"; s.pad(1000000, "a"); let t = s.split(""); t.len()
== split_chars
let s = "a"; s.pad(1000000, "a"); let t = s.split(); t.len()
== replace_bomb
let s = "a"; s.pad(1000000, "a"); s.replace("a", s); s.len()
== to_chars
let s = "a"; s.pad(1000000, "a"); s.to_chars().len()
== to_debug_deep
let a = []; for i in 0..2000 { a = [a]; } a.to_debug().len()
== to_json_big
let m = #{}; for i in 0..100 { m = #{a: m, b: m}; } m.to_json().len()
== interp_double
let s = "x"; loop { s = `${s}${s}`; }
== closure_capture_grow
let a = []; loop { let x = a.len(); a.push(|| x); }
== curry_grow
let f = Fn("foo"); loop { f = f.curry(1); }
== parse_json_bomb
let s = "["; s.pad(1000000, "["); parse_json(s)
== interner
let i = 0; loop { let s = `u${i}`; i += 1; }
"##;

const RECURSION: &str = r##"
== recursion
fn f(n) { f(n + 1) } f(0)
== recursion_deep_expr
fn f(n) { ((((((((((((((((f(n + 1)))))))))))))))))) } f(0)
== recursion_mutual
fn a(n) { b(n) } fn b(n) { a(n) } a(0)
== recursion_closure
let f = |g, n| g.call(g, n + 1); f.call(f, 0)
== recursion_map_cb
fn f(a) { [1].map(|x| f(a)) } f(0)
== recursion_sort_cb
fn f(a) { let x=[2,1]; x.sort(|p,q| { f(a); 1 }); } f(0)
== recursion_filter_cb
fn f() { [1,2].filter(|x| f()) } f()
== recursion_interp
fn f(n) { `${f(n+1)}` } f(0)
== recursion_eval
let x = "eval(x)"; eval(x)
== recursion_switch
fn f(n) { switch n { _ => if true { while true { for i in 0..1 { return f(n+1); } } } } } f(0)
== recursion_try
fn f(n) { try { f(n + 1) } catch { f(n + 1) } } f(0)
"##;

const DEPTH: &str = r##"
== deep_array
let a = []; for i in 0..1000000 { a = [a]; } 1
== deep_map
let a = #{}; for i in 0..1000000 { a = #{a: a}; } 1
== deep_array_nolimit_push
let a = []; for i in 0..1000000 { let b = []; b.push(a); a = b; } 1
== deep_fnptr_curry
let f = Fn("x"); for i in 0..1000000 { f = Fn("x").curry(f); } 1
== deep_closure_chain
let f = || 1; for i in 0..1000000 { let g = f; f = || g; } 1
== shared_cycle
let a = []; let f = || a; a.push(f); a.push(f); 1
== shared_cycle_size
let a = [1]; let f = || { a.push(1); a.len() }; f.call(); let b = [a, a]; b.push(a); b.len()
== shared_in_array
let x = 1; let f = || x; let a = []; a.push(x); a.push(f); let m = #{}; m.q = x; m.f = f; a.push(m); a.len()
== shared_self_this
let m = #{}; let f = || m; m.f = f; m.g = m; m.to_string().len()
== eq_deep
let a = []; let b = []; for i in 0..100000 { a = [a]; b = [b]; } a == b
"##;

const NATIVES: &str = r##"
== sort_bad_cmp
let a = []; for i in 0..1000 { a.push((i * 7919) % 1009); } a.sort(|x, y| 1); a.sort(|x, y| if (x + y) % 3 == 0 { -1
} else { 1 }); a.len()
== sort_mixed
let a = [1, "a", 2.5, [], #{}]; a.sort(); a.len()
== dedup_n2
let a = []; for i in 0..10000 { a.push(i); } a.dedup(|x, y| false); a.len()
== quadratic_remove
let a = []; for i in 0..50000 { a.push(i); } while a.len() > 0 { a.remove(0); }
== str_quadratic_index
let s = ""; s.pad(100000, "가"); let n = 0; for i in 0..50000 { if s[99999] == 'x' { n += 1; } } n
== str_contains_quad
let s = "a"; s.pad(500000, "a"); let t = "a"; t.pad(250000, "a"); t += "b"; let n = 0; for i in 0..200 { if
s.contains(t) { n += 1; } } n
== str_remove_char
let s = ""; s.pad(1000000, "ab"); for i in 0..2000 { let t = s; t.replace("a", "b"); } 1
== clone_big
let a = []; a.pad(100000, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"); for i in 0..5000 { let b = a; b[0] = i; } 1
== native_map_heavy
let a = []; a.pad(100000, 1); for i in 0..1000 { a.reverse(); } 1
== native_index_of
let a = []; a.pad(100000, 1); let n = 0; for i in 0..2000 { n += a.index_of(2); } n
== contains_loop
let a = []; a.pad(100000, 1); let n = 0; for i in 0..2000 { if a.contains(2) { n += 1; } } n
"##;

const ARITHMETIC: &str = r##"
== int_overflow
9223372036854775807 + 1
== int_mul_overflow
9223372036854775807 * 2
== int_min_div
(-9223372036854775807 - 1) / -1
== int_min_mod
(-9223372036854775807 - 1) % -1
== int_min_abs
(-9223372036854775807 - 1).abs()
== int_pow
2 ** 100
== int_pow_neg
2 ** -1
== int_shift
1 << 100000
== int_shift_neg
1 << -9223372036854775807
== div_zero
1 / 0
== mod_zero
1 % 0
== float_to_int
(1.0/0.0).to_int()
== sum_overflow
let x = 9223372036854775807; x += 1; x
== range_overflow_len
let r = 0..9223372036854775807; r.len()
== get_bits_neg
let x = 10; x.get_bits(-5, 100)
== bit_range
let x = 10; x[0..64]
== bit_range_63
let x = 10; x[0..63]
== bit_range_incl
let x = 10; x[0..=63]
== bit_range_incl62
let x = 10; x[0..=62]
== bit_range_incl1_63
let x = 10; x[1..=63]
== set_bits
let x = 10; x[1..63] = 5; x
== str_index_min
let s = "abc"; s[-9223372036854775807 - 1]
== str_sub_huge
let s = "abc"; s.sub_string(1, 9223372036854775807)
== str_sub_neg
let s = "abc"; s.sub_string(-9223372036854775807 - 1, 9223372036854775807)
== str_crop_huge
let s = "abc"; s.crop(-9223372036854775807, 9223372036854775807); s
== str_range_empty
let s = ""; s[0..=0]
== str_range_incl_empty
let s = ""; let t = s[0..=-1]; t
== str_range_incl_neg
let s = "abc"; s[2..=-3]
== str_range_rev
let s = "abc"; s[3..1]
== str_slice_assign
let s = "abc"; s[5..9] = "x"; s
== arr_extract_huge
[1,2,3].extract(-9223372036854775807 - 1, 9223372036854775807)
== arr_splice_huge
let a=[1,2,3]; a.splice(-9223372036854775807 - 1, 9223372036854775807, [1]); a
== arr_drain_huge
let a=[1,2,3]; a.drain(1, 9223372036854775807); a
== arr_chop_neg
let a=[1,2,3]; a.chop(-9223372036854775807 - 1); a
== arr_truncate_min
let a=[1,2,3]; a.truncate(-9223372036854775807 - 1); a
== arr_insert_min
let a=[1,2,3]; a.insert(-9223372036854775807 - 1, 1); a
== arr_get_min
let a=[1,2,3]; a.get(-9223372036854775807 - 1)
== arr_idx_min
let a=[1,2,3]; a[-9223372036854775807 - 1]
== blob_parse_le
let b = blob(50, 255); b.parse_le_int(0, 9223372036854775807)
== blob_write
let b = blob(50, 255); b.write_utf8(0, 9223372036854775807, "abc"); b
== parse_int_radix
parse_int("zz", 99)
== parse_int_radix1
parse_int("11", 1)
== to_hex_min
(-9223372036854775807 - 1).to_hex()
== int_char
(-1).to_char()
== char_range
let s="abc"; s.index_of('c', 9223372036854775807)
== str_mul_neg
"x".pad(-5, "y")
== range_bad_step
for i in range(0, 10, 0) { }
== range_neg_step
let n=0; for i in range(10, 0, -3) { n+=1; } n
== float_range
let n=0; for i in range(0.0, 1.0, 0.0000000000000001) { n += 1; } n
== float_range_zero
let n=0; for i in range(0.0, 1.0, 0.0) { n += 1; } n
"##;

const ESCAPE: &str = r##"
== timestamp
timestamp().elapsed
== sleep
sleep(1000)
== eval
eval("1+1")
== import_abs
import "/etc/passwd" as p; 1
== import_dotdot
import "../../etc/hosts" as p; 1
== print_flood
loop { print("xxxxxxxxxxxxxxxxxxxxxxxx"); }
== debug_flood
loop { debug("xxxxxxxxxxxxxxxxxxxxxxxx"); }
== throw_big
let s = "x"; s.pad(1000000, "y"); throw s
== exit
exit(42)
== redefine_op
fn require(x) { true } require(())
== shadow_const
let x = 1; x
== catch_limits
let n = 0; loop { try { loop { } } catch { n += 1; } }
== catch_sizes
let n = 0; loop { try { let s = "x"; loop { s += s; } } catch { n += 1; } }
== catch_depth
fn f() { f() } let n = 0; loop { try { f() } catch { n += 1; } }
"##;

const PARSE_TIME: &str = r##"
== parse_const_fold_bomb
const A = "0123456789"; const B = A+A+A+A+A+A+A+A+A+A; const C = B+B+B+B+B+B+B+B+B+B; const D = C+C+C+C+C+C+C+C+C+C;
const E = D+D+D+D+D+D+D+D+D+D; const F=E+E+E+E+E+E+E+E+E+E; const G=F+F+F+F+F+F+F+F+F+F; const
H=G+G+G+G+G+G+G+G+G+G; H.len()
"##;

const GAPS: &str = r##"
== ops_bypass
let a = []; a.pad(3000, 1); let n = 0; for k in 0..1 { [1].map(|q| { let b = []; b.pad(3000, 1); b.map(|x| { let c =
[]; c.pad(3000, 1); c.map(|y| y + 1).len() }) }); } 1
== ops_bypass3
let a = []; a.pad(10000, 1); a.map(|x| { let t = 0; for i in 0..400000 { t += 1; } t }); 1
== ops_direct
let a = []; a.pad(3000, 1); for x in a { for y in a { let z = y + x + 1; } } 1
== hole_map_strings
let s = "x"; s.pad(16000, "y"); let m = #{}; let i = 0; loop { m[`k${i}`] = s + i; i += 1; }
== hole_arr_index
let s = "x"; s.pad(16000, "y"); let a = []; a.pad(9999, 0); let i = 0; loop { a[i % 9999] = s + i; i += 1; }
== hole_closure_strings
let s = "x"; s.pad(16000, "y"); let a = []; let i = 0; loop { let t = s + i; a.push(|| t); i += 1; }
== hole_nested_map
let s = "x"; s.pad(16000, "y"); let m = #{q: #{}}; let i = 0; loop { m.q[`k${i}`] = s + i; i += 1; }
"##;

const SPOKEN_LOOPS: &str = r##"
== while_true
while true { bundle.changes.len() }
== do_while
do { } while true
== do_until
do { } until false
== for_in_for
loop { for a in bundle.changes { for b in bundle.changes { for c in bundle.changes { } } } }
== for_over_a_mapping
for x in bundle { loop { } }
== filter_of_a_mapping
bundle.filter(|x| true)
== filter_of_filter
let c = bundle.changes; loop { c = c.filter(|x| true); }
== contains_flood
loop { bundle.changes.contains("x"); "x" in bundle.changes; }
== switch_flood
loop { switch bundle.changes.len() { 3 => 1, _ => 0 } }
== range_in_range
for i in 0..9223372036854775807 { for j in -9223372036854775807..0 { } }
== range_of_numbers
for i in range(0.0, 1.0e300, 1.0e-300) { }
== labelled_loop
'outer: loop { loop { continue 'outer; } }
== catch_all
let n = 0; loop { try { loop { } } catch (error) { n += 1; } }
== index_far_away
loop { bundle.changes[-9223372036854775807 - 1].id == bundle.changes[9223372036854775807].id; }
== path_without_end
let m = bundle.plan[0]; loop { m = m["x"]; }
== default_flood
let m = bundle.plan; loop { m = m.or(bundle.plan); }
== months_without_end
let d = as_of(); loop { d = d.add_months(1200); }
== duration_without_end
let d = days(1); loop { d = d + d; }
== deadline_far_away
deadline(as_of(), 9223372036854775807)
== deadline_long_ago
deadline(as_of(), -9223372036854775807 - 1)
== smallest_duration
seconds(-9223372036854775807 - 1) - seconds(1)
"##;

const SPOKEN_VALUES: &str = r##"
== text_doubled
let s = "x"; loop { s += s; }
== text_interpolated
let s = "x"; loop { s = `${s}${`${s}`}`; }
== text_in_both_cases
let s = "x"; loop { s = s.to_lower() + s.to_upper(); }
== text_that_grows
let s = "x"; loop { if "yyy" in s { } s += "y"; }
== text_changed
let s = "x"; for i in 0..20 { s += s; } loop { s.to_upper().to_lower().len(); }
== list_doubled
let a = [bundle]; loop { a += a; }
== list_that_grows
let a = []; loop { a += [a.len()]; }
== list_in_itself
let a = []; loop { a += [a]; }
== list_around_itself
order = bundle; loop { order = [order]; }
== list_compared
let a = [1]; for i in 0..13 { a += a; } let b = a; loop { a == b; b == a; }
== list_searched
let a = [[1]]; for i in 0..12 { a += a; } loop { a.contains([2]); [2] in a; }
== list_filtered
let a = [1]; for i in 0..13 { a += a; } loop { a.filter(|x| true); }
== list_of_the_captured
let a = [0]; let f = |x| a; loop { a = [a, a]; }
== map_of_maps
let m = #{ id: 1 }; loop { m = #{ id: m, kind: m.id }; }
== print_flood_of_text
let s = "x"; loop { s += s; print(s); debug(s); }
== numbers_without_end
loop { let x = 1.0e308 * 10.0; let y = x - x; }
== throw_long_text
let s = "x"; for i in 0..20 { s += s; } throw s
== throw_map_of_maps
let m = #{ id: 1 }; for i in 0..10 { m = #{ id: m, kind: m }; } throw m
== throw_evidence
throw bundle
== throw_nothing
throw
"##;

const SPOKEN_CLOSURES: &str = r##"
== any_in_any
fn f(bundle) { let c = bundle.changes; c.any(|x| f(bundle)) } f(bundle)
== filter_in_filter
fn f(b, n) { let c = b.changes; c.filter(|x| n == 0 || !f(b, n - 1).is_empty()) } loop { f(bundle, 8); }
== all_in_all
fn f(b, n) { let c = b.changes; c.all(|x| n == 0 || f(b, n - 1)) } loop { f(bundle, 8); }
== find_in_find
fn f(b, n) { let c = b.changes; has(c.find(|x| n > 0 && f(b, n - 1))) } loop { f(bundle, 8); }
== captured_list
bundle.changes.any(|a| bundle.changes.any(|b| bundle.changes.any(|c| bundle == c)))
== closures_in_variables
let a = bundle.changes; let f = |x| true; let g = |x| a.all(f);
let b = bundle.changes; let h = |x| b.all(g);
let c = bundle.changes; loop { c.all(h); }
== closure_in_itself
let f = |x| true; f = |x| bundle.changes.any(f); bundle.changes.any(f)
== chain_of_closures
let f = |x| true; loop { let g = f; f = |x| bundle.changes.any(g); }
== chain_of_closures_called
let f = |x| true; for i in 0..100 { let g = f; let c = bundle.changes; f = |x| c.any(g); }
let d = bundle.changes; d.any(f)
== chain_of_closures_thrown
let f = |x| x; for i in 0..40000 { let g = f; f = |x| g; } throw [f]
== tree_of_closures_compared
let f = |x| x; for i in 0..40 { let g = f; let h = f; f = |x| g == h; } f == f
== closure_that_makes_closures
fn f(g) { [1].filter(|x| f(|y| g)) } f(|z| z)
== ring_of_functions
fn a(n) { b(n) } fn b(n) { c(n) } fn c(n) { [1].all(|x| a(n)) } a(0)
== check_again
check(bundle, order)
== deep_arguments
fn f(n) { max(1, max(1, max(1, max(1, max(1, max(1, max(1, max(1, f(n + 1))))))))) } f(0)
== deep_interpolation
fn f(n) { `${`${`${`${`${`${f(n + 1)}`}`}`}`}`}` } f(0)
"##;

const SPOKEN_DEMANDS: &str = r##"
== require_flood
loop { require(bundle.plan); }
== ensure_flood
let i = 0; loop { ensure(false, bundle, "big", #{ value: i }); i += 1; }
== undetermined_flood
loop { undetermined(bundle, "ok"); }
== usable_flood
loop { ensure_usable(bundle); }
== attachment_flood
let s = "x"; for i in 0..16 { s += s; } loop { attachment_sha256(s); }
== whole_bundle_in_a_message
loop { ensure(false, bundle, "big", #{ value: bundle }); }
== long_text_in_a_message
let s = "x"; for i in 0..20 { s += s; } loop { ensure(false, bundle, "big", #{ value: s }); }
== long_list_in_a_message
let a = ["0123456789abcdef"]; for i in 0..9 { a += a; } loop { ensure(false, bundle, "big", #{ value: a }); }
== similar_messages
let s = "x"; for i in 0..11 { s += s; } let i = 0; loop { ensure(false, bundle, "big", #{ value: s + i }); i += 1; }
== computed_key
let key = "ok"; loop { ensure(true, bundle, key); }
== unknown_key
ensure(true, bundle, "nothing")
== joined_demands
ensure(true && true, bundle, "ok")
== no_condition
ensure(1, bundle, "ok")
== unknown_parameter
parameter("nothing")
== long_field_name
let s = "x"; for i in 0..16 { s += s; } bundle[s]
"##;

const SPOKEN_NAMES: &str = r##"
== own_require
fn require(value) { true } require(bundle.plan)
== own_ensure
fn ensure(condition, at, key) { true } ensure(false, bundle, "ok")
== own_filter
fn filter(list, condition) { [] } bundle.changes.filter(|x| true)
== own_print
fn print(text) { true } print("x")
== shadowed_bundle
let bundle = 1; bundle.changes
== shadowed_order
let order = "x"; order.incidents
== assigned_bundle
bundle.plan = 1;
== assigned_item
let a = [1]; a[0] = 2;
== assigned_constant
const A = 1; A = 2;
== metadata
META.id
== global_metadata
global::META.id
== library_that_is_not_there
work::major(bundle)
== function_in_a_function
let f = |x| { fn g() { } };
== called_closure
let require = |x| true; require.call(1)
== this
this.id
== misspelled_field
bundle.chnages
== misspelled_function
bundle.changes.fliter(|x| true)
== unknown_variable
nothing + 1
"##;

const DISABLED: &str = r##"
== eval
eval("1")
== curry
curry(1)
== Fn
Fn("x")
== import
import "x" as y;
== export
export bundle;
== try
try { } catch { }
== catch
catch
== ??
let x = 1 ?? 2;
== ?.
bundle?.changes
== ?[
bundle?["changes"]
== sync
let sync = 1;
"##;

/// `HERE` stands wherever an expression can.
const PLACES: &str = r##"
== statement
HERE;
== value
HERE
== let
let x = HERE;
== const
const X = HERE;
== assign
let x = 1; x = HERE;
== op_assign
let x = 1; x += HERE;
== if
if HERE == 1 { }
== then
if true { HERE; }
== else
if false { } else { HERE; }
== else_if
if false { } else if HERE == 1 { }
== if_expr
let x = if true { HERE } else { 1 };
== while
while HERE == 1 { }
== while_body
while true { HERE; break; }
== loop
loop { HERE; break; }
== do
do { HERE; } while false;
== do_cond
do { } while HERE == 1;
== until
do { } until HERE == 1;
== for
for i in HERE { }
== for_range
for i in 0..HERE { }
== for_body
for i in 0..1 { HERE; }
== switch
switch HERE { _ => 1 }
== case
switch 1 { 1 => HERE, _ => 1 }
== case_block
switch 1 { 1 => { HERE; } _ => 1 }
== case_if
switch 1 { 1 if HERE == 1 => 1, _ => 1 }
== case_default
switch 1 { 2 => 1, _ => HERE }
== case_range
switch 1 { 0..5 => HERE, _ => 1 }
== case_range_if
switch 1 { 0..5 if HERE == 1 => 1, _ => 1 }
== switch_expr
let x = switch 1 { 1 => HERE, _ => 2 };
== return
return HERE;
== throw
throw HERE;
== array
[HERE]
== map
#{ id: HERE }
== index
[1, 2][HERE]
== index_lhs
HERE[0]
== dot_lhs
(HERE).id
== interpolation
`${HERE}`
== block_expr
let x = { HERE };
== paren
(HERE)
== unary
-HERE
== not
!(HERE == 1)
== binary
1 + HERE
== and
true && HERE == 1
== or
false || HERE == 1
== in
1 in [HERE]
== range
let r = 0..HERE;
== argument
max(1, HERE)
== method_argument
1.max(HERE)
== closure
[1].filter(|x| HERE == 1)
== closure_block
[1].filter(|x| { HERE; true })
== closure_var
let f = |x| HERE; [1].filter(f)
== closure_in_break
loop { break [1].filter(|x| HERE == 1); }
== demand
ensure(HERE == 1, bundle, "ok")
== demand_map
ensure(true, bundle, "big", #{ value: HERE })
== capture
let y = 1; [1].filter(|x| y == HERE)
== index_chain
bundle.changes[HERE].id
== method_chain
bundle.changes.filter(|x| HERE == 1).len()
== function
fn f() { HERE } f()
== private
fn g(x) { x } g(HERE)
== nested_stmt
{ { HERE; } }
== if_in_arg
max(1, if true { HERE } else { 2 })
"##;

const PLACES_AFTER_BREAK: &str = r##"
== break
loop { break HERE; }
== break_expr
let x = loop { break HERE; };
== break_while
while true { break HERE; }
== break_for
for i in 0..2 { break HERE; }
== function_break
fn f() { loop { break HERE; } } f()
== break_block
loop { break { HERE }; }
== break_if
loop { break if true { HERE } else { 1 }; }
"##;

/// Own functions that bear the name of a native one that rules may not call.
const OPENERS: &str = r##"
== sleep
fn sleep(a, b) { a } sleep(0)
== exit
fn exit(a, b, c) { a } exit(42)
== pad
fn pad(a) { a } let s = "x"; s.pad(10, "y")
== replace
fn replace(a, b, c, d, e) { a } let s = "xx"; s.replace("x", "yy")
== map
fn map(a, b, c, d) { a } [1].map(|x| x)
== sort
fn sort(a, b, c, d) { a } let a = [2, 1]; a.sort()
"##;

//! Every example of the reference of the rule language runs, and does what the page says.
//!
//! A block of `rhai` is the body of `check`, then functions of its own, if it has any. It runs on the last block of
//! `yaml` above it, in the pack `fixtures/language`; the block of `text` below it says what comes of it.
//! `GAMSA_UPDATE_DOCS=1 cargo test` writes these outcomes, and the truth tables, anew.

use std::fmt::Write;
use std::path::PathBuf;

use gamsa::assess::{Assessment, Auditor, FindingKind, RuleReport};
use gamsa::engine::on_worker;
use gamsa::load::{Bundle, Limits};
use gamsa::pack::{Pack, Parameters, RuleMeta};

use crate::audits::{fixture, project, request};
use crate::docs::{compare, page_lock, read};
use crate::program::copy;

const PAGE: &str = "docs/rule-language.md";

/// The messages that examples may use; a rule may not have one that it does not use.
const MESSAGES: [(&str, &str); 5] = [
    ("wrong", "wrong: {found}"),
    ("late", "{found} is after {limit}"),
    ("few", "too few"),
    ("enough", "is {found} enough?"),
    ("known", "the order found {found}"),
];

/// A fenced block of the page: its language, and the lines between the fences.
struct Block {
    language: String,
    /// The line after the opening fence, from 0.
    start: usize,
    /// The line of the closing fence.
    end: usize,
}

/// A pack in which rules can be put.
pub(crate) struct Stand {
    directory: tempfile::TempDir,
}

impl Stand {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("temporary directory");
        copy(&fixture("language"), directory.path());
        std::fs::create_dir(directory.path().join("examples")).expect("a folder");
        Self { directory }
    }

    pub(crate) fn path(&self) -> &std::path::Path {
        self.directory.path()
    }

    fn rule(&self, id: &str) -> PathBuf {
        self.directory.path().join(format!("examples/{id}-example.rhai"))
    }

    /// Writes a rule: its metadata and the head of `check` on the first line, then its body.
    pub(crate) fn add(&self, id: &str, body: &str) {
        let used = MESSAGES.iter().filter(|(key, _)| body.contains(&format!("\"{key}\"")));
        let says: String = used.map(|(key, text)| format!("{key}: #{{ en: \"{text}\", ko: \"{text}\" }}, ")).collect();
        let (check, functions) = match body.find("\n\nfn ") {
            Some(at) => (&body[..at], &body[at + 2..]),
            None => (body, ""),
        };
        let rule = format!(
            "{} fn check(bundle, order) {{\n{check}\n}}\n{functions}\n",
            META.replace("EX-1", id).replace("SAYS", &says)
        );
        std::fs::write(self.rule(id), rule).expect("a rule");
    }

    /// Returns what came of the rules, or why they are refused.
    fn run(&self, evidence: &str) -> Result<Vec<RuleReport>, String> {
        self.assess(evidence).map(|assessment| assessment.rules)
    }

    /// Returns the assessment of evidence, or why the rules are refused.
    pub(crate) fn assess(&self, evidence: &str) -> Result<Assessment, String> {
        let pack = Pack::open(&self.directory.path().display().to_string()).expect("the pack is read");
        let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
        let auditor = Auditor::new(&pack, &pack.order, parameters, request("2024-07-01", None))
            .map_err(|error| error.root_cause().to_string())?;
        let bundle = Bundle::from_bytes("bundle.yaml", evidence.as_bytes(), &Limits::default()).expect("evidence");
        // The rule that the program adds is not spoken of on the page.
        let mut assessment = auditor.assess("bundle.yaml", bundle);
        assessment.rules.retain(|rule| rule.meta.id != RuleMeta::FORM);
        Ok(assessment)
    }
}

const META: &str = concat!(
    r##"const META = #{ id: "EX-1", title: #{ en: "Example", ko: "예제" }, control: "examples", severity: "low", "##,
    r##"stages: ["plan"], basis: [#{ source: "own", status: "own" }], demand: #{ en: "Demand.", ko: "요구" }, "##,
    r##"remedy: #{ en: "Remedy.", ko: "조치" }, says: #{ SAYS } };"##
);

#[test]
fn every_example_does_what_the_page_says() {
    let _lock = page_lock();
    let text = read(PAGE);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let blocks = blocks(&lines);
    let is_update = std::env::var_os("GAMSA_UPDATE_DOCS").is_some();
    let mut evidence = String::new();
    let mut wrong = String::new();
    let mut written: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    let mut examples = 0;
    for (at, block) in blocks.iter().enumerate() {
        let body = lines[block.start..block.end].join("\n");
        match block.language.as_str() {
            "yaml" => evidence = body,
            "rhai" => {
                examples += 1;
                let outcome = on_worker(|| outcome(&evidence, &body)).expect("a worker");
                let next = blocks.get(at + 1).filter(|next| {
                    next.language == "text" && lines[block.end + 1..next.start - 1].iter().all(|line| line.is_empty())
                });
                match next {
                    Some(next) if lines[next.start..next.end].join("\n") == outcome => {}
                    Some(next) => written.push((next.start..next.end, outcome)),
                    None => written.push((block.end + 1..block.end + 1, format!("\n```text\n{outcome}\n```"))),
                }
            }
            _ => {}
        }
    }
    assert!(examples > 30, "the page has {examples} examples");
    for (range, outcome) in written.into_iter().rev() {
        if is_update {
            lines.splice(range, outcome.lines().map(str::to_owned));
        } else {
            let found = lines[range.clone()].join("\n");
            write!(wrong, "\n{PAGE}:{}: it says\n{found}\nit should say\n{outcome}\n", range.start).expect("a string");
        }
    }
    if is_update {
        std::fs::write(project().join(PAGE), format!("{}\n", lines.join("\n"))).expect("written");
    }
    assert!(wrong.is_empty(), "GAMSA_UPDATE_DOCS=1 cargo test writes the outcomes anew{wrong}");
}

#[test]
fn the_truth_tables_are_those_of_the_evaluator() {
    let mut table = String::new();
    let values = ["YES", "NO", "ABSENT"];
    let head = |corner: &str, columns: &[&str]| {
        format!("\n| {corner} | {} |\n|---|{}\n", columns.join(" | "), "---|".repeat(columns.len()))
    };
    let pairs = || values.iter().flat_map(|one| values.iter().map(move |other| (*one, *other)));
    for operator in ["&&", "||", "==", "!="] {
        let truths = truths(&pairs().map(|(one, other)| format!("{one} {operator} {other}")).collect::<Vec<_>>());
        table += &head(&format!("`{}`", operator.replace('|', "\\|")), &named(&values));
        for (value, row) in values.iter().zip(truths.chunks(values.len())) {
            writeln!(table, "| **{}** | {} |", name(value), row.join(" | ")).expect("a string");
        }
    }
    let each = |forms: &[&str], rows: &[&str], corner: &str| {
        let questions = rows.iter().flat_map(|row| forms.iter().map(move |form| form.replace('X', row)));
        let truths = truths(&questions.collect::<Vec<_>>());
        let columns: Vec<String> = forms.iter().map(|form| format!("`{}`", form.replace('|', "\\|"))).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut table = head(corner, &columns);
        for (row, truths) in rows.iter().zip(truths.chunks(forms.len())) {
            writeln!(table, "| {} | {} |", listed(row), truths.join(" | ")).expect("a string");
        }
        table
    };
    table += &each(&["!X", "has(X)", "is_present(X)", "X.or(true)"], &values, "`X`");
    let lists = ["[YES, NO]", "[NO, NO]", "[YES, YES]", "[YES, ABSENT]", "[NO, ABSENT]", "[ABSENT]"];
    let forms = ["X.any(|it| it)", "X.all(|it| it)", "X.none(|it| it)", "true in X", "has(X.find(|it| it))"];
    table += &each(&forms, &lists, "`X`");
    let forms =
        ["X.filter(|it| it).is_empty()", "X.count(|it| it) == 1", "X.count(|it| it) >= 1", "has(X)", "X.is_empty()"];
    table += &each(&forms, &lists, "`X`");
    compare(PAGE, "truth", &format!("{table}\n"));
}

/// What the loader refuses, in groups: bodies of `check`.
const REFUSED: [(&str, &[&str]); 3] = [
    (
        "Syntax",
        &[
            "let _approved = bundle.works[0].approval?.by;",
            "let _users = bundle.works[0].users ?? 0;",
            "let _nothing = ();",
            "let _letter = 'a';",
            "let _pair = #{ a: 1 };",
            "let _test = |work| work.major;",
            "let _users = [1, 2]; _users[0] = 3;",
            "do { } while true",
            "try { } catch { }",
            "throw \"stop\";",
            "import \"other\" as other;",
            "eval(\"1\");",
            "let _bits = 6 & 3;",
            "let _power = 2 ** 3;",
            "let _kind = if has(bundle.works) { return; } else { 1 };",
            "for _work in bundle.works { break 1; }",
        ],
    ),
    (
        "Names",
        &[
            "require(bundle.works[0].sarted_at);",
            "require(bundle.kind);",
            "requir(bundle.works);",
            "require(bundle.works.map(|work| work.id, 1));",
            "ensure(has(bundle.works));",
            "ensure(has(bundle.works), bundle.works, \"fwe\");",
            "ensure(has(bundle.works), bundle.works, \"late\");",
            "ensure(parameter(\"longest_pose\") > minutes(1), bundle.works, \"few\");",
            "require(works);",
            "let users = bundle.works.len(); require(bundle.works);",
            "require(bundle.works); return; require(bundle.incidents);",
            "require(works::major(bundle));",
            "let _count = 0; bundle.works.all(|_work| { _count += 1; true });",
            "bundle.works.all(|work| { require(work.id); true });",
        ],
    ),
    (
        "Types",
        &[
            "ensure(bundle.works[0].users != \"300\", bundle.works, \"few\");",
            "ensure(bundle.works[0].major == \"true\", bundle.works, \"few\");",
            "ensure(bundle.works[0].kind == \"Update\", bundle.works, \"few\");",
            "ensure(bundle.works[0].kind in [\"update\", \"repare\"], bundle.works, \"few\");",
            "ensure(bundle.works[0].tested_on <= bundle.works[0].started_at, bundle.works, \"few\");",
            "ensure(bundle.works[0].pause <= 30, bundle.works, \"few\");",
            "ensure(bundle.works == \"W1\", bundle.works, \"few\");",
            "ensure(bundle.works[0].major > true, bundle.works, \"few\");",
            "ensure(\"W\" in bundle.works[0].id, bundle.works, \"few\");",
            "for letter in bundle.works[0].id { require(letter); }",
            "for work in bundle.works[0] { require(work); }",
            "ensure(bundle.works[0].users, bundle.works, \"few\");",
            "ensure(bundle.works.any(|work| work.id), bundle.works, \"few\");",
            "ensure(true, bundle.works, \"few\");",
            "ensure(bundle.works[0].tested_on + 1 > as_of(), bundle.works, \"few\");",
            "ensure(bundle.works[0].workers + \"kim\" == [\"kim\"], bundle.works, \"few\");",
            "ensure(minutes(bundle.works[0].id) > minutes(1), bundle.works, \"few\");",
            "ensure(has(bundle.works), \"works\", \"few\");",
        ],
    ),
];

#[test]
fn what_is_refused_at_load_is_listed() {
    let stand = Stand::new();
    let mut table = String::new();
    for (what, bodies) in REFUSED {
        write!(table, "\n| {what} | refused because |\n|---|---|\n").expect("a string");
        for body in bodies {
            stand.add("EX-1", body);
            let mistakes = match on_worker(|| stand.run("works: []\n")).expect("a worker") {
                Ok(rules) => panic!("not refused: {body}\n{}", rules.iter().map(tell).collect::<String>()),
                Err(mistakes) => mistakes,
            };
            let first = mistakes.lines().next().and_then(|line| line.split_once(": ")).expect("a message").1;
            let hint = mistakes
                .lines()
                .skip(1)
                .take_while(|line| line.starts_with(' '))
                .find_map(|line| line.trim_start().strip_prefix("= "));
            let message = hint.map_or(first.to_owned(), |hint| format!("{first}; {hint}"));
            writeln!(table, "| `{}` | {} |", body.replace('|', "\\|"), message.replace('|', "\\|")).expect("a string");
        }
    }
    compare(PAGE, "refused", &format!("{table}\n"));
}

/// Returns the column heads.
fn named<'v>(values: &[&'v str]) -> Vec<&'v str> {
    values.iter().map(|value| name(value)).collect()
}

fn name(value: &str) -> &str {
    match value {
        "YES" => "true",
        "NO" => "false",
        _ => "absent",
    }
}

fn listed(row: &str) -> String {
    row.replace("YES", "true").replace("NO", "false").replace("ABSENT", "absent")
}

/// Returns whether conditions hold: true, false or unknown. `YES`, `NO` and `ABSENT` are values of the evidence.
fn truths(conditions: &[String]) -> Vec<&'static str> {
    let stand = Stand::new();
    for (at, condition) in conditions.iter().enumerate() {
        let condition = ["YES", "NO", "ABSENT"].iter().enumerate().fold(condition.clone(), |condition, (at, value)| {
            condition.replace(value, &format!("bundle.works[{at}].major"))
        });
        stand.add(&format!("EX-{:03}", at + 1), &format!("ensure({condition}, bundle.works, \"few\");"));
    }
    let evidence = "works: [{id: A, major: true}, {id: B, major: false}, {id: C}]\n";
    let rules = on_worker(|| stand.run(evidence)).expect("a worker").expect("the rules load");
    let truth = |rule: &RuleReport| match rule.result.name() {
        "pass" => "true",
        "fail" => "false",
        "missing" => "unknown",
        other => panic!("{}: {other}", rule.meta.id),
    };
    rules.iter().map(truth).collect()
}

/// Returns what comes of a body of `check` on evidence.
pub(crate) fn outcome(evidence: &str, body: &str) -> String {
    let stand = Stand::new();
    stand.add("EX-1", body);
    match stand.run(evidence) {
        Ok(rules) => rules.iter().map(tell).collect::<Vec<_>>().join("\n"),
        Err(mistakes) => refused(&mistakes),
    }
}

fn tell(rule: &RuleReport) -> String {
    let mut lines: Vec<String> = rule.printed.lines().map(|line| format!("printed: {line}")).collect();
    lines.push(rule.result.name().to_owned());
    for finding in &rule.findings {
        let subject = if finding.is_in_order { "order " } else { "" };
        let path = if finding.path.is_empty() { "/" } else { &finding.path };
        lines.push(match (finding.kind, &finding.script) {
            (FindingKind::Error, Some(script)) => {
                let message = finding.message.en.split(" (examples/").next().unwrap_or_default();
                format!("  line {}: {message}", script.line.saturating_sub(1))
            }
            _ => format!("  {subject}{path}: {}", finding.message.en),
        });
    }
    lines.join("\n")
}

/// Returns mistakes as if the script began with the example.
fn refused(mistakes: &str) -> String {
    let mut out = String::from("refused");
    for line in mistakes.lines() {
        let place = line.strip_prefix("examples/EX-1-example.rhai:").and_then(|rest| rest.split_once(": "));
        let line = match (place, line.split_once(" │")) {
            (Some((place, message)), _) => {
                let (row, column) = place.split_once(':').expect("a line and a column");
                format!("  {}:{column}: {message}", row.parse::<usize>().expect("a line") - 1)
            }
            (None, Some((row, code))) => match row.trim().parse::<usize>() {
                Ok(row) => format!("   {} │{code}", row - 1),
                Err(_) => format!("    {} │{code}", " ".repeat(row.len().saturating_sub(2))),
            },
            (None, None) => format!("  {line}"),
        };
        out.push('\n');
        out.push_str(line.trim_end());
    }
    out
}

/// Finds the fenced blocks of a page.
fn blocks(lines: &[String]) -> Vec<Block> {
    let mut all: Vec<Block> = Vec::new();
    let mut open: Option<(String, usize)> = None;
    for (at, line) in lines.iter().enumerate() {
        let Some(language) = line.strip_prefix("```") else { continue };
        match open.take() {
            Some((language, start)) => all.push(Block { language, start, end: at }),
            None => open = Some((language.to_owned(), at + 1)),
        }
    }
    assert!(open.is_none(), "a block is not closed");
    all
}

#[test]
fn the_page_is_only_about_what_exists() {
    // Names in the text that look like calls are functions of the language, or of an example.
    let text = read(PAGE);
    let known = gamsa::engine::reference();
    let (before, rest) = text.split_once("<!-- refused -->").expect("the refusals");
    let (_, after) = rest.split_once("<!-- /refused -->").expect("their end");
    let prose: String = [before, after].concat().split("```").step_by(2).collect();
    let own = ["check", "name"];
    for (at, _) in prose.match_indices('(') {
        let before = &prose[..at];
        let start = before.rfind(|c: char| !c.is_ascii_lowercase() && c != '_' && !c.is_ascii_digit());
        let name = &before[start.map_or(0, |start| start + 1)..];
        let is_code = before.matches('`').count() % 2 == 1;
        let is_known = name.is_empty() || own.contains(&name) || known.iter().any(|(known, _)| *known == name);
        assert!(!is_code || is_known, "{PAGE} names `{name}(`, which is no function of the language");
    }
}

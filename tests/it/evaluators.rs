//! The direct evaluator against the interpreter: the same outcome of every rule, whatever the evidence.
//!
//! `GAMSA_MUTATIONS` sets how many mutated bundles are compared, `GAMSA_SEED` which.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use gamsa::engine::{Case, CompiledRule, Effort, Evaluator, Outcome, Program, compile_ahead, on_worker};
use gamsa::evidence::Day;
use gamsa::load::{Attachments, Bundle, Limits, document};
use gamsa::pack::{Order, Pack, Tree, embedded_ids};
use walkdir::WalkDir;

use crate::audits::{Bench, fixture, load, project};
use crate::mutations::Dice;

/// Mutated bundles in a test run: what takes a few seconds.
const MUTATIONS: usize = if cfg!(debug_assertions) { 400 } else { 20_000 };
/// Of the rules, one in so many runs on a fixture of another rule; all of them in a release build.
const SHARE: usize = if cfg!(debug_assertions) { 10 } else { 1 };
/// Operations of the interpreter for one step of the direct evaluator, at most.
const OPERATIONS_PER_STEP: u64 = 4;

/// Values that mutations put in the place of others.
pub(crate) const VALUES: [&str; 26] = [
    "",
    "null",
    "''",
    "'  '",
    "[]",
    "{}",
    "true",
    "false",
    "0",
    "1",
    "6",
    "80.5",
    "-1",
    "pass",
    "done",
    "I1",
    "kakaotalk",
    "[I1, I2]",
    "PT10M",
    "2024-05-31",
    "2024-05-20T14:52:00+09:00",
    "2026-01-01T00:00:00Z",
    "2024-05-13T13:44:00.000000001-03:30",
    "1600-01-01T00:00:00Z",
    "9999-12-30T22:00:00Z",
    "P200000D",
];

/// The rules of the pack for both evaluators, against one order.
pub(crate) struct Pair<'b> {
    bench: &'b Bench,
    pub(crate) direct: Program<'b>,
    interpreter: Program<'b>,
    order: Arc<Tree>,
}

#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) runs: usize,
    pub(crate) direct: usize,
    /// Runs that were given up, by rule.
    given_up: BTreeMap<String, usize>,
}

impl<'b> Pair<'b> {
    pub(crate) fn new(bench: &'b Bench, order: &Order) -> Self {
        let scripts = bench.pack.select(&[]).expect("all rules");
        let compile = |evaluator| {
            Program::compile(&bench.pack, bench.parameters.clone(), &scripts, evaluator).expect("rules that compile")
        };
        let (direct, interpreter) = (compile(Evaluator::Direct), compile(Evaluator::Interpreter));
        Self { bench, direct, interpreter, order: order.tree.clone() }
    }

    /// Runs rules both ways and compares all that they found; `chosen` are indexes, see [`Program::rules`], and `text`
    /// tells what a rule of this path ran on.
    pub(crate) fn compare(
        &self,
        tree: &Arc<Tree>,
        attachments: &Attachments,
        chosen: &[usize],
        tally: &mut Tally,
        text: &dyn Fn(&str) -> String,
    ) {
        let case = || Case {
            bundle: tree.clone(),
            attachments: attachments.clone(),
            stage: Some("result".to_owned()),
            as_of: Day::parse("2024-09-02").expect("a date"),
            order: self.order.clone(),
        };
        let outcomes = self.direct.run(case(), chosen);
        for (ours, theirs) in outcomes.iter().zip(self.interpreter.run(case(), chosen)) {
            assert_eq!(said(ours), said(&theirs), "{}\n{}", ours.path, text(&ours.path));
            tally.runs += 1;
            match (ours.effort, theirs.effort) {
                (Effort::Direct(steps), Effort::Interpreted(operations)) => {
                    tally.direct += 1;
                    let is_within = operations <= OPERATIONS_PER_STEP * steps;
                    assert!(is_within, "{}: {operations} for {steps}\n{}", ours.path, text(&ours.path));
                }
                _ => *tally.given_up.entry(ours.path.clone()).or_default() += 1,
            }
        }
    }

    /// Returns the rules to run on a bundle: those whose id it is named for, and of the others one in `share`.
    fn chosen(&self, name: &str, round: usize, share: usize) -> Vec<usize> {
        let rules = self.direct.rules().enumerate();
        let is_chosen =
            |(at, rule): &(usize, &CompiledRule)| name.contains(&rule.meta.id) || (at + round).is_multiple_of(share);
        rules.filter(is_chosen).map(|(at, _)| at).collect()
    }

    pub(crate) fn tree(&self, text: &str) -> Option<Arc<Tree>> {
        let document = document("bundle.yaml", text.as_bytes(), &Limits::default()).ok()?;
        Some(Arc::new(Tree::bundle(document, &self.bench.pack.schema)))
    }
}

fn said(outcome: &Outcome) -> String {
    let Outcome { path: _, demands, notes, dropped, printed, error, effort: _ } = outcome;
    format!("{demands} demands, {notes:#?} {dropped:?} {printed} {error:?}")
}

#[test]
fn every_fixture_has_the_same_outcome_both_ways() {
    on_worker(compare_fixtures).expect("a thread");
}

#[test]
fn mutated_evidence_has_the_same_outcome_both_ways() {
    on_worker(compare_mutations).expect("a thread");
}

#[test]
fn the_embedded_packs_hold_what_their_scripts_say() {
    for id in embedded_ids() {
        // From its folder, a pack is read and compiled; embedded, it is taken as it was compiled ahead.
        let pack = Pack::open(&project().join("rules").join(id).to_string_lossy()).expect("a pack");
        let rules = on_worker(|| compile_ahead(&pack)).expect("a thread").expect("rules that compile");
        for (part, compiled) in [("pack", pack.read_ahead().expect("encoded")), ("rules", rules)] {
            let path = project().join(format!("rules/{id}.{part}.compiled"));
            if std::env::var_os("GAMSA_UPDATE_DOCS").is_some() {
                std::fs::write(&path, &compiled).expect("written");
            }
            let held = std::fs::read(&path).unwrap_or_default();
            assert!(held == compiled, "{}: run GAMSA_UPDATE_DOCS=1 cargo test", path.display());
        }
    }
}

fn compare_fixtures() {
    let bench = Bench::new();
    let mut tally = Tally::default();
    let mut pairs: BTreeMap<std::path::PathBuf, Pair<'_>> = BTreeMap::new();
    for (round, (path, bundle)) in bundles().into_iter().enumerate() {
        let own = path.with_file_name(format!("{}.order.yaml", stem(&path)));
        let order = if own.is_file() { own } else { fixture("rules/order.yaml") };
        let pair = pairs.entry(order.clone()).or_insert_with(|| Pair::new(&bench, &bench.order(&order)));
        let Bundle { document, attachments, .. } = bundle;
        let tree = Arc::new(Tree::bundle(document, &bench.pack.schema));
        let chosen = pair.chosen(&path.to_string_lossy(), round, SHARE);
        pair.compare(&tree, &attachments, &chosen, &mut tally, &|_| path.display().to_string());
    }
    report(&tally);
    // Rules are given up where a condition is absent; if that were common, it would be slow.
    assert!(tally.direct * 100 >= tally.runs * 95, "{} of {} runs", tally.direct, tally.runs);
}

fn compare_mutations() {
    let rounds = number("GAMSA_MUTATIONS").map_or(MUTATIONS, |count| count as usize);
    let mut dice = Dice(number("GAMSA_SEED").unwrap_or(0xa0d17));
    let bench = Bench::new();
    let pair = Pair::new(&bench, &bench.order(&fixture("rules/order.yaml")));
    let corpus: Vec<String> = [joined("complete"), joined("kakaotalk-2024-05")]
        .into_iter()
        .chain(rule_fixtures().iter().map(|path| std::fs::read_to_string(path).expect("a fixture")))
        .collect();
    let mut tally = Tally::default();
    let mut read = 0;
    for round in 0..rounds {
        // Every fourth is the complete bundle, where all rules have something to examine.
        let text = if round % 4 == 0 { &corpus[0] } else { &corpus[dice.roll(corpus.len())] };
        let text = mutate(text, &corpus, &mut dice);
        let Some(tree) = pair.tree(&text) else { continue };
        read += 1;
        let chosen = pair.chosen("", round, SHARE.min(2));
        pair.compare(&tree, &Attachments::default(), &chosen, &mut tally, &|_| text.clone());
    }
    assert!(read * 3 > rounds, "too few mutations are still YAML: {read} of {rounds}");
    report(&tally);
}

/// Returns the number that an environment variable holds.
pub(crate) fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Changes a few lines: takes them out, repeats them, or gives their keys other values.
fn mutate(text: &str, corpus: &[String], dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(lines.len());
        let end = (at + 1 + dice.roll(4)).min(lines.len());
        match dice.roll(5) {
            0 => drop(lines.drain(at..end)),
            1 => {
                let copy = lines[at..end].to_vec();
                lines.splice(at..at, copy);
            }
            choice => {
                let Some((key, _)) = lines.get(at).and_then(|line| line.split_once(": ")) else { continue };
                let other = &corpus[dice.roll(corpus.len())];
                let values: Vec<&str> =
                    other.lines().filter_map(|line| line.split_once(": ")).map(|(_, v)| v).collect();
                let value = if choice == 2 && !values.is_empty() {
                    values[dice.roll(values.len())]
                } else {
                    VALUES[dice.roll(VALUES.len())]
                };
                lines[at] = format!("{key}: {value}");
            }
        }
    }
    lines.join("\n") + "\n"
}

/// Every bundle of the fixtures that is not refused.
fn bundles() -> Vec<(std::path::PathBuf, Bundle)> {
    let mut paths = rule_fixtures();
    paths.extend(["complete", "kakaotalk-2024-05", "empty", "evasive"].map(fixture));
    paths.extend(
        WalkDir::new(fixture("reports")).max_depth(1).into_iter().flatten().map(|entry| entry.path().to_owned()),
    );
    paths.into_iter().filter_map(|path| Some((path.clone(), load(&path, &Limits::default()).ok()?))).collect()
}

fn rule_fixtures() -> Vec<std::path::PathBuf> {
    let entries = WalkDir::new(project().join("fixtures/rules")).sort_by_file_name().min_depth(2).max_depth(2);
    let paths = entries.into_iter().map(|entry| entry.expect("a folder").into_path());
    paths.filter(|path| path.is_file() && !path.to_string_lossy().ends_with(".order.yaml")).collect()
}

/// Joins the files of a bundle into one, as the loader does.
fn joined(name: &str) -> String {
    let root = fixture(name);
    let mut text = std::fs::read_to_string(root.join("bundle.yaml")).expect("a bundle") + "\n";
    let mut lists: BTreeMap<String, String> = BTreeMap::new();
    for entry in WalkDir::new(&root).sort_by_file_name().min_depth(1).into_iter().flatten() {
        let path = entry.path();
        let inside = path.strip_prefix(&root).expect("inside").to_string_lossy().into_owned();
        let (Some(key), false) = (inside.strip_suffix(".yaml"), inside == "bundle.yaml") else { continue };
        let indented = |by: &str| {
            let text = std::fs::read_to_string(path).expect("a file");
            text.lines().map(|line| format!("{by}{line}\n")).collect::<String>()
        };
        match key.split_once('/') {
            Some((list, _)) => {
                lists.entry(list.to_owned()).or_default().push_str(&format!("  -\n{}", indented("    ")));
            }
            None => writeln!(text, "{key}:\n{}", indented("  ")).expect("a string"),
        }
    }
    for (key, items) in lists {
        writeln!(text, "{key}:\n{items}").expect("a string");
    }
    text
}

fn stem(path: &std::path::Path) -> String {
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    name.split('.').next().unwrap_or_default().to_owned()
}

fn report(tally: &Tally) {
    println!("{} runs, {} direct; given up: {:#?}", tally.runs, tally.direct, tally.given_up);
}

/// Of very many mappings with little in them, fields are found by name and not by position.
#[test]
fn many_small_mappings_have_the_same_outcome_both_ways() {
    on_worker(|| {
        let bench = Bench::new();
        let pair = Pair::new(&bench, &bench.order(&fixture("rules/order.yaml")));
        // So many that the positions of the fields of what follows are not kept.
        let small = "  - {}\n".repeat(2_000);
        let text = format!("analyses:\n{small}{}", joined("kakaotalk-2024-05"));
        let tree = pair.tree(&text).expect("evidence");
        let chosen: Vec<usize> = (0..pair.direct.rules().count()).collect();
        let mut tally = Tally::default();
        pair.compare(&tree, &Attachments::default(), &chosen, &mut tally, &|_| "many small mappings".to_owned());
        assert!(tally.direct > 0);
    })
    .expect("a thread");
}

/// What a rule gives up on evidence that is in order costs twice; `--nocapture` shows the steps of each.
#[test]
fn a_submission_of_real_size_needs_no_interpreter() {
    on_worker(|| {
        let bench = Bench::new();
        let order = bench.order(&fixture("orders/hanbit-2024.yaml"));
        let pair = Pair::new(&bench, &order);
        let Bundle { document, attachments, .. } =
            load(&fixture("hanbit-result"), &Limits::default()).expect("a bundle");
        let bundle = Arc::new(Tree::bundle(document, &bench.pack.schema));
        let case = Case {
            bundle,
            attachments,
            stage: Some("result".to_owned()),
            as_of: Day::parse("2024-09-12").expect("a date"),
            order: order.tree.clone(),
        };
        let chosen: Vec<usize> = (0..pair.direct.rules().count()).collect();
        let outcomes = pair.direct.run(case, &chosen);
        let steps = |outcome: &Outcome| match outcome.effort {
            Effort::Direct(steps) => steps,
            Effort::Interpreted(_) => panic!("{} was given up", outcome.path),
        };
        let mut costs: Vec<(u64, &str)> =
            outcomes.iter().map(|outcome| (steps(outcome), outcome.path.as_str())).collect();
        costs.sort_unstable();
        for (steps, path) in costs.iter().rev() {
            println!("{steps:>8} steps {path}");
        }
    })
    .expect("a thread");
}

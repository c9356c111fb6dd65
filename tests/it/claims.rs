//! The claims of the rule language, on random rules and evidence: what a finding may depend on.
//!
//! `GAMSA_SEED` sets which cases are made, `GAMSA_CASES` how many.

use std::collections::{BTreeMap, BTreeSet};

use gamsa::engine::on_worker;
use serde_json::Value;

use crate::random_rules::{Allowed, Maker, Tape, Traits, evidence, fill, permute, shrink};
use crate::trial::{Bench, Found, Rule, in_packs, number};

/// Cases of each claim in a test run: what takes a few seconds.
const CASES: u64 = 1_500;
/// Rules in a pack.
const SIZE: usize = 250;
/// Bundles that a rule runs on.
const BUNDLES: usize = 4;
/// Fillings of a bundle.
const FILLINGS: usize = 4;
/// Cases that are tried to make a counterexample small.
const TRIES: usize = 400;

/// A rule, and the tape that it was made from.
struct Made {
    tape: Vec<u32>,
    rule: Rule,
    traits: Traits,
}

fn make(tape: &mut Tape, allowed: Allowed) -> Made {
    let mut maker = Maker::new(tape, allowed);
    let rule = maker.rule();
    let traits = maker.traits;
    Made { tape: tape.numbers().to_vec(), rule, traits }
}

/// What became of the cases.
#[derive(Debug, Default)]
struct Tally {
    rules: usize,
    refused: usize,
    results: BTreeMap<&'static str, usize>,
    /// Cases in which the claim says something.
    tested: usize,
    /// Passes on bundles in which something is absent that the rule reads.
    dropped: usize,
    counterexamples: Vec<String>,
}

/// What a claim says of a rule on a bundle: whether it holds, if it says anything.
type Claim = fn(&Bench<'_>, usize, Traits, &Value, &Found, &mut Tape) -> Option<Result<(), String>>;

/// Runs random rules on random bundles, and asks whether a claim holds.
fn search(allowed: Allowed, is_wanted: fn(Traits) -> bool, claim: Claim) -> Tally {
    let cases = number("GAMSA_CASES").unwrap_or(CASES);
    let seed = number("GAMSA_SEED").unwrap_or(1) << 32;
    let mut tally = Tally::default();
    let mut at = 0;
    while at < cases {
        let count = (cases - at).min(SIZE as u64);
        let made: Vec<Made> = (at..at + count).map(|at| make(&mut Tape::record(seed + at), allowed)).collect();
        at += count;
        let wanted: Vec<&Made> = made.iter().filter(|made| is_wanted(made.traits)).collect();
        let rules: Vec<Rule> = wanted.iter().map(|made| made.rule.clone()).collect();
        tally.rules += rules.len();
        let mut bad: Vec<(usize, u64)> = Vec::new();
        let refused = in_packs(&rules, SIZE, |bench, rules| {
            for (index, rule) in rules.iter().enumerate() {
                let origin = wanted.iter().position(|made| made.rule == *rule).expect("one of them");
                for turn in 0..BUNDLES as u64 {
                    let salt = seed ^ (at * 1_000_003 + index as u64 * 17 + turn);
                    let mut tape = Tape::record(salt);
                    let bundle = evidence(&mut tape);
                    let found = bench.run(index, &bundle);
                    *tally.results.entry(found.result).or_default() += 1;
                    if found.result == "pass" && lacks_what_is_read(&bench.reads(index), &bundle) {
                        tally.dropped += 1;
                    }
                    match claim(bench, index, wanted[origin].traits, &bundle, &found, &mut tape) {
                        None => {}
                        Some(Ok(())) => tally.tested += 1,
                        Some(Err(_)) => {
                            tally.tested += 1;
                            bad.push((origin, salt));
                        }
                    }
                }
            }
        });
        tally.refused += refused.len();
        if std::env::var_os("GAMSA_REFUSED").is_some() {
            refused.iter().for_each(|(rule, error)| println!("{rule:?}\n{error}\n"));
        }
        bad.dedup_by_key(|(origin, _)| *origin);
        for (origin, salt) in bad {
            if tally.counterexamples.len() < 5 {
                let smallest = smallest(&wanted[origin].tape, salt, allowed, is_wanted, claim);
                tally.counterexamples.push(smallest);
            } else {
                tally.counterexamples.push(String::new());
            }
        }
    }
    println!("{} counterexamples, {tally:?}", tally.counterexamples.len());
    tally
}

/// Makes a counterexample small, and tells it.
fn smallest(rule: &[u32], salt: u64, allowed: Allowed, is_wanted: fn(Traits) -> bool, claim: Claim) -> String {
    let mut tape = Tape::record(salt);
    for _ in 0..1_000 {
        tape.roll(2);
    }
    // One tape for both: the rule, then the bundle and what is done with it, from the longest rule on.
    let split = rule.len();
    let bundle = tape.numbers().to_vec();
    let mut told = String::new();
    let mut judge = |rule: &[u32], bundle: &[u32]| {
        let made = make(&mut Tape::play(rule), allowed);
        if !is_wanted(made.traits) {
            return false;
        }
        let mut failed = false;
        in_packs(std::slice::from_ref(&made.rule), 1, |bench, _| {
            let mut tape = Tape::play(bundle);
            let value = evidence(&mut tape);
            let found = bench.run(0, &value);
            if let Some(Err(error)) = claim(bench, 0, made.traits, &value, &found, &mut tape) {
                failed = true;
                let Rule { functions, check } = &made.rule;
                let Found { result, absent, deviations, error: wrong, .. } = found;
                told = format!("{functions}{check}\n{value}\n{result} {absent:?} {deviations:?} {wrong:?}\n{error}\n");
            }
        });
        failed
    };
    let rule = shrink(rule, TRIES, |rule| judge(rule, &bundle));
    let bundle = shrink(&bundle, TRIES, |bundle| judge(&rule, bundle));
    let rule = shrink(&rule, TRIES / 2, |rule| judge(rule, &bundle));
    judge(&rule, &bundle);
    if told.is_empty() { format!("not found again ({split} numbers)") } else { told }
}

/// Tells whether a bundle lacks something that a rule may read.
fn lacks_what_is_read(reads: &BTreeSet<String>, bundle: &Value) -> bool {
    reads.iter().any(|path| {
        let steps: Vec<&str> = path.split('/').skip(1).collect();
        lacks(bundle, &steps)
    })
}

fn lacks(value: &Value, steps: &[&str]) -> bool {
    match (value, steps) {
        (Value::Null, _) => true,
        (_, []) => false,
        (Value::Array(items), [_, rest @ ..]) => items.iter().any(|item| lacks(item, rest)),
        (value, [name, rest @ ..]) => value.get(name).is_none_or(|field| lacks(field, rest)),
    }
}

/// Fillings change what is asked on purpose: rules that ask are left out, and those that count the given items of lists
/// which they made; of evidence, entries that are not given stay so.
fn can_be_filled(traits: Traits) -> bool {
    !(traits.asks || traits.counts && traits.makes)
}

fn pass_is_stable(
    bench: &Bench<'_>,
    rule: usize,
    traits: Traits,
    bundle: &Value,
    found: &Found,
    tape: &mut Tape,
) -> Option<Result<(), String>> {
    if found.result != "pass" {
        return None;
    }
    Some(holds_for_fillings(bench, rule, traits, bundle, tape, |now| now.result == "pass"))
}

fn deviation_is_stable(
    bench: &Bench<'_>,
    rule: usize,
    traits: Traits,
    bundle: &Value,
    found: &Found,
    tape: &mut Tape,
) -> Option<Result<(), String>> {
    if found.deviations.is_empty() {
        return None;
    }
    // What a function was given may be undecided, and cites another place when it is known.
    let is_there = |now: &Found| match traits.cites_arguments {
        true => found.sites().is_subset(&now.sites()),
        false => found.deviations.is_subset(&now.deviations),
    };
    Some(holds_for_fillings(bench, rule, traits, bundle, tape, is_there))
}

/// Fills in a bundle several times; says what is found where something does not hold any more.
fn holds_for_fillings(
    bench: &Bench<'_>,
    rule: usize,
    traits: Traits,
    bundle: &Value,
    tape: &mut Tape,
    holds: impl Fn(&Found) -> bool,
) -> Result<(), String> {
    for _ in 0..FILLINGS {
        let more = fill(tape, bundle, traits.counts);
        let now = bench.run(rule, &more);
        if !holds(&now) {
            return Err(format!("{more}\n{} {:?} {:?} {:?}", now.result, now.absent, now.deviations, now.error));
        }
    }
    Ok(())
}

fn order_does_not_matter(
    bench: &Bench<'_>,
    rule: usize,
    _: Traits,
    bundle: &Value,
    found: &Found,
    tape: &mut Tape,
) -> Option<Result<(), String>> {
    let (other, moved) = permute(tape, bundle);
    if other == *bundle {
        return None;
    }
    let now = bench.run(rule, &other);
    let place = |path: &String| {
        // The longest part of the path that is a value of the bundle.
        let known = moved.iter().filter(|(from, _)| {
            path.strip_prefix(from.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        let (from, to) = known.max_by_key(|(from, _)| from.len()).expect("the root");
        format!("{to}{}", &path[from.len()..])
    };
    let deviations: BTreeSet<_> = found.deviations.iter().map(|(site, path)| (site.clone(), place(path))).collect();
    let questions: BTreeSet<_> = found.questions.iter().map(|(site, path)| (site.clone(), place(path))).collect();
    let absent: BTreeSet<_> = found.absent.iter().map(place).collect();
    let before = (found.result, found.demands, deviations, questions, absent);
    let after = (now.result, now.demands, now.deviations, now.questions, now.absent);
    Some(if before == after { Ok(()) } else { Err(format!("{other}\nexpected {before:?}\nfound    {after:?}")) })
}

fn repeats(
    bench: &Bench<'_>,
    rule: usize,
    _: Traits,
    bundle: &Value,
    found: &Found,
    _: &mut Tape,
) -> Option<Result<(), String>> {
    let again = bench.run(rule, bundle);
    if again != *found {
        return Some(Err(format!("{found:?}\n{again:?}")));
    }
    Some(Ok(()))
}

fn assert_holds(tally: &Tally, least: usize) {
    let counterexamples: Vec<&str> = tally.counterexamples.iter().map(String::as_str).collect();
    assert!(counterexamples.is_empty(), "{} counterexamples\n{}", counterexamples.len(), counterexamples.join("\n"));
    assert!(tally.refused * 4 <= tally.rules, "{} of {} rules were refused", tally.refused, tally.rules);
    assert!(tally.tested * 100 >= tally.rules * least, "{tally:?}");
}

#[test]
fn a_pass_is_stable_under_fillings() {
    let allowed = Allowed { asks: false, is_ordered: true };
    let tally = on_worker(|| search(allowed, can_be_filled, pass_is_stable)).expect("a worker");
    assert_holds(&tally, 20);
    assert!(tally.dropped * 100 >= tally.rules * 10, "few passes drop an absence: {tally:?}");
}

#[test]
fn a_deviation_is_stable_under_fillings() {
    let allowed = Allowed { asks: false, is_ordered: true };
    let tally = on_worker(|| search(allowed, can_be_filled, deviation_is_stable)).expect("a worker");
    assert_holds(&tally, 20);
}

#[test]
fn the_order_of_lists_does_not_matter_to_rules_that_do_not_ask_for_it() {
    let allowed = Allowed { asks: true, is_ordered: false };
    let tally = on_worker(|| search(allowed, |traits| !traits.is_ordered, order_does_not_matter)).expect("a worker");
    assert_holds(&tally, 20);
}

#[test]
fn the_same_rule_finds_the_same_again() {
    let allowed = Allowed { asks: true, is_ordered: true };
    let tally = on_worker(|| search(allowed, |_| true, repeats)).expect("a worker");
    assert_holds(&tally, 100);
}

#[test]
fn five_wordings_of_one_criterion_agree() {
    on_worker(compare_wordings).expect("a worker");
}

/// Returns what five wordings find on a bundle, where they differ.
fn differ(rules: &[Rule; 5], bundle: &Value) -> Option<String> {
    let mut told = None;
    in_packs(rules, 5, |bench, known| {
        if known.len() < 5 {
            return;
        }
        let found: Vec<Found> = (0..5).map(|index| bench.run(index, bundle)).collect();
        let first = found[0].has_finding();
        if found.iter().any(|found| found.has_finding() != first) {
            let lines = rules.iter().zip(&found).map(|(rule, found)| {
                format!("{}\n  => {} {:?} {:?}", rule.check, found.result, found.absent, found.error)
            });
            told = Some(format!("{bundle}\n{}", lines.collect::<Vec<_>>().join("\n")));
        }
    });
    told
}

fn compare_wordings() {
    let cases = number("GAMSA_CASES").unwrap_or(CASES) / 5;
    let seed = number("GAMSA_SEED").unwrap_or(1) << 32;
    let allowed = Allowed { asks: true, is_ordered: true };
    let forms = |tape: &mut Tape| Maker::new(tape, allowed).wordings();
    let (mut tested, mut with_finding) = (0, 0);
    let mut told = Vec::new();
    let mut at = 0;
    while at < cases {
        let count = (cases - at).min(SIZE as u64 / 5);
        let mut made = Vec::new();
        for case in at..at + count {
            let mut tape = Tape::record(seed + case);
            let rules = forms(&mut tape);
            made.push((tape.numbers().to_vec(), rules));
        }
        at += count;
        let rules: Vec<Rule> = made.iter().flat_map(|(_, rules)| rules.clone()).collect();
        let mut bad = Vec::new();
        in_packs(&rules, SIZE, |bench, known| {
            for (origin, (_, rules)) in made.iter().enumerate() {
                let indexes: Vec<usize> =
                    rules.iter().filter_map(|rule| known.iter().position(|known| known == rule)).collect();
                if indexes.len() < 5 {
                    continue;
                }
                for turn in 0..BUNDLES as u64 {
                    let salt = seed ^ (at * 1_000_003 + origin as u64 * 17 + turn);
                    let bundle = evidence(&mut Tape::record(salt));
                    let found: Vec<bool> =
                        indexes.iter().map(|index| bench.run(*index, &bundle).has_finding()).collect();
                    tested += 1;
                    with_finding += usize::from(found[0]);
                    if found.iter().any(|other| *other != found[0]) {
                        bad.push((origin, salt));
                    }
                }
            }
        });
        bad.dedup_by_key(|(origin, _)| *origin);
        for (origin, salt) in bad {
            if told.len() >= 5 {
                told.push(String::new());
                continue;
            }
            let mut tape = Tape::record(salt);
            evidence(&mut tape);
            let bundle = tape.numbers().to_vec();
            let is_bad = |rule: &[u32], bundle: &[u32]| {
                differ(&forms(&mut Tape::play(rule)), &evidence(&mut Tape::play(bundle)))
            };
            let rule = shrink(&made[origin].0, TRIES, |rule| is_bad(rule, &bundle).is_some());
            let bundle = shrink(&bundle, TRIES, |bundle| is_bad(&rule, bundle).is_some());
            told.push(is_bad(&rule, &bundle).unwrap_or_else(|| "not found again".to_owned()));
        }
    }
    println!("{tested} cases, {with_finding} with a finding, {} counterexamples", told.len());
    assert!(told.is_empty(), "{} counterexamples\n{}", told.len(), told.join("\n\n"));
    assert!(with_finding * 100 >= tested * 20 && with_finding * 100 <= tested * 90, "{with_finding} of {tested}");
}

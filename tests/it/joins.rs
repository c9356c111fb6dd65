//! A list that is searched through an index gives what a walk over it gives.

use serde_json::{Value, json};

use crate::trial::{Found, Rule, Trial};

/// Conditions that an index can answer, and the same as blocks, which none answers.
const CONDITIONS: [(&str, &str); 11] = [
    ("x.k == bundle.k", "let a = x.k; a == bundle.k"),
    ("bundle.k == x.k && x.f", "let a = x.k; bundle.k == a && x.f"),
    ("x.k.or(\"\") == bundle.k.or(\"-\") && x.f", "let a = x.k.or(\"\"); a == bundle.k.or(\"-\") && x.f"),
    ("x.k.or(\"\") == bundle.k && x.n == bundle.n", "let a = x.k.or(\"\"); a == bundle.k && x.n == bundle.n"),
    ("x.f && x.n == bundle.n", "let a = x.n; x.f && a == bundle.n"),
    ("x.m.q.trim().to_lower() == bundle.k", "let a = x.m.q; a.trim().to_lower() == bundle.k"),
    ("x.n <= bundle.n && x.n >= bundle.i", "let a = x.n; a <= bundle.n && x.n >= bundle.i"),
    (
        "x.n < bundle.n && (!has(x.m.p) || x.m.p > bundle.i)",
        "let a = x.n; a < bundle.n && (!has(x.m.p) || x.m.p > bundle.i)",
    ),
    (
        "x.k == bundle.k && x.n <= bundle.n && x.n >= bundle.i",
        "let a = x.k; a == bundle.k && x.n <= bundle.n && x.n >= bundle.i",
    ),
    ("has(x.m.p) && x.k == bundle.k", "let a = has(x.m.p); a && x.k == bundle.k"),
    ("x.n == 1 && x.k == bundle.s.k.or(\"-\")", "let a = x.n; a == 1 && x.k == bundle.s.k.or(\"-\")"),
];
/// Lists of the evidence, and one that is open where a flag is not given.
const LISTS: [&str; 2] = ["bundle.xs", "bundle.xs.filter(|y| y.f)"];

fn demands(list: &str, condition: &str) -> [String; 6] {
    let ask = |function: &str| format!("{list}.{function}(|x| {condition})");
    [
        format!("ensure({}, bundle.k, \"k1\");", ask("any")),
        format!("ensure({}, bundle.k, \"k1\");", ask("none")),
        format!("ensure({}.len() < 2, bundle.xs, \"k1\");", ask("filter")),
        format!("ensure({} < 3, bundle.xs, \"k1\");", ask("count")),
        format!("require({}, \"k1\");", ask("find")),
        format!("for x in {} {{ ensure(x.f, x, \"k1\"); }}", ask("filter")),
    ]
}

/// Values that are told apart, that are the same however they are written, and that are none.
fn value(kind: &str, number: usize) -> Value {
    let texts =
        [json!("a"), json!("한"), json!("\u{1112}\u{1161}\u{11ab}"), json!(" A "), json!("é"), json!("e\u{301}")];
    let numbers = [json!(1), json!(1.0), json!(1.5), json!(0), json!(2), json!(3)];
    let odd = [Value::Null, json!(""), json!([]), json!({}), json!(true), json!(7), json!("b")];
    match number % 10 {
        0..=5 if kind == "text" => texts[number % 10].clone(),
        0..=5 => numbers[number % 10].clone(),
        6 | 7 => Value::Null,
        _ => odd[number / 10 % odd.len()].clone(),
    }
}

fn what(found: &Found) -> String {
    let Found { result, demands, absent, deviations, questions, error, .. } = found;
    format!("{result} {demands} {absent:?} {deviations:?} {questions:?} {error:?}")
}

#[test]
fn an_index_finds_what_a_walk_finds() {
    let mut rules = Vec::new();
    for (joined, walked) in CONDITIONS {
        for list in LISTS {
            for (one, other) in demands(list, joined).into_iter().zip(demands(list, &format!("{{ {walked} }}"))) {
                rules.extend([Rule::new(one), Rule::new(other)]);
            }
        }
    }
    let trial = Trial::new(&rules);
    let bench = trial.compile().unwrap_or_else(|error| panic!("{error}"));
    let mut seed = 1_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 33) % below) as usize
    };
    let mut results = std::collections::BTreeMap::new();
    for round in 0..60 {
        // Few odd values in most rounds: one of them often decides.
        let range = if round % 3 == 0 { 70 } else { 6 };
        let mut item = |odd: u64| {
            let flag = [json!(true), json!(false), json!(true), Value::Null][next(if odd > 6 { 4 } else { 3 })].clone();
            json!({"k": value("text", next(odd)), "n": value("number", next(odd)), "f": flag,
                "m": {"p": value("number", next(odd)), "q": value("text", next(odd))}})
        };
        let mut xs: Vec<Value> = (0..20).map(|_| item(range)).collect();
        if round % 4 == 1 {
            xs.extend([Value::Null, json!({}), json!(5), item(70)]);
        }
        let mut evidence =
            json!({"k": value("text", round), "n": value("number", round / 2), "i": round % 3, "xs": xs});
        if round % 5 == 2 {
            evidence["s"] = json!({"k": []});
        }
        let case = bench.case(&evidence);
        for (index, rule) in rules.iter().enumerate().step_by(2) {
            let (joined, walked) = (bench.run_on(index, &case), bench.run_on(index + 1, &case));
            *results.entry(joined.result).or_insert(0) += 1;
            assert_eq!(what(&joined), what(&walked), "{}\n{evidence}", rule.check);
        }
    }
    // Rules of all kinds of results were compared.
    assert!(
        ["pass", "fail", "missing"].iter().all(|result| results.get(result).is_some_and(|n| *n > 100)),
        "{results:?}"
    );
}

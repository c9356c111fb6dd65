//! What a rule finds on evidence, one sentence of the language at a time.

use serde_json::Value;

use crate::trial::{Found, Rule, Trial};

/// Runs the body of a `check` on evidence; functions may stand before it, after a line of dashes.
fn run(check: &str, evidence: &str) -> Found {
    let (functions, check) = check.split_once("\n---\n").unwrap_or(("", check));
    let trial = Trial::new(&[Rule { functions: functions.to_owned(), check: check.to_owned() }]);
    let bench = trial.compile().unwrap_or_else(|error| panic!("{error}"));
    let evidence: Value = serde_json::from_str(evidence).expect("JSON");
    bench.run(0, &evidence)
}

/// Runs rules; each is expected to find this: the result, what is absent, what deviates.
fn expect(cases: &[(&str, &str, &str, &[&str])]) {
    for (check, evidence, result, places) in cases {
        let found = run(check, evidence);
        let mut own: Vec<&str> = found.absent.iter().map(String::as_str).collect();
        own.extend(found.deviations.iter().map(|(_, place)| place.as_str()));
        assert_eq!((found.result, &*own), (*result, *places), "{check}\n{evidence}\n{:?}", found.error);
    }
}

#[test]
fn what_a_made_list_lacks_may_be_read_further() {
    expect(&[
        ("ensure(bundle.xs.or([]).first().f, bundle, \"k1\");", "{}", "missing", &[""]),
        ("ensure(bundle.xs.or([]).find(|x| x.f).m.p.or(1) == 1, bundle, \"k1\");", "{}", "pass", &[]),
        ("ensure(bundle.xs.or([]).first()[\"k\"] == \"a\", bundle, \"k1\");", "{}", "missing", &[""]),
        ("ensure(bundle.xs.map(|x| x.m).first().p == 1, bundle, \"k1\");", "{\"xs\": []}", "missing", &["/xs/-"]),
        ("ensure(bundle.xs.first().m.p == 1, bundle, \"k1\");", "{\"xs\": []}", "missing", &["/xs/-/m/p"]),
    ]);
}

#[test]
fn conditions_of_demands_that_hold_are_findings_only_where_no_demand_has_one() {
    let rule = "for x in bundle.xs { if x.f { ensure(x.n < 2, x, \"k1\"); } }";
    expect(&[
        (rule, "{\"xs\": [{\"n\": 1}]}", "missing", &["/xs/0/f"]),
        (rule, "{\"xs\": [{\"n\": 1}, {}]}", "missing", &["/xs/1/f", "/xs/1/n"]),
        (rule, "{\"xs\": [{\"n\": 1}, {\"f\": true, \"n\": 1}]}", "pass", &[]),
    ]);
}

#[test]
fn a_switch_may_stand_beside_and_in_a_text_with_values() {
    let arms = "let a = switch bundle.n { 1 => `a${bundle.k}b`, 2 => { `${bundle.k}` } _ => \"c\" };";
    let one = "{\"n\": 1, \"k\": \"x\"}";
    expect(&[
        (&format!("{arms} ensure(a == \"axb\", bundle, \"k1\");"), one, "pass", &[]),
        (&format!("{arms} ensure(`<${{a}}>` == \"<x>\", bundle, \"k1\");"), "{\"n\": 2, \"k\": \"x\"}", "pass", &[]),
        (&format!("{arms} ensure(a == \"c\", bundle, \"k1\");"), "{\"n\": 3}", "pass", &[]),
        (
            "let a = `<${switch bundle.n { 1 => `(${bundle.k})`, _ => \"c\" }}>`; ensure(a == \"<(x)>\", bundle, \"k1\");",
            one,
            "pass",
            &[],
        ),
    ]);
}

#[test]
fn a_deviation_cites_what_is_given_for_certain() {
    let rule = "let a = bundle.xs[0]; if bundle.s.f { a = bundle.xs[1]; } ensure(bundle.n == 1, a.k, \"k1\");";
    expect(&[
        (rule, "{\"n\": 2, \"s\": {\"f\": true}, \"xs\": [{}, {\"k\": \"a\"}]}", "fail", &["/xs/1/k"]),
        (rule, "{\"n\": 2, \"s\": {\"f\": false}, \"xs\": [{}, {\"k\": \"a\"}]}", "missing", &["/xs/0/k"]),
        (rule, "{\"n\": 2, \"xs\": [{}, {\"k\": \"a\"}]}", "missing", &["/s/f"]),
    ]);
}

#[test]
fn a_group_is_as_possible_as_its_items() {
    let filtered = "ensure(bundle.xs.filter(|x| x.n == 1).group_by(|x| x.k).any(|_g| bundle.s.f), bundle, \"k1\");";
    let count = "ensure(bundle.xs.group_by(|x| x.k).len() <= 1, bundle, \"k1\");";
    expect(&[
        (filtered, "{\"s\": {\"f\": true}, \"xs\": [{\"k\": \"a\"}]}", "missing", &["/xs/0/n"]),
        (filtered, "{\"s\": {\"f\": true}, \"xs\": [{\"k\": \"a\"}, {\"k\": \"a\", \"n\": 1}]}", "pass", &[]),
        (count, "{\"xs\": [{\"n\": 1}, {\"n\": 2}]}", "missing", &["/xs/0/k", "/xs/1/k"]),
        (count, "{\"xs\": [{\"n\": 1}]}", "pass", &[]),
    ]);
}

#[test]
fn every_condition_that_a_sum_depends_on_is_named() {
    let evidence = "{\"xs\": [{\"n\": 1}, {\"n\": 1, \"f\": true}, {\"n\": 2}]}";
    let both: &[&str] = &["/xs/0/f", "/xs/2/f"];
    let loops =
        |fill: &str| format!("let a = 0; for x in bundle.xs {{ if x.f {{ {fill} }} }} ensure(a < 2, bundle, \"k1\");");
    expect(&[
        (&loops("a += x.n;"), evidence, "missing", both),
        (&loops("a = a + x.n;"), evidence, "missing", both),
        (
            "let a = []; for x in bundle.xs { if x.f { a += [x]; } } ensure(a.len() < 3, bundle, \"k1\");",
            evidence,
            "missing",
            both,
        ),
        // What is not assigned depends on nothing.
        (
            "let a = bundle.k; if bundle.s.f { let _b = 1; } ensure(a == \"a\", bundle, \"k1\");",
            "{}",
            "missing",
            &["/k"],
        ),
    ]);
}

#[test]
fn an_arm_may_have_a_switch_in_its_guard() {
    let rule = "let a = switch bundle.i { 1 if (switch bundle.j { 2 => true, _ => false }) => 5, _ => 6 };
ensure(a == 5, bundle.i, \"k1\");";
    expect(&[(rule, "{\"i\": 1, \"j\": 2}", "pass", &[]), (rule, "{\"i\": 1, \"j\": 3}", "fail", &["/i"])]);
}

#[test]
fn a_switch_is_found_behind_texts_with_values() {
    // A search in half of the tokens missed this one.
    let rule = "fn main(bundle) {
let a = bundle.i;
let b = 0; loop { b += 1; if b > 2 { break; }  if b == 1 { return `<${bundle.i}>`; } }
let c = 0; loop { c += 1; if c > 2 { break; } if (bundle.tl.is_empty() && !(bundle.i == 1)) { let d = 0; loop { d += 1; if d > 2 { break; } a = a + 0;
let _e = (switch a { 1 | 2 => \"x\", _ => bundle.t });
 if d == 1 {  } }
 continue; }
 if c == 1 { break; } }
`${a}` + \"|\" + ((bundle.i).to_string() + \"A b\")
}
---
ensure(main(bundle) == \"<1>\", bundle.i, \"k1\");";
    expect(&[(rule, "{\"i\": 1}", "pass", &[])]);
}

#[test]
fn what_a_body_that_did_not_run_would_do_is_found_wherever_it_stands() {
    let grade = "fn grade(x) { require(x.k); x.k }";
    let rule = |body: &str| format!("{grade}\n---\n{body} ensure(bundle.n == 1, bundle.n, \"k1\");");
    let cases = [
        rule("for x in bundle.xs { if grade(x) == \"a\" { print(x.n); } }"),
        rule("for x in bundle.xs { let _text = `<${grade(x)}>`; }"),
        rule("for x in bundle.xs { let _list = [grade(x)]; }"),
        rule("for x in bundle.xs { if grade(x).or(\"b\") in [\"a\"] { continue; } }"),
        format!("{grade} fn graded(bundle) {{ for x in bundle.xs {{ return grade(x); }} \"b\" }}\n---\nlet _g = graded(bundle);"),
        // So is what it assigns.
        "let n = 0; for x in bundle.xs { let _b = 1 + if x.f { n = 1; 1 } else { 0 }; } ensure(n == 0, bundle, \"k1\");"
            .to_owned(),
    ];
    for case in &cases {
        expect(&[(case, "{\"n\": 1}", "missing", &["/xs"])]);
    }
}

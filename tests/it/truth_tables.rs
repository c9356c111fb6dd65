//! The truth tables of the logic of three values, exhaustively: for lists of the evidence, made lists and open lists.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::trial::{Bench, Found, Rule, Trial};

/// True, false, or the paths whose absence makes it unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Truth {
    Yes,
    No,
    Unknown(BTreeSet<String>),
}

use Truth::{No, Unknown, Yes};

impl Truth {
    fn of(value: bool) -> Self {
        if value { Yes } else { No }
    }

    fn unknown(path: &str) -> Self {
        Unknown(BTreeSet::from([path.to_owned()]))
    }

    fn not(self) -> Self {
        match self {
            Yes => No,
            No => Yes,
            unknown => unknown,
        }
    }

    /// One that is true for certain decides; else the paths of all that are unknown.
    fn any(all: impl IntoIterator<Item = Self>) -> Self {
        let mut paths = BTreeSet::new();
        for one in all {
            match one {
                Yes => return Yes,
                No => {}
                Unknown(own) => paths.extend(own),
            }
        }
        if paths.is_empty() { No } else { Unknown(paths) }
    }

    fn all(all: impl IntoIterator<Item = Self>) -> Self {
        Self::any(all.into_iter().map(Self::not)).not()
    }

    fn and(self, other: Self) -> Self {
        Self::all([self, other])
    }

    fn or(self, other: Self) -> Self {
        Self::any([self, other])
    }

    /// Returns what a rule found whose one demand is the condition.
    fn found(found: &Found) -> Self {
        match found.result {
            "pass" => Yes,
            "fail" => No,
            "missing" => Unknown(found.absent.clone()),
            other => panic!("{other} {:?}", found.error),
        }
    }
}

/// A condition, and what it is worth on some evidence.
struct Row {
    condition: String,
    evidence: Value,
    expected: Truth,
}

fn row(condition: impl Into<String>, evidence: &Value, expected: Truth) -> Row {
    Row { condition: condition.into(), evidence: evidence.clone(), expected }
}

/// Holds the rows to what is found; gives how many there are.
fn check(rows: &[Row]) -> usize {
    let mut conditions: Vec<&str> = rows.iter().map(|row| row.condition.as_str()).collect();
    conditions.sort_unstable();
    conditions.dedup();
    let index: BTreeMap<&str, usize> = conditions.iter().enumerate().map(|(at, text)| (*text, at)).collect();
    let rules: Vec<Rule> = conditions
        .iter()
        .map(|condition| match condition.split_once(" => ") {
            Some((before, condition)) => Rule::new(format!("{before} ensure({condition}, bundle, \"k1\");")),
            None => Rule::new(format!("ensure({condition}, bundle, \"k1\");")),
        })
        .collect();
    let trial = Trial::new(&rules);
    let bench: Bench<'_> = trial.compile().unwrap_or_else(|error| panic!("{error}"));
    let mut wrong = Vec::new();
    for Row { condition, evidence, expected } in rows {
        let found = Truth::found(&bench.run(index[condition.as_str()], evidence));
        if found != *expected {
            wrong.push(format!("{condition}\n{evidence}\nexpected {expected:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ\n{}", wrong.len(), rows.len(), wrong[..wrong.len().min(8)].join("\n\n"));
    rows.len()
}

/// The three values as fields of an item of `xs`.
const FLAGS: [Option<bool>; 3] = [Some(true), Some(false), None];

fn flag_item(flag: Option<bool>) -> Value {
    match flag {
        Some(flag) => json!({"k": "a", "f": flag}),
        None => json!({"k": "a"}),
    }
}

fn truth_at(flag: Option<bool>, path: &str) -> Truth {
    flag.map_or_else(|| Truth::unknown(path), Truth::of)
}

/// Returns all lists of these values of at most so many items.
fn lists<T: Clone>(values: &[T], most: usize) -> Vec<Vec<T>> {
    let mut all = vec![Vec::new()];
    let mut last = all.clone();
    for _ in 0..most {
        last = last
            .iter()
            .flat_map(|list| values.iter().map(|value| [list.clone(), vec![value.clone()]].concat()))
            .collect();
        all.extend(last.clone());
    }
    all
}

#[test]
fn not_and_or() {
    let mut rows = Vec::new();
    for flags in lists(&FLAGS, 3).into_iter().filter(|flags| flags.len() == 3) {
        let evidence = json!({"xs": flags.iter().map(|flag| flag_item(*flag)).collect::<Vec<_>>()});
        let truth = |at: usize| truth_at(flags[at], &format!("/xs/{at}/f"));
        let (a, b, c) = (truth(0), truth(1), truth(2));
        let cases = [
            ("A", a.clone()),
            ("!A", a.clone().not()),
            ("A && B", a.clone().and(b.clone())),
            ("A || B", a.clone().or(b.clone())),
            ("!(A && B)", a.clone().and(b.clone()).not()),
            ("!(A || B)", a.clone().or(b.clone()).not()),
            ("!A && B", a.clone().not().and(b.clone())),
            ("A && B && C", Truth::all([a.clone(), b.clone(), c.clone()])),
            ("A || B || C", Truth::any([a.clone(), b.clone(), c.clone()])),
            ("A && (B || C)", a.clone().and(b.clone().or(c.clone()))),
            ("(A && B) || C", a.clone().and(b.clone()).or(c.clone())),
            ("A || (B && !C)", a.clone().or(b.clone().and(c.clone().not()))),
            ("!(!A || B) && C", a.clone().not().or(b.clone()).not().and(c.clone())),
        ];
        for (condition, expected) in cases {
            for (before, reads) in [
                ("", ["bundle.xs[0].f", "bundle.xs[1].f", "bundle.xs[2].f"]),
                ("let a = bundle.xs[0]; let b = bundle.xs[1]; let c = bundle.xs[2]; => ", ["a.f", "b.f", "c.f"]),
            ] {
                let is_whole = ["A", "B", "C"].iter().all(|name| condition.contains(name));
                if !before.is_empty() && !is_whole {
                    continue;
                }
                let text = condition.replace('A', reads[0]).replace('B', reads[1]).replace('C', reads[2]);
                rows.push(row(format!("{before}{text}"), &evidence, expected.clone()));
            }
        }
    }
    assert_eq!(check(&rows), 27 * 19);
}

#[test]
fn comparisons_with_absent_operands() {
    let mut rows = Vec::new();
    let numbers = [Some(0), Some(1), None];
    let texts = [Some("a"), Some("b"), None];
    type Holds = fn(Ordering) -> bool;
    let signs: [(&str, Holds); 6] = [
        ("==", Ordering::is_eq),
        ("!=", Ordering::is_ne),
        ("<", Ordering::is_lt),
        ("<=", Ordering::is_le),
        (">", Ordering::is_gt),
        (">=", Ordering::is_ge),
    ];
    for one in 0..3 {
        for other in 0..3 {
            let evidence = json!({
                "n": numbers[one], "k": texts[one],
                "s": {"n": numbers[other], "k": texts[other]},
            });
            let paths = |own: &str, more: &str| {
                let absent = [(one, own), (other, more)];
                absent.into_iter().filter(|(at, _)| *at == 2).map(|(_, path)| path.to_owned()).collect::<BTreeSet<_>>()
            };
            for (sign, holds) in signs {
                let truth = |own: &str, more: &str| match paths(own, more) {
                    // The values are ordered as their places in the tables.
                    paths if paths.is_empty() => Truth::of(holds(one.cmp(&other))),
                    paths => Unknown(paths),
                };
                rows.push(row(format!("bundle.n {sign} bundle.s.n"), &evidence, truth("/n", "/s/n")));
                rows.push(row(format!("bundle.k {sign} bundle.s.k"), &evidence, truth("/k", "/s/k")));
                rows.push(row(format!("bundle.n + 1 {sign} bundle.s.n + 1"), &evidence, truth("/n", "/s/n")));
                rows.push(row(
                    format!("(bundle.k + \"x\") {sign} (bundle.s.k + \"x\")"),
                    &evidence,
                    truth("/k", "/s/k"),
                ));
            }
            let known = paths("/k", "/s/k");
            for (function, holds) in
                [("starts_with", one == other), ("ends_with", one == other), ("contains", one == other)]
            {
                let expected = if known.is_empty() { Truth::of(holds) } else { Unknown(known.clone()) };
                rows.push(row(format!("bundle.k.{function}(bundle.s.k)"), &evidence, expected));
            }
        }
    }
    assert_eq!(check(&rows), 9 * (6 * 4 + 3));
}

#[test]
fn any_all_and_none_of_lists() {
    let mut rows = Vec::new();
    for flags in lists(&FLAGS, 3) {
        let evidence = json!({"xs": flags.iter().map(|flag| flag_item(*flag)).collect::<Vec<_>>()});
        let truths: Vec<Truth> =
            flags.iter().enumerate().map(|(at, flag)| truth_at(*flag, &format!("/xs/{at}/f"))).collect();
        let (any, all) = (Truth::any(truths.clone()), Truth::all(truths.clone()));
        let none = any.clone().not();
        let made = (0..flags.len()).map(|at| format!("bundle.xs[{at}].f")).collect::<Vec<_>>().join(", ");
        let collect = "let l = []; for x in bundle.xs { l += [x]; } => ";
        let mut lists = vec![
            ("bundle.xs".to_owned(), "x.f", ""),
            ("bundle.xs.map(|y| y.f)".to_owned(), "x", ""),
            ("l".to_owned(), "x.f", collect),
            ("(bundle.xs + [])".to_owned(), "x.f", ""),
            ("bundle.xs.filter(|y| y.k == \"a\")".to_owned(), "x.f", ""),
        ];
        if !flags.is_empty() {
            lists.push((format!("[{made}]"), "x", ""));
        }
        for (list, read, before) in lists {
            rows.push(row(format!("{before}{list}.any(|x| {read})"), &evidence, any.clone()));
            rows.push(row(format!("{before}{list}.all(|x| {read})"), &evidence, all.clone()));
            rows.push(row(format!("{before}{list}.none(|x| {read})"), &evidence, none.clone()));
            rows.push(row(format!("{before}!{list}.any(|x| !{read})"), &evidence, all.clone()));
            rows.push(row(format!("{before}!{list}.all(|x| !{read})"), &evidence, any.clone()));
            if read == "x.f" {
                rows.push(row(format!("{before}has({list}.find(|x| {read}))"), &evidence, any.clone()));
                rows.push(row(format!("{before}{list}.filter(|x| {read}).is_empty()"), &evidence, none.clone()));
            }
        }
    }
    assert_eq!(rows.len(), check(&rows));
}

#[test]
fn any_and_all_of_an_absent_list() {
    let none = json!({});
    let xs = || Truth::unknown("/xs");
    check(&[
        row("bundle.xs.any(|x| x.f)", &none, xs()),
        row("bundle.xs.all(|x| x.f)", &none, xs()),
        row("bundle.xs.none(|x| x.f)", &none, xs()),
        row("bundle.xs.filter(|x| x.f).any(|x| x.n == 1)", &none, xs()),
        row("bundle.xs.map(|x| x.f).all(|x| x)", &none, xs()),
        row("has(bundle.xs.find(|x| x.f))", &none, xs()),
        row("has(bundle.xs.filter(|x| x.f))", &none, xs()),
        row("bundle.xs.count(|x| x.f) == 0", &none, xs()),
        row("bundle.xs.len() >= 1", &none, xs()),
        row("bundle.xs.is_empty()", &none, xs()),
        row("bundle.n in bundle.s.ns", &none, Unknown(["/n", "/s/ns"].map(str::to_owned).into())),
        row("1 in bundle.s.ns", &none, Truth::unknown("/s/ns")),
        row("has(bundle.xs)", &none, No),
        row("bundle.xs.or([]).all(|x| x.f)", &none, Yes),
        row("bundle.xs.or([]).any(|x| x.f)", &none, No),
    ]);
}

#[test]
fn membership() {
    let mut rows = Vec::new();
    let values = [Some(1), Some(2), None];
    for wanted in values {
        for items in lists(&values, 3) {
            let evidence = json!({
                "n": wanted,
                "s": {"ns": items},
                "xs": items.iter().map(|item| json!({"k": "a", "n": item})).collect::<Vec<_>>(),
            });
            let fold = |path: &dyn Fn(usize) -> String| {
                Truth::any(items.iter().enumerate().map(|(at, item)| match (wanted, item) {
                    (Some(wanted), Some(item)) => Truth::of(wanted == *item),
                    (wanted, item) => {
                        let absent = [(wanted.is_none(), "/n".to_owned()), (item.is_none(), path(at))];
                        Unknown(absent.into_iter().filter(|(is_absent, _)| *is_absent).map(|(_, path)| path).collect())
                    }
                }))
            };
            let (of_list, of_items) = (fold(&|at| format!("/s/ns/{at}")), fold(&|at| format!("/xs/{at}/n")));
            let made = (0..items.len()).map(|at| format!("bundle.xs[{at}].n")).collect::<Vec<_>>().join(", ");
            rows.push(row("bundle.n in bundle.s.ns", &evidence, of_list.clone()));
            rows.push(row("bundle.s.ns.contains(bundle.n)", &evidence, of_list.clone()));
            rows.push(row("bundle.n !in bundle.s.ns", &evidence, of_list.clone().not()));
            rows.push(row("bundle.s.ns.any(|i| i == bundle.n)", &evidence, of_list));
            rows.push(row("bundle.n in bundle.xs.map(|x| x.n)", &evidence, of_items.clone()));
            if !items.is_empty() {
                rows.push(row(format!("bundle.n in [{made}]"), &evidence, of_items.clone()));
                rows.push(row(format!("[{made}].contains(bundle.n)"), &evidence, of_items));
            }
        }
    }
    assert_eq!(check(&rows), 3 * (40 * 5 + 39 * 2));
}

/// An item of an open list: whether it belongs to it, and what its condition is.
type OpenItem = (Option<bool>, Option<bool>);

#[test]
fn open_lists() {
    let mut kinds: Vec<OpenItem> = Vec::new();
    for belongs in FLAGS {
        kinds.extend(FLAGS.iter().map(|flag| (belongs, *flag)));
    }
    let mut rows = Vec::new();
    for items in lists(&kinds, 2) {
        let item = |(belongs, flag): &OpenItem| {
            let mut item = flag_item(*flag);
            if let Some(belongs) = belongs {
                item["n"] = json!(i32::from(*belongs));
            }
            item
        };
        let evidence = json!({"xs": items.iter().map(item).collect::<Vec<_>>()});
        let parts: Vec<(Truth, Truth)> = items
            .iter()
            .enumerate()
            .map(|(at, (belongs, flag))| {
                (truth_at(*belongs, &format!("/xs/{at}/n")), truth_at(*flag, &format!("/xs/{at}/f")))
            })
            .collect();
        let both = || parts.iter().map(|(belongs, flag)| belongs.clone().and(flag.clone()));
        let any = Truth::any(both());
        let all = Truth::all(parts.iter().map(|(belongs, flag)| belongs.clone().not().or(flag.clone())));
        let is_there = Truth::any(parts.iter().map(|(belongs, _)| belongs.clone()));
        // In a list that was made, or kept, item by item, the possible ones are the same.
        let filtered = "bundle.xs.filter(|y| y.n == 1)";
        let collected = "let l = []; for x in bundle.xs { if x.n == 1 { l += [x]; } } => ";
        let dropped = "bundle.xs.filter(|y| y.n == 1).filter(|y| y.f)";
        rows.push(row(format!("{filtered}.any(|x| x.f)"), &evidence, any.clone()));
        rows.push(row(format!("{filtered}.all(|x| x.f)"), &evidence, all.clone()));
        rows.push(row(format!("{filtered}.none(|x| x.f)"), &evidence, any.clone().not()));
        rows.push(row(format!("{filtered}.map(|x| x.f).any(|x| x)"), &evidence, any.clone()));
        rows.push(row(format!("{filtered}.map(|x| x.f).all(|x| x)"), &evidence, all));
        rows.push(row(format!("({filtered} + []).any(|x| x.f)"), &evidence, any.clone()));
        rows.push(row(format!("has({filtered}.find(|x| x.f))"), &evidence, any.clone()));
        rows.push(row(format!("has({filtered})"), &evidence, is_there.clone()));
        rows.push(row(format!("has({filtered}.first())"), &evidence, is_there.clone()));
        rows.push(row(format!("has({filtered}.last())"), &evidence, is_there.clone()));
        rows.push(row(format!("{filtered}.is_empty()"), &evidence, is_there.not()));
        rows.push(row(format!("has({dropped})"), &evidence, any.clone()));
        rows.push(row(format!("{dropped}.any(|x| x.k == \"a\")"), &evidence, any));
        // What a loop collected under unknown conditions is undecided, or an open list: known answers agree.
        let counts =
            |unknown: bool| parts.iter().filter(|(belongs, _)| *belongs == Yes || unknown && *belongs != No).count();
        let (least, most) = (counts(false), counts(true));
        let open: BTreeSet<String> = parts
            .iter()
            .filter_map(|(belongs, _)| if let Unknown(paths) = belongs { Some(paths.clone()) } else { None })
            .flatten()
            .collect();
        for bound in 0..=2 {
            let answers = |holds: &dyn Fn(usize) -> bool| {
                let answers: BTreeSet<bool> = (least..=most).map(holds).collect();
                if answers.len() == 1 { Truth::of(answers.contains(&true)) } else { Unknown(open.clone()) }
            };
            let signs: [(&str, &dyn Fn(usize) -> bool); 6] = [
                ("==", &|count| count == bound),
                ("!=", &|count| count != bound),
                ("<", &|count| count < bound),
                ("<=", &|count| count <= bound),
                (">", &|count| count > bound),
                (">=", &|count| count >= bound),
            ];
            // A length is never less than 0: such a comparison is refused.
            let can_differ = |sign: &str| bound > 0 || !matches!(sign, "<" | ">=");
            for (sign, holds) in signs.into_iter().filter(|(sign, _)| can_differ(sign)) {
                rows.push(row(format!("{filtered}.len() {sign} {bound}"), &evidence, answers(holds)));
                rows.push(row(format!("bundle.xs.count(|y| y.n == 1) {sign} {bound}"), &evidence, answers(holds)));
                if open.is_empty() {
                    rows.push(row(format!("{collected}l.len() {sign} {bound}"), &evidence, answers(holds)));
                }
            }
        }
    }
    assert_eq!(rows.len(), check(&rows));
}

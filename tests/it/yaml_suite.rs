//! The yaml-test-suite through the loader: every valid case has the right value or breaks a rule of ours that
//! we can name, every invalid case is refused. The suite is not part of this repository; set
//! `GAMSA_YAML_SUITE` to its JSON form, or put it at `../shared/data/yaml-test-suite.json`.

use std::collections::BTreeMap;

use gamsa::evidence::{Kind, NodeRef};
use gamsa::load::{Limits, document};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) yaml: String,
    json: Option<String>,
    events: String,
    invalid: bool,
}

/// Words of our own refusals: what a valid case may be refused for.
const OUR_RULES: [&str; 6] = [
    "a second document begins here",
    "a key must be one word or text",
    "is not text",
    "merge keys (<<)",
    "is not allowed here",
    "is given twice",
];

#[test]
fn the_suite_is_read_rightly_or_refused_by_a_stated_rule() {
    let Some(cases) = suite() else { return };
    let limits = Limits::default();
    let mut refused_by: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut valid, mut invalid) = (0, 0);
    let mut empty_ends = Vec::new();
    for case in &cases {
        let outcome = document(&case.id, case.yaml.as_bytes(), &limits);
        if case.invalid {
            invalid += 1;
            assert!(outcome.is_err(), "{}: invalid YAML was accepted", case.id);
            continue;
        }
        valid += 1;
        match outcome {
            Ok(document) => {
                check_value(case, document.root(), document.empty_ends().len());
                empty_ends.extend((!document.empty_ends().is_empty()).then_some(case.id.as_str()));
            }
            Err(refused) => {
                let message = &refused.message.en;
                let rule = OUR_RULES.into_iter().find(|rule| message.contains(rule));
                let rule = rule.unwrap_or_else(|| panic!("{}: valid YAML refused: {refused}", case.id));
                *refused_by.entry(rule).or_default() += 1;
            }
        }
    }
    assert_eq!((valid, invalid), (308, 94));
    // Of several documents, only an empty one at the end is passed over.
    assert_eq!(empty_ends, ["PUW8", "UT92"]);
    println!("of {valid} valid cases, refused by our own rules: {refused_by:?}");
}

pub(crate) fn suite() -> Option<Vec<Case>> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/yaml-test-suite.json");
    let path = std::env::var("GAMSA_YAML_SUITE").unwrap_or_else(|_| default.to_owned());
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no yaml-test-suite; set GAMSA_YAML_SUITE to its JSON form");
        return None;
    };
    Some(serde_json::from_str(&text).expect("the suite is JSON"))
}

fn check_value(case: &Case, root: NodeRef<'_>, empty_ends: usize) {
    if let Some(json) = &case.json {
        let mut values = serde_json::Deserializer::from_str(json).into_iter::<Value>();
        let expected = values.next().map_or(Value::Null, |value| value.expect("the suite's JSON is valid"));
        assert_eq!(to_json(root), expected, "{}", case.id);
        let others: Vec<Value> = values.map(|value| value.expect("the suite's JSON is valid")).collect();
        assert_eq!(others, vec![Value::Null; empty_ends], "{}: only the first of several documents was read", case.id);
        return;
    }
    // No JSON form: compare the scalars and their order with the parse events.
    let expected: Vec<String> = case.events.lines().filter_map(event_text).collect();
    let mut found = Vec::new();
    collect_texts(root, &mut found);
    if expected.is_empty() {
        // A stream without a document: our root is null.
        assert_eq!(root.kind(), Kind::Null, "{}", case.id);
    } else {
        assert_eq!(found, expected, "{}", case.id);
    }
}

fn event_text(event: &str) -> Option<String> {
    let mut rest = event.strip_prefix("=VAL ")?;
    while let Some(property) = rest.strip_prefix('&').or_else(|| rest.strip_prefix('<')) {
        rest = property.split_once(' ')?.1;
    }
    let text = rest.get(1..)?;
    Some(
        text.replace("\\n", "\n")
            .replace("\\t", "\t")
            .replace("\\r", "\r")
            .replace("\\b", "\u{8}")
            .replace("\\\\", "\\"),
    )
}

fn collect_texts(node: NodeRef<'_>, texts: &mut Vec<String>) {
    match node.kind() {
        Kind::Sequence => node.items().for_each(|item| collect_texts(item, texts)),
        Kind::Mapping => node.entries().for_each(|(key, value)| {
            texts.push(key.text().to_owned());
            collect_texts(value, texts);
        }),
        Kind::Null | Kind::Boolean | Kind::Integer | Kind::Float | Kind::Text => texts.push(node.text().to_owned()),
    }
}

fn to_json(node: NodeRef<'_>) -> Value {
    match node.kind() {
        Kind::Null => Value::Null,
        Kind::Boolean => node.as_bool().into(),
        Kind::Integer => node.as_integer().into(),
        Kind::Float => serde_json::from_str(node.text()).unwrap_or_else(|_| node.as_float().into()),
        Kind::Text => node.text().into(),
        Kind::Sequence => node.items().map(to_json).collect(),
        Kind::Mapping => node.entries().map(|(key, value)| (key.text().to_owned(), to_json(value))).collect(),
    }
}

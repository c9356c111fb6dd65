//! `docs/glossary.md`, and every Korean text of the pack: one concept, one word.

use std::fmt::Write;

use gamsa::pack::{BasisStatus, ShapeKind};

use crate::audits::Bench;
use crate::criteria::compile;
use crate::docs::compare;

#[test]
fn the_page_of_words_is_what_the_glossary_says() {
    let bench = Bench::new();
    let mut table = "\n| concept | 한국어 | 쓰지 않는 말 |\n|---|---|---|\n".to_owned();
    for term in &bench.pack.glossary.terms {
        writeln!(table, "| {} | {} | {} |", term.en, term.ko, term.not.join(", ")).expect("a string");
    }
    compare("docs/glossary.md", "glossary", &format!("{table}\n"));
}

#[test]
fn every_text_of_the_pack_has_the_words_of_the_glossary() {
    let bench = Bench::new();
    let glossary = &bench.pack.glossary;
    assert!(glossary.terms.len() >= 69, "{} terms", glossary.terms.len());
    let mut wrong = String::new();
    let mut count = 0;
    for (place, text) in texts(&bench) {
        count += 1;
        if let Some((word, term)) = glossary.excluded(&text) {
            writeln!(wrong, "{place}: `{word}` is not the word for {} ({}): {text}", term.en, term.ko)
                .expect("a string");
        }
    }
    assert!(count > 1500, "only {count} texts");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_word_of_the_schema_has_a_korean_label() {
    let bench = Bench::new();
    let schema = &bench.pack.schema;
    let mut unlabelled = Vec::new();
    let mut seen = vec![schema.bundle(), schema.order()];
    let mut at = 0;
    while let Some(id) = seen.get(at).copied() {
        at += 1;
        let shape = schema.shape(id).expect("a shape");
        if let ShapeKind::Choice(words) = &shape.kind {
            let without = words.iter().filter(|word| !shape.labels.contains_key(*word));
            unlabelled.extend(without.map(|word| format!("{}: {word}", shape.title.en)));
        }
        let below = schema.fields(id).iter().map(|(_, shape)| *shape).chain(schema.item(id)).collect::<Vec<_>>();
        for id in below {
            if !seen.contains(&id) {
                seen.push(id);
            }
        }
    }
    assert!(unlabelled.is_empty(), "add x-ko: {{enum: …}} for {unlabelled:?}");
}

/// Returns every Korean text of the pack with its place.
fn texts(bench: &Bench) -> Vec<(String, String)> {
    let pack = &bench.pack;
    let mut texts = Vec::new();
    let mut add = |place: String, text: &str| texts.push((place, text.to_owned()));
    let manifest = &pack.manifest;
    add("pack.yaml title".to_owned(), &manifest.title.ko);
    for control in &manifest.controls {
        add(format!("pack.yaml {}", control.id), &control.title.ko);
    }
    for (name, parameter) in &manifest.parameters {
        add(format!("pack.yaml {name}"), &parameter.title.ko);
        add(format!("pack.yaml {name}"), parameter.unit.as_ref().map_or("", |unit| &unit.ko));
    }
    let schema = &pack.schema;
    let mut shapes = vec![schema.bundle(), schema.order()];
    let mut at = 0;
    while let Some(id) = shapes.get(at).copied() {
        at += 1;
        let shape = schema.shape(id).expect("a shape");
        let place = format!("evidence.schema.yaml {}", shape.title.en);
        add(place.clone(), &shape.title.ko);
        add(place.clone(), shape.description.as_ref().map_or("", |text| &text.ko));
        shape.labels.values().for_each(|label| add(place.clone(), label));
        for id in schema.fields(id).iter().map(|(_, shape)| *shape).chain(schema.item(id)).collect::<Vec<_>>() {
            if !shapes.contains(&id) {
                shapes.push(id);
            }
        }
    }
    for rule in compile(pack).rules() {
        let meta = &rule.meta;
        let says = meta.says.iter().map(|(key, text)| (key.as_str(), text));
        let own = [("title", &meta.title), ("demand", &meta.demand), ("remedy", &meta.remedy)];
        let not = meta.not_applicable.iter().map(|text| ("not_applicable", text));
        // What a source says is in its own words.
        let clauses = meta.basis.iter().filter(|basis| basis.status == BasisStatus::Own);
        let clauses = clauses.filter_map(|basis| Some(("basis", basis.clause.as_ref()?)));
        for (key, text) in own.into_iter().chain(says).chain(not).chain(clauses) {
            add(format!("{} {key}", meta.id), &text.ko);
        }
    }
    for script in pack.rules.iter().chain(pack.library.values()) {
        // Words that a script gives to a message.
        let functions = script.source().lines().skip_while(|line| !line.starts_with("fn ") && !line.contains("fn "));
        for line in functions.filter(|line| !line.trim_start().starts_with("//")) {
            let quoted = line.split('"').skip(1).step_by(2).filter(|text| !text.is_ascii());
            quoted.for_each(|text| add(script.path.clone(), text));
        }
    }
    texts
}

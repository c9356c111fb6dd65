//! Reads `META` from the syntax tree of a rule; nothing is executed.

use std::collections::BTreeMap;

use super::super::ir::Span;
use super::super::mistake::{Mistake, meant};
use super::parser::Parsed;
use crate::evidence::Position;
use crate::language::Text;
use crate::pack::{Manifest, ReadMeta, RuleMeta, Script};

/// What a rule says about itself, as far as it could be read.
pub(in super::super) struct Meta {
    /// All of it, where nothing is wrong.
    pub(in super::super) meta: Option<RuleMeta>,
    /// The messages, where they could be read.
    pub(in super::super) says: Option<BTreeMap<String, Text>>,
    pub(in super::super) mistakes: Vec<Mistake>,
}

/// Returns what a rule says about itself, held against the pack; every mistake is returned.
pub(in super::super) fn read(parsed: &Parsed<'_>, script: &Script, manifest: &Manifest) -> Meta {
    let refused = |at: Span, message: &str, hint: &str| Meta {
        meta: None,
        says: None,
        mistakes: vec![Mistake::new(parsed.path, at, message).with_hint(Some(hint.to_owned()))],
    };
    let start = Span { line: 1, column: 1 };
    let Some(literal) = &parsed.meta else {
        return refused(start, "the rule says nothing about itself: META is missing", "write const META = #{ … };");
    };
    let literal = match &literal.literal {
        Ok(literal) => literal,
        Err(unreadable) => {
            let hint = "META is a literal: texts, numbers, true, false, lists and maps";
            return refused(unreadable.at, &format!("META: {}", unreadable.message), hint);
        }
    };
    let ReadMeta { meta, says, places, mistakes } = RuleMeta::read(literal);
    let mistakes = mistakes.into_iter().map(|mistake| {
        let at = Span { line: mistake.at.line, column: mistake.at.column };
        Mistake::new(parsed.path, at, format!("META: {}", mistake.message)).with_hint(mistake.hint)
    });
    let mut mistakes: Vec<Mistake> = mistakes.collect();
    let mut wrong = |at: Position, message: String, hint: Option<String>| {
        let at = Span { line: at.line, column: at.column };
        mistakes.push(Mistake::new(parsed.path, at, format!("META: {message}")).with_hint(hint));
    };
    let (folder, file) = script.path.rsplit_once('/').unwrap_or(("", &script.path));
    if let Some((id, at)) = &places.id
        && !file.starts_with(&format!("{id}-"))
    {
        let hint = format!("a file is called by the id of its rule and a few words: {id}-in-words.rhai");
        wrong(*at, format!("id: `{id}` does not lead the file name `{file}`"), Some(hint));
    }
    if let Some((control, at)) = &places.control {
        let controls = || manifest.controls.iter().map(|control| control.id.as_str());
        if !controls().any(|known| known == control) {
            wrong(*at, format!("control: pack.yaml has no control `{control}`"), known(control, controls().collect()));
        } else if control != folder {
            wrong(*at, format!("control: `{control}` is not the folder `{folder}` that the rule is in"), None);
        }
    }
    let stages: Vec<&str> = manifest.stages.iter().map(|stage| stage.id.as_str()).collect();
    for (stage, at) in places.stages.iter().filter(|(stage, _)| !stages.contains(&stage.as_str())) {
        wrong(*at, format!("stages: pack.yaml has no stage `{stage}`"), known(stage, stages.clone()));
    }
    let sources: Vec<&str> = manifest.sources.keys().map(String::as_str).collect();
    for (source, at) in places.sources.iter().filter(|(source, _)| !sources.contains(&source.as_str())) {
        wrong(*at, format!("basis: pack.yaml has no source `{source}`"), known(source, sources.clone()));
    }
    Meta { meta: meta.filter(|_| mistakes.is_empty()), says, mistakes }
}

/// Returns the known name that is meant, or some of them.
fn known(name: &str, names: Vec<&str>) -> Option<String> {
    const MOST: usize = 12;
    let some = || names.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    meant(name, names.iter().copied()).or_else(|| (!names.is_empty()).then(|| format!("it has {}", some())))
}

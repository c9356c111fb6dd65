//! Reads `META` from the syntax tree of a rule; nothing is executed.

use std::collections::BTreeMap;

use super::super::ir::Span;
use super::super::mistake::{Mistake, choices, meant};
use super::parser::Parsed;
use crate::evidence::Position;
use crate::language::{Text, text};
use crate::pack::{Manifest, ReadMeta, RuleMeta};

/// What a rule says about itself, as far as it could be read.
pub(in super::super) struct Meta {
    /// All of it, where nothing is wrong.
    pub(in super::super) meta: Option<RuleMeta>,
    /// The messages, where they could be read.
    pub(in super::super) says: Option<BTreeMap<String, Text>>,
    pub(in super::super) mistakes: Vec<Mistake>,
}

/// Returns what a rule says about itself, held against the pack; every mistake is returned.
pub(in super::super) fn read(parsed: &Parsed<'_>, manifest: &Manifest) -> Meta {
    let refused = |at: Span, message: Text, hint: Option<Text>| Meta {
        meta: None,
        says: None,
        mistakes: vec![Mistake::new(parsed.path, at, message).with_hint(hint)],
    };
    let start = Span { line: 1, column: 1 };
    let Some(literal) = &parsed.meta else {
        let message = text!("the rule says nothing about itself: META is missing", "규칙에 META가 없음");
        let hint = text!("write const META = #{{ … }};", "const META = #{{ … }}; 형식으로 쓸 것");
        return refused(start, message, Some(hint));
    };
    let literal = match &literal.literal {
        Ok(literal) => literal,
        Err(unreadable) => {
            return refused(unreadable.at, in_meta(&unreadable.message), unreadable.hint.clone());
        }
    };
    let ReadMeta { meta, says, places, mistakes } = RuleMeta::read(literal, manifest.has_one_language);
    let mistakes = mistakes.into_iter().map(|mistake| {
        let at = Span { line: mistake.at.line, column: mistake.at.column };
        Mistake::new(parsed.path, at, in_meta(&mistake.message)).with_hint(mistake.hint)
    });
    let mut mistakes: Vec<Mistake> = mistakes.collect();
    let mut wrong = |at: Position, message: Text, hint: Option<Text>| {
        let at = Span { line: at.line, column: at.column };
        mistakes.push(Mistake::new(parsed.path, at, in_meta(&message)).with_hint(hint));
    };
    let (folder, file) = parsed.path.rsplit_once('/').unwrap_or(("", parsed.path));
    if let Some((id, at)) = &places.id
        && !file.starts_with(&format!("{id}-"))
    {
        let message = text!(
            "id: `{id}` does not lead the file name `{file}`",
            "id: 파일 이름 `{file}`의 맨 앞이 `{id}-` 형식이 아님"
        );
        let hint = text!(
            "a file is called by the id of its rule and a few words: {id}-in-words.rhai",
            "파일 이름은 규칙의 id와 짧은 설명으로 지을 것: {id}-in-words.rhai"
        );
        wrong(*at, message, Some(hint));
    }
    if let Some((control, at)) = &places.control {
        let controls = || manifest.controls.iter().map(|control| control.id.as_str());
        if !controls().any(|known| known == control) {
            let message = text!(
                "control: pack.yaml has no control `{control}`",
                "control: pack.yaml에 `{control}` 점검 분야가 없음"
            );
            wrong(*at, message, known(control, controls().collect()));
        } else if control != folder {
            let message = text!(
                "control: `{control}` is not the folder `{folder}` that the rule is in",
                "control: `{control}` 값이 규칙이 있는 폴더 `{folder}`와 다름"
            );
            wrong(*at, message, None);
        }
    }
    let stages: Vec<&str> = manifest.stages.iter().map(|stage| stage.id.as_str()).collect();
    for (stage, at) in places.stages.iter().filter(|(stage, _)| !stages.contains(&stage.as_str())) {
        let message = text!("stages: pack.yaml has no stage `{stage}`", "stages: pack.yaml에 `{stage}` 단계가 없음");
        wrong(*at, message, known(stage, stages.clone()));
    }
    let sources: Vec<&str> = manifest.sources.keys().map(String::as_str).collect();
    for (source, at) in places.sources.iter().filter(|(source, _)| !sources.contains(&source.as_str())) {
        let message = text!("basis: pack.yaml has no source `{source}`", "basis: pack.yaml에 `{source}` 출처가 없음");
        wrong(*at, message, known(source, sources.clone()));
    }
    Meta { meta: meta.filter(|_| mistakes.is_empty()), says, mistakes }
}

fn in_meta(message: &Text) -> Text {
    if message.en.starts_with("META") {
        return message.clone();
    }
    text!("META: {message}", "META: {message}"; message)
}

/// Returns the known name that is meant, or some of them.
fn known(name: &str, names: Vec<&str>) -> Option<Text> {
    const MOST: usize = 12;
    let some = || names.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    meant(name, names.iter().copied()).or_else(|| (!names.is_empty()).then(|| choices(&some())))
}

//! What a script defines: its functions, their places, and what may not stand beside them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::functions;
use super::super::ir::{FunctionId, Span};
use super::super::mistake::Mistake;
use super::parser::{Parsed, ParsedFunction, span};
use super::scope::Signature;
use crate::language::text;
use crate::pack::{Literal, LiteralValue};

/// Returns where a message stands in what a rule says about itself.
pub(super) fn message_span(parsed: &Parsed<'_>, key: &str) -> Span {
    let entry_of = |literal: &Literal, key: &str| match &literal.value {
        LiteralValue::Mapping(entries) => entries.iter().find(|entry| entry.key == key).cloned(),
        _ => None,
    };
    let meta = parsed.meta.as_ref().and_then(|meta| meta.literal.as_ref().ok());
    let message = meta.and_then(|meta| entry_of(meta, "says")).and_then(|says| entry_of(&says.value, key));
    message.map_or(Span { line: 1, column: 1 }, |entry| Span { line: entry.at.line, column: entry.at.column })
}

/// Returns where a function or one of its parameters is named in its definition; its body where that is not found.
pub(super) fn definition_span(parsed: &Parsed<'_>, function: &ParsedFunction, parameter: Option<&str>) -> Span {
    let is_end = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let found = parsed.source.lines().enumerate().find_map(|(line, text)| {
        let head = text.trim_start();
        let head = head.strip_prefix("private ").unwrap_or(head).trim_start();
        let rest = head.strip_prefix("fn ")?.trim_start().strip_prefix(&*function.name)?;
        let parameters = rest.trim_start().strip_prefix('(')?.split(')').next()?;
        let count = parameters.split(',').filter(|name| !name.trim().is_empty()).count();
        if count != function.parameters.len() {
            return None;
        }
        let start = match parameter {
            None => text.len() - head.len(),
            Some(name) => {
                let from = text.len() - rest.len();
                let inside = text.get(from..)?;
                let at = inside.match_indices(name).map(|(at, _)| at);
                let mut at = at.filter(|at| {
                    let (before, after) = (inside.get(..*at).unwrap_or_default(), inside.get(at + name.len()..));
                    before.ends_with([' ', '(', ',']) && after.is_some_and(is_end)
                });
                from + at.next()?
            }
        };
        Some((line, text.get(..start).unwrap_or_default().chars().count()))
    });
    match found {
        Some((line, column)) => Span { line: line as u32 + 1, column: column as u32 + 1 },
        None => function.body.first().map_or(Span { line: 1, column: 1 }, |first| span(first.position())),
    }
}

/// Nothing at the top of a script is executed, so nothing but `META` and functions may stand there.
pub(super) fn top_level(parsed: &Parsed<'_>, is_rule: bool, mistakes: &mut Vec<Mistake>) {
    for statement in parsed.ast.statements() {
        let is_meta = matches!(statement, rhai::Stmt::Var(definition, ..) if definition.0.name == "META");
        if !is_meta || !is_rule {
            let message = if is_rule {
                text!(
                    "only `const META` and functions stand at the top of a script",
                    "스크립트의 최상위에는 `const META`와 함수만 둘 수 있음"
                )
            } else {
                text!("only functions stand at the top of a script", "lib/ 파일의 최상위에는 함수만 둘 수 있음")
            };
            let hint = match statement {
                rhai::Stmt::Var(..) => text!(
                    "write a function that returns the value, or a parameter in pack.yaml",
                    "값을 돌려주는 함수로 쓰거나 pack.yaml의 기준값으로 둘 것"
                ),
                _ => text!("nothing outside a function is run", "함수 밖의 문장은 실행되지 않음"),
            };
            mistakes.push(Mistake::new(parsed.path, span(statement.position()), message).with_hint(Some(hint)));
        }
    }
}

pub(super) fn check_functions(
    parsed: &Parsed<'_>,
    is_rule: bool,
    own: &BTreeMap<Signature, FunctionId>,
    called: &BTreeSet<Signature>,
    mistakes: &mut Vec<Mistake>,
) {
    let place = |function: &ParsedFunction| definition_span(parsed, function, None);
    let has_check = own.contains_key(&("check".to_owned(), 2));
    for function in parsed.named() {
        let name = &function.name;
        if functions::is_known(name) {
            let message = text!(
                "`{name}` is a function of the language: give yours another name",
                "`{name}` 함수는 규칙 언어에 이미 있으므로 다른 이름을 쓸 것"
            );
            mistakes.push(Mistake::new(parsed.path, place(function), message));
        }
        let signature = (name.clone(), function.parameters.len());
        if is_rule && !has_check && name == "check" {
            let found = function.parameters.join(", ");
            let message = text!(
                "`check` takes (bundle, order), found ({found})",
                "`check` 함수의 매개변수는 (bundle, order)이어야 함. 현재: ({found})"
            );
            mistakes.push(Mistake::new(parsed.path, place(function), message));
        } else if is_rule && signature != ("check".to_owned(), 2) && !called.contains(&signature) {
            let message = text!("`fn {name}` is never called", "`fn {name}` 함수가 호출되지 않음");
            mistakes.push(Mistake::unused(parsed.path, place(function), message, None));
        }
    }
    if is_rule && !own.keys().any(|(name, _)| name == "check") {
        let at = span(rhai::Position::NONE);
        let message = text!("the rule has no function `check`", "규칙에 `check` 함수가 없음");
        let hint = text!("write fn check(bundle, order) {{ … }}", "fn check(bundle, order) {{ … }} 형식으로 쓸 것");
        mistakes.push(Mistake::new(parsed.path, at, message).with_hint(Some(hint)));
    }
}

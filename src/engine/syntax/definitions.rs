//! What a script defines: its functions, their places, and what may not stand beside them.

use std::collections::{BTreeSet, HashMap};

use super::super::functions;
use super::super::ir::{FunctionId, Span};
use super::super::mistake::Mistake;
use super::parser::{Parsed, ParsedFunction, span};
use super::scope::Signature;

/// Returns where a key is written in a script.
pub(super) fn text_span(source: &str, key: &str) -> Span {
    let found = source.lines().enumerate().find_map(|(line, text)| {
        let start = text.find(key)?;
        let is_key = text.get(start + key.len()..).is_some_and(|rest| rest.trim_start().starts_with(':'));
        is_key.then(|| (line, text.get(..start).unwrap_or_default().chars().count()))
    });
    let (line, column) = found.unwrap_or((0, 0));
    Span { line: line as u32 + 1, column: column as u32 + 1 }
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
            let what = if is_rule { "only `const META` and functions stand" } else { "only functions stand" };
            let hint = match statement {
                rhai::Stmt::Var(..) => "write a function that returns the value, or a parameter in pack.yaml",
                _ => "nothing outside a function is run",
            };
            let message = format!("{what} at the top of a script");
            let mistake = Mistake::new(parsed.path, span(statement.position()), message);
            mistakes.push(mistake.with_hint(Some(hint.to_owned())));
        }
    }
}

pub(super) fn check_functions(
    parsed: &Parsed<'_>,
    is_rule: bool,
    own: &HashMap<Signature, FunctionId>,
    called: &BTreeSet<Signature>,
    mistakes: &mut Vec<Mistake>,
) {
    let place = |function: &ParsedFunction| definition_span(parsed, function, None);
    let has_check = own.contains_key(&("check".to_owned(), 2));
    for (_, function) in parsed.named() {
        let name = &function.name;
        if functions::is_known(name) {
            let message = format!("`{name}` is a function of the language: give yours another name");
            mistakes.push(Mistake::new(parsed.path, place(function), message));
        }
        let signature = (name.clone(), function.parameters.len());
        if is_rule && !has_check && name == "check" {
            let message = format!("`check` takes (bundle, order), found {} parameters", function.parameters.len());
            mistakes.push(Mistake::new(parsed.path, place(function), message));
        } else if is_rule && signature != ("check".to_owned(), 2) && !called.contains(&signature) {
            let message = format!("`fn {name}` is never called");
            mistakes.push(Mistake::new(parsed.path, place(function), message));
        }
    }
    if is_rule && !own.keys().any(|(name, _)| name == "check") {
        let at = span(rhai::Position::NONE);
        let hint = Some("write fn check(bundle, order) { … }".to_owned());
        mistakes.push(Mistake::new(parsed.path, at, "the rule has no function `check`").with_hint(hint));
    }
}

//! References that come back to themselves without going a level deeper: no value can be held to them.

use super::{RawSchema, SchemaMistakes};
use crate::language::text;
use crate::pack::assertion::CheckId;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    Not,
    Begun,
    Over,
}

/// Adds a mistake for each circle, and opens it by taking out the keyword that closes it.
pub(super) fn refuse(all: &mut [RawSchema], mistakes: &mut SchemaMistakes) {
    let mut visits = vec![Visit::Not; all.len()];
    for position in 0..all.len() {
        visit(all, position, &mut visits, mistakes);
    }
}

fn visit(all: &mut [RawSchema], position: usize, visits: &mut [Visit], mistakes: &mut SchemaMistakes) {
    match visits.get_mut(position) {
        Some(visit) if *visit == Visit::Not => *visit = Visit::Begun,
        _ => return,
    }
    let mut at = 0;
    while let Some(placed) = all.get(position).and_then(|raw| raw.assertions.get(at)) {
        let next: Vec<usize> = placed.assertion.in_place().into_iter().map(CheckId::position).collect();
        if next.iter().any(|next| visits.get(*next) == Some(&Visit::Begun)) {
            let keyword = placed.keyword;
            let message = text!(
                "`{keyword}` leads back to this schema without a level between",
                "`{keyword}`: 하위 단계를 거치지 않고 이 스키마로 되돌아옴"
            );
            mistakes.insert((placed.at, message));
            if let Some(raw) = all.get_mut(position) {
                raw.assertions.remove(at);
            }
            continue;
        }
        next.into_iter().for_each(|next| visit(all, next, visits, mistakes));
        at += 1;
    }
    if let Some(visit) = visits.get_mut(position) {
        *visit = Visit::Over;
    }
}

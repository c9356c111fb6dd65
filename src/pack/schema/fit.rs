//! Keywords that say nothing, because no value of the type can be held to them.

use super::sources::Sources;
use crate::language::text;
use crate::pack::assertion::{Assertion, TypeSet};
use crate::pack::raw_schema::{Placed, RawSchemas, SchemaMistakes};

/// Adds a mistake for each keyword that speaks of other types than a value of the place can have.
pub(super) fn check(raw: &RawSchemas, sources: &Sources, mistakes: &mut SchemaMistakes) {
    let stated = sources.stated_types(raw);
    let placed = || sources.always.iter().flat_map(|id| raw.placed(*id));
    let is_never = placed().any(|placed| placed.assertion == Assertion::Never);
    if stated == TypeSet::ALL || is_never {
        return;
    }
    if stated == TypeSet::NONE {
        let types = |placed: &&Placed| matches!(placed.assertion, Assertion::Type(_) | Assertion::Values(_));
        // The first is written where the place is described, beside what it refers to.
        if let Some(placed) = placed().find(types) {
            let keyword = placed.keyword;
            let message = text!(
                "`{keyword}` excludes every value that another keyword allows here",
                "다른 키워드가 허용하는 값을 모두 배제함: `{keyword}`"
            );
            mistakes.insert((placed.at, message));
        }
        return;
    }
    for placed in placed() {
        let (keyword, words) = (placed.keyword, stated.words());
        let message = match &placed.assertion {
            Assertion::Values(values) => {
                let impossible = values.iter().find(|value| !value.types().meets(stated));
                impossible.map(|value| {
                    text!("`{keyword}`: {value} is not {words}", "`{keyword}`: {words}에 해당하지 않는 값임: {value}"; words)
                })
            }
            Assertion::Type(_) => None,
            assertion if !assertion.types().meets(stated) => {
                let about = assertion.types().words();
                Some(text!(
                    "`{keyword}` is about {about}, and this is {words}",
                    "`{keyword}`의 대상: {about}. 이 항목의 유형: {words}"; about, words
                ))
            }
            _ => None,
        };
        mistakes.extend(message.map(|message| (placed.at, message)));
    }
}

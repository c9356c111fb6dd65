//! The keywords of JSON Schema: those that are read, and what to write instead of others.

use crate::evidence::{Kind, NodeRef, Shown, nearest_of};
use crate::language::{Text, text};

/// The keywords that are read.
const KNOWN: [&str; 54] = [
    "$anchor",
    "$comment",
    "$defs",
    "$id",
    "$ref",
    "$schema",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "default",
    "dependentRequired",
    "dependentSchemas",
    "deprecated",
    "description",
    "else",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "readOnly",
    "required",
    "then",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
    "x-ko",
    "x-name",
    "x-prose",
];

/// Keywords of other drafts and dialects, and those that are not read, each with the way out.
const REPLACED: [(&str, &str, &str); 17] = [
    (
        "$dynamicAnchor",
        "name the definition in `$defs` and refer to it by `$ref`",
        "`$defs`에 정의하고 `$ref`로 참조할 것",
    ),
    (
        "$dynamicRef",
        "name the definition in `$defs` and refer to it by `$ref`",
        "`$defs`에 정의하고 `$ref`로 참조할 것",
    ),
    (
        "$recursiveAnchor",
        "it is of an older draft; refer to `#` by `$ref`",
        "이전 초안의 키워드임. `$ref`로 `#`을 참조할 것",
    ),
    (
        "$recursiveRef",
        "it is of an older draft; refer to `#` by `$ref`",
        "이전 초안의 키워드임. `$ref`로 `#`을 참조할 것",
    ),
    ("$vocabulary", "leave it out: it belongs to meta-schemas", "메타스키마의 키워드이므로 삭제할 것"),
    (
        "additionalItems",
        "it is of an older draft; write `prefixItems` for the first entries and `items` for the others",
        "이전 초안의 키워드임. 앞쪽 항목은 `prefixItems`, 나머지는 `items`로 쓸 것",
    ),
    ("contentSchema", "leave it out: contents of texts are not read", "문자열의 내용은 읽지 않으므로 삭제할 것"),
    ("definitions", "it is of an older draft; write `$defs`", "이전 초안의 키워드임. `$defs`로 쓸 것"),
    (
        "discriminator",
        "it belongs to OpenAPI; write `oneOf` with a `const` in each member",
        "OpenAPI의 키워드임. 각 형식에 `const`를 둔 `oneOf`로 쓸 것",
    ),
    ("divisibleBy", "it is of an older draft; write `multipleOf`", "이전 초안의 키워드임. `multipleOf`로 쓸 것"),
    (
        "example",
        "it belongs to OpenAPI; write `examples` with a list",
        "OpenAPI의 키워드임. `examples`에 목록으로 쓸 것",
    ),
    ("extends", "it is of an older draft; write `allOf`", "이전 초안의 키워드임. `allOf`로 쓸 것"),
    ("id", "it is of an older draft; write `$id`", "이전 초안의 키워드임. `$id`로 쓸 것"),
    (
        "nullable",
        "it belongs to OpenAPI; write a list of types with \"null\"",
        "OpenAPI의 키워드임. `type`을 \"null\"이 든 목록으로 쓸 것",
    ),
    ("unevaluatedItems", "write `items`, beside the entries it is for", "해당 항목 옆에 `items`로 쓸 것"),
    (
        "unevaluatedProperties",
        "write `additionalProperties`, in the schema that has the `properties`",
        "`properties`가 있는 스키마에 `additionalProperties`로 쓸 것",
    ),
    ("xml", "it belongs to OpenAPI; leave it out", "OpenAPI의 키워드이므로 삭제할 것"),
];

/// Returns what is wrong with a keyword that is not read.
pub(super) fn unknown(keyword: &str, value: NodeRef<'_>) -> Text {
    if keyword == "dependencies" {
        let way_out = dependencies(value);
        return text!(
            "`dependencies` is of an older draft; {way_out}",
            "`dependencies`: 이전 초안의 키워드임. {way_out}"; way_out
        );
    }
    let shown = Shown::cut(keyword, 60).into_text();
    if let Some((_, en, ko)) = REPLACED.iter().find(|(name, ..)| *name == keyword) {
        let way_out = Text::new(*en, *ko);
        return text!(
            "the keyword `{shown}` is not read: {way_out}",
            "읽지 않는 키워드임: `{shown}`. {way_out}"; way_out
        );
    }
    match nearest_of(keyword, KNOWN.into_iter()) {
        Some(near) => text!(
            "unknown keyword `{shown}`; did you mean `{near}`?",
            "없는 키워드임: `{shown}`. `{near}`의 오기인지 확인할 것"
        ),
        None => text!(
            "unknown keyword `{shown}`; docs/evidence.md lists those that are read",
            "없는 키워드임: `{shown}`. 읽는 키워드는 docs/evidence.md에서 확인할 것"
        ),
    }
}

/// Tells whether an unknown keyword can do no harm: it is like none that is read, and holds a schema that demands nothing.
pub(super) fn is_void(keyword: &str, value: NodeRef<'_>) -> bool {
    let is_void = |(key, value): (NodeRef<'_>, NodeRef<'_>)| {
        key.text() == "required" && value.kind() == Kind::Sequence && value.is_empty()
    };
    let is_strange =
        REPLACED.iter().all(|(name, ..)| *name != keyword) && nearest_of(keyword, KNOWN.into_iter()).is_none();
    is_strange && keyword != "dependencies" && !value.is_empty() && value.entries().all(is_void)
}

/// Returns the form that `dependencies` has today, by what it holds.
fn dependencies(value: NodeRef<'_>) -> Text {
    let are_lists = || value.entries().map(|(_, value)| value.kind() == Kind::Sequence);
    match (are_lists().any(|is_list| is_list), are_lists().all(|is_list| is_list)) {
        (true, true) => text!("write `dependentRequired`", "`dependentRequired`로 쓸 것"),
        (true, false) => text!(
            "write `dependentRequired` for its lists of keys and `dependentSchemas` for its schemas",
            "키의 목록은 `dependentRequired`, 스키마는 `dependentSchemas`로 쓸 것"
        ),
        (false, _) => text!("write `dependentSchemas`", "`dependentSchemas`로 쓸 것"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::assertion::FORMATS;

    #[test]
    fn the_page_on_evidence_lists_the_keywords_and_formats_that_are_read() {
        let page = include_str!("../../../docs/evidence.md");
        let table = page.split("| about | keywords |").nth(1).and_then(|rest| rest.split("\n\n").next());
        let table = table.expect("a table");
        let listed: Vec<&str> = table.split('`').skip(1).step_by(2).collect();
        let unlisted: Vec<&str> = KNOWN.into_iter().filter(|keyword| !listed.contains(keyword)).collect();
        assert!(unlisted.is_empty(), "not listed in docs/evidence.md: {unlisted:?}");
        let unknown: Vec<&&str> = listed.iter().filter(|keyword| !KNOWN.contains(keyword)).collect();
        assert!(unknown.is_empty(), "listed in docs/evidence.md and not read: {unknown:?}");
        for (format, _) in FORMATS {
            assert!(page.contains(&format!("`{format}`")), "{format}");
        }
    }
}

//! What `$ref` refers to: a place of the same file, or an anchor in it.

use super::reader::SchemaReader;
use crate::evidence::{Kind, NodeRef, Shown, nearest_of};
use crate::language::{Text, text};
use crate::pack::assertion::{Assertion, CheckId};

/// Gives every reference its target. What is referred to and was not read yet is read now, with its own references.
pub(super) fn resolve(reader: &mut SchemaReader<'_, '_>) {
    while let Some((from, node)) = reader.take_reference() {
        match target(reader, node.text()) {
            Ok(target) => reader.refer(from, node, Assertion::All(target)),
            Err(message) => reader.mistake(node, message),
        }
    }
}

fn target(reader: &mut SchemaReader<'_, '_>, reference: &str) -> Result<CheckId, Text> {
    let shown = Shown::cut(reference, 100).into_text();
    let own_id = reader.root().get("$id").map_or("", NodeRef::text).trim_end_matches('#');
    let within = reference.strip_prefix(own_id).filter(|rest| rest.is_empty() || rest.starts_with('#'));
    let whole = if reference.is_empty() { None } else { within.filter(|rest| rest.is_empty()).map(|_| "") };
    let Some(fragment) = within.and_then(|rest| rest.strip_prefix('#')).or(reference.strip_prefix('#')).or(whole)
    else {
        return Err(text!(
            "`{shown}` is in another file; definitions stand in this one, as `#/$defs/…`",
            "다른 파일을 참조함: `{shown}`. 이 파일의 `#/$defs/…`에 정의할 것"
        ));
    };
    let fragment =
        decoded(fragment).ok_or_else(|| text!("`{shown}` is no JSON Pointer", "JSON Pointer가 아님: `{shown}`"))?;
    if !fragment.is_empty() && !fragment.starts_with('/') {
        let undefined = || text!("the anchor `{shown}` is not defined", "정의되지 않은 앵커임: `{shown}`");
        return reader.anchor(&fragment).ok_or_else(undefined);
    }
    let mut node = reader.root();
    for segment in fragment.split('/').skip(1) {
        let name = segment.replace("~1", "/").replace("~0", "~");
        node = child(node, &name).ok_or_else(|| undefined(&shown, node, &name))?;
    }
    Ok(reader.schema(node))
}

fn child<'d>(node: NodeRef<'d>, name: &str) -> Option<NodeRef<'d>> {
    match node.kind() {
        Kind::Sequence => node.items().nth(name.parse().ok()?),
        _ => node.get(name),
    }
}

fn undefined(shown: &str, parent: NodeRef<'_>, name: &str) -> Text {
    match nearest_of(name, parent.entries().map(|(key, _)| key.text())) {
        Some(near) => text!(
            "`{shown}` is not defined; did you mean `{near}`?",
            "정의되지 않음: `{shown}`. `{near}`의 오기인지 확인할 것"
        ),
        None => text!("`{shown}` is not defined", "정의되지 않음: `{shown}`"),
    }
}

/// Returns a fragment of a URI without its escapes.
fn decoded(fragment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes().iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [*rest.next()?, *rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => *byte,
        });
    }
    String::from_utf8(bytes).ok()
}

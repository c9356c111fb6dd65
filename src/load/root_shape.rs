//! The root of a record file: what may wrap a record, and what cannot be one.

use super::diagnostic::Diagnostic;
use super::layout::Key;
use super::listing::BundlePart;
use super::name::folded;
use super::role::stem;
use crate::evidence::{Document, Kind, NodeRef};
use crate::language::Text;

/// Tells whether the only key of a file repeats what the file, or its folder, is called already.
pub(super) fn repeats_name(root: NodeRef<'_>, part: &BundlePart, file: &str) -> bool {
    let mut entries = root.entries();
    let (Some((key, value)), None) = (entries.next(), entries.next()) else { return false };
    if !matches!(value.kind(), Kind::Mapping | Kind::Sequence) {
        return false;
    }
    let key = folded(key.text()).into_owned();
    let name = file.rsplit('/').next().unwrap_or(file);
    let list = folded(&part.key).into_owned();
    key == list || key == folded(stem(name)) || part.is_folder && is_singular(&key, &list)
}

/// Refuses a root that is no record, with the cure.
pub(super) fn check(
    document: &Document,
    root: NodeRef<'_>,
    part: &BundlePart,
    key: Option<&Key>,
) -> Result<(), Box<Diagnostic>> {
    let (expects_list, expects_keys) = match key {
        _ if part.is_folder => (false, true),
        Some(key) => (key.is_list, key.is_mapping),
        None => (false, false),
    };
    let (message, hint) = match root.kind() {
        Kind::Null => return Ok(()),
        Kind::Mapping if !expects_list => return Ok(()),
        Kind::Sequence if !expects_keys => return Ok(()),
        Kind::Boolean | Kind::Integer | Kind::Float | Kind::Text if !expects_list && !expects_keys => return Ok(()),
        Kind::Mapping => (
            Text::new("the file holds one entry; a list is expected", "파일에 항목 하나만 있음. 목록이어야 함"),
            Text::new(
                "begin each entry with `- `, or put each into a file of its own in a folder of this name",
                "항목마다 `- `로 시작하거나, 같은 이름의 폴더에 항목별 파일로 나눌 것",
            ),
        ),
        Kind::Sequence => (
            Text::new(
                "the file holds a list; keys with values are expected",
                "파일에 목록이 있음. ‘키: 값’ 형식이어야 함",
            ),
            Text::new("take away the dash at the beginning of the first line", "첫 줄의 `- `를 삭제할 것"),
        ),
        Kind::Boolean | Kind::Integer | Kind::Float | Kind::Text => (
            Text::new(
                "the file holds a text; keys with values are expected",
                "파일에 문장만 있음. ‘키: 값’ 형식이어야 함",
            ),
            Text::new(
                "write each value after its key, a colon and a space; a text alone belongs into attachments/",
                "키 뒤에 콜론과 공백을 쓰고 값을 기재할 것. 글만 있는 파일은 attachments/로 옮길 것",
            ),
        ),
    };
    Err(Box::new(Diagnostic {
        location: document.location(root.id()),
        message,
        hint: Some(hint),
        excerpt: Some(document.excerpt(root.id())),
    }))
}

/// Tells whether a key is the singular of a list: `change` of `changes`, `analysis` of `analyses`.
fn is_singular(key: &str, list: &str) -> bool {
    list.strip_suffix('s') == Some(key)
        || list.strip_suffix("es").is_some_and(|stem| key.strip_suffix("is") == Some(stem))
}

//! What a reader should know about a bundle that changes no result: unknown keys, hidden files, decisions of its own.

use super::assessment::Warning;
use crate::evidence::{NodeId, NodeRef};
use crate::language::Text;
use crate::load::{Attachment, Note};
use crate::pack::Tree;

/// Keys by which a file of decisions is known, as the name of a file too; no evidence has them.
const DECISION_KEYS: [&str; 3] = ["decisions", "determinations", "waivers"];

/// Returns the warnings on a bundle, in the order of the tree, then of the files.
pub(super) fn warnings(tree: &Tree, notes: &[Note], attachments: &[Attachment]) -> Vec<Warning> {
    let unknown = tree.conformed.unknown().iter().map(|unknown| {
        let key = tree.words_of_key(unknown.key);
        let message = match &unknown.suggestion {
            _ if holds_decisions(tree, unknown.key) => decides_on_itself(&key),
            Some(near) => Text::new(
                format!("unknown key `{key}`, not read; did you mean `{near}`?"),
                format!("알 수 없는 키 `{key}`: 읽지 않음(`{near}`의 오기인지 확인할 것)"),
            ),
            None => Text::new(format!("unknown key `{key}`, not read"), format!("알 수 없는 키 `{key}`: 읽지 않음")),
        };
        let path = tree.document.pointer(unknown.key);
        Warning { path, location: Some(tree.document.location(unknown.key)), message }
    });
    let hidden = notes.iter().map(|note| {
        let message =
            Text::new(format!("{}: {}", note.path, note.message.en), format!("{}: {}", note.path, note.message.ko));
        Warning { path: String::new(), location: None, message }
    });
    let attached = attachments.iter().filter(|attachment| is_decision_file(&attachment.path)).map(|attachment| {
        Warning { path: String::new(), location: None, message: decides_on_itself(&attachment.path) }
    });
    let ends = tree.document.empty_ends().iter().map(|place| {
        let message = Text::new(
            "a line `---` begins a second document in which nothing is written; delete the line",
            "`---` 뒤에 내용이 없는 두 번째 문서가 시작됨: 해당 줄을 삭제할 것",
        );
        Warning { path: String::new(), location: Some(place.clone()), message }
    });
    unknown.chain(ends).chain(hidden).chain(attached).collect()
}

/// Tells whether an unknown key is one of a file of decisions, or the name of such a file.
fn holds_decisions(tree: &Tree, key: NodeId) -> bool {
    let named = |node: NodeRef<'_>| DECISION_KEYS.contains(&node.text());
    let key = tree.document.node(key);
    // A key is followed by its value.
    let value = tree.document.node(NodeId::from_index(key.id().index() as u32 + 1));
    named(key) || value.entries().any(|(key, _)| named(key))
}

fn is_decision_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"));
    stem.is_some_and(|stem| DECISION_KEYS.contains(&stem))
}

fn decides_on_itself(name: &str) -> Text {
    Text::new(
        format!(
            "`{name}` looks like decisions of an inspector; ignored: a bundle cannot decide on itself (--decisions)"
        ),
        format!("`{name}`: 점검관의 결정으로 보이나 제출 자료에 포함된 결정은 적용하지 않음(--decisions로만 지정)"),
    )
}

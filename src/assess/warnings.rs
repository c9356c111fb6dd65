//! What a reader should know about a bundle that changes no result: unknown keys, hidden files, decisions of its own.

use super::assessment::Warning;
use super::file_warnings::References;
use crate::evidence::{Kind, Location, NodeId, NodeRef, mixed_script_word, strange_letter};
use crate::language::Text;
use crate::load::{Attachment, Attachments, FileNote};
use crate::pack::{Schema, Tree, Unknown, short};

/// Keys by which a file of decisions is known, as the name of a file too; no evidence has them.
const DECISION_KEYS: [&str; 3] = ["decisions", "determinations", "waivers"];

/// Warnings that are listed for one bundle; more are counted.
const LISTED: usize = 100;

/// The warnings on one bundle.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    /// Those that are listed, in the order of the tree, then of the files.
    pub(super) listed: Vec<Warning>,
    /// How many more there are.
    pub(super) unlisted: u64,
}

/// What a warning is about.
#[derive(Clone, Copy)]
enum Remark<'a> {
    /// A key that the schema does not know; whether it holds decisions.
    Key(&'a Unknown, bool),
    /// A value with a word that mixes scripts which look alike.
    Mixed(NodeId, &'a str),
    File(&'a FileNote),
    /// An attachment that holds decisions.
    Decisions(&'a Attachment),
}

impl Remark<'_> {
    /// Tells whether the bundle seems to decide on itself: such a remark must not drown in others.
    fn is_about_decisions(&self) -> bool {
        matches!(self, Self::Key(_, true) | Self::Decisions(_))
    }
}

/// Returns the warnings on a bundle. Texts and places are made only of those that are listed.
pub(super) fn warnings(
    tree: &Tree,
    schema: &Schema,
    notes: &[FileNote],
    attachments: &Attachments,
    references: &References<'_>,
) -> Warnings {
    let keys = tree.validated.unknown().iter().map(|unknown| Remark::Key(unknown, holds_decisions(tree, unknown.key)));
    let decisions =
        attachments.all().iter().filter(|attachment| is_decision_file(&attachment.path)).map(Remark::Decisions);
    let mut remarks: Vec<Remark<'_>> =
        keys.chain(mixed_words(tree)).chain(notes.iter().map(Remark::File)).chain(decisions).collect();
    let count = remarks.len();
    if count > LISTED {
        let most = LISTED.min(remarks.iter().filter(|remark| remark.is_about_decisions()).count());
        let (mut decisions, mut others) = (most, LISTED - most);
        remarks.retain(|remark| {
            let left = if remark.is_about_decisions() { &mut decisions } else { &mut others };
            let is_listed = *left > 0;
            *left -= usize::from(is_listed);
            is_listed
        });
    }
    let mut listed: Vec<Warning> = remarks.into_iter().map(|remark| warning(tree, schema, remark)).collect();
    let unlisted = (count - listed.len()) as u64;
    // They are few: each kind is told once.
    listed.extend(tree.document.empty_ends().first().map(|place| empty_end(place, tree.document.empty_ends().len())));
    listed.extend(references.warnings(&tree.document));
    Warnings { listed, unlisted }
}

/// Returns the values that the schema knows and that have a word which mixes scripts.
fn mixed_words(tree: &Tree) -> impl Iterator<Item = Remark<'_>> {
    let document = &tree.document;
    let nodes = (0..document.node_count()).map(|index| document.node(NodeId::from_index(index as u32)));
    let texts = nodes.filter(|node| node.kind() == Kind::Text && tree.validated.shape(node.id()).is_some());
    texts.filter_map(|node| {
        document.budget().spend_text(node.text().len());
        mixed_script_word(node.text()).map(|word| Remark::Mixed(node.id(), word))
    })
}

/// Tells of the line `---` at the end of a file, and of how many files end so.
fn empty_end(place: &Location, files: usize) -> Warning {
    let (more_en, more_ko) = match files {
        1 => (String::new(), String::new()),
        _ => (format!(" (likewise {} more files)", files - 1), format!(" (외 {}건)", files - 1)),
    };
    let message = Text::new(
        format!("a line `---` begins a second document in which nothing is written; delete the line{more_en}"),
        format!("`---` 뒤에 내용이 없는 두 번째 문서가 시작됨: 해당 줄을 삭제할 것{more_ko}"),
    );
    Warning { path: String::new(), location: Some(place.clone()), message }
}

fn warning(tree: &Tree, schema: &Schema, remark: Remark<'_>) -> Warning {
    match remark {
        Remark::Key(unknown, holds_decisions) => {
            let key = tree.words_of_key(unknown.key);
            let message = match tree.suggestion(unknown, schema) {
                _ if holds_decisions => decides_on_itself(&key),
                Some(near) => Text::new(
                    format!("unknown key `{key}`, not read; did you mean `{near}`?"),
                    format!("정해지지 않은 항목 `{key}`: 점검에 반영하지 않음(`{near}`의 오기인지 확인할 것)"),
                ),
                None => Text::new(
                    format!("unknown key `{key}`, not read"),
                    format!("정해지지 않은 항목 `{key}`: 점검에 반영하지 않음"),
                ),
            };
            let path = tree.document.pointer(unknown.key);
            Warning { path, location: Some(tree.document.location(unknown.key)), message }
        }
        Remark::Mixed(node, word) => {
            let shown = short(word);
            let (c, script, script_ko) = strange_letter(word).unwrap_or_default();
            let code = format!("U+{:04X}", u32::from(c));
            let message = Text::new(
                format!("`{shown}` mixes scripts whose letters look alike: {c} is {script} ({code})"),
                format!(
                    "`{shown}`: 모양이 비슷한 문자가 한 단어에 섞여 있음({script_ko} 문자 {c}, {code}). 표기를 확인할 것"
                ),
            );
            Warning { path: tree.document.pointer(node), location: Some(tree.document.location(node)), message }
        }
        Remark::File(note) => {
            let message =
                Text::new(format!("{}: {}", note.path, note.message.en), format!("{}: {}", note.path, note.message.ko));
            Warning { path: String::new(), location: None, message }
        }
        Remark::Decisions(attachment) => {
            Warning { path: String::new(), location: None, message: decides_on_itself(&attachment.path) }
        }
    }
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
        format!("`{name}`: 점검자의 판단으로 보이나 제출 자료에 포함된 판단은 적용하지 않음(--decisions로만 지정)"),
    )
}

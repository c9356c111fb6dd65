//! Prose and names of which a person has to say whether they state anything, in words.

use super::resolve::Resolver;
use crate::engine::{Note, NoteKind, Subject};
use crate::language::Text;
use crate::pack::{Doubt, Shape};

impl Resolver<'_> {
    /// Returns the question that doubtful prose asks, if a note is about it.
    pub(super) fn question(&self, note: &Note, shape: Option<&Shape>) -> Option<Text> {
        let doubt = self.doubt(note).filter(|_| note.key.is_none())?;
        let tree = self.bundle;
        let title = shape.map_or_else(|| Text::new("Text", "내용"), |shape| shape.title.clone());
        let found = tree.words(note.place.node);
        Some(match doubt {
            Doubt::Placeholder => Text::new(
                format!("{}: `{}` is a placeholder; is anything stated?", title.en, found.en),
                format!("{}: `{}` 기재는 실질적인 내용이 없는 것으로 보임. 내용의 유무 확인 필요", title.ko, found.ko),
            ),
            Doubt::Scant => Text::new(
                format!("{}: `{}` has no two different letters; is anything stated?", title.en, found.en),
                format!("{}: `{}`만으로는 기재 내용을 알 수 없음. 내용의 유무 확인 필요", title.ko, found.ko),
            ),
            Doubt::Repeated { list, .. } => {
                let (path, count) = (tree.document.pointer(list), tree.document.node(list).len());
                Text::new(
                    format!(
                        "{}: all {count} entries of {path} have the same text, `{}`; does it fit each?",
                        title.en, found.en
                    ),
                    format!(
                        "{}: {path}의 {count}건에 모두 같은 내용(`{}`)이 기재됨. 각 건에 맞는 내용인지 확인 필요",
                        title.ko, found.ko
                    ),
                )
            }
        })
    }

    /// Returns what to do about doubtful prose, if a note is about it.
    pub(super) fn remedy_of_doubt(&self, note: &Note) -> Option<Text> {
        self.doubt(note)?;
        Some(Text::new(
            "State what is the case; otherwise an inspector decides whether this is enough.",
            "사실에 맞는 구체적인 내용을 기재할 것. 그대로 제출하는 경우 점검자가 충분한지 판단함",
        ))
    }

    fn doubt(&self, note: &Note) -> Option<Doubt> {
        let is_asked = note.kind == NoteKind::Undetermined && note.tail.is_empty();
        let is_asked = is_asked && note.place.subject == Subject::Bundle;
        if is_asked { self.bundle.validated.doubt(note.place.node) } else { None }
    }
}

//! What was named and what was found below it, each with its state: nothing disappears.

use crate::language::Text;

/// One file or folder of what was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path as it was named or found; what lies in an archive begins with `two.zip!/`.
    pub path: String,
    /// What became of it.
    pub state: EntryState,
    /// Why; nothing for what was judged.
    pub reason: Option<Text>,
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryState {
    /// A bundle, which has a verdict.
    Judged,
    /// The same submission as one before it, or a link to another entry.
    SameAs,
    /// Could be a submission and was not judged.
    NotAudited,
    /// No submission.
    LeftOut,
    /// A folder of other entries.
    Group,
}

impl EntryState {
    /// Every state, in the order in which they are counted.
    pub const ALL: [Self; 5] = [Self::Judged, Self::SameAs, Self::NotAudited, Self::LeftOut, Self::Group];

    /// Returns the name that reports for machines use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Judged => "judged",
            Self::SameAs => "same-as",
            Self::NotAudited => "not-audited",
            Self::LeftOut => "left-out",
            Self::Group => "group",
        }
    }

    /// Returns the word that a person reads.
    pub fn word(self) -> Text {
        match self {
            Self::Judged => Text::new("judged", "점검함"),
            Self::SameAs => Text::new("same as", "동일 자료"),
            Self::NotAudited => Text::new("not audited", "점검하지 못함"),
            Self::LeftOut => Text::new("left out", "제외"),
            Self::Group => Text::new("group", "자료 모음"),
        }
    }
}

impl Entry {
    pub(super) fn not_audited(path: impl Into<String>, reason: Text) -> Self {
        Self { path: path.into(), state: EntryState::NotAudited, reason: Some(reason) }
    }

    pub(super) fn left_out(path: impl Into<String>, reason: Text) -> Self {
        Self { path: path.into(), state: EntryState::LeftOut, reason: Some(reason) }
    }
}

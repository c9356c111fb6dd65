//! What is wrong with a file of decisions: collected, so that one reading names every mistake.

use std::fmt;

use crate::evidence::{Document, Kind, NodeRef, Shown};
use crate::language::{Language, Text};
use crate::load::Diagnostic;

/// Mistakes of one file that are named; more are counted.
const NAMED: usize = 100;

/// Why a file of decisions cannot be used: its mistakes in the order of the file.
#[derive(Debug)]
pub struct RefusedDecisions {
    /// The mistakes that are named.
    pub named: Vec<Diagnostic>,
    /// How many there are besides.
    pub unnamed: usize,
}

impl RefusedDecisions {
    /// Writes the mistakes in one language, each with its place and its line.
    pub fn render(&self, language: Language) -> String {
        let count = self.named.len() + self.unnamed;
        let (head, more) = match language {
            Language::English => (format!("{count} mistakes"), format!("and {} more", self.unnamed)),
            Language::Korean => (format!("오류 {count}건"), format!("그 밖에 {}건", self.unnamed)),
        };
        let head = (count > 1).then_some(head);
        let more = (self.unnamed > 0).then_some(more);
        let named = self.named.iter().map(|mistake| mistake.render(language));
        head.into_iter().chain(named).chain(more).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for RefusedDecisions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Language::English))
    }
}

impl std::error::Error for RefusedDecisions {}

/// The mistakes that were found so far.
pub(super) struct FileMistakes<'d> {
    document: &'d Document,
    named: Vec<Diagnostic>,
    unnamed: usize,
}

impl<'d> FileMistakes<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self { document, named: Vec::new(), unnamed: 0 }
    }

    /// Returns the refusal of the file, if anything is wrong with it.
    pub(super) fn into_refusal(mut self) -> Option<RefusedDecisions> {
        self.named
            .sort_by(|one, other| (one.location.start, &one.message).cmp(&(other.location.start, &other.message)));
        (!self.named.is_empty()).then_some(RefusedDecisions { named: self.named, unnamed: self.unnamed })
    }

    pub(super) fn document(&self) -> &'d Document {
        self.document
    }

    pub(super) fn add(&mut self, node: NodeRef<'_>, message: String, hint: Option<&str>) {
        if self.named.len() >= NAMED {
            self.unnamed += 1;
            return;
        }
        self.named.push(Diagnostic {
            location: self.document.location(node.id()),
            message: Text::same(message),
            hint: hint.map(Text::same),
            excerpt: Some(self.document.excerpt(node.id())),
        });
    }

    /// Adds that something else was expected than what is there.
    pub(super) fn unexpected(&mut self, node: NodeRef<'_>, expected: &str, hint: Option<&str>) {
        let found = match node.kind() {
            Kind::Null => "nothing".to_owned(),
            Kind::Sequence => "a list".to_owned(),
            Kind::Mapping => "keys with values".to_owned(),
            Kind::Boolean | Kind::Integer | Kind::Float | Kind::Text => format!("`{}`", Shown::of(node.text())),
        };
        self.add(node, format!("expected {expected}, found {found}"), hint);
    }
}

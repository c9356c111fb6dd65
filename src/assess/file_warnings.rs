//! What a reader should know about the files that evidence refers to: spelt otherwise, not there, or not listed.

use std::collections::BTreeSet;

use super::assessment::Warning;
use crate::evidence::{Document, NodeRef, Shown};
use crate::language::Text;
use crate::load::{Attachments, Layout};

/// Names that one warning lists; more are counted.
const NAMED: usize = 5;

/// What the list of documents of a bundle refers to.
#[derive(Default)]
pub(super) struct References<'b> {
    /// Nodes whose text spells the name of a file otherwise, with the text and the file.
    otherwise: Vec<(NodeRef<'b>, &'b str, &'b str)>,
    /// Nodes that name no file, with the text and the file that is called almost so.
    absent: Vec<(NodeRef<'b>, &'b str, &'b str)>,
    /// The attachments that no document names.
    pub(super) unlisted: Vec<&'b str>,
}

impl<'b> References<'b> {
    /// Resolves every reference, once; there are none where the pack names no list of documents.
    pub(super) fn of(document: &'b Document, attachments: &'b Attachments, layout: &Layout) -> Self {
        let mut references = Self::default();
        let Some((list, field)) = &layout.documents else { return references };
        let (mut listed, mut looked_for) = (BTreeSet::new(), 0);
        let documents = document.root().get(list).into_iter().flat_map(NodeRef::items);
        for node in documents.filter_map(|document| document.get(field)) {
            let written = node.text();
            match attachments.resolve(written) {
                Some((file, is_exact)) => {
                    listed.insert(file.path.as_str());
                    if !is_exact {
                        references.otherwise.push((node, written, file.path.as_str()));
                    }
                }
                None if written.trim().is_empty() => {}
                // The nearest name is looked for a few times only: it costs as much as there are files.
                None if looked_for < NAMED => {
                    looked_for += 1;
                    references.absent.extend(attachments.nearest(written).map(|near| (node, written, near)));
                }
                None => {}
            }
        }
        let all = attachments.all().iter().map(|file| file.path.as_str());
        references.unlisted = all.filter(|path| !listed.contains(path)).collect();
        references
    }

    /// Returns the warnings on them, each kind once.
    pub(super) fn warnings(&self, document: &Document) -> Vec<Warning> {
        let mut warnings = Vec::new();
        warnings.extend(reported(document, &self.otherwise, |written, file| {
            Text::new(format!("`{written}` is read as {file}"), format!("`{written}` 경로를 {file} 파일로 보고 점검함"))
        }));
        warnings.extend(reported(document, &self.absent, |written, near| {
            Text::new(
                format!("`{written}` is not attached; did you mean {near}?"),
                format!("`{written}` 파일이 첨부되지 않음({near}의 오기인지 확인할 것)"),
            )
        }));
        warnings.extend(not_listed(&self.unlisted));
        warnings
    }
}

/// Tells the first of some references, and counts the others.
fn reported(
    document: &Document,
    found: &[(NodeRef<'_>, &str, &str)],
    words: impl Fn(&Shown<'_>, &Shown<'_>) -> Text,
) -> Option<Warning> {
    let (node, written, file) = found.first()?;
    let Text { en, ko } = words(&Shown::of(written), &Shown::of(file));
    let message = match found.len() - 1 {
        0 => Text::new(en, ko),
        more => Text::new(format!("{en} (likewise {more} more)"), format!("{ko} (외 {more}건)")),
    };
    let path = document.pointer(node.id());
    Some(Warning { path, location: Some(document.location(node.id())), message })
}

fn not_listed(paths: &[&str]) -> Option<Warning> {
    let names: Vec<String> = paths.iter().take(NAMED).map(|path| Shown::of(path).to_string()).collect();
    let names = names.join(", ");
    let (more_en, more_ko) = match paths.len().saturating_sub(NAMED) {
        0 => (String::new(), String::new()),
        more => (format!(" and {more} more"), format!(" 외 {more}건")),
    };
    let message = match paths.len() {
        0 => return None,
        1 => Text::new(
            format!("1 attachment is not listed in documents: {names}"),
            format!("documents에 기재되지 않은 첨부파일 1건: {names}"),
        ),
        count => Text::new(
            format!("{count} attachments are not listed in documents: {names}{more_en}"),
            format!("documents에 기재되지 않은 첨부파일 {count}건: {names}{more_ko}"),
        ),
    };
    Some(Warning { path: String::new(), location: None, message })
}

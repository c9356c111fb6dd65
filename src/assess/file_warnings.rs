//! What a reader should know about the files that evidence refers to: spelt otherwise, not there, or not listed.

use super::assessment::Warning;
use super::coverage::{references, unlisted};
use crate::evidence::{Document, NodeRef, Shown};
use crate::language::Text;
use crate::load::Attachments;

/// Names that one warning lists; more are counted.
const NAMED: usize = 5;

/// Returns the warnings on references to files, each kind once.
pub(super) fn file_warnings(document: &Document, attachments: &Attachments) -> Vec<Warning> {
    let mut otherwise = Vec::new();
    let mut absent = Vec::new();
    for (node, reference) in references(document).filter(|(_, reference)| !reference.trim().is_empty()) {
        match (attachments.find(reference), attachments.find_otherwise_spelt(reference)) {
            (_, Some(file)) => otherwise.push((node, reference, file.path.as_str())),
            (Some(_), None) => {}
            (None, None) => absent.extend(attachments.nearest(reference).map(|near| (node, reference, near))),
        }
    }
    let mut warnings = Vec::new();
    warnings.extend(told(document, &otherwise, |written, file| {
        Text::new(format!("`{written}` is read as {file}"), format!("`{written}`을(를) {file}(으)로 읽음"))
    }));
    warnings.extend(told(document, &absent, |written, near| {
        Text::new(
            format!("`{written}` is not attached; did you mean {near}?"),
            format!("`{written}` 파일이 첨부되지 않음({near}의 오기인지 확인할 것)"),
        )
    }));
    warnings.extend(not_listed(&unlisted(document, attachments).collect::<Vec<_>>()));
    warnings
}

/// Tells the first of some references, and counts the others.
fn told(
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

//! Every entry of what was named: problems beside the bundles, the rest in one block at the end.

use std::io;

use super::layout::{DIM, RED, Screen, columns, line, pad, styled, wrap};
use super::text::Page;
use super::{Summary, text_identity};
use crate::evidence::Shown;
use crate::language::Language;
use crate::load::{Entry, EntryState};

/// Writes an entry that was not audited, where it was found.
pub(super) fn problem(page: &Page<'_>, entry: &Entry, width: usize, out: &mut Screen<'_>) -> io::Result<()> {
    if entry.state != EntryState::NotAudited {
        return Ok(());
    }
    let word = entry.state.word().get(page.options.language).to_uppercase();
    line!(out, "  ", styled(RED, pad(word, width)), "  ", words_of(entry, page.options.language))
}

/// Writes what became of all entries, and each that was neither judged nor a problem.
pub(super) fn read(page: &Page<'_>, summary: &Summary, out: &mut Screen<'_>) -> io::Result<()> {
    let entries = &summary.entries;
    // One bundle that was named itself needs no account of what was read.
    if entries.len() < 2 && entries.iter().all(|entry| entry.state == EntryState::Judged) {
        return Ok(());
    }
    let language = page.options.language;
    out.heading(page.words.read, page.options.width)?;
    out.blank_line()?;
    line!(out, "  ", text_identity::accounts(summary, language))?;
    let states = [EntryState::NotAudited, EntryState::SameAs, EntryState::LeftOut, EntryState::Group];
    let widest = states.iter().map(|state| columns(state.word().get(language))).max().unwrap_or(0);
    for state in states.into_iter().filter(|state| *state != EntryState::NotAudited || page.report.is_single) {
        let word = state.word();
        for entry in entries.iter().filter(|entry| entry.state == state) {
            let lines = wrap(words_of(entry, language), page.options.width.saturating_sub(widest + 4));
            for (position, text) in lines.iter().enumerate() {
                let word = if position == 0 { word.get(language) } else { "" };
                line!(out, "  ", styled(DIM, pad(word, widest)), "  ", text)?;
            }
        }
    }
    Ok(())
}

fn words_of(entry: &Entry, language: Language) -> String {
    let path = Shown::of(&entry.path);
    match &entry.reason {
        Some(reason) => format!("{path} · {}", Shown::of(reason.get(language))),
        None => path.to_string(),
    }
}

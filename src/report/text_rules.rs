//! The criteria of a pack for a person: the list, and one criterion in full.

use std::io::{self, Write};

use super::basis::{self, BasisRole};
use super::layout::{BOLD, DIM, Screen, line, name, pad, styled, wrap};
use super::words;
use crate::engine::{CompiledRule, Reads, Subject};
use crate::evidence::display_width;
use crate::language::Language;
use crate::pack::{CountsFor, Pack};

/// How criteria are shown.
#[derive(Clone, Copy, Debug)]
pub struct RulePage<'p> {
    /// The pack.
    pub pack: &'p Pack,
    /// The language.
    pub language: Language,
    /// Columns of the screen.
    pub width: usize,
}

/// Writes one line for each rule, by control.
///
/// # Errors
/// The writer fails.
pub fn write_rules(page: &RulePage<'_>, rules: &[&CompiledRule], out: &mut dyn Write) -> io::Result<()> {
    let out = &mut Screen::on(out);
    let language = page.language;
    let manifest = &page.pack.manifest;
    line!(out, styled(BOLD, manifest.title.get(language)))?;
    let (id, version) = (name(&manifest.id), name(&manifest.version));
    line!(out, styled(DIM, format!("{id} {version} · {}", manifest.authority.get(language))))?;
    for control in page.pack.controls() {
        let own: Vec<&&CompiledRule> = rules.iter().filter(|rule| rule.meta.control == control.id).collect();
        if own.is_empty() {
            continue;
        }
        out.heading(format!("{}  {}", control.number, control.title.get(language)), page.width)?;
        for rule in own {
            let meta = &rule.meta;
            let severity = pad(words::severity(meta.severity, language), 6);
            let mut notes: Vec<&str> = Vec::new();
            if meta.advisory {
                notes.push(words::Words::of(language).advisory);
            }
            if meta.counts_for == CountsFor::Law {
                notes.push(words::Words::of(language).duty);
            }
            if meta.stages.len() < manifest.stages.len() {
                let stages = manifest.stages.iter().filter(|stage| meta.stages.contains(&stage.id));
                notes.extend(stages.map(|stage| stage.title.get(language)));
            }
            let notes = if notes.is_empty() { String::new() } else { format!("  ({})", notes.join(", ")) };
            line!(
                out,
                "  ",
                styled(BOLD, pad(&meta.id, 7)),
                "  ",
                styled(DIM, severity),
                "  ",
                meta.title.get(language),
                styled(DIM, notes)
            )?;
        }
    }
    out.blank_line()?;
    line!(out, words::rules(rules.len(), language))
}

/// Writes everything that a rule says about itself, and what it reads.
///
/// # Errors
/// The writer fails.
pub fn write_rule(page: &RulePage<'_>, rule: &CompiledRule, reads: &Reads, out: &mut dyn Write) -> io::Result<()> {
    let out = &mut Screen::on(out);
    let language = page.language;
    let labels = words::RuleWords::of(language);
    let meta = &rule.meta;
    let manifest = &page.pack.manifest;
    line!(out, styled(BOLD, &meta.id), "  ", styled(BOLD, meta.title.get(language)))?;
    let control = page.pack.control(&meta.control);
    let control = control.map(|control| format!("{}  {}", control.number, control.title.get(language)));
    let stages = manifest.stages.iter().filter(|stage| meta.stages.contains(&stage.id));
    let stages: Vec<&str> = stages.map(|stage| stage.title.get(language)).collect();
    let mut severity = words::severity(meta.severity, language).to_owned();
    if meta.advisory {
        severity = format!("{severity} ({})", labels.advisory);
    }
    if meta.counts_for == CountsFor::Law {
        severity = format!("{severity} ({})", labels.duty);
    }
    let mut rows = vec![
        (labels.control, control.unwrap_or_default()),
        (labels.severity, severity),
        (labels.stages, stages.join(", ")),
        (labels.demand, meta.demand.get(language).to_owned()),
        (labels.remedy, meta.remedy.get(language).to_owned()),
    ];
    for basis in &meta.basis {
        let source = manifest.sources.get(&basis.source);
        let url = source.and_then(|source| source.url.as_ref()).map(|url| format!(" {url}")).unwrap_or_default();
        let is_basis = basis::is_basis(BasisRole::of(basis, page.pack), page.pack);
        let label = if is_basis { labels.basis } else { labels.criterion };
        rows.push((label, format!("{}{url}", basis::text(meta, basis, page.pack, None, language))));
    }
    for id in &reads.parameters {
        let Some(parameter) = manifest.parameters.get(id) else { continue };
        let default = parameter.default_value().map(|value| match language {
            Language::English => {
                let unit = parameter.unit.as_ref().map(|unit| format!(" {}", unit.en)).unwrap_or_default();
                format!("{value}{unit}")
            }
            Language::Korean => parameter.in_words(&value).ko,
        });
        let (default, source) = (default.unwrap_or_default(), parameter.source.get(language));
        let (title, status) = (parameter.title.get(language), basis::basis_status(parameter.basis, language));
        rows.push((labels.parameters, format!("{id} = {default}: {title} ({status}; {source})")));
    }
    rows.extend(read_rows(page, reads, labels));
    for text in meta.says.values() {
        rows.push((labels.says, text.get(language).to_owned()));
    }
    if let Some(reason) = &meta.not_applicable {
        rows.push((labels.not_applicable, reason.get(language).to_owned()));
    }
    rows.push((labels.script, rule.path.clone()));
    let column = rows.iter().map(|(label, _)| display_width(label)).max().unwrap_or(0) + 2;
    let mut before = "";
    for (label, text) in rows {
        for (position, text) in wrap(text, page.width.saturating_sub(column + 2)).iter().enumerate() {
            let shown = if position == 0 && label != before { label } else { "" };
            line!(out, "  ", styled(DIM, pad(shown, column)), text)?;
        }
        before = label;
    }
    Ok(())
}

/// Returns a row for each thing that a rule reads.
fn read_rows(page: &RulePage<'_>, reads: &Reads, labels: &words::RuleWords) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    for path in &reads.evidence {
        let label = match path.subject {
            Subject::Bundle => labels.reads,
            Subject::Order => labels.reads_order,
        };
        let title = page.pack.schema.shape(path.shape).map_or("", |shape| shape.title.get(page.language));
        rows.push((label, format!("{}: {title}", path.pointer)));
    }
    let unplaced = reads.unplaced.iter().map(|name| format!("{name} ({})", labels.unplaced));
    let attachments = reads.attachments.then(|| labels.attachments.to_owned());
    let at = rows.iter().take_while(|(label, _)| *label == labels.reads).count();
    rows.splice(at..at, unplaced.chain(attachments).map(|text| (labels.reads, text)));
    rows
}

//! The lists at the end of the text report: what to hand in, what to decide, what was not read.

use std::collections::BTreeMap;
use std::io;

use super::layout::{BOLD, DIM, Screen, columns, line, pad, spaces, styled, wrap};
use super::text::Page;
use super::text_findings::short_place;
use super::words;
use crate::assess::{Assessment, Finding, FindingKind, RuleReport, RuleResult};

/// Columns that paths may take before the text moves to the next line.
const PATH_COLUMNS: usize = 44;

struct ListItem<'a> {
    path: &'a str,
    message: &'a str,
    rules: Vec<&'a str>,
}

/// Writes every missing and every unusable item, by file.
pub(super) fn to_supply(page: &Page<'_>, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
    let language = page.options.language;
    let mut files: BTreeMap<(&str, bool), Vec<ListItem<'_>>> = BTreeMap::new();
    // Where among the items of its file a path with a message stands.
    let mut positions: BTreeMap<(&str, bool, &str, &str), usize> = BTreeMap::new();
    for (rule, finding) in findings(assessment).filter(|(_, finding)| finding.result() < RuleResult::Waived) {
        let file = match (&finding.supply, &finding.location) {
            (Some(supply), _) => (supply.file.as_str(), supply.is_new),
            (None, Some(location)) if finding.kind == FindingKind::Unusable => (location.file.as_str(), false),
            _ => continue,
        };
        let items = files.entry(file).or_default();
        let (path, message) = (finding.path.as_str(), finding.message.get(language));
        let position = *positions.entry((file.0, file.1, path, message)).or_insert(items.len());
        match items.get_mut(position) {
            Some(item) if item.rules.contains(&rule.meta.id.as_str()) => {}
            Some(item) => item.rules.push(&rule.meta.id),
            None => items.push(ListItem { path, message, rules: vec![&rule.meta.id] }),
        }
    }
    if files.is_empty() {
        return Ok(());
    }
    let count = files.values().map(Vec::len).sum();
    let title = format!("{} · {}", page.words.to_supply, words::items_in_files(count, files.len(), language));
    out.heading(title, page.options.width)?;
    for ((file, is_new), items) in &mut files {
        let mark = if *is_new { format!("  ({})", page.words.new_file) } else { String::new() };
        out.blank_line()?;
        line!(out, "  ", styled(BOLD, *file), styled(DIM, mark))?;
        items.sort_by(|a, b| a.path.cmp(b.path));
        let widest = items.iter().map(|item| columns(item.path)).max().unwrap_or(0).min(PATH_COLUMNS);
        for item in items {
            write_item(page, item, widest, out)?;
        }
    }
    Ok(())
}

/// Writes the questions that no rule can answer.
pub(super) fn to_decide(page: &Page<'_>, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
    let language = page.options.language;
    let open: Vec<(&RuleReport, &Finding)> =
        findings(assessment).filter(|(_, finding)| finding.result() == RuleResult::Undetermined).collect();
    if open.is_empty() {
        return Ok(());
    }
    let title = format!("{} · {}", page.words.to_decide, words::questions(open.len(), language));
    out.heading(title, page.options.width)?;
    out.blank_line()?;
    for (rule, finding) in open {
        listed(page, rule, finding, out)?;
        let remedy = finding.remedy.get(language);
        for text in wrap(remedy, page.options.width.saturating_sub(12)) {
            line!(out, spaces(12), styled(DIM, text))?;
        }
    }
    Ok(())
}

/// Writes what the order established and the submission answers for.
pub(super) fn established(page: &Page<'_>, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
    let of_order: Vec<(&RuleReport, &Finding)> =
        findings(assessment).filter(|(_, finding)| finding.kind == FindingKind::Established).collect();
    if of_order.is_empty() {
        return Ok(());
    }
    let title = format!("{} · {}", page.words.established, words::findings(of_order.len(), page.options.language));
    out.heading(title, page.options.width)?;
    out.blank_line()?;
    for (rule, finding) in of_order {
        listed(page, rule, finding, out)?;
    }
    Ok(())
}

/// Writes what was not read, such as unknown keys.
pub(super) fn warnings(page: &Page<'_>, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
    if assessment.warnings.is_empty() {
        return Ok(());
    }
    out.heading(page.words.warnings, page.options.width)?;
    out.blank_line()?;
    for warning in &assessment.warnings {
        let place = warning.location.as_ref().map(|location| format!("{}  ", short_place(location)));
        let text = format!("{}{}", place.unwrap_or_default(), warning.message.get(page.options.language));
        for (position, text) in wrap(text, page.options.width.saturating_sub(4)).iter().enumerate() {
            // Only a verdict stands at the margin of the lines that have more.
            line!(out, if position == 0 { "  " } else { "    " }, text)?;
        }
    }
    if assessment.unlisted_warnings > 0 {
        let more = words::more_warnings(assessment.unlisted_warnings, page.options.language);
        line!(out, "  ", styled(DIM, more))?;
    }
    Ok(())
}

/// Writes the rules that nobody has to do anything about.
pub(super) fn others(page: &Page<'_>, assessment: &Assessment, out: &mut Screen<'_>) -> io::Result<()> {
    let language = page.options.language;
    for (title, wanted) in
        [(page.words.passed, RuleResult::Pass), (page.words.other_results, RuleResult::NotApplicable)]
    {
        let rules: Vec<&RuleReport> = assessment.rules.iter().filter(|rule| rule.result == wanted).collect();
        if rules.is_empty() {
            continue;
        }
        out.heading(title, page.options.width)?;
        out.blank_line()?;
        for rule in rules {
            let detail = match &rule.reason {
                Some(reason) => reason.get(language).to_owned(),
                None => words::examined(rule.examined, language),
            };
            let text = format!("{} · {detail}", rule.meta.title.get(language));
            for (position, text) in wrap(&text, page.options.width.saturating_sub(12)).iter().enumerate() {
                let id = if position == 0 { rule.meta.id.as_str() } else { "" };
                line!(out, "  ", pad(id, 8), "  ", text)?;
            }
            for printed in rule.printed.lines() {
                line!(out, spaces(12), styled(DIM, page.words.printed), "  ", printed)?;
            }
        }
    }
    Ok(())
}

/// Writes the message of a finding with its place, behind the id of its rule.
fn listed(page: &Page<'_>, rule: &RuleReport, finding: &Finding, out: &mut Screen<'_>) -> io::Result<()> {
    let place = finding.location.as_ref().map(short_place).unwrap_or_default();
    let of = if finding.is_in_order { format!("{} ", page.order_label()) } else { String::new() };
    let text = format!("{} ({of}{place})", finding.message.get(page.options.language));
    for (position, text) in wrap(&text, page.options.width.saturating_sub(12)).iter().enumerate() {
        let id = if position == 0 { rule.meta.id.as_str() } else { "" };
        line!(out, "  ", styled(BOLD, pad(id, 8)), "  ", text)?;
    }
    Ok(())
}

fn write_item(page: &Page<'_>, item: &ListItem<'_>, widest: usize, out: &mut Screen<'_>) -> io::Result<()> {
    let rules = item.rules.join(", ");
    let path = styled(DIM, pad(item.path, widest));
    let indent = 6 + widest + 2;
    let text = format!("{}  ({rules})", item.message);
    let room = page.options.width.saturating_sub(indent);
    if columns(item.path) > widest {
        line!(out, "  [ ] ", styled(DIM, item.path))?;
        for text in wrap(text, room) {
            line!(out, spaces(indent), text)?;
        }
        return Ok(());
    }
    for (position, text) in wrap(&text, room).iter().enumerate() {
        if position == 0 {
            line!(out, "  [ ] ", path.clone(), "  ", text)?;
        } else {
            line!(out, spaces(indent), text)?;
        }
    }
    Ok(())
}

fn findings(assessment: &Assessment) -> impl Iterator<Item = (&RuleReport, &Finding)> {
    assessment.rules.iter().flat_map(|rule| rule.findings.iter().map(move |finding| (rule, finding)))
}

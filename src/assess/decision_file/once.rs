//! Entries of a file on the same thing: one holds, equal ones are told, contrary ones are refused.

use std::collections::{BTreeMap, BTreeSet};

use super::mistakes::FileMistakes;
use crate::assess::decision::{Decision, Ruling};
use crate::evidence::{Moment, NodeRef};

/// Marks entries that repeat another one, and refuses two answers to one question and two waivers of one finding for
/// the same time.
pub(super) fn settle(mistakes: &mut FileMistakes<'_>, read: &mut [(NodeRef<'_>, Decision)]) {
    let mut same: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (position, (_, decision)) in read.iter().enumerate() {
        let question = match &*decision.ruling {
            Ruling::Determination(determination) => Some(determination.question.as_str()),
            Ruling::Waiver(_) => None,
        };
        let place = (&*decision.rule, &decision.scope, decision.is_in_order);
        let key = (&decision.target, &*decision.order, place, question);
        same.entry(key).or_default().push(position);
    }
    let mut repeats = Vec::new();
    let mut contrary = BTreeSet::new();
    for positions in same.into_values().filter(|positions| positions.len() > 1) {
        let entries: Vec<NumberedDecision<'_>> = positions
            .into_iter()
            .filter_map(|position| read.get(position).map(|(_, decision)| NumberedDecision { position, decision }))
            .collect();
        answers(&entries, &mut repeats, &mut contrary);
        waivers(entries, &mut repeats, &mut contrary);
    }
    // One entry may be contrary to another on many bundles.
    let mut reported = BTreeSet::new();
    for (position, message) in contrary {
        if let Some((node, _)) = read.get(position)
            && reported.insert((node.id(), message.clone()))
        {
            mistakes.add(*node, message, Some("keep one of the two entries"));
        }
    }
    for (position, place) in repeats {
        if let Some((_, decision)) = read.get_mut(position) {
            decision.repeats = Some(place);
        }
    }
}

#[derive(Clone, Copy)]
struct NumberedDecision<'e> {
    position: usize,
    decision: &'e Decision,
}

impl NumberedDecision<'_> {
    fn answer(&self) -> Option<bool> {
        match &*self.decision.ruling {
            Ruling::Determination(determination) => determination.answer.as_ref().map(|answer| answer.is_met),
            Ruling::Waiver(_) => None,
        }
    }

    fn period(&self) -> Option<(Moment, Moment)> {
        match &*self.decision.ruling {
            Ruling::Determination(_) => None,
            Ruling::Waiver(waiver) => Some((waiver.from, waiver.until)),
        }
    }
}

/// The first answer to a question holds; entries without an answer are answered by it.
fn answers(
    entries: &[NumberedDecision<'_>],
    repeats: &mut Vec<(usize, String)>,
    contrary: &mut BTreeSet<(usize, String)>,
) {
    let Some((first, is_met)) = entries.iter().find_map(|entry| Some((entry, entry.answer()?))) else { return };
    let place = first.decision.place();
    for entry in entries.iter().filter(|entry| entry.position != first.position) {
        if entry.answer().is_some_and(|answer| answer != is_met) {
            let other = if is_met { "pass" } else { "fail" };
            contrary.insert((entry.position, format!("this was decided already at {place}, as {other}")));
        } else {
            repeats.push((entry.position, place.clone()));
        }
    }
}

/// Waivers may follow one another; the same period twice is one waiver.
fn waivers(
    mut entries: Vec<NumberedDecision<'_>>,
    repeats: &mut Vec<(usize, String)>,
    contrary: &mut BTreeSet<(usize, String)>,
) {
    entries.sort_by_key(|entry| (entry.period(), entry.position));
    // The entry that reaches furthest of those that began so far.
    let mut last: Option<(NumberedDecision<'_>, (Moment, Moment))> = None;
    for entry in entries {
        let Some(period) = entry.period() else { continue };
        match last {
            Some((before, held)) if held == period => repeats.push((entry.position, before.decision.place())),
            Some((before, held)) if period.0 < held.1 => {
                let (later, earlier) = if entry.position > before.position { (entry, before) } else { (before, entry) };
                let place = earlier.decision.place();
                contrary.insert((
                    later.position,
                    format!("this was decided already at {place}, for part of the same time"),
                ));
                if period.1 > held.1 {
                    last = Some((entry, period));
                }
            }
            _ => last = Some((entry, period)),
        }
    }
}

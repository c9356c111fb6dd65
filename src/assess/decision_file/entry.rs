//! One entry of a file of decisions: the answer to a question, or a waiver.

use std::sync::Arc;

use super::fields::EntryFields;
use super::meant;
use super::mistakes::FileMistakes;
use crate::assess::decision::{Answer, Decision, Determination, Ruling, Scope, Target, Waiver, words};
use crate::evidence::{NodeRef, Zone};

const DETERMINATION: [&str; 10] =
    ["bundle", "rule", "order", "subject", "path", "question", "result", "reason", "by", "on"];
const WAIVER: [&str; 11] =
    ["bundle", "operator", "rule", "order", "subject", "path", "whole_rule", "reason", "approver", "from", "until"];

/// What entries take from the head of their file.
pub(super) struct FileHead<'h> {
    /// The orders that the file names.
    pub(super) orders: Vec<Arc<str>>,
    /// The zone in which a date is meant.
    pub(super) zone: &'h Zone,
}

/// Reads the answer to a question, for each bundle that it names; nothing where it has mistakes.
pub(super) fn determination(mistakes: &mut FileMistakes<'_>, head: &FileHead<'_>, node: NodeRef<'_>) -> Vec<Decision> {
    let node = mistakes.document().node(node.id());
    let Some(mut fields) = EntryFields::of(mistakes, node, &DETERMINATION) else { return Vec::new() };
    let targets = fields.digests().map(|digests| digests.into_iter().map(Target::Bundle).collect());
    let question = fields.text("question", "the question as the report puts it");
    let answer = answer(&mut fields);
    let ruling = question.zip(answer).map(|(question, answer)| Determination { question, answer });
    let scope = fields.pointer().map(|path| Scope::Path(path.into()));
    decisions(fields, head, targets, scope, ruling.map(Ruling::Determination))
}

/// Reads what is filled in; the inner nothing is an entry that waits for its answer.
fn answer(fields: &mut EntryFields<'_, '_>) -> Option<Option<Answer>> {
    if !["result", "reason", "by", "on"].iter().any(|key| fields.is_attempted(key)) {
        return Some(None);
    }
    let expected = "pass (the criterion is met in this respect) or fail";
    let is_met = fields.required("result", expected).and_then(|result| match result.text() {
        "pass" => Some(true),
        "fail" => Some(false),
        text => {
            let hint = meant::result(text).map(|meant| format!("did you mean {meant}?"));
            fields.mistakes.unexpected(result, expected, hint.as_deref());
            None
        }
    });
    let reason = fields.text("reason", "why the question is answered so");
    let by = fields.text("by", "the name of the person who answers");
    let on = fields.day("on");
    Some(Some(Answer { is_met: is_met?, reason: reason?, by: by?, on: on? }))
}

/// Reads a waiver, for each bundle that it names or for an operator; nothing where it has mistakes.
pub(super) fn waiver(mistakes: &mut FileMistakes<'_>, head: &FileHead<'_>, node: NodeRef<'_>) -> Vec<Decision> {
    let node = mistakes.document().node(node.id());
    let Some(mut fields) = EntryFields::of(mistakes, node, &WAIVER) else { return Vec::new() };
    let targets = targets(&mut fields);
    let scope = scope(&mut fields);
    if let (Some([Target::Operator(_)]), Some(Scope::Path(path))) = (targets.as_deref(), &scope)
        && path.split('/').any(|segment| segment == "-" || segment.parse::<u64>().is_ok())
    {
        let hint = "a position in a list means another entry in the next bundle: bind the waiver to one `bundle`";
        let node = fields.given("path").unwrap_or(node);
        fields.mistakes.unexpected(node, "a path without a position in a list", Some(hint));
    }
    let reason = fields.text("reason", "why the finding is tolerated");
    let approver = fields.text("approver", "the name of the person who approved it");
    let (from, until) = (fields.moment("from", false, head.zone), fields.moment("until", true, head.zone));
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        let node = fields.given("until").unwrap_or(node);
        fields.mistakes.unexpected(node, &format!("a moment after `from` ({from})"), None);
    }
    let ruling = || Some(Ruling::Waiver(Waiver { reason: reason?, approver: approver?, from: from?, until: until? }));
    decisions(fields, head, targets, scope, ruling())
}

fn targets(fields: &mut EntryFields<'_, '_>) -> Option<Vec<Target>> {
    match (fields.given("bundle"), fields.given("operator")) {
        (Some(_), None) => fields.digests().map(|digests| digests.into_iter().map(Target::Bundle).collect()),
        (None, Some(_)) => {
            let name = fields.text("operator", "the name of the operator")?;
            Some(vec![Target::Operator(words(&name))])
        }
        (None, None) => {
            if !fields.is_misspelt("bundle") && !fields.is_misspelt("operator") {
                let hint = "say whose finding is waived";
                fields.mistakes.add(fields.node, "expected `bundle` or `operator`".to_owned(), Some(hint));
            }
            None
        }
        (Some(_), Some(second)) => {
            let message = "expected `bundle` or `operator`, not both".to_owned();
            fields.mistakes.add(second, message, Some("delete one of the two"));
            None
        }
    }
}

fn scope(fields: &mut EntryFields<'_, '_>) -> Option<Scope> {
    match (fields.given("path"), fields.given("whole_rule")) {
        (Some(_), None) => return fields.pointer().map(|path| Scope::Path(path.into())),
        (None, Some(whole)) if whole.as_bool() == Some(true) => return Some(Scope::WholeRule),
        (None, Some(whole)) => {
            fields.mistakes.unexpected(whole, "true", Some("leave it out where `path` names one place"));
        }
        (None, None) if fields.is_misspelt("path") || fields.is_misspelt("whole_rule") => {}
        (None, None) => {
            let hint = "name the path of the finding, or write whole_rule: true to waive every finding of the rule";
            fields.mistakes.add(fields.node, "expected `path` or `whole_rule`".to_owned(), Some(hint));
        }
        (Some(_), Some(second)) => {
            let message = "expected `path` or `whole_rule`, not both".to_owned();
            fields.mistakes.add(second, message, Some("delete one of the two"));
        }
    }
    None
}

/// Puts together what an entry says, once for each target.
fn decisions(
    mut fields: EntryFields<'_, '_>,
    head: &FileHead<'_>,
    targets: Option<Vec<Target>>,
    scope: Option<Scope>,
    ruling: Option<Ruling>,
) -> Vec<Decision> {
    let rule = fields.text("rule", "the id of a rule, such as RED-02");
    let order = order(&mut fields, head);
    let is_in_order = fields.is_in_order();
    let location = fields.mistakes.document().location(fields.node.id());
    let (Some(targets), Some(scope), Some(ruling)) = (targets, scope, ruling) else { return Vec::new() };
    let (Some(rule), Some(order), Some(is_in_order)) = (rule, order, is_in_order) else { return Vec::new() };
    let (rule, ruling): (Arc<str>, _) = (rule.into(), Arc::new(ruling));
    let decision = |target| Decision {
        rule: rule.clone(),
        order: order.clone(),
        scope: scope.clone(),
        is_in_order,
        target,
        ruling: ruling.clone(),
        location: location.clone(),
        repeats: None,
    };
    targets.into_iter().map(decision).collect()
}

/// Returns the order that an entry was made with: its own, or the one that the file names.
fn order(fields: &mut EntryFields<'_, '_>, head: &FileHead<'_>) -> Option<Arc<str>> {
    let expected = || format!("one of the orders that the file names: {}", head.orders.join(", "));
    match (fields.given("order"), head.orders.as_slice()) {
        (Some(node), orders) => {
            let known = orders.iter().find(|order| ***order == *node.text());
            if known.is_none() {
                fields.mistakes.unexpected(node, &expected(), None);
            }
            known.cloned()
        }
        (None, [only]) => Some(only.clone()),
        (None, []) => None,
        (None, _) => {
            fields.absent("order", &expected());
            None
        }
    }
}

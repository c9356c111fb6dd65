//! Lays the decisions of an inspector over the results of one bundle; what lies beneath is kept.
//!
//! A determination answers a question; it never turns what is wrong or missing into a pass. A waiver makes a finding
//! tolerated, which is not a pass either. Whatever does not fit exactly is told and changes nothing.

use std::sync::Arc;

use super::assessment::RuleReport;
use super::decision::{Decision, Determination, Idle, IdleStatus, Ruling, Scope, Waiver, words};
use super::finding::{Finding, FindingKind};
use super::result::RuleResult;
use crate::evidence::{Day, Moment, Zone};
use crate::language::Text;

/// What a bundle is judged by, as far as decisions depend on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judgement<'j> {
    order: &'j str,
    /// The first moment of the date of judgement, and the first one after it; nothing beyond the end of the calendar.
    start: Option<Moment>,
    end: Option<Moment>,
}

impl<'j> Judgement<'j> {
    /// Creates the judgement by an order on a date.
    pub(super) fn new(order: &'j str, day: Day, zone: &Zone) -> Self {
        let end = day.plus_days(1).and_then(|next| next.start_in(zone));
        Self { order, start: day.start_in(zone), end }
    }
}

/// Applies decisions on a bundle to its rules; returns those that changed nothing.
///
/// Determinations come first in `decisions`, so that a waiver sees what was answered. When they were made does not
/// matter: who judges a bundle as it was filed decides later.
pub(super) fn decide(rules: &mut [RuleReport], decisions: &[&Arc<Decision>], judgement: Judgement<'_>) -> Vec<Idle> {
    let mut idle = Vec::new();
    for decision in decisions {
        // A rule that was not asked for, or does not exist, has no report.
        let Some(rule) = rules.iter_mut().find(|rule| *rule.meta.id == *decision.rule) else { continue };
        let outcome = match &*decision.ruling {
            _ if *decision.order != *judgement.order => Err(other_order(&decision.order, judgement.order)),
            _ if decision.repeats.is_some() => Err(repeated(decision.repeats.as_deref().unwrap_or_default())),
            Ruling::Determination(determination) => determine(rule, decision, determination),
            Ruling::Waiver(waiver) => waive(rule, decision, waiver, judgement),
        };
        if let Err((status, message)) = outcome {
            idle.push(Idle { decision: Arc::clone(decision), status, message });
        }
    }
    for rule in rules.iter_mut().filter(|rule| rule.findings.iter().any(|finding| !finding.decisions.is_empty())) {
        let underlying = rule.result;
        rule.result = result_of(rule, underlying);
        rule.underlying = Some(underlying);
    }
    idle
}

impl Finding {
    /// Returns what the finding makes of its rule, with the decisions on it.
    pub fn result(&self) -> RuleResult {
        let mut result = match self.kind {
            FindingKind::Error => RuleResult::Error,
            FindingKind::Deviation | FindingKind::Unusable => RuleResult::Fail,
            FindingKind::Missing => RuleResult::Missing,
            FindingKind::Undetermined => RuleResult::Undetermined,
            FindingKind::Established => RuleResult::Established,
        };
        let answers: Vec<bool> = self.decisions.iter().filter_map(|decision| answer_of(decision)).collect();
        if !answers.is_empty() {
            result = if answers.contains(&false) { RuleResult::Fail } else { RuleResult::Pass };
        }
        let is_waived = self.decisions.iter().any(|decision| matches!(*decision.ruling, Ruling::Waiver(_)));
        if is_waived { RuleResult::Waived } else { result }
    }
}

fn answer_of(decision: &Decision) -> Option<bool> {
    match &*decision.ruling {
        Ruling::Determination(determination) => determination.answer.as_ref().map(|answer| answer.is_met),
        Ruling::Waiver(_) => None,
    }
}

/// Returns the worst of what the findings say; findings that are not listed cannot be decided and stay as they were.
fn result_of(rule: &RuleReport, underlying: RuleResult) -> RuleResult {
    let unlisted = (rule.unlisted > 0).then_some(underlying);
    rule.findings.iter().map(Finding::result).chain(unlisted).min().unwrap_or(underlying)
}

fn determine(
    rule: &mut RuleReport,
    decision: &Arc<Decision>,
    determination: &Determination,
) -> Result<(), (IdleStatus, Text)> {
    let reason = rule.reason.clone();
    let mut there: Vec<&mut Finding> = rule.findings.iter_mut().filter(|finding| is_at(decision, finding)).collect();
    let asked = words(&determination.question);
    let is_asked = |finding: &Finding| {
        finding.kind == FindingKind::Undetermined
            && (words(&finding.message.en) == asked || words(&finding.message.ko) == asked)
    };
    if !there.iter().any(|finding| is_asked(finding)) {
        return Err(match there.iter().find(|finding| finding.kind == FindingKind::Undetermined) {
            Some(finding) => question_changed(finding),
            None if there.is_empty() => nothing_found(reason.as_ref()),
            None => not_a_question(),
        });
    }
    if determination.answer.is_none() {
        return Err(unanswered());
    }
    there.iter_mut().filter(|finding| is_asked(finding)).for_each(|finding| finding.decisions.push(decision.clone()));
    Ok(())
}

fn waive(
    rule: &mut RuleReport,
    decision: &Arc<Decision>,
    waiver: &Waiver,
    judgement: Judgement<'_>,
) -> Result<(), (IdleStatus, Text)> {
    if judgement.end.is_none_or(|end| waiver.until < end) {
        return Err(expired(waiver.until));
    }
    if judgement.start.is_some_and(|start| waiver.from > start) {
        return Err(begins_later(waiver.from));
    }
    let reason = rule.reason.clone();
    let mut there: Vec<&mut Finding> = rule.findings.iter_mut().filter(|finding| is_at(decision, finding)).collect();
    let mut is_used = false;
    for finding in there.iter_mut().filter(|finding| can_be_waived(finding)) {
        finding.decisions.push(decision.clone());
        is_used = true;
    }
    match there.iter().any(|finding| !can_be_waived(finding) && finding.result() < RuleResult::Waived) {
        _ if is_used => Ok(()),
        true => Err(not_waivable()),
        false => Err(nothing_found(reason.as_ref())),
    }
}

/// Tells whether somebody can tolerate a finding: what stands behind an error or an unusable value is not known, and
/// what the order established is answered for.
fn can_be_waived(finding: &Finding) -> bool {
    match finding.kind {
        FindingKind::Deviation | FindingKind::Missing | FindingKind::Undetermined => {
            finding.result() != RuleResult::Pass
        }
        FindingKind::Error | FindingKind::Unusable | FindingKind::Established => false,
    }
}

fn is_at(decision: &Decision, finding: &Finding) -> bool {
    match &decision.scope {
        Scope::Path(path) => *finding.path == **path && finding.is_in_order == decision.is_in_order,
        Scope::WholeRule => true,
    }
}

fn unanswered() -> (IdleStatus, Text) {
    let message = Text::new(
        "not answered yet: fill in result, reason, by and on",
        "미판단: 결과(result), 사유(reason), 판단자(by), 판단일(on)을 기재할 것",
    );
    (IdleStatus::Unanswered, message)
}

fn expired(until: Moment) -> (IdleStatus, Text) {
    let message = Text::new(
        format!("the waiver ended at {until}; it has to cover the whole date of judgement"),
        format!("한시적 예외 인정 기간({} 전까지)이 점검 기준일 전체를 포함하지 않음", until.written_words().ko),
    );
    (IdleStatus::Expired, message)
}

fn begins_later(from: Moment) -> (IdleStatus, Text) {
    let message = Text::new(
        format!("the waiver begins only at {from}; it has to cover the whole date of judgement"),
        format!("한시적 예외 인정 기간({}부터)이 점검 기준일 전체를 포함하지 않음", from.written_words().ko),
    );
    (IdleStatus::NotYet, message)
}

fn other_order(made_with: &str, judged_by: &str) -> (IdleStatus, Text) {
    let message = Text::new(
        format!("made with the order {made_with}; this bundle is judged by the order {judged_by}"),
        format!("다른 시정요구({made_with})에 대한 판단임. 이 제출 자료는 시정요구({judged_by})에 따라 점검함"),
    );
    (IdleStatus::OtherOrder, message)
}

fn repeated(place: &str) -> (IdleStatus, Text) {
    let message = Text::new(
        format!("the same is decided at {place}, which holds; delete one of the two entries"),
        format!("{place}의 판단과 같으며 그 판단을 적용함. 둘 중 하나를 삭제할 것"),
    );
    (IdleStatus::Repeated, message)
}

fn nothing_found(reason: Option<&Text>) -> (IdleStatus, Text) {
    let message = match reason {
        Some(reason) => Text::new(
            format!("the rule does not apply to this bundle ({})", reason.en),
            format!("이 제출 자료에는 해당 없는 항목임({})", reason.ko),
        ),
        None => Text::new(
            "the rule finds nothing to decide there; delete the entry, or correct its path",
            "해당 경로에 판단할 사항이 없음. 삭제하거나 경로를 확인할 것",
        ),
    };
    (IdleStatus::Unused, message)
}

fn question_changed(finding: &Finding) -> (IdleStatus, Text) {
    let message = Text::new(
        format!("the question there is now another one: {}", finding.message.en),
        format!("해당 경로의 판단 사항이 다음과 같이 달라짐: {}", finding.message.ko),
    );
    (IdleStatus::QuestionChanged, message)
}

fn not_a_question() -> (IdleStatus, Text) {
    let message = Text::new(
        "there is no question there but a finding, which a determination never overrides; only a waiver can cover it",
        "판단 사항이 아니라 지적사항이므로 판단으로 바꿀 수 없음(한시적 예외 인정만 가능)",
    );
    (IdleStatus::NotAQuestion, message)
}

fn not_waivable() -> (IdleStatus, Text) {
    let message = Text::new(
        "a value that cannot be used, or a rule that could not be run, cannot be waived",
        "사용할 수 없는 값이나 점검 불가는 예외로 인정할 수 없음",
    );
    (IdleStatus::NotWaivable, message)
}

#[cfg(test)]
mod tests {
    use super::super::decision::{Answer, Decisions, Target};
    use super::*;
    use crate::evidence::{Location, Position};
    use crate::pack::{CountsFor, RuleMeta, Severity};

    const BUNDLE: &str = "gamsa2:0000000000000000000000000000000000000000000000000000000000000000";
    const ORDER: &str = "order-1";
    const QUESTION: &str = "was it in time?";

    fn finding(kind: FindingKind, path: &str, message: &str) -> Finding {
        Finding {
            kind,
            path: path.to_owned(),
            is_in_order: false,
            location: None,
            excerpt: None,
            message: Text::new(message, "기한 내인지 판단 필요"),
            expected: Text::default(),
            found: None,
            nearest: None,
            related: Vec::new(),
            supply: None,
            remedy: Text::default(),
            is_for_inspector: false,
            script: None,
            decisions: Vec::new(),
        }
    }

    fn question(path: &str) -> Finding {
        finding(FindingKind::Undetermined, path, QUESTION)
    }

    fn rule(findings: Vec<Finding>) -> RuleReport {
        let result = findings.iter().map(Finding::result).min().unwrap_or(RuleResult::Pass);
        let meta = RuleMeta {
            id: "R-01".to_owned(),
            title: Text::default(),
            control: "c".to_owned(),
            severity: Severity::High,
            stages: vec!["plan".to_owned()],
            advisory: false,
            counts_for: CountsFor::Order,
            basis: Vec::new(),
            demand: Text::default(),
            remedy: Text::default(),
            not_applicable: None,
            says: std::collections::BTreeMap::new(),
        };
        RuleReport {
            meta: Arc::new(meta),
            counts_for: CountsFor::Order,
            result,
            underlying: None,
            examined: 1,
            reason: None,
            findings,
            unlisted: 0,
            printed: String::new(),
        }
    }

    fn decision(scope: Scope, ruling: Ruling) -> Decision {
        let at = Position { line: 1, column: 1 };
        Decision {
            rule: "R-01".into(),
            order: ORDER.into(),
            scope,
            is_in_order: false,
            target: Target::Bundle(BUNDLE.to_owned()),
            ruling: Arc::new(ruling),
            location: Location { file: "decisions.yaml".to_owned(), start: at, end: at },
            repeats: None,
        }
    }

    fn at(path: &str) -> Scope {
        Scope::Path(path.into())
    }

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a date")
    }

    fn answer(path: &str, is_met: bool, on: &str) -> Decision {
        let answer = Answer { is_met, reason: "seen".to_owned(), by: "Kim".to_owned(), on: day(on) };
        let question = QUESTION.to_owned();
        decision(at(path), Ruling::Determination(Determination { question, answer: Some(answer) }))
    }

    fn waiver(scope: Scope, from: &str, until: &str) -> Decision {
        let moment = |text| Moment::parse(text).expect("a moment");
        let (reason, approver) = ("small".to_owned(), "Lee".to_owned());
        decision(scope, Ruling::Waiver(Waiver { reason, approver, from: moment(from), until: moment(until) }))
    }

    /// Judges a rule on 1 July 2024 in Seoul; returns its result and why decisions were idle.
    fn judged(rule: &mut RuleReport, decisions: Vec<Decision>) -> (RuleResult, Vec<IdleStatus>) {
        let decisions = Decisions::new("decisions.yaml", String::new(), decisions);
        let zone = Zone::named("Asia/Seoul").expect("a zone");
        let judgement = Judgement::new(ORDER, day("2024-07-01"), &zone);
        let idle = decide(std::slice::from_mut(rule), &decisions.on(BUNDLE, Some("Corp")), judgement);
        (rule.result, idle.into_iter().map(|idle| idle.status).collect())
    }

    const LONG: (&str, &str) = ("2024-01-01T00:00:00+09:00", "2025-01-01T00:00:00+09:00");

    #[test]
    fn an_answer_decides_its_question_and_the_result_before_is_kept() {
        for (is_met, expected) in [(true, RuleResult::Pass), (false, RuleResult::Fail)] {
            let mut rule = rule(vec![question("/a")]);
            assert_eq!(judged(&mut rule, vec![answer("/a", is_met, "2024-07-01")]), (expected, vec![]));
            assert_eq!(rule.underlying, Some(RuleResult::Undetermined));
        }
    }

    #[test]
    fn a_rule_stays_open_until_every_question_is_answered() {
        let mut one = rule(vec![question("/a"), question("/b")]);
        assert_eq!(judged(&mut one, vec![answer("/a", true, "2024-07-01")]).0, RuleResult::Undetermined);
        let mut one = rule(vec![question("/a"), question("/b")]);
        assert_eq!(judged(&mut one, vec![answer("/a", false, "2024-07-01")]).0, RuleResult::Fail);
        let both = || vec![answer("/a", true, "2024-07-01"), answer("/b", true, "2024-07-01")];
        let mut two = rule(vec![question("/a"), question("/b")]);
        assert_eq!(judged(&mut two, both()).0, RuleResult::Pass);
        let mut more = rule(vec![question("/a"), question("/b")]);
        more.unlisted = 1;
        assert_eq!(judged(&mut more, both()).0, RuleResult::Undetermined, "what is not listed stays open");
    }

    #[test]
    fn what_the_order_established_is_neither_answered_nor_waived() {
        let established = || finding(FindingKind::Established, "/a", QUESTION);
        let mut only = rule(vec![established()]);
        let found = judged(&mut only, vec![answer("/a", true, "2024-07-01")]);
        assert_eq!(found, (RuleResult::Established, vec![IdleStatus::NotAQuestion]));
        let mut only = rule(vec![established()]);
        let found = judged(&mut only, vec![waiver(Scope::WholeRule, LONG.0, LONG.1)]);
        assert_eq!(found, (RuleResult::Established, vec![IdleStatus::Unused]));
        let both = || rule(vec![established(), question("/b")]);
        assert_eq!(judged(&mut both(), vec![answer("/b", true, "2024-07-01")]).0, RuleResult::Established);
        assert_eq!(judged(&mut both(), vec![waiver(Scope::WholeRule, LONG.0, LONG.1)]).0, RuleResult::Waived);
        assert_eq!(judged(&mut both(), vec![]).0, RuleResult::Undetermined);
    }

    #[test]
    fn an_answer_never_overrides_what_is_wrong_or_missing() {
        for (kind, expected) in [
            (FindingKind::Deviation, RuleResult::Fail),
            (FindingKind::Unusable, RuleResult::Fail),
            (FindingKind::Missing, RuleResult::Missing),
            (FindingKind::Error, RuleResult::Error),
        ] {
            let mut alone = rule(vec![finding(kind, "/a", QUESTION)]);
            let idle = vec![IdleStatus::NotAQuestion];
            assert_eq!(judged(&mut alone, vec![answer("/a", true, "2024-07-01")]), (expected, idle));
            assert_eq!(alone.underlying, None);
            let mut beside = rule(vec![finding(kind, "/a", "wrong"), question("/a")]);
            assert_eq!(judged(&mut beside, vec![answer("/a", true, "2024-07-01")]), (expected, vec![]));
        }
    }

    #[test]
    fn an_answer_holds_for_its_own_question_path_tree_and_bundle_only() {
        let idle = |decision: Decision| {
            let mut rule = rule(vec![question("/a")]);
            let (result, idle) = judged(&mut rule, vec![decision]);
            assert_eq!((result, rule.underlying), (RuleResult::Undetermined, None));
            idle
        };
        assert_eq!(idle(answer("/b", true, "2024-07-01")), [IdleStatus::Unused]);
        assert_eq!(idle(Decision { is_in_order: true, ..answer("/a", true, "2024-07-01") }), [IdleStatus::Unused]);
        let other = Determination { question: "another question".to_owned(), answer: None };
        assert_eq!(idle(decision(at("/a"), Ruling::Determination(other))), [IdleStatus::QuestionChanged]);
        let open = Determination { question: QUESTION.to_owned(), answer: None };
        assert_eq!(idle(decision(at("/a"), Ruling::Determination(open))), [IdleStatus::Unanswered]);
        let elsewhere = Target::Bundle(BUNDLE.replace('0', "1"));
        assert_eq!(idle(Decision { target: elsewhere, ..answer("/a", true, "2024-07-01") }), []);
    }

    #[test]
    fn the_date_of_an_answer_is_a_record_and_no_condition() {
        for on in ["2024-06-30", "2024-07-01", "2024-07-02", "2026-11-27", "9999-12-31"] {
            let mut rule = rule(vec![question("/a")]);
            assert_eq!(judged(&mut rule, vec![answer("/a", true, on)]), (RuleResult::Pass, vec![]), "{on}");
        }
    }

    #[test]
    fn a_decision_holds_for_the_order_that_it_was_made_with() {
        for decision in [answer("/a", true, "2024-07-01"), waiver(Scope::WholeRule, LONG.0, LONG.1)] {
            let mut rule = rule(vec![question("/a")]);
            let found = judged(&mut rule, vec![Decision { order: "order-2".into(), ..decision }]);
            assert_eq!(found, (RuleResult::Undetermined, vec![IdleStatus::OtherOrder]));
        }
    }

    #[test]
    fn an_entry_that_repeats_another_is_told_and_changes_nothing() {
        let mut rule = rule(vec![question("/a")]);
        let first = answer("/a", true, "2024-07-01");
        let second = Decision { repeats: Some(first.place()), ..answer("/a", true, "2024-07-02") };
        assert_eq!(judged(&mut rule, vec![first, second]), (RuleResult::Pass, vec![IdleStatus::Repeated]));
        assert_eq!(rule.findings[0].decisions.len(), 1);
    }

    #[test]
    fn at_the_end_of_the_calendar_answers_hold_and_waivers_cannot() {
        let mut rule = rule(vec![question("/a"), finding(FindingKind::Deviation, "/b", "wrong")]);
        let decisions = vec![answer("/a", true, "2024-07-01"), waiver(at("/b"), LONG.0, LONG.1)];
        let decisions = Decisions::new("decisions.yaml", String::new(), decisions);
        let zone = Zone::named("Asia/Seoul").expect("a zone");
        let judgement = Judgement::new(ORDER, day("9999-12-31"), &zone);
        let idle = decide(std::slice::from_mut(&mut rule), &decisions.on(BUNDLE, None), judgement);
        assert_eq!(idle.iter().map(|idle| idle.status).collect::<Vec<_>>(), [IdleStatus::Expired]);
        assert_eq!(rule.findings[0].result(), RuleResult::Pass);
    }

    #[test]
    fn the_question_may_stand_in_either_language_and_layout() {
        for text in ["was it\n  in time?", "기한 내인지 판단 필요"] {
            let mut rule = rule(vec![question("/a")]);
            let mut decision = answer("/a", true, "2024-07-01");
            if let Some(Ruling::Determination(determination)) = Arc::get_mut(&mut decision.ruling) {
                determination.question = text.to_owned();
            }
            assert_eq!(judged(&mut rule, vec![decision]).0, RuleResult::Pass);
        }
    }

    #[test]
    fn a_waiver_covers_the_whole_date_of_judgement_to_the_second() {
        // 1 July 2024 in Seoul begins at 15:00 on 30 June in UTC.
        let cases = [
            ("2024-07-01T00:00:00+09:00", "2024-07-02T00:00:00+09:00", None),
            ("2024-06-30T15:00:00Z", "2024-07-01T15:00:00Z", None),
            ("2024-07-01T00:00:01+09:00", "2024-08-01T00:00:00+09:00", Some(IdleStatus::NotYet)),
            ("2024-06-01T00:00:00+09:00", "2024-07-01T23:59:59+09:00", Some(IdleStatus::Expired)),
            ("2024-06-01T00:00:00+09:00", "2024-07-01T00:00:00+09:00", Some(IdleStatus::Expired)),
            ("2024-07-01T00:00:00Z", "2024-08-01T00:00:00Z", Some(IdleStatus::NotYet)),
        ];
        for (from, until, idle) in cases {
            let mut rule = rule(vec![finding(FindingKind::Deviation, "/a", "wrong")]);
            let expected = if idle.is_none() { RuleResult::Waived } else { RuleResult::Fail };
            let found = judged(&mut rule, vec![waiver(at("/a"), from, until)]);
            assert_eq!(found, (expected, idle.into_iter().collect()), "{from} to {until}");
            assert_eq!(rule.underlying, idle.is_none().then_some(RuleResult::Fail));
        }
    }

    #[test]
    fn a_waived_rule_has_every_finding_waived_and_is_no_pass() {
        let findings =
            || vec![finding(FindingKind::Missing, "/a", "absent"), finding(FindingKind::Deviation, "/b", "wrong")];
        let mut half = rule(findings());
        assert_eq!(judged(&mut half, vec![waiver(at("/b"), LONG.0, LONG.1)]).0, RuleResult::Missing);
        let mut path = rule(findings());
        assert_eq!(judged(&mut path, vec![waiver(at("/"), LONG.0, LONG.1)]).1, [IdleStatus::Unused], "no prefix");
        let mut whole = rule(findings());
        assert_eq!(judged(&mut whole, vec![waiver(Scope::WholeRule, LONG.0, LONG.1)]).0, RuleResult::Waived);
        let mut mixed = rule(vec![question("/a"), finding(FindingKind::Deviation, "/b", "wrong")]);
        let decisions = vec![answer("/a", true, "2024-07-01"), waiver(at("/b"), LONG.0, LONG.1)];
        assert_eq!(judged(&mut mixed, decisions).0, RuleResult::Waived);
        let mut many = rule(findings());
        many.unlisted = 1;
        assert_eq!(judged(&mut many, vec![waiver(Scope::WholeRule, LONG.0, LONG.1)]).0, RuleResult::Fail);
    }

    #[test]
    fn an_error_and_an_unusable_value_are_never_waived() {
        for (kind, expected) in [(FindingKind::Error, RuleResult::Error), (FindingKind::Unusable, RuleResult::Fail)] {
            for scope in [at("/a"), Scope::WholeRule] {
                let mut alone = rule(vec![finding(kind, "/a", "broken")]);
                let found = judged(&mut alone, vec![waiver(scope.clone(), LONG.0, LONG.1)]);
                assert_eq!(found, (expected, vec![IdleStatus::NotWaivable]));
                let mut beside =
                    rule(vec![finding(kind, "/a", "broken"), finding(FindingKind::Missing, "/a", "absent")]);
                assert_eq!(judged(&mut beside, vec![waiver(scope, LONG.0, LONG.1)]), (expected, vec![]));
            }
        }
    }

    #[test]
    fn a_waiver_on_what_passes_is_idle_and_one_on_a_failed_answer_holds() {
        let mut passes = rule(vec![]);
        let found = judged(&mut passes, vec![waiver(Scope::WholeRule, LONG.0, LONG.1)]);
        assert_eq!(found, (RuleResult::Pass, vec![IdleStatus::Unused]));
        for (is_met, expected, idle) in
            [(true, RuleResult::Pass, vec![IdleStatus::Unused]), (false, RuleResult::Waived, vec![])]
        {
            let mut rule = rule(vec![question("/a")]);
            let decisions = vec![answer("/a", is_met, "2024-07-01"), waiver(at("/a"), LONG.0, LONG.1)];
            assert_eq!(judged(&mut rule, decisions), (expected, idle));
        }
    }

    #[test]
    fn a_decision_on_an_operator_holds_for_bundles_that_name_it() {
        for (name, expected) in [("Corp", RuleResult::Waived), ("Corp.", RuleResult::Fail)] {
            let mut rule = rule(vec![finding(FindingKind::Deviation, "/a", "wrong")]);
            let target = Target::Operator(name.to_owned());
            let decision = Decision { target, ..waiver(Scope::WholeRule, LONG.0, LONG.1) };
            assert_eq!(judged(&mut rule, vec![decision]).0, expected);
        }
    }
}

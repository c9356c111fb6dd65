//! Where a criterion comes from, in words: the order in use and the law as its basis, and what the pack took it from.

use crate::assess::{Assessment, OrderIdentity, RuleReport};
use crate::evidence::same_name;
use crate::language::{Language, Text};
use crate::pack::{Basis, BasisStatus, CountsFor, OrderFacts, Pack, RuleMeta, SourceKind};

/// What a source is to the operator who is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BasisRole {
    /// The order that it is judged by.
    Order,
    /// A law that binds it.
    Law,
    /// What the pack took the criterion from; it binds nobody by itself.
    Criterion,
}

/// The basis of a rule and the sources of its criterion, a line each.
#[derive(Debug, Default)]
pub(super) struct BasisLines {
    pub(super) basis: Vec<String>,
    pub(super) criterion: Vec<String>,
}

impl BasisRole {
    /// Returns the name that reports for machines use.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Law => "law",
            Self::Criterion => "criterion",
        }
    }

    pub(super) fn of(basis: &Basis, pack: &Pack) -> Self {
        match pack.manifest.sources.get(&basis.source).map(|source| source.kind) {
            Some(SourceKind::Order) => Self::Order,
            // A law of another country binds nobody here, whatever it is.
            Some(SourceKind::Law) if basis.status != BasisStatus::Comparison => Self::Law,
            Some(SourceKind::Law | SourceKind::Other) | None => Self::Criterion,
        }
    }
}

/// Tells whether a source is printed as the basis of a rule: the order and the law are, and all sources of a pack that does
/// not say which of them are what.
pub(super) fn is_basis(role: BasisRole, pack: &Pack) -> bool {
    let says_kinds = || pack.manifest.sources.values().any(|source| source.kind != SourceKind::Other);
    role != BasisRole::Criterion || !says_kinds()
}

/// Returns the basis of a rule of a report, by the order in use.
pub(super) fn of_rule(rule: &RuleReport, pack: &Pack, order: Option<&OrderIdentity>, language: Language) -> BasisLines {
    let mut lines = lines(&rule.meta, pack, order, language);
    if rule.counts_for == CountsFor::Law && lines.basis.is_empty() {
        lines.basis.push(no_law(language).to_owned());
    }
    lines
}

/// Returns one source of a rule in words, by the order in use.
pub(super) fn text(
    meta: &RuleMeta,
    basis: &Basis,
    pack: &Pack,
    order: Option<&OrderIdentity>,
    language: Language,
) -> String {
    let (title, clause) = parts(meta, basis, pack, order, language);
    [title, clause].concat()
}

/// Returns what a source is called, and what of it is meant.
fn parts(
    meta: &RuleMeta,
    basis: &Basis,
    pack: &Pack,
    order: Option<&OrderIdentity>,
    language: Language,
) -> (String, String) {
    match (BasisRole::of(basis, pack), order) {
        (BasisRole::Order, Some(order)) if order.id != pack.order.id => {
            (order_title(&order.facts, language), item(meta, pack, &order.facts, language))
        }
        (BasisRole::Order, order) => {
            let facts = order.map_or_else(|| pack.order.facts(&pack.manifest), |order| &order.facts);
            (order_title(facts, language), clause(basis, language))
        }
        (BasisRole::Law | BasisRole::Criterion, _) => as_written(basis, pack, language),
    }
}

/// Returns the laws on which the duties of a bundle rest, each once.
pub(super) fn laws_of_duties<'p>(assessment: &Assessment, pack: &'p Pack, language: Language) -> Vec<&'p str> {
    let mut laws: Vec<&str> = Vec::new();
    let due = assessment.rules_of(CountsFor::Law).filter(|rule| rule.meta.is_due(assessment.stage.as_deref()));
    // The first law of a rule is where its duty stands; others say how it is counted.
    let first =
        due.filter_map(|rule| rule.meta.basis.iter().find(|basis| BasisRole::of(basis, pack) == BasisRole::Law));
    for basis in first {
        let title = pack.manifest.sources.get(&basis.source).map(|source| source.title.get(language));
        laws.extend(title.filter(|title| !laws.contains(title)));
    }
    laws
}

fn lines(meta: &RuleMeta, pack: &Pack, order: Option<&OrderIdentity>, language: Language) -> BasisLines {
    let (mut of_basis, mut of_criterion) = (Vec::new(), Vec::new());
    for basis in &meta.basis {
        let role = BasisRole::of(basis, pack);
        if is_basis(role, pack) { &mut of_basis } else { &mut of_criterion }
            .push(parts(meta, basis, pack, order, language));
        // The criterion was written for the order of the pack, whatever order is in use.
        if role == BasisRole::Order && order.is_some_and(|order| order.id != pack.order.id) {
            of_criterion.push(as_written(basis, pack, language));
        }
    }
    BasisLines { basis: joined(of_basis), criterion: joined(of_criterion) }
}

/// Puts what is meant of one source together, and leaves out what was said.
fn joined(parts: Vec<(String, String)>) -> Vec<String> {
    let mut sources: Vec<(String, Vec<String>)> = Vec::new();
    for (title, clause) in parts {
        match sources.iter_mut().find(|(other, _)| *other == title) {
            Some((_, clauses)) if clauses.contains(&clause) => {}
            Some((_, clauses)) => clauses.push(clause),
            None => sources.push((title, vec![clause])),
        }
    }
    sources.into_iter().map(|(title, clauses)| [title, clauses.concat()].concat()).collect()
}

/// Returns a source as the pack writes it.
fn as_written(basis: &Basis, pack: &Pack, language: Language) -> (String, String) {
    // What the pack chose has no source, and its status says so.
    if let (BasisStatus::Own, Language::Korean, Some(clause)) = (basis.status, language, &basis.clause) {
        return (basis_status(basis.status, language).to_owned(), format!(", {}", clause.ko));
    }
    let source = pack.manifest.sources.get(&basis.source);
    let title = source.map_or(basis.source.as_str(), |source| source.title.get(language));
    (title.to_owned(), clause(basis, language))
}

fn clause(basis: &Basis, language: Language) -> String {
    let clause = basis.clause.as_ref().map(|clause| format!(", {}", clause.get(language))).unwrap_or_default();
    format!("{clause} ({})", basis_status(basis.status, language))
}

/// Returns what an order is called, whose it is, and when it was made.
fn order_title(facts: &OrderFacts, language: Language) -> String {
    let number = facts.document_no.as_ref().map(|number| match language {
        Language::English => format!("no. {number}"),
        Language::Korean => number.clone(),
    });
    let names =
        [&facts.authority, &facts.operator].map(|name| name.as_ref().map(|name| name_in(name, language).to_owned()));
    let [authority, operator] = names;
    let date = match (facts.notified_on, facts.announced_on, language) {
        (Some(on), _, Language::English) => Some(format!("notified {on}")),
        (None, Some(on), Language::English) => Some(format!("announced {on}")),
        (Some(on), _, Language::Korean) => Some(format!("{} 통지", on.words().ko)),
        (None, Some(on), Language::Korean) => Some(format!("{} 발표", on.words().ko)),
        (None, None, _) => None,
    };
    let parts: Vec<String> = [authority, operator, number, date].into_iter().flatten().collect();
    let label = facts.label.get(language);
    match (parts.is_empty(), language) {
        (true, _) => label.to_owned(),
        (false, Language::English) => format!("{label} ({})", parts.join("; ")),
        (false, Language::Korean) => format!("{label}({})", parts.join("; ")),
    }
}

/// Returns the item of an order that demands what an item of the pack's own order does: the one of the same title.
fn item(meta: &RuleMeta, pack: &Pack, facts: &OrderFacts, language: Language) -> String {
    let Some(control) = pack.control(&meta.control) else { return String::new() };
    let own = pack.order.facts(&pack.manifest).items.iter().find(|item| item.number == control.number);
    let Some(own) = own else { return String::new() };
    if facts.items.is_empty() {
        return Text::new(", items not stated", ", 항목 미기재").get(language).to_owned();
    }
    let is_same = |title: &Text| same_name(&title.en, &own.title.en) || same_name(&title.ko, &own.title.ko);
    match (facts.items.iter().find(|item| is_same(&item.title)), language) {
        (Some(item), Language::English) => format!(", item {}: {}", item.number, item.title.en),
        (Some(item), Language::Korean) => format!(", {}번 {}", item.number, item.title.ko),
        (None, Language::English) => ", none of its items".to_owned(),
        (None, Language::Korean) => ", 해당 항목 없음".to_owned(),
    }
}

/// Returns a name that is given in both languages, as `Kakao (카카오)`, in one.
fn name_in(name: &str, language: Language) -> &str {
    let is_hangul = |c: char| ('\u{ac00}'..='\u{d7a3}').contains(&c);
    let halves = name.strip_suffix(')').and_then(|name| name.split_once(" ("));
    match halves.filter(|(en, ko)| !en.contains(is_hangul) && ko.chars().filter(|c| is_hangul(*c)).count() > 1) {
        Some((en, _)) if language == Language::English => en,
        Some((_, ko)) => ko,
        None => name,
    }
}

fn no_law(language: Language) -> &'static str {
    match language {
        Language::English => "no statute was read that demands it",
        Language::Korean => "근거 법령 미확인",
    }
}

/// Returns the basis of the rule that the program adds to a pack.
pub(super) fn schema_as_basis(language: Language) -> &'static str {
    match language {
        Language::English => "evidence.schema.yaml of the pack",
        Language::Korean => "점검기준의 evidence.schema.yaml",
    }
}

pub(super) fn basis_status(status: BasisStatus, language: Language) -> &'static str {
    match (status, language) {
        (BasisStatus::Confirmed, Language::English) => "confirmed",
        (BasisStatus::Press, Language::English) => "from press reports",
        (BasisStatus::Own, Language::English) => "set by this pack",
        (BasisStatus::Comparison, Language::English) => "used as a comparison",
        (BasisStatus::Unconfirmed, Language::English) => "unconfirmed",
        (BasisStatus::Confirmed, Language::Korean) => "원문 확인",
        (BasisStatus::Press, Language::Korean) => "언론 보도, 원문 미확인",
        (BasisStatus::Own, Language::Korean) => "자체 설정",
        (BasisStatus::Comparison, Language::Korean) => "비교 기준",
        (BasisStatus::Unconfirmed, Language::Korean) => "미확인",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Day;

    #[test]
    fn a_name_in_both_languages_is_shown_in_one() {
        for (name, en, ko) in [
            ("Kakao (카카오)", "Kakao", "카카오"),
            ("Ministry of Science and ICT (과학기술정보통신부)", "Ministry of Science and ICT", "과학기술정보통신부"),
            ("KT (주)", "KT (주)", "KT (주)"),
            ("한빛커뮤니케이션(주)", "한빛커뮤니케이션(주)", "한빛커뮤니케이션(주)"),
            ("카카오 (Kakao)", "카카오 (Kakao)", "카카오 (Kakao)"),
        ] {
            assert_eq!((name_in(name, Language::English), name_in(name, Language::Korean)), (en, ko));
        }
        assert_eq!(Day::parse("2024-05-03").expect("a date").words().ko, "2024. 5. 3.");
    }
}

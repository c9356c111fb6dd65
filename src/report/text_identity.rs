//! What was judged and by what: the bundle, its date, the pack, the order, the decisions, the program.

use super::layout::name;
use super::text::Page;
use crate::assess::{AsOf, Assessment, Coverage, OrderIdentity};
use crate::evidence::{Day, Shown};
use crate::language::{Language, Text};
use crate::load::EntryState;
use crate::pack::{OrderFacts, Origin, ParameterValue};
use crate::report::Summary;

/// Days between the date of submission and that of judgement from which on they are told apart at the top.
const DAYS_APART: i64 = 1;

/// Returns the lines on one bundle: its path and what of it was read, its digest, and what it was measured against.
pub(super) fn of_bundle(page: &Page<'_>, assessment: &Assessment) -> Vec<String> {
    let language = page.options.language;
    let mut lines = vec![Shown::of(&assessment.path).to_string()];
    if let Some(digest) = &assessment.digest {
        lines.push(coverage(&assessment.coverage, page.order_label(), language));
        lines.push(format!("{} {digest}", page.words.bundle));
    }
    lines.extend(of_run(page, assessment.order.as_ref()));
    lines
}

/// Returns the lines on what bundles are measured against; `order` is that of one bundle.
pub(super) fn of_run(page: &Page<'_>, order: Option<&OrderIdentity>) -> Vec<String> {
    let (report, words, language) = (page.report, page.words, page.options.language);
    let manifest = &report.pack.manifest;
    let origin = report.pack.origin().words();
    let mut lines = vec![format!(
        "{} {} {} · {} · {}",
        words.pack,
        Shown::of(&manifest.id),
        Shown::of(&manifest.version),
        origin.get(language),
        report.pack.digest()
    )];
    let one = |id: &str, digest: &str, facts: &OrderFacts| {
        let named = format!("{} {}", facts.label.get(language), Shown::of(id));
        let more = [&facts.document_no, &facts.legal_basis].into_iter().flatten().map(|text| name(text).into_text());
        let parts: Vec<_> = [named.into()].into_iter().chain(more).chain([digest.into()]).collect();
        parts.join(" · ")
    };
    match order {
        Some(order) => lines.push(one(&order.id, &order.digest, &order.facts)),
        None => {
            lines.extend(report.orders.iter().map(|order| one(&order.id, &order.digest, order.facts(manifest))));
        }
    }
    if let Some(decisions) = &report.request.decisions {
        lines.push(format!("{} {} · {}", words.decisions, Shown::of(&decisions.file), decisions.digest));
    }
    if !report.request.only.is_empty() {
        let only = report.request.only.join(", ");
        lines.push(format!("{}: {}", words.only, Shown::of(&only)));
    }
    let changed: Vec<String> =
        report.parameters.changed().iter().map(|(name, value)| changed_parameter(name, value, page)).collect();
    if !changed.is_empty() {
        let changed = changed.join(", ");
        lines.push(format!("{}: {}", words.parameters, Shown::of(&changed)));
    }
    lines.push(format!("{} {} {}", words.program, env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")));
    lines
}

/// Returns a parameter that was set for the run: as it is set, and in Korean with its title and its unit.
fn changed_parameter(name: &str, value: &ParameterValue, page: &Page<'_>) -> String {
    let parameter = page.report.pack.manifest.parameters.get(name);
    match (page.options.language, parameter) {
        (Language::Korean, Some(parameter)) => {
            format!("{} {}({name}={value})", parameter.title.ko, parameter.in_words(value).ko)
        }
        (_, _) => format!("{name}={value}"),
    }
}

/// Returns the dates of a bundle: when it was judged as of, and when it was submitted.
pub(super) fn dates(page: &Page<'_>, assessment: &Assessment) -> String {
    let language = page.options.language;
    let zone = page.report.pack.zone.name();
    let as_of = assessment.as_of.map_or_else(|| asked(page), |day| day.words().get(language).to_owned());
    match (language, assessment.submitted_on) {
        (Language::English, Some(on)) => format!("as of {as_of} ({zone}), submitted {on}"),
        (Language::English, None) => format!("as of {as_of} ({zone}), date of submission not stated"),
        (Language::Korean, Some(on)) => {
            format!("점검 기준일 {as_of}({}), 제출일 {}", zone_in_korean(zone), on.words().ko)
        }
        (Language::Korean, None) => format!("점검 기준일 {as_of}({}), 제출일 미기재", zone_in_korean(zone)),
    }
}

/// Returns what a time zone is called in Korean.
pub(super) fn zone_in_korean(name: &str) -> &str {
    if name == "Asia/Seoul" { "한국 표준시" } else { name }
}

/// Returns the date that a run was asked to judge at.
pub(super) fn asked(page: &Page<'_>) -> String {
    match (page.report.request.as_of, page.options.language) {
        (AsOf::Day(day), language) => day.words().get(language).to_owned(),
        (AsOf::Submitted, Language::English) => "the date of submission".to_owned(),
        (AsOf::Submitted, Language::Korean) => "제출일".to_owned(),
    }
}

/// Returns that a bundle was judged at another date than that of its submission, where they differ by more than a day.
pub(super) fn drift(assessment: &Assessment, language: Language) -> Option<String> {
    let (as_of, submitted) = (assessment.as_of?, assessment.submitted_on?);
    let days = Day::days_between(submitted, as_of);
    let text = match days {
        days if days > DAYS_APART => Text::new(
            format!("judged {days} days after its date of submission; --as-of submitted judges it as filed"),
            format!("제출일로부터 {days}일 후를 기준으로 점검함(--as-of submitted: 제출일 기준으로 점검)"),
        ),
        days if days < -DAYS_APART => Text::new(
            format!("judged {} days before its date of submission; --as-of submitted judges it as filed", -days),
            format!("제출일보다 {}일 앞선 날을 기준으로 점검함(--as-of submitted: 제출일 기준으로 점검)", -days),
        ),
        _ => return None,
    };
    Some(text.get(language).to_owned())
}

/// Returns what of a bundle was looked at.
fn coverage(coverage: &Coverage, order: &str, language: Language) -> String {
    let Coverage { files, attachments, unlisted, left_out, records } = coverage;
    let plural = |count: usize, one: &str| if count == 1 { one.to_owned() } else { format!("{one}s") };
    let records: Vec<String> = records
        .iter()
        .filter(|records| records.count > 0)
        .map(|records| {
            let (count, named) = (records.count, records.named_by_order);
            match language {
                Language::English => {
                    let word = if count == 1 { &records.of.one } else { &records.of.many };
                    let named = if named > 0 { format!(" ({named} named by the {order})") } else { String::new() };
                    format!("{count} {word}{named}")
                }
                Language::Korean => {
                    let named =
                        if named > 0 { format!("({order}에 명시된 {named}건 포함)") } else { String::new() };
                    format!("{} {count}건{named}", records.of.ko)
                }
            }
        })
        .collect();
    let read = match language {
        Language::English => format!(
            "{files} {} read, {attachments} {} ({unlisted} unlisted), {left_out} left out",
            plural(*files, "file"),
            plural(*attachments, "attachment")
        ),
        Language::Korean => {
            format!("파일 {files}개 읽음, 첨부파일 {attachments}개(미기재 {unlisted}개), 제외 {left_out}개")
        }
    };
    if records.is_empty() { read } else { format!("{read}; {}", records.join(", ")) }
}

/// Returns what became of all entries of a run.
pub(super) fn accounts(summary: &Summary, language: Language) -> String {
    let total = summary.entries.len();
    let parts: Vec<String> = EntryState::ALL
        .into_iter()
        .map(|state| (summary.count(state), state.word()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| match language {
            Language::English => format!("{count} {}", word.en),
            Language::Korean => format!("{} {count}", word.ko),
        })
        .collect();
    match language {
        Language::English if total == 1 => format!("1 entry: {}", parts.join(", ")),
        Language::English => format!("{total} entries: {}", parts.join(", ")),
        Language::Korean => format!("전체 {total}건: {}", parts.join(", ")),
    }
}

impl Origin {
    /// Returns where a pack comes from, in words.
    pub(super) fn words(self) -> Text {
        match self {
            Self::Embedded => Text::new("embedded pack, unchanged", "내장 점검기준(변경 없음)"),
            Self::SameAsEmbedded => {
                Text::new("pack from a folder, same as the embedded one", "폴더의 점검기준(내장 점검기준과 같음)")
            }
            Self::Folder => {
                Text::new("pack from a folder, differs from the embedded one", "폴더의 점검기준(내장 점검기준과 다름)")
            }
        }
    }
}

//! What a file of questions says to the person who fills it in, and how it writes what comes from outside.

use super::{Run, text_identity};
use crate::assess::AsOf;
use crate::evidence::{Day, Shown};
use crate::language::Language;

/// What stands in the example of a waiver.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Example<'e> {
    /// The date at which its bundle is judged.
    pub(super) as_of: Option<Day>,
    pub(super) digest: &'e str,
    pub(super) operator: &'e str,
    /// The order, where an entry has to name it.
    pub(super) order: Option<&'e String>,
}

/// Returns what to do with the file.
pub(super) fn instructions(run: &Run<'_>, language: Language) -> String {
    let (as_of, zone) = (run.request.as_of, run.pack.zone.name());
    let as_of_ko = match as_of {
        AsOf::Day(day) => day.words().ko,
        AsOf::Submitted => "제출일".to_owned(),
    };
    match language {
        Language::English => format!(
            "# Questions for the inspector, as of {as_of} ({zone}).\n\
             # For each: result (pass: the criterion is met in this respect, or fail), reason, by (your name) and on (the date\n\
             # on which you decide). Leave all four empty where you have not decided. Change nothing else in an entry.\n\
             # Keep the file outside the bundles and give it with --decisions. Waivers: see the end of this file.\n"
        ),
        Language::Korean => format!(
            "# 점검자 판단 사항 · 점검 기준일 {as_of_ko}({})\n\
             # 항목마다 result(pass: 이 점에서 요구사항을 충족함, 또는 fail), reason(사유), by(판단자 성명),\n\
             # on(실제 판단일)을 기재할 것. 아직 판단하지 않은 항목은 네 칸을 모두 비워 두고, 그 밖의 내용은 고치지 말 것\n\
             # 이 파일은 제출 자료 밖에 보관하고 --decisions로 지정할 것. 한시적 예외 인정은 이 파일의 끝 부분 참조\n",
            text_identity::zone_in_korean(zone)
        ),
    }
}

/// Returns what to know about questions on facts that an order does not state.
pub(super) fn on_orders(language: Language) -> &'static str {
    match language {
        Language::English => {
            "  # What the order does not state. Better than an answer is the fact: ask the authority, and give the order with it\n  \
                 # (--order FILE); then these questions are not asked. An answer holds for every submission under `bundle`; where\n  \
                 # it differs, copy the entry and share out the lines among the copies.\n"
        }
        Language::Korean => {
            "  # 시정요구에 명시되지 않은 사항. 시정요구 기관에 확인하여 해당 사실이 기재된 시정요구 파일을 지정하면(--order FILE)\n  \
                 # 아래 판단은 필요하지 않음. 판단은 bundle에 열거된 모든 제출 자료에 적용되므로, 제출 자료별로 판단이 다른 경우\n  \
                 # 항목을 복사하여 bundle의 줄을 나누어 기재할 것\n"
        }
    }
}

/// Returns waivers as they could be written, as comments; they become entries as they are uncommented.
pub(super) fn waivers(run: &Run<'_>, example: &Example<'_>) -> String {
    let Example { as_of, digest, operator, order } = example;
    let start = match run.request.as_of {
        AsOf::Day(day) => Some(day),
        AsOf::Submitted => *as_of,
    };
    let moment = |day: Option<Day>| {
        day.and_then(|day| day.start_in(&run.pack.zone)).map(|moment| moment.to_string()).unwrap_or_default()
    };
    let (from, until) = (moment(start), moment(start.and_then(|start| start.plus_months(6))));
    let order = order.map(|order| format!("#     order: {}\n", quoted(order))).unwrap_or_default();
    format!(
        "\nwaivers:\n\
             # A finding that is tolerated for a time: take `# ` away before the lines of an entry and fill it in.\n\
             # `from` is the first moment of the time, `until` the first one after it; the time has to cover the whole date of judgement.\n\
             # 일정 기간 예외로 인정하는 지적사항: 해당 항목 각 줄의 앞 `# `을 지우고 기재할 것\n\
             # from은 기간이 시작되는 시각, until은 기간이 끝난 직후의 시각이며, 점검 기준일 전체가 기간에 포함되어야 함\n\
             #\n\
             # One finding of one submission; `path` as the report prints it / 제출 자료 한 건의 지적사항 한 건(path는 보고서에 표시된 경로)\n\
             #   - bundle: {digest}\n\
             {order}\
             #     rule:\n\
             #     path:\n\
             #     reason:\n\
             #     approver:\n\
             #     from: {from}\n\
             #     until: {until}\n\
             #\n\
             # A whole rule, in every submission of an operator / 해당 사업자의 모든 제출 자료에서 항목 전체\n\
             #   - operator: {}\n\
             {order}\
             #     rule:\n\
             #     whole_rule: true\n\
             #     reason:\n\
             #     approver:\n\
             #     from: {from}\n\
             #     until: {until}\n",
        quoted(operator)
    )
}

/// Returns one line of comment, whatever the text holds; blanks before the text stand before the comment.
pub(super) fn comment(text: &str) -> String {
    let body = text.trim_start_matches(' ');
    format!("{}# {}\n", " ".repeat(text.len() - body.len()), Shown::of(body.trim()))
}

/// Returns a text as a double-quoted scalar of one line, which a reader of YAML turns back into the same text.
pub(super) fn quoted(text: &str) -> String {
    // What YAML reads in quotes has escapes of eight digits for every character.
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    let escaped = Shown::marked(&escaped, |c, out| out.push_str(&format!("\\U{:08X}", u32::from(c))));
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Limits, document};

    #[test]
    fn every_text_is_read_back_from_its_quotes() {
        let texts = [
            "",
            "a",
            "\"\\",
            "\\\"\u{301}",
            "줄\n바꿈\r\n\t",
            "\u{1b}[2K\u{85}\u{2028}\u{202e}\u{feff}\u{e0041}\u{10ffff}",
            "\u{336}z\u{301}\u{301}\u{301}\u{301}\u{301}",
            "\u{1112}\u{1161}\u{11ab}",
        ];
        for text in texts {
            let line = quoted(text);
            assert_eq!(*Shown::of(&line), line);
            let read = document("a.yaml", format!("a: {line}\n").as_bytes(), &Limits::default()).expect("YAML");
            assert_eq!(read.root().get("a").expect("a value").text(), text);
        }
    }

    #[test]
    fn a_comment_is_one_line() {
        assert_eq!(comment("  a\nresult: pass\u{2028}b"), "  # a\\nresult: pass\\u{2028}b\n");
    }
}

//! The fixed words of the text report in both languages.

use crate::language::Language;
use crate::pack::Severity;

/// Labels, headings and short sentences.
pub(super) struct Words {
    pub(super) control: &'static str,
    pub(super) pack: &'static str,
    pub(super) bundle: &'static str,
    pub(super) program: &'static str,
    pub(super) read: &'static str,
    pub(super) order: &'static str,
    pub(super) required: &'static str,
    pub(super) nearest: &'static str,
    pub(super) hand_in: &'static str,
    pub(super) inspector: &'static str,
    pub(super) example: &'static str,
    pub(super) basis: &'static str,
    pub(super) criterion: &'static str,
    pub(super) see: &'static str,
    pub(super) belongs_to: &'static str,
    pub(super) looked_in: &'static str,
    pub(super) advisory: &'static str,
    pub(super) duty: &'static str,
    pub(super) new_file: &'static str,
    pub(super) to_supply: &'static str,
    pub(super) to_decide: &'static str,
    pub(super) established: &'static str,
    pub(super) warnings: &'static str,
    pub(super) passed: &'static str,
    pub(super) other_results: &'static str,
    pub(super) only: &'static str,
    pub(super) parameters: &'static str,
    pub(super) printed: &'static str,
    pub(super) unreadable: &'static str,
    pub(super) no_pass_in_control: &'static str,
    pub(super) decisions: &'static str,
    pub(super) determination: &'static str,
    pub(super) waiver: &'static str,
    pub(super) decided: &'static str,
    pub(super) waived: &'static str,
    pub(super) underlying: &'static str,
    pub(super) idle: &'static str,
    pub(super) idle_in_run: &'static str,
}

const ENGLISH: Words = Words {
    control: "control",
    pack: "pack",
    bundle: "bundle",
    program: "program",
    read: "Read",
    order: "order",
    required: "required",
    nearest: "nearest",
    hand_in: "remedy",
    inspector: "inspector",
    example: "example",
    basis: "basis",
    criterion: "criterion from",
    see: "see",
    belongs_to: "belongs to",
    looked_in: "looked in",
    advisory: "advisory",
    duty: "duty by law",
    new_file: "new file",
    to_supply: "What to hand in",
    to_decide: "What an inspector must decide",
    established: "Established by the order",
    warnings: "Not read",
    passed: "Passed",
    other_results: "Not applicable",
    only: "partial audit, only",
    parameters: "parameters",
    printed: "printed",
    unreadable: "the bundle could not be read",
    no_pass_in_control: "no mandatory criterion of this control passed",
    decisions: "decisions",
    determination: "determination",
    waiver: "waiver",
    decided: "decided",
    waived: "waived",
    underlying: "underlying",
    idle: "Decisions on this bundle that were not applied",
    idle_in_run: "Decisions that are about no audited bundle",
};

const KOREAN: Words = Words {
    control: "점검 분야",
    pack: "점검기준",
    bundle: "제출 자료",
    program: "프로그램",
    read: "읽은 항목",
    order: "시정요구",
    required: "요구사항",
    nearest: "제출 현황",
    hand_in: "보완 요구사항",
    inspector: "점검자 조치",
    example: "기재 예",
    basis: "근거",
    criterion: "점검기준 출처",
    see: "참조",
    belongs_to: "기재 위치",
    looked_in: "확인 위치",
    advisory: "권고",
    duty: "법정의무",
    new_file: "새 파일",
    to_supply: "보완 요구사항 목록",
    to_decide: "점검자 판단 사항",
    established: "시정요구로 확인된 사실",
    warnings: "점검에 반영하지 않은 기재",
    passed: "적합 항목",
    other_results: "해당 없음",
    only: "부분 점검",
    parameters: "변경된 기준값",
    printed: "점검 항목의 출력",
    unreadable: "제출 자료를 읽을 수 없음",
    no_pass_in_control: "이 분야에서 적합으로 확인된 필수 항목이 없음",
    decisions: "점검자 판단 파일",
    determination: "판단",
    waiver: "한시적 예외 인정",
    decided: "판단 결과",
    waived: "한시적 예외 인정",
    underlying: "판단 전",
    idle: "이 제출 자료에 적용되지 않은 판단·예외 인정",
    idle_in_run: "점검 대상이 없는 판단·예외 인정",
};

impl Words {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Korean => &KOREAN,
        }
    }
}

pub(super) fn severity(severity: Severity, language: Language) -> &'static str {
    match (severity, language) {
        (Severity::High, Language::English) => "high",
        (Severity::Medium, Language::English) => "medium",
        (Severity::Low, Language::English) => "low",
        (Severity::High, Language::Korean) => "상",
        (Severity::Medium, Language::Korean) => "중",
        (Severity::Low, Language::Korean) => "하",
    }
}

/// Returns how many rules have a result, such as `2 fail`.
pub(super) fn count(count: usize, word: &str, language: Language) -> String {
    match language {
        Language::English => format!("{count} {word}"),
        Language::Korean => format!("{word} {count}개 항목"),
    }
}

/// Returns how many bundles have a verdict.
pub(super) fn count_of_bundles(count: usize, word: &str, language: Language) -> String {
    match language {
        Language::English => self::count(count, word, language),
        Language::Korean => format!("{word} {count}건"),
    }
}

pub(super) fn files(count: usize, language: Language) -> String {
    match language {
        Language::English if count == 1 => "1 file".to_owned(),
        Language::English => format!("{count} files"),
        Language::Korean => format!("파일 {count}개"),
    }
}

pub(super) fn stage(stage: Option<&str>, dates: &str, language: Language) -> String {
    match (stage, language) {
        (Some(stage), Language::English) => format!("stage: {stage}, {dates}"),
        (Some(stage), Language::Korean) => format!("{stage} 제출 단계 · {dates}"),
        (None, Language::English) => format!("no stage stated: rules of every stage apply, {dates}"),
        (None, Language::Korean) => format!("제출 단계 미기재: 모든 제출 단계의 항목을 점검 · {dates}"),
    }
}

/// Returns what applies where the stage that is stated cannot be used.
pub(super) fn every_stage(dates: &str, language: Language) -> String {
    match language {
        Language::English => format!("rules of every stage apply, {dates}"),
        Language::Korean => format!("모든 제출 단계의 항목을 점검 · {dates}"),
    }
}

pub(super) fn items_in_files(items: usize, files: usize, language: Language) -> String {
    match language {
        Language::English => {
            let items = if items == 1 { "1 item".to_owned() } else { format!("{items} items") };
            format!("{items} in {}", self::files(files, language))
        }
        Language::Korean => format!("파일 {files}개, {items}건"),
    }
}

pub(super) fn questions(count: usize, language: Language) -> String {
    match language {
        Language::English if count == 1 => "1 question".to_owned(),
        Language::English => format!("{count} questions"),
        Language::Korean => format!("{count}건"),
    }
}

pub(super) fn findings(count: usize, language: Language) -> String {
    match language {
        Language::English if count == 1 => "1 finding".to_owned(),
        Language::English => format!("{count} findings"),
        Language::Korean => format!("{count}건"),
    }
}

/// Returns what of a verdict rests on decisions.
pub(super) fn overlaid(answered: usize, waived: usize, language: Language) -> String {
    let parts = match language {
        Language::English => [
            (answered, format!("{} answered", questions(answered, language))),
            (waived, if waived == 1 { "1 finding waived".to_owned() } else { format!("{waived} findings waived") }),
        ],
        Language::Korean => {
            [(answered, format!("판단 {answered}건")), (waived, format!("한시적 예외 인정 {waived}건"))]
        }
    };
    let parts: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect();
    let parts = parts.join(", ");
    match language {
        Language::English => format!("decided by the inspector: {parts}"),
        Language::Korean => format!("점검자 판단 반영: {parts}"),
    }
}

pub(super) fn more_idle(count: usize, language: Language) -> String {
    match language {
        Language::English => format!("and {count} more (--verbose or --format json lists them)"),
        Language::Korean => format!("그 밖에 {count}건(--verbose 또는 --format json으로 확인)"),
    }
}

pub(super) fn more_warnings(count: u64, language: Language) -> String {
    match language {
        Language::English => format!("and {count} more"),
        Language::Korean => format!("그 밖에 {count}건"),
    }
}

pub(super) fn more(count: u64, language: Language) -> String {
    match language {
        Language::English => format!("and {count} more of this rule (--format json lists all)"),
        Language::Korean => format!("이 항목의 지적사항 {count}건 생략(--format json에 전체 수록)"),
    }
}

pub(super) fn rules(count: usize, language: Language) -> String {
    match language {
        Language::English if count == 1 => "1 rule".to_owned(),
        Language::English => format!("{count} rules"),
        Language::Korean => format!("점검 항목 {count}개"),
    }
}

pub(super) fn bundles(count: usize, language: Language) -> String {
    match language {
        Language::English if count == 1 => "1 bundle".to_owned(),
        Language::English => format!("{count} bundles"),
        Language::Korean => format!("제출 자료 {count}건"),
    }
}

pub(super) fn interrupted(judged: usize, left: Option<usize>, language: Language) -> String {
    let were = |count: usize| if count == 1 { "was" } else { "were" };
    match (language, left) {
        (Language::English, Some(left)) => {
            let judged = format!("{} {} judged", bundles(judged, language), were(judged));
            format!("interrupted: {judged}, {left} {} not", were(left))
        }
        (Language::English, None) => {
            format!("interrupted: {} {} judged, the others were not", bundles(judged, language), were(judged))
        }
        (Language::Korean, Some(left)) => format!("중단됨: 제출 자료 {judged}건을 점검하였고 {left}건은 점검하지 않음"),
        (Language::Korean, None) => format!("중단됨: 제출 자료 {judged}건을 점검하였고 나머지는 점검하지 않음"),
    }
}

pub(super) fn verbose_hint(language: Language) -> &'static str {
    match language {
        Language::English => "--verbose lists what passed and what does not apply, with reasons",
        Language::Korean => "--verbose: 적합 항목과 해당 없음 항목을 사유와 함께 표시",
    }
}

pub(super) fn detail_hint(language: Language) -> &'static str {
    match language {
        Language::English => "audit one bundle by its path for the full report, or add --verbose",
        Language::Korean => "상세 결과는 제출 자료 경로를 하나만 지정하거나 --verbose를 추가하여 확인",
    }
}

pub(super) fn examined(count: u64, language: Language) -> String {
    match language {
        Language::English if count == 1 => "1 demand examined".to_owned(),
        Language::English => format!("{count} demands examined"),
        Language::Korean => format!("세부 확인사항 {count}건"),
    }
}

/// Labels of one criterion in full.
pub(super) struct RuleWords {
    pub(super) control: &'static str,
    pub(super) severity: &'static str,
    pub(super) advisory: &'static str,
    pub(super) duty: &'static str,
    pub(super) stages: &'static str,
    pub(super) demand: &'static str,
    pub(super) remedy: &'static str,
    pub(super) basis: &'static str,
    pub(super) criterion: &'static str,
    pub(super) parameters: &'static str,
    pub(super) reads: &'static str,
    pub(super) reads_order: &'static str,
    pub(super) attachments: &'static str,
    pub(super) unplaced: &'static str,
    pub(super) says: &'static str,
    pub(super) not_applicable: &'static str,
    pub(super) script: &'static str,
}

const RULE_ENGLISH: RuleWords = RuleWords {
    control: "control",
    severity: "severity",
    advisory: "advisory: never changes a verdict",
    duty: "standing duty by law: counts beside the verdict on the order",
    stages: "stages",
    demand: "demand",
    remedy: "remedy",
    basis: "basis",
    criterion: "criterion from",
    parameters: "parameters",
    reads: "evidence read",
    reads_order: "of the order",
    attachments: "the content of attached files",
    unplaced: "place not known",
    says: "messages",
    not_applicable: "does not apply if",
    script: "script",
};

const RULE_KOREAN: RuleWords = RuleWords {
    control: "점검 분야",
    severity: "중요도",
    advisory: "권고: 판정에 영향을 주지 않음",
    duty: "상시 법정의무: 시정요구 이행 판정과 별도로 판정",
    stages: "제출 단계",
    demand: "요구사항",
    remedy: "보완 요구사항",
    basis: "근거",
    criterion: "점검기준 출처",
    parameters: "기준값",
    reads: "확인 자료",
    reads_order: "시정요구 내용",
    attachments: "첨부파일의 내용",
    unplaced: "위치 미상",
    says: "지적사항 문구",
    not_applicable: "해당 없음 사유",
    script: "점검 항목 파일",
};

impl RuleWords {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &RULE_ENGLISH,
            Language::Korean => &RULE_KOREAN,
        }
    }
}

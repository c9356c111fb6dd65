//! `docs/criteria.md`: every criterion with its text, basis, parameters, the evidence it reads and an example.
//!
//! `GAMSA_UPDATE_DOCS=1 cargo test` writes it anew.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use gamsa::assess::Auditor;
use gamsa::engine::{CompiledRule, Program, Reads, Subject};
use gamsa::language::Text;
use gamsa::pack::{Basis, BasisStatus, CountsFor, Pack, Parameters, Severity};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use crate::audits::{Bench, assess, fixture, project, request, sorted};
use crate::docs::{compare, read};
use crate::program::{copy_pack, gamsa};

const PAGE: &str = "docs/criteria.md";

#[test]
fn the_page_of_criteria_is_what_the_rules_say() {
    let bench = Bench::new();
    let program = compile(&bench.pack);
    let rules: Vec<(&CompiledRule, &Reads)> = program.rules().zip(program.reads()).collect();
    let mut text = "\n## Contents\n\n".to_owned();
    for control in &bench.pack.manifest.controls {
        let heading = format!("{} {}", control.number, control.title.en);
        writeln!(text, "- [{heading}](#{}) / {}", anchor(&heading), control.title.ko).expect("a string");
        for (rule, _) in rules.iter().filter(|(rule, _)| rule.meta.control == control.id) {
            let (id, title) = (&rule.meta.id, &rule.meta.title);
            writeln!(text, "  - [{id}](#{}) {} / {}", anchor(id), title.en, title.ko).expect("a string");
        }
    }
    for control in &bench.pack.manifest.controls {
        let title = &control.title;
        writeln!(text, "\n## {} {}\n\n{}", control.number, title.en, title.ko).expect("a string");
        for (rule, reads) in rules.iter().filter(|(rule, _)| rule.meta.control == control.id) {
            text.push_str(&criterion(&bench.pack, rule, reads));
        }
    }
    compare(PAGE, "criteria", &format!("{text}\n"));
}

#[test]
fn every_link_of_the_page_leads_somewhere() {
    let page = read(PAGE);
    // `# ` begins a comment of an example.
    let headings = page.lines().filter_map(|line| line.strip_prefix("## ").or_else(|| line.strip_prefix("### ")));
    let mut anchors: Vec<String> = headings.map(anchor).collect();
    let links = page.split("](").skip(1).map(|rest| rest.split(')').next().expect("an end"));
    for link in links {
        match link.strip_prefix('#') {
            Some(target) => assert!(anchors.iter().any(|anchor| anchor == target), "no heading for #{target}"),
            None if link.starts_with("https://") => {}
            None => assert!(project().join("docs").join(link).exists(), "no file {link}"),
        }
    }
    let all = anchors.len();
    anchors.sort_unstable();
    anchors.dedup();
    assert_eq!(anchors.len(), all, "two headings have one anchor");
}

#[test]
fn every_field_is_read_where_the_schema_has_it() {
    for name in ["rules/kakaotalk-2024", "benches/peers/pack"] {
        let pack = Pack::open(&project().join(name).display().to_string()).expect("a pack");
        let program = compile(&pack);
        for (rule, reads) in program.rules().zip(program.reads()) {
            assert!(reads.unplaced.is_empty(), "{}: where are {:?} read?", rule.path, reads.unplaced);
            assert!(!reads.evidence.is_empty(), "{}: reads nothing", rule.path);
        }
    }
}

#[test]
fn a_field_that_the_schema_has_elsewhere_is_refused() {
    let pack = tempfile::tempdir().expect("temporary directory");
    copy_pack(pack.path());
    let script = pack.path().join("monitoring/MON-05-detected-in-time.rhai");
    let text = std::fs::read_to_string(&script).expect("a rule");
    let (before, rest) = text.split_once("incident.started_at").expect("a field");
    std::fs::write(&script, format!("{before}incident.opens_at{rest}")).expect("a rule");
    let folder = pack.path().display().to_string();
    for command in [&["rules", "list"][..], &["rules", "show", "MON-05"]] {
        let run = gamsa(&[command, &["--pack", &folder]].concat());
        assert_eq!(run.status, 2);
        let message = "the evidence schema has no field `opens_at` at /incidents/-";
        assert!(run.err.contains("MON-05-detected-in-time.rhai:") && run.err.contains(message), "{}", run.err);
    }
}

#[test]
fn findings_lie_where_the_rule_reads() {
    let bench = Bench::new();
    let program = compile(&bench.pack);
    let order = bench.order(&fixture("rules/order.yaml"));
    let mut findings = 0;
    for (rule, reads) in program.rules().zip(program.reads()) {
        let mut request = request("2024-07-01", None);
        request.only = vec![rule.meta.id.clone()];
        let auditor = Auditor::new(&bench.pack, &order, bench.parameters.clone(), request).expect("a rule");
        for path in sorted(&fixture("rules").join(&rule.meta.id)) {
            let assessment = assess(&auditor, &path);
            for finding in assessment.rules.iter().flat_map(|rule| &rule.findings) {
                let subject = if finding.is_in_order { Subject::Order } else { Subject::Bundle };
                let is_read = reads
                    .evidence
                    .iter()
                    .any(|read| read.subject == subject && is_on_one_line(&read.pointer, &general(&finding.path)));
                assert!(is_read, "{}: {} is not read", path.display(), finding.path);
                findings += 1;
            }
        }
    }
    assert!(findings > 1000, "only {findings} findings");
}

/// Returns a JSON Pointer with `-` for the number of an item.
fn general(pointer: &str) -> String {
    let is_number = |segment: &&str| !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
    let segments = pointer.split('/').map(|segment| Some(segment).filter(|s| !is_number(s)).unwrap_or("-"));
    segments.collect::<Vec<_>>().join("/")
}

/// Tells whether one of two pointers is the other, or above it.
fn is_on_one_line(one: &str, other: &str) -> bool {
    let is_above = |a: &str, b: &str| b.strip_prefix(a).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    one == "/" || is_above(one, other) || is_above(other, one)
}

pub(crate) fn compile(pack: &Pack) -> Program<'_> {
    let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
    let scripts = pack.select(&[]).expect("all rules");
    Program::compile(pack, parameters, &scripts).expect("rules that compile")
}

fn criterion(pack: &Pack, rule: &CompiledRule, reads: &Reads) -> String {
    let meta = &rule.meta;
    let severity = match meta.severity {
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
    };
    let advisory = if meta.advisory { "; advisory: it never changes a verdict" } else { "" };
    let duty = match meta.counts_for {
        CountsFor::Order => "",
        CountsFor::Law => "; standing duty by law: it counts beside the verdict on the order",
    };
    let stages = pack.manifest.stages.iter().filter(|stage| meta.stages.contains(&stage.id));
    let stages: Vec<&str> = stages.map(|stage| stage.title.en.as_str()).collect();
    let mut text = format!("\n### {}\n\n**{}**  \n**{}**\n\n", meta.id, meta.title.en, meta.title.ko);
    let script = format!("../rules/{}/{}", pack.manifest.id, rule.path);
    item(
        &mut text,
        0,
        &format!("Severity: {severity}{advisory}{duty}. Stages: {}. [Script]({script})", stages.join(", ")),
    );
    both(&mut text, ["Demand", "요구사항"], &meta.demand);
    both(&mut text, ["Remedy", "보완 요구사항"], &meta.remedy);
    if let Some(reason) = &meta.not_applicable {
        both(&mut text, ["Does not apply if", "해당 없음 사유"], reason);
    }
    item(&mut text, 0, "Basis / 근거:");
    for basis in &meta.basis {
        item(&mut text, 2, &source(pack, basis));
    }
    if !reads.parameters.is_empty() {
        text.push_str("\n| parameter | default | what | 한국어 | basis | source |\n|---|---|---|---|---|---|\n");
    }
    for name in &reads.parameters {
        let parameter = &pack.manifest.parameters[name];
        let value = parameter.default_value().expect("a default");
        let value = match &parameter.unit {
            Some(unit) => format!("{value} {} / {value} {}", unit.en, unit.ko),
            None => value.to_string(),
        };
        row(
            &mut text,
            [
                &format!("`{name}`"),
                &value,
                &parameter.title.en,
                &parameter.title.ko,
                status(parameter.basis),
                &parameter.source.en,
            ],
        );
    }
    text.push_str(&evidence(pack, reads));
    text.push_str(&example(&meta.id));
    text
}

fn evidence(pack: &Pack, reads: &Reads) -> String {
    let mut text = String::new();
    for (subject, name) in [(Subject::Bundle, "evidence read"), (Subject::Order, "fact of the order")] {
        let paths: Vec<_> = reads.evidence.iter().filter(|path| path.subject == subject).collect();
        if !paths.is_empty() {
            writeln!(text, "\n| {name} | what | 한국어 |\n|---|---|---|").expect("a string");
        }
        for path in paths {
            let title = &pack.schema.shape(path.shape).expect("a shape").title;
            row(&mut text, [&format!("`{}`", path.pointer), &title.en, &title.ko]);
        }
        if subject == Subject::Bundle && reads.attachments {
            row(&mut text, ["attached files", "Their content", "첨부파일의 내용"]);
        }
    }
    text
}

/// Shows the smallest bundle of the tests on which the rule passes.
fn example(id: &str) -> String {
    let folder = fixture("rules").join(id);
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    let own_order = |path: &Path| {
        let scenario = name(path);
        folder.join(format!("{}.order.yaml", scenario.split(".pass").next().expect("a start"))).exists()
    };
    let passing = sorted(&folder).into_iter().filter(|path| name(path).trim_end_matches(".yaml").ends_with(".pass"));
    let smallest = passing.min_by_key(|path| (own_order(path), path.is_dir(), size(path), name(path)));
    let path = smallest.unwrap_or_else(|| panic!("{id}: no fixture that passes"));
    let link = |path: &Path| {
        let inside = path.strip_prefix(project()).expect("in the project").display().to_string().replace('\\', "/");
        format!("[`{}`](../{inside})", name(path))
    };
    let order = if own_order(&path) { ", judged with an order of its own" } else { "" };
    let mut text = format!("\nEvidence that satisfies it / 충족 예시 ({}{order}):\n", link(&path));
    let files = if path.is_dir() { files(&path) } else { vec![path.clone()] };
    for file in files {
        let inside = file.strip_prefix(&path).expect("in the folder").display().to_string().replace('\\', "/");
        if !name(&file).ends_with(".yaml") {
            write!(text, "\nwith the file {} as `{inside}`\n", link(&file)).expect("a string");
            continue;
        }
        let yaml = std::fs::read_to_string(&file).expect("a text");
        write!(text, "\n```yaml\n{}\n```\n", yaml.trim_end()).expect("a string");
    }
    text
}

fn source(pack: &Pack, basis: &Basis) -> String {
    let source = &pack.manifest.sources[&basis.source];
    let title = match &source.url {
        Some(url) => format!("[{}]({url})", source.title.en),
        None => source.title.en.clone(),
    };
    let clause = basis.clause.as_ref();
    let [en, ko] = [clause.map(|clause| &clause.en), clause.map(|clause| &clause.ko)]
        .map(|clause| clause.map(|clause| format!(", {clause}")).unwrap_or_default());
    format!("{title}{en} / {}{ko} ({})", source.title.ko, status(basis.status))
}

/// Returns the word of the pack, which the head of the page explains.
fn status(status: BasisStatus) -> &'static str {
    match status {
        BasisStatus::Confirmed => "`confirmed`",
        BasisStatus::Press => "`press`",
        BasisStatus::Own => "`own`",
        BasisStatus::Unconfirmed => "`unconfirmed`",
        BasisStatus::Comparison => "`comparison`",
    }
}

fn both(text: &mut String, [en, ko]: [&str; 2], what: &Text) {
    item(text, 0, &format!("{en}: {}", what.en));
    item(text, 0, &format!("{ko}: {}", what.ko));
}

/// Adds an item of a list in lines that can be read.
fn item(text: &mut String, indent: usize, what: &str) {
    let (first, rest) = (format!("{}- ", " ".repeat(indent)), " ".repeat(indent + 2));
    let options = Options::new(118)
        .initial_indent(&first)
        .subsequent_indent(&rest)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .word_splitter(WordSplitter::NoHyphenation);
    writeln!(text, "{}", textwrap::fill(what, options)).expect("a string");
}

fn row<const N: usize>(text: &mut String, cells: [&str; N]) {
    writeln!(text, "| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")).expect("a string");
}

/// Returns the anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .collect::<String>();
    kept.replace(' ', "-")
}

fn size(path: &Path) -> u64 {
    let of = |path: &Path| std::fs::metadata(path).expect("a file").len();
    if path.is_dir() { files(path).iter().map(|file| of(file)).sum() } else { of(path) }
}

/// Returns the files below a folder, those of the folder itself first.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (folders, mut found): (Vec<PathBuf>, Vec<PathBuf>) = sorted(folder).into_iter().partition(|path| path.is_dir());
    found.extend(folders.iter().flat_map(|folder| files(folder)));
    found
}

//! The open questions of a run as a file of decisions that an inspector fills in.
//!
//! Everything that comes from a bundle is quoted, or stands on one line of a comment: a bundle cannot write a decision.

use std::io::{self, Write};

use super::{ReportWriter, Run, Summary};
use crate::assess::{Assessment, DECISIONS_SCHEMA, Finding, RuleReport, RuleResult};
use crate::evidence::Shown;
use crate::language::{Language, Text};

/// Writes the questions that are still open, bundle by bundle.
#[derive(Debug)]
pub struct TemplateWriter {
    language: Language,
}

impl TemplateWriter {
    /// Creates a writer; the language is that of the instructions and of the question that is repeated as text.
    pub fn new(language: Language) -> Self {
        Self { language }
    }
}

impl ReportWriter for TemplateWriter {
    fn begin(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let manifest = &run.pack.manifest;
        let Run { request, order, .. } = run;
        let (as_of, zone) = (request.as_of, run.pack.zone.name());
        let instructions = match self.language {
            Language::English => format!(
                "# Questions for the inspector, as of {as_of} ({zone}).\n\
                 # For each: result (pass: the criterion is met in this respect, or fail), reason, by (your name) and on (a date\n\
                 # such as {as_of}). Leave all four empty where you have not decided. Change nothing else in an entry.\n\
                 # Keep the file outside the bundles and give it with --decisions. Waivers: see docs/decisions.md\n"
            ),
            Language::Korean => format!(
                "# 점검관 판단 사항, 기준일 {as_of} ({zone})\n\
                 # 항목마다 result(pass: 이 점에서 요구사항을 충족함, 또는 fail), reason(사유), by(판단자 성명), on(판단일, 예: {as_of})을\n\
                 # 기재할 것. 아직 판단하지 않은 항목은 네 칸을 모두 비워 두고, 그 밖의 내용은 고치지 말 것\n\
                 # 이 파일은 제출 자료 밖에 보관하고 --decisions로 지정할 것. 예외 인정은 docs/decisions.md 참조\n"
            ),
        };
        out.write_all(instructions.as_bytes())?;
        writeln!(out, "schema: {DECISIONS_SCHEMA}\npack: {}\norder: {}", quoted(&manifest.id), quoted(&order.id))
    }

    fn page(&self, _: &Run<'_>, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
        let Some(digest) = &assessment.digest else { return Ok(()) };
        let questions = assessment.rules.iter().flat_map(|rule| rule.findings.iter().map(move |found| (rule, found)));
        let open = questions.filter(|(_, finding)| finding.result() == RuleResult::Undetermined);
        for (number, (rule, finding)) in open.enumerate() {
            if number == 0 {
                let operator = assessment.operator.as_ref().map(|name| format!(" · {name}")).unwrap_or_default();
                comment(out, &format!("{}{operator}", assessment.path))?;
            } else {
                writeln!(out)?;
            }
            self.question(digest, rule, finding, out)?;
        }
        Ok(())
    }

    fn before_page(&self, is_first: bool) -> &'static str {
        if is_first { "\ndeterminations:\n" } else { "\n" }
    }

    fn end(&self, _: &Run<'_>, _: &Summary, has_pages: bool, out: &mut dyn Write) -> io::Result<()> {
        if !has_pages {
            writeln!(out, "\ndeterminations: []")?;
        }
        writeln!(out, "\nwaivers: []")
    }
}

impl TemplateWriter {
    fn question(&self, digest: &str, rule: &RuleReport, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "  - bundle: {digest}")?;
        writeln!(out, "    rule: {}", quoted(&rule.meta.id))?;
        both(out, &rule.meta.title)?;
        if let Some(at) = &finding.location {
            let line = finding.excerpt.as_ref().filter(|_| finding.found.is_some()).map(|excerpt| excerpt.text.trim());
            comment(
                out,
                &format!("  {}:{}:{}  {}", at.file, at.start.line, at.start.column, line.unwrap_or_default()),
            )?;
        }
        if finding.is_in_order {
            both(out, &finding.remedy)?;
            writeln!(out, "    subject: order")?;
        }
        writeln!(out, "    path: {}", quoted(&finding.path))?;
        let other = match self.language {
            Language::English => Language::Korean,
            Language::Korean => Language::English,
        };
        comment(out, &format!("  {}", finding.message.get(other)))?;
        writeln!(out, "    question: {}", quoted(finding.message.get(self.language)))?;
        writeln!(out, "    result:\n    reason:\n    by:\n    on:")
    }
}

fn both(out: &mut dyn Write, text: &Text) -> io::Result<()> {
    comment(out, &format!("  {} / {}", text.en, text.ko))
}

/// Writes one line of comment, whatever the text holds.
fn comment(out: &mut dyn Write, text: &str) -> io::Result<()> {
    let line = Shown::of(text);
    let indent = line.len() - line.trim_start().len();
    writeln!(out, "{}# {}", " ".repeat(indent + 2), line.trim())
}

/// Returns a text as a double-quoted scalar of one line, which a reader of YAML turns back into the same text.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if Shown::shows(c) => quoted.push(c),
            c => quoted.push_str(&format!("\\U{:08X}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

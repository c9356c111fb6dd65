//! The open questions of a run as a file of decisions that an inspector fills in.
//!
//! Everything that comes from a bundle is quoted, or stands on one line of a comment: a bundle cannot write a decision.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use super::template_words::{self, comment, quoted};
use super::{ReportWriter, Run, Summary, words};
use crate::assess::{Assessment, DECISIONS_SCHEMA, Finding, RuleReport, RuleResult};
use crate::evidence::Day;
use crate::language::{Language, Text};

/// Writes the questions that are still open, each once, below a list of the bundles that were judged.
///
/// The list comes first and some questions are about many bundles, so that pages are kept until the end; a file that
/// can be read again has a limit of 64 MiB.
#[derive(Debug)]
pub struct TemplateWriter {
    language: Language,
    asked: Mutex<OpenQuestions>,
}

/// What the bundles of a run leave open.
#[derive(Debug, Default)]
struct OpenQuestions {
    /// By digest.
    bundles: BTreeMap<String, Judged>,
    /// Questions about facts that an order does not state, by their text.
    of_orders: BTreeMap<Question, OfOrder>,
}

/// A bundle of the run.
#[derive(Debug, Default)]
struct Judged {
    as_of: Option<Day>,
    operator: Option<String>,
    order: String,
    /// Every path with this content; it is asked about under the first.
    paths: BTreeSet<String>,
    questions: usize,
    /// The entries on the bundle alone: what stands above the order, and below it.
    entries: Vec<(String, String)>,
}

impl Judged {
    fn path(&self) -> &str {
        self.paths.first().map_or("", String::as_str)
    }

    fn name(&self) -> String {
        let operator = self.operator.as_ref().map(|name| format!(" · {name}")).unwrap_or_default();
        format!("{}{operator}", self.path())
    }
}

/// What makes two questions about an order the same: one fact, one rule, one wording.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Question {
    order: String,
    path: String,
    rule: String,
    text: String,
}

/// A question about an order, with the bundles that depend on it.
#[derive(Debug)]
struct OfOrder {
    /// What stands above `bundle` and below it.
    head: String,
    tail: String,
    /// By digest: what the rule compares in the bundle.
    bundles: BTreeMap<String, String>,
}

impl TemplateWriter {
    /// Creates a writer; the language is that of the instructions and of the question that is repeated as text.
    pub fn new(language: Language) -> Self {
        Self { language, asked: Mutex::default() }
    }
}

impl ReportWriter for TemplateWriter {
    fn begin(&self, _: &Run<'_>, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn page(&self, _: &Run<'_>, assessment: &Assessment, _: &mut dyn Write) -> io::Result<()> {
        let Some(digest) = &assessment.digest else { return Ok(()) };
        let Some(order) = assessment.order.as_ref().map(|order| &order.id) else { return Ok(()) };
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let OpenQuestions { bundles, of_orders } = &mut *asked;
        let judged = bundles.entry(digest.clone()).or_default();
        let is_first = judged.paths.first().is_none_or(|first| assessment.path < *first);
        judged.paths.insert(assessment.path.clone());
        if !is_first {
            return Ok(());
        }
        // Places in the entries are those of this copy.
        *judged = Judged {
            operator: assessment.operator.clone(),
            order: order.clone(),
            as_of: assessment.as_of,
            paths: std::mem::take(&mut judged.paths),
            ..Judged::default()
        };
        let questions = assessment.rules.iter().flat_map(|rule| rule.findings.iter().map(move |found| (rule, found)));
        for (rule, finding) in questions.filter(|(_, finding)| finding.result() == RuleResult::Undetermined) {
            judged.questions += 1;
            if finding.is_in_order {
                let question = Question {
                    order: order.clone(),
                    path: finding.path.clone(),
                    rule: rule.meta.id.clone(),
                    text: finding.message.get(self.language).to_owned(),
                };
                let shared = of_orders.entry(question).or_insert_with(|| self.of_order(rule, finding));
                let compared =
                    finding.related.iter().map(|related| related.line.as_str()).collect::<Vec<_>>().join("; ");
                shared.bundles.insert(digest.clone(), compared);
            } else {
                judged.entries.push(self.entry(digest, rule, finding));
            }
        }
        Ok(())
    }

    fn end(&self, run: &Run<'_>, summary: &Summary, _: bool, out: &mut dyn Write) -> io::Result<()> {
        let asked = std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner));
        out.write_all(template_words::instructions(run, self.language).as_bytes())?;
        let mut bundles: Vec<(&String, &Judged)> = asked.bundles.iter().collect();
        bundles.sort_unstable_by_key(|(digest, judged)| (judged.path(), *digest));
        self.covered(&bundles, out)?;
        let mut orders: Vec<&str> = asked.bundles.values().map(|judged| judged.order.as_str()).collect();
        orders.sort_unstable();
        orders.dedup();
        let order = match orders.as_slice() {
            [] => quoted(run.orders.first().map_or("", |order| order.id.as_str())),
            [only] => quoted(only),
            several => format!("[{}]", several.iter().map(|order| quoted(order)).collect::<Vec<_>>().join(", ")),
        };
        writeln!(out, "schema: {DECISIONS_SCHEMA}\npack: {}\norder: {order}", quoted(&run.pack.manifest.id))?;
        let names_order = orders.len() > 1;
        let is_asked = asked.bundles.values().any(|judged| judged.questions > 0);
        writeln!(out, "\ndeterminations:{}", if is_asked { "" } else { " []" })?;
        self.on_orders(&asked, names_order, out)?;
        for (_, judged) in bundles.iter().filter(|(_, judged)| !judged.entries.is_empty()) {
            writeln!(out)?;
            out.write_all(comment(&format!("  {}", judged.name())).as_bytes())?;
            for (number, (head, tail)) in judged.entries.iter().enumerate() {
                let blank = if number > 0 { "\n" } else { "" };
                let order = order_line(names_order, &judged.order);
                write!(out, "{blank}{head}{order}{tail}")?;
            }
        }
        let first = bundles.first().map(|(digest, judged)| template_words::Example {
            as_of: judged.as_of,
            digest,
            operator: judged.operator.as_deref().unwrap_or_default(),
            order: names_order.then_some(&judged.order),
        });
        out.write_all(template_words::waivers(run, &first.unwrap_or_default()).as_bytes())?;
        if summary.interrupted {
            writeln!(out, "\n# {}", words::interrupted(summary.bundles, summary.left, self.language))?;
        }
        Ok(())
    }
}

impl TemplateWriter {
    /// Lists the bundles of the run with their digests in full.
    fn covered(&self, bundles: &[(&String, &Judged)], out: &mut dyn Write) -> io::Result<()> {
        let title = match self.language {
            Language::English => "The submissions that this file is about, with their open questions:",
            Language::Korean => "이 파일의 대상 제출 자료와 판단 사항 수:",
        };
        writeln!(out, "#\n# {title}")?;
        for (digest, judged) in bundles {
            let questions = super::words::questions(judged.questions, self.language);
            out.write_all(comment(&format!("{}: {questions}", judged.name())).as_bytes())?;
            writeln!(out, "#   {digest}")?;
            for copy in judged.paths.iter().skip(1) {
                let same = match self.language {
                    Language::English => format!("the same submission again: {copy}"),
                    Language::Korean => format!("동일한 제출 자료: {copy}"),
                };
                write!(out, "#   {}", comment(&same).trim_start_matches("# "))?;
            }
        }
        writeln!(out)
    }

    /// Writes the questions about facts that an order does not state, each once for all bundles.
    fn on_orders(&self, asked: &OpenQuestions, names_order: bool, out: &mut dyn Write) -> io::Result<()> {
        if asked.of_orders.is_empty() {
            return Ok(());
        }
        out.write_all(template_words::on_orders(self.language).as_bytes())?;
        for (number, (question, shared)) in asked.of_orders.iter().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            writeln!(out, "{}{}    bundle:", shared.head, order_line(names_order, &question.order))?;
            let path_of = |digest: &String| asked.bundles.get(digest).map_or("", Judged::path);
            let mut bundles: Vec<_> =
                shared.bundles.iter().map(|(digest, line)| (path_of(digest), digest, line)).collect();
            bundles.sort_unstable();
            for (path, digest, compared) in bundles {
                write!(out, "      - {digest}  {}", comment(&format!("{path}  {compared}")))?;
            }
            out.write_all(shared.tail.as_bytes())?;
        }
        Ok(())
    }

    fn of_order(&self, rule: &RuleReport, finding: &Finding) -> OfOrder {
        let mut head = format!("  - rule: {}\n", quoted(&rule.meta.id));
        head.push_str(&comment(&format!("    {}", both(&rule.meta.title))));
        head.push_str(&place(finding));
        head.push_str("    subject: order\n");
        OfOrder { head, tail: self.question(finding), bundles: BTreeMap::new() }
    }

    fn entry(&self, digest: &str, rule: &RuleReport, finding: &Finding) -> (String, String) {
        let head = format!("  - bundle: {digest}\n    rule: {}\n", quoted(&rule.meta.id));
        let mut tail = comment(&format!("    {}", both(&rule.meta.title)));
        tail.push_str(&place(finding));
        for related in &finding.related {
            let at = &related.location;
            let line = format!("    {}:{}:{}  {}", at.file, at.start.line, at.start.column, related.line);
            tail.push_str(&comment(&line));
        }
        tail.push_str(&self.question(finding));
        (head, tail)
    }

    /// Returns the end of an entry: what is asked, and room for the answer.
    fn question(&self, finding: &Finding) -> String {
        let other = match self.language {
            Language::English => Language::Korean,
            Language::Korean => Language::English,
        };
        format!(
            "    path: {}\n{}    question: {}\n    result:\n    reason:\n    by:\n    on:\n",
            quoted(&finding.path),
            comment(&format!("    {}", finding.message.get(other))),
            quoted(finding.message.get(self.language))
        )
    }
}

/// Returns the line in which an entry names its order, where the file has several.
fn order_line(is_needed: bool, order: &str) -> String {
    if is_needed { format!("    order: {}\n", quoted(order)) } else { String::new() }
}

/// Returns the place of what a question is about, with its line where there is one.
fn place(finding: &Finding) -> String {
    let Some(at) = &finding.location else { return String::new() };
    let line = finding.excerpt.as_ref().filter(|_| finding.found.is_some()).map(|excerpt| excerpt.text.trim());
    comment(&format!("    {}:{}:{}  {}", at.file, at.start.line, at.start.column, line.unwrap_or_default()))
}

fn both(text: &Text) -> String {
    format!("{} / {}", text.en, text.ko)
}

//! Reads a file of decisions. Whatever is not exactly right is refused with its place: a decision that is
//! misread would be a verdict that nobody gave.

use std::collections::BTreeMap;

use super::decision::{Answer, Decision, Decisions, Determination, Ruling, Scope, Target, Waiver, words};
use crate::evidence::{Day, Document, Kind, Location, Moment, NodeRef};
use crate::language::Text;
use crate::load::{Diagnostic, Limits, document, sha256_hex};
use crate::pack::{Format, ShapeKind, corrected};

/// What the first line of a file of decisions says.
pub const DECISIONS_SCHEMA: &str = "gamsa.decisions/v1";

/// A file of decisions may answer the questions of ten thousand bundles.
const FILE_BYTES: usize = 64 << 20;
const NODES: usize = 5_000_000;

const DETERMINATION: [&str; 9] = ["bundle", "rule", "subject", "path", "question", "result", "reason", "by", "on"];
const WAIVER: [&str; 10] =
    ["bundle", "operator", "rule", "subject", "path", "whole_rule", "reason", "approver", "from", "until"];

type Read<T> = Result<T, Box<Diagnostic>>;

impl Decisions {
    /// Reads the decisions of a file on a pack and an order.
    ///
    /// # Errors
    /// The file is not YAML, is for another pack or order, or an entry says too little, too much, or the same as
    /// another one. The error is a [`Diagnostic`] that names the place.
    pub fn read(name: &str, bytes: &[u8], pack: &str, order: &str) -> anyhow::Result<Self> {
        let limits = Limits { file_bytes: FILE_BYTES, nodes: NODES, ..Limits::default() };
        let document = document(name, bytes, &limits).map_err(|refused| *refused)?;
        let reader = Reader { document: &document };
        let entries = reader.file(pack, order).map_err(|refused| *refused)?;
        Ok(Self::new(name, format!("sha256:{}", sha256_hex(bytes)), entries))
    }
}

struct Reader<'d> {
    document: &'d Document,
}

impl<'d> Reader<'d> {
    fn file(&self, pack: &str, order: &str) -> Read<Vec<Decision>> {
        let root = self.document.root();
        let entry = self.entry(root, &["schema", "pack", "order", "determinations", "waivers"])?;
        self.is_for(&entry, "schema", DECISIONS_SCHEMA, "gamsa reads this version of the format only")?;
        self.is_for(&entry, "pack", pack, "decisions hold for the pack that they were made with")?;
        self.is_for(&entry, "order", order, "decisions hold for the order that they were made with")?;
        let mut entries = Vec::new();
        for node in self.list(&entry, "determinations")? {
            entries.push(self.determination(node)?);
        }
        for node in self.list(&entry, "waivers")? {
            entries.push(self.waiver(node)?);
        }
        self.check_once(root, &entries)?;
        Ok(entries)
    }

    fn determination(&self, node: NodeRef<'d>) -> Read<Decision> {
        let entry = self.entry(node, &DETERMINATION)?;
        let question = entry.text("question", "the question as the report puts it")?;
        let answer = if ["result", "reason", "by", "on"].iter().all(|key| entry.given(key).is_none()) {
            None
        } else {
            let expected = "pass (the criterion is met in this respect) or fail";
            let result = entry.required("result", expected)?;
            let is_met = match result.text() {
                "pass" => true,
                "fail" => false,
                _ => return Err(self.unexpected(result, expected, None)),
            };
            let reason = entry.text("reason", "why the question is answered so")?;
            let by = entry.text("by", "the name of the person who answers")?;
            Some(Answer {
                is_met,
                reason,
                by,
                on: entry.parsed("on", "a date such as 2024-07-01", Format::Date, Day::parse)?,
            })
        };
        Ok(Decision {
            rule: entry.text("rule", "the id of a rule, such as DLN-04")?,
            scope: Scope::Path(entry.pointer()?),
            is_in_order: entry.is_in_order()?,
            target: Target::Bundle(entry.digest()?),
            ruling: Ruling::Determination(Determination { question, answer }),
            location: entry.location(),
        })
    }

    fn waiver(&self, node: NodeRef<'d>) -> Read<Decision> {
        let entry = self.entry(node, &WAIVER)?;
        let target = match (entry.given("bundle"), entry.given("operator")) {
            (Some(_), None) => Target::Bundle(entry.digest()?),
            (None, Some(_)) => Target::Operator(words(&entry.text("operator", "the name of the operator")?)),
            (None, None) => return Err(self.unclear(node, "`bundle` or `operator`", "say whose finding is waived")),
            (Some(_), Some(second)) => {
                return Err(self.unclear(second, "`bundle` or `operator`, not both", "delete one of the two"));
            }
        };
        let scope = match (entry.given("path"), entry.given("whole_rule")) {
            (Some(_), None) => Scope::Path(entry.pointer()?),
            (None, Some(whole)) if whole.as_bool() == Some(true) => Scope::WholeRule,
            (None, Some(whole)) => {
                let hint = "leave it out where `path` names one place";
                return Err(self.unexpected(whole, "true", Some(hint)));
            }
            (None, None) => {
                let hint = "name the path of the finding, or write whole_rule: true to waive every finding of the rule";
                return Err(self.unclear(node, "`path` or `whole_rule`", hint));
            }
            (Some(_), Some(second)) => {
                return Err(self.unclear(second, "`path` or `whole_rule`, not both", "delete one of the two"));
            }
        };
        if let (Target::Operator(_), Scope::Path(path)) = (&target, &scope)
            && path.split('/').any(|segment| segment == "-" || segment.parse::<u64>().is_ok())
        {
            let hint = "a position in a list means another entry in the next bundle: bind the waiver to one `bundle`";
            let node = entry.given("path").unwrap_or(node);
            return Err(self.unexpected(node, "a path without a position in a list", Some(hint)));
        }
        let moment = "a date-time with offset, such as 2024-07-01T00:00:00+09:00";
        let (from, until) = (
            entry.parsed("from", moment, Format::DateTime, Moment::parse)?,
            entry.parsed("until", moment, Format::DateTime, Moment::parse)?,
        );
        if until <= from {
            let node = entry.given("until").unwrap_or(node);
            return Err(self.unexpected(node, &format!("a moment after `from` ({from})"), None));
        }
        Ok(Decision {
            rule: entry.text("rule", "the id of a rule, such as RED-02")?,
            scope,
            is_in_order: entry.is_in_order()?,
            target,
            ruling: Ruling::Waiver(Waiver {
                reason: entry.text("reason", "why the finding is tolerated")?,
                approver: entry.text("approver", "the name of the person who approved it")?,
                from,
                until,
            }),
            location: entry.location(),
        })
    }

    /// Refuses two answers to one question and two waivers of one finding for the same time.
    fn check_once(&self, root: NodeRef<'d>, entries: &[Decision]) -> Read<()> {
        let mut seen: BTreeMap<_, Vec<&Decision>> = BTreeMap::new();
        for entry in entries {
            let question = match &entry.ruling {
                Ruling::Determination(Determination { answer: None, .. }) => continue,
                Ruling::Determination(determination) => Some(words(&determination.question)),
                Ruling::Waiver(_) => None,
            };
            let key = (&entry.target, &entry.rule, &entry.scope, entry.is_in_order, question);
            let before = seen.entry(key).or_default();
            if let Some(first) = before.iter().find(|first| contend(first, entry)) {
                let message = format!("this was decided already at {}", first.place());
                return Err(self.refuse_at(root, &entry.location, message, "keep one of the two entries"));
            }
            before.push(entry);
        }
        Ok(())
    }

    fn is_for(&self, entry: &Entry<'_, 'd>, key: &'static str, wanted: &str, hint: &str) -> Read<()> {
        let node = entry.required(key, wanted)?;
        if node.text() == wanted { Ok(()) } else { Err(self.unexpected(node, wanted, Some(hint))) }
    }

    /// Returns the items of a list that may be left out or empty.
    fn list(&self, entry: &Entry<'_, 'd>, key: &str) -> Read<impl Iterator<Item = NodeRef<'d>> + use<'d>> {
        let given = entry.given(key);
        match given.filter(|node| node.kind() != Kind::Sequence) {
            Some(node) => Err(self.unexpected(node, "a list of entries, each beginning with `- `", None)),
            None => Ok(given.into_iter().flat_map(NodeRef::items)),
        }
    }

    fn entry<'r>(&'r self, node: NodeRef<'d>, keys: &[&str]) -> Read<Entry<'r, 'd>> {
        if node.kind() != Kind::Mapping {
            return Err(self.unexpected(node, &format!("the keys {}", keys.join(", ")), None));
        }
        match node.entries().find(|(key, _)| !keys.contains(&key.text())) {
            Some((key, _)) => Err(self.unexpected(key, &format!("one of the keys {}", keys.join(", ")), None)),
            None => Ok(Entry { reader: self, node }),
        }
    }

    fn unexpected(&self, node: NodeRef<'_>, expected: &str, hint: Option<&str>) -> Box<Diagnostic> {
        let found = match node.kind() {
            Kind::Null => "nothing".to_owned(),
            Kind::Sequence => "a list".to_owned(),
            Kind::Mapping => "keys with values".to_owned(),
            Kind::Boolean | Kind::Integer | Kind::Float | Kind::Text => format!("`{}`", words(node.text())),
        };
        self.refuse(node, format!("expected {expected}, found {found}"), hint)
    }

    fn unclear(&self, node: NodeRef<'_>, expected: &str, hint: &str) -> Box<Diagnostic> {
        self.refuse(node, format!("expected {expected}"), Some(hint))
    }

    fn refuse(&self, node: NodeRef<'_>, message: String, hint: Option<&str>) -> Box<Diagnostic> {
        Box::new(Diagnostic {
            location: self.document.location(node.id()),
            message: Text::same(message),
            hint: hint.map(Text::same),
            excerpt: Some(self.document.excerpt(node.id())),
        })
    }

    fn refuse_at(&self, root: NodeRef<'d>, location: &Location, message: String, hint: &str) -> Box<Diagnostic> {
        let entries = ["determinations", "waivers"].into_iter().filter_map(|key| root.get(key));
        let node = entries.flat_map(NodeRef::items).find(|node| self.document.location(node.id()) == *location);
        self.refuse(node.unwrap_or(root), message, Some(hint))
    }
}

/// Tells whether two decisions on the same thing cannot both stand; waivers may follow one another.
fn contend(one: &Decision, other: &Decision) -> bool {
    match (&one.ruling, &other.ruling) {
        (Ruling::Waiver(one), Ruling::Waiver(other)) => one.from < other.until && other.from < one.until,
        (Ruling::Determination(_), Ruling::Determination(_)) => true,
        (Ruling::Determination(_), Ruling::Waiver(_)) | (Ruling::Waiver(_), Ruling::Determination(_)) => false,
    }
}

/// One mapping of the file.
struct Entry<'r, 'd> {
    reader: &'r Reader<'d>,
    node: NodeRef<'d>,
}

impl<'d> Entry<'_, 'd> {
    /// Returns a value that says something.
    fn given(&self, key: &str) -> Option<NodeRef<'d>> {
        let is_blank = |node: &NodeRef<'_>| match node.kind() {
            Kind::Null => true,
            Kind::Text => words(node.text()).is_empty(),
            Kind::Boolean | Kind::Integer | Kind::Float | Kind::Sequence | Kind::Mapping => false,
        };
        self.node.get(key).filter(|node| !is_blank(node))
    }

    fn required(&self, key: &'static str, expected: &str) -> Read<NodeRef<'d>> {
        self.given(key).ok_or_else(|| {
            let at = self.node.get(key).unwrap_or(self.node);
            self.reader.refuse(at, format!("`{key}` is not given"), Some(&format!("write {key}: {expected}")))
        })
    }

    fn text(&self, key: &'static str, expected: &str) -> Read<String> {
        let node = self.required(key, expected)?;
        match node.kind() {
            Kind::Text => Ok(words(node.text())),
            Kind::Boolean | Kind::Integer | Kind::Float => {
                Err(self.reader.unexpected(node, expected, Some("put it in quotes, so that it is read as text")))
            }
            Kind::Null | Kind::Sequence | Kind::Mapping => Err(self.reader.unexpected(node, expected, None)),
        }
    }

    fn parsed<T>(
        &self,
        key: &'static str,
        expected: &str,
        format: Format,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Read<T> {
        let node = self.required(key, expected)?;
        parse(node.text()).ok_or_else(|| {
            let correction = corrected(&ShapeKind::Formatted(format), node.text());
            let question = correction.map(|correction| correction.question().en);
            self.reader.unexpected(node, expected, question.as_deref())
        })
    }

    fn pointer(&self) -> Read<String> {
        let expected = "the path of the finding, such as /changes/0/approval";
        let Some(node) = self.node.get("path") else { return Err(self.absent("path", expected)) };
        let is_pointer = node.kind() == Kind::Text && (node.text().is_empty() || node.text().starts_with('/'));
        if is_pointer { Ok(node.text().to_owned()) } else { Err(self.reader.unexpected(node, expected, None)) }
    }

    fn absent(&self, key: &str, expected: &str) -> Box<Diagnostic> {
        self.reader.refuse(self.node, format!("`{key}` is not given"), Some(&format!("write {key}: {expected}")))
    }

    fn digest(&self) -> Read<String> {
        let expected = "the digest of the bundle, `sha256:` and 64 hexadecimal digits";
        let node = self.required("bundle", expected)?;
        let digits = node.text().strip_prefix("sha256:").unwrap_or_default();
        let is_whole = digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let hint = "--decisions-template and --format json give it in full";
        if is_whole { Ok(node.text().to_owned()) } else { Err(self.reader.unexpected(node, expected, Some(hint))) }
    }

    fn is_in_order(&self) -> Read<bool> {
        match self.given("subject") {
            None => Ok(false),
            Some(node) => match node.text() {
                "order" => Ok(true),
                "bundle" => Ok(false),
                _ => Err(self.reader.unexpected(node, "bundle or order: the tree that `path` is in", None)),
            },
        }
    }

    fn location(&self) -> Location {
        self.reader.document.location(self.node.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "schema: gamsa.decisions/v1\npack: p\norder: o\n";
    const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn read(text: &str) -> Result<Decisions, String> {
        let text = text.replace("DIGEST", DIGEST);
        Decisions::read("decisions.yaml", text.as_bytes(), "p", "o").map_err(|refused| refused.to_string())
    }

    fn determination(rest: &str) -> String {
        format!("{HEAD}determinations:\n- {{bundle: DIGEST, rule: R-01, path: /a, question: q, {rest}}}\n")
    }

    fn waiver(rest: &str) -> String {
        format!("{HEAD}waivers:\n- {{rule: R-01, reason: r, approver: a, {rest}}}\n")
    }

    const TIMES: &str = "from: 2024-07-01T00:00:00+09:00, until: 2024-08-01T00:00:00+09:00";

    #[test]
    fn entries_are_read_and_unanswered_ones_wait() {
        let text = format!(
            "{}- {{bundle: DIGEST, rule: R-01, path: '', question: q, result: , reason: , by: '', on: }}\n{}",
            determination("result: pass, reason: r, by: b, on: 2024-07-01, subject: order"),
            "waivers:\n- {operator: O, rule: R-02, whole_rule: true, reason: r, approver: a, from: 2024-07-01T00:00:00Z, \
             until: 2024-07-01T00:00:01Z}\n"
        );
        let decisions = read(&text).expect("valid");
        let entries = decisions.entries();
        assert_eq!(entries.len(), 3);
        assert!(entries[0].is_in_order);
        assert_eq!(entries[0].place(), "decisions.yaml:5:3");
        assert!(matches!(&entries[1].ruling, Ruling::Determination(Determination { answer: None, .. })));
        assert_eq!(entries[2].scope, Scope::WholeRule);
        assert_eq!(entries[2].target, Target::Operator("O".to_owned()));
        assert!(read(&format!("{HEAD}determinations:\nwaivers: []\n")).expect("valid").entries().is_empty());
    }

    #[test]
    fn what_is_not_right_is_refused_with_place_and_way_out() {
        let times = |more: &str| waiver(&format!("{more}, {TIMES}"));
        let answered = "result: pass, reason: r, by: b, on: 2024-07-01";
        let twice = determination(answered);
        let entry = twice.lines().last().expect("an entry");
        let cases = [
            ("a: 1\n".to_owned(), "decisions.yaml:1:1: expected one of the keys schema, pack"),
            (HEAD.replace("order: o", "order: x"), "decisions.yaml:3:8: expected o, found `x`"),
            (HEAD.replace("pack: p\n", ""), "`pack` is not given"),
            (format!("{HEAD}waivers: none\n"), "4:10: expected a list of entries"),
            (determination("result: yes, reason: r, by: b, on: 2024-07-01"), "expected pass (the criterion"),
            (determination("result: pass, reason: '', by: b, on: 2024-07-01"), "`reason` is not given"),
            (determination("result: pass, reason: r, by: b"), "`on` is not given"),
            (determination("reason: r"), "`result` is not given"),
            (determination("result: pass, reason: r, by: b, on: 1.7.2024"), "expected a date such as 2024-07-01"),
            (determination("result: pass, reason: 1, by: b, on: 2024-07-01"), "put it in quotes"),
            (determination(&format!("{answered}, until: x")), "expected one of the keys bundle, rule"),
            (determination(answered).replace("DIGEST", "sha256:01234"), "expected the digest of the bundle"),
            (determination(answered).replace("/a", "a"), "expected the path of the finding"),
            (determination(answered).replace("question: q, ", ""), "`question` is not given"),
            (format!("{twice}{entry}\n"), "decisions.yaml:6:3: this was decided already at decisions.yaml:5:3"),
            (format!("{twice}{}\n", entry.replace("pass", "fail")), "decided already at decisions.yaml:5:3"),
            (times("path: /a"), "expected `bundle` or `operator`"),
            (times("path: /a, bundle: DIGEST, operator: O"), "`bundle` or `operator`, not both"),
            (times("bundle: DIGEST"), "write whole_rule: true to waive every finding"),
            (times("bundle: DIGEST, whole_rule: false"), "expected true"),
            (times("bundle: DIGEST, path: /a, whole_rule: true"), "`path` or `whole_rule`, not both"),
            (times("operator: O, path: /a/0/b"), "a path without a position in a list"),
            (times("operator: O, path: /a/-"), "a path without a position in a list"),
            (
                waiver("bundle: DIGEST, path: /a, from: 2024-07-01 0:00:00 KST, until: 2024-08-01"),
                "did you mean 2024-07-01T00:00:00+09:00?",
            ),
            (determination("result: pass, reason: r, by: b, on: 2024. 7. 1."), "did you mean 2024-07-01?"),
            (
                waiver("bundle: DIGEST, path: /a, from: 2024-07-01, until: 2024-08-01"),
                "expected a date-time with offset",
            ),
            (
                waiver("bundle: DIGEST, path: /a, from: 2024-07-01T00:00:00Z, until: 2024-07-01T00:00:00Z"),
                "expected a moment after `from`",
            ),
        ];
        for (text, expected) in cases {
            let refused = read(&text).expect_err(&text);
            assert!(refused.contains(expected), "no `{expected}` in\n{refused}\nfor\n{text}");
        }
    }

    #[test]
    fn waivers_may_follow_one_another_but_not_overlap() {
        let two = |second: &str| {
            let first = waiver(&format!("bundle: DIGEST, path: /a, {TIMES}"));
            let entry = first.lines().last().expect("an entry").to_owned();
            read(&format!("{first}{}\n", entry.replace(TIMES, second)))
        };
        assert!(two("from: 2024-08-01T00:00:00+09:00, until: 2024-09-01T00:00:00+09:00").is_ok());
        assert!(two("from: 2024-08-01T00:00:00+09:00, until: 9999-12-31T23:59:59+09:00").is_ok());
        let overlap = two("from: 2024-07-31T23:59:59+09:00, until: 2024-09-01T00:00:00+09:00");
        assert!(overlap.expect_err("an overlap").contains("decided already at decisions.yaml:5:3"));
    }
}

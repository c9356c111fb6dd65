//! Reads a file of decisions. Whatever is not exactly right is refused with its place: a decision that is
//! misread would be a verdict that nobody gave.

mod entry;
mod fields;
mod meant;
mod mistakes;
mod once;

pub use mistakes::RefusedDecisions;

use std::sync::Arc;

use self::entry::{FileHead, determination, waiver};
use self::fields::EntryFields;
use self::mistakes::FileMistakes;
use super::decision::{Decision, Decisions};
use crate::evidence::{Kind, NodeRef, Zone};
use crate::load::{Limits, document, sha256_hex};

/// What the first line of a file of decisions says.
pub const DECISIONS_SCHEMA: &str = "gamsa.decisions/v2";

/// The version before, which is read as well: its keys are the same, its digests are of another recipe.
const EARLIER_SCHEMA: &str = "gamsa.decisions/v1";

/// A file of decisions may answer the questions of ten thousand bundles.
const FILE_BYTES: usize = 64 << 20;
const NODES: usize = 5_000_000;

const FILE: [&str; 5] = ["schema", "pack", "order", "determinations", "waivers"];

/// What decisions have to be made with to hold in a run.
#[derive(Clone, Copy, Debug)]
pub struct MadeWith<'a> {
    /// The id of the pack.
    pub pack: &'a str,
    /// The ids of the orders that bundles of the run may be judged by.
    pub orders: &'a [&'a str],
    /// The time zone of the pack, for the moments that a mistaken date may mean.
    pub zone: &'a Zone,
}

impl Decisions {
    /// Reads the decisions of a file.
    ///
    /// # Errors
    /// The file is not YAML: a [`Diagnostic`](crate::load::Diagnostic). It is for another pack or other orders, or entries say too little, too
    /// much, or the contrary of each other: [`RefusedDecisions`], which names every place.
    pub fn read(name: &str, bytes: &[u8], made_with: &MadeWith<'_>) -> anyhow::Result<Self> {
        let limits = Limits { file_bytes: FILE_BYTES, values: NODES, ..Limits::default() };
        let document = document(name, bytes, &limits).map_err(|refused| *refused)?;
        let mut mistakes = FileMistakes::new(&document);
        let entries = file(&mut mistakes, document.root(), made_with);
        match mistakes.into_refusal() {
            Some(refused) => Err(refused.into()),
            None => Ok(Self::new(name, format!("sha256:{}", sha256_hex(bytes)), entries)),
        }
    }
}

fn file(mistakes: &mut FileMistakes<'_>, root: NodeRef<'_>, made_with: &MadeWith<'_>) -> Vec<Decision> {
    let root = mistakes.document().node(root.id());
    if !is_readable_version(mistakes, root) {
        return Vec::new();
    }
    let Some(mut fields) = EntryFields::of(mistakes, root, &FILE) else { return Vec::new() };
    fields.required("schema", DECISIONS_SCHEMA);
    if let Some(pack) = fields.required("pack", made_with.pack)
        && pack.text() != made_with.pack
    {
        let hint = "decisions hold for the pack that they were made with";
        fields.mistakes.unexpected(pack, made_with.pack, Some(hint));
    }
    let head = FileHead { orders: orders(&mut fields, made_with), zone: made_with.zone };
    let (determinations, waivers) = (fields.list("determinations"), fields.list("waivers"));
    let mut read = Vec::new();
    for node in determinations {
        read.extend(determination(mistakes, &head, node).into_iter().map(|decision| (node, decision)));
    }
    for node in waivers {
        read.extend(waiver(mistakes, &head, node).into_iter().map(|decision| (node, decision)));
    }
    once::settle(mistakes, &mut read);
    read.into_iter().map(|(_, decision)| decision).collect()
}

/// Refuses another format, or another version of this one, before its keys are looked at.
fn is_readable_version(mistakes: &mut FileMistakes<'_>, root: NodeRef<'_>) -> bool {
    let Some(schema) = root.get("schema") else { return true };
    let is_empty = schema.kind() != Kind::Sequence && schema.kind() != Kind::Mapping && schema.text().trim().is_empty();
    let is_known = is_empty || [DECISIONS_SCHEMA, EARLIER_SCHEMA].contains(&schema.text());
    if !is_known {
        let hint = format!("this version of gamsa reads {DECISIONS_SCHEMA} and {EARLIER_SCHEMA}");
        mistakes.unexpected(schema, DECISIONS_SCHEMA, Some(&hint));
    }
    is_known
}

/// Returns the orders that a file names; one of them at least is an order of the run.
fn orders(fields: &mut EntryFields<'_, '_>, made_with: &MadeWith<'_>) -> Vec<Arc<str>> {
    let expected = made_with.orders.join(" or ");
    let Some(nodes) = fields.one_or_more("order", &expected) else { return Vec::new() };
    if !nodes.iter().any(|node| made_with.orders.contains(&node.text())) {
        let hint = "decisions hold for the order that they were made with";
        nodes.first().into_iter().for_each(|node| fields.mistakes.unexpected(*node, &expected, Some(hint)));
    }
    nodes.iter().map(|node| node.text().into()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::decision::{Determination, Ruling, Scope, Target};
    use super::*;

    const HEAD: &str = "schema: gamsa.decisions/v2\npack: p\norder: o\n";
    const DIGEST: &str = "gamsa2:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn read(text: &str) -> Result<Decisions, String> {
        read_for(&["o"], text)
    }

    fn read_for(orders: &[&str], text: &str) -> Result<Decisions, String> {
        let text = text.replace("DIGEST", DIGEST);
        let zone = Zone::named("Asia/Seoul").expect("a zone");
        let made_with = MadeWith { pack: "p", orders, zone: &zone };
        Decisions::read("decisions.yaml", text.as_bytes(), &made_with).map_err(|refused| refused.to_string())
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
        assert!(matches!(&*entries[1].ruling, Ruling::Determination(Determination { answer: None, .. })));
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
            (determination("result: yes, reason: r, by: b, on: 2024-07-01"), "did you mean pass?"),
            (determination("result: pass, reason: '', by: b, on: 2024-07-01"), "`reason` is not given"),
            (determination("result: pass, reason: \"\\u00a0\", by: b, on: 2024-07-01"), "`reason` is not given"),
            (determination("result: pass, reason: \"\\u2800\", by: b, on: 2024-07-01"), "`reason` has no visible"),
            (determination("result: pass, reason: r, by: \"\\u0301\", on: 2024-07-01"), "`by` has no visible"),
            (determination("result: pass, reason: r, by: b"), "`on` is not given"),
            (determination("reason: r"), "`result` is not given"),
            (determination("result: pass, reason: r, by: b, on: 1.7.2024"), "expected a date such as 2024-07-01"),
            (determination("result: pass, reason: r, by: b, on: 2024.7.1"), "write on: 2024-07-01"),
            (determination("result: pass, reason: 1, by: b, on: 2024-07-01"), "put it in quotes"),
            (determination(&format!("{answered}, until: x")), "expected one of the keys bundle, rule"),
            (determination(answered).replace("DIGEST", "gamsa2:01234"), "expected the digest of the bundle"),
            (determination(answered).replace("/a", "a"), "expected the path of the finding"),
            (determination(answered).replace("question: q, ", ""), "`question` is not given"),
            (
                format!("{twice}{}\n", entry.replace("pass", "fail")),
                "decisions.yaml:6:3: this was decided already at decisions.yaml:5:3, as pass",
            ),
            (times("path: /a"), "expected `bundle` or `operator`"),
            (times("path: /a, bundle: DIGEST, operator: O"), "`bundle` or `operator`, not both"),
            (times("bundle: DIGEST"), "write whole_rule: true to waive every finding"),
            (times("bundle: DIGEST, whole_rule: false"), "expected true"),
            (times("bundle: DIGEST, path: /a, whole_rule: true"), "`path` or `whole_rule`, not both"),
            (times("operator: O, path: /a/0/b"), "a path without a position in a list"),
            (times("operator: O, path: /a/-"), "a path without a position in a list"),
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
        let overlap = two("from: 2024-07-31T23:59:59+09:00, until: 2024-09-01T00:00:00+09:00");
        assert!(overlap.expect_err("an overlap").contains("decided already at decisions.yaml:5:3"));
        // The same period twice is one waiver, and a long one is found behind a short one.
        let same = two(TIMES).expect("one waiver");
        assert_eq!(same.entries()[1].repeats.as_deref(), Some("decisions.yaml:5:3"));
        let waivers = [("2024-01", "2024-12"), ("2024-02", "2024-03"), ("2024-04", "2024-05")].map(|(from, until)| {
            format!(
                "- {{bundle: DIGEST, rule: R-01, path: /a, reason: r, approver: a, from: {from}-01T00:00:00Z, until: \
                 {until}-01T00:00:00Z}}\n"
            )
        });
        let refused = read(&format!("{HEAD}waivers:\n{}", waivers.concat())).expect_err("two overlaps");
        assert!(refused.starts_with("2 mistakes\ndecisions.yaml:6:3: "), "{refused}");
        assert!(refused.contains("\ndecisions.yaml:7:3: this was decided already at decisions.yaml:5:3"), "{refused}");
    }

    #[test]
    fn every_mistake_is_named_at_once_in_the_order_of_the_file() {
        let entry =
            "- {bundle: DIGEST, rule: R-01, path: /a, question: q, result: pass, reason: r, by: b, on: 2024-07-01}\n";
        let text = format!(
            "schema: gamsa.decisions/v2\npack: x\norder: o\nwaivers:\n\
             - {{operator: O, rule: R-01, whole_rule: yes, reason: r, approver: a, from: 2024-07-01, until: 2024-08-01}}\n\
             determinations:\n{entry}{}{}{}",
            entry.replace("pass", "fail"),
            entry.replace("pass", "적합").replace("/a", "/b").replace("b, on", "'', on"),
            entry.replace("reason", "reson").replace("/a", "/c"),
        );
        let refused = read(&text).expect_err("many mistakes");
        let places: Vec<&str> = refused.lines().filter_map(|line| line.strip_prefix("decisions.yaml:")).collect();
        let expected = [
            "2:7: expected p, found `x`",
            "5:41: expected true, found `yes`",
            "5:76: expected a date-time with offset",
            "5:95: expected a date-time with offset",
            "8:3: this was decided already at decisions.yaml:7:3, as pass",
            "9:128: expected pass (the criterion is met in this respect) or fail, found `적합`",
            "9:147: `by` is not given",
            "10:134: expected one of the keys bundle",
        ];
        assert!(refused.starts_with("8 mistakes\n"), "{refused}");
        for (place, expected) in places.iter().zip(expected) {
            assert!(place.starts_with(expected), "no `{expected}` in\n{refused}");
        }
        assert_eq!(places.len(), expected.len());
        for hint in
            ["did you mean pass?", "did you mean reason?", "write until: 2024-08-02T00:00:00+09:00 if the waiver"]
        {
            assert!(refused.contains(hint), "no `{hint}` in\n{refused}");
        }
    }

    #[test]
    fn mistakes_beyond_a_hundred_are_counted() {
        let refused = read(&format!("{HEAD}waivers:\n{}", "- 1\n".repeat(250))).expect_err("many mistakes");
        assert!(refused.starts_with("250 mistakes\n") && refused.ends_with("\nand 150 more"), "{refused}");
    }

    #[test]
    fn the_version_before_is_read_and_others_are_refused_first() {
        let answered = determination("result: pass, reason: r, by: b, on: 2024-07-01");
        let earlier =
            answered.replace("decisions/v2", "decisions/v1").replace("DIGEST", &DIGEST.replace("gamsa2", "sha256"));
        let decisions = read(&earlier).expect("the version before");
        assert_eq!(decisions.entries().len(), 1);
        for other in ["gamsa.decisions/v3", "gamsa.report/v1", "[gamsa.decisions/v2]", "2"] {
            let refused = read(&answered.replace("gamsa.decisions/v2", other).replace("pack", "bag")).expect_err(other);
            assert!(refused.starts_with("decisions.yaml:1:9: expected gamsa.decisions/v2, found"), "{refused}");
            assert!(refused.ends_with("reads gamsa.decisions/v2 and gamsa.decisions/v1"), "{refused}");
        }
    }

    #[test]
    fn texts_without_a_visible_character_are_refused() {
        let unseen = ["\\u3164", "\\u200b", "\\u2800", "\\ufeff", "\\u00ad \\u2060", "\\u115f"];
        for text in unseen.map(|unseen| format!("\"{unseen}\"")) {
            let answer = |from: &str| {
                let to = from.split(':').next().expect("a key");
                determination("result: pass, reason: r, by: b, on: 2024-07-01").replace(from, &format!("{to}: {text}"))
            };
            let waived = |from: &str| {
                let to = from.split(':').next().expect("a key");
                waiver(&format!("operator: O, whole_rule: true, {TIMES}")).replace(from, &format!("{to}: {text}"))
            };
            for (key, file) in [
                ("reason", answer("reason: r")),
                ("by", answer("by: b")),
                ("question", answer("question: q")),
                ("reason", waived("reason: r")),
                ("approver", waived("approver: a")),
                ("operator", waived("operator: O")),
            ] {
                let refused = read(&file).expect_err(&file);
                assert!(refused.contains(&format!("`{key}` has no visible character")), "{refused}");
            }
        }
    }

    #[test]
    fn equal_answers_are_one_and_unanswered_entries_are_answered_by_them() {
        let answer = determination("result: pass, reason: r, by: b, on: 2024-07-01");
        let entry = answer.lines().last().expect("an entry");
        let (open, other) =
            (entry.replace("pass, reason: r, by: b, on: 2024-07-01", ""), entry.replace("b, on", "c, on"));
        let text = format!("{HEAD}determinations:\n{open}\n{entry}\n{other}\n");
        let decisions = read(&text).expect("one answer");
        let repeats: Vec<Option<&str>> = decisions.entries().iter().map(|entry| entry.repeats.as_deref()).collect();
        assert_eq!(repeats, [Some("decisions.yaml:6:3"), None, Some("decisions.yaml:6:3")]);
    }

    #[test]
    fn an_entry_may_name_several_bundles_and_holds_for_each() {
        let other = DIGEST.replace('0', "f");
        let list = format!("[DIGEST, '{other}', DIGEST]");
        let text = determination("result: pass, reason: r, by: b, on: 2024-07-01").replacen("DIGEST", &list, 1);
        let decisions = read(&text).expect("valid");
        let bundles: Vec<&Target> = decisions.entries().iter().map(|entry| &entry.target).collect();
        assert_eq!(bundles, [&Target::Bundle(DIGEST.to_owned()), &Target::Bundle(other.clone())]);
        // One contrary answer is one mistake, however many bundles it is about.
        let contrary = text.lines().last().expect("an entry").replace("pass", "fail");
        let refused = read(&format!("{text}{contrary}\n")).expect_err("contrary");
        assert!(refused.starts_with("decisions.yaml:6:3: this was decided already"), "{refused}");
        let cut = text.replace(&other, "gamsa2:fff…");
        assert!(read(&cut).expect_err("a cut digest").contains("found `gamsa2:fff…`"));
        assert!(read(&determination("").replacen("DIGEST", "[]", 1)).expect_err("no digest").contains("found a list"));
    }

    #[test]
    fn with_several_orders_each_entry_names_its_own() {
        let text = determination("order: o2, result: pass, reason: r, by: b, on: 2024-07-01");
        let both = text.replacen("order: o", "order: [o, o2]", 1);
        let decisions = read(&both).expect("valid");
        assert_eq!(&*decisions.entries()[0].order, "o2");
        assert!(read_for(&["x", "o2"], &both).is_ok(), "one of them is an order of the run");
        assert!(read_for(&["x"], &both).expect_err("none is").contains("expected x, found `o`"));
        let silent = both.replace("order: o2, ", "");
        assert!(read(&silent).expect_err("which?").contains("`order` is not given"));
        assert!(
            read(&text).expect_err("another").contains("expected one of the orders that the file names: o, found `o2`")
        );
    }
}

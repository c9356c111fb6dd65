//! Mutated evidence: whatever an operator's editor or an attacker does to a file, it is read or refused, never both
//! and never with a panic; and a bundle from which something was taken does not come to pass.

use gamsa::assess::Verdict;
use gamsa::evidence::{Document, Kind, NodeRef};
use gamsa::load::{Limits, document};

use crate::audits::{Bench, fixture, request};

const ROUNDS: usize = 4_000;

/// A small generator of numbers that are the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        // Xorshift64, Marsaglia 2003.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

const PIECES: [&str; 24] = [
    "\n",
    " ",
    "  ",
    "\t",
    ":",
    ": ",
    "- ",
    "-",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\"",
    "'",
    "|",
    ">",
    "&a ",
    "*a",
    "!!str ",
    "<<: ",
    "---\n",
    "가\u{feff}\u{202e}",
];

fn mutate(text: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(bytes.len() + 1);
        match dice.roll(4) {
            0 => {
                let piece = PIECES[dice.roll(PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
            1 => {
                let end = (at + dice.roll(12)).min(bytes.len());
                bytes.drain(at..end);
            }
            2 => {
                let end = (at + dice.roll(60)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                let to = dice.roll(bytes.len() + 1);
                bytes.splice(to..to, copy);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = dice.roll(256) as u8;
                }
            }
        }
    }
    bytes
}

fn corpus() -> Vec<String> {
    let names = [
        "kakaotalk-2024-05/bundle.yaml",
        "kakaotalk-2024-05/changes/W2.yaml",
        "kakaotalk-2024-05/incidents/I1.yaml",
        "reports/mistakes.yaml",
        "evasive/bundle.yaml",
    ];
    let mut texts: Vec<String> =
        names.iter().map(|name| std::fs::read_to_string(fixture(name)).expect("a fixture")).collect();
    texts.push("a: &a {b: [1, \"x\\n\", 'y']}\nc: *a\nd: |\n  text\n  more\ne: >-\n  folded\n\nf: ~\n".to_owned());
    texts
}

#[test]
fn any_file_is_read_or_refused_and_every_value_stands_inside_its_parent() {
    let mut dice = Dice(0x5eed);
    let limits = Limits { values: 20_000, ..Limits::default() };
    let corpus = corpus();
    let mut read = 0;
    for round in 0..ROUNDS {
        let bytes = mutate(&corpus[round % corpus.len()], &mut dice);
        match document("m.yaml", &bytes, &limits) {
            Ok(document) => {
                read += 1;
                check(&document, document.root());
            }
            Err(refused) => {
                assert!(!refused.message.en.is_empty() && !refused.message.ko.is_empty());
                assert!(refused.location.start.line >= 1, "{refused}");
            }
        }
    }
    assert!(read > ROUNDS / 10, "too few mutations are still YAML to say anything: {read}");
}

/// Every node is found by its own pointer, and knows a place.
fn check(document: &Document, node: NodeRef<'_>) {
    let at = document.location(node.id());
    assert!(at.start <= at.end, "{at:?}");
    let pointer = document.pointer(node.id());
    assert_eq!(find(document, &pointer).id(), node.id(), "{pointer}");
    match node.kind() {
        Kind::Mapping => node.entries().for_each(|(_, value)| check(document, value)),
        Kind::Sequence => node.items().for_each(|item| check(document, item)),
        Kind::Null | Kind::Boolean | Kind::Integer | Kind::Float | Kind::Text => {}
    }
}

fn find<'d>(document: &'d Document, pointer: &str) -> NodeRef<'d> {
    pointer.split('/').skip(1).fold(document.root(), |node, segment| {
        let key = segment.replace("~1", "/").replace("~0", "~");
        let found = match node.kind() {
            Kind::Sequence => node.items().nth(key.parse().expect("an index")),
            _ => node.get(&key),
        };
        found.unwrap_or_else(|| panic!("{pointer}: nothing at {segment}"))
    })
}

#[test]
fn a_complete_bundle_that_lost_a_part_does_not_pass() {
    let bench = Bench::new();
    let order = bench.order(&fixture("rules/order.yaml"));
    let auditor = bench.auditor(&order, request("2024-09-02", Some("result")));
    let parts = [
        "analyses",
        "changes",
        "guidelines",
        "incidents",
        "monitoring.yaml",
        "notices.yaml",
        "plan.yaml",
        "redundancy.yaml",
        "reports.yaml",
        "result.yaml",
    ];
    for part in parts {
        let directory = tempfile::tempdir().expect("temporary directory");
        crate::program::copy(&fixture("complete"), directory.path());
        let path = directory.path().join(part);
        let removed = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        removed.unwrap_or_else(|error| panic!("{part}: {error}"));
        let bundle = crate::audits::load(directory.path(), &Limits::default()).expect("a bundle");
        let assessment = auditor.assess("complete", bundle);
        // Reports are a duty by law, which no item of the order names.
        let duties = assessment.duties.map(|duties| duties.verdict);
        let has_passed = assessment.verdict == Verdict::Pass && duties == Some(Verdict::Pass);
        assert!(!has_passed, "{part}: without it the bundle still passes");
    }
}

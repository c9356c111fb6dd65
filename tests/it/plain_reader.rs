//! The plain reader against the general one: the same document or the same refusal, whatever the file.
//!
//! `GAMSA_MUTATIONS` sets how many mutated files are compared, `GAMSA_SEED` which; `GAMSA_YAML_CORPUS` names a
//! directory of other YAML files to compare and to count.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use gamsa::evidence::{Document, NodeId};
use gamsa::load::{Limits, document};
use walkdir::WalkDir;

use crate::audits::{fixture, load, project};
use crate::mutations::Dice;
use crate::yaml_suite::suite;

/// Mutated files in a test run: what takes a few seconds.
const MUTATIONS: usize = if cfg!(debug_assertions) { 8_000 } else { 200_000 };
/// Mutated files that are also read as the first keys of a bundle: one of so many, for these are written to disk.
const BUNDLE_EVERY: usize = 50;
/// Lines of a file that are mutated together.
const LINES: usize = 40;

#[derive(Default)]
struct Tally {
    files: usize,
    /// Files that the general reader does not refuse.
    accepted: usize,
    /// Files that the plain reader answered.
    plain: usize,
    nodes: usize,
}

impl Tally {
    fn share(&self) -> f64 {
        self.plain as f64 / self.accepted.max(1) as f64
    }
}

/// Reads a file both ways; gives the document if it is not refused.
fn compare(bytes: &[u8], limits: &Limits, tally: &mut Tally) -> Option<(Document, Document)> {
    let general = Limits { plain_reader: false, ..limits.clone() };
    let fast = document("m.yaml", bytes, limits);
    let slow = document("m.yaml", bytes, &general);
    let shown = || String::from_utf8_lossy(bytes).into_owned();
    tally.files += 1;
    match (fast, slow) {
        (Ok(fast), Ok(slow)) => {
            assert!(inside(&fast) == inside(&slow), "read differently: {}<<<\n{}>>>", first_of(&fast, &slow), shown());
            assert_eq!(slow.plain_file_count(), 0);
            tally.accepted += 1;
            tally.plain += fast.plain_file_count();
            tally.nodes += fast.node_count();
            Some((fast, slow))
        }
        (Err(fast), Err(slow)) => {
            assert_eq!(fast, slow, "refused differently: {:?}", shown());
            None
        }
        (Ok(_), Err(refused)) => panic!("only the general reader refuses: {refused}<<<\n{}>>>", shown()),
        (Err(refused), Ok(_)) => panic!("only the general reader accepts: {refused}<<<\n{}>>>", shown()),
    }
}

/// Everything inside a document, but not who read it.
fn inside(document: &Document) -> String {
    let everything = format!("{document:?}");
    everything.rsplit_once(", plain_files").expect("the last field").0.to_owned()
}

/// Everything that the rest of the program sees of a document.
fn seen(document: &Document) -> Vec<String> {
    let nodes = (0..document.node_count() as u32).map(|index| document.node(NodeId::from_index(index)));
    nodes
        .map(|node| {
            let (id, kind, text) = (node.id(), node.kind(), node.text());
            format!("{id:?} {kind:?} {text:?} {:?} {}", document.location(id), document.pointer(id))
        })
        .collect()
}

fn first_of(fast: &Document, slow: &Document) -> String {
    let (fast, slow) = (seen(fast), seen(slow));
    let at = fast.iter().zip(&slow).take_while(|(a, b)| a == b).count();
    let mut text = String::new();
    write!(text, "\nplain   {:?}\ngeneral {:?}\n", fast.get(at), slow.get(at)).expect("a string takes text");
    text
}

fn yaml_files(root: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(root).sort_by_file_name().into_iter().map(|entry| entry.expect("an entry").into_path());
    entries.filter(|path| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")).collect()
}

fn own_files() -> Vec<Vec<u8>> {
    let paths = [yaml_files(&fixture("")), yaml_files(&project().join("rules"))].concat();
    paths.iter().map(|path| std::fs::read(path).expect("a file")).collect()
}

#[test]
fn every_fixture_and_pack_file_is_read_the_same() {
    let mut tally = Tally::default();
    for bytes in own_files() {
        if let Some((fast, slow)) = compare(&bytes, &Limits::default(), &mut tally) {
            assert_eq!(seen(&fast), seen(&slow));
        }
    }
    assert!(tally.files > 300, "the fixtures are found: {}", tally.files);
    assert!(tally.share() >= 0.95, "the plain reader answers {} of {}", tally.plain, tally.accepted);
    println!("plain: {} of {} files", tally.plain, tally.accepted);
}

#[test]
fn the_corners_of_the_plain_subset_are_read_the_same() {
    let mut tally = Tally::default();
    for text in CORNERS {
        for ending in ["\n", "\r\n"] {
            let text = text.replace('\n', ending);
            for text in [text.as_str(), text.trim_end()] {
                let (fast, slow) = compare(text.as_bytes(), &Limits::default(), &mut tally).expect(text);
                assert_eq!(seen(&fast), seen(&slow));
                assert_eq!(fast.plain_file_count(), 1, "the plain reader gives up: {text:?}");
            }
        }
    }
}

#[test]
fn every_bundle_of_the_fixtures_is_read_the_same() {
    let is_bundle = |entry: &walkdir::DirEntry| entry.path().join("bundle.yaml").is_file();
    let found = walkdir::WalkDir::new(fixture("")).into_iter().map(|entry| entry.expect("an entry"));
    let bundles: Vec<PathBuf> = found.filter(is_bundle).map(walkdir::DirEntry::into_path).collect();
    assert!(!bundles.is_empty());
    for path in bundles {
        compare_bundles(&path);
    }
}

fn compare_bundles(path: &Path) -> usize {
    let general = Limits { plain_reader: false, ..Limits::default() };
    match (load(path, &Limits::default()), load(path, &general)) {
        (Ok(fast), Ok(slow)) => {
            assert_eq!(inside(&fast.document), inside(&slow.document), "{}", path.display());
            fast.document.plain_file_count()
        }
        (Err(fast), Err(slow)) => {
            assert_eq!(format!("{fast:#}"), format!("{slow:#}"));
            0
        }
        (fast, slow) => panic!("{}: {:?} {:?}", path.display(), fast.err(), slow.err()),
    }
}

#[test]
fn every_case_of_the_suite_is_read_the_same() {
    let Some(cases) = suite() else { return };
    let mut tally = Tally::default();
    for case in &cases {
        let endings = [case.yaml.clone(), case.yaml.replace('\n', "\r\n"), case.yaml.trim_end().to_owned()];
        for text in endings {
            if let Some((fast, slow)) = compare(text.as_bytes(), &Limits::default(), &mut tally) {
                assert_eq!(seen(&fast), seen(&slow), "{}", case.id);
            }
        }
    }
    println!("plain: {} of {} accepted cases", tally.plain, tally.accepted);
}

#[test]
fn limits_are_passed_at_the_same_value() {
    let mut tally = Tally::default();
    let text = "a:\n- b: {c: [1, 'it''s'], d: e}\n  f: |\n    text\n\n  g:\n    h:\n";
    for limit in 0..30 {
        let default = Limits::default;
        compare(text.as_bytes(), &Limits { depth: limit, ..default() }, &mut tally);
        compare(text.as_bytes(), &Limits { values: limit, ..default() }, &mut tally);
        compare(text.as_bytes(), &Limits { value_bytes: limit, ..default() }, &mut tally);
        compare(text.as_bytes(), &Limits { file_bytes: limit * 3, ..default() }, &mut tally);
    }
    for levels in [31, 32, 33, 249, 250, 251, 254, 255, 256] {
        for depth in [32, 255, 1_000] {
            let limits = Limits { depth, ..Limits::default() };
            compare(format!("{}{}\n", "[".repeat(levels), "]".repeat(levels)).as_bytes(), &limits, &mut tally);
            compare(format!("{}x\n", "- ".repeat(levels)).as_bytes(), &limits, &mut tally);
        }
    }
    for length in 990..1_030 {
        for key in ["k".repeat(length), format!("\"{}\"", "k".repeat(length)), "가".repeat(length)] {
            compare(format!("{key}: 1\n").as_bytes(), &Limits::default(), &mut tally);
            compare(format!("{{{key}: 1}}\n").as_bytes(), &Limits::default(), &mut tally);
        }
    }
    assert!(tally.plain > 50 && tally.accepted < tally.files);
}

#[test]
fn mutated_files_are_read_the_same() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<usize>().expect("a number"));
    let rounds = number("GAMSA_MUTATIONS").unwrap_or(MUTATIONS);
    let mut texts: Vec<String> =
        own_files().into_iter().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect();
    texts.extend(suite().into_iter().flatten().map(|case| case.yaml));
    texts.extend(corpus().iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()));
    let lines: Vec<Vec<&str>> = texts.iter().map(|text| text.lines().collect()).collect();
    let parts: Vec<&[&str]> = lines.iter().flat_map(|lines| lines.chunks(LINES)).collect();
    let corners: Vec<Vec<&str>> = CORNERS.iter().map(|text| text.lines().collect()).collect();
    let corners: Vec<&[&str]> = corners.iter().map(Vec::as_slice).collect();
    let directory = tempfile::tempdir().expect("temporary directory");
    let mut dice = Dice(number("GAMSA_SEED").unwrap_or(0x5eed) as u64);
    let (mut tally, mut bundles) = (Tally::default(), 0);
    for round in 0..rounds {
        let text = mutate(if round % 2 == 0 { &corners } else { &parts }, &mut dice);
        // Small limits now and then, so that they are met.
        let limits = match dice.roll(8) {
            0 => Limits { depth: 3, values: 60, value_bytes: 40, ..Limits::default() },
            _ => Limits::default(),
        };
        compare(text.as_bytes(), &limits, &mut tally);
        if round % BUNDLE_EVERY == 0 {
            std::fs::write(directory.path().join("bundle.yaml"), &text).expect("write");
            std::fs::write(directory.path().join("x.yaml"), mutate(&corners, &mut dice)).expect("write");
            bundles += compare_bundles(directory.path());
        }
    }
    let Tally { files, accepted, plain, nodes } = tally;
    println!("{files} files, {accepted} accepted, {plain} plain, {nodes} nodes; in bundles {bundles} plain files");
    assert!(plain > rounds / 20, "too few mutations are still plain YAML to say anything: {plain}");
    assert!(bundles > 0, "no mutated bundle was read");
}

/// Writes a part of a file, or lines of several, with a few pieces put in, taken out and repeated.
fn mutate(parts: &[&[&str]], dice: &mut Dice) -> String {
    let ending = if dice.roll(8) == 0 { "\r\n" } else { "\n" };
    let mut text = String::new();
    if dice.roll(3) == 0 {
        for _ in 0..=dice.roll(14) {
            if dice.roll(3) == 0 {
                text += PIECES[dice.roll(PIECES.len())];
                continue;
            }
            let part = parts[dice.roll(parts.len())];
            let Some(line) = part.get(dice.roll(part.len())) else { continue };
            if dice.roll(2) == 0 {
                text += &" ".repeat(dice.roll(6));
                text += line.trim_start();
            } else {
                text += line;
            }
            text += ending;
        }
    } else {
        let part = parts[dice.roll(parts.len())];
        for line in part {
            text += line;
            text += ending;
        }
        if dice.roll(4) == 0 {
            text.truncate(text.trim_end().len());
        }
    }
    for _ in 0..dice.roll(5) {
        let marks: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let from = dice.roll(marks.len());
        let piece = PIECES[dice.roll(PIECES.len())];
        match dice.roll(5) {
            0 | 1 => text.insert_str(marks[from], piece),
            2 => {
                let end = (from + dice.roll(6)).min(marks.len() - 1);
                text.replace_range(marks[from]..marks[end], "");
            }
            3 => {
                let end = (from + dice.roll(30)).min(marks.len() - 1);
                let copy = text[marks[from]..marks[end]].to_owned();
                text.insert_str(marks[dice.roll(from + 1)], &copy);
            }
            _ => {
                let end = (from + 1).min(marks.len() - 1);
                text.replace_range(marks[from]..marks[end], piece);
            }
        }
    }
    text
}

const PIECES: [&str; 84] = [
    "- ",
    "-",
    ": ",
    ":",
    "\n",
    "  ",
    " ",
    "    ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ",",
    "\"",
    "'",
    "|\n",
    ">-\n",
    "|-\n",
    ">\n",
    "|+\n",
    ">+\n",
    ">2\n",
    "#",
    " # c",
    "---\n",
    "...\n",
    "? ",
    "?",
    "가",
    "a: b\n",
    "- x\n",
    "  - y\n",
    "[a, b]",
    "{k: v}",
    "\"q\"",
    "''",
    "~",
    "!",
    "&a ",
    "*a",
    "%",
    "@",
    "x",
    "0",
    "null",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{a0}",
    "\u{3000}",
    "\u{fffd}",
    "\u{1f600}",
    "\t",
    "\\",
    "--",
    "---",
    "- - ",
    "k:\n",
    "\n\n",
    "\n  \n",
    ": |\n",
    "<<: ",
    "\r",
    "\r\n",
    "\\n",
    "\\u00e9",
    "\\x41",
    "\\\"",
    "it''s",
    "\n\n    ",
    "\n      more",
    "{\"a\":1}",
    "[a,\n  b]",
    ",]",
    ",\n",
    " #",
    "# c\n",
    "\\",
    "\\U0001f600",
    "\\ud83d\\ude00",
    "--- # c\n",
    ": >\n\n  a\n\n   b\n  c\n",
    "\u{7f}",
];

/// The corners of the plain subset, so that a few thousand mutations meet each of them.
const CORNERS: [&str; 8] = [
    "a: \"\"\nb: ''\n'': x\n\"c d\": y\n'it''s': \"q\\n\\u00e9\\x41\"\ne: 'a''b' # c\n",
    "a: one\n two\n\n  three # c\nb:\n  one\n   - two\n  # c\nc: d\n",
    "- a\n-\n- # c\n-   b: 1\n    c:\n- - d\n  -\n  - e: f\n    g: h\n-\n  - i\n",
    "a:\n- b\n-\n- c:\n  - d\n  e:\nf: # c\n- # c\n  g: 1\nh:\n\n- i\n",
    "a: |\n  b\n   c\n\n  d\ne: >-\n\n  f\n  g\n\n   h\n  i\n\n\nj: |+ # c\n  k\n \n\nl: >\n   m  \n",
    "a: [b, c d, \"e\", 'f', [], {}, [1, -2, .5], g\n  h,\n  i ,]\nj: {k: 1, \"l\":2, m : n, 'o': [p], q: r\n  s, }\n",
    "{\n  \"a\": {\"b\": [\n    1, # c\n\n    true\n  ]}\n}\n",
    "---\n# c\n가: 나 # 다\n라: ~\n마: null\n바: -1.5e3\n사: 0x1F\n아: yes:no#1\n\"자\":\n- b\n",
];

fn corpus() -> Vec<Vec<u8>> {
    let Ok(root) = std::env::var("GAMSA_YAML_CORPUS") else { return Vec::new() };
    yaml_files(Path::new(&root)).iter().filter_map(|path| std::fs::read(path).ok()).collect()
}

#[test]
fn the_files_of_a_corpus_are_read_the_same() {
    let mut tally = Tally::default();
    for bytes in corpus() {
        compare(&bytes, &Limits::default(), &mut tally);
    }
    let share = 100.0 * tally.share();
    println!("plain: {} of {} accepted of {} files ({share:.1} %)", tally.plain, tally.accepted, tally.files);
}

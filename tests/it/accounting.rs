//! Random trees of files, as nobody would hand them in: every entry has one line, whatever it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use gamsa::load::{EntryState, Exclude, Found, Intake, Limits, Resolved, Search};
use gamsa::pack::{DEFAULT_PACK, Pack};
use unicode_normalization::UnicodeNormalization;

/// Trees that are made.
const TREES: u64 = 400;

/// A generator of numbers that gives the same ones in every run (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }
}

const FOLDERS: [&str; 9] = ["a", "changes", "Changes", "제출", "sub", ".git", "__MACOSX", "b c", "attachments"];
const FILES: [&str; 22] = [
    "bundle.yaml",
    "Bundle.YML",
    "bundle.json",
    "op.yaml",
    "plan.yaml",
    "monitoring.YAML",
    "W1.yaml",
    "W1.yaml.txt",
    "note",
    "시험.txt",
    "cover.pdf",
    "x.zip",
    "x.tar.gz",
    "y.7z",
    ".DS_Store",
    "Thumbs.db",
    ".hidden.yaml",
    "~$a.docx",
    "report.json",
    "a.yaml ",
    "z.z01",
    "empty.yaml",
];
const CONTENTS: [&str; 7] = [
    "operator: {name: A}\n",
    "submission: {stage: plan}\n",
    "id: W1\n",
    "- a\n",
    "a: [\n",
    "",
    "{\"schema\": \"gamsa.report/v2\"}",
];

fn fill(random: &mut Random, folder: &Path, depth: usize) {
    fs::create_dir_all(folder).expect("created");
    for _ in 0..random.below(6) {
        let content = random.one(&CONTENTS);
        let content =
            if random.below(4) == 0 { format!("{content}# {}\n", random.below(1000)) } else { content.to_owned() };
        let name = random.one(&FILES);
        let name: String = if random.below(2) == 0 { name.nfd().collect() } else { name.to_owned() };
        let _ = fs::write(folder.join(name), content);
    }
    #[cfg(unix)]
    for target in ["..", "a", "../..", "nowhere", "op.yaml", "/etc"] {
        if random.below(12) == 0 {
            let _ = std::os::unix::fs::symlink(target, folder.join(format!("link-{}", random.below(9))));
        }
    }
    #[cfg(unix)]
    if random.below(10) == 0 {
        let made = std::process::Command::new("mkfifo").arg(folder.join("pipe.yaml")).status().expect("mkfifo");
        assert!(made.success() || folder.join("pipe.yaml").symlink_metadata().is_ok());
    }
    if depth > 0 {
        for _ in 0..random.below(4) {
            let name = random.one(&FOLDERS);
            fill(random, &folder.join(name), depth - 1);
        }
    }
}

/// Collects every entry below a folder, links not followed.
fn entries(folder: &Path, found: &mut Vec<PathBuf>) {
    let read = fs::read_dir(folder).expect("a folder");
    for entry in read.map(|entry| entry.expect("an entry")) {
        found.push(entry.path());
        if entry.file_type().expect("a type").is_dir() {
            entries(&entry.path(), found);
        }
    }
}

#[test]
fn every_entry_of_every_tree_has_one_line_or_lies_in_what_has_one() {
    let pack = Pack::open(DEFAULT_PACK).expect("the embedded pack");
    let (limits, exclude) = (Limits::default(), Exclude::default());
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 0..TREES {
        let directory = tempfile::tempdir().expect("temporary directory");
        let root = directory.path().join("s");
        fill(&mut Random(seed), &root, 3);
        let roots = [root.canonicalize().expect("it is there")];
        let search = Search { layout: &pack.layout, limits: &limits, exclude: &exclude, named: &[], roots: &roots };
        let mut told: BTreeMap<String, EntryState> = BTreeMap::new();
        let mut tell = |path: String, state: EntryState| {
            *seen.entry(state.name()).or_default() += 1;
            assert_eq!(told.insert(path.clone(), state), None, "seed {seed}: {path} is told twice");
        };
        for found in search.walk(&root).expect("a folder") {
            match found {
                Found::Folder(path) => tell(path, EntryState::Group),
                Found::Entry(entry) => tell(entry.path, entry.state),
                Found::Candidate(candidate) => {
                    let intake = Intake { layout: &pack.layout, limits: &limits, stop: None };
                    for resolved in candidate.resolve(intake) {
                        match resolved {
                            Resolved::Bundle { path, .. } => tell(path, EntryState::Judged),
                            Resolved::Entry(entry) => tell(entry.path, entry.state),
                        }
                    }
                }
            }
        }
        let mut all = vec![root.clone()];
        entries(&root, &mut all);
        for path in all {
            let own = told.get(&path.display().to_string());
            let covering = path.ancestors().skip(1).find_map(|above| {
                let state = told.get(&above.display().to_string())?;
                (*state != EntryState::Group).then_some(*state)
            });
            assert!(
                own.is_some() != covering.is_some(),
                "seed {seed}: {}: its own line {own:?}, that of a folder above it {covering:?}",
                path.display()
            );
        }
    }
    assert!(EntryState::ALL.iter().all(|state| seen.get(state.name()).is_some_and(|count| *count > 10)), "{seen:?}");
}

//! The folder list is the architecture: data flows one way, and each outside crate has one home.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::audits::project;

/// The modules in the order in which data flows; each uses only those before it.
const ORDER: [&str; 9] = ["language", "error", "evidence", "load", "pack", "engine", "assess", "report", "cli"];

/// Where each outside crate may be used.
const HOMES: [(&str, &[&str]); 36] = [
    ("ahash", &["engine"]),
    ("anstream", &["cli", "main"]),
    ("anstyle", &["report"]),
    ("anyhow", &["load", "pack", "engine", "assess", "cli", "main"]),
    ("bumpalo", &["engine"]),
    ("cap_std", &["load"]),
    ("caseless", &["evidence"]),
    ("clap", &["cli", "main"]),
    ("ctrlc", &["main"]),
    ("encoding_rs", &["load"]),
    ("flate2", &["load"]),
    ("globset", &["load"]),
    ("granit_parser", &["load"]),
    ("include_dir", &["pack"]),
    ("indicatif", &["cli"]),
    ("jiff", &["evidence"]),
    ("libc", &["load"]),
    ("memchr", &["evidence", "report"]),
    ("regex", &["pack", "engine"]),
    ("rhai", &["engine"]),
    ("serde", &["language", "pack", "engine", "assess", "report", "cli"]),
    ("serde_json", &["report"]),
    ("sha2", &["load"]),
    ("signal_hook", &["main"]),
    ("smallvec", &["engine"]),
    ("strsim", &["evidence"]),
    ("tar", &["load"]),
    ("tempfile", &["cli"]),
    ("terminal_size", &["main"]),
    ("textwrap", &["report"]),
    ("unicode_general_category", &["evidence"]),
    ("unicode_normalization", &["evidence", "load"]),
    ("unicode_script", &["evidence"]),
    ("unicode_width", &["evidence"]),
    ("walkdir", &["load"]),
    ("zip", &["load"]),
];

#[test]
fn a_module_uses_only_those_before_it() {
    let mut wrong = Vec::new();
    for (module, path, text) in sources() {
        let Some(own) = ORDER.iter().position(|name| *name == module) else { continue };
        for (number, line) in text.lines().enumerate() {
            for used in line.split("crate::").skip(1).map(first_word) {
                let used_at = ORDER.iter().position(|name| *name == used);
                if used_at.is_some_and(|at| at > own) {
                    wrong.push(format!("{}:{}: {module} uses {used}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "data flows {}:\n{}", ORDER.join(" → "), wrong.join("\n"));
}

#[test]
fn every_module_stands_in_the_order() {
    for (module, path, _) in sources() {
        let is_known = ORDER.contains(&module.as_str()) || matches!(module.as_str(), "lib" | "main");
        assert!(is_known, "{}: add the module {module} to ORDER, where it belongs", path.display());
    }
}

#[test]
fn each_outside_crate_has_one_home() {
    let mut wrong = Vec::new();
    for (module, path, text) in sources() {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (name, homes) in HOMES {
            let is_used = code.lines().any(|line| uses_crate(line, name));
            if is_used && !homes.contains(&module.as_str()) {
                wrong.push(format!("{}: {name} belongs in {}", path.display(), homes.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_dependency_has_a_home() {
    let manifest = std::fs::read_to_string(project().join("Cargo.toml")).expect("Cargo.toml");
    let section = manifest.split("[dependencies]").nth(1).and_then(|rest| rest.split("\n[").next()).expect("a section");
    for line in section.lines().filter(|line| !line.starts_with('#')) {
        let Some((name, _)) = line.split_once(" =") else { continue };
        let name = name.replace('-', "_");
        assert!(HOMES.iter().any(|(home, _)| *home == name), "give {name} a home in HOMES");
    }
}

#[test]
fn files_fit_in_a_head_and_have_telling_names() {
    for (_, path, text) in sources() {
        let lines = text.split("#[cfg(test)]").next().unwrap_or_default().lines().count();
        assert!(lines <= 400, "{}: {lines} lines before its tests; stop at 400", path.display());
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let says_nothing = ["util", "utils", "helper", "helpers", "common", "misc", "imp"].contains(&stem.as_str());
        assert!(!says_nothing, "{}: name the file after what it holds", path.display());
    }
}

/// A name that means two things makes a reader look up which one a file means.
#[test]
fn every_type_name_is_defined_once() {
    let mut places: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
    for (_, path, text) in sources() {
        for name in text.lines().filter_map(defined_type) {
            places.entry(name.to_owned()).or_default().insert(path.clone());
        }
    }
    // The same name twice in one file is one type for two systems.
    let repeated = places.iter().filter(|(_, paths)| paths.len() > 1);
    let wrong: Vec<String> = repeated.map(|(name, paths)| format!("{name}: {paths:?}")).collect();
    assert!(places.len() > 100, "only {} types were found: read them otherwise", places.len());
    assert!(wrong.is_empty(), "name these after what each of them is:\n{}", wrong.join("\n"));
}

/// Returns the type that a line defines; associated types are not definitions.
fn defined_type(line: &str) -> Option<&str> {
    let own = line.trim_start();
    let item = own.strip_prefix("pub").map_or(own, |rest| {
        let scope = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        scope.map_or(rest, |(_, rest)| rest).trim_start()
    });
    let (kind, rest) = item.split_once(' ')?;
    let is_associated = kind == "type" && own.len() < line.len();
    let is_type = matches!(kind, "struct" | "enum" | "type" | "trait") && !is_associated;
    let name = first_word(rest);
    (is_type && name.starts_with(char::is_uppercase)).then_some(name)
}

fn uses_crate(line: &str, name: &str) -> bool {
    let line = line.trim_start();
    if line.starts_with("//") {
        return false;
    }
    line.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// Returns every source file with the top module that it belongs to.
fn sources() -> Vec<(String, PathBuf, String)> {
    let root = project().join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let inside = path.strip_prefix(&root).expect("below src");
        let top = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a source file");
        (top.trim_end_matches(".rs").to_owned(), path, text)
    };
    paths.into_iter().map(read).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            paths.push(path);
        }
    }
}

//! Mistakes of rule authors: each is refused when the rule is loaded, with its place, the types that do not fit, and
//! what to write instead.
//!
//! `fixtures/mistakes/<group>.rhai` holds the bodies of rules, each under a line `//: ` that says what is wrong;
//! a body that defines `META` or `check` itself is a whole script. The snapshot of a group is read as its author would.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use gamsa::engine::{Program, on_worker};
use gamsa::pack::{Pack, Parameters};

use crate::audits::project;

const META: &str = r#"const META = #{
    id: "TRY-01", title: #{ en: "Trial", ko: "시험" }, control: "rooms", severity: "low", stages: ["plan"],
    basis: [#{ source: "own", status: "own" }],
    demand: #{ en: "Demand.", ko: "요구" }, remedy: #{ en: "Remedy.", ko: "조치" },
    says: #{ SAYS },
};
"#;

/// The messages that a body may use.
const MESSAGES: [(&str, &str); 2] =
    [("k", "k: #{ en: \"said\", ko: \"지적\" }"), ("about", "about: #{ en: \"said {a}\", ko: \"{a} 지적\" }")];

/// Copies the pack of the trials; the rule is written into it.
pub(crate) fn trial_pack() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("temporary directory");
    let from = project().join("fixtures/mistakes/pack");
    copy(&from, directory.path());
    fs::create_dir_all(directory.path().join("rooms")).expect("a folder");
    directory
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

/// Returns the script with this body; `META` stands at its end, so that the body begins on line 2.
pub(crate) fn script(body: &str) -> String {
    if body.contains("META") {
        return body.to_owned();
    }
    let is_used = |key: &str| body.contains(&format!("\"{key}\""));
    let says: Vec<&str> = MESSAGES.iter().filter(|(key, _)| is_used(key)).map(|(_, text)| *text).collect();
    let meta = META.replace("SAYS", &says.join(", "));
    if body.contains("fn check(") {
        format!("{body}\n{meta}")
    } else {
        format!("fn check(bundle, order) {{\n{body}\n}}\n{meta}")
    }
}

/// Returns the mistakes of a pack, each in its lines; nothing where it is accepted.
pub(crate) fn refused(pack: &Path) -> Option<String> {
    let load = || -> anyhow::Result<()> {
        let pack = Pack::open(&pack.display().to_string())?;
        let parameters = Parameters::new(&pack.manifest, &[])?;
        Program::compile(&pack, parameters, &pack.select(&[])?)?;
        Ok(())
    };
    let error = on_worker(|| load().err().map(|error| format!("{:#}", error))).expect("a worker")?;
    Some(error.replace(&format!("pack {}: ", pack.display()), ""))
}

/// Loads every rule of a group by itself; all must be refused.
fn group(name: &str) {
    let text = fs::read_to_string(project().join(format!("fixtures/mistakes/{name}.rhai"))).expect("a group");
    let directory = trial_pack();
    let (mut told, mut accepted) = (String::new(), Vec::new());
    for case in text.split("//: ").skip(1) {
        let (title, body) = case.split_once('\n').expect("a title");
        let body = body.trim_end();
        fs::write(directory.path().join("rooms/TRY-01-trial.rhai"), script(body)).expect("a rule");
        let mistakes = refused(directory.path());
        if mistakes.is_none() {
            accepted.push(title);
        }
        let mistakes = mistakes.unwrap_or_else(|| "ACCEPTED".to_owned());
        writeln!(told, "## {title}\n{body}\n\n{mistakes}\n").expect("a string");
    }
    insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!(name, told) });
    assert!(accepted.is_empty(), "accepted: {accepted:#?}");
}

macro_rules! groups {
    ($($test:ident $name:literal;)*) => {
        $(#[test] fn $test() { group($name); })*

        #[test]
        fn every_group_is_loaded() {
            let mut files: Vec<String> = fs::read_dir(project().join("fixtures/mistakes"))
                .expect("a folder")
                .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
                .filter_map(|name| name.strip_suffix(".rhai").map(str::to_owned))
                .collect();
            files.sort();
            assert_eq!(files, [$($name),*]);
        }
    };
}

groups! {
    arguments_that_do_not_fit_a_function "arguments";
    closures_that_do_more_than_answer "closures";
    values_that_can_never_be_equal "comparisons";
    conditions_that_are_always_the_same "constants";
    demands_that_cannot_be_made "demands";
    texts_that_an_enum_does_not_have "enums";
    fields_that_are_not_there "fields";
    blocks_that_cannot_be_left_so "leaving";
    texts_and_mappings_taken_for_lists "lists";
    loops_that_never_end "loops";
    metadata_that_does_not_say_enough "metadata";
    names_that_are_taken_or_never_used "names";
    operands_that_do_not_fit_an_operator "operators";
    words_of_rhai_that_rules_cannot_use "reserved";
    switches_that_leave_values_out "switches";
    scripts_that_do_not_parse "syntax";
    rules_that_could_never_fail "toothless";
}

//! Mistakes of rule authors: each is refused when the rule is loaded, with its place, the types that do not fit, and
//! what to write instead.
//!
//! `fixtures/mistakes/<group>.rhai` holds the bodies of rules, each under a line `//: ` that says what is wrong;
//! a body that defines `META` or `check` itself is a whole script. The snapshot of a group is read as its author would.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use gamsa::cli::describe;
use gamsa::engine::{Program, on_worker};
use gamsa::language::{Language, Text};
use gamsa::pack::{Pack, Parameters};

use crate::audits::project;
use crate::program::{copy, gamsa};

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
    refused_in_both(pack).map(|mistakes| mistakes.en)
}

/// Returns the mistakes of a pack in both languages.
fn refused_in_both(pack: &Path) -> Option<Text> {
    let load = || -> anyhow::Result<()> {
        let pack = Pack::open(&pack.display().to_string())?;
        let parameters = Parameters::new(&pack.manifest, &[])?;
        Program::compile(&pack, parameters, &pack.select(&[])?)?;
        Ok(())
    };
    let error = on_worker(|| load().err()).expect("a worker")?;
    let told = |language| {
        let text = describe(&error, language);
        let lines = text.lines().skip(1).map(|line| line.strip_prefix("  ").unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n").replace(&format!("{}: ", pack.display()), "")
    };
    Some(Text::new(told(Language::English), told(Language::Korean)))
}

/// Returns the mistakes in English with their lines of the script, then in Korean without.
fn both(mistakes: &Text) -> String {
    let is_script = |line: &&str| line.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit()).starts_with('│');
    let korean: Vec<&str> = mistakes.ko.lines().filter(|line| !is_script(line)).collect();
    format!("{}\n\n{}", mistakes.en, korean.join("\n"))
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
        let mistakes = refused_in_both(directory.path());
        if mistakes.is_none() {
            accepted.push(title);
        }
        let mistakes = mistakes.map_or_else(|| "ACCEPTED".to_owned(), |mistakes| both(&mistakes));
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

/// A rule that is right, under any id.
fn good_rule(id: &str) -> String {
    script("require(bundle.rooms);").replace("TRY-01", id)
}

/// Writes files into a pack; each replaces what is there.
fn write(pack: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = pack.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

#[test]
fn files_that_have_no_place_in_a_pack_are_mistakes() {
    let directory = trial_pack();
    let pack = directory.path();
    let rule = good_rule("TRY-01");
    write(pack, &[("rooms/TRY-01-good.rhai", &rule), ("README.md", "# Rooms\n"), ("LICENSE", "MIT\n"), (".git/x", "")]);
    write(pack, &[("rooms/NOTES.md", "why\n"), ("doc/deep/er/why.md", "why\n")]);
    assert_eq!(refused(pack), None, "words about a pack may stand anywhere");
    for path in [
        "rooms/TRY-02-capitals.RHAI",
        "rooms/TRY-03-windows.rhai.txt",
        "rooms/TRY-04-misspelled.rhia",
        "rooms/TRY-05-copy.rhai.bak",
        "rooms/TRY-06-words.txt",
        "TRY-07-at-the-top.rhai",
        "rooms/old/TRY-08-deep.rhai",
        "rooms/old/older/oldest/TRY-09-deeper.rhai",
        "roms/TRY-10-other-control.rhai",
        "lib/my-functions.rhai",
        "lib/more/deep.rhai",
        "pack.yml",
        "Holidays.yaml",
        "evidence.yaml",
    ] {
        write(pack, &[(path, &good_rule("TRY-00"))]);
    }
    insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!("files", both(&refused_in_both(pack).expect("mistakes"))) });
}

#[test]
fn all_mistakes_of_a_pack_are_reported_at_once() {
    let directory = trial_pack();
    let pack = directory.path();
    let manifest = fs::read_to_string(pack.join("pack.yaml")).expect("pack.yaml");
    let rooms = r#"  - {id: rooms, number: "1", title: {en: Rooms, ko: 배터리실}}"#;
    let more = "  - {id: empty, number: 2, title: {en: Empty, ko: 빈 항목}}";
    write(pack, &[("pack.yaml", &manifest.replace(rooms, &format!("{rooms}\n{more}")))]);
    write(pack, &[("rooms/TRY-01-good.rhai", &good_rule("TRY-01"))]);
    // The rules are checked though something else is wrong, each with all that is wrong in it.
    write(pack, &[("rooms/TRY-02-field.rhai", &good_rule("TRY-02").replace("bundle.rooms", "bundle.room"))]);
    write(pack, &[("rooms/TRY-03-brackets.rhai", &good_rule("TRY-03").replace("rooms)", "rooms"))]);
    let several = good_rule("TRY-04").replace("\"low\"", "\"lower\"").replace("bundle.rooms", "bundle.room && rooms");
    write(pack, &[("rooms/TRY-04-several.rhai", &several)]);
    write(pack, &[("lib/broken.rhai", "fn broken( {\n}\n"), ("lib/demands.rhai", "fn f(x) {\n    require(x);\n}\n")]);
    let calls = good_rule("TRY-05").replace("require(bundle.rooms);", "ensure(broken::f(1), bundle, \"k\");");
    write(pack, &[("rooms/TRY-05-calls.rhai", &calls), ("rooms/TRY-06.txt", "")]);
    let mistakes = || both(&refused_in_both(pack).expect("mistakes"));
    let rules = mistakes();

    let wrong = manifest
        .replace("version: 0.1.0", "verison: 0.1.0")
        .replace("ko: 배터리실}\nauthority", "}\nauthority")
        .replace("Asia/Seoul", "Asia/Seul")
        .replace("{id: result,", "{id: plan,")
        .replace("type: duration, value: PT5M", "type: duration, value: 5m")
        .replace("type: date, value: 2024-01-01", "type: day, value: 2024-01-01")
        .replace("minimum: \"0\"", "minimum: \"2\"");
    write(pack, &[("pack.yaml", &wrong), ("order.yaml", "id: ORDER-1\nnotified: 2024-05-31\n")]);
    write(pack, &[("holidays.yaml", "years: [2024]\n")]);
    let files = mistakes();
    write(pack, &[("pack.yaml", "- id: rooms\n"), ("evidence.schema.yaml", "type: [\n")]);
    let broken = mistakes();
    write(pack, &[("pack.yaml", &manifest)]);
    let schema = mistakes();
    let told = format!(
        "## rules\n{rules}\n\n## files\n{files}\n\n## files that are something else\n{broken}\n\n\
         ## a schema that cannot be read\n{schema}\n"
    );
    insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!("packs", told) });
}

#[test]
fn mistakes_are_told_in_the_language_of_the_command() {
    let directory = trial_pack();
    let pack = directory.path();
    let rule = |field: &str| good_rule("TRY-01").replace("bundle.rooms", field);
    write(pack, &[("rooms/TRY-01-trial.rhai", &rule("bundle.room"))]);
    let path = pack.display().to_string();
    let bundle = "fixtures/complete";
    let broken = |language| {
        [
            gamsa(&["rules", "list", "--pack", &path, "--lang", language]).err,
            gamsa(&["audit", bundle, "--pack", &path, "--lang", language]).err,
        ]
    };
    for (language, headline, hint) in [
        ("en", "error: the rule pack cannot be used\n", "did you mean `rooms`?"),
        ("ko", "오류: 점검기준을 사용할 수 없음\n", "`rooms`의 오기인지 확인할 것"),
    ] {
        for told in broken(language) {
            assert!(told.starts_with(headline) && told.contains(hint), "{told}");
        }
    }
    // Every order is read, with all that is wrong in each.
    write(pack, &[("rooms/TRY-01-trial.rhai", &rule("bundle.rooms"))]);
    write(pack, &[("orders/a.yaml", "id: A\nnotified_on: soon\nleast: 3\n"), ("orders/b.yaml", "notified_on: [\n")]);
    let orders = pack.join("orders").display().to_string();
    let told = |language| {
        let told = gamsa(&["audit", bundle, "--order", &orders, "--lang", language]);
        assert_eq!(told.status, 2, "{}", told.err);
        told.err.replace(&orders, "orders")
    };
    insta::with_settings!({omit_expression => true}, {
        insta::assert_snapshot!("orders", format!("{}\n{}", told("en"), told("ko")));
    });
}

#[test]
fn a_byte_order_mark_is_accepted_in_every_file_of_a_pack() {
    let directory = trial_pack();
    let pack = directory.path();
    let marked = |text: &str| format!("\u{feff}{text}");
    write(pack, &[("rooms/TRY-01-good.rhai", &marked(&good_rule("TRY-01")))]);
    for name in ["pack.yaml", "order.yaml", "holidays.yaml", "evidence.schema.yaml", "lib/kinds.rhai"] {
        let text = fs::read_to_string(pack.join(name)).expect(name);
        write(pack, &[(name, &marked(&text))]);
    }
    assert_eq!(refused(pack), None);
    // What is wrong on the first line is marked where it stands.
    write(pack, &[("rooms/TRY-01-good.rhai", &marked("fn check(bundle) { }\n"))]);
    let mistakes = refused(pack).expect("mistakes");
    assert!(mistakes.contains(":1:1: `check` takes (bundle, order), found (bundle)\n 1 │ fn check"), "{mistakes}");
}

#[test]
fn what_only_rules_check_can_know_is_accepted() {
    let directory = trial_pack();
    // The functions of lib/kinds.rhai and the parameters of pack.yaml are not used; a message may have more values than
    // its text names, because they cite related evidence.
    let body = "require(bundle.rooms, \"about\", #{ a: bundle.note, b: bundle.rooms });";
    write(directory.path(), &[("rooms/TRY-01-trial.rhai", &script(body))]);
    assert_eq!(refused(directory.path()), None);
    // A `switch` over an enum with all of its values needs no `_`, and its value may be used.
    let body = "for room in bundle.rooms {
    let most = switch room.kind { \"lithium\" => 1, \"lead\" => 2 };
    let open = switch room.locked { true => \"shut\", false => \"open\" };
    ensure(room.racks < most && open in room.states, room, \"k\");
}";
    write(directory.path(), &[("rooms/TRY-01-trial.rhai", &script(body))]);
    assert_eq!(refused(directory.path()), None);
}

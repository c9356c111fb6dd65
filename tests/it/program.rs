//! The program as a user runs it: exit status, streams, files, and errors that name the thing and the way out.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::audits::project;

/// What one run of the program did.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program in the project's folder, with no locale and no colour.
pub(crate) fn gamsa(arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gamsa"));
    command.args(arguments).current_dir(project()).env_clear();
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    Run {
        status: status.code().expect("the program ends by itself"),
        out: String::from_utf8(stdout).expect("UTF-8"),
        err: String::from_utf8(stderr).expect("UTF-8"),
    }
}

const CASE: &str = "fixtures/kakaotalk-2024-05";
const AS_OF: [&str; 2] = ["--as-of", "2024-07-01"];

#[test]
fn the_exit_status_has_one_meaning_whatever_the_format() {
    let complete = ["fixtures/complete", "--order", "fixtures/rules/order.yaml", "--stage", "plan"];
    let undetermined = ["fixtures/rules/DLN-02/notice-unknown.undetermined.yaml", "--only", "DLN-02"];
    let cases: [(&[&str], i32); 5] = [
        (&complete, 0),
        (&[CASE], 1),
        (&["fixtures/reports/broken"], 2),
        (&["fixtures/reports/broken", CASE], 2),
        (&undetermined, 3),
    ];
    for (arguments, expected) in cases {
        for format in ["text", "json"] {
            let run = gamsa(&[&["audit"], arguments, &AS_OF[..], &["--format", format]].concat());
            assert_eq!(run.status, expected, "{arguments:?} {format}: {}", run.err);
        }
    }
}

#[test]
fn bad_input_is_one_clear_message_and_exit_status_2() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let path = |name: &str| directory.path().join(name).display().to_string();
    for folder in ["empty", "loose", "locked"] {
        fs::create_dir(path(folder)).expect("folder");
    }
    fs::write(path("loose/incidents.yaml"), "[]\n").expect("file");
    fs::write(path("notes.txt"), "x").expect("file");
    fs::write(path("order.yaml"), "id: X\nnotified_on: soon\n").expect("file");
    let (notes, order) = (path("notes.txt"), path("order.yaml"));
    for (folder, reason) in
        [("empty", "an empty folder"), ("loose", "incidents.yaml is called as the files of a bundle")]
    {
        let run = gamsa(&["audit", &path(folder)]);
        assert_eq!(run.status, 2, "{}", run.err);
        assert!(run.out.contains("NOT AUDITED") && run.out.contains(reason), "{}", run.out);
        assert!(run.out.contains("0 bundles"), "{}", run.out);
    }
    let cases: [(&[&str], &[&str]); 12] = [
        (&["no/such/path"], &["no/such/path: cannot be read"]),
        (&[&notes], &["a bundle is a folder with a bundle.yaml, one .yaml, .yml or .json file, or a .zip"]),
        (&[CASE, "--only", "PRE-3"], &["--only PRE-3", "did you mean PRE-03?"]),
        (&[CASE, "--only", "nonsense"], &["--only nonsense", "gamsa rules list"]),
        (&[CASE, "--param", "detection_dealy=PT1M"], &["no such parameter", "detection_delay"]),
        (&[CASE, "--param", "detection_delay=5"], &["--param detection_delay", "expected an ISO 8601 duration"]),
        (&[CASE, "--param", "detection_delay"], &["write it as NAME=VALUE"]),
        (&[CASE, "--stage", "final"], &["--stage final", "plan, result"]),
        (&[CASE, "--as-of", "1.7.2024"], &["--as-of 1.7.2024", "expected a date"]),
        (&[CASE, "--pack", "other"], &["other: neither a folder nor an embedded pack", "kakaotalk-2024"]),
        (&[CASE, "--order", &order], &["order.yaml:2:14", "expected a date"]),
        (&[CASE, "--format", "json", "--format", "text"], &["add an --output"]),
    ];
    for (arguments, expected) in cases {
        let run = gamsa(&[&["audit"], arguments].concat());
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.err);
        assert!(run.out.is_empty(), "{arguments:?} wrote {}", run.out);
        assert!(run.err.starts_with("error: "), "{}", run.err);
        for words in expected {
            assert!(run.err.contains(words), "{arguments:?}: no `{words}` in\n{}", run.err);
        }
    }
}

#[test]
fn a_broken_pack_names_every_mistake_with_its_place() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let pack = directory.path();
    copy_pack(pack);
    let source = fs::read_to_string(pack.join("monitoring/MON-01-core-services-monitored.rhai")).expect("a rule");
    let rule = |name: &str, id: &str, body: &str| {
        let (meta, _) = source.split_once("fn check").expect("a check");
        let text = format!("{}{body}", meta.replace("MON-01", id));
        fs::write(pack.join("monitoring").join(name), text).expect("a rule file");
    };
    let check = source.lines().position(|line| line.starts_with("fn check")).expect("a check") + 1;
    let misspelled = format!(
        "monitoring/MON-91-misspelled.rhai:{}:31: the evidence schema has no field `knid` at /changes/-\n",
        check + 1
    );
    let syntax = format!("monitoring/MON-92-syntax.rhai:{}:1: a value is missing before `}}`", check + 2);
    rule("MON-91-misspelled.rhai", "MON-91", "fn check(bundle, order) {\n    require(bundle.changes[0].knid);\n}\n");
    rule("MON-92-syntax.rhai", "MON-92", "fn check(bundle, order) {\n    require(\n}\n");
    rule("MON-93-twice.rhai", "MON-01", "fn check(bundle, order) { }\n");
    rule("MON-01-again.rhai", "MON-01", "fn check(bundle, order) { }\n");
    let run = gamsa(&["audit", CASE, "--pack", &pack.display().to_string()]);
    assert_eq!(run.status, 2);
    assert!(run.out.is_empty());
    for words in [
        "the rule pack cannot be used",
        &*misspelled,
        "= did you mean `kind`?",
        &*syntax,
        "monitoring/MON-93-twice.rhai:3:9: META: id: `MON-01` does not lead the file name",
        "the id MON-01 is already that of",
    ] {
        assert!(run.err.contains(words), "no `{words}` in\n{}", run.err);
    }
}

#[test]
fn reports_are_written_whole_or_not_at_all() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let (json, text) = (directory.path().join("report.json"), directory.path().join("report.txt"));
    let shown = |path: &Path| path.display().to_string();
    let (json_path, text_path) = (shown(&json), shown(&text));
    let both = ["--format", "json", "--output", &json_path, "--format", "text", "--output", &text_path];
    let run = gamsa(&[&["audit", CASE], &AS_OF[..], &both, &["--color", "always"]].concat());
    assert_eq!((run.status, run.out.as_str()), (1, ""));
    let report: serde_json::Value = serde_json::from_str(&fs::read_to_string(&json).expect("a report")).expect("JSON");
    assert_eq!(report["summary"]["fail"], 1);
    let text = fs::read_to_string(&text).expect("a report");
    assert!(text.contains("FAIL") && !text.contains('\u{1b}'), "a file has no colour");
    assert_eq!(fs::read_dir(directory.path()).expect("a folder").count(), 2, "no temporary file is left");

    let nowhere = shown(&directory.path().join("no/such/folder/report.json"));
    let run = gamsa(&[&["audit", CASE], &AS_OF[..], &["--format", "json", "--output", &nowhere]].concat());
    assert_eq!(run.status, 2);
    assert!(run.err.contains("cannot be written"), "{}", run.err);
}

#[test]
fn language_colour_and_quiet_are_as_asked() {
    let korean = gamsa(&["audit", CASE, "--lang", "ko", "--quiet"]);
    assert!(korean.out.contains("부적합") && !korean.out.contains("PRE-03"), "{}", korean.out);
    let coloured = gamsa(&["audit", CASE, "--quiet", "--color", "always"]);
    assert!(coloured.out.contains("\u{1b}["));
    let plain = gamsa(&["audit", CASE, "--quiet"]);
    assert!(!plain.out.contains('\u{1b}'), "no colour where no terminal reads");
    assert!(plain.out.contains("FAIL"));
}

#[test]
fn several_bundles_are_judged_each_by_itself() {
    let run = gamsa(&[&["audit", "fixtures/reports", "fixtures/complete"], &AS_OF[..]].concat());
    assert_eq!(run.status, 2);
    assert!(run.out.contains("fixtures/reports/broken") && run.out.contains("fixtures/complete"), "{}", run.out);
    // The file mistakes.yaml says who the operator is: it is a bundle by itself.
    assert!(run.out.contains("3 bundles: "), "{}", run.out);
    assert!(run.out.contains("4 entries: 3 judged, 1 group"), "{}", run.out);
}

/// Makes `count` small bundles, one of them refused, and returns their folder.
fn many(count: usize) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("temporary directory");
    for number in 0..count {
        let folder = directory.path().join(format!("b{number:04}"));
        fs::create_dir(&folder).expect("folder");
        let text = if number == 7 { "a: 1\na: 2\n".to_owned() } else { format!("operator: {{name: O{number}}}\n") };
        fs::write(folder.join("bundle.yaml"), text).expect("file");
    }
    directory
}

#[test]
fn many_bundles_are_judged_on_any_number_of_threads_with_the_same_report() {
    let directory = many(60);
    let root = directory.path().display().to_string();
    let run = |more: &[&str]| gamsa(&[&["audit", &root, "--format", "ndjson"], &AS_OF[..], more].concat());
    let one = run(&["--jobs", "1"]);
    assert_eq!(one.status, 2, "one bundle is refused: {}", one.err);
    assert_eq!(one.out.lines().count(), 62, "60 bundles, their folder and the summary");
    assert_eq!(run(&["--jobs", "4"]).out, one.out, "in the order of the input by default");
    assert_eq!(run(&["--general-reader"]).out, one.out, "whichever reader reads");
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&run(&["--jobs", "4", "--unordered"]).out), sorted(&one.out));
    let text = gamsa(&[&["audit", &root], &AS_OF[..]].concat()).out;
    assert!(text.contains("60 bundles: 59 fail, 1 error"), "{text}");
}

#[test]
fn bundles_are_taken_from_a_list() {
    let directory = many(3);
    let path = |name: &str| directory.path().join(name).display().to_string();
    let names = [path("b0001"), path("nowhere"), path("b0002")];
    for (separator, list) in [("\n", path("lines.txt")), ("\0", path("nul.txt"))] {
        fs::write(&list, names.join(separator) + separator).expect("file");
        let run = gamsa(&[&["audit", "--files-from", &list, "--format", "ndjson"], &AS_OF[..]].concat());
        assert_eq!(run.status, 2);
        let lines: Vec<serde_json::Value> =
            run.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!([&lines[0]["verdict"], &lines[2]["verdict"]], ["fail", "fail"]);
        assert_eq!(lines[1]["entry"]["state"], "not-audited", "a path that is missing is one line");
        assert_eq!([&lines[3]["summary"]["bundles"], &lines[3]["summary"]["entries"]["not-audited"]], [2, 1]);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_gamsa"));
    command.args(["audit", "--files-from", "-", "--format", "ndjson", "--as-of", "2024-07-01"]).env_clear();
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, names[0].as_bytes()).expect("written");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    let empty = path("empty.txt");
    fs::write(&empty, "\n").expect("file");
    let run = gamsa(&["audit", "--files-from", &empty]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("the list of bundles is empty"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_writes_what_is_complete_and_says_so() {
    use std::io::{BufRead, BufReader, Read, Write};
    let directory = many(9);
    let mut command = Command::new(env!("CARGO_BIN_EXE_gamsa"));
    command.args(["audit", "--files-from", "-", "--format", "ndjson", "--as-of", "2024-07-01", "--jobs", "1"]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    command.stderr(std::process::Stdio::piped()).env_clear();
    let mut child = command.spawn().expect("the program starts");
    let mut list = child.stdin.take().expect("a pipe");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
    for number in 0..3 {
        writeln!(list, "{}/b000{number}", directory.path().display()).expect("written");
    }
    list.flush().expect("flushed");
    let mut first = String::new();
    lines.read_line(&mut first).expect("a line");
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.expect("kill runs").success());
    // The run waits for the list; its end lets it see the interrupt.
    std::thread::sleep(std::time::Duration::from_millis(100));
    drop(list);
    let mut rest = String::new();
    lines.read_to_string(&mut rest).expect("the rest");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&output.stderr).contains("interrupted"));
    let all = format!("{first}{rest}");
    let last: serde_json::Value = serde_json::from_str(all.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["summary"]["bundles"], all.lines().count() - 1, "what is written is complete");
}

#[test]
fn parameters_change_the_judgement_and_are_printed() {
    let fixture = "fixtures/rules/MON-05/after-5-01.fail.yaml";
    let path = if project().join(fixture).exists() { fixture.to_owned() } else { some_fixture("MON-05", ".fail.yaml") };
    let arguments = ["audit", &path, "--only", "MON-05", "--format", "json"];
    assert_eq!(gamsa(&arguments).status, 1);
    let run = gamsa(&[&arguments[..], &["--param", "detection_delay=PT23H"]].concat());
    let report: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(report["parameters"]["detection_delay"], "PT23H");
    assert_eq!(report["only"][0], "MON-05");
}

#[test]
fn rules_are_listed_and_shown_in_full() {
    let list = gamsa(&["rules", "list"]);
    assert_eq!(list.status, 0);
    insta::assert_snapshot!("rules-list", list.out);
    for language in ["en", "ko"] {
        insta::assert_snapshot!(
            format!("rules-show-{language}"),
            gamsa(&["rules", "show", "WRK-07", "--lang", language]).out
        );
    }
    let json: serde_json::Value =
        serde_json::from_str(&gamsa(&["rules", "list", "--format", "json"]).out).expect("JSON");
    let rules = json["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), list.out.lines().filter(|line| line.starts_with("  ")).count());
    for rule in rules {
        for key in ["title", "demand", "remedy"] {
            assert!(rule[key]["en"].is_string() && rule[key]["ko"].is_string(), "{rule}");
        }
    }
    let one: serde_json::Value =
        serde_json::from_str(&gamsa(&["rules", "show", "wrk-07", "--format", "json"]).out).expect("JSON");
    assert_eq!(one["id"], "WRK-07");
    assert_eq!(one["control"]["title"]["ko"], "작업관리 통제 강화");
    let unknown = gamsa(&["rules", "show", "WRK-70"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.err.contains("WRK-70: pack kakaotalk-2024 has no such rule"), "{}", unknown.err);
}

fn some_fixture(rule: &str, ending: &str) -> String {
    let folder = project().join("fixtures/rules").join(rule);
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("fixtures")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(ending))
        .collect();
    names.sort();
    format!("fixtures/rules/{rule}/{}", names.first().expect("a fixture"))
}

/// Copies the embedded pack's folder.
pub(crate) fn copy_pack(to: &Path) {
    copy(&project().join("rules/kakaotalk-2024"), to);
}

/// Copies the embedded pack without its rules, and with one control.
pub(crate) fn copy_pack_without_rules(to: &Path, control: &str) {
    copy_pack(to);
    let path = to.join("pack.yaml");
    let text = fs::read_to_string(&path).expect("pack.yaml");
    let mut kept = String::new();
    let (mut is_control, mut is_kept) = (false, true);
    for line in text.lines() {
        if !line.starts_with(' ') {
            (is_control, is_kept) = (line == "controls:", true);
        }
        if let Some(id) = line.strip_prefix("  - id: ").filter(|_| is_control) {
            is_kept = id == control;
            fs::remove_dir_all(to.join(id)).expect("a folder");
        }
        if is_kept {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    fs::write(path, kept).expect("pack.yaml");
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

//! Outputs: nothing that is read is written over, a file is old or new and nothing between, and every end of a run
//! leaves it so.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::audits::project;
use crate::program::{copy_pack, gamsa};

const AS_OF: [&str; 2] = ["--as-of", "2024-07-01"];
const OLD: &str = "the report of yesterday\n";

/// A folder with one of everything that a run reads.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().expect("temporary directory"));
        for folder in ["b", "b/changes", "many/one", "many/two", "away"] {
            fs::create_dir_all(desk.at(folder)).expect("folder");
        }
        let bundle = |name: &str| format!("operator: {{name: {name}}}\nsubmission: {{stage: plan}}\n");
        desk.write("b/bundle.yaml", &bundle("B"));
        desk.write("b/changes/W1.yaml", "id: W1\n");
        desk.write("many/one/bundle.yaml", &bundle("One"));
        desk.write("many/two/bundle.yaml", &bundle("Two"));
        desk.write("one.yaml", &bundle("Single"));
        desk.write("list.txt", &format!("{}\n{}\n", desk.path("one.yaml"), desk.path("b")));
        fs::copy(project().join("fixtures/rules/order.yaml"), desk.at("order.yaml")).expect("an order");
        desk.write(
            "decisions.yaml",
            &fs::read_to_string(project().join("fixtures/decisions/decisions.yaml")).expect("decisions"),
        );
        desk.write("report.txt", OLD);
        desk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn path(&self, name: &str) -> String {
        self.at(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.at(name), text).expect("file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).expect("a file")
    }

    /// Every file below the folder with what it holds, and where links lead.
    fn all(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut all = BTreeMap::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let entry = entry.expect("an entry");
                let kind = entry.file_type().expect("a type");
                let content = if kind.is_dir() {
                    folders.push(entry.path());
                    Vec::new()
                } else if kind.is_symlink() {
                    fs::read_link(entry.path()).expect("a link").into_os_string().into_encoded_bytes()
                } else if kind.is_file() {
                    fs::read(entry.path()).expect("a file")
                } else {
                    b"neither a file nor a folder".to_vec()
                };
                all.insert(entry.path(), content);
            }
        }
        all
    }

    fn temporary_files(&self) -> Vec<PathBuf> {
        let is_temporary = |path: &PathBuf| path.to_string_lossy().contains("/.gamsa-");
        self.all().into_keys().filter(is_temporary).collect()
    }
}

fn audit(arguments: &[&str]) -> crate::program::Run {
    gamsa(&[&["audit"], arguments, &AS_OF[..]].concat())
}

/// Holds a run to a refusal before anything is judged, with every file as it was.
fn refused(desk: &Desk, arguments: &[&str], words: &str) {
    let before = desk.all();
    let run = audit(arguments);
    assert_eq!(run.status, 2, "{arguments:?}: {}", run.err);
    assert!(run.out.is_empty(), "{arguments:?} wrote {}", run.out);
    assert!(run.err.contains(words), "{arguments:?}: no `{words}` in\n{}", run.err);
    assert!(!run.err.contains("os error"), "{}", run.err);
    assert!(before == desk.all(), "{arguments:?}: files were changed");
}

#[test]
fn no_output_is_a_file_that_the_run_reads() {
    let desk = Desk::new();
    copy_pack(&desk.at("pack"));
    let (pack, order, decisions) = (desk.path("pack"), desk.path("order.yaml"), desk.path("decisions.yaml"));
    let (bundle, one, list) = (desk.path("b"), desk.path("one.yaml"), desk.path("list.txt"));
    let inputs: [(&[&str], &str, &str); 7] = [
        (&[&one], "one.yaml", "is the bundle"),
        (&[&bundle], "b/bundle.yaml", "lies in the bundle"),
        (&[&bundle], "b/changes/W1.yaml", "lies in the bundle"),
        (&[&bundle, "--order", &order], "order.yaml", "--order"),
        (&[&bundle, "--decisions", &decisions], "decisions.yaml", "--decisions"),
        (&["--files-from", &list], "list.txt", "--files-from"),
        (&[&bundle, "--pack", &pack], "pack/pack.yaml", "--pack"),
    ];
    for (number, (arguments, file, words)) in inputs.into_iter().enumerate() {
        let (folder, name) = file.rsplit_once('/').unwrap_or((".", file));
        let link = format!("away/link{number}");
        let mut spellings = vec![desk.path(file), desk.path(&format!("{folder}/./{name}"))];
        spellings.push(desk.path(&format!("away/../{file}")));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(desk.at(file), desk.at(&link)).expect("a link");
            std::os::unix::fs::symlink(format!("link{number}"), desk.at(&format!("{link}-again"))).expect("a link");
            spellings.extend([desk.path(&link), desk.path(&format!("{link}-again"))]);
        }
        for output in spellings {
            refused(&desk, &[arguments, &["--output", &output]].concat(), words);
        }
        let hard = format!("away/hard{number}");
        fs::hard_link(desk.at(file), desk.at(&hard)).expect("a hard link");
        refused(&desk, &[arguments, &["--output", &desk.path(&hard)]].concat(), "name another file");
        fs::remove_file(desk.at(&hard)).expect("removed");
    }
}

#[test]
fn no_output_lies_in_a_bundle_or_a_pack() {
    let desk = Desk::new();
    copy_pack(&desk.at("pack"));
    let (bundle, pack, manifest) = (desk.path("b"), desk.path("pack"), desk.path("b/bundle.yaml"));
    for name in ["b/report.txt", "b/attachments.txt", "b/changes/report.json", "b/changes/../r"] {
        refused(&desk, &[&bundle, "--output", &desk.path(name)], "lies in the bundle");
        refused(&desk, &[&manifest, "--output", &desk.path(name)], "lies in the bundle");
        refused(&desk, &[&bundle, "--decisions-template", &desk.path(name)], "in the bundle");
    }
    refused(&desk, &[&bundle, "--pack", &pack, "--output", &desk.path("pack/r.txt")], "lies in the folder");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&bundle, desk.at("way-in")).expect("a link");
        std::os::unix::fs::symlink(desk.at("b/new.txt"), desk.at("dangling")).expect("a link");
        for name in ["way-in/report.txt", "dangling"] {
            refused(&desk, &[&bundle, "--output", &desk.path(name)], "lies in the bundle");
            refused(&desk, &[&desk.path("way-in"), "--output", &desk.path(name)], "lies in the bundle");
        }
    }
    // What the report of an interrupted run would take the place of.
    desk.write("d.yaml.partial", &desk.read("decisions.yaml"));
    let decisions = desk.path("d.yaml.partial");
    refused(&desk, &[&bundle, "--decisions", &decisions, "--output", &desk.path("d.yaml")], "--decisions");
}

#[test]
fn a_bundle_found_later_that_holds_an_output_is_an_error_and_stays_as_it_is() {
    let desk = Desk::new();
    let (many, list) = (desk.path("many"), desk.path("list.txt"));
    let cases: [(&[&str], &str, &str); 5] = [
        (&[&many], "many/two/new.txt", "many/two"),
        (&[&many], "many/two/bundle.yaml", "many/two"),
        (&["--files-from", &list], "b/changes/W1.yaml", "b"),
        (&["--files-from", &list], "b/new.txt", "b"),
        (&["--files-from", &list], "one.yaml", "one.yaml"),
    ];
    for (arguments, output, bundle) in cases {
        let before = desk.all();
        let output = desk.path(output);
        let more = ["--format", "text", "--output", &output, "--format", "json"];
        let run = audit(&[arguments, &more].concat());
        assert_eq!(run.status, 2, "{output}: {}", run.err);
        assert!(before == desk.all(), "{output}: files were changed");
        assert!(run.err.contains("not written") && run.err.contains("name another file"), "{}", run.err);
        let report: Value = serde_json::from_str(&run.out).expect("the other report is whole");
        let errors: Vec<&Value> = report["bundles"].as_array().expect("bundles").iter().collect();
        for found in errors {
            let is_error = found["path"] == desk.path(bundle);
            assert_eq!(found["verdict"] == "error", is_error, "{found}");
            if is_error {
                assert!(found["error"]["message"].to_string().contains("--output"), "{found}");
            }
        }
    }
    // A report beside the bundles is no part of them.
    let run = audit(&[&many, "--output", &desk.path("many/report.txt")]);
    assert_eq!(run.status, 1, "{}", run.err);
}

#[test]
fn no_two_outputs_are_one_file() {
    let desk = Desk::new();
    let bundle = desk.path("b");
    fs::hard_link(desk.at("report.txt"), desk.at("hard")).expect("a hard link");
    let mut pairs =
        vec![("new", "new"), ("new", "./new"), ("new", "away/../new"), ("report.txt", "hard"), ("new", "new.partial")];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("report.txt", desk.at("link")).expect("a link");
        std::os::unix::fs::symlink("new", desk.at("dangling")).expect("a link");
        std::os::unix::fs::symlink(".", desk.at("here")).expect("a link");
        make_fifo(&desk.at("pipe"));
        pairs.extend([
            ("report.txt", "link"),
            ("new", "dangling"),
            ("here/new", "new"),
            ("pipe", "here/pipe"),
            ("-", "/dev/stdout"),
        ]);
    }
    for (one, other) in pairs {
        let path = |name: &str| if name.starts_with(['-', '/']) { name.to_owned() } else { desk.path(name) };
        let (one, other) = (path(one), path(other));
        for (one, other) in [(&one, &other), (&other, &one)] {
            let both = [&bundle, "--format", "text", "--output", one, "--format", "json", "--output", other];
            refused(&desk, &both, if one == "-" || other == "-" { "the screen" } else { "name another file" });
        }
    }
    refused(&desk, &[&bundle, "--output", &desk.path("q"), "--decisions-template", &desk.path("./q")], "name another");
    refused(&desk, &[&bundle, "--output", "-", "--decisions-template", "-"], "goes to the screen too");
}

#[test]
fn what_cannot_be_written_is_said_once_and_with_a_way_out() {
    let desk = Desk::new();
    let bundle = desk.path("b");
    let mut cases = vec![
        ("away", "is a folder; name a file in it"),
        ("away/.", "is a folder; name a file in it"),
        ("away/..", "is a folder; name a file in it"),
        ("newfolder/", "names a folder that does not exist"),
        ("no/such/folder/r.txt", "make it, or name another file"),
        ("one.yaml/r.txt", "is no folder; name another file"),
        ("one.yaml/x/r.txt", "make it, or name another file"),
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("circle", desk.at("circle")).expect("a link");
        let socket = std::os::unix::net::UnixListener::bind(desk.at("socket")).expect("a socket");
        drop(socket);
        cases.extend([("circle", "leads round in a circle"), ("socket", "is a socket; name a file")]);
    }
    for (name, words) in cases {
        let output = desk.path(name);
        refused(&desk, &[&bundle, "--output", &output], words);
        refused(&desk, &[&bundle, "--output", &output], "--output");
        refused(&desk, &[&bundle, "--decisions-template", &output], "--decisions-template");
    }
}

#[test]
fn a_dash_is_standard_output() {
    let desk = Desk::new();
    let bundle = desk.path("b");
    let plain = audit(&[&bundle, "--format", "json"]);
    assert_eq!(audit(&[&bundle, "--format", "json", "--output", "-"]).out, plain.out);
    #[cfg(unix)]
    assert_eq!(audit(&[&bundle, "--format", "json", "--output", "/dev/stdout"]).out, plain.out);
    assert!(!project().join("-").exists());
    let two = audit(&[&bundle, "--format", "json", "--output", "-", "--format", "text", "--output", &desk.path("t")]);
    assert_eq!(two.out, plain.out);
    assert!(desk.read("t").contains("FAIL"));
}

#[cfg(unix)]
mod on_unix {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn what_is_no_file_is_written_to_and_stays_what_it_is() {
        let desk = Desk::new();
        let bundle = desk.path("b");
        let expected = audit(&[&bundle, "--format", "json"]).out;
        make_fifo(&desk.at("pipe"));
        symlink("pipe", desk.at("link")).expect("a link");
        for name in ["pipe", "link"] {
            let pipe = desk.at("pipe");
            let reader = std::thread::spawn(move || fs::read_to_string(pipe).expect("read"));
            let run = audit(&[&bundle, "--format", "json", "--output", &desk.path(name)]);
            assert_eq!((run.status, run.out.as_str()), (1, ""), "{}", run.err);
            assert_eq!(reader.join().expect("a reader"), expected);
            assert!(fs::symlink_metadata(desk.at("pipe")).expect("still there").file_type().is_fifo());
        }
        // A device of our own: as root the real one must not be at stake.
        if make_device(&desk.at("null"), "3") {
            let null = desk.path("null");
            let twice = [&bundle, "--format", "json", "--output", &null, "--format", "text", "--output", &null];
            let run = audit(&twice);
            assert_eq!((run.status, run.out.as_str()), (1, ""), "{}", run.err);
            assert!(fs::metadata(desk.at("null")).expect("still there").file_type().is_char_device());
        }
    }

    #[test]
    fn an_open_file_is_continued_and_not_replaced() {
        let desk = Desk::new();
        let command = format!(
            "exec '{}' audit '{}' --as-of 2024-07-01 --output /dev/fd/3 3>>'{}'",
            env!("CARGO_BIN_EXE_gamsa"),
            desk.path("b"),
            desk.path("report.txt")
        );
        assert_eq!(shell(&command).status.code(), Some(1));
        assert!(desk.read("report.txt").starts_with(OLD) && desk.read("report.txt").contains("FAIL"));
    }

    #[test]
    fn standard_output_is_not_sent_into_a_bundle() {
        let desk = Desk::new();
        let program = env!("CARGO_BIN_EXE_gamsa");
        let command = format!("cd '{}' && exec '{program}' audit . --as-of 2024-07-01 > report.txt", desk.path("b"));
        let output = shell(&command);
        assert_eq!(output.status.code(), Some(2));
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.contains("standard output") && error.contains("lies in the bundle"), "{error}");
        let both = "--format json --output r --format text";
        let command = format!("cd '{}' && exec '{program}' audit b {both} > r", desk.path("."));
        let output = shell(&command);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("name another file"));
    }

    #[test]
    fn links_are_followed_and_permissions_kept() {
        let desk = Desk::new();
        let bundle = desk.path("b");
        desk.write("away/target.txt", OLD);
        symlink("away/target.txt", desk.at("link")).expect("a link");
        symlink("away/later.txt", desk.at("dangling")).expect("a link");
        for (name, target) in [("link", "away/target.txt"), ("dangling", "away/later.txt")] {
            assert_eq!(audit(&[&bundle, "--output", &desk.path(name)]).status, 1);
            assert!(fs::symlink_metadata(desk.at(name)).expect("there").file_type().is_symlink());
            assert!(desk.read(target).contains("FAIL"), "{name}");
        }
        let mode = |name: &str| fs::metadata(desk.at(name)).expect("there").permissions().mode() & 0o7777;
        for wanted in [0o600, 0o640, 0o444, 0o666, 0o755] {
            fs::set_permissions(desk.at("report.txt"), fs::Permissions::from_mode(wanted)).expect("a mode");
            let before = fs::metadata(desk.at("report.txt")).expect("there");
            assert_eq!(audit(&[&bundle, "--output", &desk.path("report.txt")]).status, 1);
            assert_eq!(mode("report.txt"), wanted);
            let after = fs::metadata(desk.at("report.txt")).expect("there");
            assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
        }
        let program = env!("CARGO_BIN_EXE_gamsa");
        for (umask, wanted) in [("077", 0o600), ("027", 0o640), ("022", 0o644)] {
            let new = format!("new-{umask}");
            shell(&format!("umask {umask}; exec '{program}' audit '{bundle}' --output '{}'", desk.path(&new)));
            assert_eq!(mode(&new), wanted);
        }
    }

    #[test]
    fn ownership_is_kept_where_it_can_be() {
        let desk = Desk::new();
        // Only the superuser may give a file away.
        if std::os::unix::fs::chown(desk.at("report.txt"), Some(65_533), Some(65_533)).is_ok() {
            assert_eq!(audit(&[&desk.path("b"), "--output", &desk.path("report.txt")]).status, 1);
            let after = fs::metadata(desk.at("report.txt")).expect("there");
            assert_eq!((after.uid(), after.gid()), (65_533, 65_533));
        }
    }

    /// A limit on the size of files ends the run in the middle of a write: with its signal as a kill does, with the
    /// signal ignored as a full disk does.
    #[test]
    fn a_kill_or_a_full_disk_at_any_write_leaves_the_old_file_or_the_new_one() {
        let desk = Desk::new();
        let (report, text) = (desk.path("report.txt"), desk.path("text.txt"));
        let program = env!("CARGO_BIN_EXE_gamsa");
        let command = |before: &str| {
            let both = format!("--format json --output '{report}' --format text --output '{text}'");
            shell(&format!(
                "{before} exec '{program}' audit '{}' --only pre-test --as-of 2024-07-01 {both}",
                desk.path("b")
            ))
        };
        assert_eq!(command("").status.code(), Some(1));
        let whole = [desk.read("report.txt"), desk.read("text.txt")];
        let mut ends = BTreeMap::new();
        for is_full in [false, true] {
            let mut blocks = 0;
            loop {
                desk.write("report.txt", OLD);
                desk.write("text.txt", OLD);
                let ignored = if is_full { "trap '' XFSZ;" } else { "" };
                let output = command(&format!("ulimit -c 0; {ignored} ulimit -f {blocks};"));
                let now = [desk.read("report.txt"), desk.read("text.txt")];
                if output.status.code() == Some(1) {
                    assert_eq!(now, whole);
                    break;
                }
                assert_eq!(now, [OLD, OLD], "{blocks} blocks");
                if is_full {
                    assert_eq!(output.status.code(), Some(2));
                    assert!(desk.temporary_files().is_empty(), "{:?}", desk.temporary_files());
                    let error = String::from_utf8_lossy(&output.stderr).into_owned();
                    assert!(error.contains("cannot be written"), "{error}");
                } else {
                    assert!(output.status.signal().is_some(), "{:?}", output.status);
                    // What is killed cannot tidy up.
                    desk.temporary_files().iter().for_each(|file| fs::remove_file(file).expect("removed"));
                }
                *ends.entry(is_full).or_insert(0) += 1;
                // At least one step to each write of the program, which are of 8 KiB, whether blocks are of 512 bytes or
                // of 1,024.
                blocks += 7;
            }
        }
        assert!(ends.values().all(|count| *count > 5), "{ends:?}");
    }

    #[test]
    fn a_kill_at_any_moment_leaves_the_old_file_or_the_new_one() {
        let desk = Desk::new();
        let mut whole = None;
        let mut is_new = BTreeMap::new();
        // The wait grows with each run until the run ends by itself.
        for step in 0.. {
            desk.write("report.txt", OLD);
            let mut child = spawn(&[&desk.path("many"), "--output", &desk.path("report.txt")]);
            for _ in 0..step * 400 {
                std::thread::yield_now();
            }
            child.kill().expect("killed");
            let output = child.wait_with_output().expect("it ends");
            let now = desk.read("report.txt");
            if now != OLD {
                assert_eq!(whole.get_or_insert_with(|| now.clone()), &now);
                assert!(now.contains("2 bundles: "), "{now}");
            }
            *is_new.entry(now != OLD).or_insert(0) += 1;
            desk.temporary_files().iter().for_each(|file| fs::remove_file(file).expect("removed"));
            if output.status.code() == Some(1) {
                break;
            }
        }
        assert!(is_new.contains_key(&true), "{is_new:?}");
    }

    #[test]
    fn a_reader_that_goes_away_leaves_the_old_file() {
        let desk = Desk::new();
        let report = desk.path("report.txt");
        let mut child = spawn(&[&desk.path("many"), "--format", "json", "--output", &report, "--format", "ndjson"]);
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(desk.read("report.txt"), OLD);
        assert!(desk.temporary_files().is_empty());
        if make_device(&desk.at("full"), "7") {
            let run = audit(&[&desk.path("many"), "--output", &desk.path("full")]);
            assert_eq!(run.status, 2);
            assert!(run.err.contains("full: cannot be written"), "{}", run.err);
        }
    }

    /// Starts a run that has judged three bundles and waits for the fourth line of its list.
    fn waiting(desk: &Desk, more: &[&str]) -> (Child, std::process::ChildStdin, String) {
        let list = ["--files-from", "-", "--format", "json", "--output", &desk.path("report.txt")];
        let mut child = spawn(&[&list[..], more, &["--format", "ndjson"]].concat());
        let mut stdin = child.stdin.take().expect("a pipe");
        for name in ["one.yaml", "many/one", "many/two"] {
            writeln!(stdin, "{}", desk.path(name)).expect("written");
        }
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut judged = String::new();
        for _ in 0..3 {
            lines.read_line(&mut judged).expect("a line");
        }
        child.stdout = Some(lines.into_inner());
        (child, stdin, judged)
    }

    #[test]
    fn every_request_to_stop_ends_a_waiting_run_with_what_was_judged() {
        for signal in ["INT", "TERM", "HUP"] {
            let desk = Desk::new();
            let (child, stdin, judged) = waiting(&desk, &[]);
            send(&child, signal);
            let output = child.wait_with_output().expect("it ends");
            drop(stdin);
            assert_eq!(output.status.code(), Some(130), "{signal}");
            assert_eq!(desk.read("report.txt"), OLD, "{signal}");
            let partial: Value = serde_json::from_str(&desk.read("report.txt.partial")).expect("a whole report");
            assert_eq!((&partial["interrupted"], &partial["summary"]["bundles"]), (&true.into(), &3.into()));
            let rest = String::from_utf8(output.stdout).expect("UTF-8");
            let last: Value = serde_json::from_str(rest.lines().last().expect("a line")).expect("JSON");
            assert_eq!((&last["interrupted"], &last["summary"]["bundles"]), (&true.into(), &3.into()));
            assert_eq!(judged.lines().count() + rest.lines().count(), 4);
            let notes = String::from_utf8(output.stderr).expect("UTF-8");
            assert!(notes.contains("interrupted") && notes.contains("report.txt.partial"), "{notes}");
            assert!(desk.temporary_files().is_empty(), "{signal}: {:?}", desk.temporary_files());
        }
    }

    #[test]
    fn a_second_request_ends_the_run_at_once() {
        let desk = Desk::new();
        let (child, stdin, _) = waiting(&desk, &[]);
        send(&child, "TERM");
        send(&child, "INT");
        let output = child.wait_with_output().expect("it ends");
        drop(stdin);
        assert_eq!(output.status.code(), Some(130));
        assert_eq!(desk.read("report.txt"), OLD);
        assert!(desk.temporary_files().is_empty());
    }

    #[test]
    fn the_text_of_an_interrupted_run_says_so_in_both_languages() {
        for (language, words) in [("en", "interrupted: 3 bundles were judged"), ("ko", "중단됨: 제출 자료 3건")]
        {
            let desk = Desk::new();
            let text = desk.path("text.txt");
            let more = ["--format", "text", "--output", &text, "--lang", language, "--quiet"];
            let (child, stdin, _) = waiting(&desk, &more);
            send(&child, "TERM");
            child.wait_with_output().expect("it ends");
            drop(stdin);
            assert!(!desk.at("text.txt").exists());
            assert!(desk.read("text.txt.partial").contains(words), "{}", desk.read("text.txt.partial"));
        }
    }

    #[test]
    fn a_run_ends_on_request_whatever_it_waits_for() {
        let desk = Desk::new();
        make_fifo(&desk.at("pipe"));
        let (bundle, pipe) = (desk.path("b"), desk.path("pipe"));
        let cases: [&[&str]; 5] = [
            &["--files-from", "-"],
            &["--files-from", &pipe],
            &[&bundle, "--order", &pipe],
            &[&bundle, "--decisions", &pipe],
            &[&bundle, "--output", &pipe],
        ];
        for arguments in cases {
            let mut child = spawn(arguments);
            // It may still be starting; then the signal has its usual effect, or comes before it waits.
            while !has_handlers(&child) {
                std::thread::yield_now();
            }
            send(&child, "INT");
            // A run that refuses the pipe for what it is, or hears the signal: what counts is that it ends.
            let status = child.wait().expect("it ends");
            assert!(matches!(status.code(), Some(130 | 2)), "{arguments:?}: {status:?}");
            assert!(desk.temporary_files().is_empty());
        }
    }

    #[test]
    fn files_are_ended_where_nobody_reads_the_screen() {
        let desk = Desk::new();
        for number in 0..40 {
            let folder = format!("many/b{number}");
            fs::create_dir(desk.at(&folder)).expect("folder");
            desk.write(&format!("{folder}/bundle.yaml"), "operator: {name: X}\n");
        }
        let report = desk.path("report.txt");
        let child = spawn(&[&desk.path("many"), "--format", "json", "--output", &report, "--format", "ndjson"]);
        // The pipe holds 64 KiB, which is less than the pages.
        let is_at_work = || desk.temporary_files().iter().any(|file| fs::metadata(file).is_ok_and(|at| at.len() > 0));
        while !is_at_work() {
            std::thread::yield_now();
        }
        send(&child, "TERM");
        let mut child = child;
        let status = child.wait().expect("it ends");
        assert_eq!(status.code(), Some(130));
        assert_eq!(desk.read("report.txt"), OLD);
        let partial: Value = serde_json::from_str(&desk.read("report.txt.partial")).expect("a whole report");
        assert_eq!(partial["interrupted"], true);
        assert_eq!(partial["bundles"].as_array().expect("bundles").len() as u64, partial["summary"]["bundles"]);
        assert!(desk.temporary_files().is_empty());
        let mut rest = String::new();
        child.stdout.take().expect("a pipe").read_to_string(&mut rest).expect("what the pipe held");
    }

    /// As `nohup` starts it.
    #[test]
    fn a_hangup_that_was_ignored_from_the_start_stays_so() {
        let desk = Desk::new();
        let mut command = Command::new("sh");
        let script = format!("trap '' HUP; exec '{}' audit --files-from -", env!("CARGO_BIN_EXE_gamsa"));
        command.args(["-c", &script]).env_clear().stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("sh runs");
        while !has_handlers(&child) {
            std::thread::yield_now();
        }
        send(&child, "HUP");
        let mut stdin = child.stdin.take().expect("a pipe");
        writeln!(stdin, "{}\n{}", desk.path("one.yaml"), desk.path("b")).expect("written");
        drop(stdin);
        assert_eq!(child.wait().expect("it ends").code(), Some(1));
    }

    fn send(child: &Child, signal: &str) {
        let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Tells whether the program has set its handlers.
    fn has_handlers(child: &Child) -> bool {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id()));
        let Ok(status) = status else { return true };
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("signals");
        // SIGINT is the second bit.
        u64::from_str_radix(caught.trim(), 16).expect("a number") & 2 != 0
    }

    fn make_device(path: &Path, minor: &str) -> bool {
        let made = Command::new("mknod").arg(path).args(["c", "1", minor]).stderr(Stdio::null()).status();
        made.expect("mknod runs").success()
    }

    fn shell(command: &str) -> Output {
        Command::new("sh").args(["-c", command]).env_clear().stdin(Stdio::null()).output().expect("sh runs")
    }
}

#[cfg(unix)]
fn make_fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo runs").success());
}

fn spawn(arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gamsa"));
    command.arg("audit").args(arguments).args(AS_OF).current_dir(project()).env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program starts")
}

//! Text that acts on a terminal, in every place where the program takes text: nothing gets to the screen but what the
//! program wrote. The places are found by walking the schema, the pack, the decisions and the command line.

use std::ffi::OsString;
use std::fs;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;

use clap::{ArgAction, CommandFactory, Parser};
use gamsa::assess::Verdict;
use gamsa::cli::{Arguments, Environment, describe, run};
use gamsa::engine::on_worker;
use gamsa::evidence::{Day, Shown, display_width};
use gamsa::language::Language;
use serde_json::Value as Json;
use serde_yaml::Value as Yaml;

use crate::audits::project;
use crate::program::{copy_pack_without_rules, gamsa};

/// Sequences of commands, line breaks, direction, what is invisible, and what joins the character before it.
const HOSTILE: &str = "\u{336}\u{1b}[2K\u{1b}[1A\u{1b}[8m\u{1b}]0;owned\u{7}\r\n  PASS  forged\n  적합  forged\n::error::\
                       \t\u{8}\u{7f}\u{85}\u{9b}2J\u{9d}0;x\u{9c}\u{202e}\u{2066}\u{61c}\u{200b}\u{feff}\u{2028}\u{2029}\
                       \u{e0041}\u{ad}\u{fe0f}\u{3164}\u{2800}\u{e000}\u{378}\u{fffe}z\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}";
/// What a file system allows in a name.
const HOSTILE_NAME: &str = "\u{1b}[2K\u{1b}]0;x\u{7}\r\n  PASS  forged\u{9b}2J\u{202e}\u{200b}\u{e0041}\u{2028}\u{336}";
/// The styles that the program uses.
const STYLES: [&str; 6] = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m"];

static STOP: AtomicBool = AtomicBool::new(false);

/// What a run wrote, to the screen and to the error stream; an error is on the latter.
struct Written {
    out: String,
    err: String,
}

/// Runs a command in this process.
fn told(arguments: &[OsString]) -> Written {
    let all = [OsString::from("gamsa")].into_iter().chain(arguments.iter().cloned());
    let arguments = Arguments::try_parse_from(all).expect("arguments that are understood");
    let environment = Environment {
        language: Language::English,
        width: 100,
        today: Day::today,
        processors: std::num::NonZeroUsize::MIN,
        shows_progress: false,
        stop: &STOP,
        give_up: |note| panic!("{note}"),
        screen_file: || None,
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let ended = on_worker(|| run(&arguments, environment, &mut out, &mut err)).expect("a worker");
    let mut err = String::from_utf8(err).expect("UTF-8");
    if let Err(error) = ended {
        err.push_str(&describe(&error, arguments.language().unwrap_or(Language::English)));
    }
    Written { out: String::from_utf8(out).expect("UTF-8"), err }
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

/// Asserts that every line is one that the program writes, and that a terminal shows just these lines.
fn assert_shown(text: &str, about: &str) {
    let plain = STYLES.iter().fold(text.to_owned(), |plain, style| plain.replace(style, ""));
    for line in plain.lines() {
        assert_eq!(*Shown::of(line), *line, "{about}\n{text}");
    }
    let size = |size: usize| NonZeroU16::new(size as u16).expect("a size");
    let (lines, plain): (Vec<&str>, Vec<&str>) = (text.split('\n').collect(), plain.split('\n').collect());
    for (lines, plain) in lines.chunks(200).zip(plain.chunks(200)) {
        let width = plain.iter().map(|line| display_width(line)).max().unwrap_or(0) + 2;
        let mut terminal = vt100::Parser::new(size(lines.len() + 1), size(width), 0);
        terminal.process(lines.join("\r\n").as_bytes());
        let screen = terminal.screen();
        for (row, line) in screen.rows(0, width as u16).zip(plain) {
            assert_eq!(row.trim_end(), line.trim_end(), "{about}");
        }
        assert!(!screen.hide_cursor() && !screen.alternate_screen(), "{about}");
    }
}

/// Asserts the same of all that a run wrote, and that it has as many verdicts as bundles were judged.
fn assert_verdicts(written: &Written, bundles: usize, about: &str) {
    assert_shown(&written.out, about);
    assert_shown(&written.err, about);
    let mut verdicts = Vec::new();
    for verdict in [Verdict::Error, Verdict::Fail, Verdict::Undetermined, Verdict::Pass] {
        let word = verdict.word();
        verdicts.extend([Language::English, Language::Korean].map(|language| word.get(language).to_uppercase()));
    }
    let plain = STYLES.iter().fold(written.out.clone(), |plain, style| plain.replace(style, ""));
    // The result of a rule stands there too, before the id of the rule.
    let is_rule = |rest: &str| rest.trim_start().get(3..6).is_some_and(|id| id.starts_with('-') && id != "-");
    let is_verdict = |line: &&str| {
        let rests = verdicts.iter().filter_map(|word| line.strip_prefix(&format!("  {word}  ")));
        rests.into_iter().any(|rest| !is_rule(rest))
    };
    let found: Vec<&str> = plain.lines().filter(is_verdict).collect();
    assert_eq!(found.len(), bundles, "{about}: {found:#?}\n{}", written.err);
    // Commands of a build server stand at the beginning of a line.
    assert!(!plain.lines().chain(written.err.lines()).any(|line| line.starts_with("::")), "{about}\n{plain}");
}

/// Audits in every way in which a person may read it.
fn assert_audit(arguments: &[&str], about: &str) {
    let with = |more: &[&str]| told(&words(&[&["audit", "--as-of", "2024-09-02"], arguments, more].concat()));
    let directory = tempfile::tempdir().expect("temporary directory");
    let file = |format: &str| directory.path().join(format).display().to_string();
    let formats = ["text", "json", "ndjson"].map(|format| (format, file(format)));
    let files: Vec<&str> = formats.iter().flat_map(|(format, file)| ["--format", format, "--output", file]).collect();
    let questions = with(&[&files[..], &["--decisions-template", "-", "--lang", "ko", "--verbose"]].concat());
    assert_verdicts(&questions, 0, &format!("{about}, questions"));
    let mut bundles = 0;
    if !questions.out.is_empty() {
        let [text, json, lines] = formats.map(|(_, file)| fs::read_to_string(file).expect("a report"));
        let acts =
            |c: char| c != '\n' && c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}' | '\u{61c}');
        assert!(!json.contains(acts) && !lines.contains(acts), "{about}\n{json}");
        let report = serde_json::from_str::<Json>(&json).expect("JSON");
        bundles = report["bundles"].as_array().expect("bundles").len();
        let entries = report["entries"].as_array().expect("entries");
        assert_eq!(lines.lines().count(), entries.len() + 1, "{about}\n{lines}");
        assert_verdicts(&Written { out: text, err: String::new() }, bundles, &format!("{about}, file"));
        serde_yaml::from_str::<Yaml>(&questions.out).expect("YAML");
    }
    for more in [&["--lang", "en", "--verbose"][..], &["--lang", "ko", "-q"]] {
        assert_verdicts(&with(more), bundles, &format!("{about} {more:?}"));
    }
}

fn yaml(path: &str) -> Yaml {
    serde_yaml::from_str(&fs::read_to_string(project().join(path)).expect(path)).expect("YAML")
}

fn text_of(value: &Yaml) -> String {
    serde_yaml::to_string(value).expect("YAML")
}

/// How the values of a document are chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Values {
    /// Hostile where the schema has free text, else usable.
    Fitting,
    /// Hostile everywhere.
    Unusable,
    /// Usable and harmless, below keys that are not known.
    UnknownKeys,
}

/// Returns a value of everything that a part of the schema knows.
fn value(schema: &Yaml, part: &Yaml, values: Values) -> Yaml {
    if let Some(name) = part.get("$ref").and_then(Yaml::as_str) {
        let definition = name.trim_start_matches("#/$defs/");
        return value(schema, &schema["$defs"][definition], values);
    }
    let text = |text: &str| Yaml::String(text.to_owned());
    match part.get("type").and_then(Yaml::as_str) {
        Some("object") => {
            let known = part.get("properties").and_then(Yaml::as_mapping).into_iter().flatten();
            let mut object: serde_yaml::Mapping =
                known.map(|(key, part)| (key.clone(), value(schema, part, values))).collect();
            if values == Values::UnknownKeys {
                for at in 0..2 {
                    object.insert(text(&format!("{HOSTILE}{at}")), text("x"));
                }
                object.insert(text(&format!("{} {HOSTILE}", "x".repeat(90))), text("x"));
            }
            Yaml::Mapping(object)
        }
        Some("array") => Yaml::Sequence(vec![value(schema, &part["items"], values); 2]),
        _ if values == Values::Unusable => text(HOSTILE),
        Some("string") => match (part.get("enum"), part.get("format").and_then(Yaml::as_str)) {
            (Some(choices), _) => choices[0].clone(),
            (None, Some("date-time")) => text("2024-05-13T13:44:00+09:00"),
            (None, Some("date")) => text("2024-05-13"),
            (None, Some("duration")) => text("PT10M"),
            (None, Some(_)) => text(&"0".repeat(64)),
            (None, None) if values == Values::Fitting => text(HOSTILE),
            (None, None) => text("x"),
        },
        Some("boolean") => Yaml::Bool(false),
        _ => Yaml::Number(1.into()),
    }
}

#[test]
fn no_evidence_acts_on_the_screen() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let schema = yaml("rules/kakaotalk-2024/evidence.schema.yaml");
    let mut files = Vec::new();
    for values in [Values::Fitting, Values::Unusable, Values::UnknownKeys] {
        let bundle = text_of(&value(&schema, &schema, values));
        let order = text_of(&value(&schema, &schema["$defs"]["order"], values));
        files.push((format!("{values:?}.yaml"), bundle));
        let path = directory.path().join("order.yaml");
        fs::write(&path, order).expect("an order");
        let order = path.display().to_string();
        assert_audit(&["fixtures/empty", "--order", &order, "--stage", "plan"], &format!("order {values:?}"));
    }
    let quoted = serde_json::to_string(HOSTILE).expect("JSON");
    let raw = HOSTILE.replace('\n', " ");
    for (at, text) in [
        format!("operator: {raw}"),
        format!("operator: {{name: x}}\n{quoted}: 1\n{quoted}: 2\n"),
        format!("operator: !{raw} x\n"),
        format!("operator: *{}\n", raw.replace(' ', "")),
        format!("operator: [\n{raw}"),
        format!("- {raw}"),
        format!(
            "operator: \"{}\"",
            HOSTILE.replace(['\u{1b}', '\u{7}', '\u{8}', '\u{7f}', '\u{9b}', '\u{9c}', '\u{9d}'], "")
        ),
    ]
    .into_iter()
    .enumerate()
    {
        files.push((format!("raw-{at}.yaml"), text));
    }
    for (name, text) in &files {
        let file = directory.path().join(name).display().to_string();
        fs::write(&file, text).expect("a bundle");
        assert_audit(&[&file], name);
    }
}

/// A bundle in whose folders all names are hostile, among others like it.
#[cfg(unix)]
#[test]
fn no_file_name_acts_on_the_screen() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let root = directory.path();
    let name = |ending: &str| format!("{HOSTILE_NAME}{ending}");
    for (folder, key) in [(name(""), "changes"), (name("2"), "incidents"), ("c".to_owned(), HOSTILE_NAME)] {
        let bundle = root.join(&folder);
        fs::create_dir_all(bundle.join(key)).expect("a folder");
        fs::create_dir_all(bundle.join("attachments")).expect("a folder");
        fs::write(bundle.join("bundle.yaml"), "operator: {name: x}\n").expect("a file");
        for file in [name(".yaml"), name(".pdf"), name("decisions.yaml"), format!(".{HOSTILE_NAME}")] {
            fs::write(bundle.join(key).join(&file), "id: W1\nkind: x\nunknown: 1\n").expect("a file");
            fs::write(bundle.join("attachments").join(&file), "x").expect("a file");
            fs::write(bundle.join(&file), "id: W1\n").expect("a file");
        }
        assert_audit(&[&bundle.display().to_string()], "one bundle");
    }
    for broken in ["a: [", "a: 1\na: 2\n", "x"] {
        let file = root.join(name("broken.yaml"));
        fs::write(&file, broken).expect("a file");
        assert_audit(&[&file.display().to_string()], broken);
    }
    fs::write(root.join(name("stray.yaml")), "a: 1\n").expect("a file");
    std::os::unix::fs::symlink(root.join(name("nowhere")), root.join(name("link"))).expect("a link");
    assert_audit(&[&root.display().to_string()], "all bundles");
    let order = root.join(name("order.yaml")).display().to_string();
    fs::write(&order, "id: X\nnotified_on: soon\n").expect("a file");
    assert_audit(&["fixtures/empty", "--order", &order], "the order");
}

/// Returns the names that scalars of a document have: the keys that they, or the lists they stand in, are given by.
fn names(value: &Yaml, name: &str, found: &mut Vec<String>) {
    match value {
        Yaml::Mapping(entries) => {
            entries.iter().for_each(|(key, value)| names(value, key.as_str().unwrap_or_default(), found))
        }
        Yaml::Sequence(items) => items.iter().for_each(|item| names(item, name, found)),
        _ => found.push(name.to_owned()),
    }
}

/// Makes the scalars of one name hostile; with no name, the keys.
fn spoil(value: &mut Yaml, name: &str, wanted: Option<&str>) {
    match value {
        Yaml::Mapping(entries) => {
            for (key, mut value) in std::mem::take(entries) {
                spoil(&mut value, key.as_str().unwrap_or_default(), wanted);
                let spoilt = format!("{}{HOSTILE}", key.as_str().unwrap_or_default());
                entries.insert(if wanted.is_none() { Yaml::String(spoilt) } else { key }, value);
            }
        }
        Yaml::Sequence(items) => items.iter_mut().for_each(|item| spoil(item, name, wanted)),
        scalar if wanted == Some(name) => {
            let before = scalar.as_str().map(str::to_owned).unwrap_or_else(|| text_of(scalar).trim().to_owned());
            *scalar = Yaml::String(format!("{before}{HOSTILE}"));
        }
        _ => {}
    }
}

/// Calls for a copy of a document in which the scalars of one name are hostile, for every name, then the keys.
fn each_spoilt(document: &Yaml, mut call: impl FnMut(&str, &Yaml)) {
    let mut all = Vec::new();
    names(document, "", &mut all);
    all.sort();
    all.dedup();
    for wanted in all.iter().map(|name| Some(name.as_str())).chain([None]) {
        let mut copy = document.clone();
        spoil(&mut copy, "", wanted);
        call(wanted.unwrap_or("the keys"), &copy);
    }
}

/// A rule that finds something in any bundle, and prints what it reads.
const RULE: &str = r#"const META = #{
    id: "PRE-03", title: #{ en: "Trial", ko: "시험" }, control: "pre-test", severity: "low", stages: ["plan"],
    basis: [#{ source: "own", clause: #{ en: "1", ko: "1항" }, status: "own" }],
    demand: #{ en: "Demand.", ko: "요구" }, remedy: #{ en: "Remedy.", ko: "조치" },
    not_applicable: #{ en: "none", ko: "없음" },
    says: #{ k: #{ en: "said {found}", ko: "{found} 지적" } },
};

fn check(bundle, order) {
    print("printed" + bundle.operator.name);
    require(bundle.operator.department);
    ensure(bundle.operator.name == "other", bundle.operator.name, "k");
}
"#;

/// Writes a pack of one rule, of whose schema only what it reads is left.
fn small_pack(to: &Path) -> PathBuf {
    copy_pack_without_rules(to, "pre-test");
    fs::remove_dir_all(to.join("lib")).expect("removed");
    let mut schema = yaml("rules/kakaotalk-2024/evidence.schema.yaml");
    let fields = schema["properties"].as_mapping_mut().expect("fields");
    fields.retain(|key, _| matches!(key.as_str(), Some("operator" | "services")));
    let mut reached = vec!["operator".to_owned(), "service".to_owned(), "order".to_owned()];
    let mut at = 0;
    while let Some(name) = reached.get(at) {
        let text = text_of(&schema["$defs"][name.as_str()]);
        let found = text.split("#/$defs/").skip(1).filter_map(|rest| rest.split(['\'', '\n', ',', '}']).next());
        let new: Vec<String> = found.map(str::to_owned).filter(|name| !reached.contains(name)).collect();
        reached.extend(new);
        at += 1;
    }
    let definitions = schema["$defs"].as_mapping_mut().expect("definitions");
    definitions.retain(|key, _| key.as_str().is_some_and(|key| reached.iter().any(|name| name == key)));
    fs::write(to.join("evidence.schema.yaml"), text_of(&schema)).expect("a schema");
    let manifest = fs::read_to_string(to.join("pack.yaml")).expect("a manifest");
    let mut manifest: Yaml = serde_yaml::from_str(&manifest).expect("a manifest");
    let known = manifest["fields"].as_mapping_mut().expect("fields");
    known.retain(|key, _| matches!(key.as_str(), Some("operator" | "services")));
    fs::write(to.join("pack.yaml"), text_of(&manifest)).expect("a manifest");
    fs::create_dir(to.join("pre-test")).expect("a folder");
    let rule = to.join("pre-test/PRE-03-trial.rhai");
    fs::write(&rule, RULE).expect("a rule");
    rule
}

#[test]
fn no_pack_acts_on_the_screen() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let pack = directory.path().join("pack");
    let rule = small_pack(&pack);
    let bundle = directory.path().join("b.yaml").display().to_string();
    fs::write(&bundle, "operator: {name: Alpha}\nservices: [{name: Beta}]\n").expect("a bundle");
    let folder = pack.display().to_string();
    let reports = std::cell::Cell::new(0);
    let assert_pack = |name: &str, about: &str| {
        let language = if name == "ko" { "ko" } else { "en" };
        let pack = ["--pack", &folder, "--lang", language];
        let audit = [&["audit", &bundle, "--verbose", "--as-of", "2024-09-02"], &pack[..]].concat();
        let audit = told(&words(&audit));
        assert_verdicts(&audit, usize::from(!audit.out.is_empty()), about);
        reports.set(reports.get() + usize::from(!audit.out.is_empty()));
        for shown in [&["rules", "list"][..], &["rules", "show", "PRE-03"]] {
            assert_verdicts(&told(&words(&[shown, &pack[..]].concat())), 0, about);
        }
    };
    assert_pack("en", "as it is");
    let whole = told(&words(&["audit", &bundle, "--pack", &folder]));
    assert!(whole.out.contains("said Alpha"), "the pack is whole:\n{}", whole.err);
    let mut packs = 0;
    for entry in fs::read_dir(&pack).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "yaml") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a file");
        each_spoilt(&serde_yaml::from_str(&text).expect("YAML"), |name, spoilt| {
            fs::write(&path, text_of(spoilt)).expect("a file");
            assert_pack(name, &format!("{} {name}", path.display()));
            packs += 1;
        });
        fs::write(&path, text).expect("a file");
    }
    // Every text in the script is made longer, and torn at its beginning.
    let escaped: String = HOSTILE.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect();
    for (number, (at, _)) in RULE.match_indices('"').enumerate() {
        let (before, after) = RULE.split_at(at);
        let text = if number % 2 == 1 { &escaped } else { HOSTILE };
        fs::write(&rule, format!("{before}{text}{after}")).expect("a rule");
        let name = if before.rfind("ko: ") > before.rfind("en: ") { "ko" } else { "en" };
        assert_pack(name, &format!("script at {at}"));
        packs += 1;
    }
    assert!(packs > 70 && reports.get() > 30, "{packs} packs, {} reports", reports.get());
    fs::write(&rule, RULE).expect("a rule");
    fs::rename(&rule, rule.with_file_name(format!("PRE-03{HOSTILE_NAME}.rhai"))).expect("renamed");
    assert_pack("en", "script name");
}

#[test]
fn no_decision_acts_on_the_screen() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let file = directory.path().join(format!("{HOSTILE_NAME}.yaml"));
    let about = |name: &str| format!("decisions {name}");
    each_spoilt(&yaml("fixtures/decisions/decisions.yaml"), |name, spoilt| {
        fs::write(&file, text_of(spoilt)).expect("a file");
        let decisions = file.display().to_string();
        assert_audit(&["fixtures/decisions/bundle", "--decisions", &decisions], &about(name));
    });
}

/// Every option and argument of every command, given a hostile value; and hostile names of options and commands.
#[test]
fn no_argument_acts_on_the_screen() {
    fn walk(command: &clap::Command, path: &[String], calls: &mut Vec<Vec<String>>) {
        for option in command
            .get_arguments()
            .filter(|argument| matches!(argument.get_action(), ArgAction::Set | ArgAction::Append))
        {
            let call = |more: &[String]| {
                let needed = if path == ["audit"] { vec!["fixtures/empty".to_owned()] } else { vec![] };
                [path, more, &needed].concat()
            };
            match option.get_long() {
                Some(long) => {
                    calls.push(call(&[format!("--{long}={HOSTILE}")]));
                    calls.push(call(&[
                        format!("--{long}={HOSTILE}"),
                        format!("--{long}=x"),
                        "--format=json".to_owned(),
                    ]));
                }
                None => calls.push(call(&["--".to_owned(), HOSTILE.to_owned()])),
            }
        }
        calls.push([path, &[format!("--{HOSTILE}")]].concat());
        calls.push([path, &[HOSTILE.to_owned()]].concat());
        for sub in command.get_subcommands() {
            walk(sub, &[path, &[sub.get_name().to_owned()]].concat(), calls);
        }
    }
    let mut calls = Vec::new();
    walk(&Arguments::command(), &[], &mut calls);
    assert!(calls.len() > 40, "{}", calls.len());
    let directory = tempfile::tempdir().expect("temporary directory");
    std::os::unix::fs::symlink(project().join("fixtures"), directory.path().join("fixtures")).expect("a link");
    for call in &calls {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gamsa"));
        // Where a value is the name of a file to be written, it is written here.
        let ended = command.args(call).current_dir(directory.path()).env_clear().output().expect("the program starts");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let written = Written { out: text(ended.stdout), err: text(ended.stderr) };
        let bundles = usize::from(written.out.starts_with("\n  "));
        assert_verdicts(&written, bundles, &format!("{call:?}"));
    }
}

/// Case 09: lines of a report that an operator wrote into its name.
#[test]
fn case_09_forged_report_lines() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let subs = directory.path().join("subs");
    for (operator, name) in [("op1", "Alpha\\n  PASS          subs/op2 · Beta · 1 fail"), ("op2", "Beta")] {
        fs::create_dir_all(subs.join(operator)).expect("a folder");
        fs::write(subs.join(operator).join("bundle.yaml"), format!("operator: {{name: \"{name}\"}}\n"))
            .expect("a file");
    }
    let subs = subs.display().to_string();
    for more in [&["-q"][..], &[]] {
        let run = gamsa(&[&["audit", &subs, "--only", "MON-04", "--as-of", "2024-09-02"], more].concat());
        assert_verdicts(&Written { out: run.out.clone(), err: run.err }, 2, "case 09");
        assert!(run.out.contains("Alpha\\n  PASS"), "{}", run.out);
    }
}

/// Case 10: what an operator's name or file name commands a terminal to do.
#[cfg(unix)]
#[test]
fn case_10_terminal_escapes() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let file = directory.path().join("op\u{1b}[31m\n.yaml");
    fs::write(&file, "operator: {name: \"\\e[2KX\\e]0;owned\\a\\e[1A\"}\n").expect("a file");
    for color in ["always", "auto"] {
        let run = gamsa(&["audit", &file.display().to_string(), "--color", color, "--as-of", "2024-09-02"]);
        assert_verdicts(&Written { out: run.out.clone(), err: run.err }, 1, "case 10");
        assert!(run.out.contains("\\u{1b}[2KX\\u{1b}]0;owned\\u{7}\\u{1b}[1A"), "{}", run.out);
    }
}

//! Documents that repeat what the program says are compared with it, or written by it.
//!
//! `GAMSA_UPDATE_DOCS=1 cargo test` writes the generated parts anew.

use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gamsa::cli::ExitStatus;
use gamsa::pack::{Format, Schema, Shape, ShapeId, ShapeKind};

use crate::audits::{Bench, project};
use crate::program::gamsa;

#[test]
fn the_command_line_reference_is_what_help_says() {
    let mut text = String::new();
    for command in [&["--help"][..], &["audit", "--help"], &["rules", "list", "--help"], &["rules", "show", "--help"]] {
        let run = gamsa(command);
        assert_eq!(run.status, 0);
        let name = command[..command.len() - 1].join(" ");
        writeln!(text, "\n## `{}`\n\n```text\n{}\n```", format!("gamsa {name}").trim(), run.out.trim_end())
            .expect("a string");
    }
    compare("docs/cli.md", "help", &format!("{text}\n"));
}

#[test]
fn the_evidence_reference_is_the_schema() {
    let bench = Bench::new();
    let schema = &bench.pack.schema;
    let mut text = String::new();
    for (name, id) in schema.fields(schema.bundle()) {
        let title = &schema.shape(*id).expect("a shape").title;
        writeln!(text, "\n## {name}\n\n{} / {}\n", title.en, title.ko).expect("a string");
        if let Some(description) = &schema.shape(*id).expect("a shape").description {
            writeln!(text, "{}  \n{}\n", description.en, description.ko).expect("a string");
        }
        writeln!(text, "| key | what | 한국어 | value |\n|---|---|---|---|").expect("a string");
        rows(schema, *id, name, &mut text);
    }
    compare("docs/evidence.md", "reference", &format!("{text}\n"));
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme = read("README.md");
    let (_, rest) = readme.split_once("<!-- excerpt: ").expect("an excerpt");
    let (command, rest) = rest.split_once(" -->").expect("a command");
    let (excerpt, _) = rest.split_once("<!-- /excerpt -->").expect("an end");
    let arguments: Vec<&str> = command.split_whitespace().collect();
    let printed = gamsa(&arguments).out;
    let mut lines = printed.lines();
    for line in excerpt.lines().filter(|line| !line.starts_with("```") && !line.trim().is_empty()) {
        if line.trim() != "…" {
            assert!(lines.any(|printed| printed == line), "not in the report, or not in this order:\n{line}");
        }
    }
}

#[test]
fn the_page_on_decisions_shows_what_runs() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let path = |name: &str| directory.path().join(name).display().to_string();
    let page = read("docs/decisions.md");
    let blocks = |mark: &str| -> Vec<String> {
        let start = format!("```{mark}\n");
        let parts = page.split(&start).skip(1);
        parts.map(|part| part.split("```").next().expect("an end").to_owned()).collect()
    };
    for command in blocks("sh").iter().flat_map(|block| block.lines()) {
        let command =
            command.strip_prefix("gamsa ").expect("a command").replace("questions.yaml", &path("questions.yaml"));
        let run = gamsa(&command.split_whitespace().collect::<Vec<_>>());
        assert_eq!(run.status, 1, "{command}: {}", run.err);
    }
    let file = path("example.yaml");
    std::fs::write(&file, &blocks("yaml")[0]).expect("written");
    let only = ["--only", "NTF-04", "--only", "RED-01", "--as-of", "2024-07-01", "--format", "json"];
    let example = [&["audit", "fixtures/decisions/bundle", "--decisions", &file], &only[..]].concat();
    let run = gamsa(&example);
    assert_eq!(run.status, 3, "one of two questions is answered, the other rule is waived: {}{}", run.out, run.err);
    assert_eq!(run.out.matches("\"idle_decisions\": []").count(), 2, "every decision is applied: {}", run.out);
}

#[test]
fn exit_codes_are_documented_as_they_are() {
    for page in ["docs/exit-codes.md", "README.md"] {
        let text = read(page);
        for status in ExitStatus::ALL {
            let row = format!("| {} | {}", status as u8, status.meaning());
            assert!(text.contains(&row), "{page}: no row `{row}`");
        }
    }
    let help = gamsa(&["audit", "--help"]).out;
    for status in ExitStatus::ALL {
        let line = format!("{}  {}", status as u8, status.meaning());
        assert!(help.contains(&line), "no `{line}` in\n{help}");
    }
}

#[test]
fn the_reference_of_the_language_has_its_functions() {
    let mut table = "\n| name | what it does |\n|---|---|\n".to_owned();
    for (name, line) in gamsa::engine::reference() {
        writeln!(table, "| `{name}` | {} |", line.replace('|', "\\|")).expect("a string");
    }
    compare("docs/rule-language.md", "functions", &table);
}

#[test]
fn rule_files_can_be_read_aloud() {
    let bench = Bench::new();
    for script in bench.pack.rules.iter().chain(bench.pack.library.values()) {
        // What META says takes the lines that it needs.
        let mut function: Option<(&str, usize)> = None;
        for (number, line) in script.source().lines().enumerate() {
            if line.starts_with("fn ") {
                function = Some((line, number));
            } else if let Some((head, start)) = function.take_if(|_| line == "}") {
                let lines = number - start + 1;
                assert!(lines <= 35, "{}: {head} has {lines} lines; stop at 35", script.path);
            }
        }
        assert!(script.source().starts_with("// "), "{}: begin with a comment that says the criterion", script.path);
        for line in script.source().lines() {
            assert!(line.chars().count() <= 120, "{}: {line}", script.path);
        }
    }
}

fn rows(schema: &Schema, id: ShapeId, path: &str, text: &mut String) {
    let Some(shape) = schema.shape(id) else { return };
    match &shape.kind {
        ShapeKind::Object(fields) => {
            for (name, field) in fields {
                let path = format!("{path}.{name}");
                row(schema, *field, &path, text);
                rows(schema, *field, &path, text);
            }
        }
        ShapeKind::List(item) => rows(schema, *item, &format!("{path}[]"), text),
        ShapeKind::Map(item) => rows(schema, *item, &format!("{path}.…"), text),
        // What has keys or entries in some cases is listed by these.
        ShapeKind::Union(members) => members.iter().for_each(|member| rows(schema, *member, path, text)),
        ShapeKind::Text { .. }
        | ShapeKind::Choice(_)
        | ShapeKind::Formatted(_)
        | ShapeKind::Integer { .. }
        | ShapeKind::Number { .. }
        | ShapeKind::Boolean
        | ShapeKind::Any => {}
    }
}

fn row(schema: &Schema, id: ShapeId, path: &str, text: &mut String) {
    let shape = schema.shape(id).expect("a shape");
    let value = value_of(schema, shape);
    let about = |text: &gamsa::language::Text, korean: bool| if korean { text.ko.clone() } else { text.en.clone() };
    let describe = |korean: bool| {
        let title = about(&shape.title, korean);
        match &shape.description {
            Some(description) => format!("{title}. {}", about(description, korean)),
            None => title,
        }
    };
    let (en, ko) = (describe(false).replace('|', "\\|"), describe(true).replace('|', "\\|"));
    writeln!(text, "| `{path}` | {en} | {ko} | {value} |").expect("a string");
}

fn value_of(schema: &Schema, shape: &Shape) -> String {
    let range = |what: &str, min: Option<String>, max: Option<String>| match (min, max) {
        (Some(min), Some(max)) => format!("{what}, {min} to {max}"),
        (Some(min), None) => format!("{what}, {min} or more"),
        (None, Some(max)) => format!("{what}, {max} or less"),
        (None, None) => what.to_owned(),
    };
    let whole = |limit: i64, none: i64| (limit != none).then(|| limit.to_string());
    match &shape.kind {
        ShapeKind::Object(_) | ShapeKind::Map(_) => "keys".to_owned(),
        ShapeKind::List(item) => {
            let item = schema.shape(*item).expect("a shape");
            format!("list of {}", value_of(schema, item))
        }
        ShapeKind::Text { .. } if shape.is_prose => "prose".to_owned(),
        ShapeKind::Text { .. } if shape.is_name => "name".to_owned(),
        ShapeKind::Text { .. } => "text".to_owned(),
        ShapeKind::Choice(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" "),
        ShapeKind::Formatted(Format::DateTime) => "date-time".to_owned(),
        ShapeKind::Formatted(Format::Date) => "date".to_owned(),
        ShapeKind::Formatted(Format::Duration) => "duration".to_owned(),
        ShapeKind::Formatted(Format::Sha256) => "SHA-256".to_owned(),
        ShapeKind::Formatted(Format::Time) => "time".to_owned(),
        ShapeKind::Formatted(Format::Email) => "e-mail address".to_owned(),
        ShapeKind::Formatted(Format::Uri) => "URI".to_owned(),
        ShapeKind::Formatted(Format::Uuid) => "UUID".to_owned(),
        ShapeKind::Integer { min, max } => range("whole number", whole(*min, i64::MIN), whole(*max, i64::MAX)),
        ShapeKind::Number { min, max } => {
            range("number", min.map(|min| min.to_string()), max.map(|max| max.to_string()))
        }
        ShapeKind::Boolean => "true or false".to_owned(),
        ShapeKind::Union(members) => {
            let kinds = members.iter().map(|member| value_of(schema, schema.shape(*member).expect("a shape")));
            kinds.collect::<Vec<_>>().join(" or ")
        }
        ShapeKind::Any => "any value".to_owned(),
    }
}

/// Compares the part of a page between two marks, or writes it.
pub(crate) fn compare(page: &str, mark: &str, expected: &str) {
    let _lock = page_lock();
    let text = read(page);
    let (start, end) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let (before, rest) = text.split_once(&start).expect("a start");
    let (found, after) = rest.split_once(&end).expect("an end");
    if std::env::var_os("GAMSA_UPDATE_DOCS").is_some() {
        std::fs::write(project().join(page), format!("{before}{start}{expected}{end}{after}")).expect("written");
        return;
    }
    let differs = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    let (found_line, expected_line) = differs.unwrap_or(("(more or fewer lines)", ""));
    assert!(
        found == expected,
        "{page} is not what the program says: GAMSA_UPDATE_DOCS=1 cargo test writes it anew\n\
         it says:   {found_line}\nit should: {expected_line}"
    );
}

/// Several tests write parts of one page.
pub(crate) fn page_lock() -> MutexGuard<'static, ()> {
    static LOCK: Mutex<()> = Mutex::new(());
    LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn read(page: &str) -> String {
    std::fs::read_to_string(project().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

//! `fixtures/hanbit-result` grown to any number of works: copies of its records under ids of their own.
//!
//! A copy keeps what its records refer to: an incident names the work of the same copy, a notice or an analysis the
//! incident. What the submission says once (services, guidelines, the plan, monitoring) stays as it is, and attachments
//! are shared.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use gamsa::evidence::Day;
use regex::{Captures, Regex};

/// Works to an incident, and works to a notice.
const WORKS_TO_INCIDENT: usize = 50;
const WORKS_TO_NOTICE: usize = 10;
/// What the submission says once, each in a file of that name.
const ONCE: [&str; 7] = ["plan", "result", "documents", "monitoring", "drills", "redundancy", "work_control"];

/// An identifier that copies have of their own, or a date; a path of an attachment, so that it is left alone.
static PART: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"attachments/\S+|\b(?<id>CHG-\d{2}-\d{3}|INC-\d{4}-\d{2}|A-(?:JOINT-)?\d{4}(?:-\d+)*|CAUSE-[A-Z-]+[A-Z])|\b(?<date>\d{4}-\d{2}-\d{2})";
    Regex::new(pattern).expect("a pattern")
});
static INCIDENT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bINC-\d{4}-\d{2}\b").expect("a pattern"));

/// A grown submission: the top of the bundle, and for each key what stands below it.
pub(crate) struct Submission {
    pub(crate) top: String,
    pub(crate) once: Vec<(&'static str, String)>,
    /// The mappings of each list of records.
    pub(crate) records: Vec<(&'static str, Vec<String>)>,
}

impl Submission {
    /// Grows the submission in a folder to some works. Each copy lies a part of so many days before the one before it,
    /// the last one as many days before the first; 0 leaves all at the same times.
    pub(crate) fn grow(folder: &Path, works: usize, days: usize) -> Self {
        let read = |name: &str| fs::read_to_string(folder.join(name)).expect("a file of the submission");
        let (changes, incidents, analyses) =
            (records_in(folder, "changes"), records_in(folder, "incidents"), records_in(folder, "analyses"));
        let copies = works.div_ceil(changes.len());
        let count = works / WORKS_TO_INCIDENT;
        // There are more copies of works than of incidents: a work names one that is there.
        let whole = (count / incidents.len()).max(1);
        let copy = |text: &str, copy: usize| copied(text, copy, copy, (copy * days / copies) as i64);
        let copy_of_work = |text: &str, copy: usize| copied(text, copy, copy % whole, (copy * days / copies) as i64);
        let all = |templates: &[String], count: usize, copy: &dyn Fn(&str, usize) -> String| -> Vec<String> {
            let numbers = (0..count).map(|number| (number / templates.len(), &templates[number % templates.len()]));
            numbers.map(|(number, text)| copy(text, number)).collect()
        };
        let copies_of_incidents = count.div_ceil(incidents.len());
        // What refers to an incident is there as often as the incident.
        let is_there = |text: &str, number: usize| {
            INCIDENT.find_iter(text).all(|id| {
                let at = incidents.iter().position(|incident| incident.contains(id.as_str()));
                at.is_none_or(|at| number * incidents.len() + at < count)
            })
        };
        let with_incidents = |templates: &[String]| -> Vec<String> {
            let numbers = (0..copies_of_incidents).flat_map(|number| templates.iter().map(move |text| (number, text)));
            let there = numbers.filter(|(number, text)| is_there(text, *number));
            there.map(|(number, text)| copy(text, number)).collect()
        };
        let notices = notices(&items_of(&read("notices.yaml")), &incidents, count, works / WORKS_TO_NOTICE);
        Self {
            top: read("bundle.yaml"),
            once: ONCE.map(|key| (key, read(&format!("{key}.yaml")))).to_vec(),
            records: vec![
                ("guidelines", records_in(folder, "guidelines")),
                ("changes", all(&changes, works, &copy_of_work)),
                ("incidents", all(&incidents, count, &copy)),
                ("analyses", with_incidents(&analyses)),
                ("reports", with_incidents(&items_of(&read("reports.yaml")))),
                ("notices", notices.iter().map(|(number, text)| copy(text, *number)).collect()),
            ],
        }
    }

    /// Returns all of it as one file.
    pub(crate) fn one_file(&self) -> String {
        let mut text = self.top.clone();
        for (key, value) in &self.once {
            text.push_str(&format!("{key}:\n"));
            indent(&mut text, value, "  ", "  ");
        }
        for (key, records) in &self.records {
            text.push_str(&format!("{key}:{}\n", if records.is_empty() { " []" } else { "" }));
            for record in records {
                indent(&mut text, record, "- ", "  ");
            }
        }
        text
    }
}

/// Returns the texts of the files of a folder, without comments.
fn records_in(folder: &Path, name: &str) -> Vec<String> {
    let entries = fs::read_dir(folder.join(name)).expect("a folder of the submission");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| without_comments(&fs::read_to_string(path).expect("a record"))).collect()
}

fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect()
}

/// Returns the mappings of a list that is written in block style from the first column on.
fn items_of(list: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in without_comments(list).lines() {
        if line.starts_with("- ") {
            items.push(String::new());
        }
        let item = items.last_mut().expect("a list");
        item.push_str(&format!("{}\n", line.get(2..).unwrap_or_default()));
    }
    items
}

/// Returns the notices of some incidents, as many as are wanted, each with the number of its copy: of each incident one
/// of every kind before a second one.
fn notices(templates: &[String], incidents: &[String], count: usize, wanted: usize) -> Vec<(usize, String)> {
    let by_incident: Vec<Vec<&String>> = incidents.iter().map(|incident| of_each_kind(templates, incident)).collect();
    let mut notices = Vec::new();
    let mut others = Vec::new();
    for number in 0..count {
        let own = &by_incident[number % incidents.len()];
        let share = (wanted * (number + 1)).div_ceil(count).saturating_sub(notices.len()).min(own.len());
        let (taken, left) = own.split_at(share);
        let numbered = |text: &&String| (number / incidents.len(), (*text).clone());
        notices.extend(taken.iter().map(numbered));
        others.extend(left.iter().map(numbered));
    }
    notices.extend(others.into_iter().take(wanted.saturating_sub(notices.len())));
    notices
}

/// Returns the notices of an incident, the first of each kind before the others.
fn of_each_kind<'t>(templates: &'t [String], incident: &str) -> Vec<&'t String> {
    let id = INCIDENT.find(incident).expect("an incident has an id").as_str();
    let kind = |text: &str| text.lines().find(|line| line.starts_with("kind:")).map(str::to_owned);
    let mut kinds = Vec::new();
    let own = templates.iter().filter(|text| text.lines().next().is_some_and(|line| line.contains(id)));
    let (mut first, others): (Vec<_>, Vec<_>) = own.partition(|text| {
        let is_first = !kinds.contains(&kind(text));
        kinds.push(kind(text));
        is_first
    });
    first.extend(others);
    first
}

/// Returns a copy of a record, so many days earlier, that names the incidents of a copy.
fn copied(text: &str, copy: usize, copy_of_incidents: usize, days: i64) -> String {
    let part = |found: &Captures<'_>| match (found.name("id"), found.name("date")) {
        (Some(id), _) => {
            let copy = if id.as_str().starts_with("INC-") { copy_of_incidents } else { copy };
            if copy == 0 { id.as_str().to_owned() } else { format!("{}-{copy:04}", id.as_str()) }
        }
        (_, Some(date)) => {
            let earlier = Day::parse(date.as_str()).and_then(|day| day.plus_days(-days));
            earlier.map_or_else(|| date.as_str().to_owned(), |day| day.to_string())
        }
        _ => found[0].to_owned(),
    };
    PART.replace_all(text, part).into_owned()
}

/// Appends the lines of a text, the first one behind one indentation and the others behind another.
fn indent(into: &mut String, text: &str, first: &str, others: &str) {
    for (number, line) in text.lines().enumerate() {
        let before = if number == 0 { first } else { others };
        into.push_str(if line.is_empty() { "" } else { before });
        into.push_str(line);
        into.push('\n');
    }
}

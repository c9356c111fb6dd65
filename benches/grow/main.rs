//! Writes `fixtures/hanbit-result` grown to some works, as one file and as one file a record:
//! `cargo run --release --example grow -- WORKS FOLDER [DAYS]`. The figures are in `docs/performance.md`.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a generator has nobody to tell but its user")]

mod submission;

use std::fs;
use std::path::{Path, PathBuf};

use submission::Submission;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).map(|text| text.parse::<usize>().expect("a number"));
    let works = number(0).expect("WORKS FOLDER [DAYS]");
    let folder = PathBuf::from(arguments.get(1).expect("WORKS FOLDER [DAYS]"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/hanbit-result");
    let grown = Submission::grow(&source, works, number(2).unwrap_or(0));

    let one = begin(&source, &folder.join("one"));
    fs::write(one.join("bundle.yaml"), grown.one_file()).expect("written");

    let many = begin(&source, &folder.join("many"));
    fs::write(many.join("bundle.yaml"), &grown.top).expect("written");
    for (key, text) in &grown.once {
        fs::write(many.join(format!("{key}.yaml")), text).expect("written");
    }
    for (key, records) in &grown.records {
        fs::create_dir(many.join(key)).expect("a new folder");
        for (number, record) in records.iter().enumerate() {
            fs::write(many.join(key).join(format!("{number:06}.yaml")), record).expect("written");
        }
    }
}

/// Makes a folder that has the attachments of the submission and nothing else yet.
fn begin(source: &Path, folder: &Path) -> PathBuf {
    let attachments = folder.join("attachments");
    fs::create_dir_all(&attachments).expect("a folder");
    for entry in fs::read_dir(source.join("attachments")).expect("attachments") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), attachments.join(entry.file_name())).expect("a copy");
    }
    folder.to_owned()
}

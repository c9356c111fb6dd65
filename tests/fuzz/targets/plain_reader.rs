//! The plain reader against the general one on any bytes: the same document, or the same refusal.

#![no_main]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use gamsa::evidence::Document;
use gamsa::load::{Bundle, Intake, Layout, Limits, document};
use libfuzzer_sys::{Corpus, fuzz_target};
use tempfile::TempDir;

/// Of the inputs, one in so many lengths is also read as two files of a bundle, for these are written to disk.
const BUNDLE_EVERY: usize = 16;

/// A bundle whose first keys, and the value of another key, are the input.
static BUNDLE: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("temporary directory"));

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let is_read = compare(bytes, &Limits::default());
    // Small ones, so that they are met.
    compare(bytes, &Limits { depth: 3, values: 60, value_bytes: 40, ..Limits::default() });
    if bytes.len().is_multiple_of(BUNDLE_EVERY) {
        for name in ["bundle.yaml", "x.yaml"] {
            fs::write(BUNDLE.path().join(name), bytes).expect("write");
        }
        compare_bundles(BUNDLE.path());
    }
    if is_read { Corpus::Keep } else { Corpus::Reject }
});

/// Reads a file both ways; tells whether it was text at all.
fn compare(bytes: &[u8], limits: &Limits) -> bool {
    let fast = document("m.yaml", bytes, limits);
    let slow = document("m.yaml", bytes, &general(limits));
    match (fast, slow) {
        (Ok(fast), Ok(slow)) => {
            assert_eq!(inside(&fast), inside(&slow), "read differently");
            assert_eq!(slow.plain_file_count(), 0);
        }
        (fast, slow) => assert_eq!(fast.err(), slow.err(), "refused differently"),
    }
    std::str::from_utf8(bytes).is_ok()
}

fn compare_bundles(path: &Path) {
    let limits = Limits::default();
    let layout = Layout::default();
    let load = |limits: &Limits| Bundle::load(path, Intake { layout: &layout, limits, stop: None });
    match (load(&limits), load(&general(&limits))) {
        (Ok(fast), Ok(slow)) => assert_eq!(inside(&fast.document), inside(&slow.document), "bundles read differently"),
        (fast, slow) => {
            let [fast, slow] = [fast, slow].map(|read| read.err().map(|error| format!("{error:#}")));
            assert_eq!(fast, slow, "bundles refused differently");
        }
    }
}

fn general(limits: &Limits) -> Limits {
    Limits { plain_reader: false, ..limits.clone() }
}

/// Everything inside a document, but not who read it.
fn inside(document: &Document) -> String {
    let mut everything = format!("{document:?}");
    everything.truncate(everything.rfind(", plain_files").expect("the last field"));
    everything
}

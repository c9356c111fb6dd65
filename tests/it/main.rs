//! Integration tests, one binary.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "these are tests"
)]

mod accounting;
mod architecture;
mod audits;
mod criteria;
mod decisions;
mod docs;
mod growth;
mod hostile_scripts;
mod hostile_text;
mod intake;
mod language;
mod language_page;
mod loading;
mod mutations;
mod output;
mod plain_reader;
mod program;
mod reports;
mod rules;
mod type_mistakes;
mod yaml_suite;

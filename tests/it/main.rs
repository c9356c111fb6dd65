//! Integration tests, one binary.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "these are tests"
)]

mod accounting;
mod adversary;
mod alterations;
mod architecture;
mod audits;
mod claims;
mod criteria;
mod decisions;
mod docs;
mod established;
mod form;
mod functions;
mod given;
mod glossary;
mod growth;
mod hostile_scripts;
mod hostile_text;
mod intake;
mod joins;
mod json_schema;
mod kleene;
mod language;
mod language_page;
mod loading;
mod mutations;
mod oracle;
mod output;
mod plain_reader;
mod program;
mod random_rules;
mod remedy;
mod reports;
mod rules;
mod semantics;
mod small_packs;
mod trial;
mod truth_tables;
mod type_mistakes;
mod verdicts;
mod yaml_suite;

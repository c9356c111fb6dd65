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
mod chance_rules;
mod criteria;
mod decisions;
mod docs;
mod evaluators;
mod growth;
mod hostile_text;
mod intake;
mod language;
mod loading;
mod mutations;
mod output;
mod plain_reader;
mod program;
mod reports;
mod rules;
mod sandbox;
mod yaml_suite;

/// Rules are limited in memory only where this allocator counts.
#[global_allocator]
static ALLOCATOR: gamsa::engine::CountingAllocator = gamsa::engine::CountingAllocator;

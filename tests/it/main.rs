//! Integration tests, one binary.

#![expect(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]

mod audits;
mod loading;
mod rules;
mod yaml_suite;

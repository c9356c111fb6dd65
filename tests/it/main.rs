//! Integration tests, one binary.

mod loading;
mod yaml_suite;

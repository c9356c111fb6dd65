//! gamsa (감사, "audit") audits YAML evidence bundles with Rhai rules and lists every missing item.
//!
//! Data flows one way, and the modules stand in that order:
//! [`evidence`] → [`load`] → [`pack`] → [`engine`] → [`assess`] → [`report`] → [`cli`].
//! Everything before [`cli`] prints nothing and reads no clock or environment: files and a date in, an
//! [`assess::Assessment`] out.

pub mod assess;
pub mod cli;
pub mod engine;
pub mod error;
pub mod evidence;
pub mod language;
pub mod load;
pub mod pack;
pub mod report;

//! gamsa (감사, "audit") audits YAML evidence bundles with Rhai rules and lists every missing item.
//!
//! Data flows one way, and the modules stand in that order:
//! x.
//! Everything before cli is pure: bytes and a date in, an A out.

pub mod error;
pub mod evidence;
pub mod language;
pub mod load;

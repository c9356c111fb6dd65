//! From what rules found to results, findings and a verdict: plain data that every report writes.
//!
//! Takes a bundle and a compiled pack; gives an [`Assessment`]. Nothing here knows Rhai or a report format.

mod assessment;
mod auditor;
mod finding;
mod resolve;
mod result;
mod verdict;

pub use assessment::{Assessment, Counts, LoadFailure, RuleReport, Warning};
pub use auditor::{Auditor, Request, unreadable};
pub use finding::{Finding, FindingKind, Nearest, Related, ScriptPlace, Supply};
pub use result::{RuleResult, Verdict};
pub use verdict::ControlReport;

//! From what rules found to results, findings and a verdict: plain data that every report writes.
//!
//! Takes a bundle, a compiled pack and the decisions of an inspector; gives an [`Assessment`]. Nothing here knows Rhai or a report format.

mod assessment;
mod auditor;
mod coverage;
mod decide;
mod decision;
mod decision_file;
mod doubt;
mod file_warnings;
mod finding;
mod resolve;
mod result;
mod stage;
mod verdict;
mod warnings;

pub use assessment::{Assessment, Counts, LoadFailure, OrderIdentity, RuleReport, Warning};
pub use auditor::{AsOf, Auditor, Request, unreadable};
pub use coverage::{Coverage, Records};
pub use decision::{
    Answer, Decision, Decisions, Determination, Idle, IdleStatus, Ledger, Ruling, Scope, Target, Waiver,
};
pub use decision_file::{DECISIONS_SCHEMA, MadeWith, RefusedDecisions};
pub use finding::{Finding, FindingKind, Nearest, Related, ScriptPlace, Supply};
pub use result::{RuleResult, Verdict};
pub use stage::UnusableStage;
pub use verdict::{ControlReport, Duties};

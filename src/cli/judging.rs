//! Judges what was found: reads it, finds its order, audits it; whatever happens is a result.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use anyhow::{Result, anyhow};

use super::orders::Orders;
use super::output::Pages;
use super::targets::Guard;
use crate::assess::{Assessment, Auditor, Verdict, unreadable};
use crate::load::{Candidate, CandidateKind, Entry, EntryState, Found, Intake, Resolved};
use crate::report::Run;

/// Something that was found.
pub(super) enum WorkItem {
    /// It has to be read.
    Candidate(Candidate),
    /// It was read.
    Resolved(Vec<Resolved>),
    /// It is no bundle.
    Entry(Entry),
    /// A folder of other entries.
    Folder(String),
}

/// What became of something that was found.
pub(super) enum Processed {
    /// A bundle was judged.
    Bundle { path: String, digest: Option<String>, verdict: Verdict, duties: Option<Verdict>, pages: Pages },
    /// It is no bundle, or was not audited.
    Entry(Entry),
    /// A folder of other entries.
    Folder(String),
}

/// How bundles are read and judged.
pub(super) struct Judging<'a> {
    pub(super) intake: Intake<'a>,
    pub(super) orders: &'a Orders<'a>,
    pub(super) run: &'a Run<'a>,
}

impl WorkItem {
    /// Takes something that was found; a bundle in which an output lies is not read.
    pub(super) fn of(found: Found, guard: &Guard<'_>, intake: Intake<'_>) -> Self {
        match found {
            Found::Candidate(candidate) if is_earlier_output(&candidate, guard, intake) => {
                Self::Resolved(candidate.resolve(intake))
            }
            Found::Candidate(candidate) => match guard.refusal(&candidate.path) {
                None => Self::Candidate(candidate),
                Some(error) => {
                    let path = candidate.path.display().to_string();
                    Self::Resolved(vec![Resolved::Bundle { path, bundle: Err(error) }])
                }
            },
            Found::Entry(entry) => Self::Entry(entry),
            Found::Folder(path) => Self::Folder(path),
        }
    }

    pub(super) fn is_candidate(&self) -> bool {
        matches!(self, Self::Candidate(_) | Self::Resolved(_))
    }

    /// Reads a candidate, to know what it holds.
    pub(super) fn resolve(&mut self, intake: Intake<'_>) {
        if let Self::Candidate(candidate) = self {
            *self = Self::Resolved(candidate.resolve(intake));
        }
    }

    /// Returns how many bundles something that was read holds.
    pub(super) fn bundles(&self) -> usize {
        match self {
            Self::Resolved(resolved) => {
                resolved.iter().filter(|resolved| matches!(resolved, Resolved::Bundle { .. })).count()
            }
            Self::Candidate(_) | Self::Entry(_) | Self::Folder(_) => 0,
        }
    }
}

impl Judging<'_> {
    /// Judges an item; `pages` writes the pages of a bundle. An item that was interrupted leaves nothing.
    pub(super) fn judge(
        &self,
        auditor: &Auditor<'_>,
        item: WorkItem,
        pages: impl Fn(&Assessment) -> Result<Pages>,
    ) -> Result<Vec<Processed>> {
        let resolved = match item {
            WorkItem::Entry(entry) => return Ok(vec![Processed::Entry(entry)]),
            WorkItem::Folder(path) => return Ok(vec![Processed::Folder(path)]),
            WorkItem::Resolved(resolved) => resolved,
            WorkItem::Candidate(candidate) => {
                let read = catch_unwind(AssertUnwindSafe(|| candidate.resolve(self.intake)));
                read.unwrap_or_else(|_| {
                    let path = candidate.path.display().to_string();
                    vec![Resolved::Bundle { bundle: Err(broken(&path)), path }]
                })
            }
        };
        // What was being read when the run was to stop was not read to its end.
        if self.intake.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) && resolved.iter().any(is_refused) {
            return Ok(Vec::new());
        }
        resolved.into_iter().map(|resolved| self.one(auditor, resolved, &pages)).collect()
    }

    fn one(
        &self,
        auditor: &Auditor<'_>,
        resolved: Resolved,
        pages: &impl Fn(&Assessment) -> Result<Pages>,
    ) -> Result<Processed> {
        let (path, bundle) = match resolved {
            Resolved::Entry(entry) => return Ok(Processed::Entry(entry)),
            Resolved::Bundle { path, bundle } => (path, bundle),
        };
        let assessment = match bundle {
            Err(error) => unreadable(&path, &error),
            Ok(bundle) => {
                let order = match self.orders.of(&bundle.document) {
                    Ok(order) => order,
                    Err(reason) => {
                        let state = EntryState::NotAudited;
                        return Ok(Processed::Entry(Entry { path, state, reason: Some(reason) }));
                    }
                };
                catch_unwind(AssertUnwindSafe(|| auditor.assess_by(order, &path, *bundle)))
                    .unwrap_or_else(|_| unreadable(&path, &broken(&path)))
            }
        };
        let pages = pages(&assessment)?;
        let duties = assessment.duties.map(|duties| duties.verdict);
        Ok(Processed::Bundle { path, digest: assessment.digest, verdict: assessment.verdict, duties, pages })
    }
}

/// Tells whether a file that was found is what an earlier run wrote, and no bundle.
fn is_earlier_output(candidate: &Candidate, guard: &Guard<'_>, intake: Intake<'_>) -> bool {
    matches!(candidate.kind, CandidateKind::File { is_sure: false })
        && guard.meets(&candidate.path)
        && !candidate.resolve(intake).iter().any(|resolved| matches!(resolved, Resolved::Bundle { .. }))
}

fn is_refused(resolved: &Resolved) -> bool {
    matches!(resolved, Resolved::Bundle { bundle: Err(_), .. })
}

fn broken(path: &str) -> anyhow::Error {
    anyhow!("{path}: gamsa failed on this bundle; please report it")
}

//! Judges all that was found, accounts for every entry, and ends the reports, whatever ends the run.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;

use super::accounts::Accounts;
use super::exit::ExitStatus;
use super::judging::{Judging, Processed, WorkItem};
use super::output::{Outputs, Partial};
use super::watchdog::watched;
use super::workers::{self, Plan};
use crate::assess::{Auditor, Ledger};
use crate::report::Summary;

/// What a run judges with, where its reports go, and how it ends when it is cut short.
pub(super) struct Batch<'b, 'o> {
    pub(super) plan: &'b Plan<'b>,
    pub(super) judging: &'b Judging<'b>,
    pub(super) outputs: &'b Outputs<'o>,
    /// The candidates of the run, where they are known.
    pub(super) total: Option<usize>,
    /// Ends the program at once, after a note.
    pub(super) give_up: fn(&str) -> !,
}

/// Returns the note on a run that was cut short.
pub(super) fn interruption(partial: &[Partial]) -> String {
    let meaning = ExitStatus::Interrupted.meaning();
    let files: Vec<String> = partial.iter().map(|partial| format!("\nnote: {}", partial.note())).collect();
    format!("note: {meaning}{}", files.concat())
}

impl Batch<'_, '_> {
    /// Audits what was found and hands each result to the reports.
    ///
    /// # Errors
    /// The rules do not compile, or a report cannot be written.
    pub(super) fn judge(
        self,
        auditor: &Auditor<'_>,
        items: impl Iterator<Item = WorkItem> + Send,
        tick: impl Fn() + Sync,
    ) -> Result<(ExitStatus, Vec<Partial>)> {
        let Self { plan, judging, outputs, total, give_up } = self;
        let run = judging.run;
        let ledger = run.request.decisions.as_deref().map(|decisions| Mutex::new(Ledger::new(decisions)));
        let accounts = Mutex::new(Accounts::default());
        let page = |item: WorkItem| {
            judging.judge(auditor, item, |assessment| {
                if let Some(ledger) = &ledger {
                    lock(ledger).meet(assessment);
                }
                outputs.formats().pages(run, assessment)
            })
        };
        let close = |summary: &mut Summary, is_interrupted: bool| {
            summary.interrupted = is_interrupted;
            summary.left = total.filter(|_| is_interrupted).map(|total| total.saturating_sub(summary.bundles));
            summary.entries = lock(&accounts).entries().to_vec();
            summary.idle =
                ledger.as_ref().map(|ledger| lock(ledger).close(run.pack, is_interrupted)).unwrap_or_default();
        };
        let work = || {
            outputs.begin(run)?;
            let judged = workers::run(plan, items, &page, |made: Vec<Processed>| {
                tick();
                made.into_iter().try_for_each(|made| take(outputs, judging, &accounts, made))
            });
            let is_stopped = plan.stop.load(Ordering::Relaxed);
            let is_complete = match judged {
                // Once a run is to stop, what fails ends it no other way: a hangup takes the screen away too.
                Err(_) if is_stopped => false,
                judged => judged?,
            };
            if !is_stopped || is_complete {
                // What a folder is can be told only when all below it is known.
                let folders = lock(&accounts).close_folders();
                folders.iter().try_for_each(|folder| outputs.entry(run, folder))?;
            }
            let is_complete = |summary: &Summary| is_complete || (run.is_single && summary.bundles == 1);
            let (summary, partial) = outputs.end(run, |summary| close(summary, is_stopped && !is_complete(summary)))?;
            Ok((ExitStatus::of(&summary), partial))
        };
        let rescue = || {
            let mut note = String::new();
            let done = |partial: Result<Vec<Partial>>| {
                note = match partial {
                    Ok(partial) => interruption(&partial),
                    Err(error) => format!("note: interrupted: {error:#}"),
                };
            };
            if outputs.give_up(run, |summary| close(summary, true), done) {
                give_up(&note);
            }
        };
        watched(plan.stop, work, rescue)?
    }
}

/// Takes what became of something that was found: a page, unless it is the same submission again, or an entry.
fn take(outputs: &Outputs<'_>, judging: &Judging<'_>, accounts: &Mutex<Accounts>, made: Processed) -> Result<()> {
    let run = judging.run;
    match made {
        Processed::Bundle { path, digest, verdict, duties, pages } => {
            let same = lock(accounts).bundle(&path, digest.as_deref());
            match same {
                Some(same) => outputs.entry(run, &same),
                None => outputs.add(|summary| summary.add(verdict, duties), &pages),
            }
        }
        Processed::Entry(entry) => {
            outputs.entry(run, &entry)?;
            lock(accounts).entry(entry);
            Ok(())
        }
        Processed::Folder(path) => {
            lock(accounts).folder(path);
            Ok(())
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

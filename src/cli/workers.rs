//! Audits bundles on several threads, with a bounded number of them in hand.
//!
//! Each worker compiles the rules once. The caller's thread hands out bundles and takes results, so that whatever
//! writes them needs no lock.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, anyhow};

use super::bundles::Bundle;
use crate::assess::{Assessment, Auditor, unreadable};
use crate::engine::WORKER_STACK_BYTES;
use crate::error::Stage;
use crate::load::{self, Limits};

/// Bundles in hand for each worker: being judged, waiting, or judged and waiting for one before them.
const IN_HAND: usize = 8;

/// How bundles are audited.
pub(super) struct Plan<'a> {
    /// Threads.
    pub(super) jobs: NonZeroUsize,
    /// Give each result as soon as it is there.
    pub(super) is_unordered: bool,
    /// What a bundle may hold, and how it is read.
    pub(super) limits: Limits,
    /// Take no more bundles once this is true.
    pub(super) stop: &'a AtomicBool,
}

/// Audits bundles and gives each result to `take`, in the order of the input unless the plan says otherwise.
///
/// `own` is what this thread audits with where it works alone.
///
/// # Errors
/// A thread cannot be started, the rules do not compile, or `take` fails.
pub(super) fn run<'p>(
    plan: &Plan<'_>,
    own: Auditor<'p>,
    auditor: &(impl Fn() -> Result<Auditor<'p>> + Sync),
    bundles: impl Iterator<Item = Bundle>,
    mut take: impl FnMut(Assessment) -> Result<()>,
) -> Result<()> {
    if plan.jobs.get() == 1 {
        let going = bundles.take_while(|_| !plan.stop.load(Ordering::Relaxed));
        return going.map(|bundle| assess(&own, bundle, &plan.limits)).try_for_each(take);
    }
    // Rules belong to a thread; each worker compiles its own.
    drop(own);
    let (jobs, waiting) = channel::<(usize, Bundle)>();
    let waiting = Mutex::new(waiting);
    let (results, judged) = channel();
    thread::scope(|scope| {
        for _ in 0..plan.jobs.get() {
            let (waiting, results) = (&waiting, results.clone());
            let worker = thread::Builder::new().stack_size(WORKER_STACK_BYTES);
            let work = move || work(auditor, waiting, &results, &plan.limits);
            worker.spawn_scoped(scope, work).context("a worker thread cannot be started").context(Stage::Load)?;
        }
        drop(results);
        // Dropped at the end, also after an error, which ends the workers.
        let mut hand = Hand { plan, jobs: Some(jobs), judged, sent: 0, taken: 0, kept: BTreeMap::new() };
        hand.play(bundles, &mut take)
    })
}

fn work<'p>(
    auditor: &(impl Fn() -> Result<Auditor<'p>> + Sync),
    waiting: &Mutex<Receiver<(usize, Bundle)>>,
    results: &Sender<Result<(usize, Assessment)>>,
    limits: &Limits,
) {
    let auditor = match auditor() {
        Ok(auditor) => auditor,
        Err(error) => return drop(results.send(Err(error))),
    };
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, bundle)) = next else { return };
        if results.send(Ok((number, assess(&auditor, bundle, limits)))).is_err() {
            return;
        }
    }
}

/// What is in hand between the search for bundles and the report.
struct Hand<'a> {
    plan: &'a Plan<'a>,
    jobs: Option<Sender<(usize, Bundle)>>,
    judged: Receiver<Result<(usize, Assessment)>>,
    sent: usize,
    taken: usize,
    /// Results that wait for one before them.
    kept: BTreeMap<usize, Assessment>,
}

impl Hand<'_> {
    fn play(
        &mut self,
        mut bundles: impl Iterator<Item = Bundle>,
        take: &mut impl FnMut(Assessment) -> Result<()>,
    ) -> Result<()> {
        let most = self.plan.jobs.get() * IN_HAND;
        loop {
            while self.sent - self.taken < most && self.jobs.is_some() {
                let is_stopped = self.plan.stop.load(Ordering::Relaxed);
                match bundles.next().filter(|_| !is_stopped) {
                    Some(bundle) => self.send(bundle),
                    None => self.jobs = None,
                }
            }
            if self.sent == self.taken {
                return Ok(());
            }
            let (number, assessment) = self.judged.recv().map_err(|_| anyhow!("the workers ended early"))??;
            self.kept.insert(number, assessment);
            while let Some(next) = self.next_to_take() {
                self.taken += 1;
                take(next)?;
            }
        }
    }

    fn send(&mut self, bundle: Bundle) {
        if let Some(jobs) = &self.jobs
            && jobs.send((self.sent, bundle)).is_ok()
        {
            self.sent += 1;
        }
    }

    fn next_to_take(&mut self) -> Option<Assessment> {
        if self.plan.is_unordered {
            return self.kept.pop_first().map(|(_, assessment)| assessment);
        }
        self.kept.remove(&self.taken)
    }
}

/// Judges one bundle; whatever happens to it is an assessment, so that it never sinks the others.
fn assess(auditor: &Auditor<'_>, bundle: Bundle, limits: &Limits) -> Assessment {
    let path = match bundle {
        Ok(path) => path,
        Err((name, error)) => return unreadable(&name, &error),
    };
    let shown = path.display().to_string();
    catch_unwind(AssertUnwindSafe(|| judge(auditor, &path, &shown, limits)))
        .unwrap_or_else(|_| unreadable(&shown, &anyhow!("{shown}: gamsa failed on this bundle; please report it")))
}

fn judge(auditor: &Auditor<'_>, path: &Path, shown: &str, limits: &Limits) -> Assessment {
    match load::Bundle::load(path, limits) {
        Ok(bundle) => auditor.assess(shown, bundle),
        Err(error) => unreadable(shown, &error),
    }
}

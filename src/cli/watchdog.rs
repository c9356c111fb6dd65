//! Ends a run that was told to stop and does not get there by itself: it reads a pipe on which nothing comes, or a file
//! without end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::error::ErrorStage;

/// Time that a run has for coming to its end by itself.
const GRACE: Duration = Duration::from_millis(400);
/// Time between two looks at the request to stop.
const LOOK: Duration = Duration::from_millis(50);

/// Does the work; where it goes on for too long after `stop` has become true, `rescue` is called once beside it.
///
/// # Errors
/// The thread that watches cannot be started.
pub(super) fn watched<T>(stop: &AtomicBool, work: impl FnOnce() -> T, rescue: impl FnOnce() + Send) -> Result<T> {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let watch = || {
            if is_overdue(stop, &is_over) {
                rescue();
            }
        };
        let watcher = thread::Builder::new().spawn_scoped(scope, watch);
        let watcher = watcher.context("a thread cannot be started").context(ErrorStage::Load)?;
        // Also where the work panics: the scope waits for the watcher.
        let _over = Over { is_over: &is_over, watcher: watcher.thread() };
        Ok(work())
    })
}

fn is_overdue(stop: &AtomicBool, is_over: &AtomicBool) -> bool {
    let mut asked: Option<Instant> = None;
    while !is_over.load(Ordering::Acquire) {
        if stop.load(Ordering::Relaxed) && asked.get_or_insert_with(Instant::now).elapsed() >= GRACE {
            return true;
        }
        thread::park_timeout(LOOK);
    }
    false
}

struct Over<'w> {
    is_over: &'w AtomicBool,
    watcher: &'w Thread,
}

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Release);
        self.watcher.unpark();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn work_that_ends_is_left_alone() {
        let rescued = AtomicBool::new(false);
        let done = watched(&AtomicBool::new(false), || 1, || rescued.store(true, Ordering::Relaxed));
        assert_eq!(done.expect("a thread"), 1);
        assert!(!rescued.load(Ordering::Relaxed));
    }

    #[test]
    fn work_that_goes_on_after_the_stop_is_rescued() {
        let both = Barrier::new(2);
        let done = watched(
            &AtomicBool::new(true),
            || {
                both.wait();
                2
            },
            || {
                both.wait();
            },
        );
        assert_eq!(done.expect("a thread"), 2, "the work waits for its rescue");
    }
}

//! Threads with a stack that is large enough for rules.

use std::num::NonZero;
use std::panic;
use std::thread;

/// The stack that a thread needs to run rules.
pub const WORKER_STACK_BYTES: usize = 64 << 20;
/// Items that are worth a thread of their own.
const ITEMS: usize = 8;

/// Does work on every run of neighbouring items, each run on a thread of its own; gives the results in the order of
/// the items. Where a thread cannot be started, its items are worked on here.
pub(super) fn in_runs<'i, T: Sync, R: Send>(items: &'i [T], work: impl Fn(&'i [T]) -> Vec<R> + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(items.len() / ITEMS).max(1);
    let mut runs = items.chunks(items.len().div_ceil(threads).max(1));
    // The first run is for this thread.
    let first = runs.next().unwrap_or_default();
    let work = &work;
    thread::scope(|scope| {
        let started: Vec<_> = runs
            .map(|run| {
                let thread = thread::Builder::new().stack_size(WORKER_STACK_BYTES);
                (run, thread.spawn_scoped(scope, move || work(run)))
            })
            .collect();
        let mut all = work(first);
        for (run, thread) in started {
            match thread {
                Ok(thread) => all.extend(thread.join().unwrap_or_else(|payload| panic::resume_unwind(payload))),
                Err(_) => all.extend(work(run)),
            }
        }
        all
    })
}

/// Runs `work` on a thread whose stack is large enough for rules.
///
/// # Errors
/// The thread cannot be started.
pub fn on_worker<T: Send>(work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    thread::scope(|scope| {
        let worker = thread::Builder::new().stack_size(WORKER_STACK_BYTES).spawn_scoped(scope, work)?;
        worker.join().map_err(|_| std::io::Error::other("the worker thread panicked"))
    })
}

#[cfg(test)]
mod tests {
    use super::in_runs;

    #[test]
    fn results_stand_in_the_order_of_the_items() {
        for count in [0, 1, 7, 8, 16, 17, 100] {
            let items: Vec<usize> = (0..count).collect();
            let doubled = in_runs(&items, |run| run.iter().map(|item| item * 2).collect());
            assert_eq!(doubled, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }
}

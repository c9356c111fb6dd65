//! Does the same to many items on several threads, with a bounded number of them in hand.
//!
//! Each thread takes the next item, judges it and writes its pages. Whoever finishes the item
//! that is next in order hands it over, with all that waited for it and all that comes meanwhile; the others go on with
//! the next item. No thread only waits for the others: what goes from thread to thread costs both of them time.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;

use anyhow::{Context, Error, Result};

use crate::engine::WORKER_STACK_BYTES;
use crate::error::ErrorStage;

/// Items in hand for each thread: being judged, or judged and waiting for one before them.
const IN_HAND: usize = 64;
/// Threads at most; no machine has more processors that would help.
const MOST_JOBS: usize = 256;

/// How items are judged.
pub(super) struct Plan<'a> {
    /// Threads.
    pub(super) jobs: NonZeroUsize,
    /// Give each result as soon as it is there.
    pub(super) is_unordered: bool,
    /// Take no more items once this is true.
    pub(super) stop: &'a AtomicBool,
}

/// Judges items and hands the results to `take`, one at a time, in the order of the input unless the plan says
/// otherwise.
///
/// No more threads are started than there are items.
/// Returns whether every item was judged: not where the plan's stop came before the last one was taken.
///
/// # Errors
/// A thread cannot be started, or `judge` or `take` fails.
pub(super) fn run<I: Send, T: Send>(
    plan: &Plan<'_>,
    mut items: impl Iterator<Item = I> + Send,
    judge: &(impl Fn(I) -> Result<T> + Sync),
    take: impl FnMut(T) -> Result<()> + Send,
) -> Result<bool> {
    let wanted = plan.jobs.get().min(MOST_JOBS);
    let first: Vec<I> = if wanted > 1 { items.by_ref().take(wanted).collect() } else { Vec::new() };
    let jobs = wanted.min(first.len()).max(1);
    let table = Table {
        plan,
        in_hand: jobs * IN_HAND,
        feed: Mutex::new(Feed { items: first.into_iter().chain(items), given: 0, is_over: false }),
        hand: Mutex::new(Hand { taken: 0, waiting: BTreeMap::new(), sleeping: 0, error: None }),
        take: Mutex::new(take),
        moved: Condvar::new(),
    };
    thread::scope(|scope| {
        for _ in 1..jobs {
            let work = || table.work(judge);
            let thread = thread::Builder::new().stack_size(WORKER_STACK_BYTES).spawn_scoped(scope, work);
            if let Err(error) = thread.context("a worker thread cannot be started").context(ErrorStage::Usage) {
                table.fail(error);
            }
        }
        table.work(judge);
    });
    let hand = table.hand.into_inner().unwrap_or_else(PoisonError::into_inner);
    let feed = table.feed.into_inner().unwrap_or_else(PoisonError::into_inner);
    hand.error.map_or(Ok(feed.is_over), Err)
}

/// What the threads share.
struct Table<'a, B, T, F> {
    plan: &'a Plan<'a>,
    /// Items that may be in hand.
    in_hand: usize,
    feed: Mutex<Feed<B>>,
    hand: Mutex<Hand<T>>,
    /// Where results go; held while one goes there.
    take: Mutex<F>,
    /// Results were taken, or the run failed.
    moved: Condvar,
}

/// The items that are still to be judged.
struct Feed<B> {
    items: B,
    /// How many were given to a thread.
    given: usize,
    /// Whether there are no more.
    is_over: bool,
}

/// The results that were made.
struct Hand<T> {
    taken: usize,
    /// Those that wait for one before them, or for whoever hands them over.
    waiting: BTreeMap<usize, T>,
    /// Threads that wait until results are taken.
    sleeping: usize,
    /// Why the run ends early.
    error: Option<Error>,
}

impl<I, B: Iterator<Item = I>, T, F: FnMut(T) -> Result<()>> Table<'_, B, T, F> {
    fn work(&self, judge: &impl Fn(I) -> Result<T>) {
        while let Some((number, item)) = self.next() {
            match judge(item) {
                Ok(judged) => self.put(number, judged),
                Err(error) => return self.fail(error),
            }
        }
    }

    /// Takes the next item with its number, once not too many are in hand.
    fn next(&self) -> Option<(usize, I)> {
        let mut feed = lock(&self.feed);
        let mut hand = lock(&self.hand);
        // Who judges the item that is next in order needs only the hand, so that this ends.
        while hand.error.is_none() && feed.given - hand.taken >= self.in_hand {
            hand.sleeping += 1;
            hand = self.moved.wait(hand).unwrap_or_else(PoisonError::into_inner);
            hand.sleeping -= 1;
        }
        let is_over = hand.error.is_some() || self.plan.stop.load(Ordering::Relaxed);
        drop(hand);
        if is_over {
            return None;
        }
        let Some(item) = feed.items.next() else {
            // Who stops the run may also have stopped what writes the list.
            feed.is_over = !self.plan.stop.load(Ordering::Relaxed);
            return None;
        };
        feed.given += 1;
        Some((feed.given - 1, item))
    }

    /// Hands over what is ready, unless another thread does: that one sees what is ready when it is done.
    fn put(&self, number: usize, result: T) {
        lock(&self.hand).waiting.insert(number, result);
        let mut is_ready = true;
        while is_ready && let Some(mut take) = try_lock(&self.take) {
            while let Some(next) = self.ready() {
                match take(next) {
                    Ok(()) => self.taken(),
                    Err(error) => self.fail(error),
                }
            }
            drop(take);
            // What became ready since it was last asked for has found the other thread still at it.
            is_ready = lock(&self.hand).next(self.plan).is_some();
        }
    }

    /// Returns the result to hand over now.
    fn ready(&self) -> Option<T> {
        let mut hand = lock(&self.hand);
        let next = hand.next(self.plan)?;
        hand.waiting.remove(&next)
    }

    fn taken(&self) {
        let mut hand = lock(&self.hand);
        hand.taken += 1;
        // To wake nobody costs a call of the kernel too.
        if hand.sleeping > 0 {
            self.moved.notify_one();
        }
    }

    /// Ends the run; the first reason counts.
    fn fail(&self, error: Error) {
        lock(&self.hand).error.get_or_insert(error);
        self.moved.notify_all();
    }
}

impl<T> Hand<T> {
    /// Returns the number of the result that can be handed over now.
    fn next(&self, plan: &Plan<'_>) -> Option<usize> {
        let number = if plan.is_unordered { *self.waiting.keys().next()? } else { self.taken };
        (self.error.is_none() && self.waiting.contains_key(&number)).then_some(number)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn try_lock<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

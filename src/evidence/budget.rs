//! How much work one bundle may cost: steps that are counted, so that the same bytes end the same way everywhere.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of text that are read or written in one step.
const BYTES_PER_STEP: u64 = 64;

/// The steps that a bundle may take and those that it took; loading, validating, resolving and reporting share one.
///
/// A step is a node that is visited, a name that is compared, or 64 bytes of text. Work is counted where it is done
/// and the budget is looked at between two pieces of work, so that nothing has to give up halfway. The counters are
/// atomic because documents are shared between threads; nobody relies on an order among them.
#[derive(Debug)]
pub struct Budget {
    allowed: AtomicU64,
    used: AtomicU64,
    per_byte: u64,
}

/// The work on a bundle exceeds its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// The steps that were allowed.
    pub allowed: u64,
}

impl Budget {
    /// Creates a budget of some steps, and more for each byte that is read.
    pub fn new(steps: u64, per_byte: u64) -> Self {
        Self { allowed: AtomicU64::new(steps), used: AtomicU64::new(0), per_byte }
    }

    /// Creates a budget that is never exceeded, for what does not come from an audited party.
    pub fn unlimited() -> Self {
        Self::new(u64::MAX, 0)
    }

    /// Allows the steps that some more bytes of evidence give.
    pub fn add_bytes(&self, bytes: usize) {
        let allowed = self.allowed().saturating_add(self.per_byte.saturating_mul(bytes as u64));
        self.allowed.store(allowed, Ordering::Relaxed);
    }

    /// Counts steps.
    pub fn spend(&self, steps: usize) {
        self.used.fetch_add(steps as u64, Ordering::Relaxed);
    }

    /// Counts the steps of reading or writing a text.
    pub fn spend_text(&self, bytes: usize) {
        self.used.fetch_add(bytes as u64 / BYTES_PER_STEP + 1, Ordering::Relaxed);
    }

    /// Returns the steps that were counted.
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Returns the steps that are allowed by now.
    pub fn allowed(&self) -> u64 {
        self.allowed.load(Ordering::Relaxed)
    }

    /// Returns the steps that are left.
    pub fn left(&self) -> u64 {
        self.allowed().saturating_sub(self.used())
    }

    /// Checks that no more steps were taken than are allowed.
    ///
    /// # Errors
    /// More were taken.
    pub fn check(&self) -> Result<(), Exceeded> {
        let allowed = self.allowed();
        if self.used() > allowed { Err(Exceeded { allowed }) } else { Ok(()) }
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "more than {} steps of work", self.allowed)
    }
}

impl std::error::Error for Exceeded {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_allow_steps_and_steps_use_them_up() {
        let budget = Budget::new(10, 2);
        budget.add_bytes(5);
        budget.spend(19);
        assert_eq!((budget.check(), budget.left()), (Ok(()), 1));
        budget.spend_text(64);
        assert_eq!((budget.check(), budget.used()), (Err(Exceeded { allowed: 20 }), 21));
        Budget::unlimited().add_bytes(usize::MAX);
    }
}

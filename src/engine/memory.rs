//! Counts the memory that each thread holds, so that a script cannot take more than its share.

#![expect(
    unsafe_code,
    reason = "a global allocator cannot be written without it; it only forwards, counts and sets how memory grows"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
}

/// The system allocator with a count of live bytes for each thread.
///
/// A program that runs untrusted rules installs it with `#[global_allocator]`. Without it rules run just the same,
/// but only their operations and the size of single values are limited, not the memory they hold in all.
pub struct CountingAllocator;

/// Returns the bytes that this thread has allocated and not freed; 0 where the allocator is not installed.
pub(super) fn live_bytes() -> isize {
    LIVE.with(Cell::get)
}

fn count(bytes: isize) {
    // A thread that is ending has no counter any more; its last frees need not be counted.
    let _ = LIVE.try_with(|live| live.set(live.get().wrapping_add(bytes)));
}

/// Lets the system allocator grow in large steps.
///
/// The allocator of glibc gives memory back and takes it again in small pieces, with a system call for each: hundreds
/// in a run of a few milliseconds. Elsewhere this does nothing.
pub fn grow_memory_in_large_steps() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const STEP_BYTES: libc::c_int = 4 << 20;
        // SAFETY: sets a number of the allocator; called before threads are started, it races with nothing.
        unsafe { libc::mallopt(libc::M_TOP_PAD, STEP_BYTES) };
    }
}

// SAFETY: every call is forwarded unchanged to the system allocator; counting does not allocate.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's contract is the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

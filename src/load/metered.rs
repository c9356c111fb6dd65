//! Bounds on what is read of an archive besides the content of its files.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// A reader that gives no more than there is room for, and knows the last block it gave.
pub(super) struct Metered<R> {
    source: R,
    /// Bytes that it gives before it fails.
    room: u64,
    /// Bytes that it gives before the next file.
    between: Rc<Cell<u64>>,
    last: [u8; 512],
    filled: usize,
}

impl<R> Metered<R> {
    pub(super) fn new(source: R, room: u64, between: Rc<Cell<u64>>) -> Self {
        Self { source, room, between, last: [1; 512], filled: 0 }
    }

    /// Tells whether the last block that it gave is one of zeros.
    pub(super) fn ended_in_zeros(&self) -> bool {
        self.last.iter().all(|byte| *byte == 0)
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        let left = |room: u64, kind| room.checked_sub(read as u64).ok_or_else(|| io::Error::from(kind));
        self.room = left(self.room, io::ErrorKind::QuotaExceeded)?;
        self.between.set(left(self.between.get(), io::ErrorKind::FileTooLarge)?);
        for byte in buffer.iter().take(read).skip(read.saturating_sub(self.last.len())) {
            if let Some(slot) = self.last.get_mut(self.filled % 512) {
                *slot = *byte;
            }
            self.filled += 1;
        }
        Ok(read)
    }
}

/// Reads what is left; tells whether it is nothing but zeros.
pub(super) fn is_zero_to_end(source: &mut impl Read) -> io::Result<bool> {
    let (mut buffer, mut is_zero) = ([0; 1 << 14], true);
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(is_zero),
            Ok(read) => is_zero &= buffer.iter().take(read).all(|byte| *byte == 0),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

//! The arrays of a run: values that a script put together itself.

use super::value::Value;

/// Items that one bundle may put into arrays; what needs more is left to the interpreter.
const ITEMS: usize = 1 << 20;

/// An array: the first items of a buffer. Items are never changed, so that arrays can share one.
#[derive(Clone, Copy)]
pub(super) struct Array {
    buffer: u32,
    len: u32,
}

/// All arrays. One that is appended to grows in place if nothing else has grown from it.
#[derive(Default)]
pub(super) struct Arrays<'r> {
    items: Vec<Value<'r>>,
    buffers: Vec<Buffer>,
}

/// A range of the items.
struct Buffer {
    start: usize,
    used: usize,
    room: usize,
}

impl Array {
    /// An array of nothing needs no buffer, and no buffer is empty.
    const EMPTY: Self = Self { buffer: 0, len: 0 };

    pub(super) fn len(self) -> usize {
        self.len as usize
    }
}

impl<'r> Arrays<'r> {
    /// Creates an array; nothing where there are too many.
    pub(super) fn create(&mut self, items: &[Value<'r>]) -> Option<Array> {
        if items.is_empty() {
            return Some(Array::EMPTY);
        }
        self.buffer(items.len(), items.len(), |all| all.extend_from_slice(items))
    }

    /// Returns the items of two arrays as one.
    pub(super) fn concat(&mut self, first: Array, second: Array) -> Option<Array> {
        if second.len() == 0 {
            return Some(first);
        }
        let more = self.range(second)?;
        let len = first.len() + more.len();
        if let Some(buffer) = self.buffers.get_mut(first.buffer as usize)
            && buffer.used == first.len()
            && len <= buffer.room
        {
            buffer.used = len;
            let end = buffer.start + first.len();
            self.items.copy_within(more, end);
            return Some(Array { buffer: first.buffer, len: u32::try_from(len).ok()? });
        }
        let own = self.range(first)?;
        self.buffer(len, len.saturating_mul(2).max(4), |all| {
            all.extend_from_within(own);
            all.extend_from_within(more);
        })
    }

    pub(super) fn items(&self, array: Array) -> &[Value<'r>] {
        self.range(array).and_then(|range| self.items.get(range)).unwrap_or_default()
    }

    pub(super) fn item(&self, array: Array, at: usize) -> Option<Value<'r>> {
        self.items(array).get(at).copied()
    }

    /// Tells whether there is little room left.
    pub(super) fn is_nearly_full(&self) -> bool {
        self.items.len() > ITEMS / 2
    }

    fn range(&self, array: Array) -> Option<std::ops::Range<usize>> {
        if array.len() == 0 {
            return Some(0..0);
        }
        let start = self.buffers.get(array.buffer as usize)?.start;
        Some(start..start + array.len())
    }

    fn buffer(&mut self, used: usize, room: usize, fill: impl FnOnce(&mut Vec<Value<'r>>)) -> Option<Array> {
        let start = self.items.len();
        if start + room > ITEMS || self.buffers.len() > ITEMS {
            return None;
        }
        fill(&mut self.items);
        self.items.resize(start + room, Value::Unit);
        self.buffers.push(Buffer { start, used, room });
        Some(Array { buffer: u32::try_from(self.buffers.len() - 1).ok()?, len: u32::try_from(used).ok()? })
    }
}

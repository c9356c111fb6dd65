//! The arrays of a run: values that a script put together itself.

use std::ops::Range;

use super::value::{Kind, Value};

/// Items that one bundle may put into arrays; what needs more is left to the interpreter.
const ITEMS: usize = 1 << 20;
/// Arrays in arrays; what nests deeper is left to the interpreter.
const DEPTH: u32 = 16;

/// An array: the first items of a buffer. Items are never changed, so that arrays can share one.
#[derive(Clone, Copy)]
pub(super) struct Array {
    buffer: u32,
    len: u32,
}

/// All arrays. One that is appended to grows in place if nothing else has grown from it.
#[derive(Default)]
pub(super) struct Arrays {
    items: Vec<Value>,
    buffers: Vec<Buffer>,
}

/// A range of the items.
struct Buffer {
    start: usize,
    used: usize,
    room: usize,
    holds: Holds,
}

/// What a value holds.
#[derive(Clone, Copy, Default)]
struct Holds {
    /// Something absent.
    missing: bool,
    /// So many arrays in each other.
    depth: u32,
}

impl Array {
    /// An array of nothing needs no buffer, and no buffer is empty.
    const EMPTY: Self = Self { buffer: 0, len: 0 };

    pub(super) fn of_word(word: u64) -> Self {
        Self { buffer: (word >> 32) as u32, len: word as u32 }
    }

    pub(super) fn to_word(self) -> u64 {
        u64::from(self.buffer) << 32 | u64::from(self.len)
    }

    pub(super) fn len(self) -> usize {
        self.len as usize
    }
}

impl Holds {
    fn and(self, other: Self) -> Self {
        Self { missing: self.missing || other.missing, depth: self.depth.max(other.depth) }
    }
}

impl Arrays {
    /// Creates an array; nothing where there are too many.
    pub(super) fn create(&mut self, items: &[Value]) -> Option<Array> {
        if items.is_empty() {
            return Some(Array::EMPTY);
        }
        let holds = items.iter().map(|item| self.holds(*item)).fold(Holds::default(), Holds::and);
        let start = self.items.len();
        self.items.extend_from_slice(items);
        self.buffer(start, items.len(), items.len(), holds)
    }

    /// Returns the items of two arrays as one.
    pub(super) fn concat(&mut self, first: Array, second: Array) -> Option<Array> {
        if second.len() == 0 {
            return Some(first);
        }
        let holds = self.held_by(first).and(self.held_by(second));
        let (own, more) = (self.range(first)?, self.range(second)?);
        let len = own.len() + more.len();
        if let Some(buffer) = self.buffers.get_mut(first.buffer as usize)
            && buffer.used == own.len()
            && len <= buffer.room
        {
            (buffer.used, buffer.holds) = (len, holds);
            self.items.copy_within(more, own.end);
            return Some(Array { len: u32::try_from(len).ok()?, ..first });
        }
        let start = self.items.len();
        self.items.extend_from_within(own);
        self.items.extend_from_within(more);
        self.buffer(start, len, len.saturating_mul(2), holds)
    }

    pub(super) fn items(&self, array: Array) -> &[Value] {
        self.range(array).and_then(|range| self.items.get(range)).unwrap_or_default()
    }

    pub(super) fn item(&self, array: Array, at: usize) -> Option<Value> {
        self.items(array).get(at).copied()
    }

    /// Tells whether a value is absent, or an array with such a value somewhere in it.
    pub(super) fn has_missing(&self, value: Value) -> bool {
        self.holds(value).missing
    }

    /// Tells whether there is little room left.
    pub(super) fn is_nearly_full(&self) -> bool {
        self.items.len() > ITEMS / 2
    }

    fn holds(&self, value: Value) -> Holds {
        match value.as_array() {
            Some(array) => {
                let inside = self.held_by(array);
                Holds { depth: inside.depth + 1, ..inside }
            }
            None => Holds { missing: value.is(Kind::Missing), depth: 0 },
        }
    }

    fn held_by(&self, array: Array) -> Holds {
        let buffer = if array.len() == 0 { None } else { self.buffers.get(array.buffer as usize) };
        buffer.map_or(Holds::default(), |buffer| buffer.holds)
    }

    fn range(&self, array: Array) -> Option<Range<usize>> {
        let start = if array.len() == 0 { 0 } else { self.buffers.get(array.buffer as usize)?.start };
        Some(start..start + array.len())
    }

    /// Makes a buffer of the items from `start` on.
    fn buffer(&mut self, start: usize, used: usize, room: usize, holds: Holds) -> Option<Array> {
        if start + room > ITEMS || holds.depth > DEPTH {
            return None;
        }
        self.items.resize(start + room, Value::UNIT);
        self.buffers.push(Buffer { start, used, room, holds });
        Some(Array { buffer: u32::try_from(self.buffers.len() - 1).ok()?, len: u32::try_from(used).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(arrays: &Arrays, array: Array) -> Vec<i64> {
        let number = |item: &Value| item.as_int().unwrap_or(-1);
        arrays.items(array).iter().map(number).collect()
    }

    #[test]
    fn arrays_that_grow_from_one_do_not_see_each_other() {
        let mut arrays = Arrays::default();
        let mut one = |number| arrays.create(&[Value::int(number)]).expect("room");
        let (first, second, third) = (one(1), one(2), one(3));
        let both = arrays.concat(first, second).expect("room");
        let left = arrays.concat(both, third).expect("room");
        let right = arrays.concat(both, first).expect("room");
        let more = arrays.concat(left, left).expect("room");
        assert_eq!(numbers(&arrays, first), [1]);
        assert_eq!(numbers(&arrays, both), [1, 2]);
        assert_eq!(numbers(&arrays, left), [1, 2, 3]);
        assert_eq!(numbers(&arrays, right), [1, 2, 1]);
        assert_eq!(numbers(&arrays, more), [1, 2, 3, 1, 2, 3]);
    }

    #[test]
    fn what_is_absent_is_found_in_nested_arrays_and_nesting_ends() {
        let mut arrays = Arrays::default();
        let mut nested = arrays.create(&[Value::missing(0)]).expect("room");
        for _ in 0..DEPTH {
            assert!(arrays.has_missing(Value::array(nested)));
            nested = arrays.create(&[Value::array(nested)]).expect("room");
        }
        assert!(arrays.create(&[Value::array(nested)]).is_none());
        assert!(!arrays.has_missing(Value::array(Array::EMPTY)));
    }
}

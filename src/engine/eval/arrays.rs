//! The lists of a run: values that a rule put together, or items of which some are only possible.

use std::ops::Range;

use super::absences::SetId;
use super::value::Value;

/// A list: the first items of a buffer. Items are never changed, so that lists can share one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Array {
    buffer: u32,
    len: u32,
}

/// An item, and the absences of the condition under which it belongs to the list; 0 for an item that is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) value: Value,
    pub(super) why: SetId,
}

impl Item {
    pub(super) fn certain(value: Value) -> Self {
        Self { value, why: 0 }
    }
}

/// All lists. One that is appended to grows in place if nothing else has grown from it.
#[derive(Default)]
pub(super) struct Arrays {
    items: Vec<Item>,
    /// For each item, the union of what it and those before it in its buffer are possible for.
    open: Vec<SetId>,
    buffers: Vec<Buffer>,
}

/// A range of the items.
struct Buffer {
    start: usize,
    used: usize,
    room: usize,
    /// Lists in lists.
    depth: u32,
}

impl Array {
    /// A list of nothing needs no buffer, and no buffer is empty.
    pub(super) const EMPTY: Self = Self { buffer: 0, len: 0 };

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

impl Arrays {
    /// Creates a list.
    pub(super) fn create(&mut self, items: &[Item]) -> Array {
        if items.is_empty() {
            return Array::EMPTY;
        }
        let depth = items.iter().map(|item| self.depth(item.value)).max().unwrap_or(0);
        if depth > 0 {
            items.iter().for_each(|item| self.freeze(item.value));
        }
        let start = self.items.len();
        self.items.extend_from_slice(items);
        self.open.resize(self.items.len(), 0);
        self.buffer(start, items.len(), items.len(), depth)
    }

    /// Returns the items of two lists as one.
    pub(super) fn concat(&mut self, first: Array, second: Array) -> Array {
        if second.len() == 0 {
            return first;
        }
        let depth = self.depth_of(first).max(self.depth_of(second));
        let (own, more) = (self.range(first), self.range(second));
        let len = own.len() + more.len();
        if let Some(buffer) = self.buffers.get_mut(first.buffer as usize)
            && first.len() > 0
            && buffer.used == own.len()
            && len <= buffer.room
        {
            (buffer.used, buffer.depth) = (len, depth);
            self.items.copy_within(more, own.end);
            return Array { len: len as u32, ..first };
        }
        let start = self.items.len();
        self.items.extend_from_within(own.clone());
        self.open.extend_from_within(own);
        self.items.extend_from_within(more);
        self.open.resize(self.items.len(), 0);
        self.buffer(start, len, len.saturating_mul(2), depth)
    }

    /// Keeps a list from growing in place: what is added to it is added to a copy.
    pub(super) fn freeze(&mut self, list: Value) {
        let buffer = list.as_array().filter(|array| array.len() > 0).map(|array| array.buffer as usize);
        if let Some(buffer) = buffer.and_then(|buffer| self.buffers.get_mut(buffer)) {
            buffer.room = buffer.used;
        }
    }

    /// Tells whether nothing will be added to a list in place.
    pub(super) fn is_whole(&self, array: Array) -> bool {
        self.buffers.get(array.buffer as usize).is_some_and(|buffer| buffer.room == array.len())
    }

    /// Returns for how many items [`Arrays::concat`] makes room.
    pub(super) fn moved(&self, first: Array, second: Array) -> usize {
        let len = first.len() + second.len();
        match self.buffers.get(first.buffer as usize) {
            _ if second.len() == 0 => 0,
            Some(buffer) if first.len() > 0 && buffer.used == first.len() && len <= buffer.room => second.len(),
            _ => len.saturating_mul(2),
        }
    }

    pub(super) fn items(&self, array: Array) -> &[Item] {
        self.items.get(self.range(array)).unwrap_or_default()
    }

    /// Sets what the items from one on are possible for, together with those before them.
    pub(super) fn set_openness(&mut self, array: Array, from: usize, mut union: impl FnMut(SetId, SetId) -> SetId) {
        let range = self.range(array);
        let mut before = self.openness_at(range.start, from);
        let items = self.items.get(range.clone()).unwrap_or_default().iter().skip(from);
        let open = self.open.get_mut(range).unwrap_or_default().iter_mut().skip(from);
        for (item, open) in items.zip(open) {
            before = union(before, item.why);
            *open = before;
        }
    }

    /// Returns what the items of a list are possible for, all together.
    pub(super) fn openness(&self, array: Array) -> SetId {
        self.openness_at(self.range(array).start, array.len())
    }

    fn openness_at(&self, start: usize, count: usize) -> SetId {
        let last = count.checked_sub(1).and_then(|last| self.open.get(start + last));
        last.copied().unwrap_or(0)
    }

    pub(super) fn item(&self, array: Array, at: usize) -> Option<Item> {
        self.items(array).get(at).copied()
    }

    /// Returns how many bytes all of them take.
    pub(super) fn bytes(&self) -> usize {
        self.items.len() * (size_of::<Item>() + size_of::<SetId>()) + self.buffers.len() * size_of::<Buffer>()
    }

    /// Returns how many lists a value nests.
    pub(super) fn depth(&self, value: Value) -> u32 {
        value.as_array().map_or(0, |array| self.depth_of(array) + 1)
    }

    fn depth_of(&self, array: Array) -> u32 {
        let buffer = if array.len() == 0 { None } else { self.buffers.get(array.buffer as usize) };
        buffer.map_or(0, |buffer| buffer.depth)
    }

    fn range(&self, array: Array) -> Range<usize> {
        let buffer = if array.len() == 0 { None } else { self.buffers.get(array.buffer as usize) };
        buffer.map_or(0..0, |buffer| buffer.start..buffer.start + array.len())
    }

    /// Makes a buffer of the items from `start` on.
    fn buffer(&mut self, start: usize, used: usize, room: usize, depth: u32) -> Array {
        self.items.resize(start + room, Item::certain(Value::UNIT));
        self.open.resize(start + room, 0);
        self.buffers.push(Buffer { start, used, room, depth });
        Array { buffer: self.buffers.len() as u32 - 1, len: used as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(arrays: &Arrays, array: Array) -> Vec<i64> {
        arrays.items(array).iter().map(|item| item.value.as_int().unwrap_or(-1)).collect()
    }

    #[test]
    fn lists_that_grow_from_one_do_not_see_each_other() {
        let mut arrays = Arrays::default();
        let mut one = |number| arrays.create(&[Item::certain(Value::int(number))]);
        let (first, second, third) = (one(1), one(2), one(3));
        let both = arrays.concat(first, second);
        let left = arrays.concat(both, third);
        let right = arrays.concat(both, first);
        let more = arrays.concat(left, left);
        let from_nothing = arrays.concat(Array::EMPTY, second);
        assert_eq!(numbers(&arrays, first), [1]);
        assert_eq!(numbers(&arrays, both), [1, 2]);
        assert_eq!(numbers(&arrays, left), [1, 2, 3]);
        assert_eq!(numbers(&arrays, right), [1, 2, 1]);
        assert_eq!(numbers(&arrays, more), [1, 2, 3, 1, 2, 3]);
        assert_eq!(numbers(&arrays, from_nothing), [2]);
        let nested = arrays.create(&[Item::certain(Value::array(both))]);
        assert_eq!(arrays.depth(Value::array(nested)), 2);
    }
}

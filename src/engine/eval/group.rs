//! Items of which a range is searched: those that begin no later than one bound and end no earlier than another.

use smallvec::SmallVec;

/// The bounds of a search; of an item, its own ends: `up_to` is compared with the first bound, `from` with the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) up_to: i64,
    pub(super) from: i64,
}

impl Bounds {
    /// Those within which every item lies, and those of an item that lies within any.
    pub(super) const ALL: Self = Self { up_to: i64::MAX, from: i64::MIN };
    pub(super) const ANY: Self = Self { up_to: i64::MIN, from: i64::MAX };
}

/// The items under one key, by the ends of a range if there is one.
#[derive(Debug)]
pub(super) struct Group {
    /// Mostly one.
    items: SmallVec<[u32; 4]>,
    range: Option<Box<Range>>,
}

/// Items are sorted by their first end, so that those within the first bound come first. Over them stands a tree of the
/// largest second end below each node, so that a search goes only where it finds something: it costs what it finds, times
/// the depth of the tree.
#[derive(Debug, Default)]
struct Range {
    /// The ends of each item.
    ends: Vec<Bounds>,
    /// From the root on: the children of a node are twice its number, and the next one. The leaves come last.
    largest: Vec<i64>,
}

impl Group {
    pub(super) fn new(has_range: bool) -> Self {
        Self { items: SmallVec::new(), range: has_range.then(Box::default) }
    }

    /// Adds an item with its ends.
    pub(super) fn push(&mut self, item: u32, ends: Bounds) {
        self.items.push(item);
        if let Some(range) = &mut self.range {
            range.ends.push(ends);
        }
    }

    /// Makes the items ready to be searched.
    pub(super) fn close(&mut self) {
        let Some(range) = &mut self.range else { return };
        let mut sorted: Vec<(Bounds, u32)> = range.ends.iter().copied().zip(self.items.iter().copied()).collect();
        sorted.sort_unstable_by_key(|(ends, item)| (ends.up_to, *item));
        (range.ends, self.items) = sorted.into_iter().unzip();
        range.grow_tree();
    }

    /// Appends the items within some bounds; returns how many nodes were looked at for that.
    pub(super) fn within(&self, bounds: Bounds, into: &mut Vec<u32>) -> usize {
        match &self.range {
            Some(range) if bounds != Bounds::ALL => range.within(bounds, &self.items, into),
            _ => {
                into.extend_from_slice(&self.items);
                0
            }
        }
    }
}

impl Range {
    fn grow_tree(&mut self) {
        let leaves = self.ends.len().next_power_of_two();
        self.largest = vec![i64::MIN; leaves];
        self.largest.extend(self.ends.iter().map(|ends| ends.from));
        self.largest.resize(2 * leaves, i64::MIN);
        for node in (1..leaves).rev() {
            let below = self.largest_below(2 * node).max(self.largest_below(2 * node + 1));
            if let Some(largest) = self.largest.get_mut(node) {
                *largest = below;
            }
        }
    }

    fn largest_below(&self, node: usize) -> i64 {
        self.largest.get(node).copied().unwrap_or(i64::MIN)
    }

    fn within(&self, bounds: Bounds, items: &[u32], into: &mut Vec<u32>) -> usize {
        let count = self.ends.partition_point(|ends| ends.up_to <= bounds.up_to);
        let mut visited = 0;
        // Nodes, and the first item below each.
        let mut open: SmallVec<[(usize, usize, usize); 32]> = SmallVec::new();
        open.push((1, 0, self.largest.len() / 2));
        while let Some((node, first, width)) = open.pop() {
            if first >= count || self.largest_below(node) < bounds.from {
                continue;
            }
            visited += 1;
            if width == 1 {
                into.extend(items.get(first));
                continue;
            }
            let half = width / 2;
            open.extend([(2 * node + 1, first + half, half), (2 * node, first, half)]);
        }
        visited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_finds_what_a_walk_finds_and_looks_at_little_else() {
        let mut seed = 1_u64;
        let mut number = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for count in [0_u32, 1, 2, 3, 16, 100, 1_000] {
            let mut group = Group::new(true);
            let mut all = Vec::new();
            for item in 0..count {
                let begin = number(1_000) as i64;
                let ends = Bounds { up_to: begin, from: begin + number(20) as i64 };
                group.push(item, ends);
                all.push((item, ends));
            }
            group.close();
            for at in [-1, 0, 7, 500, 998, 2_000] {
                for width in [0, 5, 5_000] {
                    let bounds = Bounds { up_to: at + width, from: at };
                    let mut found = Vec::new();
                    let visited = group.within(bounds, &mut found);
                    found.sort_unstable();
                    let is_within = |ends: &Bounds| ends.up_to <= bounds.up_to && ends.from >= bounds.from;
                    let walked: Vec<u32> =
                        all.iter().filter(|(_, ends)| is_within(ends)).map(|(item, _)| *item).collect();
                    assert_eq!(found, walked, "{count} items, {bounds:?}");
                    assert!(visited <= 2 * 11 * (found.len() + 1), "{count} items, {bounds:?}: {visited} nodes");
                }
            }
        }
    }

    #[test]
    fn items_without_a_range_are_all_found() {
        let mut group = Group::new(false);
        let none = Bounds::ANY;
        [3, 1, 2].into_iter().for_each(|item| group.push(item, none));
        group.close();
        let mut found = Vec::new();
        assert_eq!((group.within(none, &mut found), found), (0, vec![3, 1, 2]));
    }
}

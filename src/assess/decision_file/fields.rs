//! The keys of one mapping of a file of decisions, each read with its own mistakes.

use super::meant;
use super::mistakes::FileMistakes;
use crate::assess::decision::words;
use crate::evidence::{Day, Kind, Moment, NodeRef, Shown, Zone, is_visible};
use crate::load::DIGEST_PREFIX;

/// What digests of bundles began with in earlier versions.
const EARLIER_PREFIX: &str = "sha256:";

/// One mapping of the file. What cannot be read is noted as a mistake and is `None`.
pub(super) struct EntryFields<'m, 'd> {
    pub(super) mistakes: &'m mut FileMistakes<'d>,
    pub(super) node: NodeRef<'d>,
    /// Keys that stand here under a name that is not theirs: they are not missing.
    misspelt: Vec<&'static str>,
}

impl<'m, 'd> EntryFields<'m, 'd> {
    /// Returns nothing where the node is no mapping.
    pub(super) fn of(mistakes: &'m mut FileMistakes<'d>, node: NodeRef<'d>, keys: &[&'static str]) -> Option<Self> {
        if node.kind() != Kind::Mapping {
            mistakes.unexpected(node, &format!("the keys {}", keys.join(", ")), None);
            return None;
        }
        let mut misspelt = Vec::new();
        for (key, _) in node.entries().filter(|(key, _)| !keys.contains(&key.text())) {
            let near = meant::key(key.text(), keys);
            let hint = near.map(|near| format!("did you mean {near}?"));
            mistakes.unexpected(key, &format!("one of the keys {}", keys.join(", ")), hint.as_deref());
            misspelt.extend(near);
        }
        Some(Self { mistakes, node, misspelt })
    }

    /// Returns a value that is not left empty.
    pub(super) fn given(&self, key: &str) -> Option<NodeRef<'d>> {
        let is_blank = |node: &NodeRef<'_>| match node.kind() {
            Kind::Null => true,
            Kind::Text => words(node.text()).is_empty(),
            Kind::Boolean | Kind::Integer | Kind::Float | Kind::Sequence | Kind::Mapping => false,
        };
        self.node.get(key).filter(|node| !is_blank(node))
    }

    /// Tells whether somebody wrote something for a key, under its own name or a similar one.
    pub(super) fn is_attempted(&self, key: &str) -> bool {
        self.given(key).is_some() || self.is_misspelt(key)
    }

    pub(super) fn is_misspelt(&self, key: &str) -> bool {
        self.misspelt.contains(&key)
    }

    pub(super) fn required(&mut self, key: &str, expected: &str) -> Option<NodeRef<'d>> {
        let given = self.given(key);
        if given.is_none() {
            self.absent(key, expected);
        }
        given
    }

    pub(super) fn absent(&mut self, key: &str, expected: &str) {
        if !self.is_misspelt(key) {
            let at = self.node.get(key).unwrap_or(self.node);
            self.mistakes.add(at, format!("`{key}` is not given"), Some(&format!("write {key}: {expected}")));
        }
    }

    /// Reads a text that somebody can see.
    pub(super) fn text(&mut self, key: &str, expected: &str) -> Option<String> {
        let node = self.required(key, expected)?;
        match node.kind() {
            Kind::Text if is_visible(node.text()) => return Some(words(node.text())),
            Kind::Text => {
                let message = format!("`{key}` has no visible character: `{}`", Shown::of(node.text()));
                self.mistakes.add(node, message, Some(&format!("write {key}: {expected}")));
            }
            Kind::Boolean | Kind::Integer | Kind::Float => {
                self.mistakes.unexpected(node, expected, Some("put it in quotes, so that it is read as text"));
            }
            Kind::Null | Kind::Sequence | Kind::Mapping => self.mistakes.unexpected(node, expected, None),
        }
        None
    }

    /// Reads one text, or a list of texts.
    pub(super) fn one_or_more(&mut self, key: &str, expected: &str) -> Option<Vec<NodeRef<'d>>> {
        let node = self.required(key, expected)?;
        let nodes = if node.kind() == Kind::Sequence { node.items().collect() } else { vec![node] };
        if nodes.is_empty() {
            self.mistakes.unexpected(node, expected, None);
        }
        Some(nodes).filter(|nodes| !nodes.is_empty())
    }

    /// Returns the items of a list that may be left out or empty.
    pub(super) fn list(&mut self, key: &str) -> Vec<NodeRef<'d>> {
        match self.given(key) {
            Some(node) if node.kind() != Kind::Sequence => {
                self.mistakes.unexpected(node, "a list of entries, each beginning with `- `", None);
                Vec::new()
            }
            given => given.into_iter().flat_map(NodeRef::items).collect(),
        }
    }

    pub(super) fn day(&mut self, key: &str) -> Option<Day> {
        let expected = "a date such as 2024-07-01";
        let node = self.required(key, expected)?;
        let day = Day::parse(node.text());
        if day.is_none() {
            let meant = meant::day(node.text()).map(|day| format!("write {key}: {day}"));
            self.mistakes.unexpected(node, expected, meant.as_deref());
        }
        day
    }

    /// Reads a moment; `is_end` tells whether it is the first one after a time.
    pub(super) fn moment(&mut self, key: &str, is_end: bool, zone: &Zone) -> Option<Moment> {
        let expected = "a date-time with offset, such as 2024-07-01T00:00:00+09:00";
        let node = self.required(key, expected)?;
        let moment = Moment::parse(node.text());
        if moment.is_none() {
            let meant = meant::moment(key, node.text(), is_end, zone);
            self.mistakes.unexpected(node, expected, meant.as_deref());
        }
        moment
    }

    pub(super) fn pointer(&mut self) -> Option<&'d str> {
        let expected = "the path of the finding, such as /changes/0/approval";
        let Some(node) = self.node.get("path") else {
            self.absent("path", expected);
            return None;
        };
        let is_pointer = node.kind() == Kind::Text && (node.text().is_empty() || node.text().starts_with('/'));
        if !is_pointer {
            self.mistakes.unexpected(node, expected, None);
        }
        is_pointer.then(|| node.text())
    }

    /// Reads the digests that an entry is about, each once; those of earlier versions are told later.
    pub(super) fn digests(&mut self) -> Option<Vec<String>> {
        let expected = format!("the digest of the bundle, `{DIGEST_PREFIX}` and 64 hexadecimal digits");
        let nodes = self.one_or_more("bundle", &expected)?;
        let mut digests = Vec::with_capacity(nodes.len());
        for node in &nodes {
            let text = node.text().trim();
            let digits = [DIGEST_PREFIX, EARLIER_PREFIX].iter().find_map(|prefix| text.strip_prefix(prefix));
            let is_whole = |digits: &str| {
                digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            };
            if digits.is_some_and(is_whole) {
                digests.push(text.to_owned());
            } else {
                let hint = "--decisions-template and --format json give it in full";
                self.mistakes.unexpected(*node, &expected, Some(hint));
            }
        }
        let is_whole = digests.len() == nodes.len();
        digests.sort();
        digests.dedup();
        is_whole.then_some(digests)
    }

    pub(super) fn is_in_order(&mut self) -> Option<bool> {
        let Some(node) = self.given("subject") else { return Some(false) };
        match node.text() {
            "order" => Some(true),
            "bundle" => Some(false),
            _ => {
                self.mistakes.unexpected(node, "bundle or order: the tree that `path` is in", None);
                None
            }
        }
    }
}

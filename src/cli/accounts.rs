//! What became of each entry of a run: the same submission is judged once, and folders are told by what they hold.

use std::collections::HashMap;

use crate::evidence::Shown;
use crate::language::Text;
use crate::load::{Entry, EntryState};

/// The entries of a run, in the order in which they were taken.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    entries: Vec<Entry>,
    /// The first entry of each submission, by the digest.
    by_digest: HashMap<String, usize>,
    /// Bundles, the same submission again included.
    bundles: Vec<usize>,
    /// Folders whose state is told by what is found below them.
    folders: Vec<usize>,
}

impl Accounts {
    /// Notes a bundle; tells whether it is to be judged, or is the same as one before it.
    pub(super) fn bundle(&mut self, path: &str, digest: Option<&str>) -> Option<Entry> {
        let first = digest.and_then(|digest| self.by_digest.get(digest)).and_then(|index| self.entries.get(*index));
        let same = first.map(|first| {
            let path_of_first = Shown::of(&first.path);
            let reason = Text::new(
                format!("the same submission as {path_of_first}"),
                format!("{path_of_first}과(와) 같은 제출 자료"),
            );
            Entry { path: path.to_owned(), state: EntryState::SameAs, reason: Some(reason) }
        });
        if let Some(digest) = digest.filter(|_| same.is_none()) {
            self.by_digest.insert(digest.to_owned(), self.entries.len());
        }
        self.bundles.push(self.entries.len());
        let judged = || Entry { path: path.to_owned(), state: EntryState::Judged, reason: None };
        self.entries.push(same.clone().unwrap_or_else(judged));
        same
    }

    /// Notes an entry that is no bundle.
    pub(super) fn entry(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Notes a folder of other entries.
    pub(super) fn folder(&mut self, path: String) {
        self.folders.push(self.entries.len());
        self.entries.push(Entry { path, state: EntryState::Group, reason: None });
    }

    /// Returns every entry that is there by now.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Tells what each folder is, once all below them is known: one below which no bundle was found was not audited.
    ///
    /// Returns the folders.
    pub(super) fn close_folders(&mut self) -> Vec<Entry> {
        let paths = self.bundles.iter().filter_map(|index| self.entries.get(*index));
        let mut bundles: Vec<String> = paths.map(|entry| entry.path.clone()).collect();
        bundles.sort_unstable();
        let mut reported = Vec::new();
        for index in &self.folders {
            let Some(folder) = self.entries.get_mut(*index) else { continue };
            let has_bundle = ["/", std::path::MAIN_SEPARATOR_STR].iter().any(|separator| {
                let below = format!("{}{separator}", folder.path.trim_end_matches(*separator));
                let at = bundles.partition_point(|path| *path < below);
                bundles.get(at).is_some_and(|path| path.starts_with(&below))
            });
            if !has_bundle {
                folder.state = EntryState::NotAudited;
                folder.reason = Some(Text::new(
                    "a folder that holds no bundle (no bundle.yaml here or below)",
                    "제출 자료가 없는 폴더(bundle.yaml이 없음)",
                ));
            }
            reported.push(folder.clone());
        }
        reported
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_submission_is_judged_once_and_each_folder_told() {
        let mut accounts = Accounts::default();
        accounts.folder("s".to_owned());
        assert!(accounts.bundle("s/a", Some("x")).is_none());
        assert!(accounts.bundle("s/b", None).is_none(), "one that cannot be read is like no other");
        let same = accounts.bundle("s/c/d", Some("x")).expect("the same");
        assert_eq!(same.reason.map(|reason| reason.en).as_deref(), Some("the same submission as s/a"));
        accounts.folder("s/c".to_owned());
        accounts.folder("s/e".to_owned());
        let (judged, same, group) = (EntryState::Judged, EntryState::SameAs, EntryState::Group);
        // A link is no bundle, whatever it leads to.
        accounts.folder("s/f".to_owned());
        accounts.entry(Entry { path: "s/f/link".to_owned(), state: same, reason: None });
        let reported: Vec<EntryState> = accounts.close_folders().iter().map(|entry| entry.state).collect();
        let (not_audited, states) = (EntryState::NotAudited, accounts.entries().iter().map(|entry| entry.state));
        assert_eq!(reported, [group, group, not_audited, not_audited]);
        assert!(states.eq([group, judged, judged, same, group, not_audited, not_audited, same]));
    }
}

//! What the schema of a pack says about the files of a bundle.

use super::name::folded;
use crate::evidence::nearest_name;

/// The names that make a file a record, and where evidence refers to files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The top-level keys of a bundle, sorted by name.
    pub keys: Vec<Key>,
    /// The key of the list of documents, and the field of its items that names a file, if the pack names them.
    pub documents: Option<(String, String)>,
    /// The keys of which a file that stands alone must have one to be a bundle.
    pub marks: Vec<String>,
}

/// A top-level key of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The name.
    pub name: String,
    /// Whether its value is a list.
    pub is_list: bool,
    /// Whether its value is a mapping.
    pub is_mapping: bool,
    /// Whether its value, or an item of its list, has a field of the same name.
    pub has_own_name_inside: bool,
}

impl Layout {
    /// Returns the key that a file or folder is called by, whatever the case.
    pub(super) fn key(&self, name: &str) -> Option<&Key> {
        if let Ok(at) = self.keys.binary_search_by(|key| key.name.as_str().cmp(name)) {
            return self.keys.get(at);
        }
        let name = folded(name);
        self.keys.iter().find(|key| folded(&key.name) == name)
    }

    /// Tells whether a key is that of the list of documents.
    pub(super) fn is_list_of_documents(&self, key: &str) -> bool {
        self.documents.as_ref().is_some_and(|(list, _)| list == key)
    }

    /// Returns the key that a misspelled name is probably meant for.
    pub(super) fn near_key(&self, name: &str) -> Option<&str> {
        nearest_name(&folded(name), self.keys.iter().map(|key| key.name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_any_case_and_near_ones_named() {
        let key =
            |name: &str| Key { name: name.to_owned(), is_list: true, is_mapping: false, has_own_name_inside: false };
        let keys = ["analyses", "changes", "monitoring"].map(key).to_vec();
        let layout = Layout { keys, ..Layout::default() };
        assert_eq!(layout.key("Changes").map(|key| key.name.as_str()), Some("changes"));
        assert_eq!(layout.key("changes2"), None);
        let near = ["change", "chagnes", "analysis", "Monitorng", "evidence", "log"].map(|name| layout.near_key(name));
        assert_eq!(near, [Some("changes"), Some("changes"), Some("analyses"), Some("monitoring"), None, None]);
    }
}

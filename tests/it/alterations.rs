//! Altered submissions: a submission of real size with some of its values set, taken out, copied or written otherwise.

use std::path::Path;
use std::sync::LazyLock;

use gamsa::assess::{Assessment, Auditor};
use gamsa::load::{Attachment, Attachments, Bundle, Limits};
use serde_yaml::{Mapping, Value};
use sha2::{Digest, Sha256};

use crate::audits::{fixture, load, sorted};

/// A submission as one tree, with the files that it refers to.
#[derive(Clone, Debug)]
pub(crate) struct Submission {
    pub(crate) tree: Value,
    pub(crate) attachments: Vec<Attachment>,
}

/// The two submissions of real size, which pass as they stand.
pub(crate) static PLAN: LazyLock<Submission> = LazyLock::new(|| Submission::read(&fixture("hanbit-plan")));
pub(crate) static RESULT: LazyLock<Submission> = LazyLock::new(|| Submission::read(&fixture("hanbit-result")));

impl Submission {
    fn read(folder: &Path) -> Self {
        let mut tree: Mapping = yaml(&folder.join("bundle.yaml"));
        for path in sorted(folder) {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            if name == "bundle" || name == "attachments" {
                continue;
            }
            let value = match path.is_dir() {
                true => Value::Sequence(sorted(&path).iter().map(|record| yaml(record)).collect()),
                false => yaml(&path),
            };
            tree.insert(name.into(), value);
        }
        let bundle = load(folder, &Limits::default()).expect("a fixture");
        Self { tree: tree.into(), attachments: bundle.attachments.all().to_vec() }
    }

    /// Judges it.
    pub(crate) fn assess(&self, auditor: &Auditor<'_>) -> Assessment {
        let text = serde_yaml::to_string(&self.tree).expect("a text");
        let mut bundle = Bundle::from_bytes("bundle.yaml", text.as_bytes(), &Limits::default()).expect("a bundle");
        bundle.attachments = Attachments::new(self.attachments.clone());
        auditor.assess("altered", bundle)
    }

    /// Makes one alteration, as the tables in `fixtures/adversary` write it.
    pub(crate) fn alter(&mut self, edit: &Edit) {
        match edit {
            Edit::Set { set, to } => self.change(set, &mut |parent, key| put(parent, key, to.clone())),
            Edit::Delete { delete } => self.change(delete, &mut take),
            Edit::Append { append, value } => {
                let list = places(&mut self.tree, append).pop();
                let list = list.unwrap_or_else(|| panic!("there is no {append}"));
                list.as_sequence_mut().unwrap_or_else(|| panic!("{append} is no list")).push(value.clone());
            }
            Edit::Copy { copy, with } => {
                let (list, _) = split(copy);
                let mut record =
                    places(&mut self.tree, copy).pop().unwrap_or_else(|| panic!("there is no {copy}")).clone();
                for (path, value) in with {
                    let (parent, key) = split(path);
                    for parent in places(&mut record, parent) {
                        put(parent, key, value.clone());
                    }
                }
                places(&mut self.tree, list).pop().and_then(Value::as_sequence_mut).expect("a list").push(record);
            }
            Edit::Attachment { attachment, text } => self.write(attachment, text.as_bytes()),
        }
    }

    /// Replaces what an attached file holds, and the digest of it that is listed.
    fn write(&mut self, path: &str, bytes: &[u8]) {
        let sha256: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let mut found = false;
        for file in self.attachments.iter_mut().filter(|file| path == "*" || file.path == path) {
            (file.sha256, file.bytes, found) = (sha256.clone(), bytes.len() as u64, true);
            for listed in places(&mut self.tree, "documents[*]") {
                if listed.get("path").and_then(Value::as_str) == Some(&file.path) {
                    put(listed, "sha256", sha256.clone().into());
                }
            }
        }
        assert!(found, "there is no {path}");
    }

    fn change(&mut self, path: &str, how: &mut dyn FnMut(&mut Value, &str)) {
        let (parent, key) = split(path);
        let parents = places(&mut self.tree, parent);
        assert!(!parents.is_empty(), "there is no {parent}");
        parents.into_iter().for_each(|parent| how(parent, key));
    }
}

/// One alteration. A path names keys with `.`, and items of a list with `[…]`: their `id`, a number from 0, or `*`.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(crate) enum Edit {
    Set {
        set: String,
        to: Value,
    },
    Delete {
        delete: String,
    },
    Append {
        append: String,
        value: Value,
    },
    /// Copies an item of a list to its end, with other values.
    Copy {
        copy: String,
        with: std::collections::BTreeMap<String, Value>,
    },
    /// Writes an attached file (`*`: all), and its digest where it is listed.
    Attachment {
        attachment: String,
        text: String,
    },
}

/// Splits the last step off a path.
fn split(path: &str) -> (&str, &str) {
    let at = path.rfind(['.', '[']).unwrap_or(0);
    let (parent, last) = path.split_at(at);
    (parent, last.trim_start_matches(['.', '[']).trim_end_matches(']'))
}

/// Returns what stands at a path; more than one where it has a `*`.
fn places<'t>(tree: &'t mut Value, path: &str) -> Vec<&'t mut Value> {
    let steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']')).filter(|step| !step.is_empty());
    steps.fold(vec![tree], |places, step| places.into_iter().flat_map(|place| below(place, step)).collect())
}

fn below<'t>(value: &'t mut Value, step: &str) -> Vec<&'t mut Value> {
    if let Value::Mapping(entries) = value {
        return entries.get_mut(step).into_iter().collect();
    }
    let Value::Sequence(items) = value else { return Vec::new() };
    let of_id = items.iter().position(|item| item.get("id").and_then(Value::as_str) == Some(step));
    let at = of_id.or_else(|| step.parse().ok());
    items
        .iter_mut()
        .enumerate()
        .filter(|(number, _)| step == "*" || Some(*number) == at)
        .map(|(_, item)| item)
        .collect()
}

fn put(parent: &mut Value, key: &str, value: Value) {
    match parent {
        Value::Mapping(entries) => {
            entries.insert(key.into(), value);
        }
        Value::Sequence(_) => below(parent, key).into_iter().for_each(|item| *item = value.clone()),
        _ => panic!("nothing can stand at {key}"),
    }
}

fn take(parent: &mut Value, key: &str) {
    match parent {
        Value::Mapping(entries) => {
            entries.remove(key);
        }
        Value::Sequence(items) => {
            items.retain(|item| key != "*" && item.get("id").and_then(Value::as_str) != Some(key))
        }
        _ => panic!("nothing stands at {key}"),
    }
}

fn yaml<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

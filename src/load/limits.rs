//! How much one bundle may hold before it is refused, and the names under which a run may change that.

use std::fmt;

use super::reason::Reason;
use crate::evidence::Budget;

/// Limits on evidence; each is an error that names the place where it is passed, and the limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one YAML file.
    pub file_bytes: usize,
    /// Bytes of all YAML files of a bundle.
    pub bundle_bytes: usize,
    /// Files of a bundle, attachments included.
    pub files: usize,
    /// Bytes of all attachments of a bundle, or of all that an archive unpacks to.
    pub attachment_bytes: usize,
    /// Levels of nesting in one file.
    pub depth: usize,
    /// Keys and values of a bundle, with aliases counted as what they stand for.
    pub values: usize,
    /// Bytes of one value.
    pub value_bytes: usize,
    /// Bytes of one key.
    pub key_bytes: usize,
    /// Keys and values that aliases add to a bundle, besides two for each of its bytes.
    pub aliases: usize,
    /// Steps of work on a bundle, besides those for each of its bytes.
    pub steps: usize,
    /// Steps of work that each byte of a bundle allows.
    pub byte_steps: usize,
    /// Whether the plain reader is tried before the general one; the result is the same, only faster.
    pub plain_reader: bool,
}

/// Keys and values that aliases may add for each byte of a bundle: more than the bytes could hold written out, so that
/// a repeated part never has to be shorter than it is, and too few for aliases of aliases to multiply it.
pub(super) const ALIASED_PER_BYTE: usize = 2;
/// Bytes of text that go with each key and value that aliases may add.
pub(super) const ALIASED_TEXT: usize = 8;

/// A limit that a run may change.
#[derive(Clone, Copy)]
pub struct Limit {
    /// The name, as messages use it.
    pub name: &'static str,
    /// What it limits, as a noun phrase.
    pub about: &'static str,
    /// The largest number that it may be set to.
    pub most: usize,
    field: fn(&mut Limits) -> &mut usize,
}

/// Bytes to which offsets in a document are kept, with room for escapes that are shorter than what they mean.
const MOST_BYTES: usize = 2 << 30;
/// Keys and values that places in a document can tell apart, with room for what the schema keeps for each.
const MOST_VALUES: usize = 1_000_000_000;
/// Levels that the parsers and everything that follows a document down can take.
const MOST_DEPTH: usize = 250;
const MOST_FILES: usize = 10_000_000;
const MOST_ATTACHED: usize = 1 << 50;
const MOST_STEPS: usize = 1 << 60;

impl Limit {
    /// Every limit, in the order in which help lists them.
    pub const ALL: [Self; 11] = [
        Self {
            name: "file-bytes",
            about: "bytes of one YAML file",
            most: MOST_BYTES,
            field: |limits| &mut limits.file_bytes,
        },
        Self {
            name: "bundle-bytes",
            about: "bytes of all YAML files of a bundle",
            most: MOST_BYTES,
            field: |limits| &mut limits.bundle_bytes,
        },
        Self {
            name: "files",
            about: "files of a bundle, attachments included",
            most: MOST_FILES,
            field: |limits| &mut limits.files,
        },
        Self {
            name: "attachment-bytes",
            about: "bytes of all attachments of a bundle, or of all that an archive unpacks to",
            most: MOST_ATTACHED,
            field: |limits| &mut limits.attachment_bytes,
        },
        Self {
            name: "depth",
            about: "levels of nesting in one file",
            most: MOST_DEPTH,
            field: |limits| &mut limits.depth,
        },
        Self {
            name: "values",
            about: "keys and values of a bundle",
            most: MOST_VALUES,
            field: |limits| &mut limits.values,
        },
        Self {
            name: "value-bytes",
            about: "bytes of one value",
            most: MOST_BYTES,
            field: |limits| &mut limits.value_bytes,
        },
        Self { name: "key-bytes", about: "bytes of one key", most: MOST_BYTES, field: |limits| &mut limits.key_bytes },
        Self {
            name: "aliases",
            about: "keys and values that aliases add to a bundle, besides two for each of its bytes",
            most: MOST_VALUES,
            field: |limits| &mut limits.aliases,
        },
        Self {
            name: "steps",
            about: "steps of work on a bundle, besides those for each of its bytes",
            most: MOST_STEPS,
            field: |limits| &mut limits.steps,
        },
        Self {
            name: "byte-steps",
            about: "steps of work that each byte of a bundle allows",
            most: MOST_STEPS >> 32,
            field: |limits| &mut limits.byte_steps,
        },
    ];
}

impl fmt::Debug for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limit").field("name", &self.name).field("most", &self.most).finish_non_exhaustive()
    }
}

impl Limits {
    /// Sets a limit; tells whether the number can be one.
    pub fn set(&mut self, limit: &Limit, number: usize) -> bool {
        let is_possible = (1..=limit.most).contains(&number);
        if is_possible {
            *(limit.field)(self) = number;
        }
        is_possible
    }

    /// Says that a bundle has too many files, and what to do.
    pub(super) fn too_many_files(&self) -> Reason {
        let limit = self.files;
        let raise = raised("files", limit, None);
        Reason::new(
            format!(
                "more than {limit} files in one bundle (files); pack attachments that belong together into one archive, \
                 or audit with {raise}"
            ),
            format!(
                "한 제출 자료의 파일이 한도({limit}개, files)를 초과함. 관련 첨부파일을 하나로 압축하거나 {raise}로 점검할 것"
            ),
        )
    }

    /// Says that the YAML files of a bundle, read up to some bytes of a file, are too large together, and what to do.
    pub(super) fn too_many_bytes(&self, file: &str, read: usize) -> Reason {
        let limit = self.bundle_bytes;
        let raise = raised("bundle-bytes", limit, Some(read));
        Reason::new(
            format!(
                "{file}: the YAML files of this bundle have at least {read} bytes together, the limit is {limit} \
                 (bundle-bytes); hand in logs and measurements as attachments, or audit with {raise}"
            ),
            format!(
                "{file}: YAML 파일의 합계가 {read}바이트 이상으로 한도({limit}바이트, bundle-bytes)를 초과함. \
                 로그·측정자료는 첨부파일로 제출하거나 {raise}로 점검할 것"
            ),
        )
    }

    /// Says that a file is larger than a file may be; its size is not known where it was not read to its end.
    pub(super) fn too_large(&self, file: &str) -> Reason {
        let limit = self.file_bytes;
        let raise = raised("file-bytes", limit, None);
        Reason::new(
            format!(
                "{file}: has more than {limit} bytes (file-bytes); hand it in as an attachment, or audit with {raise}"
            ),
            format!("{file}: 한도({limit}바이트, file-bytes)를 초과함. 첨부파일로 제출하거나 {raise}로 점검할 것"),
        )
    }

    /// Says that the attachments of a bundle, up to a file, are too large together, and what to do.
    pub(super) fn too_many_attached(&self, file: &str) -> Reason {
        let limit = self.attachment_bytes;
        let raise = raised("attachment-bytes", limit, None);
        Reason::new(
            format!(
                "{file}: the attachments exceed {limit} bytes together (attachment-bytes); leave out what no evidence \
                 refers to, or audit with {raise}"
            ),
            format!(
                "{file}: 첨부파일의 합계가 한도({limit}바이트, attachment-bytes)를 초과함. 증빙에 쓰이지 않는 파일을 \
                 제외하거나 {raise}로 점검할 것"
            ),
        )
    }

    /// Returns the budget of a bundle of which nothing is read yet.
    pub(super) fn budget(&self) -> Budget {
        Budget::new(self.steps as u64, self.byte_steps as u64)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 256 << 20,
            bundle_bytes: 512 << 20,
            files: 200_000,
            attachment_bytes: 64 << 30,
            depth: 32,
            values: 10_000_000,
            value_bytes: 1 << 20,
            key_bytes: 4 << 10,
            aliases: 20_000,
            steps: 20_000_000,
            byte_steps: 50,
            plain_reader: true,
        }
    }
}

/// Returns the argument that raises a limit to what a bundle needs, or doubles it where that is not known.
pub(super) fn raised(name: &str, limit: usize, needed: Option<usize>) -> String {
    format!("--limit {name}={}", needed.unwrap_or(0).max(limit.saturating_mul(2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_can_be_set_under_its_own_name() {
        let default = Limits::default();
        let mut seen = Vec::new();
        for limit in &Limit::ALL {
            let mut limits = default.clone();
            assert!(limits.set(limit, 7), "{}", limit.name);
            assert_eq!(*(limit.field)(&mut limits), 7, "{}", limit.name);
            assert!(!limits.set(limit, 0) && !limits.set(limit, limit.most + 1), "{}", limit.name);
            let field = limit.name.replace('-', "_");
            assert!(format!("{limits:?}").contains(&format!("{field}: 7")), "{}", limit.name);
            assert!(*(limit.field)(&mut default.clone()) <= limit.most, "{}", limit.name);
            seen.push(limits);
        }
        seen.dedup();
        assert_eq!(seen.len(), Limit::ALL.len(), "each sets a field of its own");
    }

    #[test]
    fn no_limits_together_pass_what_a_document_can_address() {
        // The longest form that an escape can take is one and a half times as long as it is written (\L and \P).
        const { assert!((MOST_BYTES + MOST_FILES) / 2 * 3 < u32::MAX as usize) };
        // The engine keeps up to four fields for each node, and has a bit of its own for places of the order.
        const { assert!(4 * (MOST_VALUES + 100) < u32::MAX as usize && MOST_VALUES < 1 << 30) };
    }
}

//! SHA-256 of files and of sets of files.

use std::io::Read;
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// What the digest of a bundle begins with; digests of earlier versions of the recipe begin otherwise.
pub const DIGEST_PREFIX: &str = "gamsa2:";

/// Bytes of a file that are hashed at a time; on the stack.
const CHUNK: usize = 16 << 10;

/// The SHA-256 over several named files, whatever order they are read in.
#[derive(Debug, Default)]
pub struct Digest {
    files: Vec<(String, String)>,
}

impl Digest {
    /// Creates the digest of no files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file by its path in the set and its content.
    pub fn add(&mut self, path: &str, content: &[u8]) {
        self.add_hashed(path, sha256_hex(content));
    }

    /// Adds a file whose SHA-256 is known.
    pub fn add_hashed(&mut self, path: &str, sha256: String) {
        self.files.push((path.to_owned(), sha256));
    }

    /// Returns `gamsa2:` and 64 hex digits over the lines `<sha256>  <path>`, sorted by path.
    ///
    /// The lines are those of `sha256sum`, so that a digest can be checked without this program.
    pub fn finish(mut self) -> String {
        self.files.sort();
        let lines: String = self.files.iter().map(|(path, sha256)| format!("{sha256}  {path}\n")).collect();
        format!("{DIGEST_PREFIX}{}", sha256_hex(lines.as_bytes()))
    }
}

/// The SHA-256 and the size of one file.
pub(super) struct FileDigest {
    pub(super) sha256: String,
    pub(super) bytes: u64,
}

impl FileDigest {
    /// Hashes a file without holding it in memory.
    pub(super) fn of(path: &Path) -> std::io::Result<Self> {
        let mut file = std::fs::File::open(path)?;
        let mut hasher = Sha256::new();
        let mut chunk = [0; CHUNK];
        let mut bytes = 0;
        loop {
            let read = file.read(&mut chunk)?;
            if read == 0 {
                return Ok(Self { sha256: hex(&hasher.finalize()), bytes });
            }
            bytes += read as u64;
            hasher.update(chunk.get(..read).unwrap_or_default());
        }
    }
}

/// Returns the SHA-256 of some bytes as 64 hex digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_does_not_depend_on_the_order_of_reading() {
        let mut one = Digest::new();
        one.add("a", b"1");
        one.add("b", b"2");
        let mut two = Digest::new();
        two.add("b", b"2");
        two.add("a", b"1");
        assert_eq!(one.finish(), two.finish());
        assert_eq!(sha256_hex(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}

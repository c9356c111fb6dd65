//! SHA-256 of files, and the digest of a bundle or pack over all its files.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest as _, Sha256};

/// What the digest of a bundle begins with; it names the recipe.
pub const DIGEST_PREFIX: &str = "gamsa2:";

/// Bytes of a file that are hashed at a time; on the stack.
const CHUNK: usize = 16 << 10;

/// Bytes at the beginning of a file in which its lines are counted.
const COUNTED: u64 = 64 << 10;

/// The digest over several named files, whatever order they are read in.
///
/// The recipe `gamsa2` (docs/bundle-digest.md): the files sorted by the UTF-8 bytes of their names in NFC, with `/`
/// between folders. Each gives one record: the length of the name and the name, the length of the content and its
/// SHA-256 (lengths as 8 bytes, big endian). The digest is the SHA-256 of all records. No name can imitate a record.
#[derive(Debug, Default)]
pub struct Digest {
    /// Paths, with the length and the SHA-256 of the content.
    files: Vec<(String, u64, [u8; 32])>,
}

/// The SHA-256 and the size of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileDigest {
    /// The digest of the content.
    pub sha256: [u8; 32],
    /// The length of the content.
    pub bytes: u64,
    /// Lines at the beginning of the content, in its first 64 KiB, in which something is written.
    pub lines: u32,
}

/// Counts the lines of a content in which something is written, as far as they are counted.
#[derive(Debug, Default)]
struct LineCounter {
    lines: u32,
    bytes: u64,
    is_written: bool,
}

impl LineCounter {
    fn add(&mut self, content: &[u8]) {
        let left = COUNTED.saturating_sub(self.bytes);
        for byte in content.iter().take(left as usize) {
            match byte {
                b'\n' => self.is_written = false,
                0..=b' ' => {}
                _ => {
                    self.lines += u32::from(!self.is_written);
                    self.is_written = true;
                }
            }
        }
        self.bytes += content.len() as u64;
    }
}

impl Digest {
    /// Creates the digest of no files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file by its path in the set and its content.
    pub fn add(&mut self, path: &str, content: &[u8]) {
        self.files.push((path.to_owned(), content.len() as u64, Sha256::digest(content).into()));
    }

    /// Adds a file whose digest is known.
    pub fn add_hashed(&mut self, path: &str, file: FileDigest) {
        self.files.push((path.to_owned(), file.bytes, file.sha256));
    }

    /// Returns [`DIGEST_PREFIX`] and 64 hex digits.
    pub fn finish(mut self) -> String {
        self.files.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        let mut hasher = Sha256::new();
        for (path, bytes, sha256) in &self.files {
            hasher.update((path.len() as u64).to_be_bytes());
            hasher.update(path);
            hasher.update(bytes.to_be_bytes());
            hasher.update(sha256);
        }
        format!("{DIGEST_PREFIX}{}", hex(&hasher.finalize()))
    }
}

impl FileDigest {
    /// Returns the digest of a content in memory.
    pub fn of(content: &[u8]) -> Self {
        let mut counter = LineCounter::default();
        counter.add(content);
        Self { sha256: Sha256::digest(content).into(), bytes: content.len() as u64, lines: counter.lines }
    }

    /// Hashes what a reader gives without holding it in memory, up to a limit of bytes.
    ///
    /// # Errors
    /// The reader fails, gives more than `limit` bytes ([`std::io::ErrorKind::FileTooLarge`]), or the run is to stop
    /// ([`std::io::ErrorKind::Interrupted`]).
    pub(super) fn of_reader(reader: &mut dyn Read, limit: u64, stop: Option<&AtomicBool>) -> std::io::Result<Self> {
        let mut hasher = Sha256::new();
        let mut counter = LineCounter::default();
        let mut chunk = [0; CHUNK];
        let mut bytes = 0;
        loop {
            let read = match reader.read(&mut chunk) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            if read == 0 {
                return Ok(Self { sha256: hasher.finalize().into(), bytes, lines: counter.lines });
            }
            bytes += read as u64;
            if bytes > limit {
                return Err(std::io::ErrorKind::FileTooLarge.into());
            }
            if stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                return Err(std::io::ErrorKind::Interrupted.into());
            }
            let content = chunk.get(..read).unwrap_or_default();
            counter.add(content);
            hasher.update(content);
        }
    }

    /// Returns the SHA-256 as 64 hex digits.
    pub fn hex(&self) -> String {
        hex(&self.sha256)
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

    #[test]
    fn no_name_imitates_the_record_of_another_file() {
        let content = FileDigest::of(b"x");
        let mut record = vec![];
        record.extend(1u64.to_be_bytes());
        record.extend(b"b");
        let mut two = Digest::new();
        two.add_hashed("a", content);
        two.add_hashed("b", content);
        let mut one = Digest::new();
        one.add_hashed(&format!("a{}", String::from_utf8_lossy(&record)), content);
        assert_ne!(one.finish(), two.finish());
    }

    #[test]
    fn a_reader_is_hashed_up_to_a_limit_and_until_the_run_stops() {
        let hash = |limit, stop: Option<&AtomicBool>| FileDigest::of_reader(&mut &b"abc"[..], limit, stop);
        assert_eq!(hash(3, None).expect("in the limit"), FileDigest::of(b"abc"));
        assert_eq!(hash(2, None).expect_err("too large").kind(), std::io::ErrorKind::FileTooLarge);
        let stop = AtomicBool::new(true);
        assert_eq!(hash(3, Some(&stop)).expect_err("stopped").kind(), std::io::ErrorKind::Interrupted);
    }
}

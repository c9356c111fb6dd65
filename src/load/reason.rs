//! Why something cannot be read, in both languages.

use std::fmt;
use std::io;

use crate::language::Text;

/// One sentence that names the file and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(pub Text);

impl Reason {
    /// Creates a reason from its English and Korean wording.
    pub fn new(en: impl Into<String>, ko: impl Into<String>) -> Self {
        Self(Text::new(en, ko))
    }

    /// Says what the system answered when `name` was opened or read.
    pub fn io(name: &str, error: &io::Error) -> Self {
        let words = io_words(error);
        Self::new(format!("{name}: cannot be read: {}", words.en), format!("{name}: 읽을 수 없음({})", words.ko))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl std::error::Error for Reason {}

/// Returns the answer of the system in words, without its number.
pub fn io_words(error: &io::Error) -> Text {
    match error.kind() {
        io::ErrorKind::NotFound => Text::new("it does not exist", "존재하지 않음"),
        io::ErrorKind::PermissionDenied => Text::new("permission denied", "읽기 권한이 없음"),
        io::ErrorKind::IsADirectory => Text::new("it is a folder", "폴더임"),
        io::ErrorKind::NotADirectory => {
            Text::new("a part of its path is no folder", "경로 중간에 폴더가 아닌 것이 있음")
        }
        _ => {
            let said = error.to_string();
            let end = said.find(" (os error").unwrap_or(said.len());
            Text::same(said.get(..end).unwrap_or_default())
        }
    }
}

//! Names of files: decoded, compared in NFC, and refused where they could not be told apart.

use std::borrow::Cow;

use super::reason::Reason;
use crate::evidence::{Shown, text_key};

/// A name as it is compared and shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// The name in NFC.
    pub(super) text: String,
    /// Whether it was stored in CP949, as Korean Windows stores names in archives.
    pub(super) is_cp949: bool,
}

/// Decodes the name of one file or folder, or a path of an archive: UTF-8, else CP949.
///
/// # Errors
/// The name is no text in either, holds a control character, or holds a backslash: what it names could not be told.
pub(super) fn decode(bytes: &[u8]) -> Result<Name, Reason> {
    let (text, is_cp949) = match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => {
            let decoded = encoding_rs::EUC_KR.decode_without_bom_handling_and_without_replacement(bytes);
            (decoded.ok_or_else(|| no_text(bytes))?, true)
        }
    };
    if text.chars().any(char::is_control) {
        return Err(with_control(&text));
    }
    if text.contains('\\') {
        return Err(with_backslash(&text));
    }
    Ok(Name { text: nfc(&text).into_owned(), is_cp949 })
}

/// Returns a text in Unicode normalization form C, in which names are compared.
pub fn nfc(text: &str) -> Cow<'_, str> {
    text_key(text)
}

/// Returns a name without the difference of upper and lower case.
pub(super) fn folded(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.to_lowercase())
}

/// Orders paths folder by folder, each by the bytes of its names.
pub(super) fn path_order(one: &str, other: &str) -> std::cmp::Ordering {
    let folder_first = |byte: u8| if byte == b'/' { 0 } else { byte };
    one.bytes().map(folder_first).cmp(other.bytes().map(folder_first))
}

fn no_text(bytes: &[u8]) -> Reason {
    let lossy = String::from_utf8_lossy(bytes).into_owned();
    let name = Shown::of(&lossy);
    Reason::new(
        format!("{name}: the file name is no text in UTF-8 or CP949; rename the file"),
        format!("{name}: 파일 이름을 UTF-8 또는 CP949로 읽을 수 없음. 파일 이름을 바꿀 것"),
    )
}

fn with_control(name: &str) -> Reason {
    let name = Shown::of(name);
    Reason::new(
        format!("{name}: the file name holds a control character; rename the file"),
        format!("{name}: 파일 이름에 제어 문자가 있음. 파일 이름을 바꿀 것"),
    )
}

fn with_backslash(name: &str) -> Reason {
    let name = Shown::of(name);
    Reason::new(
        format!("{name}: the file name holds a backslash; unpack the archive so that folders are folders"),
        format!("{name}: 파일 이름에 역슬래시가 있음. 폴더가 폴더로 풀리도록 압축을 다시 풀 것"),
    )
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn names_are_text_in_nfc() {
        let nfd: String = "시험결과.txt".nfd().collect();
        let name = decode(nfd.as_bytes()).expect("UTF-8");
        assert_eq!((name.text.as_str(), name.is_cp949), ("시험결과.txt", false));
        let (bytes, ..) = encoding_rs::EUC_KR.encode("시험결과.txt");
        let name = decode(&bytes).expect("CP949");
        assert_eq!((name.text.as_str(), name.is_cp949), ("시험결과.txt", true));
        assert_eq!(decode(b"a.yaml").expect("ASCII").text, "a.yaml");
    }

    #[test]
    fn what_is_no_text_or_could_forge_a_line_is_refused() {
        for name in
            [&b"\xff.txt"[..], b"a\nb", b"a\x1b[2K", b"\x7f", "a\u{85}b".as_bytes(), b"changes\\W1.yaml", b"a\0b"]
        {
            let refused = decode(name).expect_err("refused").to_string();
            assert!(!refused.chars().any(char::is_control), "{refused:?}");
        }
    }

    #[test]
    fn paths_stand_in_the_order_of_their_folders() {
        let mut paths = ["b.yaml", "a/z", "a.yaml", "a/b/c", "a-b/c", "a"];
        paths.sort_by(|one, other| path_order(one, other));
        assert_eq!(paths, ["a", "a/b/c", "a/z", "a-b/c", "a.yaml", "b.yaml"]);
    }
}

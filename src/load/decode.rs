//! Bytes to text: UTF-8 only, with a hint for the encodings that Korean offices still use.

use super::diagnostic::Diagnostic;
use super::limits::raised;
use crate::evidence::{Builder, Location, Position};
use crate::language::Text;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Returns the bytes as text, without a byte order mark.
pub(super) fn utf8<'b>(name: &str, bytes: &'b [u8], limit: usize) -> Result<&'b str, Box<Diagnostic>> {
    if bytes.len() > limit {
        return Err(at_start(
            name,
            Text::new(
                format!("the file has at least {} bytes, the limit is {limit} (file-bytes)", bytes.len()),
                format!("파일 크기가 {}바이트 이상으로 한도({limit}바이트, file-bytes)를 초과함", bytes.len()),
            ),
            Text::new(
                format!("hand in large material as an attachment, or audit with {}", raised("file-bytes", limit, None)),
                format!("대용량 자료는 첨부파일로 제출하거나 {}로 점검할 것", raised("file-bytes", limit, None)),
            ),
        ));
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(at_start(name, Text::new("the file is UTF-16", "UTF-16으로 저장된 파일임"), save_as_utf8()));
    }
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| not_utf8(name, bytes, error.valid_up_to()))
}

fn not_utf8(name: &str, bytes: &[u8], valid: usize) -> Box<Diagnostic> {
    let readable = bytes.get(..valid).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default();
    let bad = bytes.get(valid).copied().unwrap_or_default();
    // EUC-KR (CP949) writes Hangul as a lead byte from 0x81 and a second byte from 0x41.
    let is_pair = bad >= 0x81 && bytes.get(valid + 1).is_some_and(|&second| second >= 0x41);
    let hint = if is_pair {
        Text::new("this looks like EUC-KR (CP949): save it as UTF-8", "EUC-KR(CP949)로 보임: UTF-8로 다시 저장할 것")
    } else {
        save_as_utf8()
    };
    let mut builder = Builder::new();
    builder.begin_file(name, readable);
    let document = builder.finish();
    Box::new(Diagnostic {
        location: document.location_in_last_file(valid, valid),
        message: Text::new(format!("byte 0x{bad:02X} is not UTF-8"), format!("0x{bad:02X} 바이트는 UTF-8이 아님")),
        hint: Some(hint),
        excerpt: Some(document.excerpt_in_last_file(valid, valid)),
    })
}

fn save_as_utf8() -> Text {
    Text::new("save it as UTF-8", "UTF-8로 다시 저장할 것")
}

fn at_start(name: &str, message: Text, hint: Text) -> Box<Diagnostic> {
    let start = Position { line: 1, column: 1 };
    let location = Location { file: name.to_owned(), start, end: start };
    Box::new(Diagnostic { location, message, hint: Some(hint), excerpt: None })
}

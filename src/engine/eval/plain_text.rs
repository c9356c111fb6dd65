//! Ways around work on texts that most texts do not need.

/// Tells whether a text has only characters that are known to be their own lower case: of ASCII and of Hangul.
pub(super) fn is_lower(text: &str) -> bool {
    let is_lower_byte = |byte: &u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    text.as_bytes().iter().all(is_lower_byte)
        || text.chars().all(|c| matches!(c, '\0'..='@' | '['..='\x7f' | '가'..='힣'))
}

/// Returns a text without the spaces around it; most texts begin and end with visible characters of ASCII.
pub(super) fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

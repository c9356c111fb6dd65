//! Regular expressions of rules, within a limit; `check` reads those that a script spells out, `eval` all of them.

use regex::{Regex, RegexBuilder};

use crate::evidence::text_key;

/// Bytes of a compiled regular expression, and of what it keeps while it searches.
const PATTERN_BYTES: usize = 64 << 10;

/// Compiles a regular expression; its letters are composed as those of the texts are that it is searched in.
///
/// # Errors
/// It is none, or one that is too large; the text says what is wrong on one line.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(&text_key(pattern)).size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES).build().map_err(
        |error| {
            match error {
                regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
                // The last line says what is wrong; those before it show where.
                error => {
                    let text = error.to_string();
                    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
                }
            }
        },
    )
}

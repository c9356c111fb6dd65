//! Why a pack, or what a command asks of it, is refused: in both languages.

use anyhow::Error;

use crate::error::Mistakes;
use crate::language::{Language, Text, text};
use crate::load::Diagnostic;

/// Returns what was probably meant, or else what there is.
pub(super) fn meant_or(near: Option<&str>, otherwise: impl FnOnce() -> Text) -> Text {
    match near {
        Some(near) => text!("did you mean {near}?", "{near}의 오기인지 확인할 것"),
        None => otherwise(),
    }
}

/// Returns the error of a name that the pack does not have.
pub(super) fn refused(message: Text) -> Error {
    Mistakes(vec![message]).into()
}

/// Returns what is wrong with a file that could not be read, in both languages.
pub(crate) fn mistakes_of(error: Error) -> Vec<Text> {
    if let Some(refused) = error.downcast_ref::<Diagnostic>() {
        return vec![Text::new(refused.render(Language::English), refused.render(Language::Korean))];
    }
    match error.downcast::<Mistakes>() {
        Ok(Mistakes(several)) => several,
        Err(error) => vec![Text::same(format!("{error:#}"))],
    }
}

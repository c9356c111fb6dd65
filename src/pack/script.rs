//! The script of a rule or of a library, and what the name of its file says.

/// The source of one Rhai file.
#[derive(Clone, Debug)]
pub struct Script {
    /// The path inside the pack.
    pub path: String,
    pub(super) text: ScriptText,
}

/// Where the text of a script is.
#[derive(Clone, Debug)]
pub(super) enum ScriptText {
    /// In the binary.
    Embedded(&'static [u8]),
    Read(String),
}

impl Script {
    /// Returns the text of the file.
    pub fn source(&self) -> &str {
        match &self.text {
            ScriptText::Embedded(bytes) => std::str::from_utf8(bytes).unwrap_or_default(),
            ScriptText::Read(text) => text,
        }
    }

    /// Returns the folder that the script is in: for a rule, its control.
    pub(super) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Tells whether the script is the rule with this id, which leads the file name.
    pub(super) fn has_id(&self, id: &str) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.strip_prefix(id).is_some_and(|rest| rest.starts_with('-'))
    }

    /// Returns the id of the rule where it is this one in any case.
    pub(super) fn id_like(&self, id: &str) -> Option<&str> {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let (own, rest) = name.split_at_checked(id.len())?;
        (own.eq_ignore_ascii_case(id) && rest.starts_with('-')).then_some(own)
    }

    /// Returns the id that the file name seems to begin with, such as `WRK-07`.
    pub(super) fn apparent_id(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.match_indices('-').nth(1).and_then(|(at, _)| name.get(..at)).unwrap_or(name)
    }
}

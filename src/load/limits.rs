//! How much one bundle may hold before it is refused.

/// Limits on evidence; each is an error that names the place where it is passed.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of one YAML file.
    pub file_bytes: usize,
    /// Bytes of all YAML files of a bundle.
    pub bundle_bytes: usize,
    /// Files of a bundle, attachments included.
    pub files: usize,
    /// Bytes of all attachments of a bundle, or of all that an archive unpacks to.
    pub attachment_bytes: u64,
    /// Levels of nesting in one file.
    pub depth: usize,
    /// Keys and values of a bundle, with aliases counted as what they stand for.
    pub nodes: usize,
    /// Bytes of one key or value.
    pub scalar_bytes: usize,
    /// Aliases in one file.
    pub aliases: usize,
    /// Whether the plain reader is tried before the general one; the result is the same, only faster.
    pub plain_reader: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 8 << 20,
            bundle_bytes: 64 << 20,
            files: 10_000,
            attachment_bytes: 64 << 30,
            depth: 32,
            nodes: 500_000,
            scalar_bytes: 1 << 20,
            aliases: 256,
            plain_reader: true,
        }
    }
}

//! Where reports go: the screen, or files that appear whole or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

use super::arguments::Format;
use crate::error::Stage;

/// One report to write.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) format: Format,
    /// The file, or the screen.
    pub(super) file: Option<PathBuf>,
}

/// Pairs formats with files, in the order they were given.
pub(super) fn targets(formats: &[Format], files: &[PathBuf]) -> Result<Vec<Target>> {
    let formats = if formats.is_empty() { &[Format::Text] } else { formats };
    if files.len() > formats.len() {
        bail!("{} --output for {} --format: give one format for each file", files.len(), formats.len());
    }
    if formats.len() > files.len() + 1 {
        bail!("{} formats for the screen: add an --output for each but one", formats.len() - files.len());
    }
    for file in files {
        if files.iter().filter(|other| *other == file).count() > 1 {
            bail!("--output {}: given twice", file.display());
        }
    }
    let files = files.iter().cloned().map(Some).chain(std::iter::once(None));
    Ok(formats.iter().copied().zip(files).map(|(format, file)| Target { format, file }).collect())
}

/// Writes a file under a temporary name beside it and renames it when it is complete.
pub(super) fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
    let shown = || format!("{}: cannot be written", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = temporary(folder).with_context(shown).context(Stage::Write)?;
    let written = {
        let mut plain = std::io::BufWriter::new(anstream::StripStream::new(file.as_file_mut()));
        write(&mut plain).and_then(|()| plain.flush())
    };
    written.with_context(shown).context(Stage::Write)?;
    file.persist(path).with_context(shown).context(Stage::Write)?;
    Ok(())
}

fn temporary(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".gamsa-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any other new file: the umask decides.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_and_files_are_paired_in_order() {
        let files = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        let both = targets(&[Format::Json, Format::Text], &files(&["a.json"])).expect("one goes to the screen");
        assert_eq!(both[0], Target { format: Format::Json, file: Some("a.json".into()) });
        assert_eq!(both[1], Target { format: Format::Text, file: None });
        assert_eq!(targets(&[], &[]).expect("text").len(), 1);
        assert!(targets(&[Format::Json], &files(&["a", "b"])).is_err());
        assert!(targets(&[Format::Json, Format::Text], &[]).is_err());
        assert!(targets(&[Format::Json, Format::Text], &files(&["a", "a"])).is_err());
    }
}

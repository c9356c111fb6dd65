//! Where reports go: the screen, or files that appear whole or not at all.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anstream::StripStream;
use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

use super::arguments::Format;
use crate::assess::Assessment;
use crate::error::Stage;
use crate::report::{ReportWriter, Run, Summary};

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

/// The reports of a run, each with the place it goes to.
pub(super) struct Outputs<'o> {
    reports: Vec<(Box<dyn ReportWriter>, Sink<'o>)>,
}

enum Sink<'o> {
    Screen(&'o mut dyn Write),
    File { path: PathBuf, stream: BufWriter<StripStream<File>>, temporary: NamedTempFile },
}

impl<'o> Outputs<'o> {
    /// Opens every report; at most one of the targets is the screen.
    pub(super) fn open(
        targets: &[Target],
        writer: impl Fn(Format) -> Box<dyn ReportWriter>,
        screen: &'o mut dyn Write,
    ) -> Result<Self> {
        let mut screen = Some(screen);
        let mut reports = Vec::new();
        for target in targets {
            let sink = match &target.file {
                Some(path) => Sink::file(path)?,
                None => match screen.take() {
                    Some(screen) => Sink::Screen(screen),
                    None => continue,
                },
            };
            reports.push((writer(target.format), sink));
        }
        Ok(Self { reports })
    }

    pub(super) fn begin(&mut self, run: &Run<'_>) -> Result<()> {
        self.each(|report, out| report.begin(run, out))
    }

    /// Writes one bundle to every report, and lets the screen show it.
    pub(super) fn bundle(&mut self, run: &Run<'_>, assessment: &Assessment) -> Result<()> {
        self.each(|report, out| report.bundle(run, assessment, out))?;
        for (_, sink) in &mut self.reports {
            if let Sink::Screen(screen) = sink {
                screen.flush().context(Stage::Write)?;
            }
        }
        Ok(())
    }

    /// Ends every report; files appear under their names now, whole.
    pub(super) fn end(mut self, run: &Run<'_>, summary: &Summary) -> Result<()> {
        self.each(|report, out| report.end(run, summary, out))?;
        for (_, sink) in self.reports {
            sink.finish()?;
        }
        Ok(())
    }

    fn each(&mut self, write: impl Fn(&mut dyn ReportWriter, &mut dyn Write) -> std::io::Result<()>) -> Result<()> {
        for (report, sink) in &mut self.reports {
            match sink {
                Sink::Screen(screen) => write(report.as_mut(), *screen).context(Stage::Write)?,
                Sink::File { path, stream, .. } => {
                    write(report.as_mut(), stream).with_context(|| unwritten(path)).context(Stage::Write)?;
                }
            }
        }
        Ok(())
    }
}

impl Sink<'_> {
    fn file(path: &Path) -> Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let open = || -> std::io::Result<_> {
            let temporary = temporary(folder)?;
            let stream = BufWriter::new(StripStream::new(temporary.as_file().try_clone()?));
            Ok((temporary, stream))
        };
        let (temporary, stream) = open().with_context(|| unwritten(path)).context(Stage::Write)?;
        Ok(Self::File { path: path.to_owned(), stream, temporary })
    }

    fn finish(self) -> Result<()> {
        match self {
            Self::Screen(screen) => screen.flush().context(Stage::Write),
            Self::File { path, mut stream, temporary } => {
                stream.flush().with_context(|| unwritten(&path)).context(Stage::Write)?;
                temporary.persist(&path).with_context(|| unwritten(&path)).context(Stage::Write)?;
                Ok(())
            }
        }
    }
}

fn unwritten(path: &Path) -> String {
    format!("{}: cannot be written", path.display())
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

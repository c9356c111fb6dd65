//! Where reports go: the screen, or files that appear whole or not at all.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anstream::StripStream;
use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

use super::arguments::Format;
use crate::assess::Assessment;
use crate::error::Stage;
use crate::load::Entry;
use crate::report::{ReportWriter, Run, Summary};

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A report on every bundle.
    Report(Format),
    /// The open questions, as a file of decisions to fill in.
    Questions,
}

/// One report to write.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) content: Content,
    /// The file, or the screen.
    pub(super) file: Option<PathBuf>,
}

/// Pairs formats with files, in the order they were given; `questions` is where the open questions go.
pub(super) fn targets(formats: &[Format], files: &[PathBuf], questions: Option<&Path>) -> Result<Vec<Target>> {
    let is_on_screen = questions == Some(Path::new("-"));
    let formats: &[Format] = match formats {
        // Who asks for the questions on the screen asks for nothing else there.
        [] if is_on_screen && files.is_empty() => &[],
        [] => &[Format::Text],
        formats => formats,
    };
    if files.len() > formats.len() {
        bail!("{} --output for {} --format: give one format for each file", files.len(), formats.len());
    }
    if formats.len() > files.len() + 1 {
        bail!("{} formats for the screen: add an --output for each but one", formats.len() - files.len());
    }
    if is_on_screen && formats.len() > files.len() {
        bail!("--decisions-template -: the report goes to the screen too; add --output for it, or name a file");
    }
    for (position, file) in files.iter().enumerate() {
        if files.iter().skip(position + 1).any(|other| other == file) || questions == Some(file) {
            bail!("--output {}: given twice", file.display());
        }
    }
    let files = files.iter().cloned().map(Some).chain(std::iter::once(None));
    let reports = formats.iter().zip(files).map(|(format, file)| Target { content: Content::Report(*format), file });
    let questions = questions.map(|file| {
        let file = (!is_on_screen).then(|| file.to_owned());
        if let Some(file) = &file {
            super::decisions::check_template(file)?;
        }
        Ok(Target { content: Content::Questions, file })
    });
    reports.map(Ok).chain(questions).collect()
}

/// The formats of the reports of a run; any thread may write a page.
pub(super) struct Formats(Vec<Box<dyn ReportWriter>>);

/// The page of one bundle in every report.
pub(super) type Pages = Vec<Vec<u8>>;

/// Where the reports of a run go, in the order of their formats.
pub(super) struct Outputs<'o> {
    pub(super) formats: &'o Formats,
    sinks: Vec<Sink<'o>>,
    /// Whether each has a page by now.
    has_pages: Vec<bool>,
}

enum Sink<'o> {
    Screen(&'o mut (dyn Write + Send)),
    File { path: PathBuf, stream: BufWriter<Box<dyn Write + Send>>, temporary: NamedTempFile, is_new: bool },
}

impl Formats {
    pub(super) fn new(targets: &[Target], writer: impl Fn(Content) -> Box<dyn ReportWriter>) -> Self {
        Self(targets.iter().map(|target| writer(target.content)).collect())
    }

    /// Writes the page of one bundle for every report.
    pub(super) fn pages(&self, run: &Run<'_>, assessment: &Assessment) -> Result<Pages> {
        let mut pages = Vec::with_capacity(self.0.len());
        for report in &self.0 {
            let mut page = Vec::new();
            report.page(run, assessment, &mut page).context(Stage::Write)?;
            pages.push(page);
        }
        Ok(pages)
    }
}

impl<'o> Outputs<'o> {
    /// Opens every report; at most one of the targets is the screen.
    pub(super) fn open(formats: &'o Formats, targets: &[Target], screen: &'o mut (dyn Write + Send)) -> Result<Self> {
        let mut screen = Some(screen);
        let mut sinks = Vec::new();
        for target in targets {
            sinks.extend(match &target.file {
                Some(path) => Some(Sink::file(path, target.content)?),
                None => screen.take().map(Sink::Screen),
            });
        }
        Ok(Self { formats, has_pages: vec![false; sinks.len()], sinks })
    }

    pub(super) fn begin(&mut self, run: &Run<'_>) -> Result<()> {
        for (report, sink) in self.formats.0.iter().zip(&mut self.sinks) {
            sink.write(|out| report.begin(run, out))?;
        }
        Ok(())
    }

    /// Adds an entry that is no bundle to every report.
    pub(super) fn entry(&mut self, run: &Run<'_>, entry: &Entry) -> Result<()> {
        for (report, sink) in self.formats.0.iter().zip(&mut self.sinks) {
            sink.write(|out| report.entry(run, entry, out))?;
        }
        Ok(())
    }

    /// Adds the page of one bundle to every report, and lets the screen show it.
    pub(super) fn add(&mut self, pages: &Pages) -> Result<()> {
        let reports = self.formats.0.iter().zip(&mut self.sinks).zip(&mut self.has_pages);
        for (((report, sink), has_pages), page) in reports.zip(pages).filter(|(_, page)| !page.is_empty()) {
            let is_first = !std::mem::replace(has_pages, true);
            sink.write(|out| {
                out.write_all(report.before_page(is_first).as_bytes())?;
                out.write_all(page)
            })?;
            sink.show()?;
        }
        Ok(())
    }

    /// Ends every report; files appear under their names now, whole.
    pub(super) fn end(mut self, run: &Run<'_>, summary: &Summary) -> Result<()> {
        for ((report, sink), has_pages) in self.formats.0.iter().zip(&mut self.sinks).zip(&self.has_pages) {
            sink.write(|out| report.end(run, summary, *has_pages, out))?;
        }
        self.sinks.into_iter().try_for_each(Sink::finish)
    }
}

impl Sink<'_> {
    /// Opens a file; one that `is_new` never takes the place of another.
    fn file(path: &Path, content: Content) -> Result<Self> {
        let (is_new, has_colour) = (content == Content::Questions, content == Content::Report(Format::Text));
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let open = || -> std::io::Result<_> {
            let temporary = temporary(folder)?;
            let file = temporary.as_file().try_clone()?;
            let stream: Box<dyn Write + Send> =
                if has_colour { Box::new(StripStream::new(file)) } else { Box::new(file) };
            Ok((temporary, BufWriter::new(stream)))
        };
        let (temporary, stream) = open().with_context(|| unwritten(path)).context(Stage::Write)?;
        Ok(Self::File { path: path.to_owned(), stream, temporary, is_new })
    }

    fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
        match self {
            Self::Screen(screen) => write(*screen).context(Stage::Write),
            Self::File { path, stream, .. } => write(stream).with_context(|| unwritten(path)).context(Stage::Write),
        }
    }

    fn show(&mut self) -> Result<()> {
        match self {
            Self::Screen(screen) => screen.flush().context(Stage::Write),
            Self::File { .. } => Ok(()),
        }
    }

    fn finish(self) -> Result<()> {
        match self {
            Self::Screen(screen) => screen.flush().context(Stage::Write),
            Self::File { path, mut stream, temporary, is_new } => {
                stream.flush().with_context(|| unwritten(&path)).context(Stage::Write)?;
                let kept = if is_new { temporary.persist_noclobber(&path) } else { temporary.persist(&path) };
                kept.with_context(|| unwritten(&path)).context(Stage::Write)?;
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
        let report =
            |format, file: Option<&str>| Target { content: Content::Report(format), file: file.map(PathBuf::from) };
        let both = targets(&[Format::Json, Format::Text], &files(&["a.json"]), None).expect("one goes to the screen");
        assert_eq!(both, [report(Format::Json, Some("a.json")), report(Format::Text, None)]);
        assert_eq!(targets(&[], &[], None).expect("text"), [report(Format::Text, None)]);
        assert!(targets(&[Format::Json], &files(&["a", "b"]), None).is_err());
        assert!(targets(&[Format::Json, Format::Text], &[], None).is_err());
        assert!(targets(&[Format::Json, Format::Text], &files(&["a", "a"]), None).is_err());
    }

    #[test]
    fn questions_go_to_a_file_of_their_own_or_alone_to_the_screen() {
        let screen = Some(Path::new("-"));
        let questions = |file: Option<&str>| Target { content: Content::Questions, file: file.map(PathBuf::from) };
        assert_eq!(targets(&[], &[], screen).expect("alone"), [questions(None)]);
        let named = targets(&[], &[], Some(Path::new("new.yaml"))).expect("beside the report");
        assert_eq!(named.last(), Some(&questions(Some("new.yaml"))));
        assert_eq!(named.len(), 2);
        assert!(targets(&[Format::Text], &[], screen).is_err());
        assert_eq!(targets(&[Format::Text], &["a".into()], screen).expect("apart").len(), 2);
        assert!(targets(&[], &["a".into()], Some(Path::new("a"))).is_err());
    }
}

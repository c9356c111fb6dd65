//! Where reports go: the screen, what is written to, or files that appear whole or not at all.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

use anstream::StripStream;
use anyhow::{Context, Result, anyhow};

use super::arguments::ReportFormat;
use super::place::{FilePlace, OutputPlace, StreamPlace, shown};
use super::targets::{OutputContent, OutputTarget};
use super::temporary::Temporary;
use crate::assess::Assessment;
use crate::error::ErrorStage;
use crate::load::Entry;
use crate::report::{ReportWriter, Run, Summary};

/// Time between two tries to get at the streams of a run that is given up.
const LOOK: Duration = Duration::from_millis(5);
/// Tries before the streams are left as they are.
const LOOKS: usize = 20;

/// The formats of the reports of a run; any thread may write a page.
pub(super) struct Formats(Vec<Box<dyn ReportWriter>>);

/// The page of one bundle in every report.
pub(super) type Pages = Vec<Vec<u8>>;

/// A file that holds the report of a run that was cut short.
#[derive(Debug)]
pub(super) struct Partial {
    /// The file that was asked for, which is as it was.
    given: PathBuf,
    /// The file that was written.
    pub(super) written: PathBuf,
}

/// Where the reports of a run go.
///
/// Who adds a page holds the streams, then the state, and lets go of the state before it writes to the streams: a
/// stream whose reader does not read stops the run, but not the end of the files.
pub(super) struct Outputs<'o> {
    formats: &'o Formats,
    streams: Mutex<Vec<Report<'o>>>,
    state: Mutex<State<'o>>,
}

struct State<'o> {
    summary: Summary,
    /// Nothing once they have been ended.
    files: Option<Vec<ReportFile<'o>>>,
}

/// One report that is being written.
struct Report<'o> {
    format: &'o dyn ReportWriter,
    /// Its place among the formats.
    number: usize,
    has_pages: bool,
    /// What it is called in an error; the screen needs no name.
    name: Option<String>,
    out: Box<dyn Write + Send + 'o>,
}

struct ReportFile<'o> {
    report: Report<'o>,
    temporary: Temporary,
    place: &'o FilePlace,
    /// Whether it never takes the place of another file.
    is_new: bool,
}

impl Formats {
    pub(super) fn new(targets: &[OutputTarget], writer: impl Fn(OutputContent) -> Box<dyn ReportWriter>) -> Self {
        Self(targets.iter().map(|target| writer(target.content)).collect())
    }

    /// Writes the page of one bundle for every report.
    pub(super) fn pages(&self, run: &Run<'_>, assessment: &Assessment) -> Result<Pages> {
        let mut pages = Vec::with_capacity(self.0.len());
        for report in &self.0 {
            let mut page = Vec::new();
            report.page(run, assessment, &mut page).context(ErrorStage::Write)?;
            pages.push(page);
        }
        Ok(pages)
    }
}

impl<'o> Outputs<'o> {
    /// Opens every report; at most one of the targets is the screen.
    ///
    /// # Errors
    /// A file cannot be made or opened. A pipe is opened when somebody reads it.
    pub(super) fn open(
        formats: &'o Formats,
        targets: &'o [OutputTarget],
        screen: &'o mut (dyn Write + Send),
    ) -> Result<Self> {
        let mut screen = Some(screen);
        let (mut streams, mut files) = (Vec::new(), Vec::new());
        for (number, (format, target)) in formats.0.iter().zip(targets).enumerate() {
            let report = |name, out| Report { format: &**format, number, has_pages: false, name, out };
            match &target.place {
                OutputPlace::Screen => {
                    if let Some(screen) = screen.take() {
                        streams.push(report(None, Box::new(screen) as Box<dyn Write + Send + 'o>));
                    }
                }
                OutputPlace::Stream(place) => {
                    let name = shown(&place.given);
                    let out = open_stream(place, target.content).with_context(|| unwritten(&name));
                    streams.push(report(Some(name), out.context(ErrorStage::Write)?));
                }
                OutputPlace::File(place) => {
                    let name = shown(&place.given);
                    let (temporary, out) = open_file(place, target.content)
                        .with_context(|| unwritten(&name))
                        .context(ErrorStage::Write)?;
                    let is_new = target.content == OutputContent::Questions;
                    files.push(ReportFile { report: report(Some(name), out), temporary, place, is_new });
                }
            }
        }
        let state = State { summary: Summary::default(), files: Some(files) };
        Ok(Self { formats, streams: Mutex::new(streams), state: Mutex::new(state) })
    }

    /// Returns the formats, for whoever writes pages.
    pub(super) fn formats(&self) -> &'o Formats {
        self.formats
    }

    pub(super) fn begin(&self, run: &Run<'_>) -> Result<()> {
        let mut streams = lock(&self.streams);
        {
            // Before the streams, so that there is something to end when a stream blocks.
            let mut state = lock(&self.state);
            let mut files = state.files.iter_mut().flatten();
            files.try_for_each(|file| file.report.write(|format, out| format.begin(run, out)))?;
        }
        streams.iter_mut().try_for_each(|stream| stream.write(|format, out| format.begin(run, out)))
    }

    /// Adds an entry that is no bundle to every report.
    pub(super) fn entry(&self, run: &Run<'_>, entry: &Entry) -> Result<()> {
        let mut streams = lock(&self.streams);
        {
            let mut state = lock(&self.state);
            let mut files = state.files.iter_mut().flatten();
            files.try_for_each(|file| file.report.write(|format, out| format.entry(run, entry, out)))?;
        }
        streams.iter_mut().try_for_each(|stream| stream.write(|format, out| format.entry(run, entry, out)))
    }

    /// Counts one bundle, adds its page to every report, and lets streams show it.
    pub(super) fn add(&self, count: impl FnOnce(&mut Summary), pages: &Pages) -> Result<()> {
        let mut streams = lock(&self.streams);
        {
            let mut state = lock(&self.state);
            let State { summary, files: Some(files) } = &mut *state else { return Ok(()) };
            count(summary);
            files.iter_mut().try_for_each(|file| file.report.add(pages).map(|_| ()))?;
        }
        for stream in &mut *streams {
            if stream.add(pages)? {
                stream.write(|_, out| out.flush())?;
            }
        }
        Ok(())
    }

    /// Ends every report, after `close` has completed the summary; files appear under their names now, whole. Those of
    /// an interrupted run get names of their own, which are returned.
    pub(super) fn end(&self, run: &Run<'_>, close: impl FnOnce(&mut Summary)) -> Result<(Summary, Vec<Partial>)> {
        let mut streams = lock(&self.streams);
        let summary = {
            let mut state = lock(&self.state);
            close(&mut state.summary);
            state.summary.clone()
        };
        if summary.interrupted {
            let partial = lock(&self.state).end(run)?;
            // The screen may be what went away.
            let _ = end_streams(&mut streams, run, &summary);
            return Ok((summary, partial));
        }
        // A reader that went away leaves the old files.
        end_streams(&mut streams, run, &summary)?;
        let partial = lock(&self.state).end(run)?;
        Ok((summary, partial))
    }

    /// Ends what can be ended of a run that does not come to its end, and calls `done` with the files that were
    /// written, then ends the streams that nobody is writing to. Does nothing where the files have been ended.
    pub(super) fn give_up(
        &self,
        run: &Run<'_>,
        close: impl FnOnce(&mut Summary),
        done: impl FnOnce(Result<Vec<Partial>>),
    ) -> bool {
        let streams = lock_soon(&self.streams);
        let mut state = lock(&self.state);
        if state.files.is_none() {
            return false;
        }
        close(&mut state.summary);
        done(state.end(run));
        if let Some(mut streams) = streams {
            let _ = end_streams(&mut streams, run, &state.summary);
            // Nobody ends them a second time.
            streams.clear();
        }
        true
    }
}

impl Partial {
    /// Returns what became of the file that was asked for.
    pub(super) fn note(&self) -> String {
        format!("{} holds the report so far; {} is as it was", shown(&self.written), shown(&self.given))
    }
}

impl State<'_> {
    fn end(&mut self, run: &Run<'_>) -> Result<Vec<Partial>> {
        let mut files = self.files.take().unwrap_or_default();
        for file in &mut files {
            file.report.end(run, &self.summary)?;
        }
        let kept: Vec<Result<Option<Partial>>> =
            files.into_iter().map(|file| file.keep(self.summary.interrupted)).collect();
        let kept: Result<Vec<Option<Partial>>> = kept.into_iter().collect();
        Ok(kept?.into_iter().flatten().collect())
    }
}

impl Report<'_> {
    fn write(&mut self, write: impl FnOnce(&dyn ReportWriter, &mut dyn Write) -> io::Result<()>) -> Result<()> {
        let written = write(self.format, &mut self.out);
        match &self.name {
            Some(name) => written.with_context(|| unwritten(name)).context(ErrorStage::Write),
            None => written.context(ErrorStage::Write),
        }
    }

    /// Adds the page of one bundle; tells whether there is one.
    fn add(&mut self, pages: &Pages) -> Result<bool> {
        let Some(page) = pages.get(self.number).filter(|page| !page.is_empty()) else { return Ok(false) };
        let is_first = !std::mem::replace(&mut self.has_pages, true);
        self.write(|format, out| {
            out.write_all(format.before_page(is_first).as_bytes())?;
            out.write_all(page)
        })?;
        Ok(true)
    }

    fn end(&mut self, run: &Run<'_>, summary: &Summary) -> Result<()> {
        let has_pages = self.has_pages;
        self.write(|format, out| {
            format.end(run, summary, has_pages, out)?;
            out.flush()
        })
    }
}

impl ReportFile<'_> {
    /// Gives the file its name, or that for the report of an interrupted run.
    fn keep(self, is_interrupted: bool) -> Result<Option<Partial>> {
        let Self { report, temporary, place, is_new } = self;
        // Whatever is left to write is written, and the file closed.
        drop(report);
        let given = shown(&place.given);
        if place.is_refused() {
            return Err(anyhow!("{given}: not written, for it is part of a bundle of this run; name another file"))
                .context(ErrorStage::Write);
        }
        let name = if is_interrupted { place.partial() } else { place.real.clone() };
        temporary.persist(&name, is_new).with_context(|| unwritten(&shown(&name))).context(ErrorStage::Write)?;
        Ok(is_interrupted.then(|| Partial { given: place.given.clone(), written: name }))
    }
}

fn end_streams(streams: &mut [Report<'_>], run: &Run<'_>, summary: &Summary) -> Result<()> {
    streams.iter_mut().try_for_each(|stream| stream.end(run, summary))
}

/// Opens what is written to. Nothing is made or cut short, and an open file is continued.
fn open_stream(place: &StreamPlace, content: OutputContent) -> io::Result<Box<dyn Write + Send>> {
    let file = OpenOptions::new().append(true).open(&place.given)?;
    Ok(writer(file, content))
}

fn open_file(place: &FilePlace, content: OutputContent) -> io::Result<(Temporary, Box<dyn Write + Send>)> {
    let temporary = Temporary::beside(place)?;
    let file = temporary.file().try_clone()?;
    Ok((temporary, writer(file, content)))
}

/// Buffers a file; text loses its colour there.
fn writer(file: std::fs::File, content: OutputContent) -> Box<dyn Write + Send> {
    match content {
        OutputContent::Report(ReportFormat::Text) => Box::new(BufWriter::new(StripStream::new(file))),
        OutputContent::Report(ReportFormat::Json | ReportFormat::Ndjson) | OutputContent::Questions => {
            Box::new(BufWriter::new(file))
        }
    }
}

fn unwritten(name: &str) -> String {
    format!("{name}: cannot be written")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Locks unless whoever holds the lock seems to keep it.
fn lock_soon<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    for _ in 0..LOOKS {
        match mutex.try_lock() {
            Ok(guard) => return Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => thread::sleep(LOOK),
        }
    }
    None
}

//! What a run is to look at: paths, folders, archives, standard input, and lists of paths, one after the other.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, anyhow};

use super::arguments::AuditArguments;
use crate::error::ErrorStage;
use crate::language::Text;
use crate::load::{Candidate, CandidateKind, Entry, EntryState, Exclude, Found, Limits, Reason, Search};
use crate::pack::Pack;

/// Bytes of one path in a list, at most.
const PATH_BYTES: u64 = 1 << 16;

/// What was asked for besides paths: patterns that are left out, and the files of other options.
#[derive(Debug)]
pub(super) struct SearchOptions {
    exclude: Exclude,
    named: Vec<PathBuf>,
    roots: Vec<PathBuf>,
}

impl SearchOptions {
    /// # Errors
    /// A pattern of `--exclude` is no glob.
    pub(super) fn new(arguments: &AuditArguments) -> Result<Self> {
        let exclude = Exclude::new(&arguments.exclude).map_err(|error| anyhow!("--exclude {error}"));
        // Not those that are written: what lies there may be a bundle, which must not be lost.
        let files = [&arguments.decisions, &arguments.files_from].into_iter().flatten();
        let named = files.chain(&arguments.order);
        let real =
            |paths: &mut dyn Iterator<Item = &PathBuf>| paths.filter_map(|path| path.canonicalize().ok()).collect();
        let roots = real(&mut arguments.paths.iter());
        Ok(Self { exclude: exclude.context(ErrorStage::Usage)?, named: real(&mut named.into_iter()), roots })
    }

    pub(super) fn search<'a>(&'a self, pack: &'a Pack, limits: &'a Limits) -> Search<'a> {
        Search { layout: &pack.layout, limits, exclude: &self.exclude, named: &self.named, roots: &self.roots }
    }
}

/// Returns what a run is to look at, as it is found; nothing is held but the place in the search.
///
/// # Errors
/// A path that was named on the command line cannot be read, or is nothing that could be a bundle.
pub(super) fn find<'s>(
    arguments: &AuditArguments,
    search: &'s Search<'s>,
) -> Result<Box<dyn Iterator<Item = Found> + Send + 's>> {
    let is_input = |path: &&PathBuf| path.as_path() == Path::new("-");
    if arguments.paths.iter().chain(&arguments.files_from).filter(is_input).count() > 1 {
        return Err(anyhow!("`-` stands twice; standard input can be read once")).context(ErrorStage::Usage);
    }
    let mut walks: Vec<Box<dyn Iterator<Item = Found> + Send + 's>> = Vec::new();
    for path in &arguments.paths {
        walks.push(if is_input(&path) {
            Box::new(std::iter::once(Found::Candidate(input(search.limits)?)))
        } else {
            Box::new(search.walk(path).map_err(Error::from).context(ErrorStage::Load)?)
        });
    }
    let listed = arguments.files_from.as_deref().map(list).transpose()?;
    let listed = listed.into_iter().flat_map(move |listed| listed.flat_map(move |path| walk(search, path)));
    Ok(Box::new(walks.into_iter().flatten().chain(listed)))
}

/// Walks a path of a list; one that cannot be read sinks no other.
fn walk<'s>(search: &'s Search<'s>, path: Result<PathBuf, Entry>) -> Box<dyn Iterator<Item = Found> + Send + 's> {
    let path = match path {
        Ok(path) => path,
        Err(entry) => return Box::new(std::iter::once(Found::Entry(entry))),
    };
    match search.walk(&path) {
        Ok(found) => Box::new(found),
        Err(Reason(reason)) => Box::new(std::iter::once(Found::Entry(unreadable(path.display().to_string(), reason)))),
    }
}

fn unreadable(path: String, reason: Text) -> Entry {
    Entry { path, state: EntryState::NotAudited, reason: Some(reason) }
}

/// Reads standard input as a bundle. Nothing is no submission: the program before it failed.
fn input(limits: &Limits) -> Result<Candidate> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(limits.bundle_bytes as u64 + 1).read_to_end(&mut bytes);
    read.context("standard input cannot be read").context(ErrorStage::Load)?;
    if bytes.is_empty() {
        return Err(anyhow!("-: nothing came in on standard input; a bundle was expected")).context(ErrorStage::Load);
    }
    Ok(Candidate { path: PathBuf::from("-"), kind: CandidateKind::Input(bytes) })
}

/// Paths from a list, separated by line breaks or, where the list has one, by NUL.
struct Listed {
    name: String,
    reader: Option<Box<dyn BufRead + Send>>,
    separator: u8,
}

impl Iterator for Listed {
    type Item = Result<PathBuf, Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut bytes = Vec::new();
            let read = self.reader.as_mut()?.by_ref().take(PATH_BYTES).read_until(self.separator, &mut bytes);
            let name = format!("--files-from {}", self.name);
            match read {
                Ok(0) => return None,
                Ok(_) if bytes.len() as u64 == PATH_BYTES => {
                    self.reader = None;
                    let reason =
                        Text::new("a path in it is longer than 65,536 bytes", "65,536바이트를 넘는 경로가 있음");
                    return Some(Err(unreadable(name, reason)));
                }
                Ok(_) => {}
                Err(error) => {
                    self.reader = None;
                    let Reason(reason) = Reason::io(&self.name, &error);
                    return Some(Err(unreadable(name, reason)));
                }
            }
            let ends = |byte: &u8| matches!(byte, b'\0' | b'\n' | b'\r');
            while bytes.last().is_some_and(ends) {
                bytes.pop();
            }
            if bytes.is_empty() {
                continue;
            }
            return Some(path_of(&bytes));
        }
    }
}

/// Returns a path as the list has it, whatever its encoding.
#[cfg(unix)]
fn path_of(bytes: &[u8]) -> Result<PathBuf, Entry> {
    let path: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(bytes);
    Ok(PathBuf::from(path))
}

/// Returns a path; other systems have no bytes for names.
#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> Result<PathBuf, Entry> {
    let text = String::from_utf8(bytes.to_vec());
    text.map(PathBuf::from).map_err(|error| {
        let path = String::from_utf8_lossy(error.as_bytes()).into_owned();
        unreadable(path, Text::new("the path is not UTF-8", "경로가 UTF-8이 아님"))
    })
}

fn list(file: &Path) -> Result<Listed> {
    let name = file.display().to_string();
    let unreadable = || format!("--files-from {name}: cannot be read");
    let mut reader: Box<dyn BufRead + Send> = if name == "-" {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(File::open(file).with_context(unreadable).context(ErrorStage::Usage)?))
    };
    // The first buffer of a NUL-separated list holds a NUL, unless it is one path longer than the buffer.
    let start = reader.fill_buf().with_context(unreadable).context(ErrorStage::Usage)?;
    let separator = if start.contains(&0) { 0 } else { b'\n' };
    if start.starts_with(b"\xEF\xBB\xBF") {
        reader.consume(3);
    }
    Ok(Listed { name, reader: Some(reader), separator })
}

//! Which bundles a run audits: paths, folders of bundles, and lists of paths, one after the other.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result};

use super::arguments::AuditArguments;
use super::failure::note;
use crate::error::Stage;
use crate::load::{Entry, walk};

/// YAML files outside any bundle that are named in notes; more are counted.
const STRAYS_NAMED: usize = 5;

/// A bundle to audit, or a path where there is none.
pub(super) type Bundle = std::result::Result<PathBuf, (String, Error)>;

/// Returns the bundles of a run as they are found; nothing is held but the place in the search.
///
/// # Errors
/// A path that was named on the command line cannot be read, or is no bundle and no folder.
pub(super) fn find<'n>(
    arguments: &AuditArguments,
    notes: &'n mut (dyn Write + Send),
) -> Result<Box<dyn Iterator<Item = Bundle> + Send + 'n>> {
    let mut walks = Vec::new();
    for path in &arguments.paths {
        walks.push((path.clone(), walk(path).context(Stage::Load)?));
    }
    let listed = arguments.files_from.as_deref().map(list).transpose()?;
    Ok(Box::new(Found { walks: walks.into_iter(), current: None, listed, notes }))
}

/// Tells of YAML files that nobody audits; that a note cannot be written stops no audit.
fn note_strays(notes: &mut dyn Write, named: &[PathBuf], count: usize) {
    for path in named {
        let _ = note(notes, &format!("not audited, belongs to no bundle: {}", path.display()));
    }
    if count > named.len() {
        let _ = note(notes, &format!("and {} more YAML files that belong to no bundle", count - named.len()));
    }
}

struct Found<'n, W> {
    walks: std::vec::IntoIter<(PathBuf, W)>,
    current: Option<Walk<W>>,
    listed: Option<Listed>,
    notes: &'n mut (dyn Write + Send),
}

struct Walk<W> {
    root: PathBuf,
    entries: W,
    bundles: usize,
    /// The first YAML files outside any bundle, and how many there are.
    named: Vec<PathBuf>,
    strays: usize,
}

impl<W: Iterator<Item = Result<Entry>>> Iterator for Found<'_, W> {
    type Item = Bundle;

    fn next(&mut self) -> Option<Bundle> {
        loop {
            let Some(walk) = &mut self.current else {
                match self.walks.next() {
                    Some((root, entries)) => {
                        self.current = Some(Walk { root, entries, bundles: 0, named: Vec::new(), strays: 0 });
                        continue;
                    }
                    None => return self.next_listed(),
                }
            };
            match walk.entries.next() {
                Some(Ok(Entry::Bundle(path))) => {
                    walk.bundles += 1;
                    return Some(Ok(path));
                }
                Some(Ok(Entry::Stray(path))) => {
                    walk.strays += 1;
                    if walk.named.len() < STRAYS_NAMED {
                        walk.named.push(path);
                    }
                }
                Some(Err(error)) => return Some(Err((walk.root.display().to_string(), error))),
                None => {
                    if walk.bundles == 0 {
                        let error = nothing_found(&walk.root, walk.named.first().map(PathBuf::as_path));
                        let root = walk.root.display().to_string();
                        self.current = None;
                        return Some(Err((root, error)));
                    }
                    note_strays(self.notes, &walk.named, walk.strays);
                    self.current = None;
                }
            }
        }
    }
}

impl<W> Found<'_, W> {
    fn next_listed(&mut self) -> Option<Bundle> {
        let listed = self.listed.as_mut()?;
        match listed.next()? {
            Ok(path) => Some(Ok(path)),
            Err(error) => {
                let name = listed.name.clone();
                self.listed = None;
                Some(Err((name, error)))
            }
        }
    }
}

/// Paths from a list, separated by line breaks or, where the list has one, by NUL.
struct Listed {
    name: String,
    reader: Box<dyn BufRead + Send>,
    separator: u8,
}

impl Listed {
    fn next(&mut self) -> Option<Result<PathBuf>> {
        loop {
            let mut bytes = Vec::new();
            match self.reader.read_until(self.separator, &mut bytes) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => {
                    let error = Error::from(error).context(format!("--files-from {}: cannot be read", self.name));
                    return Some(Err(error));
                }
            }
            let text = String::from_utf8_lossy(&bytes);
            let path = text.trim_end_matches(['\0', '\n', '\r']);
            if !path.is_empty() {
                return Some(Ok(PathBuf::from(path)));
            }
        }
    }
}

fn list(file: &Path) -> Result<Listed> {
    let name = file.display().to_string();
    let mut reader: Box<dyn BufRead + Send> = if name == "-" {
        Box::new(BufReader::new(io::stdin()))
    } else {
        let opened = File::open(file).with_context(|| format!("--files-from {name}: cannot be read"));
        Box::new(BufReader::new(opened.context(Stage::Usage)?))
    };
    // The first buffer of a NUL-separated list holds a NUL, unless it is one path longer than the buffer.
    let start = reader.fill_buf().with_context(|| format!("--files-from {name}: cannot be read"));
    let has_nul = start.context(Stage::Usage)?.contains(&0);
    Ok(Listed { name, reader, separator: if has_nul { 0 } else { b'\n' } })
}

fn nothing_found(path: &Path, stray: Option<&Path>) -> Error {
    let shown = path.display();
    match stray {
        Some(stray) => anyhow::anyhow!(
            "{shown}: no bundle.yaml here or below; add one to make this directory a bundle, or name one file, \
             for example {}",
            stray.display()
        ),
        None => anyhow::anyhow!("{shown}: nothing to audit: no bundle.yaml here or below"),
    }
}

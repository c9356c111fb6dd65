//! A bundle: one YAML file, or the files of a folder or archive as one tree.
//!
//! The manifest `bundle.yaml` gives the first keys; a file `monitoring.yaml` is the key `monitoring`; a folder
//! `incidents/` of records is a list in file-name order; every other file is an attachment.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use anyhow::Result;

use super::archive::Archive;
use super::assembly::{Assembly, references};
use super::attachments::{Attachment, Attachments};
use super::digest::Digest;
use super::files::Files;
use super::folder::{Folder, read_file};
use super::layout::Layout;
use super::limits::Limits;
use super::listing::Listing;
use super::parser::bundle_document;
use super::reason::Reason;
use super::search::MANIFEST;
use crate::evidence::Document;
use crate::language::Text;

/// How bundles are read.
#[derive(Clone, Copy, Debug)]
pub struct Intake<'a> {
    /// What the schema says about the files of a bundle.
    pub layout: &'a Layout,
    /// What a bundle may hold.
    pub limits: &'a Limits,
    /// Becomes true when reading should end.
    pub stop: Option<&'a AtomicBool>,
}

/// Evidence as it was handed in.
#[derive(Debug)]
pub struct Bundle {
    /// The tree of all records.
    pub document: Document,
    /// Files that are evidence by reference, in path order.
    pub attachments: Attachments,
    /// What a reader should know about how the bundle was read.
    pub notes: Vec<FileNote>,
    /// Files that are no part of the bundle, by their names.
    pub left_out: usize,
    /// The digest over every file of the bundle ([`Digest`]).
    pub digest: String,
    /// Whether files can be added to the bundle.
    pub is_directory: bool,
}

/// A remark on a file that is not a reason to refuse the bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNote {
    /// The path inside the bundle.
    pub path: String,
    /// What is remarked.
    pub message: Text,
}

impl Bundle {
    /// Reads the bundle at a path: a folder with a manifest, or one file.
    ///
    /// # Errors
    /// A file cannot be read, could be meant as a record and is none, leaves the bundle by a symbolic link, or is
    /// refused. The error is a [`Diagnostic`](super::Diagnostic) or a [`Reason`].
    pub fn load(path: &Path, intake: Intake<'_>) -> Result<Self> {
        let shown = path.display().to_string();
        let metadata = std::fs::metadata(path).map_err(|error| Reason::io(&shown, &error))?;
        if metadata.is_dir() {
            let folder = Folder::open(path).map_err(|error| Reason::io(&shown, &error))?;
            return Self::from_files(&Files::Folder(folder), "", intake);
        }
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let bytes = read_file(path, &name, intake.limits.file_bytes, intake.stop)?;
        Self::from_bytes(&name, &bytes, intake.limits)
    }

    /// Reads one file from memory; `name` is what places in it are called.
    ///
    /// # Errors
    /// The file is refused with a [`Diagnostic`](super::Diagnostic).
    pub fn from_bytes(name: &str, bytes: &[u8], limits: &Limits) -> Result<Self> {
        Ok(Self::from_document(bundle_document("", name, bytes, limits).map_err(|refused| *refused)?, bytes))
    }

    /// Makes a bundle of one file that was read.
    ///
    /// Its digest is that of a folder which holds it as `bundle.yaml`: a submission stays the same whatever its file
    /// is called.
    pub(super) fn from_document(document: Document, bytes: &[u8]) -> Self {
        let mut digest = Digest::new();
        digest.add(MANIFEST, bytes);
        let (attachments, notes, digest) = (Attachments::default(), Vec::new(), digest.finish());
        Self { document, attachments, notes, left_out: 0, digest, is_directory: false }
    }

    /// Reads a bundle of an archive: the files below `prefix`; `container` is how places in it begin.
    pub(super) fn from_archive(archive: &Archive, prefix: &str, container: &str, intake: Intake<'_>) -> Result<Self> {
        Self::from_files(&Files::Archive { archive, prefix }, container, intake)
    }

    fn from_files(files: &Files<'_>, container: &str, intake: Intake<'_>) -> Result<Self> {
        let entries = files.list(intake.limits)?;
        let mut listing = Listing::new(entries, files, intake.layout)?;
        let mut assembly = Assembly::read(files, container, &listing, intake);
        // What evidence refers to as a document is no record, and no doubt either. Few bundles refer to such a file.
        if assembly.is_err() || !listing.doubtful.is_empty() || listing.has_record_among(&assembly, intake.layout) {
            let listed = listing.documents(&references(files, &listing, intake));
            if !listed.is_empty() {
                listing.attach(&listed, intake.layout);
                assembly = Assembly::read(files, container, &listing, intake);
            }
        }
        listing.refuse_doubtful()?;
        let mut assembly = assembly?;
        let mut room = intake.limits.attachment_bytes;
        let mut attachments = Vec::with_capacity(listing.attachments.len());
        for entry in &listing.attachments {
            let file = files.hash(entry, room, intake.limits, intake.stop)?;
            room = room.saturating_sub(usize::try_from(file.bytes).unwrap_or(usize::MAX));
            assembly.digest.add_hashed(&entry.name, file);
            let (sha256, bytes, lines) = (file.hex(), file.bytes, file.lines);
            attachments.push(Attachment { path: entry.name.clone(), sha256, bytes, lines });
        }
        let (mut notes, left_out) = listing.into_notes();
        notes.extend(assembly.remarks.into_notes());
        Ok(Self {
            document: assembly.document,
            attachments: Attachments::new(attachments),
            notes,
            left_out,
            digest: assembly.digest.finish(),
            is_directory: true,
        })
    }
}

//! Reads evidence: bytes of one YAML file, or the files of a bundle, into one [`Document`].
//!
//! Whatever cannot be read safely and with one meaning is refused with a [`Diagnostic`] that names the place.
//!
//! [`Document`]: crate::evidence::Document

mod archive;
mod archive_kind;
mod archive_reason;
mod assembly;
mod attachments;
mod bundle;
mod candidate;
mod decode;
mod diagnostic;
mod digest;
mod entry;
mod files;
mod folder;
mod layout;
mod limits;
mod listing;
mod metered;
mod name;
mod parser;
mod plain;
mod reason;
mod refusal;
mod role;
mod root_shape;
mod search;
mod zip_layout;

pub use archive::ArchiveFormat;
pub use attachments::{Attachment, Attachments};
pub use bundle::{Bundle, FileNote, Intake};
pub use candidate::{Candidate, CandidateKind, Resolved};
pub use diagnostic::Diagnostic;
pub use digest::{DIGEST_PREFIX, Digest, FileDigest, sha256_hex};
pub use entry::{Entry, EntryState};
pub use folder::{read_folder, read_named};
pub use layout::{Key, Layout};
pub use limits::{Limit, Limits};
pub use name::nfc;
pub use parser::document;
pub use reason::{Reason, io_words};
pub use refusal::overspent;
pub use role::is_manifest;
pub use search::{Exclude, Found, MANIFEST, Search};

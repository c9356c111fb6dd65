//! Reads evidence: bytes of one YAML file, or the files of a bundle, into one [`Document`].
//!
//! Whatever cannot be read safely and with one meaning is refused with a [`Diagnostic`] that names the place.
//!
//! [`Document`]: crate::evidence::Document

mod bundle;
mod decode;
mod diagnostic;
mod digest;
mod limits;
mod parser;
mod plain;
mod refusal;
mod search;

pub use bundle::{Attachment, Bundle, Note};
pub use diagnostic::Diagnostic;
pub use digest::{Digest, sha256_hex};
pub use limits::{Limit, Limits};
pub use parser::document;
pub use refusal::overspent;
pub use search::{Entry, MANIFEST, walk};

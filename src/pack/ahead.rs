//! A pack that was read ahead: `rules/<pack>.pack.compiled` holds what its YAML files say, so that a run of an embedded
//! pack begins without parsing them.
//!
//! Like the rules that are compiled ahead, the file is used only where it was made from the sources that are embedded.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::embedded::SOURCES;
use super::{Holidays, Manifest, Pack, Schema};

/// What `pack.yaml`, `evidence.schema.yaml` and `holidays.yaml` say.
#[derive(Deserialize)]
pub(super) struct Ahead {
    sources: String,
    pub(super) manifest: Manifest,
    pub(super) schema: Schema,
    pub(super) holidays: Holidays,
}

#[derive(Serialize)]
struct AheadOf<'p> {
    sources: &'p str,
    manifest: &'p Manifest,
    schema: &'p Schema,
    holidays: &'p Holidays,
}

impl Pack {
    /// Returns what the `.pack.compiled` file of the pack holds.
    ///
    /// # Errors
    /// It cannot be encoded.
    pub fn read_ahead(&self) -> Result<Vec<u8>> {
        let Self { manifest, schema, holidays, .. } = self;
        postcard::to_allocvec(&AheadOf { sources: SOURCES, manifest, schema, holidays }).context("not encoded")
    }
}

/// Decodes the file; nothing where it was made from other sources.
pub(super) fn decode(bytes: &[u8]) -> Option<Ahead> {
    postcard::from_bytes(bytes).ok().filter(|ahead: &Ahead| ahead.sources == SOURCES)
}

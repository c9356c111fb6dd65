//! Evidence as one flat, read-only document: every value with the place where it is written.
//!
//! Takes what `load` builds; gives nodes, texts, JSON Pointers and file:line:column places.

mod builder;
mod document;
mod place;
mod scalar;
mod shown;
mod time;

pub use builder::{Builder, Checkpoint, Collection, Duplicate};
pub use document::{Children, Document, Kind, NodeId, NodeRef};
pub use place::{Excerpt, Location, Position, display_width, pointer_segment};
pub use scalar::core_kind;
pub(crate) use scalar::{float, whole};
pub use shown::Shown;
pub use time::{Day, Length, Moment, Zone};

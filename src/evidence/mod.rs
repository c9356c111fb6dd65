//! Evidence as one flat, read-only document: every value with the place where it is written.
//!
//! Takes what `load` builds; gives nodes, texts, JSON Pointers and file:line:column places.

mod budget;
mod builder;
mod child_index;
mod decimal;
mod document;
mod nearest;
mod place;
mod scalar;
mod shown;
mod text;
mod time;
mod time_arithmetic;
mod time_of_day;
mod version;
mod wide;

pub use budget::{Budget, Exceeded};
pub use builder::{Builder, Checkpoint, Collection, Copied, Duplicate};
pub use decimal::Decimal;
pub use document::{Children, Document, Kind, NodeId, NodeRef};
pub use nearest::{nearest_name, nearest_of};
pub use place::{Excerpt, Location, Position, display_width, pointer_segment};
pub use scalar::core_kind;
pub(crate) use scalar::{float, whole};
pub use shown::Shown;
pub use text::{
    has_letters, has_word, is_visible, mixed_script_word, name_key, plain_name, same_name, same_text, strange_letter,
    text_key,
};
pub use time::{Day, Length, Moment, Zone};
pub use time_of_day::TimeOfDay;
pub use version::compare_versions;

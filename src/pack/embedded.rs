//! The packs inside the binary.

use include_dir::{Dir, include_dir};

/// The pack that is used where none is named.
pub const DEFAULT_PACK: &str = "kakaotalk-2024";

static PACKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// Returns the ids of the embedded packs, in order.
pub fn embedded_ids() -> impl Iterator<Item = &'static str> {
    PACKS.dirs().filter_map(|folder| folder.path().to_str())
}

/// Returns the files of an embedded pack with their paths inside it.
pub(super) fn embedded_files(id: &str) -> Option<Vec<(String, &'static [u8])>> {
    let folder = PACKS.dirs().find(|folder| folder.path().to_str() == Some(id))?;
    let mut files = Vec::new();
    collect(folder, id, &mut files);
    Some(files)
}

fn collect(folder: &'static Dir<'static>, id: &str, files: &mut Vec<(String, &'static [u8])>) {
    for file in folder.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        let inside = path.strip_prefix(id).unwrap_or(&path).trim_start_matches('/').to_owned();
        files.push((inside, file.contents()));
    }
    for inner in folder.dirs() {
        collect(inner, id, files);
    }
}

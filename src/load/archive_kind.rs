//! Which files are archives: by their names, and by their first bytes.

use super::archive::{ArchiveFormat, format_of};
use super::name::folded;

/// An archive.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ArchiveKind {
    /// One that is read.
    Read {
        format: ArchiveFormat,
        /// Whether it is called as one; other files are archives inside, as those of office programs are.
        is_sure: bool,
    },
    /// One of another kind, by the usual ending of its name.
    Unread(String),
}

/// Endings of names that are read.
const READ: [&str; 4] = [".zip", ".tar", ".tar.gz", ".tgz"];

/// Endings of archives that are not read.
const UNREAD: [&str; 20] = [
    ".7z", ".rar", ".alz", ".egg", ".iso", ".gz", ".bz2", ".xz", ".zst", ".lz", ".lzma", ".lzh", ".cab", ".arj", ".z",
    ".tbz2", ".txz", ".zipx", ".dmg", ".jar",
];

/// First bytes of archives that are not read.
const MAGIC: [(&[u8], &str); 9] = [
    (b"7z\xbc\xaf\x27\x1c", ".7z"),
    (b"Rar!\x1a\x07", ".rar"),
    (b"ALZ\x01", ".alz"),
    (b"EGGA", ".egg"),
    (b"BZh", ".bz2"),
    (b"\xfd7zXZ\x00", ".xz"),
    (b"\x28\xb5\x2f\xfd", ".zst"),
    (b"MSCF", ".cab"),
    (b"LZIP", ".lz"),
];

/// Returns the kind of archive that a file is, by its name and its first 512 bytes.
pub(super) fn of(name: &str, first: &[u8]) -> Option<ArchiveKind> {
    let name = folded(name);
    let is_called = READ.iter().any(|ending| has_ending(&name, ending));
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| first.starts_with(magic)) {
        return Some(ArchiveKind::Unread((*kind).to_owned()));
    }
    if let Some(part) = part_of_several(&name) {
        return Some(ArchiveKind::Unread(part));
    }
    match format_of(first) {
        // Compressed alone, or an archive in it: only its name tells.
        Some(ArchiveFormat::TarGz) if !is_called => {
            let ending = UNREAD.iter().find(|ending| has_ending(&name, ending)).copied().unwrap_or(".gz");
            return Some(ArchiveKind::Unread(ending.to_owned()));
        }
        Some(format) => return Some(ArchiveKind::Read { format, is_sure: is_called }),
        None => {}
    }
    if is_called {
        // Called an archive, and none by its bytes: an old form of tar, or broken.
        let format = match () {
            () if name.ends_with("gz") => ArchiveFormat::TarGz,
            () if name.ends_with(".tar") => ArchiveFormat::Tar,
            () => ArchiveFormat::Zip,
        };
        return Some(ArchiveKind::Read { format, is_sure: true });
    }
    UNREAD.iter().find(|ending| has_ending(&name, ending)).map(|ending| ArchiveKind::Unread((*ending).to_owned()))
}

fn has_ending(name: &str, ending: &str) -> bool {
    name.len() > ending.len() && name.ends_with(ending)
}

/// Returns the ending of one part of an archive that was cut into several: `.001`, `.z01`, `.r00`.
fn part_of_several(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    let digits = ending.strip_prefix(['z', 'r', 'a']).unwrap_or(ending);
    let is_number = digits.len() >= 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_cut =
        is_number && (digits.len() < ending.len() || UNREAD.iter().chain(&READ).any(|kind| stem.ends_with(kind)));
    is_cut.then(|| format!(".{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_told_by_name_and_by_content() {
        let zip = b"PK\x03\x04........";
        let mut tar = [0; 512];
        tar[257..262].copy_from_slice(b"ustar");
        let read = |format, is_sure| Some(ArchiveKind::Read { format, is_sure });
        assert_eq!(of("a.ZIP", zip), read(ArchiveFormat::Zip, true));
        assert_eq!(of("a.docx", zip), read(ArchiveFormat::Zip, false));
        assert_eq!(of("제출자료", &tar), read(ArchiveFormat::Tar, false));
        assert_eq!(of("a.tar.gz", b"\x1f\x8b\x08"), read(ArchiveFormat::TarGz, true));
        assert_eq!(of("a.TGZ", b"\x1f\x8b\x08"), read(ArchiveFormat::TarGz, true));
        for (name, first) in
            [("a.zip", &b"7z\xbc\xaf\x27\x1c"[..]), ("a.EGG", b""), ("a", b"Rar!\x1a\x07"), ("a.log.gz", b"\x1f\x8b")]
        {
            assert!(matches!(of(name, first), Some(ArchiveKind::Unread(_))), "{name}");
        }
        for name in ["a.zip.001", "a.z01", "a.7z.002", "a.r00", "a.alz", "a.iso"] {
            assert!(matches!(of(name, b""), Some(ArchiveKind::Unread(_))), "{name}");
        }
        for name in ["report.pdf", "v1.02", "a.yaml", ".zip", "2024.05"] {
            assert_eq!(of(name, b"%PDF"), None, "{name}");
        }
    }
}

//! Rebuilds when a rule pack changes, and names the state of the packs, which are embedded in the binary.

use std::fs;
use std::io;
use std::path::Path;

/// Of the hash function FNV-1a for 64 bits (Fowler, Noll, Vo; <http://www.isthe.com/chongo/tech/comp/fnv/>).
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=rules");
    let mut hash = BASIS;
    add(Path::new("rules"), &mut hash)?;
    println!("cargo::rustc-env=GAMSA_RULE_SOURCES={hash:016x}");
    Ok(())
}

/// Adds names and contents of all files below a folder, those left out that are made from others or say nothing to gamsa.
fn add(folder: &Path, hash: &mut u64) -> io::Result<()> {
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let contents = match path.extension() {
            Some(extension) if extension == "compiled" || extension == "md" => continue,
            _ if path.is_dir() => {
                add(&path, hash)?;
                Vec::new()
            }
            _ => fs::read(&path)?,
        };
        for byte in name.bytes().chain([0]).chain(contents).chain([0]) {
            *hash = (*hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    }
    Ok(())
}

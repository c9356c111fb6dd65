//! Whether a zip is what its directory says: tools that go by the directory, and those that read from the start to the
//! end, have to find the same files (APPNOTE.TXT 6.3.10, sections 4.3 and 4.4).

use std::io::{BufReader, Read, Seek, SeekFrom};

use super::reason::Reason;

/// Bytes of a local header before the name.
const LOCAL_HEADER: usize = 30;
/// Bytes of the record at the end before its comment.
const END: usize = 22;
/// Bytes of the record at the end of zip64 before what extends it, and of the locator that follows it.
const END_64: usize = 56;
const LOCATOR_64: usize = 20;
/// Bytes that are read at a time: a header with its name.
const BUFFER: usize = 512;
/// The mark of an archive that was to be split, before its first file.
const SPLIT_MARK: u64 = 4;
/// The largest data descriptor, which may follow the content of a file.
const DATA_DESCRIPTOR: u64 = 24;

/// What the directory says of one entry.
pub(super) struct ZipEntry {
    pub(super) header_start: u64,
    pub(super) name: Vec<u8>,
    pub(super) packed: u64,
}

/// Refuses a zip with bytes that belong to no entry, or an entry whose own header names it otherwise.
///
/// `comment` is the length of the comment at the end.
pub(super) fn check(
    source: impl Read + Seek,
    mut entries: Vec<ZipEntry>,
    directory_start: u64,
    comment: usize,
) -> Result<(), Reason> {
    entries.sort_unstable_by_key(|entry| entry.header_start);
    let mut source = BufReader::with_capacity(BUFFER, source);
    let (mut end, mut room) = (0, SPLIT_MARK);
    for entry in &entries {
        check_gap(end, room, entry.header_start)?;
        room = DATA_DESCRIPTOR;
        let header = read_at(&mut source, entry.header_start, LOCAL_HEADER)?;
        let (name_bytes, extra_bytes) = (number(&header, 26, 2)?, number(&header, 28, 2)?);
        let mut name = vec![0; name_bytes as usize];
        source.read_exact(&mut name).map_err(|_| foreign())?;
        if name != entry.name {
            return Err(Reason::new(
                "the directory at its end calls a file otherwise than the file itself; pack the files again",
                "끝부분 목록의 파일 이름이 실제 파일의 이름과 다름. 다시 압축할 것",
            ));
        }
        end = (entry.header_start + LOCAL_HEADER as u64 + name_bytes + extra_bytes).saturating_add(entry.packed);
    }
    check_gap(end, room, directory_start)?;
    let size = source.seek(SeekFrom::End(0)).map_err(|_| foreign())?;
    let end_start = size.checked_sub((END + comment) as u64).ok_or_else(foreign)?;
    let record = read_at(&mut source, end_start, END)?;
    let is_end = record.starts_with(b"PK\x05\x06");
    let directory_end = directory_start.saturating_add(number(&record, 12, 4)?);
    if is_end && (directory_end == end_start || is_zip64(&mut source, directory_start, end_start)?) {
        return Ok(());
    }
    Err(foreign())
}

/// Tells whether between the directory and the record at the end stands that of zip64, and nothing else.
fn is_zip64(source: &mut (impl Read + Seek), directory_start: u64, end_start: u64) -> Result<bool, Reason> {
    let locator_start = end_start.checked_sub(LOCATOR_64 as u64).ok_or_else(foreign)?;
    let locator = read_at(source, locator_start, LOCATOR_64)?;
    let record_start = number(&locator, 8, 8)?;
    let record = read_at(source, record_start, END_64)?;
    // The size of the record does not count itself and what stands before it.
    let record_end = record_start.saturating_add(number(&record, 4, 8)?).saturating_add(12);
    let directory_end = directory_start.saturating_add(number(&record, 40, 8)?);
    let has_marks = locator.starts_with(b"PK\x06\x07") && record.starts_with(b"PK\x06\x06");
    Ok(has_marks && directory_end == record_start && record_end == locator_start)
}

fn read_at(source: &mut (impl Read + Seek), at: u64, count: usize) -> Result<Vec<u8>, Reason> {
    let mut bytes = vec![0; count];
    source.seek(SeekFrom::Start(at)).and_then(|_| source.read_exact(&mut bytes)).map_err(|_| foreign())?;
    Ok(bytes)
}

/// Returns the little-endian number of some bytes.
fn number(bytes: &[u8], at: usize, count: usize) -> Result<u64, Reason> {
    let digits = bytes.get(at..at + count).ok_or_else(foreign)?;
    Ok(digits.iter().rev().fold(0, |number, digit| number << 8 | u64::from(*digit)))
}

/// Refuses more bytes between two parts of the archive than there is room for.
fn check_gap(end: u64, room: u64, start: u64) -> Result<(), Reason> {
    match start.checked_sub(end) {
        Some(gap) if gap <= room => Ok(()),
        _ => Err(foreign()),
    }
}

fn foreign() -> Reason {
    Reason::new(
        "it holds bytes that belong to none of its files, as where two archives are joined; pack the files again",
        "어느 파일에도 속하지 않는 데이터가 있음(압축 파일을 이어 붙인 경우 등). 다시 압축할 것",
    )
}

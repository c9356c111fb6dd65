//! Why an archive is not read.

use std::io;

use super::reason::{self, Reason};

/// Unpacked bytes for each packed one, at most.
pub(super) const RATIO: u64 = 200;

/// Refuses a folder that has content: to another tool it is a file.
pub(super) fn check_folder(name: &str, bytes: u64) -> Result<(), Reason> {
    if bytes == 0 {
        return Ok(());
    }
    Err(Reason::new(
        format!("the folder {name} in it has content like a file; pack the files again"),
        format!("폴더 {name}에 파일처럼 내용이 들어 있음. 다시 압축할 것"),
    ))
}

pub(super) fn too_dense() -> Reason {
    Reason::new(
        format!("it unpacks to more than {RATIO} times its size; hand in the folder itself"),
        format!("압축을 풀면 크기가 {RATIO}배를 초과함. 폴더 그대로 제출할 것"),
    )
}

pub(super) fn no_plain_file(name: &str) -> Reason {
    Reason::new(
        format!("{name} in it is a link or device; pack the file itself"),
        format!("{name}: 링크 또는 장치임. 파일 자체를 압축할 것"),
    )
}

pub(super) fn broken(error: &io::Error) -> Reason {
    match error.kind() {
        io::ErrorKind::Interrupted => return Reason::new("interrupted", "중단됨"),
        io::ErrorKind::QuotaExceeded => return too_dense(),
        io::ErrorKind::FileTooLarge => {
            return Reason::new(
                "it holds too many bytes that belong to no file, such as names of megabytes; pack the files again",
                "파일에 속하지 않는 데이터(지나치게 긴 이름 등)가 너무 많음. 다시 압축할 것",
            );
        }
        _ => {}
    }
    let words = reason::io_words(error);
    Reason::new(format!("it is broken: {}", words.en), format!("파일이 손상됨({})", words.ko))
}

pub(super) fn zip_error(error: &zip::result::ZipError) -> Reason {
    match error {
        zip::result::ZipError::Io(error) => broken(error),
        error => Reason::new(format!("it is broken: {error}"), format!("파일이 손상됨({error})")),
    }
}

//! Everything that is named is accounted for: folders as they were mailed, archives, names, links, and what is refused.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use gamsa::load::{EntryState, Limits};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::audits::{fixture, load};
use crate::program::{Run, gamsa};

/// A passing and a failing bundle of one rule.
const PASSES: &str = "operator: {name: A}\nincidents:\n  - {id: I9, detected_by: monitoring}\n";
const FAILS: &str = "operator: {name: B}\nincidents:\n  - {id: I9, detected_by: users}\n";

/// A folder of its own for a test.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("temporary directory"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        fs::write(&path, content).expect("written");
        path
    }
}

/// Audits with one rule; further arguments come behind the paths.
fn audit(path: &Path, rule: &str, more: &[&str]) -> Run {
    let order = fixture("rules/order.yaml").display().to_string();
    let path = path.display().to_string();
    let fixed = ["audit", &path, "--only", rule, "--order", &order, "--as-of", "2024-09-02"];
    gamsa(&[&fixed[..], more].concat())
}

/// Audits and returns the exit status with the state of each entry below a folder, by its path there.
fn states(place: &Place, folder: &str, more: &[&str]) -> (i32, Vec<(String, String)>) {
    let run = audit(&place.path(folder), "MON-04", &[&["--format", "json"], more].concat());
    let report: Value =
        serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}{}", run.out, run.err));
    let entries = report["entries"].as_array().expect("entries");
    let below = place.path(folder).display().to_string();
    let mut states: Vec<(String, String)> = entries
        .iter()
        .map(|entry| {
            let path = entry["path"].as_str().expect("a path");
            let inside = path.strip_prefix(&below).unwrap_or(path).trim_start_matches(['/', '!']);
            assert!(entry["state"] == "judged" || entry["state"] == "group" || entry["reason"].is_string(), "{entry}");
            (inside.to_owned(), entry["state"].as_str().expect("a state").to_owned())
        })
        .collect();
    states.sort();
    // The equation, and the same number of lines in every format.
    let counted: u64 =
        EntryState::ALL.map(|state| report["summary"]["entries"][state.name()].as_u64().expect("a count")).iter().sum();
    assert_eq!(counted, states.len() as u64);
    assert_eq!(report["summary"]["entries"]["judged"], report["bundles"].as_array().expect("bundles").len());
    let lines = audit(&place.path(folder), "MON-04", &[&["--format", "ndjson"], more].concat());
    assert_eq!(lines.out.lines().count(), states.len() + 1, "{}", lines.out);
    assert_eq!(lines.status, run.status);
    (run.status, states)
}

fn of<'s>(states: &'s [(String, String)], path: &str) -> &'s str {
    let found = states.iter().find(|(other, _)| other == path);
    &found.unwrap_or_else(|| panic!("no entry {path} among {states:?}")).1
}

/// A zip, made by hand so that names can be anything: stored files, the name of each as bytes, its bit of UTF-8.
fn zip(files: &[(&[u8], &[u8])]) -> Vec<u8> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let crc = {
            let mut crc = flate2::Crc::new();
            crc.update(content);
            crc.sum()
        };
        let size = (content.len() as u32).to_le_bytes();
        let mut head = Vec::new();
        head.extend([20, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        head.extend(crc.to_le_bytes());
        head.extend(size);
        head.extend(size);
        head.extend((name.len() as u16).to_le_bytes());
        head.extend([0, 0]);
        let at = (out.len() as u32).to_le_bytes();
        out.extend(b"PK\x03\x04");
        out.extend(&head);
        out.extend(*name);
        out.extend(*content);
        central.extend(b"PK\x01\x02\x14\x00");
        central.extend(&head);
        central.extend([0; 10]);
        central.extend(at);
        central.extend(*name);
    }
    let (start, length, count) = (out.len() as u32, central.len() as u32, files.len() as u16);
    out.extend(central);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(length.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *content).expect("memory");
    }
    builder.into_inner().expect("memory")
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn a_folder_as_it_was_mailed_is_accounted_for_entry_by_entry() {
    let place = Place::new();
    place.write("s/one/bundle.yaml", PASSES);
    place.write("s/yml/Bundle.YML", FAILS.replace('B', "C"));
    place.write("s/json/bundle.JSON", r#"{"operator": {"name": "D"}}"#);
    place.write("s/single.yaml", FAILS);
    place.write("s/notes.yaml", "todo: [call]\n");
    place.write("s/cover.pdf", "%PDF");
    place.write("s/docx.docx", zip(&[(b"word/document.xml", b"<w/>")]));
    place.write("s/zipped.ZIP", zip(&[(b"x/bundle.yaml", PASSES.as_bytes())]));
    place.write("s/noname", tar(&[("bundle.yml", FAILS.replace('B', "E").as_bytes())]));
    place.write("s/old.tgz", gz(&tar(&[("bundle.yml", FAILS.replace('B', "F").as_bytes())])));
    place.write(
        "s/two.zip",
        zip(&[
            (b"a/bundle.yaml", PASSES.replace('A', "G").as_bytes()),
            (b"b.yaml", FAILS.as_bytes()),
            (b"c.pdf", b"x"),
            (b"d.zip", b"PK"),
        ]),
    );
    place.write("s/none.zip", zip(&[(b"a.pdf", b"x")]));
    place.write("s/keys.zip", zip(&[(b"k/changes/W1.yaml", b"id: W1\n")]));
    place.write("s/broken.zip", &zip(&[(b"bundle.yaml", PASSES.as_bytes())])[..40]);
    place.write("s/cut.tar", &tar(&[("bundle.yaml", PASSES.as_bytes())])[..1024]);
    for name in ["a.7z", "b.rar", "c.alz", "d.EGG", "e.iso", "f.zip.001", "g.tar.xz"] {
        place.write(&format!("s/{name}"), "x");
    }
    place.write("s/hidden.zip", b"7z\xbc\xaf\x27\x1c");
    place.write("s/manifestless/changes/W1.yaml", "id: W1\n");
    place.write("s/manifestless/monitoring.yaml", "{}\n");
    place.write("s/group/inner/bundle.yaml", FAILS.replace('B', "H"));
    place.write("s/nothing/here/readme.txt", "x");
    place.write("s/.git/config", "x");
    place.write("s/.hidden.yaml", FAILS);
    place.write("s/~$single.docx", "x");
    place.write("s/broken.yaml", "a: [\n");
    place.write("s/report.json", r#"{"schema": "gamsa.report/v2"}"#);
    fs::create_dir(place.path("s/empty")).expect("created");
    let (status, states) = states(&place, "s", &[]);
    assert_eq!(status, 2);
    for path in ["one", "yml", "json", "single.yaml", "noname", "old.tgz", "two.zip!/a", "group/inner"] {
        assert_eq!(of(&states, path), "judged", "{path}");
    }
    for path in ["zipped.ZIP", "two.zip!/b.yaml"] {
        assert_eq!(of(&states, path), "same-as", "{path}");
    }
    let not_audited = [
        "none.zip",
        "keys.zip",
        "broken.zip",
        "cut.tar",
        "a.7z",
        "b.rar",
        "c.alz",
        "d.EGG",
        "e.iso",
        "f.zip.001",
        "g.tar.xz",
        "hidden.zip",
        "manifestless",
        "nothing",
        "nothing/here",
        "broken.yaml",
        "empty",
        "two.zip!/d.zip",
    ];
    for path in not_audited {
        assert_eq!(of(&states, path), "not-audited", "{path}");
    }
    let left_out = [
        "notes.yaml",
        "cover.pdf",
        "docx.docx",
        ".git",
        ".hidden.yaml",
        "~$single.docx",
        "report.json",
        "nothing/here/readme.txt",
        "two.zip!/c.pdf",
    ];
    for path in left_out {
        assert_eq!(of(&states, path), "left-out", "{path}");
    }
    for path in ["", "group", "two.zip"] {
        assert_eq!(of(&states, path), "group", "{path}");
    }
    assert_eq!(states.len(), 8 + 2 + not_audited.len() + left_out.len() + 3);
}

#[test]
fn what_a_person_leaves_out_is_left_out_and_never_inside_a_bundle() {
    let place = Place::new();
    place.write("s/one/bundle.yaml", PASSES);
    place.write("s/one/changes/W1.yaml", "id: W1\n");
    place.write("s/drafts/two/bundle.yaml", FAILS);
    place.write("s/old.7z", "x");
    let (status, found) = states(&place, "s", &["--exclude", "*.7z", "--exclude", "drafts/**", "--exclude", "W1.yaml"]);
    assert_eq!((status, of(&found, "old.7z"), of(&found, "drafts/two")), (2, "left-out", "left-out"));
    let (status, found) = states(&place, "s", &["--exclude", "*.7z", "--exclude", "drafts"]);
    assert_eq!((status, found.len(), of(&found, "drafts")), (0, 4, "left-out"));
    let run = audit(&place.path("s"), "MON-04", &["--exclude", "a{"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("--exclude a{"), "{}", run.err);
}

#[test]
fn case_01_a_suffix_in_capitals_hides_no_evidence() {
    let w2 = "id: W2\nmajor: true\nstarted_at: 2024-08-20T14:00:00+09:00\npretest:\n  performed: false\n";
    let as_json = r#"{"id": "W2", "major": true, "pretest": {"performed": false}}"#;
    for (name, content) in [("W2.YAML", w2), ("W2.Yml", w2), ("W2.json", as_json), ("W2.JSON", as_json)] {
        let place = Place::new();
        place.write("b/bundle.yaml", "operator: {name: A}\n");
        place.write(&format!("b/changes/{name}"), content);
        let run = audit(&place.path("b"), "PRE-03", &["-q"]);
        assert_eq!(run.status, 1, "{name}: {}{}", run.out, run.err);
    }
    for name in ["W2.yaml.txt", "W2.yaml ", "W2.yaml.", "W2", ".W2.yaml", "~$W2.yaml", "W2.yaml~", "W2.yaml\u{200b}"] {
        let place = Place::new();
        place.write("b/bundle.yaml", "operator: {name: A}\n");
        place.write(&format!("b/changes/{name}"), w2);
        let run = audit(&place.path("b"), "PRE-03", &["-q"]);
        assert_eq!(run.status, 2, "{name}: {}{}", run.out, run.err);
        assert!(run.out.contains("ERROR") && run.out.contains("changes/"), "{}", run.out);
        // Listed as a document it is an attachment.
        place.write("b/documents.yaml", format!("- path: \"changes/{name}\"\n"));
        assert!(load(&place.path("b"), &Limits::default()).is_ok(), "{name}");
    }
}

#[test]
fn a_listed_file_is_an_attachment_even_where_it_could_be_a_record() {
    let place = Place::new();
    place.write("b/bundle.yaml", "documents:\n  - path: monitoring.yaml\n  - path: changes\\W2.yaml\n");
    place.write("b/monitoring.yaml", "not: [evidence\n");
    place.write("b/changes/W1.yaml", "id: W1\n");
    place.write("b/changes/W2.yaml", "id: W2\n");
    let bundle = load(&place.path("b"), &Limits::default()).expect("a bundle");
    let attached: Vec<&str> = bundle.attachments.all().iter().map(|file| file.path.as_str()).collect();
    assert_eq!(attached, ["changes/W2.yaml", "monitoring.yaml"]);
    assert_eq!(bundle.document.root().get("changes").expect("changes").len(), 1);
    // The list of documents itself stays evidence.
    place.write("c/bundle.yaml", "operator: {name: A}\n");
    place.write("c/documents.yaml", "- path: documents.yaml\n- path: bundle.yaml\n");
    let bundle = load(&place.path("c"), &Limits::default()).expect("a bundle");
    assert_eq!((bundle.attachments.all().len(), bundle.document.file_count()), (0, 2));
}

#[test]
fn case_02_a_manifest_is_one_whatever_its_suffix_and_case() {
    let place = Place::new();
    place.write("subs/a-op1/bundle.yaml", PASSES);
    place.write("subs/b-op2/bundle.yml", FAILS);
    place.write("subs/c-op3/bundle.YAML", FAILS.replace('B', "C"));
    let (status, found) = states(&place, "subs", &[]);
    assert_eq!(status, 1);
    assert!(["a-op1", "b-op2", "c-op3"].iter().all(|path| of(&found, path) == "judged"), "{found:?}");
    place.write("subs/a-op1/Bundle.yml", PASSES);
    let run = audit(&place.path("subs/a-op1"), "MON-04", &[]);
    assert_eq!(run.status, 2);
    assert!(run.out.contains("are both manifests"), "{}", run.out);
}

#[cfg(unix)]
#[test]
fn case_03_a_link_is_followed_by_name_only_and_never_out_of_what_was_named() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    place.write("subs/op1/bundle.yaml", PASSES);
    place.write("elsewhere/op2/bundle.yaml", FAILS);
    place.write("subs/.secret/bundle.yaml", FAILS);
    let links = [("op2", "../elsewhere/op2"), ("same", "op1"), ("nowhere", "gone"), ("up", "."), ("dark", ".secret")];
    for (link, target) in links {
        symlink(target, place.path("subs").join(link)).expect("linked");
    }
    let (status, found) = states(&place, "subs", &[]);
    assert_eq!(status, 2);
    assert_eq!(["op2", "nowhere", "dark"].map(|link| of(&found, link)), ["not-audited"; 3]);
    assert_eq!(["same", "up"].map(|link| of(&found, link)), ["same-as"; 2]);
    // Whether something lies outside is not told.
    let reasons = audit(&place.path("subs"), "MON-04", &["-q"]).out;
    let reason = |link: &str| {
        let line = reasons.lines().find(|line| line.contains(&format!("subs/{link}"))).expect("a line");
        line.split_once(" · ").expect("a reason").1.to_owned()
    };
    assert_eq!(reason("op2"), reason("nowhere"));
}

#[cfg(unix)]
#[test]
fn case_04_a_link_that_is_named_is_what_it_leads_to() {
    let place = Place::new();
    place.write("real/op1/bundle.yaml", PASSES);
    place.write("real/op1/changes/W1.yaml", "id: W1\n");
    std::os::unix::fs::symlink("real", place.path("link")).expect("linked");
    std::os::unix::fs::symlink("real/op1", place.path("link-op1")).expect("linked");
    for path in ["link", "link/", "link-op1", "link-op1/", "real/op1/bundle.yaml"] {
        let run = audit(&place.path(path), "MON-04", &["-q"]);
        assert_eq!((run.status, run.err.as_str()), (0, ""), "{path}: {}", run.out);
        assert_eq!(run.out.lines().count(), 1, "{path}: {}", run.out);
    }
}

#[test]
fn case_12_names_in_two_unicode_forms_are_the_same_name() {
    let place = Place::new();
    let nfd: String = "시험결과.txt".nfd().collect();
    let digest = gamsa::load::sha256_hex(b"x");
    for (folder, stored, written) in [("a", nfd.as_str(), "시험결과.txt"), ("b", "시험결과.txt", nfd.as_str())]
    {
        place.write(&format!("{folder}/attachments/{stored}"), "x");
        let text = format!("documents:\n  - path: attachments/{written}\n    sha256: {digest}\n    kind: other\n");
        place.write(&format!("{folder}/bundle.yaml"), text);
        let bundle = load(&place.path(folder), &Limits::default()).expect("a bundle");
        assert!(bundle.attachments.find(&format!("attachments/{written}")).is_some());
        let run = audit(&place.path(folder), "INT-05", &["-v"]);
        assert!(!run.out.contains("not attached"), "{}", run.out);
    }
    place.write("c/bundle.yaml", "");
    place.write(&format!("c/{nfd}"), "x");
    place.write("c/시험결과.txt", "y");
    let refused = load(&place.path("c"), &Limits::default()).expect_err("doubled").to_string();
    assert!(refused.contains("two files have this name"), "{refused}");
}

#[cfg(unix)]
#[test]
fn names_that_cannot_be_told_are_refused_and_those_in_cp949_are_decoded() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let cp949 = b"\xbd\xc3\xc7\xe8.txt";
    place.write("a/bundle.yaml", "documents:\n  - path: attachments/시험.txt\n");
    fs::create_dir(place.path("a/attachments")).expect("created");
    File::create(place.path("a/attachments").join(OsStr::from_bytes(cp949))).expect("created");
    let bundle = load(&place.path("a"), &Limits::default()).expect("a bundle");
    assert!(bundle.attachments.find("attachments/시험.txt").is_some());
    assert!(bundle.notes.iter().any(|note| note.message.en.contains("CP949")), "{:?}", bundle.notes);
    let folder = load_zip(&place, &[(b"bundle.yaml", b"{}"), (b"\xbd\xc3\xc7\xe8.txt", b"")]);
    assert!(folder.contains("시험.txt") || folder.contains("CP949"), "{folder}");
    for (number, name) in [&b"\xff.txt"[..], b"a\nb.txt", b"a\x1b[2K.txt", b"a\\b.txt"].iter().enumerate() {
        let folder = format!("r{number}");
        place.write(&format!("{folder}/bundle.yaml"), "");
        File::create(place.path(&folder).join(OsStr::from_bytes(name))).expect("created");
        let refused = load(&place.path(&folder), &Limits::default()).expect_err("refused").to_string();
        assert!(refused.contains("rename") || refused.contains("unpack"), "{refused}");
    }
}

/// Audits a zip in full and returns the report.
fn load_zip(place: &Place, files: &[(&[u8], &[u8])]) -> String {
    let path = place.write("z.zip", zip(files));
    audit(&path, "MON-04", &["-v"]).out
}

#[test]
fn what_an_archive_could_mean_two_ways_is_not_audited() {
    let bundle = (&b"bundle.yaml"[..], PASSES.as_bytes());
    let place = Place::new();
    let names: [&[u8]; 6] = [b"../x.yaml", b"/etc/passwd", b"C:\\x.yaml", b"a/../../b", b"a\nb.txt", b"bundle.yaml"];
    for name in names {
        let report = load_zip(&place, &[bundle, (name, b"x")]);
        assert!(report.contains("NOT AUDITED"), "{}: {report}", String::from_utf8_lossy(name));
    }
    // `\` between folders, as old tools of Windows write it, is no part of a name.
    let report = load_zip(&place, &[bundle, (b"changes\\W1.yaml", b"id: W1\n")]);
    assert!(report.contains("1 work"), "{report}");
    let link = {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        builder.append_link(&mut header, "bundle.yaml", "/etc/passwd").expect("memory");
        builder.into_inner().expect("memory")
    };
    let run = audit(&place.write("l.tar", link), "MON-04", &[]);
    assert!(run.status == 2 && run.out.contains("link or device"), "{}", run.out);
    let bomb = gz(&tar(&[("bundle.yaml", PASSES.as_bytes()), ("attachments/zeros", &vec![0; 70 << 20])]));
    let run = audit(&place.write("bomb.tgz", bomb), "MON-04", &[]);
    assert!(run.status == 2 && run.out.contains("200 times"), "{}", run.out);
}

/// Replaces the last place of some bytes.
fn replace_last(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    let at = bytes.windows(from.len()).rposition(|window| window == from).expect("there");
    bytes[at..at + to.len()].copy_from_slice(to);
}

#[test]
fn what_an_archive_hides_from_its_directory_or_behind_its_end_is_told() {
    let place = Place::new();
    let bundle = (&b"bundle.yaml"[..], PASSES.as_bytes());
    let record = (&b"changes/W9.yaml"[..], &b"id: W9\n"[..]);
    let whole = zip(&[bundle]);
    let both = zip(&[bundle, record]);
    // The record of one file in a directory has 46 bytes and its name; that at the end 22.
    let entry = 46 + record.0.len();
    let hidden = {
        let mut bytes = both.clone();
        bytes.drain(both.len() - 22 - entry..both.len() - 22);
        let end = bytes.len() - 22;
        bytes[end + 8..end + 12].copy_from_slice(&[1, 0, 1, 0]);
        let length = (46 + bundle.0.len()) as u32;
        bytes[end + 12..end + 16].copy_from_slice(&length.to_le_bytes());
        bytes
    };
    let behind = {
        // A file between the directory and the end.
        let mut bytes = whole.clone();
        let local = &both[whole.len() - 22 - (46 + bundle.0.len())..both.len() - 22 - entry - (46 + bundle.0.len())];
        let at = bytes.len() - 22;
        bytes.splice(at..at, local.iter().copied());
        bytes
    };
    let renamed = {
        let mut bytes = zip(&[bundle, (b"changes/W9.pdff", record.1)]);
        replace_last(&mut bytes, b"W9.pdff", b"W9.yaml");
        bytes
    };
    let other_way = {
        let mut bytes = both.clone();
        replace_last(&mut bytes, b"W9.yaml", b"W9.pdff");
        bytes
    };
    let zips = [
        ("joined", [both.clone(), whole.clone()].concat()),
        ("before", [&[b'x'; 10], &*whole].concat()),
        ("after", [&*whole, &[b'x'; 100]].concat()),
        ("hidden", hidden),
        ("behind", behind),
        ("renamed", renamed),
        ("other-way", other_way),
        ("folder", zip(&[bundle, (b"changes/W9.yaml/", record.1)])),
    ];
    let one = tar(&[("bundle.yaml", PASSES.as_bytes())]);
    let two = tar(&[("changes/W9.yaml", record.1)]);
    let (inside, blocks) = (&one[..1024], [0; 512]);
    let content = [record.1, &[0; 505]].concat();
    let folder = header("changes/W9.yaml", tar::EntryType::Directory, record.1.len());
    let pax = [header("x", tar::EntryType::XHeader, 5), [b"junk\n".as_slice(), &[0; 507]].concat()].concat();
    let tars = [
        ("joined", [one.clone(), two.clone()].concat()),
        ("one-block", [inside, &blocks, &two].concat()),
        ("folder", [inside, &folder, &content, &[0; 1024]].concat()),
        ("pax", [&*pax, &one].concat()),
    ];
    let gzips = [("members", [gz(&one), gz(&two)].concat())];
    let all = zips.into_iter().map(|(name, bytes)| (format!("{name}.zip"), bytes));
    let all = all.chain(tars.into_iter().map(|(name, bytes)| (format!("{name}.tar"), bytes)));
    for (name, bytes) in all.chain(gzips.into_iter().map(|(name, bytes)| (format!("{name}.tar.gz"), bytes))) {
        let run = audit(&place.write(&name, bytes), "MON-04", &[]);
        assert!(run.status == 2 && run.out.contains("an archive that was not read"), "{name}: {}", run.out);
    }
    for bytes in [whole, both] {
        assert_eq!(audit(&place.write("honest.zip", bytes), "MON-04", &[]).status, 0);
    }
}

/// A header of a tar for what has so many bytes.
fn header(name: &str, kind: tar::EntryType, size: usize) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_path(name).expect("a short name");
    header.set_entry_type(kind);
    header.set_size(size as u64);
    header.set_mode(0o644);
    header.set_cksum();
    header.as_bytes().to_vec()
}

#[test]
fn bytes_of_a_tar_that_belong_to_no_file_are_bounded_too() {
    let place = Place::new();
    let whole = tar(&[("bundle.yaml", PASSES.as_bytes())]);
    let large = 2 << 20;
    let before = |kind| {
        let filler = if kind == tar::EntryType::XHeader { b'\n' } else { b'a' };
        [header("x", kind, large), vec![filler; large], whole.clone()].concat()
    };
    let after = |bytes: usize| [whole.clone(), vec![0; bytes]].concat();
    let refused = [
        ("long-name", before(tar::EntryType::GNULongName)),
        ("long-link", before(tar::EntryType::GNULongLink)),
        ("pax", before(tar::EntryType::XHeader)),
        ("global", before(tar::EntryType::XGlobalHeader)),
        ("folder", before(tar::EntryType::Directory)),
    ];
    for (name, bytes) in refused {
        let expected = if name == "folder" { "the folder x in it has content" } else { "belong to no file" };
        for (ending, bytes) in [("tar", bytes.clone()), ("tar.gz", gz(&bytes))] {
            let run = audit(&place.write(&format!("{name}.{ending}"), bytes), "MON-04", &[]);
            assert!(run.status == 2 && run.out.contains(expected), "{name}.{ending}: {}", run.out);
        }
    }
    let run = audit(&place.write("zeros.tar.gz", gz(&after(65 << 20))), "MON-04", &[]);
    assert!(run.status == 2 && run.out.contains("200 times"), "{}", run.out);
    // Many folders are many small entries.
    let folders = header("x", tar::EntryType::Directory, 0).repeat(3000);
    let run = audit(&place.write("folders.tar", [folders, whole.clone()].concat()), "MON-04", &[]);
    assert_eq!(run.status, 0, "{}", run.out);
    // Tools fill the last block: a tape has blocks of a mebibyte.
    let run = audit(&place.write("tape.tar", after(1 << 20)), "MON-04", &[]);
    assert_eq!(run.status, 0, "{}", run.out);
}

#[test]
fn a_folder_its_zip_and_its_tar_are_one_submission_with_one_report() {
    let place = Place::new();
    let files: Vec<(String, Vec<u8>)> = walkdir::WalkDir::new(fixture("complete"))
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.expect("an entry").into_path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.strip_prefix(fixture("complete")).expect("inside").display().to_string();
            (name, fs::read(path).expect("a file"))
        })
        .collect();
    for (name, content) in &files {
        place.write(&format!("folder/{name}"), content);
    }
    let below: Vec<(String, &[u8])> = files.iter().map(|(name, content)| (format!("top/{name}"), &**content)).collect();
    let zipped: Vec<(&[u8], &[u8])> = below.iter().map(|(name, content)| (name.as_bytes(), *content)).collect();
    let tarred: Vec<(&str, &[u8])> = files.iter().rev().map(|(name, content)| (&**name, &**content)).collect();
    let archives = [("two.zip", zip(&zipped)), ("three.tar", tar(&tarred)), ("four.tar.gz", gz(&tar(&tarred)))];
    let report = |path: &Path| {
        let order = fixture("rules/order.yaml").display().to_string();
        let shown = path.display().to_string();
        // As of a later date, so that there is something to find.
        let run = gamsa(&["audit", &shown, "--order", &order, "--as-of", "2026-09-02", "--format", "json"]);
        assert_eq!(run.status, 3, "{}", run.err);
        run.out.replace(&format!("{shown}!/"), "").replace(&shown, "BUNDLE")
    };
    let folder = report(&place.path("folder"));
    assert!(folder.contains("\"location\": {"), "{folder}");
    for (name, bytes) in archives {
        let path = place.write(name, bytes);
        assert_eq!(report(&path), folder, "{name}");
        let text = audit(&path, "MON-05", &["--as-of", "2026-09-02"]).out;
        assert!(!text.contains("NOT AUDITED"), "{text}");
    }
    let place_in_zip = audit(
        &place
            .write("w.zip", zip(&[(b"x/bundle.yaml", b""), (b"x/incidents/I1.yaml", b"id: I1\ndetected_by: users\n")])),
        "MON-04",
        &[],
    );
    assert!(place_in_zip.out.contains("w.zip!/incidents/I1.yaml:2:14"), "{}", place_in_zip.out);
}

#[test]
fn case_26_what_systems_leave_behind_changes_no_digest() {
    let place = Place::new();
    place.write("b/bundle.yaml", PASSES);
    place.write("b/changes/W1.yaml", "id: W1\n");
    let digest = || load(&place.path("b"), &Limits::default()).expect("a bundle");
    let before = digest().digest;
    let junk = [
        "Thumbs.db",
        "desktop.ini",
        "~$W1.xlsx",
        ".DS_Store",
        "changes/.W1.yaml.swp",
        "__MACOSX/changes/._W1.yaml",
        ".git/HEAD",
        "changes/Thumbs.db",
        "._cover.pdf",
        ".~lock.a.ods#",
    ];
    for name in junk {
        place.write(&format!("b/{name}"), "junk");
    }
    place.write("b/changes/._W1.yaml", b"\x00\x05\x16\x07\x00\x02");
    let bundle = digest();
    assert_eq!(bundle.digest, before);
    assert_eq!(bundle.left_out, junk.len() + 1, "{:?}", bundle.notes);
    assert_eq!(bundle.notes.len(), junk.len() + 1, "each is told");
    place.write("b/changes/._W2.yaml", "id: W2\n");
    assert!(load(&place.path("b"), &Limits::default()).is_err(), "a name of macOS alone hides no record");
}

#[test]
fn case_27_a_reference_spelt_otherwise_is_read_and_told() {
    let digest = gamsa::load::sha256_hex(b"x");
    for written in ["attachments\\a.txt", "./attachments/a.txt", "attachments/A.TXT", ".\\Attachments//a.txt"] {
        let place = Place::new();
        place.write("b/attachments/a.txt", "x");
        place.write("b/bundle.yaml", format!("documents:\n  - path: '{written}'\n    sha256: {digest}\n"));
        let run = audit(&place.path("b"), "INT-05", &["-v"]);
        assert!(!run.out.contains("is not attached"), "{written}: {}", run.out);
        assert!(run.out.contains("is read as attachments/a.txt"), "{written}: {}", run.out);
    }
    let place = Place::new();
    place.write("b/attachments/a.txt", "x");
    place.write("b/bundle.yaml", format!("documents:\n  - path: attachments/b.txt\n    sha256: {digest}\n"));
    let run = audit(&place.path("b"), "INT-05", &["-v"]);
    assert!(run.out.contains("did you mean attachments/a.txt?"), "{}", run.out);
}

#[cfg(unix)]
#[test]
fn case_14_what_is_no_file_is_refused_at_once_and_holds_up_nobody() {
    let place = Place::new();
    place.write("s/a/bundle.yaml", PASSES);
    place.write("s/b/bundle.yaml", FAILS);
    place.write("s/c/bundle.yaml", FAILS.replace('B', "C"));
    for pipe in ["s/b/attachments/pipe", "s/c/changes/W1.yaml", "s/d/bundle.yaml", "s/pipe.yaml", "s/pipe.zip"] {
        let path = place.path(pipe);
        fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        let made = std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo");
        assert!(made.success());
    }
    let socket = place.path("s/socket.yaml");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    let run = audit(&place.path("s"), "MON-04", &["-q"]);
    assert_eq!(run.status, 2);
    assert!(run.out.contains("PASS") && run.out.matches("ERROR").count() == 3, "{}", run.out);
    assert_eq!(run.out.matches("not a regular file").count(), 6, "{}", run.out);
    for named in ["s/pipe.yaml", "s/socket.yaml"] {
        let run = audit(&place.path(named), "MON-04", &[]);
        assert_eq!(run.status, 2, "{}", run.out);
        assert!(run.err.contains("not a regular file"), "{}{}", run.err, run.out);
    }
}

#[test]
fn shapes_that_people_write_are_read_and_told_once() {
    let place = Place::new();
    place.write("b/bundle.yaml", "operator: {name: A}\n");
    place.write("b/changes/W1.yaml", "- id: W1\n");
    place.write("b/changes/W2.yaml", "- id: W2\n- id: W3\n");
    place.write("b/changes/W4.yaml", "change:\n  id: W4\n");
    place.write("b/changes/W5.yaml", "changes:\n  - id: W5\n");
    place.write("b/monitoring.yaml", "monitoring:\n  targets: []\n");
    place.write("b/Incidents/I1.yaml", "id: I1\n");
    let bundle = load(&place.path("b"), &Limits::default()).expect("a bundle");
    let root = bundle.document.root();
    let ids = |list: &str| -> Vec<String> {
        let items = root.get(list).expect("a list").items();
        items.map(|item| item.get("id").expect("an id").text().to_owned()).collect()
    };
    assert_eq!(ids("changes"), ["W1", "W2", "W3", "W4", "W5"]);
    assert_eq!(ids("incidents"), ["I1"]);
    assert!(root.get("monitoring").and_then(|monitoring| monitoring.get("targets")).is_some());
    let told: Vec<&str> = bundle.notes.iter().map(|note| note.message.en.as_str()).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    let refused = [
        ("monitoring.yaml", "- a\n", "take away the dash"),
        ("monitoring.yaml", "just a text\n", "keys with values are expected"),
        ("changes.yaml", "id: W1\n", "begin each entry with `- `"),
        ("changes/W1.yaml", "W1 was done\n", "keys with values are expected"),
        ("bundle.yaml", "- operator: {name: A}\n", "this file is a list"),
    ];
    for (name, content, cure) in refused {
        let place = Place::new();
        place.write("b/bundle.yaml", "operator: {name: A}\n");
        place.write(&format!("b/{name}"), content);
        let refused = load(&place.path("b"), &Limits::default()).expect_err(name).to_string();
        assert!(refused.contains(cure), "{name}: {refused}");
    }
    let twice = [
        ("changes/W1.yaml", "Changes/W2.yaml"),
        ("monitoring.yaml", "monitoring.json"),
        ("changes.yaml", "changes/W1.yaml"),
    ];
    for (one, other) in twice {
        let place = Place::new();
        place.write("b/bundle.yaml", "");
        place.write(&format!("b/{one}"), "{}\n");
        place.write(&format!("b/{other}"), "{}\n");
        let refused = load(&place.path("b"), &Limits::default()).expect_err(one).to_string();
        assert!(refused.contains("both give the key"), "{one}: {refused}");
    }
}

#[test]
fn each_bundle_is_judged_by_the_order_that_it_names() {
    let place = Place::new();
    let order = |id: &str| format!("id: {id}\nannounced_on: 2024-05-31\n");
    place.write("orders/a.yaml", order("ORDER-A"));
    place.write("orders/b.yaml", order("ORDER-B"));
    for (name, id) in [("a", "ORDER-A"), ("b", "ORDER-B"), ("c", "ORDER-C"), ("kakao", "MSIT-2024-05-31")] {
        place.write(
            &format!("s/{name}/bundle.yaml"),
            format!("operator: {{name: {name}}}\nsubmission: {{order_id: {id}}}\n"),
        );
    }
    place.write("s/none/bundle.yaml", "operator: {name: N}\n");
    let audit = |orders: &[&str]| {
        let orders: Vec<String> = orders.iter().map(|order| place.path(order).display().to_string()).collect();
        let orders: Vec<&str> = orders.iter().flat_map(|order| ["--order", order]).collect();
        let path = place.path("s").display().to_string();
        let run = gamsa(&[&["audit", &path, "--format", "json", "--as-of", "2024-09-02"], &orders[..]].concat());
        let report: Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.err));
        let bundles = report["bundles"].as_array().expect("bundles").iter();
        let by: Vec<String> = bundles.map(|bundle| bundle["order"]["id"].as_str().expect("an id").to_owned()).collect();
        (run.status, by)
    };
    assert_eq!(audit(&["orders"]), (2, ["ORDER-A", "ORDER-B", "MSIT-2024-05-31"].map(str::to_owned).to_vec()));
    let one = ["ORDER-A", "MSIT-2024-05-31", "ORDER-A"].map(str::to_owned).to_vec();
    assert_eq!(audit(&["orders/a.yaml"]), (2, one), "one that names none is judged by the only order given");
    assert_eq!(audit(&[]), (2, ["MSIT-2024-05-31"; 2].map(str::to_owned).to_vec()));
    let twice = gamsa(&[
        "audit",
        "fixtures/complete",
        "--order",
        "fixtures/rules/order.yaml",
        "--order",
        "rules/kakaotalk-2024/order.yaml",
    ]);
    assert!(twice.status == 2 && twice.err.contains("keep one of the two"), "{}", twice.err);
}

#[test]
fn a_bundle_can_be_judged_as_filed() {
    let order = ["--order", "fixtures/orders/hanbit-2024.yaml", "--format", "json"];
    let filed = gamsa(&[&["audit", "fixtures/hanbit-result", "--as-of", "submitted"], &order[..]].concat());
    assert_eq!(filed.status, 0, "{}", filed.err);
    let report: Value = serde_json::from_str(&filed.out).expect("JSON");
    assert_eq!([&report["as_of"], &report["bundles"][0]["as_of"]], ["submitted", "2024-09-12"]);
    let later = gamsa(&[
        "audit",
        "fixtures/hanbit-result",
        "--as-of",
        "2026-11-27",
        "--order",
        "fixtures/orders/hanbit-2024.yaml",
    ]);
    assert!(
        later.out.lines().take(8).any(|line| line.contains("806 days after its date of submission")),
        "{}",
        later.out
    );
    let unstated = gamsa(&["audit", "fixtures/empty", "--as-of", "submitted"]);
    assert!(unstated.status == 2 && unstated.out.contains("does not state when it was submitted"), "{}", unstated.out);
}

#[test]
fn standard_input_is_a_bundle_or_an_archive_of_one() {
    use std::process::{Command, Stdio};
    let fed = |paths: &[&str], bytes: &[u8]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_gamsa"))
            .args([&["audit", "--only", "MON-04", "-q"], paths].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // What is refused at once need not read it.
        let _ = child.stdin.take().expect("a pipe").write_all(bytes);
        child.wait_with_output().expect("it ends")
    };
    for bytes in [PASSES.as_bytes().to_vec(), zip(&[(b"a/bundle.yaml", PASSES.as_bytes())])] {
        let output = fed(&["-"], &bytes);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    }
    // A pipe whose other end failed is no submission that fails.
    for (paths, bytes, expected) in [
        (&["-"][..], "", "nothing came in on standard input"),
        (&["-", "-"], PASSES, "standard input can be read once"),
        (&["-", "--files-from", "-"], PASSES, "standard input can be read once"),
    ] {
        let output = fed(paths, bytes.as_bytes());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && output.stdout.is_empty() && said.contains(expected), "{said}");
    }
}

#[test]
fn the_recipe_of_the_digest_is_what_the_program_does() {
    let page = crate::docs::read("docs/bundle-digest.md");
    let script = page.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a script");
    let place = Place::new();
    let script = place.write("digest.py", script);
    let nfd: String = "시험.txt".nfd().collect();
    place.write("b/bundle.yaml", PASSES);
    place.write(&format!("b/attachments/{nfd}"), "x");
    for junk in [".DS_Store", "Thumbs.db", "__MACOSX/a", ".git/HEAD", "~$a.xlsx", ".a.swp", "attachments/._a.txt"] {
        place.write(&format!("b/{junk}"), "junk");
    }
    place.write("b/.hidden.pdf", "not junk");
    for path in [place.path("b"), fixture("complete"), fixture("reports/mistakes.yaml")] {
        let output = std::process::Command::new("python3").arg(&script).arg(&path).output().expect("python3");
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        let bundle = load(&path, &Limits::default()).expect("a bundle");
        assert_eq!(printed.trim(), bundle.digest, "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[cfg(unix)]
#[test]
fn a_pack_and_files_of_options_are_read_within_their_folder_and_only_if_they_are_files() {
    let place = Place::new();
    let copy = |name: &str| {
        let pack = place.path(name);
        for entry in walkdir::WalkDir::new("rules/kakaotalk-2024").into_iter().map(|entry| entry.expect("an entry")) {
            let to = pack.join(entry.path().strip_prefix("rules/kakaotalk-2024").expect("inside"));
            if entry.file_type().is_dir() {
                fs::create_dir_all(to).expect("created");
            } else {
                fs::copy(entry.path(), to).expect("copied");
            }
        }
        pack
    };
    let secret = place.write("secret.txt", "root:x:0:0\n");
    let linked = copy("linked");
    fs::remove_file(linked.join("pack.yaml")).expect("removed");
    std::os::unix::fs::symlink(&secret, linked.join("pack.yaml")).expect("linked");
    let endless = copy("endless");
    std::os::unix::fs::symlink("/dev/zero", endless.join("zero.txt")).expect("linked");
    let piped = copy("piped");
    let fifo =
        |path: &Path| assert!(std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
    fifo(&piped.join("pipe.txt"));
    let refused = [
        (&linked, "leaves its folder or leads nowhere"),
        (&endless, "leaves its folder or leads nowhere"),
        (&piped, "not a regular file"),
    ];
    for (pack, words) in refused {
        let run = gamsa(&["audit", "fixtures/empty", "--pack", &pack.display().to_string()]);
        assert_eq!(run.status, 2);
        assert!(run.err.contains(words) && !run.err.contains("root:x"), "{}", run.err);
    }
    let pipe = place.path("pipe.yaml");
    fifo(&pipe);
    for option in ["--order", "--decisions"] {
        let run = gamsa(&["audit", "fixtures/empty", option, &pipe.display().to_string()]);
        assert_eq!(run.status, 2);
        assert!(run.err.contains("not a regular file"), "{option}: {}", run.err);
    }
    let same = gamsa(&["audit", "fixtures/empty", "--pack", &copy("same").display().to_string()]);
    assert!(same.out.contains("pack from a folder, same as the embedded one"), "{}{}", same.out, same.err);
    let other = copy("other");
    fs::write(other.join("README.md"), "changed").expect("written");
    let other = gamsa(&["audit", "fixtures/empty", "--pack", &other.display().to_string()]);
    assert!(other.out.contains("differs from the embedded one"), "{}", other.out);
}

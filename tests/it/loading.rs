//! What the loader reads, where it says values stand, and what it refuses.

use std::fs;
use std::path::Path;

use gamsa::evidence::{Document, NodeRef};
use gamsa::language::Language;
use gamsa::load::{Bundle, Limits, document};

fn read(text: &str) -> Document {
    document("a.yaml", text.as_bytes(), &Limits::default()).expect("valid evidence")
}

fn place(document: &Document, node: NodeRef<'_>) -> String {
    let at = document.location(node.id());
    let ((l1, c1), (l2, c2)) = ((at.start.line, at.start.column), (at.end.line, at.end.column));
    format!("{}:{l1}:{c1}-{l2}:{c2} {}", at.file, document.pointer(node.id()))
}

#[test]
fn every_value_knows_its_place() {
    let document = read(
        "operator:\n  이름: 홍길동\nchanges:\n- id: W1\n  workers: [kim,\n    lee]\n  empty:\n- id: |\n    long\n    text\n\n- last\n",
    );
    let root = document.root();
    let changes = root.get("changes").expect("changes");
    let items: Vec<_> = changes.items().collect();
    let get = |item: usize, key: &str| items[item].get(key).expect(key);
    let places = [
        root,
        root.get("operator").and_then(|o| o.get("이름")).expect("name"),
        changes,
        items[0],
        get(0, "workers"),
        get(0, "workers").items().last().expect("lee"),
        get(0, "empty"),
        get(1, "id"),
        items[2],
    ]
    .map(|node| place(&document, node));
    assert_eq!(
        places,
        [
            "a.yaml:1:1-12:7 ",
            "a.yaml:2:7-2:10 /operator/이름",
            "a.yaml:4:3-12:7 /changes",
            "a.yaml:4:3-7:8 /changes/0",
            "a.yaml:5:12-6:9 /changes/0/workers",
            "a.yaml:6:5-6:8 /changes/0/workers/1",
            "a.yaml:7:8-7:8 /changes/0/empty",
            "a.yaml:9:5-10:9 /changes/1/id",
            "a.yaml:12:3-12:7 /changes/2",
        ]
    );
}

#[test]
fn a_byte_order_mark_and_any_line_ending_leave_places_alone() {
    for text in ["\u{feff}a: 1\nb: x", "a: 1\r\nb: x", "a: 1\rb: x"] {
        let document = read(text);
        assert_eq!(place(&document, document.root().get("b").expect("b")), "a.yaml:2:4-2:5 /b", "{text:?}");
    }
}

#[test]
fn an_alias_is_a_copy_with_a_path_of_its_own() {
    let document = read("a: &x {at: 1}\nb: *x\n");
    let at = document.root().get("b").and_then(|b| b.get("at")).expect("at");
    assert_eq!(place(&document, at), "a.yaml:1:12-1:13 /b/at");
}

#[test]
fn refusals_name_the_place_and_the_way_out() {
    let nested_aliases =
        (1..30).fold("a0: &a0 [x]\n".to_owned(), |text, i| format!("{text}a{i}: &a{i} [*a{0}, *a{0}]\n", i - 1));
    let cases: [(&str, Vec<u8>); 22] = [
        ("duplicate key", b"title: a\nbody: b\n\"title\": c\n".into()),
        ("tab as indentation", b"changes:\n\t- id: W1\n".into()),
        ("custom tag", b"at: !secret 1\n".into()),
        ("core tag that does not fit", b"at: !!int soon\n".into()),
        ("merge key", b"a: &a {x: 1}\nb:\n  <<: *a\n".into()),
        ("number as key", b"1: x\n".into()),
        ("list as key", b"[a, b]: x\n".into()),
        ("alias as key", b"a: &a k\n*a : x\n".into()),
        ("EUC-KR", b"title: \xc0\xce\n".into()),
        ("latin-1", b"title: caf\xe9 \n".into()),
        ("UTF-16", b"\xff\xfea\0".into()),
        ("two documents", b"a: 1\n---\nb: 2\n".into()),
        ("too deep", format!("a: {}{}", "[".repeat(40), "]".repeat(40)).into()),
        ("too deep in blocks", format!("{}x", "- ".repeat(40)).into()),
        ("alias bomb", nested_aliases.into()),
        ("alias to itself", b"a: &a [*a]\n".into()),
        ("unknown anchor", b"a: *nowhere\n".into()),
        ("missing colon", b"operator\nservices: []\n".into()),
        ("unclosed quote", b"a: \"open\nb: c\n".into()),
        ("wrong indentation", b"a:\n    b: 1\n  c: 2\n".into()),
        ("stray character", b"by: @kim\n".into()),
        ("control character", b"a: x\x01y\n".into()),
    ];
    let mut seen = String::new();
    for (what, bytes) in &cases {
        let refused = document("evidence.yaml", bytes, &Limits::default()).expect_err(what);
        seen += &format!("# {what}\n{}\n{}\n\n", refused, refused.render(Language::Korean));
    }
    insta::assert_snapshot!(seen);
}

#[test]
fn limits_are_refused_at_the_place_where_they_are_passed() {
    let limits = Limits { file_bytes: 100, values: 6, value_bytes: 10, key_bytes: 3, aliases: 1, ..Limits::default() };
    let cases = [
        ("x".repeat(101), "the file has at least 101 bytes, the limit is 100 (file-bytes)", "1:1"),
        ("[1, 2, 3,\n 4, 5, 6]".to_owned(), "more than 6 keys and values", "2:8"),
        (format!("a: {}", "x".repeat(11)), "a value of 11 bytes is over the limit of 10", "1:4"),
        ("abcd: 1".to_owned(), "a key of 4 bytes is over the limit of 3 (key-bytes)", "1:1"),
    ];
    for (text, message, at) in cases {
        let refused = document("a.yaml", text.as_bytes(), &limits).expect_err(message);
        assert!(refused.message.en.contains(message), "{refused}");
        assert_eq!(refused.place(), format!("a.yaml:{at}"));
    }
}

fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("create folder");
        fs::write(path, text).expect("write file");
    }
}

fn load(root: &Path) -> anyhow::Result<Bundle> {
    crate::audits::load(root, &Limits::default())
}

#[test]
fn a_directory_is_one_tree() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let root = directory.path();
    write(
        root,
        &[
            ("bundle.yaml", "operator: {name: A}\n"),
            ("incidents/b.yaml", "id: I2\n"),
            ("incidents/a.yml", "id: I1\n"),
            ("incidents/graph.png", "png"),
            ("monitoring.yaml", "targets: []\n"),
            ("attachments/deep/log.yaml", "not: evidence\n"),
            (".git/config", "x"),
        ],
    );
    let bundle = load(root).expect("a bundle");
    let tree = bundle.document.root();
    let keys: Vec<&str> = tree.entries().map(|(key, _)| key.text()).collect();
    assert_eq!(keys, ["operator", "incidents", "monitoring"]);
    let incidents = tree.get("incidents").expect("incidents");
    let ids: Vec<&str> = incidents.items().filter_map(|item| item.get("id")).map(NodeRef::text).collect();
    assert_eq!(ids, ["I1", "I2"]);
    let second = incidents.items().nth(1).and_then(|item| item.get("id")).expect("second id");
    assert_eq!(place(&bundle.document, second), "incidents/b.yaml:1:5-1:7 /incidents/1/id");
    let attachments: Vec<&str> = bundle.attachments.all().iter().map(|file| file.path.as_str()).collect();
    assert_eq!(attachments, ["attachments/deep/log.yaml", "incidents/graph.png"]);
    assert_eq!(bundle.notes.iter().map(|note| note.path.as_str()).collect::<Vec<_>>(), [".git/"]);

    let before = bundle.digest;
    fs::write(root.join("incidents/graph.png"), "other").expect("write");
    assert_ne!(load(root).expect("a bundle").digest, before, "the digest covers attachments");
}

#[test]
fn a_bundle_that_could_mean_two_things_is_refused() {
    let cases: [(&[(&str, &str)], &str); 6] = [
        (
            &[("bundle.yaml", "monitoring: {}\n"), ("monitoring.yaml", "{}\n")],
            "monitoring.yaml:1:1: the key \"monitoring\" is given twice",
        ),
        (&[("bundle.yaml", ""), ("a.yaml", "1\n"), ("a.yml", "2\n")], "a.yaml and a.yml both give the key a"),
        (&[("bundle.yaml", ""), ("incidents/2024/a.yaml", "{}\n")], "incidents/2024/a.yaml: evidence lies at most"),
        (&[("bundle.yaml", "- a\n")], "bundle.yaml:1:1: this file is a list"),
        (&[("bundle.yaml", ""), ("x.yaml", "a: 1\na: 2\n")], "x.yaml:2:1: the key \"a\" is given twice"),
        (&[("bundle.yaml", "a: b: c")], "bundle.yaml:1:5"),
    ];
    for (files, message) in cases {
        let directory = tempfile::tempdir().expect("temporary directory");
        write(directory.path(), files);
        let error = format!("{:#}", load(directory.path()).expect_err(message));
        assert!(error.contains(message), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leaves_the_bundle_is_refused() {
    let directory = tempfile::tempdir().expect("temporary directory");
    let bundle = directory.path().join("bundle");
    write(directory.path(), &[("bundle/bundle.yaml", ""), ("bundle/real.txt", "x"), ("secret.yaml", "a: 1\n")]);
    std::os::unix::fs::symlink("real.txt", bundle.join("copy.txt")).expect("link inside");
    assert_eq!(load(&bundle).expect("a link inside the bundle is read").attachments.all().len(), 2);
    std::os::unix::fs::symlink("../secret.yaml", bundle.join("extra.yaml")).expect("link outside");
    let error = format!("{:#}", load(&bundle).expect_err("the link leaves the bundle"));
    assert!(error.contains("extra.yaml: this symbolic link leaves its folder"), "{error}");
}

//! What a pack may leave out (an order, holidays, a second language, fields that the program knows), and what it names
//! itself.

use std::fs;
use std::path::Path;

use gamsa::assess::{Assessment, Auditor, RuleResult, Verdict};
use gamsa::engine::on_worker;
use gamsa::evidence::Day;
use gamsa::language::Language;
use gamsa::load::{Bundle, Limits};
use gamsa::pack::{Pack, Parameters};

use crate::audits::request;

const MANIFEST: &str = "\
id: rooms
version: 1.0.0
title: 배터리실 점검
authority: 점검기관
time_zone: Asia/Seoul
stages: [{id: first, title: 최초}, {id: last, title: 최종}]
controls: [{id: rooms, number: 1, title: 배터리실}]
sources: {own: {title: 자체 설정}}
parameters: {limit: {type: integer, value: 3, title: 상한, basis: own, source: 자체}}
";

const SCHEMA: &str = "\
type: object
properties:
  head:
    type: object
    properties:
      phase: {title: 단계, type: string, enum: [first, last]}
      case: {title: 사건번호, type: string}
      day: {title: 제출일, type: string, format: date}
      company: {title: 회사, type: string}
  sites: {title: 사업장, type: array, items: {type: object, properties: {name: {type: string}}}}
  rooms: {title: 배터리실 목록, type: array, items: {type: object, properties: {id: {type: string}, racks: {title: 랙 수, type: integer}}}}
  papers: {type: array, items: {type: object, properties: {file: {type: string}}}}
";

const RULE: &str = "\
const META = #{ id: \"ROM-01\", title: \"랙 수\", control: \"rooms\", severity: \"low\", stages: [\"first\", \"last\"],
    basis: [#{ source: \"own\", status: \"own\", clause: \"제1조\" }], demand: \"랙 수는 상한 이하여야 함\", remedy: \"랙 수를 줄일 것\",
    says: #{ many: \"{id}의 랙이 {found}개임\" } };
fn check(bundle, order) {
    ensure_usable(bundle);
    for room in bundle.rooms { ensure(room.racks <= parameter(\"limit\"), room.racks, \"many\", #{ id: room.id }); }
}
";

const EVIDENCE: &str = "\
head: {phase: last, case: X-1, day: 2024-06-28, company: 가나}
sites: [{name: 판교}, {name: 안양}]
rooms: [{id: R1, racks: 2}, {id: R2, racks: 5}]
";

/// A pack in a folder.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(manifest: &str) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        folder.write("pack.yaml", manifest);
        folder.write("evidence.schema.yaml", SCHEMA);
        folder.write("rooms/ROM-01-racks.rhai", RULE);
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn open(&self) -> Result<Pack, String> {
        Pack::open(self.path().to_str().expect("a path")).map_err(|error| error.root_cause().to_string())
    }

    fn mistakes(&self) -> Vec<String> {
        let pack = self.open();
        let told = pack.and_then(|pack| {
            let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
            let auditor = Auditor::new(&pack, &pack.order, parameters, request("2024-07-01", None));
            auditor.map(|_| ()).map_err(|error| error.root_cause().to_string())
        });
        told.expect_err("mistakes").lines().filter(|line| line.starts_with("pack.yaml")).map(str::to_owned).collect()
    }

    fn assess(&self, evidence: &str) -> Assessment {
        let judged = on_worker(|| {
            let pack = self.open().expect("a pack");
            let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
            let auditor = Auditor::new(&pack, &pack.order, parameters, request("2024-07-01", None)).expect("rules");
            auditor
                .assess("b.yaml", Bundle::from_bytes("b.yaml", evidence.as_bytes(), &Limits::default()).expect("YAML"))
        });
        judged.expect("a worker")
    }
}

#[test]
fn a_pack_needs_neither_an_order_nor_holidays() {
    let folder = Folder::new(MANIFEST);
    let pack = folder.open().expect("a pack");
    assert_eq!(pack.order.id, "rooms");
    assert!(pack.holidays.deadline(Day::parse("2024-01-01").expect("a day"), 1).is_err());
    folder.write("order.yaml", "id: X\nname: y\n");
    let mistakes = folder.open().expect("a pack").mistakes;
    assert_eq!(mistakes[0].en, "order.yaml:2:1: the key `name` is not part of an order");
}

#[test]
fn a_pack_in_one_language_says_the_same_in_both() {
    let folder = Folder::new(MANIFEST);
    let assessment = folder.assess(EVIDENCE);
    assert_eq!(assessment.verdict, Verdict::Fail);
    let rule = &assessment.rules[0];
    assert_eq!((rule.meta.title.get(Language::English), rule.meta.title.get(Language::Korean)), ("랙 수", "랙 수"));
    let told: Vec<&str> = rule.findings.iter().map(|finding| finding.message.en.as_str()).collect();
    assert_eq!(told, ["R2의 랙이 5개임"]);
    folder.write("pack.yaml", &MANIFEST.replace("title: 배터리실 점검", "title: {ko: 배터리실 점검}"));
    folder.open().expect("a language may be named");
    folder.write("holidays.yaml", "source: 자체\nyears: [2024, 2024]\ndays: {\"2024-01-01\": 신정}\n");
    folder.open().expect("holidays have one name");
    // One text in both languages means that all of them are.
    folder.write("pack.yaml", &MANIFEST.replace("title: 배터리실 점검", "title: {en: Rooms, ko: 배터리실 점검}"));
    let mistakes = folder.mistakes();
    assert!(mistakes[0].contains("authority: expected the text in both languages, found one text"), "{mistakes:?}");
}

#[test]
fn the_fields_that_the_program_uses_are_those_that_the_pack_names() {
    let plain = Folder::new(MANIFEST);
    let assessment = plain.assess(EVIDENCE);
    assert_eq!((assessment.operator, assessment.service, assessment.stage), (None, None, None));
    assert!(assessment.coverage.records.is_empty());
    let fields = "\
fields:
  operator: /head/company
  services: /sites
  stage: /head/phase
  order: /head/case
  submitted_on: /head/day
  documents: /papers/-/file
  counted: [{records: /rooms, one: 배터리실}]
";
    let named = Folder::new(&format!("{MANIFEST}{fields}"));
    let assessment = named.assess(EVIDENCE);
    assert_eq!(assessment.operator.as_deref(), Some("가나"));
    assert_eq!(assessment.service.as_deref(), Some("판교, 안양"));
    assert_eq!(assessment.stage.as_deref(), Some("last"));
    assert_eq!(assessment.submitted_on, Day::parse("2024-06-28"));
    let records = &assessment.coverage.records[0];
    assert_eq!((records.count, records.of.many.as_str(), records.of.ko.as_str()), (2, "배터리실", "배터리실"));
    let unusable = named.assess(&EVIDENCE.replace("phase: last", "phase: lats")).unusable_stage.expect("a stage");
    assert_eq!((unusable.path.as_str(), unusable.suggestion.as_deref()), ("/head/phase", Some("last")));
    let layouts = [&plain, &named].map(|folder| folder.open().expect("a pack").layout);
    assert_eq!(layouts[0].marks, ["head", "papers", "rooms", "sites"]);
    assert_eq!(layouts[1].marks, ["head"]);
    assert_eq!(layouts[1].documents, Some(("papers".to_owned(), "file".to_owned())));
}

#[test]
fn a_field_that_the_schema_does_not_have_is_a_mistake_of_the_pack() {
    let shape = "\
fields:
  operator: head.company
  documents: /papers
  services: [a]
  stge: /head/phase
  counted: [{one: room}]
";
    let schema = "\
fields:
  operator: /head/compny
  services: /head
  submitted_on: /head/case
  documents: /papers/-/path
  counted: [{records: /rooms, in_order: /rooms, one: room}]
";
    let told = |fields: &str| Folder::new(&format!("{MANIFEST}{fields}")).mistakes().join("\n");
    insta::assert_snapshot!(format!("{}\n\n{}", told(shape), told(schema)));
}

#[test]
fn the_schema_is_enforced_in_a_pack_of_which_no_rule_asks_for_it() {
    let folder = Folder::new(MANIFEST);
    folder.write("evidence.schema.yaml", &format!("required: [head]\n{SCHEMA}"));
    folder.write("rooms/ROM-01-racks.rhai", &RULE.replace("    ensure_usable(bundle);\n", ""));
    let assessment = folder.assess("rooms: [{id: R1, racks: 2}]\n");
    let results: Vec<(&str, RuleResult)> =
        assessment.rules.iter().map(|rule| (rule.meta.id.as_str(), rule.result)).collect();
    assert_eq!(results, [("ROM-01", RuleResult::Pass), ("SCHEMA", RuleResult::Missing)]);
    assert_eq!(assessment.controls.len(), 2);
    let pack = folder.open().expect("a pack");
    let chosen = |name: &str| pack.select(&[name.to_owned()]).map(|scripts| scripts.len());
    assert_eq!((chosen("schema").expect("the rule"), chosen("rooms").expect("the rule")), (1, 1));
    assert_eq!(assessment.verdict, Verdict::Fail);
}

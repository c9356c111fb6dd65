//! What the schema demands of mappings and lists is a finding of the rules that read them, and values of several types
//! are used by rules.

use std::fmt::Write;
use std::fs;

use gamsa::assess::{Assessment, Auditor, RuleResult, Verdict};
use gamsa::engine::on_worker;
use gamsa::load::{Bundle, Limits};
use gamsa::pack::{Pack, Parameters};

use crate::audits::{fixture, request};

/// A pack with one rule for each body, named and so on.
struct Stand {
    directory: tempfile::TempDir,
}

impl Stand {
    fn new(schema: &str, bodies: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("temporary directory");
        let pack = fs::read_to_string(fixture("language").join("pack.yaml")).expect("a pack");
        fs::write(directory.path().join("pack.yaml"), pack).expect("written");
        fs::write(directory.path().join("evidence.schema.yaml"), schema).expect("written");
        fs::create_dir(directory.path().join("examples")).expect("a folder");
        for (number, body) in (1..).zip(bodies) {
            let says = if body.contains("\"k\"") { "k: #{ en: \"said\", ko: \"지적\" }" } else { "" };
            let rule = format!(
                "const META = #{{ id: \"A-{number}\", title: #{{ en: \"T\", ko: \"제목\" }}, control: \"examples\",
                severity: \"low\", stages: [\"plan\"], basis: [#{{ source: \"own\", status: \"own\" }}],
                demand: #{{ en: \"D.\", ko: \"요구\" }}, remedy: #{{ en: \"R.\", ko: \"조치\" }},
                says: #{{ {says} }} }};\nfn check(bundle, order) {{\n{body}\n}}\n"
            );
            fs::write(directory.path().join(format!("examples/A-{number}-rule.rhai")), rule).expect("written");
        }
        Self { directory }
    }

    fn judge<T: Send>(&self, evidence: &str, look: impl FnOnce(&Assessment) -> T + Send) -> Result<T, String> {
        let judged = on_worker(|| {
            let pack = Pack::open(&self.directory.path().display().to_string()).map_err(|e| format!("{e:#}"))?;
            let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
            let auditor = Auditor::new(&pack, &pack.order, parameters, request("2024-07-01", None))
                .map_err(|error| error.root_cause().to_string())?;
            let bundle = Bundle::from_bytes("b.yaml", evidence.as_bytes(), &Limits::default()).expect("evidence");
            Ok(look(&auditor.assess("b.yaml", bundle)))
        });
        judged.expect("a worker")
    }

    /// Returns the rules with their results and findings, a line each.
    fn told(&self, evidence: &str) -> String {
        let told = self.judge(evidence, |assessment| {
            let mut told = String::new();
            for rule in &assessment.rules {
                writeln!(told, "{} {}", rule.meta.id, rule.result.name()).expect("a string");
                for finding in &rule.findings {
                    let (path, message) = (&finding.path, &finding.message);
                    writeln!(told, "  {path}: {} / {}", message.en, message.ko).expect("a string");
                }
            }
            told
        });
        told.unwrap_or_else(|error| format!("refused\n{error}\n"))
    }

    fn refused(&self) -> String {
        self.judge("{}", |_| ()).expect_err("a mistake")
    }
}

const RECORDS: &str = "
type: object
additionalProperties: false
required: [owner]
properties:
  owner: {title: Owner, x-ko: {title: 책임자}, type: string}
  note: {type: string}
  records:
    title: Records
    x-ko: {title: 기록}
    type: array
    minItems: 2
    items:
      title: Record
      x-ko: {title: 한 건}
      type: object
      required: [id]
      properties:
        id: {title: Identifier, x-ko: {title: 식별자}, type: string}
        kind: {type: string, enum: [major, minor]}
        reason: {title: Reason, x-ko: {title: 사유}, type: string}
        other: {type: object, not: {required: [secret]}, properties: {name: {type: string}, secret: {type: string}}}
      if: {properties: {kind: {const: major}}, required: [kind]}
      then: {required: [reason]}
";

#[test]
fn what_the_schema_demands_is_a_finding_of_who_demands_the_whole_and_of_who_reads_the_node() {
    let stand = Stand::new(
        RECORDS,
        &[
            "ensure_usable(bundle);",
            "for record in bundle.records { require(record.kind); }",
            "require(bundle.note);",
            "for record in bundle.records { ensure(record.other.name.or(\"\") != \"x\", record, \"k\"); }",
            "for record in bundle.records { require(record.id, \"k\"); }",
        ],
    );
    let evidence = "note: n\nrecords: [{kind: major, other: {name: n, secret: s}}]\n";
    insta::assert_snapshot!(stand.told(evidence));
    let sound = "owner: o\nnote: n\nrecords: [{id: a, kind: major, reason: r}, {id: b, kind: minor}]\n";
    let is_sound = |assessment: &Assessment| assessment.rules.iter().all(|rule| rule.result == RuleResult::Pass);
    assert_eq!(stand.judge(sound, is_sound), Ok(true), "{}", stand.told(sound));
}

#[test]
fn a_pack_in_which_no_rule_examines_the_whole_gets_a_rule_that_does() {
    let without = Stand::new(RECORDS, &["require(bundle.note);"]);
    insta::assert_snapshot!(without.told("note: n\nrecords: [1, {id: 5}]\n"));
    let verdict = |evidence: &str| without.judge(evidence, |assessment| assessment.verdict).expect("judged");
    assert_eq!(verdict("note: n\n"), Verdict::Fail);
    assert_eq!(verdict("note: n\nowner: o\n"), Verdict::Pass);
    let with = Stand::new(RECORDS, &["require(bundle.note);", "ensure_usable(bundle);"]);
    assert!(!with.told("note: n\n").contains("SCHEMA"));
}

const UNIONS: &str = "
type: object
properties:
  level: {type: [integer, string, boolean]}
  port: {anyOf: [{type: integer}, {type: string, enum: [any, none]}]}
  ports: {type: array, items: {type: [integer, string]}}
  when: {oneOf: [{type: string, format: date}, {type: string, format: date-time}]}
  limits: {title: Limits, x-ko: {title: 한도}, type: object, additionalProperties: {type: number, minimum: 0}}
  nested: {type: object, additionalProperties: {type: object, properties: {size: {type: integer}}}}
  mixed: {type: object, properties: {a: {type: integer}}, additionalProperties: {type: string}}
  codes: {type: object, patternProperties: {'^x-': {type: integer}, '^y-': {type: string}}, additionalProperties: false}
  free: {}
  untyped: {properties: {size: {type: integer}}}
";

#[test]
fn values_of_several_types_and_of_chosen_keys_are_used_by_rules() {
    let evidence = "
port: 80
ports: [1, any, 2]
when: 2024-05-31
limits: {disk: 5, memory: 70}
nested: {one: {size: 1}, two: {}}
mixed: {a: 1, b: text}
codes: {x-1: 5, y-1: a}
free: {deep: [1, {name: n}]}
untyped: {size: 3}
";
    let rules = [
        ("if is_number(bundle.port) { ensure(bundle.port > 1000, bundle.port, \"k\"); }", "fail"),
        ("let port = bundle.port; ensure(is_text(port) || port < 100, port, \"k\");", "pass"),
        ("if !is_number(bundle.port) { return; }\nensure(bundle.port + 1 == 81, bundle.port, \"k\");", "pass"),
        ("ensure(bundle.port == 80 && bundle.port != \"any\", bundle.port, \"k\");", "pass"),
        ("ensure(bundle.ports.filter(|p| is_number(p)).sum() == 3, bundle.ports, \"k\");", "pass"),
        ("ensure(bundle.ports.all(|p| is_number(p) || p.starts_with(\"a\")), bundle.ports, \"k\");", "pass"),
        ("if is_date(bundle.when) { ensure(bundle.when < as_of(), bundle.when, \"k\"); }", "pass"),
        ("ensure(bundle.limits[\"disk\"] < 10, bundle.limits, \"k\");", "pass"),
        ("require(bundle.limits[\"network\"]);", "missing"),
        ("for limit in bundle.limits.values() { ensure(limit < 10, limit, \"k\"); }", "fail"),
        ("for name in bundle.limits.keys() { ensure(bundle.limits[name] < 100, bundle.limits, \"k\"); }", "pass"),
        ("for one in bundle.nested.values() { require(one.size); }", "missing"),
        ("ensure(bundle.nested[\"one\"].size == 1, bundle.nested, \"k\");", "pass"),
        ("ensure(bundle.mixed.a == 1 && bundle.mixed[\"b\"] == \"text\", bundle.mixed, \"k\");", "pass"),
        ("ensure(bundle.codes[\"x-1\"] == 5 && bundle.codes[\"y-1\"] == \"a\", bundle.codes, \"k\");", "pass"),
        ("ensure(bundle.untyped.size == 3, bundle.untyped, \"k\");", "pass"),
        (
            "if !is_mapping(bundle.free) { return; }\nlet deep = bundle.free[\"deep\"]; if is_list(deep) { ensure(deep.len() == 2, deep, \"k\"); }",
            "pass",
        ),
    ];
    let bodies: Vec<&str> = rules.iter().map(|(body, _)| *body).collect();
    let stand = Stand::new(UNIONS, &bodies);
    let results = stand.judge(evidence, |assessment| {
        let id = |rule: &str| rule.strip_prefix("A-").and_then(|number| number.parse::<usize>().ok());
        let mut results = vec![String::new(); rules.len()];
        for rule in &assessment.rules {
            if let Some(number) = id(&rule.meta.id) {
                let errors: Vec<&str> = rule.findings.iter().map(|finding| finding.message.en.as_str()).collect();
                results[number - 1] = format!("{} {errors:?}", rule.result.name());
            }
        }
        results
    });
    let results = results.unwrap_or_else(|error| panic!("{error}"));
    for ((body, expected), found) in rules.iter().zip(&results) {
        assert_eq!(found.split(' ').next(), Some(*expected), "{body}: {found}");
    }
    let odd = "limits: {disk: five, memory: 5}\nuntyped: text\n";
    insta::assert_snapshot!(stand.told(odd));
}

#[test]
fn a_value_of_several_types_is_asked_for_its_type_before_it_is_used() {
    let bodies = [
        "ensure(bundle.port > 1000, bundle.port, \"k\");",
        "ensure(bundle.port + 1 == 81, bundle.port, \"k\");",
        "ensure(bundle.port == true, bundle.port, \"k\");",
        "if is_text(bundle.port) { ensure(bundle.port > 1000, bundle.port, \"k\"); }",
        "ensure(bundle.when < as_of(), bundle.when, \"k\");",
        "ensure(bundle.ports.any(|p| p.starts_with(\"a\")), bundle.ports, \"k\");",
        "require(bundle.limits.disk);",
        "ensure(bundle.limits[\"disk\"] == \"five\", bundle.limits, \"k\");",
        "require(bundle.codes[\"z-1\"]);",
        "require(bundle.free.name);",
        "ensure(bundle.free.starts_with(\"a\"), bundle.free, \"k\");",
        "ensure(is_text(bundle.limits), bundle.limits, \"k\");",
        "let one = bundle.port; if is_text(one) { for port in bundle.ports { ensure(one.contains(\"a\"), port, \"k\"); one = port; } }",
        "if !is_boolean(bundle.level) { ensure(bundle.level > 1, bundle.level, \"k\"); }",
        "let one = bundle.port; let other = bundle.level; if is_number(one) { if is_text(other) { one = bundle.port; }\n            ensure(other.contains(\"a\") && one > 1, one, \"k\"); }",
    ];
    let refused = bodies.map(|body| {
        let text = Stand::new(UNIONS, &[body]).refused();
        let own = text.lines().filter(|line| !line.contains(" │ ") && !line.trim_start().starts_with('^'));
        format!("{body}\n  {}", own.collect::<Vec<_>>().join("\n  "))
    });
    insta::assert_snapshot!(refused.join("\n\n"));
}

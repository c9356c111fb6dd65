//! Packs of small rules over a small schema, for the tests of the semantics: what a rule finds on evidence, by place.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::sync::Arc;

use gamsa::engine::{Case, Note, NoteKind, Outcome, Place, Program, Subject};
use gamsa::evidence::{Day, Kind, NodeId, NodeRef};
use gamsa::load::{Attachments, Bundle, Limits};
use gamsa::pack::{Pack, Parameters, Tree};
use serde_json::Value;

/// `{xs: [item], ys: [item], s: item, k: text, n: number}` and some fields with whole numbers and texts.
const SCHEMA: &str = r"
$schema: https://json-schema.org/draft/2020-12/schema
$id: urn:gamsa:pack:trial:evidence
title: Bundle
x-ko: {title: 자료}
type: object
additionalProperties: false
properties:
  xs: {title: List xs, x-ko: {title: 목록}, type: array, items: {$ref: '#/$defs/item'}}
  ys: {title: List ys, x-ko: {title: 목록}, type: array, items: {$ref: '#/$defs/item'}}
  s: {$ref: '#/$defs/item', title: Item s, x-ko: {title: 항목}}
  k: {$ref: '#/$defs/text', title: Text k, x-ko: {title: 내용}}
  n: {$ref: '#/$defs/number', title: Number n, x-ko: {title: 수}}
  i: {$ref: '#/$defs/whole', title: Number i, x-ko: {title: 수}}
  j: {$ref: '#/$defs/whole', title: Number j, x-ko: {title: 수}}
  t: {$ref: '#/$defs/text', title: Text t, x-ko: {title: 내용}}
  il: {title: List il, x-ko: {title: 목록}, type: array, items: {$ref: '#/$defs/whole'}}
  tl: {title: List tl, x-ko: {title: 목록}, type: array, items: {$ref: '#/$defs/text'}}
$defs:
  text: {title: Text, x-ko: {title: 내용}, type: string}
  number: {title: Number, x-ko: {title: 수}, type: number}
  whole: {title: Whole number, x-ko: {title: 정수}, type: integer}
  flag: {title: Flag, x-ko: {title: 여부}, type: boolean}
  item:
    title: Item
    x-ko: {title: 항목}
    type: object
    additionalProperties: false
    properties:
      k: {$ref: '#/$defs/text', title: Text k, x-ko: {title: 내용}}
      n: {$ref: '#/$defs/number', title: Number n, x-ko: {title: 수}}
      f: {$ref: '#/$defs/flag', title: Flag f, x-ko: {title: 여부}}
      m: {$ref: '#/$defs/mapping', title: Mapping m, x-ko: {title: 대응표}}
      ns: {title: List ns, x-ko: {title: 목록}, type: array, items: {$ref: '#/$defs/number'}}
  mapping:
    title: Mapping
    x-ko: {title: 대응표}
    type: object
    additionalProperties: false
    properties:
      p: {$ref: '#/$defs/number', title: Number p, x-ko: {title: 수}}
      q: {$ref: '#/$defs/text', title: Text q, x-ko: {title: 내용}}
  order:
    title: Order
    x-ko: {title: 시정요구}
    type: object
    additionalProperties: false
    properties:
      id: {$ref: '#/$defs/text', title: Identifier, x-ko: {title: 식별자}}
";

const MANIFEST: &str = "
id: trial
version: 0.1.0
title: {en: Trial, ko: 시험}
authority: {en: None, ko: 없음}
time_zone: Asia/Seoul
stages:
  - {id: plan, title: {en: Plan, ko: 계획}}
controls:
  - {id: trial, number: '1', title: {en: Trial, ko: 시험}}
sources:
  own: {title: {en: Own, ko: 자체}}
parameters: {}
";

const HOLIDAYS: &str = "
years: [2024, 2024]
source: none
days:
  '2024-01-01': {en: New Year's Day, ko: 신정}
";

/// The functions of a rule and the body of its `check`; its demands have the messages `k1`, `k2`, …
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rule {
    pub(crate) functions: String,
    pub(crate) check: String,
}

impl Rule {
    pub(crate) fn new(check: impl Into<String>) -> Self {
        Self { functions: String::new(), check: check.into() }
    }

    fn script(&self, id: &str) -> String {
        let Self { functions, check } = self;
        let mut says = String::new();
        for site in 1.. {
            let key = format!("k{site}");
            if !check.contains(&format!("\"{key}\"")) && !functions.contains(&format!("\"{key}\"")) {
                break;
            }
            write!(says, "{key}: #{{ en: \"said {{found}}\", ko: \"{{found}} 지적\" }}, ").expect("a string");
        }
        format!(
            "const META = #{{ id: \"{id}\", title: #{{ en: \"T\", ko: \"시험\" }}, control: \"trial\", severity: \"low\", \
             stages: [\"plan\"], basis: [#{{ source: \"own\", status: \"own\" }}], demand: #{{ en: \"D.\", ko: \"요구\" }}, \
             remedy: #{{ en: \"R.\", ko: \"조치\" }}, says: #{{ {says} }} }};\n{functions}\n\
             fn check(bundle, order) {{\n{check}\n}}\n"
        )
    }
}

/// A pack of such rules.
pub(crate) struct Trial {
    pack: Pack,
    _folder: tempfile::TempDir,
}

impl Trial {
    pub(crate) fn new(rules: &[Rule]) -> Self {
        let folder = tempfile::tempdir().expect("temporary directory");
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
        write("pack.yaml", MANIFEST);
        write("evidence.schema.yaml", SCHEMA);
        write("holidays.yaml", HOLIDAYS);
        write("order.yaml", "id: ORDER-1\n");
        fs::create_dir(folder.path().join("trial")).expect("a folder");
        for (index, rule) in rules.iter().enumerate() {
            let id = id_of(index);
            write(&format!("trial/{id}-rule.rhai"), &rule.script(&id));
        }
        let pack = Pack::open(&folder.path().display().to_string()).unwrap_or_else(|error| panic!("{error:#}"));
        Self { pack, _folder: folder }
    }

    /// Compiles the rules; an error tells all that are refused.
    pub(crate) fn compile(&self) -> Result<Bench<'_>, String> {
        let parameters = Parameters::new(&self.pack.manifest, &[]).expect("defaults");
        let scripts = self.pack.select(&[]).expect("all rules");
        let program = Program::compile(&self.pack, parameters, &scripts).map_err(|error| format!("{error:#}"))?;
        Ok(Bench { pack: &self.pack, program })
    }
}

/// Returns the id of a rule by its index.
pub(crate) fn id_of(index: usize) -> String {
    format!("TRY-{:04}", index + 1)
}

/// Compiled rules.
pub(crate) struct Bench<'p> {
    pack: &'p Pack,
    program: Program<'p>,
}

impl Bench<'_> {
    /// Runs the rule with this index.
    pub(crate) fn run(&self, index: usize, evidence: &Value) -> Found {
        self.run_on(index, &self.case(evidence))
    }

    pub(crate) fn run_on(&self, index: usize, case: &Case) -> Found {
        let outcome = self.program.run(case, &[index]).pop().expect("an outcome");
        Found::new(outcome, case)
    }

    pub(crate) fn case(&self, evidence: &Value) -> Case {
        let bytes = evidence.to_string();
        let bundle = Bundle::from_bytes("e.yaml", bytes.as_bytes(), &Limits::default());
        let bundle = bundle.unwrap_or_else(|error| panic!("{error:#}: {bytes}"));
        Case {
            bundle: Arc::new(Tree::bundle(bundle.document, &self.pack.schema)),
            attachments: Attachments::default(),
            stage: None,
            as_of: Day::parse("2024-07-01").expect("a date"),
            order: self.pack.order.tree.clone(),
        }
    }

    /// Returns the JSON Pointers that a rule may read, with `-` for every item.
    pub(crate) fn reads(&self, index: usize) -> BTreeSet<String> {
        let reads = self.program.reads().nth(index).expect("a rule");
        let own = reads.evidence.iter().filter(|path| path.subject == Subject::Bundle);
        own.map(|path| path.pointer.clone()).collect()
    }
}

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) result: &'static str,
    /// Demands that were evaluated for certain.
    pub(crate) demands: u64,
    /// JSON Pointers of what is absent and decides something.
    pub(crate) absent: BTreeSet<String>,
    /// The message and the place of each deviation.
    pub(crate) deviations: BTreeSet<(String, String)>,
    /// The message and the place of each question.
    pub(crate) questions: BTreeSet<(String, String)>,
    pub(crate) error: Option<String>,
    pub(crate) printed: String,
    /// All of it, to be compared.
    pub(crate) whole: String,
}

impl Found {
    fn new(outcome: Outcome, case: &Case) -> Self {
        let pointers = pointers(case.bundle.document.root());
        let pointer = |place: Place| match place.subject {
            Subject::Bundle => pointers[&place.node].clone(),
            Subject::Order => format!("order:{}", place.node.index()),
        };
        let of_kind = |kind: NoteKind| outcome.notes.iter().filter(move |note| note.kind == kind);
        let said = |note: &Note| (note.key.clone().unwrap_or_default(), pointer(note.place));
        let absent: BTreeSet<String> =
            of_kind(NoteKind::Missing).map(|note| format!("{}{}", pointer(note.place), note.tail)).collect();
        let deviations: BTreeSet<_> = of_kind(NoteKind::Deviation).map(said).collect();
        let questions: BTreeSet<_> = of_kind(NoteKind::Undetermined).map(said).collect();
        let is_unusable = of_kind(NoteKind::Unusable).next().is_some();
        let result = match &outcome.error {
            Some(_) => "error",
            None if !deviations.is_empty() || is_unusable => "fail",
            None if !absent.is_empty() => "missing",
            None if !questions.is_empty() => "undetermined",
            None if of_kind(NoteKind::Established).next().is_some() => "established",
            None if outcome.demands > 0 => "pass",
            None => "not-applicable",
        };
        Self {
            result,
            demands: outcome.demands,
            absent,
            deviations,
            questions,
            error: outcome.error.as_ref().map(|error| error.message.clone()),
            printed: outcome.printed.clone(),
            whole: format!("{outcome:?}"),
        }
    }

    /// Returns the messages of the deviations.
    pub(crate) fn sites(&self) -> BTreeSet<&str> {
        self.deviations.iter().map(|(site, _)| site.as_str()).collect()
    }

    /// Tells whether the rule neither passes nor has nothing to say.
    pub(crate) fn has_finding(&self) -> bool {
        !matches!(self.result, "pass" | "not-applicable")
    }
}

/// Returns the JSON Pointers of all nodes.
fn pointers(root: NodeRef<'_>) -> BTreeMap<NodeId, String> {
    let mut known = BTreeMap::new();
    let mut open = vec![(root, String::new())];
    while let Some((node, pointer)) = open.pop() {
        match node.kind() {
            Kind::Mapping => {
                open.extend(node.entries().map(|(key, value)| (value, format!("{pointer}/{}", key.text()))))
            }
            Kind::Sequence => {
                open.extend(node.items().enumerate().map(|(at, item)| (item, format!("{pointer}/{at}"))));
            }
            _ => {}
        }
        known.insert(node.id(), pointer);
    }
    known
}

/// Returns the paths of which none is above another.
pub(crate) fn deepest(paths: &BTreeSet<String>) -> BTreeSet<String> {
    let is_above =
        |path: &String, other: &String| other.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'));
    paths.iter().filter(|path| !paths.iter().any(|other| is_above(path, other))).cloned().collect()
}

/// Splits rules into packs, leaves out those that are refused, and hands over each pack; gives the refusals.
pub(crate) fn in_packs(rules: &[Rule], size: usize, mut work: impl FnMut(&Bench<'_>, &[Rule])) -> Vec<(Rule, String)> {
    let mut refused = Vec::new();
    for chunk in rules.chunks(size) {
        let mut rules = chunk.to_vec();
        while !rules.is_empty() {
            let trial = Trial::new(&rules);
            match trial.compile() {
                Ok(bench) => {
                    work(&bench, &rules);
                    break;
                }
                Err(error) => {
                    let is_refused = |index: &usize| error.contains(&format!("{}-rule.rhai", id_of(*index)));
                    let bad: Vec<usize> = (0..rules.len()).filter(is_refused).collect();
                    assert!(!bad.is_empty(), "{error}");
                    for index in bad.into_iter().rev() {
                        let name = format!("{}-rule.rhai", id_of(index));
                        let own = error.split("trial/").filter(|mistake| mistake.starts_with(&name));
                        refused.push((rules.remove(index), own.collect()));
                    }
                }
            }
        }
    }
    refused
}

/// Returns a number that is set in the environment.
pub(crate) fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

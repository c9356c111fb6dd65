//! The rules of the embedded pack on any bytes as evidence, and any text as a script: no panic, no more steps than are
//! allowed, and the same outcome of every rule again and in another order.

#![no_main]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{LazyLock, Mutex};

use gamsa::engine::{Case, Outcome, Program, on_worker};
use gamsa::evidence::{Day, Document};
use gamsa::load::{Attachments, Limits, document};
use gamsa::pack::{DEFAULT_PACK, Order, Pack, Parameters, Tree};
use libfuzzer_sys::{Corpus, fuzz_target};

/// Steps of a rule on any bundle, for each node, and between two looks at the limit.
const STEPS: u64 = 400_000;
const STEPS_PER_NODE: u64 = 400;
const OVERSHOOT: u64 = 100_000;
const ORDER: &[u8] = include_bytes!("../../../fixtures/rules/order.yaml");
/// What scripts run on.
const EVIDENCE: &[u8] = include_bytes!("../../../fixtures/hostile/evidence.yaml");
const SCRIPT: &str = "pre-test/PRE-03-any.rhai";
const META: &str = r##"const META = #{
    id: "PRE-03", title: #{ en: "Any", ko: "임의" }, control: "pre-test", severity: "low", stages: ["result"],
    basis: [#{ source: "own", status: "own" }],
    demand: #{ en: "Demand.", ko: "요구" }, remedy: #{ en: "Remedy.", ko: "조치" },
    says: #{ WORDS },
};
"##;

/// What rules found, for libFuzzer to count as coverage: the engine runs the same code for every line of a rule.
#[cfg_attr(target_os = "linux", unsafe(link_section = "__libfuzzer_extra_counters"))]
static FOUND: [AtomicU8; 1 << 14] = [const { AtomicU8::new(0) }; 1 << 14];

/// The thread that runs the rules, with a stack that is large enough for them.
static WORKER: LazyLock<Mutex<Worker>> = LazyLock::new(|| {
    let (input, inputs) = sync_channel(0);
    let (answers, answer) = sync_channel(0);
    std::thread::spawn(move || on_worker(move || work(&inputs, &answers)));
    Mutex::new(Worker { input, answer })
});

struct Worker {
    input: SyncSender<Vec<u8>>,
    /// Whether the input was evidence or a script.
    answer: Receiver<bool>,
}

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let worker = WORKER.lock().expect("one at a time");
    worker.input.send(bytes.to_owned()).expect("a worker");
    let is_read = worker.answer.recv().expect("an answer");
    if is_read { Corpus::Keep } else { Corpus::Reject }
});

fn work(inputs: &Receiver<Vec<u8>>, answers: &SyncSender<bool>) {
    let pack = Pack::open(DEFAULT_PACK).expect("the embedded pack");
    let order = Order::read("order.yaml", ORDER, &pack.schema).expect("an order");
    let rules = compile(&pack).expect("rules that compile");
    let cage = tempfile::tempdir().expect("temporary directory");
    furnish(cage.path());
    for bytes in inputs {
        let is_script = bytes.starts_with(b"//") || bytes.starts_with(b"fn ");
        let is_read = if is_script {
            std::str::from_utf8(&bytes).is_ok_and(|script| run_script(cage.path(), script, &order))
        } else {
            match document("bundle.yaml", &bytes, &Limits::default()) {
                Ok(evidence) => {
                    run(&rules, &pack, evidence, &order);
                    true
                }
                Err(_) => false,
            }
        };
        answers.send(is_read).expect("the fuzzer waits");
    }
}

/// Makes the rules of a pack ready to run; nothing if one is refused.
fn compile(pack: &Pack) -> Option<Program<'_>> {
    let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
    Program::compile(pack, parameters, &pack.select(&[]).expect("all rules")).ok()
}

/// Writes the files of a pack that has one control, and no rule yet.
fn furnish(folder: &Path) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules").join(DEFAULT_PACK);
    for name in ["pack.yaml", "order.yaml", "evidence.schema.yaml", "holidays.yaml"] {
        fs::copy(source.join(name), folder.join(name)).expect("a file of the pack");
    }
    let manifest = fs::read_to_string(folder.join("pack.yaml")).expect("a pack");
    let (head, rest) = manifest.split_once("controls:\n").expect("controls");
    let (controls, tail) = rest.split_once("\n\n").expect("an end");
    let own = controls.split("  - id: ").find(|control| control.starts_with("pre-test\n")).expect("the control");
    let manifest = format!("{head}controls:\n  - id: {}\n\n{tail}", own.trim_end());
    fs::write(folder.join("pack.yaml"), manifest).expect("written");
    fs::create_dir(folder.join("pre-test")).expect("a folder for rules");
}

/// Runs a script if it is one.
fn run_script(cage: &Path, script: &str, order: &Order) -> bool {
    let word = |key: &str| {
        if script.contains(&format!("\"{key}\"")) {
            format!("{key}: #{{ en: \"{{found}}\", ko: \"{{found}}\" }}, ")
        } else {
            String::new()
        }
    };
    let words = [word("ok"), word("big")].concat();
    fs::write(cage.join(SCRIPT), [META.replace("WORDS", &words).as_str(), script].concat()).expect("write");
    let pack = Pack::open(&cage.display().to_string()).expect("a pack");
    let Some(program) = compile(&pack) else { return false };
    let evidence = document("bundle.yaml", EVIDENCE, &Limits::default()).expect("evidence");
    run(&program, &pack, evidence, order);
    true
}

/// Runs all rules of a program, again, and from the last to the first.
fn run(program: &Program<'_>, pack: &Pack, evidence: Document, order: &Order) {
    let most = STEPS + STEPS_PER_NODE * evidence.node_count() as u64 + OVERSHOOT;
    let case = Case {
        bundle: Arc::new(Tree::bundle(evidence, &pack.schema)),
        attachments: Attachments::default(),
        stage: Some("result".to_owned()),
        as_of: Day::parse("2024-09-02").expect("a date"),
        order: order.tree.clone(),
    };
    let all: Vec<usize> = (0..program.rules().count()).collect();
    let outcomes = program.run(&case, &all);
    let backwards: Vec<usize> = all.iter().rev().copied().collect();
    let others = program.run(&case, &backwards);
    for (ours, theirs) in outcomes.iter().zip(others.iter().rev()) {
        assert_eq!(ours, theirs, "not the same in another order");
        assert!(ours.steps <= most, "{}: {} steps of {most}", ours.path, ours.steps);
        count(ours);
    }
    let double: Vec<usize> = all.iter().take(1).flat_map(|first| [*first, *first]).collect();
    for again in program.run(&case, &double) {
        assert_eq!(outcomes.first(), Some(&again), "not the same again");
    }
}

/// Counts each kind of finding of a rule, and how many demands it came to.
fn count(outcome: &Outcome) {
    let finding = |what: &str| {
        // FNV-1a.
        let bytes = outcome.path.bytes().chain(what.bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
        FOUND[hash as usize % FOUND.len()].fetch_add(1, Ordering::Relaxed);
    };
    for note in &outcome.notes {
        finding(&format!("{:?} {:?}", note.kind, note.script));
    }
    let error = outcome.error.as_ref().map(|error| error.position);
    finding(&format!("{error:?} {}", outcome.demands.min(8)));
}

//! The direct evaluator against the interpreter on any bytes as evidence: the same outcome of every rule.

#![no_main]

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{LazyLock, Mutex};

use gamsa::engine::{Case, Effort, Evaluator, Outcome, Program, on_worker};
use gamsa::evidence::Day;
use gamsa::load::{Attachments, Limits, document};
use gamsa::pack::{DEFAULT_PACK, Order, Pack, Parameters, Tree};
use libfuzzer_sys::{Corpus, fuzz_target};

/// Operations of the interpreter for one step of the direct evaluator, at most.
const OPERATIONS_PER_STEP: u64 = 4;
/// The interpreter is slow: an input is given to it with one in so many rules, as its length has it.
const INTERPRETED_EVERY: usize = 4;
const ORDER: &[u8] = include_bytes!("../../../fixtures/rules/order.yaml");

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
    /// Whether the input was evidence.
    answer: Receiver<bool>,
}

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let worker = WORKER.lock().expect("one at a time");
    worker.input.send(bytes.to_owned()).expect("a worker");
    let is_evidence = worker.answer.recv().expect("an answer");
    if is_evidence { Corpus::Keep } else { Corpus::Reject }
});

fn work(inputs: &Receiver<Vec<u8>>, answers: &SyncSender<bool>) {
    let pack = Pack::open(DEFAULT_PACK).expect("the embedded pack");
    let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
    let order = Order::read("order.yaml", ORDER, &pack.schema).expect("an order");
    let scripts = pack.select(&[]).expect("all rules");
    let [direct, interpreter] = [Evaluator::Direct, Evaluator::Interpreter]
        .map(|evaluator| Program::compile(&pack, parameters.clone(), &scripts, evaluator).expect("rules that compile"));
    let all: Vec<usize> = (0..scripts.len()).collect();
    for bytes in inputs {
        let document = document("bundle.yaml", &bytes, &Limits::default());
        let is_evidence = document.is_ok();
        if let Ok(document) = document {
            let bundle = Arc::new(Tree::bundle(document, &pack.schema));
            let outcomes = direct.run(case(&bundle, &order), &all);
            outcomes.iter().for_each(count);
            let first = bytes.len() % INTERPRETED_EVERY;
            let chosen: Vec<usize> = all.iter().copied().skip(first).step_by(INTERPRETED_EVERY).collect();
            for (theirs, at) in interpreter.run(case(&bundle, &order), &chosen).iter().zip(chosen) {
                compare(&outcomes[at], theirs);
            }
        }
        answers.send(is_evidence).expect("the fuzzer waits");
    }
}

fn case(bundle: &Arc<Tree>, order: &Order) -> Case {
    Case {
        bundle: bundle.clone(),
        attachments: Attachments::default(),
        stage: Some("result".to_owned()),
        as_of: Day::parse("2024-09-02").expect("a date"),
        order: order.tree.clone(),
    }
}

fn compare(ours: &Outcome, theirs: &Outcome) {
    assert_eq!(said(ours), said(theirs));
    if let (Effort::Direct(steps), Effort::Interpreted(operations)) = (ours.effort, theirs.effort) {
        assert!(operations <= OPERATIONS_PER_STEP * steps, "{}: {operations} for {steps}", ours.path);
    }
}

/// Everything that an outcome says, but not what it took.
fn said(outcome: &Outcome) -> impl PartialEq + Debug {
    let Outcome { path, demands, notes, dropped, printed, error, effort: _ } = outcome;
    (path, demands, notes, dropped, printed, error)
}

/// Counts each kind of finding of a rule, and how many demands it came to.
fn count(outcome: &Outcome) {
    let finding = |what: &str| {
        // FNV-1a, as in build.rs.
        let bytes = outcome.path.bytes().chain(what.bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
        FOUND[hash as usize % FOUND.len()].fetch_add(1, Ordering::Relaxed);
    };
    for note in &outcome.notes {
        finding(&format!("{:?} {:?}", note.kind, note.script));
    }
    finding(&format!("{:?} {} {}", outcome.error, outcome.demands.min(8), matches!(outcome.effort, Effort::Direct(_))));
}

//! What one bundle costs: `cargo bench`. The figures that were measured are in `docs/performance.md`.

#![expect(clippy::expect_used, reason = "a benchmark has nobody to tell but its user")]

use std::path::Path;
use std::sync::Arc;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use gamsa::assess::{Auditor, Request};
use gamsa::engine::{Case, Evaluator, Program};
use gamsa::evidence::Day;
use gamsa::language::Language;
use gamsa::load::{Bundle, Limits};
use gamsa::pack::{DEFAULT_PACK, Pack, Parameters, Tree};
use gamsa::report::{JsonWriter, NdjsonWriter, ReportWriter, Run, Summary, TextOptions, TextWriter};

const BUNDLES: [&str; 2] = ["fixtures/kakaotalk-2024-05", "fixtures/complete"];
/// The same pack twice: embedded it is read and compiled ahead, from its folder that is done now.
const PACKS: [&str; 2] = [DEFAULT_PACK, "rules/kakaotalk-2024"];
const EVALUATORS: [Evaluator; 2] = [Evaluator::Direct, Evaluator::Interpreter];

fn main() {
    // Rules need a large stack; the main thread's is not large enough.
    gamsa::engine::on_worker(divan::main).expect("a worker thread");
}

fn pack() -> Pack {
    Pack::open(DEFAULT_PACK).expect("the embedded pack")
}

fn request() -> Request {
    Request {
        as_of: Day::parse("2024-07-01").expect("a date"),
        stage: None,
        only: Vec::new(),
        evaluator: Evaluator::Direct,
        decisions: None,
    }
}

fn load(path: &str) -> Bundle {
    Bundle::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path), &Limits::default()).expect("a bundle")
}

// Cargo runs benchmarks in the folder of the package.
#[divan::bench(args = PACKS)]
fn open_pack(name: &str) -> Pack {
    Pack::open(name).expect("a pack")
}

#[divan::bench(args = PACKS)]
fn compile_rules(bencher: Bencher<'_, '_>, name: &str) {
    let pack = Pack::open(name).expect("a pack");
    let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
    bencher.bench_local(|| {
        black_box(Auditor::new(&pack, &pack.order, parameters.clone(), request()).expect("rules")).rules().len()
    });
}

#[divan::bench(args = BUNDLES)]
fn load_bundle(path: &str) -> Bundle {
    load(path)
}

/// The engine alone: the rules without loading, the schema, and what is made of outcomes.
#[divan::bench(args = EVALUATORS)]
fn run_rules(bencher: Bencher<'_, '_>, evaluator: Evaluator) {
    let pack = pack();
    let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
    let scripts = pack.select(&[]).expect("all rules");
    let program = Program::compile(&pack, &pack.order, parameters, &scripts, evaluator).expect("rules");
    let Bundle { document, attachments, .. } = load("fixtures/complete");
    let bundle = Arc::new(Tree::bundle(document, &pack.schema));
    let all: Vec<usize> = (0..scripts.len()).collect();
    let case = || Case {
        bundle: bundle.clone(),
        attachments: attachments.clone(),
        stage: Some("result".to_owned()),
        as_of: request().as_of,
    };
    bencher.counter(ItemsCount::new(all.len())).with_inputs(case).bench_local_values(|case| program.run(case, &all));
}

#[divan::bench(args = BUNDLES)]
fn assess_bundle(bencher: Bencher<'_, '_>, path: &str) {
    let pack = pack();
    let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
    let auditor = Auditor::new(&pack, &pack.order, parameters, request()).expect("rules");
    bencher.with_inputs(|| load(path)).bench_local_values(|bundle| auditor.assess(path, bundle));
}

#[divan::bench(args = BUNDLES)]
fn report_text(bencher: Bencher<'_, '_>, path: &str) {
    let options = TextOptions { language: Language::English, width: 100, is_quiet: false, is_verbose: false };
    report(bencher, path, &TextWriter(options));
}

#[divan::bench(args = BUNDLES)]
fn report_json(bencher: Bencher<'_, '_>, path: &str) {
    report(bencher, path, &JsonWriter::new(Language::English));
}

#[divan::bench(args = BUNDLES)]
fn report_ndjson(bencher: Bencher<'_, '_>, path: &str) {
    report(bencher, path, &NdjsonWriter::new(Language::English));
}

fn report(bencher: Bencher<'_, '_>, path: &str, writer: &dyn ReportWriter) {
    let pack = pack();
    let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
    let request = request();
    let auditor = Auditor::new(&pack, &pack.order, parameters.clone(), request.clone()).expect("rules");
    let assessment = auditor.assess(path, load(path));
    let run = Run { pack: &pack, order: &pack.order, parameters: &parameters, request: &request, is_single: true };
    let mut summary = Summary::default();
    summary.add(assessment.verdict);
    bencher.bench_local(|| {
        let mut out = Vec::new();
        writer.begin(&run, &mut out).expect("a buffer");
        writer.page(&run, &assessment, &mut out).expect("a buffer");
        writer.end(&run, &summary, true, &mut out).expect("a buffer");
        out.len()
    });
}

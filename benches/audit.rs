//! What one bundle costs: `cargo bench`. The figures that were measured are in `docs/performance.md`.

#![expect(clippy::expect_used, reason = "a benchmark has nobody to tell but its user")]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use gamsa::assess::{AsOf, Auditor, Request};
use gamsa::engine::{Case, Program};
use gamsa::evidence::Day;
use gamsa::language::Language;
use gamsa::load::{Bundle, Intake, Layout, Limits, document};
use gamsa::pack::{DEFAULT_PACK, Order, Pack, Parameters, Tree};
use gamsa::report::{JsonWriter, NdjsonWriter, ReportWriter, Run, Summary, TextOptions, TextWriter};

const BUNDLES: [&str; 3] = ["fixtures/kakaotalk-2024-05", "fixtures/complete", SUBMISSION];
/// The same pack twice: from the binary and from its folder.
const PACKS: [&str; 2] = [DEFAULT_PACK, "rules/kakaotalk-2024"];

fn main() {
    // Rules need a large stack; the main thread's is not large enough.
    gamsa::engine::on_worker(divan::main).expect("a worker thread");
}

fn pack() -> Pack {
    Pack::open(DEFAULT_PACK).expect("the embedded pack")
}

fn request() -> Request {
    Request {
        as_of: AsOf::Day(Day::parse("2024-07-01").expect("a date")),
        stage: None,
        only: Vec::new(),
        decisions: None,
    }
}

fn load(path: &str) -> Bundle {
    static LAYOUT: LazyLock<Layout> = LazyLock::new(|| pack().layout);
    let intake = Intake { layout: &LAYOUT, limits: &Limits::default(), stop: None };
    Bundle::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path), intake).expect("a bundle")
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

/// A submission of real size: its files, and the order that it answers.
const SUBMISSION: &str = "fixtures/hanbit-result";
const SUBMISSION_ORDER: &str = "fixtures/orders/hanbit-2024.yaml";

/// Parses the files of the submission, with the plain reader and with the general one; no file is read.
#[divan::bench(args = [true, false])]
fn parse_submission(bencher: Bencher<'_, '_>, plain_reader: bool) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(SUBMISSION);
    let walk = walkdir::WalkDir::new(root).sort_by_file_name().into_iter();
    let paths = walk.map(|entry| entry.expect("a file").into_path());
    let yaml = paths.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let files: Vec<Vec<u8>> = yaml.map(|path| std::fs::read(path).expect("a file")).collect();
    let limits = Limits { plain_reader, ..Limits::default() };
    let parse = |file: &Vec<u8>| document("evidence.yaml", file, &limits).expect("evidence").node_count();
    bencher.bench_local(|| files.iter().map(parse).sum::<usize>());
}

/// The engine alone on the submission: the rules without loading, the schema, and what is made of outcomes.
#[divan::bench]
fn run_rules(bencher: Bencher<'_, '_>) {
    let pack = pack();
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(SUBMISSION_ORDER)).expect("an order");
    let order = Order::read("order.yaml", &bytes, &pack.schema).expect("an order");
    let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
    let scripts = pack.select(&[]).expect("all rules");
    let program = Program::compile(&pack, parameters, &scripts).expect("rules");
    let Bundle { document, attachments, .. } = load(SUBMISSION);
    let bundle = Arc::new(Tree::bundle(document, &pack.schema));
    let all: Vec<usize> = (0..scripts.len()).collect();
    let case = || Case {
        bundle: bundle.clone(),
        attachments: attachments.clone(),
        stage: Some("result".to_owned()),
        as_of: Day::parse("2024-09-12").expect("a date"),
        order: order.tree.clone(),
    };
    bencher.counter(ItemsCount::new(all.len())).with_inputs(case).bench_local_values(|case| program.run(&case, &all));
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
    let run = Run { pack: &pack, orders: &[&pack.order], parameters: &parameters, request: &request, is_single: true };
    let mut summary = Summary::default();
    summary.add(assessment.verdict, assessment.duties.map(|duties| duties.verdict));
    bencher.bench_local(|| {
        let mut out = Vec::new();
        writer.begin(&run, &mut out).expect("a buffer");
        writer.page(&run, &assessment, &mut out).expect("a buffer");
        writer.end(&run, &summary, true, &mut out).expect("a buffer");
        out.len()
    });
}

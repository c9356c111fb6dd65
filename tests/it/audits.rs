//! Runs the program's own path from files to assessments, for tests.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use gamsa::assess::{AsOf, Assessment, Auditor, Request, unreadable};
use gamsa::evidence::Day;
use gamsa::load::{Bundle, Intake, Limits};
use gamsa::pack::{DEFAULT_PACK, Order, Pack, Parameters};

/// A pack with its defaults.
pub(crate) struct Bench {
    pub(crate) pack: Pack,
    pub(crate) parameters: Parameters,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let pack = Pack::open(DEFAULT_PACK).expect("the embedded pack");
        let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
        Self { pack, parameters }
    }

    /// Reads an order file of the fixtures; places in it are named by its path in the project.
    pub(crate) fn order(&self, path: &Path) -> Order {
        let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Order::read(&inside(path), &bytes, &self.pack.schema).expect("a valid order")
    }

    pub(crate) fn auditor<'b>(&'b self, order: &'b Order, request: Request) -> Auditor<'b> {
        Auditor::new(&self.pack, order, self.parameters.clone(), request).expect("the pack compiles")
    }
}

/// Asks for every rule on a date.
pub(crate) fn request(as_of: &str, stage: Option<&str>) -> Request {
    Request {
        as_of: AsOf::Day(Day::parse(as_of).expect("a date")),
        stage: stage.map(str::to_owned),
        only: Vec::new(),
        decisions: None,
    }
}

/// Audits one bundle of the fixtures; the assessment names it by its path in the project.
pub(crate) fn assess(auditor: &Auditor<'_>, path: &Path) -> Assessment {
    assess_with(path, |shown, bundle| auditor.assess(shown, bundle))
}

/// Audits one bundle of the fixtures by an order.
pub(crate) fn assess_by(auditor: &Auditor<'_>, order: &Order, path: &Path) -> Assessment {
    assess_with(path, |shown, bundle| auditor.assess_by(order, shown, bundle))
}

fn assess_with(path: &Path, judge: impl Fn(&str, Bundle) -> Assessment) -> Assessment {
    let shown = inside(path);
    match load(path, &Limits::default()) {
        Ok(bundle) => judge(&shown, bundle),
        Err(error) => unreadable(&shown, &error),
    }
}

/// Reads a bundle whose files are called by the keys of the embedded pack.
pub(crate) fn load(path: &Path, limits: &Limits) -> anyhow::Result<Bundle> {
    static PACK: LazyLock<Pack> = LazyLock::new(|| Pack::open(DEFAULT_PACK).expect("the embedded pack"));
    Bundle::load(path, Intake { layout: &PACK.layout, limits, stop: None })
}

/// Returns a path as it is in the project, so that snapshots hold no path of a machine.
fn inside(path: &Path) -> String {
    path.strip_prefix(project()).unwrap_or(path).display().to_string().replace('\\', "/")
}

pub(crate) fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn fixture(name: &str) -> PathBuf {
    project().join("fixtures").join(name)
}

/// Returns what a folder holds, in order.
pub(crate) fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

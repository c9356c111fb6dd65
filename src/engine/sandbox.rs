//! The one place that builds a Rhai engine, with every limit on what a script can do.
//!
//! Rhai's own limits leave gaps (measured on 1.27.0): operations inside closures called from native code are not
//! counted, `m[k] = v` escapes the limit on maps, and memory in all is not limited. Those gaps are closed here.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Once;
use std::time::{Duration, Instant};

use rhai::packages::{
    BasicArrayPackage, BasicIteratorPackage, BasicMathPackage, CorePackage, LogicPackage, MoreStringPackage, Package,
};
use rhai::{Dynamic, Engine, OptimizationLevel};

use super::memory;

/// The stack that a thread needs to run rules: dropping a long chain of closures recurses.
pub const WORKER_STACK_BYTES: usize = 64 << 20;

/// Operations that a rule may use on any bundle, and for each node of the bundle.
const OPERATIONS: u64 = 300_000;
const OPERATIONS_PER_NODE: u64 = 400;
/// Bytes that a rule may hold beyond what was allocated before it began.
const MEMORY_BYTES: isize = 128 << 20;
/// A backstop for native functions that take long; it does not decide the same way every time.
const SECONDS: u64 = 4;
const NODES_PER_SECOND: u64 = 50_000;
/// How many operations pass between two looks at the clock and the memory.
const CHECK_EVERY: u64 = 64;

const CALL_LEVELS: usize = 32;
const EXPRESSION_DEPTH: usize = 48;
const EXPRESSION_DEPTH_IN_FUNCTION: usize = 32;
const VARIABLES: usize = 256;
const FUNCTIONS: usize = 256;
const MODULES: usize = 32;
/// As long as one value of the evidence can be; memory in all is limited besides.
const STRING_BYTES: usize = 2 << 20;
const ITEMS: usize = 10_000;
/// Bytes of one script: Rhai's parser is quadratic in some of its parts.
pub(super) const SCRIPT_BYTES: usize = 32 << 10;

/// Words that are not part of the rule language.
const DISABLED: [&str; 11] = ["eval", "curry", "Fn", "import", "export", "try", "catch", "??", "?.", "?[", "sync"];

/// Counts what the rule that runs has used.
#[derive(Debug, Default)]
pub(super) struct Meter {
    used: Cell<u64>,
    allowed: Cell<u64>,
    memory_before: Cell<isize>,
    deadline: Cell<Option<Instant>>,
}

impl Meter {
    /// Starts to count for a rule on a bundle of so many nodes.
    pub(super) fn start(&self, nodes: usize) {
        let nodes = nodes as u64;
        self.used.set(0);
        self.allowed.set(OPERATIONS + OPERATIONS_PER_NODE * nodes);
        self.memory_before.set(memory::live_bytes());
        self.deadline.set(Some(Instant::now() + Duration::from_secs(SECONDS + nodes / NODES_PER_SECOND)));
    }

    /// Returns the operations counted so far.
    pub(super) fn used(&self) -> u64 {
        self.used.get()
    }

    /// Counts one operation; gives the limit that is passed.
    fn tick(&self) -> Option<String> {
        let used = self.used.get() + 1;
        self.used.set(used);
        if used > self.allowed.get() {
            return Some(format!("more than {} operations", self.allowed.get()));
        }
        // A single operation can allocate much, so memory is looked at every time; it is one thread-local read.
        if memory::live_bytes() - self.memory_before.get() > MEMORY_BYTES {
            return Some(format!("more than {} MiB of memory", MEMORY_BYTES >> 20));
        }
        if used.is_multiple_of(CHECK_EVERY) && self.deadline.get().is_some_and(|deadline| Instant::now() > deadline) {
            return Some("more time than a rule may take".to_owned());
        }
        None
    }
}

/// Builds an engine that knows the language but none of gamsa's functions.
pub(super) fn engine(meter: &Rc<Meter>) -> Engine {
    fix_hashes();
    let mut engine = Engine::new_raw();
    CorePackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicMathPackage::new().register_into_engine(&mut engine);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicIteratorPackage::new().register_into_engine(&mut engine);
    MoreStringPackage::new().register_into_engine(&mut engine);

    // What is read is what runs: no folding of comparisons whose operands are absent.
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_strict_variables(true);
    engine.set_max_call_levels(CALL_LEVELS);
    engine.set_max_expr_depths(EXPRESSION_DEPTH, EXPRESSION_DEPTH_IN_FUNCTION);
    engine.set_max_variables(VARIABLES);
    engine.set_max_functions(FUNCTIONS);
    engine.set_max_modules(MODULES);
    engine.set_max_string_size(STRING_BYTES);
    engine.set_max_array_size(ITEMS);
    engine.set_max_map_size(ITEMS);
    for word in DISABLED {
        engine.disable_symbol(word);
    }
    let meter = meter.clone();
    engine.on_progress(move |_| meter.tick().map(Dynamic::from));
    engine
}

/// Runs `work` on a thread whose stack is large enough for rules.
///
/// # Errors
/// The thread cannot be started.
pub fn on_worker<T: Send>(work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(WORKER_STACK_BYTES).spawn_scoped(scope, work)?;
        worker.join().map_err(|_| std::io::Error::other("the worker thread panicked"))
    })
}

/// Makes closure names and the order of functions the same in every run.
fn fix_hashes() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Fails only if another user of Rhai in the same process was first; then names differ, results do not.
        let _ = rhai::config::hashing::set_hashing_seed(Some([0x6761, 0x6d73, 0x61, 1]));
    });
}

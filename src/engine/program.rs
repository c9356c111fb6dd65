//! The compiled rules of a pack, and how one of them runs on a bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use anyhow::{Result, bail};
use rhai::{AST, CallFnOptions, Dynamic, Engine, EvalAltResult, Module, Scope};

use super::direct::Plans;
use super::handle::ABSENT_TYPE;
use super::recorder::{Absence, Note, NoteKind, Record, Recorder, ScriptPosition};
use super::sandbox::{self, Meter, SCRIPT_BYTES};
use super::script_check::{self, Functions, Known, Role};
use super::{absence, comparison, lists, reading, script_meta, times, verbs};
use crate::evidence::Day;
use crate::load::Attachment;
use crate::pack::{Order, Pack, Parameters, RuleMeta, Script, Tree};

/// Characters of an error text from a script that are kept.
const ERROR_CHARS: usize = 300;

/// The rules of a pack, ready to run; one for each thread.
pub struct Program {
    engine: Engine,
    rules: Vec<(CompiledRule, AST)>,
    /// The same rules for the direct evaluator, if it is used.
    plans: Option<Plans>,
    recorder: Rc<Recorder>,
    meter: Rc<Meter>,
}

/// What runs the rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evaluator {
    /// The direct evaluator, and the interpreter where that gives up.
    #[default]
    Direct,
    /// The interpreter only.
    Interpreter,
}

/// A rule that can run.
#[derive(Debug)]
pub struct CompiledRule {
    /// What it says about itself.
    pub meta: RuleMeta,
    /// The path of its script inside the pack.
    pub path: String,
    /// Names of the parameters that it reads.
    pub parameters: Vec<String>,
}

/// What rules run on.
#[derive(Debug)]
pub struct Case {
    /// The evidence.
    pub bundle: Arc<Tree>,
    /// Files handed in beside it.
    pub attachments: Vec<Attachment>,
    /// The stage that the bundle is judged at, if it is known.
    pub stage: Option<String>,
    /// The date of judgement.
    pub as_of: Day,
}

/// What one rule found on one bundle.
#[derive(Debug)]
pub struct Outcome {
    /// The path of the rule's script inside the pack.
    pub path: String,
    /// Demands that were evaluated.
    pub demands: u64,
    /// Findings in the order they were made, then absent paths that were read.
    pub notes: Vec<Note>,
    /// Findings beyond those that are kept, by kind.
    pub dropped: BTreeMap<NoteKind, u64>,
    /// What the script printed.
    pub printed: String,
    /// Why the rule could not be run to its end.
    pub error: Option<ScriptError>,
    /// What it took to run the rule.
    pub effort: Effort,
}

/// What it took to run a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Steps of the direct evaluator.
    Direct(u64),
    /// Operations of the interpreter.
    Interpreted(u64),
}

/// A mistake of a rule, or a limit that it hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// What went wrong.
    pub message: String,
    /// The script, as a path inside the pack.
    pub path: String,
    /// Where in the script.
    pub position: Option<ScriptPosition>,
}

impl Program {
    /// Compiles rules of a pack against an order.
    ///
    /// # Errors
    /// A script does not parse or breaks a rule of the language; every mistake of every script is named.
    pub fn compile(
        pack: &Pack,
        order: &Order,
        parameters: Parameters,
        scripts: &[&Script],
        evaluator: Evaluator,
    ) -> Result<Self> {
        let meter = Rc::new(Meter::default());
        let recorder = Rc::new(Recorder::new(pack, order, parameters));
        let mut engine = sandbox::engine(&meter);
        reading::register(&mut engine);
        lists::register(&mut engine);
        absence::register(&mut engine);
        comparison::register(&mut engine);
        times::register(&mut engine, &recorder);
        verbs::register(&mut engine, &recorder);

        let mut compiler = Compiler {
            pack,
            library: BTreeMap::new(),
            library_trees: Vec::new(),
            properties: BTreeSet::new(),
            mistakes: Vec::new(),
        };
        meter.start(0);
        compiler.library(&mut engine);
        let rules = compiler.rules(&engine, scripts);
        if !compiler.mistakes.is_empty() {
            bail!("{}", compiler.mistakes.join("\n"));
        }
        for name in &compiler.properties {
            reading::register_property(&mut engine, name);
        }
        let plans = (evaluator == Evaluator::Direct).then(|| plans(&compiler.library_trees, &rules));
        Ok(Self { engine, rules, plans, recorder, meter })
    }

    /// Returns the rules in the order of the pack's controls, then by id.
    pub fn rules(&self) -> impl Iterator<Item = &CompiledRule> {
        self.rules.iter().map(|(rule, _)| rule)
    }

    /// Runs the rules that are chosen on one bundle; each choice is an index into [`Program::rules`].
    pub fn run(&self, case: Case, chosen: &[usize]) -> Vec<Outcome> {
        let nodes = case.bundle.document.node_count();
        self.recorder.set_case(Some(Rc::new(case)));
        let outcomes = chosen.iter().filter_map(|index| self.run_one(*index, nodes)).collect();
        self.recorder.set_case(None);
        outcomes
    }

    fn run_one(&self, index: usize, nodes: usize) -> Option<Outcome> {
        let (rule, ast) = self.rules.get(index)?;
        self.recorder.restart();
        if let Some(steps) = self.run_plan(index) {
            return Some(outcome(rule, self.recorder.restart(), None, Effort::Direct(steps)));
        }
        self.recorder.restart();
        self.meter.start(nodes);
        // Nothing of a run that panics is used again but the record, which is read below.
        let ended = catch_unwind(AssertUnwindSafe(|| self.call(ast)));
        let record = self.recorder.restart();
        let ended = match ended {
            Ok(Ok(())) => record.fault.clone().map(|message| (message, None)),
            Ok(Err(error)) if is_about_absence(&error) && !record.absent.is_empty() => None,
            Ok(Err(error)) => Some(describe(&error)),
            Err(_) => Some(("the rule made the engine panic".to_owned(), None)),
        };
        let error = ended.map(|(message, position)| ScriptError { message, path: rule.path.clone(), position });
        Some(outcome(rule, record, error, Effort::Interpreted(self.meter.used())))
    }

    /// Runs a rule without the interpreter; gives the steps if it came to its end.
    fn run_plan(&self, index: usize) -> Option<u64> {
        let (plans, case) = (self.plans.as_ref()?, self.recorder.case()?);
        // A panic is given up like anything else that is out of the ordinary: the interpreter reports it.
        catch_unwind(AssertUnwindSafe(|| plans.run(index, &self.recorder, &case.bundle))).ok().flatten()
    }

    fn call(&self, ast: &AST) -> Result<(), Box<EvalAltResult>> {
        let Some((bundle, order)) = reading::roots(&self.recorder) else {
            return Err("no bundle is being judged".into());
        };
        let options = CallFnOptions::new().eval_ast(false);
        let mut scope = Scope::new();
        let _: Dynamic = self.engine.call_fn_with_options(options, &mut scope, ast, "check", (bundle, order))?;
        Ok(())
    }
}

struct Compiler<'p> {
    pack: &'p Pack,
    /// Functions of each library module.
    library: BTreeMap<String, Functions>,
    library_trees: Vec<(String, AST)>,
    properties: BTreeSet<String>,
    mistakes: Vec<String>,
}

impl Compiler<'_> {
    fn library(&mut self, engine: &mut Engine) {
        for (name, script) in &self.pack.library {
            let Some(ast) = self.parse(engine, script) else { continue };
            self.library.insert(name.clone(), script_check::functions(&ast));
            let before = self.mistakes.len();
            self.check(script, &ast, Role::Library);
            if self.mistakes.len() > before {
                continue;
            }
            match Module::eval_ast_as_new(Scope::new(), &ast, engine) {
                Ok(module) => {
                    engine.register_static_module(name, module.into());
                    self.library_trees.push((name.clone(), ast));
                }
                Err(error) => self.mistakes.push(format!("{}: {}", script.path, describe(&error).0)),
            }
        }
    }

    fn rules(&mut self, engine: &Engine, scripts: &[&Script]) -> Vec<(CompiledRule, AST)> {
        let mut rules: Vec<(CompiledRule, AST)> = Vec::new();
        for script in scripts {
            let Some(ast) = self.parse(engine, script) else { continue };
            match script_meta::read(&ast, script, &self.pack.manifest) {
                Ok(meta) => {
                    self.check(script, &ast, Role::Rule(&meta));
                    let parameters = script_check::parameters(&ast);
                    rules.push((CompiledRule { meta, path: script.path.clone(), parameters }, ast));
                }
                Err(error) => self.mistakes.push(format!("{}:{}: {error:#}", script.path, script_meta::line(&ast))),
            }
        }
        let rank = |rule: &CompiledRule| self.pack.manifest.controls.iter().position(|c| c.id == rule.meta.control);
        rules.sort_by(|(a, _), (b, _)| rank(a).cmp(&rank(b)).then_with(|| a.meta.id.cmp(&b.meta.id)));
        let mut by_id: BTreeMap<&str, &str> = BTreeMap::new();
        for (rule, _) in &rules {
            if let Some(first) = by_id.insert(&rule.meta.id, &rule.path) {
                let message = format!("{}: the id {} is already that of {first}", rule.path, rule.meta.id);
                self.mistakes.push(message);
            }
        }
        rules
    }

    fn parse(&mut self, engine: &Engine, script: &Script) -> Option<AST> {
        if script.source.len() > SCRIPT_BYTES {
            let bytes = script.source.len();
            self.mistakes.push(format!("{}: {bytes} bytes, a script has at most {SCRIPT_BYTES}", script.path));
            return None;
        }
        match engine.compile(&script.source) {
            Ok(mut ast) => {
                ast.set_source(script.path.as_str());
                self.properties.extend(script_check::properties(&ast));
                Some(ast)
            }
            Err(error) => {
                let position = error.position();
                let (line, column) = (position.line().unwrap_or(1), position.position().unwrap_or(1));
                self.mistakes.push(format!(
                    "{}:{line}:{column}: {}",
                    script.path,
                    shorten(&error.err_type().to_string())
                ));
                None
            }
        }
    }

    fn check(&mut self, script: &Script, ast: &AST, role: Role<'_>) {
        let known = Known { schema: &self.pack.schema, manifest: &self.pack.manifest, library: &self.library };
        self.mistakes.extend(script_check::check(ast, &script.path, &known, role));
    }
}

fn plans(library: &[(String, AST)], rules: &[(CompiledRule, AST)]) -> Plans {
    let mut plans = Plans::default();
    library.iter().for_each(|(name, ast)| plans.add_library(name, ast));
    rules.iter().for_each(|(_, ast)| plans.add_rule(ast));
    plans
}

fn outcome(rule: &CompiledRule, record: Record, error: Option<ScriptError>, effort: Effort) -> Outcome {
    let mut notes = record.notes;
    let absent: Vec<Note> = record.absent.values().map(Absence::note).collect();
    for note in &absent {
        if !notes.iter().chain(&absent).any(|other| tells_more(other, note)) && !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    let Record { demands, dropped, printed, .. } = record;
    Outcome { path: rule.path.clone(), demands, notes, dropped, printed, error, effort }
}

/// Tells whether a finding says all that an absent path says: it is about the same path, or about one below it.
fn tells_more(finding: &Note, absent: &Note) -> bool {
    let is_same = finding.kind == absent.kind && finding.place == absent.place;
    let deeper = finding.tail.strip_prefix(&absent.tail);
    let is_demand = finding.script.is_some();
    is_same && deeper.is_some_and(|rest| if rest.is_empty() { is_demand } else { rest.starts_with('/') })
}

/// Tells whether a rule ended because it used an absent value as a condition or in a function that does not know
/// absent values: the absence is its finding.
fn is_about_absence(error: &EvalAltResult) -> bool {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => is_about_absence(inner),
        EvalAltResult::ErrorMismatchDataType(_, actual, _) => actual.contains("Missing") || actual == ABSENT_TYPE,
        EvalAltResult::ErrorFunctionNotFound(signature, _) => signature.contains(ABSENT_TYPE),
        _ => false,
    }
}

/// Returns the innermost message of an error and where it happened.
fn describe(error: &EvalAltResult) -> (String, Option<ScriptPosition>) {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) | EvalAltResult::ErrorInModule(_, inner, _) => {
            describe(inner)
        }
        EvalAltResult::ErrorTerminated(reason, position) => {
            (format!("the rule used {reason}"), ScriptPosition::of(*position))
        }
        EvalAltResult::ErrorRuntime(thrown, position) => {
            let thrown = if thrown.is_string() { thrown.to_string() } else { comparison::type_name(thrown).to_owned() };
            (shorten(&thrown), ScriptPosition::of(*position))
        }
        EvalAltResult::ErrorDataRace(_, position) => {
            let message = "a closure uses the variable whose function it is given to; put the list into a variable \
                           of its own first";
            (message.to_owned(), ScriptPosition::of(*position))
        }
        error => {
            let mut bare = error.to_string();
            if let Some(at) = bare.rfind(" (line ") {
                bare.truncate(at);
            }
            (shorten(&bare), ScriptPosition::of(error.position()))
        }
    }
}

fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(ERROR_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(ERROR_CHARS).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Limits, document};
    use crate::pack::DEFAULT_PACK;

    #[test]
    fn a_rule_that_panics_is_an_error_and_the_rest_go_on() {
        let pack = Pack::open(DEFAULT_PACK).expect("the embedded pack");
        let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
        let scripts = pack.select(&[]).expect("all rules");
        let mut program = Program::compile(&pack, &pack.order, parameters, &scripts, Evaluator::Interpreter)
            .expect("rules that compile");
        // Nothing in the language panics; a native function that does stands for a fault of the engine.
        program.engine.register_fn("ensure_usable", |_: super::super::handle::Evidence| panic!("a fault"));
        let document = document("e.yaml", b"operator: {name: A}", &Limits::default()).expect("evidence");
        let case = Case {
            bundle: Arc::new(Tree::bundle(document, &pack.schema)),
            attachments: Vec::new(),
            stage: None,
            as_of: Day::parse("2024-07-01").expect("a date"),
        };
        let ids: Vec<String> = program.rules().map(|rule| rule.meta.id.clone()).collect();
        let chosen: Vec<usize> = (0..ids.len()).collect();
        for (id, outcome) in ids.iter().zip(program.run(case, &chosen)) {
            let message = outcome.error.map(|error| error.message);
            let expected = (id == "INT-01").then(|| "the rule made the engine panic".to_owned());
            assert_eq!(message, expected, "{id}");
        }
    }
}

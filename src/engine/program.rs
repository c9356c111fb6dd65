//! The rules of a pack, ready to run, and how they run on a bundle.

use std::cell::OnceCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use anyhow::Result;
use bumpalo::Bump;
use serde::{Deserialize, Serialize};

use super::ahead;
use super::direct::{FunctionId, Functions, Run};
use super::evidence_read::{self, Reads};
use super::interpreter::Interpreter;
use super::outcome::{Effort, Outcome, ScriptError};
use super::recorder::Recorder;
use crate::evidence::Day;
use crate::load::Attachment;
use crate::pack::{Order, Pack, Parameters, RuleMeta, Script, Tree};

/// The rules of a pack, ready to run; one for each thread.
pub struct Program<'p> {
    pack: &'p Pack,
    rules: Vec<Rule<'p>>,
    /// What the direct evaluator runs.
    functions: Functions,
    /// All rules, where they were compiled and checked together.
    interpreter: Option<Interpreter>,
    recorder: Rc<Recorder>,
}

struct Rule<'p> {
    compiled: CompiledRule,
    script: &'p Script,
    /// Its `check` for the direct evaluator, if that is used.
    check: Option<FunctionId>,
    /// The rule alone, where it was compiled ahead and the direct evaluator gave it up.
    alone: OnceCell<Result<Interpreter>>,
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompiledRule {
    /// What it says about itself.
    pub meta: RuleMeta,
    /// The path of its script inside the pack.
    pub path: String,
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

impl<'p> Program<'p> {
    /// Makes rules of a pack ready to run against an order.
    ///
    /// The rules of an embedded pack have been compiled ahead; those of any other pack are compiled and checked now.
    ///
    /// # Errors
    /// A script does not parse or breaks a rule of the language; every mistake of every script is named.
    pub fn compile(
        pack: &'p Pack,
        order: &Order,
        parameters: Parameters,
        scripts: &[&'p Script],
        evaluator: Evaluator,
    ) -> Result<Self> {
        let recorder = Rc::new(Recorder::new(pack, order, parameters));
        if evaluator == Evaluator::Direct
            && let Some((compiled, functions)) = ahead::read(pack, scripts)
        {
            let rules = compiled.into_iter().filter_map(|(compiled, check)| rule(compiled, Some(check), scripts));
            return Ok(Self { pack, rules: rules.collect(), functions, interpreter: None, recorder });
        }
        let interpreter = Interpreter::compile(pack, &recorder, scripts)?;
        let mut functions = Functions::default();
        let mut rules = Vec::new();
        if evaluator == Evaluator::Direct {
            functions.add_library(&interpreter.library);
        }
        for (compiled, ast) in &interpreter.rules {
            let check = if evaluator == Evaluator::Direct { functions.add_rule(ast) } else { None };
            rules.extend(rule(compiled.clone(), check, scripts));
        }
        Ok(Self { pack, rules, functions, interpreter: Some(interpreter), recorder })
    }

    /// Returns the rules in the order of the pack's controls, then by id.
    pub fn rules(&self) -> impl Iterator<Item = &CompiledRule> {
        self.rules.iter().map(|rule| &rule.compiled)
    }

    /// Returns what each rule reads, in the order of [`Program::rules`]. It is told from the syntax trees: nothing is run.
    ///
    /// # Errors
    /// A rule reads a field where the schema has none; every such place is named.
    pub fn reads(&self) -> Result<Vec<Reads>> {
        let of = |Interpreter { library, rules, .. }: &Interpreter| {
            evidence_read::of_rules(&self.pack.schema, library, rules.iter().map(|(_, ast)| ast))
        };
        match &self.interpreter {
            Some(interpreter) => of(interpreter),
            None => {
                let scripts: Vec<&Script> = self.rules.iter().map(|rule| rule.script).collect();
                of(&Interpreter::compile(self.pack, &self.recorder, &scripts)?)
            }
        }
    }

    /// Runs the rules that are chosen on one bundle; each choice is an index into [`Program::rules`].
    pub fn run(&self, mut case: Case, chosen: &[usize]) -> Vec<Outcome> {
        case.attachments.sort_by(|a, b| a.path.cmp(&b.path));
        let bundle = case.bundle.clone();
        self.recorder.set_case(Some(Rc::new(case)));
        let arena = Bump::new();
        let mut direct = self.functions.on(&self.recorder, &bundle, &arena);
        let outcomes = chosen.iter().filter_map(|index| self.run_one(*index, &bundle, &mut direct)).collect();
        self.recorder.set_case(None);
        outcomes
    }

    fn run_one(&self, index: usize, bundle: &Arc<Tree>, direct: &mut Run<'_>) -> Option<Outcome> {
        let rule = self.rules.get(index)?;
        if let Some(steps) = self.run_directly(rule, direct) {
            let record = self.recorder.restart();
            return Some(Outcome::of(&rule.compiled.path, record, None, Effort::Direct(steps)));
        }
        let nodes = bundle.document.node_count();
        if let Some(interpreter) = &self.interpreter {
            return interpreter.run(index, nodes);
        }
        let alone = rule.alone.get_or_init(|| Interpreter::compile(self.pack, &self.recorder, &[rule.script]));
        match alone {
            Ok(interpreter) => interpreter.run(0, nodes),
            Err(error) => {
                let path = rule.compiled.path.clone();
                let error = ScriptError { message: format!("{error:#}"), path, position: None };
                let record = self.recorder.restart();
                Some(Outcome::of(&rule.compiled.path, record, Some(error), Effort::Interpreted(0)))
            }
        }
    }

    /// Runs a rule without the interpreter; gives the steps if it came to its end.
    fn run_directly(&self, rule: &Rule<'_>, direct: &mut Run<'_>) -> Option<u64> {
        let check = rule.check?;
        self.recorder.restart();
        // A panic is given up like anything else that is out of the ordinary: the interpreter reports it.
        catch_unwind(AssertUnwindSafe(|| direct.rule(check))).ok().flatten()
    }
}

fn rule<'p>(compiled: CompiledRule, check: Option<FunctionId>, scripts: &[&'p Script]) -> Option<Rule<'p>> {
    let script = scripts.iter().find(|script| script.path == compiled.path)?;
    Some(Rule { compiled, script, check, alone: OnceCell::new() })
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
        program
            .interpreter
            .as_mut()
            .expect("an interpreter")
            .engine
            .register_fn("ensure_usable", |_: super::super::handle::Evidence| panic!("a fault"));
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

//! The interpreter of rules: a sandboxed Rhai engine with the functions of gamsa, and the checked scripts of a pack.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use anyhow::Result;
use rhai::{AST, CallFnOptions, Dynamic, Engine, EvalAltResult, Module, Scope};

use super::outcome::{Effort, Outcome, ScriptError, describe, is_about_absence, shorten};
use super::program::CompiledRule;
use super::recorder::Recorder;
use super::sandbox::{self, Meter, SCRIPT_BYTES};
use super::script_check::{self, Functions, Known, Role};
use super::{absence, comparison, lists, reading, script_meta, times, verbs};
use crate::error::Mistakes;
use crate::pack::{Pack, Script};

/// Scripts of a pack that the interpreter can run.
pub(super) struct Interpreter {
    pub(super) engine: Engine,
    /// In the order of the pack's controls, then by id.
    pub(super) rules: Vec<(CompiledRule, AST)>,
    /// The library modules, in the order of their names.
    pub(super) library: Vec<(String, AST)>,
    recorder: Rc<Recorder>,
    meter: Rc<Meter>,
}

impl Interpreter {
    /// Compiles and checks rules of a pack.
    ///
    /// # Errors
    /// A script does not parse or breaks a rule of the language; every mistake of every script is named.
    pub(super) fn compile(pack: &Pack, recorder: &Rc<Recorder>, scripts: &[&Script]) -> Result<Self> {
        let meter = Rc::new(Meter::default());
        let mut engine = sandbox::engine(&meter);
        reading::register(&mut engine);
        lists::register(&mut engine);
        absence::register(&mut engine);
        comparison::register(&mut engine);
        times::register(&mut engine, recorder);
        verbs::register(&mut engine, recorder);

        let mut compiler = Compiler {
            pack,
            functions: BTreeMap::new(),
            library: Vec::new(),
            properties: BTreeSet::new(),
            mistakes: Vec::new(),
        };
        meter.start(0);
        compiler.library(&mut engine);
        let rules = compiler.rules(&engine, scripts);
        if !compiler.mistakes.is_empty() {
            return Err(Mistakes(compiler.mistakes).into());
        }
        for name in &compiler.properties {
            reading::register_property(&mut engine, name);
        }
        Ok(Self { engine, rules, library: compiler.library, recorder: recorder.clone(), meter })
    }

    /// Runs one rule on the bundle that the recorder holds.
    pub(super) fn run(&self, index: usize, nodes: usize) -> Option<Outcome> {
        let (rule, ast) = self.rules.get(index)?;
        self.recorder.restart();
        self.meter.start(nodes);
        // Nothing of a run that panics is used again but the record, which is read below.
        let ended = catch_unwind(AssertUnwindSafe(|| self.call(ast)));
        let record = self.recorder.restart();
        let ended = match ended {
            Ok(Ok(())) => record.fault.clone().map(|message| (message, None)),
            Ok(Err(error)) if is_about_absence(&error) && record.absences().next().is_some() => None,
            Ok(Err(error)) => Some(describe(&error)),
            Err(_) => Some(("the rule made the engine panic".to_owned(), None)),
        };
        let error = ended.map(|(message, position)| ScriptError { message, path: rule.path.clone(), position });
        Some(Outcome::of(&rule.path, record, error, Effort::Interpreted(self.meter.used())))
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
    functions: BTreeMap<String, Functions>,
    library: Vec<(String, AST)>,
    properties: BTreeSet<String>,
    mistakes: Vec<String>,
}

impl Compiler<'_> {
    fn library(&mut self, engine: &mut Engine) {
        for (name, script) in &self.pack.library {
            let Some(ast) = self.parse(engine, script) else { continue };
            self.functions.insert(name.clone(), script_check::functions(&ast));
            let before = self.mistakes.len();
            self.check(script, &ast, Role::Library);
            if self.mistakes.len() > before {
                continue;
            }
            match Module::eval_ast_as_new(Scope::new(), &ast, engine) {
                Ok(module) => {
                    engine.register_static_module(name, module.into());
                    self.library.push((name.clone(), ast));
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
                    rules.push((CompiledRule { meta, path: script.path.clone() }, ast));
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
        if script.source().len() > SCRIPT_BYTES {
            let bytes = script.source().len();
            self.mistakes.push(format!("{}: {bytes} bytes, a script has at most {SCRIPT_BYTES}", script.path));
            return None;
        }
        match engine.compile(script.source()) {
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
        let known = Known { schema: &self.pack.schema, manifest: &self.pack.manifest, library: &self.functions };
        self.mistakes.extend(script_check::check(ast, &script.path, &known, role));
    }
}

//! The rules of a pack, ready to run, and how they run on a bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Result;
use bumpalo::Bump;

use super::calls;
use super::check::{self, Reads};
use super::eval::{EvalContext, Evaluator};
use super::ir::{FileId, FunctionId, Module};
use super::mistake::Mistake;
use super::outcome::{Outcome, ScriptError, unreported};
use super::syntax::{self, Library, Lowered, Meta, Parsed, Parser, Role};
use super::threads::in_runs;
use crate::error::Mistakes;
use crate::evidence::Day;
use crate::language::text;
use crate::load::Attachments;
use crate::pack::{Pack, Parameters, RuleMeta, Script, Tree};

/// The rules of a pack, ready to run; all threads share one.
pub struct Program<'p> {
    pack: &'p Pack,
    parameters: Parameters,
    module: Module,
    rules: Vec<Rule>,
}

struct Rule {
    compiled: CompiledRule,
    check: FunctionId,
    reads: Reads,
}

/// A rule that can run.
#[derive(Clone, Debug)]
pub struct CompiledRule {
    /// What it says about itself.
    pub meta: Arc<RuleMeta>,
    /// The path of its script inside the pack.
    pub path: String,
}

/// What rules run on.
#[derive(Debug)]
pub struct Case {
    /// The evidence.
    pub bundle: Arc<Tree>,
    /// Files handed in beside it.
    pub attachments: Attachments,
    /// The stage that the bundle is judged at, if it is known.
    pub stage: Option<String>,
    /// The date of judgement.
    pub as_of: Day,
    /// What the authority decided.
    pub order: Arc<Tree>,
}

impl<'p> Program<'p> {
    /// Makes rules of a pack ready to run.
    ///
    /// # Errors
    /// A script does not parse or breaks a rule of the language; every mistake of every script is named.
    pub fn compile(pack: &'p Pack, parameters: Parameters, scripts: &[&'p Script]) -> Result<Self> {
        let mut compiler = Compiler {
            pack,
            module: Module::default(),
            library: Library::default(),
            mistakes: Vec::new(),
            checks: Vec::new(),
        };
        let library: Vec<&Script> = pack.library.values().collect();
        let form = pack.form_rule();
        let asks_for_form = scripts.iter().any(|script| std::ptr::eq(*script, form));
        let scripts: Vec<&Script> = scripts.iter().copied().filter(|script| !std::ptr::eq(*script, form)).collect();
        let parsed = parse_all(&library.iter().chain([&form]).chain(&scripts).copied().collect::<Vec<_>>());
        let mut parsed = parsed.into_iter();
        let modules: Vec<_> = parsed.by_ref().take(library.len()).collect();
        // Rules refer to names of `pack.yaml` throughout; without it, only what does not parse is a mistake for sure.
        let mut form_check = None;
        let rules = if pack.readable.manifest {
            compiler.library(modules);
            form_check = parsed.next().and_then(|parsed| compiler.form(parsed));
            compiler.rules(&scripts, parsed.collect())
        } else {
            compiler.mistakes =
                modules.into_iter().chain(parsed).filter_map(Result::err).map(|mistake| *mistake).collect();
            Vec::new()
        };
        let Compiler { mut module, mut mistakes, mut checks, .. } = compiler;
        if !pack.readable.schema {
            checks.clear();
        }
        calls::complete(&mut module);
        let faulty = (0..)
            .zip(&module.files)
            .filter(|(_, path)| mistakes.iter().any(|mistake| mistake.path == **path && !mistake.is_understood));
        let faulty: BTreeSet<FileId> = faulty.map(|(file, _)| file).collect();
        let (reads, found) = check::check(&module, &pack.schema, &pack.manifest, &checks, &faulty);
        mistakes.extend(found);
        if !mistakes.is_empty() || !pack.mistakes.is_empty() {
            mistakes.sort();
            mistakes.dedup();
            let source = |path: &str| {
                let all = pack.library.values().chain(&pack.rules);
                all.into_iter().find(|script| script.path == path).map_or("", Script::source)
            };
            let scripts = mistakes.iter().take(TOLD).map(|mistake| mistake.render(source(&mistake.path)));
            let more = mistakes.len().saturating_sub(TOLD);
            let more = (more > 0).then(|| {
                text!(
                    "{more} more mistakes; mend these first",
                    "그 밖에 오류 {more}건이 더 있음, 위의 오류부터 고칠 것"
                )
            });
            return Err(Mistakes(pack.mistakes.iter().cloned().chain(scripts).chain(more).collect()).into());
        }
        let mut reads: BTreeMap<FunctionId, Reads> = checks.into_iter().zip(reads).collect();
        let form_reads = form_check.and_then(|check| reads.remove(&check));
        let rules = rules.into_iter().map(|(compiled, check)| {
            let reads = reads.remove(&check).unwrap_or_default();
            Rule { compiled, check, reads }
        });
        let mut rules: Vec<Rule> = rules.collect();
        // What is demanded of a whole bundle is examined by a rule of the pack, or else by that of the program.
        let is_whole = scripts.len() == pack.rules.len();
        let covers = |rule: &Rule| rule.reads.covers(pack.schema.bundle());
        if asks_for_form || is_whole && !rules.iter().any(covers) {
            let stages = pack.manifest.stages.iter().map(|stage| stage.id.clone()).collect();
            let compiled = CompiledRule { meta: Arc::new(RuleMeta::form(stages)), path: form.path.clone() };
            rules.extend(form_check.map(|check| Rule { compiled, check, reads: form_reads.unwrap_or_default() }));
        }
        Ok(Self { pack, parameters, module, rules })
    }

    /// Returns the rules in the order of the pack's controls, then by id.
    pub fn rules(&self) -> impl Iterator<Item = &CompiledRule> {
        self.rules.iter().map(|rule| &rule.compiled)
    }

    /// Returns what each rule reads, in the order of [`Program::rules`].
    pub fn reads(&self) -> impl Iterator<Item = &Reads> {
        self.rules.iter().map(|rule| &rule.reads)
    }

    /// Runs the rules that are chosen on one bundle; each choice is an index into [`Program::rules`].
    pub fn run(&self, case: &Case, chosen: &[usize]) -> Vec<Outcome> {
        let context = EvalContext {
            module: &self.module,
            schema: &self.pack.schema,
            parameters: &self.parameters,
            zone: &self.pack.zone,
            holidays: &self.pack.holidays,
            case,
        };
        let mut outcomes = Vec::new();
        let mut rules = chosen.iter().filter_map(|index| self.rules.get(*index)).peekable();
        while rules.peek().is_some() {
            let arena = Bump::new();
            let mut run = Evaluator::new(context, &arena);
            while let Some(rule) = rules.peek() {
                let outcome = self.run_one(rule, &mut run);
                if run.is_crowded() {
                    break;
                }
                outcomes.push(outcome);
                rules.next();
                if run.is_full() {
                    break;
                }
            }
        }
        outcomes
    }

    fn run_one(&self, rule: &Rule, run: &mut Evaluator<'_>) -> Outcome {
        let stop = run.rule(rule.check);
        run.depend_on_what_is_read(&rule.reads.nodes);
        let (demands, mut notes, absent, dropped, printed) = run.outcome();
        notes.extend(unreported(&notes, absent));
        let error = stop.map(|stop| ScriptError {
            message: crate::evidence::Shown::cut(&stop.message, ERROR_CHARS).into_text().into_owned(),
            path: self.module.files.get(stop.file as usize).cloned().unwrap_or_default(),
            position: (stop.at.line > 0).then(|| stop.at.into()),
        });
        let path = rule.compiled.path.clone();
        Outcome { path, demands, notes, dropped, printed, error, steps: run.steps() }
    }
}

/// Mistakes of scripts that are told: each repeats a line.
const TOLD: usize = 200;
/// Characters of an error text that are kept.
const ERROR_CHARS: usize = 300;

/// Parses scripts; each thread has a parser of its own.
fn parse_all<'s>(scripts: &[&'s Script]) -> Vec<Result<Parsed<'s>, Box<Mistake>>> {
    in_runs(scripts, |run| {
        let parser = Parser::new();
        run.iter().map(|script| parser.parse(script)).collect()
    })
}

struct Compiler<'p> {
    pack: &'p Pack,
    module: Module,
    library: Library,
    mistakes: Vec<Mistake>,
    /// The `check` of every rule that has one.
    checks: Vec<FunctionId>,
}

impl<'p> Compiler<'p> {
    fn library(&mut self, parsed: Vec<Result<Parsed<'_>, Box<Mistake>>>) {
        for (name, parsed) in self.pack.library.keys().zip(parsed) {
            match parsed {
                Ok(parsed) => {
                    let lowered = self.lower(&parsed, Role::Library);
                    self.library.add(name, lowered);
                }
                Err(mistake) => {
                    self.mistakes.push(*mistake);
                    self.library.add_unknown(name);
                }
            }
        }
    }

    /// Adds the rule of the program to those that are checked.
    fn form(&mut self, parsed: Result<Parsed<'_>, Box<Mistake>>) -> Option<FunctionId> {
        let check = self.lower(&parsed.ok()?, Role::Rule(None)).function("check", 2);
        self.checks.extend(check);
        check
    }

    fn lower(&mut self, parsed: &Parsed<'_>, role: Role<'_>) -> Lowered {
        let (lowered, mistakes) = syntax::lower(&mut self.module, &mut self.library, parsed, role, &self.pack.manifest);
        self.mistakes.extend(mistakes);
        lowered
    }

    fn rules(
        &mut self,
        scripts: &[&Script],
        parsed: Vec<Result<Parsed<'_>, Box<Mistake>>>,
    ) -> Vec<(CompiledRule, FunctionId)> {
        let mut rules: Vec<(CompiledRule, FunctionId)> = Vec::new();
        for (script, parsed) in scripts.iter().zip(parsed) {
            let parsed = match parsed {
                Ok(parsed) => parsed,
                Err(mistake) => {
                    self.mistakes.push(*mistake);
                    continue;
                }
            };
            let Meta { meta, says, mistakes } = syntax::read_meta(&parsed, &self.pack.manifest);
            self.mistakes.extend(mistakes);
            let check = self.lower(&parsed, Role::Rule(says.as_ref())).function("check", 2);
            self.checks.extend(check);
            if let Some((meta, check)) = meta.zip(check) {
                rules.push((CompiledRule { meta: Arc::new(meta), path: script.path.clone() }, check));
            }
        }
        let rank = |rule: &CompiledRule| self.pack.manifest.controls.iter().position(|c| c.id == rule.meta.control);
        rules.sort_by(|(a, _), (b, _)| rank(a).cmp(&rank(b)).then_with(|| a.meta.id.cmp(&b.meta.id)));
        let mut by_id: BTreeMap<&str, &str> = BTreeMap::new();
        let mut doubled = BTreeSet::new();
        for (rule, _) in &rules {
            if let Some(first) = by_id.insert(&rule.meta.id, &rule.path) {
                let id = &rule.meta.id;
                let message = text!("the id {id} is already that of {first}", "id {id}: 이미 쓰인 id임({first})");
                doubled.insert((rule.path.clone(), message));
            }
        }
        let at = super::ir::Span { line: 1, column: 1 };
        self.mistakes.extend(doubled.into_iter().map(|(path, message)| Mistake::new(&path, at, message)));
        rules
    }
}

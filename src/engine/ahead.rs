//! Rules that are compiled ahead: `rules/<pack>.rules.compiled` holds what the direct evaluator runs, so that a run of an
//! embedded pack begins without parsing a script.
//!
//! The file is made from the scripts and compared with them by `tests/it/evaluators.rs`. It names the sources that it
//! was made from; where these have changed since, it is not used, and the scripts are compiled as for any other pack.

use std::rc::Rc;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::direct::{FunctionId, Functions};
use super::interpreter::Interpreter;
use super::program::CompiledRule;
use super::recorder::Recorder;
use crate::pack::{Pack, Parameters, SOURCES, Script};

#[derive(Serialize, Deserialize)]
struct Ahead {
    /// What [`SOURCES`] was.
    sources: String,
    rules: Vec<(CompiledRule, FunctionId)>,
    functions: Functions,
}

/// Compiles and checks all rules of a pack, as its `.rules.compiled` file holds them.
///
/// # Errors
/// A script is broken.
pub fn compile_ahead(pack: &Pack) -> Result<Vec<u8>> {
    let parameters = Parameters::new(&pack.manifest, &[])?;
    let recorder = Rc::new(Recorder::new(pack, parameters));
    let scripts: Vec<&Script> = pack.rules.iter().collect();
    let interpreter = Interpreter::compile(pack, &recorder, &scripts)?;
    let mut functions = Functions::default();
    functions.add_library(&interpreter.library);
    let mut rules = Vec::new();
    for (compiled, ast) in interpreter.rules {
        let check = functions.add_rule(&ast).with_context(|| format!("{}: no `check`", compiled.path))?;
        rules.push((compiled, check));
    }
    postcard::to_allocvec(&Ahead { sources: SOURCES.to_owned(), rules, functions }).context("not encoded")
}

/// Rules that were compiled ahead, each with its `check`, and the functions that they call.
pub(super) type Compiled = (Vec<(CompiledRule, FunctionId)>, Functions);

/// Returns the rules with these scripts, if the pack was compiled ahead from the sources that it holds.
pub(super) fn read(pack: &Pack, scripts: &[&Script]) -> Option<Compiled> {
    let ahead: Ahead = postcard::from_bytes(pack.rules_ahead()?).ok()?;
    let is_wanted = |rule: &CompiledRule| scripts.iter().any(|script| script.path == rule.path);
    let rules: Vec<_> = ahead.rules.into_iter().filter(|(rule, _)| is_wanted(rule)).collect();
    // A rule without its compiled form would be a rule that is not judged.
    let is_whole = ahead.sources == SOURCES && rules.len() == scripts.len();
    is_whole.then_some((rules, ahead.functions))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::DEFAULT_PACK;

    #[test]
    fn the_default_pack_is_taken_as_it_was_compiled_ahead() {
        let pack = Pack::open(DEFAULT_PACK).expect("the embedded pack");
        let all: Vec<&Script> = pack.rules.iter().collect();
        let (rules, _) = read(&pack, &all).expect("GAMSA_UPDATE_DOCS=1 cargo test writes it, then build again");
        assert_eq!(rules.len(), all.len());
        let (one, _) = read(&pack, &all[..1]).expect("the same");
        assert_eq!(one[0].0.path, all[0].path);
    }
}

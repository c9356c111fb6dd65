//! Checks rules when they are loaded: types from the evidence schema, through variables, closures and functions; what
//! could only pass by mistake is refused. What a rule reads falls out of the same checker.

mod analysis;
mod builtins;
mod checker;
mod constants;
mod demands;
mod expressions;
mod fields;
mod fix;
mod narrowing;
mod needs;
mod operators;
mod reads;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use self::reads::SchemaPlaces;
pub use self::reads::{EvidencePath, Reads};
use super::ir::{FileId, FunctionId, Module, Span};
use super::mistake::Mistake;
use super::threads::in_runs;
use crate::language::{Text, text};
use crate::pack::{Manifest, Schema};

/// Checks the rules whose `check` functions are given; returns what each reads, and what is wrong. In a file that is
/// faulty already a demand may have been lost.
pub(super) fn check(
    module: &Module,
    schema: &Schema,
    manifest: &Manifest,
    rules: &[FunctionId],
    faulty: &BTreeSet<FileId>,
) -> (Vec<Reads>, Vec<Mistake>) {
    let places = SchemaPlaces::of(schema);
    let followed = in_runs(rules, |run| {
        // What is known of a function is known for all rules of a run.
        let mut checker = checker::Checker::new(module, schema, manifest, &places);
        run.iter().map(|id| checker.follow(*id)).collect()
    });
    let mut reads = Vec::new();
    // A mistake of the library is the same for every rule that calls it so.
    let mut mistakes: BTreeMap<(String, Span, Text), Mistake> = BTreeMap::new();
    for (id, mut found) in rules.iter().zip(followed) {
        if let Some(function) = module.functions.get(*id as usize)
            && !found.makes_demand
            && found.mistakes.is_empty()
            && !faulty.contains(&function.file)
        {
            let path = module.files.get(function.file as usize).map_or("", String::as_str);
            let message =
                text!("the rule makes no demand, so it could never fail", "요구가 없어 부적합이 될 수 없는 규칙임");
            let hint = text!(
                "write require(…), ensure(…) or undetermined(…)",
                "require(…), ensure(…), undetermined(…) 중 하나를 쓸 것"
            );
            found.mistakes.insert(Mistake::new(path, function.at, message).with_hint(Some(hint)));
        }
        for mistake in std::mem::take(&mut found.mistakes) {
            let key = (mistake.path.clone(), mistake.at, mistake.message.clone());
            mistakes.entry(key).or_insert(mistake);
        }
        reads.push(places.reads(schema, found));
    }
    (reads, mistakes.into_values().collect())
}

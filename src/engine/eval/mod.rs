//! Runs rules: the values of expressions, what is absent, and what rules find.
//!
//! Absence is a value that carries the paths it stands for; it becomes a finding where a demand depends on it
//! (`docs/rule-language.md`). Every value keeps the place that it comes from.

mod absences;
mod arrangements;
mod arrays;
mod builtins;
mod compare;
mod compute;
mod demands;
mod expressions;
mod faults;
mod given;
mod group;
mod heap;
mod index;
mod lists;
mod memo;
mod paths;
mod places;
mod plain_text;
mod run;
mod scalar;
mod sets;
mod statements;
mod texts;
mod value;
mod ways;
mod words;

pub(super) use self::run::{EvalContext, Evaluator};

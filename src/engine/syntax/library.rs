//! The functions that scripts may call: those of the library modules that were lowered before.

use std::collections::{BTreeMap, HashMap};

use super::super::ir::{FunctionId, Span, TextId};
use super::super::mistake::{choices, meant};
use super::scope::{FunctionScope, Signature};
use crate::language::text;

/// The functions of the library modules that were lowered, and the texts of all scripts.
#[derive(Default)]
pub(in super::super) struct Library {
    /// Nothing for a file that does not parse: what it defines is not known.
    pub(super) modules: BTreeMap<String, Option<BTreeMap<Signature, FunctionId>>>,
    pub(super) texts: HashMap<Box<str>, TextId>,
}

/// The functions of a script that was lowered.
pub(in super::super) struct Lowered {
    pub(super) own: BTreeMap<Signature, FunctionId>,
}

impl Lowered {
    /// Returns the function of a name and a number of parameters.
    pub(in super::super) fn function(&self, name: &str, parameters: usize) -> Option<FunctionId> {
        self.own.get(&(name.to_owned(), parameters)).copied()
    }
}

impl Library {
    /// Adds the functions of a module, so that the scripts that are lowered next may call them.
    pub(in super::super) fn add(&mut self, name: &str, lowered: Lowered) {
        self.modules.insert(name.to_owned(), Some(lowered.own));
    }

    /// Adds a module whose file does not parse.
    pub(in super::super) fn add_unknown(&mut self, name: &str) {
        self.modules.insert(name.to_owned(), None);
    }

    /// Returns the module that has a function of this name.
    pub(super) fn module_of(&self, function: &str) -> Option<&str> {
        let has = |own: &BTreeMap<Signature, FunctionId>| own.keys().any(|(name, _)| name == function);
        self.modules.iter().find(|(_, own)| own.as_ref().is_some_and(has)).map(|(name, _)| name.as_str())
    }
}

impl FunctionScope<'_> {
    /// Finds a function of a library module; a hint where there is none.
    pub(super) fn library_function(
        &mut self,
        module: &str,
        name: &str,
        arguments: usize,
        at: Span,
    ) -> Option<FunctionId> {
        let signature = (name.to_owned(), arguments);
        let Some(functions) = self.library.modules.get(module) else {
            let modules: Vec<String> = self.library.modules.keys().cloned().collect();
            let hint = meant(module, modules.iter().map(String::as_str))
                .or_else(|| (!modules.is_empty()).then(|| choices(&modules.join(", "))));
            let message = if self.is_rule {
                text!("the pack has no lib/{module}.rhai", "점검기준에 lib/{module}.rhai 파일이 없음")
            } else {
                text!(
                    "a file of the library may call those before it by name, and there is no lib/{module}.rhai before",
                    "lib/의 파일은 이름순으로 앞선 파일만 호출할 수 있으나, 앞선 lib/{module}.rhai 파일이 없음"
                )
            };
            self.mistake(at, message, hint);
            return None;
        };
        // The mistakes of a file that does not parse are reported there.
        let functions = functions.as_ref()?;
        if let Some(id) = functions.get(&signature) {
            return Some(*id);
        }
        let counts: Vec<usize> = functions.keys().filter(|(own, _)| own == name).map(|(_, count)| *count).collect();
        let mut names: Vec<String> = functions.keys().map(|(name, _)| name.clone()).collect();
        names.dedup();
        match counts.first() {
            Some(count) => {
                let message = text!(
                    "`{module}::{name}` takes {count} arguments, found {arguments}",
                    "`{module}::{name}` 함수의 인수는 {count}개이나 {arguments}개가 쓰임"
                );
                self.mistake(at, message, None);
            }
            None => {
                let hint = meant(name, names.iter().map(String::as_str))
                    .or_else(|| (!names.is_empty()).then(|| choices(&names.join(", "))));
                let message =
                    text!("lib/{module}.rhai has no function `{name}`", "lib/{module}.rhai에 `{name}` 함수가 없음");
                self.mistake(at, message, hint);
            }
        }
        None
    }
}

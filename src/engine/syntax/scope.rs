//! The names that are visible at a point of a script, and the functions that it can call.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::ir::{FileId, Function, FunctionId, Module, Slot, Span, TextId};
use super::super::mistake::{Mistake, meant};
use super::definitions::{check_functions, definition_span, text_span, top_level};
use super::parser::{Parsed, ParsedFunction};
use super::ways;
use crate::language::Text;
use crate::pack::Manifest;

/// Variables of a function, those of its closures included.
const SLOTS: u32 = 256;

/// Name and number of parameters of a function; Rhai tells functions apart by both.
pub(super) type Signature = (String, usize);

/// The functions of the library modules that were lowered, and the texts of all scripts.
#[derive(Default)]
pub(in super::super) struct Library {
    /// Nothing for a file that does not parse: what it defines is not known.
    modules: BTreeMap<String, Option<HashMap<Signature, FunctionId>>>,
    texts: HashMap<Box<str>, TextId>,
}

/// The functions of a script that was lowered.
pub(in super::super) struct Lowered {
    own: HashMap<Signature, FunctionId>,
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
        let has = |own: &HashMap<Signature, FunctionId>| own.keys().any(|(name, _)| name == function);
        self.modules.iter().find(|(_, own)| own.as_ref().is_some_and(has)).map(|(name, _)| name.as_str())
    }
}

/// What a script is.
#[derive(Clone, Copy)]
pub(in super::super) enum Role<'a> {
    /// A rule, with its messages where `META` could be read.
    Rule(Option<&'a Messages>),
    /// A file of the library.
    Library,
}

/// The messages of a rule, by key.
pub(in super::super) type Messages = BTreeMap<String, Text>;

/// Lowers a script.
pub(in super::super) fn lower(
    module: &mut Module,
    library: &mut Library,
    parsed: &Parsed<'_>,
    role: Role<'_>,
    manifest: &Manifest,
) -> (Lowered, Vec<Mistake>) {
    let file = module.files.len() as FileId;
    module.files.push(parsed.path.to_owned());
    let first = module.functions.len() as FunctionId;
    let signatures = parsed.named().map(|(_, function)| (function.name.clone(), function.parameters.len()));
    let own: HashMap<Signature, FunctionId> = signatures.zip(first..).collect();
    let (is_rule, says) = match role {
        Role::Rule(says) => (true, says),
        Role::Library => (false, None),
    };
    let mut are_messages_known = true;
    let mut mistakes = Vec::new();
    let mut used_messages = BTreeSet::new();
    let mut called = BTreeSet::new();
    for (_, function) in parsed.named() {
        let mut scope = Scope {
            module: &mut *module,
            library: &mut *library,
            parsed,
            own: &own,
            is_rule,
            says,
            are_messages_known: true,
            manifest,
            mistakes: &mut mistakes,
            used_messages: &mut used_messages,
            called: &mut called,
            visible: Vec::new(),
            slots: 0,
            captured: 0,
            is_long: false,
            loops: 0,
            closures: 0,
            values: 0,
            arms: 0,
        };
        let lowered = scope.named_function(function, file);
        are_messages_known &= scope.are_messages_known;
        module.functions.push(lowered);
    }
    top_level(parsed, is_rule, &mut mistakes);
    check_functions(parsed, is_rule, &own, &called, &mut mistakes);
    if let Some(says) = says.filter(|_| are_messages_known) {
        let unused = says.keys().filter(|key| !used_messages.contains(*key));
        mistakes.extend(unused.map(|key| {
            let at = text_span(parsed.source, key);
            Mistake::new(parsed.path, at, format!("no demand uses the message `{key}`"))
                .with_hint(Some("remove it from `says`, or name it in a demand".to_owned()))
        }));
    }
    (Lowered { own }, mistakes)
}

/// A variable that is visible.
pub(super) struct Variable {
    name: String,
    pub(super) slot: Slot,
    at: Span,
    is_read: bool,
    /// It may stay unread: a parameter of `check`.
    is_free: bool,
}

/// A function that is being lowered.
pub(super) struct Scope<'a> {
    pub(super) module: &'a mut Module,
    pub(super) library: &'a mut Library,
    pub(super) parsed: &'a Parsed<'a>,
    pub(super) own: &'a HashMap<Signature, FunctionId>,
    pub(super) is_rule: bool,
    /// The messages of the rule; nothing where `META` could not be read.
    pub(super) says: Option<&'a Messages>,
    /// Whether every demand says which message it uses.
    pub(super) are_messages_known: bool,
    pub(super) manifest: &'a Manifest,
    mistakes: &'a mut Vec<Mistake>,
    pub(super) used_messages: &'a mut BTreeSet<String>,
    pub(super) called: &'a mut BTreeSet<Signature>,
    visible: Vec<Variable>,
    slots: Slot,
    /// Slots before this one are captured by the closure that is lowered, which may not assign to them.
    pub(super) captured: Slot,
    /// See [`Function::is_long`].
    pub(super) is_long: bool,
    /// Loops around the statement that is lowered.
    pub(super) loops: u32,
    /// Closures around it.
    pub(super) closures: u32,
    /// Blocks around it whose value is used inside an expression.
    pub(super) values: u32,
    /// Arms of `switch` before the one that it stands in.
    pub(super) arms: usize,
}

impl Scope<'_> {
    fn named_function(&mut self, function: &ParsedFunction, file: FileId) -> Function {
        let at = definition_span(self.parsed, function, None);
        let is_check = function.name == "check" && function.parameters.len() == 2;
        for parameter in &function.parameters {
            self.declare(parameter, definition_span(self.parsed, function, Some(parameter)));
            if let Some(variable) = self.visible.last_mut() {
                variable.is_free = is_check;
            }
        }
        let signature = (function.name.clone(), function.parameters.len());
        let was_called = self.called.contains(&signature);
        let body = self.block(&function.body);
        self.close(0);
        let id = self.own.get(&signature).copied();
        if id.is_some_and(|id| ways::always_calls(&body, id)) {
            self.mistake(at, format!("`fn {}` always calls itself, and never ends", function.name), None);
        }
        if !was_called {
            // A call of itself does not count.
            self.called.remove(&signature);
        }
        if self.slots > SLOTS {
            self.mistake(at, format!("a function has at most {SLOTS} variables"), None);
        }
        Function {
            name: function.name.clone(),
            file,
            at,
            slots: self.slots,
            demands: false,
            is_recursive: false,
            is_long: self.is_long,
            body,
        }
    }

    pub(super) fn mistake(&mut self, at: Span, message: impl Into<String>, hint: Option<String>) {
        let path = self.parsed.path;
        self.mistakes.push(Mistake::new(path, at, message).with_hint(hint));
    }

    pub(super) fn declare(&mut self, name: &str, at: Span) -> Slot {
        if let Some(hidden) = self.visible.iter_mut().find(|variable| variable.name == name && name != "_") {
            // It is meant, though another is found.
            hidden.is_free = true;
            let line = hidden.at.line;
            let message = format!("`{name}` is the name of a variable already, on line {line}");
            let hint = "choose another name; without `let`, `x = …` gives the variable another value".to_owned();
            self.mistake(at, message, Some(hint));
        }
        let slot = self.slots;
        self.slots += 1;
        self.visible.push(Variable { name: name.to_owned(), slot, at, is_read: false, is_free: false });
        slot
    }

    /// Makes a variable that no script can name.
    pub(super) fn hidden(&mut self) -> Slot {
        let slot = self.slots;
        self.slots += 1;
        slot
    }

    pub(super) fn slots(&self) -> Slot {
        self.slots
    }

    pub(super) fn level(&self) -> usize {
        self.visible.len()
    }

    /// Leaves a block: the variables that were declared in it are not visible any more.
    pub(super) fn close(&mut self, level: usize) {
        while self.visible.len() > level {
            let Some(variable) = self.visible.pop() else { return };
            if !variable.is_read && !variable.is_free && !variable.name.starts_with('_') {
                let message = format!("`{}` is never used", variable.name);
                self.mistake(variable.at, message, Some(format!("remove it, or name it `_{}`", variable.name)));
            }
        }
    }

    /// Lets the variables of a block stay unread.
    pub(super) fn forgive(&mut self, level: usize) {
        if let Some(variable) = self.visible.get_mut(level) {
            variable.is_free = true;
        }
    }

    /// Finds a variable that is read.
    pub(super) fn read(&mut self, name: &str, at: Span) -> Option<Slot> {
        if let Some(variable) = self.visible.iter_mut().rev().find(|variable| variable.name == name) {
            variable.is_read = true;
            return Some(variable.slot);
        }
        let names: Vec<String> = self.visible.iter().map(|variable| variable.name.clone()).collect();
        let hint = match (self.key_with_hyphen(name, at), meant(name, names.iter().map(String::as_str))) {
            (Some(key), _) => format!("a key with a hyphen stands in brackets: x[\"{key}\"]"),
            (None, Some(near)) => {
                // It is the misspelled one that is meant to be used.
                let near_name = near.trim_start_matches("did you mean `").trim_end_matches("`?");
                let found = self.visible.iter_mut().rev().find(|variable| variable.name == near_name);
                found.into_iter().for_each(|variable| variable.is_read = true);
                near
            }
            _ if self.own.keys().any(|(own, _)| own == name) => "a function is called with (…)".to_owned(),
            _ => format!("text stands in quotes: \"{name}\""),
        };
        self.mistake(at, format!("there is no variable `{name}` here"), Some(hint));
        None
    }

    /// Returns the key that ends in a hyphen and this name, as in `x.fire-rated`.
    fn key_with_hyphen(&self, name: &str, at: Span) -> Option<String> {
        let line = self.parsed.source.lines().nth(at.line.checked_sub(1)? as usize)?;
        let before: String = line.chars().take(at.column.checked_sub(1)? as usize).collect();
        let before = before.strip_suffix('-')?;
        let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_')?;
        let is_field = before.get(start..=start) == Some(".");
        let first = before.get(start + 1..).filter(|first| is_field && !first.is_empty())?;
        Some(format!("{first}-{name}"))
    }

    /// Tells whether a call stands in the script as the operator `in`.
    pub(super) fn is_operator_at(&self, at: Span) -> bool {
        let line = self.parsed.source.lines().nth(at.line.saturating_sub(1) as usize).unwrap_or_default();
        let mut rest = line.chars().skip(at.column.saturating_sub(1) as usize);
        let word: String = rest.by_ref().take(2).collect();
        word == "in" || word == "!i"
    }

    /// Finds a variable that is assigned to.
    pub(super) fn assigned(&mut self, name: &str, at: Span) -> Option<Slot> {
        let slot = self.visible.iter().rev().find(|variable| variable.name == name).map(|variable| variable.slot);
        let Some(slot) = slot else { return self.read(name, at) };
        if slot < self.captured {
            let hint = "walk the list with `for`, or use what the function gives: list.map(…).sum()".to_owned();
            self.mistake(at, format!("a closure cannot assign to `{name}`, a variable outside it"), Some(hint));
            return None;
        }
        if self.visible.iter().any(|variable| variable.slot == slot && variable.is_free && variable.name == name)
            && matches!(name, "bundle" | "order")
        {
            self.mistake(at, format!("`{name}` cannot be assigned to"), None);
            return None;
        }
        Some(slot)
    }

    pub(super) fn text(&mut self, text: &str) -> TextId {
        if let Some(id) = self.library.texts.get(text) {
            return *id;
        }
        let id = self.module.texts.len() as TextId;
        self.module.texts.push(text.into());
        self.library.texts.insert(text.into(), id);
        id
    }

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
                .or_else(|| (!modules.is_empty()).then(|| format!("it has {}", modules.join(", "))));
            let message = if self.is_rule {
                format!("the pack has no lib/{module}.rhai")
            } else {
                format!(
                    "a file of the library may call those before it by name, and there is no lib/{module}.rhai before"
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
        let names: Vec<String> = functions.keys().map(|(name, _)| name.clone()).collect();
        match counts.first() {
            Some(count) => {
                let message = format!("`{module}::{name}` takes {count} arguments, found {arguments}");
                self.mistake(at, message, None);
            }
            None => {
                let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
                names.sort_unstable();
                let hint = meant(name, names.iter().copied()).or_else(|| Some(format!("it has {}", names.join(", "))));
                self.mistake(at, format!("lib/{module}.rhai has no function `{name}`"), hint);
            }
        }
        None
    }
}

//! The names that are visible at a point of a script, and the functions that it can call.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ir::{FileId, Function, FunctionId, Module, Slot, Span, TextId};
use super::super::mistake::Mistake;
use super::definitions::{check_functions, definition_span, message_span, top_level};
use super::library::{Library, Lowered};
use super::parser::{Parsed, ParsedFunction};
use super::ways;
use crate::evidence::nearest_name;
use crate::language::{Text, text};
use crate::pack::Manifest;

/// Variables of a function, those of its closures included.
const SLOTS: u32 = 256;

/// Name and number of parameters of a function; Rhai tells functions apart by both.
pub(super) type Signature = (String, usize);

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
    let signatures = parsed.named().map(|function| (function.name.clone(), function.parameters.len()));
    let own: BTreeMap<Signature, FunctionId> = signatures.zip(first..).collect();
    let (is_rule, says) = match role {
        Role::Rule(says) => (true, says),
        Role::Library => (false, None),
    };
    let mut are_messages_known = true;
    let mut mistakes = Vec::new();
    let mut used_messages = BTreeSet::new();
    let mut called = BTreeSet::new();
    for function in parsed.named() {
        let mut scope = FunctionScope {
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
            let at = message_span(parsed, key);
            let message = text!("no demand uses the message `{key}`", "어떤 요구도 쓰지 않는 지적 문구임: `{key}`");
            let hint = text!("remove it from `says`, or name it in a demand", "`says`에서 삭제하거나 요구에서 쓸 것");
            Mistake::unused(parsed.path, at, message, Some(hint))
        }));
    }
    (Lowered { own }, mistakes)
}

/// A variable that is visible.
pub(super) struct Binding {
    name: String,
    pub(super) slot: Slot,
    at: Span,
    is_read: bool,
    /// It may stay unread: a parameter of `check`.
    is_free: bool,
}

/// A function that is being lowered.
pub(super) struct FunctionScope<'a> {
    pub(super) module: &'a mut Module,
    pub(super) library: &'a mut Library,
    pub(super) parsed: &'a Parsed<'a>,
    pub(super) own: &'a BTreeMap<Signature, FunctionId>,
    pub(super) is_rule: bool,
    /// The messages of the rule; nothing where `META` could not be read.
    pub(super) says: Option<&'a Messages>,
    /// Whether every demand says which message it uses.
    pub(super) are_messages_known: bool,
    pub(super) manifest: &'a Manifest,
    mistakes: &'a mut Vec<Mistake>,
    pub(super) used_messages: &'a mut BTreeSet<String>,
    pub(super) called: &'a mut BTreeSet<Signature>,
    visible: Vec<Binding>,
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

impl FunctionScope<'_> {
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
            let name = &function.name;
            let message = text!(
                "`fn {name}` always calls itself, and never ends",
                "`fn {name}` 함수가 언제나 자신을 호출하여 끝나지 않음"
            );
            self.mistake(at, message, None);
        }
        if !was_called {
            // A call of itself does not count.
            self.called.remove(&signature);
        }
        if self.slots > SLOTS {
            let message = text!("a function has at most {SLOTS} variables", "한 함수의 변수는 {SLOTS}개까지임");
            self.mistake(at, message, None);
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

    pub(super) fn mistake(&mut self, at: Span, message: Text, hint: Option<Text>) {
        let path = self.parsed.path;
        self.mistakes.push(Mistake::new(path, at, message).with_hint(hint));
    }

    pub(super) fn declare(&mut self, name: &str, at: Span) -> Slot {
        if let Some(hidden) = self.visible.iter_mut().find(|variable| variable.name == name && name != "_") {
            // It is meant, though another is found.
            hidden.is_free = true;
            let line = hidden.at.line;
            let message = text!(
                "`{name}` is the name of a variable already, on line {line}",
                "`{name}` 변수가 이미 있음({line}행)"
            );
            let hint = text!(
                "choose another name; without `let`, `x = …` gives the variable another value",
                "다른 이름을 쓸 것. 변수의 값을 바꿀 때는 `let` 없이 `x = …` 형식으로 씀"
            );
            let slot = hidden.slot;
            self.mistake(at, message, Some(hint));
            return slot;
        }
        let slot = self.slots;
        self.slots += 1;
        self.visible.push(Binding { name: name.to_owned(), slot, at, is_read: false, is_free: false });
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
                let name = &variable.name;
                let message = text!("`{name}` is never used", "`{name}` 변수가 쓰이지 않음");
                let hint =
                    text!("remove it, or name it `_{name}`", "삭제하거나 밑줄로 시작하는 이름으로 바꿀 것: `_{name}`");
                self.mistakes.push(Mistake::unused(self.parsed.path, variable.at, message, Some(hint)));
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
        let near = nearest_name(name, names.iter().map(String::as_str));
        let hint = match (self.key_with_hyphen(name, at), near) {
            (Some(key), _) => {
                text!(
                    "a key with a hyphen stands in brackets: x[\"{key}\"]",
                    "붙임표가 있는 키는 대괄호로 씀: x[\"{key}\"]"
                )
            }
            (None, Some(near)) => {
                // It is the misspelled one that is meant to be used.
                let found = self.visible.iter_mut().rev().find(|variable| variable.name == near);
                found.into_iter().for_each(|variable| variable.is_read = true);
                text!("did you mean `{near}`?", "`{near}`의 오기인지 확인할 것")
            }
            _ if self.own.keys().any(|(own, _)| own == name) => {
                text!("a function is called with (…)", "함수는 (…)를 붙여 호출함")
            }
            _ if ["let", "for", "const"].iter().any(|word| self.parsed.source.contains(&format!("{word} {name} "))) => {
                text!(
                    "a variable is seen in its own block only, and in no other function: give it as an argument",
                    "변수는 선언한 블록 안에서만 쓸 수 있으므로 다른 함수에는 인수로 넘길 것"
                )
            }
            _ => text!("text stands in quotes: \"{name}\"", "문자열은 따옴표로 묶음: \"{name}\""),
        };
        let message = text!("there is no variable `{name}` here", "`{name}` 변수를 찾을 수 없음");
        self.mistake(at, message, Some(hint));
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

    /// Finds a variable that is assigned to.
    pub(super) fn assigned(&mut self, name: &str, at: Span) -> Option<Slot> {
        let slot = self.visible.iter().rev().find(|variable| variable.name == name).map(|variable| variable.slot);
        let Some(slot) = slot else { return self.read(name, at) };
        if slot < self.captured {
            let message = text!(
                "a closure cannot assign to `{name}`, a variable outside it",
                "클로저 안에서 바깥 변수 `{name}`의 값을 바꿀 수 없음"
            );
            let hint = text!(
                "walk the list with `for`, or use what the function gives: list.map(…).sum()",
                "`for`로 목록을 차례로 처리하거나 함수의 결과를 쓸 것: list.map(…).sum()"
            );
            self.mistake(at, message, Some(hint));
            return None;
        }
        if self.visible.iter().any(|variable| variable.slot == slot && variable.is_free && variable.name == name)
            && matches!(name, "bundle" | "order")
        {
            self.mistake(at, text!("`{name}` cannot be assigned to", "`{name}`의 값은 바꿀 수 없음"), None);
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
}

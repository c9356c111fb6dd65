//! Follows a rule from its `check` through all that it calls, until nothing was used before all of it was known.
//!
//! Variables are not followed in time: a variable is all that is ever assigned to it. What is found covers every run
//! of the rule on every bundle. Most rules are walked once; one that assigns to a variable what it had not read there
//! before (in a loop, say) is walked again, and what the walk before found is forgotten.

use std::collections::{BTreeMap, BTreeSet};

use super::super::functions::Kinds;
use super::super::ir::{Builtin, Expr, ExprKind, FunctionId, Module, Slot, Span, Stmt};
use super::super::mistake::Mistake;
use super::found::Found;
use super::reads::Places;
use super::types::Type;
use crate::pack::{Manifest, Schema};

/// Walks of one rule; real rules need one or two.
const PASSES: usize = 32;
/// Calls with different arguments until the arguments are not told apart any more.
const CALLS: usize = 2_000;
/// Expressions of one walk from which on calls with arguments of new types are not followed.
const EXPRESSIONS: usize = 50_000;
/// Functions that call each other, as when they run.
const CALL_LEVELS: usize = 32;

impl<'a> Walk<'a> {
    pub(super) fn new(module: &'a Module, schema: &'a Schema, manifest: &'a Manifest, places: &'a Places) -> Self {
        Self {
            module,
            schema,
            manifest,
            places,
            contexts: Vec::new(),
            calls: BTreeMap::new(),
            fresh: 0,
            pass: 0,
            is_outdated: true,
            context: 0,
            function: 0,
            call_at: None,
            rule: 0,
            level: 0,
            closures: 0,
            expressions: 0,
            found: Found::default(),
        }
    }

    /// Follows the `check` of a rule. What is known of the functions that rules before it called is used again.
    pub(super) fn follow(&mut self, check: FunctionId) -> Found {
        (self.rule, self.function, self.fresh, self.is_outdated) = (check, check, 0, true);
        let (schema, last) = (self.schema, self.pass + PASSES);
        let roots = || vec![Type::place(schema.bundle()), Type::place(schema.order())];
        while self.is_outdated && self.pass < last {
            self.pass += 1;
            self.is_outdated = false;
            self.expressions = 0;
            self.call(check, roots(), None);
        }
        for state in self.contexts.iter_mut().filter(|state| state.pass == self.pass) {
            state.is_final = true;
        }
        let root = self.calls.get(&(check, roots())).copied();
        self.found = self.all_of(root);
        self.tell_uncited();
        std::mem::take(&mut self.found)
    }

    /// Returns what was found in a call and in all that it calls.
    fn all_of(&self, root: Option<usize>) -> Found {
        let mut all = Found::default();
        let mut seen = BTreeSet::new();
        let mut open: Vec<usize> = root.into_iter().collect();
        while let Some(context) = open.pop() {
            let Some(state) = self.contexts.get(context).filter(|_| seen.insert(context)) else { continue };
            all.join(&state.found);
            open.extend(&state.callees);
        }
        all
    }
}

pub(super) struct Walk<'a> {
    pub(super) module: &'a Module,
    pub(super) schema: &'a Schema,
    pub(super) manifest: &'a Manifest,
    pub(super) places: &'a Places,
    contexts: Vec<Context>,
    calls: BTreeMap<(FunctionId, Vec<Type>), usize>,
    /// Calls with new arguments that the rule has made.
    fresh: usize,
    pass: usize,
    /// Expressions that this pass has walked.
    pub(super) expressions: usize,
    /// Whether this pass has learnt something of a value that it had used before.
    is_outdated: bool,
    /// The call that is walked.
    context: usize,
    function: FunctionId,
    /// Where that function was called first with such arguments, and in which.
    call_at: Option<(FunctionId, Span)>,
    rule: FunctionId,
    level: usize,
    /// Closures around the expression that is walked.
    pub(super) closures: usize,
    /// What was found in it so far.
    pub(super) found: Found,
}

/// What is known of a call.
#[derive(Default)]
struct Context {
    variables: Vec<Variable>,
    result: Variable,
    /// The last pass that walked it.
    pass: usize,
    /// Nothing more can be learnt of it.
    is_final: bool,
    callees: BTreeSet<usize>,
    found: Found,
}

/// What is known of a variable, or of what a call returns.
#[derive(Clone, Default)]
struct Variable {
    value: Type,
    /// Whether the pass has used it.
    is_used: bool,
}

impl Variable {
    /// Adds to what is known; tells whether something was used before it was known.
    fn join(&mut self, value: &Type) -> bool {
        self.value.join(value) && self.is_used
    }

    fn used(&mut self) -> Type {
        self.is_used = true;
        self.value.clone()
    }
}

impl<'a> Walk<'a> {
    /// Walks a call of a function with arguments of these types; gives what it may return.
    pub(super) fn call(&mut self, id: FunctionId, arguments: Vec<Type>, at: Option<Span>) -> Type {
        let module = self.module;
        let Some(function) = module.functions.get(id as usize) else { return Type::unknown() };
        if self.level == CALL_LEVELS {
            return Type::unknown();
        }
        let call = (id, arguments);
        let context = match self.calls.get(&call) {
            Some(context) => *context,
            None if self.fresh >= CALLS || self.expressions > EXPRESSIONS => return Type::unknown(),
            None => {
                let variables = vec![Variable::default(); function.slots as usize];
                self.contexts.push(Context { variables, ..Context::default() });
                self.calls.insert(call.clone(), self.contexts.len() - 1);
                self.fresh += 1;
                self.contexts.len() - 1
            }
        };
        if self.level > 0
            && let Some(caller) = self.contexts.get_mut(self.context)
        {
            caller.callees.insert(context);
        }
        let Some(state) = self.contexts.get_mut(context) else { return Type::unknown() };
        if state.pass != self.pass && !state.is_final {
            state.pass = self.pass;
            state.callees.clear();
            for variable in state.variables.iter_mut().chain([&mut state.result]) {
                variable.is_used = false;
            }
            let outside = (self.context, self.function, self.call_at.take(), std::mem::take(&mut self.found));
            let called = at.map(|at| (outside.1, at));
            (self.context, self.function, self.call_at) = (context, id, called);
            self.level += 1;
            let closures = std::mem::take(&mut self.closures);
            for (slot, argument) in call.1.iter().enumerate() {
                self.assign(slot as Slot, argument);
            }
            let last = self.block(&function.body);
            if id == self.rule {
                self.unused(function.body.last());
            }
            self.give(&last);
            self.level -= 1;
            let found = std::mem::take(&mut self.found);
            self.closures = closures;
            (self.context, self.function, self.call_at, self.found) = outside;
            if let Some(state) = self.contexts.get_mut(context) {
                state.found = found;
            }
        }
        self.contexts.get_mut(context).map_or_else(Type::unknown, |state| state.result.used())
    }

    /// Adds to what the function that is walked may return.
    fn give(&mut self, value: &Type) {
        if let Some(state) = self.contexts.get_mut(self.context) {
            self.is_outdated |= state.result.join(value);
        }
    }

    pub(super) fn assign(&mut self, slot: Slot, value: &Type) {
        let variable = self.contexts.get_mut(self.context).and_then(|state| state.variables.get_mut(slot as usize));
        if let Some(known) = variable {
            self.is_outdated |= known.join(value);
        }
    }

    /// Returns all that a variable may be.
    pub(super) fn known(&mut self, slot: Slot) -> Type {
        let variable = self.contexts.get_mut(self.context).and_then(|state| state.variables.get_mut(slot as usize));
        variable.map_or_else(Type::unknown, Variable::used)
    }

    /// Tells what is wrong at a place of the function that is walked.
    pub(super) fn mistake(&mut self, at: Span, message: String, hint: Option<String>) {
        let path = self.path_of(self.function);
        // What is wrong whatever the arguments are shows at its place; what the caller gave shows with the call.
        let called = self.call_at.map(|(function, at)| format!("{}:{}:{}", self.path_of(function), at.line, at.column));
        self.found.mistakes.insert(Mistake { called, ..Mistake::new(path, at, message).with_hint(hint) });
    }

    fn path_of(&self, id: FunctionId) -> &'a str {
        let function = self.module.functions.get(id as usize);
        function.and_then(|function| self.module.files.get(function.file as usize)).map_or("", String::as_str)
    }

    /// Takes in what a demand cites.
    pub(super) fn cite(&mut self, at: Span, is_evidence: bool) {
        *self.found.cited.entry((self.function, at)).or_default() |= is_evidence;
    }

    fn tell_uncited(&mut self) {
        let cited = std::mem::take(&mut self.found.cited);
        for ((function, at), _) in cited.into_iter().filter(|(_, is_evidence)| !is_evidence) {
            self.function = function;
            let message = "a demand cites evidence, and this comes from none".to_owned();
            self.mistake(at, message, Some("give the field that the finding is about".to_owned()));
        }
    }

    pub(super) fn block(&mut self, block: &'a [Stmt]) -> Type {
        let mut last = Type::nothing();
        for (number, stmt) in block.iter().enumerate() {
            last = self.statement(stmt);
            if number + 1 < block.len() {
                self.unused(Some(stmt));
            }
        }
        last
    }

    /// Walks a block whose value nothing uses.
    fn body(&mut self, block: &'a [Stmt]) {
        self.block(block);
        self.unused(block.last());
    }

    /// Says where a value is computed and not used.
    fn unused(&mut self, stmt: Option<&'a Stmt>) {
        let Some(Stmt::Expr(expr)) = stmt else { return };
        let is_used = match &expr.kind {
            ExprKind::Call(id, _) => self.module.functions.get(*id as usize).is_none_or(|function| function.demands),
            ExprKind::Demand(_) | ExprKind::Block(_) | ExprKind::If(_) | ExprKind::Invalid => true,
            ExprKind::Builtin(Builtin::Print, _) => true,
            _ => false,
        };
        if !is_used {
            let hint = "require(…) and ensure(…) make a demand of it, let x = … keeps it".to_owned();
            self.mistake(expr.at, "this value is not used".to_owned(), Some(hint));
        }
    }

    /// Walks a statement; gives what its block is worth if it stands last.
    fn statement(&mut self, stmt: &'a Stmt) -> Type {
        match stmt {
            Stmt::Expr(expr) => return self.expr(expr),
            Stmt::Set(slot, expr) => {
                let value = self.value(expr);
                self.assign(*slot, &value);
            }
            Stmt::Update(operator, slot, expr) => {
                let (before, by) = (self.known(*slot), self.value(expr));
                let value = self.computed(*operator, &before, &by, expr.at);
                self.assign(*slot, &value);
            }
            Stmt::If(flow) => {
                self.condition(&flow.condition);
                let value = self.block(&flow.yes);
                return value.joined(&self.block(&flow.no));
            }
            Stmt::For(each) => {
                let list = self.value(&each.list);
                let item = self.item_of(&list, each.list.at, "`for` walks");
                if list.is_always_empty() {
                    self.mistake(each.list.at, "this list is always empty".to_owned(), None);
                }
                self.assign(each.item, &item);
                if let Some(counter) = each.counter {
                    self.assign(counter, &Type::computed(Kinds::INTEGER));
                }
                self.body(&each.body);
            }
            Stmt::While(flow) => {
                if let Some(condition) = &flow.condition {
                    self.condition(condition);
                }
                self.body(&flow.body);
            }
            Stmt::Otherwise(end) => {
                self.otherwise(end);
                // Where a `switch` covers every value, nothing comes here.
                return Type::default();
            }
            Stmt::Return(value) => {
                let value = match value {
                    Some(value) => self.value(value),
                    None => Type::nothing(),
                };
                self.give(&value);
                // Its block has no value of its own.
                return Type::default();
            }
            Stmt::Continue | Stmt::Break => return Type::default(),
        }
        Type::nothing()
    }

    /// Walks an expression whose value is used.
    pub(super) fn value(&mut self, expr: &'a Expr) -> Type {
        let value = self.expr(expr);
        let kinds = value.kinds(self.schema);
        if kinds.and(Kinds::NOTHING).is_empty() || value.is_unknown {
            return value;
        }
        let (message, hint) = match (&expr.kind, kinds.and(Kinds::ANY).is_empty()) {
            (ExprKind::Demand(_), _) => ("a demand gives no value", Some("write it as a statement of its own")),
            (ExprKind::Variable(_), _) => return value.without_nothing(),
            (_, true) => ("this gives no value", Some("a block is worth its last expression, without `;`")),
            (ExprKind::If(_), false) => {
                ("this `if` gives no value where its condition is not met", Some("add `else { … }`"))
            }
            (_, false) => ("this gives a value on some ways only", Some("give one at the end of the function as well")),
        };
        self.mistake(expr.at, message.to_owned(), hint.map(str::to_owned));
        // What relies on it is no mistake of its own.
        if kinds.and(Kinds::ANY).is_empty() { Type::default() } else { value.without_nothing() }
    }

    /// Walks a condition.
    pub(super) fn condition(&mut self, expr: &'a Expr) {
        let value = self.value(expr);
        if let Some(truth) = value.only_truth(self.schema) {
            let hint = matches!(expr.kind, ExprKind::Variable(_))
                .then(|| format!("nothing but {truth} is ever assigned to it"));
            return self.mistake(expr.at, format!("this condition is always {truth}"), hint);
        }
        let own = value.kinds(self.schema);
        if !own.is_empty() && !own.meets(Kinds::BOOLEAN) {
            let hint =
                if own.meets(Kinds::NUMBER) { "compare it, such as x > 0" } else { "has(x) asks whether x is given" };
            let found = self.described(&value);
            self.mistake(expr.at, format!("a condition is true or false, found {found}"), Some(hint.to_owned()));
        }
    }

    /// Says where a value has none of the types that are needed; tells whether it has one.
    pub(super) fn needs(&mut self, value: &Type, kinds: Kinds, at: Span, what: &str) -> bool {
        let own = value.kinds(self.schema);
        // A fraction that is written down is no whole number, whatever else a number may be.
        let is_fraction = own == Kinds::DECIMAL && kinds.and(Kinds::NUMBER) == Kinds::INTEGER;
        if own.is_empty() || own.meets(kinds) && !is_fraction {
            return true;
        }
        let hint = self.conversion(value, kinds);
        let found = if is_fraction { "a fraction".to_owned() } else { self.described(value) };
        self.mistake(at, format!("{what} {}, found {found}", kinds.words()), hint);
        false
    }

    /// Returns a type in words with the places of the evidence that it stands for.
    pub(super) fn described(&self, value: &Type) -> String {
        let words = match value.only_text() {
            Some(text) => format!("the text \"{text}\""),
            None => value.kinds(self.schema).words(),
        };
        let pointers = self.places.pointers(value);
        if pointers.is_empty() { words } else { format!("{words} ({pointers})") }
    }

    /// Returns what an item of a list may be.
    pub(super) fn item_of(&mut self, list: &Type, at: Span, what: &str) -> Type {
        let kinds = list.kinds(self.schema);
        if !kinds.is_empty() && !kinds.meets(Kinds::LIST) {
            let found = self.described(list);
            let hint = if kinds.meets(Kinds::TEXT) {
                Some("text.contains(part), text.split(separator) and text.lines() look into a text")
            } else if kinds.meets(Kinds::MAPPING) {
                Some("mapping.values() lists the values, mapping.keys() the keys")
            } else if kinds.meets(Kinds::INTEGER) {
                Some("0..n are the whole numbers below n")
            } else {
                None
            };
            self.mistake(at, format!("{what} a list, found {found}"), hint.map(str::to_owned));
            return Type::default();
        }
        list.item(self.schema)
    }
}

//! Follows a rule from its `check` through all that it calls, until nothing was used before all of it was known.
//!
//! Variables are not followed in time: a variable is all that is ever assigned to it. What is found covers every run
//! of the rule on every bundle. Most rules are walked once; one that assigns to a variable what it had not read there
//! before (in a loop, say) is walked again, and what the walk before found is forgotten.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ir::{Builtin, ExprKind, FunctionId, If, Module, Slot, Span, Stmt};
use super::super::kinds::Kinds;
use super::super::mistake::Mistake;
use super::analysis::Analysis;
use super::narrowing::Fact;
use super::reads::SchemaPlaces;
use super::types::Type;
use crate::language::{Text, text};
use crate::pack::{Manifest, Schema};

/// Walks of one rule; real rules need one or two.
const PASSES: usize = 32;
/// Calls with different arguments until the arguments are not told apart any more.
const CALLS: usize = 2_000;
/// Expressions of one walk from which on calls with arguments of new types are not followed.
const EXPRESSIONS: usize = 50_000;
/// Functions that call each other, as when they run.
const CALL_LEVELS: usize = 32;

impl<'a> Checker<'a> {
    pub(super) fn new(
        module: &'a Module,
        schema: &'a Schema,
        manifest: &'a Manifest,
        places: &'a SchemaPlaces,
    ) -> Self {
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
            facts: Vec::new(),
            expressions: 0,
            found: Analysis::default(),
        }
    }

    /// Follows the `check` of a rule. What is known of the functions that rules before it called is used again.
    pub(super) fn follow(&mut self, check: FunctionId) -> Analysis {
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
    fn all_of(&self, root: Option<usize>) -> Analysis {
        let mut all = Analysis::default();
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

pub(super) struct Checker<'a> {
    pub(super) module: &'a Module,
    pub(super) schema: &'a Schema,
    pub(super) manifest: &'a Manifest,
    pub(super) places: &'a SchemaPlaces,
    contexts: Vec<CallState>,
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
    /// What the conditions around the expression tell of values.
    pub(super) facts: Vec<Fact>,
    /// What was found in it so far.
    pub(super) found: Analysis,
}

/// What is known of a call.
#[derive(Default)]
struct CallState {
    variables: Vec<SlotType>,
    result: SlotType,
    /// The last pass that walked it.
    pass: usize,
    /// Nothing more can be learnt of it.
    is_final: bool,
    callees: BTreeSet<usize>,
    found: Analysis,
}

/// What is known of a variable, or of what a call returns.
#[derive(Clone, Default)]
struct SlotType {
    value: Type,
    /// Whether the pass has used it.
    is_used: bool,
}

impl SlotType {
    /// Adds to what is known; tells whether something was used before it was known.
    fn join(&mut self, value: &Type) -> bool {
        self.value.join(value) && self.is_used
    }

    fn used(&mut self) -> Type {
        self.is_used = true;
        self.value.clone()
    }
}

impl<'a> Checker<'a> {
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
                let variables = vec![SlotType::default(); function.slots as usize];
                self.contexts.push(CallState { variables, ..CallState::default() });
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
            let (closures, facts) = (std::mem::take(&mut self.closures), std::mem::take(&mut self.facts));
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
            (self.closures, self.facts) = (closures, facts);
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
        variable.map_or_else(Type::unknown, SlotType::used)
    }

    /// Tells what is wrong at a place of the function that is walked.
    pub(super) fn mistake(&mut self, at: Span, message: Text, hint: Option<Text>) {
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
            let message =
                text!("a demand cites evidence, and this comes from none", "요구가 인용할 제출 자료가 아닌 값임");
            let hint = text!("give the field that the finding is about", "지적의 대상이 되는 필드를 쓸 것");
            self.mistake(at, message, Some(hint));
        }
    }

    pub(super) fn block(&mut self, block: &'a [Stmt]) -> Type {
        let known = self.facts.len();
        let mut last = Type::nothing();
        for (number, stmt) in block.iter().enumerate() {
            last = self.statement(stmt);
            if number + 1 < block.len() {
                self.unused(Some(stmt));
            }
            if let Stmt::If(flow) = stmt {
                self.learn_after(flow);
            }
        }
        self.facts.truncate(known);
        last
    }

    /// Walks both branches of an `if`.
    pub(super) fn branches(&mut self, flow: &'a If) -> Type {
        self.condition(&flow.condition);
        let value = self.under(&flow.condition, true, |walk| walk.block(&flow.yes));
        value.joined(&self.under(&flow.condition, false, |walk| walk.block(&flow.no)))
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
            let hint = text!(
                "require(…) and ensure(…) make a demand of it, let x = … keeps it",
                "require(…)나 ensure(…)로 요구하거나 let x = …로 변수에 둘 것"
            );
            self.mistake(expr.at, text!("this value is not used", "쓰이지 않는 값임"), Some(hint));
        }
    }

    /// Walks a statement; gives what its block is worth if it stands last.
    fn statement(&mut self, stmt: &'a Stmt) -> Type {
        match stmt {
            Stmt::Expr(expr) => return self.expr(expr),
            Stmt::Set(slot, expr) => {
                let value = self.value(expr);
                self.forget(*slot);
                self.assign(*slot, &value);
            }
            Stmt::Update(operator, slot, expr) => {
                let (before, by) = (self.known(*slot), self.value(expr));
                let value = self.computed(*operator, &before, &by, expr.at);
                self.forget(*slot);
                self.assign(*slot, &value);
            }
            Stmt::If(flow) => {
                return self.branches(flow);
            }
            Stmt::For(each) => {
                let list = self.value(&each.list);
                let item = self.item_of(&list, each.list.at, || text!("`for` walks", "`for`의 대상"));
                if list.is_always_empty() {
                    self.mistake(each.list.at, text!("this list is always empty", "언제나 비어 있는 목록임"), None);
                }
                self.forget(each.item);
                self.assign(each.item, &item);
                if let Some(counter) = each.counter {
                    self.assign(counter, &Type::computed(Kinds::INTEGER));
                }
                self.turns(|walk| walk.body(&each.body));
            }
            Stmt::While(flow) => match &flow.condition {
                Some(condition) => self.turns(|walk| {
                    walk.condition(condition);
                    walk.under(condition, true, |walk| walk.body(&flow.body));
                }),
                None => self.turns(|walk| walk.body(&flow.body)),
            },
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
}

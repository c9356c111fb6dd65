//! Random rules and evidence, over the schema of `trial.rs`.
//!
//! Both are made from a tape of numbers: the same tape gives the same case, and a shorter tape or one of smaller numbers
//! gives a smaller case, which is how a counterexample is made small.

use serde_json::{Map, Value, json};

use crate::mutations::Dice;
use crate::trial::Rule;

/// The numbers that a case is made from; 0 where the tape has ended.
pub(crate) struct Tape {
    numbers: Vec<u32>,
    at: usize,
    dice: Option<Dice>,
}

impl Tape {
    /// Writes a new tape.
    pub(crate) fn record(seed: u64) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..4 {
            dice.roll(2);
        }
        Self { numbers: Vec::new(), at: 0, dice: Some(dice) }
    }

    pub(crate) fn play(numbers: &[u32]) -> Self {
        Self { numbers: numbers.to_vec(), at: 0, dice: None }
    }

    pub(crate) fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    pub(crate) fn roll(&mut self, below: usize) -> usize {
        if let Some(dice) = &mut self.dice {
            self.numbers.push(dice.roll(1 << 30) as u32);
        }
        let number = self.numbers.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        number as usize % below.max(1)
    }

    /// Is true so many times of a hundred, and false at the end of a tape.
    fn odds(&mut self, percent: usize) -> bool {
        self.roll(100) >= 100 - percent
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len())]
    }
}

/// Makes a tape smaller as long as the case on it stays of interest.
pub(crate) fn shrink(numbers: &[u32], tries: usize, mut is_of_interest: impl FnMut(&[u32]) -> bool) -> Vec<u32> {
    let mut best = numbers.to_vec();
    let mut left = tries;
    let mut is_changed = true;
    while is_changed && left > 0 {
        is_changed = false;
        let mut size = (best.len() / 2).max(1);
        while size >= 1 {
            let mut at = 0;
            while at < best.len() {
                let end = (at + size).min(best.len());
                let shorter: Vec<u32> = best[..at].iter().chain(&best[end..]).copied().collect();
                let mut zeroed = best.clone();
                zeroed[at..end].fill(0);
                let candidates = [shorter, zeroed];
                let found = candidates.into_iter().find(|candidate| {
                    let is_smaller = candidate.len() < best.len() || candidate < &best;
                    if !is_smaller || left == 0 {
                        return false;
                    }
                    left -= 1;
                    is_of_interest(candidate)
                });
                match found {
                    Some(found) => {
                        is_changed = true;
                        best = found;
                    }
                    None => at = end,
                }
            }
            size /= 2;
        }
    }
    best
}

/// What a random rule contains.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Traits {
    /// It asks whether something is given: `has`, `or`, `is_present`.
    pub(crate) asks: bool,
    /// It counts items that are given: `len`, `count`, `is_empty`.
    pub(crate) counts: bool,
    /// It makes lists of values that may be absent.
    pub(crate) makes: bool,
    /// It asks about the order of lists.
    pub(crate) is_ordered: bool,
    /// A demand cites what a function was given.
    pub(crate) cites_arguments: bool,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Number,
    Flag,
    Text,
    Item,
    Items,
    Numbers,
    Mapping,
}

#[derive(Clone)]
struct Known {
    name: String,
    sort: Sort,
    /// It was defined with `let`, and may be assigned to.
    is_own: bool,
    /// Loops around its definition.
    loops: usize,
}

/// What a generated rule may contain.
#[derive(Clone, Copy)]
pub(crate) struct Allowed {
    pub(crate) asks: bool,
    pub(crate) is_ordered: bool,
}

/// Makes one rule.
pub(crate) struct Maker<'t> {
    tape: &'t mut Tape,
    allowed: Allowed,
    pub(crate) traits: Traits,
    names: usize,
    sites: usize,
    functions: Vec<(String, Option<Sort>)>,
    text: String,
    loops: usize,
    /// What `return` gives in the function that is made.
    gives: Option<Sort>,
    /// It is a closure or value, which makes no demands and cannot be left.
    in_value: bool,
    makes_demands: bool,
}

const DEPTH: usize = 3;
/// Comparisons of a length that are not always the same.
const LENGTHS: &[&str] = &["> 0", "== 0", "!= 0", "== 1", "< 2", ">= 2", "<= 1", "== 2"];

impl<'t> Maker<'t> {
    pub(crate) fn new(tape: &'t mut Tape, allowed: Allowed) -> Self {
        Self {
            tape,
            allowed,
            traits: Traits::default(),
            names: 0,
            sites: 0,
            functions: Vec::new(),
            text: String::new(),
            loops: 0,
            gives: None,
            in_value: false,
            makes_demands: true,
        }
    }

    pub(crate) fn rule(&mut self) -> Rule {
        for _ in 0..self.tape.one_of(&[0, 0, 0, 1, 1, 2]) {
            self.function();
        }
        (self.gives, self.makes_demands) = (None, true);
        let mut scope = root();
        let count = 1 + self.tape.roll(4);
        let mut body = self.statements(&mut scope, 2, count);
        body.push_str(&self.demand(&scope, 2));
        for (index, (name, gives)) in self.functions.clone().into_iter().enumerate().rev() {
            let is_called = format!("{name}(");
            let defined = format!("fn f{}(", index + 2);
            let later = self.text.split_once(&defined).map_or("", |(_, later)| later);
            if !body.contains(&is_called) && !later.contains(&is_called) {
                // A function that is never called is refused.
                self.sites += 1;
                let (call, site) = (self.call(&name, &root()), self.sites);
                body.push_str(&match gives {
                    None => format!("\n{call};"),
                    Some(Sort::Flag) => format!("\nensure({call}, bundle, \"k{site}\");"),
                    Some(Sort::Number) => format!("\nensure({call} < 2, bundle, \"k{site}\");"),
                    Some(_) => format!("\nrequire({call}, \"k{site}\");"),
                });
                self.sites -= usize::from(gives.is_none());
            }
        }
        Rule { functions: self.text.clone(), check: body }
    }

    /// Returns one criterion in five wordings, each with a demand that always holds before it.
    pub(crate) fn wordings(&mut self) -> [Rule; 5] {
        let scope = root();
        let list = self.items(&scope, 2);
        let item = self.name();
        let mut inner = scope;
        inner.push(known(&item, Sort::Item));
        self.in_value = true;
        let (applies, holds) = (self.flag(&inner, 2), self.flag(&inner, 2));
        let before = "ensure(has(bundle.k) || !has(bundle.k), bundle, \"k2\");";
        let demand = format!("ensure({holds}, bundle, \"k1\");");
        [
            format!("{before} for {item} in {list} {{ if {applies} {{ {demand} }} }}"),
            format!("{before} for {item} in {list} {{ if !({applies}) {{ continue; }} {demand} }}"),
            format!("{before} for {item} in {list} {{ if !({applies}) {{ }} else {{ {demand} }} }}"),
            format!("{before} for {item} in {list}.filter(|{item}| {applies}) {{ {demand} }}"),
            format!("{before} ensure({list}.all(|{item}| !({applies}) || {holds}), bundle, \"k1\");"),
        ]
        .map(Rule::new)
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("_v{}", self.names)
    }

    fn function(&mut self) {
        let gives =
            self.tape.one_of(&[None, Some(Sort::Flag), Some(Sort::Number), Some(Sort::Item), Some(Sort::Items)]);
        let demands = gives.is_none() || self.tape.odds(15);
        (self.gives, self.makes_demands) = (gives, demands);
        let name = format!("f{}", self.functions.len() + 1);
        let mut scope = vec![known("_p", Sort::Item), known("_l", Sort::Items)];
        let count = self.tape.roll(3) + usize::from(demands);
        let mut body = self.statements(&mut scope, 2, count);
        if demands {
            body.push_str(&self.demand(&scope, 1));
        }
        if let Some(sort) = gives {
            if self.tape.odds(40) {
                // The commonest search.
                let list = self.items(&scope, 1);
                let item = self.name();
                let mut inner = scope.clone();
                inner.push(known(&item, Sort::Item));
                let (condition, value) = (self.flag(&inner, 1), self.value(&inner, sort, 1));
                self.traits.is_ordered = true;
                body.push_str(&format!("for {item} in {list} {{ if {condition} {{ return {value}; }} }}\n"));
            }
            body.push_str(&self.value(&scope, sort, 1));
        }
        self.text.push_str(&format!("fn {name}(_p, _l, _b) {{\n{body}\n}}\n").replace("bundle", "_b"));
        self.functions.push((name, gives));
    }

    fn statements(&mut self, scope: &mut Vec<Known>, depth: usize, count: usize) -> String {
        (0..count).map(|_| self.statement(scope, depth) + "\n").collect()
    }

    fn block(&mut self, scope: &[Known], depth: usize) -> String {
        let count = 1 + self.tape.roll(2);
        let mut inner = scope.to_vec();
        self.statements(&mut inner, depth.saturating_sub(1), count)
    }

    fn statement(&mut self, scope: &mut Vec<Known>, depth: usize) -> String {
        match self.tape.roll(if depth == 0 { 7 } else { 14 }) {
            0..=2 if self.makes_demands => self.demand(scope, depth.max(1)),
            0..=4 => self.definition(scope, depth.max(1)),
            5 | 6 => self.assignment(scope, depth.max(1)),
            7 | 8 => self.choice(scope, depth),
            9 | 10 => self.each(scope, depth),
            11 if self.tape.odds(30) => self.repeat(scope, depth),
            11 => self.idiom(scope, depth),
            12 => {
                let none: Vec<String> =
                    self.functions.iter().filter(|(_, gives)| gives.is_none()).map(|(name, _)| name.clone()).collect();
                if none.is_empty() || !self.makes_demands {
                    self.choice(scope, depth)
                } else {
                    let name = none[self.tape.roll(none.len())].clone();
                    format!("{};", self.call(&name, scope))
                }
            }
            _ => {
                let (what, one, other) = (self.number(scope, 1), self.block(scope, depth), self.block(scope, depth));
                format!("switch {what} {{ 1 => {{ {one} }}, 2 | 3 => {{ }}, _ => {{ {other} }} }}")
            }
        }
    }

    fn demand(&mut self, scope: &[Known], depth: usize) -> String {
        self.sites += 1;
        let site = self.sites;
        let at = self.place(scope);
        match self.tape.roll(10) {
            0..=5 => format!("ensure({}, {at}, \"k{site}\");", self.flag(scope, depth)),
            6..=8 => format!("require({}, \"k{site}\");", self.asked(scope, depth)),
            _ => format!("if !({}) {{ undetermined({at}, \"k{site}\"); }}", self.flag(scope, depth)),
        }
    }

    /// Returns what a demand cites: of which it is known where it stands.
    fn place(&mut self, scope: &[Known]) -> String {
        let items: Vec<&Known> = scope.iter().filter(|known| known.sort == Sort::Item && !known.is_own).collect();
        match self.tape.roll(5) {
            3 => "bundle.k".to_owned(),
            choice @ (1 | 2 | 4) if !items.is_empty() => {
                let name = items[self.tape.roll(items.len())].name.clone();
                self.traits.cites_arguments |= name == "_p";
                if choice == 4 { format!("{name}.k") } else { name }
            }
            _ => "bundle".to_owned(),
        }
    }

    /// Returns what may be asked for: a value of any sort.
    fn asked(&mut self, scope: &[Known], depth: usize) -> String {
        if depth > 0 && self.tape.odds(30) {
            // That something is found does not depend on the order.
            let (list, condition) = self.over(scope, depth - 1);
            return format!("{list}.find({condition})");
        }
        let sort = self.tape.one_of(&[Sort::Item, Sort::Items, Sort::Mapping, Sort::Numbers]);
        if self.tape.odds(50) {
            let item = self.item(scope, depth.saturating_sub(1));
            return format!("{item}.{}", self.tape.one_of(&["n", "k", "m", "f", "ns", "m.p"]));
        }
        self.value(scope, sort, depth.saturating_sub(1))
    }

    fn definition(&mut self, scope: &mut Vec<Known>, depth: usize) -> String {
        let sort = self.tape.one_of(&[
            Sort::Number,
            Sort::Flag,
            Sort::Items,
            Sort::Item,
            Sort::Numbers,
            Sort::Text,
            Sort::Number,
            Sort::Mapping,
        ]);
        let value = match sort {
            Sort::Number if self.tape.odds(40) => self.tape.roll(3).to_string(),
            Sort::Items | Sort::Numbers if self.tape.odds(20) => "[]".to_owned(),
            sort => self.value(scope, sort, depth),
        };
        let name = self.name();
        scope.push(Known { name: name.clone(), sort, is_own: true, loops: self.loops });
        format!("let {name} = {value};")
    }

    fn assignment(&mut self, scope: &mut Vec<Known>, depth: usize) -> String {
        let own: Vec<Known> = scope.iter().filter(|known| known.is_own).cloned().collect();
        if own.is_empty() {
            return self.definition(scope, depth);
        }
        let Known { name, sort, loops, .. } = own[self.tape.roll(own.len())].clone();
        let value = self.value(scope, sort, depth - 1);
        let is_across_turns = self.loops > loops;
        match sort {
            Sort::Number if self.tape.odds(60) => format!("{name} += {value};"),
            Sort::Numbers if self.tape.odds(70) => {
                self.traits.makes = true;
                format!("{name} += [{}];", self.number(scope, depth - 1))
            }
            Sort::Items if self.tape.odds(70) => {
                self.traits.makes = true;
                format!("{name} += [{}];", self.item(scope, depth - 1))
            }
            _ => {
                self.traits.is_ordered |= is_across_turns;
                format!("{name} = {value};")
            }
        }
    }

    fn choice(&mut self, scope: &[Known], depth: usize) -> String {
        let condition = self.flag(scope, depth - 1);
        let mut yes = if self.tape.odds(85) { self.block(scope, depth) } else { String::new() };
        let leaves = self.leave(scope);
        if let Some(leave) = leaves.filter(|_| self.tape.odds(35)) {
            yes.push_str(&leave);
        }
        let no = if self.tape.odds(40) { format!(" else {{ {} }}", self.block(scope, depth)) } else { String::new() };
        format!("if {condition} {{ {yes} }}{no}")
    }

    fn leave(&mut self, scope: &[Known]) -> Option<String> {
        let returned = |run: &mut Self| match run.gives {
            None => "return;".to_owned(),
            Some(sort) => format!("return {};", run.value(scope, sort, 0)),
        };
        Some(match (self.loops, self.tape.roll(3)) {
            (0, 0 | 1) => return None,
            (0, _) => returned(self),
            (_, 0) => "continue;".to_owned(),
            (_, _) if !self.allowed.is_ordered => "continue;".to_owned(),
            (_, 1) => {
                self.traits.is_ordered = true;
                "break;".to_owned()
            }
            _ => {
                self.traits.is_ordered = true;
                returned(self)
            }
        })
    }

    fn each(&mut self, scope: &[Known], depth: usize) -> String {
        let item = self.name();
        let (list, sort) = match self.tape.roll(5) {
            4 => (self.numbers(scope, depth - 1), Sort::Number),
            _ => (self.items(scope, depth - 1), Sort::Item),
        };
        let mut inner = scope.to_vec();
        inner.push(known(&item, sort));
        self.loops += 1;
        let body = self.block(&inner, depth);
        self.loops -= 1;
        format!("for {item} in {list} {{ {body} }}")
    }

    fn repeat(&mut self, scope: &[Known], depth: usize) -> String {
        let counter = self.name();
        let bound = self.number(scope, 1);
        // What the body leaves with would leave the turn before it has counted.
        self.loops += 1;
        let body = self.block(scope, depth);
        self.loops -= 1;
        self.traits.is_ordered = true;
        match self.tape.roll(3) {
            0 => format!("let {counter} = 0; while {counter} < {bound} && {counter} < 3 {{ {counter} += 1; {body} }}"),
            1 => {
                let condition = self.flag(scope, 1);
                format!(
                    "let {counter} = 0; loop {{ {counter} += 1; if {counter} > 2 || {condition} {{ break; }} {body} }}"
                )
            }
            _ => format!("for {counter} in 0..{bound} {{ if {counter} > 3 {{ break; }} {body} }}"),
        }
    }

    /// Returns what authors write: a variable that a loop fills, and what is asked of it.
    fn idiom(&mut self, scope: &mut Vec<Known>, depth: usize) -> String {
        let (name, item, list) = (self.name(), self.name(), self.items(scope, 1));
        let mut inner = scope.clone();
        inner.push(known(&item, Sort::Item));
        let condition = self.flag(&inner, 1);
        let (first, fill, sort) = match self.tape.roll(6) {
            0 => ("0".to_owned(), format!("{name} += 1;"), Sort::Number),
            1 => ("0".to_owned(), format!("{name} += {item}.n;"), Sort::Number),
            2 => ("[]".to_owned(), format!("{name} += [{item}];"), Sort::Items),
            3 => ("[]".to_owned(), format!("{name} += [{item}.n];"), Sort::Numbers),
            4 => ("false".to_owned(), format!("{name} = true;"), Sort::Flag),
            _ => ("bundle.s".to_owned(), format!("{name} = {item};"), Sort::Item),
        };
        self.traits.makes |= matches!(sort, Sort::Items | Sort::Numbers);
        self.traits.is_ordered |= sort == Sort::Item;
        scope.push(Known { name: name.clone(), sort, is_own: true, loops: self.loops });
        let body = match self.tape.roll(3) {
            0 => format!("if {condition} {{ {fill} }}"),
            1 => format!("if {condition} {{ continue; }} {fill}"),
            _ => format!("if {condition} {{ }} else {{ {fill} }}"),
        };
        let more = if self.makes_demands { self.demand(scope, depth.min(1)) } else { String::new() };
        format!("let {name} = {first}; for {item} in {list} {{ {body} }} {more}")
    }

    fn call(&mut self, name: &str, scope: &[Known]) -> String {
        format!("{name}({}, {}, bundle)", self.item(scope, 1), self.items(scope, 1))
    }

    /// Returns a call of a function that gives such a value.
    fn called(&mut self, scope: &[Known], sort: Sort) -> Option<String> {
        let fit: Vec<String> =
            self.functions.iter().filter(|(_, gives)| *gives == Some(sort)).map(|(name, _)| name.clone()).collect();
        if fit.is_empty() || !self.tape.odds(60) {
            return None;
        }
        let name = fit[self.tape.roll(fit.len())].clone();
        Some(self.call(&name, scope))
    }

    fn variable(&mut self, scope: &[Known], sort: Sort) -> Option<String> {
        let fit: Vec<&Known> = scope.iter().filter(|known| known.sort == sort).collect();
        if fit.is_empty() || !self.tape.odds(50) {
            return None;
        }
        let known = fit[fit.len() - 1 - self.tape.roll(fit.len())].clone();
        // What an earlier turn assigned.
        self.traits.is_ordered |= known.is_own && self.loops > known.loops;
        Some(known.name)
    }

    fn value(&mut self, scope: &[Known], sort: Sort, depth: usize) -> String {
        match sort {
            Sort::Number => self.number(scope, depth),
            Sort::Flag => self.flag(scope, depth),
            Sort::Text => self.string(scope, depth),
            Sort::Item => self.item(scope, depth),
            Sort::Items => self.items(scope, depth),
            Sort::Numbers => self.numbers(scope, depth),
            Sort::Mapping => format!("{}.m", self.item(scope, depth)),
        }
    }

    /// Returns an `if` that gives a value.
    fn either(&mut self, scope: &[Known], sort: Sort, depth: usize) -> String {
        let condition = self.flag(scope, depth - 1);
        let (one, other) = (self.value(scope, sort, depth - 1), self.value(scope, sort, depth - 1));
        format!("(if {condition} {{ {one} }} else {{ {other} }})")
    }

    fn or(&mut self, value: String, default: String) -> String {
        if !self.allowed.asks {
            return value;
        }
        self.traits.asks = true;
        format!("{value}.or({default})")
    }

    /// Returns a list and a condition of its items.
    fn over(&mut self, scope: &[Known], depth: usize) -> (String, String) {
        let (list, sort) = match self.tape.roll(5) {
            4 => (self.numbers(scope, depth), Sort::Number),
            _ => (self.items(scope, depth), Sort::Item),
        };
        let item = self.name();
        let mut inner = scope.to_vec();
        inner.push(known(&item, sort));
        let outside = (self.in_value, self.makes_demands);
        (self.in_value, self.makes_demands) = (true, false);
        let condition = if sort == Sort::Number && self.tape.odds(60) {
            format!("{item} {} {}", self.tape.one_of(&["<", "==", "!=", ">="]), self.tape.roll(4))
        } else {
            self.flag(&inner, depth)
        };
        (self.in_value, self.makes_demands) = outside;
        (list, format!("|{item}| {condition}"))
    }

    fn flag(&mut self, scope: &[Known], depth: usize) -> String {
        if let Some(variable) = self.variable(scope, Sort::Flag) {
            return variable;
        }
        let next = depth.saturating_sub(1).min(DEPTH);
        let sign = |run: &mut Self| run.tape.one_of(&["<", "==", "<=", "!=", ">", ">="]);
        match self.tape.roll(if depth == 0 { 6 } else { 26 }) {
            0 | 1 => format!("{}.f", self.item(scope, next)),
            2 | 3 => {
                let (one, sign, other) = (self.place_number(scope), sign(self), self.tape.roll(4));
                format!("{one} {sign} {other}")
            }
            4 => format!("{}.k == \"{}\"", self.item(scope, 0), self.tape.one_of(&["a", "b", "c"])),
            5 | 6 => {
                let (mut one, mut other) = (self.number(scope, next), self.number(scope, next));
                // What is always the same is refused.
                if is_literal(&one) {
                    one = self.place_number(scope);
                }
                if one == other {
                    other = self.tape.roll(4).to_string();
                }
                format!("{one} {} {other}", sign(self))
            }
            7 => format!("!({})", self.flag(scope, next)),
            8 | 9 => format!("({} && {})", self.flag(scope, next), self.flag(scope, next)),
            10 | 11 => format!("({} || {})", self.flag(scope, next), self.flag(scope, next)),
            12..=14 => {
                let (list, condition) = self.over(scope, next);
                format!("{list}.{}({condition})", self.tape.one_of(&["any", "all", "none"]))
            }
            15 => format!("{} in {}", self.number(scope, next), self.numbers(scope, next)),
            16 => match self.tape.roll(3) {
                0 => format!("{}.k in [\"a\", \"b\"]", self.item(scope, next)),
                1 => format!("{}.contains({})", self.items(scope, next), self.item(scope, next)),
                _ => format!("{}.starts_with(\"a\")", self.string(scope, next)),
            },
            17 => {
                let sort = self.tape.one_of(&[Sort::Item, Sort::Items, Sort::Numbers, Sort::Mapping, Sort::Text]);
                self.traits.is_ordered |= matches!(sort, Sort::Items | Sort::Numbers | Sort::Item);
                let (one, other) = (self.value(scope, sort, next), self.value(scope, sort, next));
                if one == other {
                    return format!("{}.f", self.item(scope, next));
                }
                format!("({one} {} {other})", self.tape.one_of(&["==", "!="]))
            }
            18 | 19 => {
                self.traits.counts = true;
                let list = if self.tape.odds(30) { self.numbers(scope, next) } else { self.items(scope, next) };
                match self.tape.roll(3) {
                    0 => format!("{list}.is_empty()"),
                    _ => format!("{list}.len() {}", self.tape.one_of(LENGTHS)),
                }
            }
            20 => {
                self.traits.counts = true;
                let (list, condition) = self.over(scope, next);
                format!("{list}.count({condition}) {}", self.tape.one_of(LENGTHS))
            }
            21 => self.either(scope, Sort::Flag, depth),
            22 => self.called(scope, Sort::Flag).unwrap_or_else(|| self.either(scope, Sort::Flag, depth)),
            23 => {
                let group = self.name();
                let mut inner = scope.to_vec();
                inner.push(known(&group, Sort::Items));
                let (list, condition) = (self.items(scope, next), self.flag(&inner, next));
                let item = self.name();
                self.traits.makes = true;
                format!(
                    "{list}.group_by(|{item}| {item}.{}).{}(|{group}| {condition})",
                    self.tape.one_of(&["k", "n", "f"]),
                    self.tape.one_of(&["any", "all"])
                )
            }
            _ if !self.allowed.asks => format!("{}.f", self.item(scope, next)),
            24 => {
                self.traits.asks = true;
                format!("has({})", self.asked(scope, next))
            }
            _ => {
                let flag = format!("{}.f", self.item(scope, next));
                self.or(flag, "false".to_owned())
            }
        }
    }

    fn place_number(&mut self, scope: &[Known]) -> String {
        match self.tape.roll(3) {
            0 => format!("{}.n", self.item(scope, 0)),
            1 => "bundle.n".to_owned(),
            _ => format!("{}.m.p", self.item(scope, 0)),
        }
    }

    fn number(&mut self, scope: &[Known], depth: usize) -> String {
        if let Some(variable) = self.variable(scope, Sort::Number) {
            return variable;
        }
        let next = depth.saturating_sub(1).min(DEPTH);
        match self.tape.roll(if depth == 0 { 4 } else { 16 }) {
            0 => self.tape.roll(4).to_string(),
            1..=4 => self.place_number(scope),
            5 | 6 => {
                let sign = self.tape.one_of(&["+", "-", "*"]);
                format!("({} {sign} {})", self.number(scope, next), self.number(scope, next))
            }
            7 => format!("{}.sum()", self.numbers(scope, next)),
            8 => {
                self.traits.counts = true;
                let (list, condition) = self.over(scope, next);
                format!("{list}.count({condition})")
            }
            9 => {
                self.traits.counts = true;
                format!("{}.len()", self.items(scope, next))
            }
            10 => format!(
                "{}({}, {})",
                self.tape.one_of(&["min", "max"]),
                self.number(scope, next),
                self.number(scope, next)
            ),
            11 => format!("{}.{}()", self.numbers(scope, next), self.tape.one_of(&["min", "max"])),
            12 => self.either(scope, Sort::Number, depth),
            13 => self.called(scope, Sort::Number).unwrap_or_else(|| self.place_number(scope)),
            14 if self.allowed.is_ordered => {
                self.traits.is_ordered = true;
                let list = self.numbers(scope, next);
                let how = self.tape.one_of(&["[0]", ".first()", ".last()", "[-1]"]);
                format!("{list}{how}")
            }
            _ => {
                let number = self.place_number(scope);
                self.or(number, "1".to_owned())
            }
        }
    }

    fn string(&mut self, scope: &[Known], depth: usize) -> String {
        if let Some(variable) = self.variable(scope, Sort::Text) {
            return variable;
        }
        match self.tape.roll(if depth == 0 { 3 } else { 7 }) {
            0 => format!("{}.k", self.item(scope, 0)),
            1 => "bundle.k".to_owned(),
            2 => format!("{}.m.q", self.item(scope, 0)),
            3 => format!("({} + \"a\")", self.string(scope, depth - 1)),
            4 => format!("`${{{}}}-${{{}}}`", self.string(scope, depth - 1), self.number(scope, 0)),
            5 => self.either(scope, Sort::Text, depth),
            _ => {
                let text = format!("{}.k", self.item(scope, depth - 1));
                self.or(text, "\"a\"".to_owned())
            }
        }
    }

    fn item(&mut self, scope: &[Known], depth: usize) -> String {
        if let Some(variable) = self.variable(scope, Sort::Item) {
            return variable;
        }
        let next = depth.saturating_sub(1).min(DEPTH);
        match self.tape.roll(if depth == 0 { 1 } else { 8 }) {
            0..=2 => "bundle.s".to_owned(),
            3 if self.allowed.is_ordered => {
                self.traits.is_ordered = true;
                let list = self.items(scope, next);
                let item = self.name();
                let mut inner = scope.to_vec();
                inner.push(known(&item, Sort::Item));
                format!("{list}.find(|{item}| {})", self.flag(&inner, next))
            }
            4 if self.allowed.is_ordered => {
                self.traits.is_ordered = true;
                let list = self.items(scope, next);
                let how = self.tape.one_of(&[".first()", ".last()", "[0]", "[1]"]);
                format!("{list}{how}")
            }
            5 => self.either(scope, Sort::Item, depth),
            6 => self.called(scope, Sort::Item).unwrap_or_else(|| "bundle.s".to_owned()),
            _ => {
                let item = self.item(scope, next);
                self.or(item, "bundle.s".to_owned())
            }
        }
    }

    fn items(&mut self, scope: &[Known], depth: usize) -> String {
        if let Some(variable) = self.variable(scope, Sort::Items) {
            return variable;
        }
        let next = depth.saturating_sub(1).min(DEPTH);
        match self.tape.roll(if depth == 0 { 2 } else { 11 }) {
            0 => "bundle.xs".to_owned(),
            1 => "bundle.ys".to_owned(),
            2..=4 => {
                let list = self.items(scope, next);
                let item = self.name();
                let mut inner = scope.to_vec();
                inner.push(known(&item, Sort::Item));
                format!("{list}.filter(|{item}| {})", self.flag(&inner, next))
            }
            5 => self.either(scope, Sort::Items, depth),
            6 => format!("({} + {})", self.items(scope, next), self.items(scope, next)),
            7 => {
                self.traits.makes = true;
                format!("[{}, {}]", self.item(scope, next), self.item(scope, next))
            }
            8 => self.called(scope, Sort::Items).unwrap_or_else(|| "bundle.xs".to_owned()),
            9 => {
                let (list, item) = (self.items(scope, next), self.name());
                self.traits.makes = true;
                match self.tape.roll(2) {
                    0 => format!("{list}.sort_by(|{item}| {item}.n)"),
                    _ => {
                        // Which of two that may be equal is kept, the first decides.
                        self.traits.is_ordered = true;
                        format!("{list}.distinct()")
                    }
                }
            }
            _ => {
                let list = self.items(scope, next);
                self.or(list, "[]".to_owned())
            }
        }
    }

    fn numbers(&mut self, scope: &[Known], depth: usize) -> String {
        if let Some(variable) = self.variable(scope, Sort::Numbers) {
            return variable;
        }
        let next = depth.saturating_sub(1).min(DEPTH);
        match self.tape.roll(if depth == 0 { 1 } else { 7 }) {
            0 | 1 => format!("{}.ns", self.item(scope, next)),
            2 | 3 => {
                self.traits.makes = true;
                let list = self.items(scope, next);
                let item = self.name();
                let mut inner = scope.to_vec();
                inner.push(known(&item, Sort::Item));
                format!("{list}.map(|{item}| {})", self.number(&inner, next))
            }
            4 => {
                let list = self.numbers(scope, next);
                let item = self.name();
                format!("{list}.filter(|{item}| {item} {} {})", self.tape.one_of(&["<", "!="]), self.tape.roll(4))
            }
            5 => {
                self.traits.makes = true;
                format!("[{}, {}]", self.number(scope, next), self.number(scope, next))
            }
            _ => {
                (self.traits.makes, self.traits.is_ordered) = (true, true);
                format!("{}.distinct()", self.numbers(scope, next))
            }
        }
    }
}

fn is_literal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn known(name: &str, sort: Sort) -> Known {
    Known { name: name.to_owned(), sort, is_own: false, loops: 0 }
}

fn root() -> Vec<Known> {
    Vec::new()
}

/// Makes evidence in which about so many of a hundred values are absent.
pub(crate) fn evidence(tape: &mut Tape) -> Value {
    let absent = tape.one_of(&[5, 12, 20, 30, 45]);
    let mut root = Map::new();
    for (name, shape) in [("xs", "items"), ("ys", "items"), ("s", "item"), ("k", "text"), ("n", "number")] {
        put(tape, &mut root, name, shape, absent);
    }
    Value::Object(root)
}

/// Makes a value of a shape.
pub(crate) fn value(tape: &mut Tape, shape: &str, absent: usize) -> Value {
    match shape {
        "number" => json!(tape.roll(4)),
        "text" => json!(tape.one_of(&["a", "b", "c"])),
        "flag" => json!(tape.roll(2) == 1),
        "items" | "numbers" => {
            let inner = if shape == "items" { "item" } else { "number" };
            let count = tape.roll(4);
            let item = |_| if tape.odds(6) { Value::Null } else { value(tape, inner, absent) };
            Value::Array((0..count).map(item).collect())
        }
        "item" => {
            let mut item = Map::new();
            for (name, shape) in [("k", "text"), ("n", "number"), ("f", "flag"), ("m", "mapping"), ("ns", "numbers")] {
                put(tape, &mut item, name, shape, absent);
            }
            Value::Object(item)
        }
        _ => {
            let mut mapping = Map::new();
            put(tape, &mut mapping, "p", "number", absent);
            put(tape, &mut mapping, "q", "text", absent);
            Value::Object(mapping)
        }
    }
}

fn put(tape: &mut Tape, into: &mut Map<String, Value>, name: &str, shape: &str, absent: usize) {
    // The end of a tape leaves out what it can.
    if tape.roll(100) >= absent && !(tape.dice.is_none() && tape.at > tape.numbers.len()) {
        let value = value(tape, shape, absent);
        into.insert(name.to_owned(), value);
    }
}

/// Gives values to some of what is absent; lists that are given stay as long as they are. Entries of lists that are not
/// given are left alone where a rule counts those that are.
pub(crate) fn fill(tape: &mut Tape, evidence: &Value, keeps_entries: bool) -> Value {
    let percent = tape.one_of(&[100, 60, 30]);
    filled(tape, evidence, "bundle", percent, keeps_entries)
}

fn filled(tape: &mut Tape, value_now: &Value, shape: &str, percent: usize, keeps_entries: bool) -> Value {
    match value_now {
        Value::Null => {
            if tape.roll(100) < percent {
                value(tape, shape, 15)
            } else {
                Value::Null
            }
        }
        Value::Array(items) => {
            let inner = if shape == "items" { "item" } else { "number" };
            let fill_item = |item: &Value| {
                if keeps_entries && !is_given(item) {
                    item.clone()
                } else {
                    filled(tape, item, inner, percent, keeps_entries)
                }
            };
            Value::Array(items.iter().map(fill_item).collect())
        }
        Value::Object(fields) => {
            let known: &[(&str, &str)] = match shape {
                "bundle" => &[("xs", "items"), ("ys", "items"), ("s", "item"), ("k", "text"), ("n", "number")],
                "item" => &[("k", "text"), ("n", "number"), ("f", "flag"), ("m", "mapping"), ("ns", "numbers")],
                _ => &[("p", "number"), ("q", "text")],
            };
            let mut now = Map::new();
            for (name, shape) in known {
                let own = filled(tape, fields.get(*name).unwrap_or(&Value::Null), shape, percent, keeps_entries);
                if !own.is_null() || fields.contains_key(*name) {
                    now.insert((*name).to_owned(), own);
                }
            }
            Value::Object(now)
        }
        given => given.clone(),
    }
}

fn is_given(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().any(is_given),
        Value::Object(fields) => fields.values().any(is_given),
        _ => true,
    }
}

/// Puts the items of all lists into another order; tells where each value was, and is.
pub(crate) fn permute(tape: &mut Tape, evidence: &Value) -> (Value, Vec<(String, String)>) {
    let mut moved = Vec::new();
    let value = permuted(tape, evidence, "", "", &mut moved);
    (value, moved)
}

fn permuted(tape: &mut Tape, value: &Value, from: &str, to: &str, moved: &mut Vec<(String, String)>) -> Value {
    moved.push((from.to_owned(), to.to_owned()));
    match value {
        Value::Array(items) => {
            let mut order: Vec<usize> = (0..items.len()).collect();
            for at in (1..order.len()).rev() {
                order.swap(at, tape.roll(at + 1));
            }
            let item = |(now, before): (usize, &usize)| {
                permuted(tape, &items[*before], &format!("{from}/{before}"), &format!("{to}/{now}"), moved)
            };
            Value::Array(order.iter().enumerate().map(item).collect())
        }
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                (name.clone(), permuted(tape, value, &format!("{from}/{name}"), &format!("{to}/{name}"), moved))
            };
            Value::Object(fields.iter().map(field).collect())
        }
        other => other.clone(),
    }
}

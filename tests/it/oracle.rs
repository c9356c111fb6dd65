//! The rule language computes what Rhai computes, where every value is given: random programs, run by both.
//!
//! Where the two differ on purpose, the programs do not go:
//! - `/` of whole numbers is exact (`5 / 2 == 2.5`), Rhai's cuts the fraction off; `div` is not known to Rhai.
//! - Fractions are decimal, not binary: only sums and products of a few binary fractions are compared, by comparison.
//! - An item that a list does not have is absent, in Rhai an error for `[i]` and `()` for `find`, `first`, `last`.
//! - `trim` and `replace` give a new text, in Rhai they change theirs; functions that change a list are not there.
//! - A text has no items: `t[i]`, `for c in t` and `"a" in t` are refused; characters are texts.
//! - Texts are compared in NFC, and counted so.
//! - `any`, `none`, `count`, `sum`, `min` and `max` of lists, `distinct` and `sort_by` are not Rhai's.
//! - Values of different types are refused by `==`, in Rhai never equal; `()`, maps and closures as values are refused.
//! - A variable that is not read, a condition that is a literal, and what follows a `return` are refused.
//! - A whole number beyond 64 bits is a number as others are, in Rhai an overflow.
//! - A closure may read what it is called on; in Rhai that is a data race, so the programs copy the list: `(l + [])`.
//!
//! A division by zero is an error of both.

use gamsa::engine::on_worker;
use rhai::{Dynamic, Engine, Map, Scope};
use serde_json::{Value, json};

use crate::random_rules::{Tape, shrink};
use crate::trial::{Rule, in_packs, number};

/// Programs in a test run: what takes a few seconds.
const CASES: u64 = 1_500;
const SIZE: usize = 250;
const TRIES: usize = 400;
/// Characters that are printed of a text.
const PRINTED: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Whole,
    Flag,
    Text,
    Wholes,
    Texts,
    Fraction,
}

#[derive(Clone)]
struct Known {
    name: String,
    sort: Sort,
    is_fixed: bool,
}

/// Makes one program.
struct Maker<'t> {
    tape: &'t mut Tape,
    names: usize,
    loops: usize,
    functions: Vec<Sort>,
    gives: Sort,
    budget: usize,
}

impl Maker<'_> {
    fn program(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.tape.roll(3) {
            let gives = self.one_of(&[Sort::Whole, Sort::Flag, Sort::Text, Sort::Wholes]);
            self.gives = gives;
            let mut scope = vec![fixed("_p", Sort::Whole), fixed("_q", Sort::Wholes), fixed("_t", Sort::Text)];
            let body = self.block(&mut scope, 2, 2);
            let value = self.value(&scope, gives, 2);
            let name = self.functions.len() + 1;
            let function = format!("fn f{name}(_p, _q, _t, bundle) {{\n{body}{value}\n}}\n");
            // A parameter may be left unread where its name says so.
            text.push_str(&function.replace("bundle", "_b"));
            self.functions.push(gives);
        }
        self.gives = Sort::Text;
        let mut scope = Vec::new();
        let body = self.block(&mut scope, 3, 5);
        let calls: Vec<String> = (0..self.functions.len()).map(|at| self.call(at, &[])).collect();
        let mut shown: Vec<String> = scope.iter().map(|known| self.shown(&known.name, known.sort)).collect();
        shown.extend(calls.into_iter().zip(self.functions.clone()).map(|(call, sort)| self.shown(&call, sort)));
        shown.push(self.value(&scope, Sort::Text, 2));
        shown.push("bundle.t".to_owned());
        let sum = shown.join(" + \"|\" + ");
        format!("{text}{LIBRARY}fn main(bundle) {{\n{body}{sum}\n}}\n")
    }

    /// Returns a value as text.
    fn shown(&mut self, value: &str, sort: Sort) -> String {
        match sort {
            Sort::Wholes => format!("whole_list({value})"),
            Sort::Texts => format!("text_list({value})"),
            Sort::Text => format!("({value})"),
            // How a fraction is written differs.
            Sort::Fraction => format!("`${{{value} < 2.5}} ${{{value} == 0.5}}`"),
            Sort::Whole | Sort::Flag => format!("`${{{value}}}`"),
        }
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.tape.roll(all.len())]
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("_v{}", self.names)
    }

    fn block(&mut self, scope: &mut Vec<Known>, depth: usize, most: usize) -> String {
        let count = self.tape.roll(most + 1);
        (0..count).map(|_| self.statement(scope, depth) + "\n").collect()
    }

    fn inner(&mut self, scope: &[Known], depth: usize) -> String {
        self.block(&mut scope.to_vec(), depth.saturating_sub(1), 2)
    }

    fn statement(&mut self, scope: &mut Vec<Known>, depth: usize) -> String {
        self.budget = self.budget.saturating_sub(1);
        let choice = if depth == 0 || self.budget == 0 { self.tape.roll(6) } else { self.tape.roll(14) };
        match choice {
            0..=2 => {
                let sort = self.one_of(&[
                    Sort::Whole,
                    Sort::Flag,
                    Sort::Text,
                    Sort::Wholes,
                    Sort::Texts,
                    Sort::Fraction,
                    Sort::Whole,
                ]);
                let value = self.value(scope, sort, depth.max(1));
                let name = self.name();
                scope.push(Known { name: name.clone(), sort, is_fixed: false });
                format!("let {name} = {value};")
            }
            3..=5 => {
                let own: Vec<Known> = scope.iter().filter(|known| !known.is_fixed).cloned().collect();
                if own.is_empty() {
                    let (name, value) = (self.name(), self.value(scope, Sort::Whole, 1));
                    scope.push(Known { name: name.clone(), sort: Sort::Whole, is_fixed: false });
                    return format!("let {name} = {value};");
                }
                let Known { name, sort, .. } = own[self.tape.roll(own.len())].clone();
                let value = self.value(scope, sort, depth.min(2));
                let operator = match sort {
                    Sort::Whole => self.one_of(&["+=", "=", "-=", "*="]),
                    Sort::Flag => "=",
                    _ => self.one_of(&["=", "+="]),
                };
                // Lists and texts that double in each turn are of no interest.
                let operator = if self.loops > 0 && !matches!(sort, Sort::Whole) { "=" } else { operator };
                match sort {
                    Sort::Wholes if self.loops > 0 => format!("{name} += [{}];", self.value(scope, Sort::Whole, 1)),
                    Sort::Text if self.loops > 0 => format!("{name} += \"x\";"),
                    _ => format!("{name} {operator} {value};"),
                }
            }
            6 | 7 => {
                let (condition, yes) = (self.value(scope, Sort::Flag, 2), self.inner(scope, depth));
                let leave = self.leave(scope);
                match self.tape.roll(3) {
                    0 => format!("if {condition} {{ {yes} {leave} }}"),
                    1 => format!("if {condition} {{ {yes} }} else {{ {} }}", self.inner(scope, depth)),
                    _ => {
                        let (second, other) = (self.value(scope, Sort::Flag, 1), self.inner(scope, depth));
                        format!("if {condition} {{ {yes} }} else if {second} {{ {other} }} else {{ {leave} }}")
                    }
                }
            }
            8 | 9 => self.for_loop(scope, depth),
            10 => {
                let counter = self.name();
                let condition = self.value(scope, Sort::Flag, 1);
                self.loops += 1;
                let body = self.inner(scope, depth);
                self.loops -= 1;
                format!("let {counter} = 0; while {counter} < 3 && {condition} {{ {counter} += 1; {body} }}")
            }
            11 => {
                let counter = self.name();
                self.loops += 1;
                let (body, leave) = (self.inner(scope, depth), self.leave(scope));
                self.loops -= 1;
                format!(
                    "let {counter} = 0; loop {{ {counter} += 1; if {counter} > 2 {{ break; }} {body} if {counter} == 1 {{ {leave} }} }}"
                )
            }
            _ => self.switch(scope, depth),
        }
    }

    fn for_loop(&mut self, scope: &[Known], depth: usize) -> String {
        let item = self.name();
        let mut inner = scope.to_vec();
        let list = match self.tape.roll(5) {
            0 => "0..3".to_owned(),
            1 => format!("{}..={}", self.tape.roll(3), self.one_of(&["2", "3", "bundle.i % 4"])),
            2 => format!("range({}, {})", self.tape.roll(3), self.one_of(&["3", "4", "bundle.j % 4"])),
            3 => {
                inner.push(fixed(&item, Sort::Text));
                self.value(scope, Sort::Texts, 1)
            }
            _ => self.value(scope, Sort::Wholes, 1),
        };
        inner.push(fixed(&item, Sort::Whole));
        let mut head = item.clone();
        if self.tape.roll(4) == 3 {
            let counter = self.name();
            inner.push(fixed(&counter, Sort::Whole));
            head = format!("({item}, {counter})");
        }
        if inner.iter().any(|known| known.name == item && known.sort == Sort::Text) {
            inner.retain(|known| known.name != item || known.sort == Sort::Text);
        }
        self.loops += 1;
        let (body, leave) = (self.inner(&inner, depth), self.leave(&inner));
        let condition = self.value(&inner, Sort::Flag, 1);
        let more = self.inner(&inner, 1);
        self.loops -= 1;
        format!("for {head} in {list} {{ {body} if {condition} {{ {leave} }} {more} }}")
    }

    fn switch(&mut self, scope: &[Known], depth: usize) -> String {
        let [one, two, other] = [(); 3].map(|()| self.inner(scope, depth));
        if self.tape.roll(2) == 0 {
            let what = self.value(scope, Sort::Whole, 1);
            let guard = self.value(scope, Sort::Flag, 1);
            return match self.tape.roll(3) {
                0 => format!("switch {what} {{ 1 => {{ {one} }}, 2 | 3 => {{ {two} }}, _ => {{ {other} }} }}"),
                1 => format!("switch {what} {{ 0..3 => {{ {one} }}, 5..=9 => {{ {two} }}, _ => {{ {other} }} }}"),
                _ => format!("switch {what} {{ 1 if {guard} => {{ {one} }}, 2 => {{ {two} }}, _ => {{ {other} }} }}"),
            };
        }
        let what = self.unknown(scope, 1);
        format!("switch {what} {{ \"a\" => {{ {one} }}, \"ab\" | \"b\" => {{ {two} }}, _ => {{ {other} }} }}")
    }

    fn leave(&mut self, scope: &[Known]) -> String {
        match (self.loops, self.tape.roll(4)) {
            (0, 0..=2) => String::new(),
            (_, 1) => "continue;".to_owned(),
            (_, 2) => "break;".to_owned(),
            (_, 3) => format!("return {};", self.value(scope, self.gives, 1)),
            _ => String::new(),
        }
    }

    fn call(&mut self, at: usize, scope: &[Known]) -> String {
        let arguments = [Sort::Whole, Sort::Wholes, Sort::Text].map(|sort| self.value(scope, sort, 1));
        format!("f{}({}, bundle)", at + 1, arguments.join(", "))
    }

    fn value(&mut self, scope: &[Known], sort: Sort, depth: usize) -> String {
        let fit: Vec<&Known> = scope.iter().filter(|known| known.sort == sort).collect();
        if !fit.is_empty() && self.tape.roll(2) == 1 {
            return fit[self.tape.roll(fit.len())].name.clone();
        }
        let callable: Vec<usize> = (0..self.functions.len()).filter(|at| self.functions[*at] == sort).collect();
        if depth > 1 && !callable.is_empty() && self.tape.roll(4) == 3 {
            let at = callable[self.tape.roll(callable.len())];
            return self.call(at, scope);
        }
        if depth > 0 && self.tape.roll(8) == 7 {
            let (condition, one, other) = (
                self.value(scope, Sort::Flag, depth - 1),
                self.value(scope, sort, depth - 1),
                self.value(scope, sort, depth - 1),
            );
            return match self.tape.roll(3) {
                0 => format!("(if {condition} {{ {one} }} else {{ {other} }})"),
                1 => {
                    let name = self.name();
                    format!("(if {condition} {{ {one} }} else {{ let {name} = {other}; {name} }})")
                }
                _ => {
                    let what = self.value(scope, Sort::Whole, 0);
                    format!("(switch {what} {{ 1 | 2 => {one}, _ => {other} }})")
                }
            };
        }
        match sort {
            Sort::Whole => self.whole(scope, depth),
            Sort::Flag => self.flag(scope, depth),
            Sort::Text => self.text(scope, depth),
            Sort::Wholes => self.wholes(scope, depth),
            Sort::Texts => self.texts(scope, depth),
            Sort::Fraction => match self.tape.roll(if depth == 0 { 3 } else { 5 }) {
                0 => "bundle.n".to_owned(),
                1 => "0.5".to_owned(),
                2 => "1.25".to_owned(),
                _ => {
                    let sign = self.one_of(&["+", "-", "*"]);
                    let (one, other) = (self.value(scope, Sort::Fraction, 0), self.value(scope, Sort::Fraction, 0));
                    format!("({one} {sign} {other})")
                }
            },
        }
    }

    fn whole(&mut self, scope: &[Known], depth: usize) -> String {
        let next = depth.saturating_sub(1);
        match self.tape.roll(if depth == 0 { 4 } else { 12 }) {
            0 => self.tape.roll(12).to_string(),
            1 | 2 => "bundle.i".to_owned(),
            3 => "bundle.j".to_owned(),
            4..=6 => {
                let sign = self.one_of(&["+", "-", "*", "+", "-"]);
                format!("({} {sign} {})", self.value(scope, Sort::Whole, next), self.value(scope, Sort::Whole, next))
            }
            7 => format!("({} % {})", self.value(scope, Sort::Whole, next), self.one_of(&["2", "3", "bundle.j", "-4"])),
            8 => format!("(-{})", self.value(scope, Sort::Whole, next)),
            9 => {
                let sort = self.one_of(&[Sort::Wholes, Sort::Texts, Sort::Text]);
                format!("{}.len()", self.value(scope, sort, next))
            }
            10 => format!(
                "{}({}, {})",
                self.one_of(&["min", "max"]),
                self.value(scope, Sort::Whole, next),
                self.value(scope, Sort::Whole, next)
            ),
            _ => format!("abs({})", self.value(scope, Sort::Whole, next)),
        }
    }

    fn flag(&mut self, scope: &[Known], depth: usize) -> String {
        let next = depth.saturating_sub(1);
        let sign = self.one_of(&["==", "!=", "<", "<=", ">", ">="]);
        match self.tape.roll(if depth == 0 { 2 } else { 14 }) {
            0..=2 => {
                let mut one = self.value(scope, Sort::Whole, next);
                if one.bytes().all(|byte| byte.is_ascii_digit()) {
                    one = "bundle.j".to_owned();
                }
                format!("{one} {sign} {}", self.tape.roll(5))
            }
            3 => format!("!({})", self.value(scope, Sort::Flag, next)),
            4 | 5 => {
                let sign = self.one_of(&["&&", "||"]);
                format!("({} {sign} {})", self.value(scope, Sort::Flag, next), self.value(scope, Sort::Flag, next))
            }
            6 => {
                let sort = self.one_of(&[Sort::Wholes, Sort::Texts]);
                let sign = self.one_of(&["==", "!="]);
                let (one, other) = (self.value(scope, sort, next), self.value(scope, sort, next));
                // What is always the same is refused.
                if one == other {
                    format!("({one} {sign} {other} + {other})")
                } else {
                    format!("({one} {sign} {other})")
                }
            }
            7 => format!("({} {sign} {})", self.unknown(scope, next), self.value(scope, Sort::Text, next)),
            8 => {
                let operator = self.one_of(&["in", "!in"]);
                format!(
                    "({} {operator} {})",
                    self.value(scope, Sort::Whole, next),
                    self.value(scope, Sort::Wholes, next)
                )
            }
            9 => format!("{}.contains({})", self.value(scope, Sort::Texts, next), self.unknown(scope, next)),
            10 => {
                let (name, list) = (self.name(), self.value(scope, Sort::Wholes, next));
                let mut inner = scope.to_vec();
                inner.push(fixed(&name, Sort::Whole));
                let condition = self.value(&inner, Sort::Flag, next);
                format!("({list} + []).{}(|{name}| {condition})", self.one_of(&["all", "any"]))
            }
            11 => {
                let function = self.one_of(&["starts_with", "ends_with", "contains"]);
                format!("{}.{function}({})", self.value(scope, Sort::Text, next), self.value(scope, Sort::Text, 0))
            }
            12 => {
                let sort = self.one_of(&[Sort::Wholes, Sort::Texts, Sort::Text]);
                format!("{}.is_empty()", self.value(scope, sort, next))
            }
            _ => {
                let (mut one, other) =
                    (self.value(scope, Sort::Fraction, next), self.value(scope, Sort::Fraction, next));
                if one == other || one.parse::<f64>().is_ok() {
                    one = "(bundle.n * 2.5)".to_owned();
                }
                format!("({one} {sign} {other})")
            }
        }
    }

    /// Returns a text that is not known before the program runs: a comparison with a known one may be refused.
    fn unknown(&mut self, scope: &[Known], depth: usize) -> String {
        format!("({} + \"\")", self.value(scope, Sort::Text, depth))
    }

    fn text(&mut self, scope: &[Known], depth: usize) -> String {
        let next = depth.saturating_sub(1);
        match self.tape.roll(if depth == 0 { 3 } else { 8 }) {
            0 => "bundle.t".to_owned(),
            1 | 2 => format!("\"{}\"", self.one_of(&["a", "b", "ab", "", "가", "A b"])),
            3 => format!("({} + {})", self.value(scope, Sort::Text, next), self.value(scope, Sort::Text, next)),
            4 | 5 => {
                let sort = self.one_of(&[Sort::Whole, Sort::Flag, Sort::Text]);
                format!("`<${{{}}}>`", self.value(scope, sort, next))
            }
            6 => format!("{}.{}()", self.value(scope, Sort::Text, next), self.one_of(&["to_upper", "to_lower"])),
            _ => format!("({}).to_string()", self.value(scope, Sort::Whole, next)),
        }
    }

    fn wholes(&mut self, scope: &[Known], depth: usize) -> String {
        let next = depth.saturating_sub(1);
        match self.tape.roll(if depth == 0 { 2 } else { 7 }) {
            0 | 1 => "bundle.il".to_owned(),
            2 => format!("[{}, {}]", self.value(scope, Sort::Whole, next), self.value(scope, Sort::Whole, next)),
            3 => format!("({} + {})", self.value(scope, Sort::Wholes, next), self.value(scope, Sort::Wholes, next)),
            choice => {
                let (name, list) = (self.name(), self.value(scope, Sort::Wholes, next));
                let mut inner = scope.to_vec();
                inner.push(fixed(&name, Sort::Whole));
                match choice {
                    4 => format!("({list} + []).map(|{name}| {})", self.value(&inner, Sort::Whole, next)),
                    5 => format!("({list} + []).filter(|{name}| {})", self.value(&inner, Sort::Flag, next)),
                    _ => {
                        let texts = self.value(scope, Sort::Texts, next);
                        format!("{texts}.map(|{name}| {name}.len())")
                    }
                }
            }
        }
    }

    fn texts(&mut self, scope: &[Known], depth: usize) -> String {
        let next = depth.saturating_sub(1);
        match self.tape.roll(if depth == 0 { 2 } else { 6 }) {
            0 | 1 => "bundle.tl".to_owned(),
            2 => format!("[{}]", self.value(scope, Sort::Text, next)),
            3 => format!("{}.split(\"b\")", self.value(scope, Sort::Text, next)),
            4 => {
                let (name, list) = (self.name(), self.value(scope, Sort::Wholes, next));
                format!("{list}.map(|{name}| `${{{name}}}`)")
            }
            _ => {
                let (name, list) = (self.name(), self.value(scope, Sort::Texts, next));
                format!("{list}.filter(|{name}| {name} + \"b\" != \"ab\")")
            }
        }
    }
}

fn fixed(name: &str, sort: Sort) -> Known {
    Known { name: name.to_owned(), sort, is_fixed: true }
}

/// Writes lists as text.
const LIBRARY: &str = "
fn whole_list(_l) { let _s = \"\"; for _x in _l { _s += `${_x},`; } _s }
fn text_list(_l) { let _s = \"\"; for _x in _l { _s += _x + \",\"; } _s }
";

fn make(tape: &mut Tape) -> (String, Value) {
    let mut maker = Maker { tape, names: 0, loops: 0, functions: Vec::new(), gives: Sort::Text, budget: 25 };
    let program = maker.program();
    let text = |maker: &mut Maker<'_>| json!(maker.one_of(&["a", "b", "ab", "가b", "A", "bab"]));
    let whole = |maker: &mut Maker<'_>| json!(maker.tape.roll(12) as i64 - 3);
    let list = |maker: &mut Maker<'_>, item: &dyn Fn(&mut Maker<'_>) -> Value| {
        let count = maker.tape.roll(4);
        Value::Array((0..count).map(|_| item(maker)).collect())
    };
    // Now and then a number near the end of the range, so that a sum overflows.
    let i = if maker.tape.roll(20) == 19 { json!(i64::MAX - 1) } else { whole(&mut maker) };
    let evidence = json!({
        "i": i,
        "j": whole(&mut maker),
        "n": 0.25 * maker.tape.roll(12) as f64,
        "t": text(&mut maker),
        "il": list(&mut maker, &whole),
        "tl": list(&mut maker, &text),
    });
    (program, evidence)
}

fn rule_of(program: &str) -> Rule {
    // `main` has a name of its own: a rule begins with `check`.
    let unused = |name: &str| program.split_once("fn main").is_none_or(|_| program.matches(name).count() <= 1);
    let mut functions = program.to_owned();
    for name in ["whole_list", "text_list"] {
        if unused(name) {
            let kept: Vec<&str> = functions.lines().filter(|line| !line.starts_with(&format!("fn {name}"))).collect();
            functions = kept.join("\n");
        }
    }
    Rule {
        functions,
        check: "for line in main(bundle).split(\"|\") { print(line); }\nrequire(bundle.i, \"k1\");".to_owned(),
    }
}

/// Returns what Rhai computes: the lines, or nothing for an error.
fn by_rhai(engine: &Engine, program: &str, evidence: &Value) -> Result<Vec<String>, String> {
    let dynamic = |value: &Value| -> Dynamic {
        match value {
            Value::Number(number) => match number.as_i64() {
                Some(whole) => whole.into(),
                None => number.as_f64().expect("a number").into(),
            },
            Value::String(text) => text.clone().into(),
            _ => Dynamic::UNIT,
        }
    };
    let mut bundle = Map::new();
    for (name, value) in evidence.as_object().expect("a mapping") {
        let value = match value {
            Value::Array(items) => items.iter().map(dynamic).collect::<Vec<Dynamic>>().into(),
            // A fraction may be written as a whole number.
            Value::Number(number) if name == "n" => number.as_f64().expect("a number").into(),
            value => dynamic(value),
        };
        bundle.insert(name.as_str().into(), value);
    }
    // What the rule language calls `any` is `some` in Rhai.
    let program = program.replace(".any(", ".some(");
    let ast = engine.compile(program).map_err(|error| format!("does not parse: {error}"))?;
    let text: String = engine.call_fn(&mut Scope::new(), &ast, "main", (bundle,)).map_err(|error| error.to_string())?;
    Ok(text.split('|').map(str::to_owned).collect())
}

fn engine() -> Engine {
    // Hashes of functions are fixed when the first script is compiled; an engine from before would not find its own.
    in_packs(&[Rule::new("require(bundle.i, \"k1\");")], 1, |_, _| {});
    let mut engine = Engine::new();
    engine.set_max_expr_depths(0, 0);
    engine.set_max_call_levels(32);
    engine
}

/// Tells whether the two agree; false where they cannot be compared: a text is too long to be
/// printed in full, or a number too large for Rhai.
fn difference(expected: &Result<Vec<String>, String>, found: &crate::trial::Found) -> Result<bool, String> {
    match (expected, &found.error) {
        (Ok(lines), None) => {
            if lines.iter().any(|line| line.chars().count() > PRINTED) || found.printed.len() > 3_000 {
                return Ok(false);
            }
            let own: Vec<&str> = found.printed.split('\n').collect();
            // The last line ends, too.
            if own[..own.len() - 1] == *lines { Ok(true) } else { Err(format!("Rhai: {lines:?}\nhere: {own:?}")) }
        }
        (Err(error), Some(_)) if error.contains("does not parse") => Err(error.clone()),
        (Err(error), None) if error.contains("overflow") => Ok(false),
        (Err(_), Some(_)) => Ok(true),
        (expected, error) => Err(format!("Rhai: {expected:?}\nhere: {error:?} {:?}", found.printed)),
    }
}

#[test]
fn the_language_computes_what_rhai_computes() {
    on_worker(compare).expect("a worker");
}

fn compare() {
    let cases = number("GAMSA_CASES").unwrap_or(CASES);
    let seed = number("GAMSA_SEED").unwrap_or(1) << 32;
    let engine = engine();
    let (mut same, mut long, mut errors, mut refused) = (0, 0, 0, 0);
    let mut told = Vec::new();
    let mut at = 0;
    while at < cases {
        let count = (cases - at).min(SIZE as u64);
        let mut made = Vec::new();
        for case in at..at + count {
            let mut tape = Tape::record(seed + case);
            let (program, evidence) = make(&mut tape);
            made.push((tape.numbers().to_vec(), rule_of(&program), program, evidence));
        }
        at += count;
        let rules: Vec<Rule> = made.iter().map(|(_, rule, ..)| rule.clone()).collect();
        let mut bad = Vec::new();
        let out = in_packs(&rules, SIZE, |bench, rules| {
            for (index, rule) in rules.iter().enumerate() {
                let origin = made.iter().position(|(_, own, ..)| own == rule).expect("one of them");
                let (_, _, program, evidence) = &made[origin];
                let expected = by_rhai(&engine, program, evidence);
                match difference(&expected, &bench.run(index, evidence)) {
                    Ok(true) if expected.is_err() => errors += 1,
                    Ok(true) => same += 1,
                    Ok(false) => long += 1,
                    Err(_) => bad.push(origin),
                }
            }
        });
        if std::env::var_os("GAMSA_REFUSED").is_some() {
            out.iter().for_each(|(rule, error)| println!("{}\n{error}\n", rule.functions));
        }
        refused += out.len();
        for origin in bad {
            if told.len() < 5 { told.push(smallest(&engine, &made[origin].0)) } else { told.push(String::new()) }
        }
    }
    println!(
        "{same} the same, {errors} errors of both, {long} not comparable, {refused} refused, {} differ",
        told.len()
    );
    assert!(told.is_empty(), "{} differ\n{}", told.len(), told.join("\n\n"));
    assert!(same * 100 >= cases * 70, "{same} of {cases}");
}

fn smallest(engine: &Engine, tape: &[u32]) -> String {
    let mut told = "not found again".to_owned();
    let mut judge = |tape: &[u32]| {
        let (program, evidence) = make(&mut Tape::play(tape));
        let mut failed = false;
        in_packs(&[rule_of(&program)], 1, |bench, _| {
            let expected = by_rhai(engine, &program, &evidence);
            if let Err(error) = difference(&expected, &bench.run(0, &evidence)) {
                failed = true;
                told = format!("{program}{evidence}\n{error}");
            }
        });
        failed
    };
    shrink(tape, TRIES, &mut judge);
    told
}

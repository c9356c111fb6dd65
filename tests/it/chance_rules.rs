//! Rules of chance on evidence of chance: both evaluators find the same in rules that nobody would write.
//!
//! `GAMSA_CHANCE` sets how many packs of such rules are compared, `GAMSA_SEED` which.

use gamsa::engine::{Evaluator, Program, on_worker};
use gamsa::load::{Attachment, Attachments};
use gamsa::pack::{Format, Pack, Parameters, Schema, ShapeId, ShapeKind};

use crate::audits::{Bench, sorted};
use crate::evaluators::{Pair, Tally, VALUES, number};
use crate::language::Stand;
use crate::mutations::Dice;

/// Packs of rules in a test run: what takes a few seconds.
const ROUNDS: u64 = if cfg!(debug_assertions) { 3 } else { 20 };
const RULES: usize = 150;
const DOCUMENTS: usize = 6;

/// What of the bundle takes part; were it more, rules would seldom read what they have read before.
const PARTS: &str = "analyses  changes  documents  drills  guidelines  incidents  monitoring  notices  operator  \
    redundancy  services  submission";

/// Functions with loops, so that they are called and not expanded; the last is closed where they are written.
const FUNCTIONS: &str = r#"
fn first(a, b) { for q in [1] { if has(a) { return a; } } b }
fn same(a) { let r = a; for q in [1] { let z = q; } r }
fn lower(a) { let r = ""; for q in [a] { r = q.to_lower(); } r }
fn count(l) { let n = 0; for x in l { n += 1; } n }
fn later(a, b) { for q in [1] { if has(a) && has(b) && a < b { return b; } } a }
fn equal(a, b) { [1].any(|x| a == b) "#;

/// What values are made of, alternatives between two spaces; see [`Chance::expand`].
const TEXTS: &str = "$t.to_lower()  $t.to_upper()  $t.trim()  ($t + $t)  ($t + $t)  $clower($t)  $cfirst($t, $t)  \
    $csame($t)  attachment_sha256($t).or(\"-\")";
const INTEGERS: &str = "$L.len()  $t.len()  $L.filter($x).len()  $ccount($L)  ($i + $i)  ($i - $i)  ($i * $i)  -$i  \
    max($i, $i)  min($i, $i)  abs($i)  $cfirst($i, $i)  $csame($i)";
const NUMBERS: &str = "($n + $i)  ($n - $i)  ($n * $n)  max($n, $n)  min($n, $n)  abs($n)  $cfirst($n, $n)  $csame($n)";
const MOMENTS: &str = "($m + $l)  ($m - $l)  $clater($m, $m)  $cfirst($m, $m)  $csame($m)";
const DAYS: &str = "$m.date()  $d.add_days($i)  $d.add_months(-1)  $d.add_months(13)  deadline($d, 1)  \
    $cfirst($d, $d)  $csame($d)";
const LENGTHS: &str = "($m - $m)  ($m - $m)  minutes($i)  ($l + $l)  ($l - $l)  $cfirst($l, $l)  $csame($l)";
const FLAGS: &str = "($t $o $t)  ($t == $t)  ($i $o $i)  ($n $o $n)  ($m $o $m)  ($d $o $d)  ($l $o $l)  has($a)  \
    has($a)  !$f  ($f && $f)  ($f || $f)  $L.any($x)  $L.any($x)  $L.all($x)  $T.contains($t)  ($t in [$t, $t])  \
    $t.starts_with($t)  $t.contains($t)  $L.is_empty()  $cequal($t, $t)  $cequal($m, $m)";
const ANYTHING: &str = "$t  $t  $t  $i  $n  $m  $m  $d  $l  $f  $L  $O  $L.map($y)  [$t, $m]";
/// Also such as speak of a variable twice: that it is absent may be settled between.
const MESSAGES: &str = "\"k\"  \"about\", #{ a: $a }  \"about\", #{ b: $a, a: $a }  \"about\", #{ z: $a, B: $a, a: $a }  \
    \"about\", #{ a: $v, b: $L.filter(|it| $s == $v).len() }";
const DEMANDS: &str = "ensure($g, $a, $w);  ensure($g, $a, $w);  ensure($g, $a, $w);  require($a);  \
    require($a, $w);  undetermined($a, $w);  ensure($cequal($t, $t), 1, $w);";
const BRANCHES: &str = "if $f { $b }  if $f { $b } else { $b }  for $e  for $e";

const WORDS: &str = "I1  W1  messenger  pay  kim  a  A  x.pdf  가나  \
    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxa  \
    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb";
const TIMES: &str = "2024-05-13T13:44:00+09:00  2024-05-13T04:44:00Z  2024-05-13T13:50:00+09:00  \
    2024-06-01T00:00:00Z  2024-06-01T00:00:00Z  2024-05-20T14:52:00.5-03:30  1969-12-31T23:59:59.5Z  1600-01-01T00:00:00Z";

/// What an expression gives, by its letter in forms: t text, i integer, n number, m moment, d day, l length, f flag,
/// L list, O object.
type Sort = char;

/// A variable of a rule; what was computed has no shape.
#[derive(Clone)]
struct Known {
    name: String,
    sort: Sort,
    shape: Option<ShapeId>,
}

/// Writes rules and evidence by throwing dice.
struct Chance<'s> {
    schema: &'s Schema,
    dice: Dice,
    names: usize,
}

impl<'s> Chance<'s> {
    fn odds(&mut self, percent: usize) -> bool {
        self.dice.roll(100) < percent
    }

    fn one_of<T: Clone>(&mut self, choices: &[T]) -> Option<T> {
        choices.get(self.dice.roll(choices.len())).cloned()
    }

    /// Returns one of the texts between two spaces.
    fn pick(&mut self, choices: &'static str) -> &'static str {
        let choices: Vec<&str> = choices.split("  ").collect();
        choices[self.dice.roll(choices.len())]
    }

    fn kind(&self, id: ShapeId) -> &'s ShapeKind {
        &self.schema.shape(id).expect("a shape").kind
    }

    fn sort(&self, id: ShapeId) -> Sort {
        match self.kind(id) {
            ShapeKind::Object(_) => 'O',
            ShapeKind::List(_) => 'L',
            ShapeKind::Text { .. } | ShapeKind::Choice(_) | ShapeKind::Formatted(Format::Sha256) => 't',
            ShapeKind::Formatted(Format::DateTime) => 'm',
            ShapeKind::Formatted(Format::Date) => 'd',
            ShapeKind::Formatted(Format::Duration) => 'l',
            ShapeKind::Integer { .. } => 'i',
            ShapeKind::Number { .. } => 'n',
            ShapeKind::Boolean => 'f',
        }
    }

    /// Returns the fields of an object that take part.
    fn fields(&self, id: ShapeId) -> Vec<(&'s str, ShapeId)> {
        let takes_part = |name: &str| id != self.schema.bundle() || PARTS.split("  ").any(|part| part == name);
        let fields = self.schema.fields(id).iter().map(|(name, shape)| (name.as_str(), *shape));
        fields.filter(|(name, _)| takes_part(name)).collect()
    }

    fn document(&mut self) -> String {
        self.given_fields(self.schema.bundle(), 92).join("\n")
    }

    fn given_fields(&mut self, id: ShapeId, percent: usize) -> Vec<String> {
        let fields: Vec<_> = self.fields(id).into_iter().filter(|_| self.odds(percent)).collect();
        fields.into_iter().map(|(name, shape)| format!("{name}: {}", self.given(shape))).collect()
    }

    /// Returns a value in a document: of its shape, or anything.
    fn given(&mut self, id: ShapeId) -> String {
        if self.odds(8) {
            // The first is nothing at all, which a list may not hold.
            return VALUES[1 + self.dice.roll(VALUES.len() - 1)].to_owned();
        }
        if let ShapeKind::Choice(words) = self.kind(id) {
            return self.one_of(words).expect("a word");
        }
        let value = match self.sort(id) {
            't' => self.pick(WORDS),
            'f' => self.pick("true  false"),
            'i' => self.pick("0  1  2  3  100"),
            'n' => self.pick("0.5  1  2.0  80.5"),
            'm' => self.pick(TIMES),
            'd' => self.pick("2024-05-13  2024-05-31  2024-06-30  2023-02-28"),
            'l' => self.pick("PT10M  PT54M  P1D  PT0.5S"),
            'L' => {
                let item = self.schema.item(id).expect("items");
                let items: Vec<String> = (0..self.dice.roll(4)).map(|_| self.given(item)).collect();
                return format!("[{}]", items.join(", "));
            }
            _ => return format!("{{{}}}", self.given_fields(id, 60).join(", ")),
        };
        value.to_owned()
    }

    fn rule(&mut self) -> String {
        let root = |name: &str, id| Known { name: name.to_owned(), sort: 'O', shape: Some(id) };
        let (bundle, order) = (self.schema.bundle(), self.schema.order());
        // Twice, so that the bundle is read more often than the order.
        let mut scope = vec![root("bundle", bundle), root("bundle", bundle), root("order", order)];
        let lines: Vec<String> = (0..2 + self.dice.roll(4)).map(|_| self.statement(&mut scope, 2)).collect();
        format!("{}\n}}{FUNCTIONS}", lines.join("\n"))
    }

    fn statement(&mut self, scope: &mut Vec<Known>, depth: usize) -> String {
        match self.dice.roll(100) {
            0..24 => self.definition(scope),
            24..30 => self.assignment(scope),
            30..60 if depth > 0 => self.expand(BRANCHES, scope, depth),
            _ => self.expand(DEMANDS, scope, depth.max(1)),
        }
    }

    fn definition(&mut self, scope: &mut Vec<Known>) -> String {
        let sort = self.one_of(&['t', 't', 'i', 'n', 'm', 'd', 'l', 'f', 'L', 'O', 'O']).unwrap_or('t');
        let (value, sort, shape) = match (sort, self.path(scope, 'L')) {
            ('L', Some((path, shape))) => (path, 'L', Some(shape)),
            ('L' | 'O', _) => {
                let (list, item) = self.list(scope, 1, false);
                (format!("{list}.find({})", self.test(scope, item, 1)), self.sort(item), Some(item))
            }
            _ => (self.value(sort, scope, 2), sort, None),
        };
        let name = self.declare(scope, sort, shape);
        format!("let {name} = {value};")
    }

    fn assignment(&mut self, scope: &[Known]) -> String {
        let own: Vec<&Known> = scope.iter().filter(|known| known.shape.is_none()).collect();
        let Some(Known { name, sort, .. }) = self.one_of(&own) else { return self.expand(DEMANDS, scope, 1) };
        let (operator, by) = match sort {
            'i' | 'n' => (self.pick("=  +=  -="), *sort),
            'm' if self.odds(50) => ("+=", 'l'),
            _ => ("=", *sort),
        };
        format!("{name} {operator} {};", self.value(by, scope, 1))
    }

    fn declare(&mut self, scope: &mut Vec<Known>, sort: Sort, shape: Option<ShapeId>) -> String {
        self.names += 1;
        let name = format!("v{}", self.names);
        scope.push(Known { name: name.clone(), sort, shape });
        name
    }

    /// Picks a form and puts something in the place of each `$` and letter: that of a [`Sort`], or a anything, b block,
    /// c module, e loop, g condition to be demanded, o comparison, T list of texts, w message, x test of the list's items,
    /// y something of each, v one and the same variable, s a value of its sort.
    fn expand(&mut self, forms: &'static str, scope: &[Known], depth: usize) -> String {
        let mut pieces = self.pick(forms).split('$');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        let mut items = None;
        let simple: Vec<&Known> = scope.iter().filter(|known| !matches!(known.sort, 'L' | 'O')).collect();
        let (variable, sort) = self.one_of(&simple).map_or(("as_of()", 'd'), |known| (&known.name, known.sort));
        for piece in pieces {
            let (letter, rest) = (piece.chars().next().unwrap_or_default(), &piece[1..]);
            text += &match letter {
                't' | 'i' | 'n' | 'm' | 'd' | 'l' | 'f' => self.value(letter, scope, depth),
                'v' => variable.to_owned(),
                's' => self.value(sort, scope, depth),
                'a' => self.expand(ANYTHING, scope, depth.saturating_sub(1)),
                'w' => self.expand(MESSAGES, scope, depth),
                'g' => self.demanded(scope, depth),
                'b' => self.block(scope, depth),
                'e' => self.each(scope, depth),
                'o' => self.pick("==  ==  ==  !=  <  <=  >  >=").to_owned(),
                'c' => self.pick("chance::  chance::  ").to_owned(),
                'O' => self.path(scope, 'O').map_or_else(|| "bundle".to_owned(), |(path, _)| path),
                'L' | 'T' => {
                    let (list, item) = self.list(scope, depth, letter == 'T');
                    items = Some(item);
                    list
                }
                'x' => self.test(scope, items.expect("a list before it"), depth),
                'y' => {
                    let mut scope = scope.to_vec();
                    let item = items.expect("a list before it");
                    let name = self.declare(&mut scope, self.sort(item), Some(item));
                    format!("|{name}| {}", self.expand("$t  $i  $m", &scope, depth))
                }
                letter => panic!("${letter}"),
            };
            text += rest;
        }
        text
    }

    /// Returns a condition that may be demanded: one of a single piece.
    fn demanded(&mut self, scope: &[Known], depth: usize) -> String {
        loop {
            let condition = self.value('f', scope, depth);
            let is_joined = condition.contains("&&") || condition.contains("||");
            if !(is_joined && condition.starts_with(['(', '!'])) {
                return condition;
            }
        }
    }

    /// Returns two statements, whose variables end with them.
    fn block(&mut self, scope: &[Known], depth: usize) -> String {
        let mut scope = scope.to_vec();
        let first = self.statement(&mut scope, depth - 1);
        format!("{first} {}", self.statement(&mut scope, depth - 1))
    }

    fn each(&mut self, scope: &[Known], depth: usize) -> String {
        let (list, item) = self.list(scope, depth, false);
        let mut scope = scope.to_vec();
        let name = self.declare(&mut scope, self.sort(item), Some(item));
        let body = self.block(&scope, depth);
        let leave = self.expand("if $f { continue; }  if $f { break; }  ", &scope, 1);
        format!("{name} in {list} {{ {body} {leave} {} }}", self.block(&scope, 1))
    }

    /// Returns a closure that tests an item: often whether it is what some text names.
    fn test(&mut self, scope: &[Known], item: ShapeId, depth: usize) -> String {
        let mut inner = scope.to_vec();
        let name = self.declare(&mut inner, self.sort(item), Some(item));
        let mut texts = self.fields(item);
        texts.retain(|(_, id)| self.sort(*id) == 't');
        let flag = self.value('f', &inner, depth);
        let Some((field, _)) = self.one_of(&texts).filter(|_| self.odds(40)) else { return format!("|{name}| {flag}") };
        let and = if self.odds(50) { format!(" && {flag}") } else { String::new() };
        format!("|{name}| {name}.{field}{} == {}{and}", self.pick("  .or(\"I1\")"), self.value('t', scope, 1))
    }

    fn value(&mut self, sort: Sort, scope: &[Known], depth: usize) -> String {
        let known: Vec<&Known> = scope.iter().filter(|known| known.sort == sort).collect();
        if let Some(known) = self.one_of(&known).filter(|_| self.odds(30)) {
            return known.name.clone();
        }
        if depth > 0 && self.odds(40) {
            let forms = match sort {
                't' => TEXTS,
                'i' => INTEGERS,
                'n' => NUMBERS,
                'm' => MOMENTS,
                'd' => DAYS,
                'l' => LENGTHS,
                _ => FLAGS,
            };
            return self.expand(forms, scope, depth - 1);
        }
        let literal = match sort {
            't' => format!("\"{}\"", self.pick(WORDS)),
            'i' => self.pick("0  1  2  3  100").to_owned(),
            'n' => self.pick("0.5  80.5  2.0").to_owned(),
            'm' => "bundle.incidents[0].started_at".to_owned(),
            'd' => "as_of()".to_owned(),
            'l' => self.pick("minutes(6)  hours(1)  seconds(0)  parameter(\"detection_delay\")").to_owned(),
            _ => self.pick("true  false").to_owned(),
        };
        match self.path(scope, sort).filter(|_| self.odds(85)) {
            Some((path, _)) if sort == 'f' && self.odds(85) => format!("{path}.or({literal})"),
            Some((path, _)) if matches!(sort, 't' | 'i' | 'n') && self.odds(20) => {
                format!("{path}.or({literal})")
            }
            Some((path, _)) => path,
            None => literal,
        }
    }

    /// Returns a list, of texts if they are asked for, and the shape of its items.
    fn list(&mut self, scope: &[Known], depth: usize, of_texts: bool) -> (String, ShapeId) {
        if !of_texts && depth > 0 && self.odds(20) {
            let (list, item) = self.list(scope, depth - 1, false);
            return (format!("{list}.filter({})", self.test(scope, item, depth - 1)), item);
        }
        loop {
            let known: Vec<&Known> = scope.iter().filter(|known| known.sort == 'L').collect();
            let found = match self.one_of(&known).filter(|_| self.odds(35)) {
                Some(known) => known.shape.map(|shape| (known.name.clone(), shape)),
                None => self.path(scope, 'L'),
            };
            if let Some((list, shape)) = found
                && let Some(item) = self.schema.item(shape)
                && (!of_texts || self.sort(item) == 't')
            {
                return (list, item);
            }
        }
    }

    /// Returns a path to a value of a sort, and its shape.
    fn path(&mut self, scope: &[Known], sort: Sort) -> Option<(String, ShapeId)> {
        let objects: Vec<&Known> = scope.iter().filter(|known| known.sort == 'O').collect();
        for _ in 0..12 {
            let known = self.one_of(&objects)?;
            let (mut path, mut shape) = (known.name.clone(), known.shape?);
            for _ in 0..4 {
                let mut ends = self.fields(shape);
                let mut steps = ends.clone();
                ends.retain(|(_, id)| self.sort(*id) == sort);
                steps.retain(|(_, id)| matches!(self.sort(*id), 'L' | 'O'));
                if let Some((field, end)) = self.one_of(&ends).filter(|_| self.odds(80)) {
                    let is_by_index = self.odds(5);
                    return Some((
                        if is_by_index { format!("{path}[\"{field}\"]") } else { format!("{path}.{field}") },
                        end,
                    ));
                }
                let Some((field, next)) = self.one_of(&steps) else { break };
                (path, shape) = (format!("{path}.{field}"), next);
                if let Some(item) = self.schema.item(next) {
                    (path, shape) = (format!("{path}[{}]", self.pick("0  0  0  1  2  -1")), item);
                    if self.sort(item) == sort {
                        return Some((path, item));
                    }
                }
            }
        }
        None
    }
}

#[test]
fn rules_of_chance_have_the_same_outcome_both_ways() {
    on_worker(compare_chance).expect("a thread");
}

fn compare_chance() {
    let schema = Bench::new().pack.schema;
    let dice = Dice(number("GAMSA_SEED").unwrap_or(0xc4a7ce));
    let mut chance = Chance { schema: &schema, dice, names: 0 };
    let mut tally = Tally::default();
    for _ in 0..number("GAMSA_CHANCE").unwrap_or(ROUNDS) {
        let stand = Stand::new();
        std::fs::write(stand.directory.path().join("lib/chance.rhai"), format!("{FUNCTIONS}}}\n")).expect("a library");
        for rule in 0..RULES {
            stand.add(&format!("PRE-{:03}", rule + 100), &chance.rule());
        }
        let bench = accepted(&stand);
        let pair = Pair::new(&bench, &bench.pack.order);
        let chosen: Vec<usize> = (0..pair.direct.rules().count()).collect();
        assert!(chosen.len() * 100 >= RULES * 80, "{} of {RULES} rules were accepted", chosen.len());
        let attachment = Attachment { path: "x.pdf".to_owned(), sha256: "0".repeat(64), bytes: 1 };
        let attachments = Attachments::new(vec![attachment]);
        for _ in 0..DOCUMENTS {
            let text = chance.document();
            let Some(tree) = pair.tree(&text) else { panic!("not YAML: {text}") };
            pair.compare(&tree, &attachments, &chosen, &mut tally, &|path| {
                let rule = std::fs::read_to_string(stand.directory.path().join(path)).expect("a rule");
                format!("{rule}\n{text}")
            });
        }
    }
    println!("{} runs, {} direct", tally.runs, tally.direct);
    assert!(tally.direct * 4 >= tally.runs, "{} of {} runs", tally.direct, tally.runs);
}

/// Opens the pack, without the rules that are refused.
fn accepted(stand: &Stand) -> Bench {
    loop {
        let pack = Pack::open(&stand.directory.path().display().to_string()).expect("the pack is read");
        let parameters = Parameters::new(&pack.manifest, &[]).expect("defaults");
        let scripts = pack.select(&[]).expect("all rules");
        let program = Program::compile(&pack, parameters.clone(), &scripts, Evaluator::Interpreter);
        let refused = program.err().map(|error| format!("{error:#}"));
        let Some(refused) = refused else { return Bench { pack, parameters } };
        println!("{refused}");
        let mut rules = sorted(&stand.directory.path().join("pre-test"));
        rules.retain(|rule| refused.contains(&*rule.file_name().expect("a name").to_string_lossy()));
        assert!(!rules.is_empty(), "{refused}");
        rules.iter().for_each(|rule| std::fs::remove_file(rule).expect("removed"));
    }
}

//! Lowers demands: what they ask for, what they cite, and their messages.

use rhai::{Expr as Node, FnCallExpr};

use super::super::ir::{Demand, Expr, ExprKind, Span, Verb};
use super::super::mistake::meant;
use super::parser::span;
use super::scope::FunctionScope;
use crate::language::{Text, text};

impl FunctionScope<'_> {
    pub(super) fn demand(&mut self, verb: Verb, call: &FnCallExpr, at: Span) -> ExprKind {
        let name = call.name.as_str();
        if !self.is_rule {
            let message = text!(
                "`{name}` cannot stand in a library: only a rule makes demands",
                "lib/의 함수에는 `{name}` 요구를 둘 수 없음: 요구는 규칙에만 둠"
            );
            let hint = text!(
                "let it return what it finds, and make the demand in the rule",
                "확인한 값을 돌려주게 하고 요구는 규칙에서 할 것"
            );
            self.mistake(at, message, Some(hint));
            self.use_arguments(call);
            return ExprKind::Invalid;
        }
        if self.closures > 0 {
            let message = text!("`{name}` cannot stand in a closure", "클로저 안에는 `{name}` 요구를 둘 수 없음");
            let hint = text!("walk the list with `for`", "`for`로 목록을 차례로 처리할 것");
            self.mistake(at, message, Some(hint));
        }
        if let Some((number, at)) = self.comma_in_number(call) {
            let message = text!("a fraction is written with a point", "소수점은 쉼표가 아니라 마침표로 써야 함");
            self.mistake(at, message, Some(text!("write {number}", "{number} 형식으로 쓸 것")));
            self.use_arguments(call);
            return ExprKind::Invalid;
        }
        let (evidence, least, most) = match verb {
            Verb::Require => (1, 1, 3),
            Verb::RequireAny | Verb::Undetermined | Verb::Established => (1, 2, 3),
            Verb::Ensure => (2, 3, 4),
            Verb::EnsureUsable => (1, 1, 1),
        };
        if !(least..=most).contains(&call.args.len()) {
            let count = call.args.len();
            let message =
                text!("`{name}` does not take {count} arguments", "`{name}`의 인수 개수가 맞지 않음: {count}개");
            self.mistake(at, message, Some(usage(verb)));
            self.use_arguments(call);
            return ExprKind::Invalid;
        }
        let mut arguments = self.exprs(call.args.iter().take(evidence)).into_vec().into_iter();
        let (Some(subject), cited) = (arguments.next(), arguments.next()) else { return ExprKind::Invalid };
        let mut words = call.args.iter().skip(evidence);
        let key = match words.next() {
            Some(Node::StringConstant(key, position)) => Some((key.as_str(), span(*position))),
            Some(other) => {
                self.no_key(verb, other);
                None
            }
            None => None,
        };
        let values: Box<[(Box<str>, Expr)]> = match words.next() {
            Some(Node::Map(map, _)) => {
                map.0.iter().map(|(name, value)| (name.name.as_str().into(), self.expr(value))).collect()
            }
            Some(other) => {
                if key.is_some() {
                    let message = text!(
                        "the values of a message stand in `#{{ … }}`",
                        "지적 문구에 넣을 값은 `#{{ … }}` 안에 써야 함"
                    );
                    let hint = text!("write #{{ name: value }}", "#{{ name: value }} 형식으로 쓸 것");
                    self.mistake(span(other.start_position()), message, Some(hint));
                }
                Box::default()
            }
            None => Box::default(),
        };
        if let Some((key, at)) = key {
            self.message(key, &values, at);
        }
        let key = key.map(|(key, _)| key.into());
        ExprKind::Demand(Box::new(Demand { verb, subject, at: cited, key, values, span: at }))
    }

    /// Finds a number with a comma where its point should be, as in `x > 1,5`: no demand has two numbers as arguments.
    fn comma_in_number(&self, call: &FnCallExpr) -> Option<(String, Span)> {
        call.args.iter().skip(1).find_map(|argument| {
            let Node::IntegerConstant(_, position) = argument else { return None };
            let at = span(*position);
            let line = self.parsed.source.lines().nth(at.line.saturating_sub(1) as usize)?;
            let start = line.char_indices().nth(at.column.saturating_sub(1) as usize).map(|(start, _)| start)?;
            let is_digit = |c: char| c.is_ascii_digit();
            let before = line.get(..start)?.strip_suffix(',')?;
            let whole = before.get(before.trim_end_matches(is_digit).len()..).filter(|whole| !whole.is_empty())?;
            let after = line.get(start..)?;
            let fraction = after.get(..after.find(|c| !is_digit(c)).unwrap_or(after.len()))?;
            let columns = whole.len() as u32 + 1;
            Some((format!("{whole}.{fraction}"), Span { column: at.column.saturating_sub(columns), ..at }))
        })
    }

    /// What the arguments of a demand that is refused name is meant to be used.
    fn use_arguments(&mut self, call: &FnCallExpr) {
        for argument in &call.args {
            match argument {
                Node::StringConstant(key, _) => _ = self.used_messages.insert(key.to_string()),
                Node::Map(..) => {}
                argument => _ = self.expr(argument),
            }
        }
    }

    fn no_key(&mut self, verb: Verb, found: &Node) {
        let at = span(found.start_position());
        let message = text!("the key of a message stands in quotes", "지적 문구의 키는 따옴표로 묶어야 함");
        match found {
            Node::CharConstant(key, _) => {
                self.used_messages.insert(key.to_string());
                self.mistake(at, message, Some(text!("write \"{key}\"", "\"{key}\" 형식으로 쓸 것")));
            }
            found => {
                // Its variables are meant to be used; which message they name is not known.
                self.expr(found);
                self.are_messages_known = false;
                self.mistake(at, message, Some(usage(verb)));
            }
        }
    }

    /// Every `{name}` of a message needs a value.
    fn message(&mut self, key: &str, values: &[(Box<str>, Expr)], at: Span) {
        self.used_messages.insert(key.to_owned());
        let Some(says) = self.says else { return };
        let Some(text) = says.get(key) else {
            let names = || says.keys().map(String::as_str);
            let hint = match meant(key, names()) {
                Some(near) => near,
                None if key.contains(' ') => text!(
                    "give the key of a message; its texts stand in META: says: #{{ key: #{{ en: \"…\", ko: \"…\" }} }}",
                    "문구의 키를 쓸 것. 문구 자체는 META에 둠: says: #{{ key: #{{ en: \"…\", ko: \"…\" }} }}"
                ),
                None => text!(
                    "add it there: says: #{{ {key}: #{{ en: \"…\", ko: \"…\" }} }}",
                    "`says`에 추가할 것: says: #{{ {key}: #{{ en: \"…\", ko: \"…\" }} }}"
                ),
            };
            let message = text!("META has no message `{key}` in `says`", "META의 `says`에 `{key}` 문구가 없음");
            return self.mistake(at, message, Some(hint));
        };
        for name in text.placeholders() {
            if name != "found" && !values.iter().any(|(given, _)| **given == *name) {
                let message = text!(
                    "the message `{key}` needs a value for `{{{name}}}`",
                    "`{key}` 문구의 `{{{name}}}` 자리에 넣을 값이 없음"
                );
                let hint = text!("add it behind the key: #{{ {name}: … }}", "키 뒤에 추가할 것: #{{ {name}: … }}");
                self.mistake(at, message, Some(hint));
            }
        }
    }
}

/// Returns the hint that says how a demand is written.
pub(super) fn usage(verb: Verb) -> Text {
    let usage = match verb {
        Verb::Require => {
            return text!(
                "write require(x), or require(x, \"key\")",
                "require(x) 또는 require(x, \"key\") 형식으로 쓸 것"
            );
        }
        Verb::RequireAny => "require_any([a, b], \"key\")",
        Verb::Ensure => "ensure(condition, evidence, \"key\")",
        Verb::Undetermined => "undetermined(evidence, \"key\")",
        Verb::Established => "established(evidence, \"key\")",
        Verb::EnsureUsable => "ensure_usable(mapping)",
    };
    text!("write {usage}", "{usage} 형식으로 쓸 것")
}

pub(super) fn verb(name: &str) -> Option<Verb> {
    Some(match name {
        "require" => Verb::Require,
        "require_any" => Verb::RequireAny,
        "ensure" => Verb::Ensure,
        "undetermined" => Verb::Undetermined,
        "established" => Verb::Established,
        "ensure_usable" => Verb::EnsureUsable,
        _ => return None,
    })
}

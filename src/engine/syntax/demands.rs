//! Lowers demands: what they ask for, what they cite, and their messages.

use rhai::{Expr as Node, FnCallExpr};

use super::super::ir::{Demand, Expr, ExprKind, Span, Verb};
use super::super::mistake::meant;
use super::parser::span;
use super::scope::Scope;

impl Scope<'_> {
    pub(super) fn demand(&mut self, verb: Verb, call: &FnCallExpr, at: Span) -> ExprKind {
        let name = call.name.as_str();
        if !self.is_rule {
            let hint = "let it return what it finds, and make the demand in the rule".to_owned();
            self.mistake(at, format!("`{name}` cannot stand in a library: only a rule makes demands"), Some(hint));
            return ExprKind::Invalid;
        }
        if self.closures > 0 {
            let hint = Some("walk the list with `for`".to_owned());
            self.mistake(at, format!("`{name}` cannot stand in a closure"), hint);
        }
        let (evidence, least, most) = match verb {
            Verb::Require => (1, 1, 3),
            Verb::RequireAny | Verb::Undetermined => (1, 2, 3),
            Verb::Ensure => (2, 3, 4),
            Verb::EnsureUsable => (1, 1, 1),
        };
        if !(least..=most).contains(&call.args.len()) {
            let message = format!("`{name}` does not take {} arguments", call.args.len());
            self.mistake(at, message, Some(format!("write {}", usage(verb))));
            // What its arguments name is meant to be used.
            for argument in &call.args {
                match argument {
                    Node::StringConstant(key, _) => _ = self.used_messages.insert(key.to_string()),
                    Node::Map(..) => {}
                    argument => _ = self.expr(argument),
                }
            }
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
                    let hint = Some("write #{ name: value }".to_owned());
                    self.mistake(span(other.start_position()), "the values of a message stand in `#{ … }`", hint);
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

    fn no_key(&mut self, verb: Verb, found: &Node) {
        let at = span(found.start_position());
        let message = "the key of a message stands in quotes";
        match found {
            Node::CharConstant(key, _) => {
                self.used_messages.insert(key.to_string());
                self.mistake(at, message, Some(format!("write \"{key}\"")));
            }
            found => {
                // Its variables are meant to be used; which message they name is not known.
                self.expr(found);
                self.are_messages_known = false;
                self.mistake(at, message, Some(format!("write {}", usage(verb))));
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
                None if key.contains(' ') => {
                    "give the key of a message; its texts stand in META: says: #{ key: #{ en: \"…\", ko: \"…\" } }"
                        .to_owned()
                }
                None => format!("add it there: says: #{{ {key}: #{{ en: \"…\", ko: \"…\" }} }}"),
            };
            return self.mistake(at, format!("META has no message `{key}` in `says`"), Some(hint));
        };
        for name in text.placeholders() {
            if name != "found" && !values.iter().any(|(given, _)| **given == *name) {
                let hint = Some(format!("add it behind the key: #{{ {name}: … }}"));
                self.mistake(at, format!("the message `{key}` needs a value for `{{{name}}}`"), hint);
            }
        }
    }
}

/// Returns how a demand is written.
pub(super) fn usage(verb: Verb) -> &'static str {
    match verb {
        Verb::Require => "require(x), or require(x, \"key\")",
        Verb::RequireAny => "require_any([a, b], \"key\")",
        Verb::Ensure => "ensure(condition, evidence, \"key\")",
        Verb::Undetermined => "undetermined(evidence, \"key\")",
        Verb::EnsureUsable => "ensure_usable(mapping)",
    }
}

pub(super) fn verb(name: &str) -> Option<Verb> {
    Some(match name {
        "require" => Verb::Require,
        "require_any" => Verb::RequireAny,
        "ensure" => Verb::Ensure,
        "undetermined" => Verb::Undetermined,
        "ensure_usable" => Verb::EnsureUsable,
        _ => return None,
    })
}

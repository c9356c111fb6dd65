//! Lowers `switch`: each arm is an equality, tried in order.
//!
//! Rhai's tree keeps only hashes of the values of the arms, so they are read again from the tokens of the script.

use std::collections::BTreeSet;

use rhai::{Expr as Node, SwitchCasesCollection, Token};

use super::super::ir::{Comparison, Expr, ExprKind, If, Otherwise, Slot, Span, Stmt};
use super::scope::FunctionScope;
use crate::evidence::Decimal;
use crate::language::text;

/// Arms that stand in each other's way at one place: each is the other side of the one before, so that they nest.
const ARMS: usize = 256;

/// A value that an arm is for, and where it stands.
#[derive(Clone, Debug, PartialEq)]
struct Label {
    value: CaseLiteral,
    at: Span,
}

#[derive(Clone, Debug, PartialEq)]
enum CaseLiteral {
    Text(String),
    Int(i64),
    Fraction(f64),
    Bool(bool),
    /// From, to, and whether the end belongs to it.
    Range(i64, i64, bool),
}

/// What stands before the `=>` of an arm; no labels for `_`.
struct Arm {
    labels: Vec<Label>,
    at: Span,
}

impl FunctionScope<'_> {
    pub(super) fn switch(&mut self, switch: &(Node, SwitchCasesCollection), at: Span, into: &mut Vec<Stmt>) {
        let (item, cases) = switch;
        if self.arms + cases.expressions.len() > ARMS {
            let message = text!(
                "a `switch` has at most {ARMS} arms, those around it counted",
                "`switch`의 갈래는 바깥 것을 포함하여 {ARMS}개까지임"
            );
            let hint = text!("look the value up in a list", "목록에서 값을 찾는 방식으로 쓸 것");
            return self.mistake(at, message, Some(hint));
        }
        let value = self.expr(item);
        let slot = self.hidden();
        into.push(Stmt::Set(slot, value));
        let arms = arms(&self.parsed.tokens, at);
        let Some(arms) = arms.filter(|arms| arms.len() == cases.expressions.len()) else {
            let message = text!("the arms of this `switch` cannot be read", "`switch`의 갈래를 읽을 수 없음");
            let hint = text!(
                "the values of arms are literals: texts, numbers, true and false; for others write if … else if …",
                "갈래의 값은 문자열, 숫자, true, false만 쓸 수 있음. 그 밖에는 if … else if … 형식으로 쓸 것"
            );
            return self.mistake(at, message, Some(hint));
        };
        if arms.is_empty() {
            return self.mistake(at, text!("this `switch` has no arms", "`switch`에 갈래가 없음"), None);
        }
        let mut end = Otherwise { value: slot, texts: BTreeSet::new(), truths: BTreeSet::new(), rest: None, at };
        let arms: Vec<_> = arms.into_iter().zip(&cases.expressions).collect();
        self.cover(&arms.iter().map(|(arm, case)| (arm, has_guard(&case.lhs))).collect::<Vec<_>>(), &mut end);
        // The last arm first: each is the other side of the one before; the innermost is where a value comes to that no
        // arm is for.
        let mut rest = vec![Stmt::Otherwise(Box::new(end))];
        for (number, (arm, case)) in arms.into_iter().enumerate().rev() {
            self.arms += number;
            let body = match &case.rhs {
                // `_ => ()` does nothing.
                body if is_nothing(body) => Box::default(),
                Node::Stmt(block) => self.block(block.iter()),
                expr => Box::new([Stmt::Expr(self.expr(expr))]),
            };
            self.arms -= number;
            if arm.labels.is_empty() {
                rest.extend(body);
                continue;
            }
            let mut tests: Vec<Expr> = arm.labels.iter().map(|label| self.test(label, slot)).collect();
            let mut condition = match (tests.pop(), tests.is_empty()) {
                (Some(only), true) => only,
                (last, _) => {
                    tests.extend(last);
                    Expr { kind: ExprKind::Or(tests.into()), at: arm.at }
                }
            };
            if has_guard(&case.lhs) {
                let guard = self.expr(&case.lhs);
                condition = Expr { kind: ExprKind::And(Box::new([condition, guard])), at: arm.at };
            }
            rest = vec![Stmt::If(Box::new(If { condition, yes: body, no: rest.into() }))];
        }
        into.extend(rest);
    }

    /// Collects what the arms cover, and says which values stand twice.
    fn cover(&mut self, arms: &[(&Arm, bool)], end: &mut Otherwise) {
        let mut seen: Vec<&CaseLiteral> = Vec::new();
        for (arm, has_guard) in arms {
            if arm.labels.is_empty() {
                end.rest = Some(arm.at);
            }
            for label in &arm.labels {
                if seen.contains(&&label.value) {
                    let message = text!("an arm before has this value already", "앞의 갈래에 이미 있는 값임");
                    self.mistake(label.at, message, None);
                }
                if !has_guard {
                    seen.push(&label.value);
                    match &label.value {
                        CaseLiteral::Text(text) => _ = end.texts.insert(text.clone()),
                        CaseLiteral::Bool(truth) => _ = end.truths.insert(*truth),
                        CaseLiteral::Int(_) | CaseLiteral::Fraction(_) | CaseLiteral::Range(..) => {}
                    }
                }
            }
        }
    }

    fn test(&mut self, label: &Label, slot: Slot) -> Expr {
        let expr = |kind| Expr { kind, at: label.at };
        let variable = || expr(ExprKind::Variable(slot));
        let compare = |operator, kind| expr(ExprKind::Compare(operator, Box::new([variable(), expr(kind)])));
        match &label.value {
            CaseLiteral::Text(text) => {
                let text = self.text(text);
                compare(Comparison::Equal, ExprKind::Text(text))
            }
            CaseLiteral::Int(number) => compare(Comparison::Equal, ExprKind::Int(*number)),
            CaseLiteral::Bool(value) => compare(Comparison::Equal, ExprKind::Bool(*value)),
            CaseLiteral::Fraction(value) => match Decimal::parse(&format!("{value}")) {
                Some(number) => compare(Comparison::Equal, ExprKind::Decimal(Box::new(number))),
                None => expr(ExprKind::Invalid),
            },
            CaseLiteral::Range(from, to, is_inclusive) => {
                let below = if *is_inclusive { Comparison::LessOrEqual } else { Comparison::Less };
                let both =
                    [compare(Comparison::GreaterOrEqual, ExprKind::Int(*from)), compare(below, ExprKind::Int(*to))];
                expr(ExprKind::And(Box::new(both)))
            }
        }
    }
}

fn is_nothing(body: &Node) -> bool {
    match body {
        Node::Unit(_) => true,
        Node::Stmt(block) => matches!(block.statements(), [rhai::Stmt::Expr(only)] if matches!(**only, Node::Unit(_))),
        _ => false,
    }
}

/// An arm without `if` has a condition that is always true.
fn has_guard(condition: &Node) -> bool {
    !matches!(condition, Node::BoolConstant(true, _))
}

/// Reads the values of the arms of the `switch` that stands at a place.
fn arms(tokens: &[(Token, Span)], at: Span) -> Option<Vec<Arm>> {
    // The rest of a text after `${x}` has no place of its own, so the places are not sorted.
    let first = tokens.iter().position(|(token, place)| *place == at && *token == Token::Switch)?;
    let mut tokens = tokens.iter().skip(first + 1).cloned();
    let mut depth = 0_i32;
    // The value that is switched over may have brackets of its own.
    for (token, _) in tokens.by_ref() {
        match token {
            Token::LeftParen | Token::LeftBracket => depth += 1,
            Token::RightParen | Token::RightBracket => depth -= 1,
            Token::LeftBrace if depth == 0 => break,
            Token::EOF => return None,
            _ => {}
        }
    }
    let mut tokens = tokens.peekable();
    let mut arms = Vec::new();
    while let Some(arm) = arm(&mut tokens)? {
        arms.push(arm);
        skip_body(&mut tokens)?;
    }
    Some(arms)
}

/// Reads what stands before `=>`; the inner nothing at the end of the `switch`.
fn arm(tokens: &mut impl Iterator<Item = (Token, Span)>) -> Option<Option<Arm>> {
    let mut labels: Vec<Label> = Vec::new();
    let mut first = None;
    let mut is_negative = false;
    let mut range: Option<(i64, bool)> = None;
    loop {
        let (token, position) = tokens.next()?;
        let at = *first.get_or_insert(position);
        let value = match token {
            Token::RightBrace if labels.is_empty() => return Some(None),
            Token::DoubleArrow => return Some(Some(Arm { labels, at })),
            Token::If => {
                // The guard belongs to the tree; another `switch` in it has arms of its own.
                let mut depth = 0_i32;
                let is_over = tokens.by_ref().any(|(token, _)| {
                    match token {
                        Token::LeftParen | Token::LeftBracket | Token::LeftBrace | Token::MapStart => depth += 1,
                        Token::RightParen | Token::RightBracket | Token::RightBrace => depth -= 1,
                        _ => {}
                    }
                    depth == 0 && token == Token::DoubleArrow
                });
                return is_over.then_some(Some(Arm { labels, at }));
            }
            Token::Underscore | Token::Pipe => continue,
            Token::Minus | Token::UnaryMinus => {
                is_negative = true;
                continue;
            }
            Token::ExclusiveRange | Token::InclusiveRange if labels.is_empty() => return None,
            token @ (Token::ExclusiveRange | Token::InclusiveRange) => match labels.pop()?.value {
                CaseLiteral::Int(from) => {
                    range = Some((from, token == Token::InclusiveRange));
                    continue;
                }
                _ => return None,
            },
            Token::StringConstant(text) => CaseLiteral::Text(text.to_string()),
            Token::IntegerConstant(number) => {
                CaseLiteral::Int(if is_negative { number.checked_neg()? } else { number })
            }
            Token::FloatConstant(number) => CaseLiteral::Fraction(if is_negative { -*number.0 } else { *number.0 }),
            Token::True => CaseLiteral::Bool(true),
            Token::False => CaseLiteral::Bool(false),
            _ => return None,
        };
        is_negative = false;
        let value = match (range.take(), value) {
            (Some((from, is_inclusive)), CaseLiteral::Int(to)) => CaseLiteral::Range(from, to, is_inclusive),
            (Some(_), _) => return None,
            (None, value) => value,
        };
        labels.push(Label { value, at: position });
    }
}

/// Skips the body of an arm, and the comma after it.
fn skip_body(tokens: &mut std::iter::Peekable<impl Iterator<Item = (Token, Span)>>) -> Option<()> {
    let mut depth = 0_i32;
    loop {
        match tokens.peek()?.0 {
            Token::RightBrace if depth == 0 => return Some(()),
            Token::EOF => return None,
            _ => {}
        }
        match tokens.next()?.0 {
            Token::LeftParen | Token::LeftBracket | Token::LeftBrace | Token::MapStart => depth += 1,
            Token::RightParen | Token::RightBracket => depth -= 1,
            Token::RightBrace => {
                depth -= 1;
                // A literal cannot follow a block but as the value of the next arm.
                let begins_arm = matches!(
                    tokens.peek().map(|(token, _)| token),
                    Some(
                        Token::StringConstant(_)
                            | Token::IntegerConstant(_)
                            | Token::FloatConstant(_)
                            | Token::True
                            | Token::False
                            | Token::Underscore
                    )
                );
                if depth == 0 && begins_arm {
                    return Some(());
                }
            }
            Token::Comma if depth == 0 => return Some(()),
            _ => {}
        }
    }
}

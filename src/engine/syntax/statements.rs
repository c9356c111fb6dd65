//! Lowers statements.

use rhai::{ASTFlags, BinaryExpr, Expr as Node, Stmt as Statement, Token};

use super::super::ir::{Arithmetic, Expr, ExprKind, For, If, Span, Stmt, While};
use super::parser::span;
use super::scope::FunctionScope;
use super::ways;
use crate::language::text;

impl FunctionScope<'_> {
    pub(super) fn block<'s>(&mut self, statements: impl IntoIterator<Item = &'s Statement>) -> Box<[Stmt]> {
        let level = self.level();
        let mut block = Vec::new();
        let mut has_left = false;
        for statement in statements {
            if matches!(statement, Statement::Noop(_) | Statement::Share(_)) {
                continue;
            }
            if std::mem::take(&mut has_left) {
                let message = text!(
                    "this is never reached: the block is left before it",
                    "실행되지 않는 문장임: 그 앞에서 블록을 벗어남"
                );
                self.mistake(span(statement.position()), message, None);
            }
            self.statement(statement, &mut block);
            has_left = block.last().is_some_and(ways::leaves);
        }
        self.close(level);
        block.into()
    }

    /// Lowers a block whose value is used inside an expression.
    pub(super) fn value_block<'s>(&mut self, statements: impl IntoIterator<Item = &'s Statement>) -> Box<[Stmt]> {
        self.values += 1;
        let block = self.block(statements);
        self.values -= 1;
        block
    }

    fn statement(&mut self, statement: &Statement, into: &mut Vec<Stmt>) {
        let at = span(statement.position());
        match statement {
            Statement::Noop(_) | Statement::Share(_) => {}
            Statement::Expr(expr) => into.push(Stmt::Expr(self.expr(expr))),
            Statement::FnCall(call, position) => into.push(Stmt::Expr(self.call(call, span(*position)))),
            Statement::Block(block) => {
                let block = self.block(block.iter());
                into.push(Stmt::Expr(Expr { kind: ExprKind::Block(block), at }));
            }
            Statement::Var(definition, _, _) => {
                let (name, value, _) = &**definition;
                let value = if matches!(value, Node::Unit(position) if position.is_none()) {
                    let name = &name.name;
                    let hint = text!("write let {name} = …", "let {name} = … 형식으로 쓸 것");
                    self.mistake(at, text!("`{name}` has no value", "`{name}` 변수에 값이 없음"), Some(hint));
                    Expr { kind: ExprKind::Invalid, at }
                } else {
                    self.expr(value)
                };
                let slot = self.declare(&name.name, span(name.pos));
                into.push(Stmt::Set(slot, value));
            }
            Statement::Assignment(assignment) => {
                let (operator, both) = &**assignment;
                let update = operator.get_op_assignment_info().map(|(.., token, _)| arithmetic(token));
                self.assignment(both, update, at, into);
            }
            Statement::If(flow, _) => {
                let condition = self.expr(&flow.expr);
                let yes = self.block(flow.body.iter());
                let no = self.block(flow.branch.iter());
                into.push(Stmt::If(Box::new(If { condition, yes, no })));
            }
            Statement::For(each, _) => {
                let (name, counter, flow) = &**each;
                let list = self.expr(&flow.expr);
                let level = self.level();
                let counter = counter.as_ref().map(|counter| self.declare(&counter.name, span(counter.pos)));
                let item = self.declare(&name.name, span(name.pos));
                let body = self.turn(|scope| scope.block(flow.body.iter()));
                self.close(level);
                into.push(Stmt::For(Box::new(For { item, counter, list, body })));
            }
            Statement::While(flow, _) => {
                // Rhai puts a unit without a place where a loop has no condition.
                let is_loop = matches!(&flow.expr, Node::Unit(position) if position.is_none());
                let condition = if is_loop { None } else { Some(self.expr(&flow.expr)) };
                let body = self.turn(|scope| scope.block(flow.body.iter()));
                let turn = While { condition, body, at };
                if let Some(why) = ways::never_ends(&turn) {
                    let message = text!("this loop never ends: {why}", "끝나지 않는 반복문임: {why}"; why);
                    let hint = text!(
                        "leave it with `break` or `return`; `for x in list` ends by itself",
                        "`break`나 `return`으로 벗어날 것. `for x in list`는 저절로 끝남"
                    );
                    self.mistake(at, message, Some(hint));
                }
                into.push(Stmt::While(Box::new(turn)));
            }
            Statement::Switch(switch, _) => self.switch(switch, at, into),
            Statement::Return(value, flags, _) if !flags.contains(ASTFlags::BREAK) => {
                self.leaves(at, "return");
                let value = value.as_ref().map(|value| self.expr(value));
                into.push(Stmt::Return(value));
            }
            Statement::BreakLoop(Some(_), _, _) => {
                self.mistake(at, text!("`break` takes no value", "`break`에는 값을 붙일 수 없음"), None);
            }
            Statement::BreakLoop(None, flags, _) => {
                let is_break = flags.contains(ASTFlags::BREAK);
                self.leaves(at, if is_break { "break" } else { "continue" });
                into.push(if is_break { Stmt::Break } else { Stmt::Continue });
            }
            Statement::Do(..) => {
                let message = text!("`do` is not part of the rule language", "`do`는 규칙 언어에 없음");
                let hint =
                    text!("write loop {{ … if … {{ break; }} }}", "loop {{ … if … {{ break; }} }} 형식으로 쓸 것");
                self.mistake(at, message, Some(hint));
            }
            _ => {
                let message = text!("this statement is not part of the rule language", "규칙 언어에 없는 문장임");
                self.mistake(at, message, None);
            }
        }
    }

    fn turn(&mut self, body: impl FnOnce(&mut Self) -> Box<[Stmt]>) -> Box<[Stmt]> {
        self.is_long = true;
        self.loops += 1;
        let values = std::mem::take(&mut self.values);
        let body = body(self);
        self.values = values;
        self.loops -= 1;
        body
    }

    /// A block whose value is used cannot be left: where it is not known whether it is, the expression has no value.
    fn leaves(&mut self, at: Span, word: &str) {
        if self.values > 0 {
            let message = text!(
                "`{word}` cannot stand in a block whose value is used",
                "값으로 쓰이는 블록 안에는 `{word}` 문을 둘 수 없음"
            );
            let hint = text!("write the `if` as a statement of its own", "`if`를 독립된 문장으로 쓸 것");
            self.mistake(at, message, Some(hint));
        }
    }

    fn assignment(&mut self, both: &BinaryExpr, update: Option<Option<Arithmetic>>, at: Span, into: &mut Vec<Stmt>) {
        let Node::Variable(variable, ..) = &both.lhs else {
            let hint = match &both.lhs {
                Node::Index(..) => text!(
                    "a list grows by a list: list += [item]; list.map(|item| …) makes another",
                    "목록에는 목록을 더함: list += [item]. 새 목록은 list.map(|item| …)로 만듦"
                ),
                _ => text!(
                    "evidence is only read: keep what you compute in a variable",
                    "제출 자료는 읽기만 가능하므로 계산한 값은 변수에 둘 것"
                ),
            };
            let message = text!("only variables can be assigned to", "값을 바꿀 수 있는 것은 변수뿐임");
            return self.mistake(at, message, Some(hint));
        };
        let value = self.expr(&both.rhs);
        let Some(slot) = self.assigned(&variable.1, span(both.lhs.position())) else { return };
        match update {
            None => into.push(Stmt::Set(slot, value)),
            Some(Some(update)) => into.push(Stmt::Update(update, slot, value)),
            Some(None) => {
                let message = text!("this assignment is not part of the rule language", "규칙 언어에 없는 대입 연산임");
                self.mistake(at, message, None);
            }
        }
    }
}

pub(super) fn arithmetic(token: &Token) -> Option<Arithmetic> {
    Some(match token {
        Token::Plus => Arithmetic::Add,
        Token::Minus => Arithmetic::Subtract,
        Token::Multiply => Arithmetic::Multiply,
        Token::Divide => Arithmetic::Divide,
        Token::Modulo => Arithmetic::Remainder,
        _ => return None,
    })
}

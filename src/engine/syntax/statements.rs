//! Lowers statements.

use rhai::{ASTFlags, BinaryExpr, Expr as Node, Stmt as Statement, Token};

use super::super::ir::{Arithmetic, Expr, ExprKind, For, If, Span, Stmt, While};
use super::parser::span;
use super::scope::Scope;
use super::ways;

impl Scope<'_> {
    pub(super) fn block<'s>(&mut self, statements: impl IntoIterator<Item = &'s Statement>) -> Box<[Stmt]> {
        let level = self.level();
        let mut block = Vec::new();
        let mut has_left = false;
        for statement in statements {
            if matches!(statement, Statement::Noop(_) | Statement::Share(_)) {
                continue;
            }
            if std::mem::take(&mut has_left) {
                self.mistake(span(statement.position()), "this is never reached: the block is left before it", None);
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
                    let hint = Some(format!("write let {} = …", name.name));
                    self.mistake(at, format!("`{}` has no value", name.name), hint);
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
                    let hint = Some("leave it with `break` or `return`; `for x in list` ends by itself".to_owned());
                    self.mistake(at, format!("this loop never ends: {why}"), hint);
                }
                into.push(Stmt::While(Box::new(turn)));
            }
            Statement::Switch(switch, _) => self.switch(switch, at, into),
            Statement::Return(value, flags, _) if !flags.contains(ASTFlags::BREAK) => {
                self.leaves(at, "return");
                let value = value.as_ref().map(|value| self.expr(value));
                into.push(Stmt::Return(value));
            }
            Statement::BreakLoop(Some(_), _, _) => self.mistake(at, "`break` takes no value", None),
            Statement::BreakLoop(None, flags, _) => {
                let is_break = flags.contains(ASTFlags::BREAK);
                self.leaves(at, if is_break { "break" } else { "continue" });
                into.push(if is_break { Stmt::Break } else { Stmt::Continue });
            }
            Statement::Do(..) => {
                let hint = Some("write loop { … if … { break; } }".to_owned());
                self.mistake(at, "`do` is not part of the rule language", hint);
            }
            _ => self.mistake(at, "this statement is not part of the rule language", None),
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
            let message = format!("`{word}` cannot stand in a block whose value is used");
            self.mistake(at, message, Some("write the `if` as a statement of its own".to_owned()));
        }
    }

    fn assignment(&mut self, both: &BinaryExpr, update: Option<Option<Arithmetic>>, at: Span, into: &mut Vec<Stmt>) {
        let Node::Variable(variable, ..) = &both.lhs else {
            let hint = match &both.lhs {
                Node::Index(..) => "a list grows by a list: list += [item]; list.map(|item| …) makes another",
                _ => "evidence is only read: keep what you compute in a variable",
            };
            return self.mistake(at, "only variables can be assigned to", Some(hint.to_owned()));
        };
        let value = self.expr(&both.rhs);
        let Some(slot) = self.assigned(&variable.1, span(both.lhs.position())) else { return };
        match update {
            None => into.push(Stmt::Set(slot, value)),
            Some(Some(update)) => into.push(Stmt::Update(update, slot, value)),
            Some(None) => self.mistake(at, "this assignment is not part of the rule language", None),
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

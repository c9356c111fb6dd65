//! Lowers fields, items and methods of a value: `base.step.step…`.

use rhai::{ASTFlags, Expr as Node};

use super::super::ir::{Builtin, Expr, ExprKind, Field, ListFunction, Span};
use super::demands::{usage, verb};
use super::expressions::list_function;
use super::parser::span;
use super::scope::FunctionScope;
use crate::language::text;

impl FunctionScope<'_> {
    /// Lowers `base.step.step…`, which Rhai nests to the right.
    pub(super) fn chain(&mut self, node: &Node) -> Expr {
        let at = span(node.start_position());
        let (Node::Dot(both, ..) | Node::Index(both, ..)) = node else { return Expr { kind: ExprKind::Invalid, at } };
        let mut value = self.expr(&both.lhs);
        let (mut parent, mut rest) = (node, &both.rhs);
        loop {
            let ends = matches!(parent, Node::Dot(_, flags, _) | Node::Index(_, flags, _)
                if flags.contains(ASTFlags::BREAK));
            match rest {
                Node::Dot(next, ..) | Node::Index(next, ..) if !ends => {
                    value = self.step(parent, &next.lhs, value);
                    (parent, rest) = (rest, &next.rhs);
                }
                last => return self.step(parent, last, value),
            }
        }
    }

    fn step(&mut self, parent: &Node, node: &Node, of: Expr) -> Expr {
        let at = of.at;
        if matches!(parent, Node::Index(..)) {
            let index = self.expr(node);
            return Expr { kind: ExprKind::Index(Box::new([of, index])), at };
        }
        match node {
            Node::Property(property, position) => self.field(of, &property.2, span(*position)),
            Node::MethodCall(call, position) => self.method(of, &call.name, &call.args, span(*position)),
            node => {
                let message = text!("this is not part of the rule language", "규칙 언어에 없는 표현임");
                self.mistake(span(node.position()), message, None);
                of
            }
        }
    }

    fn field(&mut self, of: Expr, name: &str, position: Span) -> Expr {
        let field = Field { name: name.into(), id: self.module.fields, at: position };
        self.module.fields += 1;
        let at = of.at;
        let more = |fields: Box<[Field]>, field| {
            let mut fields = fields.into_vec();
            fields.push(field);
            fields.into_boxed_slice()
        };
        let kind = match of.kind {
            ExprKind::Variable(slot) => ExprKind::Path(slot, Box::new([field])),
            ExprKind::Path(slot, fields) => ExprKind::Path(slot, more(fields, field)),
            ExprKind::Fields(base, fields) => ExprKind::Fields(base, more(fields, field)),
            kind => ExprKind::Fields(Box::new(Expr { kind, at }), Box::new([field])),
        };
        Expr { kind, at }
    }

    pub(super) fn method(&mut self, of: Expr, name: &str, arguments: &[Node], position: Span) -> Expr {
        let at = of.at;
        if name == "or"
            && let [default] = arguments
        {
            let default = self.expr(default);
            return Expr { kind: ExprKind::Or2(Box::new([of, default])), at };
        }
        if let Some(function) = list_function(name)
            && !(function == ListFunction::Count && arguments.is_empty())
        {
            self.is_long = true;
            return match arguments {
                [condition] => match self.closure(condition, position) {
                    Some(closure) => Expr { kind: ExprKind::List(function, Box::new(of), Box::new(closure)), at },
                    None => Expr { kind: ExprKind::Invalid, at },
                },
                _ => {
                    let message = text!(
                        "`{name}` takes one closure, such as |item| item.id == id",
                        "`{name}`의 인수는 클로저 하나임(예: |item| item.id == id)"
                    );
                    self.mistake(position, message, None);
                    Expr { kind: ExprKind::Invalid, at }
                }
            };
        }
        if name == "count" {
            return Expr { kind: ExprKind::Builtin(Builtin::Len, Box::new([of])), at };
        }
        if let Some(verb) = verb(name) {
            let message = text!("`{name}` is no method", "`{name}` 요구는 값 뒤에 점으로 붙여 쓸 수 없음");
            self.mistake(position, message, Some(usage(verb)));
            return Expr { kind: ExprKind::Invalid, at };
        }
        let mut all = vec![of];
        all.extend(self.exprs(arguments.iter()));
        Expr { kind: self.builtin(name, all.into(), true, position), at }
    }
}

//! What the expressions of a rule stand for, and what they read on the way.

use super::super::ir::{Builtin, Closure, Expr, ExprKind, ListFunction, Span, Stmt};
use super::super::kinds::Kinds;
use super::checker::Checker;
use super::constants::is_literal;
use super::narrowing;
use super::types::Type;
use crate::language::text;

impl<'a> Checker<'a> {
    /// Walks an expression.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Type {
        self.expressions += 1;
        let at = expr.at;
        match &expr.kind {
            ExprKind::Invalid => Type::default(),
            ExprKind::Bool(value) => Type::truth(*value),
            ExprKind::Int(_) => Type::computed(Kinds::INTEGER),
            ExprKind::Decimal(_) => Type::computed(Kinds::DECIMAL),
            ExprKind::Text(text) => Type::text(self.module.texts.get(*text as usize).map_or("", |text| text)),
            ExprKind::Variable(slot) => {
                let known = self.known(*slot);
                self.narrowed(known, *slot, &[])
            }
            ExprKind::Array(items) => {
                let mut all = Type::default();
                for item in items {
                    all.join(&self.value(item));
                }
                Type::list(all)
            }
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                let known = self.facts.len();
                let is_and = matches!(expr.kind, ExprKind::And(_));
                for part in parts {
                    self.condition(part);
                    self.learn(part, is_and);
                }
                self.facts.truncate(known);
                self.contradiction(parts, is_and);
                Type::computed(Kinds::BOOLEAN)
            }
            ExprKind::Not(operand) => {
                self.condition(operand);
                Type::computed(Kinds::BOOLEAN)
            }
            ExprKind::Negate(operand) => {
                let value = self.value(operand);
                self.needs(&value, Kinds::NUMBER.or(Kinds::DURATION), at, || text!("`-` needs", "`-`의 대상"));
                Type::computed(value.kinds(self.schema).and(Kinds::NUMBER.or(Kinds::DURATION))).from(&[value])
            }
            ExprKind::Compare(operator, both) => {
                let is_constant = self.constant_comparison(*operator, both, at);
                let [one, other] = &**both;
                let (one, other) = (self.value(one), self.value(other));
                if !is_constant {
                    self.comparable(*operator, &one, &other, at);
                }
                Type::computed(Kinds::BOOLEAN).from(&[one, other])
            }
            ExprKind::Compute(operator, both) => {
                let [one, other] = &**both;
                let (one, other) = (self.value(one), self.value(other));
                self.computed(*operator, &one, &other, at)
            }
            ExprKind::If(flow) => self.branches(flow),
            ExprKind::Block(block) => self.block(block),
            ExprKind::Path(slot, fields) => {
                let known = self.known(*slot);
                let mut value = self.narrowed(known, *slot, &[]);
                for (number, field) in fields.iter().enumerate() {
                    value = self.fields(&value, &[&field.name], field.at);
                    value = self.narrowed(value, *slot, fields.get(..=number).unwrap_or_default());
                }
                value
            }
            ExprKind::Fields(base, fields) => {
                let base = self.value(base);
                fields.iter().fold(base, |of, field| self.fields(&of, &[&field.name], field.at))
            }
            ExprKind::Index(both) => {
                let [of, index] = &**both;
                let (of, index) = (self.value(of), self.value(index));
                self.index(&of, &index, at)
            }
            ExprKind::Member(both) => {
                let [list, item] = &**both;
                let (list_type, item) = (self.value(list), self.value(item));
                self.member(&list_type, &item, "in", at);
                Type::computed(Kinds::BOOLEAN).from(&[item, list_type])
            }
            ExprKind::Or2(both) => {
                let [of, default] = &**both;
                self.always_given(of, || {
                    text!(
                        "`or` gives a default for a value that is always given",
                        "언제나 있는 값이므로 `or`로 정한 값이 쓰이지 않음"
                    )
                });
                let of = self.value(of);
                let default = self.value(default);
                of.joined(&default)
            }
            ExprKind::List(function, list, closure) => {
                let list = self.value(list);
                self.list(*function, &list, closure, at)
            }
            ExprKind::Builtin(builtin, arguments) => {
                // Who asks for one type after the other need not leave out the last.
                let is_test = narrowing::tested(*builtin).is_some();
                let facts = if is_test { std::mem::take(&mut self.facts) } else { Vec::new() };
                let types: Vec<Type> = arguments.iter().map(|argument| self.value(argument)).collect();
                if is_test {
                    self.facts = facts;
                }
                let name = match builtin {
                    Builtin::Has => Some("has"),
                    Builtin::IsPresent => Some("is_present"),
                    _ => None,
                };
                if let (Some(name), Some(asked), Some(value)) = (name, arguments.first(), types.first()) {
                    if is_literal(asked) {
                        self.always_given(asked, || {
                            text!("this asks for a value that is always given", "언제나 있는 값의 제출 여부를 물음")
                        });
                    } else {
                        let hint = || text!("write the condition itself", "조건만 쓸 것");
                        self.may_be_absent(name, asked, value, hint);
                    }
                }
                self.builtin(*builtin, &types, at)
            }
            ExprKind::Call(id, arguments) => {
                let arguments: Vec<Type> = arguments.iter().map(|argument| self.value(argument)).collect();
                if self.closures > 0
                    && let Some(function) = self.module.functions.get(*id as usize).filter(|function| function.demands)
                {
                    let name = &function.name;
                    let message = text!(
                        "`{name}` makes demands or prints, and cannot be called in a closure",
                        "`{name}`: 요구나 출력을 하는 함수이므로 클로저 안에서 호출할 수 없음"
                    );
                    let hint = text!("walk the list with `for`", "`for`로 목록을 차례로 처리할 것");
                    self.mistake(at, message, Some(hint));
                }
                self.call(*id, arguments, Some(at))
            }
            ExprKind::Demand(demand) => {
                self.demand(demand);
                Type::nothing()
            }
            ExprKind::Interpolation(parts) => {
                let parts: Vec<Type> = parts.iter().map(|part| self.value(part)).collect();
                for part in &parts {
                    self.needs(part, Kinds::SCALAR, at, || text!("`${{…}}` needs", "`${{…}}`에 넣는 값"));
                }
                Type::computed(Kinds::TEXT).from(&parts)
            }
            ExprKind::Range(both, is_inclusive) => {
                for side in both.iter() {
                    let value = self.value(side);
                    self.needs(&value, Kinds::INTEGER, side.at, || text!("a range needs", "범위의 양끝"));
                }
                if let [Expr { kind: ExprKind::Int(from), .. }, Expr { kind: ExprKind::Int(to), .. }] = &**both
                    && (from > to || from == to && !is_inclusive)
                {
                    self.mistake(at, text!("this range is always empty", "언제나 비어 있는 범위임"), None);
                }
                Type::list(Type::computed(Kinds::INTEGER))
            }
        }
    }

    fn index(&mut self, of: &Type, index: &Type, at: Span) -> Type {
        let (kinds, by) = (of.kinds(self.schema), index.kinds(self.schema));
        if kinds.is_empty() || by.is_empty() {
            return Type::default();
        }
        let is_list = kinds.meets(Kinds::LIST) && by.meets(Kinds::INTEGER);
        let is_field = kinds.meets(Kinds::MAPPING) && by.meets(Kinds::TEXT);
        if !is_list && !is_field {
            let (found, by) = (self.described(of), self.described(index));
            let hint = if kinds.meets(Kinds::LIST) {
                text!(
                    "list[n] is an item, from 0; list.find(|item| …) looks for one",
                    "list[n]은 0부터 센 항목임. 찾을 때는 list.find(|item| …)로 쓸 것"
                )
            } else if kinds.meets(Kinds::MAPPING) {
                text!("mapping[\"field\"] is a field", "필드는 mapping[\"field\"] 형식으로 읽음")
            } else {
                text!(
                    "`[…]` takes an item of a list or a field of a mapping; starts_with, split and matches look into a text",
                    "`[…]`로는 목록의 항목이나 필드만 읽음. 문자열은 starts_with, split, matches로 확인할 것"
                )
            };
            let message = text!("{found} has no item [{by}]", "[{by}] 항목을 꺼낼 수 없는 값임: {found}"; found, by);
            self.mistake(at, message, Some(hint));
            return Type::default();
        }
        let needed = match (is_list, is_field) {
            (true, true) => Kinds::LIST.or(Kinds::MAPPING),
            (true, false) => Kinds::LIST,
            _ => Kinds::MAPPING,
        };
        self.is_only(of, needed, at, || {
            let needed = needed.words();
            text!("`[…]` needs {needed}", "`[…]`: {needed} 필요"; needed)
        });
        let item = if is_list { of.item(self.schema) } else { Type::default() };
        if !is_field {
            return item;
        }
        item.joined(&self.keyed(of, index.known_texts(self.schema).as_ref(), at))
    }

    fn list(&mut self, function: ListFunction, list: &Type, closure: &'a Closure, at: Span) -> Type {
        let name = function.name();
        let item = self.item_of(list, at, || text!("`{name}` takes", "`{name}`의 대상"));
        self.forget(closure.parameter);
        self.assign(closure.parameter, &item);
        self.closures += 1;
        let made = self.block(&closure.body);
        self.closures -= 1;
        let of_closure = || text!("the closure of `{name}` needs", "`{name}` 클로저의 결과");
        let is_condition = matches!(
            function,
            ListFunction::Any
                | ListFunction::All
                | ListFunction::None
                | ListFunction::Filter
                | ListFunction::Find
                | ListFunction::Count
        );
        if is_condition {
            self.needs(&made, Kinds::BOOLEAN, closure_at(closure, at), of_closure);
        }
        let is_order = matches!(function, ListFunction::SortBy | ListFunction::GroupBy);
        if is_order {
            self.needs(&made, Kinds::SCALAR, closure_at(closure, at), of_closure);
        }
        match function {
            ListFunction::Any | ListFunction::All | ListFunction::None => Type::computed(Kinds::BOOLEAN).from([list]),
            ListFunction::Count => Type::computed(Kinds::INTEGER).from([list]),
            ListFunction::Filter => self.filtered(list, item, closure),
            ListFunction::SortBy => list.clone(),
            ListFunction::Find => item,
            ListFunction::Map => Type::list(made).from([list]),
            ListFunction::GroupBy => Type::list(Type::list(item)),
        }
    }
}

impl Checker<'_> {
    /// Returns the list of the items that meet a condition, which may tell of which types they are.
    fn filtered(&mut self, list: &Type, item: Type, closure: &Closure) -> Type {
        let Some(Stmt::Expr(condition)) = closure.body.last() else { return list.clone() };
        let narrowed = self.under(condition, true, |walk| walk.narrowed(item.clone(), closure.parameter, &[]));
        if narrowed == item { list.clone() } else { Type::list(narrowed).from([list]) }
    }
}

/// Returns where a closure stands; a closure without a body stands where its list does.
fn closure_at(closure: &Closure, list: Span) -> Span {
    match closure.body.last() {
        Some(Stmt::Expr(expr)) => expr.at,
        _ => list,
    }
}

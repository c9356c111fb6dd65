//! What the expressions of a rule stand for, and what they read on the way.

use std::collections::BTreeSet;

use super::super::functions::Kinds;
use super::super::ir::{Builtin, Closure, Expr, ExprKind, ListFunction, Span, Stmt};
use super::types::Type;
use super::walk::Walk;
use crate::pack::ShapeId;

impl<'a> Walk<'a> {
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
            ExprKind::Variable(slot) => self.known(*slot),
            ExprKind::Array(items) => {
                let mut all = Type::default();
                for item in items {
                    all.join(&self.value(item));
                }
                Type::list(all)
            }
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                parts.iter().for_each(|part| self.condition(part));
                Type::computed(Kinds::BOOLEAN)
            }
            ExprKind::Not(operand) => {
                self.condition(operand);
                Type::computed(Kinds::BOOLEAN)
            }
            ExprKind::Negate(operand) => {
                let value = self.value(operand);
                self.needs(&value, Kinds::NUMBER.or(Kinds::DURATION), at, "`-` needs");
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
            ExprKind::If(flow) => {
                self.condition(&flow.condition);
                let value = self.block(&flow.yes);
                value.joined(&self.block(&flow.no))
            }
            ExprKind::Block(block) => self.block(block),
            ExprKind::Path(slot, fields) => {
                let base = self.known(*slot);
                fields
                    .iter()
                    .fold(base, |of, field| self.fields(&of, &BTreeSet::from([field.name.to_string()]), field.at))
            }
            ExprKind::Fields(base, fields) => {
                let base = self.value(base);
                fields
                    .iter()
                    .fold(base, |of, field| self.fields(&of, &BTreeSet::from([field.name.to_string()]), field.at))
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
                self.always_given(of, "`or` gives a default for");
                let of = self.value(of);
                let default = self.value(default);
                of.joined(&default)
            }
            ExprKind::List(function, list, closure) => {
                let list = self.value(list);
                self.list(*function, &list, closure, at)
            }
            ExprKind::Builtin(builtin, arguments) => {
                if matches!(builtin, Builtin::Has | Builtin::IsPresent)
                    && let Some(value) = arguments.first()
                {
                    self.always_given(value, "this asks for");
                }
                let arguments: Vec<Type> = arguments.iter().map(|argument| self.value(argument)).collect();
                self.builtin(*builtin, &arguments, at)
            }
            ExprKind::Call(id, arguments) => {
                let arguments: Vec<Type> = arguments.iter().map(|argument| self.value(argument)).collect();
                if self.closures > 0
                    && let Some(function) = self.module.functions.get(*id as usize).filter(|function| function.demands)
                {
                    let message =
                        format!("`{}` makes demands or prints, and cannot be called in a closure", function.name);
                    self.mistake(at, message, Some("walk the list with `for`".to_owned()));
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
                    self.needs(part, Kinds::SCALAR, at, "`${…}` needs");
                }
                Type::computed(Kinds::TEXT).from(&parts)
            }
            ExprKind::Range(both, is_inclusive) => {
                for side in both.iter() {
                    let value = self.value(side);
                    self.needs(&value, Kinds::INTEGER, side.at, "a range needs");
                }
                if let [Expr { kind: ExprKind::Int(from), .. }, Expr { kind: ExprKind::Int(to), .. }] = &**both
                    && (from > to || from == to && !is_inclusive)
                {
                    self.mistake(at, "this range is always empty".to_owned(), None);
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
                "list[n] is an item, from 0; list.find(|item| …) looks for one"
            } else if kinds.meets(Kinds::MAPPING) {
                "mapping[\"field\"] is a field"
            } else {
                "`[…]` takes an item of a list or a field of a mapping; starts_with, split and matches look into a text"
            };
            self.mistake(at, format!("{found} has no item [{by}]"), Some(hint.to_owned()));
            return Type::default();
        }
        let item = if is_list { of.item(self.schema) } else { Type::default() };
        let mappings: BTreeSet<ShapeId> =
            of.places.iter().filter(|place| !self.schema.fields(**place).is_empty()).copied().collect();
        if !is_field || mappings.is_empty() {
            return item;
        }
        if let Some(names) = index.known_texts(self.schema) {
            return item.joined(&self.fields(&Type { places: mappings, ..of.clone() }, &names, at));
        }
        self.found.unplaced.insert("[…]".to_owned());
        Type::unknown()
    }

    fn list(&mut self, function: ListFunction, list: &Type, closure: &'a Closure, at: Span) -> Type {
        let item = self.item_of(list, at, &format!("`{}` takes", function.name()));
        self.assign(closure.parameter, &item);
        self.closures += 1;
        let made = self.block(&closure.body);
        self.closures -= 1;
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
            let (at, what) = (closure_at(closure, at), format!("the closure of `{}` needs", function.name()));
            self.needs(&made, Kinds::BOOLEAN, at, &what);
        }
        let is_order = matches!(function, ListFunction::SortBy | ListFunction::GroupBy);
        if is_order {
            let (at, what) = (closure_at(closure, at), format!("the closure of `{}` needs", function.name()));
            self.needs(&made, Kinds::SCALAR, at, &what);
        }
        match function {
            ListFunction::Any | ListFunction::All | ListFunction::None => {
                Type::computed(Kinds::BOOLEAN).from(std::slice::from_ref(list))
            }
            ListFunction::Count => Type::computed(Kinds::INTEGER).from(std::slice::from_ref(list)),
            ListFunction::Filter | ListFunction::SortBy => list.clone(),
            ListFunction::Find => item,
            ListFunction::Map => Type::list(made).from(std::slice::from_ref(list)),
            ListFunction::GroupBy => Type::list(Type::list(item)),
        }
    }
}

/// Returns where a closure stands; a closure without a body stands where its list does.
fn closure_at(closure: &Closure, list: Span) -> Span {
    match closure.body.last() {
        Some(Stmt::Expr(expr)) => expr.at,
        _ => list,
    }
}

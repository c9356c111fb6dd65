//! Lowers expressions.

use rhai::{ASTFlags, Expr as Node, FnCallExpr, Token};

use super::super::functions;
use super::super::ir::{Builtin, Comparison, Expr, ExprKind, Field, If, ListFunction, Span};
use super::super::mistake::meant;
use super::demands::verb;
use super::parser::span;
use super::scope::Scope;
use super::statements::arithmetic;
use crate::evidence::Decimal;

impl Scope<'_> {
    pub(super) fn exprs<'s>(&mut self, nodes: impl IntoIterator<Item = &'s Node>) -> Box<[Expr]> {
        nodes.into_iter().map(|node| self.expr(node)).collect()
    }

    pub(super) fn expr(&mut self, node: &Node) -> Expr {
        let at = span(node.start_position());
        let kind = match node {
            Node::BoolConstant(value, _) => ExprKind::Bool(*value),
            Node::IntegerConstant(value, _) => ExprKind::Int(*value),
            Node::FloatConstant(value, _) => self.decimal(**value, at),
            Node::StringConstant(text, _) => ExprKind::Text(self.text(text)),
            Node::CharConstant(c, _) => {
                let hint = Some(format!("write \"{c}\""));
                self.mistake(at, "a character is no value: write a text", hint);
                ExprKind::Invalid
            }
            Node::Array(items, _) => ExprKind::Array(self.exprs(items.iter())),
            Node::Variable(variable, ..) if variable.2.is_empty() => {
                self.read(&variable.1, at).map_or(ExprKind::Invalid, ExprKind::Variable)
            }
            Node::Variable(variable, ..) => {
                let message = format!("`{}` is a function of a library, and is called with (…)", variable.1);
                self.mistake(at, message, None);
                ExprKind::Invalid
            }
            Node::And(parts, _) => ExprKind::And(self.exprs(parts.iter())),
            Node::Or(parts, _) => ExprKind::Or(self.exprs(parts.iter())),
            Node::Stmt(block) => return self.block_value(block, at),
            Node::FnCall(call, position) => return self.call(call, span(*position)),
            Node::Dot(..) | Node::Index(..) => return self.chain(node),
            Node::InterpolatedString(parts, _) => ExprKind::Interpolation(self.exprs(parts.iter())),
            Node::Map(_, _) => {
                let hint = Some("write a variable for each value, or a list".to_owned());
                self.mistake(at, "a map may only give the values of a message", hint);
                ExprKind::Invalid
            }
            Node::Unit(_) => {
                let hint = Some("has(x) asks whether x is given, x.or(default) gives a default".to_owned());
                self.mistake(at, "`()` is not a value: what is not given is absent", hint);
                ExprKind::Invalid
            }
            Node::DynamicConstant(value, _) if value.is_fnptr() => {
                self.mistake(at, "a closure may only be given to a function of lists, such as any or filter", None);
                ExprKind::Invalid
            }
            Node::ThisPtr(_) => {
                self.mistake(at, "there is no `this`", Some("the evidence is `bundle`".to_owned()));
                ExprKind::Invalid
            }
            _ => {
                self.mistake(at, "this expression is not part of the rule language", None);
                ExprKind::Invalid
            }
        };
        Expr { kind, at }
    }

    /// Rhai reads a fraction as a binary number; what was written has at most 15 digits, so that its shortest form is it.
    fn decimal(&mut self, value: f64, at: Span) -> ExprKind {
        let line = self.parsed.source.lines().nth(at.line.saturating_sub(1) as usize).unwrap_or_default();
        let written = line.chars().skip(at.column.saturating_sub(1) as usize);
        let digits = written.take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '_')).filter(char::is_ascii_digit);
        match Decimal::parse(&format!("{value}")).filter(|_| digits.skip_while(|c| *c == '0').count() <= 15) {
            Some(number) => ExprKind::Decimal(Box::new(number)),
            None => {
                let hint = "a larger number, or one with more digits, can be a parameter in pack.yaml".to_owned();
                self.mistake(at, "a number in a script has at most 15 digits", Some(hint));
                ExprKind::Invalid
            }
        }
    }

    fn block_value(&mut self, block: &rhai::StmtBlock, at: Span) -> Expr {
        use rhai::Stmt as Statement;
        if super::closures::pointer_of(block.iter()).is_some() {
            self.mistake(at, "a closure may only be given to a function of lists, such as any or filter", None);
            return Expr { kind: ExprKind::Invalid, at };
        }
        if let [Statement::If(flow, position)] = block.statements() {
            let condition = self.expr(&flow.expr);
            let (yes, no) = (self.value_block(flow.body.iter()), self.value_block(flow.branch.iter()));
            return Expr { kind: ExprKind::If(Box::new(If { condition, yes, no })), at: span(*position) };
        }
        Expr { kind: ExprKind::Block(self.value_block(block.iter())), at }
    }

    pub(super) fn call(&mut self, call: &FnCallExpr, at: Span) -> Expr {
        if let Some(token) = &call.op_token {
            return Expr { kind: self.operator(token, call, at), at };
        }
        let name = call.name.as_str();
        let count = call.args.len();
        // Rhai makes a call of `contains` of `x in list`, the list first.
        if name == "contains" && count == 2 && self.is_operator_at(at) {
            let operands = self.exprs(call.args.iter()).into_vec();
            let both = <[Expr; 2]>::try_from(operands).ok();
            return Expr { kind: both.map_or(ExprKind::Invalid, |both| ExprKind::Member(Box::new(both))), at };
        }
        if !call.namespace.is_empty() {
            let module = call.namespace.to_string();
            let arguments = self.exprs(call.args.iter());
            self.is_long = true;
            let function = self.library_function(module.trim_end_matches("::"), name, count, at);
            return Expr { kind: function.map_or(ExprKind::Invalid, |id| ExprKind::Call(id, arguments)), at };
        }
        if let Some(id) = self.own.get(&(name.to_owned(), count)).copied() {
            self.is_long = true;
            self.called.insert((name.to_owned(), count));
            return Expr { kind: ExprKind::Call(id, self.exprs(call.args.iter())), at };
        }
        if let Some(verb) = verb(name) {
            return Expr { kind: self.demand(verb, call, at), at };
        }
        if let Some((first, rest)) = call.args.split_first()
            && (list_function(name).is_some() || name == "or")
        {
            let receiver = self.expr(first);
            return self.method(receiver, name, rest, at);
        }
        let arguments = self.exprs(call.args.iter());
        // Rhai reads `x in list` as this call, the list first; a part of a text is asked for with a method.
        let kind = match <[Expr; 2]>::try_from(arguments.into_vec()) {
            Ok(both) if name == "contains" => ExprKind::Member(Box::new(both)),
            Ok(both) => self.builtin(name, Box::new(both), at),
            Err(arguments) => self.builtin(name, arguments.into(), at),
        };
        Expr { kind, at }
    }

    pub(super) fn builtin(&mut self, name: &str, arguments: Box<[Expr]>, at: Span) -> ExprKind {
        if let Some(entry) = functions::named(name, arguments.len()) {
            if entry.builtin == Builtin::Parameter {
                self.parameter(&arguments, at);
            }
            return ExprKind::Builtin(entry.builtin, arguments);
        }
        if functions::is_known(name) {
            let line = functions::reference().into_iter().find(|(known, _)| *known == name);
            let hint = line.map(|(_, doc)| doc.to_owned());
            let count = arguments.len();
            let message = match functions::counts(name) {
                Some((least, most)) => format!("`{name}` takes {}, found {count}", counted(least, most)),
                None => format!("`{name}` does not take these arguments"),
            };
            self.mistake(at, message, hint);
            return ExprKind::Invalid;
        }
        let own: Vec<(String, usize)> = self.own.keys().filter(|(own, _)| !own.is_empty()).cloned().collect();
        if let Some((_, count)) = own.iter().find(|(own, _)| own == name) {
            let message = format!("`fn {name}` takes {}, found {}", counted(*count, *count), arguments.len());
            self.mistake(at, message, None);
            // It is meant to be called here.
            self.called.insert((name.to_owned(), *count));
            return ExprKind::Invalid;
        }
        let known = functions::reference();
        let names = known.iter().map(|(name, _)| *name).chain(own.iter().map(|(own, _)| own.as_str()));
        let hint = match (self.library.module_of(name), functions::alias(name)) {
            (Some(module), _) => Some(format!("lib/{module}.rhai has one: write {module}::{name}(…)")),
            (_, Some(function)) => {
                let line = known.iter().find(|(known, _)| *known == function);
                line.map(|(_, doc)| format!("see {doc}"))
            }
            _ => meant(name, names),
        };
        self.mistake(at, format!("there is no function `{name}`"), hint);
        ExprKind::Invalid
    }

    fn parameter(&mut self, arguments: &[Expr], at: Span) {
        let name = match arguments.first().map(|argument| &argument.kind) {
            Some(ExprKind::Text(id)) => self.module.texts.get(*id as usize).map(|text| text.to_string()),
            _ => None,
        };
        let Some(name) = name else {
            let hint = Some("write parameter(\"name\")".to_owned());
            return self.mistake(at, "the name of a parameter stands in quotes", hint);
        };
        if !self.manifest.parameters.contains_key(&name) {
            let names = || self.manifest.parameters.keys().map(String::as_str);
            let hint =
                meant(&name, names()).or_else(|| Some(format!("it has {}", names().collect::<Vec<_>>().join(", "))));
            self.mistake(at, format!("pack.yaml has no parameter `{name}`"), hint);
        }
    }

    fn operator(&mut self, token: &Token, call: &FnCallExpr, at: Span) -> ExprKind {
        let operands = self.exprs(call.args.iter()).into_vec();
        let both = match <[Expr; 2]>::try_from(operands) {
            Ok(both) => Box::new(both),
            Err(mut one) => {
                return match (token, one.pop()) {
                    (Token::Bang, Some(operand)) => ExprKind::Not(Box::new(operand)),
                    (Token::Minus | Token::UnaryMinus, Some(operand)) => ExprKind::Negate(Box::new(operand)),
                    (Token::Plus | Token::UnaryPlus, Some(operand)) => operand.kind,
                    _ => self.no_operator(token, at),
                };
            }
        };
        match token {
            Token::EqualsTo => ExprKind::Compare(Comparison::Equal, both),
            Token::NotEqualsTo => ExprKind::Compare(Comparison::Differ, both),
            Token::LessThan => ExprKind::Compare(Comparison::Less, both),
            Token::LessThanEqualsTo => ExprKind::Compare(Comparison::LessOrEqual, both),
            Token::GreaterThan => ExprKind::Compare(Comparison::Greater, both),
            Token::GreaterThanEqualsTo => ExprKind::Compare(Comparison::GreaterOrEqual, both),
            Token::In | Token::NotIn => ExprKind::Member(both),
            Token::ExclusiveRange => ExprKind::Range(both, false),
            Token::InclusiveRange => ExprKind::Range(both, true),
            token => match arithmetic(token) {
                Some(operator) => ExprKind::Compute(operator, both),
                None => self.no_operator(token, at),
            },
        }
    }

    fn no_operator(&mut self, token: &Token, at: Span) -> ExprKind {
        let hint = match token {
            Token::Ampersand => Some("`&&` is \"and\""),
            Token::Pipe => Some("`||` is \"or\""),
            Token::PowerOf => Some("multiply: x * x"),
            _ => None,
        };
        let message = format!("the operator `{token}` is not part of the rule language");
        self.mistake(at, message, hint.map(str::to_owned));
        ExprKind::Invalid
    }

    /// Lowers `base.step.step…`, which Rhai nests to the right.
    fn chain(&mut self, node: &Node) -> Expr {
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
                self.mistake(span(node.position()), "this is not part of the rule language", None);
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
                    None => of,
                },
                _ => {
                    self.mistake(position, format!("`{name}` takes one closure, such as |item| item.id == id"), None);
                    of
                }
            };
        }
        if name == "count" {
            return Expr { kind: ExprKind::Builtin(Builtin::Len, Box::new([of])), at };
        }
        if verb(name).is_some() {
            let hint = verb(name).map(|verb| format!("write {}", super::demands::usage(verb)));
            self.mistake(position, format!("`{name}` is no method"), hint);
            return Expr { kind: ExprKind::Invalid, at };
        }
        let mut all = vec![of];
        all.extend(self.exprs(arguments.iter()));
        Expr { kind: self.builtin(name, all.into(), position), at }
    }
}

/// Returns how many arguments a function takes, in words.
fn counted(least: usize, most: usize) -> String {
    match (least, most) {
        (0, 0) => "no argument".to_owned(),
        (1, 1) => "1 argument".to_owned(),
        _ if least == most => format!("{most} arguments"),
        _ => format!("{least} to {most} arguments"),
    }
}

fn list_function(name: &str) -> Option<ListFunction> {
    Some(match name {
        "any" => ListFunction::Any,
        "all" => ListFunction::All,
        "none" => ListFunction::None,
        "filter" => ListFunction::Filter,
        "find" => ListFunction::Find,
        "count" => ListFunction::Count,
        "map" => ListFunction::Map,
        "sort_by" => ListFunction::SortBy,
        "group_by" => ListFunction::GroupBy,
        _ => return None,
    })
}

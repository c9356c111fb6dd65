//! Lowers expressions.

use rhai::{Expr as Node, FnCallExpr, Token};

use super::super::functions;
use super::super::ir::{Builtin, Comparison, Expr, ExprKind, If, ListFunction, Span};
use super::super::mistake::{choices, meant};
use super::demands::verb;
use super::foreign::{NOT_IN_RULES, known};
use super::parser::span;
use super::scope::FunctionScope;
use super::statements::arithmetic;
use crate::evidence::Decimal;
use crate::language::{Text, text};

impl FunctionScope<'_> {
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
                let message = text!("a character is no value: write a text", "한 글자도 문자열로 써야 함");
                self.mistake(at, message, Some(text!("write \"{c}\"", "\"{c}\" 형식으로 쓸 것")));
                ExprKind::Invalid
            }
            Node::Array(items, _) => ExprKind::Array(self.exprs(items.iter())),
            Node::Variable(variable, ..) if variable.2.is_empty() => {
                self.read(&variable.1, at).map_or(ExprKind::Invalid, ExprKind::Variable)
            }
            Node::Variable(variable, ..) => {
                let name = &variable.1;
                let message = text!(
                    "`{name}` is a function of a library, and is called with (…)",
                    "`{name}`: lib/의 함수이므로 (…)를 붙여 호출해야 함"
                );
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
                let message =
                    text!("a map may only give the values of a message", "맵은 지적 문구에 값을 넣는 데만 쓸 수 있음");
                let hint = text!("write a variable for each value, or a list", "값마다 변수를 두거나 목록으로 쓸 것");
                self.mistake(at, message, Some(hint));
                ExprKind::Invalid
            }
            Node::Unit(_) => {
                let message = text!(
                    "`()` is not a value: what is not given is absent",
                    "`()`: 값이 아님(제출되지 않은 것은 값 없음임)"
                );
                let hint = text!(
                    "has(x) asks whether x is given, x.or(default) gives a default",
                    "제출 여부는 has(x)로 묻고, 없을 때의 값은 x.or(default)로 정함"
                );
                self.mistake(at, message, Some(hint));
                ExprKind::Invalid
            }
            Node::DynamicConstant(value, _) if value.is_fnptr() => {
                self.stray_closure(at);
                ExprKind::Invalid
            }
            Node::ThisPtr(_) => {
                let hint = text!("the evidence is `bundle`", "제출 자료는 `bundle`로 읽음");
                self.mistake(at, text!("there is no `this`", "규칙 언어에 `this`는 없음"), Some(hint));
                ExprKind::Invalid
            }
            _ => {
                let message = text!("this expression is not part of the rule language", "규칙 언어에 없는 식임");
                self.mistake(at, message, None);
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
                let message =
                    text!("a number in a script has at most 15 digits", "스크립트의 숫자는 15자리까지만 쓸 수 있음");
                let hint = text!(
                    "a larger number, or one with more digits, can be a parameter in pack.yaml",
                    "더 큰 수나 자릿수가 더 많은 수는 pack.yaml의 기준값으로 둘 것"
                );
                self.mistake(at, message, Some(hint));
                ExprKind::Invalid
            }
        }
    }

    fn stray_closure(&mut self, at: Span) {
        let message = text!(
            "a closure may only be given to a function of lists, such as any or filter",
            "클로저는 any, filter 등 목록의 함수에만 넘길 수 있음"
        );
        self.mistake(at, message, None);
    }

    fn block_value(&mut self, block: &rhai::StmtBlock, at: Span) -> Expr {
        use rhai::Stmt as Statement;
        if super::closures::pointer_of(block.iter()).is_some() {
            self.stray_closure(at);
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
            Ok(both) => self.builtin(name, Box::new(both), false, at),
            Err(arguments) => self.builtin(name, arguments.into(), false, at),
        };
        Expr { kind, at }
    }

    pub(super) fn builtin(&mut self, name: &str, arguments: Box<[Expr]>, is_method: bool, at: Span) -> ExprKind {
        if let Some(entry) = functions::named(name, arguments.len()) {
            if entry.builtin == Builtin::Parameter {
                self.parameter(&arguments, at);
            }
            return ExprKind::Builtin(entry.builtin, arguments);
        }
        if functions::is_known(name) {
            let hint = functions::documented(name);
            // The receiver of a method is not counted.
            let receiver = usize::from(is_method);
            let count = arguments.len() - receiver;
            let counts = functions::counts(name).filter(|(_, most)| *most >= receiver);
            let message = match counts.map(|(least, most)| (least.saturating_sub(receiver), most - receiver)) {
                Some((least, most)) => {
                    let counted = counted(least, most);
                    text!("`{name}` takes {counted}, found {count}", "`{name}`의 인수는 {counted}이나 {count}개가 쓰임"; counted)
                }
                None if is_method => text!("`{name}` cannot be called so", "`{name}` 함수는 이렇게 호출할 수 없음"),
                None => {
                    text!("`{name}` does not take {count} arguments", "`{name}`의 인수 개수가 맞지 않음: {count}개")
                }
            };
            self.mistake(at, message, hint);
            return ExprKind::Invalid;
        }
        let own = self.own;
        if let Some((_, count)) = own.keys().find(|(own, _)| own == name) {
            let (counted, found) = (counted(*count, *count), arguments.len());
            let message = text!("`fn {name}` takes {counted}, found {found}", "`fn {name}`의 인수는 {counted}이나 {found}개가 쓰임"; counted);
            self.mistake(at, message, None);
            // It is meant to be called here.
            self.called.insert((name.to_owned(), *count));
            return ExprKind::Invalid;
        }
        let reference = functions::reference();
        let names = reference.iter().map(|(name, _)| *name).chain(own.keys().map(|(own, _)| own.as_str()));
        let hint = match (self.library.module_of(name), functions::alias(name)) {
            (Some(module), _) => Some(text!(
                "lib/{module}.rhai has one: write {module}::{name}(…)",
                "lib/{module}.rhai의 함수는 {module}::{name}(…) 형식으로 호출함"
            )),
            (_, Some(function)) => functions::documented(function).map(|doc| {
                // Most lines begin with the function as it is called.
                let named = |doc: String| if doc.contains('(') { doc } else { format!("`{function}`: {doc}") };
                let doc = Text::new(named(doc.en), named(doc.ko));
                text!("see {doc}", "참고: {doc}"; doc)
            }),
            _ => known(NOT_IN_RULES, name).map(|(_, hint)| hint).or_else(|| meant(name, names)),
        };
        self.mistake(at, text!("there is no function `{name}`", "`{name}` 함수가 없음"), hint);
        ExprKind::Invalid
    }

    fn parameter(&mut self, arguments: &[Expr], at: Span) {
        let name = match arguments.first().map(|argument| &argument.kind) {
            Some(ExprKind::Text(id)) => self.module.texts.get(*id as usize).map(|text| text.to_string()),
            _ => None,
        };
        let Some(name) = name else {
            let message = text!("the name of a parameter stands in quotes", "기준값의 이름은 따옴표로 묶어야 함");
            let hint = text!("write parameter(\"name\")", "parameter(\"name\") 형식으로 쓸 것");
            return self.mistake(at, message, Some(hint));
        };
        if !self.manifest.parameters.contains_key(&name) {
            let names: Vec<&str> = self.manifest.parameters.keys().map(String::as_str).collect();
            let hint =
                meant(&name, names.iter().copied()).or_else(|| (!names.is_empty()).then(|| choices(&names.join(", "))));
            let message = text!("pack.yaml has no parameter `{name}`", "pack.yaml에 `{name}` 기준값이 없음");
            self.mistake(at, message, hint);
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
            Token::Ampersand => Some(text!("`&&` is \"and\"", "'그리고'는 `&&`로 씀")),
            Token::Pipe => Some(text!("`||` is \"or\"", "'또는'은 `||`로 씀")),
            Token::PowerOf => Some(text!("multiply: x * x", "곱하여 쓸 것: x * x")),
            _ => None,
        };
        let message =
            text!("the operator `{token}` is not part of the rule language", "규칙 언어에 없는 연산자임: `{token}`");
        self.mistake(at, message, hint);
        ExprKind::Invalid
    }
}

/// Returns how many arguments a function takes, in words.
fn counted(least: usize, most: usize) -> Text {
    match (least, most) {
        (0, 0) => text!("no argument", "0개"),
        (1, 1) => text!("1 argument", "1개"),
        _ if least == most => text!("{most} arguments", "{most}개"),
        _ => text!("{least} to {most} arguments", "{least}~{most}개"),
    }
}

pub(super) fn list_function(name: &str) -> Option<ListFunction> {
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

//! From Rhai's syntax tree to the plan of the direct evaluator.
//!
//! What is not understood becomes [`Expr::GiveUp`]: where a run reaches it, the interpreter takes over.

use std::collections::HashMap;

use rhai::{AST, ASTFlags, BinaryExpr, Expr as Node, FnCallExpr, Position, Stmt as Statement, Token};

use super::super::recorder::ScriptPosition;
use super::super::syntax;
use super::plan::{
    Arithmetic, Builtin, Chain, Closure, Comparison, Demand, Expr, Function, FunctionId, ListFunction, Property, Slot,
    Step, Stmt, Verb,
};
use super::texts::Texts;

use serde::{Deserialize, Serialize};

/// Variables of a function; the interpreter allows more at a time.
const SLOTS: u32 = 128;

/// Name and number of parameters of a function; Rhai tells functions apart by both.
type Signature = (String, usize);

/// All functions that the plans of a program can call.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in super::super) struct Functions {
    pub(super) bodies: Vec<Function>,
    /// The texts that stand in them.
    pub(super) texts: Texts,
    /// Functions of each library module; needed to add rules, not to run them.
    #[serde(skip)]
    library: HashMap<String, HashMap<Signature, FunctionId>>,
}

impl Functions {
    /// Adds the functions of library modules, each of which may call those before it.
    pub(in super::super) fn add_library(&mut self, modules: &[(String, AST)]) {
        for (name, ast) in modules {
            let own = self.add(ast);
            self.library.insert(name.clone(), own);
        }
    }

    /// Adds the functions of a rule; gives its `check`.
    pub(in super::super) fn add_rule(&mut self, ast: &AST) -> Option<FunctionId> {
        self.add(ast).get(&("check".to_owned(), 2)).copied()
    }

    fn add(&mut self, ast: &AST) -> HashMap<Signature, FunctionId> {
        let named = ast.iter_functions().filter(|function| !function.name.starts_with("anon$"));
        let mut named: Vec<_> = named.collect();
        named.sort_by_key(|function| (function.name, function.params.len()));
        let first = self.bodies.len();
        let signatures = named.iter().map(|function| (function.name.to_owned(), function.params.len()));
        let own: HashMap<Signature, FunctionId> = signatures.zip(first as FunctionId..).collect();
        self.bodies.resize_with(first + own.len(), Function::default);
        for function in named {
            let mut scope = Scope::new(ast, &own, &self.library, &mut self.texts);
            for parameter in &function.params {
                scope.declare(parameter);
            }
            let arity = function.params.len();
            let mut body = scope.function(function.name, arity);
            if scope.slots > SLOTS {
                // The interpreter limits the variables of a function.
                body = Box::new([Stmt::Expr(Expr::GiveUp)]);
            }
            let lowered = Function { parameters: arity as u32, slots: scope.slots, is_long: scope.is_long, body };
            if let Some(slot) =
                own.get(&(function.name.to_owned(), arity)).and_then(|id| self.bodies.get_mut(*id as usize))
            {
                *slot = lowered;
            }
        }
        own
    }
}

/// The names that are visible at a point of a function.
struct Scope<'a> {
    ast: &'a AST,
    own: &'a HashMap<Signature, FunctionId>,
    library: &'a HashMap<String, HashMap<Signature, FunctionId>>,
    texts: &'a mut Texts,
    visible: Vec<(String, Slot)>,
    slots: Slot,
    /// See [`Function::is_long`].
    is_long: bool,
    /// Slots before this one are captured by the closure that is lowered, which may not assign to them.
    captured: Slot,
}

impl<'a> Scope<'a> {
    fn new(
        ast: &'a AST,
        own: &'a HashMap<Signature, FunctionId>,
        library: &'a HashMap<String, HashMap<Signature, FunctionId>>,
        texts: &'a mut Texts,
    ) -> Self {
        Self { ast, own, library, texts, visible: Vec::new(), slots: 0, is_long: false, captured: 0 }
    }

    fn declare(&mut self, name: &str) -> Slot {
        let slot = self.slots;
        self.slots += 1;
        self.visible.push((name.to_owned(), slot));
        slot
    }

    fn find(&self, name: &str) -> Option<Slot> {
        self.visible.iter().rev().find(|(visible, _)| visible == name).map(|(_, slot)| *slot)
    }

    /// Lowers the body of a function.
    fn function(&mut self, name: &str, arity: usize) -> Box<[Stmt]> {
        let mut body = Vec::new();
        syntax::each_statement(self.ast, name, arity, |statement| self.statement(statement, &mut body));
        body.into()
    }

    fn block<'s>(&mut self, statements: impl IntoIterator<Item = &'s Statement>) -> Box<[Stmt]> {
        let outside = self.visible.len();
        let mut block = Vec::new();
        for statement in statements {
            self.statement(statement, &mut block);
        }
        self.visible.truncate(outside);
        block.into()
    }

    fn statement(&mut self, statement: &Statement, into: &mut Vec<Stmt>) {
        into.push(match statement {
            // Captured variables are shared: in the plan, a closure uses the slots of its function.
            Statement::Noop(_) | Statement::Share(_) => return,
            Statement::Expr(expr) => Stmt::Expr(self.expr(expr)),
            Statement::FnCall(call, position) => Stmt::Expr(self.call(call, *position)),
            Statement::Block(block) => Stmt::Expr(Expr::Block(self.block(block.iter()))),
            Statement::Var(definition, _, _) => {
                let value = self.expr(&definition.1);
                Stmt::Let(self.declare(&definition.0.name), value)
            }
            Statement::Assignment(assignment) => {
                let (operator, BinaryExpr { lhs, rhs }) = &**assignment;
                let slot = if let Node::Variable(variable, ..) = lhs { self.find(&variable.1) } else { None };
                let update = operator.get_op_assignment_info().map(|(.., token, _)| arithmetic(token));
                match (slot.filter(|slot| *slot >= self.captured), update) {
                    (Some(slot), None) => Stmt::Set(slot, self.expr(rhs)),
                    (Some(slot), Some(Some(update))) => Stmt::Update(update, slot, self.expr(rhs)),
                    _ => Stmt::Expr(Expr::GiveUp),
                }
            }
            Statement::If(flow, _) => {
                let condition = self.expr(&flow.expr);
                Stmt::If(condition, self.block(flow.body.iter()), self.block(flow.branch.iter()))
            }
            Statement::For(each, _) => {
                self.is_long = true;
                let (name, counter, flow) = &**each;
                let list = self.expr(&flow.expr);
                let outside = self.visible.len();
                let counter = counter.as_ref().map(|counter| self.declare(&counter.name));
                let slot = self.declare(&name.name);
                let body = self.block(flow.body.iter());
                self.visible.truncate(outside);
                Stmt::For(slot, counter, list, body)
            }
            Statement::Return(value, flags, _) if !flags.contains(ASTFlags::BREAK) => {
                Stmt::Return(value.as_ref().map(|value| self.expr(value)))
            }
            Statement::BreakLoop(None, flags, _) if flags.contains(ASTFlags::BREAK) => Stmt::Break,
            Statement::BreakLoop(None, _, _) => Stmt::Continue,
            _ => Stmt::Expr(Expr::GiveUp),
        });
    }

    fn exprs<'s>(&mut self, nodes: impl IntoIterator<Item = &'s Node>) -> Box<[Expr]> {
        nodes.into_iter().map(|node| self.expr(node)).collect()
    }

    fn expr(&mut self, node: &Node) -> Expr {
        match node {
            Node::Unit(_) => Expr::Unit,
            Node::BoolConstant(value, _) => Expr::Bool(*value),
            Node::IntegerConstant(value, _) => Expr::Int(*value),
            Node::FloatConstant(value, _) => Expr::Float(**value),
            Node::StringConstant(text, _) => Expr::Text(self.texts.number(text)),
            Node::Array(items, _) => Expr::Array(self.exprs(items.iter())),
            Node::Variable(variable, ..) if variable.2.is_empty() => {
                self.find(&variable.1).map_or(Expr::GiveUp, Expr::Variable)
            }
            Node::And(parts, _) => Expr::And(self.exprs(parts.iter())),
            Node::Or(parts, _) => Expr::Or(self.exprs(parts.iter())),
            Node::Stmt(block) => Expr::Block(self.block(block.iter())),
            Node::FnCall(call, position) => self.call(call, *position),
            Node::Dot(..) | Node::Index(..) => self.chain(node).unwrap_or(Expr::GiveUp),
            _ => Expr::GiveUp,
        }
    }

    fn call(&mut self, call: &FnCallExpr, position: Position) -> Expr {
        if let Some(token) = &call.op_token {
            return self.operator(token, call);
        }
        let name = call.name.as_str();
        let signature = (name.to_owned(), call.args.len());
        let function = if call.namespace.is_empty() {
            self.own.get(&signature)
        } else {
            let module = call.namespace.to_string();
            self.library.get(module.trim_end_matches("::")).and_then(|own| own.get(&signature))
        };
        if let Some(function) = function.copied() {
            self.is_long = true;
            return Expr::Call(function, self.exprs(call.args.iter()));
        }
        if !call.namespace.is_empty() {
            return Expr::GiveUp;
        }
        if let Some(demand) = self.demand(call, position) {
            return Expr::Demand(Box::new(demand));
        }
        match Builtin::named(name, call.args.len()) {
            Some(Builtin::Has) => {
                let given = call.args.first().map(|node| self.expr(node));
                given.map_or(Expr::GiveUp, |given| Expr::Has(Box::new(given)))
            }
            Some(builtin) => Expr::Builtin(builtin, self.exprs(call.args.iter())),
            None => Expr::GiveUp,
        }
    }

    fn operator(&mut self, token: &Token, call: &FnCallExpr) -> Expr {
        let operands = self.exprs(call.args.iter()).into_vec();
        match <[Expr; 2]>::try_from(operands) {
            Ok(both) => match token {
                Token::EqualsTo => Expr::Compare(Comparison::Equal, Box::new(both)),
                Token::NotEqualsTo => Expr::Compare(Comparison::Differ, Box::new(both)),
                Token::LessThan => Expr::Compare(Comparison::Less, Box::new(both)),
                Token::LessThanEqualsTo => Expr::Compare(Comparison::LessOrEqual, Box::new(both)),
                Token::GreaterThan => Expr::Compare(Comparison::Greater, Box::new(both)),
                Token::GreaterThanEqualsTo => Expr::Compare(Comparison::GreaterOrEqual, Box::new(both)),
                // `x in list`: Rhai has put the list first.
                Token::In | Token::NotIn => Expr::Builtin(Builtin::Contains, Box::new(both)),
                token => match arithmetic(token) {
                    Some(operator) => Expr::Compute(operator, Box::new(both)),
                    None => Expr::GiveUp,
                },
            },
            Err(mut one) => match (token, one.pop()) {
                (Token::Bang, Some(operand)) => Expr::Not(Box::new(operand)),
                (Token::Minus | Token::UnaryMinus, Some(operand)) => Expr::Negate(Box::new(operand)),
                _ => Expr::GiveUp,
            },
        }
    }

    fn demand(&mut self, call: &FnCallExpr, position: Position) -> Option<Demand> {
        let (verb, evidence) = match call.name.as_str() {
            "require" => (Verb::Require, 1),
            "ensure" => (Verb::Ensure, 2),
            "undetermined" => (Verb::Undetermined, 1),
            "ensure_usable" => (Verb::EnsureUsable, 1),
            _ => return None,
        };
        let arguments = self.exprs(call.args.iter().take(evidence));
        let mut words = call.args.iter().skip(evidence);
        let key = match words.next() {
            Some(Node::StringConstant(key, _)) => Some(key.as_str().into()),
            None => None,
            Some(_) => return None,
        };
        let values = match words.next() {
            Some(Node::Map(map, _)) => {
                map.0.iter().map(|(name, value)| (name.name.as_str().into(), self.expr(value))).collect()
            }
            None => Box::default(),
            Some(_) => return None,
        };
        Some(Demand { verb, arguments, key, values, position: ScriptPosition::of(position) })
    }

    /// Lowers `base.step.step…`; nothing where a part is not understood.
    fn chain(&mut self, node: &Node) -> Option<Expr> {
        let (Node::Dot(both, ..) | Node::Index(both, ..)) = node else { return None };
        let base = self.expr(&both.lhs);
        let base_name = if let Node::Variable(variable, ..) = &both.lhs { Some(variable.1.as_str()) } else { None };
        let mut chain = Chain { base, arguments: Vec::new(), steps: Vec::new() };
        let (mut parent, mut rest) = (node, &both.rhs);
        loop {
            let goes_on = !flags(parent)?.contains(ASTFlags::BREAK);
            match rest {
                Node::Dot(next, ..) | Node::Index(next, ..) if goes_on => {
                    self.step(parent, &next.lhs, base_name, &mut chain)?;
                    (parent, rest) = (rest, &next.rhs);
                }
                last => {
                    self.step(parent, last, base_name, &mut chain)?;
                    return Some(chain.simplest());
                }
            }
        }
    }

    fn step(&mut self, parent: &Node, node: &Node, base: Option<&str>, chain: &mut Chain) -> Option<()> {
        if matches!(parent, Node::Index(..)) {
            chain.arguments.push(self.expr(node));
            chain.steps.push(Step::Index);
            return Some(());
        }
        match node {
            Node::Property(property, _) => {
                chain.steps.push(Step::Property(Property::new(&property.2)));
            }
            Node::MethodCall(call, _) => match list_function(&call.name) {
                Some(function) => {
                    self.is_long = true;
                    let [condition] = call.args.as_ref() else { return None };
                    chain.steps.push(Step::List(function, self.closure(condition, base)?));
                }
                None => {
                    let builtin = Builtin::named(&call.name, call.args.len() + 1)?;
                    let mut arguments = self.exprs(call.args.iter()).into_vec();
                    match (arguments.pop(), arguments.is_empty()) {
                        (Some(only), true) if only.is_literal() => chain.steps.push(match builtin {
                            Builtin::Or => Step::Or(only),
                            builtin => Step::MethodOf(builtin, only),
                        }),
                        (last, _) => {
                            arguments.extend(last);
                            chain.steps.push(Step::Method(builtin, arguments.len()));
                            chain.arguments.extend(arguments);
                        }
                    }
                }
            },
            _ => return None,
        }
        Some(())
    }

    /// Lowers a closure; what it captures are variables of the function around it.
    fn closure(&mut self, node: &Node, base: Option<&str>) -> Option<Closure> {
        let pointer = syntax::closure(node)?;
        let function = self.ast.iter_functions().find(|function| function.name == pointer)?;
        let (parameter, captures) = function.params.split_last()?;
        // Rhai refuses a closure that uses the variable whose function it is given to.
        if captures.iter().any(|name| Some(*name) == base) {
            return None;
        }
        let (name, arity) = (function.name.to_owned(), function.params.len());
        let slots = captures.iter().map(|name| Some(((*name).to_owned(), self.find(name)?)));
        let inside = slots.collect::<Option<Vec<_>>>()?;
        let outside = std::mem::replace(&mut self.visible, inside);
        let captured = std::mem::replace(&mut self.captured, self.slots);
        let parameter = self.declare(parameter);
        let body = self.function(&name, arity);
        self.visible = outside;
        self.captured = captured;
        Some(Closure { parameter, body })
    }
}

fn flags(node: &Node) -> Option<ASTFlags> {
    match node {
        Node::Dot(_, flags, _) | Node::Index(_, flags, _) => Some(*flags),
        _ => None,
    }
}

fn arithmetic(token: &Token) -> Option<Arithmetic> {
    Some(match token {
        Token::Plus => Arithmetic::Add,
        Token::Minus => Arithmetic::Subtract,
        Token::Multiply => Arithmetic::Multiply,
        Token::Divide => Arithmetic::Divide,
        _ => return None,
    })
}

fn list_function(name: &str) -> Option<ListFunction> {
    Some(match name {
        "any" => ListFunction::Any,
        "all" => ListFunction::All,
        "filter" => ListFunction::Filter,
        "find" => ListFunction::Find,
        "map" => ListFunction::Map,
        _ => return None,
    })
}

//! Parses scripts with the parser of Rhai, within limits.

use std::sync::Once;

use rhai::{AST, ASTNode, Engine, Module, Position, Stmt, Token};

use super::super::ir::Span;
use super::super::mistake::Mistake;
use super::complaint::{Complaint, complaint};
use super::literal::{self, MetaLiteral};
use crate::language::text;
use crate::pack::Script;

/// Bytes of one script: Rhai's parser is quadratic in some of its parts.
const SCRIPT_BYTES: usize = 32 << 10;
const EXPRESSION_DEPTH: usize = 48;
const EXPRESSION_DEPTH_IN_FUNCTION: usize = 32;
const FUNCTIONS: usize = 256;

/// Words of Rhai that are not part of the rule language, refused by the parser itself.
const DISABLED: [&str; 12] =
    ["eval", "curry", "Fn", "import", "export", "try", "catch", "??", "?.", "?[", "sync", "throw"];

/// The parser; one for each thread.
pub(in super::super) struct Parser {
    engine: Engine,
}

/// A script that was parsed.
pub(in super::super) struct Parsed<'s> {
    pub(in super::super) path: &'s str,
    pub(in super::super) source: &'s str,
    pub(super) ast: AST,
    /// What it says about itself, if it is a rule.
    pub(super) meta: Option<MetaLiteral>,
    /// Functions, closures included.
    pub(super) functions: Vec<ParsedFunction>,
    /// Its tokens with their places, if it has a `switch`: the tree does not keep the values of the arms.
    pub(super) tokens: Vec<(Token, Span)>,
}

/// One function of a script as it was parsed.
pub(super) struct ParsedFunction {
    pub(super) name: String,
    pub(super) parameters: Vec<String>,
    pub(super) body: Vec<Stmt>,
}

impl Parser {
    pub(in super::super) fn new() -> Self {
        fix_hashes();
        let mut engine = Engine::new_raw();
        engine.set_max_expr_depths(EXPRESSION_DEPTH, EXPRESSION_DEPTH_IN_FUNCTION);
        engine.set_max_functions(FUNCTIONS);
        for word in DISABLED {
            engine.disable_symbol(word);
        }
        Self { engine }
    }

    /// Parses a script; a byte order mark at its beginning is accepted.
    pub(in super::super) fn parse<'s>(&self, script: &'s Script) -> Result<Parsed<'s>, Box<Mistake>> {
        let path = script.path.as_str();
        let source = script.source().strip_prefix('\u{feff}').unwrap_or(script.source());
        if source.len() > SCRIPT_BYTES {
            let bytes = source.len();
            let message = text!(
                "the script has {bytes} bytes, and may have {SCRIPT_BYTES}",
                "스크립트의 크기({bytes}바이트)가 한도({SCRIPT_BYTES}바이트)를 초과함"
            );
            let hint = text!("move functions into lib/", "함수를 lib/로 옮길 것");
            return Err(Box::new(Mistake::new(path, span(Position::NONE), message).with_hint(Some(hint))));
        }
        let meta = literal::find(source);
        let text = without_meta(source, meta.as_ref());
        match self.engine.compile(&text) {
            Ok(ast) => {
                let tokens = if text.contains("switch") { self.tokens(&text) } else { Vec::new() };
                Ok(Parsed { path, source, functions: functions(&ast), tokens, ast, meta })
            }
            Err(error) => {
                let Complaint { at, message, hint } = complaint(&error, &text);
                Err(Box::new(Mistake::new(path, at, message).with_hint(hint)))
            }
        }
    }

    fn tokens(&self, text: &str) -> Vec<(Token, Span)> {
        let texts = [text];
        let (tokens, control) = self.engine.lex(&texts);
        let mut all = Vec::new();
        let mut open = 0_usize;
        // Braces around the values in texts `…${x}…` that are not closed yet.
        let mut inserted: Vec<usize> = Vec::new();
        for (token, position) in tokens {
            let token = match token {
                // The tokens never end by themselves.
                Token::EOF => break,
                Token::InterpolatedString(_) => {
                    inserted.push(open);
                    token
                }
                Token::LeftBrace | Token::MapStart => {
                    open += 1;
                    // No block, so that nothing after it begins a statement or an arm.
                    if inserted.last() == Some(&(open - 1)) { Token::LeftParen } else { token }
                }
                Token::RightBrace => {
                    open = open.saturating_sub(1);
                    if inserted.last() == Some(&open) {
                        inserted.pop();
                        // What follows is the rest of the text, which only the parser knows.
                        control.borrow_mut().is_within_text = true;
                        Token::RightParen
                    } else {
                        token
                    }
                }
                token => token,
            };
            all.push((token, span(position)));
        }
        all
    }
}

impl Parsed<'_> {
    /// Returns the functions that the script defines by name.
    pub(super) fn named(&self) -> impl Iterator<Item = &ParsedFunction> {
        self.functions.iter().filter(|function| !function.name.starts_with("anon$"))
    }
}

/// Returns the place of a node; the first line for what has none.
pub(super) fn span(position: Position) -> Span {
    let number = |number: Option<usize>| number.and_then(|number| u32::try_from(number).ok()).unwrap_or(1);
    Span { line: number(position.line()), column: number(position.position()) }
}

/// Returns the script with an empty map for what `META` says; every line keeps its number.
fn without_meta(source: &str, meta: Option<&MetaLiteral>) -> String {
    let Some(MetaLiteral { bytes, .. }) = meta else { return source.to_owned() };
    let parts = [source.get(..bytes.start), source.get(bytes.clone()), source.get(bytes.end..)];
    let [before, literal, after] = parts.map(Option::unwrap_or_default);
    let lines = "\n".repeat(literal.matches('\n').count());
    [before, "#{", &lines, "}", after].concat()
}

/// Rhai shows the body of a function only in the walk of a tree that has no other function.
fn functions(ast: &AST) -> Vec<ParsedFunction> {
    let mut all: Vec<ParsedFunction> = ast
        .shared_lib()
        .iter_script_fn_info()
        .map(|(_, _, _, _, definition)| {
            let mut alone = Module::new();
            alone.set_script_fn(definition.clone());
            let mut body = Vec::new();
            AST::new([], alone).walk(&mut |path: &[ASTNode<'_>]| {
                if let [ASTNode::Stmt(statement)] = path {
                    body.push((*statement).clone());
                }
                true
            });
            let parameters = definition.params.iter().map(ToString::to_string).collect();
            ParsedFunction { name: definition.name.to_string(), parameters, body }
        })
        .collect();
    all.sort_by(|a, b| (&a.name, a.parameters.len()).cmp(&(&b.name, b.parameters.len())));
    all
}

/// Makes the names of closures and the order of functions the same in every run.
fn fix_hashes() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Fails only if another user of Rhai in the same process was first; then names differ, results do not.
        let _ = rhai::config::hashing::set_hashing_seed(Some([0x6761, 0x6d73, 0x61, 1]));
    });
}

//! From a script to the intermediate representation: the only home of the `rhai` crate, whose parser gives the syntax.

mod closures;
mod complaint;
mod definitions;
mod demands;
mod expressions;
mod foreign;
mod joins;
mod library;
mod literal;
mod meta;
mod methods;
mod parser;
mod scope;
mod statements;
mod switch;
mod ways;

pub(super) use self::library::{Library, Lowered};
pub(super) use self::meta::{Meta, read as read_meta};
pub(super) use self::parser::{Parsed, Parser};
pub(super) use self::scope::{Role, lower};

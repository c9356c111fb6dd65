//! From a script to the intermediate representation: the only home of the `rhai` crate, whose parser gives the syntax.

mod closures;
mod complaint;
mod definitions;
mod demands;
mod expressions;
mod joins;
mod literal;
mod meta;
mod parser;
mod scope;
mod statements;
mod switch;
mod ways;

pub(super) use self::meta::{Meta, read as read_meta};
pub(super) use self::parser::{Parsed, Parser};
pub(super) use self::scope::{Library, Lowered, Role, lower};

//! The intermediate representation of rules: names are slots, calls are resolved, every node has its place.
//!
//! It is made by `syntax`, checked by `check` and run by `eval`; it holds nothing that changes while rules run, so that
//! all threads share one.

use std::collections::BTreeSet;

use crate::evidence::Decimal;

/// A line and column in a script, from 1; columns count characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Span {
    pub(super) line: u32,
    pub(super) column: u32,
}

/// A variable of a function, counted from the first slot of its call.
pub(super) type Slot = u32;
/// A function, counted in all of a program.
pub(super) type FunctionId = u32;
/// A text that stands in a script, counted in all of a program.
pub(super) type TextId = u32;
/// A script, counted in all of a program.
pub(super) type FileId = u32;

/// All functions of a program, and what they share.
#[derive(Debug, Default)]
pub(super) struct Module {
    pub(super) functions: Vec<Function>,
    pub(super) texts: Vec<Box<str>>,
    /// Paths of the scripts inside the pack.
    pub(super) files: Vec<String>,
    /// Reads of fields; each has a number, under which a run keeps what it learnt of it.
    pub(super) fields: u32,
}

/// A function of a rule or of the library; `check` is one.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) file: FileId,
    pub(super) at: Span,
    /// Slots that a call needs; the parameters take the first.
    pub(super) slots: u32,
    /// It or a function that it calls makes a demand.
    pub(super) demands: bool,
    /// It may call itself, directly or through others.
    pub(super) is_recursive: bool,
    /// It loops or calls, so that its results are worth keeping.
    pub(super) is_long: bool,
    pub(super) body: Box<[Stmt]>,
}

#[derive(Debug)]
pub(super) enum Stmt {
    /// Its value is that of the block if it stands last.
    Expr(Expr),
    /// `let x = …` and `x = …`
    Set(Slot, Expr),
    /// `x += …` and the like.
    Update(Arithmetic, Slot, Expr),
    If(Box<If>),
    For(Box<For>),
    While(Box<While>),
    /// Where a `switch` comes to if none of its arms fits; it does nothing.
    Otherwise(Box<Otherwise>),
    Return(Option<Expr>),
    Continue,
    Break,
}

/// The end of a `switch`, for the check that its arms cover every value, and that `_` is needed.
#[derive(Debug)]
pub(super) struct Otherwise {
    /// What is switched over.
    pub(super) value: Slot,
    /// The texts and booleans that arms without a condition are for.
    pub(super) texts: BTreeSet<String>,
    pub(super) truths: BTreeSet<bool>,
    /// Where `_` stands, or nothing if there is none.
    pub(super) rest: Option<Span>,
    /// Where the `switch` stands.
    pub(super) at: Span,
}

#[derive(Debug)]
pub(super) struct If {
    pub(super) condition: Expr,
    pub(super) yes: Box<[Stmt]>,
    pub(super) no: Box<[Stmt]>,
}

#[derive(Debug)]
pub(super) struct For {
    pub(super) item: Slot,
    /// The number of the turn, from 0.
    pub(super) counter: Option<Slot>,
    pub(super) list: Expr,
    pub(super) body: Box<[Stmt]>,
}

#[derive(Debug)]
pub(super) struct While {
    /// Nothing in `loop`.
    pub(super) condition: Option<Expr>,
    pub(super) body: Box<[Stmt]>,
    pub(super) at: Span,
}

#[derive(Debug)]
pub(super) struct Expr {
    pub(super) kind: ExprKind,
    pub(super) at: Span,
}

#[derive(Debug)]
pub(super) enum ExprKind {
    /// What is not part of the language: a mistake was reported, and nothing runs.
    Invalid,
    Bool(bool),
    Int(i64),
    Decimal(Box<Decimal>),
    Text(TextId),
    Variable(Slot),
    Array(Box<[Expr]>),
    And(Box<[Expr]>),
    Or(Box<[Expr]>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Compare(Comparison, Box<[Expr; 2]>),
    Compute(Arithmetic, Box<[Expr; 2]>),
    If(Box<If>),
    Block(Box<[Stmt]>),
    /// `variable.field.field…`
    Path(Slot, Box<[Field]>),
    /// `expression.field.field…`
    Fields(Box<Expr>, Box<[Field]>),
    /// `list[i]`, `mapping["field"]`
    Index(Box<[Expr; 2]>),
    /// `x in list`, the list first.
    Member(Box<[Expr; 2]>),
    /// `value.or(default)`; the default is evaluated only where it is needed.
    Or2(Box<[Expr; 2]>),
    /// `list.any(|item| …)` and the like.
    List(ListFunction, Box<Expr>, Box<Closure>),
    /// A function of the language; the receiver of a method is the first argument.
    Builtin(Builtin, Box<[Expr]>),
    Call(FunctionId, Box<[Expr]>),
    Demand(Box<Demand>),
    /// `` `…${x}…` ``
    Interpolation(Box<[Expr]>),
    /// `a..b`, `a..=b`
    Range(Box<[Expr; 2]>, bool),
}

/// A field that is read.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: Box<str>,
    /// See [`Module::fields`].
    pub(super) id: u32,
    pub(super) at: Span,
}

/// What a list function asks of an item or makes of it.
#[derive(Debug)]
pub(super) struct Closure {
    pub(super) parameter: Slot,
    pub(super) body: Box<[Stmt]>,
    /// Comparisons of the item with something else that must hold for the condition to hold, if there are such.
    pub(super) join: Option<Join>,
}

/// What a condition compares of the item with what does not depend on it: an index of the list finds the items that can
/// meet it.
#[derive(Debug)]
pub(super) struct Join {
    /// What is compared, as text: conditions that compare the same share an index.
    pub(super) name: Box<str>,
    /// `item.key == x`
    pub(super) same: Option<Side>,
    /// `item.key <= x` or `<`, and `item.key >= y` or `>`, of one key or of two; one of them alone leaves too many items.
    pub(super) range: Option<(Side, Side)>,
}

/// Where the key of the item stands in a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Side {
    /// Which part of a condition `a && b && …`; 0 where the comparison is the condition.
    pub(super) part: u32,
    /// The comparison stands behind `!has(item.key) ||`.
    pub(super) is_optional: bool,
    /// Which side of the comparison it is.
    pub(super) side: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListFunction {
    Any,
    All,
    None,
    Filter,
    Find,
    Count,
    Map,
    SortBy,
    GroupBy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Differ,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug)]
pub(super) struct Demand {
    pub(super) verb: Verb,
    /// What is required, the condition, or what a question is about.
    pub(super) subject: Expr,
    /// What a deviation cites.
    pub(super) at: Option<Expr>,
    pub(super) key: Option<Box<str>>,
    /// Values for the message, in the order of the script.
    pub(super) values: Box<[(Box<str>, Expr)]>,
    pub(super) span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Require,
    RequireAny,
    Ensure,
    Undetermined,
    Established,
    EnsureUsable,
}

pub(super) use super::functions::Builtin;

impl Comparison {
    /// Returns the operator as it is written.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Differ => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Returns the operator with its sides swapped.
    pub(super) fn swapped(self) -> Self {
        match self {
            Self::Equal | Self::Differ => self,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    /// Tells whether it only asks whether two values are the same.
    pub(super) fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::Differ)
    }
}

impl ListFunction {
    /// Returns its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
            Self::None => "none",
            Self::Filter => "filter",
            Self::Find => "find",
            Self::Count => "count",
            Self::Map => "map",
            Self::SortBy => "sort_by",
            Self::GroupBy => "group_by",
        }
    }
}

impl Arithmetic {
    /// Returns the operator as it is written.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

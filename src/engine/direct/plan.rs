//! A rule as the direct evaluator keeps it: names are slots, calls are resolved, literals are values.

use std::cell::{Cell, OnceCell};

use rhai::{INT, ImmutableString};
use serde::{Deserialize, Serialize};

use super::super::recorder::ScriptPosition;
use crate::evidence::pointer_segment;
use crate::pack::{Schema, ShapeId};

/// A function of a rule or of the library; `check` is one.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Function {
    /// Parameters; they take the first slots.
    pub(super) parameters: u32,
    /// Slots that a call needs.
    pub(super) slots: u32,
    /// It loops or calls, so that its answers are worth keeping.
    pub(super) is_long: bool,
    pub(super) body: Box<[Stmt]>,
}

/// A variable of a function, counted from the first slot of its call.
pub(super) type Slot = u32;
/// A function, counted in all that a program knows.
pub(in super::super) type FunctionId = u32;
/// A text that stands in a rule, counted in all that a program knows.
pub(super) type TextId = u32;

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Stmt {
    /// Its value is that of the block if it stands last.
    Expr(Expr),
    /// `let x = …`
    Let(Slot, Expr),
    /// `x = …`
    Set(Slot, Expr),
    /// `x += …` and the like.
    Update(Arithmetic, Slot, Expr),
    If(Expr, Box<[Self]>, Box<[Self]>),
    /// The item, the number of the turn if it has a name, the list, the body.
    For(Slot, Option<Slot>, Expr, Box<[Self]>),
    Return(Option<Expr>),
    Continue,
    Break,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Expr {
    Unit,
    Bool(bool),
    Int(INT),
    Float(f64),
    Text(TextId),
    Variable(Slot),
    Array(Box<[Self]>),
    And(Box<[Self]>),
    Or(Box<[Self]>),
    Not(Box<Self>),
    Negate(Box<Self>),
    Compare(Comparison, Box<[Self; 2]>),
    Compute(Arithmetic, Box<[Self; 2]>),
    Block(Box<[Stmt]>),
    /// `variable.field.field…`
    Path(Slot, Box<[Property]>),
    /// `variable.field….or(literal)`
    PathOr(Slot, Box<(Box<[Property]>, Self)>),
    Chain(Box<Chain>),
    /// `has(…)`
    Has(Box<Self>),
    /// A function of gamsa: the arguments are evaluated in order.
    Builtin(Builtin, Box<[Self]>),
    Call(FunctionId, Box<[Self]>),
    Demand(Box<Demand>),
    /// What only the interpreter can run.
    GiveUp,
}

/// `base.step.step…`: Rhai evaluates the arguments of all steps first, then the base.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Chain {
    pub(super) base: Expr,
    pub(super) arguments: Vec<Expr>,
    pub(super) steps: Vec<Step>,
}

impl Chain {
    /// Returns the simplest plan of a chain: the fields that it begins with are a path.
    pub(super) fn simplest(mut self) -> Expr {
        let is_field = |step: &Step| matches!(step, Step::Property(_));
        let count = self.steps.iter().take_while(|step| is_field(step)).count();
        if let Expr::Variable(slot) = self.base
            && count > 0
        {
            let fields = self.steps.drain(..count).filter_map(Step::into_property).collect();
            if let ([Step::Or(_)], []) = (self.steps.as_slice(), self.arguments.as_slice())
                && let Some(Step::Or(default)) = self.steps.pop()
            {
                return Expr::PathOr(slot, Box::new((fields, default)));
            }
            self.base = Expr::Path(slot, fields);
        }
        if self.steps.is_empty() { self.base } else { Expr::Chain(Box::new(self)) }
    }
}

impl Expr {
    /// Tells whether it does not matter when the expression is evaluated.
    pub(super) fn is_literal(&self) -> bool {
        match self {
            Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) => true,
            Self::Array(items) => items.is_empty(),
            _ => false,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Step {
    Property(Property),
    /// `[i]`; takes one argument.
    Index,
    /// `.f(…)`; takes so many arguments.
    Method(Builtin, usize),
    /// `.or(…)` with a literal.
    Or(Expr),
    /// `.f(…)` with a literal.
    MethodOf(Builtin, Expr),
    List(ListFunction, Closure),
}

impl Step {
    fn into_property(self) -> Option<Property> {
        if let Self::Property(property) = self { Some(property) } else { None }
    }
}

/// A field that is read; remembers what the schema said of it last: a property mostly reads records of one kind.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Property {
    pub(super) name: Box<str>,
    #[serde(skip)]
    last: Cell<Option<(ShapeId, Field)>>,
    /// The names from this one to the end of its path, as the rest of a JSON Pointer.
    #[serde(skip)]
    rest: OnceCell<ImmutableString>,
}

impl Property {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.into(), last: Cell::new(None), rest: OnceCell::new() }
    }

    /// Returns what the schema says of the field in mappings of a shape.
    #[inline]
    pub(super) fn of(&self, mapping: ShapeId, schema: &Schema) -> Option<Field> {
        match self.last.get() {
            Some((shape, field)) if shape == mapping => Some(field),
            _ => {
                let (at, shape) = schema.field_at(mapping, &self.name)?;
                let field = Field { at, shape };
                self.last.set(Some((mapping, field)));
                Some(field)
            }
        }
    }

    /// Returns the name as the rest of a JSON Pointer.
    pub(super) fn tail(&self) -> String {
        format!("/{}", pointer_segment(&self.name))
    }

    /// Returns the names from a property to the end of its path as the rest of a JSON Pointer.
    pub(super) fn rest(path: &[Self]) -> ImmutableString {
        let rest = || path.iter().map(Self::tail).collect::<String>().into();
        path.first().map_or_else(ImmutableString::new, |first| first.rest.get_or_init(rest).clone())
    }
}

/// What the schema says of a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// Its position among those of the object.
    pub(super) at: u16,
    pub(super) shape: ShapeId,
}

/// The condition of a list function, or what `map` makes of an item.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Closure {
    pub(super) parameter: Slot,
    pub(super) body: Box<[Stmt]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ListFunction {
    Any,
    All,
    Filter,
    Find,
    Map,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Comparison {
    Equal,
    Differ,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Demand {
    pub(super) verb: Verb,
    /// What it is about; what it asks for, or where.
    pub(super) arguments: Box<[Expr]>,
    pub(super) key: Option<Box<str>>,
    /// Values for the message, in the order of the script.
    pub(super) values: Box<[(Box<str>, Expr)]>,
    pub(super) position: Option<ScriptPosition>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Verb {
    Require,
    Ensure,
    Undetermined,
    EnsureUsable,
}

/// The functions that answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Builtin {
    Abs,
    AddDays,
    AddMonths,
    AsOf,
    AttachmentSha256,
    Contains,
    Date,
    Days,
    Deadline,
    EndsWith,
    Has,
    Hours,
    IsEmpty,
    Len,
    Max,
    Min,
    Minutes,
    Or,
    Parameter,
    Seconds,
    Stage,
    StartsWith,
    ToLower,
    ToUpper,
    Trim,
}

impl Builtin {
    /// Finds a function by name and number of arguments, the receiver of a method included.
    pub(super) fn named(name: &str, arguments: usize) -> Option<Self> {
        Some(match (name, arguments) {
            ("abs", 1) => Self::Abs,
            ("add_days", 2) => Self::AddDays,
            ("add_months", 2) => Self::AddMonths,
            ("as_of", 0) => Self::AsOf,
            ("attachment_sha256", 1) => Self::AttachmentSha256,
            ("contains", 2) => Self::Contains,
            ("date", 1) => Self::Date,
            ("days", 1) => Self::Days,
            ("deadline", 2) => Self::Deadline,
            ("ends_with", 2) => Self::EndsWith,
            ("has", 1) => Self::Has,
            ("hours", 1) => Self::Hours,
            ("is_empty", 1) => Self::IsEmpty,
            ("len", 1) => Self::Len,
            ("max", 2) => Self::Max,
            ("min", 2) => Self::Min,
            ("minutes", 1) => Self::Minutes,
            ("or", 2) => Self::Or,
            ("parameter", 1) => Self::Parameter,
            ("seconds", 1) => Self::Seconds,
            ("stage", 0) => Self::Stage,
            ("starts_with", 2) => Self::StartsWith,
            ("to_lower", 1) => Self::ToLower,
            ("to_upper", 1) => Self::ToUpper,
            ("trim", 1) => Self::Trim,
            _ => return None,
        })
    }
}

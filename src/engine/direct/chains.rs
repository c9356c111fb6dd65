//! Chains: `base.step.step…`, and the fields of a variable with a default.

use super::plan::{Chain, Expr, Property, Slot, Step};
use super::run::{Given, Run};

impl<'r> Run<'r> {
    /// Evaluates `variable.field….or(literal)`.
    pub(super) fn path_or(&mut self, slot: Slot, (fields, default): &'r (Box<[Property]>, Expr)) -> Given {
        match self.optional_path(slot, fields)? {
            Some(value) if value.as_missing().is_none() => {
                // The default counts as evaluated.
                self.step(2);
                Some(value)
            }
            value => {
                let default = self.eval(default)?;
                value.map_or(Some(default), |value| self.or(value, default))
            }
        }
    }

    #[inline(never)]
    pub(super) fn chain(&mut self, chain: &'r Chain) -> Given {
        // Arguments wait on the stack until their step takes them.
        let first = self.variables.len();
        for (at, argument) in chain.arguments.iter().enumerate() {
            let argument = self.eval(argument)?;
            // A loop inside it may have left the arguments of a call that it did not come to.
            self.variables.truncate(first + at);
            self.variables.push(argument);
        }
        let mut next = first;
        let mut value = self.eval(&chain.base)?;
        for step in &chain.steps {
            self.step(1);
            value = match step {
                Step::Property(property) => self.property(value, property)?,
                Step::Index => {
                    let index = self.take(&mut next)?;
                    self.index(value, index)?
                }
                Step::Method(builtin, 0) => self.builtin(*builtin, &[value])?,
                Step::Method(builtin, 1) => {
                    let argument = self.take(&mut next)?;
                    self.builtin(*builtin, &[value, argument])?
                }
                Step::Method(..) => return None,
                Step::Or(default) => {
                    let default = self.eval(default)?;
                    self.or(value, default)?
                }
                Step::MethodOf(builtin, literal) => {
                    let argument = self.eval(literal)?;
                    self.builtin(*builtin, &[value, argument])?
                }
                Step::List(function, condition) => self.list(*function, value, condition)?,
            };
        }
        self.variables.truncate(first);
        Some(value)
    }

    /// Takes an argument that waits on the stack.
    fn take(&self, next: &mut usize) -> Given {
        let argument = self.variables.get(*next).copied();
        *next += 1;
        argument
    }
}

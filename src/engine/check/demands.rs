//! What demands ask for, and what they cite.

use super::super::functions::Kinds;
use super::super::ir::{Demand, Expr, ExprKind, Verb};
use super::constants::is_literal;
use super::types::Type;
use super::walk::Walk;

impl<'a> Walk<'a> {
    pub(super) fn demand(&mut self, demand: &'a Demand) {
        self.found.makes_demand = true;
        let (subject, at) = (&demand.subject, demand.subject.at);
        let cited = match demand.verb {
            Verb::Ensure => {
                self.condition(subject);
                demand.at.as_ref().map(|at| (self.value(at), at.at))
            }
            Verb::EnsureUsable => {
                let value = self.value(subject);
                self.needs(&value, Kinds::MAPPING, at, "`ensure_usable` needs");
                self.found.whole.extend(&value.places);
                None
            }
            Verb::RequireAny => {
                let value = self.value(subject);
                self.alternatives(subject, &value);
                Some((value, at))
            }
            Verb::Require if is_condition(subject) => {
                self.condition(subject);
                let hint = "write ensure(condition, evidence, \"key\")".to_owned();
                self.mistake(
                    at,
                    "`require` asks whether a value is given, and this is a condition".to_owned(),
                    Some(hint),
                );
                None
            }
            Verb::Require | Verb::Undetermined => Some((self.value(subject), at)),
        };
        if let Some((value, at)) = cited
            && !value.is_nowhere()
        {
            self.cite(at, value.is_evidence);
        }
        for (_, value) in &demand.values {
            self.value(value);
        }
    }

    /// Says where `require_any` has nothing to choose from.
    fn alternatives(&mut self, subject: &'a Expr, value: &Type) {
        let is_single = matches!(&subject.kind, ExprKind::Array(items) if items.len() < 2);
        let is_evidence_list = !value.places.is_empty() && value.items.is_none();
        if !self.needs(value, Kinds::LIST, subject.at, "`require_any` needs") {
            return;
        }
        if is_single || is_evidence_list {
            let hint = "write require_any([a, b], \"key\"); require(x) asks for one".to_owned();
            self.mistake(subject.at, "`require_any` needs several values to choose from".to_owned(), Some(hint));
        }
    }
}

/// Tells whether an expression is a condition by its form.
fn is_condition(expr: &Expr) -> bool {
    let is_form = matches!(
        expr.kind,
        ExprKind::Compare(..) | ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) | ExprKind::Member(_)
    );
    is_form && !is_literal(expr)
}

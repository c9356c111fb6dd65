//! What demands ask for, and what they cite.

use super::super::ir::{Demand, Expr, ExprKind, Verb};
use super::super::kinds::Kinds;
use super::checker::Checker;
use super::types::Type;
use crate::language::text;

impl<'a> Checker<'a> {
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
                self.needs(&value, Kinds::MAPPING, at, || text!("`ensure_usable` needs", "`ensure_usable`의 인수"));
                self.found.whole.extend(&value.places);
                None
            }
            Verb::RequireAny => {
                let value = self.value(subject);
                self.alternatives(subject, &value);
                Some((value, at))
            }
            Verb::Require => {
                let value = self.value(subject);
                let hint = || {
                    text!(
                        "write ensure(condition, evidence, \"key\")",
                        "ensure(condition, evidence, \"key\") 형식으로 쓸 것"
                    )
                };
                self.may_be_absent("require", subject, &value, hint).then_some((value, at))
            }
            Verb::Undetermined => {
                let value = self.value(subject);
                let hint = || {
                    text!(
                        "write if condition {{ undetermined(evidence, \"key\"); }}",
                        "if 조건 {{ undetermined(evidence, \"key\"); }} 형식으로 쓸 것"
                    )
                };
                self.may_be_absent("undetermined", subject, &value, hint).then_some((value, at))
            }
            Verb::Established => {
                let value = self.value(subject);
                let hint = || {
                    text!(
                        "write if condition {{ established(evidence, \"key\"); }}",
                        "if 조건 {{ established(evidence, \"key\"); }} 형식으로 쓸 것"
                    )
                };
                self.may_be_absent("established", subject, &value, hint).then_some((value, at))
            }
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
        if !self.needs(value, Kinds::LIST, subject.at, || text!("`require_any` needs", "`require_any`의 인수")) {
            return;
        }
        if is_single || is_evidence_list {
            let message = text!(
                "`require_any` needs several values to choose from",
                "`require_any`: 둘 이상의 값 중에서 고르는 요구임"
            );
            let hint = text!(
                "write require_any([a, b], \"key\"); require(x) asks for one",
                "require_any([a, b], \"key\") 형식으로 쓰고, 값이 하나이면 require(x)로 쓸 것"
            );
            self.mistake(subject.at, message, Some(hint));
        }
        if let ExprKind::Array(items) = &subject.kind {
            for item in items {
                let value = self.value(item);
                let hint = || text!("name the values themselves", "값 자체를 쓸 것");
                self.may_be_absent("require_any", item, &value, hint);
            }
        }
    }
}

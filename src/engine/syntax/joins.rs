//! Finds the comparisons in conditions on items that an index of the list can answer.

use super::super::calls::{Child, each_child};
use super::super::ir::{Builtin, Comparison, Expr, ExprKind, Join, Side, Slot, Stmt};

/// A comparison of a key of the item with something else.
struct JoinCondition {
    /// The key as text.
    key: String,
    /// As it is with the key on the left.
    operator: Comparison,
    /// What it is compared with stands in the script.
    is_written: bool,
    side: Side,
}

/// Finds the comparisons of the item that a condition cannot hold without.
pub(super) fn join_of(body: &[Stmt], parameter: Slot) -> Option<Join> {
    let [Stmt::Expr(condition)] = body else { return None };
    let parts = match &condition.kind {
        ExprKind::And(parts) => &**parts,
        _ => std::slice::from_ref(condition),
    };
    let mut found: Vec<JoinCondition> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        found.extend(comparison_of(part, at as u32, parameter));
        // An item that is left out must leave nothing behind in the parts before the one that leaves it out.
        if !is_quiet(part) {
            break;
        }
    }
    let first = |wanted: &dyn Fn(&JoinCondition) -> bool| found.iter().find(|found| wanted(found));
    let is_same = |found: &JoinCondition| found.operator == Comparison::Equal && !found.side.is_optional;
    // What is the same for all calls tells the items less well apart.
    let same = first(&|found| is_same(found) && !found.is_written).or_else(|| first(&is_same));
    let up_to = first(&|found| matches!(found.operator, Comparison::Less | Comparison::LessOrEqual));
    let from = first(&|found| matches!(found.operator, Comparison::Greater | Comparison::GreaterOrEqual));
    let range = up_to.zip(from);
    if same.is_none() && range.is_none() {
        return None;
    }
    let keys = [same, range.map(|(up_to, _)| up_to), range.map(|(_, from)| from)];
    let name = keys.map(|found| found.map_or(String::new(), |found| format!("={}", found.key))).join("\n");
    let range = range.map(|(up_to, from)| (up_to.side, from.side));
    Some(Join { name: name.into(), same: same.map(|found| found.side), range })
}

/// Returns the comparison that a part of a condition is, or that stands behind `!has(item.key) ||`.
fn comparison_of(part: &Expr, at: u32, parameter: Slot) -> Option<JoinCondition> {
    let (absent, comparison) = match &part.kind {
        ExprKind::Or(either) => match &**either {
            [first, second] => (Some(key_of(not_given(first)?, parameter)?), second),
            _ => return None,
        },
        _ => (None, part),
    };
    let ExprKind::Compare(operator, both) = &comparison.kind else { return None };
    let sides = both.iter().zip(both.iter().rev()).enumerate();
    let found = sides.into_iter().find_map(|(side, (own, other))| {
        let operator = if side == 0 { *operator } else { operator.swapped() };
        let own = if operator == Comparison::Equal { without_default(own) } else { own };
        let key = key_of(own, parameter)?;
        let is_written = matches!(other.kind, ExprKind::Text(_) | ExprKind::Int(_));
        let side = Side { part: at, is_optional: absent.is_some(), side: side as u32 };
        // The first part is evaluated for some item in any case, the others are not.
        let is_reached = operator == Comparison::Equal && at == 0 && absent.is_none();
        // Two answers tell few items apart.
        let is_fixed = !mentions(other, parameter) && !matches!(other.kind, ExprKind::Bool(_));
        (is_fixed && (is_reached || is_plain(other))).then_some(JoinCondition { key, operator, is_written, side })
    })?;
    // What makes up for the comparison must be that its own key is not given.
    absent.is_none_or(|absent| absent.split('|').next() == found.key.split('|').next()).then_some(found)
}

/// Returns what has a default that is a text of the script.
fn without_default(expr: &Expr) -> &Expr {
    let ExprKind::Or2(both) = &expr.kind else { return expr };
    let [of, default] = &**both;
    if matches!(default.kind, ExprKind::Text(_)) { of } else { expr }
}

/// Returns what is not given, where an expression is `!has(x)`.
fn not_given(expr: &Expr) -> Option<&Expr> {
    let ExprKind::Not(operand) = &expr.kind else { return None };
    match &operand.kind {
        ExprKind::Builtin(Builtin::Has, arguments) => arguments.first(),
        _ => None,
    }
}

/// Returns a key of the item as text: its fields, and functions of one value that change nothing. Nothing for any other
/// expression.
fn key_of(expr: &Expr, parameter: Slot) -> Option<String> {
    match &expr.kind {
        ExprKind::Variable(slot) if *slot == parameter => Some(String::new()),
        ExprKind::Path(slot, fields) if *slot == parameter => {
            Some(fields.iter().map(|field| format!(".{}", field.name)).collect())
        }
        ExprKind::Builtin(
            builtin @ (Builtin::Date | Builtin::PlainName | Builtin::ToLower | Builtin::Trim),
            arguments,
        ) => Some(format!("{}|{builtin:?}", key_of(arguments.first()?, parameter)?)),
        _ => None,
    }
}

/// Tells whether an expression only reads, so that nothing is found where it is evaluated. `has` and `or` find values
/// that are unusable.
fn is_plain(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Variable(_) | ExprKind::Path(..) | ExprKind::Int(_) | ExprKind::Text(_) => true,
        ExprKind::Builtin(Builtin::Date | Builtin::PlainName | Builtin::ToLower | Builtin::Trim, arguments) => {
            arguments.iter().all(is_plain)
        }
        _ => false,
    }
}

/// Tells whether a condition compares only what is read.
fn is_quiet(condition: &Expr) -> bool {
    match &condition.kind {
        ExprKind::Compare(_, both) => both.iter().all(is_plain),
        _ => is_plain(condition),
    }
}

/// Tells whether an expression may read a variable.
fn mentions(expr: &Expr, slot: Slot) -> bool {
    match &expr.kind {
        ExprKind::Variable(own) | ExprKind::Path(own, _) => *own == slot,
        // Blocks and closures in the other side of a comparison are rare, and nothing is lost without an index.
        ExprKind::If(_) | ExprKind::Block(_) | ExprKind::List(..) | ExprKind::Demand(_) => true,
        _ => {
            let mut found = false;
            each_child(expr, &mut |child| {
                if let Child::Expr(part) = child {
                    found |= mentions(part, slot);
                }
            });
            found
        }
    }
}

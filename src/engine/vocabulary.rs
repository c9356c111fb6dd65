//! Every function that a rule may call. Any other name is refused when the rule is loaded.

/// Functions of gamsa; a script may not define one of these names.
pub const VERBS: [&str; 20] = [
    "add_days",
    "add_months",
    "as_of",
    "attachment_sha256",
    "date",
    "days",
    "deadline",
    "debug",
    "ensure",
    "ensure_usable",
    "has",
    "hours",
    "minutes",
    "or",
    "parameter",
    "print",
    "require",
    "seconds",
    "stage",
    "undetermined",
];

/// Functions of lists, text and numbers; a script may not define one of these names either.
pub const VOCABULARY: [&str; 18] = [
    "abs",
    "all",
    "any",
    "contains",
    "ends_with",
    "filter",
    "find",
    "is_empty",
    "len",
    "map",
    "max",
    "min",
    "range",
    "starts_with",
    "to_lower",
    "to_string",
    "to_upper",
    "trim",
];

/// Tells whether a name is a function that rules may call.
pub(super) fn is_known(name: &str) -> bool {
    VERBS.contains(&name) || VOCABULARY.contains(&name)
}

/// Tells whether a name is one of the verbs that make demands.
pub(super) fn is_demand(name: &str) -> bool {
    matches!(name, "require" | "ensure" | "undetermined" | "ensure_usable")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_disjoint() {
        assert!(VERBS.is_sorted());
        assert!(VOCABULARY.is_sorted());
        assert!(VERBS.iter().all(|name| !VOCABULARY.contains(name)));
    }
}

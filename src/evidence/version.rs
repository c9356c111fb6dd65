//! The order of versions: dotted numbers, and pre-releases as Semantic Versioning 2.0.0 has them.

use std::cmp::Ordering;

/// Compares two versions such as `1.10`, `v2.0.0` and `3.0.0-rc.1`; nothing unless both are versions.
///
/// Numbers that are left out are zero. A pre-release comes before its release, and what follows a `+` decides nothing.
pub fn compare_versions(one: &str, other: &str) -> Option<Ordering> {
    let (one, other) = (Version::parse(one)?, Version::parse(other)?);
    let length = one.numbers.len().max(other.numbers.len());
    let numbers = one.numbers(length).cmp(other.numbers(length));
    Some(numbers.then_with(|| compare_pre_releases(&one.pre_release, &other.pre_release)))
}

/// A version, in pieces of its text.
struct Version<'t> {
    /// At least one, each of digits.
    numbers: Vec<&'t str>,
    /// Empty for a release.
    pre_release: Vec<&'t str>,
}

impl<'t> Version<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
        let (numbers, pre_release) = text.split_once('-').map_or((text, None), |(text, pre)| (text, Some(pre)));
        let numbers: Vec<_> = numbers.split('.').collect();
        let pre_release: Vec<_> = pre_release.map_or_else(Vec::new, |pre| pre.split('.').collect());
        let is_part = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let is_version = numbers.iter().all(|number| is_number(number))
            && pre_release.iter().all(is_part)
            && build.is_none_or(|build| build.split('.').all(|part| is_part(&part)));
        is_version.then_some(Self { numbers, pre_release })
    }

    /// Returns the numbers to compare, with zeros for those that are left out.
    fn numbers(&self, length: usize) -> impl Iterator<Item = (usize, &'t str)> {
        let numbers = self.numbers.iter().map(|number| number_key(number));
        numbers.chain(std::iter::repeat((0, ""))).take(length)
    }
}

/// Compares the parts that follow a hyphen; a release has none, and comes last.
fn compare_pre_releases(one: &[&str], other: &[&str]) -> Ordering {
    match (one, other) {
        ([], []) => Ordering::Equal,
        ([], _) => Ordering::Greater,
        (_, []) => Ordering::Less,
        // Numbers come before words, and the beginning of a list before all of it.
        _ => one.iter().map(|part| VersionPart::of(part)).cmp(other.iter().map(|part| VersionPart::of(part))),
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum VersionPart<'t> {
    Number((usize, &'t str)),
    Word(&'t str),
}

impl<'t> VersionPart<'t> {
    fn of(text: &'t str) -> Self {
        if is_number(text) { Self::Number(number_key(text)) } else { Self::Word(text) }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns what numbers of any length are compared by: how many digits they have, then these.
fn number_key(digits: &str) -> (usize, &str) {
    let digits = digits.trim_start_matches('0');
    (digits.len(), digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_semver_orders_them() {
        let order = [
            "0.9",
            "1.0.0-1",
            "1.0.0-alpha",
            "v1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.2",
            "1.10",
            "V2",
            "2.0.0.1",
            "99999999999999999999999.0",
        ];
        for (at, one) in order.iter().enumerate() {
            for (other_at, other) in order.iter().enumerate() {
                assert_eq!(compare_versions(one, other), Some(at.cmp(&other_at)), "{one} {other}");
            }
        }
        for (one, other) in [("1", "1.0.0"), ("v1.2", "1.2.0"), ("1.0+a", "1.0+b.c"), ("01.2", "1.2"), ("1-0", "1-00")]
        {
            assert_eq!(compare_versions(one, other), Some(Ordering::Equal), "{one} {other}");
        }
        for none in [
            "", "v", "1.", ".1", "1..2", "1.x", "latest", "1.0-", "1.0-a..b", "1.0+", "1.1.1w", " 1.0", "1,0", "-1",
            "１.0",
        ] {
            assert_eq!(compare_versions(none, "1.0"), None, "{none:?}");
            assert_eq!(compare_versions("1.0", none), None, "{none:?}");
        }
    }
}

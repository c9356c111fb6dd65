//! `--limit NAME=N`: limits that a run sets otherwise.

use anyhow::{Context, Result, anyhow, bail};

use crate::evidence::Shown;
use crate::load::{Limit, Limits};
use crate::pack::nearest_name;

/// Returns the limits of a run: the usual ones, but for those that are given.
///
/// # Errors
/// A name is not that of a limit, or what follows it is no number that the limit can be.
pub(super) fn read(given: &[String]) -> Result<Limits> {
    let mut limits = Limits::default();
    for assignment in given {
        set(&mut limits, assignment).with_context(|| format!("--limit {}", Shown::of(assignment)))?;
    }
    Ok(limits)
}

fn set(limits: &mut Limits, assignment: &str) -> Result<()> {
    let (name, number) = assignment.split_once('=').context("expected NAME=N, for example values=20000000")?;
    let limit = Limit::ALL.iter().find(|limit| limit.name == name).ok_or_else(|| unknown(name))?;
    let is_set = number.parse().is_ok_and(|number| limits.set(limit, number));
    if !is_set {
        bail!("expected a whole number from 1 to {}: {}", limit.most, limit.about);
    }
    Ok(())
}

fn unknown(name: &str) -> anyhow::Error {
    let names = Limit::ALL.map(|limit| limit.name);
    match nearest_name(name, names.into_iter()) {
        Some(near) => anyhow!("there is no such limit; did you mean {near}?"),
        None => anyhow!("there is no such limit; expected one of {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::super::arguments::Arguments;
    use super::*;

    #[test]
    fn the_help_names_every_limit() {
        let mut command = Arguments::command();
        let audit = command.find_subcommand_mut("audit").expect("gamsa audit");
        let help = audit.render_long_help().to_string();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        let names = Limit::ALL.map(|limit| limit.name).join(", ");
        assert!(help.contains(&names), "{names}\n{help}");
    }

    #[test]
    fn limits_are_set_by_name_and_mistakes_say_what_is_expected() {
        let read = |given: &[&str]| read(&given.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
        let limits = read(&["values=7", "files=8", "values=9"]).expect("limits");
        assert_eq!(limits, Limits { values: 9, files: 8, ..Limits::default() });
        for (given, expected) in [
            ("value=7", "did you mean values?"),
            ("nodes=7", "expected one of file-bytes, bundle-bytes, files, attachment-bytes, depth, values"),
            ("values", "expected NAME=N"),
            ("values=0", "a whole number from 1 to 1000000000: keys and values of a bundle"),
            ("values=-1", "a whole number from 1"),
            ("values=1e6", "a whole number from 1"),
            ("values=", "a whole number from 1"),
            ("depth=1000", "a whole number from 1 to 250"),
            ("bundle-bytes=3221225472", "a whole number from 1 to 2147483648"),
            ("values=99999999999999999999999", "a whole number from 1"),
        ] {
            let refused = format!("{:#}", read(&[given]).expect_err(given));
            assert!(refused.contains(expected) && refused.contains(given), "{given}: {refused}");
        }
    }
}

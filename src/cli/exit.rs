//! The exit status: one meaning, whatever the format.

use crate::load::EntryState;
use crate::report::Summary;

/// What the exit status of a run says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitStatus {
    /// Every bundle passes.
    Pass = 0,
    /// At least one bundle fails.
    Fail = 1,
    /// Nothing could be judged, or a bundle could not be read, or a rule is broken.
    Unable = 2,
    /// No bundle fails, but an inspector has to decide something.
    Undetermined = 3,
    /// The person who runs it interrupted it; what was judged until then has been written.
    Interrupted = 130,
}

impl ExitStatus {
    /// Every status, by number.
    pub const ALL: [Self; 5] = [Self::Pass, Self::Fail, Self::Unable, Self::Undetermined, Self::Interrupted];

    /// Returns the status of a run: 2 wins over 1 wins over 3; a run that judged nothing is 2, and one that was cut
    /// short says only that. Verdicts on standing duties make no difference, but a rule that could not be run does.
    pub fn of(summary: &Summary) -> Self {
        if summary.interrupted {
            Self::Interrupted
        } else if summary.error > 0
            || summary.duties.error > 0
            || summary.bundles == 0
            || summary.count(EntryState::NotAudited) > 0
        {
            Self::Unable
        } else if summary.fail > 0 {
            Self::Fail
        } else if summary.undetermined > 0 {
            Self::Undetermined
        } else {
            Self::Pass
        }
    }

    /// Returns what the status says, as the documentation has it.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Pass => "every bundle passes",
            Self::Fail => "at least one bundle fails",
            Self::Unable => "nothing could be judged, or something was not audited, or a rule is broken",
            Self::Undetermined => "no bundle fails, but an inspector has to decide something",
            Self::Interrupted => "interrupted: the report holds the bundles that were judged until then",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::Verdict;

    #[test]
    fn two_wins_over_one_wins_over_three() {
        let status = |pass, fail, undetermined, error| {
            let bundles = pass + fail + undetermined + error;
            ExitStatus::of(&Summary { bundles, pass, fail, undetermined, error, ..Summary::default() }) as u8
        };
        assert_eq!(status(1, 1, 1, 1), 2);
        assert_eq!(status(1, 1, 1, 0), 1);
        assert_eq!(status(1, 0, 1, 0), 3);
        assert_eq!(status(1, 0, 0, 0), 0);
        assert_eq!(status(0, 0, 0, 0), 2);
    }

    #[test]
    fn standing_duties_change_no_status_unless_a_rule_could_not_be_run() {
        let status = |duties| {
            let mut summary = Summary::default();
            summary.add(Verdict::Pass, duties);
            ExitStatus::of(&summary)
        };
        for duties in [None, Some(Verdict::Pass), Some(Verdict::Fail), Some(Verdict::Undetermined)] {
            assert_eq!(status(duties), ExitStatus::Pass);
        }
        assert_eq!(status(Some(Verdict::Error)), ExitStatus::Unable);
    }

    #[test]
    fn a_run_that_was_cut_short_says_only_that() {
        let summary = Summary { bundles: 1, error: 1, interrupted: true, ..Summary::default() };
        assert_eq!(ExitStatus::of(&summary), ExitStatus::Interrupted);
    }
}

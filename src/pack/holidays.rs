//! Public holidays, and the end of a period of months under the Korean Civil Act.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow};

use crate::error::Mistakes;
use crate::evidence::{Day, Kind, NodeRef, Position};
use crate::language::{Text, text};
use crate::load::{Limits, document};

/// The public holidays of some years.
#[derive(Clone, Debug)]
pub struct Holidays {
    first_year: i16,
    last_year: i16,
    days: BTreeSet<Day>,
}

impl Holidays {
    /// Returns the table of no year: no period of law ends in it.
    pub(super) fn none() -> Self {
        Self { first_year: 1, last_year: 0, days: BTreeSet::new() }
    }

    /// Reads `holidays.yaml`: `years` (first and last), `source`, and `days` with their names in both languages.
    pub(super) fn from_yaml(name: &str, text: &str) -> Result<Self> {
        let document = document(name, text.as_bytes(), &Limits::default()).map_err(|refused| *refused)?;
        let mut mistakes = Vec::new();
        let mut expected = |node: NodeRef<'_>, expected: Text| {
            let Position { line, column } = document.location(node.id()).start;
            mistakes.push(text!(
                "{name}:{line}:{column}: expected {expected}",
                "{name}:{line}:{column}: 필요한 값: {expected}"; expected
            ));
        };
        let root = document.root();
        let years: Vec<i64> =
            root.get("years").into_iter().flat_map(NodeRef::items).filter_map(NodeRef::as_integer).collect();
        let year = |year: &i64| i16::try_from(*year).ok();
        let covered = match years.as_slice() {
            [first, last] => year(first).zip(year(last)).filter(|(first, last)| first <= last),
            _ => None,
        };
        if covered.is_none() {
            let years = text!(
                "`years: [first, last]`, two years of four digits",
                "`years: [첫해, 끝해]` 형식의 네 자리 연도 둘"
            );
            expected(root.get("years").unwrap_or(root), years);
        }
        let mut days = BTreeSet::new();
        for (key, names) in root.get("days").into_iter().flat_map(NodeRef::entries) {
            let has_name = names.get("en").or(names.get("ko")).unwrap_or(names).kind() == Kind::Text;
            if !has_name {
                let name =
                    text!("the name of the day, in `en`, `ko` or both", "공휴일의 이름(`en`, `ko` 중 하나 또는 둘 다)");
                expected(names, name);
            }
            match Day::parse(key.text()) {
                Some(day) => _ = days.insert(day),
                None => expected(key, text!("a date such as \"2024-01-01\"", "날짜(예: \"2024-01-01\")")),
            }
        }
        match covered {
            Some((first_year, last_year)) if mistakes.is_empty() => Ok(Self { first_year, last_year, days }),
            _ => Err(Mistakes(mistakes).into()),
        }
    }

    /// Returns the last day of a period of months that begins with the day `from`.
    ///
    /// Civil Act, articles 157 (the first day is not counted), 160 (by the calendar; a month that is too short
    /// ends the period on its last day) and 161 (a Saturday, Sunday or public holiday moves the end on).
    ///
    /// # Errors
    /// The end lies in a year that the holiday table does not cover.
    pub fn deadline(&self, from: Day, months: i64) -> Result<Day> {
        let out_of_range = || anyhow!("{months} months after {from} is not a date");
        let mut end = from.plus_months(months).ok_or_else(out_of_range)?;
        loop {
            if !(self.first_year..=self.last_year).contains(&end.year()) {
                return Err(anyhow!(
                    "no public holidays are known for {}; the pack's holidays.yaml covers {} to {}",
                    end.year(),
                    self.first_year,
                    self.last_year
                ));
            }
            if !end.is_weekend() && !self.days.contains(&end) {
                return Ok(end);
            }
            end = end.plus_days(1).ok_or_else(out_of_range)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_end_as_the_civil_act_says() {
        let holidays = "years: [2023, 2025]\nsource: test\ndays:\n  '2024-06-06': {en: Memorial Day, ko: 현충일}\n";
        let holidays = Holidays::from_yaml("holidays.yaml", holidays).expect("valid");
        let end = |from: &str, months| {
            let from = Day::parse(from).expect("a date");
            holidays.deadline(from, months).map(|day| day.to_string()).map_err(|error| error.to_string())
        };
        // The vectors of the order and of the Naver order.
        assert_eq!(end("2024-05-31", 1).as_deref(), Ok("2024-07-01"));
        assert_eq!(end("2024-05-31", 3).as_deref(), Ok("2024-09-02"));
        assert_eq!(end("2024-08-19", 1).as_deref(), Ok("2024-09-19"));
        // Short months end on their last day.
        assert_eq!(end("2024-01-31", 1).as_deref(), Ok("2024-02-29"));
        assert_eq!(end("2023-12-29", 2).as_deref(), Ok("2024-02-29"));
        // A public holiday moves the end to the next working day.
        assert_eq!(end("2024-05-06", 1).as_deref(), Ok("2024-06-07"));
        assert!(end("2025-12-31", 1).is_err_and(|message| message.contains("covers 2023 to 2025")));
    }

    #[test]
    fn the_holidays_of_the_embedded_pack_move_the_ends_of_periods() {
        let pack = crate::pack::Pack::open(crate::pack::DEFAULT_PACK).expect("the embedded pack");
        let end = |from: &str, months| {
            let from = Day::parse(from).expect("a date");
            pack.holidays.deadline(from, months).expect("a covered year").to_string()
        };
        // The vectors of the order, of the Naver order, and of short months.
        assert_eq!(end("2024-05-31", 1), "2024-07-01");
        assert_eq!(end("2024-05-31", 3), "2024-09-02");
        assert_eq!(end("2024-08-19", 1), "2024-09-19");
        assert_eq!(end("2024-01-31", 1), "2024-02-29");
        assert_eq!(end("2023-12-29", 2), "2024-02-29");
        // Chuseok of 2024 is 16 to 18 September; 1 October 2024 and 27 January 2025 were temporary holidays.
        assert_eq!(end("2024-06-16", 3), "2024-09-19");
        assert_eq!(end("2024-09-01", 1), "2024-10-02");
        assert_eq!(end("2024-12-27", 1), "2025-01-31");
        // A substitute day: 5 May 2025 was Children's Day and Buddha's Birthday, so that 6 May was free too.
        assert_eq!(end("2025-04-05", 1), "2025-05-07");
    }
}

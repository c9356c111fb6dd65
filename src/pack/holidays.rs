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

    /// Returns the last day of a period of months from the day `from`, moved on by article 161 of the Civil Act where it
    /// is a Saturday, a Sunday or a public holiday.
    ///
    /// # Errors
    /// The end lies in a year that the holiday table does not cover.
    pub fn deadline(&self, from: Day, months: i64) -> Result<Day> {
        let out_of_range = || anyhow!("{months} months after {from} is not a date");
        let mut end = end_of_period(from, months).ok_or_else(out_of_range)?;
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

/// Returns the last day of a period of months from the day `from` by articles 157 and 160 of the Civil Act, working day or
/// not; nothing beyond the calendar.
///
/// The day `from` is not counted: the period begins with the day after it (157), and ends on the day before the one that
/// corresponds to this first day, or on the last day of a month that has no such day (160). A period that begins on the
/// first of a month is therefore one of whole months: it ends with the last day of a month, however long that is.
pub fn end_of_period(from: Day, months: i64) -> Option<Day> {
    let first = from.plus_days(1)?;
    let corresponding = first.plus_months(months)?;
    // In a month that is too short `plus_months` gives the last day.
    let is_there = corresponding.day_of_month() == first.day_of_month();
    if is_there { corresponding.plus_days(-1) } else { Some(corresponding) }
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
        assert_eq!(end("2023-12-30", 2).as_deref(), Ok("2024-02-29"));
        // A period that begins with a month ends with one.
        assert_eq!(end("2024-04-30", 1).as_deref(), Ok("2024-05-31"));
        // A public holiday moves the end to the next working day.
        assert_eq!(end("2024-05-06", 1).as_deref(), Ok("2024-06-07"));
        assert!(end("2025-12-31", 1).is_err_and(|message| message.contains("covers 2023 to 2025")));
    }

    /// Each line has the day of notice, the months, and the first and the last day of the period before and after
    /// article 161; from the review of the law.
    #[test]
    fn periods_end_as_authorities_count_them() {
        let pack = crate::pack::Pack::open(crate::pack::DEFAULT_PACK).expect("the embedded pack");
        let day = |text: &str| Day::parse(text).expect(text);
        let mut vectors = 0;
        for line in include_str!("tables/periods.tsv").lines().filter(|line| !line.starts_with('#')) {
            let [from, months, first, end, last] = *line.split('\t').collect::<Vec<_>>() else { panic!("{line}") };
            let months = months.parse().expect(line);
            assert_eq!(day(from).plus_days(1), Some(day(first)), "{line}");
            assert_eq!(end_of_period(day(from), months), Some(day(end)), "{line}");
            assert_eq!(pack.holidays.deadline(day(from), months).expect(line), day(last), "{line}");
            vectors += 1;
        }
        assert_eq!(vectors, 32);
    }

    /// Days counted one by one, as the text of the articles says it: no date arithmetic of the program.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    struct CivilDay {
        year: i64,
        month: i64,
        day: i64,
        /// 0 is Monday.
        weekday: i64,
    }

    impl CivilDay {
        fn length(year: i64, month: i64) -> i64 {
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            match month {
                2 => 28 + i64::from(is_leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            }
        }

        fn next(self) -> Self {
            let weekday = (self.weekday + 1) % 7;
            let next = Self { day: self.day + 1, weekday, ..self };
            if next.day <= Self::length(self.year, self.month) {
                return next;
            }
            let month = self.month % 12 + 1;
            Self { year: self.year + i64::from(month == 1), month, day: 1, weekday }
        }

        /// Walks through the period: a whole month where it begins with a month (160 ①), else to the day before the
        /// corresponding one (160 ②) or to the end of the month that has none (160 ③).
        fn end(self, months: i64) -> Self {
            let first = self.next();
            let mut at = first;
            let mut left = months;
            if first.day == 1 {
                while left > 0 {
                    left -= i64::from(at.day == Self::length(at.year, at.month));
                    if left > 0 {
                        at = at.next();
                    }
                }
                return at;
            }
            while left > 0 {
                at = at.next();
                left -= i64::from(at.day == 1);
            }
            let last = (first.day - 1).min(Self::length(at.year, at.month));
            while at.day < last {
                at = at.next();
            }
            at
        }

        fn text(self) -> String {
            format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
        }
    }

    #[test]
    fn periods_agree_with_days_that_are_counted_one_by_one() {
        let pack = crate::pack::Pack::open(crate::pack::DEFAULT_PACK).expect("the embedded pack");
        // Monday.
        let mut at = CivilDay { year: 2018, month: 1, day: 1, weekday: 0 };
        let mut calendar = Vec::new();
        while at.year < 2044 {
            calendar.push(at);
            at = at.next();
        }
        let mut seed: u64 = 1;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        let mut moved = 0;
        for _ in 0..5_000 {
            let (from, months) = (calendar[random(calendar.len())], 1 + random(36) as i64);
            let day = Day::parse(&from.text()).expect("a date");
            let mut end = from.end(months);
            let found = end_of_period(day, months).expect("in the calendar");
            assert_eq!(found.to_string(), end.text(), "{} + {months}", from.text());
            let is_known = |day: CivilDay| (2022..=2028).contains(&day.year);
            let is_off = |day: CivilDay| {
                day.weekday >= 5 || pack.holidays.days.contains(&Day::parse(&day.text()).expect("a date"))
            };
            while is_known(end) && is_off(end) {
                end = end.next();
                moved += 1;
            }
            let last = pack.holidays.deadline(day, months).ok().map(|day| day.to_string());
            assert_eq!(last, is_known(end).then(|| end.text()), "{} + {months}", from.text());
        }
        assert!(moved > 400, "{moved}");
    }

    #[test]
    fn the_parameters_name_the_years_of_the_table() {
        let pack = crate::pack::Pack::open(crate::pack::DEFAULT_PACK).expect("the embedded pack");
        let value =
            |name: &str| pack.manifest.parameters.get(name).expect(name).default_value().expect(name).to_string();
        assert_eq!(value("holidays_known_from"), format!("{}-01-01", pack.holidays.first_year));
        assert_eq!(value("holidays_known_until"), format!("{}-12-31", pack.holidays.last_year));
    }
}

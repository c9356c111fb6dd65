//! Times of a day, as clocks in a zone show them.

use std::fmt;

use crate::language::Text;

use super::time::{Moment, NANOSECONDS, SECONDS_OF_DAY, Zone, fraction, two_digits};

/// A time that a clock shows, without a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay {
    /// Whole seconds since midnight; a leap second has the number of the second before it.
    second: u32,
    /// The nanoseconds beyond; from 1,000,000,000 on inside a leap second.
    nanosecond: u32,
}

impl TimeOfDay {
    /// Reads a time without an offset, from `00:00` to `23:59:59`; the seconds may have a fraction, of which nine digits
    /// count.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (hour, minute) = (two_digits(bytes, 0)?, two_digits(bytes, 3)?);
        let (second, fraction) = match bytes.get(5..)? {
            [] => (0, 0),
            [b':', ..] => (two_digits(bytes, 6)?, fraction(bytes.get(8..)?).filter(|(_, rest)| rest.is_empty())?.0),
            _ => return None,
        };
        if bytes.get(2) != Some(&b':') || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let second = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Some(Self::at(second, fraction))
    }

    /// Returns the hour, 0 to 23.
    pub fn hour(self) -> u8 {
        (self.second / 3600) as u8
    }

    /// Returns the time for a message: `13:44:00`, and in Korean without seconds where there are none.
    pub fn words(self) -> Text {
        let written = self.to_string();
        let ko = written.strip_suffix(":00").unwrap_or(&written).to_owned();
        Text::new(written, ko)
    }

    /// Returns a number that is greater for a later time.
    pub(crate) fn to_number(self) -> u64 {
        u64::from(self.second) << 32 | u64::from(self.nanosecond)
    }

    /// Returns the time of [`TimeOfDay::to_number`].
    pub(crate) fn from_number(number: u64) -> Self {
        Self { second: (number >> 32) as u32, nanosecond: number as u32 }
    }

    /// Returns the time of a second of a clock, whatever the day.
    fn at(second: i64, nanosecond: i32) -> Self {
        // Both are positive, and fit.
        Self { second: second.rem_euclid(SECONDS_OF_DAY) as u32, nanosecond: nanosecond.unsigned_abs() }
    }
}

impl Moment {
    /// Returns the time that clocks in a zone show at this moment.
    pub fn time_in(self, zone: &Zone) -> TimeOfDay {
        TimeOfDay::at(self.second_in(zone), self.nanosecond)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_second = NANOSECONDS.unsigned_abs();
        let (minute, leap, nanosecond) = (self.second / 60, self.nanosecond / of_second, self.nanosecond % of_second);
        write!(f, "{:02}:{:02}:{:02}", minute / 60, minute % 60, self.second % 60 + leap)?;
        if nanosecond > 0 {
            write!(f, ".{}", format!("{nanosecond:09}").trim_end_matches('0'))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> TimeOfDay {
        TimeOfDay::parse(text).expect(text)
    }

    #[test]
    fn a_time_is_read_and_shown_with_seconds() {
        let shown =
            ["09:00", "09:00:30", "00:00:00", "23:59:59.120", "23:59:59.0000000019"].map(|text| time(text).to_string());
        assert_eq!(shown, ["09:00:00", "09:00:30", "00:00:00", "23:59:59.12", "23:59:59.000000001"]);
        assert!(time("09:00") < time("09:00:00.5") && time("09:00:00.5") < time("18:00"));
        assert_eq!((time("09:59").hour(), time("00:00").hour(), time("23:00").hour()), (9, 0, 23));
        for bad in [
            "",
            "9:00",
            "09:0",
            "09",
            "24:00",
            "09:60",
            "09:00:60",
            "09:00:",
            "09:00:0",
            "09:00:00.",
            "09:00Z",
            "09:00:00+09:00",
            "09-00",
            " 09:00",
            "０９:00",
            "09:00:00,5",
        ] {
            assert_eq!(TimeOfDay::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn clocks_show_the_time_of_their_zone() {
        let moment = |text: &str| Moment::parse(text).expect(text);
        let shown = |text: &str, zone: &str| moment(text).time_in(&Zone::named(zone).expect("a zone")).to_string();
        assert_eq!(shown("2024-05-13T13:44:00.5Z", "Asia/Seoul"), "22:44:00.5");
        assert_eq!(shown("2024-05-13T22:44:00+09:00", "UTC"), "13:44:00");
        assert_eq!(shown("2016-12-31T23:59:60.25Z", "Asia/Seoul"), "08:59:60.25");
        let seoul = Zone::named("Asia/Seoul").expect("a zone");
        let leap = moment("2016-12-31T23:59:60Z").time_in(&seoul);
        assert!(time("08:59:59.999999999") < leap && leap < time("09:00"));
        assert_eq!(leap.hour(), 8);
    }
}

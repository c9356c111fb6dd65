//! Moments, days and lengths of time as evidence writes them.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp};

use crate::language::Text;

/// A point in time with the offset it was written with; equal when the instants are.
///
/// 16 bytes, so that values of Rhai stay small.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Seconds since 1970-01-01T00:00:00Z, and the nanoseconds beyond, of the same sign.
    second: i64,
    nanosecond: i32,
    /// Seconds east of Greenwich.
    offset: i32,
}

/// A calendar date without a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

/// A length of time in seconds; may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Length(SignedDuration);

/// A time zone of the IANA database, which is built in.
#[derive(Clone, Debug)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Moment {
    /// Reads an RFC 3339 date-time: date, `T`, time with seconds, and `Z` or an offset such as `+09:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (hour, minute, second) = (two_digits(bytes, 11)?, two_digits(bytes, 14)?, two_digits(bytes, 17)?);
        let separators = [bytes.get(10)?.to_ascii_uppercase(), *bytes.get(13)?, *bytes.get(16)?];
        if &separators != b"T::" {
            return None;
        }
        let rest = text.get(19..)?;
        let zone = rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        let offset = offset(zone.as_bytes())?;
        // Jiff reads what is seldom written: fractions and leap seconds.
        let day = date(bytes.get(..10)?)?;
        let instant = match Time::new(hour, minute, second, 0) {
            Ok(time) if rest.len() == zone.len() => offset.to_timestamp(day.to_datetime(time)).ok()?,
            _ => Timestamp::from_str(text).ok()?,
        };
        Some(Self::new(instant, offset))
    }

    fn new(instant: Timestamp, offset: Offset) -> Self {
        Self { second: instant.as_second(), nanosecond: instant.subsec_nanosecond(), offset: offset.seconds() }
    }

    fn instant(self) -> Timestamp {
        // Made of an instant only, so the default is never taken.
        Timestamp::new(self.second, self.nanosecond).unwrap_or_default()
    }

    /// Returns the nanoseconds since 1970-01-01T00:00:00Z, from 1677 to 2262, and the seconds east of Greenwich.
    pub(crate) fn to_numbers(self) -> Option<(i64, i32)> {
        let nanoseconds = self.second.checked_mul(1_000_000_000)?.checked_add(i64::from(self.nanosecond))?;
        Some((nanoseconds, self.offset))
    }

    /// Returns the moment of [`Moment::to_numbers`].
    pub(crate) fn from_numbers(nanoseconds: i64, offset: i32) -> Self {
        let (second, nanosecond) = (nanoseconds / 1_000_000_000, (nanoseconds % 1_000_000_000) as i32);
        Self { second, nanosecond, offset }
    }

    fn offset(self) -> Offset {
        Offset::from_seconds(self.offset).unwrap_or(Offset::UTC)
    }

    /// Returns the date that calendars in a zone show at this moment.
    pub fn day_in(self, zone: &Zone) -> Day {
        Day(zone.zone.to_datetime(self.instant()).date())
    }

    /// Returns the time that passed since an earlier moment; negative if that one is later.
    pub fn since(self, earlier: Self) -> Length {
        Length(self.instant().duration_since(earlier.instant()))
    }

    /// Returns the moment a length of time later, unless it is out of the calendar's range.
    pub fn plus(self, length: Length) -> Option<Self> {
        Some(Self::new(self.instant().checked_add(length.0).ok()?, self.offset()))
    }
}

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Moment {}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.second, self.nanosecond).cmp(&(other.second, other.nanosecond))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.instant().display_with_offset(self.offset()))
    }
}

impl Day {
    /// Returns how many days `to` comes after `from`; negative where it comes before.
    pub fn days_between(from: Self, to: Self) -> i64 {
        from.0.until(to.0).map_or(0, |span| i64::from(span.get_days()))
    }

    /// Reads a date written as `2024-05-31`.
    pub fn parse(text: &str) -> Option<Self> {
        date(text.as_bytes()).map(Self)
    }

    /// Returns today's date in a zone; for the edge of the program only, which alone reads the clock.
    pub fn today(zone: &Zone) -> Self {
        Self(Timestamp::now().to_zoned(zone.zone.clone()).date())
    }

    /// Returns the moment at which the day begins in a zone, unless it is out of the calendar's range.
    pub fn start_in(self, zone: &Zone) -> Option<Moment> {
        let start = self.0.to_zoned(zone.zone.clone()).ok()?;
        Some(Moment::new(start.timestamp(), start.offset()))
    }

    /// Returns the date some days later, unless it is out of the calendar's range.
    pub fn plus_days(self, days: i64) -> Option<Self> {
        self.0.checked_add(Span::new().try_days(days).ok()?).ok().map(Self)
    }

    /// Returns the same day some months later, or the last day of a month that is too short.
    pub fn plus_months(self, months: i64) -> Option<Self> {
        self.0.checked_add(Span::new().try_months(months).ok()?).ok().map(Self)
    }

    /// Returns a number that is greater for a later day.
    pub(crate) fn to_number(self) -> i64 {
        i64::from(self.0.year()) << 16 | i64::from(self.0.month()) << 8 | i64::from(self.0.day())
    }

    /// Returns the day of [`Day::to_number`]; nothing for a number that is of no day.
    pub(crate) fn from_number(number: i64) -> Option<Self> {
        let [.., month, day] = number.to_be_bytes();
        Date::new(i16::try_from(number >> 16).ok()?, month.cast_signed(), day.cast_signed()).ok().map(Self)
    }

    /// Tells whether the day is a Saturday or a Sunday.
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday)
    }

    /// Returns the year.
    pub fn year(self) -> i16 {
        self.0.year()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Length {
    /// Reads an ISO 8601 duration of days, hours, minutes and seconds, such as `PT2H30M`; a day is 24 hours.
    pub fn parse(text: &str) -> Option<Self> {
        let span = Span::from_str(text).ok().filter(|_| text.starts_with('P'))?;
        if span.get_years() != 0 || span.get_months() != 0 || span.get_weeks() != 0 {
            return None;
        }
        let days = SignedDuration::from_hours(i64::from(span.get_days()).checked_mul(24)?);
        let rest = SignedDuration::try_from(span.try_days(0).ok()?).ok()?;
        days.checked_add(rest).map(Self)
    }

    /// Creates a length from seconds.
    pub fn from_seconds(seconds: i64) -> Self {
        Self(SignedDuration::from_secs(seconds))
    }

    /// Returns the nanoseconds of the length; nothing for more than 292 years.
    pub(crate) fn to_nanoseconds(self) -> Option<i64> {
        i64::try_from(self.0.as_nanos()).ok()
    }

    /// Creates a length from nanoseconds.
    pub(crate) fn from_nanoseconds(nanoseconds: i64) -> Self {
        Self(SignedDuration::from_nanos(nanoseconds))
    }

    /// Returns the whole seconds of the length.
    pub fn seconds(self) -> i64 {
        self.0.as_secs()
    }

    /// Returns the sum, unless it overflows.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Returns the length with the opposite sign, unless it overflows.
    pub fn negated(self) -> Option<Self> {
        self.0.checked_neg().map(Self)
    }

    /// Returns the length in words: `17 h 38 min`, `17시간 38분`.
    pub fn words(self) -> Text {
        let total = self.0.unsigned_abs().as_secs();
        let units = [
            (total / 86_400, " d", "일"),
            (total / 3600 % 24, " h", "시간"),
            (total / 60 % 60, " min", "분"),
            (total % 60, " s", "초"),
        ];
        let sign = if self.0.is_negative() { "-" } else { "" };
        let write = |pick: fn(&(u64, &'static str, &'static str)) -> &'static str| {
            let parts: Vec<String> =
                units.iter().filter(|unit| unit.0 > 0).map(|unit| format!("{}{}", unit.0, pick(unit))).collect();
            if parts.is_empty() { format!("0{}", pick(&(0, " s", "초"))) } else { parts.join(" ") }
        };
        Text::new(format!("{sign}{}", write(|unit| unit.1)), format!("{sign}{}", write(|unit| unit.2)))
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Zone {
    /// Returns the zone with an IANA name such as `Asia/Seoul`.
    pub fn named(name: &str) -> Option<Self> {
        Some(Self { name: name.to_owned(), zone: TimeZone::get(name).ok()? })
    }

    /// Returns the IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Reads `2024-05-31`.
fn date(text: &[u8]) -> Option<Date> {
    if text.len() != 10 || text.get(4) != Some(&b'-') || text.get(7) != Some(&b'-') {
        return None;
    }
    let year = i16::from(two_digits(text, 0)?) * 100 + i16::from(two_digits(text, 2)?);
    Date::new(year, two_digits(text, 5)?, two_digits(text, 8)?).ok()
}

/// Reads `Z` or `+09:00`.
fn offset(text: &[u8]) -> Option<Offset> {
    match text {
        b"Z" | b"z" => Some(Offset::UTC),
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let minutes = two_digits(text, 4).filter(|minutes| *minutes < 60)?;
            let seconds = i32::from(two_digits(text, 1)?) * 3600 + i32::from(minutes) * 60;
            Offset::from_seconds(if *sign == b'-' { -seconds } else { seconds }).ok()
        }
        _ => None,
    }
}

fn two_digits(text: &[u8], from: usize) -> Option<i8> {
    let digit = |at: usize| text.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10);
    Some((digit(from)? * 10 + digit(from + 1)?).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_needs_seconds_and_an_offset() {
        for good in ["2024-05-13T13:44:00+09:00", "2024-05-13T04:44:00Z", "2024-05-13T04:44:00.5-00:30"] {
            assert!(Moment::parse(good).is_some(), "{good}");
        }
        for bad in [
            "13:44",
            "2024-05-13",
            "2024-05-13T13:44+09:00",
            "2024-05-13T13:44:00",
            "2024-05-13 13:44:00+09:00",
            "2024-05-13T13:44:00+0900",
            "2024-05-13T13:44:00+09:00[Asia/Seoul]",
            "2024-02-30T00:00:00Z",
            "2024-05-13T25:00:00Z",
            "2024-05-13T13:44:00+09:60",
            "2024-05-1３T13:44:00Z",
            "",
        ] {
            assert!(Moment::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_moment_is_read_as_jiff_reads_it() {
        for date in ["0001-01-01", "1969-12-31", "2024-02-29", "2023-02-29", "2024-05-13", "9999-12-31"] {
            for clock in ["00:00:00", "23:59:59", "23:59:60", "12:34:56.789", "24:00:00"] {
                for zone in ["Z", "+00:00", "+09:00", "-23:59", "+25:59", "+05:30"] {
                    let text = format!("{date}T{clock}{zone}");
                    let moment = Moment::parse(&text).map(Moment::instant);
                    assert_eq!(moment, Timestamp::from_str(&text).ok(), "{text}");
                }
            }
        }
    }

    #[test]
    fn moments_are_compared_as_instants_and_shown_as_written() {
        let seoul = Moment::parse("2024-05-13T13:44:00+09:00").expect("valid");
        let utc = Moment::parse("2024-05-13T04:44:00Z").expect("valid");
        assert_eq!(seoul, utc);
        assert_eq!(seoul.to_string(), "2024-05-13T13:44:00+09:00");
        let later = seoul.plus(Length::parse("PT10H20M").expect("valid")).expect("in range");
        assert_eq!(later.since(utc).words(), Text::new("10 h 20 min", "10시간 20분"));
        let zone = Zone::named("Asia/Seoul").expect("a zone");
        assert_eq!(later.day_in(&zone).to_string(), "2024-05-14");
    }

    #[test]
    fn moments_and_days_and_lengths_are_the_same_as_numbers() {
        for text in ["2024-05-13T13:44:00.000000001+09:00", "1677-09-22T00:00:00-23:59", "1969-12-31T23:59:59.5Z"] {
            let moment = Moment::parse(text).expect("valid");
            let (nanoseconds, offset) = moment.to_numbers().expect("in range");
            let again = Moment::from_numbers(nanoseconds, offset);
            assert_eq!((again, again.to_string()), (moment, moment.to_string()), "{text}");
        }
        for text in ["1677-09-21T00:00:00Z", "2262-04-12T00:00:00Z", "9999-12-30T22:00:00Z"] {
            assert_eq!(Moment::parse(text).expect("valid").to_numbers(), None, "{text}");
        }
        let days = ["0001-01-01", "1999-12-31", "2000-01-01", "2024-02-29", "9999-12-31"];
        let days = days.map(|day| Day::parse(day).expect("valid"));
        assert!(days.map(Day::to_number).is_sorted());
        assert_eq!(days.map(|day| Day::from_number(day.to_number())), days.map(Some));
        assert_eq!([0, 0x7e8_0d01, 1 << 40].map(Day::from_number), [None; 3]);
        let length = Length::parse("P1DT0.5S").expect("valid");
        assert_eq!(length.to_nanoseconds().map(Length::from_nanoseconds), Some(length));
        assert_eq!(Length::parse("P200000D").expect("valid").to_nanoseconds(), None);
    }

    #[test]
    fn a_day_begins_at_midnight_of_its_zone() {
        let start = |day: &str, zone: &str| {
            let zone = Zone::named(zone).expect("a zone");
            Day::parse(day).and_then(|day| day.start_in(&zone)).map(|start| start.to_string())
        };
        assert_eq!(start("2024-07-01", "Asia/Seoul").as_deref(), Some("2024-07-01T00:00:00+09:00"));
        assert_eq!(start("2024-07-01", "UTC").as_deref(), Some("2024-07-01T00:00:00+00:00"));
    }

    #[test]
    fn lengths_are_read_and_said() {
        let words = |text: &str| Length::parse(text).map(|length| length.words().en);
        assert_eq!(words("PT54M").as_deref(), Some("54 min"));
        assert_eq!(words("P1DT1S").as_deref(), Some("1 d 1 s"));
        assert_eq!(words("PT0S").as_deref(), Some("0 s"));
        assert_eq!(words("-PT90S").as_deref(), None);
        assert_eq!(Length::from_seconds(-90).words().en, "-1 min 30 s");
        for bad in ["10m", "P1M", "P1Y", "P1W", "10 minutes", "PT", ""] {
            assert!(Length::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn months_end_on_the_last_day_of_a_short_month() {
        let after = |day: &str, months| Day::parse(day).and_then(|day| day.plus_months(months)).map(|d| d.to_string());
        assert_eq!(after("2024-01-31", 1).as_deref(), Some("2024-02-29"));
        assert_eq!(after("2023-12-29", 2).as_deref(), Some("2024-02-29"));
    }
}

//! Moments, days and lengths of time as evidence writes them.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp};

use crate::language::Text;

pub(super) const SECONDS_OF_DAY: i64 = 86_400;
/// Of a second.
pub(super) const NANOSECONDS: i32 = 1_000_000_000;

/// A point in time with the offset it was written with; equal when the instants are.
///
/// 16 bytes, so that values of Rhai stay small.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down; a leap second has the number of the second before it.
    second: i64,
    /// The nanoseconds beyond; from 1,000,000,000 on inside a leap second, which so stands between its neighbours.
    pub(super) nanosecond: i32,
    /// Seconds east of Greenwich.
    offset: i32,
}

/// A calendar date without a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub(super) Date);

/// A length of time in seconds; may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Length(pub(super) SignedDuration);

/// A time zone of the IANA database, which is built in.
#[derive(Clone, Debug)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Moment {
    /// Reads an RFC 3339 date-time: date, `T`, time with seconds, and `Z` or an offset such as `+09:00`.
    ///
    /// Second 60 is read where the standard allows one: in the last minute of 30 June or 31 December in UTC, of any
    /// year. A fraction may have any number of digits; those after the ninth are cut off, so that moments which differ
    /// by less than a nanosecond are equal.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (hour, minute, second) = (two_digits(bytes, 11)?, two_digits(bytes, 14)?, two_digits(bytes, 17)?);
        let separators = [bytes.get(10)?.to_ascii_uppercase(), *bytes.get(13)?, *bytes.get(16)?];
        if &separators != b"T::" || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let (fraction, zone) = fraction(bytes.get(19..)?)?;
        let offset = offset(zone)?;
        let midnight = days_since_epoch(date(bytes.get(..10)?)?) * SECONDS_OF_DAY;
        let local = midnight + i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        let moment = Self { second: local - i64::from(offset), nanosecond: fraction, offset };
        if second < 60 { Some(moment) } else { moment.as_leap_second() }
    }

    /// Returns the leap second of a moment that was written with second 60, if there can be one.
    fn as_leap_second(self) -> Option<Self> {
        let before = self.second - 1;
        let day = civil(before)?;
        let is_last = before.rem_euclid(SECONDS_OF_DAY) == SECONDS_OF_DAY - 1;
        let is_allowed = is_last && matches!((day.month(), day.day()), (6, 30) | (12, 31));
        is_allowed.then_some(Self { second: before, nanosecond: self.nanosecond + NANOSECONDS, ..self })
    }

    fn new(instant: Timestamp, offset: Offset) -> Self {
        Self::after_epoch(SignedDuration::new(instant.as_second(), instant.subsec_nanosecond()), offset.seconds())
    }

    fn after_epoch(length: SignedDuration, offset: i32) -> Self {
        let (second, nanosecond) = (length.as_secs(), length.subsec_nanos());
        let before = i32::from(nanosecond < 0);
        Self { second: second - i64::from(before), nanosecond: nanosecond + before * NANOSECONDS, offset }
    }

    /// Returns the time since 1970 that is calculated with; none passes during a leap second.
    fn since_epoch(self) -> SignedDuration {
        let is_leap = self.nanosecond >= NANOSECONDS;
        SignedDuration::new(self.second + i64::from(is_leap), if is_leap { 0 } else { self.nanosecond })
    }

    /// Returns the nanoseconds since 1970-01-01T00:00:00Z, from 1677 to 2262, and the seconds east of Greenwich; nothing
    /// in a leap second, which has no number of its own.
    pub(crate) fn to_numbers(self) -> Option<(i64, i32)> {
        let nanoseconds = self.second.checked_mul(i64::from(NANOSECONDS))?.checked_add(i64::from(self.nanosecond))?;
        (self.nanosecond < NANOSECONDS).then_some((nanoseconds, self.offset))
    }

    /// Returns the moment of [`Moment::to_numbers`].
    pub(crate) fn from_numbers(nanoseconds: i64, offset: i32) -> Self {
        let of_second = i64::from(NANOSECONDS);
        let (second, nanosecond) = (nanoseconds.div_euclid(of_second), nanoseconds.rem_euclid(of_second) as i32);
        Self { second, nanosecond, offset }
    }

    /// Returns the date that calendars in a zone show at this moment; the calendar ends on 9999-12-31 in every zone.
    pub fn day_in(self, zone: &Zone) -> Day {
        Day(civil(self.second_in(zone)).unwrap_or(Date::MAX))
    }

    /// Returns the second that clocks in a zone show, counted from 1970-01-01T00:00:00 on the same clocks.
    pub(super) fn second_in(self, zone: &Zone) -> i64 {
        // The time zone database ends a day before the calendar does.
        let last = Timestamp::MAX.as_second();
        let known = Timestamp::from_second(self.second.min(last)).unwrap_or(Timestamp::MAX);
        self.second + i64::from(zone.zone.to_offset(known).seconds())
    }

    /// Returns the moment for a message, by the clocks with which it was written.
    pub fn written_words(self) -> Text {
        let written = self.to_string();
        let (date, clock) = written.split_at_checked(10).unwrap_or_default();
        let day = Day::parse(date).map(|day| day.words().ko).unwrap_or_default();
        let clock = clock.get(1..9).unwrap_or_default();
        let ko = format!("{day} {}", clock.strip_suffix(":00").unwrap_or(clock));
        Text::new(written, ko)
    }

    /// Returns the moment for a message: as it is written, and in Korean as documents write it, by the clocks of a zone:
    /// `2024. 5. 13. 13:44`.
    pub fn words(self, zone: &Zone) -> Text {
        let in_zone = format!("{} {}", self.day_in(zone).words().ko, self.time_in(zone).words().ko);
        let written = self.to_string();
        let is_of_zone = self.second + i64::from(self.offset) == self.second_in(zone);
        let ko = if is_of_zone { in_zone } else { format!("{in_zone}, 원문 표기 {written}") };
        Text::new(written, ko)
    }

    /// Returns the time that passed since an earlier moment; negative if that one is later.
    pub fn since(self, earlier: Self) -> Length {
        // Both lie in the calendar, so the difference is never cut.
        Length(self.since_epoch().saturating_sub(earlier.since_epoch()))
    }

    /// Returns the moment a length of time later, unless it is out of the calendar's range: years 0 to 9999.
    pub fn plus(self, length: Length) -> Option<Self> {
        let moment = Self::after_epoch(self.since_epoch().checked_add(length.0)?, self.offset);
        let day = civil(moment.second.checked_add(i64::from(self.offset))?)?;
        (day.year() >= 0).then_some(moment)
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
        let local = self.second + i64::from(self.offset);
        // It was read from a date, or checked against the calendar.
        let day = civil(local).unwrap_or(Date::MAX);
        let (minute, second) = (local.rem_euclid(SECONDS_OF_DAY) / 60, local.rem_euclid(60));
        let (second, nanosecond) =
            if self.nanosecond < NANOSECONDS { (second, self.nanosecond) } else { (60, self.nanosecond - NANOSECONDS) };
        write!(f, "{day}T{:02}:{:02}:{second:02}", minute / 60, minute % 60)?;
        if nanosecond > 0 {
            write!(f, ".{}", format!("{nanosecond:09}").trim_end_matches('0'))?;
        }
        let (sign, offset) = (if self.offset < 0 { '-' } else { '+' }, self.offset.abs());
        write!(f, "{sign}{:02}:{:02}", offset / 3600, offset / 60 % 60)
    }
}

impl Day {
    /// Returns how many days `to` comes after `from`; negative where it comes before.
    pub fn days_between(from: Self, to: Self) -> i64 {
        from.0.until(to.0).map_or(0, |span| i64::from(span.get_days()))
    }

    /// Returns the date for a message: `2024-05-31`, and in Korean `2024. 5. 31.`
    pub fn words(self) -> Text {
        Text::new(self.to_string(), format!("{}. {}. {}.", self.0.year(), self.0.month(), self.0.day()))
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

    /// Returns the moment at which the day ends in a zone, unless the day begins out of the calendar's range.
    pub fn end_in(self, zone: &Zone) -> Option<Moment> {
        match self.plus_days(1) {
            Some(next) => next.start_in(zone),
            // The last day ends where the calendar does.
            None => self.start_in(zone).map(|start| Moment { second: start.second + SECONDS_OF_DAY, ..start }),
        }
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

    /// Returns the day of the month, from 1.
    pub fn day_of_month(self) -> i8 {
        self.0.day()
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

/// Returns the nanoseconds that a fraction of a second writes, and what stands after it.
pub(super) fn fraction(text: &[u8]) -> Option<(i32, &[u8])> {
    let Some(digits) = text.strip_prefix(b".") else { return Some((0, text)) };
    let length = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at_checked(length).filter(|(digits, _)| !digits.is_empty())?;
    let nine = digits.iter().copied().chain(std::iter::repeat(b'0')).take(9);
    Some((nine.fold(0, |number, digit| number * 10 + i32::from(digit - b'0')), rest))
}

/// Reads `Z` or `+09:00`; RFC 3339 has hours to 23 and minutes to 59. Returns seconds.
fn offset(text: &[u8]) -> Option<i32> {
    match text {
        b"Z" | b"z" => Some(0),
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let hours = two_digits(text, 1).filter(|hours| *hours < 24)?;
            let minutes = two_digits(text, 4).filter(|minutes| *minutes < 60)?;
            let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

/// Returns the days from 1970-01-01 to a date of year 0 or later.
///
/// Years begin in March here, so that the leap day comes last; 400 of them have 146,097 days.
pub(super) fn days_since_epoch(date: Date) -> i64 {
    let (year, month, day) = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    // As many days as the months since March have; 153 in every five.
    let of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468
}

/// Returns the date of a second, counted from 1970-01-01T00:00:00 on the same clock; nothing after year 9999.
fn civil(second: i64) -> Option<Date> {
    let days = Span::new().try_days(second.div_euclid(SECONDS_OF_DAY)).ok()?;
    Date::constant(1970, 1, 1).checked_add(days).ok()
}

pub(super) fn two_digits(text: &[u8], from: usize) -> Option<i8> {
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
            "2024-05-13T13:44:00+24:00",
            "2024-05-13T13:44:00-25:59",
            "2024-05-13T13:44:00.Z",
            "2024-05-13T13:44:00,5Z",
            "2024-05-13T24:00:00Z",
            "2024-05-13T13:60:00Z",
            "2024-05-1３T13:44:00Z",
            "",
        ] {
            assert!(Moment::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_moment_is_read_as_jiff_reads_it() {
        let dates = ["0000-01-01", "0001-01-01", "1900-03-01", "1969-12-31", "2000-02-29", "2024-02-29", "2023-02-29"];
        for date in dates.into_iter().chain(["2024-05-13", "2024-12-31", "9999-12-28"]) {
            for clock in ["00:00:00", "23:59:59", "12:34:56.789", "12:34:56.000000001", "24:00:00"] {
                for zone in ["Z", "+00:00", "-00:00", "+09:00", "-23:59", "+23:59", "+05:30"] {
                    let text = format!("{date}T{clock}{zone}");
                    let moment = Moment::parse(&text);
                    let expected = Timestamp::from_str(&text).ok();
                    let nanoseconds = moment.map(|moment| moment.since_epoch().as_nanos());
                    assert_eq!(nanoseconds, expected.map(Timestamp::as_nanosecond), "{text}");
                    let zone = Zone::named("Asia/Seoul").expect("a zone");
                    let day = expected.map(|instant| Day(zone.zone.to_datetime(instant).date()));
                    assert_eq!(moment.map(|moment| moment.day_in(&zone)), day, "{text}");
                }
            }
        }
    }

    #[test]
    fn the_calendar_is_whole_to_its_last_second() {
        let first = ["0000-01-01T00:00:00+23:59", "0000-01-01T00:00:00-23:59", "0001-01-01T00:00:00Z"];
        let last = ["9999-12-31T23:59:59+09:00", "9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59-23:59"];
        let moments = first.into_iter().chain(last).map(|text| {
            let moment = Moment::parse(text).expect(text);
            assert_eq!(moment.to_string(), text.replace('Z', "+00:00"));
            moment
        });
        let moments: Vec<Moment> = moments.collect();
        assert!(moments.is_sorted_by(|a, b| a < b));
        let second = Length::from_seconds(1);
        let step = |moment: Moment, length: Length| moment.plus(length).map(|moment| moment.to_string());
        assert_eq!(moments.iter().rev().take(3).filter_map(|moment| moment.plus(second)).count(), 0);
        assert_eq!(step(moments[5], Length::from_seconds(-1)).as_deref(), Some("9999-12-31T23:59:58-23:59"));
        assert_eq!(step(moments[0], Length::from_seconds(-1)), None);
        assert_eq!(moments[5].plus(Length(SignedDuration::MAX)), None);
        assert_eq!(moments[2].plus(moments[4].since(moments[2])), Some(moments[4]));
        let zone = Zone::named("Asia/Seoul").expect("a zone");
        let days = [moments[2], moments[3], moments[5]].map(|moment| moment.day_in(&zone).to_string());
        assert_eq!(days, ["0001-01-01", "9999-12-31", "9999-12-31"]);
    }

    #[test]
    fn second_60_stands_where_a_leap_second_can_be_and_between_its_neighbours() {
        let moment = |text: &str| Moment::parse(text).expect(text);
        let order = [
            "2016-12-31T23:59:59Z",
            "2017-01-01T08:59:59.999999999+09:00",
            "2017-01-01T08:59:60+09:00",
            "2016-12-31T23:59:60.000000001Z",
            "2016-12-31T18:29:60.9-05:30",
            "2017-01-01T00:00:00Z",
        ];
        let order = order.map(moment);
        assert!(order.is_sorted_by(|a, b| a < b));
        assert!(order.windows(2).all(|pair| pair[1].since(pair[0]) >= Length::from_seconds(0)));
        assert_eq!(order[2], moment("2016-12-31T23:59:60Z"));
        assert_eq!(order[4].to_string(), "2016-12-31T18:29:60.9-05:30");
        assert_eq!(order[4].to_numbers(), None);
        assert_eq!((order[2].since(order[0]).seconds(), order[5].since(order[4]).seconds()), (1, 0));
        assert_eq!(order[2].plus(Length::from_seconds(1)), Some(moment("2017-01-01T00:00:01Z")));
        let days = ["UTC", "Asia/Seoul"].map(|zone| order[2].day_in(&Zone::named(zone).expect("a zone")).to_string());
        assert_eq!(days, ["2016-12-31", "2017-01-01"]);
        for good in ["1972-06-30T23:59:60Z", "1969-12-31T23:59:60Z", "9999-12-31T23:59:60Z", "0000-06-30T23:59:60Z"] {
            assert!(Moment::parse(good).is_some(), "{good}");
        }
        for bad in [
            "2016-12-31T23:59:60+09:00",
            "2016-12-31T23:58:60Z",
            "2016-12-30T23:59:60Z",
            "2016-03-31T23:59:60Z",
            "2017-01-01T00:00:60Z",
            "2024-05-13T13:44:60+09:00",
            "2016-12-31T23:59:61Z",
        ] {
            assert!(Moment::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn fractions_have_any_length_and_nine_digits_count() {
        let of = |fraction: &str| Moment::parse(&format!("2024-05-13T13:44:00.{fraction}+09:00")).expect(fraction);
        assert_eq!(of("5"), of("500000000000000"));
        assert_eq!(of("1234567891"), of("1234567899"));
        assert!(of("1234567899") < of("123456790"));
        assert!(of(&"9".repeat(10_000)) < Moment::parse("2024-05-13T13:44:01+09:00").expect("valid"));
        assert_eq!(of("1200000000000000").to_string(), "2024-05-13T13:44:00.12+09:00");
        assert_eq!(Moment::parse("2024-05-13t13:44:00.5z"), Moment::parse("2024-05-13T13:44:00.50-00:00"));
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
        for text in ["1677-09-21T00:00:00Z", "2262-04-12T00:00:00Z", "9999-12-31T22:00:00Z"] {
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
        let end = |day: &str| Day::parse(day).and_then(|day| day.end_in(&Zone::named("Asia/Seoul")?)).expect(day);
        assert_eq!(end("2024-07-01").to_string(), "2024-07-02T00:00:00+09:00");
        let last = Moment::parse("9999-12-31T23:59:59+09:00").expect("valid");
        assert_eq!(end("9999-12-31").since(last), Length::from_seconds(1));
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

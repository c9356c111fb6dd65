//! Dates, date-times and lengths of time as people write them, in the form of the standards.

use super::number::decimal;
use crate::evidence::{Day, Length};

/// The offset of the example where none is written.
const EXAMPLE_OFFSET: &str = "+09:00";
const NANOSECONDS: u128 = 1_000_000_000;
/// Units of time with their seconds; where one name begins with another, the longer stands first.
const UNITS: [(&str, u32); 27] = [
    ("weeks", 604_800),
    ("week", 604_800),
    ("w", 604_800),
    ("주일", 604_800),
    ("주", 604_800),
    ("days", 86_400),
    ("day", 86_400),
    ("d", 86_400),
    ("일", 86_400),
    ("hours", 3600),
    ("hour", 3600),
    ("hrs", 3600),
    ("hr", 3600),
    ("h", 3600),
    ("시간", 3600),
    ("minutes", 60),
    ("minute", 60),
    ("mins", 60),
    ("min", 60),
    ("m", 60),
    ("분", 60),
    ("seconds", 1),
    ("second", 1),
    ("secs", 1),
    ("sec", 1),
    ("s", 1),
    ("초", 1),
];

/// Returns the RFC 3339 form of a date-time, and whether its offset was not written.
pub(super) fn moment(text: &str) -> Option<(String, bool)> {
    let mut scanner = Scanner { rest: text };
    let date = scanner.date()?;
    let is_separated = scanner.take(&["T", "t", "_", ","]) | scanner.spaces();
    let clock = scanner.clock().filter(|_| is_separated)?;
    scanner.spaces();
    let offset = scanner.offset()?;
    let date = if clock.is_end_of_day { date.plus_days(1)? } else { date };
    let lacks_offset = offset.is_none();
    Some((format!("{date}T{}{}", clock.text, offset.as_deref().unwrap_or(EXAMPLE_OFFSET)), lacks_offset))
}

/// Returns the date of a date or of a whole date-time.
pub(super) fn day(text: &str) -> Option<String> {
    let mut scanner = Scanner { rest: text };
    let date = scanner.date()?;
    (scanner.rest.is_empty() || moment(text).is_some()).then(|| date.to_string())
}

/// Returns the ISO 8601 form of a length of time, in days, hours, minutes and seconds.
pub(super) fn duration(text: &str) -> Option<String> {
    let joined: String = text.chars().filter(|c| *c != ' ').collect();
    let upper = joined.to_uppercase();
    let without = upper.trim_start_matches('P').trim_start_matches('T');
    let standard = [upper.clone(), format!("PT{without}"), format!("P{without}")];
    if let Some(standard) = standard.into_iter().find(|text| Length::parse(text).is_some()) {
        return Some(standard);
    }
    in_units(&joined.to_lowercase()).or_else(|| in_units(&without.to_lowercase()))
}

fn in_units(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let mut scanner = Scanner { rest: text };
    let mut counts = [(86_400, 'D', 0_u128), (3600, 'H', 0), (60, 'M', 0)];
    let mut nanoseconds = 0_u128;
    let mut last = u32::MAX;
    while !scanner.rest.is_empty() {
        let number = decimal(&mut scanner.rest)?;
        let (name, seconds) = UNITS.iter().find(|(name, _)| scanner.rest.starts_with(name))?;
        scanner.take(&[name]);
        scanner.take(&["간"]);
        // Larger units come first, each once.
        if *seconds >= last {
            return None;
        }
        last = *seconds;
        let unit = u128::from(*seconds) * NANOSECONDS;
        let length = number.times(unit)?;
        let whole = length / unit;
        let add = |to: &mut u128, more: u128| to.checked_add(more).map(|sum| *to = sum);
        add(&mut nanoseconds, length % unit)?;
        match counts.iter_mut().find(|(of, _, _)| of == seconds) {
            Some((_, _, count)) => add(count, whole)?,
            None if *seconds == 604_800 => add(&mut counts.first_mut()?.2, whole * 7)?,
            None => add(&mut nanoseconds, whole * NANOSECONDS)?,
        }
    }
    for (seconds, _, count) in counts.iter_mut().filter(|(seconds, _, _)| *seconds < last) {
        // What a fraction of a larger unit leaves.
        *count += nanoseconds / (u128::from(*seconds) * NANOSECONDS);
        nanoseconds %= u128::from(*seconds) * NANOSECONDS;
    }
    let fraction = format!("{:09}", nanoseconds % NANOSECONDS);
    let fraction = fraction.trim_end_matches('0');
    let mut out = "P".to_owned();
    for (seconds, letter, count) in counts.into_iter().filter(|(_, _, count)| *count > 0) {
        if seconds < 86_400 && !out.contains('T') {
            out.push('T');
        }
        out.push_str(&format!("{count}{letter}"));
    }
    if nanoseconds > 0 || out == "P" {
        let dot = if fraction.is_empty() { "" } else { "." };
        let time = if out.contains('T') { "" } else { "T" };
        out.push_str(&format!("{time}{}{dot}{fraction}S", nanoseconds / NANOSECONDS));
    }
    Some(out)
}

/// A text that is read from its start.
struct Scanner<'t> {
    rest: &'t str,
}

/// A time of day; `24:00` is the end of the day.
struct Clock {
    text: String,
    is_end_of_day: bool,
}

impl<'t> Scanner<'t> {
    /// Reads a date that begins with a year of four digits.
    fn date(&mut self) -> Option<Day> {
        let year = self.digits(4)?;
        if year.len() < 4 {
            return None;
        }
        let (month, day) = match self.digits(4) {
            Some(both) => both.split_at_checked(2).filter(|(_, day)| day.len() == 2)?,
            None => self.month_and_day()?,
        };
        let date = Day::parse(&format!("{year}-{month:0>2}-{day:0>2}"))?;
        if !self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            self.weekday();
            return Some(date);
        }
        None
    }

    fn month_and_day(&mut self) -> Option<(&'t str, &'t str)> {
        self.spaces();
        let is_korean = self.take(&["년"]);
        let separator = if is_korean { "월" } else { ["-", ".", "/"].into_iter().find(|c| self.take(&[c]))? };
        self.spaces();
        let month = self.digits(2)?;
        self.spaces();
        if !self.take(&[separator]) {
            return None;
        }
        self.spaces();
        let day = self.digits(2)?;
        match separator {
            "월" => self.take(&["일"]).then_some((month, day)),
            "." => {
                self.take(&["."]);
                Some((month, day))
            }
            _ => Some((month, day)),
        }
    }

    /// Passes over a weekday in brackets, such as `(월)`.
    fn weekday(&mut self) {
        let before = self.rest;
        self.spaces();
        let name = self.rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        match name.filter(|(name, _)| is_weekday(name)) {
            Some((_, rest)) => self.rest = rest,
            None => self.rest = before,
        }
    }

    /// Reads a time of day of 24 or 12 hours.
    fn clock(&mut self) -> Option<Clock> {
        self.spaces();
        let mut half = self.half();
        self.spaces();
        let mut digits = self.digits(6)?;
        let (hour, minute, second) = if digits.len() > 2 {
            // 1344 and 134400
            let hour = pair(&mut digits)?;
            let minute = pair(&mut digits)?;
            let second = if digits.is_empty() { "0" } else { pair(&mut digits)? };
            (hour, minute, second)
        } else if self.take(&["시"]) {
            let minute = self.counted("분")?;
            (digits, minute, self.counted("초")?)
        } else {
            let minute = self.take(&[":"]).then(|| self.digits(2)).flatten().filter(|digits| digits.len() == 2)?;
            let second = if self.take(&[":"]) { self.digits(2).filter(|digits| digits.len() == 2)? } else { "0" };
            (digits, minute, second)
        };
        let fraction = if self.take(&[".", ","]) { format!(".{}", self.digits(usize::MAX)?) } else { String::new() };
        if half.is_none() {
            let before = self.rest;
            self.spaces();
            half = self.half();
            if half.is_none() {
                self.rest = before;
            }
        }
        let hour: u8 = hour.parse().ok()?;
        let hour = match half {
            None => hour,
            Some(_) if !(1..=12).contains(&hour) => return None,
            Some(is_afternoon) => hour % 12 + if is_afternoon { 12 } else { 0 },
        };
        let rest = format!(":{minute:0>2}:{second:0>2}{fraction}");
        let is_end_of_day = hour == 24 && rest == ":00:00";
        let hour = if is_end_of_day { 0 } else { hour };
        Some(Clock { text: format!("{hour:02}{rest}"), is_end_of_day })
    }

    /// Returns a number with its unit, which may be left out with the number.
    fn counted(&mut self, unit: &str) -> Option<&'t str> {
        self.spaces();
        match self.digits(2) {
            Some(number) => self.take(&[unit]).then_some(number),
            None => Some("0"),
        }
    }

    /// Reads before or after noon; tells whether it is after.
    fn half(&mut self) -> Option<bool> {
        if self.take(&["오전", "AM", "am", "a.m.", "A.M."]) {
            return Some(false);
        }
        self.take(&["오후", "PM", "pm", "p.m.", "P.M."]).then_some(true)
    }

    /// Reads an offset to the end of the text; the inner value is absent where none is written.
    fn offset(mut self) -> Option<Option<String>> {
        if self.rest.is_empty() {
            return Some(None);
        }
        let name = self.rest.trim_start_matches('(').trim_end_matches(')');
        if name == "KST" {
            return Some(Some("+09:00".to_owned()));
        }
        let is_zero = self.take(&["Z", "z", "UTC", "GMT"]);
        if is_zero && self.rest.is_empty() {
            return Some(Some("Z".to_owned()));
        }
        let sign = ["+", "-"].into_iter().find(|sign| self.take(&[sign]))?;
        let mut digits = self.digits(4)?;
        let hour = if digits.len() > 2 { pair(&mut digits)? } else { std::mem::replace(&mut digits, "0") };
        let minute = if self.take(&[":"]) { self.digits(2).filter(|digits| digits.len() == 2)? } else { digits };
        // RFC 9557 adds the name of the zone, which says no more.
        let is_over = self.rest.is_empty() || self.rest.starts_with('[') && self.rest.ends_with(']');
        is_over.then(|| Some(format!("{sign}{hour:0>2}:{minute:0>2}")))
    }

    /// Reads at most so many digits.
    fn digits(&mut self, most: usize) -> Option<&'t str> {
        let length = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at_checked(length).filter(|(digits, _)| !digits.is_empty())?;
        self.rest = rest;
        Some(digits)
    }

    /// Passes over the first of some texts that stands here; tells whether one does.
    fn take(&mut self, texts: &[&str]) -> bool {
        let rest = texts.iter().find_map(|text| self.rest.strip_prefix(text));
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Passes over spaces; tells whether there are any.
    fn spaces(&mut self) -> bool {
        let length = self.rest.len();
        self.rest = self.rest.trim_start_matches(' ');
        self.rest.len() < length
    }
}

/// Takes the first two of some digits.
fn pair<'t>(digits: &mut &'t str) -> Option<&'t str> {
    let (pair, rest) = digits.split_at_checked(2)?;
    *digits = rest;
    Some(pair)
}

fn is_weekday(name: &str) -> bool {
    const ENGLISH: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let lower = name.to_lowercase();
    let korean = name.trim_end_matches("요일");
    ["월", "화", "수", "목", "금", "토", "일"].contains(&korean) || ENGLISH.iter().any(|day| lower.starts_with(day))
}

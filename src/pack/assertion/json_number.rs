//! Numbers of JSON as they are written, compared and divided exactly.

use std::cmp::Ordering;
use std::fmt;

/// A decimal number: its digits stand after the point, times ten to the power of `point`.
///
/// Equal numbers have equal fields: no digit is zero at either end, and zero has no digits, no sign and the point 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JsonNumber {
    is_negative: bool,
    digits: String,
    point: i64,
}

impl JsonNumber {
    /// Reads a number as YAML writes it; infinities and what is no number are none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (is_negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        for (prefix, radix) in [("0x", 16), ("0o", 8)] {
            if let Some(digits) = text.strip_prefix(prefix) {
                let number = u128::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'))?;
                return Some(Self::of_digits(false, &number.to_string(), "", 0));
            }
        }
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) || whole.len() + fraction.len() == 0 {
            return None;
        }
        let exponent = match exponent.parse() {
            Ok(exponent) => exponent,
            // Zero is zero with any exponent.
            Err(_) if [whole, fraction].concat().bytes().all(|byte| byte == b'0') && is_exponent(exponent) => 0,
            Err(_) => return None,
        };
        Some(Self::of_digits(is_negative, whole, fraction, exponent))
    }

    fn of_digits(is_negative: bool, whole: &str, fraction: &str, exponent: i64) -> Self {
        let all = [whole, fraction].concat();
        let from_first = all.trim_start_matches('0');
        let digits = from_first.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Self { is_negative: false, digits, point: 0 };
        }
        let skipped = (all.len() - from_first.len()) as i64;
        let point = exponent.saturating_add(whole.len() as i64).saturating_sub(skipped);
        Self { is_negative, digits, point }
    }

    /// Tells whether the number is whole.
    pub(crate) fn is_whole(&self) -> bool {
        self.exponent() >= 0
    }

    /// Tells whether the number is more than zero.
    pub(crate) fn is_positive(&self) -> bool {
        !self.is_negative && !self.digits.is_empty()
    }

    /// Tells whether [`JsonNumber::is_multiple_of`] can divide by the number: its digits fit 64 bits.
    pub(crate) fn is_divisor(&self) -> bool {
        self.is_positive() && self.digits.parse::<u64>().is_ok()
    }

    /// Tells whether the number is a whole multiple of another, which is a divisor.
    pub(crate) fn is_multiple_of(&self, other: &Self) -> bool {
        let Some(divisor) = other.digits.parse::<u64>().ok().filter(|divisor| *divisor > 0) else { return false };
        if self.digits.is_empty() {
            return true;
        }
        // Without zeros at its end a number is no multiple of a power of ten.
        let Ok(zeros) = u64::try_from(self.exponent().saturating_sub(other.exponent())) else { return false };
        let divisor = u128::from(divisor);
        let rest = self.digits.bytes().fold(0, |rest, digit| (rest * 10 + u128::from(digit - b'0')) % divisor);
        (rest * power_of_ten(zeros, divisor)).is_multiple_of(divisor)
    }

    /// Returns the largest whole number that is not above this one, or the smallest that is not below it, if it fits.
    pub(crate) fn rounded(&self, up: bool) -> Option<i64> {
        let length = self.digits.len().min(usize::try_from(self.point.max(0)).ok()?);
        let zeros = u32::try_from(self.point.max(0) - length as i64).ok()?;
        let kept = self.digits.get(..length)?;
        let magnitude = if kept.is_empty() { 0 } else { kept.parse::<i128>().ok()? };
        let magnitude = magnitude.checked_mul(10_i128.checked_pow(zeros)?)?;
        let signed = if self.is_negative { -magnitude } else { magnitude };
        let step = match (self.is_whole(), self.is_negative, up) {
            (false, false, true) => 1,
            (false, true, false) => -1,
            _ => 0,
        };
        i64::try_from(signed + step).ok()
    }

    /// Returns the power of ten that the digits, as a whole number, are multiplied with.
    fn exponent(&self) -> i64 {
        self.point.saturating_sub(self.digits.len() as i64)
    }
}

fn power_of_ten(mut exponent: u64, modulus: u128) -> u128 {
    let (mut result, mut base) = (1 % modulus, 10 % modulus);
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent /= 2;
    }
    result
}

impl Ord for JsonNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.is_negative, number.digits.is_empty()) {
            (true, _) => -1,
            (false, true) => 0,
            (false, false) => 1,
        };
        let magnitude = || (self.point, &self.digits).cmp(&(other.point, &other.digits));
        sign(self).cmp(&sign(other)).then_with(|| if self.is_negative { magnitude().reverse() } else { magnitude() })
    }
}

impl PartialOrd for JsonNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for JsonNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative { "-" } else { "" };
        let length = self.digits.len() as i64;
        match self.point {
            _ if self.digits.is_empty() => f.write_str("0"),
            point @ 1..=21 if point >= length => {
                write!(f, "{sign}{}{}", self.digits, "0".repeat(usize::try_from(point - length).unwrap_or(0)))
            }
            point @ 1..=21 => {
                let (whole, fraction) = self.digits.split_at(usize::try_from(point).unwrap_or(0));
                write!(f, "{sign}{whole}.{fraction}")
            }
            point @ -6..=0 => {
                write!(f, "{sign}0.{}{}", "0".repeat(usize::try_from(-point).unwrap_or(0)), self.digits)
            }
            point => write!(f, "{sign}0.{}e{point}", self.digits),
        }
    }
}

fn is_exponent(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> JsonNumber {
        JsonNumber::parse(text).expect(text)
    }

    #[test]
    fn numbers_are_equal_and_in_order_however_they_are_written() {
        for (one, other) in [
            ("1", "1.0"),
            ("1e3", "1000"),
            ("0x10", "16"),
            ("-0.0", "0"),
            ("0.5", ".5e0"),
            ("+7", "7"),
            ("0e99999999999999999999", "0"),
            ("0.0E-99999999999999999999", "0"),
        ] {
            assert_eq!(decimal(one), decimal(other), "{one} {other}");
        }
        let ordered =
            ["-1e9", "-12", "-1.5", "-0.1", "0", "1e-30", "0.09", "0.1", "1", "1.00000000000000000001", "2", "10"];
        for pair in ordered.windows(2) {
            assert!(decimal(pair[0]) < decimal(pair[1]), "{pair:?}");
        }
        for none in [
            "",
            "-",
            ".",
            "1e",
            "1e+",
            "0e",
            "0e+",
            "0e9x",
            "1e99999999999999999999",
            ".inf",
            ".nan",
            "1.2.3",
            "0x",
            "a",
        ] {
            assert_eq!(JsonNumber::parse(none), None, "{none}");
        }
    }

    #[test]
    fn multiples_are_exact() {
        for (number, of) in [("0.3", "0.1"), ("0.0075", "0.0001"), ("1e308", "0.123456789e-3"), ("0", "7"), ("-9", "3")]
        {
            let is_multiple = number != "1e308";
            assert_eq!(decimal(number).is_multiple_of(&decimal(of)), is_multiple, "{number} {of}");
        }
        assert!(decimal("1e308").is_multiple_of(&decimal("5e-1")));
        assert!(!decimal("0.00751").is_multiple_of(&decimal("0.0001")));
        assert!(!decimal("35").is_multiple_of(&decimal("10")));
    }

    #[test]
    fn limits_of_whole_numbers_are_rounded_inwards() {
        for (text, down, up) in
            [("1.5", 1, 2), ("-1.5", -2, -1), ("3", 3, 3), ("0.2", 0, 1), ("-0.2", -1, 0), ("1e3", 1000, 1000)]
        {
            assert_eq!((decimal(text).rounded(false), decimal(text).rounded(true)), (Some(down), Some(up)), "{text}");
        }
        assert_eq!(decimal("1e30").rounded(true), None);
    }

    #[test]
    fn a_number_is_shown_as_people_write_it() {
        for text in ["0", "1", "-1.5", "0.001", "1000", "123.456"] {
            assert_eq!(decimal(text).to_string(), text);
        }
    }
}

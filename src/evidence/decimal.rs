//! Exact decimal numbers: what evidence writes, and what rules compute from it.
//!
//! Takes the text of a number; gives a value that is calculated with as with pencil and paper. A result is exact, or
//! there is none; only a quotient is rounded.
//!
//! The type is our own because no crate at hand keeps this promise in 16 bytes: the checked sums and products of
//! `rust_decimal` round without a word (1e-14 times 1e-15 is 0), and its quotients end after 28 decimals, not after 28
//! significant digits.
//!
//! Invariant of [`Decimal`]: a number is stored in one way only (its digits do not end in zero, and zero has exponent
//! 0), so that equal numbers have equal bytes. The digits and their sign take 121 bits, the exponent 7.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Neg;

use super::Kind;
use super::scalar::{core_kind, integer};
use super::wide::Wide;

/// The significant digits that a number of the evidence and a quotient may have.
const GIVEN_DIGITS: u32 = 28;
/// The significant digits that a result may have: those of a number and eight more, so that what is calculated with
/// quotients seldom has too many.
const DIGITS: u32 = 36;
/// The least number with too many digits.
const LIMIT: u128 = 10_u128.pow(DIGITS);
/// The powers of ten by which the digits may be multiplied.
const EXPONENTS: std::ops::RangeInclusive<i32> = -64..=63;
/// The bits of the exponent.
const EXPONENT_BITS: u32 = 7;

/// A decimal number of at most 36 significant digits; 16 bytes.
///
/// Numbers are equal and have one hash if their values are equal: `1.0` is `1`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal([u8; 16]);

impl Decimal {
    /// Reads the number that an integer or a float of the YAML 1.2 core schema writes, exactly.
    ///
    /// There is none for `.inf` and `.nan`, for more than 28 significant digits, and for what is out of range.
    pub fn parse(text: &str) -> Option<Self> {
        let kind = core_kind(text);
        if text.starts_with("0x") || text.starts_with("0o") {
            return (kind == Kind::Integer).then(|| integer(text)).flatten().map(Self::from_int);
        }
        if !matches!(kind, Kind::Integer | Kind::Float) {
            return None;
        }
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (units, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = || units.bytes().chain(fraction.bytes());
        // `.inf` and `.nan` are floats too.
        if !digits().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut significant = digits().enumerate().filter(|(_, digit)| *digit != b'0').map(|(at, _)| at);
        let Some(first) = significant.next() else { return Some(Self::from_int(0)) };
        let last = significant.last().unwrap_or(first);
        if last - first >= GIVEN_DIGITS as usize {
            return None;
        }
        let significant = digits().skip(first).take(last - first + 1);
        let number = significant.fold(0, |number: i128, digit| number * 10 + i128::from(digit - b'0'));
        let after = i64::try_from(units.len()).ok()?.checked_sub(i64::try_from(last).ok()? + 1)?;
        let exponent = i32::try_from(exponent.parse::<i64>().ok()?.checked_add(after)?).ok()?;
        Self::new(if text.starts_with('-') { -number } else { number }, exponent)
    }

    /// Returns an integer as a number.
    pub fn from_int(number: i64) -> Self {
        // Nineteen digits are never too many.
        let (digits, exponent) = without_zeros(u128::from(number.unsigned_abs()), 0);
        let digits = digits.cast_signed();
        Self::packed(if number < 0 { -digits } else { digits }, exponent)
    }

    /// Returns a whole number of 128 bits, if it has not too many digits.
    pub(super) fn from_whole(number: i128) -> Option<Self> {
        Self::new(number, 0)
    }

    /// Returns the number as an integer, if it is whole and fits.
    pub fn to_int(self) -> Option<i64> {
        let (digits, exponent) = self.parts();
        i64::try_from(scaled(digits, exponent)?).ok()
    }

    /// Returns the exact sum, if it has not too many digits.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.is_zero() || other.is_zero() {
            return Some(if self.is_zero() { other } else { self });
        }
        let ((one, exponent), (other, other_exponent)) = (self.parts(), other.parts());
        let least = exponent.min(other_exponent);
        // Where one number must be made longer, the sum ends in the last digit of the other; what does not fit in 128
        // bits then has too many digits.
        let sum = scaled(one, exponent - least)?.checked_add(scaled(other, other_exponent - least)?)?;
        Self::new(sum, least)
    }

    /// Returns the exact difference, if it has not too many digits.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(-other)
    }

    /// Returns the exact product, if it has not too many digits and is in range.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let ((one, exponent), (other, other_exponent)) = (self.parts(), other.parts());
        let exponent = exponent + other_exponent;
        if let Some(product) = one.checked_mul(other) {
            return Self::new(product, exponent);
        }
        let (product, zeros) = Wide::product(one.unsigned_abs(), other.unsigned_abs()).without_zeros();
        Self::signed(product.narrow()?, (one < 0) != (other < 0), exponent + i32::try_from(zeros).ok()?)
    }

    /// Returns the quotient, rounded half to even where it has more than 28 significant digits; none of zero.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        let ((one, exponent), (other, other_exponent)) = (self.parts(), other.parts());
        let (dividend, divisor) = (one.unsigned_abs(), other.unsigned_abs());
        let (mut quotient, mut rest) = (dividend.checked_div(divisor)?, dividend.checked_rem(divisor)?);
        let mut exponent = exponent - other_exponent;
        // One digit more than is kept tells how to round, with what is left.
        while rest != 0 && digit_count(quotient) <= GIVEN_DIGITS {
            // As many digits at once as the remainder has room for: it is less than the divisor, of 36 digits at most.
            let step = (38 - digit_count(divisor)).min(GIVEN_DIGITS + 1 - digit_count(quotient));
            let power = 10_u128.pow(step);
            let part = rest * power;
            (quotient, rest) = (quotient * power + part / divisor, part % divisor);
            exponent -= i32::try_from(step).ok()?;
        }
        let dropped = digit_count(quotient).saturating_sub(GIVEN_DIGITS);
        let quotient = half_even(quotient, 10_u128.pow(dropped), rest != 0);
        Self::signed(quotient, (one < 0) != (other < 0), exponent + i32::try_from(dropped).ok()?)
    }

    /// Returns what is left of the number after the whole quotient, with the sign of the number; none of zero.
    pub fn checked_rem(self, other: Self) -> Option<Self> {
        let ((one, exponent), (other, other_exponent)) = (self.parts(), other.parts());
        match divide_whole(one.unsigned_abs(), other.unsigned_abs(), exponent - other_exponent)?.rest {
            Some((rest, _)) => Self::signed(rest, one < 0, exponent.min(other_exponent)),
            None => Some(self),
        }
    }

    /// Returns the whole quotient, rounded towards zero, if it has not too many digits; none of zero.
    pub fn div_whole(self, other: Self) -> Option<Self> {
        let ((one, exponent), (other, other_exponent)) = (self.parts(), other.parts());
        let divided = divide_whole(one.unsigned_abs(), other.unsigned_abs(), exponent - other_exponent)?;
        Self::signed(divided.quotient?, (one < 0) != (other < 0), divided.zeros)
    }

    /// Returns the number without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        let (digits, exponent) = self.parts();
        Self::packed(digits.abs(), exponent)
    }

    /// Returns the number with at most so many digits after the point, rounded half to even.
    #[must_use]
    pub fn round(self, digits: u32) -> Self {
        let (number, exponent) = self.parts();
        let after = u32::try_from(-exponent).unwrap_or(0);
        let Some(dropped) = after.checked_sub(digits).filter(|dropped| *dropped > 0) else { return self };
        // A power that does not fit is more than twice any number.
        let rounded = 10_u128.checked_pow(dropped).map_or(0, |power| half_even(number.unsigned_abs(), power, false));
        let exponent = exponent + i32::try_from(dropped).unwrap_or(0);
        // It has fewer digits than the number.
        Self::signed(rounded, number < 0, exponent).unwrap_or(self)
    }

    /// Tells whether the number is zero.
    pub fn is_zero(self) -> bool {
        self.parts().0 == 0
    }

    /// Returns a whole number times this one, rounded half to even to a whole number, if it fits.
    pub(super) fn of_whole(self, whole: i128) -> Option<i128> {
        let (number, exponent) = self.parts();
        let product = match u32::try_from(exponent) {
            Ok(_) => return scaled(whole.checked_mul(number)?, exponent),
            Err(_) => Wide::product(whole.unsigned_abs(), number.unsigned_abs()).rounded(exponent.unsigned_abs())?,
        };
        with_sign(product, (whole < 0) != (number < 0))
    }

    /// Returns a whole number of at most 36 digits divided by this one, rounded half to even to a whole number, if it
    /// fits.
    pub(super) fn into_whole(self, whole: i128) -> Option<i128> {
        let (number, exponent) = self.parts();
        let Divided { quotient, zeros, rest } = divide_whole(whole.unsigned_abs(), number.unsigned_abs(), -exponent)?;
        let quotient = quotient?.checked_mul(10_u128.checked_pow(u32::try_from(zeros).ok()?)?)?;
        let half = rest.map_or(Ordering::Less, |(rest, divisor)| rest.cmp(&(divisor - rest)));
        let is_up = half.is_gt() || half.is_eq() && quotient % 2 == 1;
        with_sign(quotient.checked_add(u128::from(is_up))?, (whole < 0) != (number < 0))
    }

    /// Returns the digits with their sign, and the power of ten by which they are multiplied.
    fn parts(self) -> (i128, i32) {
        let bits = i128::from_le_bytes(self.0);
        let exponent = (bits & ((1 << EXPONENT_BITS) - 1)) as i32 + EXPONENTS.start();
        (bits >> EXPONENT_BITS, exponent)
    }

    /// Stores digits that do not end in zero and are in range with their exponent.
    fn packed(digits: i128, exponent: i32) -> Self {
        Self((digits << EXPONENT_BITS | i128::from(exponent - EXPONENTS.start())).to_le_bytes())
    }

    /// Returns the number that digits and an exponent write, if it can be stored.
    fn new(digits: i128, exponent: i32) -> Option<Self> {
        Self::signed(digits.unsigned_abs(), digits < 0, exponent)
    }

    fn signed(digits: u128, is_negative: bool, exponent: i32) -> Option<Self> {
        let (digits, exponent) = without_zeros(digits, exponent);
        let number = i128::try_from(digits).ok().filter(|_| digits < LIMIT && EXPONENTS.contains(&exponent))?;
        Some(Self::packed(if is_negative { -number } else { number }, exponent))
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((one, exponent), (other, other_exponent)) = (self.parts(), other.parts());
        let by_sign = one.signum().cmp(&other.signum());
        if by_sign.is_ne() || one == 0 {
            return by_sign;
        }
        // Where the first digit decides, it does; else the longer number has at most 36 digits, and so has the other
        // once it is as long.
        let size = |number: i128, exponent: i32| digit_count(number.unsigned_abs()).cast_signed() + exponent;
        let by_size = size(one, exponent).cmp(&size(other, other_exponent)).then_with(|| {
            let least = exponent.min(other_exponent);
            let length = |number: i128, exponent: i32| scaled(number.abs(), exponent - least);
            length(one, exponent).cmp(&length(other, other_exponent))
        });
        if one < 0 { by_size.reverse() } else { by_size }
    }
}

impl Neg for Decimal {
    type Output = Self;

    fn neg(self) -> Self {
        let (digits, exponent) = self.parts();
        Self::packed(-digits, exponent)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, exponent) = self.parts();
        let digits = number.unsigned_abs().to_string();
        let plain = match usize::try_from(exponent) {
            Ok(zeros) => format!("{digits}{:0<zeros$}", ""),
            Err(_) => {
                let after = exponent.unsigned_abs() as usize;
                // At least one digit stands before the point.
                let digits = format!("{digits:0>width$}", width = after + 1);
                let (units, fraction) = digits.split_at(digits.len() - after);
                format!("{units}.{fraction}")
            }
        };
        f.pad_integral(number >= 0, "", &plain)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn without_zeros(mut digits: u128, mut exponent: i32) -> (u128, i32) {
    if digits == 0 {
        return (0, 0);
    }
    // Most numbers are short, and short ones are divided much sooner.
    while let Ok(short) = u64::try_from(digits)
        && short.is_multiple_of(10)
    {
        (digits, exponent) = (u128::from(short / 10), exponent + 1);
    }
    while digits.is_multiple_of(10) {
        (digits, exponent) = (digits / 10, exponent + 1);
    }
    (digits, exponent)
}

fn with_sign(number: u128, is_negative: bool) -> Option<i128> {
    let number = i128::try_from(number).ok()?;
    Some(if is_negative { -number } else { number })
}

/// Returns a number times a power of ten, if it fits.
fn scaled(number: i128, exponent: i32) -> Option<i128> {
    number.checked_mul(10_i128.checked_pow(u32::try_from(exponent).ok()?)?)
}

/// Returns how many digits a number has; zero has none.
fn digit_count(number: u128) -> u32 {
    number.checked_ilog10().map_or(0, |power| power + 1)
}

/// Divides by a power of ten and rounds half to even; `is_more` tells that the number is a little greater than written.
fn half_even(number: u128, power: u128, is_more: bool) -> u128 {
    let (whole, rest) = (number / power, number % power);
    let is_up = match (rest * 2).cmp(&power) {
        Ordering::Less => false,
        Ordering::Equal => is_more || whole % 2 == 1,
        Ordering::Greater => true,
    };
    whole + u128::from(is_up)
}

/// What a division to a whole number gives.
struct Divided {
    /// The digits of the quotient, if they fit in 128 bits, and the zeros that follow them.
    quotient: Option<u128>,
    zeros: i32,
    /// What is left of the dividend, in units of the finer of the two numbers, and the divisor in the same units;
    /// nothing where the divisor is too great for 128 bits, and therefore greater than twice the dividend.
    rest: Option<(u128, u128)>,
}

/// Divides `dividend * 10^exponent` by a number to a whole one, rounded towards zero; nothing where that is zero.
fn divide_whole(dividend: u128, divisor: u128, exponent: i32) -> Option<Divided> {
    let (mut quotient, mut rest) = (Some(dividend.checked_div(divisor)?), dividend.checked_rem(divisor)?);
    if exponent < 0 {
        let divisor = 10_u128.checked_pow(exponent.unsigned_abs()).and_then(|power| divisor.checked_mul(power));
        let divided = divisor.map(|divisor| (dividend / divisor, (dividend % divisor, divisor)));
        let (quotient, rest) = divided.map_or((0, None), |(quotient, rest)| (quotient, Some(rest)));
        return Some(Divided { quotient: Some(quotient), zeros: 0, rest });
    }
    // Zeros are written only where another digit follows them.
    let mut zeros = 0;
    for left in (0..exponent).rev() {
        if rest == 0 {
            zeros += left + 1;
            break;
        }
        // The remainder is less than the divisor, which has 36 digits at most.
        let part = rest * 10;
        rest = part % divisor;
        zeros += 1;
        if part >= divisor {
            let power = 10_u128.checked_pow(zeros.cast_unsigned());
            quotient = quotient.zip(power).and_then(|(quotient, power)| {
                let shifted = if quotient == 0 { 0 } else { quotient.checked_mul(power)? };
                shifted.checked_add(part / divisor)
            });
            zeros = 0;
        }
    }
    Some(Divided { quotient, zeros, rest: Some((rest, divisor)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).expect(text)
    }

    #[test]
    fn a_number_is_what_is_written() {
        let cases = [
            ("0.1", "0.1"),
            ("+2.50", "2.5"),
            ("1e2", "100"),
            ("-.2", "-0.2"),
            ("-0.0", "0"),
            ("5.", "5"),
            ("12.5E-3", "0.0125"),
            ("0x1F", "31"),
            ("0o17", "15"),
            ("012", "12"),
            ("9999999999999999999999999999", "9999999999999999999999999999"),
            ("10000000000000000000000000000", "10000000000000000000000000000"),
            ("0.00000000000000000000000000001", "0.00000000000000000000000000001"),
            ("0e99999999999999999999", "0"),
        ];
        for (text, shown) in cases {
            assert_eq!(number(text).to_string(), shown, "{text}");
        }
        let none = [
            ".inf",
            "-.INF",
            ".nan",
            "",
            "abc",
            "1_000",
            "0x",
            "0xfffffffffffffffff",
            "1e99999999999999999999",
            "1e99",
            "1e-99",
            "12345678901234567890123456789",
            "1.2345678901234567890123456789",
            "1e",
            ".",
            "１",
            "true",
        ];
        for text in none {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn sums_and_products_are_exact() {
        let sum = number("0.1").checked_add(number("0.1")).and_then(|sum| sum.checked_add(number("0.5")));
        assert_eq!(sum.and_then(|sum| sum.checked_sub(number("0.5"))), Some(number("0.2")));
        assert_eq!(number("1.0"), number("1"));
        assert!(number("-2") < number("-1.5") && number("1e20") > number("99.9"));
        assert_eq!(number("5").checked_div(number("2")), Some(number("2.5")));
        assert_eq!(
            number("1").checked_div(number("300")).expect("a quotient").to_string(),
            "0.003333333333333333333333333333"
        );
        assert_eq!(number("1").checked_div(number("0")), None);
        assert_eq!(number("-7").checked_rem(number("2")), Some(number("-1")));
        assert_eq!(number("-7").div_whole(number("2")), Some(number("-3")));
        assert_eq!(number("2.5").round(0), number("2"));
        assert_eq!([number("3.0").to_int(), number("3.5").to_int(), number("1e19").to_int()], [Some(3), None, None]);
        assert_eq!(
            [i64::MIN, -1, 0, i64::MAX].map(|n| Decimal::from_int(n).to_int()),
            [i64::MIN, -1, 0, i64::MAX].map(Some)
        );
        assert_eq!(size_of::<Decimal>(), 16);
    }
    /// Each line has an operation, its operands and its result, or `-` for none; made with another implementation.
    #[test]
    fn arithmetic_agrees_with_an_independent_table() {
        for line in include_str!("tables/decimal.tsv").lines() {
            let [operation, one, other, expected] = *line.split('\t').collect::<Vec<_>>() else { panic!("{line}") };
            let (one, other) = (number(one), number(other));
            let result = match operation {
                "add" => one.checked_add(other),
                "sub" => one.checked_sub(other),
                "mul" => one.checked_mul(other),
                "div" => one.checked_div(other),
                "rem" => one.checked_rem(other),
                "whole" => one.div_whole(other),
                "round" => Some(one.round(u32::try_from(other.to_int().expect(line)).expect(line))),
                "cmp" => {
                    let expected = ["<", "=", ">"].iter().position(|sign| *sign == expected).expect(line);
                    assert_eq!(one.cmp(&other) as i8 + 1, expected as i8, "{line}");
                    assert_eq!(one.cmp(&other).is_eq(), one == other, "{line}");
                    continue;
                }
                _ => panic!("{line}"),
            };
            assert_eq!(result.map_or("-".to_owned(), |result| result.to_string()), expected, "{line}");
        }
    }

    #[test]
    fn operations_undo_each_other_and_order_is_that_of_differences() {
        let mut numbers: Vec<Decimal> =
            ["0", "1", "-1", "0.1", "99.95", "-1e-20", "3e40", "1e63", "1e-64"].map(number).into();
        numbers.extend([i64::MIN, i64::MAX].map(Decimal::from_int));
        for one in &numbers {
            assert_eq!((-*one).abs(), one.abs());
            assert_eq!(Decimal::parse(&one.to_string()), Some(*one));
            for other in &numbers {
                if let Some(sum) = one.checked_add(*other) {
                    assert_eq!(sum.checked_sub(*other), Some(*one), "{one} {other}");
                }
                if let Some(product) = one.checked_mul(*other).filter(|product| !product.is_zero()) {
                    assert_eq!(product.checked_div(*other), Some(*one), "{one} {other}");
                }
                if let Some(difference) = one.checked_sub(*other) {
                    assert_eq!(difference.cmp(&number("0")), one.cmp(other), "{one} {other}");
                }
                assert_eq!(one.checked_rem(*other).is_none(), other.is_zero());
            }
        }
    }

    /// The longest text of a number costs one look at each of its characters.
    #[test]
    fn long_writings_of_short_numbers_are_read() {
        let zeros = "0".repeat(100_000);
        assert_eq!(Decimal::parse(&format!("{zeros}12.50{zeros}")), Some(number("12.5")));
        assert_eq!(Decimal::parse(&format!("1{zeros}e-100000")), Some(number("1")));
        assert_eq!(Decimal::parse(&format!("0.{zeros}1e100001")), Some(number("1")));
        assert_eq!(Decimal::parse(&format!("1{zeros}")), None);
    }
}

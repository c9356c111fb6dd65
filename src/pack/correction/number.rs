//! Numbers as people write them: with commas, units and the large numerals of Korean.

use crate::evidence::{Kind, core_kind};

/// What is counted, and what says that a number is a share. Units of time are none: the field may count another unit.
const UNITS: [&str; 17] =
    ["명", "인", "개", "건", "회", "번", "대", "점", "원", "종", "곳", "호", "부", "차", "%", "퍼센트", "percent"];
const MYRIADS: [(&str, u128); 3] = [("만", 10_000), ("억", 100_000_000), ("조", 1_000_000_000_000)];
const TENS: [(&str, u128); 3] = [("십", 10), ("백", 100), ("천", 1_000)];

/// A decimal number: its digits without the point, and how many of them stand after it.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScaledNumber {
    digits: u128,
    places: u32,
}

impl ScaledNumber {
    /// Returns the number times a unit, if that is whole.
    pub(super) fn times(self, unit: u128) -> Option<u128> {
        let (product, scale) = (self.digits.checked_mul(unit)?, 10_u128.checked_pow(self.places)?);
        product.is_multiple_of(scale).then(|| product / scale)
    }
}

/// Returns the plain form of a number.
pub(super) fn number(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let bare = UNITS.iter().find_map(|unit| lower.strip_suffix(unit)).unwrap_or(&lower).trim_end();
    if matches!(core_kind(bare), Kind::Integer | Kind::Float) {
        return Some(bare.to_owned());
    }
    let (sign, unsigned) = match bare.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", bare),
    };
    let mut rest = unsigned;
    let first = decimal(&mut rest)?;
    if rest.is_empty() {
        let plain: String = unsigned.chars().filter(|c| !matches!(c, ',' | '_' | ' ')).collect();
        return Some(format!("{sign}{plain}"));
    }
    numerals(first, rest).map(|number| format!("{sign}{number}"))
}

/// Adds up such as `1억 2,000만`.
fn numerals(first: ScaledNumber, mut rest: &str) -> Option<u128> {
    let mut number = first;
    let (mut sum, mut last) = (0_u128, u128::MAX);
    loop {
        let tens = take(&mut rest, &TENS).unwrap_or(1);
        let unit = take(&mut rest, &MYRIADS).unwrap_or(1);
        // Larger numerals come first, each once.
        if unit >= last {
            return None;
        }
        last = unit;
        sum = sum.checked_add(number.times(tens.checked_mul(unit)?)?)?;
        rest = rest.trim_start();
        if rest.is_empty() {
            return Some(sum);
        }
        number = decimal(&mut rest)?;
    }
}

fn take(rest: &mut &str, names: &[(&str, u128)]) -> Option<u128> {
    let (after, number) = names.iter().find_map(|(name, number)| Some((rest.strip_prefix(name)?, *number)))?;
    *rest = after;
    Some(number)
}

/// Reads digits, in groups of three if they are grouped, and a fraction.
pub(super) fn decimal(rest: &mut &str) -> Option<ScaledNumber> {
    let text = *rest;
    let run = |at: usize| text.bytes().skip(at).take_while(u8::is_ascii_digit).count();
    let mut end = run(0);
    let mut digits = text.get(..end)?.to_owned();
    let separator = text.get(end..)?.chars().next().filter(|c| end <= 3 && matches!(c, ',' | '_' | ' '));
    while let Some(separator) = separator {
        let group = text.get(end..)?.strip_prefix(separator).map(|_| run(end + 1));
        match group {
            Some(3) => {
                digits.push_str(text.get(end + 1..end + 4)?);
                end += 4;
            }
            // A number follows, or a comma that groups nothing.
            Some(1..) if separator != ' ' => return None,
            Some(_) | None => break,
        }
    }
    let mut places = 0;
    if text.get(end..)?.starts_with('.') {
        places = run(end + 1);
        digits.push_str(text.get(end + 1..end + 1 + places)?);
        end += 1 + places;
    }
    *rest = text.get(end..)?;
    Some(ScaledNumber { digits: digits.parse().ok()?, places: u32::try_from(places).ok()? })
}

//! The YAML 1.2 core schema for plain scalars: which text is a null, a boolean or a number.

use super::Kind;

/// Returns the kind that the core schema (YAML 1.2.2, section 10.3.2) gives an untagged plain scalar.
pub fn core_kind(text: &str) -> Kind {
    match text.as_bytes() {
        [] | [b'~'] => Kind::Null,
        _ if matches!(text, "null" | "Null" | "NULL") => Kind::Null,
        _ if matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE") => Kind::Boolean,
        [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => number_kind(text),
        _ => Kind::Text,
    }
}

/// Returns the integer that `text` writes in decimal, octal (`0o`) or hexadecimal (`0x`), if it fits.
pub(super) fn integer(text: &str) -> Option<i64> {
    let (digits, radix) = match (text.strip_prefix("0x"), text.strip_prefix("0o")) {
        (Some(digits), _) => (digits, 16),
        (None, Some(digits)) => (digits, 8),
        (None, None) => return text.parse().ok(),
    };
    // A sign is read by `from_str_radix`, and none is written there.
    if digits.starts_with(['+', '-']) { None } else { i64::from_str_radix(digits, radix).ok() }
}

/// Returns the whole number that `text` writes, if it fits; `1000.0` and `1e3` are whole, as in JSON Schema.
pub(crate) fn whole(text: &str) -> Option<i64> {
    if let Some(number) = integer(text) {
        return Some(number);
    }
    let (sign, unsigned) = match text.as_bytes().first()? {
        b'-' => (-1, text.get(1..)?),
        b'+' => (1, text.get(1..)?),
        _ => (1, text),
    };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (units, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let power = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if power.is_empty() || ![units, fraction, power].into_iter().all(is_number) {
        return None;
    }
    let digits = [units, fraction].concat();
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return (!digits.is_empty()).then_some(0);
    }
    // What stands for the zeros that were cut off, and for the point.
    let zeros = i64::try_from(digits.len() - significant.len()).ok()?;
    let exponent =
        exponent.parse::<i64>().ok()?.checked_add(zeros)?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    let scale = 10_i128.checked_pow(u32::try_from(exponent).ok()?)?;
    let number = significant.trim_start_matches('0').parse::<i128>().ok()?.checked_mul(scale)?;
    i64::try_from(sign * number).ok()
}

/// Returns the floating point number that `text` writes, `.inf` and `.nan` included.
pub(crate) fn float(text: &str) -> Option<f64> {
    match text.to_ascii_lowercase().as_str() {
        ".inf" | "+.inf" => Some(f64::INFINITY),
        "-.inf" => Some(f64::NEG_INFINITY),
        ".nan" => Some(f64::NAN),
        _ => match integer(text) {
            Some(whole) => Some(whole as f64),
            None => text.parse().ok(),
        },
    }
}

fn number_kind(text: &str) -> Kind {
    if let Some(digits) = text.strip_prefix("0o") {
        return integer_if(!digits.is_empty() && digits.bytes().all(|b| (b'0'..=b'7').contains(&b)));
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return integer_if(!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit()));
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Kind::Float;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Kind::Float;
    }
    decimal_kind(unsigned)
}

/// Judges `[0-9]+` and `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`.
fn decimal_kind(text: &str) -> Kind {
    let (whole, rest) = split_digits(text);
    if rest.is_empty() {
        return integer_if(!whole.is_empty());
    }
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => split_digits(rest),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return Kind::Text;
    }
    let Some(exponent) = rest.strip_prefix(['e', 'E']) else {
        return if rest.is_empty() { Kind::Float } else { Kind::Text };
    };
    let (digits, rest) = split_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    if rest.is_empty() && !digits.is_empty() { Kind::Float } else { Kind::Text }
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

fn integer_if(is: bool) -> Kind {
    if is { Kind::Integer } else { Kind::Text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_have_the_kinds_of_the_core_schema() {
        let cases = [
            (Kind::Null, &["", "~", "null", "Null", "NULL"][..]),
            (Kind::Boolean, &["true", "True", "FALSE"]),
            (Kind::Integer, &["0", "-19", "+7", "0o14", "0x1F", "012", "99999999999999999999"]),
            (Kind::Float, &["1.", ".5", "-1.5e3", "1e5", ".inf", "-.INF", ".nan"]),
            // The traps of YAML 1.1: none of these is a number or a boolean here.
            (Kind::Text, &["13:44", "08:30", "yes", "no", "on", "off", "y", "1_000", "0b101", "2024-05-13"]),
            (Kind::Text, &["-", "+", ".", "e5", "1e", "0o8", "0x", "tRue", "nil", "1.2.3", "--1"]),
        ];
        for (kind, texts) in cases {
            for text in texts {
                assert_eq!(core_kind(text), kind, "{text:?}");
            }
        }
    }

    #[test]
    fn numbers_keep_their_value() {
        assert_eq!(integer("0o14"), Some(12));
        assert_eq!(integer("0xff"), Some(255));
        assert_eq!(integer("+7"), Some(7));
        assert_eq!(integer("99999999999999999999"), None);
        let whole_numbers = [
            ("1000.0", Some(1000)),
            ("1e3", Some(1000)),
            ("+1.50E1", Some(15)),
            ("12300e-2", Some(123)),
            ("-.5e1", Some(-5)),
            ("5.", Some(5)),
            ("-0.0", Some(0)),
            ("0e99999999999999999999", Some(0)),
            ("9007199254740993.0", Some(9_007_199_254_740_993)),
            ("9223372036854775807.000", Some(i64::MAX)),
            ("-9223372036854775808e0", Some(i64::MIN)),
            ("9223372036854775808.0", None),
            ("1e19", None),
            ("1e99999999999999999999", None),
            ("1000.5", None),
            ("1e-3", None),
            ("12345e-2", None),
            (".inf", None),
            (".nan", None),
            (".", None),
            ("0e", None),
            ("0exyz", None),
            ("0.0e+", None),
            ("0x-5", None),
            ("0o+7", None),
        ];
        for (text, number) in whole_numbers {
            assert_eq!(whole(text), number, "{text}");
        }
        assert_eq!(whole(&format!("1{}e-100000", "0".repeat(100_001))), Some(10));
        assert_eq!(float("-1.5e3"), Some(-1500.0));
        assert_eq!(float("-.Inf"), Some(f64::NEG_INFINITY));
    }
}

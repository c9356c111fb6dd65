//! Parameters: the numbers of a pack, each with a default, a range and where it comes from.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Result;

use super::correction::corrected;
use super::literal::{Literal, LiteralReader};
use super::manifest::Manifest;
use super::metadata::BasisStatus;
use super::refused::{meant_or, refused};
use super::schema::{Format, ShapeKind};
use super::wording::grouped;
use crate::evidence::{Day, Decimal, Length, Shown, nearest_of, whole};
use crate::language::{Text, text};

/// A number, date or duration that rules read instead of writing it down.
#[derive(Debug)]
pub struct Parameter {
    /// What kind of value it is.
    pub value_type: ValueType,
    /// The default, as written.
    pub value: Scalar,
    /// What it limits.
    pub title: Text,
    /// The unit of an integer or number.
    pub unit: Option<Text>,
    /// How sure its source is.
    pub basis: BasisStatus,
    /// Where it comes from, one line.
    pub source: Text,
    /// The smallest value allowed.
    pub minimum: Option<Scalar>,
    /// The largest value allowed.
    pub maximum: Option<Scalar>,
}

/// The kinds of parameter values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// An ISO 8601 duration such as `PT5M`.
    Duration,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A date such as `2025-03-28`.
    Date,
    /// Text.
    Text,
}

/// A scalar of `pack.yaml` as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar(String);

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub enum ParameterValue {
    /// A length of time.
    Duration(Length),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(Decimal),
    /// A date.
    Date(Day),
    /// Text.
    Text(String),
}

impl fmt::Display for ParameterValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duration(length) => write!(f, "{length}"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Date(day) => write!(f, "{day}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl Parameter {
    /// Reads a parameter of `pack.yaml`.
    pub(super) fn from_literal(reader: &mut LiteralReader, literal: &Literal, path: &str) -> Option<Self> {
        let mut fields = reader.fields(literal, path)?;
        let value_type = fields.required(reader, "type").and_then(|(value, path)| {
            let words = [
                ("duration", ValueType::Duration),
                ("integer", ValueType::Integer),
                ("number", ValueType::Number),
                ("date", ValueType::Date),
                ("text", ValueType::Text),
            ];
            reader.word(value, &path, &words)
        });
        let scalar = |reader: &mut LiteralReader, found: Option<(&Literal, String)>| {
            found.and_then(|(value, path)| Some((Scalar(reader.scalar(value, &path)?), value.at, path)))
        };
        let found = fields.required(reader, "value");
        let value = scalar(reader, found);
        let title = fields.required(reader, "title").and_then(|(value, path)| reader.both(value, &path));
        let unit = fields.optional("unit").and_then(|(value, path)| reader.both(value, &path));
        let basis = fields.required(reader, "basis").and_then(|(value, path)| BasisStatus::read(reader, value, &path));
        let source = fields.required(reader, "source").and_then(|(value, path)| reader.one(value, &path));
        let (minimum, maximum) = (fields.optional("minimum"), fields.optional("maximum"));
        let (minimum, maximum) = (scalar(reader, minimum), scalar(reader, maximum));
        fields.finish(reader);
        let parameter = Self {
            value_type: value_type?,
            value: value.clone()?.0,
            title: title?,
            unit,
            basis: basis?,
            source: source?,
            minimum: minimum.clone().map(|(minimum, ..)| minimum),
            maximum: maximum.clone().map(|(maximum, ..)| maximum),
        };
        let mut is_readable = true;
        for (limit, at, path) in [minimum, maximum].into_iter().flatten() {
            if let Err(error) = parameter.parse(&limit.0) {
                is_readable = false;
                reader.mistake(at, text!("{path}: {error}", "{path}: {error}"; error), None);
            }
        }
        let (_, at, path) = value?;
        if let Err(error) = parameter.default_value()
            && is_readable
        {
            reader.mistake(at, text!("{path}: {error}", "{path}: {error}"; error), None);
        }
        Some(parameter)
    }

    /// Returns the default.
    ///
    /// # Errors
    /// The default is not of its own type or outside its range.
    pub fn default_value(&self) -> Result<ParameterValue, Text> {
        self.read(&self.value.0)
    }

    /// Reads a value for this parameter.
    ///
    /// # Errors
    /// The text is not of the parameter's type, or outside its range.
    pub fn read(&self, text: &str) -> Result<ParameterValue, Text> {
        let value = self.parse(text)?;
        let limit = |written: &Option<Scalar>| written.as_ref().map(|limit| self.parse(&limit.0)).transpose();
        if limit(&self.minimum)?.is_some_and(|minimum| value < minimum) {
            let limit = self.minimum.as_ref().map_or("", |limit| &limit.0);
            return Err(text!("`{text}` is below the minimum of {limit}", "최솟값 {limit}보다 작음: `{text}`"));
        }
        if limit(&self.maximum)?.is_some_and(|maximum| value > maximum) {
            let limit = self.maximum.as_ref().map_or("", |limit| &limit.0);
            return Err(text!("`{text}` is above the maximum of {limit}", "최댓값 {limit}보다 큼: `{text}`"));
        }
        Ok(value)
    }

    /// Returns a value with its unit: `10000000000 won`, and in Korean `100억 원(10,000,000,000원)`.
    pub fn in_words(&self, value: &ParameterValue) -> Text {
        let unit = self.unit.clone().unwrap_or_default();
        let (en, ko) = match value {
            ParameterValue::Duration(length) => return length.words(),
            ParameterValue::Date(day) => return day.words(),
            ParameterValue::Text(text) => return Text::same(text),
            ParameterValue::Integer(number) => (number.to_string(), number.to_string()),
            ParameterValue::Number(number) => (number.to_string(), number.to_string()),
        };
        let ko = format!("{}{}", grouped(&ko), unit.ko);
        let ko = match value {
            ParameterValue::Integer(number) => {
                in_large_units(*number).map_or(ko.clone(), |words| format!("{words} {}({ko})", unit.ko))
            }
            _ => ko,
        };
        Text::new(format!("{en} {}", unit.en).trim_end(), ko)
    }

    fn parse(&self, text: &str) -> Result<ParameterValue, Text> {
        let value = match self.value_type {
            ValueType::Duration => Length::parse(text).map(ParameterValue::Duration),
            ValueType::Integer => whole(text).map(ParameterValue::Integer),
            ValueType::Number => Decimal::parse(text).map(ParameterValue::Number),
            ValueType::Date => Day::parse(text).map(ParameterValue::Date),
            ValueType::Text => Some(ParameterValue::Text(text.to_owned())),
        };
        value.ok_or_else(|| self.refusal(text))
    }

    /// Says what is expected where a text is not of the type of the parameter.
    fn refusal(&self, text: &str) -> Text {
        let expected = match self.value_type {
            ValueType::Duration => text!("an ISO 8601 duration such as PT5M", "ISO 8601 형식의 시간 길이(예: PT5M)"),
            ValueType::Integer => text!("a whole number", "정수"),
            ValueType::Number => text!("a number", "숫자"),
            ValueType::Date => text!("a date such as 2025-03-28", "날짜(예: 2025-03-28)"),
            ValueType::Text => text!("text", "문자열"),
        };
        let kind = match self.value_type {
            ValueType::Duration => ShapeKind::Formatted(Format::Duration),
            ValueType::Integer => ShapeKind::Integer { min: i64::MIN, max: i64::MAX },
            ValueType::Number => ShapeKind::Number { min: None, max: None },
            ValueType::Date => ShapeKind::Formatted(Format::Date),
            ValueType::Text => ShapeKind::Text { min: 0, max: usize::MAX },
        };
        match corrected(&kind, text) {
            Some(correction) => {
                let question = correction.question();
                text!(
                    "expected {expected}, found `{text}`; {question}",
                    "{expected} 필요. 현재: `{text}`. {question}"; expected, question
                )
            }
            None => text!("expected {expected}, found `{text}`", "{expected} 필요. 현재: `{text}`"; expected),
        }
    }
}

/// Returns a number of whole hundred millions as it is read in Korean: `1조 500억`.
fn in_large_units(number: i64) -> Option<String> {
    let (trillions, rest) = (number / 1_000_000_000_000, number % 1_000_000_000_000);
    if number < 100_000_000 || rest % 100_000_000 != 0 {
        return None;
    }
    let parts = [(trillions, "조"), (rest / 100_000_000, "억")];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    Some(parts.map(|(count, unit)| format!("{}{unit}", grouped(&count.to_string()))).collect::<Vec<_>>().join(" "))
}

/// The values in force for one run, by name.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    values: BTreeMap<String, ParameterValue>,
    /// Those that differ from the default of the pack.
    changed: BTreeMap<String, ParameterValue>,
}

impl Parameters {
    /// Takes the defaults of a pack and the settings `NAME=VALUE` of the person who runs it.
    ///
    /// # Errors
    /// A setting names no parameter, or its value is not allowed.
    pub fn new(manifest: &Manifest, settings: &[String]) -> Result<Self> {
        let mut parameters = Self::default();
        for (name, parameter) in &manifest.parameters {
            parameters.values.insert(name.clone(), parameter.default_value().map_err(refused)?);
        }
        for setting in settings {
            let Some((name, text)) = setting.split_once('=') else {
                let setting = Shown::of(setting);
                return Err(refused(text!(
                    "--param {setting}: write it as NAME=VALUE, for example detection_delay=PT3M",
                    "--param {setting}: NAME=VALUE 형식으로 쓸 것(예: detection_delay=PT3M)"
                )));
            };
            let Some(parameter) = manifest.parameters.get(name) else {
                let known: Vec<&str> = manifest.parameters.keys().map(String::as_str).collect();
                let hint = meant_or(nearest_of(name, known.iter().copied()), || {
                    let known = known.join(", ");
                    text!("it has: {known}", "있는 기준값: {known}")
                });
                let (pack, name) = (&manifest.id, Shown::of(name));
                return Err(refused(text!(
                    "--param {name}: no such parameter in pack {pack}; {hint}",
                    "--param {name}: 점검기준 {pack}에 없는 기준값임. {hint}"; hint
                )));
            };
            let wrong =
                |mistake: Text| refused(text!("--param {name}: {mistake}", "--param {name}: {mistake}"; mistake));
            let value = parameter.read(text).map_err(wrong)?;
            if parameters.values.insert(name.to_owned(), value.clone()) != Some(value.clone()) {
                parameters.changed.insert(name.to_owned(), value);
            }
        }
        Ok(parameters)
    }

    /// Returns the value of a parameter.
    pub fn get(&self, name: &str) -> Option<&ParameterValue> {
        self.values.get(name)
    }

    /// Returns the parameters that differ from the pack's defaults.
    pub fn changed(&self) -> &BTreeMap<String, ParameterValue> {
        &self.changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_exact_as_in_rules() {
        let scalar = |text: &str| Scalar(text.to_owned());
        let parameter = Parameter {
            value_type: ValueType::Number,
            value: scalar("0.5"),
            title: Text::same("Share"),
            unit: None,
            basis: BasisStatus::Own,
            source: Text::same("test"),
            minimum: Some(scalar("0.1")),
            maximum: Some(scalar("0.3")),
        };
        let read = |text: &str| parameter.read(text).map(|value| value.to_string());
        assert_eq!(read("0.123456789012345678901").as_deref(), Ok("0.123456789012345678901"));
        assert_eq!(read("0.30").as_deref(), Ok("0.3"));
        assert!(read("0.3000000000000000000001").is_err_and(|error| error.en.contains("above the maximum of 0.3")));
        assert!(read("0.0999999999999999999999").is_err_and(|error| error.en.contains("below the minimum of 0.1")));
        for text in ["1e100", ".inf", ".nan", "half"] {
            assert!(read(text).is_err_and(|error| error.en.contains("expected a number")), "{text}");
        }
    }
}

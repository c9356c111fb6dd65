//! The part of JSON Schema 2020-12 that `evidence.schema.yaml` may use, as written.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::language::Text;

/// One schema object; any other keyword is refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct RawSchema {
    #[serde(rename = "$schema", default)]
    pub(super) _schema: Option<String>,
    #[serde(rename = "$id", default)]
    pub(super) _id: Option<String>,
    #[serde(rename = "$ref", default)]
    pub(super) reference: Option<String>,
    #[serde(rename = "$defs", default)]
    pub(super) definitions: BTreeMap<String, Self>,
    #[serde(default)]
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(rename = "x-ko", default)]
    pub(super) korean: Option<Korean>,
    #[serde(rename = "type", default)]
    pub(super) type_name: Option<TypeName>,
    #[serde(default)]
    pub(super) properties: BTreeMap<String, Self>,
    #[serde(default)]
    pub(super) additional_properties: Option<bool>,
    #[serde(default)]
    pub(super) items: Option<Box<Self>>,
    #[serde(rename = "enum", default)]
    pub(super) choices: Vec<String>,
    #[serde(default)]
    pub(super) format: Option<FormatName>,
    #[serde(default)]
    pub(super) minimum: Option<f64>,
    #[serde(default)]
    pub(super) maximum: Option<f64>,
    #[serde(default)]
    pub(super) min_length: Option<usize>,
    #[serde(default)]
    pub(super) max_length: Option<usize>,
    #[serde(default)]
    pub(super) examples: Vec<serde_yaml::Value>,
}

/// Korean wording beside the standard `title` and `description`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Korean {
    #[serde(default)]
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TypeName {
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum FormatName {
    DateTime,
    Date,
    Duration,
    Sha256,
}

impl RawSchema {
    pub(super) fn title(&self) -> Option<Text> {
        let ko = self.korean.as_ref().and_then(|korean| korean.title.as_deref());
        both(self.title.as_deref(), ko)
    }

    pub(super) fn description(&self) -> Option<Text> {
        let ko = self.korean.as_ref().and_then(|korean| korean.description.as_deref());
        both(self.description.as_deref(), ko)
    }

    /// Returns the first example as it would be written in YAML, on one line.
    pub(super) fn example(&self) -> Option<String> {
        one_line(self.examples.first()?)
    }
}

fn both(en: Option<&str>, ko: Option<&str>) -> Option<Text> {
    let en = en.or(ko)?;
    Some(Text::new(en, ko.unwrap_or(en)))
}

fn one_line(value: &serde_yaml::Value) -> Option<String> {
    if let serde_yaml::Value::Sequence(items) = value {
        let items: Vec<String> = items.iter().filter_map(one_line).collect();
        return Some(format!("[{}]", items.join(", ")));
    }
    Some(serde_yaml::to_string(value).ok()?.trim().to_owned()).filter(|written| !written.contains('\n'))
}

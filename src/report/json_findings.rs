//! Findings and places as the JSON report writes them.

use serde::Serialize;

use super::json_decisions::{DecisionObject, decision_object};
use crate::assess::{Finding, FindingKind};
use crate::evidence::{Location, Position};
use crate::language::{Language, Text};

#[derive(Serialize)]
pub(super) struct FindingObject<'r> {
    kind: FindingKind,
    subject: &'static str,
    path: &'r str,
    location: Option<PlaceObject<'r>>,
    message: &'r str,
    expected: &'r str,
    found: Option<&'r str>,
    nearest: Option<NearestObject<'r>>,
    related: Vec<RelatedObject<'r>>,
    supply: Option<SupplyObject<'r>>,
    remedy: &'r str,
    script: Option<ScriptObject<'r>>,
    decisions: Vec<DecisionObject<'r>>,
}

#[derive(Serialize)]
struct NearestObject<'r> {
    path: &'r str,
    location: PlaceObject<'r>,
    text: &'r str,
}

#[derive(Serialize)]
struct RelatedObject<'r> {
    path: &'r str,
    location: PlaceObject<'r>,
    line: &'r str,
}

#[derive(Serialize)]
struct SupplyObject<'r> {
    file: &'r str,
    new: bool,
    example: Option<&'r str>,
}

#[derive(Serialize)]
struct ScriptObject<'r> {
    file: &'r str,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
pub(super) struct PlaceObject<'r> {
    file: &'r str,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
}

pub(super) fn finding_object(finding: &Finding, language: Language) -> FindingObject<'_> {
    FindingObject {
        kind: finding.kind,
        subject: if finding.is_in_order { "order" } else { "bundle" },
        path: &finding.path,
        location: finding.location.as_ref().map(place),
        message: finding.message.get(language),
        expected: finding.expected.get(language),
        found: get(finding.found.as_ref(), language),
        nearest: finding.nearest.as_ref().map(|nearest| NearestObject {
            path: &nearest.path,
            location: place(&nearest.location),
            text: nearest.text.get(language),
        }),
        related: finding
            .related
            .iter()
            .map(|related| RelatedObject {
                path: &related.path,
                location: place(&related.location),
                line: &related.line,
            })
            .collect(),
        supply: finding.supply.as_ref().map(|supply| SupplyObject {
            file: &supply.file,
            new: supply.is_new,
            example: supply.example.as_ref().map(|example| example.get(language)),
        }),
        remedy: finding.remedy.get(language),
        script: finding.script.as_ref().map(|script| ScriptObject {
            file: &script.file,
            line: script.line,
            column: script.column,
        }),
        decisions: finding.decisions.iter().map(|decision| decision_object(decision)).collect(),
    }
}

pub(super) fn place(location: &Location) -> PlaceObject<'_> {
    PlaceObject { file: &location.file, start: point(location.start), end: point(location.end) }
}

fn point(position: Position) -> Point {
    Point { line: position.line, column: position.column }
}

pub(super) fn get(text: Option<&Text>, language: Language) -> Option<&str> {
    text.map(|text| text.get(language))
}

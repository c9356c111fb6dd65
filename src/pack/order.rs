//! The order: what the authority decided, as a second tree beside the evidence.

use std::sync::{Arc, OnceLock};

use anyhow::Result;

use super::correction::expected_instead;
use super::known::ORDER_OWN_ID;
use super::manifest::Manifest;
use super::order_facts::OrderFacts;
use super::schema::Schema;
use super::validate::{Tree, is_absent};
use crate::error::Mistakes;
use crate::evidence::{Position, Shown};
use crate::language::{Text, text};
use crate::load::{Limits, document, sha256_hex};

/// The order that a bundle is measured against.
#[derive(Debug)]
pub struct Order {
    /// The tree of its facts.
    pub tree: Arc<Tree>,
    /// The id that the order gives itself.
    pub id: String,
    /// `sha256:` and the digest of the file.
    pub digest: String,
    facts: OnceLock<Arc<OrderFacts>>,
}

impl Order {
    /// Reads an order file and holds it to the schema.
    ///
    /// # Errors
    /// The file is not YAML, has no id, or values in it are unusable or unknown, all of which are named: the yardstick
    /// must be right.
    pub fn read(name: &str, bytes: &[u8], schema: &Schema) -> Result<Self> {
        let document = document(name, bytes, &Limits::default()).map_err(|refused| *refused)?;
        let tree = Tree::order(document, schema);
        let Tree { document, validated, .. } = &tree;
        let unusable = validated.unusable().iter().map(|&node| {
            let shape = validated.shape(node).and_then(|id| schema.shape(id));
            let expected = shape.map(|shape| expected_instead(shape, document.node(node).text())).unwrap_or_default();
            (document.location(node).start, text!("expected {expected}", "필요한 값: {expected}"; expected))
        });
        let unknown = validated.unknown().iter().map(|unknown| {
            let key = Shown::of(document.node(unknown.key).text());
            let message = text!("the key `{key}` is not part of an order", "시정요구에 없는 키임: `{key}`");
            (document.location(unknown.key).start, message)
        });
        let faults = tree.faults(schema).iter();
        let faults = faults.map(|fault| (document.location(fault.node).start, fault.words.clone()));
        let mut mistakes: Vec<(Position, Text)> = unusable.chain(unknown).chain(faults).collect();
        let id = document.root().get(ORDER_OWN_ID).filter(|id| !is_absent(*id));
        let id = id.map(|id| id.text().to_owned()).filter(|id| !id.is_empty());
        if id.is_none() && mistakes.is_empty() {
            let at = document.location(document.root().id()).start;
            mistakes.push((at, text!("an order needs an `id`", "시정요구에 `id`가 없음")));
        }
        mistakes.sort();
        let reported = mistakes.into_iter().map(|(Position { line, column }, message)| {
            text!("{name}:{line}:{column}: {message}", "{name}:{line}:{column}: {message}"; message)
        });
        let Some(id) = id.filter(|_| reported.len() == 0) else { return Err(Mistakes(reported.collect()).into()) };
        let digest = format!("sha256:{}", sha256_hex(bytes));
        Ok(Self { id, digest, tree: Arc::new(tree), facts: OnceLock::new() })
    }

    /// Returns what the program itself reads of the order, by the fields that the manifest of its pack names.
    pub fn facts(&self, manifest: &Manifest) -> &Arc<OrderFacts> {
        self.facts.get_or_init(|| Arc::new(OrderFacts::of(self.tree.document.root(), manifest)))
    }
}

//! The order: what the authority decided, as a second tree beside the evidence.

use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::conform::Tree;
use super::correction::expected_instead;
use super::schema::Schema;
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
}

impl Order {
    /// Reads an order file and holds it to the schema.
    ///
    /// # Errors
    /// The file is not YAML, has no id, or a value in it is unusable or unknown: the yardstick must be right.
    pub fn read(name: &str, bytes: &[u8], schema: &Schema) -> Result<Self> {
        let document = document(name, bytes, &Limits::default()).map_err(|refused| *refused)?;
        let tree = Tree::order(document, schema);
        let Tree { document, conformed } = &tree;
        if let Some(unusable) = conformed.unusable().first() {
            let at = document.location(unusable.node).start;
            let shape = conformed.shape(unusable.node).and_then(|id| schema.shape(id));
            let text = document.node(unusable.node).text();
            let expected = shape.map_or_else(|| unusable.expected.clone(), |shape| expected_instead(shape, text));
            bail!("{name}:{}:{}: expected {}", at.line, at.column, expected.en);
        }
        if let Some(unknown) = conformed.unknown().first() {
            let at = document.location(unknown.key).start;
            let key = document.node(unknown.key).text();
            bail!("{name}:{}:{}: the key `{key}` is not part of an order", at.line, at.column);
        }
        let id = document.root().get("id").map(|id| id.text().to_owned());
        let id = id.filter(|id| !id.is_empty()).with_context(|| format!("{name}: an order needs an `id`"))?;
        Ok(Self { id, digest: format!("sha256:{}", sha256_hex(bytes)), tree: Arc::new(tree) })
    }
}

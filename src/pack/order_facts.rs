//! What the program itself reads of an order: what it is called, whose it is, and which rules it moves.

use std::collections::BTreeSet;

use super::Pack;
use super::known::FieldPath;
use super::manifest::Manifest;
use super::order::Order;
use super::refused::meant_or;
use super::validate::is_absent;
use crate::evidence::{Day, Location, NodeRef, Position, Shown};
use crate::language::{Text, text};

/// The facts of an order that reports repeat, and by which rules count for one verdict or the other.
#[derive(Clone, Debug, Default)]
pub struct OrderFacts {
    /// What it is called, by its kind; an order of no kind is an order.
    pub label: Text,
    /// The number of its document.
    pub document_no: Option<String>,
    /// Who made it.
    pub authority: Option<String>,
    /// To whom it is addressed.
    pub operator: Option<String>,
    /// The law that it rests on.
    pub legal_basis: Option<String>,
    /// The date on which it was announced.
    pub announced_on: Option<Day>,
    /// The date on which the operator was notified of it.
    pub notified_on: Option<Day>,
    /// What it demands.
    pub items: Vec<OrderItem>,
    /// Ids of the rules that it moves to the other verdict.
    pub duties: BTreeSet<String>,
}

/// An item of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderItem {
    /// Its number.
    pub number: String,
    /// Its title, in the languages in which it has one.
    pub title: Text,
}

impl OrderFacts {
    /// Reads the facts of an order from the root of its tree.
    pub(super) fn of(root: NodeRef<'_>, manifest: &Manifest) -> Self {
        let fields = &manifest.fields.of_order;
        let text = |field: &FieldPath| field.text(root).map(|text| text.trim().to_owned());
        let day = |field: &FieldPath| field.text(root).and_then(Day::parse);
        let label = fields.kind.text(root).and_then(|kind| manifest.order_kinds.get(kind.trim()));
        let items = fields.items.node(root).into_iter().flat_map(NodeRef::items).filter_map(OrderItem::of);
        let duties = fields.duties.node(root).into_iter().flat_map(NodeRef::items);
        Self {
            label: label.cloned().unwrap_or_else(|| Text::new("order", "시정요구")),
            document_no: text(&fields.document_no),
            authority: text(&fields.authority),
            operator: text(&fields.operator),
            legal_basis: text(&fields.legal_basis),
            announced_on: day(&fields.announced_on),
            notified_on: day(&fields.notified_on),
            items: items.collect(),
            duties: duties.map(|id| id.text().trim().to_owned()).collect(),
        }
    }
}

impl Pack {
    /// Returns what is wrong with an order by the rules of the pack: those that it moves have to exist.
    pub fn mistakes_in(&self, order: &Order) -> Vec<Text> {
        let document = &order.tree.document;
        let duties = self.manifest.fields.of_order.duties.node(document.root());
        let ids = duties.into_iter().flat_map(NodeRef::items);
        let strange = ids.filter(|node| node.kind().is_scalar() && !self.has_rule(node.text().trim()));
        let reported = strange.map(|node| {
            let Location { file, start: Position { line, column }, .. } = document.location(node.id());
            let (shown, id) = (Shown::of(node.text()), &self.manifest.id);
            let hint = meant_or(self.nearest_rule(node.text()), || {
                text!("`gamsa rules list` shows them all", "`gamsa rules list`로 확인할 것")
            });
            text!(
                "{file}:{line}:{column}: the order moves {shown}, and pack {id} has no such rule; {hint}",
                "{file}:{line}:{column}: 시정요구에서 판정 구분을 바꾼 항목이 규칙 묶음 {id}에 없음: {shown}. {hint}"; hint
            )
        });
        reported.collect()
    }
}

impl OrderItem {
    fn of(node: NodeRef<'_>) -> Option<Self> {
        let text = |key: &str| node.get(key).filter(|node| !is_absent(*node)).map(|node| node.text().trim().to_owned());
        let en = text("title");
        let ko = text("title_ko");
        let title =
            Text { en: en.clone().or_else(|| ko.clone()).unwrap_or_default(), ko: ko.or(en).unwrap_or_default() };
        Some(Self { number: text("number")?, title })
    }
}

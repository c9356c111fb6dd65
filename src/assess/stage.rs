//! The stage that a bundle states: absent, one of the pack, or something that is none.

use super::assessment::Warning;
use crate::evidence::{Kind, Location, NodeRef, Shown};
use crate::language::Text;
use crate::pack::{Pack, Tree};

/// What a bundle states as its stage although the pack has no such stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusableStage {
    /// The JSON Pointer of what is stated.
    pub path: String,
    /// What is stated.
    pub found: Text,
    /// Where it is written.
    pub location: Location,
    /// The id of the stage that was probably meant.
    pub suggestion: Option<String>,
}

/// Returns the stage that a bundle states, if it is one of the pack's.
pub(super) fn stated_stage(tree: &Tree, pack: &Pack) -> Option<String> {
    let node = pack.manifest.fields.stage.node(tree.document.root())?;
    let is_stage = node.kind() == Kind::Text && pack.manifest.stages.iter().any(|stage| stage.id == node.text());
    is_stage.then(|| node.text().to_owned())
}

/// Returns what is stated as the stage, or in the place of what holds it; blank texts state nothing.
fn stated<'t>(tree: &'t Tree, pack: &Pack) -> Option<NodeRef<'t>> {
    let root = tree.document.root();
    let mut node = root;
    for key in pack.manifest.fields.stage.keys() {
        match node.kind() {
            Kind::Mapping => node = node.get(key)?,
            Kind::Null | Kind::Boolean | Kind::Integer | Kind::Float | Kind::Text | Kind::Sequence => break,
        }
    }
    let says_nothing = node.kind() == Kind::Null || node.kind() == Kind::Text && node.text().trim().is_empty();
    (!says_nothing && node.id() != root.id()).then_some(node)
}

impl UnusableStage {
    /// Returns what a bundle states as its stage, if it is none of the pack's.
    pub(super) fn of(tree: &Tree, pack: &Pack) -> Option<Self> {
        let node = stated(tree, pack)?;
        if stated_stage(tree, pack).is_some() {
            return None;
        }
        Some(Self {
            path: tree.document.pointer(node.id()),
            found: tree.words(node.id()),
            location: tree.document.location(node.id()),
            suggestion: pack.stage_meant(node.text()).map(|stage| stage.id.clone()),
        })
    }

    /// Returns what is wrong, as one sentence for the first lines of a report.
    pub fn sentence(&self) -> Text {
        let (en, ko) = (Shown::of(&self.found.en), Shown::of(&self.found.ko));
        match &self.suggestion {
            Some(near) => Text::new(
                format!("the stage `{en}` cannot be used; did you mean {near}?"),
                format!("제출 단계 `{ko}` 값은 사용할 수 없음({near}의 오기인지 확인할 것)"),
            ),
            None => {
                Text::new(format!("the stage `{en}` cannot be used"), format!("제출 단계 `{ko}` 값은 사용할 수 없음"))
            }
        }
    }

    pub(super) fn warning(&self) -> Warning {
        Warning { path: self.path.clone(), location: Some(self.location.clone()), message: self.sentence() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Limits, document};
    use crate::pack::DEFAULT_PACK;

    #[test]
    fn a_stage_is_absent_known_or_unusable() {
        let pack = Pack::open(DEFAULT_PACK).expect("the embedded pack");
        let judge = |text: &str| {
            let document = document("b.yaml", text.as_bytes(), &Limits::default()).expect(text);
            let tree = Tree::bundle(document, &pack.schema);
            let unusable = UnusableStage::of(&tree, &pack);
            (stated_stage(&tree, &pack), unusable.map(|unusable| (unusable.path, unusable.suggestion)))
        };
        for absent in ["", "text", "- a", "submission:", "submission: {stage: }", "submission: {stage: '  '}", "a: 1"] {
            assert_eq!(judge(absent), (None, None), "{absent}");
        }
        assert_eq!(judge("submission: {stage: result}"), (Some("result".to_owned()), None));
        let stage = "/submission/stage";
        for (text, path, meant) in [
            ("submission: {stage: 계획}", stage, Some("plan")),
            ("submission: {stage: Plan}", stage, Some("plan")),
            ("submission: {stage: ' plan'}", stage, Some("plan")),
            ("submission: {stage: 시정 결과}", stage, Some("result")),
            ("submission: {stage: Corrective result}", stage, Some("result")),
            ("submission: {stage: reslt}", stage, Some("result")),
            ("submission: {stage: 2}", stage, None),
            ("submission: {stage: [plan]}", stage, None),
            ("submission: {stage: {plan: true}}", stage, None),
            ("submission: plan", "/submission", Some("plan")),
            ("submission: [plan]", "/submission", None),
        ] {
            assert_eq!(judge(text), (None, Some((path.to_owned(), meant.map(str::to_owned)))), "{text}");
        }
    }
}

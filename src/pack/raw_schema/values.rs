//! The values that keywords take.

use super::reader::SchemaReader;
use crate::evidence::{Kind, NodeRef, Shown, nearest_of};
use crate::language::{Text, text};
use crate::pack::Format;
use crate::pack::assertion::{FORMATS, JsonNumber, Pattern, TypeSet};

impl<'d> SchemaReader<'d, '_> {
    /// Returns the entries of a mapping.
    pub(super) fn entries(&mut self, node: NodeRef<'d>) -> Vec<(NodeRef<'d>, NodeRef<'d>)> {
        if node.kind() != Kind::Mapping {
            self.expected(node, &text!("keys with values", "하위 항목(키와 값)"));
        }
        node.entries().collect()
    }

    /// Returns the items of a list.
    pub(super) fn list(&mut self, node: NodeRef<'d>, of: &Text) -> Vec<NodeRef<'d>> {
        if node.kind() != Kind::Sequence {
            self.expected(node, of);
        }
        node.items().collect()
    }

    pub(super) fn text(&mut self, node: NodeRef<'d>) -> Option<String> {
        if node.kind() != Kind::Text {
            self.expected(node, &text!("text", "문자열"));
            return None;
        }
        Some(node.text().to_owned())
    }

    pub(super) fn names(&mut self, node: NodeRef<'d>) -> Vec<String> {
        let keys = text!(
            "a list of keys, in the schema that has the `properties`",
            "키의 목록(`properties`가 있는 스키마에 쓸 것)"
        );
        let items = self.list(node, &keys);
        items.into_iter().filter_map(|item| self.text(item)).collect()
    }

    pub(super) fn flag(&mut self, node: NodeRef<'d>) -> Option<bool> {
        let flag = node.as_bool();
        if flag.is_none() {
            self.expected(node, &text!("true or false", "true 또는 false"));
        }
        flag
    }

    pub(super) fn count(&mut self, node: NodeRef<'d>) -> Option<usize> {
        let count = node.as_integer().and_then(|count| usize::try_from(count).ok());
        if count.is_none() {
            self.expected(node, &text!("a whole number of 0 or more", "0 이상의 정수"));
        }
        count
    }

    /// Returns a number that limits others.
    pub(super) fn number(&mut self, node: NodeRef<'d>) -> Option<JsonNumber> {
        let number = JsonNumber::parse(node.text()).filter(|_| matches!(node.kind(), Kind::Integer | Kind::Float));
        if number.is_none() {
            self.expected(node, &text!("a number", "숫자"));
        }
        number
    }

    pub(super) fn divisor(&mut self, node: NodeRef<'d>) -> Option<JsonNumber> {
        let number = self.number(node)?;
        if !number.is_divisor() {
            self.expected(
                node,
                &text!("a number of more than 0, of at most 19 digits", "0을 초과하는 19자리 이하의 숫자"),
            );
            return None;
        }
        Some(number)
    }

    /// Returns the types that one name, or a list of names, stands for.
    pub(super) fn types(&mut self, node: NodeRef<'d>) -> Option<TypeSet> {
        let names = if node.kind() == Kind::Sequence { node.items().collect() } else { vec![node] };
        let mut types = TypeSet::NONE;
        for name in &names {
            match TypeSet::named(name.text()).filter(|_| matches!(name.kind(), Kind::Text | Kind::Null)) {
                Some(named) => types = types | named,
                None => self.none_of(*name, &text!("type", "유형"), TypeSet::names().collect()),
            }
        }
        (types != TypeSet::NONE).then_some(types)
    }

    pub(super) fn format(&mut self, node: NodeRef<'d>) -> Option<Format> {
        let format = FORMATS.iter().find(|(name, _)| *name == node.text()).map(|(_, format)| *format);
        if format.is_none() {
            self.none_of(node, &text!("format", "형식"), FORMATS.iter().map(|(name, _)| *name).collect());
        }
        format
    }

    /// Notes that a node names none of some things.
    fn none_of(&mut self, node: NodeRef<'d>, what: &Text, names: Vec<&str>) {
        let all = names.join(", ");
        if node.kind() != Kind::Text {
            return self.expected(node, &text!("one of {all}", "다음 중 하나: {all}"));
        }
        let near = nearest_of(node.text(), names.iter().copied());
        let hint = match near {
            Some(near) => text!("did you mean `{near}`?", "`{near}`의 오기인지 확인할 것"),
            None => text!("it is one of {all}", "쓸 수 있는 것: {all}"),
        };
        let text = Shown::cut(node.text(), 60).into_text();
        self.mistake(node, text!("unknown {what} `{text}`; {hint}", "없는 {what}임: `{text}`. {hint}"; what, hint));
    }

    /// Returns the pattern that a text is, which stands at a node.
    pub(super) fn pattern(&mut self, node: NodeRef<'d>) -> Option<Pattern> {
        let text = self.text(node)?;
        match Pattern::new(&text) {
            Ok(pattern) => Some(pattern),
            Err(reason) => {
                let text = Shown::cut(&text, 100).into_text();
                let message = text!(
                    "the pattern `{text}` cannot be used: {reason}",
                    "사용할 수 없는 정규식임: `{text}`. {reason}"; reason
                );
                self.mistake(node, message);
                None
            }
        }
    }

    /// Notes that something else was expected where a node stands.
    pub(super) fn expected(&mut self, node: NodeRef<'d>, expected: &Text) {
        let found = match node.kind() {
            Kind::Null if node.text().is_empty() => text!("nothing", "빈 값"),
            Kind::Mapping if node.is_empty() => text!("no keys", "빈 값"),
            Kind::Mapping => text!("keys with values", "하위 항목(키와 값)"),
            Kind::Sequence => text!("a list", "목록"),
            _ => Text::same(format!("`{}`", Shown::cut(node.text(), 60).into_text())),
        };
        self.mistake(
            node,
            text!("expected {expected}, found {found}", "{expected} 필요. 현재: {found}"; expected, found),
        );
    }
}

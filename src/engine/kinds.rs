//! The types of values, as sets of them.

use crate::language::Text;

/// Types that an argument may have, or a result has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(pub(super) u16);

impl Kinds {
    pub(super) const NONE: Self = Self(0);
    pub(super) const TEXT: Self = Self(1);
    pub(super) const INTEGER: Self = Self(1 << 1);
    pub(super) const DECIMAL: Self = Self(1 << 2);
    pub(super) const NUMBER: Self = Self(Self::INTEGER.0 | Self::DECIMAL.0);
    pub(super) const BOOLEAN: Self = Self(1 << 3);
    pub(super) const DATE_TIME: Self = Self(1 << 4);
    pub(super) const DATE: Self = Self(1 << 5);
    pub(super) const TIME: Self = Self(1 << 6);
    pub(super) const DURATION: Self = Self(1 << 7);
    pub(super) const LIST: Self = Self(1 << 8);
    pub(super) const MAPPING: Self = Self(1 << 9);
    /// No value at all: a block that ends without one.
    pub(super) const NOTHING: Self = Self(1 << 10);
    pub(super) const SCALAR: Self = Self(0xff);
    /// Those whose values have an order.
    pub(super) const ORDERED: Self = Self(Self::SCALAR.0 & !Self::BOOLEAN.0);
    pub(super) const ANY: Self = Self(0x3ff);

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Tells whether the two have a type in common; whole numbers and fractions are one.
    pub(super) fn meets(self, other: Self) -> bool {
        let widen = |kinds: Self| if kinds.and(Self::NUMBER).is_empty() { kinds } else { kinds.or(Self::NUMBER) };
        !widen(self).and(widen(other)).is_empty()
    }

    /// Returns the types in words, such as "text or a number".
    pub(super) fn words(self) -> Text {
        const NAMES: [(Kinds, &str, &str); 10] = [
            (Kinds::TEXT, "text", "문자열"),
            (Kinds::NUMBER, "a number", "숫자"),
            (Kinds::INTEGER, "a whole number", "정수"),
            (Kinds::BOOLEAN, "true or false", "true/false"),
            (Kinds::DATE_TIME, "a date-time", "일시"),
            (Kinds::DATE, "a date", "날짜"),
            (Kinds::TIME, "a time of day", "시각"),
            (Kinds::DURATION, "a duration", "시간 길이"),
            (Kinds::LIST, "a list", "목록"),
            (Kinds::MAPPING, "a mapping", "키·값 묶음"),
        ];
        if self.and(Self::ANY).is_empty() {
            return Text::new("nothing", "값 없음");
        }
        if self.and(Self::ANY) == Self::SCALAR {
            return Text::new("a single value", "단일 값");
        }
        if self.and(Self::ANY) == Self::ORDERED {
            return Text::new("a value with an order", "대소를 비교할 수 있는 값");
        }
        let has_fractions = !self.and(Self::DECIMAL).is_empty();
        let named = NAMES.iter().filter(|(kinds, ..)| {
            let is_held = !self.and(*kinds).is_empty();
            is_held && (*kinds != Self::NUMBER || has_fractions) && (*kinds != Self::INTEGER || !has_fractions)
        });
        let (en, ko): (Vec<&str>, Vec<&str>) = named.map(|(_, en, ko)| (*en, *ko)).unzip();
        Text::new(en.join(" or "), ko.join(" 또는 "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_read_as_a_list_of_words() {
        assert_eq!(Kinds::TEXT.or(Kinds::NUMBER).words(), Text::new("text or a number", "문자열 또는 숫자"));
        assert_eq!(Kinds::INTEGER.words().en, "a whole number");
        assert_eq!(Kinds::NOTHING.words().en, "nothing");
    }
}

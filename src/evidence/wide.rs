//! Unsigned numbers of 256 bits: what a product of two numbers of 128 bits needs before it is shortened again.

/// Four limbs of 64 bits, the least significant first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wide([u64; 4]);

/// The largest power of ten in a limb, and its exponent.
const LIMB_POWER: (u64, u32) = (10_000_000_000_000_000_000, 19);

impl Wide {
    /// Returns the product of two numbers.
    pub(super) fn product(one: u128, other: u128) -> Self {
        let ([a0, a1], [b0, b1]) = (limbs(one), limbs(other));
        let wide = |a: u64, b: u64| u128::from(a) * u128::from(b);
        let ([low, carry], [p0, p1], [q0, q1], [r0, r1]) =
            (limbs(wide(a0, b0)), limbs(wide(a0, b1)), limbs(wide(a1, b0)), limbs(wide(a1, b1)));
        let [second, carry] = limbs(u128::from(carry) + u128::from(p0) + u128::from(q0));
        let [third, carry] = limbs(u128::from(carry) + u128::from(p1) + u128::from(q1) + u128::from(r0));
        // The product of two numbers of 128 bits fits in 256.
        Self([low, second, third, carry.wrapping_add(r1)])
    }

    /// Returns the number as one of 128 bits, if it fits.
    pub(super) fn narrow(self) -> Option<u128> {
        let [low, high, third, fourth] = self.0;
        (third == 0 && fourth == 0).then(|| u128::from(high) << 64 | u128::from(low))
    }

    /// Returns the quotient and the remainder.
    fn divide(self, divisor: u64) -> (Self, u64) {
        let mut remainder = 0;
        let mut quotient = self.0;
        for limb in quotient.iter_mut().rev() {
            let part = u128::from(remainder) << 64 | u128::from(*limb);
            // The remainder is less than the divisor, so the quotient of each limb fits in one.
            *limb = (part / u128::from(divisor)) as u64;
            remainder = (part % u128::from(divisor)) as u64;
        }
        (Self(quotient), remainder)
    }

    /// Returns the number without the zeros at its decimal end, and how many there were.
    pub(super) fn without_zeros(mut self) -> (Self, u32) {
        let mut zeros = 0;
        while self.0 != [0; 4]
            && let (quotient, 0) = self.divide(10)
        {
            self = quotient;
            zeros += 1;
        }
        (self, zeros)
    }

    /// Returns the number without its last decimal digits, rounded half to even.
    pub(super) fn rounded(mut self, digits: u32) -> Option<u128> {
        // All digits but the first of those that are dropped only tell whether a half is more than a half.
        let (mut is_more, mut left) = (false, digits.checked_sub(1));
        while let Some(count @ 1..) = left {
            let (power, step) = if count >= LIMB_POWER.1 { LIMB_POWER } else { (10_u64.checked_pow(count)?, count) };
            let (quotient, remainder) = self.divide(power);
            self = quotient;
            is_more |= remainder != 0;
            left = Some(count - step);
        }
        let Some(0) = left else { return self.narrow() };
        let (quotient, first) = self.divide(10);
        let whole = quotient.narrow()?;
        let is_up = first > 5 || first == 5 && (is_more || whole % 2 == 1);
        whole.checked_add(u128::from(is_up))
    }
}

fn limbs(number: u128) -> [u64; 2] {
    [number as u64, (number >> 64) as u64]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_keeps_every_bit() {
        assert_eq!(Wide::product(u128::MAX, u128::MAX), Wide([1, 0, u64::MAX - 1, u64::MAX]));
        assert_eq!(Wide::product(1 << 127, 4), Wide([0, 0, 2, 0]));
        assert_eq!(Wide::product(12, 34).narrow(), Some(408));
        assert_eq!(Wide::product(1 << 127, 2).narrow(), None);
        let power = 10_u128.pow(38);
        assert_eq!(Wide::product(power, power).without_zeros(), (Wide([1, 0, 0, 0]), 76));
        assert_eq!(Wide::product(0, power).without_zeros(), (Wide([0; 4]), 0));
    }

    #[test]
    fn halves_are_rounded_to_even() {
        let rounded = |number: u128, digits| Wide::product(number, 1).rounded(digits);
        assert_eq!([25, 35, 26, 24, 15, 5, 4].map(|number| rounded(number, 1)), [2, 4, 3, 2, 2, 0, 0].map(Some));
        assert_eq!(rounded(250_000_000_000_000_000_000_001, 23), Some(3));
        assert_eq!(rounded(250_000_000_000_000_000_000_000, 23), Some(2));
        assert_eq!(rounded(7, 0), Some(7));
        assert_eq!(rounded(7, 90), Some(0));
        let power = 10_u128.pow(38);
        assert_eq!(Wide::product(power, power * 2).rounded(38), Some(power * 2));
        assert_eq!(Wide::product(power, power).rounded(1), None);
    }
}

//! Operators on what is absent and on values that cannot be compared.
//!
//! A comparison with something absent is `false`, but one that is known to be unknown; arithmetic stays absent.
//! A comparison that can never be right (a list with a text, a date-time with a number) is a mistake of the rule.

use rhai::{Dynamic, Engine, EvalAltResult};

use super::handle::{Evidence, Missing, Selection, as_missing};
use crate::evidence::{Day, Length, Moment};

const COMPARISONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];
const ARITHMETIC: [&str; 5] = ["+", "-", "*", "/", "%"];

/// Registers the fall-backs; operators between values that fit are registered with their types.
pub(super) fn register(engine: &mut Engine) {
    register_fallbacks::<Missing>(engine);
    register_fallbacks::<Evidence>(engine);
    register_fallbacks::<Selection>(engine);
    register_fallbacks::<Moment>(engine);
    register_fallbacks::<Day>(engine);
    register_fallbacks::<Length>(engine);
    for operator in COMPARISONS {
        engine.register_fn(operator, |a: Missing, b: Missing| {
            a.rely();
            b.answer()
        });
    }
    for operator in ARITHMETIC {
        engine.register_fn(operator, |a: Missing, _: Missing| a);
    }
    engine.register_fn("!", |a: Missing| a.answer());
    engine.register_fn("-", |a: Missing| a);
    // `x in [..]` with an absent x: Rhai asks the array.
    engine.register_fn("contains", |_: &mut rhai::Array, wanted: Missing| wanted.answer());
}

/// Tells whether two script values are the same text, number, boolean, moment, day or length.
pub(super) fn is_same(a: &Dynamic, b: &Dynamic) -> bool {
    if let (Ok(a), Ok(b)) = (a.as_immutable_string_ref(), b.as_immutable_string_ref()) {
        return *a == *b;
    }
    if let (Ok(a), Ok(b)) = (a.as_int(), b.as_int()) {
        return a == b;
    }
    if let (Ok(a), Ok(b)) = (a.as_bool(), b.as_bool()) {
        return a == b;
    }
    let number = |value: &Dynamic| value.as_float().or_else(|_| value.as_int().map(|whole| whole as f64));
    if let (Ok(a), Ok(b)) = (number(a), number(b)) {
        return a == b;
    }
    is_same_as::<Moment>(a, b) || is_same_as::<Day>(a, b) || is_same_as::<Length>(a, b)
}

fn is_same_as<T: PartialEq + Clone + 'static>(a: &Dynamic, b: &Dynamic) -> bool {
    match (a.read_lock::<T>(), b.read_lock::<T>()) {
        (Some(a), Some(b)) => *a == *b,
        _ => false,
    }
}

fn register_fallbacks<T: rhai::Variant + Clone>(engine: &mut Engine) {
    for operator in COMPARISONS {
        engine.register_fn(operator, move |a: T, b: Dynamic| compare(operator, &Dynamic::from(a), &b));
        engine.register_fn(operator, move |a: Dynamic, b: T| compare(operator, &a, &Dynamic::from(b)));
    }
    for operator in ARITHMETIC {
        engine.register_fn(operator, move |a: T, b: Dynamic| compute(operator, Dynamic::from(a), b));
        engine.register_fn(operator, move |a: Dynamic, b: T| compute(operator, a, Dynamic::from(b)));
    }
}

fn compare(operator: &str, a: &Dynamic, b: &Dynamic) -> Result<Dynamic, Box<EvalAltResult>> {
    match as_missing(a).or_else(|| as_missing(b)) {
        Some(missing) => Ok(missing.answer()),
        None => Err(unfit(operator, a, b)),
    }
}

fn compute(operator: &str, a: Dynamic, b: Dynamic) -> Result<Dynamic, Box<EvalAltResult>> {
    if as_missing(&a).is_some() {
        return Ok(a);
    }
    if as_missing(&b).is_some() {
        return Ok(b);
    }
    Err(unfit(operator, &a, &b))
}

fn unfit(operator: &str, a: &Dynamic, b: &Dynamic) -> Box<EvalAltResult> {
    format!("`{operator}` does not fit {} and {}", type_name(a), type_name(b)).into()
}

/// Returns what rule authors call the type of a value.
pub(super) fn type_name(value: &Dynamic) -> &'static str {
    if value.is::<Moment>() {
        "a date-time"
    } else if value.is::<Day>() {
        "a date"
    } else if value.is::<Length>() {
        "a duration"
    } else if value.is::<Evidence>() || value.is::<Selection>() {
        "a list or mapping of the evidence"
    } else if value.is::<Missing>() {
        "an absent value"
    } else if value.is_string() {
        "text"
    } else if value.is_bool() {
        "a boolean"
    } else if value.is_int() || value.is_float() {
        "a number"
    } else if value.is_unit() {
        "nothing"
    } else {
        "a value of another type"
    }
}

//! Functions of text and numbers on what is absent: the answer is absent, or not known.
//!
//! Also the few functions of Rhai whose own form does not suit rules.

use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, INT, ImmutableString, NativeCallContext};

use super::handle::{Missing, is_unknown, unknown};

/// Registers the functions.
pub(super) fn register(engine: &mut Engine) {
    for name in ["to_lower", "to_upper", "trim", "abs", "seconds", "minutes", "hours", "days"] {
        engine.register_fn(name, |value: Missing| value);
    }
    for name in ["starts_with", "ends_with", "contains"] {
        engine.register_fn(name, |value: Missing, _: Dynamic| value.answer());
        engine.register_fn(name, |_: ImmutableString, part: Missing| part.answer());
    }
    for name in ["min", "max"] {
        engine.register_fn(name, |value: Missing, _: Dynamic| value);
        engine.register_fn(name, |_: Dynamic, value: Missing| value);
        engine.register_fn(name, |value: Missing, _: Missing| value);
    }
    engine.register_fn("add_days", |day: Missing, _: INT| day);
    engine.register_fn("add_months", |day: Missing, _: INT| day);
    engine.register_fn("date", |moment: Missing| moment);
    engine.register_fn("to_string", |value: &mut Missing| {
        value.rely();
        "(absent)"
    });
    // Rhai's own `trim` changes the text in place and answers nothing, which would pass for a value.
    engine.register_fn("trim", |text: ImmutableString| -> ImmutableString { text.trim().into() });
    engine.register_fn("any", any_of_array);
}

fn any_of_array(
    context: NativeCallContext<'_>,
    array: &mut Array,
    condition: FnPtr,
) -> Result<Dynamic, Box<EvalAltResult>> {
    let mut is_open = false;
    for item in array.iter() {
        let answer = condition.call_raw(&context, None, [item.clone()])?;
        if answer.as_bool() == Ok(true) {
            return Ok(Dynamic::TRUE);
        }
        is_open |= is_unknown(&answer) || answer.is::<Missing>();
    }
    Ok(if is_open { unknown() } else { Dynamic::FALSE })
}

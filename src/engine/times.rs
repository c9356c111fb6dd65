//! Moments, days and lengths of time in scripts.

use std::rc::Rc;

use rhai::{Dynamic, Engine, EvalAltResult, INT};

use super::comparison::type_name;
use super::handle::as_missing;
use super::recorder::Recorder;
use crate::evidence::{Day, Length, Moment};

type Computed<T> = Result<T, Box<EvalAltResult>>;

/// Registers the types, their operators and the functions of time.
pub(super) fn register(engine: &mut Engine, recorder: &Rc<Recorder>) {
    engine.register_type_with_name::<Moment>("date-time");
    engine.register_type_with_name::<Day>("date");
    engine.register_type_with_name::<Length>("duration");
    register_order::<Moment>(engine);
    register_order::<Day>(engine);
    register_order::<Length>(engine);
    register_arithmetic(engine);
    register_words(engine);

    engine.register_fn("seconds", |count: INT| length(count, 1));
    engine.register_fn("minutes", |count: INT| length(count, 60));
    engine.register_fn("hours", |count: INT| length(count, 3_600));
    engine.register_fn("days", |count: INT| length(count, 86_400));

    let zone = recorder.zone.clone();
    engine.register_fn("date", move |moment: Moment| moment.day_in(&zone));
    engine.register_fn("add_days", |day: Day, count: INT| day.plus_days(count).ok_or_else(out_of_range));
    engine.register_fn("add_months", |day: Day, count: INT| day.plus_months(count).ok_or_else(out_of_range));

    let clock = recorder.clone();
    engine.register_fn("as_of", move || -> Computed<Day> {
        clock.case().map(|case| case.as_of).ok_or_else(|| "no bundle is being judged".into())
    });
    let holidays = recorder.holidays.clone();
    engine.register_fn("deadline", move |from: Dynamic, months: INT| -> Computed<Dynamic> {
        if as_missing(&from).is_some() {
            return Ok(from);
        }
        let Some(day) = from.read_lock::<Day>().map(|day| *day) else {
            return Err(format!("deadline() counts from a date, found {}", type_name(&from)).into());
        };
        holidays.deadline(day, months).map(Dynamic::from).map_err(|error| error.to_string().into())
    });
}

fn register_order<T: rhai::Variant + Clone + Ord>(engine: &mut Engine) {
    engine.register_fn("==", |a: T, b: T| a == b);
    engine.register_fn("!=", |a: T, b: T| a != b);
    engine.register_fn("<", |a: T, b: T| a < b);
    engine.register_fn("<=", |a: T, b: T| a <= b);
    engine.register_fn(">", |a: T, b: T| a > b);
    engine.register_fn(">=", |a: T, b: T| a >= b);
}

fn register_arithmetic(engine: &mut Engine) {
    engine.register_fn("-", |a: Moment, b: Moment| a.since(b));
    engine.register_fn("+", |a: Moment, b: Length| a.plus(b).ok_or_else(out_of_range));
    engine.register_fn("-", |a: Moment, b: Length| b.negated().and_then(|b| a.plus(b)).ok_or_else(out_of_range));
    engine.register_fn("+", |a: Length, b: Length| a.plus(b).ok_or_else(out_of_range));
    engine.register_fn("-", |a: Length, b: Length| b.negated().and_then(|b| a.plus(b)).ok_or_else(out_of_range));
}

fn register_words(engine: &mut Engine) {
    engine.register_fn("to_string", |moment: &mut Moment| moment.to_string());
    engine.register_fn("to_string", |day: &mut Day| day.to_string());
    engine.register_fn("to_string", |length: &mut Length| length.words().en);
}

fn length(count: INT, seconds: INT) -> Computed<Length> {
    count.checked_mul(seconds).map(Length::from_seconds).ok_or_else(out_of_range)
}

fn out_of_range() -> Box<EvalAltResult> {
    "the time is out of range".into()
}

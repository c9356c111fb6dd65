//! Computes the functions of the language; their table is `functions.rs`.

use super::arrays::Item;
use super::run::{Eval, Evaluator};
use super::value::{At, Grade, Value, ValueKind, View};
use crate::engine::ir::{Builtin, Comparison};
use crate::engine::note::Place;
use crate::evidence::{Kind as NodeKind, Length, text_key};
use crate::pack::{self, end_of_period};

/// Bytes that `print` of one rule may write on one bundle.
const PRINTED_BYTES: usize = 4 << 10;

impl<'r> Evaluator<'r> {
    /// Computes a function; the receiver of a method is the first argument.
    #[inline(never)]
    pub(super) fn builtin(&mut self, builtin: Builtin, arguments: &[Value]) -> Eval {
        let first = arguments.first().copied().unwrap_or(Value::UNIT);
        match builtin {
            Builtin::Has => return self.has(first),
            Builtin::IsPresent => return self.is_present(first),
            Builtin::AsOf => return Ok(Value::day(self.context.case.as_of)),
            Builtin::StageOf => {
                let stage = self.context.case.stage.as_deref().unwrap_or_default();
                return self.computed_text(stage, At::NOWHERE);
            }
            Builtin::Parameter => return self.parameter(first),
            Builtin::Print => return self.print(first),
            Builtin::IsEmpty if !first.is_absent() => return self.is_empty(first),
            Builtin::Contains if !first.is_absent() && !first.is(ValueKind::Text) => {
                let wanted = arguments.get(1).copied().unwrap_or(Value::UNIT);
                return self.contains_item(first, wanted);
            }
            _ => {}
        }
        if let Some(absent) = self.absent_of(arguments) {
            return Ok(match builtin {
                // What is computed of a path that is not given, is not given.
                Builtin::First | Builtin::Last => self.no_item(first),
                // Whether anything is left of a list depends on the other.
                Builtin::Union | Builtin::Intersection | Builtin::Difference => match absent.as_absent() {
                    Some((_, set)) => Value::absent(Grade::Undecided, set).at(absent.written_at()),
                    None => absent,
                },
                _ => absent,
            });
        }
        let at = self.places_of(arguments);
        let value = self.compute_builtin(builtin, arguments, at)?;
        Ok(if value.is_absent() || Self::keeps_place(builtin) { value } else { value.at(at) })
    }

    /// Tells whether the result of a function has a place of its own.
    fn keeps_place(builtin: Builtin) -> bool {
        use Builtin::{
            Difference, Distinct, First, Flatten, Intersection, Keys, Last, Max, Min, RangeOf, Sum, Union, ValuesOf,
        };
        matches!(
            builtin,
            Difference
                | Distinct
                | First
                | Flatten
                | Intersection
                | Keys
                | Last
                | Max
                | Min
                | RangeOf
                | Sum
                | Union
                | ValuesOf
        )
    }

    fn compute_builtin(&mut self, builtin: Builtin, arguments: &[Value], at: At) -> Eval {
        match arguments {
            [one] => self.of_one(builtin, *one, at),
            [one, other] => self.of_two(builtin, *one, *other, at),
            [text, part, by] if builtin == Builtin::Replace => self.replace(*text, *part, *by, at),
            _ => Err(self.fault("the function does not take these arguments")),
        }
    }

    fn of_one(&mut self, builtin: Builtin, value: Value, at: At) -> Eval {
        let zone = self.context.zone;
        match (builtin, self.view(value)) {
            (Builtin::Abs, View::Length(length)) => {
                let negative = length.seconds() < 0 || length.to_nanoseconds().is_some_and(|length| length < 0);
                if negative { self.negated(value) } else { Ok(value) }
            }
            (Builtin::Abs, View::Int(number)) if number >= 0 => Ok(value),
            (Builtin::Abs, View::Int(_)) => self.negated(value),
            (Builtin::Abs, View::Decimal(number)) => Ok(self.heap.keep_decimal(number.abs())),
            (Builtin::Round, _) => self.round(value, 0),
            (Builtin::Date, View::Moment(moment)) => Ok(Value::day(moment.day_in(zone))),
            (Builtin::Time, View::Moment(moment)) => Ok(Value::time(moment.time_in(zone))),
            (Builtin::Weekday, View::Moment(moment)) => Ok(Value::int(i64::from(moment.weekday_in(zone)))),
            (Builtin::Weekday, View::Day(day)) => Ok(Value::int(i64::from(day.weekday()))),
            (Builtin::Hour, View::Moment(moment)) => Ok(Value::int(i64::from(moment.time_in(zone).hour()))),
            (Builtin::Hour, View::Time(time)) => Ok(Value::int(i64::from(time.hour()))),
            (Builtin::Seconds, _) => self.duration(value, 1),
            (Builtin::Minutes, _) => self.duration(value, 60),
            (Builtin::Hours, _) => self.duration(value, 3_600),
            (Builtin::Days, _) => self.duration(value, 86_400),
            (Builtin::Len, View::Text(text)) => {
                self.spend(text.len() as u64 / 64)?;
                Ok(Value::int(text_key(text).chars().count() as i64))
            }
            (Builtin::Len, _) => self.len(value),
            (Builtin::ToString, _) => {
                let text = self.written(value)?;
                self.computed_text(&text, at)
            }
            (Builtin::IsText, view) => Ok(Value::bool(matches!(view, View::Text(_)))),
            (Builtin::IsNumber, view) => Ok(Value::bool(matches!(view, View::Int(_) | View::Decimal(_)))),
            (Builtin::IsBoolean, view) => Ok(Value::bool(matches!(view, View::Bool(_)))),
            (Builtin::IsDate, view) => Ok(Value::bool(matches!(view, View::Day(_)))),
            (Builtin::IsDateTime, view) => Ok(Value::bool(matches!(view, View::Moment(_)))),
            (Builtin::IsDuration, view) => Ok(Value::bool(matches!(view, View::Length(_)))),
            (Builtin::IsList, _) => Ok(Value::bool(self.is_list(value))),
            (Builtin::IsMapping, View::Collection(_)) => Ok(Value::bool(self.nodes(value).is_none())),
            (Builtin::IsMapping, _) => Ok(Value::FALSE),
            (Builtin::FileOf, _) => {
                let place = self.place_or_root(value);
                let file = self.tree(place.subject).document.file_name(place.node);
                self.computed_text(file, at)
            }
            (Builtin::AttachmentBytes | Builtin::AttachmentLines | Builtin::AttachmentSha256, View::Text(path)) => {
                self.spend(path.len() as u64 / 4)?;
                let Some(file) = self.context.case.attachments.find(path) else {
                    let place = self.place_or_root(value);
                    return Ok(self.absent_at(place, None, false));
                };
                match builtin {
                    Builtin::AttachmentBytes => Ok(Value::int(i64::try_from(file.bytes).unwrap_or(i64::MAX))),
                    Builtin::AttachmentLines => Ok(Value::int(i64::from(file.lines))),
                    _ => {
                        let sha256 = file.sha256.clone();
                        self.computed_text(&sha256, at)
                    }
                }
            }
            (_, View::Text(text)) => self.of_text(builtin, text, value, at),
            (Builtin::First, _) => self.first_where(value, None),
            (Builtin::Last, _) => self.last(value),
            (Builtin::Distinct, _) => self.distinct(value),
            (Builtin::Flatten, _) => self.flatten(value),
            (Builtin::Sum, _) => {
                let sum =
                    self.fold(value, |run, one, other| run.compute(crate::engine::ir::Arithmetic::Add, one, other))?;
                Ok(if sum.is(ValueKind::Unit) { Value::int(0).at(at) } else { sum })
            }
            (Builtin::Max | Builtin::Min, _) => {
                let found = self.fold(value, |run, one, other| run.extreme(builtin, one, other))?;
                Ok(if found.is(ValueKind::Unit) { self.no_item(value) } else { found })
            }
            (Builtin::Keys | Builtin::ValuesOf, View::Collection(place)) => self.entries(builtin, place),
            _ => Err(self.does_not_fit(builtin, &[value])),
        }
    }

    fn of_two(&mut self, builtin: Builtin, one: Value, other: Value, at: At) -> Eval {
        match (builtin, self.view(one), self.view(other)) {
            (Builtin::Max | Builtin::Min, ..) => {
                let found = self.extreme(builtin, one, other)?;
                // A limit that the rule states comes from what it limits.
                Ok(found.at(found.written_at().or(at)))
            }
            (Builtin::AddDays, View::Day(day), View::Int(count)) => self.day(day.plus_days(count)),
            (Builtin::AddMonths, View::Day(day), View::Int(count)) => self.day(day.plus_months(count)),
            (Builtin::DaysBetween, View::Day(from), View::Day(to)) => Ok(Value::int(to.days_since(from))),
            (Builtin::Deadline, View::Day(from), View::Int(months)) => {
                match self.context.holidays.deadline(from, months) {
                    Ok(day) => Ok(Value::day(day)),
                    Err(error) => Err(self.fault(format!("{error:#}"))),
                }
            }
            (Builtin::EndOfPeriod, View::Day(from), View::Int(months)) => self.day(end_of_period(from, months)),
            (Builtin::Div, ..) => {
                let (Some(own), Some(more)) = (self.as_decimal(one), self.as_decimal(other)) else {
                    return Err(self.does_not_fit(builtin, &[one, other]));
                };
                match own.div_whole(more) {
                    Some(whole) => Ok(self.heap.keep_decimal(whole)),
                    None => Err(self.fault("division by zero")),
                }
            }
            (Builtin::Round, _, View::Int(digits)) => self.round(one, u32::try_from(digits).unwrap_or(28)),
            (Builtin::RangeOf, ..) => self.range(one, other, false),
            (Builtin::Union, ..) => self.union(one, other),
            (Builtin::Intersection, ..) => self.shared(one, other, true),
            (Builtin::Difference, ..) => self.shared(one, other, false),
            (Builtin::IsSubset, ..) => self.is_subset(one, other),
            (_, View::Text(_), View::Text(_)) => self.of_texts(builtin, one, other),
            _ => Err(self.does_not_fit(builtin, &[one, other])),
        }
    }

    fn last(&mut self, list: Value) -> Eval {
        let mut items = self.items_of(list)?;
        items.reverse();
        let mut unknown = 0;
        for item in items {
            self.spend(1)?;
            if item.why == 0 && self.given(item.value)?.as_bool() == Some(true) {
                return Ok(match unknown {
                    0 => item.value,
                    set => Value::absent(Grade::OneOfSeveral, set).at(item.value.written_at()),
                });
            }
            let own = self.empties(item.value)?;
            unknown = self.absences.union(unknown, item.why);
            unknown = self.absences.union(unknown, own);
        }
        Ok(if unknown == 0 { self.no_item(list) } else { Value::absent(Grade::Undecided, unknown) })
    }

    /// Returns the larger of two values for `max`, the smaller for `min`; the first of equal ones.
    fn extreme(&mut self, builtin: Builtin, one: Value, other: Value) -> Eval {
        let (low, high) = if builtin == Builtin::Max { (one, other) } else { (other, one) };
        let is_less = self.compare(Comparison::Less, low, high)?;
        Ok(if is_less.as_bool() == Some(true) { other } else { one })
    }

    fn round(&mut self, value: Value, digits: u32) -> Eval {
        match self.as_decimal(value) {
            Some(number) => Ok(self.heap.keep_decimal(number.round(digits))),
            None => Err(self.does_not_fit(Builtin::Round, &[value])),
        }
    }

    fn duration(&mut self, count: Value, seconds: i64) -> Eval {
        let length = match (count.as_int(), self.as_decimal(count)) {
            (Some(count), _) => count.checked_mul(seconds).map(Length::from_seconds),
            (None, Some(count)) => Length::from_seconds(seconds).checked_mul(count),
            (None, None) => return Err(self.does_not_fit(Builtin::Seconds, &[count])),
        };
        match length {
            Some(length) => Ok(self.heap.keep_length(length)),
            None => Err(self.fault("the duration is too long")),
        }
    }

    fn day(&self, day: Option<crate::evidence::Day>) -> Eval {
        day.map(Value::day).ok_or_else(|| self.fault("the date is out of the range of the calendar"))
    }

    fn entries(&mut self, builtin: Builtin, place: Place) -> Eval {
        let node = self.node(place);
        if node.kind() != NodeKind::Mapping {
            return Err(self.fault("a mapping is expected, found a list"));
        }
        let mut items = Vec::new();
        for (key, value) in node.entries() {
            self.spend(1)?;
            let content = self.tree(place.subject).validated.validation(value.id()).content;
            let value = self.read(Place { node: value.id(), ..place });
            let why = match value.as_absent() {
                // A value that cannot be used is not passed over: it is an absent item.
                Some((Grade::NotGiven, _)) if content != pack::Content::Unusable => continue,
                Some((Grade::NotGiven, _)) => 0,
                // Nobody knows whether doubtful prose is given.
                Some((_, set)) => set,
                None => 0,
            };
            let value = match builtin {
                Builtin::Keys => self.heap.keep_text(key.text()).at(At::of(Place { node: key.id(), ..place })),
                _ => value,
            };
            items.push(Item { value, why });
        }
        self.make_list(&items, At::of(place))
    }

    fn is_present(&mut self, value: Value) -> Eval {
        let is_present = match value.as_absent() {
            None | Some((Grade::OneOfSeveral, _)) => true,
            Some((Grade::Undecided, _)) if self.doubtful_place(value).is_some() => true,
            Some((Grade::Undecided, set)) => return Ok(Value::absent(Grade::Undecided, set)),
            Some((Grade::NotGiven, set)) => {
                self.keep_unusable(set);
                self.absences.has_unusable(set)
            }
        };
        Ok(Value::bool(is_present).at(value.written_at()))
    }

    fn is_empty(&mut self, value: Value) -> Eval {
        if let Some(text) = self.as_text(value) {
            return Ok(Value::bool(text.is_empty()).at(value.written_at()));
        }
        let len = self.len(value)?;
        let is_empty = self.compare(Comparison::Equal, len, Value::int(0))?;
        Ok(if is_empty.is(ValueKind::Bool) { is_empty.at(value.written_at()) } else { is_empty })
    }

    fn parameter(&mut self, name: Value) -> Eval {
        let value = self.as_text(name).and_then(|name| self.context.parameters.get(name));
        match value {
            Some(pack::ParameterValue::Duration(length)) => Ok(self.heap.keep_length(*length)),
            Some(pack::ParameterValue::Integer(number)) => Ok(Value::int(*number)),
            Some(pack::ParameterValue::Number(number)) => Ok(self.heap.keep_decimal(*number)),
            Some(pack::ParameterValue::Date(day)) => Ok(Value::day(*day)),
            Some(pack::ParameterValue::Text(text)) => Ok(self.heap.keep_text(text)),
            None => Err(self.fault("the pack has no such parameter")),
        }
    }

    fn print(&mut self, value: Value) -> Eval {
        let text = self.words(value)?.en;
        let printed = &mut self.record.printed;
        let room = PRINTED_BYTES.saturating_sub(printed.len() + 1);
        let cut = text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= room).last();
        printed.push_str(text.get(..cut.unwrap_or(0)).unwrap_or_default());
        if room > 0 {
            printed.push('\n');
        }
        Ok(Value::UNIT)
    }

    #[cold]
    pub(super) fn does_not_fit(&self, builtin: Builtin, arguments: &[Value]) -> Box<super::run::Stop> {
        let types: Vec<&str> = arguments.iter().map(|value| self.type_name(*value)).collect();
        let name = builtin.entry().map_or("the function", |entry| entry.name);
        self.fault(format!("`{name}` does not fit {}", types.join(" and ")))
    }
}

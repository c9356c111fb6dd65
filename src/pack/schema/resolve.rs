//! Makes shapes of subschemas: one for each place, and none twice below itself.

use std::collections::{BTreeMap, BTreeSet};

use super::fit;
use super::kinds;
use super::shape::{KeyPattern, Others, Shape, ShapeId, ShapeKind};
use super::sources::Sources;
use crate::evidence::NodeId;
use crate::language::{Text, text};
use crate::pack::assertion::{Assertion, CheckId, Fields, TypeSet, phrase};
use crate::pack::expected::expected;
use crate::pack::raw_schema::{RawSchemas, SchemaMistakes};

/// Levels of a schema that does not come back to itself.
const DEPTH: usize = 64;

/// The shapes of a schema.
pub(super) struct ResolvedShapes {
    pub(super) shapes: Vec<Shape>,
    pub(super) bundle: ShapeId,
    pub(super) order: ShapeId,
}

/// Returns the shapes of a schema; nothing where it has too many.
pub(super) fn shapes(raw: &RawSchemas, mistakes: &mut SchemaMistakes) -> Option<ResolvedShapes> {
    let mut resolver = ShapeResolver { raw, shapes: Vec::new(), open: BTreeMap::new(), mistakes };
    let is_sound = resolver.mistakes.is_empty();
    let bundle = resolver.place(&AppliedChecks::always(vec![raw.root]), &Text::new("Evidence", "제출 자료"), DEPTH);
    let order = match raw.order {
        Some(order) => resolver.place(&AppliedChecks::always(vec![order]), &Text::new("Order", "시정요구"), DEPTH),
        None => resolver.plain_order(),
    };
    if bundle.and(order).is_none() && is_sound {
        let message = text!(
            "the schema has too many places: more than 65,535, or more than 64 levels without recursion",
            "스키마의 항목이 너무 많음(65,535개 초과 또는 재귀 없이 64단계 초과)"
        );
        resolver.mistakes.insert((NodeId::ROOT, message));
    }
    Some(ResolvedShapes { bundle: bundle?, order: order?, shapes: resolver.shapes })
}

/// What speaks of one place: always, and at times.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct AppliedChecks {
    always: Vec<CheckId>,
    at_times: Vec<CheckId>,
}

impl AppliedChecks {
    fn always(always: Vec<CheckId>) -> Self {
        Self { always, at_times: Vec::new() }
    }

    fn at_times(at_times: Vec<CheckId>) -> Self {
        Self { always: Vec::new(), at_times }
    }
}

struct ShapeResolver<'r> {
    raw: &'r RawSchemas,
    shapes: Vec<Shape>,
    /// The places above the one that is being resolved, with their shapes.
    open: BTreeMap<AppliedChecks, ShapeId>,
    mistakes: &'r mut SchemaMistakes,
}

impl<'r> ShapeResolver<'r> {
    /// Returns the shape of a place; that of the place above where it is the same.
    fn place(&mut self, place: &AppliedChecks, name: &Text, depth: usize) -> Option<ShapeId> {
        if let Some(id) = self.open.get(place) {
            return Some(*id);
        }
        let sources = Sources::of(self.raw, &place.always, &place.at_times);
        fit::check(self.raw, &sources, self.mistakes);
        let shape = self.described(&sources, name);
        let title = shape.title.clone();
        // Reserve the place first, so that the root is the first shape.
        let id = self.push(shape)?;
        self.open.insert(place.clone(), id);
        let kinds = self.kinds(&sources, &title, depth.checked_sub(1)?)?;
        self.open.remove(place);
        let is_text = kinds.iter().any(|(kind, _)| matches!(kind, ShapeKind::Text { .. }));
        if let Some(at) = self.prose(&sources).filter(|_| !is_text) {
            let message = text!(
                "`x-prose` stands beside `type: string` without `enum` or `format`: only free text is prose",
                "`x-prose`는 `enum`이나 `format` 없는 `type: string` 옆에만 쓸 것"
            );
            self.mistakes.insert((at, message));
        }
        if let Some(at) = self.name(&sources).filter(|_| !is_text) {
            let message = text!(
                "`x-name` stands beside `type: string` without `enum` or `format`: only free text is a name",
                "`x-name`은 `enum`이나 `format` 없는 `type: string` 옆에만 쓸 것"
            );
            self.mistakes.insert((at, message));
        }
        let assertions = |is_said: &dyn Fn(&Assertion) -> bool| -> Vec<Assertion> {
            let all = sources.always.iter().flat_map(|id| self.raw.assertions(*id));
            all.filter(|assertion| !is_said(assertion)).cloned().collect()
        };
        let one = if kinds.len() == 1 { kinds.first().cloned() } else { None };
        match one {
            Some((kind, others)) => {
                let assertions = assertions(&|assertion| kinds::is_said_by(&kind, assertion));
                self.set(id, kind, others, assertions);
            }
            None => {
                let assertions = assertions(&|assertion| kinds::is_said_by(&ShapeKind::Union(Vec::new()), assertion));
                let mut members = Vec::new();
                for (kind, others) in kinds {
                    let member = self.push(self.described(&sources, &title))?;
                    self.set(member, kind, others, assertions.clone());
                    members.push(member);
                }
                self.set(id, ShapeKind::Union(members), Others::Unknown, assertions);
                self.describe_union(id);
            }
        }
        Some(id)
    }

    /// Returns the shape of an order where the schema has none.
    fn plain_order(&mut self) -> Option<ShapeId> {
        let mut order = self.described(&Sources::default(), &Text::new("Order", "시정요구"));
        let mut name = self.described(&Sources::default(), &Text::new("Identifier of the order", "시정요구 식별자"));
        name.kind = ShapeKind::Text { min: 0, max: usize::MAX };
        let name = self.push(name)?;
        order.kind = ShapeKind::Object(vec![("id".to_owned(), name)]);
        self.push(order)
    }

    fn push(&mut self, shape: Shape) -> Option<ShapeId> {
        let id = ShapeId::at(self.shapes.len())?;
        self.shapes.push(shape);
        Some(id)
    }

    fn set(&mut self, id: ShapeId, kind: ShapeKind, mut others: Others, assertions: Vec<Assertion>) {
        // What is demanded of any value is not demanded of what is below it.
        if matches!(kind, ShapeKind::Any) && !assertions.is_empty() {
            let title = self.shapes.get(id.index()).map(|shape| shape.title.clone());
            let below = title.and_then(|title| self.push(Shape::of(ShapeKind::Any, title)));
            others = Others::Free { shapes: below.map(|below| (None, below)).into_iter().collect(), is_closed: false };
        }
        if let Some(shape) = self.shapes.get_mut(id.index()) {
            shape.form = form(&kind, &assertions);
            shape.is_prose &= matches!(kind, ShapeKind::Text { .. });
            shape.is_name &= matches!(kind, ShapeKind::Text { .. });
            (shape.kind, shape.others, shape.assertions) = (kind, others, assertions);
        }
    }

    /// Says what the values of a union look like.
    fn describe_union(&mut self, id: ShapeId) {
        let Some(Shape { kind: ShapeKind::Union(members), .. }) = self.shapes.get(id.index()) else { return };
        let mut words: Vec<Text> = Vec::new();
        for shape in members.iter().filter_map(|member| self.shapes.get(member.index())) {
            let of_member = expected(&shape.kind);
            if !words.contains(&of_member) {
                words.push(of_member);
            }
        }
        let join = |get: fn(&Text) -> &String, or: &str| words.iter().map(get).cloned().collect::<Vec<_>>().join(or);
        let form = Text::new(join(|text| &text.en, " or "), join(|text| &text.ko, " 또는 "));
        if let Some(shape) = self.shapes.get_mut(id.index()) {
            shape.form = Some(form);
        }
    }

    /// Returns a shape without a kind, with the first title, description and example among some subschemas.
    fn described(&self, sources: &Sources, name: &Text) -> Shape {
        let all = || sources.always.iter().filter_map(|id| self.raw.get(*id));
        let title = all().find_map(|raw| raw.title()).unwrap_or_else(|| name.clone());
        Shape {
            description: all().find_map(|raw| raw.description()),
            example: all().find_map(|raw| raw.example()),
            // The first that names a word counts, as for a title.
            labels: sources
                .always
                .iter()
                .rev()
                .filter_map(|id| self.raw.get(*id))
                .flat_map(|raw| raw.labels.clone())
                .collect(),
            is_prose: self.prose(sources).is_some(),
            is_strict: all().any(|raw| raw.is_strict),
            is_name: self.name(sources).is_some(),
            ..Shape::of(ShapeKind::Any, title)
        }
    }

    /// Returns where something says that the text of a place is prose.
    fn prose(&self, sources: &Sources) -> Option<NodeId> {
        sources.always.iter().chain(&sources.at_times).find_map(|id| self.raw.get(*id)?.prose)
    }

    /// Returns where something says that the text of a place is a name.
    fn name(&self, sources: &Sources) -> Option<NodeId> {
        sources.always.iter().chain(&sources.at_times).find_map(|id| self.raw.get(*id)?.name)
    }

    /// Returns the kinds of values of a place.
    fn kinds(&mut self, sources: &Sources, title: &Text, depth: usize) -> Option<Vec<(ShapeKind, Others)>> {
        let allowed = sources.types(self.raw) & not_null();
        // What no keyword speaks of, and none excludes, needs no kind of its own.
        let is_open = sources.always.is_empty() || allowed == not_null();
        let types = if is_open { allowed & sources.spoken_of(self.raw) } else { allowed };
        let mut kinds = Vec::new();
        if types.meets(TypeSet::MAP) {
            kinds.push(self.mapping(sources, title, depth)?);
        }
        if types.meets(TypeSet::LIST) {
            kinds.push((self.list(sources, title, depth)?, Others::Unknown));
        }
        let scalars = kinds::scalars(self.raw, sources, types);
        kinds.extend(scalars.into_iter().map(|kind| (kind, Others::Unknown)));
        if is_open || kinds.is_empty() {
            kinds.push((ShapeKind::Any, Others::Unknown));
        }
        Some(kinds)
    }

    fn list(&mut self, sources: &Sources, title: &Text, depth: usize) -> Option<ShapeKind> {
        let mut place = AppliedChecks::default();
        for (ids, is_always) in [(&sources.always, true), (&sources.at_times, false)] {
            for assertion in ids.iter().flat_map(|id| self.raw.assertions(*id)) {
                let Assertion::Items { first, rest } = assertion else { continue };
                let target = if is_always && first.is_empty() { &mut place.always } else { &mut place.at_times };
                target.extend(first.iter().chain(rest).copied());
            }
        }
        let name = Text::new(format!("Entry of: {}", title.en), format!("{}의 항목", title.ko));
        Some(ShapeKind::List(self.place(&place, &name, depth)?))
    }

    fn mapping(&mut self, sources: &Sources, title: &Text, depth: usize) -> Option<(ShapeKind, Others)> {
        let always = self.fields_of(&sources.always);
        let at_times = self.fields_of(&sources.at_times);
        let is_closed_for = |fields: &Fields, name: &str| !fields.knows(name) && self.is_closed(fields);
        let all_names = always.iter().chain(&at_times).flat_map(|fields| fields.named.iter().map(|(name, _)| name));
        let names: BTreeSet<String> =
            all_names.filter(|name| !always.iter().any(|fields| is_closed_for(fields, name))).cloned().collect();
        let is_closed = always.iter().any(|fields| self.is_closed(fields));
        let mut fields = Vec::new();
        for name in names {
            let place = AppliedChecks {
                always: always.iter().flat_map(|fields| fields.checks_of(&name)).collect(),
                at_times: at_times.iter().filter_map(|fields| fields.field(&name)).collect(),
            };
            let shape = self.place(&place, &Text::same(&name), depth)?;
            fields.push((name, shape));
        }
        let others = self.others(&always, is_closed, title, depth)?;
        let has_content = always.iter().chain(&at_times).any(|fields| !fields.named.is_empty());
        let kind = match &others {
            Others::Free { shapes, .. } if !has_content => match shapes.as_slice() {
                [(_, only)] => ShapeKind::Map(*only),
                _ => ShapeKind::Map(self.place(&free(&always), title, depth)?),
            },
            // Nothing is said of the keys: everyone chooses their own.
            Others::Unknown if !has_content => {
                let any = self.place(&AppliedChecks::default(), title, depth)?;
                let others = Others::Free { shapes: vec![(None, any)], is_closed: false };
                return Some((ShapeKind::Map(any), others));
            }
            _ => ShapeKind::Object(fields),
        };
        Some((kind, others))
    }

    /// Returns the shapes of keys that are no fields.
    fn others(&mut self, always: &[&Fields], is_closed: bool, title: &Text, depth: usize) -> Option<Others> {
        let mut shapes = Vec::new();
        for (pattern, check) in always.iter().flat_map(|fields| &fields.patterns) {
            let shape = self.place(&AppliedChecks::always(vec![*check]), title, depth)?;
            shapes.push((Some(KeyPattern(pattern.clone())), shape));
        }
        let rest: Vec<CheckId> = always.iter().filter_map(|fields| fields.others).collect();
        if !rest.is_empty() && !is_closed {
            shapes.push((None, self.place(&AppliedChecks::always(rest), title, depth)?));
        }
        Some(match (shapes.is_empty(), is_closed) {
            (true, true) => Others::Refused,
            (true, false) => Others::Unknown,
            (false, is_closed) => Others::Free { shapes, is_closed },
        })
    }

    fn fields_of(&self, checks: &[CheckId]) -> Vec<&'r Fields> {
        let raw = self.raw;
        let assertions = checks.iter().flat_map(|id| raw.assertions(*id));
        let fields = assertions.filter_map(|assertion| match assertion {
            Assertion::Fields(fields) => Some(fields),
            _ => None,
        });
        fields.collect()
    }

    fn is_closed(&self, fields: &Fields) -> bool {
        fields.others.is_some_and(|others| self.excludes_all(others))
    }

    fn excludes_all(&self, check: CheckId) -> bool {
        self.raw.assertions(check).any(|assertion| *assertion == Assertion::Never)
    }
}

/// Returns the place of every value whose key is chosen freely.
fn free(always: &[&Fields]) -> AppliedChecks {
    let patterns = always.iter().flat_map(|fields| fields.patterns.iter().map(|(_, check)| *check));
    AppliedChecks::at_times(patterns.chain(always.iter().filter_map(|fields| fields.others)).collect())
}

/// Returns all types but `null`, which is how evidence says that nothing is given.
fn not_null() -> TypeSet {
    TypeSet::BOOLEAN | TypeSet::NUMBER | TypeSet::TEXT | TypeSet::LIST | TypeSet::MAP
}

/// Returns what a scalar looks like, where more is demanded of it than its kind says. What is wrong with a mapping or a
/// list is told by its faults.
fn form(kind: &ShapeKind, assertions: &[Assertion]) -> Option<Text> {
    if matches!(kind, ShapeKind::Object(_) | ShapeKind::Map(_) | ShapeKind::List(_)) {
        return None;
    }
    let mut more = assertions.iter().map(phrase).peekable();
    more.peek()?;
    Some(more.fold(expected(kind), |words, more| text!("{words}; {more}", "{words}, {more}"; words, more)))
}

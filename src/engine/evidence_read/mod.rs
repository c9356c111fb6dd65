//! What a rule reads of the evidence, told from its syntax tree and those of the library functions it calls.
//!
//! Every expression stands for some places of the schema: `bundle` for the whole, `change` in
//! `for change in bundle.changes` for `/changes/-`, the argument of a function for what it is called with. So each
//! `.field` is read at known places, or at none, which is a mistake of the rule. Takes syntax trees; runs nothing.

mod expressions;
mod source;
mod trace;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use rhai::AST;

use self::source::Source;
use self::trace::{Found, Misplaced};
use super::recorder::Subject;
use super::script_check;
use crate::error::Mistakes;
use crate::evidence::pointer_segment;
use crate::pack::{Schema, ShapeId, nearest_name};

/// What a rule reads, on any bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Places of the evidence, then of the order, each in the order of the schema. A place stands for what is above
    /// it as well.
    pub evidence: Vec<EvidencePath>,
    /// Whether it looks at the content of attached files.
    pub attachments: bool,
    /// Names of the parameters.
    pub parameters: BTreeSet<String>,
    /// Names of fields whose place could not be told.
    pub unplaced: BTreeSet<String>,
}

/// A place of the evidence or of the order, whatever the number of items in its lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidencePath {
    /// The tree that the place is in.
    pub subject: Subject,
    /// A JSON Pointer with `-` for every item of a list, such as `/changes/-/pretest/result`.
    pub pointer: String,
    /// Its shape.
    pub shape: ShapeId,
}

/// Tells what each rule reads.
pub(super) fn of_rules<'t>(
    schema: &Schema,
    library: &[(String, AST)],
    rules: impl Iterator<Item = &'t AST>,
) -> Result<Vec<Reads>> {
    let places = Places::of(schema);
    let library = library.iter().map(|(name, ast)| (name.clone(), Source::of(ast))).collect();
    let mut misplaced = BTreeSet::new();
    let mut reads = Vec::new();
    for ast in rules {
        let rule = Source::of(ast);
        let found = trace::follow(schema, &library, &rule);
        reads.push(if found.is_given_up {
            let (parameters, unplaced) = (script_check::parameters(ast), script_check::properties(ast));
            Reads { parameters: parameters.into_iter().collect(), unplaced, ..Reads::default() }
        } else {
            misplaced.extend(found.misplaced.iter().map(|field| places.mistake(schema, field, &rule.path)));
            places.reads(found)
        });
    }
    if !misplaced.is_empty() {
        return Err(Mistakes(misplaced.into_iter().map(|(_, message)| message).collect()).into());
    }
    Ok(reads)
}

/// Where each shape of a schema stands: a shape has one place.
struct Places(BTreeMap<ShapeId, Place>);

struct Place {
    subject: Subject,
    pointer: String,
    parent: Option<ShapeId>,
}

impl Places {
    fn of(schema: &Schema) -> Self {
        let mut places = Self(BTreeMap::new());
        places.add(schema, Subject::Bundle, schema.bundle(), String::new(), None);
        places.add(schema, Subject::Order, schema.order(), String::new(), None);
        places
    }

    fn add(&mut self, schema: &Schema, subject: Subject, shape: ShapeId, pointer: String, parent: Option<ShapeId>) {
        for (name, field) in schema.fields(shape) {
            self.add(schema, subject, *field, format!("{pointer}/{}", pointer_segment(name)), Some(shape));
        }
        if let Some(item) = schema.item(shape) {
            self.add(schema, subject, item, format!("{pointer}/-"), Some(shape));
        }
        self.0.insert(shape, Place { subject, pointer, parent });
    }

    fn reads(&self, found: Found) -> Reads {
        let above: BTreeSet<ShapeId> = found.places.iter().flat_map(|place| self.above(*place)).collect();
        let is_within = |place: ShapeId| self.above(place).any(|above| found.whole.contains(&above));
        let all = found.places.union(&found.whole).copied();
        let last = all.filter(|place| found.whole.contains(place) || !above.contains(place) && !is_within(*place));
        let evidence = last.filter_map(|shape| {
            let Place { subject, pointer, .. } = self.0.get(&shape)?;
            let pointer = if pointer.is_empty() { "/" } else { pointer };
            Some(EvidencePath { subject: *subject, pointer: pointer.to_owned(), shape })
        });
        Reads {
            evidence: evidence.collect(),
            attachments: found.attachments,
            parameters: found.parameters,
            unplaced: found.unplaced,
        }
    }

    /// Returns the shapes that a shape is part of.
    fn above(&self, shape: ShapeId) -> impl Iterator<Item = ShapeId> {
        let parent = |shape: &ShapeId| self.0.get(shape)?.parent;
        std::iter::successors(parent(&shape), parent)
    }

    /// Returns the message on a field that is nowhere, after what it is sorted by.
    fn mistake(&self, schema: &Schema, field: &Misplaced, rule: &str) -> ((String, usize, usize), String) {
        let Misplaced { path, line, column, name, places } = field;
        let pointers = places.iter().filter_map(|place| self.0.get(place)).map(|place| place.pointer.as_str());
        let pointers: Vec<&str> = pointers.map(|pointer| if pointer.is_empty() { "/" } else { pointer }).collect();
        let names = places.iter().flat_map(|place| schema.fields(*place)).map(|(name, _)| name.as_str());
        let hint = match nearest_name(name, names) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => String::new(),
        };
        let caller = if path == rule { String::new() } else { format!(", called from {rule}") };
        let at = pointers.join(" or ");
        let message =
            format!("{path}:{line}:{column}: the evidence schema has no field `{name}` at {at}{caller}{hint}");
        ((path.clone(), *line, *column), message)
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use rhai::{Engine, Module, Scope};

    use super::super::sandbox::{self, Meter};
    use super::*;
    use crate::pack::{DEFAULT_PACK, Pack};

    const LIBRARY: &str = "
        fn of_kind(documents, kind) { documents.find(|it| it.kind == kind && in_force(it)) }
        fn in_force(it) { it.effective_on <= parameter(\"plan_months\") }
        fn last(records) {
            let last = records.find(|it| true);
            for record in records { if record.at > last.at { last = record; } }
            last
        }
        fn first(list) { if list.len() == 1 { return list[0]; } first(list.filter(|it| true)) }
        fn over(x) { if has(x) { over([x]) } else { x } }
    ";

    /// Returns what the body of `check` and functions after it read.
    fn try_read(body: &str, functions: &str) -> Result<Reads> {
        let pack = Pack::open(DEFAULT_PACK).expect("the embedded pack");
        let mut engine = sandbox::engine(&Rc::new(Meter::default()));
        let compile = |engine: &Engine, path: &str, text: &str| {
            let mut ast = engine.compile(text).expect("a script that parses");
            ast.set_source(path);
            ast
        };
        let library = compile(&engine, "lib/lib.rhai", LIBRARY);
        let module = Module::eval_ast_as_new(Scope::new(), &library, &engine).expect("a module");
        engine.register_static_module("lib", module.into());
        let rule = compile(&engine, "rule.rhai", &format!("fn check(bundle, order) {{\n{body}\n}}\n{functions}"));
        let library = [("lib".to_owned(), library)];
        of_rules(&pack.schema, &library, std::iter::once(&rule)).map(|mut reads| reads.remove(0))
    }

    fn read(body: &str, functions: &str) -> Reads {
        try_read(body, functions).expect("a rule without mistakes")
    }

    /// Returns the paths that a body reads, those of the order with `order:` before them.
    fn paths(body: &str, functions: &str) -> Vec<String> {
        let reads = read(body, functions);
        assert_eq!(reads.unplaced, BTreeSet::new(), "{body}");
        let shown = reads.evidence.into_iter().map(|path| match path.subject {
            Subject::Bundle => path.pointer,
            Subject::Order => format!("order:{}", path.pointer),
        });
        shown.collect()
    }

    #[test]
    fn loops_and_variables_keep_their_place() {
        let body = "for change in bundle.changes { let test = change.pretest; require(test.result); }";
        assert_eq!(paths(body, ""), ["/changes/-/pretest/result"], "what is above is left out");
        let body = "for list in [bundle.services.or([]), bundle.incidents] { for it in list { require(it.id); } }";
        assert_eq!(paths(body, ""), ["/incidents/-/id", "/services/-/id"]);
        let body = "let it = bundle.plan; if stage() == \"result\" { it = bundle.result; } require(it.filed_on);";
        assert_eq!(paths(body, ""), ["/plan/filed_on", "/result/filed_on"]);
        let body =
            "let it = bundle.changes; if true { let it = bundle.notices; require(it[0].at); } require(it[0].id);";
        assert_eq!(paths(body, ""), ["/changes/-/id", "/notices/-/at"], "an inner variable hides an outer one");
        let body =
            "let lists = []; lists += [bundle.notices]; for list in lists { for it in list { require(it.at); } }";
        assert_eq!(paths(body, ""), ["/notices/-/at"]);
    }

    #[test]
    fn conditions_know_their_item_and_what_they_capture() {
        let body = "for change in bundle.changes {
            let near = bundle.incidents.filter(|i| i.service == change.service
                && bundle.notices.any(|n| n.incident == i.id && n.at > change.started_at));
            require(near.find(|i| has(i.detected_at)).restored_at);
        }";
        let expected = [
            "/changes/-/service",
            "/changes/-/started_at",
            "/incidents/-/detected_at",
            "/incidents/-/id",
            "/incidents/-/restored_at",
            "/incidents/-/service",
            "/notices/-/at",
            "/notices/-/incident",
        ];
        assert_eq!(paths(body, ""), expected);
        assert_eq!(paths("require(find(bundle.drills, |it| true).outcome);", ""), ["/drills/-/outcome"]);
    }

    #[test]
    fn functions_are_followed_with_what_they_are_called_with() {
        let body = "let guideline = lib::of_kind(bundle.guidelines, \"crisis\"); require(guideline.contacts[0].name);
            require(lib::last(bundle.reports).content.cause); day(bundle.plan); day(bundle.result);
            require(lib::first(bundle.drills).actions);";
        let functions = "fn day(part) { ensure(part.filed_on <= as_of(), part.filed_on, \"late\"); }";
        let expected = [
            "/drills/-/actions",
            "/guidelines/-/contacts/-/name",
            "/guidelines/-/effective_on",
            "/guidelines/-/kind",
            "/plan/filed_on",
            "/reports/-/at",
            "/reports/-/content/cause",
            "/result/filed_on",
        ];
        assert_eq!(paths(body, functions), expected);
        let parameters = read(body, functions).parameters;
        assert!(parameters.contains("plan_months"), "a parameter of a library function is one of the rule");
        assert_eq!(read("", functions), Reads::default(), "what is not called is not read");
    }

    #[test]
    fn the_order_is_told_apart_and_comes_last() {
        let body = "for named in order.incidents { require(bundle.incidents.find(|it| it.id == named.id)); }
            require(order.notified_on);";
        assert_eq!(paths(body, ""), ["/incidents/-/id", "order:/incidents/-/id", "order:/notified_on"]);
    }

    #[test]
    fn computed_names_of_fields_are_the_texts_they_may_be() {
        let body = "for incident in bundle.incidents {
            for field in [\"started_at\", \"restored_at\"] { require(incident[field]); }
        }";
        assert_eq!(paths(body, ""), ["/incidents/-/restored_at", "/incidents/-/started_at"]);
        let body = "for it in bundle.incidents { for field in it.corrected { require(it[field]); } }";
        assert!(paths(body, "").contains(&"/incidents/-/detected_at".to_owned()), "one of the words of a choice");
        let body = "for it in bundle.incidents { require(it[it.summary]); }";
        assert_eq!(read(body, "").unplaced, BTreeSet::from(["[…]".to_owned()]), "any text");
    }

    #[test]
    fn whole_values_attached_files_and_parts_that_are_unknown_are_said() {
        let reads = read("ensure_usable(bundle); require(bundle.plan.filed_on); require(order.id);", "");
        let pointers: Vec<&str> = reads.evidence.iter().map(|path| path.pointer.as_str()).collect();
        assert_eq!(pointers, ["/", "/id"], "the whole bundle, and a fact of the order");
        assert!(read("require(attachment_sha256(bundle.documents[0].path));", "").attachments);
        let reads = read("let own = #{ plan: bundle.plan }; require(own.plan.filed_on);", "");
        assert_eq!(reads.unplaced, BTreeSet::from(["filed_on".to_owned(), "plan".to_owned()]), "only the names");
        let chain: String = (0..40).map(|n| format!("fn f{n}(x) {{ f{}(x) }} ", n + 1)).collect();
        let reads = read("require(f0(bundle.plan).filed_on);", &format!("{chain} fn f40(x) {{ x }}"));
        assert!(reads.unplaced.contains("filed_on"), "more calls than a rule may make: only the names");
        let endless = "require(lib::over(bundle.plan)); require(bundle.plan.filed_on);";
        assert_eq!(
            paths(endless, ""),
            ["/plan/filed_on"],
            "a function that calls itself without end is followed to one"
        );
    }

    #[test]
    fn a_field_that_is_nowhere_is_a_mistake_with_its_place() {
        let mistake = |body: &str| try_read(body, "").map_err(|error| error.to_string()).expect_err(body);
        assert_eq!(
            mistake("require(bundle.operator.name);\nrequire(bundle.incidents.at);"),
            "rule.rhai:3:26: the evidence schema has no field `at` at /incidents"
        );
        assert_eq!(
            mistake("for it in bundle.changes { require(it.services); require(it.scope.actuals); }"),
            "rule.rhai:2:39: the evidence schema has no field `services` at /changes/-; did you mean `service`?\n\
             rule.rhai:2:67: the evidence schema has no field `actuals` at /changes/-/scope; did you mean `actual`?"
        );
        assert_eq!(
            mistake("lib::last(bundle.guidelines);"),
            "lib/lib.rhai:6:47: the evidence schema has no field `at` at /guidelines/-, called from rule.rhai\n\
             lib/lib.rhai:6:57: the evidence schema has no field `at` at /guidelines/-, called from rule.rhai"
        );
        assert!(mistake("require(bundle[\"operatr\"]);").contains("did you mean `operator`?"));
        assert!(
            try_read("for it in [bundle.plan, bundle.notices[0]] { require(it.at); }", "").is_ok(),
            "at one of two"
        );
    }
}

//! What a rule says: `require`, `ensure`, `undetermined`, and how it reads what is optional.

use std::rc::Rc;

use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map, NativeCallContext};

use super::comparison::type_name;
use super::handle::{Evidence, Missing, Selection, as_missing, is_unknown, place_of};
use super::recorder::{Absence, Argument, Note, NoteKind, Place, Recorder, ScriptPosition, Subject};
use crate::evidence::{Day, Length, Moment, NodeId};
use crate::language::Text;
use crate::pack::{Tree, Value, short};

/// Items of a list that a message names.
const LISTED: usize = 10;

type Said = Result<(), Box<EvalAltResult>>;

/// Registers the verbs.
pub(super) fn register(engine: &mut Engine, recorder: &Rc<Recorder>) {
    register_demands(engine, recorder);
    register_optional(engine);
    register_context(engine, recorder);
}

fn register_demands(engine: &mut Engine, recorder: &Rc<Recorder>) {
    let r = recorder.clone();
    engine.register_fn("require", move |context: NativeCallContext, value: Dynamic| {
        require(&r, &value, Words::none(ScriptPosition::of(context.call_position())))
    });
    let r = recorder.clone();
    engine.register_fn("require", move |context: NativeCallContext, value: Dynamic, key: ImmutableString| {
        require(&r, &value, Words::key(ScriptPosition::of(context.call_position()), &key))
    });
    let r = recorder.clone();
    engine.register_fn(
        "require",
        move |context: NativeCallContext, value: Dynamic, key: ImmutableString, arguments: Map| {
            require(&r, &value, Words::full(ScriptPosition::of(context.call_position()), &key, &arguments))
        },
    );
    let r = recorder.clone();
    engine.register_fn(
        "ensure",
        move |context: NativeCallContext, condition: Dynamic, at: Dynamic, key: ImmutableString| {
            ensure(&r, &condition, &at, Words::key(ScriptPosition::of(context.call_position()), &key))
        },
    );
    let r = recorder.clone();
    engine.register_fn(
        "ensure",
        move |context: NativeCallContext, condition: Dynamic, at: Dynamic, key: ImmutableString, arguments: Map| {
            ensure(&r, &condition, &at, Words::full(ScriptPosition::of(context.call_position()), &key, &arguments))
        },
    );
    let r = recorder.clone();
    engine.register_fn("undetermined", move |context: NativeCallContext, at: Dynamic, key: ImmutableString| {
        undetermined(&r, &at, Words::key(ScriptPosition::of(context.call_position()), &key));
    });
    let r = recorder.clone();
    engine.register_fn(
        "undetermined",
        move |context: NativeCallContext, at: Dynamic, key: ImmutableString, arguments: Map| {
            undetermined(&r, &at, Words::full(ScriptPosition::of(context.call_position()), &key, &arguments));
        },
    );
    let r = recorder.clone();
    engine.register_fn("ensure_usable", move |context: NativeCallContext, evidence: Evidence| {
        ensure_usable(&r, &evidence, Words::none(ScriptPosition::of(context.call_position())));
    });
}

fn register_optional(engine: &mut Engine) {
    engine.register_fn("has", |value: Dynamic| -> Result<bool, Box<EvalAltResult>> {
        if value.is_unit() { Err("has() needs a value, found nothing".into()) } else { Ok(has(&value)) }
    });
    engine.register_fn("or", |value: Dynamic, default: Dynamic| -> Result<Dynamic, Box<EvalAltResult>> {
        if value.is_unit() {
            return Err("or() needs a value, found nothing".into());
        }
        Ok(match as_missing(&value) {
            Some(missing) => {
                settle_optional(&missing);
                default
            }
            None => value,
        })
    });
}

fn register_context(engine: &mut Engine, recorder: &Rc<Recorder>) {
    let r = recorder.clone();
    engine.register_fn("parameter", move |name: &str| -> Result<Dynamic, Box<EvalAltResult>> {
        let value = r.parameters.get(name).ok_or_else(|| format!("the pack has no parameter `{name}`"))?;
        Ok(match value {
            Value::Duration(length) => Dynamic::from(*length),
            Value::Integer(number) => (*number).into(),
            Value::Number(number) => (*number).into(),
            Value::Date(day) => Dynamic::from(*day),
            Value::Text(text) => text.into(),
        })
    });
    let r = recorder.clone();
    engine.register_fn("stage", move || -> ImmutableString {
        r.case().and_then(|case| case.stage.clone()).unwrap_or_default().into()
    });
    let r = recorder.clone();
    engine.register_fn("attachment_sha256", move |path: Dynamic| attachment_sha256(&r, path));
    let r = recorder.clone();
    engine.on_print(move |text| r.print(text));
    let r = recorder.clone();
    engine.on_debug(move |text, _, position| r.print(&format!("{position:?}: {text}")));
}

/// The message of a demand, and where in the rule the demand stands.
pub(super) struct Words {
    pub(super) key: Option<String>,
    pub(super) arguments: Vec<Argument>,
    pub(super) script: Option<ScriptPosition>,
}

impl Words {
    fn none(position: Option<ScriptPosition>) -> Self {
        Self { key: None, arguments: Vec::new(), script: position }
    }

    fn key(position: Option<ScriptPosition>, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..Self::none(position) }
    }

    fn full(position: Option<ScriptPosition>, key: &str, arguments: &Map) -> Self {
        let argument = |(name, value): (&rhai::Identifier, &Dynamic)| {
            if let Some(missing) = as_missing(value) {
                // A message may speak of what is absent; the demand does not rely on it.
                missing.settle();
            }
            Argument { name: name.to_string(), text: words_of(value), place: place_of(value) }
        };
        Self { arguments: arguments.iter().map(argument).collect(), ..Self::key(position, key) }
    }

    fn note(self, kind: NoteKind, place: Place) -> Note {
        Note {
            kind,
            place,
            tail: String::new(),
            shape: None,
            key: self.key,
            arguments: self.arguments,
            script: self.script,
        }
    }

    /// Returns the finding that something is absent, in the words of the demand.
    fn note_absent(self, absence: &Absence) -> Note {
        Note { key: self.key, arguments: self.arguments, script: self.script, ..absence.note() }
    }

    fn without_message(self) -> Self {
        Self { key: None, arguments: Vec::new(), ..self }
    }
}

/// What a demand asks for or cites.
pub(super) enum Cited<'a> {
    /// What is absent, and the number of the read.
    Absent(&'a Absence, u32),
    /// Where it is written, if it is evidence.
    Given(Option<Place>),
}

fn require(recorder: &Recorder, value: &Dynamic, words: Words) -> Said {
    recorder.count_demands(1);
    if value.is_unit() {
        return Err("require() needs a value, found nothing".into());
    }
    match (as_missing(value), empty_collection(value)) {
        (Some(missing), _) => require_absent(recorder, &missing.absence, missing.read, words),
        (None, Some(place)) => require_empty(recorder, place, words),
        (None, None) => {}
    }
    Ok(())
}

/// Requires what is absent.
pub(super) fn require_absent(recorder: &Recorder, absence: &Absence, read: u32, words: Words) {
    recorder.settle(read);
    // A message that says "not given" would be wrong about a value that is given and unusable.
    let words = if absence.is_unusable { words.without_message() } else { words };
    recorder.note(words.note_absent(absence));
}

/// Requires a list or mapping that holds nothing.
pub(super) fn require_empty(recorder: &Recorder, place: Place, words: Words) {
    recorder.note(words.note(NoteKind::Missing, place));
}

fn ensure(recorder: &Recorder, condition: &Dynamic, at: &Dynamic, words: Words) -> Said {
    recorder.count_demands(1);
    let is_known = !is_unknown(condition) && as_missing(condition).is_none();
    let missing = as_missing(at);
    if is_known {
        let holds = condition.as_bool().map_err(|_| {
            Box::<EvalAltResult>::from(format!("ensure() needs true or false, found {}", type_name(condition)))
        })?;
        if holds {
            // What is cited for a demand that holds need not be given.
            missing.as_ref().inspect(|missing| settle_optional(missing));
            return Ok(());
        }
    }
    ensure_fails(recorder, is_known, &cited(missing.as_ref(), at), words);
    Ok(())
}

fn undetermined(recorder: &Recorder, at: &Dynamic, words: Words) {
    recorder.count_demands(1);
    leave_undetermined(recorder, &cited(as_missing(at).as_ref(), at), words);
}

/// Ensures what does not hold, or of which it is not known.
pub(super) fn ensure_fails(recorder: &Recorder, is_known: bool, at: &Cited<'_>, words: Words) {
    match *at {
        Cited::Absent(absence, read) => {
            recorder.settle(read);
            recorder.note(words.without_message().note_absent(absence));
        }
        // What is absent has been recorded where it was read.
        Cited::Given(_) if !is_known && recorder.absent_count() > 0 => {}
        Cited::Given(place) => recorder.note(words.note(NoteKind::Deviation, or_last(recorder, place))),
    }
}

pub(super) fn leave_undetermined(recorder: &Recorder, at: &Cited<'_>, words: Words) {
    match *at {
        Cited::Absent(absence, read) => {
            recorder.settle(read);
            // What the authority did not say is the question; what the operator did not hand in is missing.
            let words = if absence.kind() == NoteKind::Undetermined { words } else { words.without_message() };
            recorder.note(words.note_absent(absence));
        }
        Cited::Given(place) => recorder.note(words.note(NoteKind::Undetermined, or_last(recorder, place))),
    }
}

pub(super) fn ensure_usable(recorder: &Recorder, evidence: &Evidence, words: Words) {
    let tree: &Tree = &evidence.tree;
    recorder.count_demands(tree.conformed.value_count() as u64);
    for &node in tree.conformed.unusable() {
        let place = Place { subject: evidence.place.subject, node };
        let note = Words { key: None, arguments: Vec::new(), script: words.script }.note(NoteKind::Unusable, place);
        recorder.note(Note { shape: tree.conformed.shape(node), ..note });
    }
}

fn has(value: &Dynamic) -> bool {
    match as_missing(value) {
        Some(missing) => {
            settle_optional(&missing);
            false
        }
        None => empty_collection(value).is_none(),
    }
}

fn settle_optional(missing: &Missing) {
    missing.recorder.settle_optional(&missing.absence, missing.read);
}

fn attachment_sha256(recorder: &Rc<Recorder>, path: Dynamic) -> Result<Dynamic, Box<EvalAltResult>> {
    if as_missing(&path).is_some() {
        return Ok(path);
    }
    let Ok(name) = path.as_immutable_string_ref() else {
        return Err(format!("attachment_sha256() needs the path of an attachment, found {}", type_name(&path)).into());
    };
    Ok(match sha256_of(recorder, &name) {
        Some(sha256) => sha256.into(),
        None => Dynamic::from(Missing::read(recorder.clone(), no_attachment(recorder, place_of(&path)))),
    })
}

/// Returns the digest of an attached file.
pub(super) fn sha256_of(recorder: &Recorder, name: &str) -> Option<String> {
    let case = recorder.case()?;
    case.attachments.find(name).map(|attachment| attachment.sha256.clone())
}

/// Returns that there is no attached file of the name that stands at a place.
pub(super) fn no_attachment(recorder: &Recorder, place: Option<Place>) -> Absence {
    Absence { place: or_last(recorder, place), tail: ImmutableString::new(), shape: None, is_unusable: false }
}

/// Returns the place of a list or mapping that holds nothing.
fn empty_collection(value: &Dynamic) -> Option<Place> {
    if let Some(evidence) = value.read_lock::<Evidence>() {
        return evidence.node().is_empty().then_some(evidence.place);
    }
    let selection = value.read_lock::<Selection>()?;
    selection.nodes.is_empty().then_some(selection.of.place)
}

fn cited<'a>(missing: Option<&'a Missing>, at: &Dynamic) -> Cited<'a> {
    missing.map_or_else(|| Cited::Given(place_of(at)), |missing| Cited::Absent(&missing.absence, missing.read))
}

/// Returns the place that a demand cites: of the value, or of the evidence touched last.
fn or_last(recorder: &Recorder, place: Option<Place>) -> Place {
    let root = Place { subject: Subject::Bundle, node: NodeId::ROOT };
    place.or_else(|| recorder.last_touched()).unwrap_or(root)
}

/// Returns a script value in words, short enough for a message.
fn words_of(value: &Dynamic) -> Text {
    if as_missing(value).is_some() {
        return not_given();
    }
    if let Some(length) = value.read_lock::<Length>() {
        return length.words();
    }
    if let Some(moment) = value.read_lock::<Moment>() {
        return Text::same(moment.to_string());
    }
    if let Some(day) = value.read_lock::<Day>() {
        return Text::same(day.to_string());
    }
    if let Some(evidence) = value.read_lock::<Evidence>() {
        return evidence.tree.words(evidence.place.node);
    }
    if let Some(selection) = value.read_lock::<Selection>() {
        let tree = &selection.of.tree;
        return join(selection.nodes.len(), selection.nodes.iter().map(|node| tree.words(*node)));
    }
    if let Some(array) = value.read_lock::<Array>() {
        return join(array.len(), array.iter().map(words_of));
    }
    match value.as_immutable_string_ref() {
        Ok(text) => Text::same(short(&text)),
        Err(_) => Text::same(short(&value.to_string())),
    }
}

/// Returns the words for what is absent.
pub(super) fn not_given() -> Text {
    Text::new("(not given)", "(미제출)")
}

/// Joins the words of a list, the first of them where it is long.
pub(super) fn join(count: usize, texts: impl Iterator<Item = Text>) -> Text {
    let (en, ko): (Vec<String>, Vec<String>) = texts.take(LISTED).map(|text| (text.en, text.ko)).unzip();
    let more = count.saturating_sub(LISTED);
    if more == 0 {
        return Text::new(en.join(", "), ko.join(", "));
    }
    Text::new(format!("{} and {more} more", en.join(", ")), format!("{} 외 {more}건", ko.join(", ")))
}

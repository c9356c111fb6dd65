//! The one adapter to the YAML parser: granit's events become nodes, within limits and our restrictions.

use granit_parser::{Event, Options, Parser, ScalarStyle, Span, Tag};

use super::decode;
use super::diagnostic::Diagnostic;
use super::limits::{ALIASED_PER_BYTE, ALIASED_TEXT, Limits};
use super::plain;
use super::refusal::{self, Refusal};
use crate::evidence::{Builder, Collection, Document, Kind, NodeId, core_kind};

/// Reads one YAML file as a document of its own.
///
/// # Errors
/// Anything that is not YAML 1.2 in UTF-8, that breaks a limit, or that we refuse: several documents in one
/// file, duplicate keys, keys that are not text, merge keys and tags outside the core schema.
pub fn document(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Box<Diagnostic>> {
    document_within("", name, bytes, limits)
}

/// Reads one YAML file that lies in a container, such as `two.zip!/`.
pub(super) fn document_within(
    container: &str,
    name: &str,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Document, Box<Diagnostic>> {
    read_document(container, name, bytes, limits, Root::Whole)
}

/// Reads one YAML file that is a whole bundle.
///
/// # Errors
/// As [`document`]; also a file that is not a mapping.
pub(super) fn bundle_document(
    container: &str,
    name: &str,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Document, Box<Diagnostic>> {
    read_document(container, name, bytes, limits, Root::Mapping)
}

fn read_document(
    container: &str,
    name: &str,
    bytes: &[u8],
    limits: &Limits,
    root: Root,
) -> Result<Document, Box<Diagnostic>> {
    let mut builder = Builder::within(limits.budget());
    builder.set_container(container);
    let text = decode::utf8(name, bytes, limits.file_bytes)?;
    builder.begin_file(name, text);
    read_into(&mut builder, text, limits, root)?;
    Ok(builder.finish())
}

/// Adds one YAML file to a tree that is being built.
///
/// # Errors
/// As [`document`]; with any other root than [`Root::Whole`] also a file that is not a mapping.
pub(super) fn read_into(builder: &mut Builder, text: &str, limits: &Limits, root: Root) -> Result<(), Box<Diagnostic>> {
    let before = builder.node_count();
    YamlReader::new(builder, text, limits, root).read()?;
    let document = builder.document();
    document.budget().spend(builder.node_count() - before);
    document.budget().check().map_err(|exceeded| Box::new(refusal::overspent(document, exceeded)))
}

/// What the root of a file becomes in the tree.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    /// One node.
    Whole,
    /// One node that has to be a mapping.
    Mapping,
    /// A mapping whose entries join the mapping that is open.
    Entries,
}

struct YamlReader<'b> {
    builder: &'b mut Builder,
    source: &'b str,
    limits: &'b Limits,
    root: Root,
    /// Collections that were open before this file.
    outer: usize,
    /// Collections of this file that are open and not in the builder: the root of [`Root::Entries`].
    skipped: usize,
    documents: usize,
    /// Whether the `---` at the end was read, after which nothing comes.
    is_over: bool,
    /// The node of each anchor, by granit's number.
    anchors: Vec<Option<NodeId>>,
    is_root_seen: bool,
    /// Whether the first document says something.
    has_content: bool,
}

impl<'b> YamlReader<'b> {
    fn new(builder: &'b mut Builder, source: &'b str, limits: &'b Limits, root: Root) -> Self {
        let outer = builder.depth();
        Self {
            builder,
            source,
            limits,
            root,
            outer,
            skipped: 0,
            documents: 0,
            is_over: false,
            anchors: Vec::new(),
            is_root_seen: false,
            has_content: false,
        }
    }

    fn read(mut self) -> Result<(), Box<Diagnostic>> {
        if self.limits.plain_reader && plain::read(self.builder, self.source, self.limits, self.root) {
            return Ok(());
        }
        for event in Parser::new_from_str_with_options(self.source, options(self.limits)) {
            let (event, span) =
                event.map_err(|error| refusal::scan(self.builder.document(), self.source, &error, self.limits))?;
            self.event(event, &span)?;
        }
        if !self.is_root_seen && self.root != Root::Entries {
            self.builder.scalar(Kind::Null, 0, 0, 0, 0);
        }
        Ok(())
    }

    fn event(&mut self, event: Event<'_>, span: &Span) -> Result<(), Box<Diagnostic>> {
        match event {
            // The empty document that a `---` at the end begins.
            _ if self.is_over => Ok(()),
            Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, anchor, tag.as_deref(), span),
            Event::SequenceStart(_, anchor, tag) => self.open(Collection::Sequence, anchor, tag.as_deref(), span),
            Event::MappingStart(_, anchor, tag) => self.open(Collection::Mapping, anchor, tag.as_deref(), span),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(id) => self.alias(id, span),
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents == 1 {
                    return Ok(());
                }
                let (start, _) = bytes_of(span);
                self.is_over = self.has_content && self.source.split_at_checked(start).is_some_and(is_empty_end);
                if !self.is_over {
                    return self.refuse(span, Refusal::SeveralDocuments);
                }
                self.builder.note_empty_end(start);
                Ok(())
            }
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            // Comments, anchor events and unresolved aliases are not asked for in `options`.
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: &Span,
    ) -> Result<(), Box<Diagnostic>> {
        let (start, mut end) = bytes_of(span);
        let is_plain = style == ScalarStyle::Plain;
        // granit reports an absent value as a plain "~" with an empty span.
        let text = if is_plain && start == end { "" } else { text };
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            // The span of a block scalar runs on to the next token.
            end = start + self.source.get(start..end).map_or(0, |written| written.trim_end().len());
        }
        let kind = match tag {
            None if is_plain => core_kind(text),
            None => Kind::Text,
            Some(tag) => self.tagged_kind(tag, text, span)?,
        };
        self.check_room(span, 1)?;
        self.enter_root(kind, span)?;
        if self.root == Root::Entries && self.builder.depth() == self.outer && self.skipped == 0 {
            return Ok(());
        }
        if self.builder.expects_key() {
            if text.len() > self.limits.key_bytes {
                return self.refuse(span, Refusal::LongKey { bytes: text.len(), limit: self.limits.key_bytes });
            }
            self.check_key(text, kind, is_plain, span)?;
        } else if text.len() > self.limits.value_bytes {
            return self.refuse(span, Refusal::LongValue { bytes: text.len(), limit: self.limits.value_bytes });
        }
        let id = match self.offset_of(text, start) {
            Some(at) => self.builder.scalar(kind, start, end, at, text.len()),
            None => self.builder.decoded_scalar(kind, start, end, text),
        };
        self.remember(anchor, id);
        Ok(())
    }

    fn open(
        &mut self,
        collection: Collection,
        anchor: usize,
        tag: Option<&Tag>,
        span: &Span,
    ) -> Result<(), Box<Diagnostic>> {
        if let Some(tag) = tag {
            let expected = if collection == Collection::Mapping { "map" } else { "seq" };
            if tag.core_suffix() != Some(expected) {
                return self.refuse_tag(tag, span);
            }
        }
        let kind = if collection == Collection::Mapping { Kind::Mapping } else { Kind::Sequence };
        self.enter_root(kind, span)?;
        if self.root == Root::Entries && self.builder.depth() == self.outer && self.skipped == 0 {
            self.skipped = 1;
            return Ok(());
        }
        if self.builder.expects_key() {
            return self.refuse(span, Refusal::CollectionKey);
        }
        if self.builder.depth() - self.outer + self.skipped >= self.limits.depth {
            return self.refuse(span, Refusal::TooDeep { limit: self.limits.depth });
        }
        self.check_room(span, 1)?;
        let (start, end) = bytes_of(span);
        let id = self.builder.open(collection, start, end);
        self.remember(anchor, id);
        Ok(())
    }

    fn close(&mut self, span: &Span) -> Result<(), Box<Diagnostic>> {
        if self.builder.depth() == self.outer {
            self.skipped = 0;
            return Ok(());
        }
        let (start, end) = bytes_of(span);
        // A flow collection ends with its bracket, a block collection with its last descendant.
        let bracket = (end > start).then_some(end);
        self.builder.close(bracket).map_err(|twice| refusal::duplicate(self.builder.document(), twice))
    }

    fn alias(&mut self, id: usize, span: &Span) -> Result<(), Box<Diagnostic>> {
        if self.builder.expects_key() {
            return self.refuse(span, Refusal::CollectionKey);
        }
        let Some(original) = self.anchors.get(id).copied().flatten() else {
            return self.refuse(span, Refusal::UnknownAnchor);
        };
        if self.builder.is_open(original) {
            return self.refuse(span, Refusal::CyclicAlias);
        }
        self.check_copies(original, span)?;
        self.builder.copy(original);
        Ok(())
    }

    /// Checks that aliases do not multiply a bundle beyond a multiple of its bytes.
    fn check_copies(&self, original: NodeId, span: &Span) -> Result<(), Box<Diagnostic>> {
        let (more, so_far) = (self.builder.copy_of(original), self.builder.copied());
        let limit = self.limits.aliases + ALIASED_PER_BYTE * self.builder.text_len();
        let values = so_far.nodes + more.nodes;
        if values > limit {
            return self.refuse(span, Refusal::ManyCopies { values, limit, aliases: self.limits.aliases });
        }
        let (bytes, limit) = (so_far.bytes + more.bytes, ALIASED_TEXT * limit);
        if bytes > limit {
            return self.refuse(span, Refusal::LongCopies { bytes, limit, aliases: self.limits.aliases });
        }
        self.check_room(span, more.nodes)
    }

    /// Checks the root of a file whose entries join another mapping.
    fn enter_root(&mut self, kind: Kind, span: &Span) -> Result<(), Box<Diagnostic>> {
        let is_first = !self.is_root_seen;
        self.is_root_seen = true;
        if !is_first {
            return Ok(());
        }
        self.has_content = kind != Kind::Null;
        let needs_mapping = self.root != Root::Whole;
        if needs_mapping && !matches!(kind, Kind::Mapping | Kind::Null) {
            let (start, end) = bytes_of(span);
            let written = self.source.get(start..end).unwrap_or_default();
            return self.refuse(span, Refusal::NotAMapping { kind, colon: colon_missing(written) });
        }
        Ok(())
    }

    fn check_key(&self, text: &str, kind: Kind, is_plain: bool, span: &Span) -> Result<(), Box<Diagnostic>> {
        if is_plain && text == "<<" {
            return self.refuse(span, Refusal::MergeKey);
        }
        if kind == Kind::Text { Ok(()) } else { self.refuse(span, Refusal::KeyNotText { text: text.to_owned() }) }
    }

    fn check_room(&self, span: &Span, more: usize) -> Result<(), Box<Diagnostic>> {
        if self.builder.node_count() + more > self.limits.values {
            return self.refuse(span, Refusal::ManyValues { limit: self.limits.values });
        }
        Ok(())
    }

    fn tagged_kind(&self, tag: &Tag, text: &str, span: &Span) -> Result<Kind, Box<Diagnostic>> {
        let plain = core_kind(text);
        match tag.core_suffix() {
            Some("str") => Ok(Kind::Text),
            Some("null") if plain == Kind::Null => Ok(plain),
            Some("bool") if plain == Kind::Boolean => Ok(plain),
            Some("int") if plain == Kind::Integer => Ok(plain),
            Some("float") if matches!(plain, Kind::Float | Kind::Integer) => Ok(Kind::Float),
            // The non-specific tag "!" says: take it as text.
            None if tag.original() == "!" => Ok(Kind::Text),
            _ => self.refuse_tag(tag, span),
        }
    }

    fn refuse_tag<T>(&self, tag: &Tag, span: &Span) -> Result<T, Box<Diagnostic>> {
        let (start, end) = bytes_of(span);
        let at = span.tag_start().and_then(|marker| marker.byte_offset()).unwrap_or(start);
        Err(refusal::at(self.builder.document(), at, end.max(at), &Refusal::Tag { tag: tag.original() }))
    }

    fn refuse<T>(&self, span: &Span, refusal: Refusal) -> Result<T, Box<Diagnostic>> {
        let (start, end) = bytes_of(span);
        Err(refusal::at(self.builder.document(), start, end, &refusal))
    }

    /// Returns where a borrowed text stands in the source; nothing if it had to be decoded.
    fn offset_of(&self, text: &str, start: usize) -> Option<usize> {
        if text.is_empty() {
            return Some(start);
        }
        let offset = (text.as_ptr() as usize).checked_sub(self.source.as_ptr() as usize)?;
        (offset + text.len() <= self.source.len()).then_some(offset)
    }

    fn remember(&mut self, anchor: usize, id: NodeId) {
        if anchor == 0 {
            return;
        }
        if self.anchors.len() <= anchor {
            self.anchors.resize(anchor + 1, None);
        }
        if let Some(slot) = self.anchors.get_mut(anchor) {
            *slot = Some(id);
        }
    }
}

/// Tells whether a line `---` stands between two texts after which nothing comes but comments and ends of the document;
/// directives before it are something.
fn is_empty_end((before, after): (&str, &str)) -> bool {
    let says_nothing = |line: &str| {
        let line = line.trim_matches([' ', '\t']);
        line.is_empty() || line.starts_with('#')
    };
    let is_break = ['\n', '\r'];
    let Some(rest) = after.strip_prefix("---") else { return false };
    let mut lines = rest.split(is_break);
    let is_plain = !before.rsplit(is_break).find(|line| !says_nothing(line)).is_some_and(|line| line.starts_with('%'));
    is_plain
        && lines.next().is_some_and(says_nothing)
        && lines.all(|line| says_nothing(line.strip_prefix("...").unwrap_or(line)))
}

/// Returns a line of one key and its value that lacks the colon, with it: `operator: Kakao`.
fn colon_missing(written: &str) -> Option<String> {
    let line = written.lines().next()?;
    let (key, value) = line.split_once([' ', '=', '：']).or_else(|| line.split_once(':'))?;
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let value = value.trim_start_matches([' ', ':', '=', '：']);
    (is_key && !value.is_empty()).then(|| format!("{key}: {value}"))
}

fn options(limits: &Limits) -> Options {
    // One level more than our own limit, so that ours speaks first; granit allows 255.
    let nesting = (limits.depth + 1).min(255);
    let mut options = granit_parser::options! {
        strict_indentation: true,
        flow_nesting_limit: nesting,
        block_nesting_limit: nesting,
    };
    options.set_emit_comments(false);
    options
}

fn bytes_of(span: &Span) -> (usize, usize) {
    // `Parser::new_from_str` gives byte offsets on every span.
    let start = span.start.byte_offset().unwrap_or(0);
    (start, span.end.byte_offset().unwrap_or(start).max(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::NodeRef;

    fn refusal(text: &str) -> Option<(String, String)> {
        let refused = bundle_document("", "b.yaml", text.as_bytes(), &Limits::default()).err()?;
        Some((refused.message.en, refused.hint.unwrap_or_default().en))
    }

    #[test]
    fn a_marker_at_the_end_is_read_and_noted_once() {
        for end in ["---", "---\n", "--- # end\n", "---\n\n# end\n", "---\n...\n", "--- \t\n\n...\n# end\n...\n"] {
            for text in [format!("a: 1\n{end}"), format!("---\na: 1\n...\n{end}"), format!("[a]\n{end}")] {
                let document = document("b.yaml", text.as_bytes(), &Limits::default()).expect(&text);
                let first = document.root().entries().next().map(|(key, _)| key);
                let first = first.or_else(|| document.root().items().next());
                assert_eq!(first.map(NodeRef::text), Some("a"), "{text}");
                let places = document.empty_ends().iter().map(|place| place.start.line as usize);
                let lines = text.lines().count() - end.lines().count() + 1;
                assert_eq!(places.collect::<Vec<_>>(), [lines], "{text}");
            }
        }
        let manifest = |text: &str| {
            let mut builder = Builder::new();
            builder.begin_file("bundle.yaml", text);
            builder.open(Collection::Mapping, 0, 0);
            read_into(&mut builder, text, &Limits::default(), Root::Entries).map(|()| {
                builder.close(None).expect("the keys differ");
                builder.finish()
            })
        };
        let document = manifest("a: 1\nb: 2\n---\n").expect("read");
        assert_eq!((document.root().len(), document.empty_ends().len()), (2, 1));
        for text in [
            "a: 1\n---\nb: 2\n",
            "a: 1\n---\n---\n",
            "a: 1\n---\n~\n",
            "a: 1\n--- null\n",
            "a: 1\n--- ''\n",
            "a: 1\n---\n...\nb: 2\n",
            "a: 1\n...\n%YAML 1.2\n---\n",
            "---\n---\n",
            "---\n# nothing\n---\n",
        ] {
            let refused = document_of(text).expect_err(text);
            assert!(refused.message.en.contains("a second document begins here"), "{text}: {refused}");
            assert!(manifest(text).is_err(), "{text}");
        }
    }

    fn document_of(text: &str) -> Result<Document, Box<Diagnostic>> {
        document("b.yaml", text.as_bytes(), &Limits::default())
    }

    #[test]
    fn a_bundle_that_is_no_mapping_is_told_its_cure() {
        for (text, message, hint) in [
            ("- id: W1\n", "this file is a list", "write the key of the list above it"),
            ("[]\n", "this file is a list", "write the key of the list above it"),
            ("operator Kakao\n", "this file is one text", "did you mean   operator: Kakao"),
            ("operator:Kakao\n", "this file is one text", "did you mean   operator: Kakao"),
            ("operator = Kakao\nsubmission = plan\n", "this file is one text", "did you mean   operator: Kakao"),
            ("Report of May\n", "this file is one text", "begin with a key"),
            ("\"operator\"\n", "this file is one text", "begin with a key"),
            ("42\n", "this file must hold keys with values", "begin with a key"),
        ] {
            let (found, cure) = refusal(text).expect(text);
            assert!(found.contains(message) && cure.contains(hint), "{text}: {found}; {cure}");
        }
        for text in ["", "# nothing\n", "a: 1\n", "{}\n", "{a: 1}\n", "---\na: 1\n", "!!map {a: 1}\n", "&a\nb: 1\n"] {
            assert_eq!(refusal(text), None, "{text}");
        }
    }
}

//! A YAML text as a tree of nodes with positions.
//!
//! The nodes are in one vector in text order, each with the index after its subtree, so that
//! megabytes of IR need few allocations. `saphyr-parser` gives the events. Rejected here is what a
//! reader could overlook: duplicate keys, tags, a second document.

use super::error::YamlError;
use crate::text::conflict_marker;
use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::num::NonZeroUsize;
use std::ops::Range;

/// Maximum nesting; deeper nodes would overflow the stack of recursive code.
const DEEPEST: usize = 100;

/// A YAML text, parsed.
#[derive(Debug)]
pub struct Document<'t> {
    nodes: Vec<StoredNode<'t>>,
}

#[derive(Debug)]
struct StoredNode<'t> {
    form: NodeForm<'t>,
    range: Range<usize>,
    /// The index after the subtree; 0 while the node is open.
    after: usize,
}

#[derive(Debug)]
enum NodeForm<'t> {
    /// The text, and whether it is unquoted, so that it may be something else than text.
    Scalar(Cow<'t, str>, bool),
    List,
    Map,
    /// `*name`: the index of the node that it refers to.
    Alias(usize),
}

/// A node of a document; an alias is already replaced by its node.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    document: &'d Document<'d>,
    at: usize,
}

/// The kind of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'d> {
    /// A text or, if unquoted, whatever YAML reads it as.
    Scalar {
        /// The text.
        text: &'d str,
        /// Whether it is neither quoted nor a block.
        plain: bool,
    },
    /// `- a` or `[a]`.
    List,
    /// `a: b` or `{a: b}`.
    Map,
}

impl<'t> Document<'t> {
    /// Parses a text.
    ///
    /// # Errors
    /// Text that is not YAML, or YAML that is rejected here: a duplicate key, a key that is not
    /// text, a tag, a second document, an alias to a node that contains it, nesting deeper than
    /// 100, a conflict marker of git.
    pub fn parse(text: &'t str) -> Result<Self, YamlError> {
        if let Some(range) = conflict_marker(text) {
            return Err(YamlError::new("unresolved merge conflict", range));
        }
        let mut builder = Builder::new(text);
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|error| {
                let at = builder.bytes.of(error.marker().index());
                YamlError::new(error.info(), at..at)
            })?;
            builder.take(event, span)?;
        }
        Ok(Self {
            nodes: builder.nodes,
        })
    }

    /// The root node; `None` if the text has only comments.
    pub fn root(&self) -> Option<Node<'_>> {
        let is_blank = match self.nodes.first()?.form {
            NodeForm::Scalar(ref text, plain) => plain && text.is_empty(),
            NodeForm::List | NodeForm::Map | NodeForm::Alias(_) => false,
        };
        (!is_blank).then(|| Node::new(self, 0))
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }
}

impl<'d> Node<'d> {
    fn new(document: &'d Document<'d>, at: usize) -> Self {
        let at = match document.nodes[at].form {
            NodeForm::Alias(target) => target,
            NodeForm::Scalar(..) | NodeForm::List | NodeForm::Map => at,
        };
        Self { document, at }
    }

    /// A number that no other node of the document has.
    pub(super) fn id(self) -> usize {
        self.at
    }

    /// The value.
    pub fn content(self) -> Content<'d> {
        match &self.document.nodes[self.at].form {
            NodeForm::Scalar(text, plain) => Content::Scalar {
                text,
                plain: *plain,
            },
            NodeForm::List => Content::List,
            NodeForm::Map => Content::Map,
            NodeForm::Alias(_) => {
                unreachable!("`new` resolves aliases, and none refers to another")
            }
        }
    }

    /// The text of a scalar.
    pub fn text(self) -> Option<&'d str> {
        match self.content() {
            Content::Scalar { text, .. } => Some(text),
            Content::List | Content::Map => None,
        }
    }

    /// Byte range in the text; for a block, the whole block.
    pub fn range(self) -> Range<usize> {
        self.document.nodes[self.at].range.clone()
    }

    /// The entries of a map, in the order of the text; none for anything else.
    pub fn entries(self) -> impl Iterator<Item = (Self, Self)> + use<'d> {
        let mut children = self.children(self.content() == Content::Map);
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// The elements of a list; none for anything else.
    pub fn items(self) -> impl Iterator<Item = Self> + use<'d> {
        self.children(self.content() == Content::List)
    }

    /// The entry of a map with that key: the key and the value.
    pub fn entry(self, key: &str) -> Option<(Self, Self)> {
        self.entries().find(|(found, _)| found.text() == Some(key))
    }

    /// The value of a map's entry with that key.
    pub fn get(self, key: &str) -> Option<Self> {
        self.entry(key).map(|(_, value)| value)
    }

    fn children(self, are_wanted: bool) -> impl Iterator<Item = Self> + use<'d> {
        let end = self.document.nodes[self.at].after;
        let mut next = if are_wanted { self.at + 1 } else { end };
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = Self::new(self.document, next);
                next = self.document.nodes[next].after;
                child
            })
        })
    }
}

/// Characters, which the parser counts, to bytes.
struct Bytes<'t> {
    text: &'t str,
    /// Where every character is a byte, the two are the same.
    is_ascii: bool,
    /// The last result: positions are mostly looked up in text order.
    character: usize,
    byte: usize,
}

impl Bytes<'_> {
    fn of(&mut self, character: usize) -> usize {
        if self.is_ascii {
            return character.min(self.text.len());
        }
        let ahead = character.checked_sub(self.character).unwrap_or_else(|| {
            (self.character, self.byte) = (0, 0);
            character
        });
        let mut rest = self.text[self.byte..].chars();
        let passed = rest.by_ref().take(ahead).count();
        self.character += passed;
        self.byte = self.text.len() - rest.as_str().len();
        self.byte
    }
}

struct Builder<'t> {
    bytes: Bytes<'t>,
    nodes: Vec<StoredNode<'t>>,
    /// Containers that have not ended.
    open: Vec<usize>,
    /// Numbers of anchors to nodes.
    anchors: HashMap<NonZeroUsize, usize>,
    documents: usize,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            bytes: Bytes {
                text,
                is_ascii: text.is_ascii(),
                character: 0,
                byte: 0,
            },
            nodes: Vec::with_capacity(text.len() / 16),
            open: Vec::new(),
            anchors: HashMap::new(),
            documents: 0,
        }
    }

    fn take(&mut self, event: Event<'t>, span: Span) -> Result<(), YamlError> {
        let range = self.bytes.of(span.start.index())..self.bytes.of(span.end.index());
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                refuse_tag(tag.is_some(), &range)?;
                let plain = style == ScalarStyle::Plain;
                let form = NodeForm::Scalar(text, plain);
                self.push(form, range, anchor, self.nodes.len() + 1);
            }
            Event::SequenceStart(anchor, tag) => {
                refuse_tag(tag.is_some(), &range)?;
                self.open(NodeForm::List, range, anchor)?;
            }
            Event::MappingStart(anchor, tag) => {
                refuse_tag(tag.is_some(), &range)?;
                self.open(NodeForm::Map, range, anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end)?,
            Event::Alias(anchor) => {
                let target = NonZeroUsize::new(anchor).and_then(|anchor| self.anchors.get(&anchor));
                let target = target
                    .copied()
                    .filter(|&target| self.nodes[target].after > 0);
                let Some(target) = target else {
                    let message =
                        "the alias has no anchor, or it refers to a node that contains it";
                    return Err(YamlError::new(message, range));
                };
                self.push(NodeForm::Alias(target), range, 0, self.nodes.len() + 1);
            }
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    let message = "a second document begins here; only one is allowed";
                    return Err(YamlError::new(message, range));
                }
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn push(&mut self, form: NodeForm<'t>, range: Range<usize>, anchor: usize, after: usize) {
        if let Some(anchor) = NonZeroUsize::new(anchor) {
            self.anchors.insert(anchor, self.nodes.len());
        }
        self.nodes.push(StoredNode { form, range, after });
    }

    fn open(
        &mut self,
        form: NodeForm<'t>,
        range: Range<usize>,
        anchor: usize,
    ) -> Result<(), YamlError> {
        if self.open.len() == DEEPEST {
            let message = format!("lists and maps are nested deeper than {DEEPEST}");
            return Err(YamlError::new(message, range));
        }
        self.open.push(self.nodes.len());
        self.push(form, range, anchor, 0);
        Ok(())
    }

    fn close(&mut self, end: usize) -> Result<(), YamlError> {
        let at = self.open.pop().expect("the parser ends what it has begun");
        let after = self.nodes.len();
        let node = &mut self.nodes[at];
        node.after = after;
        // For the parser a block ends where the next node begins; the lines between are not part of
        // it.
        let text = &self.bytes.text[node.range.start..end.max(node.range.start)];
        node.range.end = node.range.start + text.trim_end().len();
        match node.form {
            NodeForm::Map => self.check_keys(at),
            NodeForm::List | NodeForm::Scalar(..) | NodeForm::Alias(_) => Ok(()),
        }
    }

    /// Every key of a map must be text and unique.
    fn check_keys(&self, at: usize) -> Result<(), YamlError> {
        let end = self.nodes[at].after;
        let mut seen = BTreeSet::new();
        let mut next = at + 1;
        while next < end {
            let key = &self.nodes[next];
            let NodeForm::Scalar(text, _) = &key.form else {
                return Err(YamlError::new("a key must be a text", key.range.clone()));
            };
            if !seen.insert(text.as_ref()) {
                let message = format!("duplicate key `{text}`; one of the values would be lost");
                return Err(YamlError::new(message, key.range.clone()));
            }
            next = self.nodes[key.after].after;
        }
        Ok(())
    }
}

fn refuse_tag(is_there: bool, range: &Range<usize>) -> Result<(), YamlError> {
    if is_there {
        let message = "YAML tags are not supported; write the value without one";
        return Err(YamlError::new(message, range.clone()));
    }
    Ok(())
}

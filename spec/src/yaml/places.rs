//! Positions of the entries of a hand-written file. Only findings need them, so the text is parsed
//! again only for the first finding.

use super::document::{Content, Document, Node};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

/// One step from a node to a node in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'s> {
    /// To the entry of a map.
    Key(&'s str),
    /// To the element of a list whose `name` is that.
    Named(&'s str),
    /// To the element of a list, from 0.
    Nth(usize),
}

/// The positions of a hand-written file.
#[derive(Debug)]
pub struct Places<'t> {
    text: &'t str,
    /// `None` if the text is not YAML; that is a finding of its own.
    document: OnceLock<Option<Document<'t>>>,
    /// Elements of lists by list and name: a models.yaml may have thousands, and each may get a
    /// finding.
    named: OnceLock<HashMap<(usize, String), usize>>,
}

impl<'t> Places<'t> {
    /// The positions of a text.
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            document: OnceLock::new(),
            named: OnceLock::new(),
        }
    }

    /// The position at the end of the path: a key, the name of an element, or its first line. If a
    /// step does not exist, the position of the step before it, or the start of the text.
    pub fn of(&self, path: &[Step<'_>]) -> Range<usize> {
        self.walk(path).map_or(0..0, |(place, _)| place)
    }

    /// As [`Self::of`], for keys in keys.
    pub fn key(&self, path: &[&str]) -> Range<usize> {
        let steps: Vec<Step<'_>> = path.iter().map(|key| Step::Key(key)).collect();
        self.of(&steps)
    }

    /// The scalar at the end of the path; as [`Self::of`] if it is not a scalar.
    pub fn value(&self, path: &[Step<'_>]) -> Range<usize> {
        match self.walk(path) {
            None => 0..0,
            Some((_, Some(value))) if value.text().is_some_and(|text| !text.is_empty()) => {
                value.range()
            }
            Some((place, _)) => place,
        }
    }

    /// The last existing position on the path, and its node if the whole path exists.
    fn walk(&self, path: &[Step<'_>]) -> Option<(Range<usize>, Option<Node<'_>>)> {
        let mut node = self.root()?;
        let mut place = 0..0;
        for step in path {
            let found = match *step {
                Step::Key(key) => node.entry(key).map(|(key, value)| (key.range(), value)),
                Step::Named(name) => self.element(node, name),
                Step::Nth(index) => node.items().nth(index).map(|it| (self.first_line(it), it)),
            };
            let Some((next_place, next)) = found else {
                return Some((place, None));
            };
            (place, node) = (next_place, next);
        }
        Some((place, Some(node)))
    }

    fn root(&self) -> Option<Node<'_>> {
        let parse = || Document::parse(self.text).ok();
        self.document.get_or_init(parse).as_ref()?.root()
    }

    fn element<'p>(&'p self, list: Node<'p>, name: &str) -> Option<(Range<usize>, Node<'p>)> {
        let named = self.named.get_or_init(|| {
            let mut named = HashMap::new();
            if let Some(root) = self.root() {
                collect_named(root, &mut named);
            }
            named
        });
        let nth = *named.get(&(list.id(), name.to_owned()))?;
        let element = list.items().nth(nth)?;
        Some((element.get("name")?.range(), element))
    }

    fn first_line(&self, node: Node<'_>) -> Range<usize> {
        let range = node.range();
        let text = &self.text[range.clone()];
        let end = text.find('\n').unwrap_or(text.len());
        range.start..range.start + text[..end].trim_end().len()
    }
}

/// The first element of each name of each list below a node.
fn collect_named(node: Node<'_>, named: &mut HashMap<(usize, String), usize>) {
    match node.content() {
        Content::Scalar { .. } => {}
        Content::List => {
            for (nth, item) in node.items().enumerate() {
                if let Some(name) = item.get("name").and_then(Node::text) {
                    named.entry((node.id(), name.to_owned())).or_insert(nth);
                }
                collect_named(item, named);
            }
        }
        Content::Map => node
            .entries()
            .for_each(|(_, value)| collect_named(value, named)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OVERLAY: &str = "\
# pages: a comment
pages:
  ThingsApi:
    getThing:
      because: 'its returns: Thing is wrong'
      returns: Thing
      parameters:
        body: { type: Thing, required: true }
        \"x-y\":
          wire: other
    getThings:
      because: getThing
models:
  Thing:
    because: a reason
";

    fn key(path: &[&str]) -> (usize, &'static str) {
        let range = Places::new(OVERLAY).key(path);
        let line = OVERLAY[..range.start].matches('\n').count() + 1;
        (line, &OVERLAY[range])
    }

    #[test]
    fn keys_are_found_in_blocks_and_on_one_line_and_not_in_texts() {
        let operation = ["pages", "ThingsApi", "getThing"];
        assert_eq!(key(&operation), (4, "getThing"));
        assert_eq!(
            key(&[&operation[..], &["returns"]].concat()),
            (6, "returns")
        );
        assert_eq!(key(&["pages", "ThingsApi", "getThings"]), (11, "getThings"));
        let body = ["pages", "ThingsApi", "getThing", "parameters", "body"];
        assert_eq!(key(&body), (8, "body"));
        assert_eq!(key(&[&body[..], &["required"]].concat()), (8, "required"));
        let quoted = [&body[..4], &["x-y", "wire"]].concat();
        assert_eq!(key(&quoted), (10, "wire"));
        assert_eq!(key(&["models", "Thing"]), (14, "Thing"));
    }

    #[test]
    fn what_is_not_there_is_placed_at_the_entry_around_it() {
        let missing = ["pages", "ThingsApi", "getThing", "parameters", "absent"];
        assert_eq!(key(&missing), (7, "parameters"));
        assert_eq!(Places::new("").key(&missing), 0..0);
        assert_eq!(Places::new("{").key(&missing), 0..0);
    }

    #[test]
    fn values_are_found_behind_their_keys() {
        let places = Places::new(OVERLAY);
        let path = ["pages", "ThingsApi", "getThings", "because"].map(Step::Key);
        assert_eq!(&OVERLAY[places.value(&path)], "getThing");
        assert_eq!(&OVERLAY[places.value(&path[..3])], "getThings");
    }

    #[test]
    fn elements_are_found_by_name_in_their_own_list() {
        let text =
            "models:\n- name: A\n  fields:\n  - name: x\n- name: B\n  fields:\n  - name: x\n";
        let places = Places::new(text);
        let of = |path: &[Step<'_>]| places.of(&[&[Step::Key("models")], path].concat());
        let field = |model, name| of(&[Step::Named(model), Step::Key("fields"), Step::Named(name)]);
        let last = text.rfind('x').expect("it is there");
        assert_eq!(field("B", "x"), last..last + 1);
        assert_eq!(&text[of(&[Step::Named("B")])], "B");
        assert_eq!(&text[field("B", "y")], "fields");
        assert_eq!(&text[of(&[Step::Named("x")])], "models");
    }

    #[test]
    fn elements_are_found_by_number() {
        let text = "- a: Zoë\n  b: 東\n- a: 2 \n  b: 3\n";
        let places = Places::new(text);
        assert_eq!(&text[places.of(&[Step::Nth(1)])], "a: 2");
        assert_eq!(&text[places.value(&[Step::Nth(1), Step::Key("b")])], "3");
        assert_eq!(&text[places.value(&[Step::Nth(0), Step::Key("b")])], "東");
        assert_eq!(places.of(&[Step::Nth(2)]), 0..0);
    }
}

//! Where an entry of a hand-made YAML file stands: values come without places, so this looks for
//! the entry in the text. Only findings ask, so nothing is indexed before the first does.
//!
//! The quirk that shaped it: people write small entries on one line, `body: { type: TrustCreate }`,
//! and large ones as blocks. What cannot be found (an alias, say) points at the entry around it.

use crate::diagnostic::Span;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

/// A hand-made file.
pub(super) struct Spots<'a> {
    file: &'a str,
    text: &'a str,
    /// Where the names of the outermost list's items start. A models.yaml may hold thousands, and
    /// each of them may be a finding.
    items: OnceLock<HashMap<&'a str, usize>>,
}

impl<'a> Spots<'a> {
    pub fn new(file: &'a str, text: &'a str) -> Self {
        let items = OnceLock::new();
        Self { file, text, items }
    }

    /// The key at the end of a path of keys.
    pub fn key(&self, path: &[&str]) -> Span {
        let mut region = 0..self.text.len();
        let mut found = 0..0;
        for key in path {
            let Some(start) = self.find_key(&region, key) else {
                break;
            };
            found = start..start + key.len();
            region = self.value_of(found.end, region.end);
        }
        self.span(found)
    }

    /// The name of an item `- name: …` of the outermost list.
    pub fn item(&self, name: &str) -> Span {
        let found = self.items().get(name);
        self.span(found.map_or(0..0, |start| *start..start + name.len()))
    }

    /// The name of an item in the list below an item.
    pub fn inner_item(&self, outer: &str, name: &str) -> Span {
        let outer = self.item(outer);
        let region = self.value_of(outer.range.end, self.text.len());
        let mut names = self.names(region);
        match names.find(|(_, _, found)| *found == name) {
            Some((_, start, found)) => self.span(start..start + found.len()),
            None => outer,
        }
    }

    fn items(&self) -> &HashMap<&'a str, usize> {
        self.items.get_or_init(|| {
            let mut items = HashMap::new();
            let mut depth = None;
            for (indent, start, name) in self.names(0..self.text.len()) {
                if *depth.get_or_insert(indent) == indent {
                    items.entry(name).or_insert(start);
                }
            }
            items
        })
    }

    /// The lines `- name: …` of a region: their indentation, where the name starts, the name.
    fn names(
        &self,
        region: Range<usize>,
    ) -> impl Iterator<Item = (usize, usize, &'a str)> + use<'a> {
        self.lines(&region).filter_map(|(start, line)| {
            let value = line.trim_start().strip_prefix("- name:")?;
            let name = value.trim().trim_matches(['"', '\'']);
            let at = start
                + line
                    .rfind(name)
                    .expect("the line holds what was cut out of it");
            Some((indent_of(line), at, name))
        })
    }

    fn span(&self, range: Range<usize>) -> Span {
        super::span(self.file, &range)
    }

    /// The lines of a region, each with its start in the text.
    fn lines(&self, region: &Range<usize>) -> impl Iterator<Item = (usize, &'a str)> + use<'a> {
        let mut start = region.start;
        self.text[region.clone()]
            .split_inclusive('\n')
            .map(move |line| {
                let this = start;
                start += line.len();
                (this, line)
            })
            .filter(|(_, line)| {
                let content = line.trim_start();
                !content.is_empty() && !content.starts_with('#')
            })
    }

    /// The start of a key in a block or flow mapping that the region holds.
    fn find_key(&self, region: &Range<usize>, key: &str) -> Option<usize> {
        let text = &self.text[region.clone()];
        if text.trim_start().starts_with('{') {
            let at = text.match_indices(key).map(|(at, _)| at).find(|at| {
                let before = text[..*at].trim_end_matches([' ', '"', '\'']);
                before.ends_with(['{', ',', '\n']) && is_key_end(&text[at + key.len()..])
            })?;
            return Some(region.start + at);
        }
        let mut depth = None;
        self.lines(region).find_map(|(start, line)| {
            let indent = indent_of(line);
            let content = line[indent..].trim_start_matches(['"', '\'']);
            let at = start + line.len() - content.len();
            let rest = content.strip_prefix(key)?;
            // The first key sets the depth: keys further in belong to another entry.
            (*depth.get_or_insert_with(|| self.depth_of(region)) == indent && is_key_end(rest))
                .then_some(at)
        })
    }

    fn depth_of(&self, region: &Range<usize>) -> usize {
        self.lines(region)
            .next()
            .map_or(0, |(_, line)| indent_of(line))
    }

    /// What belongs to the key or item that ends at `from`: the rest of its line and every line
    /// that stands further in.
    fn value_of(&self, from: usize, limit: usize) -> Range<usize> {
        let line_start = self.text[..from].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.text[from..limit]
            .find('\n')
            .map_or(limit, |at| from + at + 1);
        let rest = self.text[from..line_end].trim_start_matches(['"', '\'', ':', ' ']);
        if rest.starts_with('{') {
            return line_end - rest.len()..self.end_of(line_start, line_end, limit);
        }
        line_end..self.end_of(line_start, line_end, limit)
    }

    fn end_of(&self, line_start: usize, line_end: usize, limit: usize) -> usize {
        let indent = indent_of(&self.text[line_start..]);
        self.lines(&(line_end..limit))
            .find(|(_, line)| indent_of(line) <= indent)
            .map_or(limit, |(start, _)| start)
    }
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_key_end(rest: &str) -> bool {
    rest.trim_start_matches(['"', '\'', ' ']).starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    const OVERLAY: &str = "\
# pages: a comment
pages:
  ThingsApi:
    getThing:
      because: a reason
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
        let span = Spots::new("overlay.yaml", OVERLAY).key(path);
        let line = OVERLAY[..span.range.start].matches('\n').count() + 1;
        (line, &OVERLAY[span.range])
    }

    #[test]
    fn keys_are_found_in_blocks_and_on_one_line() {
        let operation = ["pages", "ThingsApi", "getThing"];
        assert_eq!(key(&operation), (4, "getThing"));
        assert_eq!(key(&["pages", "ThingsApi", "getThings"]), (10, "getThings"));
        let body = ["pages", "ThingsApi", "getThing", "parameters", "body"];
        assert_eq!(key(&body), (7, "body"));
        assert_eq!(key(&[&body[..], &["required"]].concat()), (7, "required"));
        let quoted = [&body[..4], &["x-y", "wire"]].concat();
        assert_eq!(key(&quoted), (9, "wire"));
        assert_eq!(key(&["models", "Thing"]), (13, "Thing"));
    }

    #[test]
    fn what_is_not_there_points_at_the_entry_around_it() {
        let missing = ["pages", "ThingsApi", "getThing", "parameters", "absent"];
        assert_eq!(key(&missing), (6, "parameters"));
        assert_eq!(Spots::new("overlay.yaml", "").key(&missing).range, 0..0);
    }

    #[test]
    fn a_text_that_breaks_off_gives_a_place_in_it() {
        let path = [
            "pages",
            "ThingsApi",
            "getThing",
            "parameters",
            "body",
            "required",
        ];
        for end in 0..OVERLAY.len() {
            let text = &OVERLAY[..end];
            for depth in 0..=path.len() {
                let range = Spots::new("overlay.yaml", text).key(&path[..depth]).range;
                assert!(text.get(range).is_some(), "{end} {depth}");
            }
        }
    }

    #[test]
    fn items_are_found_in_their_own_list() {
        let text =
            "models:\n- name: A\n  fields:\n  - name: x\n- name: B\n  fields:\n  - name: x\n";
        let spots = Spots::new("models.yaml", text);
        let span = spots.inner_item("B", "x");
        let last = text.rfind('x').expect("it is there");
        assert_eq!(span.range, last..last + 1);
        assert_eq!(spots.inner_item("B", "y"), spots.item("B"));
        assert_eq!(&text[spots.item("B").range], "B");
        assert_eq!(spots.item("x").range, 0..0);
    }
}

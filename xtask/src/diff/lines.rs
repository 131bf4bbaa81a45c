//! Where a change stands: the line of the docs' page and the line of the IR, for links and
//! annotations. What is gone stands on the old side.

use super::source::{ApiVersion, Origin};
use crate::pins::TOPICS;
use api_diff::Change;
use api_diff::locate::{ChangeLines, FileLine, Locate};
use generator::form::ReadPage;
use generator::raw::{RawModel, RawPage, RawTopic};
use generator::source::SourceFile;
use spec::yaml::{Document, Node};
use std::collections::HashMap;
use std::ops::Range;

/// The topics in the IR.
const IR_TOPICS: &str = "ir/topics.yaml";

/// Finds lines; a file is read when the first change in it is looked up.
pub struct Finder<'a> {
    old: VersionLines<'a>,
    new: VersionLines<'a>,
}

/// Name of an operation, model or topic, and of a parameter or field in it; to the number of its line.
type Index = HashMap<(String, Option<String>), usize>;

struct VersionLines<'a> {
    version: &'a ApiVersion,
    /// By path within the spec folder.
    indexed: HashMap<String, Option<Index>>,
}

impl<'a> Finder<'a> {
    /// Looks up lines of two versions.
    pub fn new(old: &'a ApiVersion, new: &'a ApiVersion) -> Self {
        let side = |version| VersionLines {
            version,
            indexed: HashMap::new(),
        };
        Self {
            old: side(old),
            new: side(new),
        }
    }
}

impl Locate for Finder<'_> {
    fn find(&mut self, change: &Change) -> ChangeLines {
        let new = self.new.find(change);
        if new == ChangeLines::default() {
            self.old.find(change)
        } else {
            new
        }
    }

    fn annotate(&mut self, change: &Change) -> Option<FileLine> {
        let lines = self.new.find(change);
        lines
            .page
            .or(lines.ir)
            .or_else(|| self.new.first_line(change))
    }
}

impl VersionLines<'_> {
    fn first_line(&self, change: &Change) -> Option<FileLine> {
        let (docs, ir) = match &change.subject.api {
            Some(api) => (format!("docs/{api}.md"), format!("ir/{api}.yaml")),
            None if change.subject.topic.is_some() => (TOPICS.to_owned(), IR_TOPICS.to_owned()),
            None => ("models.yaml".to_owned(), "ir/models.yaml".to_owned()),
        };
        let is_there = |path: &str| match path.strip_prefix("ir/") {
            Some(_) => self.version.ir.iter().any(|(name, _)| name == path),
            None => matches!(self.version.origin.read(path), Ok(Some(_))),
        };
        let path = [docs, ir].into_iter().find(|path| is_there(path))?;
        Some(self.at(&path, 1))
    }

    fn at(&self, path: &str, number: usize) -> FileLine {
        let commit = match &self.version.origin {
            Origin::Commit { commit, .. } => Some(commit.clone()),
            Origin::Spec(_) | Origin::Ir(_) => None,
        };
        FileLine {
            path: self.version.origin.path_of(path),
            number,
            commit,
        }
    }

    fn find(&mut self, change: &Change) -> ChangeLines {
        let subject = &change.subject;
        let Some(name) = subject.name() else {
            return ChangeLines::default();
        };
        if subject.topic.is_some() {
            return ChangeLines {
                page: self.line(TOPICS, name, None),
                ir: self.line(IR_TOPICS, name, None),
            };
        }
        let inner = subject.parameter.as_ref().or(subject.field.as_ref());
        let (ir, page) = match &subject.api {
            Some(api) => (format!("ir/{api}.yaml"), api.as_str()),
            None => ("ir/models.yaml".to_owned(), name),
        };
        let mut line = |folder: &str| self.line(&format!("{folder}/{page}.md"), name, inner);
        // Models have pages in either folder.
        let page = match &subject.api {
            Some(_) => line("docs"),
            None => line("docs/typed").or_else(|| line("docs")),
        };
        ChangeLines {
            page,
            ir: self.line(&ir, name, inner),
        }
    }

    fn line(&mut self, path: &str, name: &str, inner: Option<&String>) -> Option<FileLine> {
        if !self.indexed.contains_key(path) {
            let index = index(self.version, path);
            self.indexed.insert(path.to_owned(), index);
        }
        let index = self.indexed.get(path)?.as_ref()?;
        let number = index
            .get(&(name.to_owned(), inner.cloned()))
            .or_else(|| index.get(&(name.to_owned(), None)))?;
        Some(self.at(path, *number))
    }
}

/// A file that is not there, or cannot be read as what it is, has no lines to link to.
fn index(version: &ApiVersion, path: &str) -> Option<Index> {
    if path.starts_with("ir/") {
        let (_, text) = version.ir.iter().find(|(name, _)| name == path)?;
        return index_ir(text);
    }
    let text = version.origin.read(path).ok()??;
    let file = SourceFile {
        path: path.to_owned(),
        text,
    };
    if path == TOPICS {
        return Some(index_topics(generator::topics::read(&file).0?, &file.text));
    }
    Some(match generator::form::read(&file).0? {
        ReadPage::Operations(page) => index_page(page, &file.text),
        ReadPage::Model(model) => index_model(model, &file.text),
    })
}

fn index_ir(text: &str) -> Option<Index> {
    let document = Document::parse(text).ok()?;
    let root = document.root()?;
    let numbers = Numbers::of(text);
    let mut index = Index::new();
    let outer = [
        ("operations", "id", "parameters"),
        ("models", "name", "fields"),
        ("topics", "topic", ""),
    ];
    for (list, name, inner) in outer {
        for item in root.get(list).into_iter().flat_map(Node::items) {
            let Some(named) = item.get(name) else {
                continue;
            };
            let name = named.text().unwrap_or_default().to_owned();
            for inner in item.get(inner).into_iter().flat_map(Node::items) {
                if let Some(named) = inner.get("name") {
                    let key = named.text().map(str::to_owned);
                    let entry = index.entry((name.clone(), key));
                    entry.or_insert(numbers.line(&named.range()));
                }
            }
            let entry = index.entry((name, None));
            entry.or_insert(numbers.line(&named.range()));
        }
    }
    Some(index)
}

fn index_page(page: RawPage, text: &str) -> Index {
    let numbers = Numbers::of(text);
    let mut index = Index::new();
    for operation in page.operations {
        let id = operation.id.value;
        for parameter in operation.parameters {
            let key = (id.clone(), Some(parameter.name.value));
            index
                .entry(key)
                .or_insert(numbers.line(&parameter.name.range));
        }
        // The section, not the row of the table that names it too.
        index
            .entry((id, None))
            .or_insert(numbers.line(&operation.range));
    }
    index
}

fn index_topics(topics: Vec<RawTopic>, text: &str) -> Index {
    let numbers = Numbers::of(text);
    let topics = topics.into_iter().map(|topic| {
        let line = numbers.line(&topic.topic.range);
        ((topic.topic.value, None), line)
    });
    topics.collect()
}

fn index_model(model: RawModel, text: &str) -> Index {
    let numbers = Numbers::of(text);
    let mut index = Index::new();
    let name = model.name.value;
    for field in model.fields {
        let key = (name.clone(), Some(field.name.value));
        index.entry(key).or_insert(numbers.line(&field.name.range));
    }
    index.insert((name, None), numbers.line(&model.name.range));
    index
}

/// Offsets to numbers of lines.
struct Numbers(Vec<usize>);

impl Numbers {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(offset, _)| offset).collect())
    }

    fn line(&self, range: &Range<usize>) -> usize {
        self.0.partition_point(|newline| *newline < range.start) + 1
    }
}

//! The operations and topics that a consumer uses, from a list or from its source code, and the changes that
//! concern them.

use crate::change::Change;
use crate::compare::key;
use spec::text::unnamed;
use spec::{Api, Model, Operation, Topic};
use std::collections::{HashMap, HashSet};

/// The operations and topics that a consumer uses.
#[derive(Default)]
pub struct Consumer {
    /// Names without `_` and capitals, so that `getUsers` is `get_users`.
    names: HashSet<String>,
    /// Lines such as `GET /api/v2/users`.
    lines: HashSet<String>,
    /// Templates of topics, ids unnamed.
    topics: HashSet<String>,
    /// What was listed, as it was listed; empty for source code, where most words are something else.
    listed: Vec<String>,
}

impl Consumer {
    /// From a list: an operation a line, by documented name, by Rust name, or by method and path; or a
    /// topic, by its template or Rust name. `#` starts a comment.
    pub fn from_list(text: &str) -> Self {
        let mut consumer = Self::default();
        for line in text.lines() {
            let entry = line.split('#').next().unwrap_or_default().trim();
            if entry.is_empty() {
                continue;
            }
            consumer.listed.push(entry.to_owned());
            match entry.split_once(char::is_whitespace) {
                Some((method, path)) => {
                    let line = format!("{} {}", method.to_uppercase(), path.trim());
                    consumer.lines.insert(line);
                }
                None if entry.contains('.') => {
                    consumer.topics.insert(unnamed(entry).into_owned());
                }
                None => {
                    consumer.names.insert(bare(entry));
                }
            }
        }
        consumer
    }

    /// Whether a list had no entry.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// Adds what a source file calls.
    /// Every method call could be an operation; names of other methods match nothing later.
    pub fn scan(&mut self, source: &str) {
        let mut rest = source;
        while let Some(dot) = rest.find(['.', ':']) {
            rest = rest[dot + 1..].trim_start();
            let end = rest
                .find(|character: char| !character.is_alphanumeric() && character != '_')
                .unwrap_or(rest.len());
            if end > 0 {
                self.names.insert(bare(&rest[..end]));
            }
        }
    }

    fn has(&self, operation: &Operation) -> bool {
        self.names.contains(&bare(&operation.id))
            || (!self.lines.is_empty()
                && self
                    .lines
                    .contains(&format!("{} {}", operation.method, operation.path)))
    }

    /// The topics of an API that are used, by their templates.
    fn topics_of<'a>(&self, api: &'a Api) -> impl Iterator<Item = &'a Topic> {
        let functions = templates::topic_functions(api);
        let topics = api.topics.iter().zip(functions);
        let used = topics.filter(|(topic, function)| {
            self.names.contains(&bare(function)) || self.topics.contains(&*unnamed(&topic.topic))
        });
        used.map(|(topic, _)| topic).collect::<Vec<_>>().into_iter()
    }

    /// What was listed and is no operation and no topic of either version.
    pub fn unknown<'a>(&'a self, old: &Api, new: &Api) -> Vec<&'a str> {
        let operations = || {
            [old, new]
                .into_iter()
                .flat_map(|api| &api.pages)
                .flat_map(|page| &page.operations)
        };
        let functions = [old, new].into_iter().flat_map(templates::topic_functions);
        let functions = functions.map(|function| bare(&function));
        let names = operations().map(|operation| bare(&operation.id));
        let names: HashSet<String> = names.chain(functions).collect();
        let topics = [old, new].into_iter().flat_map(|api| &api.topics);
        let topics: HashSet<_> = topics.map(|topic| unnamed(&topic.topic)).collect();
        let lines: HashSet<String> = operations()
            .map(|operation| format!("{} {}", operation.method, operation.path))
            .collect();
        let is_known = |entry: &&String| {
            names.contains(&bare(entry))
                || topics.contains(&unnamed(entry))
                || self
                    .lines
                    .iter()
                    .any(|line| line.eq_ignore_ascii_case(entry) && lines.contains(line))
        };
        self.listed
            .iter()
            .filter(|entry| !is_known(entry))
            .map(String::as_str)
            .collect()
    }

    /// Keeps what touches the operations and topics: their own changes, and those of models that they reach.
    pub fn retain(&self, old: &Api, new: &Api, changes: &mut Vec<Change>) {
        let mut operations = HashSet::new();
        let mut pages = HashSet::new();
        let mut models = HashSet::new();
        let mut topics = HashSet::new();
        for api in [old, new] {
            let described: HashMap<&str, &Model> = api
                .models
                .models
                .iter()
                .map(|model| (model.name.as_str(), model))
                .collect();
            for topic in self.topics_of(api) {
                topics.insert(unnamed(&topic.topic));
                models.extend(spec::reached([&topic.model], |name| {
                    described.get(name).copied()
                }));
            }
            for page in &api.pages {
                for operation in page
                    .operations
                    .iter()
                    .filter(|operation| self.has(operation))
                {
                    // By request: the changes of a renamed operation stand under its new name.
                    operations.insert(key(operation));
                    pages.insert(page.api.as_str());
                    let bodies = operation.parameters.iter().filter(|p| p.location.is_body());
                    let types = bodies.map(|body| &body.ty).chain([&operation.returns]);
                    models.extend(spec::reached(types, |name| described.get(name).copied()));
                }
            }
        }
        changes.retain(|change| {
            let subject = &change.subject;
            if let Some(topic) = &subject.topic {
                return topics.contains(&unnamed(topic));
            }
            match (subject.method, &subject.path, &subject.model, &subject.api) {
                (Some(method), Some(path), ..) => operations.contains(&(method, unnamed(path))),
                (.., Some(model), _) => models.contains(model.as_str()),
                // A page that goes concerns whoever uses one of its operations.
                (.., Some(api)) => pages.contains(api.as_str()),
                _ => true,
            }
        });
    }
}

fn bare(name: &str) -> String {
    name.chars()
        .filter(|character| *character != '_')
        .flat_map(char::to_lowercase)
        .collect()
}

//! Topics: each once, sorted, and of a model that something describes.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::raw::RawTopic;
use crate::resolve::described::Described;
use spec::text::unnamed;
use spec::{Topic, Type};
use std::collections::BTreeMap;

/// Settles the topics. One whose model nothing describes is kept; its body is JSON. What an id is called does
/// not tell topics apart: it is never sent.
pub(super) fn settle(raw: Vec<RawTopic>, models: &Described) -> (Vec<Topic>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut first: BTreeMap<String, RawTopic> = BTreeMap::new();
    for topic in raw {
        let key = unnamed(&topic.topic.value).into_owned();
        if let Some(before) = first.get(&key) {
            diagnostics.push(duplicate(before, &topic));
            continue;
        }
        if models.get(&topic.model.value).is_none() {
            let (name, model) = (&topic.topic.value, &topic.model.value);
            let message = format!("`{name}` carries {model}, which nothing describes");
            let place = Span::new(&topic.file, &topic.model.range);
            diagnostics.push(Diagnostic::new(Code::TopicModelUnknown, message, place));
        }
        first.insert(key, topic);
    }
    diagnostics.extend(shared_words(first.values()));
    let topics = first.into_values().map(|raw| Topic {
        topic: raw.topic.value,
        model: Type::Model(raw.model.value),
        permissions: None,
    });
    let mut topics: Vec<Topic> = topics.collect();
    topics.sort_by(|a, b| a.topic.cmp(&b.topic));
    (topics, diagnostics)
}

/// A finding for each topic whose words are those of another with fewer ids.
fn shared_words<'a>(topics: impl Iterator<Item = &'a RawTopic>) -> Vec<Diagnostic> {
    let mut by_words: BTreeMap<Vec<&str>, Vec<&RawTopic>> = BTreeMap::new();
    for topic in topics {
        let words = topic.topic.value.split('.').filter(|it| !Topic::is_id(it));
        by_words.entry(words.collect()).or_default().push(topic);
    }
    let mut out = Vec::new();
    for mut topics in by_words.into_values() {
        topics.sort_by_key(|topic| topic.topic.value.split('.').count());
        let [first, others @ ..] = &topics[..] else {
            continue;
        };
        for topic in others {
            let (name, other) = (&topic.topic.value, &first.topic.value);
            let message = format!("`{name}` has the words of `{other}`");
            let place = Span::new(&topic.file, &topic.topic.range);
            let related = Span::new(&first.file, &first.topic.range);
            out.push(Diagnostic {
                related: vec![(related, "the other topic".to_owned())],
                ..Diagnostic::new(Code::TopicWordsShared, message, place)
            });
        }
    }
    out
}

fn duplicate(before: &RawTopic, topic: &RawTopic) -> Diagnostic {
    let name = &topic.topic.value;
    let message = if before.model.value == topic.model.value {
        format!("`{name}` is listed twice")
    } else {
        let (before, now) = (&before.model.value, &topic.model.value);
        format!("`{name}` is listed twice, with {before} and with {now}")
    };
    let related = Span::new(&before.file, &before.topic.range);
    Diagnostic {
        related: vec![(related, "the first entry".to_owned())],
        ..Diagnostic::new(
            Code::DuplicateTopic,
            message,
            Span::new(&topic.file, &topic.topic.range),
        )
    }
}

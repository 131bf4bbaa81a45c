//! Topics: each once, sorted, and of a model that something describes.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::raw::RawTopic;
use crate::resolve::described::Described;
use spec::{Topic, Type};
use std::collections::BTreeMap;

/// Settles the topics. One whose model nothing describes is kept; its body is JSON.
pub(super) fn settle(raw: Vec<RawTopic>, models: &Described) -> (Vec<Topic>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut first: BTreeMap<String, RawTopic> = BTreeMap::new();
    for topic in raw {
        if let Some(before) = first.get(&topic.topic.value) {
            diagnostics.push(duplicate(before, &topic));
            continue;
        }
        if models.get(&topic.model.value).is_none() {
            let (name, model) = (&topic.topic.value, &topic.model.value);
            let message = format!("`{name}` carries {model}, which nothing describes");
            let place = Span::new(&topic.file, &topic.model.range);
            diagnostics.push(Diagnostic::new(Code::TopicModelUnknown, message, place));
        }
        first.insert(topic.topic.value.clone(), topic);
    }
    let topics = first.into_values().map(|raw| Topic {
        topic: raw.topic.value,
        model: Type::Model(raw.model.value),
        permissions: None,
    });
    (topics.collect(), diagnostics)
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

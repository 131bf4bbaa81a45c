//! Syntax of `docs/notifications.json`: which topic carries which model.
//!
//! The vendor's file holds one list of `{"topic": …, "class": …}`. It is read as strictly as a page: a key
//! that is not known, or a template that is none, is an error with its place. serde's raw values are
//! slices of the text, which is how an entry knows its place.

use crate::diagnostic::{Code, Diagnostic};
use crate::language::Language;
use crate::raw::{RawTopic, Spanned};
use crate::reader::Reader;
use crate::source::{LineCount, SourceFile};
use crate::source_text::is_identifier;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::ops::Range;

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an object with a list `notifications`"
)]
struct File<'a> {
    #[serde(borrow)]
    notifications: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `topic` and `class`")]
struct TopicEntry<'a> {
    #[serde(borrow)]
    topic: &'a RawValue,
    #[serde(borrow)]
    class: &'a RawValue,
}

/// Reads the file. Entries that cannot be read are left out, each with a finding.
pub fn read(source: &SourceFile) -> (Option<Vec<RawTopic>>, LineCount, Vec<Diagnostic>) {
    // No word of a type stands in it, so the language says nothing.
    let mut reader = Reader::new(source, Language::JavaScript);
    let topics = read_file(&mut reader);
    // Either all of the file is an entry or a finding, or nothing is read and one finding says so.
    reader.account(0..source.text.len());
    let (lines, diagnostics) = reader.finish();
    (topics, lines, diagnostics)
}

fn read_file(reader: &mut Reader<'_>) -> Option<Vec<RawTopic>> {
    let source = reader.source;
    let file: File<'_> = match serde_json::from_str(&source.text) {
        Ok(file) => file,
        Err(error) => {
            report_json(reader, &(0..source.text.len()), &error);
            return None;
        }
    };
    let entries = file.notifications.into_iter();
    Some(entries.filter_map(|entry| topic(reader, entry)).collect())
}

fn topic(reader: &mut Reader<'_>, entry: &RawValue) -> Option<RawTopic> {
    let place = place(reader.source, entry);
    let entry: TopicEntry<'_> = match serde_json::from_str(entry.get()) {
        Ok(entry) => entry,
        Err(error) => {
            report_json(reader, &place, &error);
            return None;
        }
    };
    let topic = text(reader, entry.topic)?;
    let model = text(reader, entry.class)?;
    if let Some(fault) = fault(&topic.value) {
        let message = format!("`{}` is not a topic template: {fault}", topic.value);
        reader.report(Code::BadTopic, topic.range.clone(), message);
        return None;
    }
    if !is_identifier(&model.value) || !model.value.starts_with(|c: char| c.is_ascii_uppercase()) {
        let message = format!("`{}` is not the name of a model", model.value);
        reader.report(Code::BadName, model.range.clone(), message);
        return None;
    }
    Some(RawTopic {
        file: reader.source.path.clone(),
        topic,
        model,
    })
}

/// A string, and where it stands without its quotes.
fn text(reader: &mut Reader<'_>, value: &RawValue) -> Option<Spanned<String>> {
    let range = place(reader.source, value);
    match from_raw::<String>(value) {
        Ok(value) => Some(Spanned {
            value,
            range: range.start + 1..range.end - 1,
        }),
        Err(error) => {
            report_json(reader, &range, &error);
            None
        }
    }
}

fn from_raw<T: DeserializeOwned>(value: &RawValue) -> Result<T, serde_json::Error> {
    serde_json::from_str(value.get())
}

/// Where a raw value stands, which is a slice of the file's text.
fn place(source: &SourceFile, value: &RawValue) -> Range<usize> {
    let start = value.get().as_ptr() as usize - source.text.as_ptr() as usize;
    start..start + value.get().len()
}

/// Points at the place that the parser names, in the part of the text that it was given.
fn report_json(reader: &mut Reader<'_>, part: &Range<usize>, error: &serde_json::Error) {
    let text = &reader.source.text[part.clone()];
    let line_start = match error.line() {
        0 | 1 => 0,
        line => text
            .match_indices('\n')
            .nth(line - 2)
            .map_or(text.len(), |(at, _)| at + 1),
    };
    let mut at = (line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let at = part.start + at;
    // The parser's own place is within its part; the finding's span says it better.
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    reader.report(Code::InvalidTopics, at..at, message.to_owned());
}

/// Why a text is no topic template.
fn fault(topic: &str) -> Option<&'static str> {
    let is_word = |part: &str| {
        let mut bytes = part.bytes();
        !part.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    let mut parts = topic.split('.');
    let version = parts.next().unwrap_or_default();
    let digits = version.strip_prefix('v').unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some("it does not begin with a version such as `v2`");
    }
    let mut count = 0;
    for part in parts {
        count += 1;
        if part.is_empty() {
            return Some("a segment is empty");
        }
        let name = part.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
        if !name.map_or_else(|| is_word(part), is_identifier) {
            return Some("a segment is neither a word nor `{id}`");
        }
    }
    (count == 0).then_some("nothing follows the version")
}

#[cfg(test)]
mod tests {
    use super::{fault, read};
    use crate::source::SourceFile;

    #[test]
    fn a_fault_of_the_json_is_where_it_is() {
        for text in [
            "?",
            "{\n  \"notifications\": ? }",
            "{\n\n\n\n\n  \"notifications\": [\n?]}",
            "{ \"notifications\": [\n  { \"topic\": \"v2.a\", \"class\": \"A\" },\n  ?]}",
            // The parser names a byte within a character.
            "{ \"notifications\": [\"\\u12é\"]}",
            "{ \"notifications\": [\"cut off: é",
        ] {
            let source = SourceFile {
                path: "docs/notifications.json".to_owned(),
                text: text.to_owned(),
            };
            let (topics, _, found) = read(&source);
            assert_eq!(topics, None, "{text}");
            assert_eq!(
                found[0].span.range.start,
                text.find(['?', 'é']).expect("a fault"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_template_is_a_version_and_words_or_ids() {
        for template in ["v2.a", "v12.a-b.{id}.c_d", "v2.{id}"] {
            assert_eq!(fault(template), None, "{template}");
        }
        for (template, why) in [
            ("a.b", "version"),
            ("v.b", "version"),
            ("v2a.b", "version"),
            ("v2", "nothing follows"),
            ("v2..a", "empty"),
            ("v2.a.", "empty"),
            ("v2.a b", "neither"),
            ("v2.{}", "neither"),
            ("v2.{a", "neither"),
            ("v2.a}", "neither"),
        ] {
            let found = fault(template).unwrap_or_default();
            assert!(found.contains(why), "{template}: {found}");
        }
    }
}

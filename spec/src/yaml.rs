//! YAML text to values and back: the only module that reads and writes YAML.
//!
//! [`Document`] is a parsed text with positions; values are read from it, and findings get their
//! positions from it. The writer is our own, because people review the result: types, permissions
//! and values are on one line, prose is in blocks, and a scalar is quoted unless YAML 1.1 and 1.2
//! both read it as the same text. `parse(write(x)) == x` is a property test.

mod document;
mod error;
mod places;
mod read;
mod shape;
mod writer;

pub use self::document::{Content, Document, Node};
pub use self::error::YamlError;
pub use self::places::{Places, Step};
pub use self::writer::GENERATED_MARK;
use self::writer::Writer;
use crate::{ClientConfig, FORMAT, Models, Overlay, Page, RenamedOperation, Topic, Topics};
use serde::de::DeserializeOwned;

/// Reads the IR of one page.
///
/// # Errors
/// Text that is not YAML of that shape, or an IR of another [`FORMAT`].
pub fn parse_page(text: &str) -> Result<Page, YamlError> {
    parse_ir(text)
}

/// Reads the IR's models, or a spec folder's `models.yaml`.
///
/// # Errors
/// Text that is not YAML of that shape, or an IR of another [`FORMAT`].
pub fn parse_models(text: &str) -> Result<Models, YamlError> {
    parse_ir(text)
}

/// A newer format may have keys that are unknown here, so the format is read first.
fn parse_ir<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    let document = Document::parse(text)?;
    if let Some((_, format)) = document.root().and_then(|root| root.entry("format"))
        && let Some(Ok(number)) = format.text().map(str::parse::<u32>)
        && number != FORMAT
    {
        let message =
            format!("this is format {number} of the IR; this version reads format {FORMAT}");
        return Err(YamlError::new(message, format.range()));
    }
    required(&document)
}

/// Reads the IR's topics.
///
/// # Errors
/// Text that is not YAML of that shape, or an IR of another [`FORMAT`].
pub fn parse_topics(text: &str) -> Result<Vec<Topic>, YamlError> {
    parse_ir(text).map(|topics: Topics| topics.topics)
}

/// Splits the IR's models, as [`write_models`] writes them, into about `pieces` texts of the same
/// form, to be read in parallel: reading takes a fifth of the time of rendering. A text without
/// [`GENERATED_MARK`] is not split, because hand-written YAML may begin a model in other ways.
pub fn split_models(text: &str, pieces: usize) -> Vec<String> {
    const MODEL: &str = "\n- name: ";
    let is_ours = text.lines().next().is_some_and(is_mark);
    let Some(first) = text.find(MODEL).filter(|_| is_ours) else {
        return vec![text.to_owned()];
    };
    let (head, body) = text.split_at(first + 1);
    let mut starts = vec![0];
    for piece in 1..pieces {
        let mut about = body.len() / pieces * piece;
        while !body.is_char_boundary(about) {
            about += 1;
        }
        let start = body[about..].find(MODEL).map(|found| about + found + 1);
        starts.extend(start.filter(|start| starts.last() != Some(start)));
    }
    let ends = starts.iter().skip(1).copied().chain([body.len()]);
    let ranges = starts.iter().copied().zip(ends);
    ranges
        .map(|(start, end)| [head, &body[start..end]].concat())
        .collect()
}

fn is_mark(line: &str) -> bool {
    line.starts_with('#') && line.contains(GENERATED_MARK)
}

/// Reads `overlay.yaml`. A file without content is an empty overlay.
///
/// # Errors
/// Text that is not YAML of that shape.
pub fn parse_overlay(text: &str) -> Result<Overlay, YamlError> {
    parse_or_default(text)
}

/// Reads `client.yaml`.
///
/// # Errors
/// Text that is not YAML of that shape.
pub fn parse_client(text: &str) -> Result<ClientConfig, YamlError> {
    parse(text)
}

/// Reads `renamed.yaml`. A file without content is an empty list.
///
/// # Errors
/// Text that is not YAML of that shape.
pub fn parse_renamed(text: &str) -> Result<Vec<RenamedOperation>, YamlError> {
    parse_or_default(text)
}

/// Reads any other small YAML file of a spec folder.
///
/// # Errors
/// Text that is not YAML of that shape.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    required(&Document::parse(text)?)
}

/// As [`parse`]; a file without content gives the default.
///
/// # Errors
/// Text that is not YAML of that shape.
pub fn parse_or_default<T: DeserializeOwned + Default>(text: &str) -> Result<T, YamlError> {
    Ok(read::value(&Document::parse(text)?)?.unwrap_or_default())
}

fn required<T: DeserializeOwned>(document: &Document<'_>) -> Result<T, YamlError> {
    read::value(document)?.ok_or_else(|| YamlError::new("the file is empty", 0..0))
}

/// Writes the IR of one page; `source` is the page's path, for the first line.
pub fn write_page(page: &Page, source: &str) -> String {
    let mut out = Writer::with_mark(source);
    out.facts("", &page.facts());
    out.text
}

/// Writes the IR's models; `source` says where they are from, for the first line.
pub fn write_models(models: &Models, source: &str) -> String {
    let mut out = Writer::with_mark(source);
    out.facts("", &models.facts());
    out.text
}

/// Writes the IR's topics; `source` is the path of what they are from, for the first line.
pub fn write_topics(topics: &[Topic], source: &str) -> String {
    let topics = Topics {
        format: FORMAT,
        topics: topics.to_vec(),
    };
    let mut out = Writer::with_mark(source);
    out.facts("", &topics.facts());
    out.text
}

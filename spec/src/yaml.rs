//! YAML text to values and back: the only module that knows YAML.
//!
//! Reading is `yaml_serde`. Writing is ours, because people review the result: types, permissions
//! and values stand on one line, prose stands in blocks, and a scalar is quoted unless YAML 1.1
//! and 1.2 both read it as the same text. `parse(write(x)) == x` is a property test.

mod writer;

use self::writer::Writer;
use crate::{
    ClientConfig, FORMAT, Field, Job, Location, Model, Models, Operation, Overlay, Page, Paging,
    Parameter, RenamedOperation, Require, Type,
};
use serde::de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// What stands in the first line of every file that is written by the machine.
pub const GENERATED_MARK: &str = "@generated";

/// Why a YAML text cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// What is wrong, without its place.
    pub message: String,
    /// Byte offset of the fault in the text, where it is known.
    pub offset: Option<usize>,
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for YamlError {}

/// Reads the IR of one page.
///
/// # Errors
/// Text that is not YAML of that shape, or an IR of another [`FORMAT`].
pub fn parse_page(text: &str) -> Result<Page, YamlError> {
    check_format(text)?;
    let page: Page = parse(text)?;
    known_format(page.format, 0)?;
    Ok(page)
}

/// Reads the IR's models, or a spec folder's `models.yaml`.
///
/// # Errors
/// Text that is not YAML of that shape, or an IR of another [`FORMAT`].
pub fn parse_models(text: &str) -> Result<Models, YamlError> {
    check_format(text)?;
    let models: Models = parse(text)?;
    known_format(models.format, 0)?;
    Ok(models)
}

/// Splits the IR's models, as [`write_models`] writes them, into about as many texts of the same form:
/// reading them takes a fifth of the time of rendering, and they stand in one file. A text without
/// the machine's mark stays whole, because YAML that people write may begin a model in other ways.
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
    Ok(parse::<Option<Overlay>>(text)?.unwrap_or_default())
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
    Ok(parse::<Option<Vec<RenamedOperation>>>(text)?.unwrap_or_default())
}

/// Reads any other small YAML file of a spec folder.
///
/// # Errors
/// Text that is not YAML of that shape.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    serde_yaml::from_str(text).map_err(|error| YamlError {
        offset: error.location().map(|location| location.index()),
        message: error.to_string(),
    })
}

/// A newer format may hold keys that this version does not know, so it is told apart first, by the
/// line that we write; YAML has other ways to say it, which show when it is read.
fn check_format(text: &str) -> Result<(), YamlError> {
    let Some(line) = text.lines().find(|line| line.starts_with("format:")) else {
        return Ok(()); // the missing key is the parser's to name
    };
    let value = line["format:".len()..].trim();
    value.parse().map_or(Ok(()), |format| {
        known_format(format, text.find(line).unwrap_or(0))
    })
}

fn known_format(format: u32, offset: usize) -> Result<(), YamlError> {
    if format == FORMAT {
        return Ok(());
    }
    Err(YamlError {
        message: format!("this is format {format} of the IR; this version reads format {FORMAT}"),
        offset: Some(offset),
    })
}

/// Writes the IR of one page; `source` is the page's path, for the first line.
pub fn write_page(page: &Page, source: &str) -> String {
    let mut out = Writer::with_mark(source);
    out.entry("", "format", &page.format.to_string());
    out.text_entry("", "api", &page.api);
    out.text_entry("", "base_url", &page.base_url);
    if page.operations.is_empty() {
        out.entry("", "operations", "[]");
    } else {
        out.raw("operations:\n");
        for operation in &page.operations {
            write_operation(&mut out, operation);
        }
    }
    out.text
}

/// Writes the IR's models; `source` says where they are from, for the first line.
pub fn write_models(models: &Models, source: &str) -> String {
    let mut out = Writer::with_mark(source);
    out.entry("", "format", &models.format.to_string());
    if models.models.is_empty() {
        out.entry("", "models", "[]");
    } else {
        out.raw("models:\n");
        for model in &models.models {
            write_model(&mut out, model);
        }
    }
    out.text
}

fn write_operation(out: &mut Writer, operation: &Operation) {
    out.text_entry("- ", "id", &operation.id);
    out.entry("  ", "method", operation.method.as_str());
    out.text_entry("  ", "path", &operation.path);
    out.optional_text("  ", "summary", &operation.summary);
    out.optional_text("  ", "description", &operation.description);
    out.flag("  ", "preview", operation.preview);
    out.flag("  ", "deprecated", operation.deprecated);
    out.flag("  ", "safe", operation.safe);
    out.optional_text("  ", "safe_because", &operation.safe_because);
    if let Some(permissions) = &operation.permissions {
        let require = match permissions.require {
            Require::Any => "any",
            Require::All => "all",
            Require::None => "none",
        };
        out.raw("  permissions: { require: ");
        out.raw(require);
        if !permissions.of.is_empty() {
            out.raw(", of: [");
            out.flow_list(permissions.of.iter(), |out, permission| {
                out.flow_text(permission);
            });
            out.raw("]");
        }
        out.raw(" }\n");
    }
    if let Some(paging) = &operation.paging {
        write_paging(out, paging);
    }
    if let Some(job) = &operation.job {
        write_job(out, job);
    }
    if !operation.parameters.is_empty() {
        out.raw("  parameters:\n");
        for parameter in &operation.parameters {
            write_parameter(out, parameter);
        }
    }
    out.type_entry("  ", "returns", &operation.returns);
    if let Some(produces) = &operation.produces {
        out.text_entry("  ", "produces", produces);
    }
}

fn write_paging(out: &mut Writer, paging: &Paging) {
    let Paging {
        style,
        parameter,
        location,
        next,
        items,
    } = paging;
    out.raw("  paging: { style: ");
    out.raw(style.as_str());
    out.raw(", parameter: ");
    out.flow_text(parameter);
    if *location != Location::Query {
        out.raw(", in: ");
        out.raw(location.as_str());
    }
    for (key, value) in [("next", next), ("items", items)] {
        out.raw(", ");
        out.raw(key);
        out.raw(": ");
        out.flow_text(value);
    }
    out.raw(" }\n");
}

fn write_job(out: &mut Writer, job: &Job) {
    let Job {
        id,
        poll,
        results,
        state,
        done,
        failed,
        reason,
        percent,
    } = job;
    out.raw("  job:\n");
    for (key, value) in [
        ("id", id),
        ("poll", poll),
        ("results", results),
        ("state", state),
    ] {
        out.text_entry("    ", key, value);
    }
    for (key, states) in [("done", done), ("failed", failed)] {
        out.raw("    ");
        out.raw(key);
        out.raw(": [");
        out.flow_list(states.iter(), |out, state| out.flow_text(state));
        out.raw("]\n");
    }
    for (key, value) in [("reason", reason), ("percent", percent)] {
        if let Some(value) = value {
            out.text_entry("    ", key, value);
        }
    }
}

fn write_parameter(out: &mut Writer, parameter: &Parameter) {
    out.text_entry("  - ", "name", &parameter.name);
    out.entry("    ", "in", parameter.location.as_str());
    if let Some(wire) = &parameter.wire {
        out.text_entry("    ", "wire", wire);
    }
    out.type_entry("    ", "type", &parameter.ty);
    out.flag("    ", "required", parameter.required);
    if let Some(default) = &parameter.default {
        out.raw("    default: ");
        out.scalar(default);
        out.raw("\n");
    }
    out.values("    ", &parameter.values);
    out.flag("    ", "explode", parameter.explode);
    out.optional_text("    ", "description", &parameter.description);
}

fn write_model(out: &mut Writer, model: &Model) {
    out.text_entry("- ", "name", &model.name);
    out.flag("  ", "opaque", model.opaque);
    if model.fields.is_empty() {
        return;
    }
    out.raw("  fields:\n");
    for field in &model.fields {
        write_field(out, field);
    }
}

fn write_field(out: &mut Writer, field: &Field) {
    out.text_entry("  - ", "name", &field.name);
    if let Some(wire) = &field.wire {
        out.text_entry("    ", "wire", wire);
    }
    out.type_entry("    ", "type", &field.ty);
    out.flag("    ", "required", field.required);
    out.values("    ", &field.values);
    out.optional_text("    ", "description", &field.description);
}

impl Serialize for Type {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Array(inner) => [inner].serialize(serializer),
            Self::Map(inner) => {
                std::collections::BTreeMap::from([("string", inner)]).serialize(serializer)
            }
            other => serializer.serialize_str(other.word().expect("every other type is one word")),
        }
    }
}

impl<'de> Deserialize<'de> for Type {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TypeVisitor)
    }
}

struct TypeVisitor;

impl<'de> Visitor<'de> for TypeVisitor {
    type Value = Type;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a type: a word, a list of one type, or a map from `string` to a type")
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Type, E> {
        if word.is_empty() {
            return Err(E::invalid_value(Unexpected::Str(word), &self));
        }
        Ok(Type::from_word(word))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Type, A::Error> {
        let inner = items
            .next_element()?
            .ok_or_else(|| A::Error::invalid_length(0, &self))?;
        if items.next_element::<Type>()?.is_some() {
            return Err(A::Error::invalid_length(2, &self));
        }
        Ok(Type::Array(Box::new(inner)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Type, A::Error> {
        let (key, inner): (String, Type) = entries
            .next_entry()?
            .ok_or_else(|| A::Error::invalid_length(0, &self))?;
        if key != "string" {
            return Err(A::Error::invalid_value(
                Unexpected::Str(&key),
                &"the key `string`",
            ));
        }
        if entries.next_key::<String>()?.is_some() {
            return Err(A::Error::invalid_length(2, &self));
        }
        Ok(Type::Map(Box::new(inner)))
    }
}

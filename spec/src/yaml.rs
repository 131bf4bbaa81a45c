//! YAML text to values and back: the only file that knows YAML.
//!
//! Reading is `serde_yaml`. Writing is ours, because people review the result: types, permissions
//! and values stand on one line, prose stands in blocks, and a scalar is quoted unless YAML 1.1
//! and 1.2 both read it as the same text. `parse(write(x)) == x` is a property test.

use crate::{
    ClientConfig, FORMAT, Field, Model, Models, Operation, Overlay, Page, Parameter,
    RenamedOperation, Require, Scalar, Type,
};
use serde::de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt::{self, Write as _};

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
    parse(text)
}

/// Reads the IR's models, or a spec folder's `models.yaml`.
///
/// # Errors
/// Text that is not YAML of that shape, or an IR of another [`FORMAT`].
pub fn parse_models(text: &str) -> Result<Models, YamlError> {
    check_format(text)?;
    parse(text)
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

/// A newer format may hold keys that this version does not know, so it is told apart first.
fn check_format(text: &str) -> Result<(), YamlError> {
    let Some(line) = text.lines().find(|line| line.starts_with("format:")) else {
        return Ok(()); // the missing key is the parser's to name
    };
    let value = line["format:".len()..].trim();
    if value == FORMAT.to_string() {
        return Ok(());
    }
    Err(YamlError {
        message: format!("this is format {value} of the IR; this version reads format {FORMAT}"),
        offset: text.find(line),
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
        out.raw("  paging: { style: ");
        out.raw(match paging.style {
            crate::PagingStyle::Number => "number",
            crate::PagingStyle::Cursor => "cursor",
            crate::PagingStyle::Uri => "uri",
        });
        for (key, value) in [
            ("parameter", &paging.parameter),
            ("next", &paging.next),
            ("items", &paging.items),
        ] {
            out.raw(", ");
            out.raw(key);
            out.raw(": ");
            out.flow_text(value);
        }
        out.raw(" }\n");
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

struct Writer {
    text: String,
}

impl Writer {
    fn with_mark(source: &str) -> Self {
        let text =
            format!("# {GENERATED_MARK} by 'cargo xtask regen' from {source}. Do not edit.\n");
        Self { text }
    }

    fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn formatted(&mut self, text: fmt::Arguments<'_>) {
        self.text.write_fmt(text).expect("a String takes all text");
    }

    fn entry(&mut self, indent: &str, key: &str, value: &str) {
        for part in [indent, key, ": ", value, "\n"] {
            self.text.push_str(part);
        }
    }

    fn flag(&mut self, indent: &str, key: &str, value: bool) {
        if value {
            self.entry(indent, key, "true");
        }
    }

    fn type_entry(&mut self, indent: &str, key: &str, ty: &Type) {
        for part in [indent, key, ": "] {
            self.text.push_str(part);
        }
        self.ty(ty);
        self.text.push('\n');
    }

    fn ty(&mut self, ty: &Type) {
        match ty {
            Type::Array(inner) => {
                self.text.push('[');
                self.ty(inner);
                self.text.push(']');
            }
            Type::Map(inner) => {
                self.text.push_str("{string: ");
                self.ty(inner);
                self.text.push('}');
            }
            other => self.flow_text(other.word().expect("every other type is one word")),
        }
    }

    fn optional_text(&mut self, indent: &str, key: &str, value: &str) {
        if !value.is_empty() {
            self.text_entry(indent, key, value);
        }
    }

    /// One line where it can be plain or quoted, a literal block where it has several lines.
    fn text_entry(&mut self, indent: &str, key: &str, value: &str) {
        for part in [indent, key, ": "] {
            self.text.push_str(part);
        }
        if fits_block(value) {
            self.text.push_str("|-\n");
            for line in value.split('\n') {
                if !line.is_empty() {
                    self.text.extend(std::iter::repeat_n(' ', indent.len() + 2));
                    self.text.push_str(line);
                }
                self.text.push('\n');
            }
            return;
        }
        if is_plain(value, false) {
            self.text.push_str(value);
        } else {
            self.quoted(value);
        }
        self.text.push('\n');
    }

    fn flow_text(&mut self, value: &str) {
        if is_plain(value, true) {
            self.text.push_str(value);
        } else {
            self.quoted(value);
        }
    }

    fn flow_list<'a, T: 'a>(
        &mut self,
        items: impl Iterator<Item = &'a T>,
        mut write: impl FnMut(&mut Self, &T),
    ) {
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.text.push_str(", ");
            }
            write(self, item);
        }
    }

    fn values(&mut self, indent: &str, values: &[Scalar]) {
        if values.is_empty() {
            return;
        }
        self.raw(indent);
        self.raw("values: [");
        self.flow_list(values.iter(), Self::scalar);
        self.raw("]\n");
    }

    fn scalar(&mut self, scalar: &Scalar) {
        match scalar {
            Scalar::Boolean(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Scalar::Integer(value) => self.text.push_str(&value.to_string()),
            // Debug keeps `.0`, so that a number stays a number.
            Scalar::Number(value) if value.is_finite() => self.formatted(format_args!("{value:?}")),
            Scalar::Number(value) => self.text.push_str(match value {
                value if value.is_nan() => ".nan",
                value if *value > 0.0 => ".inf",
                _ => "-.inf",
            }),
            Scalar::String(value) => self.flow_text(value),
            Scalar::List(items) => {
                self.text.push('[');
                self.flow_list(items.iter(), Self::scalar);
                self.text.push(']');
            }
        }
    }

    /// A double-quoted scalar, YAML 1.2 section 7.3.1.
    fn quoted(&mut self, value: &str) {
        self.text.push('"');
        for character in value.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\t' => self.text.push_str("\\t"),
                '\r' => self.text.push_str("\\r"),
                printable if is_printable(printable) => self.text.push(printable),
                other if u32::from(other) <= 0xffff => {
                    self.formatted(format_args!("\\u{:04x}", u32::from(other)));
                }
                other => self.formatted(format_args!("\\U{:08x}", u32::from(other))),
            }
        }
        self.text.push('"');
    }
}

/// YAML 1.2 section 5.1, less the line separators that readers fold and the byte order mark.
fn is_printable(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
        && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Several lines that a literal block gives back as they are: the first may not be indented or
/// empty (it sets the indentation), and the last may not be empty (`|-` strips it).
fn fits_block(value: &str) -> bool {
    value.contains('\n')
        && !value.starts_with([' ', '\n', '\t'])
        && !value.ends_with('\n')
        && value.split('\n').all(|line| {
            (line.is_empty() || !line.trim().is_empty())
                && line.chars().all(|c| is_printable(c) && c != '\u{85}')
        })
}

/// Whether YAML 1.1 and 1.2 both read the unquoted text as that text. Deliberately narrow: a
/// quote too many harms nobody.
fn is_plain(value: &str, in_flow: bool) -> bool {
    let Some(first) = value.chars().next() else {
        return false;
    };
    if !(first.is_ascii_alphabetic() || first == '/') || value.ends_with([' ', ':']) {
        return false;
    }
    // In a flow collection readers disagree about what a colon before punctuation is.
    let colon_is_within = |(at, _)| {
        let next = value[at + 1..].chars().next();
        next.is_some_and(|next| next.is_ascii_alphanumeric())
    };
    let flow_safe = !in_flow
        || (!value.contains([',', '[', ']', '{', '}'])
            && value.match_indices(':').all(colon_is_within));
    flow_safe
        && value.chars().all(|c| is_printable(c) && c != '\u{85}')
        && !value.contains(": ")
        && !value.contains(" #")
        && !is_reserved_word(value)
}

/// Words that YAML 1.1 or 1.2 reads as a boolean or null, in any case.
fn is_reserved_word(value: &str) -> bool {
    const WORDS: [&str; 10] = [
        "true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan",
    ];
    value.len() <= 5 && WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
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

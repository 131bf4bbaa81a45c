//! Compares the signature `id(required…, opts)` with the table of parameters.

use crate::diagnostic::Code;
use crate::language::Language;
use crate::page::draft::{Parameters, Signature};
use crate::raw::RawParameter;
use crate::reader::Reader;
use crate::source_text::SourceText;
use std::collections::{HashMap, HashSet};

/// Compares names, optionality and order.
pub(super) fn compare(
    reader: &mut Reader<'_>,
    id: SourceText<'_>,
    signature: &Signature<'_>,
    table: &Parameters,
    rows: &HashMap<&str, &RawParameter>,
) {
    let arguments: Vec<SourceText<'_>> = signature.required().collect();
    for argument in &arguments {
        let Some(row) = rows.get(argument.text) else {
            let message = format!("`{}` is in the signature, not in the table", argument.text);
            let (here, there) = (argument.range(), table.range.clone());
            reader.contradiction(Code::ParameterMissing, here, message, there, "the table");
            continue;
        };
        // Java's signatures don't say what is optional.
        let is_required = match reader.language {
            Language::JavaScript => true,
            Language::Java => row.required,
            Language::Python => !signature.keywords.contains(argument.text),
        };
        if row.required != is_required {
            let word = |required| if required { "required" } else { "optional" };
            let message = format!("`{}` is {} here", argument.text, word(row.required));
            let (here, there) = (row.name.range.clone(), argument.range());
            let label = format!("{} in the signature", word(is_required));
            reader.contradiction(Code::SignatureMismatch, here, message, there, label);
        }
    }
    missing(reader, signature, table, &arguments);
    if reader.language == Language::JavaScript {
        opts(reader, id, signature, table);
    }
    order(reader, signature, table, &arguments);
}

/// The rows that a signature lists: in JavaScript only required ones, because the others are in
/// `opts`.
fn listed(language: Language, table: &Parameters) -> impl Iterator<Item = &RawParameter> {
    let lists_all = language != Language::JavaScript;
    table
        .rows
        .iter()
        .filter(move |row| lists_all || row.required)
}

fn missing(
    reader: &mut Reader<'_>,
    signature: &Signature<'_>,
    table: &Parameters,
    arguments: &[SourceText<'_>],
) {
    let names: HashSet<&str> = arguments.iter().map(|argument| argument.text).collect();
    for row in listed(reader.language, table) {
        let name = row.name.value.as_str();
        if !names.contains(name) {
            let word = if row.required {
                "required"
            } else {
                "in the table"
            };
            let message = format!("`{name}` is {word}, but the signature lacks it");
            let (here, there) = (row.name.range.clone(), signature.range.clone());
            let label = "the signature";
            reader.contradiction(Code::SignatureMismatch, here, message, there, label);
        }
    }
}

/// Checks that the signature has `opts` if and only if something is optional.
fn opts(
    reader: &mut Reader<'_>,
    id: SourceText<'_>,
    signature: &Signature<'_>,
    table: &Parameters,
) {
    let is_optional = table.has_custom_headers || table.rows.iter().any(|row| !row.required);
    let message = match (signature.has_opts(), is_optional) {
        (true, false) => format!("`{}` has `opts`, but nothing is optional", id.text),
        (false, true) => format!("`{}` has no `opts`, but something is optional", id.text),
        _ => return,
    };
    let (here, there) = (signature.range.clone(), table.range.clone());
    reader.contradiction(Code::SignatureMismatch, here, message, there, "the table");
}

fn order(
    reader: &mut Reader<'_>,
    signature: &Signature<'_>,
    table: &Parameters,
    arguments: &[SourceText<'_>],
) {
    let rows = listed(reader.language, table);
    let listed: Vec<&str> = rows.map(|row| row.name.value.as_str()).collect();
    let is_same_set = listed.len() == arguments.len() && {
        let names: HashSet<&str> = listed.iter().copied().collect();
        arguments
            .iter()
            .all(|argument| names.contains(argument.text))
    };
    if is_same_set
        && listed
            .iter()
            .zip(arguments)
            .any(|(row, argument)| *row != argument.text)
    {
        let message = "the signature and the table have different orders of arguments";
        let (here, there) = (signature.range.clone(), table.range.clone());
        reader.contradiction(Code::SignatureMismatch, here, message, there, "the table");
    }
}

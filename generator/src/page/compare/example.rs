//! Compares the example with the signature and the table of parameters.

use crate::diagnostic::Code;
use crate::page::draft::CUSTOM_HEADERS;
use crate::page::draft::{Argument, DocsExample, Parameters, Signature};
use crate::raw::{RawParameter, Spanned};
use crate::reader::Reader;
use crate::source_text::SourceText;
use crate::type_words;
use std::collections::{HashMap, HashSet};

/// Compares the class that the example instantiates, and its call.
pub(super) fn compare(
    reader: &mut Reader<'_>,
    api: &str,
    id: SourceText<'_>,
    signature: Option<&Signature<'_>>,
    example: &DocsExample<'_>,
) {
    match example.api {
        Some(name) if name.text != api => {
            let message = format!("the example uses `{}`, this is `{api}`", name.text);
            reader.report(Code::ExampleMismatch, name.range(), message);
        }
        Some(_) => {}
        None => {
            let message = format!("the example does not create a `{api}`");
            reader.report(Code::ExampleMismatch, example.range.clone(), message);
        }
    }
    let Some((called, arguments)) = &example.call else {
        let message = format!("the example does not call `{}`", id.text);
        reader.report(Code::ExampleMismatch, example.range.clone(), message);
        return;
    };
    let fits = signature.is_none_or(|signature| {
        let written = signature.arguments.iter().map(|piece| piece.text);
        written.eq(arguments.iter().map(|piece| piece.text))
    });
    if called.text != id.text || !fits {
        let message = "the example's call differs from the signature";
        let there = signature.map_or(id.range(), |signature| signature.range.clone());
        let (here, label) = (called.range(), "the signature");
        reader.contradiction(Code::ExampleMismatch, here, message, there, label);
    }
}

/// Sets the example's values on the parameters of the same names.
pub(super) fn values(
    reader: &mut Reader<'_>,
    example: &DocsExample<'_>,
    table: Option<&mut Parameters>,
) {
    let Some(table) = table else {
        return;
    };
    let arguments: HashMap<&str, &Argument<'_>> = example
        .arguments
        .iter()
        .map(|argument| (argument.name.text, argument))
        .collect();
    for row in &mut table.rows {
        let Some(argument) = arguments.get(row.name.value.as_str()) else {
            let message = format!("the example has no value for `{}`", row.name.value);
            let (here, there) = (row.name.range.clone(), example.range.clone());
            reader.contradiction(Code::ExampleMismatch, here, message, there, "the example");
            continue;
        };
        compare_value(reader, argument, row);
        row.example = Some(Spanned {
            value: argument.value.text.to_owned(),
            range: argument.value.range(),
        });
    }
    if table.is_partial {
        return;
    }
    let names: HashSet<&str> = table
        .rows
        .iter()
        .map(|row| row.name.value.as_str())
        .collect();
    for argument in &example.arguments {
        let name = argument.name;
        if name.text != CUSTOM_HEADERS && !names.contains(name.text) {
            let message = format!("the example's `{}` is not in the table", name.text);
            let (here, there) = (name.range(), table.range.clone());
            reader.contradiction(Code::ParameterMissing, here, message, there, "the table");
        }
    }
}

fn compare_value(reader: &mut Reader<'_>, argument: &Argument<'_>, row: &RawParameter) {
    if argument.optional == Some(row.required) {
        let word = if row.required { "required" } else { "optional" };
        let message = format!("the table has `{}` as {word}", row.name.value);
        let (here, there) = (argument.name.range(), row.name.range.clone());
        reader.contradiction(Code::ExampleMismatch, here, message, there, "the table");
    }
    if let Some(ty) = argument.ty
        && type_words::parse(&ty.plain(), reader.language).as_ref() != Ok(&row.ty.value)
    {
        let message = format!("`{}` is `{}` in the example", row.name.value, ty.text);
        let label = format!("{} in the table", row.ty.value);
        let (here, there) = (ty.range(), row.ty.range.clone());
        reader.contradiction(Code::ExampleMismatch, here, message, there, label);
    }
}

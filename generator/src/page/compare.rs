//! What a page says twice, compared. What is read stays what the section's own table and lines
//! say; each difference is a diagnostic.

use super::CUSTOM_HEADERS;
use super::draft::{Example, Request, Row, Section};
use super::lower::placeholders;
use crate::diagnostic::Code;
use crate::piece::Piece;
use crate::raw::{RawParameter, Spanned};
use crate::reader::Reader;
use crate::type_words::{self, Docs};
use spec::Type;

/// Anchor, signature and row against each other.
pub(super) fn names(
    reader: &mut Reader<'_>,
    id: Piece<'_>,
    section: &Section<'_>,
    row: Option<&Row<'_>>,
) {
    match section.anchor {
        None => {
            let message = format!("`{}` has no anchor of its own", id.text);
            reader.report(Code::MissingAnchor, id.range(), message);
        }
        Some(anchor) if anchor.text != id.text => {
            let message = format!("the anchor says `{}`", anchor.text);
            let label = format!("the signature says `{}`", id.text);
            let (here, there) = (anchor.range(), id.range());
            reader.contradiction(Code::AnchorMismatch, here, message, there, label);
        }
        Some(_) => {}
    }
    match row {
        None => {
            let message = format!("`{}` has no row in the table of operations", id.text);
            reader.report(Code::MissingRow, id.range(), message);
        }
        Some(row) => {
            if let Some(fragment) = row.fragment
                && fragment.text != row.id.text
            {
                let message = format!("the link goes to `{}`", fragment.text);
                let label = format!("its text is `{}`", row.id.text);
                let (here, there) = (fragment.range(), row.id.range());
                reader.contradiction(Code::RowMismatch, here, message, there, label);
            }
        }
    }
}

/// Method and path of the row against the section's.
pub(super) fn row(
    reader: &mut Reader<'_>,
    id: Piece<'_>,
    request: &Request<'_>,
    row: Option<&Row<'_>>,
) {
    let Some(row) = row else {
        return;
    };
    let there = request.line.range();
    if let Some(method) = &row.method
        && method.value != request.method
    {
        let message = format!("the table says that `{}` is a {}", id.text, method.value);
        let (here, label) = (method.range.clone(), "the section says this");
        reader.contradiction(Code::RowMismatch, here, message, there.clone(), label);
    }
    if row.path.text != request.path.text {
        let message = format!("the table has another path for `{}`", id.text);
        let (here, label) = (row.path.range(), "the section says this");
        reader.contradiction(Code::RowMismatch, here, message, there, label);
    }
}

/// The table of parameters against the path, the signature and the example, which also gives
/// each its example value.
pub(super) fn parameters(
    reader: &mut Reader<'_>,
    api: &str,
    id: Piece<'_>,
    section: &mut Section<'_>,
) {
    let mut rows = section
        .parameters
        .as_mut()
        .map(|parameters| std::mem::take(&mut parameters.rows))
        .unwrap_or_default();
    duplicates(reader, &rows);
    if let Some(request) = &section.request {
        path(reader, request.path);
    }
    signature(reader, id, section, &rows);
    if let Some(example) = &section.example {
        self::example(reader, api, id, section, example, &mut rows);
    } else {
        let message = format!("`{}` has no example", id.text);
        reader.report(Code::MissingExample, id.range(), message);
    }
    if let Some(word) = section.body_type {
        body_type(reader, word, &mut rows);
    }
    if let Some(parameters) = &mut section.parameters {
        parameters.rows = rows;
    }
}

fn duplicates(reader: &mut Reader<'_>, rows: &[RawParameter]) {
    for (index, row) in rows.iter().enumerate() {
        if let Some(first) = named(&rows[..index], &row.name.value) {
            let message = format!("the parameter `{}` is listed twice", row.name.value);
            let (here, there) = (row.name.range.clone(), first.name.range.clone());
            reader.contradiction(Code::DuplicateParameter, here, message, there, "first here");
        }
    }
}

fn named<'r>(rows: &'r [RawParameter], name: &str) -> Option<&'r RawParameter> {
    rows.iter().find(|row| row.name.value == name)
}

/// The path is a template in which each name stands once. Whether they are parameters is decided
/// when places are, because the overlay may name one.
fn path(reader: &mut Reader<'_>, path: Piece<'_>) {
    let Some(names) = placeholders(path) else {
        let message = format!("`{}` is no path template", path.text);
        reader.report(Code::BadPath, path.range(), message);
        return;
    };
    for (index, name) in names.iter().enumerate() {
        if names[..index].iter().any(|other| other.text == name.text) {
            let message = format!("`{{{}}}` stands twice in this path", name.text);
            reader.report(Code::BadPath, name.range(), message);
        }
    }
}

/// `id(required…, opts)`.
fn signature(reader: &mut Reader<'_>, id: Piece<'_>, section: &Section<'_>, rows: &[RawParameter]) {
    let (Some(signature), Some(table)) = (&section.signature, &section.parameters) else {
        return;
    };
    let has_opts = signature.arguments.iter().any(|name| name.text == "opts");
    let in_opts = |name: &str| signature.arguments.iter().all(|other| other.text != name);
    for argument in signature
        .arguments
        .iter()
        .filter(|name| name.text != "opts")
    {
        match named(rows, argument.text) {
            None => {
                let message = format!("`{}` is in the signature, not in the table", argument.text);
                let (here, there) = (argument.range(), table.range.clone());
                let code = Code::ParameterMissing;
                reader.contradiction(code, here, message, there, "the table");
            }
            Some(row) if !row.required => {
                let message = format!("`{}` is optional here", argument.text);
                let (here, there) = (row.name.range.clone(), argument.range());
                let code = Code::SignatureMismatch;
                reader.contradiction(code, here, message, there, "required in the signature");
            }
            Some(_) => {}
        }
    }
    for row in rows
        .iter()
        .filter(|row| row.required && in_opts(&row.name.value))
    {
        let message = format!(
            "`{}` is required, but the signature lacks it",
            row.name.value
        );
        let (here, there) = (row.name.range.clone(), signature.range.clone());
        reader.contradiction(
            Code::SignatureMismatch,
            here,
            message,
            there,
            "the signature",
        );
    }
    let optional = table.has_custom_headers || rows.iter().any(|row| !row.required);
    if optional != has_opts {
        let message = if has_opts {
            format!(
                "the signature of `{}` has `opts`, but nothing is optional",
                id.text
            )
        } else {
            format!(
                "something of `{}` is optional, but there is no `opts`",
                id.text
            )
        };
        let (here, there) = (signature.range.clone(), table.range.clone());
        reader.contradiction(Code::SignatureMismatch, here, message, there, "the table");
    }
    let order =
        |names: &mut dyn Iterator<Item = &str>| names.map(str::to_owned).collect::<Vec<_>>();
    let listed = order(
        &mut rows
            .iter()
            .filter(|row| row.required)
            .map(|row| &*row.name.value)
            .filter(|name| !in_opts(name)),
    );
    let written = order(
        &mut signature
            .arguments
            .iter()
            .map(|name| name.text)
            .filter(|name| named(rows, name).is_some_and(|row| row.required)),
    );
    if listed != written {
        let message = format!("the signature has its arguments as {}", written.join(", "));
        let label = format!("the table as {}", listed.join(", "));
        let (here, there) = (signature.range.clone(), table.range.clone());
        reader.contradiction(Code::SignatureMismatch, here, message, there, label);
    }
}

fn example(
    reader: &mut Reader<'_>,
    api: &str,
    id: Piece<'_>,
    section: &Section<'_>,
    example: &Example<'_>,
    rows: &mut [RawParameter],
) {
    if let Some(name) = example.api
        && name.text != api
    {
        let message = format!("the example uses `{}`, this is `{api}`", name.text);
        reader.report(Code::ExampleMismatch, name.range(), message);
    }
    match &example.call {
        None => {
            let message = format!("the example does not call `{}`", id.text);
            reader.report(Code::ExampleMismatch, example.range.clone(), message);
        }
        Some((called, arguments)) => {
            let same = |signature: &super::draft::Signature<'_>| {
                let names = |list: &[Piece<'_>]| -> Vec<String> {
                    list.iter().map(|piece| piece.text.to_owned()).collect()
                };
                names(&signature.arguments) == names(arguments)
            };
            let fits = called.text == id.text && section.signature.as_ref().is_none_or(same);
            if !fits {
                let message = "the example's call is not that of the signature";
                let there = section
                    .signature
                    .as_ref()
                    .map_or(id.range(), |s| s.range.clone());
                let (here, code) = (called.range(), Code::ExampleMismatch);
                reader.contradiction(code, here, message, there, "the signature");
            }
        }
    }
    for argument in example
        .arguments
        .iter()
        .filter(|a| a.name.text != CUSTOM_HEADERS)
    {
        let Some(row) = rows
            .iter_mut()
            .find(|row| row.name.value == argument.name.text)
        else {
            let message = format!(
                "`{}` of the example is no parameter of the table",
                argument.name.text
            );
            let code = if section.parameters.is_some() {
                Code::ParameterMissing
            } else {
                Code::ExampleMismatch
            };
            reader.report(code, argument.name.range(), message);
            continue;
        };
        if argument.optional == row.required {
            let message = format!(
                "the example takes `{}` for {}",
                argument.name.text,
                if argument.optional {
                    "optional"
                } else {
                    "required"
                }
            );
            reader.contradiction(
                Code::ExampleMismatch,
                argument.name.range(),
                message,
                row.name.range.clone(),
                "the table does not",
            );
        }
        if let Some(ty) = argument.ty
            && type_words::parse(&ty.plain(), Docs::Operations)
                .ok()
                .as_ref()
                != Some(&row.ty.value)
        {
            let message = format!("`{}` is `{}` in the example", argument.name.text, ty.text);
            let label = format!("{} in the table", row.ty.value);
            reader.contradiction(
                Code::ExampleMismatch,
                ty.range(),
                message,
                row.ty.range.clone(),
                label,
            );
        }
        row.example = Some(Spanned {
            value: argument.value.text.to_owned(),
            range: argument.value.range(),
        });
    }
    for row in rows.iter().filter(|row| row.example.is_none()) {
        let message = format!("the example gives no value to `{}`", row.name.value);
        reader.contradiction(
            Code::ExampleMismatch,
            row.name.range.clone(),
            message,
            example.range.clone(),
            "the example",
        );
    }
}

/// A body schema names the body's type, where the table only says that it is an object.
fn body_type(reader: &mut Reader<'_>, word: Piece<'_>, rows: &mut [RawParameter]) {
    let parsed = type_words::parse(word.text, Docs::Operations).map_err(str::to_owned);
    match parsed {
        Ok(ty) => {
            let mut objects = rows.iter_mut().filter(|row| row.ty.value == Type::Object);
            if let (Some(body), None) = (objects.next(), objects.next()) {
                body.ty = Spanned {
                    value: ty,
                    range: word.range(),
                };
            }
        }
        Err(text) => {
            let message = format!("`{text}` is no type that is known");
            reader.report(Code::UnknownType, word.range(), message);
        }
    }
}

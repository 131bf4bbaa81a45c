//! The example: the values that it gives, and the call that it makes.
//!
//! It is JavaScript that the vendor's template wrote, one statement a line. What is read are its
//! facts; the rest of it (promises, logging, log-in) says nothing about the operation.

use super::draft::{Argument, Example};
use super::line;
use crate::piece::Piece;
use std::ops::Range;

/// Reads the lines of an example.
pub(super) fn read(body: Piece<'_>, range: Range<usize>) -> Example<'_> {
    let mut example = Example {
        range,
        api: None,
        arguments: Vec::new(),
        call: None,
    };
    let mut in_opts = false;
    for whole in body.split(b'\n') {
        let line = whole.trim();
        if let Some(declared) = line
            .strip_prefix("let ")
            .or_else(|| line.strip_prefix("var "))
        {
            declaration(&mut example, declared, &mut in_opts);
        } else if in_opts {
            if line.text.starts_with("};") {
                in_opts = false;
            } else if whole.text.starts_with("  '")
                && let Some(argument) = entry(line)
            {
                example.arguments.push(argument);
            }
        } else if let Some(call) = line.strip_prefix("apiInstance.") {
            example.call = self::call(call);
            break;
        }
    }
    example
}

/// `id(args)`. What follows it is about the answer.
fn call(call: Piece<'_>) -> Option<(Piece<'_>, Vec<Piece<'_>>)> {
    let (id, arguments) = call.strip_suffix(")")?.split_once("(")?;
    Some((id, line::arguments_of(arguments)))
}

/// `name = value; // Type | description`, `opts = {` or `apiInstance = new platformClient.X();`.
fn declaration<'a>(example: &mut Example<'a>, declared: Piece<'a>, in_opts: &mut bool) {
    let Some((name, rest)) = declared.split_once(" = ") else {
        return;
    };
    if name.text == "apiInstance" {
        example.api = rest.within("new platformClient.", "();");
    } else if name.text == "opts" && rest.trim().text == "{" {
        *in_opts = true;
    } else {
        let (value, comment) = split_comment(rest);
        if let (Some(value), Some(ty)) = (value.strip_suffix(";"), comment) {
            example.arguments.push(Argument {
                name,
                value,
                ty: Some(ty),
                optional: false,
            });
        }
    }
}

/// `'name': value, // Type | description`.
fn entry(line: Piece<'_>) -> Option<Argument<'_>> {
    let (name, rest) = line.strip_prefix("'")?.split_once("': ")?;
    let (value, ty) = split_comment(rest);
    Some(Argument {
        name,
        value: value.strip_suffix(",").unwrap_or(value),
        ty,
        optional: true,
    })
}

/// A value and the type word of the comment after it.
fn split_comment(rest: Piece<'_>) -> (Piece<'_>, Option<Piece<'_>>) {
    match rest.split_once(" // ") {
        None => (rest.trim(), None),
        Some((value, comment)) => {
            let ty = comment.split_once(" |").map_or(comment, |(ty, _)| ty);
            (value.trim(), Some(ty.trim()))
        }
    }
}

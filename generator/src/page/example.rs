//! Reads the example: its values and its call.
//!
//! It is generated code with one statement per line. Promises, logging and log-in say nothing about
//! the operation and are skipped. The languages' statements differ, so each line is tried in every
//! language's form.

use super::draft::{Argument, DocsExample};
use super::line;
use crate::language::Language;
use crate::source_text::{SourceText, is_identifier};
use std::ops::Range;

/// Names in the examples for the object whose method is the operation.
const INSTANCES: [&str; 2] = ["apiInstance", "api_instance"];

/// Reads the lines of an example.
pub(super) fn read(
    body: SourceText<'_>,
    range: Range<usize>,
    language: Language,
) -> DocsExample<'_> {
    let mut example = DocsExample {
        range,
        api: None,
        arguments: Vec::new(),
        call: None,
    };
    let mut in_opts = false;
    for whole in body.split(b'\n') {
        let line = whole.trim();
        if in_opts {
            if line.text.starts_with("};") {
                in_opts = false;
            } else if whole.text.starts_with("  '")
                && let Some(argument) = entry(line)
            {
                example.arguments.push(argument);
            }
        } else if let Some(call) = called(line) {
            example.call = self::call(call);
            break;
        } else if let Some((name, rest)) = declared(line, language) {
            declaration(&mut example, name, rest, language, &mut in_opts);
        }
    }
    example
}

/// The text after `apiInstance.`, alone on its line or as the value of a variable.
fn called(line: SourceText<'_>) -> Option<SourceText<'_>> {
    let value = line.split_once(" = ").map_or(line, |(_, value)| value);
    let (instance, call) = value.split_once(".")?;
    INSTANCES.contains(&instance.text).then_some(call)
}

/// `id(args)`; the text after it handles the response.
fn call(call: SourceText<'_>) -> Option<(SourceText<'_>, Vec<SourceText<'_>>)> {
    let call = call.strip_suffix(";").unwrap_or(call);
    let (id, arguments) = call.strip_suffix(")")?.split_once("(")?;
    Some((id, line::arguments_of(arguments)))
}

/// `let name = …`, `Type name = …` or `name = …`: the name and the rest.
fn declared(line: SourceText<'_>, language: Language) -> Option<(SourceText<'_>, SourceText<'_>)> {
    let (left, rest) = line.split_once(" = ")?;
    let name = match language {
        Language::JavaScript => left
            .strip_prefix("let ")
            .or_else(|| left.strip_prefix("var "))?,
        Language::Java => left.rsplit_once(" ")?.1,
        Language::Python => left,
    };
    is_identifier(name.text).then_some((name, rest))
}

/// A variable: the instance, the options or an argument.
fn declaration<'a>(
    example: &mut DocsExample<'a>,
    name: SourceText<'a>,
    rest: SourceText<'a>,
    language: Language,
    in_opts: &mut bool,
) {
    if INSTANCES.contains(&name.text) {
        let class = rest.strip_suffix(";").unwrap_or(rest).strip_suffix("()");
        let class = class.map(|class| class.strip_prefix("new ").unwrap_or(class));
        example.api = class.map(|class| class.rsplit_once(".").map_or(class, |(_, name)| name));
    } else if name.text == "opts" && rest.trim().text == "{" {
        *in_opts = true;
    } else {
        let (value, comment) = split_comment(rest, language);
        let value = match language {
            Language::Python => Some(value),
            Language::JavaScript | Language::Java => value.strip_suffix(";"),
        };
        if let (Some(value), Some((ty, text))) = (value, comment) {
            let optional = match language {
                Language::JavaScript => Some(false),
                Language::Java => None,
                Language::Python => Some(text.text.contains("(optional)")),
            };
            example.arguments.push(Argument {
                name,
                value,
                ty: Some(ty),
                optional,
            });
        }
    }
}

/// `'name': value, // Type | description`.
fn entry(line: SourceText<'_>) -> Option<Argument<'_>> {
    let (name, rest) = line.strip_prefix("'")?.split_once("': ")?;
    let (value, comment) = split_comment(rest, Language::JavaScript);
    Some(Argument {
        name,
        value: value.strip_suffix(",").unwrap_or(value),
        ty: comment.map(|(ty, _)| ty),
        optional: Some(true),
    })
}

/// A value, and the type word and the text of the comment after it.
fn split_comment(
    rest: SourceText<'_>,
    language: Language,
) -> (SourceText<'_>, Option<(SourceText<'_>, SourceText<'_>)>) {
    let mark = match language {
        Language::JavaScript | Language::Java => " // ",
        Language::Python => " # ",
    };
    match rest.split_once(mark) {
        None => (rest.trim(), None),
        Some((value, comment)) => {
            let (ty, text) = comment.split_once(" |").unwrap_or((comment, comment.end()));
            (value.trim(), Some((ty.trim(), text.trim())))
        }
    }
}

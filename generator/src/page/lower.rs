//! Turns a draft into a raw page: joins rows with sections, and compares what the page states
//! twice.

use super::compare;
use super::draft::{Draft, Row, Section};
use crate::diagnostic::Code;
use crate::raw::{RawOperation, RawPage, Spanned};
use crate::reader::Reader;
use crate::source_text::{SourceText, is_identifier};
use spec::{Permissions, Require, Type};
use std::collections::HashMap;

/// Joins a page's parts.
pub(super) fn lower(reader: &mut Reader<'_>, draft: Draft<'_>) -> Option<RawPage> {
    let api = api(reader, &draft)?;
    let base_url = base_url(reader, &draft, &api);
    let mut rows: HashMap<&str, &Row<'_>> = HashMap::with_capacity(draft.rows.len());
    for row in &draft.rows {
        if let Some(first) = rows.insert(row.id.text, row) {
            let message = format!("the table lists `{}` twice", row.id.text);
            let other = first.id.range();
            reader.contradiction(
                Code::DuplicateOperation,
                row.id.range(),
                message,
                other,
                "first here",
            );
        }
    }
    let mut operations: Vec<RawOperation> = Vec::with_capacity(draft.sections.len());
    let mut seen = HashMap::with_capacity(draft.sections.len());
    let version = draft.version.map(spanned);
    if draft.sections.is_empty() {
        let message = format!("`{}` has no operation", api.value);
        reader.report(Code::NoOperation, api.range.clone(), message);
    }
    for section in draft.sections {
        let Some(id) = id(reader, &section) else {
            continue;
        };
        if let Some(first) = seen.insert(id.text, id) {
            let message = format!("`{}` is described twice", id.text);
            let other = first.range();
            reader.contradiction(
                Code::DuplicateOperation,
                id.range(),
                message,
                other,
                "first here",
            );
        }
        let row = rows.get(id.text).copied();
        operations.extend(operation(reader, &api.value, id, section, row));
    }
    for row in &draft.rows {
        if !seen.contains_key(row.id.text) {
            let message = format!("`{}` has no section", row.id.text);
            reader.report(Code::MissingSection, row.id.range(), message);
        }
    }
    endpoints(reader, &operations);
    Some(RawPage {
        file: reader.source.path.clone(),
        api,
        language: reader.language,
        base_url,
        version,
        operations,
    })
}

fn spanned(piece: SourceText<'_>) -> Spanned<String> {
    Spanned {
        value: piece.text.to_owned(),
        range: piece.range(),
    }
}

/// The page's name, compared with the titles and the file's name.
fn api(reader: &mut Reader<'_>, draft: &Draft<'_>) -> Option<Spanned<String>> {
    let Some(api) = draft.api.or(draft.heading) else {
        let message = "no heading names this page";
        reader.report(Code::MissingPageName, 0..0, message);
        return None;
    };
    if !is_identifier(api.text) {
        let message = format!(
            "`{}` is not a valid name: letters, digits and underscores",
            api.text
        );
        reader.report(Code::BadName, api.range(), message);
        return None;
    }
    for title in &draft.titles {
        if title.text != api.text {
            let message = format!("the title says `{}`", title.text);
            let label = format!("the heading says `{}`", api.text);
            reader.contradiction(
                Code::PageNameMismatch,
                title.range(),
                message,
                api.range(),
                label,
            );
        }
    }
    let stem = reader.source.stem();
    if stem != api.text {
        let message = format!("the file is named `{stem}`, the page `{}`", api.text);
        reader.report(Code::PageNameMismatch, api.range(), message);
    }
    Some(spanned(api))
}

fn base_url(reader: &mut Reader<'_>, draft: &Draft<'_>, api: &Spanned<String>) -> Spanned<String> {
    let Some(url) = draft.base_url else {
        let message = "the page has no base URL";
        reader.report(Code::MissingBaseUrl, api.range.clone(), message);
        return Spanned {
            value: String::new(),
            range: api.range.clone(),
        };
    };
    let is_url = ["https://", "http://"].iter().any(|scheme| {
        url.text
            .strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(is_url_byte))
    });
    if !is_url {
        let message = format!("`{}` is not a server URL", url.text);
        reader.report(Code::BadBaseUrl, url.range(), message);
    }
    Spanned {
        value: url.text.trim_end_matches('/').to_owned(),
        range: url.range(),
    }
}

/// RFC 3986's unreserved characters, and the separators of host, port and path.
fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/".contains(&byte)
}

/// A section's name: that of its signature, or else of its anchor.
fn id<'a>(reader: &mut Reader<'_>, section: &Section<'a>) -> Option<SourceText<'a>> {
    let id = match (&section.signature, section.anchor) {
        (Some(signature), _) => signature.id,
        (None, Some(anchor)) => {
            let message = format!("`{}` has no signature", anchor.text);
            reader.report(Code::MissingSignature, anchor.range(), message);
            anchor
        }
        (None, None) => return None,
    };
    if !is_identifier(id.text) {
        let message = format!(
            "`{}` is not a valid name: letters, digits and underscores",
            id.text
        );
        reader.report(Code::BadName, id.range(), message);
        return None;
    }
    Some(id)
}

fn operation(
    reader: &mut Reader<'_>,
    api: &str,
    id: SourceText<'_>,
    mut section: Section<'_>,
    row: Option<&Row<'_>>,
) -> Option<RawOperation> {
    compare::names(reader, id, &section, row);
    let Some(request) = section.request else {
        let message = format!("`{}` has no line `METHOD /path`", id.text);
        reader.report(Code::MissingRequest, id.range(), message);
        return None;
    };
    compare::row(reader, id, &request, row);
    let returns = returns(reader, id, &section);
    let parameters = section.parameters.as_ref().map(|p| p.range.clone());
    if parameters.is_none() {
        let message = format!("`{}` has no table of parameters", id.text);
        reader.report(Code::MissingParameters, id.range(), message);
    }
    compare::parameters(reader, api, id, &mut section);
    compare::summary(reader, id, &section, row);
    let description = description(row, &section);
    let permissions = permissions(reader, &section);
    Some(RawOperation {
        id: spanned(id),
        method: Spanned {
            value: request.method,
            range: request
                .line
                .split_once(" ")
                .map_or(request.line, |(verb, _)| verb)
                .range(),
        },
        path: spanned(request.path),
        summary: match row {
            Some(row) => row.summary.clone(),
            None => section.paragraphs.first().cloned().unwrap_or_default(),
        },
        description,
        preview: section.preview,
        deprecated: section.deprecated,
        permissions,
        parameters: section.parameters.map(|p| p.rows).unwrap_or_default(),
        returns,
        range: section.range,
    })
}

fn returns(reader: &mut Reader<'_>, id: SourceText<'_>, section: &Section<'_>) -> Spanned<Type> {
    let heading = section.signature.as_ref().and_then(|s| s.returns.clone());
    match (heading, &section.returns) {
        (Some(heading), Some(returns)) => {
            if heading.value != returns.value {
                let message = format!("`{}` returns {} here", id.text, returns.value);
                let label = format!("{} in the heading", heading.value);
                let (here, there) = (returns.range.clone(), heading.range);
                reader.contradiction(Code::ReturnMismatch, here, message, there, label);
            }
            returns.clone()
        }
        (None, Some(returns)) => returns.clone(),
        (Some(heading), None) if section.has_return => heading,
        (heading, None) => {
            let message = format!("`{}` has no return type of its own", id.text);
            reader.report(Code::MissingReturn, id.range(), message);
            heading.unwrap_or(Spanned {
                value: Type::Void,
                range: id.range(),
            })
        }
    }
}

/// The section's text beyond the row's summary.
fn description(row: Option<&Row<'_>>, section: &Section<'_>) -> String {
    let summary = match row {
        Some(row) => row.summary.as_str(),
        None => section.paragraphs.first().map_or("", String::as_str),
    };
    let mut text = String::new();
    let mut say = |paragraph: &str| {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(paragraph);
    };
    for paragraph in section.paragraphs.iter().filter(|text| *text != summary) {
        say(paragraph);
    }
    if let Some(requires) = &section.requires {
        let word = match requires.require {
            Require::Any => "ANY",
            Require::All => "ALL",
            Require::None => "NO",
        };
        for prose in &requires.prose {
            say(&format!("Requires {word} permissions: {prose}"));
        }
    }
    text
}

fn permissions(reader: &mut Reader<'_>, section: &Section<'_>) -> Option<Permissions> {
    let requires = section.requires.as_ref()?;
    match (requires.require, requires.of.is_empty()) {
        (Require::None, false) => {
            let message = "no permission is required, but some are listed";
            reader.report(Code::UnexpectedPermissions, requires.range.clone(), message);
        }
        (Require::Any | Require::All, true) => {
            if requires.prose.is_empty() {
                let message = "permissions are required, but none is listed";
                reader.report(Code::EmptyPermissions, requires.range.clone(), message);
            }
            return None;
        }
        _ => {}
    }
    Some(Permissions {
        require: requires.require,
        of: requires.of.clone(),
    })
}

/// Reports a method and path that are on the page twice.
fn endpoints(reader: &mut Reader<'_>, operations: &[RawOperation]) {
    let mut seen = HashMap::with_capacity(operations.len());
    for operation in operations {
        let endpoint = (operation.method.value, operation.path.value.as_str());
        if let Some(first) = seen.insert(endpoint, operation) {
            let message = format!("`{} {}` appears twice on this page", endpoint.0, endpoint.1);
            let label = format!("as `{}`", first.id.value);
            let (here, there) = (operation.path.range.clone(), first.path.range.clone());
            reader.contradiction(Code::DuplicateEndpoint, here, message, there, label);
        }
    }
}

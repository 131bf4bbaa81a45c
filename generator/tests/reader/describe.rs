//! Raw pages and diagnostics as text that a reviewer can read, for snapshots.

use generator::diagnostic::Diagnostic;
use generator::raw::{RawField, RawModel, RawOperation, RawPage, RawParameter};
use generator::source::{LineCount, SourceFile};
use std::fmt::Write as _;

const INFALLIBLE: &str = "writing to a string cannot fail";

pub(crate) fn page(page: &RawPage) -> String {
    let mut text = format!("{} at {}", page.api.value, page.base_url.value);
    if let Some(version) = &page.version {
        write!(text, ", version {}", version.value).expect(INFALLIBLE);
    }
    text.push('\n');
    for operation in &page.operations {
        self::operation(&mut text, operation);
    }
    text
}

fn operation(text: &mut String, operation: &RawOperation) {
    let RawOperation {
        id, method, path, ..
    } = operation;
    let returns = &operation.returns.value;
    write!(
        text,
        "\n{}: {} {} -> {returns}",
        id.value, method.value, path.value
    )
    .expect(INFALLIBLE);
    for (flag, word) in [
        (operation.preview, "preview"),
        (operation.deprecated, "deprecated"),
    ] {
        if flag {
            write!(text, ", {word}").expect(INFALLIBLE);
        }
    }
    writeln!(text, "\n  summary: {}", operation.summary).expect(INFALLIBLE);
    if !operation.description.is_empty() {
        writeln!(text, "  description: {:?}", operation.description).expect(INFALLIBLE);
    }
    match &operation.permissions {
        Some(permissions) => writeln!(
            text,
            "  permissions: {:?} {}",
            permissions.require,
            permissions.of.join(", ")
        ),
        None => writeln!(text, "  permissions: not said"),
    }
    .expect(INFALLIBLE);
    for parameter in &operation.parameters {
        self::parameter(text, parameter);
    }
}

fn parameter(text: &mut String, parameter: &RawParameter) {
    write!(text, "  * {}: {}", parameter.name.value, parameter.ty.value).expect(INFALLIBLE);
    if parameter.required {
        text.push_str(", required");
    }
    if let Some(default) = &parameter.default {
        write!(text, ", default {:?}", default.value).expect(INFALLIBLE);
    }
    if !parameter.values.is_empty() {
        write!(text, ", values {:?}", parameter.values).expect(INFALLIBLE);
    }
    if let Some(example) = &parameter.example {
        write!(text, ", example {}", example.value).expect(INFALLIBLE);
    }
    writeln!(text, "; {}", parameter.description.value).expect(INFALLIBLE);
}

pub(crate) fn model(model: &RawModel) -> String {
    let mut text = model.name.value.clone();
    if let Some(version) = &model.version {
        write!(text, ", version {}", version.value).expect(INFALLIBLE);
    }
    text.push('\n');
    for field in &model.fields {
        let RawField {
            name,
            ty,
            description,
            ..
        } = field;
        write!(text, "  * {}: {}", name.value, ty.value).expect(INFALLIBLE);
        if field.required {
            text.push_str(", required");
        }
        if !field.values.is_empty() {
            write!(text, ", values {:?}", field.values).expect(INFALLIBLE);
        }
        writeln!(text, "; {description}").expect(INFALLIBLE);
    }
    text
}

/// Each finding with its place and the line under it.
pub(crate) fn findings(source: &SourceFile, lines: LineCount, found: &[Diagnostic]) -> String {
    let mut text = format!(
        "{} of {} lines accounted for\n",
        lines.accounted, lines.total
    );
    for diagnostic in found {
        let range = &diagnostic.span.range;
        let (line, column, content) = place(source, range.start);
        let said = &source.text[range.clone()];
        let said = said.lines().next().unwrap_or("");
        let severity = format!("{:?}", diagnostic.code.severity()).to_lowercase();
        let (name, message) = (diagnostic.code.name(), &diagnostic.message);
        writeln!(
            text,
            "{severity}[{name}] {line}:{column}: {message}\n    {content}\n    at `{said}`"
        )
        .expect(INFALLIBLE);
        for (span, label) in &diagnostic.related {
            let (line, column, _) = place(source, span.range.start);
            writeln!(text, "    {line}:{column}: {label}").expect(INFALLIBLE);
        }
    }
    text
}

fn place(source: &SourceFile, offset: usize) -> (usize, usize, &str) {
    let before = &source.text[..offset];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    let content = source.text[start..].lines().next().unwrap_or("");
    (line, offset - start + 1, content)
}

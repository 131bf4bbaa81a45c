//! JSON for other tools, as `xtask/schema/diff.schema.json` describes it. Nothing is collapsed.

use crate::bump::Bump;
use crate::change::{Change, Impact};
use crate::remedy::remedy;
use crate::report::DiffReport;
use serde::Serialize;

/// The version of this output's form.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct JsonDocument<'a> {
    format: u32,
    old: &'a str,
    new: &'a str,
    bump: Bump,
    changes: Vec<JsonEntry<'a>>,
}

#[derive(Serialize)]
struct JsonEntry<'a> {
    id: &'static str,
    wire: Impact,
    rust: Impact,
    api: Option<&'a str>,
    operation: Option<&'a str>,
    method: Option<&'static str>,
    path: Option<&'a str>,
    parameter: Option<&'a str>,
    model: Option<&'a str>,
    field: Option<&'a str>,
    topic: Option<&'a str>,
    old: Option<&'a str>,
    new: Option<&'a str>,
    text: &'a str,
    rust_name: Option<&'a str>,
    remedy: Option<String>,
    fingerprint: String,
    /// Only where somebody approved the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<&'a str>,
}

/// The whole report.
pub fn render(report: &DiffReport) -> String {
    let document = JsonDocument {
        format: FORMAT,
        old: &report.old,
        new: &report.new,
        bump: report.bump(),
        changes: report
            .changes
            .iter()
            .map(|change| entry(report, change))
            .collect(),
    };
    let mut text =
        serde_json::to_string_pretty(&document).expect("strings and numbers are always JSON");
    text.push('\n');
    text
}

fn entry<'a>(report: &'a DiffReport, change: &'a Change) -> JsonEntry<'a> {
    let subject = &change.subject;
    JsonEntry {
        id: change.id.name(),
        wire: change.wire,
        rust: change.rust,
        api: subject.api.as_deref(),
        operation: subject.operation.as_deref(),
        method: subject.method.map(spec::Method::as_str),
        path: subject.path.as_deref(),
        parameter: subject.parameter.as_deref(),
        model: subject.model.as_deref(),
        field: subject.field.as_deref(),
        topic: subject.topic.as_deref(),
        old: change.old.as_deref(),
        new: change.new.as_deref(),
        text: &change.text,
        rust_name: change.rust_name.as_deref(),
        remedy: remedy(change),
        fingerprint: change.fingerprint(),
        accepted: report.approvals.reason(change),
    }
}

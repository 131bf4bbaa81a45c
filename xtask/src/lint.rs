//! `lint`: every finding, and how many lines of the docs are accounted for. Writes nothing.

use crate::cli::{LintArgs, LintFormat};
use crate::folder::SpecFolder;
use crate::report::{self, Reporter};
use crate::{Outcome, extract, output, workspace};
use anyhow::Result;
use generator::diagnostic::{Diagnostic, Severity};
use generator::source::LineCount;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Runs the command.
pub fn run(args: &LintArgs) -> Result<Outcome> {
    let dir = workspace::folder(args.spec.as_deref(), "spec");
    let folder = SpecFolder::read(&dir)?;
    let extracted = extract::extract(&folder);
    let text = match args.format {
        LintFormat::Text => as_text(&folder, &extracted.diagnostics, extracted.lines),
        LintFormat::Json => as_json(&folder, &extracted.diagnostics, extracted.lines),
    };
    output::print(&text)?;
    Ok(extract::outcome(&extracted.diagnostics))
}

fn as_text(folder: &SpecFolder, diagnostics: &[Diagnostic], lines: LineCount) -> String {
    let reporter = Reporter::new(folder.texts(), diagnostics, output::renderer());
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&reporter.text(diagnostic));
        text.push_str("\n\n");
    }
    for (severity, codes) in counts(diagnostics) {
        let total: usize = codes.values().sum();
        let each: Vec<String> = codes
            .iter()
            .map(|(code, count)| format!("{count} {code}"))
            .collect();
        let name = report::severity_name(severity);
        writeln!(text, "{}: {}", output::count(total, name), each.join(", "))
            .expect("writing to a string cannot fail");
    }
    let LineCount { total, accounted } = lines;
    writeln!(text, "{accounted} of {total} lines accounted for")
        .expect("writing to a string cannot fail");
    text
}

fn as_json(folder: &SpecFolder, diagnostics: &[Diagnostic], lines: LineCount) -> String {
    #[derive(Serialize)]
    struct Lines {
        lines: usize,
        accounted: usize,
    }
    let reporter = Reporter::new(folder.texts(), diagnostics, output::renderer());
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&reporter.json(diagnostic));
        text.push('\n');
    }
    let last = Lines {
        lines: lines.total,
        accounted: lines.accounted,
    };
    text.push_str(&serde_json::to_string(&last).expect("numbers are always JSON"));
    text.push('\n');
    text
}

/// How often each code occurs, the worst severity first.
fn counts(
    diagnostics: &[Diagnostic],
) -> impl Iterator<Item = (Severity, BTreeMap<&'static str, usize>)> {
    let mut counts: BTreeMap<Severity, BTreeMap<&'static str, usize>> = BTreeMap::new();
    for diagnostic in diagnostics {
        let code = diagnostic.code;
        *counts
            .entry(code.severity())
            .or_default()
            .entry(code.name())
            .or_default() += 1;
    }
    counts.into_iter().rev()
}

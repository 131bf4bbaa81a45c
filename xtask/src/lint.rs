//! `lint`: shows new findings, counts gone ones and those of each code, and counts the lines of the docs
//! that were understood. Writes nothing.

use crate::baseline::{self, Compared};
use crate::cli::{LintArgs, LintFormat};
use crate::folder::SpecFolder;
use crate::outcome::Outcome;
use crate::output::Form;
use crate::report::{self, Reporter};
use crate::{extract, output, workspace};
use anyhow::Result;
use api_diff::escape;
use generator::diagnostic::{Diagnostic, Severity};
use generator::source::LineCount;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Everything that is shown.
struct Findings<'a> {
    folder: &'a SpecFolder,
    all: &'a [Diagnostic],
    /// Nothing where there is no revision to compare with: everything is shown then.
    compared: Option<&'a Compared>,
    shows_all: bool,
    lines: LineCount,
}

/// Runs the command.
pub fn run(args: &LintArgs) -> Result<Outcome> {
    let dir = workspace::folder(args.spec.as_deref(), "spec");
    let mut folder = SpecFolder::read(&dir)?;
    folder.by_hand = args.by_hand;
    let extracted = extract::extract(&folder);
    let compared = baseline::compare(&folder, &extracted.diagnostics, args.since.as_deref())?;
    let findings = Findings {
        folder: &folder,
        all: &extracted.diagnostics,
        compared: compared.as_ref(),
        shows_all: args.all,
        lines: extracted.lines,
    };
    let (form, text) = match args.format {
        LintFormat::Text => (output::print_form(), findings.as_text()),
        LintFormat::Json => (Form::Json, findings.as_json()),
        LintFormat::Github => (Form::Annotations, findings.as_annotations()),
    };
    output::print(form, &text)?;
    Ok(extract::outcome(&extracted.diagnostics))
}

impl<'a> Findings<'a> {
    fn is_new(&self, index: usize) -> bool {
        self.compared.is_none_or(|compared| compared.is_new[index])
    }

    /// Errors are shown however old they are: nothing can be written with them.
    fn shown(&self) -> impl Iterator<Item = (&'a Diagnostic, bool)> {
        let all = self.all.iter().enumerate();
        let all = all.map(|(index, finding)| (finding, self.is_new(index)));
        all.filter(|(finding, is_new)| *is_new || self.shows_all || extract::is_error(finding))
    }

    /// Findings that are not shown one by one.
    fn rest(&self) -> impl Iterator<Item = &'a Diagnostic> {
        let all = self.all.iter().enumerate();
        let rest = all.filter(|(index, finding)| {
            !self.is_new(*index) && !self.shows_all && !extract::is_error(finding)
        });
        rest.map(|(_, finding)| finding)
    }

    fn reporter(&self) -> Reporter<'a> {
        Reporter::new(self.folder.texts(), self.all, output::renderer())
    }

    fn as_text(&self) -> String {
        let reporter = self.reporter();
        let mut text = String::new();
        for (finding, _) in self.shown() {
            text.push_str(&reporter.text(finding));
            text.push_str("\n\n");
        }
        if let Some(compared) = self.compared {
            add_comparison(&mut text, compared);
        }
        let (rest, what) = match self.compared {
            Some(_) if !self.shows_all => (self.rest().collect(), " as before"),
            _ => (self.all.iter().collect::<Vec<_>>(), ""),
        };
        for (severity, codes) in counts(&rest) {
            let total: usize = codes.values().sum();
            let each = codes.iter().map(|(code, count)| format!("{count} {code}"));
            let each = each.collect::<Vec<_>>().join(", ");
            let total = output::count(total, report::severity_name(severity));
            line(&mut text, format_args!("{total}{what}: {each}"));
        }
        if !rest.is_empty() && what == " as before" {
            line(
                &mut text,
                format_args!("`cargo xtask lint --all` shows them"),
            );
        }
        let LineCount { total, accounted } = self.lines;
        line(
            &mut text,
            format_args!("{accounted} of {total} lines accounted for"),
        );
        text
    }

    fn as_json(&self) -> String {
        #[derive(Serialize)]
        struct Last<'a> {
            lines: usize,
            accounted: usize,
            #[serde(flatten)]
            compared: Option<LintCounts<'a>>,
        }
        #[derive(Serialize)]
        struct LintCounts<'a> {
            since: &'a str,
            new: usize,
            gone: usize,
            /// By code, of what is not shown.
            rest: BTreeMap<&'static str, usize>,
        }
        let reporter = self.reporter();
        let mut text = String::new();
        for (finding, is_new) in self.shown() {
            let status = if is_new { "new" } else { "known" };
            let status = self.compared.map(|_| status);
            line(
                &mut text,
                format_args!("{}", reporter.json(finding, status)),
            );
        }
        if let Some(compared) = self.compared {
            // Their texts are of another revision, so they have no place in this one.
            for finding in &compared.gone {
                line(&mut text, format_args!("{}", report::gone_as_json(finding)));
            }
        }
        let rest = counts(&self.rest().collect::<Vec<_>>());
        let last = Last {
            lines: self.lines.total,
            accounted: self.lines.accounted,
            compared: self.compared.map(|compared| LintCounts {
                since: &compared.since,
                new: compared.new_count(),
                gone: compared.gone.len(),
                rest: rest.flat_map(|(_, codes)| codes).collect(),
            }),
        };
        let last = serde_json::to_string(&last).expect("texts and numbers are always JSON");
        line(&mut text, format_args!("{last}"));
        text
    }

    fn as_annotations(&self) -> String {
        let reporter = self.reporter();
        let mut shown: Vec<&Diagnostic> = self.shown().map(|(finding, _)| finding).collect();
        // GitHub shows ten annotations of a kind per step, so the worst come first.
        shown.sort_by_key(|finding| std::cmp::Reverse(finding.code.severity()));
        let mut text = String::new();
        for finding in shown {
            let annotation = reporter.annotation(finding, &self.folder.dir);
            line(&mut text, format_args!("{annotation}"));
        }
        let rest = self.rest().count();
        let summary = match self.compared {
            Some(compared) => format!(
                "{} new, {} gone since {}, {rest} as before",
                compared.new_count(),
                compared.gone.len(),
                compared.since
            ),
            None => output::count(self.all.len(), "finding"),
        };
        let summary = report::escaped_message(&summary);
        line(
            &mut text,
            format_args!("::notice title=Lint of the docs::{summary}"),
        );
        text
    }
}

fn add_comparison(text: &mut String, compared: &Compared) {
    for finding in &compared.gone {
        let severity = report::severity_name(finding.code.severity());
        let code = finding.code.name();
        let file = escape::value(&finding.span.file);
        let message = escape::value(&finding.message);
        line(
            text,
            format_args!("gone: {severity}[{code}]: {file}: {message}"),
        );
    }
    line(
        text,
        format_args!(
            "{} new, {} gone since {}",
            compared.new_count(),
            compared.gone.len(),
            escape::value(&compared.since)
        ),
    );
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a string cannot fail");
}

/// How often each code occurs, the worst severity first.
fn counts(
    findings: &[&Diagnostic],
) -> impl Iterator<Item = (Severity, BTreeMap<&'static str, usize>)> + use<> {
    let mut counts: BTreeMap<Severity, BTreeMap<&'static str, usize>> = BTreeMap::new();
    for finding in findings {
        let codes = counts.entry(finding.code.severity()).or_default();
        *codes.entry(finding.code.name()).or_default() += 1;
    }
    counts.into_iter().rev()
}

//! Text for a terminal: grouped by page, the worst first, noise collapsed, a summary at the end,
//! where the eye is when the command is done.

use crate::change::{Access, Change, Impact};
use crate::noise::Drift;
use crate::report::{DiffReport, Group, Section, plural, sections, sides, target};
use std::fmt::Write as _;

/// How to show it.
#[derive(Clone, Copy, Debug, Default)]
pub struct TextOptions {
    /// With ANSI colours.
    pub color: bool,
    /// Noise one by one, too.
    pub all: bool,
    /// Width of the terminal.
    pub width: usize,
}

/// The whole report.
pub fn render(report: &DiffReport, options: TextOptions) -> String {
    let mut out = Printer {
        out: String::new(),
        options,
        report,
    };
    out.line(&format!(
        "{} {} → {}",
        out.style(BOLD, "API diff"),
        report.old,
        report.new
    ));
    if options.all {
        out.sections(&sections(&report.changes));
    } else {
        let classes = report.classes();
        out.drifts(&classes.drift);
        out.sections(&sections(classes.signal));
        out.collapsed(classes.prose.len(), classes.order.len());
    }
    for approval in &report.approvals.unmatched {
        let text = format!(
            "accepted.yaml approves {} ({}), which no change has; take the entry out.",
            approval.fingerprint, approval.because
        );
        out.line("");
        out.line(&out.style(YELLOW, &text));
    }
    out.line("");
    out.line(&out.style(BOLD, &report.summary()));
    out.line(&report.bump_line());
    out.out
}

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "1;31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const CYAN: &str = "1;36";

struct Printer<'a> {
    out: String,
    options: TextOptions,
    report: &'a DiffReport,
}

impl Printer<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn style(&self, code: &str, text: &str) -> String {
        if self.options.color {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn sections(&mut self, sections: &[Section<'_>]) {
        for section in sections {
            let title = self.style(CYAN, section.title);
            let summary = self.style(DIM, &section.summary());
            self.line("");
            self.line(&format!("{title}  {summary}"));
            for group in &section.groups {
                self.group(group);
            }
        }
    }

    fn group(&mut self, group: &Group<'_>) {
        if let Some(name) = group.name {
            let line = group
                .line
                .as_ref()
                .map(|line| format!("  {}", self.style(DIM, line)));
            self.line(&format!(
                "  {}{}",
                self.style(BOLD, name),
                line.unwrap_or_default()
            ));
        }
        for change in &group.changes {
            self.change(change);
        }
    }

    fn change(&mut self, change: &Change) {
        let mut head = format!("    {} {}", self.mark(change), change.id);
        for part in [target(change), sides(change)].into_iter().flatten() {
            write!(head, "  {part}").expect("a String takes everything");
        }
        self.line(&head);
        self.prose(&change.text, "        ");
        if let Some(because) = self.report.approvals.reason(change) {
            self.prose(&format!("Accepted: {because}"), "        ");
        }
    }

    /// A drift is never without its worst: it has the mark of its impacts.
    fn drifts(&mut self, drifts: &[Drift<'_>]) {
        if drifts.is_empty() {
            return;
        }
        self.line("");
        self.line(&self.style(CYAN, "The same change on many operations"));
        for drift in drifts {
            let sample = drift.sample;
            let mut head = format!("    {} {}", self.mark(sample), sample.id);
            for part in [target(sample), sides(sample)].into_iter().flatten() {
                write!(head, "  {part}").expect("a String takes everything");
            }
            let count = self.style(BOLD, &plural(drift.changes.len(), "operation"));
            self.line(&format!("{head}  {count}"));
            self.prose(&sample.text, "        ");
        }
    }

    fn collapsed(&mut self, prose: usize, order: usize) {
        if prose + order == 0 {
            return;
        }
        let text = format!(
            "Not shown: {} of prose only, {order} of order only (--all shows them).",
            plural(prose, "change")
        );
        self.line("");
        self.line(&self.style(DIM, &text));
    }

    /// What breaks, in a column of fixed width.
    fn mark(&self, change: &Change) -> String {
        let (code, word) = match (change.wire, change.rust, change.access) {
            (Impact::Breaking, Impact::Breaking, _) => (RED, "BREAKS wire+Rust"),
            (Impact::Breaking, _, Some(Access::Narrowed)) => (RED, "NARROWS callers"),
            (Impact::Breaking, ..) => (RED, "BREAKS wire"),
            (_, Impact::Breaking, _) => (RED, "BREAKS Rust"),
            (.., Some(Access::Widened)) => (YELLOW, "WIDENS callers"),
            (Impact::Compatible, ..) | (_, Impact::Compatible, _) => (GREEN, "compatible"),
            _ => (DIM, "no impact"),
        };
        self.style(code, &format!("{word:<16}"))
    }

    /// A paragraph, wrapped and indented.
    fn prose(&mut self, text: &str, indent: &str) {
        let width = self.options.width.clamp(60, 120) - indent.len();
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                let done = std::mem::take(&mut line);
                self.line(&format!("{indent}{}", self.style(DIM, &done)));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&format!("{indent}{}", self.style(DIM, &line)));
    }
}

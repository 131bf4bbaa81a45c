//! Text for a terminal: grouped by page, the worst first, noise collapsed, a summary at the end,
//! where the eye is when the command is done.

use crate::change::{Access, Change, Impact};
use crate::escape;
use crate::noise::Repeated;
use crate::remedy::remedy;
use crate::report::{DiffReport, Group, Section, plural, sections, sides, target};
use std::fmt::Write as _;

/// How to show it.
#[derive(Clone, Copy, Debug, Default)]
pub struct TextOptions {
    /// With ANSI colours.
    pub color: bool,
    /// Noise one by one, too.
    pub all: bool,
    /// With the fingerprint of each change.
    pub fingerprints: bool,
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
    out.line(&[
        (BOLD, "API diff"),
        (PLAIN, &format!(" {} → {}", report.old, report.new)),
    ]);
    if options.all {
        out.sections(&sections(&report.changes));
    } else {
        let classes = report.classes();
        let (breaking, others) = classes.repeated_by_impact();
        out.repeated(breaking);
        out.sections(&sections(classes.signal.iter().copied()));
        out.repeated(others);
        out.collapsed(classes.prose.len(), classes.order.len());
    }
    for approval in &report.approvals.unmatched {
        out.blank();
        out.line(&[(YELLOW, &approval.unmatched_line())]);
    }
    if let Some(note) = report.untyped_note() {
        out.blank();
        out.prose(&note, "", YELLOW);
    }
    out.blank();
    out.line(&[(BOLD, &report.summary())]);
    out.line(&[(PLAIN, &report.bump_line())]);
    out.out
}

const PLAIN: &str = "";
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
    /// The only way out: styles of ours, texts made harmless.
    fn line(&mut self, parts: &[(&str, &str)]) {
        for (style, text) in parts {
            let text = text.replace('\n', " ");
            let text = escape::controls(&text);
            let text = escape::commands(&text);
            if self.options.color && !style.is_empty() {
                write!(self.out, "\x1b[{style}m{text}\x1b[0m").expect("a String takes everything");
            } else {
                self.out.push_str(&text);
            }
        }
        self.out.push('\n');
    }

    fn blank(&mut self) {
        self.out.push('\n');
    }

    fn sections(&mut self, sections: &[Section<'_>]) {
        for section in sections {
            self.blank();
            self.line(&[
                (CYAN, section.title),
                (PLAIN, "  "),
                (DIM, &section.summary()),
            ]);
            for group in &section.groups {
                self.group(group);
            }
        }
    }

    fn group(&mut self, group: &Group<'_>) {
        if let Some(name) = group.name {
            let line = group.line.as_deref().unwrap_or_default();
            let gap = if line.is_empty() { "" } else { "  " };
            let rust_name = group.rust_name.map(|name| format!("  {name}"));
            self.line(&[
                (PLAIN, "  "),
                (BOLD, name),
                (PLAIN, gap),
                (DIM, line),
                (PLAIN, &rust_name.unwrap_or_default()),
            ]);
        }
        for change in &group.changes {
            self.head(change, None);
            self.prose(&change.text, "        ", DIM);
            if let Some(remedy) = remedy(change) {
                self.prose(&format!("To do: {remedy}"), "        ", YELLOW);
            }
            if let Some(because) = self.report.approvals.reason(change) {
                self.prose(&format!("Accepted: {because}"), "        ", DIM);
            }
            if self.options.fingerprints {
                self.prose(
                    &format!("Fingerprint: {}", change.fingerprint()),
                    "        ",
                    DIM,
                );
            }
        }
    }

    /// What breaks, which rule, of what, from what to what.
    fn head(&mut self, change: &Change, count: Option<&str>) {
        let (color, word) = mark(change);
        let mut rest = format!(" {}", change.id);
        for part in [target(change), sides(change)].into_iter().flatten() {
            rest.push_str("  ");
            rest.push_str(&part);
        }
        if count.is_some() {
            rest.push_str("  ");
        }
        self.line(&[
            (PLAIN, "    "),
            (color, &format!("{word:<16}")),
            (PLAIN, &rest),
            (BOLD, count.unwrap_or_default()),
        ]);
    }

    /// One change and all that it was found on.
    fn repeated(&mut self, repeated: &[Repeated<'_>]) {
        if repeated.is_empty() {
            return;
        }
        self.blank();
        self.line(&[(CYAN, "The same change in many places")]);
        for group in repeated {
            self.head(group.sample, Some(&group.count()));
            self.prose(&group.sample.text, "        ", DIM);
            if let Some(remedy) = remedy(group.sample) {
                self.prose(&format!("To do: {remedy}"), "        ", YELLOW);
            }
            self.prose(&format!("In {}.", group.names(NAMED)), "        ", DIM);
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
        self.blank();
        self.line(&[(DIM, &text)]);
    }

    /// A paragraph, wrapped and indented.
    fn prose(&mut self, text: &str, indent: &str, style: &str) {
        let width = self.options.width.clamp(60, 120) - indent.len();
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                let done = std::mem::take(&mut line);
                self.line(&[(PLAIN, indent), (style, &done)]);
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&[(PLAIN, indent), (style, &line)]);
    }
}

/// How many names a line for many places lists.
const NAMED: usize = 100;

/// What breaks, and in which colour.
fn mark(change: &Change) -> (&'static str, &'static str) {
    match (change.wire, change.rust, change.access) {
        (Impact::Breaking, Impact::Breaking, _) => (RED, "BREAKS wire+Rust"),
        (Impact::Breaking, _, Some(Access::Narrowed)) => (RED, "NARROWS callers"),
        (Impact::Breaking, ..) => (RED, "BREAKS wire"),
        (_, Impact::Breaking, _) => (RED, "BREAKS Rust"),
        (.., Some(Access::Widened)) => (YELLOW, "WIDENS callers"),
        (Impact::Compatible, ..) | (_, Impact::Compatible, _) => (GREEN, "compatible"),
        _ => (DIM, "no impact"),
    }
}

//! Text for a terminal: grouped by page, the worst first, noise collapsed, the summary at the end.

use crate::change::{Access, Change, Impact};
use crate::escape;
use crate::noise::Repeated;
use crate::remedy::remedy;
use crate::report::{
    Chapter, DiffReport, Group, GroupSubject, ReportSection, plural, sections, sides, target,
    verdict,
};
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
        out.sections(sections(&report.changes));
    } else {
        for chapter in report.chapters() {
            out.chapter(chapter);
        }
        let classes = report.classes();
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
    /// Writes a text with our styles; all texts are escaped here.
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

    fn chapter(&mut self, chapter: Chapter<'_>) {
        self.blank();
        let count = plural(chapter.count(), "change");
        self.line(&[(BOLD, &format!("{}: {count}", chapter.title))]);
        if chapter.is_urgent {
            self.repeated(&chapter.repeated);
        }
        self.sections(chapter.sections);
        if !chapter.is_urgent {
            self.repeated(&chapter.repeated);
        }
    }

    fn sections(&mut self, sections: Vec<ReportSection<'_>>) {
        for section in sections {
            self.blank();
            let summary = section.summary();
            self.line(&[(CYAN, section.title), (PLAIN, "  "), (DIM, &summary)]);
            let groups = if self.options.fingerprints {
                section.groups // each has its own
            } else {
                self.report.alike(section.groups)
            };
            for group in &groups {
                self.group(group);
            }
        }
    }

    /// One, and what happened to it; or what happened, and to whom.
    fn group(&mut self, group: &Group<'_>) {
        if let [subject] = group.subjects.as_slice() {
            self.subject(subject, "  ");
            for change in group.changes() {
                self.change(change, None);
            }
            return;
        }
        let count = group.count();
        for change in group.changes() {
            self.change(change, Some(&count));
        }
        for subject in &group.subjects {
            self.subject(subject, "      - ");
        }
    }

    fn subject(&mut self, subject: &GroupSubject<'_>, indent: &str) {
        let Some(name) = subject.name else { return };
        let line = subject.line.as_deref().unwrap_or_default();
        let gap = if line.is_empty() { "" } else { "  " };
        let rust_name = subject.rust_name.map(|name| format!("  {name}"));
        self.line(&[
            (PLAIN, indent),
            (BOLD, name),
            (PLAIN, gap),
            (DIM, line),
            (PLAIN, &rust_name.unwrap_or_default()),
        ]);
    }

    fn change(&mut self, change: &Change, count: Option<&str>) {
        const INDENT: &str = "        ";
        self.head(change, count);
        self.prose(&change.text, INDENT, DIM);
        if let Some(remedy) = remedy(change) {
            self.prose(&format!("To do: {remedy}"), INDENT, YELLOW);
        }
        if let Some(because) = self.report.approvals.reason(change) {
            self.prose(&format!("Accepted: {because}"), INDENT, DIM);
        }
        if self.options.fingerprints {
            let fingerprint = format!("Fingerprint: {}", change.fingerprint());
            self.prose(&fingerprint, INDENT, DIM);
        }
    }

    /// What breaks, which rule, of what, from what to what.
    fn head(&mut self, change: &Change, count: Option<&str>) {
        // Loud without colours, too.
        let word = match verdict(change).split_once(' ') {
            Some((verb, what)) if color(change) != DIM => format!("{} {what}", verb.to_uppercase()),
            _ => verdict(change).to_owned(),
        };
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
            (color(change), &format!("{word:<16}")),
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

fn color(change: &Change) -> &'static str {
    match (change.worst(), change.access) {
        (Impact::Breaking, _) => RED,
        (_, Some(Access::Widened)) => YELLOW,
        (Impact::Compatible, _) => GREEN,
        (Impact::None, _) => DIM,
    }
}

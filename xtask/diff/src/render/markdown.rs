//! Markdown for a comment on a pull request, in the report's order, with links to lines of the docs.
//!
//! GitHub refuses comments above 65,536 characters, so what comes last does not fit, and is counted; the
//! end says how much it is. Lists and no tables: a table is wider than a phone, and a path in code does
//! not break in a cell. Text of the docs is escaped: a summary with a tag in it must not become markup,
//! and an `@name` must not call somebody.

use crate::change::{Change, Impact};
use crate::escape::{code, sentence, words};
use crate::locate::{FileLine, Locate};
use crate::noise::{Classes, Repeated};
use crate::remedy::remedy;
use crate::report::{
    Chapter, DiffReport, Group, GroupSubject, ReportSection, plural, sides, target, verdict,
};
use std::fmt::Write as _;

/// What a comment may have, in bytes: GitHub refuses more than 65,536 characters.
const LIMIT: usize = 65_536;
/// Room for the last lines.
const TAIL: usize = 1_000;

/// How to show it.
#[derive(Clone, Copy, Debug, Default)]
pub struct MarkdownOptions<'a> {
    /// What stands before a path in a link, with `{revision}` in it for the commit; without it links
    /// are relative.
    pub links: Option<&'a str>,
    /// The commit that the working tree stands for in links. Default: `HEAD`.
    pub head: Option<&'a str>,
    /// With the fingerprint of each change.
    pub fingerprints: bool,
}

/// By which the workflow knows its own comment again. GitHub does not show it.
pub const MARKER: &str = "<!-- cargo xtask diff -->";

/// The whole report.
pub fn render(
    report: &DiffReport,
    finder: &mut dyn Locate,
    options: MarkdownOptions<'_>,
) -> String {
    let mut comment = Comment {
        out: String::new(),
        left_out: 0,
        heads: String::new(),
        is_full: false,
        report,
        finder,
        options,
    };
    comment.out = format!(
        "{MARKER}\n## API diff\n\n{} → {}\n\n**{}**\n\n{}\n",
        code(&report.old),
        code(&report.new),
        report.summary(),
        report.bump_line()
    );
    for approval in &report.approvals.unmatched {
        let line = format!("\n- {}\n", words(&approval.unmatched_line()));
        comment.add(&line, 0);
    }
    for chapter in report.chapters() {
        comment.chapter(chapter);
    }
    let tail = tail(report, comment.left_out);
    comment.out + &tail
}

/// A comment being written.
struct Comment<'a> {
    out: String,
    /// How many changes did not fit.
    left_out: usize,
    /// Heads of what is added next: none stands there without anything below it.
    heads: String,
    /// Once something did not fit nothing follows, so that what is left out is what matters least.
    is_full: bool,
    report: &'a DiffReport,
    finder: &'a mut dyn Locate,
    options: MarkdownOptions<'a>,
}

impl Comment<'_> {
    /// Adds a block with the heads above it, or counts its changes; whether it was added.
    fn add(&mut self, block: &str, changes: usize) -> bool {
        self.is_full |= self.out.len() + self.heads.len() + block.len() > LIMIT - TAIL;
        if self.is_full {
            self.left_out += changes;
        } else {
            self.out.push_str(&std::mem::take(&mut self.heads));
            self.out.push_str(block);
        }
        !self.is_full
    }

    fn chapter(&mut self, chapter: Chapter<'_>) {
        let count = plural(chapter.count(), "change");
        self.heads = format!("\n### {}: {count}\n", chapter.title);
        if chapter.is_urgent {
            self.repeated(&chapter.repeated);
        }
        for section in chapter.sections {
            self.section(section, chapter.is_urgent);
        }
        if !chapter.is_urgent {
            self.repeated(&chapter.repeated);
        }
    }

    fn section(&mut self, section: ReportSection<'_>, is_open: bool) {
        let open = if is_open { " open" } else { "" };
        let (title, summary) = (words(section.title), section.summary());
        let head = format!("\n<details{open}><summary><b>{title}</b>: {summary}</summary>\n\n");
        self.heads.push_str(&head);
        let groups = if self.options.fingerprints {
            section.groups // each has its own
        } else {
            self.report.alike(section.groups)
        };
        let mut is_opened = false;
        for group in &groups {
            is_opened |= self.group(group);
        }
        if is_opened {
            // The room for it is the tail's.
            self.out.push_str("\n</details>\n");
        }
    }

    /// One, and what happened to it; or what happened, and to whom.
    fn group(&mut self, group: &Group<'_>) -> bool {
        let changes = |comment: &Self, indent: &str, count: Option<&str>| {
            let lines = group.changes().iter();
            let lines = lines.flat_map(|change| [indent.to_owned(), comment.change(change, count)]);
            lines.collect::<String>()
        };
        if let [subject] = group.subjects.as_slice() {
            let block = self.subject(subject) + &changes(self, "  - ", None);
            return self.add(&block, group.changes().len());
        }
        let head = changes(self, "- ", Some(&group.count()));
        let is_added = self.add(&head, 0);
        for subject in &group.subjects {
            let line = format!("  {}", self.subject(subject));
            self.add(&line, subject.changes.len());
        }
        is_added
    }

    /// Who: `getUser`, which links to the page, method and path, and how code names it.
    fn subject(&mut self, subject: &GroupSubject<'_>) -> String {
        let Some(name) = subject.name else {
            return "- The page\n".to_owned();
        };
        let found = self.finder.find(subject.changes[0]);
        let name = code(name);
        let mut line = match found.page.or(found.ir) {
            Some(at) => format!("- [{name}]({})", link(&at, self.options)),
            None => format!("- {name}"),
        };
        for part in [subject.line.as_deref(), subject.rust_name]
            .into_iter()
            .flatten()
        {
            write!(line, " {}", code(part)).expect("a String takes everything");
        }
        line.push('\n');
        line
    }

    /// What happened, why it matters, and what to do.
    fn change(&self, change: &Change, count: Option<&str>) -> String {
        let mut line = match change.worst() {
            Impact::Breaking => format!("**{}**", verdict(change)),
            Impact::Compatible | Impact::None => verdict(change).to_owned(),
        };
        let parts = [
            Some(change.id.name().to_owned()),
            target(change),
            sides(change),
        ];
        for part in parts.into_iter().flatten() {
            write!(line, " {}", code(&part)).expect("a String takes everything");
        }
        if let Some(count) = count {
            write!(line, " **{count}**").expect("a String takes everything");
        }
        write!(line, "<br>{}", sentence(&change.text)).expect("a String takes everything");
        if let Some(remedy) = remedy(change) {
            write!(line, " **To do:** {}", sentence(&remedy)).expect("a String takes everything");
        }
        if let Some(because) = self.report.approvals.reason(change) {
            write!(line, " Accepted: {}", words(because)).expect("a String takes everything");
        }
        if self.options.fingerprints {
            write!(line, " {}", code(&change.fingerprint())).expect("a String takes everything");
        }
        line.push('\n');
        line
    }

    fn repeated(&mut self, groups: &[Repeated<'_>]) {
        if groups.is_empty() {
            return;
        }
        self.heads
            .push_str("\n**The same change in many places**\n\n");
        for group in groups {
            let head = self.change(group.sample, Some(&group.count()));
            let block = format!("- {head}  In {}.\n", words(&group.names(NAMED)));
            self.add(&block, group.changes.len());
        }
    }
}

fn tail(report: &DiffReport, left_out: usize) -> String {
    let mut tail = String::new();
    let Classes { prose, order, .. } = report.classes();
    if prose.len() + order.len() > 0 {
        write!(
            tail,
            "\nNot shown: {} of prose only, {} of order only.\n",
            plural(prose.len(), "change"),
            order.len()
        )
        .expect("a String takes everything");
    }
    if let Some(note) = report.untyped_note() {
        write!(tail, "\n{note}\n").expect("a String takes everything");
    }
    if left_out > 0 {
        write!(
            tail,
            "\n**{} more** did not fit into this comment; the HTML report has all, and `cargo xtask diff` shows them.\n",
            plural(left_out, "change"),
        )
        .expect("a String takes everything");
    }
    tail
}

/// How many names a line for many places lists.
const NAMED: usize = 20;

fn link(line: &FileLine, options: MarkdownOptions<'_>) -> String {
    // Without `plain=1` GitHub renders a page, and a rendered page has no lines.
    let plain = if std::path::Path::new(&line.path)
        .extension()
        .is_some_and(|e| e == "md")
    {
        "?plain=1"
    } else {
        ""
    };
    let path = percent_encoded(&line.path);
    match options.links {
        Some(base) => {
            let revision = line.commit.as_deref().or(options.head).unwrap_or("HEAD");
            let base = base.replace("{revision}", revision);
            format!(
                "{}/{path}{plain}#L{}",
                base.trim_end_matches('/'),
                line.number
            )
        }
        None => format!("{path}#L{}", line.number),
    }
}

/// A path in a link: whatever is not unreserved in RFC 3986, section 2.3, is encoded.
fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a String takes everything");
        }
    }
    out
}

//! Markdown for a comment on a pull request: collapsible per page, the worst first, links to lines.
//!
//! GitHub refuses comments above 65,536 characters, so pages are added while they fit, and what
//! does not is counted. Text of the docs is escaped: a summary with a pipe or a tag in it must not
//! break the table, and an `@name` must not call somebody.

use crate::change::{Access, Change, Impact};
use crate::escape::{code, table_code, table_sentence, words};
use crate::locate::{FileLine, Locate};
use crate::noise::{Classes, Repeated};
use crate::remedy::remedy;
use crate::report::{DiffReport, Section, plural, sections, sides, target};
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
    let mut out = format!(
        "{MARKER}\n## API diff\n\n{} → {}\n\n**{}**\n\n{}\n\n",
        code(&report.old),
        code(&report.new),
        report.summary(),
        report.bump_line()
    );
    if let Some(note) = report.untyped_note() {
        write!(out, "{note}\n\n").expect("a String takes everything");
    }
    let mut budget = Budget {
        used: out.len(),
        left_out: 0,
        places: 0,
    };
    let classes = report.classes();
    for approval in &report.approvals.unmatched {
        budget.add(
            &mut out,
            &format!("- {}\n\n", words(&approval.unmatched_line())),
            0,
        );
    }
    permissions(report, &mut out, &mut budget);
    let (breaking, others) = classes.repeated_by_impact();
    repeated(breaking, &mut out, &mut budget);
    let mut row = |change: &Change| row(report, change, finder, options);
    for section in sections(classes.signal.iter().copied()) {
        self::section(&section, &mut out, &mut budget, &mut row);
    }
    repeated(others, &mut out, &mut budget);
    out.push_str(&tail(&classes, &budget));
    out
}

fn repeated(groups: &[Repeated<'_>], out: &mut String, budget: &mut Budget) {
    if groups.is_empty() {
        return;
    }
    let mut block = format!("### The same change in many places\n\n{TABLE}");
    let mut rows = 0;
    for group in groups {
        let target = target(group.sample).map(|target| table_code(&target));
        let place = format!(
            "{} in {}",
            target.unwrap_or_default(),
            words(&group.names(NAMED))
        );
        let row = cells(group.sample, &group.count(), &place);
        if !budget.fits(block.len() + row.len()) {
            break;
        }
        block.push_str(&row);
        rows += 1;
    }
    block.push('\n');
    let left_out = &groups[rows..];
    if !left_out.is_empty() {
        budget.left_out += left_out
            .iter()
            .map(|group| group.changes.len())
            .sum::<usize>();
        budget.places += 1;
    }
    if rows > 0 {
        budget.add(out, &block, 0);
    }
}

fn tail(classes: &Classes<'_>, budget: &Budget) -> String {
    let mut tail = String::new();
    if classes.prose.len() + classes.order.len() > 0 {
        write!(
            tail,
            "\nNot shown: {} of prose only, {} of order only.\n",
            plural(classes.prose.len(), "change"),
            classes.order.len()
        )
        .expect("a String takes everything");
    }
    if budget.left_out > 0 {
        write!(
            tail,
            "\n**{} more** in {} did not fit into this comment; `cargo xtask diff` shows them.\n",
            plural(budget.left_out, "change"),
            plural(budget.places, "page")
        )
        .expect("a String takes everything");
    }
    tail
}

/// How many names a row for many places lists.
const NAMED: usize = 20;

const TABLE: &str = "| wire | Rust | change | where |\n|---|---|---|---|\n";

struct Budget {
    used: usize,
    left_out: usize,
    places: usize,
}

impl Budget {
    fn fits(&self, length: usize) -> bool {
        self.used + length <= LIMIT - TAIL
    }

    /// Adds a block, or counts its changes.
    fn add(&mut self, out: &mut String, block: &str, changes: usize) {
        if self.fits(block.len()) {
            self.used += block.len();
            out.push_str(block);
        } else {
            self.left_out += changes;
            self.places += 1;
        }
    }
}

fn section(
    section: &Section<'_>,
    out: &mut String,
    budget: &mut Budget,
    row: &mut impl FnMut(&Change) -> String,
) {
    let breaks = section
        .changes()
        .any(|change| change.worst() == Impact::Breaking);
    let open = if breaks { " open" } else { "" };
    let head = format!(
        "<details{open}><summary><b>{}</b>: {}</summary>\n\n{TABLE}",
        words(section.title),
        section.summary()
    );
    let end = "\n</details>\n\n";
    let mut block = head;
    let mut rows = 0;
    let total = section.changes().count();
    for change in section.changes() {
        let row = row(change);
        if !budget.fits(block.len() + row.len() + end.len()) {
            break;
        }
        block.push_str(&row);
        rows += 1;
    }
    if rows == 0 {
        budget.left_out += total;
        budget.places += 1;
        return;
    }
    if rows < total {
        budget.left_out += total - rows;
        budget.places += 1;
    }
    block.push_str(end);
    budget.used += block.len();
    out.push_str(&block);
}

/// Who may call is what the vendor does not announce, so it has its own table before everything.
fn permissions(report: &DiffReport, out: &mut String, budget: &mut Budget) {
    let changes = report.permissions();
    if changes.is_empty() {
        return;
    }
    let head = format!(
        "<details open><summary><b>Permissions</b>: {}</summary>\n\n| callers | operation or topic | change |\n|---|---|---|\n",
        plural(changes.len(), "change")
    );
    let mut block = head;
    let mut rows = 0;
    for change in &changes {
        let row = format!(
            "| {} | {} | {} {} |\n",
            change.access.map(Access::as_str).unwrap_or_default(),
            table_code(change.subject.name().unwrap_or_default()),
            change.id,
            table_code(&sides(change).unwrap_or_default()),
        );
        // At most a third of the comment: each of them also stands with its operation below.
        if block.len() + row.len() > LIMIT / 3 {
            break;
        }
        block.push_str(&row);
        rows += 1;
    }
    if rows < changes.len() {
        writeln!(block, "| | | and {} more |", changes.len() - rows)
            .expect("a String takes everything");
    }
    block.push_str("\n</details>\n\n");
    budget.add(out, &block, 0);
}

fn row(
    report: &DiffReport,
    change: &Change,
    finder: &mut dyn Locate,
    options: MarkdownOptions<'_>,
) -> String {
    let subject = &change.subject;
    let mut place_text = match (&subject.operation, subject.name()) {
        (Some(name), _) => {
            let method = subject.method.map(spec::Method::as_str).unwrap_or_default();
            let path = subject.path.as_deref().unwrap_or_default();
            // A line each: a path in code does not break, and the column would leave the page.
            let mut text = format!(
                "{}<br>{}",
                table_code(name),
                table_code(&format!("{method} {path}"))
            );
            if let Some(rust_name) = &change.rust_name {
                write!(text, "<br>{}", table_code(rust_name)).expect("a String takes everything");
            }
            text
        }
        (_, Some(name)) => table_code(name),
        _ => String::new(),
    };
    if let Some(target) = target(change) {
        write!(place_text, " {}", table_code(&target)).expect("a String takes everything");
    }
    let found = finder.find(change);
    for (word, at) in [("page", found.page), ("IR", found.ir)] {
        if let Some(at) = at {
            write!(place_text, " [{word}]({})", link(&at, options))
                .expect("a String takes everything");
        }
    }
    if let Some(because) = report.approvals.reason(change) {
        write!(place_text, " (accepted: {})", words(because)).expect("a String takes everything");
    }
    if options.fingerprints {
        write!(place_text, " {}", code(&change.fingerprint())).expect("a String takes everything");
    }
    cells(change, "", &place_text)
}

fn cells(change: &Change, count: &str, place: &str) -> String {
    let sides = sides(change)
        .map(|sides| format!(" {}", table_code(&sides)))
        .unwrap_or_default();
    let count = if count.is_empty() {
        String::new()
    } else {
        format!(" **{count}**")
    };
    let remedy = remedy(change).map_or_else(String::new, |remedy| {
        format!("<br>**To do:** {}", table_sentence(&remedy))
    });
    format!(
        "| {} | {} | `{}`{count}{sides}<br>{}{remedy} | {place} |\n",
        word(change.wire),
        word(change.rust),
        change.id,
        table_sentence(&change.text),
    )
}

fn word(impact: Impact) -> &'static str {
    match impact {
        Impact::Breaking => "**breaking**",
        Impact::Compatible => "compatible",
        Impact::None => "none",
    }
}

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

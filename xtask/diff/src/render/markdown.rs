//! Markdown for a comment on a pull request: collapsible per page, the worst first, links to lines.
//!
//! GitHub refuses comments above 65,536 characters, so pages are added while they fit, and what
//! does not is counted. Text of the docs is escaped: a summary with a pipe or a tag in it must not
//! break the table, and an `@name` must not call somebody.

use crate::change::{Access, Change, Impact};
use crate::locate::{FileLine, Locate};
use crate::report::{DiffReport, Section, plural, sections, sides, target};
use std::fmt::Write as _;

/// What a comment may have, with some room left for whoever posts it.
const LIMIT: usize = 64_000;
/// Room for the last lines.
const TAIL: usize = 1_000;

/// The whole report. `links` is what stands before a path in a link, with `{revision}` in it for
/// the commit; without it links are relative.
pub fn render(report: &DiffReport, finder: &mut dyn Locate, links: Option<&str>) -> String {
    let mut out = String::from("## API diff\n\n");
    write!(
        out,
        "`{}` → `{}`\n\n",
        plain(&report.old),
        plain(&report.new)
    )
    .expect("a String takes everything");
    write!(
        out,
        "**{}**\n\n{}\n\n",
        report.summary(),
        report.bump_line()
    )
    .expect("a String takes everything");
    let mut budget = Budget {
        used: out.len(),
        left_out: 0,
        places: 0,
    };
    let mut tail = String::new();
    let classes = report.classes();
    for approval in &report.approvals.unmatched {
        let because = escape(&approval.because);
        let line = format!(
            "- `accepted.yaml` approves `{}` ({because}), which no change has; take the entry out.\n\n",
            plain(&approval.fingerprint)
        );
        budget.add(&mut out, &line, 0);
    }
    permissions(report, &mut out, &mut budget);
    let mut row = |change: &Change| row(report, change, finder, links);
    if !classes.drift.is_empty() {
        let mut block = String::from("### The same change on many operations\n\n");
        block.push_str(TABLE);
        for drift in &classes.drift {
            block.push_str(&cells(
                drift.sample,
                &plural(drift.changes.len(), "operation"),
                &target(drift.sample).unwrap_or_default(),
            ));
        }
        block.push('\n');
        budget.add(&mut out, &block, classes.drift.len());
    }
    for section in sections(classes.signal.iter().copied()) {
        self::section(&section, &mut out, &mut budget, &mut row);
    }
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
    out.push_str(&tail);
    out
}

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
        escape(section.title),
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
        "<details open><summary><b>Permissions</b>: {}</summary>\n\n| callers | operation | change |\n|---|---|---|\n",
        plural(changes.len(), "change")
    );
    let mut block = head;
    let mut rows = 0;
    for change in &changes {
        let row = format!(
            "| {} | `{}` | {} {} |\n",
            change.access.map(Access::as_str).unwrap_or_default(),
            plain(change.subject.operation.as_deref().unwrap_or_default()),
            change.id,
            code(&sides(change).unwrap_or_default()),
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
    base: Option<&str>,
) -> String {
    let subject = &change.subject;
    let mut place_text = match (&subject.operation, &subject.model) {
        (Some(name), _) => {
            let method = subject.method.map(spec::Method::as_str).unwrap_or_default();
            let path = subject.path.as_deref().unwrap_or_default();
            format!("`{}` `{method} {}`", plain(name), plain(path))
        }
        (_, Some(name)) => format!("`{}`", plain(name)),
        _ => String::new(),
    };
    if let Some(target) = target(change) {
        write!(place_text, " {}", code(&target)).expect("a String takes everything");
    }
    let found = finder.find(change);
    for (word, at) in [("page", found.page), ("IR", found.ir)] {
        if let Some(at) = at {
            write!(place_text, " [{word}]({})", link(&at, base))
                .expect("a String takes everything");
        }
    }
    if let Some(because) = report.approvals.reason(change) {
        write!(place_text, " (accepted: {})", escape(because)).expect("a String takes everything");
    }
    cells(change, "", &place_text)
}

fn cells(change: &Change, count: &str, place: &str) -> String {
    let sides = sides(change)
        .map(|sides| format!(" {}", code(&sides)))
        .unwrap_or_default();
    let count = if count.is_empty() {
        String::new()
    } else {
        format!(" **{count}**")
    };
    format!(
        "| {} | {} | `{}`{count}{sides}<br>{} | {place} |\n",
        word(change.wire),
        word(change.rust),
        change.id,
        escape(&change.text),
    )
}

fn word(impact: Impact) -> &'static str {
    match impact {
        Impact::Breaking => "**breaking**",
        Impact::Compatible => "compatible",
        Impact::None => "none",
    }
}

fn link(line: &FileLine, links: Option<&str>) -> String {
    // Without `plain=1` GitHub renders a page, and a rendered page has no lines.
    let plain = if std::path::Path::new(&line.path)
        .extension()
        .is_some_and(|e| e == "md")
    {
        "?plain=1"
    } else {
        ""
    };
    let path = line.path.replace(' ', "%20").replace(')', "%29");
    match links {
        Some(base) => {
            let base = base.replace("{revision}", line.commit.as_deref().unwrap_or("HEAD"));
            format!(
                "{}/{path}{plain}#L{}",
                base.trim_end_matches('/'),
                line.number
            )
        }
        None => format!("{path}#L{}", line.number),
    }
}

/// Text between backquotes in a cell.
fn code(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("`{}`", plain(text))
    }
}

/// Nothing ends a code span or a cell.
fn plain(text: &str) -> String {
    text.replace('`', "'")
        .replace('|', "\\|")
        .replace(['\n', '\r'], " ")
}

/// Our own sentences quote names of the docs, with backquotes of ours around them.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for character in text.chars() {
        match character {
            '`' => {
                in_code = !in_code;
                out.push('`');
            }
            '|' => out.push_str("\\|"),
            '\n' | '\r' => out.push(' '),
            '<' if !in_code => out.push_str("&lt;"),
            '>' if !in_code => out.push_str("&gt;"),
            '&' if !in_code => out.push_str("&amp;"),
            '@' if !in_code => out.push_str("&#64;"),
            '*' | '_' | '[' | ']' | '#' if !in_code => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    if in_code {
        out.push('`');
    }
    out
}

//! One HTML file with its style and script. It can be read without the script; the filters are then hidden.
//!
//! Every text of the docs goes through `escape`. The script only shows and hides rows.

use crate::change::{Access, Change, Impact, Kind};
use crate::escape::{Piece, controls, pieces};
use crate::locate::{ChangeLines, Locate};
use crate::noise::Repeated;
use crate::remedy::remedy;
use crate::report::{
    Chapter, DiffReport, Group, GroupSubject, ReportSection, plural, sections, sides, target,
};
use std::fmt::{self, Write as _};

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// The whole report.
pub fn render(report: &DiffReport, finder: &mut dyn Locate) -> String {
    let mut out = String::with_capacity(64 * 1024 + report.changes.len() * 1024);
    page(&mut out, report, finder).expect("a String takes everything");
    out
}

fn page(out: &mut String, report: &DiffReport, finder: &mut dyn Locate) -> fmt::Result {
    let (old, new) = (escape(&report.old), escape(&report.new));
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>API diff: {old} → {new}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>API diff</h1>\n\
         <p class=\"versions\"><code>{old}</code> → <code>{new}</code></p>\n"
    )?;
    tiles(out, report)?;
    writeln!(out, "<p>{}</p>\n</header>", escape(&report.bump_line()))?;
    filters(out)?;
    out.push_str("<main>\n");
    if let Some(note) = report.untyped_note() {
        writeln!(out, "<p class=\"warning\">{}</p>", escape(&note))?;
    }
    unmatched(out, report)?;
    for chapter in report.chapters() {
        self::chapter(out, report, &chapter, finder)?;
    }
    let classes = report.classes();
    for (title, changes) in [("Prose only", classes.prose), ("Order only", classes.order)] {
        if changes.is_empty() {
            continue;
        }
        let count = plural(changes.len(), "change");
        writeln!(
            out,
            "<details class=\"noise\"><summary>{title} <small>{count}</small></summary>"
        )?;
        for section in sections(changes) {
            self::section(out, report, &section, finder)?;
        }
        out.push_str("</details>\n");
    }
    if report.changes.is_empty() {
        out.push_str("<p>There are no changes.</p>\n");
    }
    write!(
        out,
        "<p id=\"nothing\" hidden>Nothing matches the filters.</p>\n</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

fn tiles(out: &mut String, report: &DiffReport) -> fmt::Result {
    let counts = report.counts();
    out.push_str("<ul class=\"tiles\">\n");
    for (number, label, class) in [
        (counts.wire, "break the wire", "breaking"),
        (counts.rust, "break Rust", "breaking"),
        (counts.narrowed, "narrow who may call", "breaking"),
        (counts.widened, "widen who may call", "widened"),
        (counts.added, "operations added", "compatible"),
        (counts.removed, "operations removed", "breaking"),
        (counts.accepted, "accepted", "none"),
        (counts.all, "changes in all", "none"),
    ] {
        let class = if number == 0 { "zero" } else { class };
        writeln!(out, "<li class=\"{class}\"><b>{number}</b> {label}</li>")?;
    }
    out.push_str("</ul>\n");
    Ok(())
}

fn filters(out: &mut String) -> fmt::Result {
    out.push_str(
        "<form id=\"filters\" hidden>\n<label class=\"search\">Search <input type=\"search\" name=\"search\" \
         placeholder=\"operation, path, permission …\" autocomplete=\"off\"></label>\n<fieldset><legend>Impact</legend>\n",
    );
    for (value, label) in [
        ("wire", "breaks wire"),
        ("rust", "breaks Rust"),
        ("compatible", "compatible"),
        ("none", "no impact"),
    ] {
        writeln!(
            out,
            "<label><input type=\"checkbox\" name=\"impact\" value=\"{value}\" checked> {label}</label>"
        )?;
    }
    out.push_str("</fieldset>\n<fieldset><legend>Kind</legend>\n");
    for kind in [
        Kind::Operation,
        Kind::Permission,
        Kind::Parameter,
        Kind::Response,
        Kind::Model,
        Kind::Topic,
        Kind::Prose,
        Kind::Order,
    ] {
        let kind = kind.as_str();
        writeln!(
            out,
            "<label><input type=\"checkbox\" name=\"kind\" value=\"{kind}\" checked> {kind}</label>"
        )?;
    }
    out.push_str("</fieldset>\n<output id=\"shown\"></output>\n</form>\n");
    Ok(())
}

fn unmatched(out: &mut String, report: &DiffReport) -> fmt::Result {
    for approval in &report.approvals.unmatched {
        writeln!(
            out,
            "<p class=\"warning\"><code>accepted.yaml</code> approves <code>{}</code> ({}), which matches no change; remove the entry.</p>",
            escape(&approval.fingerprint),
            escape(&approval.because)
        )?;
    }
    Ok(())
}

fn chapter(
    out: &mut String,
    report: &DiffReport,
    chapter: &Chapter<'_>,
    finder: &mut dyn Locate,
) -> fmt::Result {
    let count = plural(chapter.count(), "change");
    writeln!(
        out,
        "<section class=\"chapter\">\n<h2>{} <small>{count}</small></h2>",
        chapter.title
    )?;
    if chapter.is_urgent {
        repeated(out, report, &chapter.repeated)?;
    }
    for section in &chapter.sections {
        self::section(out, report, section, finder)?;
    }
    if !chapter.is_urgent {
        repeated(out, report, &chapter.repeated)?;
    }
    out.push_str("</section>\n");
    Ok(())
}

fn repeated(out: &mut String, report: &DiffReport, groups: &[Repeated<'_>]) -> fmt::Result {
    if groups.is_empty() {
        return Ok(());
    }
    out.push_str(
        "<details class=\"page\" open><summary><h3>The same change in many places</h3></summary>\n",
    );
    for group in groups {
        let names = escape(&group.names(usize::MAX));
        let end = format!("<p>In {names}.</p>\n");
        change(out, report, group.sample, Some(&group.count()), &end)?;
    }
    out.push_str("</details>\n");
    Ok(())
}

fn section(
    out: &mut String,
    report: &DiffReport,
    section: &ReportSection<'_>,
    finder: &mut dyn Locate,
) -> fmt::Result {
    writeln!(
        out,
        "<details class=\"page\" open><summary><h3>{}</h3> <small>{}</small></summary>",
        escape(section.title),
        section.summary()
    )?;
    for group in report.alike(section.groups.clone()) {
        self::group(out, report, &group, finder)?;
    }
    out.push_str("</details>\n");
    Ok(())
}

/// One, and what happened to it; or what happened, and to whom.
fn group(
    out: &mut String,
    report: &DiffReport,
    group: &Group<'_>,
    finder: &mut dyn Locate,
) -> fmt::Result {
    out.push_str("<section class=\"group\">\n");
    if let [subject] = group.subjects.as_slice() {
        if subject.name.is_some() {
            writeln!(out, "<h4>{}</h4>", names(subject))?;
        }
        for found in &subject.changes {
            let lines = finder.find(found);
            change(out, report, found, None, &places(found, &lines))?;
        }
    } else {
        let count = group.count();
        for (nth, found) in group.changes().iter().enumerate() {
            let mut list = String::from("<ul class=\"subjects\">\n");
            for subject in &group.subjects {
                let lines = finder.find(subject.changes[nth]);
                let places = places(subject.changes[nth], &lines);
                writeln!(list, "<li><b>{}</b>{places}</li>", names(subject))?;
            }
            list.push_str("</ul>\n");
            change(out, report, found, Some(&count), &list)?;
        }
    }
    out.push_str("</section>\n");
    Ok(())
}

/// Name, method and path, and how code names it.
fn names(subject: &GroupSubject<'_>) -> String {
    let mut out = escape(subject.name.unwrap_or_default());
    let line = subject.line.as_deref().map(|line| ("", line));
    let rust_name = subject.rust_name.map(|name| (" class=\"rust\"", name));
    for (class, text) in line.into_iter().chain(rust_name) {
        write!(out, " <code{class}>{}</code>", escape(text)).expect("a String takes everything");
    }
    out
}

/// Where it stands, and its fingerprint.
fn places(change: &Change, lines: &ChangeLines) -> String {
    let places = [("page", &lines.page), ("IR", &lines.ir)];
    let places = places.into_iter().filter_map(|(word, line)| {
        let line = line.as_ref()?;
        Some(format!("{word} {}:{}", escape(&line.path), line.number))
    });
    let parts: Vec<String> = places.chain([change.fingerprint()]).collect();
    format!("<p class=\"meta\">{}</p>\n", parts.join(" · "))
}

/// What the script filters by.
fn attributes(change: &Change) -> String {
    let mut impacts = Vec::new();
    if change.wire == Impact::Breaking {
        impacts.push("wire");
    }
    if change.rust == Impact::Breaking {
        impacts.push("rust");
    }
    if impacts.is_empty() {
        impacts.push(if change.worst() == Impact::Compatible {
            "compatible"
        } else {
            "none"
        });
    }
    format!(
        "data-change data-impact=\"{}\" data-kind=\"{}\"",
        impacts.join(" "),
        change.id.kind().as_str()
    )
}

fn change(
    out: &mut String,
    report: &DiffReport,
    change: &Change,
    count: Option<&str>,
    end: &str,
) -> fmt::Result {
    let worst = match change.access {
        Some(Access::Widened) => "widened",
        None | Some(Access::Same | Access::Narrowed) => change.worst().as_str(),
    };
    writeln!(
        out,
        "<article class=\"change {worst}\" {}>",
        attributes(change)
    )?;
    write!(
        out,
        "<p class=\"head\"><b>{}</b> <span class=\"badge {}\">wire: {}</span> <span class=\"badge {}\">Rust: {}</span>",
        change.id, change.wire, change.wire, change.rust, change.rust
    )?;
    if let Some(access) = change.access {
        let access = access.as_str();
        write!(
            out,
            " <span class=\"badge {access}\">callers: {access}</span>"
        )?;
    }
    if let Some(count) = count {
        write!(out, " <span class=\"badge\">{count}</span>")?;
    }
    out.push_str("</p>\n");
    let what = [target(change), sides(change)];
    for text in what.into_iter().flatten() {
        writeln!(out, "<p><code>{}</code></p>", escape(&text))?;
    }
    writeln!(out, "<p>{}</p>", sentence(&change.text))?;
    if let Some(remedy) = remedy(change) {
        writeln!(
            out,
            "<p class=\"remedy\"><b>To do:</b> {}</p>",
            sentence(&remedy)
        )?;
    }
    if let Some(because) = report.approvals.reason(change) {
        writeln!(
            out,
            "<p class=\"accepted\">Accepted: {}</p>",
            escape(because)
        )?;
    }
    writeln!(out, "{end}</article>")
}

/// Our own sentence: what it quotes is code.
fn sentence(text: &str) -> String {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Words(text) => escape(text),
            Piece::Code(text) => format!("<code>{}</code>", escape(text)),
        })
        .collect()
}

fn escape(text: &str) -> String {
    let text = controls(text);
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // A line of the file is ours to begin.
            '\n' => out.push_str("&#10;"),
            other => out.push(other),
        }
    }
    out
}

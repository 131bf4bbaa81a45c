//! Workflow commands of GitHub Actions: one annotation per change that breaks something or changes
//! who may call, at the line of the page that says it.
//!
//! GitHub shows ten annotations of a kind per step. So the worst come first, and a last notice counts the
//! other changes.

use crate::change::{Access, Change, Impact};
use crate::locate::Locate;
use crate::remedy::remedy;
use crate::report::{DiffReport, sides, target};
use std::fmt::Write as _;

/// All annotations, one a line.
pub fn render(report: &DiffReport, finder: &mut dyn Locate) -> String {
    let mut noted: Vec<(&Change, &str)> = report
        .changes
        .iter()
        .filter(|change| report.approvals.reason(change).is_none())
        .filter_map(|change| Some((change, level(change)?)))
        .collect();
    noted.sort_by_key(|(change, level)| (rank(level), std::cmp::Reverse(change.wire)));
    let mut out = String::new();
    for (change, level) in &noted {
        let place = finder.annotate(change);
        let mut properties = Vec::new();
        if let Some(line) = place {
            properties.push(format!("file={}", property(&line.path)));
            properties.push(format!("line={}", line.number));
        }
        properties.push(format!("title={}", property(&title(change))));
        let text = [Some(change.text.clone()), remedy(change)];
        let text: Vec<String> = text.into_iter().flatten().collect();
        let message = message(&format!("{}\n{}", heading(change), text.join(" ")));
        writeln!(out, "::{level} {}::{message}", properties.join(","))
            .expect("a String takes everything");
    }
    let rest = report.changes.len() - noted.len();
    let rest = if rest == 0 {
        String::new()
    } else {
        format!(" {rest} of them are not listed here.")
    };
    let summary = message(&format!(
        "{}{rest}\n{}",
        report.summary(),
        report.bump_line()
    ));
    writeln!(out, "::notice title=API diff::{summary}").expect("a String takes everything");
    out
}

fn level(change: &Change) -> Option<&'static str> {
    match (change.worst(), change.access) {
        (Impact::Breaking, _) => Some("error"),
        (_, Some(Access::Widened)) => Some("warning"),
        _ => None,
    }
}

fn rank(level: &str) -> usize {
    usize::from(level != "error")
}

fn title(change: &Change) -> String {
    format!("{} (wire {}, Rust {})", change.id, change.wire, change.rust)
}

fn heading(change: &Change) -> String {
    let subject = &change.subject;
    let name = subject.name().or(subject.api.as_deref());
    let parts = [name.map(str::to_owned), target(change), sides(change)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The runner's own escapes (`toolkit`, `command.ts`).
fn message(text: &str) -> String {
    crate::escape::controls(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

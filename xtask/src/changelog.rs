//! `changelog`: drafts a section of CHANGELOG.md from what changed since the last release.
//!
//! It is only a draft, on standard output: people write what a release is about.

use crate::diff::args::ChangelogArgs;
use crate::diff::command::{Comparison, client_version, comparison};
use crate::diff::source::parent_of;
use crate::git::Repository;
use crate::outcome::Outcome;
use crate::output::Form;
use crate::{output, workspace};
use anyhow::{Context as _, Result};
use api_diff::escape::code;
use api_diff::report::{plural, sides, target};
use api_diff::{Access, Bump, Change, Id, Impact};
use semver::Version;
use spec::Api;
use std::fmt::Write as _;

/// Runs the command.
///
/// # Errors
/// The versions cannot be compared.
pub fn run(args: &ChangelogArgs) -> Result<Outcome> {
    let spec = workspace::folder(args.spec.as_deref(), "spec");
    let root = parent_of(&spec);
    let old = match &args.old {
        Some(old) => Some(old.clone()),
        None => Repository::at(root)?.last_release()?.map(|(tag, _)| tag),
    };
    let working_tree = spec.to_string_lossy();
    let text = if let Some(old) = old {
        section(&comparison(Some(&old), Some(&working_tree), &spec)?)?
    } else {
        // Against itself: nothing changed, and the API is there to be counted.
        let same = comparison(Some(&working_tree), Some(&working_tree), &spec)?;
        let version = client_version(&same.new.origin)?.context("client.yaml names no version")?;
        first(&same.new.api, &version)
    };
    output::print(Form::Text, &text).context("cannot write to standard output")?;
    Ok(Outcome::Fine)
}

/// The section of the first release, which has nothing to compare with.
fn first(api: &Api, version: &Version) -> String {
    let operations = api
        .pages
        .iter()
        .map(|page| page.operations.len())
        .sum::<usize>();
    format!(
        "## {version}\n\nThe first release: {} on {}, {}.\n",
        plural(operations, "operation"),
        plural(api.pages.len(), "page"),
        plural(api.models.models.len(), "model")
    )
}

/// The chapters, in their order.
const CHAPTERS: [&str; 6] = [
    "Permissions",
    "Removed",
    "Breaking",
    "Added",
    "Deprecated",
    "Changed",
];

/// The chapter of a change; `None` if it is only of wording or order.
fn chapter(change: &Change) -> Option<&'static str> {
    if change.access.is_some_and(|access| access != Access::Same) {
        return Some("Permissions");
    }
    match change.id {
        Id::RemovedWithDeprecation | Id::RemovedWithoutDeprecation | Id::TopicRemoved => {
            Some("Removed")
        }
        _ if change.worst() == Impact::Breaking => Some("Breaking"),
        Id::EndpointAdded | Id::PageAdded | Id::ModelAdded | Id::TopicAdded => Some("Added"),
        Id::EndpointDeprecated => Some("Deprecated"),
        _ if change.worst() == Impact::Compatible => Some("Changed"),
        id => (!id.kind().is_editorial()).then_some("Changed"),
    }
}

/// The section for what `new` is about to be released as.
fn section(comparison: &Comparison) -> Result<String> {
    let report = &comparison.report;
    let named = client_version(&comparison.new.origin)?;
    let least = report
        .version
        .as_ref()
        .map(|version| report.bump().apply(version));
    let version = named
        .into_iter()
        .chain(least)
        .max()
        .context("neither side has a client.yaml")?;
    let mut out = format!("## {version}\n");
    if report.bump() == Bump::None {
        out.push_str("\nThe API did not change.\n");
        return Ok(out);
    }
    write!(out, "\n{}\n", report.summary())?;
    for title in CHAPTERS {
        let changes = report.changes.iter();
        let items: Vec<String> = changes
            .filter(|change| chapter(change) == Some(title))
            .map(item)
            .collect();
        if !items.is_empty() {
            write!(out, "\n### {title}\n\n- {}\n", items.join("\n- "))?;
        }
    }
    let changes = report.changes.iter();
    let rest = changes.filter(|change| chapter(change).is_none()).count();
    if rest > 0 {
        write!(out, "\n{} of wording and order.\n", plural(rest, "change"))?;
    }
    Ok(out)
}

fn item(change: &Change) -> String {
    let subject = &change.subject;
    let name = subject.name().or(subject.api.as_deref());
    let mut out = code(name.unwrap_or_default());
    if let Some(page) = subject.api.as_deref().filter(|page| Some(*page) != name) {
        write!(out, " ({})", code(page)).expect("a String takes everything");
    }
    if let Some(target) = target(change) {
        write!(out, ", {}", code(&target)).expect("a String takes everything");
    }
    let what = change.id.name().replace('-', " ");
    write!(out, ": {what}").expect("a String takes everything");
    if let Some(sides) = sides(change) {
        write!(out, " ({})", code(&sides)).expect("a String takes everything");
    }
    if let Some(access) = change.access {
        write!(out, ", callers {}", access.as_str()).expect("a String takes everything");
    }
    out
}

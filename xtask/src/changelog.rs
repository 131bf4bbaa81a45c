//! `changelog`: drafts a section of CHANGELOG.md from what changed since the last release.
//!
//! It is only a draft, on standard output: people write what a release is about.

use crate::diff::args::ChangelogArgs;
use crate::diff::command::{Comparison, client_version, comparison};
use crate::diff::source::parent_of;
use crate::git::Repository;
use crate::output::Form;
use crate::{Outcome, output, workspace};
use anyhow::{Context as _, Result};
use api_diff::escape::code;
use api_diff::report::{plural, sides, target};
use api_diff::{Access, Bump, Change, Id, Impact, Kind};
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

/// Whether a change belongs to a chapter.
type Belongs<'a> = &'a dyn Fn(&Change) -> bool;

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
    let mut rest: Vec<&Change> = report.changes.iter().collect();
    let is_gone = |change: &Change| {
        matches!(
            change.id,
            Id::RemovedWithDeprecation | Id::RemovedWithoutDeprecation | Id::TopicRemoved
        )
    };
    let chapters: [(&str, Belongs<'_>); 6] = [
        ("Permissions", &|change| {
            change.access.is_some_and(|access| access != Access::Same)
        }),
        ("Removed", &is_gone),
        ("Breaking", &|change| change.worst() == Impact::Breaking),
        ("Added", &|change| {
            matches!(
                change.id,
                Id::EndpointAdded | Id::PageAdded | Id::ModelAdded | Id::TopicAdded
            )
        }),
        ("Deprecated", &|change| change.id == Id::EndpointDeprecated),
        ("Changed", &|change| {
            change.worst() == Impact::Compatible
                || !matches!(change.id.kind(), Kind::Prose | Kind::Order)
        }),
    ];
    for (title, belongs) in chapters {
        let (of_chapter, others): (Vec<&Change>, Vec<&Change>) =
            rest.into_iter().partition(|change| belongs(change));
        rest = others;
        if of_chapter.is_empty() {
            continue;
        }
        write!(out, "\n### {title}\n\n")?;
        for change in of_chapter {
            writeln!(out, "- {}", item(change))?;
        }
    }
    if !rest.is_empty() {
        write!(
            out,
            "\n{} of wording and order.\n",
            plural(rest.len(), "change")
        )?;
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

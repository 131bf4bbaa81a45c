//! A report of two versions in each format, with files that are not there.

use api_diff::locate::{ChangeLines, FileLine, Locate};
use api_diff::render::{github, html, markdown, text};
use api_diff::{Approvals, Change, DiffReport, UntypedBodies, compare};
use semver::Version;
use spec::Api;

/// Operations have a line in the docs and in the IR, models in the IR, pages none. What is gone is in
/// a commit.
struct Lines;

impl Locate for Lines {
    fn find(&mut self, change: &Change) -> ChangeLines {
        let subject = &change.subject;
        let commit = change
            .new
            .is_none()
            .then(|| "c0ffee".repeat(7)[..40].to_owned());
        let at = |path: String, number| FileLine {
            path,
            number,
            commit: commit.clone(),
        };
        match (&subject.api, &subject.operation, &subject.model) {
            (Some(api), Some(_), _) => ChangeLines {
                page: Some(at(format!("spec/docs/{api}.md"), 12)),
                ir: Some(at(format!("spec/ir/{api}.yaml"), 34)),
            },
            (None, _, Some(_)) => ChangeLines {
                page: None,
                ir: Some(at("spec/ir/models.yaml".to_owned(), 56)),
            },
            _ => ChangeLines::default(),
        }
    }

    fn annotate(&mut self, change: &Change) -> Option<FileLine> {
        let lines = self.find(change);
        lines.page.or(lines.ir)
    }
}

pub fn report(old: &Api, new: &Api) -> DiffReport {
    let changes = compare(old, new, &[]);
    DiffReport {
        old: "v0.4.2".to_owned(),
        new: "working tree".to_owned(),
        bodies: UntypedBodies::of(new),
        approvals: Approvals::default(),
        version: Some(Version::new(0, 4, 2)),
        changes,
    }
}

pub const PLAIN: text::TextOptions = text::TextOptions {
    color: false,
    all: false,
    fingerprints: false,
    width: 100,
};

pub fn in_text(report: &DiffReport) -> String {
    text::render(report, PLAIN)
}

pub fn in_markdown(report: &DiffReport, links: Option<&str>) -> String {
    let options = markdown::MarkdownOptions {
        links,
        head: None,
        fingerprints: false,
    };
    markdown::render(report, &mut Lines, options)
}

pub fn in_html(report: &DiffReport) -> String {
    html::render(report, &mut Lines)
}

pub fn in_github(report: &DiffReport) -> String {
    github::render(report, &mut Lines)
}

//! What is approved by hand, and what is drafted for hand-written files.

use crate::cases::{all, api};
use crate::shown::{in_text, report};
use api_diff::approvals::{Approvals, draft, parse};
use api_diff::{Bump, DiffReport, Id, Impact, renamed};
use semver::Version;

/// A breaking change and a compatible one.
fn both() -> DiffReport {
    report(
        &api(
            "ThingsApi",
            "- { id: getThing, method: GET, path: /things, returns: string }",
        ),
        &api(
            "ThingsApi",
            "- { id: getOther, method: GET, path: /others, returns: string }",
        ),
    )
}

#[test]
fn what_is_drafted_approves_what_it_was_drafted_for() {
    let mut report = both();
    assert_eq!(report.counts().accepted, 0);
    let text = draft(&report.changes[..1], "It is so: \"why\"\nnot");
    let mut approvals = parse(&text).unwrap();
    assert_eq!(approvals.len(), 1);
    assert_eq!(approvals[0].because, "It is so: \"why\"\nnot");
    assert!(
        text.starts_with("# ThingsApi, getOther: endpoint-added\n"),
        "{text}"
    );
    let mut stray = approvals[0].clone();
    stray.fingerprint = "0123456789abcdef".to_owned();
    approvals.push(stray.clone());
    report.approvals = Approvals::match_up(approvals, &report.changes);
    let [first, second, ..] = &report.changes[..] else {
        panic!("{:?}", report.changes);
    };
    assert_eq!(
        report.approvals.reason(first),
        Some("It is so: \"why\"\nnot")
    );
    assert_eq!(report.approvals.reason(second), None);
    assert_eq!(report.approvals.unmatched, [stray]);
    assert_eq!(report.counts().accepted, 1);
    assert!(
        report.summary().ends_with("; 1 accepted."),
        "{}",
        report.summary()
    );
}

#[test]
fn each_wrong_entry_is_named_at_its_place() {
    let entry = |fingerprint: &str, because: &str| {
        format!("- {{ fingerprint: \"{fingerprint}\", because: \"{because}\" }}\n")
    };
    let right = entry("0123456789abcdef", "yes");
    assert_eq!(parse(&right).map(|approvals| approvals.len()), Ok(1));
    assert_eq!(parse("# none\n"), Ok(Vec::new()));
    for (wrong, message) in [
        (
            entry("0123456789abcde", "yes"),
            "entry 2: `0123456789abcde` is",
        ),
        (
            entry("0123456789abcdeF", "yes"),
            "entry 2: `0123456789abcdeF` is",
        ),
        (
            entry("ffffffffffffffff", " "),
            "entry 2: `because` of ffffffffffffffff",
        ),
        (right.clone(), "entries 1 and 2 approve the same change"),
    ] {
        let text = format!("{right}{wrong}");
        let error = parse(&text).unwrap_err();
        assert!(error.message.starts_with(message), "{error}");
        assert!(
            error.range.start >= right.len(),
            "{wrong}: {:?}",
            error.range
        );
    }
}

#[test]
fn a_renamed_operation_is_drafted_until_it_is_written_down() {
    let version = Version::new(1, 2, 3);
    let reports = all()
        .into_iter()
        .map(|(name, case)| report(&case.before(&name), &case.after(&name)));
    let is_renamed = |report: &DiffReport| {
        let mut changes = report.changes.iter();
        changes.any(|change| change.id == Id::OperationRenamed)
    };
    let report = reports.into_iter().find(is_renamed).expect("a case");
    let text = renamed::draft(&report.changes, &[], &version);
    let entries = spec::yaml::parse_renamed(&text).unwrap();
    let [entry] = &entries[..] else {
        panic!("{text}");
    };
    assert_eq!(entry.since, "1.2.3");
    let change = report.changes.iter().find(|change| {
        change.old.as_deref() == Some(&entry.old) && change.new.as_deref() == Some(&entry.new)
    });
    assert!(change.is_some(), "{text}");
    assert_eq!(renamed::draft(&report.changes, &entries, &version), "");
    let mut other = entries.clone();
    other[0].api = "OtherApi".to_owned();
    assert_eq!(renamed::draft(&report.changes, &other, &version), text);
    let mut older = entries;
    older[0].old = "olderName".to_owned();
    assert_eq!(renamed::draft(&report.changes, &older, &version), text);
}

#[test]
fn the_line_of_the_version_says_what_to_publish() {
    let mut report = both();
    assert_eq!(report.bump(), Bump::Major);
    assert_eq!(
        report.bump_line(),
        "Version: major change, so at least 0.5.0 after 0.4.2."
    );
    report.version = None;
    assert_eq!(report.bump_line(), "Version: a major change.");
    let summary = report.summary();
    assert_eq!(
        summary,
        "2 changes: 1 breaking on the wire, 1 breaking in Rust; 1 operation added, 1 removed."
    );
    // No version keeps callers from what breaks on the wire alone.
    let all = report.changes.clone();
    report.changes[0].rust = Impact::Compatible;
    report.changes.truncate(1);
    report.changes[0].wire = Impact::Breaking;
    assert_eq!(
        report.bump_line(),
        "Version: a minor change. Changes that break the wire affect callers of every version: put them into the release notes."
    );
    report.changes[0].wire = Impact::Compatible;
    assert_eq!(report.bump_line(), "Version: a minor change.");
    report.changes = all;
    report.changes.clear();
    assert_eq!(report.bump_line(), "Version: no release needed.");
    assert_eq!(report.summary(), "No changes.");
    assert!(in_text(&report).contains("No changes."));
}

//! `lint` against the last commit: what is new, what is gone, how many there are of the rest.

mod common;

use common::repository::Repository;
use common::{Place, widget_page};

/// A committed spec folder with a warning on each of two pages: the heading is not the file's name.
fn committed() -> (Place, Repository) {
    let place = Place::empty();
    for (file, api) in [("OneApi", "UnoApi"), ("TwoApi", "DuoApi")] {
        place.put(
            &format!("spec/docs/{file}.md"),
            widget_page(api, "Get a widget"),
        );
    }
    let repository = Repository::new(&place, "");
    repository.commit("first");
    (place, repository)
}

fn lint(place: &Place, more: &[&str]) -> common::Ended {
    place.run(&[&["lint", "--spec", "spec"], more].concat())
}

/// Commits have another id on each run of the test.
fn stable(text: &str, repository: &Repository) -> String {
    let commit = repository.git(&["rev-parse", "HEAD"]);
    let out = text.replace(&commit[..10], "<commit>");
    let first = repository.git(&["rev-parse", "first"]);
    out.replace(&first[..10], "<first>")
}

/// One warning less, one more, and lines before the one that stays.
fn change(place: &Place) {
    place.put("spec/docs/OneApi.md", widget_page("OneApi", "Get a widget"));
    let moved = format!("\n\n{}", widget_page("DuoApi", "Get a widget"));
    place.put("spec/docs/TwoApi.md", moved);
    place.put(
        "spec/docs/ThreeApi.md",
        widget_page("TresApi", "100%, a: b"),
    );
}

#[test]
fn after_a_commit_nothing_is_new() {
    let (place, repository) = committed();
    let ended = lint(&place, &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    insta::assert_snapshot!(stable(&ended.out, &repository));
}

#[test]
fn new_findings_are_shown_gone_ones_named_and_the_rest_counted() {
    let (place, repository) = committed();
    change(&place);
    insta::assert_snapshot!(stable(&lint(&place, &[]).out, &repository));
    let all = lint(&place, &["--all"]).out;
    assert_eq!(
        all.matches("warning[page-name-mismatch]").count(),
        3,
        "{all}"
    );
    assert!(all.contains("gone: "), "{all}");
}

#[test]
fn a_revision_can_be_named() {
    let (place, repository) = committed();
    change(&place);
    repository.commit("second");
    let ended = lint(&place, &[]);
    assert!(
        ended.out.contains("0 new, 0 gone since HEAD"),
        "{}",
        ended.out
    );
    let ended = lint(&place, &["--since", "first"]);
    let out = stable(&ended.out, &repository);
    assert!(out.contains("1 new, 1 gone since first (<first>)"), "{out}");
    for revision in ["nowhere", "--all"] {
        let ended = lint(&place, &[&format!("--since={revision}")]);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.err.contains("git knows no revision"), "{}", ended.err);
    }
}

#[test]
fn errors_are_shown_however_old_they_are() {
    let (place, repository) = committed();
    let page = place.text("spec/docs/OneApi.md");
    place.put("spec/docs/OneApi.md", page + "\na stray line\n");
    repository.commit("second");
    let ended = lint(&place, &[]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("error[unread-line]"), "{}", ended.out);
    assert!(ended.out.contains("0 new, 0 gone"), "{}", ended.out);
}

#[test]
fn for_programs_each_finding_says_whether_it_is_new() {
    let (place, repository) = committed();
    change(&place);
    let status = |more: &[&str]| {
        let out = lint(&place, &[&["--format", "json"], more].concat()).out;
        let lines = out.lines().map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).expect("each line is JSON");
            line["status"].as_str().unwrap_or("counts").to_owned()
        });
        lines.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(status(&[]), "new gone counts");
    assert_eq!(status(&["--all"]), "known new known gone counts");
    let out = lint(&place, &["--format", "json"]).out;
    let last = out.lines().last().expect("the counts come last");
    insta::assert_snapshot!(stable(last, &repository));
}

#[test]
fn annotations_are_workflow_commands() {
    let (place, repository) = committed();
    change(&place);
    let out = lint(&place, &["--format", "github"]).out;
    insta::assert_snapshot!(stable(&out, &repository));
}

#[test]
fn without_a_commit_or_a_repository_everything_is_shown() {
    let place = Place::empty();
    place.put("spec/docs/OneApi.md", widget_page("UnoApi", "Get a widget"));
    let out = lint(&place, &[]).out;
    assert!(out.contains("warning[page-name-mismatch]"), "{out}");
    assert!(!out.contains("since"), "{out}");
    let ended = lint(&place, &["--since", "HEAD"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    Repository::new(&place, "");
    assert_eq!(lint(&place, &[]).out, out);
}

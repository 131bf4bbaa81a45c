//! `pull` from a repository that the test makes: no network.

mod common;

use common::Place;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A repository of docs at `repository`, and a spec folder that names it.
fn place() -> Place {
    let place = Place::empty();
    let client = place.text("spec/client.yaml");
    let repository = place.path("repository");
    let url = format!("file://{}", repository.display());
    place.put(
        "spec/client.yaml",
        format!(
            "{client}\nsources:\n\
             - {{ repository: \"{url}\", folder: build/docs, tag: \"v{{version}}\", kind: operations, exclude: [\"*Model.md\", index.md] }}\n\
             - {{ repository: \"{url}\", folder: build/docs, tag: \"v{{version}}\", kind: typed, exclude: [\"*Api.md\", index.md] }}\n"
        ),
    );
    place.put("repository/build/docs/UsersApi.md", "users\r\n\u{e9} one\n");
    place.put("repository/build/docs/RoutingApi.md", "routing one\n");
    place.put("repository/build/docs/UserModel.md", "a model\n");
    place.put("repository/build/docs/index.md", "no page\n");
    place.put("repository/build/docs/UsersApi.html", "no page\n");
    place.put("repository/.gitattributes", "*.md text\n");
    place.put("repository/src/code.js", "code\n");
    git(&repository, &["init", "--quiet", "--initial-branch=main"]);
    commit(&repository, "v9.0.0");
    place.put("repository/build/docs/UsersApi.md", "users two\n");
    fs::remove_file(repository.join("build/docs/RoutingApi.md")).expect("it was put there");
    commit(&repository, "v10.0.0");
    git(&repository, &["tag", "v11.0.0-beta"]);
    place
}

fn commit(repository: &Path, tag: &str) {
    git(repository, &["add", "--all"]);
    git(repository, &["commit", "--quiet", "--message", tag]);
    git(repository, &["tag", tag]);
}

fn git(repository: &Path, args: &[&str]) {
    let identity = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b.example",
        "-c",
        "core.autocrlf=false",
    ];
    let status = Command::new("git")
        .args(identity)
        .args(args)
        .current_dir(repository)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .status();
    assert!(
        status.expect("the tests of `pull` need git").success(),
        "{args:?}"
    );
}

fn names(place: &Place) -> Vec<String> {
    place
        .files("spec")
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn a_version_is_pulled_pinned_and_replaced_by_the_next() {
    let place = place();
    let ended = place.run(&["pull", "--spec", "spec", "--version", "9.0.0"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    insta::assert_snapshot!(ended.out);
    assert_eq!(
        names(&place),
        [
            "client.yaml",
            "docs/RoutingApi.md",
            "docs/UsersApi.md",
            "docs/typed/UserModel.md",
            "source.yaml"
        ]
    );
    let pins = place.text("spec/source.yaml");
    let commit = pins
        .lines()
        .find(|line| line.contains("commit:"))
        .expect("it is pinned");
    let hash = commit.split('"').nth(1).expect("it is quoted");
    assert!(
        hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{commit}"
    );
    insta::assert_snapshot!(
        pins.replace(hash, "<commit>")
            .replace(&place.path("").display().to_string(), "<dir>/")
    );

    place.put("spec/docs/OwnApi.md", "nobody pulled it\n");
    let ended = place.run(&["pull", "--spec", "spec"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(
        ended.out.starts_with("docs version 10.0.0: 2 pages"),
        "{}",
        ended.out
    );
    assert_eq!(
        names(&place),
        [
            "client.yaml",
            "docs/OwnApi.md",
            "docs/UsersApi.md",
            "docs/typed/UserModel.md",
            "source.yaml"
        ]
    );
    assert_eq!(place.text("spec/docs/UsersApi.md"), "users two\n");
    let again = place.run(&["pull", "--spec", "spec"]);
    assert!(
        again
            .out
            .contains("0 files written, 3 unchanged, 0 removed"),
        "{}",
        again.out
    );
}

#[test]
fn the_major_version_is_enough_and_a_pre_release_must_be_named_whole() {
    let place = place();
    for (asked, version) in [
        ("9", "9.0.0"),
        ("10.0", "10.0.0"),
        ("11.0.0-beta", "11.0.0-beta"),
    ] {
        let ended = place.run(&["pull", "--spec", "spec", "--version", asked]);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(
            ended.out.starts_with(&format!("docs version {version}:")),
            "{}",
            ended.out
        );
    }
    let ended = place.run(&["pull", "--spec", "spec", "--version", "11"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("10.0.0, 9.0.0"), "{}", ended.err);
    let ended = place.run(&["pull", "--spec", "spec", "--version", "../10"]);
    assert_eq!(ended.code, 2);
}

#[test]
fn one_source_that_fails_leaves_everything_as_it_was() {
    let place = place();
    place.run(&["pull", "--spec", "spec", "--version", "9"]);
    let client = place.text("spec/client.yaml");
    let faults = [
        (
            "kind: typed",
            "folder: build/docs",
            "folder: build/gone",
            "no folder `build/gone`",
        ),
        (
            "kind: typed",
            "folder: build/docs",
            "folder: src",
            "no page in `src`",
        ),
        ("kind: typed", "/repository\"", "/nowhere\"", "nowhere"),
        (
            "kind: typed",
            "exclude: [\"*Api.md\", index.md]",
            "exclude: [\"*.md\"]",
            "no page",
        ),
    ];
    for (line, old, new, expected) in faults {
        let spoil = |text: &str| {
            if text.contains(line) {
                text.replace(old, new)
            } else {
                text.to_owned()
            }
        };
        let spoiled: Vec<String> = client.lines().map(spoil).collect();
        place.put("spec/client.yaml", spoiled.join("\n"));
        let before = place.files("spec");
        let ended = place.run(&["pull", "--spec", "spec", "--version", "10"]);
        assert_eq!(ended.code, 2, "{new}: {ended:?}");
        assert!(ended.err.contains(expected), "{new}: {}", ended.err);
        assert!(place.files("spec") == before, "{new}");
    }
}

#[test]
fn two_sources_cannot_bring_one_page() {
    let place = place();
    let client = place.text("spec/client.yaml");
    let client = client
        .replace("kind: typed", "kind: operations")
        .replace("[\"*Api.md\", index.md]", "[\"*Model.md\"]");
    place.put("spec/client.yaml", client);
    let ended = place.run(&["pull", "--spec", "spec"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("`docs/UsersApi.md`"), "{}", ended.err);
    assert_eq!(names(&place), ["client.yaml"]);
}

#[test]
fn without_sources_there_is_nothing_to_pull() {
    let ended = Place::empty().run(&["pull", "--spec", "spec"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("sources"), "{}", ended.err);
}

#[test]
fn a_page_that_was_changed_by_hand_is_told_by_lint() {
    let place = place();
    place.run(&["pull", "--spec", "spec"]);
    assert!(
        !place
            .run(&["lint", "--spec", "spec"])
            .out
            .contains("pinned-page")
    );
    place.put("spec/docs/UsersApi.md", "users three\n");
    fs::remove_file(place.path("spec/docs/typed/UserModel.md")).expect("it was pulled");
    let out = place.run(&["lint", "--spec", "spec"]).out;
    assert!(
        out.contains("warning[pinned-page-changed]: `docs/UsersApi.md`"),
        "{out}"
    );
    assert!(
        out.contains("warning[pinned-page-missing]: `docs/typed/UserModel.md`"),
        "{out}"
    );
}

//! `pull` from repositories that the test makes: no network.

mod common;

use common::Place;
use common::repository::{Repository, source};
use std::fs;

/// A repository of docs with two releases and a pre-release, and a spec folder that takes its pages of
/// operations and of models.
fn place() -> (Place, Repository) {
    let place = Place::empty();
    let repository = Repository::new(&place, "repository");
    repository.put("build/docs/UsersApi.md", "users\n\u{e9} one\n");
    repository.put("build/docs/RoutingApi.md", "routing one\n");
    repository.put("build/docs/UserModel.md", "a model\n");
    repository.put("build/docs/index.md", "no page\n");
    repository.put("build/docs/UsersApi.html", "no page\n");
    repository.put("build/docs/sub/OtherApi.md", "not in the folder itself\n");
    repository.put(".gitattributes", "*.md text eol=crlf\n");
    repository.put("src/code.js", "code\n");
    repository.commit("9.0.0");
    repository.put("build/docs/UsersApi.md", "users two\n");
    repository.remove("build/docs/RoutingApi.md");
    repository.commit("10.0.0");
    repository.git(&["tag", "11.0.0-beta"]);
    let from = repository.source();
    source(
        &place,
        &[
            &format!("{from}, kind: operations, exclude: [\"*Model.md\", index.md]"),
            &format!("{from}, kind: typed, exclude: [\"*Api.md\", index.md]"),
        ],
    );
    (place, repository)
}

fn names(place: &Place) -> Vec<String> {
    let files = place.files("spec").into_iter();
    files.map(|(name, _)| name).collect()
}

fn pull(place: &Place, more: &[&str]) -> common::Ended {
    place.run(&[&["pull", "--spec", "spec"], more].concat())
}

/// Commits and objects are other ones on each run of the test, sizes differ by git's version.
fn stable(text: &str) -> String {
    let mut stable = String::new();
    for line in text.lines() {
        let line = match line.split_once(" received") {
            Some((before, after)) => {
                let before = before
                    .rsplit_once(", ")
                    .map_or(before, |(before, _)| before);
                format!("{before}, <bytes> received{after}")
            }
            None => line.to_owned(),
        };
        let is_id = |word: &&str| {
            let word = word.trim_matches('"');
            word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        let id = line.split(' ').find(is_id).map(str::to_owned);
        let line = id.map_or(line.clone(), |id| line.replace(&id, "<id>"));
        stable.push_str(&line);
        stable.push('\n');
    }
    stable
}

#[test]
fn a_version_is_pulled_pinned_and_replaced_by_the_next() {
    let (place, _repository) = place();
    let ended = pull(&place, &["--version", "9.0.0"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    insta::assert_snapshot!(stable(&ended.out));
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
    // As the repository holds it, whatever its attributes ask of a checkout.
    assert_eq!(place.text("spec/docs/UsersApi.md"), "users\n\u{e9} one\n");
    let pins = stable(&place.text("spec/source.yaml"));
    insta::assert_snapshot!(pins.replace(&place.path("").display().to_string(), "<dir>/"));

    let ended = pull(&place, &[]);
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
            "docs/UsersApi.md",
            "docs/typed/UserModel.md",
            "source.yaml"
        ]
    );
    assert_eq!(place.text("spec/docs/UsersApi.md"), "users two\n");
    let again = pull(&place, &[]);
    assert!(
        again
            .out
            .contains("0 files written, 3 unchanged, 0 removed"),
        "{}",
        again.out
    );
}

#[test]
fn a_page_that_no_pull_brought_is_refused_or_kept_by_hand() {
    let (place, _repository) = place();
    place.put(
        "spec/docs/OldApi.md",
        "of an earlier version, or somebody's own\n",
    );
    let before = place.files("spec");
    let ended = pull(&place, &[]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(
        ended
            .err
            .contains("the folder has 1 page that no pull fetched"),
        "{}",
        ended.err
    );
    assert!(ended.err.contains("`docs/OldApi.md`"), "{}", ended.err);
    assert!(place.files("spec") == before);
    assert_eq!(pull(&place, &["--by-hand"]).code, 0);
    assert!(names(&place).contains(&"docs/OldApi.md".to_owned()));
}

#[test]
fn the_major_version_is_enough_and_a_pre_release_must_be_named_whole() {
    let (place, _repository) = place();
    for (asked, version) in [
        ("9", "9.0.0"),
        ("10.0", "10.0.0"),
        ("11.0.0-beta", "11.0.0-beta"),
    ] {
        let ended = pull(&place, &["--version", asked]);
        assert_eq!(ended.code, 0, "{ended:?}");
        let expected = format!("docs version {version}:");
        assert!(ended.out.starts_with(&expected), "{}", ended.out);
    }
    let ended = pull(&place, &["--version", "11"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("10.0.0, 9.0.0"), "{}", ended.err);
    assert_eq!(pull(&place, &["--version", "../10"]).code, 2);
}

#[test]
fn the_source_that_lacks_a_version_is_named() {
    let (place, repository) = place();
    let other = Repository::new(&place, "other");
    other.put("build/docs/UserModel.md", "a model\n");
    other.commit("9.0.0");
    let (first, second) = (repository.source(), other.source());
    source(
        &place,
        &[
            &format!("{first}, kind: operations, exclude: [\"*Model.md\", index.md]"),
            &format!("{second}, kind: typed"),
        ],
    );
    let ended = pull(&place, &["--version", "10"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    insta::assert_snapshot!(ended.err);
    // The newest that both have, and what is newer.
    let ended = pull(&place, &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.out.contains("docs version 9.0.0"), "{}", ended.out);
    assert!(
        ended
            .out
            .contains("skipped 10.0.0: file://<dir>/other has no version 10.0.0"),
        "{}",
        ended.out
    );
    let ended = pull(&place, &["--version", "12"]);
    assert!(
        ended.err.contains("/repository has no version 12 "),
        "{}",
        ended.err
    );
}

#[test]
fn one_source_that_fails_leaves_everything_as_it_was() {
    let (place, _repository) = place();
    assert_eq!(pull(&place, &["--version", "9"]).code, 0);
    let client = place.text("spec/client.yaml");
    for (old, new, expected) in [
        (
            "folder: build/docs",
            "folder: build/gone",
            "no folder `build/gone`",
        ),
        (
            "folder: build/docs",
            "folder: src/code.js",
            "no folder `src/code.js`",
        ),
        ("folder: build/docs", "folder: src", "no page in `src`"),
        ("/repository\"", "/nowhere\"", "nowhere"),
        ("[\"*Api.md\", index.md]", "[\"*.md\"]", "no page"),
        (
            "kind: typed",
            "kind: typed, topics: gone.json",
            "no file `gone.json`",
        ),
    ] {
        let spoil = |text: &str| {
            if text.contains("kind: typed") {
                text.replace(old, new)
            } else {
                text.to_owned()
            }
        };
        let spoiled: Vec<String> = client.lines().map(spoil).collect();
        place.put("spec/client.yaml", spoiled.join("\n"));
        let before = place.files("spec");
        let ended = pull(&place, &["--version", "10"]);
        assert_eq!(ended.code, 2, "{new}: {ended:?}");
        assert!(ended.err.contains(expected), "{new}: {}", ended.err);
        assert!(place.files("spec") == before, "{new}");
    }
}

#[test]
fn two_sources_cannot_bring_one_page() {
    let (place, repository) = place();
    let from = format!(
        "{}, kind: operations, exclude: [\"*Model.md\"]",
        repository.source()
    );
    source(&place, &[&from, &from]);
    let ended = pull(&place, &[]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(
        ended.err.contains("two sources have `docs/"),
        "{}",
        ended.err
    );
    assert_eq!(names(&place), ["client.yaml"]);
}

#[test]
fn without_sources_there_is_nothing_to_pull() {
    let ended = pull(&Place::empty(), &[]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("sources"), "{}", ended.err);
}

#[test]
fn pages_that_do_not_match_their_pins_are_one_error() {
    let (place, _repository) = place();
    pull(&place, &[]);
    let lint = |more: &[&str]| place.run(&[&["lint", "--spec", "spec"], more].concat());
    assert!(!lint(&[]).out.contains("pins-mismatch"));
    place.put("spec/docs/UsersApi.md", "users three\n");
    place.put("spec/docs/OldApi.md", "another version's\n");
    fs::remove_file(place.path("spec/docs/typed/UserModel.md")).expect("it was pulled");
    let ended = lint(&[]);
    assert_eq!(ended.code, 1);
    insta::assert_snapshot!(ended.out);
    let json = lint(&["--format", "json"]).out;
    assert_eq!(json.lines().count(), 2, "{json}");
    for command in [
        &["regen", "--spec", "spec"][..],
        &["regen", "--spec", "spec", "--check"],
    ] {
        let ended = place.run(command);
        assert_eq!(ended.code, 1, "{ended:?}");
        assert_eq!(ended.err.matches("error[").count(), 1, "{}", ended.err);
        assert!(ended.err.contains("error[pins-mismatch]"), "{}", ended.err);
        assert!(!place.path("spec/ir").exists());
    }
    let by_hand = lint(&["--by-hand"]).out;
    assert!(!by_hand.contains("pins-mismatch"), "{by_hand}");
    assert!(by_hand.contains("docs/OldApi.md"), "{by_hand}");
    let ended = place.run(&["regen", "--spec", "spec", "--by-hand"]);
    assert!(!ended.err.contains("pins-mismatch"), "{ended:?}");
}

/// Puts files into a commit under names that the test's own file system may not have.
fn commit_names(repository: &Repository, tag: &str, names: &[&str]) {
    let blob = repository.git_with(&["hash-object", "-w", "--stdin"], "a page\n");
    let entries: String = names.iter().fold(String::new(), |text, name| {
        text + "100644 blob " + &blob + "\t" + name + "\0"
    });
    let docs = repository.git_with(&["mktree", "-z"], &entries);
    let build = repository.git_with(&["mktree"], &format!("040000 tree {docs}\tdocs\n"));
    let root = repository.git_with(&["mktree"], &format!("040000 tree {build}\tbuild\n"));
    let commit = repository.git(&["commit-tree", "-m", tag, &root]);
    repository.git(&["tag", tag, &commit]);
}

#[test]
fn file_names_that_a_repository_may_not_bring_are_refused() {
    for (names, expected) in [
        (
            &["UsersApi.md", "A\nApi.md"][..],
            r"`A\nApi.md`: it contains a control character",
        ),
        (
            &["A\u{1b}[2JApi.md"],
            r"`A\u{1b}[2JApi.md`: it contains a control character",
        ),
        (&["A\u{202e}Api.md"], r"`A\u{202e}Api.md`"),
        (&["..\\AApi.md"], r"`..\\AApi.md`: it contains `..`"),
        (&["a..md"], "`a..md`: it contains `..`"),
        (
            &["com1.md"],
            "`com1.md`: it is the name of a device on Windows",
        ),
        (
            &["NUL.Api.md"],
            "`NUL.Api.md`: it is the name of a device on Windows",
        ),
        (&["C:Api.md"], "`C:Api.md`: it contains one of"),
        (
            &["UsersApi.md", "usersApi.md"],
            "`docs/UsersApi.md` and `docs/usersApi.md` are the same file",
        ),
    ] {
        let place = Place::empty();
        let repository = Repository::new(&place, "repository");
        commit_names(&repository, "9.0.0", names);
        source(
            &place,
            &[&format!("{}, kind: operations", repository.source())],
        );
        let ended = pull(&place, &[]);
        assert_eq!(ended.code, 2, "{names:?}: {ended:?}");
        assert!(ended.err.contains(expected), "{names:?}: {}", ended.err);
        assert!(!ended.err.contains('\u{1b}'), "{names:?}");
        assert_eq!(self::names(&place), ["client.yaml"], "{names:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_no_page() {
    let place = Place::empty();
    let repository = Repository::new(&place, "repository");
    repository.put("build/docs/UsersApi.md", "a page\n");
    let link = place.path("repository/build/docs/SecretApi.md");
    std::os::unix::fs::symlink("/etc/passwd", link).expect("a temporary folder");
    repository.commit("9.0.0");
    source(
        &place,
        &[&format!("{}, kind: operations", repository.source())],
    );
    let ended = pull(&place, &[]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(
        ended.err.contains("`SecretApi.md`: it is a symbolic link"),
        "{}",
        ended.err
    );
}

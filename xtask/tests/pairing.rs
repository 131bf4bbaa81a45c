//! `pull` pairs versions of one state of the API, from repositories whose numbers drift.

mod common;

use common::repository::{Repository, source};
use common::{Ended, Place};
use std::fmt::Write as _;

const DAY: i64 = 24 * 60 * 60;

/// Of each version: its tag, its day, its state of the API.
fn release(repository: &Repository, page: &str, versions: &[(&str, i64, &str)]) {
    for (tag, day, state) in versions {
        repository.put("swagger.json", format!("{{\"state\": \"{state}\"}}\n"));
        repository.put("notificationMappings.json", format!("[\"{state}\"]\n"));
        repository.put(&format!("build/docs/{page}.md"), format!("{page} {tag}\n"));
        repository.put("src/code.txt", format!("code {tag}\n"));
        repository.commit_on(tag, 1_700_000_000 + day * DAY);
    }
}

/// JavaScript's numbers run behind Python's, as they do.
fn place(second: &[(&str, i64, &str)]) -> Place {
    let place = Place::empty();
    let (first, other) = (
        Repository::new(&place, "first"),
        Repository::new(&place, "second"),
    );
    release(
        &first,
        "UsersApi",
        &[
            ("250.0.0", 0, "a"),
            ("251.0.0", 10, "b"),
            ("252.0.0", 20, "c"),
            ("253.0.0", 30, "d"),
        ],
    );
    release(&other, "User", second);
    sources(&place, "");
    place
}

fn sources(place: &Place, more: &str) {
    let repository = |name: &str| {
        let path = place.path(name).display().to_string();
        format!("repository: \"file://{path}\", folder: build/docs, tag: \"{{version}}\"")
    };
    source(
        place,
        &[
            &format!(
                "{}, kind: operations, topics: notificationMappings.json",
                repository("first")
            ),
            &format!(
                "{}, kind: typed, same_as_first: swagger.json{more}",
                repository("second")
            ),
        ],
    );
}

fn pull(place: &Place, more: &[&str]) -> Ended {
    place.run(&[&["pull", "--spec", "spec"], more].concat())
}

const DRIFTING: &[(&str, i64, &str)] = &[
    ("255.0.0", 1, "a"),
    ("256.0.0", 12, "b"),
    ("257.0.0", 21, "c"),
    ("258.0.0", 40, "e"),
];

/// The output from its second line on: the first holds a size.
fn without_size(ended: &Ended) -> String {
    let (first, rest) = ended.out.split_once('\n').expect("several lines");
    let (first, size) = first.rsplit_once(", ").expect("a size");
    assert!(size.ends_with(" received"), "{size}");
    format!("{first}\n{rest}")
}

#[test]
fn the_newest_version_with_a_match_is_taken_and_a_newer_one_is_named() {
    let place = place(DRIFTING);
    let ended = pull(&place, &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    insta::assert_snapshot!(without_size(&ended), @r"
    docs version 252.0.0: 2 pages
      file://<dir>/first at 252.0.0
      file://<dir>/second at 257.0.0, the same swagger.json
    skipped 253.0.0: none of 4 versions of file://<dir>/second has the same swagger.json; the nearest is 257.0.0, 9 days earlier
    4 files written, 0 unchanged, 0 removed
    next: cargo xtask regen
    ");
    assert_eq!(place.text("spec/docs/UsersApi.md"), "UsersApi 252.0.0\n");
    assert_eq!(place.text("spec/docs/typed/User.md"), "User 257.0.0\n");
    assert_eq!(place.text("spec/docs/notifications.json"), "[\"c\"]\n");
    let pins = place.text("spec/source.yaml");
    assert!(pins.contains("\"docs/notifications.json\": "), "{pins}");
    assert!(
        pins.contains("  same_as_first: \"swagger.json\"\n  object: "),
        "{pins}"
    );
    assert!(!pins.contains("drifts"), "{pins}");
}

#[test]
fn the_version_that_is_asked_for_is_the_first_sources() {
    let place = place(DRIFTING);
    let ended = pull(&place, &["--version", "250"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(place.text("spec/docs/typed/User.md"), "User 255.0.0\n");
    let ended = pull(&place, &["--version", "257"]);
    assert_eq!(ended.code, 2, "it is the second's: {ended:?}");
    assert!(
        ended.err.contains("/first has no version 257"),
        "{}",
        ended.err
    );
}

#[test]
fn without_a_match_the_nearest_is_named_and_taken_only_when_drift_is_accepted() {
    let place = place(DRIFTING);
    let ended = pull(&place, &["--version", "253"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    insta::assert_snapshot!(ended.err, @r"
    error: no version 253 has a match in every source:
      253.0.0: none of 4 versions of file://<dir>/second has the same swagger.json; the nearest is 257.0.0, 9 days earlier
      `--accept-drift` takes the newest of these with the nearest of each other source
    ");
    assert!(!place.path("spec/source.yaml").exists());
    let ended = pull(&place, &["--version", "253", "--accept-drift"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(
        ended
            .out
            .contains("second at 257.0.0, another swagger.json: drift accepted"),
        "{}",
        ended.out
    );
    assert!(place.text("spec/source.yaml").contains("  drifts: true\n"));
    let lint = place.run(&["lint", "--spec", "spec"]);
    assert!(lint.out.contains("warning[docs-drift]"), "{}", lint.out);
    // Accepting does not prefer drift where there is a match.
    let ended = pull(&place, &["--accept-drift"]);
    assert!(ended.out.contains("docs version 252.0.0"), "{}", ended.out);
    assert!(!place.text("spec/source.yaml").contains("drifts"));
    assert!(
        !place
            .run(&["lint", "--spec", "spec"])
            .out
            .contains("docs-drift")
    );
}

#[test]
fn a_source_may_be_pinned_to_a_version_of_its_own() {
    let place = place(DRIFTING);
    sources(&place, ", version: 256.0.0");
    let ended = pull(&place, &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(
        ended.out.starts_with("docs version 251.0.0"),
        "{}",
        ended.out
    );
    assert_eq!(place.text("spec/docs/typed/User.md"), "User 256.0.0\n");
    sources(&place, ", version: 299.0.0");
    let ended = pull(&place, &[]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(
        ended.err.contains("/second has no version 299.0.0"),
        "{}",
        ended.err
    );
}

#[test]
fn a_first_source_without_the_file_says_so() {
    let place = place(DRIFTING);
    let client = place.text("spec/client.yaml");
    place.put(
        "spec/client.yaml",
        client.replace("swagger.json", "openapi.json"),
    );
    let ended = pull(&place, &["--version", "252"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(
        ended
            .err
            .contains("/first has no openapi.json at tag 252.0.0"),
        "{}",
        ended.err
    );
    place.put(
        "spec/client.yaml",
        client.replace("topics:", "same_as_first: a, topics:"),
    );
    let ended = pull(&place, &[]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(
        ended.err.contains("this is the first source"),
        "{}",
        ended.err
    );
}

#[test]
fn equal_dates_and_many_versions_are_no_obstacle() {
    let many: Vec<(String, i64, String)> = (0..70)
        .map(|number| (format!("{number}.0.0"), 0, format!("other {number}")))
        .collect();
    let mut versions: Vec<(&str, i64, &str)> = many
        .iter()
        .map(|(tag, day, state)| (tag.as_str(), *day, state.as_str()))
        .collect();
    versions[0].2 = "c";
    let place = place(&versions);
    // Without a wish only the nearest are looked at, and it is said how many.
    let ended = pull(&place, &[]);
    assert_eq!(ended.code, 2, "{ended:?}");
    let said = "252.0.0: none of the 32 nearest by date of 70 versions of ";
    assert!(ended.err.contains(said), "{}", ended.err);
    // Whoever asks for a version gets every version of the others looked at.
    let ended = pull(&place, &["--version", "252"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(place.text("spec/docs/typed/User.md"), "User 0.0.0\n");
}

#[test]
fn older_versions_that_were_not_tried_are_counted() {
    let place = place(&[("255.0.0", 1, "none")]);
    let first = Repository::new(&place, "first");
    let many: Vec<String> = (0..20).map(|minor| format!("300.{minor}.0")).collect();
    let states = many.iter().map(|tag| (tag.as_str(), 50, tag.as_str()));
    release(&first, "UsersApi", &states.collect::<Vec<_>>());
    let ended = pull(&place, &[]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(
        ended.err.contains("\n  300.19.0: none of 1 versions"),
        "{}",
        ended.err
    );
    assert!(!ended.err.contains("300.3.0"), "{}", ended.err);
    let said = "\n  8 older were not tried; `--version` names one\n";
    assert!(ended.err.contains(said), "{}", ended.err);
}

/// Text that cannot be compressed below half of its size.
fn noise(length: usize, seed: usize) -> String {
    let mut state = seed as u64 + 1;
    let mut text = String::with_capacity(length);
    while text.len() < length {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        write!(text, "{:x}", state >> 24).expect("writing to a string cannot fail");
    }
    text
}

#[test]
fn only_the_folder_of_one_tag_is_transferred() {
    let place = Place::empty();
    let repository = Repository::new(&place, "first");
    // As a real SDK: much code that changes with each version beside the docs, and a large definition.
    for version in 0..12 {
        for file in 0..40 {
            repository.put(
                &format!("build/src/code{file}.js"),
                noise(20_000, version * 100 + file),
            );
        }
        repository.put("swagger.json", noise(200_000, 5_000 + version));
        for page in 0..20 {
            repository.put(
                &format!("build/docs/Page{page}Api.md"),
                noise(2_000, 9_000 + version * 100 + page),
            );
        }
        repository.commit_on(
            &format!("{version}.0.0"),
            1_700_000_000 + i64::try_from(version).expect("small") * DAY,
        );
    }
    let from = repository.source();
    let other = from.replace("build/docs", "build/docs/");
    source(
        &place,
        &[
            &format!("{from}, kind: operations"),
            &format!("{other}, kind: typed, same_as_first: swagger.json"),
        ],
    );
    let ended = pull(&place, &["--version", "5"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let (_, size) = ended
        .out
        .lines()
        .next()
        .expect("a line")
        .rsplit_once(", ")
        .expect("a size");
    println!("two sources of 20 pages (40 kB of docs each) of a repository of 12 MB: {size}");
    let kilobytes: f64 = size
        .trim_end_matches(" kB received")
        .parse()
        .expect("kilobytes");
    // Two times 20 pages of 2 kB in hexadecimal, which zlib halves, and folders and commits.
    assert!((40.0..70.0).contains(&kilobytes), "{size}");
}

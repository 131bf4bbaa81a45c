//! What is written by hand is refused before anything is written: with its place, its rule and the
//! exit code.

mod common;

use common::{Place, SEED};

const CONFLICT: &str = "<<<<<<< ours\na: 1\n=======\na: 2\n>>>>>>> theirs\n";

/// The file is spoilt, `regen` ends with the code, says all of it, and writes nothing.
fn refuses(place: &Place, what: &str, code: i32, said: &[&str]) {
    let ended = place.regen(&[]);
    assert_eq!(ended.code, code, "{what}: {ended:?}");
    for words in said {
        assert!(ended.err.contains(words), "{what}: {words}: {}", ended.err);
    }
    let written = [place.files("spec/ir"), place.files("out")].concat();
    assert!(written.is_empty(), "{what}: {written:?}");
}

#[test]
fn a_client_yaml_that_would_make_a_broken_crate_is_refused() {
    for (old, new) in [
        ("name: genesys-cloud", "name: genesys cloud"),
        ("version: 0.1.0", "version: banana"),
        ("token_path: /oauth/token", "token_path: oauth/token"),
        ("domain: mypurecloud.ie", "domain: x@evil.example"),
        ("license: MIT OR Apache-2.0", "license: Anything Goes"),
    ] {
        let place = Place::seed();
        let text = place.text("spec/client.yaml");
        assert!(text.contains(old), "{old}");
        place.put("spec/client.yaml", text.replacen(old, new, 1));
        refuses(&place, new, 1, &["invalid-config", "client.yaml:"]);
    }
}

#[test]
fn a_merge_that_left_its_conflict_is_named_at_its_marker() {
    const DIFF3: &str = "||||||| base\na: 0\n";
    for file in [
        "client.yaml",
        "overlay.yaml",
        "models.yaml",
        "renamed.yaml",
        "accepted.yaml",
        "source.yaml",
    ] {
        for conflict in [CONFLICT, DIFF3, &CONFLICT.replace('\n', "\r\n")] {
            let place = Place::seed();
            place.put(&format!("spec/{file}"), conflict);
            let at = format!("{file}:1:1");
            refuses(&place, file, 2, &["conflict-marker", at.as_str()]);
        }
    }
    let place = Place::seed();
    let page = place.text(&format!("spec/{SEED}"));
    place.put(&format!("spec/{SEED}"), format!("{page}\n{CONFLICT}"));
    refuses(&place, SEED, 1, &["conflict-marker"]);
}

#[test]
fn pages_in_the_folder_that_is_no_longer_read_are_not_skipped() {
    let place = Place::seed();
    place.put("spec/docs/models/Thing.md", "# Thing\n");
    refuses(&place, "docs/models", 2, &["docs/models", "docs/typed"]);
}

#[test]
fn one_key_in_two_spellings_is_doubled_and_a_merge_key_is_unknown() {
    let operation = "{ because: so, preview: true }";
    for (second, says) in [
        ("'getX'", "duplicate key `getX`"),
        ("\"get\\x58\"", "duplicate key `getX`"),
    ] {
        let place = Place::seed();
        let text = format!("pages:\n  AApi:\n    getX: {operation}\n    {second}: {operation}\n");
        place.put("spec/overlay.yaml", text);
        refuses(&place, second, 2, &[says, "overlay.yaml:4:5"]);
    }
    for (text, says) in [
        (
            "pages:\n  AApi:\n    getX: &a { because: so, preview: true }\n    getY: { <<: *a }\n",
            "unknown key `<<`",
        ),
        ("---\npages: {}\n---\npages: {}\n", "a second document"),
        ("pages:\n\tAApi: {}\n", "overlay.yaml:2:2"),
    ] {
        let place = Place::seed();
        place.put("spec/overlay.yaml", text);
        refuses(&place, text, 2, &[says]);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_folder_is_not_waited_for() {
    let place = Place::seed();
    let made = std::process::Command::new("mkfifo")
        .arg(place.path("spec/docs/PipeApi.md"))
        .status();
    assert!(made.expect("mkfifo is part of POSIX").success());
    refuses(&place, "a pipe", 2, &["spec/docs/PipeApi.md: it is a pipe"]);
}

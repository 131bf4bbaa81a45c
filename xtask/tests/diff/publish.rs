//! What a release is refused for, and what it does. Cargo is a script that notes what it is asked.

use crate::cases::client;
use crate::spec_folder::{Folder, Ran};
use std::fs;

const PAGE: &str = "---\ntitle: ThingsApi\n---\n# platformClient.ThingsApi\n\n\
    All URIs are relative to *https://api.example.com*\n\n\
    | Method | HTTP request | Description |\n| --- | --- | --- |\n\
    [**getThings**](ThingsApi.html#getThings) | **GET** /things | Lists\n{: class=\"table table-striped\"}\n\n\
    <a name=\"getThings\"></a>\n\n# [String] getThings()\n\nGET /things\n\nLists\n\n\
    Requires NO permissions:\n\n### Parameters\n\nThis endpoint does not need any parameter.\n\n\
    ### Return type\n\n**[String]**\n";

/// A workspace that can be released as 1.0.0.
fn workspace() -> Folder {
    let folder = Folder::new();
    folder.init();
    folder.write("spec/docs/ThingsApi.md", PAGE);
    folder.write("spec/client.yaml", &client("1.0.0"));
    folder.write("CHANGELOG.md", "# Changelog\n\n## 1.0.0\n\nThe first.\n");
    folder.write(
        ".gitignore",
        "cargo.sh\nasked\ncompared\nmissing\nviolated\nunable\n",
    );
    folder.write(
        "cargo.sh",
        "#!/bin/sh\n\
         case \"$*\" in\n\
         'semver-checks --version') [ ! -e missing ]; exit ;;\n\
         semver-checks*) echo \"$@\" >> compared; [ ! -e violated ] || exit 100; [ ! -e unable ]; exit ;;\n\
         esac\n\
         echo \"$@\" >> asked\n[ ! -e broken ]\n",
    );
    regen(&folder);
    folder.commit("Release 1.0.0");
    folder
}

fn regen(folder: &Folder) {
    let ran = folder.xtask(&["regen"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

fn publish(folder: &Folder, arguments: &[&str]) -> Ran {
    let script = folder.path().join("cargo.sh");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder.xtask_with(
        &[&["publish"], arguments].concat(),
        &[("CARGO", script.to_str().unwrap())],
    )
}

fn asked(folder: &Folder) -> String {
    fs::read_to_string(folder.path().join("asked")).unwrap_or_default()
}

fn tags(folder: &Folder) -> String {
    folder.git_output(&["tag", "--list"])
}

/// The page with one operation less: code that calls it breaks.
fn take_away(folder: &Folder, version: &str) {
    let page = PAGE
        .replace("getThings", "getAllThings")
        .replace("/things", "/allthings");
    folder.write("spec/docs/ThingsApi.md", &page);
    folder.write("spec/client.yaml", &client(version));
    folder.write(
        "CHANGELOG.md",
        &format!("# Changelog\n\n## [{version}] - 2026-01-31\n"),
    );
    regen(folder);
}

#[test]
fn a_dry_run_packages_and_no_more() {
    let folder = workspace();
    let ran = publish(&folder, &["--dry-run"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let asked = asked(&folder);
    assert!(
        asked.starts_with("package --manifest-path") && asked.lines().count() == 1,
        "{asked}"
    );
    assert_eq!(tags(&folder), "");
    assert!(
        ran.err.contains("1.0.0 is the first release"),
        "{}",
        ran.err
    );
    assert!(
        ran.err
            .contains("would now run `cargo publish` and tag v1.0.0"),
        "{}",
        ran.err
    );
}

#[test]
fn a_release_packages_publishes_and_tags() {
    let folder = workspace();
    let ran = publish(&folder, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let asked = asked(&folder);
    let verbs: Vec<_> = asked
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(verbs, ["package", "publish"]);
    assert_eq!(tags(&folder), "v1.0.0\n");
    // Once is enough: the same version cannot be released again.
    let ran = publish(&folder, &[]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("set `version: 1.0.1` or more"),
        "{}",
        ran.err
    );
}

#[test]
fn a_failing_cargo_ends_it_before_the_tag() {
    let folder = workspace();
    folder.write("broken", "");
    folder.commit("Break");
    let ran = publish(&folder, &[]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("cargo.sh package") && ran.err.contains("failed"),
        "{}",
        ran.err
    );
    assert_eq!(tags(&folder), "");
}

#[test]
fn each_refusal_says_what_to_do() {
    let folder = workspace();
    folder.git(&["tag", "v1.0.0"]);
    let refused = |says: &str| {
        let ran = publish(&folder, &["--dry-run"]);
        assert_eq!(ran.code, 1, "{says}: {}", ran.err);
        assert!(ran.err.contains(says), "{says}: {}", ran.err);
        assert_eq!(asked(&folder), "", "nothing was done");
    };
    take_away(&folder, "1.1.0");
    refused("the changes since v1.0.0 are major");
    refused("set `version: 2.0.0` or more in client.yaml, not 1.1.0");
    take_away(&folder, "2.0.0");
    folder.write("CHANGELOG.md", "# Changelog\n\n## 1.0.0\n");
    refused("CHANGELOG.md has no section `## 2.0.0`: `cargo xtask changelog` drafts it");
    fs::remove_file(folder.path().join("CHANGELOG.md")).unwrap();
    refused("CHANGELOG.md has no section `## 2.0.0`");
    take_away(&folder, "2.0.0");
    folder.write("spec/docs/ThingsApi.md", PAGE);
    refused("is stale: run `cargo xtask regen`");
    take_away(&folder, "2.0.0");
    let ran = publish(&folder, &["--dry-run"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = publish(&folder, &[]);
    assert_eq!(ran.code, 1, "what is not committed is not released");
    assert!(
        ran.err.contains("not committed: commit or stash"),
        "{}",
        ran.err
    );
}

#[test]
fn the_changelog_is_drafted_from_the_last_release() {
    let folder = workspace();
    let ran = folder.xtask(&["changelog"]);
    assert_eq!(
        ran.out, "## 1.0.0\n\nThe first release: 1 operation on 1 page, 0 models.\n",
        "{}",
        ran.err
    );
    folder.git(&["tag", "v1.0.0"]);
    let ran = folder.xtask(&["changelog"]);
    assert_eq!(
        ran.out, "## 1.0.0\n\nThe API did not change.\n",
        "{}",
        ran.err
    );
    take_away(&folder, "1.0.0");
    let ran = folder.xtask(&["changelog"]);
    insta::assert_snapshot!(ran.out);
    let ran = folder.xtask(&["changelog", "nonsense"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .contains("`nonsense` is neither a folder nor a revision"),
        "{}",
        ran.err
    );
}

#[test]
fn an_entry_of_renamed_yaml_that_no_longer_applies_is_an_error() {
    let folder = workspace();
    let entry = |old: &str, new: &str, path: &str, since: &str| {
        format!(
            "# Kept for a while.\n- api: ThingsApi\n  old: {old}\n  new: {new}\n  method: GET\n  path: {path}\n  since: {since}\n"
        )
    };
    folder.write(
        "spec/renamed.yaml",
        &entry("listThings", "getThings", "/things", "1.0.0"),
    );
    let ran = folder.xtask(&["regen"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for (text, says) in [
        (
            entry("getThings", "getThings", "/things", "1.0.0"),
            "has an operation of that name",
        ),
        (
            entry("listThings", "getStuff", "/things", "1.0.0"),
            "`getStuff`, which ThingsApi does not have",
        ),
        (
            entry("listThings", "getThings", "/stuff", "1.0.0"),
            "which is `GET /things`, not `GET /stuff`",
        ),
        (
            entry("listThings", "getThings", "/things", "soon"),
            "is not a version",
        ),
        (
            entry("listThings", "getThings", "/things", "0.9.0"),
            "but 1.0.0 begins the next one",
        ),
        (
            entry("listThings", "getThings", "/things", "1.0.0").replace("ThingsApi", "StuffApi"),
            "StuffApi, which is not a page",
        ),
    ] {
        folder.write("spec/renamed.yaml", &text);
        let ran = folder.xtask(&["lint"]);
        let shown = ran.out + &ran.err;
        assert_eq!(ran.code, 1, "{says}: {shown}");
        assert!(
            shown.contains(says) && shown.contains("stale-rename"),
            "{says}: {shown}"
        );
        assert!(shown.contains("renamed.yaml:2:3"), "{says}: {shown}");
        assert_eq!(folder.xtask(&["regen"]).code, 1, "{says}");
    }
}

#[test]
fn the_public_items_are_compared_with_the_last_release() {
    let folder = workspace();
    let compared = || fs::read_to_string(folder.path().join("compared")).unwrap_or_default();
    let ran = publish(&folder, &["--dry-run"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(compared(), "", "there is no release to compare with");
    folder.git(&["tag", "v1.0.0"]);
    folder.write("spec/client.yaml", &client("1.0.1"));
    folder.write("CHANGELOG.md", "# Changelog\n\n## 1.0.1\n");
    regen(&folder);
    let ran = publish(&folder, &["--dry-run"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        compared().contains("generated/Cargo.toml --baseline-rev v1.0.0"),
        "{}",
        compared()
    );
    folder.write("violated", "");
    let ran = publish(&folder, &["--dry-run"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.err
            .contains("refused: 1.0.1 promises more after v1.0.0"),
        "{}",
        ran.err
    );
    let ran = publish(&folder, &["--dry-run", "--without-semver-checks"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err
            .contains("were not compared with v1.0.0 (--without-semver-checks)"),
        "{}",
        ran.err
    );
    fs::remove_file(folder.path().join("violated")).unwrap();
    folder.write("unable", "");
    let ran = publish(&folder, &["--dry-run"]);
    assert_eq!(
        ran.code, 2,
        "what could not be compared is no verdict: {}",
        ran.err
    );
    folder.write("missing", "");
    let ran = publish(&folder, &["--dry-run"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.err
            .contains("`cargo install cargo-semver-checks --locked`"),
        "{}",
        ran.err
    );
}

#[test]
fn a_broken_index_is_no_clean_tree() {
    let folder = workspace();
    folder.write(".git/index", "no index");
    let ran = publish(&folder, &[]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(
        ran.err.contains("git status --porcelain") && ran.err.contains("index"),
        "{}",
        ran.err
    );
    assert_eq!(asked(&folder), "");
    assert_eq!(tags(&folder), "");
}

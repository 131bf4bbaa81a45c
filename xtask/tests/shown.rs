//! What a command shows: others' texts (documented values, arguments, file names, revisions, what git, npm
//! and cargo say) with line breaks, escape sequences, workflow commands and marks of direction are planted
//! wherever there is room for them, and nothing of it leaves raw.
#![cfg(unix)]

mod common;

use clap::CommandFactory as _;
use common::repository::{Repository, source};
use common::{Ended, Place, widget_page};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

/// All that is planted has a word by which it is found.
const ODD: &str =
    "planted\u{1b}[31m\n::error::planted\r\n##[error]planted\u{202e}\u{2066}\u{9b}2J\u{200b}\u{7}";

/// The same without line breaks and without what git takes in no name.
const ODD_NAME: &str = "planted\u{202e}\u{9b}31m##";

/// By command, what was shown.
#[derive(Default)]
struct Seen(BTreeMap<&'static str, usize>);

impl Seen {
    /// Nothing of what is shown is obeyed, and what was planted is there.
    #[track_caller]
    fn add(&mut self, command: &'static str, ended: &Ended) {
        for text in [&ended.out, &ended.err] {
            is_harmless(text);
        }
        let both = format!("{}{}", ended.out, ended.err);
        assert!(both.contains("planted"), "{command}: {both}");
        *self.0.entry(command).or_default() += 1;
    }
}

#[track_caller]
fn is_harmless(text: &str) {
    let is_obeyed = |it: char| {
        it.is_control() && !matches!(it, '\n' | '\t')
            || matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(is_obeyed), "{text:?}");
    assert!(!text.contains("##["), "{text}");
    for line in text.lines() {
        // Annotations of ours have properties, and so a blank.
        assert!(!line.trim_start().starts_with("::error::"), "{text}");
        assert!(!line.starts_with("planted"), "{text}");
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

#[test]
fn whatever_others_wrote_is_harmless_in_every_command() {
    let mut seen = Seen::default();
    lint_and_regen(&mut seen);
    pull(&mut seen);
    conformance(&mut seen);
    diff(&mut seen);
    colours_changelog_and_driver(&mut seen);
    publish(&mut seen);
    let commands = xtask::cli::Cli::command();
    let commands: Vec<&str> = commands
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    let seen: Vec<&str> = commands
        .iter()
        .copied()
        .filter(|name| seen.0.contains_key(name))
        .collect();
    assert_eq!(seen, commands, "each command is planted in");
}

#[test]
fn bad_arguments_are_harmless() {
    let mut seen = Seen::default();
    let place = Place::empty();
    for args in [
        vec![ODD],
        vec!["lint", ODD],
        vec!["pull", "--version", ODD],
        vec!["lint", "--format", ODD],
    ] {
        let ended = place.run(&args);
        assert_eq!(ended.code, 2, "{ended:?}");
        seen.add("arguments", &ended);
    }
}

fn lint_and_regen(seen: &mut Seen) {
    let place = Place::empty();
    let folder = format!("spec\n{ODD}");
    place.put(
        &format!("{folder}/client.yaml"),
        place.text("spec/client.yaml"),
    );
    let file = format!("{folder}/docs/{}Api.md", ODD.replace('/', "|"));
    let page = widget_page("WidgetsApi", &ODD.replace('\n', " "));
    place.put(
        &file,
        page.replace("### Return type", "### planted\u{1b}[31m ##[error]x"),
    );
    place.put(
        &format!("{folder}/docs/OtherApi.md"),
        widget_page("OtherApi", "x"),
    );
    let overlay = format!(
        "pages:\n  OtherApi:\n    {}: {{ because: {}, deprecated: true }}\n",
        quoted(ODD),
        quoted(ODD)
    );
    place.put(&format!("{folder}/overlay.yaml"), overlay);
    let repository = Repository::new(&place, "");
    repository.commit("first");
    repository.git(&["tag", ODD_NAME]);
    fs::rename(
        place.path(&file),
        place.path(&format!("{folder}/docs/New{ODD_NAME}Api.md")),
    )
    .expect("it is there");
    for format in ["text", "json", "github"] {
        for since in [ODD_NAME, ODD] {
            let ended = place.run(&[
                "lint", "--spec", &folder, "--format", format, "--since", since,
            ]);
            assert_eq!(ended.code, if since == ODD { 2 } else { 1 }, "{ended:?}");
            seen.add("lint", &ended);
        }
    }
    seen.add(
        "regen",
        &place.run(&["regen", "--spec", &folder, "--out", ODD]),
    );
    // What is stale, and how to heal it.
    fs::remove_file(place.path(&format!("{folder}/docs/New{ODD_NAME}Api.md")))
        .expect("it is there");
    fs::remove_file(place.path(&format!("{folder}/overlay.yaml"))).expect("it is there");
    let ended = place.run(&["regen", "--spec", &folder, "--out", ODD, "--check"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    seen.add("regen", &ended);
}

fn pull(seen: &mut Seen) {
    let place = Place::empty();
    let nowhere = quoted(&format!("file://{}/{ODD}", place.path("nowhere").display()));
    source(
        &place,
        &[&format!(
            "repository: {nowhere}, folder: build/docs, tag: \"{{version}}\", kind: operations"
        )],
    );
    let ended = place.run(&["pull", "--spec", "spec"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    seen.add("pull", &ended);
    let repository = Repository::new(&place, "repository");
    repository.put(&format!("build/docs/{ODD}Api.md"), "x");
    repository.put("build/docs/AnApi.md", "x");
    repository.commit("1.0.0");
    source(
        &place,
        &[&format!("{}, kind: operations", repository.source())],
    );
    let ended = place.run(&["pull", "--spec", "spec"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    seen.add("pull", &ended);
}

/// A folder of programs that say what is planted, and end with that code.
fn programs(place: &Place, scripts: &[(&str, &str)]) -> String {
    place.put("said", format!("{ODD}\n"));
    let said = place.path("said").display().to_string();
    for (name, script) in scripts {
        let path = format!("bin/{name}");
        place.put(
            &path,
            format!(
                "#!/bin/sh\n{}\n",
                script.replace("SAID", &format!("/bin/cat '{said}'"))
            ),
        );
        fs::set_permissions(place.path(&path), fs::Permissions::from_mode(0o755)).expect("ours");
    }
    place.path("bin").display().to_string()
}

fn conformance(seen: &mut Seen) {
    let place = Place::empty();
    let own = env!("CARGO_MANIFEST_DIR");
    let version = r#"[ "$1" = --version ] && exit 0"#;
    let scripts = [
        ("node", format!("{version}; SAID >&2; exit 3")),
        (
            "npm",
            format!(
                "{version}; [ -e '{}' ] && exit 0; SAID >&2; exit 1",
                place.path("installs").display()
            ),
        ),
    ];
    let path = programs(
        &place,
        &scripts
            .each_ref()
            .map(|(name, script)| (*name, script.as_str())),
    );
    let mut run = |args: &[&str]| {
        let mut command = place.command(&[&["conformance"], args].concat());
        command.env("CARGO_MANIFEST_DIR", own).env("PATH", &path);
        command.env("CARGO_TARGET_DIR", place.path("target"));
        let ended = place.ended(&mut command);
        assert_eq!(ended.code, 2, "{ended:?}");
        seen.add("conformance", &ended);
    };
    run(&["--sdk", ODD]);
    run(&[]);
    place.put("installs", "");
    run(&[]);
}

/// The IR of an API; all that differs between two has what is planted in it.
fn ir(odd: &str, more: &str) -> String {
    let odd = quoted(odd);
    format!(
        "format: 1\napi: ThingsApi\nbase_url: https://x.example\noperations:\n\
        - id: getThings\n  method: GET\n  path: /things\n  summary: {odd}\n\
        \x20 permissions:\n    require: any\n    of:\n    - {odd}\n\
        \x20 parameters:\n  - {{ name: sort, in: query, type: string, description: {odd}, default: {odd}, values: [{odd}, a] }}\n\
        \x20 returns: void\n\
        - {{ id: get{more}, method: GET, path: /other, returns: void }}\n"
    )
}

/// Two versions with odd texts, in folders with odd names.
fn versions(place: &Place) -> (String, String) {
    let (old, new) = (format!("old{ODD_NAME}"), format!("new\n{ODD}"));
    place.put(&format!("{old}/ir/ThingsApi.yaml"), ir(ODD, "This"));
    place.put(
        &format!("{new}/ir/ThingsApi.yaml"),
        ir(&format!("{ODD}`` ![x](https://x.example) @you"), "That"),
    );
    let client = place.text("spec/client.yaml");
    for folder in [&old, &new] {
        place.put(&format!("{folder}/client.yaml"), &client);
    }
    let accepted = format!(
        "- fingerprint: \"0123456789abcdef\"\n  because: {}\n",
        quoted(ODD)
    );
    place.put(&format!("{new}/accepted.yaml"), accepted);
    (old, new)
}

fn diff(seen: &mut Seen) {
    let place = Place::empty();
    let (old, new) = versions(&place);
    let operations = quoted(ODD);
    place.put("operations", format!("{ODD}\n{operations}\ngetThings\n"));
    for format in ["text", "markdown", "json", "html", "github"] {
        for more in [
            &["--all"][..],
            &["--only", "permissions"],
            &["--fingerprints", "--operations", "operations"],
        ] {
            let args = ["diff", &old, &new, "--format", format];
            let ended = place.run(&[&args[..], more].concat());
            assert_eq!(ended.code, 0, "{ended:?}");
            seen.add("diff", &ended);
        }
    }
    for more in [
        &["--draft-accepted", "--fail-on", "any", "--because", ODD][..],
        &["--draft-renamed"],
        &["--operations", ODD],
    ] {
        let ended = place.run(&[&["diff", &old, &new], more].concat());
        is_harmless(&ended.out);
        is_harmless(&ended.err);
    }
    let drafted = place.run(&[
        "diff",
        &old,
        &new,
        "--draft-accepted",
        "--fail-on",
        "any",
        "--because",
        ODD,
    ]);
    seen.add("diff", &drafted);
    place.put("draft.yaml", &drafted.out);
    let read: Vec<BTreeMap<String, String>> = spec::yaml::parse(&drafted.out).expect("it is YAML");
    assert!(!read.is_empty() && read.iter().all(|entry| entry["because"] == ODD));
}

fn colours_changelog_and_driver(seen: &mut Seen) {
    let place = Place::empty();
    let (old, new) = versions(&place);
    seen.add("diff", &place.run(&["diff", ODD, &new]));
    // Colours are ours alone.
    let ended = place.run(&["diff", &old, &new, "--color", "always", "--all"]);
    let mut uncoloured = String::new();
    for piece in ended.out.split("\u{1b}[") {
        let rest = piece.trim_start_matches(|it: char| it.is_ascii_digit() || it == ';');
        uncoloured += rest.strip_prefix('m').unwrap_or(rest);
    }
    is_harmless(&uncoloured);
    assert!(!ended.out.contains("planted\u{1b}[31m"), "{}", ended.out);

    let driven = |path: &str, file: &str| {
        let old_file = format!("{old}/ir/ThingsApi.yaml");
        place.run(&["diff-driver", path, &old_file, "0", "0", file, "0", "0"])
    };
    seen.add(
        "diff-driver",
        &driven(ODD, &format!("{new}/ir/ThingsApi.yaml")),
    );
    seen.add("diff-driver", &driven(ODD, ODD));
    let ended = place.run(&["changelog", &old, "--spec", &new]);
    assert_eq!(ended.code, 0, "{ended:?}");
    seen.add("changelog", &ended);
    seen.add("changelog", &place.run(&["changelog", ODD, "--spec", &new]));
}

fn publish(seen: &mut Seen) {
    let place = Place::empty();
    let spec = format!("work/{ODD_NAME}");
    place.put(
        &format!("{spec}/client.yaml"),
        place.text("spec/client.yaml"),
    );
    place.put(
        &format!("{spec}/docs/WidgetsApi.md"),
        widget_page("WidgetsApi", "x"),
    );
    let out = format!("work/out{ODD_NAME}");
    let args = ["--spec", &spec, "--out", &out];
    assert_eq!(place.run(&[&["regen"], &args[..]].concat()).code, 0);
    let version = "## 0.1.0\n";
    let client = place.text("spec/client.yaml");
    let line = client
        .lines()
        .find_map(|line| line.trim().strip_prefix("version: "));
    let version = line.map_or(version.to_owned(), |it| {
        format!("## {}\n", it.trim_matches('"'))
    });
    place.put("work/CHANGELOG.md", version);
    let repository = Repository::new(&place, "work");
    repository.commit("first");
    let bin = programs(&place, &[("cargo.sh", "SAID; SAID >&2; exit 7")]);
    let publish = |more: &[&str]| {
        let mut command = place.command(&[&["publish", "--dry-run"], &args[..], more].concat());
        command.env("CARGO", format!("{bin}/cargo.sh"));
        place.ended(&mut command)
    };
    let ended = publish(&[]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("running `"), "{}", ended.err);
    assert!(ended.err.contains("  planted\\u{1b}"), "{}", ended.err);
    seen.add("publish", &ended);
    // What is stale is named by its path.
    place.put(
        &format!("{spec}/docs/WidgetsApi.md"),
        widget_page("WidgetsApi", "y"),
    );
    let ended = publish(&[]);
    assert_eq!(ended.code, 1, "{ended:?}");
    seen.add("publish", &ended);
}

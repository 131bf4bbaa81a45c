//! The compiler as the judge of `rust`: clients of all cases are rendered before and after, and the
//! consumer of each case must go on compiling, or must not, as the diff says.
//!
//! Compiling two clients with their dependencies takes minutes if nothing is built yet, so the test is
//! ignored by default. CI runs it; run it after a change of `diff/compare/verdict.rs`.

use crate::cases::{Case, all, api_name, client, together};
use api_diff::{Impact, compare};
use spec::{Api, RenamedOperation};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
#[ignore = "compiles two clients"]
fn the_compiler_agrees() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    let cases = all();
    set_up(folder, &cases);
    let failed = check(folder, "before");
    assert!(
        failed.is_empty(),
        "the consumer must compile with the old client: {failed:#?}"
    );
    let failed = check(folder, "after");
    let broken: BTreeSet<&str> = failed.iter().map(|(name, _)| name.as_str()).collect();
    let said: BTreeSet<&str> = cases
        .iter()
        .filter(|(name, case)| {
            let changes = compare(&case.before(name), &case.after(name), &case.renamed);
            changes.iter().any(|change| change.rust == Impact::Breaking)
        })
        .map(|(name, _)| name.as_str())
        .collect();
    let wrongly_said: Vec<_> = said.difference(&broken).collect();
    let not_said: Vec<_> = failed
        .iter()
        .filter(|(name, _)| !said.contains(name.as_str()))
        .collect();
    assert!(
        wrongly_said.is_empty(),
        "said to break, and compiles: {wrongly_said:#?}"
    );
    assert!(
        not_said.is_empty(),
        "breaks, and nobody said so: {not_said:#?}"
    );
    eprintln!("{} cases, {} of which break", cases.len(), broken.len());
}

/// Both clients, and a consumer with an example for each case.
fn set_up(folder: &Path, cases: &BTreeMap<String, Case>) {
    let renamed: Vec<RenamedOperation> = cases
        .values()
        .flat_map(|case| case.renamed.clone())
        .collect();
    render(
        folder,
        "before",
        &together(|name, case| case.before(name)),
        &[],
    );
    render(
        folder,
        "after",
        &together(|name, case| case.after(name)),
        &renamed,
    );
    for (name, case) in cases {
        write(
            folder,
            &format!("consumer/examples/{name}.rs"),
            &consumer(name, case),
        );
    }
    write(folder, "consumer/src/lib.rs", "");
    let lock = workspace().join("Cargo.lock");
    write(
        folder,
        "consumer/Cargo.lock",
        &std::fs::read_to_string(lock).unwrap(),
    );
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("the crate is in the workspace")
}

fn render(folder: &Path, name: &str, api: &Api, renamed: &[RenamedOperation]) {
    let config = spec::yaml::parse_client(&client("1.0.0")).unwrap();
    let input = templates::RenderInput {
        api,
        client: &config,
        renamed,
        docs_version: None,
    };
    for file in templates::render(&input) {
        write(folder, &format!("{name}/{}", file.path), &file.text);
    }
}

/// Code that uses the client as somebody would.
fn consumer(name: &str, case: &Case) -> String {
    let handle = case
        .has_page()
        .then(|| format!("let api = client.{}();", name.replace('-', "_")));
    assert!(api_name(name).ends_with("Api"));
    format!(
        "#![allow(unused, deprecated)]\nuse client::*;\n\
         async fn case(client: client::Client) -> Result<(), client::Error> {{\n    {}\n    {}\n    Ok(())\n}}\n\
         fn main() {{}}\n",
        handle.unwrap_or_default(),
        case.consumer.trim_end_matches(';').to_owned() + ";",
    )
}

/// The examples that do not compile with a client, and why.
fn check(folder: &Path, client: &str) -> Vec<(String, String)> {
    let manifest = format!(
        "[package]\nname = \"consumer\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         client = {{ package = \"things\", path = \"../{client}\", features = [\"full\"] }}\n\
         serde_json = \"1\"\n\n[workspace]\n"
    );
    write(folder, "consumer/Cargo.toml", &manifest);
    let target: PathBuf = workspace().join("target");
    let output = Command::new(env!("CARGO"))
        .current_dir(folder.join("consumer"))
        .args([
            "check",
            "--offline",
            "--examples",
            "--keep-going",
            "--message-format=json",
        ])
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    let mut failed = Vec::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let message: serde_json::Value = serde_json::from_str(line).unwrap();
        if message["message"]["level"] != "error" {
            continue;
        }
        let text = message["message"]["rendered"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert_eq!(
            message["target"]["kind"][0], "example",
            "the client itself does not compile: {text}"
        );
        failed.push((message["target"]["name"].as_str().unwrap().to_owned(), text));
    }
    let finished = output.status.success() || !failed.is_empty();
    assert!(
        finished,
        "cargo check failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    failed
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

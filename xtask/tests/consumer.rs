//! The client as those who depend on it see it: what comes with it, and what the compiler says. The
//! client is that of `generated/`, whatever pages it has; the compiler is asked with the network off.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().expect("xtask stands in the workspace")
}

/// The client's name and the features of its pages.
fn client() -> (String, Vec<String>) {
    let manifest = root().join("generated/Cargo.toml");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["metadata", "--offline", "--no-deps", "--format-version=1"])
        .arg("--manifest-path")
        .arg(&manifest);
    let output = cargo.output().expect("cargo is there");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("there are some");
    let client = packages
        .iter()
        .find(|package| package["manifest_path"].as_str().map(Path::new) == Some(&manifest))
        .expect("regen wrote it");
    let full = client["features"]["full"].as_array().expect("a list");
    let pages = full.iter().filter_map(Value::as_str).map(str::to_owned);
    (
        client["name"].as_str().expect("a name").to_owned(),
        pages.filter(|feature| feature != "events").collect(),
    )
}

/// The feature of the client's first page.
fn a_page() -> String {
    let (_, pages) = client();
    pages.into_iter().next().expect("there is a page")
}

/// The names of the crates below a client of these features.
fn dependencies(features: &[&str]) -> Vec<String> {
    let (name, _) = client();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "tree",
        "--offline",
        "--edges",
        "normal,build",
        "--prefix",
        "none",
    ]);
    cargo
        .args(["--format", "{p}", "--package", &name])
        .args(features);
    let output = cargo.current_dir(root()).output().expect("cargo is there");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{err}");
    let mut names: Vec<_> = out
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn who_brings_a_transport_carries_no_http_stack_no_tls_and_no_toml() {
    let features = format!("{},mock,tower", a_page());
    let own = dependencies(&["--no-default-features", "--features", &features]);
    let default = dependencies(&[]);
    for name in ["reqwest", "rustls", "ring", "hyper", "url", "toml"] {
        assert!(!own.iter().any(|it| it == name), "{name} in {own:?}");
        assert!(
            default.iter().any(|it| it == name),
            "no {name} in {default:?}"
        );
    }
}

/// What the compiler says of code that is given a client without any feature.
fn judged(body: &str) -> (bool, String) {
    let krate = client().0.replace('-', "_");
    let code = format!("pub fn consume(client: {krate}::Client) {{ {body} }}\n");
    judged_crate(&code, "")
}

/// What the compiler says of a crate that depends on the client with this feature alone.
fn judged_crate(code: &str, feature: &str) -> (bool, String) {
    let (name, _) = client();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let put = |path: &str, text: &str| {
        fs::write(folder.path().join(path), text).expect("a temporary folder");
    };
    let path = root().join("generated").display().to_string();
    put(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"consumer\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             [lib]\npath = \"lib.rs\"\n[workspace]\n[dependencies]\n\
             {name} = {{ path = {path:?}, default-features = false, features = [{feature}] }}\n"
        ),
    );
    put("lib.rs", code);
    fs::copy(root().join("Cargo.lock"), folder.path().join("Cargo.lock")).expect("it is there");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "check",
        "--offline",
        "--quiet",
        "--color",
        "never",
        "--target-dir",
    ]);
    cargo
        .arg(root().join("target/consumer"))
        .current_dir(folder.path());
    let output = cargo.output().expect("cargo is there");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), said)
}

#[test]
fn the_code_of_the_readme_compiles() {
    let readme = fs::read_to_string(root().join("README.md")).expect("it is there");
    let (name, pages) = client();
    let feature = "organization-authorization";
    if name != "genesys-cloud" || pages != [feature] {
        eprintln!("skipped: the README is about the client of other docs");
        return;
    }
    let mut blocks = readme.split("```rust\n").skip(1);
    let code = blocks
        .next()
        .and_then(|rest| rest.split("```").next())
        .expect("the README has code in Rust");
    let allowed = "#![allow(dead_code)]\n";
    let (compiles, said) = judged_crate(&format!("{allowed}{code}"), &format!("{feature:?}"));
    assert!(compiles && said.is_empty(), "{said}");
    assert!(blocks.next().is_none(), "one block is compiled");
}

#[test]
fn a_page_that_is_missing_says_which_feature_it_needs() {
    let feature = a_page();
    let page = feature.replace('-', "_");
    let hint = format!("turn on the feature `{feature}`");
    let (compiles, said) = judged(&format!("let _ = client.{page}();"));
    assert!(compiles && said.contains(&hint), "{said}");
    let (compiles, said) = judged(&format!("let _ = client.{page}().get_anything();"));
    assert!(!compiles && said.contains(&hint), "{said}");
    assert!(said.contains("FeatureIsOff"), "{said}");
    // It costs nothing where no page is missing.
    let (compiles, said) = judged("let _ = client.base_url();");
    assert!(compiles && said.is_empty(), "{said}");
}

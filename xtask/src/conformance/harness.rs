//! The client's side: a rendered crate that calls the rendered client as the cases say. Touches
//! `target` and starts cargo.
//!
//! It is a workspace of its own below `target`, with the client beside it, so any spec folder's
//! client can be called. It takes this workspace's `Cargo.lock` and so the same versions of
//! everything, which needs no network where this workspace has been built.

use super::compare::Record;
use crate::build::Files;
use crate::write::{self, Owner, Tree};
use crate::{output, recover, workspace};
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The built crate.
#[derive(Debug)]
pub struct Harness {
    dir: PathBuf,
    program: PathBuf,
}

impl Harness {
    /// Writes and builds it, in the same `target` as this workspace, whose builds it shares.
    ///
    /// # Errors
    /// The disk refuses, or the crate does not compile.
    pub fn build(dir: &Path, target: &Path, files: Files, client: Files) -> Result<Self> {
        let client_dir = dir.join("client");
        let trees = [
            tree(dir.to_owned(), files, vec![client_dir.clone()]),
            tree(client_dir, client, Vec::new()),
        ];
        write::apply(&trees, &recover::take(dir, "conformance")?)?;
        let lock = dir.join("Cargo.lock");
        if !lock.exists() {
            let ours = workspace::root().join("Cargo.lock");
            fs::copy(&ours, &lock).with_context(|| workspace::shown(&ours))?;
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build
            .args(["build", "--quiet", "--package", "conformance-harness"])
            .arg("--target-dir")
            .arg(target)
            .current_dir(dir);
        let status = output::run(&mut build)?;
        if !status.success() {
            bail!(
                "the crate that calls the client does not compile: {}",
                workspace::shown(dir)
            );
        }
        let name = format!("conformance-harness{}", std::env::consts::EXE_SUFFIX);
        Ok(Self {
            dir: dir.to_owned(),
            program: target.join("debug").join(name),
        })
    }

    /// Calls the client with the cases; what was refused or could not be called is told by number.
    ///
    /// # Errors
    /// The program failed, or wrote what cannot be read.
    pub fn call(&self, cases: &str, url: &str) -> Result<Record> {
        let cases_file = self.dir.join("cases.json");
        fs::write(&cases_file, cases).with_context(|| workspace::shown(&cases_file))?;
        let mut command = Command::new(&self.program);
        command.arg(&cases_file).arg(url);
        super::vendor::without_proxies(&mut command);
        let output = command.output().context("the calls on the client")?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            bail!("the calls on the client failed: {}", why.trim_end());
        }
        serde_json::from_slice(&output.stdout).context("what the calls on the client say")
    }
}

fn tree(root: PathBuf, files: Files, exclude: Vec<PathBuf>) -> Tree {
    let files = files.into_iter();
    Tree {
        root,
        files: files
            .map(|(path, text)| (path, text.into_bytes()))
            .collect(),
        owner: Owner::Mark { exclude },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mark;
    use tempfile::TempDir;

    /// A crate of that name whose `main` is this.
    fn files(main: &str) -> Files {
        let manifest =
            "[package]\nname = \"conformance-harness\"\nedition = \"2024\"\n[workspace]\n";
        Files::from([
            (
                "Cargo.toml".to_owned(),
                format!("# {}\n{manifest}", mark::MARK),
            ),
            (
                "src/main.rs".to_owned(),
                format!("// {}\n{main}\n", mark::MARK),
            ),
        ])
    }

    fn built(main: &str) -> (TempDir, Result<Harness>) {
        let dir = TempDir::new().expect("a temporary folder");
        let target = dir.path().join("target");
        let harness = Harness::build(dir.path(), &target, files(main), Files::new());
        (dir, harness)
    }

    #[test]
    fn a_client_that_does_not_compile() {
        let (_dir, harness) = built("fn main() { no such thing }");
        let error = harness.expect_err("it must not compile").to_string();
        assert!(
            error.starts_with("the crate that calls the client does not compile: "),
            "{error}"
        );
    }

    #[test]
    fn what_the_calls_say() {
        let says =
            r##"fn main() { println!(r#"{{"requests":{{}},"refused":{{"client:0":"no"}}}}"#) }"##;
        let (_dir, harness) = built(says);
        let record = harness
            .expect("it compiles")
            .call("[]", "http://127.0.0.1:9")
            .expect("JSON");
        assert_eq!(
            record.outcome("client", 0),
            super::super::compare::CallOutcome::Refused("no")
        );
    }

    #[test]
    fn calls_that_fail() {
        let (_dir, harness) = built("fn main() { eprintln!(\"why\"); std::process::exit(1) }");
        let error = harness
            .expect("it compiles")
            .call("[]", "")
            .expect_err("it exits with 1");
        assert_eq!(error.to_string(), "the calls on the client failed: why");
        let (_dir, harness) = built("fn main() { println!(\"?\") }");
        let error = harness
            .expect("it compiles")
            .call("[]", "")
            .expect_err("it is no JSON");
        assert_eq!(error.to_string(), "what the calls on the client say");
    }
}

//! A spec folder in a temporary place, and the command on it.

#![allow(dead_code, reason = "each test file uses some of it")]

pub mod repository;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A frozen copy of the spec folder as the project began: `spec` may hold other docs.
pub fn seed_spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../generator/tests/fixtures/seed")
}

/// The page that it has.
pub const SEED: &str = "docs/OrganizationAuthorizationApi.md";

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code.
    pub code: i32,
    /// Standard output, with the temporary folder's path taken out.
    pub out: String,
    /// Standard error, likewise.
    pub err: String,
}

/// A temporary folder with `spec/` and room for `out/`.
pub struct Place {
    dir: TempDir,
}

impl Place {
    /// An empty `spec/docs` and the frozen `client.yaml` without its sources.
    pub fn empty() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let place = Self { dir };
        let client = fs::read_to_string(seed_spec().join("client.yaml")).expect("it is checked in");
        let (client, _) = client.split_once("\nsources:").expect("sources come last");
        place.put("spec/client.yaml", client);
        fs::create_dir_all(place.path("spec/docs")).expect("a temporary folder");
        place
    }

    /// The seed page with what is written by hand beside it.
    pub fn seed() -> Self {
        let place = Self::empty();
        for file in [SEED, "overlay.yaml", "models.yaml"] {
            let text = fs::read_to_string(seed_spec().join(file)).expect("it is checked in");
            place.put(&format!("spec/{file}"), &text);
        }
        place
    }

    /// A path below the folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    /// Writes a file.
    pub fn put(&self, below: &str, text: impl AsRef<[u8]>) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().expect("it is below the folder"))
            .expect("a temporary folder");
        fs::write(path, text).expect("a temporary folder");
    }

    /// Reads a file.
    pub fn text(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).unwrap_or_else(|error| panic!("{below}: {error}"))
    }

    /// The command, ready to run in the folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(args).current_dir(self.dir.path());
        // Cargo's, from which the command would take the workspace of this test.
        command.env_remove("CARGO_MANIFEST_DIR");
        let temporary = self.path("tmp");
        if temporary.is_dir() {
            command.env("TMPDIR", temporary);
        }
        command
    }

    /// Runs the command in the folder; `spec` and `out` are there.
    pub fn run(&self, args: &[&str]) -> Ended {
        self.ended(&mut self.command(args))
    }

    /// Runs a prepared command.
    pub fn ended(&self, command: &mut Command) -> Ended {
        let output = command.output().expect("the command can be run");
        let clean = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).expect("output is text");
            text.replace(&self.dir.path().display().to_string(), "<dir>")
        };
        Ended {
            code: output.status.code().expect("it was not killed"),
            out: clean(&output.stdout),
            err: clean(&output.stderr),
        }
    }

    /// `regen` into `out`.
    pub fn regen(&self, more: &[&str]) -> Ended {
        self.run(&[&["regen", "--spec", "spec", "--out", "out"], more].concat())
    }

    /// Every file below a folder and its bytes, sorted.
    pub fn files(&self, below: &str) -> Vec<(String, Vec<u8>)> {
        let mut files = Vec::new();
        add_files(&self.path(below), "", &mut files);
        files.sort();
        files
    }
}

fn add_files(folder: &Path, below: &str, files: &mut Vec<(String, Vec<u8>)>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let entry = entry.expect("the folder can be read");
        let name = format!("{below}{}", entry.file_name().display());
        if entry.path().is_dir() {
            add_files(&entry.path(), &format!("{name}/"), files);
        } else {
            files.push((name, fs::read(entry.path()).expect("the file can be read")));
        }
    }
}

/// A page of one operation, in the docs' form.
pub fn widget_page(api: &str, summary: &str) -> String {
    let path = api.to_lowercase();
    include_str!("widget.md")
        .replace("WidgetsApi", api)
        .replace("getWidget", &format!("get{}", api.trim_end_matches("Api")))
        .replace("/widgets/", &format!("/{path}/"))
        .replace("Get a widget", summary)
}

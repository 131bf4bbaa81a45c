//! Spec folders and repositories that tests make, and the command as users run it.

pub use crate::cases::api;
use spec::Api;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder that goes when the test ends.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Writes an API as the IR of a spec folder.
    pub fn write_ir(&self, folder: &str, api: &Api) {
        let _ = fs::remove_dir_all(self.path().join(folder));
        for page in &api.pages {
            let text = spec::yaml::write_page(page, &format!("docs/{}.md", page.api));
            self.write(&format!("{folder}/{}.yaml", page.api), &text);
        }
        self.write(
            &format!("{folder}/models.yaml"),
            &spec::yaml::write_models(&api.models, "models.yaml"),
        );
        if !api.topics.is_empty() {
            let text = spec::yaml::write_topics(&api.topics, "docs/notifications.json");
            self.write(&format!("{folder}/topics.yaml"), &text);
        }
    }

    /// Runs git, which must succeed.
    pub fn git(&self, arguments: &[&str]) {
        let output = git(self.path(), arguments);
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Everything that is in the folder becomes a commit.
    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    pub fn init(&self) {
        self.git(&["init", "--quiet", "--initial-branch=main"]);
    }

    /// What git answers.
    pub fn git_output(&self, arguments: &[&str]) -> String {
        String::from_utf8(git(self.path(), arguments).stdout).unwrap()
    }

    /// Runs `cargo xtask` in the folder.
    pub fn xtask(&self, arguments: &[&str]) -> Ran {
        self.xtask_with(arguments, &[])
    }

    /// The same in another environment.
    pub fn xtask_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.current_dir(self.path()).args(arguments);
        // The workspace of the command is the folder's, not the one that it was built in.
        command.env("CARGO_MANIFEST_DIR", self.path().join("xtask"));
        for name in [
            "GIT_DIR",
            "GIT_INDEX_FILE",
            "GIT_WORK_TREE",
            "NO_COLOR",
            "COLUMNS",
        ] {
            command.env_remove(name);
        }
        // A release's tag has an author.
        for name in ["GIT_AUTHOR", "GIT_COMMITTER"] {
            command
                .env(format!("{name}_NAME"), "Test")
                .env(format!("{name}_EMAIL"), "test@example.com");
        }
        command.envs(environment.iter().copied());
        Ran::from(command.output().unwrap())
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Output {
    let settings = [
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@example.com",
        "-c",
        "commit.gpgsign=false",
    ];
    Command::new("git")
        .current_dir(folder)
        .args(settings)
        .args(arguments)
        .output()
        .unwrap()
}

/// How a command ended.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

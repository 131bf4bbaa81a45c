//! Git repositories that a test makes, and sources that name them. No network.

use super::Place;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A repository below a place.
pub struct Repository {
    dir: PathBuf,
}

impl Repository {
    /// An empty one, of which single objects can be fetched.
    pub fn new(place: &Place, name: &str) -> Self {
        let repository = Self {
            dir: place.path(name),
        };
        fs::create_dir_all(&repository.dir).expect("a temporary folder");
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.git(&["config", "uploadpack.allowFilter", "true"]);
        repository.git(&["config", "gc.auto", "0"]);
        repository
    }

    /// The source's first keys in `client.yaml`.
    pub fn source(&self) -> String {
        format!(
            "repository: \"file://{}\", folder: build/docs, tag: \"{{version}}\"",
            self.dir.display()
        )
    }

    /// Writes a file.
    pub fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.dir.join(path);
        let folder = path.parent().expect("it is below the repository");
        fs::create_dir_all(folder).expect("a temporary folder");
        fs::write(path, text).expect("a temporary folder");
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) {
        fs::remove_file(self.dir.join(path)).expect("it was put there");
    }

    /// Commits everything and tags it.
    pub fn commit(&self, tag: &str) {
        self.commit_on(tag, 1_700_000_000);
    }

    /// Commits everything at a time, in seconds since 1970, and tags it.
    pub fn commit_on(&self, tag: &str, date: i64) {
        self.git(&["add", "--all"]);
        let date = format!("{date} +0000");
        let mut commit = self.command(&["commit", "--quiet", "--allow-empty", "--message", tag]);
        commit
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date);
        assert!(
            commit
                .status()
                .expect("the tests of `pull` need git")
                .success()
        );
        self.git(&["tag", tag]);
    }

    /// Runs git in it and returns what it says.
    pub fn git(&self, args: &[&str]) -> String {
        self.git_with(args, "")
    }

    /// Runs git in it with a text on its standard input.
    pub fn git_with(&self, args: &[&str], input: &str) -> String {
        let file = self.dir.join(".git/test-input");
        if !input.is_empty() {
            fs::write(&file, input).expect("a temporary folder");
        }
        let mut command = self.command(args);
        if !input.is_empty() {
            command.stdin(fs::File::open(&file).expect("it was written"));
        }
        let output = command.output().expect("the tests of `pull` need git");
        assert!(output.status.success(), "{args:?}: {output:?}");
        String::from_utf8(output.stdout)
            .expect("git says text")
            .trim()
            .to_owned()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        let settings = [
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b.example",
            "-c",
            "core.autocrlf=false",
        ];
        command.args(settings).args(args).current_dir(&self.dir);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null");
        command
    }
}

/// Puts sources into the place's `client.yaml`, in place of those that it has.
pub fn source(place: &Place, sources: &[&str]) {
    let client = place.text("spec/client.yaml");
    let client = client.split("\nsources:").next().unwrap_or_default();
    let sources = sources.iter().fold(String::new(), |text, source| {
        text + "- { " + source + " }\n"
    });
    place.put("spec/client.yaml", format!("{client}\nsources:\n{sources}"));
}

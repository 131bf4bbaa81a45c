//! Runs the `git` command for all of `xtask`.
//!
//! git runs without the environment that it sets for hooks. A failure is an error with git's own message.
//! Exit code 1 counts as "no" only where git documents that.

use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A repository, and the folder in it that paths are relative to.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Where git is run.
    folder: PathBuf,
    /// That folder within the repository, with a slash at its end, or empty.
    prefix: String,
}

impl Repository {
    /// The repository that a folder is in.
    ///
    /// # Errors
    /// There is none, git does not trust it, or git is not installed.
    pub fn at(folder: &Path) -> Result<Self> {
        let mut out = Self {
            folder: folder.to_owned(),
            prefix: String::new(),
        };
        let prefix = out.run(&["rev-parse", "--show-prefix"])?;
        prefix
            .trim_end_matches(['\r', '\n'])
            .clone_into(&mut out.prefix);
        Ok(out)
    }

    /// The commit that a revision names, if it names one.
    ///
    /// # Errors
    /// git cannot be run.
    pub fn commit(&self, revision: &str) -> Result<Option<String>> {
        if revision.starts_with('-') {
            return Ok(None); // no revision starts like an option
        }
        let commit = format!("{revision}^{{commit}}");
        let found = self.ask(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ])?;
        Ok(found.map(|text| text.trim().to_owned()))
    }

    /// A commit, short enough to be read.
    pub fn short(commit: &str) -> &str {
        commit.get(..10).unwrap_or(commit)
    }

    /// Where the working tree left the main branch.
    ///
    /// # Errors
    /// There is no main branch, or nothing in common with it.
    pub fn merge_base_with_main(&self) -> Result<(String, String)> {
        let origin = self.ask(&[
            "symbolic-ref",
            "--quiet",
            "--short",
            "refs/remotes/origin/HEAD",
        ])?;
        let named = origin.map(|text| text.trim().to_owned());
        let candidates = named
            .into_iter()
            .chain(["origin/main", "main", "origin/master", "master"].map(str::to_owned));
        for branch in candidates {
            if self.commit(&branch)?.is_none() {
                continue;
            }
            let base = self.ask(&["merge-base", "HEAD", &branch])?;
            let base = base.with_context(|| {
                format!("HEAD and {branch} have no commit in common; a shallow clone needs `git fetch --unshallow`")
            })?;
            return Ok((branch, base.trim().to_owned()));
        }
        bail!(
            "there is no branch main or master to compare with; name a revision: `cargo xtask diff OLD`"
        )
    }

    /// The tag of the newest release that HEAD contains: `v1.2.3`, by version.
    ///
    /// # Errors
    /// git cannot be run.
    pub fn last_release(&self) -> Result<Option<(String, semver::Version)>> {
        let tags = self.run(&["tag", "--list", "v*", "--merged", "HEAD"])?;
        let versions = tags.lines().filter_map(|tag| {
            let version = semver::Version::parse(tag.strip_prefix('v')?).ok()?;
            Some((tag.to_owned(), version))
        });
        Ok(versions.max_by(|a, b| a.1.cmp(&b.1)))
    }

    /// Paths of files in a folder at a commit (relative, like the folder, to where git is run), and
    /// their texts. A folder that is not there has no files.
    ///
    /// # Errors
    /// git cannot be run, or a file is not text.
    pub fn files(&self, commit: &str, folder: &str) -> Result<Vec<(String, String)>> {
        let listed = self.run(&["ls-tree", "-r", "-z", commit, "--", folder])?;
        let entries: Vec<(&str, &str)> = listed
            .split('\0')
            .filter_map(|entry| {
                let (facts, path) = entry.split_once('\t')?;
                let mut facts = facts.split(' ').skip(1);
                (facts.next() == Some("blob")).then_some((facts.next()?, path))
            })
            .collect();
        self.blobs(&entries)
    }

    /// All contents through one process.
    fn blobs(&self, entries: &[(&str, &str)]) -> Result<Vec<(String, String)>> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let mut child = command(&self.folder)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot run git")?;
        let complaints = child.stderr.take().expect("stderr was asked for");
        let complaining = std::thread::spawn(move || crate::output::relay(complaints));
        let mut input = child.stdin.take().expect("stdin was asked for");
        let asked: String = entries.iter().flat_map(|(blob, _)| [*blob, "\n"]).collect();
        // From another thread: git answers while it is asked, and pipes are short.
        let asking = std::thread::spawn(move || input.write_all(asked.as_bytes()));
        let mut output = BufReader::new(child.stdout.take().expect("stdout was asked for"));
        let mut files = Vec::with_capacity(entries.len());
        for (_, path) in entries {
            let mut head = String::new();
            output
                .read_line(&mut head)
                .context("git stopped in the middle of its answer")?;
            let size = head
                .trim_end()
                .rsplit(' ')
                .next()
                .and_then(|size| size.parse::<usize>().ok());
            let size =
                size.with_context(|| format!("git does not have {path}: {}", head.trim_end()))?;
            let mut bytes = vec![0; size + 1]; // a newline follows each content
            output
                .read_exact(&mut bytes)
                .context("git stopped in the middle of a file")?;
            bytes.pop();
            let text = String::from_utf8(bytes).with_context(|| format!("{path} is not UTF-8"))?;
            files.push(((*path).to_owned(), text));
        }
        asking
            .join()
            .expect("writing to a pipe does not panic")
            .context("cannot ask git")?;
        complaining.join().expect("reading a pipe does not panic");
        child.wait().context("cannot wait for git")?;
        Ok(files)
    }

    /// One file at a commit, if it is there.
    ///
    /// # Errors
    /// git fails, or the file is not text.
    pub fn file(&self, commit: &str, path: &str) -> Result<Option<String>> {
        let found = self.files(commit, path)?;
        Ok(found
            .into_iter()
            .find(|(name, _)| name == path)
            .map(|(_, text)| text))
    }

    /// A path as it is called from the root of the repository.
    pub fn from_root(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// What git writes to standard output.
    ///
    /// # Errors
    /// git is not installed, fails, or answers in bytes that are not UTF-8.
    pub fn run(&self, arguments: &[&str]) -> Result<String> {
        let answer = self.ask(arguments)?;
        answer.with_context(|| format!("`git {}` failed with exit code 1", arguments.join(" ")))
    }

    /// The same for questions to which git may say no: exit code 1 without a message.
    ///
    /// # Errors
    /// git is not installed, fails in another way, or answers in bytes that are not UTF-8.
    pub fn ask(&self, arguments: &[&str]) -> Result<Option<String>> {
        let output = command(&self.folder)
            .args(arguments)
            .output()
            .context("cannot run git")?;
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim();
        if output.status.code() == Some(1) && said.is_empty() {
            return Ok(None);
        }
        if !output.status.success() {
            bail!(
                "`git {}` failed in {}: {}",
                arguments.join(" "),
                crate::workspace::shown(&self.folder),
                if said.is_empty() {
                    output.status.to_string()
                } else {
                    said.to_owned()
                }
            );
        }
        String::from_utf8(output.stdout)
            .map(Some)
            .context("git answers in bytes that are not UTF-8")
    }
}

/// Variables by which git tells a hook which repository it runs in (`git rev-parse --local-env-vars`,
/// without those that carry settings): the folder decides here, and nothing else.
const REPOSITORY_VARIABLES: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// git in a folder, in English, without what a hook's environment says.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env("LC_ALL", "C");
    for name in REPOSITORY_VARIABLES {
        command.env_remove(name);
    }
    command
}

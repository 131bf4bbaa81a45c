//! What is read from git, by git itself. Nothing is checked out and nothing is written.

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
    /// There is none, or git is not installed.
    pub fn at(folder: &Path) -> Result<Self> {
        let mut out = Self {
            folder: folder.to_owned(),
            prefix: String::new(),
        };
        let prefix = out.run(&["rev-parse", "--show-prefix"])?;
        prefix
            .with_context(|| format!("{} is not in a git repository", folder.display()))?
            .trim_end()
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
        let found = self.run(&[
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
        let origin = self.run(&[
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
            let base = self.run(&["merge-base", "HEAD", &branch])?;
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
        let tags = self
            .run(&["tag", "--list", "v*", "--merged", "HEAD"])?
            .unwrap_or_default();
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
        let listed = listed.with_context(|| format!("git cannot list {folder} at {commit}"))?;
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
        let mut child = Command::new("git")
            .current_dir(&self.folder)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run git")?;
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
        child.wait().context("cannot wait for git")?;
        Ok(files)
    }

    /// One file at a commit, if it is there.
    ///
    /// # Errors
    /// git cannot be run.
    pub fn file(&self, commit: &str, path: &str) -> Result<Option<String>> {
        self.run(&[
            "cat-file",
            "blob",
            &format!("{commit}:{}{path}", self.prefix),
        ])
    }

    /// A path as it is called from the root of the repository.
    pub fn from_root(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Standard output, or nothing where git says no.
    ///
    /// # Errors
    /// git is not installed, or answers in bytes that are not UTF-8.
    pub fn run(&self, arguments: &[&str]) -> Result<Option<String>> {
        let output = Command::new("git")
            .current_dir(&self.folder)
            .args(arguments)
            .stderr(Stdio::null())
            .output()
            .context("cannot run git")?;
        if !output.status.success() {
            return Ok(None);
        }
        String::from_utf8(output.stdout)
            .map(Some)
            .context("git answers in bytes that are not UTF-8")
    }
}

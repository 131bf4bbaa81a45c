//! Fetches from a remote repository for `pull`: its versions, and single objects of one version, without
//! the rest and without the history.
//!
//! It runs the `git` command, not a library, because the command uses the user's proxies, credentials and
//! URL rewrites. Objects are requested by id (a partial clone, protocol version 2) and read from git's
//! object store, never checked out. So a name that this system's files cannot have is found before a file
//! is written.

use anyhow::{Context as _, Result, bail};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A repository elsewhere, and what has been fetched of it.
pub struct Remote<'a> {
    repository: String,
    /// A bare repository.
    dir: PathBuf,
    /// Objects that are there.
    fetched: BTreeSet<String>,
    /// Bytes that git sent us in answers that are kept in no file.
    listed: u64,
    progress: &'a dyn Fn(&str),
}

/// A commit, as far as a version is told by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its object id in hexadecimal.
    pub id: String,
    /// The object id of its root folder.
    pub tree: String,
    /// When it was committed, in seconds since 1970.
    pub date: i64,
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// The name as it stands there: bytes that are neither `/` nor zero, in git's good faith.
    pub name: Vec<u8>,
    /// What it is.
    pub kind: EntryKind,
    /// Its object id in hexadecimal.
    pub id: String,
}

/// What stands in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A commit of another repository.
    Submodule,
}

impl<'a> Remote<'a> {
    /// Prepares an empty folder; nothing is fetched yet.
    ///
    /// # Errors
    /// git cannot be run, or the disk refuses.
    pub fn new(repository: &str, dir: PathBuf, progress: &'a dyn Fn(&str)) -> Result<Self> {
        fs::create_dir_all(&dir).with_context(|| crate::workspace::shown(&dir))?;
        let remote = Self {
            repository: repository.to_owned(),
            dir,
            fetched: BTreeSet::new(),
            listed: 0,
            progress,
        };
        remote.git(&["init", "--quiet", "--bare"], b"")?;
        for (key, value) in [("url", repository), ("promisor", "true")] {
            remote.git(&["config", &format!("remote.origin.{key}"), value], b"")?;
        }
        Ok(remote)
    }

    /// Every tag of the repository.
    ///
    /// # Errors
    /// The repository cannot be reached.
    pub fn tags(&mut self) -> Result<Vec<String>> {
        let repository = self.repository.clone();
        let listed = self.git(&["ls-remote", "--tags", "--refs", "--", &repository], b"")?;
        self.listed += listed.len() as u64;
        let listed = String::from_utf8(listed).context("what git says is not UTF-8")?;
        let tag = |line: &str| Some(line.split_once("refs/tags/")?.1.to_owned());
        Ok(listed.lines().filter_map(tag).collect())
    }

    /// The commits that these tags stand at, by one request.
    ///
    /// # Errors
    /// The repository cannot be reached, or a tag names no commit.
    pub fn commits(&mut self, tags: &[String]) -> Result<Vec<Commit>> {
        let missing = tags
            .iter()
            .filter(|tag| self.fetched.insert(format!("refs/tags/{tag}")));
        let refs = lines(missing.map(|tag| format!("+refs/tags/{tag}:refs/tags/{tag}")));
        if !refs.is_empty() {
            self.fetch(&["--depth=1"], refs.as_bytes())?;
        }
        let names = tags.iter().map(|tag| format!("refs/tags/{tag}^{{commit}}"));
        let read = self.read(&names.collect::<Vec<_>>())?;
        read.into_iter()
            .map(|(id, content)| commit(id, &content))
            .collect()
    }

    /// The folders with these ids; those that are missing are fetched by one request.
    ///
    /// # Errors
    /// The repository cannot be reached, or has no such object.
    pub fn folders(&mut self, ids: &[String]) -> Result<Vec<Vec<TreeEntry>>> {
        let read = self.objects(ids)?;
        let parse = |(id, content): (String, Vec<u8>)| {
            entries(&content, id.len() / 2)
                .with_context(|| format!("git object {id} is not a folder"))
        };
        read.into_iter().map(parse).collect()
    }

    /// The contents of the files with these ids, by one request.
    ///
    /// # Errors
    /// The repository cannot be reached, or has no such object.
    pub fn files(&mut self, ids: &[String]) -> Result<Vec<Vec<u8>>> {
        let read = self.objects(ids)?;
        Ok(read.into_iter().map(|(_, content)| content).collect())
    }

    /// What stands at a path (with `/`) below a folder, if there is something; fetches the folders on
    /// the way.
    ///
    /// # Errors
    /// The repository cannot be reached.
    pub fn find(&mut self, root: &str, path: &str) -> Result<Option<TreeEntry>> {
        let mut found: Option<TreeEntry> = None;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let folder = match &found {
                None => root.to_owned(),
                Some(entry) if entry.kind == EntryKind::Folder => entry.id.clone(),
                Some(_) => return Ok(None),
            };
            let mut folders = self.folders(&[folder])?;
            let entries = folders.pop().expect("one was asked for");
            found = entries
                .into_iter()
                .find(|entry| entry.name == part.as_bytes());
            if found.is_none() {
                return Ok(None);
            }
        }
        Ok(found)
    }

    /// How many bytes were received: the packs, as they are kept, and the list of tags.
    pub fn received(&self) -> u64 {
        let packs = fs::read_dir(self.dir.join("objects/pack"));
        let packs = packs.into_iter().flatten().flatten();
        let packs = packs.filter(|file| file.path().extension().is_some_and(|end| end == "pack"));
        let sizes = packs.filter_map(|file| Some(file.metadata().ok()?.len()));
        self.listed + sizes.sum::<u64>()
    }

    fn objects(&mut self, ids: &[String]) -> Result<Vec<(String, Vec<u8>)>> {
        let missing = ids.iter().filter(|id| self.fetched.insert((*id).clone()));
        let missing = lines(missing.cloned());
        if !missing.is_empty() {
            self.fetch(&["--no-write-fetch-head"], missing.as_bytes())?;
        }
        self.read(ids)
    }

    /// Fetches what standard input names and nothing that it leads to.
    fn fetch(&self, more: &[&str], names: &[u8]) -> Result<()> {
        let fetch = [
            "fetch",
            "--progress",
            "--no-tags",
            "--filter=tree:0",
            "--stdin",
        ];
        let args = [&fetch[..], more, &["origin"]].concat();
        self.git(&args, names).map(drop)
    }

    /// Reads objects that are there.
    fn read(&self, names: &[String]) -> Result<Vec<(String, Vec<u8>)>> {
        let asked = lines(names.iter().cloned());
        let answer = self.git(&["cat-file", "--batch"], asked.as_bytes())?;
        let mut rest = answer.as_slice();
        let mut objects = Vec::with_capacity(names.len());
        for name in names {
            let object = split_object(&mut rest);
            objects.push(object.with_context(|| format!("git has no object {name}"))?);
        }
        Ok(objects)
    }

    fn git(&self, args: &[&str], input: &[u8]) -> Result<Vec<u8>> {
        run(git(&self.dir).args(args), input, self.progress)
    }
}

fn lines(texts: impl Iterator<Item = String>) -> String {
    let mut lines: Vec<String> = texts.collect();
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.join("\n")
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
    }
    hex
}

/// Takes one answer of `git cat-file --batch`: `<id> <kind> <size>`, the content, a new line.
fn split_object(rest: &mut &[u8]) -> Option<(String, Vec<u8>)> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(&rest[..end]).ok()?;
    let mut words = head.split(' ');
    let (id, _kind, size) = (words.next()?, words.next()?, words.next()?);
    let size: usize = size.parse().ok()?;
    let content = rest.get(end + 1..end + 1 + size)?.to_vec();
    *rest = rest.get(end + 2 + size..)?;
    Some((id.to_owned(), content))
}

fn commit(id: String, content: &[u8]) -> Result<Commit> {
    let text = String::from_utf8_lossy(content);
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
    let tree = value("tree ").map(str::to_owned);
    // `committer Name <address> 1700000000 +0000`
    let date = value("committer ").and_then(|line| line.rsplit(' ').nth(1)?.parse().ok());
    match (tree, date) {
        (Some(tree), Some(date)) => Ok(Commit { id, tree, date }),
        _ => bail!("git object {id} is not a commit"),
    }
}

/// The entries of a tree object: `<mode> <name>`, a zero byte, the id in binary.
fn entries(mut content: &[u8], id_length: usize) -> Option<Vec<TreeEntry>> {
    let mut entries = Vec::new();
    while !content.is_empty() {
        let space = content.iter().position(|byte| *byte == b' ')?;
        let zero = content.iter().position(|byte| *byte == 0)?;
        let name = content.get(space + 1..zero)?.to_vec();
        let id = content.get(zero + 1..zero + 1 + id_length)?;
        let kind = match &content[..space] {
            b"40000" => EntryKind::Folder,
            b"120000" => EntryKind::Link,
            b"160000" => EntryKind::Submodule,
            _ => EntryKind::File,
        };
        entries.push(TreeEntry {
            name,
            kind,
            id: hexadecimal(id),
        });
        content = &content[zero + 1 + id_length..];
    }
    Some(entries)
}

/// git without prompts. Packs are kept as they arrive, so that their bytes can be counted.
fn git(dir: &Path) -> Command {
    let mut command = crate::git::command(dir);
    for setting in [
        "core.hooksPath=/dev/null",
        "fetch.negotiationAlgorithm=noop",
        "fetch.unpackLimit=1",
        "fetch.writeCommitGraph=false",
        "gc.auto=0",
        "maintenance.auto=false",
        "protocol.version=2",
    ] {
        command.args(["-c", setting]);
    }
    command.env("GIT_TERMINAL_PROMPT", "0");
    command
}

/// Runs git and returns its standard output; `progress` gets the lines of standard error.
fn run(command: &mut Command, input: &[u8], progress: &dyn Fn(&str)) -> Result<Vec<u8>> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("`git` cannot be run; `pull` needs it")?;
    let mut stdin = child.stdin.take().expect("it was asked to be piped");
    let mut stdout = child.stdout.take().expect("it was asked to be piped");
    let mut stderr = child.stderr.take().expect("it was asked to be piped");
    // All three at once: whichever is not served may block the others.
    let (said, complaints) = std::thread::scope(|scope| {
        // A git that ends early says why; that it did not read all is no news.
        scope.spawn(move || drop(stdin.write_all(input)));
        let said = scope.spawn(move || {
            let mut said = Vec::new();
            stdout.read_to_end(&mut said).map(|_| said)
        });
        let complaints = follow(&mut stderr, progress);
        (said.join().expect("reading does not panic"), complaints)
    });
    let status = child.wait().context("git")?;
    if !status.success() {
        bail!("{}", complaint(&complaints));
    }
    said.context("git")
}

/// Why git stopped, or all that it said where it does not say that.
fn complaint(complaints: &str) -> String {
    let is_fatal = |line: &&str| line.starts_with("fatal:") || line.starts_with("error:");
    let fatal: Vec<&str> = complaints.lines().filter(is_fatal).collect();
    if fatal.is_empty() {
        format!("git: {}", complaints.trim())
    } else {
        format!("git: {}", fatal.join("\ngit: "))
    }
}

/// Reads to the end. Lines that end in a carriage return are progress and are not kept.
fn follow(stderr: &mut dyn Read, progress: &dyn Fn(&str)) -> String {
    let mut kept = String::new();
    let mut line = Vec::new();
    for byte in std::io::BufReader::new(stderr)
        .bytes()
        .map_while(Result::ok)
    {
        if !matches!(byte, b'\r' | b'\n') {
            line.push(byte);
            continue;
        }
        let text = String::from_utf8_lossy(&line);
        progress(&text);
        if byte == b'\n' {
            kept.push_str(&text);
            kept.push('\n');
        }
        line.clear();
    }
    kept + &String::from_utf8_lossy(&line)
}

//! The `git` command, as far as `pull` needs it: versions of a repository, and one folder of one
//! tag without the rest and without the history.
//!
//! The command and not a library: it knows the user's proxies, credentials and URL rewrites.

use anyhow::{Context as _, Result, bail};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

/// Every tag of the repository.
pub fn tags(repository: &str) -> Result<Vec<String>> {
    let listed = run(
        git(None).args(["ls-remote", "--tags", "--refs", "--", repository]),
        &mut |_| {},
    )?;
    let tag = |line: &str| Some(line.split_once("refs/tags/")?.1.to_owned());
    Ok(listed.lines().filter_map(tag).collect())
}

/// Puts one folder of a tag below `into`, an empty folder, and returns the tag's commit.
pub fn folder(
    repository: &str,
    tag: &str,
    folder: &str,
    into: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<String> {
    let branch = format!("--branch={tag}");
    let clone = [
        "clone",
        "--progress",
        "--depth=1",
        "--filter=blob:none",
        "--sparse",
        "--no-checkout",
        &branch,
        "--",
        repository,
        ".",
    ];
    run(git(Some(into)).args(clone), progress)?;
    run(
        git(Some(into)).args(["sparse-checkout", "set", "--cone", "--", folder]),
        progress,
    )?;
    run(
        git(Some(into)).args(["checkout", "--progress", "--detach", tag]),
        progress,
    )?;
    let commit = run(git(Some(into)).args(["rev-parse", "HEAD"]), progress)?;
    Ok(commit.trim().to_owned())
}

/// Git that asks nobody, changes no byte of a file and is not told about another repository by
/// the environment (a hook's, for example).
fn git(folder: Option<&Path>) -> Command {
    let mut command = Command::new("git");
    command.args([
        "-c",
        "core.autocrlf=false",
        "-c",
        "core.eol=lf",
        "-c",
        "core.symlinks=false",
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "advice.detachedHead=false",
    ]);
    command.env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
    for variable in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_COMMON_DIR",
    ] {
        command.env_remove(variable);
    }
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    command
}

/// Runs git and returns what it says; `progress` gets the lines that it writes for people.
fn run(command: &mut Command, progress: &mut dyn FnMut(&str)) -> Result<String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("`git` cannot be run; `pull` needs it")?;
    let mut stdout = child.stdout.take().expect("it was asked to be piped");
    let mut stderr = child.stderr.take().expect("it was asked to be piped");
    // Both at once: whichever is not read may block the other.
    let (said, complaints) = std::thread::scope(|scope| {
        let said = scope.spawn(move || {
            let mut said = String::new();
            stdout.read_to_string(&mut said).map(|_| said)
        });
        let complaints = follow(&mut stderr, progress);
        (said.join().expect("reading does not panic"), complaints)
    });
    let status = child.wait().context("git")?;
    if !status.success() {
        bail!("{}", complaint(&complaints));
    }
    said.context("what git says is not UTF-8")
}

/// What git died of, or all that it said where it does not say that.
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
fn follow(stderr: &mut dyn Read, progress: &mut dyn FnMut(&str)) -> String {
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

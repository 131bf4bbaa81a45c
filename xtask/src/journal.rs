//! Changes files so that a killed run leaves no mixture. New contents are staged in `.xtask`, then a
//! complete journal lists the work, and only then files are renamed and removed. The next run finishes a
//! complete journal, and removes an incomplete one.
//!
//! There is no `fsync`, so a loss of power may leave a mixture: docs and client are in git, and
//! `regen --check` compares them.

use crate::hold::{self, FOLDER, Hold};
use crate::output::count;
use crate::workspace;
use crate::write::{WriteError, at, has_mark};
use anyhow::{Context as _, Result, bail};
use api_diff::escape;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

const FILE: &str = "journal.json";

/// The work of a run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// The command.
    pub command: String,
    /// Whether everything is staged; then the work must be finished.
    pub is_complete: bool,
    /// Folders that were made for the run, outermost first; relative to the held folder.
    pub made: Vec<PathBuf>,
    /// The trees; relative to the held folder.
    pub trees: Vec<StagedTree>,
}

/// Files below one root.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StagedTree {
    /// The folder that the files go to.
    pub root: PathBuf,
    /// The folder that they stand in until then, by the same paths.
    pub staged: PathBuf,
    /// Whether only files with the mark may be overwritten.
    pub only_marked: bool,
    /// Files below the root that go.
    pub remove: Vec<PathBuf>,
}

impl Journal {
    /// Writes the journal; it is there whole or as it was before.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn save(&self, work: &Path) -> Result<(), WriteError> {
        let (path, new) = (work.join(FILE), work.join("journal.new"));
        let text = serde_json::to_vec(self)
            .map_err(|_| io::Error::other("the path of a folder is not Unicode"));
        let text = at(work, text)?;
        at(&new, fs::write(&new, text))?;
        at(&path, fs::rename(&new, &path))
    }

    /// Renames and removes what is not renamed and removed yet. The journal names the folders as long as
    /// `.xtask` stands in them, but nothing to be done any more.
    ///
    /// # Errors
    /// The disk refuses. The journal stays, so the next run tries again.
    pub fn finish(&self, hold: &Hold) -> Result<usize, WriteError> {
        let mut done = 0;
        for tree in &self.trees {
            done += tree.finish(hold.folder())?;
        }
        let ended = Self {
            is_complete: false,
            made: Vec::new(),
            ..self.clone()
        };
        ended.save(&hold.work())?;
        Ok(done)
    }
}

impl Journal {
    /// Finishes the work of a run that was stopped, and reports it.
    fn complete(&self, hold: &Hold) -> Result<()> {
        let base = hold.folder();
        for tree in &self.trees {
            if let Some(path) = tree.foreign(base)?.first() {
                bail!(
                    "{}: stands in the way of what a stopped `{}` was writing, and is not its own; move it away",
                    workspace::shown(path),
                    escape::value(&self.command)
                );
            }
            if !base.join(&tree.staged).exists() {
                crate::output::note(&format!(
                    "warning: {}: an earlier `{}` was stopped while it was writing there, and another run has written there since; `cargo xtask regen --check` compares",
                    workspace::shown(&base.join(&tree.root)),
                    escape::value(&self.command)
                ));
            }
        }
        let done = self.finish(hold)?;
        crate::output::note(&format!(
            "note: an earlier `{}` was stopped while it was writing; {} finished now",
            escape::value(&self.command),
            count(done, "file")
        ));
        Ok(())
    }
}

impl StagedTree {
    fn is_below_the_held_folder(&self) -> bool {
        !self.root.is_absolute() && !self.root.starts_with("..")
    }

    fn finish(&self, base: &Path) -> Result<usize, WriteError> {
        let (root, staged) = (base.join(&self.root), base.join(&self.staged));
        let files = at(&staged, files_below(&staged))?;
        let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
        for folder in folders {
            let folder = root.join(folder);
            at(&folder, fs::create_dir_all(&folder))?;
        }
        files.par_iter().try_for_each(|file| {
            let target = root.join(file);
            at(&target, fs::rename(staged.join(file), &target))
        })?;
        let mut removed = 0;
        for file in &self.remove {
            let path = root.join(file);
            match fs::remove_file(&path) {
                Ok(()) => removed += 1,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(WriteError::Io(path, error)),
            }
        }
        let emptied: BTreeSet<&Path> = self
            .remove
            .iter()
            .filter_map(|file| file.parent())
            .collect();
        for folder in emptied.into_iter().rev() {
            // It fails where something is left in the folder, which is the end of it.
            let _ = folder
                .ancestors()
                .take_while(|folder| !folder.as_os_str().is_empty())
                .try_for_each(|folder| fs::remove_dir(root.join(folder)));
        }
        Ok(files.len() + removed)
    }

    /// Files that stand in the way and are not ours: made since the run was stopped.
    fn foreign(&self, base: &Path) -> io::Result<Vec<PathBuf>> {
        if !self.only_marked {
            return Ok(Vec::new());
        }
        let files = files_below(&base.join(&self.staged))?;
        let targets = files.iter().map(|file| base.join(&self.root).join(file));
        let mut foreign = Vec::new();
        for target in targets.filter(|target| target.exists()) {
            if !has_mark(&target)? {
                foreign.push(target);
            }
        }
        Ok(foreign)
    }
}

/// Whether a run has begun to rename and has not ended, by what stands in its `.xtask`.
pub fn is_writing(work: &Path) -> bool {
    matches!(read(work), Ok(Some(journal)) if journal.is_complete)
}

fn read(work: &Path) -> Result<Option<Journal>> {
    let path = work.join(FILE);
    match fs::read(&path) {
        Ok(text) => {
            let journal = serde_json::from_slice(&text);
            Ok(Some(journal.with_context(|| {
                format!(
                    "{}: no journal of this version of xtask; take the folder away and run `cargo xtask regen`",
                    workspace::shown(&path)
                )
            })?))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| workspace::shown(&path)),
    }
}

/// Finishes what an earlier run staged completely, and removes what it had only begun to stage.
///
/// # Errors
/// The disk refuses, another run holds one of the folders, or a file of somebody else stands in
/// the way by now.
pub fn recover(hold: &Hold) -> Result<()> {
    let Some(journal) = read(&hold.work())? else {
        return Ok(());
    };
    let base = hold.folder();
    let mut others = Vec::new();
    for tree in &journal.trees {
        let root = base.join(&tree.root);
        if !tree.is_below_the_held_folder() && root.join(FOLDER).exists() {
            others.push(Hold::lock(&root, hold.command())?);
        }
    }
    if journal.is_complete {
        if let Err(error) = journal.complete(hold) {
            others.into_iter().for_each(Hold::abandon);
            return Err(error);
        }
        return Ok(());
    }
    drop(others);
    for folder in journal.made.iter().rev() {
        // It fails where something stands in it by now.
        let _ = fs::remove_dir(base.join(folder));
    }
    Ok(())
}

/// Paths of files below a folder, relative to it; none where it is missing.
fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fn add(folder: &Path, below: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let path = below.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                add(&entry.path(), &path, files)?;
            } else {
                files.push(path);
            }
        }
        Ok(())
    }
    let mut files = Vec::new();
    add(folder, Path::new(""), &mut files)?;
    Ok(files)
}

/// How an absolute path is reached from an absolute folder, so that a journal still holds after both
/// were moved together.
pub fn relative(from: &Path, to: &Path) -> PathBuf {
    let (mut from, mut to) = (from.components().peekable(), to.components().peekable());
    let is_root = |part: Option<&Component<'_>>| matches!(part, Some(Component::Prefix(_)));
    if is_root(from.peek()) && from.peek() != to.peek() {
        return to.collect(); // another drive
    }
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    from.map(|_| Component::ParentDir).chain(to).collect()
}

/// Files that versions before the journal left beside their targets when they were killed.
const OLD_DEBRIS: (&str, &str) = (".regen-", ".tmp");

/// Removes what versions before the journal left below a folder. Other packages, hidden folders and
/// cargo's `target` are not entered.
///
/// # Errors
/// The disk refuses.
pub fn sweep(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            let is_ours = name != "target"
                && !name.starts_with('.')
                && !entry.path().join("Cargo.toml").exists();
            if is_ours {
                sweep(&entry.path())?;
            }
        } else if kind.is_file() && name.starts_with(OLD_DEBRIS.0) && name.ends_with(OLD_DEBRIS.1) {
            hold::remove_all(&entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_held_folder() {
        let relative = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(relative("/a/spec", "/a/spec/ir"), Path::new("ir"));
        assert_eq!(
            relative("/a/spec", "/a/generated"),
            Path::new("../generated")
        );
        assert_eq!(relative("/a/spec", "/b"), Path::new("../../b"));
        assert_eq!(relative("/a/spec", "/a/spec"), Path::new(""));
    }
}

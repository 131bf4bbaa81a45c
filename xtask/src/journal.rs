//! Changes files so that a killed run leaves no mixture. New contents are staged in `.xtask`, then a
//! complete journal lists the work, and only then files are renamed and removed. The next run finishes a
//! complete journal, and removes an incomplete one.
//!
//! There is no `fsync`, so a loss of power may leave a mixture: docs and client are in git, and
//! `regen --check` compares them.

use crate::mark::has_mark;
use crate::workspace;
use crate::write_error::{WriteError, at};
use anyhow::{Context as _, Result};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// The folder of a run within the folder that it writes to.
pub const FOLDER: &str = ".xtask";

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

    /// Renames and removes what is not renamed and removed yet; `folder` is the held one. The journal names
    /// the folders as long as `.xtask` stands in them, but nothing to be done any more.
    ///
    /// # Errors
    /// The disk refuses. The journal stays, so the next run tries again.
    pub fn finish(&self, folder: &Path) -> Result<usize, WriteError> {
        let mut done = 0;
        for tree in &self.trees {
            done += tree.finish(folder)?;
        }
        let ended = Self {
            is_complete: false,
            made: Vec::new(),
            ..self.clone()
        };
        ended.save(&folder.join(FOLDER))?;
        Ok(done)
    }
}

impl StagedTree {
    /// Whether the files go below the held folder.
    pub fn is_below_the_held_folder(&self) -> bool {
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
    ///
    /// # Errors
    /// The disk refuses.
    pub fn foreign(&self, base: &Path) -> io::Result<Vec<PathBuf>> {
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

/// The journal in an `.xtask`; `None` if there is none.
///
/// # Errors
/// It cannot be read, or is of another version.
pub fn read(work: &Path) -> Result<Option<Journal>> {
    let path = work.join(FILE);
    match fs::read(&path) {
        Ok(text) => {
            let journal = serde_json::from_slice(&text);
            Ok(Some(journal.with_context(|| {
                format!(
                    "{}: not a journal of this version of xtask; delete the folder and run `cargo xtask regen`",
                    workspace::shown(&path)
                )
            })?))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| workspace::shown(&path)),
    }
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

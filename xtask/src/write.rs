//! Everything that is written goes through here: whole trees of files, or nothing.
//!
//! A [`Tree`] is what a folder shall hold. [`apply`] compares first, tries whether every folder takes
//! new files, stages every new text, and only then renames (see `journal`). A kill leaves old or new;
//! where it came in between, the next run brings the rest. Only files of an earlier run are
//! overwritten or removed: the folder may hold other people's files too.
//!
//! Longer than most files: that nothing changes before all is staged is an order of steps, and it is read
//! in one place.

use crate::hold::Hold;
use crate::journal::{self, FOLDER, Journal, StagedTree};
use crate::mark::has_mark;
use crate::recover;
use crate::write_error::{WriteError, at};
use anyhow::Result;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What a folder shall hold of ours.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The folder; it need not exist.
    pub root: PathBuf,
    /// Path below the root, with `/`, to what stands in it.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Which files that stand there now are ours.
    pub owner: Owner,
}

/// Which files of a folder may be overwritten and removed.
#[derive(Clone, Debug)]
pub enum Owner {
    /// Those with the [`MARK`](crate::mark::MARK) in their first line, as every file of the tree has it.
    Mark {
        /// Folders below the root that are none of this tree's business.
        exclude: Vec<PathBuf>,
    },
    /// Those that the tree names, and these, by their path below the root.
    List(BTreeSet<String>),
}

/// Why a file differs from what it shall be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stale {
    /// It is not there.
    Missing,
    /// It holds something else.
    Changed,
    /// An earlier run wrote it, this one does not.
    Leftover,
}

/// What was done, or is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteReport {
    /// Files that are not, or were not, as they shall be; sorted.
    pub stale: Vec<(PathBuf, Stale)>,
    /// How many files were right already.
    pub unchanged: usize,
}

impl WriteReport {
    /// How many files are missing or hold something else.
    pub fn written(&self) -> usize {
        self.stale.len() - self.removed()
    }

    /// How many files are leftovers.
    pub fn removed(&self) -> usize {
        let is_leftover = |(_, stale): &&(PathBuf, Stale)| *stale == Stale::Leftover;
        self.stale.iter().filter(is_leftover).count()
    }
}

/// What [`apply`] would do.
///
/// # Errors
/// A foreign file in the way, or a disk that refuses.
pub fn check(trees: &[Tree]) -> Result<WriteReport, WriteError> {
    Ok(WritePlan::of(trees)?.report())
}

/// Brings the disk up to date. `hold` is the lock of the folder in which the next run looks for what
/// this one could not finish.
///
/// # Errors
/// A foreign file in the way, another run that holds one of the folders, or a disk that refuses.
/// Nothing has changed then, unless a rename failed in a folder in which a file could be made a
/// moment ago; the next run tries that again.
pub fn apply(trees: &[Tree], hold: &Hold) -> Result<WriteReport> {
    let plan = WritePlan::of(trees)?;
    if !plan.files.is_empty() || !plan.leftovers.is_empty() {
        plan.carry_out(hold)?;
    }
    Ok(plan.report())
}

/// What is to be done with each tree, and with all.
#[derive(Default)]
struct WritePlan<'a> {
    files: Vec<PlannedFile<'a>>,
    /// By the index of their tree.
    leftovers: Vec<(usize, PathBuf)>,
    foreign: Vec<PathBuf>,
    unchanged: usize,
    trees: &'a [Tree],
}

struct PlannedFile<'a> {
    tree: usize,
    /// Below the tree's root.
    name: &'a str,
    stale: Stale,
    content: &'a [u8],
}

enum FileState {
    Same,
    Stale(Stale),
    Foreign,
}

impl<'a> WritePlan<'a> {
    fn of(trees: &'a [Tree]) -> Result<Self, WriteError> {
        let mut plan = Self {
            trees,
            ..Self::default()
        };
        for index in 0..trees.len() {
            plan.compare(index)?;
        }
        if plan.foreign.is_empty() {
            Ok(plan)
        } else {
            Err(WriteError::Foreign(plan.foreign))
        }
    }

    fn compare(&mut self, index: usize) -> Result<(), WriteError> {
        let tree = &self.trees[index];
        let found = tree
            .files
            .par_iter()
            .map(|(name, content)| {
                let path = tree.root.join(name);
                let found = at(&path, compare(&path, content, &tree.owner))?;
                Ok((name.as_str(), content.as_slice(), found))
            })
            .collect::<Result<Vec<_>, WriteError>>()?;
        for (name, content, found) in found {
            match found {
                FileState::Same => self.unchanged += 1,
                FileState::Stale(stale) => self.files.push(PlannedFile {
                    tree: index,
                    name,
                    stale,
                    content,
                }),
                FileState::Foreign => self.foreign.push(tree.root.join(name)),
            }
        }
        let leftovers = match &tree.owner {
            Owner::Mark { exclude } => leftovers(tree, exclude)?,
            Owner::List(owned) => {
                let gone = owned.iter().filter(|name| !tree.files.contains_key(*name));
                let paths = gone.map(PathBuf::from);
                paths
                    .filter(|name| tree.root.join(name).is_file())
                    .collect()
            }
        };
        let leftovers = leftovers.into_iter().map(|name| (index, name));
        self.leftovers.extend(leftovers);
        Ok(())
    }

    fn report(self) -> WriteReport {
        let root = |tree: usize| &self.trees[tree].root;
        let files = self.files.iter();
        let files = files.map(|file| (root(file.tree).join(file.name), file.stale));
        let leftovers = self.leftovers.iter();
        let leftovers = leftovers.map(|(tree, name)| (root(*tree).join(name), Stale::Leftover));
        let mut stale: Vec<_> = files.chain(leftovers).collect();
        stale.sort();
        WriteReport {
            stale,
            unchanged: self.unchanged,
        }
    }

    /// Stages everything, says so in the journal, and only then changes anything.
    fn carry_out(&self, hold: &Hold) -> Result<()> {
        self.try_folders()?;
        let roots = self.trees.iter().map(|tree| absolute(&tree.root));
        let roots = roots.collect::<Result<Vec<PathBuf>, WriteError>>()?;
        let mut journal = self.journal(hold, &roots);
        journal.save(&hold.work())?;
        let mut others = Vec::new();
        for root in roots.iter().filter(|root| !is_below(root, hold)) {
            others.push(recover::take(root, hold.command())?);
        }
        for tree in &journal.trees {
            let staged = hold.folder().join(&tree.staged);
            at(&staged, fs::create_dir_all(&staged))?;
        }
        let staged = self.files.par_iter().map(|file| {
            let staged = hold.folder().join(&journal.trees[file.tree].staged);
            let staged = stage(&staged.join(file.name), file.content);
            at(&self.trees[file.tree].root.join(file.name), staged)
        });
        // In order, so that of several faults the first is reported.
        let staged: Vec<Result<(), WriteError>> = staged.collect();
        if let Err(error) = staged.into_iter().collect::<Result<(), _>>() {
            drop(others);
            remove_made(hold, &journal);
            return Err(error.into());
        }
        journal.is_complete = true;
        let finished = journal
            .save(&hold.work())
            .and_then(|()| journal.finish(hold.folder()));
        if finished.is_err() {
            // What is staged is what the next run finishes.
            others.into_iter().for_each(Hold::abandon);
        }
        finished?;
        Ok(())
    }

    fn journal(&self, hold: &Hold, roots: &[PathBuf]) -> Journal {
        let relative = |path: &Path| journal::relative(hold.folder(), path);
        let mut made = Vec::new();
        let mut trees = Vec::new();
        for (index, root) in roots.iter().enumerate() {
            let home = if is_below(root, hold) {
                hold.work()
            } else {
                made.extend(missing(root).iter().map(|folder| relative(folder)));
                root.join(FOLDER)
            };
            let leftovers = self.leftovers.iter().filter(|(tree, _)| *tree == index);
            trees.push(StagedTree {
                root: relative(root),
                staged: relative(&home.join(format!("staged-{index}"))),
                only_marked: matches!(self.trees[index].owner, Owner::Mark { .. }),
                remove: leftovers.map(|(_, name)| name.clone()).collect(),
            });
        }
        Journal {
            command: hold.command().to_owned(),
            is_complete: false,
            made,
            trees,
        }
    }

    /// Whether every folder that gets or loses a file takes a new one: a read-only folder shows
    /// before anything has changed.
    fn try_folders(&self) -> Result<(), WriteError> {
        let files = self.files.iter();
        let files = files.map(|file| self.trees[file.tree].root.join(file.name));
        let leftovers = self.leftovers.iter();
        let leftovers = leftovers.map(|(tree, name)| self.trees[*tree].root.join(name));
        let folders: BTreeSet<PathBuf> = files
            .chain(leftovers)
            .filter_map(|path| path.parent().map(existing).map(Path::to_owned))
            .collect();
        folders
            .iter()
            .try_for_each(|folder| at(folder, tempfile::tempfile_in(folder).map(drop)))
    }
}

/// Takes away folders that were made for a run that failed.
fn remove_made(hold: &Hold, journal: &Journal) {
    for folder in journal.made.iter().rev() {
        // What cannot be removed is an empty folder, and the first error is the news.
        let _ = fs::remove_dir(hold.folder().join(folder));
    }
}

fn absolute(path: &Path) -> Result<PathBuf, WriteError> {
    at(path, crate::workspace::resolved(path))
}

fn is_below(root: &Path, hold: &Hold) -> bool {
    root.starts_with(hold.folder())
}

/// The folder, or the nearest above it that exists.
fn existing(folder: &Path) -> &Path {
    let mut above = folder.ancestors();
    let found = above.find(|folder| folder.as_os_str().is_empty() || folder.exists());
    match found {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Folders that have to be made for this one, outermost first.
fn missing(folder: &Path) -> Vec<&Path> {
    let missing = folder.ancestors().take_while(|folder| !folder.exists());
    let mut missing: Vec<&Path> = missing.collect();
    missing.reverse();
    missing
}

fn stage(path: &Path, content: &[u8]) -> io::Result<()> {
    fs::create_dir_all(path.parent().expect("a path below a root has a parent"))?;
    fs::write(path, content)
}

/// Marked files below the tree's root that the tree does not name.
fn leftovers(tree: &Tree, exclude: &[PathBuf]) -> Result<Vec<PathBuf>, WriteError> {
    let mut others = Vec::new();
    let walk = Walk { tree, exclude };
    at(&tree.root, walk.files(&tree.root, "", &mut others))?;
    let mut leftovers = Vec::new();
    for name in others {
        let path = tree.root.join(&name);
        if at(&path, has_mark(&path))? {
            leftovers.push(PathBuf::from(name));
        }
    }
    Ok(leftovers)
}

fn compare(path: &Path, content: &[u8], owner: &Owner) -> io::Result<FileState> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(FileState::Stale(Stale::Missing));
        }
        Err(error) => return Err(error),
    };
    if !metadata.is_file() {
        return Ok(FileState::Foreign);
    }
    if usize::try_from(metadata.len()) == Ok(content.len()) && fs::read(path)? == content {
        return Ok(FileState::Same);
    }
    let is_ours = matches!(owner, Owner::List(_)) || has_mark(path)?;
    Ok(if is_ours {
        FileState::Stale(Stale::Changed)
    } else {
        FileState::Foreign
    })
}

/// Looks for files that an earlier run may have left.
struct Walk<'a> {
    tree: &'a Tree,
    exclude: &'a [PathBuf],
}

impl Walk<'_> {
    /// Regular files below the folder that the tree does not name. Other packages, repositories,
    /// hidden folders and cargo's `target` are not entered: they hold copies of marked files.
    fn files(&self, folder: &Path, below: &str, files: &mut Vec<String>) -> io::Result<()> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            // A name that is not Unicode is none of ours.
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let path = format!("{below}{name}");
            if kind.is_dir() {
                if !self.is_foreign_folder(&entry.path(), &name) {
                    self.files(&entry.path(), &format!("{path}/"), files)?;
                }
            } else if kind.is_file() && !self.tree.files.contains_key(&path) {
                files.push(path);
            }
        }
        Ok(())
    }

    fn is_foreign_folder(&self, folder: &Path, name: &str) -> bool {
        name == "target"
            || name.starts_with('.')
            || folder.join("Cargo.toml").exists()
            || folder.join(".git").exists()
            || self.exclude.iter().any(|other| is_same(other, folder))
    }
}

fn is_same(left: &Path, right: &Path) -> bool {
    left == right
        || matches!((left.canonicalize(), right.canonicalize()), (Ok(left), Ok(right)) if left == right)
}

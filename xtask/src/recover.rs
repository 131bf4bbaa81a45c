//! Takes the lock of a folder, and finishes or removes what an earlier run left there.

use crate::hold::{self, Hold, remove_all};
use crate::journal::{self, FOLDER, Journal};
use crate::output::count;
use crate::workspace;
use anyhow::{Context as _, Result, bail};
use api_diff::escape;
use std::fs;
use std::io;
use std::path::Path;

/// Takes the lock of a folder, which is created if it is missing, and finishes or removes what an
/// earlier run left there.
///
/// # Errors
/// Another run holds the lock, or the disk refuses.
pub fn take(folder: &Path, command: &str) -> Result<Hold> {
    let hold = Hold::lock(folder, command)?;
    recover(&hold)?;
    hold::clear(&hold.work()).with_context(|| workspace::shown(&hold.work()))?;
    hold.introduce()
        .with_context(|| workspace::shown(&hold.work()))?;
    Ok(hold)
}

/// Finishes or removes what an earlier run left in a folder. Does nothing if nothing is left, or if
/// another run is working that has not begun to write.
///
/// # Errors
/// Another run is writing there, or the disk refuses.
pub fn heal(folder: &Path, command: &str) -> Result<()> {
    let work = folder.join(FOLDER);
    if !work.exists() {
        return Ok(());
    }
    let folder = workspace::resolved(folder).context("the current folder is gone")?;
    if hold::try_lock(&work)
        .with_context(|| workspace::shown(&work))?
        .is_none()
    {
        if journal::is_writing(&work) {
            bail!("{}", hold::held(&folder));
        }
        return Ok(());
    }
    // The lock of the line above is given back by now; a run that took it meanwhile is reported.
    take(&folder, command).map(drop)
}

/// Finishes what an earlier run staged completely, and removes what it had only begun to stage.
///
/// # Errors
/// The disk refuses, another run holds one of the folders, or a file of somebody else stands in
/// the way by now.
fn recover(hold: &Hold) -> Result<()> {
    let Some(journal) = journal::read(&hold.work())? else {
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
        if let Err(error) = complete(&journal, hold) {
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

/// Finishes the work of a run that was stopped, and reports it.
fn complete(journal: &Journal, hold: &Hold) -> Result<()> {
    let base = hold.folder();
    for tree in &journal.trees {
        if let Some(path) = tree.foreign(base)?.first() {
            bail!(
                "{}: a stopped `{}` was about to write here, but the file is not its own; move the file away",
                workspace::shown(path),
                escape::value(&journal.command)
            );
        }
        if !base.join(&tree.staged).exists() {
            crate::output::note(&format!(
                "warning: {}: an earlier `{}` was stopped while it was writing there, and another run has written there since; `cargo xtask regen --check` shows what differs",
                workspace::shown(&base.join(&tree.root)),
                escape::value(&journal.command)
            ));
        }
    }
    let done = journal.finish(base)?;
    crate::output::note(&format!(
        "note: an earlier `{}` was stopped while it was writing; {} finished now",
        escape::value(&journal.command),
        count(done, "file")
    ));
    Ok(())
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
            remove_all(&entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hold::LOCK;

    #[test]
    fn a_lock_is_taken_once_and_leaves_nothing() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let hold = take(dir.path(), "regen").expect("nobody holds it");
        // `flock` and `LockFileEx` hold against other handles of the same process, too.
        let error = take(dir.path(), "pull").expect_err("it is held");
        let text = error.to_string();
        let pid = format!("`regen`, process {}, for ", std::process::id());
        assert!(text.contains(&pid), "{text}");
        assert!(
            heal(dir.path(), "lint").is_ok(),
            "it has not begun to write"
        );
        drop(hold);
        assert_eq!(fs::read_dir(dir.path()).expect("it is there").count(), 0);
        take(dir.path(), "pull").expect("it is free again");
    }

    #[test]
    fn what_a_killed_run_left_is_cleared() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let work = dir.path().join(FOLDER);
        fs::create_dir_all(work.join("clone/objects")).expect("a temporary folder");
        for file in [LOCK, "holder.json", "clone/objects/pack", ".gitignore"] {
            fs::write(work.join(file), "{").expect("a temporary folder");
        }
        heal(dir.path(), "lint").expect("nobody holds the lock");
        assert!(!work.exists());
    }
}

//! Only one run at a time writes to a folder. It holds the lock in `<folder>/.xtask`, where its unfinished
//! work is too (clones, staged files, the journal). `.xtask` is removed when the run ends.
//!
//! The lock is the operating system's (`flock`, `LockFileEx`), so it is free once its process has ended.
//! `std::fs::File::lock` needs Rust 1.89, hence fs4. The holder is named in a file of its own, because
//! on Windows a locked file cannot be read.

use crate::journal::{self, FOLDER};
use crate::workspace;
use anyhow::{Context as _, Result, bail};
use api_diff::escape;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The locked file.
pub const LOCK: &str = "lock";
const HOLDER: &str = "holder.json";

/// How often the lock is tried again if a run that ended removed its folder meanwhile.
const TRIES: usize = 100;

/// The lock of a folder; dropping it removes `.xtask`.
#[derive(Debug)]
pub struct Hold {
    folder: PathBuf,
    command: String,
    /// Open as long as the lock is held.
    lock: Option<File>,
}

/// Who holds a lock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Holder {
    pid: u32,
    command: String,
    /// Seconds since 1970.
    since: u64,
}

impl Hold {
    /// Takes only the lock; the rest of `.xtask` stays. [`take`](crate::recover::take) is the usual way.
    ///
    /// # Errors
    /// Another run holds the lock, or the disk refuses.
    pub fn lock(folder: &Path, command: &str) -> Result<Self> {
        let folder = workspace::resolved(folder).context("the current folder is gone")?;
        let work = folder.join(FOLDER);
        let lock = try_lock(&work).with_context(|| workspace::shown(&work))?;
        let Some(lock) = lock else {
            bail!("{}", held(&folder));
        };
        Ok(Self {
            folder,
            command: command.to_owned(),
            lock: Some(lock),
        })
    }

    /// The folder that is held: absolute, without links.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The command that holds it.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// Where the run keeps what it has not finished.
    pub fn work(&self) -> PathBuf {
        self.folder.join(FOLDER)
    }

    /// Releases the lock and leaves `.xtask` to the next run.
    pub fn abandon(mut self) {
        self.lock = None;
    }

    /// Says who holds the lock, and keeps git from adding the folder.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn introduce(&self) -> io::Result<()> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let holder = Holder {
            pid: std::process::id(),
            command: self.command.clone(),
            since: since.map_or(0, |since| since.as_secs()),
        };
        let text = serde_json::to_string(&holder).expect("it is plain data");
        fs::write(self.work().join(HOLDER), text)?;
        fs::write(self.work().join(".gitignore"), "*\n")
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let work = self.work();
        if self.lock.is_none() {
            return;
        }
        // A journal that is complete is what the next run finishes. What else cannot be removed, the
        // next run removes.
        if journal::is_writing(&work) || clear(&work).is_err() {
            return;
        }
        let _ = fs::remove_file(work.join(LOCK));
        let _ = fs::remove_dir(&work);
        drop(self.lock.take());
        // Windows keeps a removed file until it is closed.
        let _ = fs::remove_dir(&work);
    }
}

/// The locked file, or nothing where another process has locked it.
///
/// # Errors
/// The disk refuses.
pub fn try_lock(work: &Path) -> io::Result<Option<File>> {
    let path = work.join(LOCK);
    let mut failed = None;
    for _ in 0..TRIES {
        fs::create_dir_all(work)?;
        let opened = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path);
        let file = match opened {
            Ok(file) => file,
            // Another run has just ended and taken the folder away.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                failed = Some(error);
                continue;
            }
            Err(error) => return Err(error),
        };
        match fs4::FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(fs4::TryLockError::WouldBlock) => return Ok(None),
            Err(fs4::TryLockError::Error(error)) => return Err(error),
        }
        // The file may have been removed, and made anew by another run, since it was opened.
        let ours = same_file::Handle::from_file(file.try_clone()?)?;
        match same_file::Handle::from_path(&path) {
            Ok(there) if there == ours => return Ok(Some(file)),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => failed = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(failed
        .unwrap_or_else(|| io::Error::other("the lock was replaced by another run each time")))
}

/// The message that another run holds a folder.
pub fn held(folder: &Path) -> String {
    let text = fs::read_to_string(folder.join(FOLDER).join(HOLDER)).unwrap_or_default();
    let shown = workspace::shown(folder);
    match serde_json::from_str::<Holder>(&text) {
        Ok(holder) => {
            let started = UNIX_EPOCH + Duration::from_secs(holder.since);
            let seconds = started.elapsed().map_or(0, |age| age.as_secs());
            format!(
                "{shown}: another run is working there: `{}`, process {}, for {seconds} s; try again when it has ended",
                escape::value(&holder.command),
                holder.pid
            )
        }
        Err(_) => format!("{shown}: another run is working there; try again when it has ended"),
    }
}

/// Removes everything in `.xtask` but the lock.
///
/// # Errors
/// The disk refuses.
pub fn clear(work: &Path) -> io::Result<()> {
    for entry in fs::read_dir(work)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name == LOCK) {
            continue;
        }
        remove_all(&path)?;
    }
    Ok(())
}

/// Removes a file or a folder. A git that a killed `pull` had started may still make files in it for a
/// moment, so a folder that is not empty is tried again.
///
/// # Errors
/// The disk refuses.
pub fn remove_all(path: &Path) -> io::Result<()> {
    for _ in 0..TRIES {
        let is_folder = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata.is_dir(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let removed = if is_folder {
            fs::remove_dir_all(path)
        } else {
            fs::remove_file(path)
        };
        match removed {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(
        io::ErrorKind::DirectoryNotEmpty,
        "another process keeps making files there",
    ))
}

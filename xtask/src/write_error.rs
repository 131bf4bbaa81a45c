//! Why files could not be written.

use crate::mark::MARK;
use std::io;
use std::path::{Path, PathBuf};

/// Why nothing was written, or why writing stopped.
#[derive(Debug)]
pub enum WriteError {
    /// Files without the mark stand where ours belong.
    Foreign(Vec<PathBuf>),
    /// The disk did not do what was asked.
    Io(PathBuf, io::Error),
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Foreign(paths) => {
                write!(
                    f,
                    "nothing was written: a file that no earlier run wrote stands in the way (its \
                     first line does not hold `{MARK}`); move it away or delete it:"
                )?;
                paths
                    .iter()
                    .try_for_each(|path| write!(f, "\n  {}", crate::workspace::shown(path)))
            }
            Self::Io(path, error) => write!(f, "{}: {error}", crate::workspace::shown(path)),
        }
    }
}

impl std::error::Error for WriteError {}

/// Says where the disk refused.
pub fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, WriteError> {
    result.map_err(|error| WriteError::Io(path.to_owned(), error))
}

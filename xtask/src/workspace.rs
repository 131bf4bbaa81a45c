//! Where this workspace stands, and how a path is shown.
//!
//! `cargo xtask` may be called from any folder of the workspace; cargo then tells where the package
//! is. A binary that is called directly takes the current folder.

use api_diff::escape;
use std::path::{Path, PathBuf};

/// The folder of the workspace's `Cargo.toml`.
pub fn root() -> PathBuf {
    match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(package) => Path::new(&package)
            .parent()
            .map_or_else(PathBuf::new, Path::to_owned),
        None => PathBuf::new(),
    }
}

/// The folder that was asked for, or the workspace's own of that name.
pub fn folder(asked: Option<&Path>, default: &str) -> PathBuf {
    asked.map_or_else(|| root().join(default), Path::to_owned)
}

/// A path as people want to see it: relative to the current folder where it is below it, with `/` on every
/// system, and in one line.
pub fn shown(path: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    let short = path.strip_prefix(&current).unwrap_or(path);
    let short = if short.as_os_str().is_empty() {
        Path::new(".")
    } else {
        short
    };
    escape::value(&short.display().to_string().replace('\\', "/")).into_owned()
}

/// A path without links, `.` and `..`, for comparing; what does not exist yet is kept as it is.
///
/// # Errors
/// The current folder is gone.
pub fn resolved(path: &Path) -> std::io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let there = path
        .ancestors()
        .find_map(|ancestor| Some((ancestor, ancestor.canonicalize().ok()?)));
    Ok(match there {
        Some((ancestor, real)) => match path.strip_prefix(ancestor) {
            Ok(rest) if rest.as_os_str().is_empty() => real,
            Ok(rest) => real.join(rest),
            Err(_) => path,
        },
        None => path,
    })
}

//! Updates `Cargo.lock` after the client crate was created or its manifest changed.
//!
//! The client is a member of this workspace. Without the update, the next cargo command would change the
//! lock file, after the user has already looked at `git status`.

use crate::workspace;
use anyhow::{Context as _, Result, bail};
use spec::CrateConfig;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Lets cargo update the workspace's `Cargo.lock`, without the network. Not by `cargo metadata`, which
/// needs the packages of every platform.
///
/// # Errors
/// Cargo cannot be run, or cannot resolve the workspace.
pub fn refresh() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["update", "--workspace", "--offline", "--quiet"])
        .current_dir(root())
        .output()
        .context("cargo update")?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("cargo update --workspace --offline: {}", complaint.trim());
    }
    Ok(())
}

/// Whether the workspace's `Cargo.lock` has the client crate in its version.
pub fn holds(client: &CrateConfig) -> bool {
    let Ok(lock) = fs::read_to_string(root().join("Cargo.lock")) else {
        return false;
    };
    let entry = format!(
        "name = \"{}\"\nversion = \"{}\"\n",
        client.name, client.version
    );
    lock.replace("\r\n", "\n").contains(&entry)
}

fn root() -> PathBuf {
    let root = workspace::root();
    if root.as_os_str().is_empty() {
        Path::new(".").to_owned()
    } else {
        root
    }
}

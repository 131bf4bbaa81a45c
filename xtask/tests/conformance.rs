//! `cargo xtask conformance` where it cannot run: what it says, and that it ends with 2. The
//! programs it needs are replaced by way of the PATH; nothing is installed or sent.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Runs the command with that PATH; gives the exit code and what was said.
fn conformance(path: &OsStr, target: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("conformance")
        .args(args)
        .env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_TARGET_DIR", target)
        .env("PATH", path)
        .output()
        .expect("the binary is built with the test");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[test]
fn without_node() {
    let empty = TempDir::new().expect("a temporary folder");
    let (code, said) = conformance(empty.path().as_os_str(), empty.path(), &[]);
    assert_eq!(
        said,
        "error: node is not on the PATH; the vendor's SDK is called with node 18 or later and npm\n"
    );
    assert_eq!(code, Some(2));
}

#[test]
fn a_version_that_is_not_pinned() {
    let empty = TempDir::new().expect("a temporary folder");
    let args = ["--sdk", "1.0.0"];
    let (code, said) = conformance(empty.path().as_os_str(), empty.path(), &args);
    let expected =
        "error: version 1.0.0 of the vendor's SDK is not pinned; 181.0.0 and 259.0.0 are, in ";
    assert!(said.starts_with(expected), "{said}");
    assert_eq!(code, Some(2));
}

#[cfg(unix)]
mod with_programs {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    /// A folder with `node` and `npm` as these scripts.
    fn programs(node: &str, npm: &str) -> TempDir {
        let dir = TempDir::new().expect("a temporary folder");
        for (name, script) in [("node", node), ("npm", npm)] {
            let path = dir.path().join(name);
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
        }
        dir
    }

    #[test]
    fn without_npm() {
        let dir = programs("exit 0", "exit 0");
        fs::remove_file(dir.path().join("npm")).expect("it was just made");
        let (code, said) = conformance(dir.path().as_os_str(), dir.path(), &[]);
        assert!(
            said.starts_with("error: npm is not on the PATH; "),
            "{said}"
        );
        assert_eq!(code, Some(2));
    }

    #[test]
    fn with_a_node_that_fails() {
        let dir = programs("exit 7", "exit 0");
        let (code, said) = conformance(dir.path().as_os_str(), dir.path(), &[]);
        assert!(
            said.starts_with("error: `node --version` ended with "),
            "{said}"
        );
        assert_eq!(code, Some(2));
    }

    #[test]
    fn with_packages_that_cannot_be_installed() {
        let npm = "test \"$1\" = --version || { echo no such host >&2; exit 1; }";
        let dir = programs("exit 0", npm);
        let (code, said) = conformance(dir.path().as_os_str(), dir.path(), &[]);
        assert_eq!(
            said,
            "installing the vendor's SDK with npm\nerror: npm cannot install the vendor's \
             SDK:\n  no such host\n"
        );
        assert_eq!(code, Some(2));
    }

    #[test]
    fn with_an_sdk_that_cannot_be_called() {
        let dir = programs("test \"$1\" = --version", "exit 0");
        let (code, said) = conformance(dir.path().as_os_str(), dir.path(), &[]);
        let expected =
            "error: the vendor's SDK could not be called: node ended with exit status: 1\n";
        assert!(said.ends_with(expected), "{said}");
        assert_eq!(code, Some(2));
        // Installed once; the next run goes on from there.
        let (_, said) = conformance(dir.path().as_os_str(), dir.path(), &[]);
        assert_eq!(said, expected);
    }

    #[test]
    fn installing_and_no_more() {
        let dir = programs("exit 0", "exit 0");
        let (code, said) = conformance(dir.path().as_os_str(), dir.path(), &["--install"]);
        assert_eq!(said, "installing the vendor's SDK with npm\n");
        assert_eq!(code, Some(0));
    }

    #[test]
    fn with_docs_that_have_errors() {
        let dir = programs("exit 0", "exit 0");
        let spec = TempDir::new().expect("a temporary folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the workspace");
        let client = root.join("spec/client.yaml");
        fs::create_dir(spec.path().join("docs")).expect("a folder");
        fs::write(spec.path().join("docs/A.md"), "no page\n").expect("a page");
        let args = [
            "--spec",
            spec.path().to_str().expect("a temporary path is Unicode"),
        ];
        let (code, said) = conformance(dir.path().as_os_str(), dir.path(), &args);
        assert!(
            said.ends_with("error: client.yaml is missing or cannot be read\n"),
            "{said}"
        );
        assert_eq!(code, Some(2));
        fs::copy(client, spec.path().join("client.yaml")).expect("a copy");
        let (code, said) = conformance(dir.path().as_os_str(), dir.path(), &args);
        assert_eq!(
            said,
            "error: the docs have errors, which `cargo xtask lint` shows\n"
        );
        assert_eq!(code, Some(2));
    }
}

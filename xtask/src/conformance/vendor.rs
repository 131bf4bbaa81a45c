//! The vendor's side: node, npm and the program under `xtask/conformance`. Touches `target` and
//! starts processes.
//!
//! The packages are installed below `target`, from the lock file that is checked in and at most
//! once per lock file. Scripts of packages are not run, and the program gets a home folder of its
//! own, because the SDK reads a configuration from there.

use super::compare::Record;
use crate::workspace::shown;
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };
const FILES: [&str; 3] = ["package.json", "package-lock.json", "conformance.js"];
/// Loopback is reached without one.
const PROXIES: [&str; 6] = [
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
];

/// The installed SDK.
#[derive(Debug)]
pub struct Vendor {
    dir: PathBuf,
    alias: String,
}

impl Vendor {
    /// Installs the pinned packages, if they are not.
    ///
    /// # Errors
    /// node or npm is missing, the version is not pinned, or the packages cannot be installed.
    pub fn install(sources: &Path, dir: &Path, version: &str) -> Result<Self> {
        let alias = alias(sources, version)?;
        found(Command::new("node").arg("--version"))?;
        found(Command::new(NPM).arg("--version"))?;
        fs::create_dir_all(dir).with_context(|| shown(dir))?;
        for name in FILES {
            let text = read(&sources.join(name))?;
            fs::write(dir.join(name), text).with_context(|| shown(&dir.join(name)))?;
        }
        let vendor = Self {
            dir: dir.to_owned(),
            alias,
        };
        vendor.install_packages()?;
        Ok(vendor)
    }

    fn install_packages(&self) -> Result<()> {
        let stamp = self.dir.join("installed");
        let wanted = read(&self.dir.join("package-lock.json"))?;
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(());
        }
        crate::output::note("installing the vendor's SDK with npm");
        let output = Command::new(NPM)
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(&self.dir)
            .output()
            .context(NPM)?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            bail!("npm cannot install the vendor's SDK:\n{}", why.trim_end());
        }
        fs::write(&stamp, wanted).with_context(|| shown(&stamp))
    }

    /// Calls the SDK with the cases, and goes on recording.
    ///
    /// # Errors
    /// The program ends early; it has said why.
    pub fn call(&self, cases: &str) -> Result<Recorder> {
        let cases_file = self.dir.join("cases.json");
        fs::write(&cases_file, cases).with_context(|| shown(&cases_file))?;
        let record = self.dir.join("record.json");
        let mut command = Command::new("node");
        command
            .args(["conformance.js", &self.alias, "cases.json", "record.json"])
            .current_dir(&self.dir)
            .env("HOME", &self.dir)
            .env("USERPROFILE", &self.dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        without_proxies(&mut command);
        let mut child = command.spawn().context("node")?;
        let stdin = child.stdin.take().expect("it was asked to be piped");
        let stdout = child.stdout.take().expect("it was asked to be piped");
        let stderr = child.stderr.take().expect("it was asked to be piped");
        std::thread::spawn(move || crate::output::relay(stderr));
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .context("node")?;
        let Ok(port) = line.trim().parse() else {
            let status = child.wait().context("node")?;
            bail!("the vendor's SDK could not be called: node ended with {status}");
        };
        Ok(Recorder {
            child,
            stdin,
            record,
            port,
        })
    }
}

/// The recording server, which runs until it is asked for what arrived.
#[derive(Debug)]
pub struct Recorder {
    child: Child,
    stdin: ChildStdin,
    record: PathBuf,
    port: u16,
}

impl Recorder {
    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ends the server and reads what arrived.
    ///
    /// # Errors
    /// The program failed, or wrote what cannot be read.
    pub fn finish(mut self) -> Result<Record> {
        drop(self.stdin);
        let status = self.child.wait().context("node")?;
        if !status.success() {
            bail!("the recording server failed: node ended with {status}");
        }
        let text = read(&self.record)?;
        serde_json::from_str(&text).with_context(|| shown(&self.record))
    }
}

/// What a call on loopback must not go through.
pub fn without_proxies(command: &mut Command) {
    for name in PROXIES {
        command.env_remove(name);
    }
}

/// The alias of a pinned version.
fn alias(sources: &Path, version: &str) -> Result<String> {
    let path = sources.join("package.json");
    let package: serde_json::Value =
        serde_json::from_str(&read(&path)?).with_context(|| shown(&path))?;
    let alias = format!("sdk-{version}");
    let pinned = package["dependencies"].as_object().into_iter().flatten();
    let names: Vec<&str> = pinned.map(|(name, _)| name.as_str()).collect();
    if names.contains(&alias.as_str()) {
        return Ok(alias);
    }
    let known: Vec<&str> = names
        .iter()
        .filter_map(|name| name.strip_prefix("sdk-"))
        .collect();
    bail!(
        "version {version} of the vendor's SDK is not pinned; {} are, in {}",
        known.join(" and "),
        shown(&path),
    )
}

fn found(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("`{name} --version` ended with {status}"),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "{name} is not on the PATH; the vendor's SDK is called with node 18 or later and npm"
        ),
        Err(error) => Err(error).context(name),
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| shown(path))
}

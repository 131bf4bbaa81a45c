//! The command line. One variant per command, whose arguments stand beside it; what a command does
//! is in the module of its name.

use crate::diff::args::{ChangelogArgs, DiffArgs, DiffDriverArgs, PublishArgs};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

/// Reads API docs, writes the API as YAML, and renders a Rust client from it.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 fine, 1 stale or findings, 2 cannot work (bad arguments, \
                          unreadable input, a file that cannot be written).";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read the docs, write the IR and the client crate.
    Regen(RegenArgs),
    /// Show problems of the docs, and how many of their lines were understood.
    Lint(LintArgs),
    /// Fetch the pages of a version of the docs from the sources in client.yaml, and pin them.
    Pull(PullArgs),
    /// Compare the requests of the client with those of the vendor's own SDK (needs node and npm).
    Conformance(ConformanceArgs),
    /// Show the changes between two versions of the API, which callers they break, and which version to publish.
    Diff(DiffArgs),
    /// Draft a section of CHANGELOG.md from what changed since the last release.
    Changelog(ChangelogArgs),
    /// Check that the client crate can be released, release it, and tag it.
    Publish(PublishArgs),
    /// Show the change of one file of the IR, as git's external diff driver.
    #[command(hide = true)]
    DiffDriver(DiffDriverArgs),
}

/// The folders that a command was asked to work on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Folders<'a> {
    /// `--spec`.
    pub spec: Option<&'a Path>,
    /// `--out`.
    pub out: Option<&'a Path>,
}

impl Command {
    /// The command's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Regen(_) => "regen",
            Self::Lint(_) => "lint",
            Self::Pull(_) => "pull",
            Self::Conformance(_) => "conformance",
            Self::Diff(_) => "diff",
            Self::Changelog(_) => "changelog",
            Self::Publish(_) => "publish",
            Self::DiffDriver(_) => "diff-driver",
        }
    }

    /// The folders that it was asked to work on.
    pub fn folders(&self) -> Folders<'_> {
        match self {
            Self::Regen(args) => Folders {
                spec: args.spec.as_deref(),
                out: args.out.as_deref(),
            },
            Self::Diff(DiffArgs { spec, .. })
            | Self::Changelog(ChangelogArgs { spec, .. })
            | Self::Publish(PublishArgs { spec, .. })
            | Self::Lint(LintArgs { spec, .. })
            | Self::Pull(PullArgs { spec, .. })
            | Self::Conformance(ConformanceArgs { spec, .. }) => Folders {
                spec: spec.as_deref(),
                out: None,
            },
            Self::DiffDriver(_) => Folders::default(),
        }
    }
}

/// `regen`.
#[derive(Debug, Args)]
pub struct RegenArgs {
    /// The spec folder: client.yaml, docs/, overlay.yaml, models.yaml. Default: `spec` of this
    /// workspace.
    #[arg(long, value_name = "DIR")]
    pub spec: Option<PathBuf>,
    /// Where the client crate goes. Default: `generated` of this workspace.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write nothing; list stale files, and exit with 1 if there are any.
    #[arg(long)]
    pub check: bool,
    /// Write the IR only, not the client crate.
    #[arg(long)]
    pub ir_only: bool,
    /// Pages were put into `docs` by hand: do not compare them with what was pulled.
    #[arg(long)]
    pub by_hand: bool,
}

/// `lint`.
#[derive(Debug, Args)]
pub struct LintArgs {
    /// The spec folder. Default: `spec` of this workspace.
    #[arg(long, value_name = "DIR")]
    pub spec: Option<PathBuf>,
    /// The format: for people, for programs, or for a workflow of GitHub.
    #[arg(long, value_enum, default_value_t = LintFormat::Text)]
    pub format: LintFormat,
    /// The git revision to compare with; findings that it already has are only counted. Default: the
    /// last commit.
    #[arg(long, value_name = "REVISION")]
    pub since: Option<String>,
    /// Show all findings, not only new ones and errors.
    #[arg(long)]
    pub all: bool,
    /// Pages were put into `docs` by hand: do not compare them with what was pulled.
    #[arg(long)]
    pub by_hand: bool,
}

/// `pull`.
#[derive(Debug, Args)]
pub struct PullArgs {
    /// The version of the docs, as in the first source's tags. Default: the newest for which every
    /// other source has a match.
    #[arg(long, value_name = "N", value_parser = version)]
    pub version: Option<String>,
    /// The spec folder. Default: `spec` of this workspace.
    #[arg(long, value_name = "DIR")]
    pub spec: Option<PathBuf>,
    /// If no version of a source is of the same state of the API, take the nearest by date. The pins
    /// record it and `lint` warns.
    #[arg(long)]
    pub accept_drift: bool,
    /// Keep pages that were put into `docs` by hand.
    #[arg(long)]
    pub by_hand: bool,
}

/// A version goes into the name of a tag.
fn version(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    if text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("a version is letters, digits and `.-_+`, such as `259.0.0`".to_owned())
    }
}

/// `conformance`.
#[derive(Debug, Args)]
pub struct ConformanceArgs {
    /// The spec folder. Default: `spec` of this workspace.
    #[arg(long, value_name = "DIR")]
    pub spec: Option<PathBuf>,
    /// The version of the vendor's SDK, one of those pinned in `xtask/conformance/package.json`.
    #[arg(long, value_name = "VERSION", default_value = "181.0.0")]
    pub sdk: String,
    /// Install the vendor's SDK and stop.
    #[arg(long)]
    pub install: bool,
}

/// How findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LintFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
    /// Workflow commands of GitHub Actions, one annotation a line.
    Github,
}

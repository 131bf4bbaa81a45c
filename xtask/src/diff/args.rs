//! The arguments of `diff`, `changelog`, `publish` and of git's external diff driver.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `diff`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct DiffArgs {
    /// Before: a git revision, a spec folder or an IR folder. Default: where the working tree left
    /// the main branch.
    pub old: Option<String>,
    /// After: the same. Default: the spec folder of the working tree.
    pub new: Option<String>,
    /// The spec folder that is meant when a revision is named. Default: `spec` of this workspace.
    #[arg(long, value_name = "DIR")]
    pub spec: Option<PathBuf>,
    /// How to show the changes.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub format: DiffFormat,
    /// What makes the exit code 1. Changes that accepted.yaml approves do not.
    #[arg(long, value_enum, default_value_t = FailOn::Never)]
    pub fail_on: FailOn,
    /// Show only changes of this kind.
    #[arg(long, value_enum)]
    pub only: Option<Only>,
    /// Show only changes of the operations and topics that a file lists (one a line: a name, method and
    /// path, or a topic's template) or that the `.rs` files of a folder call.
    #[arg(long, value_name = "FILE")]
    pub operations: Option<PathBuf>,
    /// Text: also show changes of prose only and of order only.
    #[arg(long)]
    pub all: bool,
    /// Text: colours.
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
    /// Markdown: what stands before a path in a link; `{revision}` in it is the commit.
    #[arg(long, value_name = "URL")]
    pub links: Option<String>,
    /// Markdown: the commit that the working tree stands for in links. Default: HEAD.
    #[arg(long, value_name = "SHA")]
    pub head: Option<String>,
    /// Text and Markdown: the fingerprint of each change, for accepted.yaml.
    #[arg(long)]
    pub fingerprints: bool,
    /// Print entries for renamed.yaml instead, one for each renamed operation that has none.
    #[arg(long)]
    pub draft_renamed: bool,
    /// Print entries for accepted.yaml instead, one for each change shown that breaks something (with
    /// `--fail-on`: that it would fail on) and is not approved yet.
    #[arg(long, requires = "because", conflicts_with = "draft_renamed")]
    pub draft_accepted: bool,
    /// With --draft-accepted: why these changes are acceptable.
    #[arg(long, value_name = "TEXT", requires = "draft_accepted", value_parser = reason)]
    pub because: Option<String>,
}

/// A reason says something.
fn reason(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        Err("say why the changes are acceptable".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

/// How changes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people at a terminal.
    Text,
    /// For a comment on a pull request.
    Markdown,
    /// For other tools; `xtask/diff/schema/diff.schema.json` describes it.
    Json,
    /// One file for a browser.
    Html,
    /// Annotations of GitHub Actions.
    Github,
}

/// What makes `diff` end with 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A change that breaks calls or code.
    Breaking,
    /// A change of who may call.
    Permissions,
    /// Any change.
    Any,
    /// Nothing.
    Never,
}

/// What `diff` is narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Only {
    /// Changes of who may call.
    Permissions,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// `diff-driver`: what git gives an external diff driver, `gitattributes(5)`.
#[derive(Debug, Args)]
pub struct DiffDriverArgs {
    /// The path in the repository.
    pub path: String,
    /// Before.
    pub old_file: PathBuf,
    /// Before: the blob.
    pub old_hex: String,
    /// Before: the mode.
    pub old_mode: String,
    /// After.
    pub new_file: PathBuf,
    /// After: the blob.
    pub new_hex: String,
    /// After: the mode.
    pub new_mode: String,
    /// After a rename: the new path, and how alike the two are.
    pub rename: Vec<String>,
    /// Colours.
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
}

/// `changelog`.
#[derive(Debug, Args)]
pub struct ChangelogArgs {
    /// The earlier version: a git revision, a spec folder or an IR folder. Default: the last release's tag.
    pub old: Option<String>,
    /// The spec folder. Default: `spec` of this workspace.
    #[arg(long, value_name = "DIR")]
    pub spec: Option<PathBuf>,
}

/// `publish`.
#[derive(Debug, Args)]
pub struct PublishArgs {
    /// Check and package, but publish nothing and tag nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Do not compare the public items with the last release by cargo-semver-checks.
    #[arg(long)]
    pub without_semver_checks: bool,
    /// The spec folder. Default: `spec` of this workspace.
    #[arg(long, value_name = "DIR")]
    pub spec: Option<PathBuf>,
    /// The client crate. Default: `generated` of this workspace.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

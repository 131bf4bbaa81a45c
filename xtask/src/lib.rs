//! Acts: arguments, disk, exit codes. The only room that touches the disk.
//!
//! A library with a thin `main`, so that tests and benchmarks call what the commands call. Each
//! command is one module with one `run`, which returns how it went or why it cannot work.

pub mod build;
mod changelog;
pub mod cli;
mod conformance;
pub mod diff;
pub mod extract;
mod fetch;
pub mod folder;
mod lint;
mod lock;
mod output;
pub mod pins;
mod publish;
mod pull;
mod regen;
pub mod report;
pub mod workspace;
pub mod write;

use cli::{Cli, Command};
use std::process::ExitCode;

/// How a command ended, when it could work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to complain about.
    Fine,
    /// Something is stale, or wrong with the docs; it has been shown.
    Findings,
}

/// Runs one command and shows why it could not work, if it could not.
pub fn run(cli: &Cli) -> ExitCode {
    let outcome = match &cli.command {
        Command::Regen(args) => regen::run(args),
        Command::Lint(args) => lint::run(args),
        Command::Pull(args) => pull::run(args),
        Command::Conformance(args) => conformance::run(args),
        Command::Diff(args) => diff::command::run(args),
        Command::Changelog(args) => changelog::run(args),
        Command::Publish(args) => publish::run(args),
        Command::DiffDriver(args) => diff::command::run_driver(args),
    };
    match outcome {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

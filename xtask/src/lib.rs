//! The commands: arguments, disk, exit codes. The only crate that uses the disk.
//!
//! A library with a thin `main`, so that tests and benchmarks call the same functions. Each command is one
//! module with one `run`, which returns its outcome, or an error if it cannot work.

mod baseline;
pub mod build;
mod changelog;
pub mod cli;
mod conformance;
pub mod diff;
pub mod extract;
mod fetch;
mod file_name;
pub mod folder;
pub mod git;
pub mod hold;
mod journal;
mod lint;
mod lock;
pub mod mark;
pub mod outcome;
mod output;
mod pair;
pub mod pins;
mod publish;
mod pull;
pub mod recover;
mod regen;
mod renamed;
pub mod report;
mod versions;
pub mod workspace;
pub mod write;
pub mod write_error;

use anyhow::{Context as _, Result};
use cli::{Cli, Command};
use outcome::Outcome;
use std::process::ExitCode;

/// Runs one command and shows its error, if it could not work.
pub fn run(cli: &Cli) -> ExitCode {
    let outcome = heal(&cli.command).and_then(|()| act(&cli.command));
    match outcome {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            output::note(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

/// Shows what is wrong with the arguments, or the help that they ask for.
pub fn refuse(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        error.exit(); // help and version are words of ours
    }
    output::note(&error.render().to_string());
    ExitCode::from(2)
}

/// Finishes the work of an earlier run that was stopped: no command works on half of a change.
fn heal(command: &Command) -> Result<()> {
    let folders = command.folders();
    let spec = workspace::folder(folders.spec, "spec");
    let out = workspace::folder(folders.out, "generated");
    recover::heal(&spec, command.name())?;
    for folder in [&spec, &out] {
        recover::sweep(folder).with_context(|| workspace::shown(folder))?;
    }
    Ok(())
}

fn act(command: &Command) -> Result<Outcome> {
    match command {
        Command::Regen(args) => regen::run(args),
        Command::Lint(args) => lint::run(args),
        Command::Pull(args) => pull::run(args),
        Command::Conformance(args) => conformance::run(args),
        Command::Diff(args) => diff::command::run(args),
        Command::Changelog(args) => changelog::run(args),
        Command::Publish(args) => publish::run(args),
        Command::DiffDriver(args) => diff::command::run_driver(args),
    }
}

//! `cargo xtask`: passes the arguments to the library, and its outcome to the operating system.

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    match xtask::cli::Cli::try_parse() {
        Ok(cli) => xtask::run(&cli),
        Err(error) => xtask::refuse(&error),
    }
}

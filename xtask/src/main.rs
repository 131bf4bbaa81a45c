//! `cargo xtask`: hands the arguments to the library and its answer to the operating system.

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    // clap leaves with 2 on bad arguments, which is what "cannot work" is here too.
    xtask::run(&xtask::cli::Cli::parse())
}

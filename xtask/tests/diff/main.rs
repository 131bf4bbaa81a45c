//! The diff: what it finds, what it says, and how it is shown.

mod browser;
mod cases;
mod command;
mod compare;
mod compiler;
mod formats;
mod noise;
mod publish;
mod spec_folder;

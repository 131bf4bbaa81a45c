//! The diff: what it finds, what it says, and how it is shown.

mod browser;
#[path = "../../diff/tests/diff/cases.rs"]
#[allow(dead_code, reason = "the crate's own tests use the rest")]
mod cases;
mod command;
mod publish;
mod spec_folder;
mod typed_docs;
mod updates;
mod workflow;

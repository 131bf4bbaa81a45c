//! `diff`: arguments, git, files. What a change is and means is decided in the crate `api-diff`.

pub mod args;
pub mod command;
pub mod lines;
pub mod source;

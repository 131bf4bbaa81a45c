//! Reads: Markdown SDK docs in, IR out. No disk, no Rust code.
//!
//! `&str -> RawPage -> Api`: [`page::read`] is syntax, one page at a time; [`resolve::resolve`] is
//! meaning, and alone sees the whole API.

pub mod diagnostic;
pub mod raw;
pub mod source;

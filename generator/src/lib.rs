//! Reads: Markdown SDK docs in, IR out. No disk, no Rust code.
//!
//! `&str -> RawPage -> Api`: [`page::read`] is syntax, one page at a time; [`resolve::resolve`] is
//! meaning, and alone sees the whole API.

mod blocks;
pub mod diagnostic;
pub mod model_page;
mod notes;
pub mod page;
mod piece;
pub mod raw;
mod reader;
pub mod resolve;
pub mod source;
mod type_words;

//! The readers of pages: what they read from good pages, their findings for bad ones, and that no
//! page makes them panic.

mod corpus;
mod deletions;
mod describe;
mod edges;
mod fixtures;
mod mutations;
mod seed;
mod seeds;

use generator::source::SourceFile;

/// A page of that name.
fn source(path: &str, text: impl Into<String>) -> SourceFile {
    SourceFile {
        path: path.to_owned(),
        text: text.into(),
    }
}

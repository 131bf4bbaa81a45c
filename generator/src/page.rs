//! Reads a page of operations: syntax only, one page at a time.
//!
//! Text -> blocks (`blocks`) -> parts (`outline`) -> raw operations (`lower`, with `compare` for
//! facts that a page states twice). Pages of all versions of the docs have the same parts in
//! different forms; no rule names a page or a version.

mod compare;
mod draft;
mod example;
pub(crate) mod line;
mod lower;
mod outline;
mod path_template;
mod prose;
pub(crate) mod table;

use crate::blocks::{self, Block};
use crate::diagnostic::Diagnostic;
use crate::page_language;
use crate::raw::RawPage;
use crate::reader::Reader;
use crate::source::{LineCount, SourceFile};

/// Reads a page; `None` if not even its name could be read.
pub fn read(source: &SourceFile) -> (Option<RawPage>, LineCount, Vec<Diagnostic>) {
    read_blocks(source, &blocks::read(&source.text))
}

pub(crate) fn read_blocks(
    source: &SourceFile,
    blocks: &[Block],
) -> (Option<RawPage>, LineCount, Vec<Diagnostic>) {
    let mut reader = Reader::new(source, page_language::of_operations(source, blocks));
    let draft = outline::read(&mut reader, blocks);
    let page = lower::lower(&mut reader, draft);
    let (lines, diagnostics) = reader.finish();
    (page, lines, diagnostics)
}

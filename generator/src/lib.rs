//! Reads: Markdown SDK docs in, IR out. No disk, no Rust code.
//!
//! `&str -> RawPage -> Api`: [`page::read`] is syntax, one page at a time; [`resolve::resolve`] is
//! meaning, and alone sees the whole API. [`extract`] is both, for a whole spec folder.

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

use diagnostic::Diagnostic;
use rayon::prelude::*;
use source::{LineCount, SourceFile};
use spec::Api;
use std::collections::BTreeSet;

/// What the docs of a spec folder say.
#[derive(Clone, Debug)]
pub struct Extracted {
    /// What could be read, to be written only if no diagnostic is an error.
    pub api: Api,
    /// Lines of all pages, and those that a construct accounts for.
    pub lines: LineCount,
    /// The versions that the pages' footers name; one where the docs are of one piece.
    pub docs_versions: BTreeSet<String>,
    /// Sorted by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the pages of operations (`docs/*.md`) and of models (`docs/models/*.md`), and resolves
/// them with what is written by hand. The order of the pages does not matter.
pub fn extract(
    pages: &[SourceFile],
    model_pages: &[SourceFile],
    handmade: &resolve::Handmade<'_>,
) -> Extracted {
    let (pages, models): (Vec<_>, Vec<_>) = rayon::join(
        || pages.par_iter().map(page::read).collect(),
        || model_pages.par_iter().map(model_page::read).collect(),
    );
    let mut read = Read::default();
    let pages: Vec<_> = pages
        .into_iter()
        .filter_map(|page| read.take(page))
        .collect();
    let models: Vec<_> = models
        .into_iter()
        .filter_map(|page| read.take(page))
        .collect();
    let versions = pages.iter().map(|page| &page.version);
    let docs_versions = versions
        .chain(models.iter().map(|model| &model.version))
        .flatten()
        .map(|version| version.value.clone())
        .collect();
    let (api, resolved) = resolve::resolve(pages, models, handmade);
    let mut diagnostics = read.diagnostics;
    diagnostics.extend(resolved);
    diagnostics.sort_by(|a, b| place_of(a).cmp(&place_of(b)));
    Extracted {
        api,
        lines: read.lines,
        docs_versions,
        diagnostics,
    }
}

/// What all readers give beside their pages.
#[derive(Default)]
struct Read {
    lines: LineCount,
    diagnostics: Vec<Diagnostic>,
}

impl Read {
    fn take<T>(
        &mut self,
        (page, lines, found): (Option<T>, LineCount, Vec<Diagnostic>),
    ) -> Option<T> {
        self.lines += lines;
        self.diagnostics.extend(found);
        page
    }
}

/// The message parts findings of one place, so that the order is the same on every run.
fn place_of(found: &Diagnostic) -> (&str, usize, usize, &str, &str) {
    let range = &found.span.range;
    let (name, message) = (found.code.name(), found.message.as_str());
    (&found.span.file, range.start, range.end, name, message)
}

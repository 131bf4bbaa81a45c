//! Reads Markdown SDK docs and returns the IR. It reads no files and writes no Rust.
//!
//! `&str -> RawPage -> Api`: [`page::read`] handles syntax, one page at a time;
//! [`resolve::resolve`] handles meaning, and only it sees the whole API. [`extract`] is both, for a
//! whole spec folder.

mod blocks;
pub mod diagnostic;
pub mod form;
pub mod language;
pub mod model_page;
mod notes;
pub mod page;
mod page_language;
pub mod raw;
mod reader;
pub mod resolve;
pub mod source;
mod source_text;
pub mod topics;
mod type_words;

use diagnostic::{Code, Diagnostic, Span};
use form::ReadPage;
use raw::{RawModel, RawPage, RawTopic};
use rayon::prelude::*;
use source::{LineCount, SourceFile};
use spec::Api;
use std::collections::BTreeSet;

/// What the docs of a spec folder say.
#[derive(Clone, Debug)]
pub struct Extracted {
    /// What could be read; to be written only if no diagnostic is an error.
    pub api: Api,
    /// Lines of all pages, and those that a construct accounts for.
    pub lines: LineCount,
    /// The versions in the footers of the primary pages; exactly one if all pages are of one
    /// version.
    pub docs_versions: BTreeSet<String>,
    /// Sorted by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the primary pages (`docs/*.md`), those of a typed SDK of the same API (`docs/typed/*.md`) and
/// the topics (`docs/notifications.json`, where it is there), and resolves them with what is written by
/// hand. In both folders a page is of operations or of a model by its form; the order of the pages does
/// not matter.
pub fn extract(
    primary: &[SourceFile],
    typed: &[SourceFile],
    topics: Option<&SourceFile>,
    handmade: &resolve::Handmade<'_>,
) -> Extracted {
    let mut read = Read::default();
    let pages = read.all(primary);
    let mut docs_versions = std::mem::take(&mut read.versions);
    let typed_pages = read.all(typed);
    if primary.is_empty() {
        docs_versions = std::mem::take(&mut read.versions);
    }
    let models = std::mem::take(&mut read.models);
    let topics = topics.map(|file| read.topics(file)).unwrap_or_default();
    let (api, resolved) = resolve::resolve(pages, typed_pages, models, topics, handmade);
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

/// Reads a page, unless it has an unresolved merge conflict: a finding for each of its lines would
/// hide the cause.
fn read_whole(file: &SourceFile) -> (Option<ReadPage>, LineCount, Vec<Diagnostic>) {
    let Some(range) = spec::text::conflict_marker(&file.text) else {
        return form::read(file);
    };
    let found = Diagnostic {
        code: Code::ConflictMarker,
        message: "unresolved merge conflict".to_owned(),
        span: Span {
            file: file.path.clone(),
            range,
        },
        related: Vec::new(),
    };
    (None, LineCount::default(), vec![found])
}

/// The results of all readers besides pages.
#[derive(Default)]
struct Read {
    lines: LineCount,
    diagnostics: Vec<Diagnostic>,
    /// Of all pages of operations and models.
    versions: BTreeSet<String>,
    models: Vec<RawModel>,
}

impl Read {
    /// Reads pages; returns those of operations, and keeps models here.
    fn all(&mut self, sources: &[SourceFile]) -> Vec<RawPage> {
        let pages: Vec<_> = sources.par_iter().map(read_whole).collect();
        let mut operations = Vec::new();
        for (page, lines, found) in pages {
            self.lines += lines;
            self.diagnostics.extend(found);
            let version = match page {
                Some(ReadPage::Operations(page)) => {
                    let version = page.version.clone();
                    operations.push(page);
                    version
                }
                Some(ReadPage::Model(model)) => {
                    let version = model.version.clone();
                    self.models.push(model);
                    version
                }
                None => None,
            };
            self.versions.extend(version.map(|version| version.value));
        }
        operations
    }

    fn topics(&mut self, source: &SourceFile) -> Vec<RawTopic> {
        let (topics, lines, found) = topics::read(source);
        self.lines += lines;
        self.diagnostics.extend(found);
        topics.unwrap_or_default()
    }
}

/// The message orders findings of one place, so that the order is the same on every run.
fn place_of(found: &Diagnostic) -> (&str, usize, usize, &str, &str) {
    let range = &found.span.range;
    let (name, message) = (found.code.name(), found.message.as_str());
    (&found.span.file, range.start, range.end, name, message)
}

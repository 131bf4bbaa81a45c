//! A page whose facts are settled, and where they stand in its text, for the checks that follow. Pure.

use crate::diagnostic::Span;
use spec::{Page, Scalar};
use std::ops::Range;

/// A page whose facts are settled, with positions for later checks.
pub(super) struct SettledPage {
    pub(super) page: Page,
    pub(super) file: String,
    /// Position of the page's name.
    pub(super) name: Range<usize>,
    /// One entry per operation of the page.
    pub(super) places: Vec<OperationPlaces>,
}

impl SettledPage {
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        Span::new(&self.file, range)
    }
}

/// Positions of the facts of an operation in its page.
pub(super) struct OperationPlaces {
    pub(super) id: Range<usize>,
    pub(super) path: Range<usize>,
    /// Names of the parameters, one entry per parameter.
    pub(super) parameters: Vec<Range<usize>>,
}

/// Formats values for a message.
pub(super) fn shown(values: &[Scalar]) -> String {
    let words: Vec<String> = values.iter().map(Scalar::to_string).collect();
    words.join(", ")
}

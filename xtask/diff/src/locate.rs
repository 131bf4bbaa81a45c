//! The lines of a change in the docs' page and in the IR, for links and annotations. `xtask`, which reads
//! files, implements the search.

use crate::change::Change;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLine {
    /// As the file is called from outside.
    pub path: String,
    /// From 1.
    pub number: usize,
    /// The commit, where the file is in one.
    pub commit: Option<String>,
}

/// Both lines of a change; either may be unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeLines {
    /// In the docs.
    pub page: Option<FileLine>,
    /// In the IR.
    pub ir: Option<FileLine>,
}

/// Finds the lines of changes.
pub trait Locate {
    /// The lines of a change: on the new side, or, where it is not there any more, on the old one.
    fn find(&mut self, change: &Change) -> ChangeLines;

    /// The line on the new side that is nearest to a change, for an annotation: for what is gone, the
    /// first line of its page.
    fn annotate(&mut self, change: &Change) -> Option<FileLine>;
}

//! What is wrong with the docs, where, and what to do about it.
//!
//! Bad docs are not exceptional: every stage returns what it could read together with its
//! diagnostics, so that one run shows every fault. Rendering them is `xtask`'s.

use std::ops::Range;

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule found it.
    pub code: Code,
    /// What is wrong, in one sentence without a full stop, naming the thing.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Where else: the other side of a contradiction, with a word on what stands there.
    pub related: Vec<(Span, String)>,
    /// What to do, where the code's own help is not enough.
    pub help: Option<String>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The file, relative to the spec folder, with `/` between folders.
    pub file: String,
    /// Bytes of the file's text.
    pub range: Range<usize>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something to know; the docs are read as they are meant.
    Note,
    /// The docs contradict themselves; what is read is one of the readings.
    Warning,
    /// Something would be lost or invented; nothing is written.
    Error,
}

/// A rule. Its name in output is its kebab-case name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A file whose bytes are no UTF-8.
    NotText,
    /// A YAML file that is no YAML, or not of its shape.
    InvalidYaml,
    /// A line that belongs to no construct.
    UnreadLine,
}

impl Code {
    /// As shown, and as searched for.
    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// How bad it is.
    pub fn severity(self) -> Severity {
        self.facts().1
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        self.facts().2
    }

    /// Name, severity and help of every code, in one place.
    fn facts(self) -> (&'static str, Severity, &'static str) {
        use Severity::Error;
        match self {
            Self::NotText => (
                "not-text",
                Error,
                "replace the file by one that is text, or take it out of the folder",
            ),
            Self::InvalidYaml => (
                "invalid-yaml",
                Error,
                "write it as the type of that file in `spec/src` says",
            ),
            Self::UnreadLine => (
                "unread-line",
                Error,
                "teach the page reader this form; a line that is skipped could be an operation",
            ),
        }
    }
}

//! Why a YAML text cannot be used, and where.

use std::fmt;
use std::ops::Range;

/// Why a YAML text cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// What is wrong, without its place.
    pub message: String,
    /// Where, in bytes of the text.
    pub range: Range<usize>,
}

impl YamlError {
    pub(super) fn new(message: impl Into<String>, range: Range<usize>) -> Self {
        let message = message.into();
        Self { message, range }
    }
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for YamlError {}

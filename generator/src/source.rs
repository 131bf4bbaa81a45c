//! The input of the reader: a file's text and its name. Only `xtask` reads files.

use std::ops::AddAssign;

/// A file of a spec folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Relative to the spec folder, with `/` between folders: `docs/UsersApi.md`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl SourceFile {
    /// The file's name without folders and extension: `UsersApi`.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.strip_suffix(".md").unwrap_or(name)
    }
}

/// How many of the non-blank lines belong to a recognised construct.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineCount {
    /// Non-blank lines.
    pub total: usize,
    /// Those that a construct accounts for.
    pub accounted: usize,
}

impl AddAssign for LineCount {
    fn add_assign(&mut self, other: Self) {
        self.total += other.total;
        self.accounted += other.accounted;
    }
}

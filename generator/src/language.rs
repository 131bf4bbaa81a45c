//! A language that the vendor has docs for: whether its names are those on the wire depends on it,
//! and what a word of its tables means.

/// A language that the vendor has docs for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Pages of operations, whose types are vague.
    JavaScript,
    /// Pages of operations and of models, with the names on the wire.
    Java,
    /// Pages of operations and of models, with names in snake case.
    Python,
}

impl Language {
    /// Whether names are documented as they are on the wire. Python's are in snake case, which
    /// loses capitals.
    pub fn has_wire_names(self) -> bool {
        self != Self::Python
    }

    /// The word for it after the opening of a code fence.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::JavaScript => "javascript",
            Self::Java => "java",
            Self::Python => "python",
        }
    }

    /// The language that a fence names.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::JavaScript, Self::Java, Self::Python]
            .into_iter()
            .find(|language| language.word() == word)
    }
}

//! How a command ended.

/// How a command ended, when it could work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Fine.
    Fine,
    /// Something is stale, or the docs have errors; it was shown.
    Findings,
}

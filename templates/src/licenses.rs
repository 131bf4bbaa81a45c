//! The texts of the client's licences. Pure: the texts are included when this crate is compiled.

use crate::plan::Plan;
use crate::print::{self, RenderedFile};

/// By their identifiers of SPDX; a client of another licence brings its text itself.
const TEXTS: [(&str, &str, &str); 2] = [
    (
        "Apache-2.0",
        "LICENSE-APACHE",
        include_str!("../../LICENSE-APACHE"),
    ),
    ("MIT", "LICENSE-MIT", include_str!("../../LICENSE-MIT")),
];

/// Renders those that the client's expression names.
pub fn render(plan: &Plan<'_>) -> impl Iterator<Item = RenderedFile> {
    let expression = &plan.input.client.krate.license;
    let words: Vec<&str> = expression
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '/'))
        .collect();
    let named = TEXTS.iter().filter(move |(id, ..)| words.contains(id));
    named.map(|(_, file, text)| print::text(file, "", file, &format!("\n{text}")))
}

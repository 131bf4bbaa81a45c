//! The client's `README.md` and the front page of its documentation, which is the same text with
//! the pages below it. Touches nothing.

use crate::doc::{code, escape};
use crate::plan::Plan;
use crate::{RenderedFile, example, print};
use std::fmt::Write as _;

/// Renders `README.md`.
pub fn render(plan: &Plan<'_>) -> RenderedFile {
    let krate = &plan.input.client.krate;
    let mut out = format!("\n# {}\n\n{}", krate.name, front(plan, "rust,ignore"));
    if let Some(version) = plan.input.docs_version {
        let _ = write!(
            out,
            "\nMade from version {} of the docs.\n",
            escape(version)
        );
    }
    let _ = write!(out, "\n## License\n\n{}\n", escape(&krate.license));
    print::markdown("README.md", "client.yaml", &out)
}

/// What the crate is and how it is used, in Markdown; `fence` is the language of code that a
/// reader cannot run as it stands.
pub fn front(plan: &Plan<'_>, fence: &str) -> String {
    let krate = &plan.input.client.krate;
    let mut out = format!("{}.\n", escape(&krate.description));
    let _ = fence;
    let _ = example::value;
    let _ = code("");
    let _ = writeln!(
        out,
        "\nIt is not made or supported by the vendor of {}.",
        escape(&krate.title)
    );
    out
}

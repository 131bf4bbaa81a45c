//! Whether a page describes operations or one model is decided by its form: both kinds are in one
//! folder, as in the vendor's repository.

use crate::blocks::{self, Block, BlockKind};
use crate::diagnostic::Diagnostic;
use crate::model_page::PROPERTIES;
use crate::raw::{RawModel, RawPage};
use crate::source::{LineCount, SourceFile};
use crate::source_text::SourceText;
use crate::{model_page, page};

/// What a page was read as.
#[derive(Clone, Debug, PartialEq)]
pub enum ReadPage {
    /// Operations.
    Operations(RawPage),
    /// A model.
    Model(RawModel),
}

/// Reads a page of either kind; `None` if not even its name could be read.
pub fn read(source: &SourceFile) -> (Option<ReadPage>, LineCount, Vec<Diagnostic>) {
    let blocks = blocks::read(&source.text);
    if is_model(source, &blocks) {
        let (model, lines, found) = model_page::read_blocks(source, &blocks);
        (model.map(ReadPage::Model), lines, found)
    } else {
        let (page, lines, found) = page::read_blocks(source, &blocks);
        (page.map(ReadPage::Operations), lines, found)
    }
}

/// The first sign decides: what paths are relative to, a table of operations or an example, or the
/// heading of a model's fields. A page without any is faulty either way; then its name decides the
/// kind of its findings.
fn is_model(source: &SourceFile, blocks: &[Block]) -> bool {
    let sign = |block: &Block| {
        let text = SourceText::new(&source.text, &block.range).trim().text;
        match &block.kind {
            BlockKind::Heading(2) => {
                let heading = text.trim_start_matches('#').trim();
                (heading == PROPERTIES || heading.starts_with("Enum:")).then_some(true)
            }
            BlockKind::Paragraph => text
                .starts_with("All URIs are relative to")
                .then_some(false),
            BlockKind::Table(_) => {
                let first = text.trim_start_matches(['|', ' ']);
                first.starts_with("Method").then_some(false)
            }
            BlockKind::Fence => Some(false),
            _ => None,
        }
    };
    let by_name = || source.path.starts_with("docs/typed/") && !source.stem().ends_with("Api");
    blocks.iter().find_map(sign).unwrap_or_else(by_name)
}

#[cfg(test)]
mod tests {
    use super::{blocks, is_model};
    use crate::source::SourceFile;

    #[test]
    fn what_a_page_describes_is_seen_from_its_form() {
        for (path, text, model) in [
            ("docs/Thing.md", "# Thing\n\n## Properties\n", true),
            ("docs/Thing.md", "# Thing\n\n## Enum: StateEnum\n", true),
            (
                "docs/typed/Thing.md",
                "# Thing\n\nAll URIs are relative to *https://h*\n",
                false,
            ),
            (
                "docs/typed/Thing.md",
                "# Thing\n\n| Method | Description |\n| --- | --- |\n",
                false,
            ),
            (
                "docs/typed/Thing.md",
                "# Thing\n\n```java\na();\n```\n\n## Properties\n",
                false,
            ),
            (
                "docs/typed/Thing.md",
                "# Thing\n\n> quoted\n\n| Name | Type |\n| --- | --- |\n",
                true,
            ),
            // Nothing but its name tells.
            ("docs/typed/Thing.md", "# Thing\n", true),
            ("docs/typed/ThingApi.md", "# ThingApi\n", false),
            ("docs/Thing.md", "# Thing\n", false),
        ] {
            let source = SourceFile {
                path: path.to_owned(),
                text: text.to_owned(),
            };
            assert_eq!(
                is_model(&source, &blocks::read(text)),
                model,
                "{path}: {text}"
            );
        }
    }
}

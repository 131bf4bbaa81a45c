//! Which language's docs a page is from. Pure.
//!
//! It is inferred from the page's form, not configured. Any construct is accepted on a page of any
//! language.

use crate::blocks::{Block, BlockKind};
use crate::language::Language;
use crate::source::SourceFile;
use crate::source_text::SourceText;
use crate::type_words;

/// The language of a page of operations: that of its first example, else that of its headings and
/// its footer.
pub(crate) fn of_operations(source: &SourceFile, blocks: &[Block]) -> Language {
    let pieces = || {
        let piece = |block: &Block| SourceText::new(&source.text, &block.range).trim();
        blocks.iter().map(move |block| (&block.kind, piece(block)))
    };
    let mut fences = pieces().filter(|(kind, _)| matches!(kind, BlockKind::Fence));
    let of_example = fences.find_map(|(_, fence)| Language::from_word(fence_word(fence).text));
    let headed = || {
        let mut headings = pieces().filter(|(kind, _)| matches!(kind, BlockKind::Heading(_)));
        headings.find_map(|(_, heading)| {
            if heading.text.contains("platformClient.") {
                Some(Language::JavaScript)
            } else {
                heading.text.ends_with("Api").then_some(())?;
                heading.text.contains('.').then_some(Language::Python)
            }
        })
    };
    of_example
        .or_else(headed)
        .or_else(|| footer(source))
        .unwrap_or(Language::JavaScript)
}

/// The language word of a fence's first line: `java` or `{"language":"java", …}`.
pub(crate) fn fence_word(fence: SourceText<'_>) -> SourceText<'_> {
    let info = fence.split_once("\n").map_or(fence, |(info, _)| info);
    let marks = if info.text.starts_with('~') {
        "~~~"
    } else {
        "```"
    };
    let info = info.strip_prefix(marks).unwrap_or(info).trim();
    let quoted = || {
        let (_, rest) = info.split_once("\"language\":\"")?;
        Some(rest.split_once("\"")?.0)
    };
    quoted().unwrap_or(info)
}

/// The language of a page of a model: that of its types, else that of its footer, else by the
/// markup around its types: `[**X**](X)` in Java, `**[X](X)**` or `[X](X)` in Python. Pages with
/// `.html` links have no footer; there Java has comments around the type and Python has none.
pub(crate) fn of_model(source: &SourceFile, types: &[SourceText<'_>]) -> Language {
    let mut found = None;
    for ty in types {
        match type_words::language_of(&bare_type(*ty).plain()) {
            Some(Language::Python) => return Language::Python,
            Some(language) => found = Some(language),
            None => {}
        }
    }
    let dressed = || {
        let is_java = |ty: &SourceText<'_>| {
            ty.text.contains("<!--") || (ty.text.contains("[**") && !ty.text.contains(".html)"))
        };
        types.iter().any(is_java).then_some(Language::Java)
    };
    found
        .or_else(|| footer(source))
        .or_else(dressed)
        .unwrap_or(Language::Python)
}

/// A type without stars, link and the comments `<!---->` that some Java docs have around it.
pub(crate) fn bare_type(piece: SourceText<'_>) -> SourceText<'_> {
    let piece = piece.uncommented().unstarred();
    piece.link().map_or(piece, |(label, _)| label).unstarred()
}

/// Java's footer has Maven coordinates (`group:artifact:version`), Python's a space before the
/// version, JavaScript's an `@`.
fn footer(source: &SourceFile) -> Option<Language> {
    let last = source.text.trim_end().rsplit('\n').next()?;
    let inner = last.strip_prefix('_')?.strip_suffix('_')?;
    Some(if inner.matches(':').count() == 2 {
        Language::Java
    } else if inner.contains('@') {
        Language::JavaScript
    } else {
        inner.contains(' ').then_some(Language::Python)?
    })
}

#[cfg(test)]
mod tests {
    use super::of_model;
    use crate::language::Language;
    use crate::source::SourceFile;
    use crate::source_text::SourceText;

    #[test]
    fn a_model_page_is_of_the_language_of_its_types_then_of_its_footer_and_links() {
        for (ty, end, language) in [
            ("list[str]", "", Language::Python),
            ("List<User>", "_sdk@1.0.0_", Language::Java),
            ("User", "_a:b:1.0.0_", Language::Java),
            ("User", "_sdk@1.0.0_", Language::JavaScript),
            ("User", "_sdk 1.0.0_", Language::Python),
            ("<!--[User](User.html)-->User", "", Language::Java),
            ("[**User**](User.md)", "", Language::Java),
            ("[**User**](User.html)", "", Language::Python),
            ("User", "", Language::Python),
            ("User", "_sdk_", Language::Python),
        ] {
            let source = SourceFile {
                path: "docs/typed/Thing.md".to_owned(),
                text: format!("# Thing\n\n{end}\n"),
            };
            let found = of_model(&source, &[SourceText::new(ty, &(0..ty.len()))]);
            assert_eq!(found, language, "{ty} {end}");
        }
    }
}

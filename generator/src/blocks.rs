//! Markdown to blocks, in one pass over pulldown-cmark's events; no other module uses that crate.
//!
//! Only the outline is taken from the events: the kind and range of each block, its rows and items.
//! [`crate::source_text`] says why inline events are not used.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};
use std::ops::Range;

/// A block at the top level of a page.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) kind: BlockKind,
    pub(crate) range: Range<usize>,
}

/// What kind of block.
#[derive(Debug)]
pub(crate) enum BlockKind {
    /// YAML between two lines `---` at the start.
    FrontMatter,
    /// `# x`: its level.
    Heading(u8),
    /// Lines of prose.
    Paragraph,
    /// A code block between fences.
    Fence,
    /// A code block that is indented.
    Indented,
    /// The rows of a table, the header first.
    Table(Vec<Range<usize>>),
    /// The items of a list.
    List(Vec<Range<usize>>),
    /// `> x`.
    Quote,
    /// A block of HTML.
    Html,
    /// Anything else.
    Other,
}

/// The blocks of a page.
pub(crate) fn read(text: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    // A byte order mark would hide front matter from the parser.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let base = text.len() - body.len();
    let mut blocks: Vec<Block> = Vec::new();
    let mut depth = 0_usize;
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        let range = range.start + base..range.end + base;
        match event {
            Event::Start(tag) => {
                match (depth, tag) {
                    (0, tag) => blocks.push(Block {
                        kind: kind(&tag),
                        range,
                    }),
                    (1, Tag::TableHead | Tag::TableRow | Tag::Item) => {
                        if let Some(Block {
                            kind: BlockKind::Table(parts) | BlockKind::List(parts),
                            ..
                        }) = blocks.last_mut()
                        {
                            parts.push(range);
                        }
                    }
                    _ => {}
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ if depth == 0 => blocks.push(Block {
                kind: BlockKind::Other,
                range,
            }),
            _ => {}
        }
    }
    blocks
}

fn kind(tag: &Tag<'_>) -> BlockKind {
    match tag {
        Tag::MetadataBlock(_) => BlockKind::FrontMatter,
        Tag::Heading { level, .. } => BlockKind::Heading(*level as u8),
        Tag::Paragraph => BlockKind::Paragraph,
        Tag::CodeBlock(CodeBlockKind::Fenced(_)) => BlockKind::Fence,
        Tag::CodeBlock(CodeBlockKind::Indented) => BlockKind::Indented,
        Tag::Table(_) => BlockKind::Table(Vec::new()),
        Tag::List(_) => BlockKind::List(Vec::new()),
        Tag::BlockQuote(_) => BlockKind::Quote,
        Tag::HtmlBlock => BlockKind::Html,
        _ => BlockKind::Other,
    }
}

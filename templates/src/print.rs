//! Tokens to text, with the mark that every file of the client carries. Touches nothing.

use crate::RenderedFile;
use crate::doc::LINE_END;
use proc_macro2::TokenStream;

/// A Rust file of `tokens`, formatted.
pub fn rust(path: &str, source: &str, tokens: TokenStream) -> RenderedFile {
    let file = syn::parse2(tokens).expect("templates render items, whatever the names and texts");
    let text = prettyplease::unparse(&file);
    let mut out = mark("//", source);
    out.reserve(text.len() + text.len() / 4);
    lay_out(&mut out, &text);
    RenderedFile {
        path: path.to_owned(),
        text: out,
    }
}

/// Gives each line of a doc its own line, and separates items by blank lines, which prettyplease
/// does not know.
fn lay_out(out: &mut String, text: &str) {
    let mut last = "";
    for line in text.lines() {
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        if begins_item(last, code, indent) {
            out.push('\n');
        }
        if let Some(comment @ ("///" | "//!")) = code.get(..3) {
            for doc in code[3..].split(LINE_END) {
                for part in [indent, comment, doc, "\n"] {
                    out.push_str(part);
                }
            }
        } else {
            out.push_str(line);
            out.push('\n');
        }
        last = line;
    }
}

fn is_use(code: &str) -> bool {
    code.starts_with("use ") || code.starts_with("pub use ")
}

/// What begins an item.
const ITEMS: [&str; 8] = [
    "///", "#[", "pub", "impl ", "static ", "fn ", "use ", "mod ",
];

/// Whether a line begins an item after another one that ended, or after the module's docs.
fn begins_item(last: &str, code: &str, indent: &str) -> bool {
    let Some(end) = last.strip_prefix(indent) else {
        return false;
    };
    let ended = match end.as_bytes() {
        [b'}'] | [b'}', b';'] => true,
        [b'/', b'/', b'!', ..] => !code.starts_with("//!"),
        [.., b';'] => !(is_use(end) && is_use(code)),
        _ => false,
    };
    ended && ITEMS.iter().any(|start| code.starts_with(start))
}

/// A file whose text is ready, `comment` being what begins a comment in it.
pub fn text(path: &str, comment: &str, source: &str, text: &str) -> RenderedFile {
    RenderedFile {
        path: path.to_owned(),
        text: mark(comment, source) + text,
    }
}

/// A Markdown file, whose comments are HTML's.
pub fn markdown(path: &str, source: &str, text: &str) -> RenderedFile {
    let mark = mark("<!--", source);
    RenderedFile {
        path: path.to_owned(),
        text: format!("{} -->\n{text}", mark.trim_end()),
    }
}

fn mark(comment: &str, source: &str) -> String {
    let mark = spec::yaml::GENERATED_MARK;
    format!("{comment} {mark} by 'cargo xtask regen' from {source}. Do not edit.\n")
}

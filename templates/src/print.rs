//! Tokens to text, with the mark that every file of the client carries. Touches nothing.

use crate::RenderedFile;
use proc_macro2::TokenStream;

/// A Rust file of `tokens`, formatted.
pub fn rust(path: &str, source: &str, tokens: TokenStream) -> RenderedFile {
    let file = syn::parse2(tokens).expect("templates render items, whatever the names and texts");
    let text = prettyplease::unparse(&file);
    RenderedFile {
        path: path.to_owned(),
        text: format!("{}{text}", mark("//", source)),
    }
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

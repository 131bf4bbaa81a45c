//! Tokens to text, with the mark in the first line of every file of the client. Pure.

use crate::doc::LINE_END;
use proc_macro2::TokenStream;
use quote::quote;
use std::fmt::Write as _;

/// A file of the client crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedFile {
    /// Below the crate's folder, with `/`.
    pub path: String,
    /// Its whole text; the first line carries the mark.
    pub text: String,
}

/// A Rust file of `tokens`, formatted.
pub fn rust(path: &str, source: &str, tokens: TokenStream) -> RenderedFile {
    let mut file = RustFile::new(path, source);
    file.items(tokens);
    file.finish()
}

/// A Rust file that is formatted item by item: the syntax tree of a whole page would be slow and large.
pub struct RustFile {
    path: String,
    text: String,
    /// The line that was printed last, which decides whether a blank one follows.
    last: String,
}

impl RustFile {
    pub fn new(path: &str, source: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: mark("//", source),
            last: String::new(),
        }
    }

    /// Appends items.
    pub fn items(&mut self, tokens: TokenStream) {
        for line in format(tokens).lines() {
            self.line(line);
        }
    }

    /// Appends an `impl` of what `head` says, such as `impl Stations`, member by member.
    pub fn implementation(
        &mut self,
        head: &TokenStream,
        members: impl Iterator<Item = TokenStream>,
    ) {
        let mut end = String::new();
        for member in members {
            let text = format(quote!(#head { #member }));
            let mut lines = text.lines();
            let (first, last) = (lines.next(), lines.next_back());
            if end.is_empty() {
                self.line(first.unwrap_or_default());
                last.unwrap_or_default().clone_into(&mut end);
            }
            lines.for_each(|line| self.line(line));
        }
        if end.is_empty() {
            self.items(quote!(#head {}));
        } else {
            self.line(&end);
        }
    }

    /// Gives each line of a doc its own line, and separates items by blank lines, which prettyplease
    /// does not know.
    fn line(&mut self, line: &str) {
        let out = &mut self.text;
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        if begins_item(&self.last, code, indent) {
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
        line.clone_into(&mut self.last);
    }

    pub fn finish(self) -> RenderedFile {
        RenderedFile {
            path: self.path,
            text: self.text,
        }
    }
}

fn format(tokens: TokenStream) -> String {
    let file = syn::parse2(tokens).expect("templates render items, whatever the names and texts");
    prettyplease::unparse(&file)
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
    let line = format!("{comment} {mark} by 'cargo xtask regen' from {source}. Do not edit.\n");
    line.trim_start().to_owned()
}

/// A basic string of TOML 1.0.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::{begins_item, quoted};

    #[test]
    fn a_blank_line_separates_items_and_nothing_else() {
        for (last, indent, code, is_separate) in [
            ("}", "", "pub fn a() {}", true),
            ("    }", "    ", "fn a() {}", true),
            ("};", "", "impl A {", true),
            ("//! The module.", "", "use a;", true),
            ("//! The module.", "", "//! More.", false),
            ("use a;", "", "use b;", false),
            ("use a;", "", "pub use b;", false),
            ("pub use a;", "", "use b;", false),
            ("use a;", "", "pub struct A;", true),
            ("mod a;", "", "use b;", true),
            ("mod a;", "", "mod b;", true),
            ("}", "", "}", false),
            ("a();", "", "b();", false),
            ("        a();", "    ", "}", false),
            ("struct A {", "    ", "pub a: A,", false),
            ("#[doc(hidden)]", "", "pub fn a() {}", false),
            ("", "", "pub fn a() {}", false),
        ] {
            assert_eq!(
                begins_item(last, code, indent),
                is_separate,
                "{last:?} {code:?}"
            );
        }
    }

    /// TOML 1.0 allows no control character in a basic string, DEL and those above it included.
    #[test]
    fn toml_strings_hold_no_control_character() {
        assert_eq!(
            quoted("a\u{0}\t\n\u{7f}\u{85}\\\"b"),
            r#""a\u0000\u0009\u000a\u007f\u0085\\\"b""#
        );
    }
}

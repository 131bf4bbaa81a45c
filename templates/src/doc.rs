//! Text of the docs as rustdoc. Nothing in it becomes markup or code. Pure.
//!
//! The pages have stray brackets, pipes, URLs and HTML. rustdoc would read them as links, tables and
//! tags, and warn or hide them; it would even compile a line that begins with four spaces. So Markdown's
//! punctuation is escaped, and URLs become links. No text can end the comment: each line is one
//! attribute, printed as one `///` line, and control characters are removed.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

/// The lines of an item's documentation. Text of the docs must go through [`escape`] or [`code`].
#[derive(Clone, Default)]
pub struct Doc {
    lines: Vec<String>,
}

impl Doc {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a paragraph of Markdown written by us; line breaks stay.
    pub fn markdown(&mut self, text: &str) -> &mut Self {
        self.separate();
        self.lines.extend(text.lines().map(str::to_owned));
        self
    }

    /// Adds a line directly below the last one.
    pub fn line(&mut self, text: impl Into<String>) -> &mut Self {
        self.lines.push(text.into());
        self
    }

    /// Adds paragraphs of the docs.
    pub fn prose(&mut self, text: &str) -> &mut Self {
        for paragraph in text.split("\n\n") {
            let escaped = escape(paragraph);
            if !escaped.is_empty() {
                self.separate();
                self.lines.push(escaped);
            }
        }
        self
    }

    fn separate(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
    }

    /// As an attribute of the module around.
    pub fn inner(&self) -> TokenStream {
        let text = self.literal();
        quote!(#![doc = #text])
    }

    /// All lines in one literal, which [`crate::print`] splits again. An attribute for each line
    /// would make most of all tokens and take most of the time. It is a raw string, because escaping
    /// and unescaping each character is slow too.
    fn literal(&self) -> Literal {
        let mut text = String::from("r#\"");
        for (index, line) in self.lines.iter().enumerate() {
            if index > 0 {
                text.push(LINE_END);
            }
            if !line.is_empty() {
                text.push(' ');
                text.push_str(line);
            }
        }
        // Nothing but a quote with as many hashes ends a raw string.
        let mut hashes = String::from("#");
        while text[3..].contains(&format!("\"{hashes}")) {
            hashes.push('#');
        }
        text.replace_range(1..2, &hashes);
        text.push('"');
        text.push_str(&hashes);
        text.parse()
            .expect("a raw string without control characters")
    }
}

impl ToTokens for Doc {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if self.lines.is_empty() {
            return;
        }
        let text = self.literal();
        tokens.extend(quote!(#[doc = #text]));
    }
}

/// Ends a line within a doc attribute; prettyplease would make a block comment of a line feed. No
/// text of the docs holds it after [`escape`] and [`code`].
pub const LINE_END: char = '\u{23ce}';

/// One line of Markdown that shows `text`.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.chars().all(is_invisible) {
            continue;
        }
        let at_start = out.is_empty();
        if !at_start {
            out.push(' ');
        }
        push_word(&mut out, word, at_start);
    }
    out
}

/// Text as a code span; characters that it cannot have are left out.
pub fn code(text: &str) -> String {
    let shown: String = text.chars().filter(|&c| !is_invisible(c)).collect();
    let shown = shown.replace('`', "'");
    if shown.trim().is_empty() {
        return "(empty)".to_owned();
    }
    format!("`{shown}`")
}

fn push_word(out: &mut String, word: &str, at_start: bool) {
    let url = ["https://", "http://"]
        .iter()
        .filter_map(|scheme| word.find(scheme))
        .min();
    let Some(start) = url else {
        push_escaped(out, word, at_start);
        return;
    };
    let is_url = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    let length = word[start..]
        .find(|c| !is_url(c))
        .unwrap_or(word.len() - start);
    let url = word[start..start + length]
        .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
    let host = url.find("//").map_or("", |at| &url[at + 2..]);
    push_escaped(out, &word[..start], at_start);
    if host.is_empty() {
        // No link: a scheme alone.
        push_escaped(out, url, false);
    } else {
        out.push('<');
        out.push_str(url);
        out.push('>');
    }
    push_word_rest(out, &word[start + url.len()..]);
}

fn push_word_rest(out: &mut String, rest: &str) {
    if !rest.is_empty() {
        push_word(out, rest, false);
    }
}

fn push_escaped(out: &mut String, word: &str, at_start: bool) {
    if at_start && begins_block(word) {
        // Before the first punctuation: after a number that is its dot.
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        out.push_str(&word[..digits]);
        out.push('\\');
        let mut rest = word[digits..].chars();
        out.extend(rest.next());
        push_inline(out, rest.as_str());
        return;
    }
    push_inline(out, word);
}

fn push_inline(out: &mut String, word: &str) {
    for (index, character) in word.char_indices() {
        match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '^' => {
                out.push('\\');
                out.push(character);
            }
            // Within a word an underscore is no emphasis.
            '_' if is_inner(word, index) => out.push('_'),
            '_' => out.push_str("\\_"),
            invisible if is_invisible(invisible) => {}
            other => out.push(other),
        }
    }
}

fn is_inner(word: &str, index: usize) -> bool {
    let before = word[..index].chars().next_back();
    let after = word[index + 1..].chars().next();
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    is_word(before) && is_word(after)
}

/// Where a line begins a list, a heading or a rule.
fn begins_block(word: &str) -> bool {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = rest.len() < word.len() && rest.starts_with(['.', ')']);
    numbered || (rest.len() == word.len() && word.starts_with(['#', '+', '-', '=']))
}

/// Invisible characters, and those that change the direction of text: rustc refuses the latter in
/// comments.
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || character == LINE_END
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{Doc, code, escape};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(escape(text), expected);
    }

    #[test]
    fn what_markdown_would_read_is_escaped() {
        check("a [b](c) <i>|</i>", r"a \[b\](c) \<i\>\|\</i\>");
        check("*a* `b` ~~c~~ d_e _f_", r"\*a\* \`b\` \~\~c\~\~ d_e \_f\_");
        check("R&amp;D \\n", r"R\&amp;D \\n");
        check("# heading", r"\# heading");
        check("- item", r"\- item");
        check("1. item", r"1\. item");
        check("12) item", r"12\) item");
        check("3.5 is no item", r"3\.5 is no item");
        check(".net and )", ".net and )");
        check(") of 3.", ") of 3.");
        check("===", r"\===");
    }

    #[test]
    fn lines_and_indentation_are_white_space() {
        check("    code\r\n\tmore\u{85}end ", "code more end");
        check("\u{202e}\u{200b}", "");
        check("a\u{202e}b \u{23ce}", "ab");
    }

    #[test]
    fn urls_are_links() {
        check(
            "see https://a.example/x_y?z=*.",
            "see <https://a.example/x_y?z=*>.",
        );
        check("(http://a.example)", "(<http://a.example>)");
        check("https:// alone", "https:// alone");
        check("https://a.example/<b>", r"<https://a.example/>\<b\>");
        check("http://a,https://b", "<http://a,https://b>");
    }

    #[test]
    fn code_is_one_span() {
        assert_eq!(code("a`b\nc"), "`a'bc`");
        assert_eq!(code(" \n"), "(empty)");
    }

    #[test]
    fn no_text_ends_the_literal() {
        let text = Doc::new().line("\"#\"## r\"").literal().to_string();
        assert_eq!(text, "r###\" \"#\"## r\"\"###");
    }
}

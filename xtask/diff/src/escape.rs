//! Escapes texts of the docs for the place where they are shown: terminals, logs of GitHub Actions, and
//! GitHub-flavoured Markdown.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text without anything that a terminal obeys or that deceives a reader: control characters (C0, DEL, C1),
/// marks that change the direction of what follows, line separators, and characters that are not seen are
/// shown as `\u{1b}`. New lines and tabs stay.
pub fn controls(text: &str) -> Cow<'_, str> {
    escaped(text, |character| {
        is_obeyed(character) && !matches!(character, '\n' | '\t')
    })
}

/// A name, a path or another value within a line: new lines and tabs are escaped as well.
pub fn value(text: &str) -> Cow<'_, str> {
    escaped(text, is_obeyed)
}

/// The same as [`controls`] for text that a renderer of ours has coloured: colours (SGR, ECMA-48 8.3.117)
/// stay, and no other sequence.
pub fn controls_but_colours(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split("\u{1b}[");
    out.push_str(&controls(pieces.next().unwrap_or_default()));
    for piece in pieces {
        let digits = piece.trim_start_matches(|it: char| it.is_ascii_digit() || it == ';');
        let begins = if digits.starts_with('m') {
            "\u{1b}["
        } else {
            "\\u{1b}["
        };
        out.push_str(begins);
        out.push_str(&controls(piece));
    }
    out
}

/// JSON, or YAML whose strings are JSON's, without what a terminal or the runner of GitHub Actions obeys:
/// the value stays the same.
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.replace("##[", "#\\u0023[").chars() {
        if is_obeyed(character) && character != '\n' {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").expect("a String takes everything");
            }
        } else {
            out.push(character);
        }
    }
    out
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_escaped(character) {
            write!(out, "{}", character.escape_unicode()).expect("a String takes everything");
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// Unicode standard annex 9 has the marks of direction; the others are of width zero or tags.
fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Text in one line: any run of blanks and line ends is one space, and no control characters.
pub fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    controls(&words.join(" ")).into_owned()
}

/// Text in whose lines the runner of GitHub Actions finds no command. It takes lines that begin with
/// `::` (after blanks) and, in its older form, `##[` anywhere (`actions/runner`, `ActionCommand.cs`).
pub fn commands(text: &str) -> Cow<'_, str> {
    let has_command = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
    if !text.split(['\n', '\r']).any(has_command) {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive('\n').map(|line| {
        let line = line.replace("##[", "#\\u{23}[");
        let blanks = line.len() - line.trim_start().len();
        match line[blanks..].strip_prefix("::") {
            Some(rest) => format!("{}\\u{{3a}}:{rest}", &line[..blanks]),
            None => line,
        }
    });
    Cow::Owned(lines.collect())
}

/// A name or value of the docs within a sentence: a code span by `CommonMark`'s rule, whose fence is
/// longer than every run of backquotes in it (`CommonMark` 0.31, section 6.1).
pub fn code(text: &str) -> String {
    let text = one_line(text);
    if text.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    if fence.len() > 1 || text.starts_with(' ') {
        // One blank at each end is not part of the span, so a backquote may come first or last.
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or_default()
}

/// A piece of a sentence.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words of ours.
    Words(&'a str),
    /// What [`code`] put into a span.
    Code(&'a str),
}

/// A sentence with code spans, apart. A fence that nothing closes is words.
pub fn pieces(sentence: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let (mut start, mut from) = (0, 0);
    while let Some(at) = sentence[from..].find('`') {
        let open = from + at;
        let length = run(&sentence[open..]);
        let inner = open + length;
        let Some(close) = closing(sentence, inner, length) else {
            from = inner;
            continue;
        };
        if open > start {
            out.push(Piece::Words(&sentence[start..open]));
        }
        let text = &sentence[inner..close];
        let bare = text
            .strip_prefix(' ')
            .and_then(|text| text.strip_suffix(' '));
        out.push(Piece::Code(bare.unwrap_or(text)));
        start = close + length;
        from = start;
    }
    if start < sentence.len() {
        out.push(Piece::Words(&sentence[start..]));
    }
    out
}

fn run(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

/// Where the next run of exactly that many backquotes begins.
fn closing(sentence: &str, mut from: usize, length: usize) -> Option<usize> {
    loop {
        let at = from + sentence[from..].find('`')?;
        let found = run(&sentence[at..]);
        if found == length {
            return Some(at);
        }
        from = at + found;
    }
}

/// Words of a comment: no Markdown, no HTML, no mention, link or reference to an issue.
///
/// GitHub looks for mentions, references and addresses in what is rendered, where an entity is the
/// character that it names; so a zero-width space goes between.
pub fn words(text: &str) -> String {
    let line = text.replace(['\n', '\r'], " ");
    entities(&controls(&line))
        .replace("&#64;", "@&#8203;")
        .replace("&#35;", "#&#8203;")
        .replace("://", ":&#8203;//")
        .replace("www.", "www&#8203;.")
}

/// Every character that Markdown or HTML could read as markup, as an entity.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if "\\`*_{}[]<>#|&@~!$\"".contains(character) {
            write!(out, "&#{};", u32::from(character)).expect("a String takes everything");
        } else {
            out.push(character);
        }
    }
    out
}

/// A sentence with code spans, for a comment.
pub fn sentence(sentence: &str) -> String {
    pieces(sentence)
        .into_iter()
        .map(|piece| match piece {
            Piece::Words(text) => words(text),
            Piece::Code(text) => code(text),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulldown_cmark::{Event, Options, Parser, TagEnd};

    const HOSTILE: &[&str] = &[
        "plain",
        "a`b",
        "``",
        "a ``` b `` c",
        "`ends and begins`",
        "a | b",
        "back\\|slash",
        "back\\",
        "`|`",
        "![x](https://evil.example/x.png)",
        "` ![x](https://evil.example/x.png) `",
        "`` <img src=x> @octocat https://evil.example #1 ``",
        "<script>alert(1)</script>",
        "a\nb\r\n| c |",
        "\u{1b}[31mred\u{9b}31m\u{202e}",
        "www.evil.example",
        "&amp;&#96;",
    ];

    /// An item's text as Markdown's parser reads it; anything but text and code is named.
    fn read(item: &str) -> (String, Vec<String>) {
        let list = format!("- **head** {item}\n");
        let (mut text, mut markup, mut after_head) = (String::new(), Vec::new(), false);
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        for event in Parser::new_ext(&list, options) {
            match event {
                Event::End(TagEnd::Strong) => after_head = true,
                Event::Text(words) | Event::Code(words) if after_head => text.push_str(&words),
                Event::End(_) => {}
                other if after_head => markup.push(format!("{other:?}")),
                _ => {}
            }
        }
        (text.trim_start().to_owned(), markup)
    }

    #[test]
    fn whatever_a_value_holds_it_stays_code() {
        for value in HOSTILE {
            let (text, markup) = read(&code(value));
            assert_eq!(text, one_line(value), "{value:?}");
            assert!(markup.is_empty(), "{value:?}: {markup:?}");
        }
    }

    #[test]
    fn a_sentence_shows_its_values_and_no_markup() {
        for value in HOSTILE {
            let sentence = format!("{} is no longer documented: * ask @somebody.", code(value));
            let (text, markup) = read(&super::sentence(&sentence));
            assert!(
                text.starts_with(one_line(value).as_str()),
                "{value:?}: {text}"
            );
            assert!(markup.is_empty(), "{value:?}: {markup:?}");
            assert!(
                !super::sentence(&sentence).contains("@somebody"),
                "{value:?}"
            );
            let found = pieces(&sentence);
            assert_eq!(found[0], Piece::Code(&one_line(value)), "{value:?}");
        }
    }

    #[test]
    fn a_sentence_is_cut_into_words_and_code() {
        use Piece::{Code, Words};
        for (sentence, expected) in [
            ("", &[][..]),
            ("words", &[Words("words")]),
            ("`a`", &[Code("a")]),
            ("`a``b`", &[Code("a``b")]),
            (
                "say `a` and ``` b`c ```.",
                &[
                    Words("say "),
                    Code("a"),
                    Words(" and "),
                    Code("b`c"),
                    Words("."),
                ],
            ),
            ("`` open `a`", &[Words("`` open "), Code("a")]),
            ("open `a", &[Words("open `a")]),
        ] {
            assert_eq!(pieces(sentence), expected, "{sentence}");
        }
    }

    #[test]
    fn words_are_no_links_mentions_or_references() {
        for text in HOSTILE
            .iter()
            .chain(&["see https://evil.example, @team, #12 and www.evil.example"])
        {
            let (read, markup) = read(&words(text));
            assert!(markup.is_empty(), "{text:?}: {markup:?}");
            for linked in ["://", "@team", "@octocat", "#1", "www."] {
                assert!(!read.contains(linked), "{text:?}: {read}");
            }
            assert_eq!(
                one_line(&read.replace('\u{200b}', "")),
                one_line(text),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_terminal_gets_no_control_characters() {
        assert_eq!(
            controls("a\u{1b}[31m\u{7}b\u{7f}\u{9b}c\r"),
            "a\\u{1b}[31m\\u{7}b\\u{7f}\\u{9b}c\\u{d}"
        );
        assert_eq!(controls("x\u{202e}y\u{2066}z"), "x\\u{202e}y\\u{2066}z");
        assert_eq!(controls("one\n\ttwo é"), "one\n\ttwo é");
    }

    #[test]
    fn colours_of_ours_stay_and_no_other_sequence() {
        assert_eq!(
            controls_but_colours("\u{1b}[1;31mred\u{1b}[0m\u{1b}[2J\u{1b}[\u{1b}]0;x\u{7}\n"),
            "\u{1b}[1;31mred\u{1b}[0m\\u{1b}[2J\\u{1b}[\\u{1b}]0;x\\u{7}\n"
        );
    }

    #[test]
    fn a_value_stays_on_its_line() {
        assert_eq!(value("a\n\tb\u{feff}"), "a\\u{a}\\u{9}b\\u{feff}");
    }

    #[test]
    fn json_keeps_its_values() {
        let values = ["\u{9b}\u{202e}\u{e0041}", "##[error]x\n::error::y", "é \\"];
        let shown = json(&serde_json::to_string_pretty(&values).expect("texts"));
        assert!(!shown.contains(|it: char| is_obeyed(it) && it != '\n'));
        assert!(!shown.contains("##["), "{shown}");
        let read: Vec<String> = serde_json::from_str(&shown).expect("it is JSON");
        assert_eq!(read, values);
    }

    #[test]
    fn a_log_gets_no_workflow_commands() {
        assert_eq!(
            commands("::error::x\n  ::add-mask::y\na::b"),
            "\\u{3a}:error::x\n  \\u{3a}:add-mask::y\na::b"
        );
        assert_eq!(commands("a ##[error]x"), "a #\\u{23}[error]x");
        assert_eq!(commands("std::fmt and # [x]"), "std::fmt and # [x]");
    }
}

//! Standard output: what a command is asked for goes there, whole, at its end.

use annotate_snippets::{Renderer, normalize_untrusted_str};
use api_diff::escape;
use std::io::{self, IsTerminal as _, Write as _};

/// Writes the text. A reader that went away (`| head`) has what it wanted, so that is no error.
///
/// # Errors
/// The disk or the terminal refuses.
pub fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes a line to standard error: the exit for whatever a command says beside its output. What the
/// docs or file names bring along is made harmless for terminals and for logs of GitHub Actions.
pub fn note(text: &str) {
    let text = escape::controls(text);
    // Nothing can be done where standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{}", escape::commands(&text));
}

/// The renderer of findings for standard output.
pub fn renderer() -> Renderer {
    coloured(io::stdout().is_terminal())
}

/// The renderer of findings for standard error.
pub fn error_renderer() -> Renderer {
    coloured(io::stderr().is_terminal())
}

/// Colours are for a terminal, and not for who says no (<https://no-color.org>).
fn coloured(is_terminal: bool) -> Renderer {
    if is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
}

/// `1 page`, `2 pages`.
pub fn count(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// A text of the docs without what a terminal would obey.
pub fn harmless(text: &str) -> String {
    normalize_untrusted_str(text)
}

/// The first names of a list, and how many more there are.
pub fn some(names: &[String], most: usize) -> String {
    let quoted: Vec<String> = names
        .iter()
        .take(most)
        .map(|name| format!("`{name}`"))
        .collect();
    let quoted = quoted.join(", ");
    match names.len().saturating_sub(most) {
        0 => quoted,
        more => format!("{quoted} and {more} more"),
    }
}

/// `512 B`, `1.5 kB`, `12.0 MB`; decimal units (IEC 80000-13).
pub fn bytes(count: u64) -> String {
    let tenths = |unit: u64| {
        let tenths = (count * 10 + unit / 2) / unit;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{} kB", tenths(1_000)),
        _ => format!("{} MB", tenths(1_000_000)),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_have_one_digit_after_the_point() {
        let shown = [999, 1_000, 1_549, 12_000_000].map(super::bytes);
        assert_eq!(shown, ["999 B", "1.0 kB", "1.5 kB", "12.0 MB"]);
    }

    #[test]
    fn long_lists_are_cut() {
        let names = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(super::some(&names, 3), "`a`, `b`, `c`");
        assert_eq!(super::some(&names, 1), "`a` and 2 more");
    }
}

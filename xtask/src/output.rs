//! Standard output: what a command is asked for goes there, whole, at its end.

use annotate_snippets::Renderer;
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

//! The one exit: whatever a command shows, on standard output or standard error, leaves here, and what the
//! docs, arguments, file names and other programs bring along is made harmless for terminals and for logs of
//! GitHub Actions. `tests/tidy.rs` holds that nothing else writes there.
//!
//! What a value may not do within its line (begin another) is escaped where it enters a text, by
//! [`escape::value`], [`escape::one_line`] or `workspace::shown`: here a line break of ours looks the same.

use annotate_snippets::Renderer;
use anyhow::{Context as _, Result};
use api_diff::escape;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Read, Write as _};
use std::process::{Command, ExitStatus, Stdio};

/// What reads a text, which decides what it would obey and how that is escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// People, as text, Markdown or HTML.
    Text,
    /// People at a terminal: colours that a renderer of ours put in stay.
    Coloured,
    /// The runner of GitHub Actions: each line is a workflow command, escaped by who made it.
    Annotations,
    /// Programs: JSON, or YAML whose strings are JSON's.
    Json,
}

/// The text as it may be shown.
fn harmless(form: Form, text: &str) -> String {
    match form {
        Form::Text => escape::commands(&escape::controls(text)).into_owned(),
        Form::Coloured => escape::commands(&escape::controls_but_colours(text)).into_owned(),
        Form::Annotations => escape::controls(text).replace("##[", "#\\u{23}["),
        Form::Json => escape::json(text),
    }
}

/// Writes the text to standard output: what a command is asked for goes there, whole, at its end. A reader
/// that went away (`| head`) has what it wanted, so that is no error.
///
/// # Errors
/// The disk or the terminal refuses.
pub fn print(form: Form, text: &str) -> io::Result<()> {
    let text = harmless(form, text);
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes a message to standard error: whatever a command says beside its output. Lines after the first are
/// indented, so that a line break in what others wrote begins no message.
pub fn note(text: &str) {
    let text = harmless(Form::Text, text);
    let mut out = String::with_capacity(text.len() + 1);
    for (number, line) in text.trim_end().split('\n').enumerate() {
        if number > 0 && !line.is_empty() && !line.starts_with("  ") {
            out.push_str("  ");
        }
        out.push_str(line);
        out.push('\n');
    }
    // Nothing can be done where standard error is closed.
    let _ = io::stderr().lock().write_all(out.as_bytes());
}

/// Writes a finding to standard error, as [`error_renderer`] has rendered it.
pub fn finding(text: &str) {
    let form = form(io::stderr().is_terminal());
    let _ = writeln!(io::stderr().lock(), "{}\n", harmless(form, text));
}

/// Runs a program of others and shows what it says on standard error, indented.
///
/// # Errors
/// It cannot be run.
pub fn run(command: &mut Command) -> Result<ExitStatus> {
    let program = command.get_program().to_string_lossy().into_owned();
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped
        .spawn()
        .with_context(|| format!("cannot run `{program}`"))?;
    let outputs: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|it| Box::new(it) as _),
        child.stderr.take().map(|it| Box::new(it) as _),
    ];
    std::thread::scope(|scope| {
        for output in outputs.into_iter().flatten() {
            scope.spawn(move || relay(output));
        }
    });
    child.wait().context(program)
}

/// Shows what a program of others says, line by line, indented, until it ends.
pub fn relay(output: impl Read) {
    for line in BufReader::new(output)
        .split(b'\n')
        .map_while(io::Result::ok)
    {
        let line = String::from_utf8_lossy(&line);
        note(&format!("  {}", line.trim_end_matches('\r')));
    }
}

/// The renderer of findings for standard output.
pub fn renderer() -> Renderer {
    renderer_of(print_form())
}

/// The renderer of findings for standard error.
pub fn error_renderer() -> Renderer {
    renderer_of(form(io::stderr().is_terminal()))
}

fn renderer_of(form: Form) -> Renderer {
    match form {
        Form::Coloured => Renderer::styled(),
        Form::Text | Form::Annotations | Form::Json => Renderer::plain(),
    }
}

/// Text for people on standard output: coloured or not.
pub fn print_form() -> Form {
    form(io::stdout().is_terminal())
}

/// Colours are for a terminal, and not for who says no (<https://no-color.org>).
fn form(is_terminal: bool) -> Form {
    if is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) {
        Form::Coloured
    } else {
        Form::Text
    }
}

/// `1 page`, `2 pages`.
pub fn count(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// The first names of a list, and how many more there are.
pub fn some(names: &[String], most: usize) -> String {
    let quoted: Vec<String> = names
        .iter()
        .take(most)
        .map(|name| format!("`{}`", escape::value(name)))
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

//! Checks file names of a repository: every system must allow them, they must stay in their folder, and
//! no two pages may have the same name there. Pure.

use std::collections::BTreeMap;

/// Names that Windows keeps for devices, whatever follows their first dot
/// (<https://learn.microsoft.com/windows/win32/fileio/naming-a-file>).
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

/// Windows and most Unix file systems take this many bytes or UTF-16 units.
const LONGEST: usize = 255;

/// The name as text.
///
/// # Errors
/// Why no file may be called so.
pub fn check(name: &[u8]) -> Result<&str, &'static str> {
    let Ok(text) = std::str::from_utf8(name) else {
        return Err("it is not UTF-8");
    };
    let is_forbidden = |c: char| matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*');
    let is_shown = |c: char| c.is_alphanumeric() || c.is_ascii_graphic() || c == ' ';
    if text.is_empty() {
        Err("it is empty")
    } else if text.len() > LONGEST {
        Err("it is longer than 255 bytes")
    } else if text.chars().any(char::is_control) {
        Err("it contains a control character")
    } else if text.contains("..") {
        Err("it contains `..`")
    } else if text.chars().any(is_forbidden) {
        Err("it contains one of `<>:\"/\\|?*`")
    } else if !text.chars().all(is_shown) {
        Err("it contains a character that is invisible, or that can be encoded in several ways")
    } else if text.starts_with(['.', ' ', '-']) {
        Err("it begins with a dot, a space or a hyphen")
    } else if text.ends_with(['.', ' ']) {
        Err("it ends in a dot or a space")
    } else if is_device(text) {
        Err("it is the name of a device on Windows")
    } else {
        Ok(text)
    }
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.trim_end().to_ascii_lowercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| {
            matches!(rest, "¹" | "²" | "³") || matches!(rest.as_bytes(), [b'0'..=b'9'])
        })
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

/// A name for a message: everything that is not plain is escaped.
pub fn shown(name: &[u8]) -> String {
    match std::str::from_utf8(name) {
        Ok(text) => text.escape_default().to_string(),
        Err(_) => name.escape_ascii().to_string(),
    }
}

/// Two paths that are one file where case does not count.
pub fn case_clash<'a>(paths: impl Iterator<Item = &'a str>) -> Option<(&'a str, &'a str)> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for path in paths {
        if let Some(other) = seen.insert(path.to_lowercase(), path) {
            return Some((other, path));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_some_system_cannot_have_are_refused() {
        for name in [
            "UsersApi.md",
            "a b-c_d.e.md",
            "Ärger.md",
            "COMMON.md",
            "com10.md",
        ] {
            assert_eq!(check(name.as_bytes()), Ok(name));
        }
        let long = "a".repeat(253) + ".md";
        for name in [
            "",
            ".md",
            ".git",
            "..",
            "a..md",
            "../a.md",
            "a/b.md",
            "a\\b.md",
            "a\nb.md",
            "a\u{1b}.md",
            "a\u{7f}.md",
            "a\u{85}.md",
            "a\u{202e}b.md",
            "e\u{301}.md",
            "a:b.md",
            "con.md",
            "COM1.md",
            "com1",
            "Lpt9.tar.md",
            "com\u{b9}.md",
            "nul .md",
            "aux.",
            "a.md.",
            "a.md ",
            " a.md",
            "-a.md",
            "CONIN$.md",
            &long,
        ] {
            assert!(check(name.as_bytes()).is_err(), "{name:?}");
        }
        assert!(check(b"a\xff.md").is_err());
    }

    #[test]
    fn names_are_shown_without_what_a_terminal_would_obey() {
        assert_eq!(shown(b"a\nb\x1b[1m.md"), "a\\nb\\u{1b}[1m.md");
        assert_eq!(shown(b"a\xff"), "a\\xff");
        assert_eq!(shown("\u{202e}x".as_bytes()), "\\u{202e}x");
    }

    #[test]
    fn case_alone_makes_no_other_file() {
        let clash = |paths: &[&'static str]| case_clash(paths.iter().copied());
        assert_eq!(clash(&["docs/A.md", "docs/b.md"]), None);
        assert_eq!(
            clash(&["docs/Ab.md", "docs/aB.md"]),
            Some(("docs/Ab.md", "docs/aB.md"))
        );
        assert!(clash(&["docs/É.md", "docs/é.md"]).is_some());
    }
}

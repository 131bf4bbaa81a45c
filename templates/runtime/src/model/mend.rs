//! JSON that `serde_json` refuses although a server may write it. Pure. One such value must not lose the
//! answer around it, so a text that cannot be read is mended and read again. Any other text costs no more.

use serde::de::{DeserializeOwned, IgnoredAny};
use std::borrow::Cow;
use std::fmt::Write as _;

/// Decodes JSON into any type, mended where it must be.
///
/// # Errors
/// Those of `serde_json`.
pub fn lenient<T: DeserializeOwned>(json: &[u8]) -> Result<T, serde_json::Error> {
    match serde_json::from_slice(json) {
        Err(error) if error.is_syntax() => match mended(json) {
            Some(json) => serde_json::from_str(&json),
            None => Err(error),
        },
        read => read,
    }
}

/// A copy without what `serde_json` refuses; `None` if there is nothing of the kind.
///
/// | found | instead |
/// |---|---|
/// | a number beyond a double, which RFC 8259 section 6 allows | its text, `"1e400"` |
/// | half of a surrogate pair, which section 8.2 allows | U+FFFD |
/// | bytes that are not UTF-8 | U+FFFD |
/// | a control character in a string | its escape |
pub fn mended(json: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(json);
    let mut is_changed = matches!(text, Cow::Owned(_));
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = &*text;
    let mut is_string = false;
    while let Some(first) = rest.chars().next() {
        let (length, instead) = if is_string {
            in_string(rest)
        } else {
            outside(rest)
        };
        if first == '"' {
            is_string = !is_string;
        }
        let (piece, after) = rest.split_at(length);
        is_changed |= instead.is_some();
        out.push_str(instead.as_deref().unwrap_or(piece));
        rest = after;
    }
    is_changed.then_some(out)
}

/// How long the first piece of a string's text is, and what is to stand for it.
fn in_string(rest: &str) -> (usize, Option<String>) {
    let first = rest.chars().next().unwrap_or_default();
    if first.is_ascii_control() && first != '\u{7f}' {
        let mut escape = String::new();
        write!(escape, "\\u{:04x}", u32::from(first)).expect("a text takes all");
        return (1, Some(escape));
    }
    if first != '\\' {
        let end = rest.find(|it: char| it == '"' || it == '\\' || it < ' ');
        return (end.unwrap_or(rest.len()).max(first.len_utf8()), None);
    }
    match (escaped(rest), rest.get(6..).and_then(escaped)) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, None),
        (Some(0xd800..=0xdfff), _) => (6, Some("\\ufffd".to_owned())),
        // An escape of one character, or what is none.
        _ => {
            let second = rest.chars().nth(1).map_or(0, char::len_utf8);
            (1 + second, None)
        }
    }
}

/// The code unit of `\u....` at the beginning of a text.
fn escaped(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|it| it.is_ascii_hexdigit());
    is_hex.then(|| u32::from_str_radix(digits, 16).ok())?
}

/// The same outside of strings.
fn outside(rest: &str) -> (usize, Option<String>) {
    let of_number = |it: char| it.is_ascii_digit() || matches!(it, '+' | '-' | '.' | 'e' | 'E');
    let length = rest.find(|it| !of_number(it)).unwrap_or(rest.len());
    if length == 0 {
        return (rest.chars().next().map_or(0, char::len_utf8), None);
    }
    let number = &rest[..length];
    let is_beyond = number.parse().is_ok_and(f64::is_infinite)
        && serde_json::from_str::<IgnoredAny>(number).is_ok();
    (length, is_beyond.then(|| format!("\"{number}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mended_and_what_is_not() {
        for (json, wanted) in [
            (r#"{"a":1e400}"#, Some(r#"{"a":"1e400"}"#)),
            ("-1E+999", Some(r#""-1E+999""#)),
            (r#""\ud800""#, Some(r#""\ufffd""#)),
            (r#""\udc00\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            ("\"a\tb\"", Some(r#""a\u0009b""#)),
            (r#""\\ud800 1e400""#, None),
            (r#"["\"1e400", 1e300, -0, 5]"#, None),
            ("01e400", None),
            ("1.e400", None),
            ("\t[\n1]", None),
            ("", None),
            ("\"\\", None),
            ("\"\\ud8", None),
        ] {
            assert_eq!(mended(json.as_bytes()).as_deref(), wanted, "{json}");
        }
        assert_eq!(mended(b"\"\xff\"").as_deref(), Some("\"\u{fffd}\""));
    }
}

//! The normalisation that both requests go through before they are compared as bytes. Touches
//! nothing.
//!
//! What is taken for equal, and no more:
//! - percent-encoding: hexadecimal digits in either case; an unreserved character (RFC 3986 section
//!   2.3) or one of `! ' ( ) *` encoded or not, as JavaScript's `encodeURIComponent` leaves those;
//! - in a query, besides: a space as `+` or `%20`; `:` `$` `[` `]` encoded or not; the order of
//!   the keys; and, in a value that is no list, a comma encoded or not. In a list a comma
//!   separates, so there it counts;
//! - moments: `.000Z` or `Z`;
//! - JSON: white space, the order of an object's keys, and how a number is spelled (`1.0` or `1`).

use serde_json::{Map, Value};
use std::fmt::Write as _;

const MARKS: &[u8] = b"-._~!'()*";

/// The path of a request target, normalised.
pub fn path(target: &str) -> String {
    let path = target.split_once('?').map_or(target, |(path, _)| path);
    encoding(path, b"")
}

/// A query as pairs, sorted by key. `lists` and `moments` are wire names, whose values are lists
/// and moments.
pub fn query(target: &str, lists: &[&str], moments: &[&str]) -> Vec<(String, String)> {
    let Some((_, query)) = target.split_once('?') else {
        return Vec::new();
    };
    let mut pairs = Vec::new();
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let key = encoding(&key.replace('+', "%20"), b":$[]");
        let also: &[u8] = if lists.contains(&key.as_str()) {
            b":$[]"
        } else {
            b":$[],"
        };
        let mut value = encoding(&value.replace('+', "%20"), also);
        if moments.contains(&key.as_str()) {
            value = moment(&value);
        }
        pairs.push((key, value));
    }
    pairs.sort_by(|one, other| one.0.cmp(&other.0));
    pairs
}

/// A moment, without a fraction of zeros.
pub fn moment(text: &str) -> String {
    match text.strip_suffix(".000Z") {
        Some(seconds) => format!("{seconds}Z"),
        None => text.to_owned(),
    }
}

/// A body as canonical JSON, or as it is where it is none. `body` holds one character a byte.
pub fn body(body: &str) -> String {
    let bytes: Vec<u8> = body.chars().filter_map(|c| u8::try_from(c).ok()).collect();
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(value) => canonical(value).to_string(),
        Err(_) => String::from_utf8_lossy(&bytes).into_owned(),
    }
}

fn canonical(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(canonical).collect(),
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.into_iter().collect();
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            let entries = entries
                .into_iter()
                .map(|(key, value)| (key, canonical(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Value::Number(number) => match number.as_f64() {
            Some(value) if !number.is_i64() && !number.is_u64() => whole(value),
            _ => Value::Number(number),
        },
        other => other,
    }
}

/// `1.0` as `1`, where that is exact.
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole and below 2^53, so it is exact"
)]
fn whole(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
        Value::from(value as i64)
    } else {
        Value::from(value)
    }
}

/// Percent-encoding in one spelling: unreserved characters, the marks and `also` as they are, other
/// bytes as they came, escapes in upper case.
fn encoding(text: &str, also: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if let Some(byte) = escaped(rest) {
            if byte.is_ascii_alphanumeric() || MARKS.contains(&byte) || also.contains(&byte) {
                out.push(char::from(byte));
            } else {
                write!(out, "%{byte:02X}").expect("a String takes every text");
            }
            rest = &rest[3..];
        } else {
            out.push(char::from(*first));
            rest = tail;
        }
    }
    out
}

fn escaped(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = text else {
        return None;
    };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_both_spellings() {
        for (one, other) in [
            ("/a%2fb", "/a%2Fb"),
            ("/a%21%27%28%29%2A%7e", "/a!'()*~"),
            ("/%41?q=1", "/A"),
        ] {
            assert_eq!(path(one), path(other), "{one} {other}");
        }
    }

    #[test]
    fn what_counts_in_a_path() {
        for (one, other) in [
            ("/a%2Fb", "/a/b"),
            ("/a+b", "/a%20b"),
            ("/a%2Bb", "/a+b"),
            ("/a:b", "/a%3Ab"),
            ("/a/..", "/"),
            ("/a//b", "/a/b"),
            ("/a/", "/a"),
            ("/50%", "/50%25"),
        ] {
            assert_ne!(path(one), path(other), "{one} {other}");
        }
    }

    #[test]
    fn a_query_in_both_spellings() {
        for (one, other) in [
            ("/?a=1&b=2", "/?b=2&a=1"),
            ("/?a=b+c", "/?a=b%20c"),
            ("/?a=x,y", "/?a=x%2Cy"),
            ("/?a=%3A%24%5B%5D", "/?a=:$[]"),
            ("/?id=a,b%20c", "/?id=a,b+c"),
            (
                "/?since=2024-01-01T00%3A00%3A00Z",
                "/?since=2024-01-01T00:00:00.000Z",
            ),
        ] {
            let read = |target| query(target, &["id"], &["since"]);
            assert_eq!(read(one), read(other), "{one} {other}");
        }
    }

    #[test]
    fn what_counts_in_a_query() {
        for (one, other) in [
            ("/?a=", "/"),
            ("/?a=", "/?a=0"),
            ("/?a=1&a=2", "/?a=2&a=1"),
            ("/?a=b%2Bc", "/?a=b+c"),
            ("/?id=a,b", "/?id=a%2Cb"),
            ("/?a=%26", "/?a=&"),
            (
                "/?since=2024-01-01T00:00:00Z",
                "/?since=2024-01-01T00:00:00.001Z",
            ),
            ("/?a=1.000Z", "/?a=1Z"),
        ] {
            let read = |target| query(target, &["id"], &["since"]);
            assert_ne!(read(one), read(other), "{one} {other}");
        }
    }

    #[test]
    fn bodies() {
        assert_eq!(body(r#"{"b": 1.0, "a": [ ]}"#), body(r#"{"a":[],"b":1}"#));
        assert_eq!(body("\u{c3}\u{a9}"), "é");
        assert_eq!(body("\"\u{c3}\u{a9}\""), body(r#""\u00e9""#));
        for (one, other) in [
            ("{}", ""),
            ("[1,2]", "[2,1]"),
            ("1", "\"1\""),
            ("{\"a\":null}", "{}"),
            ("9007199254740993", "9007199254740992"),
        ] {
            assert_ne!(body(one), body(other), "{one} {other}");
        }
    }
}

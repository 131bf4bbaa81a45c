//! A field of a JSON body that is read and changed after the body was written: pages of queries
//! that are sent as POST are asked for there. All other values stay as they are.

use serde_json::value::RawValue;
use std::collections::BTreeMap;

type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// The JSON of a field; `paging.pageNumber` is a field of the field `paging`.
pub(crate) fn get<'a>(body: &'a [u8], path: &str) -> Option<&'a str> {
    let mut json = body;
    let mut found = None;
    for name in path.split('.') {
        let fields: Fields<'a> = serde_json::from_slice(json).ok()?;
        let value = fields.get(name)?.get();
        json = value.as_bytes();
        found = Some(value);
    }
    found
}

/// The body with a field set to `value`, which is JSON. Objects on the way that are absent or
/// `null` are made.
///
/// # Errors
/// A body that is no JSON object, or has something else on the way.
pub(crate) fn set(body: &[u8], path: &str, value: &str) -> Result<Vec<u8>, serde_json::Error> {
    let mut fields: Fields<'_> = match body {
        b"" | b"null" => Fields::new(),
        body => serde_json::from_slice(body)?,
    };
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let inner;
    let json = if rest.is_empty() {
        value
    } else {
        let below = fields.get(name).map_or("", |below| below.get());
        inner = set(below.as_bytes(), rest, value)?;
        str::from_utf8(&inner).expect("serde_json writes UTF-8")
    };
    let json: &RawValue = serde_json::from_str(json)?;
    fields.insert(name.to_owned(), json);
    serde_json::to_vec(&fields)
}

#[cfg(test)]
mod tests {
    use super::{get, set};

    #[track_caller]
    fn becomes(body: &str, path: &str, value: &str, expected: &str) {
        let set = set(body.as_bytes(), path, value).expect("the body is an object");
        assert_eq!(String::from_utf8_lossy(&set), expected);
        assert_eq!(get(&set, path), Some(value));
    }

    #[test]
    fn a_field_is_set_and_the_others_stay() {
        becomes("", "pageNumber", "2", r#"{"pageNumber":2}"#);
        becomes(
            r#"{"a":1.0}"#,
            "cursor",
            r#""x""#,
            r#"{"a":1.0,"cursor":"x"}"#,
        );
        becomes(
            r#"{"a":10000000000000000000000,"pageNumber":1}"#,
            "pageNumber",
            "2",
            r#"{"a":10000000000000000000000,"pageNumber":2}"#,
        );
    }

    #[test]
    fn a_field_below_another_is_set() {
        becomes(
            "{}",
            "paging.pageNumber",
            "2",
            r#"{"paging":{"pageNumber":2}}"#,
        );
        becomes(
            r#"{"paging":{"pageSize":7,"pageNumber":1}}"#,
            "paging.pageNumber",
            "2",
            r#"{"paging":{"pageNumber":2,"pageSize":7}}"#,
        );
        becomes(
            r#"{"paging":null}"#,
            "paging.n",
            "2",
            r#"{"paging":{"n":2}}"#,
        );
    }

    #[test]
    fn what_is_no_object_is_an_error() {
        for body in ["[]", "3", "{", r#"{"paging":[]}"#] {
            assert!(set(body.as_bytes(), "paging.n", "2").is_err(), "{body}");
            assert_eq!(get(body.as_bytes(), "paging.n"), None);
        }
    }
}

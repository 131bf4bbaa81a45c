//! Entries for `renamed.yaml` that a diff would add.

use crate::change::{Change, Id};
use semver::Version;
use spec::RenamedOperation;
use std::fmt::Write as _;

/// Entries for operations that were renamed and have none, as YAML to append to the file.
pub fn draft(changes: &[Change], renamed: &[RenamedOperation], since: &Version) -> String {
    let mut out = String::new();
    for change in changes
        .iter()
        .filter(|change| change.id == Id::OperationRenamed)
    {
        let subject = &change.subject;
        let (Some(api), Some(old), Some(new)) = (&subject.api, &change.old, &change.new) else {
            continue;
        };
        let (Some(method), Some(path)) = (subject.method, &subject.path) else {
            continue;
        };
        if renamed
            .iter()
            .any(|entry| entry.api == *api && entry.old == *old)
        {
            continue;
        }
        write!(
            out,
            "- api: {}\n  old: {}\n  new: {}\n  method: {method}\n  path: {}\n  since: {since}\n",
            scalar(api),
            scalar(old),
            scalar(new),
            scalar(path)
        )
        .expect("a String takes everything");
    }
    out
}

/// Names and paths stand as they are; whatever else is a JSON string, which is a YAML string on one line.
fn scalar(text: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "/_-{}.".contains(it);
    let begins = text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '/');
    if begins && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        serde_json::to_string(text).expect("a string is always JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::scalar;

    #[test]
    fn what_yaml_may_read_otherwise_is_quoted() {
        for (text, written) in [
            ("getUsers", "getUsers"),
            ("/api/v2/users/{userId}", "/api/v2/users/{userId}"),
            ("get_v1.a-b", "get_v1.a-b"),
            ("1a", "\"1a\""),
            ("-a", "\"-a\""),
            ("{a}", "\"{a}\""),
            ("a: b", "\"a: b\""),
            ("é", "\"é\""),
            ("", "\"\""),
        ] {
            assert_eq!(scalar(text), written);
            assert_eq!(
                spec::yaml::parse::<String>(&scalar(text)).as_deref(),
                Ok(text)
            );
        }
    }
}

//! What identifies an operation.

use spec::{Method, Operation};
use std::borrow::Cow;

/// What makes an operation that operation.
pub(crate) type Key<'a> = (Method, Cow<'a, str>);

/// The path with every variable called the same.
pub(crate) fn anonymous(path: &str) -> Cow<'_, str> {
    if !path.contains('{') {
        return Cow::Borrowed(path);
    }
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, behind)) = after.split_once('}') else {
            break;
        };
        out.push_str(before);
        out.push_str("{}");
        rest = behind;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

pub(crate) fn key(operation: &Operation) -> Key<'_> {
    (operation.method, anonymous(&operation.path))
}

//! What every comparison needs: both APIs, and what identifies an operation.

use super::usage::Usage;
use crate::change::Subject;
use spec::{Api, Method, Operation, Page, RenamedOperation};
use std::borrow::Cow;

/// What stays the same during one comparison.
pub(super) struct Context<'a> {
    pub(super) old: &'a Api,
    pub(super) new: &'a Api,
    /// The aliases that the new client has.
    pub(super) renamed: &'a [RenamedOperation],
    pub(super) usage: Usage<'a>,
}

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

/// The place of an operation.
pub(super) fn subject_of(page: &Page, operation: &Operation) -> Subject {
    Subject {
        api: Some(page.api.clone()),
        operation: Some(operation.id.clone()),
        method: Some(operation.method),
        path: Some(operation.path.clone()),
        ..Subject::default()
    }
}

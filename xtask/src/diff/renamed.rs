//! `renamed.yaml`: which entries no longer apply, and which a diff would add.

use super::change::{Change, Id};
use semver::Version;
use spec::{Api, RenamedOperation};
use std::fmt::Write as _;

/// What is wrong with entries of `renamed.yaml`: the entry's index, and why it no longer applies.
/// `version` is that of the client crate that is about to be rendered.
pub fn faults(renamed: &[RenamedOperation], api: &Api, version: &Version) -> Vec<(usize, String)> {
    let check = |entry: &RenamedOperation| fault(entry, api, version);
    renamed
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| Some((index, check(entry)?)))
        .collect()
}

fn fault(entry: &RenamedOperation, api: &Api, version: &Version) -> Option<String> {
    let RenamedOperation {
        api: page,
        old,
        new,
        method,
        path,
        since,
    } = entry;
    let since = match Version::parse(since) {
        Ok(since) => since,
        Err(error) => return Some(format!("`since: {since}` is no version: {error}")),
    };
    let Some(found) = api.pages.iter().find(|candidate| candidate.api == *page) else {
        return Some(format!("there is no page {page}"));
    };
    if found
        .operations
        .iter()
        .any(|operation| operation.id == *old)
    {
        return Some(format!(
            "{page} has an operation `{old}` again, so the name is taken"
        ));
    }
    match found
        .operations
        .iter()
        .find(|operation| operation.id == *new)
    {
        None => return Some(format!("{page} has no operation `{new}`")),
        Some(operation) if operation.method != *method || operation.path != *path => {
            return Some(format!(
                "`{new}` is `{} {}`, not `{method} {path}`",
                operation.method, operation.path
            ));
        }
        Some(_) => {}
    }
    // An alias lives for one major version, and by Cargo's rules 0.2 and 0.3 are two of them.
    let series = |version: &Version| match version.major {
        0 => (0, version.minor),
        major => (major, 0),
    };
    (series(version) > series(&since)).then(|| {
        format!(
            "the alias lived through the versions that followed {since}; {version} does not need it"
        )
    })
}

/// Entries for operations that were renamed and have none, as YAML to append to `renamed.yaml`.
pub fn draft(changes: &[Change], renamed: &[RenamedOperation], since: &Version) -> String {
    let mut out = String::new();
    for change in changes
        .iter()
        .filter(|change| change.id == Id::OperationRenamed)
    {
        let place = &change.place;
        let (Some(api), Some(old), Some(new)) = (&place.api, &change.old, &change.new) else {
            continue;
        };
        let (Some(method), Some(path)) = (place.method, &place.path) else {
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
            "- api: {api}\n  old: {old}\n  new: {new}\n  method: {method}\n  path: {path}\n  since: {since}\n"
        )
        .expect("a String takes everything");
    }
    out
}

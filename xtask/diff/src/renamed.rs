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
            "- api: {api}\n  old: {old}\n  new: {new}\n  method: {method}\n  path: {path}\n  since: {since}\n"
        )
        .expect("a String takes everything");
    }
    out
}

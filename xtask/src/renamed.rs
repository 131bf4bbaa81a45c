//! `renamed.yaml`: which entries no longer apply.

use generator::diagnostic::{Code, Diagnostic, Span};
use semver::Version;
use spec::yaml::{Places, Step};
use spec::{Api, RenamedOperation};

/// The file, in a spec folder.
pub const FILE: &str = "renamed.yaml";

/// Entries that no longer apply. `text` is that of the file, `version` is that of the client crate
/// that is about to be rendered, if `client.yaml` tells one.
pub fn faults(
    renamed: &[RenamedOperation],
    text: &str,
    api: &Api,
    version: Option<&str>,
) -> Vec<Diagnostic> {
    let version = version.and_then(|version| Version::parse(version).ok());
    let places = Places::new(text);
    let check = |(index, entry): (usize, &RenamedOperation)| {
        let is_old = |other: &&RenamedOperation| other.api == entry.api && other.old == entry.old;
        let message = match renamed[..index].iter().find(is_old) {
            Some(_) => format!("`{}` of {} has two entries", entry.old, entry.api),
            None => fault(entry, api, version.as_ref())?,
        };
        let range = places.of(&[Step::Nth(index)]);
        Some(Diagnostic {
            code: Code::StaleRename,
            message,
            span: Span {
                file: FILE.to_owned(),
                range,
            },
            related: Vec::new(),
        })
    };
    renamed.iter().enumerate().filter_map(check).collect()
}

fn fault(entry: &RenamedOperation, api: &Api, version: Option<&Version>) -> Option<String> {
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
        Err(error) => {
            return Some(format!(
                "`since: {since}` of `{old}` is not a version: {error}"
            ));
        }
    };
    let Some(found) = api.pages.iter().find(|candidate| candidate.api == *page) else {
        return Some(format!(
            "`{old}` was renamed on {page}, which is not a page"
        ));
    };
    if found
        .operations
        .iter()
        .any(|operation| operation.id == *old)
    {
        return Some(format!(
            "`{old}` was renamed, but {page} has an operation of that name"
        ));
    }
    match found
        .operations
        .iter()
        .find(|operation| operation.id == *new)
    {
        None => {
            return Some(format!(
                "`{old}` was renamed to `{new}`, which {page} does not have"
            ));
        }
        Some(operation) if operation.method != *method || operation.path != *path => {
            return Some(format!(
                "`{old}` was renamed to `{new}`, which is `{} {}`, not `{method} {path}`",
                operation.method, operation.path
            ));
        }
        Some(_) => {}
    }
    let version = version?;
    (series(version) > series(&since)).then(|| {
        format!("the alias `{old}` is for the major version that began with {since}, but {version} begins the next one")
    })
}

/// What an alias lives through. By Cargo's rules 0.2 and 0.3 are two major versions.
fn series(version: &Version) -> (u64, u64) {
    match version.major {
        0 => (0, version.minor),
        major => (major, 0),
    }
}
